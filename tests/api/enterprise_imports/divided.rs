//! What of an old address cannot be known: the parts of what was divided.

use serde_json::json;

use super::{HEAD, import, row, rows};
use crate::harness::{TestApp, tax_code};

#[actix_web::test]
async fn of_a_commune_that_was_divided_programs_are_told_the_parts() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let file = HEAD.to_owned() + &row(&tax_code(9_090), "Công ty Cổ phần Vầy Nưa", "0912345690");
    let file = file.replace("Lâm Thao;Phú Thọ", "xã Vầy Nưa;Hòa Bình");
    let done = import(&app, &officer, "&dry_run=true", file).await;
    let told = rows(&app, &officer, &done).await;
    assert_eq!(told[0]["result"], "refused");
    let problem = &told[0]["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["column"]),
        (&json!("code_ended"), &json!("Xã, phường"))
    );
    let parts = json!([
        {"code": "04828", "name_vi": "Phường Thống Nhất", "parent": "25"},
        {"code": "04891", "name_vi": "Xã Tiền Phong", "parent": "25"},
    ]);
    assert_eq!(problem["successors"], parts);
}
