//! What the law knows from a day on only: objects of technology by Luật 115/2025/QH15, from 1 April 2026.

use jiff::civil::date;
use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::papers::write;
use super::{Desk, content};
use crate::certificates::{certificate_of, old_paper};

/// What the desk's registration says of a technology with these objects.
fn of(desk: &Desk, objects: &[&str]) -> Value {
    let mut text = content(&desk.tax_code);
    text["technology"]["objects"] = json!(objects);
    text
}

#[actix_web::test]
async fn objects_are_those_of_the_day_on_which_it_is_handed_in() {
    let desk = Desk::on(date(2026, 3, 30)).await;
    let new = json!({"procedure": "REG", "content": of(&desk, &["know_how", "software_ai", "data"])});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (
            422,
            vec!["/content/technology/objects/1", "/content/technology/objects/2"],
            "code_not_yet"
        )
    );
    let detail = refused.text("/errors/0/detail");
    assert!(
        detail.contains("Luật 115/2025/QH15") && detail.contains("01/04/2026"),
        "{detail}"
    );
    // What was handed in before goes on by the law of that day, however often it is asked back.
    let old = json!({"procedure": "REG", "content": of(&desk, &["process_solution_data"])});
    let before = desk.take(&desk.begin(&desk.owner, &old).await, "sign_contract").await;
    let asked = desk
        .take(&desk.take(&before, "submit").await, "request_completion")
        .await;
    let desk = desk.later(2).await;
    assert_eq!(desk.today(), date(2026, 4, 1));
    desk.take(&signed, "submit").await;
    let written = write(&desk, &desk.owner, &asked, &of(&desk, &["data"])).await;
    let refused = desk.try_event(&written, "supplement").await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/content/technology/objects/0"])
    );
}

/// Procedures of amendments ask for no objects, and what they add was none before its day, either.
#[actix_web::test]
async fn an_amendment_adds_no_objects_before_their_day() {
    let desk = Desk::on(date(2026, 3, 30)).await;
    let registered = desk.counter().register(&content(&desk.tax_code)).await;
    let number = certificate_of(&desk, &registered).await.text("/number").to_owned();
    let mut text = of(&desk, &["know_how", "data"]);
    text["amendment"] = json!({"certificate_number": number, "kinds": ["supplement"], "changes": [{"clause": "Điều 2",
        "before": "know_how", "after": "know_how, data", "member": "/technology/objects"}]});
    (text["contract"], text["money"]) = (json!({}), json!({}));
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    let refused = desk.try_event(&begun, "submit").await;
    assert_eq!(
        (refused.status, refused.pointers(), refused.text("/errors/0/code")),
        (422, vec!["/content/technology/objects/1"], "code_not_yet"),
        "{}",
        refused.body
    );
    let desk = desk.later(2).await;
    desk.take(&begun, "submit").await;
}

#[actix_web::test]
async fn an_older_certificate_has_the_objects_of_its_day() {
    let desk = Desk::open().await;
    let mut paper = old_paper(&desk.tax_code);
    paper["content"]["technology"]["objects"] = json!(["know_how", "model_algorithm"]);
    let enter = |paper: &Value| desk.app.post("/certificates").by(&desk.signer).json(paper);
    let refused = enter(&paper).expect(422).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/technology/objects/1"], "code_not_yet")
    );
    // Of another authority, since that one was succeeded before.
    paper["authority"] = json!("SKHCN-PT");
    for (day, status) in [("2026-03-31", 422), ("2026-04-01", 201)] {
        paper["issued_on"] = json!(day);
        enter(&paper).expect(status).await;
    }
}

/// Since when a value is taken is in the rules, and not in the program.
#[actix_web::test]
async fn a_version_of_the_rules_says_since_when() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let checklist = rules["checklist"].as_array().unwrap();
    let at = checklist.iter().position(|item| item["member"] == "/form").unwrap();
    let put = |rules: &Value| {
        let call = desk.app.put("/procedures/REG").by(&keeper).if_match(0);
        call.json(rules)
    };
    let tomorrow = desk.today().tomorrow().unwrap();
    let since = |from: &str| json!([{"value": "independent", "from": from, "legal_basis": "Luật thử Đ.1"}]);
    rules["checklist"][at]["since"] = since("soon");
    let refused = put(&rules).expect(422).await;
    assert_eq!(refused.pointers(), [format!("/checklist/{at}/since/0/from")]);
    rules["checklist"][at]["since"] = since(&tomorrow.to_string());
    put(&rules).expect(200).await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let signed = desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/content/form"]));
    assert!(
        refused.text("/errors/0/detail").contains("Luật thử Đ.1"),
        "{}",
        refused.body
    );
    let desk = desk.later(1).await;
    desk.take(&signed, "submit").await;
}
