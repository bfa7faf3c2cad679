//! Lists that law or a standard makes change between releases: officers follow, and no record breaks over it.

use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock;

use crate::harness::{Person, TestApp, dryer};
use crate::matching::publish;

pub fn today(app: &TestApp) -> Date {
    jiff::tz::Offset::constant(7).to_datetime(app.clock.now()).date()
}

pub async fn keeper(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageReferenceData]).await
}

/// Ends an entry today in favour of others, and lets the process know.
pub async fn end(app: &TestApp, officer: &Person, (list, code): (&str, &str), successors: &[&str]) {
    let path = format!("/taxonomies/{list}/entries/{code}");
    let version = app.get(&path).expect(200).await.number("/version");
    let body = json!({"valid_to": today(app), "successors": successors});
    let ended = app.patch(&path).by(officer).if_match(version).json(&body);
    ended.expect(200).await;
    app.get("/taxonomies").expect(200).await;
}

pub async fn add(app: &TestApp, officer: &Person, list: &str, entry: Value) {
    let path = format!("/taxonomies/{list}/entries");
    app.post(&path).by(officer).json(&entry).expect(201).await;
    app.get("/taxonomies").expect(200).await;
}

/// Writes a file of entries; every row of it is taken.
pub async fn import(app: &TestApp, officer: &Person, list: &str, table: String) {
    let edition = app.get("/taxonomies").expect(200).await.number("/items/0/edition");
    let path = format!("/taxonomies/{list}/imports");
    let call = app.post(&path).by(officer).if_match(edition);
    let done = call.file("text/csv", table).expect(200).await;
    assert_eq!(done.body["is_applied"], true, "{:#}", done.body);
    app.get("/taxonomies").expect(200).await;
}

/// A registration at an address.
pub fn at(app: &TestApp, province: &str, commune: &str) -> Value {
    let mut body = app.registration("Công ty Sông Lô");
    body["enterprise"]["province_code"] = json!(province);
    body["enterprise"]["commune_code"] = json!(commune);
    body
}

/// Where a registration at an address ends up.
pub async fn registered(app: &TestApp, province: &str, commune: &str) -> (String, String) {
    let made = app.confirmed(&at(app, province, commune)).await;
    let text = |pointer: &str| made.text(pointer).to_owned();
    (text("/enterprise/province_code"), text("/enterprise/commune_code"))
}

pub fn place(province: &str, commune: &str) -> (String, String) {
    (province.to_owned(), commune.to_owned())
}

