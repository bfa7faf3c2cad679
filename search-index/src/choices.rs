//! What the listings of one segment can be chosen and counted by.

use std::collections::HashMap;

use tantivy::{DocId, SegmentReader, columnar::Column};

use crate::{
    Facet, Result,
    columns::{ON_REQUEST, dictionary, place},
    facets::{PRICE_BUCKETS, price_bucket},
};

/// Facets that most searches count; their columns lie side by side.
pub(crate) const BASIC: usize = 5;
/// The others but quantities.
pub(crate) const OTHERS: usize = 7;

/// Levels 1 to 9; others are none.
const LEVELS: u8 = 9;

/// The values of one facet.
#[derive(Default)]
pub(crate) struct Values {
    /// Codes by ordinal.
    pub(crate) codes: Vec<String>,
    /// Distinct sets of ordinals, the empty one first, then those of one value: counting a listing is one addition.
    pub(crate) sets: Vec<Box<[u32]>>,
    /// Number of the first set.
    pub(crate) first: u32,
}

/// Facets of one segment. A row has for each facet a number that stands for a set of its [`Values`]: these of one row are
/// numbered through, so that one table counts them all.
pub(crate) struct Choices {
    pub(crate) basic: Vec<[u32; BASIC]>,
    pub(crate) others: Vec<[u32; OTHERS]>,
    /// How many numbers there are in a row of either.
    pub(crate) numbers: [usize; 2],
    values: Vec<Values>,
}

impl Values {
    fn new(codes: Vec<String>) -> Self {
        let ordinals = (0..codes.len()).filter_map(|ordinal| u32::try_from(ordinal).ok());
        let sets = std::iter::once(Box::from([])).chain(ordinals.map(|ordinal| Box::from([ordinal])));
        Self {
            sets: sets.collect(),
            codes,
            first: 0,
        }
    }
}

impl Choices {
    pub(crate) fn read(segment: &SegmentReader, prices: &[u64]) -> Result<Self> {
        let documents = place(segment.max_doc());
        let mut choices = Self {
            basic: vec![[0; BASIC]; documents],
            others: vec![[0; OTHERS]; documents],
            numbers: [0; 2],
            values: Vec::with_capacity(BASIC + OTHERS),
        };
        for facet in Facet::ALL {
            let values = match facet {
                Facet::Kind => choices.texts(segment, facet, "kind")?,
                Facet::Field => choices.texts(segment, facet, "field")?,
                Facet::Province => choices.texts(segment, facet, "province")?,
                Facet::Trl => choices.levels(segment)?,
                Facet::Price => choices.prices(prices),
                Facet::PriceMode => choices.texts(segment, facet, "price_mode")?,
                Facet::Stage => choices.texts(segment, facet, "stage")?,
                Facet::TransferMode => choices.texts(segment, facet, "transfer_mode")?,
                Facet::IpStatus => choices.texts(segment, facet, "ip_status")?,
                Facet::Origin => choices.texts(segment, facet, "origin")?,
                Facet::Certification => choices.texts(segment, facet, "certification")?,
                Facet::Enterprise => choices.texts(segment, facet, "enterprise")?,
                // Ranges of numbers, see `Amounts`.
                Facet::Quantity => continue,
            };
            choices.values.push(values);
        }
        choices.number_through();
        Ok(choices)
    }

    /// Turns places of sets into numbers.
    fn number_through(&mut self) {
        let mut firsts = Vec::with_capacity(BASIC + OTHERS);
        for (place, values) in self.values.iter_mut().enumerate() {
            let numbers = if place < BASIC {
                self.numbers.first_mut()
            } else {
                self.numbers.last_mut()
            };
            if let Some(numbers) = numbers {
                values.first = u32::try_from(*numbers).unwrap_or(u32::MAX);
                *numbers += values.sets.len();
            }
            firsts.push(values.first);
        }
        let (basic, others) = firsts.split_at(BASIC.min(firsts.len()));
        for row in &mut self.basic {
            row.iter_mut().zip(basic).for_each(|(cell, first)| *cell += first);
        }
        for row in &mut self.others {
            row.iter_mut().zip(others).for_each(|(cell, first)| *cell += first);
        }
    }

    /// The values of a facet; quantities have none.
    pub(crate) fn values(&self, facet: Facet) -> Option<&Values> {
        self.values.get(facet.place())
    }

    /// The level of a listing, 0 for none.
    pub(crate) fn trl(&self, doc: DocId) -> u32 {
        self.set_of(doc, Facet::Trl).unwrap_or(0)
    }

    /// The place of a listing's set among the values of a basic facet.
    pub(crate) fn set_of(&self, doc: DocId, facet: Facet) -> Option<u32> {
        let number = self.basic.get(place(doc))?.get(facet.place())?;
        number.checked_sub(self.values(facet)?.first)
    }

    fn set(&mut self, doc: usize, facet: Facet, set: u32) {
        let at = facet.place();
        let cell = match at.checked_sub(BASIC) {
            None => self.basic.get_mut(doc).and_then(|row| row.get_mut(at)),
            Some(at) => self.others.get_mut(doc).and_then(|row| row.get_mut(at)),
        };
        if let Some(cell) = cell {
            *cell = set;
        }
    }

    fn texts(&mut self, segment: &SegmentReader, facet: Facet, name: &str) -> Result<Values> {
        let Some((codes, ordinals)) = dictionary(segment, name)? else {
            return Ok(Values::new(Vec::new()));
        };
        let mut values = Values::new(codes);
        let mut known = HashMap::new();
        let mut own = Vec::new();
        for doc in 0..segment.max_doc() {
            own.clear();
            own.extend(ordinals_of(&ordinals, doc));
            let set = match own.as_mut_slice() {
                [] => 0,
                [only] => *only + 1,
                several => {
                    several.sort_unstable();
                    own.dedup();
                    interned(&own, &mut values, &mut known)
                }
            };
            self.set(place(doc), facet, set);
        }
        Ok(values)
    }

    fn levels(&mut self, segment: &SegmentReader) -> Result<Values> {
        let levels = segment.fast_fields().u64("trl")?;
        for doc in 0..segment.max_doc() {
            let level = levels.first(doc).and_then(|level| u32::try_from(level).ok());
            let level = level.filter(|level| *level <= u32::from(LEVELS));
            self.set(place(doc), Facet::Trl, level.unwrap_or(0));
        }
        Ok(Values::new((1..=LEVELS).map(|level| level.to_string()).collect()))
    }

    fn prices(&mut self, prices: &[u64]) -> Values {
        for (doc, price) in prices.iter().enumerate() {
            let bucket = price_bucket((*price != ON_REQUEST).then_some(*price));
            self.set(doc, Facet::Price, u32::from(bucket) + 1);
        }
        Values::new(PRICE_BUCKETS.map(str::to_owned).into())
    }
}

fn ordinals_of(ordinals: &Column<u64>, doc: DocId) -> impl Iterator<Item = u32> {
    ordinals.values_for_doc(doc).filter_map(|at| u32::try_from(at).ok())
}

/// The place of a set of two values or more; one that is new is added.
fn interned(set: &[u32], values: &mut Values, known: &mut HashMap<Box<[u32]>, u32>) -> u32 {
    if let [only] = set {
        return *only + 1;
    }
    if let Some(at) = known.get(set) {
        return *at;
    }
    let at = u32::try_from(values.sets.len()).unwrap_or(0);
    values.sets.push(set.into());
    known.insert(set.into(), at);
    at
}
