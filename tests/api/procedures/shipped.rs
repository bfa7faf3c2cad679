//! What comes with a program is kept: what was handed in under it goes on by it under every program after it.

use diesel::prelude::*;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::store::audit_chain::sha256;
use vptex::store::schema::shipped_procedures as texts;

use crate::dossiers::{Counter, Desk, content};
use crate::harness::{Reply, TestApp};

async fn restarted(app: &mut TestApp) {
    app.stop().await;
    app.start();
    app.settle().await;
}

/// Has a procedure kept with another text alone, as if an older program had come with it.
async fn came_with(app: &TestApp, code: &'static str, rules: &Value) {
    let text = rules.to_string();
    app.change(move |uow| {
        let hash = sha256(text.as_bytes()).to_vec();
        let others = texts::table
            .filter(texts::code.eq(code))
            .filter(texts::number.lt(0_i64));
        diesel::delete(others).execute(uow.conn())?;
        diesel::update(texts::table.filter(texts::code.eq(code)))
            .set((texts::rules.eq(text.clone()), texts::sha256.eq(hash)))
            .execute(uow.conn())?;
        Ok(())
    })
    .await;
}

async fn versions(app: &TestApp) -> Vec<i64> {
    let listed = app.get("/procedures/REG/versions").expect(200).await;
    let items = listed.body["items"].as_array().unwrap();
    items.iter().map(|item| item["version"].as_i64().unwrap()).collect()
}

async fn handed_in(desk: &Desk) -> Reply {
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let begun = desk.begin(&desk.owner, &new).await;
    desk.take(&desk.take(&begun, "sign_contract").await, "submit").await
}

