//! The terms of requests about personal data: receipts, taking back, warnings to officers, data at processors.

use jiff::Timestamp;
use serde_json::json;
use vptex::config::YesOrNo;
use vptex::domain::account::Permission;
use vptex::domain::calendar::{Calendar, Term};
use vptex::domain::clock::Clock as _;
use vptex::domain::letter::{DueLine, Letter};
use vptex::service::data_request_alarms::{self, Found};

use crate::harness::{Person, TestApp};
use crate::policies::somebody;

async fn ask(app: &TestApp, person: &Person, kind: &str) -> String {
    let body = json!({"kind": kind});
    let asked = app.post("/me/data-requests").by(person).json(&body).expect(201).await;
    asked.text("/id").to_owned()
}

#[actix_web::test]
async fn a_request_is_taken_back_by_who_made_it_before_it_is_answered() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let mai = somebody(&app, "mai@example.com").await;
    let lan = somebody(&app, "lan@example.com").await;
    let id = ask(&app, &mai, "erase").await;
    let path = format!("/me/data-requests/{id}");
    app.delete(&path).expect(401).await;
    app.delete(&path).by(&lan).expect(404).await;
    app.delete(&path).by(&officer).expect(404).await;
    let acknowledgement = format!("/data-requests/{id}/acknowledgement");
    app.post(&acknowledgement).by(&officer).expect(200).await;
    app.delete(&path).by(&mai).expect(204).await;
    assert_eq!(app.delete(&path).by(&mai).expect(409).await.code(), "already_decided");
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    assert_eq!(mine.text("/items/0/state"), "withdrawn");
    assert!(mine.body["items"][0]["closed_at"].is_string());
    let answer = json!({"answer": "Đã thực hiện theo yêu cầu."});
    let late = app.post(&format!("/data-requests/{id}/fulfilment")).by(&officer);
    assert_eq!(late.json(&answer).expect(409).await.code(), "already_decided");
    app.get("/me").by(&mai).expect(200).await;
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds,
        ["data.requested", "data.request_handled", "data.request_taken_back"]
    );
    // Another one may be made.
    ask(&app, &mai, "erase").await;
}

#[actix_web::test]
async fn acknowledging_sends_a_receipt_with_the_term() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let mai = somebody(&app, "mai@example.com").await;
    let id = ask(&app, &mai, "restrict").await;
    let path = format!("/data-requests/{id}/acknowledgement");
    let known = app.post(&path).by(&officer).expect(200).await;
    let instant = |pointer: &str| -> Timestamp { known.text(pointer).parse().unwrap() };
    let receipt = Letter::DataRequestAcknowledged {
        request: "restrict".into(),
        received_at: instant("/request/received_at"),
        fulfil_by: instant("/request/fulfil_by"),
    };
    assert_eq!(app.letters_to(&mai.email).await.first(), Some(&receipt));
}

#[actix_web::test]
async fn where_data_are_at_processors_the_longer_terms_hold() {
    let mut app = TestApp::prepare();
    app.config.data_at_processors = YesOrNo::Yes;
    app.config.data_erase_days_at_processors = 28;
    app.start();
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let mai = somebody(&app, "mai@example.com").await;
    for (kind, days, longest) in [("erase", 28, 20), ("access", 15, 10), ("object", 20, 15)] {
        let id = ask(&app, &mai, kind).await;
        let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
        let instant = |name: &str| -> Timestamp { mine.text(&format!("/items/0/{name}")).parse().unwrap() };
        let expected = Calendar::shipped().deadline(instant("received_at"), Term::Days(days));
        assert_eq!(instant("fulfil_by"), expected, "{kind}");
        let extend = async |days: u16, status: u16| {
            let body = json!({"days": days, "answer": "Cần hỏi bên xử lý dữ liệu."});
            let call = app.post(&format!("/data-requests/{id}/extension")).by(&officer);
            call.json(&body).expect(status).await
        };
        assert_eq!(extend(longest + 1, 422).await.pointers(), ["/days"]);
        extend(longest, 200).await;
    }
}

/// Looks at the terms, as the background job does; several nodes at once.
async fn look(app: &TestApp, nodes: usize) -> Vec<Found> {
    let looks = (0..nodes).map(|_| {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || data_request_alarms::run(&exchange).unwrap())
    });
    let mut found = Vec::new();
    for look in looks.collect::<Vec<_>>() {
        found.push(look.await.unwrap());
    }
    found
}

