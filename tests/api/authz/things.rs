//! The things that are asked about, in each of their states.

use std::rc::Rc;

use serde_json::{Value, json};
use uuid::Uuid;
use vptex::config::DatabaseUrl;
use vptex::domain::account::{Permission, Role, Scope, Standing};

use super::cases::On;
use super::cast::{Cast, SECRET, Scene};
use super::entries::entry;
use crate::harness::Person;

/// What an operation is asked about.
pub struct Thing {
    pub scene: Rc<Scene>,
    /// What stands in the path, first and second.
    pub ids: [String; 2],
    pub version: i64,
    /// Code and readable name of a listing that came out.
    pub code: String,
    pub slug: String,
    pub token: String,
    /// Something was done to it since it was made.
    pub is_changed: bool,
}

fn absent() -> String {
    Uuid::nil().to_string()
}

pub(super) fn why() -> Value {
    json!({"reason_code": "other", "reason_text": format!("Lý do {SECRET}.")})
}

impl Cast {
    /// Makes what is asked about.
    pub async fn thing(&mut self, on: On, state: &'static str, caller: &str) -> Thing {
        let (sort, on, state) = entry(on, state);
        let mut thing = self.made(on, state, caller).await;
        // As an entry it is named alone.
        if sort == "document" {
            thing.ids[0] = thing.ids[1].clone();
        }
        thing
    }

