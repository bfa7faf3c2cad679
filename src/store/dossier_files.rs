//! Rows of the files of dossiers' papers. Their bytes lie in the file store.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::dossier_files::{self, dsl};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::dossier::{DossierFile, NewPaper};
use crate::domain::enterprise::document::DocumentContent;
use crate::domain::file::{Digest, FileName};
use crate::domain::ids::{AccountId, DossierFileId, DossierId, EnterpriseId};

/// What lets somebody fix or remove files: whatever happens to their dossier, also by itself.
const KEEPERS: [Action; 4] = [
    Action::EndDossierTerms,
    Action::EditDossier,
    Action::HandleDossier,
    Action::SignCertificate,
];

#[derive(Queryable, Selectable)]
#[diesel(table_name = dossier_files)]
struct Row {
    id: DbId,
    dossier_id: DbId,
    document: String,
    form: Option<String>,
    language: Option<String>,
    name: String,
    media_type: String,
    sha256: Vec<u8>,
    size: i64,
    pages: Option<i64>,
    handed_in_at: Option<DbTs>,
    added_by: Option<DbId>,
    created_at: DbTs,
    filed_with_id: Option<DbId>,
    is_confidential: bool,
}

impl Row {
    fn into_domain(self) -> Result<DossierFile> {
        let digest = self.sha256.try_into().map(Digest);
        Ok(DossierFile {
            id: DossierFileId(self.id.0),
            dossier: DossierId(self.dossier_id.0),
            paper: NewPaper {
                document: self.document,
                form: self.form.map(|form| form.parse()).transpose()?,
                language: self.language,
                name: FileName::stored(self.name),
            },
            content: DocumentContent {
                media_type: self.media_type.parse()?,
                digest: digest.map_err(|_other_length| Error::Row("sha256 has not 32 bytes".into()))?,
                size: self.size,
            },
            pages: self.pages,
            handed_in_at: self.handed_in_at.map(|at| at.0),
            filed_with: self.filed_with_id.map(|id| EnterpriseId(id.0)),
            is_confidential: self.is_confidential,
            added_by: self.added_by.map(|id| AccountId(id.0)),
            created_at: self.created_at.0,
        })
    }
}

/// One of a dossier; [`Error::NotFound`] when it has none of this name.
pub fn find(conn: &mut AnyConn, dossier: DossierId, id: DossierFileId) -> Result<DossierFile> {
    let row: Row = dossier_files::table
        .filter(dsl::id.eq(DbId(id.0)))
        .filter(dsl::dossier_id.eq(DbId(dossier.0)))
        .select(Row::as_select())
        .first(conn)?;
    row.into_domain()
}

/// All of a dossier, as they were sent. There are few.
pub fn of_dossier(conn: &mut AnyConn, dossier: DossierId) -> Result<Vec<DossierFile>> {
    let rows: Vec<Row> = dossier_files::table
        .filter(dsl::dossier_id.eq(DbId(dossier.0)))
        .order((dsl::created_at.asc(), dsl::id.asc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Writes a new one.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, file: &DossierFile) -> Result<()> {
    demand(permit, &[Action::EditDossier])?;
    diesel::insert_into(dossier_files::table)
        .values((
            (
                dsl::id.eq(DbId(file.id.0)),
                dsl::dossier_id.eq(DbId(file.dossier.0)),
                dsl::document.eq(&file.paper.document),
                dsl::form.eq(file.paper.form.map(|form| form.as_str())),
                dsl::language.eq(&file.paper.language),
                dsl::name.eq(file.paper.name.as_str()),
            ),
            (
                dsl::media_type.eq(file.content.media_type.as_str()),
                dsl::sha256.eq(file.content.digest.0.to_vec()),
                dsl::size.eq(file.content.size),
                dsl::pages.eq(file.pages),
                dsl::handed_in_at.eq(file.handed_in_at.map(DbTs)),
                dsl::added_by.eq(file.added_by.map(|id| DbId(id.0))),
                dsl::created_at.eq(DbTs(file.created_at)),
                dsl::filed_with_id.eq(file.filed_with.map(|id| DbId(id.0))),
                dsl::is_confidential.eq(file.is_confidential),
            ),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Makes some evidence that are not yet, as they were filed with the other party of then. There are few.
pub fn hand_in(
    uow: &mut Uow<'_>,
    permit: &Permit,
    files: &[DossierFileId],
    (with, at): (Option<EnterpriseId>, Timestamp),
) -> Result<()> {
    demand(permit, &KEEPERS)?;
    let ids: Vec<DbId> = files.iter().map(|id| DbId(id.0)).collect();
    let new = dossier_files::table
        .filter(dsl::id.eq_any(ids))
        .filter(dsl::handed_in_at.is_null());
    diesel::update(new)
        .set((
            dsl::handed_in_at.eq(Some(DbTs(at))),
            dsl::filed_with_id.eq(with.map(|id| DbId(id.0))),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Evidence that is filed again is filed with the other party of now.
pub fn file_with(
    uow: &mut Uow<'_>,
    permit: &Permit,
    files: &[DossierFileId],
    with: Option<EnterpriseId>,
) -> Result<()> {
    demand(permit, &KEEPERS)?;
    let ids: Vec<DbId> = files.iter().map(|id| DbId(id.0)).collect();
    let kept = dossier_files::table
        .filter(dsl::id.eq_any(ids))
        .filter(dsl::handed_in_at.is_not_null());
    diesel::update(kept)
        .set(dsl::filed_with_id.eq(with.map(|id| DbId(id.0))))
        .execute(uow.conn())?;
    Ok(())
}

/// Keeps some for officers only, from now on and whatever becomes of what names them. There are few.
pub fn keep_confidential(uow: &mut Uow<'_>, permit: &Permit, files: &[DossierFileId]) -> Result<()> {
    demand(permit, &[Action::HandleDossier])?;
    let ids: Vec<DbId> = files.iter().map(|id| DbId(id.0)).collect();
    diesel::update(dossier_files::table.filter(dsl::id.eq_any(ids)))
        .set(dsl::is_confidential.eq(true))
        .execute(uow.conn())?;
    Ok(())
}

/// Removes one that was never handed in. Its bytes are the collector's.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, id: DossierFileId) -> Result<()> {
    demand(permit, &KEEPERS)?;
    let row = dossier_files::table
        .filter(dsl::id.eq(DbId(id.0)))
        .filter(dsl::handed_in_at.is_null());
    match diesel::delete(row).execute(uow.conn())? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
