//! What stands beside a certificate's record and was not signed: its place in the chain, whose it is, where that is, who prepared and signed it and
//! when, and what became of it. It is held against what tells it, too: the record, the dossier that it came of, and the audit trail.

use jiff::Timestamp;

use super::party::Party;
use super::sides;
use crate::domain::calendar::day_of;
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::RecordParty;
use crate::domain::dossier::Dossier;
use crate::domain::ids::{CertificateId, EnterpriseId};
use crate::service::Result;
use crate::store::certificate_trail::{self, Told};
use crate::store::{self, AnyConn, certificates as rows, dossiers, enterprises};

/// A certificate with what stands beside its record as that is told elsewhere; the record is one that was signed.
pub(super) fn as_told(conn: &mut AnyConn, certificate: Certificate) -> Result<Certificate> {
    let record = &certificate.record;
    let issue = certificate_trail::issue(conn, certificate.id, certificate.dossier)?;
    let mut told = Certificate {
        created_at: issue.map_or(certificate.created_at, |issue| issue.at),
        signed_by: issue.map_or(certificate.signed_by, |issue| issue.signed_by),
        prepared_by: issue.and_then(|issue| issue.prepared_by).or(certificate.prepared_by),
        position: record.amendment.as_ref().map_or(0, |amendment| amendment.position),
        expires_on: record.contract.ends_on,
        annulled_on: certificate_trail::annulled_at(conn, certificate.id)?
            .map(day_of)
            .or_known(certificate.annulled_on),
        replaced_by: certificate_trail::replaced_by(conn, certificate.id)?.or_known(certificate.replaced_by),
        ..certificate
    };
    if let Some(dossier) = told.dossier {
        let dossier = dossiers::find(conn, dossier)?;
        told.commune = commune(&told, &dossier);
        (told.enterprise, told.counterparty) = parties(conn, &told, &dossier)?;
    }
    Ok(told)
}

/// Whether the chain of the trail holds what that tells of the end of a certificate. Where it does not, nobody can tell whether it was annulled or
/// replaced: nothing is put back by it.
pub(super) fn is_told(conn: &mut AnyConn, id: CertificateId) -> Result<bool> {
    let annulled = certificate_trail::annulled_at(conn, id)?;
    let replaced = certificate_trail::replaced_by(conn, id)?;
    Ok(annulled != Told::Broken && replaced != Told::Broken)
}

/// Where the filer is: as it was signed, where that tells it. An amendment's dossier need not tell what stays.
fn commune(certificate: &Certificate, dossier: &Dossier) -> String {
    let record = &certificate.record;
    let signed = record
        .transferee
        .commune
        .as_ref()
        .or(record.transferor.commune.as_ref());
    let signed = signed.filter(|_| certificate.root.is_none());
    signed.map_or_else(|| dossier.commune().to_owned(), |commune| commune.code.clone())
}

/// Whose it is, the holder first.
fn parties(
    conn: &mut AnyConn,
    certificate: &Certificate,
    dossier: &Dossier,
) -> Result<(Option<EnterpriseId>, Option<EnterpriseId>)> {
    let (own, other) = (certificate.enterprise, certificate.counterparty);
    let chain = match certificate.root.map(|root| rows::chain(conn, root)).transpose() {
        Ok(chain) => chain.unwrap_or_default(),
        // Whose it was before nobody can read until that is put back.
        Err(store::Error::Row(_)) => return Ok((own, other)),
        Err(error) => return Err(error.into()),
    };
    let mut before = chain.iter().filter(|one| one.position < certificate.position);
    let before = before.next_back().map(|before| &before.record);
    let record = &certificate.record;
    let told = sides::of_record(conn, dossier, record, before)?;
    let side = sides::holder(record);
    let (first, second) = (sides::party(record, side), sides::party(record, sides::opposite(side)));
    let of = (dossier, certificate.created_at);
    let own = right(conn, (own, told.0), of, first)?;
    let other = right(conn, (other, told.1), of, second)?;
    Ok((own, other))
}

/// Which of two is right: what the row has, where that may have been so when it was issued, else what is told of it now.
fn right(
    conn: &mut AnyConn,
    (kept, told): (Option<EnterpriseId>, Option<EnterpriseId>),
    (dossier, issued_at): (&Dossier, Timestamp),
    party: &RecordParty,
) -> Result<Option<EnterpriseId>> {
    let may_be = match (kept, told) {
        (kept, told) if kept == told => true,
        // It may have been active then and be closed by now, or have a tax code since.
        (Some(kept), _) => is_filer_without_code(kept, dossier, party) || is(conn, kept, party)?,
        // It may have come to the exchange since.
        (None, Some(told)) => {
            let is_of_dossier = [dossier.enterprise, dossier.counterparty].contains(&Some(told));
            !is_of_dossier || enterprises::find_even_merged(conn, told)?.created_at >= issued_at
        }
        (None, None) => true,
    };
    Ok(if may_be { kept } else { told })
}

fn is_filer_without_code(kept: EnterpriseId, dossier: &Dossier, party: &RecordParty) -> bool {
    party.tax_code.is_none() && dossier.enterprise == Some(kept)
}

/// Whether an enterprise is a party, by its tax code or that of one that became part of it.
fn is(conn: &mut AnyConn, enterprise: EnterpriseId, party: &RecordParty) -> Result<bool> {
    let enterprise = enterprises::find_even_merged(conn, enterprise)?;
    Ok(Party::of(conn, enterprise)?.is(party))
}
