//! Search: 10,240 distinct queries with facets and highlights, at one connection and at sixteen; queries made to be
//! expensive; and how soon a listing is found that an officer approves while 500 listings a second are written.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Figures, MakeRequest, get, post, run};
use crate::office::{asked, bearer, enrolled, get_as};
use crate::server::{Running, UNLIMITED};
use crate::steady::Group;
use crate::{import_copies, search, sign_in, wait_until_searchable};

/// Distinct queries: more than any cache of answers would keep.
const QUERIES: usize = 10_240;
const SECONDS: u64 = 10;
/// Listings that are approved one after the other.
pub const APPROVALS: usize = 100;

/// `kept` is a directory whose listings are loaded once for many runs.
pub fn measure(database: Option<&str>, copies: u64, kept: Option<&Path>) {
    let own = tempfile::tempdir().unwrap();
    let data = kept.unwrap_or(own.path());
    let is_loaded = data.join("copies.jsonl").exists();
    if !is_loaded {
        drop(Running::vptex(data, database, UNLIMITED));
        if copies > 1 {
            import_copies(data, database, copies);
        }
    }
    let settings = [UNLIMITED, &["officer_access_token_minutes=60"]].concat();
    let server = Running::vptex(data, database, &settings);
    wait_until_searchable(&server, copies * 1_252);
    println!("memory at rest: {:.0} MiB", server.memory_mib());
    throughput(&server);
    hostile(&server);
    crate::likeness::measure(&server);
    println!("memory after the searches: {:.0} MiB", server.memory_mib());
    // An earlier run was the first to sign in.
    if !is_loaded {
        fresh(&server, &People::of(&server), &server, 0);
    }
}

/// Runs of two to five words of titles and summaries, half of them without diacritics.
pub fn queries() -> Vec<String> {
    let mut queries = BTreeSet::new();
    for (n, record) in vptex::demo::catalogue().enumerate() {
        let record = record.unwrap();
        for text in [&record.title, &record.summary] {
            let words: Vec<&str> = text.split_whitespace().collect();
            for (at, window) in words.windows(2 + n % 4).enumerate().take(12) {
                let text = window.join(" ");
                queries.insert(if (n + at) % 2 == 0 {
                    text
                } else {
                    vptex::domain::text::fold(&text)
                });
            }
        }
    }
    let mut queries: Vec<String> = queries.into_iter().filter(|query| !query.trim().is_empty()).collect();
    // Spread over the alphabet, in an order that is the same each time.
    queries.sort_by_key(|query| search_index::hash_of([query.as_str()]));
    queries.truncate(QUERIES);
    assert_eq!(queries.len(), QUERIES);
    queries.iter().map(|query| escaped(query)).collect()
}

pub fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn throughput(server: &Running) {
    let queries = Arc::new(queries());
    println!(
        "| searches | per second | p50 ms | p95 ms | p99 ms | worst ms | failures |\n|---|---|---|---|---|---|---|"
    );
    for (what, rest, connections) in [
        ("facets and highlights, 1 connection", "", 1),
        ("facets and highlights, 16 connections", "", 16),
        ("highlights only, 16 connections", "&facets=false", 16),
    ] {
        let queries = queries.clone();
        let make: MakeRequest = Arc::new(move |n| {
            get(&format!(
                "/api/v1/search?q={}{rest}",
                queries[n as usize % queries.len()]
            ))
        });
        row(what, &run(server.addr, connections, SECONDS, 200, &make));
    }
}

fn row(what: &str, figures: &Figures) {
    println!(
        "| {what} | {:.0} | {:.1} | {:.1} | {:.1} | {:.1} | {} |",
        figures.per_second(),
        figures.percentile_ms(50.0),
        figures.percentile_ms(95.0),
        figures.percentile_ms(99.0),
        figures.percentile_ms(100.0),
        figures.failures,
    );
}

