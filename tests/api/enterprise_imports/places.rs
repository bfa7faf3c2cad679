//! Places as cells name them, and what is told of those that cannot be meant.

use serde_json::json;

use super::{HEAD, import, row, rows};
use crate::harness::{TestApp, tax_code};

#[actix_web::test]
async fn cells_take_code_and_name_as_refusals_tell_them() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let places = [
        (9_100, "Giấy Bãi Bằng", "08494 (Xã Lâm Thao);25 (Tỉnh Phú Thọ)"),
        (9_120, "Chè Thanh Ba", "Xã Lâm Thao (08494);Tỉnh Phú Thọ (25)"),
        (9_140, "Gạch Hạ Hòa", "08494;01 (Tỉnh Phú Thọ)"),
        (9_160, "Dệt Minh Phương", "Lâm Thao;"),
        (9_180, "Sơn mài Hùng Lô", "08494 (Phường Ba Đình);Phú Thọ"),
    ];
    let made = places.map(|(number, name, place)| {
        let made = row(
            &tax_code(number),
            &format!("Công ty Cổ phần {name}"),
            &format!("091234{number}"),
        );
        made.replace("Lâm Thao;Phú Thọ", place)
    });
    let file = HEAD.to_owned() + &made.concat();
    let done = import(&app, &officer, "", file).await;
    let told = rows(&app, &officer, &done).await;
    assert_eq!(
        (&told[0]["result"], &told[1]["result"]),
        (&json!("created"), &json!("created")),
        "{told:#?}"
    );
    // What does not agree with itself is no province.
    assert_eq!(told[2]["result"], "refused");
    assert_eq!(told[2]["problems"][0]["column"], "Tỉnh, thành phố");
    // Without a province nothing is said of the commune.
    let problems = told[3]["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(
        (&problems[0]["column"], &problems[0]["code"]),
        (&json!("Tỉnh, thành phố"), &json!("required"))
    );
    let problem = &told[4]["problems"][0];
    assert_eq!(
        (&problem["column"], &problem["code"]),
        (&json!("Xã, phường"), &json!("conflicts"))
    );
}

#[actix_web::test]
async fn an_address_of_today_needs_no_district() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let made = row(&tax_code(9_200), "Công ty Cổ phần May Hòa Bình", "0912349200");
    let file = HEAD.to_owned() + &made.replace("Lâm Thao;Phú Thọ", "Phường Hòa Bình;Tỉnh Phú Thọ");
    let done = import(&app, &officer, "", file).await;
    let told = rows(&app, &officer, &done).await;
    assert_eq!(told[0]["result"], "created", "{told:#?}");
    let path = format!("/enterprises/{}", told[0]["enterprise_id"].as_str().unwrap());
    let enterprise = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(enterprise.text("/commune_code"), "04795");
}
