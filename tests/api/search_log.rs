//! What is kept of searches: counts of words, nothing of whoever searched, and reports that tell of nobody alone.

use diesel::prelude::*;
use serde_json::{Value, json};
use vptex::config::{Networks, Value as _};
use vptex::domain::account::Permission;
use vptex::jobs::cleanup;
use vptex::service::search_log;
use vptex::service::suggestions::{SuggestionKind, suggest};
use vptex::store::schema::search_queries::dsl;
use vptex::store::{self, outbox};

use crate::harness::{Person, Reply, TestApp};
use crate::node::Node;

const DAY: i64 = 86_400;

/// An exchange behind a proxy, so that searches come from several addresses, with one listing and an officer who reads
/// reports.
async fn exchange() -> (TestApp, Person) {
    let mut app = TestApp::prepare();
    app.config.trusted_proxies = Networks::parse("127.0.0.1").unwrap();
    app.clock.hold();
    app.start();
    app.settle().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.published_listing(&owner, &officer, "Máy sấy lúa tầng sôi").await;
    app.settle().await;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    (app, reader)
}

async fn search(app: &TestApp, text: &str, from: u32) -> Reply {
    let address = format!("10.0.0.{from}");
    let call = app.get("/search").query(&[("q", text)]);
    call.header("x-forwarded-for", &address).expect(200).await
}

/// As many people search for the same.
async fn ask(app: &TestApp, text: &str, people: u32) {
    for person in 1..=people {
        search(app, text, person).await;
    }
}

async fn keep(app: &TestApp) -> usize {
    let app = app.exchange().clone();
    tokio::task::spawn_blocking(move || search_log::keep(&app).unwrap())
        .await
        .unwrap()
}

async fn report(app: &TestApp, reader: &Person, query: &[(&str, &str)]) -> Reply {
    app.get("/search/queries").query(query).by(reader).expect(200).await
}

fn queries(reply: &Reply) -> Vec<&str> {
    let items = reply.body["items"].as_array().unwrap();
    items.iter().map(|item| item["query"].as_str().unwrap()).collect()
}

fn words_kept(app: &TestApp) -> Vec<String> {
    let read = |conn: &mut store::AnyConn| -> store::Result<Vec<String>> {
        Ok(dsl::search_queries
            .select(dsl::words)
            .order(dsl::words.asc())
            .load(conn)?)
    };
    app.exchange().db.read(read).unwrap()
}

#[actix_web::test]
async fn what_three_people_miss_is_told_and_what_two_miss_is_not() {
    let (app, reader) = exchange().await;
    ask(&app, "tàu ngầm hạt nhân", 3).await;
    search(&app, "TAU NGAM, hat nhan!", 1).await;
    ask(&app, "đồ gia dụng của bà Tư", 2).await;
    for _ in 0..5 {
        search(&app, "đồ gia dụng của bà Tư", 1).await;
    }
    ask(&app, "0912 345 678", 3).await;
    ask(&app, "may say lua", 4).await;
    ask(&app, "", 3).await;
    assert!(keep(&app).await > 0);
    assert_eq!(keep(&app).await, 0, "written once");
    let kept = words_kept(&app);
    assert!(kept.contains(&"tau ngam hat nhan".to_owned()) && !kept.iter().any(|words| words.contains("0912")));

    let zero = report(&app, &reader, &[("report", "zero_results")]).await;
    assert_eq!(queries(&zero), ["tàu ngầm hạt nhân"]);
    let line = &zero.body["items"][0];
    assert_eq!(
        (&line["searches"], &line["zero_results"], &line["askers"]),
        (&json!(4), &json!(4), &json!(3))
    );
    let sums = &zero.body["sums"];
    assert_eq!(
        (&sums["searches"], &sums["zero_results"]),
        (&json!(18), &json!(14)),
        "all are counted"
    );
    let unmet = report(&app, &reader, &[("report", "unmet_demand")]).await;
    // One hit is few.
    assert_eq!(queries(&unmet), ["may say lua", "tàu ngầm hạt nhân"]);
    let top = report(&app, &reader, &[("limit", "1")]).await;
    assert_eq!(queries(&top), ["may say lua"]);
    let next = top.text("/page/next").to_owned();
    let rest = report(&app, &reader, &[("limit", "1"), ("after", &next)]).await;
    assert_eq!(
        (queries(&rest), &rest.body["page"]["next"]),
        (vec!["tàu ngầm hạt nhân"], &Value::Null)
    );
    let other = app
        .get("/search/queries")
        .query(&[("report", "low_clicks"), ("after", &next)])
        .by(&reader);
    assert_eq!(other.expect(400).await.code(), "invalid_cursor");

    // Another day: the same person is not another one.
    app.clock.pass(DAY);
    let reader = app.again(&reader).await;
    search(&app, "đồ gia dụng của bà Tư", 1).await;
    keep(&app).await;
    assert_eq!(
        queries(&report(&app, &reader, &[("report", "zero_results")]).await),
        ["tàu ngầm hạt nhân"]
    );
    let day = vptex::domain::calendar::day_of(app.exchange().clock.now()).to_string();
    let today = report(&app, &reader, &[("from", &day)]).await;
    assert_eq!((queries(&today).len(), &today.body["sums"]["searches"]), (0, &json!(1)));
}