    async fn made(&mut self, on: On, state: &'static str, caller: &str) -> Thing {
        let status = match (on, state) {
            (_, "suspended" | "halted") => "suspended",
            (On::Enterprise | On::Amendment, "absent") => "active",
            (On::Enterprise, of_its_own) => of_its_own,
            // Each wish makes an enterprise another one: that of all the other things stays.
            (On::Amendment, _) => "amended",
            _ => "active",
        };
        let scene = self.scene(status).await;
        let mut thing = Thing {
            ids: [scene.id.clone(), absent()],
            version: scene.version,
            code: "CN-1999-000001".into(),
            slug: "may-say-cn-1999-000001".into(),
            token: String::new(),
            is_changed: false,
            scene,
        };
        if state == "absent" {
            if !on.is_inside_enterprise() {
                thing.ids = [absent(), absent()];
            }
            return thing;
        }
        match on {
            On::Nothing | On::Entry => {}
            On::Enterprise => {
                let officer = self.somebody("officer").await;
                let path = format!("/enterprises/{}", thing.scene.id);
                // It changes with what was done by the way, a logo or a document; nobody reads one that is merged.
                if state != "merged" {
                    thing.version = self.app.get(&path).by(&officer).expect(200).await.number("/version");
                }
            }
            On::Amendment => thing.version = self.amendment(&thing.scene, state).await,
            On::Member if state == "foreign" => {
                let host = self.somebody("host").await;
                let member = self.app.member(&host.enterprise, Role::Viewer).await;
                thing.ids[1] = self.app.id_of(&member).await;
            }
            On::Member => thing.ids[1] = thing.scene.viewer.clone(),
            On::Listing => {
                (thing.ids[0], thing.version) = self.listing(&thing.scene, state).await;
                if ["own", "taken", "over"].contains(&state) {
                    self.take_up(&thing, state, caller).await;
                }
                let path = format!("/listings/{}", thing.ids[0]);
                let seen = self.app.get(&path).by(&thing.scene.people["owner"]).expect(200).await;
                if let (Some(code), Some(slug)) = (seen.body["code"].as_str(), seen.body["slug"].as_str()) {
                    (thing.code, thing.slug) = (code.to_owned(), slug.to_owned());
                }
            }
            On::Confidential => (thing.ids[0], thing.version) = self.confidential(&thing.scene, state).await,
            On::ConfidentialGrant => thing.ids = self.grant(&thing.scene, state).await.0,
            On::OwnGrant => {
                let (ids, token) = self.grant(&thing.scene, state).await;
                (thing.ids[0], thing.token) = (ids[1].clone(), token);
            }
            On::Revision => (thing.ids[0], thing.version) = self.revision(&thing.scene, state).await,
            On::Import => thing.ids[0] = self.import(&thing.scene.id.clone(), state).await,
            On::EnterpriseImport => thing.ids[0] = self.enterprise_import(state).await,
            On::File => thing.ids[0] = self.file(&thing.scene, state).await,
            On::Document => (thing.ids[1], thing.version) = self.document(&thing, state).await,
            On::OwnSession => thing.ids[0] = self.session(&thing, state, caller).await,
            On::Invitation | On::JoinRequest | On::Key => thing.ids[1] = self.inside(on, &thing, state).await,
            On::InvitationToken => thing.token = self.invitation(&thing, state, caller).await,
            On::OwnJoinRequest => self.own_request(&thing, state).await,
            On::Account => (thing.ids[0], thing.version) = self.account(&thing.scene.id, state).await,
            On::Officer => (thing.ids[0], thing.version) = self.officer(state).await,
            On::DataRequest => thing.ids[0] = self.data_request(&thing, state, caller).await,
            On::FactorReset | On::AccountReset => thing.ids = self.factor_reset(&thing, on, state).await,
            On::Rules => thing.ids[1] = self.policy("operating_rules", state).await,
            On::ConsentText => thing.ids[1] = self.policy("consent_text", state).await,
            On::Consent => thing.ids[0] = self.consent(&thing, state, caller).await,
            On::Letter => thing.ids[0] = self.letter(state).await,
            On::Takedown => (thing.ids[0], thing.version) = self.takedown(&thing.scene, state).await,
            On::IpNotice => (thing.ids[0], thing.version) = self.ip_notice(&thing.scene, state).await,
            On::Inquiry => (thing.ids[0], thing.version) = self.inquiry(&thing.scene, state).await,
            On::Complaint => (thing.ids[0], thing.version) = self.complaint(&thing.scene, state).await,
            On::Dossier => {
                (thing.ids[0], thing.version) = self.dossier(&thing.scene, state).await;
                if state == "accepted" {
                    "issue".clone_into(&mut thing.code);
                }
            }
            On::DossierFile => thing.ids = self.dossier_file(&thing.scene, state).await,
            On::Certificate => thing.ids[0] = self.certificate(&thing.scene).await,
            On::PeriodicReport => thing.ids[0] = self.periodic_report().await,
            On::Report => (thing.ids[0], thing.version) = self.report(&thing.scene, state).await,
            On::ScreeningTerm => thing.ids[0] = self.screening_term(state).await,
            On::ImportAlias => thing.ids[0] = self.import_alias(state).await,
            On::VocabularyEntry => (thing.ids[0], thing.version) = self.vocabulary_entry(state).await,
            On::VocabularyCandidate => thing.ids[0] = self.vocabulary_candidate(state).await,
            On::AddressToken | On::AddressChangeToken => thing.token = self.address(on, &thing, state, caller).await,
            On::OwnFactor => thing.token = self.own_factor(&thing, state, caller).await,
            On::OwnRestriction => self.restriction(&thing, state, caller).await,
            On::RegistrationToken | On::AccountToken | On::PasswordToken | On::RefreshToken => {
                thing.token = self.token(on).await;
            }
        }
        if on == On::Rules {
            thing.ids[0] = thing.ids[1].clone();
        }
        thing
    }

    /// The same, but nobody who may do nothing yet: an officer without a second factor.
    async fn who_may(&mut self, thing: &Thing, state: &str, caller: &str) -> Person {
        let state = if caller == "unenrol" { "foreign" } else { state };
        self.whose(thing, state, caller).await
    }

    /// The caller, or somebody whom nobody knows where the caller is no person, or another one is meant.
    async fn whose(&mut self, thing: &Thing, state: &str, caller: &str) -> Person {
        let own = if state == "foreign" {
            None
        } else {
            self.person(thing, caller).await
        };
        match own {
            Some(person) => person,
            None => self.app.person().await,
        }
    }

