//! The database as the use cases see it: reads from a pool, writes as units of work.
//!
//! The same promise on both databases: a unit of work is all there or not there at all, sees no half-done other one,
//! and its caller is answered after it is durable.

use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{Pool, PooledConnection};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tracing::warn;

use super::audit_chain::{self, Head};
use super::conn::{AnyConn, Manager, Purpose, Target};
use super::error::MayRetry;
use super::group_commit::{GroupCommit, Job};
use super::{Error, Result, migrate};

/// How many connections, and how much may wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that read (SQLite), or that read and write (PostgreSQL).
    pub pool_size: u32,
    /// Units of work that may wait for the SQLite writer; further ones are refused as busy.
    pub write_queue: usize,
    /// Most units of work that share one commit.
    pub group_commit_max: usize,
    /// How long to wait for a connection.
    pub wait: Duration,
}

/// How often a unit of work that lost against a concurrent one is done again.
const MAX_RETRIES: u32 = 8;

/// The database.
pub struct Database {
    pool: Pool<Manager>,
    writer: Option<GroupCommit>,
    committed: Arc<Committed>,
    target: Target,
}

impl Database {
    /// Opens the database; does not migrate it (see [`migrate::run`]).
    pub fn open(target: Target, limits: Limits) -> Result<Self> {
        let committed = Arc::new(Committed::default());
        let purpose = if matches!(target, Target::Sqlite(_)) {
            Purpose::Read
        } else {
            Purpose::Write
        };
        let writer = match &target {
            Target::Postgres(_) => None,
            Target::Sqlite(path) => Some(open_writer(path, limits, &committed)?),
        };
        let pool = Pool::builder()
            .max_size(limits.pool_size.max(1))
            .min_idle(Some(1))
            .connection_timeout(limits.wait)
            .test_on_check_out(false)
            .build(Manager {
                target: target.clone(),
                purpose,
            })
            .map_err(|error| Error::Connection(error.to_string()))?;
        Ok(Self {
            pool,
            writer,
            committed,
            target,
        })
    }

    /// Which database it is.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// True when writes queue for one writer ([`submit`](Self::submit) returns at once); false when each runs on the
    /// calling thread.
    pub fn queues_writes(&self) -> bool {
        self.writer.is_some()
    }

    /// A connection to read with. Blocks while none is free, at most [`Limits::wait`].
    pub fn reader(&self) -> Result<PooledConnection<Manager>> {
        self.pool.get().map_err(|error| Error::Busy(error.to_string()))
    }

    /// A connection to read with, if one is free and reading through it asks nobody else: SQLite only, whose pages are
    /// in this process's or the system's memory. Never waits, so it is for async threads too.
    pub fn reader_at_hand(&self) -> Option<PooledConnection<Manager>> {
        match self.target {
            Target::Sqlite(_) => self.pool.try_get(),
            Target::Postgres(_) => None,
        }
    }

