//! Notices that a listing infringes intellectual property, and what its owner answers.

use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};
use serde_json::{Value, json};
use vptex::domain::clock::Clock as _;
use vptex::domain::letter::Letter;

use crate::harness::{Person, TestApp};

const CLAIMANT: &str = "phap-che@example.com";

fn notice() -> Value {
    json!({
        "right": "patent", "right_number": "1-0034567", "claimant": "Viện Cơ điện nông nghiệp", "contact": CLAIMANT,
        "statement": "Buồng sấy trùng với điểm 1 yêu cầu bảo hộ.", "is_true": true,
    })
}

fn why() -> Value {
    json!({"reason_code": "other", "reason_text": "Đã đối chiếu với phạm vi bảo hộ của bằng."})
}

/// The steps that somebody was told of, oldest first.
async fn told(app: &TestApp, email: &str) -> Vec<String> {
    let letters = app.letters_to(email).await;
    let news = letters.into_iter().filter_map(|letter| match letter {
        Letter::IpNotice(news) => Some(news.step),
        _ => None,
    });
    let mut told: Vec<String> = news.collect();
    told.reverse();
    told
}

async fn published(app: &TestApp) -> (Person, Person, String) {
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    (officer, owner, id)
}

async fn sent(app: &TestApp, listing: &str) -> String {
    let made = app.post(&format!("/listings/{listing}/ip-notices")).json(&notice());
    format!("/ip-notices/{}", made.expect(202).await.text("/id"))
}

#[actix_web::test]
async fn a_notice_hides_a_listing_until_its_owner_prevails() {
    let app = TestApp::spawn().await;
    let (officer, owner, id) = published(&app).await;
    let stranger = app.active_enterprise(&officer).await;
    app.settle().await;
    let listing = format!("/listings/{id}");
    let path = sent(&app, &id).await;
    // Nobody but officers knows of it yet, and nothing happened.
    app.get(&path).expect(401).await;
    app.get(&path).by(&stranger).expect(403).await;
    app.get(&path).by(&owner).expect(404).await;
    app.get(&listing).expect(200).await;
    let counter = json!({"statement": "Buồng sấy đối lưu, không thuộc phạm vi bảo hộ."});
    let answer = |by| app.post(&format!("{path}/counter-notice")).by(by).json(&counter);
    answer(&owner).expect(404).await;

    let acceptance = format!("{path}/acceptance");
    app.post(&acceptance).by(&owner).expect(403).await;
    app.post(&acceptance).by(&officer).if_match(2).expect(412).await;
    let accepted = app.post(&acceptance).by(&officer).if_match(1).expect(200).await;
    assert_eq!(
        (accepted.text("/state"), accepted.text("/contact")),
        ("accepted", CLAIMANT)
    );
    app.get(&listing).expect(404).await;
    assert!(app.found("may say lua").await.is_empty());
    let seen = app.get(&listing).by(&owner).expect(200).await;
    assert_eq!(seen.body["holds"], json!(["ip_notice"]));
    let patch = app.patch(&listing).by(&owner).if_match(seen.number("/version"));
    assert_eq!(
        patch.json(&json!({"model": "B"})).expect(409).await.code(),
        "listing_held"
    );
    // The owner reads who says what, and not where he or she can be reached.
    let read = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(read.text("/claimant"), "Viện Cơ điện nông nghiệp");
    assert!(read.body.get("contact").is_none());

    answer(&stranger).expect(404).await;
    answer(&officer).expect(403).await;
    let wrong = app.post(&format!("{path}/counter-notice")).by(&owner);
    let wrong = wrong.json(&json!({"statement": " "})).expect(422).await;
    assert_eq!(wrong.pointers(), ["/statement"]);
    let countered = answer(&owner).expect(200).await;
    assert_eq!(countered.text("/state"), "countered");
    assert_eq!(answer(&owner).expect(409).await.code(), "already_decided");
    app.get(&listing).expect(404).await;

    let restoration = format!("{path}/restoration");
    app.post(&restoration).by(&owner).json(&why()).expect(403).await;
    let restored = app.post(&restoration).by(&officer).json(&why()).expect(200).await;
    assert_eq!(restored.text("/state"), "restored");
    assert!(restored.body.get("contact").is_none(), "it is forgotten");
    app.get(&listing).expect(200).await;
    app.settle().await;
    assert_eq!(app.found("may say lua").await, [id.as_str()]);
    assert_eq!(told(&app, CLAIMANT).await, ["accepted", "countered", "restored"]);
    assert_eq!(told(&app, &owner.email).await, ["held", "restored"]);
    let number = path.rsplit('/').next().unwrap();
    let deeds: Vec<String> = app.deeds(number).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds,
        [
            "ip_notice.received",
            "ip_notice.accepted",
            "ip_notice.countered",
            "ip_notice.restored"
        ]
    );
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds[deeds.len() - 2..], ["listing.ip_held", "listing.ip_released"]);
}

