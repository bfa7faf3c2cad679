//! Policy documents, who accepted them, and consents.

use jiff::Timestamp;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock as _;

use crate::harness::{PASSWORD, Person, Reply, TestApp};

const DAY: i64 = 24 * 60 * 60;

pub fn consent_text(purpose: &str, version: &str) -> Value {
    json!({
        "kind": "consent_text",
        "purpose": purpose,
        "title_vi": format!("Đồng ý, bản {version}"),
        "body_vi": "Tôi đồng ý để Sàn dùng địa chỉ thư điện tử của tôi cho mục đích nêu trên.",
    })
}

pub async fn publish(app: &TestApp, officer: &Person, body: &Value) -> String {
    let published = app.post("/policies").by(officer).json(body).expect(201).await;
    published.text("/id").to_owned()
}

pub async fn consent(app: &TestApp, person: &Person, purpose: &str, policy: &str, status: u16) -> Reply {
    let body = json!({"purpose": purpose, "policy_id": policy});
    app.post("/me/consents").by(person).json(&body).expect(status).await
}

/// Somebody who belongs to no enterprise.
pub async fn somebody(app: &TestApp, email: &str) -> Person {
    let body = json!({"email": email, "display_name": "Đỗ Thị Mai"});
    app.post("/accounts").json(&body).expect(202).await;
    let token = json!({"token": app.token_for(email).await, "password": PASSWORD});
    app.post("/accounts/confirmation").json(&token).expect(201).await;
    app.sign_in(email, PASSWORD).await
}

#[actix_web::test]
async fn versions_are_numbered_in_force_in_turn_and_never_changed() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let rules = |title: &str| json!({"kind": "operating_rules", "title_vi": title, "body_vi": "Điều 1. Phạm vi."});
    let first = publish(&app, &officer, &rules("Quy chế 1")).await;
    let mut announced = rules("Quy chế 2");
    let later: Timestamp = app.clock.now() + jiff::SignedDuration::from_hours(48);
    announced["effective_from"] = json!(later);
    let second = publish(&app, &officer, &announced).await;

    let get = async |id: &str| app.get(&format!("/policies/{id}")).expect(200).await;
    let (one, two) = (get(&first).await, get(&second).await);
    assert_eq!((one.number("/number"), two.number("/number")), (1, 2));
    assert_eq!(
        (&one.body["in_force"], &two.body["in_force"]),
        (&json!(true), &json!(false))
    );
    assert_ne!(one.text("/text_sha256"), two.text("/text_sha256"));
    app.clock.pass(2 * DAY + 1);
    let (one, two) = (get(&first).await, get(&second).await);
    assert_eq!(
        (&one.body["in_force"], &two.body["in_force"]),
        (&json!(false), &json!(true))
    );

    let page = app.get("/policies?limit=1").expect(200).await;
    assert_eq!(page.ids(), [first.as_str()]);
    assert_eq!(page.body["items"][0].get("body_vi"), None);
    let next = page.text("/page/next").to_owned();
    let page = app.get("/policies").query(&[("after", &next)]).expect(200).await;
    assert_eq!(page.ids(), [second.as_str()]);
    for method in [reqwest::Method::PATCH, reqwest::Method::PUT, reqwest::Method::DELETE] {
        app.call(method, &format!("/policies/{first}")).expect(405).await;
    }
}

