//! Requests to a program that may end at any moment: whatever becomes of one is a value, and it is known whether it can have
//! been done.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::wire::{answer, whole};

/// How long an answer is waited for: longer than the program lets any request take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Nobody listens: it cannot have been done.
    Refused,
    /// The connection ended before the first byte of an answer; it may have been done.
    Silent,
    /// It ended in the middle of an answer.
    Broken,
    /// Neither answer nor end came in time.
    Late,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    method: &'static str,
    path: String,
    token: String,
    version: Option<i64>,
    key: Option<String>,
    media: &'static str,
    body: Vec<u8>,
}

impl Ask {
    /// A path below `/api/v1`.
    pub fn new(method: &'static str, path: impl AsRef<str>) -> Self {
        Self::root(method, &format!("/api/v1{}", path.as_ref()))
    }

    /// A path as it is.
    pub fn root(method: &'static str, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            token: String::new(),
            version: None,
            key: None,
            media: "application/json",
            body: Vec::new(),
        }
    }

    pub fn get(path: impl AsRef<str>) -> Self {
        Self::new("GET", path)
    }

    pub fn post(path: impl AsRef<str>) -> Self {
        Self::new("POST", path)
    }

    pub fn by(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// With `If-Match`.
    pub fn of_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// With `Idempotency-Key`.
    pub fn under(mut self, key: String) -> Self {
        self.key = Some(key);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.file("application/json", body.to_string().into_bytes())
    }

    pub fn file(mut self, media: &'static str, body: Vec<u8>) -> Self {
        self.media = media;
        self.body = body;
        self
    }

    /// Whether it is done once however often it is asked.
    pub fn has_key(&self) -> bool {
        self.key.is_some()
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", self.method, self.path);
        if !self.token.is_empty() {
            head += &format!("Authorization: Bearer {}\r\n", self.token);
        }
        if let Some(version) = self.version {
            head += &format!("If-Match: \"{version}\"\r\n");
        }
        if let Some(key) = &self.key {
            head += &format!("Idempotency-Key: {key}\r\n");
        }
        if !self.body.is_empty() {
            head += &format!("Content-Type: {}\r\n", self.media);
        }
        if self.method != "GET" {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend(&self.body);
        bytes
    }

    /// For whoever reads what went wrong.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it says that something does not work at the moment, or that nobody knows whether it was done.
    pub fn is_of_the_moment(&self) -> bool {
        matches!(self.status, 503 | 504)
    }

    /// The body; null where it is none of JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// What is at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).cloned().unwrap_or_default()
    }

    pub fn text(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap_or_default().to_owned()
    }

    pub fn version(&self) -> i64 {
        self.at("/version").as_i64().unwrap_or_default()
    }

    /// Status and the beginning of the body.
    pub fn in_words(&self) -> String {
        let body: String = String::from_utf8_lossy(&self.bytes).chars().take(400).collect();
        format!("{} {body}", self.status)
    }
}

/// One client, with one connection that it keeps.
pub struct Web {
    at: SocketAddr,
    patience: Duration,
    stream: Option<TcpStream>,
    /// When the last request had been sent whole; nothing where it could not be.
    pub sent: Option<Instant>,
    buffer: Vec<u8>,
}

impl Web {
    pub fn to(at: SocketAddr) -> Self {
        Self::hasty(at, PATIENCE)
    }

    /// One that waits no longer than this.
    pub fn hasty(at: SocketAddr, patience: Duration) -> Self {
        Self {
            at,
            patience,
            stream: None,
            sent: None,
            buffer: vec![0; 64 * 1_024],
        }
    }

    /// Asks once, whatever comes of it. A connection that was closed meanwhile looks the same as a request that was lost.
    pub fn send(&mut self, ask: &Ask) -> Result<Reply, Lost> {
        self.sent = None;
        let mut stream = match self.stream.take() {
            Some(kept) => kept,
            None => self.connect()?,
        };
        // What cannot be sent whole cannot be done, but the end of a long body may be all that is missing.
        stream.write_all(&ask.bytes()).map_err(|_closed| Lost::Silent)?;
        self.sent = Some(Instant::now());
        let (status, bytes) = answer(&mut stream, &mut self.buffer).map_err(|error| match error.kind() {
            ErrorKind::ConnectionAborted => Lost::Silent,
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Lost::Late,
            _ => Lost::Broken,
        })?;
        self.stream = Some(stream);
        Ok(Reply { status, bytes })
    }

    fn connect(&self) -> Result<TcpStream, Lost> {
        let stream = TcpStream::connect_timeout(&self.at, self.patience).map_err(|_nobody| Lost::Refused)?;
        stream.set_nodelay(true).map_err(|_closed| Lost::Refused)?;
        stream
            .set_read_timeout(Some(self.patience))
            .map_err(|_closed| Lost::Refused)?;
        Ok(stream)
    }

    /// Asks again on a new connection where a kept one was closed: for what may be done twice.
    pub fn read(&mut self, ask: &Ask) -> Result<Reply, Lost> {
        let is_kept = self.stream.is_some();
        match self.send(ask) {
            Err(Lost::Silent) if is_kept => self.send(ask),
            other => other,
        }
    }

    /// Asks on a connection of its own and reads to its end: what is streamed does not say beforehand how long it is.
    pub fn download(&self, ask: &Ask) -> Result<Reply, Lost> {
        let mut stream = self.connect()?;
        let request = ask.bytes();
        let end = request
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .ok_or(Lost::Broken)?;
        let request = [&request[..end], b"\r\nConnection: close", &request[end..]].concat();
        stream.write_all(&request).map_err(|_closed| Lost::Silent)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map_err(|_closed| Lost::Broken)?;
        let (status, bytes) = whole(&bytes).ok_or(Lost::Broken)?;
        Ok(Reply { status, bytes })
    }
}
