//! Complaints about enterprises and their listings.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::complaint::MAX_WAITING;
use vptex::domain::letter::{ComplaintNews, Letter};

use crate::harness::TestApp;

const ADDRESS: &str = "nguoi-dan@example.com";

fn complaint() -> Value {
    json!({"ground": "conduct", "details": "Đã nhận hồ sơ từ tháng 2 nhưng không trả lời.", "contact": ADDRESS})
}

/// What somebody was told, oldest first.
async fn told(app: &TestApp, email: &str) -> Vec<ComplaintNews> {
    let letters = app.letters_to(email).await;
    let news = letters.into_iter().filter_map(|letter| match letter {
        Letter::Complaint(news) => Some(news),
        _ => None,
    });
    let mut told: Vec<ComplaintNews> = news.collect();
    told.reverse();
    told
}

fn steps(told: &[ComplaintNews]) -> Vec<&str> {
    told.iter().map(|news| news.step.as_str()).collect()
}

#[actix_web::test]
async fn a_complaint_is_acknowledged_answered_and_opened_again() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let made = app.post(&format!("/listings/{listing}/complaints")).json(&complaint());
    let made = made.header("accept-language", "en").expect(202).await;
    let id = made.text("/id").to_owned();
    let path = format!("/complaints/{id}");
    app.get(&path).expect(401).await;
    app.get(&path).by(&owner).expect(403).await;
    let seen = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(
        (
            seen.text("/state"),
            seen.text("/contact"),
            seen.text("/listing_id"),
            seen.text("/enterprise_id"),
            &seen.body["due_at"]
        ),
        (
            "received",
            ADDRESS,
            listing.as_str(),
            owner.enterprise.as_str(),
            &made.body["due_at"]
        )
    );

    let step = |name: &str| app.post(&format!("{path}/{name}")).by(&officer);
    let answer = json!({"outcome": "dismissed", "answer": "Doanh nghiệp đã trả lời ngày 3/3."});
    // Nothing is answered that nobody took up.
    assert_eq!(step("decision").json(&answer).expect(409).await.code(), "too_early");
    app.post(&format!("{path}/acknowledgement"))
        .by(&owner)
        .expect(403)
        .await;
    step("acknowledgement").if_match(2).expect(412).await;
    let taken_up = step("acknowledgement").if_match(1).expect(200).await;
    assert_eq!(taken_up.text("/state"), "acknowledged");
    assert!(taken_up.text("/due_at") > made.text("/due_at"));
    assert_eq!(step("acknowledgement").expect(409).await.code(), "already_decided");
    let wrong = step("decision")
        .json(&json!({"outcome": "x", "answer": " "}))
        .expect(422)
        .await;
    assert_eq!(wrong.pointers(), ["/outcome", "/answer"]);
    let decided = step("decision").json(&answer).expect(200).await;
    assert_eq!(decided.text("/state"), "rejected");
    assert!(decided.body["contact"].is_null(), "the address is forgotten");
    assert_eq!(
        step("decision").json(&answer).expect(409).await.code(),
        "already_decided"
    );

    let wrong = step("reopening").json(&json!({"reason_code": "x", "reason_text": "y", "contact": "z"}));
    assert_eq!(
        wrong.expect(422).await.pointers(),
        ["/reason_code", "/reason_text", "/contact"]
    );
    let again =
        json!({"reason_code": "other", "reason_text": "Người khiếu nại gửi thêm biên bản.", "contact": ADDRESS});
    assert_eq!(
        step("reopening").json(&again).expect(200).await.text("/state"),
        "reopened"
    );
    // The first answer stays what it was, and is not the answer any more.
    let reopened = app.get(&path).by(&officer).expect(200).await;
    assert!(reopened.body["answer"].is_null());
    let former = &reopened.body["former_answers"][0];
    assert_eq!(
        (&former["outcome"], &former["answer"]),
        (&json!("rejected"), &answer["answer"])
    );
    assert_eq!(former["decided_at"], decided.body["decided_at"]);
    assert_eq!(step("reopening").json(&again).expect(409).await.code(), "too_early");
    let right = json!({"outcome": "upheld", "answer": "Doanh nghiệp đã xin lỗi và gửi báo giá."});
    assert_eq!(
        step("decision").json(&right).expect(200).await.text("/state"),
        "resolved"
    );

    let (reader, enterprise) = (told(&app, ADDRESS).await, told(&app, &owner.email).await);
    assert_eq!(steps(&reader), ["acknowledged", "rejected", "reopened", "resolved"]);
    assert_eq!(steps(&enterprise), ["forwarded", "rejected", "reopened", "resolved"]);
    // The enterprise is not told by whom.
    let written = serde_json::to_string(&enterprise).unwrap();
    assert!(written.contains("tháng 2") && !written.contains(ADDRESS));
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds,
        [
            "complaint.received",
            "complaint.acknowledged",
            "complaint.rejected",
            "complaint.reopened",
            "complaint.resolved"
        ]
    );
}

#[actix_web::test]
async fn anybody_complains_about_an_enterprise_that_anybody_sees() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let waiting = app.registered_enterprise().await;
    let path = |enterprise: &str| format!("/enterprises/{enterprise}/complaints");
    app.post(&path(&waiting.enterprise))
        .json(&complaint())
        .expect(404)
        .await;
    let own = app.post(&path(&waiting.enterprise)).by(&waiting).json(&complaint());
    assert_eq!(own.expect(409).await.code(), "enterprise_wrong_status");
    let complain = || app.post(&path(&owner.enterprise)).json(&complaint());
    let wrong = app.post(&path(&owner.enterprise));
    let wrong = wrong
        .json(&json!({"ground": "x", "details": "", "contact": "y"}))
        .expect(422)
        .await;
    assert_eq!(wrong.pointers(), ["/ground", "/details", "/contact"]);
    let made = complain().expect(202).await;

    let filtered = |by, overdue: &'static str| app.get("/complaints").query(&[("overdue", overdue)]).by(by);
    assert_eq!(filtered(&officer, "false").expect(200).await.ids(), [made.text("/id")]);
    assert!(filtered(&officer, "true").expect(200).await.ids().is_empty());
    let elsewhere = Scope {
        fields: Vec::new(),
        communes: vec!["00004".into()],
    };
    let remote = app.officer_for(&[Permission::ReviewEnterprises], elsewhere).await;
    assert!(filtered(&remote, "false").expect(200).await.ids().is_empty());
    app.get(&format!("/complaints/{}", made.text("/id")))
        .by(&remote)
        .expect(403)
        .await;
    app.get("/complaints").by(&owner).expect(403).await;
    app.get("/complaints")
        .query(&[("state", "late")])
        .by(&officer)
        .expect(400)
        .await;
    app.change(|uow| {
        use diesel::prelude::*;
        use vptex::store::schema::complaints::dsl;
        diesel::update(dsl::complaints)
            .set(dsl::due_at.eq(dsl::received_at))
            .execute(uow.conn())?;
        Ok(())
    })
    .await;
    assert_eq!(filtered(&officer, "true").expect(200).await.ids(), [made.text("/id")]);
    assert!(filtered(&officer, "false").expect(200).await.ids().is_empty());
    for _ in 1..MAX_WAITING {
        complain().expect(202).await;
    }
    assert_eq!(complain().expect(409).await.code(), "limit_reached");
}
