//! How much of a query's meaning its words carry.

use super::Need;
use crate::plan::Plan;

/// Concepts of one table.
const TABLE: u32 = 8;

/// Mass of two neighbours that belong together, percent of that of one word.
const TOGETHER: u32 = 30;
/// Mass of a word that no listing has, percent of its rarity: it may be a name or a slip as well as what matters.
const UNKNOWN: u32 = 60;
/// Mass of a word that every listing has.
const LEAST: u32 = 8;
/// Shares of a query's mass, in percent, that a listing must cover where too few cover all of it.
const MOST_OF_IT: u32 = 66;
const SOME_OF_IT: u32 = 25;
/// Share that the best listing must cover; else nothing answers the query, and nothing is shown.
const ANSWER: u32 = 48;
/// Unknown words that weigh as much as the longest text.
const BOUND: u32 = 3;

/// The mass of each content concept of a query, and tables to add them up by.
///
/// A word that is in few listings tells more of what is wanted than one that is in many: `máy` alone is no answer to
/// `máy sấy thăng hoa`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Masses {
    tables: Vec<[u32; 256]>,
    total: u32,
    /// Mass of a word that no listing has.
    unknown: u32,
}

impl Masses {
    /// Masses of the concepts of a plan: the rarity of the most frequent way to say each.
    pub(crate) fn new(plan: &Plan, rarities: &[u8], unknown: u8) -> Self {
        let rarity = |leaf: &usize| rarities.get(*leaf).copied().unwrap_or(u8::MAX);
        let mut masses = [u8::MAX; 64];
        let mut lower = |covers: u64, to: u8| {
            for (bit, mass) in masses.iter_mut().enumerate() {
                if covers >> bit & 1 == 1 {
                    *mass = (*mass).min(to);
                }
            }
        };
        for unit in &plan.units {
            for (leaf, covers) in &unit.own {
                lower(*covers, rarity(leaf));
            }
            for alternative in &unit.alternatives {
                if let Some(rarest) = alternative.required.iter().map(rarity).max() {
                    lower(alternative.covers, rarest);
                }
            }
        }
        let mass = |concept: u32| {
            let content = plan.content.checked_shr(concept).is_some_and(|rest| rest & 1 == 1);
            let mass = usize::try_from(concept).ok().and_then(|at| masses.get(at)).copied();
            match mass {
                Some(mass) if content && mass >= unknown => u32::from(unknown) * UNKNOWN / 100,
                Some(mass) if content => u32::from(mass) + LEAST,
                _ => 0,
            }
        };
        let mut all: Vec<u32> = (0..64).map(mass).collect();
        for (pair, words) in &plan.together {
            let both: u32 = (0..)
                .zip(&all)
                .filter(|(bit, _)| words >> bit & 1 == 1)
                .map(|(_, mass)| *mass)
                .sum();
            if let Some(mass) = usize::try_from(pair.trailing_zeros())
                .ok()
                .and_then(|at| all.get_mut(at))
            {
                *mass = both * TOGETHER / 200;
            }
        }
        let mass = |concept: u32| {
            usize::try_from(concept)
                .ok()
                .and_then(|at| all.get(at))
                .copied()
                .unwrap_or(0)
        };
        let weighed = plan.together.iter().fold(plan.content, |all, (pair, _)| all | pair);
        let used = (64 - weighed.leading_zeros()).div_ceil(TABLE);
        let tables = (0..used).map(|table| {
            let mut sums = [0; 256];
            for (set, sum) in sums.iter_mut().enumerate() {
                let inside = (0..TABLE).filter(|bit| set >> bit & 1 == 1);
                *sum = inside.map(|bit| mass(table * TABLE + bit)).sum();
            }
            sums
        });
        Self {
            tables: tables.collect(),
            total: all.iter().sum(),
            unknown: u32::from(unknown),
        }
    }

    /// Mass of some concepts together.
    pub(crate) fn of(&self, concepts: u64) -> u32 {
        let sets = concepts.to_le_bytes();
        let sums = self.tables.iter().zip(sets);
        sums.map(|(table, set)| table.get(usize::from(set)).copied().unwrap_or(0))
            .sum()
    }

    /// What a listing must cover, tier by tier.
    pub(crate) fn tiers(&self) -> [Need; 3] {
        let share = |percent: u32| Need::Mass((self.bounded() * percent).div_ceil(100).max(1));
        [Need::All, share(MOST_OF_IT), share(SOME_OF_IT)]
    }

    /// What the best listing must cover for there to be an answer at all.
    pub(crate) fn answer(&self) -> u32 {
        (self.bounded() * ANSWER).div_ceil(100)
    }

    /// A long text tells of more than any listing has.
    fn bounded(&self) -> u32 {
        self.total.min(self.unknown * BOUND)
    }

    /// A listing that covers less of the query counts for less than the sum of what it has.
    pub(crate) fn scaled(&self, score: u32, covered: u64) -> u64 {
        let all = u64::from(self.total).max(1);
        u64::from(score) * (all + u64::from(self.of(covered))) / (2 * all)
    }
}
