//! What everybody sees of an enterprise.

use serde_json::json;
use vptex::domain::account::Permission;

use crate::harness::TestApp;

#[actix_web::test]
async fn the_page_of_an_enterprise_shows_what_its_owner_made_public() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let private = [
        "contact_name",
        "contact_email",
        "contact_phone",
        "address_line",
        "missing",
        "amendment",
    ];
    let page = app.get(&path).expect(200).await;
    for name in private {
        assert_eq!(page.body.get(name), None, "{name}");
    }
    assert_eq!(page.number("/live_listings"), 0);
    let tag = page.header("etag").unwrap().to_owned();
    app.published_listing(&owner, &officer, "Máy sấy").await;
    app.listing_draft(&owner, "Máy khác").await;
    // The count is part of the page, so the page is another one.
    let page = app.get(&path).header("if-none-match", &tag).expect(200).await;
    assert_eq!(page.number("/live_listings"), 1);
    let groups = json!({"public_groups": ["email", "phone", "address", "contact_person"]});
    app.patch(&path).by(&owner).if_match(2).json(&groups).expect(200).await;
    let page = app.get(&path).expect(200).await;
    assert_eq!(page.text("/address_line"), "Khu 5");
    assert_eq!(page.text("/contact_phone"), "+842103846555");
    // Whoever is the contact person has not agreed to be shown.
    assert_eq!(page.body.get("contact_name"), None);
    let fax = json!({"fax": "0210 3 846 556", "public_groups": ["phone", "fax"]});
    app.patch(&path).by(&owner).if_match(3).json(&fax).expect(200).await;
    assert_eq!(app.get(&path).expect(200).await.text("/fax"), "+842103846556");
    // Lists show none of it.
    let list = app.get("/enterprises").expect(200).await;
    for name in ["contact_phone", "fax"] {
        assert_eq!(list.body["items"][0].get(name), None, "{name}");
    }
}

#[actix_web::test]
async fn what_was_to_change_and_what_was_shown_goes_with_an_erased_contact_person() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ReviewEnterprises])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let change = json!({"legal_rep_name": "Nguyễn Thị Lan", "public_groups": ["email", "size"]});
    app.patch(&path).by(&owner).if_match(2).json(&change).expect(200).await;
    let amendment = format!("{path}/amendment");
    app.get(&amendment).by(&officer).expect(200).await;
    app.delete(&format!("{path}/contact")).by(&officer).expect(204).await;
    app.get(&amendment).by(&officer).expect(404).await;
    let seen = app.get(&path).by(&officer).expect(200).await;
    assert_eq!(seen.body["public_groups"], json!(["size"]));
    assert_eq!(app.get(&path).expect(200).await.body.get("contact_email"), None);
}

#[actix_web::test]
async fn the_name_of_a_place_is_bounded_before_it_is_looked_for() {
    let app = TestApp::spawn().await;
    let mut body = app.registration("Công ty Cơ khí");
    let enterprise = body["enterprise"].as_object_mut().unwrap();
    enterprise.remove("commune_code");
    enterprise.insert("commune_name".into(), json!("a".repeat(101)));
    let refused = app.post("/registrations").json(&body).expect(422).await;
    assert_eq!(refused.body["errors"][0]["code"], "too_long");
}
