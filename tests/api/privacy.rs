//! Policies, consents, and what people ask about their data.

use jiff::Timestamp;
use serde_json::{Value, json};
use vptex::domain::account::{Email, Permission, Role, Standing};
use vptex::domain::calendar::{Calendar, Term};
use vptex::domain::clock::Clock as _;
use vptex::domain::ids::{AccountId, EnterpriseId};
use vptex::domain::letter::Letter;
use vptex::domain::text::Line;
use vptex::service::accounts::demo_account;
use vptex::store::personal_data;

use crate::harness::{PASSWORD, Person, Reply, TestApp};

const DAY: i64 = 24 * 60 * 60;

fn consent_text(purpose: &str, version: &str) -> Value {
    json!({
        "kind": "consent_text",
        "purpose": purpose,
        "title_vi": format!("Đồng ý, bản {version}"),
        "body_vi": "Tôi đồng ý để Sàn dùng địa chỉ thư điện tử của tôi cho mục đích nêu trên.",
    })
}

async fn publish(app: &TestApp, officer: &Person, body: &Value) -> String {
    let published = app.post("/policies").by(officer).json(body).expect(201).await;
    published.text("/id").to_owned()
}

async fn consent(app: &TestApp, person: &Person, purpose: &str, policy: &str, status: u16) -> Reply {
    let body = json!({"purpose": purpose, "policy_id": policy});
    app.post("/me/consents").by(person).json(&body).expect(status).await
}

/// Somebody who belongs to no enterprise.
async fn somebody(app: &TestApp, email: &str) -> Person {
    let body = json!({"email": email, "password": PASSWORD, "display_name": "Đỗ Thị Mai"});
    app.post("/accounts").json(&body).expect(202).await;
    let token = json!({"token": app.token_for(email).await});
    app.post("/accounts/confirmation").json(&token).expect(201).await;
    app.sign_in(email, PASSWORD).await
}

async fn account_id(app: &TestApp, person: &Person) -> AccountId {
    let me = app.get("/me").by(person).expect(200).await;
    me.text("/id").parse().unwrap()
}

async fn ask(app: &TestApp, person: &Person, kind: &str) -> String {
    let body = json!({"kind": kind, "details": "Xin xem lại dữ liệu của tôi."});
    let asked = app.post("/me/data-requests").by(person).json(&body).expect(201).await;
    asked.text("/id").to_owned()
}

fn answer() -> Value {
    json!({"answer": "Đã thực hiện theo yêu cầu."})
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

#[actix_web::test]
async fn a_request_has_the_laws_terms_and_one_extension() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let reviewer = app.officer().await;
    let mai = somebody(&app, "mai@example.com").await;
    let body = json!({"kind": "rectify"});
    let missing = app.post("/me/data-requests").by(&mai).json(&body).expect(422).await;
    assert_eq!(missing.pointers(), ["/details"]);
    let id = ask(&app, &mai, "rectify").await;
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    let instant = |pointer: &str| -> Timestamp { mine.text(pointer).parse().unwrap() };
    let received = instant("/items/0/received_at");
    let calendar = Calendar::shipped();
    assert_eq!(
        instant("/items/0/acknowledge_by"),
        calendar.deadline(received, Term::WorkingDays(2))
    );
    assert_eq!(
        instant("/items/0/fulfil_by"),
        calendar.deadline(received, Term::Days(10))
    );

    app.get("/data-requests").by(&mai).expect(403).await;
    app.get("/data-requests").by(&reviewer).expect(403).await;
    let path = |step: &str| format!("/data-requests/{id}/{step}");
    app.post(&path("acknowledgement")).by(&reviewer).expect(403).await;
    app.post(&path("acknowledgement"))
        .by(&officer)
        .if_match(7)
        .expect(412)
        .await;
    let known = app
        .post(&path("acknowledgement"))
        .by(&officer)
        .if_match(1)
        .expect(200)
        .await;
    assert_eq!(
        (known.text("/request/state"), known.header("etag")),
        ("acknowledged", Some("\"2\""))
    );
    assert_eq!(known.text("/email"), "mai@example.com");
    app.post(&path("acknowledgement")).by(&officer).expect(409).await;

    let extend = async |days: u16, status: u16| {
        let body = json!({"days": days, "answer": "Cần xác minh thêm."});
        app.post(&path("extension"))
            .by(&officer)
            .json(&body)
            .expect(status)
            .await
    };
    assert_eq!(extend(11, 422).await.pointers(), ["/days"]);
    let extended = extend(10, 200).await;
    let before = instant("/items/0/fulfil_by");
    let after: Timestamp = extended.text("/request/fulfil_by").parse().unwrap();
    assert_eq!(after, calendar.extended(before, Term::Days(10)));
    extend(1, 409).await;

    app.post(&path("refusal"))
        .by(&officer)
        .json(&json!({"answer": " "}))
        .expect(422)
        .await;
    let done = app
        .post(&path("fulfilment"))
        .by(&officer)
        .json(&answer())
        .expect(200)
        .await;
    assert_eq!(done.text("/request/state"), "fulfilled");
    app.post(&path("refusal"))
        .by(&officer)
        .json(&answer())
        .expect(409)
        .await;
    let letters = app.letters_to("mai@example.com").await;
    let answers = letters
        .iter()
        .filter(|letter| matches!(letter, Letter::DataRequestAnswered { .. }));
    assert_eq!(answers.count(), 2);
    app.post("/data-requests/00000000-0000-0000-0000-000000000000/refusal")
        .by(&officer)
        .json(&answer())
        .expect(404)
        .await;
}

