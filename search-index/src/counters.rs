//! Facet counts: by set within a segment, by value over all of them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use tantivy::DocId;

use crate::{
    Facet, FacetCount, FacetSet, Facets,
    amounts::{AmountCounters, AmountTallies},
    choices::BASIC,
    columns::{Columns, place},
    facets::PRICE_BUCKETS,
    selection::Selection,
};

/// Facet counts by ordinal within one segment.
pub(crate) struct Counters {
    basic: Vec<Counter>,
    others: Vec<Counter>,
    amounts: Option<AmountCounters>,
}

/// How many listings have each set of values of a facet.
struct Counter {
    facet: Facet,
    place: usize,
    bit: u32,
    sets: Vec<u32>,
}

impl Counter {
    fn count(&mut self, row: &[u32], fails: u32) {
        if fails & !self.bit == 0
            && let Some(set) = row.get(self.place)
            && let Some(count) = self.sets.get_mut(place(*set))
        {
            *count += 1;
        }
    }
}

impl Counters {
    pub(crate) fn new(counted: FacetSet, columns: &Columns) -> Self {
        let mut counters = Self {
            basic: Vec::with_capacity(BASIC),
            others: Vec::new(),
            amounts: counted
                .has(Facet::Quantity)
                .then(|| AmountCounters::new(&columns.amounts)),
        };
        for facet in Facet::ALL.into_iter().filter(|facet| counted.has(*facet)) {
            let Some(values) = columns.choices.values(facet) else {
                continue;
            };
            let (list, place) = match facet.place().checked_sub(BASIC) {
                None => (&mut counters.basic, facet.place()),
                Some(place) => (&mut counters.others, place),
            };
            list.push(Counter {
                facet,
                place,
                bit: facet.bit(),
                sets: vec![0; values.sets.len()],
            });
        }
        counters
    }

    /// Counts a listing that fails these selections: in each facet whose own selection is all that it fails.
    pub(crate) fn count(&mut self, columns: &Columns, doc: DocId, fails: u32, selection: &Selection) {
        let at = place(doc);
        if let Some(row) = columns.choices.basic.get(at) {
            for counter in &mut self.basic {
                counter.count(row, fails);
            }
        }
        if !self.others.is_empty()
            && let Some(row) = columns.choices.others.get(at)
        {
            for counter in &mut self.others {
                counter.count(row, fails);
            }
        }
        if let Some(amounts) = &mut self.amounts {
            amounts.count(&columns.amounts, doc, fails, selection.amounts.as_ref());
        }
    }
}

/// Counts by value over all segments, as ordinals differ between segments.
#[derive(Default)]
pub(crate) struct Tallies {
    values: HashMap<Facet, BTreeMap<String, u64>>,
    amounts: AmountTallies,
}

impl Tallies {
    pub(crate) fn add(&mut self, columns: &Columns, counters: &Counters) {
        for counter in counters.basic.iter().chain(&counters.others) {
            let Some(values) = columns.choices.values(counter.facet) else {
                continue;
            };
            let tally = self.values.entry(counter.facet).or_default();
            let counted = values.sets.iter().zip(&counter.sets).filter(|(_, count)| **count > 0);
            for (set, count) in counted {
                for code in set.iter().filter_map(|ordinal| values.codes.get(place(*ordinal))) {
                    add(tally, code, *count);
                }
            }
        }
        if let Some(amounts) = &counters.amounts {
            self.amounts.add(&columns.amounts, amounts);
        }
    }

    pub(crate) fn finish(mut self) -> Facets {
        let mut take = |facet| self.values.remove(&facet).unwrap_or_default();
        let mut prices = take(Facet::Price);
        let prices = PRICE_BUCKETS.iter().filter_map(|bucket| prices.remove_entry(*bucket));
        Facets {
            kinds: by_count(take(Facet::Kind)),
            fields: by_count(take(Facet::Field)),
            provinces: by_count(take(Facet::Province)),
            // One digit each: in order.
            trl: counts(take(Facet::Trl)),
            prices: counts(prices),
            price_modes: by_count(take(Facet::PriceMode)),
            stages: by_count(take(Facet::Stage)),
            transfer_modes: by_count(take(Facet::TransferMode)),
            ip_statuses: by_count(take(Facet::IpStatus)),
            origins: by_count(take(Facet::Origin)),
            certifications: by_count(take(Facet::Certification)),
            quantities: self.amounts.finish(),
        }
    }
}

fn add(tally: &mut BTreeMap<String, u64>, value: &str, count: u32) {
    match tally.get_mut(value) {
        Some(all) => *all += u64::from(count),
        None => {
            tally.insert(value.to_owned(), u64::from(count));
        }
    }
}

fn counts(values: impl IntoIterator<Item = (String, u64)>) -> Vec<FacetCount> {
    let count = |(value, count)| FacetCount { value, count };
    values.into_iter().map(count).collect()
}

fn by_count(tally: BTreeMap<String, u64>) -> Vec<FacetCount> {
    let mut counts = counts(tally);
    counts.sort_by_key(|facet| Reverse(facet.count));
    counts
}
