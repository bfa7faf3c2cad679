//! One connection type for both databases, and the pool's way to make and check one.

use diesel::connection::SimpleConnection;
use diesel::r2d2::ManageConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use std::path::{Path, PathBuf};

pub use either::{AnyConn, MultiBackend, MultiRawValue};

#[expect(missing_docs, reason = "the derive makes public items of its own")]
mod either {
    use diesel::{PgConnection, SqliteConnection};

    /// A connection to either database. Queries that both dialects share run on it directly; `each!` expands the rest
    /// once per database.
    #[derive(diesel::MultiConnection)]
    pub enum AnyConn {
        /// PostgreSQL.
        Pg(PgConnection),
        /// SQLite.
        Sqlite(SqliteConnection),
    }
}

/// Runs one expression on whichever connection it is: for what diesel cannot offer on both at once.
macro_rules! each {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            AnyConn::Pg($c) => $body,
            AnyConn::Sqlite($c) => $body,
        }
    };
}

pub(super) use each;

/// Where the data is.
#[derive(Clone)]
pub enum Target {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server: a `postgres://` URL, password included.
    Postgres(String),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres([REDACTED])"),
        }
    }
}

/// How deep a connection is in transactions and savepoints: 0 outside, `None` when diesel has given it up.
pub(super) fn depth(conn: &mut AnyConn) -> Option<u32> {
    use diesel::connection::TransactionManager;
    <AnyConn as Connection>::TransactionManager::transaction_manager_status_mut(conn)
        .transaction_depth()
        .ok()
        .map(|depth| depth.map_or(0, std::num::NonZeroU32::get))
}

/// Reads several times in one transaction, unless there is one: SQLite takes the lock of readers and gives it back once
/// for all of it, and all of it is of one moment. Nothing may be written in it: it begins as a reader.
pub(super) fn reading_at_once<T>(
    conn: &mut AnyConn,
    work: impl FnOnce(&mut AnyConn) -> super::Result<T>,
) -> super::Result<T> {
    use diesel::connection::TransactionManager;
    type Manager = <AnyConn as Connection>::TransactionManager;
    if depth(conn) != Some(0) {
        return work(conn);
    }
    Manager::begin_transaction(conn)?;
    let result = work(conn);
    let ended = match &result {
        Ok(_) => Manager::commit_transaction(conn),
        Err(_) => Manager::rollback_transaction(conn),
    };
    let result = result?;
    ended?;
    Ok(result)
}

/// What a connection is for. SQLite's readers cannot write, so that nothing goes round the one writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Reads only.
    Read,
    /// Reads and writes.
    Write,
}

/// Why no connection could be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The driver's own words.
    #[error("{0}")]
    Connect(#[from] diesel::ConnectionError),
    /// A setting could not be applied, or the connection no longer answers.
    #[error("{0}")]
    Query(#[from] diesel::result::Error),
    /// The file cannot be made or opened.
    #[error("{0}")]
    File(std::io::Error),
}

/// Makes and checks connections for the pool.
///
/// Never through the derived `AnyConn::establish`: that tries one database after the other and would silently open a
/// SQLite file named like a mistyped PostgreSQL address.
#[derive(Clone, Debug)]
pub struct Manager {
    /// Where the data is.
    pub target: Target,
    /// What for.
    pub purpose: Purpose,
}

impl ManageConnection for Manager {
    type Connection = AnyConn;
    type Error = ConnectError;

    fn connect(&self) -> Result<AnyConn, ConnectError> {
        match &self.target {
            Target::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute(POSTGRES_SETTINGS)?;
                Ok(AnyConn::Pg(conn))
            }
            Target::Sqlite(path) => {
                if self.purpose == Purpose::Write {
                    create_private(path)?;
                }
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                conn.batch_execute(SQLITE_SETTINGS)?;
                if self.purpose == Purpose::Read {
                    conn.batch_execute(SQLITE_READER_SETTINGS)?;
                }
                Ok(AnyConn::Sqlite(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut AnyConn) -> Result<(), ConnectError> {
        match conn {
            AnyConn::Pg(conn) => Ok(conn.batch_execute("SELECT 1")?),
            // A file does not hang up.
            AnyConn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, conn: &mut AnyConn) -> bool {
        // A connection given back in the middle of a transaction, or by a panicking thread, is not used again.
        std::thread::panicking() || depth(conn) != Some(0)
    }
}

/// A connection to read with, outside of any pool: for tools.
pub fn read_only(target: &Target) -> super::Result<AnyConn> {
    let manager = Manager {
        target: target.clone(),
        purpose: Purpose::Read,
    };
    manager
        .connect()
        .map_err(|error| super::Error::Connection(error.to_string()))
}

/// Makes a new file readable by its owner only: it holds password hashes and people's contacts. SQLite gives its
/// write-ahead log the same rights.
///
/// A file that is there is not opened. Whichever descriptor of a file a process closes, it loses all its POSIX locks on
/// it, SQLite's too; the next program that opens the database beside the server would then take itself for the last one
/// and remove the write-ahead log from under it (<https://sqlite.org/howtocorrupt.html>, 2.2).
fn create_private(path: &Path) -> Result<(), ConnectError> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new()
        .create_new(true)
        .append(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(ConnectError::File(error)),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// `busy_timeout` first: switching to WAL needs a lock. `synchronous=FULL`: an answer of success means that the
/// change survives a power cut (measured: with NORMAL 13 of 20 simulated cuts lost acknowledged rows).
const SQLITE_SETTINGS: &str = "
    PRAGMA busy_timeout = 5000;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16000;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA trusted_schema = OFF;
";

/// Every reader has a cache of its own, of pages that the system keeps as well: the inner pages of the trees and little
/// else, or eight of them hold most of a database eight times.
const SQLITE_READER_SETTINGS: &str = "
    PRAGMA query_only = ON;
    PRAGMA cache_size = -4000;
";

/// Bounds in time, so that nothing can hold a lock for ever.
const POSTGRES_SETTINGS: &str = "
    SET TIME ZONE 'UTC';
    SET statement_timeout = '30s';
    SET lock_timeout = '5s';
    SET idle_in_transaction_session_timeout = '60s';
";
