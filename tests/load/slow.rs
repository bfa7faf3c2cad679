//! Thousands of clients who send their requests, or read the answers, as slowly as they can, again and again; what good clients
//! notice of them, and how long each is borne with.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::connect_with;
use crate::server::{Running, UNLIMITED};
use crate::statistics::percentile;
use crate::steady::{Good, HEAD, rows};

const BODIES: usize = 5_000;
const HEADS: usize = 5_000;
const READERS: usize = 1_000;
/// Fewer than an address may hold by default.
const PER_ADDRESS: usize = 200;
const LASTS: Duration = Duration::from_secs(40);
/// A byte so often.
const DRIP: Duration = Duration::from_secs(1);

const BODY: &[u8] = b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{";
const HEAD_OF_ONE: &[u8] = b"GET /api/v1/taxonomies HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
/// The longest answer that anybody gets.
const LONG: &[u8] = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// Room for what was not read yet: little, so that the answer waits at the server.
const ROOM: usize = 4 * 1_024;

#[derive(Clone, Copy)]
enum Kind {
    Body,
    Head,
    Reader,
}

const KINDS: [(Kind, &str, usize); 3] = [
    (Kind::Body, "bodies", BODIES),
    (Kind::Head, "heads", HEADS),
    (Kind::Reader, "readers", READERS),
];

pub fn measure(database: Option<&str>) {
    let data = tempfile::tempdir().unwrap();
    drop(Running::vptex(data.path(), database, UNLIMITED));
    // With rates most of the slow bodies would be refused before they were awaited.
    let server = Running::vptex(data.path(), database, &["rate_limits=off"]);
    crate::wait_until_searchable(&server, 1_252);
    let good = Good::new(crate::ids(&server), crate::queries(&server));
    good.watch(server.addr, LASTS / 8);
    println!("{HEAD}");
    rows("quiet", &good.watch(server.addr, LASTS));
    let before = server.memory_mib();
    let stop = Arc::new(AtomicBool::new(false));
    let (its_stop, addr) = (stop.clone(), server.addr);
    let slow = thread::spawn(move || hold(addr, &its_stop));
    let watched = good.watch(server.addr, LASTS);
    let most = server.memory_mib();
    stop.store(true, Ordering::Relaxed);
    let held = slow.join().unwrap();
    rows(
        &format!("{BODIES} slow bodies, {HEADS} slow heads, {READERS} slow readers"),
        &watched,
    );
    println!(
        "\nmemory {before:.0} MiB before, {most:.0} MiB at the end, {:.0} MiB at most",
        server.most_memory_mib()
    );
    for ((_, name, _), held) in KINDS.into_iter().zip(held) {
        println!("slow {name}: {}", describe(held));
    }
}

/// How long connections of one kind were borne with, in ms, and how many could not be opened.
#[derive(Default)]
struct Held {
    times: Vec<u32>,
    refused: u64,
    longest_open: u32,
}

fn describe(mut held: Held) -> String {
    held.times.sort_unstable();
    let s = |ms: u32| f64::from(ms) / 1_000.0;
    format!(
        "{} were dropped after {:.1} s (p50), {:.1} s (p99), {:.1} s (worst); the longest open at the end since {:.1} s; {} were refused",
        held.times.len(),
        s(percentile(&held.times, 50)),
        s(percentile(&held.times, 99)),
        s(percentile(&held.times, 100)),
        s(held.longest_open),
        held.refused,
    )
}

struct Slow {
    stream: Option<(TcpStream, Instant)>,
    source: Ipv4Addr,
    kind: Kind,
}

/// Holds all of them open; opens another for each that is dropped.
fn hold(addr: SocketAddr, stop: &AtomicBool) -> [Held; 3] {
    let kinds = KINDS
        .iter()
        .flat_map(|(kind, _, count)| std::iter::repeat_n(*kind, *count));
    let mut all: Vec<Slow> = kinds
        .enumerate()
        .map(|(number, kind)| Slow {
            stream: None,
            source: Ipv4Addr::new(127, 2, (number / PER_ADDRESS) as u8, 1),
            kind,
        })
        .collect();
    let mut held = [Held::default(), Held::default(), Held::default()];
    let mut dripped = Instant::now() - DRIP;
    while !stop.load(Ordering::Relaxed) {
        let is_drip = dripped.elapsed() >= DRIP;
        if is_drip {
            dripped = Instant::now();
        }
        for slow in &mut all {
            let counted = &mut held[slow.kind as usize];
            match &mut slow.stream {
                // Not all at once again.
                None if !is_drip => {}
                None => match open(slow.source, addr, slow.kind) {
                    Ok(stream) => slow.stream = Some((stream, Instant::now())),
                    Err(_) => counted.refused += 1,
                },
                Some((stream, since)) => {
                    if is_over(stream, slow.kind, is_drip) {
                        counted.times.push(since.elapsed().as_millis() as u32);
                        slow.stream = None;
                    }
                }
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
    for slow in &all {
        if let Some((_, since)) = &slow.stream {
            let counted = &mut held[slow.kind as usize];
            counted.longest_open = counted.longest_open.max(since.elapsed().as_millis() as u32);
        }
    }
    held
}

fn open(source: Ipv4Addr, addr: SocketAddr, kind: Kind) -> std::io::Result<TcpStream> {
    let room = matches!(kind, Kind::Reader).then_some(ROOM);
    let mut stream = connect_with(source, addr, room)?;
    stream.write_all(match kind {
        Kind::Body => BODY,
        Kind::Head => HEAD_OF_ONE,
        Kind::Reader => LONG,
    })?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

/// Sends a byte, or reads one, if it is time; gives whether the server has answered or closed.
fn is_over(stream: &mut TcpStream, kind: Kind, is_drip: bool) -> bool {
    if matches!(kind, Kind::Reader) {
        // What it reads is the answer that it asked for: only the end of the connection is one.
        return is_drip && is_closed(stream);
    }
    if is_drip && stream.write_all(b"x").is_err() {
        return true;
    }
    let read = stream.read(&mut [0; 512]);
    !read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Reads a byte, which makes no room worth telling the server of.
fn is_closed(stream: &mut TcpStream) -> bool {
    if !matches!(stream.take_error(), Ok(None)) {
        return true;
    }
    match stream.read(&mut [0; 1]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}
