//! Facet counts: by set within a segment, by value over all of them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
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

/// Facet counts by number of a set within one segment, see [`Choices`](crate::choices::Choices).
pub(crate) struct Counters {
    counted: FacetSet,
    basic: Vec<u32>,
    others: Option<Vec<u32>>,
    amounts: Option<AmountCounters>,
}

impl Counters {
    pub(crate) fn new(counted: FacetSet, columns: &Columns) -> Self {
        let [basic, others] = columns.choices.numbers;
        let mut rare = Facet::ALL.into_iter().skip(BASIC);
        let counts_others = rare.any(|facet| facet != Facet::Quantity && counted.has(facet));
        Self {
            counted,
            basic: vec![0; basic],
            others: counts_others.then(|| vec![0; others]),
            amounts: counted
                .has(Facet::Quantity)
                .then(|| AmountCounters::new(&columns.amounts)),
        }
    }

    /// Counts a listing that fails these selections: in each facet whose own selection is all that it fails.
    pub(crate) fn count(&mut self, columns: &Columns, doc: DocId, fails: u32, selection: &Selection) {
        let at = place(doc);
        // Those that were not asked for are counted too: to ask would cost as much.
        if let Some(row) = columns.choices.basic.get(at) {
            count_row(row, &mut self.basic, 0, fails);
        }
        if let Some(others) = &mut self.others
            && let Some(row) = columns.choices.others.get(at)
        {
            count_row(row, others, BASIC, fails);
        }
        if let Some(amounts) = &mut self.amounts {
            amounts.count(&columns.amounts, doc, fails, selection.amounts.as_ref());
        }
    }
}

/// Counts a row of facets, the first of which has this place.
fn count_row<const N: usize>(row: &[u32; N], counts: &mut [u32], first: usize, fails: u32) {
    let mut one_more = |number: u32| {
        if let Some(count) = counts.get_mut(place(number)) {
            *count += 1;
        }
    };
    if fails == 0 {
        for number in row {
            one_more(*number);
        }
        return;
    }
    for (facet, number) in (first..).zip(row) {
        if fails & !(1 << facet) == 0 {
            one_more(*number);
        }
    }
}

/// Counts by value over all segments, as ordinals differ between segments.
pub(crate) struct Tallies<'a> {
    values: HashMap<Facet, BTreeMap<String, u64>>,
    amounts: AmountTallies,
    fields_as: &'a BTreeMap<String, Vec<String>>,
}

impl<'a> Tallies<'a> {
    /// Nothing yet; `fields_as` is what some fields are counted as.
    pub(crate) fn new(fields_as: &'a BTreeMap<String, Vec<String>>) -> Self {
        Self {
            values: HashMap::new(),
            amounts: AmountTallies::default(),
            fields_as,
        }
    }

    pub(crate) fn add(&mut self, columns: &Columns, counters: &Counters) {
        for facet in Facet::ALL.into_iter().filter(|facet| counters.counted.has(*facet)) {
            let counts = if facet.place() < BASIC {
                Some(&counters.basic)
            } else {
                counters.others.as_ref()
            };
            let Some((values, counts)) = columns.choices.values(facet).zip(counts) else {
                continue;
            };
            let tally = self.values.entry(facet).or_default();
            let counts = counts.get(place(values.first)..).unwrap_or(&[]);
            let counted = values.sets.iter().zip(counts).filter(|(_, count)| **count > 0);
            for (set, count) in counted {
                let codes = set.iter().filter_map(|ordinal| values.codes.get(place(*ordinal)));
                if facet == Facet::Field && !self.fields_as.is_empty() {
                    for code in counted_as(codes, self.fields_as) {
                        add(tally, code, *count);
                    }
                } else {
                    codes.for_each(|code| add(tally, code, *count));
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
            enterprises: by_count(take(Facet::Enterprise)),
            quantities: self.amounts.finish(),
        }
    }
}

/// The codes that a listing is counted by, each once: it may have an older code beside the one that took its place.
fn counted_as<'b>(
    codes: impl Iterator<Item = &'b String>,
    fields_as: &'b BTreeMap<String, Vec<String>>,
) -> BTreeSet<&'b str> {
    let mut all = BTreeSet::new();
    for code in codes {
        match fields_as.get(code) {
            Some(others) => all.extend(others.iter().map(String::as_str)),
            None => {
                all.insert(code.as_str());
            }
        }
    }
    all
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
