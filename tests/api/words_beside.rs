//! Words that block are told beside whatever else is wrong with what was sent, wherever the text can be read.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::Permission;

use crate::enterprise_imports::{HEAD, import, rows};
use crate::harness::{Reply, TestApp, dryer, tax_code};

/// An exchange that publishes nothing with `amiăng`.
async fn exchange() -> TestApp {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let term = json!({"phrase": "amiăng", "severity": "block", "ground": "Công văn 12/SKHCN"});
    app.post("/screening-terms").by(&keeper).json(&term).expect(201).await;
    app
}

/// What is told, in order: the place, and whether it is a word.
fn told(refused: &Reply) -> Vec<(String, bool)> {
    let errors = refused.body["errors"].as_array().unwrap().iter();
    let mut told: Vec<_> = errors
        .map(|error| {
            (
                error["pointer"].as_str().unwrap().to_owned(),
                error["code"] == "screened",
            )
        })
        .collect();
    told.sort();
    told
}

fn places(expected: &[(&str, bool)]) -> Vec<(String, bool)> {
    expected
        .iter()
        .map(|(place, is_word)| ((*place).to_owned(), *is_word))
        .collect()
}

#[actix_web::test]
async fn of_a_registration() {
    let app = exchange().await;
    let ask = async |more: Value| -> Reply {
        let mut body = app.registration("Công ty Amiăng Sông Hồng");
        for (name, value) in more.as_object().unwrap() {
            body["enterprise"][name] = value.clone();
        }
        app.post("/registrations").json(&body).expect(422).await
    };
    let (name, phone) = (("/enterprise/legal_name", true), ("/enterprise/contact_phone", false));
    assert_eq!(told(&ask(json!({"contact_phone": "12"})).await), places(&[phone, name]));
    // Also where a member cannot be read at all, or is not known.
    assert_eq!(
        told(&ask(json!({"contact_phone": 12, "colour": "amiăng"})).await),
        places(&[("/enterprise/colour", false), phone, name])
    );
    // What is no text has no words.
    assert_eq!(
        told(&ask(json!({"mission": ["amiăng"]})).await),
        places(&[name, ("/enterprise/mission", false)])
    );
    assert_eq!(told(&ask(json!({})).await), places(&[name]));
}

#[actix_web::test]
async fn of_an_edit_and_of_a_row() {
    let app = exchange().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let edit = app.patch(&format!("/enterprises/{}", owner.enterprise));
    let edit = edit.by(&owner).if_match(2);
    let patch = json!({"contact_phone": "12", "mission": "Ép tấm amiăng", "capabilities": ["Cắt amiăng"]});
    let refused = edit.json(&patch).expect(422).await;
    assert_eq!(
        told(&refused),
        places(&[("/capabilities/0", true), ("/contact_phone", false), ("/mission", true)])
    );

    let code = tax_code(9_980);
    let row = format!("{code};cp;Công ty Amiăng;Khu 5;Lâm Thao;Phú Thọ;Lan;12;lan@a.example;;\n");
    let done = import(&app, &officer, "", format!("{HEAD}{row}")).await;
    let rows = rows(&app, &officer, &done).await;
    let problems = rows[0]["problems"].as_array().unwrap().iter();
    let mut found: Vec<(&str, &str)> = problems
        .map(|problem| (problem["pointer"].as_str().unwrap(), problem["code"].as_str().unwrap()))
        .collect();
    found.sort_unstable();
    assert_eq!(found, [("/contact_phone", "malformed"), ("/legal_name", "screened")]);
}

#[actix_web::test]
async fn of_a_listing_that_is_not_complete() {
    let app = exchange().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut draft = dryer("Máy trộn amiăng");
    draft.as_object_mut().unwrap().remove("summary");
    let made = app.post("/listings").by(&owner).json(&draft).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    let refused = app.post(&format!("{path}/submission")).by(&owner).expect(422).await;
    assert_eq!(refused.code(), "listing_incomplete");
    assert_eq!(told(&refused), places(&[("/summary/vi", false), ("/title/vi", true)]));
}

#[actix_web::test]
async fn of_what_is_written_about_listings() {
    let app = exchange().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let id = Uuid::nil();
    for (method, path, body, expected) in [
        (
            Method::POST,
            format!("/listings/{id}/inquiries"),
            json!({"interest": "zz", "message": "Cần mua tấm amiăng."}),
            [("/interest", false), ("/message", true)],
        ),
        (
            Method::PUT,
            format!("/files/{id}/label"),
            json!({"kind": "zz", "title": {"vi": "Tấm amiăng"}}),
            [("/kind", false), ("/title/vi", true)],
        ),
        (
            Method::PUT,
            format!("/listings/{id}/videos"),
            json!({"videos": [{"url": "zz", "title": {"vi": "Ép amiăng"}}]}),
            [("/videos/0/title/vi", true), ("/videos/0/url", false)],
        ),
    ] {
        let refused = app.call(method, &path).by(&owner).json(&body).expect(422).await;
        assert_eq!(told(&refused), places(&expected), "{path}");
    }
}

#[actix_web::test]
async fn of_the_steps_of_an_inquiry() {
    let app = exchange().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let outcome = json!({"outcome": {"contract_no": "12/amiăng", "signed_on": "2999-01-01"}});
    let outcomes = [("/outcome/contract_no", true), ("/outcome/signed_on", false)];
    for (step, body, expected) in [
        ("agreement", outcome.clone(), outcomes),
        ("completion", outcome, outcomes),
        (
            "rejection",
            json!({"reason": "zz", "note": "Không bán amiăng."}),
            [("/note", true), ("/reason", false)],
        ),
        (
            "messages",
            json!({"text": "Bán amiăng.", "colour": 1}),
            [("/colour", false), ("/text", true)],
        ),
    ] {
        let call = app.post(&format!("/inquiries/{}/{step}", Uuid::nil())).by(&owner);
        let call = if step == "messages" { call } else { call.if_match(1) };
        let refused = call.json(&body).expect(422).await;
        assert_eq!(told(&refused), places(&expected), "{step}");
    }
}
