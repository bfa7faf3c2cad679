//! What was annulled is published at once, for everybody (NĐ 76/2018 Đ.7.2), and nothing of it that the law keeps.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vptex::service::dossiers::terms;

use super::licences::licensed_until;
use super::{amendment, case_of, certificate_of, old_paper, registered, verify};
use crate::dossiers::Desk;
use crate::harness::Reply;

const LIST: &str = "/certificates/annulled";

/// What a visitor is shown.
async fn listed(desk: &Desk, query: &str) -> Reply {
    desk.app.get(&format!("{LIST}{query}")).expect(200).await
}

fn numbers(page: &Reply) -> Vec<&str> {
    let items = page.body["items"].as_array().unwrap();
    items.iter().map(|item| item["number"].as_str().unwrap()).collect()
}

async fn history(desk: &Desk, case: &Reply) -> Vec<Value> {
    let path = format!("/dossiers/{}/events", case.text("/id"));
    let events = desk.app.get(&path).by(&desk.officer).expect(200).await;
    events.body["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn what_is_annulled_is_published_at_once_with_its_amendments() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let first = registered(&desk).await;
    let begun = amendment(&desk, first.text("/number"), &|_| {}).await;
    let accepted = desk.take(&desk.take(&begun, "submit").await, "accept_complete").await;
    let amended = certificate_of(&desk, &desk.take(&accepted, "issue").await).await;
    let empty = listed(&desk, "").await;
    assert_eq!(
        (&empty.body["items"], empty.header("cache-control")),
        (&json!([]), Some("public, no-cache"))
    );
    let annulled = desk.take(&case_of(&desk, &first).await, "annul").await;

    let page = listed(&desk, "").await;
    let item = &page.body["items"][0];
    assert_eq!(
        (&item["number"], &item["annulled_on"], &item["kind"]["code"]),
        (&first.body["number"], &json!(desk.today()), &json!("registration"))
    );
    let told = ["technology", "transferor", "transferee", "issued_on"];
    for (paper, of) in [(item, &first), (&item["amendments"][0], &amended)] {
        assert_eq!(paper["number"], of.body["number"]);
        assert_eq!(paper["authority"], of.body["authority_name"]);
        for member in told {
            assert_eq!(paper[member], of.body[member], "{member}");
        }
    }
    // Neither money nor contract, nor the code with which it is verified, nor where its dossier is.
    let members: BTreeSet<&str> = item.as_object().unwrap().keys().map(String::as_str).collect();
    let public = [
        "amendments",
        "annulled_on",
        "authority",
        "issued_on",
        "kind",
        "number",
        "technology",
        "transferee",
        "transferor",
    ];
    assert_eq!(members, BTreeSet::from(public));
    assert_eq!(item["amendments"].as_array().unwrap().len(), 1);
    // Whoever verifies it learns the same of the paper.
    let verified = verify(&desk, &first).await;
    for member in public.into_iter().filter(|member| *member != "amendments") {
        assert_eq!(verified.body[member], item[member], "{member}");
    }

    // That it was published is written down in its case, by nobody, in time, and once.
    let events = history(&desk, &annulled).await;
    let codes: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(codes[codes.len() - 2..], ["annul", "publish_annulment"]);
    let last = events.last().unwrap();
    assert_eq!(
        (&last["is_automatic"], &last["is_late"], &last["number"]),
        (&json!(true), &json!(false), &json!(events.len()))
    );
    assert_eq!(annulled.text("/due/0/event/code"), "notify_annulment");
    let again = json!({"event": "publish_annulment"});
    let refused = desk.post(&annulled, &desk.officer, &again).await;
    assert_eq!((refused.status, refused.code()), (403, "forbidden"));
    desk.take(&annulled, "notify_annulment").await;
}

#[actix_web::test]
async fn licences_and_older_papers_are_among_them_page_by_page() {
    let desk = Desk::open().await;
    desk.app.clock.hold();
    let entered = desk.app.post("/certificates").by(&desk.signer);
    let entered = entered.json(&old_paper(&desk.tax_code)).expect(201).await;
    desk.take(&case_of(&desk, &entered).await, "annul").await;
    let ends_on = desk.today().saturating_add(jiff::Span::new().days(900));
    let licensed = licensed_until(&desk, ends_on).await;
    let licence = certificate_of(&desk, &licensed).await;
    // In force, and not among them.
    registered(&desk).await;
    let desk = desk.later(1).await;
    let licensed = desk.read(&desk.officer, &licensed).await;
    let annulled = desk.take(&licensed, "annul").await;
    let last = history(&desk, &annulled).await.pop().unwrap();
    assert_eq!(last["event"], "publish_annulment");

    let both = listed(&desk, "").await;
    assert_eq!(numbers(&both), [licence.text("/number"), entered.text("/number")]);
    assert_eq!(both.body["page"]["next"], Value::Null);
    let page = listed(&desk, "?limit=1").await;
    assert_eq!(numbers(&page), [licence.text("/number")]);
    let rest = listed(&desk, &format!("?limit=1&after={}", page.text("/page/next"))).await;
    assert_eq!(numbers(&rest), [entered.text("/number")]);
    assert_eq!(rest.body["page"]["next"], Value::Null);
    for (wrong, code) in [
        ("?limit=0", "invalid_query"),
        ("?limit=1000", "invalid_query"),
        ("?after=x", "invalid_cursor"),
        ("?kind=licence", "invalid_query"),
    ] {
        let refused = desk.app.get(&format!("{LIST}{wrong}")).expect(400).await;
        assert_eq!(refused.code(), code, "{wrong}");
    }
    // Whoever is signed in is shown the same.
    let owners = desk.app.get(LIST).by(&desk.owner).expect(200).await;
    assert_eq!(owners.body, both.body);
}

/// What a program of before annulled without writing down that it was published: the daily run does.
#[actix_web::test]
async fn what_was_not_written_down_is_made_up_for() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let annulled = desk.take(&case_of(&desk, &first).await, "annul").await;
    let day = desk.today();
    let standing = format!(r#"{{"state": "annulled", "marks": {{"annulled_on": "{day}"}}, "done": {{"annul": 1}}}}"#);
    desk.app
        .by_hand(&format!(
            "DELETE FROM dossier_events WHERE event = 'publish_annulment';
             UPDATE dossiers SET standing = '{standing}' WHERE procedure = 'CERT'"
        ))
        .await;
    let codes = async || {
        let events = history(&desk, &annulled).await;
        let code = |event: &Value| event["event"].as_str().unwrap().to_owned();
        events.iter().map(code).collect::<Vec<_>>()
    };
    assert!(!codes().await.contains(&"publish_annulment".to_owned()));
    // What the exchange does is due of itself, and of no officer.
    let seen = desk.read(&desk.officer, &annulled).await;
    let due = seen.body["due"].as_array().unwrap().iter();
    let told: Vec<[&Value; 3]> = due
        .map(|due| [&due["event"]["code"], &due["by"], &due["side"]])
        .collect();
    for one in [
        [json!("publish_annulment"), json!("system"), Value::Null],
        [json!("notify_annulment"), json!("issuing_authority"), json!("officer")],
    ] {
        assert!(told.contains(&one.each_ref()), "{told:?}");
    }
    // Everybody is shown it all the same.
    assert_eq!(numbers(&listed(&desk, "").await), [first.text("/number")]);
    let done = terms::run(desk.app.exchange(), || false).unwrap();
    assert_eq!((done.went_on, done.failed), (1, 0));
    assert_eq!(codes().await.last().unwrap(), "publish_annulment");
    // And not again.
    assert_eq!(terms::run(desk.app.exchange(), || false).unwrap().went_on, 0);
}
