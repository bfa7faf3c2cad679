//! The load generator behind `docs/benchmarks.md`:
//!
//! ```text
//! cargo bench --bench load                          SQLite
//! cargo bench --bench load -- --postgres URL        PostgreSQL (an empty database)
//! cargo bench --bench load -- --copies 80           search over 80 × 1,252 listings
//! cargo bench --bench load -- --limits              with every call counted, by limits that nobody reaches
//! cargo bench --bench load -- --audit 1000000       verification of an audit trail of so many rows
//! cargo bench --bench load -- --enumeration 2000    whether time tells known addresses from unknown ones, in so many pairs
//! cargo bench --bench load -- --login-flood         200 sign-ins a second, and what others notice
//! cargo bench --bench load -- --office              queue and lists, imports, exports, pictures on 100,160 listings
//! cargo bench --bench load -- --files               what hashing contents each time they are sent costs
//! cargo bench --bench load -- --office-lists --postgres URL   of these the officers' lists, as pages and as files
//! cargo bench --bench load -- --dossiers            certificates issued and verified; 100,000 terms counted anew
//! cargo bench --bench load -- --search              10,240 distinct queries, expensive ones, approved → searchable
//! cargo bench --bench load -- --nodes --postgres URL   two nodes: approved at one → found at the other; one that was away
//! cargo bench --bench load -- --search --data DIR   the same on what an earlier run loaded into DIR, or loads it there
//! cargo bench --bench load -- --scale 1000,10000     how search grows: 1,000 to 1,000,000 listings when none are named
//! cargo bench --bench load -- --suggestions     suggestions while somebody types, on 100,160 listings (`--copies` of others)
//! cargo bench --bench load -- --slow-clients        11,000 slow clients, and what others notice (`ulimit -n 20000`)
//! cargo bench --bench load -- --seconds 300         the first table with runs of so many seconds
//! cargo bench --bench load -- --latency             latency at parts of the capacity, and a chart of it
//! cargo bench --bench load -- --overload            five times the capacity for a minute
//! cargo bench --bench load -- --soak 60             so many minutes of steady work: memory, handles, latency, and a chart
//! cargo bench --bench load -- --restore             a backup under writes, its restore, and what is lost (`--copies 80`)
//! cargo bench --bench load -- --upgrade 1000000 --before PROGRAM   that program is replaced by this one under traffic
//!                                                   (`--kills 100`: and its migrations killed before, on copies)
//! ```
//!
//! Generator and server share the machine; every figure stands beside what a bare actix server reaches in the same run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a benchmark: it stops at the first surprise and prints"
)]

mod audit;
mod chart;
mod client;
mod dossiers;
mod enumeration;
mod files;
mod flood;
mod latency;
mod likeness;
mod nodes;
mod office;
mod open;
mod overload;
#[path = "../support/registration.rs"]
mod registration;
mod restore;
mod scale;
mod search;
mod server;
mod slow;
mod soak;
#[path = "../support/statistics.rs"]
mod statistics;
mod steady;
mod suggestions;
mod tables;
#[path = "../support/tax_codes.rs"]
mod tax_codes;
mod upgrade;
#[path = "../support/wire.rs"]
mod wire;
mod witness;

use client::{Figures, MakeRequest, get, once, post, run};
use server::{COUNTED, Running, UNLIMITED};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

