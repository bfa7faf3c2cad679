//! Lists as files: the public catalogue for anybody, officers' lists for officers, and who took one.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::access::{Action, Actor, Resource, decide};
use vptex::domain::account::{Permission, Scope};
use vptex::domain::calendar;
use vptex::domain::ids::ListingId;
use vptex::store::listings;

use crate::harness::{Person, Reply, TestApp, dryer};

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.bytes.clone()).unwrap()
}

/// The head and the rows of a table.
fn table(reply: &Reply) -> (Vec<String>, Vec<Vec<String>>) {
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = text(reply);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let head = cells(reader.headers().unwrap());
    let rows = reader.records().map(|record| cells(&record.unwrap())).collect();
    (head, rows)
}

fn lines(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.header("content-type"), Some("application/jsonl"));
    text(reply)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn column(table: &(Vec<String>, Vec<Vec<String>>), name: &str) -> Vec<String> {
    let at = table.0.iter().position(|head| head == name).unwrap();
    table.1.iter().map(|row| row[at].clone()).collect()
}

async fn published(app: &TestApp, owner: &Person, officer: &Person, draft: &Value) -> String {
    let made = app.post("/listings").by(owner).json(draft).expect(201).await;
    let id = made.text("/id").to_owned();
    let sent = app
        .post(&format!("/listings/{id}/submission"))
        .by(owner)
        .expect(200)
        .await;
    app.post(&format!("/listings/{id}/approval"))
        .by(officer)
        .if_match(sent.number("/version"))
        .expect(200)
        .await;
    id
}

#[actix_web::test]
async fn the_catalogue_has_what_anybody_may_see_and_nothing_else() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut formula = dryer("Máy sấy");
    formula["title"] = json!({"vi": "=1+1", "en": "@SUM(A1)"});
    formula["ip_rights"] = json!([
        {"type": "patent", "status": "granted", "office": "VN", "grant_number": "1-0034567", "granted_on": "2024-03-05",
         "is_public": true},
        {"type": "utility_solution", "status": "filed", "office": "PCT", "application_number": "2-2025-00123",
         "filed_on": "2025-02-01", "is_public": false},
    ]);
    let shown = published(&app, &owner, &officer, &formula).await;
    let (withdrawn, _) = app.published_listing(&owner, &officer, "Máy đã rút").await;
    let path = format!("/listings/{withdrawn}/submission");
    app.delete(&path).by(&owner).expect(200).await;
    app.listing_draft(&owner, "Bản nháp").await;
    let (ended, _) = app.published_listing(&owner, &officer, "Máy hết hạn").await;
    app.end_term(&ended).await;

    let file = app.get("/exports/listings").expect(200).await;
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"listings.csv\"")
    );
    let catalogue = table(&file);
    assert_eq!(column(&catalogue, "ID tin"), [shown.as_str()]);
    assert_eq!(column(&catalogue, "Tên"), ["'=1+1"]);
    assert_eq!(column(&catalogue, "Tên tiếng Anh"), ["'@SUM(A1)"]);
    assert!(!catalogue.0.contains(&"Mã nội bộ".to_owned()));

    let jsonl = app
        .get("/exports/listings")
        .query(&[("format", "jsonl")])
        .expect(200)
        .await;
    let seen = app.get(&format!("/listings/{shown}")).expect(200).await;
    assert_eq!(lines(&jsonl), [seen.body]);
    assert!(!text(&jsonl).contains("2-2025-00123"));
}

#[actix_web::test]
async fn the_catalogue_is_filtered_and_read_to_its_end() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (first, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    // More than are read at once.
    let template = ListingId(first.parse().unwrap());
    app.change(move |uow| {
        let permit = decide(&Actor::System, Action::ImportListings, &Resource::None).unwrap();
        let (mut listing, _) = listings::find(uow.conn(), template)?;
        listing.code = None;
        listing.content.field_codes = vec!["mechanics".into()];
        listing.content.trl = Some(4);
        for number in 1..=1_001 {
            listing.id = ListingId(Uuid::from_u128(number));
            listings::insert(uow, &permit, &listing)?;
        }
        Ok(())
    })
    .await;
    let all = table(&app.get("/exports/listings").expect(200).await);
    let mut ids = column(&all, "ID tin");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1_002);
    for (query, count) in [
        (vec![("field", "mechanics"), ("trl", "4")], 1_001),
        (vec![("field", "food")], 1),
        (vec![("kind", "technology_offer")], 0),
        (vec![("province", "25")], 1_002),
        (vec![("province", "01")], 0),
    ] {
        let found = app.get("/exports/listings").query(&query).expect(200).await;
        assert_eq!(table(&found).1.len(), count, "{query:?}");
    }
    for query in [
        ("field", "nothing"),
        ("province", "99"),
        ("trl", "0"),
        ("format", "pdf"),
        ("status", "draft"),
    ] {
        app.get("/exports/listings").query(&[query]).expect(400).await;
    }
}

