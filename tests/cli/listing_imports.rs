//! A file of listings sent to a server that is killed in the middle: nothing is lost and nothing is doubled.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::{Value, json};
use vptex::store::migrate;
use vptex::store::schema::{listing_external_ids, listing_import_rows};

use crate::program::Place;

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(150);
const ROWS: usize = 6_000;
/// Wrong rows, one of each class; every twentieth row is one.
const WRONG: [&str; 10] = [
    ";equipment_offer;Máy;;;;",
    "{id};máy bay;Máy;;;;",
    "{id};;Máy;;;;",
    "{id};equipment_offer;;;;;",
    "{id};equipment_offer;Máy;Lĩnh vực lạ;;;",
    "{id};equipment_offer;Máy;;mười;;",
    "{id};equipment_offer;Máy;;12;;",
    "{id};equipment_offer;Máy;;;fixed;rẻ",
    "{id};equipment_offer;Máy;;;fixed;",
    "SP-1;equipment_offer;Máy khác;;;;",
];

fn table() -> String {
    let rows = (1..=ROWS).map(|number| {
        let id = format!("SP-{number}");
        if number % 20 == 0 {
            WRONG[number / 20 % WRONG.len()].replace("{id}", &id)
        } else {
            format!("{id};Chào bán thiết bị;Máy sấy lúa số {number};food.drying;8;Giá cố định;185.000.000")
        }
    });
    let head = String::from("Mã nội bộ;Loại tin;Tên;Lĩnh vực;TRL;Hình thức giá;Giá");
    [head].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// Status and body of a request.
fn ask(at: &str, head: &str, token: &str, media: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let authorization = if token.is_empty() {
        String::new()
    } else {
        format!("authorization: Bearer {token}\r\n")
    };
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n{authorization}content-type: {media}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

/// Asks for the import until something holds.
fn until(at: &str, token: &str, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let (status, import) = ask(
            at,
            &format!("GET /api/v1/listing-imports/{id}"),
            token,
            "text/plain",
            "",
        );
        assert_eq!(status, 200, "{import:#}");
        if holds(&import) {
            return import;
        }
        assert!(Instant::now() < end, "{import:#}");
        std::thread::yield_now();
    }
}

/// A server, killed when dropped, and who can sign in there.
struct Running {
    child: Child,
    api: String,
    accounts: Vec<Value>,
}

impl Running {
    fn start(place: &Place, args: &[&str]) -> Self {
        let mut child = place
            .command(["serve", "--listen", "localhost:0", "--data-dir", "data"])
            .args(["--set", "metrics_listen=off", "--set", "rate_limits=off"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self {
            child,
            api: String::new(),
            accounts: Vec::new(),
        };
        for line in out.lines().map(Result::unwrap) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [email, password] = words[..]
                && email.contains('@')
            {
                server.accounts.push(json!({"email": email, "password": password}));
            }
            if let Some(api) = line.strip_prefix("vptex: listening on http://") {
                server.api = api.to_owned();
                return server;
            }
        }
        panic!("the server never listens");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_killed_server_goes_on_with_the_import_it_had() {
    let place = Place::new();
    let server = Running::start(&place, &["--demo"]);
    let api = server.api.as_str();
    // The officer's account comes first.
    let account = server.accounts[1].to_string();
    let signed_in = ask(api, "POST /api/v1/sessions", "", "application/json", &account);
    assert_eq!(signed_in.0, 201, "{:#}", signed_in.1);
    let token = signed_in.1["access_token"].as_str().unwrap().to_owned();
    let sent = ask(
        api,
        "POST /api/v1/listing-imports?name=tin.csv",
        &token,
        "text/csv",
        &table(),
    );
    assert_eq!(sent.0, 202, "{:#}", sent.1);
    let id = sent.1["id"].as_str().unwrap().to_owned();
    let half = until(api, &token, &id, |import| {
        import["counts"]["done"].as_i64() >= Some(500)
    });
    // SIGKILL.
    drop(server);
    assert_eq!(half["status"], "running", "too fast to be killed: {half:#}");

    let server = Running::start(&place, &[]);
    let done = until(&server.api, &token, &id, |import| import["status"] != "running");
    let refused = ROWS / 20;
    let counts = json!({
        "rows": ROWS, "done": ROWS, "created": ROWS - refused, "updated": 0, "unchanged": 0, "refused": refused,
    });
    assert_eq!(
        (&done["status"], &done["counts"]),
        (&json!("finished"), &counts),
        "{done:#}"
    );
    let mut conn = migrate::connect(place.target()).unwrap();
    let kept: i64 = listing_external_ids::table.count().get_result(&mut conn).unwrap();
    let told: i64 = listing_import_rows::table.count().get_result(&mut conn).unwrap();
    assert_eq!(
        (kept, told),
        (i64::try_from(ROWS - refused).unwrap(), i64::try_from(ROWS).unwrap())
    );
}
