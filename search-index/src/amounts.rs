//! Quantities that specifications tell, as ranges that can be chosen and counted.

use std::{collections::BTreeMap, str::FromStr};

use tantivy::{DocId, SegmentReader};

use crate::{
    Error, QuantityCount, Result,
    analyzer::analyze,
    columns::{dictionary, place},
    understand::{Dimension, Quantity},
};

/// Quantities of one kind within two bounds, both included: what a specification tells, or what is looked for.
///
/// Written as `500..2000kg/h`, `500kg/h..`, `..2t/h` or `380V`: numbers with a decimal point, the unit behind the last one
/// at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuantityRange {
    dimension: Dimension,
    from: u64,
    to: u64,
}

/// The text is no range of quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a range of quantities")]
pub struct QuantityRangeError;

/// What stands between the bounds.
const BETWEEN: &str = "..";
/// Longest text of a range.
const LONGEST: usize = 60;

impl QuantityRange {
    /// A range that a specification tells; none when the unit is not known or the bounds are the wrong way round.
    #[must_use]
    pub fn between(from: &str, to: &str, unit: &str) -> Option<Self> {
        let (from, to) = (quantity(from, unit)?, quantity(to, unit)?);
        (from.value <= to.value).then_some(Self {
            dimension: from.dimension,
            from: from.value,
            to: to.value,
        })
    }

    /// The kind of quantity, such as `mass_rate`.
    #[must_use]
    pub fn dimension(&self) -> String {
        self.dimension.code()
    }

    /// Every kind of quantity that there is.
    pub fn dimensions() -> impl Iterator<Item = String> {
        Dimension::all().map(Dimension::code)
    }

    /// The unit in which amounts of a kind of quantity are told; none for a kind that there is not.
    #[must_use]
    pub fn unit_of(dimension: &str) -> Option<String> {
        Dimension::from_code(dimension).map(Dimension::unit)
    }

    /// As it is indexed, and all that it says: ranges of one dimension stand together in the order of these texts.
    pub(crate) fn code(&self) -> String {
        format!("{}:{}-{}", self.dimension.code(), self.from, self.to)
    }

    fn from_code(code: &str) -> Option<(Dimension, u64, u64)> {
        let (dimension, bounds) = code.split_once(':')?;
        let (from, to) = bounds.split_once('-')?;
        Some((Dimension::from_code(dimension)?, from.parse().ok()?, to.parse().ok()?))
    }

    /// Whether two ranges of one dimension have an amount in common.
    fn meets(&self, amount: &Amount) -> bool {
        self.from <= amount.to && amount.from <= self.to
    }
}

impl FromStr for QuantityRange {
    type Err = QuantityRangeError;

    fn from_str(text: &str) -> std::result::Result<Self, QuantityRangeError> {
        read(text.trim()).ok_or(QuantityRangeError)
    }
}

fn read(text: &str) -> Option<QuantityRange> {
    if text.len() > LONGEST {
        return None;
    }
    let Some((from, to)) = text.split_once(BETWEEN) else {
        let (number, unit) = apart(text)?;
        return QuantityRange::between(number, number, unit);
    };
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() {
        let (number, unit) = apart(to)?;
        let to = quantity(number, unit)?;
        return Some(QuantityRange {
            dimension: to.dimension,
            from: 0,
            to: to.value,
        });
    }
    let (number, unit) = apart(from)?;
    if to.is_empty() {
        let from = quantity(number, unit)?;
        return Some(QuantityRange {
            dimension: from.dimension,
            from: from.value,
            to: u64::MAX,
        });
    }
    let (upper, upper_unit) = apart(to)?;
    let from = quantity(number, if unit.is_empty() { upper_unit } else { unit })?;
    let to = quantity(upper, upper_unit)?;
    (from.dimension == to.dimension && from.value <= to.value).then_some(QuantityRange {
        dimension: from.dimension,
        from: from.value,
        to: to.value,
    })
}

/// A number and what stands behind it.
fn apart(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.');
    let (number, unit) = text.split_at_checked(digits.count())?;
    Some((number, unit.trim()))
}

/// A number with a decimal point in a unit as people spell it: what the analyser makes of it, if that is all of it.
fn quantity(number: &str, unit: &str) -> Option<Quantity> {
    // In a text `3m` may be a brand; where a unit is told it is the metre.
    let unit = match unit.strip_prefix('m') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("met{rest}"),
        _ => unit.to_owned(),
    };
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    // The analyser reads `1.500` as people here do, as a thousand and a half.
    let written = match number.split_once('.') {
        Some((whole, fraction)) if is_digits(whole) && is_digits(fraction) => format!("{whole},{fraction} {unit}"),
        None if is_digits(number) => format!("{number} {unit}"),
        _ => return None,
    };
    let analysis = analyze(&written);
    let mut whole = analysis.codes.iter().filter(|code| code.range == (0..written.len()));
    whole.find_map(|code| Quantity::from_code(&code.text))
}

