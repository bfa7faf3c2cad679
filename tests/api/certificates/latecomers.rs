//! Parties that come to the exchange after their certificate was issued.

use serde_json::{Value, json};

use super::{certificate_of, old_paper};
use crate::dossiers::{Desk, content};
use crate::harness::{Person, Reply};

async fn tax_code(desk: &Desk, person: &Person) -> String {
    let path = format!("/enterprises/{}", person.enterprise);
    let seen = desk.app.get(&path).by(person).expect(200).await;
    seen.text("/tax_code").to_owned()
}

async fn approve(desk: &Desk, person: &Person) {
    let path = format!("/enterprises/{}/approval", person.enterprise);
    let officer = desk.app.officer().await;
    desk.app.post(&path).by(&officer).if_match(1).expect(200).await;
}

/// What of a certificate is read by somebody, and how many are listed as one's own.
async fn reads(desk: &Desk, by: &Person, certificate: &Reply) -> ([u16; 3], Vec<String>) {
    let mut answers = [0; 3];
    for (answer, part) in answers.iter_mut().zip(["", "/document", "/record"]) {
        let path = format!("/certificates/{}{part}", certificate.text("/id"));
        *answer = desk.app.get(&path).by(by).send().await.status;
    }
    let mine = desk.app.get("/me/certificates").by(by).send().await;
    let items = mine.body["items"].as_array().cloned().unwrap_or_default();
    let ids = items.iter().map(|item| item["id"].as_str().unwrap().to_owned());
    (answers, ids.collect())
}

#[actix_web::test]
async fn who_registers_later_with_the_tax_code_of_a_party_reads_its_certificates_once_looked_at() {
    let desk = Desk::open().await;
    // Nobody has looked at it when the certificate is issued, so it is linked to nothing.
    let late = desk.app.registered_enterprise().await;
    let stranger = desk.app.active_enterprise(&desk.app.officer().await).await;
    let code = tax_code(&desk, &late).await;
    let mut text = content(&desk.tax_code);
    text["transferor"]["tax_code"] = json!(code);
    let issued = certificate_of(&desk, &desk.counter().register(&text).await).await;
    let id = issued.text("/id").to_owned();
    assert_eq!(reads(&desk, &late, &issued).await, ([404; 3], vec![]));
    approve(&desk, &late).await;
    assert_eq!(reads(&desk, &late, &issued).await, ([200; 3], vec![id.clone()]));
    assert_eq!(reads(&desk, &stranger, &issued).await, ([404; 3], vec![]));
    assert_eq!(reads(&desk, &desk.owner, &issued).await, ([200; 3], vec![id.clone()]));
    // Reading is all: what officers do is not a party's.
    let path = format!("/certificates/{id}/duplicate-proposal");
    let asked = json!({"asked_by": "Bên giao", "asked_on": desk.today(), "reason": "Mất."});
    let status = desk.app.post(&path).by(&late).json(&asked).send().await.status;
    assert!([403, 404].contains(&status), "{status}");
    // While it is suspended it is no party, as with dossiers.
    let officer = desk.app.officer().await;
    desk.app.suspend(&late.enterprise, &officer).await;
    let again = desk.app.again(&late).await;
    assert_eq!(reads(&desk, &again, &issued).await.0, [404; 3]);
}

#[actix_web::test]
async fn certificates_of_before_the_exchange_are_read_by_both_parties_that_came_since() {
    let desk = Desk::open().await;
    let (giver, taker) = (
        desk.app.registered_enterprise().await,
        desk.app.registered_enterprise().await,
    );
    let mut paper: Value = old_paper(&tax_code(&desk, &taker).await);
    paper["content"]["transferor"]["tax_code"] = json!(tax_code(&desk, &giver).await);
    let entered = desk
        .app
        .post("/certificates")
        .by(&desk.signer)
        .json(&paper)
        .expect(201)
        .await;
    for party in [&giver, &taker] {
        assert_eq!(reads(&desk, party, &entered).await, ([404; 3], vec![]));
        approve(&desk, party).await;
        // It was not issued here, so there is neither document nor record.
        let id = entered.text("/id").to_owned();
        assert_eq!(reads(&desk, party, &entered).await, ([200, 404, 404], vec![id]));
    }
    assert_eq!(reads(&desk, &desk.owner, &entered).await, ([404; 3], vec![]));
}
