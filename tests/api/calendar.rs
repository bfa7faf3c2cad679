//! The working calendar that officers keep, and terms that are counted by it.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::store;
use vptex::store::calendar as rows;

use crate::harness::{Person, TestApp};

/// A year of which nothing is shipped.
const YEAR: &str = "/calendar/years/2031";

fn new_year() -> Value {
    let day =
        json!({"date": "2031-01-01", "kind": "holiday", "name_vi": "Tết Dương lịch", "name_en": "New Year's Day"});
    json!({"legal_basis": "LC2019 112.1.a", "days": [day]})
}

async fn keeper(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageReferenceData]).await
}

#[actix_web::test]
async fn what_comes_with_the_program_is_there_for_everybody() {
    let app = TestApp::spawn().await;
    let year = app.get("/calendar/years/2026").expect(200).await;
    assert_eq!((year.number("/version"), year.header("etag")), (0, Some("\"0\"")));
    assert_eq!((year.number("/year"), year.number("/working_days")), (2026, 249));
    assert_eq!(
        (
            &year.body["is_known"],
            &year.body["is_estimated"],
            &year.body["legal_basis"]
        ),
        (&json!(true), &json!(false), &Value::Null)
    );
    let expected = json!({
        "date": "2026-04-27", "weekday": "Mon", "is_working_day": false, "kind": "compensatory",
        "name_vi": "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)", "name_en": "Commemoration of the Hùng Kings (day off in lieu)",
        "legal_basis": "LC2019 112.1.e", "status": "confirmed_2026_pm_schedule",
    });
    let days = year.body["days"].as_array().unwrap();
    assert!(days.contains(&expected));
    let made_up = days.iter().find(|day| day["date"] == "2026-08-22").unwrap();
    assert_eq!(
        (&made_up["weekday"], &made_up["is_working_day"]),
        (&json!("Sat"), &json!(true))
    );
    let estimated = app.get("/calendar/years/2027").expect(200).await;
    assert_eq!(estimated.body["is_estimated"], true);
    let unknown = app.get(YEAR).expect(200).await;
    assert_eq!(
        (
            &unknown.body["is_known"],
            &unknown.body["is_estimated"],
            &unknown.body["days"]
        ),
        (&json!(false), &json!(true), &json!([]))
    );
    assert_eq!(unknown.number("/working_days"), 261);
    // A release may change it, so nobody is told that it did not.
    app.get("/calendar/years/2026")
        .header("if-none-match", "\"0\"")
        .expect(200)
        .await;
    for wrong in ["1999", "2017", "2101", "-1"] {
        let refused = app.get(&format!("/calendar/years/{wrong}")).expect(400).await;
        assert_eq!(
            (refused.code(), refused.pointers()),
            ("invalid_query", vec!["year"]),
            "{wrong}"
        );
    }
    for absent in ["abc", "2026x", "99999", "20 26"] {
        app.get(&format!("/calendar/years/{absent}")).expect(404).await;
    }
    app.get("/calendar/years/2026?day=1").expect(400).await;
}

