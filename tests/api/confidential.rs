//! What a listing does not tell everybody.

mod grants;

use jiff::SignedDuration;
use serde_json::{Value, json};
use vptex::domain::account::Role;
use vptex::domain::clock::Clock;

use crate::harness::{Person, Reply, TestApp};

const SECRET: &str = "Công thức phối trộn trấu và mùn cưa";
const REASON: &str = "Đối chiếu với danh mục hạn chế chuyển giao.";

struct Scene {
    app: TestApp,
    officer: Person,
    owner: Person,
    other: Person,
    listing: String,
    path: String,
}

/// A published listing with a confidential part, and another enterprise.
async fn scene() -> Scene {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let other = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy ép viên nhiên liệu").await;
    let path = format!("/listings/{listing}/confidential");
    let written = app
        .put(&path)
        .by(&owner)
        .json(&json!({"text": SECRET}))
        .expect(200)
        .await;
    assert_eq!((written.number("/version"), written.header("etag")), (1, Some("\"1\"")));
    assert!(written.body.get("text").is_none());
    Scene {
        app,
        officer,
        owner,
        other,
        listing,
        path,
    }
}

impl Scene {
    fn terms(&self, hours: i64) -> Value {
        json!({
            "enterprise_id": self.other.enterprise, "purpose": "Thẩm định công nghệ",
            "undertaking": "Không tiết lộ, không sao chép.",
            "expires_at": self.app.clock.now() + SignedDuration::from_hours(hours),
        })
    }

    async fn give(&self, hours: i64) -> Reply {
        let call = self.app.post(&format!("{}/grants", self.path)).by(&self.owner);
        call.json(&self.terms(hours)).expect(201).await
    }

    async fn accept(&self, reader: &Person, grant: &Reply) -> Reply {
        let body = json!({"undertaking_sha256": grant.text("/undertaking_sha256")});
        let path = format!("/confidential-grants/{}/acceptance", grant.text("/id"));
        self.app.post(&path).by(reader).json(&body).send().await
    }

    async fn read(&self, reader: &Person) -> u16 {
        let reply = self.app.get(&self.path).by(reader).send().await;
        assert_eq!(reply.status == 200, reply.body.to_string().contains(SECRET));
        reply.status
    }

    async fn readings(&self) -> Vec<Value> {
        let register = self.app.get(&format!("{}/readings", self.path)).by(&self.owner);
        register.expect(200).await.body["items"].as_array().unwrap().clone()
    }
}

