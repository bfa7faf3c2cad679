//! Loads the rows of an import: in chunks, each one unit of work together with how far the import has come and what
//! became of its rows, so that a killed worker's import goes on exactly where it was durable.

use jiff::{SignedDuration, Timestamp};
use tracing::{error, info, warn};

use super::apply::{self, Target};
use super::row::{self, Head, Read};
use super::values::Names;
use super::which::{self, Before, Taken};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::ids::{EnterpriseId, ListingImportId};
use crate::domain::import::{Counts, ImportStatus};
use crate::files::contents::ContentError;
use crate::service::context::{App, Caller, Credential, Origin, Work};
use crate::service::{Error, ErrorCode, Result};
use crate::store::import_aliases;
use crate::store::listing_imports::{self as rows, Import, Lease};

/// Rows that share a unit of work: long enough to be fast, short enough that others get their turn.
pub(in crate::service) const CHUNK: usize = 50;
/// How long an import is a worker's own: much longer than a chunk takes, and each chunk begins it anew. Reading the rows
/// takes longer than a chunk.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// An import is given up that was taken so often without a row being done.
pub(in crate::service) const MOST_ATTEMPTS: i64 = 8;
/// How long an import rests whose rows cannot be read, the first time; three times as long each time. With as many attempts as
/// there are it is over after nine hours.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(30);
/// Imports that are looked up at once.
const BATCH: usize = 10;

/// Loads all that waits, as long as `goes_on` says so. Gives how many imports came to their end here.
pub fn run_due(app: &App, goes_on: &dyn Fn() -> bool) -> Result<usize> {
    let mut ended = 0;
    loop {
        let now = app.clock.now();
        let due = app.db.read(|conn| rows::due(conn, now, BATCH))?;
        let mut claimed = 0;
        for id in due {
            if !goes_on() {
                return Ok(ended);
            }
            let Some((import, lease)) = claim(app, id)? else {
                continue;
            };
            claimed += 1;
            failpoint!("imports.claimed", Error::busy);
            ended += usize::from(load(app, &import, lease, goes_on)?);
        }
        // What nobody could claim is in the hands of another node.
        if claimed == 0 || !goes_on() {
            return Ok(ended);
        }
    }
}

/// Until when a lease runs that begins now.
pub(in crate::service) fn lease_from(now: Timestamp) -> Result<Timestamp> {
    now.checked_add(LEASE).map_err(Error::internal)
}

fn claim(app: &App, id: ListingImportId) -> Result<Option<(Import, Lease)>> {
    app.write_blocking(move |work| {
        let until = lease_from(work.now)?;
        let Some(import) = rows::claim(work.uow, id, work.now, until)? else {
            return Ok(None);
        };
        rows::note_start(work.uow, id, work.now)?;
        if import.attempts > MOST_ATTEMPTS {
            error!(import = %id, "an import is given up: it was tried again and again, and no row was done");
            fail(work, id, ErrorCode::Internal)?;
            return Ok(None);
        }
        Ok(Some((import, Lease { id, until })))
    })
}

fn fail(work: &mut Work<'_, '_>, id: ListingImportId, code: ErrorCode) -> Result<()> {
    rows::end(work.uow, id, ImportStatus::Failed, Some(code.as_str()), work.now)?;
    Ok(())
}

