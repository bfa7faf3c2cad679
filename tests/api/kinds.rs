//! Every kind of listing: what it needs before an officer reads it, what does not belong to it, and how it comes out.

use serde_json::{Value, json};

use crate::harness::{TestApp, dryer};

/// Prefix of its codes, kind, what is asked for beside summary and fields, what is refused.
type Row = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const KINDS: [Row; 10] = [
    ("CN", "technology_offer", &["/trl", "/origin_country"], &[]),
    ("TB", "equipment_offer", &["/origin_country"], &[]),
    ("TT", "ip_asset", &["/transfer_modes", "/ip_rights"], &[]),
    ("NC", "technology_need", &[], &[]),
    ("NT", "equipment_need", &[], &[]),
    (
        "TV",
        "consulting_service",
        &["/description/vi"],
        &["/trl", "/brand", "/model"],
    ),
    ("CG", "expert", &["/description/vi"], &["/trl", "/brand", "/model"]),
    (
        "DT",
        "partner_search",
        &["/description/vi", "/transfer_modes"],
        &["/brand", "/model"],
    ),
    ("KQ", "rd_project", &["/trl"], &[]),
    ("OC", "ocop_product", &["/stars", "/ocop_decision_no"], &["/trl"]),
];

/// What mends the lack at a pointer.
fn mend(pointer: &str) -> (&'static str, Value) {
    match pointer {
        "/trl" => ("trl", json!(7)),
        "/origin_country" => ("origin_country", json!("VN")),
        "/ip_rights" => (
            "ip_rights",
            json!([{"type": "trade_secret", "status": "secret", "is_public": true}]),
        ),
        "/transfer_modes" => ("transfer_modes", json!(["joint_rd"])),
        "/stars" => ("stars", json!(4)),
        "/ocop_decision_no" => ("ocop_decision_no", json!("1234/QĐ-UBND")),
        _ => ("description", json!({"vi": "Hai mươi năm sấy và bảo quản nông sản."})),
    }
}

#[actix_web::test]
async fn every_kind_comes_out_once_it_says_what_it_must() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for (prefix, kind, needed, _) in KINDS {
        let title = format!("Chiên đàn {kind}");
        let draft = json!({"kind": kind, "title": {"vi": title}});
        let made = app.post("/listings").by(&owner).json(&draft).expect(201).await;
        let path = format!("/listings/{}", made.text("/id"));
        let expected = [["/summary/vi", "/field_codes"].as_slice(), needed].concat();
        assert_eq!(made.body["missing"], json!(expected), "{kind}");
        let refused = app.post(&format!("{path}/submission")).by(&owner).expect(422).await;
        assert_eq!(refused.pointers(), expected, "{kind}");

        let mut patch = json!({"summary": {"vi": "Cho hợp tác xã."}, "field_codes": ["food.drying"]});
        for pointer in needed {
            let (name, value) = mend(pointer);
            patch[name] = value;
        }
        let edit = app.patch(&path).by(&owner).if_match(made.number("/version"));
        let mended = edit.json(&patch).expect(200).await;
        assert_eq!(mended.body["missing"], json!([]), "{kind}");
        let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
        let approve = app.post(&format!("{path}/approval")).by(&officer);
        let out = approve.if_match(sent.number("/version")).expect(200).await;
        let code = out.text("/code");
        assert!(
            code.starts_with(&format!("{prefix}-")) && code.ends_with("-000001"),
            "{code}"
        );
        assert_eq!(app.get(&path).expect(200).await.text("/kind"), kind);
    }
    app.settle().await;
    for (_, kind, ..) in KINDS {
        let found = app.get("/search").query(&[("q", "chiên đàn"), ("kind", kind)]);
        let found = found.expect(200).await;
        assert_eq!(found.ids().len(), 1, "{kind}");
    }
}

#[actix_web::test]
async fn what_does_not_belong_to_a_kind_is_refused_by_name() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    for (_, kind, _, foreign) in KINDS {
        let mut draft = dryer("Sấy lạnh");
        draft["kind"] = json!(kind);
        draft["trl"] = json!(7);
        draft["model"] = json!("SL-2");
        let sent = app.post("/listings").by(&owner).json(&draft);
        if foreign.is_empty() {
            sent.expect(201).await;
            continue;
        }
        assert_eq!(sent.expect(422).await.pointers(), foreign, "{kind}");
    }
    // Nor is it dropped in silence when a draft becomes another kind: its owner says that it goes.
    let made = app.post("/listings").by(&owner).json(&dryer("Sấy")).expect(201).await;
    let path = format!("/listings/{}", made.text("/id"));
    let edit = |patch: Value| {
        let edit = app.patch(&path).by(&owner).if_match(made.number("/version"));
        edit.json(&patch)
    };
    let refused = edit(json!({"kind": "expert"})).expect(422).await;
    assert_eq!(refused.pointers(), ["/brand"]);
    assert_eq!(refused.text("/errors/0/code"), "conflicts");
    let became = edit(json!({"kind": "expert", "brand": null})).expect(200).await;
    assert_eq!(became.text("/kind"), "expert");
}
