//! Who may do what: every operation, asked by everybody, of things in every state.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::Permission;

use crate::harness::contract::DOCUMENT;
use crate::harness::{Call, PASSWORD, Person, TestApp, dryer};

/// What an operation is done to.
#[derive(Clone, Copy, PartialEq)]
enum On {
    Nothing,
    Listing,
    Enterprise,
}

/// Every operation of the API.
const OPERATIONS: [(&str, &str, &str, On); 25] = [
    ("register_enterprise", "POST", "/registrations", On::Nothing),
    ("sign_in", "POST", "/sessions", On::Nothing),
    ("refresh_session", "POST", "/sessions/refresh", On::Nothing),
    ("sign_out", "DELETE", "/sessions/current", On::Nothing),
    ("get_me", "GET", "/me", On::Nothing),
    ("list_enterprises", "GET", "/enterprises", On::Nothing),
    ("get_enterprise", "GET", "/enterprises/{id}", On::Enterprise),
    ("edit_enterprise", "PATCH", "/enterprises/{id}", On::Enterprise),
    (
        "submit_enterprise",
        "POST",
        "/enterprises/{id}/submission",
        On::Enterprise,
    ),
    (
        "approve_enterprise",
        "POST",
        "/enterprises/{id}/approval",
        On::Enterprise,
    ),
    (
        "reject_enterprise",
        "POST",
        "/enterprises/{id}/rejection",
        On::Enterprise,
    ),
    (
        "request_enterprise_changes",
        "POST",
        "/enterprises/{id}/change-request",
        On::Enterprise,
    ),
    ("create_listing", "POST", "/listings", On::Nothing),
    ("list_my_listings", "GET", "/me/listings", On::Nothing),
    ("get_listing", "GET", "/listings/{id}", On::Listing),
    ("edit_listing", "PATCH", "/listings/{id}", On::Listing),
    ("submit_listing", "POST", "/listings/{id}/submission", On::Listing),
    ("take_back_listing", "DELETE", "/listings/{id}/submission", On::Listing),
    ("approve_listing", "POST", "/listings/{id}/approval", On::Listing),
    ("reject_listing", "POST", "/listings/{id}/rejection", On::Listing),
    (
        "request_listing_changes",
        "POST",
        "/listings/{id}/change-request",
        On::Listing,
    ),
    ("list_moderation_queue", "GET", "/moderation/queue", On::Nothing),
    ("search_listings", "GET", "/search", On::Nothing),
    ("list_taxonomies", "GET", "/taxonomies", On::Nothing),
    ("get_taxonomy", "GET", "/taxonomies/provinces", On::Nothing),
];

const CALLERS: [&str; 6] = ["visitor", "broken", "stranger", "owner", "clerk", "officer"];

impl On {
    fn states(self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &["-"],
            Self::Listing => &["draft", "submitted", "published", "absent"],
            Self::Enterprise => &["submitted", "sent_back", "active", "absent"],
        }
    }
}

/// A thing, its version, and whose it is.
#[derive(Clone)]
struct Thing {
    id: String,
    version: i64,
    owner: Person,
}

struct Cast {
    app: TestApp,
    stranger: Person,
    owner: Person,
    clerk: Person,
    officer: Person,
}

impl Cast {
    async fn new() -> Self {
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        Self {
            stranger: app.active_enterprise(&officer).await,
            owner: app.active_enterprise(&officer).await,
            clerk: app.officer_who_may(&[Permission::ReadAudit]).await,
            officer,
            app,
        }
    }

    async fn thing(&self, on: On, state: &str) -> Thing {
        let absent = || (Uuid::nil().to_string(), 1);
        let mut owner = self.owner.clone();
        let (id, version) = match (on, state) {
            (On::Nothing, _) | (_, "absent") => absent(),
            (On::Listing, "draft") => self.app.listing_draft(&owner, "Máy sấy").await,
            (On::Listing, "submitted") => self.app.submitted_listing(&owner, "Máy sấy").await,
            (On::Listing, _) => self.app.published_listing(&owner, &self.officer, "Máy sấy").await,
            (On::Enterprise, state) => {
                owner = self.app.registered_enterprise().await;
                (owner.enterprise.clone(), self.bring(&owner.enterprise, state).await)
            }
        };
        Thing { id, version, owner }
    }

