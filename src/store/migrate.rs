//! Brings a database to the schema that this program knows.

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::r2d2::ManageConnection;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;

use super::conn::{AnyConn, Manager, Purpose, Target};
use super::{Error, Result, outbox};

/// The migrations for SQLite.
pub const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
/// The migrations for PostgreSQL.
pub const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Key of the advisory lock that keeps two nodes from migrating at once; an arbitrary number of ours.
const ADVISORY_LOCK: i64 = 0x7670_7465_785f_6d67;

/// Applies what is missing and names it, oldest first. Two programs that start at once do not disturb each other.
pub fn run(target: &Target) -> Result<Vec<String>> {
    let _turn = wait_turn(target)?;
    let mut conn = connect(target)?;
    failpoint!("store.migration.begun", Error::Storage);
    let applied = match &mut conn {
        AnyConn::Pg(pg) => {
            pg.batch_execute(&format!(
                "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock({ADVISORY_LOCK})"
            ))?;
            // Closing the connection frees the lock, whatever happens.
            names(pg.run_pending_migrations(POSTGRES))
        }
        AnyConn::Sqlite(sqlite) => names(sqlite.run_pending_migrations(SQLITE)),
    }?;
    failpoint!("store.migration.done", Error::Storage);
    Ok(applied)
}

/// Makes a database that was restored from another server's dump one of this server, whether or not anything is missing in
/// its schema.
pub fn settle(target: &Target) -> Result<()> {
    if let AnyConn::Pg(pg) = &mut connect(target)? {
        pg.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))?;
        outbox::settle_restored(pg)?;
    }
    Ok(())
}

/// Waits for the file beside a SQLite database that keeps two programs from migrating at once; PostgreSQL has a lock
/// of its own. Migrations are looked up first and then run in a transaction each, so that SQLite's own lock comes too
/// late. The file stays, because deleting it would let a third program lock another one of the same name.
fn wait_turn(target: &Target) -> Result<Option<File>> {
    let Target::Sqlite(path) = target else {
        return Ok(None);
    };
    let mut name = path.clone().into_os_string();
    name.push(".migrate-lock");
    let failed = |error: std::io::Error| Error::Connection(format!("{}: {error}", name.display()));
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(0o600);
    let file = options.open(&name).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(Some(file))
}

/// How many migrations are missing.
pub fn pending(target: &Target) -> Result<usize> {
    Ok(schema_state(&mut connect(target)?)?.missing.len())
}

/// How the schema of a database stands to this program's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaState {
    /// The newest migration that was applied; nothing in a database that was never migrated.
    pub newest: Option<String>,
    /// Migrations of this program's that were not applied, oldest first.
    pub missing: Vec<String>,
    /// Migrations that were applied and that this program does not know: a later one did it.
    pub unknown: Vec<String>,
}

/// Compares the schema of a database with this program's.
///
/// Asked without the library, which would make its own table first if it were missing: a role that may not change the
/// schema could not even ask (docs/audit.md recommends such a role for servers), and a copy must stay as it is.
pub fn schema_state(conn: &mut AnyConn) -> Result<SchemaState> {
    let (applied, known) = (applied(conn)?, known(conn)?);
    let beyond = |some: &[String], others: &[String]| -> Vec<String> {
        some.iter().filter(|one| !others.contains(one)).cloned().collect()
    };
    Ok(SchemaState {
        missing: beyond(&known, &applied),
        unknown: beyond(&applied, &known),
        newest: applied.into_iter().next_back(),
    })
}

/// The newest migration that this program knows.
pub fn newest_known() -> Result<Option<String>> {
    let all = MigrationSource::<Pg>::migrations(&POSTGRES).map_err(unreadable)?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).max())
}

/// Migrations that were applied, oldest first.
fn applied(conn: &mut AnyConn) -> Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Known {
        #[diesel(sql_type = Bool)]
        is_there: bool,
    }
    #[derive(QueryableByName)]
    struct Applied {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let known: Known = match conn {
        AnyConn::Pg(pg) => {
            sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS is_there").get_result(pg)?
        }
        AnyConn::Sqlite(sqlite) => sql_query(
            "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '__diesel_schema_migrations') AS is_there",
        )
        .get_result(sqlite)?,
    };
    if !known.is_there {
        return Ok(Vec::new());
    }
    let rows: Vec<Applied> = sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version").load(conn)?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// Migrations of this program's, oldest first.
fn known(conn: &AnyConn) -> Result<Vec<String>> {
    let mut versions: Vec<String> = match conn {
        AnyConn::Pg(_) => {
            let all = MigrationSource::<Pg>::migrations(&POSTGRES).map_err(unreadable)?;
            all.iter().map(|one| one.name().version().to_string()).collect()
        }
        AnyConn::Sqlite(_) => {
            let all = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(unreadable)?;
            all.iter().map(|one| one.name().version().to_string()).collect()
        }
    };
    versions.sort();
    Ok(versions)
}

/// A connection that may change the schema.
pub fn connect(target: &Target) -> Result<AnyConn> {
    Manager {
        target: target.clone(),
        purpose: Purpose::Write,
    }
    .connect()
    .map_err(|error| Error::Connection(error.to_string()))
}

/// A number that the database itself answers with: its own health.
pub fn ping(conn: &mut AnyConn) -> Result<()> {
    #[derive(QueryableByName)]
    struct One {
        #[diesel(sql_type = BigInt)]
        one: i64,
    }
    let row: One = sql_query("SELECT CAST(1 AS BIGINT) AS one").get_result(conn)?;
    if row.one == 1 {
        Ok(())
    } else {
        Err(Error::Row("SELECT 1 gave something else".into()))
    }
}

fn names(
    ran: std::result::Result<Vec<diesel::migration::MigrationVersion<'_>>, Box<dyn std::error::Error + Send + Sync>>,
) -> Result<Vec<String>> {
    ran.map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(unreadable)
}

fn unreadable(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Row(format!("migrations: {error}"))
}
