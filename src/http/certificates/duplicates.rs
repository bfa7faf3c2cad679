//! Duplicates of certificates whose paper was lost or spoilt: one officer prepares, another one signs.

use actix_web::web::{self, Path};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::CertificateDuplicateView;
use super::waiting::{self, WithdrawnQuery};
use crate::domain::certificate::{DuplicateCause, DuplicateProposal};
use crate::domain::fields::{FieldErrors, one_of};
use crate::domain::ids::CertificateId;
use crate::domain::procedure::day;
use crate::domain::text::{Line, Prose};
use crate::domain::whole;
use crate::http::creates::{self, Made};
use crate::http::extract::{IdempotencyKey, Judged, Query, SignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::service::certificates::duplicating::{self, Asked, Signed};
use crate::service::{App, Error, Result};

/// Which of a certificate's papers.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentOfQuery {
    /// The duplicate with this number; the certificate itself when absent.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 1, 10_000>")]
    #[param(minimum = 1, maximum = 10_000, example = 1)]
    pub duplicate: Option<i64>,
}

/// What was asked for.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "asked_by": "Công ty TNHH Cơ khí Sông Thao, công văn số 15/CV-ST", "asked_on": "2026-11-20", "cause": "lost",
    "reason": "Mất do hỏa hoạn tại trụ sở.",
}))]
pub struct DuplicateProposalBody {
    /// Who asked for it, and by which letter.
    #[schema(max_length = 300)]
    pub asked_by: String,
    /// When; not after today, nor before the certificate.
    #[schema(max_length = 10)]
    pub asked_on: String,
    /// What became of the paper: `lost` (mất) or `spoilt` (hỏng). The duplicate says it.
    #[schema(value_type = DuplicateCause, example = "lost")]
    pub cause: String,
    /// Why: how the paper was lost or spoilt.
    #[schema(max_length = 2000)]
    pub reason: String,
}

impl DuplicateProposalBody {
    fn parse(&self) -> Result<Asked> {
        let mut errors = FieldErrors::default();
        let by = errors.keep("/asked_by", Line::parse(&self.asked_by));
        let on = errors.keep("/asked_on", day(&self.asked_on));
        let cause = errors.keep("/cause", one_of::<DuplicateCause>(&self.cause));
        let reason = errors.keep("/reason", Prose::parse(&self.reason));
        let asked = by
            .zip(on)
            .zip(cause.zip(reason))
            .map(|((by, on), (cause, reason))| Asked { by, on, cause, reason });
        errors.finish(asked).map_err(Error::fields)
    }
}

/// A duplicate that one officer prepared and another one is to sign.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DuplicateProposalView {
    /// Identifier, which whoever signs names.
    pub id: Uuid,
    /// Who asked for it.
    #[schema(max_length = 300)]
    pub asked_by: String,
    /// When.
    pub asked_on: Date,
    /// What became of the paper; null of what was prepared before that was asked for, which is not signed any more.
    #[schema(required, value_type = Option<DuplicateCause>, example = "lost")]
    pub cause: Option<&'static str>,
    /// Why.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// By which officer it was prepared; another one signs.
    pub proposed_by: Uuid,
    /// When.
    pub proposed_at: Timestamp,
}

impl From<DuplicateProposal> for DuplicateProposalView {
    fn from(proposal: DuplicateProposal) -> Self {
        Self {
            id: proposal.id,
            asked_by: proposal.asked_by,
            asked_on: proposal.asked_on,
            cause: proposal.cause.map(DuplicateCause::as_str),
            reason: proposal.reason,
            proposed_by: proposal.proposed_by.0,
            proposed_at: proposal.proposed_at,
        }
    }
}

/// What is signed.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"proposal": "0191b1a2-3c4d-7e5f-8a6b-7c8d9e0f1a2b", "signed_as": "KT. Giám đốc, Phó Giám đốc"}))]
pub struct DuplicateBody {
    /// What another officer prepared, as it was read (`GET …/duplicate-proposal`).
    pub proposal: Uuid,
    /// As what the signer signs; as the head of the authority of today when absent.
    #[schema(max_length = 100)]
    pub signed_as: Option<String>,
}

