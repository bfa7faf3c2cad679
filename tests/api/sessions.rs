//! Signing in, staying signed in, signing out.

use std::collections::BTreeSet;

use diesel::sql_types::Text;
use diesel::{RunQueryDsl, sql_query};
use futures_util::future::join_all;
use serde_json::json;
use vptex::domain::account::{Email, Permission, Role, Scope, Standing};
use vptex::domain::ids::EnterpriseId;
use vptex::domain::letter::Letter;
use vptex::domain::text::Line;
use vptex::service::accounts::demo_account;
use vptex::store::{AnyConn, accounts};

use crate::harness::{Call, NEW_PASSWORD, PASSWORD, TestApp};

fn refresh(app: &TestApp, token: &str) -> Call {
    app.post("/sessions/refresh").json(&json!({"refresh_token": token}))
}

#[actix_web::test]
async fn a_refresh_token_is_replaced_and_its_predecessor_has_ten_seconds() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let second = refresh(&app, &lan.refresh).expect(200).await;
    assert_ne!(second.text("/refresh_token"), lan.refresh);
    app.clock.pass(9);
    let crossed = refresh(&app, &lan.refresh).expect(200).await;
    assert_eq!(crossed.text("/refresh_token"), second.text("/refresh_token"));
    let third = refresh(&app, second.text("/refresh_token")).expect(200).await;
    app.get("/me").token(third.text("/access_token")).expect(200).await;

    // Two generations old: a copy in the wrong hands.
    let stolen = refresh(&app, &lan.refresh).expect(401).await;
    assert_eq!(stolen.code(), "invalid_token");
    for token in [&lan.access, third.text("/access_token")] {
        let over = app.get("/me").token(token).expect(401).await;
        assert_eq!(over.code(), "invalid_token");
    }
    refresh(&app, third.text("/refresh_token")).expect(401).await;
}

#[actix_web::test]
async fn a_predecessor_that_comes_late_ends_the_session() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let second = refresh(&app, &lan.refresh).expect(200).await;
    app.clock.pass(11);
    refresh(&app, &lan.refresh).expect(401).await;
    refresh(&app, second.text("/refresh_token")).expect(401).await;
    app.get("/me").token(second.text("/access_token")).expect(401).await;
}

#[actix_web::test]
async fn tokens_end() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    app.clock.pass(5 * 60 + 6);
    app.get("/me").by(&lan).expect(401).await;
    let renewed = refresh(&app, &lan.refresh).expect(200).await;
    app.get("/me").token(renewed.text("/access_token")).expect(200).await;
    app.clock.pass(7 * 24 * 60 * 60 + 1);
    refresh(&app, renewed.text("/refresh_token")).expect(401).await;
}

#[actix_web::test]
async fn signing_out_ends_both_tokens_and_no_other_session() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let elsewhere = app.again(&lan).await;
    app.delete("/sessions/current").by(&lan).expect(204).await;
    app.get("/me").by(&lan).expect(401).await;
    refresh(&app, &lan.refresh).expect(401).await;
    app.delete("/sessions/current").by(&lan).expect(401).await;
    app.get("/me").by(&elsewhere).expect(200).await;
}

#[actix_web::test]
async fn a_broken_token_is_refused_on_public_paths_too() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let mut forged = lan.access.clone();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'Q' } else { 'A' });
    for token in ["nonsense", forged.as_str(), lan.refresh.as_str()] {
        for path in ["/search", "/enterprises", "/me"] {
            let refused = app.get(path).token(token).expect(401).await;
            assert_eq!(refused.code(), "invalid_token", "{path}");
            assert_eq!(
                refused.header("www-authenticate"),
                Some("Bearer error=\"invalid_token\"")
            );
        }
    }
    let visitor = app.get("/me").expect(401).await;
    assert_eq!(visitor.code(), "unauthenticated");
    assert_eq!(visitor.header("www-authenticate"), Some("Bearer"));
    refresh(&app, "nonsense").expect(401).await;
}

#[actix_web::test]
async fn sixty_four_refreshes_at_once_have_one_successor() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let replies = join_all((0..64).map(|_| refresh(&app, &lan.refresh).expect(200))).await;
    let successors: BTreeSet<&str> = replies.iter().map(|reply| reply.text("/refresh_token")).collect();
    assert_eq!(successors.len(), 1);
    app.get("/me").token(replies[0].text("/access_token")).expect(200).await;
}

#[actix_web::test]
async fn cve_2026_31888_a_wrong_password_tells_nothing_about_the_account() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let mut answers = BTreeSet::new();
    for (email, password) in [
        (lan.email.as_str(), "không phải mật khẩu này"),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let body = json!({"email": email, "password": password});
        let refused = app.post("/sessions").json(&body).expect(401).await;
        answers.insert((refused.code().to_owned(), refused.text("/detail").to_owned()));
    }
    assert_eq!(answers.len(), 1);
    app.sign_in(&lan.email.to_uppercase(), PASSWORD).await;
}