#[actix_web::test]
async fn a_notice_is_refused_or_upheld_with_reasons() {
    let app = TestApp::spawn().await;
    let (officer, owner, id) = published(&app).await;
    let listing = format!("/listings/{id}");
    let refused = sent(&app, &id).await;
    let step = |path: &str, step: &str| app.post(&format!("{path}/{step}")).by(&officer);
    step(&refused, "rejection").json(&json!({})).expect(422).await;
    for early in ["upholding", "restoration"] {
        let reply = step(&refused, early).json(&why()).expect(409).await;
        assert_eq!(reply.code(), "too_early");
        assert!(reply.text("/detail").contains("`acceptance`"), "{:#}", reply.body);
    }
    let answer = step(&refused, "rejection").json(&why()).expect(200).await;
    assert_eq!(answer.text("/state"), "rejected");
    app.get(&listing).expect(200).await;
    assert_eq!(told(&app, &owner.email).await, Vec::<String>::new());

    let first = sent(&app, &id).await;
    let second = sent(&app, &id).await;
    for path in [&first, &second] {
        step(path, "acceptance").expect(200).await;
    }
    // The owner is heard first; whoever lets the term go by need not be waited for.
    let early = step(&first, "upholding").json(&why()).expect(409).await;
    assert_eq!(early.code(), "too_early");
    let due: Timestamp = app
        .get(&first)
        .by(&officer)
        .expect(200)
        .await
        .text("/due_at")
        .parse()
        .unwrap();
    let day = due.to_zoned(TimeZone::fixed(offset(7))).date();
    let when = early.text("/messages/en").to_owned();
    assert!(when.contains(&format!("from {day} on")), "{when}");
    app.clock.pass(due.as_second() - app.clock.now().as_second() + 1);
    let officer = app.officer().await;
    let step = |path: &str, step: &str| app.post(&format!("{path}/{step}")).by(&officer);
    let upheld = step(&first, "upholding").json(&why()).expect(200).await;
    assert_eq!(upheld.text("/state"), "upheld");
    // Both hold: it comes back with the second one that is lifted.
    step(&second, "restoration").json(&why()).expect(200).await;
    app.get(&listing).expect(404).await;
    step(&first, "restoration").json(&why()).expect(200).await;
    app.get(&listing).expect(200).await;
    for path in [&refused, &first] {
        for name in ["acceptance", "rejection", "upholding", "restoration"] {
            let call = step(path, name);
            let call = if name == "acceptance" { call } else { call.json(&why()) };
            assert_eq!(call.expect(409).await.code(), "already_decided", "{name}");
        }
    }
    assert_eq!(
        told(&app, CLAIMANT).await,
        ["rejected", "accepted", "accepted", "upheld", "restored", "restored"]
    );
}

#[actix_web::test]
async fn what_is_wrong_with_a_notice_is_named() {
    let app = TestApp::spawn().await;
    let (officer, owner, id) = published(&app).await;
    let (draft, _) = app.listing_draft(&owner, "Máy khác").await;
    let path = format!("/listings/{id}/ip-notices");
    let mut body = notice();
    for (name, wrong) in [
        ("right", json!("x")),
        ("right_number", json!("")),
        ("claimant", json!(" ")),
        ("contact", json!("y")),
        ("statement", json!("")),
        ("is_true", json!(false)),
    ] {
        body[name] = wrong;
    }
    let wrong = app.post(&path).json(&body).expect(422).await;
    assert_eq!(
        wrong.pointers(),
        [
            "/right",
            "/right_number",
            "/claimant",
            "/contact",
            "/statement",
            "/is_true"
        ]
    );
    let hidden = format!("/listings/{draft}/ip-notices");
    app.post(&hidden).json(&notice()).expect(404).await;
    let own = app.post(&hidden).by(&owner).json(&notice()).expect(409).await;
    assert_eq!(own.code(), "listing_wrong_status");

    // The register tells what is late.
    let sent = sent(&app, &id).await;
    let number = sent.rsplit('/').next().unwrap().to_owned();
    let filtered = |overdue: &'static str| {
        let call = app
            .get("/ip-notices")
            .query(&[("overdue", overdue), ("state", "received")]);
        call.by(&officer)
    };
    assert_eq!(filtered("false").expect(200).await.ids(), [number.as_str()]);
    assert!(filtered("true").expect(200).await.ids().is_empty());
    app.change(|uow| {
        use diesel::prelude::*;
        use vptex::store::schema::ip_notices::dsl;
        diesel::update(dsl::ip_notices)
            .set(dsl::due_at.eq(dsl::received_at))
            .execute(uow.conn())?;
        Ok(())
    })
    .await;
    let late = filtered("true").expect(200).await;
    assert_eq!(late.ids(), [number.as_str()]);
    assert_eq!(late.body["items"][0]["overdue"], json!(true));
    assert!(filtered("false").expect(200).await.ids().is_empty());
    app.get("/ip-notices").by(&owner).expect(403).await;
}

/// An officer and the owner, and officers among themselves: of each step one passes.
#[actix_web::test]
async fn of_those_who_act_at_once_one_wins() {
    let app = TestApp::spawn().await;
    let (officer, owner, id) = published(&app).await;
    let path = sent(&app, &id).await;
    let race = async |make: &dyn Fn() -> crate::harness::Call| {
        let replies = join_all((0..8).map(|_| make().send())).await;
        let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        assert!(
            statuses.iter().all(|status| [200, 409, 412, 503].contains(status)),
            "{statuses:?}"
        );
        statuses.iter().filter(|status| **status == 200).count()
    };
    assert_eq!(race(&|| app.post(&format!("{path}/acceptance")).by(&officer)).await, 1);
    let counter = json!({"statement": "Không thuộc phạm vi bảo hộ."});
    assert_eq!(
        race(&|| app.post(&format!("{path}/counter-notice")).by(&owner).json(&counter)).await,
        1
    );
    assert_eq!(
        race(&|| app.post(&format!("{path}/restoration")).by(&officer).json(&why())).await,
        1
    );
    app.get(&format!("/listings/{id}")).expect(200).await;
    assert_eq!(told(&app, CLAIMANT).await, ["accepted", "countered", "restored"]);
}
