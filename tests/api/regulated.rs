//! Technologies whose transfer is encouraged, restricted or prohibited.

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock;
use vptex::domain::letter::Letter;

use crate::harness::{Person, TestApp, dryer, looked_at};

const ENTRIES: &str = "/taxonomies/regulated_technologies/entries";

async fn keeper(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageReferenceData, Permission::ReviewListings])
        .await
}

async fn entry(app: &TestApp, keeper: &Person, code: &str, keywords: &[&str]) {
    let class = code.split('.').next().unwrap();
    let body = json!({
        "code": code, "parent": class, "name_vi": "Bảo quản lâm sản bằng chế phẩm chứa asen",
        "regulation": {"legal_source": "Văn bản thử nghiệm, mục 1", "edition": "thử nghiệm", "keywords": keywords},
    });
    app.post(ENTRIES).by(keeper).json(&body).expect(201).await;
}

fn declaring(title: &str, class: &str, items: &[&str]) -> Value {
    let mut draft = dryer(title);
    draft["regulatory_class"] = json!(class);
    draft["regulated_items"] = json!(items);
    draft
}

async fn post(app: &TestApp, owner: &Person, draft: &Value) -> (String, i64) {
    let made = app.post("/listings").by(owner).json(draft).expect(201).await;
    (format!("/listings/{}", made.text("/id")), made.number("/version"))
}

async fn submit(app: &TestApp, owner: &Person, path: &str) -> i64 {
    let call = app.post(&format!("{path}/submission")).by(owner);
    call.expect(200).await.number("/version")
}

async fn approve(app: &TestApp, officer: &Person, path: &str, version: i64, status: u16) -> crate::harness::Reply {
    let call = app.post(&format!("{path}/approval")).by(officer).if_match(version);
    call.json(&looked_at()).expect(status).await
}