#[actix_web::test]
async fn a_one_time_password_opens_once_and_only_for_three_days() {
    let app = TestApp::spawn().await;
    let (email, one_time) = app.appoint(&[Permission::ReviewListings]).await;
    let body = json!({"email": email, "password": one_time, "new_password": NEW_PASSWORD});
    // Two who come together: one of them has it.
    let replies = join_all((0..2).map(|_| app.post("/sessions").json(&body).send())).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401]);

    let (email, one_time) = app.appoint(&[Permission::ReviewListings]).await;
    app.clock.pass(72 * 60 * 60 + 1);
    let body = json!({"email": email, "password": one_time, "new_password": NEW_PASSWORD});
    let late = app.post("/sessions").json(&body).expect(401).await;
    assert_eq!(late.code(), "invalid_credentials");
}

#[actix_web::test]
async fn a_closed_account_can_do_nothing_any_more() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let email = lan.email.clone();
    app.change(move |uow| {
        let closed =
            sql_query("UPDATE accounts SET status = 'disabled' WHERE email_key = $1").bind::<Text, _>(email.clone());
        match uow.conn() {
            AnyConn::Pg(pg) => closed.execute(pg)?,
            AnyConn::Sqlite(sqlite) => closed.execute(sqlite)?,
        };
        Ok(())
    })
    .await;
    let refused = refresh(&app, &lan.refresh).expect(401).await;
    assert_eq!(refused.code(), "invalid_token");
    app.get("/me").by(&lan).expect(401).await;
    let body = json!({"email": lan.email, "password": PASSWORD});
    app.post("/sessions").json(&body).expect(401).await;
}

#[actix_web::test]
async fn a_password_is_hashed_anew_when_hashing_became_dearer() {
    let mut app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let hash = |app: &TestApp| {
        let email = lan.email.clone();
        let found = app
            .exchange()
            .db
            .read(|conn| accounts::credentials(conn, &email))
            .unwrap();
        found.unwrap().password_hash
    };
    let old = hash(&app);
    app.again(&lan).await;
    assert_eq!(hash(&app), old, "nothing to do");
    app.stop().await;
    app.config.argon2_iterations = 2;
    app.start();
    let wrong = json!({"email": lan.email, "password": "không phải mật khẩu này"});
    app.post("/sessions").json(&wrong).expect(401).await;
    assert_eq!(hash(&app), old);
    app.again(&lan).await;
    let new = hash(&app);
    assert!(old.contains("t=1") && new.contains("t=2"), "{old} {new}");
    app.again(&lan).await;
    assert_eq!(hash(&app), new);
}

#[actix_web::test]
async fn one_address_and_one_tax_code_have_one_registration() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let first = app.registration("Công ty Một");
    let made = app.confirmed(&first).await;
    let approval = format!("/enterprises/{}/approval", made.text("/enterprise/id"));
    app.post(&approval).by(&officer).if_match(1).expect(200).await;
    let email = first["account"]["email"].as_str().unwrap();
    let mut second = app.registration("Công ty Hai");
    second["account"]["email"] = json!(email.to_uppercase());
    // The answer is that to an unknown address; its owner reads what it is about.
    app.post("/registrations").json(&second).expect(202).await;
    let letters = app.letters_to(email).await;
    assert_eq!(letters.first(), Some(&Letter::AddressKnown));
    let mut third = app.registration("Công ty Ba");
    third["enterprise"]["tax_code"] = first["enterprise"]["tax_code"].clone();
    let taken = app.post("/registrations").json(&third).expect(409).await;
    assert_eq!(
        (taken.code(), taken.pointers()),
        ("tax_code_taken", vec!["/enterprise/tax_code"])
    );
}

#[actix_web::test]
async fn the_trail_tells_a_member_s_account_from_an_officer_s() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let member = Standing::Member {
        enterprise: EnterpriseId(lan.enterprise.parse().unwrap()),
        role: Role::Editor,
    };
    let officer = Standing::Officer {
        permissions: vec![Permission::ReviewListings],
        scope: Scope::default(),
    };
    for (email, standing, deed) in [
        ("bientap@demo.example", member, "account.opened"),
        ("canbo@demo.example", officer, "officer.appointed"),
    ] {
        let (email, name) = (Email::parse(email).unwrap(), Line::parse("Demo").unwrap());
        let exchange = app.exchange().clone();
        let make = move || {
            exchange
                .write_blocking(move |work| demo_account(work, &email, &name, &standing, "$argon2id$"))
                .unwrap()
        };
        let account = tokio::task::spawn_blocking(make).await.unwrap();
        assert_eq!(app.deeds(&account.to_string()), [(deed.to_owned(), None)]);
    }
}

/// Whoever only typed an address does not choose the password of its account.
#[actix_web::test]
async fn the_reader_of_the_letter_chooses_the_password() {
    let app = TestApp::spawn().await;
    let body = app.registration("Công ty Một");
    app.post("/registrations").json(&body).expect(202).await;
    let email = body["account"]["email"].as_str().unwrap();
    let token = app.token_for(email).await;
    let confirm = |password: &str| {
        let body = json!({"token": token, "password": password});
        app.post("/registrations/confirmation").json(&body)
    };
    for (weak, why) in [("ngắn", "short"), ("Công ty Một Công ty Một", "name")] {
        assert_eq!(confirm(weak).expect(422).await.pointers(), ["/password"], "{why}");
    }
    // What was refused has not used the letter up.
    confirm(PASSWORD).expect(201).await;
    assert_eq!(confirm(PASSWORD).expect(400).await.code(), "invalid_proof");
    app.sign_in(email, PASSWORD).await;
}
