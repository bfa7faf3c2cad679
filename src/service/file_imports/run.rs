//! Loads the rows of imports: in chunks, each one unit of work together with how far the import has come and what
//! became of its rows, so that a killed worker's import goes on exactly where it was durable.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tracing::{error, info, warn};

use super::{Loading, Subject};
use crate::domain::import::{Counts, ImportStatus};
use crate::files::contents::ContentError;
use crate::service::context::{App, Caller, Credential, Origin, Work};
use crate::service::file_imports::listings::names::Names;
use crate::service::reference::Edition;
use crate::service::{Error, ErrorCode, Result};
use crate::store::file_imports::Files;
use crate::store::file_imports::{ImportOf, Lease};
use crate::store::import_aliases;

/// Rows that share a unit of work: long enough to be fast, short enough that others get their turn.
const CHUNK: usize = 50;
/// How long an import is a worker's own: much longer than a chunk takes, and each chunk begins it anew. Reading the rows
/// takes longer than a chunk.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// An import is given up that was taken so often without a row being done.
const MOST_ATTEMPTS: i64 = 8;
/// How long an import rests whose rows cannot be read, the first time; three times as long each time. With as many attempts as
/// there are it is over after nine hours.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(30);
/// Imports that are looked up at once.
const BATCH: usize = 10;

/// Loads all that waits, as long as `goes_on` says so. Gives how many imports came to their end here.
pub fn run_due<S: Subject>(app: &App, goes_on: &dyn Fn() -> bool) -> Result<usize> {
    let mut ended = 0;
    loop {
        let now = app.clock.now();
        let due = app.db.read(|conn| S::due(conn, now, BATCH))?;
        let mut claimed = 0;
        for id in due {
            if !goes_on() {
                return Ok(ended);
            }
            let Some((import, lease)) = claim::<S>(app, id)? else {
                continue;
            };
            claimed += 1;
            failpoint!("imports.claimed", Error::busy);
            ended += usize::from(load::<S>(app, &import, lease, goes_on)?);
        }
        // What nobody could claim is in the hands of another node.
        if claimed == 0 || !goes_on() {
            return Ok(ended);
        }
    }
}

/// Until when a lease runs that begins now.
fn lease_from(now: Timestamp) -> Result<Timestamp> {
    now.checked_add(LEASE).map_err(Error::internal)
}

/// An import, and the right to go on with it for a while.
type Claimed<S> = (ImportOf<S>, Lease<<S as Files>::Id>);

fn claim<S: Subject>(app: &App, id: S::Id) -> Result<Option<Claimed<S>>> {
    app.write_blocking(move |work| {
        let until = lease_from(work.now)?;
        let Some(import) = S::claim(work.uow, id, work.now, until)? else {
            return Ok(None);
        };
        if import.attempts > MOST_ATTEMPTS {
            error!(import = %id, "an import is given up: it was tried again and again, and no row was done");
            fail::<S>(work, id, ErrorCode::Internal)?;
            return Ok(None);
        }
        Ok(Some((import, Lease { id, until })))
    })
}

fn fail<S: Subject>(work: &mut Work<'_, '_>, id: S::Id, code: ErrorCode) -> Result<()> {
    S::end(work.uow, id, ImportStatus::Failed, Some(code.as_str()), work.now)?;
    Ok(())
}

/// The same in a unit of work of its own; it has come to its end here.
fn fail_now<S: Subject>(app: &App, id: S::Id, code: ErrorCode) -> Result<bool> {
    app.write_blocking(move |work| fail::<S>(work, id, code))?;
    Ok(true)
}

