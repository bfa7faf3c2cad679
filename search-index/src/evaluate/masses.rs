//! How much of a query's meaning its words carry.

use super::Need;
use crate::plan::{Earned, Plan, Unit};

/// Concepts of one table.
const TABLE: u32 = 8;

/// Share of the mass of a word that needs a neighbour beside it, in percent.
const SUPPORT: u32 = 40;
/// The same share of a half of what no listing has and nobody offers here.
const IN_COMPOUND: u32 = 95;
/// Share of the mass of a word for the diacritics that were typed, in percent.
const TO_THE_LETTER: u32 = 25;
/// Shares of a query's mass, in percent, that a listing must cover: everything; where too few do, most of it; else some.
pub(crate) const TIERS: [u8; 3] = [u8::MAX, 66, 20];
/// Mass of a word that no listing has, percent of its rarity: it may be a name or a slip as well as what matters.
const UNKNOWN: u32 = 60;
/// And at most so many times that of the known words on average.
const TIMES_KNOWN: u32 = 3;
/// Mass of a word that every listing has.
const LEAST: u32 = 4;
/// Share that the best listing must cover; else nothing answers the query, and nothing is shown.
const ANSWER: u32 = 45;
/// Share from which on the very best are shown, if they are few: a slip or a name that nobody knows may be half of a query.
const FEW: u32 = 25;
/// Share that a good answer covers. Below it, those show that cover about as much as the best, percent of it.
const GOOD_ANSWER: u32 = 68;
const AS_GOOD: u32 = 80;
/// Words of a query of which that much can be expected; nobody has all that a whole sentence tells.
const SHORT: u32 = 6;
/// Known words of which a stretch is an answer; one syllable is a part of many words.
const STRETCH: u32 = 2;
/// Unknown words that weigh as much as the longest text.
const BOUND: u32 = 3;

/// How well a query is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Not at all: nothing is shown.
    None,
    /// Hardly, at best by what covers this share, in percent, if that is no more than a few listings.
    Few(u8),
    /// By what covers this share, in percent; the rest is far from it.
    Weak(u8),
    Good,
}

