//! What runs in the background: the search index follows the database, and upkeep.

pub mod cleanup;
pub mod document;
pub mod indexer;
pub mod reconcile;

use std::fs::{self, File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use search_index::format_id;
use tracing::{error, info, warn};

use crate::service::{App, Result, api_keys};
use indexer::{IndexerError, IndexerHandle};

/// How often it is written down when keys of enterprises' systems were last used.
const KEY_USES_EVERY: Duration = Duration::from_secs(60);
const FIRST_CLEANUP: Duration = Duration::from_secs(60);
const CLEANUP_EVERY: Duration = Duration::from_secs(60 * 60);
const FIRST_RECONCILE: Duration = Duration::from_secs(10 * 60);
const RECONCILE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Asks threads to end.
#[derive(Default)]
pub(crate) struct Stop {
    asked: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// Asks.
    pub(crate) fn ask(&self) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Waits for `limit`, or less when asked to end; gives whether that is so.
    pub(crate) fn wait(&self, limit: Duration) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(asked, limit, |asked| !*asked);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Whether the thread is to end.
    pub(crate) fn is_asked(&self) -> bool {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The directory of the indexes, held for this process.
pub(crate) struct Directory {
    root: PathBuf,
    _lock: File,
}

impl Directory {
    pub(crate) fn open(root: &Path) -> indexer::Result<Self> {
        fs::create_dir_all(root)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(root.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                root: root.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(IndexerError::InUse(root.to_owned())),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// `index-v<format>-<content>-`, made safe for any file system.
    fn prefix() -> String {
        let safe = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        format!(
            "index-v{}-",
            format!("{}-{}", format_id(), document::content_id())
                .chars()
                .map(safe)
                .collect::<String>()
        )
    }

    /// Every index of whatever format, with its number.
    fn all(&self) -> indexer::Result<Vec<(u64, PathBuf)>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.strip_prefix("index-v"));
            if let Some(number) = name.and_then(|name| name.rsplit_once('-')?.1.parse().ok()) {
                all.push((number, path));
            }
        }
        Ok(all)
    }

    /// Indexes of this program's format, newest first.
    pub(crate) fn of_this_format(&self) -> indexer::Result<Vec<PathBuf>> {
        let prefix = Self::prefix();
        let mut all = self.all()?;
        all.sort_by(|one, other| other.cmp(one));
        let is_ours = |path: &PathBuf| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(&prefix))
        };
        Ok(all.into_iter().map(|(_, path)| path).filter(is_ours).collect())
    }

    /// The path of an index yet to be made.
    pub(crate) fn fresh(&self) -> indexer::Result<PathBuf> {
        let newest = self.all()?.into_iter().map(|(number, _)| number).max().unwrap_or(0);
        Ok(self
            .root
            .join(format!("{}{}", Self::prefix(), newest.saturating_add(1))))
    }

    /// Deletes every other index. One that cannot be deleted now is deleted another time.
    pub(crate) fn keep_only(&self, kept: &Path) -> indexer::Result<()> {
        for (_, path) in self.all()?.into_iter().filter(|(_, path)| path != kept) {
            match fs::remove_dir_all(&path) {
                Ok(()) => info!(path = %path.display(), "deleted an old search index"),
                Err(error) => warn!(path = %path.display(), %error, "an old search index stays"),
            }
        }
        Ok(())
    }
}

/// The background threads. Dropping ends them, as [`Jobs::stop`] does.
pub struct Jobs {
    indexer: IndexerHandle,
    stop: Arc<Stop>,
    upkeep: Option<JoinHandle<()>>,
}

/// Starts the background threads. `index_dir` holds the search index and nothing else; `memory` (bytes) bounds what
/// the index buffers.
pub fn start(app: &App, index_dir: PathBuf, memory: usize) -> Jobs {
    let stop = Arc::new(Stop::default());
    let (its_app, its_stop) = (app.clone(), Arc::clone(&stop));
    let upkeep = thread::Builder::new()
        .name("vptex-upkeep".into())
        .spawn(move || keep_up(&its_app, &its_stop));
    let upkeep = upkeep.inspect_err(|error| error!(%error, "no thread for upkeep; old rows stay"));
    Jobs {
        indexer: indexer::spawn(app.clone(), index_dir, memory),
        stop,
        upkeep: upkeep.ok(),
    }
}

impl Jobs {
    /// The indexer, for fault drills.
    pub fn indexer(&self) -> &IndexerHandle {
        &self.indexer
    }

    /// Ends the threads and waits until they have ended. Not for async threads.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.stop.ask();
        self.indexer.ask_to_stop();
        if let Some(upkeep) = self.upkeep.take() {
            // Whatever it panicked with is in the log.
            drop(upkeep.join());
        }
    }
}

fn keep_up(app: &App, stop: &Stop) {
    let start = Instant::now();
    let (mut cleanup_at, mut reconcile_at) = (start + FIRST_CLEANUP, start + FIRST_RECONCILE);
    let mut key_uses_at = start + KEY_USES_EVERY;
    loop {
        let next = cleanup_at.min(reconcile_at).min(key_uses_at);
        if stop.wait(next.saturating_duration_since(Instant::now())) {
            break;
        }
        if Instant::now() >= key_uses_at {
            guarded("key_uses", || api_keys::keep_uses(app).map(drop));
            key_uses_at = Instant::now() + KEY_USES_EVERY;
        }
        if Instant::now() >= cleanup_at {
            guarded("cleanup", || cleanup::run(app).map(drop));
            cleanup_at = Instant::now() + CLEANUP_EVERY;
        }
        if Instant::now() >= reconcile_at && !stop.is_asked() {
            guarded("reconcile", || {
                app.index
                    .reader()
                    .map_or(Ok(()), |reader| reconcile::run(app, &reader).map(drop))
            });
            reconcile_at = Instant::now() + RECONCILE_EVERY;
        }
    }
    // What was noted since the last time.
    guarded("key_uses", || api_keys::keep_uses(app).map(drop));
}

/// A job that fails is tried again at its next time, and never takes the others with it.
fn guarded(job: &'static str, run: impl FnOnce() -> Result<()>) {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error!(job, %error, "a background job failed"),
        Err(_panic) => error!(job, "a background job panicked"),
    }
    metrics::counter!("vptex_job_failures_total", "job" => job).increment(1);
}
