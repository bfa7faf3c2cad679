//! Listings as a file that an import takes back as it is.

use serde_json::json;

use crate::harness::{Person, Reply, TestApp, dryer};
use crate::listing_imports::{counts, enterprise, import};

async fn download(app: &TestApp, owner: &Person, query: &str) -> Reply {
    app.get(&format!("/me/listings/export{query}"))
        .by(owner)
        .expect(200)
        .await
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.bytes.clone()).unwrap()
}

/// Listings that say what is hard to write into a cell.
fn hard() -> Vec<u8> {
    let line = |id: &str, more: serde_json::Value| {
        let mut listing = dryer("Máy sấy \"tầng sôi\"; loại 2\nnhiều dòng".replace('\n', " ").as_str());
        for (name, value) in more.as_object().unwrap() {
            listing[name] = value.clone();
        }
        json!({"external_id": id, "listing": listing}).to_string()
    };
    [
        line("SP-1", json!({"title": {"vi": "=1+1", "en": "@SUM(A1)"}, "brand": "+84", "model": "-2"})),
        line("=2+3", json!({"specifications": [{"name": "Khoảng", "value": "a; b"}], "description": {"vi": "Một\nhai;\"ba\""}})),
        line("SP-3", json!({"price_mode": "range", "price_min": 1_000, "price_max": 2_000, "origin_country": "JP",
                            "field_codes": ["food.drying", "mechanics"], "transfer_modes": ["sale_of_equipment", "other"]})),
        line("#5", json!({"brand": "'=x", "model": "x,=cmd|' /C calc'!A0", "specifications": [
            {"name": "Tỷ lệ 1:2", "value": "5"}, {"name": "Vỏ", "value": "IP65 [EN 60529]"},
            {"name": "\"A\"", "value": "b; c", "unit": "[kg]"}]})),
        line("SP-4", json!({"warranty_months": 24, "owners": [{"type": "individual", "name": "Nguyễn Văn An; \"Bình\"", "share_percent": 33.33}],
            "certifications": [{"scheme": "iso", "number": "9001:2015 | A"}], "delivery_terms": {"vi": "=1", "en": "a; b"}})),
    ]
    .join("\n")
    .into_bytes()
}

#[actix_web::test]
async fn what_was_exported_is_imported_without_a_change() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let first = import(&app, &owner, "", hard()).await;
    assert_eq!(counts(&first), [5, 5, 0, 0, 0]);
    for query in [
        "",
        "?language=en",
        "?format=jsonl",
        "?format=csv&language=vi&status=draft",
    ] {
        let file = download(&app, &owner, query).await;
        let again = import(&app, &owner, "", file.bytes.clone()).await;
        assert_eq!(counts(&again), [5, 0, 0, 5, 0], "{query}: {}", text(&file));
    }
    let none = download(&app, &owner, "?status=published").await;
    assert_eq!(text(&none).lines().count(), 1);
}

