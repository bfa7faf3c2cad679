//! How often, how many at once, how slowly: what keeps a few from taking all.

mod exports;
mod letters;
mod readers;
mod sign_ins;
mod uploads;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use vptex::config::{Config, Milliseconds, Networks, Rate, Switch, Value as _};
use vptex::http::routes::{Class, Operation, operations};

use crate::harness::{Call, PASSWORD, Reply, TestApp};

/// Longest wait for an answer that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// So few that each is soon reached, and over so long that none comes back during a test.
fn few(config: &mut Config) {
    config.rate_limits = Switch::On;
    config.rate_read = Rate::new(4, 86_400);
    config.rate_write = Rate::new(3, 86_400);
    config.rate_feed = Rate::new(4, 86_400);
    config.rate_password = Rate::new(2, 86_400);
    config.rate_letter = Rate::new(1, 86_400);
    config.rate_invitation = Rate::new(1, 86_400);
    config.rate_invitation_account = Rate::new(1, 86_400);
    config.rate_intake = Rate::new(1, 86_400);
}

fn spawn(change: impl FnOnce(&mut Config)) -> TestApp {
    let mut app = TestApp::prepare();
    change(&mut app.config);
    app.start();
    app
}

fn behind_a_proxy(config: &mut Config) {
    config.trusted_proxies = Networks::parse("127.0.0.1").unwrap();
}

fn name(class: Class) -> &'static str {
    match class {
        Class::Read => "read",
        Class::Write => "write",
        Class::Feed => "feed",
        Class::Password => "password",
        Class::Letter => "letter",
        Class::Invitation => "invitation",
        Class::Intake => "intake",
    }
}

fn rate(config: &Config, class: Class) -> Rate {
    match class {
        Class::Read => config.rate_read,
        Class::Write => config.rate_write,
        Class::Feed => config.rate_feed,
        Class::Password => config.rate_password,
        Class::Letter => config.rate_letter,
        Class::Invitation => config.rate_invitation,
        Class::Intake => config.rate_intake,
    }
}

fn operation(app: &TestApp, operation: &Operation) -> Call {
    let method = operation.method.to_uppercase().parse().unwrap();
    let parts: Vec<&str> = operation
        .path
        .split('/')
        .map(|part| match part {
            "{name}" => "fields",
            "{year}" => "2026",
            part if part.starts_with('{') => "00000000-0000-0000-0000-000000000000",
            part => part,
        })
        .collect();
    app.call(method, &parts.join("/"))
}

fn assert_refused(reply: &Reply, policy: &str) {
    assert_eq!((reply.status, reply.code()), (429, "too_many_requests"));
    let state = reply.header("ratelimit").unwrap();
    let (_, wait) = state.split_once(&format!("\"{policy}\";r=0;t=")).unwrap();
    let wait = wait.split(',').next().unwrap();
    assert_eq!(reply.header("retry-after"), Some(wait), "{state}");
}

/// CVE-2025-54879 (Mastodon): a limit that named the wrong path limited nothing.
#[actix_web::test]
async fn cve_2025_54879_every_operation_is_refused_at_the_number_of_its_class() {
    let app = spawn(|config| {
        few(config);
        behind_a_proxy(config);
    });
    for (number, op) in operations().enumerate() {
        // Each operation gets a caller of its own.
        let call = || operation(&app, op).header("x-forwarded-for", &format!("10.{}.{}.1", number / 256, number % 256));
        let count = rate(&app.config, op.class).count().get();
        for turn in 1..=count {
            let reply = call().send().await;
            assert_ne!(reply.status, 429, "{}: call {turn} of {count}", op.name);
            let policy = reply.header("ratelimit-policy").unwrap_or_default();
            assert!(
                policy.starts_with(&format!("\"{}\";q={count};w=86400", name(op.class))),
                "{}: {policy}",
                op.name
            );
            let left = format!("\"{}\";r={};", name(op.class), count - turn);
            assert!(reply.header("ratelimit").unwrap().starts_with(&left), "{}", op.name);
        }
        assert_refused(&call().send().await, name(op.class));
    }
}

