//! Another exchange mirrors the public listings: it never misses a change, and never keeps what is not public any more.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::clock::Clock;
use vptex::jobs::cleanup;
use vptex::service::listing_terms;

use crate::harness::{Person, TestApp, looked_at};

const DAY: i64 = 24 * 60 * 60;

/// What another exchange has, and where it goes on.
#[derive(Default)]
struct Mirror {
    listings: BTreeMap<String, Value>,
    next: Option<String>,
}

impl Mirror {
    /// Reads until nothing is left to read at once; gives what was told, and holds each page against its bounds.
    async fn follow(&mut self, app: &TestApp, limit: usize) -> Vec<Value> {
        let mut told = Vec::new();
        loop {
            let mut query = vec![("limit", limit.to_string())];
            query.extend(self.next.clone().map(|next| ("after", next)));
            let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let page = app.get("/feed/listings").query(&query).expect(200).await;
            let items = page.body["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            for item in items {
                self.apply(item);
                told.push(item.clone());
            }
            self.next = Some(page.text("/page/next").to_owned());
            if page.body["has_more"] == json!(false) {
                return told;
            }
        }
    }

    fn apply(&mut self, item: &Value) {
        let id = item["id"].as_str().unwrap().to_owned();
        assert_ne!(item.get("listing").is_some(), item.get("removed").is_some(), "{item}");
        match item.get("listing") {
            Some(listing) => {
                assert_eq!(listing["id"], item["id"]);
                self.listings.insert(id, listing.clone());
            }
            None => drop(self.listings.remove(&id)),
        }
    }

    fn ids(&self) -> Vec<&str> {
        self.listings.keys().map(String::as_str).collect()
    }

    /// It has what everybody can read, word for word.
    async fn assert_true(&self, app: &TestApp) {
        for (id, listing) in &self.listings {
            let seen = app.get(&format!("/listings/{id}")).expect(200).await;
            assert_eq!(listing, &seen.body);
        }
    }
}

fn why() -> Value {
    json!({"reason_code": "unlawful", "reason_text": "Số máy trên tem không khớp với hồ sơ."})
}

async fn reasons(app: &TestApp, mirror: &mut Mirror) -> Vec<(String, String)> {
    app.settle().await;
    let told = mirror.follow(app, 2).await;
    let pair = |item: &Value| {
        let reason = item
            .pointer("/removed/reason")
            .map_or("listing", |why| why.as_str().unwrap());
        (item["id"].as_str().unwrap().to_owned(), reason.to_owned())
    };
    told.iter().map(pair).collect()
}

async fn withdraw(app: &TestApp, owner: &Person, id: &str) {
    let path = format!("/listings/{id}/submission");
    app.delete(&path).by(owner).expect(200).await;
}

