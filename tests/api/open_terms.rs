//! Open terms move when the calendar changes, each with both dates in the audit trail.

use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::access::{Action, Actor, Resource, decide};
use vptex::domain::account::{Language, Permission};
use vptex::domain::calendar::{Calendar, last_day};
use vptex::domain::clock::Clock as _;
use vptex::domain::ids::{ListingId, ReportId};
use vptex::domain::report::{Report, ReportGround, ReportState};
use vptex::domain::text::Prose;
use vptex::service::calendar::recount;
use vptex::store::{self, calendar as rows, reports};

use crate::harness::{Person, Reply, TestApp};
use crate::policies::somebody;

const MAY: [Permission; 5] = [
    Permission::ReviewListings,
    Permission::ReviewEnterprises,
    Permission::ManageReferenceData,
    Permission::HandleDataRequests,
    Permission::ReadAudit,
];

fn last(deadline: &str) -> Date {
    last_day(deadline.parse().unwrap())
}

/// The year of a day as it stands, with that day off.
async fn with_day_off(app: &TestApp, day: Date) -> (String, i64, Value) {
    let path = format!("/calendar/years/{}", day.year());
    let year = app.get(&path).expect(200).await;
    let mut days = year.body["days"].as_array().unwrap().clone();
    days.retain(|known| known["date"] != day.to_string());
    days.push(json!({"date": day.to_string(), "kind": "holiday", "name_vi": "Nghỉ theo quyết định mới"}));
    (
        path,
        year.number("/version"),
        json!({"legal_basis": "QĐ 9/QĐ-TTg", "days": days}),
    )
}

pub async fn give_off(app: &TestApp, officer: &Person, day: Date) -> Reply {
    let (path, version, body) = with_day_off(app, day).await;
    app.put(&path)
        .by(officer)
        .if_match(version)
        .json(&body)
        .expect(200)
        .await
}

/// Why a term moved, newest first.
pub async fn reasons(app: &TestApp, officer: &Person, subject: &str) -> Vec<String> {
    let query = [("subject", subject), ("deed", "term.recounted")];
    let rows = app.get("/audit").query(&query).by(officer).expect(200).await;
    let rows = rows.body["items"].as_array().unwrap().iter();
    rows.map(|row| {
        assert_eq!(row["actor_kind"], "system");
        assert!(row["before_hash"].is_string() && row["before_hash"] != row["after_hash"]);
        row["reason_text"].as_str().unwrap().to_owned()
    })
    .collect()
}

