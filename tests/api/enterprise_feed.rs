//! Another exchange mirrors the directory of enterprises: it hears of everything that everybody sees of them, and of nothing else.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock;
use vptex::jobs::cleanup;

use crate::harness::{Person, TestApp, pictures};

const FEED: &str = "/feed/enterprises";
/// What the page of an enterprise alone shows, when its owner wants that.
const OF_PERSONS: [&str; 4] = ["address_line", "contact_name", "contact_email", "contact_phone"];

#[derive(Default)]
struct Mirror {
    enterprises: BTreeMap<String, Value>,
    next: Option<String>,
}

impl Mirror {
    /// Reads until nothing is left to read at once; gives what was told: which one, and why it went.
    async fn follow(&mut self, app: &TestApp) -> Vec<(String, Value)> {
        app.settle().await;
        let mut told = Vec::new();
        loop {
            let mut query = vec![("limit", "2")];
            query.extend(self.next.as_deref().map(|next| ("after", next)));
            let page = app.get(FEED).query(&query).expect(200).await;
            for item in page.body["items"].as_array().unwrap() {
                let id = item["id"].as_str().unwrap().to_owned();
                assert_ne!(
                    item.get("enterprise").is_some(),
                    item.get("removed").is_some(),
                    "{item}"
                );
                match item.get("enterprise") {
                    Some(enterprise) => drop(self.enterprises.insert(id.clone(), enterprise.clone())),
                    None => drop(self.enterprises.remove(&id)),
                }
                told.push((id, item.get("removed").cloned().unwrap_or_default()));
            }
            self.next = Some(page.text("/page/next").to_owned());
            if page.body["has_more"] == json!(false) {
                return told;
            }
        }
    }

    /// It has the directory, word for word.
    async fn assert_true(&self, app: &TestApp) {
        let directory = app.get("/enterprises").query(&[("limit", "100")]).expect(200).await;
        let listed = directory.body["items"].as_array().unwrap().iter();
        let listed: BTreeMap<String, Value> = listed
            .map(|one| (one["id"].as_str().unwrap().to_owned(), one.clone()))
            .collect();
        assert_eq!(self.enterprises, listed);
    }
}

async fn version(app: &TestApp, officer: &Person, enterprise: &str) -> i64 {
    let path = format!("/enterprises/{enterprise}");
    app.get(&path).by(officer).expect(200).await.number("/version")
}

async fn merge(app: &TestApp, officer: &Person, from: &str, into: &str) {
    let seen = version(app, officer, from).await;
    let call = app.post(&format!("/enterprises/{from}/merge")).by(officer);
    call.if_match(seen).json(&json!({"into": into})).expect(200).await;
}

