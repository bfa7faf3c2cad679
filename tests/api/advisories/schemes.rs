//! CVE-2026-24791 (gitea; left over from CVE-2025-68941) and its kin CVE-2026-28744, -28699, -20706: the scope of a token
//! was looked at on some routes, or only when the token came in one of the ways in which it may come.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vptex::http::routes::{Keys, Operation, operations};

use crate::harness::{Call, Person, Reply, TestApp, dryer};

const SCOPES: [&[&str]; 4] = [
    &["listings:read"],
    &["listings:write"],
    &["enterprise:read"],
    &["listings:read", "listings:write", "enterprise:read"],
];

/// Who is asked, and what about.
struct Asking<'a> {
    app: &'a TestApp,
    owner: &'a Person,
    /// A draft that nobody has changed: an answer that changes it has the next call get one of its own.
    draft: Option<String>,
}

impl<'a> Asking<'a> {
    fn about(app: &'a TestApp, owner: &'a Person) -> Self {
        Self {
            app,
            owner,
            draft: None,
        }
    }

    /// Sends a call to an operation, changed by `dress`.
    async fn ask(&mut self, operation: &Operation, dress: impl FnOnce(Call) -> Call) -> Reply {
        if !operation.path.starts_with("/listings/") {
            return dress(self.call(operation, &self.owner.enterprise)).send().await;
        }
        let draft = match self.draft.take() {
            Some(draft) => draft,
            None => self.app.listing_draft(self.owner, "Máy sấy").await.0,
        };
        let reply = dress(self.call(operation, &draft)).send().await;
        if reply.status >= 300 || operation.method == "get" {
            self.draft = Some(draft);
        }
        reply
    }

    fn call(&self, operation: &Operation, id: &str) -> Call {
        let parts = operation.path.split('/').map(|part| match part {
            "{name}" => "fields",
            "{year}" => "2026",
            "{type}" => "enterprise",
            part if part.starts_with('{') => id,
            part => part,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        let call = self.app.call(operation.method.to_uppercase().parse().unwrap(), &path);
        let body = match operation.name {
            "create_listing" => dryer("Máy sấy"),
            "edit_listing" => json!({"model": "B"}),
            "submit_listing" | "take_back_listing" | "renew_listing" | "archive_listing" | "unarchive_listing" => {
                return call;
            }
            _ if operation.method == "get" || operation.method == "delete" => return call,
            _ => json!({}),
        };
        call.if_match(1).json(&body)
    }

    /// What comes of asking without any token: operations that look at none answer the same with one.
    async fn ask_as_nobody(&mut self, operation: &Operation) -> (u16, Value) {
        answer(&self.ask(operation, |call| call).await)
    }
}

fn answer(reply: &Reply) -> (u16, Value) {
    (reply.status, reply.body["code"].clone())
}

/// How much of the answer counts: who may read sees the thing, whatever identifier it has this time.
#[actix_web::test]
async fn cve_2026_24791_a_scope_holds_however_the_key_is_sent() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut asking = Asking::about(&app, &owner);
    let mut opened = 0;
    for scopes in SCOPES {
        let key = app.key(&owner, scopes).await;
        for operation in operations() {
            let mut answers = Vec::new();
            for scheme in ["Bearer", "bearer", "BEARER", "beArer"] {
                let value = format!("{scheme} {key}");
                let reply = asking.ask(operation, |call| call.header("authorization", &value)).await;
                answers.push(answer(&reply));
            }
            let expected = &answers[0];
            assert!(
                answers.iter().all(|got| got == expected),
                "{} {scopes:?}: {answers:?}",
                operation.name
            );
            if operation.keys == Keys::Welcome {
                opened += usize::from(expected.0 < 300);
            } else {
                assert!(
                    expected.0 == 403 || asking.ask_as_nobody(operation).await == *expected,
                    "{}",
                    operation.name
                );
            }
        }
    }
    assert!(opened > 30, "keys open what their scopes say: {opened}");
}

#[actix_web::test]
async fn cve_2026_24791_no_other_place_of_a_request_takes_a_key_or_a_token() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let key = app.key(&owner, SCOPES[3]).await;
    let mut asking = Asking::about(&app, &owner);
    for secret in [&key, &owner.access] {
        let basic = STANDARD.encode(format!("{secret}:"));
        let password = STANDARD.encode(format!("x-access-token:{secret}"));
        let headers = [
            ("authorization", format!("Basic {basic}")),
            ("authorization", format!("Basic {password}")),
            ("authorization", format!("token {secret}")),
            ("authorization", secret.to_string()),
            ("authorization", format!("Bearer{secret}")),
            ("authorization", format!("Bearer,{secret}")),
            (
                "cookie",
                format!("access_token={secret}; session={secret}; token={secret}"),
            ),
            ("x-api-key", secret.to_string()),
            ("x-auth-token", secret.to_string()),
            ("proxy-authorization", format!("Bearer {secret}")),
        ];
        for operation in operations() {
            let visitor = asking.ask_as_nobody(operation).await;
            // What anybody may do makes something each time, and tells nothing here.
            if visitor.0 < 300 {
                continue;
            }
            for (name, value) in &headers {
                let got = asking.ask(operation, |call| call.header(name, value)).await;
                let is_refused = got.status == 401 || answer(&got) == visitor;
                assert!(is_refused, "{} {name}: {value}: {}", operation.name, got.status);
            }
            for name in ["access_token", "token", "api_key", "key"] {
                let got = asking.ask(operation, |call| call.query(&[(name, secret)])).await;
                assert!(
                    got.status == 400 || answer(&got) == visitor,
                    "{} ?{name}: {}",
                    operation.name,
                    got.status
                );
            }
        }
    }
}
