//! Query parameters of operations that have none: refused like unknown ones of those that have some, so that a misspelt or misplaced
//! one is not silently ignored.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use super::extract::query::require_none;
use super::limits::refuse;
use super::openapi::queries::takes_query;
use super::routes::operation;
use crate::service::Error;

/// The middleware; directly inside [`guard`](super::limits::guard). Who calls is not known yet: what is told says nothing of any thing.
pub async fn refuse_strays(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match stray(&request) {
        Some(refusal) => Ok(refuse(request, refusal)),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

fn stray(request: &ServiceRequest) -> Option<Error> {
    let query = request.query_string();
    if query.is_empty() {
        return None;
    }
    // By the path as it is routed, as limits are.
    let pattern = request.resource_map().match_pattern(request.match_info().as_str())?;
    let operation = operation(request.method().as_str(), &pattern)?;
    if takes_query(operation) {
        return None;
    }
    require_none(query).err()
}
