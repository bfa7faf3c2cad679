//! Five times as many requests as the server can do: how many it does all the same, how soon it turns the others away, and
//! how soon it is as before when they are gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::client::{MakeRequest, get, once, post, run};
use crate::open::{Met, Offer, offer};
use crate::server::{Running, UNLIMITED};
use crate::statistics::percentile;

const TIMES: f64 = 5.0;
const LASTS: Duration = Duration::from_secs(60);
/// How long capacity is measured, and over how many connections, in a closed loop.
const CAPACITY: (usize, u64) = (crate::CONNECTIONS, 10);
/// More than may be under way at once (`max_requests_in_flight`, 1,024), so that some are turned away.
const CONNECTIONS: usize = 2_000;
/// What a person waits for without noticing much; an answer that comes later is not counted as good.
const IN_TIME_MS: u32 = 1_000;
/// Of one that asks by itself after an overload, and how long it is watched.
const PROBE: Duration = Duration::from_millis(20);
const WATCHED: Duration = Duration::from_secs(10);
/// What such a probe may take where all is well.
const NORMAL: Duration = Duration::from_millis(50);

pub fn measure(database: Option<&str>) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    let server = Running::vptex(data.path(), database, UNLIMITED);
    crate::wait_until_searchable(&server, 1_252);
    println!(
        "| asked | capacity/s | sent/s | done within {IN_TIME_MS} ms, per second | of the capacity | p50, p99 ms \
         | turned away/s | p50, p99, worst ms | failures | normal again after s | memory MiB, before → most |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let queries = crate::queries(&server);
    let search: MakeRequest =
        Arc::new(move |n| get(&format!("/api/v1/search?q={}", queries[n as usize % queries.len()])));
    row(&server, "GET /search with facets", 200, &search);
    let token = crate::sign_in(&server);
    let (run_number, which) = (std::process::id(), AtomicU64::new(0));
    let create: MakeRequest = Arc::new(move |_| {
        // Numbers begin again with each load, keys must not.
        let number = which.fetch_add(1, Ordering::Relaxed);
        let headers = format!("Authorization: Bearer {token}\r\nIdempotency-Key: over-{run_number}-{number}\r\n");
        post("/api/v1/listings", &headers, crate::LISTING)
    });
    row(&server, "POST /listings, durable", 201, &create);
}

fn row(server: &Running, what: &str, expected: u16, make: &MakeRequest) {
    let (connections, seconds) = CAPACITY;
    run(server.addr, connections, seconds / 4, expected, make);
    let capacity = run(server.addr, connections, seconds, expected, make).per_second();
    let before = server.memory_mib();
    let met = offer(
        server.addr,
        Offer {
            connections: CONNECTIONS,
            per_second: TIMES * capacity,
            lasts: LASTS,
        },
        make,
    );
    let normal = normal_again(server);
    let Met { done, refused, .. } = &met;
    let good = met.good_per_second(IN_TIME_MS);
    let ms = |p| f64::from(percentile(refused, p)) / 1_000.0;
    println!(
        "| {what} | {capacity:.0} | {:.0} | {good:.0} | {:.0} % | {:.0}, {:.0} | {:.0} | {:.1}, {:.1}, {:.1} | {} | {:.2} | {before:.0} → {:.0} |",
        met.sent_per_second(),
        100.0 * good / capacity,
        done.percentile_ms(50.0),
        done.percentile_ms(99.0),
        refused.len() as f64 / met.seconds,
        ms(50),
        ms(99),
        ms(100),
        met.failures,
        normal.as_secs_f64(),
        server.most_memory_mib(),
    );
}

/// How long after now the last probe ended that took longer than usual, or was turned away.
fn normal_again(server: &Running) -> Duration {
    let began = Instant::now();
    let mut last = Duration::ZERO;
    while began.elapsed() < WATCHED {
        let asked = Instant::now();
        let (status, _) = once(server.addr, &get("/api/v1/search?q=may+say"));
        if status != 200 || asked.elapsed() > NORMAL {
            last = began.elapsed();
        }
        std::thread::sleep(PROBE);
    }
    last
}
