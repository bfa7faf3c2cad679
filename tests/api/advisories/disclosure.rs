//! What lists, exports, filters and damaged rows might tell of others.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::http::routes::{Class, Operation, operations};

use crate::harness::contract::DOCUMENT;
use crate::harness::{PASSWORD, Person, TestApp, dryer};

const SECRET: &str = "ZZBIMAT";

/// Somebody with an enterprise that is halted, and with things of every kind, all of whose texts are secret.
struct Victim {
    owner: Person,
    /// Of the enterprise and its things, the listings first.
    ids: Vec<String>,
}

async fn victim(app: &TestApp, officer: &Person) -> Victim {
    let mut body = app.registration(&format!("Công ty {SECRET}"));
    let email = format!("{}@example.com", SECRET.to_lowercase());
    body["account"]["email"] = json!(email);
    body["account"]["display_name"] = json!(SECRET);
    for name in ["contact_name", "address_line"] {
        body["enterprise"][name] = json!(SECRET);
    }
    let made = app.confirmed(&body).await;
    let mut owner = app.sign_in(&email, PASSWORD).await;
    owner.enterprise = made.text("/enterprise/id").to_owned();
    let path = format!("/enterprises/{}", owner.enterprise);
    let (draft, _) = app.listing_draft(&owner, SECRET).await;
    app.post(&format!("{path}/approval"))
        .by(officer)
        .if_match(1)
        .expect(200)
        .await;
    let (submitted, _) = app.submitted_listing(&owner, SECRET).await;
    let (published, _) = app.published_listing(&owner, officer, SECRET).await;
    let invitation = json!({"email": format!("moi.{email}"), "role": "viewer"});
    let key = json!({"name": SECRET, "scopes": ["listings:read"], "expires_in_days": 1});
    let question = json!({"kind": "access", "details": SECRET});
    let mut ids = vec![draft, submitted, published, owner.enterprise.clone()];
    for (path, body) in [
        (format!("{path}/invitations"), invitation),
        (format!("{path}/api-keys"), key),
        ("/me/data-requests".to_owned(), question),
    ] {
        let made = app.post(&path).by(&owner).json(&body).expect(201).await;
        ids.push(made.text("/id").to_owned());
    }
    ids.push(app.id_of(&owner).await);
    app.suspend(&owner.enterprise, officer).await;
    let owner = app.again(&owner).await;
    Victim { owner, ids }
}

fn reads() -> impl Iterator<Item = &'static Operation> {
    operations().filter(|operation| operation.method == "get")
}

/// A path with an identifier in the place of every parameter, and what the description asks for besides.
fn path_to(operation: &Operation, id: &str) -> String {
    let parts = operation.path.split('/').map(|part| match part {
        "{name}" => "fields",
        "{year}" => "2026",
        "{type}" => "enterprise",
        part if part.starts_with('{') => id,
        part => part,
    });
    let path = parts.collect::<Vec<_>>().join("/");
    match operation.name {
        "export_audit" => format!("{path}?from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00Z"),
        _ => path,
    }
}

/// CVE-2026-22246 (Mastodon): lists derived from a thing were given to whoever named it.
#[actix_web::test]
async fn cve_2026_22246_no_list_and_no_export_holds_what_is_anothers() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let victim = victim(&app, &officer).await;
    let stranger = app.active_enterprise(&officer).await;
    let key = app
        .key(&stranger, &["listings:read", "listings:write", "enterprise:read"])
        .await;
    let clerk = app.officer_who_may(&[Permission::ReadReports]).await;
    let viewer = app.member(&stranger.enterprise, Role::Viewer).await;
    let tokens = [
        "",
        &stranger.access,
        &viewer.access,
        &app.person().await.access,
        &key,
        &clerk.access,
    ];
    let mut seen_by_owner = 0;
    for operation in reads() {
        // Where a path names nothing it is the same for each.
        let paths: BTreeSet<String> = victim.ids.iter().map(|id| path_to(operation, id)).collect();
        for path in paths {
            let own = app.get(&path).by(&victim.owner).send().await;
            seen_by_owner += usize::from(own.status == 200 && own.body.to_string().contains(SECRET));
            for token in tokens {
                let call = app.get(&path);
                let call = if token.is_empty() { call } else { call.token(token) };
                let reply = call.send().await;
                let told = reply.body.to_string().to_uppercase();
                assert!(!told.contains(SECRET), "{}: {path} told {told}", operation.name);
            }
        }
    }
    assert!(seen_by_owner >= 8, "the owner sees it all: {seen_by_owner}");
    // Its words find nothing, before the index has heard of the halt and after.
    for _ in 0..2 {
        let found = app
            .get("/search")
            .query(&[("q", SECRET)])
            .by(&stranger)
            .expect(200)
            .await;
        assert_eq!((found.ids().len(), found.number("/total")), (0, 0));
        app.settle().await;
    }
}

/// Columns and relations that are nobody's to ask for, as other systems write them.
const PRIVATE: [&str; 12] = [
    "contact_phone",
    "contact_email",
    "email_key",
    "password_hash",
    "created_by",
    "owner_status",
    "filters[contact_phone][$startsWith]",
    "enterprise.contact_phone",
    "where[email]",
    "populate",
    "fields",
    "expand",
];

fn parameters(operation: &Operation) -> Vec<&'static str> {
    let place = format!("/paths/{}/get/parameters", operation.path.replace('/', "~1"));
    let parameters = DOCUMENT.pointer(&place).and_then(Value::as_array);
    let names = parameters
        .into_iter()
        .flatten()
        .filter(|parameter| parameter["in"] == "query");
    names.map(|parameter| parameter["name"].as_str().unwrap()).collect()
}

