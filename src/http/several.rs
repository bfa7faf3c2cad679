//! Requests of several parts, each of which is done as if it were the only one and tells what became of it.

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::extract::language::Lang;
use super::observe::request_id;
use super::problem::{Answer, Problem, ProblemBody};
use crate::domain::fields::{FieldError, Violation};
use crate::service::context::Caller;
use crate::service::idempotency::{self, Key};
use crate::service::{App, Error};

/// Refuses none, and more than are done at once.
pub fn require_count(pointer: &str, count: usize, most: usize) -> Result<(), Problem> {
    let violation = match count {
        0 => Violation::Required,
        count if count > most => Violation::TooMany { max: most },
        _ => return Ok(()),
    };
    Err(Problem(Error::field(pointer, violation)))
}

/// The key of one part, which no client can have chosen: theirs have no spaces.
pub fn key_of_part(
    key: Option<&str>,
    operation: &str,
    number: usize,
    sent: &impl Serialize,
) -> Result<Option<Key>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let raw = serde_json::to_vec(sent).map_err(|error| Problem(Error::internal(error)))?;
    Ok(Some(Key::new(format!("{key} {number}"), operation, &raw)))
}

/// What is wrong with a part, as a member of the list.
pub fn within(list: &str, number: usize, problem: Problem) -> impl Iterator<Item = FieldError> {
    let place = format!("{list}/{number}");
    problem.0.fields.into_iter().map(move |field| FieldError {
        pointer: format!("{place}{}", field.pointer),
        ..field
    })
}

/// Notes under the key of all parts together that the request was begun, and tells whether it was before. Another request under
/// the same key is refused.
pub async fn begin(app: &App, caller: Caller, key: Option<&str>, operation: &str, raw: &[u8]) -> Result<bool, Problem> {
    let Some(key) = key else { return Ok(false) };
    let key = Key::new(format!("{key} all"), operation, raw);
    let begun = app.write(caller.origin, move |work| idempotency::begin(work, &caller, &key));
    Ok(begun.await?)
}

/// Answers with what became of each.
pub fn answer(is_replay: bool, body: impl Serialize) -> Answer {
    let mut answer = HttpResponse::Ok();
    if is_replay {
        answer.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(answer.json(body))
}

/// Why a part was refused, as a request of its own would be told. What failed is told to the log.
pub fn told(error: &Error, lang: Lang, request: &HttpRequest) -> ProblemBody {
    if error.code.status() >= 500 {
        tracing::error!(code = error.code.as_str(), cause = ?error, "a part of a request failed");
    }
    ProblemBody::new(error, lang, request.path(), request_id(request))
}
