//! Figures about reviews (thống kê duyệt): how many, how long it took, and why things went back.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::EntryKind;
use super::decision::ReviewOutcome;
use crate::domain::calendar::{day_of, midnight};
use crate::domain::ids::AccountId;
use crate::domain::listing::ListingKind;

/// A month, as `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Its first day.
    first: Date,
}

impl Month {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_month = text.len() == 7 && text.is_ascii();
        let first = is_month.then(|| format!("{text}-01").parse().ok()).flatten()?;
        Some(Self { first })
    }

    /// That of an instant, in Việt Nam.
    pub fn of(at: Timestamp) -> Self {
        Self {
            first: day_of(at).first_of_month(),
        }
    }

    /// The one after.
    #[must_use]
    pub fn next(self) -> Self {
        let last = self.first.last_of_month();
        Self {
            first: last.tomorrow().unwrap_or(last),
        }
    }

    /// The one so many before.
    #[must_use]
    pub fn before(self, months: u32) -> Self {
        let mut first = self.first;
        for _ in 0..months {
            first = first.yesterday().unwrap_or(first).first_of_month();
        }
        Self { first }
    }

    /// When it begins.
    pub fn begins(self) -> Timestamp {
        midnight(self.first)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first.strftime("%Y-%m"))
    }
}

/// A decision, as far as figures need it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What sort of thing.
    pub kind: EntryKind,
    /// What sort of listing.
    pub listing_kind: Option<ListingKind>,
    /// By whom.
    pub officer: AccountId,
    /// What was decided.
    pub outcome: ReviewOutcome,
    /// Why.
    pub reason: Option<String>,
    /// Since when it had waited.
    pub waiting_since: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// Counts, and how long things had waited that were decided on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Approved.
    pub approved: u64,
    /// Refused.
    pub rejected: u64,
    /// Sent back.
    pub changes_requested: u64,
    /// Approved as the first of two officers; these decide nothing yet, and no time is counted.
    pub endorsed: u64,
    waited: Vec<SignedDuration>,
}

impl Tally {
    fn add(&mut self, fact: &Fact) {
        let count = match fact.outcome {
            ReviewOutcome::Approved => &mut self.approved,
            ReviewOutcome::Rejected => &mut self.rejected,
            ReviewOutcome::ChangesRequested => &mut self.changes_requested,
            ReviewOutcome::Endorsed => &mut self.endorsed,
        };
        *count += 1;
        if fact.outcome != ReviewOutcome::Endorsed {
            let waited = fact.at.duration_since(fact.waiting_since);
            self.waited.push(waited.max(SignedDuration::ZERO));
        }
    }

    /// How long the half of them waited at the most.
    pub fn median(&self) -> Option<SignedDuration> {
        self.percentile(50)
    }

    /// How long nine of ten waited at the most.
    pub fn p90(&self) -> Option<SignedDuration> {
        self.percentile(90)
    }

    /// By nearest rank: a time that somebody did wait.
    fn percentile(&self, percent: usize) -> Option<SignedDuration> {
        let mut sorted = self.waited.clone();
        sorted.sort_unstable();
        let rank = sorted.len().saturating_mul(percent).div_ceil(100);
        sorted.get(rank.saturating_sub(1)).copied()
    }
}

/// What sort of thing: registrations, amendments, and of listings and revisions the kind.
pub type Sort = (EntryKind, Option<ListingKind>);

/// The figures of some months.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// All of a month.
    pub months: BTreeMap<Month, Tally>,
    /// By sort of thing.
    pub kinds: BTreeMap<(Month, Sort), Tally>,
    /// By officer.
    pub officers: BTreeMap<(Month, AccountId), Tally>,
    /// Why things were refused or sent back, by sort of thing.
    pub reasons: BTreeMap<(Month, EntryKind, String), u64>,
}

impl Figures {
    /// Counts.
    pub fn of(facts: &[Fact]) -> Self {
        let mut figures = Self::default();
        for fact in facts {
            let month = Month::of(fact.at);
            let sort = (fact.kind, fact.listing_kind);
            figures.months.entry(month).or_default().add(fact);
            figures.kinds.entry((month, sort)).or_default().add(fact);
            figures.officers.entry((month, fact.officer)).or_default().add(fact);
            if let Some(reason) = &fact.reason {
                *figures.reasons.entry((month, fact.kind, reason.clone())).or_default() += 1;
            }
        }
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn fact(hours: i64, outcome: ReviewOutcome) -> Fact {
        let at: Timestamp = "2026-10-31T16:59:59Z".parse().unwrap();
        Fact {
            kind: EntryKind::Listing,
            listing_kind: Some(ListingKind::EquipmentOffer),
            officer: AccountId(Uuid::nil()),
            outcome,
            reason: (outcome == ReviewOutcome::Rejected).then(|| "spam".into()),
            waiting_since: at - SignedDuration::from_hours(hours),
            at,
        }
    }

    #[test]
    fn times_are_of_the_nearest_rank() {
        use ReviewOutcome::{Approved, Endorsed, Rejected};
        let hours = |tally: &Tally| {
            (
                tally.median().map(|time| time.as_hours()),
                tally.p90().map(|time| time.as_hours()),
            )
        };
        assert_eq!(hours(&Tally::default()), (None, None));
        let mut tally = Tally::default();
        for waited in [9, 1, 3, 2, 8, 4, 7, 5, 6, 10] {
            tally.add(&fact(waited, Approved));
        }
        assert_eq!(hours(&tally), (Some(5), Some(9)));
        tally.add(&fact(100, Rejected));
        assert_eq!(hours(&tally), (Some(6), Some(10)));
        // A first approval decides nothing.
        tally.add(&fact(1_000, Endorsed));
        assert_eq!(hours(&tally), (Some(6), Some(10)));
        assert_eq!((tally.approved, tally.rejected, tally.endorsed), (10, 1, 1));
    }

    #[test]
    fn months_are_those_of_vietnam() {
        let month = |text: &str| Month::parse(text).unwrap();
        assert_eq!(Month::of("2026-10-31T16:59:59Z".parse().unwrap()), month("2026-10"));
        assert_eq!(Month::of("2026-10-31T17:00:00Z".parse().unwrap()), month("2026-11"));
        assert_eq!(month("2026-11").begins(), "2026-10-31T17:00:00Z".parse().unwrap());
        assert_eq!(
            (month("2026-12").next(), month("2026-01").before(13)),
            (month("2027-01"), month("2024-12"))
        );
        assert_eq!(month("2026-11").to_string(), "2026-11");
        for wrong in ["", "2026", "2026-13", "2026-1", "2026-11-01", "26-11", "năm-1"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn everything_is_counted_where_it_belongs() {
        let facts = [fact(1, ReviewOutcome::Approved), fact(2, ReviewOutcome::Rejected)];
        let figures = Figures::of(&facts);
        let month = Month::parse("2026-10").unwrap();
        let sort = (EntryKind::Listing, Some(ListingKind::EquipmentOffer));
        assert_eq!(figures.months[&month], figures.kinds[&(month, sort)]);
        assert_eq!(figures.officers.len(), 1);
        assert_eq!(figures.reasons[&(month, EntryKind::Listing, "spam".to_owned())], 1);
    }
}
