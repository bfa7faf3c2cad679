//! Proving an address, and exchanging it for another: both must agree, and nothing is told about strangers.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use vptex::config::{Minutes, Value as _};
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;
use vptex::service::Result;
use vptex::store;
use vptex::store::schema::accounts;

use crate::harness::{PASSWORD, Person, Reply, TestApp};

const DAY: i64 = 24 * 60 * 60;

async fn ask(app: &TestApp, who: &Person, new: &str) -> Reply {
    app.post("/me/email").by(who).json(&json!({"email": new})).send().await
}

async fn agree(app: &TestApp, token: &str, status: u16) -> Reply {
    let body = json!({"token": token});
    app.post("/email-changes/confirmation").json(&body).expect(status).await
}

async fn verify(app: &TestApp, token: &str, status: u16) -> Reply {
    let body = json!({"token": token});
    app.post("/email-verifications/confirmation")
        .json(&body)
        .expect(status)
        .await
}

/// Asks for a change; gives the tokens of the present and the new address.
async fn asked(app: &TestApp, who: &Person, new: &str) -> (String, String) {
    assert_eq!(ask(app, who, new).await.status, 202);
    (app.token_for(&who.email).await, app.token_for(new).await)
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status, reply.code()), (400, "invalid_proof"), "{:#}", reply.body);
}

/// As after a change of the rules: the account has an address that nobody proved.
async fn forget_proof(app: &TestApp, who: &Person) {
    let (exchange, key) = (app.exchange().clone(), who.email.to_lowercase());
    let forget = move || -> Result<()> {
        exchange.write_blocking(move |work| {
            let row = accounts::table.filter(accounts::email_key.eq(key.clone()));
            let none = None::<store::types::DbTs>;
            let count = diesel::update(row)
                .set(accounts::email_verified_at.eq(none))
                .execute(work.conn())
                .map_err(store::Error::from)?;
            assert_eq!(count, 1);
            Ok(())
        })
    };
    tokio::task::spawn_blocking(forget).await.unwrap().unwrap();
}

#[actix_web::test]
async fn an_address_changes_when_both_agree_in_any_order() {
    let app = TestApp::spawn().await;
    for old_first in [true, false] {
        let lan = app.registered_enterprise().await;
        let elsewhere = app.again(&lan).await;
        let new = format!("Moi.{old_first}@Example.com");
        let (old_token, new_token) = asked(&app, &lan, &new).await;
        let (first, second) = if old_first {
            (&old_token, &new_token)
        } else {
            (&new_token, &old_token)
        };
        assert_eq!(
            agree(&app, first, 200).await.text("/status"),
            "waiting_for_other_address"
        );
        assert_eq!(app.get("/me").by(&lan).expect(200).await.text("/email"), lan.email);
        refused(&agree(&app, first, 400).await);
        let reset = json!({"email": lan.email});
        app.post("/password-resets").json(&reset).expect(202).await;
        let reset_token = app.token_for(&lan.email).await;

        assert_eq!(agree(&app, second, 200).await.text("/status"), "changed");
        for session in [&lan, &elsewhere] {
            assert_eq!(app.get("/me").by(session).expect(401).await.code(), "invalid_token");
        }
        let body = json!({"email": lan.email, "password": PASSWORD});
        app.post("/sessions").json(&body).expect(401).await;
        let again = app.sign_in(&new, PASSWORD).await;
        let me = app.get("/me").by(&again).expect(200).await;
        assert_eq!(
            (me.text("/email"), &me.body["email_verified"]),
            (new.as_str(), &json!(true))
        );
        let told = app.letters_to(&lan.email).await;
        assert!(
            told.iter()
                .any(|letter| matches!(letter, Letter::AddressChanged { new: to } if *to == new)),
            "{told:?}"
        );
        let reset = json!({"token": reset_token, "new_password": "mưa rơi trên mái ngói cũ"});
        refused(&app.post("/password-resets/confirmation").json(&reset).expect(400).await);
        for token in [&old_token, &new_token] {
            refused(&agree(&app, token, 400).await);
        }
    }
}

