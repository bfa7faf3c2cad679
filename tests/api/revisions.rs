//! What the owner of a published listing changes is reviewed while the live one stays.

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use vptex::domain::access::{Action, Actor, Resource, decide};
use vptex::domain::account::Permission;
use vptex::domain::ids::ListingId;
use vptex::store::listings;

use crate::harness::{Call, Person, TestApp, dryer};

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";

#[actix_web::test]
async fn the_live_listing_stays_until_an_officer_approves() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy gặt lúa").await;
    let path = format!("/listings/{id}");
    let revision = format!("{path}/revision");
    app.get(&revision).by(&owner).expect(404).await;
    let live = app.get(&path).expect(200).await;

    let patch = json!({"title": {"vi": "Máy ấp trứng"}, "model": "AT-1"});
    let edit = app.patch(&path).by(&owner).if_match(version).json(&patch);
    let begun = edit.expect(202).await;
    assert_eq!(begun.text("/status"), "draft");
    assert_eq!(
        (begun.number("/base_version"), begun.number("/listing_version")),
        (version, version)
    );
    assert!(
        begun.number("/version") > version,
        "nobody takes the one's tag for the other's"
    );
    let read = app.get(&revision).by(&owner).expect(200).await;
    assert_eq!((&read.body, read.header("etag")), (&begun.body, begun.header("etag")));
    let tag = read.header("etag").unwrap();
    app.get(&revision)
        .by(&owner)
        .header("if-none-match", tag)
        .expect(304)
        .await;

    // Until it is handed in it is nobody else's business.
    app.get(&revision).by(&officer).expect(404).await;
    let approval = format!("{revision}/approval");
    let early = app.post(&approval).by(&officer).if_match(begun.number("/version"));
    early.expect(404).await;
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    let seen = sent.number("/version");
    // What an officer reads does not change meanwhile.
    let late = app.patch(&path).by(&owner).if_match(seen).json(&json!({"model": "B"}));
    assert_eq!(late.expect(409).await.code(), "revision_wrong_status");
    app.settle().await;
    assert_eq!(app.get(&path).expect(200).await.body, live.body);
    assert_eq!(app.found("gặt").await, [id.as_str()]);
    assert!(app.found("trứng").await.is_empty());

    let diff = app.get(&format!("{revision}/diff")).by(&officer).expect(200).await;
    let title = |vi| json!({"pointer": "/title/vi", "before": "Máy gặt lúa", "after": vi});
    let places = diff.body["differences"].as_array().unwrap();
    assert_eq!(places.len(), 2, "{places:?}");
    assert!(places.contains(&title("Máy ấp trứng")), "{places:?}");
    assert!(
        places.contains(&json!({"pointer": "/model", "after": "AT-1"})),
        "{places:?}"
    );
    assert_eq!(diff.number("/version"), seen);

    app.post(&approval)
        .by(&officer)
        .if_match(begun.number("/version"))
        .expect(412)
        .await;
    let approved = app.post(&approval).by(&officer).if_match(seen).expect(200).await;
    assert_eq!(approved.text("/status"), "approved");
    let now = app.get(&path).expect(200).await;
    assert_eq!((now.text("/title/vi"), now.text("/model")), ("Máy ấp trứng", "AT-1"));
    assert_eq!(
        (now.text("/status"), &now.body["code"]),
        ("published", &live.body["code"])
    );
    assert_eq!(now.body["published_at"], live.body["published_at"]);
    assert_eq!(now.number("/version"), approved.number("/listing_version"));
    assert!(now.number("/version") > seen, "no tag means two texts");
    app.settle().await;
    assert!(app.found("gặt").await.is_empty());
    assert_eq!(app.found("trứng").await, [id.as_str()]);
    let former = format!("/listings/by-slug/{}", live.text("/slug"));
    assert_eq!(app.get(&former).expect(200).await.body["slug"], now.body["slug"]);
    app.get(&revision).by(&owner).expect(404).await;
    // The next one begins from what is live now.
    app.revise(&owner, &id, now.number("/version"), "AT-2").await;
}

