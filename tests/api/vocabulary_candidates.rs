//! What is learned from listings for the vocabulary of searches.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::jobs::suggest::{Suggested, suggest};

use crate::harness::{Person, Reply, TestApp, dryer};

async fn learn(app: &TestApp) -> Suggested {
    let exchange = app.exchange().clone();
    tokio::task::spawn_blocking(move || suggest(&exchange, 2).unwrap())
        .await
        .unwrap()
}

/// A public listing with titles in both languages.
async fn publish(app: &TestApp, owner: &Person, officer: &Person, titles: (&str, &str)) -> String {
    let mut listing = dryer(titles.0);
    listing["title"]["en"] = json!(titles.1);
    let made = app.post("/listings").by(owner).json(&listing).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    let sent = app.post(&format!("{path}/submission")).by(owner).expect(200).await;
    let approval = app.post(&format!("{path}/approval")).by(officer);
    approval.if_match(sent.number("/version")).expect(200).await;
    made.text("/id").to_owned()
}

#[actix_web::test]
async fn what_listings_say_is_proposed_once_and_taken_or_refused() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut ids = Vec::new();
    for titles in [
        ("Bồn ngâm quả khế chua (BNQKC)", "Qworfelizer one"),
        ("Bồn ngâm quả khế chua (BNQKC), loại to", "Qworfelizer two"),
        ("Tàu lượn không người (TLKN)", "Zubrique glider"),
        ("Tàu lượn không người (TLKN), loại nhỏ", "Zubrique small glider"),
    ] {
        ids.push(publish(&app, &owner, &officer, titles).await);
    }
    app.settle().await;
    let first = learn(&app).await;
    assert!(first.read == 4 && first.queued > 0, "{first:?}");
    assert_eq!(learn(&app).await, Suggested { queued: 0, ..first });

    let page = app
        .get("/vocabulary/candidates?limit=100")
        .by(&keeper)
        .expect(200)
        .await;
    let named = |member: &str| {
        let items = page.body["items"].as_array().unwrap().iter();
        let mut with = items.filter(|item| item["members"][1] == member);
        with.next().unwrap_or_else(|| panic!("{member}: {}", page.body)).clone()
    };
    let (short, other) = (named("bnqkc"), named("tlkn"));
    assert_eq!(short["members"][0], "bồn ngâm quả khế chua");
    assert_eq!(
        (&short["support"], &short["method"]),
        (&json!(2), &json!("abbreviation"))
    );
    let seen: Vec<&Value> = short["examples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["listing_id"])
        .collect();
    assert!(seen.iter().all(|id| ids.iter().any(|known| *id == known)), "{seen:?}");

    let path = |item: &Value, step: &str| format!("/vocabulary/candidates/{}/{step}", item["id"].as_str().unwrap());
    let taken = app.post(&path(&short, "acceptance")).by(&keeper).expect(200).await;
    let entry = taken.text("/entry_id").to_owned();
    let read = app.get(&format!("/vocabulary/{entry}")).by(&keeper).expect(200).await;
    assert_eq!(read.text("/entry/words/relation"), "abbreviation");
    app.post(&path(&other, "rejection")).by(&keeper).expect(200).await;
    for item in [&short, &other] {
        for step in ["acceptance", "rejection"] {
            let late = app.post(&path(item, step)).by(&keeper).expect(409).await;
            assert_eq!(late.code(), "already_decided");
        }
    }
    let id = other["id"].as_str().unwrap();
    let deeds: Vec<String> = app.deeds(id).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(deeds, ["vocabulary.candidate_rejected"]);
    // Whatever is learned again, this one is not.
    assert_eq!(learn(&app).await.queued, 0);
    let refused = app
        .get("/vocabulary/candidates?status=rejected")
        .by(&keeper)
        .expect(200)
        .await;
    assert_eq!(refused.ids(), [id]);
    // What a listing said is told while it is public, and no longer.
    let words = |reply: &Reply| -> BTreeMap<String, Value> {
        let examples = reply.body["items"][0]["examples"].as_array().unwrap().iter();
        let told = |example: &Value| {
            (
                example["listing_id"].as_str().unwrap().to_owned(),
                example["text"].clone(),
            )
        };
        examples.map(told).collect()
    };
    assert!(words(&refused).values().all(Value::is_string), "{}", refused.body);
    let path = format!("/listings/{}/submission", ids[2]);
    app.delete(&path).by(&owner).expect(200).await;
    let refused = app
        .get("/vocabulary/candidates?status=rejected")
        .by(&keeper)
        .expect(200)
        .await;
    let words = words(&refused);
    assert_eq!((words.len(), &words[&ids[2]]), (2, &Value::Null));
    assert!(words[&ids[3]].is_string());
    let wrong = app.get("/vocabulary/candidates?status=x").by(&keeper).expect(400).await;
    assert_eq!(wrong.pointers(), ["status"]);
}
