//! Files of reference lists from several hands: nobody overwrites what he has not seen, and a trial says what the real run does.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Scope};

use crate::harness::{Call, Person, TestApp};

const IMPORTS: &str = "/taxonomies/fields/imports";
const TRIAL: &str = "/taxonomies/fields/imports?dry_run=true";

async fn keeper(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageReferenceData]).await
}

fn table(call: Call, rows: &str) -> Call {
    call.file("text/csv", format!("code,name_vi,parent,successors,valid_to\n{rows}"))
}

async fn name(app: &TestApp, code: &str) -> Value {
    let path = format!("/taxonomies/fields/entries/{code}");
    app.get(&path).expect(200).await.body["entry"]["name_vi"].clone()
}

#[actix_web::test]
async fn of_two_officers_who_tried_their_files_one_tries_again() {
    let app = TestApp::spawn().await;
    let (one, other) = (keeper(&app).await, keeper(&app).await);
    // Without the version nothing is written, and nothing is looked at.
    let blind = table(app.post(IMPORTS).by(&one), "silk,Tơ tằm,,,\n").expect(428).await;
    assert_eq!(blind.code(), "precondition_required");

    let trial = async |by: &Person, rows: &str| {
        let tried = table(app.post(TRIAL).by(by), rows).expect(200).await;
        assert_eq!(tried.body["is_applied"], false);
        let seen = tried.number("/edition");
        assert_eq!(tried.headers["etag"], format!("\"{seen}\""));
        seen
    };
    let (first, second) = ("silk,Tơ tằm,,,\n", "silk,Lụa,,,\n");
    let (seen, also_seen) = (trial(&one, first).await, trial(&other, second).await);
    assert_eq!(seen, also_seen);
    let done = table(app.post(IMPORTS).by(&one).if_match(seen), first)
        .expect(200)
        .await;
    assert_eq!(
        (&done.body["is_applied"], done.number("/edition")),
        (&json!(true), seen + 1)
    );
    let late = table(app.post(IMPORTS).by(&other).if_match(also_seen), second)
        .expect(412)
        .await;
    assert_eq!(late.code(), "stale_version");
    // A trial that says what it is made for is told so, too.
    table(app.post(TRIAL).by(&other).if_match(also_seen), second)
        .expect(412)
        .await;
    assert_eq!(name(&app, "silk").await, "Tơ tằm");

    let seen = trial(&other, second).await;
    table(app.post(IMPORTS).by(&other).if_match(seen), second)
        .expect(200)
        .await;
    assert_eq!(name(&app, "silk").await, "Lụa");
}

#[actix_web::test]
async fn a_row_that_is_too_long_is_refused_alone() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let long = "a".repeat(70_000);
    let rows = format!("silk,Tơ tằm,,,\nlong,{long},,,\n{long},Dài,,,\n");
    let tried = table(app.post(TRIAL).by(&keeper), &rows).expect(200).await;
    let told = |row: usize| {
        let row = &tried.body["rows"][row];
        (
            row["result"].clone(),
            row["problems"][0]["code"].clone(),
            row.get("code").is_some(),
        )
    };
    assert_eq!(told(0), (json!("created"), Value::Null, true));
    assert_eq!(told(1), (json!("refused"), json!("too_long"), false));
    assert_eq!(told(2), (json!("refused"), json!("too_long"), false));
}

#[actix_web::test]
async fn a_trial_refuses_what_the_real_run_refuses_for_a_scope() {
    let app = TestApp::spawn().await;
    let scope = Scope {
        fields: vec!["food".into()],
        ..Scope::default()
    };
    let limited = app.officer_for(&[Permission::ManageReferenceData], scope).await;
    let rows = "silk,Tơ tằm,,,\nraw,Tơ thô,,silk,2099-01-01\n";
    let tried = table(app.post(TRIAL).by(&limited), rows).expect(403).await;
    assert_eq!(tried.code(), "forbidden");
    table(app.post(IMPORTS).by(&limited).if_match(0), rows)
        .expect(403)
        .await;
    // What widens nothing is taken.
    let narrow = "silk,Tơ tằm,,,\n";
    table(app.post(TRIAL).by(&limited), narrow).expect(200).await;
    table(app.post(IMPORTS).by(&limited).if_match(0), narrow)
        .expect(200)
        .await;
}

