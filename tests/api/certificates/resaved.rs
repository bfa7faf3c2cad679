//! The file of a certificate that another program saved anew.

use serde_json::json;
use vptex::service::certificates::signing::{NotGenuine, open};

use super::forging::public_keys;
use super::registered;
use crate::dossiers::{Desk, content};

#[actix_web::test]
async fn a_file_that_was_saved_anew_is_told_from_a_forged_one() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let keys = public_keys(&desk).await;
    let path = format!("/certificates/{}/record", certificate.text("/id"));
    let file = desk.app.get(&path).by(&desk.owner).expect(200).await;
    let saved = open(file.body.to_string().as_bytes(), &keys);
    assert_eq!(saved.unwrap_err(), NotGenuine::Rewritten);
    let mut forged = file.body.clone();
    forged["record"]["technology"]["name"] = json!("Công nghệ khác");
    let forged = open(forged.to_string().as_bytes(), &keys);
    assert_eq!(forged.unwrap_err(), NotGenuine::Record);
}

#[actix_web::test]
async fn nobody_signs_as_the_head_of_something_else() {
    let desk = Desk::open().await;
    let counter = desk.counter();
    let accepted = counter.accepted(&content(&desk.tax_code)).await;
    let proposed = counter.propose(&accepted, &json!({"event": "issue"})).await;
    let body = json!({"event": "issue", "signed_as": "Thủ tướng Chính phủ"});
    let refused = desk.post(&proposed, &desk.signer, &body).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/signed_as"]));
    let body = json!({"event": "issue", "signed_as": "KT. Giám đốc, Phó Giám đốc"});
    assert_eq!(desk.post(&proposed, &desk.signer, &body).await.status, 200);
}
