//! How much may be sent, and what is no position in a list.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use vptex::config::Config;
use vptex::domain::account::Permission;

use crate::harness::{TestApp, dryer};

/// The largest listing that keeps to every limit of its fields.
fn largest() -> Value {
    let text = |length: usize| "ữ".repeat(length);
    let pair = |length: usize| json!({"vi": text(length), "en": text(length)});
    let mut listing = dryer("");
    listing["title"] = pair(256);
    listing["summary"] = pair(500);
    listing["description"] = pair(20_000);
    listing["brand"] = json!(text(100));
    listing["model"] = json!(text(200));
    let specification = json!({"name": text(100), "value": text(500), "unit": text(30)});
    listing["specifications"] = json!(vec![specification; 100]);
    listing
}

/// As programs write it that keep to ASCII.
fn in_ascii(json: &Value) -> String {
    let mut text = String::new();
    for c in json.to_string().chars() {
        match c {
            c if c.is_ascii() => text.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    text.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    text
}

#[actix_web::test]
async fn the_largest_valid_listing_fits() {
    let mut app = TestApp::prepare();
    app.config.http_body_limit_kb = Config::default().http_body_limit_kb;
    app.start();
    let lan = app.registered_enterprise().await;
    let largest = largest();
    let in_ascii = in_ascii(&largest);
    assert!(largest.to_string().len() > 256 * 1024 && in_ascii.len() > 512 * 1024);
    for body in [largest.to_string(), in_ascii] {
        let call = app
            .post("/listings")
            .by(&lan)
            .header("content-type", "application/json");
        let made = call.text(body).expect(201).await;
        assert_eq!(made.text("/description/vi").chars().count(), 20_000);
    }
    let mut longer = largest;
    longer["title"]["vi"] = json!("ữ".repeat(257));
    let refused = app.post("/listings").by(&lan).json(&longer).expect(422).await;
    assert_eq!(refused.pointers(), ["/title/vi"]);
}

#[actix_web::test]
async fn a_list_of_values_is_no_object() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    for (pointer, value) in [
        ("/title", json!(["Máy sấy", null])),
        ("/title", json!(["Máy sấy"])),
        ("/specifications/0", json!(["Năng suất", "500", "kg/h"])),
    ] {
        let mut listing = dryer("Máy sấy");
        *listing.pointer_mut(pointer).unwrap() = value;
        let refused = app.post("/listings").by(&lan).json(&listing).expect(422).await;
        assert_eq!(refused.pointers(), [pointer]);
        let (id, version) = app.listing_draft(&lan, "Máy sấy").await;
        let name = pointer.split('/').nth(1).unwrap();
        let patch = json!({name: listing[name]});
        let patch = app
            .patch(&format!("/listings/{id}"))
            .by(&lan)
            .if_match(version)
            .json(&patch);
        assert_eq!(patch.expect(422).await.pointers(), [pointer]);
    }
    let mut registration = app.registration("Công ty Mới");
    registration["account"] = json!(["moi@example.com", "Mới"]);
    let refused = app.post("/registrations").json(&registration).expect(422).await;
    assert_eq!(refused.pointers(), ["/account"]);
}

#[actix_web::test]
async fn a_position_that_cannot_be_is_an_invalid_cursor() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for title in ["Máy sấy", "Máy xát"] {
        app.submitted_listing(&owner, title).await;
    }
    let clerk = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let other = app.register("Công ty TNHH Cơ khí Lâm Thao").await;
    for person in [&owner, &other] {
        let asked = app
            .post("/me/data-requests")
            .by(person)
            .json(&json!({"kind": "access"}));
        asked.expect(201).await;
    }
    for (path, person) in [
        ("/me/listings", &owner),
        ("/moderation/queue", &officer),
        ("/data-requests", &clerk),
    ] {
        let first = app.get(&format!("{path}?limit=1")).by(person).expect(200).await;
        let given = first.text("/page/next");
        app.get(&format!("{path}?after={given}")).by(person).expect(200).await;
        let json = URL_SAFE_NO_PAD.decode(given).unwrap();
        let cursor: Value = serde_json::from_slice(&json).unwrap();
        for impossible in [i64::MIN, -1, i64::MAX] {
            let mut cursor = cursor.clone();
            cursor[1][0] = json!(impossible);
            let forged = URL_SAFE_NO_PAD.encode(cursor.to_string());
            let refused = app.get(&format!("{path}?after={forged}")).by(person).expect(400).await;
            assert_eq!(refused.code(), "invalid_cursor", "{path} {impossible}");
        }
    }
}

#[actix_web::test]
async fn an_ended_session_is_refused_where_anybody_may_look() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    for path in ["/search", "/enterprises"] {
        app.get(path).by(&lan).expect(200).await;
    }
    app.delete("/sessions/current").by(&lan).expect(204).await;
    for path in ["/search", "/enterprises"] {
        assert_eq!(
            app.get(path).by(&lan).expect(401).await.code(),
            "invalid_token",
            "{path}"
        );
        app.get(path).expect(200).await;
    }
    // These are the same for everybody and ask no database: the signature is all that is looked at.
    app.get("/taxonomies").by(&lan).expect(200).await;
}
