//! Contact data in what everybody reads, wherever they stand and however they are spelled, and names in disguise.

use serde_json::{Value, json};

use super::{flags, listings, queue};
use crate::harness::{Person, Reply, TestApp, pictures};

/// Hands a listing in with more than it needs.
async fn told(app: &TestApp, owner: &Person, title: &str, more: &Value) -> String {
    let (id, version) = app.listing_draft(owner, title).await;
    let path = format!("/listings/{id}");
    let call = app.patch(&path).by(owner).if_match(version);
    call.json(more).expect(200).await;
    app.post(&format!("{path}/submission")).by(owner).expect(200).await;
    id
}

async fn edit(app: &TestApp, owner: &Person, member: &str, text: &Value) -> Reply {
    let path = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&path).by(owner).expect(200).await;
    let call = app.patch(&path).by(owner).if_match(seen.number("/version"));
    call.json(&json!({ member: text })).expect(200).await
}

async fn waiting(app: &TestApp, officer: &Person, of: &str) -> usize {
    let found = queue(app, officer, &format!("type={of}&flag=contact_in_text")).await;
    found.body["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn contact_data_are_found_in_every_text_of_a_listing() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut found = Vec::new();
    for (title, more) in [
        (
            "Máy sấy tĩnh",
            json!({"description": {"vi": "Hỏi thêm: 0912\n345\n678"}}),
        ),
        (
            "Máy sấy tháp",
            json!({"summary": {"vi": "Sấy lúa.", "en": "Ask 0084 912 345 678"}}),
        ),
        (
            "Máy sấy trống",
            json!({"delivery_terms": {"vi": "Giao tận nơi, lan [at] songthao . com"}}),
        ),
        (
            "Máy sấy bơm nhiệt",
            json!({"advantages": {"vi": "Xem thêm ở songthao.shop"}}),
        ),
        (
            "Máy sấy hồng ngoại",
            json!({"specifications": [{"name": "Tư vấn", "value": "không chín một hai ba bốn năm sáu bảy tám"}]}),
        ),
        ("Máy sấy thăng hoa", json!({"brand": "Sông Thao 0912 – 345 – 678"})),
        (
            "Máy sấy lạnh",
            json!({"specifications": [{"name": "Hotline", "value": "1900 6789"}]}),
        ),
        (
            "Máy sấy vi sóng",
            json!({"specifications": [{"name": "Năng suất", "value": "500", "unit": "Gọi 0912 345 678"}]}),
        ),
        (
            "Máy sấy chân không",
            json!({"owners": [{"type": "organisation", "name": "Viện Cơ điện, SĐT 912345678"}]}),
        ),
    ] {
        found.push(told(&app, &owner, title, &more).await);
    }
    let figures = "Ngày 09-12-2026 15:30, giá 84700000000 đồng, 1.200.000.000 VND, HS 8419.89.19, TCVN 7391-10:2007, \
        mã số thuế 0700237212, bằng số 1-0034567, 0 3 6 9 12 15 18.";
    told(
        &app,
        &owner,
        "Máy sấy năng lượng mặt trời",
        &json!({
            "description": {"vi": figures},
            "specifications": [
                {"name": "P/N", "value": "8419 89 19"},
                {"name": "Số sê-ri", "value": "0987654321"},
                {"name": "Các cỡ", "value": "05 10 15 20 25 30 35", "unit": "kg"},
            ],
        }),
    )
    .await;
    let flagged = queue(&app, &officer, "flag=contact_in_text").await;
    assert_eq!(listings(&flagged), found);
    // A code has a member of its own, and is what it is.
    let coded = told(&app, &owner, "Máy sấy phun", &json!({"model": "0912345678"})).await;
    let all = queue(&app, &officer, "").await;
    let place = listings(&all).iter().position(|id| *id == coded).unwrap();
    assert!(!flags(&all, place).contains(&"contact_in_text"));
}

#[actix_web::test]
async fn contact_data_are_found_in_every_text_of_an_enterprise() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let newcomer = app.registered_enterprise().await;
    let path = format!("/enterprises/{}", owner.enterprise);
    for (member, told, plain) in [
        ("short_name", json!("Sông Thao 0912_345_678"), json!("Sông Thao")),
        (
            "name_en",
            json!("Song Thao, songthao.shop"),
            json!("Song Thao Co., Ltd."),
        ),
        (
            "capabilities",
            json!(["Đúc gang", "Gọi 0912 – 345 – 678"]),
            json!(["Đúc gang"]),
        ),
        // One entry goes on in the next.
        (
            "capabilities",
            json!(["Gia công 0912", "345 678"]),
            json!(["Đúc gang", "Gia công 12 trục"]),
        ),
        (
            "mission",
            json!("Chế tạo máy, lan [at] songthao . com"),
            json!("Chế tạo 1.200.000 máy"),
        ),
    ] {
        edit(&app, &newcomer, member, &told).await;
        assert_eq!(waiting(&app, &officer, "enterprise").await, 1, "{member}");
        edit(&app, &newcomer, member, &plain).await;
        assert_eq!(waiting(&app, &officer, "enterprise").await, 0, "{member}");

        // Once it was approved nobody reads them before an officer did.
        let asked = edit(&app, &owner, member, &told).await;
        assert_eq!(asked.text("/amendment/status"), "submitted", "{member}");
        assert_ne!(app.get(&path).expect(200).await.body[member], told);
        assert_eq!(waiting(&app, &officer, "amendment").await, 1, "{member}");
        let mended = edit(&app, &owner, member, &plain).await;
        assert!(mended.body["amendment"].is_null(), "{:#}", mended.body);
        assert_eq!(app.get(&path).expect(200).await.body[member], plain);
        assert_eq!(waiting(&app, &officer, "amendment").await, 0, "{member}");
    }
    // What is there to be reached by is no contact data in a text.
    for person in [&owner, &newcomer] {
        let edited = edit(&app, person, "website", &json!("https://songthao.shop/")).await;
        assert!(edited.body["amendment"].is_null(), "{:#}", edited.body);
    }
    assert_eq!(waiting(&app, &officer, "enterprise,amendment").await, 0);
}

