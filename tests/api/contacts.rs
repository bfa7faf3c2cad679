//! Contact persons of enterprises: put right, and erased.

use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::letter::Letter;

use crate::harness::{Call, PASSWORD, Person, TestApp};

async fn erase(app: &TestApp, officer: &Person, person: &Person) {
    let body = json!({"kind": "erase"});
    let asked = app.post("/me/data-requests").by(person).json(&body).expect(201).await;
    let path = format!("/data-requests/{}/fulfilment", asked.text("/id"));
    let body = json!({"answer": "Đã xóa theo yêu cầu."});
    app.post(&path).by(officer).json(&body).expect(200).await;
}

fn contact(view: &Value) -> [Option<&str>; 3] {
    ["contact_name", "contact_email", "contact_phone"].map(|name| view[name].as_str())
}

/// Letters that tell of an erased contact person, and who follows.
async fn told(app: &TestApp, person: &Person) -> Vec<Option<String>> {
    let letters = app.letters_to(&person.email).await.into_iter();
    let successor = |letter| match letter {
        Letter::ContactErased { successor, .. } => Some(successor),
        _ => None,
    };
    letters.filter_map(successor).collect()
}

/// A registration whose contact person has another one's name or address.
async fn registered_with(app: &TestApp, owner: &str, contact: [&str; 2]) -> Person {
    let mut body = app.registration("Công ty TNHH Bình Minh");
    body["account"]["display_name"] = json!(owner);
    body["enterprise"]["contact_name"] = json!(contact[0]);
    body["enterprise"]["contact_email"] = json!(contact[1]);
    let made = app.confirmed(&body).await;
    let mut person = app.sign_in(body["account"]["email"].as_str().unwrap(), PASSWORD).await;
    person.enterprise = made.text("/enterprise/id").to_owned();
    person
}

#[actix_web::test]
async fn erasing_an_account_erases_the_contact_person_that_it_is() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::HandleDataRequests, Permission::ReviewEnterprises])
        .await;
    // Contact person by name, of her own enterprise; by address, of one that she has nothing to do with.
    let lan = app.active_enterprise(&officer).await;
    let other = registered_with(&app, "Phạm Văn Đức", ["Phòng kinh doanh", &lan.email.to_uppercase()]).await;
    // The same name is somebody else elsewhere.
    let namesake = registered_with(&app, "Vũ Thu Hà", ["Nguyễn Thị Lan", "ha@example.com"]).await;
    let hoa = app.member(&lan.enterprise, Role::Owner).await;
    let read = async |who: &Person, enterprise: &str| {
        let seen = app.get(&format!("/enterprises/{enterprise}")).by(who).expect(200).await;
        seen.body
    };
    let before = read(&hoa, &lan.enterprise).await;
    assert_eq!(contact(&before)[0], Some("Nguyễn Thị Lan"));
    erase(&app, &officer, &lan).await;

    let after = read(&hoa, &lan.enterprise).await;
    assert_eq!(contact(&after), [Some("Lê Thị Hoa"), Some(hoa.email.as_str()), None]);
    for same in ["legal_name", "tax_code", "status", "address_line", "created_at"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(after["version"], json!(before["version"].as_i64().unwrap() + 1));
    assert_eq!(told(&app, &hoa).await, [Some("Lê Thị Hoa".to_owned())]);
    let deeds: Vec<String> = app.deeds(&lan.enterprise).into_iter().map(|(deed, _)| deed).collect();
    assert_eq!(
        deeds,
        [
            "enterprise.registered",
            "enterprise.approved",
            "enterprise.contact_changed"
        ]
    );
    let elsewhere = read(&other, &other.enterprise).await;
    assert_eq!(
        contact(&elsewhere),
        [Some("Phạm Văn Đức"), Some(other.email.as_str()), None]
    );
    assert_eq!(told(&app, &other).await, [Some("Phạm Văn Đức".to_owned())]);
    let untouched = read(&namesake, &namesake.enterprise).await;
    assert_eq!(contact(&untouched)[1], Some("ha@example.com"));
    assert!(told(&app, &namesake).await.is_empty());
    // Whoever left is found by what she did there.
    let text = app.get("/enterprises").expect(200).await.body.to_string();
    assert!(!text.contains(&lan.email));
}

#[actix_web::test]
async fn somebody_who_left_is_no_contact_person_any_more_after_erasure() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let lan = app.registered_enterprise().await;
    let hoa = app.member(&lan.enterprise, Role::Owner).await;
    app.delete("/me/membership").by(&lan).expect(204).await;
    erase(&app, &officer, &lan).await;
    let path = format!("/enterprises/{}", lan.enterprise);
    let seen = app.get(&path).by(&hoa).expect(200).await;
    assert_eq!(contact(&seen.body)[0], Some("Lê Thị Hoa"));
}

