//! Words that listings are held against.

use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::access::{Action, Actor, Resource, decide};
use vptex::domain::account::Permission;
use vptex::domain::ids::ListingId;
use vptex::store::listings;

use crate::harness::documents::{PDF, pdf};
use crate::harness::{Person, TestApp, dryer};

async fn add(app: &TestApp, officer: &Person, phrase: &str, severity: &str) -> String {
    let body = json!({"phrase": phrase, "severity": severity, "ground": "Công văn 12/SKHCN"});
    let made = app.post("/screening-terms").by(officer).json(&body).expect(201).await;
    made.text("/id").to_owned()
}

async fn keeper(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageReferenceData, Permission::ReviewListings])
        .await
}

#[actix_web::test]
async fn a_word_that_blocks_is_told_at_its_field_and_keeps_the_listing_a_draft() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    let term = add(&app, &keeper, "vật liệu nổ", "block").await;
    let mut listing = dryer("Máy trộn Vật-Liệu Nổ");
    listing["summary"] = json!({"vi": "Trộn vật liệu nổ công nghiệp", "en": "Mixer"});
    let made = app.post("/listings").by(&owner).json(&listing).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    let refused = app.post(&format!("{path}/submission")).by(&owner).expect(422).await;
    let mut pointers = refused.pointers();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/summary/vi", "/title/vi"]);
    let errors = refused.body["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["code"] == "screened"), "{errors:?}");
    assert!(
        errors
            .iter()
            .any(|e| e["detail"].as_str().unwrap().contains("“Vật-Liệu Nổ”")),
        "{errors:?}"
    );
    let read = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(read.text("/status"), "draft");

    app.delete(&format!("/screening-terms/{term}"))
        .by(&keeper)
        .expect(204)
        .await;
    let again = app
        .delete(&format!("/screening-terms/{term}"))
        .by(&keeper)
        .expect(409)
        .await;
    assert_eq!(again.text("/code"), "already_decided");
    app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
}

#[actix_web::test]
async fn titles_of_files_and_videos_are_held_against_the_words_like_what_the_listing_says() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.listing_draft(&owner, "Máy trộn").await;
    let path = format!("/listings/{listing}");
    let files =
        format!("{path}/files?name=a.pdf&title_vi=M%C3%A1y%20tr%E1%BB%99n%20v%E1%BA%ADt%20li%E1%BB%87u%20n%E1%BB%95");
    let file = app.post(&files).by(&owner).file(PDF, pdf(1)).expect(201).await;
    let titled = json!({"videos": [{"url": "https://vimeo.com/76979871", "title": {"vi": "Xưởng vật liệu nổ"}}]});
    let videos = format!("{path}/videos");
    app.put(&videos).by(&owner).json(&titled).expect(200).await;
    let submission = format!("{path}/submission");
    let sent = app.post(&submission).by(&owner).expect(200).await;
    // It comes while the listing waits.
    let term = add(&app, &keeper, "vật liệu nổ", "block").await;
    let places = ["/files/0/title/vi", "/videos/0/title/vi"];
    let warned = app.get(&format!("{path}/screening")).by(&keeper).expect(200).await;
    let hits = warned.body["listing"].as_array().unwrap().iter();
    assert!(hits.map(|hit| hit["pointer"].as_str().unwrap()).eq(places));
    let approval = app.post(&format!("{path}/approval")).by(&officer);
    let refused = approval.if_match(sent.number("/version")).expect(422).await;
    assert_eq!(refused.pointers(), places);
    let waiting = app
        .get("/moderation/queue?flag=screened")
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(waiting.body["items"][0]["listing"]["id"], listing.as_str());
    app.delete(&submission).by(&owner).expect(200).await;
    assert_eq!(app.post(&submission).by(&owner).expect(422).await.pointers(), places);
    // Nothing comes to be called so.
    let refused = app.post(&files).by(&owner).file(PDF, pdf(2)).expect(422).await;
    assert_eq!(refused.pointers(), ["title_vi"]);
    let label = format!("/files/{}/label", file.text("/id"));
    let said = |text: &str| json!({"kind": "manual", "title": {"vi": "Máy trộn", "en": text}});
    add(&app, &keeper, "explosive", "block").await;
    let refused = app
        .put(&label)
        .by(&owner)
        .json(&said("Explosive mixer"))
        .expect(422)
        .await;
    assert_eq!(refused.pointers(), ["/title/en"]);
    assert_eq!(
        app.put(&videos).by(&owner).json(&titled).expect(422).await.pointers(),
        ["/videos/0/title/vi"]
    );
    app.put(&label).by(&owner).json(&said("Mixer")).expect(200).await;
    app.put(&videos)
        .by(&owner)
        .json(&json!({"videos": []}))
        .expect(200)
        .await;
    let sent = app.post(&submission).by(&owner).expect(200).await;
    let approval = app.post(&format!("{path}/approval")).by(&officer);
    approval.if_match(sent.number("/version")).expect(200).await;
    // And what is public is found by what its files are called.
    add(&app, &keeper, "Mixer", "flag").await;
    let terms = app.get("/screening-terms").by(&keeper).expect(200).await;
    let newest = terms.text("/items/0/id");
    assert_ne!(newest, term);
    let found = app.get(&format!("/screening-terms/{newest}/listings")).by(&keeper);
    assert_eq!(
        found.expect(200).await.body["items"][0]["hits"][0]["pointer"],
        "/files/0/title/en"
    );
}

