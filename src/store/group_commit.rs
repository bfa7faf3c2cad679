//! SQLite's one writer: a thread that takes units of work from a bounded queue, runs each in a savepoint of one
//! transaction, commits (one `fsync` for all of them), and only then tells each caller.
//!
//! Durable commits one by one are bound by the disk's flush (measured: 320–460 a second); grouped, dozens share it.

use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tracing::error;

use super::conn::AnyConn;
use super::database::{Committed, Uow};
use super::{Error, Result};

/// One unit of work in the queue.
pub(super) trait Job: Send {
    /// Does the work. True keeps its changes, false rolls them back.
    fn run(&mut self, uow: &mut Uow<'_>) -> bool;
    /// Tells the caller. `Err` when the commit failed, or the work panicked: nothing was kept.
    fn finish(self: Box<Self>, outcome: Result<()>);
}

/// The queue's end at which work is handed in, and the thread at the other.
pub(super) struct GroupCommit {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl GroupCommit {
    /// Starts the thread. `queue` bounds what may wait, `group` how many units share a commit.
    pub fn start(conn: AnyConn, queue: usize, group: usize, committed: Arc<Committed>) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(queue.max(1));
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_groups(conn, &receiver, group.max(1), &committed))?;
        Ok(Self {
            queue: Some(sender),
            thread: Some(thread),
        })
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

fn write_groups(mut conn: AnyConn, queue: &Receiver<Box<dyn Job>>, group: usize, committed: &Committed) {
    while let Ok(first) = queue.recv() {
        let mut done: Vec<(Box<dyn Job>, bool)> = Vec::with_capacity(group);
        let mut wakes_indexer = false;
        let mut first = Some(first);
        let outcome = in_transaction(&mut conn, |conn| {
            let mut next = first.take();
            while let Some(mut job) = next {
                let (is_sound, wakes) = run_one(conn, job.as_mut());
                wakes_indexer |= wakes;
                done.push((job, is_sound));
                next = if done.len() < group {
                    queue.try_recv().ok()
                } else {
                    None
                };
            }
            metrics::histogram!("vptex_write_group_size").record(u32::try_from(done.len()).unwrap_or(u32::MAX));
        });
        if outcome.is_ok() && wakes_indexer {
            committed.signal();
        }
        let failure = outcome.err();
        // Still there when the transaction could not begin; its caller waits all the same.
        done.extend(first.map(|job| (job, true)));
        for (job, is_sound) in done {
            job.finish(match &failure {
                Some(Error::Busy(why)) => Err(Error::Busy(why.clone())),
                Some(failure) => Err(Error::Storage(failure.to_string())),
                None if is_sound => Ok(()),
                None => Err(Error::Panicked),
            });
        }
    }
}

/// Runs the group between BEGIN IMMEDIATE and COMMIT. When either fails, everything is rolled back.
fn in_transaction(conn: &mut AnyConn, group: impl FnOnce(&mut AnyConn)) -> Result<()> {
    begin(conn)?;
    group(conn);
    let AnyConn::Sqlite(sqlite) = conn else {
        return Err(Error::Connection("not SQLite".into()));
    };
    if let Err(cause) = AnsiTransactionManager::commit_transaction(sqlite) {
        error!(error = %cause, "a group of writes could not be committed; all of it is rolled back");
        // After a failed COMMIT (full disk) SQLite may have rolled back already; either way the next group starts clean.
        drop(AnsiTransactionManager::rollback_transaction(sqlite));
        return Err(cause.into());
    }
    Ok(())
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

/// Runs one unit in its savepoint. Gives whether it is sound (did not panic) and whether the indexer is to be woken.
fn run_one(conn: &mut AnyConn, job: &mut dyn Job) -> (bool, bool) {
    if let Err(cause) = <AnyConn as Connection>::TransactionManager::begin_transaction(conn) {
        error!(error = %cause, "no savepoint");
        return (false, false);
    }
    let mut wakes_indexer = false;
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let mut uow = Uow::new(conn);
        let keep = job.run(&mut uow);
        wakes_indexer = uow.wakes_indexer();
        keep
    }));
    let keep = ran.as_ref().is_ok_and(|keep| *keep);
    let closed = if keep {
        <AnyConn as Connection>::TransactionManager::commit_transaction(conn)
    } else {
        <AnyConn as Connection>::TransactionManager::rollback_transaction(conn)
    };
    if let Err(cause) = &closed {
        error!(error = %cause, keep, "a savepoint could not be closed");
    }
    (ran.is_ok() && closed.is_ok(), keep && wakes_indexer)
}