#[actix_web::test]
async fn a_mirror_has_what_is_public_and_forgets_what_is_not() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (owner, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let mut ids = Vec::new();
    for number in 1..=5 {
        let title = format!("Máy sấy số {number}");
        ids.push(app.published_listing(&owner, &officer, &title).await.0);
    }
    let (foreign, _) = app.published_listing(&other, &officer, "Máy ép viên").await;
    app.listing_draft(&owner, "Bản nháp").await;
    app.submitted_listing(&owner, "Đang chờ").await;
    app.settle().await;

    let mut mirror = Mirror::default();
    mirror.follow(&app, 2).await;
    let mut all: Vec<&str> = ids.iter().chain([&foreign]).map(String::as_str).collect();
    all.sort_unstable();
    assert_eq!(mirror.ids(), all);
    mirror.assert_true(&app).await;
    assert_eq!(mirror.follow(&app, 2).await, Vec::<Value>::new());

    withdraw(&app, &owner, &ids[0]).await;
    app.post(&format!("/listings/{}/suspension", ids[1]))
        .by(&officer)
        .json(&why())
        .expect(200)
        .await;
    let (takedown, version) = app.takedown(&officer, &ids[2]).await;
    let path = format!("/takedowns/{takedown}/execution");
    app.post(&path).by(&officer).if_match(version).expect(200).await;
    app.suspend(&other.enterprise, &officer).await;
    let expected = [
        (ids[0].as_str(), "withdrawn"),
        (&ids[1], "unavailable"),
        (&ids[2], "taken_down"),
        (&foreign, "unavailable"),
    ];
    let expected = expected.map(|(id, reason)| (id.to_owned(), reason.to_owned()));
    assert_eq!(reasons(&app, &mut mirror).await, expected);
    let mut left = [ids[3].as_str(), &ids[4]];
    left.sort_unstable();
    assert_eq!(mirror.ids(), left);

    app.post(&format!("/listings/{}/archive", ids[0]))
        .by(&owner)
        .expect(200)
        .await;
    app.delete(&format!("/listings/{}/suspension", ids[1]))
        .by(&officer)
        .expect(200)
        .await;
    let path = format!("/enterprises/{}/suspension", other.enterprise);
    let seen = app
        .get(&format!("/enterprises/{}", other.enterprise))
        .by(&officer)
        .expect(200)
        .await;
    app.delete(&path)
        .by(&officer)
        .if_match(seen.number("/version"))
        .expect(200)
        .await;
    let back = [(&ids[0], "archived"), (&ids[1], "listing"), (&foreign, "listing")];
    let back = back.map(|(id, what)| (id.clone(), what.to_owned()));
    assert_eq!(reasons(&app, &mut mirror).await, back);
    mirror.assert_true(&app).await;
}

/// A new pass has it not; who reads an old change after the fact is told what is true now.
#[actix_web::test]
async fn what_a_takedown_leaves_is_a_stub_without_content() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let before = app.clock.now();
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy tầng sôi").await;
    let (takedown, version) = app.takedown(&officer, &id).await;
    let path = format!("/takedowns/{takedown}/execution");
    app.post(&path).by(&officer).if_match(version).expect(200).await;
    app.settle().await;
    assert!(Mirror::default().follow(&app, 10).await.is_empty());
    let page = app
        .get("/feed/listings")
        .query(&[("updated_since", &before.to_string())])
        .expect(200)
        .await;
    assert_eq!(
        (page.text("/items/0/id"), page.text("/items/0/removed/reason")),
        (id.as_str(), "taken_down")
    );
    assert_eq!(
        (
            page.text("/items/0/removed/blocked/authority"),
            page.text("/items/0/removed/blocked/reference")
        ),
        ("Thanh tra Sở Khoa học và Công nghệ", "125/TTr-SKHCN")
    );
    let members: Vec<&String> = page.body["items"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["changed_at", "code", "id", "removed"]);
    assert!(!page.body.to_string().contains("sôi"));
}

#[actix_web::test]
async fn a_term_ends_by_the_clock_and_the_mirror_hears_of_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    app.settle().await;
    let mut mirror = Mirror::default();
    mirror.follow(&app, 10).await;
    assert_eq!(mirror.ids(), [id.as_str()]);
    app.end_term(&id).await;
    // Before anybody wrote it down, a new pass has it no more.
    let mut late = Mirror::default();
    let told = late.follow(&app, 10).await;
    assert!(late.ids().is_empty(), "{told:?}");
    let exchange = app.exchange().clone();
    tokio::task::spawn_blocking(move || listing_terms::run(&exchange).unwrap())
        .await
        .unwrap();
    let expired = [(id.clone(), "expired".to_owned())];
    assert_eq!(reasons(&app, &mut mirror).await, expired);
    app.post(&format!("/listings/{id}/renewal"))
        .by(&owner)
        .expect(200)
        .await;
    let renewed = [(id.clone(), "listing".to_owned())];
    assert_eq!(reasons(&app, &mut mirror).await, renewed);
    mirror.assert_true(&app).await;
}

#[actix_web::test]
async fn what_its_owner_takes_back_after_the_term_is_told_before_any_job_looks() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    app.settle().await;
    let mut mirror = Mirror::default();
    mirror.follow(&app, 10).await;
    app.end_term(&id).await;
    withdraw(&app, &owner, &id).await;
    let gone = [(id, "withdrawn".to_owned())];
    assert_eq!(reasons(&app, &mut mirror).await, gone);
}

