//! Halting an enterprise.

use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;

use crate::harness::{TestApp, pictures};

const WHY: &str = "Đăng bán hàng cấm, đang xác minh.";

/// What a halted account published was still served from places that looked at the post alone.
#[actix_web::test]
async fn cve_2026_23961_what_a_suspended_enterprise_published_is_gone_everywhere_at_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (draft, _) = app.listing_draft(&owner, "Máy khác").await;
    app.settle().await;
    let listing = format!("/listings/{id}");
    let tag = app.get(&listing).expect(200).await.header("etag").unwrap().to_owned();
    let enterprise = format!("/enterprises/{}", owner.enterprise);
    app.suspend(&owner.enterprise, &officer).await;
    // Before the index has heard of it.
    assert!(app.found("may say lua").await.is_empty());
    app.get(&listing).expect(404).await;
    app.get(&listing).header("if-none-match", &tag).expect(404).await;
    app.get(&enterprise).expect(404).await;
    assert!(app.get("/enterprises").expect(200).await.ids().is_empty());
    app.settle().await;
    assert!(app.found("may say lua").await.is_empty());
    assert_eq!(app.get("/search").expect(200).await.number("/total"), 0);

    // Its people read what is theirs, and why; they change nothing.
    let owner = app.again(&owner).await;
    let seen = app.get(&enterprise).by(&owner).expect(200).await;
    assert_eq!(
        (seen.text("/status"), seen.text("/decision/reason_text")),
        ("suspended", WHY)
    );
    app.get(&listing).by(&owner).expect(200).await;
    let edit = app.patch(&format!("/listings/{draft}")).by(&owner).if_match(1);
    let edit = edit.json(&json!({"model": "B"})).expect(403).await;
    assert_eq!(edit.code(), "enterprise_not_active");
    assert!(edit.text("/messages/en").contains("is suspended"));

    let suspension = format!("{enterprise}/suspension");
    let lifted = app.delete(&suspension).by(&officer).expect(200).await;
    assert_eq!(lifted.text("/status"), "active");
    app.get(&listing).expect(200).await;
    app.settle().await;
    assert_eq!(app.found("may say lua").await, [id]);
    let edit = app.patch(&format!("/listings/{draft}")).by(&owner).if_match(1);
    edit.json(&json!({"model": "B"})).expect(200).await;
}

/// What waited is decided on when the suspension is lifted: what was never public is not after it either.
#[actix_web::test]
async fn lifting_brings_back_what_was_live_and_nothing_else() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (live, version) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let edit = app.patch(&format!("/listings/{live}")).by(&owner).if_match(version);
    let revision = edit.json(&json!({"model": "SL-9"})).expect(202).await;
    let path = format!("/listings/{live}/revision/submission");
    let tag = revision.number("/version");
    let revision = app.post(&path).by(&owner).if_match(tag).expect(200).await;
    let (waiting, _) = app.listing_draft(&owner, "Máy tuốt lúa").await;
    let sent = app
        .post(&format!("/listings/{waiting}/submission"))
        .by(&owner)
        .expect(200)
        .await;
    let waits = async || {
        let queue = app.get("/moderation/queue").by(&officer).expect(200).await;
        queue.body["items"].as_array().unwrap().len()
    };
    assert_eq!(waits().await, 2);

    app.suspend(&owner.enterprise, &officer).await;
    assert_eq!(waits().await, 0);
    let approval = |path: &str, version: i64| app.post(&format!("{path}/approval")).by(&officer).if_match(version);
    let listing = format!("/listings/{waiting}");
    let refused = approval(&listing, sent.number("/version")).expect(409).await;
    assert_eq!(refused.code(), "enterprise_wrong_status");
    let text = format!("/listings/{live}/revision");
    let refused = approval(&text, revision.number("/version")).expect(409).await;
    assert_eq!(refused.code(), "enterprise_wrong_status");
    let claim = app.post(&format!("/moderation/claims/listing/{waiting}")).by(&officer);
    assert_eq!(claim.expect(409).await.code(), "enterprise_wrong_status");

    let suspension = format!("/enterprises/{}/suspension", owner.enterprise);
    app.delete(&suspension).by(&officer).expect(200).await;
    app.get(&listing).expect(404).await;
    assert_eq!(
        app.get(&format!("/listings/{live}"))
            .expect(200)
            .await
            .body
            .get("model"),
        None
    );
    app.settle().await;
    assert_eq!(app.found("máy").await, [live.as_str()]);
    assert_eq!(waits().await, 2);
    approval(&listing, sent.number("/version")).expect(200).await;
    approval(&text, revision.number("/version")).expect(200).await;
}

