//! SQLite's one writer: a thread that takes units of work from a bounded queue, runs each in a savepoint of one
//! transaction, commits (one `fsync` for all of them), and only then tells each caller.
//!
//! Durable commits one by one are bound by the disk's flush (measured: 320–460 a second); grouped, dozens share it.

use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tracing::error;

use super::conn::{AnyConn, depth};
use super::database::{Committed, Uow};
use super::{Error, Result};

/// One unit of work in the queue.
pub(super) trait Job: Send {
    /// Does the work. True keeps its changes, false rolls them back.
    fn run(&mut self, uow: &mut Uow<'_>) -> bool;
    /// Tells the caller. `Err` when the commit failed, or the work panicked: nothing was kept.
    fn finish(self: Box<Self>, outcome: Result<()>);
}

/// Makes the writer's connection: at the start, and again after one that is no longer to be trusted.
pub(super) type Open = Box<dyn Fn() -> Result<AnyConn> + Send>;

/// Since when nothing got through the thread though units are under way; nothing while it rests. By a clock that nobody
/// puts forward or back.
#[derive(Default)]
struct Progress(Mutex<Option<Instant>>);

impl Progress {
    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn stuck_for(&self) -> Option<Duration> {
        let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.map(|since| since.elapsed())
    }
}

/// The queue's end at which work is handed in, and the thread at the other.
pub(super) struct GroupCommit {
    progress: Arc<Progress>,
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl GroupCommit {
    /// Starts the thread. `queue` bounds what may wait, `group` how many units share a commit.
    pub fn start(open: Open, queue: usize, group: usize, committed: Arc<Committed>) -> Result<Self> {
        let (sender, receiver) = sync_channel(queue.max(1));
        let writer = Writer {
            conn: Some(open()?),
            open,
            group: group.max(1),
        };
        let progress = Arc::new(Progress::default());
        let its_progress = Arc::clone(&progress);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_groups(writer, &receiver, &committed, &its_progress))
            .map_err(|error| Error::Connection(error.to_string()))?;
        Ok(Self {
            progress,
            queue: Some(sender),
            thread: Some(thread),
        })
    }

    /// For how long nothing has got through: since the unit under way was begun, or since the last of its group ran when the
    /// group is being committed. None while nothing is written.
    pub fn stuck_for(&self) -> Option<Duration> {
        self.progress.stuck_for()
    }

    /// Hands in a unit of work; refuses at once when the queue is full.
    pub fn submit(&self, job: Box<dyn Job>) {
        let refused = match self.queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Ok(())) => return,
            Some(Err(TrySendError::Full(job))) => (job, Error::Busy("the write queue is full".into())),
            Some(Err(TrySendError::Disconnected(job))) => (job, Error::Connection("the writer has stopped".into())),
            None => return,
        };
        refused.0.finish(Err(refused.1));
    }
}

impl Drop for GroupCommit {
    /// Closes the queue and waits until everything in it is written.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // The thread itself may be the last to let go of the database.
            if thread.thread().id() != std::thread::current().id() {
                drop(thread.join());
            }
        }
    }
}

fn write_groups(mut writer: Writer, queue: &Receiver<Box<dyn Job>>, committed: &Committed, progress: &Progress) {
    while let Ok(first) = queue.recv() {
        progress.set(Some(Instant::now()));
        let mut group = Group {
            waiting: Some(first),
            done: Vec::with_capacity(writer.group),
            wakes_indexer: false,
        };
        // A panic outside of any unit costs the group and its connection, not every write from then on.
        let written = catch_unwind(AssertUnwindSafe(|| writer.write(&mut group, queue, progress)));
        let failure = written.unwrap_or(Err(Error::Panicked)).err();
        progress.set(None);
        if failure.is_none() && group.wakes_indexer {
            committed.signal();
        }
        // Who still waits did not even begin, but is answered all the same.
        let unbegun = group.waiting.map(|job| (job, true));
        for (job, is_sound) in group.done.into_iter().chain(unbegun) {
            // What a unit saw may have been a neighbour's write that is gone now, so that a failed commit answers all
            // of them, also those that refused.
            let outcome = match &failure {
                Some(Error::Busy(why)) => Err(Error::Busy(why.clone())),
                Some(Error::Connection(why)) => Err(Error::Connection(why.clone())),
                Some(failure) => Err(Error::Storage(failure.to_string())),
                None if is_sound => Ok(()),
                None => Err(Error::Panicked),
            };
            if catch_unwind(AssertUnwindSafe(|| job.finish(outcome))).is_err() {
                error!("whoever waited for a write panicked when told of it");
            }
        }
    }
}

