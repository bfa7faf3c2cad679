//! Reports of abuse.

use serde_json::json;
use vptex::domain::account::{Permission, Scope};
use vptex::domain::letter::Letter;

use crate::harness::TestApp;

const ADDRESS: &str = "ban-doc@example.com";

#[actix_web::test]
async fn anybody_reports_a_public_listing_and_is_answered_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (draft, _) = app.listing_draft(&owner, "Máy khác").await;
    let path = format!("/listings/{id}/reports");
    let body = json!({"ground": "fraud", "details": "Ảnh là của hãng khác.", "contact": ADDRESS});
    let made = app
        .post(&path)
        .json(&body)
        .header("accept-language", "en")
        .expect(202)
        .await;
    let report = made.text("/id").to_owned();
    let second = app
        .post(&path)
        .by(&owner)
        .json(&json!({"ground": "spam", "details": "Trùng."}))
        .expect(202)
        .await;
    let wrong = app
        .post(&path)
        .json(&json!({"ground": "x", "details": " ", "contact": "y"}))
        .expect(422)
        .await;
    let pointers: Vec<&str> = wrong.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    assert_eq!(pointers, ["/ground", "/details", "/contact"]);
    let hidden = format!("/listings/{draft}/reports");
    app.post(&hidden).json(&body).expect(404).await;
    assert_eq!(
        app.post(&hidden).by(&owner).json(&body).expect(409).await.code(),
        "listing_wrong_status"
    );

    app.get("/reports").expect(401).await;
    app.get("/reports").by(&owner).expect(403).await;
    let waiting = app
        .get("/reports")
        .query(&[("state", "received")])
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(waiting.ids(), [report.as_str(), second.text("/id")]);
    assert_eq!(
        (
            waiting.text("/items/0/contact"),
            waiting.text("/items/0/listing_id"),
            waiting.text("/items/0/details")
        ),
        (ADDRESS, id.as_str(), "Ảnh là của hãng khác.")
    );
    let decision = format!("/reports/{report}/decision");
    let answer = json!({"outcome": "upheld", "answer": "Tin sẽ bị tạm ngừng để xác minh."});
    app.post(&decision).json(&answer).expect(401).await;
    app.post(&decision).by(&owner).json(&answer).expect(403).await;
    app.post(&decision)
        .by(&officer)
        .json(&json!({"outcome": "x", "answer": "y"}))
        .expect(422)
        .await;
    app.post(&decision)
        .by(&officer)
        .if_match(2)
        .json(&answer)
        .expect(412)
        .await;
    let decided = app
        .post(&decision)
        .by(&officer)
        .if_match(1)
        .json(&answer)
        .expect(200)
        .await;
    // The address is forgotten once the answer is on its way.
    assert_eq!(decided.text("/state"), "upheld");
    assert!(decided.body["contact"].is_null());
    assert_eq!(
        app.post(&decision).by(&officer).json(&answer).expect(409).await.code(),
        "already_decided"
    );
    let letters = app.letters_to(ADDRESS).await;
    let expected = Letter::ReportAnswered {
        title: "Máy sấy lúa".into(),
        upheld: true,
        answer: "Tin sẽ bị tạm ngừng để xác minh.".into(),
    };
    assert_eq!(letters, [expected]);
    let waiting = app
        .get("/reports")
        .query(&[("state", "received")])
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(waiting.ids(), [second.text("/id")]);
    // Nothing happened to the listing.
    app.get(&format!("/listings/{id}")).expect(200).await;
    let deeds: Vec<String> = app.deeds(&report).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds, ["report.received", "report.upheld"]);
}

#[actix_web::test]
async fn an_answer_does_not_tell_strangers_what_only_members_see() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let other = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let code = app
        .get(&format!("/listings/{id}"))
        .expect(200)
        .await
        .text("/code")
        .to_owned();
    let audience = json!({"visibility": "members", "open_for_inquiry": true});
    app.put(&format!("/listings/{id}/audience"))
        .by(&owner)
        .json(&audience)
        .expect(200)
        .await;
    let body = json!({"ground": "fraud", "details": "Ảnh là của hãng khác.", "contact": ADDRESS});
    let made = app.post(&format!("/listings/{id}/reports")).by(&other).json(&body);
    let path = format!("/reports/{}/decision", made.expect(202).await.text("/id"));
    let answer = json!({"outcome": "dismissed", "answer": "Chưa đủ căn cứ."});
    app.post(&path).by(&officer).if_match(1).json(&answer).expect(200).await;
    let letters = app.letters_to(ADDRESS).await;
    assert!(
        matches!(&letters[..], [Letter::ReportAnswered { title, .. }] if *title == code),
        "{letters:?}"
    );
}

#[actix_web::test]
async fn an_officer_sees_reports_within_the_own_scope() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let body = json!({"ground": "other", "details": "Số điện thoại trong ảnh."});
    let made = app
        .post(&format!("/listings/{id}/reports"))
        .json(&body)
        .expect(202)
        .await;
    let elsewhere = Scope {
        fields: Vec::new(),
        communes: vec!["00004".into()],
    };
    let remote = app.officer_for(&[Permission::ReviewListings], elsewhere).await;
    assert!(app.get("/reports").by(&remote).expect(200).await.ids().is_empty());
    let answer = json!({"outcome": "dismissed", "answer": "Không thấy."});
    let decision = format!("/reports/{}/decision", made.text("/id"));
    app.post(&decision).by(&remote).json(&answer).expect(403).await;
    assert_eq!(
        app.post(&decision)
            .by(&officer)
            .json(&answer)
            .expect(200)
            .await
            .text("/state"),
        "dismissed"
    );
}

/// Fifteen working days from Tuesday: a term is counted by the calendar, and what is late is found.
#[actix_web::test]
async fn a_report_has_a_term() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let body = json!({"ground": "other", "details": "Số điện thoại trong ảnh."});
    let report = || app.post(&format!("/listings/{id}/reports")).json(&body);
    let made = report().expect(202).await;
    let due: jiff::Timestamp = made.text("/due_at").parse().unwrap();
    let received: jiff::Timestamp = made.text("/received_at").parse().unwrap();
    assert!(due.duration_since(received) > jiff::SignedDuration::from_hours(15 * 24));
    let filtered = |overdue: &'static str| app.get("/reports").query(&[("overdue", overdue)]).by(&officer);
    assert_eq!(filtered("false").expect(200).await.ids(), [made.text("/id")]);
    assert!(filtered("true").expect(200).await.ids().is_empty());
    app.change({
        let at = vptex::store::types::DbTs(received);
        move |uow| {
            use diesel::prelude::*;
            use vptex::store::schema::listing_reports;
            diesel::update(listing_reports::table)
                .set(listing_reports::due_at.eq(at))
                .execute(uow.conn())?;
            Ok(())
        }
    })
    .await;
    let path = format!("/reports/{}", made.text("/id"));
    assert_eq!(
        app.get(&path).by(&officer).expect(200).await.body["overdue"],
        json!(true)
    );
    app.get(&path).by(&owner).expect(403).await;
    assert_eq!(filtered("true").expect(200).await.ids(), [made.text("/id")]);
    assert!(filtered("false").expect(200).await.ids().is_empty());
    for _ in 1..100 {
        report().expect(202).await;
    }
    assert_eq!(report().expect(409).await.code(), "limit_reached");
}
