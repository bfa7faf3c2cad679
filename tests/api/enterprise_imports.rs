//! Files of enterprises that officers send: what becomes of every row, and of every class of mistake.

mod divided;
mod flagged;
mod forms;
mod parents;
mod places;
mod twice;

use std::time::Duration;

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};

use crate::harness::{Person, Reply, TestApp, tax_code};
use crate::listing_imports::counts;

pub const HEAD: &str = "Mã số thuế;Loại hình pháp lý;Tên đơn vị;Địa chỉ;Xã, phường;Tỉnh, thành phố;Người liên hệ;Điện thoại;Thư điện tử;\
                    Lĩnh vực;Ngày đăng ký\n";

/// A row that lacks nothing.
pub fn row(code: &str, name: &str, phone: &str) -> String {
    format!(
        "{code};Công ty cổ phần;{name};Khu 5;Lâm Thao;Phú Thọ;Nguyễn Thị Lan;{phone};lan@{code}.example;mechanics;4/5/2010\n"
    )
}

pub async fn send(app: &TestApp, officer: &Person, query: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let path = format!("/enterprise-imports?name=dn.csv{query}");
    app.post(&path).by(officer).file("text/csv", bytes.into()).send().await
}

/// Waits until an import has come to its end.
pub async fn ended(app: &TestApp, officer: &Person, id: &str) -> Reply {
    let path = format!("/enterprise-imports/{id}");
    let mut seen = 0;
    for _ in 0..600 {
        let import = app.get(&path).by(officer).expect(200).await;
        if !["waiting", "running"].contains(&import.text("/status")) {
            return import;
        }
        let exchange = app.exchange().clone();
        let wait = move || exchange.db.committed().wait(seen, Duration::from_millis(500));
        seen = tokio::task::spawn_blocking(wait).await.unwrap();
    }
    panic!("the import never ends");
}

pub async fn import(app: &TestApp, officer: &Person, query: &str, bytes: impl Into<Vec<u8>>) -> Reply {
    let sent = send(app, officer, query, bytes).await;
    assert_eq!(sent.status, 202, "{:#}", sent.body);
    ended(app, officer, sent.text("/id")).await
}

pub async fn rows(app: &TestApp, officer: &Person, import: &Reply) -> Vec<Value> {
    let path = format!("/enterprise-imports/{}/rows?limit=100", import.text("/id"));
    let page = app.get(&path).by(officer).expect(200).await;
    page.body["items"].as_array().unwrap().clone()
}

pub fn is_told(row: &Value, kind: &str, pointer: &str, code: &str) -> bool {
    let told = row[kind].as_array().unwrap();
    told.iter()
        .any(|problem| problem["pointer"] == pointer && problem["code"] == code)
}

