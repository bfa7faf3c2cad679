//! Listings from a file that an enterprise sends: taking it in, telling how it fares, stopping it. The rows themselves
//! are loaded in the background ([`run`]).

pub(in crate::service) mod apply;
pub mod choices;
pub mod columns;
pub mod entries;
pub mod errors;
pub mod guard;
pub mod intake;
pub(in crate::service) mod json_line;
pub(in crate::service) mod legacy;
mod patch;
pub mod row;
pub mod run;
pub mod values;
mod which;

use std::fs::File;
use std::io::{Read as _, Seek as _};

use jiff::{SignedDuration, Timestamp};

use super::context::{App, Caller, Work};
use super::files::{Arrived, require_kept};
use super::paging;
use super::{Error, ErrorCode, Result, scans};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::fields::Violation;
use crate::domain::file::{Digest, FileName};
use crate::domain::ids::{EnterpriseId, ListingImportId};
use crate::domain::import::{Counts, Format, ImportStatus, RowResult, Sender, TableFault};
use crate::files::sandbox::Failure;
use crate::store::AnyConn;
use crate::store::listing_imports::{self as rows};
pub use crate::store::listing_imports::{Import, Place, Row};
use intake::Taken;

/// Imports of one enterprise that wait or run at once.
const MOST_OPEN: i64 = 3;

/// A file whose rows are kept, and which belongs to nothing yet.
#[derive(Clone, Debug)]
pub struct Prepared {
    format: Format,
    taken: Taken,
    digest: Digest,
    size: i64,
    /// An instant before the rows were put into the store.
    put_at: Timestamp,
}

impl App {
    /// Has a workbook taken apart, and takes in what it says.
    async fn workbook(&self, file: File) -> Result<Taken> {
        let sheet = self.files.decoder.table(file).await.map_err(|failure| match failure {
            Failure::File(fault) => refused(fault),
            Failure::Busy(cause) => Error::busy(cause),
            Failure::Ours(cause) => Error::internal(cause),
        })?;
        self.run_blocking(move || intake::sheet(&sheet).map_err(refused)).await
    }
}

fn refused(fault: TableFault) -> Error {
    Error::field("content", Violation::Table(fault))
}

