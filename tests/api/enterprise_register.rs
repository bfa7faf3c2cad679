//! The register of enterprises for officers: every enterprise, found by what is asked, and as a file.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};

use crate::harness::{Person, Reply, TestApp};

const PATH: &str = "/moderation/enterprises";
const FILE: &str = "/exports/enterprise-register";

async fn register(app: &TestApp, name: &str, more: Value) -> String {
    let mut body = app.registration(name);
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    for (member, value) in more.as_object().unwrap() {
        enterprise.insert(member.clone(), value.clone());
    }
    enterprise.retain(|_, value| !value.is_null());
    app.confirmed(&body).await.text("/enterprise/id").to_owned()
}

async fn approve(app: &TestApp, officer: &Person, id: &str) {
    let approval = app.post(&format!("/enterprises/{id}/approval")).by(officer);
    approval.if_match(1).expect(200).await;
}

fn foreign(number: &str) -> Value {
    json!({"tax_code": null, "foreign_register": {"country": "DE", "number": number}, "legal_form": "nuoc_ngoai",
        "kind": "foreign", "province_code": null, "commune_code": null, "address_line": "Musterstraße 1, 10115 Berlin"})
}

fn names(found: &Reply) -> Vec<&str> {
    let items = found.body["items"].as_array().unwrap().iter();
    items.map(|item| item["legal_name"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn of_an_unknown_code_what_comes_nearest_is_told_in_every_list() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for list in [
        PATH,
        "/moderation/listings",
        "/moderation/queue",
        "/search",
        "/exports/listings",
        "/dossiers",
        "/me/dossiers",
    ] {
        let refused = app.get(&format!("{list}?field=foood")).by(&officer).expect(400).await;
        assert_eq!(
            (refused.pointers(), refused.text("/errors/0/code")),
            (vec!["field"], "unknown_code"),
            "{list}"
        );
        let detail = refused.text("/errors/0/detail");
        assert!(
            detail.contains("“foood”") && detail.contains("food (Thực phẩm)"),
            "{list}: {detail}"
        );
    }
}

#[actix_web::test]
async fn of_a_tax_code_so_many_digits_are_needed_and_it_is_told_how_many() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for short in ["9", "26"] {
        let path = format!("{PATH}?tax_code={short}");
        let refused = app.get(&path).by(&officer).expect(400).await;
        assert_eq!(refused.pointers(), ["tax_code"]);
        assert!(
            refused.text("/errors/0/detail").contains("ít nhất 3 chữ số"),
            "{:#}",
            refused.body
        );
    }
    // In digits of full width, too.
    for right in ["260", "%EF%BC%92%EF%BC%96%EF%BC%90"] {
        let path = format!("/moderation/enterprises?tax_code={right}");
        app.get(&path).by(&officer).expect(200).await;
    }
}

#[actix_web::test]
async fn officers_find_every_enterprise_by_what_they_ask() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let maker = json!({
        "kind": "manufacturer", "tax_code": "2600108104", "field_codes": ["food.drying"],
        "st_services": ["valuation", "measurement_testing"],
    });
    let maker = register(&app, "Công ty TNHH Cơ khí Việt Trì", maker).await;
    approve(&app, &officer, &maker).await;
    let trader = json!({"kind": "trading", "province_code": "01", "commune_code": "00004"});
    register(&app, "Công ty Cổ phần Thương mại Ba Đình", trader).await;
    let closed = register(&app, "Viện Nông nghiệp Phú Thọ", json!({"field_codes": ["energy"]})).await;
    approve(&app, &officer, &closed).await;
    app.suspend(&closed, &officer).await;
    register(&app, "Muster GmbH", foreign("HRB 12345")).await;
    let (viettri, badinh) = ("Công ty TNHH Cơ khí Việt Trì", "Công ty Cổ phần Thương mại Ba Đình");
    let (vien, muster) = ("Viện Nông nghiệp Phú Thọ", "Muster GmbH");
    let ask = async |query: &[(&str, &str)]| app.get(PATH).by(&officer).query(query).expect(200).await;

    assert_eq!(names(&ask(&[]).await), [muster, vien, badinh, viettri]);
    for (query, expected) in [
        (vec![("status", "active")], vec![viettri]),
        (vec![("status", "submitted,suspended")], vec![muster, vien, badinh]),
        (vec![("status", "closed")], vec![]),
        (vec![("verification", "verified")], vec![vien, viettri]),
        (vec![("verification", "unverified")], vec![muster, badinh]),
        (
            vec![("verification", "unverified,verified,expired")],
            vec![muster, vien, badinh, viettri],
        ),
        (vec![("kind", "manufacturer,foreign")], vec![muster, viettri]),
        (vec![("province", "25")], vec![vien, viettri]),
        (vec![("province", "01,25")], vec![vien, badinh, viettri]),
        (vec![("commune", "00004")], vec![badinh]),
        (vec![("field", "food")], vec![viettri]),
        (vec![("field", "food,energy"), ("status", "active")], vec![viettri]),
        (vec![("service", "valuation")], vec![viettri]),
        (
            vec![("service", "ip,measurement_testing"), ("province", "25")],
            vec![viettri],
        ),
        (vec![("service", "ip,brokerage")], vec![]),
        (vec![("tax_code", "2600 108")], vec![viettri]),
        (vec![("q", "co khi viet")], vec![viettri]),
    ] {
        assert_eq!(names(&ask(&query).await), expected, "{query:?}");
    }
    // The file has the same. In public nobody asks for services, which each page shows.
    let file = app.get(FILE).by(&officer);
    let file = file
        .query(&[("service", "valuation"), ("format", "jsonl")])
        .expect(200)
        .await;
    assert_eq!(file.body.as_array().map_or(0, Vec::len), 1, "{:#}", file.body);
    assert_eq!(file.body[0]["legal_name"], viettri);
    let refused = app.get("/enterprises").query(&[("service", "valuation")]);
    assert_eq!(refused.expect(400).await.pointers(), ["service"]);
    let page = app.get(&format!("/enterprises/{maker}")).expect(200).await;
    assert_eq!(page.body["st_services"], json!(["valuation", "measurement_testing"]));
    for (name, value) in [
        ("status", "dead"),
        ("verification", "maybe"),
        ("kind", "shop"),
        ("province", "99"),
        ("commune", "99999"),
        ("field", "nothing"),
        ("service", "cleaning"),
        ("tax_code", "26"),
        ("q", &"a".repeat(513)),
    ] {
        let refused = app.get(PATH).by(&officer).query(&[(name, value)]).expect(400).await;
        assert_eq!(refused.pointers(), [name]);
    }

    // Page after page, nothing twice and nothing left out; a cursor fits only its filters.
    let first = ask(&[("limit", "3")]).await;
    let next = first.text("/page/next").to_owned();
    let second = ask(&[("limit", "3"), ("after", &next)]).await;
    assert_eq!((names(&first).len(), names(&second)), (3, vec![viettri]));
    assert_eq!(second.body["page"]["next"], Value::Null);
    let other = [("after", next.as_str()), ("status", "active")];
    app.get(PATH).by(&officer).query(&other).expect(400).await;
}

