//! Whoever sends something that is wrong is told of all that is wrong with it at once.

mod bodies;
mod queries;
mod seeming;
mod strays;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::Permission;

use crate::harness::{Person, TestApp};

/// Sends each to its operation: exactly these members are told.
async fn assert_told(app: &TestApp, by: &Person, version: i64, cases: &[(&Method, String, Value, &str)]) {
    for (method, path, body, pointers) in cases {
        let call = app.call((*method).clone(), path).by(by).if_match(version);
        let refused = call.json(body).expect(422).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!(
            (refused.code(), told.join(" ").as_str()),
            ("validation_failed", *pointers),
            "{path}: {body}"
        );
    }
}

#[actix_web::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::spawn().await;
    let mut body = app.registration("");
    body["enterprise"]["tax_code"] = json!("2600357503");
    body["enterprise"]["commune_code"] = json!("00004");
    body["enterprise"]["contact_phone"] = json!("12");
    body["account"]["email"] = json!("ngắn");
    let refused = app.post("/registrations").json(&body).expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            "/enterprise/tax_code",
            "/enterprise/legal_name",
            "/enterprise/commune_code",
            "/enterprise/contact_phone",
            "/account/email",
        ]
    );
    assert!(!refused.body.to_string().contains("ngắn\""), "no secret comes back");
}

#[actix_web::test]
async fn what_cannot_be_read_of_a_listing_hides_no_wrong_value() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let wrong = json!({
        "kind": "technology_offer", "title": {"vi": ""}, "nope": 1, "trl": 99, "field_codes": ["zz"], "warranty_months": "two",
    });
    let mut undecided = wrong.clone();
    undecided["kind"] = json!(7);
    for (body, pointers) in [
        (
            wrong,
            vec!["/field_codes/0", "/nope", "/title/vi", "/trl", "/warranty_months"],
        ),
        // What may be said depends on the kind.
        (undecided, vec!["/kind", "/nope", "/warranty_months"]),
        // Too many are looked at as far as there may be of them, and amounts whatever the price is.
        (
            json!({
                "kind": "technology_offer", "title": {"vi": "Máy"}, "field_codes": ["zz", "food", "zy", "zx"],
                "price_mode": "zz", "price_min": -1, "price_max": "x",
            }),
            vec![
                "/field_codes",
                "/field_codes/0",
                "/field_codes/2",
                "/price_max",
                "/price_min",
                "/price_mode",
            ],
        ),
        // Whether there may be an amount depends on how the price is told.
        (
            json!({
                "kind": "technology_offer", "title": {"vi": ""}, "price_mode": 7, "price_min": 5, "price_max": -1,
            }),
            vec!["/price_max", "/price_mode", "/title/vi"],
        ),
    ] {
        let refused = app.post("/listings").by(&lan).json(&body).expect(422).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!((refused.code(), told), ("validation_failed", pointers), "{body}");
    }
}

#[actix_web::test]
async fn what_cannot_be_read_of_a_list_hides_nothing_else_of_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let patch = json!({"field_codes": [7, "zz"], "title": {"vi": ""}});
    let edit = app.call(Method::PATCH, &format!("/listings/{listing}")).by(&owner);
    let refused = edit.if_match(1).json(&patch).expect(422).await;
    let mut told = refused.pointers();
    told.sort_unstable();
    assert_eq!(told, ["/field_codes/0", "/field_codes/1", "/title/vi"]);
}