fn put(app: &TestApp, owner: &Person, body: &Value) -> Call {
    let path = format!("/enterprises/{}/contact", owner.enterprise);
    app.call(Method::PUT, &path).by(owner).json(body)
}

#[actix_web::test]
async fn an_owner_puts_the_contact_person_right() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let body = json!({
        "contact_name": "Trần Văn Bình", "contact_email": "binh@example.com", "contact_phone": "0912 345 678",
    });
    put(&app, &owner, &body).expect(428).await;
    put(&app, &owner, &body).if_match(7).expect(412).await;
    put(&app, &editor, &body).if_match(2).expect(403).await;
    let wrong = json!({"contact_name": "", "contact_email": "binh", "contact_phone": "12"});
    let refused = put(&app, &owner, &wrong).if_match(2).expect(422).await;
    assert_eq!(
        refused.pointers(),
        ["/contact_name", "/contact_email", "/contact_phone"]
    );
    let done = put(&app, &owner, &body).if_match(2).expect(200).await;
    assert_eq!(done.text("/status"), "active");
    let seen = app.get(&path).by(&owner).expect(200).await;
    assert_eq!((&seen.body, seen.header("etag")), (&done.body, done.header("etag")));
    assert_eq!(
        contact(&seen.body),
        [Some("Trần Văn Bình"), Some("binh@example.com"), Some("+84912345678")]
    );
    // Nobody else sees it.
    let public = app.get(&path).expect(200).await.body.to_string();
    assert!(!public.contains("Bình") && !public.contains("binh@"), "{public}");
    app.suspend(&owner.enterprise, &officer).await;
    let owner = app.again(&owner).await;
    let halted = put(&app, &owner, &body).if_match(4).expect(403).await;
    assert_eq!(halted.code(), "enterprise_not_active");
}

#[actix_web::test]
async fn an_officer_erases_a_contact_person_who_has_no_account() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let reviewer = app.officer().await;
    let owner = registered_with(&app, "Phạm Văn Đức", ["Phạm Văn Đức", "duc@example.com"]).await;
    let path = format!("/enterprises/{}/contact", owner.enterprise);
    app.delete(&path).by(&reviewer).expect(403).await;
    app.delete(&path).by(&owner).expect(403).await;
    app.delete("/enterprises/00000000-0000-0000-0000-000000000000/contact")
        .by(&officer)
        .expect(404)
        .await;
    // The only owner is the contact person by name, so nobody follows.
    app.delete(&path).by(&officer).expect(204).await;
    let seen = app.get(&format!("/enterprises/{}", owner.enterprise)).by(&owner);
    let seen = seen.expect(200).await;
    let pseudonym = format!("{}@erased.invalid", owner.enterprise);
    assert_eq!(
        contact(&seen.body),
        [Some("Người liên hệ đã xóa"), Some(pseudonym.as_str()), None]
    );
    assert_eq!(told(&app, &owner).await, [None]);
    app.delete(&path).by(&officer).expect(404).await;
    // The owner names another one.
    let body = json!({
        "contact_name": "Trần Văn Bình", "contact_email": "binh@example.com", "contact_phone": "0912 345 678",
    });
    put(&app, &owner, &body).if_match(2).expect(200).await;
    app.delete(&path).by(&officer).expect(204).await;
    assert_eq!(told(&app, &owner).await, [Some("Phạm Văn Đức".to_owned()), None]);
}

#[actix_web::test]
async fn a_legal_representative_is_erased_who_is_not_the_contact_person() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::HandleDataRequests]).await;
    let mut body = app.registration("Công ty Sông Lô");
    body["enterprise"]["legal_rep_name"] = json!("Trần Văn Bình");
    let id = app.confirmed(&body).await.text("/enterprise/id").to_owned();
    let owner = app.sign_in(body["account"]["email"].as_str().unwrap(), PASSWORD).await;
    let binh = app.member(&id, Role::Editor).await;
    let version = app.get("/me").by(&binh).expect(200).await.number("/version");
    let name = json!({"display_name": "Trần Văn Bình"});
    app.patch("/me")
        .by(&binh)
        .if_match(version)
        .json(&name)
        .expect(200)
        .await;
    let own = app.get(&format!("/enterprises/{id}")).by(&owner).expect(200).await;
    assert_eq!(own.text("/legal_rep_name"), "Trần Văn Bình");
    erase(&app, &officer, &binh).await;
    let after = app.get(&format!("/enterprises/{id}")).by(&owner).expect(200).await;
    assert_eq!(after.body.get("legal_rep_name"), None);
    assert_eq!(contact(&after.body), contact(&own.body));
}
