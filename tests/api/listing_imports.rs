//! Files of listings: what becomes of every row, of every class of mistake, whatever happens meanwhile.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Person, Reply, TestApp};

/// An active enterprise, and the officer who verified it.
pub async fn enterprise(app: &TestApp) -> (Person, Person) {
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    (officer, owner)
}

async fn send(app: &TestApp, owner: &Person, query: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let path = format!("/listing-imports?name=tin{query}");
    app.post(&path).by(owner).file("text/csv", bytes.into()).send().await
}

/// Waits until an import has come to its end.
pub async fn ended(app: &TestApp, owner: &Person, id: &str) -> Reply {
    let path = format!("/listing-imports/{id}");
    let mut seen = 0;
    for _ in 0..600 {
        let import = app.get(&path).by(owner).expect(200).await;
        if !["waiting", "running"].contains(&import.text("/status")) {
            return import;
        }
        let exchange = app.exchange().clone();
        let wait = move || exchange.db.committed().wait(seen, Duration::from_millis(500));
        seen = tokio::task::spawn_blocking(wait).await.unwrap();
    }
    panic!("the import never ends");
}

pub async fn import(app: &TestApp, owner: &Person, query: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let sent = send(app, owner, query, bytes).await;
    assert_eq!(sent.status, 202, "{:#}", sent.body);
    ended(app, owner, sent.text("/id")).await
}

pub fn counts(import: &Reply) -> [i64; 5] {
    ["done", "created", "updated", "unchanged", "refused"].map(|name| import.number(&format!("/counts/{name}")))
}

async fn rows(app: &TestApp, owner: &Person, import: &Reply) -> Vec<Value> {
    let path = format!("/listing-imports/{}/rows?limit=100", import.text("/id"));
    let page = app.get(&path).by(owner).expect(200).await;
    page.body["items"].as_array().unwrap().clone()
}

async fn listing(app: &TestApp, owner: &Person, row: &Value) -> Reply {
    let path = format!("/listings/{}", row["listing_id"].as_str().unwrap());
    app.get(&path).by(owner).expect(200).await
}

pub const HEAD: &str = "Mã nội bộ;Loại tin;Tên;Tóm tắt;Lĩnh vực;Xuất xứ;TRL;Hình thức giá;Giá;Thông số kỹ thuật;Màu\n";
pub const DRYER: &str = "SP-1;Chào bán thiết bị;Máy sấy lúa;Sấy nhanh.;Sấy, bảo quản sau thu hoạch;Nhật Bản;;Giá cố định;185.000.000;Năng suất: 500 [kg/h];đỏ\n";

#[actix_web::test]
async fn a_table_in_vietnamese_becomes_drafts() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let file = format!("\u{feff}{HEAD}{DRYER}SP-2;tim mua cong nghe;Cần công nghệ;;;;;;;;\n");
    let done = import(&app, &owner, ".csv", file.clone()).await;
    assert_eq!(done.text("/status"), "finished");
    assert_eq!((done.text("/format"), done.text("/name")), ("csv", "tin.csv"));
    assert_eq!(counts(&done), [2, 2, 0, 0, 0]);
    assert_eq!(done.text("/notes/0/code"), "unknown_column");
    let told = rows(&app, &owner, &done).await;
    let dryer = listing(&app, &owner, &told[0]).await;
    let body = &dryer.body;
    assert_eq!(dryer.text("/status"), "draft");
    assert_eq!(dryer.text("/import_job_id"), done.text("/id"));
    assert_eq!(
        (dryer.text("/kind"), dryer.text("/title/vi")),
        ("equipment_offer", "Máy sấy lúa")
    );
    assert_eq!(
        (&body["field_codes"], &body["origin_country"]),
        (&json!(["food.drying"]), &json!("JP"))
    );
    assert_eq!(
        (dryer.text("/price_mode"), dryer.number("/price_min")),
        ("fixed", 185_000_000)
    );
    assert_eq!(
        body["specifications"],
        json!([{
            "name": "Năng suất", "value": "500", "unit": "kg/h",
            "quantity": {"value": 500.0, "unit": "kg/h"},
        }])
    );
    assert_eq!(
        app.deeds(told[0]["listing_id"].as_str().unwrap()),
        [("listing.created".to_owned(), None)]
    );
    // What is missing is told, with the column that it belongs to.
    assert_eq!(told[0]["missing_fields"], json!([]));
    let missing: Vec<_> = told[1]["missing_fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["column"].clone())
        .collect();
    assert_eq!(missing, ["Tóm tắt", "Lĩnh vực"]);

    // The same again changes nothing; another value does, and nothing else.
    let again = import(&app, &owner, ".csv", file).await;
    assert_eq!(counts(&again), [2, 0, 0, 2, 0]);
    let again = import(&app, &owner, "", "external_id,title,model\nSP-1,Máy sấy thóc,A-5\n").await;
    assert_eq!(counts(&again), [1, 0, 1, 0, 0]);
    let dryer = listing(&app, &owner, &told[0]).await;
    assert_eq!((dryer.text("/title/vi"), dryer.text("/model")), ("Máy sấy thóc", "A-5"));
    assert_eq!(dryer.number("/price_min"), 185_000_000);
    // An empty cell takes the value away.
    let again = import(&app, &owner, "", "external_id,model,summary\nSP-1,,\n").await;
    assert_eq!(counts(&again), [1, 0, 1, 0, 0]);
    let dryer = listing(&app, &owner, &told[0]).await;
    assert!(
        dryer.body.get("model").is_none() && dryer.body.get("summary").is_none(),
        "{:#}",
        dryer.body
    );
}

