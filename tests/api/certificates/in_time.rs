//! What was asked for before a contract ended is granted after it has, however often it was asked back.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{amendment, certificate_of};
use crate::dossiers::{Desk, content};
use crate::harness::Reply;

fn in_days(desk: &Desk, days: i64) -> Date {
    desk.today().checked_add(days.days()).unwrap()
}

/// A certificate of a contract with nine days left.
async fn nine_days_left(desk: &Desk) -> Reply {
    let mut text = content(&desk.tax_code);
    text["contract"]["ends_on"] = json!(in_days(desk, 9));
    let dossier = desk.counter().register(&text).await;
    certificate_of(desk, &dossier).await
}

/// An amendment that came on paper, begun by the officer.
async fn on_paper(desk: &Desk, number: &str, signed: Date) -> Reply {
    let mut text = content(&desk.tax_code);
    text["amendment"]["certificate_number"] = json!(number);
    (text["contract"], text["money"]) = (json!({}), json!({}));
    let new = json!({"procedure": "AMD", "given_on": signed, "content": text});
    desk.begin(&desk.officer, &new).await
}

async fn handed_in(desk: &Desk, seen: &Reply, event: &str, received: Date) -> Reply {
    let body = json!({"event": event, "received_on": received});
    desk.post(seen, &desk.officer, &body).await
}

async fn issued(desk: &Desk, handed_in: &Reply) {
    let accepted = desk.take(handed_in, "accept_complete").await;
    let issued = desk.take(&accepted, "issue").await;
    let second = certificate_of(desk, &issued).await;
    assert_eq!(second.text("/record/contract/ends_on"), "2034-12-31");
    assert_eq!(second.text("/validity"), "valid");
}

#[actix_web::test]
async fn what_is_asked_back_is_handed_in_anew_after_the_contract_ended() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = nine_days_left(&desk).await;
    let number = first.text("/number").to_owned();
    let begun = amendment(&desk, &number, &|_| {}).await;
    let submitted = desk.take(&begun, "submit").await;
    let asked = desk.take(&submitted, "request_completion").await;
    let desk = desk.later(12).await;
    let supplemented = desk.take(&asked, "supplement").await;
    issued(&desk, &supplemented).await;
}

#[actix_web::test]
async fn a_paper_is_asked_for_on_the_day_on_which_it_came() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let signed = desk.today();
    let (early, late) = (nine_days_left(&desk).await, nine_days_left(&desk).await);
    let numbers = [&early, &late].map(|certificate| certificate.text("/number").to_owned());
    let desk = desk.later(12).await;
    // The day after the last one is too late, on paper as elsewhere.
    let begun = on_paper(&desk, &numbers[1], signed).await;
    let refused = handed_in(&desk, &begun, "submit", in_days(&desk, -2)).await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "certificate_not_in_force"),
        "{}",
        refused.body
    );
    let begun = on_paper(&desk, &numbers[0], signed).await;
    let taken = handed_in(&desk, &begun, "submit", in_days(&desk, -3)).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    // Asked back, it still was asked for then.
    let asked = desk.take(&taken, "request_completion").await;
    let supplemented = handed_in(&desk, &asked, "supplement", desk.today()).await;
    assert_eq!(
        (supplemented.status, supplemented.body["state"]["code"].clone()),
        (200, Value::from("submitted")),
        "{}",
        supplemented.body
    );
    issued(&desk, &supplemented).await;
}