#[actix_web::test]
async fn a_mirror_has_the_directory_and_forgets_who_is_in_it_no_more() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let mut firms = Vec::new();
    for _ in 0..5 {
        firms.push(app.active_enterprise(&officer).await);
    }
    let [edited, suspended, closed, merged, stays] = &firms[..] else {
        panic!("five")
    };
    let mut mirror = Mirror::default();
    mirror.follow(&app).await;
    assert_eq!(mirror.enterprises.len(), 5);
    mirror.assert_true(&app).await;
    assert!(mirror.follow(&app).await.is_empty());

    let patch = json!({"website": "https://songthao.example/", "public_groups": ["email", "phone", "address"]});
    let call = app.patch(&format!("/enterprises/{}", edited.enterprise)).by(edited);
    call.if_match(2).json(&patch).expect(200).await;
    let told = mirror.follow(&app).await;
    assert_eq!(told, [(edited.enterprise.clone(), Value::Null)]);
    let seen = &mirror.enterprises[&edited.enterprise];
    assert_eq!(seen["website"], "https://songthao.example/");
    // Its page shows them; whoever mirrors has no way to hear that somebody takes a consent back.
    let page = app
        .get(&format!("/enterprises/{}", edited.enterprise))
        .expect(200)
        .await;
    assert!(page.body.get("contact_email").is_some());
    assert!(OF_PERSONS.iter().all(|member| seen.get(*member).is_none()), "{seen}");

    app.suspend(&suspended.enterprise, &officer).await;
    let path = format!("/enterprises/{}/closure", closed.enterprise);
    let why = json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể."}});
    let close = app.post(&path).by(&officer).if_match(2);
    close.json(&why).expect(200).await;
    merge(&app, &officer, &merged.enterprise, &stays.enterprise).await;
    let told: BTreeMap<String, Value> = mirror.follow(&app).await.into_iter().collect();
    let expected = [
        (&suspended.enterprise, json!({"reason": "unavailable"})),
        (&closed.enterprise, json!({"reason": "closed"})),
        (
            &merged.enterprise,
            json!({"reason": "merged", "merged_into": stays.enterprise}),
        ),
        // It has more than before.
        (&stays.enterprise, Value::Null),
    ];
    let expected = expected.map(|(id, removed)| (id.clone(), removed));
    assert_eq!(told, BTreeMap::from(expected));
    mirror.assert_true(&app).await;

    let path = format!("/enterprises/{}/suspension", suspended.enterprise);
    let seen = version(&app, &officer, &suspended.enterprise).await;
    app.delete(&path).by(&officer).if_match(seen).expect(200).await;
    let told = mirror.follow(&app).await;
    assert_eq!(told, [(suspended.enterprise.clone(), Value::Null)]);
    mirror.assert_true(&app).await;
    // A new pass leads to the same.
    let mut anew = Mirror::default();
    anew.follow(&app).await;
    assert_eq!(anew.enterprises, mirror.enterprises);
}

/// Neither that there is one, nor what became of it.
#[actix_web::test]
async fn who_was_never_verified_is_never_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let start = app.clock.now();
    let stays = app.active_enterprise(&officer).await;
    let mut mirror = Mirror::default();
    mirror.follow(&app).await;

    let (merged, refused) = (app.registered_enterprise().await, app.registered_enterprise().await);
    let patch = json!({"website": "https://chuaduyet.example/"});
    let call = app.patch(&format!("/enterprises/{}", merged.enterprise)).by(&merged);
    call.if_match(1).json(&patch).expect(200).await;
    merge(&app, &officer, &merged.enterprise, &stays.enterprise).await;
    let path = format!("/enterprises/{}/rejection", refused.enterprise);
    let why = json!({"reason_code": "other", "reason_text": "Không có đăng ký kinh doanh."});
    let call = app.post(&path).by(&officer);
    call.if_match(1).json(&why).expect(200).await;
    let told = mirror.follow(&app).await;
    assert_eq!(told, [(stays.enterprise.clone(), Value::Null)]);
    let since = start.to_string();
    let page = app.get(FEED).query(&[("updated_since", &since)]).expect(200).await;
    let text = page.body.to_string();
    assert!(
        text.contains(&stays.enterprise) && !text.contains(&merged.enterprise) && !text.contains(&refused.enterprise)
    );
}

/// What it does, and what is done with its data, while nobody sees it: nobody is told that anything was.
#[actix_web::test]
async fn what_becomes_of_one_that_is_gone_is_not_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let own = format!("/enterprises/{}", owner.enterprise);
    let mut mirror = Mirror::default();
    mirror.follow(&app).await;
    app.suspend(&owner.enterprise, &officer).await;
    let gone = |reason: &str| (owner.enterprise.clone(), json!({ "reason": reason }));
    assert_eq!(mirror.follow(&app).await, [gone("unavailable")]);

    let before = version(&app, &officer, &owner.enterprise).await;
    let again = app.again(&owner).await;
    let paper = app.post(&format!("{own}/documents?kind=iso&name=iso.png")).by(&again);
    paper.file("image/png", pictures::png(6, 4)).expect(201).await;
    let clerk = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    app.delete(&format!("{own}/contact")).by(&clerk).expect(204).await;
    let after = version(&app, &officer, &owner.enterprise).await;
    assert!(after > before, "neither was written");
    assert!(mirror.follow(&app).await.is_empty());

    let why = json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể."}});
    let close = app.post(&format!("{own}/closure")).by(&officer).if_match(after);
    close.json(&why).expect(200).await;
    assert_eq!(mirror.follow(&app).await, [gone("closed")]);
    assert!(mirror.follow(&app).await.is_empty());
    // Whoever begins anew hears nothing of it.
    let mut anew = Mirror::default();
    assert!(anew.follow(&app).await.is_empty());
}

