//! How long it takes to verify an audit trail of a million rows, and what a checkpoint of it costs.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use uuid::Uuid;
use vptex::app::UuidV7;
use vptex::config::{Config, DatabaseUrl, MigrateOnStart, Value as _};
use vptex::domain::audit::{Deed, Doer, Reason, ReasonCode};
use vptex::domain::ids::{AccountId, Ids, SessionId};
use vptex::domain::text::Prose;
use vptex::jobs::checkpoints;
use vptex::store::conn::Target;
use vptex::store::database::{Limits, open_migrated};
use vptex::store::{Database, Result, Uow, audit};

/// Rows of one unit of work.
const UNIT: u64 = 1_000;

pub fn measure(database: Option<&str>, rows: u64) {
    let data = tempfile::tempdir().unwrap();
    let target = database.map_or_else(
        || Target::Sqlite(data.path().join("vptex.sqlite3")),
        |url| Target::Postgres(url.to_owned()),
    );
    let limits = Limits {
        pool_size: 4,
        write_queue: 64,
        group_commit_max: 64,
        wait: Duration::from_secs(10),
    };
    let db = open_migrated(target, limits).unwrap();
    let started = Instant::now();
    let mut written = 0;
    while written < rows {
        let count = UNIT.min(rows - written);
        db.write(move |uow| (written..written + count).try_for_each(|number| deed(uow, number)))
            .unwrap();
        written += count;
    }
    println!(
        "{rows} rows written, {:.0} per second",
        rows as f64 / started.elapsed().as_secs_f64()
    );
    for _ in 0..3 {
        let seconds = verify(data.path(), database);
        println!(
            "vptex audit verify: {seconds:.2} s, {:.0} rows per second",
            rows as f64 / seconds
        );
    }
    checkpoint(data.path(), database, &db, rows);
    let seconds = verify(data.path(), database);
    println!("vptex audit verify, with checkpoints: {seconds:.2} s");
}

fn verify(data: &Path, database: Option<&str>) -> f64 {
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
    command.args(["audit", "verify", "--data-dir"]).arg(data);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    assert!(command.status().unwrap().success());
    started.elapsed().as_secs_f64()
}

/// The first checkpoint of all rows, and one of a unit more.
fn checkpoint(data: &Path, database: Option<&str>, db: &Database, rows: u64) {
    let config = Config {
        data_dir: data.to_owned(),
        database_url: database.map(|url| DatabaseUrl::parse(url).unwrap()),
        migrate_on_start: MigrateOnStart::No,
        ..Config::default()
    };
    let app = vptex::app::context(&config).unwrap();
    for what in ["all rows", "1,000 rows more"] {
        let started = Instant::now();
        assert!(checkpoints::run(&app, &config.checkpoints_path()).unwrap());
        println!("checkpoint of {what}: {:.3} s", started.elapsed().as_secs_f64());
        db.write(move |uow| (rows..rows + UNIT).try_for_each(|number| deed(uow, number)))
            .unwrap();
    }
}

/// A row as decisions leave them, every column filled.
fn deed(uow: &mut Uow<'_>, number: u64) -> Result<()> {
    let id = |kind: u64| Uuid::from_u64_pair(kind, number);
    let reason = Reason {
        code: ReasonCode::Incomplete,
        text: Prose::parse("Thiếu ảnh tem máy và giấy chứng nhận hợp quy; đề nghị bổ sung.").unwrap(),
    };
    audit::append(
        uow,
        &audit::Entry {
            id: UuidV7.next(),
            at: jiff::Timestamp::from_microsecond(1_773_214_200_123_456 + number as i64).unwrap(),
            doer: Doer::person(AccountId(id(2)), true),
            deed: Deed::ListingRejected,
            subject_kind: "listing",
            subject: id(3),
            version: Some(3),
            reason: Some(&reason),
            session: Some(SessionId(id(4))),
            request: Some(id(5)),
            ip: Some(String::from("203.0.113.7")),
            port: Some(51_234),
            change: Some(audit::Change {
                before: Some([1; 32]),
                after: [2; 32],
            }),
        },
    )
}