impl DuplicateBody {
    fn parse(&self) -> Result<Signed> {
        let mut errors = FieldErrors::default();
        let signed_as = errors.keep_opt("/signed_as", self.signed_as.as_deref(), Line::parse);
        let signed = Signed {
            proposal: self.proposal,
            signed_as,
        };
        errors.finish(Some(signed)).map_err(Error::fields)
    }
}

/// Prepare a duplicate of a certificate whose paper was lost or spoilt (trình cấp lại bản bị mất, hỏng): another officer signs.
///
/// What would be refused when it is signed is refused now. One waits at a time.
#[utoipa::path(
    post, path = "/certificates/{id}/duplicate-proposal", operation_id = "propose_duplicate", tag = "dossiers", security(("bearer" = [])),
    request_body = DuplicateProposalBody,
    params(
        ("id" = Uuid, Path, description = "Identifier of the certificate"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Prepared", body = DuplicateProposalView),
        (status = 409, description = "`already_there`: one waits; `not_competent`: it was not issued here, or by an authority whose place nobody here took; `certificate_not_in_force`: it was annulled; `limit_reached`: 20 were issued", body = ProblemBody),
    )
)]
pub async fn propose_duplicate(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<DuplicateProposalBody>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let key = key.of(&format!("propose_duplicate:{id}"), &body.raw);
    let asked = body.by(|said| said.parse())?;
    creates::create(&app, caller, key, move |work| {
        let proposal = duplicating::propose(work, &caller, id, &asked)?;
        let location = format!("/certificates/{id}/duplicate-proposal");
        Ok(Made::at(location, DuplicateProposalView::from(proposal)))
    })
    .await
}

/// Read which duplicate of a certificate waits for a signature (xem việc trình cấp lại); for officers.
#[utoipa::path(
    get, path = "/certificates/{id}/duplicate-proposal", operation_id = "get_duplicate_proposal", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the certificate")),
    responses(
        (status = 200, description = "What is prepared", body = DuplicateProposalView),
        (status = 409, description = "`not_proposed`", body = ProblemBody),
    )
)]
pub async fn get_duplicate_proposal(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    waiting::read::<_, DuplicateProposalView>(&app, caller, id.into_inner(), duplicating::proposal).await
}

/// Take back what was prepared, or refuse to sign it (rút lại việc trình cấp lại).
#[utoipa::path(
    delete, path = "/certificates/{id}/duplicate-proposal", operation_id = "withdraw_duplicate_proposal", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the certificate"), WithdrawnQuery),
    responses(
        (status = 204, description = "Nothing waits any more"),
        (status = 409, description = "`not_proposed`; `proposal_outdated`: another one waits than was read", body = ProblemBody),
    )
)]
pub async fn withdraw_duplicate_proposal(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    Query(query): Query<WithdrawnQuery>,
) -> Answer {
    waiting::take_back(&app, caller, (id.into_inner(), query), duplicating::withdraw).await
}

/// Issue a duplicate that another officer prepared (ký bản cấp lại): an event of the house, for officers who sign.
///
/// It says what the certificate says, and which duplicate it is; it is signed, verified and proved like the certificate, which
/// stays what it is. Its document is `GET /certificates/{id}/document?duplicate=1`, and so are its record and its proof.
#[utoipa::path(
    post, path = "/certificates/{id}/duplicates", operation_id = "issue_duplicate", tag = "dossiers", security(("bearer" = [])),
    request_body = DuplicateBody,
    params(
        ("id" = Uuid, Path, description = "Identifier of the certificate"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Issued", body = CertificateDuplicateView),
        (status = 403, description = "`second_person_required`: whoever prepared it does not sign it", body = ProblemBody),
        (status = 409, description = "`not_proposed`; `proposal_outdated`: another one waits than was read; `not_competent`, `certificate_not_in_force`, `limit_reached` as when it was prepared", body = ProblemBody),
    )
)]
pub async fn issue_duplicate(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<DuplicateBody>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let key = key.of(&format!("issue_duplicate:{id}"), &body.raw);
    let signed = body.by(|said| said.parse())?;
    creates::create(&app, caller, key, move |work| {
        let duplicate = duplicating::issue(work, &caller, id, &signed)?;
        let location = format!("/certificates/{id}/document?duplicate={}", duplicate.mark.ordinal);
        Ok(Made::at(location, CertificateDuplicateView::of(&duplicate)))
    })
    .await
}
