//! To whom listings are shown.

use jiff::SignedDuration;
use serde_json::json;
use vptex::domain::account::Role;
use vptex::domain::clock::Clock;

use crate::harness::{Person, Reply, TestApp};

struct Scene {
    app: TestApp,
    officer: Person,
    owner: Person,
    other: Person,
    id: String,
    path: String,
    picture: String,
}

/// A published listing of one enterprise, with a picture, and another enterprise.
async fn scene() -> Scene {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let other = app.active_enterprise(&officer).await;
    let (id, _) = app.listing_draft(&owner, "Máy ép viên trấu").await;
    let picture = app.add_picture(&owner, &id).await;
    let path = format!("/listings/{id}");
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let call = app.post(&format!("{path}/approval")).by(&officer);
    call.if_match(sent.number("/version")).expect(200).await;
    app.settle().await;
    Scene {
        app,
        officer,
        owner,
        other,
        id,
        path,
        picture,
    }
}

impl Scene {
    async fn show(&self, visibility: &str) -> Reply {
        let body = json!({"visibility": visibility, "open_for_inquiry": true});
        let call = self.app.put(&format!("{}/audience", self.path)).by(&self.owner);
        call.json(&body).expect(200).await
    }
}

/// Whether the public feed or the file of the catalogue tells a text.
async fn told_to_others(app: &TestApp, text: &str) -> bool {
    let feed = app.get("/feed/listings").expect(200).await;
    let file = app.get("/exports/listings").expect(200).await;
    [feed, file]
        .iter()
        .any(|reply| String::from_utf8_lossy(&reply.bytes).contains(text))
}

#[actix_web::test]
async fn what_is_for_members_is_hidden_from_everybody_else_at_once_and_no_number_tells_of_it() {
    let scene = scene().await;
    let (app, other) = (&scene.app, &scene.other);
    let public = app.get(&scene.path).expect(200).await;
    assert_eq!(
        (public.text("/visibility"), &public.body["open_for_inquiry"]),
        ("public", &json!(true))
    );
    let (code, slug) = (public.text("/code").to_owned(), public.text("/slug").to_owned());
    let shown = scene.show("members").await;
    assert_eq!(shown.text("/visibility"), "members");

    // At once, before the index hears of it, and afterwards.
    for round in ["before", "after"] {
        for who in [None, Some(other)] {
            let call = app.get("/search").query(&[("q", "ép viên"), ("facets", "true")]);
            let found = who.into_iter().fold(call, |call, who| call.by(who)).expect(200).await;
            assert_eq!((found.number("/total"), found.ids().len()), (0, 0), "{round}");
            assert!(
                !found.body["facets"].to_string().contains("\"count\":1"),
                "{round}: {}",
                found.body
            );
        }
        app.settle().await;
    }
    assert!(!told_to_others(app, "ép viên").await);
    let person = app.person().await;
    let paths = [
        scene.path.clone(),
        format!("/listings/by-code/{code}"),
        format!("/listings/by-slug/{slug}"),
        format!("{}/files", scene.path),
    ];
    for path in &paths {
        app.get(path).expect(404).await;
        app.get(path).by(&person).expect(404).await;
        app.get(path).by(other).expect(200).await;
        app.get(path).by(&scene.officer).expect(200).await;
    }
    let page = app
        .get(&format!("/enterprises/{}", scene.owner.enterprise))
        .expect(200)
        .await;
    assert_eq!(page.number("/live_listings"), 0);

    let members = app.get("/members-listings").by(other).expect(200).await;
    assert_eq!(members.ids(), [scene.id.as_str()]);
    app.get("/members-listings").expect(401).await;
    app.get("/members-listings").by(&person).expect(403).await;
    let reader = app.member(&other.enterprise, Role::Viewer).await;
    app.get("/members-listings").by(&reader).expect(200).await;
    // Whose enterprise is suspended is no member of the exchange meanwhile.
    app.suspend(&other.enterprise, &scene.officer).await;
    let halted = app.again(other).await;
    app.get(&scene.path).by(&halted).expect(404).await;
    app.get("/members-listings").by(&halted).expect(403).await;

    scene.show("public").await;
    app.settle().await;
    assert_eq!(app.found("ép viên").await, [scene.id.as_str()]);
    app.get(&scene.path).expect(200).await;
    let deeds: Vec<String> = app.deeds(&scene.id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds.iter().filter(|deed| *deed == "listing.audience_changed").count(),
        2
    );
}