/// CVE-2026-27886 (Strapi): a filter or an order by a private field told its value, a letter at a time.
#[actix_web::test]
async fn cve_2026_27886_nothing_is_filtered_or_ordered_by_what_is_private() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    let owner = app.active_enterprise(&officer).await;
    let (mut refused, mut orders) = (0, 0);
    for operation in reads() {
        let known = parameters(operation);
        let path = path_to(operation, &owner.enterprise);
        let with =
            async |by: &Person, name: &str, value: &str| app.get(&path).by(by).query(&[(name, value)]).send().await;
        for by in [&owner, &officer] {
            let plain = app.get(&path).by(by).send().await;
            for name in PRIVATE.into_iter().filter(|name| !known.contains(name)) {
                let asked = with(by, name, "0").await;
                // Refused, or not looked at. An export is itself in the next one.
                let is_same = asked.status >= 400 || asked.body == plain.body || operation.class != Class::Read;
                let is_same = is_same && asked.status == plain.status;
                assert!(
                    asked.status == 400 || is_same,
                    "{} {name}: {:#}",
                    operation.name,
                    asked.body
                );
                refused += usize::from(asked.status == 400);
            }
            for order in ["sort", "order", "order_by"] {
                for column in PRIVATE.into_iter().take(6) {
                    let asked = with(by, order, column).await;
                    assert!(
                        asked.status != 200 || asked.body == plain.body || operation.class != Class::Read,
                        "{} {order}={column}",
                        operation.name
                    );
                    orders += usize::from(asked.status == 400);
                }
            }
        }
    }
    assert!(refused > 200 && orders > 100, "{refused} {orders}");
}

/// The same: numbers of what cannot be seen.
#[actix_web::test]
async fn cve_2026_27886_facets_do_not_count_what_cannot_be_seen() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    app.listing_draft(&owner, "Máy sấy").await;
    app.submitted_listing(&owner, "Máy sấy").await;
    let halted = app.active_enterprise(&officer).await;
    app.published_listing(&halted, &officer, "Máy sấy").await;
    app.suspend(&halted.enterprise, &officer).await;
    let counts = async |by: &Person| {
        let found = app.get("/search?q=may&facets=true").by(by).expect(200).await;
        let mut counts = Vec::new();
        numbers("count", &found.body["facets"], &mut counts);
        (found.number("/total"), counts.into_iter().sum::<i64>())
    };
    for settled in [false, true] {
        for by in [&owner, &officer] {
            assert_eq!(counts(by).await, (0, 0), "settled: {settled}");
        }
        app.settle().await;
    }
    app.published_listing(&owner, &officer, "Máy sấy").await;
    app.settle().await;
    let (total, sum) = counts(&owner).await;
    assert!(total == 1 && sum >= 3, "{total} {sum}");
}

/// Every number under a name, however deep.
fn numbers(name: &str, value: &Value, found: &mut Vec<i64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| numbers(name, item, found)),
        Value::Object(members) => {
            found.extend(members.get(name).and_then(Value::as_i64));
            members.values().for_each(|member| numbers(name, member, found));
        }
        _ => {}
    }
}

/// RUSTSEC-2026-0111 and its kin (diesel before 2.3.8): SQLite keeps bytes that are no text in columns of text, and they
/// were taken for `str` unseen. Only somebody with the file in hand can write them. Such a row is damage, which is
/// answered as a failure of ours without a word of it, and hides nothing but itself.
#[actix_web::test]
async fn rustsec_2026_0111_text_that_is_no_utf8_is_damage_and_hides_only_itself() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let owner = app.active_enterprise(&officer).await;
    let (broken, _) = app.published_listing(&owner, &officer, "Máy sấy lúa").await;
    let (whole, _) = app.published_listing(&owner, &officer, "Máy sấy ngô").await;
    app.settle().await;
    let (is_sqlite, text) = match app.config.database() {
        vptex::config::DatabaseUrl::Sqlite(_) => (true, "CAST(X'4DC3' AS TEXT)"),
        vptex::config::DatabaseUrl::Postgres(_) => (false, "E'M\\xC3'"),
    };
    let statement = format!("UPDATE listings SET title_vi = {text} WHERE title_vi = 'Máy sấy lúa'");
    if !is_sqlite {
        return assert!(app.try_by_hand(&statement).await.is_err(), "PostgreSQL keeps text only");
    }
    app.try_by_hand(&statement).await.unwrap();
    for (path, by) in [
        (format!("/listings/{broken}"), None),
        (format!("/listings/{broken}"), Some(&owner)),
        ("/me/listings".to_owned(), Some(&owner)),
    ] {
        let call = app.get(&path);
        let call = by.map_or_else(|| app.get(&path), |by| call.by(by));
        let reply = call.expect(500).await;
        assert_eq!(reply.code(), "internal");
        let told = reply.body.to_string().to_lowercase();
        assert!(
            !told.contains("utf") && !told.contains("title_vi") && !told.contains('\u{fffd}'),
            "{told}"
        );
    }
    assert_eq!(app.found("may say").await, std::slice::from_ref(&whole));
    app.get(&format!("/listings/{whole}")).expect(200).await;
    app.post("/listings")
        .by(&owner)
        .json(&dryer("Máy mới"))
        .expect(201)
        .await;
}