#[actix_web::test]
async fn a_year_is_written_and_its_versions_are_kept() {
    let app = TestApp::spawn().await;
    let (officer, other) = (keeper(&app).await, app.officer().await);
    app.put(YEAR).if_match(0).json(&new_year()).expect(401).await;
    app.put(YEAR).by(&other).if_match(0).json(&new_year()).expect(403).await;
    app.put(YEAR).by(&officer).json(&new_year()).expect(428).await;
    app.put(YEAR)
        .by(&officer)
        .if_match(1)
        .json(&new_year())
        .expect(412)
        .await;
    let put = async |version: i64, body: &Value| {
        app.put(YEAR)
            .by(&officer)
            .if_match(version)
            .json(body)
            .expect(200)
            .await
    };
    let written = put(0, &new_year()).await;
    assert_eq!((written.number("/version"), written.header("etag")), (1, Some("\"1\"")));
    assert_eq!(
        (
            written.text("/legal_basis"),
            written.number("/working_days"),
            written.text("/days/0/legal_basis")
        ),
        ("LC2019 112.1.a", 260, "LC2019 112.1.a")
    );
    assert_eq!(
        (written.number("/terms_moved"), &written.body["is_recounted"]),
        (0, &json!(true))
    );
    app.get(YEAR).header("if-none-match", "\"1\"").expect(304).await;
    // The same once more is no change; what was read may be written back.
    assert_eq!(put(1, &new_year()).await.number("/version"), 1);
    let read = app.get(YEAR).expect(200).await;
    let back = json!({"legal_basis": read.body["legal_basis"], "days": read.body["days"]});
    assert_eq!(put(1, &back).await.number("/version"), 1);
    let mut next = new_year();
    next["legal_basis"] = json!("Thông báo lịch nghỉ năm 2031");
    next["days"] = json!([
        {"date": "2031-01-11", "kind": "swap_work", "name_vi": "Làm bù cho 02/01/2031"},
        {"date": "2031-01-02", "kind": "swap_off", "name_vi": "Nghỉ hoán đổi", "status": "partly_verified"},
    ]);
    let changed = put(1, &next).await;
    assert_eq!((changed.number("/version"), changed.number("/working_days")), (2, 261));
    assert_eq!(changed.text("/days/0/date"), "2031-01-02", "in their order");
    app.put(YEAR).by(&officer).if_match(1).json(&next).expect(412).await;
    app.get(YEAR).header("if-none-match", "\"1\"").expect(200).await;

    let path = format!("{YEAR}/versions");
    app.get(&path).expect(401).await;
    app.get(&path).by(&other).expect(403).await;
    let first = app.get(&format!("{path}?limit=1")).by(&officer).expect(200).await;
    let newest = &first.body["items"][0];
    assert_eq!(
        (&newest["version"], &newest["changed_by"], &newest["legal_basis"]),
        (&json!(2), &json!(app.id_of(&officer).await), &next["legal_basis"])
    );
    let told: Vec<(&str, bool, bool)> = newest["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["date"].as_str().unwrap(),
                one["before"].is_object(),
                one["after"].is_object(),
            )
        })
        .collect();
    let expected = [
        ("2031-01-01", true, false),
        ("2031-01-02", false, true),
        ("2031-01-11", false, true),
    ];
    assert_eq!(told, expected);
    let after = first.text("/page/next");
    let second = app
        .get(&path)
        .query(&[("limit", "1"), ("after", after)])
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(
        (second.number("/items/0/version"), &second.body["page"]["next"]),
        (1, &Value::Null)
    );
    let elsewhere = app
        .get("/calendar/years/2030/versions")
        .query(&[("after", after)])
        .by(&officer);
    assert_eq!(elsewhere.expect(400).await.code(), "invalid_cursor");

    let kept = app
        .exchange()
        .db
        .read(|conn| -> store::Result<_> { rows::changes(conn) })
        .unwrap();
    let deeds = app.deeds(&kept[0].id.to_string());
    let expected = ("calendar.year_changed".to_owned(), None);
    assert_eq!(deeds, [expected.clone(), expected]);
    assert_eq!(kept[0].id, kept[1].id);
}

