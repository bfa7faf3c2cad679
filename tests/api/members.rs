//! Who belongs to an enterprise: roles, handing over, leaving, removal.

use serde_json::json;
use vptex::domain::account::Role;
use vptex::domain::letter::Letter;

use crate::harness::{Person, TestApp};

fn path(enterprise: &str, account: &str) -> String {
    format!("/enterprises/{enterprise}/members/{account}")
}

/// Whether somebody's tokens are worth nothing any more.
async fn is_out(app: &TestApp, somebody: &Person) -> bool {
    let access = app.get("/me").by(somebody).send().await.status;
    let refresh = json!({"refresh_token": somebody.refresh});
    let refresh = app.post("/sessions/refresh").json(&refresh).send().await.status;
    assert_eq!(access == 401, refresh == 401, "both or neither");
    access == 401
}

async fn roles(app: &TestApp, owner: &Person) -> Vec<(String, String)> {
    let list = format!("/enterprises/{}/members", owner.enterprise);
    let page = app.get(&list).by(owner).expect(200).await;
    let items = page.body["items"].as_array().unwrap().clone();
    let mut roles: Vec<_> = items
        .iter()
        .map(|item| {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            (text("email"), text("role"))
        })
        .collect();
    roles.sort();
    roles
}

#[actix_web::test]
async fn a_new_role_counts_at_once_and_ends_the_sessions() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let (id, _) = app.listing_draft(&editor, "Máy sấy").await;
    let at = path(&owner.enterprise, &app.id_of(&editor).await);
    let unknown = app
        .patch(&at)
        .by(&owner)
        .json(&json!({"role": "boss"}))
        .expect(422)
        .await;
    assert_eq!(unknown.pointers(), ["/role"]);
    let same = app.patch(&at).by(&owner).json(&json!({"role": "editor"}));
    same.expect(200).await;
    assert!(!is_out(&app, &editor).await, "nothing was changed");
    let change = app.patch(&at).by(&owner).json(&json!({"role": "viewer"}));
    assert_eq!(change.expect(200).await.text("/role"), "viewer");
    assert!(is_out(&app, &editor).await);
    let letters = app.letters_to(&editor.email).await;
    assert!(matches!(letters.first(), Some(Letter::RoleChanged { role, .. }) if role == "viewer"));
    let viewer = app.again(&editor).await;
    app.get(&format!("/listings/{id}")).by(&viewer).expect(200).await;
    let refused = app.patch(&format!("/listings/{id}")).by(&viewer).if_match(1);
    let refused = refused.json(&json!({"model": "B"})).expect(403).await;
    assert_eq!(refused.code(), "forbidden");
}

#[actix_web::test]
async fn sensitive_changes_need_a_fresh_sign_in() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path_of = format!("/enterprises/{}", owner.enterprise);
    let tax_code = app.get(&path_of).expect(200).await.text("/tax_code").to_owned();
    let asking = app.person().await;
    let asked = app
        .post("/join-requests")
        .by(&asking)
        .json(&json!({"tax_code": tax_code}));
    asked.expect(202).await;
    let request = app.get("/me/join-request").by(&asking).expect(200).await;
    let request = format!("{path_of}/join-requests/{}", request.text("/id"));
    let viewer = app.member(&owner.enterprise, Role::Viewer).await;
    let at = path(&owner.enterprise, &app.id_of(&viewer).await);
    let invitation = json!({"email": "moi@example.com", "role": "viewer"});
    let key = json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 1});
    // Within the leeway of the access token, beyond what counts as fresh.
    app.clock.pass(302);
    let enterprise = format!("/enterprises/{}", owner.enterprise);
    for call in [
        app.patch(&at).json(&json!({"role": "editor"})),
        app.delete(&at),
        app.post(&format!("{at}/ownership")),
        app.post(&format!("{enterprise}/invitations")).json(&invitation),
        app.post(&format!("{enterprise}/api-keys")).json(&key),
        app.post(&format!("{request}/approval")).json(&json!({"role": "owner"})),
    ] {
        assert_eq!(call.by(&owner).expect(401).await.code(), "step_up_required");
    }
    let shown = json!({"password": owner.password});
    app.post("/sessions/current/step-up")
        .by(&owner)
        .json(&shown)
        .expect(204)
        .await;
    app.patch(&at)
        .by(&owner)
        .json(&json!({"role": "editor"}))
        .expect(200)
        .await;
}

