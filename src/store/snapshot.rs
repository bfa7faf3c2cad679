//! Copies of the whole database, each of one moment, and what is asked of the database as a whole.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::r2d2::ManageConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::conn::{AnyConn, Manager, Purpose, Target, read_only};
use super::{Error, Result};

/// Tables whose rows are counted: by these somebody recognises an exchange.
const COUNTED: [&str; 9] = [
    "accounts",
    "enterprises",
    "listings",
    "files",
    "enterprise_documents",
    "dossiers",
    "certificates",
    "letters",
    "audit_log",
];

/// No more of what is wrong with a file is told: one page that is lost can be missed in many places.
const MOST_FAULTS: u32 = 20;

/// Writes a SQLite database into another file, as it is at one moment, while others read and write. The other file must
/// be empty, or not there.
pub fn write_copy(from: &Path, into: &Path) -> Result<()> {
    let into = std::path::absolute(into).map_err(|error| Error::Connection(format!("{}: {error}", into.display())))?;
    let into = text_of(&into)?.replace('\'', "''");
    // A connection that may write: those of readers may write nowhere, not even into another file.
    let manager = Manager {
        target: Target::Sqlite(from.to_owned()),
        purpose: Purpose::Write,
    };
    let mut conn = manager
        .connect()
        .map_err(|error| Error::Connection(error.to_string()))?;
    Ok(conn.batch_execute(&format!("VACUUM INTO '{into}'"))?)
}

/// Opens a SQLite file that nobody writes and that must stay as it is, to the last byte: as it is, without a log beside
/// it, and without a lock.
pub fn open_copy(path: &Path) -> Result<AnyConn> {
    let failed = |error: &dyn std::fmt::Display| Error::Connection(format!("{}: {error}", path.display()));
    let absolute = std::path::absolute(path).map_err(|error| failed(&error))?;
    let mut address = String::from("file:");
    for byte in text_of(&absolute)?.bytes() {
        if byte.is_ascii() && !b"%?#".contains(&byte) {
            address.push(char::from(byte));
        } else {
            write!(address, "%{byte:02X}").map_err(|error| failed(&error))?;
        }
    }
    address.push_str("?mode=ro&immutable=1");
    let mut conn = SqliteConnection::establish(&address).map_err(|error| failed(&error))?;
    conn.batch_execute(COPY_SETTINGS)?;
    Ok(AnyConn::Sqlite(conn))
}

/// None of these reads the file, so that a damaged one can be opened and told what is wrong with it.
const COPY_SETTINGS: &str = "
    PRAGMA query_only = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
";

fn text_of(path: &Path) -> Result<&str> {
    path.to_str()
        .ok_or_else(|| Error::Connection(format!("{} is not UTF-8", path.display())))
}

/// A moment of a PostgreSQL database, held as long as this lives: what is read through it, and what a dump is made of.
pub struct Moment {
    conn: AnyConn,
    name: String,
}

impl Moment {
    /// Holds the present moment.
    pub fn hold(target: &Target) -> Result<Self> {
        #[derive(QueryableByName)]
        struct Exported {
            #[diesel(sql_type = Text)]
            name: String,
        }
        let mut conn = read_only(target)?;
        let AnyConn::Pg(pg) = &mut conn else {
            return Err(Error::Row("not PostgreSQL".into()));
        };
        // It lasts as long as the dump does.
        pg.batch_execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")?;
        AnsiTransactionManager::begin_transaction_sql(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let exported: Exported = sql_query("SELECT pg_export_snapshot() AS name").get_result(pg)?;
        Ok(Self {
            conn,
            name: exported.name,
        })
    }

    /// What the server calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads what was true then.
    pub fn conn(&mut self) -> &mut AnyConn {
        &mut self.conn
    }
}

/// What is wrong with the pages and indexes of a SQLite file; nothing on PostgreSQL, which looks after its own. `is_quick`
/// leaves out whether indexes and tables agree.
pub fn faults(conn: &mut AnyConn, is_quick: bool) -> Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        found: String,
    }
    let AnyConn::Sqlite(sqlite) = conn else {
        return Ok(Vec::new());
    };
    let check = if is_quick { "quick_check" } else { "integrity_check" };
    // Not as an argument: that would be the name of a table.
    let query = sql_query(format!(
        "SELECT {check} AS found FROM pragma_{check} LIMIT {MOST_FAULTS}"
    ));
    let rows = match query.load::<Found>(sqlite) {
        Ok(rows) => rows,
        // A file that is damaged enough cannot even be looked at.
        Err(diesel::result::Error::DatabaseError(_, told)) => return Ok(vec![told.message().to_owned()]),
        Err(other) => return Err(other.into()),
    };
    let told = rows.into_iter().map(|row| row.found);
    Ok(told.filter(|found| found != "ok").collect())
}

