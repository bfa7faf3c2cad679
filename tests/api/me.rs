//! My own account: what I see of it and what I change at once.

use serde_json::json;
use vptex::domain::account::Language;
use vptex::service;
use vptex::store;

use crate::harness::TestApp;

#[actix_web::test]
async fn name_and_language_are_edited_by_version() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let me = app.get("/me").by(&lan).expect(200).await;
    let version = me.number("/version");
    assert_eq!(me.header("etag"), Some(format!("\"{version}\"").as_str()));
    assert_eq!((me.text("/language"), &me.body["email_verified"]), ("vi", &json!(true)));
    let edit = |version: i64, body| app.patch("/me").by(&lan).if_match(version).json(&body);
    let named = edit(version, json!({"display_name": " Lê  Lan "})).expect(200).await;
    assert_eq!((named.text("/display_name"), named.text("/language")), ("Lê Lan", "vi"));
    assert_eq!(named.number("/version"), version + 1);
    assert_eq!(named.header("etag"), Some(format!("\"{}\"", version + 1).as_str()));
    assert_eq!(
        edit(version, json!({"language": "en"})).expect(412).await.code(),
        "stale_version"
    );
    let english = edit(version + 1, json!({"language": "en"})).expect(200).await;
    assert_eq!(
        (english.text("/display_name"), english.text("/language")),
        ("Lê Lan", "en")
    );
    assert_eq!(app.get("/me").by(&lan).expect(200).await.body, english.body);
}

#[actix_web::test]
async fn a_wrong_edit_changes_nothing() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let before = app.get("/me").by(&lan).expect(200).await;
    let version = before.number("/version");
    let edit = |body| app.patch("/me").by(&lan).if_match(version).json(&body);
    app.patch("/me")
        .by(&lan)
        .json(&json!({"language": "en"}))
        .expect(428)
        .await;
    app.patch("/me")
        .if_match(version)
        .json(&json!({"language": "en"}))
        .expect(401)
        .await;
    for (body, pointer) in [
        (json!({"language": "fr"}), "/language"),
        (json!({"language": null}), "/language"),
        (json!({"display_name": null}), "/display_name"),
        (json!({"display_name": "  "}), "/display_name"),
        (json!({"display_name": "a\u{0}b"}), "/display_name"),
        (json!({"display_name": "a".repeat(101)}), "/display_name"),
        (json!({"display_name": 7}), "/display_name"),
        (json!({"email": "x@y.vn"}), "/email"),
        (json!({"permissions": ["manage_officers"]}), "/permissions"),
    ] {
        let wrong = edit(body.clone()).expect(422).await;
        assert_eq!(wrong.pointers(), [pointer], "{body}");
    }
    edit(json!([])).expect(422).await;
    assert_eq!(app.get("/me").by(&lan).expect(200).await.body, before.body);
}

#[actix_web::test]
async fn letters_come_in_the_language_that_was_chosen() {
    let app = TestApp::spawn().await;
    let lan = app.registered_enterprise().await;
    let version = app.get("/me").by(&lan).expect(200).await.number("/version");
    let body = json!({"language": "en"});
    app.patch("/me")
        .by(&lan)
        .if_match(version)
        .json(&body)
        .expect(200)
        .await;
    app.post("/password-resets")
        .json(&json!({"email": lan.email}))
        .expect(202)
        .await;
    app.decide_asks().await;
    let exchange = app.exchange().clone();
    let newest = move || -> service::Result<Language> {
        let now = exchange.clock.now();
        let id = *exchange
            .db
            .read(|conn| store::letters::due(conn, now, 100))?
            .last()
            .unwrap();
        let due = exchange.write_blocking(move |work| Ok(store::letters::claim(work.uow, id, work.now, work.now)?))?;
        Ok(due.unwrap().language)
    };
    assert_eq!(
        tokio::task::spawn_blocking(newest).await.unwrap().unwrap(),
        Language::En
    );
}