#[actix_web::test]
async fn who_publishes_what() {
    let app = TestApp::spawn().await;
    let reviewer = app.officer().await;
    let owner = app.registered_enterprise().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let text = consent_text("newsletter", "1");
    app.post("/policies").json(&text).expect(401).await;
    app.post("/policies").by(&owner).json(&text).expect(403).await;
    app.post("/policies").by(&reviewer).json(&text).expect(403).await;

    let refused = async |change: fn(&mut Value)| {
        let mut body = consent_text("newsletter", "1");
        change(&mut body);
        let reply = app.post("/policies").by(&officer).json(&body).expect(422).await;
        reply.pointers().join(" ")
    };
    assert_eq!(refused(|body| body["purpose"] = json!(null)).await, "/purpose");
    assert_eq!(refused(|body| body["purpose"] = json!("account")).await, "/purpose");
    assert_eq!(refused(|body| body["kind"] = json!("privacy_notice")).await, "/purpose");
    assert_eq!(
        refused(|body| body["effective_from"] = json!("2020-01-01T00:00:00Z")).await,
        "/effective_from"
    );
    let several = refused(|body| {
        body["kind"] = json!("x");
        body["title_vi"] = json!("");
    });
    assert_eq!(several.await, "/kind /title_vi");
    // A version that is in force before the one before it would never be.
    let mut late = text.clone();
    late["effective_from"] = json!("2100-01-01T00:00:00Z");
    publish(&app, &officer, &late).await;
    app.post("/policies").by(&officer).json(&text).expect(422).await;
}

#[actix_web::test]
async fn a_consent_is_for_one_purpose_under_the_text_in_force() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mai = somebody(&app, "mai@example.com").await;
    let news = publish(&app, &officer, &consent_text("newsletter", "1")).await;
    let contact = publish(&app, &officer, &consent_text("publish_contact", "1")).await;

    consent(&app, &mai, "newsletter", &contact, 422).await;
    consent(&app, &mai, "account", &news, 422).await;
    consent(&app, &mai, "everything", &news, 422).await;
    let body = json!({"purpose": "newsletter", "policy_id": news});
    let given = app
        .post("/me/consents")
        .by(&mai)
        .header("user-agent", "Browser/1")
        .json(&body);
    let given = given.expect(201).await;
    assert_eq!(given.text("/user_agent"), "Browser/1");
    assert_eq!(given.text("/ip"), "127.0.0.1");
    let text = app.get(&format!("/policies/{news}")).expect(200).await;
    assert_eq!(given.text("/text_sha256"), text.text("/text_sha256"));
    assert_eq!(
        consent(&app, &mai, "newsletter", &news, 409).await.code(),
        "already_there"
    );

    // Under a later text one agrees anew.
    let newer = publish(&app, &officer, &consent_text("newsletter", "2")).await;
    consent(&app, &mai, "newsletter", &news, 422).await;
    let second = consent(&app, &mai, "newsletter", &newer, 201).await;
    let mine = app.get("/me/consents").by(&mai).expect(200).await;
    assert_eq!(mine.ids(), [second.text("/id"), given.text("/id")]);
    assert!(mine.body["items"][0]["withdrawn_at"].is_null() && mine.body["items"][1]["withdrawn_at"].is_string());

    let path = format!("/me/consents/{}", second.text("/id"));
    app.delete(&path).by(&officer).expect(404).await;
    app.delete(&path).by(&mai).expect(204).await;
    app.delete(&path).by(&mai).expect(404).await;
    consent(&app, &mai, "newsletter", &newer, 201).await;
}

#[actix_web::test]
async fn rules_are_accepted_once_in_a_version_that_counts() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mai = somebody(&app, "mai@example.com").await;
    let rules = json!({"kind": "operating_rules", "title_vi": "Quy chế", "body_vi": "Điều 1."});
    let old = publish(&app, &officer, &rules).await;
    let new = publish(&app, &officer, &rules).await;
    let text = publish(&app, &officer, &consent_text("newsletter", "1")).await;
    let accept = async |policy: &str, status: u16| {
        let body = json!({"policy_id": policy});
        app.post("/me/policy-acceptances")
            .by(&mai)
            .json(&body)
            .expect(status)
            .await
    };
    accept(&old, 422).await;
    accept(&text, 422).await;
    accept("00000000-0000-0000-0000-000000000000", 422).await;
    let accepted = accept(&new, 201).await;
    assert_eq!(accepted.text("/items/0/policy_id"), new);
    assert_eq!(accept(&new, 409).await.code(), "already_there");
    let mine = app.get("/me/policy-acceptances").by(&mai).expect(200).await;
    assert_eq!(mine.body, accepted.body);
}