/// How many rows the main tables have.
pub fn counts(conn: &mut AnyConn) -> Result<Vec<(&'static str, i64)>> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let mut counts = Vec::with_capacity(COUNTED.len());
    for table in COUNTED {
        let row: Count = sql_query(format!("SELECT count(*) AS count FROM {table}")).get_result(conn)?;
        counts.push((table, row.count));
    }
    Ok(counts)
}

/// What a database already has, where one is to be put; nothing where there is none.
pub fn present(target: &Target) -> Result<Option<String>> {
    match target {
        Target::Sqlite(path) => {
            let beside = companions(path);
            let there = [path.clone()].into_iter().chain(beside).find(|path| path.exists());
            Ok(there.map(|path| path.display().to_string()))
        }
        Target::Postgres(_) => first_table(&mut read_only(target)?),
    }
}

/// What SQLite lays beside a database and reads when it opens it.
fn companions(path: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|ending| {
        let mut name = path.to_owned().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    })
}

/// Bytes of the write-ahead log beside a SQLite database.
pub fn log_size(path: &Path) -> u64 {
    let [log, _, _] = companions(path);
    fs::metadata(log).map_or(0, |found| found.len())
}

fn first_table(conn: &mut AnyConn) -> Result<Option<String>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Found> = sql_query(
        "SELECT n.nspname || '.' || c.relname AS name
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
             AND NOT EXISTS (SELECT 1 FROM pg_depend d
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
         ORDER BY 1 LIMIT 1",
    )
    .load(conn)?;
    Ok(rows.into_iter().next().map(|row| row.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrate;

    fn filled() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        // What would mean something else in an address.
        let path = folder.path().join("dữ%20b?c#d'e.sqlite");
        migrate::run(&Target::Sqlite(path.clone())).unwrap();
        (folder, path)
    }

    #[test]
    fn a_copy_is_whole_and_reading_it_changes_nothing() {
        let (folder, path) = filled();
        let copy = folder.path().join("copy%41?ữ#'.sqlite");
        write_copy(&path, &copy).unwrap();
        let before = fs::read(&copy).unwrap();
        let mut conn = open_copy(&copy).unwrap();
        assert_eq!(faults(&mut conn, false).unwrap(), Vec::<String>::new());
        assert_eq!(migrate::schema_state(&mut conn).unwrap().missing, Vec::<String>::new());
        let counts = counts(&mut conn).unwrap();
        assert_eq!((counts.len(), counts[0]), (COUNTED.len(), ("accounts", 0)));
        drop(conn);
        assert_eq!(fs::read(&copy).unwrap(), before);
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("copy"))
            .collect();
        assert_eq!(names, ["copy%41?ữ#'.sqlite"]);
        assert!(write_copy(&path, &copy).is_err(), "nothing is overwritten");
    }

    #[test]
    fn damage_is_told() {
        let (folder, path) = filled();
        let copy = folder.path().join("copy.sqlite");
        write_copy(&path, &copy).unwrap();
        let whole = fs::read(&copy).unwrap();
        fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
        assert_ne!(
            faults(&mut open_copy(&copy).unwrap(), true).unwrap(),
            Vec::<String>::new()
        );
        let mut broken = whole.clone();
        broken[whole.len() / 2..whole.len() / 2 + 4096].fill(0xa5);
        fs::write(&copy, broken).unwrap();
        assert_ne!(
            faults(&mut open_copy(&copy).unwrap(), false).unwrap(),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_is_there_already_is_named() {
        let (folder, path) = filled();
        assert_eq!(present(&Target::Sqlite(folder.path().join("new"))).unwrap(), None);
        let there = present(&Target::Sqlite(path.clone())).unwrap();
        assert_eq!(there, Some(path.display().to_string()));
        // A log of another database would be read into one that is put beside it.
        fs::write(folder.path().join("other-wal"), "x").unwrap();
        let there = present(&Target::Sqlite(folder.path().join("other"))).unwrap();
        assert!(there.is_some_and(|there| there.ends_with("other-wal")));
    }
}
