//! JSON bodies: bounded, in one encoding, and without fields that nobody asked for.

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::pin::Pin;
use tokio::time::{Instant, timeout_at};

use super::settings;
use crate::http::limits::load::step_aside;
use crate::http::limits::pace::Pace;
use crate::http::observe::set_body_pending;
use crate::http::problem::Problem;
use crate::service::screening::told_with_words;
use crate::service::wrong_json::{pointer, refusal};
use crate::service::{App, Error, ErrorCode, Result, json_mistakes, strict_json};

/// The content type of a JSON merge patch.
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// A request body of type `T`, which should have `#[serde(deny_unknown_fields)]`.
#[derive(Clone, Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// As it came, for the fingerprint of an idempotency key.
    pub raw: Bytes,
}

impl<T: DeserializeOwned> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let raw = received(request.clone(), payload.take());
        Box::pin(async move {
            let raw = raw.await?;
            Ok(Self {
                value: parse(&raw)?,
                raw,
            })
        })
    }
}

/// A body as [`Body`] is one, whose values are judged before anything is told: what cannot be read and what is wrong with the
/// rest is told at once.
#[derive(Debug)]
pub struct Judged<T> {
    /// As it came, for the fingerprint of an idempotency key.
    pub raw: Bytes,
    read: Result<T>,
}

impl<T: DeserializeOwned> Judged<T> {
    /// What is made of it; else all its mistakes.
    pub fn by<R>(self, judge: impl FnOnce(T) -> Result<R>) -> Result<R> {
        match self.read {
            Ok(value) => judge(value),
            Err(first) => Err(mistakes(&self.raw, first, judge)),
        }
    }

    /// The same of texts that may have words which are not published: those that block are told beside the other mistakes. `texts`
    /// are those of the body as it came.
    pub async fn by_and_words<R>(
        self,
        app: &App,
        judge: impl FnOnce(T) -> Result<R>,
        texts: impl FnOnce(&Value) -> Value,
    ) -> Result<R> {
        let raw = self.raw.clone();
        match self.by(judge) {
            Err(refusal) if refusal.code == ErrorCode::ValidationFailed => {
                let tree: Value = serde_json::from_slice(&raw).unwrap_or_default();
                Err(told_with_words(app, refusal, texts(&tree)).await)
            }
            judged => judged,
        }
    }

    /// Whether nothing is wrong with its form.
    pub fn is_read(&self) -> bool {
        self.read.is_ok()
    }

    /// What it says, where its values are judged later, by more than is known here; else all its mistakes, with what `judge`
    /// finds wrong with the values as far as that is known here. Whoever asks may not have the right to: nothing is read for it, and
    /// lists are those at hand.
    pub fn value<R>(self, judge: impl FnOnce(T) -> Result<R>) -> Result<T> {
        self.read.map_err(|first| mistakes(&self.raw, first, judge))
    }
}

fn mistakes<T: DeserializeOwned, R>(raw: &[u8], first: Error, judge: impl FnOnce(T) -> Result<R>) -> Error {
    match mendable(raw, &first) {
        Some(tree) => json_mistakes::judged(&tree, first, judge),
        None => first,
    }
}

impl<T: DeserializeOwned> FromRequest for Judged<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let raw = received(request.clone(), payload.take());
        Box::pin(async move {
            let raw = raw.await?;
            let read = match read_to_first_mistake(&raw) {
                Err(error) if error.code != ErrorCode::ValidationFailed => return Err(error.into()),
                read => read,
            };
            Ok(Self { raw, read })
        })
    }
}

async fn received(request: HttpRequest, payload: Payload) -> std::result::Result<Bytes, Problem> {
    let (limit, pace) = {
        let settings = settings(&request).map_err(Problem)?;
        (settings.body_limit, settings.pace)
    };
    check_headers(&request, limit)?;
    let aside = step_aside(&request);
    set_body_pending(&request, true);
    let read = read(payload, limit, pace).await;
    set_body_pending(&request, false);
    let raw = read?;
    aside.come_back()?;
    Ok(raw)
}

fn check_headers(request: &HttpRequest, limit: usize) -> Result<()> {
    let media = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = media.split(';').map(str::trim);
    let is_patch = request.method() == Method::PATCH;
    let is_json = parts.next().is_some_and(|essence| {
        essence.eq_ignore_ascii_case("application/json")
            // Every patch here is one of RFC 7396.
            || is_patch && essence.eq_ignore_ascii_case(MERGE_PATCH)
    });
    // RFC 8259 knows no parameter; some clients say utf-8 all the same, which is what JSON is in.
    let is_utf8 = parts
        .filter_map(|parameter| parameter.split_once('='))
        .all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        });
    // Nothing is unpacked, so that a small body cannot become a large one.
    let is_plain = request
        .headers()
        .get(header::CONTENT_ENCODING)
        .is_none_or(|coding| coding == "identity");
    if !(is_json && is_utf8 && is_plain) {
        return Err(if is_patch {
            Error::new(
                ErrorCode::UnsupportedMediaType,
                "Chỉ nhận nội dung application/json hoặc application/merge-patch+json.",
                "Only application/json and application/merge-patch+json are accepted.",
            )
        } else {
            Error::new(
                ErrorCode::UnsupportedMediaType,
                "Chỉ nhận nội dung application/json.",
                "Only application/json is accepted.",
            )
        });
    }
    // A length that is told is refused before anything is read.
    let told = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match told {
        Some(length) if usize::try_from(length).is_ok_and(|length| length <= limit) => Ok(()),
        None => Ok(()),
        Some(_) => Err(ErrorCode::PayloadTooLarge.into()),
    }
}

