//! A create that is sent twice is done once, whoever sends it and however close together.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::account::Permission;

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

/// Every create that a member or an officer makes, asked twice under one key.
#[actix_web::test]
async fn every_create_is_done_once() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let admin = app
        .officer_who_may(&[Permission::ManageOfficers, Permission::ManageReferenceData])
        .await;
    let invitation = format!("/enterprises/{}/invitations", lan.enterprise);
    let keys = format!("/enterprises/{}/api-keys", lan.enterprise);
    let rules = json!({"kind": "operating_rules", "title_vi": "Quy chế", "title_en": "Rules",
        "body_vi": "Điều 1.", "body_en": "Article 1."});
    let creates = [
        (
            &lan,
            invitation,
            json!({"email": "hoa@lamthao.example", "role": "editor"}),
        ),
        (
            &lan,
            keys.clone(),
            json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 90}),
        ),
        (
            &lan,
            "/me/data-requests".into(),
            json!({"kind": "access", "details": "Cho tôi xem."}),
        ),
        (&admin, "/policies".into(), rules),
        (
            &admin,
            "/officers".into(),
            json!({"email": "moi@so.example", "display_name": "Cán bộ Mới",
            "permissions": ["review_listings"]}),
        ),
    ];
    for (by, path, body) in creates {
        let create = |key: &str| app.post(&path).by(by).header(KEY.0, key).json(&body);
        let first = create(&format!("{path}-1")).expect(201).await;
        let again = create(&format!("{path}-1")).expect(201).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{path}");
        assert_eq!(again.header("location"), first.header("location"), "{path}");
        assert_eq!(again.body.pointer("/id"), first.body.pointer("/id"), "{path}");
        let other = create(&format!("{path}-2")).send().await;
        assert!(other.status == 201 || other.status == 409, "{path}: {}", other.status);
    }
    let made = app.get(&keys).by(&lan).expect(200).await;
    assert_eq!(made.ids().len(), 2);
}

/// The secret of a key is kept nowhere, not even for whoever asks again.
#[actix_web::test]
async fn a_repeated_answer_has_no_secret() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let keys = format!("/enterprises/{}/api-keys", lan.enterprise);
    let body = json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 90});
    let create = || app.post(&keys).by(&lan).header(KEY.0, KEY.1).json(&body).expect(201);
    let (first, again) = (create().await, create().await);
    assert!(first.text("/key").starts_with("vptex_"));
    assert_eq!(again.body["key"], Value::Null);
    assert_eq!(first.text("/id"), again.text("/id"));
}