#[actix_web::test]
async fn what_is_open_moves_and_what_is_over_stays() {
    let app = TestApp::spawn().await;
    let node = app.beside();
    let reader = node.as_ref().unwrap_or(&app);
    let officer = app.officer_who_may(&MAY).await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let mai = somebody(&app, "mai@example.com").await;
    app.clock.hold();
    let report = json!({"ground": "spam", "details": "Quảng cáo, không có máy."});
    let path = format!("/listings/{listing}/reports");
    let open = app.post(&path).json(&report).expect(202).await.text("/id").to_owned();
    let over = app.post(&path).json(&report).expect(202).await.text("/id").to_owned();
    let answer = json!({"outcome": "dismissed", "answer": "Đã đối chiếu với hồ sơ."});
    app.post(&format!("/reports/{over}/decision"))
        .by(&officer)
        .json(&answer)
        .expect(200)
        .await;
    let complaint = json!({"ground": "conduct", "details": "Không trả lời hồ sơ.", "contact": "nguoi-dan@example.com"});
    let path = format!("/listings/{listing}/complaints");
    let complaint = app
        .post(&path)
        .json(&complaint)
        .expect(202)
        .await
        .text("/id")
        .to_owned();
    let notice = json!({
        "right": "patent", "claimant": "Viện Cơ điện", "contact": "phap-che@example.com",
        "statement": "Buồng sấy trùng với yêu cầu bảo hộ.", "is_true": true,
    });
    let path = format!("/listings/{listing}/ip-notices");
    let notice = app.post(&path).json(&notice).expect(202).await.text("/id").to_owned();
    let asked = app
        .post("/me/data-requests")
        .by(&mai)
        .json(&json!({"kind": "access"}))
        .expect(201)
        .await;
    let request = asked.text("/id").to_owned();
    let (report, complaint, notice) = (
        format!("/reports/{open}"),
        format!("/complaints/{complaint}"),
        format!("/ip-notices/{notice}"),
    );
    let paths = [&report, &complaint, &notice];
    let read = async |app: &TestApp| {
        let mut ends = Vec::new();
        for path in paths {
            ends.push(last(app.get(path).by(&officer).expect(200).await.text("/due_at")));
        }
        let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
        ends.push(last(mine.text("/items/0/acknowledge_by")));
        ends
    };
    let before = read(reader).await;
    let closed = app.get(&format!("/reports/{over}")).by(&officer).expect(200).await;

    // The first day that counts is not worked any more, so every term of working days ends on the next working day.
    let calendar = Calendar::shipped();
    let next = |day: Date| calendar.due(day, vptex::domain::calendar::Term::WorkingDays(1));
    let today = vptex::domain::calendar::day_of(app.clock.now());
    let (path, version, body) = with_day_off(&app, next(today)).await;
    let preview = format!("{path}/preview");
    app.post(&preview).json(&body).expect(401).await;
    app.post(&preview).by(&owner).json(&body).expect(403).await;
    let wrong = json!({"legal_basis": "QĐ", "days": [{"date": "x", "kind": "y", "name_vi": "z"}]});
    let wrong = app.post(&preview).by(&officer).json(&wrong).expect(422).await;
    assert_eq!(wrong.pointers(), ["/days/0/date", "/days/0/kind"]);
    let told = app.post(&preview).by(&officer).json(&body).expect(200).await;
    assert_eq!(
        (
            told.number("/looked_at"),
            told.number("/terms_moved"),
            &told.body["is_complete"]
        ),
        (4, 4, &json!(true))
    );
    let example = &told.body["examples"][0];
    assert_eq!(
        (
            &example["kind"],
            &example["term"],
            &example["last_day_before"],
            &example["last_day_after"]
        ),
        (
            &json!("report"),
            &json!("due_at"),
            &json!(before[0].to_string()),
            &json!(next(before[0]).to_string())
        )
    );
    assert_eq!(told.body["differences"][0]["date"], next(today).to_string());
    assert_eq!(read(reader).await, before, "nothing was kept");

    let written = app
        .put(&path)
        .by(&officer)
        .if_match(version)
        .json(&body)
        .expect(200)
        .await;
    assert_eq!(
        (written.number("/terms_moved"), &written.body["is_recounted"]),
        (4, &json!(true))
    );
    let after = read(reader).await;
    assert_eq!(after, before.iter().map(|day| next(*day)).collect::<Vec<_>>());
    let still = app.get(&format!("/reports/{over}")).by(&officer).expect(200).await;
    assert_eq!(still.body, closed.body);
    for (path, (was, is)) in paths.iter().zip(before.iter().zip(&after)) {
        let why = reasons(&app, &officer, path.rsplit_once('/').unwrap().1).await;
        assert_eq!(why.len(), 1);
        assert!(
            why[0].starts_with(&format!("due_at: {was} → {is} (24:00). ")),
            "{why:?}"
        );
    }
    assert!(reasons(&app, &officer, &over).await.is_empty());
    // The version goes on, so whoever read it before is told.
    let moved = app.get(&report).by(&officer).expect(200).await;
    assert_eq!(moved.header("etag"), Some("\"2\""));
    // What comes now is counted by the new calendar, on every node.
    let fresh = json!({"ground": "fraud", "details": "Ảnh là của hãng khác."});
    let fresh = reader
        .post(&format!("/listings/{listing}/reports"))
        .json(&fresh)
        .expect(202)
        .await;
    let fresh = reader
        .get(&format!("/reports/{}", fresh.text("/id")))
        .by(&officer)
        .expect(200)
        .await;
    assert_eq!(last(fresh.text("/due_at")), after[0]);

    // A term of days moves only when it would end on a day off.
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    let ends = last(mine.text("/items/0/fulfil_by"));
    let written = give_off(&app, &officer, ends).await;
    assert!(written.number("/terms_moved") >= 1);
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    let later = last(mine.text("/items/0/fulfil_by"));
    assert!(later > ends);
    let why = reasons(&app, &officer, &request).await;
    assert!(
        why.iter()
            .any(|why| why.starts_with(&format!("fulfil_by: {ends} → {later} "))),
        "{why:?}"
    );
    // Extended from its new last day on, and moved as a whole afterwards.
    let extension = json!({"days": 3, "answer": "Cần xác minh với đơn vị liên quan."});
    let path = format!("/data-requests/{request}/extension");
    app.post(&path).by(&officer).json(&extension).expect(200).await;
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    let extended = last(mine.text("/items/0/fulfil_by"));
    give_off(&app, &officer, extended).await;
    let mine = app.get("/me/data-requests").by(&mai).expect(200).await;
    assert!(last(mine.text("/items/0/fulfil_by")) > extended);
}

