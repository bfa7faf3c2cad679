//! What the audit trail tells of certificates: how they were issued, and what became of them. Only by rows that are as they were written.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit::Row;
use super::schema::audit_log;
use super::types::DbId;
use super::{AnyConn, Result};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, CertificateId, DossierId};

/// The first row of a deed that was done to a certificate.
fn first(conn: &mut AnyConn, id: CertificateId, deed: Deed) -> Result<Option<Row>> {
    let row: Option<Row> = audit_log::table
        .filter(audit_log::subject_id.eq(DbId(id.0)))
        .filter(audit_log::deed.eq(deed.as_str()))
        .order(audit_log::seq)
        .first(conn)
        .optional()?;
    Ok(row.filter(Row::is_as_hashed))
}

/// The hash of the row of a certificate as it was issued.
pub fn issued_as(conn: &mut AnyConn, id: CertificateId) -> Result<Option<Vec<u8>>> {
    let row = first(conn, id, Deed::CertificateIssued)?;
    Ok(row.and_then(|row| row.after_hash))
}

/// What the trail tells of an issue beside what was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// When.
    pub at: Timestamp,
    /// Who signed.
    pub signed_by: Option<AccountId>,
    /// Who had proposed it last; nothing where nobody had, before there were two officers.
    pub prepared_by: Option<AccountId>,
}

/// By whom and when a certificate was issued that came of a dossier.
pub fn issue(conn: &mut AnyConn, id: CertificateId, dossier: Option<DossierId>) -> Result<Option<Issue>> {
    let Some(row) = first(conn, id, Deed::CertificateIssued)? else {
        return Ok(None);
    };
    let proposed: Option<Row> = match dossier {
        Some(dossier) => audit_log::table
            .filter(audit_log::subject_id.eq(DbId(dossier.0)))
            .filter(audit_log::deed.eq(Deed::DossierProposed.as_str()))
            .filter(audit_log::seq.lt(row.seq))
            .order(audit_log::seq.desc())
            .first(conn)
            .optional()?,
        None => None,
    };
    let by = |row: &Row| row.actor_id.map(|id| AccountId(id.0));
    let proposed = proposed.filter(Row::is_as_hashed);
    Ok(Some(Issue {
        at: row.at.0,
        signed_by: by(&row),
        prepared_by: proposed.as_ref().and_then(by),
    }))
}

/// When it was annulled.
pub fn annulled_at(conn: &mut AnyConn, id: CertificateId) -> Result<Option<Timestamp>> {
    let row = first(conn, id, Deed::CertificateAnnulled)?;
    Ok(row.map(|row| row.at.0))
}

/// The licence that took its place: the one that was issued next in the same lane, in the same instant.
pub fn replaced_by(conn: &mut AnyConn, id: CertificateId) -> Result<Option<CertificateId>> {
    let Some(replaced) = first(conn, id, Deed::CertificateReplaced)? else {
        return Ok(None);
    };
    let next: Option<Row> = audit_log::table
        .filter(audit_log::lane.eq(replaced.lane))
        .filter(audit_log::link.gt(replaced.link))
        .filter(audit_log::deed.eq(Deed::CertificateIssued.as_str()))
        .order(audit_log::link)
        .first(conn)
        .optional()?;
    let next = next.filter(|next| next.at.0 == replaced.at.0 && next.is_as_hashed());
    Ok(next.map(|next| CertificateId(next.subject_id.0)))
}
