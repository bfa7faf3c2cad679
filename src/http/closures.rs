//! Closing an enterprise, and opening it again.

use actix_web::web;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{IfMatch, Judged, SignedIn};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use super::views::{EnterpriseView, versioned};
use crate::domain::audit::Reason;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::EnterpriseId;
use crate::service::{App, Error, closures};

/// Why: officers must say it, owners need not.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosureBody {
    /// Why; the owners read it.
    #[serde(default)]
    pub reason: Option<ReasonBody>,
}

impl ClosureBody {
    pub(super) fn reason(&self) -> Result<Option<Reason>, Error> {
        let mut errors = FieldErrors::default();
        let reason = self.reason.as_ref().and_then(|said| said.keep(&mut errors));
        errors.finish(Some(reason)).map_err(Error::fields)
    }
}

/// Close an enterprise (chấm dứt tham gia Sàn).
///
/// By its last owner, or by an officer with a reason. Nothing of it is seen any more; its listings are archived (of many,
/// the first at once and the others in the minutes that follow), its keys, invitations and requests to be
/// admitted end, and its page answers 410. Its people can still sign in, read and export what is theirs.
#[utoipa::path(
    post, path = "/enterprises/{id}/closure", operation_id = "close_enterprise", tag = "enterprises",
    security(("bearer" = [])), request_body(content = ClosureBody, example = json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể theo quyết định."}})),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Closed", body = EnterpriseView),
        (status = 409, description = "`enterprise_wrong_status`: not active; `other_owners`: the caller is not the last one", body = ProblemBody),
    )
)]
pub async fn close_enterprise(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ClosureBody>,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.required()?);
    let reason = body.by(|said| said.reason())?;
    let seen = app
        .write(caller.origin, move |work| {
            closures::close(work, &caller, id, seen, reason.as_ref())
        })
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}

/// Open a closed enterprise again.
///
/// It is active; its listings stay archived until its owner takes them out, and what ended stays ended.
#[utoipa::path(
    delete, path = "/enterprises/{id}/closure", operation_id = "reopen_enterprise", tag = "moderation",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Active again", body = EnterpriseView),
        (status = 409, description = "`enterprise_wrong_status`: not closed; `too_early`: its listings are still being archived", body = ProblemBody),
    )
)]
pub async fn reopen_enterprise(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| closures::reopen(work, &caller, id, seen))
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}
