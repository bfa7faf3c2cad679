//! Fields by their names in files of listings: of which one is in force, which differ in their tones, and which have commas.

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock;

use crate::harness::{PASSWORD, Person, TestApp};
use crate::listing_imports::{counts, enterprise, import};

const PATH: &str = "/taxonomies/fields/entries";

async fn add(app: &TestApp, officer: &Person, entry: Value) {
    app.post(PATH).by(officer).json(&entry).expect(201).await;
}

fn named(code: &str, name: &str) -> Value {
    json!({"code": code, "parent": "food", "name_vi": name})
}

/// A row for each cell of fields.
fn file(cells: &[&str]) -> String {
    let rows = cells.iter().enumerate();
    let rows: Vec<String> = rows
        .map(|(at, cell)| format!("SP-{at};equipment_offer;Máy {at};\"{cell}\"\n"))
        .collect();
    format!("Mã nội bộ;Loại tin;Tên;Lĩnh vực\n{}", rows.concat())
}

/// What became of each row of a file: the fields of its listing, or the first problem. A dry run says the same.
async fn read(app: &TestApp, owner: &Person, file: &str) -> Vec<Value> {
    let tried = import(app, owner, "&dry_run=true", file).await;
    let done = import(app, owner, "", file).await;
    assert_eq!(counts(&tried), counts(&done));
    let path = format!("/listing-imports/{}/rows?limit=100", done.text("/id"));
    let page = app.get(&path).by(owner).expect(200).await;
    let mut told = Vec::new();
    for row in page.body["items"].as_array().unwrap() {
        told.push(match row["listing_id"].as_str() {
            Some(id) => {
                let listing = app.get(&format!("/listings/{id}")).by(owner).expect(200).await;
                listing.body["field_codes"].clone()
            }
            None => row["problems"][0].clone(),
        });
    }
    told
}

#[actix_web::test]
async fn a_name_that_an_ended_field_had_leads_to_the_one_in_force() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let (_, owner) = enterprise(&app).await;
    add(&app, &keeper, named("food.oldname", "Nước mắm")).await;
    add(&app, &keeper, named("food.rice", "Gạo")).await;
    let today = jiff::tz::Offset::constant(7).to_datetime(app.clock.now()).date();
    let tomorrow = today.tomorrow().unwrap();
    let end = |code: &str| format!("{PATH}/{code}");
    let change = async |code: &str, version: i64, body: Value| {
        app.patch(&end(code))
            .by(&keeper)
            .if_match(version)
            .json(&body)
            .expect(200)
            .await;
    };
    change("food.oldname", 1, json!({"valid_to": tomorrow})).await;
    let mut successor = named("food.newname", "Nước mắm");
    successor["valid_from"] = json!(tomorrow);
    add(&app, &keeper, successor).await;
    change(
        "food.oldname",
        2,
        json!({"valid_to": tomorrow, "successors": ["food.newname"]}),
    )
    .await;
    change(
        "food.rice",
        1,
        json!({"valid_to": tomorrow, "successors": ["food.processing"]}),
    )
    .await;

    let cells = ["Nước mắm", "nuoc mam", "Gạo"];
    let before = read(&app, &owner, &file(&cells)).await;
    assert_eq!(
        before,
        [json!(["food.oldname"]), json!(["food.oldname"]), json!(["food.rice"])]
    );
    app.clock.pass(24 * 60 * 60);
    let owner = app.sign_in(&owner.email, PASSWORD).await;
    let new = file(&cells).replace("SP-", "SQ-");
    let after = read(&app, &owner, &new).await;
    assert_eq!(after[..2], [json!(["food.newname"]), json!(["food.newname"])]);
    // Who means one that ended under a name of its own is told what took its place.
    assert_eq!(
        (&after[2]["code"], &after[2]["successors"][0]["code"]),
        (&json!("code_ended"), &json!("food.processing"))
    );
}

#[actix_web::test]
async fn names_that_differ_in_their_tones_are_read_as_they_are_spelt() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let (_, owner) = enterprise(&app).await;
    // Read at once, by the first file behind the change.
    add(&app, &keeper, named("food.fish", "Cá kho")).await;
    let alone = read(&app, &owner, &file(&["ca kho"])).await;
    assert_eq!(alone, [json!(["food.fish"])]);
    add(&app, &keeper, named("food.eggplant", "Cà khô")).await;
    add(&app, &keeper, named("food.store", "sấy, BẢO QUẢN sau thu hoach")).await;
    let cells = [
        "Cá kho",
        "CÀ KHÔ; cá kho",
        "ca kho",
        "Sấy, bảo quản sau thu hoạch",
        "mechanics, sấy, bảo quản sau thu hoach",
    ];
    let told = read(&app, &owner, &file(&cells).replace("SP-", "SQ-")).await;
    assert_eq!(told[0], json!(["food.fish"]));
    assert_eq!(told[1], json!(["food.eggplant", "food.fish"]));
    let several = &told[2];
    assert_eq!(
        (&several["code"], &several["column"]),
        (&json!("unknown_code"), &json!("Lĩnh vực"))
    );
    let words = several["vi"].as_str().unwrap();
    assert!(
        words.contains("food.fish (Cá kho)") && words.contains("food.eggplant (Cà khô)"),
        "{words}"
    );
    assert_eq!(several["successors"].as_array().map(Vec::len), Some(2));
    assert_eq!(told[3], json!(["food.drying"]));
    assert_eq!(told[4], json!(["mechanics", "food.store"]));
}

/// In a cell these signs part names: nobody could say such a one.
#[actix_web::test]
async fn what_parts_the_names_of_a_cell_is_in_none_of_them() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (body, pointer) in [
        (named("food.two", "Bún; phở"), "/name_vi"),
        (
            json!({"code": "food.two", "parent": "food", "name_vi": "Bún", "name_en": "Noodles | soups"}),
            "/name_en",
        ),
    ] {
        let refused = app.post(PATH).by(&keeper).json(&body).expect(422).await;
        assert_eq!(refused.pointers(), [pointer]);
        assert_eq!(refused.text("/errors/0/code"), "malformed");
    }
    let alias = |list: &str, code: &str| json!({"list": list, "name": "máy; móc", "code": code});
    let fields = alias("fields", "food.drying");
    let refused = app.post("/import-aliases").by(&keeper).json(&fields).expect(422).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/name"], "malformed")
    );
    // A cell of these holds one.
    let kinds = alias("listing_kinds", "equipment_offer");
    app.post("/import-aliases").by(&keeper).json(&kinds).expect(201).await;
}