    /// The caller's own session, or somebody else's.
    async fn session(&mut self, thing: &Thing, state: &str, caller: &str) -> String {
        let whose = self.whose(thing, state, caller).await;
        let mine = self.app.get("/me/sessions").by(&whose).expect(200).await;
        let items = mine.body["items"].as_array().unwrap();
        let current = items.iter().find(|item| item["is_current"] == true).unwrap();
        current["id"].as_str().unwrap().to_owned()
    }

    /// Something of the scene's enterprise; `foreign`: of another one, under the scene's path.
    async fn inside(&mut self, on: On, thing: &Thing, state: &str) -> String {
        let owner = match state {
            "foreign" => self.somebody("host").await,
            _ => Person {
                enterprise: thing.scene.id.clone(),
                ..thing.scene.people["owner"].clone()
            },
        };
        let (number, app) = (self.number(), &self.app);
        let path = format!("/enterprises/{}", owner.enterprise);
        match on {
            On::Invitation => {
                let body = json!({"email": format!("moi{number}@example.com"), "role": "viewer"});
                let call = app.post(&format!("{path}/invitations")).by(&owner);
                call.json(&body).expect(201).await.text("/id").to_owned()
            }
            On::JoinRequest => {
                let code = app.get(&path).by(&owner).expect(200).await.text("/tax_code").to_owned();
                let person = app.person().await;
                let call = app.post("/join-requests").by(&person);
                call.json(&json!({"tax_code": code, "message": SECRET}))
                    .expect(202)
                    .await;
                let mine = app.get("/me/join-request").by(&person).expect(200).await;
                mine.text("/id").to_owned()
            }
            _ => {
                app.key(&owner, &["listings:read"]).await;
                let listed = app.get(&format!("{path}/api-keys")).by(&owner).expect(200).await;
                listed.text("/items/0/id").to_owned()
            }
        }
    }

    /// The token of an invitation of another enterprise to the caller's own address, or to that of nobody known.
    async fn invitation(&mut self, thing: &Thing, state: &str, caller: &str) -> String {
        let (host, number) = (self.somebody("host").await, self.number());
        let own = if state == "own" {
            self.person(thing, caller).await
        } else {
            None
        };
        let email = own.map_or_else(|| format!("moi{number}@example.com"), |person| person.email);
        let path = format!("/enterprises/{}/invitations", host.enterprise);
        // Those before stand in the way: one waits for an address, and there are only so many in a day.
        let before = "DELETE FROM invitations; DELETE FROM proofs WHERE purpose = 'invitation'";
        self.app.by_hand(before).await;
        let body = json!({"email": email, "role": "viewer"});
        self.app.post(&path).by(&host).json(&body).expect(201).await;
        self.app.token_for(&email).await
    }

    /// Only somebody without enterprise can have one.
    async fn own_request(&mut self, thing: &Thing, state: &str) {
        let person = self.somebody("person").await;
        self.app.by_hand("DELETE FROM join_requests").await;
        if state == "pending" {
            let path = format!("/enterprises/{}", thing.scene.id);
            let code = self.app.get(&path).expect(200).await.text("/tax_code").to_owned();
            let call = self.app.post("/join-requests").by(&person);
            call.json(&json!({"tax_code": code})).expect(202).await;
        }
    }

    async fn officer(&mut self, state: &str) -> (String, i64) {
        let chief = self.somebody("second").await;
        let standing = Standing::Officer {
            permissions: vec![Permission::ReviewListings],
            scope: Scope::default(),
        };
        let officer = self.app.account(standing).await;
        let path = format!("/officers/{}", self.app.id_of(&officer).await);
        if state == "closed" {
            let call = self.app.post(&format!("{path}/suspension")).by(&chief);
            call.json(&why()).expect(200).await;
        }
        let seen = self.app.get(&path).by(&chief).expect(200).await;
        (seen.text("/id").to_owned(), seen.number("/version"))
    }

