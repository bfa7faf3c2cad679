//! Files that are sent to be loaded row by row, whatever their rows are about (nhập từ tệp): taking one in, telling how it fares,
//! stopping it. The rows themselves are loaded in the background ([`run`]).

pub mod enterprises;
pub mod listings;
mod prepared;
pub mod run;

use jiff::{SignedDuration, Timestamp};

use super::context::{Caller, Work};
use super::files::require_kept;
use super::{Error, ErrorCode, Result, exports, paging};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::file::FileName;
use crate::domain::import::{Counts, Format, ImportStatus, RowResult, Sender, TableFault};
use crate::domain::taxonomy::InForce;
use crate::store::file_imports::{Files, Import};
pub use crate::store::file_imports::{ImportOf, PlaceOf, RowOf};
use crate::store::{self, AnyConn};
use listings::errors;
use listings::intake::{Find, Taken};
use listings::names::Names;
pub use prepared::Prepared;

/// Imports of one owner that wait or run at once.
const MOST_OPEN: i64 = 3;
/// Refused rows that are read at once.
const PAGE: i64 = 500;

/// What the rows of a file are about: who may send it, how it is read, and what becomes of a row.
pub trait Subject: Files {
    /// What an import is called in the trail.
    const NAME: &'static str;
    /// That one was sent, and that one was stopped.
    const DEEDS: [Deed; 2];
    /// The columns of tables.
    const COLUMNS: Find;

    /// The head of a table, by which rows are read and told.
    type Head: Clone + Send + 'static;
    /// The names by which they are read.
    type Book;
    /// A row that was read.
    type Read: Clone + Send + 'static;
    /// What is known of the rows of the chunks before.
    type Seen: Clone + Send + 'static;
    /// The same of one chunk.
    type Chunk: Default + Send + 'static;

    /// That so many of an owner's wait already, in Vietnamese and English.
    fn too_many(most: i64) -> (String, String);
    /// Who asks to send a file, and whose it is to be.
    fn sender(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Self::Whose)>;
    /// Whose imports the caller may see; nothing is those of all.
    fn reader(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Option<Self::Owner>>;
    /// Whose the caller may stop, likewise.
    fn stopper(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Option<Self::Owner>)>;
    /// Of whom so many may wait.
    fn owner(whose: Self::Whose) -> Self::Owner;
    /// Behind whose imports one waits for its turn; nothing is those of all.
    fn before(whose: Self::Whose) -> Option<Self::Owner>;
    /// In whose name its rows are done.
    fn in_name_of(whose: Self::Whose) -> Sender;
    /// Whether that one may still write.
    fn may_go_on(work: &mut Work<'_, '_>, caller: &Caller, whose: Self::Whose) -> Result<Permit>;

    /// What is told of a file as a whole.
    fn fault(fault: TableFault) -> TableFault;
    /// What of a file may be kept.
    fn kept(taken: Taken) -> Result<Taken>;
    /// The head of a table.
    fn head(names: &[String]) -> Self::Head;
    /// The names by which rows are read.
    fn book(lists: InForce, names: Names) -> Self::Book;
    /// Reads a stored row.
    fn read(format: Format, head: &Self::Head, book: &Self::Book, line: &str) -> Option<Self::Read>;
    /// What is known of an import that was begun.
    fn so_far(conn: &mut AnyConn, id: Self::Id) -> store::Result<Self::Seen>;
    /// Adds what a chunk did, once it is durable.
    fn add(seen: &mut Self::Seen, done: Self::Chunk);
    /// Does a row, or only tries it, and notes what it was about.
    fn load(
        work: &mut Work<'_, '_>,
        loading: &Loading<'_, Self>,
        seen: &Self::Seen,
        own: &mut Self::Chunk,
        read: &Self::Read,
    ) -> Result<RowOf<Self>>;
}

/// What is the same for all rows of a chunk.
pub struct Loading<'a, S: Subject> {
    /// In whose name.
    pub caller: &'a Caller,
    /// That this one may still write.
    pub permit: &'a Permit,
    /// Which import.
    pub import: S::Id,
    /// Whose it is.
    pub whose: S::Whose,
    /// Whether rows are only tried.
    pub is_dry_run: bool,
    /// The head of the table.
    pub head: &'a S::Head,
}