async fn flags(app: &TestApp, officer: &Person, flag: &str) -> usize {
    let queue = app
        .get(&format!("/moderation/queue?flag={flag}"))
        .by(officer)
        .expect(200)
        .await;
    queue.body["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn what_is_restricted_carries_its_warning_wherever_it_is_shown() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    entry(&app, &keeper, "restricted.arsenic", &[]).await;

    for (draft, pointer) in [
        (
            declaring("Máy", "encouraged", &["restricted.arsenic"]),
            "/regulatory_class",
        ),
        (declaring("Máy", "restricted", &["restricted"]), "/regulated_items/0"),
        (
            declaring("Máy", "restricted", &["restricted.no_such"]),
            "/regulated_items/0",
        ),
        (declaring("Máy", "secret", &[]), "/regulatory_class"),
    ] {
        let refused = app.post("/listings").by(&owner).json(&draft).expect(422).await;
        assert_eq!(refused.pointers(), [pointer], "{draft}");
    }
    // Whoever names entries has said the class.
    let mut draft = declaring("Máy tẩm gỗ", "restricted", &["restricted.arsenic"]);
    draft["regulatory_class"] = json!(null);
    let (path, _) = post(&app, &owner, &draft).await;
    let shown = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(shown.text("/regulatory_class"), "restricted");
    let version = submit(&app, &owner, &path).await;
    assert_eq!(flags(&app, &officer, "regulated").await, 1);
    approve(&app, &officer, &path, version, 200).await;
    app.settle().await;

    let page = app.get(&path).expect(200).await;
    let found = app.get("/search?q=t%E1%BA%A9m%20g%E1%BB%97").expect(200).await;
    let in_search = &found.body["items"][0];
    for shown in [&page.body, in_search] {
        assert_eq!(shown["regulatory_class"], "restricted", "{shown}");
        assert_eq!(shown["regulated_items"], json!(["restricted.arsenic"]));
        let warning = &shown["regulatory_warning"];
        assert!(
            warning["vi"]
                .as_str()
                .unwrap()
                .contains("Giấy phép chuyển giao công nghệ")
        );
        assert!(warning["en"].as_str().unwrap().contains("licence"));
        assert_eq!(shown["regulatory_finding"], Value::Null);
    }
    // What says nothing shows nothing of it.
    let (plain, _) = app.published_listing(&owner, &officer, "Máy sấy thóc").await;
    let plain = app.get(&format!("/listings/{plain}")).expect(200).await;
    assert!(plain.body.get("regulatory_class").is_none() && plain.body.get("regulatory_warning").is_none());
}

#[actix_web::test]
async fn what_is_prohibited_is_neither_taken_for_review_nor_approved_nor_renewed() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    entry(&app, &keeper, "restricted.arsenic", &[]).await;
    entry(&app, &keeper, "prohibited.arsenic", &[]).await;

    let (told, _) = post(&app, &owner, &declaring("Máy A", "prohibited", &["prohibited.arsenic"])).await;
    let refused = app.post(&format!("{told}/submission")).by(&owner).expect(409).await;
    assert_eq!(
        (refused.code(), refused.pointers()),
        ("technology_prohibited", vec!["/regulated_items/0"])
    );

    // Allowed when it was handed in, not when it is decided.
    let restricted = declaring("Máy B", "restricted", &["restricted.arsenic"]);
    let (live, _) = post(&app, &owner, &restricted).await;
    let version = submit(&app, &owner, &live).await;
    let version = approve(&app, &officer, &live, version, 200).await.number("/version");
    let patch = json!({"model": "B2"});
    let revised = app
        .patch(&live)
        .by(&owner)
        .if_match(version)
        .json(&patch)
        .expect(202)
        .await;
    let call = app.post(&format!("{live}/revision/submission")).by(&owner);
    let revised = call
        .if_match(revised.number("/version"))
        .expect(200)
        .await
        .number("/version");
    let (waiting, _) = post(&app, &owner, &restricted).await;
    let version = submit(&app, &owner, &waiting).await;

    let tomorrow = jiff::tz::Offset::constant(7)
        .to_datetime(app.clock.now())
        .date()
        .tomorrow()
        .unwrap();
    let end = json!({"valid_to": tomorrow, "successors": ["prohibited.arsenic"]});
    let path = format!("{ENTRIES}/restricted.arsenic");
    app.patch(&path).by(&keeper).if_match(1).json(&end).expect(200).await;
    let quiet = app.get("/moderation/overtaken-listings").by(&officer).expect(200).await;
    assert_eq!(quiet.body["items"], json!([]));
    app.clock.pass(24 * 60 * 60);
    let (officer, owner) = (app.again(&officer).await, app.again(&owner).await);

    let refused = approve(&app, &officer, &waiting, version, 409).await;
    assert_eq!(refused.code(), "technology_prohibited");
    assert!(refused.text("/messages/vi").contains("cấm chuyển giao"));
    let call = app
        .post(&format!("{live}/revision/approval"))
        .by(&officer)
        .if_match(revised);
    let refused = call.json(&looked_at()).expect(409).await;
    assert_eq!(refused.code(), "technology_prohibited");
    let refused = app.post(&format!("{live}/renewal")).by(&owner).expect(409).await;
    assert_eq!(refused.code(), "technology_prohibited");

    // What is public stays until an officer decides, and the report names it.
    app.get(&live).expect(200).await;
    let report = app.get("/moderation/overtaken-listings").by(&officer).expect(200).await;
    assert_eq!(report.body["items"].as_array().unwrap().len(), 1);
    let overtaken = &report.body["items"][0];
    assert_eq!(overtaken["today"], "prohibited");
    assert_eq!(overtaken["listing"]["regulatory_class"], "restricted");
    assert!(live.ends_with(overtaken["listing"]["id"].as_str().unwrap()));
}

