//! What is published stays as it is.

use serde_json::{Value, json};
use vptex::domain::account::Permission;

use super::{clerk, entered, figure, finding, preview};
use crate::dossiers::Desk;
use crate::harness::{Person, Reply};

async fn publish(desk: &Desk, by: &Person, body: &Value) -> Reply {
    desk.app.post("/periodic-reports").by(by).json(body).send().await
}

async fn read(desk: &Desk, by: &Person, published: &Reply) -> Reply {
    let path = format!("/periodic-reports/{}", published.text("/id"));
    desk.app.get(&path).by(by).expect(200).await
}

#[actix_web::test]
async fn a_published_report_is_never_altered_and_corrections_are_versions() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let clerk = clerk(app).await;
    entered(&desk, "1/2023/A", "2023-01-01", &|_| {}).await;
    let body = json!({"form": "a_iv_11", "period": "2023-Q1", "entered_figures": [
        {"row": "25", "column": "9", "value": "2"}, {"row": "25", "column": "10", "value": "1500.5"},
    ]});
    let first = publish(&desk, &clerk, &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let location = first.header("location").unwrap().to_owned();
    assert_eq!(location, format!("/api/v1/periodic-reports/{}", first.text("/id")));
    assert_eq!(
        (
            first.number("/version"),
            first.text("/form"),
            &first.body["is_intact"],
            &first.body["reason"]
        ),
        (1, "a_iv_11", &json!(true), &Value::Null)
    );
    assert_eq!(first.text("/sha256").len(), 64);
    assert_eq!(figure(&first.body["content"], "total", "10"), "1500.5");
    assert_eq!(read(&desk, &clerk, &first).await.body, first.body);
    // Once more, with a reason or without: nothing has changed.
    for reason in [Value::Null, json!("Kiểm tra lại.")] {
        let mut same = body.clone();
        same["reason"] = reason;
        assert_eq!(publish(&desk, &clerk, &same).await.code(), "already_there");
    }
    // A certificate that is entered late changes the figures, but not what was published.
    entered(&desk, "2/2023/A", "2023-02-01", &|_| {}).await;
    let silent = publish(&desk, &clerk, &body).await;
    assert_eq!((silent.status, silent.pointers()), (422, vec!["/reason"]));
    let mut corrected = body.clone();
    corrected["reason"] = json!("Bổ sung Giấy chứng nhận nhập muộn.");
    let second = publish(&desk, &clerk, &corrected).await;
    assert_eq!((second.status, second.number("/version")), (201, 2), "{}", second.body);
    assert_eq!(second.text("/reason"), "Bổ sung Giấy chứng nhận nhập muộn.");
    assert_eq!(figure(&second.body["content"], "25", "3"), "2");
    assert_eq!(read(&desk, &clerk, &first).await.body, first.body);
    // Other days, and a filter, are other reports.
    for other in [
        json!({"form": "a_iv_11", "from": "2023-01-01", "to": "2023-03-30"}),
        json!({"form": "a_iv_11", "period": "2023-Q1", "economic_type": "fdi"}),
        json!({"form": "registrations", "period": "2023-Q1"}),
    ] {
        let made = publish(&desk, &clerk, &other).await;
        assert_eq!(
            (made.status, made.number("/version")),
            (201, 1),
            "{other}: {}",
            made.body
        );
    }
    let list = app
        .get("/periodic-reports")
        .by(&clerk)
        .query(&[("form", "a_iv_11"), ("limit", "3")]);
    let page = list.expect(200).await;
    let versions: Vec<i64> = page.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["version"].as_i64().unwrap())
        .collect();
    assert_eq!(versions, [1, 1, 2]);
    let next = page.text("/page/next").to_owned();
    let rest = app
        .get("/periodic-reports")
        .by(&clerk)
        .query(&[("form", "a_iv_11"), ("limit", "3"), ("after", &next)]);
    assert_eq!(rest.expect(200).await.ids(), [first.text("/id")]);
    let none = app
        .get("/periodic-reports")
        .by(&clerk)
        .query(&[("year", "2024")])
        .expect(200)
        .await;
    assert_eq!(none.body["items"], json!([]));
    // There is no way to alter or remove one.
    let path = format!("/periodic-reports/{}", first.text("/id"));
    for method in ["PUT", "PATCH", "DELETE"] {
        let call = app.call(method.parse().unwrap(), &path).by(&clerk);
        assert_eq!(call.json(&body).send().await.status, 405, "{method}");
    }
    let trail = app.deeds(first.text("/id"));
    assert_eq!(
        trail.iter().map(|(deed, _)| deed.as_str()).collect::<Vec<_>>(),
        ["report.published"]
    );
    // Who alters a row by hand is found out.
    app.by_hand("UPDATE periodic_reports SET publisher = 'X' WHERE version = 2")
        .await;
    assert_eq!(read(&desk, &clerk, &second).await.body["is_intact"], json!(false));
}

