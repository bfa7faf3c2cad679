//! A province that is divided, divided otherwise, and made whole again: where its communes lie follows from what is filed now.

use serde_json::{Value, json};

use crate::enterprise_imports::{self, HEAD};
use crate::harness::{Person, Reply, TestApp, tax_code};
use crate::lists_of_law::{add, at, end, import, keeper, place, registered, today};

const OLD: &str = "provinces/entries/22";

/// Changes an entry, and lets the process know.
async fn patch(app: &TestApp, by: &Person, entry: &str, body: Value) -> Reply {
    let path = format!("/taxonomies/{entry}");
    let version = app.get(&path).expect(200).await.number("/version");
    let call = app.patch(&path).by(by).if_match(version).json(&body);
    let answer = call.expect(200).await;
    app.get("/taxonomies").expect(200).await;
    answer
}

async fn file_under(app: &TestApp, by: &Person, commune: &str, part: &str) {
    let entry = format!("communes/entries/{commune}");
    let filed = patch(app, by, &entry, json!({"parent": part})).await;
    assert_eq!(filed.text("/entry/parent"), part);
}

/// Quảng Ninh, divided into 97 and 98 of three new provinces, with a commune in each of the two.
async fn divided(app: &TestApp) -> Person {
    let keeper = keeper(app).await;
    for (code, name) in [
        ("97", "Tỉnh Hạ Long"),
        ("98", "Tỉnh Yên Tử"),
        ("99", "Tỉnh Bái Tử Long"),
    ] {
        add(app, &keeper, "provinces", json!({"code": code, "name_vi": name})).await;
    }
    divide(app, &keeper, &["97", "98"]).await;
    file_under(app, &keeper, "06652", "97").await;
    file_under(app, &keeper, "06658", "98").await;
    keeper
}

async fn divide(app: &TestApp, by: &Person, parts: &[&str]) -> Reply {
    patch(app, by, OLD, json!({"valid_to": today(app), "successors": parts})).await
}

/// Where communes are by their entries and by the lists of their provinces, which agree.
async fn parents<const COUNT: usize>(app: &TestApp, communes: [&str; COUNT]) -> Vec<String> {
    let mut found = Vec::new();
    for commune in communes {
        let entry = app.get(&format!("/taxonomies/communes/entries/{commune}"));
        let above = entry.expect(200).await.text("/entry/parent").to_owned();
        let list = app.get(&format!("/taxonomies/communes?parent={above}"));
        let list = list.expect(200).await;
        let mut items = list.body["items"].as_array().unwrap().iter();
        assert!(items.any(|item| item["code"] == commune), "{commune} {above}");
        found.push(above);
    }
    found
}

async fn refused(app: &TestApp, body: &Value) -> Reply {
    app.post("/registrations").json(body).expect(422).await
}

#[actix_web::test]
async fn communes_of_a_part_that_falls_away_wait_to_be_filed_and_the_officer_is_told_which() {
    let app = TestApp::spawn().await;
    let keeper = divided(&app).await;
    let communes = ["06652", "06658", "06661"];
    assert_eq!(parents(&app, communes).await, ["97", "98", "22"]);

    let other = divide(&app, &keeper, &["97", "99"]).await;
    assert_eq!(
        other.body["communes_to_file"],
        json!([{"code": "06658", "name_vi": "Phường Cao Xanh", "former_part": "98"}])
    );
    assert_eq!(parents(&app, communes).await, ["97", "22", "22"]);
    let asked = refused(&app, &at(&app, "22", "06658")).await;
    assert_eq!(asked.pointers(), ["/enterprise/province_code"]);
    let parts = asked.body["errors"][0]["successors"].as_array().unwrap();
    let parts: Vec<&Value> = parts.iter().map(|part| &part["code"]).collect();
    assert_eq!(parts, ["97", "99"]);
    let no_part = refused(&app, &at(&app, "98", "06658")).await;
    assert_eq!(no_part.pointers(), ["/enterprise/commune_code"]);
    // The old province would be refused, too: its parts are told.
    let detail = no_part.text("/errors/0/detail");
    assert!(
        detail.contains("hãy ghi Tỉnh Hạ Long (97) / Tỉnh Bái Tử Long (99)") && !detail.contains("(22)"),
        "{detail}"
    );
    assert_eq!(registered(&app, "99", "06658").await, place("99", "06658"));
    assert_eq!(registered(&app, "22", "06652").await, place("97", "06652"));

    // Another name for it files nothing, and the former parts made again bring nothing back.
    patch(
        &app,
        &keeper,
        "communes/entries/06658",
        json!({"name_en": "Cao Xanh Ward"}),
    )
    .await;
    let again = divide(&app, &keeper, &["97", "98"]).await;
    assert!(again.body["communes_to_file"].is_null(), "{}", again.body);
    assert_eq!(parents(&app, communes).await, ["97", "22", "22"]);
    file_under(&app, &keeper, "06658", "98").await;
    assert_eq!(registered(&app, "22", "06658").await, place("98", "06658"));
    // Of one part alone nothing is to be filed.
    let merged = divide(&app, &keeper, &["97"]).await;
    assert!(merged.body["communes_to_file"].is_null(), "{}", merged.body);
    assert_eq!(
        merged.body["communes_returned"],
        json!([{"code": "06658", "name_vi": "Phường Cao Xanh", "former_part": "98"}])
    );
    assert_eq!(parents(&app, communes).await, ["97", "97", "97"]);
}

