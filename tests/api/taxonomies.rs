//! The reference lists.

use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::clock::Clock;

use crate::harness::TestApp;

#[actix_web::test]
async fn provinces_and_communes() {
    let app = TestApp::spawn().await;
    let provinces = app.get("/taxonomies/provinces").expect(200).await;
    assert_eq!(provinces.body["items"].as_array().unwrap().len(), 34);
    assert_eq!(provinces.number("/total"), 34);
    let communes = app.get("/taxonomies/communes?parent=25").expect(200).await;
    let items = communes.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 148);
    assert!(items.iter().all(|item| item["parent"] == "25"));
    for path in ["/taxonomies", "/taxonomies/provinces", "/taxonomies/communes?parent=25"] {
        let first = app.get(path).expect(200).await;
        let tag = first.header("etag").unwrap().to_owned();
        let unchanged = app.get(path).header("if-none-match", &tag).expect(304).await;
        assert_eq!(unchanged.header("etag"), Some(tag.as_str()));
        assert!(unchanged.body.is_null());
        app.get(path).header("if-none-match", "\"other\"").expect(200).await;
    }
    app.get("/taxonomies/colours").expect(404).await;
    app.get("/taxonomies/communes?parent=99").expect(404).await;
}

#[actix_web::test]
async fn every_entry_tells_from_when_to_when_it_is_valid() {
    let app = TestApp::spawn().await;
    let communes = app.get("/taxonomies/communes?parent=25").expect(200).await;
    for item in communes.body["items"].as_array().unwrap() {
        assert_eq!(item["valid_from"], "2025-07-01");
        assert!(item["valid_to"].is_null() && item.get("successors").is_none());
    }
    let fields = app.get("/taxonomies/fields").expect(200).await;
    assert!(fields.body["items"][0]["valid_from"].is_null());
}

#[actix_web::test]
async fn old_communes_lead_to_present_ones() {
    let app = TestApp::spawn().await;
    let ask = async |query: &[(&str, &str)]| app.get("/taxonomies/communes/successors").query(query).send().await;
    let one = ask(&[("code", "04798")]).await;
    assert_eq!((one.status, one.text("/outcome")), (200, "one"));
    assert_eq!(one.text("/items/0/name_vi"), "Phường Hữu Nghị");
    assert_eq!(one.text("/items/0/province/name_vi"), "Hoà Bình");
    assert_eq!(one.text("/items/0/valid_to"), "2025-07-01");
    let successor = json!([{"code": "04795", "name_vi": "Phường Hòa Bình", "parent": "25"}]);
    assert_eq!(one.body["items"][0]["successors"], successor);
    let typed = [
        ("name", "huu nghi"),
        ("district", "tp hoa binh"),
        ("province", "hoa binh"),
    ];
    assert_eq!(ask(&typed).await.body, one.body);
    let split = ask(&[("name", "Xã Vầy Nưa")]).await;
    assert_eq!(split.text("/outcome"), "split");
    assert_eq!(split.body["items"][0]["successors"].as_array().unwrap().len(), 2);
    let none = ask(&[("code", "99999")]).await;
    assert_eq!((none.text("/outcome"), &none.body["items"]), ("none", &json!([])));
    assert_eq!(ask(&[]).await.pointers(), ["code"]);
    assert_eq!(ask(&[("district", "x")]).await.status, 400);
    assert_eq!(ask(&[("name", &"a".repeat(101))]).await.pointers(), ["name"]);
    assert_eq!(ask(&[("code", &"0".repeat(64))]).await.text("/outcome"), "none");
    assert_eq!(ask(&[("code", &"0".repeat(65))]).await.pointers(), ["code"]);
    app.get("/taxonomies/colours/successors?code=1").expect(404).await;
    let province = app
        .get("/taxonomies/provinces/successors?name=vinh%20phuc")
        .expect(200)
        .await;
    assert_eq!(province.text("/items/0/successors/0/code"), "25");
}

