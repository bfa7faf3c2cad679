//! An officer's lost second factor: two other officers remove it, and nobody works without one.

use serde_json::json;
use vptex::domain::account::{Permission, Scope};
use vptex::domain::letter::Letter;

use crate::harness::{Person, Reply, TestApp};
use crate::second_factor::SHORT;

/// Two who manage officers, and a third one, who has lost a device.
struct Scene {
    app: TestApp,
    asker: Person,
    second: Person,
    subject: Person,
    at: String,
}

async fn manager(app: &TestApp) -> Person {
    app.officer_who_may(&[Permission::ManageOfficers]).await
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::spawn().await;
        let subject = manager(&app).await;
        Self {
            asker: manager(&app).await,
            second: manager(&app).await,
            at: format!("/officers/{}/factor-resets", app.id_of(&subject).await),
            subject,
            app,
        }
    }

    /// Asks; gives the path at which another one agrees.
    async fn asked(&self) -> String {
        let asked = self.app.post(&self.at).by(&self.asker).expect(201).await;
        assert!(asked.body["approved_by"].is_null());
        format!("{}/{}/approval", self.at, asked.text("/id"))
    }
}

fn second_person(reply: &Reply) {
    assert_eq!(reply.code(), "second_person_required");
}

#[actix_web::test]
async fn two_others_remove_a_lost_factor() {
    let scene = Scene::new().await;
    let (app, subject) = (&scene.app, &scene.subject);
    let account = app.id_of(subject).await;
    second_person(&app.post(&scene.at).by(subject).expect(403).await);
    let path = scene.asked().await;
    for one in [&scene.asker, subject] {
        second_person(&app.post(&path).by(one).expect(403).await);
    }
    app.get("/officers").by(subject).expect(200).await;
    let approved = app.post(&path).by(&scene.second).expect(200).await;
    assert_eq!(approved.text("/approved_by"), app.id_of(&scene.second).await);
    let again = app.post(&path).by(&scene.second).expect(409).await;
    assert_eq!(again.code(), "already_decided");

    app.get("/me").by(subject).expect(401).await;
    let refresh = json!({"refresh_token": subject.refresh});
    app.post("/sessions/refresh").json(&refresh).expect(401).await;
    let letters = app.letters_to(&subject.email).await;
    assert_eq!(letters.first(), Some(&Letter::FactorReset { new_password: false }));
    let deeds = app.deeds(&account);
    for deed in ["factor.reset_asked", "factor.reset"] {
        assert!(deeds.iter().any(|(known, _)| known == deed), "{deed} in {deeds:?}");
    }

    // The password opens the way to a new factor, and to nothing else.
    let back = app.sign_in(&subject.email, &subject.password).await;
    let early = app.get("/officers").by(&back).expect(403).await;
    assert_eq!(early.code(), "second_factor_missing");
    let back = app.enrol(back).await;
    app.get("/officers").by(&back).expect(200).await;
    // Codes of the former factor are worth nothing.
    let former = subject.codes.lock().unwrap()[0].clone();
    let body = json!({"email": subject.email, "password": subject.password, "code": former});
    assert_eq!(
        app.post("/sessions").json(&body).expect(401).await.code(),
        "invalid_code"
    );
}

/// GHSA-569v-845w-g82p (vaultwarden), CVE-2026-20897 (gitea): a thing of one parent, reached through another's path.
#[actix_web::test]
async fn ghsa_569v_a_reset_is_approved_under_its_own_officer_only() {
    let scene = Scene::new().await;
    let app = &scene.app;
    let path = scene.asked().await;
    let id = path.split('/').nth(4).unwrap().to_owned();
    let bystander = app.officer().await;
    let other = app.id_of(&bystander).await;
    let nobody = "00000000-0000-0000-0000-000000000000";
    for wrong in [
        format!("/officers/{other}/factor-resets/{id}/approval"),
        format!("/officers/{nobody}/factor-resets/{id}/approval"),
        format!("{}/{nobody}/approval", scene.at),
    ] {
        app.post(&wrong).by(&scene.second).expect(404).await;
    }
    app.get("/moderation/queue").by(&bystander).expect(200).await;
    app.get("/officers").by(&scene.subject).expect(200).await;
    let member = app.person().await;
    let of_member = format!("/officers/{}/factor-resets", app.id_of(&member).await);
    app.post(&of_member).by(&scene.asker).expect(404).await;
}

#[actix_web::test]
async fn a_request_is_good_for_a_day() {
    let scene = Scene::new().await;
    let app = &scene.app;
    let (late, in_time) = (scene.asked().await, scene.asked().await);
    app.clock.pass(24 * 60 * 60 - 60);
    let second = app.again(&scene.second).await;
    app.post(&in_time).by(&second).expect(200).await;
    app.clock.pass(61);
    let refused = app.post(&late).by(&second).expect(409).await;
    assert_eq!(refused.code(), "already_decided");
}

