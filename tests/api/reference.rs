//! Reference lists that officers maintain.

use futures_util::future::join_all;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock;

use crate::harness::{PASSWORD, Person, TestApp, dryer};

const PATH: &str = "/taxonomies/fields/entries";

async fn add(app: &TestApp, officer: &Person, code: &str) -> Value {
    // What stands beside each other has names of its own.
    let number = code.strip_prefix("food.novelty_").unwrap_or_default();
    let name = format!("Lên men {number}");
    let body = json!({"code": code, "parent": "food", "name_vi": name.trim(), "name_en": "Fermentation"});
    app.post(PATH).by(officer).json(&body).expect(201).await.body
}

#[actix_web::test]
async fn a_new_code_is_valid_at_once_and_an_ended_one_is_refused_with_its_successor() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.registered_enterprise().await;
    let mut listing = dryer("Bồn lên men");
    listing["field_codes"] = json!(["food.fermentation"]);
    let refused = app.post("/listings").by(&owner).json(&listing).expect(422).await;
    assert_eq!(refused.body["errors"][0]["code"], "unknown_code");
    let tag = app
        .get("/taxonomies/fields")
        .expect(200)
        .await
        .header("etag")
        .unwrap()
        .to_owned();

    let made = add(&app, &officer, "food.fermentation").await;
    assert_eq!(
        (&made["version"], &made["entry"]["valid_to"]),
        (&json!(1), &Value::Null)
    );
    let draft = app.post("/listings").by(&owner).json(&listing).expect(201).await;
    let list = app
        .get("/taxonomies/fields")
        .header("if-none-match", &tag)
        .expect(200)
        .await;
    assert_eq!((list.number("/total"), list.number("/edition")), (38, 1));

    let entry = format!("{PATH}/food.fermentation");
    let end = json!({"valid_to": "2020-01-01"});
    let wrong = app.patch(&entry).by(&officer).if_match(1).json(&end).expect(422).await;
    assert_eq!(wrong.pointers(), ["/valid_to"]);
    let now = jiff::tz::Offset::constant(7).to_datetime(app.clock.now()).date();
    let end = json!({"valid_to": now.tomorrow().unwrap(), "successors": ["food.processing"]});
    let ended = app.patch(&entry).by(&officer).if_match(1).json(&end).expect(200).await;
    assert_eq!((ended.number("/version"), ended.header("etag")), (2, Some("\"2\"")));
    app.patch(&entry).by(&officer).if_match(1).json(&end).expect(412).await;
    app.post("/listings").by(&owner).json(&listing).expect(201).await;

    app.clock.pass(24 * 60 * 60);
    let owner = app.sign_in(&owner.email, PASSWORD).await;
    let refused = app.post("/listings").by(&owner).json(&listing).expect(422).await;
    let error = &refused.body["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/field_codes/0"), &json!("code_ended"))
    );
    assert_eq!(error["successors"][0]["code"], "food.processing");
    // What has the code keeps it, is read, and is edited in everything else.
    let path = format!("/listings/{}", draft.text("/id"));
    let read = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(read.body["field_codes"], json!(["food.fermentation"]));
    app.patch(&path)
        .by(&owner)
        .if_match(1)
        .json(&json!({"model": "B"}))
        .expect(200)
        .await;
    let found = app
        .get("/taxonomies/fields/successors?name=len%20men")
        .expect(200)
        .await;
    assert_eq!(
        (found.text("/outcome"), found.text("/items/0/successors/0/code")),
        ("one", "food.processing")
    );
    let history = app.get(&entry).expect(200).await;
    assert_eq!(history.body["history"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn which_lists_may_be_edited_and_what_an_entry_must_be() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let post = async |list: &str, body: Value| {
        app.post(&format!("/taxonomies/{list}/entries"))
            .by(&officer)
            .json(&body)
            .send()
            .await
    };
    let entry = |code: &str, parent: Value| json!({"code": code, "parent": parent, "name_vi": "Mã mới"});
    for list in ["trl", "countries", "reason_codes", "legal_forms", "transfer_modes"] {
        let refused = post(list, entry("x", Value::Null)).await;
        assert_eq!(
            (refused.status, refused.text("/code")),
            (409, "list_not_editable"),
            "{list}"
        );
    }
    for (list, body, pointers) in [
        ("fields", entry("food", Value::Null), vec!["/code"]),
        ("fields", entry("Food", Value::Null), vec!["/code"]),
        ("fields", entry("food.x", Value::Null), vec!["/code"]),
        ("fields", entry("nowhere.x", json!("nowhere")), vec!["/parent"]),
        ("communes", entry("4798", json!("25")), vec!["/code"]),
        // Phường Thái Bình until 2025.
        ("communes", entry("04789", json!("25")), vec!["/code"]),
        ("communes", entry("99999", Value::Null), vec!["/parent"]),
        ("communes", entry("99999", json!("17")), vec!["/parent"]),
    ] {
        let refused = post(list, body).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, pointers),
            "{:?}",
            refused.body
        );
    }
    assert_eq!(post("communes", entry("99999", json!("25"))).await.status, 201);
    // Names of a list of the program's own may be mended, its codes are what it knows.
    let name = json!({"name_vi": "Bán thiết bị"});
    let path = "/taxonomies/transfer_modes/entries/sale_of_equipment";
    let renamed = app.patch(path).by(&officer).if_match(1).json(&name).expect(200).await;
    assert_eq!(renamed.text("/entry/name_vi"), "Bán thiết bị");
    let wrong = json!({"successors": ["sale_of_equipment"]});
    let wrong = app.patch(path).by(&officer).if_match(2).json(&wrong).expect(422).await;
    assert_eq!(wrong.pointers(), ["/valid_to", "/successors/0"]);
    assert_eq!(wrong.text("/errors/0/code"), "required");
    app.patch("/taxonomies/fields/entries/none")
        .by(&officer)
        .if_match(1)
        .json(&name)
        .expect(404)
        .await;
}

