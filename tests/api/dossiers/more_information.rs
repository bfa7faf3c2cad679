//! Opinions that wait for information: what goes on when it came, what is withdrawn, and how reports tell of it.

use serde_json::{Value, json};

use super::Desk;
use super::opinion_register::{letters, listed, projects, report};
use super::opinions::asked_for;
use super::papers::write;
use crate::harness::Reply;
use crate::periodic_reports::{figure, finding};

/// What asks for more ends nothing: the dossier goes on when that is there, and the project counts once.
#[actix_web::test]
async fn an_opinion_that_asks_for_more_leads_on() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut decision = asked_for(&desk);
    decision["procedure"] = json!("OPN_DECISION");
    decision["given_on"] = Value::Null;
    let new = [asked_for(&desk), decision];
    let mut waiting = Vec::new();
    for new in &new {
        let begun = desk.begin(&desk.officer, new).await;
        let more = json!({"event": "issue_opinion", "ground": "NEED_MORE_INFO", "note": "Bổ sung bản vẽ.",
            "letter_number": "601/SKHCN", "letter_on": desk.today()});
        let asked = desk.post(&begun, &desk.officer, &more).await;
        assert_eq!(
            (asked.status, asked.text("/state/code")),
            (200, "awaiting_information"),
            "{}",
            asked.body
        );
        assert_eq!(asked.body["due"], json!([]), "no term runs");
        let path = format!("/dossiers/{}/receipt", asked.text("/id"));
        let receipt = desk.app.get(&path).by(&desk.officer).expect(200).await;
        assert_eq!(
            (&receipt.body["no_result_day"], &receipt.body["place"]),
            (&json!("awaited"), &json!("Phú Thọ"))
        );
        waiting.push(asked);
    }
    assert_eq!(projects(&desk, "01").await, "0");
    let desk = desk.later(4).await;
    for asked in &waiting {
        let received = desk.take(asked, "receive_information").await;
        assert_eq!(received.text("/state/code"), "received");
        let due = received.body["due"].as_array().unwrap().iter();
        assert!(due.clone().any(|due| due["event"]["code"] == "issue_opinion"));
        let given = desk.take(&received, "issue_opinion").await;
        assert_eq!(given.text("/state/code"), "opinion_issued");
    }
    assert_eq!(projects(&desk, "01").await, "2");
    let all = listed(&desk, &desk.officer, "").await;
    let outcomes: Vec<&Value> = all.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["outcome"])
        .collect();
    assert_eq!(outcomes, ["AGREE", "AGREE", "NEED_MORE_INFO", "NEED_MORE_INFO"]);
}

/// The term counts from the day on which what was asked for came, also where it is entered later.
#[actix_web::test]
async fn information_counts_from_the_day_on_which_it_came() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = desk.today();
    let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
    let opinion_due = |seen: &Reply| {
        let due = seen.body["due"].as_array().unwrap().iter();
        let mut of_opinion = due.filter(|due| due["event"]["code"] == "issue_opinion");
        of_opinion.next().unwrap()["due_on"].clone()
    };
    let more = json!({"event": "issue_opinion", "ground": "NEED_MORE_INFO", "note": "Bổ sung bản vẽ.",
        "letter_number": "601/SKHCN", "letter_on": first});
    let asked = desk.post(&begun, &desk.officer, &more).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let desk = desk.later(4).await;
    let came =
        |on: jiff::civil::Date| json!({"event": "receive_information", "note": "Đã nộp bản vẽ.", "received_on": on});
    let refused = desk
        .post(&asked, &desk.officer, &came(first.yesterday().unwrap()))
        .await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/received_on"]),
        "{}",
        refused.body
    );
    let received = desk.post(&asked, &desk.officer, &came(first)).await;
    assert_eq!(received.status, 200, "{}", received.body);
    assert_eq!(opinion_due(&received), opinion_due(&begun));
}

/// How many projects wait is told beside the figures that do not have them: as it was at the end of the days, whatever came since.
#[actix_web::test]
async fn what_waits_for_information_is_told_and_not_counted() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = desk.today();
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let begun = desk.begin(&desk.officer, &asked_for(&desk)).await;
        let more = json!({"event": "issue_opinion", "ground": "NEED_MORE_INFO", "note": "Bổ sung bản vẽ.",
            "letter_number": "601/SKHCN", "letter_on": first});
        let asked = desk.post(&begun, &desk.officer, &more).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        waiting.push(asked);
    }
    for (form, row, column) in [("bieu_07", "01", "value"), ("briefing", "S3", "period")] {
        let told = report(&desk, form, (first, first)).await;
        assert_eq!(
            (
                figure(&told, row, column).as_str(),
                finding(&told, "awaiting_information")
            ),
            ("0", 3),
            "{form}"
        );
    }
    // Reports that count no opinions tell nothing of them.
    let told = report(&desk, "registrations", (first, first)).await;
    assert_eq!(finding(&told, "awaiting_information"), 0);

    let desk = desk.later(4).await;
    let received = desk.take(&waiting[0], "receive_information").await;
    desk.take(&waiting[1], "withdraw").await;
    desk.take(&received, "issue_opinion").await;
    let today = desk.today();
    for (days, expected) in [
        ((first, first), ("0", 3)),
        ((first, today), ("1", 1)),
        // Asked before the days, and still waiting at their end.
        ((today, today), ("1", 1)),
    ] {
        let told = report(&desk, "bieu_07", days).await;
        assert_eq!(
            (
                figure(&told, "01", "value").as_str(),
                finding(&told, "awaiting_information")
            ),
            expected,
            "{days:?}"
        );
    }
}

/// Who asked for an opinion does not always bring what is missing: the dossier does not wait for ever.
#[actix_web::test]
async fn what_waits_for_information_is_withdrawn() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let mut decision = asked_for(&desk);
    decision["procedure"] = json!("OPN_DECISION");
    decision["given_on"] = Value::Null;
    for new in [asked_for(&desk), decision] {
        let begun = desk.begin(&desk.officer, &new).await;
        let refused = desk
            .post(
                &begun,
                &desk.officer,
                &json!({"event": "withdraw", "note": "Rút đề nghị."}),
            )
            .await;
        assert_eq!((refused.status, refused.code()), (409, "dossier_wrong_state"));
        let more = json!({"event": "issue_opinion", "ground": "NEED_MORE_INFO", "note": "Bổ sung bản vẽ.",
            "letter_number": "601/SKHCN", "letter_on": desk.today()});
        let asked = desk.post(&begun, &desk.officer, &more).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        // Why is told with it.
        let refused = desk.post(&asked, &desk.officer, &json!({"event": "withdraw"})).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/note"]));
        let withdrawn = desk.take(&asked, "withdraw").await;
        assert_eq!(
            (
                withdrawn.text("/state/code"),
                &withdrawn.body["possible"],
                &withdrawn.body["due"]
            ),
            ("withdrawn", &json!([]), &json!([]))
        );
        assert_eq!(
            write(&desk, &desk.officer, &withdrawn, &new["content"]).await.status,
            409
        );
    }
    // What was written stays in the register, as the letter that it was.
    let all = listed(&desk, &desk.officer, "").await;
    assert_eq!(letters(&all), ["601/SKHCN", "601/SKHCN"]);
    assert_eq!(projects(&desk, "01").await, "0");
}
