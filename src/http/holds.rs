//! Suspending one listing, and letting it go on.

use actix_web::web;
use uuid::Uuid;

use super::extract::{IfMatch, Judged, SignedIn};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use super::views::{ListingView, versioned};
use crate::domain::ids::ListingId;
use crate::service::{App, holds};

/// Suspend a public listing (tạm ngừng hiển thị tin).
///
/// At once nobody finds it but its owner and officers, and the owners are told why by letter. Nobody changes it until the
/// suspension is lifted; its term runs on.
#[utoipa::path(
    post, path = "/listings/{id}/suspension", operation_id = "suspend_listing", tag = "moderation",
    security(("bearer" = [])), request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Suspended", body = ListingView),
        (status = 409, description = "`listing_wrong_status`: not published; `already_decided`: suspended already", body = ProblemBody),
    )
)]
pub async fn suspend_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let reason = body.by(|said| said.parse())?;
    let seen = app
        .write(caller.origin, move |work| {
            holds::suspend(work, &caller, id, seen, &reason)
        })
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

/// Let a suspended listing go on (bỏ tạm ngừng hiển thị tin).
///
/// It is public again if it was not taken down and its term has not ended meanwhile.
#[utoipa::path(
    delete, path = "/listings/{id}/suspension", operation_id = "reinstate_listing", tag = "moderation",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "No longer suspended", body = ListingView),
        (status = 409, description = "`already_decided`: it is not suspended", body = ProblemBody),
    )
)]
pub async fn reinstate_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| holds::reinstate(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}
