//! Who files what is approved and licensed: the party that the law names, or the one on which the parties agreed.

use serde_json::{Value, json};

use super::{Counter, Desk, content};
use crate::harness::{Person, Reply};

async fn tax_code(desk: &Desk, of: &Person) -> Value {
    let seen = desk.app.get(&format!("/enterprises/{}", of.enterprise)).by(of);
    seen.expect(200).await.body["tax_code"].clone()
}

/// A restricted technology that one enterprise of Việt Nam gives to another one.
fn domestic(desk: &Desk, seller: &Value) -> Value {
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    text["direction"] = json!("domestic");
    text["uses_state_capital"] = json!(false);
    text["transferor"]["country"] = json!("VN");
    text["transferor"]["tax_code"] = seller.clone();
    text
}

async fn handed_in_by(desk: &Desk, by: &Person, new: &Value) -> Reply {
    let counter = Counter {
        owner: by,
        ..desk.counter()
    };
    let begun = desk.begin(by, new).await;
    counter.try_event(&begun, "submit").await
}

fn names_the_article(refused: &Reply, place: &str) {
    assert_eq!((refused.status, refused.pointers()), (422, vec![place]));
    let told = refused.text("/errors/0/detail");
    assert!(told.contains("Luật CGCN Đ.25.2.đ, 26.2.c"), "{told}");
}

#[actix_web::test]
async fn an_approval_is_asked_for_by_the_party_that_the_law_names() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let third = desk.app.active_enterprise(&reviewer).await;
    let mut text = content(&desk.tax_code);
    text["technology_status"] = json!("restricted");
    let new = json!({"procedure": "APR", "content": text});
    let begun = desk.begin(&desk.owner, &new).await;
    assert_eq!(
        (begun.text("/obligation/duty"), begun.text("/obligation/filer")),
        ("licence", "transferee")
    );
    // Somebody whom the contract does not name.
    let refused = handed_in_by(&desk, &third, &new).await;
    names_the_article(&refused, "/content/transferee/tax_code");
    // Without the direction nobody knows who files.
    let mut untold = new.clone();
    untold["content"]["direction"] = Value::Null;
    let refused = handed_in_by(&desk, &third, &untold).await;
    names_the_article(&refused, "/content/direction");
    assert_eq!(refused.text("/errors/0/code"), "required_by_law");
    let taken = desk.take(&begun, "submit").await;
    assert_eq!(taken.text("/state/code"), "submitted");
}

#[actix_web::test]
async fn the_parties_may_agree_on_the_other_one() {
    let desk = Desk::open().await;
    let reviewer = desk.app.officer().await;
    let seller = desk.app.active_enterprise(&reviewer).await;
    let third = desk.app.active_enterprise(&reviewer).await;
    let code = tax_code(&desk, &seller).await;
    let mut new = json!({"procedure": "APR", "content": domestic(&desk, &code)});
    let refused = handed_in_by(&desk, &seller, &new).await;
    names_the_article(&refused, "/content/transferee/tax_code");

    new["content"]["agreed_filer"] = json!("transferor");
    for other in [&desk.owner, &third] {
        let refused = handed_in_by(&desk, other, &new).await;
        names_the_article(&refused, "/content/transferor/tax_code");
    }
    let submitted = handed_in_by(&desk, &seller, &new).await;
    assert_eq!(
        (submitted.status, submitted.text("/obligation/filer")),
        (200, "transferor"),
        "{}",
        submitted.body
    );
    // The party that does not file is the other one.
    desk.read(&desk.owner, &submitted).await;
    let approved = desk.take(&submitted, "approve").await;
    new["procedure"] = json!("LIC");
    new["follows"] = approved.body["id"].clone();
    new["given_on"] = json!(desk.today());
    let licence = handed_in_by(&desk, &seller, &new).await;
    assert_eq!(
        (licence.status, licence.text("/state/code")),
        (200, "submitted"),
        "{}",
        licence.body
    );

    // Of nothing that is registered, and by a party.
    let mut wrong = content(&desk.tax_code);
    wrong["agreed_filer"] = json!("transferor");
    let begun = desk
        .begin(&desk.owner, &json!({"procedure": "REG", "content": wrong}))
        .await;
    let signed = desk.take(&begun, "sign_contract").await;
    let refused = desk.try_event(&signed, "submit").await;
    names_the_article(&refused, "/content/agreed_filer");
    wrong["agreed_filer"] = json!("broker");
    let new = json!({"procedure": "APR", "content": wrong});
    let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new).expect(422).await;
    assert_eq!(refused.pointers(), ["/content/agreed_filer"]);
}

/// A name is written in many ways, so that one which is not that of the tax code is told, and nothing refused for it.
#[actix_web::test]
async fn a_party_that_is_called_otherwise_or_is_nowhere_is_hinted_at() {
    let desk = Desk::open().await;
    let path = format!("/enterprises/{}", desk.owner.enterprise);
    let own = desk.app.get(&path).by(&desk.owner).expect(200).await;
    let own = own.text("/legal_name").to_owned();
    let members = |seen: &Reply| -> Vec<String> {
        let hints = seen.body["party_hints"].as_array().into_iter().flatten();
        hints.map(|hint| hint["member"].as_str().unwrap().to_owned()).collect()
    };
    let mut text = content(&desk.tax_code);
    text["transferee"]["name"] = json!("Công ty cổ phần Tên Khác");
    text["transferee"]["commune_code"] = Value::Null;
    let new = |text: &Value| json!({"procedure": "REG", "content": text});
    let begun = desk.begin(&desk.owner, &new(&text)).await;
    assert_eq!(members(&begun), ["/transferee/name", "/transferee/commune_code"]);
    let said = begun.text("/party_hints/0/text_vi");
    assert!(said.contains(&own), "{said}");
    let handed_in = desk.take(&desk.take(&begun, "sign_contract").await, "submit").await;
    for reader in [&desk.owner, &desk.officer] {
        assert_eq!(members(&desk.read(reader, &handed_in).await).len(), 2);
    }
    // Written in capitals it is the same name.
    text["transferee"]["name"] = json!(own.to_uppercase());
    text["transferee"]["commune_code"] = json!("08494");
    let begun = desk.begin(&desk.owner, &new(&text)).await;
    assert!(members(&begun).is_empty(), "{}", begun.body);
    // Communes are of Việt Nam.
    text["transferor"]["commune_code"] = json!("08494");
    let refused = desk.app.post("/dossiers").by(&desk.owner).json(&new(&text));
    let refused = refused.expect(422).await;
    assert_eq!(
        (refused.pointers(), refused.text("/errors/0/code")),
        (vec!["/content/transferor/commune_code"], "conflicts")
    );
}