#[actix_web::test]
async fn a_division_that_is_taken_back_leaves_nothing_of_its_parting() {
    let app = TestApp::spawn().await;
    let keeper = divided(&app).await;
    let communes = ["06652", "06658", "06661"];
    let whole = patch(&app, &keeper, OLD, json!({"valid_to": null, "successors": []})).await;
    assert!(whole.body["communes_to_file"].is_null(), "{}", whole.body);
    assert_eq!(parents(&app, communes).await, ["22", "22", "22"]);
    let returned = whole.body["communes_returned"].as_array().unwrap();
    let returned: Vec<_> = returned.iter().map(|one| (&one["code"], &one["former_part"])).collect();
    assert_eq!(
        returned,
        [(&json!("06652"), &json!("97")), (&json!("06658"), &json!("98"))]
    );
    assert_eq!(registered(&app, "22", "06652").await, place("22", "06652"));

    // Made again, all of them wait, whatever was said before.
    let again = divide(&app, &keeper, &["97", "98"]).await;
    let waiting = again.body["communes_to_file"].as_array().unwrap();
    let list = app.get("/taxonomies/communes?parent=22").expect(200).await;
    assert_eq!(waiting.len(), list.body["items"].as_array().unwrap().len());
    for commune in communes {
        let one = waiting.iter().find(|one| one["code"] == commune).unwrap();
        assert!(one["former_part"].is_null(), "{one}");
    }
    assert!(again.body["communes_returned"].is_null(), "{}", again.body);
    assert_eq!(parents(&app, communes).await, ["22", "22", "22"]);
    for commune in ["06652", "06658"] {
        let asked = refused(&app, &at(&app, "22", commune)).await;
        assert_eq!(asked.pointers(), ["/enterprise/province_code"], "{commune}");
    }
    file_under(&app, &keeper, "06652", "98").await;
    assert_eq!(parents(&app, communes).await, ["98", "22", "22"]);
    assert_eq!(registered(&app, "22", "06652").await, place("98", "06652"));
}

#[actix_web::test]
async fn a_file_tells_which_communes_wait_before_it_is_written_and_when() {
    let app = TestApp::spawn().await;
    let keeper = divided(&app).await;
    let table = format!("code,valid_to,successors\n22,{},97;99\n", today(&app));
    let edition = app.get("/taxonomies").expect(200).await.number("/items/0/edition");
    for (query, is_applied) in [("?dry_run=true", false), ("", true)] {
        let call = app.post(&format!("/taxonomies/provinces/imports{query}")).by(&keeper);
        let call = call.if_match(edition).file("text/csv", table.clone());
        let told = call.expect(200).await;
        assert_eq!(told.body["is_applied"], is_applied, "{}", told.body);
        assert_eq!(told.text("/notes/0/code"), "communes_to_file");
        let note = told.text("/notes/0/vi");
        assert!(
            note.contains("06658 (Phường Cao Xanh)") && !note.contains("06652"),
            "{note}"
        );
    }
    app.get("/taxonomies").expect(200).await;
    assert_eq!(parents(&app, ["06652", "06658"]).await, ["97", "22"]);
    // Of one part alone, what lay in the other one goes with it.
    let table = format!("code,valid_to,successors\n22,{},99\n", today(&app));
    let call = app.post("/taxonomies/provinces/imports?dry_run=true").by(&keeper);
    let told = call.file("text/csv", table).expect(200).await;
    assert_eq!(told.text("/notes/0/code"), "communes_returned");
    assert!(told.text("/notes/0/vi").contains("06652"), "{}", told.body);
}

