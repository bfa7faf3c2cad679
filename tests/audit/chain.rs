//! What is written is chained, whoever writes; what is changed behind the program's back is noticed.

use std::collections::BTreeMap;

use vptex::service::audit::verify::{Break, Covered, Wrong};
use vptex::store::conn::{Target, read_only};
use vptex::store::error::MayRetry;
use vptex::store::{Database, Error, audit_checkpoints};

use crate::database::fresh;
use crate::samples::{LIMITS, deed, filled, is_refused, rows, tamper, tamper_unguarded, verify};

#[test]
fn concurrent_writers_lose_nothing_and_every_lane_is_in_order() {
    const THREADS: u128 = 16;
    const EACH: u128 = 50;
    let at = fresh();
    let db = Database::open(at.target.clone(), LIMITS).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let db = &db;
            scope.spawn(move || {
                for unit in 0..EACH {
                    let number = (thread * EACH + unit) * 10;
                    let write = || {
                        db.write(move |uow| {
                            deed(uow, number)?;
                            // Every third unit has a part that is undone, with rows in it.
                            if unit % 3 == 0 {
                                let undone = uow.part(|uow| {
                                    deed(uow, number + 1)?;
                                    uow.part(|uow| deed(uow, number + 2))?;
                                    Err::<(), _>(Error::Stale)
                                });
                                assert!(matches!(undone, Err(Error::Stale)));
                            }
                            uow.part(|uow| deed(uow, number + 3))?;
                            // Every fifth is refused in the end.
                            if unit % 5 == 4 { Err(Error::NotFound) } else { Ok(()) }
                        })
                    };
                    loop {
                        match write() {
                            Ok(()) => break assert_ne!(unit % 5, 4),
                            Err(Error::NotFound) => break assert_eq!(unit % 5, 4),
                            // On PostgreSQL one that lost too often is refused, and did nothing.
                            Err(error) => assert!(error.may_retry(), "{error}"),
                        }
                    }
                }
            });
        }
    });
    let report = verify(&at.target, &Covered::default()).unwrap();
    let kept = u64::try_from(THREADS * EACH * 4 / 5 * 2).unwrap();
    assert_eq!((report.rows, report.unchained), (kept, 0));
    match &at.target {
        Target::Sqlite(_) => assert_eq!(report.lanes, 1),
        // As many as wrote at once, at most one for each connection.
        Target::Postgres(_) => assert!((2..=8).contains(&report.lanes), "{report:?}"),
    }
    let mut lanes: BTreeMap<i64, i64> = BTreeMap::new();
    for row in rows(&at.target) {
        let last = lanes.entry(row.lane.unwrap()).or_default();
        assert_eq!(row.link, Some(*last + 1));
        *last += 1;
    }
}

#[test]
fn whoever_comes_next_goes_on_where_the_lane_ended() {
    let at = filled(3);
    for round in 1..4 {
        let db = Database::open(at.target.clone(), LIMITS).unwrap();
        db.write(move |uow| deed(uow, 100 + round)).unwrap();
        // Two that have it open at once, as the server and the command line may.
        let other = Database::open(at.target.clone(), LIMITS).unwrap();
        other.write(move |uow| deed(uow, 200 + round)).unwrap();
        db.write(move |uow| deed(uow, 300 + round)).unwrap();
    }
    let report = verify(&at.target, &Covered::default()).unwrap();
    assert_eq!(report.rows, 12);
    match &at.target {
        Target::Sqlite(_) => assert_eq!(report.lanes, 1),
        // A server may take a moment to notice that a client has gone, and a third lane is taken meanwhile.
        Target::Postgres(_) => assert!(report.lanes >= 2),
    }
}

