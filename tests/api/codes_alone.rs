//! Bodies take codes alone: who sends a name beside one, as refusals and files tell entries, is told the code.

use serde_json::json;

use crate::enterprise_imports::{HEAD, import, row, rows};
use crate::harness::{Reply, TestApp, dryer, tax_code};

/// Code and sentence of what is told at a place.
fn told<'a>(refused: &'a Reply, pointer: &str) -> (&'a str, &'a str) {
    let errors = refused.body["errors"].as_array().unwrap();
    let error = errors.iter().find(|error| error["pointer"] == pointer);
    let error = error.unwrap_or_else(|| panic!("{pointer}: {:#}", refused.body));
    (error["code"].as_str().unwrap(), error["detail"].as_str().unwrap())
}

#[actix_web::test]
async fn of_a_registration() {
    let app = TestApp::spawn().await;
    for (member, said, code) in [
        ("province_code", "25 (Tỉnh Phú Thọ)", "“25” là Tỉnh Phú Thọ"),
        ("province_code", "Tỉnh Phú Thọ (25)", "“25” là Tỉnh Phú Thọ"),
        // One of before, too: the code of then is taken.
        ("province_code", "02 (Hà Giang)", "“02” là Hà Giang"),
        ("commune_code", "08494 (Xã Lâm Thao)", "“08494” là Xã Lâm Thao"),
        ("legal_form", "cp (Công ty cổ phần)", "“cp” là Công ty cổ phần"),
    ] {
        let mut body = app.registration("Công ty Đất Tổ");
        body["enterprise"][member] = json!(said);
        let refused = app.post("/registrations").json(&body).expect(422).await;
        let (kind, detail) = told(&refused, &format!("/enterprise/{member}"));
        assert_eq!(kind, "unknown_code", "{said}");
        assert!(detail.contains(code), "{said}: {detail}");
    }
    for (member, said, pointer, code) in [
        (
            "vsic",
            json!([{"version": "2025", "code": "28 (Sản xuất máy móc)"}]),
            "/vsic/0/code",
            "“28” là ",
        ),
        (
            "vsic",
            json!([{"version": "2025", "code": "10612 (Xay xát)"}]),
            "/vsic/0/code",
            "“10612” là ",
        ),
        (
            "size_band",
            json!("small (Nhỏ)"),
            "/size_band",
            "“small_11_49” là nhỏ (11-49 người)",
        ),
    ] {
        let mut body = app.registration("Công ty Đất Tổ");
        body["enterprise"][member] = said;
        let refused = app.post("/registrations").json(&body).expect(422).await;
        let (_, detail) = told(&refused, &format!("/enterprise{pointer}"));
        assert!(
            detail.starts_with("Hãy chỉ ghi mã: ") && detail.contains(code),
            "{detail}"
        );
    }
    // No such code is told as ever.
    let mut body = app.registration("Công ty Đất Tổ");
    body["enterprise"]["vsic"] = json!([{"version": "2025", "code": "04 (Không có)"}]);
    let refused = app.post("/registrations").json(&body).expect(422).await;
    assert_eq!(
        told(&refused, "/enterprise/vsic/0/code"),
        ("malformed", "Phải gồm 2 đến 5 chữ số.")
    );
    // What is neither is told with what comes nearest, as ever.
    let mut body = app.registration("Công ty Đất Tổ");
    body["enterprise"]["legal_form"] = json!("Cty TNHH");
    let refused = app.post("/registrations").json(&body).expect(422).await;
    let (kind, detail) = told(&refused, "/enterprise/legal_form");
    assert_eq!(kind, "unknown_code");
    assert!(
        detail.contains("tnhh_1tv (") && detail.contains("tnhh_2tv ("),
        "{detail}"
    );
}

#[actix_web::test]
async fn of_a_listing() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut draft = dryer("Máy sấy lúa");
    draft["condition"] = json!("new (Mới)");
    draft["origin_country"] = json!("VN (Việt Nam)");
    draft["field_codes"] = json!(["Sấy, bảo quản sau thu hoạch (food.drying)"]);
    draft["ip_rights"] = json!([{"type": "patent", "status": "granted", "office": "EP (EPO)", "grant_number": "1"}]);
    let refused = app.post("/listings").by(&owner).json(&draft).expect(422).await;
    for (pointer, code, sentence) in [
        ("/condition", "malformed", "“new” là Mới"),
        ("/origin_country", "unknown_code", "“VN” là Việt Nam"),
        ("/field_codes/0", "unknown_code", "“food.drying” là Sấy"),
        (
            "/ip_rights/0/office",
            "unknown_code",
            "“EP” là Cơ quan Sáng chế châu Âu",
        ),
    ] {
        let (kind, detail) = told(&refused, pointer);
        assert_eq!(kind, code, "{pointer}");
        assert!(detail.contains(sentence), "{pointer}: {detail}");
    }
}

/// Cells take both, and legal forms as people write them.
#[actix_web::test]
async fn cells_of_legal_forms() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let forms = ["Cty TNHH MTV", "htx (Hợp tác xã)", "THT", "Cty TNHH"];
    let mut file = HEAD.to_owned();
    for (number, form) in (9_470_u32..).zip(forms) {
        let made = row(
            &tax_code(number),
            &format!("Sông Lô {number}"),
            &format!("091234{number}"),
        );
        file += &made.replace("Công ty cổ phần", form);
    }
    let done = import(&app, &officer, "", file).await;
    let told = rows(&app, &officer, &done).await;
    for (at, code) in ["tnhh_1tv", "htx", "to_hop_tac"].into_iter().enumerate() {
        assert_eq!(told[at]["result"], "created", "{:#}", told[at]);
        let path = format!("/enterprises/{}", told[at]["enterprise_id"].as_str().unwrap());
        assert_eq!(app.get(&path).expect(200).await.text("/legal_form"), code);
    }
    let problem = &told[3]["problems"][0];
    assert_eq!(
        (&problem["pointer"], &problem["code"]),
        (&json!("/legal_form"), &json!("unknown_code"))
    );
    let sentence = problem["vi"].as_str().unwrap();
    assert!(
        sentence.contains("“Cty TNHH”") && sentence.contains("tnhh_1tv (") && sentence.contains("tnhh_2tv ("),
        "{sentence}"
    );
}