#[actix_web::test]
async fn a_register_becomes_enterprises_that_nobody_owns_yet() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (one, other) = (tax_code(9_001), tax_code(9_002));
    let file = format!(
        "\u{feff}{HEAD}{}{}",
        row(&one, "Công ty Cổ phần Chè Thanh Sơn", "912345678"),
        row(&other, "Công ty Cổ phần Gốm Cổ Đô", "0210 3 846 556")
    );
    let done = import(&app, &officer, "", file.clone()).await;
    assert_eq!(done.text("/status"), "finished");
    assert_eq!(counts(&done), [2, 2, 0, 0, 0]);
    let told = rows(&app, &officer, &done).await;
    assert_eq!((&told[0]["row"], &told[0]["tax_code"]), (&json!(2), &json!(one)));
    assert_eq!(told[0]["notices"], json!([]), "{:#}", told[0]);
    let id = told[0]["enterprise_id"].as_str().unwrap();
    assert_eq!(app.deeds(id), [("enterprise.imported".to_owned(), None)]);
    assert_eq!(
        app.deeds(done.text("/id")),
        [("enterprise_import.started".to_owned(), None)]
    );

    // It is in the directory, and nothing of whom one asks there is.
    let path = format!("/enterprises/{id}");
    let public = app.get(&path).expect(200).await;
    assert_eq!(public.text("/legal_name"), "Công ty Cổ phần Chè Thanh Sơn");
    assert_eq!(public.text("/verification/state"), "unverified");
    let shown = public.body.to_string();
    for private in ["Nguyễn Thị Lan", "84912345678", "lan@", "Khu 5"] {
        assert!(!shown.contains(private), "{private}: {shown}");
    }
    let full = app.get(&path).by(&officer).expect(200).await;
    // A spreadsheet had taken the zero of the telephone away; the commune was named.
    assert_eq!(
        (
            full.text("/status"),
            full.text("/contact_phone"),
            full.text("/legal_form")
        ),
        ("active", "+84912345678", "cp")
    );
    let members = app.get(&format!("{path}/members")).by(&officer).expect(200).await;
    assert_eq!(members.body["items"], json!([]));

    // The same again changes nothing; another value brings it up to date, since nobody has touched it.
    let again = import(&app, &officer, "", file).await;
    assert_eq!(counts(&again), [2, 0, 0, 2, 0]);
    let table = format!("tax_code,short_name,capabilities\n{one},Chè Thanh Sơn,Chè xanh; Chè đen\n");
    let again = import(&app, &officer, "", table).await;
    assert_eq!(counts(&again), [1, 0, 1, 0, 0]);
    let full = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(
        (full.text("/short_name"), &full.body["capabilities"]),
        ("Chè Thanh Sơn", &json!(["Chè xanh", "Chè đen"]))
    );
    assert_eq!(full.text("/contact_phone"), "+84912345678");
    let deeds = app.deeds(id);
    assert_eq!(deeds.last().unwrap().0, "enterprise.reimported");
}

#[actix_web::test]
async fn what_is_only_tried_changes_nothing_and_tells_what_would_become_of_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let head = tax_code(9_003);
    let branch = format!("{head}-001");
    let file = format!(
        "{HEAD}{}{branch};Chi nhánh;Chi nhánh Việt Trì;Khu 6;Lâm Thao;Phú Thọ;Lê Văn Tám;0912345670;tam@vn.example;;\n\
         {};;;;;;;;;;\n",
        row(&head, "Công ty Cổ phần Giấy Bãi Bằng", "0912345679"),
        tax_code(9_004)
    );
    let tried = import(&app, &officer, "&dry_run=true", file.clone()).await;
    assert_eq!(counts(&tried), [3, 2, 0, 0, 1]);
    assert_eq!(tried.body["dry_run"], json!(true));
    let told = rows(&app, &officer, &tried).await;
    assert!(told[0].get("enterprise_id").is_none(), "{:#}", told[0]);
    let listed = app.get("/enterprises").expect(200).await;
    assert_eq!(listed.body["items"], json!([]));
    let register = app.get("/moderation/enterprises").by(&officer).expect(200).await;
    assert_eq!(register.body["items"], json!([]));

    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), counts(&tried));
    let told = rows(&app, &officer, &done).await;
    // A branch that names no parent belongs to the head of its code.
    let path = format!("/enterprises/{}", told[1]["enterprise_id"].as_str().unwrap());
    let branch = app.get(&path).expect(200).await;
    assert_eq!(branch.body["parent_id"], told[0]["enterprise_id"]);
}

#[actix_web::test]
async fn a_branch_of_another_head_is_refused_where_it_is_only_tried_too() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (parent, other) = (tax_code(9_005), tax_code(9_006));
    let head = HEAD.replace('\n', ";Mã số thuế đơn vị chủ quản\n");
    let entered = row(&parent, "Công ty Cổ phần Giấy Bãi Bằng", "0912345679");
    let file = format!(
        "{head}{};\n{parent}-001;Chi nhánh;Chi nhánh Việt Trì;Khu 6;Lâm Thao;Phú Thọ;Lê Văn Tám;0912345670;tam@vn.example;;;{parent}\n\
         {other}-001;Chi nhánh;Chi nhánh Thanh Ba;Khu 7;Lâm Thao;Phú Thọ;Vũ Thị Hoa;0912345671;hoa@tb.example;;;{parent}\n",
        entered.trim_end()
    );
    for query in ["&dry_run=true", ""] {
        let done = import(&app, &officer, query, file.clone()).await;
        assert_eq!(counts(&done), [3, 2, 0, 0, 1], "{query}");
        let told = rows(&app, &officer, &done).await;
        assert!(
            is_told(&told[2], "problems", "/parent_id", "conflicts"),
            "{:#}",
            told[2]
        );
    }
}

