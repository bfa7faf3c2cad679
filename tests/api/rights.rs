//! Rights that listings name and that end, and readiness levels that do not go with the stage.

use jiff::ToSpan as _;
use serde_json::{Value, json};
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;
use vptex::domain::letter::{Letter, RightEnd};
use vptex::service::right_notices;

use crate::harness::{Person, TestApp, dryer};

const DAY: i64 = 86_400;

/// The job of several nodes at once; how many notices went.
async fn look(app: &TestApp) -> usize {
    let looks = (0..3).map(|_| {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || right_notices::run(&exchange, || false).unwrap().unwrap())
    });
    let mut sent = 0;
    for look in looks.collect::<Vec<_>>() {
        sent += look.await.unwrap();
    }
    sent
}

async fn told(app: &TestApp, owner: &Person) -> Vec<RightEnd> {
    let letters = app.letters_to(&owner.email).await.into_iter();
    let of_letter = |letter| match letter {
        Letter::RightEnds(end) => Some(end),
        _ => None,
    };
    letters.filter_map(of_letter).collect()
}

fn codes(warnings: &Value) -> Vec<(&str, &str)> {
    let warnings = warnings.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let told = warnings.map(|warning| (warning["code"].as_str().unwrap(), warning["pointer"].as_str().unwrap()));
    told.collect()
}

#[actix_web::test]
async fn a_right_that_ends_is_told_to_its_owner_and_said_on_the_page() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let last = day_of(app.clock.now()).checked_add(40.days()).unwrap();
    let right = |kind: &str, number: &str, is_public: bool| {
        json!({"type": kind, "status": "granted", "grant_number": number, "expires_on": last.to_string(),
            "is_public": is_public})
    };
    let mut listing = dryer("Máy sấy lúa");
    listing["ip_rights"] = json!([
        right("trademark", "4-0012345", false),
        right("patent", "1-0034567", true),
        {"type": "industrial_design", "status": "granted", "grant_number": "3-1", "is_public": true},
    ]);
    let made = app.post("/listings").by(&owner).json(&listing).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let approve = app.post(&format!("{path}/approval")).by(&officer);
    approve.if_match(sent.number("/version")).expect(200).await;
    let page = app.get(&path).expect(200).await;
    assert_eq!(page.body.get("warnings"), None);
    let tag = page.header("etag").unwrap().to_owned();
    app.get(&path).header("if-none-match", &tag).expect(304).await;

    assert_eq!(look(&app).await, 0);
    app.clock.pass(10 * DAY);
    assert_eq!((look(&app).await, look(&app).await), (1, 0));
    let before = told(&app, &owner).await;
    let numbers: Vec<_> = before[0]
        .rights
        .iter()
        .map(|right| right.number.as_deref().unwrap())
        .collect();
    assert_eq!(
        (before.len(), before[0].is_over, before[0].expires_on),
        (1, false, last)
    );
    assert_eq!(numbers, ["4-0012345", "1-0034567"]);
    // Through its last day it holds.
    app.clock.pass(30 * DAY);
    assert_eq!(look(&app).await, 0);
    assert_eq!(app.get(&path).expect(200).await.body.get("warnings"), None);
    app.clock.pass(DAY);
    assert_eq!((look(&app).await, look(&app).await), (1, 0));
    let after = told(&app, &owner).await;
    assert_eq!((after.len(), after[0].is_over), (2, true));

    // Everybody reads it, of what everybody sees, also who has the page of before.
    let seen = app.get(&path).header("if-none-match", &tag).expect(200).await;
    assert_eq!(codes(&seen.body["warnings"]), [("right_ended", "/ip_rights/0")]);
    assert!(seen.text("/warnings/0/vi").contains("1-0034567"));
    let (owner, officer) = (app.another_day(&owner).await, app.another_day(&officer).await);
    for insider in [&owner, &officer] {
        let seen = app.get(&path).by(insider).expect(200).await;
        let both = [("right_ended", "/ip_rights/0"), ("right_ended", "/ip_rights/1")];
        assert_eq!(codes(&seen.body["warnings"]), both);
    }
    let notices = app.get("/me/notices").by(&owner).expect(200).await;
    assert_eq!(notices.text("/items/0/kind"), "right_ends");
    assert_eq!(notices.text("/items/0/listing_id"), made.text("/id"));
}

#[actix_web::test]
async fn a_readiness_level_far_from_the_stage_is_a_hint_for_those_inside_and_no_more() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut listing = dryer("Máy sấy lúa");
    (listing["trl"], listing["stage"]) = (json!(2), json!("commercial"));
    let made = app.post("/listings").by(&owner).json(&listing).expect(201).await;
    let hint = [("trl_contradicts_stage", "/trl")];
    assert_eq!(codes(&made.body["warnings"]), hint);
    let path = format!("/listings/{}", made.text("/id"));
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let read = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(codes(&read.body["warnings"]), hint);
    let approve = app.post(&format!("{path}/approval")).by(&officer);
    approve.if_match(sent.number("/version")).expect(200).await;
    assert_eq!(app.get(&path).expect(200).await.body.get("warnings"), None);
    for (trl, stage, is_told) in [
        (3, "idea", false),
        (5, "idea", true),
        (4, "lab", false),
        (9, "industrial", false),
    ] {
        (listing["trl"], listing["stage"]) = (json!(trl), json!(stage));
        let made = app.post("/listings").by(&owner).json(&listing).expect(201).await;
        assert_eq!(!codes(&made.body["warnings"]).is_empty(), is_told, "{trl} {stage}");
    }
}
