//! Values of few are told by code and name wherever somebody has to choose one: in templates of files and in refusals. Rows take either,
//! and both as they are told.

use serde_json::{Value, json};

use crate::enterprise_imports;
use crate::harness::{Reply, TestApp, tax_code};
use crate::listing_imports;

async fn template(app: &TestApp, path: &str) -> String {
    let reply: Reply = app.get(path).expect(200).await;
    String::from_utf8(reply.bytes).unwrap()
}

/// The words for one place of a row that was refused.
fn told<'r>(row: &'r Value, pointer: &str, language: &str) -> &'r str {
    let problems = row["problems"].as_array().unwrap();
    let problem = problems.iter().find(|problem| problem["pointer"] == pointer);
    problem.unwrap_or_else(|| panic!("{pointer}: {row:#}"))[language]
        .as_str()
        .unwrap()
}

#[actix_web::test]
async fn templates_of_listings_and_refused_rows_tell_code_and_name() {
    let app = TestApp::spawn().await;
    let (_, owner) = listing_imports::enterprise(&app).await;
    for (language, values) in [
        (
            "vi",
            [
                "equipment_offer (Chào bán thiết bị)",
                "commercial (Thương mại hóa)",
                "patent (Sáng chế)",
            ],
        ),
        (
            "en",
            [
                "equipment_offer (Equipment offer)",
                "commercial (On the market)",
                "patent (Patent)",
            ],
        ),
    ] {
        let template = template(&app, &format!("/listing-import-template?language={language}")).await;
        for value in values {
            assert!(template.contains(value), "{value}: {template}");
        }
    }
    let file = "Mã nội bộ;Loại tin;Tên;Giai đoạn phát triển;Quyền sở hữu trí tuệ\n\
                A;technology_offer;Máy;nửa chừng;Bằng khen | Đã cấp văn bằng | VN | | 1-1\n\
                B;technology_offer (Chào bán công nghệ);Máy;commercial (Thương mại hóa);\n\
                C;machine;Máy;;\n";
    let done = listing_imports::import(&app, &owner, "", file).await;
    assert_eq!(listing_imports::counts(&done), [3, 1, 0, 0, 2]);
    let rows = app
        .get(&format!("/listing-imports/{}/rows", done.text("/id")))
        .by(&owner);
    let rows = rows.expect(200).await;
    let row = |at: usize| &rows.body["items"][at];
    assert!(told(row(0), "/stage", "vi").contains("commercial (Thương mại hóa)"));
    assert!(told(row(0), "/stage", "en").contains("commercial (On the market)"));
    assert!(told(row(0), "/ip_rights/0/type", "vi").contains("patent (Sáng chế)"));
    assert!(told(row(2), "/kind", "vi").contains("equipment_offer (Chào bán thiết bị)"));
    let made = row(1)["listing_id"].as_str().unwrap();
    let made = app.get(&format!("/listings/{made}")).by(&owner).expect(200).await;
    assert_eq!(
        (made.text("/kind"), made.text("/stage")),
        ("technology_offer", "commercial")
    );
}

#[actix_web::test]
async fn templates_of_enterprises_and_refused_rows_tell_code_and_name() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    for (language, values) in [
        (
            "vi",
            [
                "cp (Công ty cổ phần)",
                "large (lớn (từ 250 người))",
                "valuation (định giá)",
            ],
        ),
        (
            "en",
            [
                "manufacturer (manufacturer)",
                "large (large (250 or more))",
                "valuation (valuation)",
            ],
        ),
    ] {
        let template = template(&app, &format!("/enterprise-import-template?language={language}")).await;
        for value in values {
            assert!(template.contains(value), "{value}: {template}");
        }
    }
    let head = "tax_code;legal_form;legal_name;address_line;commune_code;province_code;contact_name;contact_phone;contact_email;size_band;\
                st_services\n";
    let row = |code: &str, form: &str, size: &str, service: &str| {
        format!("{code};{form};Công ty {code};Khu 5;08494;25;Lan;0912345678;lan@{code}.example;{size};{service}\n")
    };
    let right = tax_code(9_960);
    let file = format!(
        "{head}{}{}",
        row(&tax_code(9_961), "Công ty lạ", "khổng lồ", "lau nhà"),
        row(
            &right,
            "cp (Công ty cổ phần)",
            "large (lớn (từ 250 người))",
            "valuation (định giá)"
        ),
    );
    let done = enterprise_imports::import(&app, &officer, "", file).await;
    assert_eq!(listing_imports::counts(&done), [2, 1, 0, 0, 1]);
    let rows = enterprise_imports::rows(&app, &officer, &done).await;
    assert!(told(&rows[0], "/size_band", "vi").contains("large (lớn (từ 250 người))"));
    assert!(told(&rows[0], "/size_band", "en").contains("large (large (250 or more))"));
    assert!(told(&rows[0], "/st_services/0", "vi").contains("valuation (định giá)"));
    let id = rows[1]["enterprise_id"].as_str().unwrap();
    let made = app.get(&format!("/enterprises/{id}")).by(&officer).expect(200).await;
    assert_eq!(
        (
            made.text("/legal_form"),
            made.text("/size_band"),
            &made.body["st_services"]
        ),
        ("cp", "large", &json!(["valuation"]))
    );

    // Whoever sends one by itself is told in the same words.
    let mut body = app.registration("Công ty Cơ khí");
    body["enterprise"]["size_band"] = json!("khổng lồ");
    let refused = app.post("/registrations").json(&body).expect(422).await;
    assert_eq!(refused.pointers(), ["/enterprise/size_band"]);
    assert!(refused.text("/errors/0/detail").contains("large (lớn (từ 250 người))"));
}
