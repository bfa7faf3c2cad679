//! Procedures of the law as data: what comes with the program, and versions that officers publish.

mod kept;
mod lawful;
mod life;
mod shipped;

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use crate::harness::TestApp;

#[actix_web::test]
async fn everybody_reads_the_procedures_that_come_with_the_program() {
    let app = TestApp::spawn().await;
    let first = app.get("/procedures?limit=5").expect(200).await;
    let next = first.text("/page/next").to_owned();
    let second = app.get(&format!("/procedures?limit=5&after={next}")).expect(200).await;
    let pages = [&first, &second].map(|page| page.body["items"].as_array().unwrap().clone());
    let codes: Vec<&str> = pages
        .iter()
        .flatten()
        .map(|item| item["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "AMD",
            "APR",
            "CERT",
            "IP_SUPPORT",
            "LIC",
            "OPN_DECISION",
            "OPN_POLICY",
            "REG"
        ]
    );
    assert!(second.body["page"]["next"].is_null());
    assert_eq!(
        (first.number("/items/0/version"), &first.body["items"][0]["is_in_force"]),
        (0, &json!(true))
    );
    let register = app.get("/procedures/REG").expect(200).await;
    // Its code among the national ones was held against nothing; that of amendments was.
    assert_eq!(
        (register.header("etag"), register.body["rules"].get("national_code")),
        (Some("\"0\""), None)
    );
    let amend = app.get("/procedures/AMD").expect(200).await;
    assert_eq!(amend.text("/rules/national_code"), "2.002249");
    let events = register.body["rules"]["events"].as_array().unwrap();
    let accept = events.iter().find(|event| event["code"] == "accept_complete").unwrap();
    assert_eq!(
        (
            &accept["term"]["amount"],
            &accept["term"]["unit"],
            &accept["legal_basis"]
        ),
        (&json!(3), &json!("working_day"), &json!("NĐ 76/2018 Đ.5.3.b"))
    );
    // What was not held against a text of the law says so.
    let withdraw = events.iter().find(|event| event["code"] == "withdraw").unwrap();
    assert_eq!(withdraw["verification"], "unverified");
    for absent in ["ABSENT", "reg", "R%C3%89G", "AAAAAAAAAAAAAAAAAAAAAAAAA"] {
        app.get(&format!("/procedures/{absent}")).expect(404).await;
        app.get(&format!("/procedures/{absent}/versions")).expect(404).await;
    }
    for absent in ["1", "-9", "x", "99999999999999999999"] {
        app.get(&format!("/procedures/REG/versions/{absent}")).expect(404).await;
    }
}

fn shorter(rules: &Value, days: u16) -> Value {
    let mut rules = rules.clone();
    let events = rules["events"].as_array_mut().unwrap();
    let issue = events.iter_mut().find(|event| event["code"] == "issue").unwrap();
    issue["term"]["amount"] = json!(days);
    rules
}

#[actix_web::test]
async fn officers_publish_versions_and_all_are_kept() {
    let app = TestApp::spawn().await;
    let (officer, other) = (
        app.officer_who_may(&[Permission::ManageReferenceData]).await,
        app.officer_who_may(&[Permission::HandleDossiers]).await,
    );
    let rules = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let put = |path: &str| app.put(&format!("/procedures/{path}"));
    put("REG").json(&rules).if_match(0).expect(401).await;
    put("REG").by(&other).json(&rules).if_match(0).expect(403).await;
    put("REG").by(&officer).json(&rules).expect(428).await;
    put("REG").by(&officer).json(&rules).if_match(1).expect(412).await;
    // The same once more is no version.
    let same = put("REG").by(&officer).json(&rules).if_match(0).expect(200).await;
    assert_eq!(same.number("/version"), 0);
    for (version, days) in [(0, 4), (1, 3)] {
        let next = shorter(&rules, days);
        let published = put("REG").by(&officer).json(&next).if_match(version).expect(200).await;
        assert_eq!(
            (published.number("/version"), &published.body["rules"]),
            (version + 1, &next)
        );
    }
    let stale = put("REG").by(&officer).json(&rules).if_match(1).expect(412).await;
    assert_eq!(stale.code(), "stale_version");
    for (version, days) in [(0, 5), (1, 4), (2, 3)] {
        let kept = app
            .get(&format!("/procedures/REG/versions/{version}"))
            .expect(200)
            .await;
        assert_eq!(kept.body["rules"], shorter(&rules, days));
    }
    let versions = app.get("/procedures/REG/versions?limit=2").expect(200).await;
    assert_eq!(
        (versions.number("/items/0/version"), versions.number("/items/1/version")),
        (2, 1)
    );
    let next = versions.text("/page/next");
    let rest = app
        .get(&format!("/procedures/REG/versions?limit=2&after={next}"))
        .expect(200)
        .await;
    assert_eq!(
        (rest.number("/items/0/version"), rest.number("/items/1/version")),
        (0, -1)
    );

    // A procedure that nobody had before; who has no right is not told that there is none.
    let made = put("DEMO").by(&officer).json(&rules).if_match(0).expect(200).await;
    assert_eq!(made.number("/version"), 1);
    let listed = app.get("/procedures").expect(200).await;
    assert_eq!(listed.text("/items/3/code"), "DEMO");
}

#[actix_web::test]
async fn a_rule_set_is_refused_with_all_its_mistakes() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    rules["events"][1]["actor"] = Value::Null;
    rules["events"][3]["term"]["unit"] = Value::Null;
    rules["events"][10]["to"] = json!("nowhere");
    rules["states"][8]["is_final"] = json!(false);
    let put = || app.put("/procedures/REG").by(&officer).if_match(0);
    let refused = put().json(&rules).header("accept-language", "en").expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            "/events/1/actor",
            "/events/3/term/unit",
            "/events/10/to",
            "/states/8",
            "/states/8"
        ]
    );
    let vietnamese = put().json(&rules).expect(422).await;
    assert_eq!(
        vietnamese.text("/errors/2/detail"),
        "Không có trạng thái này trong bộ quy tắc."
    );
    // Nothing was kept of it.
    assert_eq!(app.get("/procedures/REG").expect(200).await.number("/version"), 0);
    rules["law"] = json!("x");
    put().json(&rules).expect(422).await;
}
