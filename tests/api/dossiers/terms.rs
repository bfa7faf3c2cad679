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

/// What the exchange does once a day.
fn end_terms(desk: &Desk) {
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
async fn registered_until(desk: &Desk, last_day: Date) -> Reply {
    let mut text = content(&desk.tax_code);
    text["contract"]["ends_on"] = json!(last_day);
    desk.counter().register(&text).await
}

async fn certificate(desk: &Desk, issued: &Reply) -> Reply {
    let path = format!("/certificates/{}", issued.text("/certificate/id"));
    desk.app.get(&path).by(&desk.officer).expect(200).await
}

async fn case(desk: &Desk, certificate: &Reply) -> Reply {
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
