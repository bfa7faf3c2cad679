//! A unit of work is all there or not there at all, and disturbs no other.

use std::sync::mpsc::channel;
use std::time::Duration;
use vptex::domain::ids::ImportId;
use vptex::store::database::Limits;
use vptex::store::error::MayRetry;
use vptex::store::{Error, Result, Uow, imports};

use crate::samples::{LIMITS, Store, at, id, store, store_with};

/// Something small to write: a run whose fingerprint is a word.
fn note(uow: &mut Uow<'_>, word: &str) -> Result<()> {
    let number = word.bytes().fold(0, |sum: u128, byte| sum * 256 + u128::from(byte));
    imports::start(uow, ImportId(id(number)), word.as_bytes(), word, at(0))
}

fn is_noted(store: &Store, word: &str) -> bool {
    store
        .read(|conn| imports::find(conn, word.as_bytes()))
        .unwrap()
        .is_some()
}

#[test]
fn concurrent_units_lose_no_update() {
    const THREADS: i64 = 8;
    const EACH: i64 = 50;
    let store = store();
    store.write(|uow| note(uow, "sum")).unwrap();
    let add_one = || {
        store.write(|uow| {
            let run = imports::find(uow.conn(), b"sum")?.ok_or(Error::NotFound)?;
            let progress = imports::Progress {
                lines: run.progress.lines + 1,
                ..run.progress
            };
            imports::advance(uow, run.id, &progress, false, at(1))
        })
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    // On PostgreSQL one that lost too often is refused, and did nothing.
                    while let Err(error) = add_one() {
                        assert!(error.may_retry(), "{error}");
                    }
                }
            });
        }
    });
    let run = store.read(|conn| imports::find(conn, b"sum")).unwrap().unwrap();
    assert_eq!(run.progress.lines, THREADS * EACH);
}

#[test]
fn a_refused_unit_leaves_nothing() {
    let store = store();
    let result = store.write(|uow| {
        note(uow, "lost")?;
        Err::<(), _>(Error::Stale)
    });
    assert!(matches!(result, Err(Error::Stale)));
    assert!(!is_noted(&store, "lost"));
}

#[test]
fn a_panic_in_a_unit_is_rolled_back_and_the_next_one_works() {
    // One connection, so that the next unit would get the broken one.
    let store = store_with(Limits { pool_size: 1, ..LIMITS });
    for round in 0..3 {
        let result = store.write(|uow| -> Result<()> {
            note(uow, "lost")?;
            panic!("on purpose");
        });
        assert!(matches!(result, Err(Error::Panicked)), "{result:?}");
        assert!(!is_noted(&store, "lost"));
        let word = format!("kept{round}");
        let kept = word.clone();
        store.write(move |uow| note(uow, &kept)).unwrap();
        assert!(is_noted(&store, &word));
    }
}

#[test]
fn a_part_that_fails_undoes_only_itself() {
    let store = store();
    store
        .write(|uow| {
            note(uow, "before")?;
            let refused = uow.part(|uow| {
                note(uow, "within")?;
                uow.part(|uow| note(uow, "inner"))?;
                Err::<(), _>(Error::Stale)
            });
            assert!(matches!(refused, Err(Error::Stale)));
            // A statement that the database itself refuses spoils a transaction on PostgreSQL, but not its parts.
            let twice = uow.part(|uow| note(uow, "before"));
            assert!(twice.is_err());
            uow.part(|uow| note(uow, "part"))?;
            note(uow, "after")
        })
        .unwrap();
    let found = ["before", "within", "inner", "part", "after"].map(|word| is_noted(&store, word));
    assert_eq!(found, [true, false, false, true, true]);
}

