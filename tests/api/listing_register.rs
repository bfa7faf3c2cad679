//! The register of listings for officers: every listing, found by what is asked, and as a file.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};

use crate::harness::{Person, Reply, TestApp};

const PATH: &str = "/moderation/listings";
const FILE: &str = "/exports/listing-register";

/// A draft with such parts.
async fn draft(app: &TestApp, owner: &Person, title: &str, parts: Value) -> String {
    let mut body = crate::harness::dryer(title);
    for (name, value) in parts.as_object().unwrap() {
        body[name] = value.clone();
    }
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let made = app.post("/listings").by(owner).json(&body).expect(201).await;
    made.text("/id").to_owned()
}

async fn submit(app: &TestApp, owner: &Person, id: &str) -> i64 {
    let sent = app.post(&format!("/listings/{id}/submission")).by(owner);
    sent.expect(200).await.number("/version")
}

async fn publish(app: &TestApp, owner: &Person, officer: &Person, id: &str) {
    let version = submit(app, owner, id).await;
    let approval = app.post(&format!("/listings/{id}/approval")).by(officer);
    approval.if_match(version).expect(200).await;
}

fn titles(found: &Reply) -> Vec<&str> {
    let items = found.body["items"].as_array().unwrap().iter();
    items.map(|item| item["title"]["vi"].as_str().unwrap()).collect()
}

/// One listing of each sort, saved a day after each other: lapsed, public, suspended, then refused, waiting and a draft.
async fn exchange(app: &TestApp, officer: &Person) -> [Person; 2] {
    let [mut one, mut other] = [
        app.active_enterprise(officer).await,
        app.active_enterprise(officer).await,
    ];
    let refusal = json!({"reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy, đề nghị bổ sung."});
    let lapsed = draft(app, &one, "Máy nghiền", json!({"trl": 5, "field_codes": ["mechanics"]})).await;
    publish(app, &one, officer, &lapsed).await;
    app.end_term(&lapsed).await;
    app.clock.pass(86_400);
    let mut officer = app.again(officer).await;
    one = app.again(&one).await;
    let public = draft(app, &one, "Máy sấy lúa", json!({"trl": 9, "origin_country": "JP"})).await;
    publish(app, &one, &officer, &public).await;
    app.clock.pass(86_400);
    (officer, other) = (app.again(&officer).await, app.again(&other).await);
    let held = draft(app, &other, "Máy bơm", json!({"regulatory_class": "restricted"})).await;
    publish(app, &other, &officer, &held).await;
    let suspension = app.post(&format!("/listings/{held}/suspension")).by(&officer);
    suspension.json(&refusal).expect(200).await;
    app.clock.pass(86_400);
    (officer, one, other) = (
        app.again(&officer).await,
        app.again(&one).await,
        app.again(&other).await,
    );
    let refused = draft(app, &other, "Máy ép dầu", json!({})).await;
    let version = submit(app, &other, &refused).await;
    let rejection = app.post(&format!("/listings/{refused}/rejection")).by(&officer);
    rejection.if_match(version).json(&refusal).expect(200).await;
    let waiting = draft(app, &one, "Máy sấy gỗ", json!({})).await;
    submit(app, &one, &waiting).await;
    draft(app, &one, "Máy chưa xong", json!({})).await;
    [one, other]
}

