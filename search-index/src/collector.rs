//! One pass over matching listings: exact total, best hits, facet counts.

use std::{cmp::Reverse, collections::BTreeMap, collections::BinaryHeap};

use tantivy::DocId;

use crate::{
    FacetCount, Facets, Filters, Sort,
    columns::{Columns, ON_REQUEST, Row, place},
    cursor::Key,
    facets::PRICE_BUCKETS,
};

/// A tier with this many matches is enough; otherwise fewer words are required. Counted before
/// the filters and the same for every page size and order: none of these changes what matches,
/// and selecting a facet value shows as many hits as it announced.
pub(crate) const ENOUGH: u64 = 20;

/// Bits of the selections that a listing fails.
const KIND: u8 = 1;
const FIELD: u8 = 2;
const PROVINCE: u8 = 4;
const TRL: u8 = 8;
const PRICE: u8 = 16;
/// The price mode has no facet: failing it hides the listing from every count.
const HIDDEN: u8 = 32;

/// Bits of a sort key below the number of words, of which there are 64 at most.
const BELOW_WORDS: u32 = 57;
/// Prices from here on, 144 million thousand million đồng, are one in the order.
const DEAREST: u64 = (1 << BELOW_WORDS) - 2;

/// Levels 1 to 9 with 0 for absent; others are not counted.
const TRL_PLACES: usize = 10;

/// A hit before its id is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) key: Key,
    pub(crate) segment: usize,
    pub(crate) doc: DocId,
}

/// What one pass yields.
#[derive(Default)]
pub(crate) struct Collected {
    /// Best first.
    pub(crate) hits: Vec<Found>,
    /// Matches whatever the filters; counted exactly up to [`ENOUGH`] only.
    pub(crate) matched: u64,
    /// Most of the query's mass that a listing covers, where not all must be.
    pub(crate) covered: u32,
    /// The same of the listings that have all of a stretch of known words, see `Masses::has_stretch`.
    pub(crate) understood: u32,
    pub(crate) total: u64,
    /// Hits after the cursor, those of this page included.
    pub(crate) remaining: u64,
    pub(crate) facets: Option<Facets>,
}

/// Collects over all segments.
pub(crate) struct Collector<'a> {
    filters: &'a Filters,
    sort: Sort,
    limit: usize,
    after: Option<Key>,
    heap: BinaryHeap<Reverse<Found>>,
    matched: u64,
    covered: u32,
    understood: u32,
    total: u64,
    remaining: u64,
    tallies: Option<Tallies>,
}

/// Counts by value over all segments, as ordinals differ between segments.
#[derive(Default)]
struct Tallies {
    kinds: BTreeMap<String, u64>,
    fields: BTreeMap<String, u64>,
    provinces: BTreeMap<String, u64>,
    trl: [u64; TRL_PLACES],
    prices: [u64; PRICE_BUCKETS.len()],
}

impl<'a> Collector<'a> {
    pub(crate) fn new(filters: &'a Filters, sort: Sort, limit: usize, after: Option<Key>, facets: bool) -> Self {
        Self {
            filters,
            sort,
            limit,
            after,
            heap: BinaryHeap::with_capacity(limit + 1),
            matched: 0,
            covered: 0,
            understood: 0,
            total: 0,
            remaining: 0,
            tallies: facets.then(Tallies::default),
        }
    }

    /// Collects one segment.
    pub(crate) fn segment<'b>(&'b mut self, ordinal: usize, columns: &'b Columns) -> SegmentCollector<'a, 'b> {
        SegmentCollector {
            ordinal,
            columns,
            selection: Selection::new(self.filters, columns),
            counters: self.tallies.is_some().then(|| Counters::new(columns)),
            all: self,
        }
    }

    pub(crate) fn finish(self) -> Collected {
        let hits = self
            .heap
            .into_sorted_vec()
            .into_iter()
            .map(|Reverse(found)| found)
            .collect();
        let facets = self.tallies.map(Tallies::finish);
        Collected {
            hits,
            matched: self.matched,
            covered: self.covered,
            understood: self.understood,
            total: self.total,
            remaining: self.remaining,
            facets,
        }
    }
}

/// Collects within one segment.
pub(crate) struct SegmentCollector<'a, 'b> {
    ordinal: usize,
    columns: &'b Columns,
    selection: Selection<'b>,
    counters: Option<Counters>,
    all: &'b mut Collector<'a>,
}

