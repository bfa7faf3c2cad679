//! `Range`: which part of a content is asked for (RFC 9110, 14). Several ranges at once, other units and what cannot be
//! read are ignored, as the RFC allows; then all of it is answered.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};
use std::ops::Range;

/// What is to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything.
    All,
    /// From one byte to before another.
    Part(Range<u64>),
    /// The part lies beyond the end.
    Nothing,
}

/// What is asked for of a content with a tag (quotes included) and a size.
pub fn wanted(request: &HttpRequest, tag: &str, size: u64) -> Wanted {
    let one = |name: &HeaderName| {
        let mut values = request.headers().get_all(name);
        values.next().filter(|_| values.next().is_none())?.to_str().ok()
    };
    // Another version than the caller has a part of: then all of this one.
    if request.headers().contains_key(header::IF_RANGE) && one(&header::IF_RANGE) != Some(tag) {
        return Wanted::All;
    }
    one(&header::RANGE).map_or(Wanted::All, |range| read(range, size))
}

fn read(range: &str, size: u64) -> Wanted {
    let Some(spec) = range.strip_prefix("bytes=") else {
        return Wanted::All;
    };
    let number = |text: &str| {
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match spec.split_once('-') {
        Some(("", last)) => match number(last) {
            None => Wanted::All,
            Some(0) => Wanted::Nothing,
            Some(_) if size == 0 => Wanted::Nothing,
            Some(count) => Wanted::Part(size.saturating_sub(count)..size),
        },
        Some((first, last)) => match (number(first), last, number(last)) {
            (Some(first), "", _) if first < size => Wanted::Part(first..size),
            (Some(first), _, Some(last)) if first <= last && first < size => {
                Wanted::Part(first..last.saturating_add(1).min(size))
            }
            (Some(first), "", _) if first >= size => Wanted::Nothing,
            (Some(first), _, Some(last)) if first <= last => Wanted::Nothing,
            _ => Wanted::All,
        },
        None => Wanted::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_has_them() {
        for (range, wanted) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=2-5", Wanted::Part(2..6)),
            ("bytes=2-", Wanted::Part(2..10)),
            ("bytes=2-99999999999999999999", Wanted::Part(2..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-30", Wanted::Part(0..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=10-12", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-2", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("bytes=+1-2", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=", Wanted::All),
            ("lines=0-1", Wanted::All),
        ] {
            assert_eq!(read(range, 10), wanted, "{range}");
        }
        assert_eq!(read("bytes=-1", 0), Wanted::Nothing);
    }
}
