//! Enterprises from a file that an officer sends (nhập doanh nghiệp từ tệp): taking it in, telling how it fares, stopping it. The rows
//! themselves are loaded in the background ([`run`]).
//!
//! What is entered so is active and has no owner: an officer admits the first one among those who ask
//! ([`join_requests`](super::join_requests)).

mod alike;
mod apply;
mod columns;
mod row;
pub mod run;
mod seen;
mod templates;
mod words;

use std::fs::File;
use std::io::{Read as _, Seek as _};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use self::columns::Cell;
use super::context::{App, Caller, Work};
use super::files::{Arrived, require_kept};
use super::listing_imports::intake::{self, Taken};
use super::listing_imports::{errors, json_line};
use super::{Error, ErrorCode, Result, exports, paging, scans};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::Scope;
use crate::domain::audit::Deed;
use crate::domain::enterprise::PersonalId;
use crate::domain::fields::Violation;
use crate::domain::file::{Digest, FileName};
use crate::domain::ids::{AccountId, EnterpriseImportId};
use crate::domain::import::{Counts, Format, ImportStatus, RowResult, TableFault};
use crate::files::sandbox::Failure;
use crate::store::enterprise_imports as rows;
pub use crate::store::enterprise_imports::{Import, Place, Row};
use crate::store::{AnyConn, listing_imports};
pub use templates::template;

/// Imports of one officer that wait or run at once.
const MOST_OPEN: i64 = 3;
/// Refused rows that are read at once.
const PAGE: i64 = 500;

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

/// What a file turned out to be.
enum Looked {
    Text(Format, Taken),
    /// At its beginning again, for the child.
    Workbook(File),
}

fn refused(fault: TableFault) -> Error {
    let fault = match fault {
        TableFault::NoExternalId => TableFault::NoTaxCodes,
        other => other,
    };
    Error::field("content", Violation::Table(fault))
}

fn look(mut arrived: Arrived) -> Result<Looked> {
    let mut bytes = Vec::new();
    arrived.file.read_to_end(&mut bytes).map_err(Error::internal)?;
    match intake::format_of(&bytes).map_err(refused)? {
        Format::Xlsx => {
            arrived.file.rewind().map_err(Error::internal)?;
            Ok(Looked::Workbook(arrived.file))
        }
        format => {
            let taken = intake::text_with(columns::role, format, &bytes).map_err(refused)?;
            Ok(Looked::Text(format, require_impersonal(taken)?))
        }
    }
}

/// Refuses a file that has personal numbers before anything of it is kept: they would lie in the file store, and in files of errors. Those
/// that stand where tax codes do, as households have them, are masked, and their rows refused.
fn require_impersonal(mut taken: Taken) -> Result<Taken> {
    let of_whole = |what| Error::field("content", Violation::Malformed { what });
    if !taken.head.is_empty() {
        if taken.head.iter().any(|name| columns::is_personal(name)) {
            return Err(of_whole("not_from_file"));
        }
        taken.rows = masked(&taken)?;
        return Ok(taken);
    }
    for line in taken.rows.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let (_, line): (i64, String) = serde_json::from_slice(line).map_err(Error::internal)?;
        if says_one(&line) {
            return Err(of_whole("not_from_file"));
        }
        // Of these the last one alone would be looked at.
        if json_line::has_twice(&line) {
            return Err(of_whole("member_twice"));
        }
    }
    Ok(taken)
}

/// Whether a line of JSON Lines has a personal number; of one that cannot be read, whether it names one.
fn says_one(line: &str) -> bool {
    let Ok(sent) = serde_json::from_str::<Value>(line) else {
        return line.contains("personal_id");
    };
    let own = sent.pointer("/enterprise/personal_id");
    let code = sent.pointer("/enterprise/tax_code").and_then(Value::as_str);
    own.is_some_and(|number| !number.is_null()) || code.is_some_and(|code| PersonalId::parse(code).is_ok())
}