/// CVE-2025-64526 (Strapi): the count went by something that the caller chose.
#[actix_web::test]
async fn cve_2025_64526_nothing_that_a_caller_chooses_changes_whom_is_counted() {
    let app = spawn(few);
    let mut refused = 0;
    for number in 0..50 {
        let address = format!("203.0.113.{number}");
        let path = match number % 3 {
            0 => String::from("/sessions"),
            1 => format!("/sessions?attempt={number}"),
            // The same path, written otherwise.
            _ => String::from("/%73essions"),
        };
        let mut body = json!({"email": format!("lan{number}@example.com"), "password": PASSWORD});
        body[format!("extra{number}")] = json!(number);
        let reply = app
            .post(&path)
            .header("x-forwarded-for", &address)
            .header("forwarded", &format!("for={address}"))
            .header("x-real-ip", &address)
            .header("x-client-port", &number.to_string())
            .header("true-client-ip", &address)
            .header("user-agent", &format!("client {number}"))
            .header("authorization", &format!("Bearer {number}"))
            .header("idempotency-key", &number.to_string())
            .header("x-request-id", &number.to_string())
            .json(&body)
            .send()
            .await;
        match reply.status {
            429 => refused += 1,
            status => assert!(number < 2, "call {number} was answered with {status}"),
        }
    }
    assert_eq!(refused, 48);
}

#[actix_web::test]
async fn an_account_is_counted_wherever_it_calls_from() {
    let mut app = TestApp::prepare();
    behind_a_proxy(&mut app.config);
    app.start();
    let lan = app.registered_enterprise().await;
    app.stop().await;
    few(&mut app.config);
    app.start();
    let me = |number: u32| {
        app.get("/me")
            .header("x-forwarded-for", &format!("10.0.{number}.1"))
            .by(&lan)
    };
    for number in 1..=4 {
        me(number).expect(200).await;
    }
    assert_refused(&me(5).send().await, "read-account");
    // A token that anybody can write is nobody's.
    for _ in 0..3 {
        let forged = app.get("/me").header("x-forwarded-for", "10.0.5.1").token("x.y.z");
        forged.expect(401).await;
    }
    app.get("/taxonomies")
        .header("x-forwarded-for", "10.0.6.1")
        .expect(200)
        .await;
}

#[actix_web::test]
async fn a_network_is_counted_where_calls_are_costly() {
    let app = spawn(|config| {
        few(config);
        behind_a_proxy(config);
        config.rate_password_network = Rate::new(3, 86_400);
    });
    let sign_in = |ip: &str| app.post("/sessions").header("x-forwarded-for", ip);
    for host in 1..=3 {
        sign_in(&format!("198.51.100.{host}")).expect(415).await;
    }
    assert_refused(&sign_in("198.51.100.4").send().await, "password-network");
    sign_in("198.51.101.4").expect(415).await;
}

#[actix_web::test]
async fn what_is_documented_is_in_force() {
    let app = spawn(|config| config.rate_limits = Switch::On);
    let page = include_str!("../../docs/api-design.md");
    for class in [
        Class::Read,
        Class::Write,
        Class::Feed,
        Class::Password,
        Class::Letter,
        Class::Invitation,
        Class::Intake,
    ] {
        let rate = rate(&Config::default(), class);
        let op = operations().find(|op| op.class == class).unwrap();
        let reply = operation(&app, op).send().await;
        let policy = format!("\"{}\";q={};w={}", name(class), rate.count(), rate.period().as_secs());
        assert!(
            reply.header("ratelimit-policy").unwrap().starts_with(&policy),
            "{policy}"
        );
        let row = format!("| `{}` | {rate} |", name(class));
        assert!(page.contains(&row), "docs/api-design.md has no row {row}");
    }
}

#[actix_web::test]
async fn wrong_paths_and_methods_count_and_health_does_not() {
    let app = spawn(few);
    for (method, path) in [("GET", "/nothing"), ("PUT", "/search"), ("TRACE", "/search")] {
        let reply = app.call(method.parse().unwrap(), path).send().await;
        assert!(matches!(reply.status, 404 | 405), "{method} {path}");
        assert!(reply.header("ratelimit").is_some());
    }
    app.request("GET".parse().unwrap(), "/api/openapi.json")
        .expect(200)
        .await;
    assert_refused(&app.get("/search").send().await, "read");
    for path in ["/healthz", "/readyz"] {
        let reply = app.request("GET".parse().unwrap(), path).send().await;
        assert!(matches!(reply.status, 200 | 503));
        assert_eq!(reply.header("ratelimit"), None);
        assert_ne!(reply.body["code"], "too_many_requests");
    }
}

