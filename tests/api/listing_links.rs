//! Amounts in other currencies, and what a listing refers to: papers among its files, enterprises of the exchange.

use serde_json::{Value, json};

use crate::files::publish;
use crate::harness::{Call, Person, TestApp, dryer, pictures};

fn edit(app: &TestApp, owner: &Person, id: &str, version: i64, patch: &Value) -> Call {
    let call = app.patch(&format!("/listings/{id}")).by(owner);
    call.if_match(version).json(patch)
}

async fn add_paper(app: &TestApp, owner: &Person, id: &str) -> String {
    let path = format!("/listings/{id}/files?name=iso.png&kind=certificate");
    let made = app.post(&path).by(owner).file("image/png", pictures::png(7, 5));
    made.expect(201).await.text("/id").to_owned()
}

async fn version(app: &TestApp, owner: &Person, id: &str) -> i64 {
    let read = app.get(&format!("/listings/{id}")).by(owner).expect(200).await;
    read.number("/version")
}

#[actix_web::test]
async fn amounts_are_compared_in_one_currency_only() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut abroad = dryer("Máy sấy nhập khẩu");
    abroad["currency"] = json!("USD");
    abroad["price_min"] = json!(12_500);
    let made = app.post("/listings").by(&owner).json(&abroad).expect(201).await;
    assert_eq!(made.text("/currency"), "USD");
    let abroad = made.text("/id").to_owned();
    publish(&app, &owner, &officer, &abroad).await;
    let (home, _) = app.published_listing(&owner, &officer, "Máy sấy trong nước").await;
    app.settle().await;

    let seen = app.get(&format!("/listings/{home}")).expect(200).await;
    assert_eq!(seen.text("/currency"), "VND");
    let found = app
        .get("/search")
        .query(&[("q", "máy sấy"), ("price_max", "100000000")]);
    assert!(
        found.expect(200).await.ids().is_empty(),
        "12,500 dollars are no 12,500 đồng"
    );
    let found = app.get("/search").query(&[("q", "máy sấy"), ("price_min", "1")]);
    assert_eq!(found.expect(200).await.ids(), [home.as_str()]);
    let ids = format!("{abroad},{home}");
    let compared = app.get("/listings/compare").query(&[("ids", &ids)]).expect(200).await;
    let members = compared.body["members"].as_array().unwrap();
    let price = members.iter().find(|member| member["code"] == "price").unwrap();
    assert_eq!(
        price["values"],
        json!([
            {"vi": "12.500 USD", "en": "12,500 USD"},
            {"vi": "185.000.000 đồng", "en": "185,000,000 VND"},
        ])
    );

    // What is missing says đồng again.
    let (draft, version) = app.listing_draft(&owner, "Máy nghiền").await;
    let told = edit(&app, &owner, &draft, version, &json!({"currency": "EUR"}))
        .expect(200)
        .await;
    let told = edit(
        &app,
        &owner,
        &draft,
        told.number("/version"),
        &json!({"currency": null}),
    );
    assert_eq!(told.expect(200).await.text("/currency"), "VND");
}

#[actix_web::test]
async fn a_certificate_refers_to_a_paper_that_stays_as_long_as_it_does() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.listing_draft(&owner, "Máy sấy").await;
    let (other, _) = app.listing_draft(&owner, "Máy nghiền").await;
    let picture = app.add_picture(&owner, &id).await;
    let foreign = add_paper(&app, &owner, &other).await;
    let paper = add_paper(&app, &owner, &id).await;
    let held = |file: &str| json!({"certifications": [{"scheme": "iso", "number": "9001:2015", "file_id": file}]});
    let seen = version(&app, &owner, &id).await;
    for wrong in [&picture, &foreign] {
        let refused = edit(&app, &owner, &id, seen, &held(wrong)).expect(422).await;
        assert_eq!(refused.pointers(), ["/certifications/0/file_id"]);
    }
    let kept = edit(&app, &owner, &id, seen, &held(&paper)).expect(200).await;
    assert_eq!(kept.text("/certifications/0/file_id"), paper);

    let path = format!("/files/{paper}");
    let refused = app.delete(&path).by(&owner).expect(409).await;
    assert_eq!(refused.code(), "file_in_use");
    assert_eq!(refused.pointers(), ["/certifications/0/file_id"]);
    let label = app.put(&format!("{path}/label")).by(&owner);
    let label = label.json(&json!({"kind": "picture", "title": {"vi": "Ảnh"}}));
    assert_eq!(label.expect(409).await.code(), "file_in_use");

    // Nor does a revision take away what the listing is to refer to; without the reference it does.
    publish(&app, &owner, &officer, &id).await;
    assert_eq!(app.delete(&path).by(&owner).expect(409).await.code(), "file_in_use");
    let seen = version(&app, &owner, &id).await;
    let without = edit(&app, &owner, &id, seen, &json!({"certifications": null}));
    without.expect(202).await;
    app.delete(&path).by(&owner).expect(202).await;
    let revised = app
        .get(&format!("/listings/{id}/revision"))
        .by(&owner)
        .expect(200)
        .await;
    let again = edit(&app, &owner, &id, revised.number("/version"), &held(&paper));
    assert_eq!(again.expect(422).await.pointers(), ["/certifications/0/file_id"]);
    let public = app.get(&format!("/listings/{id}")).expect(200).await;
    assert_eq!(public.text("/certifications/0/file_id"), paper);
}

#[actix_web::test]
async fn an_owner_is_an_active_enterprise_of_the_exchange() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let partner = app.active_enterprise(&officer).await;
    let waiting = app.registered_enterprise().await;
    let owners = |ids: [&str; 2]| {
        let owners =
            ids.map(|id| json!({"type": "organisation", "name": "Viện", "share_percent": 33.33, "enterprise_id": id}));
        json!({"owners": owners})
    };
    let (id, seen) = app.listing_draft(&owner, "Máy sấy").await;
    let refused = edit(
        &app,
        &owner,
        &id,
        seen,
        &owners([&partner.enterprise, &waiting.enterprise]),
    );
    let refused = refused.expect(422).await;
    assert_eq!(refused.pointers(), ["/owners/1/enterprise_id"]);
    let kept = edit(
        &app,
        &owner,
        &id,
        seen,
        &owners([&partner.enterprise, &owner.enterprise]),
    );
    let kept = kept.expect(200).await;
    assert_eq!(kept.body["owners"][0]["share_percent"], json!(33.33));
    assert_eq!(kept.text("/owners/0/enterprise_id"), partner.enterprise);

    // Whoever was named while it was active stays named.
    app.suspend(&partner.enterprise, &officer).await;
    let patch = json!({"brand": "Hùng Vương"});
    let kept = edit(&app, &owner, &id, kept.number("/version"), &patch);
    kept.expect(200).await;
    let (other, seen) = app.listing_draft(&owner, "Máy nghiền").await;
    let refused = edit(
        &app,
        &owner,
        &other,
        seen,
        &owners([&partner.enterprise, &owner.enterprise]),
    );
    assert_eq!(refused.expect(422).await.pointers(), ["/owners/0/enterprise_id"]);
}
