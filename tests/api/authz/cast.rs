//! Who asks, and the things that are asked about. Everybody is made when needed and kept until worn out.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::{Permission, Role, Scope, Standing};
use vptex::http::routes::Operation;

use super::cases::{On, body, needs_version};
use crate::harness::{Call, NEW_PASSWORD, PASSWORD, Person, Reply, TestApp};

/// Everybody: nobody; a broken token; an owner whose address was never proved (rows of older versions only); somebody
/// without enterprise; viewer, editor and owner of the enterprise in question; owner of another one; owner of another one
/// that is suspended; an officer with every right and no second factor; one without the rights; one with them, but for
/// another commune; one with them; keys of the enterprise in question with each scope alone, and with none; and a reading
/// key of another one.
pub const CALLERS: [&str; 18] = [
    "visitor", "broken", "legacy", "person", "viewer", "editor", "owner", "foreign", "halted", "unenrol", "clerk",
    "remote", "officer", "k:read", "k:write", "k:ent", "k:none", "k:other",
];

/// How long everybody is kept: officers' access tokens last two minutes, and fresh sign-ins five.
const KEPT: Duration = Duration::from_secs(60);

/// An enterprise in a status, and everybody who acts for it.
pub struct Scene {
    id: String,
    version: i64,
    people: BTreeMap<&'static str, Person>,
    keys: BTreeMap<&'static str, String>,
    viewer: String,
    /// A published listing, if the enterprise was ever active.
    listing: Option<(String, i64)>,
}

/// What an operation is asked about.
pub struct Thing {
    pub scene: Rc<Scene>,
    /// What stands in the path, first and second.
    pub ids: [String; 2],
    pub version: i64,
    pub token: String,
}

pub struct Cast {
    pub(super) app: TestApp,
    people: BTreeMap<&'static str, Person>,
    scenes: BTreeMap<&'static str, Rc<Scene>>,
    since: Instant,
    count: u32,
    /// Whether those who ask have shown no password or code of late.
    pub is_stale: bool,
}

fn absent() -> String {
    Uuid::nil().to_string()
}

impl Cast {
    pub async fn new() -> Self {
        Self {
            app: TestApp::spawn().await,
            people: BTreeMap::new(),
            scenes: BTreeMap::new(),
            since: Instant::now(),
            count: 0,
            is_stale: false,
        }
    }

    /// Makes everybody anew before their tokens end.
    pub fn rest(&mut self) {
        if self.since.elapsed() > KEPT {
            self.people.clear();
            self.scenes.clear();
            self.since = Instant::now();
        }
    }

    /// Forgets a caller who is signed out by now.
    pub fn renew(&mut self, caller: &str, thing: &Thing) {
        self.people.retain(|name, _| *name != caller);
        if thing.scene.people.contains_key(caller) {
            self.forget_scenes();
        }
    }

    pub fn forget_scenes(&mut self) {
        self.scenes.clear();
    }

    /// Somebody who has nothing to do with the scene.
    pub(super) async fn somebody(&mut self, name: &'static str) -> Person {
        if let Some(known) = self.people.get(name) {
            return known.clone();
        }
        let app = &self.app;
        let person = match name {
            "person" | "bystander" => app.person().await,
            "unenrol" => app.officer_without_factor(Permission::ALL).await,
            "clerk" => app.officer_who_may(&[Permission::ReadReports]).await,
            "second" => app.officer_who_may(&[Permission::ManageOfficers]).await,
            "officer" => app.officer_who_may(Permission::ALL).await,
            "remote" => {
                let communes = vec!["00004".to_owned()];
                let scope = Scope {
                    communes,
                    ..Scope::default()
                };
                app.officer_for(Permission::ALL, scope).await
            }
            "foreign" | "host" => {
                let officer = Box::pin(self.somebody("officer")).await;
                self.app.active_enterprise(&officer).await
            }
            // A key, where the others have their access token.
            "k:other" => {
                let owner = Box::pin(self.somebody("foreign")).await;
                let access = self.app.key(&owner, &["listings:read"]).await;
                Person { access, ..owner }
            }
            "halted" => {
                let officer = Box::pin(self.somebody("officer")).await;
                let owner = self.app.active_enterprise(&officer).await;
                self.app.suspend(&owner.enterprise, &officer).await;
                self.app.again(&owner).await
            }
            other => panic!("who is {other}?"),
        };
        self.people.insert(name, person.clone());
        person
    }

