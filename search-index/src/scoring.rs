//! What one term is worth in one listing.
//!
//! BM25 over three sections, in whole numbers: sums do not depend on the order of addition, so
//! a listing has one score whichever segment it lies in and a keyset cursor can compare scores
//! for equality. Average lengths are constants and rarities travel in the cursor: a score then
//! depends on the listing and the query alone, not on what is indexed meanwhile.

use std::sync::LazyLock;

/// Where a term stands. The count per section, 0 to 3, takes two bits of the term frequency;
/// the rarest section has the highest bits, as the engine spends time in proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Titles, brand, model.
    Title,
    /// Summaries and attributes.
    Body,
    /// Descriptions, organisation, names of fields, passages.
    Rest,
}

impl Section {
    fn shift(self) -> u8 {
        match self {
            Self::Title => 4,
            Self::Body => 2,
            Self::Rest => 0,
        }
    }

    /// One more occurrence in this section.
    pub(crate) fn increment(self, packed: u8) -> u8 {
        if self.count(packed) == 3 {
            packed
        } else {
            packed + (1 << self.shift())
        }
    }

    pub(crate) fn count(self, packed: u8) -> u8 {
        packed >> self.shift() & 3
    }
}

/// Weight of one occurrence by section, thousandths; boosts 2.5 / 1.0 / 0.3.
const WEIGHTS: [(Section, u64); 3] = [(Section::Title, 2_500), (Section::Body, 1_000), (Section::Rest, 300)];
/// Share of the lesser sections added to the best one, percent.
const TIE: u64 = 30;
/// BM25 saturation k1 and length influence b, thousandths.
const SATURATION: u64 = 1_200;
const LENGTH_INFLUENCE: u64 = 750;

/// Upper ends and representatives of the length classes, in syllables.
const TITLE_LENGTHS: [(usize, u64); 8] = [
    (3, 3),
    (5, 5),
    (7, 6),
    (10, 9),
    (14, 12),
    (19, 16),
    (27, 23),
    (usize::MAX, 32),
];
const BODY_LENGTHS: [(usize, u64); 8] = [
    (8, 6),
    (16, 12),
    (28, 22),
    (45, 36),
    (70, 56),
    (110, 88),
    (180, 140),
    (usize::MAX, 220),
];
/// Average lengths of the reference collection.
const TITLE_AVERAGE: u64 = 11;
const BODY_AVERAGE: u64 = 36;

/// Both lengths of a listing in six bits.
pub(crate) fn length_class(title: usize, body: usize) -> u8 {
    let class = |lengths: &[(usize, u64); 8], length| {
        let class = lengths.iter().position(|(end, _)| length <= *end);
        class.and_then(|class| u8::try_from(class).ok()).unwrap_or(7)
    };
    class(&TITLE_LENGTHS, title) << 3 | class(&BODY_LENGTHS, body)
}

/// Value of a term by packed counts and length class, 4096 = one whole occurrence; laid out
/// `counts << 6 | lengths`.
static VALUES: LazyLock<Box<[u32; 4096]>> = LazyLock::new(|| {
    let mut values = Box::new([0; 4096]);
    for (place, value) in values.iter_mut().enumerate() {
        let counts = u8::try_from(place >> 6).unwrap_or(0);
        let lengths = u8::try_from(place & 63).unwrap_or(0);
        *value = value_of(counts, lengths);
    }
    values
});

/// The greatest value of a term by length class, whatever its counts.
pub(crate) fn greatest() -> &'static [u32; 64] {
    static GREATEST: LazyLock<[u32; 64]> = LazyLock::new(|| {
        let mut greatest = [0; 64];
        for (place, value) in VALUES.iter().enumerate() {
            if let Some(known) = greatest.get_mut(place & 63) {
                *known = (*known).max(*value);
            }
        }
        greatest
    });
    &GREATEST
}

/// The table for one evaluation, so that the inner loop does not pass the lock.
pub(crate) fn values() -> &'static [u32; 4096] {
    &VALUES
}

/// One value whatever the counts and lengths: one whole occurrence.
pub(crate) fn flat() -> &'static [u32; 4096] {
    static FLAT: [u32; 4096] = [4_096; 4096];
    &FLAT
}