#[actix_web::test]
async fn what_an_enterprise_showed_goes_when_it_closes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    app.settle().await;
    let mut mirror = Mirror::default();
    mirror.follow(&app, 10).await;
    let close = app
        .post(&format!("/enterprises/{}/closure", owner.enterprise))
        .by(&officer);
    let why = json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể."}});
    close.if_match(2).json(&why).expect(200).await;
    let gone = [(id, "unavailable".to_owned())];
    assert_eq!(reasons(&app, &mut mirror).await, gone);
    let found = app.get("/search").query(&[("q", "máy sấy")]).expect(200).await;
    assert_eq!(found.number("/total"), 0);
}

/// Neither that there is one, nor that it went, nor why.
#[actix_web::test]
async fn what_only_members_saw_is_never_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let show = async |id: &str, visibility: &str| {
        let body = json!({"visibility": visibility, "open_for_inquiry": true});
        let call = app.put(&format!("/listings/{id}/audience")).by(&owner);
        call.json(&body).expect(200).await;
    };
    let take_down = async |id: &str| {
        let (takedown, version) = app.takedown(&officer, id).await;
        let path = format!("/takedowns/{takedown}/execution");
        app.post(&path).by(&officer).if_match(version).expect(200).await;
    };
    let (draft, version) = app.submitted_listing(&owner, "Máy sấy kín").await;
    show(&draft, "members").await;
    let approve = app.post(&format!("/listings/{draft}/approval")).by(&officer);
    approve.if_match(version + 1).json(&looked_at()).expect(200).await;
    let (shown, _) = app.published_listing(&owner, &officer, "Máy sấy mở").await;
    app.settle().await;
    let mut mirror = Mirror::default();
    let start = app.clock.now();
    mirror.follow(&app, 10).await;
    assert_eq!(mirror.ids(), [shown.as_str()]);

    show(&shown, "members").await;
    let gone = [(shown.clone(), "unavailable".to_owned())];
    assert_eq!(reasons(&app, &mut mirror).await, gone);
    take_down(&draft).await;
    take_down(&shown).await;
    assert_eq!(reasons(&app, &mut mirror).await, gone);
    let since = [("updated_since", start.to_string())];
    let since: Vec<(&str, &str)> = since.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = app.get("/feed/listings").query(&since).expect(200).await;
    let text = page.body.to_string();
    assert!(!text.contains(&draft) && !text.contains("125/TTr-SKHCN"), "{text}");
}

#[actix_web::test]
async fn nothing_is_missed_while_many_write() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut mirror = Mirror::default();
    let write = async |number: usize| {
        let (id, _) = app
            .published_listing(&owner, &officer, &format!("Máy số {number}"))
            .await;
        if number.is_multiple_of(3) {
            withdraw(&app, &owner, &id).await;
            return None;
        }
        Some(id)
    };
    let writers = join_all((0..24).map(write));
    tokio::pin!(writers);
    let mut expected: Vec<String> = loop {
        tokio::select! {
            done = &mut writers => break done.into_iter().flatten().collect(),
            _ = mirror.follow(&app, 3) => {}
        }
    };
    app.settle().await;
    mirror.follow(&app, 3).await;
    expected.sort_unstable();
    assert_eq!(mirror.ids(), expected);
    mirror.assert_true(&app).await;
}

#[actix_web::test]
async fn who_has_everything_is_told_so_in_few_bytes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.published_listing(&owner, &officer, "Máy sấy").await;
    app.settle().await;
    let mut mirror = Mirror::default();
    mirror.follow(&app, 10).await;
    let next = mirror.next.unwrap();
    let look = || app.get("/feed/listings").query(&[("after", &next)]);
    let nothing = look().expect(200).await;
    let tag = nothing.header("etag").unwrap().to_owned();
    look().header("if-none-match", &tag).expect(304).await;
    let (second, _) = app.published_listing(&owner, &officer, "Máy ép").await;
    app.settle().await;
    let new = look().header("if-none-match", &tag).expect(200).await;
    assert_eq!(new.text("/items/0/id"), second);
    assert!(
        new.header("ratelimit-policy")
            .is_none_or(|policy| policy.starts_with("\"feed\""))
    );
}