#[actix_web::test]
async fn a_report_is_published_with_all_values_or_not_at_all() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let clerk = clerk(app).await;
    let silent = |paper: &mut Value| {
        paper["content"]["money"]["vnd_value"] = Value::Null;
    };
    entered(&desk, "1/2023/A", "2023-01-01", &|_| {}).await;
    let lacking = entered(&desk, "2/2023/A", "2023-02-01", &silent).await;
    let body = json!({"form": "a_iv_11", "period": "2023"});
    let refused = publish(&desk, &clerk, &body).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/supplied_values"]));
    assert!(refused.text("/detail").contains("2/2023/A"), "{}", refused.body);
    // Whoever may not know certificates by name is told how many.
    let plain = app
        .officer_who_may(&[Permission::ReadReports, Permission::PublishReports])
        .await;
    let refused = publish(&desk, &plain, &body).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/supplied_values"]));
    assert!(!refused.body.to_string().contains("2/2023/A"), "{}", refused.body);
    let mut supplied = body.clone();
    supplied["supplied_values"] = json!([{"certificate_id": lacking.body["id"], "vnd_value": 1_250_000}]);
    let published = publish(&desk, &clerk, &supplied).await;
    assert_eq!(published.status, 201, "{}", published.body);
    assert_eq!(figure(&published.body["content"], "25", "4"), "7501.25");
    assert_eq!(finding(&published.body["content"], "supplied_value"), 1);
    let path = format!("/periodic-reports/{}?sources=true", published.text("/id"));
    let seen = app.get(&path).by(&clerk).expect(200).await;
    assert_eq!(
        (
            seen.text("/sources/1/number"),
            seen.number("/sources/1/vnd_value"),
            &seen.body["sources"][1]["is_value_supplied"]
        ),
        ("2/2023/A", 1_250_000, &json!(true))
    );
    assert_eq!(seen.body["sources_sha256"], published.body["sources_sha256"]);
    app.get(&path).by(&plain).expect(403).await;
    // The briefing tells no values.
    let briefing = publish(&desk, &clerk, &json!({"form": "briefing", "period": "2023"})).await;
    assert_eq!(briefing.status, 201, "{}", briefing.body);
}

#[actix_web::test]
async fn who_publishes_may_and_has_just_signed_in() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let body = json!({"form": "briefing", "period": "2023-01"});
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    for by in [&reader, &desk.officer, &desk.owner] {
        assert_eq!(publish(&desk, by, &body).await.status, 403);
    }
    let publisher = app.officer_who_may(&[Permission::PublishReports]).await;
    let call = app.post("/periodic-reports").by(&publisher).json(&body);
    let stale = app.send_stale(call).await;
    assert_eq!((stale.status, stale.code()), (401, "step_up_required"));
    let once = || {
        let call = app
            .post("/periodic-reports")
            .by(&publisher)
            .header("idempotency-key", "bc-1");
        call.json(&body)
    };
    let (first, second) = (once().expect(201).await, once().expect(201).await);
    assert_eq!(first.body, second.body);
    // Who publishes does not read for that.
    let path = format!("/periodic-reports/{}", first.text("/id"));
    app.get(&path).by(&publisher).expect(403).await;
    let absent = format!("/periodic-reports/{}", uuid::Uuid::nil());
    app.get(&absent).by(&reader).expect(404).await;
}

#[actix_web::test]
async fn an_annulled_certificate_counts_and_is_told() {
    let desk = Desk::open().await;
    let dossier = desk.counter().register(&crate::dossiers::content(&desk.tax_code)).await;
    let day = desk.today().to_string();
    let desk = desk.later(1).await;
    let clerk = clerk(&desk.app).await;
    let body = json!({"form": "a_iv_11", "from": day, "to": day});
    let before = publish(&desk, &clerk, &body).await;
    assert_eq!(before.status, 201, "{}", before.body);
    assert_eq!(figure(&before.body["content"], "25", "3"), "1");
    let certificate = crate::certificates::certificate_of(&desk, &dossier).await;
    let case = format!("/dossiers/{}", certificate.text("/case_id"));
    let case = desk.app.get(&case).by(&desk.officer).expect(200).await;
    desk.take(&case, "annul").await;
    let query = [("form", "a_iv_11"), ("from", day.as_str()), ("to", day.as_str())];
    let seen = preview(&desk.app, &clerk, &query).await;
    assert_eq!(
        (figure(&seen.body, "25", "3"), finding(&seen.body, "annulled")),
        ("1".into(), 1)
    );
    assert_eq!(
        read(&desk, &clerk, &before).await.body,
        before.body,
        "as it was published"
    );
    let mut again = body.clone();
    again["reason"] = json!("Giấy chứng nhận đã bị hủy bỏ hiệu lực.");
    assert_eq!(publish(&desk, &clerk, &again).await.number("/version"), 2);
}

