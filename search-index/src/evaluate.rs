//! Matching and scoring: block postings through windows of documents.
//!
//! For each segment the posting lists of the plan are merged window by window into a small
//! array of (concepts covered, score) that stays in the nearest cache. When every concept is
//! required, the rarest one leads: windows without it are skipped, and a list is probed only at
//! the few remaining candidates when that is cheaper than reading its postings. All matches are
//! visited, as the total and the facets are exact; there is nothing to prune.

use std::sync::atomic::AtomicU64;

use tantivy::{
    DocId, InvertedIndexReader, SegmentReader, TERMINATED,
    postings::{BlockSegmentPostings, TermInfo},
    schema::IndexRecordOption,
};

use crate::{
    Result,
    collector::SegmentCollector,
    columns::{Columns, place},
    plan::{Leaf, Plan},
    scoring,
    snapshot::is_hidden,
};

/// Documents per window: 32 KiB of slots.
const WINDOW: u32 = 2_048;
/// A probe costs about as much as reading this many postings.
const PROBE_COST: usize = 12;

/// Up to this many slots are cleared one by one.
const FEW: usize = 64;

/// Concepts covered and score so far of one document of the window.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    covered: u64,
    score: u32,
}

impl Slot {
    /// How many of these concepts are covered.
    fn covers(self, content: u64) -> u32 {
        (self.covered & content).count_ones()
    }
}

/// Reusable memory of one search.
pub(crate) struct Scratch {
    slots: Vec<Slot>,
    candidates: Vec<DocId>,
    /// Documents of the window that the leading lists touched.
    touched: Vec<DocId>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![Slot::default(); place(WINDOW)],
            candidates: Vec::with_capacity(place(WINDOW)),
            touched: Vec::with_capacity(place(WINDOW)),
        }
    }
}

/// Which documents a search may find: those that are neither deleted nor hidden and fail no phrase.
pub(crate) struct Visible<'a> {
    pub(crate) segment: &'a SegmentReader,
    /// One bit per document, when the query has phrases or exclusions.
    pub(crate) allowed: Option<&'a [u64]>,
    /// One bit per document that is not to be found, when there is any.
    pub(crate) hidden: Option<&'a [AtomicU64]>,
}

impl Visible<'_> {
    fn has(&self, doc: DocId) -> bool {
        let alive = self.segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc));
        alive
            && self.allowed.is_none_or(|allowed| has_bit(allowed, doc))
            && !self.hidden.is_some_and(|hidden| is_hidden(hidden, doc))
    }
}

fn has_bit(bits: &[u64], doc: DocId) -> bool {
    bits.get(place(doc / 64))
        .is_some_and(|word| word >> (doc % 64) & 1 == 1)
}

/// Worth of one leaf in this search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worth(pub(crate) u32);

/// Worth of each leaf: boost times rarity; see [`Leaf::instead_of`].
pub(crate) fn worths(leaves: &[Leaf], rarities: &[u8]) -> Vec<Worth> {
    let plain = |leaf: &Leaf, rarity: Option<&u8>| leaf.boost * rarity.copied().map_or(0, u32::from);
    leaves
        .iter()
        .zip(rarities)
        .map(|(leaf, rarity)| {
            let replaced = leaf.instead_of.and_then(|at| Some((leaves.get(at)?, rarities.get(at))));
            let replaced = replaced.map_or(0, |(leaf, rarity)| plain(leaf, rarity));
            Worth(plain(leaf, Some(rarity)).saturating_sub(replaced))
        })
        .collect()
}

/// The plan within one segment.
pub(crate) struct Evaluation<'a> {
    visible: Visible<'a>,
    /// How many content concepts a match covers.
    need: u32,
    content: u64,
    lists: Vec<List<'a>>,
}

impl<'a> Evaluation<'a> {
    /// Opens the lists of the plan that the segment has.
    pub(crate) fn open(
        columns: &'a Columns,
        visible: Visible<'a>,
        plan: &Plan,
        infos: &[Option<TermInfo>],
        worths: &[Worth],
        need: u32,
    ) -> Result<Self> {
        let mut lists = Vec::with_capacity(infos.len());
        let mut covered = 0;
        for ((leaf, info), worth) in plan.leaves.iter().zip(infos).zip(worths) {
            covered |= if info.is_some() { leaf.covers } else { 0 };
            if let Some(info) = info {
                lists.push((leaf, info, worth));
            }
        }
        // A segment without enough of the words is left before reading any posting.
        if (covered & plan.content).count_ones() < need {
            lists.clear();
        }
        let open = |(leaf, info, worth): (&Leaf, &TermInfo, &Worth)| {
            let postings = columns.postings(leaf.list);
            List::open(postings, info, worth.0, leaf.covers, &columns.lengths)
        };
        let lists = lists.into_iter().map(open).collect::<Result<_>>()?;
        Ok(Self {
            visible,
            need,
            content: plan.content,
            lists,
        })
    }

