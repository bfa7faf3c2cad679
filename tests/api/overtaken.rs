//! What the list of regulated technologies has overtaken, in a large catalogue.

use serde_json::json;
use vptex::domain::account::Permission;

use crate::harness::TestApp;
use crate::leavings::copy;

#[actix_web::test]
async fn a_page_is_filled_however_much_lies_before_what_stands_on_it() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.active_enterprise(&officer).await;
    let entry = json!({
        "code": "restricted.asen", "parent": "restricted", "name_vi": "Chế phẩm chứa asen", "valid_from": "2018-07-01",
        "regulation": {"legal_source": "Văn bản thử nghiệm", "keywords": ["asen"]},
    });
    let add = app.post("/taxonomies/regulated_technologies/entries").by(&keeper);
    add.json(&entry).expect(201).await;
    // More than are looked through at once lie before the one of which the list says something stricter.
    let (draft, _) = app.listing_draft(&owner, "Máy nghiền").await;
    copy(&app, &draft, 600).await;
    app.by_hand("UPDATE listings SET status = 'published'").await;
    app.by_hand(
        "UPDATE listings SET title_vi = 'Máy tẩm gỗ bằng asen'
         WHERE id = (SELECT id FROM listings ORDER BY id DESC LIMIT 1)",
    )
    .await;
    let page = app.get("/moderation/overtaken-listings?limit=5").by(&officer);
    let page = page.expect(200).await;
    assert_eq!(page.body["items"].as_array().unwrap().len(), 1, "{}", page.body);
    assert_eq!(page.text("/items/0/listing/title/vi"), "Máy tẩm gỗ bằng asen");
    assert_eq!(page.body["page"]["next"], json!(null));
}