/// A program of before told of listings only, and changed enterprises without a word.
#[actix_web::test]
async fn who_asks_for_what_was_before_the_feed_begins_anew() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let start = app.clock.now().to_string();
    app.active_enterprise(&officer).await;
    app.settle().await;
    let since = async |feed: &str, at: &str, status: u16| {
        let call = app.get(feed).query(&[("updated_since", at)]);
        call.expect(status).await
    };
    since(FEED, &start, 200).await;
    // As its migration leaves an exchange that had enterprises.
    app.by_hand(
        "INSERT INTO outbox_kinds (kind, untold_until)
         SELECT 'enterprise', updated_at FROM enterprises ORDER BY updated_at DESC LIMIT 1",
    )
    .await;
    assert_eq!(since(FEED, &start, 410).await.code(), "feed_expired");
    since("/feed/listings", &start, 200).await;
    app.clock.pass(60 * 60);
    let later = app.clock.now().to_string();
    let page = since(FEED, &later, 200).await;
    assert_eq!(page.body["items"], json!([]));
    let mut anew = Mirror::default();
    anew.follow(&app).await;
    anew.assert_true(&app).await;
}

#[actix_web::test]
async fn each_feed_has_places_of_its_own_and_neither_wakes_the_other() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.published_listing(&owner, &officer, "Máy sấy").await;
    app.settle().await;
    let mut places = BTreeMap::new();
    for feed in [FEED, "/feed/listings"] {
        let page = app.get(feed).expect(200).await;
        assert_eq!(page.body["has_more"], false);
        places.insert(feed, page.text("/page/next").to_owned());
    }
    let crossed = app.get(FEED).query(&[("after", &places["/feed/listings"])]);
    assert_eq!(crossed.expect(400).await.code(), "invalid_cursor");
    let look = |feed: &'static str| app.get(feed).query(&[("after", &places[feed])]);
    let tags = [look(FEED).expect(200).await, look("/feed/listings").expect(200).await];
    let tags = tags.map(|page| page.header("etag").unwrap().to_owned());

    let (second, _) = app.published_listing(&owner, &officer, "Máy ép").await;
    app.settle().await;
    look(FEED).header("if-none-match", &tags[0]).expect(304).await;
    let page = look("/feed/listings").expect(200).await;
    assert_eq!(page.text("/items/0/id"), second);

    app.suspend(&owner.enterprise, &officer).await;
    app.settle().await;
    let page = look(FEED).header("if-none-match", &tags[0]).expect(200).await;
    assert_eq!(page.text("/items/0/removed/reason"), "unavailable");
    assert_eq!(page.body["items"].as_array().unwrap().len(), 1);
}

/// Rows of listings go by for months; nothing of it is lost, and nobody who comes back has to begin anew.
#[actix_web::test]
async fn who_comes_back_to_a_quiet_directory_need_not_begin_anew() {
    const DAY: i64 = 24 * 60 * 60;
    let app = TestApp::spawn().await;
    let mut officer = app.officer().await;
    let mut owner = app.active_enterprise(&officer).await;
    let mut mirror = Mirror::default();
    mirror.follow(&app).await;
    for number in 1..=4 {
        app.clock.pass(20 * DAY);
        (officer, owner) = (app.another_day(&officer).await, app.another_day(&owner).await);
        app.published_listing(&owner, &officer, &format!("Máy sấy số {number}"))
            .await;
        app.settle().await;
        let exchange = app.exchange().clone();
        let cleaned = tokio::task::spawn_blocking(move || cleanup::run(&exchange).unwrap());
        cleaned.await.unwrap();
        assert!(mirror.follow(&app).await.is_empty());
    }
    app.suspend(&owner.enterprise, &officer).await;
    let told = mirror.follow(&app).await;
    assert_eq!(told, [(owner.enterprise.clone(), json!({"reason": "unavailable"}))]);
}
