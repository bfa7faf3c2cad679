//! Asking to be admitted to an enterprise that is there already.

use serde_json::{Value, json};
use vptex::domain::letter::Letter;

use crate::harness::{Call, Person, TestApp};

async fn tax_code_of(app: &TestApp, owner: &Person) -> String {
    let path = format!("/enterprises/{}", owner.enterprise);
    app.get(&path).by(owner).expect(200).await.text("/tax_code").to_owned()
}

fn ask(app: &TestApp, person: &Person, tax_code: &str) -> Call {
    let body = json!({"tax_code": tax_code, "message": "Em là kỹ sư phòng thiết kế."});
    app.post("/join-requests").by(person).json(&body)
}

fn answer(app: &TestApp, enterprise: &str, request: &str, step: &str) -> Call {
    let call = app.post(&format!("/enterprises/{enterprise}/join-requests/{request}/{step}"));
    if step == "approval" {
        call.json(&json!({"role": "editor"}))
    } else {
        call
    }
}

/// The request that waits, as its owner sees it.
async fn waiting(app: &TestApp, owner: &Person) -> Value {
    let path = format!("/enterprises/{}/join-requests", owner.enterprise);
    let page = app.get(&path).by(owner).expect(200).await;
    let items = page.body["items"].as_array().unwrap().clone();
    items
        .into_iter()
        .find(|item| item["state"] == "pending")
        .unwrap_or(Value::Null)
}

#[actix_web::test]
async fn an_owner_admits_who_asks() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let person = app.person().await;
    app.get("/me/join-request").by(&person).expect(404).await;
    ask(&app, &person, &tax_code_of(&app, &owner).await).expect(202).await;
    let letters = app.letters_to(&owner.email).await;
    assert!(matches!(letters.first(), Some(Letter::JoinRequested { person, .. }) if person == "Lê Thị Hoa"));
    let request = waiting(&app, &owner).await;
    assert_eq!(request["email"], person.email.as_str());
    assert_eq!(request["message"], "Em là kỹ sư phòng thiết kế.");
    let id = request["id"].as_str().unwrap();
    let mine = app.get("/me/join-request").by(&person).expect(200).await;
    assert_eq!((mine.text("/id"), mine.text("/state")), (id, "pending"));
    // A request is no membership.
    app.get("/me/listings").by(&person).expect(403).await;
    let twice = ask(&app, &person, "2600357502").expect(409).await;
    assert_eq!(twice.code(), "already_there");
    let done = answer(&app, &owner.enterprise, id, "approval")
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!((done.text("/state"), done.text("/role")), ("approved", "editor"));
    let me = app.get("/me").by(&person).expect(200).await;
    assert_eq!(
        (me.text("/enterprise/id"), me.text("/role")),
        (owner.enterprise.as_str(), "editor")
    );
    let letters = app.letters_to(&person.email).await;
    assert!(matches!(
        letters.first(),
        Some(Letter::JoinDecided { approved: true, .. })
    ));
    for step in ["approval", "rejection"] {
        let late = answer(&app, &owner.enterprise, id, step).by(&owner).expect(409).await;
        assert_eq!(late.code(), "already_decided");
    }
    let member = ask(&app, &person, "2600357502").expect(409).await;
    assert_eq!(member.code(), "already_member");
}

#[actix_web::test]
async fn a_refused_person_may_ask_again_and_take_it_back() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (person, code) = (app.person().await, tax_code_of(&app, &owner).await);
    for round in 0..5 {
        ask(&app, &person, &code).expect(202).await;
        if round % 2 == 0 {
            let request = waiting(&app, &owner).await;
            let id = request["id"].as_str().unwrap();
            answer(&app, &owner.enterprise, id, "rejection")
                .by(&owner)
                .expect(200)
                .await;
            let mine = app.get("/me/join-request").by(&person).expect(200).await;
            assert_eq!(mine.text("/state"), "rejected");
        } else {
            app.delete("/me/join-request").by(&person).expect(204).await;
            app.delete("/me/join-request").by(&person).expect(404).await;
        }
    }
    let letters = app.letters_to(&person.email).await;
    assert!(matches!(
        letters.first(),
        Some(Letter::JoinDecided { approved: false, .. })
    ));
    let often = ask(&app, &person, &code).expect(429).await;
    assert_eq!(often.code(), "too_many_requests");
}

#[actix_web::test]
async fn the_answer_does_not_tell_which_registrations_wait() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let suspended = app.active_enterprise(&officer).await;
    let codes = [
        "2600357502".to_owned(),
        tax_code_of(&app, &app.registered_enterprise().await).await,
        tax_code_of(&app, &suspended).await,
    ];
    app.suspend(&suspended.enterprise, &officer).await;
    let person = app.person().await;
    let mut answers = Vec::new();
    for code in codes {
        let asked = ask(&app, &person, &code).expect(202).await;
        let mine = app.get("/me/join-request").by(&person).expect(404).await;
        let taken_back = app.delete("/me/join-request").by(&person).expect(404).await;
        answers.push((asked.body, mine.code().to_owned(), taken_back.code().to_owned()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let wrong = ask(&app, &person, "2600357503").expect(422).await;
    assert_eq!(wrong.pointers(), ["/tax_code"]);
}

/// An owner of one enterprise names it in the path, and another one's request behind it.
#[actix_web::test]
async fn ghsa_569v_a_request_is_decided_only_under_its_own_enterprise() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let stranger = app.active_enterprise(&officer).await;
    let person = app.person().await;
    ask(&app, &person, &tax_code_of(&app, &owner).await).expect(202).await;
    let id = waiting(&app, &owner).await["id"].as_str().unwrap().to_owned();
    for step in ["approval", "rejection"] {
        answer(&app, &stranger.enterprise, &id, step)
            .by(&stranger)
            .expect(404)
            .await;
        answer(&app, &owner.enterprise, &id, step)
            .by(&stranger)
            .expect(403)
            .await;
    }
    assert_eq!(waiting(&app, &owner).await["id"], id.as_str());
    app.get("/me/listings").by(&person).expect(403).await;
}
