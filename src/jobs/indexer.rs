//! The search index follows the database: one thread reads the outbox, looks at each listing anew, and puts or removes
//! it. How far it has come is committed together with the documents, so that a crash at any point repeats a little
//! work and loses none.
//!
//! Layout on disk: `<index_dir>/index-v<format>-<n>`; the greatest `n` that is complete is in use, all others are
//! remains and are deleted. `<index_dir>/lock` is held while this process works there.

mod merged;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use search_index::{Fault, Reader, SearchIndex, Watermark, Writer};
use tracing::{error, info, warn};

use super::build::{Build, Open};
use super::changes::{PAGE, UNFINISHED, changes_of, limit, put_through};
use super::cleanup;
use super::history::{leads_to_now, watermark_at};
use super::{Controls, Directory};
use crate::domain::clock::Clock;
use crate::domain::ids::ListingId;
use crate::service::App;
use crate::service::search::{IndexSlot, in_full, position};
use crate::store::outbox::{self, Position};
use crate::store::{self, Database};
use merged::{Looks, show_merged};

/// How often to look without having been woken.
const POLL: Duration = Duration::from_secs(1);
/// The same where other nodes write, whose commits wake nobody here: what they approve is to be found within 200 ms.
const POLL_NODES: Duration = Duration::from_millis(100);
/// Failures of the index in a row before it is opened anew.
const MAX_FAILURES: u32 = 3;
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// First wait for rows that are there and not settled yet; doubled up to the usual one.
const FIRST_PAUSE: Duration = Duration::from_millis(25);

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

/// The indexing thread. Dropping ends it, as [`IndexerHandle::stop`] does.
pub struct IndexerHandle {
    controls: Arc<Controls>,
    db: Arc<Database>,
    thread: Option<JoinHandle<()>>,
}

impl IndexerHandle {
    /// For fault drills: writes of the index fail at this point until another is set or it has struck often enough.
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
    launch(app.db, app.index, app.clock, index_dir, memory)
}

fn launch(
    db: Arc<Database>,
    slot: Arc<IndexSlot>,
    clock: Arc<dyn Clock>,
    root: PathBuf,
    memory: usize,
) -> IndexerHandle {
    let controls = Arc::new(Controls::default());
    let indexer = Indexer {
        db: Arc::clone(&db),
        clock,
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
    let Open { writer, reader, path } = build.run(&directory, &mut progress)?;
    directory.keep_only(&path)?;
    // Nobody searches in it meanwhile, and who does so later goes through one segment.
    writer.finish()?;
    Ok(reader.len())
}

struct Indexer {
    db: Arc<Database>,
    clock: Arc<dyn Clock>,
    slot: Arc<IndexSlot>,
    root: PathBuf,
    memory: usize,
    controls: Arc<Controls>,
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
            // An index that fails falls behind, and who watches must see it do so.
            let applied = self.slot.status().applied.unwrap_or_default();
            self.tell_lag(applied)
                .map_or_else(|error| warn!(%error, "the lag of the search index is not known"), drop);
            self.controls.stop.wait(RETRY_AFTER);
        }
    }

    fn session(&self) -> Result<()> {
        let directory = Directory::open(&self.root)?;
        let mut open = match self.open_newest(&directory)? {
            Found::Usable(mut open) => {
                merged::merge_on(&mut open.writer);
                *open
            }
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
                    Some(watermark) if self.leads_to_now(watermark)? => {
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
        while self.round(&mut open.writer, false)?.more {
            self.controls.go_on()?;
        }
        Ok(open)
    }

    fn follow(&self, writer: &mut Writer) -> Result<()> {
        let (mut seen, mut failures, mut pause) = (0, 0, FIRST_PAUSE);
        let poll = if self.db.queues_writes() { POLL } else { POLL_NODES };
        let mut looks = Looks::anew(Instant::now());
        while !self.controls.stop.is_asked() {
            match self.round(writer, failures > 0) {
                Ok(round) => {
                    failures = 0;
                    self.slot.set_applied(place(writer));
                    if round.is_new {
                        looks = Looks::anew(Instant::now());
                    }
                    if round.more {
                        continue;
                    }
                    if looks.is_due(Instant::now()) && show_merged(writer) {
                        looks = Looks::anew(Instant::now());
                    }
                    // What is not settled yet (PostgreSQL) wakes nobody when it is: another transaction's end is no
                    // commit of ours.
                    let unsettled = round.lag > 0;
                    seen = self.db.committed().wait(seen, if unsettled { pause } else { poll });
                    pause = if unsettled { poll.min(pause * 2) } else { FIRST_PAUSE };
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

    /// Follows the outbox by one page. After a failure it commits even when nothing is new: what was committed last may
    /// not be visible yet.
    fn round(&self, writer: &mut Writer, after_failure: bool) -> Result<Round> {
        let from = place(writer);
        // Told before anything can fail: who watches must see an index that stands still fall behind.
        self.tell_lag(from)?;
        let rows = self.db.read(|conn| outbox::after(conn, from, limit()))?;
        let to = rows.last().map_or(from, |(position, _)| *position);
        let is_new = !rows.is_empty() || after_failure;
        if is_new {
            let ids: Vec<ListingId> = rows
                .iter()
                .map(|(_, id)| *id)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
            let (changes, broken) = self.db.read(|conn| changes_of(conn, &ids))?;
            let to = match writer.watermark() {
                // Its row may have been forgotten since.
                Some(known) if position(known) == to => known,
                _ => self.db.read(|conn| watermark_at(conn, to))?,
            };
            let poison = self
                .controls
                .with_fault(writer, |writer| put_through(writer, &changes, to))?;
            self.slot.add_poison(broken + poison);
            let count = u64::try_from(changes.len()).unwrap_or(u64::MAX);
            metrics::counter!("vptex_index_changes_total").increment(count);
        }
        let more = rows.len() == PAGE;
        let lag = if to == from && !more {
            self.slot.status().lag
        } else {
            self.tell_lag(to)?
        };
        Ok(Round { more, lag, is_new })
    }

    fn tell_lag(&self, after: Position) -> Result<u64> {
        let lag = self.db.read(|conn| outbox::lag(conn, after))?;
        let lag = u64::try_from(lag).unwrap_or(0);
        self.slot.set_lag(lag);
        Ok(lag)
    }

    /// Whether following the outbox from there leads to the present.
    fn leads_to_now(&self, from: Watermark) -> Result<bool> {
        let forgotten = cleanup::before(self.clock.now(), cleanup::OUTBOX);
        Ok(self.db.read(|conn| {
            let ends = outbox::ends(conn)?;
            let there = watermark_at(conn, position(from))?;
            store::Result::Ok(leads_to_now(from, there, ends, forgotten))
        })?)
    }
}

/// What one look at the outbox came to.
struct Round {
    /// There may be more to read at once.
    more: bool,
    /// Rows that come after what was read.
    lag: u64,
    /// Something was committed, after which segments are merged.
    is_new: bool,
}

fn place(writer: &Writer) -> Position {
    writer.watermark().map(position).unwrap_or_default()
}

#[cfg(test)]
mod tests;
