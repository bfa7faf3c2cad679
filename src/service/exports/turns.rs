//! Who takes a list as a file at the moment: a long one holds readers of the database for as long as its taker likes.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::ids::{AccountId, ApiKeyId};

/// Who takes a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Taker {
    /// Somebody who is signed in.
    Account(AccountId),
    /// A system of an enterprise.
    Key(ApiKeyId),
    /// Anybody at an address.
    Address(Option<IpAddr>),
}

impl Taker {
    /// How many files at once: one, but an address may be a house with many people in it.
    fn most(self) -> usize {
        match self {
            Self::Account(_) | Self::Key(_) => 1,
            Self::Address(_) => 4,
        }
    }
}

/// After so long without asking for more, who takes a file has gone away or sleeps: then a newer one may have the turn.
const STALLED: Duration = Duration::from_secs(60);

/// Most files of one taker that lost their turns and are not gone: each still holds what it held when nobody asks for more of it.
const MOST_LEFT: usize = 3;

/// The files that are being taken, and those that lost their turns and are not gone yet.
#[derive(Debug)]
pub struct Turns {
    most_rows: usize,
    taken: Mutex<HashMap<Taker, Vec<Arc<Taking>>>>,
}

/// How one of them fares.
#[derive(Debug)]
struct Taking {
    began: Instant,
    /// When more of it was asked for the last time, in milliseconds since it began.
    asked_ms: AtomicU64,
    is_over: AtomicBool,
}

impl Taking {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn is_stalled(&self, now: Instant) -> bool {
        let age = now.saturating_duration_since(self.began);
        age.saturating_sub(Duration::from_millis(self.asked_ms.load(Ordering::Relaxed))) >= STALLED
    }
}

/// One of them, counted until this is dropped or a newer one has its turn.
#[derive(Debug)]
pub struct Turn {
    all: Arc<Turns>,
    taker: Taker,
    taking: Arc<Taking>,
}

impl Turns {
    /// None yet, of files that have so many rows at the most.
    pub fn new(most_rows: usize) -> Self {
        Self {
            most_rows,
            taken: Mutex::default(),
        }
    }

    /// Most rows of one file.
    pub fn most_rows(&self) -> usize {
        self.most_rows
    }

    /// Counts one more, if there may be one; it takes the place of one of the same taker's that stalled,
    /// unless a few that lost their places so are still there.
    pub fn begin(self: &Arc<Self>, taker: Taker, now: Instant) -> Option<Turn> {
        let mut all = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = all.entry(taker).or_default();
        let (left, held): (Vec<_>, Vec<_>) = under_way.iter().partition(|taking| taking.is_over());
        if held.len() >= taker.most() {
            if left.len() >= MOST_LEFT {
                return None;
            }
            let stalled = held.into_iter().find(|taking| taking.is_stalled(now))?;
            stalled.is_over.store(true, Ordering::Relaxed);
        }
        let taking = Arc::new(Taking {
            began: now,
            asked_ms: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        });
        under_way.push(taking.clone());
        Some(Turn {
            all: self.clone(),
            taker,
            taking,
        })
    }
}

impl Turn {
    /// Most rows of the file.
    pub fn most_rows(&self) -> usize {
        self.all.most_rows
    }

    /// Notes that more is asked for; whether the turn is still held.
    pub fn goes_on(&self, now: Instant) -> bool {
        let age = now.saturating_duration_since(self.taking.began).as_millis();
        self.taking
            .asked_ms
            .store(u64::try_from(age).unwrap_or(u64::MAX), Ordering::Relaxed);
        !self.taking.is_over()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = self.all.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = all.get_mut(&self.taker) {
            under_way.retain(|taking| !Arc::ptr_eq(taking, &self.taking));
            if under_way.is_empty() {
                all.remove(&self.taker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_taker_has_turns_of_its_own_and_gives_them_back() {
        let (all, now) = (Arc::new(Turns::new(10)), Instant::now());
        let account = |number| Taker::Account(AccountId(Uuid::from_u128(number)));
        let first = all.begin(account(1), now).unwrap();
        assert!(all.begin(account(1), now).is_none());
        assert!(all.begin(account(2), now).is_some());
        assert!(all.begin(Taker::Key(ApiKeyId(Uuid::from_u128(1))), now).is_some());
        drop(first);
        drop(all.begin(account(1), now).unwrap());
        let here = Taker::Address(Some([192, 0, 2, 1].into()));
        let several: Vec<Turn> = std::iter::from_fn(|| all.begin(here, now)).collect();
        assert_eq!(several.len(), 4);
        drop(several);
        assert!(all.taken.lock().unwrap().is_empty());
    }

    #[test]
    fn who_asks_for_no_more_loses_the_turn_to_a_newer_one() {
        let (all, start) = (Arc::new(Turns::new(10)), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let taker = Taker::Account(AccountId(Uuid::nil()));
        let old = all.begin(taker, at(0)).unwrap();
        assert!(old.goes_on(at(30)));
        assert!(all.begin(taker, at(89)).is_none());
        // Nobody else wants it: it goes on after any rest.
        assert!(old.goes_on(at(200)));
        assert!(all.begin(taker, at(259)).is_none());
        let new = all.begin(taker, at(260)).unwrap();
        assert!(!old.goes_on(at(261)));
        // The end of the old one gives no turn back that it does not have.
        drop(old);
        assert!(all.begin(taker, at(262)).is_none());
        assert!(new.goes_on(at(263)));
        drop(new);
        assert!(all.taken.lock().unwrap().is_empty());
    }

    #[test]
    fn few_that_lost_their_turns_are_left_behind() {
        let (all, start) = (Arc::new(Turns::new(10)), Instant::now());
        let at = |minutes| start + STALLED * minutes;
        let taker = Taker::Account(AccountId(Uuid::nil()));
        let mut left: Vec<Turn> = (0..4).map(|minute| all.begin(taker, at(minute)).unwrap()).collect();
        // Three have lost theirs, and nobody takes what they hold from them.
        assert!(all.begin(taker, at(9)).is_none());
        assert!(left[..3].iter().all(|turn| !turn.goes_on(at(9))));
        drop(left.remove(0));
        left.push(all.begin(taker, at(9)).unwrap());
        assert!(all.begin(taker, at(20)).is_none());
        // Whose turn has come to its end has another one.
        drop(left.pop());
        left.push(all.begin(taker, at(20)).unwrap());
        drop(left);
        assert!(all.taken.lock().unwrap().is_empty());
    }
}
