//! What was refused is in the log, not in the trail.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use super::behind_a_proxy;
use crate::harness::{Reply, TestApp, dryer};

/// Everything that this process logs.
static LOG: LazyLock<Lines> = LazyLock::new(Lines::default);

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What the log tells of a refusal.
fn told(reply: &Reply) -> Vec<Value> {
    let id = reply.header("x-request-id").unwrap();
    let log = String::from_utf8(LOG.0.lock().unwrap().clone()).unwrap();
    log.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|event| event["target"] == "vptex::audit" && event["request_id"] == id)
        .collect()
}

#[actix_web::test]
async fn who_was_refused_what_is_in_the_log() {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(LOG.clone());
    subscriber.init();
    let mut app = TestApp::prepare();
    behind_a_proxy(&mut app.config);
    app.start();
    let (owner, stranger) = (app.registered_enterprise().await, app.registered_enterprise().await);
    let (account, sessions) = (
        app.id_of(&stranger).await,
        app.get("/me/sessions").by(&stranger).expect(200).await,
    );
    let from = |call: crate::harness::Call| call.header("x-forwarded-for", "203.0.113.9:51234");

    // A right that the caller lacks.
    let refused = from(app.get("/officers")).by(&stranger).expect(403).await;
    let events = told(&refused);
    assert_eq!(events.len(), 1, "{events:#?}");
    for (name, value) in [
        ("level", "WARN"),
        ("message", "access refused"),
        ("operation", "list_officers"),
        ("action", "manage_officers"),
        ("code", "forbidden"),
        ("account", account.as_str()),
        ("session", sessions.text("/items/0/id")),
        ("ip", "203.0.113.9"),
    ] {
        assert_eq!(events[0][name], value, "{name}");
    }
    assert_eq!(events[0]["port"], 51_234);

    // Something of another's, of which the caller is told nothing; the log tells the two apart.
    let (id, _) = app.listing_draft(&owner, "Máy sấy").await;
    let body = serde_json::json!({"model": "X"});
    let patch = |id: &str| {
        from(app.patch(&format!("/listings/{id}")))
            .by(&stranger)
            .if_match(1)
            .json(&body)
    };
    let hidden = told(&patch(&id).expect(404).await);
    assert_eq!(hidden.len(), 1, "{hidden:#?}");
    assert_eq!(
        (&hidden[0]["action"], &hidden[0]["code"], &hidden[0]["operation"]),
        (&"edit_listing".into(), &"not_found".into(), &"edit_listing".into())
    );
    let absent = patch("00000000-0000-7000-8000-000000000000").expect(404).await;
    assert_eq!(told(&absent).len(), 0);

    // A key, by its public half; and a visitor, of whom nothing but the address is known.
    let key = app.key(&owner, &["listings:read"]).await;
    let keys = app
        .get(&format!("/enterprises/{}/api-keys", owner.enterprise))
        .by(&owner);
    let keys = keys.expect(200).await;
    let refused = from(app.post("/listings"))
        .token(&key)
        .json(&dryer("Máy gặt"))
        .expect(403)
        .await;
    let events = told(&refused);
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(
        (&events[0]["key"], &events[0]["code"]),
        (&keys.text("/items/0/id").into(), &"insufficient_scope".into())
    );
    assert!(events[0].get("account").is_none());
    let secret: String = key.chars().skip(30).collect();
    assert!(
        !String::from_utf8(LOG.0.lock().unwrap().clone())
            .unwrap()
            .contains(&secret)
    );
    // A listing that is shown to nobody else: whoever must sign in first is not refused yet.
    let refused = app.get("/officers").expect(401).await;
    assert_eq!(told(&refused).len(), 0);
    // Where no key may call, none is looked up.
    let refused = from(app.get("/me")).token(&key).expect(403).await;
    let events = told(&refused);
    assert_eq!((events.len(), &events[0]["ip"]), (1, &"203.0.113.9".into()));
}
