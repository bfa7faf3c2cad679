//! Changes of what an officer verified of an active enterprise. They are asked for with `PATCH /enterprises/{id}`;
//! officers' decisions are in [`moderation`](super::moderation).

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{IfMatch, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::revisions::DifferenceView;
use super::views::{DecisionView, EnterpriseView, versioned};
use crate::domain::enterprise::{Amendment, AmendmentStatus};
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::revision::Difference;
use crate::service::{App, amendments};

/// That something is to change of what was verified.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AmendmentSummary {
    /// Where it stands (trạng thái).
    #[schema(value_type = AmendmentStatus, example = "submitted")]
    pub status: &'static str,
    /// When it was last handed in.
    pub submitted_at: Timestamp,
}

impl From<&Amendment> for AmendmentSummary {
    fn from(amendment: &Amendment) -> Self {
        Self {
            status: amendment.status.as_str(),
            submitted_at: amendment.submitted_at,
        }
    }
}

/// What is to change of what was verified (đề nghị thay đổi thông tin đã xác minh).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AmendmentView {
    /// All but what is to change.
    #[serde(flatten)]
    pub summary: AmendmentSummary,
    /// The enterprise.
    pub enterprise_id: Uuid,
    /// Version of the enterprise: the one to decide on.
    pub version: i64,
    /// Every place at which the wish and what is live differ.
    pub changes: Vec<DifferenceView>,
    /// The last decision about the enterprise that carried a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionView>,
}

/// What is to change of what was verified of an enterprise (đề nghị thay đổi).
///
/// For its owners, and for officers who review it.
#[utoipa::path(
    get, path = "/enterprises/{id}/amendment", operation_id = "get_amendment", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise")),
    responses(
        (status = 200, description = "What is to change", body = AmendmentView),
        (status = 404, description = "Nothing is to change, or no such enterprise", body = ProblemBody),
    )
)]
pub async fn get_amendment(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let (id, vault) = (EnterpriseId(id.into_inner()), app.vault.clone());
    let seen = app
        .read_by_key(move |conn, now| amendments::read(conn, &vault, &caller, id, now))
        .await?;
    let changes = seen.changes.into_iter();
    let view = AmendmentView {
        summary: (&seen.amendment).into(),
        enterprise_id: seen.enterprise.id.0,
        version: seen.enterprise.version,
        changes: changes
            .map(|Difference { pointer, before, after }| DifferenceView { pointer, before, after })
            .collect(),
        decision: seen.decision.as_ref().map(Into::into),
    };
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag(seen.enterprise.version)))
        .json(view))
}

/// Take back what is to change (rút đề nghị thay đổi).
///
/// The registration stays as it is.
#[utoipa::path(
    delete, path = "/enterprises/{id}/amendment", operation_id = "take_back_amendment", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the enterprise"), ("If-Match" = Option<String>, Header, description = "Refuses another version of the enterprise than this")),
    responses(
        (status = 200, description = "Taken back", body = EnterpriseView),
        (status = 404, description = "Nothing is to change, or no such enterprise", body = ProblemBody),
    )
)]
pub async fn take_back_amendment(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (EnterpriseId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| {
            amendments::take_back(work, &caller, id, seen)
        })
        .await?;
    Ok(versioned(&seen, &EnterpriseView::of(&seen)))
}