#[actix_web::test]
async fn who_is_limited_removes_no_factor_beyond() {
    let scene = Scene::new().await;
    let app = &scene.app;
    let scope = Scope {
        fields: vec!["food".into()],
        communes: Vec::new(),
    };
    let limited = app.officer_for(&[Permission::ManageOfficers], scope).await;
    app.post(&scene.at).by(&limited).expect(403).await;
    let path = scene.asked().await;
    app.post(&path).by(&limited).expect(403).await;
    app.post(&path).by(&scene.second).expect(200).await;
}

#[actix_web::test]
async fn a_password_that_was_chosen_beside_the_factor_ends_with_it() {
    let scene = Scene::new().await;
    let (app, subject) = (&scene.app, &scene.subject);
    let body = json!({"current_password": subject.password, "new_password": SHORT});
    let change = app.call(reqwest::Method::PUT, "/me/password").by(subject);
    change.json(&body).expect(204).await;
    let path = scene.asked().await;
    app.post(&path).by(&scene.second).expect(200).await;
    let letters = app.letters_to(&subject.email).await;
    assert_eq!(letters.first(), Some(&Letter::FactorReset { new_password: true }));
    let short = json!({"email": subject.email, "password": SHORT});
    let refused = app.post("/sessions").json(&short).expect(401).await;
    assert_eq!(refused.code(), "invalid_credentials");

    let email = json!({"email": subject.email});
    app.post("/password-resets").json(&email).expect(202).await;
    let token = app.token_for(&subject.email).await;
    let reset = |new: &str| {
        let body = json!({"token": token, "new_password": new});
        app.post("/password-resets/confirmation").json(&body)
    };
    reset(SHORT).expect(422).await;
    reset("gió thổi qua cánh đồng lúa").expect(204).await;
    let back = app.sign_in(&subject.email, "gió thổi qua cánh đồng lúa").await;
    app.get("/officers").by(&app.enrol(back).await).expect(200).await;
}

#[actix_web::test]
async fn an_officer_without_factor_reaches_the_own_enrolment_and_no_work() {
    let app = TestApp::spawn().await;
    let newcomer = app.officer_without_factor(Permission::ALL).await;
    let nobody = "00000000-0000-0000-0000-000000000000";
    let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
    let appointed = json!({"email": "duyet@example.com", "display_name": "Duyệt", "permissions": []});
    let answer = json!({"answer": "Đã xem xét yêu cầu của ông/bà."});
    for call in [
        app.get("/moderation/queue"),
        app.get("/officers"),
        app.get("/audit"),
        app.get("/letters"),
        app.get("/data-requests"),
        app.post("/officers").json(&appointed),
        app.post(&format!("/officers/{nobody}/suspension")).json(&why),
        app.post(&format!("/officers/{nobody}/factor-resets")),
        app.post(&format!("/data-requests/{nobody}/fulfilment")).json(&answer),
        app.post(&format!("/letters/{nobody}/retry")),
    ] {
        assert_eq!(call.by(&newcomer).expect(403).await.code(), "second_factor_missing");
    }
    app.get("/me").by(&newcomer).expect(200).await;
    app.get("/officers").by(&app.enrol(newcomer).await).expect(200).await;
}

/// A member who has lost device and codes, or whose password was stolen by somebody who set a factor up, gets back in.
#[actix_web::test]
async fn two_officers_let_a_member_back_in() {
    let app = TestApp::spawn().await;
    let (asker, second) = (app.officer().await, app.officer().await);
    let owner = app.registered_enterprise().await;
    let owner = app.enrol(owner).await;
    let at = format!("/accounts/{}/factor-resets", app.id_of(&owner).await);
    let asked = app.post(&at).by(&asker).expect(201).await;
    let path = format!("{at}/{}/approval", asked.text("/id"));
    second_person(&app.post(&path).by(&asker).expect(403).await);
    // Somebody appointed since may be the asker's own creature.
    let new = app.officer().await;
    second_person(&app.post(&path).by(&new).expect(403).await);
    app.post(&path).by(&second).expect(200).await;
    app.get("/me").by(&owner).expect(401).await;
    let back = app.sign_in(&owner.email, &owner.password).await;
    app.get("/me/listings").by(&back).expect(200).await;

    // What somebody asked who is no officer any more is over.
    let chief = manager(&app).await;
    let asked = app.post(&at).by(&asker).expect(201).await;
    let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
    let suspension = format!("/officers/{}/suspension", app.id_of(&asker).await);
    app.post(&suspension).by(&chief).json(&why).expect(200).await;
    let path = format!("{at}/{}/approval", asked.text("/id"));
    let over = app.post(&path).by(&second).expect(409).await;
    assert_eq!(over.code(), "already_decided");
    // An officer's factor is none of this, nor is a stranger's for whom a scope limits.
    let of_officer = format!("/accounts/{}/factor-resets", app.id_of(&new).await);
    app.post(&of_officer).by(&second).expect(404).await;
}
