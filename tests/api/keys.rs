//! Keys of enterprises' own systems.

use serde_json::json;
use vptex::domain::account::Role;
use vptex::domain::letter::Letter;
use vptex::service::api_keys;

use crate::harness::{Person, TestApp, dryer};

fn path(owner: &Person) -> String {
    format!("/enterprises/{}/api-keys", owner.enterprise)
}

#[actix_web::test]
async fn a_key_is_shown_once_and_does_what_its_scopes_say() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let body = json!({"name": "ERP", "scopes": ["listings:write"], "expires_in_days": 30});
    let made = app.post(&path(&owner)).by(&owner).json(&body).expect(201).await;
    let key = made.text("/key").to_owned();
    assert!(key.starts_with("vptex_"));
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let letters = app.letters_to(&owner.email).await;
    assert_eq!(letters.first(), Some(&Letter::KeyMade { name: "ERP".into() }));
    let listed = app.get(&path(&owner)).by(&owner).expect(200).await;
    assert_eq!(listed.text("/items/0/id"), made.text("/id"));
    let secret: String = key.chars().skip(30).collect();
    assert!(!listed.body.to_string().contains(&secret), "never the secret");

    let draft = app
        .post("/listings")
        .token(&key)
        .json(&dryer("Máy sấy"))
        .expect(201)
        .await;
    let listing = format!("/listings/{}", draft.text("/id"));
    let reading = app.get("/me/listings").token(&key).expect(403).await;
    assert_eq!(reading.code(), "insufficient_scope");
    app.get(&listing).token(&key).expect(404).await;
    let refused = app.get("/me").token(&key).expect(403).await;
    assert_eq!(refused.code(), "forbidden");
    let reader = app.key(&owner, &["listings:read"]).await;
    app.get(&listing).token(&reader).expect(200).await;
    let writing = app
        .patch(&listing)
        .token(&reader)
        .if_match(1)
        .json(&json!({"model": "B"}));
    assert_eq!(writing.expect(403).await.code(), "insufficient_scope");
    let stranger = app.registered_enterprise().await;
    let foreign = app.key(&stranger, &["listings:read", "listings:write"]).await;
    app.get(&listing).token(&foreign).expect(404).await;
}

#[actix_web::test]
async fn keys_end_and_are_revoked() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let viewer = app.member(&owner.enterprise, Role::Editor).await;
    let stranger = app.registered_enterprise().await;
    let key = app.key(&owner, &["listings:read"]).await;
    let id = app
        .get(&path(&owner))
        .by(&owner)
        .expect(200)
        .await
        .text("/items/0/id")
        .to_owned();
    let revoke = |whose: &Person, by: &Person| app.delete(&format!("{}/{id}", path(whose))).by(by);
    revoke(&owner, &viewer).expect(403).await;
    revoke(&owner, &stranger).expect(404).await;
    revoke(&stranger, &stranger).expect(404).await;
    app.get("/me/listings").token(&key).expect(200).await;
    revoke(&owner, &owner).expect(204).await;
    assert_eq!(revoke(&owner, &owner).expect(409).await.code(), "already_decided");
    // Where anybody may call, too: whoever sends a key believes that it is in force.
    for public in ["/me/listings", "/enterprises", "/search"] {
        assert_eq!(
            app.get(public).token(&key).expect(401).await.code(),
            "invalid_token",
            "{public}"
        );
    }
    let ending = app.key(&owner, &["listings:read"]).await;
    app.clock.pass(30 * 24 * 60 * 60 + 1);
    app.get("/me/listings").token(&ending).expect(401).await;
}

#[actix_web::test]
async fn what_is_no_key_of_ours_is_refused() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let key = app.key(&owner, &["listings:read"]).await;
    let mut other = key.clone();
    let last = other.pop().unwrap();
    other.push(if last == 'A' { 'B' } else { 'A' });
    let short: String = key.chars().take(40).collect();
    let unknown = format!("vptex_{}", "A".repeat(64));
    for token in [other.as_str(), unknown.as_str(), "vptex_", &short, &key.to_lowercase()] {
        let refused = app.get("/me/listings").token(token).expect(401).await;
        assert_eq!(refused.code(), "invalid_token", "{token}");
    }
    app.get("/me/listings").token(&key).expect(200).await;
}

#[actix_web::test]
async fn wrong_wishes_are_named_and_twenty_are_enough() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let wish =
        |name: &str, scopes: &[&str], days: i64| json!({"name": name, "scopes": scopes, "expires_in_days": days});
    for (body, pointers) in [
        (wish("", &[], 0), vec!["/name", "/scopes", "/expires_in_days"]),
        (wish("ERP", &["admin"], 367), vec!["/scopes", "/expires_in_days"]),
    ] {
        let refused = app.post(&path(&owner)).by(&owner).json(&body).expect(422).await;
        assert_eq!(refused.pointers(), pointers);
    }
    let mut first = None;
    for _ in 0..20 {
        let body = wish("ERP", &["listings:read"], 366);
        let made = app.post(&path(&owner)).by(&owner).json(&body).expect(201).await;
        first.get_or_insert(made.text("/id").to_owned());
    }
    let one_more = || {
        app.post(&path(&owner))
            .by(&owner)
            .json(&wish("ERP", &["listings:read"], 1))
    };
    assert_eq!(one_more().expect(409).await.code(), "limit_reached");
    let revoked = format!("{}/{}", path(&owner), first.unwrap());
    app.delete(&revoked).by(&owner).expect(204).await;
    one_more().expect(201).await;
}

#[actix_web::test]
async fn a_use_is_noted_and_written_down_later() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let key = app.key(&owner, &["listings:read"]).await;
    let last_used = async || {
        let listed = app.get(&path(&owner)).by(&owner).expect(200).await;
        listed.body["items"][0]["last_used_at"].clone()
    };
    // Somebody who knows the public half only.
    let guessed: String = key.chars().take(30).chain("A".repeat(40).chars()).collect();
    app.get("/me/listings").token(&guessed).expect(401).await;
    let kept = async || {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || api_keys::keep_uses(&exchange).unwrap())
            .await
            .unwrap()
    };
    for _ in 0..3 {
        app.get("/me/listings").token(&key).expect(200).await;
    }
    assert!(last_used().await.is_null(), "a read writes nothing");
    assert_eq!(kept().await, 1);
    assert!(last_used().await.is_string());
    assert_eq!(kept().await, 0);
}

#[actix_web::test]
async fn an_owner_of_a_suspended_enterprise_revokes_and_makes_none() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let key = app.key(&owner, &["listings:read", "listings:write"]).await;
    app.suspend(&owner.enterprise, &officer).await;
    app.get("/me/listings").token(&key).expect(200).await;
    let writing = app
        .post("/listings")
        .token(&key)
        .json(&dryer("Máy sấy"))
        .expect(403)
        .await;
    assert_eq!(writing.code(), "enterprise_not_active");
    let owner = app.again(&owner).await;
    let id = app
        .get(&path(&owner))
        .by(&owner)
        .expect(200)
        .await
        .text("/items/0/id")
        .to_owned();
    let body = json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 1});
    let refused = app.post(&path(&owner)).by(&owner).json(&body).expect(403).await;
    assert_eq!(refused.code(), "enterprise_not_active");
    app.delete(&format!("{}/{id}", path(&owner)))
        .by(&owner)
        .expect(204)
        .await;
}
