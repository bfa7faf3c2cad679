//! How often listings are read (lượt xem): counted in memory, and written every few seconds off the path of requests; a crash
//! loses what was counted since.
//!
//! One reader counts once for each listing within half an hour, whatever is asked how often. Readers are told apart by their
//! address, which is hashed with a key that is made anew for each half hour and never leaves the memory.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::{App, Result};
use crate::domain::ids::ListingId;
use crate::store::listing_figures;

/// How long one reader counts once.
const SECONDS: i64 = 30 * 60;
/// Readings of one half hour that are told apart; beyond, nothing is counted until it is over.
const MOST: usize = 200_000;
/// Rows that one unit of work writes, so that writers wait a moment only.
const AT_ONCE: usize = 200;

/// What was counted and is not written yet.
#[derive(Default)]
pub struct ListingViews(Mutex<Open>);

#[derive(Default)]
struct Open {
    half_hour: i64,
    key: RandomState,
    seen: HashSet<u64>,
    // In one order, so that two nodes do not wait for each other.
    fresh: BTreeMap<ListingId, i64>,
}

impl ListingViews {
    /// Counts that somebody read a listing.
    pub fn note(&self, listing: ListingId, reader: IpAddr, now: Timestamp) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let half_hour = now.as_second().div_euclid(SECONDS);
        if open.half_hour != half_hour {
            (open.half_hour, open.key) = (half_hour, RandomState::new());
            open.seen.clear();
        }
        let reading = open.key.hash_one((listing, reader));
        if open.seen.len() < MOST && open.seen.insert(reading) {
            *open.fresh.entry(listing).or_default() += 1;
        }
    }

    fn take(&self) -> Vec<(ListingId, i64)> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut open.fresh).into_iter().collect()
    }

    /// Keeps for another time what could not be written.
    fn put_back(&self, counts: &[(ListingId, i64)]) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (listing, count) in counts {
            *open.fresh.entry(*listing).or_default() += count;
        }
    }
}

/// Writes what was counted; gives of how many listings.
pub fn keep(app: &App) -> Result<usize> {
    let counts = app.listing_views.take();
    let mut written = 0;
    for some in counts.chunks(AT_ONCE) {
        let batch = some.to_vec();
        let done = app.write_blocking(move |work| Ok(listing_figures::add_views(work.uow, &batch)?));
        if let Err(error) = done {
            app.listing_views.put_back(counts.get(written..).unwrap_or(&[]));
            return Err(error);
        }
        written += some.len();
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn one_reader_counts_once_in_half_an_hour() {
        let views = ListingViews::default();
        let [one, other] = [1, 2].map(|number| ListingId(Uuid::from_u128(number)));
        let [here, there]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|ip| ip.parse().unwrap());
        let at = |minutes: i64| Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap();
        for (listing, reader, minute) in [
            (one, here, 0),
            (one, here, 29),
            (one, there, 1),
            (other, here, 2),
            (one, here, 31),
        ] {
            views.note(listing, reader, at(minute));
        }
        let counted = views.take();
        assert_eq!(counted, [(one, 3), (other, 1)]);
        views.put_back(&counted);
        views.note(other, there, at(32));
        assert_eq!(views.take(), [(one, 3), (other, 2)]);
        assert!(views.take().is_empty());
    }
}