#[actix_web::test]
async fn what_cannot_be_read_of_a_registration_hides_no_wrong_value() {
    let app = TestApp::spawn().await;
    let mut body = app.registration("Công ty Một");
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    enterprise.remove("contact_name");
    enterprise.insert("nope".into(), json!(1));
    enterprise.insert("tax_code".into(), json!("1"));
    enterprise.insert("contact_phone".into(), json!("x"));
    body["account"]["email"] = json!("x");
    let mut undecided = body.clone();
    undecided["enterprise"].as_object_mut().unwrap().remove("legal_form");
    for (body, pointers) in [
        (
            body,
            vec![
                "/account/email",
                "/enterprise/contact_name",
                "/enterprise/contact_phone",
                "/enterprise/nope",
                "/enterprise/tax_code",
            ],
        ),
        // What an enterprise may say depends on its form, its account does not.
        (
            undecided,
            vec![
                "/account/email",
                "/enterprise/contact_name",
                "/enterprise/legal_form",
                "/enterprise/nope",
            ],
        ),
    ] {
        let refused = app.post("/registrations").json(&body).expect(422).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!((refused.code(), told), ("validation_failed", pointers), "{body}");
    }
}

#[actix_web::test]
async fn a_list_in_place_of_an_object_is_told_once() {
    let app = TestApp::spawn().await;
    let mut body = app.registration("Công ty Một");
    for list in [json!([1]), json!(["Công ty Một", 7])] {
        body["enterprise"] = list;
        let refused = app.post("/registrations").json(&body).expect(422).await;
        assert_eq!(refused.pointers(), ["/enterprise"], "{body}");
        assert_eq!(refused.text("/errors/0/detail"), "Phải là đối tượng JSON.");
    }
}

#[actix_web::test]
async fn of_what_is_to_be_a_uuid_that_is_told() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    for id in [json!("x"), json!(7)] {
        let body = json!({"renewals": [{"id": id, "version": 1}]});
        let refused = app.post("/listing-renewals").by(&lan).json(&body).expect(422).await;
        assert_eq!(refused.pointers(), ["/renewals/0/id"], "{body}");
        assert_eq!(refused.text("/errors/0/detail"), "Phải là mã định danh UUID.", "{body}");
    }
}

#[actix_web::test]
async fn whoever_decides_is_told_of_every_wrong_member_at_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let id = Uuid::nil();
    let listing = format!("/listings/{id}");
    let why = json!({"reason_code": "incomplet", "reason_text": "ngắn"});
    let sent_back = json!({
        "reason_code": "incomplet", "reason_text": "ngắn", "notes": [{"pointer": "/title/vi", "text": ""}, {"pointer": 5}],
    });
    let returned = vec![
        "/notes/0/text",
        "/notes/1/pointer",
        "/notes/1/text",
        "/reason_code",
        "/reason_text",
    ];
    let cases = [
        (
            format!("/enterprises/{id}/documents/{id}/verdict"),
            json!({"verdict": "refusd", "reason": why, "valid_to": "hôm qua", "colour": 1}),
            vec![
                "/colour",
                "/reason/reason_code",
                "/reason/reason_text",
                "/valid_to",
                "/verdict",
            ],
        ),
        (format!("{listing}/change-request"), sent_back.clone(), returned.clone()),
        (format!("{listing}/rejection"), sent_back, returned),
        (
            "/moderation/decisions".into(),
            json!({"decisions": [
                {"type": "zz"},
                {"type": "listing", "id": id, "version": 1, "verdict": "rejected", "reason_text": "ngắn", "answer": "Không"},
            ]}),
            vec![
                "/decisions/0/id",
                "/decisions/0/type",
                "/decisions/0/verdict",
                "/decisions/0/version",
                "/decisions/1/answer",
                "/decisions/1/reason_code",
                "/decisions/1/reason_text",
            ],
        ),
        (
            "/takedowns".into(),
            json!({"listing_id": id, "authority": "", "reference": 7, "ground": "zz", "received_at": "2999-01-01T00:00:00Z"}),
            vec!["/authority", "/ground", "/received_at", "/reference"],
        ),
        (
            format!("/enterprises/{id}/invitations"),
            json!({"email": "hoa", "role": "chief"}),
            vec!["/email", "/role"],
        ),
    ];
    for (path, body, pointers) in cases {
        let refused = app.post(&path).by(&officer).if_match(1).json(&body).expect(422).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!((refused.code(), told), ("validation_failed", pointers), "{path}");
    }
    let audience = app.call(Method::PUT, &format!("{listing}/audience")).by(&officer);
    let audience = audience.json(&json!({"visibility": "all", "open_for_inquiry": "yes"}));
    let refused = audience.expect(422).await;
    let mut told = refused.pointers();
    told.sort_unstable();
    assert_eq!(told, ["/open_for_inquiry", "/visibility"]);
}

