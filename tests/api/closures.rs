//! Enterprises that take part no more.

use serde_json::json;
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use crate::harness::{TestApp, documents};

#[actix_web::test]
async fn a_last_owner_closes_and_an_officer_opens_again() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let (live, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let draft = app.listing_draft(&owner, "Máy nghiền").await.0;
    let key = app.key(&owner, &["listings:read"]).await;
    let invite = app.post(&format!("{path}/invitations")).by(&owner);
    let invite = invite.header("idempotency-key", "moi");
    invite
        .json(&json!({"email": "hai@example.com", "role": "viewer"}))
        .expect(201)
        .await;
    let asking = app.person().await;
    let number = app.get(&path).by(&owner).expect(200).await.text("/tax_code").to_owned();
    let ask = app.post("/join-requests").by(&asking);
    ask.json(&json!({"tax_code": number})).expect(202).await;
    let close = |seen: i64| {
        app.post(&format!("{path}/closure"))
            .by(&owner)
            .if_match(seen)
            .json(&json!({}))
    };
    let stale = app.send_stale(close(2)).await;
    assert_eq!((stale.status, stale.code()), (401, "step_up_required"));
    let second = app.member(&owner.enterprise, Role::Owner).await;
    assert_eq!(close(2).expect(409).await.code(), "other_owners");
    app.delete("/me/membership").by(&second).expect(204).await;
    close(1).expect(412).await;
    assert_eq!(close(2).expect(200).await.text("/status"), "closed");

    // For everybody else it is gone.
    let page = app.get(&path).send().await;
    assert_eq!((page.status, page.code()), (410, "enterprise_closed"));
    app.get(&format!("/listings/{live}")).expect(404).await;
    app.settle().await;
    assert!(app.found("máy sấy").await.is_empty());
    assert!(app.get("/enterprises").expect(200).await.ids().is_empty());
    app.get("/me/listings").token(&key).expect(401).await;
    // Its people keep what is theirs, and change nothing.
    app.get("/me/export").by(&owner).expect(200).await;
    for listing in [&live, &draft] {
        let own = app.get(&format!("/listings/{listing}")).by(&owner).expect(200).await;
        assert_eq!(own.text("/status"), "archived");
    }
    let refused = app
        .delete(&format!("/listings/{live}/archive"))
        .by(&owner)
        .expect(403)
        .await;
    assert_eq!(refused.code(), "enterprise_not_active");
    // Officers have nothing to review any more.
    let paper = format!("{path}/documents?kind=other&name=a.pdf");
    let paper = app.post(&paper).by(&owner).file("application/pdf", documents::pdf(1));
    assert_eq!(paper.expect(403).await.code(), "enterprise_not_active");
    let invitations = app.get(&format!("{path}/invitations")).by(&owner).expect(200).await;
    assert_eq!(invitations.text("/items/0/state"), "revoked");
    let answered = app.letters_to(&asking.email).await;
    assert!(matches!(
        answered.last(),
        Some(Letter::JoinDecided { approved: false, .. })
    ));
    let again = app.post("/join-requests").by(&asking);
    again.json(&json!({"tax_code": number})).expect(202).await;
    assert_eq!(
        app.get("/me/join-request").by(&asking).expect(200).await.text("/state"),
        "rejected"
    );
    // Its number stays taken.
    let other = app.active_enterprise(&officer).await;
    let wish = app.patch(&format!("/enterprises/{}", other.enterprise)).by(&other);
    // Nobody sees it any more, so that only the officer learns it.
    let asked = wish.if_match(2).json(&json!({"tax_code": number})).expect(200).await;
    let approve = app.post(&format!("/enterprises/{}/amendment/approval", other.enterprise));
    let approve = approve.by(&officer).if_match(asked.number("/version"));
    assert_eq!(approve.expect(409).await.code(), "tax_code_taken");
    close(3).expect(409).await;
    let deeds = app.deeds(&live);
    assert_eq!(deeds.last().unwrap().0, "listing.archived");

    app.delete(&format!("{path}/closure")).by(&owner).expect(403).await;
    let officer = app.again(&officer).await;
    let opened = app.delete(&format!("{path}/closure")).by(&officer).expect(200).await;
    assert_eq!(opened.text("/status"), "active");
    app.get(&path).expect(200).await;
    app.delete(&format!("/listings/{live}/archive"))
        .by(&owner)
        .expect(200)
        .await;
    app.get("/me/listings").token(&key).expect(401).await;
    let letters = app.letters_to(&owner.email).await;
    assert!(
        letters
            .iter()
            .any(|letter| matches!(letter, Letter::EnterpriseClosed { reason: None, .. }))
    );
    assert!(
        letters
            .iter()
            .any(|letter| matches!(letter, Letter::EnterpriseReopened { .. }))
    );
    let deeds = app.deeds(&owner.enterprise);
    let deeds: Vec<&str> = deeds.iter().map(|(deed, _)| deed.as_str()).collect();
    assert!(deeds.contains(&"enterprise.closed") && deeds.contains(&"enterprise.reopened"));
}

#[actix_web::test]
async fn an_officer_closes_with_a_reason_even_what_is_halted() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let officer = app.again(&officer).await;
    app.suspend(&owner.enterprise, &officer).await;
    let path = format!("/enterprises/{}/closure", owner.enterprise);
    let close = |body: serde_json::Value| app.post(&path).by(&officer).if_match(3).json(&body);
    assert_eq!(
        close(json!({})).expect(422).await.pointers(),
        ["/reason/reason_code", "/reason/reason_text"]
    );
    let short = json!({"reason": {"reason_code": "other", "reason_text": "Ngắn"}});
    assert_eq!(close(short).expect(422).await.pointers(), ["/reason/reason_text"]);
    let reason = json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể."}});
    assert_eq!(close(reason).expect(200).await.text("/status"), "closed");
    app.delete(&path).by(&officer).expect(200).await;
}

/// There is nobody to hand it to, and nothing that would need an owner.
#[actix_web::test]
async fn the_last_owner_of_a_closed_one_leaves_or_is_erased() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let clerk = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let closed = async || {
        let owner = app.active_enterprise(&officer).await;
        let refused = app.delete("/me/membership").by(&owner).expect(409).await;
        assert_eq!(refused.code(), "last_owner");
        let closure = format!("/enterprises/{}/closure", owner.enterprise);
        let close = app.post(&closure).by(&owner).if_match(2).json(&json!({}));
        close.expect(200).await;
        owner
    };
    let leaves = closed().await;
    app.delete("/me/membership").by(&leaves).expect(204).await;
    let erased = closed().await;
    let ask = app
        .post("/me/data-requests")
        .by(&erased)
        .json(&json!({"kind": "erase"}));
    let path = format!("/data-requests/{}/fulfilment", ask.expect(201).await.text("/id"));
    let answer = json!({"answer": "Đã xóa theo yêu cầu."});
    app.post(&path).by(&clerk).json(&answer).expect(200).await;
}