    /// An enterprise in a status.
    async fn scene(&mut self, status: &'static str) -> Rc<Scene> {
        if let Some(known) = self.scenes.get(status) {
            return known.clone();
        }
        let officer = self.somebody("officer").await;
        let app = &self.app;
        let owner = app.registered_enterprise().await;
        let mut keys = BTreeMap::new();
        for (name, scope) in [
            ("k:read", "listings:read"),
            ("k:write", "listings:write"),
            ("k:ent", "enterprise:read"),
            ("k:none", "listings:read"),
        ] {
            keys.insert(name, app.key(&owner, &[scope]).await);
        }
        app.by_hand("UPDATE api_keys SET scopes = '[]' WHERE created_at = (SELECT max(created_at) FROM api_keys)")
            .await;
        let path = format!("/enterprises/{}", owner.enterprise);
        let mut listing = None;
        match status {
            "sent_back" => {
                let why = json!({"reason_code": "incomplete", "reason_text": "Thiếu giấy chứng nhận."});
                let call = app.post(&format!("{path}/change-request")).by(&officer);
                call.if_match(1).json(&why).expect(200).await;
            }
            "active" | "suspended" => {
                app.post(&format!("{path}/approval"))
                    .by(&officer)
                    .if_match(1)
                    .expect(200)
                    .await;
                if status == "suspended" {
                    listing = Some(app.published_listing(&owner, &officer, "Máy sấy").await);
                    app.suspend(&owner.enterprise, &officer).await;
                }
            }
            _ => {}
        }
        let legacy = app.member(&owner.enterprise, Role::Owner).await;
        let statement = format!(
            "UPDATE accounts SET email_verified_at = NULL WHERE email = '{}'",
            legacy.email
        );
        app.by_hand(&statement).await;
        let viewer = app.member(&owner.enterprise, Role::Viewer).await;
        let scene = Rc::new(Scene {
            version: app.get(&path).by(&officer).expect(200).await.number("/version"),
            viewer: app.id_of(&viewer).await,
            people: BTreeMap::from([
                ("legacy", legacy),
                ("viewer", viewer),
                ("editor", app.member(&owner.enterprise, Role::Editor).await),
                (
                    "owner",
                    if status == "suspended" {
                        app.again(&owner).await
                    } else {
                        owner.clone()
                    },
                ),
            ]),
            id: owner.enterprise,
            keys,
            listing,
        });
        self.scenes.insert(status, scene.clone());
        scene
    }

    /// Makes what is asked about.
    pub async fn thing(&mut self, on: On, state: &'static str, caller: &'static str) -> Thing {
        let status = match (on, state) {
            (On::Enterprise, "submitted" | "sent_back") => state,
            (_, "suspended" | "halted") => "suspended",
            _ => "active",
        };
        let scene = self.scene(status).await;
        let mut thing = Thing {
            ids: [scene.id.clone(), absent()],
            version: scene.version,
            token: String::new(),
            scene,
        };
        match on {
            On::Nothing => {}
            On::Enterprise if state == "absent" => thing.ids[0] = absent(),
            On::Enterprise => {}
            On::Member if state == "absent" => {}
            On::Member => thing.ids[1] = thing.scene.viewer.clone(),
            On::Listing => (thing.ids[0], thing.version) = self.listing(&thing.scene, state).await,
            On::OwnSession => thing.ids[0] = self.session(&thing, state, caller).await,
            On::Invitation | On::JoinRequest | On::Key if state == "absent" => {}
            On::Invitation | On::JoinRequest | On::Key => thing.ids[1] = self.inside(on, &thing, state).await,
            On::InvitationToken => thing.token = self.invitation(&thing, state, caller).await,
            On::OwnJoinRequest => self.own_request(&thing, state).await,
            On::Account if state == "absent" => thing.ids[0] = absent(),
            On::Account => (thing.ids[0], thing.version) = self.account(&thing.scene.id, state).await,
            On::Officer => (thing.ids[0], thing.version) = self.officer(state).await,
            On::DataRequest if state == "absent" => thing.ids[0] = absent(),
            On::DataRequest => thing.ids[0] = self.data_request().await,
            On::FactorReset => thing.ids = self.factor_reset(state).await,
            On::RegistrationToken | On::AccountToken | On::PasswordToken | On::RefreshToken => {
                thing.token = self.token(on).await;
            }
        }
        thing
    }

    async fn listing(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let officer = self.somebody("officer").await;
        let owner = &scene.people["owner"];
        match state {
            "draft" => self.app.listing_draft(owner, "Máy sấy").await,
            "submitted" => self.app.submitted_listing(owner, "Máy sấy").await,
            "published" => self.app.published_listing(owner, &officer, "Máy sấy").await,
            "halted" => scene.listing.clone().unwrap(),
            _ => (absent(), 1),
        }
    }

