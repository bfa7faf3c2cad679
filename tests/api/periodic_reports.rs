//! Periodic reports: seen, published, corrected, taken as workbooks, and by whom.

mod counting;
mod publishing;
mod quarter;
mod workbooks;

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};

use crate::certificates::old_paper;
use crate::dossiers::Desk;
use crate::harness::{Person, Reply, TestApp};

/// Reads figures, publishes them, and reads what is counted.
pub async fn clerk(app: &TestApp) -> Person {
    app.officer_who_may(&[
        Permission::ReadReports,
        Permission::PublishReports,
        Permission::HandleDossiers,
    ])
    .await
}

/// The figure of a row in a column of a report; `-` where there is none.
pub fn figure(content: &Value, row: &str, column: &str) -> String {
    let columns = content["columns"].as_array().unwrap();
    let at = columns.iter().position(|known| known["code"] == column);
    let at = at.unwrap_or_else(|| panic!("no column {column}"));
    let mut rows = content["rows"].as_array().unwrap().iter();
    let found = rows.find(|known| known["code"] == row);
    let found = found.unwrap_or_else(|| panic!("no row {row}"));
    found["figures"][at]["value"].as_str().unwrap_or("-").to_owned()
}

/// What a finding counts; nothing where there is none.
pub fn finding(content: &Value, code: &str) -> i64 {
    let mut findings = content["findings"].as_array().unwrap().iter();
    let finding = findings.find(|known| known["code"] == code);
    finding.map_or(0, |finding| finding["count"].as_i64().unwrap())
}

pub async fn preview(app: &TestApp, by: &Person, query: &[(&str, &str)]) -> Reply {
    app.get("/periodic-reports/preview").by(by).query(query).send().await
}

/// Enters a certificate of a day.
pub async fn entered(desk: &Desk, number: &str, issued_on: &str, change: &dyn Fn(&mut Value)) -> Reply {
    let mut paper = old_paper(&desk.tax_code);
    paper["number"] = json!(number);
    paper["issued_on"] = json!(issued_on);
    paper["contract_signed_on"] = Value::Null;
    change(&mut paper);
    let call = desk.app.post("/certificates").by(&desk.signer);
    call.json(&paper).expect(201).await
}

#[actix_web::test]
async fn certificates_are_counted_by_their_days_and_places() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    entered(&desk, "1/2023/A", "2023-01-01", &|_| {}).await;
    let elsewhere = |paper: &mut Value| {
        paper["content"]["transferee"]["commune_code"] = json!("00004");
        paper["content"]["direction"] = json!("domestic");
        paper["content"]["transferor"]["country"] = json!("VN");
    };
    entered(&desk, "2/2023/A", "2023-03-31", &elsewhere).await;
    entered(&desk, "3/2023/A", "2023-04-01", &|_| {}).await;
    let nowhere = |paper: &mut Value| {
        paper["content"]["transferee"]["commune_code"] = Value::Null;
        paper["content"]["money"]["vnd_value"] = Value::Null;
    };
    entered(&desk, "4/2023/A", "2023-02-10", &nowhere).await;

    let seen = preview(app, &reader, &[("form", "a_iv_11"), ("period", "2023-Q1")]).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let of = |row: &str| ["3", "4", "5", "9"].map(|column| figure(&seen.body, row, column));
    assert_eq!(of("25"), ["1", "7500", "0", "-"]);
    assert_eq!(of("01"), ["1", "7500", "0", "-"]);
    assert_eq!(of("unknown"), ["1", "-", "0", "-"]);
    assert_eq!(of("total"), ["3", "15000", "0", "-"]);
    assert_eq!(finding(&seen.body, "without_value"), 1);
    assert_eq!(seen.header("cache-control"), Some("no-store"));
    // What is not told is a row of its own.
    let seen = preview(app, &reader, &[("form", "bieu_07"), ("period", "2023")]).await;
    let of = |row: &str| figure(&seen.body, row, "value");
    assert_eq!((of("07"), of("09")), ("4".into(), "4".into()));
    assert_eq!((of("14"), of("07.partner.unknown")), ("3".into(), "1".into()));
    assert_eq!((of("11"), of("18"), of("2.6.JP")), ("4".into(), "4".into(), "3".into()));
    assert_eq!((of("2.6.domestic"), of("2.7")), ("1".into(), "22500".into()));
    // The year of registrations begins on 15 December.
    entered(&desk, "5/2022/A", "2022-12-15", &|_| {}).await;
    entered(&desk, "6/2022/A", "2022-12-14", &|_| {}).await;
    entered(&desk, "7/2023/A", "2023-12-15", &|_| {}).await;
    let seen = preview(app, &reader, &[("form", "registrations"), ("period", "2023")]).await;
    assert_eq!((seen.text("/from"), seen.text("/to")), ("2022-12-15", "2023-12-14"));
    assert_eq!(seen.text("/due_on"), "2023-12-31");
    let of = |row: &str| [figure(&seen.body, row, "count"), figure(&seen.body, row, "value")];
    assert_eq!(of("total"), ["5", "30000"]);
    assert_eq!(of("direction.inbound"), ["4", "22500"]);
    assert_eq!(of("kind.amendment"), ["0", "0"]);
    // A whole year of another form is another year.
    let seen = preview(
        app,
        &reader,
        &[("form", "a_iv_11"), ("from", "2022-12-14"), ("to", "2022-12-14")],
    )
    .await;
    assert_eq!(figure(&seen.body, "total", "3"), "1");
}

