//! What sends letters where the caller chooses, and what does not count as that.

use serde_json::json;
use vptex::config::{Rate, Switch};

use super::{assert_refused, few, spawn};
use crate::harness::TestApp;

#[actix_web::test]
async fn what_sent_no_letter_takes_nobodys_letters() {
    let app = spawn(|config| {
        few(config);
        config.rate_letter = Rate::new(3, 86_400);
    });
    let mut wrong = app.registration("Công ty Một");
    wrong["enterprise"]["tax_code"] = json!("1");
    for _ in 0..5 {
        app.post("/registrations").json(&wrong).expect(422).await;
    }
    for name in ["Công ty Hai", "Công ty Ba"] {
        app.post("/registrations")
            .json(&app.registration(name))
            .expect(202)
            .await;
    }
    let refused = app.post("/registrations").json(&wrong).send().await;
    assert_refused(&refused, "letter");
}

#[actix_web::test]
async fn whoever_asks_owners_is_counted_as_others_who_write() {
    let mut app = TestApp::prepare();
    app.start();
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let asker = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    app.stop().await;
    app.config.rate_limits = Switch::On;
    app.config.rate_letter = Rate::new(1, 86_400);
    app.start();
    let path = format!("/listings/{listing}/inquiries");
    let question = json!({"interest": "quote", "message": "Xin báo giá."});
    // Refused ones among them take nothing from those that are sent.
    for status in [201, 409, 409] {
        let reply = app.post(&path).by(&asker).json(&question).expect(status).await;
        let policy = reply.header("ratelimit-policy").unwrap();
        assert!(policy.starts_with("\"write\""), "{policy}");
    }
}

/// Strangers at the same address, such as a whole office behind one router, take nothing from who is signed in.
#[actix_web::test]
async fn registrations_take_nobodys_invitations() {
    let mut app = TestApp::prepare();
    app.start();
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.stop().await;
    app.config.rate_limits = Switch::On;
    app.config.rate_letter = Rate::new(1, 86_400);
    app.config.rate_invitation = Rate::new(4, 86_400);
    app.config.rate_invitation_account = Rate::new(2, 86_400);
    app.start();
    for status in [202, 429] {
        app.post("/registrations")
            .json(&app.registration("Công ty Một"))
            .expect(status)
            .await;
    }
    let invite = async |number: u32| {
        let body = json!({"email": format!("moi{number}@example.com"), "role": "editor"});
        let path = format!("/enterprises/{}/invitations", owner.enterprise);
        app.post(&path).by(&owner).json(&body).send().await
    };
    for number in 1..=2 {
        assert_eq!(invite(number).await.status, 201);
    }
    assert_refused(&invite(3).await, "invitation-account");
}