/// The next piece of a body, none behind its end; refused where it does not come in time, or breaks off.
pub async fn in_time(payload: &mut Payload, deadline: Option<Instant>) -> Result<Option<Bytes>> {
    let piece = match deadline {
        Some(deadline) => timeout_at(deadline, payload.next()).await.map_err(|_elapsed| Error {
            log: Some(String::from("the body comes more slowly than body_min_bytes_per_s")),
            ..ErrorCode::RequestTimeout.into()
        })?,
        None => payload.next().await,
    };
    piece.transpose().map_err(|error| Error {
        log: Some(error.to_string()),
        ..ErrorCode::MalformedBody.into()
    })
}

async fn read(mut payload: Payload, limit: usize, pace: Pace) -> Result<Bytes> {
    let began = Instant::now();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = in_time(&mut payload, pace.deadline(began, bytes.len())).await? {
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(ErrorCode::PayloadTooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Reads JSON; text that is not JSON is 400, JSON that is not a `T` is 422 with the place.
pub fn parse<T: DeserializeOwned>(raw: &[u8]) -> Result<T> {
    read_to_first_mistake(raw).map_err(|first| match mendable(raw, &first) {
        Some(tree) => json_mistakes::with_others::<T>(&tree, first),
        None => first,
    })
}

fn read_to_first_mistake<T: DeserializeOwned>(raw: &[u8]) -> Result<T> {
    if raw.is_empty() {
        return Err(Error::new(
            ErrorCode::MalformedBody,
            "Yêu cầu này cần có nội dung JSON.",
            "This request needs a JSON body.",
        ));
    }
    let mut json = serde_json::Deserializer::from_slice(raw);
    let value =
        serde_path_to_error::deserialize(&mut json).map_err(|error| refusal(&pointer(error.path()), error.inner()))?;
    json.end().map_err(|error| refusal("", &error))?;
    // The text tells what stands twice, the tree what is a list in place of an object; neither can tell both.
    let tree: Value = serde_json::from_slice(raw).map_err(|error| refusal("", &error))?;
    strict_json::from_value::<T>(&tree)?;
    Ok(value)
}

/// Longest body, in bytes, of which more than the first mistake is looked for: to do so it is read again and again.
const MENDED_AT_ONCE: usize = 8 * 1024;

/// The body, where more than its first mistake is looked for.
fn mendable(raw: &[u8], first: &Error) -> Option<Value> {
    let is_mended = raw.len() <= MENDED_AT_ONCE && first.code == ErrorCode::ValidationFailed;
    is_mended.then(|| serde_json::from_slice(raw).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Outer {
        name: String,
        inner: Option<Inner>,
        list: Option<Vec<Inner>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by serde")]
    struct Inner {
        count: u32,
    }

    fn wrong(text: &str) -> (u16, String, &'static str) {
        let error = parse::<Outer>(text.as_bytes()).unwrap_err();
        let field = error.fields.first();
        (
            error.code.status(),
            field.map(|field| field.pointer.clone()).unwrap_or_default(),
            field.map(|field| field.violation.code()).unwrap_or_default(),
        )
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for text in ["", " ", "{", "{\"name\":\"a\"}x", "{\"name\":\"\\ud800\"}", "nul"] {
            assert_eq!(wrong(text), (400, String::new(), ""), "{text}");
        }
        assert_eq!(
            parse::<Outer>(b"{\"name\":\"\xff\"}").unwrap_err().code,
            ErrorCode::MalformedBody
        );
        let deep = format!("{{\"name\":{}", "[".repeat(100_000));
        assert!(parse::<Outer>(deep.as_bytes()).is_err());
    }

    #[test]
    fn what_is_json_but_wrong_is_named() {
        assert_eq!(wrong("{}"), (422, "/name".into(), "required"));
        assert_eq!(wrong("{\"name\":null}"), (422, "/name".into(), "required"));
        assert_eq!(wrong("{\"name\":1}"), (422, "/name".into(), "malformed"));
        assert_eq!(wrong("{\"name\":\"a\",\"nam\":1}"), (422, "/nam".into(), "malformed"));
        assert_eq!(
            wrong("{\"name\":\"a\",\"inner\":{}}"),
            (422, "/inner/count".into(), "required")
        );
        assert_eq!(
            wrong("{\"name\":\"a\",\"inner\":{\"x\":1}}"),
            (422, "/inner/x".into(), "malformed")
        );
        assert_eq!(
            wrong("{\"name\":\"a\",\"list\":[{\"count\":1},{\"count\":-1}]}"),
            (422, "/list/1/count".into(), "malformed")
        );
        assert_eq!(
            wrong("{\"name\":\"a\",\"name\":\"b\"}"),
            (422, "/name".into(), "duplicate")
        );
        assert_eq!(wrong("[]"), (422, String::new(), "malformed"));
        assert_eq!(wrong(" [\"a\", null, null]"), (422, String::new(), "malformed"));
        assert_eq!(
            wrong("{\"name\":\"a\",\"inner\":[1]}"),
            (422, "/inner".into(), "malformed")
        );
        assert_eq!(
            wrong("{\"name\":\"a\",\"list\":[{\"count\":1},[2]]}"),
            (422, "/list/1".into(), "malformed")
        );
        assert_eq!(wrong("7"), (422, String::new(), "malformed"));
    }

    #[test]
    fn values_are_not_sent_back() {
        let error = parse::<Outer>(b"{\"name\":\"a\",\"inner\":\"hunter2\"}").unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