#[actix_web::test]
async fn a_word_that_comes_while_a_listing_waits_stops_its_approval_and_a_public_one_is_found() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    let (public, _) = app.published_listing(&owner, &officer, "Máy ép ngói amiăng").await;
    app.published_listing(&owner, &officer, "Máy ép ngói xi măng").await;
    let (waiting, version) = app.submitted_listing(&owner, "Tấm lợp amiăng").await;
    let body = json!({"title": {"vi": "Máy ép tấm amiăng"}});
    let live = app.get(&format!("/listings/{public}")).by(&owner).expect(200).await;
    let edit = app.patch(&format!("/listings/{public}")).by(&owner);
    edit.if_match(live.number("/version")).json(&body).expect(202).await;
    let revision = format!("/listings/{public}/revision");
    let sent = app.post(&format!("{revision}/submission")).by(&owner).expect(200).await;

    let term = add(&app, &keeper, "Amiăng", "block").await;
    for (path, version) in [
        (format!("/listings/{waiting}/approval"), version),
        (format!("{revision}/approval"), sent.number("/version")),
    ] {
        let refused = app.post(&path).by(&officer).if_match(version).expect(422).await;
        assert_eq!(refused.pointers(), ["/title/vi"], "{path}");
    }
    // It may be refused or sent back all the same.
    let reason = json!({"reason_code": "unlawful", "reason_text": "Amiăng bị hạn chế sử dụng."});
    let reject = app.post(&format!("/listings/{waiting}/rejection")).by(&officer);
    reject.if_match(version).json(&reason).expect(200).await;
    let found = app
        .get(&format!("/screening-terms/{term}/listings"))
        .by(&keeper)
        .expect(200)
        .await;
    assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(found.text("/items/0/listing_id"), public);
    assert_eq!(found.text("/items/0/hits/0/found"), "amiăng");
}

/// What has the word lies behind more listings than are read at once: an empty page would say that there is none.
#[actix_web::test]
async fn a_page_is_read_on_for_until_something_is_found() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    let (plain, _) = app.published_listing(&owner, &officer, "Máy ép ngói xi măng").await;
    let (wanted, _) = app.published_listing(&owner, &officer, "Máy ép ngói amiăng").await;
    let term = add(&app, &keeper, "Amiăng", "flag").await;
    let plain = ListingId(plain.parse().unwrap());
    app.change(move |uow| {
        let permit = decide(&Actor::System, Action::ImportListings, &Resource::None).unwrap();
        let (mut copy, _) = listings::find(uow.conn(), plain)?;
        copy.code = None;
        for number in 1..=600 {
            copy.id = ListingId(Uuid::from_u128(number));
            listings::insert(uow, &permit, &copy)?;
        }
        Ok(())
    })
    .await;
    let path = format!("/screening-terms/{term}/listings");
    let found = app.get(&path).by(&keeper).expect(200).await;
    assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(found.text("/items/0/listing_id"), wanted);
    assert!(found.body["page"]["next"].is_null());
}

#[actix_web::test]
async fn officers_are_warned_of_what_is_flagged_and_nobody_else_is() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    add(&app, &keeper, "cam kết 100%", "flag").await;
    let (listing, _) = app.submitted_listing(&owner, "Máy lọc nước, cam kết 100 % sạch").await;
    let path = format!("/listings/{listing}/screening");
    let report = app.get(&path).by(&officer).expect(200).await;
    let hit = &report.body["listing"][0];
    assert_eq!(
        (&hit["pointer"], &hit["severity"], &hit["found"]),
        (&json!("/title/vi"), &json!("flag"), &json!("cam kết 100"))
    );
    assert_eq!(report.body["revision"], Value::Null);
    app.get(&path).by(&owner).expect(403).await;

    let listed = app.get("/screening-terms").by(&keeper).expect(200).await;
    assert_eq!(listed.text("/items/0/phrase"), "cam kết 100%");
    app.get("/screening-terms").by(&owner).expect(403).await;
    let same = json!({"phrase": "Cam  kết: 100", "severity": "block", "ground": "x"});
    let taken = app.post("/screening-terms").by(&keeper).json(&same).expect(422).await;
    assert_eq!(
        (taken.pointers(), &taken.body["errors"][0]["code"]),
        (vec!["/phrase"], &json!("taken"))
    );
}

#[actix_web::test]
async fn a_word_that_comes_while_a_listing_is_expired_keeps_it_from_coming_back() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy ép ngói amiăng").await;
    app.end_term(&id).await;
    let term = add(&app, &keeper, "Amiăng", "block").await;
    let path = format!("/listings/{id}");
    let refused = app.post(&format!("{path}/renewal")).by(&owner).expect(422).await;
    assert_eq!(refused.pointers(), ["/title/vi"]);
    assert_eq!(app.get(&path).expect(200).await.text("/status"), "expired");
    app.delete(&format!("/screening-terms/{term}"))
        .by(&keeper)
        .expect(204)
        .await;
    app.post(&format!("{path}/renewal")).by(&owner).expect(200).await;
    app.get(&path).expect(200).await;
}