#[actix_web::test]
async fn what_names_certificates_is_for_those_who_handle_all_of_them() {
    let desk = Desk::open().await;
    let app = &desk.app;
    entered(&desk, "1/2023/A", "2023-01-01", &|_| {}).await;
    let query = [("form", "registrations"), ("from", "2023-01-01"), ("to", "2023-01-31")];
    let with = [&query[..], &[("sources", "true")]].concat();
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    let limited = Scope {
        communes: vec!["08494".into()],
        ..Scope::default()
    };
    let limited = app
        .officer_for(&[Permission::ReadReports, Permission::HandleDossiers], limited)
        .await;
    for (by, who) in [(&reader, "who reads reports"), (&limited, "whom a scope limits")] {
        let seen = preview(app, by, &query).await;
        assert_eq!(
            (seen.status, figure(&seen.body, "total", "count")),
            (200, "1".into()),
            "{who}"
        );
        let told = seen.body.to_string();
        assert!(
            !told.contains("1/2023/A") && !told.contains("Nakamura"),
            "{who}: {told}"
        );
        assert_eq!(preview(app, by, &with).await.status, 403, "{who}");
    }
    for by in [&desk.officer, &desk.signer, &desk.owner] {
        assert_eq!(preview(app, by, &query).await.status, 403);
    }
    assert_eq!(
        app.get("/periodic-reports/preview").query(&query).send().await.status,
        401
    );
    let clerk = clerk(app).await;
    let seen = preview(app, &clerk, &with).await;
    assert_eq!(
        (
            seen.text("/sources/0/number"),
            seen.text("/sources/0/kind"),
            seen.text("/sources/0/day"),
            seen.text("/sources/0/transferor"),
            seen.number("/sources/0/vnd_value"),
        ),
        (
            "1/2023/A",
            "certificate",
            "2023-01-01",
            "Nakamura Seiki K.K.",
            7_500_000_000
        )
    );
    let auditor = app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = app.get("/audit").by(&auditor).query(&[("deed", "report.sources_read")]);
    let trail = trail.expect(200).await;
    assert_eq!(trail.body["items"].as_array().unwrap().len(), 1, "{}", trail.body);
}