/// Loads an import to its end. False when it was cancelled, lost to another worker, or the program ends.
fn load(app: &App, import: &Import, mut lease: Lease, goes_on: &dyn Fn() -> bool) -> Result<bool> {
    let id = import.id;
    let content = match app.files.contents.load(&import.digest) {
        Ok(content) => content,
        // No rest makes it whole again.
        Err(error @ ContentError::Damaged(_)) => {
            error!(import = %id, %error, "the rows of an import are damaged");
            app.write_blocking(move |work| fail(work, id, ErrorCode::ContentDamaged))?;
            return Ok(true);
        }
        Err(error) => return put_off(app, import, lease, &error),
    };
    let Some(content) = content else {
        error!(import = %id, "the rows of an import are not in the file store");
        app.write_blocking(move |work| fail(work, id, ErrorCode::RowsLost))?;
        return Ok(true);
    };
    let text = std::str::from_utf8(&content).map_err(Error::internal)?;
    let head = Head::of(&import.head);
    let aliases = app.db.read(import_aliases::in_force)?;
    let names = Names::of(&app.in_force_at_hand(), &aliases);
    let mut taken = app.db.read(|conn| Taken::so_far(conn, id))?;
    let mut counts = import.counts;
    let mut chunk = Vec::with_capacity(CHUNK);
    let skipped = usize::try_from(counts.done).unwrap_or(usize::MAX);
    let mut lines = text.lines().enumerate();
    loop {
        let next = lines.next();
        let is_last = next.is_none();
        if let Some((at, line)) = next {
            let read = row::read(import.format, &head, &names, line)
                .ok_or_else(|| Error::internal("a row cannot be read again"))?;
            if at >= skipped {
                chunk.push(read);
            }
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
        failpoint!("imports.chunk.kept", Error::busy);
        if is_last {
            info!(import = %id, rows = counts.done, refused = counts.refused, "an import came to its end");
            return Ok(true);
        }
        if !goes_on() {
            app.write_blocking(move |work| Ok(rows::give_back(work.uow, lease)?))?;
            return Ok(false);
        }
    }
}

/// Lets an import rest whose rows cannot be read now, so that the others go on; one whose rows could not be read for hours is
/// over, and true. A store that does not answer for a while is no fault of the import's.
fn put_off(app: &App, import: &Import, lease: Lease, error: &ContentError) -> Result<bool> {
    let (id, attempts) = (import.id, import.attempts);
    if attempts >= MOST_ATTEMPTS {
        error!(import = %id, %error, "an import is given up: its rows could not be read for hours");
        app.write_blocking(move |work| fail(work, id, ErrorCode::StorageUnavailable))?;
        return Ok(true);
    }
    warn!(import = %id, %error, attempts, "the rows of an import cannot be read; it rests");
    app.write_blocking(move |work| {
        let until = work.now.checked_add(rest_after(attempts)).map_err(Error::internal)?;
        Ok(rows::put_off(work.uow, lease, until)?)
    })?;
    Ok(false)
}

/// How long an import rests after so many attempts.
pub(in crate::service) fn rest_after(attempts: i64) -> SignedDuration {
    (1..attempts.min(MOST_ATTEMPTS)).fold(FIRST_REST, |rest, _| rest.saturating_mul(3))
}

enum Advanced {
    To(Counts, Timestamp, which::Chunk),
    Lost,
    Failed,
}

fn load_chunk(
    app: &App,
    import: &Import,
    lease: Lease,
    head: &Head,
    (before, taken): (Counts, &Taken),
    chunk: &[Read],
    is_last: bool,
) -> Result<Advanced> {
    let caller = Caller {
        credential: Credential::Begun(import.sender),
        origin: Origin::default(),
    };
    let enterprise = import.enterprise;
    let target = Target {
        enterprise,
        import: import.id,
        is_dry_run: import.is_dry_run,
    };
    let (chunk, taken) = (chunk.to_vec(), taken.clone());
    let head = head.clone();
    app.write_blocking(move |work| {
        let permit = match may_go_on(work, &caller, enterprise) {
            Ok(permit) => permit,
            Err(refusal) if refusal.code.status() < 500 => {
                fail(work, lease.id, refusal.code)?;
                return Ok(Advanced::Failed);
            }
            Err(failure) => return Err(failure),
        };
        let mut counts = before;
        let (mut done, mut own) = (Vec::with_capacity(chunk.len()), which::Chunk::default());
        for read in &chunk {
            let before = Before::of(&taken, &own);
            let read = before.once(&head, read);
            let row = apply::load_row(work, &caller, &permit, target, &head, before, &read)?;
            own.note(&row);
            counts.add(row.result);
            done.push(row);
        }
        let until = lease_from(work.now)?;
        rows::insert_rows(work.uow, lease.id, &done)?;
        failpoint!("imports.rows.inserted", Error::busy);
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

/// Whether the sender may still write for the enterprise.
fn may_go_on(work: &mut Work<'_, '_>, caller: &Caller, enterprise: EnterpriseId) -> Result<Permit> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::CreateListing, &Resource::None)?;
    if actor.enterprise().map(|(own, _)| own) == Some(enterprise) {
        Ok(permit)
    } else {
        Err(ErrorCode::Forbidden.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_rests_for_hours_before_it_is_given_up() {
        let rests = (1..MOST_ATTEMPTS).map(rest_after);
        assert_eq!(rest_after(1), FIRST_REST);
        let all: i64 = rests.map(|rest| rest.as_secs()).sum();
        assert_eq!(all / 3_600, 9);
    }
}
