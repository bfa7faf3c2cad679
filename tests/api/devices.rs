//! Strangers guess at an address, and its owner gets in all the same: from a known device, by a letter, and in the
//! session that is open already.

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::json;
use vptex::domain::account::Permission;

use crate::harness::{NEW_PASSWORD, PASSWORD, Person, Reply, TestApp};

const WRONG: &str = "không phải mật khẩu này";

async fn try_with(app: &TestApp, email: &str, password: &str, device: Option<&str>) -> Reply {
    let mut body = json!({"email": email, "password": password});
    if let Some(device) = device {
        body["device_token"] = json!(device);
    }
    app.post("/sessions").json(&body).send().await
}

/// Signs in; gives what makes the device known.
async fn known_device(app: &TestApp, email: &str, device: Option<&str>) -> String {
    let reply = try_with(app, email, PASSWORD, device).await;
    assert_eq!(reply.status, 201, "{:#}", reply.body);
    reply.text("/device_token").to_owned()
}

/// A stranger guesses until the address rests.
async fn strangers_guess(app: &TestApp, email: &str) {
    for _ in 0..5 {
        assert_eq!(try_with(app, email, WRONG, None).await.status, 401);
    }
    let refused = try_with(app, email, PASSWORD, None).await;
    assert_eq!((refused.status, refused.code()), (429, "too_many_requests"));
    assert!(refused.header("retry-after").is_some());
}

#[actix_web::test]
async fn a_known_device_lets_its_owner_in_while_strangers_guess() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let first = known_device(&app, &lan.email, None).await;
    strangers_guess(&app, &lan.email).await;
    let second = known_device(&app, &lan.email, Some(&first)).await;
    assert_ne!(first, second);
    // Its owner was there; strangers begin anew. What was shown once is nothing any more.
    strangers_guess(&app, &lan.email).await;
    assert_eq!(try_with(&app, &lan.email, PASSWORD, Some(&first)).await.status, 429);
    let third = known_device(&app, &lan.email, Some(&second)).await;
    // Nobody keeps it for ever.
    app.clock.pass(180 * 24 * 60 * 60);
    strangers_guess(&app, &lan.email).await;
    assert_eq!(try_with(&app, &lan.email, PASSWORD, Some(&third)).await.status, 429);
}

/// What strangers guess at the very moment is nothing that a known device waits for.
#[actix_web::test]
async fn a_known_device_lets_its_owner_in_amid_many_guesses() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let mut device = known_device(&app, &lan.email, None).await;
    for _ in 0..3 {
        let strangers = join_all((0..12).map(|_| try_with(&app, &lan.email, WRONG, None)));
        let (strangers, next) = join(strangers, known_device(&app, &lan.email, Some(&device))).await;
        assert!(strangers.iter().all(|reply| [401, 429].contains(&reply.status)));
        device = next;
    }
}

#[actix_web::test]
async fn without_a_device_a_letter_ends_the_rest_and_makes_all_devices_strange() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let device = known_device(&app, &lan.email, None).await;
    strangers_guess(&app, &lan.email).await;
    app.post("/password-resets")
        .json(&json!({"email": lan.email}))
        .expect(202)
        .await;
    let token = app.token_for(&lan.email).await;
    let body = json!({"token": token, "new_password": NEW_PASSWORD});
    app.post("/password-resets/confirmation").json(&body).expect(204).await;
    app.sign_in(&lan.email, NEW_PASSWORD).await;
    strangers_guess(&app, &lan.email).await;
    assert_eq!(
        try_with(&app, &lan.email, NEW_PASSWORD, Some(&device)).await.status,
        429
    );
}

#[actix_web::test]
async fn a_changed_password_makes_all_devices_strange() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let device = known_device(&app, &lan.email, None).await;
    let body = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    app.call(Method::PUT, "/me/password")
        .by(&lan)
        .json(&body)
        .expect(204)
        .await;
    strangers_guess(&app, &lan.email).await;
    assert_eq!(
        try_with(&app, &lan.email, NEW_PASSWORD, Some(&device)).await.status,
        429
    );
}

/// How many failed sign-ins with somebody's address the trail tells.
async fn refusals(app: &TestApp, person: &Person) -> usize {
    let me = app.get("/me").by(person).expect(200).await;
    let deeds = app.deeds(me.text("/id"));
    deeds.iter().filter(|(deed, _)| deed == "session.refused").count()
}