/// As much work as 512 characters can ask for.
pub fn hostile_queries() -> [(&'static str, String); 10] {
    let long = |piece: &str| piece.repeat(512 / piece.chars().count());
    [
        ("frequent words", long("máy thiết bị công nghệ ")),
        ("frequent words without diacritics", long("may thiet bi cong nghe ")),
        ("phrases", long("\"máy sấy\" ")),
        ("exclusions", long("máy -sấy ")),
        ("keys of an input method", long("mays saays luas ")),
        ("syllables without spaces", long("maysaylua")),
        ("words that nobody has", long("xyzzyq ")),
        ("words with diacritics that nobody has", strange_words()),
        ("quantities", long("500kg/h 220V ")),
        ("one letter each", long("m s l t ")),
    ]
}

/// Words of seven letters with diacritics, no two alike, none in any listing.
fn strange_words() -> String {
    let word = |number: u8| {
        let letters = [b'a' + number % 13, b'n' + number / 13].map(char::from);
        format!("bỡz{}q{}a", letters[0], letters[1])
    };
    (0..64).map(word).collect::<Vec<_>>().join(" ")
}

fn hostile(server: &Running) {
    println!("\n| hostile query, one connection | p50 ms | worst ms | failures |\n|---|---|---|---|");
    for (what, query) in hostile_queries() {
        let query = escaped(&query);
        let make: MakeRequest = Arc::new(move |_| get(&format!("/api/v1/search?q={query}")));
        let figures = run(server.addr, 1, 3, 200, &make);
        println!(
            "| {what} | {:.1} | {:.1} | {} |",
            figures.percentile_ms(50.0),
            figures.percentile_ms(100.0),
            figures.failures
        );
    }
}

/// Who hands in, and who approves.
pub struct People {
    officer: String,
    owner: String,
    /// Everything ticked, as a body.
    checklist: String,
}

impl People {
    /// The demonstration's, signed in.
    pub fn of(server: &Running) -> Self {
        let (officer, owner) = (enrolled(server), sign_in(server));
        Self {
            checklist: checklist(server, &officer),
            officer,
            owner,
        }
    }

    /// Listings that wait, each with a word that no other has; they are numbered from `from` on.
    pub fn hand_in(&self, server: &Running, from: usize) -> Vec<(String, String)> {
        let numbers = from..from + APPROVALS;
        numbers.map(|number| handed_in(server, &self.owner, number)).collect()
    }

    /// Approves one; gives when that was sent.
    pub fn approve(&self, server: &Running, id: &str) -> Instant {
        let version = asked(server, &get_as(&self.officer, &format!("/listings/{id}")), 200)["version"].clone();
        let headers = format!("{}If-Match: \"{version}\"\r\n", bearer(&self.officer));
        let begin = Instant::now();
        let path = format!("/api/v1/listings/{id}/approval");
        asked(server, &post(&path, &headers, &self.checklist), 200);
        begin
    }
}

/// How soon `seen_by`, which may be another node, finds what is approved at `server`.
pub fn fresh(server: &Running, people: &People, seen_by: &Running, from: usize) {
    let waiting = people.hand_in(server, from);
    let writers = writers(server, &people.owner, Duration::from_secs(60));
    let mut took: Vec<f64> = Vec::with_capacity(waiting.len());
    for (id, word) in &waiting {
        let begin = people.approve(server, id);
        while search(seen_by, &format!("q={word}&facets=false"))["items"]
            .as_array()
            .is_none_or(Vec::is_empty)
        {
            assert!(begin.elapsed() < Duration::from_secs(30), "{id} is never found");
            std::thread::sleep(Duration::from_millis(1));
        }
        took.push(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    let figures = writers.finish();
    took.sort_unstable_by(f64::total_cmp);
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    println!(
        "\n{} approvals while {:.0} listings a second were written ({} failures, p99 {:.1} ms): from the approval being sent to \
         found, p50 {:.0} ms, p99 {:.0} ms, worst {:.0} ms",
        took.len(),
        figures.per_second(),
        figures.failures,
        figures.percentile_ms(99.0),
        at(50),
        at(99),
        at(100)
    );
}

/// 500 creates a second.
fn writers(server: &Running, owner: &str, lasts: Duration) -> Group {
    let headers = bearer(owner);
    let make: MakeRequest = Arc::new(move |_| post("/api/v1/listings", &headers, crate::LISTING));
    let people: Vec<Ipv4Addr> = (10..30).map(|last| Ipv4Addr::new(127, 0, 0, last)).collect();
    Group::start(server.addr, &people, 25, lasts, &make)
}

/// A listing that waits for an officer, with a word that no other has.
fn handed_in(server: &Running, owner: &str, number: usize) -> (String, String) {
    let word = format!("zq{number}xk");
    let mut draft: Value = serde_json::from_str(crate::LISTING).unwrap();
    draft["title"]["vi"] = format!("Máy sấy lúa {word}").into();
    let made = asked(
        server,
        &post("/api/v1/listings", &bearer(owner), &draft.to_string()),
        201,
    );
    let id = made["id"].as_str().unwrap().to_owned();
    let headers = format!("{}If-Match: \"{}\"\r\n", bearer(owner), made["version"]);
    asked(
        server,
        &post(&format!("/api/v1/listings/{id}/submission"), &headers, ""),
        200,
    );
    (id, word)
}

/// Every mark of the checklist for equipment, ticked.
fn checklist(server: &Running, officer: &str) -> String {
    let lists = asked(server, &get_as(officer, "/moderation/checklists"), 200);
    let mut kinds = lists["lists"].as_array().unwrap().iter();
    let equipment = kinds.find(|list| list["kind"] == "equipment_offer").unwrap();
    let items = equipment["items"].as_array().unwrap();
    let ticked: Vec<&Value> = items.iter().map(|item| &item["code"]).collect();
    json!({"checklist": {"edition": lists["edition"], "ticked": ticked}}).to_string()
}
