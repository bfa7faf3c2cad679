//! A closed-loop HTTP/1.1 client: a few threads, each with its share of keep-alive connections, blocking reads and
//! writes. No HTTP library: the generator must cost far less than what it measures.

use std::io::{Result, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, TcpKeepalive, Type};

pub use crate::wire::answer;

/// What one run measured.
#[derive(Default)]
pub struct Figures {
    pub requests: u64,
    pub failures: u64,
    pub seconds: f64,
    /// Latencies in µs, sorted.
    pub latencies: Vec<u32>,
}

impl Figures {
    pub fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    pub fn percentile_ms(&self, p: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = ((last as f64) * p / 100.0).round() as usize;
        f64::from(self.latencies.get(index).copied().unwrap_or(0)) / 1000.0
    }
}

/// Makes the n-th request, whole, as bytes.
pub type MakeRequest = Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// Sends requests over `connections` connections, one after the other on each, for `seconds`.
pub fn run(addr: SocketAddr, connections: usize, seconds: u64, expected: u16, make: &MakeRequest) -> Figures {
    let stop = Arc::new(AtomicBool::new(false));
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let (stop, next, make) = (stop.clone(), next.clone(), make.clone());
            std::thread::Builder::new()
                .stack_size(128 * 1024)
                .spawn(move || connection(addr, &stop, &next, &make, expected))
                .unwrap()
        })
        .collect();
    std::thread::sleep(Duration::from_secs(seconds));
    stop.store(true, Ordering::Relaxed);
    let mut figures = Figures::default();
    for worker in workers {
        let (latencies, failures) = worker.join().unwrap();
        figures.requests += latencies.len() as u64;
        figures.failures += failures;
        figures.latencies.extend(latencies);
    }
    figures.seconds = started.elapsed().as_secs_f64();
    figures.latencies.sort_unstable();
    figures
}

fn connection(
    addr: SocketAddr,
    stop: &AtomicBool,
    next: &AtomicU64,
    make: &MakeRequest,
    expected: u16,
) -> (Vec<u32>, u64) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut latencies, mut failures, mut buffer) = (Vec::new(), 0, vec![0_u8; 64 * 1024]);
    while !stop.load(Ordering::Relaxed) {
        let request = make(next.fetch_add(1, Ordering::Relaxed));
        let sent = Instant::now();
        stream.write_all(&request).unwrap();
        let (status, _) = answer(&mut stream, &mut buffer).unwrap();
        latencies.push(sent.elapsed().as_micros() as u32);
        failures += u64::from(status != expected);
    }
    (latencies, failures)
}

/// One request on a connection of its own; gives status and body.
pub fn once(addr: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.write_all(request).unwrap();
    let mut buffer = vec![0_u8; 1024 * 1024];
    let (status, body) = answer(&mut stream, &mut buffer).unwrap();
    (status, String::from_utf8(body).unwrap())
}

/// Connects from an address of one's own: all of 127.0.0.0/8 is this machine.
pub fn connect_from(source: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    connect_with(source, to, None)
}

/// The same with room for so many bytes that were not read yet; the kernel takes twice as many, and some thousands at least.
pub fn connect_with(source: Ipv4Addr, to: SocketAddr, room: Option<usize>) -> Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if let Some(bytes) = room {
        socket.set_recv_buffer_size(bytes)?;
        // Who neither reads nor sends learns by asking that the other side is gone.
        let second = Duration::from_secs(1);
        socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(second).with_interval(second))?;
    }
    socket.bind(&SocketAddrV4::new(source, 0).into())?;
    socket.connect(&to.into())?;
    socket.set_tcp_nodelay(true)?;
    Ok(socket.into())
}

/// A request without a body.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}

/// A request with a JSON body.
pub fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}
