//! Suggestions while somebody types: what fits, spelt as it was written, and never of what nobody may see.

use std::time::Duration;

use serde_json::{Value, json};
use vptex::domain::ids::ListingId;
use vptex::service::App;
use vptex::service::suggestions::{SuggestionKind, suggest};
use vptex::store::outbox;

use crate::harness::{Person, TestApp, wait_for_index};
use crate::node::Node;

const TITLES: [&str; 5] = [
    "Máy sấy lúa tầng sôi",
    "Máy sấy lúa di động",
    "Máy bơm <chìm> & bơm nổi",
    "Biến tần Mitsubishi FR-E740",
    "Dây chuyền sấy thăng hoa",
];

/// Waits until everything that was done is suggested.
async fn settle(app: &App) {
    wait_for_index(app.clone()).await;
    let app = app.clone();
    let wait = move || {
        let end = app
            .db
            .read(outbox::ends)
            .unwrap()
            .map(|(_, last)| last)
            .unwrap_or_default();
        assert!(app.index.suggestions().wait_for(end, Duration::from_secs(60)));
    };
    tokio::task::spawn_blocking(wait).await.unwrap();
}

async fn exchange() -> (TestApp, Person, Person, Vec<String>) {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut ids = Vec::new();
    for title in TITLES {
        ids.push(app.published_listing(&owner, &officer, title).await.0);
    }
    settle(app.exchange()).await;
    (app, officer, owner, ids)
}

async fn suggested(app: &TestApp, typed: &str) -> Vec<Value> {
    let reply = app.get("/search/suggestions").query(&[("q", typed)]).expect(200).await;
    reply.body["items"].as_array().unwrap().clone()
}

