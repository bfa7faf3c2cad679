//! The terms of open dossiers: when the calendar changes, and what comes of those that are over.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::calendar::{Calendar, Term, last_day};
use vptex::service::dossiers::terms;

use super::desk::{Desk, content};
use crate::harness::Reply;
use crate::open_terms::{give_off, reasons};

/// What the exchange does once a day.
pub(super) fn end_terms(desk: &Desk) {
    let ended = terms::run(desk.app.exchange(), || false).unwrap();
    assert_eq!(ended.failed, 0);
}

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

/// The last day of an event's term.
fn due_of(seen: &Reply, event: &str) -> Date {
    let due = seen.body["due"].as_array().unwrap();
    let due = due.iter().find(|due| due["event"]["code"] == event);
    due.unwrap()["due_on"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn the_term_of_an_opinion_is_counted_anew_with_its_extension() {
    let desk = Desk::on(date(2026, 3, 3)).await;
    desk.app.clock.hold();
    let keeper = desk
        .app
        .officer_who_may(&[Permission::ManageReferenceData, Permission::ReadAudit])
        .await;
    let mut text = content(&desk.tax_code);
    text["project"]["group"] = json!("C");
    let new = json!({"procedure": "OPN_DECISION", "content": text});
    let plain = desk.begin(&desk.officer, &new).await;
    let begun = desk.begin(&desk.officer, &new).await;
    let extended = desk.take(&begun, "extend").await;
    let begun = desk.begin(&desk.officer, &new).await;
    let issued = desk.take(&begun, "issue_opinion").await;
    // Ten days from Tuesday the 3rd, and ten more.
    assert_eq!(due_of(&plain, "issue_opinion"), date(2026, 3, 13));
    assert_eq!(due_of(&extended, "issue_opinion"), date(2026, 3, 23));

    // The first end is a day off now, so that it is the Monday after it, from which the extension goes on.
    let changed = give_off(&desk.app, &keeper, date(2026, 3, 13)).await;
    assert_eq!(changed.number("/terms_moved"), 2);
    for (seen, before, after) in [
        (&plain, date(2026, 3, 13), date(2026, 3, 16)),
        (&extended, date(2026, 3, 23), date(2026, 3, 26)),
    ] {
        let now = desk.read(&desk.officer, seen).await;
        assert_eq!(due_of(&now, "issue_opinion"), after);
        assert_eq!(now.number("/version"), seen.number("/version") + 1);
        let told = reasons(&desk.app, &keeper, seen.text("/id")).await;
        let moved = format!("due_at: {before} → {after} (24:00).");
        assert!(told.len() == 1 && told[0].starts_with(&moved), "{told:?}");
    }
    assert!(reasons(&desk.app, &keeper, issued.text("/id")).await.is_empty());
    // What bars counts by it, too: the day on which it ended before is over.
    let desk = desk.later(13).await;
    let seen = desk.read(&desk.officer, &plain).await;
    desk.take(&seen, "extend").await;
}

#[actix_web::test]
async fn the_time_to_amend_a_licence_is_counted_anew_and_bars_by_its_new_end() {
    let desk = Desk::on(date(2026, 3, 3)).await;
    desk.app.clock.hold();
    let keeper = desk
        .app
        .officer_who_may(&[Permission::ManageReferenceData, Permission::ReadAudit])
        .await;
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let approval = desk
        .begin(&desk.owner, &json!({"procedure": "APR", "content": text}))
        .await;
    let approved = desk.take(&desk.take(&approval, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.body["id"], "given_on": desk.today()});
    let mut asked_back = Vec::new();
    for _ in 0..2 {
        let begun = desk.begin(&desk.owner, &new).await;
        let submitted = desk.take(&begun, "submit").await;
        asked_back.push(desk.take(&submitted, "request_amendment").await);
    }
    // Sixty days from the 3rd of March end on a Saturday after days off; one has sixty more.
    assert_eq!(due_of(&asked_back[0], "resubmit"), date(2026, 5, 4));
    asked_back[1] = desk.take(&asked_back[1], "request_extension").await;
    assert_eq!(due_of(&asked_back[1], "resubmit"), date(2026, 7, 3));

    let changed = give_off(&desk.app, &keeper, date(2026, 5, 4)).await;
    assert_eq!(changed.number("/terms_moved"), 2);
    let first = desk.read(&desk.owner, &asked_back[0]).await;
    assert_eq!(due_of(&first, "resubmit"), date(2026, 5, 5));
    let second = desk.read(&desk.owner, &asked_back[1]).await;
    assert_eq!(due_of(&second, "resubmit"), date(2026, 7, 6));
    let told = reasons(&desk.app, &keeper, second.text("/id")).await;
    assert!(
        told.len() == 1 && told[0].starts_with("due_at: 2026-07-03 → 2026-07-06 (24:00)."),
        "{told:?}"
    );

    // On the new last day it is taken, and on the day after it no more.
    let desk = desk.later(63).await;
    assert_eq!(desk.today(), date(2026, 5, 5));
    let first = desk.read(&desk.owner, &first).await;
    desk.take(&first, "resubmit").await;
    let desk = desk.later(63).await;
    let second = desk.read(&desk.owner, &second).await;
    let refused = desk.try_event(&second, "resubmit").await;
    assert_eq!((refused.status, refused.code()), (409, "dossier_term_over"));
}

#[actix_web::test]
async fn what_nobody_found_incomplete_in_time_is_taken_for_complete() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["sign_contract", "submit"] {
        seen = desk.take(&seen, event).await;
    }
    end_terms(&desk);
    assert_eq!(desk.read(&desk.officer, &seen).await.text("/state/code"), "submitted");
    let desk = desk.later(14).await;
    end_terms(&desk);
    // Nothing is done twice.
    end_terms(&desk);
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

/// A registration whose contract ends on a day.
pub(super) async fn registered_until(desk: &Desk, last_day: Date) -> Reply {
    let mut text = content(&desk.tax_code);
    text["contract"]["ends_on"] = json!(last_day);
    desk.counter().register(&text).await
}

pub(super) async fn certificate(desk: &Desk, issued: &Reply) -> Reply {
    let path = format!("/certificates/{}", issued.text("/certificate/id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

pub(super) async fn case(desk: &Desk, certificate: &Reply) -> Reply {
    let path = format!("/dossiers/{}", certificate.text("/case_id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

fn in_days(desk: &Desk, days: i64) -> Date {
    desk.today().checked_add(days.days()).unwrap()
}

#[actix_web::test]
async fn a_contract_that_ends_ends_the_life_of_its_certificate() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    // On every day of the week.
    let mut issued = Vec::new();
    for days in 30..37 {
        issued.push(registered_until(&desk, in_days(&desk, days)).await);
    }
    let mut desk = desk.later(30).await;
    for over in 0..=issued.len() {
        end_terms(&desk);
        for (at, issued) in issued.iter().enumerate() {
            let certificate = certificate(&desk, issued).await;
            let expected = if at < over {
                ("expired", "expired")
            } else {
                ("valid", "active")
            };
            let state = case(&desk, &certificate).await.text("/state/code").to_owned();
            assert_eq!((certificate.text("/validity"), state.as_str()), expected, "{at} {over}");
        }
        desk = desk.later(1).await;
    }
}

#[actix_web::test]
async fn what_was_asked_for_in_time_is_granted_after_the_contract_has_ended() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let issued = registered_until(&desk, in_days(&desk, 3)).await;
    let mut text = content(&desk.tax_code);
    text["amendment"]["certificate_number"] = issued.body["certificate"]["number"].clone();
    text["amendment"]["new_ends_on"] = json!("2045-12-31");
    text["contract"] = json!({});
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
    let mut seen = desk.begin(&desk.owner, &new).await;
    for event in ["submit", "accept_complete"] {
        seen = desk.take(&seen, event).await;
    }
    let desk = desk.later(4).await;
    end_terms(&desk);
    let before = certificate(&desk, &issued).await;
    assert_eq!(case(&desk, &before).await.text("/state/code"), "expired");
    desk.take(&seen, "issue").await;
    let after = certificate(&desk, &issued).await;
    let state = case(&desk, &after).await.text("/state/code").to_owned();
    assert_eq!((after.text("/validity"), state.as_str()), ("amended", "active"));
}

#[actix_web::test]
async fn what_is_found_out_after_the_end_is_annulled_all_the_same() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let issued = registered_until(&desk, in_days(&desk, 3)).await;
    let held = certificate(&desk, &issued).await;
    // What is proposed before is signed after.
    let seen = case(&desk, &held).await;
    let annulment = json!({"event": "annul", "ground": "FORGED_DOSSIER", "note": "Hồ sơ giả mạo.",
        "letter_number": "88/QĐ-SKHCN", "letter_on": desk.today()});
    let proposed = desk.counter().propose(&seen, &annulment).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    let desk = desk.later(4).await;
    end_terms(&desk);
    let ended = case(&desk, &held).await;
    assert_eq!(ended.text("/state/code"), "expired");
    let signed = desk.post(&ended, &desk.signer, &json!({"event": "annul"})).await;
    assert_eq!(
        (signed.status, signed.text("/state/code")),
        (200, "annulled"),
        "{}",
        signed.body
    );
    assert_eq!(certificate(&desk, &issued).await.text("/validity"), "annulled");
}

#[actix_web::test]
async fn rules_leave_nothing_to_time_that_somebody_has_to_do() {
    let desk = Desk::open().await;
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let present = desk.app.get("/procedures/REG").expect(200).await;
    for (event, at) in [("issue", 8), ("supplement", 5), ("refuse", 9)] {
        let mut rules = present.body["rules"].clone();
        assert_eq!(rules["events"][at]["code"], event);
        rules["events"][at]["term"] = json!({
            "unit": "working_day", "amount": 3, "runs_from": "submitted_on", "if_missed": "treat_as_complete",
        });
        let put = desk.app.put("/procedures/REG").by(&keeper).if_match(0).json(&rules);
        let refused = put.expect(422).await;
        assert_eq!(refused.pointers(), [format!("/events/{at}/term/if_missed")], "{event}");
    }
}
