//! CVE-2026-24791 (gitea; left over from CVE-2025-68941) and its kin CVE-2026-28744, -28699, -20706: the scope of a token
//! was looked at on some routes, or only when the token came in one of the ways in which it may come.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vptex::http::routes::{Keys, OPERATIONS, Operation};

use crate::harness::{Call, Person, Reply, TestApp, dryer};

const SCOPES: [&[&str]; 4] = [
    &["listings:read"],
    &["listings:write"],
    &["enterprise:read"],
    &["listings:read", "listings:write", "enterprise:read"],
];

/// What the operation is asked about: each call gets a draft of its own, because some change it.
async fn call(app: &TestApp, owner: &Person, operation: &Operation) -> Call {
    let id = if operation.path.starts_with("/listings/") {
        app.listing_draft(owner, "Máy sấy").await.0
    } else {
        owner.enterprise.clone()
    };
    let parts = operation.path.split('/').map(|part| match part {
        "{name}" => "fields",
        "{year}" => "2026",
        "{type}" => "enterprise",
        part if part.starts_with('{') => &id,
        part => part,
    });
    let path = parts.collect::<Vec<_>>().join("/");
    let call = app.call(operation.method.to_uppercase().parse().unwrap(), &path);
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

fn answer(reply: &Reply) -> (u16, Value) {
    (reply.status, reply.body["code"].clone())
}

/// How much of the answer counts: who may read sees the thing, whatever identifier it has this time.
#[actix_web::test]
async fn cve_2026_24791_a_scope_holds_however_the_key_is_sent() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let mut opened = 0;
    for scopes in SCOPES {
        let key = app.key(&owner, scopes).await;
        for operation in OPERATIONS {
            let ask = async |value: String| {
                let call = call(&app, &owner, operation).await.header("authorization", &value);
                answer(&call.send().await)
            };
            let expected = ask(format!("Bearer {key}")).await;
            for scheme in ["bearer", "BEARER", "beArer"] {
                let got = ask(format!("{scheme} {key}")).await;
                assert_eq!(got, expected, "{} {scopes:?} {scheme}", operation.name);
            }
            if operation.keys == Keys::Welcome {
                opened += usize::from(expected.0 < 300);
            } else {
                assert!(
                    expected.0 == 403 || is_deaf(&app, &owner, operation).await == expected,
                    "{}",
                    operation.name
                );
            }
        }
    }
    assert!(opened > 30, "keys open what their scopes say: {opened}");
}

/// What comes of asking without any token: operations that look at none answer the same with one.
async fn is_deaf(app: &TestApp, owner: &Person, operation: &Operation) -> (u16, Value) {
    answer(&call(app, owner, operation).await.send().await)
}

#[actix_web::test]
async fn cve_2026_24791_no_other_place_of_a_request_takes_a_key_or_a_token() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let key = app.key(&owner, SCOPES[3]).await;
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
        for operation in OPERATIONS {
            let visitor = is_deaf(&app, &owner, operation).await;
            // What anybody may do makes something each time, and tells nothing here.
            if visitor.0 < 300 {
                continue;
            }
            for (name, value) in &headers {
                let got = call(&app, &owner, operation).await.header(name, value).send().await;
                let is_refused = got.status == 401 || answer(&got) == visitor;
                assert!(is_refused, "{} {name}: {value}: {}", operation.name, got.status);
            }
            for name in ["access_token", "token", "api_key", "key"] {
                let got = call(&app, &owner, operation)
                    .await
                    .query(&[(name, secret)])
                    .send()
                    .await;
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
