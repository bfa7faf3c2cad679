//! The database at one moment, and what it says of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::manifest::{Audit, Kind, Part};
use super::{BackupError, Observer, Result, Stage, System, disk, trail};
use crate::domain::file::Digest;
use crate::store::conn::{Target, read_only};
use crate::store::migrate::{self, SchemaState};
use crate::store::{self, AnyConn, snapshot};

/// How often the observer is asked while SQLite writes its copy.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A moment of the database.
pub(super) struct Moment {
    pub(super) database: Part,
    pub(super) schema: String,
    /// Contents that its rows name.
    pub(super) needed: BTreeSet<Digest>,
    pub(super) counts: BTreeMap<String, i64>,
    pub(super) audit: Audit,
}

/// What rows say, read at the moment itself.
struct Said {
    needed: BTreeSet<Digest>,
    counts: BTreeMap<String, i64>,
    audit: Audit,
}

/// The schema of the database, which must be this program's: what is in another one nobody here knows.
pub(super) fn schema_of(target: &Target) -> Result<String> {
    if let Target::Sqlite(path) = target
        && !path.is_file()
    {
        return Err(BackupError::Refused(format!("there is no database {}", path.display())));
    }
    let state = migrate::schema_state(&mut read_only(target)?)?;
    match state {
        SchemaState { newest: None, .. } => Err(BackupError::Refused(String::from(
            "the database has no tables of an exchange",
        ))),
        SchemaState { unknown, .. } if !unknown.is_empty() => Err(BackupError::Refused(format!(
            "the database was brought to schema {} by a later program; use that one",
            unknown.join(", ")
        ))),
        SchemaState { missing, .. } if !missing.is_empty() => Err(BackupError::Refused(format!(
            "the database schema lacks {} migration(s) of this program: use the program that serves it, or run `vptex \
             migrate` first",
            missing.len()
        ))),
        SchemaState { newest, .. } => Ok(newest.unwrap_or_default()),
    }
}

/// Writes the database of one moment into a folder.
pub(super) fn keep(system: &System, folder: &Path, observer: &mut dyn Observer) -> Result<Moment> {
    let schema = schema_of(&system.target)?;
    let kind = Kind::of(&system.target);
    let path = folder.join(kind.file_name());
    drop(disk::make(&path)?);
    let said = match &system.target {
        Target::Sqlite(live) => {
            write_sqlite(live, &path, observer)?;
            read(&mut snapshot::open_copy(&path)?, observer)?
        }
        Target::Postgres(_) => {
            let mut held = snapshot::Moment::hold(&system.target)?;
            observer.begins(Stage::Database, 0);
            system.programs.dump(held.name(), &path, &mut || {
                observer.reached(size_of(&path));
                observer.goes_on()
            })?;
            read(held.conn(), observer)?
        }
    };
    failpoint!("backup.database.copied", BackupError::Refused);
    disk::sync(&path)?;
    let measure = disk::measure(&path, &mut |_| observer.goes_on())?;
    Ok(Moment {
        database: Part::new(kind.file_name(), measure),
        schema,
        needed: said.needed,
        counts: said.counts,
        audit: said.audit,
    })
}

/// Lets SQLite write its copy on a thread of its own, which ends with the process when nobody wants to wait for it.
fn write_sqlite(live: &Path, path: &Path, observer: &mut dyn Observer) -> Result<()> {
    observer.begins(Stage::Database, size_of(live));
    let (sender, receiver) = mpsc::channel();
    let (from, into) = (live.to_owned(), path.to_owned());
    thread::spawn(move || drop(sender.send(snapshot::write_copy(&from, &into))));
    loop {
        match receiver.recv_timeout(LOOK_EVERY) {
            Ok(written) => return Ok(written?),
            Err(RecvTimeoutError::Timeout) => observer.reached(size_of(path)),
            Err(RecvTimeoutError::Disconnected) => return Err(store::Error::Panicked.into()),
        }
        if !observer.goes_on() {
            return Err(BackupError::Interrupted);
        }
    }
}

fn size_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

fn read(conn: &mut AnyConn, observer: &mut dyn Observer) -> Result<Said> {
    Ok(Said {
        needed: store::files::needed(conn)?,
        counts: counts(conn)?,
        audit: trail::measure(conn, observer)?,
    })
}

/// How many rows the main tables have.
pub(super) fn counts(conn: &mut AnyConn) -> Result<BTreeMap<String, i64>> {
    let counts = snapshot::counts(conn)?.into_iter();
    Ok(counts.map(|(table, count)| (table.to_owned(), count)).collect())
}
