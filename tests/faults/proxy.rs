//! The way from one node to the database, which can be cut.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(10);

#[derive(Default)]
struct State {
    /// Connections are ended, and none is taken.
    is_closed: AtomicBool,
    /// Nothing comes through, and nobody is told.
    is_stalled: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

/// A way that lives as long as the process.
pub struct Proxy {
    to: String,
    /// Where it begins.
    from: SocketAddr,
    state: Arc<State>,
}

impl Proxy {
    /// To the server of a `postgres://` address.
    pub fn before(url: &str) -> Self {
        let to = host(url).to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Self {
            to,
            from: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        let (state, to) = (proxy.state.clone(), proxy.to.clone());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if !state.is_closed.load(Ordering::Relaxed) {
                    connect(client, &to, &state);
                }
            }
        });
        proxy
    }

    /// The same address by this way.
    pub fn url(&self, url: &str) -> String {
        url.replacen(&self.to, &self.from.to_string(), 1)
    }

    pub fn close(&self) {
        self.state.is_closed.store(true, Ordering::Relaxed);
        for stream in self.state.streams.lock().unwrap().drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    pub fn stall(&self) {
        self.state.is_stalled.store(true, Ordering::Relaxed);
    }

    pub fn heal(&self) {
        self.state.is_closed.store(false, Ordering::Relaxed);
        self.state.is_stalled.store(false, Ordering::Relaxed);
    }
}

/// Host and port of an address with both.
fn host(url: &str) -> &str {
    let after = url.rsplit_once('@').map_or(url, |(_, after)| after);
    after.split(['/', '?']).next().unwrap()
}

fn connect(client: TcpStream, to: &str, state: &Arc<State>) {
    let Ok(server) = TcpStream::connect(to) else { return };
    let ways = [(&client, &server), (&server, &client)].map(|(from, to)| (from.try_clone(), to.try_clone()));
    state.streams.lock().unwrap().extend([client, server]);
    for (from, to) in ways {
        let (Ok(from), Ok(to), state) = (from, to, state.clone()) else {
            return;
        };
        thread::spawn(move || pass_on(from, to, &state));
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut buffer = vec![0; 64 * 1_024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        while state.is_stalled.load(Ordering::Relaxed) {
            thread::sleep(PAUSE);
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
    drop(from.shutdown(Shutdown::Both));
}