#[actix_web::test]
async fn no_cell_is_a_formula_and_every_column_has_its_name() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    import(&app, &owner, "", hard()).await;
    // Written by hand, it has no name of the enterprise's own.
    app.post("/listings")
        .by(&owner)
        .json(&dryer("Máy ép viên"))
        .expect(201)
        .await;
    let file = download(&app, &owner, "").await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"listings.csv\"")
    );
    let file = text(&file);
    let mut table = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let head = table.headers().unwrap().clone();
    assert_eq!(head.get(0), Some("Mã nội bộ"));
    assert_eq!(head.iter().next_back(), Some("ID tin"));
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    for cell in rows.iter().flatten() {
        // A number is a number.
        let is_number = cell.parse::<f64>().is_ok();
        assert!(is_number || !cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    assert_eq!(rows.first().unwrap().get(0), Some(""));
    assert!(rows.iter().any(|row| row.get(1) == Some("Chào bán thiết bị")));
}

#[actix_web::test]
async fn others_listings_are_nobodys_to_export() {
    let app = TestApp::spawn().await;
    let (officer, owner) = enterprise(&app).await;
    import(&app, &owner, "", hard()).await;
    let stranger = app.active_enterprise(&officer).await;
    assert_eq!(text(&download(&app, &stranger, "").await).lines().count(), 1);
    app.get("/me/listings/export").expect(401).await;
    app.get("/me/listings/export").by(&officer).expect(403).await;
    for query in ["?format=xls", "?language=fr", "?status=sold", "?all=1"] {
        app.get(&format!("/me/listings/export{query}"))
            .by(&owner)
            .expect(400)
            .await;
    }
}

#[actix_web::test]
async fn what_was_written_by_hand_is_changed_by_its_own_row() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let made = app
        .post("/listings")
        .by(&owner)
        .json(&dryer("Máy ép viên"))
        .expect(201)
        .await;
    let id = made.text("/id").to_owned();
    app.post("/listings")
        .by(&owner)
        .json(&dryer("Máy khác"))
        .expect(201)
        .await;
    for query in ["", "?format=jsonl", "?format=xlsx"] {
        let file = download(&app, &owner, query).await;
        let again = import(&app, &owner, "", file.bytes.clone()).await;
        assert_eq!(counts(&again), [2, 0, 0, 2, 0], "{query}");
    }
    // Without an identifier, by the one of the exchange; with one, it is called so from now on.
    let row = |name: &str, model: &str, id: &str| format!("Mã nội bộ;Model;ID tin\n{name};{model};{id}\n");
    let changed = import(&app, &owner, "", row("", "EV-2", &id)).await;
    assert_eq!(counts(&changed), [1, 0, 1, 0, 0]);
    let named = import(&app, &owner, "", row("EP-1", "EV-2", &id)).await;
    assert_eq!(counts(&named), [1, 0, 1, 0, 0]);
    let by_name = import(&app, &owner, "", "Mã nội bộ;Model\nEP-1;EV-3\n").await;
    assert_eq!(counts(&by_name), [1, 0, 1, 0, 0]);
    let seen = app.get(&format!("/listings/{id}")).by(&owner).expect(200).await;
    assert_eq!(seen.text("/model"), "EV-3");
    let mine = app.get("/me/listings").by(&owner).expect(200).await;
    assert_eq!(mine.body["items"].as_array().unwrap().len(), 2);

    // A row that was copied is another listing; one that is told by two is neither.
    let copied = format!("Mã nội bộ;Loại tin;Tên;ID tin\nEP-2;equipment_offer;Máy ép hai;{id}\n");
    assert_eq!(counts(&import(&app, &owner, "", copied).await), [1, 1, 0, 0, 0]);
    let both = import(&app, &owner, "", row("EP-2", "X", &id)).await;
    assert_eq!(counts(&both), [1, 0, 0, 0, 1]);
    let twice = format!("Mã nội bộ;Model;ID tin\n;A;{id}\n;B;{id}\n");
    assert_eq!(counts(&import(&app, &owner, "", twice).await), [2, 0, 1, 0, 1]);
    // Nobody else's, and nothing that is nowhere.
    let officer = app.officer().await;
    let stranger = app.active_enterprise(&officer).await;
    for id in [id.as_str(), "01990d3e-0000-7000-8000-000000000001", "EP"] {
        let refused = import(&app, &stranger, "", row("", "Y", id)).await;
        assert_eq!(counts(&refused), [1, 0, 0, 0, 1], "{id}");
    }
    let seen = app.get(&format!("/listings/{id}")).by(&owner).expect(200).await;
    assert_eq!(seen.text("/model"), "A");
}

#[actix_web::test]
async fn a_refused_row_takes_no_identifier_and_keeps_all_its_cells() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let head = "Mã nội bộ;Loại tin;Tên";
    let table =
        format!("{head}\nA1;equipment_offer;Máy một;thừa\nA1;equipment_offer;Máy một\nA1;equipment_offer;Máy hai\n");
    let done = import(&app, &owner, "", table).await;
    assert_eq!(counts(&done), [3, 1, 0, 0, 2]);
    let rows = app
        .get(&format!("/listing-imports/{}/rows", done.text("/id")))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(rows.text("/items/1/result"), "created");
    assert_eq!(rows.text("/items/2/problems/0/code"), "duplicate");
    assert!(
        rows.text("/items/2/problems/0/vi").contains("Dòng 3"),
        "{:#}",
        rows.body
    );
    // Sent back as it is, the cell that no column has is still one too many.
    let errors = app
        .get(&format!("/listing-imports/{}/errors", done.text("/id")))
        .by(&owner)
        .expect(200)
        .await;
    assert!(text(&errors).contains("thừa"), "{}", text(&errors));
    let again = import(&app, &owner, "", errors.bytes.clone()).await;
    assert_eq!(counts(&again)[4], 1, "{}", text(&errors));
}

