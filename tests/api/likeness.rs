//! Listings that are like another one.

use serde_json::{Value, json};

use crate::harness::TestApp;
use crate::matching::publish;

fn machine(kind: &str, title: &str, field: &str) -> Value {
    let mut machine = json!({
        "kind": kind,
        "title": {"vi": title},
        "summary": {"vi": "Giao trong tuần."},
        "field_codes": [field],
    });
    if kind == "equipment_offer" {
        machine["origin_country"] = json!("VN");
    }
    machine
}

#[actix_web::test]
async fn listings_of_the_same_thing_are_alike() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (one, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let offer = |title: &str, field: &str| machine("equipment_offer", title, field);
    let asked = offer("Máy bóc vỏ lạc rang", "food.processing");
    let asked = publish(&app, &one, &officer, &asked).await;
    let near = publish(
        &app,
        &other,
        &officer,
        &offer("Máy tách vỏ đậu phộng", "food.processing"),
    )
    .await;
    let same = publish(
        &app,
        &other,
        &officer,
        &offer("Máy bóc vỏ lạc rang công suất lớn", "food.processing"),
    )
    .await;
    publish(&app, &other, &officer, &offer("Bơm chìm nước thải", "mechanics.pumps")).await;
    let sought = machine("equipment_need", "Cần máy bóc vỏ lạc rang", "food.processing");
    publish(&app, &other, &officer, &sought).await;
    app.post("/listings")
        .by(&other)
        .json(&offer("Máy bóc vỏ lạc rang kín", "food.processing"))
        .expect(201)
        .await;
    let path = format!("/listings/{asked}/similar");
    app.settle().await;

    let found = app.get(&path).expect(200).await;
    assert_eq!(found.ids(), [same.as_str(), near.as_str()], "{}", found.body);
    assert_eq!(found.body["items"][0]["shared"], json!(["Máy bóc vỏ lạc rang"]));
    assert!(found.number("/items/0/score") > found.number("/items/1/score"));
    let again = app.get(&path).expect(200).await;
    assert_eq!(again.body, found.body);

    // What is withdrawn is gone without waiting for the index.
    app.delete(&format!("/listings/{same}/submission"))
        .by(&other)
        .expect(200)
        .await;
    let found = app.get(&path).expect(200).await;
    assert_eq!(found.ids(), [near.as_str()]);
    app.delete(&format!("/listings/{asked}/submission"))
        .by(&one)
        .expect(200)
        .await;
    app.get(&path).expect(404).await;
    assert_eq!(app.get(&path).by(&one).expect(200).await.ids(), [near.as_str()]);
    app.get(&path).query(&[("limit", "0")]).expect(400).await;
}

#[actix_web::test]
async fn at_most_a_third_are_of_the_same_enterprise() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (one, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let mut asked = String::new();
    for number in 1..=6 {
        let title = format!("Máy sấy lúa tầng sôi số {number}");
        asked = publish(&app, &one, &officer, &machine("equipment_offer", &title, "food.drying")).await;
    }
    let foreign = machine("equipment_offer", "Máy sấy lúa kiểu khác", "food.drying");
    let foreign = publish(&app, &other, &officer, &foreign).await;
    app.settle().await;
    let similar = app.get(&format!("/listings/{asked}/similar"));
    let found = similar.query(&[("limit", "6")]).expect(200).await;
    assert_eq!(found.ids().len(), 3, "two of six, and the foreign one: {}", found.body);
    assert!(found.ids().contains(&foreign.as_str()));
}

/// What is shown on request tells those outside nothing by what it is like.
#[actix_web::test]
async fn what_is_hidden_of_a_listing_is_not_told_by_its_likes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (one, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let mut hidden = machine("equipment_offer", "Bộ trao đổi nhiệt", "food.drying");
    hidden["brand"] = json!("Zaphira");
    let hidden = publish(&app, &one, &officer, &hidden).await;
    let like = machine("equipment_offer", "Zaphira chính hãng", "food.drying");
    let like = publish(&app, &other, &officer, &like).await;
    app.settle().await;
    let path = format!("/listings/{hidden}/similar");
    assert_eq!(app.get(&path).expect(200).await.ids(), [like.as_str()]);
    let version = app
        .get(&format!("/listings/{hidden}"))
        .by(&one)
        .expect(200)
        .await
        .number("/version");
    let audience = json!({"visibility": "on_request", "open_for_inquiry": true});
    let put = app
        .put(&format!("/listings/{hidden}/audience"))
        .by(&one)
        .if_match(version);
    put.json(&audience).expect(200).await;
    assert!(app.get(&path).expect(200).await.ids().is_empty());
    assert_eq!(app.get(&path).by(&one).expect(200).await.ids(), [like.as_str()]);
    let back = app.get(&format!("/listings/{like}/similar")).by(&one).expect(200).await;
    assert!(back.ids().is_empty(), "{}", back.body);
}
