//! What is wrong with a patch is named by a JSON pointer into it.

use serde_json::json;

use crate::harness::{TestApp, tax_code};

#[actix_web::test]
async fn a_wrong_patch_is_named_by_pointer() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let (id, version) = app.listing_draft(&lan, "Máy sấy").await;
    let path = format!("/listings/{id}");
    for (patch, pointer, code) in [
        (json!({"trl": 12}), "/trl", "out_of_range"),
        (json!({"trl": "chín"}), "/trl", "malformed"),
        (
            json!({"field_codes": ["food.drying", 7]}),
            "/field_codes/1",
            "malformed",
        ),
        (
            json!({"specifications": [{"name": 5, "value": "x"}]}),
            "/specifications/0/name",
            "malformed",
        ),
        (
            json!({"specifications": [{"name": "Năng suất"}]}),
            "/specifications/0/value",
            "required",
        ),
        (json!({"title": null}), "/title", "required"),
        (json!({"title": {"vi": null}}), "/title/vi", "required"),
        (json!({"colour": "đỏ"}), "/colour", "malformed"),
    ] {
        let refused = app
            .patch(&path)
            .by(&lan)
            .if_match(version)
            .json(&patch)
            .expect(422)
            .await;
        assert_eq!(refused.pointers(), [pointer], "{patch}");
        assert_eq!(refused.text("/errors/0/code"), code, "{patch}");
    }
    // All mistakes of a form are told at once, as where a listing is begun; so are all wrong values.
    for (patch, pointers) in [
        (
            json!({"colour": "đỏ", "title": {"vi": null}, "trl": "chín", "field_codes": ["food.drying", 7]}),
            vec!["/colour", "/field_codes/1", "/title/vi", "/trl"],
        ),
        (
            json!({"trl": 12, "origin_country": "XX", "price_mode": "range", "price_min": 5, "price_max": 1}),
            vec!["/origin_country", "/price_max", "/trl"],
        ),
        // What cannot be read hides nothing of the rest.
        (
            json!({"colour": "đỏ", "title": 7, "trl": 12, "origin_country": "XX"}),
            vec!["/colour", "/origin_country", "/title", "/trl"],
        ),
    ] {
        let call = app.patch(&path).by(&lan).if_match(version);
        let refused = call.json(&patch).expect(422).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!(told, pointers, "{patch}");
    }
    let own = app
        .patch("/me")
        .by(&lan)
        .if_match(app.get("/me").by(&lan).expect(200).await.number("/version"));
    let refused = own.json(&json!({"colour": 1, "language": 7})).expect(422).await;
    assert_eq!(refused.pointers().len(), 2, "{:#}", refused.body);
}

#[actix_web::test]
async fn a_taken_tax_code_is_named_where_the_patch_has_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let first = app.registration("Công ty Một");
    app.confirmed(&first).await;
    let second = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", second.enterprise);
    let why = json!({"reason_code": "inaccurate", "reason_text": "Mã số thuế không phải của đơn vị."});
    let back = app.post(&format!("{path}/change-request")).by(&officer).if_match(1);
    let version = back.json(&why).expect(200).await.number("/version");
    let patch = json!({"tax_code": first["enterprise"]["tax_code"]});
    let taken = app
        .patch(&path)
        .by(&second)
        .if_match(version)
        .json(&patch)
        .expect(409)
        .await;
    assert_eq!((taken.code(), taken.pointers()), ("tax_code_taken", vec!["/tax_code"]));
}

#[actix_web::test]
async fn nobody_tries_number_after_number_in_a_registration_that_was_sent_back() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let hidden = app.registration("Công ty Một");
    app.confirmed(&hidden).await;
    let live = app.active_enterprise(&officer).await;
    let owner = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let why = json!({"reason_code": "inaccurate", "reason_text": "Mã số thuế không phải của đơn vị."});
    let back = app.post(&format!("{path}/change-request")).by(&officer).if_match(1);
    let version = back.json(&why).expect(200).await.number("/version");
    let live = app.get(&format!("/enterprises/{}", live.enterprise)).expect(200).await;
    let tried = |version: i64, code: &str| {
        let call = app.patch(&path).by(&owner).if_match(version);
        call.json(&json!({"tax_code": code}))
    };
    let hidden = hidden["enterprise"]["tax_code"].as_str().unwrap();
    // What the directory shows may be asked as often as one likes.
    for _ in 0..4 {
        let shown = tried(version, live.text("/tax_code")).expect(409).await;
        assert_eq!(shown.code(), "tax_code_taken");
    }
    let free = [tax_code(987_650), tax_code(987_651), tax_code(987_652)];
    assert_eq!(tried(version, hidden).expect(409).await.code(), "tax_code_taken");
    let version = tried(version, &free[0]).expect(200).await.number("/version");
    let version = tried(version, &free[1]).expect(200).await.number("/version");
    // Three, whatever came of them; then what is taken and what is free is answered alike.
    let told = [
        tried(version, hidden).expect(429).await,
        tried(version, &free[2]).expect(429).await,
    ];
    assert_eq!(told[0].text("/detail"), told[1].text("/detail"));
    assert!(told[0].headers.contains_key("retry-after"));
    // Everything else is mended meanwhile, with the number that it has.
    let other = json!({"website": "https://songlo.example/", "tax_code": free[1]});
    app.patch(&path)
        .by(&owner)
        .if_match(version)
        .json(&other)
        .expect(200)
        .await;
    app.clock.pass(24 * 60 * 60);
    let owner = app.again(&owner).await;
    let call = app.patch(&path).by(&owner).if_match(version + 1);
    call.json(&json!({"tax_code": free[2]})).expect(200).await;
}

#[actix_web::test]
async fn a_change_of_number_tells_of_what_the_directory_shows_alone() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let hidden = app.registration("Công ty Một");
    app.confirmed(&hidden).await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let version = app.get(&path).by(&owner).expect(200).await.number("/version");
    let patch = json!({"tax_code": hidden["enterprise"]["tax_code"]});
    let asked = app.patch(&path).by(&owner).if_match(version).json(&patch);
    let asked = asked.expect(200).await;
    assert_eq!(asked.text("/amendment/status"), "submitted");
    // The officer learns it.
    let approve = app.post(&format!("{path}/amendment/approval")).by(&officer);
    let refused = approve.if_match(asked.number("/version")).expect(409).await;
    assert_eq!(refused.code(), "tax_code_taken");
}