/// What somebody was warned of, newest first: step, and whether it is over.
async fn warnings(app: &TestApp, email: &str) -> Vec<Vec<(String, bool)>> {
    let letters = app.letters_to(email).await.into_iter();
    let lines = |letter| match letter {
        Letter::DataRequestsDue { lines } => Some(lines),
        _ => None,
    };
    let told = |line: DueLine| (line.step, line.is_missed);
    letters
        .filter_map(lines)
        .map(|lines| lines.into_iter().map(told).collect())
        .collect()
}

fn told(step: &str, is_missed: bool) -> Vec<(String, bool)> {
    vec![(step.to_owned(), is_missed)]
}

/// Lets time pass until an instant.
fn pass_until(app: &TestApp, at: Timestamp) {
    app.clock.pass(at.as_second() - app.clock.now().as_second() + 1);
}

#[actix_web::test]
async fn officers_are_warned_of_each_term_once_before_and_once_after_its_end() {
    let mut app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let second = app.officer_who_may(Permission::ALL).await;
    let reviewer = app.officer().await;
    let mai = somebody(&app, "mai@example.com").await;
    let id = ask(&app, &mai, "erase").await;
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    let instant = |pointer: &str| -> Timestamp { mine.text(pointer).parse().unwrap() };
    let (acknowledge_by, fulfil_by) = (instant("/items/0/acknowledge_by"), instant("/items/0/fulfil_by"));
    let calendar = Calendar::shipped();
    let found = look(&app, 1).await;
    assert_eq!((found[0].open, found[0].overdue), (1, 0));
    assert!(warnings(&app, &officer.email).await.is_empty());

    pass_until(&app, calendar.day_before_last(acknowledge_by));
    look(&app, 4).await;
    look(&app, 1).await;
    let soon = told("acknowledge", false);
    assert_eq!(warnings(&app, &officer.email).await, std::slice::from_ref(&soon));
    assert_eq!(warnings(&app, &second.email).await, std::slice::from_ref(&soon));
    assert!(warnings(&app, &reviewer.email).await.is_empty());

    pass_until(&app, acknowledge_by);
    assert_eq!(look(&app, 1).await[0].overdue, 1);
    // What was sent is known after a restart.
    app.stop().await;
    app.start();
    look(&app, 4).await;
    let missed = told("acknowledge", true);
    assert_eq!(warnings(&app, &officer.email).await, [missed.clone(), soon.clone()]);

    pass_until(&app, calendar.day_before_last(fulfil_by));
    let officer = app.again(&officer).await;
    let path = |step: &str| format!("/data-requests/{id}/{step}");
    app.post(&path("acknowledgement")).by(&officer).expect(200).await;
    look(&app, 1).await;
    assert_eq!(warnings(&app, &officer.email).await[0], told("fulfil", false));
    // An extended term is another one.
    let body = json!({"days": 5, "answer": "Cần xác minh thêm."});
    let extended = app.post(&path("extension")).by(&officer).json(&body).expect(200).await;
    let later: Timestamp = extended.text("/request/fulfil_by").parse().unwrap();
    look(&app, 1).await;
    assert_eq!(warnings(&app, &officer.email).await.len(), 3);
    pass_until(&app, calendar.day_before_last(later));
    look(&app, 1).await;
    assert_eq!(warnings(&app, &officer.email).await.len(), 4);
    // What was taken back is nobody's business any more.
    let mai = app.again(&mai).await;
    app.delete(&format!("/me/data-requests/{id}"))
        .by(&mai)
        .expect(204)
        .await;
    pass_until(&app, later);
    let found = look(&app, 1).await;
    assert_eq!((found[0].open, found[0].overdue), (0, 0));
    assert_eq!(warnings(&app, &officer.email).await.len(), 4);
}

#[actix_web::test]
async fn a_warning_waits_for_somebody_to_warn() {
    let app = TestApp::spawn().await;
    let mai = somebody(&app, "mai@example.com").await;
    ask(&app, &mai, "access").await;
    app.clock.pass(30 * 24 * 60 * 60);
    let found = look(&app, 1).await;
    assert_eq!((found[0].overdue, found[0].raised), (1, 0));
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    look(&app, 2).await;
    let both = vec![("acknowledge".to_owned(), true), ("fulfil".to_owned(), true)];
    assert_eq!(warnings(&app, &officer.email).await, [both]);
}
