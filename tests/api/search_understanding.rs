//! What a search makes of the words, and how whoever asked can have it otherwise.

use serde_json::json;

use crate::harness::{Reply, TestApp};

async fn search(app: &TestApp, query: &[(&str, &str)]) -> Reply {
    app.get("/search").query(query).expect(200).await
}

async fn exchange() -> (TestApp, Vec<String>) {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut ids = Vec::new();
    for title in [
        "Máy sấy lúa tầng sôi",
        "Máy sấy lúa di động",
        "Xe nâng hàng chạy điện",
        "Dây chuyền đóng gói gạo",
    ] {
        ids.push(app.published_listing(&owner, &officer, title).await.0);
    }
    app.settle().await;
    (app, ids)
}

#[actix_web::test]
async fn keys_of_an_input_method_are_read_and_told() {
    let (app, ids) = exchange().await;
    let found = search(&app, &[("q", "mays saays luas")]).await;
    let mut both = [ids[0].as_str(), &ids[1]];
    both.sort_unstable();
    // What has little of it comes behind, in so small a collection.
    let mut told: Vec<&str> = found.ids().into_iter().take(2).collect();
    told.sort_unstable();
    assert_eq!(told, both);
    assert_eq!(found.text("/understanding/corrected"), "máy sấy lúa");
    assert_eq!(
        found.body["understanding"]["corrections"][0],
        json!({"text": "mays", "instead": "máy"})
    );
    let insisted = search(&app, &[("q", "mays saays luas"), ("verbatim", "true")]).await;
    let understanding = &insisted.body["understanding"];
    assert_eq!(
        (&understanding["corrected"], &understanding["corrections"]),
        (&json!(null), &json!([]))
    );
}

#[actix_web::test]
async fn a_wish_is_told_and_can_be_left_out() {
    let (app, ids) = exchange().await;
    let found = search(&app, &[("q", "xe nâng hàng của Nhật Bản")]).await;
    assert_eq!(found.ids(), [ids[2].as_str()]);
    let wish = &found.body["understanding"]["interpretations"][0];
    assert_eq!(
        (&wish["kind"], &wish["value"], &wish["text"]),
        (&json!("origin"), &json!("JP"), &json!("của Nhật Bản"))
    );
    let id = wish["id"].as_str().unwrap();
    let plain = search(&app, &[("q", "xe nâng hàng của Nhật Bản"), ("without", id)]).await;
    assert_eq!(plain.body["understanding"]["interpretations"], json!([]));
    let long = "x".repeat(41);
    let refused = app
        .get("/search")
        .query(&[("q", "xe"), ("without", &long)])
        .expect(400)
        .await;
    assert_eq!(refused.pointers(), ["without"]);
    let many = ["a"; 21].join(",");
    let refused = app
        .get("/search")
        .query(&[("q", "xe"), ("without", &many)])
        .expect(400)
        .await;
    assert_eq!(refused.pointers(), ["without"]);
}

#[actix_web::test]
async fn english_finds_vietnamese_and_nonsense_finds_nothing() {
    let (app, ids) = exchange().await;
    let found = search(&app, &[("q", "electric forklift")]).await;
    assert_eq!(found.ids(), [ids[2].as_str()]);
    let nothing = search(&app, &[("q", "tầu vũ trụ chở khách du lịch")]).await;
    assert_eq!((nothing.ids().len(), nothing.number("/total")), (0, 0));
}
