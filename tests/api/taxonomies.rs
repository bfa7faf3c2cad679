//! The reference lists.

use serde_json::json;

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
    assert_eq!(all.number("/total"), 6);
    let one = app
        .get("/taxonomies/crosswalks/fos/science_fields?code=3")
        .expect(200)
        .await;
    assert_eq!((one.number("/total"), one.text("/items/0/to")), (1, "3"));
    assert!(one.text("/items/0/source").contains("24/2025/TT-BKHCN"));
    app.get("/taxonomies/crosswalks/ipc/vsic").expect(404).await;
    app.get("/taxonomies/crosswalks/colours/fos").expect(404).await;
}
