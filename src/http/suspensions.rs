//! Halting an enterprise, and letting it go on.

use actix_web::web;
use uuid::Uuid;

use super::extract::{IfMatch, Judged, SignedIn};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use super::views::{EnterpriseView, versioned};
use crate::domain::ids::EnterpriseId;
use crate::service::{App, suspensions};

/// Halt an enterprise (tạm ngừng doanh nghiệp).
///
/// Its listings vanish, its members' sessions end, and nobody changes anything for it until it is lifted.
#[utoipa::path(
    post, path = "/enterprises/{id}/suspension", operation_id = "suspend_enterprise", tag = "moderation",
    security(("bearer" = [])), request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Halted", body = EnterpriseView),
        (status = 403, description = "Not an officer who reviews these", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
        (status = 409, description = "`enterprise_wrong_status`: not active", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn suspend_enterprise(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.required()?);
    let reason = body.by(|said| said.parse())?;
    let seen = app
        .write(caller.origin, move |work| {
            suspensions::suspend(work, &caller, id, seen, &reason)
        })
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}

/// Let a halted enterprise go on: its listings are seen again.
#[utoipa::path(
    delete, path = "/enterprises/{id}/suspension", operation_id = "reinstate_enterprise", tag = "moderation",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Active again", body = EnterpriseView),
        (status = 403, description = "Not an officer who reviews these", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
        (status = 409, description = "`enterprise_wrong_status`: not suspended", body = ProblemBody),
    )
)]
pub async fn reinstate_enterprise(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| {
            suspensions::reinstate(work, &caller, id, seen)
        })
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}
