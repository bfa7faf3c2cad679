//! Papers that came some days before they are entered.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::calendar::{Calendar, Term};

use super::desk::{Desk, content, send_report};
use crate::certificates::licences::{entered, old_licence};
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
    text["invests_abroad"] = json!(false);
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

/// A licence on paper, whose contract is to be corrected within sixty days.
async fn asked_for_corrections(desk: &Desk) -> Reply {
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(&desk.officer, &new).await;
    let approved = desk.take(&desk.take(&begun, "submit").await, "approve").await;
    let new = json!({"procedure": "LIC", "content": text, "follows": approved.body["id"], "given_on": desk.today()});
    let submitted = desk.take(&desk.begin(&desk.officer, &new).await, "submit").await;
    desk.take(&submitted, "request_amendment").await
}

#[actix_web::test]
async fn whatever_a_party_does_on_paper_it_did_when_that_came() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let asked = asked_for_corrections(&desk).await;
    let desk = desk.later(80).await;
    let extension =
        |came: Option<Date>| json!({"event": "request_extension", "note": "Cần thêm thời gian.", "received_on": came});
    // Keyed in today it would be too late, and it was not asked for before it was asked back.
    let refused = post(&desk, &asked, &extension(None)).await;
    assert_eq!((refused.status, refused.code()), (409, "dossier_term_over"));
    for wrong in [days_ago(&desk, 81), days_ago(&desk, -1)] {
        let refused = post(&desk, &asked, &extension(Some(wrong))).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/received_on"]),
            "{wrong}"
        );
    }
    // More than sixty days ago: nothing is handed in with it.
    let extended = post(&desk, &asked, &extension(Some(days_ago(&desk, 70)))).await;
    assert_eq!(extended.status, 200, "{}", extended.body);
    // The next paper did not come before that one.
    let withdrawal = json!({"event": "withdraw", "received_on": days_ago(&desk, 71)});
    let refused = post(&desk, &extended, &withdrawal).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/received_on"]));
    let withdrawal = json!({"event": "withdraw", "received_on": days_ago(&desk, 69)});
    assert_eq!(
        post(&desk, &extended, &withdrawal).await.text("/state/code"),
        "withdrawn"
    );
}

#[actix_web::test]
async fn a_report_on_paper_is_in_time_by_the_day_on_which_it_came() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let paper = old_licence(&desk, "07/2023/GPCGCN-UBND");
    let life = entered(&desk, &paper).await;
    // The first report is of the year after that of the licence; it came before the end of that.
    let year = life.number("/due/0/year");
    let came: Date = format!("{year}-12-20").parse().unwrap();
    assert!(came < desk.today(), "a licence of years ago");
    let report = json!({"event": "annual_report", "year": year, "received_on": came});
    send_report(&desk.app, &desk.officer, &life).await;
    let reported = post(&desk, &life, &report).await;
    assert_eq!(reported.status, 200, "{}", reported.body);
    let path = format!("/dossiers/{}/events", life.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let last = events.body["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["event"], &last["received_on"], &last["is_late"]),
        (&json!("annual_report"), &json!(came), &json!(false))
    );
    // A correction is a step like others, though the licence was never handed in here.
    let correction =
        |day: &str| json!({"event": "annual_report", "year": year, "received_on": format!("{}-{day}", year + 1)});
    send_report(&desk.app, &desk.officer, &reported).await;
    let reported = post(&desk, &reported, &correction("01-10")).await;
    assert_eq!(reported.status, 200, "{}", reported.body);
    let refused = post(&desk, &reported, &correction("01-05")).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/received_on"]));
    // The licensee is told that this is done for it.
    let seen = desk.app.get(&format!("/dossiers/{}", life.text("/id"))).by(&desk.owner);
    let possible = seen.expect(200).await.body["possible"].as_array().unwrap().clone();
    let report = possible.iter().find(|one| one["event"]["code"] == "annual_report");
    assert_eq!(report.unwrap()["may_do"], json!(false));
}

#[actix_web::test]
async fn a_day_that_comes_with_a_paper_is_not_after_its_receipt() {
    let desk = Desk::open().await;
    let text = content(&desk.tax_code);
    let opinion = |given: Date, came: Date| json!({"procedure": "OPN_POLICY", "content": text, "given_on": given, "received_on": came});
    let came = days_ago(&desk, 5);
    let new = opinion(days_ago(&desk, 4), came);
    let refused = desk
        .app
        .post("/dossiers")
        .by(&desk.officer)
        .json(&new)
        .expect(422)
        .await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/given_on"], "out_of_range")
    );
    let detail = refused.text("/errors/0/detail");
    let day = came.strftime("%d/%m/%Y").to_string();
    assert!(detail.contains(&day) && detail.contains("Luật CGCN Đ.17"), "{detail}");
    desk.begin(&desk.officer, &opinion(days_ago(&desk, 5), came)).await;
}

/// What does not fit an event is told with the event and its article.
#[actix_web::test]
async fn what_comes_with_no_such_event_is_refused_in_its_words() {
    let desk = Desk::open().await;
    let seen = signed(&desk, 1).await;
    for (body, pointer) in [
        (json!({"event": "submit", "given_on": days_ago(&desk, 1)}), "/given_on"),
        (json!({"event": "submit", "ground": "ILLEGAL_CONTENT"}), "/ground"),
        (
            json!({"event": "withdraw", "received_on": days_ago(&desk, 0)}),
            "/received_on",
        ),
        (json!({"event": "submit", "year": 2026}), "/year"),
    ] {
        let refused = post(&desk, &seen, &body).await;
        assert_eq!(
            (refused.status, refused.pointers(), refused.text("/errors/0/code")),
            (422, vec![pointer], "conflicts"),
            "{}",
            refused.body
        );
        let detail = refused.text("/errors/0/detail");
        assert!(detail.contains('“') && detail.contains('('), "{detail}");
    }
}

/// Sixty days after corrections were asked for nothing can be done any more, but what came within them is entered.
#[actix_web::test]
async fn what_came_in_time_is_entered_after_its_term() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let corrected = asked_for_corrections(&desk).await;
    let extended = asked_for_corrections(&desk).await;
    let desk = desk.later(80).await;
    let resubmit = |came: Date| json!({"event": "resubmit", "received_on": came});
    let refused = post(&desk, &corrected, &resubmit(days_ago(&desk, 5))).await;
    assert_eq!((refused.status, refused.code()), (409, "dossier_term_over"));
    let handed_in = post(&desk, &corrected, &resubmit(days_ago(&desk, 30))).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
    assert_eq!(handed_in.text("/state/code"), "submitted");
    // The same of an extension, and of what is handed in once that is over, too.
    let body = json!({"event": "request_extension", "note": "Cần thêm thời gian.", "received_on": days_ago(&desk, 40)});
    let seen = post(&desk, &extended, &body).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let desk = desk.later(60).await;
    let handed_in = post(&desk, &seen, &resubmit(days_ago(&desk, 50))).await;
    assert_eq!(handed_in.status, 200, "{}", handed_in.body);
}
