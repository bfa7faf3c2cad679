//! What sign-ins cost that were right, and when whoever is refused comes again.

use std::cell::RefCell;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use vptex::config::Rate;

use super::{assert_refused, few};
use crate::harness::{Call, Person, Reply, TestApp};

const WRONG: &str = "mật khẩu sai bét";

fn sign_in(app: &TestApp, who: &Person, password: &str) -> Call {
    app.post("/sessions")
        .json(&json!({"email": who.email, "password": password}))
}

/// Many sign in to one account at once.
async fn at_once(app: &TestApp, who: &Person, password: &str) -> Vec<Reply> {
    join_all((0..16).map(|_| sign_in(app, who, password).send())).await
}

/// Each is counted before it is compared, and five wrong ones let the address rest. That keeps none out that is right.
#[actix_web::test]
async fn many_right_sign_ins_at_once_are_all_let_in() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    for wrong_before in [0, 4] {
        for _ in 0..wrong_before {
            sign_in(&app, &lan, WRONG).expect(401).await;
        }
        for reply in at_once(&app, &lan, &lan.password).await {
            assert_eq!(reply.status, 201, "{wrong_before}: {:#}", reply.body);
        }
    }
}

/// Of those that are wrong so many are compared as if they came one after the other, and the others are told to the second how
/// long the address rests because of these.
#[actix_web::test]
async fn of_many_wrong_sign_ins_at_once_the_refused_are_told_when_to_come_again() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    app.clock.hold();
    for (free, rest) in [(5, 60), (1, 120)] {
        let replies = at_once(&app, &lan, WRONG).await;
        let (refused, wrong): (Vec<&Reply>, Vec<&Reply>) = replies.iter().partition(|reply| reply.status == 429);
        assert!(wrong.iter().all(|reply| reply.status == 401), "{wrong:?}");
        assert_eq!(wrong.len(), free);
        let told = rest.to_string();
        for reply in refused {
            assert_eq!(reply.header("retry-after"), Some(told.as_str()));
        }
        app.clock.pass(rest - 1);
        let early = sign_in(&app, &lan, &lan.password).expect(429).await;
        assert_eq!(early.header("retry-after"), Some("1"));
        app.clock.pass(1);
    }
    sign_in(&app, &lan, &lan.password).expect(201).await;
}

/// Whoever is refused because of guesses that are still compared waits for what comes of them, but only so long.
#[actix_web::test]
async fn guesses_that_are_compared_for_long_keep_nobody_waiting_as_long() {
    let mut app = TestApp::prepare();
    // Each is compared for longer than all others are refused.
    (app.config.argon2_memory_kib, app.config.argon2_iterations) = (32_768, 12);
    app.config.hash_threads = 1;
    app.start();
    app.exchange().guesses.allow(Duration::ZERO);
    let (app, answered) = (&app, &RefCell::new(Vec::new()));
    let guesses = (0..8).map(|_| async move {
        let guess = json!({"email": "khong-ai@example.com", "password": WRONG});
        let reply = app.post("/sessions").json(&guess).send().await;
        assert_eq!(reply.status == 429, reply.header("retry-after").is_some());
        answered.borrow_mut().push(reply.status);
    });
    join_all(guesses).await;
    assert_eq!(*answered.borrow(), [429, 429, 429, 401, 401, 401, 401, 401]);
}

/// Begins the server anew with three wrong sign-ins a day for an address.
async fn count_sign_ins(app: &mut TestApp) {
    app.stop().await;
    few(&mut app.config);
    app.config.rate_password = Rate::new(3, 86_400);
    app.start();
}

/// An office of many behind one address begins its day.
#[actix_web::test]
async fn right_sign_ins_cost_little_and_wrong_ones_as_much_as_ever() {
    let mut app = TestApp::prepare();
    app.start();
    let lan = app.registered_enterprise().await;
    count_sign_ins(&mut app).await;
    // What was signed in to prepare it is as of another day.
    app.clock.pass(61);
    let sign_in = |password: &str| {
        app.post("/sessions")
            .json(&json!({"email": lan.email, "password": password}))
    };
    for _ in 0..9 {
        sign_in(&lan.password).expect(201).await;
    }
    for _ in 0..3 {
        let again = app.post("/sessions/current/step-up").by(&lan);
        again.json(&json!({"password": lan.password})).expect(204).await;
    }
    // These cost as much as one that is wrong; of three two are left.
    for _ in 0..2 {
        sign_in("mật khẩu sai bét").expect(401).await;
    }
    assert_refused(&sign_in(&lan.password).send().await, "password");
}

/// Each sign-in leaves a session and a record for ever: one account cannot have them without end, and whoever shares its address
/// does not pay for it.
#[actix_web::test]
async fn an_account_that_signs_in_again_and_again_waits_and_nobody_else_does() {
    let mut app = TestApp::prepare();
    app.start();
    let lan = app.registered_enterprise().await;
    let hoa = app.registered_enterprise().await;
    count_sign_ins(&mut app).await;
    app.clock.hold();
    app.clock.pass(61);
    let sign_in = |who: &Person| {
        app.post("/sessions")
            .json(&json!({"email": who.email, "password": who.password}))
    };
    for _ in 0..10 {
        sign_in(&lan).expect(201).await;
    }
    for _ in 0..10 {
        let refused = sign_in(&lan).expect(429).await;
        assert_eq!(refused.code(), "too_many_requests");
        assert_eq!(refused.header("retry-after"), Some("60"));
    }
    sign_in(&hoa).expect(201).await;
    app.clock.pass(59);
    assert_eq!(sign_in(&lan).expect(429).await.header("retry-after"), Some("1"));
    app.clock.pass(1);
    sign_in(&lan).expect(201).await;
    // What was refused was no wrong guess: the address of the account does not rest. A wrong one costs as much as ever.
    sign_in(&Person {
        password: String::from("mật khẩu sai bét"),
        ..hoa
    })
    .expect(401)
    .await;
    assert_refused(&sign_in(&lan).send().await, "password");
}

/// Who is refused because of the account pays little, but pays: from one address nobody goes on without end.
#[actix_web::test]
async fn an_account_that_signs_in_too_often_uses_up_its_address_at_last() {
    let mut app = TestApp::prepare();
    app.start();
    let lan = app.registered_enterprise().await;
    count_sign_ins(&mut app).await;
    app.clock.hold();
    app.clock.pass(61);
    let sign_in = || {
        app.post("/sessions")
            .json(&json!({"email": lan.email, "password": lan.password}))
    };
    for _ in 0..10 {
        sign_in().expect(201).await;
    }
    // Twice twelve are as two that are wrong; the third is asked for in full.
    for _ in 10..25 {
        assert_eq!(sign_in().expect(429).await.header("retry-after"), Some("60"));
    }
    assert_refused(&sign_in().send().await, "password");
}

/// Those that a clock wrote which went ahead are not of the last minute.
#[actix_web::test]
async fn a_clock_that_is_set_back_keeps_nobody_out() {
    let mut app = TestApp::prepare();
    app.start();
    let lan = app.registered_enterprise().await;
    count_sign_ins(&mut app).await;
    app.clock.hold();
    app.clock.pass(61);
    let sign_in = || {
        app.post("/sessions")
            .json(&json!({"email": lan.email, "password": lan.password}))
    };
    for _ in 0..10 {
        sign_in().expect(201).await;
    }
    sign_in().expect(429).await;
    app.clock.pass(-40);
    sign_in().expect(201).await;
}
