//! Invitations: by mail, for one address, once; and no right before they are accepted.

use serde_json::{Value, json};
use vptex::domain::account::Role;
use vptex::domain::letter::Letter;
use vptex::http::routes::{Keys, operations};

use crate::harness::{Call, PASSWORD, Person, Reply, TestApp};

async fn invite(app: &TestApp, owner: &Person, email: &str, role: &str) -> Reply {
    let path = format!("/enterprises/{}/invitations", owner.enterprise);
    let body = json!({"email": email, "role": role});
    app.post(&path).by(owner).json(&body).send().await
}

/// Invites, and gives the invitation and the token of its letter.
async fn invited(app: &TestApp, owner: &Person, email: &str) -> (String, String) {
    let reply = invite(app, owner, email, "editor").await;
    assert_eq!(reply.status, 201, "{:#}", reply.body);
    (reply.text("/id").to_owned(), app.token_for(email).await)
}

fn accept(app: &TestApp, token: &str) -> Call {
    app.post("/invitations/acceptance").json(&json!({"token": token}))
}

fn new_member(token: &str) -> Value {
    json!({"token": token, "account": {"password": PASSWORD, "display_name": "Lê Thị Hoa"}})
}

async fn states(app: &TestApp, owner: &Person) -> Vec<String> {
    let path = format!("/enterprises/{}/invitations", owner.enterprise);
    let page = app.get(&path).by(owner).expect(200).await;
    let items = page.body["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| item["state"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn an_invitation_opens_an_account_and_a_membership() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let (_, token) = invited(&app, &owner, "Hoa@example.com").await;
    let missing = accept(&app, &token).expect(422).await;
    assert_eq!(missing.pointers(), ["/account"]);
    let mut weak = new_member(&token);
    weak["account"]["password"] = json!("hoa@example.com 1");
    let weak = app.post("/invitations/acceptance").json(&weak).expect(422).await;
    assert_eq!(weak.pointers(), ["/account/password"]);
    let acceptance = || app.post("/invitations/acceptance").json(&new_member(&token));
    let joined = acceptance().expect(200).await;
    assert_eq!(joined.text("/enterprise_id"), owner.enterprise);
    assert_eq!(joined.text("/role"), "editor");
    let hoa = app.sign_in("hoa@example.com", PASSWORD).await;
    let me = app.get("/me").by(&hoa).expect(200).await;
    assert_eq!((me.text("/email"), me.text("/role")), ("Hoa@example.com", "editor"));
    app.listing_draft(&hoa, "Máy sấy").await;
    assert_eq!(acceptance().expect(400).await.code(), "invalid_proof");
    assert_eq!(states(&app, &owner).await, ["accepted"]);
}

#[actix_web::test]
async fn an_account_accepts_only_what_was_sent_to_it() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let person = app.person().await;
    let (_, token) = invited(&app, &owner, &person.email.to_uppercase()).await;
    let other = app.person().await;
    assert_eq!(accept(&app, &token).by(&other).expect(403).await.code(), "forbidden");
    assert_eq!(accept(&app, &token).expect(401).await.code(), "unauthenticated");
    let twice = app
        .post("/invitations/acceptance")
        .by(&person)
        .json(&new_member(&token));
    assert_eq!(twice.expect(422).await.pointers(), ["/account"]);
    let officer = app.officer().await;
    accept(&app, &token).by(&officer).expect(403).await;
    accept(&app, &token).by(&person).expect(200).await;
    // Whoever belongs to one enterprise joins no other, and keeps the first.
    let elsewhere = app.registered_enterprise().await;
    let (_, token) = invited(&app, &elsewhere, &person.email).await;
    assert_eq!(
        accept(&app, &token).by(&person).expect(409).await.code(),
        "already_member"
    );
    let me = app.get("/me").by(&person).expect(200).await;
    assert_eq!(me.text("/enterprise/id"), owner.enterprise);
    assert_eq!(states(&app, &elsewhere).await, ["pending"]);
}