    /// Collects every match.
    pub(crate) fn run(mut self, scratch: &mut Scratch, into: &mut SegmentCollector<'_, '_>) {
        let matching = self.lists.iter().any(|list| list.covers & self.content != 0);
        if !matching {
            return;
        }
        // Lists that only score come last; of the matching ones the rarest concepts first.
        let content = self.content;
        let frequency = |concept: u64, lists: &[List<'_>]| -> u64 {
            let covering = lists.iter().filter(|list| list.covers & concept != 0);
            covering.map(|list| u64::from(list.frequency)).sum()
        };
        let mut concepts: Vec<(u64, u64)> = (0..64)
            .map(|bit| 1_u64 << bit)
            .filter(|concept| content & concept != 0)
            .map(|concept| (frequency(concept, &self.lists), concept))
            .collect();
        concepts.sort_unstable();
        if self.need < content.count_ones() {
            self.lists.sort_by_key(|list| list.covers & content == 0);
            return self.threshold(scratch, into);
        }
        // Once the lists at a place are to be read, all lists of the concepts before it have
        // been: candidates without those concepts can go.
        let (mut settled, mut before) = (0, Vec::with_capacity(concepts.len()));
        for (_, concept) in &concepts {
            before.push(settled);
            settled |= concept;
        }
        let lead = concepts.first().map_or(0, |(_, concept)| *concept);
        for list in &mut self.lists {
            let place = concepts.iter().position(|(_, concept)| list.covers & concept != 0);
            list.settled = place.and_then(|place| before.get(place)).copied().unwrap_or(content);
        }
        self.lists.sort_by_key(|list| list.settled.count_ones());
        self.conjunction(lead, scratch, into);
    }

    /// Every concept is required.
    fn conjunction(mut self, lead: u64, scratch: &mut Scratch, into: &mut SegmentCollector<'_, '_>) {
        let leaders = self.lists.iter().take_while(|list| list.covers & lead != 0).count();
        let Some((leaders, others)) = self.lists.split_at_mut_checked(leaders) else {
            return;
        };
        let Scratch {
            slots,
            candidates,
            touched,
        } = scratch;
        loop {
            let base = leaders.iter().map(|list| list.doc()).min().unwrap_or(TERMINATED);
            if base == TERMINATED {
                return;
            }
            touched.clear();
            for leader in leaders.iter_mut() {
                leader.read(base, slots, Some(touched));
            }
            touched.sort_unstable();
            let mut dirty = touched.len() > FEW;
            candidates.clear();
            let wanted = |doc: &&DocId| self.visible.has(**doc) && into.admits(**doc);
            candidates.extend(touched.iter().filter(wanted));
            let mut settled = 0;
            for list in others.iter_mut() {
                if list.settled != settled {
                    settled = list.settled;
                    retain_covering(candidates, slots, base, settled);
                }
                if candidates.is_empty() {
                    break;
                }
                dirty |= list.add(base, slots, candidates);
            }
            for doc in candidates.iter() {
                let slot = slots.get(place(doc - base)).copied().unwrap_or_default();
                if slot.covered & self.content == self.content {
                    into.collect(*doc, slot.covers(self.content), u64::from(slot.score));
                }
            }
            if dirty {
                slots.fill(Slot::default());
            } else {
                for doc in touched.iter() {
                    if let Some(slot) = slots.get_mut(place(doc - base)) {
                        *slot = Slot::default();
                    }
                }
            }
        }
    }

    /// At least `need` concepts are required.
    fn threshold(mut self, scratch: &mut Scratch, into: &mut SegmentCollector<'_, '_>) {
        let matching = self.lists.partition_point(|list| list.covers & self.content != 0);
        let Some((matching, scoring)) = self.lists.split_at_mut_checked(matching) else {
            return;
        };
        let (slots, candidates) = (&mut scratch.slots, &mut scratch.candidates);
        loop {
            let base = matching.iter().map(|list| list.doc()).min().unwrap_or(TERMINATED);
            if base == TERMINATED {
                return;
            }
            for list in matching.iter_mut() {
                list.read(base, slots, None);
            }
            candidates.clear();
            for (slot, doc) in slots.iter().zip(base..) {
                if slot.covers(self.content) >= self.need && self.visible.has(doc) && into.admits(doc) {
                    candidates.push(doc);
                }
            }
            for list in scoring.iter_mut() {
                if candidates.is_empty() {
                    break;
                }
                list.add(base, slots, candidates);
            }
            for doc in candidates.iter() {
                if let Some(slot) = slots.get(place(doc - base)) {
                    into.collect(*doc, slot.covers(self.content), coverage(*slot, self.content));
                }
            }
            slots.fill(Slot::default());
        }
    }
}