#[actix_web::test]
async fn the_register_shows_the_most_urgent_first_and_what_is_overdue() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let mai = somebody(&app, "mai@example.com").await;
    let erase = ask(&app, &mai, "erase").await;
    let again = json!({"kind": "erase"});
    assert_eq!(
        app.post("/me/data-requests")
            .by(&mai)
            .json(&again)
            .expect(409)
            .await
            .code(),
        "already_there"
    );
    let access = ask(&app, &mai, "access").await;
    let ids = |page: &Reply| -> Vec<String> {
        let items = page.body["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["request"]["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let list = async |who: &Person, query: &str| {
        let page = app.get(&format!("/data-requests{query}")).by(who).expect(200).await;
        ids(&page)
    };
    assert_eq!(list(&officer, "").await, [access.clone(), erase.clone()]);
    assert!(list(&officer, "?overdue=true").await.is_empty());
    let page = app.get("/data-requests?limit=1").by(&officer).expect(200).await;
    assert_eq!(ids(&page), [access.clone()]);
    let next = page.text("/page/next").to_owned();
    let page = app
        .get("/data-requests")
        .by(&officer)
        .query(&[("limit", "1"), ("after", &next)])
        .expect(200)
        .await;
    assert_eq!(ids(&page), [erase.clone()]);
    app.post(&format!("/data-requests/{erase}/acknowledgement"))
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(list(&officer, "?state=received").await, [access.clone()]);
    app.get("/data-requests?state=lost").by(&officer).expect(400).await;

    // Nobody acknowledged the other one for two weeks, while the term of the first still runs.
    app.clock.pass(17 * DAY);
    let officer = app.again(&officer).await;
    assert_eq!(list(&officer, "?overdue=true").await, [access]);
}

#[actix_web::test]
async fn nobody_judges_in_their_own_matter() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let id = ask(&app, &officer, "access").await;
    let refused = app
        .post(&format!("/data-requests/{id}/fulfilment"))
        .by(&officer)
        .json(&answer());
    assert_eq!(refused.expect(403).await.code(), "second_person_required");
}

