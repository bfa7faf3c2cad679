//! What was verified goes into nothing that nobody ever verified.

use serde_json::json;

use crate::enterprise_imports::{HEAD, import, row, rows};
use crate::harness::{Person, Reply, TestApp, tax_code};

/// An enterprise that an officer entered from a file.
async fn entered(app: &TestApp, officer: &Person, code: &str) -> String {
    let file = format!("{HEAD}{}", row(code, "Công ty Cổ phần Chè", "0912345678"));
    let done = import(app, officer, "", file).await;
    let told = rows(app, officer, &done).await;
    told[0]["enterprise_id"].as_str().unwrap().to_owned()
}

async fn version(app: &TestApp, officer: &Person, id: &str) -> i64 {
    let page = app.get(&format!("/enterprises/{id}")).by(officer).expect(200).await;
    page.number("/version")
}

async fn merge(app: &TestApp, officer: &Person, from: &str, into: &str, is_trial: bool) -> Reply {
    let seen = version(app, officer, from).await;
    let call = app.post(&format!("/enterprises/{from}/merge")).by(officer);
    let call = call.if_match(seen).json(&json!({"into": into, "dry_run": is_trial}));
    call.send().await
}

#[actix_web::test]
async fn it_goes_the_other_way_round() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let verified = app.active_enterprise(&officer).await;
    let other = entered(&app, &officer, &tax_code(9_463)).await;
    let before = version(&app, &officer, &verified.enterprise).await;
    for is_trial in [true, false] {
        let refused = merge(&app, &officer, &verified.enterprise, &other, is_trial).await;
        assert_eq!((refused.status, refused.code()), (409, "merge_into_unverified"));
    }
    assert_eq!(version(&app, &officer, &verified.enterprise).await, before);
    for is_trial in [true, false] {
        let done = merge(&app, &officer, &other, &verified.enterprise, is_trial).await;
        assert_eq!((done.status, &done.body["done"]), (200, &json!(!is_trial)));
    }
    let way = app.get(&format!("/enterprises/{other}")).send().await;
    assert_eq!(way.status, 308);
}

#[actix_web::test]
async fn or_once_the_other_one_was_verified_too() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let gone = app.active_enterprise(&officer).await;
    let code = tax_code(9_464);
    let stays = entered(&app, &officer, &code).await;
    let refused = merge(&app, &officer, &gone.enterprise, &stays, true).await;
    assert_eq!((refused.status, refused.code()), (409, "merge_into_unverified"));

    let path = format!("/enterprises/{stays}");
    let owner = app.person().await;
    let asked = app.post("/join-requests").by(&owner);
    asked.json(&json!({"tax_code": code})).expect(202).await;
    let waiting = app.get("/moderation/join-requests").by(&officer).expect(200).await;
    let request = format!("{path}/join-requests/{}/approval", waiting.text("/items/0/id"));
    let admitted = app.post(&request).by(&officer);
    admitted.json(&json!({"role": "owner"})).expect(200).await;
    let sent = app.post(&format!("{path}/submission")).by(&owner);
    sent.if_match(version(&app, &officer, &stays).await).expect(200).await;
    let approved = app.post(&format!("{path}/approval")).by(&officer);
    approved
        .if_match(version(&app, &officer, &stays).await)
        .expect(200)
        .await;

    let done = merge(&app, &officer, &gone.enterprise, &stays, false).await;
    assert_eq!((done.status, done.number("/moved/members")), (200, 1));
}