#[actix_web::test]
async fn one_invitation_waits_for_an_address() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let (id, token) = invited(&app, &owner, "hoa@example.com").await;
    let again = invite(&app, &owner, "HOA@example.com", "viewer").await;
    assert_eq!((again.status, again.code()), (409, "already_there"));
    let member = app.member(&owner.enterprise, Role::Viewer).await;
    let known = invite(&app, &owner, &member.email, "viewer").await;
    assert_eq!((known.status, known.code()), (409, "already_member"));
    let wrong = invite(&app, &owner, "hoa", "viewer").await;
    assert_eq!((wrong.status, wrong.pointers()), (422, vec!["/email"]));
    let stranger = app.registered_enterprise().await;
    let path = |owner: &Person| format!("/enterprises/{}/invitations/{id}", owner.enterprise);
    app.delete(&path(&stranger)).by(&stranger).expect(404).await;
    app.delete(&path(&owner)).by(&stranger).expect(404).await;
    app.delete(&path(&owner)).by(&owner).expect(204).await;
    app.delete(&path(&owner)).by(&owner).expect(409).await;
    let taken_back = app
        .post("/invitations/acceptance")
        .json(&new_member(&token))
        .expect(409)
        .await;
    assert_eq!(taken_back.code(), "already_decided");
    invited(&app, &owner, "hoa@example.com").await;
    assert_eq!(states(&app, &owner).await, ["pending", "revoked"]);
}

#[actix_web::test]
async fn an_address_gets_three_letters_an_hour() {
    let app = TestApp::spawn().await;
    let email = "hoa@example.com";
    for _ in 0..3 {
        let owner = app.registered_enterprise().await;
        invited(&app, &owner, email).await;
    }
    let owner = app.registered_enterprise().await;
    let refused = invite(&app, &owner, email, "viewer").await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    assert_eq!(refused.header("retry-after"), Some("3600"));
    let letters = app.letters_to(email).await;
    assert_eq!(
        letters
            .iter()
            .filter(|letter| matches!(letter, Letter::Invitation { .. }))
            .count(),
        3
    );
}

#[actix_web::test]
async fn two_acceptances_at_once_make_one_member() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let (_, token) = invited(&app, &owner, "hoa@example.com").await;
    let call = || app.post("/invitations/acceptance").json(&new_member(&token)).send();
    let replies = futures_util::future::join_all((0..8).map(|_| call())).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert!(
        statuses.iter().all(|status| [200, 400, 401].contains(status)),
        "{statuses:?}"
    );
}

#[actix_web::test]
async fn a_suspended_enterprise_gets_no_members() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (_, token) = invited(&app, &owner, "hoa@example.com").await;
    app.suspend(&owner.enterprise, &officer).await;
    let refused = app
        .post("/invitations/acceptance")
        .json(&new_member(&token))
        .expect(403)
        .await;
    assert_eq!(refused.code(), "enterprise_not_active");
    // The token is not used up by a refusal.
    app.delete(&format!("/enterprises/{}/suspension", owner.enterprise))
        .by(&officer)
        .expect(200)
        .await;
    app.post("/invitations/acceptance")
        .json(&new_member(&token))
        .expect(200)
        .await;
}

/// Every operation on an enterprise and its things, as somebody who was invited to it and as somebody who was not.
#[actix_web::test]
async fn cve_2026_43913_an_invitation_that_was_not_accepted_opens_nothing() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy").await;
    let stranger = app.person().await;
    let mut cast = Vec::new();
    for state in ["declined", "revoked", "expired", "pending"] {
        let person = app.person().await;
        let (id, token) = invited(&app, &owner, &person.email).await;
        match state {
            "declined" => {
                let refusal = json!({"token": token});
                app.post("/invitations/refusal").json(&refusal).expect(204).await;
            }
            "revoked" => {
                let path = format!("/enterprises/{}/invitations/{id}", owner.enterprise);
                app.delete(&path).by(&owner).expect(204).await;
            }
            "expired" => app.by_hand(&expired(&app, &person.email)).await,
            _ => {}
        }
        cast.push((state, person, token));
    }
    let own = ["sign_out", "leave_enterprise", "end_my_other_sessions"];
    let mut count = 0;
    for operation in operations() {
        let is_of_an_enterprise = operation.path.contains("{id}") || operation.keys == Keys::Welcome;
        if !is_of_an_enterprise || own.contains(&operation.name) {
            continue;
        }
        let id = if operation.path.starts_with("/listings") {
            &listing
        } else {
            &owner.enterprise
        };
        let path = operation
            .path
            .replace("{id}", id)
            .replace("{name}", "provinces")
            .replace("{code}", "01")
            .replace("{from}/{to}", "science_fields/fos")
            .replace("{account}", id)
            .replace("{invitation}", id)
            .replace("{request}", id)
            .replace("{reset}", id)
            .replace("{key}", id);
        let ask = |somebody: &Person| {
            let method = operation.method.to_uppercase();
            let call = app.call(method.parse().unwrap(), &path).by(somebody).if_match(1);
            let call = if operation.method == "get" {
                call
            } else {
                call.json(&body_of(operation.name))
            };
            call.send()
        };
        let expected = ask(&stranger).await;
        for (state, person, _) in &cast {
            let reply = ask(person).await;
            assert_eq!(
                reply.status, expected.status,
                "{} {state}: {:#}",
                operation.name, reply.body
            );
            assert_eq!(reply.body["code"], expected.body["code"], "{} {state}", operation.name);
        }
        count += 1;
    }
    assert!(count > 25, "{count}");
    // And whoever may not accept any more, cannot.
    for (state, person, token) in &cast {
        let status = accept(&app, token).by(person).send().await.status;
        let expected = match *state {
            "pending" => 200,
            "declined" => 400,
            _ => 409,
        };
        assert_eq!(status, expected, "{state}");
    }
}