/// Loads an import to its end. False when it was cancelled, lost to another worker, or the program ends.
fn load<S: Subject>(
    app: &App,
    import: &ImportOf<S>,
    mut lease: Lease<S::Id>,
    goes_on: &dyn Fn() -> bool,
) -> Result<bool> {
    let id = import.id;
    let content = match app.files.contents.load(&import.digest) {
        Ok(content) => content,
        // No rest makes it whole again.
        Err(error @ ContentError::Damaged(_)) => {
            error!(import = %id, %error, "the rows of an import are damaged");
            return fail_now::<S>(app, id, ErrorCode::ContentDamaged);
        }
        Err(error) => return put_off::<S>(app, import, lease, &error),
    };
    let Some(content) = content else {
        error!(import = %id, "the rows of an import are not in the file store");
        return fail_now::<S>(app, id, ErrorCode::RowsLost);
    };
    let text = std::str::from_utf8(&content).map_err(Error::internal)?;
    let head = S::head(&import.head);
    let aliases = app.db.read(import_aliases::in_force)?;
    // A change of the lists is seen at once; one that comes while the rows are loaded, when an import is taken up next: this one, too,
    // if it is taken up again.
    let edition = app.db.read(|conn| app.editions.present(conn))?;
    let lists = edition.on(app.clock.now());
    let names = Names::of(&lists, &aliases);
    let book = S::book(lists, names);
    let mut seen = app.db.read(|conn| S::so_far(conn, id))?;
    let mut counts = import.counts;
    let mut chunk = Vec::with_capacity(CHUNK);
    let skipped = usize::try_from(counts.done).unwrap_or(usize::MAX);
    let mut lines = text.lines().skip(skipped);
    loop {
        let next = lines.next();
        let is_last = next.is_none();
        if let Some(line) = next {
            let read = S::read(import.format, &head, &book, line);
            chunk.push(read.ok_or_else(|| Error::internal("a row cannot be read again"))?);
        }
        if chunk.len() < CHUNK && !is_last {
            continue;
        }
        let by = (&head, &edition);
        match load_chunk::<S>(app, import, lease, by, (counts, &seen), &chunk, is_last)? {
            Advanced::To(next, until, done) => {
                counts = next;
                lease.until = until;
                S::add(&mut seen, done);
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
            failpoint!("imports.ended", Error::busy);
            info!(import = %id, rows = counts.done, refused = counts.refused, "an import came to its end");
            return Ok(true);
        }
        if !goes_on() {
            app.write_blocking(move |work| Ok(S::put_off(work.uow, lease, None)?))?;
            return Ok(false);
        }
    }
}

/// Lets an import rest whose rows cannot be read now, so that the others go on; one whose rows could not be read for hours is
/// over, and true. A store that does not answer for a while is no fault of the import's.
fn put_off<S: Subject>(app: &App, import: &ImportOf<S>, lease: Lease<S::Id>, error: &ContentError) -> Result<bool> {
    let (id, attempts) = (import.id, import.attempts);
    if attempts >= MOST_ATTEMPTS {
        error!(import = %id, %error, "an import is given up: its rows could not be read for hours");
        return fail_now::<S>(app, id, ErrorCode::StorageUnavailable);
    }
    warn!(import = %id, %error, attempts, "the rows of an import cannot be read; it rests");
    app.write_blocking(move |work| {
        let until = work.now.checked_add(rest_after(attempts)).map_err(Error::internal)?;
        Ok(S::put_off(work.uow, lease, Some(until))?)
    })?;
    Ok(false)
}

/// How long an import rests after so many attempts.
fn rest_after(attempts: i64) -> SignedDuration {
    (1..attempts.min(MOST_ATTEMPTS)).fold(FIRST_REST, |rest, _| rest.saturating_mul(3))
}

enum Advanced<C> {
    To(Counts, Timestamp, C),
    Lost,
    Failed,
}

fn load_chunk<S: Subject>(
    app: &App,
    import: &ImportOf<S>,
    lease: Lease<S::Id>,
    (head, edition): (&S::Head, &Arc<Edition>),
    (before, seen): (Counts, &S::Seen),
    chunk: &[S::Read],
    is_last: bool,
) -> Result<Advanced<S::Chunk>> {
    let (whose, is_dry_run) = (import.whose, import.is_dry_run);
    let caller = Caller {
        credential: Credential::Begun(S::in_name_of(whose)),
        origin: Origin::default(),
    };
    let (chunk, seen, head, edition) = (chunk.to_vec(), seen.clone(), head.clone(), edition.clone());
    app.write_blocking(move |work| {
        work.go_by(edition.clone());
        let permit = match S::may_go_on(work, &caller, whose) {
            Ok(permit) => permit,
            Err(refusal) if refusal.code.status() < 500 => {
                fail::<S>(work, lease.id, refusal.code)?;
                return Ok(Advanced::Failed);
            }
            Err(failure) => return Err(failure),
        };
        let loading: Loading<'_, S> = Loading {
            caller: &caller,
            permit: &permit,
            import: lease.id,
            whose,
            is_dry_run,
            head: &head,
        };
        let mut counts = before;
        let (mut done, mut own) = (Vec::with_capacity(chunk.len()), S::Chunk::default());
        for read in &chunk {
            let row = S::load(work, &loading, &seen, &mut own, read)?;
            counts.add(row.result);
            done.push(row);
        }
        let until = lease_from(work.now)?;
        S::insert_rows(work.uow, lease.id, &done)?;
        failpoint!("imports.rows.inserted", Error::busy);
        if S::advance(work.uow, lease, &counts, until, is_last, work.now)? {
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
