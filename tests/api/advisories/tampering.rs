//! OWASP API5: another spelling of a path or of a method must open nothing, on any route. Seen in proxies and frameworks
//! that disagree about which resource is meant; sent over a plain connection, because clients mend such paths.

use std::cell::RefCell;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vptex::domain::account::Permission;
use vptex::http::routes::{Operation, operations};

use crate::harness::{Person, TestApp};

struct Client {
    addr: SocketAddr,
    token: String,
    /// Its connection, while that is good for another request: tens of thousands are sent.
    open: RefCell<Option<TcpStream>>,
}

impl Client {
    fn of(app: &TestApp, by: Option<&Person>) -> Self {
        Self {
            addr: app.addr(),
            token: by.map_or_else(String::new, |by| format!("Authorization: Bearer {}\r\n", by.access)),
            open: RefCell::default(),
        }
    }

    /// The status of what is answered.
    async fn ask(&self, method: &str, path: &str, header: &str) -> u16 {
        let kept = self.open.take();
        let mut stream = match kept {
            Some(stream) => stream,
            None => TcpStream::connect(self.addr).await.unwrap(),
        };
        let (token, addr) = (&self.token, self.addr);
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {addr}\r\n{token}{header}Content-Length: 0\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        let end = loop {
            let end = reply.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end + 4;
            }
            let count = stream.read_buf(&mut reply).await.unwrap();
            assert!(count > 0, "{method} {path}: {}", String::from_utf8_lossy(&reply));
        };
        let head = String::from_utf8_lossy(&reply[..end]).to_lowercase();
        let status: Option<u16> = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("{method} {path}: {head}"));
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: Option<usize> = length.map(|length| length.parse().unwrap());
        // After what it could not read the server closes it; where an answer without a length ends is not looked for.
        let is_over = status == 400 || head.contains("\r\nconnection: close");
        if let Some(length) = length.filter(|_| !is_over) {
            let whole = if method == "HEAD" { end } else { end + length };
            while reply.len() < whole {
                assert!(
                    stream.read_buf(&mut reply).await.unwrap() > 0,
                    "{method} {path}: {head}"
                );
            }
            assert_eq!(reply.len(), whole, "{method} {path}: an answer too many");
            self.open.replace(Some(stream));
        }
        status
    }
}

/// Where an operation is; what it names is there.
fn place(operation: &Operation, owner: &Person, listing: &str) -> String {
    let id = if operation.path.starts_with("/listings/") {
        listing
    } else {
        &owner.enterprise
    };
    let parts = operation.path.split('/').map(|part| match part {
        "{name}" => "fields",
        "{year}" => "2026",
        "{type}" => "enterprise",
        part if part.starts_with('{') => id,
        part => part,
    });
    format!("/api/v1{}", parts.collect::<Vec<_>>().join("/"))
}

/// Other spellings of a path, none of which is a path of ours.
fn misspelt(path: &str) -> Vec<String> {
    let rest = path.trim_start_matches("/api/v1/");
    vec![
        format!("{path}/"),
        format!("{path}//"),
        format!("{path}/."),
        format!("{path}/%2e"),
        format!("{path}%20"),
        format!("{path}%00"),
        format!("{path};a=b"),
        format!("{path}.json"),
        format!("{path}%2f"),
        format!("{path}/..%2f"),
        format!("/{path}"),
        format!("/api/v1//{rest}"),
        format!("/api//v1/{rest}"),
        format!("/api/v1/./{rest}"),
        format!("/api/v1/%2e/{rest}"),
        format!("/api/v1/search/../{rest}"),
        format!("/api/v1/search/%2e%2e/{rest}"),
        format!("/api/v1/..%2fv1/{rest}"),
        format!("/api/v1\\{rest}"),
        format!("/API/V1/{rest}"),
        format!("/api/v1/{}", rest.to_uppercase()),
        format!("/api/V1/{rest}"),
        format!("/api/v2/{rest}"),
        format!("/{rest}"),
    ]
}