/// Lets the invitation end without letting the sessions end: both last far longer than an access token.
fn expired(app: &TestApp, email: &str) -> String {
    let past = match app.config.database() {
        vptex::config::DatabaseUrl::Sqlite(_) => "0",
        vptex::config::DatabaseUrl::Postgres(_) => "'2000-01-01T00:00:00Z'",
    };
    format!("UPDATE invitations SET expires_at = {past} WHERE email = '{email}'")
}

/// A body that the operation takes, so that nothing but the right is missing.
fn body_of(name: &str) -> Value {
    match name {
        "change_member_role" | "approve_join_request" => json!({"role": "owner"}),
        "invite_member" => json!({"email": "moi@example.com", "role": "viewer"}),
        "create_api_key" => json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 1}),
        "create_listing" => crate::harness::dryer("Máy sấy"),
        "suspend_enterprise"
        | "suspend_officer"
        | "reject_enterprise"
        | "request_enterprise_changes"
        | "reject_listing"
        | "request_listing_changes" => {
            json!({"reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy."})
        }
        _ => json!({}),
    }
}

/// An invitation lasts no longer than the right to invite: a former owner has no way back.
#[actix_web::test]
async fn an_invitation_ends_with_its_senders_right() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let enterprise = format!("/enterprises/{}", owner.enterprise);
    let second = app.member(&owner.enterprise, Role::Owner).await;
    let at = format!("{enterprise}/members/{}", app.id_of(&second).await);
    let invite = |email: &str| {
        let body = json!({"email": email, "role": "owner"});
        app.post(&format!("{enterprise}/invitations"))
            .by(&second)
            .json(&body)
            .expect(201)
    };
    invite("cua-sau@example.com").await;
    let token = app.token_for("cua-sau@example.com").await;
    app.delete(&at).by(&owner).expect(204).await;
    let account = json!({"password": "trời hôm nay xanh quá", "display_name": "Ai Đó"});
    let acceptance = json!({"token": token, "account": account});
    let refused = app.post("/invitations/acceptance").json(&acceptance).expect(409).await;
    assert_eq!(refused.code(), "already_decided");
    let listed = app
        .get(&format!("{enterprise}/invitations"))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(listed.text("/items/0/state"), "revoked");
    let ended = app.deeds(listed.text("/items/0/id"));
    assert!(
        ended.iter().any(|(deed, _)| deed == "member.invitation_ended"),
        "{ended:?}"
    );
}

/// Nor has an owner whom an officer suspended: what waits ends, and nothing is handed over to somebody who cannot act.
#[actix_web::test]
async fn a_suspended_owner_lets_nobody_in_and_owns_nothing_meanwhile() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.registered_enterprise().await;
    let enterprise = format!("/enterprises/{}", owner.enterprise);
    let second = app.member(&owner.enterprise, Role::Owner).await;
    let body = json!({"email": "cua-sau@example.com", "role": "owner"});
    let invited = app.post(&format!("{enterprise}/invitations")).by(&second).json(&body);
    invited.expect(201).await;
    let token = app.token_for("cua-sau@example.com").await;
    let account = app.id_of(&second).await;
    let why = json!({"reason_code": "other", "reason_text": "Mạo danh người khác, đang xác minh."});
    let suspension = format!("/accounts/{account}/suspension");
    app.post(&suspension).by(&officer).json(&why).expect(200).await;
    let new = json!({"password": PASSWORD, "display_name": "Ai Đó"});
    let acceptance = json!({"token": token, "account": new});
    app.post("/invitations/acceptance").json(&acceptance).expect(409).await;

    // The other one is the last owner now, whatever the list of members says.
    let left = app.delete("/me/membership").by(&owner).expect(409).await;
    assert_eq!(left.code(), "last_owner");
    let over = app
        .post(&format!("{enterprise}/members/{account}/ownership"))
        .by(&owner);
    assert_eq!(over.expect(409).await.code(), "already_decided");
    app.delete(&suspension).by(&officer).expect(200).await;
    app.delete("/me/membership").by(&owner).expect(204).await;
}
