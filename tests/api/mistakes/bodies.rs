//! What is wrong with the form of a body and with its values is told together, of every body that has values to judge.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::Permission;

use crate::harness::{Person, TestApp};

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
async fn what_cannot_be_read_hides_no_wrong_value_of_any_body() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let me = app.get("/me").by(&owner).expect(200).await.number("/version");
    let id = Uuid::nil();
    let (listing, enterprise, dossier) = (
        format!("/listings/{id}"),
        format!("/enterprises/{id}"),
        format!("/dossiers/{id}"),
    );
    let (post, put, patch) = (Method::POST, Method::PUT, Method::PATCH);
    let (complaint, decision) = (
        json!({"ground": "zz", "contact": "x"}),
        json!({"outcome": "zz", "answer": "", "colour": 1}),
    );
    let cases = [
        (
            &post,
            "/dossiers".into(),
            json!({"procedure": "reg!", "note": 7, "content": {"direction": "zz"}}),
            "/content/direction /note /procedure",
        ),
        // Of what can be read nothing is left for a second time, either.
        (
            &post,
            "/dossiers".into(),
            json!({"procedure": "reg!", "content": {"direction": "zz"}}),
            "/content/direction /procedure",
        ),
        (
            &put,
            dossier.clone(),
            json!({"direction": "zz", "form": 7}),
            "/direction /form",
        ),
        (
            &post,
            format!("{dossier}/events"),
            json!({"event": "", "given_on": "hôm qua", "year": "2026", "colour": 1}),
            "/colour /event /given_on /year",
        ),
        (
            &put,
            format!("{dossier}/proposal"),
            json!({"event": "issue", "signed_as": "Giám đốc", "note": 7}),
            "/note /signed_as",
        ),
        (
            &post,
            "/certificates".into(),
            json!({"kind": "registration", "authority": "x", "content": {"direction": "zz"}}),
            "/authority /authority_name /content/direction /issued_on /number /place /signer_name /signer_title",
        ),
        (
            &put,
            format!("{listing}/classification"),
            json!({"regulatory_class": "zz", "note": "ngắn", "colour": 1}),
            "/colour /note /regulatory_class",
        ),
        (
            &put,
            format!("{enterprise}/contact"),
            json!({"contact_name": "", "contact_email": "x", "contact_phone": 7}),
            "/contact_email /contact_name /contact_phone",
        ),
        (
            &post,
            "/officers".into(),
            json!({"email": "x", "display_name": "Trần Văn Duyệt", "permissions": ["zz"], "scope": {"fields": ["zz"], "communes": 7}}),
            "/email /permissions/0 /scope/communes /scope/fields/0",
        ),
        (
            &patch,
            format!("/officers/{id}"),
            json!({"permissions": ["zz", 7], "scope": {"fields": ["zz"]}}),
            "/permissions/0 /permissions/1 /scope/fields/0",
        ),
        (
            &post,
            "/listing-renewals".into(),
            json!({"renewals": [{"id": id, "version": 1}, {"id": id, "version": "1"}]}),
            "/renewals/1/id /renewals/1/version",
        ),
        (
            &post,
            format!("{listing}/ip-notices"),
            json!({"right": "zz", "claimant": "", "contact": "x", "statement": 7, "is_true": "yes"}),
            "/claimant /contact /is_true /right /statement",
        ),
        (
            &post,
            format!("/ip-notices/{id}/counter-notice"),
            json!({"statement": "", "colour": 1}),
            "/colour /statement",
        ),
        (
            &post,
            format!("{listing}/reports"),
            json!({"ground": "zz", "details": "", "contact": 7}),
            "/contact /details /ground",
        ),
        (
            &post,
            format!("/reports/{id}/decision"),
            decision.clone(),
            "/answer /colour /outcome",
        ),
        (
            &post,
            format!("{enterprise}/complaints"),
            complaint.clone(),
            "/contact /details /ground",
        ),
        (
            &post,
            format!("{listing}/complaints"),
            complaint,
            "/contact /details /ground",
        ),
        (
            &post,
            format!("/complaints/{id}/decision"),
            decision,
            "/answer /colour /outcome",
        ),
        (
            &post,
            "/me/data-requests".into(),
            json!({"kind": "zz", "details": 7}),
            "/details /kind",
        ),
        (
            &post,
            format!("/data-requests/{id}/extension"),
            json!({"days": "five", "answer": ""}),
            "/answer /days",
        ),
        (
            &post,
            format!("/data-requests/{id}/refusal"),
            json!({"answer": "", "colour": 1}),
            "/answer /colour",
        ),
        (
            &post,
            "/join-requests".into(),
            json!({"tax_code": "1", "message": 7}),
            "/message /tax_code",
        ),
        (
            &post,
            format!("{enterprise}/join-requests/{id}/approval"),
            json!({"role": "chief", "colour": 1}),
            "/colour /role",
        ),
        (
            &patch,
            format!("{enterprise}/members/{id}"),
            json!({"role": "chief", "colour": 1}),
            "/colour /role",
        ),
        (
            &post,
            format!("{enterprise}/api-keys"),
            json!({"name": "", "scopes": ["zz"], "expires_in_days": "1"}),
            "/expires_in_days /name /scopes",
        ),
        (
            &post,
            format!("/reviews/listing/{id}/messages"),
            json!({"text": "", "colour": 1}),
            "/colour /text",
        ),
        (
            &put,
            format!("{listing}/confidential"),
            json!({"text": "", "colour": 1}),
            "/colour /text",
        ),
        (
            &post,
            format!("{listing}/confidential/grants"),
            json!({"enterprise_id": id, "purpose": "", "undertaking": 7, "expires_at": "1990-01-01T00:00:00Z"}),
            "/expires_at /purpose /undertaking",
        ),
        (
            &post,
            "/screening-terms".into(),
            json!({"phrase": "", "severity": "zz", "ground": 7}),
            "/ground /phrase /severity",
        ),
        (
            &post,
            "/import-aliases".into(),
            json!({"list": "zz", "name": "", "code": 7}),
            "/code /list /name",
        ),
        (
            &put,
            "/calendar/years/2030".into(),
            json!({"legal_basis": "", "days": [], "colour": 1}),
            "/colour /legal_basis",
        ),
        (
            &post,
            "/calendar/years/2030/preview".into(),
            json!({"legal_basis": "", "days": [], "colour": 1}),
            "/colour /legal_basis",
        ),
        (
            &post,
            "/taxonomies/fields/entries".into(),
            json!({"code": "Không", "name_vi": "", "name_en": 7}),
            "/code /name_en /name_vi",
        ),
        (
            &post,
            "/vocabulary".into(),
            json!({"relation": "far", "members": ["a"], "note": 7}),
            "/members /note /relation",
        ),
        (
            &post,
            "/vocabulary/preview".into(),
            json!({"q": 7, "entry": {"relation": "near", "members": ["a"]}}),
            "/entry/members /q",
        ),
        (
            &post,
            "/vocabulary/preview".into(),
            json!({"q": "x".repeat(600), "entry": {"relation": "near", "members": ["a"]}, "colour": 1}),
            "/colour /entry/members /q",
        ),
        (
            &post,
            "/periodic-reports".into(),
            json!({"form": "zz", "reason": 7}),
            "/form /from /reason /to",
        ),
        (
            &post,
            "/me/consents".into(),
            json!({"purpose": "zz", "policy_id": "x"}),
            "/policy_id /purpose",
        ),
        (
            &post,
            "/me/email".into(),
            json!({"email": "x", "colour": 1}),
            "/colour /email",
        ),
        (
            &put,
            "/me/password".into(),
            json!({"current_password": 7, "new_password": "x"}),
            "/current_password /new_password",
        ),
        (
            &post,
            "/password-resets".into(),
            json!({"email": "x".repeat(300), "colour": 1}),
            "/colour /email",
        ),
        (
            &post,
            "/password-resets/confirmation".into(),
            json!({"token": 7, "new_password": "x"}),
            "/new_password /token",
        ),
        (
            &post,
            "/accounts".into(),
            json!({"email": "x", "display_name": 7}),
            "/display_name /email",
        ),
        (
            &post,
            "/accounts/confirmation".into(),
            json!({"token": 7, "password": "x"}),
            "/password /token",
        ),
        (
            &post,
            "/registrations/confirmation".into(),
            json!({"token": 7, "password": "x"}),
            "/password /token",
        ),
        (
            &post,
            "/invitations/acceptance".into(),
            json!({"token": 7, "account": {"password": "x", "display_name": ""}}),
            "/account/display_name /account/password /token",
        ),
    ];
    assert_told(&app, &owner, me, &cases).await;
}

/// By which member it is judged what others may be, of those nothing is told while it cannot be read.
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

/// Sends each to its operation: exactly these members are told.
async fn assert_told(app: &TestApp, by: &Person, version: i64, cases: &[(&Method, String, Value, &str)]) {
    for (method, path, body, pointers) in cases {
        let call = app.call((*method).clone(), path).by(by).if_match(version);
        let refused = call.json(body).expect(422).await;
        let mut told = refused.pointers();
        told.sort_unstable();
        assert_eq!(
            (refused.code(), told.join(" ").as_str()),
            ("validation_failed", *pointers),
            "{path}: {body}"
        );
    }
}
