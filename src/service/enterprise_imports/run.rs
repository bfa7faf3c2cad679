//! Loads the rows of a file of enterprises, as files of listings are loaded
//! ([`run`](crate::service::listing_imports::run)): in chunks, each one unit of work together with how far the import has come
//! and what became of its rows, so that a killed worker's import goes on exactly where it was durable.

use jiff::Timestamp;
use tracing::{error, info, warn};

use super::apply;
use super::row::{self, Book, Head, Read};
use super::seen::{Before, Chunk, Taken};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::ids::EnterpriseImportId;
use crate::domain::import::{Counts, ImportStatus, Sender};
use crate::files::contents::ContentError;
use crate::service::context::{App, Caller, Credential, Origin, Work};
use crate::service::listing_imports::run::{CHUNK, MOST_ATTEMPTS, lease_from, rest_after};
use crate::service::listing_imports::values::Names;
use crate::service::{Error, ErrorCode, Result};
use crate::store::enterprise_imports::{self as rows, Import, Lease};
use crate::store::import_aliases;

/// Loads all that waits, as long as `goes_on` says so. Gives how many imports came to their end here.
pub fn run_due(app: &App, goes_on: &dyn Fn() -> bool) -> Result<usize> {
    let mut ended = 0;
    while goes_on() {
        let now = app.clock.now();
        let Some(id) = app.db.read(|conn| rows::due(conn, now))? else {
            break;
        };
        // What cannot be claimed is in the hands of another node.
        let Some((import, lease)) = claim(app, id)? else { break };
        ended += usize::from(load(app, &import, lease, goes_on)?);
    }
    Ok(ended)
}

fn claim(app: &App, id: EnterpriseImportId) -> Result<Option<(Import, Lease)>> {
    app.write_blocking(move |work| {
        let until = lease_from(work.now)?;
        let Some(import) = rows::claim(work.uow, id, work.now, until)? else {
            return Ok(None);
        };
        if import.attempts > MOST_ATTEMPTS {
            error!(import = %id, "an import is given up: it was tried again and again, and no row was done");
            fail(work, id, ErrorCode::Internal)?;
            return Ok(None);
        }
        Ok(Some((import, Lease { id, until })))
    })
}

fn fail(work: &mut Work<'_, '_>, id: EnterpriseImportId, code: ErrorCode) -> Result<()> {
    rows::end(work.uow, id, ImportStatus::Failed, Some(code.as_str()), work.now)?;
    Ok(())
}

fn fail_now(app: &App, id: EnterpriseImportId, code: ErrorCode) -> Result<bool> {
    app.write_blocking(move |work| fail(work, id, code))?;
    Ok(true)
}

/// Loads an import to its end. False when it was cancelled, lost to another worker, or the program ends.
fn load(app: &App, import: &Import, mut lease: Lease, goes_on: &dyn Fn() -> bool) -> Result<bool> {
    let id = import.id;
    let content = match app.files.contents.load(&import.digest) {
        Ok(content) => content,
        // No rest makes it whole again.
        Err(error @ ContentError::Damaged(_)) => {
            error!(import = %id, %error, "the rows of an import are damaged");
            return fail_now(app, id, ErrorCode::ContentDamaged);
        }
        Err(error) => return put_off(app, import, lease, &error),
    };
    let Some(content) = content else {
        error!(import = %id, "the rows of an import are not in the file store");
        return fail_now(app, id, ErrorCode::RowsLost);
    };
    let text = std::str::from_utf8(&content).map_err(Error::internal)?;
    let head = Head::of(&import.head);
    let aliases = app.db.read(import_aliases::in_force)?;
    let lists = app.in_force_at_hand();
    let names = Names::of(&lists, &aliases);
    let book = Book { lists, names };
    let mut taken = app.db.read(|conn| Taken::so_far(conn, id))?;
    let mut counts = import.counts;
    let skipped = usize::try_from(counts.done).unwrap_or(usize::MAX);
    let mut chunk = Vec::with_capacity(CHUNK);
    let mut lines = text.lines().skip(skipped);
    loop {
        let next = lines.next();
        let is_last = next.is_none();
        if let Some(line) = next {
            let read = row::read(import.format, &head, &book, line);
            chunk.push(read.ok_or_else(|| Error::internal("a row cannot be read again"))?);
        }
        if chunk.len() < CHUNK && !is_last {
            continue;
        }
        match load_chunk(app, import, lease, &head, (counts, &taken), &chunk, is_last)? {
            Advanced::To(next, until, done) => {
                counts = next;
                lease.until = until;
                taken.add(done);
            }
            Advanced::Lost => {
                warn!(import = %id, "an import was cancelled, or another worker has it");
                return Ok(false);
            }
            Advanced::Failed => return Ok(true),
        }
        chunk.clear();
        if is_last {
            failpoint!("enterprise_imports.ended", Error::busy);
            info!(import = %id, rows = counts.done, refused = counts.refused, "an import came to its end");
            return Ok(true);
        }
        if !goes_on() {
            app.write_blocking(move |work| Ok(rows::put_off(work.uow, lease, None)?))?;
            return Ok(false);
        }
    }
}