#[actix_web::test]
async fn contact_data_are_found_in_the_text_of_a_logo() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let put = async |alt: &str| {
        let path = format!("/enterprises/{}/logo?alt_vi={alt}", owner.enterprise);
        let call = app.put(&path).by(&owner).file("image/png", pictures::png(8, 8));
        call.expect(200).await
    };
    put("Gọi 0912 345 678").await;
    assert_eq!(waiting(&app, &officer, "document").await, 1);
    let seen = queue(&app, &officer, "type=document").await;
    assert!(flags(&seen, 0).contains(&"contact_in_text"));
    put("Bánh răng xanh").await;
    assert_eq!(waiting(&app, &officer, "document").await, 0);
}

/// A name with letters that only look Latin is found by nobody who looks for the enterprise, nor beside another one.
#[actix_web::test]
async fn names_of_enterprises_with_letters_in_disguise_are_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let told = async || {
        let found = queue(&app, &officer, "flag=mixed_scripts").await;
        let items = found.body["items"].as_array().unwrap().iter();
        let types = items.map(|item| item["type"].as_str().unwrap().to_owned());
        types.collect::<Vec<_>>()
    };
    app.register("Công ty TNHH Cơ khí Lâm Thao").await;
    assert!(told().await.is_empty());
    // A Cyrillic а.
    app.register("Công ty TNHH M\u{430}y Sông Lô").await;
    assert_eq!(told().await, ["enterprise"]);
    edit(&app, &owner, "legal_name", &json!("Công ty TNHH M\u{430}y Sông Thao")).await;
    assert_eq!(told().await, ["enterprise", "amendment"]);
}
