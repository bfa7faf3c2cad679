//! Databases with rows in the trail, and what is done to them behind the program's back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use tempfile::TempDir;
use uuid::Uuid;
use vptex::app::{SystemClock, UuidV7, context_with};
use vptex::config::{Config, DatabaseUrl, MetricsListen, MigrateOnStart, Value as _};
use vptex::domain::audit::{Deed, Doer, Reason, ReasonCode};
use vptex::domain::ids::SessionId;
use vptex::domain::text::Prose;
use vptex::service::App;
use vptex::service::audit::verify::{self, Break, Covered, Report};
use vptex::store::conn::{AnyConn, Target, read_only};
use vptex::store::database::Limits;
use vptex::store::{Database, Error, Result, Uow, audit, migrate};

use crate::database::{TestDatabase, fresh};

pub const LIMITS: Limits = Limits {
    pool_size: 8,
    write_queue: 2048,
    group_commit_max: 64,
    wait: Duration::from_secs(20),
};

/// Appends a row of some kind or other.
pub fn deed(uow: &mut Uow<'_>, number: u128) -> Result<()> {
    let id = |kind: u128| Uuid::from_u128((kind << 96) + number);
    let reason = Reason {
        code: ReasonCode::Incomplete,
        text: Prose::parse(&format!("Thiếu ảnh tem máy số {number}.")).unwrap(),
    };
    let is_odd = number % 2 == 1;
    audit::append(
        uow,
        &audit::Entry {
            id: id(1),
            at: jiff::Timestamp::from_microsecond(1_773_214_200_123_456 + i64::try_from(number).unwrap()).unwrap(),
            doer: Doer {
                kind: if is_odd { "officer" } else { "system" },
                id: is_odd.then(|| id(2)),
            },
            deed: Deed::ListingRejected,
            subject_kind: "listing",
            subject: id(3),
            version: is_odd.then_some(3),
            reason: is_odd.then_some(&reason),
            session: is_odd.then(|| SessionId(id(4))),
            request: Some(id(5)),
            ip: is_odd.then(|| String::from("203.0.113.7")),
            port: is_odd.then_some(51_234),
            change: is_odd.then_some(audit::Change {
                before: Some([1; 32]),
                after: [2; 32],
            }),
        },
    )
}

/// A database in which some rows were written, one in each unit of work; nobody has it open.
pub fn filled(rows: u128) -> TestDatabase {
    let at = fresh();
    // One connection, so that there is one lane.
    let db = Database::open(at.target.clone(), Limits { pool_size: 1, ..LIMITS }).unwrap();
    for number in 0..rows {
        db.write(move |uow| deed(uow, number)).unwrap();
    }
    at
}

pub fn verify(target: &Target, covered: &Covered) -> std::result::Result<Report, Break> {
    verify::run(&mut read_only(target).unwrap(), covered, &mut |_| {}).unwrap()
}

/// All rows of all lanes, in the order in which they are verified.
pub fn rows(target: &Target) -> Vec<audit::Row> {
    let mut conn = read_only(target).unwrap();
    let (mut rows, mut lane) = (Vec::new(), audit::next_lane(&mut conn, None).unwrap());
    while let Some(number) = lane {
        rows.extend(audit::in_lane(&mut conn, number, i64::MIN, 1_000_000).unwrap());
        lane = audit::next_lane(&mut conn, Some(number)).unwrap();
    }
    rows
}

/// Does with SQL what the program never does.
pub fn tamper(target: &Target, sql: &str) -> Result<()> {
    let mut conn = migrate::connect(target)?;
    Ok(conn.batch_execute(sql)?)
}

/// The same with nothing in its way.
pub fn tamper_unguarded(target: &Target, sql: &str) {
    let guards = match migrate::connect(target).unwrap() {
        AnyConn::Sqlite(_) => {
            "DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete;
             DROP TRIGGER audit_checkpoints_no_update; DROP TRIGGER audit_checkpoints_no_delete;
             DROP TRIGGER audit_log_no_replace; DROP TRIGGER audit_checkpoints_no_replace;"
        }
        AnyConn::Pg(_) => {
            "ALTER TABLE audit_log DISABLE TRIGGER USER; ALTER TABLE audit_checkpoints DISABLE TRIGGER USER;"
        }
    };
    // Gone already when this is not the first time.
    drop(tamper(target, guards));
    tamper(target, sql).unwrap();
}

/// A use of the database as the program makes it.
pub struct Exchange {
    pub app: App,
    pub config: Config,
    _folder: TempDir,
}

pub fn exchange(at: &TestDatabase) -> Exchange {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder, &at.target);
    Exchange {
        app: context_with(&config, Arc::new(SystemClock), Arc::new(UuidV7)).unwrap(),
        config,
        _folder: folder,
    }
}

fn config(folder: &TempDir, target: &Target) -> Config {
    let database_url = match target {
        Target::Sqlite(path) => DatabaseUrl::Sqlite(path.clone()),
        Target::Postgres(url) => DatabaseUrl::parse(url).unwrap(),
    };
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        metrics_listen: MetricsListen::Off,
        http_workers: 1,
        data_dir: folder.path().join("data"),
        database_url: Some(database_url),
        database_pool_size: 4,
        migrate_on_start: MigrateOnStart::No,
        index_memory_mb: vptex::config::Mebibytes::new(15),
        argon2_memory_kib: 8,
        argon2_iterations: 1,
        ..Config::default()
    }
}

/// Another node on the same database, with the same master key.
pub fn another_node(at: &TestDatabase, node: &Exchange) -> Exchange {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        master_key_file: Some(node.config.master_key_path()),
        ..config(&folder, &at.target)
    };
    Exchange {
        app: context_with(&config, Arc::new(SystemClock), Arc::new(UuidV7)).unwrap(),
        config,
        _folder: folder,
    }
}

impl Exchange {
    /// Writes rows, one in each unit of work.
    pub fn write(&self, numbers: std::ops::Range<u128>) {
        for number in numbers {
            self.app.db.write(move |uow| deed(uow, number)).unwrap();
        }
    }
}

/// The words of a failure, for comparing.
pub fn is_refused(result: &Result<()>) -> bool {
    matches!(result, Err(Error::Other(error)) if error.to_string().contains("append-only"))
}