const CONNECTIONS: usize = 64;
const SECONDS: u64 = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if arguments.first().is_some_and(|a| a == "hello") {
        server::hello().unwrap();
        return;
    }
    let value = |name: &str| {
        arguments
            .iter()
            .position(|a| a == name)
            .and_then(|i| arguments.get(i + 1))
    };
    if let Some(rows) = value("--audit") {
        audit::measure(value("--postgres").map(String::as_str), rows.parse().unwrap());
        return;
    }
    let database = value("--postgres").map(String::as_str);
    let has = |name: &str| arguments.iter().any(|a| a == name);
    let copies = |usual: u64| value("--copies").map_or(usual, |n| n.parse().unwrap());
    if has("--enumeration") {
        enumeration::measure(database, value("--enumeration").map_or(2_000, |n| n.parse().unwrap()));
    } else if has("--login-flood") {
        flood::measure(database);
    } else if has("--office") {
        office::measure(database, false);
    } else if has("--office-lists") {
        office::measure(database, true);
    } else if has("--files") {
        files::measure(database);
    } else if has("--dossiers") {
        dossiers::measure(database);
    } else if has("--search") {
        search::measure(database, copies(80), value("--data").map(Path::new));
    } else if has("--nodes") {
        nodes::measure(database.expect("several nodes need --postgres"));
    } else if has("--scale") {
        scale::measure(value("--scale").map(String::as_str));
    } else if has("--slow-clients") {
        slow::measure(database);
    } else if has("--suggestions") {
        suggestions::measure(database, copies(80));
    } else if has("--latency") {
        latency::measure(database, copies(1));
    } else if has("--overload") {
        overload::measure(database);
    } else if let Some(minutes) = value("--soak") {
        soak::measure(database, minutes.parse().unwrap());
    } else if has("--restore") {
        restore::measure(database, copies(80));
    } else if let Some(rows) = value("--upgrade") {
        let kills = value("--kills").map_or(0, |n| n.parse().unwrap());
        upgrade::measure(database, rows.parse().unwrap(), value("--before").map(Path::new), kills);
    } else {
        let seconds = value("--seconds").map_or(SECONDS, |n| n.parse().unwrap());
        let settings = if has("--limits") { COUNTED } else { UNLIMITED };
        measure(database, copies(1), settings, seconds);
    }
}

fn measure(database: Option<&str>, copies: u64, settings: &[&str], seconds: u64) {
    println!(
        "| what | per second | of the ceiling | p50 ms | p95 ms | p99 ms | worst ms | failures |\n|---|---|---|---|---|---|---|---|"
    );
    let ceiling = {
        let hello = Running::start(Command::new(std::env::current_exe().unwrap()).arg("hello"));
        let make: MakeRequest = Arc::new(|_| get("/"));
        run(hello.addr, CONNECTIONS, seconds, 200, &make)
    };
    row("bare actix: hello", &ceiling, &ceiling);

    let data = tempfile::tempdir().unwrap();
    let cold = Running::vptex(data.path(), database, settings);
    println!(
        "\ncold start with demonstration data: {:.2} s",
        cold.startup.as_secs_f64()
    );
    drop(cold);
    if copies > 1 {
        import_copies(data.path(), database, copies);
    }
    let server = Running::vptex(data.path(), database, settings);
    println!(
        "warm start: {:.2} s; memory at rest: {:.0} MiB\n",
        server.startup.as_secs_f64(),
        server.memory_mib()
    );
    wait_until_searchable(&server, copies * 1252);

    let ids = ids(&server);
    let many = ids.clone();
    let make: MakeRequest = Arc::new(move |n| get(&format!("/api/v1/listings/{}", many[n as usize % many.len()])));
    row(
        "GET /listings/{id}",
        &run(server.addr, CONNECTIONS, seconds, 200, &make),
        &ceiling,
    );

    for (what, path) in [
        (
            "a page of listings, the newest 20",
            "/api/v1/search?sort=newest&facets=false",
        ),
        ("a page of enterprises, 20", "/api/v1/enterprises"),
    ] {
        let make: MakeRequest = Arc::new(move |_| get(path));
        row(what, &run(server.addr, CONNECTIONS, seconds, 200, &make), &ceiling);
    }

    let queries = queries(&server);
    let make: MakeRequest =
        Arc::new(move |n| get(&format!("/api/v1/search?q={}", queries[n as usize % queries.len()])));
    row(
        "GET /search with facets, 20 hits",
        &run(server.addr, CONNECTIONS, seconds, 200, &make),
        &ceiling,
    );

    let token = sign_in(&server);
    let make: MakeRequest = Arc::new(move |n| {
        let headers = format!(
            "Authorization: Bearer {token}\r\nIdempotency-Key: bench-{}-{n}\r\n",
            std::process::id()
        );
        post("/api/v1/listings", &headers, LISTING)
    });
    row(
        "POST /listings, durable",
        &run(server.addr, CONNECTIONS, seconds, 201, &make),
        &ceiling,
    );
    println!("\nmemory after the load: {:.0} MiB", server.memory_mib());
}

fn row(what: &str, figures: &Figures, ceiling: &Figures) {
    println!(
        "| {what} | {:.0} | {:.0} % | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
        figures.per_second(),
        100.0 * figures.per_second() / ceiling.per_second(),
        figures.percentile_ms(50.0),
        figures.percentile_ms(95.0),
        figures.percentile_ms(99.0),
        figures.percentile_ms(100.0),
        figures.failures,
    );
}