/// Units of work that share a commit.
struct Group {
    /// The next one, which has not begun.
    waiting: Option<Box<dyn Job>>,
    /// Those that ran, each with whether it ran without a panic.
    done: Vec<(Box<dyn Job>, bool)>,
    wakes_indexer: bool,
}

/// The thread's side: the connection, and how to make another.
struct Writer {
    open: Open,
    conn: Option<AnyConn>,
    group: usize,
}

impl Writer {
    /// Runs units from the queue between BEGIN IMMEDIATE and COMMIT. When anything but a unit itself fails, nothing of
    /// the group is kept and the connection is made anew.
    fn write(&mut self, group: &mut Group, queue: &Receiver<Box<dyn Job>>, progress: &Progress) -> Result<()> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => (self.open)()?,
        };
        let outcome = in_transaction(&mut conn, |conn| {
            while let Some(mut job) = group.waiting.take() {
                let ran = run_one(conn, job.as_mut());
                // A group of many is not one slow write.
                progress.set(Some(Instant::now()));
                group
                    .done
                    .push((job, ran.as_ref().is_ok_and(|(is_sound, _)| *is_sound)));
                let (_, wakes) = ran?;
                group.wakes_indexer |= wakes;
                if group.done.len() < self.group {
                    group.waiting = queue.try_recv().ok();
                }
            }
            metrics::histogram!("vptex_write_group_size").record(u32::try_from(group.done.len()).unwrap_or(u32::MAX));
            Ok(())
        });
        match &outcome {
            // A connection that only had to wait for another program is as good as before.
            Ok(()) | Err(Error::Busy(_)) if depth(&mut conn) == Some(0) => self.conn = Some(conn),
            Ok(()) => {}
            Err(cause) => {
                error!(error = %cause, "a group of writes failed; none of it is kept, and the connection is made anew");
            }
        }
        outcome
    }
}

fn in_transaction(conn: &mut AnyConn, group: impl FnOnce(&mut AnyConn) -> Result<()>) -> Result<()> {
    begin(conn)?;
    failpoint!("store.group.begun", Error::Storage);
    let done = group(conn).and_then(|()| at_depth(conn, 1)).and_then(|()| commit(conn));
    if done.is_err() {
        // SQLite may have rolled back already, and diesel may have lost count: this is right whatever they think, and
        // an error says no more than that there is no transaction.
        drop(conn.batch_execute("ROLLBACK"));
    }
    done
}

fn begin(conn: &mut AnyConn) -> Result<()> {
    let AnyConn::Sqlite(sqlite) = conn else {
        return Err(Error::Connection("not SQLite".into()));
    };
    Ok(AnsiTransactionManager::begin_transaction_sql(
        sqlite,
        "BEGIN IMMEDIATE",
    )?)
}

/// Commits; durable when it answers.
pub(super) fn commit(conn: &mut AnyConn) -> Result<()> {
    failpoint!("store.commit.before", Error::Storage);
    if forgets!("store.commit.forgotten") {
        <AnyConn as Connection>::TransactionManager::rollback_transaction(conn)?;
        return Ok(());
    }
    <AnyConn as Connection>::TransactionManager::commit_transaction(conn)?;
    failpoint!("store.commit.after", Error::Storage);
    Ok(())
}

/// Refuses to go on in another depth than the one expected. SQLite ends a transaction of its own accord when the disk
/// is full; what came after would then be kept piece by piece, without a commit.
fn at_depth(conn: &mut AnyConn, expected: u32) -> Result<()> {
    match depth(conn) {
        Some(found) if found == expected => Ok(()),
        found => Err(Error::Storage(format!(
            "a transaction at depth {found:?} instead of {expected}"
        ))),
    }
}

/// Runs one unit in its savepoint. Gives whether it is sound (did not panic) and whether the indexer is to be woken;
/// an error when the transaction around it can no longer be trusted.
fn run_one(conn: &mut AnyConn, job: &mut dyn Job) -> Result<(bool, bool)> {
    type Manager = <AnyConn as Connection>::TransactionManager;
    Manager::begin_transaction(conn)?;
    let mut wakes_indexer = false;
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let mut uow = Uow::new(conn, 2);
        let keep = job.run(&mut uow);
        wakes_indexer = uow.wakes_indexer();
        keep
    }));
    let keep = ran.as_ref().is_ok_and(|keep| *keep);
    failpoint!("store.unit.ran", Error::Storage);
    if keep {
        at_depth(conn, 2)?;
        Manager::commit_transaction(conn)?;
    } else {
        // Whatever depth a panic left it in.
        while depth(conn).is_some_and(|depth| depth > 1) {
            Manager::rollback_transaction(conn)?;
        }
    }
    at_depth(conn, 1)?;
    Ok((ran.is_ok(), keep && wakes_indexer))
}
