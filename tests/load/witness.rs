//! People who go on working at a fixed rate whatever becomes of the server, and keep book of it: what was acknowledged, what was
//! not, and how long they could do nothing. Whoever gets no answer asks again, writes under the same `Idempotency-Key`, as
//! clients are told to.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{answer, connect_from, get, once, post};
use crate::office::{asked, bearer, get_as};
use crate::server::Running;
use crate::statistics::percentile;

/// People, and requests of each a second: 200 in all.
const PEOPLE: u8 = 20;
const PER_SECOND: u32 = 10;
const PATIENCE: Duration = Duration::from_secs(30);
/// Before somebody asks again.
const PAUSE: Duration = Duration::from_millis(10);
/// Nobody insists for longer.
const WORST: Duration = Duration::from_mins(20);

/// Something of which an answer of success was read.
pub struct Made {
    pub id: String,
    pub title: String,
    pub at: Instant,
}

/// What a person was asking for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Write,
    Read,
    Search,
}

#[derive(Default)]
pub struct Book {
    pub made: Vec<Made>,
    /// When each request was done, of which kind it was, and how long that took from when it was due, in µs.
    done: Vec<(Deed, Instant, u32)>,
    /// What else there was than an answer of success, and how often; each was asked again.
    pub troubles: BTreeMap<String, u64>,
    /// Answers that nobody should get.
    pub wrong: Vec<String>,
}

struct Shared {
    /// Servers that may be asked: a load balancer's list.
    servers: Mutex<Vec<SocketAddr>>,
    stop: AtomicBool,
    number: AtomicU64,
    token: String,
    ids: Vec<String>,
    /// Tells this run's listings from others.
    name: String,
}

pub struct Witnesses {
    shared: Arc<Shared>,
    people: Vec<JoinHandle<Book>>,
}

impl Witnesses {
    /// Sets them to work at a server, as an owner with this token.
    pub fn start(server: &Running, token: &str) -> Self {
        let shared = Arc::new(Shared {
            servers: Mutex::new(vec![server.addr]),
            stop: AtomicBool::default(),
            number: AtomicU64::default(),
            token: token.to_owned(),
            ids: crate::ids(server),
            name: format!("Máy sấy làm chứng {}", std::process::id()),
        });
        let people = (0..PEOPLE).map(|person| {
            let shared = shared.clone();
            thread::spawn(move || work(&shared, person))
        });
        Self {
            people: people.collect(),
            shared,
        }
    }

    /// From now on nobody asks this one.
    pub fn leave(&self, server: SocketAddr) {
        self.shared.servers.lock().unwrap().retain(|one| *one != server);
    }

    /// From now on this one is asked, too.
    pub fn come_to(&self, server: SocketAddr) {
        self.shared.servers.lock().unwrap().push(server);
    }

    pub fn stop(self) -> Book {
        self.shared.stop.store(true, Ordering::Relaxed);
        let mut book = Book::default();
        for person in self.people {
            let own = person.join().unwrap();
            book.made.extend(own.made);
            book.done.extend(own.done);
            book.wrong.extend(own.wrong);
            for (what, count) in own.troubles {
                *book.troubles.entry(what).or_default() += count;
            }
        }
        book.done.sort_unstable_by_key(|(_, at, _)| *at);
        book.made.sort_unstable_by_key(|made| made.at);
        book
    }
}

impl Book {
    /// The longest time in which nothing of a kind was done by anybody; how many were; p50, p99 and worst latency in ms.
    pub fn told(&self) -> String {
        let kinds = [
            (Deed::Write, "writes"),
            (Deed::Read, "reads"),
            (Deed::Search, "searches"),
        ];
        let lines = kinds.map(|(kind, name)| {
            let of_kind = || self.done.iter().filter(move |(one, ..)| *one == kind);
            let at: Vec<Instant> = of_kind().map(|(_, at, _)| *at).collect();
            let pause = at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
            let mut took: Vec<u32> = of_kind().map(|(.., took)| *took).collect();
            took.sort_unstable();
            let ms = |p| f64::from(percentile(&took, p)) / 1_000.0;
            format!(
                "{name}: {} done, longest pause {:.2} s; p50 {:.1}, p99 {:.1}, worst {:.1} ms",
                at.len(),
                pause.as_secs_f64(),
                ms(50),
                ms(99),
                ms(100)
            )
        });
        let troubles: Vec<String> = self
            .troubles
            .iter()
            .map(|(what, count)| format!("{count} × {what}"))
            .collect();
        let troubles = if troubles.is_empty() {
            "none".into()
        } else {
            troubles.join(", ")
        };
        format!("{}\nasked again after: {troubles}", lines.join("\n"))
    }

    /// Holds what was acknowledged before a moment against what a server has; tells how many were, and what is lost or doubled.
    pub fn held_against(&self, server: &Running, token: &str, before: Option<Instant>) -> (usize, Vec<String>) {
        let there = drafts(server, token);
        let promised = self
            .made
            .iter()
            .filter(|made| before.is_none_or(|before| made.at < before));
        let (mut count, mut wrong) = (0, Vec::new());
        for made in promised {
            count += 1;
            match there.get(&made.title).map(Vec::as_slice) {
                Some([id]) if *id == made.id => {}
                Some(ids) => wrong.push(format!(
                    "{} is there as {ids:?}, and was acknowledged as {}",
                    made.title, made.id
                )),
                None => wrong.push(format!("{} was acknowledged as {} and is lost", made.title, made.id)),
            }
        }
        (count, wrong)
    }