    async fn bring(&self, enterprise: &str, state: &str) -> i64 {
        let step = |name: &str| {
            let path = format!("/enterprises/{enterprise}/{name}");
            self.app.post(&path).by(&self.officer).if_match(1)
        };
        match state {
            "sent_back" => step("change-request")
                .json(&reason())
                .expect(200)
                .await
                .number("/version"),
            "active" => step("approval").expect(200).await.number("/version"),
            _ => 1,
        }
    }

    async fn call(&self, operation: (&str, &str, &str, On), caller: &str, thing: &Thing) -> u16 {
        let (name, method, path, _) = operation;
        let call = self.app.call(
            Method::from_bytes(method.as_bytes()).unwrap(),
            &path.replace("{id}", &thing.id),
        );
        let call = match caller {
            "visitor" => call,
            "broken" => call.token("broken"),
            known => {
                let person = match known {
                    "stranger" => &self.stranger,
                    "owner" => &thing.owner,
                    "clerk" => &self.clerk,
                    _ => &self.officer,
                };
                // Signing out ends the session, so it is not the one that the others need.
                if name == "sign_out" {
                    call.by(&self.app.again(person).await)
                } else {
                    call.by(person)
                }
            }
        };
        self.with_body(call, name, thing).await.send().await.status
    }

    async fn with_body(&self, call: Call, name: &str, thing: &Thing) -> Call {
        match name {
            "register_enterprise" => call.json(&self.app.registration("Công ty Mới")),
            "sign_in" => call.json(&json!({"email": self.owner.email, "password": PASSWORD})),
            "refresh_session" => {
                let session = self.app.again(&self.owner).await;
                call.json(&json!({"refresh_token": session.refresh}))
            }
            "create_listing" => call.json(&dryer("Máy sấy")),
            "edit_listing" => call.if_match(thing.version).json(&json!({"model": "B"})),
            "edit_enterprise" => call.if_match(thing.version).json(&json!({"short_name": "B"})),
            "reject_enterprise" | "request_enterprise_changes" | "reject_listing" | "request_listing_changes" => {
                call.if_match(thing.version).json(&reason())
            }
            "approve_enterprise" | "approve_listing" => call.if_match(thing.version),
            _ => call,
        }
    }
}

fn reason() -> Value {
    json!({"reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy và giấy chứng nhận."})
}

/// What the description says of tokens.
#[derive(Clone, Copy, PartialEq)]
enum Token {
    Ignored,
    Welcome,
    Demanded,
}

/// Operation by operation: what becomes of tokens.
fn tokens() -> BTreeMap<String, Token> {
    let mut tokens = BTreeMap::new();
    for item in DOCUMENT["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            let token = match &operation["security"] {
                Value::Null => Token::Ignored,
                said if *said == json!([{}, {"bearer": []}]) => Token::Welcome,
                said if *said == json!([{"bearer": []}]) => Token::Demanded,
                other => panic!("{name}: {other}"),
            };
            tokens.insert(name, token);
        }
    }
    tokens
}

#[actix_web::test]
async fn everybody_asks_for_everything() {
    let tokens = tokens();
    let listed: BTreeSet<&str> = OPERATIONS.iter().map(|operation| operation.0).collect();
    let described: BTreeSet<&str> = tokens.keys().map(String::as_str).collect();
    assert_eq!(listed, described, "the table has every operation, once");

    let cast = Cast::new().await;
    let mut table = format!("{:<28}{:<11}", "operation", "state");
    CALLERS
        .iter()
        .for_each(|caller| table.push_str(&format!("{caller:<10}")));
    for operation in OPERATIONS {
        let (name, method, _, on) = operation;
        for state in on.states() {
            table = format!("{}\n{name:<28}{state:<11}", table.trim_end());
            let mut thing = cast.thing(on, state).await;
            for caller in CALLERS {
                let status = cast.call(operation, caller, &thing).await;
                table.push_str(&format!("{status:<10}"));
                if caller == "visitor" {
                    assert_eq!(
                        status == 401,
                        tokens[name] == Token::Demanded,
                        "{name} {state}: the description says otherwise"
                    );
                }
                if caller == "broken" {
                    assert_eq!(
                        status == 401,
                        tokens[name] != Token::Ignored,
                        "{name} {state}: the description says otherwise of a broken token"
                    );
                }
                if status < 300 && method != "GET" {
                    thing = cast.thing(on, state).await;
                }
            }
        }
    }
    insta::assert_snapshot!(table.trim_end());
}