#[actix_web::test]
async fn the_trail_vouches_for_the_text_before_and_after() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[
            Permission::ReviewEnterprises,
            Permission::ReviewListings,
            Permission::ReadAudit,
        ])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    app.revise(&owner, &id, version, "B").await;
    let revision = format!("/listings/{id}/revision");
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;
    let approve = app.post(&format!("{revision}/approval")).by(&officer);
    approve.if_match(sent.number("/version")).expect(200).await;
    let rows = async |query: &str| {
        let page = app.get(&format!("/audit?{query}")).by(&officer).expect(200).await;
        page.body["items"].as_array().unwrap().clone()
    };
    let approved = rows(&format!("subject={id}&deed=listing.approved")).await.remove(0);
    let revised = rows(&format!("subject={id}&deed=listing.revised")).await.remove(0);
    assert_eq!(revised["before_hash"], approved["after_hash"]);
    assert_ne!(revised["after_hash"], revised["before_hash"]);
    let [begun, submitted, decided] = ["begun", "submitted", "approved"].map(|deed| format!("deed=revision.{deed}"));
    let (begun, submitted, decided) = (rows(&begun).await, rows(&submitted).await, rows(&decided).await);
    assert!(begun[0]["before_hash"].is_null());
    assert_eq!(submitted[0]["before_hash"], begun[0]["after_hash"]);
    assert_eq!(decided[0]["before_hash"], submitted[0]["after_hash"]);
    assert_eq!(decided[0]["subject_version"], sent.body["version"]);
}

#[actix_web::test]
async fn a_refusal_has_a_reason_and_the_revision_is_mended_or_thrown_away() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let revision = format!("{path}/revision");
    let submission = format!("{revision}/submission");
    app.revise(&owner, &id, version, "B").await;
    for (step, status) in [("change-request", "changes_requested"), ("rejection", "rejected")] {
        let sent = app.post(&submission).by(&owner).expect(200).await;
        let call = || {
            app.post(&format!("{revision}/{step}"))
                .by(&officer)
                .if_match(sent.number("/version"))
        };
        let unreasoned = call().json(&json!({"reason_code": "incomplete"})).expect(422).await;
        assert_eq!(unreasoned.pointers(), ["/reason_text"]);
        let why = json!({"reason_code": "incomplete", "reason_text": WHY});
        let decided = call().json(&why).expect(200).await;
        assert_eq!(decided.text("/status"), status);
        let seen = app.get(&revision).by(&owner).expect(200).await;
        assert_eq!(seen.text("/decision/reason_text"), WHY);
        // It was no decision on the live listing.
        let live = app.get(&path).by(&owner).expect(200).await;
        assert_eq!((live.text("/status"), live.body.get("decision")), ("published", None));
        assert_eq!(
            app.revise(&owner, &id, seen.number("/version"), step).await,
            seen.number("/version") + 1
        );
    }
    // Taken back from review it is a draft, and can be thrown away.
    app.post(&submission).by(&owner).expect(200).await;
    app.delete(&revision).by(&owner).expect(409).await;
    assert_eq!(
        app.delete(&submission).by(&owner).expect(200).await.text("/status"),
        "draft"
    );
    assert_eq!(
        app.delete(&revision).by(&owner).expect(200).await.text("/status"),
        "discarded"
    );
    app.get(&revision).by(&owner).expect(404).await;
    assert!(app.get(&path).expect(200).await.body.get("model").is_none());
}

