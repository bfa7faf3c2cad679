//! The database as the use cases see it: reads from a pool, writes as units of work.
//!
//! The same promise on both databases: a unit of work is all there or not there at all, sees no half-done other one,
//! and its caller is answered after it is durable.

mod uow;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{Pool, PooledConnection};
use diesel::{Connection, RunQueryDsl};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tracing::warn;

pub use self::uow::Uow;
use super::audit_chain::{self, Head};
use super::conn::{AnyConn, Manager, Purpose, Target, depth};
use super::error::MayRetry;
use super::group_commit::{self, GroupCommit, Job};
use super::turns::{self, Need};
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
    /// How often a connection to PostgreSQL was found dead. Where one died others did, so each is asked before its
    /// next use whether it still lives: a restart of the server costs few requests, not one per connection.
    deaths: AtomicU64,
    turnstile: turns::Turnstile,
}

/// The [deaths](Database::deaths) that a connection has outlived.
#[derive(Default)]
struct Outlived(u64);

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
        if matches!(target, Target::Postgres(_)) {
            match pool.get().map(|mut conn| language(&mut conn)) {
                Ok(Ok(language)) if super::error::is_understood(&language) => {}
                Ok(Ok(language)) => warn!(
                    language,
                    "the server tells errors in a language that is not understood here: busy will look like broken; \
                     set lc_messages = 'C' for this database"
                ),
                Ok(Err(error)) => warn!(%error, "the server does not tell the language of its errors"),
                Err(error) => return Err(Error::Connection(error.to_string())),
            }
        }
        Ok(Self {
            pool,
            writer,
            committed,
            target,
            deaths: AtomicU64::new(0),
            turnstile: turns::Turnstile::new(limits.wait),
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

    /// For how long nothing has got through the one writer; see `GroupCommit::stuck_for`.
    pub fn stuck_for(&self) -> Option<Duration> {
        self.writer.as_ref()?.stuck_for()
    }

    /// A connection to read with. Blocks while none is free, at most [`Limits::wait`].
    pub fn reader(&self) -> Result<PooledConnection<Manager>> {
        let get = || self.pool.get().map_err(|error| Error::Busy(error.to_string()));
        for _ in 0..self.pool.max_size() {
            let mut conn = get()?;
            let deaths = self.deaths.load(Ordering::Relaxed);
            if deaths
                > PooledConnection::extensions(&conn)
                    .get::<Outlived>()
                    .map_or(0, |outlived| outlived.0)
            {
                // A dead one is dropped here, and the pool makes another.
                if migrate::ping(&mut conn).is_err() {
                    continue;
                }
                PooledConnection::extensions_mut(&mut conn).insert(Outlived(deaths));
            }
            return Ok(conn);
        }
        get()
    }

    /// Takes notice of a connection that broke.
    fn note_death(&self, conn: &mut AnyConn) {
        if matches!(conn, AnyConn::Pg(_)) && depth(conn).is_none() {
            self.deaths.fetch_add(1, Ordering::Relaxed);
        }
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
        let result = work(&mut conn);
        self.note_death(&mut conn);
        result
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
        let mut unborn = 0;
        let mut need = Need::default();
        loop {
            let pass = self.turnstile.enter(need)?;
            let mut conn = self.reader()?;
            let begun = pass
                .take(&mut conn)
                .and_then(|()| audit_chain::take_head(&mut conn))
                .and_then(|head| begin_serializable(&mut conn).map(|()| head));
            if begun.is_err() {
                pass.give_back(&mut conn);
            }
            self.note_death(&mut conn);
            let head = match begun {
                Ok(head) => head,
                // The connection had died since its last use. Nothing was done yet, so another may do it.
                Err(Error::Connection(_)) if unborn < self.pool.max_size() => {
                    unborn += 1;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let result = in_transaction(&mut conn, head, work, &mut need);
            pass.give_back(&mut conn);
            self.note_death(&mut conn);
            match result {
                Ok((value, wakes_indexer, head)) => {
                    audit_chain::keep_head(&mut conn, head);
                    if wakes_indexer {
                        self.committed.signal();
                    }
                    return Ok(value);
                }
                Err(error) if error.may_retry() && attempt < MAX_RETRIES => {
                    attempt += 1;
                    need = need.max(Need::after(attempt));
                    metrics::counter!("vptex_write_retries_total").increment(1);
                    drop((conn, pass));
                    std::thread::sleep(turns::pause(attempt));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// The language of PostgreSQL's messages. Deadlocks and timeouts have no kind of their own in diesel and are known by
/// their words; only a superuser may choose the language, so that it can only be looked at.
fn language(conn: &mut AnyConn) -> Result<String> {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    let row: Setting = diesel::sql_query("SELECT current_setting('lc_messages') AS value").get_result(conn)?;
    Ok(row.value)
}

fn open_writer(path: &Path, limits: Limits, committed: &Arc<Committed>) -> Result<GroupCommit> {
    let manager = Manager {
        target: Target::Sqlite(path.to_owned()),
        purpose: Purpose::Write,
    };
    let open =
        move || diesel::r2d2::ManageConnection::connect(&manager).map_err(|error| Error::Connection(error.to_string()));
    GroupCommit::start(
        Box::new(open),
        limits.write_queue,
        limits.group_commit_max,
        committed.clone(),
    )
}

fn begin_serializable(conn: &mut AnyConn) -> Result<()> {
    let AnyConn::Pg(pg) = conn else {
        return Err(Error::Row("not PostgreSQL".into()));
    };
    Ok(AnsiTransactionManager::begin_transaction_sql(
        pg,
        "BEGIN ISOLATION LEVEL SERIALIZABLE",
    )?)
}

fn in_transaction<T, E: From<Error>>(
    conn: &mut AnyConn,
    head: Head,
    work: &impl Fn(&mut Uow<'_>) -> std::result::Result<T, E>,
    need: &mut Need,
) -> std::result::Result<(T, bool, Head), E> {
    type Manager = <AnyConn as Connection>::TransactionManager;
    let mut uow = Uow::new(conn, 1);
    uow.set_chain_end(head);
    // As on SQLite, a panic costs its unit of work and nobody else anything.
    let result = catch_unwind(AssertUnwindSafe(|| work(&mut uow))).unwrap_or_else(|_| Err(Error::Panicked.into()));
    *need = (*need).max(uow.need);
    let (wakes_indexer, head) = (uow.wakes_indexer(), uow.chain_end.unwrap_or(head));
    match result {
        Ok(value) if depth(conn) == Some(1) => {
            group_commit::commit(conn)?;
            Ok((value, wakes_indexer, head))
        }
        Ok(_) => Err(Error::Connection("the transaction was lost".into()).into()),
        Err(error) => {
            if let Err(cause) = Manager::rollback_transaction(conn) {
                warn!(error = %cause, "rollback failed; the connection will be dropped");
            }
            Err(error)
        }
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