#[actix_web::test]
async fn reports_are_for_those_who_read_reports_and_have_bounds() {
    let (app, reader) = exchange().await;
    let officer = app.officer().await;
    assert_eq!(
        app.get("/search/queries").by(&officer).expect(403).await.code(),
        "forbidden"
    );
    app.get("/search/queries").expect(401).await;
    for (query, name) in [
        ([("from", "2026-13-01"), ("to", "2026-12-01")], "from"),
        ([("from", "2026-01-01"), ("to", "1.12.2026")], "to"),
        ([("from", "2026-02-02"), ("to", "2026-02-01")], "from"),
        ([("from", "2024-01-01"), ("to", "2025-01-01")], "from"),
        ([("report", "everything"), ("limit", "5")], "report"),
        ([("field", "nowhere"), ("limit", "5")], "field"),
        ([("report", "top"), ("limit", "101")], "limit"),
    ] {
        let refused = app.get("/search/queries").query(&query).by(&reader).expect(400).await;
        assert_eq!(refused.pointers(), [name], "{query:?}");
    }
    report(&app, &reader, &[("from", "2024-01-01"), ("to", "2024-12-31")]).await;
}

#[actix_web::test]
async fn a_click_counts_once_and_only_after_a_search() {
    let (app, reader) = exchange().await;
    let mut tokens = Vec::new();
    for person in 1..=12 {
        let found = search(&app, "máy sấy lúa", person).await;
        tokens.push(found.text("/query_id").to_owned());
    }
    let click = |token: &str| app.post("/search/clicks").json(&json!({"query_id": token}));
    click(&tokens[0]).expect(204).await;
    click(&tokens[0]).expect(204).await;
    let forged = tokens[1].chars().rev().collect::<String>();
    for wrong in ["", "AAAA", &forged] {
        let refused = click(wrong).expect(422).await;
        assert_eq!(refused.pointers(), ["/query_id"]);
    }
    app.clock.pass(31 * 60);
    click(&tokens[2]).expect(204).await;
    keep(&app).await;
    let reader = app.again(&reader).await;
    let low = report(&app, &reader, &[("report", "low_clicks")]).await;
    let line = &low.body["items"][0];
    assert_eq!(
        (&line["query"], &line["clicks"], &line["hits"]),
        (&json!("máy sấy lúa"), &json!(1), &json!(12))
    );
    for person in 1..=2 {
        let found = search(&app, "máy sấy lúa", person).await;
        click(found.text("/query_id")).expect(204).await;
    }
    keep(&app).await;
    assert!(
        queries(&report(&app, &reader, &[("report", "low_clicks")]).await).is_empty(),
        "3 of 14 clicks"
    );
    // Of what is not counted by its words there is no token, and none of later pages.
    assert_eq!(search(&app, "0912 345 678", 1).await.body.get("query_id"), None);
    assert_eq!(app.get("/search").expect(200).await.body.get("query_id"), None);
}

