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
async fn its_page_leads_to_what_it_offers() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let (one, other) = (
        app.active_enterprise(&officer).await,
        app.active_enterprise(&officer).await,
    );
    let (dryer, _) = app.published_listing(&one, &officer, "Máy sấy").await;
    let (mill, _) = app.published_listing(&one, &officer, "Máy nghiền").await;
    let (pump, _) = app.published_listing(&other, &officer, "Máy bơm").await;
    let (shown, _) = app.published_listing(&one, &officer, "Máy ép").await;
    app.listing_draft(&one, "Máy khác").await;
    let audience = json!({"visibility": "members", "open_for_inquiry": true});
    app.put(&format!("/listings/{shown}/audience"))
        .by(&one)
        .json(&audience)
        .expect(200)
        .await;
    app.settle().await;
    let page = app.get(&format!("/enterprises/{}", one.enterprise)).expect(200).await;
    let there = page.text("/listings").trim_start_matches("/api/v1").to_owned();
    let found = app
        .get(&there)
        .query(&[("sort", "newest"), ("facets", "enterprise,kind")])
        .expect(200)
        .await;
    assert_eq!(found.ids(), [mill.as_str(), dryer.as_str()]);
    assert_eq!(found.number("/total"), page.number("/live_listings"));
    // Whose they are is counted by name, its own choice left aside.
    let name = page.text("/legal_name");
    let entry = |owner: &str, count: u32| json!({"value": owner, "name_vi": name, "name_en": null, "count": count});
    let expected = json!([entry(&one.enterprise, 2), entry(&other.enterprise, 1)]);
    assert_eq!(found.body["facets"]["enterprise"], expected);
    let usual = app.get("/search").expect(200).await;
    assert_eq!(usual.body["facets"].get("enterprise"), None);
    // Words, cursors and several enterprises go with it.
    let both = format!("{},{}", one.enterprise, other.enterprise);
    let both = app
        .get("/search")
        .query(&[("enterprise", both.as_str()), ("q", "máy"), ("limit", "2")])
        .expect(200)
        .await;
    assert_eq!((both.number("/total"), both.ids().len()), (3, 2));
    let next = both.text("/page/next").to_owned();
    let alone = [
        ("enterprise", one.enterprise.as_str()),
        ("q", "máy"),
        ("limit", "2"),
        ("after", next.as_str()),
    ];
    assert_eq!(
        app.get("/search").query(&alone).expect(400).await.code(),
        "invalid_cursor"
    );
    let nobody = uuid::Uuid::nil().to_string();
    let none = app
        .get("/search")
        .query(&[("enterprise", nobody.as_str())])
        .expect(200)
        .await;
    assert_eq!(none.number("/total"), 0);
    let wrong = app
        .get("/search")
        .query(&[("enterprise", "songthao")])
        .expect(400)
        .await;
    assert_eq!(wrong.pointers(), ["enterprise"]);

    // The same as a file.
    let file = [("enterprise", other.enterprise.as_str()), ("format", "jsonl")];
    let file = app.get("/exports/listings").query(&file).expect(200).await;
    let lines = String::from_utf8(file.bytes.clone()).unwrap();
    assert!(lines.lines().count() == 1 && lines.contains(&pump), "{lines}");
    let wrong = app
        .get("/exports/listings")
        .query(&[("enterprise", "x")])
        .expect(400)
        .await;
    assert_eq!(wrong.pointers(), ["enterprise"]);

    // One that became part of another one stands for it.
    let officer = app.again(&officer).await;
    let seen = app
        .get(&format!("/enterprises/{}", other.enterprise))
        .by(&officer)
        .expect(200)
        .await;
    let merge = app
        .post(&format!("/enterprises/{}/merge", other.enterprise))
        .by(&officer);
    let into = json!({"into": one.enterprise, "dry_run": false});
    merge.if_match(seen.number("/version")).json(&into).expect(200).await;
    app.settle().await;
    let led = app
        .get("/search")
        .query(&[("enterprise", other.enterprise.as_str())])
        .expect(200)
        .await;
    assert_eq!(led.number("/total"), 3);
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
