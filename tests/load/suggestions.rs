//! Suggestions while somebody types, over 80 × 1,252 listings: every beginning of many titles, each asked as it is typed,
//! so that no two requests after each other are alike; and how long a listing takes until it is suggested.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::{MakeRequest, get, once, run};
use crate::server::{Running, UNLIMITED};
use crate::{SECONDS, import_copies, wait_until_searchable};

/// Letters that are typed of a title.
const MOST_LETTERS: usize = 24;
const CONNECTIONS: [usize; 3] = [1, 4, 16];

pub fn measure(database: Option<&str>, copies: u64) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    import_copies(data.path(), database, copies);
    let server = Running::vptex(data.path(), database, UNLIMITED);
    wait_until_searchable(&server, copies * 1_252);
    let started = Instant::now();
    while once(server.addr, &get("/api/v1/search/suggestions?q=may")).0 != 200 {
        assert!(
            started.elapsed() < Duration::from_secs(600),
            "no suggestions in ten minutes"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    println!(
        "suggestions {:.2} s after that; memory at rest: {:.0} MiB\n",
        started.elapsed().as_secs_f64(),
        server.memory_mib()
    );
    let typed = beginnings();
    println!("{} distinct beginnings\n", typed.len());
    println!(
        "| connections | per second | p50 ms | p95 ms | p99 ms | worst ms | failures |\n|---|---|---|---|---|---|---|"
    );
    for connections in CONNECTIONS {
        let typed = typed.clone();
        let make: MakeRequest = Arc::new(move |n| {
            // A prime step, so that neighbours in time are other titles.
            let text = &typed[(n as usize).wrapping_mul(7_919) % typed.len()];
            get(&format!("/api/v1/search/suggestions?q={text}"))
        });
        let figures = run(server.addr, connections, SECONDS, 200, &make);
        println!(
            "| {connections} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {} |",
            figures.per_second(),
            figures.percentile_ms(50.0),
            figures.percentile_ms(95.0),
            figures.percentile_ms(99.0),
            figures.percentile_ms(100.0),
            figures.failures,
        );
    }
    println!("\nmemory after the load: {:.0} MiB", server.memory_mib());
}

/// What is typed on the way to each title, every second one without diacritics, as it goes into a query string.
fn beginnings() -> Vec<String> {
    let mut typed = BTreeSet::new();
    for (number, record) in vptex::demo::catalogue().enumerate() {
        let title = record.unwrap().title;
        let title = if number % 2 == 0 {
            title
        } else {
            vptex::domain::text::fold(&title)
        };
        for (at, letter) in title.char_indices().take(MOST_LETTERS) {
            let beginning = &title[..at + letter.len_utf8()];
            typed.insert(beginning.bytes().map(|b| format!("%{b:02X}")).collect::<String>());
        }
    }
    typed.into_iter().collect()
}