#[test]
fn a_connection_that_was_lost_takes_no_row_with_it() {
    let at = filled(2);
    let Target::Postgres(_) = &at.target else { return };
    let db = Database::open(
        at.target.clone(),
        vptex::store::database::Limits { pool_size: 1, ..LIMITS },
    )
    .unwrap();
    db.write(|uow| deed(uow, 10)).unwrap();
    tamper(
        &at.target,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .unwrap();
    // The first to use it afterwards may be told so.
    if let Err(error) = db.write(|uow| deed(uow, 11)) {
        assert!(matches!(error, Error::Connection(_)), "{error:?}");
        db.write(|uow| deed(uow, 11)).unwrap();
    }
    assert_eq!(verify(&at.target, &Covered::default()).unwrap().rows, 4);
}

#[test]
fn the_database_refuses_to_change_the_trail() {
    let at = filled(3);
    let checkpoint = |note: &str| match &at.target {
        Target::Sqlite(_) => format!("(1, 1, 1, x'00', '{note}')"),
        Target::Postgres(_) => format!("(1, now(), 1, '\\x00', '{note}')"),
    };
    tamper(
        &at.target,
        &format!("INSERT INTO audit_checkpoints VALUES {}", checkpoint("x")),
    )
    .unwrap();
    let mut refused: Vec<String> = [
        "UPDATE audit_log SET deed = 'x'",
        "DELETE FROM audit_log",
        "UPDATE audit_checkpoints SET note = 'x'",
        "DELETE FROM audit_checkpoints",
    ]
    .map(String::from)
    .into();
    let (first, whole) = (&rows(&at.target)[0], "actor_kind, deed, subject_kind, subject_id");
    // A row that has one key of a row that is there, and else what no row has.
    let forged = |key: &str| {
        let keys = match key {
            "seq" => "seq, id, lane, link",
            _ => "id, lane, link",
        };
        let new_id = match &at.target {
            Target::Sqlite(_) => "randomblob(16)",
            Target::Postgres(_) => "gen_random_uuid()",
        };
        let values = match key {
            "seq" => format!("{}, {new_id}, 7, 7", first.seq),
            "id" => "id, 7, 7".to_owned(),
            _ => format!("{new_id}, lane, link"),
        };
        let overriding = match &at.target {
            Target::Postgres(_) if key == "seq" => "OVERRIDING SYSTEM VALUE",
            _ => "",
        };
        format!(
            "INTO audit_log ({keys}, at, {whole}) {overriding}
             SELECT {values}, at, actor_kind, 'forged', subject_kind, subject_id FROM audit_log WHERE seq = {}",
            first.seq
        )
    };
    for (key, columns) in [("seq", "seq"), ("id", "id"), ("link", "lane, link")] {
        let row = forged(key);
        refused.push(format!(
            "INSERT {row} ON CONFLICT ({columns}) DO UPDATE SET deed = 'forged'"
        ));
        if matches!(at.target, Target::Sqlite(_)) {
            refused.extend(
                ["REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL"]
                    .map(|how| format!("{how} {row}")),
            );
        }
    }
    let row = checkpoint("forged");
    refused.push(format!(
        "INSERT INTO audit_checkpoints VALUES {row} ON CONFLICT (seq) DO UPDATE SET note = 'forged'"
    ));
    match &at.target {
        Target::Sqlite(_) => {
            refused.extend(
                ["REPLACE", "INSERT OR REPLACE"].map(|how| format!("{how} INTO audit_checkpoints VALUES {row}")),
            );
            refused.push("UPDATE OR REPLACE audit_log SET link = 1".into());
            refused.push("UPDATE OR REPLACE audit_checkpoints SET seq = 2".into());
        }
        Target::Postgres(_) => {
            refused.extend(["TRUNCATE audit_log", "TRUNCATE audit_checkpoints"].map(String::from));
            // Triggers that do not fire always do not fire then.
            let as_replica = |sql: &String| format!("SET session_replication_role = replica; {sql}");
            refused.extend(refused.iter().map(as_replica).collect::<Vec<_>>());
        }
    }
    let before = rows(&at.target);
    for sql in refused {
        let result = tamper(&at.target, &sql);
        assert!(is_refused(&result), "{sql}: {result:?}");
    }
    assert_eq!(rows(&at.target), before);
    let mut conn = read_only(&at.target).unwrap();
    let notes: Vec<String> = audit_checkpoints::after(&mut conn, 0, 10)
        .unwrap()
        .into_iter()
        .map(|kept| kept.note)
        .collect();
    assert_eq!(notes, ["x"]);
    // What is new is still welcome.
    let db = Database::open(at.target.clone(), LIMITS).unwrap();
    db.write(|uow| deed(uow, 100)).unwrap();
    assert_eq!(rows(&at.target).len(), 4);
}

/// What is done to ten rows in one lane, and what verification says first.
#[test]
fn what_is_done_behind_the_programs_back_is_told() {
    let wrong = |link: i64, wrong: Wrong| move |broken: &Break| matches!(broken, Break::Row { link: at, wrong: what, .. } if (*at, *what) == (link, wrong));
    let unchained = |broken: &Break| matches!(broken, Break::Unchained { .. });
    let place = |expected| Wrong::Place { expected };
    let copy = "id, at, actor_kind, deed, subject_kind, subject_id, lane, link, prev_hash, hash";
    let new_id = |at: &Target| match at {
        Target::Sqlite(_) => "randomblob(16)",
        Target::Postgres(_) => "gen_random_uuid()",
    };
    type Check<'a> = Box<dyn Fn(&Break) -> bool + 'a>;
    let tampers: Vec<(&str, Check<'_>)> = vec![
        (
            "UPDATE audit_log SET reason_text = 'x' WHERE link = 4",
            Box::new(wrong(4, Wrong::Content)),
        ),
        (
            "UPDATE audit_log SET actor_id = NULL WHERE link = 2",
            Box::new(wrong(2, Wrong::Content)),
        ),
        (
            "UPDATE audit_log SET ip = '203.0.113.8' WHERE link = 6",
            Box::new(wrong(6, Wrong::Content)),
        ),
        (
            "UPDATE audit_log SET prev_hash = hash WHERE link = 3",
            Box::new(wrong(3, Wrong::Previous)),
        ),
        (
            "UPDATE audit_log SET hash = prev_hash WHERE link = 3",
            Box::new(wrong(3, Wrong::Content)),
        ),
        ("DELETE FROM audit_log WHERE link = 5", Box::new(wrong(6, place(5)))),
        ("DELETE FROM audit_log WHERE link = 1", Box::new(wrong(2, place(1)))),
        (
            "UPDATE audit_log SET link = 11 WHERE link = 4",
            Box::new(wrong(5, place(4))),
        ),
        (
            "UPDATE audit_log SET link = -4 WHERE link = 4",
            Box::new(wrong(-4, place(1))),
        ),
        // Exchanged: the content, or the place.
        (
            "UPDATE audit_log SET deed = 'x' WHERE link IN (2, 3)",
            Box::new(wrong(2, Wrong::Content)),
        ),
        (
            "UPDATE audit_log SET link = 99 WHERE link = 2; UPDATE audit_log SET link = 2 WHERE link = 3;
             UPDATE audit_log SET link = 3 WHERE link = 99",
            Box::new(wrong(2, Wrong::Previous)),
        ),
        // Taken out of the chain and left in the table.
        (
            "UPDATE audit_log SET lane = NULL, link = NULL, prev_hash = NULL, hash = NULL WHERE link = 10",
            Box::new(unchained),
        ),
        ("UPDATE audit_log SET hash = NULL WHERE link = 10", Box::new(unchained)),
        ("UPDATE audit_log SET link = NULL WHERE link = 10", Box::new(unchained)),
        ("INSERT:0, 11, prev_hash, hash", Box::new(wrong(11, Wrong::Previous))),
        ("INSERT:0, 11, hash, hash", Box::new(wrong(11, Wrong::Content))),
        ("INSERT:7, 1, prev_hash, hash", Box::new(wrong(1, Wrong::Previous))),
        ("INSERT:NULL, NULL, NULL, NULL", Box::new(unchained)),
    ];
    for (sql, expected) in tampers {
        let at = filled(10);
        assert_eq!(verify(&at.target, &Covered::default()).unwrap().rows, 10);
        let sql = match sql.strip_prefix("INSERT:") {
            None => sql.to_owned(),
            Some(chain) => {
                // One connection wrote, so there is one lane.
                let lane = rows(&at.target)[0].lane.unwrap();
                let chain = chain.replacen("0,", &format!("{lane},"), 1);
                format!(
                    "INSERT INTO audit_log ({copy}) SELECT {}, at, actor_kind, deed, subject_kind, subject_id, {chain}
                     FROM audit_log WHERE link = 10",
                    new_id(&at.target)
                )
            }
        };
        tamper_unguarded(&at.target, &sql);
        let broken = verify(&at.target, &Covered::default()).unwrap_err();
        assert!(expected(&broken), "{sql}: {broken}");
    }
}