#[actix_web::test]
async fn every_mistake_is_named_by_its_place_and_nothing_is_kept() {
    let app = TestApp::spawn().await;
    let officer = keeper(&app).await;
    let send = async |body: Value| app.put(YEAR).by(&officer).if_match(0).json(&body).send().await;
    let day = |date: &str, kind: &str| json!({"date": date, "kind": kind, "name_vi": "Nghỉ"});
    let days = |days: Vec<Value>| json!({"legal_basis": "QĐ 1", "days": days});
    let (monday, saturday) = ("2031-02-03", "2031-02-08");
    let long = "a".repeat(301);
    for (body, pointers) in [
        (json!({"legal_basis": " ", "days": []}), vec!["/legal_basis"]),
        (json!({"legal_basis": long, "days": []}), vec!["/legal_basis"]),
        (days(vec![day("2030-02-03", "holiday")]), vec!["/days/0/date"]),
        (days(vec![day("2031-02-30", "holiday")]), vec!["/days/0/date"]),
        (days(vec![day("03/02/2031", "holiday")]), vec!["/days/0/date"]),
        (days(vec![day("2031-02-03T00:00:00", "holiday")]), vec!["/days/0/date"]),
        (
            days(vec![day(monday, "holiday"), day(monday, "swap_off")]),
            vec!["/days/1/date"],
        ),
        (
            days(vec![day(saturday, "swap_off"), day(saturday, "compensatory")]),
            vec!["/days/0/date", "/days/1/date", "/days/1/date"],
        ),
        (days(vec![day(monday, "swap_work")]), vec!["/days/0/date"]),
        (days(vec![day(monday, "party")]), vec!["/days/0/kind"]),
        (
            days(vec![json!({"date": monday, "kind": "holiday", "name_vi": "\u{202e}x"})]),
            vec!["/days/0/name_vi"],
        ),
        (
            days(vec![
                json!({"date": monday, "kind": "holiday", "name_vi": "A", "is_working_day": true, "weekday": "Tue", "status": "sure"}),
            ]),
            vec!["/days/0/status", "/days/0/weekday", "/days/0/is_working_day"],
        ),
        (days(vec![day(monday, "holiday"); 81]), [vec!["/days"], vec![]].concat()),
    ] {
        let refused = send(body.clone()).await;
        assert_eq!((refused.status, refused.code()), (422, "validation_failed"), "{body}");
        let told = refused.pointers();
        assert_eq!(
            told.get(..pointers.len()),
            Some(&pointers[..]),
            "{body}: {:?}",
            refused.body
        );
    }
    for body in [
        json!({"days": []}),
        json!({"legal_basis": "QĐ 1"}),
        json!({"legal_basis": "QĐ 1", "days": {}}),
        json!({"legal_basis": "QĐ 1", "days": [], "year": 2031}),
        days(vec![
            json!({"date": monday, "kind": "holiday", "name_vi": "A", "code": "x"}),
        ]),
        days(vec![json!({"date": 20_310_203, "kind": "holiday", "name_vi": "A"})]),
        json!([]),
    ] {
        let refused = send(body.clone()).await;
        assert!(matches!(refused.status, 400 | 422), "{body}: {}", refused.status);
    }
    let outside = app
        .put("/calendar/years/2101")
        .by(&officer)
        .if_match(0)
        .json(&new_year());
    assert_eq!(outside.expect(400).await.pointers(), ["year"]);
    assert_eq!(app.get(YEAR).expect(200).await.number("/version"), 0);
}

#[actix_web::test]
async fn of_two_officers_at_once_one_wins() {
    let app = TestApp::spawn().await;
    let officers = [keeper(&app).await, keeper(&app).await];
    let put = |number: usize| {
        let mut body = new_year();
        body["legal_basis"] = json!(format!("Thông báo số {number}"));
        app.put(YEAR).by(&officers[number % 2]).if_match(0).json(&body).send()
    };
    let mut statuses: Vec<u16> = join_all((0..6).map(put))
        .await
        .iter()
        .map(|reply| reply.status)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
    // Different years are no matter of each other's.
    let put = |number: usize| {
        let mut body = new_year();
        body["days"][0]["date"] = json!(format!("{}-01-01", 2032 + number));
        let path = format!("/calendar/years/{}", 2032 + number);
        app.put(&path).by(&officers[number % 2]).if_match(0).json(&body).send()
    };
    let replies = join_all((0..4).map(put)).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
}