#[actix_web::test]
async fn what_cannot_be_read_of_a_patch_hides_no_wrong_value() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let me = app.get("/me").by(&keeper).expect(200).await.number("/version");
    let entry = json!({"relation": "near", "members": ["qworfel", "zubrique"]});
    let entry = app.post("/vocabulary").by(&keeper).json(&entry).expect(201).await;
    let entry = format!("/vocabulary/{}", entry.text("/entry/id"));
    for (path, version, patch, pointers) in [
        (
            "/me",
            me,
            json!({"display_name": "", "language": 7}),
            ["/display_name", "/language"],
        ),
        (
            entry.as_str(),
            1,
            json!({"members": ["qworfel"], "note": 7}),
            ["/members", "/note"],
        ),
    ] {
        let refused = app
            .patch(path)
            .by(&keeper)
            .if_match(version)
            .json(&patch)
            .expect(422)
            .await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!(told, pointers, "{path}");
    }
}

#[actix_web::test]
async fn no_wrong_parameter_of_a_query_hides_another_one() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy sấy lúa").await;
    let import = Uuid::nil();
    let queue = "kind=zz&flag=zz&trl=99&field=zz&province=99&claimed_by=zz&waiting_hours=x";
    let of_queue = "claimed_by field flag kind province trl waiting_hours";
    let cases: [(&Person, String, String); 10] = [
        (
            &officer,
            format!("/moderation/queue?{queue}&limit=0&colour=1"),
            "claimed_by colour field flag kind limit province trl waiting_hours".into(),
        ),
        (
            &officer,
            format!("/exports/moderation-queue?{queue}&format=zz&language=zz"),
            "claimed_by field flag format kind language province trl waiting_hours".into(),
        ),
        (&officer, format!("/moderation/queue?{queue}"), of_queue.into()),
        (
            &officer,
            "/moderation/enterprises?status=zz&kind=zz&province=99&tax_code=x&limit=0".into(),
            "kind limit province status tax_code".into(),
        ),
        (
            &officer,
            "/moderation/listings?status=zz&trl=x&enterprise=1&created_from=x&order=zz&limit=x".into(),
            "created_from enterprise limit order status trl".into(),
        ),
        (
            &officer,
            "/exports/takedowns?state=zz&format=zz".into(),
            "format state".into(),
        ),
        (
            &owner,
            "/search?kind=zz&trl=x&sort=zz&facets=zz&limit=0&price_min=x".into(),
            "facets kind limit price_min sort trl".into(),
        ),
        (
            &owner,
            "/search/all?limit=0&province=zz&verbatim=x".into(),
            "limit province verbatim".into(),
        ),
        (
            &owner,
            "/feed/enterprises?limit=0&updated_since=x&colour=1".into(),
            "colour limit updated_since".into(),
        ),
        (
            &owner,
            format!("/listing-imports/{import}/rows?result=zz&limit=0"),
            "limit result".into(),
        ),
    ];
    for (by, path, names) in cases {
        let refused = app.get(&path).by(by).expect(400).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!((refused.code(), told.join(" ")), ("invalid_query", names), "{path}");
    }
    let path = format!("/listings/{listing}/files?name=%20&kind=zz&title_en=%20");
    let sent = app.post(&path).by(&owner).file("image/png", vec![1]);
    let refused = sent.expect(400).await;
    let mut told = refused.pointers();
    told.sort_unstable();
    assert_eq!(told, ["kind", "name", "title_en", "title_vi"]);
}