#[actix_web::test]
async fn api5_another_spelling_of_a_path_opens_nothing() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, _) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let clients = [
        Client::of(&app, None),
        Client::of(&app, Some(&owner)),
        Client::of(&app, Some(&officer)),
    ];
    for operation in operations() {
        let (method, path) = (operation.method.to_uppercase(), place(operation, &owner, &listing));
        for other in misspelt(&path) {
            for client in &clients {
                let status = client.ask(&method, &other, "").await;
                // Where it reads as some identifier, a visitor has to sign in before hearing that it is a wrong one.
                let is_visitor = client.token.is_empty();
                // Any word may be a code of a list, so there the body that is missing is told first.
                let is_code = operation.path.ends_with("/{code}") && status == 415;
                // Any word may name a group of the vocabulary, so there whoever may not keep it hears that first.
                let is_group = operation.path.starts_with("/vocabulary") && status == 403;
                let is_refused =
                    [400, 404, 405].contains(&status) || is_code || is_group || is_visitor && status == 401;
                assert!(is_refused, "{method} {other}: {status}");
            }
        }
        // A letter in its other form is the same path, and the same refusal.
        let last = path.rsplit('/').next().unwrap();
        let first = last.chars().next().unwrap();
        let encoded = path.replace(
            &format!("/{last}"),
            &format!("/%{:02X}{}", u32::from(first), last.get(1..).unwrap()),
        );
        let visitor = &clients[0];
        assert_eq!(
            visitor.ask(&method, &encoded, "").await,
            visitor.ask(&method, &path, "").await,
            "{encoded}"
        );
    }
}

#[actix_web::test]
async fn api5_another_method_in_a_header_changes_nothing() {
    let app = TestApp::spawn().await;
    let officer = app.officer_who_may(Permission::ALL).await;
    let owner = app.active_enterprise(&officer).await;
    let (listing, version) = app.published_listing(&owner, &officer, "Máy sấy").await;
    let clients = [
        Client::of(&app, None),
        Client::of(&app, Some(&owner)),
        Client::of(&app, Some(&officer)),
    ];
    let reads: Vec<&Operation> = operations().filter(|operation| operation.method == "get").collect();
    for operation in &reads {
        let path = place(operation, &owner, &listing);
        for client in &clients {
            let plain = client.ask("GET", &path, "").await;
            assert_eq!(client.ask("HEAD", &path, "").await, plain, "HEAD {path}");
            for other in ["POST", "PUT", "PATCH", "DELETE"] {
                for name in [
                    "X-HTTP-Method-Override",
                    "X-HTTP-Method",
                    "X-Method-Override",
                    "X-Original-Method",
                ] {
                    let status = client.ask("GET", &path, &format!("{name}: {other}\r\n")).await;
                    assert_eq!(status, plain, "{name}: {other} on {path}");
                }
            }
            for header in ["X-Original-URL: /api/v1/me\r\n", "X-Rewrite-URL: /api/v1/me\r\n"] {
                assert_eq!(client.ask("GET", &path, header).await, plain, "{header} on {path}");
            }
        }
    }
    for operation in operations() {
        let path = place(operation, &owner, &listing);
        let has = |method: &str| operations().any(|other| other.path == operation.path && other.method == method);
        for client in &clients {
            for method in [
                "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND", "get", "GET2",
            ] {
                let known = if method == "HEAD" {
                    "get".to_owned()
                } else {
                    method.to_lowercase()
                };
                if method == "get" || !has(&known) {
                    let status = client.ask(method, &path, "X-HTTP-Method-Override: GET\r\n").await;
                    assert!([400, 405].contains(&status), "{method} {path}: {status}");
                }
            }
        }
    }
    let seen = app.get(&format!("/listings/{listing}")).by(&owner).expect(200).await;
    assert_eq!((seen.text("/status"), seen.number("/version")), ("published", version));
}