/// Until when the certificate is to be issued.
async fn issue_by(desk: &Desk, handed_in: &Reply) -> String {
    let seen = desk.take(handed_in, "accept_complete").await;
    let due = seen.body["due"].as_array().unwrap();
    let issue = due.iter().find(|due| due["event"]["code"] == "issue").unwrap();
    issue["due_on"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_dossier_goes_on_by_the_text_that_the_program_came_with_when_it_was_handed_in() {
    let mut desk = Desk::open().await;
    desk.app.clock.hold();
    let keeper = desk.app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let newer = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    let mut older = newer.clone();
    for event in older["events"].as_array_mut().unwrap() {
        if event["code"] == "issue" {
            event["term"]["amount"] = json!(9);
        }
    }
    // The newest period has the first number.
    assert_eq!(versions(&desk.app).await, [0, -1, -2]);
    came_with(&desk.app, "REG", &older).await;
    let first = handed_in(&desk).await;
    assert_eq!(first.number("/rule_version"), 0);
    let draft = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let draft = desk.begin(&desk.owner, &draft).await;

    // What this program comes with is another text.
    restarted(&mut desk.app).await;
    assert_eq!(versions(&desk.app).await, [-1, -2, -3, 0]);
    let present = desk.app.get("/procedures/REG").expect(200).await;
    assert_eq!((present.number("/version"), &present.body["rules"]), (-1, &newer));
    let before = desk.app.get("/procedures/REG/versions/0").expect(200).await;
    assert_eq!(before.body["rules"], older);
    assert_eq!(before.body["newer"][0]["version"], -1);
    desk.app.get("/procedures/REG/versions/-4").expect(404).await;
    // Read page by page, nothing is left out or told twice.
    let page = desk.app.get("/procedures/REG/versions?limit=1").expect(200).await;
    let path = format!("/procedures/REG/versions?limit=3&after={}", page.text("/page/next"));
    let page = desk.app.get(&path).expect(200).await;
    let numbers: Vec<&Value> = page.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["version"])
        .collect();
    assert_eq!(
        (numbers, &page.body["page"]["next"]),
        (vec![&json!(-2), &json!(-3), &json!(0)], &Value::Null)
    );

    // What was handed in keeps its own, a draft goes on by the newest.
    assert_eq!(desk.read(&desk.owner, &first).await.number("/rule_version"), 0);
    assert_eq!(desk.read(&desk.owner, &draft).await.number("/rule_version"), -1);
    let second = handed_in(&desk).await;
    assert_eq!(second.number("/rule_version"), -1);
    let (late, early) = (issue_by(&desk, &first).await, issue_by(&desk, &second).await);
    assert!(early < late, "{early} {late}");

    // The same text is kept once.
    restarted(&mut desk.app).await;
    assert_eq!(versions(&desk.app).await, [-1, -2, -3, 0]);
    // What officers publish is counted from 1, and takes the place of the text that was read.
    let put = |version: i64| {
        let call = desk.app.put("/procedures/REG").by(&keeper).if_match(version);
        call.json(&older)
    };
    put(0).expect(412).await;
    assert_eq!(put(-1).expect(200).await.number("/version"), 1);
    assert_eq!(versions(&desk.app).await, [1, -1, -2, -3, 0]);
}

#[actix_web::test]
async fn a_text_that_is_not_what_was_kept_is_not_gone_by() {
    let desk = Desk::open().await;
    let first = handed_in(&desk).await;
    desk.app
        .by_hand("UPDATE shipped_procedures SET rules = '{}' WHERE code = 'REG'")
        .await;
    // The program has its own, and looks at what is kept for the hash only.
    desk.read(&desk.owner, &first).await;
    let mut older = desk.app.get("/procedures/REG").expect(200).await.body["rules"].clone();
    older["name_en"] = json!("Registration of transfers");
    came_with(&desk.app, "REG", &older).await;
    desk.read(&desk.owner, &first).await;
    desk.app
        .by_hand("UPDATE shipped_procedures SET rules = '{}' WHERE code = 'REG'")
        .await;
    let path = format!("/dossiers/{}", first.text("/id"));
    desk.app.get(&path).by(&desk.owner).expect(500).await;
}

#[actix_web::test]
async fn several_nodes_keep_each_text_once() {
    let app = TestApp::spawn().await;
    let Some(node) = app.beside() else { return };
    assert_eq!(versions(&node).await, [0, -1, -2]);
    assert_eq!(versions(&app).await, [0, -1, -2]);
    drop(node);
}

/// The first start of a program that keeps its texts keeps its own: by it goes on what was handed in under the text of before.
#[actix_web::test]
async fn what_a_third_party_filed_before_it_was_asked_who_files_is_completed() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let third = desk.app.active_enterprise(&reviewer).await;
    let counter = Counter {
        owner: &third,
        ..desk.counter()
    };
    let newer = desk.app.get("/procedures/APR").expect(200).await.body["rules"].clone();
    let mut older = newer.clone();
    let checklist = older["checklist"].as_array_mut().unwrap();
    checklist.retain(|item| item["member"] != "/direction");
    for direction in [json!("inbound"), Value::Null] {
        came_with(&desk.app, "APR", &older).await;
        let mut text = content(&desk.tax_code);
        text["technology_status"] = json!("restricted");
        text["direction"] = direction.clone();
        let begun = desk.begin(&third, &json!({"procedure": "APR", "content": text})).await;
        let submitted = counter.take(&begun, "submit").await;
        came_with(&desk.app, "APR", &newer).await;
        let asked = counter.take(&submitted, "request_completion").await;
        let path = format!("/dossiers/{}", asked.text("/id"));
        let write = async |text: &Value| {
            let version = desk.read(&third, &asked).await.number("/version");
            let put = desk.app.put(&path).by(&third).if_match(version);
            put.json(text).expect(200).await
        };
        text["direction"] = json!("inbound");
        // Another party than the one that it named is looked at.
        text["transferee"]["tax_code"] = json!("0100109106");
        let refused = counter.try_event(&write(&text).await, "supplement").await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/content/transferee/tax_code"]),
            "{direction}: {}",
            refused.body
        );
        text["transferee"]["tax_code"] = json!(desk.tax_code);
        let completed = counter.try_event(&write(&text).await, "supplement").await;
        assert_eq!(completed.status, 200, "{direction}: {}", completed.body);
    }
}
