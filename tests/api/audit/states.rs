//! The hashes before and after a deed are those of what was there, computed from docs/audit.md alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role, Standing};
use vptex::domain::ids::AccountId;
use vptex::store::{self, accounts};

use super::form::hash_of_state;
use super::{reader, row, rows};
use crate::harness::{Person, Reply, TestApp, dryer};

#[actix_web::test]
async fn a_submission_and_an_approval_vouch_for_the_text() {
    let app = TestApp::spawn().await;
    let (reader, officer) = (reader(&app).await, app.officer().await);
    let owner = app.active_enterprise(&officer).await;
    let writer = app.id_of(&owner).await;
    // With what JSON writes otherwise than it stands there.
    let mut text = dryer("Máy sấy “SL-2”\t\u{1F33E}");
    text["title"]["vi"] = "Máy sấy “SL-2” \\ \u{1F33E}".into();
    text["trl"] = 9.into();
    let made = app.post("/listings").by(&owner).json(&text).expect(201).await;
    let id = made.text("/id").to_owned();
    let step = async |name: &str, by: &Person, version: i64| -> Reply {
        let path = format!("/listings/{id}/{name}");
        app.post(&path).by(by).if_match(version).expect(200).await
    };
    let handed_in = step("submission", &owner, 1).await;
    let approved = step("approval", &officer, handed_in.number("/version")).await;

    let state = |seen: &Reply| {
        json!({
            "code": seen.body["code"],
            "content": text,
            "created_at": seen.body["created_at"],
            "created_by": writer,
            "enterprise_id": owner.enterprise,
            "id": id,
            "expires_at": seen.body["expires_at"],
            "holds": [],
            "published_at": seen.body["published_at"],
            "source": null,
            "status": seen.body["status"],
            "submitted_at": seen.body["submitted_at"],
            "updated_at": seen.body["updated_at"],
            "version": seen.body["version"],
        })
    };
    let [draft, submitted, published] = [&made, &handed_in, &approved].map(|seen| hash_of_state(&state(seen)));
    let told = async |deed: &str| {
        let row = row(&app, &reader, &format!("subject={id}&deed={deed}")).await;
        (row["before_hash"].clone(), row["after_hash"].clone())
    };
    let pair = |before: &str, after: &str| (json!(before), json!(after));
    assert_eq!(told("listing.submitted").await, pair(&draft, &submitted));
    assert_eq!(told("listing.approved").await, pair(&submitted, &published));
    // Another text has another hash.
    let mut other = state(&handed_in);
    other["content"]["price_min"] = json!(1);
    assert_ne!(hash_of_state(&other), submitted);
}

/// The state of an account as docs/audit.md has it. Name and address take the master key.
fn state(app: &TestApp, id: &str) -> Value {
    let account = AccountId(id.parse().unwrap());
    let read = |conn: &mut store::AnyConn| -> store::Result<_> {
        Ok((
            accounts::find(conn, account)?,
            accounts::credentials_of(conn, account)?.has_factor,
        ))
    };
    let (account, has_factor) = app.exchange().db.read(read).unwrap();
    let keyed = |text: &str| {
        let hash = app
            .exchange()
            .vault
            .hash("audit-person", format!("{id} {text}").as_bytes());
        STANDARD.encode(hash)
    };
    let standing = match account.standing {
        Standing::Person => json!({"kind": "person"}),
        Standing::Member { enterprise, role } => {
            json!({"kind": "member", "enterprise_id": enterprise.to_string(), "role": role.as_str()})
        }
        Standing::Officer { permissions, scope } => {
            let permissions: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
            let scope = json!({"fields": scope.fields, "communes": scope.communes});
            json!({"kind": "officer", "permissions": permissions, "scope": scope})
        }
    };
    json!({
        "display_name": keyed(account.display_name.as_str()),
        "email": keyed(account.email.as_str()),
        "email_verified_at": account.email_verified_at.map(|at| at.to_string()),
        "has_second_factor": has_factor,
        "id": id,
        "language": account.language.as_str(),
        "restricted_at": account.restricted_at.map(|at| at.to_string()),
        "standing": standing,
        "status": account.status.as_str(),
        "version": account.version,
    })
}