#[actix_web::test]
async fn officers_find_every_listing_by_what_they_ask() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let [one, _] = exchange(&app, &officer).await;
    let officer = app.again(&officer).await;
    let ask = async |query: &[(&str, &str)]| app.get(PATH).by(&officer).query(query).expect(200).await;
    let creator = app.id_of(&one).await;
    let [wood, oil, pump, rice, mill] = ["Máy sấy gỗ", "Máy ép dầu", "Máy bơm", "Máy sấy lúa", "Máy nghiền"];
    let all = ask(&[]).await;
    assert_eq!(titles(&all), [wood, oil, pump, rice, mill]);
    let day = |place: usize| {
        let at: jiff::Timestamp = all.text(&format!("/items/{place}/created_at")).parse().unwrap();
        vptex::domain::calendar::day_of(at).to_string()
    };
    let (second, third) = (day(3), day(2));
    for (query, expected) in [
        (vec![("order", "oldest")], vec![mill, rice, pump, oil, wood]),
        (
            vec![("order", "newest"), ("kind", "equipment_offer")],
            vec![wood, oil, pump, rice, mill],
        ),
        (vec![("status", "published")], vec![pump, rice]),
        (vec![("status", "expired")], vec![mill]),
        (vec![("status", "rejected,expired,submitted")], vec![wood, oil, mill]),
        (vec![("hold", "suspended,taken_down")], vec![pump]),
        (vec![("hold", "ip_notice")], vec![]),
        (vec![("kind", "expert,technology_offer")], vec![]),
        (vec![("field", "mechanics")], vec![mill]),
        (vec![("province", "25"), ("trl", "5,9")], vec![rice, mill]),
        (vec![("province", "01")], vec![]),
        (vec![("enterprise", one.enterprise.as_str())], vec![wood, rice, mill]),
        (vec![("creator", creator.as_str())], vec![wood, rice, mill]),
        (vec![("creator", creator.as_str()), ("status", "published")], vec![rice]),
        (vec![("source_site", "catalogue.example")], vec![]),
        (vec![("origin", "JP")], vec![rice]),
        (vec![("regulatory_class", "restricted,prohibited")], vec![pump]),
        (vec![("q", "say may")], vec![wood, rice]),
        (vec![("q", "MÁY SẤY LÚ")], vec![rice]),
        (
            vec![("created_from", &second), ("created_to", &third)],
            vec![pump, rice],
        ),
        (vec![("created_to", &second)], vec![rice, mill]),
        (vec![("updated_to", &second), ("status", "published")], vec![rice]),
        (vec![("published_from", &third)], vec![pump]),
        (vec![("expires_before", "2020-01-01")], vec![]),
        (vec![("import_job", "01990d3e-0000-7000-8000-000000000001")], vec![]),
    ] {
        assert_eq!(titles(&ask(&query).await), expected, "{query:?}");
    }
    let held = ask(&[("hold", "suspended")]).await;
    assert_eq!(held.body["items"][0]["holds"], json!(["suspended"]));
    assert_eq!(ask(&[("status", "expired")]).await.text("/items/0/status"), "expired");
    for (name, value) in [
        ("status", "dead"),
        ("status", "published,draft"),
        ("hold", "gone"),
        ("kind", "shop"),
        ("field", "nothing"),
        ("province", "99"),
        ("enterprise", "songthao"),
        ("creator", "lan"),
        ("source_site", " "),
        ("trl", "10"),
        ("origin", "QQ"),
        ("import_job", "1"),
        ("regulatory_class", "forbidden"),
        ("q", &"a".repeat(513)),
        ("created_from", "1/11/2026"),
        ("updated_to", "2026-02-30"),
        ("published_from", "hôm qua"),
        ("expires_before", ""),
        ("order", "best"),
    ] {
        let refused = app.get(PATH).by(&officer).query(&[(name, value)]).expect(400).await;
        assert_eq!(refused.pointers(), [name], "{value}");
    }
    let turned = [("created_from", "2026-02-02"), ("created_to", "2026-02-01")];
    let turned = app.get(PATH).by(&officer).query(&turned).expect(400).await;
    assert_eq!(turned.pointers(), ["created_to"]);
}

#[actix_web::test]
async fn what_was_imported_is_found_by_where_it_came_from() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.submitted_listing(&owner, "Máy sấy").await;
    let lines: Vec<String> = crate::import::catalogue().into_iter().take(3).collect();
    crate::import::load(&app, &lines, usize::MAX).await;
    for (site, count) in [("vptex-search-eval", 3), ("catalogue.example", 0)] {
        let found = app.get(PATH).by(&officer).query(&[("source_site", site)]);
        let found = found.expect(200).await;
        assert_eq!(titles(&found).len(), count, "{site}");
        for item in found.body["items"].as_array().unwrap() {
            assert_eq!(item["source"]["site"], site);
        }
        // The file has the same.
        let file = app.get(FILE).by(&officer);
        let file = file
            .query(&[("source_site", site), ("format", "jsonl")])
            .expect(200)
            .await;
        let rows = file.body.as_array().map_or(0, Vec::len);
        assert_eq!(rows, count, "{site}");
    }
    // Where a listing came from is not asked for in public.
    for path in ["/search", "/exports/listings", "/feed/listings"] {
        let refused = app.get(path).query(&[("source_site", "vptex-search-eval")]);
        assert_eq!(refused.expect(400).await.pointers(), ["source_site"], "{path}");
    }
}

