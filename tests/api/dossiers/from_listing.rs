//! A dossier that is begun from a listing.

use serde_json::{Value, json};

use super::desk::Desk;
use crate::harness::{Person, Reply};

async fn begin(desk: &Desk, by: &Person, new: &Value, status: u16) -> Reply {
    desk.app.post("/dossiers").by(by).json(new).expect(status).await
}

#[actix_web::test]
async fn a_dossier_takes_technology_and_parties_from_its_listing() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let seller = desk.app.active_enterprise(&reviewer).await;
    let seen = desk.app.get(&format!("/enterprises/{}", seller.enterprise)).by(&seller);
    let seen = seen.expect(200).await;
    let (listing, _) = desk
        .app
        .published_listing(&seller, &reviewer, "Máy sấy lúa tầng sôi")
        .await;
    let new = json!({"procedure": "REG", "listing_id": listing});
    // Whoever buys: the owner gives, the caller takes.
    let begun = begin(&desk, &desk.owner, &new, 201).await;
    assert_eq!(
        (begun.text("/listing_id"), begun.text("/content/technology/name")),
        (listing.as_str(), "Máy sấy lúa tầng sôi")
    );
    assert_eq!(begun.body["content"]["transferor"]["tax_code"], seen.body["tax_code"]);
    assert_eq!(begun.body["content"]["transferor"]["name"], seen.body["legal_name"]);
    assert_eq!(
        begun.body["content"]["transferor"]["legal_form"],
        seen.body["legal_form"]
    );
    assert_eq!(begun.text("/content/transferee/tax_code"), desk.tax_code);
    assert!(
        !begun.body["content"]["technology"]["fields"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    // What the caller says stays.
    let mut own = new.clone();
    own["content"] = json!({
        "technology": {"name": "Công nghệ sấy"}, "transferor": {"name": "Sato Ltd", "country": "JP"},
    });
    let begun = begin(&desk, &desk.owner, &own, 201).await;
    assert_eq!(begun.text("/content/technology/name"), "Công nghệ sấy");
    assert_eq!(
        (
            begun.text("/content/transferor/name"),
            &begun.body["content"]["transferor"]["tax_code"]
        ),
        ("Sato Ltd", &Value::Null)
    );
    // Whoever owns it gives, and knows to whom.
    let begun = begin(&desk, &seller, &new, 201).await;
    assert_eq!(begun.body["content"]["transferor"]["tax_code"], seen.body["tax_code"]);
    assert_eq!(begun.body["content"]["transferee"]["name"], Value::Null);
    // An officer who enters a paper has the owner's side.
    let begun = begin(&desk, &desk.officer, &new, 201).await;
    assert_eq!(begun.body["content"]["transferor"]["tax_code"], seen.body["tax_code"]);
    // The link stays.
    let read = desk.read(&desk.officer, &begun).await;
    assert_eq!(read.text("/listing_id"), listing);
}

#[actix_web::test]
async fn what_the_caller_cannot_read_begins_nothing() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let seller = desk.app.active_enterprise(&reviewer).await;
    let (draft, _) = desk.app.listing_draft(&seller, "Máy ép viên").await;
    for listing in [draft.as_str(), "01978e3a-7b1c-7d2e-9f00-3c5a8e1b2d4f", "x"] {
        let new = json!({"procedure": "REG", "listing_id": listing});
        let refused = begin(&desk, &desk.owner, &new, 422).await;
        assert_eq!(refused.pointers(), ["/listing_id"], "{listing}");
    }
    let new = json!({"procedure": "REG", "listing_id": draft});
    let begun = begin(&desk, &seller, &new, 201).await;
    assert_eq!(begun.text("/content/technology/name"), "Máy ép viên");
}