#[actix_web::test]
async fn enterprises_of_science_and_technology_are_reported_as_they_are_entered() {
    let desk = Desk::open().await;
    let app = &desk.app;
    app.clock.hold();
    let clerk = clerk(app).await;
    let report = |figures: &[(&str, &str)]| {
        let cell = |(row, value): &(&str, &str)| json!({"row": row, "column": "value", "value": value});
        let entered: Vec<Value> = figures.iter().map(cell).collect();
        json!({"form": "bieu_11", "period": "2024", "entered_figures": entered})
    };
    for (figures, pointers) in [
        // By whose they are they add up; no more of them came of something than there are; and nothing else has a place.
        (
            &[("01", "9"), ("02", "1"), ("03", "7"), ("04", "2")][..],
            vec!["/entered_figures/0/value"],
        ),
        (&[("01", "9"), ("08", "10")], vec!["/entered_figures/1/value"]),
        (
            &[("10", "1"), ("09", "1.5")],
            vec!["/entered_figures/0/row", "/entered_figures/1/value"],
        ),
    ] {
        let refused = publish(&desk, &clerk, &report(figures)).await;
        assert_eq!((refused.status, refused.pointers()), (422, pointers), "{figures:?}");
    }
    // Without a figure it says nothing, and what is left out is told.
    let empty = publish(&desk, &clerk, &report(&[])).await;
    assert_eq!((empty.status, empty.pointers()), (422, vec!["/entered_figures"]));
    let right = [
        ("01", "9"),
        ("02", "1"),
        ("03", "7"),
        ("04", "1"),
        ("07", "2"),
        ("09", "4"),
    ];
    let first = publish(&desk, &clerk, &report(&right)).await;
    assert_eq!((first.status, first.number("/version")), (201, 1), "{}", first.body);
    let told = &first.body["content"];
    assert_eq!(
        ["01", "04", "05", "07", "09"].map(|row| figure(told, row, "value")),
        ["9", "1", "-", "2", "4"]
    );
    let missing = told["findings"].as_array().unwrap().iter();
    let missing = missing.filter(|finding| finding["code"] == "not_entered");
    let missing: Vec<&str> = missing.map(|finding| finding["vi"].as_str().unwrap()).collect();
    assert_eq!(missing.len(), 3, "{told}");
    for (text, row) in missing.iter().zip(["05", "06", "08"]) {
        assert!(text.starts_with(&format!("Chưa nhập: {row} ")), "{text}");
    }
    assert_eq!(
        (first.text("/content/form_number"), first.text("/content/due_on")),
        ("Biểu 11/TKTH-KHCN-ĐP", "2025-02-15")
    );
    // It is frozen, and corrected by a version with a reason.
    assert_eq!(publish(&desk, &clerk, &report(&right)).await.code(), "already_there");
    // What is told of what is missing is no figure: as a version of before there was such a finding.
    let findings = if app.exchange().db.queues_writes() {
        "content = json_set(content, '$.findings', json('[]'))"
    } else {
        "content = jsonb_set(content, '{findings}', '[]')"
    };
    app.by_hand(&format!("UPDATE periodic_reports SET {findings}")).await;
    let mut same = report(&right);
    same["reason"] = json!("Kiểm tra lại.");
    assert_eq!(publish(&desk, &clerk, &same).await.code(), "already_there");
    let kept = read(&desk, &clerk, &first).await;
    let mut corrected = report(&[("01", "10")]);
    let silent = publish(&desk, &clerk, &corrected).await;
    assert_eq!((silent.status, silent.pointers()), (422, vec!["/reason"]));
    corrected["reason"] = json!("Bổ sung doanh nghiệp được chứng nhận.");
    let second = publish(&desk, &clerk, &corrected).await;
    assert_eq!((second.status, second.number("/version")), (201, 2), "{}", second.body);
    assert_eq!(read(&desk, &clerk, &first).await.body, kept.body);
    for format in ["xlsx", "json"] {
        let path = format!("/periodic-reports/{}/file", first.text("/id"));
        let file = app.get(&path).by(&clerk).query(&[("format", format)]).expect(200).await;
        let name = format!("bieu-11-2024-01-01-2024-12-31-v1.{format}");
        assert!(
            file.header("content-disposition").unwrap().contains(&name),
            "{format}: {:?}",
            file.header("content-disposition")
        );
    }
    // No certificate is of it, and no economic type limits it.
    let query = [("form", "bieu_11"), ("period", "2024"), ("economic_type", "fdi")];
    assert_eq!(preview(app, &clerk, &query).await.pointers(), ["economic_type"]);

    // How many are on the exchange, as they say themselves, is told beside it.
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&path).by(&owner).expect(200).await;
    let edit = app.patch(&path).by(&owner).if_match(seen.number("/version"));
    let changed = edit.json(&json!({"kind": "st_enterprise", "st_certificate_no": "12/DNKHCN"}));
    let changed = changed.expect(200).await;
    let approval = app.post(&format!("{path}/amendment/approval")).by(&officer);
    approval.if_match(changed.number("/version")).expect(200).await;
    let today = desk.today().to_string();
    let query = [("form", "bieu_11"), ("from", today.as_str()), ("to", today.as_str())];
    let seen = preview(app, &clerk, &query).await;
    let found = |code: &str| finding(&seen.body, code);
    assert_eq!(
        (
            found("st_enterprises_here"),
            found("st_certified_here"),
            found("intermediaries_here")
        ),
        (1, 1, 0)
    );
}
