//! The list of regulated technologies from a file, as the gazette has it, and what officers are told of it.

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::letter::Letter;
use vptex::service::regulated_notices;

use crate::harness::{Person, Reply, TestApp};

const IMPORTS: &str = "/taxonomies/regulated_technologies/imports";
const HEAD: &str = "Mã;Thuộc;Tên;Có hiệu lực từ;Hết hiệu lực từ;Thay bằng;Căn cứ;Văn bản;Phụ lục;Mục;Từ khóa gợi ý;Lĩnh vực gợi ý;Ghi chú";

/// The edition of the lists.
async fn edition(app: &TestApp) -> i64 {
    app.get("/taxonomies").expect(200).await.number("/items/0/edition")
}

/// A table of rows, sent to the lists of now.
async fn send(app: &TestApp, by: &Person, query: &str, rows: &[&str]) -> Reply {
    let call = app.post(&format!("{IMPORTS}{query}")).by(by);
    let call = call.if_match(edition(app).await);
    call.file("text/csv", table(rows)).expect(200).await
}

fn table(rows: &[&str]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}

/// Row by row: what became of it, and what is wrong where.
fn results(reply: &Reply) -> Vec<String> {
    let rows = reply.body["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let problems = row["problems"].as_array().unwrap().iter();
        let problems = problems.map(|problem| {
            format!(
                " {}:{}",
                problem["pointer"].as_str().unwrap(),
                problem["code"].as_str().unwrap()
            )
        });
        format!(
            "{} {}{}",
            row["row"],
            row["result"].as_str().unwrap(),
            problems.collect::<String>()
        )
    })
    .collect()
}

fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

async fn entry(app: &TestApp, code: &str, status: u16) -> Value {
    let path = format!("/taxonomies/regulated_technologies/entries/{code}");
    app.get(&path).expect(status).await.body
}

#[actix_web::test]
async fn a_list_is_tried_then_imported_whole_or_not_at_all() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let source = "Văn bản thử nghiệm, Phụ lục II";
    let arsenic = format!(
        "restricted.asen;restricted;Chế phẩm chứa asen;1/7/2018;;;{source};01/2018/TN;Phụ lục II;3;asen; food;x"
    );
    let dye = format!("restricted.nhuom;restricted;Công nghệ nhuộm thử;2018-07-01;;;{source};;;;;;");

    let tried = send(&app, &keeper, "?dry_run=true", &[&arsenic, &dye]).await;
    assert_eq!(results(&tried), ["2 created", "3 created"]);
    assert_eq!(
        (tried.body["is_applied"].as_bool(), tried.text("/notes/0/code")),
        (Some(false), "unknown_column")
    );
    entry(&app, "restricted.asen", 404).await;

    // One row that is wrong, and nothing of the file is written.
    let wrong = [
        arsenic.as_str(),
        "restricted.khong;restricted;Không nguồn;;;;;;;;;;",
        "restricted.asen;restricted;Lần hai;;;;x;;;;;;",
        "Sai Mã;restricted;Mã sai;;;;x;;;;;;",
        "restricted.ngay;restricted;Ngày sai;31/2/2018;;;x;;;;;;",
        "#N/A;;;;;;;;;;;;",
    ];
    let refused = send(&app, &keeper, "", &wrong).await;
    assert_eq!(refused.body["is_applied"], false);
    assert_eq!(
        results(&refused),
        [
            "2 created",
            "3 refused /regulation:required",
            "4 refused /code:duplicate",
            "5 refused /code:malformed",
            "6 refused /valid_from:malformed",
            "7 refused /code:malformed",
        ]
    );
    entry(&app, "restricted.asen", 404).await;

    let done = send(&app, &keeper, "", &[&arsenic, &dye]).await;
    assert_eq!(
        (done.body["is_applied"].as_bool(), done.number("/counts/created")),
        (Some(true), 2)
    );
    assert_eq!(done.text("/touched_listings"), "/api/v1/moderation/overtaken-listings");
    let kept = entry(&app, "restricted.asen", 200).await;
    let attributes = &kept["entry"]["attributes"];
    assert_eq!(
        (
            &attributes["annex"],
            &attributes["item"],
            &attributes["edition"],
            &attributes["keywords"],
            &attributes["field_codes"]
        ),
        (
            &json!("Phụ lục II"),
            &json!("3"),
            &json!("01/2018/TN"),
            &json!("asen"),
            &json!("food")
        )
    );
    assert_eq!(
        (&kept["entry"]["valid_from"], &kept["version"]),
        (&json!("2018-07-01"), &json!(1))
    );

    // The next decree: one goes on with another number, one ends with the new one in its place, in one file.
    let again = arsenic.replace(";3;asen", ";4;asen");
    let ended = format!("restricted.nhuom;restricted;Công nghệ nhuộm thử;;1/1/2027;prohibited.nhuom;{source};;;;;;");
    let new =
        "prohibited.nhuom;prohibited;Công nghệ nhuộm thử;1/1/2027;;;Văn bản thử nghiệm 2, Phụ lục III;;;;nhuộm thử;;";
    // An end on no day is refused, and not taken for no end.
    let nowhere = ended.replace(";1/1/2027;prohibited.nhuom;", ";31/6/2027;;");
    let refused = send(&app, &keeper, "", &[&nowhere]).await;
    assert_eq!(results(&refused), ["2 refused /valid_to:malformed"]);
    let next = send(&app, &keeper, "", &[&again, new, &ended]).await;
    assert_eq!(results(&next), ["2 updated", "3 created", "4 updated"]);
    let kept = entry(&app, "restricted.nhuom", 200).await;
    assert_eq!(
        (
            &kept["entry"]["valid_to"],
            &kept["entry"]["successors"],
            &kept["history"].as_array().unwrap().len()
        ),
        (&json!("2027-01-01"), &json!(["prohibited.nhuom"]), &2)
    );
    assert_eq!(
        entry(&app, "restricted.asen", 200).await["entry"]["attributes"]["item"],
        "4"
    );
    // Sent again it changes nothing, and what stands for good is not changed by a file either.
    let same = send(&app, &keeper, "", &[&again, new, &ended]).await;
    assert_eq!(results(&same), ["2 unchanged", "3 unchanged", "4 unchanged"]);
    let moved = arsenic.replace("1/7/2018", "1/7/2019");
    assert_eq!(
        results(&send(&app, &keeper, "", &[&moved]).await),
        ["2 refused /valid_from:conflicts"]
    );

    // A workbook and JSON Lines say the same; a member that nobody knows is told.
    let lines = format!(
        "{}\n{}\n",
        json!({"code": "restricted.asen", "regulation": {"item": "5"}}),
        json!({"code": "encouraged.say", "parent": "encouraged", "name_vi": "Sấy", "wrong": 1})
    );
    let call = app.post(IMPORTS).by(&keeper).if_match(edition(&app).await);
    let call = call.file("application/jsonl", lines);
    assert_eq!(
        results(&call.expect(200).await),
        ["1 updated", "2 refused /wrong:malformed /regulation:required"]
    );
    let book = workbook(&[
        &["code", "parent", "name_vi", "legal_source"],
        &["encouraged.say", "encouraged", "Sấy lạnh", source],
    ]);
    let call = app.post(IMPORTS).by(&keeper).if_match(edition(&app).await);
    let call = call.file("application/octet-stream", book);
    assert_eq!(results(&call.expect(200).await), ["2 created"]);

    // Other lists, too; but not those that law or a standard makes.
    let fields = app.post("/taxonomies/fields/imports").by(&keeper);
    let fields = fields.if_match(edition(&app).await).file(
        "text/csv",
        "code,name_vi,parent\nsilk,Tơ tằm,\nsilk.dye,Nhuộm tơ,silk\n",
    );
    assert_eq!(results(&fields.expect(200).await), ["2 created", "3 created"]);
    let call = app
        .post("/taxonomies/countries/imports?dry_run=true")
        .by(&keeper)
        .file("text/csv", "code,name_vi\nXX,Mới\n");
    assert_eq!(call.expect(409).await.code(), "list_not_editable");
    let tried = format!("{IMPORTS}?dry_run=true");
    let none = app
        .post(&tried)
        .by(&keeper)
        .file("text/csv", "Tên\nMáy\n")
        .expect(422)
        .await;
    assert_eq!(none.text("/errors/0/code"), "code_column_missing");
    let many = format!("code\n{}", "a\n".repeat(501));
    let many = app.post(&tried).by(&keeper).file("text/csv", many).expect(422).await;
    assert_eq!(
        (many.pointers(), many.text("/errors/0/code")),
        (vec!["content"], "too_many")
    );
}

