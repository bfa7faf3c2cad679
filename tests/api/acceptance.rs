//! Who has to have accepted the rules of the exchange, and when.

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::clock::Clock as _;

use crate::harness::{PASSWORD, Person, Reply, TestApp, dryer};
use crate::policies::{consent_text, publish};

fn document(kind: &str) -> Value {
    json!({"kind": kind, "title_vi": "Văn bản của Sàn", "body_vi": "Điều 1. Phạm vi."})
}

async fn accept(app: &TestApp, person: &Person, policy: &str) {
    let body = json!({"policy_id": policy});
    app.post("/me/policy-acceptances")
        .by(person)
        .json(&body)
        .expect(201)
        .await;
}

/// The documents that a refusal names.
fn named(refused: &Reply) -> Vec<&str> {
    assert_eq!(refused.code(), "policy_acceptance_required");
    let policies = refused.body["policies"].as_array().unwrap();
    policies.iter().map(|policy| policy.as_str().unwrap()).collect()
}

#[actix_web::test]
async fn whoever_registers_accepts_what_is_in_force() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let old = publish(&app, &officer, &document("operating_rules")).await;
    let rules = publish(&app, &officer, &document("operating_rules")).await;
    let notice = publish(&app, &officer, &document("privacy_notice")).await;
    let text = publish(&app, &officer, &consent_text("newsletter", "1")).await;

    let body = app.registration("Công ty TNHH Cơ khí Sông Thao");
    app.post("/registrations").json(&body).expect(202).await;
    let email = body["account"]["email"].as_str().unwrap().to_owned();
    let token = app.token_for(&email).await;
    let confirm = async |accepted: &[&str], status: u16| {
        let body = json!({"token": token, "password": PASSWORD, "accepted_policies": accepted});
        let call = app.post("/registrations/confirmation").json(&body);
        call.header("user-agent", "Browser/1").expect(status).await
    };
    assert_eq!(named(&confirm(&[], 409).await), [&rules, &notice]);
    assert_eq!(named(&confirm(&[&rules], 409).await), [&notice]);
    let wrong = ["/accepted_policies/1"];
    assert_eq!(confirm(&[&rules, &old], 422).await.pointers(), wrong);
    assert_eq!(confirm(&[&rules, &text], 422).await.pointers(), wrong);
    let unknown = "00000000-0000-0000-0000-000000000000";
    assert_eq!(confirm(&[&rules, unknown], 422).await.pointers(), wrong);
    let many = [rules.as_str(); 11];
    assert_eq!(confirm(&many, 422).await.pointers(), ["/accepted_policies"]);

    // All that is wrong is told at once.
    let body = json!({"token": token, "password": "ngắn", "accepted_policies": [old, rules, text]});
    let refused = app.post("/registrations/confirmation").json(&body).expect(422).await;
    assert_eq!(
        refused.pointers(),
        ["/password", "/accepted_policies/0", "/accepted_policies/2"]
    );

    // None of this used the letter up; what is accepted is kept with the origin of whoever read it.
    confirm(&[&rules, &notice, &rules], 201).await;
    let lan = app.sign_in(&email, PASSWORD).await;
    let kept = app.get("/me/policy-acceptances").by(&lan).expect(200).await;
    let mut items: Vec<&str> = kept.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            assert_eq!(
                (&item["ip"], &item["user_agent"]),
                (&json!("127.0.0.1"), &json!("Browser/1"))
            );
            item["policy_id"].as_str().unwrap()
        })
        .collect();
    items.sort_unstable();
    assert_eq!(items, [&rules, &notice]);
    assert!(app.deeds(&rules).iter().any(|(deed, _)| deed == "policy.accepted"));

    // The same for people without an enterprise.
    let body = json!({"email": "mai@example.com", "display_name": "Đỗ Thị Mai"});
    app.post("/accounts").json(&body).expect(202).await;
    let mut body = json!({"token": app.token_for("mai@example.com").await, "password": PASSWORD});
    let confirm = |body: &Value| app.post("/accounts/confirmation").json(body);
    assert_eq!(named(&confirm(&body).expect(409).await), [&rules, &notice]);
    body["accepted_policies"] = json!([old]);
    assert_eq!(confirm(&body).expect(422).await.pointers(), ["/accepted_policies/0"]);
    body["accepted_policies"] = json!([rules, notice]);
    confirm(&body).expect(201).await;
}