#[actix_web::test]
async fn what_is_shown_on_request_tells_what_it_is_and_the_rest_by_a_confidential_grant() {
    let scene = scene().await;
    let (app, other) = (&scene.app, &scene.other);
    app.by_hand(
        "UPDATE listings SET source_site = 'catalogue.example', source_external_id = 'VTS-0001',
         source_url = 'https://catalogue.example/may-ep'",
    )
    .await;
    let before = app.get(&scene.path).expect(200).await;
    assert_eq!(before.text("/source/external_id"), "VTS-0001");
    assert!(told_to_others(app, "Năng suất").await);
    assert!(!before.body["specifications"].as_array().unwrap().is_empty());
    let picture = &scene.picture;
    scene.show("on_request").await;
    app.settle().await;

    let part = |reply: &Reply| reply.body["specifications"] == json!([]) && reply.body.get("brand").is_none();
    let page = app.get(&scene.path).expect(200).await;
    assert!(part(&page), "{}", page.body);
    // Where it came from tells the rest.
    assert!(page.body["source"].is_null(), "{}", page.body);
    assert!(!told_to_others(app, "catalogue.example").await);
    assert_eq!(
        (page.text("/title/vi"), page.text("/visibility")),
        ("Máy ép viên trấu", "on_request")
    );
    assert!(part(&app.get(&scene.path).by(other).expect(200).await));
    assert!(!part(&app.get(&scene.path).by(&scene.owner).expect(200).await));
    let files = app.get(&format!("{}/files", scene.path)).expect(200).await;
    assert_eq!(files.body["items"], json!([]));
    app.get(&format!("/files/{picture}")).expect(404).await;
    // Found by what it is, and not by what it does not tell.
    assert_eq!(app.found("ép viên").await, [scene.id.as_str()]);
    let name = before.text("/specifications/0/name").to_owned();
    assert!(app.found(&name).await.is_empty(), "{name}");

    assert!(!told_to_others(app, &name).await);

    let terms = json!({
        "enterprise_id": other.enterprise, "purpose": "Mua máy", "undertaking": "Không tiết lộ.",
        "expires_at": app.clock.now() + SignedDuration::from_hours(1),
    });
    let grants = format!("{}/confidential/grants", scene.path);
    let grant = app.post(&grants).by(&scene.owner).json(&terms).expect(201).await;
    assert!(part(&app.get(&scene.path).by(other).expect(200).await));
    let accept = format!("/confidential-grants/{}/acceptance", grant.text("/id"));
    let hash = json!({"undertaking_sha256": grant.text("/undertaking_sha256")});
    app.post(&accept).by(other).json(&hash).expect(200).await;
    let whole = app.get(&scene.path).by(other).expect(200).await;
    assert!(!part(&whole));
    assert_ne!(whole.header("etag"), page.header("etag"));
    app.get(&format!("/files/{picture}")).by(other).expect(200).await;
    assert_eq!(whole.text("/source/external_id"), "VTS-0001");
    // Whoever is made a viewer does not see by it any more.
    let colleague = app.member(&other.enterprise, Role::Editor).await;
    app.post(&accept).by(&colleague).json(&hash).expect(200).await;
    assert!(!part(&app.get(&scene.path).by(&colleague).expect(200).await));
    let account = app.id_of(&colleague).await;
    let role = app.patch(&format!("/enterprises/{}/members/{account}", other.enterprise));
    role.by(other).json(&json!({"role": "viewer"})).expect(200).await;
    let viewer = app.again(&colleague).await;
    assert!(part(&app.get(&scene.path).by(&viewer).expect(200).await));
    app.get(&format!("/files/{picture}")).by(&viewer).expect(404).await;
    app.clock.pass(60 * 60);
    let other = app.again(other).await;
    assert!(part(&app.get(&scene.path).by(&other).expect(200).await));
}

#[actix_web::test]
async fn choosing_needs_no_review_and_leaves_a_revision_as_it_is() {
    let scene = scene().await;
    let (app, owner) = (&scene.app, &scene.owner);
    let version = app.get(&scene.path).by(owner).expect(200).await.number("/version");
    let revision = app.revise(owner, &scene.id, version, "M2").await;
    let path = format!("{}/audience", scene.path);
    let body = json!({"visibility": "members", "open_for_inquiry": false});
    let wrong = json!({"visibility": "friends", "open_for_inquiry": false});
    let refused = app.put(&path).by(owner).json(&wrong).expect(422).await;
    assert_eq!(refused.pointers(), ["/visibility"]);
    app.put(&path)
        .by(owner)
        .if_match(version + 7)
        .json(&body)
        .expect(412)
        .await;
    app.put(&path).by(&scene.other).json(&body).expect(403).await;
    let chosen = app.put(&path).by(owner).if_match(version).json(&body).expect(200).await;
    assert_eq!(
        (chosen.number("/version"), &chosen.body["open_for_inquiry"]),
        (version + 1, &json!(false))
    );
    // No tag means two texts: the listing has the version that the revision had.
    let seen = app.get(&format!("{}/revision", scene.path)).by(owner).expect(200).await;
    assert!(seen.number("/version") > revision);
    let call = app.post(&format!("{}/revision/submission", scene.path)).by(owner);
    call.if_match(seen.number("/version")).expect(200).await;
}
