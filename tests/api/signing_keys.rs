//! Keys that sign access tokens: what others see of them, and their rotation by the command line while people work.

use std::cell::Cell;
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::clock::Clock as _;
use vptex::service::keyring;
use vptex::store::conn::Target;
use vptex::store::signing_keys::KeyState;

use crate::forged_tokens::{Forger, claims_of};
use crate::harness::{Person, TestApp};

const HOUR: i64 = 60 * 60;

/// A server whose first keys are an hour old.
async fn with_ripe_keys() -> TestApp {
    let mut app = TestApp::prepare();
    app.clock.pass(-HOUR);
    app.start();
    app.clock.pass(HOUR);
    app.settle().await;
    app
}

/// `vptex keys …`, in a process of its own.
async fn keys(app: &TestApp, what: &'static str) -> Output {
    let url = match vptex::app::target(&app.config) {
        Target::Sqlite(path) => format!("sqlite://{}", path.display()),
        Target::Postgres(url) => url,
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
    command
        .env_clear()
        .env("VPTEX_DATABASE_URL", url)
        .env("VPTEX_DATA_DIR", &app.config.data_dir)
        .env("VPTEX_MASTER_KEY_FILE", app.config.master_key_path())
        .stdin(Stdio::null())
        .args(["keys", what]);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

/// Rotates; gives the name of the key that signs now.
async fn rotate(app: &TestApp) -> String {
    let output = keys(app, "rotate").await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    said.split(' ').next().unwrap().to_owned()
}

/// As after days: the key that stands ready has stood long enough.
async fn ripen(app: &TestApp) {
    app.by_hand("UPDATE signing_keys SET created_at = (SELECT min(created_at) FROM signing_keys)")
        .await;
}

/// What every node does three times a minute.
async fn follow(app: &TestApp) {
    let exchange = app.exchange().clone();
    tokio::task::spawn_blocking(move || keyring::follow(&exchange).unwrap())
        .await
        .unwrap();
}

/// Name of the key that signed a token.
fn kid(token: &str) -> String {
    let head = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

async fn refreshed(app: &TestApp, who: &Person) -> Person {
    let body = json!({"refresh_token": who.refresh});
    let pair = app.post("/sessions/refresh").json(&body).expect(200).await;
    Person {
        access: pair.text("/access_token").to_owned(),
        refresh: pair.text("/refresh_token").to_owned(),
        ..who.clone()
    }
}

/// Names of the keys that are published. What is published of each is whole, and public.
async fn published(app: &TestApp) -> Vec<String> {
    let set = app.request(Method::GET, "/.well-known/jwks.json").expect(200).await;
    assert_eq!(set.header("cache-control"), Some("public, max-age=300"));
    assert!(set.header("content-type").unwrap().starts_with("application/json"));
    let keys = set.body["keys"].as_array().unwrap();
    for key in keys {
        let names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
        assert_eq!(
            (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
            (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig"))
        );
        assert_eq!(URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().len(), 32);
    }
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn three_rotations_under_load_refuse_nobody() {
    let app = with_ripe_keys().await;
    let mut people = Vec::new();
    for _ in 0..8 {
        people.push(app.person().await);
    }
    let (over, first) = (Cell::new(false), kid(&people[0].access));
    let work = async |somebody: &Person| {
        let (mut person, mut kids) = (somebody.clone(), Vec::new());
        while !over.get() {
            // Each of these fails the test on the first spurious refusal.
            app.get("/me").by(&person).expect(200).await;
            person = refreshed(&app, &person).await;
            kids.push(kid(&person.access));
        }
        app.get("/me").by(somebody).expect(200).await;
        kids.dedup();
        kids
    };
    let rotations = async {
        let mut signing = vec![first.clone()];
        for _ in 0..3 {
            ripen(&app).await;
            signing.push(rotate(&app).await);
            follow(&app).await;
            // Somebody works with the new key before the next one comes.
            let probe = app.person().await;
            assert_eq!(Some(&kid(&probe.access)), signing.last());
            app.get("/me").by(&probe).expect(200).await;
        }
        over.set(true);
        signing
    };
    let (seen, signing) = join(join_all(people.iter().map(work)), rotations).await;
    for kids in seen {
        assert!(
            kids.len() >= 2 && kids.iter().all(|kid| signing.contains(kid)),
            "{kids:?} of {signing:?}"
        );
    }
}

#[actix_web::test]
async fn a_key_is_published_before_it_signs_and_until_its_last_token_has_ended() {
    let app = with_ripe_keys().await;
    let mai = app.person().await;
    let old = Forger::with_key(&app, KeyState::Active);
    let next = Forger::with_key(&app, KeyState::Next);
    let mut both = vec![old.kid.clone(), next.kid.clone()];
    both.sort();
    let sorted = async || {
        let mut kids = published(&app).await;
        kids.sort();
        kids
    };
    assert_eq!(sorted().await, both);
    assert_eq!(kid(&mai.access), old.kid);

    assert_eq!(rotate(&app).await, next.kid);
    follow(&app).await;
    let newest = Forger::with_key(&app, KeyState::Next);
    let mut all = [both, vec![newest.kid.clone()]].concat();
    all.sort();
    assert_eq!(sorted().await, all);
    let renewed = refreshed(&app, &mai).await;
    assert_eq!(kid(&renewed.access), next.kid);
    // The former key is believed until the last token that it signed has ended, and then whatever it signs.
    let signed_by = |forger: &Forger| {
        let mut claims = claims_of(&mai.access);
        let now = app.clock.now().as_second();
        (claims["iat"], claims["nbf"], claims["exp"]) = (json!(now), json!(now), json!(now + 300));
        forger.signed(&claims)
    };
    app.get("/me").by(&mai).expect(200).await;
    app.get("/me").token(&signed_by(&old)).expect(200).await;
    app.clock.pass(65 * 60 + 1);
    follow(&app).await;
    let mut left = vec![next.kid.clone(), newest.kid];
    left.sort();
    assert_eq!(sorted().await, left);
    let dead = app.get("/me").token(&signed_by(&old)).expect(401).await;
    assert_eq!(dead.code(), "invalid_token");
    app.get("/me").token(&signed_by(&next)).expect(200).await;
}

#[actix_web::test]
async fn a_key_that_others_may_not_know_yet_does_not_sign() {
    let app = TestApp::spawn().await;
    let before = published(&app).await;
    let refused = keys(&app, "rotate").await;
    assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(1), &b""[..]));
    let complaint = String::from_utf8(refused.stderr).unwrap();
    assert!(complaint.contains("Try again in six minutes"), "{complaint}");
    follow(&app).await;
    assert_eq!(published(&app).await, before);
    // A minute is what nodes need; five are what others may keep the public halves for.
    let mut app = TestApp::prepare();
    app.clock.pass(-5 * 60);
    app.start();
    app.clock.pass(5 * 60);
    assert!(!keys(&app, "rotate").await.status.success());
    let app = with_ripe_keys().await;
    rotate(&app).await;
    assert!(!keys(&app, "rotate").await.status.success());
    let listed = String::from_utf8(keys(&app, "list").await.stdout).unwrap();
    let states = listed.lines().filter_map(|line| line.split_whitespace().nth(1));
    let mut states: Vec<&str> = states.collect();
    // The first two are of the same age.
    states.sort_unstable();
    assert_eq!(states, ["active", "next", "retired"]);
}

/// On PostgreSQL, where there can be a second node.
#[actix_web::test]
async fn every_node_believes_what_another_one_signs() {
    let app = with_ripe_keys().await;
    let beside = app.beside();
    let mai = app.person().await;
    let mut signed = vec![mai.clone()];
    // The first new key is known to the other node as the next one, the second is not.
    for _ in 0..2 {
        ripen(&app).await;
        let active = rotate(&app).await;
        follow(&app).await;
        let person = app.person().await;
        assert_eq!(kid(&person.access), active);
        signed.push(person);
    }
    for node in [Some(&app), beside.as_ref()].into_iter().flatten() {
        for person in &signed {
            node.get("/me").by(person).expect(200).await;
        }
    }
    // A node that has not heard of it yet goes on signing with the former key, and is believed.
    if let Some(node) = &beside {
        let other = node.again(&mai).await;
        app.get("/me").by(&other).expect(200).await;
    }
    drop(beside);
}
