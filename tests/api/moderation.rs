//! What officers decide, and what comes of it.

use serde_json::json;
use vptex::domain::account::Permission;

use crate::harness::TestApp;

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";

#[actix_web::test]
async fn a_refusal_needs_a_reason_and_its_owner_reads_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for (step, status, deed) in [
        ("rejection", "rejected", "listing.rejected"),
        ("change-request", "changes_requested", "listing.changes_requested"),
    ] {
        let (id, _) = app.submitted_listing(&owner, "Máy sấy").await;
        let path = format!("/listings/{id}/{step}");
        for (body, pointer) in [
            (json!({"reason_text": WHY}), "/reason_code"),
            (json!({"reason_code": "incomplete"}), "/reason_text"),
            (
                json!({"reason_code": "incomplete", "reason_text": "  ngắn  "}),
                "/reason_text",
            ),
            (json!({"reason_code": "because", "reason_text": WHY}), "/reason_code"),
        ] {
            let refused = app.post(&path).by(&officer).json(&body).expect(422).await;
            assert_eq!(
                (refused.code(), refused.pointers()),
                ("validation_failed", vec![pointer])
            );
        }
        let body = json!({"reason_code": "incomplete", "reason_text": WHY});
        let decided = app.post(&path).by(&officer).json(&body).expect(200).await;
        assert_eq!(decided.text("/status"), status);

        let seen = app.get(&format!("/listings/{id}")).by(&owner).expect(200).await;
        assert_eq!(seen.text("/decision/deed"), deed);
        assert_eq!(seen.text("/decision/reason_code"), "incomplete");
        assert_eq!(seen.text("/decision/reason_text"), WHY);

        let twice = app.post(&path).by(&officer).json(&body).expect(409).await;
        assert_eq!(twice.code(), "listing_wrong_status");
        let late = format!("/listings/{id}/approval");
        app.post(&late).by(&officer).expect(409).await;

        // Mended and handed in again, the reason is still there.
        let version = seen.number("/version");
        let mended = app.patch(&format!("/listings/{id}")).by(&owner).if_match(version);
        mended.json(&json!({"model": "SL-2"})).expect(200).await;
        let again = app
            .post(&format!("/listings/{id}/submission"))
            .by(&owner)
            .expect(200)
            .await;
        assert_eq!(again.text("/decision/reason_text"), WHY);
        app.post(&late).by(&officer).expect(200).await;
        let public = app.get(&format!("/listings/{id}")).expect(200).await;
        assert_eq!(public.body.get("decision"), None);
    }
}

#[actix_web::test]
async fn a_registration_that_was_sent_back_is_mended_and_approved() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let body = json!({"reason_code": "identity_unverified", "reason_text": WHY});
    let step = |name: &str| app.post(&format!("{path}/{name}"));
    app.patch(&path)
        .by(&owner)
        .if_match(1)
        .json(&json!({}))
        .expect(409)
        .await;
    let sent_back = step("change-request").by(&officer).json(&body).expect(200).await;
    let seen = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(seen.text("/status"), "changes_requested");
    assert_eq!(seen.text("/decision/reason_text"), WHY);
    let twice = step("rejection").by(&officer).json(&body).expect(409).await;
    assert_eq!(twice.code(), "enterprise_wrong_status");
    let change = app.patch(&path).by(&owner).if_match(sent_back.number("/version"));
    let change = change
        .json(&json!({"website": "https://songthao.example/"}))
        .expect(200)
        .await;
    assert_eq!(change.text("/website"), "https://songthao.example/");
    step("submission").by(&owner).expect(200).await;
    step("approval").by(&officer).expect(200).await;
    app.get(&path).expect(200).await;
}

#[actix_web::test]
async fn the_queue_holds_what_the_officer_may_decide() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.submitted_listing(&owner, "Máy sấy").await;
    let waiting = app.registered_enterprise().await;
    let of_listings = app.officer_who_may(&[Permission::ReviewListings]).await;
    let queue = app.get("/moderation/queue").by(&of_listings).expect(200).await;
    assert_eq!(queue.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(queue.text("/items/0/listing/id"), listing);
    let refused = app
        .get("/moderation/queue?type=enterprise")
        .by(&of_listings)
        .expect(403)
        .await;
    assert_eq!(refused.code(), "forbidden");

    // Page by page: longest waiting first.
    let first = app.get("/moderation/queue?limit=1").by(&officer).expect(200).await;
    assert_eq!(first.text("/items/0/listing/id"), listing);
    let next = format!("/moderation/queue?limit=1&after={}", first.text("/page/next"));
    let second = app.get(&next).by(&officer).expect(200).await;
    assert_eq!(second.text("/items/0/enterprise/id"), waiting.enterprise);
    assert!(second.body["page"]["next"].is_null());
}
