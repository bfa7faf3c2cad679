//! What a file's own rows are told, in the words of whoever fills in tables.

use serde_json::{Value, json};

use crate::harness::{Person, Reply, TestApp, dryer};
use crate::listing_imports::{counts, enterprise, import};

async fn rows(app: &TestApp, owner: &Person, import: &Reply) -> Vec<Value> {
    let path = format!("/listing-imports/{}/rows?limit=100", import.text("/id"));
    let page = app.get(&path).by(owner).expect(200).await;
    page.body["items"].as_array().unwrap().clone()
}

/// A row of an own export whose identifier somebody corrected: nothing in an import changes identifiers.
#[actix_web::test]
async fn another_identifier_beside_a_listing_that_has_one_is_told_as_a_copy() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let head = "Mã nội bộ;ID tin;Loại tin;Tên\n";
    let first = import(&app, &owner, "", format!("{head}KQ-8;;equipment_offer;Máy ép\n")).await;
    assert_eq!(counts(&first), [1, 1, 0, 0, 0]);
    let id = rows(&app, &owner, &first).await[0]["listing_id"]
        .as_str()
        .unwrap()
        .to_owned();

    let renamed = format!("{head}KQ-8-moi;{id};equipment_offer;Máy ép\n");
    for query in ["&dry_run=true", ""] {
        let done = import(&app, &owner, query, renamed.clone()).await;
        assert_eq!(counts(&done), [1, 1, 0, 0, 0], "{query}");
        let notice = rows(&app, &owner, &done).await[0]["notices"][0].clone();
        assert_eq!(
            (&notice["code"], &notice["pointer"], &notice["column"]),
            (&json!("taken_for_copy"), &json!("/id"), &json!("ID tin"))
        );
        let (vi, en) = (notice["vi"].as_str().unwrap(), notice["en"].as_str().unwrap());
        assert!(vi.contains("KQ-8") && en.contains("KQ-8"), "{vi} {en}");
    }
    // Where the row does not say all that a new listing needs, the cause is told first.
    let partial = import(&app, &owner, "", format!("Mã nội bộ;ID tin;Model\nKQ-9;{id};B\n")).await;
    assert_eq!(counts(&partial), [1, 0, 0, 0, 1]);
    let refused = rows(&app, &owner, &partial).await[0]["problems"].clone();
    assert_eq!(refused[0]["code"], "taken_for_copy");
    assert!(refused.as_array().unwrap().len() > 1, "{refused}");
}

#[actix_web::test]
async fn rows_are_told_of_columns_and_days_as_tables_have_them() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let made = app
        .post("/listings")
        .by(&owner)
        .json(&dryer("Máy ép"))
        .expect(201)
        .await;
    // Rows that only say which listing they mean.
    let alone = format!("ID tin;Model\n{};C\n", made.text("/id"));
    assert_eq!(counts(&import(&app, &owner, "", alone).await), [1, 0, 1, 0, 0]);

    let file = "Mã nội bộ;Loại tin;Tên;Cần trước ngày\n\
                N-1;technology_need;Tìm máy;31/02/2027\nN-2;technology_need;Tìm máy;12/31/2027\n\
                N-3;technology_need;Tìm máy;31/3/2027\nN-3;technology_need;Tìm máy;31/3/2027\n";
    let done = import(&app, &owner, "", file).await;
    assert_eq!(counts(&done), [4, 1, 0, 0, 3]);
    let told = rows(&app, &owner, &done).await;
    let problem = |at: usize| told[at]["problems"][0].clone();
    for at in [0, 1] {
        assert_eq!(problem(at)["column"], "Cần trước ngày");
        assert!(problem(at)["vi"].as_str().unwrap().contains("31/3/2027"), "{told:?}");
    }
    // The same within rights and certificates, and what a body is told speaks of no file.
    let head = "Mã nội bộ;Loại tin;Tên;Quyền sở hữu trí tuệ;Chứng nhận\n";
    let rights = "\"Sáng chế | Đã cấp văn bằng | VN | | 1-0034567 | 31/2/2021\";\"ISO | 9001:2015 | 31.12.2027\"";
    let parts = import(&app, &owner, "", format!("{head}N-4;equipment_offer;Máy ép;{rights}\n")).await;
    let parts = rows(&app, &owner, &parts).await;
    let problems = parts[0]["problems"].as_array().unwrap();
    for (pointer, form) in [
        ("/ip_rights/0/filed_on", "31/3/2024"),
        ("/ip_rights/0/filed_on", "Ở mục 1, “ngày nộp đơn”: "),
        ("/certifications/0/valid_to", "31/3/2027"),
        ("/certifications/0/valid_to", "Ở mục 1, “ngày hết hạn”: "),
    ] {
        let problem = problems.iter().find(|problem| problem["pointer"] == pointer);
        let told = problem.unwrap_or_else(|| panic!("{pointer}: {problems:#?}"))["vi"]
            .as_str()
            .unwrap();
        assert!(told.contains(form), "{pointer}: {told}");
    }
    // Of several rights it is told which one, and offices of several countries are named as templates do.
    let head = "Mã nội bộ;Loại tin;Tên;Quyền sở hữu trí tuệ\n";
    let two = "\"Sáng chế | Đã cấp văn bằng | EP (European Patent Office) | | 1; Sáng chế | Đã nộp đơn | VN | 1-2 | | 20/7/21\"";
    let parts = import(&app, &owner, "", format!("{head}N-5;equipment_offer;Máy ép;{two}\n")).await;
    let parts = rows(&app, &owner, &parts).await;
    let problems = parts[0]["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(problems[0]["pointer"], "/ip_rights/1/filed_on");
    let sentence = problems[0]["vi"].as_str().unwrap();
    assert!(sentence.starts_with("Ở mục 2, “ngày nộp đơn”: "), "{sentence}");
    let path = format!("/listings/{}", made.text("/id"));
    for (day, told) in [
        (json!("2027-02-31"), "dạng YYYY-MM-DD"),
        (json!("31/3/2027"), "Phải là ngày dạng YYYY-MM-DD."),
        (json!(20_270_331), "Phải là ngày dạng YYYY-MM-DD."),
    ] {
        let patch = json!({"certifications": [{"scheme": "iso", "number": "9001:2015", "valid_to": day}]});
        let version = app.get(&path).by(&owner).expect(200).await.number("/version");
        let refused = app
            .patch(&path)
            .by(&owner)
            .if_match(version)
            .json(&patch)
            .expect(422)
            .await;
        let detail = refused.text("/errors/0/detail");
        assert!(
            detail.contains(told) && !detail.contains("tệp") && !detail.contains("31/3"),
            "{day}: {detail}"
        );
    }

    assert_eq!(
        (&problem(3)["code"], &problem(3)["column"]),
        (&json!("duplicate"), &json!("Mã nội bộ"))
    );
}
