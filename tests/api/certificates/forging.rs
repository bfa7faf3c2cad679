//! Whatever is changed in a file of a certificate is noticed, also without the exchange.

use serde_json::json;
use vptex::service::certificates::keys;
use vptex::service::certificates::signing::{NotGenuine, PublicKey, open};

use super::{printed, registered, verify};
use crate::dossiers::Desk;

async fn public_keys(desk: &Desk) -> Vec<PublicKey> {
    desk.app.exchange().read(|conn, _now| keys::public(conn)).await.unwrap()
}

#[actix_web::test]
async fn a_changed_byte_of_a_certificate_is_noticed() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let path = format!("/certificates/{}", certificate.text("/id"));
    let keys = public_keys(&desk).await;
    for (part, step) in [("record", 1), ("document", 97)] {
        let file = desk
            .app
            .get(&format!("{path}/{part}"))
            .by(&desk.owner)
            .expect(200)
            .await
            .bytes;
        let opened = open(&file, &keys).unwrap();
        assert_eq!(opened.record.number, certificate.text("/number"));
        for at in (0..file.len()).step_by(step) {
            let mut forged = file.to_vec();
            // Another letter, not only another case.
            forged[at] ^= 0x15;
            assert!(open(&forged, &keys).is_err(), "{part}: byte {at} of {}", file.len());
        }
        assert!(open(&file[..file.len() - 1], &keys).is_err());
        assert!(open(&[&file[..], b"\n"].concat(), &keys).is_err());
        assert_eq!(
            open(&file, &[]).unwrap_err(),
            NotGenuine::UnknownKey(keys[0].kid.clone())
        );
    }
    for nothing in [&b""[..], b"{}", b"%PDF-1.7", b"[1]"] {
        assert_eq!(open(nothing, &keys).unwrap_err(), NotGenuine::Form);
    }
}

#[actix_web::test]
async fn what_one_certificate_says_is_not_put_into_another() {
    let desk = Desk::open().await;
    let (first, second) = (registered(&desk).await, registered(&desk).await);
    let keys = public_keys(&desk).await;
    let file = async |id: &str, part: &str| {
        let path = format!("/certificates/{id}/{part}");
        desk.app.get(&path).by(&desk.owner).expect(200).await
    };
    let (one, other) = (
        file(first.text("/id"), "record").await,
        file(second.text("/id"), "record").await,
    );
    let mixed = json!({"record": one.body["record"], "jws": other.body["jws"]});
    assert_eq!(
        open(mixed.to_string().as_bytes(), &keys).unwrap_err(),
        NotGenuine::Record
    );
    // Number and code of two papers do not go together.
    let ((number, _), (_, code)) = (printed(&first), printed(&second));
    desk.app.get(&format!("/verify/{number}/{code}")).expect(404).await;
}

#[actix_web::test]
async fn what_was_signed_verifies_after_the_key_was_changed() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let before = public_keys(&desk).await;
    let exchange = desk.app.exchange().clone();
    let kid = actix_web::web::block(move || exchange.write_blocking(keys::rotate).unwrap())
        .await
        .unwrap();
    let second = registered(&desk).await;
    let (old, new) = (verify(&desk, &first).await, verify(&desk, &second).await);
    assert_eq!(
        (&old.body["is_genuine"], &new.body["is_genuine"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        (old.text("/kid"), new.text("/kid")),
        (before[0].kid.as_str(), kid.as_str())
    );
    let address = format!("http://{}/.well-known/certificate-keys.json", desk.app.addr());
    let told: serde_json::Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    let kids: Vec<&str> = told["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap())
        .collect();
    assert_eq!(kids, [new.text("/kid"), old.text("/kid")]);
}