/// What is told of a successor is true today, and never leads back to the code that is changed.
#[actix_web::test]
async fn why_a_code_takes_no_place_is_told_as_it_is() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for code in ["food.novelty_a", "food.novelty_b"] {
        add(&app, &officer, code).await;
    }
    let today = day_of(app.clock.now());
    let tomorrow = today.tomorrow().unwrap();
    let later = tomorrow.tomorrow().unwrap();
    let patch = async |code: &str, body: Value| {
        let entry = format!("{PATH}/{code}");
        let version = app.get(&entry).expect(200).await.number("/version");
        let call = app.patch(&entry).by(&officer).if_match(version);
        call.json(&body).send().await
    };
    let ends = json!({"valid_to": tomorrow});
    assert_eq!(patch("food.novelty_a", ends).await.status, 200);
    let led = json!({"valid_to": today, "successors": ["food.novelty_a"]});
    assert_eq!(patch("food.drying", led).await.status, 200);
    // The successor is valid today: only what is missing is told.
    let refused = patch("food.drying", json!({"valid_to": null})).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/valid_to"]));
    let detail = refused.text("/errors/0/detail");
    assert!(detail.contains("successors: []"), "{detail}");
    let refused = patch("food.drying", json!({"valid_to": later})).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/successors/0"]));
    assert!(refused.text("/errors/0/detail").contains("hết hiệu lực trước ngày"));
    // One that leads to the code itself.
    let back = json!({"valid_to": tomorrow, "successors": ["food.packaging"]});
    assert_eq!(patch("food.novelty_b", back).await.status, 200);
    let circle = json!({"valid_to": later, "successors": ["food.novelty_b"]});
    let refused = patch("food.packaging", circle).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/successors/0"]));
    assert!(refused.text("/errors/0/detail").contains("chính mã đang sửa"));
}

/// Whoever ends a field with nothing in its place hears how many are left with it.
#[actix_web::test]
async fn an_end_without_successors_tells_whom_it_leaves_behind() {
    let app = TestApp::spawn().await;
    let reviewer = app.officer().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.active_enterprise(&reviewer).await;
    app.published_listing(&owner, &reviewer, "Máy sấy lúa").await;
    app.settle().await;
    let end = async |code: &str, end: Value| {
        let entry = format!("{PATH}/{code}");
        let version = app.get(&entry).expect(200).await.number("/version");
        let call = app.patch(&entry).by(&officer).if_match(version).json(&end);
        call.expect(200).await.body["listings_left_behind"].clone()
    };
    let ever = json!({"valid_to": "2020-01-01"});
    assert_eq!(end("food.drying", ever.clone()).await, json!(1));
    assert_eq!(end("food.packaging", ever).await, json!(0));
    assert_eq!(end("food.drying", json!({"valid_to": null})).await, Value::Null);
    // What leads to one that ends ends with it; what was split is still found under the other part.
    let led = |to: &[&str]| json!({"valid_to": "2020-01-01", "successors": to});
    let back = json!({"valid_to": null, "successors": []});
    for (to, expected) in [
        (&["food.packaging"][..], 1),
        (&["food.packaging", "food.processing"][..], 0),
    ] {
        end("food.packaging", back.clone()).await;
        end("food.drying", led(to)).await;
        let ever = json!({"valid_to": "2020-01-01"});
        assert_eq!(end("food.packaging", ever).await, json!(expected), "{to:?}");
        end("food.drying", back.clone()).await;
    }
}

/// Two officers at work at once: each change is a number of its own, and none is lost.
#[actix_web::test]
async fn changes_that_are_made_at_once_are_all_kept() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let codes: Vec<String> = (0..16).map(|n| format!("food.novelty_{n}")).collect();
    let made = join_all(codes.iter().map(|code| add(&app, &officer, code))).await;
    assert!(made.iter().all(|made| made["version"] == 1));
    let list = app.get("/taxonomies/fields").expect(200).await;
    assert_eq!((list.number("/total"), list.number("/edition")), (37 + 16, 16));
    // Of those who rename the same entry, one wins.
    let entry = format!("{PATH}/{}", codes[0]);
    let rename = |n: usize| {
        let name = json!({"name_vi": format!("Tên mới {n}")});
        app.patch(&entry).by(&officer).if_match(1).json(&name).send()
    };
    let answers = join_all((0..8).map(rename)).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 412).count(),
        7,
        "{statuses:?}"
    );
}