/// One row of every class of mistake, and what is told of it: pointer and code.
const WRONG: [(&str, &str, &str); 13] = [
    (";equipment_offer;Máy;;;;;;;;\n", "/external_id", "required"),
    ("X-1;máy bay;Máy;;;;;;;;\n", "/kind", "unknown_code"),
    ("X-2;;Máy;;;;;;;;\n", "/kind", "required"),
    ("X-3;equipment_offer;;;;;;;;;\n", "/title/vi", "required"),
    (
        "X-4;equipment_offer;Máy;;Lĩnh vực lạ;;;;;;\n",
        "/field_codes/0",
        "unknown_code",
    ),
    (
        "X-5;equipment_offer;Máy;;;Sao Hỏa;;;;;\n",
        "/origin_country",
        "unknown_code",
    ),
    ("X-6;equipment_offer;Máy;;;;mười;;;;\n", "/trl", "malformed"),
    ("X-7;equipment_offer;Máy;;;;12;;;;\n", "/trl", "out_of_range"),
    ("X-8;equipment_offer;Máy;;;;;fixed;rẻ;;\n", "/price_min", "malformed"),
    ("X-9;equipment_offer;Máy;;;;;fixed;;;\n", "/price_min", "required"),
    (
        "X-10;equipment_offer;Máy;;;;;;;không rõ;\n",
        "/specifications",
        "malformed",
    ),
    (
        "X-11;equipment_offer;Máy;;;#REF!;;;;;\n",
        "/origin_country",
        "malformed",
    ),
    ("X-12;equipment_offer;Máy;;;;;;;;;thừa\n", "", "malformed"),
];

#[actix_web::test]
async fn every_wrong_row_is_told_and_comes_back_to_be_mended() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let wrong: String = WRONG.iter().map(|(row, ..)| *row).collect();
    let twice = "SP-1;equipment_offer;Máy khác;;;;;;;;\n=X;equipment_offer;=1+1;;;;mười;;;;\n";
    let done = import(&app, &owner, ".csv", format!("{HEAD}{DRYER}{wrong}{twice}")).await;
    assert_eq!(counts(&done), [16, 1, 0, 0, 15]);
    let told = rows(&app, &owner, &done).await;
    let is_told = |row: &Value, pointer: &str, code: &str| {
        let problems = row["problems"].as_array().unwrap();
        problems
            .iter()
            .any(|problem| problem["pointer"] == pointer && problem["code"] == code)
    };
    for ((sent, pointer, code), row) in WRONG.iter().zip(&told[1..]) {
        assert_eq!(row["result"], "refused", "{sent}");
        assert!(is_told(row, pointer, code), "{sent}: {row:#}");
        assert!(row.get("listing_id").is_none());
    }
    assert!(is_told(&told[14], "/external_id", "duplicate"), "{:#}", told[14]);
    assert_eq!(told[4]["row"], 6);

    // The file of errors holds these rows and why; no cell of it is a formula; mended, it can be sent as it is.
    let path = format!("/listing-imports/{}/errors", done.text("/id"));
    let errors = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(
        errors.header("content-disposition"),
        Some("attachment; filename=\"errors.csv\"")
    );
    let text = String::from_utf8(errors.bytes).unwrap();
    assert!(text.starts_with("\u{feff}Mã nội bộ;Loại tin;"), "{text}");
    assert!(
        text.contains("Lĩnh vực lạ") && text.contains("'=1+1") && text.contains("Row 2 has this identifier"),
        "{text}"
    );
    let mended = text
        .replace("mười", "5")
        .replace("Sao Hỏa", "Việt Nam")
        .replace("SP-1;", "SP-9;");
    let again = import(&app, &owner, ".csv", mended).await;
    // The row with a cell too many is still one.
    assert_eq!(counts(&again)[..2], [15, 4], "{:#?}", rows(&app, &owner, &again).await);
    let told = rows(&app, &owner, &again).await;
    let formula = told.iter().find(|row| row["external_id"] == "=X").unwrap();
    assert_eq!(listing(&app, &owner, formula).await.text("/title/vi"), "=1+1");
}

