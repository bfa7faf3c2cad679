//! What the counter of technology transfer does all day: certificates that are issued and verified, and terms that are
//! counted anew when the calendar changes.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use diesel::prelude::*;
use serde_json::{Value, json};
use vptex::app::SystemClock;
use vptex::config::{Config, DatabaseUrl, Value as _};
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;
use vptex::service::calendar::recount;
use vptex::service::dossiers::terms;
use vptex::store::conn::AnyConn;

use crate::client::{Figures, MakeRequest, answer, get, post, run};
use crate::office::{asked, bearer, get_as};
use crate::registration::registration;
use crate::server::{Running, UNLIMITED};

/// Certificates that are issued.
const ISSUED: usize = 400;
/// Officers' calls at once.
const AT_ONCE: usize = 8;
/// Open dossiers that are counted anew.
const OPEN: u32 = 100_000;

pub fn measure(database: Option<&str>) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    let passwords = ["preparer", "signer"].map(|name| appointed(data.path(), database, name));
    let settings = [UNLIMITED, &["officer_access_token_minutes=60"]].concat();
    let server = Running::vptex(data.path(), database, &settings);
    let [preparer, signer] = ["preparer", "signer"].map(|name| name.to_owned() + "@so.example");
    let tokens = [
        signed_in(&server, &preparer, &passwords[0]),
        signed_in(&server, &signer, &passwords[1]),
    ];
    let certificates = issue(&server, &tokens);
    verify(&server, &tokens[0], &certificates);
    document(&server, &tokens[0], &certificates[0]);
    let waiting = accepted(&server, &tokens[0]);
    fill(data.path(), database, waiting["id"].as_str().unwrap());
    change_calendar(&server, &tokens[0], &waiting);
    drop(server);
    recounted(data.path(), database);
}

/// An officer of the counter, with the one-time password.
fn appointed(data: &Path, database: Option<&str>, name: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
    command
        .args(["officer", "create", "--email"])
        .arg(format!("{name}@so.example"));
    command.args(["--name", "Nguyễn Thị Thu"]);
    for permission in ["handle_dossiers", "sign_certificates", "manage_reference_data"] {
        command.args(["--permission", permission]);
    }
    command.arg("--data-dir").arg(data);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let password = printed
        .lines()
        .find_map(|line| line.strip_prefix("one-time password: "));
    password.unwrap_or_else(|| panic!("{printed}")).trim().to_owned()
}