/// A health check that works for everybody who asks is a lever: vaultwarden GHSA-96f7-78q5-j345 (connections without an
/// end), Directus GHSA-6q22-g298-grjh (database, mail and storage at each call).
#[actix_web::test]
async fn ghsa_96f7_78q5_j345_and_ghsa_6q22_g298_grjh_readiness_asks_the_database_once_a_second() {
    let app = TestApp::spawn().await;
    let began = Instant::now();
    for _ in 0..20 {
        let calls = (0..50).map(|_| app.request("GET".parse().unwrap(), "/readyz").expect(200));
        futures_util::future::join_all(calls).await;
    }
    let asked = app.exchange().pulse.count();
    assert!(asked > 0 && asked <= began.elapsed().as_secs() + 2, "{asked} times");
}

#[actix_web::test]
async fn the_client_is_whom_trusted_proxies_name() {
    let mut app = TestApp::prepare();
    app.start();
    let lan = app.registered_enterprise().await;
    let seen = async |app: &TestApp| {
        let body = json!({"email": lan.email, "password": lan.password});
        let pair = app
            .post("/sessions")
            .header("x-forwarded-for", "192.0.2.66, 203.0.113.9")
            .json(&body)
            .expect(201)
            .await;
        let mine = app
            .get("/me/sessions")
            .token(pair.text("/access_token"))
            .expect(200)
            .await;
        let items = mine.body["items"].as_array().unwrap();
        let current = items.iter().find(|item| item["is_current"] == true).unwrap();
        current["ip"].as_str().unwrap().to_owned()
    };
    assert_eq!(seen(&app).await, "127.0.0.1");
    app.stop().await;
    behind_a_proxy(&mut app.config);
    app.start();
    assert_eq!(seen(&app).await, "203.0.113.9");
}

/// Does something that waits on sockets, beside the server, which partly lives on the test's own thread.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    actix_web::rt::task::spawn_blocking(work).await.unwrap()
}

/// A connection without a client's manners.
struct Raw(TcpStream);

impl Raw {
    fn open(addr: SocketAddr) -> Self {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(stream)
    }

    fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    fn get(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"));
    }

    /// The head of a sign-in whose body does not come.
    fn begin_slow_body(&mut self) {
        self.send(
            "POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{",
        );
    }

    /// One answer with a body of known length.
    fn answer(&mut self) -> String {
        let mut text = Vec::new();
        let mut piece = [0; 4_096];
        loop {
            let count = self.0.read(&mut piece);
            let count = count.unwrap_or_else(|error| panic!("{error} after {}", String::from_utf8_lossy(&text)));
            assert!(count > 0, "closed after {}", String::from_utf8_lossy(&text));
            text.extend_from_slice(&piece[..count]);
            let so_far = String::from_utf8_lossy(&text).to_lowercase();
            if let Some((head, body)) = so_far.split_once("\r\n\r\n") {
                let length = head.split("content-length: ").nth(1).unwrap();
                let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
                if body.len() >= length {
                    return so_far;
                }
            }
        }
    }

    /// Whether the server has closed it, or does so in time.
    fn is_closed(&mut self) -> bool {
        match self.0.read(&mut [0; 64]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() == ErrorKind::ConnectionReset,
        }
    }
}

