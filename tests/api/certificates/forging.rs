//! Whatever is changed in a file of a certificate is noticed, also without the exchange, and so is what was put in the place of
//! something else.

use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::certificate::record::CertificateRecord;
use vptex::print;
use vptex::service::certificates::keys;
use vptex::service::certificates::signing::{NotGenuine, PublicKey, SignedFile, open};

use super::{amendment, certificate_of, printed, registered, verify};
use crate::dossiers::{Desk, content};
use crate::harness::Reply;
use crate::model::setting;

pub(super) async fn public_keys(desk: &Desk) -> Vec<PublicKey> {
    let exchange = desk.app.exchange();
    let vault = exchange.vault.clone();
    let read = exchange.read(move |conn, _now| keys::public(conn, &vault));
    read.await.unwrap()
}

/// A part of a certificate as its owner gets it.
pub(super) async fn part(desk: &Desk, certificate: &Reply, part: &str) -> Vec<u8> {
    let path = format!("/certificates/{}/{part}", certificate.text("/id"));
    desk.app.get(&path).by(&desk.owner).expect(200).await.bytes
}

/// Another key signs certificates; gives its name.
async fn rotate(desk: &Desk) -> String {
    let exchange = desk.app.exchange().clone();
    let kid = actix_web::web::block(move || exchange.write_blocking(keys::rotate));
    kid.await.unwrap().unwrap()
}

/// A certificate and its amendment, by which it is longer.
pub(super) async fn amended(desk: &Desk) -> (Reply, Reply) {
    let first = registered(desk).await;
    let longer = |text: &mut Value| text["amendment"]["kinds"] = json!(["extension", "amendment"]);
    let mut seen = amendment(desk, first.text("/number"), &longer).await;
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.take(&seen, event).await;
    }
    (first, certificate_of(desk, &seen).await)
}

/// No byte of a file can be another one. Of a document every so many are tried, since each time it is printed anew:
/// `VPTEX_FORGED_STEP=1` tries all.
fn every_change_is_noticed(file: &[u8], keys: &[PublicKey]) {
    let is_document = file.starts_with(b"%PDF-");
    let step = if is_document {
        setting("VPTEX_FORGED_STEP", 97)
    } else {
        1
    };
    for at in (0..file.len()).step_by(usize::try_from(step).unwrap()) {
        let mut forged = file.to_vec();
        // Another letter, not only another case.
        forged[at] ^= 0x15;
        assert!(open(&forged, keys).is_err(), "byte {at} of {}", file.len());
    }
    assert!(open(&file[..file.len() - 1], keys).is_err());
    assert!(open(&[file, b"\n"].concat(), keys).is_err());
}

/// Nor can one be left out, or stand twice.
fn nothing_is_left_out_or_doubled(file: &[u8], keys: &[PublicKey]) {
    for at in 0..file.len() {
        let (before, after) = file.split_at(at);
        let without = [before, &after[1..]].concat();
        assert!(open(&without, keys).is_err(), "without byte {at}");
        let doubled = [before, &after[..1], after].concat();
        assert!(open(&doubled, keys).is_err(), "byte {at} twice");
    }
}

#[actix_web::test]
async fn a_changed_byte_of_a_certificate_is_noticed() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let keys = public_keys(&desk).await;
    for name in ["record", "document"] {
        let file = part(&desk, &certificate, name).await;
        let opened = open(&file, &keys).unwrap();
        assert_eq!(opened.record.number, certificate.text("/number"));
        every_change_is_noticed(&file, &keys);
        assert_eq!(
            open(&file, &[]).unwrap_err(),
            NotGenuine::UnknownKey(keys[0].kid.clone())
        );
    }
    nothing_is_left_out_or_doubled(&part(&desk, &certificate, "record").await, &keys);
    for nothing in [&b""[..], b"{}", b"%PDF-1.7", b"[1]"] {
        assert_eq!(open(nothing, &keys).unwrap_err(), NotGenuine::Form);
    }
}