#[actix_web::test]
async fn only_what_is_right_and_complete_is_handed_in() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let edit = |version, body| app.patch(&path).by(&owner).if_match(version).json(&body);
    let wrong = edit(version, json!({"kind": "equipment_need", "trl": 7}))
        .expect(422)
        .await;
    assert_eq!(wrong.pointers(), ["/kind"], "the code says the kind");
    let wrong = edit(version, json!({"trl": 10})).expect(422).await;
    assert_eq!(wrong.pointers(), ["/trl"]);
    let begun = edit(version, json!({"summary": null})).expect(202).await;
    let submission = format!("{path}/revision/submission");
    let refused = app.post(&submission).by(&owner).expect(422).await;
    assert_eq!(
        (refused.code(), refused.pointers()),
        ("listing_incomplete", vec!["/summary/vi"])
    );
    assert_eq!(begun.body["missing"], json!(["/summary/vi"]));
    // What is live stands in the way of nothing: the tag that counts is the revision's, and the refusal says where it is.
    let stale = edit(version, json!({"model": "B"})).expect(412).await;
    assert_eq!(stale.code(), "stale_version");
    let place = format!("phiên bản {}: hãy đọc {path}/revision", begun.number("/version"));
    assert!(stale.text("/detail").contains(&place), "{:#}", stale.body);
    let whole = dryer("Máy sấy");
    let mended = edit(
        begun.number("/version"),
        json!({"summary": whole["summary"], "model": "SL-6"}),
    )
    .expect(202)
    .await;
    let submit = |version| app.post(&submission).by(&owner).if_match(version);
    assert_eq!(mended.body["missing"], json!([]));
    submit(begun.number("/version")).expect(412).await;
    submit(mended.number("/version")).expect(200).await;
}

#[actix_web::test]
async fn the_listing_tells_its_owner_and_officers_of_its_revision() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let told = async |who| {
        let one = app.get(&path).by(who).expect(200).await;
        one.body.get("revision").cloned()
    };
    assert_eq!(told(&owner).await, None);
    let begun = app.revise(&owner, &id, version, "B").await;
    let is_open = |status: &str, version: i64| Some(json!({"status": status, "version": version}));
    assert_eq!(told(&owner).await, is_open("draft", begun));
    let mine = app.get("/me/listings").by(&owner).expect(200).await;
    assert_eq!(mine.body["items"][0].get("revision").cloned(), is_open("draft", begun));
    // A draft is nobody else's business.
    assert_eq!(told(&officer).await, None);
    let submission = format!("{path}/revision/submission");
    let sent = app.post(&submission).by(&owner).expect(200).await.number("/version");
    assert_eq!(told(&owner).await, is_open("submitted", sent));
    assert_eq!(told(&officer).await, is_open("submitted", sent));
    let outside = app.get(&path).expect(200).await;
    assert_eq!(outside.body.get("revision"), None);
    let approve = app.post(&format!("{path}/revision/approval")).by(&officer);
    approve.if_match(sent).expect(200).await;
    assert_eq!(told(&owner).await, None);
}

#[actix_web::test]
async fn what_changes_nothing_leaves_no_trace() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let whole = dryer("Máy sấy");
    // A draft that saves itself.
    let draft = app.post("/listings").by(&owner).json(&whole).expect(201).await;
    let path = format!("/listings/{}", draft.text("/id"));
    let edit = |path: &str, version, body| app.patch(path).by(&owner).if_match(version).json(&body);
    for same in [json!({}), whole.clone()] {
        let saved = edit(&path, 1, same).expect(200).await;
        assert_eq!(
            (saved.number("/version"), &saved.body["updated_at"]),
            (1, &draft.body["updated_at"])
        );
    }
    edit(&path, 2, json!({})).expect(412).await;
    let deeds: Vec<_> = app.deeds(draft.text("/id")).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds, ["listing.created"]);

    let (id, version) = app.published_listing(&owner, &officer, "Máy gặt").await;
    let path = format!("/listings/{id}");
    let as_it_is = edit(&path, version, json!({"title": {"vi": "Máy gặt"}}))
        .expect(200)
        .await;
    assert_eq!(as_it_is.number("/version"), version);
    let revision = format!("{path}/revision");
    app.get(&revision).by(&owner).expect(404).await;
    let begun = app.revise(&owner, &id, version, "B").await;
    let again = edit(&path, begun, json!({"model": "B"})).expect(202).await;
    assert_eq!(again.number("/version"), begun);
    // Changed back, it says what is live: nobody is asked to read that.
    let back = edit(&path, begun, json!({"model": null})).expect(202).await;
    let submission = format!("{revision}/submission");
    let refused = app.post(&submission).by(&owner).expect(409).await;
    assert_eq!(refused.code(), "revision_unchanged");
    assert_eq!(app.get(&revision).by(&owner).expect(200).await.body, back.body);
    assert_eq!(
        app.get("/moderation/queue").by(&officer).expect(200).await.body["items"],
        json!([])
    );
}