#[actix_web::test]
async fn a_stolen_device_token_opens_nothing_and_is_good_for_five_guesses() {
    let app = TestApp::spawn().await;
    let (lan, minh) = (app.registered_enterprise().await, app.registered_enterprise().await);
    let stolen = known_device(&app, &lan.email, None).await;
    // By itself it is nothing: not a token, not half a password.
    app.get("/me").token(&stolen).expect(401).await;
    assert_eq!(try_with(&app, &lan.email, WRONG, Some(&stolen)).await.status, 401);
    app.sign_in(&lan.email, PASSWORD).await;
    strangers_guess(&app, &lan.email).await;
    strangers_guess(&app, &minh.email).await;
    // Not for somebody else's address, and not when a letter of it is another.
    assert_eq!(try_with(&app, &minh.email, PASSWORD, Some(&stolen)).await.status, 429);
    let mut forged = stolen.clone();
    forged.replace_range(40..41, if stolen.as_bytes()[40] == b'A' { "B" } else { "A" });
    for strange in [forged.as_str(), "", "x"] {
        assert_eq!(try_with(&app, &lan.email, PASSWORD, Some(strange)).await.status, 429);
    }
    let before = refusals(&app, &lan).await;
    // Five guesses, however many come at once; then the right password does not help either.
    let guesses = join_all((0..12).map(|_| try_with(&app, &lan.email, WRONG, Some(&stolen)))).await;
    let count = |status| guesses.iter().filter(|reply| reply.status == status).count();
    assert_eq!((count(401), count(429)), (5, 7));
    assert_eq!(try_with(&app, &lan.email, PASSWORD, Some(&stolen)).await.status, 429);
    assert_eq!(refusals(&app, &lan).await, before + 5, "each guess is in the trail");
    // The rest ends as if there were no devices.
    app.clock.pass(61);
    app.sign_in(&lan.email, PASSWORD).await;
}

#[actix_web::test]
async fn a_known_device_shows_the_second_factor_all_the_same() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ReadAudit]).await;
    let body = |device: &str, code: Option<&str>| json!({"email": officer.email, "password": officer.password, "code": code, "device_token": device});
    let code = officer.codes.lock().unwrap().pop();
    let signed_in = app.post("/sessions").json(&body("", code.as_deref())).expect(201).await;
    let device = signed_in.text("/device_token");
    strangers_guess(&app, &officer.email).await;
    // To be asked for the code is no failure, however often.
    for _ in 0..7 {
        let asked = app.post("/sessions").json(&body(device, None)).expect(401).await;
        assert_eq!(asked.code(), "second_factor_required");
    }
    let wrong = app
        .post("/sessions")
        .json(&body(device, Some("000000")))
        .expect(401)
        .await;
    assert_eq!(wrong.code(), "invalid_code");
    let code = officer.codes.lock().unwrap().pop();
    app.post("/sessions")
        .json(&body(device, code.as_deref()))
        .expect(201)
        .await;
}

async fn step_up(app: &TestApp, who: &Person, password: &str) -> u16 {
    let body = json!({"password": password});
    let call = app.post("/sessions/current/step-up").by(who).json(&body);
    call.send().await.status
}

#[actix_web::test]
async fn strangers_cannot_touch_the_count_of_somebody_who_is_signed_in() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let elsewhere = app.again(&lan).await;
    strangers_guess(&app, &lan.email).await;
    assert_eq!(step_up(&app, &lan, PASSWORD).await, 204);
    // Who sits at an open session guesses at that one: neither at another session nor at the address.
    for _ in 0..5 {
        assert_eq!(step_up(&app, &elsewhere, WRONG).await, 401);
    }
    assert_eq!(step_up(&app, &elsewhere, PASSWORD).await, 429);
    let change = |current: &str| json!({"current_password": current, "new_password": NEW_PASSWORD});
    let put = |who: &Person, body| app.call(Method::PUT, "/me/password").by(who).json(&body);
    put(&elsewhere, change(PASSWORD)).expect(429).await;
    put(&lan, change(WRONG)).expect(401).await;
    put(&lan, change(PASSWORD)).expect(204).await;
}
