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
pub(crate) const OTHERS: usize = 6;

/// Levels 1 to 9; others are none.
const LEVELS: u8 = 9;

/// The values of one facet.
#[derive(Default)]
pub(crate) struct Values {
    /// Codes by ordinal.
    pub(crate) codes: Vec<String>,
    /// Distinct sets of ordinals, the empty one first, then those of one value: counting a listing is one addition.
    pub(crate) sets: Vec<Box<[u32]>>,
}

/// Facets of one segment. A row has for each facet the place of a set in its [`Values`].
pub(crate) struct Choices {
    pub(crate) basic: Vec<[u32; BASIC]>,
    pub(crate) others: Vec<[u32; OTHERS]>,
    values: Vec<Values>,
}

impl Values {
    fn new(codes: Vec<String>) -> Self {
        let ordinals = (0..codes.len()).filter_map(|ordinal| u32::try_from(ordinal).ok());
        let sets = std::iter::once(Box::from([])).chain(ordinals.map(|ordinal| Box::from([ordinal])));
        Self {
            sets: sets.collect(),
            codes,
        }
    }
}

impl Choices {
    pub(crate) fn read(segment: &SegmentReader, prices: &[u64]) -> Result<Self> {
        let documents = place(segment.max_doc());
        let mut choices = Self {
            basic: vec![[0; BASIC]; documents],
            others: vec![[0; OTHERS]; documents],
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
                // Ranges of numbers, see `Amounts`.
                Facet::Quantity => continue,
            };
            choices.values.push(values);
        }
        Ok(choices)
    }

    /// The values of a facet; quantities have none.
    pub(crate) fn values(&self, facet: Facet) -> Option<&Values> {
        self.values.get(facet.place())
    }

    /// The level of a listing, 0 for none.
    pub(crate) fn trl(&self, doc: DocId) -> u32 {
        let row = self.basic.get(place(doc));
        row.and_then(|row| row.get(Facet::Trl.place())).copied().unwrap_or(0)
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
