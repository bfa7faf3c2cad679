//! What is risky is approved by two officers, one after the other.

use serde_json::{Value, json};
use vptex::config::{Flags, Value as _};
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;

use crate::decisions::conversation;
use crate::harness::{Person, Reply, TestApp, dryer, looked_at, pictures};

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";

/// A server with a setting of its own.
async fn with_flags(flags: &str) -> TestApp {
    let mut app = TestApp::prepare();
    app.config.review_second_look_flags = Flags::parse(flags).unwrap();
    app.start();
    app.settle().await;
    app
}

/// A listing that waits, at a price that nobody asks.
async fn cheap(app: &TestApp, owner: &Person) -> (String, i64) {
    let mut body = dryer("Máy sấy");
    body["price_min"] = json!(5_000);
    let made = app.post("/listings").by(owner).json(&body).expect(201).await;
    let id = made.text("/id").to_owned();
    let sent = app.post(&format!("/listings/{id}/submission")).by(owner);
    (id, sent.expect(200).await.number("/version"))
}

async fn approve(app: &TestApp, id: &str, version: i64, by: &Person) -> Reply {
    let call = app.post(&format!("/listings/{id}/approval")).by(by);
    call.if_match(version).send().await
}

async fn queue(app: &TestApp, by: &Person, query: &str) -> Reply {
    app.get(&format!("/moderation/queue?{query}")).by(by).expect(200).await
}

fn ids(reply: &Reply) -> Vec<&str> {
    let items = reply.body["items"].as_array().unwrap().iter();
    items
        .map(|item| item["listing"]["id"].as_str().unwrap_or("-"))
        .collect()
}

#[actix_web::test]
async fn what_is_risky_needs_two() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    let (usual, _) = app.submitted_listing(&owner, "Máy ấp").await;
    let (id, version) = cheap(&app, &owner).await;
    let needed = queue(&app, &first, "second_look=needed").await;
    assert_eq!(ids(&needed), [id.as_str()]);
    assert_eq!(needed.text("/items/0/second_look/state"), "needed");
    assert_eq!(needed.text("/items/0/second_look/reasons/0/code"), "price_extreme");
    let all = queue(&app, &first, "type=listing").await;
    assert_eq!(ids(&all), [usual.as_str(), id.as_str()]);
    assert!(all.body["items"][0].get("second_look").is_none());

    let endorsed = approve(&app, &id, version, &first).await;
    assert_eq!((endorsed.status, endorsed.text("/status")), (202, "submitted"));
    assert_eq!(endorsed.number("/version"), version);
    app.get(&format!("/listings/{id}")).expect(404).await;
    let again = approve(&app, &id, version, &first).await;
    assert_eq!((again.status, again.code()), (403, "second_person_required"));
    assert!(queue(&app, &second, "second_look=needed").await.body["items"] == json!([]));
    let waiting = queue(&app, &second, "second_look=endorsed").await;
    assert_eq!(waiting.text("/items/0/second_look/officer"), app.id_of(&first).await);
    // Its owner hears nothing yet; officers see it.
    let is_about_it = |letter: &Letter| matches!(letter, Letter::ReviewDecided(ruling) if ruling.about == "listing");
    assert!(!app.letters_to(&owner.email).await.iter().any(is_about_it));
    let told = conversation(&app, "listing", &id, &owner).await;
    assert_eq!(told.body["items"], json!([]));
    let told = conversation(&app, "listing", &id, &second).await;
    assert_eq!(told.text("/items/0/decision/verdict"), "endorsed");
    let ticked = &told.body["items"][0]["decision"]["checklist"]["ticked"];
    assert!(ticked.as_array().unwrap().len() >= 4, "{ticked}");

    let approved = approve(&app, &id, version, &second).await;
    assert_eq!((approved.status, approved.text("/status")), (200, "published"));
    assert!(app.letters_to(&owner.email).await.iter().any(is_about_it));
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    let tail = ["review.endorsed", "listing.approved"].map(str::to_owned);
    assert!(deeds.ends_with(&tail), "{deeds:?}");
    let wrong = app
        .get("/moderation/queue?second_look=both")
        .by(&first)
        .expect(400)
        .await;
    assert_eq!(wrong.pointers(), ["second_look"]);
}

#[actix_web::test]
async fn a_first_approval_is_of_one_version() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    let (id, version) = cheap(&app, &owner).await;
    assert_eq!(approve(&app, &id, version, &first).await.status, 202);
    let path = format!("/listings/{id}");
    let back = app.delete(&format!("{path}/submission")).by(&owner).expect(200).await;
    let patch = app.patch(&path).by(&owner).if_match(back.number("/version"));
    patch.json(&json!({"price_min": 6_000})).expect(200).await;
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let version = sent.number("/version");
    assert_eq!(approve(&app, &id, version, &second).await.status, 202);
    // To refuse, one is enough.
    let call = app.post(&format!("{path}/rejection")).by(&second).if_match(version);
    let why = json!({"reason_code": "inaccurate", "reason_text": WHY});
    assert_eq!(call.json(&why).expect(200).await.text("/status"), "rejected");
}

