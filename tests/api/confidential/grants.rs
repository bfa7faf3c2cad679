//! What grants open, who may give them, and what lists of them tell.

use serde_json::{Value, json};
use vptex::domain::letter::Letter;
use vptex::store::AnyConn;

use super::{Scene, scene};
use crate::harness::{Person, TestApp};

impl Scene {
    async fn show(&self, visibility: &str) {
        let body = json!({"visibility": visibility, "open_for_inquiry": true});
        let call = self.app.put(&format!("/listings/{}/audience", self.listing));
        call.by(&self.owner).json(&body).expect(200).await;
    }

    async fn write(&self, text: &str) -> i64 {
        let call = self.app.put(&self.path).by(&self.owner);
        call.json(&json!({"text": text})).expect(200).await.number("/version")
    }

    /// Whether somebody sees all of the listing.
    async fn is_whole(&self, reader: &Person) -> bool {
        let page = self.app.get(&format!("/listings/{}", self.listing)).by(reader);
        page.expect(200).await.body["specifications"] != json!([])
    }

    /// The newest grant of the listing, and the one before it, as its owner sees them.
    async fn given(&self) -> Value {
        let given = self.app.get(&format!("{}/grants", self.path)).by(&self.owner);
        given.expect(200).await.body["items"].clone()
    }
}

fn about_grants(letters: &[Letter]) -> Vec<bool> {
    let about = letters.iter().filter_map(|letter| match letter {
        Letter::ConfidentialGranted(news) => Some(news.covers_part),
        _ => None,
    });
    about.collect()
}

#[actix_web::test]
async fn what_is_written_later_is_opened_by_an_explicit_grant_only() {
    let scene = scene().await;
    let (app, owner, other) = (&scene.app, &scene.owner, &scene.other);
    let grants = format!("{}/grants", scene.path);
    app.delete(&scene.path).by(owner).if_match(1).expect(204).await;
    scene.show("on_request").await;
    let narrow = scene.give(24).await;
    assert_eq!(narrow.body["covers_part"], json!(false));
    scene.accept(other, &narrow).await;
    assert!(scene.is_whole(other).await);

    // It opens what was granted, and not what is written afterwards; it does not tell either that there is something.
    let version = scene.write(super::SECRET).await;
    assert_eq!(version, 2);
    assert_eq!(scene.read(other).await, 403);
    let wide = scene.give(24).await;
    assert_eq!(wide.body["covers_part"], json!(true));
    assert_eq!(scene.read(other).await, 409);
    assert!(scene.is_whole(other).await, "the first one holds meanwhile");
    scene.accept(other, &wide).await;
    assert_eq!(scene.read(other).await, 200);
    for covers_part in [false, true] {
        let mut terms = scene.terms(1);
        terms["covers_part"] = json!(covers_part);
        let again = app.post(&grants).by(owner).json(&terms).expect(409).await;
        assert_eq!(again.code(), "already_there");
    }
    assert_eq!(about_grants(&app.letters_to(&other.email).await), [true, false]);

    // With the part go the grants of it, each with a row in the trail.
    app.delete(&scene.path).by(owner).if_match(version).expect(204).await;
    let given = scene.given().await;
    assert!(
        given[0]["revoked_at"].is_string() && given[1]["revoked_at"].is_null(),
        "{given}"
    );
    let deeds = |grant: &str| -> Vec<String> { app.deeds(grant).into_iter().map(|(deed, _)| deed).collect() };
    let revoked = "confidential.grant_revoked".to_owned();
    assert!(deeds(wide.text("/id")).contains(&revoked));
    assert!(!deeds(narrow.text("/id")).contains(&revoked));
    assert!(scene.is_whole(other).await);
    scene.write(super::SECRET).await;
    assert_eq!(scene.read(other).await, 403);

    // Before there is a part it can be granted, if its owner says so.
    let mut terms = scene.terms(1);
    terms["covers_part"] = json!(false);
    scene.show("public").await;
    let nothing = app.post(&grants).by(owner).json(&terms).expect(422).await;
    assert_eq!(nothing.pointers(), ["/covers_part"]);
    scene.show("on_request").await;
    app.delete(&scene.path).by(owner).if_match(3).expect(204).await;
    terms["covers_part"] = json!(true);
    let early = app.post(&grants).by(owner).json(&terms).expect(201).await;
    scene.accept(other, &early).await;
    assert_eq!(scene.read(other).await, 404);
    scene.write(super::SECRET).await;
    assert_eq!(scene.read(other).await, 200);
}

