//! The grounds that the law counts, and what of a procedure is in force on a day.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;

use crate::harness::TestApp;

fn place_of(rules: &Value, code: &str) -> usize {
    let events = rules["events"].as_array().unwrap();
    events.iter().position(|event| event["code"] == code).unwrap()
}

#[actix_web::test]
async fn no_version_refuses_or_annuls_on_other_grounds_than_the_law() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (procedure, event, own) in [
        ("REG", "refuse", "NO_TECH_OBJECT"),
        ("AMD", "refuse", "ILLEGAL_CONTENT"),
        ("CERT", "annul", "FORGED_DOSSIER"),
        ("LIC", "annul", "AUTHORITY_REQUEST"),
    ] {
        let path = format!("/procedures/{procedure}");
        let mut rules = app.get(&path).expect(200).await.body["rules"].clone();
        let at = place_of(&rules, event);
        let put = |rules: &Value| app.put(&path).by(&keeper).if_match(0).json(rules);
        rules["events"][at]["grounds"] = json!([own, "ANYTHING"]);
        let refused = put(&rules).expect(422).await;
        assert_eq!(refused.pointers(), [format!("/events/{at}/grounds/1")], "{procedure}");
        let detail = refused.text("/errors/0/detail");
        assert!(detail.contains("Luật CGCN Đ.3"), "{detail}");
        rules["events"][at]["grounds"] = json!([]);
        let refused = put(&rules).expect(422).await;
        assert_eq!(refused.pointers(), [format!("/events/{at}/grounds")], "{procedure}");
        // Fewer is no more than the law allows.
        rules["events"][at]["grounds"] = json!([own]);
        assert_eq!(put(&rules).expect(200).await.number("/version"), 1);
    }
    // What an opinion comes to is no ground of the law's.
    let mut rules = app.get("/procedures/OPN_POLICY").expect(200).await.body["rules"].clone();
    let at = place_of(&rules, "issue_opinion");
    rules["events"][at]["grounds"] = json!(["AGREE", "DISAGREE", "LATER", "NEED_MORE_INFO"]);
    let put = |rules: &Value| app.put("/procedures/OPN_POLICY").by(&keeper).if_match(0).json(rules);
    // Where single outcomes lead: each is one of the event's, once, and leads to a state that there is.
    let mut wrong = rules.clone();
    wrong["events"][at]["to_on_ground"] = json!([
        {"ground": "NEED_MORE_INFO", "to": "awaiting_information"}, {"ground": "NEED_MORE_INFO", "to": "received"},
        {"ground": "NEVER", "to": "received"}, {"ground": "LATER", "to": "nowhere"},
    ]);
    let refused = put(&wrong).expect(422).await;
    let places = ["1/ground", "2/ground", "3/to"].map(|place| format!("/events/{at}/to_on_ground/{place}"));
    assert_eq!(refused.pointers(), places);
    put(&rules).expect(200).await;
}

#[actix_web::test]
async fn a_procedure_is_told_as_it_is_in_force() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let today = day_of(app.clock.now());
    let begins = today.checked_add(40.days()).unwrap();
    let mut rules = app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    rules["valid_from"] = json!(begins);
    rules["fee"]["maximum"] = json!(1_000_000_000);
    let put = |version| app.put("/procedures/REG").by(&keeper).if_match(version).json(&rules);
    put(0).expect(200).await;
    let told = async |query: &str| {
        let seen = app.get(&format!("/procedures/REG{query}")).expect(200).await;
        (
            seen.number("/version"),
            seen.body["is_in_force"].clone(),
            seen.body["newer"].clone(),
        )
    };
    let ahead = json!([{"version": 1, "valid_from": begins, "valid_to": null}]);
    assert_eq!(told("").await, (0, json!(true), ahead.clone()));
    assert_eq!(told(&format!("?on={today}")).await, (0, json!(true), ahead));
    let then = told(&format!("?on={begins}")).await;
    assert_eq!(then, (1, json!(true), json!([])));
    // Before there was any law of it there are no rules.
    for before in ["1990-01-01", "2018-06-30"] {
        app.get(&format!("/procedures/REG?on={before}")).expect(404).await;
        let listed = app.get(&format!("/procedures?on={before}")).expect(200).await;
        assert_eq!(listed.body["items"], json!([]), "{before}");
    }
    let listed = async |query: &str| {
        let listed = app.get(&format!("/procedures{query}")).expect(200).await;
        let items = listed.body["items"].as_array().unwrap();
        items.iter().find(|item| item["code"] == "REG").unwrap().clone()
    };
    let (now, then) = (listed("").await, listed(&format!("?on={begins}")).await);
    let newer = json!([{"version": 1, "valid_from": begins, "valid_to": null}]);
    assert_eq!(
        (&now["version"], &now["is_in_force"], &now["newer"]),
        (&json!(0), &json!(true), &newer)
    );
    assert_eq!(
        (&then["version"], &then["is_in_force"], &then["newer"]),
        (&json!(1), &json!(true), &json!([]))
    );
    app.get("/procedures?on=tomorrow").expect(400).await;
    let page = app.get(&format!("/procedures?limit=1&on={today}")).expect(200).await;
    let next = page.text("/page/next");
    app.get(&format!("/procedures?limit=1&on={today}&after={next}"))
        .expect(200)
        .await;
    let other = app.get(&format!("/procedures?limit=1&after={next}")).expect(400).await;
    assert_eq!(other.code(), "invalid_cursor");
    for wrong in ["tomorrow", "2026-02-30", "2026-1-1", ""] {
        app.get(&format!("/procedures/REG?on={wrong}")).expect(400).await;
    }
    let listed = app.get("/procedures").expect(200).await;
    let items = listed.body["items"].as_array().unwrap();
    let registration = items.iter().find(|item| item["code"] == "REG").unwrap();
    assert_eq!(
        (&registration["version"], &registration["is_in_force"]),
        (&json!(0), &json!(true))
    );
    // Another version takes the place of the newest, also where that is ahead.
    rules["fee"]["maximum"] = json!(900_000_000);
    let put = |version| app.put("/procedures/REG").by(&keeper).if_match(version).json(&rules);
    put(0).expect(412).await;
    assert_eq!(put(1).expect(200).await.number("/version"), 2);
}
