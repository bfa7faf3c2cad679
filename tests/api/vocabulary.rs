//! The vocabulary of searches as officers keep it.

use std::fs;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;

use crate::harness::{Person, TestApp};
use crate::node::Node;
use crate::search::{ids, query};

/// Longest wait until searches use what officers keep. Much longer than is promised: these machines do other things.
const PATIENCE: Duration = Duration::from_secs(60);
const DAY: i64 = 86_400;

async fn keeper(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageReferenceData]).await
}

/// An exchange with one listing; its identifier.
async fn with_a_dryer() -> (TestApp, Person, String) {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy thăng hoa").await;
    app.settle().await;
    let keeper = keeper(&app).await;
    (app, keeper, id)
}

async fn add(app: &TestApp, keeper: &Person, entry: &Value) -> String {
    let made = app.post("/vocabulary").by(keeper).json(entry).expect(201).await;
    made.text("/entry/id").to_owned()
}

fn called(word: &str) -> Value {
    json!({"relation": "regional", "members": [word, "máy sấy thăng hoa"]})
}

async fn withdraw(app: &TestApp, keeper: &Person, id: &str, version: i64) {
    let call = app.delete(&format!("/vocabulary/{id}")).by(keeper).if_match(version);
    call.expect(204).await;
}

/// Searches until something is found, or nothing.
async fn wait_until_found(app: &TestApp, text: &str, is_found: bool) {
    let end = Instant::now() + PATIENCE;
    while app.found(text).await.is_empty() == is_found {
        assert!(Instant::now() < end, "{text}: {is_found} never comes true");
    }
}

/// The same on a node.
async fn wait_on(node: &Node, text: &str, is_found: bool) {
    let end = Instant::now() + PATIENCE;
    while ids(&node.page(&query(text)).await).is_empty() == is_found {
        assert!(Instant::now() < end, "{text}: {is_found} never comes true on the node");
    }
}

#[actix_web::test]
async fn what_is_added_is_found_on_every_node_and_what_is_withdrawn_is_not() {
    let (app, keeper, listing) = with_a_dryer().await;
    let node = Node::beside(&app).await;
    assert_eq!(app.found("qworfel").await, <[String; 0]>::default());
    let entry = add(&app, &keeper, &called("qworfel")).await;
    wait_until_found(&app, "qworfel", true).await;
    assert_eq!(app.found("QWORFEL").await, [listing.as_str()]);
    wait_on(&node, "qworfel", true).await;

    // Another word instead: of one version to the next the old one is forgotten.
    let path = format!("/vocabulary/{entry}");
    let change = app.patch(&path).by(&keeper).if_match(1);
    let other = json!({"members": ["zubrique", "máy sấy thăng hoa"]});
    assert_eq!(change.json(&other).expect(200).await.number("/version"), 2);
    wait_until_found(&app, "zubrique", true).await;
    assert_eq!(app.found("qworfel").await, <[String; 0]>::default());
    wait_on(&node, "zubrique", true).await;

    withdraw(&app, &keeper, &entry, 2).await;
    wait_until_found(&app, "zubrique", false).await;
    wait_on(&node, "zubrique", false).await;
}

#[actix_web::test]
async fn an_entry_is_tried_out_before_it_is_in_force() {
    let (app, keeper, listing) = with_a_dryer().await;
    let ask = |body: Value| app.post("/vocabulary/preview").by(&keeper).json(&body);
    let body = json!({"q": "Qworfel", "entry": called("qworfel")});
    let tried = ask(body.clone()).expect(200).await;
    assert_eq!(tried.body["now"]["listings"], json!([]));
    assert_eq!(tried.body["now"]["other_names"], json!([]));
    assert_eq!(tried.text("/with_entry/listings/0/id"), listing);
    let names = json!([{"words": "Qworfel", "names": [{"name": "máy sấy thăng hoa", "weight": 90}]}]);
    assert_eq!(tried.body["with_entry"]["other_names"], names);
    assert_eq!(app.found("qworfel").await, <[String; 0]>::default(), "nothing is kept");

    // In the place of one that is in force.
    let entry = add(&app, &keeper, &called("qworfel")).await;
    wait_until_found(&app, "qworfel", true).await;
    let instead = json!({"q": "qworfel", "entry": called("zubrique"), "instead_of": entry});
    let tried = ask(instead).expect(200).await;
    assert_eq!(tried.text("/now/listings/0/id"), listing);
    assert_eq!(tried.body["with_entry"]["listings"], json!([]));

    let wrong = ask(json!({"q": "a".repeat(513), "entry": called("…")}))
        .expect(422)
        .await;
    assert_eq!(wrong.pointers(), ["/q", "/entry/members/0"]);
    let wrong = ask(json!({"q": "a", "entry": called("…")})).expect(422).await;
    assert_eq!(wrong.pointers(), ["/entry/members/0"]);
}