    async fn data_request(&mut self, thing: &Thing, state: &str, caller: &str) -> String {
        let person = match state {
            "own" => self.who_may(thing, state, caller).await,
            _ => self.app.person().await,
        };
        let handler = self.somebody("handler").await;
        let app = &self.app;
        let body = json!({"kind": "rectify", "details": format!("Họ tên đúng là {SECRET}.")});
        let asked = app.post("/me/data-requests").by(&person).json(&body).expect(201).await;
        let id = asked.text("/id").to_owned();
        let answer = json!({"answer": format!("Đã xem xét {SECRET}.")});
        let (step, body) = match state {
            "acknowledged" => ("acknowledgement", Value::Null),
            "extended" => ("extension", json!({"days": 5, "answer": SECRET})),
            "fulfilled" => ("fulfilment", answer),
            "refused" => ("refusal", answer),
            _ => return id,
        };
        let call = app.post(&format!("/data-requests/{id}/{step}")).by(&handler);
        let call = if body.is_null() { call } else { call.json(&body) };
        call.expect(200).await;
        id
    }

    /// `foreign`: asked for another officer than the one in the path.
    async fn factor_reset(&mut self, thing: &Thing, on: On, state: &str) -> [String; 2] {
        let kind = if on == On::FactorReset { "officers" } else { "accounts" };
        let subject = self.without_factor(thing, on).await;
        let second = self.somebody("second").await;
        let path = format!("/{kind}/{subject}/factor-resets");
        let asked = self.app.post(&path).by(&second).expect(201).await;
        let reset = asked.text("/id").to_owned();
        match state {
            "foreign" => [self.without_factor(thing, on).await, reset],
            "approved" => {
                let third = self.somebody("officer").await;
                let call = self.app.post(&format!("{path}/{reset}/approval")).by(&third);
                call.expect(200).await;
                [subject, reset]
            }
            _ => [subject, reset],
        }
    }

    async fn without_factor(&mut self, thing: &Thing, on: On) -> String {
        match on {
            On::FactorReset => self.officer("active").await.0,
            _ => self.account(&thing.scene.id, "active").await.0,
        }
    }

    async fn screening_term(&mut self, state: &str) -> String {
        let (officer, number) = (self.somebody("officer").await, self.number());
        let body = json!({"phrase": format!("chất {number}"), "severity": "block", "ground": "Công văn 12"});
        let made = self
            .app
            .post("/screening-terms")
            .by(&officer)
            .json(&body)
            .expect(201)
            .await;
        let id = made.text("/id").to_owned();
        match state {
            "absent" => Uuid::nil().to_string(),
            "ended" => {
                let path = format!("/screening-terms/{id}");
                self.app.delete(&path).by(&officer).expect(204).await;
                id
            }
            _ => id,
        }
    }

    async fn import_alias(&mut self, state: &str) -> String {
        let (officer, number) = (self.somebody("officer").await, self.number());
        let body = json!({"list": "fields", "name": format!("nhóm {number}"), "code": "food.drying"});
        let made = self.app.post("/import-aliases").by(&officer).json(&body);
        let id = made.expect(201).await.text("/id").to_owned();
        match state {
            "absent" => return Uuid::nil().to_string(),
            "ended" => drop(
                self.app
                    .delete(&format!("/import-aliases/{id}"))
                    .by(&officer)
                    .expect(204)
                    .await,
            ),
            _ => {}
        }
        id
    }

    /// A version of a document.
    async fn policy(&mut self, kind: &str, state: &str) -> String {
        let officer = self.somebody("officer").await;
        let mut body = json!({"kind": kind, "title_vi": "Văn bản", "body_vi": "Nội dung của văn bản."});
        if kind == "consent_text" {
            body["purpose"] = json!("newsletter");
        }
        let publish = || self.app.post("/policies").by(&officer).json(&body).expect(201);
        let id = publish().await.text("/id").to_owned();
        if state == "superseded" {
            publish().await;
        }
        id
    }

