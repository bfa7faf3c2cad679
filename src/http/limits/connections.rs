//! How many connections one address may hold. A connection beyond that cannot be refused before it was accepted, so
//! its first request is answered with 429 and it is closed; one that sends none ends with the time for a head.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::address::subscriber;
use crate::config::Networks;

/// The open connections of each subscriber.
pub struct Connections {
    most: usize,
    proxies: Networks,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// One of them, counted until it is dropped. Lives with the connection.
pub struct Connection {
    all: Arc<Connections>,
    subscriber: IpAddr,
    is_over: bool,
}

impl Connections {
    /// None yet.
    pub fn new(most: usize, proxies: Networks) -> Self {
        Self {
            most,
            proxies,
            open: Mutex::default(),
        }
    }

    /// Counts a connection; nothing for a trusted proxy, which speaks for many.
    pub fn open(self: &Arc<Self>, peer: IpAddr) -> Option<Connection> {
        if self.proxies.contain(peer) {
            return None;
        }
        let subscriber = subscriber(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(subscriber).or_default();
        *count += 1;
        Some(Connection {
            all: self.clone(),
            subscriber,
            is_over: *count > self.most,
        })
    }
}

impl Connection {
    /// Whether it is one too many. It stays so when others close: whoever opened it should open another.
    pub fn is_over(&self) -> bool {
        self.is_over
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut open = self.all.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.subscriber) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.subscriber);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Value as _;

    #[test]
    fn each_address_has_its_own_and_gets_them_back() {
        let all = Arc::new(Connections::new(2, Networks::parse("10.0.0.1").unwrap()));
        let open = |ip: &str| all.open(ip.parse().unwrap());
        let (first, second, third) = (open("1.1.1.1"), open("::ffff:1.1.1.1"), open("1.1.1.1"));
        let is_over = |connection: &Option<Connection>| connection.as_ref().unwrap().is_over();
        assert!(!is_over(&first) && !is_over(&second) && is_over(&third));
        assert!(!is_over(&open("1.1.1.2")));
        drop((first, third));
        assert!(!is_over(&open("1.1.1.1")));
        assert!((0..5).all(|_| open("10.0.0.1").is_none()));
        drop(second);
        assert!(all.open.lock().unwrap().is_empty());
    }
}
