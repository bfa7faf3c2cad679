//! What a registration would be flagged for in the queue is told of a row, which waits in none.

use serde_json::Value;
use vptex::config::{Flags, Value as _};

use super::{HEAD, import, is_told, row, rows};
use crate::harness::{TestApp, tax_code};
use crate::listing_imports::counts;

/// A server on which two officers approve what has these flags.
async fn with_flags(flags: &str) -> TestApp {
    let mut app = TestApp::prepare();
    app.config.review_second_look_flags = Flags::parse(flags).unwrap();
    app.start();
    app.settle().await;
    app
}

/// The codes of what is told of a row, with their places.
fn told(row: &Value) -> Vec<(&str, &str)> {
    let notices = row["notices"].as_array().unwrap().iter();
    let told = notices.map(|notice| (notice["pointer"].as_str().unwrap(), notice["code"].as_str().unwrap()));
    told.collect()
}

#[actix_web::test]
async fn names_in_disguise_and_contact_data_are_told() {
    let app = with_flags("price_extreme").await;
    let officer = app.officer().await;
    let codes = [9_700, 9_701, 9_702].map(tax_code);
    let file = format!(
        "{HEAD}{}{}{}",
        row(&codes[0], "CTCP Cơ khí Hoàng Long", "0912345678"),
        // Cyrillic о.
        row(&codes[1], "Công ty CP Cơ khí H\u{43e}àng L\u{43e}ng", "0912345679"),
        row(&codes[2], "Công ty cổ phần Bò Đỏ gọi 0912 345 678", "0912345680")
    );
    for query in ["&dry_run=true", ""] {
        let done = import(&app, &officer, query, file.clone()).await;
        assert_eq!(counts(&done), [3, 3, 0, 0, 0]);
        let rows = rows(&app, &officer, &done).await;
        assert!(told(&rows[0]).is_empty(), "{:#}", rows[0]);
        let disguised = [("", "possible_duplicate"), ("/legal_name", "mixed_scripts")];
        assert_eq!(told(&rows[1]), disguised, "{:#}", rows[1]);
        assert_eq!(told(&rows[2]), [("/legal_name", "contact_in_text")], "{:#}", rows[2]);
        assert_eq!(rows[2]["notices"][0]["column"], "Tên đơn vị");
    }

    // What an import brings up to date is told of, too: one capability goes on in the next.
    let table = |capabilities: &str| format!("tax_code,capabilities\n{},{capabilities}\n", codes[0]);
    for (capabilities, notices) in [
        (
            "Đúc gang; Gia công 0912; 345 678",
            vec![("/capabilities", "contact_in_text")],
        ),
        ("Đúc gang; Gia công 12 trục", vec![]),
    ] {
        let done = import(&app, &officer, "", table(capabilities)).await;
        assert_eq!(counts(&done), [1, 0, 1, 0, 0], "{capabilities}");
        let rows = rows(&app, &officer, &done).await;
        assert_eq!(told(&rows[0]), notices, "{capabilities}");
    }
}

/// Where two officers must approve it, one of them enters it by no file, nor brings it in later.
#[actix_web::test]
async fn what_two_officers_must_approve_is_refused_with_its_column() {
    let app = with_flags("contact_in_text").await;
    let officer = app.officer().await;
    let codes = [9_710, 9_711].map(tax_code);
    let file = format!(
        "{HEAD}{}{}",
        row(&codes[0], "CTCP Cơ khí Hoàng Long", "0912345678"),
        row(&codes[1], "Công ty cổ phần Bò Đỏ gọi 0912 345 678", "0912345680")
    );
    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), [2, 1, 0, 0, 1]);
    let entered = rows(&app, &officer, &done).await;
    let refused = &entered[1];
    assert!(
        is_told(refused, "problems", "", "second_person_required"),
        "{refused:#}"
    );
    let words = refused["problems"][0]["vi"].as_str().unwrap();
    assert!(words.contains("Tên đơn vị: "), "{words}");

    let table = format!("tax_code,mission\n{},Gọi 0912 345 678\n", codes[0]);
    let done = import(&app, &officer, "", table).await;
    assert_eq!(counts(&done), [1, 0, 0, 0, 1]);
    let met = rows(&app, &officer, &done).await;
    assert!(
        is_told(&met[0], "problems", "", "second_person_required"),
        "{:#}",
        met[0]
    );
}