    async fn consent(&mut self, thing: &Thing, state: &str, caller: &str) -> String {
        let policy = self.policy("consent_text", "in_force").await;
        let person = self.who_may(thing, state, caller).await;
        let body = json!({"purpose": "newsletter", "policy_id": policy});
        let given = self.app.post("/me/consents").by(&person).json(&body).expect(201).await;
        given.text("/id").to_owned()
    }

    /// A letter that was given up, or that waits.
    async fn letter(&mut self, state: &str) -> String {
        // Nobody looks at letters of earlier cases any more.
        self.app.by_hand("UPDATE letters SET state = 'sent'").await;
        let body = self.app.registration("Công ty Mới");
        self.app.post("/registrations").json(&body).expect(202).await;
        self.app.decide_asks().await;
        self.app
            .by_hand(&format!("UPDATE letters SET state = '{state}' WHERE state = 'waiting'"))
            .await;
        let second = self.somebody("second").await;
        let page = self
            .app
            .get(&format!("/letters?state={state}"))
            .by(&second)
            .expect(200)
            .await;
        assert_eq!(page.ids().len(), 1);
        page.ids()[0].to_owned()
    }

    /// The token with which the caller proves the own address, or agrees to another one; `foreign`: of somebody else.
    async fn address(&mut self, on: On, thing: &Thing, state: &str, caller: &str) -> String {
        let (person, number) = (self.who_may(thing, state, caller).await, self.number());
        let app = &self.app;
        if on == On::AddressToken {
            let unproved = format!(
                "UPDATE accounts SET email_verified_at = NULL WHERE email = '{}'",
                person.email
            );
            app.by_hand(&unproved).await;
            app.post("/me/email/verification").by(&person).expect(202).await;
        } else {
            let body = json!({"email": format!("doi{number}@example.com")});
            app.post("/me/email").by(&person).json(&body).expect(202).await;
        }
        app.token_for(&person.email).await
    }

    /// Brings the caller's second factor into a state; gives the code that confirms one that was begun.
    async fn own_factor(&mut self, thing: &Thing, state: &str, caller: &str) -> String {
        let wrong = String::from("000000");
        let Some(mut person) = self.person(thing, caller).await else {
            return wrong;
        };
        let has_factor = !person.secret.is_empty();
        match state {
            "begun" if !has_factor => {
                let begun = self.app.post("/me/second-factor").by(&person).expect(201).await;
                person.secret = begun.text("/secret").to_owned();
                self.app.code_of(&person)
            }
            "set" if !has_factor => {
                self.app.enrol(person).await;
                wrong
            }
            _ => wrong,
        }
    }

    async fn restriction(&mut self, thing: &Thing, state: &str, caller: &str) {
        let person = self.whose(thing, state, caller).await;
        let since = match (state, self.app.config.database()) {
            ("none", _) => "NULL",
            (_, DatabaseUrl::Sqlite(_)) => "0",
            (_, DatabaseUrl::Postgres(_)) => "'2000-01-01T00:00:00Z'",
        };
        let statement = format!(
            "UPDATE accounts SET restricted_at = {since} WHERE email = '{}'",
            person.email
        );
        self.app.by_hand(&statement).await;
    }

    async fn token(&mut self, on: On) -> String {
        let app = &self.app;
        match on {
            On::RegistrationToken => {
                let body = app.registration("Công ty Mới");
                app.post("/registrations").json(&body).expect(202).await;
                app.token_for(body["account"]["email"].as_str().unwrap()).await
            }
            On::AccountToken => {
                let account = app.registration("-")["account"].clone();
                app.post("/accounts").json(&account).expect(202).await;
                app.token_for(account["email"].as_str().unwrap()).await
            }
            On::PasswordToken => {
                let person = app.person().await;
                let body = json!({"email": person.email});
                app.post("/password-resets").json(&body).expect(202).await;
                app.token_for(&person.email).await
            }
            _ => app.person().await.refresh,
        }
    }
}