#[actix_web::test]
async fn of_a_row_outside_of_the_officers_scope_only_that_is_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let elsewhere = Scope {
        communes: vec!["00004".into()],
        ..Scope::default()
    };
    let elsewhere = app.officer_for(&[Permission::ReviewEnterprises], elsewhere).await;
    let (parent, other) = (tax_code(9_007), tax_code(9_008));
    let entered = row(&parent, "Công ty Cổ phần Giấy Bãi Bằng", "0912345679");
    import(&app, &officer, "", format!("{HEAD}{entered}")).await;
    let head = HEAD.replace('\n', ";Mã số thuế đơn vị chủ quản\n");
    // Of another head than its parent.
    let branch = "Chi nhánh;Chi nhánh Thanh Ba;Khu 7;Lâm Thao;Phú Thọ;Vũ Thị Hoa;0912345671;hoa@tb.example;;";
    let file = format!("{head}{other}-001;{branch};{parent}\n");
    for (by, pointer, code) in [(&elsewhere, "", "forbidden"), (&officer, "/parent_id", "conflicts")] {
        let done = import(&app, by, "&dry_run=true", file.clone()).await;
        let told = rows(&app, by, &done).await;
        assert!(is_told(&told[0], "problems", pointer, code), "{:#}", told[0]);
        assert_eq!(told[0]["problems"].as_array().unwrap().len(), 1, "{:#}", told[0]);
    }
}

#[actix_web::test]
async fn of_a_line_all_that_is_wrong_is_told_at_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let good = tax_code(9_007);
    let wrong = if good.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{wrong}", good.get(..9).unwrap());
    let lines = [
        json!({"enterprise": {"tax_code": wrong, "province_code": 25}}),
        json!({"enterprise": {"tax_code": 2_600_123_624_u64, "legal_name": "Công ty A"}}),
    ];
    let file: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), [2, 0, 0, 0, 2]);
    let told = rows(&app, &officer, &done).await;
    for (row, pointer, code) in [
        (0, "/tax_code", "invalid_tax_code"),
        (0, "/province_code", "malformed"),
        (0, "/legal_form", "required"),
        (0, "/contact_email", "required"),
        (1, "/tax_code", "malformed"),
        (1, "/legal_form", "required"),
        (1, "/province_code", "required"),
    ] {
        assert!(
            is_told(&told[row], "problems", pointer, code),
            "{pointer}: {:#}",
            told[row]
        );
    }
    let of_code = |row: &Value| {
        let told = row["problems"].as_array().unwrap().iter();
        told.filter(|problem| problem["pointer"] == "/tax_code").count()
    };
    assert!(told.iter().all(|row| of_code(row) == 1), "{told:#?}");

    // A list is told line by line, whatever it lists.
    let done = import(&app, &officer, "", "[1,2]\n").await;
    let told = rows(&app, &officer, &done).await;
    assert!(is_told(&told[0], "problems", "", "malformed"), "{told:#?}");
}

