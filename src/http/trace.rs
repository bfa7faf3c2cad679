//! Where a request stands in a trace (W3C Trace Context), and the span that is told of it.
//!
//! `traceparent` is believed of trusted proxies only: anybody else could make this server write into the traces of others, and
//! have everything traced. Without one the trace is called as the request is.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use actix_web::web::Data;
use tracing::Span;
use tracing::field::Empty;
use uuid::Uuid;

use super::limits::Limits;

const HEADER: &str = "traceparent";

/// The span that a request belongs to at whoever passed it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    trace: u128,
    parent: u64,
    is_sampled: bool,
}

impl TraceParent {
    /// The one that a trusted proxy tells, if it does.
    pub fn of(request: &ServiceRequest) -> Option<Self> {
        let peer = request.peer_addr()?;
        let limits = request.app_data::<Data<Limits>>()?;
        if limits.trust(peer.ip()) {
            Self::told(request.headers())
        } else {
            None
        }
    }

    /// The name of the trace, as everybody writes it.
    pub fn trace_id(self) -> String {
        format!("{:032x}", self.trace)
    }

    /// Of several nobody knows which is meant.
    fn told(headers: &HeaderMap) -> Option<Self> {
        let mut all = headers.get_all(HEADER);
        match (all.next(), all.next()) {
            (Some(one), None) => Self::parse(one.to_str().ok()?),
            _ => None,
        }
    }

    /// `version-trace-parent-flags`; later versions may add to that.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, '-');
        let mut part = |digits: usize| {
            let part = parts.next()?;
            let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
            (part.len() == digits && part.bytes().all(is_hex)).then_some(part)
        };
        let (version, trace, parent, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        let has_more = parts.next().is_some();
        if version == "ff" || (version == "00" && has_more) {
            return None;
        }
        let found = Self {
            trace: u128::from_str_radix(trace, 16).ok()?,
            parent: u64::from_str_radix(parent, 16).ok()?,
            is_sampled: u8::from_str_radix(flags, 16).ok()? & 1 == 1,
        };
        (found.trace != 0 && found.parent != 0).then_some(found)
    }
}

/// The span of a request. It costs nothing where no collector is named.
pub fn span(id: Uuid, above: Option<TraceParent>, method: &str, route: &str) -> Span {
    if matches!(route, "/healthz" | "/readyz") {
        return Span::none();
    }
    tracing::info_span!(
        parent: None,
        "request",
        trace_id = above.map_or(id.as_u128(), |above| above.trace),
        parent_id = above.map(|above| above.parent),
        is_sampled = above.map(|above| above.is_sampled),
        request_id = display(id),
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_is_read_strictly() {
        let usual = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let read = TraceParent::parse(usual).unwrap();
        assert_eq!(read.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!((read.parent, read.is_sampled), (0x00f0_67aa_0ba9_02b7, true));
        let unsampled = TraceParent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02").unwrap();
        assert!(!unsampled.is_sampled);
        let later = TraceParent::parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what.comes");
        assert_eq!(later, Some(read));
        for wrong in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(TraceParent::parse(wrong), None, "{wrong}");
        }
    }
}