#[actix_web::test]
async fn what_one_certificate_says_is_not_put_into_another() {
    let desk = Desk::open().await;
    let (first, second) = (registered(&desk).await, registered(&desk).await);
    let keys = public_keys(&desk).await;
    let read = |file: &[u8]| serde_json::from_slice::<Value>(file).unwrap();
    let (one, other) = (
        part(&desk, &first, "record").await,
        part(&desk, &second, "record").await,
    );
    let mixed = json!({"record": read(&one)["record"], "jws": read(&other)["jws"]});
    assert_eq!(
        open(mixed.to_string().as_bytes(), &keys).unwrap_err(),
        NotGenuine::Record
    );
    // The paper of one around the signed record of the other.
    let record = open(&one, &keys).unwrap().record;
    let swapped = print::certificate(&record, &other).unwrap();
    assert_eq!(open(&swapped, &keys).unwrap_err(), NotGenuine::Document);
    // Number and code of two papers do not go together.
    let ((number, _), (_, code)) = (printed(&first), printed(&second));
    desk.app.get(&format!("/verify/{number}/{code}")).expect(404).await;
}

/// Where the texts and amounts of a record stand.
fn places(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| self::places(value, &format!("{at}/{name}"), places)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(which, value)| self::places(value, &format!("{at}/{which}"), places)),
        Value::String(_) | Value::Number(_) => places.push(at.to_owned()),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Another day, amount or text than one.
fn another(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_i64().unwrap() + 1),
        text => {
            let text = text.as_str().unwrap();
            let day = text.parse::<jiff::civil::Date>().ok();
            json!(day.map_or_else(|| format!("{text}1"), |day| day.tomorrow().unwrap().to_string()))
        }
    }
}

/// Whoever can set such a paper changes one text of it, and leaves the signed record within as it is.
#[actix_web::test]
async fn another_text_around_a_signed_record_is_noticed() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    let keys = public_keys(&desk).await;
    for certificate in [first, second] {
        let document = part(&desk, &certificate, "document").await;
        let within = print::attachment(&document).unwrap();
        let signed: SignedFile = serde_json::from_slice(&within).unwrap();
        assert_eq!(print::certificate(&signed.record, &within).unwrap(), document);
        let record = serde_json::to_value(&signed.record).unwrap();
        let mut everywhere = Vec::new();
        places(&record, "", &mut everywhere);
        let mut noticed = Vec::new();
        for place in &everywhere {
            let mut other = record.clone();
            let value = other.pointer_mut(place).unwrap();
            *value = another(value);
            // Some codes have no other value that reads, and some stand beside the name that is printed.
            let other = serde_json::from_value::<CertificateRecord>(other);
            let Some(forged) = other.ok().and_then(|other| print::certificate(&other, &within).ok()) else {
                continue;
            };
            if forged != document {
                assert_eq!(open(&forged, &keys).unwrap_err(), NotGenuine::Document, "{place}");
                noticed.push(place.as_str());
            }
        }
        for place in [
            "/number",
            "/issued_on",
            "/issuer/name",
            "/transferor/name",
            "/transferee/name",
            "/transferee/tax_code",
            "/technology/name",
            "/contract/ends_on",
            "/money/vnd_value",
            "/signer/name",
            "/verify_at",
        ] {
            assert!(noticed.contains(&place), "{place} of {noticed:?}");
        }
    }
}

/// Whoever writes rows and lacks the master key brings a public half of his own, with what was sealed for another key.
#[actix_web::test]
async fn a_key_that_somebody_wrote_into_the_database_is_not_believed() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let published = "/.well-known/certificate-keys.json";
    desk.app.request(Method::GET, published).expect(200).await;
    desk.app
        .by_hand("UPDATE certificate_keys SET public_key = substr(sealed_key, 1, 32)")
        .await;
    desk.app.request(Method::GET, published).expect(500).await;
    assert_eq!(verify(&desk, &certificate).await.status, 500);
    let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
    assert_eq!(desk.try_event(&accepted, "issue").await.status, 500);
}

#[actix_web::test]
async fn what_was_signed_verifies_after_the_key_was_changed() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let before = public_keys(&desk).await;
    let kid = rotate(&desk).await;
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
    let told: Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    let kids: Vec<&str> = told["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap())
        .collect();
    assert_eq!(kids, [new.text("/kid"), old.text("/kid")]);
}

