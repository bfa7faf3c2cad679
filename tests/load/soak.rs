//! An hour and more of steady work, nine reads for each write: memory, file handles, threads and latency over time, as a table
//! that grows while it runs and as a chart, `docs/soak.svg`, which is drawn anew each time. Whatever stops it leaves both.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::chart::{Axis, Chart, Line};
use crate::client::{Figures, MakeRequest, get, post};
use crate::server::{Running, UNLIMITED};
use crate::steady::Group;

/// Clients of each kind, and requests of each a second: 270 reads and 30 writes.
const READERS: (u8, u32) = (6, 30);
const SEARCHERS: (u8, u32) = (3, 30);
const WRITERS: (u8, u32) = (3, 10);
/// So many rows, unless the run is short.
const ROWS: u64 = 60;
const SHORTEST: Duration = Duration::from_secs(10);
/// What memory is compared with: caches are full then.
const WARM: f64 = 0.1;

/// What was seen at the end of one interval.
struct Seen {
    minutes: f64,
    memory_mib: f64,
    handles: usize,
    threads: usize,
    disk_mib: f64,
    /// p50 and p99 of reads and writes, in ms.
    reads: (f64, f64),
    writes: (f64, f64),
    failures: u64,
}

pub fn measure(database: Option<&str>, minutes: u64) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    let server = Running::vptex(data.path(), database, UNLIMITED);
    crate::wait_until_searchable(&server, 1_252);
    let lasts = Duration::from_secs(60 * minutes);
    let interval = (lasts / ROWS as u32).max(SHORTEST);
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/soak.svg");
    println!("every {} s; the chart: {}\n", interval.as_secs(), chart.display());
    println!(
        "| minutes | memory MiB | handles | threads | disk MiB | reads p50, p99 ms | writes p50, p99 ms | failures |\n|---|---|---|---|---|---|---|---|"
    );
    let work = Work::new(&server);
    let (began, mut all) = (Instant::now(), Vec::new());
    while began.elapsed() < lasts {
        let [reads, writes] = work.of(&server, interval);
        let seen = Seen {
            minutes: began.elapsed().as_secs_f64() / 60.0,
            memory_mib: server.memory_mib(),
            handles: server.entries("fd"),
            threads: server.entries("task"),
            disk_mib: mib(data.path()),
            failures: reads.failures + writes.failures,
            reads: (reads.percentile_ms(50.0), reads.percentile_ms(99.0)),
            writes: (writes.percentile_ms(50.0), writes.percentile_ms(99.0)),
        };
        row(&seen);
        all.push(seen);
        drawn(&all, &chart);
    }
    told(&all);
}

/// Who asks for what.
struct Work {
    read: MakeRequest,
    search: MakeRequest,
    number: Arc<AtomicU64>,
}

impl Work {
    fn new(server: &Running) -> Self {
        let (ids, queries) = (crate::ids(server), crate::queries(server));
        Self {
            read: Arc::new(move |n| get(&format!("/api/v1/listings/{}", ids[n as usize % ids.len()]))),
            search: Arc::new(move |n| get(&format!("/api/v1/search?q={}", queries[n as usize % queries.len()]))),
            number: Arc::default(),
        }
    }

    /// Does it for a while; gives the figures of reads and of writes.
    fn of(&self, server: &Running, lasts: Duration) -> [Figures; 2] {
        // A token lasts an hour at the most.
        let (token, number) = (crate::sign_in(server), self.number.clone());
        let write: MakeRequest = Arc::new(move |_| {
            let key = number.fetch_add(1, Ordering::Relaxed);
            let headers = format!(
                "Authorization: Bearer {token}\r\nIdempotency-Key: soak-{}-{key}\r\n",
                std::process::id()
            );
            post("/api/v1/listings", &headers, crate::LISTING)
        });
        let start = |network: u8, (clients, each): (u8, u32), make: &MakeRequest| {
            let sources: Vec<Ipv4Addr> = (0..clients)
                .map(|one| Ipv4Addr::new(127, 0, network, one + 1))
                .collect();
            Group::start(server.addr, &sources, each, lasts, make)
        };
        let groups = [
            start(3, READERS, &self.read),
            start(4, SEARCHERS, &self.search),
            start(5, WRITERS, &write),
        ];
        let [reads, searches, writes] = groups.map(Group::finish);
        [both(reads, searches), writes]
    }
}

fn both(mut one: Figures, other: Figures) -> Figures {
    one.requests += other.requests;
    one.failures += other.failures;
    one.latencies.extend(other.latencies);
    one.latencies.sort_unstable();
    one
}

fn row(seen: &Seen) {
    println!(
        "| {:.1} | {:.1} | {} | {} | {:.0} | {:.1}, {:.1} | {:.1}, {:.1} | {} |",
        seen.minutes,
        seen.memory_mib,
        seen.handles,
        seen.threads,
        seen.disk_mib,
        seen.reads.0,
        seen.reads.1,
        seen.writes.0,
        seen.writes.1,
        seen.failures
    );
}

/// What grew between the end of the first tenth and the last row.
fn told(all: &[Seen]) {
    let at = (all.len() as f64 * WARM) as usize;
    let (Some(warm), Some(last)) = (all.get(at), all.last()) else {
        return;
    };
    let worst = |of: fn(&Seen) -> f64| all.iter().map(of).fold(0.0, f64::max);
    println!(
        "\nfrom minute {:.1} to minute {:.1}: memory {:+.1} % ({:.1} → {:.1} MiB), handles {:+}, threads {:+}; the worst p99 of an interval: reads {:.1} ms, writes {:.1} ms; {} failures",
        warm.minutes,
        last.minutes,
        100.0 * (last.memory_mib / warm.memory_mib - 1.0),
        warm.memory_mib,
        last.memory_mib,
        last.handles as i64 - warm.handles as i64,
        last.threads as i64 - warm.threads as i64,
        worst(|seen| seen.reads.1),
        worst(|seen| seen.writes.1),
        all.iter().map(|seen| seen.failures).sum::<u64>()
    );
}

fn drawn(all: &[Seen], to: &Path) {
    let line = |name, of: fn(&Seen) -> f64| Line {
        name,
        points: all.iter().map(|seen| (seen.minutes, of(seen))).collect(),
    };
    let chart = |title, up, lines| Chart {
        title,
        across: Axis::Linear("minutes"),
        up,
        lines,
    };
    let charts = [
        chart(
            "Memory",
            Axis::Linear("MiB"),
            vec![line("resident memory", |seen| seen.memory_mib)],
        ),
        chart(
            "Handles and threads",
            Axis::Linear(""),
            vec![
                line("file handles", |seen| seen.handles as f64),
                line("threads", |seen| seen.threads as f64),
            ],
        ),
        chart(
            "Latency",
            Axis::Decades("milliseconds"),
            vec![
                line("reads, p50", |seen| seen.reads.0),
                line("reads, p99", |seen| seen.reads.1),
                line("writes, p50", |seen| seen.writes.0),
                line("writes, p99", |seen| seen.writes.1),
            ],
        ),
    ];
    std::fs::write(to, crate::chart::svg("What changes over time", &charts)).unwrap();
}

/// What a folder and all within take.
pub fn mib(folder: &Path) -> f64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    // Files of the index come and go.
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(about) if about.is_dir() => mib(&entry.path()),
        Ok(about) => about.len() as f64 / 1_048_576.0,
        Err(_) => 0.0,
    };
    entries.map(size).sum()
}
