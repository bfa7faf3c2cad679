//! The second factor: codes by time and recovery codes, each good once, and how the factor is given up.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;

use crate::harness::{Call, Person, Reply, TestApp};

/// Good beside a second factor, too short without.
pub const SHORT: &str = "bò7gặmCỏ";
/// Good in any case.
const LONG: &str = "gió thổi qua cánh đồng lúa";

async fn enrolled(app: &TestApp) -> Person {
    app.enrol(app.person().await).await
}

fn sign_in(app: &TestApp, who: &Person, code: &str) -> Call {
    let body = json!({"email": who.email, "password": who.password, "code": code});
    app.post("/sessions").json(&body)
}

fn change_password(app: &TestApp, who: &Person, new: &str) -> Call {
    let body = json!({"current_password": who.password, "new_password": new});
    app.call(Method::PUT, "/me/password").by(who).json(&body)
}

/// A code of six digits that is not good now.
fn wrong_code(app: &TestApp, who: &Person) -> String {
    let good: Vec<String> = (-1..=1).map(|steps| app.code_at(who, steps)).collect();
    let all = (0..4).map(|number| format!("{number:06}"));
    all.into_iter().find(|code| !good.contains(code)).unwrap()
}

/// The same person with an access token of the present, on the same session.
async fn refreshed(app: &TestApp, who: &Person) -> Person {
    let body = json!({"refresh_token": who.refresh});
    let pair = app.post("/sessions/refresh").json(&body).expect(200).await;
    Person {
        access: pair.text("/access_token").to_owned(),
        refresh: pair.text("/refresh_token").to_owned(),
        ..who.clone()
    }
}

fn refused(reply: &Reply) {
    assert_eq!((reply.status, reply.code()), (401, "invalid_code"), "{:#}", reply.body);
}

#[actix_web::test]
async fn a_code_signs_in_once() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let (mai, lan) = (enrolled(&app).await, enrolled(&app).await);
    // It was shown when the factor was set up.
    refused(&sign_in(&app, &mai, &app.code_of(&mai)).send().await);
    app.clock.pass(60);
    let code = app.code_of(&mai);
    sign_in(&app, &mai, &code).expect(201).await;
    refused(&sign_in(&app, &mai, &code).send().await);
    // The one before is used up with it.
    refused(&sign_in(&app, &mai, &app.code_at(&mai, -1)).send().await);
    let bare = json!({"email": mai.email, "password": mai.password});
    let asked = app.post("/sessions").json(&bare).expect(401).await;
    assert_eq!(asked.code(), "second_factor_required");
    app.clock.pass(60);
    sign_in(&app, &mai, &format!(" {} ", app.code_of(&mai)))
        .expect(201)
        .await;
    app.clock.pass(60);
    for wrong in [
        wrong_code(&app, &lan),
        app.code_of(&mai),
        "12345".into(),
        "1234567".into(),
    ] {
        refused(&sign_in(&app, &lan, &wrong).send().await);
    }
    // A right code is worth nothing beside a wrong password, and is not used up by it.
    let wrong = Person {
        password: LONG.into(),
        ..lan.clone()
    };
    let reply = sign_in(&app, &wrong, &app.code_of(&lan)).expect(401).await;
    assert_eq!(reply.code(), "invalid_credentials");
    // Five wrong ones in a row cost a minute.
    sign_in(&app, &lan, &app.code_of(&lan)).expect(429).await;
    app.clock.pass(61);
    sign_in(&app, &lan, &app.code_of(&lan)).expect(201).await;
}

/// The class of CVE-2026-47741 (Shopper) and GHSA-rxhg-2pw9-vf25 (vaultwarden): a limit of uses that a race goes beyond.
#[actix_web::test]
async fn cve_2026_47741_of_sixteen_who_show_one_code_at_once_one_gets_in() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let mai = enrolled(&app).await;
    app.clock.pass(60);
    let recovery = mai.codes.lock().unwrap().pop().unwrap();
    for code in [app.code_of(&mai), recovery] {
        let replies = join_all((0..16).map(|_| sign_in(&app, &mai, &code).send())).await;
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        let won = statuses.iter().filter(|status| **status == 201).count();
        assert_eq!(won, 1, "{statuses:?}");
        // The others are wrong, wrong too often, or in a queue that is full.
        let lost = statuses.iter().all(|status| [201, 401, 429, 503].contains(status));
        assert!(lost, "{statuses:?}");
        app.clock.pass(16 * 60);
    }
}

#[actix_web::test]
async fn a_code_of_the_neighbouring_half_minutes_is_good_and_no_other() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let mai = enrolled(&app).await;
    for (steps, is_good) in [
        (-3, false),
        (-2, false),
        (-1, true),
        (0, true),
        (1, true),
        (2, false),
        (3, false),
    ] {
        // Far from every code that was used before.
        app.clock.pass(20 * 30);
        let reply = sign_in(&app, &mai, &app.code_at(&mai, steps)).send().await;
        if is_good {
            assert_eq!(reply.status, 201, "{steps}");
        } else {
            refused(&reply);
        }
    }
    // Whoever was ahead of time has used up what came before.
    app.clock.pass(20 * 30);
    sign_in(&app, &mai, &app.code_at(&mai, 1)).expect(201).await;
    refused(&sign_in(&app, &mai, &app.code_of(&mai)).send().await);
    app.clock.pass(60);
    sign_in(&app, &mai, &app.code_of(&mai)).expect(201).await;
}