#[actix_web::test]
async fn officers_are_told_once_which_live_listings_a_change_touches() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.active_enterprise(&officer).await;
    let (touched, _) = app.published_listing(&owner, &officer, "Máy tẩm gỗ bằng asen").await;
    app.published_listing(&owner, &officer, "Máy sấy").await;
    let look = async || {
        let exchange = app.exchange().clone();
        tokio::task::spawn_blocking(move || regulated_notices::run(&exchange, || false).unwrap())
            .await
            .unwrap()
    };
    let told = async |person: &Person| {
        let letters = app.letters_to(&person.email).await;
        let counts = letters.into_iter().filter_map(|letter| match letter {
            Letter::ListingsOvertaken { count } => Some(count),
            _ => None,
        });
        counts.collect::<Vec<_>>()
    };
    look().await;
    assert_eq!(told(&officer).await, Vec::<u64>::new());
    let row = "restricted.asen;restricted;Chế phẩm chứa asen;1/7/2018;;;Văn bản thử nghiệm;;;;asen;;";
    send(&app, &keeper, "", &[row]).await;
    // Who is stopped in the middle has told nothing, and tells it another time.
    let exchange = app.exchange().clone();
    let stopped = tokio::task::spawn_blocking(move || regulated_notices::run(&exchange, || true).unwrap());
    assert_eq!((stopped.await.unwrap(), told(&officer).await), (0, Vec::new()));
    for _ in 0..2 {
        look().await;
        assert_eq!(told(&officer).await, [1]);
    }
    assert_eq!(told(&keeper).await, Vec::<u64>::new());
    let page = app.get("/moderation/overtaken-listings").by(&officer).expect(200).await;
    assert_eq!(page.text("/items/0/listing/id"), touched);
    // What is valid from another day on is told on that day.
    let later = "prohibited.say;prohibited;Sấy thử;2099-01-01;;;Văn bản thử nghiệm;;;;máy sấy;;";
    send(&app, &keeper, "", &[later]).await;
    look().await;
    assert_eq!(told(&officer).await, [1]);
}