#[actix_web::test]
async fn what_changed_below_a_revision_is_not_overwritten_unseen() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let revision = format!("{path}/revision");
    let touch = || {
        let id = ListingId(id.parse().unwrap());
        // As an import does it.
        app.change(move |uow| {
            let permit = decide(&Actor::System, Action::ImportListings, &Resource::None).unwrap();
            let (mut listing, _) = listings::find(uow.conn(), id)?;
            listings::update(uow, &permit, &mut listing)
        })
    };
    let begun = app.revise(&owner, &id, version, "B").await;
    touch().await;
    let submit = || app.post(&format!("{revision}/submission")).by(&owner);
    assert_eq!(submit().expect(409).await.code(), "revision_outdated");
    // Its version is the listing's own by now: whoever sends it may have read either, so nothing is saved.
    let live = app.get(&path).by(&owner).expect(200).await.number("/version");
    assert_eq!(live, begun);
    let edit = app.patch(&path).by(&owner).if_match(begun).json(&json!({"model": "C"}));
    assert_eq!(edit.expect(409).await.code(), "revision_outdated");
    app.delete(&revision).by(&owner).expect(200).await;
    app.revise(&owner, &id, live, "B").await;
    let sent = submit().expect(200).await;
    touch().await;
    let approve = || {
        app.post(&format!("{revision}/approval"))
            .by(&officer)
            .if_match(sent.number("/version"))
    };
    assert_eq!(approve().expect(409).await.code(), "revision_outdated");
    assert_eq!(
        app.get(&revision).by(&owner).expect(200).await.text("/status"),
        "submitted"
    );

    // Nobody can approve it: its owner throws it away though it waits, as the refusal says.
    let told = approve().expect(409).await;
    assert!(told.text("/messages/vi").contains("DELETE /listings/{id}/revision"));
    let gone = app.delete(&revision).by(&owner).expect(200).await;
    assert_eq!(gone.text("/status"), "discarded");
    assert_eq!(waiting(&app, &officer).await, json!([]));
    let live = app.get(&path).by(&owner).expect(200).await.number("/version");
    app.revise(&owner, &id, live, "B").await;
    submit().expect(200).await;
    assert_eq!(
        app.delete(&revision).by(&owner).expect(409).await.code(),
        "revision_wrong_status"
    );
}

/// The entries of the queue.
async fn waiting(app: &TestApp, officer: &Person) -> Value {
    app.get("/moderation/queue").by(officer).expect(200).await.body["items"].clone()
}

