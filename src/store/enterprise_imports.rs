//! Rows of the files of enterprises that officers send: how far each has come, what became of its rows, and which enterprises
//! nobody but imports has touched.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{enterprise_import_rows, enterprise_imports, enterprise_origins};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::file::Digest;
use crate::domain::ids::{AccountId, EnterpriseId, EnterpriseImportId};
use crate::domain::import::{Counts, Format, ImportStatus, Note, Problem, RowResult};

/// A file of enterprises.
#[derive(Clone, Debug)]
pub struct Import {
    /// Identifier.
    pub id: EnterpriseImportId,
    /// The officer who sent it.
    pub officer: AccountId,
    /// What the officer called it.
    pub file_name: String,
    /// What it was.
    pub format: Format,
    /// Whether it is only tried.
    pub is_dry_run: bool,
    /// Its rows in the file store.
    pub digest: Digest,
    /// Bytes of these.
    pub size: i64,
    /// The head of the table as it was written; empty for JSON Lines.
    pub head: Vec<String>,
    /// What is to be told of the file as a whole.
    pub notes: Vec<Note>,
    /// Where it stands.
    pub status: ImportStatus,
    /// Why it failed.
    pub fault: Option<String>,
    /// Rows in all.
    pub row_count: i64,
    /// What became of those that are done.
    pub counts: Counts,
    /// How often it was taken without a row being done.
    pub attempts: i64,
    /// When it came.
    pub created_at: Timestamp,
    /// When its first row was looked at.
    pub started_at: Option<Timestamp>,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number in the file, from 1.
    pub number: i64,
    /// What became of it.
    pub result: RowResult,
    /// The number by which the enterprise is known, as enterprises keep it.
    pub identity: Option<String>,
    /// The enterprise.
    pub enterprise: Option<EnterpriseId>,
    /// What is wrong with it, or to be told of it.
    pub problems: Vec<Problem>,
    /// A refused row as it came.
    pub raw: Option<String>,
}

#[derive(Queryable)]
struct ImportRow {
    id: DbId,
    officer_id: DbId,
    file_name: String,
    format: String,
    is_dry_run: bool,
    sha256: Vec<u8>,
    size: i64,
    head: DbJson,
    notes: DbJson,
    status: String,
    fault: Option<String>,
    row_count: i64,
    rows_done: i64,
    created_count: i64,
    updated_count: i64,
    unchanged_count: i64,
    refused_count: i64,
    attempts: i64,
    _leased_until: Option<DbTs>,
    created_at: DbTs,
    started_at: Option<DbTs>,
    ended_at: Option<DbTs>,
}

impl ImportRow {
    fn into_domain(self) -> Result<Import> {
        Ok(Import {
            id: EnterpriseImportId(self.id.0),
            officer: AccountId(self.officer_id.0),
            file_name: self.file_name,
            format: self.format.parse()?,
            is_dry_run: self.is_dry_run,
            digest: Digest(
                self.sha256
                    .try_into()
                    .map_err(|_other_length| Error::Row("sha256 has not 32 bytes".into()))?,
            ),
            size: self.size,
            head: self.head.read()?,
            notes: self.notes.read()?,
            status: self.status.parse()?,
            fault: self.fault,
            row_count: self.row_count,
            counts: Counts {
                done: self.rows_done,
                created: self.created_count,
                updated: self.updated_count,
                unchanged: self.unchanged_count,
                refused: self.refused_count,
            },
            attempts: self.attempts,
            created_at: self.created_at.0,
            started_at: self.started_at.map(|at| at.0),
            ended_at: self.ended_at.map(|at| at.0),
        })
    }
}