#[actix_web::test]
async fn terms_that_were_counted_by_hand() {
    let app = TestApp::spawn().await;
    let vectors = include_str!("../data/deadline_test_vectors.csv");
    let mut count = 0;
    for row in csv::Reader::from_reader(vectors.as_bytes()).records() {
        let row = row.unwrap();
        let query = [("event", &row[0]), ("days", &row[1]), ("unit", &row[2])];
        let due = app.get("/calendar/due").query(&query).expect(200).await;
        assert_eq!(due.text("/due_on"), &row[3], "{}", &row[4]);
        assert_eq!(due.number("/years/0/version"), 0);
        count += 1;
    }
    assert_eq!(count, 11);
    let query = [("event", "2026-02-13"), ("days", "5"), ("unit", "working_day")];
    let due = app.get("/calendar/due").query(&query).expect(200).await;
    assert_eq!(
        (due.text("/weekday"), due.text("/ends_at")),
        ("Fri", "2026-02-27T17:00:00Z")
    );
    let days = due.body["not_counted"].as_array().unwrap();
    let told = |date: &str| days.iter().find(|day| day["date"] == date).unwrap();
    assert_eq!(days.len(), 9);
    assert_eq!(
        (&told("2026-02-14")["kind"], &told("2026-02-14")["name_en"]),
        (&json!("weekly_rest"), &json!("Weekly rest"))
    );
    assert_eq!(
        (&told("2026-02-17")["name_vi"], &told("2026-02-17")["legal_basis"]),
        (&json!("Tết Nguyên Đán"), &json!("LC2019 112.1.b"))
    );
    let over = [("event", "2026-12-25"), ("days", "366"), ("unit", "working_day")];
    let over = app.get("/calendar/due").query(&over).expect(200).await;
    let years: Vec<i64> = over.body["years"]
        .as_array()
        .unwrap()
        .iter()
        .map(|year| year["year"].as_i64().unwrap())
        .collect();
    assert_eq!(years, [2026, 2027, 2028]);
    assert_eq!(over.body["years"][1]["is_estimated"], true);
    for (event, days, unit, wrong) in [
        ("2017-12-31", "5", "working_day", "event"),
        ("2101-01-01", "5", "working_day", "event"),
        ("2026-02-30", "5", "working_day", "event"),
        ("2026-02-13T00:00:00Z", "5", "working_day", "event"),
        ("", "5", "working_day", "event"),
        ("2026-02-13", "0", "working_day", "days"),
        ("2026-02-13", "367", "working_day", "days"),
        ("2026-02-13", "65536", "working_day", "days"),
        ("2026-02-13", "-1", "working_day", "days"),
        ("2026-02-13", "5", "week", "unit"),
    ] {
        let query = [("event", event), ("days", days), ("unit", unit)];
        let refused = app.get("/calendar/due").query(&query).expect(400).await;
        assert_eq!(
            (refused.code(), refused.pointers()),
            ("invalid_query", vec![wrong]),
            "{event} {days} {unit}"
        );
    }
    for query in [
        "",
        "?event=2026-02-13",
        "?event=2026-02-13&days=5",
        "?event=2026-02-13&days=5&unit=working_day&x=1",
    ] {
        app.get(&format!("/calendar/due{query}")).expect(400).await;
    }
    let last = [("event", "2100-12-31"), ("days", "366"), ("unit", "working_day")];
    let last = app.get("/calendar/due").query(&last).expect(200).await;
    assert_eq!(last.number("/years/2/year"), 2102);
}

#[actix_web::test]
async fn days_that_are_made_up_for_count_on_every_node() {
    let app = TestApp::spawn().await;
    let node = app.beside();
    let officer = keeper(&app).await;
    let due = async |app: &TestApp, event: &str, days: &str, unit: &str| {
        let query = [("event", event), ("days", days), ("unit", unit)];
        app.get("/calendar/due").query(&query).expect(200).await
    };
    // A Wednesday; Friday is given off, and the Saturday after the next one is worked.
    let before = due(&app, "2031-01-08", "2", "working_day").await;
    assert_eq!(before.text("/due_on"), "2031-01-10");
    let mut body = new_year();
    body["days"] = json!([
        {"date": "2031-01-10", "kind": "swap_off", "name_vi": "Nghỉ hoán đổi (làm bù 18/01/2031)"},
        {"date": "2031-01-18", "kind": "swap_work", "name_vi": "Làm bù cho 10/01/2031"},
    ]);
    app.put(YEAR).by(&officer).if_match(0).json(&body).expect(200).await;
    for server in std::iter::once(&app).chain(&node) {
        let after = due(server, "2031-01-08", "2", "working_day").await;
        assert_eq!(
            (after.text("/due_on"), after.number("/years/0/version")),
            ("2031-01-13", 1)
        );
        assert_eq!(
            after.text("/not_counted/0/name_vi"),
            "Nghỉ hoán đổi (làm bù 18/01/2031)"
        );
        let made_up = due(server, "2031-01-16", "2", "working_day").await;
        assert_eq!(
            (made_up.text("/due_on"), made_up.text("/made_up/0/date")),
            ("2031-01-18", "2031-01-18")
        );
        // A term of days may end on it, too.
        let days = due(server, "2031-01-16", "2", "calendar_day").await;
        assert_eq!(
            (days.text("/due_on"), &days.body["not_counted"]),
            ("2031-01-18", &json!([]))
        );
        let days = due(server, "2031-01-09", "1", "calendar_day").await;
        assert_eq!(days.text("/due_on"), "2031-01-13");
    }
}