#[actix_web::test]
async fn the_cell_of_the_province_takes_code_and_name_and_says_what_is_wrong() {
    let app = TestApp::spawn().await;
    let keeper = divided(&app).await;
    let rows = "Mã,Thuộc\n06652,98 (Tỉnh Yên Tử)\n06658,ha long\n06661,Tỉnh Yên Tử\n06673,97\n06676,22 (Tỉnh Quảng Ninh)\n\
                06685,Sao Hỏa\n06688,97 (Tỉnh Yên Tử)\n06706,1\n00004,97\n08494,Vĩnh Phúc\n08434,Yên Bái\n";
    let call = app.post("/taxonomies/communes/imports?dry_run=true").by(&keeper);
    let tried = call.file("text/csv", rows).expect(200).await;
    let results: Vec<&Value> = tried.body["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["result"])
        .collect();
    assert_eq!(
        results,
        [
            "updated",
            "updated",
            "updated",
            "updated",
            "unchanged",
            "refused",
            "refused",
            "refused",
            "refused",
            "refused",
            "refused"
        ],
        "{}",
        tried.body
    );
    for (row, code, words) in [
        (5_usize, "unknown_code", "“Sao Hỏa” không có trong danh mục “provinces”"),
        (6, "unknown_code", "“97” là Tỉnh Hạ Long"),
        (7, "conflicts", "một trong: 97 (Tỉnh Hạ Long), 98 (Tỉnh Yên Tử)"),
        (8, "conflicts", "thuộc 01 (Thành phố Hà Nội)"),
        (9, "code_ended", "hãy dùng 25 (Tỉnh Phú Thọ)"),
        // Its code is that of another one today.
        (10, "code_ended", "hãy dùng 15 (Tỉnh Lào Cai)"),
    ] {
        let problem = &tried.body["rows"][row]["problems"][0];
        assert_eq!(
            (&problem["column"], &problem["code"]),
            (&json!("Thuộc"), &json!(code)),
            "{row}"
        );
        let told = problem["vi"].as_str().unwrap();
        assert!(told.contains(words), "{row}: {told}");
    }
    let sound: Vec<&str> = rows.lines().take(6).collect();
    import(&app, &keeper, "communes", sound.join("\n")).await;
    let communes = ["06652", "06658", "06661", "06673", "06676"];
    assert_eq!(parents(&app, communes).await, ["98", "97", "98", "97", "22"]);
}

/// A registration at a commune that is named.
fn named(app: &TestApp, province: &str, commune: &str) -> Value {
    let mut body = at(app, province, "");
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    enterprise.remove("commune_code");
    enterprise.insert("commune_name".into(), json!(commune));
    body
}

#[actix_web::test]
async fn a_name_in_a_province_of_before_is_that_of_its_own_commune() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    end(&app, &keeper, ("provinces", "15"), &["25"]).await;
    add(
        &app,
        &keeper,
        "provinces",
        json!({"code": "97", "name_vi": "Tỉnh Tam Đảo"}),
    )
    .await;
    end(&app, &keeper, ("provinces", "19"), &["01", "97"]).await;
    file_under(&app, &keeper, "05809", "01").await;
    for (province, name, expected) in [
        // Where it went there was another one of that name, and one of before July 2025.
        ("15", "Hợp Thành", place("25", "02680")),
        ("19", "Xã An Khánh", place("01", "05809")),
    ] {
        let made = app.confirmed(&named(&app, province, name)).await;
        let text = |pointer: &str| made.text(pointer).to_owned();
        let found = (text("/enterprise/province_code"), text("/enterprise/commune_code"));
        assert_eq!(found, expected, "{province} {name}");
    }
    // A table names the province, too: Lào Cai was another one until July 2025.
    let officer = app.officer().await;
    let row = |number: u32, name: &str, place: &str| {
        let code = tax_code(number);
        format!("{code};cp;Công ty Cổ phần {name};Khu 5;{place};Lan;091234{number};lan@{code}.example;;\n")
    };
    let file = row(9_980, "Chè Suối Giàng", "Hợp Thành;Lào Cai") + &row(9_990, "Gốm Phú Bình", "An Khánh;Thái Nguyên");
    let done = enterprise_imports::import(&app, &officer, "", format!("{HEAD}{file}")).await;
    for told in enterprise_imports::rows(&app, &officer, &done).await {
        assert_eq!(told["result"], "created", "{told:#}");
    }
    // In the province of today it is the one of today, and may be either where both are.
    let made = app.confirmed(&named(&app, "25", "Hợp Thành")).await;
    assert_eq!(made.text("/enterprise/commune_code"), "02680");
    let asked = refused(&app, &named(&app, "01", "An Khánh")).await;
    assert_eq!(asked.pointers(), ["/enterprise/commune_name"]);
    let told = asked.body["errors"][0]["successors"].as_array().unwrap();
    let told: Vec<&Value> = told.iter().map(|one| &one["code"]).collect();
    assert_eq!(told, ["05809", "09877"]);
    let became = async |province: &str| {
        let query = [("name", "Hợp Thành"), ("province", province)];
        let found = app.get("/taxonomies/communes/successors").query(&query);
        found.expect(200).await.text("/outcome").to_owned()
    };
    assert_eq!((became("15").await, became("25").await), ("none".into(), "one".into()));
}