#[actix_web::test]
async fn who_was_away_too_long_begins_anew() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (first, _) = app.published_listing(&owner, &officer, "Máy một").await;
    app.settle().await;
    let mut mirror = Mirror::default();
    mirror.follow(&app, 10).await;
    let old = mirror.next.clone().unwrap();
    let begun = app.clock.now();
    let clean = async || {
        app.clock.pass(31 * DAY);
        let exchange = app.exchange().clone();
        let forgotten = tokio::task::spawn_blocking(move || cleanup::run(&exchange).unwrap())
            .await
            .unwrap();
        forgotten.outbox
    };
    // In a quiet month the last change is kept, and afterwards nothing is lost either: its row is the last one that went. What
    // was before it, that the enterprise was approved, is forgotten.
    assert_eq!(clean().await, 1);
    let officer = app.again(&officer).await;
    let owner = app.again(&owner).await;
    withdraw(&app, &owner, &first).await;
    app.settle().await;
    assert_eq!(clean().await, 1);
    let removed = [(first.clone(), "withdrawn".to_owned())];
    assert_eq!(reasons(&app, &mut mirror).await, removed);

    let (owner, officer) = (app.again(&owner).await, app.again(&officer).await);
    let (second, _) = app.published_listing(&owner, &officer, "Máy hai").await;
    app.settle().await;
    assert_eq!(clean().await, 1);
    let late = app.get("/feed/listings").query(&[("after", &old)]).expect(410).await;
    assert_eq!(late.code(), "feed_expired");
    let since = app
        .get("/feed/listings")
        .query(&[("updated_since", &begun.to_string())]);
    assert_eq!(since.expect(410).await.code(), "feed_expired");
    let mut anew = Mirror::default();
    anew.follow(&app, 10).await;
    assert_eq!(anew.ids(), [second.as_str()]);
}

#[actix_web::test]
async fn what_is_no_place_in_the_feed_is_refused() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.published_listing(&owner, &officer, "Máy sấy").await;
    app.settle().await;
    let mut mirror = Mirror::default();
    mirror.follow(&app, 10).await;
    let next = mirror.next.unwrap();
    for (query, status, code) in [
        (vec![("after", "x")], 400, "invalid_cursor"),
        (
            vec![("after", next.as_str()), ("updated_since", "2026-01-01T00:00:00Z")],
            400,
            "invalid_query",
        ),
        (vec![("updated_since", "yesterday")], 400, "invalid_query"),
        (vec![("limit", "101")], 400, "invalid_query"),
        (vec![("since", "2026-01-01T00:00:00Z")], 400, "invalid_query"),
    ] {
        let refused = app.get("/feed/listings").query(&query).expect(status).await;
        assert_eq!(refused.code(), code, "{query:?}");
    }
    let elsewhere = app.get("/feed/enterprises").query(&[("after", next.as_str())]);
    let elsewhere = elsewhere.expect(400).await;
    assert_eq!(elsewhere.code(), "invalid_cursor");
    assert!(elsewhere.text("/messages/en").contains("belongs to another list"));
    // A place of a history that was lost with a restored backup: no row stands there, or another one.
    for foreign in ["[0,900,0,null]", "[0,1,5,null]", "[0,-1,0,null]"] {
        let text = forged(&next, foreign);
        let refused = app.get("/feed/listings").query(&[("after", &text)]).send().await;
        let expected = if foreign.contains("-1") {
            (400, "invalid_cursor")
        } else {
            (410, "feed_expired")
        };
        assert_eq!((refused.status, refused.code()), expected, "{foreign}");
    }
}

/// The cursor with another position in it.
fn forged(cursor: &str, position: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let known: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
    let position: Value = serde_json::from_str(position).unwrap();
    URL_SAFE_NO_PAD.encode(json!([known[0], position]).to_string())
}