/// What the query is understood to ask for, and the title of the first hit with its marks.
async fn read(app: &TestApp, text: &str) -> (Value, String) {
    let found = app.get("/search").query(&[("q", text)]).expect(200).await;
    let title = found.text("/items/0/highlights/title").to_owned();
    (found.body["understanding"]["interpretations"].clone(), title)
}

#[actix_web::test]
async fn units_are_spelled_and_stop_words_are_chosen_by_officers() {
    let (app, keeper, _) = with_a_dryer().await;
    let asked = "máy sấy thăng hoa trên 50 qworf/giờ";
    let (before, _) = read(&app, asked).await;
    assert_eq!(before, json!([]));
    let unit = json!({"relation": "unit", "members": ["kg", "qworf"], "note": "Cách viết của ngân"});
    add(&app, &keeper, &unit).await;
    let end = Instant::now() + PATIENCE;
    let understood = loop {
        let (understood, _) = read(&app, asked).await;
        if understood != json!([]) {
            break understood;
        }
        assert!(Instant::now() < end, "the unit never comes true");
    };
    assert_eq!(understood[0]["value"], "mass_rate", "{understood}");
    assert_eq!(understood[0]["at_least"], "50kg/h", "{understood}");

    let asked = "hoa máy";
    let (_, title) = read(&app, asked).await;
    assert!(title.ends_with("<mark>hoa</mark>"), "{title}");
    add(&app, &keeper, &json!({"relation": "stop", "members": ["hoa"]})).await;
    let end = Instant::now() + PATIENCE;
    while read(&app, asked).await.1 == title {
        assert!(Instant::now() < end, "the stop word never comes true");
    }
    let (_, title) = read(&app, asked).await;
    assert_eq!(title, "<mark>Máy</mark> sấy thăng hoa");
    // Those of the program are listed, and are switched off like its other groups.
    let listed = app.get("/vocabulary").by(&keeper);
    let listed = listed.query(&[("relation", "stop"), ("origin", "built_in"), ("q", "muốn")]);
    let listed = listed.expect(200).await;
    assert_eq!(listed.body["items"][0]["words"]["members"], json!(["muốn", "muon"]));
    let off = json!({"switches_off": listed.text("/items/0/id")});
    add(&app, &keeper, &off).await;
}

#[actix_web::test]
async fn an_index_that_is_built_anew_has_the_vocabulary_too() {
    let (mut app, keeper, listing) = with_a_dryer().await;
    add(&app, &keeper, &called("qworfel")).await;
    wait_until_found(&app, "qworfel", true).await;
    app.stop().await;
    fs::remove_dir_all(app.config.index_path()).unwrap();
    app.start();
    app.settle().await;
    // From the first search on.
    assert_eq!(app.found("qworfel").await, [listing]);
}

#[actix_web::test]
async fn an_entry_begins_and_ends_with_its_days_by_itself() {
    let (app, keeper, _) = with_a_dryer().await;
    app.clock.hold();
    let today = day_of(app.clock.now());
    let mut limited = called("qworfel");
    limited["valid_from"] = json!(today.tomorrow().unwrap());
    limited["valid_to"] = json!(today.tomorrow().unwrap().tomorrow().unwrap());
    let entry = add(&app, &keeper, &limited).await;
    let status = async |keeper: &Person| {
        let read = app.get(&format!("/vocabulary/{entry}")).by(keeper).expect(200).await;
        read.text("/entry/status").to_owned()
    };
    assert_eq!(status(&keeper).await, "announced");
    // Once a later one is in effect, this one is known.
    add(&app, &keeper, &called("zubrique")).await;
    wait_until_found(&app, "zubrique", true).await;
    assert_eq!(app.found("qworfel").await, <[String; 0]>::default());

    app.clock.pass(DAY);
    wait_until_found(&app, "qworfel", true).await;
    let keeper = app.again(&keeper).await;
    assert_eq!(status(&keeper).await, "in_force");
    app.clock.pass(DAY);
    wait_until_found(&app, "qworfel", false).await;
    let keeper = app.again(&keeper).await;
    assert_eq!(status(&keeper).await, "ended");
    assert!(!app.found("zubrique").await.is_empty());
}