#[actix_web::test]
async fn a_term_is_counted_from_its_last_event() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&MAY).await;
    let owner = app.active_enterprise(&officer).await;
    let complaint = json!({"ground": "conduct", "details": "Không trả lời hồ sơ.", "contact": "nguoi-dan@example.com"});
    let path = format!("/enterprises/{}/complaints", owner.enterprise);
    let made = app.post(&path).json(&complaint).expect(202).await;
    let path = format!("/complaints/{}", made.text("/id"));
    let end = async || last(app.get(&path).by(&officer).expect(200).await.text("/due_at"));
    let day_off = async || {
        let before = end().await;
        give_off(&app, &officer, before).await;
        assert!(end().await > before);
    };
    day_off().await;
    let step = async |step: &str, body: &Value| {
        app.post(&format!("{path}/{step}"))
            .by(&officer)
            .json(body)
            .expect(200)
            .await;
    };
    app.post(&format!("{path}/acknowledgement"))
        .by(&officer)
        .expect(200)
        .await;
    day_off().await;
    step(
        "decision",
        &json!({"outcome": "dismissed", "answer": "Doanh nghiệp đã trả lời."}),
    )
    .await;
    let decided = end().await;
    give_off(&app, &officer, decided).await;
    assert_eq!(end().await, decided, "nobody waits for it");
    let again = json!({"reason_code": "other", "reason_text": "Người khiếu nại gửi thêm biên bản.", "contact": "nguoi-dan@example.com"});
    step("reopening", &again).await;
    day_off().await;
}

#[actix_web::test]
async fn many_terms_move_in_parts_and_each_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&MAY).await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (now, listing) = (app.clock.now(), ListingId(listing.parse().unwrap()));
    let due_at = Report::due(Calendar::shipped(), now);
    let insert = move |uow: &mut store::Uow<'_>| {
        let permit = decide(&Actor::Visitor, Action::ReadListing, &Resource::None).unwrap();
        for number in 1..=450_u128 {
            let report = Report {
                id: ReportId(uuid::Uuid::from_u128(number)),
                listing,
                ground: ReportGround::Spam,
                details: Prose::parse("Quảng cáo.").unwrap(),
                contact: None,
                language: Language::Vi,
                state: ReportState::Received,
                received_at: now,
                due_at,
                decided_at: None,
                answer: None,
                version: 1,
            };
            reports::insert(uow, &permit, &report)?;
        }
        Ok(())
    };
    app.change(insert).await;
    let written = give_off(&app, &officer, last_day(due_at)).await;
    assert_eq!(
        (written.number("/terms_moved"), &written.body["is_recounted"]),
        (200, &json!(false))
    );
    // The job of the server may be faster; whoever does it, it is done when it answers.
    let exchange = app.exchange().clone();
    let again = exchange.clone();
    tokio::task::spawn_blocking(move || recount::run(&exchange, || false).unwrap())
        .await
        .unwrap();
    let nothing = tokio::task::spawn_blocking(move || recount::run(&again, || false).unwrap())
        .await
        .unwrap();
    assert_eq!(nothing, 0);
    let (ends, edition) = app
        .exchange()
        .db
        .read(|conn| -> store::Result<_> {
            let open = reports::open(conn, uuid::Uuid::nil(), 1_000)?;
            let ends: Vec<_> = open.into_iter().map(|report| (report.due_at, report.version)).collect();
            Ok((ends, (rows::edition(conn)?, rows::recounted(conn)?)))
        })
        .unwrap();
    let first = ends[0];
    assert!(first.0 > due_at && first.1 == 2);
    assert_eq!((ends.len(), ends.iter().all(|end| *end == first)), (450, true));
    assert_eq!(edition, (1, 1));
    for number in [1, 200, 201, 450_u128] {
        let deeds = app.deeds(&uuid::Uuid::from_u128(number).to_string());
        assert_eq!(deeds, [("term.recounted".to_owned(), None)], "{number}");
    }
}