#[actix_web::test]
async fn a_file_need_not_repeat_names_and_tells_of_days_that_do_not_exist() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let first = table(app.post(IMPORTS).by(&keeper).if_match(0), "silk,Tơ tằm,,,\n");
    first.expect(200).await;
    let rows = "fresh,Tơ mới,,,\nsilk,,,fresh,2099-01-01\nnameless,,,,\n\
                silk.a,Tơ A,silk,,2027-02-31\nsilk.b,Tơ B,silk,,31/2/2027\nsilk.c,Tơ C,silk,,sớm\n";
    let tried = table(app.post(TRIAL).by(&keeper), rows).expect(200).await;
    let told = |row: usize| {
        let row = &tried.body["rows"][row];
        let problem = &row["problems"][0];
        (
            row["result"].as_str().unwrap(),
            problem["pointer"].as_str().unwrap_or_default(),
        )
    };
    assert_eq!((told(0), told(1)), (("created", ""), ("updated", "")), "{}", tried.body);
    assert_eq!(told(2), ("refused", "/name_vi"));
    for (row, is_of_no_calendar) in [(3, true), (4, true), (5, false)] {
        assert_eq!(told(row), ("refused", "/valid_to"));
        let problem = &tried.body["rows"][row]["problems"][0]["en"];
        let told = problem.as_str().unwrap();
        assert_eq!(told.contains("does not exist"), is_of_no_calendar, "{told}");
    }
    let rows = "fresh,Tơ mới,,,\nsilk,,,fresh,2099-01-01\n";
    let done = table(app.post(IMPORTS).by(&keeper).if_match(1), rows);
    assert_eq!(done.expect(200).await.body["is_applied"], true);
    assert_eq!(name(&app, "silk").await, "Tơ tằm");
}

#[actix_web::test]
async fn columns_that_a_list_does_not_have_are_told_and_nothing_in_them_is_dropped() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let head = "code,name_vi,Căn cứ,Quan hệ,Mã màu,valid_to";
    let rows = "silk,Tơ tằm,Nghị định 1,,đỏ,\nraw,Tơ thô,,equal,,sớm\nplain,Vải mộc,,,,\n";
    let call = app.post(TRIAL).by(&keeper).file("text/csv", format!("{head}\n{rows}"));
    let tried = call.expect(200).await;
    // Of each column once: whom nobody knows, and whom this list does not.
    let notes: Vec<(&str, &str)> = tried.body["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| (note["code"].as_str().unwrap(), note["vi"].as_str().unwrap()))
        .collect();
    assert_eq!(notes.len(), 3, "{notes:?}");
    for (note, name) in notes.iter().zip(["Mã màu", "Căn cứ", "Quan hệ"]) {
        assert!(
            note.0 == "unknown_column" && note.1.contains(&format!("“{name}”")),
            "{note:?}"
        );
    }
    assert!(notes[1].1.contains("“fields”"), "{notes:?}");
    let told = |row: usize| -> Vec<(String, String, String)> {
        let problems = tried.body["rows"][row]["problems"].as_array().unwrap();
        let text = |problem: &Value, member: &str| problem[member].as_str().unwrap().to_owned();
        problems
            .iter()
            .map(|problem| (text(problem, "column"), text(problem, "pointer"), text(problem, "code")))
            .collect()
    };
    let is = |column: &str, pointer: &str, code: &str| (column.to_owned(), pointer.to_owned(), code.to_owned());
    assert_eq!(told(0), [is("Căn cứ", "/regulation/legal_source", "conflicts")]);
    assert_eq!(
        told(1),
        [
            is("valid_to", "/valid_to", "malformed"),
            is("Quan hệ", "/correspondence/relation", "conflicts")
        ]
    );
    let problem = &tried.body["rows"][0]["problems"][0];
    assert_eq!(problem["en"], "This list has no such field; leave it out.");
    assert_eq!(problem["vi"], "Danh mục này không có trường này; hãy bỏ trống.");
    assert_eq!(tried.body["rows"][2]["result"], "created");
}

/// JSON has null, a table has cells that are empty.
#[actix_web::test]
async fn an_empty_cell_is_told_of_in_the_words_of_a_table() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let path = "/taxonomies/correspondences/imports?dry_run=true";
    let head = "Mã,Tên,Từ danh mục,Từ mã,Sang danh mục,Sang mã,Quan hệ,Nguồn đối chiếu";
    let row = "x.mot,Một,fos,2.9,ipc,C12,,Văn bản";
    let call = app.post(path).by(&keeper).file("text/csv", format!("{head}\n{row}\n"));
    let tried = call.expect(200).await;
    let problems = tried.body["rows"][0]["problems"].as_array().unwrap();
    let told: Vec<_> = problems
        .iter()
        .map(|problem| ["column", "code", "vi", "en"].map(|name| problem[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ["Quan hệ", "required", "Bắt buộc phải có.", "This is required."],
            [
                "Mã",
                "malformed",
                "Không đúng dạng mã của danh mục này.",
                "Not of the form that codes of this list have."
            ],
        ],
        "{}",
        tried.body
    );
}