#[actix_web::test]
async fn crosswalks_are_read_in_both_directions() {
    let app = TestApp::spawn().await;
    let all = app.get("/taxonomies/crosswalks/science-fields/fos").expect(200).await;
    assert_eq!(all.number("/total"), 52);
    let one = app
        .get("/taxonomies/crosswalks/fos/science_fields?code=3")
        .expect(200)
        .await;
    assert_eq!((one.number("/total"), one.text("/items/0/to")), (1, "3"));
    let crosswalk = app.get("/taxonomies/crosswalks/fos/science_fields");
    let long = crosswalk.query(&[("code", &"0".repeat(65))]).expect(400).await;
    assert_eq!(long.pointers(), ["code"]);
    assert!(one.text("/items/0/source").contains("24/2025/TT-BKHCN"));
    assert_eq!(one.body["items"][0]["is_verified"], true);

    // Officers keep the rows as they keep other lists; what ended is read no more, and stays in the history.
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let path = "/taxonomies/crosswalks/science_fields/vsic";
    app.get(path).expect(404).await;
    let row = |code: &str, to: &str| {
        json!({
            "code": code, "name_vi": format!("102 – {to}"),
            "correspondence": {
                "from_list": "science_fields", "from_code": "102", "to_list": "vsic", "to_code": to,
                "relation": "related", "source": "Đối chiếu tên gọi",
            },
        })
    };
    let entries = "/taxonomies/correspondences/entries";
    let code = "science_fields-102-vsic-62";
    let add = |body: serde_json::Value| app.post(entries).by(&keeper).json(&body);
    let refused = add(row("science_fields-102-vsic-999", "999")).expect(422).await;
    assert_eq!(refused.pointers(), ["/correspondence/to_code"]);
    assert_eq!(
        add(row("science_fields-102-vsic-63", "62"))
            .expect(422)
            .await
            .pointers(),
        ["/code"]
    );
    let mut other_way = row("vsic-62-fos-1.2", "1.2");
    other_way["correspondence"]["from_list"] = json!("vsic");
    other_way["correspondence"]["to_list"] = json!("fos");
    let refused = add(other_way).expect(422).await;
    assert!(refused.pointers().contains(&"/correspondence/from_list"));
    let bare = json!({"code": code, "name_vi": "102 – 62"});
    assert_eq!(add(bare).expect(422).await.pointers(), ["/correspondence"]);
    let made = add(row(code, "62")).expect(201).await;
    assert_eq!(add(row(code, "62")).expect(422).await.text("/errors/0/code"), "taken");
    let back = app
        .get("/taxonomies/crosswalks/vsic/science_fields?code=62")
        .expect(200)
        .await;
    assert_eq!((back.text("/items/0/to"), back.text("/items/0/entry")), ("102", code));
    assert_eq!(back.body["items"][0]["is_verified"], false);
    let entry = format!("{entries}/{code}");
    let edit = |version: i64, body: serde_json::Value| app.patch(&entry).by(&keeper).if_match(version).json(&body);
    let verified = edit(
        made.number("/version"),
        json!({"correspondence": {"is_verified": true}}),
    );
    let verified = verified.expect(200).await;
    assert_eq!(app.get(path).expect(200).await.body["items"][0]["is_verified"], true);
    let moved = edit(
        verified.number("/version"),
        json!({"correspondence": {"to_code": "63"}}),
    );
    assert_eq!(moved.expect(422).await.pointers(), ["/code"]);
    app.clock.pass(2 * 24 * 3600);
    let keeper = app.again(&keeper).await;
    let today = jiff::tz::Offset::constant(7).to_datetime(app.clock.now()).date();
    let end = app.patch(&entry).by(&keeper).if_match(verified.number("/version"));
    end.json(&json!({"valid_to": today})).expect(200).await;
    app.get(path).expect(404).await;
    let known = app.get(&entry).expect(200).await;
    assert_eq!(known.body["history"].as_array().unwrap().len(), 3);
    let deeds: Vec<String> = [
        "reference.entry_added",
        "reference.entry_changed",
        "reference.entry_changed",
    ]
    .map(str::to_owned)
    .to_vec();
    let auditor = app.officer_who_may(&[Permission::ReadAudit]).await;
    let trail = app.get("/audit?limit=100").by(&auditor).expect(200).await;
    let trail = trail.body.to_string();
    assert!(deeds.iter().all(|deed| trail.contains(deed)));
    app.get("/taxonomies/crosswalks/colours/fos").expect(404).await;
}
