//! Certificates whose record somebody changed in the database, put back as they were signed: one officer proposes, another one confirms.

use actix_web::web::{self, Path};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::waiting::{self, WithdrawnQuery};
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::certificate::restoration::{Changed, RestorationSource};
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::ids::CertificateId;
use crate::domain::text::Prose;
use crate::http::creates::{self, Made};
use crate::http::extract::{IdempotencyKey, Judged, Query, SignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::service::certificates::restoring::{self, Asked, Restored, Seen};
use crate::service::{App, Error, Result};

/// Most characters of a file in base64: about 700 kB, which no certificate comes near.
const LONGEST_FILE: usize = 1_000_000;

/// Why, and out of what.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "`vptex certificate check` báo bản ghi không còn đúng như khi ký."}))]
pub struct RestorationProposalBody {
    /// What was found, and how.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// The PDF or the signed record (JSON) of the certificate as a holder downloaded it, in base64; what the register keeps beside the
    /// record, its signature and its document, is looked through when absent.
    #[schema(max_length = 1_000_000)]
    pub file: Option<String>,
    /// The duplicate with this number, whose document is to be put back; the certificate itself when absent.
    #[schema(minimum = 1, maximum = 10_000, example = 1)]
    pub duplicate: Option<i64>,
}

fn ordinal(number: i64) -> std::result::Result<i64, Violation> {
    let (min, max) = (1, 10_000);
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(Violation::OutOfRange { min, max })
    }
}

fn file(text: &str) -> std::result::Result<Vec<u8>, Violation> {
    if text.len() > LONGEST_FILE {
        return Err(Violation::TooLong { max: LONGEST_FILE });
    }
    STANDARD
        .decode(text)
        .map_err(|_wrong| Violation::Malformed { what: "base64" })
}

impl RestorationProposalBody {
    fn parse(&self) -> Result<Asked> {
        let mut errors = FieldErrors::default();
        let reason = errors.keep("/reason", Prose::parse(&self.reason));
        let file = errors.keep_opt("/file", self.file.as_deref(), file);
        let duplicate = self
            .duplicate
            .and_then(|number| errors.keep("/duplicate", ordinal(number)));
        let asked = reason.map(|reason| Asked {
            reason,
            file,
            duplicate,
        });
        errors.finish(asked).map_err(Error::fields)
    }
}

/// A member that the register has otherwise than it was signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangedMember {
    /// Where, as a JSON pointer into `record`, or the name of a column.
    #[schema(example = "/contract/place")]
    pub member: String,
    /// What the register has; null of what was taken away there.
    #[schema(required, example = "Nơi khác")]
    pub kept: Option<String>,
    /// What was signed; null of what was put there.
    #[schema(required, example = "Phú Thọ")]
    pub signed: Option<String>,
}

impl From<Changed> for ChangedMember {
    fn from(changed: Changed) -> Self {
        Self {
            member: changed.member,
            kept: changed.kept,
            signed: changed.signed,
        }
    }
}

/// A restoration that one officer proposed and another one is to confirm.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RestorationProposalView {
    /// Identifier, which whoever confirms names.
    pub id: Uuid,
    /// Where what was signed was found.
    #[schema(value_type = RestorationSource, example = "signature")]
    pub source: &'static str,
    /// Why it is put back.
    #[schema(max_length = 2000)]
    pub reason: String,
    /// By which officer it was proposed; another one confirms.
    pub proposed_by: Uuid,
    /// When.
    pub proposed_at: Timestamp,
    /// What was signed, and would be in the register again.
    pub record: CertificateRecord,
    /// In what the register's record says something else; empty where only signature, document or columns were changed. Of a duplicate (`duplicate`
    /// of `record`) its mark is held against the one that was signed.
    #[schema(max_items = 200)]
    pub changes: Vec<ChangedMember>,
    /// Which columns beside the record, by which it is found and which tell what became of it, have something else than was signed, or than
    /// dossier and trail tell.
    #[schema(max_items = 30)]
    pub columns: Vec<ChangedMember>,
}

impl From<Seen> for RestorationProposalView {
    fn from(seen: Seen) -> Self {
        Self {
            id: seen.proposal.id,
            source: seen.proposal.source.as_str(),
            reason: seen.proposal.reason,
            proposed_by: seen.proposal.proposed_by.0,
            proposed_at: seen.proposal.proposed_at,
            record: seen.record,
            changes: seen.changes.into_iter().map(ChangedMember::from).collect(),
            columns: seen.columns.into_iter().map(ChangedMember::from).collect(),
        }
    }
}

/// What is confirmed.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"proposal": "0191b1a2-3c4d-7e5f-8a6b-7c8d9e0f1a2b"}))]
pub struct RestorationBody {
    /// What another officer proposed, as it was read (`GET …/restoration-proposal`).
    pub proposal: Uuid,
}

