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
    // What it does not have is left aside, what is no name refused.
    let stale = search(&app, &[("q", "xe nâng hàng của Nhật Bản"), ("without", "place:3-9")]).await;
    assert_eq!(stale.body["understanding"]["interpretations"][0]["id"], id);
    for none in ["origin", "xyz", "xyz:1-2", "origin:1", "origin:-", "origin:1-2-3"] {
        let query = [("q", "xe nâng hàng của Nhật Bản"), ("without", none)];
        let refused = app.get("/search").query(&query).expect(400).await;
        assert_eq!(refused.pointers(), ["without"], "{none}");
        let refused = app.get("/search/all").query(&query).expect(400).await;
        assert_eq!(refused.pointers(), ["without"], "{none}");
    }
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
async fn a_place_is_told_by_its_code() {
    let (app, _) = exchange().await;
    let found = search(&app, &[("q", "máy sấy lúa ở Phú Thọ")]).await;
    let wish = &found.body["understanding"]["interpretations"][0];
    assert_eq!(
        (&wish["kind"], &wish["value"], &wish["text"]),
        (&json!("place"), &json!("25"), &json!("ở Phú Thọ"))
    );
}

#[actix_web::test]
async fn english_finds_vietnamese_and_nonsense_finds_nothing() {
    let (app, ids) = exchange().await;
    let found = search(&app, &[("q", "electric forklift")]).await;
    assert_eq!(found.ids(), [ids[2].as_str()]);
    let nothing = search(&app, &[("q", "tầu vũ trụ chở khách du lịch")]).await;
    assert_eq!((nothing.ids().len(), nothing.number("/total")), (0, 0));
}

#[actix_web::test]
async fn quotes_insist_and_a_minus_leaves_out() {
    let (app, ids) = exchange().await;
    for (typed, found) in [
        ("\"tầng sôi\"", &[&ids[0]][..]),
        ("“tang soi”", &[&ids[0]]),
        ("\"sôi tầng\"", &[]),
        ("\"máy sấy lúa\" -\"di động\"", &[&ids[0]]),
        ("\"máy sấy lúa\" -sôi", &[&ids[1]]),
        ("\"xe nâng\" -điện", &[]),
    ] {
        assert_eq!(
            search(&app, &[("q", typed)]).await.ids(),
            found.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "{typed}"
        );
    }
}

#[actix_web::test]
async fn what_was_found_is_marked_however_it_was_typed() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for title in ["Máy bóc vỏ lạc", "Đồng hồ REX-C100FK02", "Máy thái thịt"] {
        app.published_listing(&owner, &officer, title).await;
    }
    app.settle().await;
    for (typed, marked) in [
        ("may thai thit", "<mark>Máy</mark> <mark>thái</mark> <mark>thịt</mark>"),
        (
            "ma\u{301}y thái thịt",
            "<mark>Máy</mark> <mark>thái</mark> <mark>thịt</mark>",
        ),
        ("máy thái thịc", "<mark>Máy</mark> <mark>thái</mark> <mark>thịt</mark>"),
        ("đậu phộng", "<mark>lạc</mark>"),
        ("rex-c100", "<mark>REX-C100FK02</mark>"),
    ] {
        let found = search(&app, &[("q", typed)]).await;
        let title = found.text("/items/0/highlights/title");
        assert!(title.contains(marked), "{typed}: {title}");
    }
}

#[actix_web::test]
async fn a_doubt_is_told_and_changes_nothing() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for title in ["Gạch không nung", "Ghế lung lay"] {
        app.published_listing(&owner, &officer, title).await;
    }
    app.settle().await;
    let told = search(&app, &[("q", "gạch không lung")]).await;
    assert_eq!(told.text("/understanding/did_you_mean"), "gạch không nung");
    assert_eq!(told.body["understanding"]["corrected"], json!(null));
    let insisted = search(&app, &[("q", "gạch không lung"), ("verbatim", "true")]).await;
    assert_eq!(insisted.body["understanding"]["did_you_mean"], json!(null));
}

#[actix_web::test]
async fn hostile_words_are_answered_or_refused_by_their_name() {
    let (app, ids) = exchange().await;
    // Signs that say nothing, pieces of syntax, marks that belong to no letter: text like any other.
    let strange = [
        "\"".repeat(512),
        "-a ".repeat(170),
        "\"a\" ".repeat(128),
        "(".repeat(512),
        "a\u{301}".repeat(256),
        "\u{301}".repeat(512),
        "\u{feff}\u{200b}\u{202e}\u{0}\r\n\t\u{1b}[31m".to_owned(),
        "máy sấy ".repeat(64),
        "12kg/h ".repeat(73),
        "' OR 1=1; -- %00 <script>".to_owned(),
    ];
    for typed in &strange {
        for path in ["/search", "/search/all", "/search/suggestions"] {
            app.get(path).query(&[("q", typed)]).expect(200).await;
        }
    }
    // Controls between words are no words.
    let controlled = search(&app, &[("q", "\u{0}tầng\u{1b}sôi\u{7f}"), ("limit", "1")]).await;
    assert_eq!(controlled.ids(), [ids[0].as_str()]);
    for (query, name) in [
        ("q=%FF", "q"),
        ("q=m%C3", "q"),
        ("q=%C0%AF", "q"),
        ("q=a&q=b", "q"),
        ("q=a&limit=101", "limit"),
        ("q=a&limit=0", "limit"),
        ("q=a&page=100000", "page"),
        ("q=a&offset=1000000", "offset"),
    ] {
        let refused = app.get(&format!("/search?{query}")).expect(400).await;
        assert_eq!(
            (refused.code(), refused.pointers()),
            ("invalid_query", vec![name]),
            "{query}"
        );
    }
    // A place far behind is none that somebody can name: pages go on from one to the next.
    for after in ["zzzz", &"A".repeat(2_048), "%00", "-1"] {
        let refused = app
            .get("/search")
            .query(&[("q", "a"), ("after", after)])
            .expect(400)
            .await;
        assert_eq!(refused.code(), "invalid_cursor", "{after}");
    }
}