#[test]
fn a_unit_that_fails_keeps_its_neighbours() {
    let store = store();
    let (open, gate) = channel::<()>();
    let (tell, told) = channel();
    if store.queues_writes() {
        // While this one waits, the others gather behind it and share its commit.
        let (entered, inside) = channel();
        store.submit(
            move |uow| {
                entered.send(()).unwrap();
                gate.recv().unwrap();
                note(uow, "first")
            },
            |result| result.unwrap(),
        );
        inside.recv().unwrap();
    }
    for (word, fails) in [("a", false), ("b", true), ("c", false)] {
        let tell = tell.clone();
        store.submit(
            move |uow| {
                note(uow, word)?;
                if fails { Err(Error::Stale) } else { Ok(()) }
            },
            move |result| tell.send((word, result.is_ok())).unwrap(),
        );
    }
    if store.queues_writes() {
        open.send(()).unwrap();
    }
    let results: Vec<_> = told.iter().take(3).collect();
    assert_eq!(results, [("a", true), ("b", false), ("c", true)]);
    assert_eq!(["a", "b", "c"].map(|word| is_noted(&store, word)), [true, false, true]);
    assert_eq!(is_noted(&store, "first"), store.queues_writes());
}

#[test]
fn what_finds_no_place_is_told_that_all_is_busy() {
    let store = store_with(Limits {
        pool_size: 1,
        write_queue: 1,
        wait: Duration::from_millis(200),
        ..LIMITS
    });
    if store.queues_writes() {
        let (open, gate) = channel::<()>();
        let (entered, inside) = channel();
        store.submit(
            move |_| {
                entered.send(()).unwrap();
                gate.recv().unwrap();
                Ok::<_, Error>(())
            },
            |result| result.unwrap(),
        );
        inside.recv().unwrap();
        let (tell, told) = channel();
        store.submit(
            |uow| note(uow, "waits"),
            move |result| tell.send(result.is_ok()).unwrap(),
        );
        assert!(matches!(store.write(|uow| note(uow, "refused")), Err(Error::Busy(_))));
        open.send(()).unwrap();
        assert!(told.recv().unwrap());
        assert!(is_noted(&store, "waits"));
    } else {
        let held = store.reader().unwrap();
        assert!(matches!(store.write(|uow| note(uow, "refused")), Err(Error::Busy(_))));
        drop(held);
    }
    store.write(|uow| note(uow, "later")).unwrap();
    assert!(!is_noted(&store, "refused"));
}

#[test]
fn everything_in_the_queue_is_written_before_the_end() {
    let at_end = crate::database::fresh();
    let db = vptex::store::Database::open(at_end.target.clone(), LIMITS).unwrap();
    for number in 0..100 {
        db.submit(move |uow| note(uow, &format!("n{number}")), |result| result.unwrap());
    }
    drop(db);
    let db = vptex::store::Database::open(at_end.target.clone(), LIMITS).unwrap();
    for number in 0..100 {
        assert!(
            db.read(|conn| imports::find(conn, format!("n{number}").as_bytes()))
                .unwrap()
                .is_some()
        );
    }
    db.checkpoint().unwrap();
}

/// Without it, whoever opens and closes the file beside the server takes the write-ahead log away from under it.
#[test]
fn the_file_stays_locked_when_the_log_is_shortened() {
    use std::os::unix::fs::MetadataExt;
    let store = store();
    let vptex::store::conn::Target::Sqlite(path) = store.target() else {
        return;
    };
    store.write(|uow| note(uow, "here")).unwrap();
    assert!(is_noted(&store, "here"));
    let inode = std::fs::metadata(path).unwrap().ino();
    let ends = format!(":{inode}");
    let is_locked = || {
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        locks.lines().any(|lock| {
            let fields: Vec<&str> = lock.split_whitespace().collect();
            fields.get(1) == Some(&"POSIX") && fields.get(5).is_some_and(|file| file.ends_with(&ends))
        })
    };
    assert!(is_locked());
    store.checkpoint().unwrap();
    assert!(is_locked());
}

#[test]
fn a_reader_of_sqlite_cannot_write() {
    use diesel::RunQueryDsl;
    let store = store();
    // PostgreSQL has one kind of connection only.
    if store.queues_writes() {
        let result = store.read(|conn| {
            diesel::sql_query("DELETE FROM import_runs")
                .execute(conn)
                .map_err(Error::from)
        });
        assert!(result.is_err());
    }
}