/// The mass of each content concept of a query, and tables to add them up by.
///
/// A word that is in few listings tells more of what is wanted than one that is in many: `máy` alone is no answer to
/// `máy sấy thăng hoa`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Masses {
    tables: Vec<[u32; 256]>,
    total: u32,
    /// Content words.
    words: u32,
    /// Stretches of known words between those that no listing has, with the parts that their words can earn.
    stretches: Vec<u64>,
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
        for (leaves, covers) in plan.units.iter().flat_map(Unit::coverings) {
            if let Some(rarest) = leaves.iter().map(rarity).max() {
                lower(covers, rarest);
            }
        }
        let content = masses
            .iter()
            .enumerate()
            .filter(|(bit, _)| plan.content >> bit & 1 == 1);
        let known = content
            .filter(|(_, mass)| **mass < unknown)
            .map(|(_, mass)| u32::from(*mass) + LEAST);
        let (count, sum) = known.fold((0, 0), |(count, sum), mass| (count + 1, sum + mass));
        // Where nearly all listings are alike, what they have tells little, and what none has not much more.
        let strange = u32::from(unknown) * UNKNOWN / 100;
        let bound = (TIMES_KNOWN * sum).checked_div(count);
        let strange = bound.map_or(strange, |bound| strange.min(bound));
        let mass = |concept: u32| {
            let content = plan.content.checked_shr(concept).is_some_and(|rest| rest & 1 == 1);
            let mass = usize::try_from(concept).ok().and_then(|at| masses.get(at)).copied();
            match mass {
                Some(mass) if content && mass >= unknown => strange,
                Some(mass) if content => u32::from(mass) + LEAST,
                _ => 0,
            }
        };
        let mut all: Vec<u32> = (0..64).map(mass).collect();
        // First what a word is worth to the letter, then what of all that it earns beside a neighbour.
        for (part, word, by) in &plan.parts {
            if *by != Earned::ToTheLetter {
                continue;
            }
            let base = all.get(place(*word)).copied().unwrap_or(0);
            // `may` to sew is rare, `máy` is everywhere: who types diacritics means the one.
            let exact = masses.get(place(*part)).copied().unwrap_or(unknown);
            let whole = if exact < unknown {
                base.max(u32::from(exact) + LEAST)
            } else {
                base
            };
            let earned = (whole - base).max(whole * TO_THE_LETTER / 100);
            set(&mut all, *part, earned);
            set(&mut all, *word, whole - earned);
        }
        for (part, word, by) in &plan.parts {
            let support = match by {
                Earned::Beside => SUPPORT,
                Earned::InCompound => IN_COMPOUND,
                Earned::ToTheLetter => continue,
            };
            let letter = plan
                .parts
                .iter()
                .find(|(_, other, by)| other == word && *by == Earned::ToTheLetter);
            let mut earned = 0;
            for bit in [Some(*word), letter.map(|(part, _, _)| *part)].into_iter().flatten() {
                let mass = all.get(place(bit)).copied().unwrap_or(0);
                let share = mass * support / 100;
                earned += share;
                set(&mut all, bit, mass - share);
            }
            set(&mut all, *part, earned);
        }
        let mass = |concept: u32| {
            usize::try_from(concept)
                .ok()
                .and_then(|at| all.get(at))
                .copied()
                .unwrap_or(0)
        };
        let weighed = plan.parts.iter().fold(plan.content, |all, (bit, _, _)| all | bit);
        let used = (64 - weighed.leading_zeros()).div_ceil(TABLE);
        let tables = (0..used).map(|table| {
            let mut sums = [0; 256];
            for set in 1..256_usize {
                // One more than a set that was met before.
                let less = sums.get(set & (set - 1)).copied().unwrap_or(0);
                if let Some(sum) = sums.get_mut(set) {
                    *sum = less + mass(table * TABLE + set.trailing_zeros());
                }
            }
            sums
        });
        Self {
            tables: tables.collect(),
            total: all.iter().sum(),
            words: plan.content.count_ones(),
            stretches: stretches(plan, |bit| masses.get(bit).is_some_and(|mass| *mass < unknown)),
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

    /// Share of the mass that some concepts have, in percent.
    pub(crate) fn share(&self, concepts: u64) -> u32 {
        self.of(concepts) * 100 / self.total.max(1)
    }

    /// What a listing must cover at least for a share of the mass, in percent; above a hundred everything.
    pub(crate) fn need(&self, share: u8) -> Need {
        match share {
            0..=100 => Need::Mass((self.bounded() * u32::from(share)).div_ceil(100).max(1)),
            _ => Need::All,
        }
    }

    /// Whether what is covered has all of a stretch of known words.
    pub(crate) fn has_stretch(&self, covered: u64) -> bool {
        self.stretches.iter().any(|stretch| covered & stretch == *stretch)
    }

    /// What becomes of a query of which the best listing covers so much, and the best of those with all of a stretch of
    /// known words. These answer it however strange the rest is: pumps are an answer to `máy bơm` of any brand.
    pub(crate) fn answer(&self, covered: u32, understood: u32) -> Answer {
        let share = |mass: u32| mass * 100 / self.bounded().max(1);
        let about = |share: u32| Answer::Weak(u8::try_from(share * AS_GOOD / 100).unwrap_or(100));
        let (understood, share) = (share(understood), share(covered));
        if share < ANSWER && understood > 0 {
            about(understood)
        } else if share < FEW {
            Answer::None
        } else if share < ANSWER {
            Answer::Few(u8::try_from(share).unwrap_or(100))
        } else if share < GOOD_ANSWER && self.words <= SHORT {
            about(share)
        } else {
            Answer::Good
        }
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

/// Stretches of known words next to words that no listing has. One that only says `machine` tells nothing.
fn stretches(plan: &Plan, known: impl Fn(usize) -> bool) -> Vec<u64> {
    let (mut stretches, mut stretch, mut strange) = (Vec::new(), 0_u64, false);
    for (at, bit) in (0..64)
        .map(|at| (at, 1_u64 << at))
        .filter(|(_, bit)| plan.content & bit != 0)
    {
        if known(at) {
            stretch |= bit;
        } else {
            strange = true;
            stretches.push(std::mem::take(&mut stretch));
        }
    }
    stretches.push(stretch);
    stretches.retain(|stretch| strange && stretch & !plan.heads != 0 && stretch.count_ones() >= STRETCH);
    for stretch in &mut stretches {
        let earned = plan.parts.iter().filter(|(_, word, _)| *stretch & word != 0);
        *stretch = earned.fold(*stretch, |all, (part, _, _)| all | part);
    }
    stretches
}

/// Place of a bit.
fn place(bit: u64) -> usize {
    usize::try_from(bit.trailing_zeros()).unwrap_or(usize::MAX)
}

fn set(masses: &mut [u32], bit: u64, mass: u32) {
    if let Some(known) = masses.get_mut(place(bit)) {
        *known = mass;
    }
}