/// Everything that a listing of a kind can say, filled into a sheet, makes a draft that lacks nothing.
#[actix_web::test]
async fn a_sheet_of_each_kind_becomes_drafts_that_lack_nothing() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let kinds = [
        "technology_offer",
        "equipment_offer",
        "ip_asset",
        "technology_need",
        "equipment_need",
        "consulting_service",
        "expert",
        "partner_search",
        "rd_project",
        "ocop_product",
    ];
    for (kind, language) in kinds.into_iter().zip(["vi", "en"].into_iter().cycle()) {
        let template = app
            .get(&format!("/listing-import-template?kind={kind}&language={language}"))
            .expect(200)
            .await;
        let template = text(&template);
        let mut table = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_reader(template.trim_start_matches('\u{feff}').as_bytes());
        let head = table.headers().unwrap().clone();
        let example = table.records().map(Result::unwrap).last().unwrap();
        let mut sheet = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        sheet.write_record(&head).unwrap();
        let cells = example.iter().map(|cell| cell.replace("# SP-001", kind));
        sheet.write_record(cells).unwrap();
        let done = import(&app, &owner, "", sheet.into_inner().unwrap()).await;
        let rows = app
            .get(&format!("/listing-imports/{}/rows", done.text("/id")))
            .by(&owner)
            .expect(200)
            .await;
        assert_eq!(rows.text("/items/0/result"), "created", "{kind}: {:#}", rows.body);
        assert_eq!(
            rows.body["items"][0]["missing_fields"],
            json!([]),
            "{kind}: {:#}",
            rows.body
        );
    }
    app.get("/listing-import-template?kind=shop").expect(400).await;
    // All of it comes back as a table, in either language, and as a workbook.
    for query in ["", "?language=en", "?format=xlsx"] {
        let file = download(&app, &owner, query).await;
        let again = import(&app, &owner, "", file.bytes.clone()).await;
        assert_eq!(counts(&again), [10, 0, 0, 10, 0], "{query}");
    }
}

#[actix_web::test]
async fn each_cell_that_cannot_be_read_is_told_with_its_column() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let head =
        "Mã nội bộ;Loại tin;Tên;Quyền sở hữu trí tuệ;Chủ sở hữu;Giai đoạn phát triển;Dùng vốn nhà nước;Hạng sao OCOP";
    let rows = [
        "A;ip_asset;Bằng một;Sáng chế | Đã cấp văn bằng | VN;Tổ chức | Viện | 70;;;",
        "B;ip_asset;Bằng hai;\"Sáng chế | Đã cấp | VN | | 1-1\";\"Tổ chức | Viện | 70; Cá nhân | An | 40\";nửa chừng;có lẽ;",
        "C;ocop_product;Chè;;;;;sáu",
        "D;ocop_product;Chè;\"Sáng chế | Đã nộp đơn | VN | 1; Sáng chế | Đã cấp văn bằng | VN | 1 | 2 | 3 | 4 | 5 | 6 | 7\";;;;9",
        "E;ip_asset;Bằng ba;|;;;;",
        "F;ip_asset;Bằng bốn;Sáng chế | Đã nộp đơn | Cục SHTT | 1-2024-1;;;;",
    ];
    let done = import(&app, &owner, "", format!("{head}\n{}\n", rows.join("\n"))).await;
    let told = app
        .get(&format!("/listing-imports/{}/rows", done.text("/id")))
        .by(&owner)
        .expect(200)
        .await;
    let problems = |row: usize| -> Vec<String> {
        let problems = told.body["items"][row]["problems"].as_array().unwrap().iter();
        let mut found: Vec<String> = problems
            .map(|problem| {
                format!(
                    "{} {}",
                    problem["column"].as_str().unwrap_or("-"),
                    problem["pointer"].as_str().unwrap()
                )
            })
            .collect();
        found.sort();
        found.dedup();
        found
    };
    // Granted, but by which number?
    assert_eq!(problems(0), ["Quyền sở hữu trí tuệ /ip_rights/0/grant_number"]);
    assert_eq!(
        problems(1),
        [
            "Chủ sở hữu /owners/1/share_percent",
            "Dùng vốn nhà nước /state_funded",
            "Giai đoạn phát triển /stage",
            "Quyền sở hữu trí tuệ /ip_rights/0/status",
        ]
    );
    assert_eq!(problems(2), ["Hạng sao OCOP /stars"]);
    assert_eq!(
        problems(3),
        ["Hạng sao OCOP /stars", "Quyền sở hữu trí tuệ /ip_rights/1"]
    );
    assert_eq!(problems(4), ["Quyền sở hữu trí tuệ /ip_rights/0"]);
    assert!(
        problems(5).iter().all(|problem| !problem.contains("office")),
        "{:?}",
        problems(5)
    );
}

