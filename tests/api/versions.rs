//! Entity tags, and what stands in an answer besides the thing itself.

use serde_json::json;

use crate::harness::TestApp;

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";

#[actix_web::test]
async fn what_differs_has_different_tags() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let paths = [
        format!("/listings/{listing}"),
        format!("/enterprises/{}", owner.enterprise),
    ];
    for path in &paths {
        let outside = app.get(path).expect(200).await;
        let inside = app.get(path).by(&owner).expect(200).await;
        assert_eq!(outside.number("/version"), inside.number("/version"));
        assert_ne!(outside.body, inside.body);
        let (public, own) = (outside.header("etag").unwrap(), inside.header("etag").unwrap());
        assert_ne!(public, own, "{path}");
        // Holds, the term and who is shown as a listing's contact change without another version: its tag names them, too.
        let bare = format!("\"{}", inside.number("/version"));
        assert!(
            own == format!("{bare}\"") || own.starts_with(&format!("{bare}-i")),
            "{own}"
        );
        let seen = |tag: &str| app.get(path).header("if-none-match", tag);
        let unchanged = seen(public).expect(304).await;
        assert_eq!(unchanged.header("etag"), Some(public));
        seen(own).expect(200).await;
        let unchanged = seen(own).by(&owner).expect(304).await;
        assert_eq!(unchanged.header("etag"), Some(own));
        seen(public).by(&owner).expect(200).await;
    }
    // What changes without another version is told, and an edit goes by the version that is named.
    let own = app
        .get(&paths[0])
        .by(&owner)
        .expect(200)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let suspension = app
        .post(&format!("{}/suspension", paths[0]))
        .by(&app.again(&officer).await);
    suspension
        .json(&json!({"reason_code": "incomplete", "reason_text": WHY}))
        .expect(200)
        .await;
    let held = app
        .get(&paths[0])
        .by(&owner)
        .header("if-none-match", &own)
        .expect(200)
        .await;
    assert_eq!(held.body["holds"], json!(["suspended"]));
    let (draft, _) = app.listing_draft(&owner, "Máy bơm").await;
    let draft = format!("/listings/{draft}");
    let tag = app
        .get(&draft)
        .by(&owner)
        .expect(200)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let edit = |tag: &str| {
        app.patch(&draft)
            .by(&owner)
            .header("if-match", tag)
            .json(&json!({"model": "B-1"}))
    };
    let weak = edit(&format!("W/{tag}")).expect(412).await;
    assert_eq!(weak.code(), "stale_version");
    edit("W/\"1\"").expect(412).await;
    edit(&tag).expect(200).await;
    // No edit and no step is based on what visitors see.
    let submission = format!("{}/submission", paths[0]);
    let public = format!("\"{version}-public\"");
    let foreign = app
        .delete(&submission)
        .by(&owner)
        .header("if-match", &public)
        .expect(412)
        .await;
    assert_eq!(foreign.code(), "stale_version");
}

#[actix_web::test]
async fn an_answer_to_an_edit_is_what_reading_shows() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let why = json!({"reason_code": "incomplete", "reason_text": WHY});
    let back = app.post(&format!("{path}/change-request")).by(&officer).if_match(1);
    let version = back.json(&why).expect(200).await.number("/version");
    let patch = app.patch(&path).by(&owner).if_match(version);
    let edited = patch.json(&json!({"short_name": "Sông Thao"})).expect(200).await;
    let read = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(edited.text("/decision/reason_text"), WHY);
    assert_eq!((&edited.body, edited.header("etag")), (&read.body, read.header("etag")));
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let read = app.get(&path).by(&owner).expect(200).await;
    assert_eq!((&sent.body, sent.header("etag")), (&read.body, read.header("etag")));
}

#[actix_web::test]
async fn lists_leave_the_long_parts_out_and_tell_the_last_decision() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (refused, version) = app.submitted_listing(&owner, "Máy sấy").await;
    let path = format!("/listings/{refused}");
    for (code, step) in [("incomplete", "change-request"), ("duplicate", "rejection")] {
        let version = app
            .get(&path)
            .by(&owner)
            .expect(200)
            .await
            .number("/version")
            .max(version);
        let body = json!({"reason_code": code, "reason_text": WHY});
        let decision = app.post(&format!("{path}/{step}")).by(&officer).if_match(version);
        decision.json(&body).expect(200).await;
        if step == "change-request" {
            app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
        }
    }
    let (waiting, _) = app.submitted_listing(&owner, "Máy ấp").await;
    let (public, _) = app.published_listing(&owner, &officer, "Máy xát").await;
    let mine = app.get("/me/listings").by(&owner).expect(200).await;
    assert_eq!(mine.ids(), [public.as_str(), waiting.as_str(), refused.as_str()]);
    assert_eq!(
        mine.text("/items/2/decision/reason_code"),
        "duplicate",
        "the last one counts"
    );
    assert_eq!(mine.body["items"][1].get("decision"), None);
    app.settle().await;
    let queue = app.get("/moderation/queue").by(&officer).expect(200).await;
    assert_eq!(queue.text("/items/0/listing/id"), waiting);
    let found = app.get("/search").expect(200).await;
    assert_eq!(found.ids(), [public.as_str()]);
    for entry in [
        &mine.body["items"][0],
        &queue.body["items"][0]["listing"],
        &found.body["items"][0],
    ] {
        assert_eq!(entry["brand"], "Lâm Thao");
        assert_eq!(entry.get("specifications"), None);
        assert_eq!(entry.get("description"), None);
    }
    let whole = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(whole.text("/specifications/0/value"), "500");
    assert_eq!(
        whole.body["specifications"][0]["quantity"],
        json!({"value": 500.0, "unit": "kg/h"})
    );
}