/// The rows of a table without the personal numbers among its tax codes.
fn masked(taken: &Taken) -> Result<Vec<u8>> {
    let names = taken.head.iter().enumerate();
    let codes: Vec<usize> = names
        .filter(|(_, name)| matches!(columns::find(name), Some((Cell::TaxCode, _))))
        .map(|(at, _)| at)
        .collect();
    let mut rows = Vec::with_capacity(taken.rows.len());
    for line in taken.rows.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let (number, mut cells): (i64, Vec<String>) = serde_json::from_slice(line).map_err(Error::internal)?;
        for at in &codes {
            if let Some(cell) = cells.get_mut(*at)
                && let Ok(personal) = PersonalId::parse(cell)
            {
                *cell = personal.masked();
            }
        }
        serde_json::to_writer(&mut rows, &(number, cells)).map_err(Error::internal)?;
        rows.push(b'\n');
    }
    Ok(rows)
}

/// Asks before anything is read whether the caller may import: nobody shall send 20 MB to be told no.
pub fn may_import(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<()> {
    sender(conn, caller, now).map(drop)
}

fn sender(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, AccountId)> {
    let actor = caller.actor(conn, now)?;
    let permit = decide(&actor, Action::ImportEnterprises, &Resource::None)?;
    let officer = actor.account().ok_or(ErrorCode::Forbidden)?;
    if rows::count_open(conn, officer)? >= MOST_OPEN {
        return Err(Error::new(
            ErrorCode::LimitReached,
            format!("Mỗi cán bộ có tối đa {MOST_OPEN} lần nhập doanh nghiệp đang chờ hoặc đang chạy."),
            format!("An officer has at most {MOST_OPEN} imports of enterprises that wait or run."),
        ));
    }
    Ok((permit, officer))
}

impl App {
    /// Looks into a file that was sent, and keeps its rows. If no import comes to refer to them, the collector takes them.
    pub async fn prepare_enterprises(&self, arrived: Arrived) -> Result<Prepared> {
        scans::require_clean(self, &arrived).await?;
        let (format, mut taken) = match self.run_blocking(move || look(arrived)).await? {
            Looked::Text(format, taken) => (format, taken),
            Looked::Workbook(file) => {
                let sheet = self.files.decoder.table(file).await.map_err(|failure| match failure {
                    Failure::File(fault) => refused(fault),
                    Failure::Busy(cause) => Error::busy(cause),
                    Failure::Ours(cause) => Error::internal(cause),
                })?;
                let read = move || require_impersonal(intake::sheet_with(columns::role, &sheet).map_err(refused)?);
                (Format::Xlsx, self.run_blocking(read).await?)
            }
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

/// Begins an import.
pub fn start(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    name: &FileName,
    is_dry_run: bool,
    prepared: &Prepared,
) -> Result<Import> {
    let now = work.now;
    let (permit, officer) = sender(work.conn(), caller, now)?;
    let import = Import {
        id: EnterpriseImportId(work.next_id()),
        officer,
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
        created_at: sent_at(work.conn(), now)?,
        started_at: None,
        ended_at: None,
    };
    rows::insert(work.uow, &permit, &import)?;
    failpoint!("enterprise_imports.inserted", Error::busy);
    require_kept(work.conn(), prepared.put_at, [&prepared.digest])?;
    work.remember(
        &permit,
        Deed::EnterpriseImportStarted,
        "enterprise_import",
        import.id.0,
        None,
    )?;
    Ok(import)
}

/// Begins an import, or gives the one of the same officer and file that has not come to its end.
pub fn start_or_go_on(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    name: &FileName,
    is_dry_run: bool,
    prepared: &Prepared,
) -> Result<Import> {
    let now = work.now;
    let (permit, _) = reader(work.conn(), caller, now)?;
    let officer = permit.actor().account().ok_or(ErrorCode::Forbidden)?;
    if let Some(open) = rows::open_of(work.conn(), officer, &prepared.digest, is_dry_run)? {
        let open = rows::find(work.conn(), open)?;
        if open.head == prepared.taken.head {
            return Ok(open);
        }
    }
    start(work, caller, name, is_dry_run, prepared)
}

/// When an import was sent: never before another one, whatever the clock of the node that took that one in said. They are loaded in
/// this order.
fn sent_at(conn: &mut AnyConn, now: Timestamp) -> Result<Timestamp> {
    let Some(last) = rows::last_sent(conn)? else {
        return Ok(now);
    };
    let next = last
        .checked_add(SignedDuration::from_micros(1))
        .map_err(Error::internal)?;
    Ok(now.max(next))
}

/// Whose imports an officer sees: with a scope the own ones, since rows name enterprises of everywhere.
fn seen_by(actor: &Actor) -> Result<Option<AccountId>> {
    match actor {
        Actor::Officer { scope, .. } if *scope == Scope::default() => Ok(None),
        Actor::Officer { account, .. } => Ok(Some(*account)),
        _ => Err(ErrorCode::Forbidden.into()),
    }
}

fn reader(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<(Permit, Option<AccountId>)> {
    let actor = caller.actor(conn, now)?;
    let permit = decide(&actor, Action::ImportEnterprises, &Resource::None)?;
    Ok((permit, seen_by(&actor)?))
}

/// A page of the imports, newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Import>, Option<Place>)> {
    let (_, officer) = reader(conn, caller, now)?;
    let found = rows::list(conn, officer, after, paging::rows_for(limit))?;
    Ok(paging::cut(found, limit, |last| (last.created_at, last.id)))
}

/// An import, for whoever may see it; to others it is absent.
pub fn find(conn: &mut AnyConn, caller: &Caller, id: EnterpriseImportId, now: Timestamp) -> Result<Import> {
    let (_, officer) = reader(conn, caller, now)?;
    let import = rows::find(conn, id)?;
    if officer.is_none_or(|officer| officer == import.officer) {
        Ok(import)
    } else {
        Err(ErrorCode::NotFound.into())
    }
}

/// What became of the rows after a number, and the number to go on from.
pub fn page(
    conn: &mut AnyConn,
    caller: &Caller,
    id: EnterpriseImportId,
    result: Option<RowResult>,
    after: i64,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Row>, Option<i64>)> {
    find(conn, caller, id, now)?;
    let found = rows::rows(conn, id, result, after, paging::rows_for(limit))?;
    Ok(paging::cut(found, limit, |last| last.number))
}

/// Refused rows after a number in the format of the file, each with why, and the number to go on from. The right is asked for again: a
/// download that is read slowly ends when it is taken away.
pub fn errors_page(
    conn: &mut AnyConn,
    caller: &Caller,
    id: EnterpriseImportId,
    after: i64,
    now: Timestamp,
) -> Result<(Vec<exports::Row>, Option<i64>)> {
    let import = find(conn, caller, id, now)?;
    let found = rows::rows(conn, id, Some(RowResult::Refused), after, PAGE)?;
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
    let next = found.last().filter(|_| is_full).map(|last| last.number);
    let told = found.into_iter().map(|row| listing_imports::Row {
        number: row.number,
        result: row.result,
        external_id: None,
        listing: None,
        problems: row.problems,
        raw: row.raw,
    });
    Ok((
        errors::rows_of(import.format, &import.head, &told.collect::<Vec<_>>()),
        next,
    ))
}

/// The head of the table of these.
pub fn errors_head(import: &Import) -> Vec<String> {
    errors::head(&import.head)
}

/// Stops an import. What was done stays.
pub fn cancel(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseImportId) -> Result<Import> {
    let now = work.now;
    let (permit, _) = reader(work.conn(), caller, now)?;
    find(work.conn(), caller, id, now)?;
    if !rows::end(work.uow, id, ImportStatus::Cancelled, None, now)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    work.remember(
        &permit,
        Deed::EnterpriseImportCancelled,
        "enterprise_import",
        id.0,
        None,
    )?;
    Ok(rows::find(work.conn(), id)?)
}
