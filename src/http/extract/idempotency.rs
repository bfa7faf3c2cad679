//! `Idempotency-Key`, with which a client may repeat a create without doing it twice.

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

use super::{bad_header, single};
use crate::http::problem::Problem;
use crate::service::Result;
use crate::service::idempotency::Key;

/// The key, if one was sent: 1 to 255 visible ASCII characters, compared as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl IdempotencyKey {
    /// Ties the key to its request: the operation, with whatever of the path tells one thing from another, and the body.
    pub fn of(self, operation: &str, raw: &[u8]) -> Option<Key> {
        self.0.map(|key| Key::new(key, operation, raw))
    }
}

static NAME: HeaderName = HeaderName::from_static("idempotency-key");

fn read(request: &HttpRequest) -> Result<Option<String>> {
    let Some(key) = single(request, &NAME)? else {
        return Ok(None);
    };
    if (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(Some(key.to_owned()))
    } else {
        Err(bad_header(
            &NAME,
            "phải có từ 1 đến 255 ký tự ASCII, không có khoảng trắng.",
            "must have 1 to 255 ASCII characters and no spaces.",
        ))
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request).map(Self).map_err(Problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn key(value: &str) -> Option<Option<String>> {
        read(
            &TestRequest::default()
                .insert_header(("idempotency-key", value))
                .to_http_request(),
        )
        .ok()
    }

    #[test]
    fn a_key_is_short_and_visible() {
        assert_eq!(key("a-1"), Some(Some("a-1".into())));
        assert_eq!(key(&"k".repeat(255)), Some(Some("k".repeat(255))));
        assert_eq!(key(&"k".repeat(256)), None);
        assert_eq!(key(""), None);
        assert_eq!(key("a b"), None);
        let twice = TestRequest::default()
            .append_header(("idempotency-key", "a"))
            .append_header(("idempotency-key", "b"))
            .to_http_request();
        assert!(read(&twice).is_err());
        assert_eq!(read(&TestRequest::default().to_http_request()).unwrap(), None);
    }
}