#[actix_web::test]
async fn the_last_owner_stays() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let own = path(&owner.enterprise, &app.id_of(&owner).await);
    for call in [
        app.patch(&own).json(&json!({"role": "editor"})),
        app.delete(&own),
        app.delete("/me/membership"),
    ] {
        assert_eq!(call.by(&owner).expect(409).await.code(), "last_owner");
    }
    let at = path(&owner.enterprise, &app.id_of(&editor).await);
    app.patch(&at)
        .by(&owner)
        .json(&json!({"role": "owner"}))
        .expect(200)
        .await;
    app.delete("/me/membership").by(&owner).expect(204).await;
    let me = app.get("/me").by(&owner).expect(200).await;
    assert_eq!(me.text("/kind"), "person");
    let heir = app.again(&editor).await;
    assert_eq!(
        roles(
            &app,
            &Person {
                enterprise: owner.enterprise.clone(),
                ..heir
            }
        )
        .await
        .len(),
        1
    );
}

#[actix_web::test]
async fn ownership_is_handed_over_in_one() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let viewer = app.member(&owner.enterprise, Role::Viewer).await;
    let stranger = app.registered_enterprise().await;
    let to = |account: String| app.post(&format!("{}/ownership", path(&owner.enterprise, &account)));
    let own = app.id_of(&owner).await;
    assert_eq!(to(own).by(&owner).expect(409).await.code(), "already_there");
    to(app.id_of(&stranger).await).by(&owner).expect(404).await;
    to(app.id_of(&viewer).await).by(&viewer).expect(403).await;
    let done = to(app.id_of(&viewer).await).by(&owner).expect(200).await;
    assert_eq!(done.text("/role"), "owner");
    assert!(is_out(&app, &owner).await && is_out(&app, &viewer).await);
    let heir = app.again(&viewer).await;
    let mut expected = vec![
        (owner.email.clone(), "editor".to_owned()),
        (viewer.email.clone(), "owner".to_owned()),
    ];
    expected.sort();
    assert_eq!(roles(&app, &heir).await, expected);
}

#[actix_web::test]
async fn a_removed_member_is_out_at_once() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let stranger = app.registered_enterprise().await;
    let at = path(&owner.enterprise, &app.id_of(&editor).await);
    app.delete(&at).by(&stranger).expect(404).await;
    app.delete(&at).by(&editor).expect(403).await;
    // The path's enterprise counts, not the caller's own.
    let elsewhere = path(&stranger.enterprise, &app.id_of(&editor).await);
    app.delete(&elsewhere).by(&stranger).expect(404).await;
    app.delete(&at).by(&owner).expect(204).await;
    assert!(is_out(&app, &editor).await);
    let letters = app.letters_to(&editor.email).await;
    assert!(matches!(letters.first(), Some(Letter::Removed { .. })));
    let person = app.again(&editor).await;
    app.get("/me/listings").by(&person).expect(403).await;
    app.get(&format!("/enterprises/{}/members", owner.enterprise))
        .by(&person)
        .expect(404)
        .await;
    app.delete(&at).by(&owner).expect(404).await;
}

#[actix_web::test]
async fn members_come_page_by_page() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    for _ in 0..4 {
        app.member(&owner.enterprise, Role::Viewer).await;
    }
    let list = format!("/enterprises/{}/members?limit=2", owner.enterprise);
    let (mut seen, mut next) = (Vec::new(), list.clone());
    loop {
        let page = app.get(&next).by(&owner).expect(200).await;
        let items = page.body["items"].as_array().unwrap().clone();
        seen.extend(items.iter().map(|item| item["account_id"].as_str().unwrap().to_owned()));
        let Some(after) = page.body["page"]["next"].as_str() else {
            break;
        };
        next = format!("{list}&after={after}");
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
}
