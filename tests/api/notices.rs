//! What members are told of their enterprise, in the API beside the letters.

use diesel::prelude::*;
use serde_json::json;
use vptex::domain::account::Role;
use vptex::store;
use vptex::store::schema::notices;

use crate::harness::{Person, TestApp};

/// What somebody was told, newest first.
async fn told(app: &TestApp, person: &Person) -> Vec<String> {
    let page = app.get("/me/notices").by(person).expect(200).await;
    let items = page.body["items"].as_array().unwrap();
    let kinds = items.iter().map(|notice| notice["kind"].as_str().unwrap().to_owned());
    kinds.collect()
}

/// Its enterprise is halted, and goes on.
async fn suspend_and_reinstate(app: &TestApp, owner: &Person, officer: &Person) {
    app.suspend(&owner.enterprise, officer).await;
    let suspension = format!("/enterprises/{}/suspension", owner.enterprise);
    app.delete(&suspension).by(officer).expect(200).await;
}

#[actix_web::test]
async fn owners_read_what_became_of_their_enterprise_in_both_languages() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let before = told(&app, &owner).await;
    suspend_and_reinstate(&app, &owner, &officer).await;
    let owner = app.again(&owner).await;
    let all = told(&app, &owner).await;
    assert_eq!(all[..2], ["enterprise_reinstated", "enterprise_suspended"]);
    assert_eq!(all[2..], before);

    let page = app.get("/me/notices?limit=1").by(&owner).expect(200).await;
    let next = format!("/me/notices?limit=1&after={}", page.text("/page/next"));
    let second = app.get(&next).by(&owner).expect(200).await;
    let notice = &second.body["items"][0];
    assert_eq!(notice["kind"], "enterprise_suspended");
    for language in ["vi", "en"] {
        let (subject, text) = (&notice[language]["subject"], notice[language]["text"].as_str().unwrap());
        assert!(!subject.as_str().unwrap().is_empty());
        // The officer's words, as they are in the letter.
        assert!(text.contains("Đăng bán hàng cấm"), "{text}");
        assert!(!text.contains("http"), "{text}");
    }
    assert_ne!(notice["vi"], notice["en"]);
    app.get("/me/notices?after=x").by(&owner).expect(400).await;
}

#[actix_web::test]
async fn they_are_the_own_ones_and_stay_with_the_enterprise() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let second = app.member(&owner.enterprise, Role::Owner).await;
    let stranger = app.register("Công ty TNHH Khác").await;
    suspend_and_reinstate(&app, &owner, &officer).await;
    let second = app.again(&second).await;
    assert_eq!(
        told(&app, &second).await,
        ["enterprise_reinstated", "enterprise_suspended"]
    );
    let none: [&str; 0] = [];
    assert_eq!(told(&app, &stranger).await, none);
    assert_eq!(told(&app, &officer).await, none);
    app.get("/me/notices").expect(401).await;
    // Whoever leaves the enterprise leaves behind what it was told.
    app.delete("/me/membership").by(&second).expect(204).await;
    assert_eq!(told(&app, &second).await, none);
}

#[actix_web::test]
async fn what_an_officer_wrote_is_told_without_a_word_about_mail() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.submitted_listing(&owner, "Máy sấy").await;
    let talk = app.post(&format!("/reviews/listing/{id}/messages")).by(&officer);
    talk.json(&json!({"text": "Xin cho biết công suất."})).expect(201).await;
    let page = app.get("/me/notices?limit=1").by(&owner).expect(200).await;
    let notice = &page.body["items"][0];
    assert_eq!(notice["kind"], "review_message");
    for (language, of_mail) in [("vi", "thư trả lời"), ("en", "mail")] {
        let text = notice[language]["text"].as_str().unwrap();
        assert!(text.ends_with("\n\nXin cho biết công suất."), "{text}");
        assert!(!text.contains(of_mail), "{text}");
    }
}

#[actix_web::test]
async fn one_that_cannot_be_opened_takes_none_of_the_others_with_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let before = told(&app, &owner).await;
    suspend_and_reinstate(&app, &owner, &officer).await;
    // As if it were sealed with another master key.
    app.change(|uow| -> store::Result<_> {
        let suspended = notices::table.filter(notices::kind.eq("enterprise_suspended"));
        diesel::update(suspended)
            .set(notices::sealed_content.eq(vec![7; 100]))
            .execute(uow.conn())?;
        Ok(())
    })
    .await;
    let owner = app.again(&owner).await;
    let all = told(&app, &owner).await;
    assert_eq!(all[0], "enterprise_reinstated");
    assert_eq!(all[1..], before);
    // It is a place in the list all the same.
    let first = app.get("/me/notices?limit=1").by(&owner).expect(200).await;
    assert_eq!(first.body["items"].as_array().unwrap().len(), 1);
    let next = format!("/me/notices?limit=1&after={}", first.text("/page/next"));
    let second = app.get(&next).by(&owner).expect(200).await;
    assert!(second.body["items"].as_array().unwrap().is_empty());
}
