//! What one person sent: files of listings, documents of profiles, logos. Who did stands in the audit trail and nowhere else.

use diesel::prelude::*;

use super::schema::{audit_log, enterprise_documents, enterprise_logos, files};
use super::types::DbId;
use super::{AnyConn, MAX_IDS, Result, documents, logos};
use crate::domain::audit::Deed;
use crate::domain::enterprise::document::{Document, DocumentKind};
use crate::domain::enterprise::logo::Logo;
use crate::domain::file::File;
use crate::domain::ids::{AccountId, DocumentId, EnterpriseId};

/// Files of listings that are still there, newest first, `limit` at most.
pub fn files_by(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<File>> {
    let ids: Vec<DbId> = files::table
        .inner_join(audit_log::table.on(audit_log::subject_id.eq(files::id)))
        .filter(audit_log::actor_id.eq(DbId(account.0)))
        .filter(audit_log::deed.eq(Deed::FileAdded.as_str()))
        .order((files::created_at.desc(), files::id.desc()))
        .select(files::id)
        .limit(limit)
        .load(conn)?;
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(MAX_IDS) {
        found.extend(super::files::find_many(conn, some)?);
    }
    found.sort_by_key(|file| std::cmp::Reverse((file.created_at, file.id.0)));
    Ok(found)
}

/// Documents of profiles likewise.
pub fn documents_by(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<Document>> {
    let ids: Vec<DbId> = enterprise_documents::table
        .inner_join(audit_log::table.on(audit_log::subject_id.eq(enterprise_documents::id)))
        .filter(audit_log::actor_id.eq(DbId(account.0)))
        .filter(audit_log::deed.eq(Deed::DocumentAdded.as_str()))
        .order((
            enterprise_documents::submitted_at.desc(),
            enterprise_documents::id.desc(),
        ))
        .select(enterprise_documents::id)
        .limit(limit)
        .load(conn)?;
    // There are few: one person sends those of one enterprise.
    let documents = ids.into_iter().map(|id| documents::find(conn, DocumentId(id.0)));
    documents.collect()
}

/// Logos that are still there, whether everybody sees them or not: what was sent later by somebody else has another instant.
pub fn logos_by(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<Logo>> {
    let ids: Vec<DbId> = enterprise_logos::table
        .inner_join(
            audit_log::table.on(audit_log::subject_id
                .eq(enterprise_logos::enterprise_id)
                .and(audit_log::at.eq(enterprise_logos::created_at))),
        )
        .filter(audit_log::actor_id.eq(DbId(account.0)))
        .filter(audit_log::deed.eq(Deed::LogoPut.as_str()))
        .order(enterprise_logos::enterprise_id.desc())
        .select(enterprise_logos::enterprise_id)
        .limit(limit)
        .load(conn)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(logos::find(conn, EnterpriseId(id.0))?);
    }
    let waiting: Vec<DbId> = enterprise_documents::table
        .inner_join(
            audit_log::table.on(audit_log::subject_id
                .eq(enterprise_documents::enterprise_id)
                .and(audit_log::at.eq(enterprise_documents::submitted_at))),
        )
        .filter(enterprise_documents::kind.eq(DocumentKind::Logo.as_str()))
        .filter(audit_log::actor_id.eq(DbId(account.0)))
        .filter(audit_log::deed.eq(Deed::LogoPut.as_str()))
        .order(enterprise_documents::id.desc())
        .select(enterprise_documents::id)
        .limit(limit)
        .load(conn)?;
    for id in waiting {
        let document = documents::find(conn, DocumentId(id.0))?;
        found.extend(logos::candidate(conn, &document)?);
    }
    Ok(found)
}
