//! Everybody takes one list as a file at a time.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use reqwest::Method;
use vptex::domain::account::Permission;
use vptex::domain::ids::AccountId;
use vptex::service::exports::turns::{Taker, Turn};

use crate::harness::{Person, TestApp};

/// Takes a file for somebody, who does not come to its end.
async fn taken(app: &TestApp, person: &Person) -> Turn {
    let me = app.get("/me").by(person).expect(200).await;
    let account = AccountId(me.text("/id").parse().unwrap());
    app.exchange()
        .exports
        .begin(Taker::Account(account), Instant::now())
        .unwrap()
}

#[actix_web::test]
async fn who_takes_a_file_takes_no_other_before_its_end() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    let other = app.officer_who_may(Permission::ALL).await;
    let held = taken(&app, &officer).await;
    let paths = [
        "/exports/listings",
        "/exports/enterprises",
        "/exports/moderation-queue",
        "/exports/listing-register",
        "/exports/enterprise-register",
        "/exports/takedowns",
        "/exports/reports",
        "/exports/ip-notices",
        "/exports/complaints",
        "/exports/search-queries",
        "/exports/certificates",
        "/exports/opinions",
        "/audit/export?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z",
    ];
    for path in paths {
        let refused = app.get(path).by(&officer).expect(429).await;
        assert_eq!(refused.code(), "too_many_requests", "{path}");
        assert!(
            refused.text("/messages/en").contains("another list as a file"),
            "{path}"
        );
        assert_eq!(refused.header("retry-after"), Some("30"), "{path}");
    }
    // It is nobody's concern but the own.
    for path in ["/exports/listings", "/exports/reports"] {
        app.get(path).by(&other).expect(200).await;
    }
    drop(held);
    // Who has the end of one may take the next, as often as there is something wrong with it, too.
    for form in ["csv", "xlsx", "jsonl", "csv"] {
        app.get("/exports/reports?format=none").by(&officer).expect(400).await;
        let path = format!("/exports/reports?format={form}");
        app.get(&path).by(&officer).expect(200).await;
    }
}

#[actix_web::test]
async fn members_take_their_own_one_by_one_and_strangers_a_few() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let held = taken(&app, &owner).await;
    app.get("/me/listings/export").by(&owner).expect(429).await;
    // A template is a page, which holds nobody up.
    app.get("/listing-import-template").by(&owner).expect(200).await;
    drop(held);
    app.get("/me/listings/export").by(&owner).expect(200).await;

    let address = Taker::Address(Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    let mut several: Vec<Turn> = std::iter::from_fn(|| app.exchange().exports.begin(address, Instant::now())).collect();
    app.get("/exports/listings").expect(429).await;
    app.get("/exports/listings").by(&owner).expect(200).await;
    several.pop();
    for _ in 0..3 {
        app.get("/exports/enterprises").expect(200).await;
    }
}

#[actix_web::test]
async fn who_went_away_in_the_middle_of_a_file_gets_the_next_one() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    let me = app.get("/me").by(&officer).expect(200).await;
    let taker = Taker::Account(AccountId(me.text("/id").parse().unwrap()));
    let long_ago = Instant::now().checked_sub(Duration::from_secs(61)).unwrap();
    let asleep = app.exchange().exports.begin(taker, long_ago).unwrap();
    app.get("/exports/reports").by(&officer).expect(200).await;
    assert!(!asleep.goes_on(Instant::now()));
}

#[actix_web::test]
async fn to_ask_for_the_head_of_a_file_takes_no_turn_for_long() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    for path in ["/exports/reports", "/exports/listings?format=xlsx"] {
        for _ in 0..3 {
            let head = app.call(Method::HEAD, path).by(&officer).expect(200).await;
            assert!(head.bytes.is_empty(), "{path}");
            assert!(head.header("content-disposition").is_some(), "{path}");
        }
        app.get(path).by(&officer).expect(200).await;
    }
}