/// Place in [`values`].
pub(crate) fn place(frequency: u32, lengths: u8) -> usize {
    usize::try_from((frequency & 63) << 6 | u32::from(lengths & 63)).unwrap_or(0)
}

fn value_of(counts: u8, lengths: u8) -> u32 {
    let title = TITLE_LENGTHS.get(usize::from(lengths >> 3)).map_or(1, |class| class.1);
    let body = BODY_LENGTHS.get(usize::from(lengths & 7)).map_or(1, |class| class.1);
    let (mut best, mut sum) = (0, 0);
    for (section, weight) in WEIGHTS {
        let count = u64::from(section.count(counts)) * 1_000;
        // A description is judged by what it mentions, not by its length.
        let relative = match section {
            Section::Title => title * LENGTH_INFLUENCE / TITLE_AVERAGE,
            Section::Body => body * LENGTH_INFLUENCE / BODY_AVERAGE,
            Section::Rest => LENGTH_INFLUENCE,
        };
        let norm = SATURATION * (1_000 - LENGTH_INFLUENCE + relative) / 1_000;
        let value = weight * count * 4_096 / 1_000 / (count + norm).max(1);
        best = best.max(value);
        sum += value;
    }
    u32::try_from(best + (sum - best) * TIE / 100).unwrap_or(u32::MAX)
}

/// Rarity of a term, `log2(documents / frequency)` in eighths, at least 1.
pub(crate) fn rarity(documents: u64, frequency: u64) -> u8 {
    let ratio = (u128::from(documents) * 2 + 2) << 32;
    let ratio = ratio / (u128::from(frequency) * 2 + 1);
    let Some(bits) = ratio.checked_ilog2() else { return 1 };
    let Some(whole) = bits.checked_sub(32) else { return 1 };
    // Mantissa in 31 bits after the point; squaring it yields the next bit of the logarithm.
    let mut mantissa = if bits >= 31 {
        ratio >> (bits - 31)
    } else {
        ratio << (31 - bits)
    };
    let mut eighths = whole;
    for _ in 0..3 {
        mantissa = (mantissa * mantissa) >> 31;
        let two_or_more = mantissa >> 32 == 1;
        eighths = eighths << 1 | u32::from(two_or_more);
        mantissa >>= u32::from(two_or_more);
    }
    u8::try_from(eighths.max(1)).unwrap_or(u8::MAX)
}

/// A score for the caller; the standard library has no lossless way for all 32 bits.
pub(crate) fn displayed(score: u64) -> f32 {
    let score = u32::try_from(score).unwrap_or(u32::MAX);
    let high = u16::try_from(score >> 16).unwrap_or(u16::MAX);
    let low = u16::try_from(score & 0xffff).unwrap_or(0);
    (f32::from(high) * 65_536.0 + f32::from(low)) / 65_536.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarity_is_a_logarithm_in_eighths() {
        assert_eq!(rarity(1_023, 0), 88, "2048 / 1 = 2^11");
        assert_eq!(rarity(100_000, 100_000), 1, "everywhere is still worth something");
        assert_eq!(rarity(10, 1_000), 1, "deleted listings may outnumber the live ones");
        assert!((1..1_000).all(|f| rarity(1_000, f) >= rarity(1_000, f + 1)), "monotone");
    }

    #[test]
    fn sections_rank_title_body_rest() {
        let once = |section: Section| value_of(section.increment(0), length_class(9, 30));
        assert!(once(Section::Title) > once(Section::Body));
        assert!(once(Section::Body) > once(Section::Rest));
        assert!(once(Section::Rest) > 0);
    }

    #[test]
    fn no_value_is_above_the_greatest_of_its_length() {
        for (place, value) in values().iter().enumerate() {
            assert!(greatest().get(place & 63).is_some_and(|most| value <= most), "{place}");
        }
        let short = usize::from(length_class(3, 8));
        assert_eq!(greatest().get(short).copied(), Some(value_of(63, length_class(3, 8))));
    }

    #[test]
    fn counts_saturate_without_spilling() {
        let mut packed = 0;
        for _ in 0..9 {
            packed = Section::Body.increment(packed);
        }
        assert_eq!(packed, 0b1100);
    }
}
