//! Imports of one enterprise are loaded in the order in which they were sent, whatever becomes of a worker.

use std::time::Duration;

use diesel::RunQueryDsl;
use jiff::SignedDuration;
use vptex::domain::clock::Clock as _;
use vptex::store::listing_imports;

use crate::harness::TestApp;
use crate::listing_imports::{counts, ended, enterprise, import};

fn table(rows: usize, model: &str) -> String {
    let rows = (0..rows).map(|row| format!("Q{row};equipment_offer;Máy {row};{model}\n"));
    format!("Mã nội bộ;Loại tin;Tên;Model\n{}", rows.collect::<String>())
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
        for statement in [
            "DELETE FROM listing_import_rows",
            "UPDATE listing_imports SET status = 'waiting', rows_done = 0, created_count = 0, updated_count = 0,
             unchanged_count = 0, refused_count = 0, ended_at = NULL, leased_until = NULL",
        ] {
            diesel::sql_query(statement).execute(uow.conn())?;
        }
        listing_imports::claim(uow, key, now, until).map(drop)
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
