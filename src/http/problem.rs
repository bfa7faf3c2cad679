//! How refusals and failures look on the wire: RFC 9457 problem details, in the reader's language.
//!
//! A handler answers [`Problem`], which knows nothing of the request. The body is written by
//! [`observe`](super::observe), the one place that has language, path and request id at hand, and the one place that
//! logs the cause of a failure.

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::{HttpResponse, ResponseError};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::language::Lang;
use super::review::ClaimView;
use crate::domain::fields::{FieldError, Successor};
use crate::service::error::{Blocked, Told};
use crate::service::{Error, ErrorCode};

/// The media type of every problem.
pub const MEDIA_TYPE: &str = "application/problem+json; charset=utf-8";

/// What handlers and extractors answer instead of a result.
#[derive(Debug)]
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        Self(code.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        status(self.0.code)
    }

    /// Without a body: the middleware writes it. Outside the middleware there is nothing to leak.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// What handlers answer.
pub type Answer = Result<HttpResponse, Problem>;

/// One wrong field of a problem.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the request body, or the bare name of a query parameter.
    #[schema(example = "/title/vi")]
    pub pointer: String,
    /// Why, for programs; stable.
    #[schema(example = "required")]
    pub code: &'static str,
    /// Why, for people, in the language of the answer.
    pub detail: String,
    /// With `code_ended` only: what the code became. Several when it was split: ask the person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 100)]
    pub successors: Vec<Successor>,
}

/// The same sentence in both languages, for clients that choose later.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Messages {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// The body of every refusal and failure (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// Identifies the kind of problem; `code` with a prefix.
    #[schema(example = "urn:vptex:error:not_found")]
    pub r#type: String,
    /// The kind of problem, for people, in the language of the answer.
    pub title: &'static str,
    /// HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// This very case, for people, in the language of the answer.
    pub detail: String,
    /// Path of the request, without its query.
    pub instance: String,
    /// The kind of problem, for programs; stable.
    #[schema(example = "not_found")]
    pub code: &'static str,
    /// What to tell the operator; also in `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Uuid>,
    /// `detail` in both languages.
    pub messages: Messages,
    /// Every wrong field; empty when the problem is not about fields.
    pub errors: Vec<FieldProblem>,
    /// Documents to accept first, with `policy_acceptance_required` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 10)]
    pub policies: Vec<Uuid>,
    /// Who has taken it up, with `claimed_by_another` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimView>,
    /// Who had it taken down, with `listing_taken_down` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<BlockedView>,
    /// The enterprise that it became part of, with `enterprise_merged` and `enterprise_superseded` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Uuid>,
    /// What is there already, with `already_there` of a take-down only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing: Option<Uuid>,
}

/// Who had a listing taken down.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BlockedView {
    /// Which authority.
    #[schema(example = "Thanh tra Sở Khoa học và Công nghệ")]
    pub authority: String,
    /// Number of its letter.
    #[schema(example = "125/TTr-SKHCN")]
    pub reference: String,
    /// When it was carried out.
    pub since: Timestamp,
}

impl From<&Blocked> for BlockedView {
    fn from(by: &Blocked) -> Self {
        Self {
            authority: by.authority.clone(),
            reference: by.reference.clone(),
            since: by.since,
        }
    }
}

impl ProblemBody {
    /// Puts an error into words. Of a failure of ours nothing but its code is told.
    pub fn new(error: &Error, lang: Lang, instance: &str, request_id: Option<Uuid>) -> Self {
        let code = error.code;
        let messages = if code.status() >= 500 {
            Messages {
                vi: code.title_vi().into(),
                en: code.title_en().into(),
            }
        } else {
            Messages {
                vi: error.detail_vi.clone(),
                en: error.detail_en.clone(),
            }
        };
        Self {
            r#type: format!("urn:vptex:error:{}", code.as_str()),
            title: match lang {
                Lang::Vi => code.title_vi(),
                Lang::En => code.title_en(),
            },
            status: code.status(),
            detail: match lang {
                Lang::Vi => messages.vi.clone(),
                Lang::En => messages.en.clone(),
            },
            instance: instance.into(),
            code: code.as_str(),
            request_id,
            messages,
            errors: error.fields.iter().map(|field| field_problem(field, lang)).collect(),
            policies: match error.told.as_deref() {
                Some(Told::Unaccepted(policies)) => policies.iter().map(|policy| policy.0).collect(),
                _ => Vec::new(),
            },
            claim: match error.told.as_deref() {
                Some(Told::Held(claim)) => Some(claim.into()),
                _ => None,
            },
            blocked: match error.told.as_deref() {
                Some(Told::Blocked(by)) => Some(by.into()),
                _ => None,
            },
            merged_into: match error.told.as_deref() {
                Some(Told::Moved(_, into)) => Some(into.0),
                _ => None,
            },
            existing: match error.told.as_deref() {
                Some(Told::Existing(id)) => Some(*id),
                _ => None,
            },
        }
    }
}

