//! What the business register and the tax office say of an enterprise, written down by officers: its business is suspended for a time,
//! or it is no more. Why, by which paper and from which day is told to its owner and stands in the trail.

use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use crate::harness::{Person, TestApp};

fn why(code: &str, text: &str) -> Value {
    json!({"reason_code": code, "reason_text": text})
}

async fn version(app: &TestApp, officer: &Person, path: &str) -> i64 {
    app.get(path).by(officer).expect(200).await.number("/version")
}

#[actix_web::test]
async fn a_business_that_is_suspended_is_not_seen_until_it_goes_on() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (live, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    app.listing_draft(&owner, "Máy khác").await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let paper =
        "Tạm ngừng kinh doanh từ 01/12/2026 đến 30/11/2027 theo Giấy xác nhận số 1234/26 của Phòng Đăng ký kinh doanh.";
    let halt = |code: &str, seen: i64| {
        let call = app.post(&format!("{path}/suspension")).by(&officer).if_match(seen);
        call.json(&why(code, paper))
    };
    let seen = version(&app, &officer, &path).await;
    let refused = halt("sleeping", seen).expect(422).await;
    assert_eq!(refused.pointers(), ["/reason_code"]);
    for code in ["business_paused", "not_at_address"] {
        let seen = version(&app, &officer, &path).await;
        let halted = halt(code, seen).expect(200).await;
        assert_eq!(halted.text("/status"), "suspended");
        app.settle().await;
        app.get(&path).expect(404).await;
        app.get(&format!("/listings/{live}")).expect(404).await;
        assert!(app.found("máy sấy lúa").await.is_empty());
        // Its owner is told by letter, and reads it again whenever there is a question.
        let told = app.letters_to(&owner.email).await;
        let is_told = |letter: &Letter| matches!(letter, Letter::EnterpriseSuspended { reason, .. } if reason == paper);
        assert!(told.iter().any(is_told), "{told:?}");
        let owner = app.again(&owner).await;
        let own = app.get(&path).by(&owner).expect(200).await;
        assert_eq!(
            (own.text("/decision/reason_code"), own.text("/decision/reason_text")),
            (code, paper)
        );
        let register = app.get("/moderation/enterprises?status=suspended").by(&officer);
        assert_eq!(register.expect(200).await.ids(), [owner.enterprise.as_str()]);

        // When its business goes on, what was live is live again, and nothing else.
        app.delete(&format!("{path}/suspension")).by(&officer).expect(200).await;
        app.settle().await;
        assert_eq!(app.found("máy sấy lúa").await, [live.as_str()]);
        assert_eq!(app.get("/search").expect(200).await.number("/total"), 1);
    }
    let deeds: Vec<String> = app.deeds(&owner.enterprise).into_iter().map(|(deed, _)| deed).collect();
    for deed in ["enterprise.suspended", "enterprise.reinstated"] {
        assert_eq!(deeds.iter().filter(|known| *known == deed).count(), 2, "{deeds:?}");
    }
}

#[actix_web::test]
async fn a_business_that_is_no_more_is_closed_and_its_listings_are_put_away() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (live, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let paper = "Đã giải thể từ 15/11/2026 theo Thông báo số 5678/TB-ĐKKD của Phòng Đăng ký kinh doanh.";
    let seen = version(&app, &officer, &path).await;
    // Also one whose business is suspended already.
    let halt = app.post(&format!("{path}/suspension")).by(&officer).if_match(seen);
    let halted = halt
        .json(&why("business_paused", "Tạm ngừng kinh doanh từ 01/10/2026."))
        .expect(200)
        .await;
    let close = app.post(&format!("{path}/closure")).by(&officer);
    let close = close.if_match(halted.number("/version"));
    let closed = close
        .json(&json!({"reason": why("business_ended", paper)}))
        .expect(200)
        .await;
    assert_eq!(closed.text("/status"), "closed");
    app.settle().await;
    assert_eq!(app.get(&path).expect(410).await.code(), "enterprise_closed");
    app.get(&format!("/listings/{live}")).expect(404).await;
    let owner = app.again(&owner).await;
    let own = app.get(&format!("/listings/{live}")).by(&owner).expect(200).await;
    assert_eq!(own.text("/status"), "archived");
    let own = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(
        (own.text("/decision/reason_code"), own.text("/decision/reason_text")),
        ("business_ended", paper)
    );
    let told = app.letters_to(&owner.email).await;
    let is_told =
        |letter: &Letter| matches!(letter, Letter::EnterpriseClosed { reason: Some(reason), .. } if reason == paper);
    assert!(told.iter().any(is_told), "{told:?}");
    // Its number is given to nobody else.
    let mut other = app.registration("Công ty Khác");
    let code = app
        .get(&path)
        .by(&officer)
        .expect(200)
        .await
        .text("/tax_code")
        .to_owned();
    other["enterprise"]["tax_code"] = json!(code);
    app.post("/registrations").json(&other).expect(202).await;
    let letters = app.letters_to(other["account"]["email"].as_str().unwrap()).await;
    assert!(
        matches!(letters.first(), Some(Letter::TaxCodeKnown { .. })),
        "{letters:?}"
    );
}