#[actix_web::test]
async fn no_commune_gets_the_name_of_one_that_came_with_its_province() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    end(&app, &keeper, ("provinces", "25"), &["01"]).await;
    let new = |name: &str| json!({"code": "99001", "parent": "01", "name_vi": name});
    let path = "/taxonomies/communes/entries";
    let taken = app.post(path).by(&keeper).json(&new("Xã Lâm Thao")).expect(422).await;
    assert_eq!(
        (taken.pointers(), taken.text("/errors/0/code")),
        (vec!["/name_vi"], "taken")
    );
    assert!(taken.text("/errors/0/detail").contains("08494"), "{}", taken.body);
    add(&app, &keeper, "communes", new("Xã Lâm Thao Mới")).await;
    // Whoever tells again where a commune lies today changes nothing.
    let entry = "/taxonomies/communes/entries/08494";
    let told = app.patch(entry).by(&keeper).if_match(1);
    let told = told.json(&json!({"parent": "01"})).expect(200).await;
    assert_eq!((told.number("/version"), told.text("/entry/parent")), (1, "01"));
    let renamed = app.patch(entry).by(&keeper).if_match(1);
    let renamed = renamed.json(&json!({"name_vi": "Xã Lâm Thao Mới"})).expect(422).await;
    assert_eq!(renamed.pointers(), ["/name_vi"]);
}

#[actix_web::test]
async fn enterprises_are_found_in_the_part_into_which_their_commune_was_put() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let seat = async |province: &str, commune: &str| {
        let made = app.confirmed(&at(&app, province, commune)).await;
        let id = made.text("/enterprise/id").to_owned();
        let approval = app.post(&format!("/enterprises/{id}/approval")).by(&officer);
        approval.if_match(1).expect(200).await;
        id
    };
    let mut seats = Vec::new();
    for commune in ["06652", "06658", "06661"] {
        seats.push(seat("22", commune).await);
    }
    let keeper = divided(&app).await;
    // Nobody said yet where that commune lies: its people say it.
    seats.push(seat("98", "06661").await);
    let found = async |path: &str, province: &str| -> Vec<usize> {
        let reply = app.get(&format!("{path}?province={province}")).by(&officer);
        let reply = reply.expect(200).await;
        let ids = reply.ids();
        let is_there = |at: &usize| ids.contains(&seats[*at].as_str());
        (0..4).filter(is_there).collect()
    };
    for path in ["/enterprises", "/moderation/enterprises"] {
        assert_eq!(found(path, "22").await, [0, 1, 2, 3], "{path}");
        assert_eq!(found(path, "97").await, [0, 2], "{path}");
        assert_eq!(found(path, "98").await, [1, 2, 3], "{path}");
    }
    // Whoever keeps the record is told the one part, and both while nobody knows it.
    let parts = async |at: usize| -> Vec<String> {
        let told = app.get(&format!("/enterprises/{}", seats[at])).by(&officer);
        let told = told.expect(200).await;
        assert_eq!(told.text("/outdated/0/pointer"), "/province_code");
        let parts = told.body["outdated"][0]["successors"].as_array().unwrap().iter();
        parts.map(|part| part["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(parts(0).await, ["97"]);
    assert_eq!(parts(1).await, ["98"]);
    assert_eq!(parts(2).await, ["97", "98"]);

    file_under(&app, &keeper, "06652", "98").await;
    file_under(&app, &keeper, "06661", "97").await;
    for path in ["/enterprises", "/moderation/enterprises"] {
        assert_eq!(found(path, "97").await, [2, 3], "{path}");
        assert_eq!(found(path, "98").await, [0, 1], "{path}");
    }
    assert_eq!(parts(0).await, ["98"]);
    assert_eq!(parts(2).await, ["97"]);
}