/// Whoever mends a row mends it once.
#[actix_web::test]
async fn everything_that_is_wrong_with_a_row_is_told_at_once() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let row = "X-1;Loại lạ;Máy;;Lĩnh vực lạ;Sao Hỏa;mười;;1,5;;\n";
    let done = import(&app, &owner, ".csv", format!("{HEAD}{row}")).await;
    let told = rows(&app, &owner, &done).await;
    let problems = told[0]["problems"].as_array().unwrap();
    let mut pointers: Vec<&str> = problems
        .iter()
        .map(|problem| problem["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        ["/field_codes/0", "/kind", "/origin_country", "/price_min", "/trl"],
        "{problems:#?}"
    );
    assert_eq!(counts(&done), [1, 0, 0, 0, 1]);
    let own = app.get("/me/listings").by(&owner).expect(200).await;
    assert!(own.ids().is_empty());
}

#[actix_web::test]
async fn an_amount_is_of_the_currency_that_stands_beside_it() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let head = "Mã nội bộ;Loại tin;Tên;Hình thức giá;Giá;Giá đến;Đơn vị tiền tệ\n";
    let row = |id: &str, rest: &str| format!("{id};Chào bán thiết bị;Máy {id};{rest}\n");
    let file = [
        head.to_owned(),
        row("A", "Giá cố định;12.000 USD;;"),
        row("B", "Giá cố định;185.000.000 đ;;USD"),
        row("C", "Khoảng giá;10.000 EUR;20.000 USD;"),
        row("D", "Khoảng giá;mười;20.000;"),
        row("E", "Giá cố định;185.000.000 đ;;VND"),
    ];
    let done = import(&app, &owner, ".csv", file.concat()).await;
    assert_eq!(counts(&done), [5, 2, 0, 0, 3]);
    let told = rows(&app, &owner, &done).await;
    let problems = |row: usize| {
        let problems = told[row]["problems"].as_array().unwrap().iter();
        let told = problems.map(|problem| (problem["pointer"].clone(), problem["code"].clone()));
        told.collect::<Vec<_>>()
    };
    assert_eq!(problems(1), [(json!("/price_min"), json!("conflicts"))]);
    assert_eq!(problems(2), [(json!("/price_max"), json!("conflicts"))]);
    // What comes of the cell that cannot be read is not told beside it.
    assert_eq!(problems(3), [(json!("/price_min"), json!("malformed"))]);
    let first = listing(&app, &owner, &told[0]).await;
    assert_eq!((first.text("/currency"), first.number("/price_min")), ("USD", 12_000));
    // A file that does not name the currency does not make dollars of đồng either.
    let file = "Mã nội bộ;Giá\nA;185.000.000 đ\n";
    assert_eq!(counts(&import(&app, &owner, ".csv", file).await), [1, 0, 1, 0, 0]);
    let first = listing(&app, &owner, &told[0]).await;
    assert_eq!(
        (first.text("/currency"), first.number("/price_min")),
        ("VND", 185_000_000)
    );
}

#[actix_web::test]
async fn lines_of_json_are_taken_and_told_alike() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let good = json!({"external_id": "J-1", "listing": {"kind": "equipment_offer", "title": {"vi": "Máy sấy"}}});
    let wrong =
        json!({"external_id": "J-2", "listing": {"kind": "equipment_offer", "title": {"vi": "Máy"}, "colour": 1}});
    let file = format!("{good}\n\n{wrong}\n{{\"external_id\": \n{}\n", json!({"listing": {}}));
    let done = import(&app, &owner, ".jsonl", file).await;
    assert_eq!((done.text("/format"), counts(&done)), ("jsonl", [4, 1, 0, 0, 3]));
    let told = rows(&app, &owner, &done).await;
    let numbers: Vec<_> = told.iter().map(|row| row["row"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [1, 3, 4, 5]);
    assert_eq!(told[1]["problems"][0]["pointer"], "/colour");
    let place = &told[2]["problems"][0];
    assert_eq!((&place["pointer"], &place["code"]), (&json!(""), &json!("malformed")));
    assert!(place["vi"].as_str().unwrap().ends_with("(Sai ở cột 16.)"), "{place}");
    let absent = &told[3]["problems"][0];
    assert_eq!(
        (&absent["pointer"], &absent["code"]),
        (&json!("/external_id"), &json!("required"))
    );
    let path = format!("/listing-imports/{}/errors", done.text("/id"));
    let errors = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(errors.body[0]["listing"]["colour"], 1);
    assert_eq!(errors.body[1]["line"], "{\"external_id\": ");
    assert_eq!(errors.body[0]["problems"]["row"], 3);
}