fn titles(items: &[Value]) -> Vec<&str> {
    let titles = items.iter().filter(|item| item["source"] == "title");
    titles.map(|item| item["text"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn what_was_begun_is_suggested_however_it_is_typed() {
    let (app, _, _, ids) = exchange().await;
    for (typed, highlighted) in [
        ("may s", "<mark>Máy</mark> <mark>s</mark>ấy lúa di động"),
        (
            "MÁY SẤY LÚA T",
            "<mark>Máy</mark> <mark>sấy</mark> <mark>lúa</mark> <mark>t</mark>ầng sôi",
        ),
        ("mays saays", "<mark>Máy</mark> <mark>sấy</mark> lúa di động"),
        ("thang h", "Dây chuyền sấy <mark>thăng</mark> <mark>h</mark>oa"),
        ("bom n", "Máy bơm &lt;chìm&gt; &amp; <mark>bơm</mark> <mark>n</mark>ổi"),
        ("fre740", "Biến tần Mitsubishi <mark>FR</mark>-<mark>E740</mark>"),
    ] {
        let items = suggested(&app, typed).await;
        let title = items.iter().find(|item| item["source"] == "title").unwrap();
        assert_eq!(title["highlighted"], highlighted, "{typed}");
        assert_eq!(title["count"], 1, "{typed}");
        assert!(ids.iter().any(|id| title["listing_id"] == *id), "{typed}");
    }
    // A name of the vocabulary that two titles have stands before them, with how many.
    let first = suggested(&app, "may s").await.remove(0);
    assert_eq!(
        (&first["text"], &first["source"], &first["count"]),
        (&json!("máy sấy"), &json!("term"), &json!(2))
    );
    let fields = suggested(&app, "").await;
    let field = fields.iter().find(|item| item["source"] == "category").unwrap();
    assert_eq!(
        (&field["count"], field["field"].is_string()),
        (&json!(TITLES.len()), true)
    );
    assert!(suggested(&app, "không có gì như thế").await.is_empty());
}

#[actix_web::test]
async fn what_cannot_be_asked_is_told_by_name() {
    let app = TestApp::spawn().await;
    let long = "a".repeat(513);
    for (query, name) in [
        ([("q", "máy"), ("limit", "0")], "limit"),
        ([("q", "máy"), ("limit", "21")], "limit"),
        ([("q", long.as_str()), ("limit", "5")], "q"),
    ] {
        let refused = app.get("/search/suggestions").query(&query).expect(400).await;
        assert_eq!((refused.code(), refused.pointers()), ("invalid_query", vec![name]));
    }
    app.get("/search/suggestions?q=%FF").expect(400).await;
    app.get("/search/suggestions?nonsense=1").expect(400).await;
    let odd = format!("\u{0}\u{202e}{}", "ă ".repeat(200));
    assert!(suggested(&app, &odd).await.is_empty());
}

#[actix_web::test]
async fn what_went_is_not_suggested_for_a_moment() {
    let (app, officer, owner, ids) = exchange().await;
    let mut node = Node::beside(&app).await;
    settle(&node.app).await;
    let kept = |typed: &'static str| {
        let app = node.app.clone();
        move || suggest(&app, typed, 20).unwrap()
    };
    let of_node = async |typed| tokio::task::spawn_blocking(kept(typed)).await.unwrap();
    let before = of_node("may say").await;
    assert_eq!(before.iter().filter(|one| one.kind == SuggestionKind::Title).count(), 2);
    // From now on it hears of nothing by itself.
    node.freeze().await;
    let kept = |typed: &'static str| {
        let app = node.app.clone();
        move || suggest(&app, typed, 20).unwrap()
    };
    let of_node = async |typed| tokio::task::spawn_blocking(kept(typed)).await.unwrap();

    app.delete(&format!("/listings/{}/submission", ids[0]))
        .by(&owner)
        .expect(200)
        .await;
    let left = of_node("may say").await;
    assert!(left.iter().all(|one| one.text.text != TITLES[0]), "{left:?}");
    let term = left.iter().find(|one| one.text.text == "máy sấy").unwrap();
    assert_eq!(term.count, Some(1), "no number counts it");
    // An ended term counts before it is written down.
    app.end_term(&ids[1]).await;
    assert_eq!(of_node("may say").await, []);
    let enterprise = &owner.enterprise;
    let version = app
        .get(&format!("/enterprises/{enterprise}"))
        .by(&officer)
        .expect(200)
        .await;
    let officer = app.again(&officer).await;
    app.post(&format!("/enterprises/{enterprise}/suspension"))
        .by(&officer)
        .if_match(version.number("/version"))
        .json(&json!({"reason_code": "other", "reason_text": "Hồ sơ pháp lý hết hiệu lực."}))
        .expect(200)
        .await;
    for typed in ["thang hoa", "bom", "bien tan", ""] {
        assert_eq!(of_node(typed).await, [], "{typed}");
    }
}

#[actix_web::test]
async fn what_changed_is_suggested_as_it_is_now() {
    let (app, officer, owner, ids) = exchange().await;
    app.delete(&format!("/listings/{}/submission", ids[0]))
        .by(&owner)
        .expect(200)
        .await;
    let listing = app.get(&format!("/listings/{}", ids[0])).by(&owner).expect(200).await;
    let changed = app
        .patch(&format!("/listings/{}", ids[0]))
        .by(&owner)
        .if_match(listing.number("/version"))
        .json(&json!({"title": {"vi": "Lò nung gạch tuynel"}}))
        .expect(200)
        .await;
    assert!(suggested(&app, "lo nung").await.is_empty(), "nobody approved it");
    let submitted = app
        .post(&format!("/listings/{}/submission", ids[0]))
        .by(&owner)
        .if_match(changed.number("/version"))
        .expect(200)
        .await;
    app.post(&format!("/listings/{}/approval", ids[0]))
        .by(&officer)
        .if_match(submitted.number("/version"))
        .expect(200)
        .await;
    settle(app.exchange()).await;
    assert_eq!(titles(&suggested(&app, "lo nung").await), ["Lò nung gạch tuynel"]);
    assert_eq!(titles(&suggested(&app, "may say").await), [TITLES[1]]);
}

#[actix_web::test]
async fn no_numbers_are_told_that_are_not_known() {
    let (app, ..) = exchange().await;
    let mut node = Node::beside(&app).await;
    settle(&node.app).await;
    node.freeze().await;
    let now = node.app.clock.now();
    let done = node.app.db.write::<_, vptex::store::Error>(move |uow| {
        (0..501).try_for_each(|n| outbox::push(uow, ListingId(uuid::Uuid::from_u128(n)), now))
    });
    done.unwrap();
    let app = node.app.clone();
    let found = tokio::task::spawn_blocking(move || suggest(&app, "may say", 20).unwrap())
        .await
        .unwrap();
    assert!(
        found.len() >= 2 && found.iter().all(|one| one.count.is_none()),
        "{found:?}"
    );
}