/// One row of every class of mistake (`{}` is a tax code of its own), and what is told of it: pointer and code.
const WRONG: [(&str, &str, &str); 16] = [
    (
        ";cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/tax_code",
        "required",
    ),
    (
        "2600357503;cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/tax_code",
        "invalid_tax_code",
    ),
    (
        "{};Công ty lạ;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/legal_form",
        "unknown_code",
    ),
    (
        "{};;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/legal_form",
        "required",
    ),
    (
        "{};cp;;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/legal_name",
        "required",
    ),
    (
        "{};cp;A;Khu 5;Sao Hỏa;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/commune_name",
        "unknown_code",
    ),
    (
        "{};cp;A;Khu 5;08494;Sao Hỏa;Lan;0912345678;lan@a.example;;",
        "/province_code",
        "unknown_code",
    ),
    (
        "{};cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;12;lan@a.example;;",
        "/contact_phone",
        "malformed",
    ),
    (
        "{};cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan;;",
        "/contact_email",
        "malformed",
    ),
    (
        "{};cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;#REF!;lan@a.example;;",
        "/contact_phone",
        "malformed",
    ),
    (
        "{};cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;lĩnh vực lạ;",
        "/field_codes/0",
        "unknown_code",
    ),
    (
        "{};cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;31/2/2010",
        "/registration_date",
        "malformed",
    ),
    (
        "{};Hộ kinh doanh;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/legal_form",
        "malformed",
    ),
    (
        "{};Tổ chức nước ngoài;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/legal_form",
        "malformed",
    ),
    (
        "{}-001;Chi nhánh;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;",
        "/parent_tax_code",
        "malformed",
    ),
    (
        "{};cp;A;Khu 5;Lâm Thao;Phú Thọ;Lan;0912345678;lan@a.example;;;thừa",
        "",
        "malformed",
    ),
];

#[actix_web::test]
async fn every_wrong_row_is_told_and_comes_back_to_be_mended() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let good = tax_code(9_100);
    let wrong = WRONG.iter().zip(9_101..).map(|((row, ..), number)| {
        let row = row.replace("{}", &tax_code(number));
        format!("{row}\n")
    });
    let file = format!(
        "{HEAD}{}{}{}",
        row(&good, "Công ty Cổ phần Tốt", "0912345678"),
        wrong.collect::<String>(),
        row(&good, "Công ty Cổ phần Tốt lần hai", "0912345677")
    );
    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), [18, 1, 0, 0, 17]);
    let told = rows(&app, &officer, &done).await;
    for ((sent, pointer, code), row) in WRONG.iter().zip(&told[1..]) {
        assert_eq!(row["result"], "refused", "{sent}");
        assert!(is_told(row, "problems", pointer, code), "{sent}: {row:#}");
        assert!(row.get("enterprise_id").is_none());
    }
    assert!(
        is_told(&told[17], "problems", "/tax_code", "duplicate"),
        "{:#}",
        told[17]
    );
    // All of a row is told at once, with the columns.
    let bare = import(
        &app,
        &officer,
        "",
        format!("Mã số thuế;Tên đơn vị\n{};\n", tax_code(9_200)),
    )
    .await;
    let bare = rows(&app, &officer, &bare).await;
    let problems = bare[0]["problems"].as_array().unwrap();
    for pointer in ["/legal_form", "/legal_name", "/contact_email", "/province_code"] {
        assert!(
            is_told(&bare[0], "problems", pointer, "required"),
            "{pointer}: {problems:#?}"
        );
    }
    let column = problems.iter().find(|problem| problem["pointer"] == "/legal_name");
    assert_eq!(column.unwrap()["column"], "Tên đơn vị");

    let path = format!("/enterprise-imports/{}/errors", done.text("/id"));
    let errors = app.get(&path).by(&officer).expect(200).await;
    let text = String::from_utf8(errors.bytes).unwrap();
    assert!(text.starts_with("\u{feff}Mã số thuế;Loại hình pháp lý;"), "{text}");
    assert!(
        text.contains("Công ty lạ") && text.contains("Row 2 has this number"),
        "{text}"
    );
    // Mended, it can be sent as it is.
    let mended = text
        .replace("Công ty lạ", "cp")
        .replace("31/2/2010", "28/2/2010")
        .replace("#REF!", "0912345678");
    let again = import(&app, &officer, "", mended).await;
    // The second row about the good one meets it, and brings it up to date.
    assert_eq!(counts(&again), [17, 3, 1, 0, 13], "{:#}", again.body);
}

