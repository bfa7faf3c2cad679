//! How long a listing is public, and when its owner is told that this ends (thời hạn tin).

use jiff::{SignedDuration, Timestamp};

use super::{Listing, ListingStatus};

/// How many days before the end its owner is told; the longest first.
pub const NOTICES: [u16; 3] = [30, 14, 1];

/// So long before the end there is nothing to tell yet.
pub const FIRST_NOTICE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// So long after the end it is still told, when the day's letter went before.
pub const LATE_NOTICE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// What is due to be told of a term: the number of days of the shortest notice that was reached, 0 once it is over. A
/// notice that nobody could send in its time is not sent beside the next.
pub fn notice_due(expires_at: Timestamp, now: Timestamp) -> Option<u16> {
    let left = expires_at.duration_since(now);
    if !left.is_positive() {
        return Some(0);
    }
    let reached = NOTICES.into_iter().rev();
    reached
        .into_iter()
        .find(|days| left <= SignedDuration::from_hours(i64::from(*days) * 24))
}

impl Listing {
    /// Begins its term.
    pub fn begin_term(&mut self, now: Timestamp, term: SignedDuration) {
        self.expires_at = Some(now.saturating_add(term).unwrap_or(Timestamp::MAX));
    }

    /// Holds its status against the time: a term ends on the instant, whenever it is written down.
    pub fn lapse(&mut self, now: Timestamp) {
        if self.status == ListingStatus::Published && self.expires_at.is_some_and(|end| end <= now) {
            self.status = ListingStatus::Expired;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn notices_are_due_in_their_order() {
        let end = Timestamp::from_second(1_800_000_000).unwrap();
        let before = |hours: i64| notice_due(end, end - SignedDuration::from_hours(hours));
        let hours = [721, 720, 337, 336, 25, 24, 1, 0, -1, -9_000];
        let due = hours.map(before);
        assert_eq!(
            due,
            [
                None,
                Some(30),
                Some(30),
                Some(14),
                Some(14),
                Some(1),
                Some(1),
                Some(0),
                Some(0),
                Some(0)
            ]
        );
        assert_eq!(FIRST_NOTICE, SignedDuration::from_hours(i64::from(NOTICES[0]) * 24));
    }

    proptest! {
        #[test]
        fn what_is_due_only_comes_nearer(left in -10_000_000_i64..10_000_000, later in 0_i64..10_000_000) {
            let now = Timestamp::from_second(1_800_000_000).unwrap();
            let end = now + SignedDuration::from_secs(left);
            let then = now + SignedDuration::from_secs(later);
            let days = |at| notice_due(end, at).unwrap_or(u16::MAX);
            prop_assert!(days(then) <= days(now));
            prop_assert_eq!(days(now) == 0, left <= 0);
        }
    }
}