/// Writes the catalogue `copies` times with other identifiers and titles, and loads it by the command line.
fn import_copies(data: &Path, database: Option<&str>, copies: u64) {
    let file = data.join("copies.jsonl");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&file).unwrap());
    for copy in 1..copies {
        for record in vptex::demo::catalogue() {
            let record = record.unwrap();
            let line = serde_json::json!({
                "id": format!("{}-{copy}", record.id), "title": format!("{} {}", record.title, 100 + copy),
                "category": record.category, "kind": kind(record.kind), "summary": record.summary,
                "attributes": record.attributes.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
                "source_url": record.source_url,
            });
            writeln!(out, "{line}").unwrap();
        }
    }
    out.flush().unwrap();
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_vptex"));
    command
        .args(["import", "listings", "--demo"])
        .arg(&file)
        .arg("--data-dir")
        .arg(data)
        .args(["--set", "log_level=warn"]);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    assert!(command.status().unwrap().success());
    let count = (copies - 1) * 1252;
    println!(
        "import: {count} listings, {:.0} per second",
        count as f64 / started.elapsed().as_secs_f64()
    );
}

fn kind(kind: vptex::service::import::record::RecordKind) -> &'static str {
    use vptex::service::import::record::RecordKind;
    match kind {
        RecordKind::Technology => "technology",
        RecordKind::Equipment => "equipment",
        RecordKind::Service => "service",
        RecordKind::Request => "request",
    }
}

/// Polls: what is measured is a server whose index has everything.
fn wait_until_searchable(server: &Running, listings: u64) {
    let started = Instant::now();
    let count = || search(server, "limit=1&facets=false")["total"].as_u64().unwrap_or(0);
    while once(server.addr, &get("/readyz")).0 != 200 || count() < listings {
        assert!(
            started.elapsed().as_secs() < 600,
            "the index was not ready in ten minutes"
        );
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    println!("searchable after {:.2} s more\n", started.elapsed().as_secs_f64());
}

fn search(server: &Running, query: &str) -> serde_json::Value {
    let (status, body) = once(server.addr, &get(&format!("/api/v1/search?{query}")));
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn ids(server: &Running) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), String::new());
    while ids.len() < 1000 {
        let page = search(server, &format!("limit=100&facets=false{after}"));
        ids.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    ids
}

/// Distinct queries as people type them: the first two to four syllables of each title, every second one without
/// diacritics.
fn queries(server: &Running) -> Vec<String> {
    let mut queries = std::collections::BTreeSet::new();
    for (n, record) in vptex::demo::catalogue().enumerate() {
        let title = record.unwrap().title;
        let words: Vec<&str> = title.split_whitespace().take(2 + n % 3).collect();
        let text = words.join(" ");
        let text = if n % 2 == 0 {
            text
        } else {
            vptex::domain::text::fold(&text)
        };
        queries.insert(text.bytes().map(|b| format!("%{b:02X}")).collect::<String>());
    }
    let queries: Vec<String> = queries.into_iter().filter(|q| !q.is_empty()).collect();
    assert!(search(server, "q=may+say+lua")["total"].as_u64().unwrap() > 0);
    println!("{} distinct queries", queries.len());
    queries
}

/// What the server printed of a demonstration account.
fn demo_password<'a>(server: &'a Running, email: &str) -> &'a str {
    let mut lines = server.printed.iter();
    let line = lines.find(|line| line.contains(email) && !line.contains("curl"));
    line.and_then(|line| line.split_whitespace().last())
        .expect("the demonstration password is printed")
}

fn sign_in(server: &Running) -> String {
    let email = "owner@demo.vptex.example";
    let body = serde_json::json!({"email": email, "password": demo_password(server, email)}).to_string();
    let (status, body) = once(server.addr, &post("/api/v1/sessions", "", &body));
    assert_eq!(status, 201, "{body}");
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

const LISTING: &str = r#"{"kind":"equipment_offer","title":{"vi":"Máy sấy lúa tĩnh vỉ ngang 5 tấn/mẻ"},
"summary":{"vi":"Máy sấy lúa, ngô, đậu cho hợp tác xã; đốt trấu, quạt ly tâm, bảo hành 24 tháng."},
"field_codes":["food.drying"],"origin_country":"VN","brand":"Lâm Thao","model":"SL-5",
"specifications":[{"name":"Năng suất","value":"5","unit":"tấn/mẻ"},{"name":"Điện áp","value":"380","unit":"V"}],
"price_mode":"fixed","price_min":185000000,"transfer_modes":["sale_of_equipment"]}"#;
