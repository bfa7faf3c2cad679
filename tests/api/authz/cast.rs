//! Who asks. Everybody is made when needed and kept until worn out; `things` makes what is asked about.

use std::collections::BTreeMap;
use std::rc::Rc;

use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role, Scope};
use vptex::http::routes::Operation;

use super::bodies::body;
use super::cases::case;
use super::entries::entry;
use super::left::Left;
use super::things::Thing;
use crate::harness::{Call, NEW_PASSWORD, PASSWORD, Person, Reply, TestApp, pictures};

/// Everybody: nobody; a broken token; an owner whose address was never proved (rows of older versions only); somebody
/// without enterprise; viewer, editor and owner of the enterprise in question; owner of another one; owner of another one
/// that is suspended; an officer with every right and no second factor; one without the rights; one with them, but for
/// another commune; one with them; keys of the enterprise in question with each scope alone, and with none; and a reading
/// key of another one.
pub const CALLERS: [&str; 18] = [
    "visitor", "broken", "legacy", "person", "viewer", "editor", "owner", "foreign", "halted", "unenrol", "clerk",
    "remote", "officer", "k:read", "k:write", "k:ent", "k:none", "k:other",
];

/// Stands in every text of the enterprise in question and of its things, and in no refusal.
pub const SECRET: &str = "ZZBIMAT";
/// What else of people and enterprises no refusal may hold: addresses, names, a phone.
const PRIVATE: [&str; 6] = [
    SECRET,
    "@example.com",
    "Lê Thị Hoa",
    "Trần Văn Duyệt",
    "0210 3 846",
    "Khu 5",
];

/// Officers with one permission alone, and with all but one: `only review_listings`, `all but review_listings`.
pub const ONLY: &str = "only ";
pub const ALL_BUT: &str = "all but ";

/// An enterprise in a status, and everybody who acts for it.
pub struct Scene {
    pub id: String,
    pub version: i64,
    pub people: BTreeMap<&'static str, Person>,
    keys: BTreeMap<&'static str, String>,
    pub viewer: String,
    /// A published listing, if the enterprise was ever active.
    pub listing: Option<(String, i64)>,
    /// Version of its revision.
    pub revision: i64,
}

pub struct Cast {
    pub app: TestApp,
    people: BTreeMap<String, Person>,
    scenes: BTreeMap<&'static str, Rc<Scene>>,
    /// Things of these scenes that may be asked about again.
    pub left: Vec<Left>,
    count: u32,
    /// How often an answer held what no refusal may hold.
    pub shown: u32,
    /// Whether those who ask have shown no password or code of late.
    pub is_stale: bool,
}

/// The permissions that the name of an officer tells.
pub fn permissions(name: &str) -> Option<Vec<Permission>> {
    if let Some(one) = name.strip_prefix(ONLY) {
        return Some(vec![one.parse().unwrap()]);
    }
    let missing: Permission = name.strip_prefix(ALL_BUT)?.parse().unwrap();
    let all = Permission::ALL.iter().copied();
    Some(all.filter(|permission| *permission != missing).collect())
}

impl Cast {
    /// Nobody yet, in an exchange whose clock stands: access tokens of officers last two minutes, and fresh sign-ins five.
    pub async fn new() -> Self {
        let app = TestApp::spawn().await;
        app.clock.hold();
        Self {
            app,
            people: BTreeMap::new(),
            scenes: BTreeMap::new(),
            left: Vec::new(),
            count: 0,
            shown: 0,
            is_stale: false,
        }
    }

    /// Forgets a caller who is signed out by now.
    pub fn renew(&mut self, caller: &str, thing: &Thing) {
        self.people.retain(|name, _| name != caller);
        if thing.scene.people.contains_key(caller) {
            self.forget_scene(&thing.scene.id);
        }
    }

