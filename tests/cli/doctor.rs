//! `vptex doctor`: a healthy exchange is well, and of a sick one it says what is wrong and what to do.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;
use vptex::store::conn::Target;
use vptex::store::migrate;
use vptex::store::schema::letters;
use vptex::store::types::{DbId, DbTs};

use crate::program::{Place, Server};
use crate::stock::{keep, place_of, stocked, tamper};

/// Exit code and findings.
pub fn doctor(place: &Place, more: &[&str]) -> (Option<i32>, Value) {
    let left = place.run(&[&["doctor", "--json"], more].concat());
    let told: Value = serde_json::from_str(&left.out).unwrap_or_else(|error| panic!("{error}: {left:?}"));
    (left.code, told)
}

/// Where nobody listens.
pub const NOBODY: [&str; 4] = ["--set", "listen=127.0.0.1:9", "--set", "metrics_listen=off"];

/// What is told in English of a check that fares like this, and what is to be done.
pub fn told(report: &Value, check: &str, state: &str) -> String {
    let findings = report["findings"].as_array().unwrap();
    let found = findings
        .iter()
        .find(|finding| finding["check"] == check && finding["state"] == state)
        .unwrap_or_else(|| panic!("no {state} of {check}: {report:#}"));
    // Whatever is not good comes with advice, all of it in both languages.
    for words in ["told", "advice"] {
        for language in ["en", "vi"] {
            assert!(!found[words][language].as_str().unwrap().is_empty(), "{found:#}");
        }
    }
    format!(
        "{} -> {}",
        found["told"]["en"].as_str().unwrap(),
        found["advice"]["en"].as_str().unwrap()
    )
}

/// What is told in English of a check that is well.
pub fn told_good<'a>(report: &'a Value, check: &str) -> &'a str {
    let findings = report["findings"].as_array().unwrap();
    let good = findings
        .iter()
        .find(|finding| finding["check"] == check && finding["state"] == "good");
    good.unwrap_or_else(|| panic!("{report:#}"))["told"]["en"]
        .as_str()
        .unwrap()
}

/// An exchange on which nothing has been done but to begin it.
pub fn begun() -> Place {
    let place = Place::new();
    place.done(&["keys", "list"]);
    place
}

/// A sick exchange without a server: what is told of the check.
pub fn sick(place: &Place, check: &str, state: &str) -> String {
    let (code, report) = doctor(place, &NOBODY);
    let words = told(&report, check, state);
    let expected = if state == "trouble" { 2 } else { 1 };
    assert_eq!(code, Some(expected), "{report:#}");
    assert_eq!(report["verdict"], state, "{report:#}");
    words
}

#[test]
fn a_healthy_exchange_is_well_while_it_runs_and_when_it_is_stopped() {
    let place = Place::new();
    stocked(&place, 3);
    keep(&place, b"a manual");
    let server = Server::start(&place, &place.path("data"));
    server.wait_for("/readyz", 200);
    let (listen, metrics) = (
        format!("listen={}", server.api),
        format!("metrics_listen={}", server.metrics),
    );
    let at = ["--set", listen.as_str(), "--set", metrics.as_str()];
    let (code, report) = doctor(&place, &at);
    assert_eq!(
        (code, &report["verdict"]),
        (Some(0), &Value::from("good")),
        "{report:#}"
    );
    let checks: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["check"].as_str().unwrap())
        .collect();
    let mut expected = vec![
        "configuration",
        "data_dir",
        "space",
        "clock",
        "keys",
        "server",
        "database",
        "schema",
        "audit",
        "index",
        "letters",
        "jobs",
        "files",
    ];
    if let Target::Sqlite(_) = place.target() {
        expected.extend(["integrity", "log"]);
    }
    for check in expected {
        assert!(checks.contains(&check), "{check} was not looked at: {checks:?}");
    }
    assert_eq!(server.end().code(), Some(0));
    let words = place.done(&[&["doctor"], &at[..]].concat());
    assert!(
        words.contains("the server is stopped") && words.ends_with("all is well\n"),
        "{words}"
    );
    let words = place.done(&[&["doctor", "--language", "vi"], &at[..]].concat());
    assert!(
        words.contains("máy chủ đang dừng") && words.ends_with("mọi thứ đều tốt\n"),
        "{words}"
    );
}

#[test]
fn mistakes_in_the_configuration_are_told_and_nothing_else_is_guessed() {
    let place = begun();
    let (code, report) = doctor(&place, &["--set", "write_queue=0"]);
    assert_eq!(code, Some(2));
    let words = told(&report, "configuration", "trouble");
    assert!(
        words.contains("write_queue: 0 is outside") && words.contains("vptex.toml"),
        "{words}"
    );
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report:#}");
    let (code, report) = doctor(&place, &[&["--set", "listen=0.0.0.0:9"], &NOBODY[2..]].concat());
    assert_eq!(code, Some(1), "{report:#}");
    assert!(
        told(&report, "configuration", "warning").contains("public_url"),
        "{report:#}"
    );
}