/// A distinct range of a segment.
#[derive(Debug, Clone, Copy)]
struct Amount {
    /// Place in [`Amounts::dimensions`].
    dimension: u32,
    from: u64,
    to: u64,
}

/// The ranges of the listings of one segment.
pub(crate) struct Amounts {
    distinct: Vec<Amount>,
    dimensions: Vec<Dimension>,
    /// Where the ranges of each listing start in `of`, and where the last ones end.
    starts: Vec<u32>,
    /// Places in `distinct`; those of one listing and one dimension stand together.
    of: Vec<u32>,
}

impl Amounts {
    pub(crate) fn read(segment: &SegmentReader) -> Result<Self> {
        let mut amounts = Self {
            distinct: Vec::new(),
            dimensions: Vec::new(),
            starts: vec![0; place(segment.max_doc()) + 1],
            of: Vec::new(),
        };
        let Some((codes, ordinals)) = dictionary(segment, "quantity")? else {
            return Ok(amounts);
        };
        for code in &codes {
            let Some((dimension, from, to)) = QuantityRange::from_code(code) else {
                return Err(Error::Corrupt(format!("column quantity: {code}")));
            };
            let known = amounts.dimensions.iter().position(|known| *known == dimension);
            let at = known.unwrap_or_else(|| {
                amounts.dimensions.push(dimension);
                amounts.dimensions.len() - 1
            });
            let dimension = u32::try_from(at).unwrap_or(u32::MAX);
            amounts.distinct.push(Amount { dimension, from, to });
        }
        let mut starts = Vec::with_capacity(amounts.starts.len());
        for doc in 0..segment.max_doc() {
            let start = amounts.of.len();
            starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            let ordinals = ordinals.values_for_doc(doc);
            amounts.of.extend(ordinals.filter_map(|at| u32::try_from(at).ok()));
            // The order of the dictionary keeps those of one dimension together.
            if let Some(own) = amounts.of.get_mut(start..) {
                own.sort_unstable();
            }
        }
        starts.push(u32::try_from(amounts.of.len()).unwrap_or(u32::MAX));
        amounts.starts = starts;
        Ok(amounts)
    }

    /// The ranges of a listing, as places.
    fn of(&self, doc: DocId) -> &[u32] {
        let at = place(doc);
        let (start, end) = (self.starts.get(at), self.starts.get(at.saturating_add(1)));
        let (Some(start), Some(end)) = (start, end) else {
            return &[];
        };
        self.of.get(place(*start)..place(*end)).unwrap_or(&[])
    }
}

/// Kinds of quantities that one search may be narrowed by.
pub(crate) const MOST_DIMENSIONS: u32 = 8;
/// The bit of the first of them.
const FIRST_BIT: u32 = 16;

/// The bits of all of them.
pub(crate) const DIMENSION_BITS: u32 = ((1 << MOST_DIMENSIONS) - 1) << FIRST_BIT;

/// What is chosen by quantities, in the places of one segment.
pub(crate) struct AmountSelection {
    /// For each distinct range, the bit of the choice that it fits.
    fits: Vec<u32>,
    /// Bits of all choices.
    wanted: u32,
    /// For each dimension of the segment, the bit of the choice about it.
    bits: Vec<u32>,
}

impl AmountSelection {
    /// None when nothing is chosen.
    pub(crate) fn new(ranges: &[QuantityRange], amounts: &Amounts) -> Option<Self> {
        if ranges.is_empty() {
            return None;
        }
        let mut chosen: Vec<Dimension> = Vec::new();
        for range in ranges {
            if !chosen.contains(&range.dimension) {
                chosen.push(range.dimension);
            }
        }
        let bit_of = |dimension: &Dimension| {
            let at = chosen.iter().position(|known| known == dimension);
            let at = at
                .and_then(|at| u32::try_from(at).ok())
                .filter(|at| *at < MOST_DIMENSIONS);
            at.map_or(0, |at| 1 << (FIRST_BIT + at))
        };
        let bits: Vec<u32> = amounts.dimensions.iter().map(bit_of).collect();
        let fits = amounts.distinct.iter().map(|amount| {
            let dimension = amounts.dimensions.get(place(amount.dimension));
            let fits = |range: &&QuantityRange| Some(&range.dimension) == dimension && range.meets(amount);
            ranges.iter().find(fits).map_or(0, |range| bit_of(&range.dimension))
        });
        Some(Self {
            fits: fits.collect(),
            wanted: chosen.iter().map(bit_of).fold(0, |all, bit| all | bit),
            bits,
        })
    }

    /// Bits of the choices that a listing fails.
    pub(crate) fn fails(&self, amounts: &Amounts, doc: DocId) -> u32 {
        let fitting = amounts.of(doc).iter().filter_map(|at| self.fits.get(place(*at)));
        self.wanted & !fitting.fold(0, |all, bit| all | bit)
    }
}

