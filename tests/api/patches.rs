//! What is wrong with a patch is named by a JSON pointer into it.

use serde_json::json;

use crate::harness::TestApp;

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