#[actix_web::test]
async fn it_is_read_by_its_owners_side_and_by_whom_it_is_granted_once_the_undertaking_is_accepted() {
    let scene = scene().await;
    let (app, other) = (&scene.app, &scene.other);
    let editor = app.member(&scene.owner.enterprise, Role::Editor).await;
    let viewer = app.member(&scene.owner.enterprise, Role::Viewer).await;
    assert_eq!((scene.read(&scene.owner).await, scene.read(&editor).await), (200, 200));
    assert_eq!((scene.read(&viewer).await, scene.read(other).await), (403, 403));
    assert_eq!(scene.read(&scene.officer).await, 403);

    let grant = scene.give(24).await;
    let again = app.post(&format!("{}/grants", scene.path)).by(&scene.owner);
    assert_eq!(again.json(&scene.terms(1)).expect(409).await.code(), "already_there");
    let refused = app.get(&scene.path).by(other).expect(409).await;
    assert_eq!(refused.code(), "undertaking_required");
    // Lists leave the undertaking out; who accepts it reads it with the grant.
    let mine = app.get("/me/confidential-grants").by(other).expect(200).await;
    assert_eq!(
        (mine.ids(), mine.body["items"][0].get("undertaking")),
        (vec![grant.text("/id")], None)
    );
    let own = format!("/confidential-grants/{}", grant.text("/id"));
    let whole = app.get(&own).by(other).expect(200).await;
    assert_eq!(whole.text("/undertaking"), "Không tiết lộ, không sao chép.");
    app.get(&own).by(&scene.owner).expect(404).await;
    let location = grant.header("location").unwrap().trim_start_matches("/api/v1");
    let given = app.get(location).by(&scene.owner).expect(200).await;
    assert_eq!(given.body, grant.body);
    let path = format!("/confidential-grants/{}/acceptance", grant.text("/id"));
    let wrong = json!({"undertaking_sha256": "0".repeat(64)});
    let wrong = app.post(&path).by(other).json(&wrong).expect(422).await;
    assert_eq!(wrong.pointers(), ["/undertaking_sha256"]);
    assert_eq!(scene.accept(&scene.owner, &grant).await.status, 404);
    for _ in 0..2 {
        assert_eq!(scene.accept(other, &grant).await.status, 200);
    }
    assert_eq!(scene.read(other).await, 200);
    // Each person accepts, and viewers do not read.
    let colleague = app.member(&other.enterprise, Role::Editor).await;
    let looker = app.member(&other.enterprise, Role::Viewer).await;
    assert_eq!((scene.read(&colleague).await, scene.read(&looker).await), (409, 403));
    assert_eq!(scene.accept(&colleague, &grant).await.status, 200);
    assert_eq!(scene.read(&colleague).await, 200);
    let mine = app.get("/me/confidential-grants").by(&colleague).expect(200).await;
    assert_eq!(mine.body["items"][0]["accepted"].as_array().unwrap().len(), 1);
    let given = app
        .get(&format!("{}/grants", scene.path))
        .by(&scene.owner)
        .expect(200)
        .await;
    assert_eq!(given.body["items"][0]["accepted"].as_array().unwrap().len(), 2);

    // Every reading stands in the register, and no refusal does.
    let readings = scene.readings().await;
    let readers: Vec<&str> = readings.iter().map(|read| read["reader"].as_str().unwrap()).collect();
    assert_eq!(readers, ["grantee", "grantee", "owner", "owner"]);
    assert_eq!(readings[0]["account_id"], app.id_of(&colleague).await);
    assert_eq!(
        (&readings[0]["ip"], &readings[0]["grant_id"]),
        (&json!("127.0.0.1"), &grant.body["id"])
    );
    app.get(&format!("{}/readings", scene.path)).by(other).expect(403).await;
    let deeds: Vec<String> = app.deeds(&scene.listing).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds.iter().filter(|deed| *deed == "confidential.read").count(), 2);
}

