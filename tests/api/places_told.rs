//! What is told of a commune that is not there: where it lies, and how else it may be given where it may.

use serde_json::{Value, json};

use crate::enterprise_imports::{HEAD, import, rows, send};
use crate::harness::{Reply, TestApp, tax_code};

async fn refused(app: &TestApp, province: &str, place: Value) -> Reply {
    let mut body = app.registration("Công ty Đất Tổ");
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    enterprise.remove("commune_code");
    enterprise.insert("province_code".into(), json!(province));
    for (name, value) in place.as_object().unwrap() {
        enterprise.insert(name.clone(), value.clone());
    }
    app.post("/registrations").json(&body).expect(422).await
}

#[actix_web::test]
async fn a_commune_of_another_province_is_one_mistake_that_names_its_province() {
    let app = TestApp::spawn().await;
    let by_code = refused(&app, "25", json!({"commune_code": "00004"})).await;
    assert_eq!(by_code.pointers(), ["/enterprise/commune_code"]);
    let detail = by_code.text("/errors/0/detail");
    assert!(
        detail.starts_with("Phường Ba Đình (00004) thuộc Thành phố Hà Nội (01); "),
        "{detail}"
    );
    // Of a name that communes of several provinces have, each is told with its own.
    let by_name = refused(&app, "25", json!({"commune_name": "Tây Hồ"})).await;
    assert_eq!(by_name.pointers(), ["/enterprise/commune_name"]);
    let detail = by_name.text("/errors/0/detail");
    assert!(
        detail.contains("Phường Tây Hồ (00103) thuộc Thành phố Hà Nội (01)"),
        "{detail}"
    );
    assert!(detail.contains("Tây Hồ (20380) thuộc "), "{detail}");
    assert!(
        detail.matches(" thuộc ").count() == 2 && detail.contains("(48)"),
        "{detail}"
    );

    // A name that is not the one of the code is not dropped.
    let both = json!({"commune_code": "08494", "commune_name": "Phường Ba Đình", "district_name": "Quận Ba Đình"});
    let contrary = refused(&app, "25", both).await;
    assert_eq!(
        (contrary.pointers(), contrary.text("/errors/0/code")),
        (vec!["/enterprise/commune_name"], "conflicts")
    );
    // Without a province nothing can be said of the name.
    for province in ["", "Sao Hỏa"] {
        let named = json!({"commune_name": "Lâm Thao"});
        let nowhere = refused(&app, province, named).await;
        assert_eq!(nowhere.pointers(), ["/enterprise/province_code"], "{province}");
    }
    // A district that had no such commune is told itself: the name is one of the province.
    let district = json!({"commune_name": "Lâm Thao", "district_name": "Thị xã X"});
    let by_district = refused(&app, "25", district).await;
    assert_eq!(
        (by_district.pointers(), by_district.text("/errors/0/code")),
        (vec!["/enterprise/district_name"], "conflicts")
    );
    let detail = by_district.text("/errors/0/detail");
    assert!(detail.starts_with("Quận, huyện cũ này không có"), "{detail}");

    // The same of a row, at its column.
    let officer = app.officer().await;
    let row = |code: &str, commune: &str| {
        format!("{code};cp;A;Khu 5;{commune};Phú Thọ;Lan;0912345678;lan@{code}.example;;\n")
    };
    let file = format!("{HEAD}{}", row(&tax_code(9_970), "00004"));
    let done = import(&app, &officer, "", file).await;
    let told = rows(&app, &officer, &done).await;
    let problems = told[0]["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{:#}", told[0]);
    assert_eq!(
        (&problems[0]["column"], &problems[0]["code"]),
        (&json!("Xã, phường"), &json!("conflicts"))
    );
    assert!(
        problems[0]["vi"]
            .as_str()
            .unwrap()
            .contains("thuộc Thành phố Hà Nội (01)")
    );
}

#[actix_web::test]
async fn that_a_name_may_be_given_is_told_only_where_it_may() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let speaks_of_name = |detail: &str| detail.contains("commune_name");
    let by_code = refused(&app, "25", json!({"commune_code": "99999"})).await;
    assert_eq!(by_code.text("/errors/0/code"), "unknown_code");
    assert!(speaks_of_name(by_code.text("/errors/0/detail")));
    let by_name = refused(&app, "25", json!({"commune_name": "Sao Hỏa"})).await;
    assert_eq!(by_name.text("/errors/0/code"), "unknown_code");
    assert!(!speaks_of_name(by_name.text("/errors/0/detail")));
    let filter = app.get("/moderation/enterprises?commune=99999").by(&officer);
    let filter = filter.expect(400).await;
    assert_eq!(filter.pointers(), ["commune"]);
    assert!(!filter.body.to_string().contains("commune_name"), "{:#}", filter.body);

    let code = tax_code(9_971);
    let file = format!("{HEAD}{code};cp;A;Khu 5;99999;Phú Thọ;Lan;0912345678;lan@a.example;;\n");
    let done = import(&app, &officer, "", file).await;
    let told = rows(&app, &officer, &done).await;
    let problem = &told[0]["problems"][0];
    assert_eq!(
        (&problem["column"], &problem["code"]),
        (&json!("Xã, phường"), &json!("unknown_code"))
    );
    assert!(!speaks_of_name(problem["vi"].as_str().unwrap()) && !speaks_of_name(problem["en"].as_str().unwrap()));
    // A line of JSON has the member.
    let line = json!({"enterprise": {
        "tax_code": code, "legal_form": "cp", "legal_name": "A", "address_line": "Khu 5", "province_code": "25",
        "commune_code": "99999", "contact_name": "Lan", "contact_phone": "0912345678", "contact_email": "lan@a.example",
    }});
    let sent = send(&app, &officer, "", line.to_string()).await;
    assert_eq!(sent.status, 202, "{:#}", sent.body);
    let done = crate::enterprise_imports::ended(&app, &officer, sent.text("/id")).await;
    let told = rows(&app, &officer, &done).await;
    assert!(
        speaks_of_name(told[0]["problems"][0]["vi"].as_str().unwrap()),
        "{:#}",
        told[0]
    );
}