#[actix_web::test]
async fn a_province_that_is_merged_takes_its_communes_along_and_old_addresses_lead_to_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let keeper = keeper(&app).await;
    // Not while it has communes that nobody knows where to look for.
    let entry = "/taxonomies/provinces/entries/25";
    let alone = app.patch(entry).by(&keeper).if_match(1);
    let alone = alone.json(&json!({"valid_to": today(&app)})).expect(422).await;
    assert_eq!(
        (alone.pointers(), alone.text("/errors/0/code")),
        (vec!["/valid_to"], "entries_below")
    );
    // Which, how many, and what else may be done.
    let detail = alone.text("/errors/0/detail");
    assert!(
        detail.starts_with("Còn 148 mục") && detail.contains("04792") && detail.contains("successors"),
        "{detail}"
    );
    end(&app, &keeper, ("provinces", "25"), &["01"]).await;

    // The old address reads as it was given, says what became of it, and stands in no edit's way.
    let path = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(
        (seen.text("/province_code"), seen.text("/commune_code")),
        ("25", "08494")
    );
    let ended = json!([{
        "pointer": "/province_code", "list": "provinces", "code": "25", "valid_to": today(&app),
        "successors": [{"code": "01", "name_vi": "Thành phố Hà Nội", "parent": null}],
    }]);
    assert_eq!(seen.body["outdated"], ended);
    let edit = app.patch(&path).by(&owner).if_match(seen.number("/version"));
    let edited = edit.json(&json!({"fax": "0210 3 846 556"})).expect(200).await;
    assert_eq!(edited.text("/province_code"), "25");
    for (province, found) in [("01", true), ("25", true), ("26", true), ("04", false)] {
        let directory = app
            .get("/enterprises")
            .query(&[("province", province)])
            .expect(200)
            .await;
        assert_eq!(
            directory.body.to_string().contains(&owner.enterprise),
            found,
            "{province}"
        );
    }

    // A new one is where the place is today, whichever of its names is given: of now, of before, or of before 2025.
    assert_eq!(registered(&app, "25", "08494").await, place("01", "08494"));
    assert_eq!(registered(&app, "01", "08494").await, place("01", "08494"));
    assert_eq!(registered(&app, "17", "04798").await, place("01", "04795"));
    for province in ["25", "01"] {
        let mut named = at(&app, province, "");
        let enterprise = named["enterprise"].as_object_mut().unwrap();
        enterprise.remove("commune_code");
        enterprise.insert("commune_name".into(), "xã Lâm Thao".into());
        let made = app.confirmed(&named).await;
        assert_eq!(
            (
                made.text("/enterprise/province_code"),
                made.text("/enterprise/commune_code")
            ),
            ("01", "08494")
        );
    }
    let elsewhere = app.post("/registrations").json(&at(&app, "04", "08494"));
    let elsewhere = elsewhere.expect(422).await;
    assert_eq!(elsewhere.pointers(), ["/enterprise/commune_code"]);
    assert!(elsewhere.text("/errors/0/detail").contains("Thành phố Hà Nội (01)"));

    // The list has them where they are, and so has the entry.
    let communes = app.get("/taxonomies/communes?parent=01").expect(200).await;
    let items = communes.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 126 + 148);
    assert!(items.iter().all(|item| item["parent"] == "01"));
    let all = app.get("/taxonomies/communes").expect(200).await;
    let all = all.body["items"].as_array().unwrap();
    assert!(!all.iter().any(|item| item["parent"] == "25"));
    let filed = app.get("/taxonomies/communes/entries/08494").expect(200).await;
    assert_eq!(filed.text("/entry/parent"), "01");
    let left = app.get("/taxonomies/communes?parent=25").expect(200).await;
    assert_eq!(left.number("/total"), 0);
    let became = app
        .get("/taxonomies/provinces/successors?name=phu%20tho")
        .expect(200)
        .await;
    assert_eq!(
        (became.text("/outcome"), became.text("/items/0/successors/0/code")),
        ("one", "01")
    );
}

#[actix_web::test]
async fn a_province_that_is_divided_asks_until_officers_say_where_its_communes_lie() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let made = at(&app, "22", "06658");
    let registered_before = app.confirmed(&made).await;
    assert_eq!(registered_before.text("/enterprise/province_code"), "22");
    let table = format!(
        "code,name_vi,valid_to,successors\n97,Tỉnh Hạ Long,,\n98,Tỉnh Yên Tử,,\n22,,{},97;98\n",
        today(&app)
    );
    import(&app, &keeper, "provinces", table).await;

    let refuse = async |province: &str, commune: &str| {
        let call = app.post("/registrations").json(&at(&app, province, commune));
        call.expect(422).await
    };
    let asked = refuse("22", "06652").await;
    assert_eq!(
        (asked.pointers(), asked.text("/errors/0/code")),
        (vec!["/enterprise/province_code"], "code_ended")
    );
    assert_eq!(asked.body["errors"][0]["successors"].as_array().unwrap().len(), 2);
    // Whoever lives there knows.
    assert_eq!(registered(&app, "98", "06652").await, place("98", "06652"));

    import(
        &app,
        &keeper,
        "communes",
        "code,parent\n06652,97\n06658,98\n".to_owned(),
    )
    .await;
    assert_eq!(registered(&app, "22", "06652").await, place("97", "06652"));
    assert_eq!(registered(&app, "22", "06658").await, place("98", "06658"));
    assert_eq!(refuse("98", "06652").await.pointers(), vec!["/enterprise/commune_code"]);
    // Each is where its own parent says; what nobody filed yet is in the old province.
    for (code, above) in [("06652", "97"), ("06658", "98"), ("06661", "22")] {
        for province in ["97", "98", "22"] {
            let list = app.get(&format!("/taxonomies/communes?parent={province}"));
            let list = list.expect(200).await;
            let items = list.body["items"].as_array().unwrap();
            assert!(items.iter().all(|item| item["parent"] == province), "{province}");
            let is_in = items.iter().any(|item| item["code"] == code);
            assert_eq!(is_in, province == above, "{code} {province}");
        }
        let entry = app.get(&format!("/taxonomies/communes/entries/{code}"));
        assert_eq!(entry.expect(200).await.text("/entry/parent"), above);
    }

    // Nothing else moves: no commune of another province, and none to a place that its own did not become.
    for (code, to) in [("06661", "01"), ("00004", "97"), ("06652", "22")] {
        let path = format!("/taxonomies/communes/entries/{code}");
        let version = app.get(&path).expect(200).await.number("/version");
        let call = app.patch(&path).by(&keeper).if_match(version);
        let refused = call.json(&json!({"parent": to})).expect(422).await;
        assert_eq!(
            (refused.pointers(), refused.text("/errors/0/code")),
            (vec!["/parent"], "conflicts"),
            "{code} {to}"
        );
    }
    let moved = app.get("/taxonomies/communes/entries/06652").expect(200).await;
    assert_eq!(moved.text("/history/0/parent"), "97");
}