#[actix_web::test]
async fn what_is_taken_back_over_or_not_public_opens_nothing() {
    let scene = scene().await;
    let (app, other) = (&scene.app, &scene.other);
    let grants = format!("{}/grants", scene.path);
    for (hours, status) in [(0, 422), (731 * 24, 422)] {
        let call = app.post(&grants).by(&scene.owner);
        call.json(&scene.terms(hours)).expect(status).await;
    }
    let mut own = scene.terms(1);
    own["enterprise_id"] = json!(scene.owner.enterprise);
    let refused = app.post(&grants).by(&scene.owner).json(&own).expect(422).await;
    assert_eq!(refused.pointers(), ["/enterprise_id"]);

    let grant = scene.give(48).await;
    scene.accept(other, &grant).await;
    assert_eq!(scene.read(other).await, 200);
    // Suspended by an officer, and withdrawn by its owner.
    let hold = format!("/listings/{}/suspension", scene.listing);
    let why = json!({"reason_code": "other", "reason_text": REASON});
    app.post(&hold).by(&scene.officer).json(&why).expect(200).await;
    assert_eq!((scene.read(other).await, scene.read(&scene.owner).await), (404, 200));
    let looker = app.member(&other.enterprise, Role::Viewer).await;
    assert_eq!(
        scene.read(&looker).await,
        404,
        "a hidden listing is hidden from viewers, too"
    );
    let held = app.put(&scene.path).by(&scene.owner).if_match(1);
    assert_eq!(
        held.json(&json!({"text": "Khác"})).expect(409).await.code(),
        "listing_held"
    );
    app.delete(&hold).by(&scene.officer).expect(200).await;
    assert_eq!(scene.read(other).await, 200);
    // The one to whom it was granted is suspended.
    app.suspend(&other.enterprise, &scene.officer).await;
    let halted = app.again(other).await;
    assert_eq!(scene.read(&halted).await, 403);
    let path = format!("/enterprises/{}/suspension", other.enterprise);
    app.delete(&path).by(&scene.officer).expect(200).await;
    let other = &app.again(other).await;
    assert_eq!(scene.read(other).await, 200);

    let path = format!("{grants}/{}", grant.text("/id"));
    app.delete(&path).by(&scene.owner).expect(204).await;
    app.delete(&path).by(&scene.owner).expect(409).await;
    assert_eq!(scene.read(other).await, 403);
    let grant = scene.give(1).await;
    scene.accept(other, &grant).await;
    assert_eq!(scene.read(other).await, 200);
    app.clock.pass(60 * 60);
    let (owner, other) = (app.again(&scene.owner).await, app.again(other).await);
    assert_eq!(scene.read(&other).await, 403);

    // What somebody undertook is to be read when it opens nothing any more.
    let ended = format!("/confidential-grants/{}", grant.text("/id"));
    assert_eq!(
        app.get(&ended).by(&other).expect(200).await.body["undertaking"],
        "Không tiết lộ, không sao chép."
    );

    app.delete(&scene.path).by(&owner).expect(428).await;
    app.delete(&scene.path).by(&owner).if_match(7).expect(412).await;
    app.delete(&scene.path).by(&owner).if_match(1).expect(204).await;
    assert_eq!(scene.read(&owner).await, 404);
    app.delete(&scene.path).by(&owner).if_match(1).expect(404).await;
    let call = app.post(&grants).by(&owner).json(&scene.terms(1));
    assert_eq!(call.expect(409).await.code(), "too_early");
    let register = app
        .get(&format!("{}/readings", scene.path))
        .by(&owner)
        .expect(200)
        .await;
    assert!(
        !register.body["items"].as_array().unwrap().is_empty(),
        "the register stays"
    );
    // Whoever still has the version of before does not write over another text.
    let put = |text: &str| app.put(&scene.path).by(&owner).json(&json!({"text": text}));
    assert_eq!(put("Khác hẳn").expect(200).await.number("/version"), 2);
    put("Cũ").if_match(1).expect(412).await;
}

#[actix_web::test]
async fn a_copy_of_ones_data_has_every_reading() {
    let scene = scene().await;
    let grant = scene.give(1).await;
    scene.accept(&scene.other, &grant).await;
    for (reader, role) in [(&scene.owner, "owner"), (&scene.other, "grantee")] {
        assert_eq!(scene.read(reader).await, 200);
        let copy = scene.app.get("/me/export").by(reader).expect(200).await;
        let readings = copy.body["confidential_readings"].as_array().unwrap();
        assert_eq!(readings.len(), 1, "{readings:?}");
        assert_eq!(
            (&readings[0]["reader"], &readings[0]["listing_id"], &readings[0]["ip"]),
            (&json!(role), &json!(scene.listing), &json!("127.0.0.1"))
        );
        assert!(!copy.body.to_string().contains(SECRET));
    }
}

#[actix_web::test]
async fn officers_read_it_with_a_reason_that_the_owners_are_told() {
    let scene = scene().await;
    let (app, officer) = (&scene.app, &scene.officer);
    let path = format!("{}/inspection", scene.path);
    let bare = app
        .post(&path)
        .by(officer)
        .json(&json!({"reason_code": "other", "reason_text": "Xem"}));
    assert_eq!(bare.expect(422).await.pointers(), ["/reason_text"]);
    let why = json!({"reason_code": "unlawful", "reason_text": REASON});
    let stale = app.send_stale(app.post(&path).by(officer).json(&why)).await;
    assert_eq!(stale.code(), "step_up_required");
    assert!(scene.readings().await.is_empty());
    let read = app.post(&path).by(officer).json(&why).expect(200).await;
    assert_eq!(read.text("/text"), SECRET);
    let reading = &scene.readings().await[0];
    assert_eq!(
        (&reading["reader"], &reading["reason"]),
        (&json!("officer"), &json!(REASON))
    );
    assert!(reading.get("account_id").is_none() && reading.get("ip").is_none());
    let letters = format!("{:?}", app.letters_to(&scene.owner.email).await);
    assert!(
        letters.contains("ConfidentialInspected") && letters.contains(REASON),
        "{letters}"
    );
    let deeds: Vec<String> = app.deeds(&scene.listing).into_iter().map(|(deed, _)| deed).collect();
    assert!(deeds.contains(&"confidential.inspected".to_owned()));
}