/// Asks before anything is read whether the caller may import: nobody shall send 20 MB to be told no.
pub fn may_import(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<()> {
    sender(conn, caller, now).map(drop)
}

fn sender(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, EnterpriseId, Sender)> {
    let actor = caller.actor(conn, now)?;
    let permit = decide(&actor, Action::CreateListing, &Resource::None)?;
    let (enterprise, sender) = match actor {
        Actor::Member {
            account, enterprise, ..
        } => (enterprise, Sender::Member(account)),
        Actor::Key { key, enterprise, .. } => (enterprise, Sender::Key(key)),
        _ => return Err(ErrorCode::Forbidden.into()),
    };
    if rows::count_open(conn, enterprise)? >= MOST_OPEN {
        return Err(Error::new(
            ErrorCode::LimitReached,
            format!("Mỗi doanh nghiệp có tối đa {MOST_OPEN} lần nhập đang chờ hoặc đang chạy."),
            format!("An enterprise has at most {MOST_OPEN} imports that wait or run."),
        ));
    }
    Ok((permit, enterprise, sender))
}

impl App {
    /// Looks into a file that was sent, and keeps its rows. If no import comes to refer to them, the collector takes them.
    pub async fn prepare_import(&self, arrived: Arrived) -> Result<Prepared> {
        scans::require_clean(self, &arrived).await?;
        let (format, mut taken) = match self.run_blocking(move || look(arrived)).await? {
            Looked::Text(format, bytes) => {
                let read = move || intake::text(format, &bytes).map_err(refused);
                (format, self.run_blocking(read).await?)
            }
            Looked::Workbook(file) => (Format::Xlsx, self.workbook(file).await?),
        };
        let bytes = std::mem::take(&mut taken.rows);
        let put_at = self.clock.now();
        Ok(Prepared {
            format,
            put_at,
            size: i64::try_from(bytes.len()).map_err(Error::internal)?,
            digest: self.files.contents.put(bytes).await?,
            taken,
        })
    }
}

/// What a file turned out to be.
enum Looked {
    Text(Format, Vec<u8>),
    /// At its beginning again, for the child.
    Workbook(File),
}

fn look(mut arrived: Arrived) -> Result<Looked> {
    let mut bytes = Vec::new();
    arrived.file.read_to_end(&mut bytes).map_err(Error::internal)?;
    match intake::format_of(&bytes).map_err(refused)? {
        Format::Xlsx => {
            arrived.file.rewind().map_err(Error::internal)?;
            Ok(Looked::Workbook(arrived.file))
        }
        format => Ok(Looked::Text(format, bytes)),
    }
}

/// Begins an import.
pub fn start(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    name: &FileName,
    is_dry_run: bool,
    prepared: &Prepared,
) -> Result<Import> {
    let now = work.now;
    let (permit, enterprise, sender) = sender(work.conn(), caller, now)?;
    let import = Import {
        id: ListingImportId(work.next_id()),
        enterprise,
        sender,
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
        created_at: sent_at(work.conn(), enterprise, now)?,
        started_at: None,
        ended_at: None,
    };
    rows::insert(work.uow, &permit, &import)?;
    require_kept(work.conn(), prepared.put_at, [&prepared.digest])?;
    work.remember(&permit, Deed::ListingImportStarted, "listing_import", import.id.0, None)?;
    Ok(import)
}

/// When an import was sent: never before another one of the enterprise, whatever the clock of the node that took that one in
/// said. They are loaded in this order.
fn sent_at(conn: &mut AnyConn, enterprise: EnterpriseId, now: Timestamp) -> Result<Timestamp> {
    let Some(last) = rows::last_sent(conn, enterprise)? else {
        return Ok(now);
    };
    let next = last
        .checked_add(SignedDuration::from_micros(1))
        .map_err(Error::internal)?;
    Ok(now.max(next))
}

fn reader(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<EnterpriseId> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ListOwnListings, &Resource::None)?;
    let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    Ok(enterprise)
}

/// A page of the enterprise's imports, newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Import>, Option<Place>)> {
    let enterprise = reader(conn, caller, now)?;
    let found = rows::of_enterprise(conn, enterprise, after, paging::rows_for(limit))?;
    Ok(paging::cut(found, limit, |last| (last.created_at, last.id)))
}

/// An import of the caller's enterprise; another one's is absent.
pub fn find(conn: &mut AnyConn, caller: &Caller, id: ListingImportId, now: Timestamp) -> Result<Import> {
    let enterprise = reader(conn, caller, now)?;
    let import = rows::find(conn, id)?;
    if import.enterprise == enterprise {
        Ok(import)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// What became of the rows after a number, and the number to go on from.
pub fn page(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingImportId,
    result: Option<RowResult>,
    after: i64,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Row>, Option<i64>)> {
    find(conn, caller, id, now)?;
    let found = rows::rows(conn, id, result, after, paging::rows_for(limit))?;
    Ok(paging::cut(found, limit, |last| last.number))
}

/// Stops an import. What was done stays.
pub fn cancel(work: &mut Work<'_, '_>, caller: &Caller, id: ListingImportId) -> Result<Import> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::CreateListing, &Resource::None)?;
    let import = rows::find(work.conn(), id)?;
    if actor.enterprise().map(|(own, _)| own) != Some(import.enterprise) {
        return Err(ErrorCode::NotFound.into());
    }
    if !rows::end(work.uow, id, ImportStatus::Cancelled, None, now)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    work.remember(&permit, Deed::ListingImportCancelled, "listing_import", id.0, None)?;
    Ok(rows::find(work.conn(), id)?)
}