impl SegmentCollector<'_, '_> {
    /// Whether a match of this listing could count for anything, to spare scoring it.
    pub(crate) fn admits(&self, doc: DocId) -> bool {
        if self.selection.everything || self.all.matched < ENOUGH {
            return true;
        }
        let Some(row) = self.columns.rows.get(place(doc)) else {
            return false;
        };
        let fails = self.selection.fails(row, self.columns.prices.get(place(doc)));
        // Failing exactly one selection still counts for that selection's own facet.
        fails == 0 || (self.counters.is_some() && fails.is_power_of_two() && fails != HIDDEN)
    }

    /// Notes how much of the query a listing covers, whether it is admitted or not.
    pub(crate) fn note_covered(&mut self, mass: u32, has_stretch: bool) {
        self.all.covered = self.all.covered.max(mass);
        if has_stretch {
            self.all.understood = self.all.understood.max(mass);
        }
    }

    /// Takes a live, matching listing with how many words of the query it has.
    pub(crate) fn collect(&mut self, doc: DocId, covers: u32, score: u64) {
        self.all.matched += 1;
        let at = place(doc);
        let Some(row) = self.columns.rows.get(at) else { return };
        let price = self.columns.prices.get(at);
        let fails = if self.selection.everything {
            0
        } else {
            self.selection.fails(row, price)
        };
        if let Some(counters) = &mut self.counters {
            counters.count(row, fails);
        }
        if fails != 0 {
            return;
        }
        self.all.total += 1;
        let Some(order) = self.columns.order.get(at) else {
            return;
        };
        // In any other order the listings with more of the words still come first: where fewer words are required,
        // the cheapest or newest listing is seldom what was meant. A score has the number of words in it already.
        let words = u64::from(covers) << BELOW_WORDS;
        let primary = match (self.all.sort, price) {
            (Sort::Relevance, _) => score,
            (Sort::Newest, _) | (_, None | Some(&ON_REQUEST)) => words,
            (Sort::PriceAscending, Some(price)) => words | (DEAREST + 1 - price.min(&DEAREST)),
            (Sort::PriceDescending, Some(price)) => words | (price.min(&DEAREST) + 1),
        };
        let key = Key {
            primary,
            published: order.published,
            tie: order.tie,
        };
        if self.all.after.is_some_and(|after| key >= after) {
            return;
        }
        self.all.remaining += 1;
        let full = self.all.heap.len() >= self.all.limit;
        let beaten = self.all.heap.peek().is_some_and(|Reverse(worst)| key <= worst.key);
        if full && beaten {
            return;
        }
        self.all.heap.push(Reverse(Found {
            key,
            segment: self.ordinal,
            doc,
        }));
        if full {
            self.all.heap.pop();
        }
    }

    /// Ends the segment.
    pub(crate) fn finish(self) {
        if let (Some(counters), Some(tallies)) = (self.counters, &mut self.all.tallies) {
            tallies.add(self.columns, &counters);
        }
    }
}

/// Filters in the ordinals of one segment.
struct Selection<'a> {
    everything: bool,
    kinds: Option<Vec<bool>>,
    field_sets: Option<Vec<bool>>,
    provinces: Option<Vec<bool>>,
    price_modes: Option<Vec<bool>>,
    price_buckets: Option<Vec<bool>>,
    filters: &'a Filters,
}

impl<'a> Selection<'a> {
    fn new(filters: &'a Filters, columns: &Columns) -> Self {
        let fields = chosen(&filters.fields, &columns.fields);
        let field_sets = fields.map(|fields| {
            let has = |set: &[u32]| set.iter().any(|field| flag(&fields, *field));
            columns.field_sets.iter().map(|set| has(set)).collect()
        });
        Self {
            everything: *filters == Filters::default(),
            kinds: chosen(&filters.kinds, &columns.kinds),
            field_sets,
            provinces: chosen(&filters.provinces, &columns.provinces),
            price_modes: chosen(&filters.price_modes, &columns.price_modes),
            price_buckets: chosen(&filters.price_buckets, &PRICE_BUCKETS),
            filters,
        }
    }

    fn fails(&self, row: &Row, price: Option<&u64>) -> u8 {
        let fails = |chosen: &Option<Vec<bool>>, ordinal: u32, bit: u8| match chosen {
            Some(chosen) if !flag(chosen, ordinal) => bit,
            _ => 0,
        };
        let mut failed = fails(&self.kinds, row.kind, KIND)
            | fails(&self.field_sets, row.field_set, FIELD)
            | fails(&self.provinces, row.province, PROVINCE)
            | fails(&self.price_modes, row.price_mode, HIDDEN)
            | fails(&self.price_buckets, row.price_bucket.into(), PRICE);
        let Filters {
            trl_min,
            trl_max,
            price_min,
            price_max,
            ..
        } = self.filters;
        let trl = (row.trl != 0).then_some(row.trl);
        if !within(trl, *trl_min, *trl_max) {
            failed |= TRL;
        }
        let price = price.copied().filter(|price| *price != ON_REQUEST);
        if !within(price, *price_min, *price_max) {
            failed |= PRICE;
        }
        failed
    }
}