#[actix_web::test]
async fn what_is_missing_or_cannot_be_names_its_column() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let path = "/taxonomies/regulated_technologies/imports?dry_run=true";
    let head = "Mã,Thuộc,Tên,Có hiệu lực từ,Hết hiệu lực từ,Căn cứ,Lĩnh vực gợi ý";
    let rows = "restricted.mot,restricted,Một,,,,\n\
                restricted.hai,restricted,Hai,1/7/2018,1/7/2017,Văn bản,\n\
                restricted.ba,nowhere,Ba,,,Văn bản,không có lĩnh vực này\n";
    let call = app.post(path).by(&keeper).file("text/csv", format!("{head}\n{rows}"));
    let tried = call.expect(200).await;
    let told = |row: usize| -> Vec<(&str, &str)> {
        let problems = tried.body["rows"][row]["problems"].as_array().unwrap();
        problems
            .iter()
            .map(|problem| (problem["column"].as_str().unwrap(), problem["code"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(told(0), [("Căn cứ", "required")], "{}", tried.body);
    assert_eq!(told(1), [("Hết hiệu lực từ", "conflicts")]);
    let columns: Vec<&str> = told(2).into_iter().map(|(column, _)| column).collect();
    assert!(
        columns.contains(&"Thuộc") && columns.contains(&"Lĩnh vực gợi ý"),
        "{columns:?}"
    );
}

#[actix_web::test]
async fn all_that_is_wrong_with_a_row_is_told_at_once() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let path = "/taxonomies/regulated_technologies/imports?dry_run=true";
    let head = "Mã,Thuộc,Tên,Có hiệu lực từ,Căn cứ,Lĩnh vực gợi ý,Quan hệ";
    let rows = "restricted.mot,restricted,Một,,Văn bản,không có lĩnh vực này,equal\n\
                restricted.hai,restricted,Hai,sớm,Văn bản,không có lĩnh vực này,\n\
                restricted.ba,restricted,Ba,,Văn bản,,\n";
    let call = app.post(path).by(&keeper).file("text/csv", format!("{head}\n{rows}"));
    let tried = call.expect(200).await;
    let told = |row: usize| -> Vec<&str> {
        let problems = tried.body["rows"][row]["problems"].as_array().unwrap();
        problems
            .iter()
            .map(|problem| problem["column"].as_str().unwrap())
            .collect()
    };
    assert_eq!(told(0), ["Lĩnh vực gợi ý", "Quan hệ"], "{}", tried.body);
    assert_eq!(told(1), ["Có hiệu lực từ", "Lĩnh vực gợi ý"]);
    assert_eq!(tried.body["rows"][2]["result"], "created");
}

#[actix_web::test]
async fn a_day_that_cannot_be_read_hides_nothing_else_of_a_row() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let head = "Mã,Thuộc,Tên,Có hiệu lực từ,Hết hiệu lực từ,Thay bằng\n";
    let row = "nowhere.moi,nowhere,Một,2026-13-01,,\n";
    let call = app.post("/taxonomies/fields/imports?dry_run=true").by(&keeper);
    let tried = call.file("text/csv", format!("{head}{row}")).expect(200).await;
    let problems = tried.body["rows"][0]["problems"].as_array().unwrap().iter();
    let told: Vec<&str> = problems.map(|problem| problem["pointer"].as_str().unwrap()).collect();
    assert!(
        told.contains(&"/parent") && told.contains(&"/valid_from"),
        "{}",
        tried.body
    );

    // By hand, too, and each in words that say what is to be done.
    let wrong = json!({"valid_to": "30/11/2026", "successors": ["khong-co", "food.drying"], "name_vi": ""});
    let entry = "/taxonomies/fields/entries/food.drying";
    let version = app.get(entry).expect(200).await.number("/version");
    let call = app.patch(entry).by(&keeper).if_match(version);
    let refused = call.json(&wrong).expect(422).await;
    let mut told: Vec<(&str, &str)> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), error["detail"].as_str().unwrap()))
        .collect();
    told.sort_unstable();
    let pointers: Vec<&str> = told.iter().map(|(pointer, _)| *pointer).collect();
    assert_eq!(
        pointers,
        ["/name_vi", "/successors/0", "/successors/1", "/valid_to"],
        "{told:?}"
    );
    assert_eq!(told[2].1, "Mã không thể thay thế chính nó.");
    assert_eq!(told[3].1, "Phải là ngày dạng YYYY-MM-DD.");
    for (day, words) in [
        (json!(20_261_201), "Phải là ngày dạng YYYY-MM-DD."),
        (
            json!("2027-02-31"),
            "Ngày này không có trong lịch; hãy ghi một ngày có thật, dạng YYYY-MM-DD như 2027-03-31.",
        ),
    ] {
        let call = app.patch(entry).by(&keeper).if_match(version);
        let refused = call.json(&json!({"valid_to": day})).expect(422).await;
        assert_eq!(
            (refused.pointers(), refused.text("/errors/0/detail")),
            (vec!["/valid_to"], words)
        );
    }
}
