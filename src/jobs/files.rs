//! Removes bytes that nothing refers to: of uploads that were broken off, of files that were removed, of crashes in
//! between. And tells of rows whose bytes are not there, which no crash of ours leaves behind.

use std::fs;
use std::io;
use std::ops::Bound;

use jiff::{SignedDuration, Timestamp};
use tracing::{error, info};

use super::cleanup::before;
use crate::domain::file::Digest;
use crate::files::contents::{ContentError, Examined};
use crate::service::{App, Error, Result};
use crate::store::{self, AnyConn, content_removals, migrate};

/// How old something must be that nothing refers to. An upload takes minutes from its first byte to its row.
const AGE: SignedDuration = SignedDuration::from_hours(1);

/// So many contents without a row are no cause for doubt.
const FEW: usize = 40;

/// What was found, and removed unless it was a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Temporary files.
    pub leftovers: usize,
    /// Contents without a row.
    pub contents: usize,
    /// Bytes of these.
    pub bytes: u64,
    /// Digests that rows name and that are not there: restore them from a backup.
    pub missing: Vec<Digest>,
}

/// Removes orphans, but not when most of what is kept would go: then the database is more likely the wrong one, an empty
/// or an older one, and only a person decides (`vptex files collect`).
pub fn run_with_care(app: &App) -> Result<Collected> {
    let found = run(app, true)?;
    let kept = app.files.contents.all()?.len();
    if found.contents > FEW && found.contents * 2 > kept {
        return Err(Error::internal(format!(
            "{} of {kept} contents of files have no row: is this the right database? `vptex files collect` removes them",
            found.contents
        )));
    }
    run(app, false)
}

/// Looks for orphans and removes them; with `is_trial` only looks. Does neither in a database of a later program's.
pub fn run(app: &App, is_trial: bool) -> Result<Collected> {
    app.db.read(require_known_schema)?;
    let old = before(app.clock.now(), AGE);
    let mut collected = Collected::default();
    for path in app.files.contents.leftovers(old)? {
        if !is_trial {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(ContentError::from(error).into()),
                _ => {}
            }
        }
        collected.leftovers += 1;
    }
    if !is_trial {
        tidy_removals(app, old)?;
    }
    // Rows first: what is added meanwhile has bytes, and is not asked for here.
    let needed = app.db.read(store::files::needed)?;
    let kept = app.files.contents.all()?;
    for content in &kept {
        if needed.contains(&content.digest) || content.put_at >= old {
            continue;
        }
        if is_trial || remove(app, content.digest, old)? {
            collected.contents += 1;
            collected.bytes += content.size;
        }
    }
    let mut missing = needed;
    for content in &kept {
        missing.remove(&content.digest);
    }
    // Removed since the rows were read, and collected by another node.
    for digest in missing {
        if app.files.contents.find(&digest)?.is_none() && app.db.read(|conn| store::files::is_needed(conn, &digest))? {
            error!(sha256 = %digest, "a file's content is not in the file store");
            collected.missing.push(digest);
        }
    }
    let count = u32::try_from(collected.missing.len()).unwrap_or(u32::MAX);
    metrics::gauge!("vptex_files_missing").set(f64::from(count));
    if !is_trial {
        let Collected {
            leftovers,
            contents,
            bytes,
            ..
        } = collected;
        info!(leftovers, contents, bytes, missing = count, "collected files");
    }
    Ok(collected)
}

/// Contents that rows name, in the order of their digests, from the first one behind `after`.
pub fn named(app: &App, after: Option<Digest>) -> Result<Vec<Digest>> {
    let needed = app.db.read(store::files::needed)?;
    let begin = after.map_or(Bound::Unbounded, Bound::Excluded);
    Ok(needed.range((begin, Bound::Unbounded)).copied().collect())
}

/// Reads a content to its end and compares it with its name. Nothing of one that is not right and that no row names any more:
/// it was removed meanwhile.
pub fn look(app: &App, digest: &Digest) -> Result<Option<Examined>> {
    let examined = app.files.contents.examine(digest, &*app.clock)?;
    let is_right = matches!(examined, Examined::Sound(_));
    if is_right || app.db.read(|conn| store::files::is_needed(conn, digest))? {
        return Ok(Some(examined));
    }
    Ok(None)
}

/// Refuses where a later program changed the schema: it may keep contents in tables that this program does not know, and these
/// would look like orphans.
fn require_known_schema(conn: &mut AnyConn) -> Result<()> {
    let unknown = migrate::schema_state(conn)?.unknown;
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Error::internal(format!(
        "files are not collected: the database was brought to schema {} by a later program, which may keep files that this one does \
         not know; use that one",
        unknown.join(", ")
    )))
}

/// Removes a content that still nobody needs and that nobody has put there again. The store is asked outside units of work:
/// while it takes its time, everything else goes on. So the removal is announced in one that keeps rows from being added,
/// done, and ended in another; whoever adds a row afterwards looks whether one may have taken what was put.
fn remove(app: &App, digest: Digest, old: Timestamp) -> Result<bool> {
    if app.files.contents.find(&digest)?.is_none_or(|kept| kept.put_at >= old) {
        return Ok(false);
    }
    let is_announced = app.write_blocking(move |work| {
        store::files::hold_back_inserts(work.uow)?;
        // A later program may have come since the run began.
        require_known_schema(work.conn())?;
        let is_needed = store::files::is_needed(work.conn(), &digest)?;
        Ok::<_, Error>(!is_needed && content_removals::announce(work.uow, &digest, work.now)?)
    })?;
    if is_announced {
        failpoint!("files.removal.announced", Error::busy);
        app.files.contents.remove(&digest)?;
        failpoint!("files.removal.done", Error::busy);
        app.write_blocking(move |work| Ok(content_removals::end(work.uow, &digest, work.now)?))?;
    }
    Ok(is_announced)
}

/// What was announced and never ended, by a crash or because the store gave no answer, is over after so long; what was
/// ended concerns nobody any more.
fn tidy_removals(app: &App, old: Timestamp) -> Result<()> {
    app.write_blocking(move |work| Ok(content_removals::forget(work.uow, old)?))
}