#[actix_web::test]
async fn a_template_is_taken_and_its_rows_are_for_people() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    for language in ["vi", "en"] {
        let template = app
            .get(&format!("/listing-import-template?language={language}"))
            .expect(200)
            .await;
        let sent = app
            .post("/listing-imports?name=mau.csv")
            .by(&owner)
            .file("text/csv", template.bytes.clone());
        // There is nothing in it but the head.
        let refused = sent.expect(422).await;
        assert_eq!(refused.pointers(), ["content"], "{:#}", refused.body);
        // With the signs of comments taken off, the example is a listing that lacks nothing.
        let filled: String = text(&template)
            .lines()
            .filter(|line| !line.starts_with("# bắt") && !line.starts_with("# req"))
            .map(|line| format!("{}\r\n", line.trim_start_matches("# ")))
            .collect();
        let done = import(&app, &owner, "", filled).await;
        assert_eq!(counts(&done)[4], 0, "{language}");
        assert_eq!(counts(&done)[0], 1, "{language}");
    }
    let line = app.get("/listing-import-template?format=jsonl").expect(200).await;
    let line = text(&line);
    let done = import(&app, &owner, "", format!("{line}{}", line.replace("SP-001", "SP-002"))).await;
    assert_eq!(counts(&done), [2, 1, 0, 1, 0]);
}

/// What a revision says is what an import would change, so that is what is exported.
#[actix_web::test]
async fn a_listing_that_is_being_revised_comes_back_unchanged() {
    let app = TestApp::spawn().await;
    let (officer, owner) = enterprise(&app).await;
    let lines = [("SP-1", "Máy sấy"), ("SP-2", "Máy ép")]
        .map(|(id, title)| json!({"external_id": id, "listing": dryer(title)}).to_string());
    assert_eq!(
        counts(&import(&app, &owner, "", lines.join("\n")).await),
        [2, 2, 0, 0, 0]
    );
    let drafts = app.get("/me/listings").by(&owner).expect(200).await;
    let id = drafts.ids()[0].to_owned();
    let path = format!("/listings/{id}");
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let call = app.post(&format!("{path}/approval")).by(&officer);
    let live = call.if_match(sent.number("/version")).expect(200).await;
    app.revise(&owner, &id, live.number("/version"), "Mẫu mới").await;
    for query in ["", "?format=jsonl"] {
        let file = download(&app, &owner, query).await;
        assert!(text(&file).contains("Mẫu mới"), "{}", text(&file));
        let again = import(&app, &owner, "", file.bytes.clone()).await;
        assert_eq!(counts(&again), [2, 0, 0, 2, 0], "{query}");
    }
    let revision = app.get(&format!("{path}/revision")).by(&owner).expect(200).await;
    assert_eq!(revision.text("/content/model"), "Mẫu mới");
    // Over, it is what it says to itself, and nobody revises it.
    app.end_term(&id).await;
    let file = download(&app, &owner, "").await;
    assert!(!text(&file).contains("Mẫu mới"), "{}", text(&file));
    let again = import(&app, &owner, "", file.bytes.clone()).await;
    assert_eq!(counts(&again), [2, 0, 0, 2, 0]);
}
