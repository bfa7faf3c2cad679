//! Records that somebody changed in the database, beside the signature that they had: nothing is made of them, and whoever reads them is told.

use jiff::ToSpan as _;
use serde_json::{Value, json};

use super::duplicates::{asked, duplicated, prepared, proposing, signing};
use super::licences::licensed_until;
use super::replacing::longer;
use super::{amendment, case_of, certificate_of, printed, registered};
use crate::dossiers::Desk;
use crate::harness::Reply;

/// Whoever can write into the database puts another record there, and leaves the signature.
async fn put(desk: &Desk, certificate: &Reply, record: &Value) {
    let (_, code) = printed(certificate);
    let record = record.to_string().replace('\'', "''");
    desk.app
        .by_hand(&format!(
            "UPDATE certificates SET record = '{record}' WHERE code = '{code}'"
        ))
        .await;
}

/// Something that no amendment tells again.
pub(super) async fn change(desk: &Desk, certificate: &Reply) {
    let mut record = certificate.body["record"].clone();
    record["contract"]["place"] = json!("Nơi khác");
    put(desk, certificate, &record).await;
}

async fn put_back(desk: &Desk, certificate: &Reply) {
    put(desk, certificate, &certificate.body["record"]).await;
}

pub(super) fn assert_damaged(refused: &Reply) {
    assert_eq!(
        (refused.status, refused.code()),
        (500, "certificate_damaged"),
        "{}",
        refused.body
    );
}

#[actix_web::test]
async fn no_duplicate_is_signed_of_a_record_that_was_changed() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let waiting = json!({"proposal": prepared(&desk, &certificate).await.text("/id")});
    change(&desk, &certificate).await;
    let refused = signing(&desk, &desk.signer, &certificate, &waiting).send().await;
    assert_damaged(&refused);
    let path = format!("/certificates/{}/duplicate-proposal", certificate.text("/id"));
    desk.app.delete(&path).by(&desk.officer).expect(204).await;
    let refused = proposing(&desk, &desk.officer, &certificate, &asked(&desk))
        .send()
        .await;
    assert_damaged(&refused);
    put_back(&desk, &certificate).await;
    assert_eq!(duplicated(&desk, &certificate).await.number("/ordinal"), 1);
}

#[actix_web::test]
async fn nothing_is_amended_or_annulled_by_a_record_that_was_changed() {
    let desk = Desk::open().await;
    let first = registered(&desk).await;
    let kinds = |text: &mut Value| text["amendment"]["kinds"] = json!(["extension", "amendment"]);
    let begun = amendment(&desk, first.text("/number"), &kinds).await;
    change(&desk, &first).await;
    assert_damaged(&desk.try_event(&begun, "submit").await);
    assert_damaged(&desk.try_event(&case_of(&desk, &first).await, "annul").await);
    put_back(&desk, &first).await;
    let submitted = desk.take(&begun, "submit").await;
    let accepted = desk.take(&submitted, "accept_complete").await;
    let issue = json!({"event": "issue"});
    change(&desk, &first).await;
    assert_damaged(&desk.counter().propose(&accepted, &issue).await);
    put_back(&desk, &first).await;
    let proposed = desk.counter().propose(&accepted, &issue).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    change(&desk, &first).await;
    assert_damaged(&desk.post(&proposed, &desk.signer, &issue).await);
    put_back(&desk, &first).await;
    let issued = desk.post(&proposed, &desk.signer, &issue).await;
    assert_eq!(issued.status, 200, "{}", issued.body);
    // By what it holds is what the newest says: the first is as it was.
    let second = certificate_of(&desk, &issued).await;
    change(&desk, &second).await;
    let path = format!("/certificates/{}", first.text("/id"));
    let seen = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(
        (&seen.body["is_genuine"], &seen.body["is_effective_genuine"]),
        (&json!(true), &json!(false))
    );
}

#[actix_web::test]
async fn no_licence_takes_the_place_of_one_whose_record_was_changed() {
    let desk = Desk::open().await;
    let dossier = licensed_until(&desk, desk.today().checked_add(400.days()).unwrap()).await;
    let first = certificate_of(&desk, &dossier).await;
    let begun = longer(&desk, &dossier, &first.body["number"]).await;
    change(&desk, &first).await;
    assert_damaged(&desk.try_event(&begun, "submit").await);
    put_back(&desk, &first).await;
    let submitted = desk.take(&begun, "submit").await;
    let accepted = desk.take(&submitted, "accept_complete").await;
    change(&desk, &first).await;
    assert_damaged(&desk.try_event(&accepted, "issue").await);
    put_back(&desk, &first).await;
    let second = certificate_of(&desk, &desk.take(&accepted, "issue").await).await;
    assert_eq!(second.body["record"]["replaces"]["number"], first.body["number"]);
}

#[actix_web::test]
async fn whoever_reads_the_register_is_told_that_a_record_was_changed() {
    let desk = Desk::open().await;
    let issued = registered(&desk).await;
    let enter = desk.app.post("/certificates").by(&desk.signer);
    let entered = enter.json(&super::old_paper(&desk.tax_code)).expect(201).await;
    let told = async || {
        let mut told = Vec::new();
        for certificate in [&issued, &entered] {
            let id = certificate.text("/id");
            let read = desk.app.get(&format!("/certificates/{id}")).by(&desk.officer);
            let read = read.expect(200).await.body["is_genuine"].clone();
            for (list, by) in [("/certificates", &desk.officer), ("/me/certificates", &desk.owner)] {
                let listed = desk.app.get(list).by(by).expect(200).await;
                let rows = listed.body["items"].as_array().unwrap();
                let row = rows.iter().find(|row| row["id"] == id).unwrap();
                assert_eq!(row["is_genuine"], read, "{list}");
            }
            told.push(read);
        }
        told
    };
    assert_eq!(told().await, [json!(true), Value::Null]);
    change(&desk, &issued).await;
    assert_eq!(told().await, [json!(false), Value::Null]);
    put_back(&desk, &issued).await;
    assert_eq!(told().await, [json!(true), Value::Null]);
    // A key that does not open vouches for nothing, and keeps nobody from reading.
    desk.app
        .by_hand("UPDATE certificate_keys SET public_key = substr(sealed_key, 1, 32)")
        .await;
    assert_eq!(told().await, [json!(false), Value::Null]);
}
