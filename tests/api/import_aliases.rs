//! What else entries of lists are called in files: officers keep it, imports read by it and say so.

use serde_json::json;
use vptex::domain::account::Permission;
use vptex::domain::import_alias::LISTS;
use vptex::domain::taxonomy::Taxonomies;
use vptex::domain::text::fold;
use vptex::store::import_aliases;

use crate::harness::TestApp;
use crate::listing_imports::{counts, enterprise, import};

const FILE: &str = "Mã nội bộ;Loại tin;Tên;Lĩnh vực\nSP-1;Bán thiết bị;Máy sấy;Máy móc đồng áng\n";

#[actix_web::test]
async fn officers_teach_the_next_import_a_name() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let (_, owner) = enterprise(&app).await;
    let first = import(&app, &owner, "", FILE.as_bytes().to_vec()).await;
    assert_eq!(counts(&first), [1, 0, 0, 0, 1]);
    let errors = format!("/listing-imports/{}/errors", first.text("/id"));
    let errors = app.get(&errors).by(&owner).expect(200).await;
    let errors = String::from_utf8(errors.bytes.clone()).unwrap();
    assert!(
        errors.contains("“Máy móc đồng áng” không có trong danh mục “fields”"),
        "{errors}"
    );

    let body = json!({"list": "fields", "name": "Máy móc đồng áng", "code": "food.drying"});
    let made = app.post("/import-aliases").by(&keeper).json(&body).expect(201).await;
    assert_eq!(made.body["is_built_in"], false);
    let again = json!({"list": "fields", "name": "may moc, dong ang", "code": "mechanics"});
    let taken = app.post("/import-aliases").by(&keeper).json(&again).expect(422).await;
    assert_eq!(
        (taken.pointers(), taken.text("/errors/0/code")),
        (vec!["/name"], "taken")
    );
    app.post("/import-aliases").by(&owner).json(&body).expect(403).await;

    let second = import(&app, &owner, "", FILE.as_bytes().to_vec()).await;
    assert_eq!(counts(&second), [1, 1, 0, 0, 0]);
    let rows = format!("/listing-imports/{}/rows", second.text("/id"));
    let rows = app.get(&rows).by(&owner).expect(200).await;
    let notices = rows.body["items"][0]["notices"].as_array().unwrap();
    let told: Vec<_> = notices
        .iter()
        .map(|notice| (&notice["code"], &notice["column"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("alias_used"), &json!("Loại tin")),
            (&json!("alias_used"), &json!("Lĩnh vực"))
        ]
    );
    assert!(
        notices[1]["vi"]
            .as_str()
            .unwrap()
            .contains("“Máy móc đồng áng” được đọc là food.drying")
    );

    // Ended, it stays in the list; the next file does not know it.
    let path = format!("/import-aliases/{}", made.text("/id"));
    app.delete(&path).by(&keeper).expect(204).await;
    assert_eq!(
        app.delete(&path).by(&keeper).expect(409).await.code(),
        "already_decided"
    );
    let listed = app
        .get("/import-aliases?list=fields&limit=1")
        .by(&keeper)
        .expect(200)
        .await;
    assert_eq!(listed.text("/items/0/name"), "Máy móc đồng áng");
    assert!(listed.body["items"][0]["ended_at"].is_string());
    let third = import(&app, &owner, "", FILE.as_bytes().to_vec()).await;
    assert_eq!(counts(&third), [1, 0, 0, 0, 1]);
    let deeds = app.deeds(made.text("/id"));
    let deeds: Vec<_> = deeds.iter().map(|(deed, _)| deed.as_str()).collect();
    assert_eq!(deeds, ["import_alias.added", "import_alias.ended"]);
}

#[actix_web::test]
async fn what_is_wrong_with_an_alias_is_told() {
    let app = TestApp::spawn().await;
    let keeper = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    for (body, pointers) in [
        (
            json!({"list": "provinces", "name": "Sài Gòn", "code": "79"}),
            vec!["/list"],
        ),
        (
            json!({"list": "fields", "name": "-", "code": "food.dryin"}),
            vec!["/code", "/name"],
        ),
        (
            json!({"list": "price_modes", "name": "giá liên hệ", "code": "contact"}),
            vec!["/name"],
        ),
        (json!({}), vec!["/list", "/name", "/code"]),
    ] {
        let refused = app.post("/import-aliases").by(&keeper).json(&body).expect(422).await;
        assert_eq!(refused.pointers(), pointers, "{body}");
    }
    let refused = app.get("/import-aliases?list=ipc").by(&keeper).expect(400).await;
    assert_eq!(refused.pointers(), ["list"]);
    assert!(refused.text("/messages/vi").contains("transfer_modes"));
}

/// Those that come with the program were folded by hand.
#[actix_web::test]
async fn what_came_with_the_program_is_found_and_leads_somewhere() {
    let app = TestApp::spawn().await;
    let kept = app.exchange().db.read(import_aliases::in_force).unwrap();
    assert!(kept.len() > 100);
    for known in kept {
        let alias = &known.alias;
        assert!(known.is_built_in && LISTS.contains(&alias.list));
        assert!(Taxonomies::embedded().contains(alias.list, &alias.code), "{alias:?}");
        let key = fold(alias.name.as_str());
        let found = app
            .exchange()
            .db
            .read(|conn| import_aliases::is_in_force(conn, alias.list, &key));
        assert!(found.unwrap(), "{alias:?}");
    }
}
