//! What officers decide, and what comes of it.

use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;

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
        let (id, handed_in) = app.submitted_listing(&owner, "Máy sấy").await;
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
            let refused = app
                .post(&path)
                .by(&officer)
                .if_match(handed_in)
                .json(&body)
                .expect(422)
                .await;
            assert_eq!(
                (refused.code(), refused.pointers()),
                ("validation_failed", vec![pointer])
            );
        }
        let body = json!({"reason_code": "incomplete", "reason_text": WHY});
        let decide = |version: i64| app.post(&path).by(&officer).if_match(version).json(&body);
        let decided = decide(handed_in).expect(200).await;
        assert_eq!(decided.text("/status"), status);

        let seen = app.get(&format!("/listings/{id}")).by(&owner).expect(200).await;
        assert_eq!(seen.text("/decision/deed"), deed);
        assert_eq!(seen.text("/decision/reason_code"), "incomplete");
        assert_eq!(seen.text("/decision/reason_text"), WHY);

        let version = seen.number("/version");
        let twice = decide(version).expect(409).await;
        assert_eq!(twice.code(), "listing_wrong_status");
        let late = format!("/listings/{id}/approval");
        app.post(&late).by(&officer).if_match(version).expect(409).await;

        // Mended and handed in again, the reason is still there.
        let mended = app.patch(&format!("/listings/{id}")).by(&owner).if_match(version);
        mended.json(&json!({"model": "SL-2"})).expect(200).await;
        let again = app
            .post(&format!("/listings/{id}/submission"))
            .by(&owner)
            .expect(200)
            .await;
        assert_eq!(again.text("/decision/reason_text"), WHY);
        // What the officer has not read again is not decided on.
        app.post(&late).by(&officer).if_match(version).expect(412).await;
        let read = again.number("/version");
        app.post(&late).by(&officer).if_match(read).expect(200).await;
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
    let sent_back = step("change-request")
        .by(&officer)
        .if_match(1)
        .json(&body)
        .expect(200)
        .await;
    let seen = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(seen.text("/status"), "changes_requested");
    assert_eq!(seen.text("/decision/reason_text"), WHY);
    let twice = step("rejection")
        .by(&officer)
        .if_match(sent_back.number("/version"))
        .json(&body)
        .expect(409)
        .await;
    assert_eq!(twice.code(), "enterprise_wrong_status");
    let change = app.patch(&path).by(&owner).if_match(sent_back.number("/version"));
    let change = change
        .json(&json!({"website": "https://songthao.example/"}))
        .expect(200)
        .await;
    assert_eq!(change.text("/website"), "https://songthao.example/");
    let again = step("submission").by(&owner).expect(200).await;
    let read = again.number("/version");
    step("approval").by(&officer).if_match(read).expect(200).await;
    app.get(&path).expect(200).await;
}

#[actix_web::test]
async fn a_registration_is_corrected_while_it_waits() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.registered_enterprise().await;
    app.clock.pass(60);
    let later = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let claim = format!("/moderation/claims/enterprise/{}", owner.enterprise);
    app.post(&claim).by(&officer).expect(200).await;
    let mended =
        json!({"legal_name": "Công ty TNHH Cơ khí Sông Lô", "legal_rep_name": "Trần Văn Bình", "kind": "manufacturer"});
    let edit = |version: i64| app.patch(&path).by(&owner).if_match(version);
    let seen = edit(1).json(&mended).expect(200).await;
    assert_eq!(
        (seen.text("/status"), seen.text("/legal_name"), seen.number("/version")),
        ("submitted", "Công ty TNHH Cơ khí Sông Lô", 2)
    );
    assert_eq!(seen.body.get("amendment"), None);
    let missing = seen.body["missing"].as_array().unwrap();
    assert!(
        !missing.contains(&json!("/kind")) && missing.contains(&json!("/vsic")),
        "{missing:?}"
    );
    edit(1).json(&json!({"fax": null})).expect(412).await;
    // A patch that says what is there already moves nothing.
    assert_eq!(edit(2).json(&mended).expect(200).await.number("/version"), 2);
    // Nobody learns here who else has registered: what the directory shows is told, and of any other number the same.
    let live = app.active_enterprise(&officer).await;
    let mut answers = Vec::new();
    for other in [&later, &live] {
        let seen = app
            .get(&format!("/enterprises/{}", other.enterprise))
            .by(other)
            .expect(200)
            .await;
        let taken = json!({"tax_code": seen.text("/tax_code")});
        answers.push(edit(2).json(&taken).expect(409).await);
    }
    let free = json!({"tax_code": crate::harness::tax_code(987_654)});
    answers.push(edit(2).json(&free).expect(409).await);
    let told: Vec<_> = answers
        .iter()
        .map(|refused| (refused.code(), refused.pointers()))
        .collect();
    let hidden = ("enterprise_wrong_status", Vec::new());
    assert_eq!(told, [hidden.clone(), ("tax_code_taken", vec!["/tax_code"]), hidden]);
    assert_eq!(answers[0].text("/detail"), answers[2].text("/detail"));

    // It stands where it stood, with the officer who has taken it up and must read it again.
    let queue = app
        .get("/moderation/queue?type=enterprise")
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(queue.text("/items/0/enterprise/id"), owner.enterprise);
    assert_eq!(
        queue.text("/items/0/enterprise/legal_name"),
        "Công ty TNHH Cơ khí Sông Lô"
    );
    assert_eq!(queue.text("/items/0/claim/officer"), app.id_of(&officer).await);
    assert_eq!(queue.text("/items/1/enterprise/id"), later.enterprise);
    let approval = format!("{path}/approval");
    let stale = app.post(&approval).by(&officer).if_match(1).expect(412).await;
    assert_eq!(stale.code(), "stale_version");
    app.post(&approval).by(&officer).if_match(2).expect(200).await;
    let public = app.get(&path).expect(200).await;
    assert_eq!(public.text("/legal_name"), "Công ty TNHH Cơ khí Sông Lô");
    // What was verified now changes by a request only.
    let asked = edit(3).json(&json!({"legal_rep_name": "Lê Thị Mai"})).expect(200).await;
    assert_eq!(asked.text("/amendment/status"), "submitted");
}