#[actix_web::test]
async fn it_is_nowhere_else() {
    let scene = scene().await;
    let (app, owner) = (&scene.app, &scene.owner);
    app.settle().await;
    let word = "phối trộn";
    assert!(app.found(word).await.is_empty());
    for path in ["/me/listings/export?format=jsonl", "/me/listings"] {
        let reply = app.get(path).by(owner).expect(200).await;
        assert!(!String::from_utf8_lossy(&reply.bytes).contains(word), "{path}");
    }
    let page = app
        .get(&format!("/listings/{}", scene.listing))
        .by(owner)
        .expect(200)
        .await;
    assert!(!page.body.to_string().contains(word));
    // Written again over the version that was read.
    let put = |text: &str| app.put(&scene.path).by(owner).json(&json!({"text": text}));
    assert_eq!(put("Khác").expect(428).await.code(), "precondition_required");
    put("Khác").if_match(7).expect(412).await;
    let second = put("Công thức khác").if_match(1).expect(200).await;
    assert_eq!(second.number("/version"), 2);
    let read = app.get(&scene.path).by(owner).expect(200).await;
    assert_eq!((read.text("/text"), read.number("/version")), ("Công thức khác", 2));
    let draft = app.listing_draft(owner, "Máy khác").await.0;
    let none = format!("/listings/{draft}/confidential");
    app.get(&none).by(owner).expect(404).await;
}

#[actix_web::test]
async fn an_enterprise_takes_a_copy_of_its_own_parts_and_each_is_a_reading() {
    let scene = scene().await;
    let (app, owner) = (&scene.app, &scene.owner);
    let (draft, _) = app.listing_draft(owner, "Máy sấy").await;
    let put = app.put(&format!("/listings/{draft}/confidential")).by(owner);
    put.json(&json!({"text": "Biên dạng nhiệt độ sấy."})).expect(200).await;
    app.listing_draft(owner, "Máy không có phần bảo mật").await;
    let before = scene.readings().await.len();

    let path = format!("/enterprises/{}/confidential-export", owner.enterprise);
    let file = app.get(&path).by(owner).expect(200).await;
    assert_eq!(file.header("content-type"), Some("application/jsonl"));
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap().to_owned();
        (text("listing_id"), text("title"), text("text"))
    };
    let mut told: Vec<_> = lines.iter().map(told).collect();
    told.sort_by(|one, other| one.1.cmp(&other.1));
    let of = |id: &str, title: &str, text: &str| (id.to_owned(), title.to_owned(), text.to_owned());
    assert_eq!(
        told,
        [
            of(&draft, "Máy sấy", "Biên dạng nhiệt độ sấy."),
            of(&scene.listing, "Máy ép viên nhiên liệu", SECRET),
        ]
    );
    let readings = scene.readings().await;
    assert_eq!(
        (readings.len(), readings[0]["reader"].clone()),
        (before + 1, json!("owner"))
    );
    let profile = format!("/enterprises/{}/export", owner.enterprise);
    assert_eq!(
        app.get(&profile).by(owner).expect(200).await.text("/confidential"),
        path
    );

    // Not whoever belongs to it in whatever way, nor anybody else; and nobody without having been shown to be there.
    let viewer = app.member(&owner.enterprise, Role::Viewer).await;
    for stranger in [&viewer, &scene.other, &scene.officer] {
        let refused = app.get(&path).by(stranger).expect(403).await;
        assert!(!refused.body.to_string().contains(SECRET));
    }
    let stale = app.send_stale(app.get(&path).by(owner)).await;
    assert_eq!((stale.status, stale.code()), (401, "step_up_required"));
    assert_eq!(scene.readings().await.len(), readings.len());
}