#[actix_web::test]
async fn whoever_opens_an_account_with_an_invitation_accepts_too() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let owner = app.registered_enterprise().await;
    let rules = publish(&app, &officer, &document("operating_rules")).await;
    let path = format!("/enterprises/{}/invitations", owner.enterprise);
    let body = json!({"email": "hoa@example.com", "role": "editor"});
    app.post(&path).by(&owner).json(&body).expect(201).await;
    let token = app.token_for("hoa@example.com").await;
    let mut body = json!({"token": token, "account": {"password": PASSWORD, "display_name": "Lê Thị Hoa"}});
    let refused = app.post("/invitations/acceptance").json(&body).expect(409).await;
    assert_eq!(named(&refused), [&rules]);
    // The name of the enterprise makes no password, whatever else is wrong.
    let wrong = json!({
        "password": "Công ty TNHH Cơ khí Sông Thao", "display_name": "", "accepted_policies": [owner.enterprise],
    });
    let wrong = json!({"token": token, "account": wrong});
    let refused = app.post("/invitations/acceptance").json(&wrong).expect(422).await;
    assert_eq!(
        refused.pointers(),
        [
            "/account/display_name",
            "/account/password",
            "/account/accepted_policies/0"
        ]
    );
    body["account"]["accepted_policies"] = json!([rules]);
    app.post("/invitations/acceptance").json(&body).expect(200).await;
    let hoa = app.sign_in("hoa@example.com", PASSWORD).await;
    let kept = app.get("/me/policy-acceptances").by(&hoa).expect(200).await;
    assert_eq!(kept.text("/items/0/policy_id"), rules);
}

#[actix_web::test]
async fn whoever_hands_a_listing_in_has_accepted_the_version_in_force() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::ManageReferenceData, Permission::ReviewEnterprises])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    // While nothing is published, nothing is asked.
    app.submitted_listing(&owner, "Máy sấy cũ").await;
    let rules = publish(&app, &officer, &document("operating_rules")).await;
    let notice = publish(&app, &officer, &document("privacy_notice")).await;

    let (draft, version) = app.listing_draft(&owner, "Máy sấy").await;
    let path = format!("/listings/{draft}/submission");
    let refused = app.post(&path).by(&owner).expect(409).await;
    assert_eq!(named(&refused), [&rules, &notice]);
    // Reading and writing drafts go on.
    let edit = app.patch(&format!("/listings/{draft}")).by(&owner).if_match(version);
    edit.json(&json!({"model": "B"})).expect(200).await;
    accept(&app, &owner, &rules).await;
    assert_eq!(named(&app.post(&path).by(&owner).expect(409).await), [&notice]);
    accept(&app, &owner, &notice).await;
    // Everybody for himself or herself.
    assert_eq!(named(&app.post(&path).by(&editor).expect(409).await), [&rules, &notice]);
    app.post(&path).by(&owner).expect(200).await;

    // An announced version counts from the day on which it is in force.
    let mut next = document("operating_rules");
    next["effective_from"] = json!(app.clock.now() + jiff::SignedDuration::from_hours(1));
    let next = publish(&app, &officer, &next).await;
    app.submitted_listing(&owner, "Máy sấy khác").await;
    app.clock.pass(3_601);
    let owner = app.again(&owner).await;
    let (draft, _) = app.listing_draft(&owner, "Máy sấy mới").await;
    let path = format!("/listings/{draft}/submission");
    assert_eq!(named(&app.post(&path).by(&owner).expect(409).await), [&next]);
    accept(&app, &owner, &next).await;
    app.post(&path).by(&owner).expect(200).await;
}

#[actix_web::test]
async fn for_a_key_its_maker_or_an_owner_has_accepted() {
    let app = TestApp::spawn().await;
    let officer = app
        .officer_who_may(&[Permission::ManageReferenceData, Permission::ReviewEnterprises])
        .await;
    let owner = app.active_enterprise(&officer).await;
    let second = app.member(&owner.enterprise, Role::Owner).await;
    let key = app.key(&owner, &["listings:read", "listings:write"]).await;
    let rules = publish(&app, &officer, &document("operating_rules")).await;
    let submit = async |title: &str, status: u16| {
        let made = app.post("/listings").token(&key).json(&dryer(title)).expect(201).await;
        let path = format!("/listings/{}/submission", made.text("/id"));
        app.post(&path).token(&key).expect(status).await
    };
    assert_eq!(named(&submit("Máy một", 409).await), [&rules]);
    // An editor answers for nobody else.
    let editor = app.member(&owner.enterprise, Role::Editor).await;
    accept(&app, &editor, &rules).await;
    submit("Máy hai", 409).await;
    accept(&app, &second, &rules).await;
    submit("Máy ba", 200).await;
}