#[actix_web::test]
async fn an_officers_finding_stands_above_what_is_declared() {
    let app = TestApp::spawn().await;
    let (officer, keeper) = (app.officer().await, keeper(&app).await);
    let owner = app.active_enterprise(&officer).await;
    entry(&app, &keeper, "restricted.arsenic", &["chứa asen"]).await;
    let (id, version) = app.submitted_listing(&owner, "Máy tẩm gỗ chứa asen").await;
    let path = format!("/listings/{id}");
    assert_eq!(flags(&app, &officer, "maybe_regulated").await, 1);
    let known = app
        .get(&format!("{path}/classification"))
        .by(&officer)
        .expect(200)
        .await;
    let hint = &known.body["hints"][0];
    assert_eq!(
        (&hint["item"], &hint["pointer"], &hint["found"]),
        (&json!("restricted.arsenic"), &json!("/title/vi"), &json!("chứa asen"))
    );
    assert_eq!(known.text("/today"), "unrestricted");
    app.get(&format!("{path}/classification")).by(&owner).expect(403).await;

    let put = |body: Value| app.put(&format!("{path}/classification")).by(&officer).json(&body);
    let short = put(json!({"regulatory_class": "restricted", "note": "Có"}))
        .expect(422)
        .await;
    assert_eq!(short.pointers(), ["/note"]);
    let found = json!({
        "regulatory_class": "restricted", "regulated_items": ["restricted.arsenic"], "note": "Hồ sơ nêu hoạt chất chứa asen.",
    });
    let seen = put(found).if_match(version).expect(200).await;
    assert_eq!(seen.text("/regulatory_class"), "restricted");
    assert_eq!(seen.body["regulatory_finding"]["declared_class"], Value::Null);
    assert_eq!(
        (
            flags(&app, &officer, "maybe_regulated").await,
            flags(&app, &officer, "regulated").await
        ),
        (0, 1)
    );
    let letters = format!("{:?}", app.letters_to(&owner.email).await);
    assert!(
        letters.contains("ListingClassified") && letters.contains("hoạt chất chứa asen"),
        "{letters}"
    );

    let live = approve(&app, &officer, &path, seen.number("/version"), 200).await;
    let page = app.get(&path).expect(200).await;
    assert_eq!(page.text("/regulatory_class"), "restricted");
    assert!(page.body.get("regulatory_finding").is_none());
    // What the owner declares afterwards does not take it back.
    let patch = json!({"regulatory_class": "unrestricted"});
    let call = app.patch(&path).by(&owner).if_match(live.number("/version"));
    let revision = call.json(&patch).expect(202).await;

    // What must not be transferred does not stay in public, and does not come back.
    let prohibited = put(json!({"regulatory_class": "prohibited", "note": "Thuộc danh mục cấm chuyển giao."}));
    let held = prohibited.expect(200).await;
    assert_eq!(held.body["holds"], json!(["suspended"]));
    // Of a suspension the owners are told, whatever it came of.
    let letters = app.letters_to(&owner.email).await;
    let suspended =
        |letter: &Letter| matches!(letter, Letter::ListingSuspended { reason, .. } if reason.contains("cấm"));
    assert_eq!(letters.iter().filter(|letter| suspended(letter)).count(), 1);
    app.get(&path).expect(404).await;
    app.settle().await;
    assert!(app.found("tẩm gỗ").await.is_empty());
    let lift = || app.delete(&format!("{path}/suspension")).by(&officer);
    assert_eq!(lift().expect(409).await.code(), "technology_prohibited");
    put(json!({"regulatory_class": "encouraged", "note": "Đã đối chiếu lại với danh mục."}))
        .expect(200)
        .await;
    lift().expect(200).await;
    assert_eq!(app.get(&path).expect(200).await.text("/regulatory_class"), "encouraged");
    // What the owner began to change goes on from there.
    let call = app.post(&format!("{path}/revision/submission")).by(&owner);
    call.if_match(revision.number("/version")).send().await;
    let deeds: Vec<String> = app.deeds(&id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds.iter().filter(|deed| *deed == "listing.classified").count(), 3);
    assert!(deeds.contains(&"listing.suspended".to_owned()));
}

#[actix_web::test]
async fn the_list_keeps_where_the_law_says_so() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let classes = app.get("/taxonomies/regulated_technologies").expect(200).await;
    assert_eq!(classes.number("/total"), 3);
    assert!(classes.text("/items/1/attributes/legal_source").contains("Điều 10"));
    let add = |body: Value| app.post(ENTRIES).by(&keeper).json(&body);
    let bare = add(json!({"code": "restricted.a", "parent": "restricted", "name_vi": "x"}))
        .expect(422)
        .await;
    assert_eq!(bare.pointers(), ["/regulation"]);
    let source = json!({"legal_source": "Văn bản thử nghiệm"});
    let astray = add(json!({"code": "restricted.a", "parent": "prohibited", "name_vi": "x", "regulation": source}));
    assert_eq!(astray.expect(422).await.pointers(), ["/code"]);
    let class = add(json!({"code": "secret", "name_vi": "x", "regulation": source}))
        .expect(422)
        .await;
    assert_eq!(class.pointers(), ["/code", "/parent"]);
    let foreign = json!({"code": "food.x", "parent": "food", "name_vi": "x", "regulation": source});
    let refused = app
        .post("/taxonomies/fields/entries")
        .by(&keeper)
        .json(&foreign)
        .expect(422)
        .await;
    assert_eq!(refused.pointers(), ["/regulation"]);

    entry(&app, &keeper, "restricted.arsenic", &["asen"]).await;
    let path = format!("{ENTRIES}/restricted.arsenic");
    let patch = json!({"regulation": {"keywords": ["asen", "thạch tín"]}});
    let changed = app.patch(&path).by(&keeper).if_match(1).json(&patch).expect(200).await;
    assert_eq!(changed.text("/entry/attributes/keywords"), "asen; thạch tín");
    assert_eq!(
        changed.text("/entry/attributes/legal_source"),
        "Văn bản thử nghiệm, mục 1"
    );
    assert_eq!(changed.body["history"].as_array().unwrap().len(), 2);
    let same = app.patch(&path).by(&keeper).if_match(2).json(&patch).expect(200).await;
    assert_eq!(same.number("/version"), 2);
}
