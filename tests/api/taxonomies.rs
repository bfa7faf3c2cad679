//! The reference lists.

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