/// A listing that covers fewer of the words counts for less than the sum of what it has.
fn coverage(slot: Slot, content: u64) -> u64 {
    let all = u64::from(content.count_ones()).max(1);
    let covered = u64::from(slot.covers(content));
    u64::from(slot.score) * (all + covered) / (2 * all)
}

/// Collects every visible listing, for a query without words.
pub(crate) fn browse(visible: &Visible<'_>, into: &mut SegmentCollector<'_, '_>) {
    // Newer listings lie later: met first, they keep the others out of the best hits.
    for doc in (0..visible.segment.max_doc()).rev() {
        if visible.has(doc) {
            into.collect(doc, 0, 0);
        }
    }
}

fn retain_covering(candidates: &mut Vec<DocId>, slots: &[Slot], base: DocId, concepts: u64) {
    candidates.retain(|doc| {
        slots
            .get(place(doc - base))
            .is_some_and(|slot| slot.covered & concepts == concepts)
    });
}

/// One posting list being read forward.
struct List<'a> {
    postings: BlockSegmentPostings,
    at: usize,
    frequency: u32,
    worth: u32,
    covers: u64,
    /// Concepts whose lists all come before this one; all concepts for a list that only scores.
    settled: u64,
    lengths: &'a [u8],
    values: &'static [u32; 4096],
}

impl<'a> List<'a> {
    fn open(reader: &InvertedIndexReader, info: &TermInfo, worth: u32, covers: u64, lengths: &'a [u8]) -> Result<Self> {
        let option = IndexRecordOption::WithFreqs;
        let postings = reader.read_block_postings_from_terminfo(info, option)?;
        let frequency = info.doc_freq;
        let values = scoring::values();
        Ok(Self {
            postings,
            at: 0,
            frequency,
            worth,
            covers,
            settled: 0,
            lengths,
            values,
        })
    }

    /// Current document.
    fn doc(&self) -> DocId {
        self.postings.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// Adds the postings of the window to the slots, and to `touched` the documents that
    /// nothing covered before. Leaves the list after the window.
    fn read(&mut self, base: DocId, slots: &mut [Slot], mut touched: Option<&mut Vec<DocId>>) {
        if self.doc() < base {
            self.at = self.postings.seek(base);
        }
        let end = base.saturating_add(WINDOW);
        let lengths = self.lengths.get(place(base)..).unwrap_or(&[]);
        loop {
            let docs = self.postings.docs();
            if docs.is_empty() {
                return;
            }
            let rest = docs.get(self.at..).unwrap_or(&[]);
            let freqs = self.postings.freqs().get(self.at..).unwrap_or(&[]);
            for (read, (doc, freq)) in rest.iter().zip(freqs).enumerate() {
                if *doc >= end {
                    self.at += read;
                    return;
                }
                let offset = place(doc - base);
                let (Some(slot), Some(length)) = (slots.get_mut(offset), lengths.get(offset)) else {
                    continue;
                };
                let value = self.values.get(scoring::place(*freq, *length)).copied().unwrap_or(0);
                if let Some(touched) = &mut touched
                    && slot.covered == 0
                {
                    touched.push(*doc);
                }
                slot.covered |= self.covers;
                slot.score = slot.score.saturating_add((self.worth * value) >> 8);
            }
            self.postings.advance();
            self.at = 0;
        }
    }

    /// Adds to the slots of the candidates, or of the whole window when that is cheaper; says
    /// whether other slots may have been touched.
    fn add(&mut self, base: DocId, slots: &mut [Slot], candidates: &[DocId]) -> bool {
        let documents = self.lengths.len().max(1);
        let expected = place(self.frequency) * place(WINDOW) / documents;
        if candidates.len() * PROBE_COST > expected {
            self.read(base, slots, None);
            return true;
        }
        for doc in candidates {
            if self.doc() < *doc {
                self.at = self.postings.seek(*doc);
            }
            if self.doc() != *doc {
                continue;
            }
            let frequency = self.postings.freqs().get(self.at).copied().unwrap_or(0);
            let length = self.lengths.get(place(*doc)).copied().unwrap_or(0);
            let value = self.values.get(scoring::place(frequency, length)).copied().unwrap_or(0);
            if let Some(slot) = slots.get_mut(place(doc - base)) {
                slot.covered |= self.covers;
                slot.score = slot.score.saturating_add((self.worth * value) >> 8);
            }
        }
        false
    }
}