fn field_problem(field: &FieldError, lang: Lang) -> FieldProblem {
    FieldProblem {
        pointer: field.pointer.clone(),
        code: field.violation.code(),
        detail: match lang {
            Lang::Vi => field.violation.vi(),
            Lang::En => field.violation.en(),
        },
        successors: field.violation.successors().to_vec(),
    }
}

/// The whole answer to an error, headers included.
pub(super) fn render(error: &Error, lang: Lang, instance: &str, request_id: Option<Uuid>) -> HttpResponse {
    let body = ProblemBody::new(error, lang, instance, request_id);
    let mut response = match serde_json::to_string(&body) {
        Ok(text) => HttpResponse::build(status(error.code)).body(text),
        // Strings and numbers only, so this is not reached; an empty answer is still an honest one.
        Err(_unwritable) => HttpResponse::new(status(error.code)),
    };
    if matches!(error.code, ErrorCode::RequestTimeout | ErrorCode::PayloadTooLarge) {
        // The rest of the body may still be on its way; nobody is going to read it.
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    write_headers(response.headers_mut(), error, lang);
    if let (ErrorCode::EnterpriseMerged, Some(Told::Moved(from, into))) = (error.code, error.told.as_deref()) {
        let (from, into) = (from.to_string(), into.to_string());
        // The same place of the other one; never the place itself. Identifiers are plain letters, so this is always a value.
        let place = if instance.contains(&from) {
            instance.replacen(&from, &into, 1)
        } else {
            format!("/api/v1/enterprises/{into}")
        };
        if let Ok(place) = HeaderValue::from_str(&place) {
            response.headers_mut().insert(header::LOCATION, place);
        }
    }
    response
}

fn write_headers(headers: &mut HeaderMap, error: &Error, lang: Lang) {
    let code = error.code;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.as_str()));
    match code.status() {
        401 => {
            let challenge = match code {
                ErrorCode::InvalidToken => "Bearer error=\"invalid_token\"",
                // RFC 9470.
                ErrorCode::StepUpRequired => "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"",
                _ => "Bearer",
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        // RFC 7725: who keeps it from the reader is the exchange; who wanted it is in the body.
        451 => {
            headers.insert(header::LINK, HeaderValue::from_static("</>; rel=\"blocked-by\""));
        }
        429 | 503 => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(error.retry_after.unwrap_or(2)));
        }
        _ => {}
    }
}

/// What an error answer that is none of ours (the framework's own) comes to.
pub(super) fn code_of_status(status: StatusCode) -> ErrorCode {
    match status.as_u16() {
        401 => ErrorCode::Unauthenticated,
        403 => ErrorCode::Forbidden,
        404 => ErrorCode::NotFound,
        405 => ErrorCode::MethodNotAllowed,
        408 => ErrorCode::RequestTimeout,
        413 => ErrorCode::PayloadTooLarge,
        415 => ErrorCode::UnsupportedMediaType,
        416 => ErrorCode::RangeNotSatisfiable,
        429 => ErrorCode::TooManyRequests,
        503 => ErrorCode::Busy,
        500..=599 => ErrorCode::Internal,
        _ => ErrorCode::BadRequest,
    }
}

fn status(code: ErrorCode) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fields::Violation;

    #[test]
    fn failures_of_ours_tell_nothing_but_their_code() {
        let mut error = Error::new(ErrorCode::Internal, "bí mật", "secret");
        error.log = Some("password=hunter2".into());
        let text = serde_json::to_string(&ProblemBody::new(&error, Lang::En, "/x", None)).unwrap();
        assert!(
            !text.contains("secret") && !text.contains("bí mật") && !text.contains("hunter2"),
            "{text}"
        );
    }

    #[test]
    fn words_follow_the_language_and_both_are_sent() {
        let error = Error::field("/title/vi", Violation::Required);
        let vi = ProblemBody::new(&error, Lang::Vi, "/x", None);
        let en = ProblemBody::new(&error, Lang::En, "/x", None);
        assert_eq!(vi.detail, vi.messages.vi);
        assert_eq!(en.detail, vi.messages.en);
        assert_ne!(vi.errors[0].detail, en.errors[0].detail);
        assert_eq!(vi.errors[0].code, "required");
    }

    #[test]
    fn every_code_has_a_status_that_http_knows() {
        for code in ErrorCode::ALL {
            assert_eq!(status(*code).as_u16(), code.status());
        }
    }
}
