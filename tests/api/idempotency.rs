//! A create that is sent twice is done once, whoever sends it and however close together.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{NEW_PASSWORD, TestApp, dryer};

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
    let first = app.registration("Công ty Một");
    app.post("/registrations").json(&first).expect(201).await;
    let mut second = app.registration("Công ty Hai");
    let code = second["enterprise"]["tax_code"].clone();
    second["enterprise"]["tax_code"] = first["enterprise"]["tax_code"].clone();
    let register = |body: &serde_json::Value| app.post("/registrations").header(KEY.0, KEY.1).json(body);
    let taken = register(&second).expect(409).await;
    assert_eq!(taken.code(), "tax_code_taken");
    // Mended, under the same key: nothing was kept of the first try.
    second["enterprise"]["tax_code"] = code;
    let made = register(&second).expect(201).await;
    assert_eq!(made.header("idempotent-replayed"), None);
}

#[actix_web::test]
async fn a_registration_is_answered_again_to_whoever_knows_its_password() {
    let app = TestApp::spawn().await;
    let body = app.registration("Công ty Một");
    let register = |body: &serde_json::Value| app.post("/registrations").header(KEY.0, KEY.1).json(body);
    let made = register(&body).expect(201).await;
    let again = register(&body).expect(201).await;
    assert_eq!(again.body, made.body);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));

    let mut other = body.clone();
    other["enterprise"]["legal_name"] = json!("Công ty Hai");
    let reused = register(&other).expect(422).await;
    assert_eq!(reused.code(), "idempotency_key_reused");

    // A password that was mistyped the first time and is right now is not the account's.
    let mut corrected = body.clone();
    corrected["account"]["password"] = json!(NEW_PASSWORD);
    let reused = register(&corrected).expect(422).await;
    assert_eq!(reused.code(), "idempotency_key_reused");

    // A stranger who hit upon the same key.
    let stranger = app.registration("Công ty Ba");
    let made = register(&stranger).expect(201).await;
    assert_eq!(made.header("idempotent-replayed"), None);
}
