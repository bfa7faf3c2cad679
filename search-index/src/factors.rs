//! What besides the words moves a listing, and how little: told to everybody in `docs/ranking.md`.

/// Percent more for what was published within [`FRESH`], and within [`RECENT`].
const FRESH_PERCENT: u32 = 2;
const RECENT_PERCENT: u32 = 1;
/// Thirty days and half a year, in microseconds.
const FRESH: i64 = 30 * DAY;
const RECENT: i64 = 182 * DAY;
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// Percent more for a listing with evidence.
const EVIDENCE_PERCENT: u32 = 1;

/// The factors of one search. They move a score, never whether a listing matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Factors {
    /// The instant that freshness is reckoned from; without one nothing is fresh.
    pub(crate) as_of: Option<i64>,
}

impl Factors {
    /// Percent more for when a listing was published.
    pub(crate) fn freshness(self, published: i64) -> u32 {
        match self.as_of.map(|as_of| as_of.saturating_sub(published)) {
            Some(..FRESH) => FRESH_PERCENT,
            Some(FRESH..RECENT) => RECENT_PERCENT,
            Some(RECENT..) | None => 0,
        }
    }

    /// Percent more for evidence.
    pub(crate) fn evidence(self, has_evidence: bool) -> u32 {
        if has_evidence { EVIDENCE_PERCENT } else { 0 }
    }

    /// A score with both.
    pub(crate) fn of(self, score: u64, published: i64, has_evidence: bool) -> u64 {
        let percent = 100 + self.freshness(published) + self.evidence(has_evidence);
        score * u64::from(percent) / 100
    }

    /// The most that [`Factors::of`] makes of a score.
    pub(crate) fn most(score: u64) -> u64 {
        score * u64::from(100 + FRESH_PERCENT + EVIDENCE_PERCENT) / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_small_and_end() {
        let factors = Factors { as_of: Some(400 * DAY) };
        let percent = |days: i64| factors.freshness((400 - days) * DAY);
        assert_eq!(
            [-1, 0, 29, 30, 181, 182, 399].map(percent),
            [2, 2, 2, 1, 1, 0, 0],
            "by age in days; a clock may be a little behind"
        );
        assert_eq!(factors.freshness(i64::MIN), 0);
        assert_eq!(factors.of(1_000, 0, true), 1_010);
        assert_eq!(factors.of(1_000, 400 * DAY, true), 1_030);
        assert_eq!(Factors::most(1_000), 1_030);
        let timeless = Factors { as_of: None };
        assert_eq!(timeless.of(1_000, 400 * DAY, false), 1_000);
    }
}