#[actix_web::test]
async fn a_recovery_code_signs_in_once_and_its_owner_reads_of_it() {
    let app = TestApp::spawn().await;
    let (mai, lan) = (enrolled(&app).await, enrolled(&app).await);
    let codes = mai.codes.lock().unwrap().clone();
    let different: BTreeSet<&String> = codes.iter().collect();
    assert_eq!(different.len(), 10);
    refused(&sign_in(&app, &lan, &codes[0]).send().await);
    sign_in(&app, &mai, &codes[0]).expect(201).await;
    refused(&sign_in(&app, &mai, &codes[0]).send().await);
    let letters = app.letters_to(&mai.email).await;
    assert_eq!(letters.first(), Some(&Letter::RecoveryCodeUsed { left: 9 }));
    // As somebody reads it out, and types it.
    let typed = codes[1].replace('-', " ").to_uppercase();
    sign_in(&app, &mai, &typed).expect(201).await;
    refused(&sign_in(&app, &mai, &"a".repeat(50)).send().await);
    let deeds = app.deeds(&app.id_of(&mai).await);
    let used = deeds.iter().filter(|(deed, _)| deed == "factor.recovery_code_used");
    assert_eq!(used.count(), 2, "{deeds:?}");
}

#[actix_web::test]
async fn new_recovery_codes_void_the_former_ones() {
    let app = TestApp::spawn().await;
    let mai = enrolled(&app).await;
    let former = mai.codes.lock().unwrap().clone();
    let renewed = app.post("/me/recovery-codes").by(&mai).expect(201).await;
    let codes = renewed.body["recovery_codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    assert_eq!(
        app.letters_to(&mai.email).await.first(),
        Some(&Letter::RecoveryCodesMade)
    );
    for code in &former[..2] {
        refused(&sign_in(&app, &mai, code).send().await);
    }
    sign_in(&app, &mai, codes[0].as_str().unwrap()).expect(201).await;
    // Who has no factor has no codes, either.
    let tam = app.person().await;
    app.post("/me/recovery-codes").by(&tam).expect(404).await;
}

#[actix_web::test]
async fn giving_the_factor_up_needs_a_fresh_proof_by_it() {
    let app = TestApp::spawn().await;
    let mai = enrolled(&app).await;
    let elsewhere = app.again(&mai).await;
    app.clock.pass(6 * 60);
    let mai = refreshed(&app, &mai).await;
    for call in [app.delete("/me/second-factor"), app.post("/me/recovery-codes")] {
        assert_eq!(call.by(&mai).expect(401).await.code(), "step_up_required");
    }
    let step_up = |body| app.post("/sessions/current/step-up").by(&mai).json(&body);
    // The password alone is no proof of who has a second factor.
    refused(&step_up(json!({"password": mai.password})).send().await);
    step_up(json!({"code": app.code_of(&mai)})).expect(204).await;
    app.delete("/me/second-factor").by(&mai).expect(204).await;
    let letters = app.letters_to(&mai.email).await;
    assert_eq!(letters.first(), Some(&Letter::FactorChanged { enrolled: false }));
    let elsewhere = json!({"refresh_token": elsewhere.refresh});
    app.post("/sessions/refresh").json(&elsewhere).expect(401).await;
    app.delete("/me/second-factor").by(&mai).expect(404).await;
    app.sign_in(&mai.email, &mai.password).await;

    let officer = app.officer_who_may(&[Permission::ReadAudit]).await;
    app.delete("/me/second-factor").by(&officer).expect(403).await;
}

#[actix_web::test]
async fn a_short_password_never_stands_alone() {
    let app = TestApp::spawn().await;
    let mai = enrolled(&app).await;
    change_password(&app, &mai, SHORT).expect(204).await;
    let mai = Person {
        password: SHORT.into(),
        ..mai
    };
    let refused = app.delete("/me/second-factor").by(&mai).expect(409).await;
    assert_eq!(refused.code(), "stronger_password_required");
    // Signing in tells nothing that makes it longer.
    let mai = app.again(&mai).await;
    app.delete("/me/second-factor").by(&mai).expect(409).await;
    change_password(&app, &mai, LONG).expect(204).await;
    app.delete("/me/second-factor").by(&mai).expect(204).await;
    let mai = app.sign_in(&mai.email, LONG).await;
    let short = change_password(&app, &mai, SHORT).expect(422).await;
    assert_eq!(short.pointers(), ["/new_password"]);
}

#[actix_web::test]
async fn a_password_of_which_nothing_is_known_is_seen_at_the_next_sign_in() {
    let app = TestApp::spawn().await;
    let mai = enrolled(&app).await;
    // As older versions left it.
    app.by_hand("UPDATE accounts SET password_stands_alone = FALSE").await;
    app.delete("/me/second-factor").by(&mai).expect(409).await;
    let mai = app.again(&mai).await;
    app.delete("/me/second-factor").by(&mai).expect(204).await;
}

#[actix_web::test]
async fn a_short_password_and_the_removal_do_not_pass_each_other() {
    let app = TestApp::spawn().await;
    for _ in 0..4 {
        let mai = enrolled(&app).await;
        let remove = app.delete("/me/second-factor").by(&mai).send();
        let (changed, removed) = join(change_password(&app, &mai, SHORT).send(), remove).await;
        let statuses = (changed.status, removed.status);
        assert!([(204, 409), (422, 204)].contains(&statuses), "{statuses:?}");
    }
}
