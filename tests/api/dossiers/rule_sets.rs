//! The rules of 2017 and 2018 and those of 2026, side by side: each dossier under those of the day on which it was handed in.

use jiff::civil::date;
use serde_json::{Value, json};

use super::{Desk, content};
use crate::certificates::{certificate_of, old_paper};
use crate::harness::Reply;

async fn version_on(desk: &Desk, code: &str, day: &str) -> (i64, bool) {
    let path = format!("/procedures/{code}?on={day}");
    let told = desk.app.get(&path).expect(200).await;
    (told.number("/version"), told.body["is_in_force"] == true)
}

/// How sure the term is within which the certificate is to be issued.
fn verification(seen: &Reply) -> &str {
    let due = seen.body["due"].as_array().unwrap();
    let issue = due.iter().find(|due| due["event"]["code"] == "issue").unwrap();
    issue["verification"].as_str().unwrap()
}

#[actix_web::test]
async fn a_dossier_of_the_last_day_goes_on_by_its_rules_beside_those_of_the_first() {
    let desk = Desk::on(date(2026, 3, 31)).await;
    let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
    let signed = async |desk: &Desk| desk.take(&desk.begin(&desk.owner, &new).await, "sign_contract").await;
    let old = desk.take(&signed(&desk).await, "submit").await;
    // Begun before, and handed in after.
    let waiting = signed(&desk).await;
    assert_eq!((old.number("/rule_version"), waiting.number("/rule_version")), (-1, -1));
    let present = desk.app.get("/procedures/REG").expect(200).await;
    assert_eq!(
        (
            present.number("/version"),
            present.text("/rules/valid_to"),
            present.text("/newer/0/valid_from")
        ),
        (-1, "2026-03-31", "2026-04-01")
    );

    let desk = desk.later(1).await;
    assert_eq!(desk.today(), date(2026, 4, 1));
    let late = desk.take(&waiting, "submit").await;
    let fresh = desk.take(&signed(&desk).await, "submit").await;
    let old = desk.read(&desk.officer, &old).await;
    for (seen, version) in [(&old, -1), (&late, 0), (&fresh, 0)] {
        assert_eq!(seen.number("/rule_version"), version);
    }
    // Officers read both, and everybody the one of any day.
    let versions = desk.app.get("/procedures/REG/versions").expect(200).await;
    let items = versions.body["items"].as_array().unwrap().iter();
    let told: Vec<(i64, bool)> = items
        .map(|item| (item["version"].as_i64().unwrap(), item["is_in_force"] == true))
        .collect();
    assert_eq!(told, [(0, true), (-1, false), (-2, false)]);
    for (day, version) in [
        ("2018-07-01", -2),
        ("2025-06-30", -2),
        ("2025-07-01", -1),
        ("2026-03-31", -1),
        ("2026-04-01", 0),
    ] {
        assert_eq!(version_on(&desk, "REG", day).await, (version, true), "{day}");
    }
    assert_eq!(version_on(&desk, "OPN_POLICY", "2026-03-31").await, (-1, true));
    assert_eq!(version_on(&desk, "OPN_POLICY", "2026-04-01").await, (0, true));
    // Before the first of them there was nothing to go by.
    let before = desk.app.get("/procedures/REG?on=2018-06-30").expect(404).await;
    assert_eq!(before.code(), "not_found");

    // Each is decided by its own, and its certificate names the law that it stands on.
    for (seen, sure, names_amendment) in [(&old, "verified", false), (&late, "unverified", true)] {
        let accepted = desk.take(seen, "accept_complete").await;
        assert_eq!(verification(&accepted), sure);
        let certificate = certificate_of(&desk, &desk.take(&accepted, "issue").await).await;
        let bases = certificate.body["record"]["legal_bases"].to_string();
        assert!(bases.contains("07/2017/QH14"), "{bases}");
        assert_eq!(bases.contains("115/2025/QH15"), names_amendment, "{bases}");
    }
}

#[actix_web::test]
async fn a_paper_is_under_the_rules_of_the_day_on_which_it_came() {
    let desk = Desk::on(date(2026, 4, 2)).await;
    let signed = async || {
        let new = json!({"procedure": "REG", "content": content(&desk.tax_code)});
        let begun = desk.begin(&desk.officer, &new).await;
        let body = json!({"event": "sign_contract", "given_on": "2026-03-20"});
        let signed = desk.post(&begun, &desk.officer, &body).await;
        assert_eq!(signed.status, 200, "{}", signed.body);
        signed
    };
    let submit = async |came: Value| {
        let body = json!({"event": "submit", "received_on": came});
        desk.post(&signed().await, &desk.officer, &body).await
    };
    for (came, version) in [(json!("2026-03-31"), -1), (json!("2026-04-01"), 0), (Value::Null, 0)] {
        let handed_in = submit(came.clone()).await;
        assert_eq!(
            (handed_in.status, handed_in.number("/rule_version")),
            (200, version),
            "{came}: {}",
            handed_in.body
        );
    }
    // A day that cannot be meant chooses no rules.
    for came in ["0990-01-01", "2026-03-19", "2026-04-03"] {
        let refused = submit(json!(came)).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/received_on"]),
            "{came}"
        );
    }
    let asked = |came: &str| json!({"procedure": "OPN_POLICY", "content": content(&desk.tax_code), "given_on": "2026-03-30", "received_on": came});
    for (came, version) in [("2026-03-31", -1), ("2026-04-01", 0)] {
        let received = desk.begin(&desk.officer, &asked(came)).await;
        assert_eq!(received.number("/rule_version"), version, "{came}");
    }
}

#[actix_web::test]
async fn an_older_certificate_is_under_the_rules_of_its_day() {
    let desk = Desk::on(date(2026, 6, 1)).await;
    let case_of = async |paper: &Value| {
        let call = desk.app.post("/certificates").by(&desk.signer).json(paper);
        let entered = call.expect(201).await;
        let path = format!("/dossiers/{}", entered.text("/case_id"));
        desk.app.get(&path).by(&desk.officer).expect(200).await
    };
    let old = case_of(&old_paper(&desk.tax_code)).await;
    let mut new = old_paper(&desk.tax_code);
    (new["authority"], new["number"], new["issued_on"]) = (json!("SKHCN-PT"), json!("07/2026/X"), json!("2026-05-04"));
    let new = case_of(&new).await;
    assert_eq!((old.text("/procedure/code"), old.number("/rule_version")), ("CERT", -1));
    assert_eq!(new.number("/rule_version"), 0);
    // Both go on: what the law knows of annulments is in both.
    for case in [&old, &new] {
        desk.take(case, "annul").await;
    }
    // A contract of long before has no rules of its day here.
    let mut oldest = old_paper(&desk.tax_code);
    (oldest["number"], oldest["issued_on"], oldest["contract_signed_on"]) =
        (json!("02/2012/X"), json!("2012-05-04"), json!("2012-04-03"));
    assert_eq!(case_of(&oldest).await.number("/rule_version"), 0);
}