#[actix_web::test]
async fn a_built_in_group_is_switched_off_and_on_again() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let keeper = keeper(&app).await;
    // Two names that are nothing alike and stand in no other group.
    let (listing, other) = ("ethephon", "ethrel");
    let (id, _) = app.published_listing(&owner, &officer, listing).await;
    app.settle().await;
    assert_eq!(app.found(other).await, [id.as_str()]);
    let named = app
        .get("/vocabulary?origin=built_in&q=ethrel")
        .by(&keeper)
        .expect(200)
        .await;
    assert_eq!(named.number("/total"), 1);
    let group = named.ids()[0].to_owned();
    let path = format!("/vocabulary/{group}");
    let read = app.get(&path).by(&keeper).expect(200).await;
    assert_eq!(
        (read.text("/entry/status"), read.text("/entry/origin")),
        ("in_force", "built_in")
    );

    let entry = add(
        &app,
        &keeper,
        &json!({"switches_off": group, "note": "Ở đây là hai thứ khác nhau"}),
    )
    .await;
    wait_until_found(&app, other, false).await;
    let read = app.get(&path).by(&keeper).expect(200).await;
    assert_eq!(
        (read.text("/entry/status"), read.text("/entry/switched_off_by")),
        ("switched_off", entry.as_str())
    );
    let off = app.get("/vocabulary?status=switched_off").by(&keeper).expect(200).await;
    assert_eq!((off.ids(), off.number("/total")), (vec![group.as_str()], 1));
    let again = json!({"switches_off": group});
    let taken = app.post("/vocabulary").by(&keeper).json(&again).expect(422).await;
    assert_eq!(
        (taken.pointers(), taken.text("/errors/0/code")),
        (vec!["/switches_off"], "taken")
    );

    // In its place another one.
    let replaced = json!({"relation": "near", "members": [listing, "qworfel"], "weight": 100});
    let change = app.patch(&format!("/vocabulary/{entry}")).by(&keeper).if_match(1);
    assert_eq!(
        change
            .json(&replaced)
            .expect(200)
            .await
            .number("/entry/effective_weight"),
        100
    );
    wait_until_found(&app, "qworfel", true).await;
    assert_eq!(app.found(other).await, <[String; 0]>::default());
    withdraw(&app, &keeper, &entry, 2).await;
    wait_until_found(&app, other, true).await;
}

#[actix_web::test]
async fn one_entry_that_cannot_be_used_takes_no_other_with_it() {
    let (app, keeper, listing) = with_a_dryer().await;
    let empty = add(&app, &keeper, &called("qworfel")).await;
    let unreadable = add(&app, &keeper, &called("zubrique")).await;
    add(&app, &keeper, &called("vexomat")).await;
    // As another version of the program might have left them.
    let of = |id: &str| {
        let hex = id.replace('-', "");
        let is_sqlite = app.exchange().db.queues_writes();
        if is_sqlite {
            format!("x'{hex}'")
        } else {
            format!("'{hex}'")
        }
    };
    for (members, id) in [("[\"…\", \"máy sấy\"]", &empty), ("{\"a\": 1}", &unreadable)] {
        let change = format!(
            "UPDATE vocabulary_changes SET members = '{members}' WHERE entry_id = {}",
            of(id)
        );
        app.by_hand(&change).await;
    }
    let node = Node::beside(&app).await;
    wait_on(&node, "vexomat", true).await;
    assert_eq!(ids(&node.page(&query("vexomat")).await), [listing]);
    assert!(ids(&node.page(&query("qworfel")).await).is_empty());
    let edition = node.app.index.vocabulary.at_hand();
    let standing = |id: &str| {
        edition
            .get(id.parse().unwrap())
            .map(|entry| entry.standing(day_of(app.clock.now())))
    };
    assert_eq!(standing(&empty).unwrap().as_str(), "unusable");
    assert!(standing(&unreadable).is_err());
}

