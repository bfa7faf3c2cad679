//! Listings side by side.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::TestApp;
use crate::matching::publish;

fn dryer(title: &str, capacity: Value, more: Value) -> Value {
    let mut draft = json!({
        "kind": "equipment_offer",
        "title": {"vi": title},
        "summary": {"vi": "Giao trong tuần."},
        "field_codes": ["food.drying"],
        "origin_country": "VN",
        "price_mode": "from",
        "price_min": 185_000_000,
        "specifications": [capacity],
    });
    for (name, value) in more.as_object().unwrap() {
        draft[name] = value.clone();
    }
    draft
}

#[actix_web::test]
async fn listings_stand_side_by_side() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let one = json!({"name": "Năng suất", "value": "500", "unit": "kg/h"});
    let one = dryer("Máy sấy A", one, json!({"brand": "Lâm Thao", "warranty_months": 12}));
    let two = json!({"name": "nang suat", "value": "0,8 tấn/giờ"});
    let two = dryer("Máy sấy B", two, json!({"brand": "Lâm Thao"}));
    let one = publish(&app, &owner, &officer, &one).await;
    let two = publish(&app, &owner, &officer, &two).await;
    let compared = app
        .get("/listings/compare")
        .query(&[("ids", format!("{one},{two}").as_str())])
        .expect(200)
        .await;
    let ids = |compared: &Value| {
        let listings = compared["listings"].as_array().unwrap().iter();
        listings
            .map(|listing| listing["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&compared.body), [one.clone(), two.clone()]);
    assert_eq!(
        compared.body["specifications"],
        json!([{
            "name": "Năng suất",
            "values": [
                {"value": "500 kg/h", "quantity": {"value": 500.0, "unit": "kg/h"}},
                {"value": "0,8 tấn/giờ", "quantity": {"value": 800.0, "unit": "kg/h"}},
            ],
            "differs": true,
        }])
    );
    let member = |code: &str| {
        let members = compared.body["members"].as_array().unwrap().iter();
        members.clone().find(|member| member["code"] == code).cloned()
    };
    let brand = member("brand").unwrap();
    assert_eq!(
        (&brand["differs"], &brand["values"][0]["vi"]),
        (&json!(false), &json!("Lâm Thao"))
    );
    let price = member("price").unwrap();
    assert_eq!(
        price["values"][1],
        json!({"vi": "từ 185.000.000 đồng", "en": "from 185,000,000 VND"})
    );
    let warranty = member("warranty_months").unwrap();
    assert_eq!(
        (&warranty["values"], &warranty["differs"]),
        (&json!([{"vi": "12 tháng", "en": "12 months"}, null]), &json!(true))
    );
    assert_eq!(member("trl"), None, "nobody tells it");
    let turned = app
        .get("/listings/compare")
        .query(&[("ids", format!("{two},{one}").as_str())])
        .expect(200)
        .await;
    assert_eq!(ids(&turned.body), [two, one]);
}

#[actix_web::test]
async fn only_public_listings_are_compared_and_no_fewer_than_two() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (one, _) = app.published_listing(&owner, &officer, "Máy sấy A").await;
    let (draft, _) = app.listing_draft(&owner, "Máy sấy kín").await;
    let six = vec![Uuid::nil().to_string(); 6].join(",");
    for (ids, code) in [
        ("", "required"),
        (one.as_str(), "malformed"),
        (format!("{one},{one}").as_str(), "duplicate"),
        (six.as_str(), "too_many"),
        (format!("{one},x").as_str(), "malformed"),
    ] {
        let refused = app.get("/listings/compare").query(&[("ids", ids)]).expect(400).await;
        assert_eq!(refused.pointers(), ["ids"], "{ids}");
        assert_eq!(refused.body["errors"][0]["code"], code, "{ids}: {}", refused.body);
    }
    app.get("/listings/compare").expect(400).await;
    // Not even to its own enterprise, so that nothing shown here is for some only.
    for hidden in [Uuid::nil().to_string(), draft] {
        let call = app
            .get("/listings/compare")
            .by(&owner)
            .query(&[("ids", format!("{one},{hidden}").as_str())]);
        let refused = call.expect(404).await;
        assert!(refused.text("/detail").contains(&hidden), "{}", refused.body);
        assert!(!refused.text("/detail").contains(&one));
    }
}