#[actix_web::test]
async fn what_is_searched_in_everything_is_counted_too() {
    let (app, reader) = exchange().await;
    let all = async |text: &str, from: u32| {
        let address = format!("10.0.0.{from}");
        let call = app.get("/search/all").query(&[("q", text)]);
        call.header("x-forwarded-for", &address).expect(200).await
    };
    let listed = app.get("/enterprises").expect(200).await;
    let name = listed.text("/items/0/legal_name");
    for person in 1..=3 {
        all("tàu ngầm hạt nhân", person).await;
        all(name, person).await;
        let found = all("máy sấy lúa", person).await;
        let click = json!({"query_id": found.text("/query_id")});
        app.post("/search/clicks").json(&click).expect(204).await;
    }
    keep(&app).await;
    // The name of an enterprise found that enterprise.
    let zero = report(&app, &reader, &[("report", "zero_results")]).await;
    assert_eq!(queries(&zero), ["tàu ngầm hạt nhân"]);
    assert_eq!(
        (zero.number("/sums/searches"), zero.number("/sums/zero_results")),
        (9, 3)
    );
    let top = report(&app, &reader, &[]).await;
    let lines = top.body["items"].as_array().unwrap();
    let dryers = lines.iter().find(|line| line["query"] == "máy sấy lúa").unwrap();
    assert_eq!((&dryers["hits"], &dryers["clicks"]), (&json!(3), &json!(3)));
}

#[actix_web::test]
async fn what_few_asked_for_is_forgotten_with_the_day_and_all_after_its_time() {
    let (app, reader) = exchange().await;
    ask(&app, "tàu ngầm hạt nhân", 3).await;
    ask(&app, "đồ gia dụng của bà Tư", 2).await;
    keep(&app).await;
    let clean = || {
        let app = app.exchange().clone();
        tokio::task::spawn_blocking(move || cleanup::run(&app).unwrap())
    };
    assert_eq!(clean().await.unwrap().searches, 0, "the day is not over");
    app.clock.pass(2 * DAY);
    assert_eq!(clean().await.unwrap().searches, 1);
    assert_eq!(words_kept(&app), ["", "tau ngam hat nhan"]);
    let reader = app.again(&reader).await;
    assert_eq!(
        report(&app, &reader, &[]).await.body["sums"]["searches"],
        5,
        "how often stays"
    );
    app.clock.pass(366 * DAY);
    assert_eq!(clean().await.unwrap().searches, 2);
    assert_eq!(words_kept(&app), [""; 0]);
}

#[actix_web::test]
async fn what_several_people_found_is_suggested() {
    let (app, _) = exchange().await;
    ask(&app, "lúa sấy", 3).await;
    ask(&app, "sấy tầng", 2).await;
    ask(&app, "tàu ngầm lúa", 3).await;
    keep(&app).await;
    let node = Node::beside(&app).await;
    let (at, end) = (node.app.clone(), node.app.db.read(outbox::ends).unwrap());
    let found = move |typed: &'static str| {
        let place = end.map(|(_, last)| last).unwrap_or_default();
        assert!(
            at.index
                .suggestions()
                .wait_for(place, std::time::Duration::from_secs(60))
        );
        let found = suggest(&at, typed, 20).unwrap();
        found
            .into_iter()
            .filter(|one| one.kind == SuggestionKind::Query)
            .map(|one| one.text.text)
            .collect::<Vec<String>>()
    };
    let all = tokio::task::spawn_blocking(move || ["lua s", "say t", "tau n"].map(found))
        .await
        .unwrap();
    assert_eq!(all, [vec!["lúa sấy".to_owned()], vec![], vec![]]);
}

#[actix_web::test]
async fn a_report_is_taken_as_a_file_and_that_is_recorded() {
    let (app, reader) = exchange().await;
    ask(&app, "tàu ngầm hạt nhân", 3).await;
    keep(&app).await;
    let file = app
        .get("/exports/search-queries?report=unmet_demand")
        .by(&reader)
        .expect(200)
        .await;
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert!(
        rows[0].contains("Từ tìm kiếm") && rows[1].starts_with("tàu ngầm hạt nhân;;3;3;3;3;0;0;0;"),
        "{text}"
    );
    let lines = app
        .get("/exports/search-queries?format=jsonl")
        .by(&reader)
        .expect(200)
        .await;
    let line: Value = serde_json::from_slice(lines.bytes.trim_ascii()).unwrap();
    assert_eq!(line["words"], "tau ngam hat nhan");
}