/// Does something to an account and holds the row that it left against the states around it.
async fn vouched<T>(app: &TestApp, reader: &Person, account: &str, deed: &str, act: impl Future<Output = T>) -> T {
    let before = state(app, account);
    let outcome = act.await;
    let after = state(app, account);
    assert_ne!(before, after, "{deed}");
    let newest = rows(app, reader, &format!("subject={account}&deed={deed}"))
        .await
        .remove(0);
    assert_eq!(newest["before_hash"], hash_of_state(&before), "{deed}");
    assert_eq!(newest["after_hash"], hash_of_state(&after), "{deed}");
    outcome
}

#[actix_web::test]
async fn what_is_changed_of_an_account_is_vouched_for() {
    let app = TestApp::spawn().await;
    let reader = reader(&app).await;
    let owner = app.registered_enterprise().await;
    let member = app.member(&owner.enterprise, Role::Viewer).await;
    let id = app.id_of(&member).await;
    let path = format!("/enterprises/{}/members/{id}", owner.enterprise);
    let opened = row(&app, &reader, &format!("subject={id}&deed=account.opened")).await;
    assert_eq!(
        (&opened["before_hash"], &opened["after_hash"]),
        (&Value::Null, &hash_of_state(&state(&app, &id)).into())
    );

    let role = json!({"role": "editor"});
    let change = app.patch(&path).by(&owner).json(&role).expect(200);
    vouched(&app, &reader, &id, "member.role_changed", change).await;
    let member = app.again(&member).await;
    let version = app.get("/me").by(&member).expect(200).await.number("/version");
    let name = json!({"display_name": "Lê Thị Hoa Mai"});
    let edit = app.patch("/me").by(&member).if_match(version).json(&name).expect(200);
    vouched(&app, &reader, &id, "account.edited", edit).await;
    let member = vouched(&app, &reader, &id, "factor.enrolled", app.enrol(member)).await;
    let remove = app.delete("/me/second-factor").by(&member).expect(204);
    vouched(&app, &reader, &id, "factor.removed", remove).await;

    let new = "hoa.mai@example.com";
    app.post("/me/email")
        .by(&member)
        .json(&json!({"email": new}))
        .expect(202)
        .await;
    let agree = async |email: &str| {
        let token = json!({"token": app.token_for(email).await});
        app.post("/email-changes/confirmation").json(&token).expect(200).await
    };
    agree(&member.email).await;
    vouched(&app, &reader, &id, "email.changed", agree(new)).await;
    let remove = app.delete(&path).by(&owner).expect(204);
    vouched(&app, &reader, &id, "member.left", remove).await;

    // None of it can be read, or guessed without the master key.
    let all = json!(rows(&app, &reader, &format!("subject={id}")).await).to_string();
    assert!(!all.contains("hoa.mai") && !all.contains("Hoa"), "{all}");
}

#[actix_web::test]
async fn what_is_changed_of_an_officer_is_vouched_for() {
    let app = TestApp::spawn().await;
    let chief = app
        .officer_who_may(&[Permission::ManageOfficers, Permission::ReadAudit])
        .await;
    let id = app.id_of(&app.officer().await).await;
    let path = format!("/officers/{id}");
    let version = app.get(&path).by(&chief).expect(200).await.number("/version");
    let rights = json!({"permissions": ["review_listings"], "scope": {"fields": ["food"], "communes": ["08494"]}});
    let edit = app.patch(&path).by(&chief).if_match(version).json(&rights).expect(200);
    vouched(&app, &chief, &id, "officer.edited", edit).await;
    let why = json!({"reason_code": "other", "reason_text": "Chuyển công tác sang đơn vị khác."});
    let suspension = format!("{path}/suspension");
    let suspend = app.post(&suspension).by(&chief).json(&why).expect(200);
    vouched(&app, &chief, &id, "account.closed", suspend).await;
    let closed = row(&app, &chief, &format!("subject={id}&deed=account.closed")).await;
    assert_eq!(closed["reason_text"], why["reason_text"]);
    let reinstate = app.delete(&suspension).by(&chief).expect(200);
    vouched(&app, &chief, &id, "account.reopened", reinstate).await;
    let body = json!({"email": "moi@example.com", "display_name": "Duyệt", "permissions": ["read_reports"]});
    let made = app.post("/officers").by(&chief).json(&body).expect(201).await;
    let new = made.text("/id");
    let appointed = row(&app, &chief, &format!("subject={new}&deed=officer.appointed")).await;
    assert_eq!(
        (&appointed["before_hash"], &appointed["after_hash"]),
        (&Value::Null, &hash_of_state(&state(&app, new)).into())
    );
}

