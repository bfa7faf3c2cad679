//! Clients who come at a fixed rate whatever happens (an open loop), from addresses of their own: what a good client
//! notices of an attack. Latency counts from when a request was due, so that one that waits for the one before is counted
//! with its wait.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::client::{Figures, MakeRequest, answer, connect_from};

/// A group of clients that share the work of one kind of request.
pub struct Group {
    clients: Vec<JoinHandle<(Vec<u32>, u64)>>,
    began: Instant,
}

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

impl Group {
    /// `sources.len()` clients, each with one connection and `per_second` requests a second, for `lasts`.
    pub fn start(addr: SocketAddr, sources: &[Ipv4Addr], per_second: u32, lasts: Duration, make: &MakeRequest) -> Self {
        let began = Instant::now();
        let clients = sources.iter().enumerate().map(|(number, source)| {
            let (source, make) = (*source, make.clone());
            // Not all of them at the same instant.
            let each = Duration::from_secs(1) / per_second;
            let first = began + each * number as u32 / sources.len() as u32;
            thread::spawn(move || client(addr, source, (first, each, lasts), &make))
        });
        Self {
            clients: clients.collect(),
            began,
        }
    }

    pub fn finish(self) -> Figures {
        let mut figures = Figures::default();
        for client in self.clients {
            let (latencies, failures) = client.join().unwrap();
            figures.requests += latencies.len() as u64;
            figures.failures += failures;
            figures.latencies.extend(latencies);
        }
        figures.seconds = self.began.elapsed().as_secs_f64();
        figures.latencies.sort_unstable();
        figures
    }
}

fn client(
    addr: SocketAddr,
    source: Ipv4Addr,
    (first, each, lasts): (Instant, Duration, Duration),
    make: &MakeRequest,
) -> (Vec<u32>, u64) {
    let (mut latencies, mut failures, mut buffer) = (Vec::new(), 0, vec![0; 64 * 1_024]);
    let mut stream: Option<TcpStream> = None;
    let mut due = first;
    let mut number = u64::from(u32::from(source));
    while due < first + lasts {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let mut ask = || -> std::io::Result<(u16, TcpStream)> {
            let mut open = match stream.take() {
                Some(open) => open,
                None => connect_from(source, addr)?,
            };
            open.set_read_timeout(Some(PATIENCE))?;
            open.write_all(&make(number))?;
            let (status, _) = answer(&mut open, &mut buffer)?;
            Ok((status, open))
        };
        match ask() {
            Ok((status, open)) => {
                failures += u64::from(!matches!(status, 200 | 201));
                stream = Some(open);
            }
            Err(_) => failures += 1,
        }
        latencies.push(due.elapsed().as_micros() as u32);
        number += 1;
        due += each;
    }
    (latencies, failures)
}

/// What good clients do while somebody attacks: they read listings and search, from addresses of their own.
pub struct Good {
    listing: MakeRequest,
    search: MakeRequest,
}

impl Good {
    pub fn new(ids: Vec<String>, queries: Vec<String>) -> Self {
        Self {
            listing: Arc::new(move |n| {
                crate::client::get(&format!("/api/v1/listings/{}", ids[n as usize % ids.len()]))
            }),
            search: Arc::new(move |n| {
                crate::client::get(&format!("/api/v1/search?q={}", queries[n as usize % queries.len()]))
            }),
        }
    }

    /// The same, waited for.
    pub fn watch(&self, addr: SocketAddr, lasts: Duration) -> [Figures; 2] {
        self.start(addr, lasts).map(Group::finish)
    }

    /// 100 reads and 50 searches a second for `lasts`; gives the figures of both.
    pub fn start(&self, addr: SocketAddr, lasts: Duration) -> [Group; 2] {
        let sources =
            |from: u8| -> Vec<Ipv4Addr> { (from..from + 5).map(|last| Ipv4Addr::new(127, 0, 0, last)).collect() };
        [
            Group::start(addr, &sources(10), 20, lasts, &self.listing),
            Group::start(addr, &sources(20), 10, lasts, &self.search),
        ]
    }
}

/// One row of the table for each of the two kinds.
pub fn rows(when: &str, figures: &[Figures; 2]) {
    for (what, figures) in ["GET /listings/{id}", "GET /search"].iter().zip(figures) {
        println!(
            "| {when} | {what} | {:.0} | {:.1} | {:.1} | {:.1} | {} |",
            figures.per_second(),
            figures.percentile_ms(50.0),
            figures.percentile_ms(99.0),
            figures.percentile_ms(100.0),
            figures.failures,
        );
    }
}

pub const HEAD: &str =
    "| when | what | per second | p50 ms | p99 ms | worst ms | failures |\n|---|---|---|---|---|---|---|";