#[actix_web::test]
async fn one_half_twice_is_not_both() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let (old_1, new_1) = asked(&app, &lan, "moi1@example.com").await;
    agree(&app, &old_1, 200).await;
    let (old_2, new_2) = asked(&app, &lan, "moi2@example.com").await;
    // The agreement to the first address is none to the second, and the first cannot go on.
    refused(&agree(&app, &new_1, 400).await);
    assert_eq!(
        agree(&app, &new_2, 200).await.text("/status"),
        "waiting_for_other_address"
    );
    assert_eq!(agree(&app, &old_2, 200).await.text("/status"), "changed");
    app.sign_in("moi2@example.com", PASSWORD).await;
}

#[actix_web::test]
async fn cve_2026_39851_an_address_that_is_taken_is_answered_like_any_other() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let binh = app.registered_enterprise().await;
    let free = ask(&app, &lan, "free@example.com").await;
    let taken = ask(&app, &lan, &binh.email.to_uppercase()).await;
    assert_eq!((free.status, &free.body), (taken.status, &taken.body));
    let told = app.letters_to(&binh.email).await;
    assert_eq!(told.first(), Some(&Letter::AddressKnown), "{told:?}");
    let old = app.token_for(&lan.email).await;
    assert_eq!(
        agree(&app, &old, 200).await.text("/status"),
        "waiting_for_other_address"
    );
    app.get("/me").by(&binh).expect(200).await;
}

#[actix_web::test]
async fn an_address_that_was_taken_meanwhile_changes_nothing() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let new = "hai.nguoi@example.com";
    let (old_token, new_token) = asked(&app, &lan, new).await;
    agree(&app, &old_token, 200).await;
    let mut other = app.registration("Công ty Hai");
    other["account"]["email"] = json!(new);
    app.confirmed(&other).await;
    refused(&agree(&app, &new_token, 400).await);
    assert_eq!(app.get("/me").by(&lan).expect(200).await.text("/email"), lan.email);
    app.sign_in(new, PASSWORD).await;
}

#[actix_web::test]
async fn cve_2026_35407_a_token_is_good_for_one_account_and_one_purpose() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let binh = app.registered_enterprise().await;
    let (old_token, new_token) = asked(&app, &lan, "moi@example.com").await;
    app.post("/password-resets")
        .json(&json!({"email": binh.email}))
        .expect(202)
        .await;
    let reset_token = app.token_for(&binh.email).await;
    for token in [&old_token, &new_token] {
        // Binh, signed in, cannot use what was sent to Lan.
        let body = json!({"token": token});
        let call = app.post("/email-changes/confirmation").by(&binh).json(&body);
        refused(&call.expect(400).await);
        refused(
            &app.post("/email-verifications/confirmation")
                .json(&body)
                .expect(400)
                .await,
        );
        let opening = json!({"token": token, "password": PASSWORD});
        for path in ["/registrations/confirmation", "/accounts/confirmation"] {
            refused(&app.post(path).json(&opening).expect(400).await);
        }
        let body = json!({"token": token, "new_password": "mưa rơi trên mái ngói cũ"});
        refused(&app.post("/password-resets/confirmation").json(&body).expect(400).await);
    }
    refused(&agree(&app, &reset_token, 400).await);
    refused(&verify(&app, &reset_token, 400).await);
    for broken in [
        "",
        "x",
        &"A".repeat(64),
        old_token.split_at(63).0,
        &format!("{old_token}A"),
    ] {
        refused(&agree(&app, broken, 400).await);
        refused(&verify(&app, broken, 400).await);
    }
    // Nothing of this used them up.
    agree(&app, &old_token, 200).await;
    assert_eq!(agree(&app, &new_token, 200).await.text("/status"), "changed");
    app.get("/me").by(&binh).expect(200).await;
}

#[actix_web::test]
async fn a_change_ends_with_the_password_and_with_the_day() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let (old_token, new_token) = asked(&app, &lan, "moi@example.com").await;
    agree(&app, &old_token, 200).await;
    let change = json!({"current_password": PASSWORD, "new_password": "mưa rơi trên mái ngói cũ"});
    app.call(Method::PUT, "/me/password")
        .by(&lan)
        .json(&change)
        .expect(204)
        .await;
    refused(&agree(&app, &new_token, 400).await);
    let (old_token, new_token) = asked(&app, &lan, "khac@example.com").await;
    agree(&app, &old_token, 200).await;
    app.clock.pass(DAY);
    refused(&agree(&app, &new_token, 400).await);
}