#[actix_web::test]
async fn a_trial_tells_the_same_and_writes_nothing() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let file = format!("{HEAD}{DRYER}X-1;máy bay;Máy;;;;;;;;\n");
    let tried = import(&app, &owner, "&dry_run=true", file.clone()).await;
    assert_eq!(
        (counts(&tried), &tried.body["dry_run"]),
        ([2, 1, 0, 0, 1], &json!(true))
    );
    let mine = app.get("/me/listings").by(&owner).expect(200).await;
    assert!(mine.ids().is_empty());
    assert!(rows(&app, &owner, &tried).await[0].get("listing_id").is_none());
    let done = import(&app, &owner, "", file).await;
    assert_eq!(counts(&done), counts(&tried));
    let all = app.get("/listing-imports").by(&owner).expect(200).await;
    assert_eq!(all.ids(), [done.text("/id"), tried.text("/id")]);
}

#[actix_web::test]
async fn what_is_public_is_revised_and_what_is_read_is_left_alone() {
    let app = TestApp::spawn().await;
    let (officer, owner) = enterprise(&app).await;
    let done = import(&app, &owner, "", format!("{HEAD}{DRYER}")).await;
    let row = rows(&app, &owner, &done).await.remove(0);
    let path = format!("/listings/{}", row["listing_id"].as_str().unwrap());
    let sent = app.post(&format!("{path}/submission")).by(&owner).expect(200).await;
    let while_read = import(&app, &owner, "", "id,model\nSP-1,B\n").await;
    assert_eq!(counts(&while_read), [1, 0, 0, 0, 1]);
    let told = rows(&app, &owner, &while_read).await;
    assert_eq!(told[0]["problems"][0]["code"], "listing_wrong_status");
    let approval = app.post(&format!("{path}/approval")).by(&officer);
    approval.if_match(sent.number("/version")).expect(200).await;

    let same = import(&app, &owner, "", format!("{HEAD}{DRYER}")).await;
    assert_eq!(counts(&same), [1, 0, 0, 1, 0]);
    let done = import(&app, &owner, "", "id,model\nSP-1,B\n").await;
    assert_eq!(counts(&done), [1, 0, 1, 0, 0]);
    let live = app.get(&path).expect(200).await;
    assert!(live.body.get("model").is_none(), "{:#}", live.body);
    let revision = app.get(&format!("{path}/revision")).by(&owner).expect(200).await;
    assert_eq!(
        revision.body.pointer("/content/model"),
        Some(&json!("B")),
        "{:#}",
        revision.body
    );
    let again = import(&app, &owner, "", "id,model\nSP-1,B\n").await;
    assert_eq!(counts(&again), [1, 0, 0, 1, 0]);
    let other = import(&app, &owner, "", "id,kind\nSP-1,technology_offer\n").await;
    assert_eq!(rows(&app, &owner, &other).await[0]["problems"][0]["pointer"], "/kind");
}

#[actix_web::test]
async fn files_that_cannot_be_read_are_refused_at_once() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    for (bytes, code) in [
        (&b""[..], "table_empty"),
        (b"id,title\n", "table_empty"),
        (b"title\nA\n", "external_id_column_missing"),
        (b"id,title\nA,M\xE1y\n", "not_utf8"),
        (b"\xFF\xFEi\0d\0", "not_utf8"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "table_is_workbook"),
        (b"%PDF-1.7\n%", "table_type_unknown"),
        (b"id,title,name\nA,B,C\n", "column_twice"),
    ] {
        let refused = send(&app, &owner, "", bytes).await;
        assert_eq!(refused.status, 422, "{bytes:?}");
        assert_eq!(refused.body["errors"][0]["code"], code, "{bytes:?}");
        assert_eq!(refused.pointers(), ["content"]);
    }
    let large = send(&app, &owner, "", vec![b'a'; (20 << 20) + 1]).await;
    assert_eq!((large.status, large.code()), (413, "payload_too_large"));
    let picture = app
        .post("/listing-imports?name=a")
        .by(&owner)
        .file("image/png", vec![1]);
    assert_eq!(picture.send().await.code(), "unsupported_media_type");
}

