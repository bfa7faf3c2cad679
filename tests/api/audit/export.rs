//! Whoever has an export and docs/audit.md can check every hash and the chain.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vptex::domain::account::Role;

use super::form::hash_of_row;
use super::{reader, rows};
use crate::harness::{PASSWORD, TestApp};

/// What is wrong with the first row that is not in order.
fn broken(export: &[Value]) -> Option<String> {
    let mut ends: BTreeMap<i64, (i64, Value)> = BTreeMap::new();
    for row in export {
        let (lane, link) = (row["lane"].as_i64().unwrap(), row["link"].as_i64().unwrap());
        if row["hash"] != hash_of_row(row) {
            return Some(format!("changed: {row:#}"));
        }
        let nothing = (0, STANDARD.encode([0; 32]).into());
        let (last, hash) = ends.get(&lane).cloned().unwrap_or(nothing);
        if link != last + 1 || row["prev_hash"] != hash {
            return Some(format!("out of its place: {row:#}"));
        }
        ends.insert(lane, (link, row["hash"].clone()));
    }
    None
}

#[actix_web::test]
async fn an_export_is_checked_with_the_documentation_alone() {
    let app = TestApp::spawn().await;
    let (reader, officer) = (reader(&app).await, app.officer().await);
    let owner = app.active_enterprise(&officer).await;
    app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (id, version) = app.submitted_listing(&owner, "Máy gặt").await;
    let why = json!({"reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy; xem “mục 3”."});
    let refusal = app
        .post(&format!("/listings/{id}/rejection"))
        .by(&officer)
        .if_match(version);
    refusal.json(&why).expect(200).await;
    let member = app.member(&owner.enterprise, Role::Viewer).await;
    let path = format!("/enterprises/{}/members/{}", owner.enterprise, app.id_of(&member).await);
    app.patch(&path)
        .by(&owner)
        .json(&json!({"role": "editor"}))
        .expect(200)
        .await;
    let wrong = json!({"email": owner.email, "password": format!("{PASSWORD}?")});
    app.post("/sessions").json(&wrong).expect(401).await;

    let span = "/audit/export?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    let copied = app.get(span).by(&reader).expect(200).await;
    let export = copied.body.as_array().unwrap().clone();
    assert_eq!(broken(&export), None);
    for deed in [
        "enterprise.approved",
        "listing.approved",
        "listing.rejected",
        "member.role_changed",
        "session.refused",
    ] {
        assert!(export.iter().any(|row| row["deed"] == deed), "{deed}");
    }
    let judged = |deed: &str| export.iter().rfind(|row| row["deed"] == deed).unwrap();
    assert_eq!(judged("listing.rejected")["subject_version"], version);
    assert!(judged("listing.approved")["subject_version"].is_number());
    assert!(judged("member.role_changed")["subject_version"].is_null());

    // The search tells the same of each row, and that a copy was taken, which is later than anything in it.
    let found = rows(&app, &reader, "limit=100").await;
    assert!(found.iter().any(|row| row["deed"] == "audit.exported"));
    assert!(found.len() >= export.len());
    for row in &export {
        assert!(found.contains(row), "{row:#}");
    }

    // And it is the content that is checked: every member that is hashed counts.
    let at = export
        .iter()
        .rposition(|row| row["deed"] == "listing.rejected")
        .unwrap();
    for (name, value) in [
        ("subject_version", json!(version + 1)),
        ("subject_version", Value::Null),
        ("reason_text", json!("khác")),
        ("actor_id", json!(id)),
        ("session_id", Value::Null),
        ("port", json!(1)),
        ("before_hash", judged("listing.approved")["before_hash"].clone()),
    ] {
        let mut changed = export.clone();
        changed[at][name] = value;
        assert!(broken(&changed).is_some_and(|why| why.starts_with("changed")), "{name}");
    }
    let mut shorter = export.clone();
    shorter.remove(at);
    let follows = export.iter().skip(at + 1).any(|row| row["lane"] == export[at]["lane"]);
    assert_eq!(broken(&shorter).is_some(), follows);
}