    /// Forgets a scene by its enterprise, which is not as it was, with what is left of it. The others are other enterprises.
    pub fn forget_scene(&mut self, id: &str) {
        self.scenes.retain(|_, scene| scene.id != id);
        self.left.retain(|left| !left.is_of(id));
    }

    /// Somebody who has nothing to do with the scene.
    pub async fn somebody(&mut self, name: &str) -> Person {
        if let Some(known) = self.people.get(name) {
            return known.clone();
        }
        let app = &self.app;
        let person = match name {
            "person" | "bystander" => app.person().await,
            "unenrol" => app.officer_without_factor(Permission::ALL).await,
            "clerk" => app.officer_who_may(&[Permission::ReadReports]).await,
            "second" => {
                app.officer_who_may(&[Permission::ManageOfficers, Permission::ReviewEnterprises])
                    .await
            }
            "handler" => app.officer_who_may(&[Permission::HandleDataRequests]).await,
            "officer" => app.officer_who_may(Permission::ALL).await,
            "other" | "heir" => app.officer().await,
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
            other => {
                let permissions = permissions(other).unwrap_or_else(|| panic!("who is {other}?"));
                app.officer_who_may(&permissions).await
            }
        };
        self.people.insert(name.to_owned(), person.clone());
        person
    }

    /// Registers an enterprise, all of whose texts are secret.
    async fn secret_enterprise(&self) -> Person {
        let mut body = self.app.registration(&format!("Công ty {SECRET}"));
        let email = body["account"]["email"].as_str().unwrap().to_owned();
        let enterprise = body["enterprise"].as_object_mut().unwrap();
        for name in ["short_name", "name_en", "contact_name", "address_line"] {
            enterprise.insert(name.into(), json!(format!("{name} {SECRET}")));
        }
        enterprise.insert("website".into(), json!(format!("https://{SECRET}.example.vn")));
        body["account"]["display_name"] = json!(format!("Người {SECRET}"));
        let made = self.app.confirmed(&body).await;
        let mut owner = self.app.sign_in(&email, PASSWORD).await;
        owner.enterprise = made.text("/enterprise/id").to_owned();
        owner
    }