#[actix_web::test]
async fn rows_that_look_alike_are_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let file = format!(
        "{HEAD}{}{}",
        row(&tax_code(9_300), "Công ty Cổ phần Chè Thanh Sơn", "0912345678"),
        row(&tax_code(9_301), "CP CHE THANH SON", "0912 345 678")
    );
    for query in ["&dry_run=true", ""] {
        let done = import(&app, &officer, query, file.clone()).await;
        assert_eq!(counts(&done), [2, 2, 0, 0, 0]);
        let told = rows(&app, &officer, &done).await;
        assert_eq!(told[0]["notices"], json!([]));
        assert!(is_told(&told[1], "notices", "", "possible_duplicate"), "{:#}", told[1]);
        let words = told[1]["notices"][0]["vi"].as_str().unwrap();
        assert!(words.contains("dòng 2") && words.contains("tên, điện thoại"), "{words}");
    }
}

#[actix_web::test]
async fn files_that_cannot_be_read_or_hold_personal_numbers_are_refused_at_once() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let line = json!({"enterprise": {"personal_id": "025190000123", "legal_name": "A"}}).to_string();
    for (bytes, code) in [
        ("", "table_empty"),
        ("Tên đơn vị\nA\n", "tax_code_column_missing"),
        ("Mã số thuế,MST\n1,2\n", "column_twice"),
        ("Mã số thuế,Số CCCD\n1,025190000123\n", "malformed"),
        (line.as_str(), "malformed"),
        // Of two the last one alone would be seen; and what cannot be read is kept as it came.
        (
            r#"{"enterprise": {"personal_id": "025190000123", "personal_id": null}}"#,
            "malformed",
        ),
        (
            r#"{"enterprise": {"personal_id": "025190000123"}, "enterprise": {}}"#,
            "malformed",
        ),
        (r#"{"enterprise": {"personal_id": "025190000123""#, "malformed"),
    ] {
        let refused = send(&app, &officer, "", bytes).await;
        assert_eq!(refused.status, 422, "{bytes}");
        assert_eq!(
            (&refused.body["errors"][0]["code"], refused.pointers()),
            (&json!(code), vec!["content"])
        );
    }
}

/// Households have their personal numbers where others have tax codes.
#[actix_web::test]
async fn a_personal_number_in_the_place_of_a_tax_code_is_kept_nowhere() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let done = import(
        &app,
        &officer,
        "",
        format!("{HEAD}{}", row("025190000123", "Hộ ông An", "0912345678")),
    )
    .await;
    assert_eq!(counts(&done), [1, 0, 0, 0, 1]);
    let told = rows(&app, &officer, &done).await;
    assert!(is_told(&told[0], "problems", "/tax_code", "malformed"), "{:#}", told[0]);
    let path = format!("/enterprise-imports/{}/errors", done.text("/id"));
    let errors = app.get(&path).by(&officer).expect(200).await;
    let text = String::from_utf8(errors.bytes).unwrap();
    assert!(text.contains("*********123;"), "{text}");
    let code = text.lines().nth(1).unwrap().split(';').next().unwrap();
    assert!(!code.contains("025190000"), "{text}");
}

#[actix_web::test]
async fn templates_name_the_columns_and_can_be_sent() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for (query, first) in [("language=vi", "Mã số thuế;"), ("language=en", "Tax code;")] {
        let template = app
            .get(&format!("/enterprise-import-template?{query}"))
            .expect(200)
            .await;
        let text = String::from_utf8(template.bytes.clone()).unwrap();
        assert!(text.trim_start_matches('\u{feff}').starts_with(first), "{text}");
        // What explains it is not read.
        let refused = send(&app, &officer, "", template.bytes).await;
        assert_eq!(refused.body["errors"][0]["code"], "table_empty");
    }
    let workbook = app.get("/enterprise-import-template?format=xlsx").expect(200).await;
    let refused = send(&app, &officer, "", workbook.bytes).await;
    assert_eq!(refused.body["errors"][0]["code"], "table_empty", "{:#}", refused.body);
    let lines = app.get("/enterprise-import-template?format=jsonl").expect(200).await;
    let done = import(&app, &officer, "", lines.bytes).await;
    assert_eq!(counts(&done), [1, 1, 0, 0, 0]);
    let told = rows(&app, &officer, &done).await;
    assert_eq!(told[0]["tax_code"], "2600357502");
}
