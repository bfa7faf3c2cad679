//! What cannot be read of a body decides about other members: of those nothing is told that nobody did wrong.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::Permission;

use super::assert_told;
use crate::harness::TestApp;

/// A rule set in which nothing is wrong, changed.
fn rules(change: impl FnOnce(&mut Value)) -> Value {
    let mut rules = json!({
        "name_vi": "Xác nhận", "name_en": "Confirmation", "legal_basis": "Quy trình nội bộ", "valid_from": "2026-01-01",
        "states": [
            {"code": "submitted", "name_vi": "Đã nộp", "name_en": "Submitted"},
            {"code": "confirmed", "name_vi": "Đã xác nhận", "name_en": "Confirmed", "is_final": true},
        ],
        "events": [
            {"code": "submit", "name_vi": "Nộp", "name_en": "Submit", "from": [], "to": "submitted", "actor": "applicant",
             "marks": [{"code": "submitted_on", "from": "today"}], "documents": ["form"], "hands_in": true,
             "legal_basis": "Quy trình nội bộ"},
            {"code": "confirm", "name_vi": "Xác nhận", "name_en": "Confirm", "from": ["submitted"], "to": "confirmed",
             "actor": "department", "legal_basis": "Quy trình nội bộ"},
        ],
        "documents": [{"code": "form", "name_vi": "Đơn", "name_en": "Form", "legal_basis": "Quy trình nội bộ"}],
        "authorities": [
            {"code": "UBND", "name_vi": "Ủy ban", "name_en": "Committee", "form": "independent", "legal_basis": "Quy trình nội bộ"},
            {"code": "SKHCN-PT", "name_vi": "Sở", "name_en": "Department", "legal_basis": "Quy trình nội bộ"},
        ],
        "fee": {"flat": 0, "legal_basis": "Quy trình nội bộ"},
    });
    change(&mut rules);
    rules
}

#[actix_web::test]
async fn nobody_is_told_of_mistakes_that_only_seem_so_because_of_what_cannot_be_read() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    // What stands in the place of the day on which an entry begins is today, when this one is not valid yet.
    let later = json!({"code": "later", "name_vi": "Về sau", "valid_from": "2199-01-01"});
    let entries = "/taxonomies/fields/entries";
    app.post(entries).by(&keeper).json(&later).expect(201).await;
    // Whoever reads the list has it at hand then.
    app.get("/taxonomies/fields").expect(200).await;
    let (post, put) = (Method::POST, Method::PUT);
    let procedure = || String::from("/procedures/CONSENT");
    let mut registration = app.registration("Công ty Một");
    registration["enterprise"]
        .as_object_mut()
        .unwrap()
        .remove("commune_code");
    registration["enterprise"]["commune_name"] = json!(7);
    let cases = [
        (&post, "/registrations".into(), registration, "/enterprise/commune_name"),
        (
            &post,
            "/periodic-reports".into(),
            json!({"form": "briefing", "period": 7}),
            "/period",
        ),
        (
            &post,
            "/periodic-reports".into(),
            json!({"form": 7, "period": "2025-Q5"}),
            "/form /period",
        ),
        (
            &post,
            entries.into(),
            json!({"code": "food.x", "parent": 7, "name_vi": ""}),
            "/name_vi /parent",
        ),
        (
            &post,
            entries.into(),
            json!({"code": "later.x", "parent": "later", "name_vi": "Mới", "valid_from": 7}),
            "/valid_from",
        ),
        (
            &post,
            entries.into(),
            json!({"code": "none.x", "parent": "none", "name_vi": "Mới", "valid_from": 7}),
            "/parent /valid_from",
        ),
        (
            &post,
            "/vocabulary".into(),
            json!({"relation": 7, "members": ["a"], "note": " "}),
            "/note /relation",
        ),
        (
            &post,
            "/vocabulary".into(),
            json!({"switches_off": 7, "source": "zz"}),
            "/source /switches_off",
        ),
        (
            &post,
            "/vocabulary/preview".into(),
            json!({"q": "máy", "entry": {"relation": 7, "members": ["a"]}}),
            "/entry/relation",
        ),
        // What an entry may switch off that comes in the place of another one depends on that.
        (
            &post,
            "/vocabulary/preview".into(),
            json!({"q": 7, "entry": {"relation": "near", "members": ["a"], "switches_off": "x"}}),
            "/entry/members /entry/switches_off /q",
        ),
        (
            &post,
            "/vocabulary/preview".into(),
            json!({"q": 7, "entry": {"relation": "near", "members": ["a"], "switches_off": "x"}, "instead_of": Uuid::nil()}),
            "/entry/members /q",
        ),
        (
            &post,
            "/vocabulary/preview".into(),
            json!({"q": "máy", "entry": {"relation": "near", "members": ["a"], "switches_off": "x"}, "instead_of": 7}),
            "/entry/members /instead_of",
        ),
        (
            &put,
            procedure(),
            rules(|rules| {
                rules["states"] = json!(7);
                rules["name_vi"] = json!("");
            }),
            "/name_vi /states",
        ),
        (
            &put,
            procedure(),
            rules(|rules| rules["states"][1]["code"] = json!(7)),
            "/states/1/code",
        ),
        (
            &put,
            procedure(),
            rules(|rules| rules["documents"] = json!("form")),
            "/documents",
        ),
        (
            &put,
            procedure(),
            rules(|rules| rules["events"][0]["to"] = json!(7)),
            "/events/0/to",
        ),
        (
            &put,
            procedure(),
            rules(|rules| {
                rules["authorities"][0]["form"] = json!(7);
                rules["fee"]["flat"] = json!("0");
                rules["events"][1]["to"] = json!("nowhere");
            }),
            "/authorities/0/form /events/1/to /fee/flat /states/1",
        ),
        (
            &put,
            procedure(),
            json!({
                "name_vi": "", "name_en": "Consent", "legal_basis": "Luật", "valid_from": "hôm nay", "states": [], "events": [],
                "authorities": [], "colour": 1,
            }),
            "/authorities /colour /events /events /name_vi /states /valid_from",
        ),
    ];
    assert_told(&app, &keeper, 0, &cases).await;
}
