//! Heads of branches that are not there, and numbers as some keyboards write them.

use serde_json::{Value, json};

use super::{HEAD, import, row, rows};
use crate::harness::{Person, TestApp, tax_code};
use crate::listing_imports::counts;

fn branch(code: &str) -> String {
    format!("{code};Chi nhánh;Chi nhánh Việt Trì;Khu 6;Lâm Thao;Phú Thọ;Lê Văn Tám;0912345670;tam@vn.example;;\n")
}

/// What the last row of a file is told, which is the same where it is only tried.
async fn last(app: &TestApp, officer: &Person, file: &str) -> Value {
    let mut told = Vec::new();
    for query in ["&dry_run=true", ""] {
        let done = import(app, officer, query, file).await;
        told.push(rows(app, officer, &done).await.pop().unwrap()["problems"][0].clone());
    }
    assert_eq!(told[0], told[1]);
    told.remove(0)
}

#[actix_web::test]
async fn whose_head_is_not_there_is_told_its_number_and_its_row() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let head = tax_code(9_220);
    let own = branch(&format!("{head}-001"));
    let alone = last(&app, &officer, &format!("{HEAD}{own}")).await;
    assert_eq!(
        (&alone["pointer"], &alone["column"]),
        (&json!("/parent_tax_code"), &json!("Mã số thuế"))
    );
    let words = alone["vi"].as_str().unwrap();
    assert!(words.contains(&head) && !words.contains("Dòng"), "{words}");
    assert!(words.contains("dòng sau của tệp"), "{words}");

    // Its head stands above it, and says of nothing when it was registered.
    let refused = row(&head, "Công ty Cổ phần Giấy Bãi Bằng", "0912345679").replace("4/5/2010", "31/2/2010");
    let below = last(&app, &officer, &format!("{HEAD}{refused}{own}")).await;
    let words = below["vi"].as_str().unwrap();
    assert!(words.contains(&head) && words.contains("Dòng 2 "), "{words}");
    assert_eq!(below["column"], "Mã số thuế");
}

#[actix_web::test]
async fn what_has_the_number_of_a_unit_and_the_form_of_none_is_told_so() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let code = tax_code(9_260);
    let unit = row(&format!("{code}-002"), "Công ty Cổ phần Chè Thanh Ba", "0912345674");
    let own = row(&tax_code(9_261), "Công ty Cổ phần Giấy Bãi Bằng", "0912345675");
    let done = import(&app, &officer, "", format!("{HEAD}{unit}{own}")).await;
    let told = rows(&app, &officer, &done).await;
    let is_told = |row: &Value| {
        let notices = row["notices"].as_array().unwrap();
        notices.iter().any(|notice| notice["code"] == "tax_code_of_unit")
    };
    assert_eq!(told.iter().map(is_told).collect::<Vec<_>>(), [true, false], "{told:?}");
}

#[actix_web::test]
async fn digits_of_full_width_are_digits() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let wide = |text: &str| -> String {
        let digits = text.chars().map(|digit| 0xFF10 + digit.to_digit(10).unwrap());
        digits.map(|digit| char::from_u32(digit).unwrap()).collect()
    };
    let code = tax_code(9_240);
    let made = row(&code, "Công ty Cổ phần Chè Thanh Ba", "0912345671");
    let file = format!("{HEAD}{}", made.replacen(&code, &wide(&code), 1));
    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), [1, 1, 0, 0, 0]);
    let told = rows(&app, &officer, &done).await;
    let path = format!("/enterprises/{}", told[0]["enterprise_id"].as_str().unwrap());
    let enterprise = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(enterprise.text("/tax_code"), code);
    // A personal number is one in these digits, too, and kept nowhere.
    let personal = wide("025190000123");
    let file = format!("{HEAD}{}", made.replacen(&code, &personal, 1));
    let done = import(&app, &officer, "", file).await;
    assert_eq!(counts(&done), [1, 0, 0, 0, 1]);
    let errors = format!("/enterprise-imports/{}/errors", done.text("/id"));
    let errors = app.get(&errors).by(&officer).expect(200).await;
    let errors = String::from_utf8(errors.bytes.clone()).unwrap();
    assert!(
        !errors.contains(&personal) && errors.contains("*********123"),
        "{errors}"
    );
}
