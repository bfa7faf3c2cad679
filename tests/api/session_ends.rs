//! What ends sessions ends both tokens, at once.

use serde_json::json;
use vptex::domain::account::{Permission, Role};

use crate::harness::{NEW_PASSWORD, Person, TestApp};

const EVENTS: [&str; 8] = [
    "logout",
    "end all others",
    "password change",
    "password reset",
    "second factor change",
    "role change",
    "account suspended",
    "enterprise suspended",
];

struct Scene {
    app: TestApp,
    officer: Person,
    chief: Person,
    owner: Person,
}

impl Scene {
    /// Whose session is to end in an event.
    async fn victim(&self, event: &str) -> Person {
        match event {
            "account suspended" => self.app.officer().await,
            _ => self.app.member(&self.owner.enterprise, Role::Editor).await,
        }
    }

    /// Lets it happen.
    async fn happen(&self, event: &str, victim: &Person) {
        let app = &self.app;
        match event {
            "logout" => drop(app.delete("/sessions/current").by(victim).expect(204).await),
            "end all others" => {
                let other = app.again(victim).await;
                app.delete("/me/sessions").by(&other).expect(204).await;
                app.get("/me").by(&other).expect(200).await;
            }
            "password change" => {
                let other = app.again(victim).await;
                let body = json!({"current_password": victim.password, "new_password": NEW_PASSWORD});
                app.call(reqwest::Method::PUT, "/me/password")
                    .by(&other)
                    .json(&body)
                    .expect(204)
                    .await;
            }
            "password reset" => {
                let email = json!({"email": victim.email});
                app.post("/password-resets").json(&email).expect(202).await;
                let body = json!({"token": app.token_for(&victim.email).await, "new_password": NEW_PASSWORD});
                app.post("/password-resets/confirmation").json(&body).expect(204).await;
            }
            "second factor change" => {
                let other = app.again(victim).await;
                app.enrol(other).await;
            }
            "role change" => {
                let account = app.id_of(victim).await;
                let path = format!("/enterprises/{}/members/{account}", self.owner.enterprise);
                app.patch(&path)
                    .by(&self.owner)
                    .json(&json!({"role": "viewer"}))
                    .expect(200)
                    .await;
            }
            "account suspended" => {
                let path = format!("/officers/{}/suspension", app.id_of(victim).await);
                let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
                app.post(&path).by(&self.chief).json(&why).expect(200).await;
            }
            "enterprise suspended" => app.suspend(&self.owner.enterprise, &self.officer).await,
            other => panic!("nothing happens in {other}"),
        }
    }
}

#[actix_web::test]
async fn every_event_ends_access_and_refresh_tokens() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let scene = Scene {
        chief: app.officer_who_may(&[Permission::ManageOfficers]).await,
        owner: app.active_enterprise(&officer).await,
        officer,
        app,
    };
    let app = &scene.app;
    for event in EVENTS {
        let victim = scene.victim(event).await;
        // Somebody whom it does not concern.
        let bystander = app.person().await;
        app.get("/me").by(&victim).expect(200).await;
        scene.happen(event, &victim).await;
        let access = app.get("/me").by(&victim).expect(401).await;
        assert_eq!(access.code(), "invalid_token", "{event}");
        let refresh = json!({"refresh_token": victim.refresh});
        let refresh = app.post("/sessions/refresh").json(&refresh).expect(401).await;
        assert_eq!(refresh.code(), "invalid_token", "{event}");
        app.get("/me").by(&bystander).expect(200).await;
    }
}

/// A password that was compared before the second factor was set up opens nothing after it.
#[actix_web::test]
async fn a_sign_in_under_way_does_not_outrun_the_second_factor() {
    let app = TestApp::spawn().await;
    let owner = app.registered_enterprise().await;
    let lan = app.member(&owner.enterprise, Role::Editor).await;
    let body = json!({"email": lan.email, "password": lan.password});
    let many = futures_util::future::join_all((0..16).map(|_| app.post("/sessions").json(&body).send()));
    let (replies, lan) = futures_util::future::join(many, app.enrol(lan)).await;
    for reply in replies {
        if reply.status == 201 {
            app.get("/me").token(reply.text("/access_token")).expect(401).await;
        } else {
            assert_eq!((reply.status, reply.code()), (401, "second_factor_required"));
        }
    }
    app.get("/me").by(&lan).expect(200).await;
}
