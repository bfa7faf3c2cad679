//! Figures about reviews: how many, how long, why.

use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock as _;

use crate::harness::{Person, Reply, TestApp};

const WHY: &str = "Thiếu ảnh tem máy và giấy chứng nhận hợp quy.";
const HOUR: i64 = 3_600;

async fn decide(app: &TestApp, id: &str, step: &str, version: i64, by: &Person, code: &str) {
    let call = app.post(&format!("/listings/{id}/{step}")).by(by).if_match(version);
    let call = match step {
        "approval" => call,
        _ => call.json(&json!({"reason_code": code, "reason_text": WHY})),
    };
    call.expect(200).await;
}

#[actix_web::test]
async fn figures_tell_how_many_how_long_and_why() {
    let app = TestApp::spawn().await;
    app.clock.hold();
    // In the middle of a month, so that what is decided within a day counts to one.
    let today = app.clock.now().to_zoned(TimeZone::UTC);
    let then = &today.first_of_month().unwrap() + 1.month() + 9.days();
    app.clock
        .pass(then.timestamp().as_second() - today.timestamp().as_second());
    let [first, second] = [app.officer().await, app.officer().await];
    let second_id = app.id_of(&second).await;
    let reader = app.officer_who_may(&[Permission::ReadReports]).await;
    let owner = app.active_enterprise(&first).await;
    let mut waiting = Vec::new();
    for number in 0..5 {
        waiting.push(app.submitted_listing(&owner, &format!("Máy {number}")).await);
    }
    let empty = app.get("/moderation/statistics?from=2020-01&to=2020-12");
    let empty = empty.by(&reader).expect(200).await;
    for part in ["by_month", "by_kind", "by_officer", "reasons"] {
        assert_eq!(empty.body[part], json!([]), "{part}");
    }
    let waits = |reply: &Reply, sort: &str| -> Value {
        let sorts = reply.body["waiting"].as_array().unwrap();
        sorts.iter().find(|waiting| waiting["type"] == sort).unwrap().clone()
    };
    assert_eq!(
        (
            &waits(&empty, "listing")["count"],
            &waits(&empty, "listing")["oldest_hours"]
        ),
        (&json!(5), &json!(0.0))
    );
    let nothing = json!({"type": "takedown", "count": 0, "oldest_since": null, "oldest_hours": null});
    assert_eq!(waits(&empty, "takedown"), nothing);
    // They wait for 1, 2, 3, 4 and 14 hours.
    let plan = [
        (1, "approval", "", 0),
        (1, "rejection", "spam", 1),
        (1, "change-request", "incomplete", 0),
        (1, "rejection", "spam", 1),
        (10, "approval", "", 0),
    ];
    let mut officers = [first, second];
    for ((pause, step, code, who), (id, version)) in plan.into_iter().zip(&waiting) {
        app.clock.pass(pause * HOUR);
        officers[who] = app.again(&officers[who]).await;
        decide(&app, id, step, *version, &officers[who], code).await;
    }
    let reader = app.again(&reader).await;
    let told = app.get("/moderation/statistics").by(&reader).expect(200).await;
    assert_eq!(waits(&told, "listing")["count"], 0);
    let of = |part: &str, name: &str, value: &str| -> Vec<Value> {
        let rows = told.body[part].as_array().unwrap();
        rows.iter().filter(|row| row[name] == value).cloned().collect()
    };
    let sum = |rows: &[Value], name: &str| -> i64 { rows.iter().map(|row| row[name].as_i64().unwrap()).sum() };
    let listings = of("by_kind", "type", "listing");
    assert_eq!(listings[0]["kind"], "equipment_offer");
    let counts = ["approved", "rejected", "changes_requested", "endorsed"].map(|name| sum(&listings, name));
    assert_eq!(counts, [2, 2, 1, 0]);
    assert_eq!(listings.len(), 1);
    let times = [&listings[0]["median_hours"], &listings[0]["p90_hours"]].map(|hours| hours.as_f64().unwrap());
    assert_eq!(times, [3.0, 14.0]);
    assert_eq!(sum(&of("by_kind", "type", "enterprise"), "approved"), 1);
    let own = of("by_officer", "officer", &second_id);
    assert_eq!((sum(&own, "rejected"), sum(&own, "approved")), (2, 0));
    assert_eq!(own[0]["officer_name"], "Trần Văn Duyệt");
    assert_eq!(sum(&of("reasons", "reason_code", "spam"), "count"), 2);
    assert_eq!(sum(&of("reasons", "reason_code", "incomplete"), "count"), 1);
    let all = told.body["by_month"].as_array().unwrap().clone();
    assert_eq!((sum(&all, "approved"), sum(&all, "rejected")), (3, 2));

    for (wrong, name) in [
        ("from=2026-13", "from"),
        ("to=thang", "to"),
        ("from=2026-02&to=2026-01", "from"),
        ("from=2020-01&to=2022-01", "from"),
    ] {
        let call = app.get(&format!("/moderation/statistics?{wrong}")).by(&reader);
        assert_eq!(call.expect(400).await.pointers(), [name], "{wrong}");
    }
    let widest = app.get("/moderation/statistics?from=2020-02&to=2022-01").by(&reader);
    widest.expect(200).await;
    let refused = app.get("/moderation/statistics").by(&officers[0]).expect(403).await;
    assert_eq!(refused.code(), "forbidden");
}
