//! Rows whose name says another legal form than the cell.

use super::{HEAD, import, is_told, row, rows};
use crate::harness::{TestApp, tax_code};

#[actix_web::test]
async fn a_name_that_says_another_form_is_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let cases = [
        ("Cty CP", "Công ty TNHH Sao Đỏ", true),
        ("HTX", "Công ty Cổ phần Dê Vàng", true),
        ("HTX", "Hợp tác xã Chè Đinh", false),
        ("Cty TNHH MTV", "Công ty TNHH Gỗ Lim", false),
    ];
    let mut file = HEAD.to_owned();
    for (number, (form, name, _)) in (9_610_u32..).zip(cases) {
        let line = row(&tax_code(number), name, &format!("098123{number}"));
        file += &line.replacen("Công ty cổ phần", form, 1);
    }
    let done = import(&app, &officer, "", file).await;
    let told = rows(&app, &officer, &done).await;
    for (row, (form, name, differs)) in told.iter().zip(cases) {
        assert_eq!(row["result"], "created", "{row:#}");
        let is_told = is_told(row, "notices", "/legal_form", "other_form");
        assert_eq!(is_told, differs, "{form} {name}: {row:#}");
    }
}
