//! Files of enterprises that officers sent, and which enterprises nobody but imports has touched.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::statements::statements;
use super::{Files, Import, ImportOf, Lease, OPEN, PlaceOf, RowOf, StoredRow, row_of};
use crate::domain::access::{Action, Permit};
use crate::domain::file::Digest;
use crate::domain::ids::{AccountId, EnterpriseId, EnterpriseImportId};
use crate::domain::import::{Counts, Format, ImportStatus, RowResult};
use crate::store::schema::{enterprise_import_rows as kept, enterprise_imports as imports, enterprise_origins};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, Error, Result, Uow, demand};

/// Files of enterprises.
#[derive(Clone, Copy, Debug)]
pub struct Enterprises;

statements! {
    Enterprises of EnterpriseImportId, of whom AccountId, owner officer_id: AccountId, rows identity and enterprise_id: EnterpriseId;
    front { officer_id: DbId } back {}
    insert by Action::ImportEnterprises, |import| (
        imports::officer_id.eq(DbId(import.whose.0)),
        imports::format.eq(import.format.as_str()),
    )
}

fn whose(stored: &Stored) -> Result<AccountId> {
    Ok(AccountId(stored.officer_id.0))
}

fn format(stored: &Stored) -> Result<Format> {
    Ok(stored.format.parse()?)
}

/// The import that a worker may take now, if there is one: they are loaded one after the other in the order in which they were
/// sent, so that what was sent last stands in the end.
fn due(conn: &mut AnyConn, now: Timestamp, limit: usize) -> Result<Vec<EnterpriseImportId>> {
    let first: Option<(DbId, Option<DbTs>)> = imports::table
        .filter(imports::status.eq_any(OPEN))
        .order((imports::created_at.asc(), imports::id.asc()))
        .select((imports::id, imports::leased_until))
        .first(conn)
        .optional()?;
    let free = first.filter(|(_, until)| until.as_ref().is_none_or(|until| until.0 <= now));
    Ok(free
        .map(|(id, _)| EnterpriseImportId(id.0))
        .into_iter()
        .take(limit)
        .collect())
}

/// Whether it is the turn of an import.
fn is_next(conn: &mut AnyConn, id: EnterpriseImportId, now: Timestamp) -> Result<bool> {
    Ok(due(conn, now, 1)?.contains(&id))
}

/// An officer's import of this content that has not come to its end.
pub fn open_of(
    conn: &mut AnyConn,
    officer: AccountId,
    digest: &Digest,
    is_dry_run: bool,
) -> Result<Option<EnterpriseImportId>> {
    let id: Option<DbId> = imports::table
        .filter(imports::officer_id.eq(DbId(officer.0)))
        .filter(imports::sha256.eq(digest.0.to_vec()))
        .filter(imports::is_dry_run.eq(is_dry_run))
        .filter(imports::status.eq_any(OPEN))
        .order((imports::created_at.asc(), imports::id.asc()))
        .select(imports::id)
        .first(conn)
        .optional()?;
    Ok(id.map(|id| EnterpriseImportId(id.0)))
}

/// The version in which the last import left an enterprise; none of one that came otherwise.
pub fn origin(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Option<i64>> {
    Ok(enterprise_origins::table
        .find(DbId(enterprise.0))
        .select(enterprise_origins::version)
        .first(conn)
        .optional()?)
}

/// Notes that an import left an enterprise in a version.
pub fn note_origin(
    uow: &mut Uow<'_>,
    permit: &Permit,
    enterprise: EnterpriseId,
    version: i64,
    now: Timestamp,
) -> Result<()> {
    demand(permit, &[Action::ImportEnterprises])?;
    let count = diesel::update(enterprise_origins::table.find(DbId(enterprise.0)))
        .set((
            enterprise_origins::version.eq(version),
            enterprise_origins::imported_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        diesel::insert_into(enterprise_origins::table)
            .values((
                enterprise_origins::enterprise_id.eq(DbId(enterprise.0)),
                enterprise_origins::version.eq(version),
                enterprise_origins::imported_at.eq(DbTs(now)),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}