fn within<T: PartialOrd + Copy>(value: Option<T>, min: Option<T>, max: Option<T>) -> bool {
    let Some(value) = value else {
        return min.is_none() && max.is_none();
    };
    min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
}

fn chosen(wanted: &[String], dictionary: &[impl AsRef<str>]) -> Option<Vec<bool>> {
    if wanted.is_empty() {
        return None;
    }
    Some(
        dictionary
            .iter()
            .map(|value| wanted.iter().any(|wanted| wanted == value.as_ref()))
            .collect(),
    )
}

fn flag(flags: &[bool], ordinal: u32) -> bool {
    flags.get(place(ordinal)).copied().unwrap_or(false)
}

/// Facet counts by ordinal within one segment.
struct Counters {
    kinds: Vec<u32>,
    field_sets: Vec<u32>,
    provinces: Vec<u32>,
    trl: [u32; TRL_PLACES],
    prices: [u32; PRICE_BUCKETS.len()],
}

impl Counters {
    fn new(columns: &Columns) -> Self {
        Self {
            kinds: vec![0; columns.kinds.len()],
            field_sets: vec![0; columns.field_sets.len()],
            provinces: vec![0; columns.provinces.len()],
            trl: [0; TRL_PLACES],
            prices: [0; PRICE_BUCKETS.len()],
        }
    }

    fn count(&mut self, row: &Row, fails: u8) {
        let counts_for = |own: u8| fails & !own == 0;
        if counts_for(KIND) {
            one_more(&mut self.kinds, place(row.kind));
        }
        if counts_for(FIELD) {
            one_more(&mut self.field_sets, place(row.field_set));
        }
        if counts_for(PROVINCE) {
            one_more(&mut self.provinces, place(row.province));
        }
        if counts_for(TRL) {
            one_more(&mut self.trl, usize::from(row.trl));
        }
        if counts_for(PRICE) {
            one_more(&mut self.prices, usize::from(row.price_bucket));
        }
    }
}

fn one_more(counts: &mut [u32], place: usize) {
    if let Some(count) = counts.get_mut(place) {
        *count += 1;
    }
}

impl Tallies {
    fn add(&mut self, columns: &Columns, counters: &Counters) {
        for (tally, values, counts) in [
            (&mut self.kinds, &columns.kinds, &counters.kinds),
            (&mut self.provinces, &columns.provinces, &counters.provinces),
        ] {
            for (value, count) in values.iter().zip(counts) {
                add(tally, value, *count);
            }
        }
        for (set, count) in columns.field_sets.iter().zip(&counters.field_sets) {
            for value in set.iter().filter_map(|field| columns.fields.get(place(*field))) {
                add(&mut self.fields, value, *count);
            }
        }
        for (all, count) in self.trl.iter_mut().zip(counters.trl) {
            *all += u64::from(count);
        }
        for (all, count) in self.prices.iter_mut().zip(counters.prices) {
            *all += u64::from(count);
        }
    }

    fn finish(self) -> Facets {
        let trl = self
            .trl
            .into_iter()
            .enumerate()
            .skip(1)
            .map(|(trl, n)| (trl.to_string(), n));
        let prices = PRICE_BUCKETS.iter().map(|bucket| (*bucket).to_owned()).zip(self.prices);
        Facets {
            kinds: by_count(self.kinds),
            fields: by_count(self.fields),
            provinces: by_count(self.provinces),
            trl: counts(trl),
            prices: counts(prices),
        }
    }
}

fn add(tally: &mut BTreeMap<String, u64>, value: &str, count: u32) {
    if count == 0 {
        return;
    }
    match tally.get_mut(value) {
        Some(all) => *all += u64::from(count),
        None => {
            tally.insert(value.to_owned(), u64::from(count));
        }
    }
}

fn counts(values: impl Iterator<Item = (String, u64)>) -> Vec<FacetCount> {
    values
        .filter(|(_, count)| *count > 0)
        .map(|(value, count)| FacetCount { value, count })
        .collect()
}

fn by_count(tally: BTreeMap<String, u64>) -> Vec<FacetCount> {
    let mut counts = counts(tally.into_iter());
    counts.sort_by_key(|facet| Reverse(facet.count));
    counts
}