#[actix_web::test]
async fn a_commune_in_the_wrong_part_is_put_into_the_other_and_goes_back_with_its_province() {
    let app = TestApp::spawn().await;
    let keeper = keeper(&app).await;
    let patch = async |path: &str, body: Value, status: u16| {
        let path = format!("/taxonomies/{path}");
        let version = app.get(&path).expect(200).await.number("/version");
        let call = app.patch(&path).by(&keeper).if_match(version).json(&body);
        let answer = call.expect(status).await;
        app.get("/taxonomies").expect(200).await;
        answer
    };
    let (province, commune) = ("provinces/entries/22", "communes/entries/06652");
    patch(
        province,
        json!({"valid_to": today(&app), "successors": ["24", "01"]}),
        200,
    )
    .await;
    patch(commune, json!({"parent": "24"}), 200).await;
    patch(commune, json!({"parent": "01"}), 200).await;
    assert_eq!(registered(&app, "22", "06652").await, place("01", "06652"));
    // Not into the province that is no more.
    patch(commune, json!({"parent": "22"}), 422).await;
    patch(commune, json!({"parent": "24"}), 200).await;
    assert_eq!(registered(&app, "22", "06652").await, place("24", "06652"));

    patch(province, json!({"valid_to": null, "successors": []}), 200).await;
    assert_eq!(registered(&app, "22", "06652").await, place("22", "06652"));
    let elsewhere = app.post("/registrations").json(&at(&app, "24", "06652"));
    assert_eq!(elsewhere.expect(422).await.pointers(), ["/enterprise/commune_code"]);
    let communes = app.get("/taxonomies/communes?parent=22").expect(200).await;
    let items = communes.body["items"].as_array().unwrap();
    assert!(
        items
            .iter()
            .any(|item| item["code"] == "06652" && item["parent"] == "22")
    );
    // It ends anew, into one that has nothing to do with the part of then.
    let anew = json!({"valid_to": today(&app), "successors": ["01"]});
    patch(province, anew, 200).await;
    assert_eq!(registered(&app, "22", "06652").await, place("01", "06652"));
    patch(province, json!({"valid_to": null, "successors": []}), 200).await;
    // It is said of the entry, too, and of a province that was never divided nothing moves.
    patch(commune, json!({"parent": "22"}), 200).await;
    let refused = patch(commune, json!({"parent": "24"}), 422).await;
    assert_eq!(refused.text("/errors/0/code"), "conflicts");
}

#[actix_web::test]
async fn a_new_activity_is_used_at_once_and_an_ended_one_is_kept_by_who_has_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let keeper = keeper(&app).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let version = async || app.get(&path).by(&owner).expect(200).await.number("/version");
    let edit = async |patch: Value, status: u16| {
        let call = app.patch(&path).by(&owner).if_match(version().await);
        call.json(&patch).expect(status).await
    };
    let activity = |code: &str| json!({"vsic": [{"version": "2025", "code": code}]});
    let refused = edit(activity("0411"), 422).await;
    assert_eq!(refused.text("/errors/0/code"), "unknown_code");
    add(
        &app,
        &keeper,
        "vsic",
        json!({"code": "04", "parent": "A", "name_vi": "Nuôi tảo"}),
    )
    .await;
    add(
        &app,
        &keeper,
        "vsic",
        json!({"code": "041", "parent": "04", "name_vi": "Nuôi tảo biển"}),
    )
    .await;
    edit(activity("0411"), 200).await;

    // A subclass that the list does not have goes with its division.
    let mut body = app.registration("Công ty Lâm sản");
    body["enterprise"]["vsic"] = json!([{"version": "2025", "code": "02101"}]);
    let other = app.confirmed(&body).await.text("/enterprise/id").to_owned();
    let email = body["account"]["email"].as_str().unwrap();
    let forester = app.sign_in(email, crate::harness::PASSWORD).await;
    end(&app, &keeper, ("vsic", "02"), &["01"]).await;
    let path = format!("/enterprises/{other}");
    let approval = app.post(&format!("{path}/approval")).by(&officer);
    approval.if_match(1).expect(200).await;
    let seen = app.get(&path).by(&forester).expect(200).await;
    assert_eq!(
        (seen.text("/outdated/0/pointer"), seen.text("/outdated/0/code")),
        ("/vsic/0/code", "02")
    );
    let kept = app.patch(&path).by(&forester).if_match(seen.number("/version"));
    kept.json(&json!({"fax": "0210 3 846 556"})).expect(200).await;
    let mut late = app.registration("Công ty Gỗ rừng trồng");
    late["enterprise"]["vsic"] = json!([{"version": "2025", "code": "0210"}]);
    let refused = app.post("/registrations").json(&late).expect(422).await;
    assert_eq!(
        (
            refused.text("/errors/0/code"),
            refused.text("/errors/0/successors/0/code")
        ),
        ("code_ended", "01")
    );
}