/// Writes a new import.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, import: &Import) -> Result<()> {
    demand(permit, &[Action::ImportEnterprises])?;
    diesel::insert_into(enterprise_imports::table)
        .values((
            (
                enterprise_imports::id.eq(DbId(import.id.0)),
                enterprise_imports::officer_id.eq(DbId(import.officer.0)),
                enterprise_imports::file_name.eq(&import.file_name),
                enterprise_imports::format.eq(import.format.as_str()),
                enterprise_imports::is_dry_run.eq(import.is_dry_run),
                enterprise_imports::sha256.eq(import.digest.0.to_vec()),
                enterprise_imports::size.eq(import.size),
                enterprise_imports::head.eq(DbJson::of(&import.head)?),
                enterprise_imports::notes.eq(DbJson::of(&import.notes)?),
            ),
            (
                enterprise_imports::status.eq(import.status.as_str()),
                enterprise_imports::row_count.eq(import.row_count),
                enterprise_imports::rows_done.eq(0),
                enterprise_imports::created_count.eq(0),
                enterprise_imports::updated_count.eq(0),
                enterprise_imports::unchanged_count.eq(0),
                enterprise_imports::refused_count.eq(0),
                enterprise_imports::attempts.eq(0),
                enterprise_imports::created_at.eq(DbTs(import.created_at)),
            ),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Finds an import.
pub fn find(conn: &mut AnyConn, id: EnterpriseImportId) -> Result<Import> {
    let row: ImportRow = enterprise_imports::table.find(DbId(id.0)).first(conn)?;
    row.into_domain()
}

/// Where a page goes on: after this instant and id.
pub type Place = (Timestamp, EnterpriseImportId);

/// Imports, newest first: of one officer, or of all.
pub fn list(conn: &mut AnyConn, officer: Option<AccountId>, after: Option<Place>, limit: i64) -> Result<Vec<Import>> {
    let mut query = enterprise_imports::table.into_boxed();
    if let Some(officer) = officer {
        query = query.filter(enterprise_imports::officer_id.eq(DbId(officer.0)));
    }
    if let Some((at, id)) = after {
        let at = DbTs(at);
        query = query.filter(
            enterprise_imports::created_at.lt(at).or(enterprise_imports::created_at
                .eq(at)
                .and(enterprise_imports::id.lt(DbId(id.0)))),
        );
    }
    let rows: Vec<ImportRow> = query
        .order((enterprise_imports::created_at.desc(), enterprise_imports::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(ImportRow::into_domain).collect()
}

const OPEN: [&str; 2] = [ImportStatus::Waiting.as_str(), ImportStatus::Running.as_str()];

/// How many of an officer's imports have not come to their end.
pub fn count_open(conn: &mut AnyConn, officer: AccountId) -> Result<i64> {
    Ok(enterprise_imports::table
        .filter(enterprise_imports::officer_id.eq(DbId(officer.0)))
        .filter(enterprise_imports::status.eq_any(OPEN))
        .count()
        .get_result(conn)?)
}

/// An officer's import of this content that has not come to its end.
pub fn open_of(
    conn: &mut AnyConn,
    officer: AccountId,
    digest: &Digest,
    is_dry_run: bool,
) -> Result<Option<EnterpriseImportId>> {
    let id: Option<DbId> = enterprise_imports::table
        .filter(enterprise_imports::officer_id.eq(DbId(officer.0)))
        .filter(enterprise_imports::sha256.eq(digest.0.to_vec()))
        .filter(enterprise_imports::is_dry_run.eq(is_dry_run))
        .filter(enterprise_imports::status.eq_any(OPEN))
        .order((enterprise_imports::created_at.asc(), enterprise_imports::id.asc()))
        .select(enterprise_imports::id)
        .first(conn)
        .optional()?;
    Ok(id.map(|id| EnterpriseImportId(id.0)))
}

/// When the last import was sent.
pub fn last_sent(conn: &mut AnyConn) -> Result<Option<Timestamp>> {
    let last: Option<DbTs> = enterprise_imports::table
        .order(enterprise_imports::created_at.desc())
        .select(enterprise_imports::created_at)
        .first(conn)
        .optional()?;
    Ok(last.map(|at| at.0))
}

/// The import that a worker may take now, if there is one: they are loaded one after the other in the order in which they were
/// sent, so that what was sent last stands in the end; whoever wants it [claims](claim) it.
pub fn due(conn: &mut AnyConn, now: Timestamp) -> Result<Option<EnterpriseImportId>> {
    let first: Option<(DbId, Option<DbTs>)> = enterprise_imports::table
        .filter(enterprise_imports::status.eq_any(OPEN))
        .order((enterprise_imports::created_at.asc(), enterprise_imports::id.asc()))
        .select((enterprise_imports::id, enterprise_imports::leased_until))
        .first(conn)
        .optional()?;
    let free = first.filter(|(_, until)| until.as_ref().is_none_or(|until| until.0 <= now));
    Ok(free.map(|(id, _)| EnterpriseImportId(id.0)))
}

/// Takes an import for oneself until an instant; nothing when it is not [due] any more.
///
/// One conditional update, which of two nodes only one does, as with letters.
pub fn claim(uow: &mut Uow<'_>, id: EnterpriseImportId, now: Timestamp, until: Timestamp) -> Result<Option<Import>> {
    if due(uow.conn(), now)? != Some(id) {
        return Ok(None);
    }
    let row = enterprise_imports::table
        .filter(enterprise_imports::id.eq(DbId(id.0)))
        .filter(enterprise_imports::status.eq_any(OPEN))
        .filter(
            enterprise_imports::leased_until
                .is_null()
                .or(enterprise_imports::leased_until.le(DbTs(now))),
        );
    let count = diesel::update(row)
        .set((
            enterprise_imports::leased_until.eq(DbTs(until)),
            enterprise_imports::status.eq(ImportStatus::Running.as_str()),
            enterprise_imports::attempts.eq(enterprise_imports::attempts + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Ok(None);
    }
    diesel::update(
        enterprise_imports::table
            .filter(enterprise_imports::id.eq(DbId(id.0)))
            .filter(enterprise_imports::started_at.is_null()),
    )
    .set(enterprise_imports::started_at.eq(DbTs(now)))
    .execute(uow.conn())?;
    find(uow.conn(), id).map(Some)
}

/// The lease under which a worker writes.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// Which import.
    pub id: EnterpriseImportId,
    /// Until when it was taken.
    pub until: Timestamp,
}

/// Notes how far an import has come, and keeps it until another instant, in the unit of work of the rows that it counts.
/// False when the lease was lost meanwhile, or the import was cancelled: then nothing of the chunk may stay.
pub fn advance(
    uow: &mut Uow<'_>,
    lease: Lease,
    counts: &Counts,
    until: Timestamp,
    is_last: bool,
    now: Timestamp,
) -> Result<bool> {
    let row = enterprise_imports::table
        .filter(enterprise_imports::id.eq(DbId(lease.id.0)))
        .filter(enterprise_imports::status.eq(ImportStatus::Running.as_str()))
        .filter(enterprise_imports::leased_until.eq(DbTs(lease.until)));
    let status = if is_last {
        ImportStatus::Finished
    } else {
        ImportStatus::Running
    };
    let count = diesel::update(row)
        .set((
            enterprise_imports::rows_done.eq(counts.done),
            enterprise_imports::created_count.eq(counts.created),
            enterprise_imports::updated_count.eq(counts.updated),
            enterprise_imports::unchanged_count.eq(counts.unchanged),
            enterprise_imports::refused_count.eq(counts.refused),
            enterprise_imports::attempts.eq(0),
            enterprise_imports::status.eq(status.as_str()),
            enterprise_imports::leased_until.eq((!is_last).then_some(DbTs(until))),
            enterprise_imports::ended_at.eq(is_last.then_some(DbTs(now))),
        ))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// Keeps an import from every worker until an instant, or gives it back where there is none; how often it was taken counts on
/// only as long as it is kept.
pub fn put_off(uow: &mut Uow<'_>, lease: Lease, until: Option<Timestamp>) -> Result<()> {
    let row = enterprise_imports::table
        .filter(enterprise_imports::id.eq(DbId(lease.id.0)))
        .filter(enterprise_imports::leased_until.eq(DbTs(lease.until)));
    match until {
        Some(until) => diesel::update(row)
            .set(enterprise_imports::leased_until.eq(DbTs(until)))
            .execute(uow.conn())?,
        None => diesel::update(row)
            .set((
                enterprise_imports::leased_until.eq(None::<DbTs>),
                enterprise_imports::attempts.eq(0),
            ))
            .execute(uow.conn())?,
    };
    Ok(())
}

/// Ends an import before its last row. False when it had come to its end.
pub fn end(
    uow: &mut Uow<'_>,
    id: EnterpriseImportId,
    status: ImportStatus,
    fault: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let row = enterprise_imports::table
        .filter(enterprise_imports::id.eq(DbId(id.0)))
        .filter(enterprise_imports::status.eq_any(OPEN));
    let count = diesel::update(row)
        .set((
            enterprise_imports::status.eq(status.as_str()),
            enterprise_imports::fault.eq(fault),
            enterprise_imports::leased_until.eq(None::<DbTs>),
            enterprise_imports::ended_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// Keeps what became of rows.
pub fn insert_rows(uow: &mut Uow<'_>, id: EnterpriseImportId, rows: &[Row]) -> Result<()> {
    for row in rows {
        diesel::insert_into(enterprise_import_rows::table)
            .values((
                enterprise_import_rows::import_id.eq(DbId(id.0)),
                enterprise_import_rows::number.eq(row.number),
                enterprise_import_rows::result.eq(row.result.as_str()),
                enterprise_import_rows::identity.eq(row.identity.as_deref()),
                enterprise_import_rows::enterprise_id.eq(row.enterprise.map(|id| DbId(id.0))),
                enterprise_import_rows::problems.eq(DbJson::of(&row.problems)?),
                enterprise_import_rows::raw.eq(row.raw.as_deref()),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

type StoredRow = (i64, String, Option<String>, Option<DbId>, DbJson, Option<String>);

/// What became of the rows after a number, in their order.
pub fn rows(
    conn: &mut AnyConn,
    id: EnterpriseImportId,
    result: Option<RowResult>,
    after: i64,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut query = enterprise_import_rows::table
        .filter(enterprise_import_rows::import_id.eq(DbId(id.0)))
        .filter(enterprise_import_rows::number.gt(after))
        .into_boxed();
    if let Some(result) = result {
        query = query.filter(enterprise_import_rows::result.eq(result.as_str()));
    }
    let rows: Vec<StoredRow> = query
        .order(enterprise_import_rows::number.asc())
        .select((
            enterprise_import_rows::number,
            enterprise_import_rows::result,
            enterprise_import_rows::identity,
            enterprise_import_rows::enterprise_id,
            enterprise_import_rows::problems,
            enterprise_import_rows::raw,
        ))
        .limit(limit)
        .load(conn)?;
    rows.into_iter()
        .map(|(number, result, identity, enterprise, problems, raw)| {
            Ok(Row {
                number,
                result: result.parse()?,
                identity,
                enterprise: enterprise.map(|id| EnterpriseId(id.0)),
                problems: problems.read()?,
                raw,
            })
        })
        .collect()
}

/// The numbers of enterprises that rows of an import were about which were not refused, each with the number of its row.
pub fn taken(conn: &mut AnyConn, id: EnterpriseImportId) -> Result<Vec<(String, i64)>> {
    let rows: Vec<(Option<String>, i64)> = enterprise_import_rows::table
        .filter(enterprise_import_rows::import_id.eq(DbId(id.0)))
        .filter(enterprise_import_rows::result.ne(RowResult::Refused.as_str()))
        .select((enterprise_import_rows::identity, enterprise_import_rows::number))
        .load(conn)?;
    let known = rows
        .into_iter()
        .filter_map(|(identity, number)| Some((identity?, number)));
    Ok(known.collect())
}

/// Forgets imports that ended before an instant, with their rows, at most `limit`; gives how many.
pub fn forget_ended_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let ids: Vec<DbId> = enterprise_imports::table
        .filter(enterprise_imports::ended_at.lt(DbTs(before)))
        .select(enterprise_imports::id)
        .limit(limit)
        .load(uow.conn())?;
    diesel::delete(enterprise_import_rows::table.filter(enterprise_import_rows::import_id.eq_any(&ids)))
        .execute(uow.conn())?;
    Ok(diesel::delete(enterprise_imports::table.filter(enterprise_imports::id.eq_any(&ids))).execute(uow.conn())?)
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
