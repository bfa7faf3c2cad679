//! What becomes of what waits to change a listing when the listing itself is taken back.

use serde_json::json;
use vptex::store::revisions;

use crate::harness::TestApp;

/// A listing that is taken back takes along what waits to change it, so that no officer is asked about it when the listing comes
/// out again with another text.
#[actix_web::test]
async fn what_waits_to_change_a_listing_that_is_taken_back_is_its_writers_again() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let revision = format!("{path}/revision");
    app.revise(&owner, &id, version, "B").await;
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;

    let back = app.delete(&format!("{path}/submission")).by(&owner).expect(200).await;
    let returned = app.get(&revision).by(&owner).expect(200).await;
    assert_eq!(
        (returned.text("/status"), returned.text("/content/model")),
        ("draft", "B")
    );
    app.get(&revision).by(&officer).expect(404).await;
    app.post(&format!("{revision}/approval"))
        .by(&officer)
        .if_match(sent.number("/version"))
        .expect(404)
        .await;
    let edit = app.patch(&path).by(&owner).if_match(back.number("/version"));
    edit.json(&json!({"model": "C"})).expect(200).await;
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let approval = app.post(&format!("{path}/approval")).by(&officer);
    let live = approval.if_match(sent.number("/version")).expect(200).await;
    // Out again, it waits for nobody; its owner is told the step, and the step is taken.
    let queue = app.get("/moderation/queue").by(&officer).expect(200).await;
    assert_eq!(queue.body["items"], json!([]));
    let live = live.number("/version");
    let edit = || app.patch(&path).by(&owner).if_match(live).json(&json!({"model": "D"}));
    assert_eq!(edit().expect(409).await.code(), "revision_outdated");
    app.delete(&revision).by(&owner).expect(200).await;
    edit().expect(202).await;
}

/// Nor does it wait when the enterprise is closed, which puts all of its listings away.
#[actix_web::test]
async fn what_waits_to_change_a_listing_of_a_closed_enterprise_is_its_writers_again() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let revision = format!("/listings/{id}/revision");
    app.revise(&owner, &id, version, "B").await;
    app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    let closure = format!("/enterprises/{}/closure", owner.enterprise);
    let close = app.post(&closure).by(&owner).if_match(2).json(&json!({}));
    close.expect(200).await;
    let listing = id.parse().unwrap();
    let open = app
        .exchange()
        .db
        .read(|conn| revisions::find_open(conn, listing))
        .unwrap();
    assert_eq!(open.status.as_str(), "draft");
    let (deed, _) = app.deeds(&open.id.0.to_string()).pop().unwrap();
    assert_eq!(deed, "revision.taken_back");
    app.get(&revision).by(&officer).expect(404).await;
}

/// What is public no more is not revised: its owner renews it first.
#[actix_web::test]
async fn what_waits_to_change_an_expired_listing_is_not_approved() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let revision = format!("/listings/{id}/revision");
    app.revise(&owner, &id, version, "B").await;
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    app.end_term(&id).await;
    let approval = app.post(&format!("{revision}/approval")).by(&officer);
    let refused = approval.if_match(sent.number("/version")).expect(409).await;
    assert_eq!(refused.code(), "listing_wrong_status");
}
