//! Rows of imports: the files that enterprises send, what became of each row, and what enterprises call their listings.

mod order;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::schema::{listing_external_ids, listing_import_rows, listing_imports};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::file::Digest;
use crate::domain::ids::{AccountId, ApiKeyId, EnterpriseId, ListingId, ListingImportId};
use crate::domain::import::{Counts, Format, ImportStatus, Note, Problem, RowResult, Sender};
pub use order::{claim, due, last_sent};

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Identifier.
    pub id: ListingImportId,
    /// Whose listings they become.
    pub enterprise: EnterpriseId,
    /// Who sent it.
    pub sender: Sender,
    /// What the sender called the file.
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
    /// What the enterprise calls the listing.
    pub external_id: Option<String>,
    /// The listing.
    pub listing: Option<ListingId>,
    /// What is wrong with it, or missing before submission.
    pub problems: Vec<Problem>,
    /// A refused row as it came.
    pub raw: Option<String>,
}

#[derive(Queryable)]
struct ImportRow {
    id: DbId,
    enterprise_id: DbId,
    actor_kind: String,
    actor_id: DbId,
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
    is_workbook: bool,
}

impl ImportRow {
    fn into_domain(self) -> Result<Import> {
        let sender = match self.actor_kind.as_str() {
            "member" => Sender::Member(AccountId(self.actor_id.0)),
            "key" => Sender::Key(ApiKeyId(self.actor_id.0)),
            other => return Err(Error::Row(format!("actor_kind: {other}"))),
        };
        Ok(Import {
            id: ListingImportId(self.id.0),
            enterprise: EnterpriseId(self.enterprise_id.0),
            sender,
            file_name: self.file_name,
            // A workbook is a table, too, to whoever does not know workbooks.
            format: if self.is_workbook {
                Format::Xlsx
            } else {
                self.format.parse()?
            },
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
    demand(permit, &[Action::CreateListing])?;
    let (kind, actor): (&str, Uuid) = match import.sender {
        Sender::Member(account) => ("member", account.0),
        Sender::Key(key) => ("key", key.0),
        Sender::Officer(_) => return Err(Error::Row("an officer sends no listings".into())),
    };
    let kept = match import.format {
        Format::Xlsx => Format::Csv,
        format => format,
    };
    diesel::insert_into(listing_imports::table)
        .values((
            (
                listing_imports::id.eq(DbId(import.id.0)),
                listing_imports::enterprise_id.eq(DbId(import.enterprise.0)),
                listing_imports::actor_kind.eq(kind),
                listing_imports::actor_id.eq(DbId(actor)),
                listing_imports::file_name.eq(&import.file_name),
                listing_imports::format.eq(kept.as_str()),
                listing_imports::is_workbook.eq(import.format == Format::Xlsx),
                listing_imports::is_dry_run.eq(import.is_dry_run),
                listing_imports::sha256.eq(import.digest.0.to_vec()),
                listing_imports::size.eq(import.size),
                listing_imports::head.eq(DbJson::of(&import.head)?),
                listing_imports::notes.eq(DbJson::of(&import.notes)?),
            ),
            (
                listing_imports::status.eq(import.status.as_str()),
                listing_imports::row_count.eq(import.row_count),
                listing_imports::rows_done.eq(0),
                listing_imports::created_count.eq(0),
                listing_imports::updated_count.eq(0),
                listing_imports::unchanged_count.eq(0),
                listing_imports::refused_count.eq(0),
                listing_imports::attempts.eq(0),
                listing_imports::created_at.eq(DbTs(import.created_at)),
            ),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Finds an import.
pub fn find(conn: &mut AnyConn, id: ListingImportId) -> Result<Import> {
    let row: ImportRow = listing_imports::table.find(DbId(id.0)).first(conn)?;
    row.into_domain()
}

/// Where a page goes on: after this instant and id.
pub type Place = (Timestamp, ListingImportId);

/// An enterprise's imports, newest first.
pub fn of_enterprise(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Import>> {
    let mut query = listing_imports::table
        .filter(listing_imports::enterprise_id.eq(DbId(enterprise.0)))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = DbTs(at);
        query = query.filter(
            listing_imports::created_at.lt(at).or(listing_imports::created_at
                .eq(at)
                .and(listing_imports::id.lt(DbId(id.0)))),
        );
    }
    let rows: Vec<ImportRow> = query
        .order((listing_imports::created_at.desc(), listing_imports::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(ImportRow::into_domain).collect()
}

/// How many of an enterprise's imports have not come to their end.
pub fn count_open(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<i64> {
    Ok(listing_imports::table
        .filter(listing_imports::enterprise_id.eq(DbId(enterprise.0)))
        .filter(listing_imports::status.eq_any(OPEN))
        .count()
        .get_result(conn)?)
}

const OPEN: [&str; 2] = [ImportStatus::Waiting.as_str(), ImportStatus::Running.as_str()];

/// The lease under which a worker writes.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// Which import.
    pub id: ListingImportId,
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
    let row = listing_imports::table
        .filter(listing_imports::id.eq(DbId(lease.id.0)))
        .filter(listing_imports::status.eq(ImportStatus::Running.as_str()))
        .filter(listing_imports::leased_until.eq(DbTs(lease.until)));
    let status = if is_last {
        ImportStatus::Finished
    } else {
        ImportStatus::Running
    };
    let count = diesel::update(row)
        .set((
            listing_imports::rows_done.eq(counts.done),
            listing_imports::created_count.eq(counts.created),
            listing_imports::updated_count.eq(counts.updated),
            listing_imports::unchanged_count.eq(counts.unchanged),
            listing_imports::refused_count.eq(counts.refused),
            listing_imports::attempts.eq(0),
            listing_imports::status.eq(status.as_str()),
            listing_imports::leased_until.eq((!is_last).then_some(DbTs(until))),
            listing_imports::ended_at.eq(is_last.then_some(DbTs(now))),
        ))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// Notes that an import begins, once.
pub fn note_start(uow: &mut Uow<'_>, id: ListingImportId, now: Timestamp) -> Result<()> {
    diesel::update(
        listing_imports::table
            .filter(listing_imports::id.eq(DbId(id.0)))
            .filter(listing_imports::started_at.is_null()),
    )
    .set(listing_imports::started_at.eq(DbTs(now)))
    .execute(uow.conn())?;
    Ok(())
}

/// Gives an import back, so that another worker may go on at once.
pub fn give_back(uow: &mut Uow<'_>, lease: Lease) -> Result<()> {
    diesel::update(
        listing_imports::table
            .filter(listing_imports::id.eq(DbId(lease.id.0)))
            .filter(listing_imports::leased_until.eq(DbTs(lease.until))),
    )
    .set((
        listing_imports::leased_until.eq(None::<DbTs>),
        listing_imports::attempts.eq(0),
    ))
    .execute(uow.conn())?;
    Ok(())
}

/// Keeps an import from every worker until an instant; how often it was taken still counts.
pub fn put_off(uow: &mut Uow<'_>, lease: Lease, until: Timestamp) -> Result<()> {
    diesel::update(
        listing_imports::table
            .filter(listing_imports::id.eq(DbId(lease.id.0)))
            .filter(listing_imports::leased_until.eq(DbTs(lease.until))),
    )
    .set(listing_imports::leased_until.eq(DbTs(until)))
    .execute(uow.conn())?;
    Ok(())
}

/// Ends an import before its last row. False when it had come to its end.
pub fn end(
    uow: &mut Uow<'_>,
    id: ListingImportId,
    status: ImportStatus,
    fault: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let row = listing_imports::table
        .filter(listing_imports::id.eq(DbId(id.0)))
        .filter(listing_imports::status.eq_any(OPEN));
    let count = diesel::update(row)
        .set((
            listing_imports::status.eq(status.as_str()),
            listing_imports::fault.eq(fault),
            listing_imports::leased_until.eq(None::<DbTs>),
            listing_imports::ended_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// Keeps what became of rows.
pub fn insert_rows(uow: &mut Uow<'_>, id: ListingImportId, rows: &[Row]) -> Result<()> {
    for row in rows {
        diesel::insert_into(listing_import_rows::table)
            .values((
                listing_import_rows::import_id.eq(DbId(id.0)),
                listing_import_rows::number.eq(row.number),
                listing_import_rows::result.eq(row.result.as_str()),
                listing_import_rows::external_id.eq(row.external_id.as_deref()),
                listing_import_rows::listing_id.eq(row.listing.map(|id| DbId(id.0))),
                listing_import_rows::problems.eq(DbJson::of(&row.problems)?),
                listing_import_rows::raw.eq(row.raw.as_deref()),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

const ROW: (
    listing_import_rows::number,
    listing_import_rows::result,
    listing_import_rows::external_id,
    listing_import_rows::listing_id,
    listing_import_rows::problems,
    listing_import_rows::raw,
) = (
    listing_import_rows::number,
    listing_import_rows::result,
    listing_import_rows::external_id,
    listing_import_rows::listing_id,
    listing_import_rows::problems,
    listing_import_rows::raw,
);

type StoredRow = (i64, String, Option<String>, Option<DbId>, DbJson, Option<String>);

fn row_of((number, result, external_id, listing, problems, raw): StoredRow) -> Result<Row> {
    Ok(Row {
        number,
        result: result.parse()?,
        external_id,
        listing: listing.map(|id| ListingId(id.0)),
        problems: problems.read()?,
        raw,
    })
}

/// What became of the rows after a number, in their order.
pub fn rows(
    conn: &mut AnyConn,
    id: ListingImportId,
    result: Option<RowResult>,
    after: i64,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut query = listing_import_rows::table
        .filter(listing_import_rows::import_id.eq(DbId(id.0)))
        .filter(listing_import_rows::number.gt(after))
        .into_boxed();
    if let Some(result) = result {
        query = query.filter(listing_import_rows::result.eq(result.as_str()));
    }
    let rows: Vec<StoredRow> = query
        .order(listing_import_rows::number.asc())
        .select(ROW)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(row_of).collect()
}

/// Forgets imports that ended before an instant, with their rows, at most `limit`; gives how many.
pub fn forget_ended_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let ids: Vec<DbId> = listing_imports::table
        .filter(listing_imports::ended_at.lt(DbTs(before)))
        .select(listing_imports::id)
        .limit(limit)
        .load(uow.conn())?;
    diesel::delete(listing_import_rows::table.filter(listing_import_rows::import_id.eq_any(&ids)))
        .execute(uow.conn())?;
    Ok(diesel::delete(listing_imports::table.filter(listing_imports::id.eq_any(&ids))).execute(uow.conn())?)
}

/// The rows of an import that were not refused, in no particular order: which listings they were about.
pub fn taken(conn: &mut AnyConn, id: ListingImportId) -> Result<Vec<Row>> {
    let rows: Vec<StoredRow> = listing_import_rows::table
        .filter(listing_import_rows::import_id.eq(DbId(id.0)))
        .filter(listing_import_rows::result.ne(RowResult::Refused.as_str()))
        .select(ROW)
        .load(conn)?;
    rows.into_iter().map(row_of).collect()
}

/// The listing that an enterprise calls so.
pub fn find_external(conn: &mut AnyConn, enterprise: EnterpriseId, external_id: &str) -> Result<Option<ListingId>> {
    let id: Option<DbId> = listing_external_ids::table
        .find((DbId(enterprise.0), external_id))
        .select(listing_external_ids::listing_id)
        .first(conn)
        .optional()?;
    Ok(id.map(|id| ListingId(id.0)))
}

/// Notes what an enterprise calls a listing of its own.
pub fn name_listing(
    uow: &mut Uow<'_>,
    permit: &Permit,
    enterprise: EnterpriseId,
    external_id: &str,
    listing: ListingId,
) -> Result<()> {
    demand(permit, &[Action::CreateListing])?;
    diesel::insert_into(listing_external_ids::table)
        .values((
            listing_external_ids::enterprise_id.eq(DbId(enterprise.0)),
            listing_external_ids::external_id.eq(external_id),
            listing_external_ids::listing_id.eq(DbId(listing.0)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// What listings are called by their enterprise, in no particular order. What another one called them, which became part
/// of it, is not found by [`find_external`] either.
pub fn external_ids(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    listings: &[ListingId],
) -> Result<Vec<(ListingId, String)>> {
    let keys: Vec<DbId> = listings.iter().map(|id| DbId(id.0)).collect();
    let rows: Vec<(DbId, String)> = listing_external_ids::table
        .filter(listing_external_ids::enterprise_id.eq(DbId(enterprise.0)))
        .filter(listing_external_ids::listing_id.eq_any(keys))
        .select((listing_external_ids::listing_id, listing_external_ids::external_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (ListingId(id.0), name)).collect())
}