/// Whoever read a revision before its listing was held decides on it afterwards.
#[actix_web::test]
async fn a_revision_keeps_its_version_while_its_listing_is_held_and_let_go() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let begun = app.revise(&owner, &id, version, "B").await;
    let (listing, revision) = (format!("/listings/{id}"), format!("/listings/{id}/revision"));
    let submission = format!("{revision}/submission");
    let sent = app.post(&submission).by(&owner).if_match(begun).expect(200).await;
    let sent = sent.number("/version");
    let why = json!({"reason_code": "other", "reason_text": WHY});
    let suspension = format!("{listing}/suspension");
    for _ in 0..3 {
        app.post(&suspension).by(&officer).json(&why).expect(200).await;
        app.delete(&suspension).by(&officer).expect(200).await;
        let seen = app.get(&revision).by(&officer).expect(200).await;
        assert_eq!(seen.number("/version"), sent);
        assert_ne!(seen.number("/listing_version"), sent, "no tag means two texts");
    }
    // What its owner writes from there on has a version that the listing did not have meanwhile.
    let back = app.delete(&submission).by(&owner).if_match(sent).expect(200).await;
    let live = app.get(&listing).by(&owner).expect(200).await.number("/version");
    let edit = |seen: i64| {
        let call = app.patch(&listing).by(&owner).if_match(seen);
        call.json(&json!({"model": "C"}))
    };
    edit(live).expect(412).await;
    let edited = edit(back.number("/version")).expect(202).await.number("/version");
    let sent = app.post(&submission).by(&owner).if_match(edited).expect(200).await;
    let sent = sent.number("/version");
    app.post(&suspension).by(&officer).json(&why).expect(200).await;
    app.delete(&suspension).by(&officer).expect(200).await;
    let approval = app.post(&format!("{revision}/approval")).by(&officer).if_match(sent);
    let approved = approval.expect(200).await;
    let seen = app.get(&listing).expect(200).await;
    assert_eq!(seen.text("/model"), "C");
    assert!(seen.number("/version") > sent, "no tag means two texts");
    assert_eq!(seen.number("/version"), approved.number("/listing_version"));
}

#[actix_web::test]
async fn a_suspension_names_a_version_and_a_reason() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let clerk = app.officer_who_may(&[Permission::ReviewListings]).await;
    let owner = app.active_enterprise(&officer).await;
    let enterprise = format!("/enterprises/{}", owner.enterprise);
    let path = format!("{enterprise}/suspension");
    let version = app.get(&enterprise).expect(200).await.number("/version");
    let why = json!({"reason_code": "unlawful", "reason_text": WHY});
    let suspend = || app.post(&path).json(&why);
    assert_eq!(suspend().by(&officer).expect(428).await.code(), "precondition_required");
    suspend().by(&officer).if_match(version + 1).expect(412).await;
    let unreasoned = app.post(&path).by(&officer).if_match(version).json(&json!({}));
    unreasoned.expect(422).await;
    suspend().by(&clerk).if_match(version).expect(403).await;
    suspend().by(&owner).if_match(version).expect(403).await;
    assert_eq!(
        app.delete(&path).by(&officer).expect(409).await.code(),
        "enterprise_wrong_status"
    );
    let done = suspend().by(&officer).if_match(version).expect(200).await;
    let version = done.number("/version");
    assert_eq!(
        suspend().by(&officer).if_match(version).expect(409).await.code(),
        "enterprise_wrong_status"
    );
    app.delete(&path).by(&clerk).expect(404).await;
    app.delete(&path).by(&officer).if_match(version + 1).expect(412).await;
    app.delete(&path).by(&officer).if_match(version).expect(200).await;
    let waiting = app.registered_enterprise().await;
    let early = app
        .post(&format!("/enterprises/{}/suspension", waiting.enterprise))
        .json(&why);
    assert_eq!(
        early.by(&officer).if_match(1).expect(409).await.code(),
        "enterprise_wrong_status"
    );
}

/// Sessions end and pages vanish: whoever is behind them is told why, and can answer with words and papers.
#[actix_web::test]
async fn its_owners_are_told_and_can_answer() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (enterprise, listing) = (
        format!("/enterprises/{}", owner.enterprise),
        format!("/listings/{listing}"),
    );
    let talk = format!("/reviews/enterprise/{}/messages", owner.enterprise);
    app.suspend(&owner.enterprise, &officer).await;
    let letters = app.letters_to(&owner.email).await;
    let why = letters.iter().find_map(|letter| match letter {
        Letter::EnterpriseSuspended { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    assert_eq!(why, Some(WHY));

    let owner = app.again(&owner).await;
    let own = app.get(&listing).by(&owner).expect(200).await;
    assert_eq!(own.body["holds"], json!(["enterprise"]));
    let turns = app.get(&talk).by(&owner).expect(200).await;
    assert_eq!(turns.text("/items/1/step/deed"), "enterprise.suspended");
    assert_eq!(
        (turns.text("/items/1/by"), turns.text("/items/1/step/reason_text")),
        ("officer", WHY)
    );
    assert!(turns.body["items"][1].get("name").is_none());
    let answer = app
        .post(&talk)
        .by(&owner)
        .json(&json!({"text": "Chúng tôi gửi giấy phép."}));
    answer.expect(201).await;
    let paper = app.post(&format!("{enterprise}/documents?kind=business_licence&name=gp.png"));
    paper
        .by(&owner)
        .file("image/png", pictures::png(4, 3))
        .expect(201)
        .await;
    // Nothing that others would see.
    let edit = app
        .patch(&enterprise)
        .by(&owner)
        .if_match(4)
        .json(&json!({"mission": "Khác"}));
    assert_eq!(edit.expect(403).await.code(), "enterprise_not_active");

    app.delete(&format!("{enterprise}/suspension"))
        .by(&officer)
        .expect(200)
        .await;
    let letters = app.letters_to(&owner.email).await;
    let is_told = |letter: &Letter| matches!(letter, Letter::EnterpriseReinstated { .. });
    assert_eq!(letters.iter().filter(|letter| is_told(letter)).count(), 1);
    let own = app.get(&listing).by(&owner).expect(200).await;
    assert!(own.body.get("holds").is_none());
    let turns = app.get(&talk).by(&officer).expect(200).await;
    assert_eq!(turns.text("/items/3/step/deed"), "enterprise.reinstated");
    assert!(turns.body["items"][3]["name"].is_string());
    // What was decided is over.
    let own = app.get(&enterprise).by(&owner).expect(200).await;
    assert!(own.body.get("decision").is_none());
}