#[actix_web::test]
async fn an_import_sent_twice_with_one_key_is_one() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let send = || {
        let call = app.post("/listing-imports?name=a.csv").by(&owner);
        call.header("idempotency-key", "k-1")
            .file("text/csv", "id,title\nA,B\n")
    };
    let first = send().expect(202).await;
    let second = send().expect(202).await;
    assert_eq!(first.text("/id"), second.text("/id"));
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
}

#[actix_web::test]
async fn whoever_may_not_write_any_more_has_nothing_loaded() {
    let app = TestApp::spawn().await;
    let (officer, owner) = enterprise(&app).await;
    let done = import(&app, &owner, "", "id,kind,title\nA,equipment_offer,B\n").await;
    app.suspend(&owner.enterprise, &officer).await;
    // A halted enterprise's people sign in again.
    let owner = app.again(&owner).await;
    let refused = send(&app, &owner, "", "id,kind,title\nB,equipment_offer,B\n").await;
    assert_eq!((refused.status, refused.code()), (403, "enterprise_not_active"));
    // As if the enterprise had been halted before the first row.
    app.by_hand("UPDATE listing_imports SET status = 'waiting', rows_done = 0, created_count = 0")
        .await;
    let failed = ended(&app, &owner, done.text("/id")).await;
    assert_eq!(
        (failed.text("/status"), failed.text("/fault")),
        ("failed", "enterprise_not_active")
    );
    assert_eq!(counts(&failed), [0; 5]);
}

#[actix_web::test]
async fn an_identifier_is_the_same_with_blanks_around_it() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let line = |id: &str, title: &str| {
        json!({"external_id": id, "listing": {"kind": "equipment_offer", "title": {"vi": title}}}).to_string()
    };
    let file = [line("SP-1", "Máy sấy"), line("SP-1 ", "Máy ép")].join("\n");
    let done = import(&app, &owner, "", file).await;
    assert_eq!(counts(&done), [2, 1, 0, 0, 1]);
    let told = rows(&app, &owner, &done).await;
    assert_eq!(told[1]["problems"][0]["code"], "duplicate");
}

/// Old documents come in the bytes of fonts of before Unicode: what they say is read, and told to whoever sent them.
#[actix_web::test]
async fn texts_of_before_unicode_are_read_and_told() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let table = "Mã nội bộ;Loại tin;Tên;Tóm tắt\nSP-1;Chào bán thiết bị;M¸y sÊy lóa, n¨ng suÊt 500 kg/h;Sấy nhanh.\n\
                 SP-2;Chào bán thiết bị;Maùy saáy luùa;Lọc 5 µm, 0,3 µm\n";
    let done = import(&app, &owner, "", table).await;
    assert_eq!(counts(&done), [2, 2, 0, 0, 0]);
    let told = rows(&app, &owner, &done).await;
    let title = async |row: &Value| listing(&app, &owner, row).await.text("/title/vi").to_owned();
    assert_eq!(title(&told[0]).await, "Máy sấy lúa, năng suất 500 kg/h");
    assert_eq!(title(&told[1]).await, "Máy sấy lúa");
    assert_eq!(
        listing(&app, &owner, &told[1]).await.text("/summary/vi"),
        "Lọc 5 µm, 0,3 µm"
    );
    let notices: Vec<&Value> = told.iter().map(|row| &row["notices"]).collect();
    for (notices, name) in notices.iter().zip(["TCVN3", "VNI"]) {
        assert_eq!(notices.as_array().unwrap().len(), 1, "{notices:#}");
        let notice = &notices[0];
        assert_eq!(
            (&notice["code"], &notice["column"]),
            (&json!("text_repaired"), &json!("Tên"))
        );
        assert!(notice["vi"].as_str().unwrap().contains(name) && notice["en"].as_str().unwrap().contains(name));
    }
    // JSON Lines say fields, not columns.
    let line = |id: &str, title: &str| {
        format!(r#"{{"external_id":"{id}","listing":{{"kind":"equipment_offer","title":{{"vi":"{title}"}}}}}}"#)
    };
    let lines = [line("SP-3", "nghiªn cøu c«ng nghÖ"), line("SP-4", "Máy sấy")].join("\n");
    let done = import(&app, &owner, "", lines).await;
    let told = rows(&app, &owner, &done).await;
    assert_eq!(told[0]["notices"][0]["pointer"], "/title/vi", "{told:#?}");
    assert_eq!(title(&told[0]).await, "nghiên cứu công nghệ");
}