#[test]
fn a_unit_that_cannot_begin_is_told_so() {
    use diesel::connection::SimpleConnection;
    let place = crate::database::fresh();
    let db = vptex::store::Database::open(place.target.clone(), LIMITS).unwrap();
    if !db.queues_writes() {
        return;
    }
    let mut other = vptex::store::migrate::connect(&place.target).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let (tell, told) = channel();
    db.submit(|uow| note(uow, "late"), move |result| tell.send(result).unwrap());
    let result = told.recv_timeout(Duration::from_secs(8));
    assert!(matches!(result, Ok(Err(Error::Busy(_)))), "{result:?}");
}

/// Holds the writer in a unit of its own while `more` are handed in, so that all of them share one commit.
fn in_one_group(store: &Store, first: impl Fn(&mut Uow<'_>) -> Result<()> + Send + 'static, more: impl FnOnce()) {
    let (open, gate) = channel::<()>();
    let (entered, inside) = channel();
    store.submit(
        move |uow| {
            entered.send(()).unwrap();
            gate.recv().unwrap();
            first(uow)
        },
        |_| {},
    );
    inside.recv().unwrap();
    more();
    open.send(()).unwrap();
}

#[test]
fn a_panic_in_a_part_takes_its_unit_and_no_neighbour() {
    let store = store();
    let (tell, told) = channel();
    let submit = || {
        for word in ["a", "part panics", "c"] {
            let tell = tell.clone();
            store.submit(
                move |uow| {
                    note(uow, word)?;
                    uow.part(|uow| {
                        note(uow, &format!("{word} in a part"))?;
                        uow.part(|_| {
                            assert_ne!(word, "part panics", "on purpose");
                            Ok::<_, Error>(())
                        })
                    })
                },
                move |result| tell.send((word, result.is_ok())).unwrap(),
            );
        }
    };
    if store.queues_writes() {
        in_one_group(&store, |uow| note(uow, "first"), submit);
    } else {
        submit();
    }
    let results: Vec<_> = told.iter().take(3).collect();
    assert_eq!(results, [("a", true), ("part panics", false), ("c", true)]);
    let words = [
        "a",
        "a in a part",
        "part panics",
        "part panics in a part",
        "c in a part",
    ];
    assert_eq!(
        words.map(|word| is_noted(&store, word)),
        [true, true, false, false, true]
    );
    // Not only seen by the writer: committed, and the lock let go.
    store.write(|uow| note(uow, "later")).unwrap();
    assert!(is_noted(&store, "later"));
}

/// Forbids the writer's connection to let the file grow: the next page is one too many.
fn fill_the_disk(uow: &mut Uow<'_>) -> Result<()> {
    use diesel::connection::SimpleConnection;
    // The smallest possible limit is the present size.
    Ok(uow.conn().batch_execute("PRAGMA max_page_count = 1")?)
}

#[test]
fn a_disk_that_fills_within_a_group_keeps_nothing_of_it() {
    let store = store();
    if !store.queues_writes() {
        return;
    }
    store.write(|uow| note(uow, "before")).unwrap();
    let (tell, told) = channel();
    in_one_group(
        &store,
        |uow| {
            note(uow, "first")?;
            fill_the_disk(uow)
        },
        || {
            for number in 0..5 {
                let tell = tell.clone();
                store.submit(
                    move |uow| {
                        // The third needs more room than there is; what SQLite then does is end the transaction.
                        let length = if number == 2 { 100_000 } else { 1 };
                        let word = format!("unit {number}");
                        imports::start(uow, ImportId(id(number)), word.as_bytes(), &"x".repeat(length), at(0))?;
                        // Its own answer may not depend on neighbours that were never kept.
                        if number == 1 { Err(Error::Stale) } else { Ok(()) }
                    },
                    move |result| tell.send((number, result)).unwrap(),
                );
            }
        },
    );
    let results: Vec<_> = told.iter().take(5).collect();
    for (number, result) in &results {
        // Those after the third are done in the next group, on a connection that may use the whole disk.
        if *number <= 2 {
            assert!(matches!(result, Err(Error::Storage(_))), "{results:?}");
        } else {
            assert!(result.is_ok(), "{results:?}");
        }
    }
    let kept = (0..5).map(|number| is_noted(&store, &format!("unit {number}")));
    assert_eq!(kept.collect::<Vec<_>>(), [false, false, false, true, true]);
    assert!(!is_noted(&store, "first"));
    store.write(|uow| note(uow, "later")).unwrap();
    assert!(is_noted(&store, "before") && is_noted(&store, "later"));
}

#[test]
fn a_part_after_a_full_disk_is_no_transaction_of_its_own() {
    let store = store();
    if !store.queues_writes() {
        return;
    }
    let result = store.write(|uow| {
        fill_the_disk(uow)?;
        let long = "x".repeat(100_000);
        let lost = uow.part(|uow| imports::start(uow, ImportId(id(1)), b"long", &long, at(0)));
        assert!(matches!(lost, Err(Error::Storage(_))), "{lost:?}");
        // A unit that would go on all the same, as an import goes on after a bad line.
        let next = uow.part(|uow| note(uow, "stray"));
        assert!(matches!(next, Err(Error::Storage(_))), "{next:?}");
        Ok::<_, Error>(())
    });
    assert!(matches!(result, Err(Error::Storage(_))), "{result:?}");
    assert!(!is_noted(&store, "stray"));
}

#[test]
fn a_commit_that_fails_answers_everybody_and_keeps_nothing() {
    let store = store();
    if !store.queues_writes() {
        return;
    }
    let (tell, told) = channel();
    in_one_group(
        &store,
        |uow| note(uow, "first"),
        || {
            for word in ["sound", "refused", "orphan"] {
                let tell = tell.clone();
                store.submit(
                    move |uow| {
                        use diesel::connection::SimpleConnection;
                        note(uow, word)?;
                        if word == "orphan" {
                            // A foreign key that is looked at only when the transaction is committed.
                            uow.conn().batch_execute(
                                "PRAGMA defer_foreign_keys = ON;
                                 INSERT INTO memberships VALUES (x'00', x'00', 'owner', 0)",
                            )?;
                        }
                        if word == "refused" { Err(Error::Stale) } else { Ok(()) }
                    },
                    move |result| tell.send((word, result)).unwrap(),
                );
            }
        },
    );
    let results: Vec<_> = told.iter().take(3).collect();
    // Also the refusal: it may have rested on a neighbour's write.
    assert!(
        results
            .iter()
            .all(|(_, result)| matches!(result, Err(Error::Storage(_)))),
        "{results:?}"
    );
    for word in ["first", "sound", "refused", "orphan"] {
        assert!(!is_noted(&store, word), "{word}");
    }
    store.write(|uow| note(uow, "later")).unwrap();
    assert!(is_noted(&store, "later"));
}

#[test]
fn connections_that_died_while_idle_cost_nobody_a_failure() {
    let store = store_with(Limits { pool_size: 3, ..LIMITS });
    if store.queues_writes() {
        return;
    }
    use diesel::RunQueryDsl;
    let held: Vec<_> = (0..3).map(|_| store.reader().unwrap()).collect();
    drop(held);
    for round in 0..2 {
        let mut other = vptex::store::migrate::connect(store.target()).unwrap();
        // As a restart of the server does.
        diesel::sql_query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .execute(&mut other)
        .unwrap();
        for number in 0..5 {
            let word = format!("round {round}, {number}");
            let kept = word.clone();
            store.write(move |uow| note(uow, &kept)).unwrap();
            assert!(is_noted(&store, &word));
        }
    }
}

#[test]
fn a_lock_that_is_not_let_go_is_busy() {
    use diesel::connection::SimpleConnection;
    let store = store();
    if store.queues_writes() {
        return;
    }
    let mut other = vptex::store::migrate::connect(store.target()).unwrap();
    other
        .batch_execute("BEGIN; LOCK TABLE import_runs IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    for setting in ["lock_timeout", "statement_timeout"] {
        let result = store.write(move |uow| {
            uow.conn().batch_execute(&format!("SET LOCAL {setting} = '50ms'"))?;
            note(uow, "late")
        });
        assert!(matches!(result, Err(Error::Busy(_))), "{setting}: {result:?}");
    }
}
