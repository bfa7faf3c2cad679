//! One pass over matching listings: exact total, best hits, facet counts.

use std::{cmp::Reverse, collections::BinaryHeap};

use tantivy::DocId;

use crate::{
    Facet, FacetSet, Facets, Filters, Group, SearchRequest, Sort,
    amounts::DIMENSION_BITS,
    columns::{Columns, ON_REQUEST, place},
    counters::{Counters, Tallies},
    cursor::Key,
    factors::Factors,
    selection::Selection,
};

/// A tier with this many matches is enough; otherwise fewer words are required. Counted before
/// the filters and the same for every page size and order: none of these changes what matches,
/// and selecting a facet value shows as many hits as it announced.
pub(crate) const ENOUGH: u64 = 20;

/// Bits of a sort key below the number of words, of which there are 64 at most.
const BELOW_WORDS: u32 = 57;
/// Prices from here on, 144 million thousand million đồng, are one in the order.
const DEAREST: u64 = (1 << BELOW_WORDS) - 2;

/// A hit before its id is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) key: Key,
    /// Place of its group.
    pub(crate) group: usize,
    pub(crate) segment: usize,
    pub(crate) doc: DocId,
}

/// What one pass yields.
#[derive(Default)]
pub(crate) struct Collected {
    /// Group by group, best first.
    pub(crate) hits: Vec<Found>,
    /// Hits of each group over all pages.
    pub(crate) groups: Vec<u64>,
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
    factors: Factors,
    after: Option<Key>,
    groups: &'a [Group],
    best: Vec<Best>,
    matched: u64,
    covered: u32,
    understood: u32,
    total: u64,
    remaining: u64,
    counted: FacetSet,
    tallies: Option<Tallies<'a>>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(request: &'a SearchRequest) -> Self {
        let counted = if request.facets {
            request.counted
        } else {
            FacetSet::NONE
        };
        // Without groups all hits are one.
        let limits = request.groups.iter().map(|group| group.limit);
        let single = request.groups.is_empty().then_some(request.limit);
        Self {
            filters: &request.filters,
            sort: request.sort,
            factors: request.factors(),
            after: request.after.as_ref().map(|after| after.key),
            groups: &request.groups,
            best: limits.chain(single).map(Best::new).collect(),
            matched: 0,
            covered: 0,
            understood: 0,
            total: 0,
            remaining: 0,
            counted,
            tallies: (counted != FacetSet::NONE).then(|| Tallies::new(&request.fields_counted_as)),
        }
    }

    /// Collects one segment.
    pub(crate) fn segment<'b>(&'b mut self, ordinal: usize, columns: &'b Columns) -> SegmentCollector<'a, 'b> {
        SegmentCollector {
            ordinal,
            columns,
            selection: Selection::new(self.filters, columns),
            counters: self.tallies.is_some().then(|| Counters::new(self.counted, columns)),
            own: own_bits(self.counted),
            groups: groups_of_kinds(self.groups, columns),
            all: self,
        }
    }

    pub(crate) fn finish(self) -> Collected {
        let groups = self.best.iter().map(|best| best.total).collect();
        let hits = self.best.into_iter().flat_map(Best::finish).collect();
        let facets = self.tallies.map(Tallies::finish);
        Collected {
            hits,
            groups,
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
    selection: Selection,
    counters: Option<Counters>,
    /// Bits of the selections that have a count of their own.
    own: u32,
    /// Place of the group of each kind, by set; when there are groups.
    groups: Option<Vec<Option<usize>>>,
    all: &'b mut Collector<'a>,
}

impl SegmentCollector<'_, '_> {
    /// Whether a match of this listing could count for anything, to spare scoring it.
    pub(crate) fn admits(&self, doc: DocId) -> bool {
        if self.selection.everything || self.all.matched < ENOUGH {
            return true;
        }
        let fails = self.selection.fails(self.columns, doc);
        // Failing exactly one selection still counts for that selection's own facet.
        fails == 0 || (fails.is_power_of_two() && fails & self.own != 0)
    }

    /// Notes how much of the query a listing covers, whether it is admitted or not.
    pub(crate) fn note_covered(&mut self, mass: u32, has_stretch: bool) {
        self.all.covered = self.all.covered.max(mass);
        if has_stretch {
            self.all.understood = self.all.understood.max(mass);
        }
    }

    /// Whether a match of at most this score is counted and no more: enough hits of the page are better.
    pub(crate) fn only_counts(&self, score: u64) -> bool {
        // In another order a score says nothing, and later pages begin after a hit that is told by its own.
        let by_score = self.all.sort == Sort::Relevance && self.all.after.is_none() && self.groups.is_none();
        let best = self.all.best.first().filter(|_| by_score);
        best.is_some_and(|best| best.is_out_of_reach(Factors::most(score)))
    }

    /// Takes a live, matching listing with how many words of the query it has.
    pub(crate) fn collect(&mut self, doc: DocId, covers: u32, score: u64) {
        self.all.matched += 1;
        let at = place(doc);
        let fails = if self.selection.everything {
            0
        } else {
            self.selection.fails(self.columns, doc)
        };
        if let Some(counters) = &mut self.counters {
            counters.count(self.columns, doc, fails, &self.selection);
        }
        if fails != 0 {
            return;
        }
        self.all.total += 1;
        // Most matches of a frequent word are no hit of the page: nothing more is read of them.
        if self.only_counts(score) {
            self.all.remaining += 1;
            if let Some(best) = self.all.best.first_mut() {
                best.total += 1;
            }
            return;
        }
        let Some(order) = self.columns.order.get(at) else {
            return;
        };
        // In any other order the listings with more of the words still come first: where fewer words are required,
        // the cheapest or newest listing is seldom what was meant. A score has the number of words in it already.
        let words = u64::from(covers) << BELOW_WORDS;
        let price = self.columns.prices.get(at);
        let primary = match (self.all.sort, price) {
            (Sort::Relevance, _) if score == 0 => 0,
            (Sort::Relevance, _) => {
                let has_evidence = self.columns.evidence.get(at).copied().unwrap_or(false);
                self.all.factors.of(score, order.published, has_evidence)
            }
            (Sort::TrlDescending, _) => words | u64::from(self.columns.choices.trl(doc)),
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
        let Some(group) = self.group_of(doc) else { return };
        if let Some(best) = self.all.best.get_mut(group) {
            best.offer(Found {
                key,
                group,
                segment: self.ordinal,
                doc,
            });
        }
    }

    /// The group that a listing is shown in.
    fn group_of(&self, doc: DocId) -> Option<usize> {
        let Some(groups) = &self.groups else { return Some(0) };
        let kind = self.columns.choices.set_of(doc, Facet::Kind)?;
        groups.get(place(kind)).copied().flatten()
    }

    /// Ends the segment.
    pub(crate) fn finish(self) {
        if let (Some(counters), Some(tallies)) = (self.counters, &mut self.all.tallies) {
            tallies.add(self.columns, &counters);
        }
    }
}

/// The best hits of one group.
struct Best {
    limit: usize,
    heap: BinaryHeap<Reverse<Found>>,
    total: u64,
}

impl Best {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            heap: BinaryHeap::with_capacity(limit + 1),
            total: 0,
        }
    }

    /// Whether there are enough hits, all of them better than what has at most this first part of a key.
    fn is_out_of_reach(&self, primary: u64) -> bool {
        let worst = self.heap.peek().filter(|_| self.heap.len() >= self.limit);
        worst.is_some_and(|Reverse(worst)| primary < worst.key.primary)
    }

    fn offer(&mut self, found: Found) {
        self.total += 1;
        let full = self.heap.len() >= self.limit;
        let beaten = self.heap.peek().is_some_and(|Reverse(worst)| found.key <= worst.key);
        if full && beaten {
            return;
        }
        self.heap.push(Reverse(found));
        if full {
            self.heap.pop();
        }
    }

    /// Best first.
    fn finish(self) -> impl Iterator<Item = Found> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(found)| found)
    }
}

/// Place of the group of each set of kinds of a segment.
fn groups_of_kinds(groups: &[Group], columns: &Columns) -> Option<Vec<Option<usize>>> {
    if groups.is_empty() {
        return None;
    }
    let values = columns.choices.values(Facet::Kind)?;
    let group = |set: &[u32]| {
        let mut kinds = set.iter().filter_map(|kind| values.codes.get(place(*kind)));
        let kind = kinds.next()?;
        groups.iter().position(|group| group.kinds.contains(kind))
    };
    Some(values.sets.iter().map(|set| group(set)).collect())
}

/// Bits of the selections that a facet among these ignores.
fn own_bits(counted: FacetSet) -> u32 {
    let dimensions = if counted.has(Facet::Quantity) {
        DIMENSION_BITS
    } else {
        0
    };
    counted.bits() | dimensions
}