/// What is thrown away and begun anew is another text, and needs two again, whatever its version.
#[actix_web::test]
async fn a_first_approval_is_of_one_revision() {
    let app = with_flags("price_extreme").await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    let (id, version) = app.published_listing(&owner, &first, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let revision = format!("{path}/revision");
    let begin = async |seen: i64, price: i64| {
        let patch = app.patch(&path).by(&owner).if_match(seen);
        patch.json(&json!({"price_min": price})).expect(202).await;
        let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
        sent.number("/version")
    };
    let approve = async |seen: i64, officer: &Person| {
        let call = app.post(&format!("{revision}/approval")).by(officer).if_match(seen);
        call.send().await.status
    };
    let seen = begin(version, 5_000).await;
    assert_eq!(approve(seen, &first).await, 202);
    app.delete(&format!("{revision}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    app.delete(&revision).by(&owner).expect(200).await;
    let other = begin(version, 6_000).await;
    // What was seen of the one is no tag of the other.
    assert!(other > seen);
    assert_eq!(approve(seen, &second).await, 412);
    assert_eq!(approve(other, &second).await, 202);
    assert_eq!(approve(other, &first).await, 200);
}

/// Whoever may not decide any more has not approved, either.
#[actix_web::test]
async fn a_first_approval_counts_as_long_as_its_officer_works() {
    let app = TestApp::spawn().await;
    let [first, second, third] = [app.officer().await, app.officer().await, app.officer().await];
    let chief = app.officer_who_may(&[Permission::ManageOfficers]).await;
    let owner = app.active_enterprise(&second).await;
    let (id, version) = cheap(&app, &owner).await;
    assert_eq!(approve(&app, &id, version, &first).await.status, 202);
    let path = format!("/officers/{}", app.id_of(&first).await);
    let seen = app.get(&path).by(&chief).expect(200).await.number("/version");
    let patch = app.patch(&path).by(&chief).if_match(seen);
    patch.json(&json!({"permissions": ["read_reports"]})).expect(200).await;
    assert_eq!(approve(&app, &id, version, &second).await.status, 202);
    assert_eq!(approve(&app, &id, version, &third).await.status, 200);
}

#[actix_web::test]
async fn the_operator_says_what_is_risky() {
    let app = with_flags("").await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = cheap(&app, &owner).await;
    assert!(
        queue(&app, &officer, "").await.body["items"][0]
            .get("second_look")
            .is_none()
    );
    assert_eq!(approve(&app, &id, version, &officer).await.status, 200);

    let app = with_flags("first_publication,resubmitted").await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    // A new enterprise.
    let (id, version) = app.submitted_listing(&owner, "Máy sấy").await;
    assert_eq!(approve(&app, &id, version, &first).await.status, 202);
    assert_eq!(approve(&app, &id, version, &second).await.status, 200);
    // A registration and an amendment that came back, and a revision: two as well.
    let newcomer = app.registered_enterprise().await;
    let why = json!({"reason_code": "incomplete", "reason_text": WHY});
    let path = format!("/enterprises/{}", newcomer.enterprise);
    let call = app.post(&format!("{path}/change-request")).by(&first).if_match(1);
    call.json(&why).expect(200).await;
    let sent = app.post(&format!("{path}/submission")).by(&newcomer).expect(200).await;
    let version = sent.number("/version");
    for (officer, status) in [(&first, 202), (&first, 403), (&second, 200)] {
        let call = app.post(&format!("{path}/approval")).by(officer);
        call.if_match(version).expect(status).await;
    }
    let seen = app.get(&path).by(&newcomer).expect(200).await;
    let patch = app.patch(&path).by(&newcomer).if_match(seen.number("/version"));
    let wish = json!({"legal_rep_name": "Trần Văn Bình"});
    let wished = patch.json(&wish).expect(200).await;
    let call = app.post(&format!("{path}/amendment/change-request")).by(&first);
    let back = call.if_match(wished.number("/version")).json(&why).expect(200).await;
    let patch = app.patch(&path).by(&newcomer).if_match(back.number("/version"));
    let version = patch.json(&wish).expect(200).await.number("/version");
    for (officer, status) in [(&first, 202), (&first, 403), (&second, 200)] {
        let call = app.post(&format!("{path}/amendment/approval")).by(officer);
        call.if_match(version).expect(status).await;
    }
}

/// What was approved by two is not judged again by what a change leaves as it is; and nobody vouches while a paper is unread.
#[actix_web::test]
async fn a_change_is_judged_by_what_it_changes() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let edit = async |wish: Value| {
        let seen = app.get(&path).by(&owner).expect(200).await.number("/version");
        let patch = app.patch(&path).by(&owner).if_match(seen).json(&wish);
        patch.expect(200).await.number("/version")
    };
    let approve = |by: &Person, what: &str, version: i64| {
        let call = app.post(&format!("{path}{what}/approval")).by(by);
        call.if_match(version).json(&looked_at())
    };
    edit(json!({"mission": "Chế tạo máy, liên hệ ban@songlo.example"})).await;
    let query = "kind=business_licence&name=giay.png";
    let made = app.post(&format!("{path}/documents?{query}")).by(&owner);
    let made = made.file("image/png", pictures::png(6, 4)).expect(201).await;
    let paper = format!("{path}/documents/{}", made.text("/id"));
    let version = app.get(&path).by(&owner).expect(200).await.number("/version");
    let unread = approve(&first, "", version).expect(409).await;
    assert_eq!(unread.code(), "documents_undecided");
    app.delete(&paper).by(&owner).expect(204).await;
    let version = app.get(&path).by(&owner).expect(200).await.number("/version");
    approve(&first, "", version).expect(202).await;
    approve(&second, "", version).expect(200).await;

    let version = edit(json!({"legal_rep_name": "Trần Văn Bình"})).await;
    let flagged = queue(&app, &first, "type=amendment&flag=contact_in_text").await;
    assert_eq!(flagged.body["items"], json!([]));
    approve(&first, "/amendment", version).expect(200).await;
}

/// What a registration is held back for does not come in by an edit afterwards.
#[actix_web::test]
async fn contact_data_in_a_mission_wait_for_two_after_the_approval_too() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let owner = app.active_enterprise(&first).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let edit = async |wish: Value| {
        let seen = app.get(&path).by(&owner).expect(200).await.number("/version");
        app.patch(&path).by(&owner).if_match(seen).json(&wish).expect(200).await
    };
    let mission = async || app.get(&path).expect(200).await.body["mission"].clone();
    edit(json!({"mission": "Chế tạo máy"})).await;
    assert_eq!(mission().await, "Chế tạo máy");

    // What is beside it holds at once.
    let asked = edit(json!({"mission": "Gọi 0912345678", "short_name": "Sông Lô"})).await;
    assert_eq!(asked.text("/amendment/status"), "submitted");
    assert_eq!(mission().await, "Chế tạo máy");
    assert_eq!(app.get(&path).expect(200).await.text("/short_name"), "Sông Lô");
    let flagged = queue(&app, &first, "type=amendment&flag=contact_in_text").await;
    assert_eq!(flagged.text("/items/0/second_look/state"), "needed");
    // Without it the request is over.
    let plain = edit(json!({"mission": "Chế tạo máy sấy"})).await;
    assert!(plain.body["amendment"].is_null(), "{:#}", plain.body);
    assert_eq!(mission().await, "Chế tạo máy sấy");

    let asked = edit(json!({"mission": "Thư: ban@songlo.example"})).await;
    let version = asked.number("/version");
    for (officer, status) in [(&first, 202), (&first, 403), (&second, 200)] {
        let call = app.post(&format!("{path}/amendment/approval")).by(officer);
        call.if_match(version).expect(status).await;
    }
    assert_eq!(mission().await, "Thư: ban@songlo.example");
    // What stands there is no reason to hold the rest back.
    let other = edit(json!({"short_name": "SL"})).await;
    assert!(other.body["amendment"].is_null(), "{:#}", other.body);
}

#[actix_web::test]
async fn words_that_officers_keep_an_eye_on_need_two_in_bulk_as_well() {
    let app = TestApp::spawn().await;
    let [first, second] = [app.officer().await, app.officer().await];
    let clerk = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.active_enterprise(&first).await;
    let (id, live) = app.published_listing(&owner, &first, "Máy sấy").await;
    let term = json!({"phrase": "tốt nhất Việt Nam", "severity": "flag", "ground": "Luật Quảng cáo"});
    app.post("/screening-terms").by(&clerk).json(&term).expect(201).await;
    app.revise(&owner, &id, live, "Máy tốt nhất Việt Nam").await;
    let sent = app.post(&format!("/listings/{id}/revision/submission")).by(&owner);
    let version = sent.expect(200).await.number("/version");
    let seen = queue(&app, &first, "flag=screened").await;
    assert_eq!(seen.text("/items/0/type"), "revision");
    let mut item = json!({"type": "revision", "id": id, "version": version, "verdict": "approved"});
    item["checklist"] = looked_at()["checklist"].clone();
    let decide = |by: &Person| {
        let call = app.post("/moderation/decisions").by(by);
        call.json(&json!({"decisions": [item]})).expect(200)
    };
    let told = |reply: &Reply| -> Value {
        let result = &reply.body["results"][0];
        json!([result["status"], result["state"], result["problem"]["code"]])
    };
    assert_eq!(told(&decide(&first).await), json!([202, "submitted", null]));
    assert_eq!(
        told(&decide(&first).await),
        json!([403, null, "second_person_required"])
    );
    assert_eq!(told(&decide(&second).await), json!([200, "approved", null]));
    assert_eq!(
        app.get(&format!("/listings/{id}")).expect(200).await.text("/model"),
        "Máy tốt nhất Việt Nam"
    );
}