/// The trail knows what grants of before there was such a choice were given for.
#[actix_web::test]
async fn grants_of_before_open_what_there_was() {
    let scene = scene().await;
    let (app, other) = (&scene.app, &scene.other);
    let old = scene.give(24).await;
    scene.accept(other, &old).await;
    app.delete(&format!("{}/grants/{}", scene.path, old.text("/id")))
        .by(&scene.owner)
        .expect(204)
        .await;
    app.delete(&scene.path).by(&scene.owner).if_match(1).expect(204).await;
    scene.show("on_request").await;
    let later = scene.give(24).await;
    scene.accept(other, &later).await;
    scene.write(super::SECRET).await;
    let is_sqlite = app
        .exchange()
        .db
        .read(|conn| Ok::<_, vptex::store::Error>(matches!(conn, AnyConn::Sqlite(_))))
        .unwrap();
    let migration = if is_sqlite {
        include_str!("../../../migrations/sqlite/0059_confidential_grants/up.sql")
    } else {
        include_str!("../../../migrations/postgres/0059_confidential_grants/up.sql")
    };
    let (_, rows) = migration.split_once("UPDATE").unwrap();
    let (rows, _) = rows.split_once(';').unwrap();
    let nothing = if is_sqlite { "0" } else { "FALSE" };
    app.by_hand(&format!("UPDATE confidential_grants SET covers_part = {nothing}"))
        .await;
    app.by_hand(&format!("UPDATE{rows}")).await;
    let given = scene.given().await;
    assert_eq!(
        (&given[0]["id"], &given[0]["covers_part"]),
        (&later.body["id"], &json!(false))
    );
    assert_eq!(
        (&given[1]["id"], &given[1]["covers_part"]),
        (&old.body["id"], &json!(true))
    );
    assert_eq!(scene.read(other).await, 403);
}

#[actix_web::test]
async fn no_letter_goes_out_for_what_no_officer_looked_at() {
    let scene = scene().await;
    let (app, other) = (&scene.app, &scene.other);
    let stranger = app.registered_enterprise().await;
    for (giver, status, code) in [
        (&stranger, 403, "enterprise_not_active"),
        (&scene.owner, 409, "listing_wrong_status"),
    ] {
        let (draft, _) = app.listing_draft(giver, "Nạp tiền tại đây").await;
        let path = format!("/listings/{draft}");
        let audience = json!({"visibility": "on_request", "open_for_inquiry": true});
        app.put(&format!("{path}/audience"))
            .by(giver)
            .json(&audience)
            .expect(200)
            .await;
        let call = app.post(&format!("{path}/confidential/grants")).by(giver);
        assert_eq!(call.json(&scene.terms(1)).expect(status).await.code(), code);
    }
    assert!(about_grants(&app.letters_to(&other.email).await).is_empty());
}

#[actix_web::test]
async fn an_enterprise_gives_fifty_grants_in_a_day_those_that_it_took_back_among_them() {
    let scene = scene().await;
    let (app, owner, other) = (&scene.app, &scene.owner, &scene.other);
    let grants = format!("{}/grants", scene.path);
    for _ in 0..50 {
        let grant = scene.give(24).await;
        let path = format!("{grants}/{}", grant.text("/id"));
        app.delete(&path).by(owner).expect(204).await;
    }
    let refused = app.post(&grants).by(owner).json(&scene.terms(24)).expect(429).await;
    assert_eq!(
        (refused.code(), refused.header("retry-after")),
        ("too_many_requests", Some("3600"))
    );
    assert_eq!(about_grants(&app.letters_to(&other.email).await).len(), 50);
    app.clock.pass(24 * 60 * 60);
    let owner = app.again(owner).await;
    app.post(&grants).by(&owner).json(&scene.terms(24)).expect(201).await;
}

#[actix_web::test]
async fn a_list_of_grants_tells_no_title_to_whom_the_listing_is_hidden() {
    let scene = scene().await;
    let (app, other) = (&scene.app, &scene.other);
    let grant = scene.give(48).await;
    let title = async |app: &TestApp, reader: &Person| {
        let mine = app.get("/me/confidential-grants").by(reader).expect(200).await;
        mine.body["items"][0]["title"].clone()
    };
    assert_eq!(title(app, other).await, "Máy ép viên nhiên liệu");
    scene.show("members").await;
    assert_eq!(title(app, other).await, "Máy ép viên nhiên liệu");
    // Whose enterprise is suspended is no member of the exchange meanwhile.
    app.suspend(&other.enterprise, &scene.officer).await;
    assert_eq!(title(app, &app.again(other).await).await, Value::Null);
    let path = format!("/enterprises/{}/suspension", other.enterprise);
    app.delete(&path).by(&scene.officer).expect(200).await;
    let other = app.again(other).await;
    scene.show("public").await;
    assert_eq!(title(app, &other).await, "Máy ép viên nhiên liệu");
    // The job that writes down which terms ended has not run.
    app.end_term(&scene.listing).await;
    assert_eq!(title(app, &other).await, Value::Null);
    let one = app
        .get(&format!("/confidential-grants/{}", grant.text("/id")))
        .by(&other);
    assert_eq!(one.expect(200).await.body["title"], Value::Null);
    let given = scene.given().await;
    assert_eq!(given[0]["title"], "Máy ép viên nhiên liệu", "its owner's side sees it");
    // A letter about what is not public names it by its code.
    let code = app.get(&format!("/listings/{}", scene.listing)).by(&scene.owner);
    let code = code.expect(200).await.text("/code").to_owned();
    let newcomer = app.active_enterprise(&scene.officer).await;
    let mut terms = scene.terms(1);
    terms["enterprise_id"] = json!(newcomer.enterprise);
    let call = app.post(&format!("{}/grants", scene.path)).by(&scene.owner);
    call.json(&terms).expect(201).await;
    let letters = app.letters_to(&newcomer.email).await;
    let names_code = |letter: &Letter| matches!(letter, Letter::ConfidentialGranted(news) if news.title == code);
    assert!(letters.iter().any(names_code), "{letters:?}");
}
