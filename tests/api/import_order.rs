//! Imports of one enterprise are loaded in the order in which they were sent, whatever becomes of a worker.

use std::path::PathBuf;
use std::time::Duration;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use vptex::domain::clock::Clock as _;
use vptex::domain::ids::ListingImportId;
use vptex::domain::import::ImportStatus;
use vptex::service::file_imports::run;
use vptex::store::file_imports::{Files as _, Listings};
use vptex::store::schema::listing_imports as imports;
use vptex::store::types::{DbId, DbTs};
use vptex::store::{self, Uow};

use crate::harness::{Reply, TestApp};
use crate::listing_imports::{counts, ended, enterprise, import};

fn table(rows: usize, model: &str) -> String {
    let rows = (0..rows).map(|row| format!("Q{row};equipment_offer;Máy {row};{model}\n"));
    format!("Mã nội bộ;Loại tin;Tên;Model\n{}", rows.collect::<String>())
}

/// Forgets what became of all imports: they wait again.
fn begin_again(uow: &mut Uow<'_>) -> store::Result<()> {
    for statement in [
        "DELETE FROM listing_import_rows",
        "UPDATE listing_imports SET status = 'waiting', rows_done = 0, created_count = 0, updated_count = 0,
         unchanged_count = 0, refused_count = 0, attempts = 0, ended_at = NULL, leased_until = NULL",
    ] {
        diesel::sql_query(statement).execute(uow.conn())?;
    }
    Ok(())
}

#[actix_web::test]
async fn what_was_sent_last_stands_when_a_worker_died_before() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let first = import(&app, &owner, "", table(60, "A")).await;
    let id = first.text("/id").to_owned();
    // As a worker leaves it that was killed before its first rows were durable: begun, and leased for a while.
    let key = id.parse().unwrap();
    let now = app.clock.now();
    let until = now.checked_add(SignedDuration::from_secs(60)).unwrap();
    app.change(move |uow| {
        begin_again(uow)?;
        Listings::claim(uow, key, now, until).map(drop)
    })
    .await;

    // The correction waits behind it, though nobody works on that one; another enterprise does not wait.
    let sent = app
        .post("/listing-imports?name=sua.csv")
        .by(&owner)
        .file("text/csv", "Mã nội bộ;Model\nQ59;B\n");
    let second = sent.expect(202).await.text("/id").to_owned();
    let (_, stranger) = enterprise(&app).await;
    assert_eq!(counts(&import(&app, &stranger, "", table(1, "C")).await)[1], 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let waits = app
        .get(&format!("/listing-imports/{second}"))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(waits.text("/status"), "waiting");

    app.clock.pass(61);
    assert_eq!(counts(&ended(&app, &owner, &id).await), [60, 0, 0, 60, 0]);
    assert_eq!(counts(&ended(&app, &owner, &second).await), [1, 0, 1, 0, 0]);
    let rows = app
        .get(&format!("/listing-imports/{second}/rows"))
        .by(&owner)
        .expect(200)
        .await;
    let listing = rows.text("/items/0/listing_id").to_owned();
    let seen = app.get(&format!("/listings/{listing}")).by(&owner).expect(200).await;
    assert_eq!(seen.text("/model"), "B");
}

fn at(reply: &Reply, pointer: &str) -> Timestamp {
    reply.text(pointer).parse().unwrap()
}

#[actix_web::test]
async fn the_order_is_that_of_sending_whatever_the_clocks_say() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    // The node that takes the first file in is ahead of the other one.
    app.clock.pass(60);
    let first = import(&app, &owner, "", table(2, "A")).await;
    let id = first.text("/id").to_owned();
    let key = id.parse().unwrap();
    let until = app.clock.now().checked_add(SignedDuration::from_secs(60)).unwrap();
    let now = app.clock.now();
    app.change(move |uow| {
        begin_again(uow)?;
        Listings::claim(uow, key, now, until).map(drop)
    })
    .await;
    app.clock.pass(-50);
    let sent = app
        .post("/listing-imports?name=sua.csv")
        .by(&owner)
        .file("text/csv", "Mã nội bộ;Model\nQ1;B\n");
    let second = sent.expect(202).await;
    assert!(
        at(&second, "/created_at") > at(&first, "/created_at"),
        "{:#}",
        second.body
    );
    let second = second.text("/id").to_owned();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let path = format!("/listing-imports/{second}");
    assert_eq!(app.get(&path).by(&owner).expect(200).await.text("/status"), "waiting");

    app.clock.pass(50 + 61);
    assert_eq!(counts(&ended(&app, &owner, &id).await), [2, 0, 0, 2, 0]);
    assert_eq!(counts(&ended(&app, &owner, &second).await), [1, 0, 1, 0, 0]);
}