#[actix_web::test]
async fn a_body_that_does_not_come_ends_its_connection() {
    let app = spawn(|config| config.body_grace_ms = Milliseconds::new(40));
    let addr = app.addr();
    beside(move || {
        let mut slow = Raw::open(addr);
        let began = Instant::now();
        slow.begin_slow_body();
        let answer = slow.answer();
        assert!(answer.starts_with("http/1.1 408 "), "{answer}");
        assert!(answer.contains("\"code\":\"request_timeout\""), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(slow.is_closed());
        // Long before the request's own deadline.
        assert!(began.elapsed() < Duration::from_secs(10));
    })
    .await;
    // A body that comes at once is not concerned.
    let body = json!({"email": "lan@example.com", "password": PASSWORD});
    app.post("/sessions").json(&body).expect(401).await;
}

#[actix_web::test]
async fn a_body_that_is_not_taken_is_told_to_be_slow_where_it_is() {
    let app = spawn(|config| config.body_grace_ms = Milliseconds::new(40));
    let addr = app.addr();
    beside(move || {
        let mut slow = Raw::open(addr);
        slow.send(
            "POST /api/v1/listings/00000000-0000-0000-0000-000000000000/submission HTTP/1.1\r\nhost: x\r\n\
             content-type: application/json\r\ncontent-length: 90\r\n\r\n{",
        );
        let answer = slow.answer();
        assert!(answer.starts_with("http/1.1 408 "), "{answer}");
        assert!(answer.contains("\"code\":\"request_timeout\""), "{answer}");
    })
    .await;
}

#[actix_web::test]
async fn slow_bodies_take_nobodys_place() {
    let app = spawn(|config| config.max_requests_in_flight = 1);
    let addr = app.addr();
    let slow = beside(move || {
        let mut slow: Vec<Raw> = (0..8).map(|_| Raw::open(addr)).collect();
        slow.iter_mut().for_each(Raw::begin_slow_body);
        slow
    })
    .await;
    // While its head is read each of them has the one place, for a moment: from some time on nobody is refused any more.
    let mut in_a_row = 0;
    for _ in 0..1_000 {
        let status = app.get("/taxonomies").send().await.status;
        in_a_row = if status == 200 { in_a_row + 1 } else { 0 };
        if in_a_row == 50 {
            break;
        }
    }
    assert_eq!(in_a_row, 50);
    drop(slow);
}

fn ask(raw: &mut Raw) -> String {
    raw.get("/api/v1/taxonomies");
    raw.answer()
}

#[actix_web::test]
async fn ghsa_96f7_78q5_j345_an_address_holds_so_many_connections_and_no_more() {
    let app = spawn(|config| config.max_connections_per_address = 2);
    let addr = app.addr();
    beside(move || {
        let mut open: Vec<Raw> = (0..3).map(|_| Raw::open(addr)).collect();
        let answers: Vec<String> = open.iter_mut().map(ask).collect();
        let over: Vec<usize> = (0..3).filter(|at| answers[*at].contains(" 429 ")).collect();
        assert_eq!(over.len(), 1, "{answers:?}");
        let refused = &answers[over[0]];
        assert!(refused.contains("connection: close") && refused.contains("too_many_requests"));
        assert!(open.remove(over[0]).is_closed());
        // The others go on.
        assert!(ask(&mut open[0]).starts_with("http/1.1 200 "));
        // Whoever supervises the server is answered all the same.
        let mut health = Raw::open(addr);
        health.get("/healthz");
        assert!(health.answer().starts_with("http/1.1 200 "));
        drop((open, health));
        // The server learns of a closed connection a moment later.
        let began = Instant::now();
        while !ask(&mut Raw::open(addr)).starts_with("http/1.1 200 ") {
            assert!(began.elapsed() < PATIENCE, "closed connections are counted");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_trusted_proxy_holds_as_many_connections_as_it_needs() {
    let app = spawn(|config| {
        config.max_connections_per_address = 1;
        behind_a_proxy(config);
    });
    let addr = app.addr();
    beside(move || {
        let mut open: Vec<Raw> = (0..5).map(|_| Raw::open(addr)).collect();
        assert!(open.iter_mut().all(|raw| ask(raw).starts_with("http/1.1 200 ")));
    })
    .await;
}

#[actix_web::test]
async fn beyond_what_may_be_under_way_callers_are_told_to_come_back() {
    let app = spawn(|config| config.max_requests_in_flight = 1);
    app.settle().await;
    // Nobody gets to the database, so a list waits.
    let blocking = app.exchange().blocking.clone();
    let turns = u32::try_from(blocking.available_permits()).unwrap();
    let held = Arc::clone(&blocking).acquire_many_owned(turns).await.unwrap();
    let list = || actix_web::rt::spawn(app.get("/enterprises").send());
    let mut first = list();
    let began = Instant::now();
    let refused = loop {
        // It may have come while one of the others below had the place.
        if first.is_finished() {
            first = list();
        }
        // This one must not wait for the database too, or it would hold the place itself and `first` be refused.
        let reply = app.request("GET".parse().unwrap(), "/api/openapi.json").send().await;
        if reply.status != 200 {
            break reply;
        }
        assert!(began.elapsed() < PATIENCE, "nothing was refused");
    };
    assert_eq!((refused.status, refused.code()), (503, "busy"));
    assert!(refused.header("retry-after").is_some());
    app.request("GET".parse().unwrap(), "/healthz").expect(200).await;
    drop(held);
    assert_eq!(first.await.unwrap().status, 200);
    while app.get("/taxonomies").send().await.status != 200 {
        assert!(began.elapsed() < PATIENCE, "the place did not come back");
    }
}
