//! The terms of open dossiers: when the calendar changes, and what comes of those that are over.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::calendar::{Calendar, Term, last_day};
use vptex::service::dossiers::terms;

use super::desk::{Desk, content};
use crate::harness::Reply;
use crate::open_terms::{give_off, reasons};

fn due(seen: &Reply) -> Date {
    seen.text("/due/0/due_on").parse().unwrap()
}

#[actix_web::test]
async fn what_is_open_is_counted_anew_and_what_is_closed_stays() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let keeper = desk
        .app
        .officer_who_may(&[Permission::ManageReferenceData, Permission::ReadAudit])
        .await;
    let counter = desk.counter();
    let open = counter.accepted(&content(&desk.tax_code)).await;
    let closed = counter.register(&content(&desk.tax_code)).await;
    let before = due(&open);
    let listed = async |overdue: bool| {
        let path = format!("/dossiers?overdue={overdue}");
        let list = desk.app.get(&path).by(&desk.officer).expect(200).await;
        let items = list.body["items"].as_array().unwrap().iter();
        items
            .filter(|item| item["id"] == open.body["id"])
            .map(|item| last_day(item["due_at"].as_str().unwrap().parse().unwrap()))
            .next()
    };
    assert_eq!(listed(false).await, Some(before));

    // The first day of the term is worked no more, so the term is a working day longer.
    let next = |day: Date| Calendar::shipped().due(day, Term::WorkingDays(1));
    let changed = give_off(&desk.app, &keeper, next(desk.today())).await;
    assert_eq!(
        (changed.number("/terms_moved"), &changed.body["is_recounted"]),
        (1, &true.into())
    );
    let after = desk.read(&desk.officer, &open).await;
    assert_eq!(due(&after), next(before));
    assert_eq!(listed(false).await, Some(next(before)));
    let told = reasons(&desk.app, &keeper, open.text("/id")).await;
    let moved = format!("due_at: {before} → {} (24:00).", next(before));
    assert!(told.len() == 1 && told[0].starts_with(&moved), "{told:?}");
    assert!(reasons(&desk.app, &keeper, closed.text("/id")).await.is_empty());

    // Whoever read it before is told.
    let stale = counter.try_event(&open, "issue").await;
    assert_eq!((stale.status, stale.code()), (412, "stale_version"));
    counter.take(&after, "issue").await;
}

#[actix_web::test]
async fn what_nobody_found_incomplete_in_time_is_taken_for_complete() {
    let desk = Desk::open().await;
    let mut seen = desk
        .begin(
            &desk.owner,
            &json!({"procedure": "REG", "content": content(&desk.tax_code)}),
        )
        .await;
    for event in ["sign_contract", "submit"] {
        seen = desk.take(&seen, event).await;
    }
    assert_eq!(
        terms::run(desk.app.exchange(), || false).unwrap(),
        0,
        "the term is not over"
    );
    let desk = desk.later(14).await;
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap(), 1);
    assert_eq!(
        terms::run(desk.app.exchange(), || false).unwrap(),
        0,
        "nothing is done twice"
    );
    let after = desk.read(&desk.officer, &seen).await;
    assert_eq!(after.text("/state/code"), "under_review");
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["event"], &last["is_late"], &last["is_automatic"]),
        (&json!("accept_complete"), &json!(true), &json!(true)),
        "{last}"
    );
    // The officer goes on from there.
    desk.take(&after, "issue").await;
}

#[actix_web::test]
async fn a_contract_that_ends_ends_the_life_of_its_certificate() {
    let desk = Desk::open().await;
    let mut ends_soon = content(&desk.tax_code);
    let last_day = desk.today().checked_add(30.days()).unwrap();
    ends_soon["contract"]["ends_on"] = json!(last_day);
    let issued = desk.counter().register(&ends_soon).await;
    let path = format!("/certificates/{}", issued.text("/certificate/id"));
    let certificate = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let case = format!("/dossiers/{}", certificate.text("/case_id"));
    let desk = desk.later(30).await;
    assert_eq!(
        terms::run(desk.app.exchange(), || false).unwrap(),
        0,
        "it ends with its last day"
    );
    let desk = desk.later(1).await;
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap(), 1);
    let ended = desk.app.get(&case).by(&desk.officer).expect(200).await;
    assert_eq!(
        (ended.text("/state/code"), ended.body["closed_at"].is_string()),
        ("expired", true)
    );
    let certificate = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(certificate.text("/validity"), "expired");
}