#[actix_web::test]
async fn what_is_asked_wrongly_is_told_by_its_name() {
    let app = TestApp::spawn().await;
    let clerk = clerk(&app).await;
    for (query, name) in [
        (&[("form", "a_iv_12"), ("period", "2025")][..], "form"),
        (&[("form", "briefing")], "from to"),
        (&[("form", "a_iv_12"), ("period", "2025-Q5")], "form period"),
        (&[("form", "briefing"), ("period", "2025-Q5")], "period"),
        (&[("form", "briefing"), ("period", "2025"), ("to", "2025-01-01")], "to"),
        (&[("form", "briefing"), ("from", "2025-01-01")], "to"),
        (
            &[("form", "briefing"), ("from", "2025-02-01"), ("to", "2025-01-01")],
            "to",
        ),
        (
            &[("form", "briefing"), ("from", "2015-02-01"), ("to", "2025-01-01")],
            "to",
        ),
        (
            &[("form", "briefing"), ("from", "1/2/2025"), ("to", "2025-01-01")],
            "from",
        ),
        (&[("form", "briefing"), ("period", "2099")], "period"),
        (
            &[("form", "briefing"), ("period", "2025"), ("economic_type", "fdi")],
            "economic_type",
        ),
        (
            &[("form", "a_iv_11"), ("period", "2025"), ("economic_type", "big")],
            "economic_type",
        ),
        (&[("form", "a_iv_11"), ("period", "2025"), ("format", "pdf")], "format"),
    ] {
        let refused = preview(&app, &clerk, query).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_query"), "{query:?}");
        assert_eq!(refused.pointers().join(" "), name, "{query:?}: {}", refused.body);
    }
    for query in [
        &[("period", "2025")][..],
        &[("form", "briefing"), ("form", "briefing"), ("period", "2025")],
        &[("form", "briefing"), ("period", "2025"), ("colour", "red")],
        &[("form", "briefing"), ("period", "2025"), ("sources", "perhaps")],
    ] {
        assert_eq!(preview(&app, &clerk, query).await.status, 400, "{query:?}");
    }
    let list = |query: &[(&str, &str)]| app.get("/periodic-reports").by(&clerk).query(query).send();
    for query in [("form", "x"), ("year", "1900"), ("year", "x"), ("after", "x")] {
        assert_eq!(list(&[query]).await.status, 400, "{query:?}");
    }
    let publish = async |body: Value| {
        let refused = app.post("/periodic-reports").by(&clerk).json(&body).send().await;
        let pointers: Vec<String> = refused.pointers().iter().map(|&one| one.to_owned()).collect();
        (refused.status, pointers)
    };
    let today = vptex::domain::calendar::day_of(vptex::domain::clock::Clock::now(&*app.clock));
    let year = today.year();
    for (body, pointers) in [
        (json!({"form": "x", "period": "2025"}), &["/form"][..]),
        (
            json!({"form": "x", "from": "2025-02-01", "to": "2025-01-01", "economic_type": "big"}),
            &["/form", "/economic_type", "/to"],
        ),
        (
            json!({"form": "briefing", "period": "x", "reason": "\u{200b}"}),
            &["/period", "/reason"],
        ),
        (json!({"form": "briefing", "period": year.to_string()}), &["/period"]),
        (json!({"form": "briefing", "from": today, "to": today}), &["/to"]),
        (
            json!({"form": "briefing", "period": "2025", "entered_figures": [{"row": "S3", "column": "period", "value": "1"}]}),
            &["/entered_figures/0/row"],
        ),
        (
            json!({"form": "a_iv_11", "period": "2025", "supplied_values": [
                {"certificate_id": "x", "vnd_value": 1}, {"certificate_id": uuid::Uuid::nil(), "vnd_value": 0},
            ]}),
            &["/supplied_values/0/certificate_id", "/supplied_values/1/vnd_value"],
        ),
        (
            json!({"form": "a_iv_11", "period": "2025", "supplied_values": [{"certificate_id": uuid::Uuid::nil(), "vnd_value": 5}]}),
            &["/supplied_values/0/certificate_id"],
        ),
    ] {
        let (status, told) = publish(body.clone()).await;
        assert_eq!(
            (status, told.iter().map(String::as_str).collect::<Vec<_>>()),
            (422, pointers.to_vec()),
            "{body}"
        );
    }
    let none = app.get("/periodic-reports").by(&clerk).expect(200).await;
    assert_eq!(none.body["items"], json!([]), "nothing half done");
}