#[test]
fn what_is_not_there_is_named_and_not_made() {
    let place = begun();
    let absent = match place.target() {
        Target::Sqlite(_) => String::from("sqlite://absent.sqlite"),
        Target::Postgres(url) => format!("{}/absent", url.rsplit_once('/').unwrap().0),
    };
    let (code, report) = doctor(
        &place,
        &[&["--data-dir", "absent", "--database-url", &absent], &NOBODY[..]].concat(),
    );
    assert_eq!(code, Some(2));
    assert!(
        told(&report, "data_dir", "trouble").contains("absent is not there"),
        "{report:#}"
    );
    assert!(
        told(&report, "keys", "trouble").contains("absent/master.key is not there"),
        "{report:#}"
    );
    let words = told(&report, "database", "trouble");
    assert!(
        words.contains("there is no database") || words.contains("cannot be reached"),
        "{words}"
    );
    assert!(!place.path("absent").exists() && !place.path("absent.sqlite").exists());
}

#[test]
fn a_master_key_that_others_can_read_or_that_is_another_one_is_trouble() {
    let place = begun();
    let key = place.path("data/master.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let words = sick(&place, "keys", "trouble");
    assert!(
        words.contains("accessible to group or others (mode 644)") && words.contains("chmod 600"),
        "{words}"
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let other: Vec<u8> = (0..32).collect();
    fs::write(&key, STANDARD.encode(other)).unwrap();
    let words = sick(&place, "keys", "trouble");
    assert!(
        words.contains("is not the master key that this database was sealed with"),
        "{words}"
    );
}

#[derive(QueryableByName)]
struct Root {
    #[diesel(sql_type = BigInt)]
    page: i64,
}

#[test]
fn a_damaged_database_is_trouble() {
    let place = begun();
    // PostgreSQL looks after its own pages.
    let Target::Sqlite(path) = place.target() else { return };
    // The first page of a table: SQLite counts them from 1.
    let page = sql_query("SELECT rootpage AS page FROM sqlite_master WHERE name = 'accounts'")
        .get_result::<Root>(&mut migrate::connect(place.target()).unwrap())
        .unwrap()
        .page;
    let mut bytes = fs::read(path).unwrap();
    let start = usize::try_from(page - 1).unwrap() * 4_096;
    bytes[start..start + 4_096].fill(0xa5);
    fs::write(path, bytes).unwrap();
    let words = sick(&place, "integrity", "trouble");
    assert!(
        words.contains("the database is damaged") && words.contains("vptex backup verify"),
        "{words}"
    );
}

#[test]
fn a_schema_that_lacks_migrations_is_trouble() {
    let place = begun();
    migrate::connect(place.target())
        .unwrap()
        .batch_execute(
            "DELETE FROM __diesel_schema_migrations
             WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
        )
        .unwrap();
    let words = sick(&place, "schema", "trouble");
    assert!(
        words.contains("lacks 1 migration(s)") && words.contains("vptex migrate"),
        "{words}"
    );
    // Nor is it backed up by a program that does not know what it has.
    let complaint = place.refused(&["backup", "--to", "backups"], 1);
    assert!(complaint.contains("lacks 1 migration(s)"), "{complaint}");
}

#[test]
fn a_later_schema_is_a_warning() {
    let place = begun();
    migrate::connect(place.target())
        .unwrap()
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
        .unwrap();
    let words = sick(&place, "schema", "warning");
    assert!(words.contains("does not know 9999"), "{words}");
}

#[test]
fn an_audit_trail_that_was_changed_at_its_end_is_trouble() {
    let place = begun();
    place.done(&[
        "officer",
        "create",
        "--email",
        "a@so.example",
        "--name",
        "Trần Văn Duyệt",
    ]);
    tamper(
        &place,
        "UPDATE audit_log SET deed = 'x' WHERE seq = (SELECT max(seq) FROM audit_log)",
        "UPDATE audit_log SET deed = 'x' WHERE seq = (SELECT max(seq) FROM audit_log)",
    );
    let words = sick(&place, "audit", "trouble");
    assert!(
        words.contains("the row was changed") && words.contains("vptex audit verify"),
        "{words}"
    );
    // What can be saved is saved all the same, and told.
    let left = place.run(&["backup", "--to", "backups"]);
    assert_eq!(left.code, Some(1), "{left:?}");
    assert!(left.err.contains("the audit trail is broken"), "{left:?}");
    let verified = place.done(&["backup", "verify", "backups"]);
    assert!(verified.contains("note     audit trail"), "{verified}");
}

#[test]
fn a_clock_that_was_put_back_is_trouble() {
    let place = begun();
    place.done(&[
        "officer",
        "create",
        "--email",
        "a@so.example",
        "--name",
        "Trần Văn Duyệt",
    ]);
    tamper(
        &place,
        "UPDATE audit_log SET at = at + 31536000000000",
        "UPDATE audit_log SET at = at + interval '365 days'",
    );
    let words = sick(&place, "clock", "trouble");
    assert!(words.contains("it was put back") && words.contains("NTP"), "{words}");
}

#[test]
fn a_file_that_is_missing_is_trouble() {
    let place = Place::new();
    stocked(&place, 1);
    let [_, gone] = [b"a manual".as_slice(), b"another manual"].map(|content| keep(&place, content));
    fs::remove_file(place_of(&place, &gone)).unwrap();
    let words = sick(&place, "files", "trouble");
    assert!(
        words.contains("1 of 2 content(s)") && words.contains(&gone.to_string()),
        "{words}"
    );
    fs::remove_dir_all(place.path("data/files")).unwrap();
    let words = sick(&place, "files", "trouble");
    assert!(
        words.contains("files is not there, and 2 content(s) should be in it"),
        "{words}"
    );
    assert!(!place.path("data/files").exists(), "it only looks");
    fs::create_dir(place.path("data/files")).unwrap();
    let words = sick(&place, "files", "trouble");
    assert!(
        words.contains("files has no folder kept, and 2 content(s) should be in it"),
        "{words}"
    );
}

#[test]
fn letters_that_wait_or_were_given_up_are_a_warning() {
    let place = begun();
    let mut conn = migrate::connect(place.target()).unwrap();
    let long_ago = Timestamp::from_second(1_773_214_200).unwrap();
    for (number, state) in [(1, "waiting"), (2, "dead")] {
        diesel::insert_into(letters::table)
            .values((
                letters::id.eq(DbId(Uuid::from_u128(number))),
                letters::kind.eq("password_reset"),
                letters::language.eq("vi"),
                letters::sealed_content.eq(vec![1_u8]),
                letters::state.eq(state),
                letters::attempts.eq(12),
                letters::next_try_at.eq(DbTs(long_ago)),
                letters::created_at.eq(DbTs(long_ago)),
            ))
            .execute(&mut conn)
            .unwrap();
    }
    let (code, report) = doctor(&place, &NOBODY);
    assert_eq!(code, Some(1), "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let of_letters: Vec<String> = findings
        .iter()
        .filter(|finding| finding["check"] == "letters")
        .map(|finding| finding["told"]["en"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        of_letters,
        [
            "1 letter(s) were given up",
            "1 letter(s) have waited for more than ten minutes"
        ]
    );
    let held = [&["--set", "mail_transport=hold"], &NOBODY[..]].concat();
    let (_, report) = doctor(&place, &held);
    assert!(
        report.to_string().contains("they are held (mail_transport = hold)"),
        "{report:#}"
    );
}

#[test]
fn an_index_that_cannot_be_read_is_a_warning() {
    let place = Place::new();
    stocked(&place, 2);
    place.done(&["reindex"]);
    let (code, report) = doctor(&place, &NOBODY);
    assert_eq!(code, Some(0), "{report:#}");
    assert!(report.to_string().contains("follows the database"), "{report:#}");
    let indexes: Vec<PathBuf> = fs::read_dir(place.path("data/index"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    let [index] = indexes.as_slice() else {
        panic!("{indexes:?}")
    };
    fs::write(index.join("meta.json"), "{").unwrap();
    let words = sick(&place, "index", "warning");
    assert!(
        words.contains("cannot be read") && words.contains("vptex reindex"),
        "{words}"
    );
}

/// Answers one call with this, and gives where.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // All that is asked comes in one piece.
        drop(stream.read(&mut [0; 1_024]));
        stream.write_all(answer.as_bytes()).unwrap();
    });
    at
}

#[test]
fn a_server_that_is_not_ready_is_trouble_and_another_program_is_told_apart() {
    let place = begun();
    let not_ready = "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"status\":\"not_ready\",\"database\":true,\"writes\":false,\
                     \"search\":true,\"index\":{\"state\":\"ready\",\"lag\":0,\"poison\":0},\"files\":true}";
    let at = format!("listen={}", answering(not_ready));
    let (code, report) = doctor(&place, &["--set", &at, "--set", "metrics_listen=off"]);
    assert_eq!(code, Some(2), "{report:#}");
    let words = told(&report, "server", "trouble");
    assert!(
        words.contains("one write holds up all others") && !words.contains("search index is not"),
        "{words}"
    );
    let at = format!("listen={}", answering("HTTP/1.1 200 OK\r\n\r\n<html>"));
    let (code, report) = doctor(&place, &["--set", &at, "--set", "metrics_listen=off"]);
    assert_eq!(code, Some(1), "{report:#}");
    assert!(told(&report, "server", "warning").contains("is no vptex"), "{report:#}");
}
