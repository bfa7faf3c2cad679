//! Letters before a document of a profile ends.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;
use vptex::domain::letter::Letter;
use vptex::service::document_terms;

use crate::harness::{Person, TestApp, pictures};

const DAY: i64 = 24 * 60 * 60;

/// Looks at the last days, as the background job does; several nodes at once.
async fn look(app: &TestApp, nodes: usize) -> usize {
    let looks = (0..nodes).map(|_| {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || document_terms::run(&exchange).unwrap())
    });
    let mut sent = 0;
    for look in looks.collect::<Vec<_>>() {
        sent += look.await.unwrap();
    }
    sent
}

/// The day in so many days.
fn day(app: &TestApp, days: i64) -> String {
    day_of(app.clock.now()).checked_add(days.days()).unwrap().to_string()
}

async fn hand_in(app: &TestApp, owner: &Person, kind: &str) -> String {
    let path = format!("/enterprises/{}/documents", owner.enterprise);
    let call = app.post(&format!("{path}?name=iso.png&kind={kind}")).by(owner);
    let made = call.file("image/png", pictures::png(6, 4)).expect(201).await;
    format!("{path}/{}", made.text("/id"))
}

async fn decide(app: &TestApp, officer: &Person, path: &str, seen: i64, body: &Value) {
    let call = app.post(&format!("{path}/verdict")).by(officer).if_match(seen);
    call.json(body).expect(200).await;
}

/// The last days of which an owner was told, the first letter first.
async fn told(app: &TestApp, owner: &Person) -> Vec<String> {
    let letters = app.letters_to(&owner.email).await.into_iter();
    let days = letters.filter_map(|letter| match letter {
        Letter::DocumentEnds(end) => Some(end.valid_to),
        _ => None,
    });
    let mut days: Vec<_> = days.collect();
    days.reverse();
    days
}

#[actix_web::test]
async fn owners_are_told_twice_before_the_last_day_whichever_node_looks() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = hand_in(&app, &owner, "iso").await;
    let last = day(&app, 40);
    assert_eq!(look(&app, 1).await, 0, "it waits for an officer");
    decide(
        &app,
        &officer,
        &path,
        1,
        &json!({"verdict": "accepted", "valid_to": last}),
    )
    .await;
    let (mut passed, mut letters) = (0, 0);
    for (days, sent) in [(9, 0), (10, 1), (11, 0), (25, 0), (26, 1), (39, 0), (40, 0), (41, 0)] {
        app.clock.pass((days - passed) * DAY);
        passed = days;
        letters += sent;
        assert_eq!(look(&app, 3).await, sent, "day {days}");
        assert_eq!(told(&app, &owner).await, vec![last.clone(); letters], "day {days}");
    }
    assert_eq!(
        app.get(&path)
            .by(&app.again(&owner).await)
            .expect(200)
            .await
            .text("/status"),
        "expired"
    );
}

#[actix_web::test]
async fn another_last_day_is_told_of_anew_and_one_that_is_not_needed_is_not() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = hand_in(&app, &owner, "iso").await;
    let (first, second) = (day(&app, 10), day(&app, 12));
    let until = |last: &str| json!({"verdict": "accepted", "valid_to": last});
    decide(&app, &officer, &path, 1, &until(&first)).await;
    assert_eq!(look(&app, 2).await, 1);
    // After a pause only what is due now was told, and read anew it is told anew.
    decide(&app, &officer, &path, 2, &until(&second)).await;
    assert_eq!((look(&app, 2).await, look(&app, 2).await), (1, 0));
    assert_eq!(told(&app, &owner).await, [first.clone(), second]);
    // Neither of what was found false, nor where the next one is there already.
    decide(&app, &officer, &path, 3, &until(&first)).await;
    assert_eq!(look(&app, 1).await, 0);
    let card = hand_in(&app, &owner, "st_certificate").await;
    decide(&app, &officer, &card, 1, &until(&first)).await;
    let next = hand_in(&app, &owner, "st_certificate").await;
    assert_eq!(look(&app, 1).await, 0, "the next one waits");
    let why = json!({"reason_code": "identity_unverified", "reason_text": "Ảnh mờ, không đọc được số."});
    let no = json!({"verdict": "refused", "reason": why});
    decide(&app, &officer, &next, 1, &no).await;
    assert_eq!(look(&app, 1).await, 1);
    // What was told goes with the document.
    let owner = app.again(&owner).await;
    decide(&app, &officer, &card, 2, &no).await;
    app.delete(&card).by(&owner).expect(204).await;
    // Nothing of an enterprise that is halted.
    let other = hand_in(&app, &owner, "business_licence").await;
    decide(&app, &officer, &other, 1, &until(&first)).await;
    app.suspend(&owner.enterprise, &officer).await;
    assert_eq!(look(&app, 1).await, 0);
}
