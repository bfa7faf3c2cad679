//! What ends sessions ends both tokens, at once, and on every node: on PostgreSQL a second one is asked too.

use reqwest::Method;
use serde_json::json;
use vptex::domain::account::{Permission, Role};

use crate::harness::{NEW_PASSWORD, Person, TestApp};

/// The node beside is declared first, so that it is dropped before the database.
struct Scene {
    beside: Option<TestApp>,
    app: TestApp,
    officer: Person,
    chief: Person,
    second: Person,
    owner: Person,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::spawn().await;
        let officer = app
            .officer_who_may(&[
                Permission::ReviewEnterprises,
                Permission::ReviewListings,
                Permission::HandleDataRequests,
            ])
            .await;
        Self {
            beside: app.beside(),
            chief: app.officer_who_may(&[Permission::ManageOfficers]).await,
            second: app.officer_who_may(&[Permission::ManageOfficers]).await,
            owner: app.active_enterprise(&officer).await,
            officer,
            app,
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &TestApp> {
        [Some(&self.app), self.beside.as_ref()].into_iter().flatten()
    }

    /// Whose session is to end in an event.
    async fn victim(&self, event: &str) -> Person {
        let app = &self.app;
        match event {
            "officer suspended" | "officer's rights changed" | "factor reset by officers" => app.officer().await,
            "factor removed" => app.enrol(app.person().await).await,
            "address changed" | "erased" => app.person().await,
            "ownership handed over" => app.member(&self.owner.enterprise, Role::Owner).await,
            _ => app.member(&self.owner.enterprise, Role::Editor).await,
        }
    }

    /// Lets it happen.
    async fn happen(&self, event: &str, victim: &Person) {
        let app = &self.app;
        let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
        match event {
            "logout" => drop(app.delete("/sessions/current").by(victim).expect(204).await),
            "ended elsewhere" => {
                let mine = app.get("/me/sessions").by(victim).expect(200).await;
                let path = format!("/me/sessions/{}", mine.text("/items/0/id"));
                app.delete(&path).by(&app.again(victim).await).expect(204).await;
            }
            "end all others" => {
                let other = app.again(victim).await;
                app.delete("/me/sessions").by(&other).expect(204).await;
                app.get("/me").by(&other).expect(200).await;
            }
            "password change" => {
                let other = app.again(victim).await;
                let body = json!({"current_password": victim.password, "new_password": NEW_PASSWORD});
                let change = app.call(Method::PUT, "/me/password").by(&other);
                change.json(&body).expect(204).await;
            }
            "password reset" => {
                let email = json!({"email": victim.email});
                app.post("/password-resets").json(&email).expect(202).await;
                let body = json!({"token": app.token_for(&victim.email).await, "new_password": NEW_PASSWORD});
                app.post("/password-resets/confirmation").json(&body).expect(204).await;
            }
            "factor set up" => drop(app.enrol(app.again(victim).await).await),
            "factor removed" => {
                let other = app.again(victim).await;
                app.delete("/me/second-factor").by(&other).expect(204).await;
            }
            "factor reset by officers" => {
                let path = format!("/officers/{}/factor-resets", app.id_of(victim).await);
                let asked = app.post(&path).by(&self.chief).expect(201).await;
                let path = format!("{path}/{}/approval", asked.text("/id"));
                app.post(&path).by(&self.second).expect(200).await;
            }
            "address changed" => self.change_address(victim).await,
            "demotion" => {
                let body = json!({"role": "viewer"});
                let call = app.patch(&self.member(victim).await).by(&self.owner);
                call.json(&body).expect(200).await;
            }
            "promotion" => {
                let body = json!({"role": "owner"});
                let call = app.patch(&self.member(victim).await).by(&self.owner);
                call.json(&body).expect(200).await;
            }
            "removed from the enterprise" => {
                let path = self.member(victim).await;
                app.delete(&path).by(&self.owner).expect(204).await;
            }
            "ownership handed over" => {
                let heir = app.member(&self.owner.enterprise, Role::Editor).await;
                let path = format!("{}/ownership", self.member(&heir).await);
                app.post(&path).by(victim).expect(200).await;
            }
            "officer's rights changed" => {
                let path = format!("/officers/{}", app.id_of(victim).await);
                let version = app.get(&path).by(&self.chief).expect(200).await.number("/version");
                let call = app.patch(&path).by(&self.chief).if_match(version);
                call.json(&json!({"permissions": []})).expect(200).await;
            }
            "officer suspended" => {
                let path = format!("/officers/{}/suspension", app.id_of(victim).await);
                app.post(&path).by(&self.chief).json(&why).expect(200).await;
            }
            "enterprise suspended" => app.suspend(&self.owner.enterprise, &self.officer).await,
            "erased" => {
                let asked = app.post("/me/data-requests").by(victim);
                let asked = asked.json(&json!({"kind": "erase"})).expect(201).await;
                let path = format!("/data-requests/{}/fulfilment", asked.text("/id"));
                let answer = json!({"answer": "Đã thực hiện theo yêu cầu."});
                app.post(&path).by(&self.officer).json(&answer).expect(200).await;
            }
            other => panic!("nothing happens in {other}"),
        }
    }

    async fn member(&self, who: &Person) -> String {
        format!(
            "/enterprises/{}/members/{}",
            self.owner.enterprise,
            self.app.id_of(who).await
        )
    }

    async fn change_address(&self, victim: &Person) {
        let (app, new) = (&self.app, "moi@example.com");
        let other = app.again(victim).await;
        let call = app.post("/me/email").by(&other);
        call.json(&json!({"email": new})).expect(202).await;
        let tokens = [app.token_for(&victim.email).await, app.token_for(new).await];
        for token in &tokens {
            let call = app.post("/email-changes/confirmation");
            call.json(&json!({"token": token})).expect(200).await;
        }
    }

    /// Each event ends the victim's session on every node, and nobody else's.
    async fn all_end(&self, events: &[&str]) {
        for event in events {
            let (victim, bystander) = (self.victim(event).await, self.app.person().await);
            for node in self.nodes() {
                node.get("/me").by(&victim).expect(200).await;
            }
            self.happen(event, &victim).await;
            for node in self.nodes() {
                let access = node.get("/me").by(&victim).expect(401).await;
                assert_eq!(access.code(), "invalid_token", "{event}");
                let refresh = json!({"refresh_token": victim.refresh});
                let refresh = node.post("/sessions/refresh").json(&refresh).expect(401).await;
                assert_eq!(refresh.code(), "invalid_token", "{event}");
                node.get("/me").by(&bystander).expect(200).await;
            }
        }
    }
}

#[actix_web::test]
async fn who_signs_out_is_out() {
    let scene = Scene::new().await;
    scene.all_end(&["logout", "ended elsewhere", "end all others"]).await;
}

/// CVE-2026-43911 (vaultwarden), CVE-2026-22706 (Strapi): refresh tokens that went on after a new password.
#[actix_web::test]
async fn cve_2026_43911_refresh_tokens_do_not_outlive_a_reset() {
    let scene = Scene::new().await;
    scene.all_end(&["password change", "password reset"]).await;
}

#[actix_web::test]
async fn another_factor_or_address_ends_sessions() {
    let scene = Scene::new().await;
    let events = [
        "factor set up",
        "factor removed",
        "factor reset by officers",
        "address changed",
    ];
    scene.all_end(&events).await;
}

#[actix_web::test]
async fn another_role_ends_sessions() {
    let scene = Scene::new().await;
    let events = [
        "demotion",
        "promotion",
        "removed from the enterprise",
        "ownership handed over",
        "officer's rights changed",
    ];
    scene.all_end(&events).await;
}

/// GHSA-56p6-qw3c-fq2g (Directus): the tokens of somebody suspended went on.
#[actix_web::test]
async fn ghsa_56p6_tokens_of_the_suspended_and_the_erased_are_dead() {
    let scene = Scene::new().await;
    scene
        .all_end(&["officer suspended", "erased", "enterprise suspended"])
        .await;
    // A suspended enterprise's people may come back to read, and change nothing.
    let app = &scene.app;
    let owner = app.again(&scene.owner).await;
    for node in scene.nodes() {
        node.get("/me/listings").by(&owner).expect(200).await;
        let draft = crate::harness::dryer("Máy sấy");
        let refused = node.post("/listings").by(&owner).json(&draft).expect(403).await;
        assert_eq!(refused.code(), "enterprise_not_active");
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
