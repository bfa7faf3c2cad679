//! What operations are sent that they do not take: query parameters where there are none, and a body where there is none. Both are
//! refused like what is unknown where they are taken, so that what is misspelt or misplaced is not silently ignored.

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use tokio::time::Instant;

use super::extract::json::in_time;
use super::extract::query::require_none;
use super::extract::settings;
use super::limits::load::step_aside;
use super::limits::pace::Pace;
use super::limits::refuse;
use super::observe::set_body_pending;
use super::openapi::sent::{takes_body, takes_query};
use super::routes::{Operation, operation};
use crate::service::{Error, ErrorCode, Result};

/// Longest body, in bytes, that may turn out to say nothing: white space, or an empty object.
const MOST: usize = 256;

/// The middleware; directly inside [`guard`](super::limits::guard). Who calls is not known yet: what is told says nothing of any thing.
pub async fn refuse_strays(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if let Some(refusal) = stray(&request) {
        return Ok(refuse(request, refusal));
    }
    match require_no_body(&mut request).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(refuse(request, refusal)),
    }
}

/// The operation that a request is for; by the path as it is routed, as limits are.
fn routed(request: &ServiceRequest) -> Option<&'static Operation> {
    let pattern = request.resource_map().match_pattern(request.match_info().as_str())?;
    operation(request.method().as_str(), &pattern)
}

fn stray(request: &ServiceRequest) -> Option<Error> {
    let query = request.query_string();
    if query.is_empty() || takes_query(routed(request)?) {
        return None;
    }
    require_none(query).err()
}

/// Refuses a body that says something where the operation takes none.
async fn require_no_body(request: &mut ServiceRequest) -> Result<()> {
    let payload = request.take_payload();
    if matches!(payload, Payload::None) {
        return Ok(());
    }
    if routed(request).is_none_or(takes_body) {
        request.set_payload(payload);
        return Ok(());
    }
    // A length that is told is refused before anything is read.
    let told = request.headers().get(header::CONTENT_LENGTH);
    let told = told.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > MOST) {
        return Err(ErrorCode::UnexpectedBody.into());
    }
    let pace = settings(request.request())?.pace;
    let aside = step_aside(request.request());
    set_body_pending(request.request(), true);
    let says_nothing = says_nothing(payload, pace).await;
    set_body_pending(request.request(), false);
    if !says_nothing? {
        return Err(ErrorCode::UnexpectedBody.into());
    }
    aside.come_back()
}

/// Whether a body that is read to its end, or to its bound, is empty or an empty object; refused where it comes too slowly, or breaks off.
async fn says_nothing(mut payload: Payload, pace: Pace) -> Result<bool> {
    let began = Instant::now();
    let mut bytes: Vec<u8> = Vec::new();
    while let Some(chunk) = in_time(&mut payload, pace.deadline(began, bytes.len())).await? {
        if bytes.len().saturating_add(chunk.len()) > MOST {
            return Ok(false);
        }
        bytes.extend_from_slice(&chunk);
    }
    bytes.retain(|byte| !byte.is_ascii_whitespace());
    Ok(bytes.is_empty() || bytes == b"{}")
}
