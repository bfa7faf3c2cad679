//! The register of certificates as a file.

mod worth;

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use serde_json::json;
use vptex::domain::account::{Permission, Scope};

use super::{old_paper, registered};
use crate::dossiers::Desk;

#[actix_web::test]
async fn the_register_is_taken_as_it_is_listed() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let issued = registered(&desk).await;
    let mut old = old_paper(&desk.tax_code);
    old["content"]["technology"]["name"] = json!("=HYPERLINK(1)");
    app.post("/certificates").by(&desk.signer).json(&old).expect(201).await;
    let take = |query: &[(&str, &str)]| app.get("/exports/certificates").by(&desk.officer).query(query);
    let file = take(&[]).expect(200).await;
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"certificates.csv\"")
    );
    let text = String::from_utf8(file.bytes.to_vec()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(
        lines[0].contains("Số;Loại giấy;Loại giấy (mã);Ngày cấp;Hiệu lực;Hiệu lực (mã)"),
        "{text}"
    );
    assert!(
        lines[1].starts_with(issued.text("/number")) && lines[1].contains(";Còn hiệu lực;valid;"),
        "{text}"
    );
    assert!(lines[2].contains("'=HYPERLINK(1)"), "no formula: {text}");
    // As the list filters and shows.
    let lines = take(&[("format", "jsonl"), ("q", "03 2023")]).expect(200).await;
    let line: serde_json::Value = serde_json::from_slice(&lines.bytes).unwrap();
    let listed = app
        .get("/certificates")
        .by(&desk.officer)
        .query(&[("q", "03 2023")])
        .expect(200)
        .await;
    assert_eq!(line, listed.body["items"][0]);
    let book = take(&[("format", "xlsx"), ("kind", "registration"), ("language", "en")])
        .expect(200)
        .await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book.bytes.clone())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(sheet.height(), 3);
    for (name, value) in [
        ("kind", "diploma"),
        ("from", "x"),
        ("tax_code", "1"),
        ("limit", "5"),
        ("format", "pdf"),
    ] {
        let refused = take(&[(name, value)]).expect(400).await;
        assert_eq!(refused.code(), "invalid_query", "{name}");
    }
    // What is outside of an officer's scope is in none; whoever handles no dossiers takes none.
    let elsewhere = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let remote = app.officer_for(&[Permission::HandleDossiers], elsewhere).await;
    let none = app
        .get("/exports/certificates")
        .by(&remote)
        .query(&[("format", "jsonl")]);
    assert!(none.expect(200).await.bytes.is_empty());
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    for by in [&reader, &desk.owner] {
        app.get("/exports/certificates").by(by).expect(403).await;
    }
    let stale = app.send_stale(take(&[])).await;
    assert_eq!(stale.code(), "step_up_required");
    let auditor = app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = app
        .get("/audit")
        .by(&auditor)
        .query(&[("deed", "list.exported")])
        .expect(200)
        .await;
    let told = trail.body.to_string();
    assert!(told.contains("list=certificates") && told.contains("03 2023"), "{told}");
}