    /// The caller's own session, or somebody else's.
    async fn session(&mut self, thing: &Thing, state: &str, caller: &'static str) -> String {
        let whose = if state == "own" {
            self.person(thing, caller).await
        } else {
            None
        };
        let whose = match whose {
            Some(person) => person,
            None => self.somebody("bystander").await,
        };
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
                call.json(&json!({"tax_code": code})).expect(202).await;
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
    async fn invitation(&mut self, thing: &Thing, state: &str, caller: &'static str) -> String {
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
        if state == "absent" {
            return (absent(), 1);
        }
        let chief = self.somebody("second").await;
        let standing = Standing::Officer {
            permissions: vec![Permission::ReviewListings],
            scope: Scope::default(),
        };
        let officer = self.app.account(standing).await;
        let path = format!("/officers/{}", self.app.id_of(&officer).await);
        if state == "closed" {
            let why = json!({"reason_code": "other", "reason_text": "Nghỉ công tác từ tháng này."});
            let call = self.app.post(&format!("{path}/suspension")).by(&chief);
            call.json(&why).expect(200).await;
        }
        let seen = self.app.get(&path).by(&chief).expect(200).await;
        (seen.text("/id").to_owned(), seen.number("/version"))
    }

    async fn data_request(&mut self) -> String {
        let person = self.app.person().await;
        let body = json!({"kind": "rectify", "details": "Họ tên đúng là Nguyễn Thị Lan Anh."});
        let asked = self
            .app
            .post("/me/data-requests")
            .by(&person)
            .json(&body)
            .expect(201)
            .await;
        asked.text("/id").to_owned()
    }

    async fn factor_reset(&mut self, state: &str) -> [String; 2] {
        if state == "absent" {
            return [absent(), absent()];
        }
        let (officer, _) = self.officer("active").await;
        let second = self.somebody("second").await;
        let path = format!("/officers/{officer}/factor-resets");
        let asked = self.app.post(&path).by(&second).expect(201).await;
        [officer, asked.text("/id").to_owned()]
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

    fn number(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    /// The person behind a caller, if there is one.
    async fn person(&mut self, thing: &Thing, caller: &'static str) -> Option<Person> {
        match caller {
            "visitor" | "broken" => None,
            key if key.starts_with("k:") => None,
            known => match thing.scene.people.get(known) {
                Some(person) => Some(person.clone()),
                None => Some(self.somebody(known).await),
            },
        }
    }

    /// Asks.
    pub async fn ask(&mut self, operation: &Operation, thing: &Thing, state: &str, caller: &'static str) -> Reply {
        let (number, person) = (self.number(), self.person(thing, caller).await);
        let sent = self.body(operation.name, thing, state, person.as_ref(), number).await;
        let [first, second] = &thing.ids;
        let path = operation
            .path
            .replace("{id}", first)
            .replace("{name}", "provinces")
            .replace("{account}", second)
            .replace("{invitation}", second)
            .replace("{request}", second)
            .replace("{reset}", second)
            .replace("{key}", second);
        let path = match operation.name {
            "export_audit" => format!("{path}?from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00Z"),
            _ => path,
        };
        let method: Method = operation.method.to_uppercase().parse().unwrap();
        let call = self.app.call(method, &path);
        let call = match (&person, caller) {
            (Some(person), _) => call.by(person),
            (None, "visitor") => call,
            (None, "broken") => call.token("broken"),
            (None, "k:other") => call.by(&self.somebody("k:other").await),
            (None, key) => call.token(&thing.scene.keys[key]),
        };
        let call = if let ("edit_me", Some(person)) = (operation.name, &person) {
            call.if_match(self.app.get("/me").by(person).expect(200).await.number("/version"))
        } else if needs_version(operation.name) {
            call.if_match(thing.version)
        } else {
            call
        };
        let call = sent.iter().fold(call, Call::json);
        if self.is_stale {
            return self.app.send_stale(call).await;
        }
        call.send().await
    }

    async fn body(
        &mut self,
        name: &str,
        thing: &Thing,
        state: &str,
        person: Option<&Person>,
        number: u32,
    ) -> Option<Value> {
        match name {
            "register_enterprise" => Some(self.app.registration("Công ty Mới")),
            "open_account" => Some(self.app.registration("-")["account"].clone()),
            "sign_in" => {
                let bystander = self.somebody("bystander").await;
                Some(json!({"email": bystander.email, "password": PASSWORD}))
            }
            "change_password" => {
                let current = person.map_or(PASSWORD, |person| &person.password);
                let next = if current == PASSWORD { NEW_PASSWORD } else { PASSWORD };
                Some(json!({"current_password": current, "new_password": next}))
            }
            "step_up" => {
                let code = person.and_then(|person| person.codes.lock().unwrap().pop());
                let password = person.map_or(PASSWORD, |person| &person.password);
                Some(code.map_or_else(|| json!({"password": password}), |code| json!({"code": code})))
            }
            // Whoever is signed in accepts with the own account; nobody else has one.
            "accept_invitation" if person.is_some() => Some(json!({"token": thing.token})),
            "accept_invitation" => {
                assert!(["own", "foreign"].contains(&state));
                let account = json!({"password": PASSWORD, "display_name": "Lê Thị Hoa"});
                Some(json!({"token": thing.token, "account": account}))
            }
            _ => body(name, thing, number),
        }
    }
}