/// Whether a download comes to its end.
async fn comes_whole(app: &TestApp, officer: &Person, path: &str) -> bool {
    let client = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
    let call = client.get(format!("http://{}/api/v1{path}", app.addr()));
    // Without a single row there may not even be the beginning of an answer.
    let Ok(begun) = call.bearer_auth(&officer.access).send().await else {
        return false;
    };
    assert_eq!(begun.status().as_u16(), 200, "{path}");
    begun.bytes().await.is_ok()
}

#[actix_web::test]
async fn a_list_that_is_longer_than_a_file_may_be_is_refused_or_breaks_off() {
    let mut app = TestApp::prepare();
    app.config.max_export_rows = 2;
    app.start();
    app.settle().await;
    let officer = app
        .officer_who_may(&[Permission::ReviewEnterprises, Permission::ReviewListings])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let mut other = dryer("Máy ép");
    other["field_codes"] = json!(["mechanics"]);
    for draft in [dryer("Máy sấy một"), dryer("Máy sấy hai"), other] {
        published(&app, &owner, &officer, &draft).await;
    }
    let forms = ["csv", "xlsx", "jsonl"];
    let refused = async |query: &str| {
        for form in forms {
            let path = format!("/exports/listings?format={form}{query}");
            let refused = app.get(&path).expect(400).await;
            assert_eq!(refused.code(), "invalid_query", "{path}");
            assert!(refused.text("/messages/vi").contains("lọc hẹp hơn"), "{path}");
        }
    };
    refused("").await;
    refused("&kind=equipment_offer").await;
    // A file may have as many, whatever there are beside them.
    for (field, count) in [("mechanics", 1), ("food", 2), ("energy", 0)] {
        let found = app.get(&format!("/exports/listings?field={field}")).expect(200).await;
        assert_eq!(table(&found).1.len(), count, "{field}");
    }
    published(&app, &owner, &officer, &dryer("Máy sấy ba")).await;
    refused("&field=food").await;
    refused("&field=food.drying&province=25").await;
    let found = app.get("/exports/listings?field=mechanics").expect(200).await;
    assert_eq!(table(&found).1.len(), 1);
    // What is not counted beforehand ends nowhere rather than too early.
    for form in forms {
        let path = format!("/exports/listing-register?format={form}");
        assert!(!comes_whole(&app, &officer, &path).await, "{path}");
        let path = format!("/exports/enterprise-register?format={form}");
        assert!(comes_whole(&app, &officer, &path).await, "{path}");
    }
}

#[actix_web::test]
async fn the_directory_has_no_contact_data() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.registered_enterprise().await;
    let file = app
        .get("/exports/enterprises")
        .query(&[("language", "en")])
        .expect(200)
        .await;
    let directory = table(&file);
    assert_eq!(column(&directory, "Enterprise ID"), [owner.enterprise.as_str()]);
    assert_eq!(column(&directory, "Province"), ["Phu Tho"]);
    assert!(!text(&file).contains("@example.com"));
    let jsonl = app
        .get("/exports/enterprises")
        .query(&[("format", "jsonl")])
        .expect(200)
        .await;
    let listed = app.get("/enterprises").expect(200).await;
    assert_eq!(lines(&jsonl), [listed.body["items"][0].clone()]);
}