/// Counts of quantities within one segment.
pub(crate) struct AmountCounters {
    /// Which distinct ranges were met.
    seen: Vec<bool>,
    /// Listings by dimension.
    listings: Vec<u32>,
}

impl AmountCounters {
    pub(crate) fn new(amounts: &Amounts) -> Self {
        Self {
            seen: vec![false; amounts.distinct.len()],
            listings: vec![0; amounts.dimensions.len()],
        }
    }

    /// Counts a listing; each kind of quantity ignores what was chosen of itself.
    pub(crate) fn count(&mut self, amounts: &Amounts, doc: DocId, fails: u32, chosen: Option<&AmountSelection>) {
        let mut last = u32::MAX;
        for at in amounts.of(doc) {
            let at = place(*at);
            let Some(amount) = amounts.distinct.get(at) else {
                continue;
            };
            let own = chosen.and_then(|chosen| chosen.bits.get(place(amount.dimension)));
            if fails & !own.copied().unwrap_or(0) != 0 {
                continue;
            }
            if let Some(seen) = self.seen.get_mut(at) {
                *seen = true;
            }
            if amount.dimension != last {
                last = amount.dimension;
                if let Some(count) = self.listings.get_mut(place(amount.dimension)) {
                    *count += 1;
                }
            }
        }
    }
}

/// Counts over all segments.
#[derive(Default)]
pub(crate) struct AmountTallies(BTreeMap<Dimension, (u64, u64, u64)>);

impl AmountTallies {
    pub(crate) fn add(&mut self, amounts: &Amounts, counters: &AmountCounters) {
        for (dimension, count) in amounts.dimensions.iter().zip(&counters.listings) {
            if *count > 0 {
                let tally = self.0.entry(*dimension).or_insert((0, u64::MAX, 0));
                tally.0 += u64::from(*count);
            }
        }
        let seen = amounts.distinct.iter().zip(&counters.seen).filter(|(_, seen)| **seen);
        for (amount, _) in seen {
            let dimension = amounts.dimensions.get(place(amount.dimension));
            if let Some(tally) = dimension.and_then(|dimension| self.0.get_mut(dimension)) {
                tally.1 = tally.1.min(amount.from);
                tally.2 = tally.2.max(amount.to);
            }
        }
    }

    /// The most frequent first.
    pub(crate) fn finish(self) -> Vec<QuantityCount> {
        let counts = self.0.into_iter().map(|(dimension, (count, min, max))| QuantityCount {
            dimension: dimension.code(),
            unit: dimension.unit(),
            count,
            min,
            max,
        });
        let mut counts: Vec<_> = counts.collect();
        counts.sort_by(|one, other| (other.count, &one.dimension).cmp(&(one.count, &other.dimension)));
        counts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> Option<String> {
        text.parse::<QuantityRange>().ok().map(|range| range.code())
    }

    #[test]
    fn ranges_are_read() {
        for (text, expected) in [
            ("500..2000kg/h", "mass_rate:500000000-2000000000"),
            ("500kg/h..2t/h", "mass_rate:500000000-2000000000"),
            ("0.5 .. 2 tấn/giờ", "mass_rate:500000000-2000000000"),
            ("..1.5kW", "power:0-1500000"),
            ("1500W..", "power:1500000-18446744073709551615"),
            ("380V", "voltage:380000000-380000000"),
            ("2 m³", "volume:2000000000-2000000000"),
            ("5 tấn/ngày", "mass_per_day:5000000000-5000000000"),
        ] {
            assert_eq!(code(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "..",
            "500",
            "kg",
            "500..2000",
            "2000..500kg",
            "500kg..2000V",
            "500kg..2000",
            "1,5kW",
            "1.5.0kW",
            "-5kW",
            "5kW extra",
            "5 furlongs",
            "1kW 2kW",
            "5kW..6kW..7kW",
            "9999999999kW",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn codes_are_read_again() {
        for text in ["500..2000kg/h", "..3m", "5 kW..", "20 chai/mẻ", "3 t/ca"] {
            let range: QuantityRange = text.parse().unwrap();
            let read = QuantityRange::from_code(&range.code());
            assert_eq!(read, Some((range.dimension, range.from, range.to)), "{text}");
        }
    }

    #[test]
    fn units_that_are_told_are_understood() {
        for dimension in Dimension::all() {
            let unit = dimension.unit();
            let range = QuantityRange::between("1", "2.5", &unit);
            assert_eq!(range.map(|range| range.dimension), Some(dimension), "{unit}");
            assert_eq!(
                range.map(|range| (range.from, range.to)),
                Some((1_000_000, 2_500_000)),
                "{unit}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text(text in "[0-9.]{0,6}(\\.\\.)?[0-9.]{0,6}[a-zA-Z³/ ]{0,6}|.{0,70}") {
            if let Ok(range) = text.parse::<QuantityRange>() {
                prop_assert!(range.from <= range.to);
                prop_assert!(QuantityRange::from_code(&range.code()).is_some());
            }
        }
    }
}