#[actix_web::test]
async fn a_copy_holds_everything_but_secrets() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let (listing, _) = app.listing_draft(&lan, "Máy sấy lúa").await;
    ask(&app, &lan, "access").await;
    let copy = app.get("/me/export").by(&lan).expect(200).await;
    assert!(copy.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(copy.header("cache-control"), Some("no-store"));
    assert_eq!(copy.text("/account/email"), lan.email);
    assert_eq!(copy.text("/enterprise/id"), lan.enterprise);
    assert_eq!(copy.text("/listings/0/id"), listing);
    assert_eq!(copy.text("/data_requests/0/kind"), "access");
    assert_eq!(copy.text("/sessions/0/ip"), "127.0.0.1");
    assert_eq!(copy.text("/audit_trail/0/deed"), "data.exported");
    assert_eq!(copy.body["cut"], json!([]));
    let text = copy.body.to_string();
    for secret in [
        "argon2",
        "refresh_key",
        "password_hash",
        lan.refresh.as_str(),
        lan.access.as_str(),
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    app.get("/me/export").expect(401).await;
}

#[actix_web::test]
async fn erasing_replaces_the_person_and_keeps_what_the_law_keeps() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[
            Permission::HandleDataRequests,
            Permission::ReviewEnterprises,
            Permission::ReviewListings,
            Permission::ManageReferenceData,
        ])
        .await;
    let lan = app.active_enterprise(&officer).await;
    let id = account_id(&app, &lan).await;
    let (listing, _) = app.published_listing(&lan, &officer, "Máy sấy lúa Lâm Thao").await;
    let text = publish(&app, &officer, &consent_text("newsletter", "1")).await;
    consent(&app, &lan, "newsletter", &text, 201).await;
    let request = ask(&app, &lan, "erase").await;
    let other = ask(&app, &lan, "object").await;
    let path = format!("/data-requests/{request}/fulfilment");

    // The last owner hands over first, and nothing was done.
    let refused = app.post(&path).by(&officer).json(&answer()).expect(409).await;
    assert_eq!(refused.code(), "last_owner");
    let mine = app.get("/me/data-requests").by(&lan).expect(200).await;
    assert_eq!(mine.text("/items/1/state"), "received");
    second_owner(&app, &lan).await;

    let done = app.post(&path).by(&officer).json(&answer()).expect(200).await;
    assert_eq!(done.text("/request/state"), "fulfilled");
    assert_eq!(done.body["request"]["details"], Value::Null);
    assert_eq!(done.text("/email"), format!("{id}@erased.invalid"));
    assert_eq!(app.get("/me").by(&lan).expect(401).await.code(), "invalid_token");
    for email in [&lan.email, &format!("{id}@erased.invalid")] {
        let body = json!({"email": email, "password": PASSWORD});
        app.post("/sessions").json(&body).expect(401).await;
    }
    // What was asked besides has nobody to be answered any more.
    let register = app.get("/data-requests?state=withdrawn").by(&officer).expect(200).await;
    assert_eq!(register.text("/items/0/request/id"), other);

    // The enterprise's listing and the trail are whole, and name nobody.
    app.get(&format!("/listings/{listing}")).expect(200).await;
    let (deeds, sessions) = traces(&app, id).await;
    assert!(deeds.iter().any(|deed| deed == "listing.created") && deeds.iter().any(|deed| deed == "consent.given"));
    assert!(!sessions.is_empty() && sessions.iter().all(|(ip, agent)| ip.is_none() && agent.is_none()));
    // One letter still goes out: the answer.
    let letters = app.letters_to(&lan.email).await;
    assert!(
        matches!(letters.as_slice(), [Letter::DataRequestAnswered { .. }]),
        "{letters:?}"
    );
    // The address is free again.
    somebody(&app, &lan.email).await;
}

async fn traces(app: &TestApp, id: AccountId) -> (Vec<String>, Vec<(Option<String>, Option<String>)>) {
    let exchange = app.exchange().clone();
    let read = move || {
        exchange.db.read(|conn| {
            let deeds = personal_data::deeds_of(conn, id, 100)?;
            let sessions = personal_data::sessions_of(conn, id, 100)?;
            let deeds = deeds.into_iter().map(|deed| deed.deed).collect();
            let sessions = sessions.into_iter().map(|session| (session.ip, session.user_agent));
            vptex::store::Result::Ok((deeds, sessions.collect()))
        })
    };
    tokio::task::spawn_blocking(read).await.unwrap().unwrap()
}

async fn second_owner(app: &TestApp, lan: &Person) {
    let exchange = app.exchange().clone();
    let enterprise: EnterpriseId = lan.enterprise.parse().unwrap();
    let add = move || {
        let email = Email::parse("binh@example.com").unwrap();
        let name = Line::parse("Lê Thanh Bình").unwrap();
        let standing = Standing::Member {
            enterprise,
            role: Role::Owner,
        };
        exchange
            .write_blocking(move |work| demo_account(work, &email, &name, &standing, "none"))
            .unwrap()
    };
    tokio::task::spawn_blocking(add).await.unwrap();
}

#[actix_web::test]
async fn restricting_and_withdrawing_are_done_by_the_fulfilment() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ManageReferenceData])
        .await;
    let mai = somebody(&app, "mai@example.com").await;
    let text = publish(&app, &officer, &consent_text("newsletter", "1")).await;
    consent(&app, &mai, "newsletter", &text, 201).await;
    app.delete("/me/restriction").by(&mai).expect(404).await;
    for kind in ["restrict", "withdraw"] {
        let id = ask(&app, &mai, kind).await;
        let path = format!("/data-requests/{id}/fulfilment");
        app.post(&path).by(&officer).json(&answer()).expect(200).await;
    }
    let copy = app.get("/me/export").by(&mai).expect(200).await;
    assert!(copy.body["account"]["restricted_at"].is_string());
    assert!(copy.body["consents"][0]["withdrawn_at"].is_string());
    app.delete("/me/restriction").by(&mai).expect(204).await;
    let copy = app.get("/me/export").by(&mai).expect(200).await;
    assert!(copy.body["account"]["restricted_at"].is_null());
}
