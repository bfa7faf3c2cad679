//! A forgotten password, over HTTP.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;
use vptex::domain::account::Permission;
use vptex::domain::ids::AskId;
use vptex::domain::letter::Letter;
use vptex::store::schema::audit_log;
use vptex::store::{self, asks};

use crate::harness::{NEW_PASSWORD, PASSWORD, Person, Reply, TestApp};

async fn ask(app: &TestApp, email: &str) -> Reply {
    app.post("/password-resets")
        .json(&json!({"email": email}))
        .expect(202)
        .await
}

async fn reset(app: &TestApp, token: &str) -> Reply {
    let body = json!({"token": token, "new_password": NEW_PASSWORD});
    app.post("/password-resets/confirmation").json(&body).send().await
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status, reply.code()), (400, "invalid_proof"), "{:#}", reply.body);
}

#[actix_web::test]
async fn a_forgotten_password_is_replaced_once_and_ends_all_sessions() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let elsewhere = app.again(&lan).await;
    ask(&app, &lan.email.to_uppercase()).await;
    let token = app.token_for(&lan.email).await;
    let weak = json!({"token": token, "new_password": "quá ngắn"});
    app.post("/password-resets/confirmation").json(&weak).expect(422).await;
    let done = reset(&app, &token).await;
    assert_eq!((done.status, done.body.is_null()), (204, true), "it signs nobody in");
    for session in [&lan, &elsewhere] {
        app.get("/me").by(session).expect(401).await;
        let body = json!({"refresh_token": session.refresh});
        app.post("/sessions/refresh").json(&body).expect(401).await;
    }
    let body = json!({"email": lan.email, "password": PASSWORD});
    app.post("/sessions").json(&body).expect(401).await;
    app.sign_in(&lan.email, NEW_PASSWORD).await;
    refused(&reset(&app, &token).await);
    assert_eq!(app.letters_to(&lan.email).await.first(), Some(&Letter::PasswordChanged));
}

#[actix_web::test]
async fn a_letter_is_good_for_half_an_hour() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    ask(&app, &lan.email).await;
    let token = app.token_for(&lan.email).await;
    app.clock.pass(29 * 60);
    ask(&app, &lan.email).await;
    let newer = app.token_for(&lan.email).await;
    refused(&reset(&app, &token).await);
    app.clock.pass(30 * 60 + 1);
    refused(&reset(&app, &newer).await);
    ask(&app, &lan.email).await;
    let newest = app.token_for(&lan.email).await;
    app.clock.pass(29 * 60 + 55);
    assert_eq!(reset(&app, &newest).await.status, 204);
}

#[actix_web::test]
async fn the_newest_letter_counts_and_none_after_a_change() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    ask(&app, &lan.email).await;
    let older = app.token_for(&lan.email).await;
    ask(&app, &lan.email).await;
    let newer = app.token_for(&lan.email).await;
    assert_ne!(older, newer);
    refused(&reset(&app, &older).await);
    let change = json!({"current_password": PASSWORD, "new_password": "gió thổi qua cánh đồng lúa"});
    app.call(Method::PUT, "/me/password")
        .by(&lan)
        .json(&change)
        .expect(204)
        .await;
    refused(&reset(&app, &newer).await);
    app.sign_in(&lan.email, "gió thổi qua cánh đồng lúa").await;
}

#[actix_web::test]
async fn two_who_come_together_set_one_password() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    ask(&app, &lan.email).await;
    let token = app.token_for(&lan.email).await;
    let replies = futures_util::future::join_all((0..8).map(|_| reset(&app, &token))).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 204).count(),
        1,
        "{statuses:?}"
    );
    // The others waited for a hash in vain, or were told that too many do.
    assert!(
        statuses.iter().all(|status| [204, 400, 503].contains(status)),
        "{statuses:?}"
    );
}

#[actix_web::test]
async fn a_second_factor_outlives_the_password() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ReadAudit]).await;
    ask(&app, &officer.email).await;
    let token = app.token_for(&officer.email).await;
    let password = "gió thổi qua cánh đồng lúa";
    let body = json!({"token": token, "new_password": password});
    app.post("/password-resets/confirmation").json(&body).expect(204).await;
    let body = json!({"email": officer.email, "password": password});
    let asked = app.post("/sessions").json(&body).expect(401).await;
    assert_eq!(asked.code(), "second_factor_required");
    let officer = Person {
        password: password.into(),
        ..officer
    };
    let again = app.again(&officer).await;
    app.get("/me").by(&again).expect(200).await;
}

#[actix_web::test]
async fn an_unknown_address_is_answered_like_a_known_one() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let known = ask(&app, &lan.email).await;
    for unknown in ["nobody@example.com", "no address", ""] {
        let reply = ask(&app, unknown).await;
        assert_eq!((reply.status, &reply.body), (known.status, &known.body), "{unknown:?}");
    }
    assert!(app.letters_to("nobody@example.com").await.is_empty());
    // Decided later, it is noted with the address from which it came.
    app.letters_to(&lan.email).await;
    let read = |conn: &mut store::AnyConn| -> store::Result<_> {
        Ok(audit_log::table
            .filter(audit_log::deed.eq("password.reset_asked"))
            .select((audit_log::ip, audit_log::request_id.is_not_null()))
            .load::<(Option<String>, bool)>(conn)?)
    };
    let noted = app.exchange().db.read(read).unwrap();
    // It may have been anybody, so it is nobody's deed, and in nobody's copy.
    let copy = app.get("/me/export").by(&lan).expect(200).await;
    assert!(!copy.body.to_string().contains("password.reset_asked"));
    assert_eq!(noted, [(Some("127.0.0.1".to_owned()), true)]);
    // The length tells nothing about accounts.
    let long = json!({"email": format!("{}@example.com", "a".repeat(250))});
    let long = app.post("/password-resets").json(&long).expect(422).await;
    assert_eq!(long.pointers(), ["/email"]);
    // A fourth letter within the hour is not sent, and nobody is told.
    for _ in 0..4 {
        assert_eq!(ask(&app, &lan.email).await.body, known.body);
    }
    let letters = app.letters_to(&lan.email).await;
    let resets = letters
        .iter()
        .filter(|letter| matches!(letter, Letter::ResetPassword { .. }));
    assert_eq!(resets.count(), 3);
}

#[actix_web::test]
async fn an_ask_that_nobody_can_open_keeps_no_other_waiting() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let now = app.exchange().clock.now();
    app.change(move |uow| {
        let damaged = asks::Waiting {
            id: AskId(Uuid::nil()),
            sealed_content: vec![7; 100],
        };
        asks::push(uow, &damaged, now)
    })
    .await;
    ask(&app, &lan.email).await;
    let token = app.token_for(&lan.email).await;
    assert_eq!(reset(&app, &token).await.status, 204);
    assert!(
        app.exchange()
            .db
            .read(|conn| asks::waiting(conn, 1))
            .unwrap()
            .is_empty()
    );
}
