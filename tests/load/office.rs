//! What the people of the Department and of enterprises do all day, on 100,160 listings and 10,000 enterprises: the review
//! queue, filtered lists, imports and exports (`tables.rs`), pictures; and the memory that each takes.

use std::io::{Cursor, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::{Value, json};
use vptex::app::SystemClock;
use vptex::config::{Config, DatabaseUrl, Value as _};
use vptex::domain::clock::Clock as _;
use vptex::store::conn::AnyConn;

use crate::client::{MakeRequest, answer, once, post, run};
use crate::server::{Running, UNLIMITED};
use crate::steady::Group;
use crate::tax_codes::tax_code;
use crate::{demo_password, import_copies, sign_in, tables, wait_until_searchable};

const COPIES: u64 = 80;
const ENTERPRISES: u32 = 10_000;
/// Listings that wait.
const LISTINGS: i64 = 5_000;
/// Registrations that wait.
const REGISTRATIONS: u32 = 500;
const PICTURES: usize = 40;

/// All of it, or of what takes long the officers' lists alone.
pub fn measure(database: Option<&str>, is_lists_only: bool) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    import_copies(data.path(), database, COPIES);
    fill(data.path(), database);
    let settings = [UNLIMITED, &["officer_access_token_minutes=60"]].concat();
    let server = Running::vptex(data.path(), database, &settings);
    wait_until_searchable(&server, COPIES * 1_252 - LISTINGS as u64);
    let (officer, owner) = (enrolled(&server), sign_in(&server));
    println!("memory at rest: {:.0} MiB\n", server.memory_mib());
    // First: they ask for a sign-in of the last five minutes.
    tables::officers(&server, &officer);
    pages(&server, &officer, &owner);
    if is_lists_only {
        return;
    }
    tables::public(&server);
    tables::imports(&server, &owner);
    tables::own(&server, &owner);
    pictures(&server, &owner);
}

/// How many enterprises have one telephone: those that somebody registers for several.
const SHARE_A_TELEPHONE: u32 = 3;

/// Enterprises like one of the demonstration's, each with its own number and name, and what waits.
fn fill(data: &Path, database: Option<&str>) {
    let config = Config {
        data_dir: data.to_owned(),
        database_url: database.map(|url| DatabaseUrl::parse(url).unwrap()),
        ..Config::default()
    };
    let app = vptex::app::context(&config).unwrap();
    let filled = move |uow: &mut vptex::store::Uow<'_>| -> vptex::store::Result<()> {
        let conn = uow.conn();
        let is_sqlite = matches!(conn, AnyConn::Sqlite(_));
        let mut run = |sql: String| diesel::sql_query(sql).execute(conn);
        run("CREATE TEMP TABLE one AS SELECT * FROM enterprises WHERE status = 'active' LIMIT 1".into())?;
        for number in 0..ENTERPRISES {
            let id = uuid::Uuid::from_u64_pair(0x0197_0000_0000_7000, 0x8000_0000_0000_0000 | u64::from(number));
            let literal = if is_sqlite {
                format!("x'{}'", id.simple())
            } else {
                format!("'{id}'")
            };
            let status = if number < REGISTRATIONS { "submitted" } else { "active" };
            run(format!(
                "UPDATE one SET id = {literal}, status = '{status}', tax_code = '{}',
                 legal_name = 'Công ty TNHH Số {number}', name_key = 'cong ty tnhh so {number}',
                 bare_name = 'so {number}', contact_phone = '+8491{:07}'",
                tax_code(number),
                number / SHARE_A_TELEPHONE
            ))?;
            run("INSERT INTO enterprises SELECT * FROM one".into())?;
        }
        run("DROP TABLE one".into())?;
        run(format!(
            "UPDATE listings SET status = 'submitted', submitted_at = created_at
             WHERE id IN (SELECT id FROM listings ORDER BY id LIMIT {LISTINGS})"
        ))?;
        if !is_sqlite {
            // As autovacuum does within a minute.
            run("ANALYZE".into())?;
        }
        Ok(())
    };
    app.db.write(filled).unwrap();
    println!("{ENTERPRISES} enterprises; {LISTINGS} listings and {REGISTRATIONS} registrations wait");
}

pub fn asked(server: &Running, request: &[u8], expected: u16) -> Value {
    let (status, body) = once(server.addr, request);
    assert_eq!(status, expected, "{body}");
    serde_json::from_str(&body).unwrap_or(Value::Null)
}

pub fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

pub fn get_as(token: &str, path: &str) -> Vec<u8> {
    format!("GET /api/v1{path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", bearer(token)).into_bytes()
}

