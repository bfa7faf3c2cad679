//! Requests at a rate that the server does not set (an open loop), over many connections and from one thread: what happens
//! near its capacity, and beyond.

use std::cell::Cell;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep_until, timeout};

use crate::client::{Figures, MakeRequest};

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many requests are offered, and over how many connections.
#[derive(Clone, Copy)]
pub struct Offer {
    pub connections: usize,
    pub per_second: f64,
    pub lasts: Duration,
}

/// What became of them.
#[derive(Default)]
pub struct Met {
    /// Those that were done, with how long each took.
    pub done: Figures,
    /// How long those took that were told to come back (429, 503), in µs, sorted.
    pub refused: Vec<u32>,
    /// Another answer, or none.
    pub failures: u64,
    /// From the first request being due to the last answer.
    pub seconds: f64,
}

impl Met {
    /// How many were sent a second, which is less than what was offered where the generator is too slow.
    pub fn sent_per_second(&self) -> f64 {
        (self.done.requests + self.refused.len() as u64 + self.failures) as f64 / self.seconds
    }

    /// How many were done within so many milliseconds, a second.
    pub fn good_per_second(&self, within_ms: u32) -> f64 {
        let in_time = self.done.latencies.partition_point(|us| *us <= within_ms * 1_000);
        in_time as f64 / self.seconds
    }
}

/// Offers them. Each connection takes the next request that is due as soon as it is free. One that waits because all
/// connections are busy is counted with its wait, and one that waited for nothing from when it was sent: how late the
/// generator's own timers are, a millisecond and more, is not the server's.
pub fn offer(addr: SocketAddr, offer: Offer, make: &MakeRequest) -> Met {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shared = Rc::new(Shared {
        addr,
        offer,
        make: make.clone(),
        began: Instant::now() + Duration::from_millis(100),
        next: Cell::new(0),
    });
    let local = tokio::task::LocalSet::new();
    let mut met = local.block_on(&runtime, async {
        let clients: Vec<_> = (0..offer.connections)
            .map(|_| tokio::task::spawn_local(connection(shared.clone())))
            .collect();
        let mut met = Met::default();
        for client in clients {
            let own = client.await.unwrap();
            met.done.requests += own.done.requests;
            met.done.latencies.extend(own.done.latencies);
            met.refused.extend(own.refused);
            met.failures += own.failures;
        }
        met
    });
    met.seconds = shared.began.elapsed().as_secs_f64();
    met.done.seconds = met.seconds;
    met.done.latencies.sort_unstable();
    met.refused.sort_unstable();
    met
}

struct Shared {
    addr: SocketAddr,
    offer: Offer,
    make: MakeRequest,
    began: Instant,
    next: Cell<u64>,
}

impl Shared {
    /// The number of the next request and when it is due; nothing when all were.
    fn next(&self) -> Option<(u64, Instant)> {
        let number = self.next.get();
        let after = Duration::from_secs_f64(number as f64 / self.offer.per_second);
        // Those that became due and could not be sent in time are not sent for hours.
        if after > self.offer.lasts || self.began.elapsed() > self.offer.lasts {
            return None;
        }
        self.next.set(number + 1);
        Some((number, self.began + after))
    }
}

async fn connection(shared: Rc<Shared>) -> Met {
    let (mut met, mut open, mut buffer) = (Met::default(), None, Vec::new());
    while let Some((number, due)) = shared.next() {
        let was_late = due < Instant::now();
        sleep_until(due.into()).await;
        let from = if was_late { due } else { Instant::now() };
        let asked = timeout(PATIENCE, ask(&shared, number, &mut open, &mut buffer)).await;
        let took = from.elapsed().as_micros() as u32;
        match asked {
            Ok(Ok(200 | 201)) => {
                met.done.requests += 1;
                met.done.latencies.push(took);
            }
            Ok(Ok(429 | 503)) => met.refused.push(took),
            _ => {
                met.failures += 1;
                open = None;
            }
        }
    }
    met
}

/// Sends one and gives the status; the connection is left in `open` where it may be used again.
async fn ask(shared: &Shared, number: u64, open: &mut Option<TcpStream>, buffer: &mut Vec<u8>) -> Result<u16> {
    let mut stream = match open.take() {
        Some(stream) => stream,
        None => TcpStream::connect(shared.addr).await?,
    };
    stream.set_nodelay(true)?;
    stream.write_all(&(shared.make)(number)).await?;
    let (status, closes) = answer(&mut stream, buffer).await?;
    if !closes {
        *open = Some(stream);
    }
    Ok(status)
}

/// Reads one answer with a Content-Length; gives its status, and whether the server closes the connection after it.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(u16, bool)> {
    buffer.clear();
    let head_end = loop {
        read_more(stream, buffer).await?;
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).to_ascii_lowercase();
    let status = head.get(9..12).and_then(|digits| digits.parse().ok());
    let status = status.ok_or(Error::from(ErrorKind::InvalidData))?;
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
    let length: usize = field("content-length:").and_then(|told| told.parse().ok()).unwrap_or(0);
    let closes = field("connection:") == Some("close");
    while buffer.len() < head_end + 4 + length {
        read_more(stream, buffer).await?;
    }
    Ok((status, closes))
}

async fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<()> {
    buffer.reserve(16 * 1_024);
    match stream.read_buf(buffer).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
