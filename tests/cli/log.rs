//! The log of a running program at its most talkative: each request by its identifier, and nothing of what people keep to themselves.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::program::{PATIENCE, Place, Server};

const EMAIL: &str = "canbo@so.example";
const PASSWORD: &str = "mưa rơi trên mái ngói";
const WRONG: &str = "nắng lên trên đồi chè";
const WORDS: &str = "dieu-toi-dang-tim";

/// What is answered: its identifier and its body.
fn ask(at: &str, line: &str, token: &str, body: &str) -> (String, Value) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    let sent = format!(
        "{line} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let sent = if token.is_empty() {
        sent.replace("authorization: Bearer \r\n", "")
    } else {
        sent
    };
    stream.write_all(sent.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: "));
    let id = id.unwrap_or_else(|| panic!("{line}: {head}")).to_owned();
    (id, serde_json::from_str(body).unwrap_or_default())
}

fn text(value: &Value, member: &str) -> String {
    let text = value[member].as_str();
    text.unwrap_or_else(|| panic!("no {member}: {value:#}")).to_owned()
}

#[test]
fn every_request_is_in_the_log_and_no_secret_is() {
    let place = Place::new();
    let told = place.done(&["officer", "create", "--email", EMAIL, "--name", "Trần Văn Duyệt"]);
    let one_time = told
        .lines()
        .find_map(|line| line.strip_prefix("one-time password: "))
        .unwrap();
    let log = place.path("log");
    let complaints = Stdio::from(File::create(&log).unwrap());
    let server = Server::start_with(&place, &place.path("data"), &["--set", "log_level=trace"], complaints);
    server.wait_for("/readyz", 200);
    let at = server.api.as_str();

    let sign_in = |body: Value| ask(at, "POST /api/v1/sessions", "", &body.to_string());
    let (first, refused) = sign_in(json!({"email": EMAIL, "password": WRONG}));
    assert_eq!(refused["code"], "invalid_credentials");
    let (second, begun) = sign_in(json!({"email": EMAIL, "password": one_time, "new_password": PASSWORD}));
    let (access, refresh) = (text(&begun, "access_token"), text(&begun, "refresh_token"));
    let (third, factor) = ask(at, "POST /api/v1/me/second-factor", &access, "");
    let body = json!({"refresh_token": refresh}).to_string();
    let (fourth, renewed) = ask(at, "POST /api/v1/sessions/refresh", "", &body);
    let (fifth, _) = ask(at, &format!("GET /api/v1/search?q={WORDS}"), &access, "");
    // A token with a letter too many is as secret as the one that it was made of.
    let (sixth, unknown) = ask(at, "GET /api/v1/me", &format!("{access}x"), "");
    assert_eq!(unknown["code"], "invalid_token");
    let secrets = [
        WRONG.to_owned(),
        one_time.to_owned(),
        PASSWORD.to_owned(),
        access,
        refresh,
        text(&factor, "secret"),
        text(&renewed, "access_token"),
        text(&renewed, "refresh_token"),
        WORDS.to_owned(),
    ];
    assert_eq!(server.end().code(), Some(0));

    let log = std::fs::read(&log).unwrap();
    let log = String::from_utf8_lossy(&log);
    for id in [first, second, third, fourth, fifth, sixth] {
        assert!(log.contains(&id), "{id} is not in the log");
    }
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "the log tells {secret}");
    }
}
