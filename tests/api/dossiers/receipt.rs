//! Papers that came some days before they are entered.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::calendar::{Calendar, Term};

use super::desk::{Desk, content};
use crate::harness::Reply;

fn days_ago(desk: &Desk, days: i64) -> Date {
    desk.today().checked_sub(days.days()).unwrap()
}

/// A registration on paper, signed some days ago.
async fn signed(desk: &Desk, days: i64) -> Reply {
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.officer, &new).await;
    post(
        desk,
        &begun,
        &json!({"event": "sign_contract", "given_on": days_ago(desk, days)}),
    )
    .await
}

async fn post(desk: &Desk, seen: &Reply, body: &Value) -> Reply {
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let call = desk.app.post(&path).by(&desk.officer).if_match(seen.number("/version"));
    call.json(body).send().await
}

fn due_of(seen: &Reply, event: &str) -> Date {
    let due = seen.body["due"].as_array().unwrap().iter();
    let due = due.clone().find(|due| due["event"]["code"] == event);
    due.unwrap()["due_on"].as_str().unwrap().parse().unwrap()
}

#[actix_web::test]
async fn the_terms_of_a_paper_run_from_the_day_on_which_it_came() {
    let desk = Desk::open().await;
    let seen = signed(&desk, 20).await;
    for wrong in [days_ago(&desk, -1), days_ago(&desk, 21), days_ago(&desk, 400)] {
        let refused = post(&desk, &seen, &json!({"event": "submit", "received_on": wrong})).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/received_on"]),
            "{wrong}"
        );
    }
    let came = days_ago(&desk, 3);
    let handed_in = post(&desk, &seen, &json!({"event": "submit", "received_on": came})).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    let term = Calendar::shipped().due(came, Term::WorkingDays(3));
    assert_eq!(due_of(&handed_in, "accept_complete"), term);
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["event"], &last["received_on"]), (&json!("submit"), &json!(came)));
    // What officers decide happens when they decide it.
    let refused = post(
        &desk,
        &handed_in,
        &json!({"event": "accept_complete", "received_on": came}),
    )
    .await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/received_on"]));
}

#[actix_web::test]
async fn what_is_late_is_told_by_the_day_of_receipt() {
    let desk = Desk::open().await;
    // The ninety days ended between the receipt and the entry.
    let seen = signed(&desk, 110).await;
    let came = days_ago(&desk, 30);
    let handed_in = post(&desk, &seen, &json!({"event": "submit", "received_on": came})).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["is_late"], json!(false), "{last}");
}

#[actix_web::test]
async fn who_files_on_the_exchange_hands_in_when_it_does() {
    let desk = Desk::open().await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    let seen = desk.take(&begun, "sign_contract").await;
    let path = format!("/dossiers/{}/events", seen.text("/id"));
    let call = desk.app.post(&path).by(&desk.owner).if_match(seen.number("/version"));
    let body = json!({"event": "submit", "received_on": days_ago(&desk, 1)});
    let refused = call.json(&body).expect(422).await;
    assert_eq!(refused.pointers(), ["/received_on"]);
}

/// The direction is told once, in the certificate; who files is named by it.
#[actix_web::test]
async fn an_amendment_of_a_transfer_abroad_on_paper_is_the_transferors() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut text = content(&desk.tax_code);
    let abroad = text["transferor"].clone();
    text["transferor"] = text["transferee"].clone();
    text["transferee"] = abroad;
    text["direction"] = json!("outbound");
    let registered = desk.counter().register(&text).await;
    text["direction"] = Value::Null;
    text["technology_status"] = Value::Null;
    text["amendment"]["certificate_number"] = registered.body["certificate"]["number"].clone();
    (text["contract"], text["money"]) = (json!({}), json!({}));
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
    let begun = desk.begin(&desk.officer, &new).await;
    let handed_in = desk.take(&begun, "submit").await;
    assert_eq!(handed_in.text("/enterprise_id"), desk.owner.enterprise);
}