/// Signs an officer in for the first time, and sets up the second factor.
fn signed_in(server: &Running, email: &str, one_time: &str) -> String {
    let body =
        json!({"email": email, "password": one_time, "new_password": "bốn con ngựa chở thóc về làng"}).to_string();
    let session = asked(server, &post("/api/v1/sessions", "", &body), 201);
    let token = session["access_token"].as_str().unwrap().to_owned();
    let begun = asked(server, &post("/api/v1/me/second-factor", &bearer(&token), ""), 201);
    let secret = totp_rs::Secret::try_from_base32(begun["secret"].as_str().unwrap()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let code = totp.generate(SystemClock.now().as_second() as u64).to_string();
    let path = "/api/v1/me/second-factor/confirmation";
    asked(
        server,
        &post(path, &bearer(&token), &json!({"code": code}).to_string()),
        200,
    );
    token
}

fn with_version(token: &str, seen: &Value) -> String {
    format!("{}If-Match: \"{}\"\r\n", bearer(token), seen["version"])
}

fn event(server: &Running, token: &str, seen: &Value, body: &Value) -> Value {
    let path = format!("/api/v1/dossiers/{}/events", seen["id"].as_str().unwrap());
    asked(server, &post(&path, &with_version(token, seen), &body.to_string()), 200)
}

/// A registration as far as it may be granted.
fn accepted(server: &Running, token: &str) -> Value {
    let new = json!({"procedure": "REG", "content": registration()}).to_string();
    let mut seen = asked(server, &post("/api/v1/dossiers", &bearer(token), &new), 201);
    let today = day_of(SystemClock.now());
    for body in [
        json!({"event": "sign_contract", "given_on": today}),
        json!({"event": "submit"}),
        json!({"event": "accept_complete"}),
    ] {
        seen = event(server, token, &seen, &body);
    }
    seen
}

/// One prepares, another signs; gives what the dossiers tell of their certificates.
fn issue(server: &Running, [preparer, signer]: &[String; 2]) -> Vec<Value> {
    let proposed: Vec<Value> = (0..ISSUED)
        .map(|_| {
            let seen = accepted(server, preparer);
            let path = format!("/api/v1/dossiers/{}/proposal", seen["id"].as_str().unwrap());
            let put = post(&path, &with_version(preparer, &seen), r#"{"event":"issue"}"#);
            let put = String::from_utf8(put).unwrap().replacen("POST", "PUT", 1);
            asked(server, put.as_bytes(), 200)
        })
        .collect();
    let began = Instant::now();
    let mut signed = Vec::new();
    let mut latencies: Vec<u32> = Vec::new();
    std::thread::scope(|scope| {
        let officers: Vec<_> = proposed
            .chunks(ISSUED.div_ceil(AT_ONCE))
            .map(|share| {
                scope.spawn(move || {
                    let sign = |seen: &Value| {
                        let began = Instant::now();
                        let issued = event(server, signer, seen, &json!({"event": "issue"}));
                        (issued["certificate"].clone(), began.elapsed().as_micros() as u32)
                    };
                    share.iter().map(sign).collect::<Vec<_>>()
                })
            })
            .collect();
        for officer in officers {
            for (certificate, latency) in officer.join().unwrap() {
                signed.push(certificate);
                latencies.push(latency);
            }
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let figures = Figures {
        requests: ISSUED as u64,
        seconds,
        latencies,
        ..Figures::default()
    };
    println!("| what | per second | p50 ms | p99 ms | failures |\n|---|---|---|---|---|");
    row(
        "certificate signed, numbered, printed and kept, 8 at once, one officer's session",
        &figures,
    );
    signed
}

fn row(what: &str, figures: &Figures) {
    println!(
        "| {what} | {:.0} | {:.1} | {:.1} | {} |",
        figures.per_second(),
        figures.percentile_ms(50.0),
        figures.percentile_ms(99.0),
        figures.failures,
    );
}

/// What everybody asks who has the paper, as data and as a page, and with codes that are nobody's.
fn verify(server: &Running, token: &str, certificates: &[Value]) {
    let addresses: Vec<String> = certificates
        .iter()
        .map(|certificate| {
            let path = format!("/certificates/{}", certificate["id"].as_str().unwrap());
            let certificate = asked(server, &get_as(token, &path), 200);
            let address = certificate["record"]["verify_at"].as_str().unwrap();
            address.split_once("/verify/").unwrap().1.to_owned()
        })
        .collect();
    let addresses = Arc::new(addresses);
    for (what, prefix, expected) in [
        ("verification, JSON", "/api/v1/verify/", 200),
        ("verification, page", "/verify/", 200),
    ] {
        let known = addresses.clone();
        let make: MakeRequest = Arc::new(move |n| get(&format!("{prefix}{}", known[n as usize % known.len()])));
        row(what, &run(server.addr, 16, 10, expected, &make));
    }
    let known = addresses[0].rsplit_once('/').unwrap().0.to_owned();
    let make: MakeRequest = Arc::new(move |_| get(&format!("/api/v1/verify/{known}/{}", "2".repeat(26))));
    row(
        "verification of a code that is nobody's",
        &run(server.addr, 16, 5, 404, &make),
    );
}

fn document(server: &Running, token: &str, certificate: &Value) {
    let path = format!("/certificates/{}/document", certificate["id"].as_str().unwrap());
    let mut stream = TcpStream::connect(server.addr).unwrap();
    stream.write_all(&get_as(token, &path)).unwrap();
    let (status, body) = answer(&mut stream, &mut vec![0; 1_024 * 1_024]).unwrap();
    println!(
        "\ndocument (PDF/A-3a with the signed record): {status}, {:.0} KB",
        body.len() as f64 / 1_000.0
    );
}

/// So many open dossiers like one.
fn fill(data: &Path, database: Option<&str>, like: &str) {
    let app = vptex::app::context(&config(data, database)).unwrap();
    let like = uuid::Uuid::parse_str(like).unwrap();
    let filled = move |uow: &mut vptex::store::Uow<'_>| -> vptex::store::Result<()> {
        let conn = uow.conn();
        let is_sqlite = matches!(conn, AnyConn::Sqlite(_));
        let literal = |id: uuid::Uuid| {
            if is_sqlite {
                format!("x'{}'", id.simple())
            } else {
                format!("'{id}'")
            }
        };
        let mut run = |sql: String| diesel::sql_query(sql).execute(conn);
        for first in (0..OPEN).step_by(1_000) {
            // A new table each thousand: within a transaction PostgreSQL keeps every row that was updated, and reads them all.
            run(format!(
                "CREATE TEMP TABLE one AS SELECT * FROM dossiers WHERE id = {}",
                literal(like)
            ))?;
            for number in first..first + 1_000 {
                let id = uuid::Uuid::from_u64_pair(0x0197_0000_0000_7000, 0x8000_0000_0000_0000 | u64::from(number));
                run(format!(
                    "UPDATE one SET id = {}, number = 'LOAD-{number:06}'",
                    literal(id)
                ))?;
                run("INSERT INTO dossiers SELECT * FROM one".into())?;
            }
            run("DROP TABLE one".into())?;
        }
        Ok(())
    };
    app.db.write(filled).unwrap();
}

/// The day on which a term ends is worked no more; the server counts the first part anew before it answers.
fn change_calendar(server: &Running, token: &str, waiting: &Value) {
    let due = waiting["due"][0]["due_on"].as_str().unwrap();
    let path = format!("/calendar/years/{}", &due[..4]);
    let year = asked(server, &get_as(token, &path), 200);
    let mut days = year["days"].as_array().unwrap().clone();
    days.retain(|day| day["date"] != due);
    days.push(json!({"date": due, "kind": "holiday", "name_vi": "Nghỉ theo quyết định mới"}));
    let body = json!({"legal_basis": "QĐ 9/QĐ-TTg", "days": days}).to_string();
    let head = format!("{}If-Match: \"{}\"\r\n", bearer(token), year["version"]);
    let put = String::from_utf8(post(&format!("/api/v1{path}"), &head, &body)).unwrap();
    let began = Instant::now();
    let changed = asked(server, put.replacen("POST", "PUT", 1).as_bytes(), 200);
    println!(
        "\na changed day: answered after {:.0} ms, {} terms moved by then",
        began.elapsed().as_secs_f64() * 1_000.0,
        changed["terms_moved"]
    );
}

/// The rest is done by the upkeep of any node, from the beginning where it was interrupted.
fn recounted(data: &Path, database: Option<&str>) {
    let app = vptex::app::context(&config(data, database)).unwrap();
    let began = Instant::now();
    let moved = recount::run(&app, || false).unwrap();
    println!(
        "terms of {OPEN} open dossiers counted anew, each with a row of the trail: {moved} moved in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let began = Instant::now();
    let ended = terms::run(&app, || false).unwrap();
    println!(
        "looked through for what came of time, once a day: {:.1} s, {} went on",
        began.elapsed().as_secs_f64(),
        ended.went_on
    );
}

fn config(data: &Path, database: Option<&str>) -> Config {
    Config {
        data_dir: data.to_owned(),
        database_url: database.map(|url| DatabaseUrl::parse(url).unwrap()),
        ..Config::default()
    }
}
