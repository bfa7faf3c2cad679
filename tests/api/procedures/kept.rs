//! Versions that older programs published, by rules that are refused today.

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;
use vptex::service::procedures;

use crate::dossiers::{Desk, content};

/// Which could be published once: days of other years, a row that none comes to, states that are left so often only.
fn of_before(rules: &Value) -> Value {
    let mut rules = rules.clone();
    rules["valid_from"] = json!("0990-01-01");
    rules["valid_to"] = json!("9999-12-31");
    let mut hidden = rules["authorities"][0].clone();
    hidden["code"] = json!("OLD");
    hidden["decided_by"] = json!("provincal");
    rules["authorities"].as_array_mut().unwrap().insert(0, hidden);
    for event in rules["events"].as_array_mut().unwrap() {
        event["at_most"] = json!(1);
    }
    rules
}

#[actix_web::test]
async fn what_is_refused_today_and_was_published_before_is_read_and_goes_on() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let shipped = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let mut next = shipped.clone();
    next["name_en"] = json!("Registration of transfers");
    let put = |version: i64| app.put("/procedures/REG").by(&keeper).if_match(version);
    put(0).json(&next).expect(200).await;
    let before = of_before(&next);
    // Nobody publishes it any more.
    let refused = put(1).json(&before).expect(422).await;
    for pointer in ["/valid_from", "/valid_to", "/authorities/0/decided_by", "/states/0"] {
        assert!(refused.pointers().contains(&pointer), "{pointer}: {}", refused.body);
    }
    let written = before.to_string().replace('\'', "''");
    app.by_hand(&format!(
        "UPDATE procedure_versions SET rules = '{written}' WHERE code = 'REG' AND version = 1"
    ))
    .await;
    let kept = app.get("/procedures/REG").expect(200).await;
    assert_eq!((kept.number("/version"), &kept.body["is_in_force"]), (1, &json!(true)));
    assert_eq!(kept.body["rules"], before);
    app.get("/procedures").expect(200).await;
    app.get("/procedures/REG/versions").expect(200).await;
    // Dossiers are handed in under it, and decided.
    let begun = desk
        .begin(
            &desk.owner,
            &json!({"procedure": "REG", "content": content(&desk.tax_code)}),
        )
        .await;
    let signed = desk.take(&begun, "sign_contract").await;
    let submitted = desk.take(&signed, "submit").await;
    assert_eq!(submitted.number("/rule_version"), 1);
    desk.take(&submitted, "accept_complete").await;
    // What is published next takes its place.
    assert_eq!(put(1).json(&next).expect(200).await.number("/version"), 2);
}

/// Left out, an event would quietly issue nothing.
#[actix_web::test]
async fn what_a_newer_program_published_is_not_read_as_something_else() {
    let app = crate::harness::TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    rules["name_en"] = json!("Registration of transfers");
    let put = app.put("/procedures/REG").by(&keeper).if_match(0).json(&rules);
    put.expect(200).await;
    let events = rules["events"].as_array_mut().unwrap();
    let issue = events.iter_mut().find(|event| event["code"] == "issue").unwrap();
    issue["issues"] = json!("diploma");
    let written = rules.to_string().replace('\'', "''");
    app.by_hand(&format!(
        "UPDATE procedure_versions SET rules = '{written}' WHERE code = 'REG' AND version = 1"
    ))
    .await;
    app.get("/procedures/REG").expect(500).await;
    // Nothing else is held up.
    app.get("/procedures/AMD").expect(200).await;
}

/// What was published before the law was held against it goes on, and is told wherever somebody looks.
#[actix_web::test]
async fn what_the_law_refuses_and_was_published_before_is_told() {
    let app = crate::harness::TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    rules["name_en"] = json!("Registration of transfers");
    let put = app.put("/procedures/REG").by(&keeper).if_match(0).json(&rules);
    put.expect(200).await;
    let today = day_of(app.clock.now());
    let refused = || {
        let db = &app.exchange().db;
        db.read(|conn| procedures::refused_by_law(conn, today)).unwrap()
    };
    assert!(refused().is_empty());
    let told = async || {
        let listed = app.get("/procedures").expect(200).await;
        let items = listed.body["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["code"] == "REG").unwrap();
        item["refused_by_law"].clone()
    };
    assert_eq!(told().await, Value::Null);
    let events = rules["events"].as_array_mut().unwrap();
    let at = events.iter().position(|event| event["code"] == "refuse").unwrap();
    events[at]["needs_letter"] = json!(false);
    let written = rules.to_string().replace('\'', "''");
    app.by_hand(&format!(
        "UPDATE procedure_versions SET rules = '{written}' WHERE code = 'REG' AND version = 1"
    ))
    .await;
    let place = format!("/events/{at}/needs_letter");
    assert_eq!(told().await, json!([place]));
    let versions = app.get("/procedures/REG/versions").expect(200).await;
    assert_eq!(versions.body["items"][0]["refused_by_law"], json!([place]));
    let code = "REG".to_owned();
    let (version, places) = (1, vec![place]);
    assert_eq!(refused(), [procedures::Refused { code, version, places }]);
}