/// Whoever has an old letter in hand looks for the enterprise that it names, and is led to what it became.
#[actix_web::test]
async fn what_became_part_of_another_one_is_found_with_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (old, new) = ("Công ty TNHH Sấy Lâm Thao", "Công ty Cổ phần Sấy Phú Thọ");
    let from = register(&app, old, json!({"tax_code": "2600108104"})).await;
    approve(&app, &officer, &from).await;
    let into = register(&app, new, json!({})).await;
    approve(&app, &officer, &into).await;
    let path = format!("/enterprises/{from}");
    let version = app.get(&path).by(&officer).expect(200).await.number("/version");
    let call = app.post(&format!("{path}/merge")).by(&officer).if_match(version);
    call.json(&json!({"into": into})).expect(200).await;

    let ask = async |query: &[(&str, &str)]| app.get(PATH).by(&officer).query(query).expect(200).await;
    for (query, expected) in [
        (vec![], vec![new]),
        (vec![("tax_code", "2600108104")], vec![old]),
        (vec![("tax_code", "260010")], vec![old]),
        (vec![("q", "lam thao")], vec![old]),
        (vec![("q", "say")], vec![new, old]),
        (vec![("q", "say"), ("status", "active")], vec![new]),
        (vec![("q", "say"), ("status", "suspended")], vec![]),
        (vec![("status", "merged")], vec![old]),
        (vec![("status", "merged,active")], vec![new, old]),
        (vec![("status", "merged,closed")], vec![old]),
    ] {
        assert_eq!(names(&ask(&query).await), expected, "{query:?}");
    }
    let found = ask(&[("q", "say"), ("limit", "1")]).await;
    assert!(found.body["items"][0].get("merged_into").is_none());
    assert_eq!(found.body["items"][0]["status"], "active");
    let next = found.text("/page/next");
    let found = ask(&[("q", "say"), ("limit", "1"), ("after", next)]).await;
    assert_eq!(names(&found), [old]);
    assert_eq!(
        found.body["items"][0]["merged_into"],
        json!({"id": into, "legal_name": new})
    );
    assert_eq!(found.body["items"][0]["status"], "merged");
    let file = app
        .get(FILE)
        .by(&officer)
        .query(&[("status", "merged")])
        .expect(200)
        .await;
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let row = text.lines().nth(1).unwrap();
    assert!(row.contains("đã gộp") && row.contains(new), "{row}");
}

