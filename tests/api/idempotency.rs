//! A create that is sent twice is done once, whoever sends it and however close together.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{TestApp, dryer};

const KEY: (&str, &str) = ("idempotency-key", "mot-hai-ba");

#[actix_web::test]
async fn two_at_once_make_one() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let body = dryer("Máy sấy");
    let sent = (0..8).map(|_| {
        app.post("/listings")
            .by(&lan)
            .header(KEY.0, KEY.1)
            .json(&body)
            .expect(201)
    });
    let replies = join_all(sent).await;
    let ids: BTreeSet<&str> = replies.iter().map(|reply| reply.text("/id")).collect();
    assert_eq!(ids.len(), 1);
    let made = replies
        .iter()
        .filter(|reply| reply.header("idempotent-replayed").is_none());
    assert_eq!(made.count(), 1);
    let mine = app.get("/me/listings").by(&lan).expect(200).await;
    assert_eq!(mine.ids().len(), 1);
}

#[actix_web::test]
async fn a_key_is_its_account_s_own() {
    let app = TestApp::spawn().await;
    let (lan, hoa) = (app.registered_enterprise().await, app.registered_enterprise().await);
    let body = dryer("Máy sấy");
    let create = |by| {
        app.post("/listings")
            .by(by)
            .header(KEY.0, KEY.1)
            .json(&body)
            .expect(201)
    };
    let (first, second) = (create(&lan).await, create(&hoa).await);
    assert_ne!(first.text("/id"), second.text("/id"));
    assert_eq!(second.header("idempotent-replayed"), None);
}

#[actix_web::test]
async fn a_create_that_failed_gives_its_key_back() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let create = |body: &Value| app.post("/listings").by(&lan).header(KEY.0, KEY.1).json(body);
    let mut body = dryer("Máy sấy");
    body["field_codes"] = json!(["no.such.field"]);
    create(&body).expect(422).await;
    // Mended, under the same key: nothing was kept of the first try.
    let made = create(&dryer("Máy sấy")).expect(201).await;
    assert_eq!(made.header("idempotent-replayed"), None);
    let other = create(&dryer("Máy khác")).expect(422).await;
    assert_eq!(other.code(), "idempotency_key_reused");
}
