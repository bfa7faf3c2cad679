//! Files that are sent to be loaded row by row, of listings and of enterprises: how far each has come, and what became of its rows.
//!
//! Each sort has two tables of its own, with the same columns but for whose a file is and what its rows are about. The statements
//! are written once, for both; what differs stands in [`listings`] and [`enterprises`].

pub mod enterprises;
pub mod listings;
mod statements;

use std::fmt::{Debug, Display};

use jiff::Timestamp;
use uuid::Uuid;

use super::types::{DbId, DbJson};
use super::{AnyConn, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::file::Digest;
use crate::domain::import::{Counts, Format, ImportStatus, Note, Problem, RowResult};
pub use enterprises::Enterprises;
pub use listings::Listings;

/// A file that is imported.
#[derive(Clone, Debug)]
pub struct Import<I, W> {
    /// Identifier.
    pub id: I,
    /// Whose it is, and who sent it.
    pub whose: W,
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
pub struct Row<A> {
    /// Its number in the file, from 1.
    pub number: i64,
    /// What became of it.
    pub result: RowResult,
    /// What it calls that which it is about: the identifier that the enterprise gave the listing, or the number by which an
    /// enterprise is known.
    pub name: Option<String>,
    /// The listing, or the enterprise.
    pub about: Option<A>,
    /// What is wrong with it, or to be told of it, such as what a listing lacks before submission.
    pub problems: Vec<Problem>,
    /// A refused row as it came.
    pub raw: Option<String>,
}

/// The lease under which a worker writes.
#[derive(Clone, Copy, Debug)]
pub struct Lease<I> {
    /// Which import.
    pub id: I,
    /// Until when it was taken.
    pub until: Timestamp,
}

/// An import of a sort of files.
pub type ImportOf<F> = Import<<F as Files>::Id, <F as Files>::Whose>;
/// What became of one of its rows.
pub type RowOf<F> = Row<<F as Files>::About>;
/// Where a page of imports goes on: after this instant and id.
pub type PlaceOf<F> = (Timestamp, <F as Files>::Id);

/// A sort of files, by what their rows are about.
pub trait Files: Copy + Debug + Send + Sync + 'static {
    /// Identifier of a file.
    type Id: Copy + Debug + Display + PartialEq + Send + Sync + 'static;
    /// Whose it is, and in whose name its rows are done.
    type Whose: Copy + Debug + Send + Sync + 'static;
    /// Of whom so many may wait at once, and by whom they are listed.
    type Owner: Copy + PartialEq;
    /// What rows are about.
    type About: Copy + Debug + Send + Sync + 'static;

    /// An identifier of this sort.
    fn known_as(id: Uuid) -> Self::Id;
    /// What it is for whoever knows no sorts.
    fn uuid(id: Self::Id) -> Uuid;
    /// Writes a new import.
    fn insert(uow: &mut Uow<'_>, permit: &Permit, import: &ImportOf<Self>) -> Result<()>;
    /// Finds an import.
    fn find(conn: &mut AnyConn, id: Self::Id) -> Result<ImportOf<Self>>;
    /// Imports, newest first: of one owner, or of all.
    fn page(
        conn: &mut AnyConn,
        owner: Option<Self::Owner>,
        after: Option<PlaceOf<Self>>,
        limit: i64,
    ) -> Result<Vec<ImportOf<Self>>>;
    /// How many of an owner's imports have not come to their end.
    fn count_open(conn: &mut AnyConn, owner: Self::Owner) -> Result<i64>;
    /// When the last import was sent: of one owner, or of all.
    fn last_sent(conn: &mut AnyConn, owner: Option<Self::Owner>) -> Result<Option<Timestamp>>;
    /// Imports that a worker may take now, longest first; whoever wants one [claims](Self::claim) it.
    fn due(conn: &mut AnyConn, now: Timestamp, limit: usize) -> Result<Vec<Self::Id>>;
    /// Takes an import for oneself until an instant, and notes that it begins, once; nothing when somebody else has it, it came to
    /// its end, or it is not its turn.
    ///
    /// One conditional update, which of two nodes only one does, as with letters.
    fn claim(uow: &mut Uow<'_>, id: Self::Id, now: Timestamp, until: Timestamp) -> Result<Option<ImportOf<Self>>>;
    /// Notes how far an import has come, and keeps it until another instant, in the unit of work of the rows that it counts.
    /// False when the lease was lost meanwhile, or the import was cancelled: then nothing of the chunk may stay.
    fn advance(
        uow: &mut Uow<'_>,
        lease: Lease<Self::Id>,
        counts: &Counts,
        until: Timestamp,
        is_last: bool,
        now: Timestamp,
    ) -> Result<bool>;
    /// Keeps an import from every worker until an instant, or gives it back where there is none, so that another one may go on at
    /// once; how often it was taken counts on only as long as it is kept.
    fn put_off(uow: &mut Uow<'_>, lease: Lease<Self::Id>, until: Option<Timestamp>) -> Result<()>;
    /// Ends an import before its last row. False when it had come to its end.
    fn end(uow: &mut Uow<'_>, id: Self::Id, status: ImportStatus, fault: Option<&str>, now: Timestamp) -> Result<bool>;
    /// Keeps what became of rows.
    fn insert_rows(uow: &mut Uow<'_>, id: Self::Id, rows: &[RowOf<Self>]) -> Result<()>;
    /// What became of the rows after a number, in their order.
    fn rows(
        conn: &mut AnyConn,
        id: Self::Id,
        result: Option<RowResult>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RowOf<Self>>>;
    /// The rows of an import that were not refused, in no particular order: what they were about.
    fn taken(conn: &mut AnyConn, id: Self::Id) -> Result<Vec<RowOf<Self>>>;
    /// Forgets imports that ended before an instant, with their rows, at most `limit`; gives how many.
    fn forget_ended_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize>;
}

const OPEN: [&str; 2] = [ImportStatus::Waiting.as_str(), ImportStatus::Running.as_str()];

type StoredRow = (i64, String, Option<String>, Option<DbId>, DbJson, Option<String>);

fn row_of<A>((number, result, name, about, problems, raw): StoredRow, known_as: impl Fn(Uuid) -> A) -> Result<Row<A>> {
    Ok(Row {
        number,
        result: result.parse()?,
        name,
        about: about.map(|id| known_as(id.0)),
        problems: problems.read()?,
        raw,
    })
}
