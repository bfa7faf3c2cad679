//! A dossier that comes of an inquiry.

use serde_json::{Value, json};

use super::{Scene, scene};
use crate::harness::{Person, Reply};

impl Scene {
    async fn begin(&self, by: &Person, new: &Value) -> Reply {
        self.app.post("/dossiers").by(by).json(new).send().await
    }

    async fn tax_code(&self, of: &Person) -> String {
        let path = format!("/enterprises/{}", of.enterprise);
        self.app
            .get(&path)
            .by(of)
            .expect(200)
            .await
            .text("/tax_code")
            .to_owned()
    }
}

#[actix_web::test]
async fn a_dossier_takes_parties_technology_and_price_from_what_both_agreed_on() {
    let scene = scene().await;
    let (owner, asker) = (&scene.owner, &scene.asker);
    let path = scene.ask().await;
    let id = path.trim_start_matches("/inquiries/");
    let new = json!({"procedure": "REG", "inquiry_id": id});
    let early = scene.begin(asker, &new).await;
    assert_eq!((early.status, early.pointers()), (422, vec!["/inquiry_id"]));
    let outcome = json!({
        "contract_no": "12/2026/HĐCGCN", "signed_on": "2026-03-02",
        "value": {"amount": "380000000", "currency": "VND"}, "transfer_mode": "ownership_full",
    });
    scene.agree(&path, &outcome).await;
    let (giver, taker) = (scene.tax_code(owner).await, scene.tax_code(asker).await);
    for by in [asker, owner] {
        let begun = scene.begin(by, &new).await;
        assert_eq!(begun.status, 201, "{}", begun.body);
        assert_eq!(
            (begun.text("/inquiry_id"), begun.text("/listing_id")),
            (id, scene.listing.as_str())
        );
        let content = &begun.body["content"];
        assert_eq!(
            (&content["transferor"]["tax_code"], &content["transferee"]["tax_code"]),
            (&json!(giver), &json!(taker))
        );
        assert_eq!(
            (&content["technology"]["name"], &content["contract"]["number"]),
            (&json!("Máy sấy lúa"), &json!("12/2026/HĐCGCN"))
        );
        assert_eq!(content["technology"]["fields"], json!(["food.drying"]));
        assert_eq!(
            (&content["money"]["amount"], &content["money"]["vnd_value"]),
            (&json!("380000000"), &json!(380_000_000))
        );
    }
    // What the caller says stays.
    let mut own = new.clone();
    own["content"] = json!({"money": {"amount": "9", "currency": "USD"}, "contract": {"number": "7"}});
    let begun = scene.begin(asker, &own).await;
    assert_eq!(
        (
            begun.text("/content/contract/number"),
            begun.text("/content/money/currency")
        ),
        ("7", "USD")
    );

    // One of both sides only, and of one thing.
    let stranger = scene.app.active_enterprise(&scene.officer).await;
    let desk = scene
        .app
        .officer_who_may(&[vptex::domain::account::Permission::HandleDossiers])
        .await;
    for by in [&stranger, &desk] {
        let refused = scene.begin(by, &new).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/inquiry_id"]));
    }
    let mut both = new.clone();
    both["listing_id"] = json!(scene.listing);
    let refused = scene.begin(asker, &both).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/listing_id"]));
    let refused = scene
        .begin(asker, &json!({"procedure": "REG", "inquiry_id": "x"}))
        .await;
    assert_eq!(refused.pointers(), ["/inquiry_id"]);
}

/// What its owner withdrew may say anything meanwhile: whoever asked takes nothing of it.
#[actix_web::test]
async fn of_a_listing_that_is_gone_both_parties_stay() {
    let scene = scene().await;
    let path = scene.ask().await;
    scene.agree(&path, &json!({"contract_no": "12/2026"})).await;
    let listing = format!("/listings/{}/submission", scene.listing);
    scene.app.delete(&listing).by(&scene.owner).expect(200).await;
    let id = path.trim_start_matches("/inquiries/");
    let new = json!({"procedure": "REG", "inquiry_id": id});
    let begun = scene.begin(&scene.asker, &new).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let content = &begun.body["content"];
    assert_eq!(
        (&content["technology"]["name"], &content["contract"]["number"]),
        (&Value::Null, &json!("12/2026"))
    );
    assert_eq!(content["transferor"]["tax_code"], scene.tax_code(&scene.owner).await);
}
