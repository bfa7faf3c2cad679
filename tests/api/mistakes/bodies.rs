//! What is wrong with the form of a body and with its values is told together, of every body that has values to judge.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;
use vptex::domain::review::checklist;

use super::assert_told;
use crate::harness::TestApp;

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
            &put,
            format!("{dossier}/screening"),
            json!({"regulated_items": ["zz"], "note": 7, "colour": 1}),
            "/colour /note /regulated_items/0",
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
            &post,
            format!("{listing}/approval"),
            json!({"checklist": {"edition": checklist::edition(), "ticked": ["zz", 7]}, "colour": 1}),
            "/checklist/ticked/0 /checklist/ticked/1 /colour",
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
            "/sessions".into(),
            json!({"email": 7, "password": "x", "new_password": "x"}),
            "/email /new_password",
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