/// A certificate that is again what was signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateRestoration {
    /// Which.
    pub certificate_id: Uuid,
    /// Its number, as it was signed.
    #[schema(example = "01/2026/CNĐKCGCN-SKHCN")]
    pub number: String,
    /// Where what was signed was found.
    #[schema(value_type = RestorationSource, example = "signature")]
    pub source: &'static str,
    /// Which duplicate of it, where the document of one was put back.
    #[schema(required, minimum = 1, maximum = 10_000, example = 1)]
    pub duplicate: Option<i64>,
}

impl From<Restored> for CertificateRestoration {
    fn from(restored: Restored) -> Self {
        Self {
            certificate_id: restored.certificate.0,
            number: restored.number,
            source: restored.source.as_str(),
            duplicate: restored.duplicate,
        }
    }
}

/// Propose to put the record of a certificate back as it was signed (đề xuất khôi phục bản ghi bị thay đổi): another officer confirms.
///
/// Taken is only what a key of the exchange signed and the audit trail has as the issue of this very certificate: of what the register keeps
/// beside the record, or of the file that is sent. What would be refused when it is confirmed is refused now. One waits at a time. The document of
/// a duplicate (`duplicate`) is put back in the same way, once the certificate is whole.
#[utoipa::path(
    post, path = "/certificates/{id}/restoration-proposal", operation_id = "propose_restoration", tag = "dossiers", security(("bearer" = [])),
    request_body = RestorationProposalBody,
    params(
        ("id" = Uuid, Path, description = "Identifier of the certificate"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Proposed", body = RestorationProposalView),
        (status = 404, description = "`not_found`: there is no such certificate, or no such duplicate of it", body = ProblemBody),
        (status = 409, description = "`already_there`: one waits; `certificate_intact`: record and document are what was signed", body = ProblemBody),
        (status = 422, description = "`certificate_not_genuine`: the file, or all that the register keeps, is not what was signed for this certificate", body = ProblemBody),
    )
)]
pub async fn propose_restoration(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<RestorationProposalBody>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let key = key.of(&format!("propose_restoration:{id}"), &body.raw);
    let asked = body.by(|said| said.parse())?;
    creates::create(&app, caller, key, move |work| {
        let seen = restoring::propose(work, &caller, id, &asked)?;
        let location = format!("/certificates/{id}/restoration-proposal");
        Ok(Made::at(location, RestorationProposalView::from(seen)))
    })
    .await
}

/// Read which restoration of a certificate waits to be confirmed (xem đề xuất khôi phục); for officers.
#[utoipa::path(
    get, path = "/certificates/{id}/restoration-proposal", operation_id = "get_restoration_proposal", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the certificate")),
    responses(
        (status = 200, description = "What is proposed", body = RestorationProposalView),
        (status = 409, description = "`not_proposed`", body = ProblemBody),
        (status = 422, description = "`certificate_not_genuine`: what was proposed was changed in the database, too", body = ProblemBody),
    )
)]
pub async fn get_restoration_proposal(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    waiting::read::<_, RestorationProposalView>(&app, caller, id.into_inner(), restoring::proposal).await
}

/// Take back what was proposed, or refuse to confirm it (rút lại đề xuất khôi phục).
#[utoipa::path(
    delete, path = "/certificates/{id}/restoration-proposal", operation_id = "withdraw_restoration_proposal", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier of the certificate"), WithdrawnQuery),
    responses(
        (status = 204, description = "Nothing waits any more"),
        (status = 409, description = "`not_proposed`; `proposal_outdated`: another one waits than was read", body = ProblemBody),
    )
)]
pub async fn withdraw_restoration_proposal(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    Query(query): Query<WithdrawnQuery>,
) -> Answer {
    waiting::take_back(&app, caller, (id.into_inner(), query), restoring::withdraw).await
}

/// Confirm a restoration that another officer proposed (xác nhận khôi phục bản ghi): for officers who sign.
///
/// Record, document and the columns of the register by which the certificate is found are what was signed again. What became of the
/// certificate since (amended, replaced, annulled) stays.
#[utoipa::path(
    post, path = "/certificates/{id}/restorations", operation_id = "confirm_restoration", tag = "dossiers", security(("bearer" = [])),
    request_body = RestorationBody,
    params(
        ("id" = Uuid, Path, description = "Identifier of the certificate"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Put back", body = CertificateRestoration),
        (status = 403, description = "`second_person_required`: whoever proposed it does not confirm it", body = ProblemBody),
        (status = 409, description = "`not_proposed`; `proposal_outdated`: another one waits than was read; `certificate_intact`; `already_there`: another record has its number or code", body = ProblemBody),
        (status = 422, description = "`certificate_not_genuine`: what was proposed was changed in the database, too", body = ProblemBody),
    )
)]
pub async fn confirm_restoration(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<RestorationBody>,
) -> Answer {
    let id = CertificateId(id.into_inner());
    let key = key.of(&format!("confirm_restoration:{id}"), &body.raw);
    let proposal = body.by(|said| Ok(said.proposal))?;
    creates::create(&app, caller, key, move |work| {
        let restored = restoring::confirm(work, &caller, id, proposal)?;
        let location = format!("/certificates/{id}");
        Ok(Made::at(location, CertificateRestoration::from(restored)))
    })
    .await
}
