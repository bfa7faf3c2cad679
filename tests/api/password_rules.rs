//! Passwords by the rules of TCVN 14423, and what a flood of sign-ins costs the others.

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::json;
use vptex::config::PasswordRules;
use vptex::domain::account::Permission;

use crate::harness::{Call, PASSWORD, Person, Reply, TestApp};

const DAY: i64 = 24 * 60 * 60;

fn strict() -> TestApp {
    let mut app = TestApp::prepare();
    app.config.password_policy = PasswordRules::Tcvn;
    app.start();
    app
}

/// A password with four classes of characters; each number has one of its own.
fn numbered(number: u32) -> String {
    let words = [
        "Gió",
        "Mưa",
        "Trăng",
        "Sông",
        "Núi",
        "Đồng",
        "Thuyền",
        "Chợ",
        "Rừng",
        "Biển",
        "Cầu",
        "Đường",
    ];
    let word = words[usize::try_from(number).unwrap() % words.len()];
    format!("{word} qua khe cửa hẹp {number}!")
}

fn change(app: &TestApp, who: &Person, current: &str, new: &str) -> Call {
    let body = json!({"current_password": current, "new_password": new});
    app.call(Method::PUT, "/me/password").by(who).json(&body)
}

fn wrong(reply: &Reply, pointer: &str, code: &str) {
    let errors = &reply.body["errors"][0];
    assert_eq!(
        (reply.status, &errors["pointer"], &errors["code"]),
        (422, &json!(pointer), &json!(code)),
        "{:#}",
        reply.body
    );
}

#[actix_web::test]
async fn tcvn_asks_for_fourteen_characters_of_four_classes() {
    let app = strict();
    let body = json!({"email": "mai@example.com", "display_name": "Đỗ Thị Mai"});
    app.post("/accounts").json(&body).expect(202).await;
    let token = app.token_for("mai@example.com").await;
    let open = |password: &str| {
        let body = json!({"token": token, "password": password});
        app.post("/accounts/confirmation").json(&body)
    };
    for (password, code) in [
        ("Gió lùa khe7!", Some("too_short")),
        (PASSWORD, Some("password_classes")),
        ("gió qua khe cửa hẹp 7!", Some("password_classes")),
        ("GIÓ QUA KHE CỬA HẸP 7!", Some("password_classes")),
        ("Gió qua khe cửa hẹp bảy!", Some("password_classes")),
        ("GióQuaKheCửaHẹp7", Some("password_classes")),
        ("Password@12345678", Some("guessable_password")),
        ("Gió lùa khe 7!", None),
    ] {
        let reply = open(password).send().await;
        match code {
            None => assert_eq!(reply.status, 201, "{password}: {:#}", reply.body),
            Some(code) => wrong(&reply, "/password", code),
        }
    }
}

#[actix_web::test]
async fn tcvn_remembers_ten_former_passwords() {
    let app = strict();
    let mai = app.person().await;
    let mut current = PASSWORD.to_owned();
    for number in 0..11 {
        change(&app, &mai, &current, &numbered(number)).expect(204).await;
        current = numbered(number);
    }
    // The present one, and the ten before it.
    for number in 0..11 {
        let reply = change(&app, &mai, &current, &numbered(number)).send().await;
        // What is made of the present one is refused first.
        assert_eq!(reply.pointers(), ["/new_password"], "{number}: {:#}", reply.body);
        if number < 10 {
            wrong(&reply, "/new_password", "used_password");
        }
    }
    // A letter leads to the same rules.
    let email = json!({"email": mai.email});
    app.post("/password-resets").json(&email).expect(202).await;
    let token = app.token_for(&mai.email).await;
    let reset = |new: &str| {
        let body = json!({"token": token, "new_password": new});
        app.post("/password-resets/confirmation").json(&body)
    };
    wrong(&reset(&numbered(3)).send().await, "/new_password", "used_password");
    reset(&numbered(11)).expect(204).await;
    // The eleventh before is forgotten.
    let mai = app.sign_in(&mai.email, &numbered(11)).await;
    change(&app, &mai, &numbered(11), &numbered(0)).expect(204).await;
}

#[actix_web::test]
async fn tcvn_lets_officers_keep_a_password_for_sixty_days() {
    let app = strict();
    let mai = app.person().await;
    let (email, one_time) = app.appoint(&[Permission::ReadAudit]).await;
    let sign_in = |password: &str, new: Option<&str>| {
        let body = json!({"email": email, "password": password, "new_password": new});
        app.post("/sessions").json(&body)
    };
    wrong(
        &sign_in(&one_time, Some(PASSWORD)).send().await,
        "/new_password",
        "password_classes",
    );
    sign_in(&one_time, Some(&numbered(1))).expect(201).await;
    app.clock.pass(60 * DAY - 60);
    sign_in(&numbered(1), None).expect(201).await;
    app.clock.pass(120);
    let old = sign_in(&numbered(1), None).expect(403).await;
    assert_eq!(old.code(), "password_change_required");
    wrong(
        &sign_in(&numbered(1), Some(&numbered(1))).send().await,
        "/new_password",
        "guessable_password",
    );
    sign_in(&numbered(1), Some(&numbered(2))).expect(201).await;
    sign_in(&numbered(2), None).expect(201).await;
    // Nobody else's grows old.
    app.sign_in(&mai.email, PASSWORD).await;
}

#[actix_web::test]
async fn a_flood_of_sign_ins_is_told_to_come_back_and_nobody_else_is() {
    let mut app = TestApp::prepare();
    app.config.hash_threads = 1;
    app.config.hash_queue = 1;
    // Dear enough that the flood is there before the first hash is done.
    app.config.argon2_memory_kib = 64 * 1_024;
    app.config.argon2_iterations = 4;
    app.start();
    app.settle().await;
    let sign_in = |number: usize| {
        let body = json!({"email": format!("khach{number}@example.com"), "password": PASSWORD});
        app.post("/sessions").json(&body)
    };
    let flood = join_all((0..32).map(|number| sign_in(number).send()));
    let others = join_all((0..32).flat_map(|_| [app.get("/search").send(), app.get("/enterprises").send()]));
    let (flood, others) = join(flood, others).await;
    assert!(others.iter().all(|reply| reply.status == 200));
    let (busy, judged): (Vec<&Reply>, Vec<&Reply>) = flood.iter().partition(|reply| reply.status == 503);
    assert!(busy.len() >= 16, "{} of {}", busy.len(), flood.len());
    for reply in busy {
        assert_eq!(reply.code(), "busy");
        assert!(reply.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    }
    assert!(judged.iter().all(|reply| reply.status == 401));
    // Whoever comes back is judged in the end: at once, unless the machine has other things to do than hashing.
    let mut late = sign_in(99).send().await;
    while late.status == 503 {
        late = sign_in(99).send().await;
    }
    assert_eq!(late.status, 401);
}