    /// Reads; each query sees what is committed when it starts.
    pub fn read<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut AnyConn) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut conn = self.reader()?;
        work(&mut conn)
    }

    /// Does a unit of work and calls `done` with what came of it, after the commit is durable. `work` may run several
    /// times (PostgreSQL repeats what lost against a concurrent transaction), `done` exactly once.
    pub fn submit<T, E>(
        &self,
        work: impl Fn(&mut Uow<'_>) -> std::result::Result<T, E> + Send + 'static,
        done: impl FnOnce(std::result::Result<T, E>) + Send + 'static,
    ) where
        T: Send + 'static,
        E: From<Error> + MayRetry + Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.submit(Box::new(Unit {
                work,
                done,
                result: None,
            })),
            None => done(self.write_now(&work)),
        }
    }

    /// Does a unit of work and waits for it. Not for async threads.
    pub fn write<T, E>(
        &self,
        work: impl Fn(&mut Uow<'_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + MayRetry + Send + 'static,
    {
        let (sender, receiver) = std::sync::mpsc::channel();
        // A receiver that is gone has nobody left to tell.
        self.submit(work, move |result| drop(sender.send(result)));
        receiver
            .recv()
            .unwrap_or_else(|_| Err(Error::Connection("the writer has stopped".into()).into()))
    }

    /// Wakes whoever waits in [`Committed::wait`] after outbox rows were committed by this process.
    pub fn committed(&self) -> &Arc<Committed> {
        &self.committed
    }

    /// Moves the write-ahead log into the database file and shortens it; nothing to do on PostgreSQL.
    pub fn checkpoint(&self) -> Result<()> {
        use diesel::connection::SimpleConnection;
        match &self.target {
            Target::Postgres(_) => Ok(()),
            Target::Sqlite(_) => {
                let manager = Manager {
                    target: self.target.clone(),
                    purpose: Purpose::Write,
                };
                let mut conn = diesel::r2d2::ManageConnection::connect(&manager)
                    .map_err(|error| Error::Connection(error.to_string()))?;
                Ok(conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize;")?)
            }
        }
    }

    fn write_now<T, E>(&self, work: &impl Fn(&mut Uow<'_>) -> std::result::Result<T, E>) -> std::result::Result<T, E>
    where
        E: From<Error> + MayRetry,
    {
        let mut attempt = 0;
        loop {
            let mut conn = self.reader()?;
            let head = audit_chain::take_head(&mut conn)?;
            match serializable(&mut conn, head, work) {
                Ok((value, wakes_indexer, head)) => {
                    audit_chain::keep_head(&mut conn, head);
                    if wakes_indexer {
                        self.committed.signal();
                    }
                    return Ok(value);
                }
                Err(error) if error.may_retry() && attempt < MAX_RETRIES => {
                    attempt += 1;
                    metrics::counter!("vptex_write_retries_total").increment(1);
                    drop(conn);
                    // Two that collided must not collide again in step; the spread comes from the scheduler.
                    std::thread::sleep(Duration::from_millis(u64::from(attempt * attempt)));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

fn open_writer(path: &Path, limits: Limits, committed: &Arc<Committed>) -> Result<GroupCommit> {
    let manager = Manager {
        target: Target::Sqlite(path.to_owned()),
        purpose: Purpose::Write,
    };
    let conn =
        diesel::r2d2::ManageConnection::connect(&manager).map_err(|error| Error::Connection(error.to_string()))?;
    GroupCommit::start(conn, limits.write_queue, limits.group_commit_max, committed.clone())
        .map_err(|error| Error::Connection(error.to_string()))
}

fn serializable<T, E: From<Error>>(
    conn: &mut AnyConn,
    head: Head,
    work: &impl Fn(&mut Uow<'_>) -> std::result::Result<T, E>,
) -> std::result::Result<(T, bool, Head), E> {
    let AnyConn::Pg(pg) = conn else {
        return Err(Error::Connection("not PostgreSQL".into()).into());
    };
    AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL SERIALIZABLE").map_err(Error::from)?;
    let mut uow = Uow::new(conn);
    uow.set_chain_end(head);
    // As on SQLite, a panic costs its unit of work and nobody else anything.
    let result = catch_unwind(AssertUnwindSafe(|| work(&mut uow))).unwrap_or_else(|_| Err(Error::Panicked.into()));
    let (wakes_indexer, head) = (uow.wakes_indexer(), uow.chain_end.unwrap_or(head));
    let AnyConn::Pg(pg) = conn else {
        return Err(Error::Connection("not PostgreSQL".into()).into());
    };
    match result {
        Ok(value) => {
            AnsiTransactionManager::commit_transaction(pg).map_err(Error::from)?;
            Ok((value, wakes_indexer, head))
        }
        Err(error) => {
            if let Err(cause) = AnsiTransactionManager::rollback_transaction(pg) {
                warn!(error = %cause, "rollback failed; the connection will be dropped");
            }
            Err(error)
        }
    }
}

/// A unit of work: the only thing that writes are made through.
pub struct Uow<'c> {
    conn: &'c mut AnyConn,
    wakes_indexer: bool,
    /// Where the next row of the audit trail is chained to, once that is known.
    chain_end: Option<Head>,
}

impl<'c> Uow<'c> {
    pub(super) fn new(conn: &'c mut AnyConn) -> Self {
        Self {
            conn,
            wakes_indexer: false,
            chain_end: None,
        }
    }

    /// The connection, for reads within the unit of work.
    pub fn conn(&mut self) -> &mut AnyConn {
        self.conn
    }

    pub(super) fn wake_indexer(&mut self) {
        self.wakes_indexer = true;
    }

    pub(super) fn wakes_indexer(&self) -> bool {
        self.wakes_indexer
    }

    /// Where the next row of the audit trail is chained to. On PostgreSQL it is known from the beginning; on SQLite it is
    /// read here, where nobody else can write until the unit's end.
    pub(super) fn chain_end(&mut self) -> Result<Head> {
        self.chain_end
            .map_or_else(|| Head::read(self.conn, audit_chain::SQLITE_LANE), Ok)
    }

    pub(super) fn set_chain_end(&mut self, head: Head) {
        self.chain_end = Some(head);
    }

    /// Does a part that may fail without spoiling the rest: its changes are undone when it gives an error.
    pub fn part<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Uow<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        type Manager = <AnyConn as Connection>::TransactionManager;
        Manager::begin_transaction(self.conn).map_err(Error::from)?;
        let mut part = Uow {
            conn: self.conn,
            wakes_indexer: self.wakes_indexer,
            chain_end: self.chain_end,
        };
        let result = work(&mut part);
        let (wakes_indexer, chain_end) = (part.wakes_indexer, part.chain_end);
        if result.is_ok() {
            Manager::commit_transaction(self.conn).map_err(Error::from)?;
            self.wakes_indexer = wakes_indexer;
            // Rows of a part that is undone are undone with it, so the chain goes on from where it was.
            self.chain_end = chain_end;
        } else {
            Manager::rollback_transaction(self.conn).map_err(Error::from)?;
        }
        result
    }
}

struct Unit<T, E, W, D> {
    work: W,
    done: D,
    result: Option<std::result::Result<T, E>>,
}

impl<T, E, W, D> Job for Unit<T, E, W, D>
where
    T: Send,
    E: From<Error> + Send,
    W: Fn(&mut Uow<'_>) -> std::result::Result<T, E> + Send,
    D: FnOnce(std::result::Result<T, E>) + Send,
{
    fn run(&mut self, uow: &mut Uow<'_>) -> bool {
        let result = (self.work)(uow);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn finish(self: Box<Self>, outcome: Result<()>) {
        let result = match (outcome, self.result) {
            (Ok(()), Some(result)) => result,
            // The work's own refusal stands even when the commit of its neighbours failed.
            (Err(_), Some(Err(refusal))) => Err(refusal),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(Error::Panicked.into()),
        };
        (self.done)(result);
    }
}

/// Tells the indexer that there is something new, without losing a call that comes while it works.
#[derive(Default)]
pub struct Committed {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Committed {
    /// Announces a commit (or anything else the waiter must look at, such as the end of the program).
    pub fn signal(&self) {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// Waits until more than `seen` announcements were made, at most `limit`; gives their number.
    pub fn wait(&self, seen: u64, limit: Duration) -> u64 {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, _) = self
            .changed
            .wait_timeout_while(count, limit, |count| *count <= seen)
            .unwrap_or_else(PoisonError::into_inner);
        *count
    }
}

/// Opens and migrates in one go, for tools and tests.
pub fn open_migrated(target: Target, limits: Limits) -> Result<Database> {
    migrate::run(&target)?;
    Database::open(target, limits)
}