#[actix_web::test]
async fn keys_and_policies_are_vouched_for() {
    let app = TestApp::spawn().await;
    let reader = reader(&app).await;
    let owner = app.registered_enterprise().await;
    let keys = format!("/enterprises/{}/api-keys", owner.enterprise);
    let wish = json!({"name": "Kho hàng", "scopes": ["listings:read", "listings:write"], "expires_in_days": 30});
    let made = app.post(&keys).by(&owner).json(&wish).expect(201).await;
    let id = made.text("/id").to_owned();
    let state = |key: &Value| {
        json!({
            "created_at": key["created_at"],
            "created_by": key["created_by"],
            "enterprise_id": owner.enterprise,
            "expires_at": key["expires_at"],
            "id": id,
            "name": "Kho hàng",
            "revoked_at": key["revoked_at"],
            "scopes": ["listings:read", "listings:write"],
        })
    };
    let fresh = hash_of_state(&state(&made.body));
    app.delete(&format!("{keys}/{id}")).by(&owner).expect(204).await;
    let listed = app.get(&keys).by(&owner).expect(200).await;
    let revoked = hash_of_state(&state(&listed.body["items"][0]));
    let row = async |query: &str| row(&app, &reader, query).await;
    let birth = row(&format!("subject={id}&deed=key.made")).await;
    assert_eq!(
        (&birth["before_hash"], &birth["after_hash"]),
        (&Value::Null, &fresh.as_str().into())
    );
    let end = row(&format!("subject={id}&deed=key.revoked")).await;
    assert_eq!(
        (&end["before_hash"], &end["after_hash"]),
        (&fresh.into(), &revoked.into())
    );

    let editor = app.officer_who_may(&[Permission::ManageReferenceData]).await;
    let text = json!({"kind": "operating_rules", "title_vi": "Quy chế", "body_vi": "Điều 1. Phạm vi.", "body_en": "Article 1."});
    let published = app.post("/policies").by(&editor).json(&text).expect(201).await;
    let row = row("deed=policy.published").await;
    let state = json!({
        "body_en": "Article 1.",
        "body_vi": "Điều 1. Phạm vi.",
        "created_at": row["at"],
        "effective_from": published.body["effective_from"],
        "id": published.body["id"],
        "kind": "operating_rules",
        "number": 1,
        "published_by": app.id_of(&editor).await,
        "purpose": null,
        "title_en": null,
        "title_vi": "Quy chế",
    });
    assert_eq!(
        (&row["before_hash"], &row["after_hash"]),
        (&Value::Null, &hash_of_state(&state).into())
    );
}

#[actix_web::test]
async fn a_suspension_is_vouched_for() {
    let app = TestApp::spawn().await;
    let (reader, officer) = (reader(&app).await, app.officer().await);
    let owner = app.active_enterprise(&officer).await;
    app.suspend(&owner.enterprise, &officer).await;
    let path = format!("/enterprises/{}", owner.enterprise);
    let seen = app.get(&path).by(&officer).expect(200).await;
    app.delete(&format!("{path}/suspension"))
        .by(&officer)
        .if_match(seen.number("/version"))
        .expect(200)
        .await;
    let row = async |deed: &str| row(&app, &reader, &format!("subject={}&deed={deed}", owner.enterprise)).await;
    let (approved, suspended) = (row("enterprise.approved").await, row("enterprise.suspended").await);
    let reinstated = row("enterprise.reinstated").await;
    let profile: serde_json::Map<String, Value> = [
        "tax_code",
        "legal_form",
        "legal_name",
        "address_line",
        "province_code",
        "commune_code",
        "contact_name",
        "contact_email",
        "contact_phone",
        "field_codes",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), seen.body[name].clone()))
    .collect();
    let state = json!({
        "created_at": seen.body["created_at"],
        "id": owner.enterprise,
        "is_demo": false,
        "profile": profile,
        "status": "suspended",
        "submitted_at": seen.body["submitted_at"],
        "updated_at": suspended["at"],
        "version": seen.body["version"],
    });
    assert_eq!(suspended["after_hash"], hash_of_state(&state));
    assert_eq!(suspended["before_hash"], approved["after_hash"]);
    assert_eq!(reinstated["before_hash"], suspended["after_hash"]);
    assert_ne!(reinstated["after_hash"], suspended["after_hash"]);
}