#[actix_web::test]
async fn no_personal_number_is_tried_with_a_registration_that_waits() {
    let app = TestApp::spawn().await;
    let household = |number: &str| {
        let mut body = app.registration("Hộ kinh doanh Lan");
        let enterprise = body["enterprise"].as_object_mut().unwrap();
        enterprise.remove("tax_code");
        enterprise.insert("personal_id".into(), number.into());
        enterprise.insert("legal_form".into(), "ho_kd".into());
        body
    };
    app.confirmed(&household("025190000123")).await;
    let second = household("025190000124");
    let id = app.confirmed(&second).await.text("/enterprise/id").to_owned();
    let owner = app
        .sign_in(second["account"]["email"].as_str().unwrap(), crate::harness::PASSWORD)
        .await;
    let path = format!("/enterprises/{id}");
    // A number that somebody has and one that nobody has are answered alike; one's own is no change.
    for number in ["025190000123", "025190000125"] {
        let call = app
            .patch(&path)
            .by(&owner)
            .if_match(1)
            .json(&json!({"personal_id": number}));
        assert_eq!(call.expect(409).await.code(), "enterprise_wrong_status");
    }
    for number in ["025190000124", "*********124"] {
        let call = app
            .patch(&path)
            .by(&owner)
            .if_match(1)
            .json(&json!({"personal_id": number}));
        assert_eq!(call.expect(200).await.number("/version"), 1);
    }
    let call = app
        .patch(&path)
        .by(&owner)
        .if_match(1)
        .json(&json!({"mission": "Bán chè."}));
    assert_eq!(call.expect(200).await.number("/version"), 2);
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

#[actix_web::test]
async fn a_rejected_claim_to_a_tax_code_keeps_nobody_out() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let stranger = app.registered_enterprise().await;
    let path = |of: &str, step: &str| format!("/enterprises/{of}/{step}");
    let seen = app
        .get(&format!("/enterprises/{}", stranger.enterprise))
        .by(&stranger)
        .expect(200)
        .await;
    let mut body = app.registration("Công ty chính chủ");
    body["enterprise"]["tax_code"] = json!(seen.text("/tax_code"));
    // A registration under review is nobody's business: the answer is as usual, and only the letter tells.
    app.post("/registrations").json(&body).expect(202).await;
    let rightful = body["account"]["email"].as_str().unwrap();
    let letters = app.letters_to(rightful).await;
    assert!(
        matches!(letters.first(), Some(Letter::TaxCodeKnown { .. })),
        "{letters:?}"
    );

    let why = json!({"reason_code": "identity_unverified", "reason_text": WHY});
    let reject = app.post(&path(&stranger.enterprise, "rejection")).by(&officer);
    let rejected = reject.if_match(1).json(&why).expect(200).await;
    let made = app.confirmed(&body).await;
    let rightful = made.text("/enterprise/id").to_owned();
    app.post(&path(&rightful, "approval"))
        .by(&officer)
        .if_match(1)
        .expect(200)
        .await;

    let judged = app.deeds(&stranger.enterprise);
    let expected = [("enterprise.registered", None), ("enterprise.rejected", Some(1))];
    assert_eq!(judged, expected.map(|(deed, version)| (deed.to_owned(), version)));

    // The claim comes back: the code has its owner now.
    let again = app
        .post(&path(&stranger.enterprise, "submission"))
        .by(&stranger)
        .if_match(rejected.number("/version"))
        .expect(409)
        .await;
    assert_eq!(again.code(), "tax_code_taken");
}