#[actix_web::test]
async fn the_register_holds_what_the_officer_may_review() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    register(&app, "Muster GmbH", foreign("HRB 1")).await;
    let scope = Scope {
        fields: vec!["energy".into()],
        ..Scope::default()
    };
    let narrow = app.officer_for(&[Permission::ReviewEnterprises], scope).await;
    let seen = app.get(PATH).by(&narrow).expect(200).await;
    assert_eq!(names(&seen), Vec::<&str>::new());
    app.get(PATH).by(&owner).expect(403).await;
    app.get(PATH).expect(401).await;
    let other = app.officer_who_may(&[Permission::ReviewListings]).await;
    app.get(PATH).by(&other).expect(403).await;
    app.get(FILE).by(&other).expect(403).await;
}

#[actix_web::test]
async fn the_file_is_for_people_and_leaves_a_row_in_the_trail() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let made = register(&app, "=Cơ khí Sông Lô", json!({"kind": "manufacturer"})).await;
    approve(&app, &officer, &made).await;
    register(&app, "Muster GmbH", foreign("HRB 12345")).await;
    let file = app.get(FILE).by(&officer).expect(200).await;
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| {
        let at = head.iter().position(|column| column == name).unwrap();
        rows[row][at].to_owned()
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(cell(1, "Tên đơn vị"), "'=Cơ khí Sông Lô");
    assert_eq!(cell(1, "Tình trạng"), "đang hoạt động");
    assert_eq!(cell(1, "Xác minh"), "đã xác minh");
    assert_eq!(cell(1, "Loại hình tổ chức"), "doanh nghiệp sản xuất");
    assert_eq!(cell(1, "Tỉnh, thành phố"), "Tỉnh Phú Thọ");
    for (column, code) in [
        ("Tình trạng", "active"),
        ("Xác minh", "verified"),
        ("Loại hình tổ chức", "manufacturer"),
        ("Tỉnh, thành phố", "25"),
    ] {
        assert_eq!(cell(1, &format!("{column} (mã)")), code);
    }
    // What imports take for the day of business registration is another thing.
    assert!(!head.iter().any(|column| column == "Ngày đăng ký"));
    let day = cell(1, "Đăng ký trên sàn lúc");
    assert!(jiff::civil::DateTime::strptime("%d/%m/%Y %H:%M", &day).is_ok(), "{day}");
    assert_eq!(cell(0, "Số đăng ký ở nước ngoài"), "HRB 12345");
    assert_eq!(cell(0, "Nước đăng ký"), "Đức");
    assert_eq!(cell(0, "Tỉnh, thành phố"), "");

    let query = [("format", "jsonl"), ("status", "active")];
    let lines = app.get(FILE).by(&officer).query(&query).expect(200).await;
    let line: Value = serde_json::from_slice(&lines.bytes).unwrap();
    let listed = app
        .get(PATH)
        .by(&officer)
        .query(&[("status", "active")])
        .expect(200)
        .await;
    assert_eq!(line, listed.body["items"][0]);
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
    assert!(taken.body.to_string().contains("list=enterprises"), "{:#}", taken.body);
}
