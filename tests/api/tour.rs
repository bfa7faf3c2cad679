//! The whole way of a listing, once.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use crate::harness::{NEW_PASSWORD, TestApp, dryer};

#[actix_web::test]
async fn from_registration_to_search_and_back() {
    let app = TestApp::spawn().await;

    let lan = app.register("Công ty TNHH Cơ khí Lâm Thao").await;
    let me = app.get("/me").by(&lan).expect(200).await;
    assert_eq!(me.text("/kind"), "member");
    assert_eq!(me.text("/role"), "owner");
    assert_eq!(me.text("/enterprise/id"), lan.enterprise);
    assert_eq!(me.text("/enterprise/status"), "submitted");
    assert_eq!(me.text("/enterprise/contact_phone"), "+842103846555");

    let (email, one_time) = app
        .appoint(&[Permission::ReviewEnterprises, Permission::ReviewListings])
        .await;
    let mut body = json!({"email": email, "password": one_time});
    let refused = app.post("/sessions").json(&body).expect(403).await;
    assert_eq!(refused.code(), "password_change_required");
    body["new_password"] = json!(NEW_PASSWORD);
    app.post("/sessions").json(&body).expect(201).await;
    let spent = app.post("/sessions").json(&body).expect(401).await;
    assert_eq!(spent.code(), "invalid_credentials");
    let officer = app.sign_in(&email, NEW_PASSWORD).await;
    let early = app.get("/moderation/queue").by(&officer).expect(403).await;
    assert_eq!(early.code(), "second_factor_missing");
    let officer = app.enrol(officer).await;
    let me = app.get("/me").by(&officer).expect(200).await;
    assert_eq!(me.body["permissions"], json!(["review_enterprises", "review_listings"]));

    let queue = app.get("/moderation/queue").by(&officer).expect(200).await;
    assert_eq!(queue.text("/items/0/enterprise/id"), lan.enterprise);
    app.get(&format!("/enterprises/{}", lan.enterprise)).expect(404).await;
    let path = format!("/enterprises/{}/approval", lan.enterprise);
    let approved = app.post(&path).by(&officer).if_match(1).expect(200).await;
    assert_eq!(approved.text("/status"), "active");
    let seen = app.get(&format!("/enterprises/{}", lan.enterprise)).expect(200).await;
    assert_eq!(seen.body.get("contact_phone"), None, "for insiders only");

    let draft = dryer("Máy sấy lúa tầng sôi");
    let create = |body: &Value| {
        app.post("/listings")
            .by(&lan)
            .header("idempotency-key", "mot-hai-ba")
            .json(body)
    };
    let made = create(&draft).expect(201).await;
    let id = made.text("/id").to_owned();
    assert_eq!(made.header("location"), Some(format!("/api/v1/listings/{id}").as_str()));
    assert_eq!(made.header("etag"), Some("\"1\""));
    assert_eq!(made.header("idempotent-replayed"), None);
    let replayed = create(&draft).expect(201).await;
    assert_eq!(replayed.body, made.body);
    assert_eq!(replayed.header("location"), made.header("location"));
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    let reused = create(&dryer("Máy khác")).expect(422).await;
    assert_eq!(reused.code(), "idempotency_key_reused");

    let path = format!("/listings/{id}");
    let change = json!({"brand": null, "title": {"en": null}, "model": "SL-500"});
    let blind = app.patch(&path).by(&lan).json(&change).expect(428).await;
    assert_eq!(blind.code(), "precondition_required");
    let stale = app.patch(&path).by(&lan).if_match(9).json(&change).expect(412).await;
    assert_eq!(stale.code(), "stale_version");
    let edited = app.patch(&path).by(&lan).if_match(1).json(&change).expect(200).await;
    assert_eq!(edited.number("/version"), 2);
    assert_eq!(edited.header("etag"), Some("\"2\""));
    assert_eq!(edited.body.get("brand"), None);
    assert_eq!(edited.body["title"], json!({"vi": "Máy sấy lúa tầng sôi"}));
    assert_eq!(edited.text("/model"), "SL-500");
    assert_eq!(edited.number("/price_min"), 185_000_000, "what is absent stays");

    let submission = format!("/listings/{id}/submission");
    app.get(&path).expect(404).await;
    app.post(&submission).by(&lan).if_match(1).expect(412).await;
    let sent = app.post(&submission).by(&lan).if_match(2).expect(200).await;
    assert_eq!(sent.text("/status"), "submitted");
    app.get(&path).expect(404).await;
    let approval = format!("/listings/{id}/approval");
    let unread = app.post(&approval).by(&officer).expect(428).await;
    assert_eq!(unread.code(), "precondition_required");
    app.post(&approval).by(&officer).if_match(2).expect(412).await;
    app.post(&approval).by(&officer).if_match(3).expect(200).await;
    let public = app.get(&path).expect(200).await;
    assert_eq!(public.text("/status"), "published");
    assert_eq!(public.body.get("missing"), None, "for insiders only");
    let version = public.header("etag").unwrap().to_owned();
    app.get(&path).header("if-none-match", &version).expect(304).await;

    app.settle().await;
    for text in ["may say lua", "máy sấy lúa"] {
        let found = app.get("/search").query(&[("q", text)]).expect(200).await;
        assert_eq!(found.ids(), [id.as_str()], "{text}");
        assert_eq!(
            found.text("/items/0/highlights/title"),
            "<mark>Máy</mark> <mark>sấy</mark> <mark>lúa</mark> tầng sôi"
        );
        assert_eq!(found.number("/total"), 1);
        let counts = &found.body["facets"];
        assert_eq!(counts["kind"][0]["value"], "equipment_offer");
        assert_eq!(counts["province"][0]["name_vi"], "Tỉnh Phú Thọ");
        assert_eq!(counts["price"][0]["value"], "100m_1b");
        let fields: Vec<_> = counts["field"].as_array().unwrap().iter().collect();
        assert!(fields.iter().any(|f| f["value"] == "food.drying" && f["count"] == 1));
        assert!(fields.iter().any(|f| f["value"] == "food" && f["count"] == 1));
    }

    let taken = app.delete(&submission).by(&lan).expect(200).await;
    assert_eq!(taken.text("/status"), "withdrawn");
    app.get(&path).expect(404).await;
    app.settle().await;
    assert!(app.found("may say lua").await.is_empty());
    app.get(&path).by(&lan).expect(200).await;
}
