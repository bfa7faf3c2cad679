//! The loss that the fault harness makes, so that its oracle must find one: it has no tests of its own.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::BigInt;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};

use crate::wal::{cut, lacking};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[test]
fn a_log_that_is_cut_off_loses_its_newest_commits() {
    let (folder, crashed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let database = folder.path().join("a.sqlite3");
    let mut conn = SqliteConnection::establish(database.to_str().unwrap()).unwrap();
    conn.batch_execute("PRAGMA journal_mode = WAL; CREATE TABLE things (number INTEGER);")
        .unwrap();
    for number in 1..=9 {
        conn.batch_execute(&format!("INSERT INTO things VALUES ({number})"))
            .unwrap();
    }
    // As a program leaves them that is killed.
    for name in ["a.sqlite3", "a.sqlite3-wal"] {
        std::fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let log = crashed.path().join("a.sqlite3-wal");
    let whole = std::fs::read(&log).unwrap();
    let lost = cut(&log);
    assert!((4..=5).contains(&lost), "{lost}");
    assert_eq!(lacking(&whole, &std::fs::read(&log).unwrap()), lost);
    assert_eq!(lacking(&whole, &whole), 0);
    assert!(lacking(&whole, &[]) > lost, "all are lost with the log");
    let mut conn = SqliteConnection::establish(crashed.path().join("a.sqlite3").to_str().unwrap()).unwrap();
    let left: Count = sql_query("SELECT count(*) AS count FROM things WHERE number <= 9")
        .get_result(&mut conn)
        .unwrap();
    assert_eq!(left.count, 9 - i64::try_from(lost).unwrap());
    let newest: Count = sql_query("SELECT max(number) AS count FROM things")
        .get_result(&mut conn)
        .unwrap();
    assert_eq!(newest.count, left.count);
    assert_eq!(cut(&crashed.path().join("no-such-log")), 0);
}