/// Asks before anything is read whether the caller may import: nobody shall send 20 MB to be told no.
pub fn may_import<S: Subject>(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<()> {
    sender::<S>(conn, caller, now).map(drop)
}

fn sender<S: Subject>(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, S::Whose)> {
    let (permit, whose) = S::sender(conn, caller, now)?;
    if S::count_open(conn, S::owner(whose))? >= MOST_OPEN {
        let (vi, en) = S::too_many(MOST_OPEN);
        return Err(Error::new(ErrorCode::LimitReached, vi, en));
    }
    Ok((permit, whose))
}

/// Begins an import.
pub fn start<S: Subject>(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    name: &FileName,
    is_dry_run: bool,
    prepared: &Prepared,
) -> Result<ImportOf<S>> {
    let now = work.now;
    let (permit, whose) = sender::<S>(work.conn(), caller, now)?;
    let import = Import {
        id: S::known_as(work.next_id()),
        whose,
        file_name: name.as_str().to_owned(),
        format: prepared.format,
        is_dry_run,
        digest: prepared.digest,
        size: prepared.size,
        head: prepared.taken.head.clone(),
        notes: prepared.taken.notes.clone(),
        status: ImportStatus::Waiting,
        fault: None,
        row_count: prepared.taken.count,
        counts: Counts::default(),
        attempts: 0,
        created_at: sent_at::<S>(work.conn(), whose, now)?,
        started_at: None,
        ended_at: None,
    };
    S::insert(work.uow, &permit, &import)?;
    failpoint!("imports.inserted", Error::busy);
    require_kept(work.conn(), prepared.put_at, [&prepared.digest])?;
    let [started, _] = S::DEEDS;
    work.remember(&permit, started, S::NAME, S::uuid(import.id), None)?;
    Ok(import)
}

/// When an import was sent: never before another one behind which it waits, whatever the clock of the node that took that one in
/// said. They are loaded in this order.
fn sent_at<S: Subject>(conn: &mut AnyConn, whose: S::Whose, now: Timestamp) -> Result<Timestamp> {
    let Some(last) = S::last_sent(conn, S::before(whose))? else {
        return Ok(now);
    };
    let next = last
        .checked_add(SignedDuration::from_micros(1))
        .map_err(Error::internal)?;
    Ok(now.max(next))
}

/// Imports, and where those go on that follow.
pub type PageOf<S> = (Vec<ImportOf<S>>, Option<PlaceOf<S>>);

/// A page of the imports that the caller may see, newest first.
pub fn list<S: Subject>(
    conn: &mut AnyConn,
    caller: &Caller,
    after: Option<PlaceOf<S>>,
    limit: u32,
    now: Timestamp,
) -> Result<PageOf<S>> {
    let owner = S::reader(conn, caller, now)?;
    let found = S::page(conn, owner, after, paging::rows_for(limit))?;
    Ok(paging::cut(found, limit, |last| (last.created_at, last.id)))
}

/// An import, for whoever may see it; to others it is absent.
pub fn find<S: Subject>(conn: &mut AnyConn, caller: &Caller, id: S::Id, now: Timestamp) -> Result<ImportOf<S>> {
    let owner = S::reader(conn, caller, now)?;
    of_owner::<S>(conn, id, owner)
}

fn of_owner<S: Subject>(conn: &mut AnyConn, id: S::Id, owner: Option<S::Owner>) -> Result<ImportOf<S>> {
    let import = S::find(conn, id)?;
    if owner.is_none_or(|owner| owner == S::owner(import.whose)) {
        Ok(import)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// What became of the rows after a number, and the number to go on from.
pub fn page<S: Subject>(
    conn: &mut AnyConn,
    caller: &Caller,
    id: S::Id,
    result: Option<RowResult>,
    after: i64,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<RowOf<S>>, Option<i64>)> {
    find::<S>(conn, caller, id, now)?;
    let found = S::rows(conn, id, result, after, paging::rows_for(limit))?;
    Ok(paging::cut(found, limit, |last| last.number))
}

/// Refused rows after a number in the format of the file, each with why, and the number to go on from. The right is asked for again: a
/// download that is read slowly ends when it is taken away.
pub fn errors_page<S: Subject>(
    conn: &mut AnyConn,
    caller: &Caller,
    id: S::Id,
    after: i64,
    now: Timestamp,
) -> Result<(Vec<exports::Row>, Option<i64>)> {
    let import = find::<S>(conn, caller, id, now)?;
    let found = S::rows(conn, id, Some(RowResult::Refused), after, PAGE)?;
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
    let next = found.last().filter(|_| is_full).map(|last| last.number);
    Ok((errors::rows_of(import.format, &import.head, &found), next))
}

/// Stops an import. What was done stays.
pub fn cancel<S: Subject>(work: &mut Work<'_, '_>, caller: &Caller, id: S::Id) -> Result<ImportOf<S>> {
    let now = work.now;
    let (permit, owner) = S::stopper(work.conn(), caller, now)?;
    of_owner::<S>(work.conn(), id, owner)?;
    if !S::end(work.uow, id, ImportStatus::Cancelled, None, now)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    let [_, cancelled] = S::DEEDS;
    work.remember(&permit, cancelled, S::NAME, S::uuid(id), None)?;
    Ok(S::find(work.conn(), id)?)
}
