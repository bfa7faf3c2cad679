//! Parties that come to the exchange after their certificate was issued.

use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use super::heirs::taken_over;
use super::{case_of, certificate_of, old_paper};
use crate::dossiers::{Counter, Desk, content};
use crate::harness::{Person, Reply};
use crate::mergers::join;

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
    let asked = json!({"asked_by": "Bên giao", "asked_on": desk.today(), "cause": "lost", "reason": "Mất."});
    let status = desk.app.post(&path).by(&late).json(&asked).send().await.status;
    assert!([403, 404].contains(&status), "{status}");
    // While it is suspended it is no party, as with dossiers.
    let officer = desk.app.officer().await;
    desk.app.suspend(&late.enterprise, &officer).await;
    let again = desk.app.again(&late).await;
    assert_eq!(reads(&desk, &again, &issued).await.0, [404; 3]);
}

#[actix_web::test]
async fn who_registers_later_reads_how_it_goes_on_with_its_certificate_and_not_what_was_handed_in_before() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let late = app.registered_enterprise().await;
    let stranger = app.active_enterprise(&app.officer().await).await;
    let mut text = content(&desk.tax_code);
    text["transferor"]["tax_code"] = json!(tax_code(&desk, &late).await);
    let registered = desk.counter().register(&text).await;
    let issued = certificate_of(&desk, &registered).await;
    let case = format!("/dossiers/{}", issued.text("/case_id"));
    let history = format!("{case}/events");
    app.get(&case).by(&late).expect(404).await;
    approve(&desk, &late).await;
    // Its terms and its end concern both parties.
    let seen = app.get(&case).by(&late).expect(200).await;
    assert_eq!(
        (seen.text("/state/code"), seen.text("/certificate/number")),
        ("active", issued.text("/number"))
    );
    app.get(&history).by(&late).expect(200).await;
    for path in [&case, &history] {
        app.get(path).by(&stranger).expect(404).await;
    }
    // Of what was handed in there is what the certificate says; all of it is read by whoever was a party then.
    assert_eq!(
        (
            seen.text("/content/technology/name"),
            &seen.body["content"]["attachments"]
        ),
        ("Công nghệ sấy lúa tầng sôi", &json!([]))
    );
    for place in ["/content/terms/penalties", "/content/transferee/representative"] {
        assert_eq!(seen.body.pointer(place), Some(&Value::Null), "{place}");
        assert!(
            case_of(&desk, &issued).await.body.pointer(place).unwrap().is_string(),
            "{place}"
        );
    }
    app.get(&format!("/dossiers/{}", registered.text("/id")))
        .by(&late)
        .expect(404)
        .await;
    // It reads, and does nothing there.
    assert!(
        seen.body["possible"]
            .as_array()
            .unwrap()
            .iter()
            .all(|event| event["may_do"] == false)
    );
    let write = app.put(&case).by(&late).if_match(seen.number("/version"));
    write.json(&text).expect(404).await;
    let deeds = app.deeds(issued.text("/case_id")).into_iter();
    assert!(deeds.map(|(deed, _)| deed).any(|deed| deed == "dossier.read_by_party"));
    // While it is suspended it is no party.
    let officer = app.officer().await;
    app.suspend(&late.enterprise, &officer).await;
    let again = app.again(&late).await;
    app.get(&case).by(&again).expect(404).await;
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

/// How many certificates officers find of a party with a tax code, in the register and in its file.
async fn found(desk: &Desk, code: &str) -> (usize, usize) {
    let path = format!("/certificates?tax_code={code}");
    let page = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let path = format!("/exports/certificates?format=jsonl&tax_code={code}");
    let file = desk.app.get(&path).by(&desk.officer).expect(200).await;
    let lines = String::from_utf8_lossy(&file.bytes).lines().count();
    (page.body["items"].as_array().unwrap().len(), lines)
}

