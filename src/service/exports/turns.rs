//! Who takes a list as a file at the moment: a long one holds readers of the database for as long as its taker likes.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

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

/// The files that are being taken.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<Taker, usize>>);

/// One of them, counted until this is dropped.
#[derive(Debug)]
pub struct Turn {
    all: Arc<Turns>,
    taker: Taker,
}

impl Turns {
    /// Counts one more, if there may be one.
    pub fn begin(self: &Arc<Self>, taker: Taker) -> Option<Turn> {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(taker).or_default();
        if *count >= taker.most() {
            return None;
        }
        *count += 1;
        Some(Turn {
            all: self.clone(),
            taker,
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut under_way = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.taker) {
            *count -= 1;
            if *count == 0 {
                under_way.remove(&self.taker);
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
        let all = Arc::new(Turns::default());
        let account = |number| Taker::Account(AccountId(Uuid::from_u128(number)));
        let first = all.begin(account(1)).unwrap();
        assert!(all.begin(account(1)).is_none());
        assert!(all.begin(account(2)).is_some());
        assert!(all.begin(Taker::Key(ApiKeyId(Uuid::from_u128(1)))).is_some());
        drop(first);
        drop(all.begin(account(1)).unwrap());
        let here = Taker::Address(Some([192, 0, 2, 1].into()));
        let several: Vec<Turn> = std::iter::from_fn(|| all.begin(here)).collect();
        assert_eq!(several.len(), 4);
        drop(several);
        assert!(all.0.lock().unwrap().is_empty());
    }
}
