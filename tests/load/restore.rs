//! A backup while people write, its restore where nothing is, and what is served there: how long each takes, and what of the
//! acknowledged is not in it.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use crate::client::{get, once};
use crate::server::{Running, UNLIMITED};
use crate::soak::mib;
use crate::witness::{Witnesses, until_ready};
use crate::{import_copies, office, search, sign_in, wait_until_searchable};

/// How long people write before the backup begins, and after it.
const AROUND: Duration = Duration::from_secs(5);
/// Searches whose answers are compared.
const QUERIES: usize = 200;

pub fn measure(database: Option<&str>, copies: u64) {
    let (data, backups, other) = (
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    drop(Running::vptex(data.path(), database, UNLIMITED));
    import_copies(data.path(), database, copies);
    let server = Running::vptex(data.path(), database, UNLIMITED);
    wait_until_searchable(&server, copies * 1_252);
    let token = sign_in(&server);
    office::pictures(&server, &token);

    let witnesses = Witnesses::start(&server, &token);
    std::thread::sleep(AROUND);
    let begun = Instant::now();
    let told = vptex(&["backup", "--to"], backups.path(), data.path(), database);
    let ended = Instant::now();
    std::thread::sleep(AROUND);
    let book = witnesses.stop();
    println!("\n{told}");
    println!(
        "backup while 200 requests a second were served: {:.1} s, {:.0} MiB",
        (ended - begun).as_secs_f64(),
        mib(backups.path())
    );
    println!("{}", book.told());
    assert!(book.wrong.is_empty(), "{:?}", book.wrong);

    let verified = Instant::now();
    vptex(&["backup", "verify"], backups.path(), data.path(), None);
    println!("backup verify: {:.1} s", verified.elapsed().as_secs_f64());

    let empty = database.map(Empty::beside);
    let restored_to = empty.as_ref().map(|empty| empty.url.as_str());
    let disaster = Instant::now();
    let told = vptex(&["restore", "--from"], backups.path(), other.path(), restored_to);
    let restored = disaster.elapsed();
    assert!(
        told.contains("the restored audit trail has the root that the backup tells"),
        "{told}"
    );
    let copy = Running::plain(other.path(), restored_to, UNLIMITED);
    let answers = disaster.elapsed();
    until_ready(&copy);
    wait_until_searchable(&copy, copies * 1_252);
    println!(
        "RTO: restored after {:.1} s, answering after {:.1} s, with everything searchable after {:.1} s",
        restored.as_secs_f64(),
        answers.as_secs_f64(),
        disaster.elapsed().as_secs_f64()
    );

    let (promised, wrong) = book.held_against(&copy, &token, Some(begun));
    let (found, last) = book.found(&copy, &token);
    println!(
        "RPO: of {promised} writes acknowledged before the backup began {} are lost or wrong; {found} of {} in all are there, the last of them {:.2} s after the backup began and {:.2} s before it ended",
        wrong.len(),
        book.made.len(),
        last.map_or(0.0, |last| last.saturating_duration_since(begun).as_secs_f64()),
        last.map_or(0.0, |last| ended.saturating_duration_since(last).as_secs_f64()),
    );
    let differing = compared(&server, &copy);
    println!("{differing} of 1,000 listings and {QUERIES} searches are served otherwise");
    vptex(&["audit", "verify"], Path::new(""), other.path(), restored_to);
    assert!(wrong.is_empty() && differing == 0, "{wrong:?}");
}

/// How many public listings, and searches, are not answered alike.
fn compared(one: &Running, other: &Running) -> usize {
    let ids = crate::ids(one);
    let pages = ids.iter().map(|id| format!("/api/v1/listings/{id}"));
    let listings = pages.filter(|page| once(one.addr, &get(page)) != once(other.addr, &get(page)));
    let differing = listings.count();
    let queries = crate::queries(one);
    let found = |server: &Running, query: &str| {
        let page = search(server, &format!("q={query}"));
        let ids = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].to_string());
        (page["total"].to_string(), ids.collect::<Vec<_>>())
    };
    let searches = queries
        .iter()
        .take(QUERIES)
        .filter(|query| found(one, query) != found(other, query));
    differing + searches.count()
}

/// Runs a command of the program to its end; gives what it said.
fn vptex(words: &[&str], folder: &Path, data: &Path, database: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
    command.args(words);
    if folder != Path::new("") {
        command.arg(folder);
    }
    command.arg("--data-dir").arg(data);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// An empty database on the same server, which goes with this.
struct Empty {
    beside: String,
    name: String,
    url: String,
}

impl Empty {
    fn beside(url: &str) -> Self {
        let name = format!("vptex_restored_{}", std::process::id());
        let (server, _) = url.rsplit_once('/').unwrap();
        let empty = Self {
            beside: url.to_owned(),
            url: format!("{server}/{name}"),
            name,
        };
        empty.run("CREATE DATABASE");
        empty
    }

    fn run(&self, what: &str) {
        let mut conn = PgConnection::establish(&self.beside).unwrap();
        conn.batch_execute(&format!("{what} {}", self.name)).unwrap();
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        self.run("DROP DATABASE IF EXISTS");
    }
}
