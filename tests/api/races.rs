//! Many officers at once, each a person of its own: one has what waits, and one decides on it.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use crate::harness::{Person, Reply, TestApp, pictures};

/// Officers of a race about a single thing, and of those about the other sorts of it.
const MANY: usize = 64;
const SOME: usize = 8;

/// An exchange whose clock stands, since tokens of officers last two minutes, with some of them.
async fn with_officers(count: usize) -> (TestApp, Vec<Person>) {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let mut officers = Vec::new();
    for _ in 0..count {
        officers.push(app.officer().await);
    }
    (app, officers)
}

/// The answer of the only one who did it; the others were refused with a code.
fn winner(answers: Vec<Reply>, code: &str, place: &str) -> Reply {
    let mut winners = Vec::new();
    for answer in answers {
        match answer.status {
            200 => winners.push(answer),
            // On PostgreSQL one that lost too often is refused, and did nothing.
            503 => assert_eq!(answer.code(), "busy", "{place}"),
            _ => assert_eq!(answer.code(), code, "{place}: {:#}", answer.body),
        }
    }
    assert_eq!(winners.len(), 1, "{place}");
    winners.remove(0)
}

/// How often the trail tells one of these deeds.
fn count_of(app: &TestApp, subject: &str, deeds: &[&str]) -> usize {
    let told = app.deeds(subject).into_iter();
    told.filter(|(deed, _)| deeds.contains(&deed.as_str())).count()
}

/// A document that waits; gives its path and identifier.
async fn document(app: &TestApp, owner: &Person) -> (String, String) {
    let path = format!("/enterprises/{}/documents", owner.enterprise);
    let call = app.post(&format!("{path}?kind=iso&name=iso.png")).by(owner);
    let made = call.file("image/png", pictures::png(6, 4)).expect(201).await;
    let id = made.text("/id").to_owned();
    (format!("{path}/{id}"), id)
}

/// A report about a listing, from somebody who left an address.
async fn report(app: &TestApp, listing: &str, contact: &str) -> String {
    let body = json!({"ground": "fraud", "details": "Ảnh là của hãng khác.", "contact": contact});
    let made = app.post(&format!("/listings/{listing}/reports")).json(&body);
    made.expect(202).await.text("/id").to_owned()
}

#[actix_web::test]
async fn of_many_who_take_it_up_at_once_one_has_it() {
    let (app, officers) = with_officers(MANY).await;
    let owner = app.active_enterprise(&officers[0]).await;
    let (listing, _) = app.submitted_listing(&owner, "Máy sấy").await;
    let (revised, version) = app.published_listing(&owner, &officers[0], "Máy ấp").await;
    app.revise(&owner, &revised, version, "B").await;
    let submission = format!("/listings/{revised}/revision/submission");
    app.post(&submission).by(&owner).expect(200).await;
    let (_, document) = document(&app, &owner).await;
    let report = report(&app, &revised, "ban-doc@example.com").await;
    for (sort, id, count) in [
        ("listing", &listing, MANY),
        ("revision", &revised, SOME),
        ("document", &document, SOME),
        ("report", &report, SOME),
    ] {
        let claim = format!("/moderation/claims/{sort}/{id}");
        let calls = officers[..count]
            .iter()
            .map(|officer| app.post(&claim).by(officer).send());
        let has_it = winner(join_all(calls).await, "claimed_by_another", sort);
        assert_eq!(count_of(&app, id, &["review.claimed"]), 1, "{sort}");
        let queue = app.get(&format!("/moderation/queue?type={sort}")).by(&officers[0]);
        let seen = queue.expect(200).await;
        assert_eq!(seen.text("/items/0/claim/officer"), has_it.text("/officer"), "{sort}");
    }
}

/// Half of them find one thing, and half the other: what is kept, told and written down is what one of them found.
#[actix_web::test]
async fn of_many_verdicts_at_once_one_holds() {
    let (app, officers) = with_officers(SOME).await;
    let owner = app.active_enterprise(&officers[0]).await;
    let (listing, _) = app.published_listing(&owner, &officers[0], "Máy sấy").await;
    let why = json!({"reason_code": "incomplete", "reason_text": "Ảnh mờ, không đọc được số."});
    let (path, id) = document(&app, &owner).await;
    let verdicts = [
        json!({"verdict": "accepted"}),
        json!({"verdict": "refused", "reason": why}),
    ];
    let calls = officers.iter().zip(verdicts.iter().cycle()).map(|(officer, verdict)| {
        let call = app.post(&format!("{path}/verdict")).by(officer).if_match(1);
        call.json(verdict).send()
    });
    let decided = winner(join_all(calls).await, "stale_version", "document");
    let seen = app.get(&path).by(&officers[0]).expect(200).await;
    assert_eq!(seen.text("/status"), decided.text("/status"));
    assert_eq!(count_of(&app, &id, &["document.accepted", "document.refused"]), 1);
    let told = app.letters_to(&owner.email).await.into_iter();
    let told = told.filter(|letter| matches!(letter, Letter::DocumentDecided(_)));
    assert_eq!(told.count(), 1);

    let contact = "ban-doc@example.com";
    let id = report(&app, &listing, contact).await;
    let outcomes: [Value; 2] =
        ["upheld", "dismissed"].map(|outcome| json!({"outcome": outcome, "answer": "Đã đối chiếu với hồ sơ."}));
    let calls = officers.iter().zip(outcomes.iter().cycle()).map(|(officer, outcome)| {
        let call = app.post(&format!("/reports/{id}/decision")).by(officer);
        call.json(outcome).send()
    });
    let decided = winner(join_all(calls).await, "already_decided", "report");
    let seen = app.get(&format!("/reports/{id}")).by(&officers[0]).expect(200).await;
    assert_eq!(seen.text("/state"), decided.text("/state"));
    assert_eq!(count_of(&app, &id, &["report.upheld", "report.dismissed"]), 1);
    let told = app.letters_to(contact).await.into_iter();
    let told = told.filter(|letter| matches!(letter, Letter::ReportAnswered { .. }));
    assert_eq!(told.count(), 1);
}
