//! What runs in the background: the search index, suggestions and the vocabulary follow the database, letters are sent, files of
//! listings are loaded, listings of enterprises that left are put away, and upkeep.

mod build;
mod changes;
pub mod checkpoints;
pub mod cleanup;
pub mod document;
pub mod files;
mod history;
mod imports;
pub mod index_look;
pub mod indexer;
mod leavings;
pub mod mailer;
mod memory;
mod post;
pub mod reconcile;
#[cfg(test)]
mod samples;
pub mod suggest;
mod suggestions;
mod vocabulary;

use std::fs::{self, File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use search_index::{Fault, Writer, format_id};
use tracing::{error, info, warn};

use crate::domain::calendar::day_of;
use crate::service::calendar::recount;
use crate::service::dossiers::terms as dossier_terms;
use crate::service::review::{backlog, digests};
use crate::service::{
    App, Result, api_keys, data_request_alarms, document_terms, inquiries, keyring, listing_terms, listing_views,
    regulated_notices, right_notices, search_log, takedown_alarms, verification_terms,
};
use crate::store::{enterprises, listings};
use checkpoints::Checkpoints;
use indexer::{IndexerError, IndexerHandle};
use mailer::MailSettings;

/// How often it is written down when keys of enterprises' systems were last used.
const KEY_USES_EVERY: Duration = Duration::from_secs(60);
const FIRST_CLEANUP: Duration = Duration::from_secs(60);
const CLEANUP_EVERY: Duration = Duration::from_secs(60 * 60);
const FIRST_RECONCILE: Duration = Duration::from_secs(10 * 60);
const RECONCILE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Terms end at midnight; whoever is warned of one minutes later still has the day.
const ALARMS_EVERY: Duration = Duration::from_secs(5 * 60);
const FIRST_ALARMS: Duration = Duration::from_secs(30);
/// Keys must have stood ready for six minutes before they sign, so every node has seen them by then.
const KEYS_EVERY: Duration = Duration::from_secs(20);

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

/// What others may ask of the indexer.
#[derive(Default)]
struct Controls {
    stop: Stop,
    fault: Mutex<Option<Fault>>,
}

impl Controls {
    #[cfg(test)]
    fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the fault that is set, and keeps what is left of it.
    fn with_fault<T>(&self, writer: &mut Writer, work: impl FnOnce(&mut Writer) -> T) -> T {
        let set = *self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        writer.inject(set);
        let result = work(writer);
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        // Unless another was set meanwhile.
        if *fault == set {
            *fault = writer.fault();
        }
        result
    }

    /// Whether to go on.
    fn go_on(&self) -> indexer::Result<()> {
        if self.stop.is_asked() {
            Err(IndexerError::Stopped)
        } else {
            Ok(())
        }
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
        Self::all_in(&self.root)
    }

    fn all_in(root: &Path) -> indexer::Result<Vec<(u64, PathBuf)>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(root)? {
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
        Self::of_this_format_in(&self.root)
    }

    /// The same of a directory that somebody else may work in.
    pub(crate) fn of_this_format_in(root: &Path) -> indexer::Result<Vec<PathBuf>> {
        let prefix = Self::prefix();
        let mut all = Self::all_in(root)?;
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
    mailer: Option<JoinHandle<()>>,
    imports: Option<JoinHandle<()>>,
    leavings: Option<JoinHandle<()>>,
    suggestions: Option<JoinHandle<()>>,
    vocabulary: Option<JoinHandle<()>>,
}

/// Starts the background threads. `index_dir` holds the search index and nothing else; `memory` (bytes) bounds what
/// the index buffers; `mail` says how letters leave; checkpoints of the audit trail are added to the file `checkpoints`.
pub fn start(app: &App, index_dir: PathBuf, memory: usize, mail: &MailSettings, checkpoints: PathBuf) -> Jobs {
    let stop = Arc::new(Stop::default());
    let (its_app, its_stop) = (app.clone(), Arc::clone(&stop));
    let upkeep = thread::Builder::new()
        .name("vptex-upkeep".into())
        .spawn(move || keep_up(&its_app, &its_stop, Checkpoints::new(checkpoints)));
    let upkeep = upkeep.inspect_err(|error| error!(%error, "no thread for upkeep; old rows stay"));
    // First: no search is to be answered without it.
    let vocabulary = vocabulary::spawn(app, Arc::clone(&stop));
    Jobs {
        indexer: indexer::spawn(app.clone(), index_dir, memory),
        mailer: mailer::spawn(app, mail, Arc::clone(&stop)),
        imports: imports::spawn(app, Arc::clone(&stop)),
        leavings: leavings::spawn(app, Arc::clone(&stop)),
        suggestions: suggestions::spawn(app, Arc::clone(&stop)),
        vocabulary,
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
        let threads = [
            self.upkeep.take(),
            self.mailer.take(),
            self.imports.take(),
            self.leavings.take(),
            self.suggestions.take(),
            self.vocabulary.take(),
        ];
        for thread in threads.into_iter().flatten() {
            // Whatever it panicked with is in the log.
            drop(thread.join());
        }
    }
}

fn keep_up(app: &App, stop: &Stop, mut checkpoints: Checkpoints) {
    let start = Instant::now();
    let (mut cleanup_at, mut reconcile_at) = (start + FIRST_CLEANUP, start + FIRST_RECONCILE);
    let (mut keys_at, mut key_uses_at) = (start + KEYS_EVERY, start + KEY_USES_EVERY);
    let (mut alarms_at, mut ended_with, mut rights_with) = (start + FIRST_ALARMS, None, None);
    while !stop.wait(checkpoints::LOOK_EVERY) {
        memory::give_back();
        guarded("audit_checkpoint", || checkpoints.look(app));
        guarded("search_log", || search_log::keep(app).map(drop));
        guarded("listing_views", || listing_views::keep(app).map(drop));
        guarded("terms", || recount::run(app, || stop.is_asked()).map(drop));
        if Instant::now() >= keys_at {
            guarded("signing_keys", || keyring::follow(app));
            keys_at = Instant::now() + KEYS_EVERY;
        }
        if Instant::now() >= key_uses_at {
            guarded("key_uses", || api_keys::keep_uses(app).map(drop));
            key_uses_at = Instant::now() + KEY_USES_EVERY;
        }
        if Instant::now() >= alarms_at {
            guarded("data_request_alarms", || data_request_alarms::run(app).map(drop));
            guarded("takedown_alarms", || takedown_alarms::run(app).map(drop));
            guarded("review_backlog", || backlog::measure(app));
            guarded("review_digests", || digests::run(app, || stop.is_asked()).map(drop));
            guarded("listing_terms", || listing_terms::run(app).map(drop));
            guarded("regulated_notices", || {
                regulated_notices::run(app, || stop.is_asked()).map(drop)
            });
            guarded("verification_terms", || verification_terms::run(app).map(drop));
            guarded("document_terms", || document_terms::run(app).map(drop));
            guarded("inquiries", || inquiries::terms::run(app).map(drop));
            guarded("title_keys", || title_keys(app, stop));
            ended_with = end_dossier_terms(app, stop, ended_with);
            rights_with = tell_of_rights(app, stop, rights_with);
            guarded("bare_names", || bare_names(app, stop));
            alarms_at = Instant::now() + ALARMS_EVERY;
        }
        if Instant::now() >= cleanup_at {
            guarded("cleanup", || cleanup::run(app).map(drop));
            guarded("files", || files::run_with_care(app).map(drop));
            cleanup_at = Instant::now() + CLEANUP_EVERY;
        }
        if Instant::now() >= reconcile_at && !stop.is_asked() {
            guarded("reconcile", || reconcile::run(app).map(drop));
            reconcile_at = Instant::now() + RECONCILE_EVERY;
        }
    }
    // What was noted since the last time.
    guarded("key_uses", || api_keys::keep_uses(app).map(drop));
    guarded("search_log", || search_log::keep(app).map(drop));
    guarded("listing_views", || listing_views::keep(app).map(drop));
}

/// Does once a day what came of the terms of dossiers, and tells of those that were missed. Gives the day with which that is done.
fn end_dossier_terms(app: &App, stop: &Stop, done: Option<Date>) -> Option<Date> {
    let today = day_of(app.clock.now());
    if done == Some(today) {
        return done;
    }
    let mut is_done = false;
    guarded("dossier_terms", || {
        let ended = dossier_terms::run_daily(app, || stop.is_asked())?;
        // Those that failed are tried again in some minutes: a day of an authority's term is much.
        is_done = ended.failed == 0 && !ended.is_stopped;
        Ok(())
    });
    if is_done { Some(today) } else { done }
}

/// Tells owners once a day of the ends of rights that their listings name. Gives the day with which that is done.
fn tell_of_rights(app: &App, stop: &Stop, done: Option<Date>) -> Option<Date> {
    let today = day_of(app.clock.now());
    if done == Some(today) {
        return done;
    }
    let mut is_done = false;
    guarded("right_notices", || {
        is_done = right_notices::run(app, || stop.is_asked())?.is_some();
        Ok(())
    });
    if is_done { Some(today) } else { done }
}

/// Titles that are put beside their names at once.
const TITLES_AT_ONCE: i64 = 500;

/// Batches in one go: the thread has other duties, and whoever writes waits for each.
const TITLE_BATCHES: usize = 20;

/// Puts the names beside titles that a program of before wrote, some of them each time.
fn title_keys(app: &App, stop: &Stop) -> Result<()> {
    for _ in 0..TITLE_BATCHES {
        if stop.is_asked() || app.write_blocking(|work| Ok(listings::fill_title_keys(work.uow, TITLES_AT_ONCE)?))? == 0
        {
            break;
        }
    }
    Ok(())
}

/// The same of enterprises and what they are called but for the legal form, also where another program made it by other rules: each
/// time all of them are looked at, and those written that are wrong.
fn bare_names(app: &App, stop: &Stop) -> Result<()> {
    let mut after = None;
    while !stop.is_asked() {
        let found = app
            .db
            .read(|conn| enterprises::bare_names(conn, after, TITLES_AT_ONCE))?;
        if found.last.is_none() {
            break;
        }
        after = found.last;
        let wrong = found.wrong;
        if !wrong.is_empty() {
            app.write_blocking(move |work| Ok(enterprises::set_bare_names(work.uow, &wrong)?))?;
        }
    }
    Ok(())
}

/// A job that fails is tried again at its next time, and never takes the others with it. Gives whether it went well.
fn guarded(job: &'static str, run: impl FnOnce() -> Result<()>) -> bool {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => error!(job, %error, "a background job failed"),
        Err(_panic) => error!(job, "a background job panicked"),
    }
    metrics::counter!("vptex_job_failures_total", "job" => job).increment(1);
    false
}
