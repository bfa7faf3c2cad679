//! The life of what was issued, whatever version is published: one case of a certificate, annulled wherever it holds and never back.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::lawful::{place_of, rules_of};
use crate::certificates::certificate_of;
use crate::dossiers::{Desk, content};
use crate::harness::TestApp;

/// What is published under a code of the rules of a procedure, the change, and where it is refused: `{}` is the place of the event.
type Refused<'a> = (
    &'a str,
    &'a str,
    &'a str,
    &'a dyn Fn(&mut Value, usize),
    &'a [&'a str],
    &'a str,
);

/// Adds an event, which comes last.
fn add(rules: &mut Value, event: Value) {
    rules["events"].as_array_mut().unwrap().push(event);
}

fn by_officer(from: &str, to: &str) -> Value {
    json!({
        "code": "done", "name_vi": "Hoàn tất", "name_en": "Done", "from": [from], "to": to, "actor": "licensing_authority",
        "needs_note": true, "legal_basis": "Thực tiễn",
    })
}

#[actix_web::test]
async fn no_version_gives_a_paper_another_life() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let same = |_: &mut Value, _: usize| {};
    let derived = |rules: &mut Value, _: usize| rules["is_derived"] = json!(true);
    let opened = |rules: &mut Value, _: usize| rules["is_derived"] = json!(false);
    let late = |rules: &mut Value, at: usize| rules["events"][at]["from"] = json!(["expired"]);
    let by_hand = |rules: &mut Value, at: usize| drop(rules["events"][at].as_object_mut().unwrap().remove("comes_of"));
    let gone = |rules: &mut Value, at: usize| drop(rules["events"].as_array_mut().unwrap().remove(at));
    let active = |rules: &mut Value, _: usize| add(rules, by_officer("annulled", "active"));
    let expired = |rules: &mut Value, _: usize| add(rules, by_officer("enforcement", "expired"));
    let licensed = |rules: &mut Value, _: usize| add(rules, by_officer("repayment_due", "licensed"));
    let unsaid = |rules: &mut Value, _: usize| {
        add(
            rules,
            json!({
                "code": "approve_sys", "name_vi": "Chấp thuận ngay", "name_en": "Approved at once", "from": [], "to": "approved",
                "actor": "system", "legal_basis": "Thực tiễn",
            }),
        );
    };
    let both = &["/events/{}/needs_letter", "/events/{}/needs_screening"];
    let cases: [Refused<'_>; 14] = [
        (
            "CERT2",
            "CERT",
            "issue",
            &same,
            &["/is_derived", "/events/{}/comes_of"],
            "32.1",
        ),
        ("CERT", "CERT", "issue", &opened, &["/is_derived"], "32.1"),
        ("REG", "REG", "open", &derived, &["/is_derived"], "32.1"),
        ("CERT", "CERT", "annul", &late, &["/events/{}/from"], "Đ.32.2"),
        ("LIC", "LIC", "annul", &late, &["/events/{}/from"], "Đ.32.2"),
        ("LIC2", "LIC", "annul", &late, &["/events/{}/from"], "Đ.32.2"),
        ("CERT", "CERT", "done", &active, &["/events/{}/to"], "Đ.32.2"),
        ("CERT", "CERT", "done", &expired, &["/events/{}/to"], "Đ.32.2"),
        ("LIC", "LIC", "done", &licensed, &["/events/{}/to"], "Đ.32.2"),
        ("CERT", "CERT", "amended", &by_hand, &["/events/{}/comes_of"], "Đ.33.3"),
        ("CERT", "CERT", "amended", &gone, &["/events"], "Đ.33.3"),
        ("LIC", "LIC", "replaced", &by_hand, &["/events/{}/comes_of"], "Đ.30.5"),
        ("LIC", "LIC", "replaced", &gone, &["/events"], "Đ.30.5"),
        ("APR", "APR", "approve_sys", &unsaid, both, "29.4"),
    ];
    for (code, of, event, change, places, article) in cases {
        let mut rules = rules_of(&app, of).await;
        // What is added comes last.
        let last = rules["events"].as_array().unwrap().len();
        let is_there = rules["events"]
            .as_array()
            .unwrap()
            .iter()
            .any(|known| known["code"] == event);
        let at = if is_there { place_of(&rules, event) } else { last };
        change(&mut rules, at);
        let put = app.put(&format!("/procedures/{code}")).by(&keeper).if_match(0);
        let refused = put.json(&rules).expect(422).await;
        let places: Vec<String> = places
            .iter()
            .map(|place| place.replace("{}", &at.to_string()))
            .collect();
        assert_eq!(refused.pointers(), places, "{code} {event}: {}", refused.body);
        for error in refused.body["errors"].as_array().unwrap() {
            assert_eq!(error["code"], "refused_by_law", "{error}");
            assert!(error["detail"].as_str().unwrap().contains(article), "{error}");
        }
    }
}

/// A state beside, in which a paper holds, is one from which it is annulled; what leaves an annulled paper annulled leads nowhere back.
#[actix_web::test]
async fn a_further_state_is_one_from_which_a_paper_is_annulled() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let mut rules = rules_of(&app, "CERT").await;
    let state = json!({"code": "watched", "name_vi": "Đang theo dõi", "name_en": "Watched"});
    rules["states"].as_array_mut().unwrap().push(state);
    add(&mut rules, by_officer("active", "watched"));
    let mut back = by_officer("watched", "active");
    back["code"] = json!("watched_enough");
    add(&mut rules, back);
    let mut lifted = by_officer("repayment_due", "annulled");
    lifted["code"] = json!("demand_withdrawn");
    add(&mut rules, lifted);
    let put = |rules: &Value| app.put("/procedures/CERT").by(&keeper).if_match(0).json(rules);
    let annul = place_of(&rules, "annul");
    let refused = put(&rules).expect(422).await;
    let place = format!("/events/{annul}/from");
    assert_eq!(refused.pointers(), [place.as_str()], "{}", refused.body);
    let detail = refused.text("/errors/0/detail");
    assert!(detail.contains("watched") && !detail.contains("expired"), "{detail}");
    rules["events"][annul]["from"] = json!(["active", "watched", "expired"]);
    assert_eq!(put(&rules).expect(200).await.number("/version"), 1);
}

/// Of what an older program took the law's own cases are those of certificates, and there is one of each.
#[actix_web::test]
async fn a_certificate_has_one_case() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let put = app.put("/procedures/ACERT").by(&keeper).if_match(0);
    put.json(&rules_of(app, "IP_SUPPORT").await).expect(200).await;
    let written = rules_of(app, "CERT").await.to_string().replace('\'', "''");
    app.by_hand(&format!(
        "UPDATE procedure_versions SET rules = '{written}' WHERE code = 'ACERT' AND version = 1"
    ))
    .await;
    assert_eq!(rules_of(app, "ACERT").await["is_derived"], json!(true));
    let registered = desk.counter().register(&content(&desk.tax_code)).await;
    let certificate = certificate_of(&desk, &registered).await;
    let path = format!("/dossiers/{}", certificate.text("/case_id"));
    let case = app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(case.text("/procedure/code"), "CERT", "{}", case.body);
    let other = app.get("/dossiers?procedure=ACERT").by(&desk.officer).expect(200).await;
    assert_eq!(other.body["items"], json!([]), "{}", other.body);
    let cases = app.get("/dossiers?procedure=CERT").by(&desk.officer).expect(200).await;
    assert_eq!(cases.body["items"].as_array().unwrap().len(), 1, "{}", cases.body);
}
