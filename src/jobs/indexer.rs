//! The search index follows the database: one thread reads the outbox, looks at each listing anew, and puts or removes
//! it. How far it has come is committed together with the documents, so that a crash at any point repeats a little
//! work and loses none.
//!
//! Layout on disk: `<index_dir>/index-v<format>-<n>`; the greatest `n` that is complete is in use, all others are
//! remains and are deleted. `<index_dir>/lock` is held while this process works there.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use search_index::{Change, Fault, Reader, SearchIndex, Watermark, Writer};
use tracing::{error, info, warn};

use super::document::{PAGE, UNFINISHED, changes_of, limit, public_page, put_through, puts, stage};
use super::{Directory, Stop};
use crate::domain::ids::ListingId;
use crate::service::App;
use crate::service::search::{IndexSlot, in_full};
use crate::store::outbox::{self, Position};
use crate::store::{self, Database, listings};

/// How long other nodes' changes may stay unseen: their commits wake nobody here.
const POLL: Duration = Duration::from_secs(1);
/// Failures of the index in a row before it is opened anew.
const MAX_FAILURES: u32 = 3;
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why the index could not be opened, built or written.
#[derive(Debug, thiserror::Error)]
pub enum IndexerError {
    /// Another process works in the directory.
    #[error("another vptex uses this index directory ({})", .0.display())]
    InUse(PathBuf),
    /// The index fails.
    #[error("the search index fails: {}", in_full(.0))]
    Index(#[from] search_index::Error),
    /// The database cannot be read.
    #[error("the database cannot be read: {0}")]
    Store(#[from] store::Error),
    /// The directory cannot be read or written.
    #[error("the index directory cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// The program ends.
    #[error("stopped")]
    Stopped,
}

pub(super) type Result<T> = std::result::Result<T, IndexerError>;

#[derive(Default)]
struct Controls {
    stop: Stop,
    fault: Mutex<Option<Fault>>,
}

impl Controls {
    fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go_on(&self) -> Result<()> {
        if self.stop.is_asked() {
            Err(IndexerError::Stopped)
        } else {
            Ok(())
        }
    }
}

/// The indexing thread. Dropping ends it, as [`IndexerHandle::stop`] does.
pub struct IndexerHandle {
    controls: Arc<Controls>,
    db: Arc<Database>,
    thread: Option<JoinHandle<()>>,
}

impl IndexerHandle {
    /// For fault drills: every write of the index fails at this point until another is set.
    pub fn inject(&self, fault: Option<Fault>) {
        *self.controls.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Asks the thread to end, without waiting for it.
    pub fn ask_to_stop(&self) {
        self.controls.stop.ask();
        self.db.committed().signal();
    }

    /// Ends the thread and waits until it has ended. Not for async threads.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for IndexerHandle {
    fn drop(&mut self) {
        self.ask_to_stop();
        if let Some(thread) = self.thread.take() {
            // Whatever it panicked with is in the log.
            drop(thread.join());
        }
    }
}

/// Starts the indexing thread. It tells how it fares in `app.index`.
pub fn spawn(app: App, index_dir: PathBuf, memory: usize) -> IndexerHandle {
    launch(app.db, app.index, index_dir, memory)
}

fn launch(db: Arc<Database>, slot: Arc<IndexSlot>, root: PathBuf, memory: usize) -> IndexerHandle {
    let controls = Arc::new(Controls::default());
    let indexer = Indexer {
        db: Arc::clone(&db),
        slot: Arc::clone(&slot),
        root,
        memory,
        controls: Arc::clone(&controls),
    };
    let thread = thread::Builder::new()
        .name("vptex-indexer".into())
        .spawn(move || indexer.run());
    let thread = thread.inspect_err(|error| {
        error!(%error, "no thread for the search index");
        slot.set_failed(error.to_string());
    });
    IndexerHandle {
        controls,
        db,
        thread: thread.ok(),
    }
}

/// Builds the index anew from the database, for `vptex reindex`; the program that serves must not run in the same
/// directory. `progress` is told (done, total) after each page; gives how many listings the index holds.
pub fn rebuild_now(app: &App, index_dir: &Path, memory: usize, mut progress: impl FnMut(u64, u64)) -> Result<u64> {
    let directory = Directory::open(index_dir)?;
    let build = Build {
        db: &app.db,
        slot: &app.index,
        memory,
        controls: &Controls::default(),
    };
    let built = build.run(&directory, &mut progress)?;
    directory.keep_only(&built.path)?;
    Ok(built.reader.len())
}

struct Indexer {
    db: Arc<Database>,
    slot: Arc<IndexSlot>,
    root: PathBuf,
    memory: usize,
    controls: Arc<Controls>,
}

/// An open index.
struct Open {
    writer: Writer,
    reader: Reader,
    path: PathBuf,
}

enum Found {
    Usable(Box<Open>),
    /// Complete once, but the outbox no longer leads from there to now.
    Astray(Reader),
    Nothing,
}

impl Indexer {
    /// Works until asked to stop; whatever goes wrong, it starts over.
    fn run(&self) {
        while !self.controls.stop.is_asked() {
            let failure = match catch_unwind(AssertUnwindSafe(|| self.session())) {
                Ok(Ok(()) | Err(IndexerError::Stopped)) => return,
                Ok(Err(error)) => error.to_string(),
                Err(_panic) => "the indexer panicked; the log has more".to_owned(),
            };
            error!(error = failure, "the search index failed; starting over");
            metrics::counter!("vptex_index_failures_total").increment(1);
            self.slot.set_failed(failure);
            self.controls.stop.wait(RETRY_AFTER);
        }
    }

    fn session(&self) -> Result<()> {
        let directory = Directory::open(&self.root)?;
        let mut open = match self.open_newest(&directory)? {
            Found::Usable(open) => *open,
            Found::Astray(reader) => {
                self.slot.set_stopgap(reader);
                self.build(&directory)?
            }
            Found::Nothing => self.build(&directory)?,
        };
        self.slot.set_ready(open.reader.clone(), place(&open.writer));
        info!(listings = open.reader.len(), path = %open.path.display(), "the search index is ready");
        directory.keep_only(&open.path)?;
        self.follow(&mut open.writer)
    }

    fn open_newest(&self, directory: &Directory) -> Result<Found> {
        for path in directory.of_this_format()? {
            match SearchIndex::open(&path, self.memory) {
                Ok((writer, reader)) => match writer.watermark() {
                    None | Some(UNFINISHED) => info!(path = %path.display(), "a search index was left half built"),
                    Some(watermark) if leads_to_now(position(watermark), self.db.read(outbox::ends)?) => {
                        return Ok(Found::Usable(Box::new(Open { writer, reader, path })));
                    }
                    Some(watermark) => {
                        warn!(?watermark, "the search index does not fit the outbox; building it anew");
                        return Ok(Found::Astray(reader));
                    }
                },
                Err(error @ (search_index::Error::Incompatible { .. } | search_index::Error::Corrupt(_))) => {
                    warn!(path = %path.display(), %error, "a search index cannot be used");
                }
                Err(search_index::Error::Locked) => return Err(IndexerError::InUse(path)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Found::Nothing)
    }

    fn build(&self, directory: &Directory) -> Result<Open> {
        let build = Build {
            db: &self.db,
            slot: &self.slot,
            memory: self.memory,
            controls: &self.controls,
        };
        let mut open = build.run(directory, &mut |done, total| {
            self.slot.set_building(done, total);
            info!(done, total, "building the search index");
        })?;
        // What changed meanwhile, before anybody searches in it.
        while self.round(&mut open.writer, false)? {
            self.controls.go_on()?;
        }
        Ok(open)
    }

    fn follow(&self, writer: &mut Writer) -> Result<()> {
        let (mut seen, mut failures) = (0, 0);
        while !self.controls.stop.is_asked() {
            match self.round(writer, failures > 0) {
                Ok(more) => {
                    failures = 0;
                    self.slot.set_applied(place(writer));
                    if !more {
                        seen = self.db.committed().wait(seen, POLL);
                    }
                }
                Err(IndexerError::Stopped) => return Ok(()),
                Err(error) => {
                    if !matches!(error, IndexerError::Store(_)) {
                        failures += 1;
                    }
                    if failures >= MAX_FAILURES || matches!(error, IndexerError::Index(search_index::Error::Unusable)) {
                        return Err(error);
                    }
                    warn!(%error, "the search index could not follow; trying again");
                    self.slot.set_trouble(error.to_string());
                    self.controls.stop.wait(POLL);
                }
            }
        }
        Ok(())
    }

    /// Follows the outbox by one page; gives whether there may be more. After a failure it commits even when nothing
    /// is new: what was committed last may not be visible yet.
    fn round(&self, writer: &mut Writer, after_failure: bool) -> Result<bool> {
        let from = place(writer);
        let rows = self.db.read(|conn| outbox::after(conn, from, limit()))?;
        let to = rows.last().map_or(from, |(position, _)| *position);
        if !rows.is_empty() || after_failure {
            let ids: Vec<ListingId> = rows
                .iter()
                .map(|(_, id)| *id)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            let (changes, broken) = self.db.read(|conn| changes_of(conn, &ids))?;
            writer.inject(self.controls.fault());
            let poison = put_through(writer, &changes, watermark(to))?;
            self.slot.add_poison(broken + poison);
            let count = u64::try_from(changes.len()).unwrap_or(u64::MAX);
            metrics::counter!("vptex_index_changes_total").increment(count);
        }
        let lag = self.db.read(|conn| outbox::lag(conn, to))?;
        self.slot.set_lag(u64::try_from(lag).unwrap_or(0));
        Ok(rows.len() == PAGE)
    }
}

struct Build<'a> {
    db: &'a Database,
    slot: &'a IndexSlot,
    memory: usize,
    controls: &'a Controls,
}

impl Build<'_> {
    fn run(&self, directory: &Directory, progress: &mut dyn FnMut(u64, u64)) -> Result<Open> {
        match self.attempt(directory, false, progress) {
            // Perhaps one document is more than the engine can bear: find out which, at the price of many commits.
            Err(IndexerError::Index(error @ search_index::Error::Engine(_))) => {
                warn!(
                    error = in_full(&error),
                    "the search index could not be built; trying with care"
                );
                self.attempt(directory, true, progress)
            }
            other => other,
        }
    }

    fn attempt(&self, directory: &Directory, with_care: bool, progress: &mut dyn FnMut(u64, u64)) -> Result<Open> {
        let path = directory.fresh()?;
        let filled = self.fill(&path, with_care, progress);
        if filled.is_err() {
            // Half an index is refused later all the same; this only saves the room.
            fs::remove_dir_all(&path).unwrap_or_else(|error| warn!(%error, "remains of an index stay"));
        }
        let (writer, reader) = filled?;
        Ok(Open { writer, reader, path })
    }

    fn fill(&self, path: &Path, with_care: bool, progress: &mut dyn FnMut(u64, u64)) -> Result<(Writer, Reader)> {
        // Before the scan: what changes during it is then met twice, not never.
        let start = self
            .db
            .read(outbox::ends)?
            .map_or_else(Position::default, |(_, last)| last);
        let total = u64::try_from(self.db.read(listings::count_public)?).unwrap_or(0);
        let (mut writer, reader) = SearchIndex::open(path, self.memory)?;
        let (mut after, mut done) = (None, 0);
        progress(done, total);
        loop {
            self.controls.go_on()?;
            let (rows, last, broken) = self.db.read(|conn| public_page(conn, after))?;
            let (changes, unfit): (Vec<Change>, u64) = puts(&rows);
            writer.inject(self.controls.fault());
            let poison = if with_care {
                put_through(&mut writer, &changes, UNFINISHED)?
            } else {
                stage(&mut writer, &changes)?
            };
            self.slot.add_poison(broken + unfit + poison);
            done += u64::try_from(rows.len()).unwrap_or(0);
            progress(done, total.max(done));
            after = last;
            if after.is_none() {
                break;
            }
        }
        writer.commit(watermark(start))?;
        Ok((writer, reader))
    }
}

/// Whether following the outbox from `from` leads to the present: nothing in between was forgotten, and the database
/// is not older than the index.
fn leads_to_now(from: Position, ends: Option<(Position, Position)>) -> bool {
    match ends {
        // The newest row is never forgotten, so there never was one.
        None => from == Position::default(),
        Some((first, last)) => {
            let is_next = from.txid == first.txid && from.seq >= first.seq - 1;
            from <= last && (from >= first || is_next)
        }
    }
}

fn place(writer: &Writer) -> Position {
    writer.watermark().map(position).unwrap_or_default()
}

fn position(watermark: Watermark) -> Position {
    Position {
        txid: i64::try_from(watermark.txid).unwrap_or(i64::MAX),
        seq: watermark.seq,
    }
}

fn watermark(position: Position) -> Watermark {
    Watermark {
        txid: u64::try_from(position.txid).unwrap_or(0),
        seq: position.seq,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::search::IndexState;
    use crate::store::conn::Target;
    use crate::store::database::{Limits, open_migrated};
    use uuid::Uuid;

    const LONG: Duration = Duration::from_secs(60);
    const MEMORY: usize = 15_000_000;

    fn at(seq: i64) -> Position {
        Position { txid: 0, seq }
    }

    fn database(dir: &Path) -> Arc<Database> {
        let limits = Limits {
            pool_size: 2,
            write_queue: 16,
            group_commit_max: 4,
            wait: Duration::from_secs(5),
        };
        Arc::new(open_migrated(Target::Sqlite(dir.join("db.sqlite")), limits).unwrap())
    }

    fn push(db: &Database, number: u128) {
        let at = "2026-03-11T07:30:00Z".parse().unwrap();
        db.write::<_, store::Error>(move |uow| outbox::push(uow, ListingId(Uuid::from_u128(number)), at))
            .unwrap();
    }

    #[test]
    fn an_index_leads_to_now_or_is_built_anew() {
        assert!(leads_to_now(at(0), None));
        assert!(!leads_to_now(at(5), None), "the database was emptied");
        let kept = Some((at(10), at(20)));
        for (from, leads) in [(8, false), (9, true), (10, true), (20, true), (21, false)] {
            assert_eq!(leads_to_now(at(from), kept), leads, "{from}");
        }
        assert!(!leads_to_now(position(UNFINISHED), None));
        assert!(!leads_to_now(position(UNFINISHED), Some((at(1), at(1)))));
    }

    #[test]
    fn follows_over_faults_and_restarts() {
        let dir = tempfile::tempdir().unwrap();
        let (db, root) = (database(dir.path()), dir.path().join("index"));
        let slot = Arc::new(IndexSlot::default());
        let indexer = launch(db.clone(), slot.clone(), root.clone(), MEMORY);
        assert!(slot.wait_for(at(0), LONG), "{:?}", slot.status());
        for (seq, fault) in [
            (1, Fault::BeforeApply),
            (2, Fault::BeforeCommit),
            (3, Fault::AfterCommit),
        ] {
            indexer.inject(Some(fault));
            push(&db, 1);
            assert!(!slot.wait_for(at(seq), Duration::from_millis(300)), "{fault:?}");
            indexer.inject(None);
            assert!(slot.wait_for(at(seq), LONG), "{fault:?}: {:?}", slot.status());
        }
        assert_eq!(slot.status().last_error, None);
        assert!(matches!(Directory::open(&root), Err(IndexerError::InUse(_))));
        indexer.stop();
        push(&db, 2);
        let slot = Arc::new(IndexSlot::default());
        let indexer = launch(db.clone(), slot.clone(), root.clone(), MEMORY);
        assert!(slot.wait_for(at(4), LONG));
        assert_eq!(slot.status().state, IndexState::Ready);
        assert_eq!(slot.reader().unwrap().watermark(), Some(watermark(at(4))));
        indexer.stop();
        let paths = Directory::open(&root).unwrap().of_this_format().unwrap();
        assert!(
            paths.len() == 1 && paths[0].ends_with(format!("{}1", Directory::prefix())),
            "not rebuilt: {paths:?}"
        );
    }

    #[test]
    fn an_index_of_another_database_is_built_anew() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("index");
        let stale = Directory::open(&root).unwrap().fresh().unwrap();
        let (mut writer, _) = SearchIndex::open(&stale, MEMORY).unwrap();
        writer.apply(&[Change::Put(Box::default())], watermark(at(77))).unwrap();
        drop(writer);
        let slot = Arc::new(IndexSlot::default());
        let indexer = launch(database(dir.path()), slot.clone(), root, MEMORY);
        assert!(slot.wait_for(at(0), LONG));
        assert_eq!(slot.reader().unwrap().len(), 0);
        indexer.stop();
        assert!(!stale.exists());
    }
}