#[actix_web::test]
async fn new_classes_of_patents_and_sciences_are_used_at_once_and_lead_on_when_they_end() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let keeper = keeper(&app).await;
    for (list, entry) in [
        ("ipc", json!({"code": "A25", "parent": "A", "name_vi": "Sấy nông sản"})),
        ("ipc", json!({"code": "A25B", "parent": "A25", "name_vi": "Sấy lạnh"})),
        ("fos", json!({"code": "2.12", "parent": "2", "name_vi": "Kỹ thuật sấy"})),
        (
            "science_fields",
            json!({"code": "21101", "parent": "211", "name_vi": "Sấy thực phẩm"}),
        ),
    ] {
        add(&app, &keeper, list, entry).await;
    }
    for (list, code, parent) in [
        ("ipc", "A25b", "A25"),
        ("ipc", "B25", "A"),
        ("fos", "3.12", "2"),
        ("science_fields", "30101", "211"),
        ("vsic", "A1", "A"),
    ] {
        let entry = json!({"code": code, "parent": parent, "name_vi": "Mã sai"});
        let call = app.post(&format!("/taxonomies/{list}/entries")).by(&keeper);
        assert_eq!(
            call.json(&entry).expect(422).await.pointers(),
            ["/code"],
            "{list} {code}"
        );
    }

    // The class is where a row may lead, in the same minute.
    let mut own = dryer("Máy sấy");
    own["field_codes"] = json!(["food.drying"]);
    let id = publish(&app, &owner, &officer, &own).await;
    let row = json!({"code": "fields-food.drying-ipc-A25", "name_vi": "Sấy – A25", "correspondence": {
        "from_list": "fields", "from_code": "food.drying", "to_list": "ipc", "to_code": "A25",
        "relation": "exact", "source": "Đối chiếu tên gọi",
    }});
    add(&app, &keeper, "correspondences", row).await;
    let classes = async || {
        let path = format!("/listings/{id}/classifications");
        let body = app.get(&path).expect(200).await.body;
        let derived = body["derived"].as_array().unwrap().iter();
        let of_patents = derived.filter(|code| code["list"] == "ipc");
        let told = of_patents.map(|code| {
            let text = |name: &str| code[name].as_str().unwrap().to_owned();
            (text("code"), text("relation"))
        });
        told.collect::<Vec<_>>()
    };
    let pair = |code: &str, relation: &str| (code.to_owned(), relation.to_owned());
    assert!(classes().await.contains(&pair("A25", "exact")));

    // A class that another one takes the place of leads there; nobody writes the rows anew. Not before what is below it.
    app.clock.pass(24 * 3600);
    let keeper = app.again(&keeper).await;
    let path = "/taxonomies/ipc/entries/A25";
    let early = app.patch(path).by(&keeper).if_match(1);
    let early = early.json(&json!({"valid_to": today(&app), "successors": ["F26"]}));
    assert_eq!(early.expect(422).await.text("/errors/0/code"), "entries_below");
    end(&app, &keeper, ("ipc", "A25B"), &["F26"]).await;
    end(&app, &keeper, ("ipc", "A25"), &["F26"]).await;
    let found = classes().await;
    assert!(found.contains(&pair("F26", "close")), "{found:?}");
    assert!(!found.iter().any(|(code, _)| code == "A25"), "{found:?}");
}
