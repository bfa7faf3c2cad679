//! An upgrade under traffic: a program of before serves an exchange of many listings, and this one takes over with the migrations
//! that the former did not know. What was acknowledged must be there afterwards, once, whatever was asked meanwhile.
//!
//! As `docs/operations.md` has it: on SQLite the former is told to end (SIGTERM) and this one started in its place, which
//! migrates first; on PostgreSQL this one migrates while two nodes of before serve, which are then taken out of the load
//! balancer, ended, and started anew one by one.
//!
//! Before that, on SQLite, migrations are killed at moments spread over the time that they take, each on a copy, and done again.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use vptex::store::conn::Target;
use vptex::store::migrate;

use crate::server::{Running, UNLIMITED};
use crate::witness::{Witnesses, until_ready};
use crate::{scale, sign_in, wait_until_searchable};

/// How long people work before anything happens, between nodes, and afterwards.
const AROUND: Duration = Duration::from_secs(10);
/// What a request that is under way may take while a node is taken out of the load balancer.
const LEAVE: Duration = Duration::from_secs(1);

/// `before` is the program of before; without one this program takes over from itself, and only the handing over is tried.
pub fn measure(database: Option<&str>, rows: u64, before: Option<&Path>, kills: u32) {
    let own = Path::new(env!("CARGO_BIN_EXE_vptex"));
    let before = before.unwrap_or(own);
    let (data, other_data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    println!("{} → {}", version(before), version(own));
    load(before, data.path(), database, rows);
    if database.is_none() && kills > 0 {
        killed(own, data.path(), kills);
    }

    let (at, other_at) = (free_port(), free_port());
    let start = |program, words: &[&str], at: &str| Running::of(program, words, data.path(), database, UNLIMITED, at);
    let started = Instant::now();
    let first = start(before, &["serve", "--demo"], &at);
    wait_until_searchable(&first, rows);
    println!(
        "the index of the program before: {:.0} s",
        started.elapsed().as_secs_f64()
    );
    let token = sign_in(&first);
    let missing = migrate::pending(&target(data.path(), database)).unwrap();
    println!("migrations that it does not know: {missing}");

    let (book, last) = match database {
        None => {
            let witnesses = Witnesses::start(&first, &token);
            std::thread::sleep(AROUND);
            let last = replaced(first, || start(own, &["serve"], &at));
            std::thread::sleep(AROUND);
            (witnesses.stop(), last)
        }
        Some(url) => {
            let node = |program| Running::node_of(program, other_data.path(), data.path(), url, UNLIMITED, &other_at);
            let second = node(before);
            wait_until_searchable(&second, rows);
            let witnesses = Witnesses::start(&first, &token);
            witnesses.come_to(second.addr);
            std::thread::sleep(AROUND);
            migrated(own, data.path(), url);
            std::thread::sleep(AROUND);
            let last = one_by_one(first, || start(own, &["serve"], &at), &witnesses);
            std::thread::sleep(AROUND);
            let _second = one_by_one(second, || node(own), &witnesses);
            std::thread::sleep(AROUND);
            (witnesses.stop(), last)
        }
    };
    println!("\n{}", book.told());
    let (count, mut wrong) = book.held_against(&last, &token, None);
    wrong.extend(book.wrong.iter().cloned());
    println!(
        "{count} writes were acknowledged; lost, doubled or wrong: {}",
        wrong.len()
    );
    drop(last);
    if database.is_none() {
        let again = start(own, &["serve"], &at);
        println!("a start with nothing to migrate: {:.2} s", again.startup.as_secs_f64());
    }
    verified(own, data.path(), database);
    assert_eq!(migrate::pending(&target(data.path(), database)).unwrap(), 0);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Migrations of copies, killed sooner and later: what was killed is done by the next try, and nothing is damaged.
fn killed(program: &Path, data: &Path, kills: u32) {
    let copied = || {
        let copy = tempfile::tempdir().unwrap();
        for name in ["vptex.sqlite3", "vptex.sqlite3-wal"] {
            if data.join(name).exists() {
                std::fs::copy(data.join(name), copy.path().join(name)).unwrap();
            }
        }
        copy
    };
    let begun = |copy: &Path| {
        let mut command = Command::new(program);
        command.args(["migrate", "--data-dir"]).arg(copy).stdout(Stdio::null());
        command.spawn().unwrap()
    };
    let whole = {
        let copy = copied();
        let began = Instant::now();
        assert!(begun(copy.path()).wait().unwrap().success());
        began.elapsed()
    };
    let mut stages = BTreeMap::<usize, u32>::new();
    for number in 1..=kills {
        let copy = copied();
        let mut child = begun(copy.path());
        std::thread::sleep(whole * number / (kills + 1));
        child.kill().unwrap();
        child.wait().unwrap();
        let at = target(copy.path(), None);
        *stages.entry(migrate::pending(&at).unwrap()).or_default() += 1;
        assert!(
            begun(copy.path()).wait().unwrap().success(),
            "kill {number}: the next try fails"
        );
        assert_eq!(migrate::pending(&at).unwrap(), 0, "kill {number}");
        assert_eq!(quick_check(copy.path()), "ok", "kill {number}");
    }
    println!(
        "all migrations take {:.2} s; killed {kills} times and done by the next try; migrations that were missing after a kill, and how often: {stages:?}",
        whole.as_secs_f64()
    );
}

#[derive(QueryableByName)]
struct Checked {
    #[diesel(sql_type = Text)]
    quick_check: String,
}

fn quick_check(data: &Path) -> String {
    let path = data.join("vptex.sqlite3");
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let told: Checked = sql_query("PRAGMA quick_check(1)").get_result(&mut conn).unwrap();
    told.quick_check
}

/// SQLite: one ends, the next one begins at its address, where clients find it by themselves.
fn replaced(former: Running, start: impl FnOnce() -> Running) -> Running {
    let told = Instant::now();
    let (status, took) = former.end();
    assert!(status.success(), "the program of before ended with {status}");
    let next = start();
    println!(
        "ended after {:.2} s; the next one migrated and listened {:.2} s after its start, {:.2} s after the signal",
        took.as_secs_f64(),
        next.startup.as_secs_f64(),
        told.elapsed().as_secs_f64()
    );
    println!("ready {:.2} s later", until_ready(&next).as_secs_f64());
    next
}

/// PostgreSQL: one node is taken out of the load balancer, renewed, and put back.
fn one_by_one(former: Running, start: impl FnOnce() -> Running, witnesses: &Witnesses) -> Running {
    witnesses.leave(former.addr);
    std::thread::sleep(LEAVE);
    let (status, took) = former.end();
    assert!(status.success(), "a node of before ended with {status}");
    let next = start();
    let ready = until_ready(&next);
    witnesses.come_to(next.addr);
    println!(
        "a node ended after {:.2} s, its successor listened after {:.2} s and was ready {:.2} s later",
        took.as_secs_f64(),
        next.startup.as_secs_f64(),
        ready.as_secs_f64()
    );
    next
}

/// `vptex migrate` of this program beside nodes of the former.
fn migrated(program: &Path, data: &Path, url: &str) {
    let began = Instant::now();
    let mut command = Command::new(program);
    command.args(["migrate", "--database-url", url, "--data-dir"]).arg(data);
    assert!(command.status().unwrap().success());
    println!(
        "vptex migrate, while both nodes of before served: {:.2} s",
        began.elapsed().as_secs_f64()
    );
}

/// Listings like those of the demonstration, loaded by the program of before.
fn load(program: &Path, data: &Path, database: Option<&str>, rows: u64) {
    let file = data.join("listings.jsonl");
    scale::write(&file, rows);
    let began = Instant::now();
    let mut command = Command::new(program);
    command.args(["import", "listings", "--demo"]).arg(&file);
    command.arg("--data-dir").arg(data);
    command.args(["--set", "log_level=warn", "--set", "migrate_on_start=yes"]);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    assert!(command.status().unwrap().success());
    std::fs::remove_file(&file).unwrap();
    println!(
        "{rows} listings and their audit rows loaded, {:.0}/s",
        rows as f64 / began.elapsed().as_secs_f64()
    );
}

fn verified(program: &Path, data: &Path, database: Option<&str>) {
    let mut command = Command::new(program);
    command.args(["audit", "verify", "--data-dir"]).arg(data);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    assert!(command.status().unwrap().success(), "the audit trail is not in order");
}

fn version(program: &Path) -> String {
    let output = Command::new(program).arg("--version").output().unwrap();
    format!(
        "{} ({})",
        String::from_utf8_lossy(&output.stdout).trim(),
        program.display()
    )
}

fn target(data: &Path, database: Option<&str>) -> Target {
    database.map_or_else(
        || Target::Sqlite(data.join("vptex.sqlite3")),
        |url| Target::Postgres(url.to_owned()),
    )
}

/// An address that both programs listen on, one after the other.
fn free_port() -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}