#[actix_web::test]
async fn officers_take_what_they_may_decide_and_it_is_written_down() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (waiting, _) = app.submitted_listing(&owner, "+84 Máy sấy").await;
    let other = app.registered_enterprise().await;
    app.get("/exports/moderation-queue").by(&owner).expect(403).await;
    app.get("/exports/moderation-queue").expect(401).await;
    let file = app.get("/exports/moderation-queue").by(&officer).expect(200).await;
    let queue = table(&file);
    let mut ids = column(&queue, "ID");
    ids.sort_unstable();
    let mut expected = [waiting.clone(), other.enterprise.clone()];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert!(column(&queue, "Tên tin").contains(&"'+84 Máy sấy".to_owned()));
    // Codes are told in words, and as they are in a column of their own; times by the clock of Việt Nam.
    let row = column(&queue, "ID").iter().position(|id| *id == waiting).unwrap();
    let cell = |name: &str| column(&queue, name)[row].clone();
    assert_eq!((cell("Việc"), cell("Việc (mã)")), ("Tin mới".into(), "listing".into()));
    assert_eq!(cell("Lĩnh vực (mã)"), "food.drying");
    assert_eq!(cell("Tỉnh, thành phố (mã)"), "25");
    assert_eq!(cell("Cảnh báo (mã)"), "first_publication");
    let listed = app.get("/moderation/queue").query(&[("type", "listing")]).by(&officer);
    let since: Timestamp = listed.expect(200).await.text("/items/0/waiting_since").parse().unwrap();
    assert_eq!(
        cell("Chờ từ"),
        calendar::local(since).strftime("%d/%m/%Y %H:%M").to_string()
    );
    let profile = app
        .get(&format!("/enterprises/{}", owner.enterprise))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(cell("Mã số thuế"), profile.text("/tax_code"));
    assert!(text(&file).contains("lienhe"), "officers see whom to ask");

    // What lies outside of the scope is in no file either, and the filters are those of the list.
    let scope = Scope {
        fields: vec!["energy".into()],
        ..Scope::default()
    };
    let narrow = app.officer_for(&[Permission::ReviewListings], scope).await;
    let file = app.get("/exports/moderation-queue").by(&narrow).expect(200).await;
    assert_eq!(table(&file).1, Vec::<Vec<String>>::new());
    let query = [("type", "listing"), ("format", "jsonl")];
    let jsonl = app
        .get("/exports/moderation-queue")
        .by(&officer)
        .query(&query)
        .expect(200)
        .await;
    let listed = app
        .get("/moderation/queue")
        .by(&officer)
        .query(&[("type", "listing")])
        .expect(200)
        .await;
    assert_eq!(lines(&jsonl), *listed.body["items"].as_array().unwrap());
    app.get("/exports/moderation-queue")
        .by(&officer)
        .query(&[("type", "nothing")])
        .expect(400)
        .await;

    let auditor = app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = app
        .get("/audit")
        .by(&auditor)
        .query(&[("deed", "list.exported")])
        .expect(200)
        .await;
    let reasons: Vec<&str> = trail.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["reason_text"].as_str().unwrap())
        .collect();
    assert_eq!(
        reasons,
        [
            "list=moderation_queue {\"type\":\"listing\",\"format\":\"jsonl\"}",
            "list=moderation_queue {}",
            "list=moderation_queue {}",
        ]
    );
}

#[actix_web::test]
async fn registers_are_taken_as_they_are_listed() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (id, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    app.takedown(&officer, &id).await;
    app.post(&format!("/listings/{id}/reports"))
        .json(&json!({"ground": "spam", "details": "=cmd|' /C calc'!A0", "contact": "nguoi-dan@example.com"}))
        .expect(202)
        .await;
    app.post(&format!("/listings/{id}/ip-notices"))
        .json(&json!({
            "right": "patent", "claimant": "-1+1", "contact": "phap-che@example.com",
            "statement": "Buồng sấy trùng với yêu cầu bảo hộ.", "is_true": true,
        }))
        .expect(202)
        .await;
    app.post(&format!("/listings/{id}/complaints"))
        .json(&json!({"ground": "conduct", "details": "@A1", "contact": "nguoi-dan@example.com"}))
        .expect(202)
        .await;
    for (name, column_name, cell) in [
        ("takedowns", "Số văn bản", "125/TTr-SKHCN"),
        ("reports", "Nội dung", "'=cmd|' /C calc'!A0"),
        ("ip-notices", "Chủ thể quyền", "'-1+1"),
        ("complaints", "Nội dung", "'@A1"),
    ] {
        let path = format!("/exports/{name}");
        let file = app.get(&path).by(&officer).expect(200).await;
        let register = table(&file);
        assert_eq!(column(&register, column_name), [cell], "{name}");
        assert_eq!(column(&register, "Quá hạn"), ["không"], "{name}");
        assert_ne!(
            column(&register, "Tình trạng"),
            column(&register, "Tình trạng (mã)"),
            "{name}"
        );
        let jsonl = app
            .get(&path)
            .by(&officer)
            .query(&[("format", "jsonl")])
            .expect(200)
            .await;
        let listed = app.get(&format!("/{name}")).by(&officer).expect(200).await;
        assert_eq!(lines(&jsonl), *listed.body["items"].as_array().unwrap(), "{name}");
        let overdue = app
            .get(&path)
            .by(&officer)
            .query(&[("overdue", "true")])
            .expect(200)
            .await;
        assert_eq!(table(&overdue).1.len(), 0, "{name}");
        app.get(&path)
            .by(&officer)
            .query(&[("state", "nothing")])
            .expect(400)
            .await;
        app.get(&path).by(&owner).expect(403).await;
    }
}
