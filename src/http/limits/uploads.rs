//! How many files one address may be sending at once. A file that comes slowly holds a connection, a temporary file and
//! a place in no other count.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::address::subscriber;

/// The files that each subscriber is sending.
pub struct Uploads {
    most: usize,
    under_way: Mutex<HashMap<IpAddr, usize>>,
}

/// One of them, counted until it is dropped.
pub struct Upload {
    all: Arc<Uploads>,
    subscriber: IpAddr,
}

impl Uploads {
    /// None yet.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            under_way: Mutex::default(),
        }
    }

    /// Counts one, if there may be one more.
    pub fn begin(self: &Arc<Self>, ip: IpAddr) -> Option<Upload> {
        let subscriber = subscriber(ip);
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(subscriber).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Upload {
            all: self.clone(),
            subscriber,
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let mut under_way = self.all.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.subscriber) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.subscriber);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_and_gets_them_back() {
        let all = Arc::new(Uploads::new(1));
        let begin = |ip: &str| all.begin(ip.parse().unwrap());
        let first = begin("2001:db8::1").unwrap();
        assert!(begin("2001:db8:0:ff::1").is_none() && begin("192.0.2.1").is_some());
        drop(first);
        assert!(begin("2001:db8::2").is_some());
        assert!(all.under_way.lock().unwrap().is_empty());
    }
}