#[actix_web::test]
async fn no_two_imports_of_an_enterprise_are_in_hand_at_once() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let mut keys = Vec::new();
    for model in ["A", "B"] {
        let done = import(&app, &owner, "", table(1, model)).await;
        keys.push(done.text("/id").parse::<ListingImportId>().unwrap());
    }
    let (first, second) = (keys[0], keys[1]);
    let now = app.clock.now();
    let soon = now.checked_add(SignedDuration::from_secs(60)).unwrap();
    app.change(move |uow| {
        begin_again(uow)?;
        // The second one is in hand, as where the first one came to be seen only afterwards.
        diesel::update(imports::table.find(DbId(second.0)))
            .set((imports::leased_until.eq(DbTs(soon)), imports::status.eq("running")))
            .execute(uow.conn())?;
        assert!(Listings::due(uow.conn(), now, 10)?.is_empty());
        assert!(Listings::claim(uow, first, now, soon)?.is_none());
        // Once nobody has it any more, the first one is first.
        let later = soon.checked_add(SignedDuration::from_secs(1)).unwrap();
        assert_eq!(Listings::due(uow.conn(), later, 10)?, [first]);
        assert!(Listings::claim(uow, second, later, later)?.is_none());
        Ok(())
    })
    .await;
}

/// Where the rows of an import lie.
fn content(app: &TestApp, id: ListingImportId) -> PathBuf {
    let import = app.exchange().db.read(|conn| Listings::find(conn, id)).unwrap();
    let digest = import.digest.to_string();
    let folder: String = digest.chars().take(2).collect();
    app.kept_path().join(folder).join(digest)
}

async fn run_due(app: &TestApp) {
    let exchange = app.exchange().clone();
    let ran = tokio::task::spawn_blocking(move || run::run_due::<Listings>(&exchange, &|| true));
    ran.await.unwrap().unwrap();
}

#[actix_web::test]
async fn an_import_that_cannot_be_read_holds_nobody_else_up() {
    let app = TestApp::spawn().await;
    // What is there and cannot be read is made with a file system; of a bucket, tests of buckets tell.
    if app.config.s3_bucket.is_some() {
        return;
    }
    let (officer, owner) = enterprise(&app).await;
    let stranger = app.active_enterprise(&officer).await;
    let first = import(&app, &owner, "", table(3, "A")).await;
    let id = first.text("/id").to_owned();
    let key: ListingImportId = id.parse().unwrap();
    let path = content(&app, key);
    let bytes = std::fs::read(&path).unwrap();
    // A link to itself is there, and nobody can read it, whatever he may.
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(&path, &path).unwrap();
    app.change(begin_again).await;
    run_due(&app).await;
    assert_eq!(
        counts(&import(&app, &stranger, "", table(2, "B")).await),
        [2, 2, 0, 0, 0]
    );

    // Readable again, it goes on when it has rested.
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, &bytes).unwrap();
    app.clock.pass(10 * 60);
    let owner = app.again(&owner).await;
    assert_eq!(counts(&ended(&app, &owner, &id).await), [3, 0, 0, 3, 0]);

    // Never readable, it is over after some hours, and not before.
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(&path, &path).unwrap();
    app.change(begin_again).await;
    let status = || {
        let import = app.exchange().db.read(|conn| Listings::find(conn, key)).unwrap();
        (import.status, import.fault)
    };
    for _ in 0..12 {
        run_due(&app).await;
        app.clock.pass(10 * 60);
    }
    assert_eq!(status(), (ImportStatus::Running, None));
    for _ in 0..40 {
        if status().0 != ImportStatus::Running {
            break;
        }
        app.clock.pass(2 * 60 * 60);
        run_due(&app).await;
    }
    assert_eq!(status(), (ImportStatus::Failed, Some("storage_unavailable".to_owned())));
}
