//! Suspending accounts of people who are no officers.

use serde_json::{Value, json};
use vptex::config::Minutes;
use vptex::domain::account::{Permission, Role, Scope};
use vptex::domain::letter::Letter;

use crate::harness::{NEW_PASSWORD, PASSWORD, TestApp};

const WHY: &str = "Mạo danh người khác, đang xác minh.";

fn why() -> Value {
    json!({"reason_code": "identity_unverified", "reason_text": WHY})
}

#[actix_web::test]
async fn a_suspended_account_opens_nothing_until_it_is_reinstated() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let id = app.id_of(&editor).await;
    let account = format!("/accounts/{id}");
    let path = format!("{account}/suspension");
    app.post("/password-resets")
        .json(&json!({"email": editor.email}))
        .expect(202)
        .await;
    let token = app.token_for(&editor.email).await;

    let seen = app.get(&account).by(&officer).expect(200).await;
    assert_eq!(
        (seen.text("/status"), seen.text("/role"), seen.text("/enterprise_id")),
        ("active", "editor", owner.enterprise.as_str())
    );
    let version = seen.number("/version");
    app.post(&path).by(&officer).json(&json!({})).expect(422).await;
    let stale = app.post(&path).by(&officer).if_match(version + 1).json(&why());
    stale.expect(412).await;
    assert_eq!(
        app.delete(&path).by(&officer).expect(409).await.code(),
        "already_decided"
    );
    let call = app.post(&path).by(&officer).if_match(version).json(&why());
    let done = call.expect(200).await;
    assert_eq!(done.text("/status"), "disabled");
    let etag = format!("\"{}\"", done.number("/version"));
    assert_eq!(done.header("etag"), Some(etag.as_str()));
    let again = app.post(&path).by(&officer).json(&why()).expect(409).await;
    assert_eq!(again.code(), "already_decided");

    // Nothing that was in hand opens anything.
    assert_eq!(app.get("/me").by(&editor).expect(401).await.code(), "invalid_token");
    let refresh = json!({"refresh_token": editor.refresh});
    app.post("/sessions/refresh").json(&refresh).expect(401).await;
    let sign_in = json!({"email": editor.email, "password": PASSWORD});
    app.post("/sessions").json(&sign_in).expect(401).await;
    let reset = json!({"token": token, "new_password": NEW_PASSWORD});
    let refused = app.post("/password-resets/confirmation").json(&reset).expect(400).await;
    assert_eq!(refused.code(), "invalid_proof");
    let letters = app.letters_to(&editor.email).await;
    assert_eq!(letters.first(), Some(&Letter::AccountSuspended { reason: WHY.into() }));
    // The enterprise goes on.
    app.get("/me").by(&owner).expect(200).await;
    let deeds = app.deeds(&id);
    let mut decided = deeds.iter().rev().filter(|(deed, _)| deed != "session.refused");
    assert_eq!(decided.next().unwrap().0, "account.closed");

    let open = app.delete(&path).by(&officer).expect(200).await;
    assert_eq!(open.text("/status"), "active");
    assert_eq!(app.deeds(&id).last().unwrap().0, "account.reopened");
    let letters = app.letters_to(&editor.email).await;
    assert_eq!(letters.first(), Some(&Letter::AccountReinstated));
    app.get("/me").by(&editor).expect(401).await;
    app.post("/password-resets/confirmation").json(&reset).expect(400).await;
    app.again(&editor).await;
}

#[actix_web::test]
async fn officers_see_and_suspend_accounts_within_their_scope_only() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let scoped = async |commune: &str| {
        let communes = vec![commune.to_owned()];
        let scope = Scope {
            communes,
            ..Scope::default()
        };
        app.officer_for(&[Permission::ReviewEnterprises], scope).await
    };
    let (here, elsewhere) = (scoped("08494").await, scoped("00004").await);
    let clerk = app
        .officer_who_may(&[Permission::ReviewListings, Permission::ManageOfficers])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let viewer = app.member(&owner.enterprise, Role::Viewer).await;
    let person = app.person().await;
    let id = app.id_of(&viewer).await;
    for stranger in [&elsewhere, &clerk, &owner, &viewer] {
        app.get(&format!("/accounts/{id}")).by(stranger).expect(404).await;
        let path = format!("/accounts/{id}/suspension");
        app.post(&path).by(stranger).json(&why()).expect(404).await;
    }
    app.get(&format!("/accounts/{id}")).by(&here).expect(200).await;
    let path = format!("/accounts/{id}/suspension");
    app.post(&path).by(&here).json(&why()).expect(200).await;
    app.delete(&path).by(&elsewhere).expect(404).await;

    // Who belongs nowhere is the business of those who look after everything.
    let nowhere = format!("/accounts/{}", app.id_of(&person).await);
    app.get(&nowhere).by(&here).expect(404).await;
    app.get(&nowhere).by(&officer).expect(200).await;
    let path = format!("{nowhere}/suspension");
    app.post(&path).by(&officer).json(&why()).expect(200).await;

    // Officers are suspended by those who manage officers, and nobody suspends the own account.
    let own = format!("/accounts/{}/suspension", app.id_of(&officer).await);
    let refused = app.post(&own).by(&officer).json(&why()).expect(403).await;
    assert_eq!(refused.code(), "second_person_required");
    let other = format!("/accounts/{}/suspension", app.id_of(&clerk).await);
    app.post(&other).by(&officer).json(&why()).expect(404).await;
}

#[actix_web::test]
async fn suspending_needs_a_fresh_sign_in() {
    let mut app = TestApp::prepare();
    app.config.officer_access_token_minutes = Minutes::new(60);
    app.start();
    let officer = app.officer().await;
    let person = app.person().await;
    let path = format!("/accounts/{}/suspension", app.id_of(&person).await);
    app.clock.pass(301);
    let refused = app.post(&path).by(&officer).json(&why()).expect(401).await;
    assert_eq!(refused.code(), "step_up_required");
    let code = officer.codes.lock().unwrap().pop().unwrap();
    let step_up = app.post("/sessions/current/step-up").by(&officer);
    step_up.json(&json!({"code": code})).expect(204).await;
    app.post(&path).by(&officer).json(&why()).expect(200).await;
    app.clock.pass(301);
    assert_eq!(
        app.delete(&path).by(&officer).expect(401).await.code(),
        "step_up_required"
    );
}

#[actix_web::test]
async fn an_erased_account_is_never_opened_again() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::ReviewEnterprises, Permission::HandleDataRequests])
        .await;
    let person = app.person().await;
    let path = format!("/accounts/{}/suspension", app.id_of(&person).await);
    let asked = app
        .post("/me/data-requests")
        .by(&person)
        .json(&json!({"kind": "erase"}));
    let request = format!("/data-requests/{}/fulfilment", asked.expect(201).await.text("/id"));
    let body = json!({"answer": "Đã xóa theo yêu cầu."});
    app.post(&request).by(&officer).json(&body).expect(200).await;
    app.delete(&path).by(&officer).expect(404).await;
}
