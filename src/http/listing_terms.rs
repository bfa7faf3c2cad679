//! The terms of listings: renewing them, and putting listings away.

use actix_web::web;
use uuid::Uuid;

use super::extract::{IfMatch, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::views::{ListingView, versioned};
use crate::domain::ids::ListingId;
use crate::service::{App, listing_terms};

/// Say that a listing still holds (gia hạn tin).
///
/// Its term begins anew; to say so again on the same day (in Việt Nam) changes nothing and is not counted. One whose term ended is public again at once, as it was approved: nobody can change it meanwhile.
#[utoipa::path(
    post, path = "/listings/{id}/renewal", operation_id = "renew_listing", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Done", body = ListingView),
        (status = 403, description = "`enterprise_not_active`", body = ProblemBody),
        (status = 409, description = "`listing_wrong_status`; `policy_acceptance_required`: `policies` names what the caller must accept first", body = ProblemBody),
        (status = 422, description = "Words that are not published any more (`screened`)", body = ProblemBody),
    )
)]
pub async fn renew_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| listing_terms::renew(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

/// Put a listing away (lưu trữ tin).
///
/// Possible for what is neither public nor under review.
#[utoipa::path(
    post, path = "/listings/{id}/archive", operation_id = "archive_listing", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Done", body = ListingView),
        (status = 409, description = "`listing_wrong_status`", body = ProblemBody),
    )
)]
pub async fn archive_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| {
            listing_terms::archive(work, &caller, id, seen)
        })
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

/// Take a listing out of the archive (bỏ lưu trữ tin).
///
/// It is a draft again or, when it came out before, withdrawn; it is handed in to be public.
#[utoipa::path(
    delete, path = "/listings/{id}/archive", operation_id = "unarchive_listing", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Done", body = ListingView),
        (status = 409, description = "`listing_wrong_status`", body = ProblemBody),
    )
)]
pub async fn unarchive_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| {
            listing_terms::unarchive(work, &caller, id, seen)
        })
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}
