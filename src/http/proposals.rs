//! What one officer proposes and another signs.

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dossiers::{DossierEventBody, told, view};
use super::extract::{IfMatch, Judged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::certificate::difference::RecordDifference;
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::ids::DossierId;
use crate::service::App;
use crate::service::dossiers::proposals::{self, Prepared, Proposal};

/// What is proposed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposalView {
    /// Which event.
    #[schema(max_length = 40, example = "issue")]
    pub event: String,
    /// The day that comes with it.
    #[schema(required)]
    pub given_on: Option<Date>,
    /// The ground.
    #[schema(required)]
    pub ground: Option<String>,
    /// The words.
    #[schema(required)]
    pub note: Option<String>,
    /// Number of the decision by which it is done: of an annulment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "88/QĐ-SKHCN")]
    pub letter_number: Option<String>,
    /// The day of that decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter_on: Option<Date>,
    /// By which officer; another one signs.
    pub proposed_by: Uuid,
    /// When.
    pub proposed_at: Timestamp,
}

impl From<&Proposal> for ProposalView {
    fn from(proposal: &Proposal) -> Self {
        Self {
            event: proposal.event.clone(),
            given_on: proposal.given_on,
            ground: proposal.ground.clone(),
            note: proposal.note.clone(),
            letter_number: proposal.letter_number.clone(),
            letter_on: proposal.letter_on,
            proposed_by: proposal.proposed_by.0,
            proposed_at: proposal.proposed_at,
        }
    }
}

/// What is proposed, and what would be issued.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreparedView {
    /// The proposal.
    #[serde(flatten)]
    pub proposal: ProposalView,
    /// What would be issued, as it would read, with `…` for what comes with the signature; null of an annulment.
    #[schema(required)]
    pub record: Option<CertificateRecord>,
    /// What an amendment makes different from the certificate that holds, old beside new, whatever the amendment itself calls
    /// it; empty of anything else.
    #[schema(max_items = 100)]
    pub differences: Vec<RecordDifference>,
    /// The address of the exchange, under which what is signed is verified for ever (`public_url`, or
    /// where that is not set the one at which the server listens).
    #[schema(example = "https://congnghe.phutho.gov.vn")]
    pub verified_under: String,
    /// Whether only the server itself reaches that address: what is signed now could be verified by nobody else.
    pub is_verified_locally: bool,
}

impl PreparedView {
    fn of(prepared: Prepared, public_url: &str) -> Self {
        Self {
            proposal: ProposalView::from(&prepared.proposal),
            record: prepared.record,
            differences: prepared.differences,
            is_verified_locally: is_local(public_url),
            verified_under: public_url.to_owned(),
        }
    }
}

/// Whether an address is one that only this machine reaches.
fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).to_ascii_lowercase();
    ["127.", "localhost", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
}

/// Propose what another officer signs (trình ký): the issue of a certificate or licence, or its annulment.
///
/// What would be refused when it is signed is refused now. Whatever else happens to the dossier ends the proposal. An officer's own
/// proposal is replaced by another one; what another officer proposed is signed or taken back first.
#[utoipa::path(
    put, path = "/dossiers/{id}/proposal", operation_id = "propose", tag = "dossiers", security(("bearer" = [])),
    request_body = DossierEventBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Proposed: the dossier, with `proposal`", body = super::dossiers::views::DossierView),
        (status = 409, description = "As when it is signed: `dossier_wrong_state`, `not_competent`, `certificate_not_in_force`, `screening_required`; `already_there`: another officer's proposal waits", body = ProblemBody),
    )
)]
pub async fn propose(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<DossierEventBody>,
) -> Answer {
    let (id, seen) = (DossierId(id.into_inner()), if_match.required()?);
    let (event, given) = body.by(|said| said.parse(true))?;
    let proposed = app
        .write(caller.origin, move |work| {
            let opened = proposals::propose(work, &caller, (id, seen), &event, &given)?;
            view(work, &opened)
        })
        .await?;
    Ok(told(&proposed))
}

/// Read what is proposed (xem việc trình ký), with what would be issued; for officers. 404 where nothing is.
#[utoipa::path(
    get, path = "/dossiers/{id}/proposal", operation_id = "get_proposal", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 200, description = "The proposal", body = PreparedView),
    )
)]
pub async fn get_proposal(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = DossierId(id.into_inner());
    let public_url = app.rules.address.clone();
    let prepared = app
        .write(caller.origin, move |work| proposals::read(work, &caller, id))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(PreparedView::of(prepared, &public_url)))
}

/// Take a proposal back, or refuse to sign it (rút trình, không ký).
///
/// Another officer's, too, who gets a letter; what it was stays in the audit trail.
#[utoipa::path(
    delete, path = "/dossiers/{id}/proposal", operation_id = "withdraw_proposal", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Taken back: the dossier", body = super::dossiers::views::DossierView),
        (status = 409, description = "`not_proposed`", body = ProblemBody),
    )
)]
pub async fn withdraw_proposal(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (DossierId(id.into_inner()), if_match.required()?);
    let withdrawn = app
        .write(caller.origin, move |work| {
            let opened = proposals::withdraw(work, &caller, id, seen)?;
            view(work, &opened)
        })
        .await?;
    Ok(told(&withdrawn))
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn a_local_address_is_told_from_others() {
        for local in ["http://127.0.0.1:8080", "http://LocalHost:1", "https://[::1]/vptex"] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "https://congnghe.phutho.gov.vn",
            "http://10.127.0.1",
            "https://vn.localdomain",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