#[actix_web::test]
async fn the_queue_shows_revisions_with_what_is_live() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (first, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    app.revise(&owner, &first, version, "B").await;
    let (waiting, _) = app.submitted_listing(&owner, "Máy ấp").await;
    let submission = format!("/listings/{first}/revision/submission");
    let sent = app.post(&submission).by(&owner).expect(200).await;
    let queue = app.get("/moderation/queue").by(&officer).expect(200).await;
    let kinds: Vec<_> = queue.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["listing", "revision"]);
    assert_eq!(queue.text("/items/0/listing/id"), waiting);
    assert_eq!(queue.text("/items/1/listing/id"), first);
    assert_eq!(queue.body["items"][1]["revision"]["version"], sent.body["version"]);
    let only = app
        .get("/moderation/queue?type=revision&limit=1")
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(only.body["items"].as_array().unwrap().len(), 1);
    let page = app.get("/moderation/queue?limit=1").by(&officer).expect(200).await;
    let next = format!("/moderation/queue?limit=1&after={}", page.text("/page/next"));
    assert_eq!(
        app.get(&next).by(&officer).expect(200).await.text("/items/0/type"),
        "revision"
    );
    let others = app.officer_who_may(&[Permission::ReviewEnterprises]).await;
    app.get("/moderation/queue?type=revision").by(&others).expect(403).await;
    // What is not public any more is not revised, from the instant on and not only when the job has been there.
    app.end_term(&first).await;
    let rest = app.get("/moderation/queue").by(&officer).expect(200).await;
    let rest = rest.body["items"].as_array().unwrap().clone();
    assert!(rest.len() == 1 && rest[0]["type"] == "listing", "{rest:?}");
}

/// How many answered so.
async fn count(calls: Vec<Call>, status: u16) -> usize {
    let replies = join_all(calls.into_iter().map(Call::send)).await;
    for reply in &replies {
        let expected = [200, 202, 404, 409, 412];
        assert!(
            expected.contains(&reply.status),
            "{}: {:#}",
            StatusCode::from_u16(reply.status).unwrap(),
            reply.body
        );
    }
    replies.iter().filter(|reply| reply.status == status).count()
}

/// Many who do the same at once: exactly one of them does it.
#[actix_web::test]
async fn of_many_at_once_one_wins() {
    const COUNT: usize = 32;
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let path = format!("/listings/{id}");
    let edits = (0..COUNT).map(|number| {
        let body = json!({"model": format!("M{number}")});
        app.patch(&path).by(&owner).if_match(version).json(&body)
    });
    assert_eq!(count(edits.collect(), 202).await, 1, "begun");
    let submission = format!("{path}/revision/submission");
    let submits = (0..COUNT).map(|_| app.post(&submission).by(&owner));
    assert_eq!(count(submits.collect(), 200).await, 1, "handed in");
    let seen = app
        .get(&format!("{path}/revision"))
        .by(&owner)
        .expect(200)
        .await
        .number("/version");
    let approval = format!("{path}/revision/approval");
    let approvals = (0..COUNT).map(|_| app.post(&approval).by(&officer).if_match(seen));
    let replies = join_all(approvals.map(Call::send)).await;
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "approved");
    assert!(
        statuses[1..].iter().all(|status| [409, 412].contains(status)),
        "{statuses:?}"
    );
    // Also later it is said that it was decided, not that there never was one.
    let late = app.post(&approval).by(&officer).if_match(seen).expect(409).await;
    assert_eq!(late.code(), "already_decided");
    let deeds: Vec<_> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds.iter().filter(|deed| *deed == "listing.revised").count(), 1);
}

#[actix_web::test]
async fn keys_revise_within_their_scopes() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let (reads, writes) = (
        app.key(&owner, &["listings:read"]).await,
        app.key(&owner, &["listings:write"]).await,
    );
    let path = format!("/listings/{id}");
    let edit = |key: &str| {
        app.patch(&path)
            .token(key)
            .if_match(version)
            .json(&json!({"model": "B"}))
    };
    assert_eq!(edit(&reads).expect(403).await.code(), "insufficient_scope");
    edit(&writes).expect(202).await;
    let revision = format!("{path}/revision");
    assert_eq!(
        app.get(&revision).token(&writes).expect(403).await.code(),
        "insufficient_scope"
    );
    app.get(&revision).token(&reads).expect(200).await;
    app.post(&format!("{revision}/submission"))
        .token(&writes)
        .expect(200)
        .await;
}