    /// How many of what was acknowledged a server has, and when the last of these was.
    pub fn found(&self, server: &Running, token: &str) -> (usize, Option<Instant>) {
        let there = drafts(server, token);
        let found: Vec<&Made> = self
            .made
            .iter()
            .filter(|made| there.contains_key(&made.title))
            .collect();
        (found.len(), found.last().map(|made| made.at))
    }
}

/// All drafts of an owner's enterprise, by title.
fn drafts(server: &Running, token: &str) -> BTreeMap<String, Vec<String>> {
    let (mut all, mut after) = (BTreeMap::<String, Vec<String>>::new(), String::new());
    loop {
        let page = asked(
            server,
            &get_as(token, &format!("/me/listings?limit=100&status=draft{after}")),
            200,
        );
        for item in page["items"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            all.entry(text(&item["title"]["vi"]))
                .or_default()
                .push(text(&item["id"]));
        }
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

/// One person's work until everybody is told to stop; the request that is under way then is brought to its end.
fn work(shared: &Shared, person: u8) -> Book {
    let (mut book, mut way) = (Book::default(), Way::new(person));
    let each = Duration::from_secs(1) / PER_SECOND;
    let mut due = Instant::now() + each * u32::from(person) / u32::from(PEOPLE);
    while !shared.stop.load(Ordering::Relaxed) && book.wrong.is_empty() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let number = shared.number.fetch_add(1, Ordering::Relaxed);
        // Of ten four write, four read and two search.
        let deed = match number % 10 {
            0 | 2 | 4 | 6 => Deed::Write,
            1 | 9 => Deed::Search,
            _ => Deed::Read,
        };
        let title = format!("{} số {number}", shared.name);
        let request = match deed {
            Deed::Write => write(shared, &title, number),
            Deed::Read => get(&format!(
                "/api/v1/listings/{}",
                shared.ids[number as usize % shared.ids.len()]
            )),
            Deed::Search => get("/api/v1/search?q=may+say&facets=false"),
        };
        if let Some(body) = insist(shared, &mut way, &request, &mut book) {
            book.done.push((deed, Instant::now(), due.elapsed().as_micros() as u32));
            if deed == Deed::Write {
                let told: Value = serde_json::from_slice(&body).unwrap();
                let id = told["id"].as_str().unwrap().to_owned();
                let at = Instant::now();
                book.made.push(Made { id, title, at });
            }
        }
        due = (due + each).max(Instant::now());
    }
    book
}

fn write(shared: &Shared, title: &str, number: u64) -> Vec<u8> {
    let mut listing: Value = serde_json::from_str(crate::LISTING).unwrap();
    listing["title"] = json!({ "vi": title });
    let headers = format!(
        "{}Idempotency-Key: witness-{}-{number}\r\n",
        bearer(&shared.token),
        std::process::id()
    );
    post("/api/v1/listings", &headers, &listing.to_string())
}

/// Asks until it is done; gives the body. Nothing where an answer came that nobody should get.
fn insist(shared: &Shared, way: &mut Way, request: &[u8], book: &mut Book) -> Option<Vec<u8>> {
    let began = Instant::now();
    while began.elapsed() < WORST {
        let trouble = match way.ask(shared, request) {
            Ok((200 | 201, body)) => return Some(body),
            Ok((status @ (429 | 503 | 504), body)) => {
                let told: Value = serde_json::from_slice(&body).unwrap_or_default();
                format!("{status} {}", told["code"].as_str().unwrap_or_default())
            }
            Ok((status, body)) => {
                book.wrong.push(format!("{status}: {}", String::from_utf8_lossy(&body)));
                return None;
            }
            Err(error) => match error.kind() {
                ErrorKind::ConnectionRefused => "connection refused".into(),
                // The server closed before the first byte of an answer.
                ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
                    "connection closed, no answer".into()
                }
                ErrorKind::NotFound => "no server in the list".into(),
                other => format!("an answer broken off ({other})"),
            },
        };
        *book.troubles.entry(trouble).or_default() += 1;
        thread::sleep(PAUSE);
    }
    book.wrong.push(format!("never done within {WORST:?}"));
    None
}

/// A person's connection.
struct Way {
    source: Ipv4Addr,
    turn: usize,
    open: Option<(SocketAddr, TcpStream)>,
    buffer: Vec<u8>,
}

impl Way {
    fn new(person: u8) -> Self {
        Self {
            source: Ipv4Addr::new(127, 0, 6, person + 1),
            turn: usize::from(person),
            open: None,
            buffer: vec![0; 64 * 1_024],
        }
    }

    /// Asks the server that was asked before, while it is in the list; else the next one.
    fn ask(&mut self, shared: &Shared, request: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
        let servers = shared.servers.lock().unwrap().clone();
        let (server, mut stream) = match self.open.take() {
            Some(open) if servers.contains(&open.0) => open,
            _ => {
                self.turn += 1;
                let server = *servers
                    .get(self.turn % servers.len().max(1))
                    .ok_or(std::io::Error::from(ErrorKind::NotFound))?;
                (server, connect_from(self.source, server)?)
            }
        };
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request)?;
        let answered = answer(&mut stream, &mut self.buffer)?;
        self.open = Some((server, stream));
        Ok(answered)
    }
}

/// Waits until a server is ready, with everything searchable.
pub fn until_ready(server: &Running) -> Duration {
    let began = Instant::now();
    while once(server.addr, &get("/readyz")).0 != 200 {
        assert!(began.elapsed() < WORST, "it is never ready");
        thread::sleep(PAUSE);
    }
    began.elapsed()
}
