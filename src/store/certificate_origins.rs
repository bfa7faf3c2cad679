//! Which certificates were issued here, by all that tells so: what has one mark of it is not taken for a paper that was entered, whatever
//! somebody took away of its row.

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::schema::{audit_log, certificate_documents, certificates};
use super::types::DbId;
use super::{AnyConn, MAX_IDS, Result};
use crate::domain::audit::Deed;
use crate::domain::certificate::Certificate;
use crate::domain::ids::CertificateId;

/// Whether one was issued here. Whatever somebody took away of its row, it has a document, or the trail tells of its issue.
pub fn was_issued_here(conn: &mut AnyConn, certificate: &Certificate) -> Result<bool> {
    if certificate.is_issued_here() {
        return Ok(true);
    }
    let id = DbId(certificate.id.0);
    let document = certificate_documents::table.filter(certificate_documents::certificate_id.eq(id));
    let has_document: bool = diesel::select(exists(document)).get_result(conn)?;
    if has_document {
        return Ok(true);
    }
    let issue = audit_log::table
        .filter(audit_log::subject_id.eq(id))
        .filter(audit_log::deed.eq(Deed::CertificateIssued.as_str()));
    Ok(diesel::select(exists(issue)).get_result(conn)?)
}

/// Which of some were issued here, by the same marks.
pub fn among(conn: &mut AnyConn, certificates: &[&Certificate]) -> Result<BTreeSet<CertificateId>> {
    let (told, untold): (Vec<&Certificate>, Vec<&Certificate>) =
        certificates.iter().copied().partition(|one| one.is_issued_here());
    let mut issued: BTreeSet<CertificateId> = told.into_iter().map(|one| one.id).collect();
    for some in untold.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().map(|one| DbId(one.id.0)).collect();
        let by_document: Vec<DbId> = certificate_documents::table
            .filter(certificate_documents::certificate_id.eq_any(ids.clone()))
            .select(certificate_documents::certificate_id)
            .load(conn)?;
        let by_trail: Vec<DbId> = audit_log::table
            .filter(audit_log::subject_id.eq_any(ids))
            .filter(audit_log::deed.eq(Deed::CertificateIssued.as_str()))
            .select(audit_log::subject_id)
            .load(conn)?;
        let found = by_document.into_iter().chain(by_trail);
        issued.extend(found.map(|id| CertificateId(id.0)));
    }
    Ok(issued)
}

/// Those that were issued here, in their order, by the same marks.
pub fn issued_here(conn: &mut AnyConn) -> Result<Vec<CertificateId>> {
    let mut issued: BTreeSet<Uuid> = BTreeSet::new();
    let by_row = certificates::code
        .is_not_null()
        .or(certificates::jws.is_not_null())
        .or(certificates::prepared_by.is_not_null());
    let by_row: Vec<DbId> = certificates::table.filter(by_row).select(certificates::id).load(conn)?;
    issued.extend(by_row.into_iter().map(|id| id.0));
    let by_document: Vec<DbId> = certificate_documents::table
        .select(certificate_documents::certificate_id)
        .load(conn)?;
    issued.extend(by_document.into_iter().map(|id| id.0));
    let by_trail: Vec<DbId> = audit_log::table
        .filter(audit_log::deed.eq(Deed::CertificateIssued.as_str()))
        .select(audit_log::subject_id)
        .load(conn)?;
    issued.extend(by_trail.into_iter().map(|id| id.0));
    let all: Vec<DbId> = certificates::table
        .order(certificates::id)
        .select(certificates::id)
        .load(conn)?;
    let here = all.into_iter().filter(|id| issued.contains(&id.0));
    Ok(here.map(|id| CertificateId(id.0)).collect())
}