#[actix_web::test]
async fn every_version_is_kept_and_in_the_trail() {
    let (app, keeper, _) = with_a_dryer().await;
    let entry = add(&app, &keeper, &called("qworfel")).await;
    let path = format!("/vocabulary/{entry}");
    let edit = |seen: i64, patch: Value| app.patch(&path).by(&keeper).if_match(seen).json(&patch);
    let same = edit(1, json!({"relation": "regional"})).expect(200).await;
    assert_eq!(same.header("etag"), Some("\"1\""));
    edit(1, json!({"note": "Theo góp ý", "weight": 40})).expect(200).await;
    let stale = edit(1, json!({"note": null})).expect(412).await;
    assert_eq!(stale.code(), "stale_version");
    let blind = app
        .patch(&path)
        .by(&keeper)
        .json(&json!({"note": null}))
        .expect(428)
        .await;
    assert_eq!(blind.code(), "precondition_required");
    withdraw(&app, &keeper, &entry, 2).await;
    for call in [app.delete(&path), app.patch(&path).json(&json!({"note": null}))] {
        let late = call.by(&keeper).if_match(3).expect(409).await;
        assert_eq!(late.code(), "already_decided");
    }
    let read = app.get(&path).by(&keeper).expect(200).await;
    let history = read.body["history"].as_array().unwrap();
    let told = history
        .iter()
        .map(|version| (&version["words"]["weight"], &version["is_withdrawn"]));
    let expected = [(Value::Null, false), (json!(40), false), (json!(40), true)].map(|(w, is)| (w, json!(is)));
    assert!(told.eq(expected.iter().map(|(weight, is)| (weight, is))), "{history:?}");
    let officer = app.id_of(&keeper).await;
    assert!(history.iter().all(|version| version["changed_by"] == officer.as_str()));
    assert_eq!((read.number("/version"), read.text("/entry/status")), (3, "withdrawn"));
    let deeds: Vec<String> = app.deeds(&entry).into_iter().map(|(deed, _)| deed).collect();
    let expected = ["added", "changed", "withdrawn"].map(|step| format!("vocabulary.entry_{step}"));
    assert_eq!(deeds, expected);
}

#[actix_web::test]
async fn what_is_wrong_or_there_already_is_told_at_its_place() {
    let (app, keeper, _) = with_a_dryer().await;
    let refused = async |entry: Value| {
        let reply = app.post("/vocabulary").by(&keeper).json(&entry).expect(422).await;
        let errors = reply.body["errors"].as_array().unwrap().iter();
        let told = errors.map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()));
        told.collect::<Vec<_>>()
    };
    let near = |members: &[&str]| json!({"relation": "near", "members": members});
    assert_eq!(
        refused(near(&["máy", "…", "MÁY"])).await,
        ["/members/1 malformed", "/members/2 duplicate"]
    );
    assert_eq!(
        refused(json!({"switches_off": "ffffffffffffffff"})).await,
        ["/switches_off malformed"]
    );
    add(&app, &keeper, &called("qworfel")).await;
    let other_order = json!({"relation": "regional", "members": ["MÁY SẤY THĂNG HOA", "Qworfel"]});
    assert_eq!(refused(other_order).await, ["/members taken"]);
    let built_in = app
        .get("/vocabulary?origin=built_in&limit=1")
        .by(&keeper)
        .expect(200)
        .await;
    let words = &built_in.body["items"][0]["words"];
    let same = json!({"relation": words["relation"], "members": words["members"]});
    assert_eq!(refused(same).await, ["/members taken"]);
    for (query, name) in [
        ("q=…", "q"),
        ("relation=far", "relation"),
        ("origin=x", "origin"),
        ("status=x", "status"),
    ] {
        let wrong = app.get(&format!("/vocabulary?{query}")).by(&keeper).expect(400).await;
        assert_eq!(wrong.pointers(), [name]);
    }
    for id in [
        "0123456789abcdef",
        "0123456789ABCDEF",
        "x",
        "00000000-0000-0000-0000-000000000000",
    ] {
        app.get(&format!("/vocabulary/{id}")).by(&keeper).expect(404).await;
    }
    let officer = app.officer_who_may(&[Permission::ReviewListings]).await;
    app.get("/vocabulary").by(&officer).expect(403).await;
}

#[actix_web::test]
async fn all_are_listed_once_and_several_are_added_at_once() {
    let (app, keeper, _) = with_a_dryer().await;
    let words = ["qworfel", "zubrique", "vexomat", "drimpol", "klasptor", "wyxundi"];
    let (exchange, officer) = (&app, &keeper);
    let adding = words.map(|word| async move { add(exchange, officer, &called(word)).await });
    let made = join_all(adding).await;
    let page = "/vocabulary?relation=regional&q=thang%20hoa&limit=4";
    let first = app.get(page).by(&keeper).expect(200).await;
    let next = first.text("/page/next");
    let second = app.get(&format!("{page}&after={next}")).by(&keeper).expect(200).await;
    let kept: Vec<&str> = first
        .ids()
        .into_iter()
        .chain(second.ids())
        .filter(|id| id.len() == 36)
        .collect();
    let mut expected: Vec<&str> = made.iter().map(String::as_str).collect();
    expected.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(kept, expected);
    assert!(first.number("/total") >= 6);
    for word in words {
        wait_until_found(&app, word, true).await;
    }
    // Another list's cursor fits nowhere else.
    let foreign = app
        .get(&format!("/vocabulary?after={next}"))
        .by(&keeper)
        .expect(400)
        .await;
    assert_eq!(foreign.code(), "invalid_cursor");
}