/// The demonstration's officer, with a second factor.
pub fn enrolled(server: &Running) -> String {
    let email = "officer@demo.vptex.example";
    let body = json!({"email": email, "password": demo_password(server, email)}).to_string();
    let session = asked(server, &post("/api/v1/sessions", "", &body), 201);
    let token = session["access_token"].as_str().unwrap().to_owned();
    let begun = asked(server, &post("/api/v1/me/second-factor", &bearer(&token), ""), 201);
    let secret = totp_rs::Secret::try_from_base32(begun["secret"].as_str().unwrap()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let seconds = SystemClock.now().as_second() as u64;
    let body = json!({"code": totp.generate(seconds).to_string()}).to_string();
    asked(
        server,
        &post("/api/v1/me/second-factor/confirmation", &bearer(&token), &body),
        200,
    );
    token
}

/// Twenty people who each ask once a second, one list after the other; then somebody who asks again as soon as he is answered. On
/// a shared machine these differ much: between two requests of the former its caches are others'.
fn pages(server: &Running, officer: &str, owner: &str) {
    println!(
        "| list, 20 requests a second for 10 s | p50 ms | p99 ms | worst ms | without pause, p50 ms | p99 ms | failures |"
    );
    println!("|---|---|---|---|---|---|---|");
    let lists = [
        (officer, "/moderation/queue?limit=50"),
        (
            officer,
            "/moderation/queue?limit=50&type=listing&kind=equipment_offer&flag=first_publication",
        ),
        (
            officer,
            "/moderation/queue?limit=50&type=listing&field=mechanics&province=25&claimed_by=nobody",
        ),
        (officer, "/moderation/queue?limit=50&type=enterprise"),
        (officer, "/moderation/enterprises?limit=50"),
        (
            officer,
            "/moderation/enterprises?limit=50&status=active&province=25&field=mechanics",
        ),
        (officer, "/moderation/enterprises?limit=50&q=co%20khi"),
        (officer, "/moderation/queue?limit=50&flag=contact_in_text"),
        (
            officer,
            "/moderation/listings?limit=50&status=published&kind=equipment_offer&province=25",
        ),
        (officer, "/moderation/listings?limit=50&field=mechanics&trl=7,8,9"),
        (officer, "/moderation/listings?limit=50&q=may%20say"),
        (officer, "/audit?limit=50"),
        (officer, "/moderation/statistics"),
        (owner, "/me/listings?limit=50"),
        (owner, "/me/listings?limit=50&status=submitted"),
        (officer, "/enterprises?limit=50"),
    ];
    for (token, path) in lists {
        asked(server, &get_as(token, path), 200);
        let (token, asked) = (token.to_owned(), path.to_owned());
        let make: MakeRequest = Arc::new(move |_| get_as(&token, &asked));
        let people: Vec<Ipv4Addr> = (10..30).map(|last| Ipv4Addr::new(127, 0, 0, last)).collect();
        let figures = Group::start(server.addr, &people, 1, Duration::from_secs(10), &make).finish();
        let without_pause = run(server.addr, 1, 3, 200, &make);
        println!(
            "| `{path}` | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
            figures.percentile_ms(50.0),
            figures.percentile_ms(99.0),
            figures.percentile_ms(100.0),
            without_pause.percentile_ms(50.0),
            without_pause.percentile_ms(99.0),
            figures.failures + without_pause.failures,
        );
    }
}

/// Photographs of twelve megapixels, one after the other: decoded in a process of their own, encoded anew, thumbnails.
pub fn pictures(server: &Running, owner: &str) {
    let photograph = image::RgbImage::from_fn(4_000, 3_000, |x, y| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
        image::Rgb([(x / 16 + noise) as u8, (y / 12 + noise) as u8, ((x + y) / 28) as u8])
    });
    let mut jpeg = Cursor::new(Vec::new());
    photograph.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    let mut took = Vec::new();
    server.forget_most_memory();
    let mut stream = TcpStream::connect(server.addr).unwrap();
    let mut buffer = vec![0; 64 * 1_024];
    let mut listing = String::new();
    for number in 0..PICTURES {
        if number % 8 == 0 {
            let body = crate::LISTING;
            let made = asked(server, &post("/api/v1/listings", &bearer(owner), body), 201);
            listing = made["id"].as_str().unwrap().to_owned();
        }
        let mut request = format!(
            "POST /api/v1/listings/{listing}/files?name=anh-{number}.jpg HTTP/1.1\r\nHost: localhost\r\n{}Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
            bearer(owner),
            jpeg.len()
        )
        .into_bytes();
        request.extend(&jpeg);
        let started = Instant::now();
        stream.write_all(&request).unwrap();
        let (status, body) = answer(&mut stream, &mut buffer).unwrap();
        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
        took.push(started.elapsed().as_secs_f64());
    }
    took.sort_unstable_by(f64::total_cmp);
    println!(
        "pictures of 12 megapixels ({} KiB): {:.2} a second, median {:.2} s, worst {:.2} s; memory {:.0} MiB, at most {:.0}",
        jpeg.len() / 1_024,
        PICTURES as f64 / took.iter().sum::<f64>(),
        took[PICTURES / 2],
        took[PICTURES - 1],
        server.memory_mib(),
        server.most_memory_mib()
    );
}