/// Lets an import rest whose rows cannot be read now; one whose rows could not be read for hours is over, and true. A store that
/// does not answer for a while is no fault of the import's.
fn put_off(app: &App, import: &Import, lease: Lease, error: &ContentError) -> Result<bool> {
    let (id, attempts) = (import.id, import.attempts);
    if attempts >= MOST_ATTEMPTS {
        error!(import = %id, %error, "an import is given up: its rows could not be read for hours");
        return fail_now(app, id, ErrorCode::StorageUnavailable);
    }
    warn!(import = %id, %error, attempts, "the rows of an import cannot be read; it rests");
    app.write_blocking(move |work| {
        let until = work.now.checked_add(rest_after(attempts)).map_err(Error::internal)?;
        Ok(rows::put_off(work.uow, lease, Some(until))?)
    })?;
    Ok(false)
}

enum Advanced {
    To(Counts, Timestamp, Chunk),
    Lost,
    Failed,
}

fn load_chunk(
    app: &App,
    import: &Import,
    lease: Lease,
    head: &Head,
    (so_far, taken): (Counts, &Taken),
    chunk: &[Read],
    is_last: bool,
) -> Result<Advanced> {
    let caller = Caller {
        credential: Credential::Begun(Sender::Officer(import.officer)),
        origin: Origin::default(),
    };
    let is_dry_run = import.is_dry_run;
    let (chunk, taken, head) = (chunk.to_vec(), taken.clone(), head.clone());
    app.write_blocking(move |work| {
        let permit = match may_go_on(work, &caller) {
            Ok(permit) => permit,
            Err(refusal) if refusal.code.status() < 500 => {
                fail(work, lease.id, refusal.code)?;
                return Ok(Advanced::Failed);
            }
            Err(failure) => return Err(failure),
        };
        let mut counts = so_far;
        let (mut done, mut own) = (Vec::with_capacity(chunk.len()), Chunk::default());
        for read in &chunk {
            let before = Before::of(&taken, &own);
            let (row, new) = apply::load_row(work, &permit, is_dry_run, &head, before, read)?;
            own.note(&row, new);
            counts.add(row.result);
            done.push(row);
        }
        let until = lease_from(work.now)?;
        rows::insert_rows(work.uow, lease.id, &done)?;
        if rows::advance(work.uow, lease, &counts, until, is_last, work.now)? {
            Ok(Advanced::To(counts, until, own))
        } else {
            Err(ErrorCode::AlreadyDecided.into())
        }
    })
    .or_else(|error| match error.code {
        // Nothing of the chunk stays.
        ErrorCode::AlreadyDecided => Ok(Advanced::Lost),
        _ => Err(error),
    })
}

/// Whether the officer may still enter enterprises.
fn may_go_on(work: &mut Work<'_, '_>, caller: &Caller) -> Result<Permit> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    Ok(decide(&actor, Action::ImportEnterprises, &Resource::None)?)
}
