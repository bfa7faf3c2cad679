//! What stops while somebody had the processing of the own data restricted.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use crate::harness::{Person, TestApp};
use crate::policies::{consent, consent_text, publish};

async fn restrict(app: &TestApp, officer: &Person, person: &Person) {
    let body = json!({"kind": "restrict"});
    let asked = app.post("/me/data-requests").by(person).json(&body).expect(201).await;
    let path = format!("/data-requests/{}/fulfilment", asked.text("/id"));
    let body = json!({"answer": "Đã hạn chế xử lý theo yêu cầu."});
    app.post(&path).by(officer).json(&body).expect(200).await;
}

#[actix_web::test]
async fn no_consent_has_an_effect_while_processing_is_restricted() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ManageReferenceData])
        .await;
    let mai = app.person().await;
    let contact = publish(&app, &officer, &consent_text("publish_contact", "1")).await;
    let news = publish(&app, &officer, &consent_text("newsletter", "1")).await;
    let given = consent(&app, &mai, "publish_contact", &contact, 201).await;
    assert_eq!(given.body["in_effect"], true);
    restrict(&app, &officer, &mai).await;
    let later = consent(&app, &mai, "newsletter", &news, 201).await;
    assert_eq!(later.body["in_effect"], false);
    let effects = async || -> Vec<Value> {
        let mine = app.get("/me/consents").by(&mai).expect(200).await;
        let items = mine.body["items"].as_array().unwrap().iter();
        items.map(|item| item["in_effect"].clone()).collect()
    };
    assert_eq!(effects().await, [false, false]);
    let copy = app.get("/me/export").by(&mai).expect(200).await;
    assert_eq!(copy.body["consents"][0]["in_effect"], false);
    app.delete("/me/restriction").by(&mai).expect(204).await;
    assert_eq!(effects().await, [true, true]);
    let path = format!("/me/consents/{}", later.text("/id"));
    app.delete(&path).by(&mai).expect(204).await;
    assert_eq!(effects().await, [false, true]);
}

#[actix_web::test]
async fn colleagues_see_neither_name_nor_address() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ReviewEnterprises])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let viewer = app.member(&owner.enterprise, Role::Viewer).await;
    let path = format!("/enterprises/{}/members", owner.enterprise);
    let id = app.id_of(&editor).await;
    let seen = async |who: &Person| -> (Value, Value) {
        let page = app.get(&path).by(who).expect(200).await;
        let items = page.body["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["account_id"] == *id).unwrap();
        assert_eq!(item["role"], "editor");
        (item["display_name"].clone(), item["email"].clone())
    };
    let plain = (json!("Lê Thị Hoa"), json!(editor.email));
    assert_eq!(seen(&viewer).await, plain);
    restrict(&app, &officer, &editor).await;
    assert_eq!(seen(&viewer).await, (Value::Null, Value::Null));
    // Who manages the members, who supervises the enterprise, and the person herself.
    for who in [&owner, &officer, &editor] {
        assert_eq!(seen(who).await, plain);
    }
    app.delete("/me/restriction").by(&editor).expect(204).await;
    assert_eq!(seen(&viewer).await, plain);
}

#[actix_web::test]
async fn no_invitation_goes_out_and_nobody_follows_as_contact_person() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let owner = app.registered_enterprise().await;
    let mai = app.person().await;
    restrict(&app, &officer, &mai).await;
    let path = format!("/enterprises/{}/invitations", owner.enterprise);
    let invite = async |email: &str| {
        let body = json!({"email": email, "role": "viewer"});
        app.post(&path).by(&owner).json(&body).expect(201).await
    };
    // The answer does not tell.
    let (restricted, free) = (invite(&mai.email.to_uppercase()).await, invite("hoa@example.com").await);
    let names = |reply: &Value| -> Vec<String> { reply.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(names(&restricted.body), names(&free.body));
    let is_invitation = |letter: &Letter| matches!(letter, Letter::Invitation { .. });
    assert!(!app.letters_to(&mai.email).await.iter().any(is_invitation));
    assert!(app.letters_to("hoa@example.com").await.iter().any(is_invitation));

    // An owner whose data may only be kept does not become the contact person.
    let second = app.member(&owner.enterprise, Role::Owner).await;
    restrict(&app, &officer, &second).await;
    let contact = format!("/enterprises/{}/contact", owner.enterprise);
    app.delete(&contact).by(&officer).expect(204).await;
    let told = app.letters_to(&second.email).await;
    assert!(
        matches!(told.first(), Some(Letter::ContactErased { successor: None, .. })),
        "{told:?}"
    );
}
