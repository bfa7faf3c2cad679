//! Latency against load: each kind of request at parts of what the server can do, up to a tenth more than it can, as a table and
//! as a chart, `docs/latency.svg`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::chart::{Axis, Chart, Line};
use crate::client::{MakeRequest, get, post, run};
use crate::open::{Offer, offer};
use crate::server::{Running, UNLIMITED};

/// Hundredths of the capacity.
const PARTS: [u32; 8] = [10, 25, 50, 70, 80, 90, 100, 110];
const LASTS: Duration = Duration::from_secs(10);
/// Fewer than may be under way at once, so that requests wait and are not turned away.
const CONNECTIONS: usize = 512;

/// One kind of request, and what was met at each rate.
struct Measured {
    what: &'static str,
    /// Requests a second, p50 and p99 in ms.
    points: Vec<(f64, f64, f64)>,
}

pub fn measure(database: Option<&str>, copies: u64) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    if copies > 1 {
        crate::import_copies(data.path(), database, copies);
    }
    let server = Running::vptex(data.path(), database, UNLIMITED);
    crate::wait_until_searchable(&server, copies * 1_252);
    let (ids, queries, token) = (crate::ids(&server), crate::queries(&server), crate::sign_in(&server));
    server.wait_until_idle();
    let read: MakeRequest = Arc::new(move |n| get(&format!("/api/v1/listings/{}", ids[n as usize % ids.len()])));
    let search: MakeRequest =
        Arc::new(move |n| get(&format!("/api/v1/search?q={}", queries[n as usize % queries.len()])));
    let number = AtomicU64::new(0);
    let create: MakeRequest = Arc::new(move |_| {
        let key = number.fetch_add(1, Ordering::Relaxed);
        let headers = format!(
            "Authorization: Bearer {token}\r\nIdempotency-Key: load-{}-{key}\r\n",
            std::process::id()
        );
        post("/api/v1/listings", &headers, crate::LISTING)
    });
    println!(
        "| asked | of the capacity | offered/s | done/s | p50 ms | p95 ms | p99 ms | worst ms | turned away | failures |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let measured = [
        of_kind(&server, "GET /listings/{id}", 200, &read),
        of_kind(&server, "GET /search with facets", 200, &search),
        of_kind(&server, "POST /listings, durable", 201, &create),
    ];
    let name = if database.is_some() {
        "docs/latency-postgres.svg"
    } else {
        "docs/latency.svg"
    };
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::write(&chart, charted(measured)).unwrap();
    println!("\nwritten: {}", chart.display());
}

fn of_kind(server: &Running, what: &'static str, expected: u16, make: &MakeRequest) -> Measured {
    run(server.addr, crate::CONNECTIONS, 2, expected, make);
    let capacity = run(server.addr, crate::CONNECTIONS, LASTS.as_secs(), expected, make).per_second();
    let points = PARTS.map(|part| {
        let load = Offer {
            connections: CONNECTIONS,
            per_second: capacity * f64::from(part) / 100.0,
            lasts: LASTS,
        };
        let met = offer(server.addr, load, make);
        let at = |p| met.done.percentile_ms(p);
        println!(
            "| {what} | {part} % of {capacity:.0} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {:.1} | {} | {} |",
            load.per_second,
            met.done.per_second(),
            at(50.0),
            at(95.0),
            at(99.0),
            at(100.0),
            met.refused.len(),
            met.failures
        );
        (load.per_second, at(50.0), at(99.0))
    });
    Measured {
        what,
        points: points.to_vec(),
    }
}

fn charted(measured: [Measured; 3]) -> String {
    let chart = |one: Measured| Chart {
        title: one.what,
        across: Axis::Linear("requests a second"),
        up: Axis::Decades("milliseconds"),
        lines: vec![
            Line {
                name: "p50",
                points: one.points.iter().map(|(rate, p50, _)| (*rate, *p50)).collect(),
            },
            Line {
                name: "p99",
                points: one.points.iter().map(|(rate, _, p99)| (*rate, *p99)).collect(),
            },
        ],
    };
    crate::chart::svg("Latency against load", &measured.map(chart))
}
