//! Listings beside each other: what answers a need, which needs an offer answers, what is like a listing.

use std::sync::Arc;

use crate::client::{MakeRequest, get, run};
use crate::search;
use crate::server::Running;

const SECONDS: u64 = 5;
/// Listings that are asked about.
const ASKED: usize = 200;

pub fn measure(server: &Running) {
    let needs = some(server, "kind=technology_need,equipment_need");
    let offers = some(server, "kind=technology_offer,equipment_offer");
    println!("\n| beside each other | connections | per second | p50 ms | p99 ms | worst ms | failures |");
    println!("|---|---|---|---|---|---|---|");
    for (what, ids, rest) in [
        ("offers that answer a need", &needs, "matches"),
        ("needs that an offer answers", &offers, "matches"),
        ("listings like an offer", &offers, "similar"),
    ] {
        for connections in [1, 16] {
            let ids = ids.clone();
            let make: MakeRequest =
                Arc::new(move |n| get(&format!("/api/v1/listings/{}/{rest}", ids[n as usize % ids.len()])));
            let figures = run(server.addr, connections, SECONDS, 200, &make);
            println!(
                "| {what} | {connections} | {:.0} | {:.1} | {:.1} | {:.1} | {} |",
                figures.per_second(),
                figures.percentile_ms(50.0),
                figures.percentile_ms(99.0),
                figures.percentile_ms(100.0),
                figures.failures,
            );
        }
    }
}

/// Identifiers of the newest listings of some kinds.
fn some(server: &Running, filter: &str) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), String::new());
    while ids.len() < ASKED {
        let page = search(server, &format!("{filter}&limit=100&facets=false{after}"));
        let items = page["items"].as_array().unwrap();
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert!(!ids.is_empty(), "no listing has {filter}");
    ids
}
