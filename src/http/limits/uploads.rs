//! How many files one address may be sending at once. A file that comes slowly holds a connection, a temporary file and
//! a place in no other count. And what one address may have looked into at once: one file, so that costly ones of one
//! sender take one of the few decoders and not all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::address::subscriber;
use crate::service::{Error, Result};

/// How long a file waits for others of its sender: longer than one may be looked through for malware and decoded.
const PATIENCE: Duration = Duration::from_secs(100);

/// The files that each subscriber is sending.
pub struct Uploads {
    most: usize,
    under_way: Mutex<HashMap<IpAddr, Sender>>,
}

struct Sender {
    count: usize,
    turn: Arc<Semaphore>,
}

/// One of them, counted until it is dropped.
pub struct Upload {
    all: Arc<Uploads>,
    subscriber: IpAddr,
    turn: Arc<Semaphore>,
}

/// One whose turn it is, until this is dropped.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
    _counted: Upload,
}

impl Upload {
    /// Waits until no other file of the same subscriber is looked into.
    pub async fn turn(self) -> Result<Turn> {
        let late = || Error::busy("other files of the address take too long");
        let permit = timeout(PATIENCE, self.turn.clone().acquire_owned()).await;
        Ok(Turn {
            _permit: permit.map_err(|_elapsed| late())?.map_err(Error::internal)?,
            _counted: self,
        })
    }
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
        let sender = under_way.entry(subscriber).or_insert_with(|| Sender {
            count: 0,
            turn: Arc::new(Semaphore::new(1)),
        });
        if sender.count >= self.most {
            return None;
        }
        sender.count += 1;
        let turn = sender.turn.clone();
        Some(Upload {
            all: self.clone(),
            subscriber,
            turn,
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let mut under_way = self.all.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = under_way.get_mut(&self.subscriber) {
            sender.count -= 1;
            if sender.count == 0 {
                under_way.remove(&self.subscriber);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_file_of_an_address_is_looked_into_at_a_time() {
        let all = Arc::new(Uploads::new(2));
        let begin = |ip: &str| all.begin(ip.parse().unwrap()).unwrap();
        let (first, second) = (begin("192.0.2.1"), begin("192.0.2.1"));
        let first = first.turn().await.unwrap();
        let other = begin("192.0.2.2").turn().await;
        assert!(other.is_ok());
        assert!(second.turn().now_or_never().is_none(), "two at a time");
        let next = begin("192.0.2.1");
        drop(first);
        drop(next.turn().await.unwrap());
        drop(other);
        assert!(all.under_way.lock().unwrap().is_empty());
    }

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