/// With two keys that are believed nothing is believed that was not with one.
#[actix_web::test]
async fn changes_are_noticed_after_the_key_was_changed() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let old = public_keys(&desk).await;
    rotate(&desk).await;
    let second = registered(&desk).await;
    let both = public_keys(&desk).await;
    assert_eq!(both.len(), 2);
    let (of_old, of_new) = (
        part(&desk, &first, "record").await,
        part(&desk, &second, "record").await,
    );
    for file in [&of_old, &of_new] {
        assert!(open(file, &both).is_ok());
        every_change_is_noticed(file, &both);
    }
    // Who knows the former key only does not believe the new one; nor is one key taken for the other.
    assert_eq!(
        open(&of_new, &old).unwrap_err(),
        NotGenuine::UnknownKey(both[0].kid.clone())
    );
    let exchanged: Vec<PublicKey> = [(0, 1), (1, 0)]
        .map(|(named, bytes)| PublicKey {
            kid: both[named].kid.clone(),
            bytes: both[bytes].bytes.clone(),
        })
        .into();
    for file in [&of_old, &of_new] {
        assert_eq!(open(file, &exchanged).unwrap_err(), NotGenuine::Signature);
    }
}

/// What is shown again after it was amended: it was signed, and does not hold as it stands.
#[actix_web::test]
async fn an_older_version_is_told_as_such() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    let keys = public_keys(&desk).await;
    let opened = open(&part(&desk, &first, "document").await, &keys).unwrap();
    // The file itself leads to where the register says what came after it.
    assert_eq!(opened.record.verify_at, first.text("/record/verify_at"));
    let told = verify(&desk, &first).await;
    assert_eq!(
        (
            told.text("/validity"),
            told.text("/newest_number"),
            told.text("/newest_state")
        ),
        ("amended", second.text("/number"), "valid")
    );
    // The older record under the number of the newer one.
    let mut renamed = opened.record.clone();
    renamed.number = second.text("/number").to_owned();
    let file = json!({"record": renamed, "jws": opened.jws});
    assert_eq!(
        open(file.to_string().as_bytes(), &keys).unwrap_err(),
        NotGenuine::Record
    );
}

/// Whoever can write into the database puts an older version, or another paper, into the place of one.
#[actix_web::test]
async fn what_was_exchanged_in_the_database_is_noticed() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    super::duplicates::duplicated(&desk, &second).await;
    let refused = async |which: &str| {
        let path = format!("/certificates/{}/{which}", second.text("/id"));
        desk.app.get(&path).by(&desk.owner).expect(500).await.code().to_owned()
    };
    let of_second = "(SELECT id FROM certificates WHERE position = 1)";
    // The document of the certificate as its duplicate.
    desk.app
        .by_hand(&format!(
            "UPDATE certificate_duplicates SET (sha256, content) = (SELECT d.sha256, d.content FROM certificate_documents AS d \
             WHERE d.certificate_id = {of_second})"
        ))
        .await;
    assert_eq!(refused("document?duplicate=1").await, "certificate_damaged");
    assert_eq!(refused("record?duplicate=1").await, "certificate_damaged");
    // The document of before the amendment.
    desk.app
        .by_hand(&format!(
            "UPDATE certificate_documents SET (sha256, content) = (SELECT d.sha256, d.content FROM certificate_documents AS d \
             JOIN certificates AS c ON c.id = d.certificate_id WHERE c.position = 0) WHERE certificate_id = {of_second}"
        ))
        .await;
    assert_eq!(refused("document").await, "certificate_damaged");
    part(&desk, &first, "document").await;
    // The record of before, which was signed.
    desk.app
        .by_hand(
            "UPDATE certificates SET (record, jws) = (SELECT o.record, o.jws FROM certificates AS o WHERE o.position = 0) \
             WHERE position = 1",
        )
        .await;
    let ((older, _), (newer, code)) = (printed(&first), printed(&second));
    desk.app.get(&format!("/verify/{newer}/{code}")).expect(404).await;
    let told = desk.app.get(&format!("/verify/{older}/{code}")).expect(200).await;
    assert_eq!(told.body["is_genuine"], json!(false));
    // Its document is there, too, by now: both fit each other, were signed, and are another certificate's.
    for which in ["document", "record", "document?duplicate=1", "record?duplicate=1"] {
        assert_eq!(refused(which).await, "certificate_damaged", "{which}");
    }
    assert_eq!(verify(&desk, &first).await.body["is_genuine"], json!(true));
}