#[actix_web::test]
async fn a_change_is_asked_for_by_somebody_who_is_there_and_not_often() {
    let mut app = TestApp::prepare();
    app.config.access_token_minutes = Minutes::parse("60").unwrap();
    app.start();
    let lan = app.registered_enterprise().await;
    assert_eq!(
        app.post("/me/email")
            .json(&json!({"email": "a@b.vn"}))
            .expect(401)
            .await
            .code(),
        "unauthenticated"
    );
    for (email, pointer) in [("no address", "/email"), (lan.email.to_uppercase().as_str(), "/email")] {
        let wrong = ask(&app, &lan, email).await;
        assert_eq!((wrong.status, wrong.pointers()), (422, vec![pointer]));
    }
    app.clock.pass(301);
    let late = ask(&app, &lan, "moi@example.com").await;
    assert_eq!((late.status, late.code()), (401, "step_up_required"));
    assert!(app.letters_to("moi@example.com").await.is_empty());
    let password = json!({"password": PASSWORD});
    app.post("/sessions/current/step-up")
        .by(&lan)
        .json(&password)
        .expect(204)
        .await;
    for _ in 0..3 {
        assert_eq!(ask(&app, &lan, "moi@example.com").await.status, 202);
    }
    let often = ask(&app, &lan, "moi@example.com").await;
    assert_eq!((often.status, often.code()), (429, "too_many_requests"));
    assert!(often.header("retry-after").is_some());
    assert_eq!(app.letters_to("moi@example.com").await.len(), 3);
}

#[actix_web::test]
async fn accounts_together_cannot_fill_a_mailbox() {
    let app = TestApp::spawn().await;
    let mut bodies: Vec<Value> = Vec::new();
    for _ in 0..5 {
        let somebody = app.registered_enterprise().await;
        let reply = ask(&app, &somebody, "victim@example.com").await;
        assert_eq!(reply.status, 202);
        bodies.push(reply.body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "nobody is told");
    assert_eq!(app.letters_to("victim@example.com").await.len(), 3);
}

#[actix_web::test]
async fn the_present_address_is_proved_by_a_letter() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let binh = app.registered_enterprise().await;
    let ask = |who: &Person| app.post("/me/email/verification").by(who);
    assert_eq!(ask(&lan).expect(409).await.code(), "already_there");
    forget_proof(&app, &lan).await;
    forget_proof(&app, &binh).await;
    let before = app.get("/me").by(&lan).expect(200).await;
    assert_eq!(before.body["email_verified"], json!(false));
    ask(&lan).expect(202).await;
    let older = app.token_for(&lan.email).await;
    ask(&lan).expect(202).await;
    let token = app.token_for(&lan.email).await;
    refused(&verify(&app, &older, 400).await);
    let body = json!({"token": token});
    let by_binh = app.post("/email-verifications/confirmation").by(&binh).json(&body);
    refused(&by_binh.expect(400).await);
    verify(&app, &token, 204).await;
    refused(&verify(&app, &token, 400).await);
    let after = app.get("/me").by(&lan).expect(200).await;
    assert_eq!(after.body["email_verified"], json!(true));
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(
        app.get("/me").by(&binh).expect(200).await.body["email_verified"],
        json!(false)
    );
    ask(&binh).expect(202).await;
    let late = app.token_for(&binh.email).await;
    app.clock.pass(DAY);
    refused(&verify(&app, &late, 400).await);
}

#[actix_web::test]
async fn a_letter_to_the_former_address_proves_nothing_of_the_new_one() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    forget_proof(&app, &lan).await;
    app.post("/me/email/verification").by(&lan).expect(202).await;
    let verification = app.token_for(&lan.email).await;
    let (old_token, new_token) = asked(&app, &lan, "moi@example.com").await;
    agree(&app, &new_token, 200).await;
    assert_eq!(agree(&app, &old_token, 200).await.text("/status"), "changed");
    refused(&verify(&app, &verification, 400).await);
}

#[actix_web::test]
async fn officers_change_their_address_too() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ReadAudit]).await;
    let (old_token, new_token) = asked(&app, &officer, "canbo.moi@example.com").await;
    agree(&app, &old_token, 200).await;
    assert_eq!(agree(&app, &new_token, 200).await.text("/status"), "changed");
    app.get("/me").by(&officer).expect(401).await;
    let moved = Person {
        email: "canbo.moi@example.com".into(),
        ..officer
    };
    // The second factor is still asked for.
    let moved = app.again(&moved).await;
    assert_eq!(app.get("/me").by(&moved).expect(200).await.text("/kind"), "officer");
}
