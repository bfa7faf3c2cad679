//! Sign-ins that failed.

use serde_json::{Value, json};
use vptex::domain::clock::Clock as _;
use vptex::domain::ids::AccountId;
use vptex::store::{self, personal_data};

use super::{reader, row, rows};
use crate::harness::{PASSWORD, TestApp};

const DAY: i64 = 24 * 60 * 60;

async fn fail(app: &TestApp, email: &str) -> String {
    let body = json!({"email": email, "password": format!("{PASSWORD}?")});
    let refused = app.post("/sessions").json(&body).expect(401).await;
    assert_eq!(refused.code(), "invalid_credentials");
    refused.header("x-request-id").unwrap().to_owned()
}

#[actix_web::test]
async fn a_wrong_password_leaves_a_row_and_a_rest_another() {
    let app = TestApp::spawn().await;
    let reader = reader(&app).await;
    let (owner, officer) = (app.registered_enterprise().await, app.officer().await);
    for (who, kind) in [(&owner, "person"), (&officer, "officer")] {
        let account = app.id_of(who).await;
        let request = fail(&app, &who.email).await;
        let failed = row(&app, &reader, &format!("deed=session.refused&actor={account}")).await;
        for (name, value) in [
            ("actor_kind", kind),
            ("subject_kind", "account"),
            ("subject_id", account.as_str()),
            ("request_id", request.as_str()),
            ("ip", "127.0.0.1"),
        ] {
            assert_eq!(failed[name], value, "{name}");
        }
        assert!(failed["port"].is_number() && failed["session_id"].is_null());
        let rests = format!("deed=session.sign_in_paused&actor={account}");
        for _ in 2..5 {
            fail(&app, &who.email).await;
        }
        assert_eq!(rows(&app, &reader, &rests).await.len(), 0);
        let request = fail(&app, &who.email).await;
        let rest = row(&app, &reader, &rests).await;
        assert_eq!(
            (&rest["actor_kind"], &rest["request_id"]),
            (&kind.into(), &request.into())
        );
        // Who is refused while it rests has tried nothing.
        let body = json!({"email": who.email, "password": PASSWORD});
        app.post("/sessions").json(&body).expect(429).await;
        let failed = rows(&app, &reader, &format!("deed=session.refused&actor={account}")).await;
        assert_eq!(failed.len(), 5);
    }
}

#[actix_web::test]
async fn a_wrong_code_is_the_same_and_a_step_up_names_its_session() {
    let app = TestApp::spawn().await;
    let (reader, officer) = (reader(&app).await, app.officer().await);
    let account = app.id_of(&officer).await;
    let body = json!({"email": officer.email, "password": officer.password, "code": "abcd-efgh"});
    let refused = app.post("/sessions").json(&body).expect(401).await;
    assert_eq!(refused.code(), "invalid_code");
    let body = json!({"code": "abcd-efgh"});
    app.post("/sessions/current/step-up")
        .by(&officer)
        .json(&body)
        .expect(401)
        .await;
    let failed = rows(&app, &reader, &format!("deed=session.refused&actor={account}")).await;
    assert_eq!(failed.len(), 2);
    assert!(failed.iter().all(|row| row["actor_kind"] == "officer"));
    let sessions = app.get("/me/sessions").by(&officer).expect(200).await;
    assert_eq!(failed[0]["session_id"], sessions.text("/items/0/id"));
    assert!(failed[1]["session_id"].is_null());
    // A person's copy of the own data has none of what a stranger may have tried.
    let account = AccountId(account.parse().unwrap());
    let read = |conn: &mut store::AnyConn| personal_data::deeds_of(conn, account, 100);
    let deeds = app.exchange().db.read(read).unwrap();
    assert_eq!(deeds.iter().filter(|deed| deed.deed == "session.refused").count(), 1);
}

#[actix_web::test]
async fn an_unknown_address_leaves_as_many_rows_and_is_not_told() {
    let app = TestApp::spawn().await;
    // Noon, so that no midnight comes in between.
    let second = app.clock.now().as_second().rem_euclid(DAY);
    app.clock.pass((DAY + DAY / 2 - second) % DAY);
    let reader = reader(&app).await;
    let known = app.registered_enterprise().await;
    let count = async || rows(&app, &reader, "limit=100").await.len();
    let (mut of_known, mut of_unknown) = (Vec::new(), Vec::new());
    for (email, counts) in [
        (known.email.as_str(), &mut of_known),
        ("Ai.Do@example.com", &mut of_unknown),
    ] {
        for _ in 0..5 {
            let before = count().await;
            fail(&app, email).await;
            counts.push(count().await - before);
        }
    }
    assert_eq!(of_known, [1, 1, 1, 1, 2]);
    assert_eq!(of_unknown, of_known);

    let subjects = |rows: &[Value]| -> Vec<Value> { rows.iter().map(|row| row["subject_id"].clone()).collect() };
    let strangers = rows(&app, &reader, "subject_kind=address").await;
    assert_eq!(strangers.len(), 6);
    assert!(
        strangers
            .iter()
            .all(|row| row["actor_kind"] == "visitor" && row["actor_id"].is_null())
    );
    let told = json!(strangers).to_string().to_lowercase();
    assert!(!told.contains("ai.do") && !told.contains("example.com"), "{told}");
    let first = subjects(&strangers);
    assert!(
        first.iter().all(|subject| *subject == first[0]),
        "one address, one subject"
    );
    // However it is written; but no other address's, and not that of the day before.
    fail(&app, "ai.khac@example.com").await;
    fail(&app, "Ai.Khac@EXAMPLE.com").await;
    let other = subjects(&rows(&app, &reader, "subject_kind=address").await);
    assert_eq!(other[0], other[1]);
    assert_ne!(other[0], first[0]);
    app.clock.pass(DAY);
    let reader = app.again(&reader).await;
    fail(&app, "ai.khac@example.com").await;
    let next_day = subjects(&rows(&app, &reader, "subject_kind=address").await);
    assert!(!other.contains(&next_day[0]));
}