#[actix_web::test]
async fn who_took_the_place_of_a_latecomer_reads_its_certificates_and_amends_them() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reviewer = app.officer().await;
    let late = app.registered_enterprise().await;
    let code = tax_code(&desk, &late).await;
    let entered = app.post("/certificates").by(&desk.signer).json(&old_paper(&code));
    let entered = entered.expect(201).await;
    let id = entered.text("/id").to_owned();
    let whole = ([200, 404, 404], vec![id.clone()]);
    approve(&desk, &late).await;
    // It became part of one, and that of another one.
    let between = app.active_enterprise(&reviewer).await;
    let last = app.active_enterprise(&reviewer).await;
    let stranger = app.active_enterprise(&reviewer).await;
    let [first_code, last_code] = [tax_code(&desk, &between).await, tax_code(&desk, &last).await];
    assert_eq!(reads(&desk, &between, &entered).await, ([404; 3], vec![]));
    assert_eq!(found(&desk, &first_code).await, (0, 0));
    join(app, &reviewer, &late, &between).await;
    assert_eq!(reads(&desk, &between, &entered).await, whole);
    assert_eq!(found(&desk, &first_code).await, (1, 1));
    join(app, &reviewer, &between, &last).await;
    assert_eq!(reads(&desk, &last, &entered).await, whole);
    assert_eq!(found(&desk, &last_code).await, (1, 1));
    assert_eq!(reads(&desk, &stranger, &entered).await, ([404; 3], vec![]));

    // Whose place it took is told, as by every heir.
    let counter = Counter {
        owner: &last,
        ..desk.counter()
    };
    let new = taken_over(&desk, &entered, &last_code);
    let mut silent = new.clone();
    silent["content"]["amendment"]["succeeded_party"] = Value::Null;
    let refused = counter.try_event(&desk.begin(&last, &silent).await, "submit").await;
    assert_eq!(
        refused.pointers(),
        ["/content/amendment/succeeded_party"],
        "{}",
        refused.body
    );
    let mut seen = desk.begin(&last, &new).await;
    assert!(seen.body.get("differences").is_some(), "{}", seen.body);
    for event in ["submit", "accept_complete", "issue"] {
        seen = counter.take(&seen, event).await;
    }
    let path = format!("/certificates/{}", seen.text("/certificate/id"));
    let amended = app.get(&path).by(&last).expect(200).await;
    assert_eq!(amended.text("/record/transferee/tax_code"), last_code);
    assert_eq!(amended.body["chain"].as_array().unwrap().len(), 2);
    let mine = app.get("/me/certificates").by(&last).expect(200).await;
    assert_eq!(mine.body["items"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn what_a_latecomer_asked_for_before_its_merger_is_decided_for_who_took_its_place() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let late = app.registered_enterprise().await;
    let code = tax_code(&desk, &late).await;
    let entered = app.post("/certificates").by(&desk.signer).json(&old_paper(&code));
    let entered = entered.expect(201).await;
    approve(&desk, &late).await;
    let counter = Counter {
        owner: &late,
        ..desk.counter()
    };
    let mut text = content(&code);
    text["amendment"]["certificate_number"] = entered.body["number"].clone();
    (text["contract"], text["money"]) = (json!({}), json!({}));
    let new = json!({"procedure": "AMD", "given_on": desk.today(), "content": text});
    let submitted = counter.take(&desk.begin(&late, &new).await, "submit").await;
    let reviewer = app.officer().await;
    let heir = app.active_enterprise(&reviewer).await;
    join(app, &reviewer, &late, &heir).await;
    let seen = desk.read(&desk.officer, &submitted).await;
    let accepted = counter.take(&seen, "accept_complete").await;
    let issued = counter.take(&accepted, "issue").await;
    let path = format!("/certificates/{}", issued.text("/certificate/id"));
    let amended = app.get(&path).by(&heir).expect(200).await;
    assert_eq!(amended.text("/effective/contract/ends_on"), "2034-12-31");
}

#[actix_web::test]
async fn who_was_never_verified_brings_no_certificates_along() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let reviewer = app.officer().await;
    // Whose tax code it claims nobody had looked at.
    let claimant = app.registered_enterprise().await;
    let code = tax_code(&desk, &claimant).await;
    let entered = app.post("/certificates").by(&desk.signer).json(&old_paper(&code));
    let entered = entered.expect(201).await;
    let into = app.active_enterprise(&reviewer).await;
    join(app, &reviewer, &claimant, &into).await;
    assert_eq!(reads(&desk, &into, &entered).await, ([404; 3], vec![]));
    assert_eq!(found(&desk, &tax_code(&desk, &into).await).await, (0, 0));
    let counter = Counter {
        owner: &into,
        ..desk.counter()
    };
    let new = taken_over(&desk, &entered, &tax_code(&desk, &into).await);
    let refused = counter.try_event(&desk.begin(&into, &new).await, "submit").await;
    assert_eq!(
        refused.pointers(),
        ["/content/amendment/certificate_number"],
        "{}",
        refused.body
    );
}

/// How many letters about a certificate somebody got.
async fn told(desk: &Desk, person: &Person, number: &str) -> usize {
    let letters = desk.app.letters_to(&person.email).await.into_iter();
    let about = |letter: &Letter| match letter {
        Letter::Dossier(news) => news.certificate.as_deref() == Some(number),
        _ => false,
    };
    letters.filter(about).count()
}

#[actix_web::test]
async fn who_took_the_place_of_a_party_is_told_how_it_goes_on_and_who_reads_nothing_is_not() {
    for is_verified in [true, false] {
        let desk = Desk::open().await;
        let app = &desk.app;
        let reviewer = app.officer().await;
        let late = app.registered_enterprise().await;
        let mut text = content(&desk.tax_code);
        text["transferor"]["tax_code"] = json!(tax_code(&desk, &late).await);
        let issued = certificate_of(&desk, &desk.counter().register(&text).await).await;
        if is_verified {
            approve(&desk, &late).await;
        }
        let [between, last] = [
            app.active_enterprise(&reviewer).await,
            app.active_enterprise(&reviewer).await,
        ];
        join(app, &reviewer, &late, &between).await;
        join(app, &reviewer, &between, &last).await;
        let before = told(&desk, &desk.owner, issued.text("/number")).await;
        desk.take(&case_of(&desk, &issued).await, "annul").await;
        let count = usize::from(is_verified);
        assert_eq!(told(&desk, &last, issued.text("/number")).await, count);
        assert_eq!(told(&desk, &desk.owner, issued.text("/number")).await, before + 1);
        assert_eq!(reads(&desk, &last, &issued).await.0[0] == 200, is_verified);
    }
}
