//! Officers with the right read the trail and take copies of it; nobody else does.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;
use vptex::app::{Application, SystemClock};
use vptex::domain::account::{Email, Permission, Scope};
use vptex::domain::clock::Clock;
use vptex::domain::ids::{AccountId, SessionId};
use vptex::domain::text::Line;
use vptex::service::App;
use vptex::service::accounts::{NewOfficer, appoint_officer};
use vptex::store::{second_factors, sessions};

use crate::database::fresh;
use crate::samples::{deed, exchange};

/// An officer who is signed in; gives the account and a token.
fn officer(app: &App, email: &str, permissions: Vec<Permission>) -> (AccountId, String) {
    let new = NewOfficer {
        email: Email::parse(email).unwrap(),
        display_name: Line::parse("Trần Văn Kiểm").unwrap(),
        permissions,
        scope: Scope::default(),
    };
    let (account, _) = appoint_officer(app, |_| Ok(String::from("$argon2id$")), new).unwrap();
    let (session, now) = (SessionId(Uuid::from_u128(account.0.as_u128() + 1)), SystemClock.now());
    app.write_blocking(move |work| {
        second_factors::begin(work.uow, account, b"sealed", now)?;
        second_factors::confirm(work.uow, account, now)?;
        let later = now + SignedDuration::from_hours(1);
        sessions::insert(
            work.uow,
            &sessions::Session {
                id: session,
                account,
                refresh_seed: vec![1; 32],
                refresh_counter: 0,
                rotated_at: now,
                idle_until: later,
                absolute_until: later,
                ended_at: None,
                is_officer: true,
                user_agent: None,
                ip: None,
                authenticated_at: Some(now),
                created_at: now,
            },
        )?;
        Ok(())
    })
    .unwrap();
    (account, app.tokens.access(account, session, true, now).unwrap().0)
}

struct Server {
    application: Application,
    http: reqwest::Client,
}

impl Server {
    async fn get(&self, path: &str, token: Option<&str>) -> (u16, String) {
        let url = format!("http://{}/api/v1{path}", self.application.addr);
        let mut request = self.http.request(Method::GET, url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let reply = request.send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    }

    async fn page(&self, path: &str, token: &str) -> Value {
        let (status, body) = self.get(path, Some(token)).await;
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }
}

fn seqs(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["seq"].as_i64().unwrap()).collect()
}

#[actix_web::test]
async fn officers_with_the_right_read_and_export_the_trail() {
    let at = fresh();
    let exchange = exchange(&at);
    let app = exchange.app.clone();
    let (reader, others) = tokio::task::spawn_blocking(move || {
        let reader = officer(&app, "doc@example.vn", vec![Permission::ReadAudit]);
        let other = officer(&app, "duyet@example.vn", vec![Permission::ReviewListings]);
        // From the year before, so that they stand apart.
        for number in 0..25 {
            app.db.write(move |uow| deed(uow, number)).unwrap();
        }
        (reader, other)
    })
    .await
    .unwrap();
    let ((account, token), (_, other)) = (reader, others);
    let server = Server {
        application: Application::launch(exchange.app.clone(), &exchange.config).unwrap(),
        http: reqwest::Client::new(),
    };

    for path in [
        "/audit",
        "/audit/export?from=2026-01-01T00:00:00Z&to=2026-12-01T00:00:00Z",
    ] {
        assert_eq!(server.get(path, None).await.0, 401, "{path}");
        assert_eq!(server.get(path, Some(&other)).await.0, 403, "{path}");
    }

    // Newest first, page by page, nothing twice and nothing left out.
    let filter = "deed=listing.rejected&subject_kind=listing&limit=10";
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.page(&format!("/audit?{filter}{after}"), &token).await;
        all.extend(seqs(&page));
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(all.len(), 25);
    assert!(all.is_sorted_by(|newer, older| newer > older), "{all:?}");

    let start = Timestamp::from_microsecond(1_773_214_200_123_456).unwrap();
    let instant = |micros: i64| (start + SignedDuration::from_micros(micros)).to_string();
    let span = format!("from={}&to={}", instant(5), instant(9));
    let page = server.page(&format!("/audit?{span}"), &token).await;
    assert_eq!(seqs(&page).len(), 4);
    let entry = &page["items"][0];
    assert_eq!(entry["at"], instant(8));
    assert!(entry["hash"].as_str().unwrap().len() == 44 && entry["link"].as_i64().unwrap() > 0);
    let subject = entry["subject_id"].as_str().unwrap();
    assert_eq!(
        seqs(&server.page(&format!("/audit?subject={subject}"), &token).await).len(),
        1
    );

    for (query, parameter) in [
        ("deed=nothing", "deed"),
        ("from=yesterday", "from"),
        ("limit=0", "limit"),
        ("actor=1", "actor"),
        ("x=1", "x"),
    ] {
        let (status, body) = server.get(&format!("/audit?{query}"), Some(&token)).await;
        assert!(
            status == 400 && body.contains(&format!("\"{parameter}\"")),
            "{query}: {status} {body}"
        );
    }
    let (status, _) = server
        .get(&format!("/audit/export?from={0}&to={0}", instant(5)), Some(&token))
        .await;
    assert_eq!(status, 400);
    assert_eq!(server.get("/audit/export", Some(&token)).await.0, 400);

    // Reading left nothing in the trail; taking a copy does, with what was taken.
    let exports = format!("/audit?deed=audit.exported&actor={}", account.0);
    assert_eq!(seqs(&server.page(&exports, &token).await).len(), 0);
    let (status, copy) = server.get(&format!("/audit/export?{span}"), Some(&token)).await;
    assert_eq!(status, 200);
    let lines: Vec<Value> = copy.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let times: Vec<&str> = lines.iter().map(|line| line["at"].as_str().unwrap()).collect();
    assert_eq!(times, [5, 6, 7, 8].map(instant));
    let page = server.page(&exports, &token).await;
    assert_eq!(seqs(&page).len(), 1);
    assert_eq!(
        page["items"][0]["reason_text"],
        format!("from={} to={}", instant(5), instant(9))
    );

    // The whole, over several pages of the database.
    let app = exchange.app.clone();
    tokio::task::spawn_blocking(move || {
        app.db
            .write(|uow| (1_000..3_500).try_for_each(|number| deed(uow, number)))
            .unwrap();
    })
    .await
    .unwrap();
    let (status, copy) = server
        .get(
            "/audit/export?from=2026-01-01T00:00:00Z&to=2026-04-01T00:00:00Z",
            Some(&token),
        )
        .await;
    assert_eq!((status, copy.lines().count()), (200, 2_525));
    server.application.stop().await;
}