#[actix_web::test]
async fn pages_follow_each_other_in_either_order() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    exchange(&app, &officer).await;
    let officer = app.again(&officer).await;
    for order in ["newest", "oldest"] {
        let (mut seen, mut next) = (Vec::new(), None::<String>);
        let whole = app.get(PATH).by(&officer).query(&[("order", order)]).expect(200).await;
        loop {
            let mut query = vec![("order", order), ("limit", "2")];
            query.extend(next.as_deref().map(|next| ("after", next)));
            let page = app.get(PATH).by(&officer).query(&query).expect(200).await;
            seen.extend(titles(&page).into_iter().map(str::to_owned));
            next = page.body["page"]["next"].as_str().map(str::to_owned);
            if next.is_none() {
                break;
            }
            // A cursor fits only its filters.
            let other = [
                ("order", order),
                ("status", "published"),
                ("after", next.as_deref().unwrap()),
            ];
            app.get(PATH).by(&officer).query(&other).expect(400).await;
        }
        assert_eq!(seen, titles(&whole), "{order}");
    }
}

#[actix_web::test]
async fn the_register_holds_what_the_officer_may_review() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let [owner, _] = exchange(&app, &officer).await;
    let scope = Scope {
        fields: vec!["mechanics".into()],
        ..Scope::default()
    };
    let narrow = app.officer_for(&[Permission::ReviewListings], scope).await;
    let seen = app.get(PATH).by(&narrow).expect(200).await;
    assert_eq!(titles(&seen), ["Máy nghiền"]);
    let file = app
        .get(FILE)
        .by(&narrow)
        .query(&[("format", "jsonl")])
        .expect(200)
        .await;
    assert_eq!(String::from_utf8(file.bytes.clone()).unwrap().lines().count(), 1);
    let other = app.officer_who_may(&[Permission::ReviewEnterprises]).await;
    for path in [PATH, FILE] {
        app.get(path).by(&owner).expect(403).await;
        app.get(path).expect(401).await;
        app.get(path).by(&other).expect(403).await;
    }
}

#[actix_web::test]
async fn the_file_is_for_people_and_leaves_a_row_in_the_trail() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    exchange(&app, &officer).await;
    let officer = app.again(&officer).await;
    let file = app
        .get(FILE)
        .by(&officer)
        .query(&[("hold", "suspended")])
        .expect(200)
        .await;
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let cell = |name: &str| {
        let at = head
            .iter()
            .position(|column| column == name)
            .unwrap_or_else(|| panic!("{name}"));
        rows[0][at].to_owned()
    };
    assert_eq!(rows.len(), 1);
    for (column, expected) in [
        ("Tên tin", "Máy bơm"),
        ("Tình trạng", "Đã xuất bản"),
        ("Tình trạng (mã)", "published"),
        ("Đang bị giữ", "Bị tạm ngừng"),
        ("Nhóm công nghệ", "Hạn chế chuyển giao"),
        ("Tỉnh, thành phố", "Tỉnh Phú Thọ"),
        ("Lượt xem", "0"),
    ] {
        assert_eq!(cell(column), expected, "{column}");
    }
    let day = cell("Xuất bản lúc");
    assert!(jiff::civil::DateTime::strptime("%d/%m/%Y %H:%M", &day).is_ok(), "{day}");

    let lines = app
        .get(FILE)
        .by(&officer)
        .query(&[("format", "jsonl"), ("order", "oldest")])
        .expect(200)
        .await;
    let first: Value = serde_json::from_slice(lines.bytes.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    let listed = app
        .get(PATH)
        .by(&officer)
        .query(&[("order", "oldest")])
        .expect(200)
        .await;
    assert_eq!(first, listed.body["items"][0]);
    let workbook = app
        .get(FILE)
        .by(&officer)
        .query(&[("format", "xlsx")])
        .expect(200)
        .await;
    assert!(workbook.bytes.starts_with(b"PK"));
    let auditor = app.officer_who_may(&[Permission::ReadAudit]).await;
    let taken = app
        .get("/audit")
        .by(&auditor)
        .query(&[("deed", "list.exported")])
        .send()
        .await;
    assert!(taken.body.to_string().contains("list=listings"), "{:#}", taken.body);
}
