//! What the audit trail tells, over HTTP, and whether it can be checked with docs/audit.md alone.

mod export;
mod failures;
mod form;
mod refusals;
mod states;

use serde_json::Value;
use vptex::config::{Config, Networks, Value as _};
use vptex::domain::account::Permission;

use crate::harness::{Person, TestApp, dryer};

/// One who reads the trail.
async fn reader(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ReadAudit]).await
}

/// Rows that a query finds, newest first.
async fn rows(app: &TestApp, reader: &Person, query: &str) -> Vec<Value> {
    let page = app.get(&format!("/audit?{query}")).by(reader).expect(200).await;
    page.body["items"].as_array().unwrap().clone()
}

/// The one row that a query finds.
async fn row(app: &TestApp, reader: &Person, query: &str) -> Value {
    let mut rows = rows(app, reader, query).await;
    assert_eq!(rows.len(), 1, "{query}: {rows:#?}");
    rows.remove(0)
}

fn behind_a_proxy(config: &mut Config) {
    config.trusted_proxies = Networks::parse("127.0.0.1").unwrap();
}

#[actix_web::test]
async fn a_row_tells_who_through_what_from_where_and_in_which_request() {
    let mut app = TestApp::prepare();
    behind_a_proxy(&mut app.config);
    app.start();
    let reader = reader(&app).await;
    let owner = app.registered_enterprise().await;
    let account = app.id_of(&owner).await;
    let sessions = app.get("/me/sessions").by(&owner).expect(200).await;
    let made = app
        .post("/listings")
        .by(&owner)
        .header("x-forwarded-for", "192.0.2.66, 2001:db8::9")
        .header("x-client-port", "51234")
        .json(&dryer("Máy sấy"))
        .expect(201)
        .await;
    let row = row(&app, &reader, &format!("subject={}", made.text("/id"))).await;
    let expected = [
        ("actor_kind", "member"),
        ("actor_id", account.as_str()),
        ("session_id", sessions.text("/items/0/id")),
        ("ip", "2001:db8::9"),
        ("request_id", made.header("x-request-id").unwrap()),
        ("deed", "listing.created"),
        ("subject_kind", "listing"),
    ];
    for (name, value) in expected {
        assert_eq!(row[name], value, "{name}");
    }
    assert_eq!(row["port"], 51_234);

    // Signing in is a deed of the session that it begins.
    let again = app.again(&owner).await;
    let session = app.get("/me/sessions").by(&again).expect(200).await;
    let items = session.body["items"].as_array().unwrap();
    let current = items.iter().find(|item| item["is_current"] == true).unwrap();
    let started = super::audit::row(&app, &reader, &format!("subject={}", current["id"].as_str().unwrap())).await;
    assert_eq!(
        (&started["deed"], &started["session_id"]),
        (&"session.started".into(), &current["id"])
    );
}

#[actix_web::test]
async fn a_deed_of_a_key_names_the_key() {
    let app = TestApp::spawn().await;
    let reader = reader(&app).await;
    let owner = app.registered_enterprise().await;
    let (key, other) = (
        app.key(&owner, &["listings:write"]).await,
        app.key(&owner, &["listings:write"]).await,
    );
    let keys = format!("/enterprises/{}/api-keys", owner.enterprise);
    let listed = app.get(&keys).by(&owner).expect(200).await;
    // Newest first.
    let (other_id, key_id) = (listed.text("/items/0/id"), listed.text("/items/1/id"));
    let made = |key: String| {
        let call = app.post("/listings").token(&key).json(&dryer("Máy sấy"));
        async move { call.expect(201).await.text("/id").to_owned() }
    };
    let (by_key, by_other) = (made(key).await, made(other).await);
    for (id, listing) in [(key_id, &by_key), (other_id, &by_other)] {
        let row = row(&app, &reader, &format!("actor={id}")).await;
        assert_eq!((&row["actor_kind"], &row["actor_id"]), (&"key".into(), &id.into()));
        assert_eq!(row["subject_id"], **listing);
        assert!(row["session_id"].is_null());
    }
}