    /// An enterprise in a status.
    pub async fn scene(&mut self, status: &'static str) -> Rc<Scene> {
        if let Some(known) = self.scenes.get(status) {
            return known.clone();
        }
        let officer = self.somebody("officer").await;
        let app = &self.app;
        let owner = self.secret_enterprise().await;
        let mut keys = BTreeMap::new();
        for (name, scopes) in [
            ("k:read", &["listings:read"][..]),
            ("k:write", &["listings:write"]),
            ("k:ent", &["enterprise:read"]),
            ("k:none", &["listings:read", "enterprise:read"]),
        ] {
            keys.insert(name, app.key(&owner, scopes).await);
        }
        // A key is not made without a scope: only the one with two loses them.
        app.by_hand("UPDATE api_keys SET scopes = '[]' WHERE CAST(scopes AS TEXT) LIKE '%,%'")
            .await;
        let path = format!("/enterprises/{}", owner.enterprise);
        let (mut listing, mut revision) = (None, 0);
        match status {
            "sent_back" | "rejected" => {
                let why = json!({"reason_code": "incomplete", "reason_text": format!("Thiếu giấy {SECRET}.")});
                let step = if status == "rejected" {
                    "rejection"
                } else {
                    "change-request"
                };
                let call = app.post(&format!("{path}/{step}")).by(&officer);
                call.if_match(1).json(&why).expect(200).await;
            }
            "submitted" => {}
            _ => {
                app.post(&format!("{path}/approval"))
                    .by(&officer)
                    .if_match(1)
                    .expect(200)
                    .await;
                if status == "suspended" {
                    let (id, version) = app.published_listing(&owner, &officer, SECRET).await;
                    revision = app.revise(&owner, &id, version, SECRET).await;
                    listing = Some((id, version));
                    app.suspend(&owner.enterprise, &officer).await;
                }
            }
        }
        let role = if status == "last_owner" {
            Role::Editor
        } else {
            Role::Owner
        };
        let legacy = app.member(&owner.enterprise, role).await;
        let statement = format!(
            "UPDATE accounts SET email_verified_at = NULL WHERE email = '{}'",
            legacy.email
        );
        app.by_hand(&statement).await;
        let viewer = app.member(&owner.enterprise, Role::Viewer).await;
        let (viewer_id, editor) = (
            app.id_of(&viewer).await,
            app.member(&owner.enterprise, Role::Editor).await,
        );
        let scene = Rc::new(Scene {
            version: self.bring(status, &owner, &officer).await,
            viewer: viewer_id,
            people: BTreeMap::from([
                ("legacy", legacy),
                ("viewer", viewer),
                ("editor", editor),
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
            revision,
        });
        self.scenes.insert(status, scene.clone());
        scene
    }

    pub fn number(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    /// The person behind a caller, if there is one.
    pub async fn person(&mut self, thing: &Thing, caller: &str) -> Option<Person> {
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
    pub async fn ask(&mut self, operation: &Operation, thing: &Thing, state: &str, caller: &str) -> Reply {
        let (number, person) = (self.number(), self.person(thing, caller).await);
        let sent = self.body(operation.name, thing, person.as_ref(), number).await;
        let [first, second] = &thing.ids;
        let path = operation
            .path
            .replace("{id}", first)
            .replace("{name}", "provinces")
            .replace("{year}", "2031")
            .replace("{kind}", "expert")
            .replace("{type}", entry(case(operation.name).on, state).0)
            .replace("{code}", &thing.code)
            .replace("{slug}", &thing.slug)
            .replace("{from}/{to}", "science_fields/fos")
            .replace("{account}", second)
            .replace("{invitation}", second)
            .replace("{request}", second)
            .replace("{reset}", second)
            .replace("{grant}", second)
            .replace("{document}", second)
            .replace("{file}", second)
            .replace("{key}", second);
        let path = match operation.name {
            name if name.contains("procedure") => path.replace(&thing.code, "REG").replace("{version}", "0"),
            "preview_periodic_report" => format!("{path}?form=briefing&period=2026-01"),
            "export_audit" => format!("{path}?from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00Z"),
            "get_taxonomy_entry" | "edit_taxonomy_entry" => "/taxonomies/fields/entries/food".to_owned(),
            "add_taxonomy_entry" => "/taxonomies/fields/entries".to_owned(),
            "import_taxonomy_entries" => "/taxonomies/fields/imports?dry_run=true".to_owned(),
            "list_successors" => format!("{path}?code=26"),
            "count_term" => format!("{path}?event=2026-02-13&days=5&unit=working_day"),
            "add_file" => format!("{path}?name=anh.png"),
            // Of no session: whoever comes with it finds nothing.
            "get_linked_file" | "get_linked_document" => format!("{path}?link={}", "A".repeat(96)),
            "add_document" => format!("{path}?kind=iso&name=anh.png"),
            "add_dossier_file" => format!("{path}?document=other&name=anh.png"),
            "put_logo" => format!("{path}?alt_vi=Logo"),
            "start_listing_import" | "start_enterprise_import" => format!("{path}?name=tin.csv"),
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
        } else if ["put_calendar_year", "publish_procedure"].contains(&operation.name) {
            call.if_match(self.app.get(&path).expect(200).await.number("/version"))
        } else if operation.name == "edit_taxonomy_entry" {
            call.if_match(1)
        } else if needs_version(operation.name) {
            call.if_match(thing.version)
        } else {
            call
        };
        let call = match operation.name {
            "add_file" | "add_document" | "add_dossier_file" | "put_logo" => {
                call.file("image/png", pictures::png(4, 3))
            }
            "start_listing_import" => call.file("text/csv", "id,title\nA,B\n"),
            "start_enterprise_import" => call.file("text/csv", "tax_code,legal_name\nA,B\n"),
            "import_taxonomy_entries" => call.file("text/csv", "code,name_vi\nsilk,Tơ tằm\n"),
            _ => sent.iter().fold(call, Call::json),
        };
        let reply = if self.is_stale {
            self.app.send_stale(call).await
        } else {
            call.send().await
        };
        self.look_for_secrets(&format!("{} {state} {caller}", operation.name), &path, &reply);
        reply
    }

    /// CVE-2026-27898 (vaultwarden): a write that was refused told the thing all the same.
    fn look_for_secrets(&mut self, place: &str, path: &str, reply: &Reply) {
        let headers = reply.headers.values().filter_map(|value| value.to_str().ok());
        let mut body = reply.body.clone();
        // What the caller wrote into the path is no news.
        if body["instance"] == format!("/api/v1{path}") {
            body["instance"] = Value::Null;
        }
        // Whoever may decide is told who does already; that nobody else is, the rules say.
        if body["code"] == "claimed_by_another" {
            body = Value::Null;
        }
        let told = headers
            .fold(body.to_string(), |told, value| told + "\n" + value)
            .to_lowercase();
        let mut private = PRIVATE.iter().filter(|text| told.contains(&text.to_lowercase()));
        match private.next() {
            Some(text) if reply.status >= 400 => panic!("{place} is refused and told {text}: {told}"),
            Some(_) => self.shown += 1,
            None => assert!(
                reply.status < 400 || reply.header("etag").is_none(),
                "{place} is told the version"
            ),
        }
    }

    async fn body(&mut self, name: &str, thing: &Thing, person: Option<&Person>, number: u32) -> Option<Value> {
        match name {
            "register_enterprise" => Some(self.app.registration("Công ty Mới")),
            "open_account" => Some(self.app.registration("-")["account"].clone()),
            "sign_in" => {
                let bystander = self.somebody("bystander").await;
                Some(json!({"email": bystander.email, "password": PASSWORD}))
            }
            "hand_over_entry" => {
                // Nobody has anything of what waits already, and nobody hands it to oneself.
                let heir = self.somebody("heir").await;
                Some(json!({"officer": self.app.id_of(&heir).await}))
            }
            "merge_enterprise" => {
                let host = self.somebody("host").await;
                Some(json!({"into": host.enterprise, "dry_run": true}))
            }
            "grant_confidential" => {
                let foreign = self.somebody("foreign").await;
                Some(self.grant_terms(&foreign))
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
            "take_dossier_event" if thing.code == "issue" => Some(json!({"event": "issue"})),
            // Whoever is signed in accepts with the own account; nobody else has one.
            "accept_invitation" if person.is_some() => Some(json!({"token": thing.token})),
            "accept_invitation" => {
                let account = json!({"password": PASSWORD, "display_name": "Lê Thị Hoa"});
                Some(json!({"token": thing.token, "account": account}))
            }
            _ => body(name, thing, number),
        }
    }
}

/// Whether an operation takes the version that was read.
fn needs_version(name: &str) -> bool {
    let decisions = ["approve_", "reject_", "request_"];
    let is_decision = decisions.iter().any(|step| name.starts_with(step)) && !name.ends_with("join_request");
    let edits = [
        "edit_listing",
        "edit_taxonomy_entry",
        "edit_vocabulary_entry",
        "withdraw_vocabulary_entry",
        "edit_enterprise",
        "edit_enterprise_contact",
        "suspend_enterprise",
        "agree_inquiry",
        "complete_inquiry",
        "edit_dossier",
        "take_dossier_event",
        "propose",
        "screen_dossier",
        "put_dossier_consultations",
        "withdraw_proposal",
        "merge_enterprise",
        "close_enterprise",
        "decide_document",
        "remove_confidential",
        "edit_officer",
        "edit_me",
    ];
    is_decision || edits.contains(&name)
}
