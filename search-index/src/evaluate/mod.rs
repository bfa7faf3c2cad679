//! Matching and scoring: block postings through windows of documents.
//!
//! For each segment the posting lists of the plan are merged window by window into a small
//! array of (concepts covered, score) that stays in the nearest cache. When every concept is
//! required, the rarest one leads: windows without it are skipped, and a list is probed only at
//! the few remaining candidates when that is cheaper than reading its postings. All matches are
//! visited, as the total and the facets are exact; what only scores is read for possible hits.

use std::{
    cell::Cell,
    cmp::Reverse,
    sync::{Arc, atomic::AtomicU64},
};

use tantivy::{DocId, SegmentReader, TERMINATED, postings::TermInfo};

use crate::{
    Result,
    collector::SegmentCollector,
    columns::{Columns, ON_REQUEST, place},
    plan::{self, Leaf, Plan},
    snapshot::is_hidden,
    understand::Preference,
};

mod explain;
mod list;
mod masses;
mod reach;
mod unit;

pub(crate) use explain::{Found, Worth};
pub(crate) use masses::{Answer, Masses, TIERS};
use reach::Reach;
use unit::{Opening, Room, Unit};

/// Documents per window: 32 KiB of slots.
const WINDOW: u32 = 2_048;
/// Up to this many slots are cleared one by one.
const FEW: usize = 64;
/// From here on documents are sorted by looking at all slots.
const MANY: usize = 192;

/// Concepts covered and score so far of one document of the window.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    covered: u64,
    score: u32,
    /// What fulfilled wishes add to the score, in percent.
    wishes: u32,
}

impl Slot {
    /// A score with what fulfilled wishes add.
    fn wished(self, score: u64) -> u64 {
        score * (100 + u64::from(self.wishes.min(100))) / 100
    }

    fn is_empty(self) -> bool {
        self.covered == 0 && self.score == 0 && self.wishes == 0
    }

    /// How many of these concepts are covered.
    fn covers(self, content: u64) -> u32 {
        (self.covered & content).count_ones()
    }
}

/// Reusable memory of one search.
pub(crate) struct Scratch {
    slots: Vec<Slot>,
    candidates: Vec<DocId>,
    /// Candidates that may be hits of the page.
    contenders: Vec<DocId>,
    /// Documents of the window that the leading lists touched.
    touched: Vec<DocId>,
    room: Room,
}

thread_local! {
    /// What the last search of this thread left, clean: it costs more to get anew than a small search takes.
    static LAST: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

impl Scratch {
    /// Gives memory to a search. A search that panics leaves none.
    pub(crate) fn lend<T>(search: impl FnOnce(&mut Self) -> T) -> T {
        let mut scratch = LAST.take().unwrap_or_else(|| Box::new(Self::new()));
        let result = search(&mut scratch);
        LAST.set(Some(scratch));
        result
    }

    fn new() -> Self {
        Self {
            slots: vec![Slot::default(); place(WINDOW)],
            candidates: Vec::with_capacity(place(WINDOW)),
            contenders: Vec::with_capacity(place(WINDOW)),
            touched: Vec::with_capacity(place(WINDOW)),
            room: Room::new(),
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

/// What the leaves and the concepts of a plan are worth in one search.
#[derive(Debug)]
pub(crate) struct Weighing {
    /// Rarity of each leaf, see `scoring::rarity`.
    pub(crate) rarities: Arc<[u8]>,
    /// Worth of each leaf: boost times rarity; see [`Leaf::instead_of`].
    worths: Vec<u32>,
    /// Rarity of each leaf that is a word by itself: of one with and without its diacritics, that with them. Else nothing.
    words: Vec<u32>,
    pub(crate) masses: Masses,
}

impl Weighing {
    /// `unknown` is the rarity of a word that no listing has.
    pub(crate) fn new(plan: &Plan, rarities: Arc<[u8]>, unknown: u8) -> Self {
        let plain = |leaf: &Leaf, rarity: Option<&u8>| leaf.boost * rarity.copied().map_or(0, u32::from);
        let worth = |(leaf, rarity): (&Leaf, &u8)| {
            let replaced = leaf
                .instead_of
                .and_then(|at| Some((plan.leaves.get(at)?, rarities.get(at))));
            let replaced = replaced.map_or(0, |(leaf, rarity)| plain(leaf, rarity));
            plain(leaf, Some(rarity)).saturating_sub(replaced)
        };
        let word = |(at, (leaf, rarity)): (usize, (&Leaf, &u8))| {
            let replaced = || plan.leaves.iter().any(|other| other.instead_of == Some(at));
            let counts = leaf.boost > 0 && leaf.list != plan::List::Pair && !replaced();
            if counts { u32::from(*rarity) } else { 0 }
        };
        Self {
            worths: plan.leaves.iter().zip(rarities.iter()).map(worth).collect(),
            words: plan.leaves.iter().zip(rarities.iter()).enumerate().map(word).collect(),
            masses: Masses::new(plan, &rarities, unknown),
            rarities,
        }
    }
}

/// What a listing must cover to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Every concept.
    All,
    /// Concepts of this mass together.
    Mass(u32),
}

/// A wish about the price.
#[derive(Clone, Copy)]
struct Lift<'a> {
    wished: Option<(u64, u64)>,
    prices: &'a [u64],
}

/// What fits two wishes about the price: `trên 10 triệu dưới 50 triệu`.
fn both(one: (u64, u64), other: (u64, u64)) -> (u64, u64) {
    (one.0.max(other.0), one.1.min(other.1))
}

impl Lift<'_> {
    /// A score with a fifth more where the price is as wished, a fifth less where it is another.
    fn of(self, doc: DocId, score: u64) -> u64 {
        let Some((from, to)) = self.wished else { return score };
        match self.prices.get(place(doc)) {
            None | Some(&ON_REQUEST) => score,
            Some(price) if (from..=to).contains(price) => score * 6 / 5,
            Some(_) => score * 4 / 5,
        }
    }
}

/// The plan within one segment.
pub(crate) struct Evaluation<'a> {
    visible: Visible<'a>,
    need: Need,
    content: u64,
    masses: &'a Masses,
    lift: Lift<'a>,
    lengths: &'a [u8],
    units: Vec<Unit<'a>>,
}

impl<'a> Evaluation<'a> {
    /// Opens the lists of the plan that the segment has.
    pub(crate) fn open(
        columns: &'a Columns,
        visible: Visible<'a>,
        plan: &Plan,
        infos: &[Option<TermInfo>],
        weighing: &'a Weighing,
        need: Need,
    ) -> Result<Self> {
        let content = plan.content;
        let has = |leaf: &usize| infos.get(*leaf).is_some_and(Option::is_some);
        let covered = plan
            .units
            .iter()
            .flat_map(plan::Unit::coverings)
            .fold(
                0,
                |all, (leaves, covers)| {
                    if leaves.iter().all(has) { all | covers } else { all }
                },
            );
        let opening = Opening {
            columns,
            plan,
            infos,
            weighing,
        };
        let mut units = Vec::with_capacity(plan.units.len());
        // A segment without enough of the words is left before reading any posting.
        if need.is_met(covered, content, &weighing.masses) {
            for unit in &plan.units {
                units.extend(Unit::open(unit, opening)?);
            }
            for preference in &plan.preferences {
                if let Preference::Quantity { from, to } = preference {
                    units.extend(Unit::wish(*from, *to, columns)?);
                }
            }
        }
        Ok(Self {
            visible,
            need,
            content,
            masses: &weighing.masses,
            lift: Lift {
                wished: plan.preferences.iter().filter_map(Preference::prices).reduce(both),
                prices: &columns.prices,
            },
            lengths: &columns.lengths,
            units,
        })
    }

    /// Collects every match.
    pub(crate) fn run(mut self, scratch: &mut Scratch, into: &mut SegmentCollector<'_, '_>) {
        let matching = self.units.iter().any(|unit| unit.covers & self.content != 0);
        if !matching {
            return;
        }
        let content = self.content;
        if let Need::Mass(least) = self.need {
            // Units that only score come last.
            self.units.sort_by_key(|unit| unit.covers == 0);
            return self.threshold(least, scratch, into);
        }
        // Of the matching units the rarest concepts come first.
        let frequency = |concept: u64, units: &[Unit<'_>]| -> u64 {
            let covering = units.iter().filter(|unit| unit.covers & concept != 0);
            covering.map(|unit| unit.frequency).sum()
        };
        let mut concepts: Vec<(u64, u64)> = (0..64)
            .map(|bit| 1_u64 << bit)
            .filter(|concept| content & concept != 0)
            .map(|concept| (frequency(concept, &self.units), concept))
            .collect();
        concepts.sort_unstable();
        // Once the units at a place are to be read, all units of the concepts before it have
        // been: candidates without those concepts can go.
        let (mut settled, mut before) = (0, Vec::with_capacity(concepts.len()));
        for (_, concept) in &concepts {
            before.push(settled);
            settled |= concept;
        }
        let lead = concepts.first().map_or(0, |(_, concept)| *concept);
        for unit in &mut self.units {
            let place = concepts.iter().position(|(_, concept)| unit.covers & concept != 0);
            unit.settled = place.and_then(|place| before.get(place)).copied().unwrap_or(content);
        }
        self.units.sort_by_key(|unit| unit.settled.count_ones());
        self.conjunction(lead, scratch, into);
    }

    /// Every concept is required.
    fn conjunction(mut self, lead: u64, scratch: &mut Scratch, into: &mut SegmentCollector<'_, '_>) {
        let lift = self.lift;
        let leaders = self.units.iter().take_while(|unit| unit.covers & lead != 0).count();
        let Some((leaders, others)) = self.units.split_at_mut_checked(leaders) else {
            return;
        };
        let needed = others.partition_point(|unit| unit.settled != self.content);
        let Some((others, scoring)) = others.split_at_mut_checked(needed) else {
            return;
        };
        let reach = Reach::new(scoring, self.lengths);
        let Scratch {
            slots,
            candidates,
            contenders,
            touched,
            room,
        } = scratch;
        loop {
            let base = leaders.iter().map(Unit::doc).min().unwrap_or(TERMINATED);
            if base == TERMINATED {
                return;
            }
            touched.clear();
            for leader in leaders.iter_mut() {
                leader.add(base, slots, None, room, Some(touched));
            }
            in_order(touched, slots, base);
            let mut dirty = touched.len() > FEW;
            candidates.clear();
            let wanted = |doc: &&DocId| self.visible.has(**doc) && into.admits(**doc);
            candidates.extend(touched.iter().filter(wanted));
            let mut settled = 0;
            for unit in others.iter_mut() {
                if unit.settled != settled {
                    settled = unit.settled;
                    retain_covering(candidates, slots, base, settled);
                }
                if candidates.is_empty() {
                    break;
                }
                dirty |= unit.add(base, slots, Some(candidates), room, None);
            }
            if !scoring.is_empty() {
                retain_covering(candidates, slots, base, self.content);
                contenders.clear();
                let contends = |doc: &&DocId| {
                    let known = slots.get(place(**doc - base)).copied().unwrap_or_default();
                    !into.only_counts(lift.of(**doc, reach.most(**doc, known)))
                };
                contenders.extend(candidates.iter().filter(contends));
                #[cfg(test)]
                reach::note_left_out(candidates.len() - contenders.len());
            }
            for unit in scoring.iter_mut() {
                if contenders.is_empty() {
                    break;
                }
                dirty |= unit.add(base, slots, Some(contenders), room, None);
            }
            for doc in candidates.iter() {
                let slot = slots.get(place(doc - base)).copied().unwrap_or_default();
                if slot.covered & self.content == self.content {
                    let score = lift.of(*doc, slot.wished(u64::from(slot.score)));
                    into.collect(*doc, slot.covers(self.content), score);
                }
            }
            clear(slots, touched, base, dirty);
        }
    }

    /// Concepts of some mass are required.
    ///
    /// The most frequent units that do not have that mass together are left for later: what matches has something of the
    /// others, which lead. `máy` is only looked up where a rarer word was found.
    fn threshold(mut self, least: u32, scratch: &mut Scratch, into: &mut SegmentCollector<'_, '_>) {
        let lift = self.lift;
        let matching = self.units.partition_point(|unit| unit.covers != 0);
        if let Some(units) = self.units.get_mut(..matching) {
            units.sort_by_key(|unit| Reverse(unit.frequency));
        }
        let mut common = 0;
        let alone = |unit: &&Unit<'_>| {
            common |= unit.covers;
            self.masses.of(common) < least
        };
        let followers = self.units.iter().take(matching).take_while(alone).count();
        let Some((followers, rest)) = self.units.split_at_mut_checked(followers) else {
            return;
        };
        let Some((leaders, scoring)) = rest.split_at_mut_checked(matching - followers.len()) else {
            return;
        };
        let Scratch {
            slots,
            candidates,
            touched,
            room,
            ..
        } = scratch;
        loop {
            let base = leaders.iter().map(Unit::doc).min().unwrap_or(TERMINATED);
            if base == TERMINATED {
                return;
            }
            touched.clear();
            for unit in leaders.iter_mut() {
                unit.add(base, slots, None, room, Some(touched));
            }
            in_order(touched, slots, base);
            let mut dirty = touched.len() > FEW;
            candidates.clear();
            candidates.extend(touched.iter().filter(|doc| self.visible.has(**doc)));
            for unit in followers.iter_mut() {
                if candidates.is_empty() {
                    break;
                }
                dirty |= unit.add(base, slots, Some(candidates), room, None);
            }
            candidates.retain(|doc| {
                let covered = slots.get(place(doc - base)).map_or(0, |slot| slot.covered);
                let mass = self.masses.of(covered);
                if covered & self.content == 0 || mass < least {
                    return false;
                }
                into.note_covered(mass, self.masses.has_stretch(covered));
                into.admits(*doc)
            });
            for unit in scoring.iter_mut() {
                if candidates.is_empty() {
                    break;
                }
                dirty |= unit.add(base, slots, Some(candidates), room, None);
            }
            for doc in candidates.iter() {
                if let Some(slot) = slots.get(place(doc - base)) {
                    let score = slot.wished(self.masses.scaled(slot.score, slot.covered));
                    let score = lift.of(*doc, score);
                    into.collect(*doc, slot.covers(self.content), score);
                }
            }
            clear(slots, touched, base, dirty);
        }
    }
}

/// Sorts the documents that were touched; many are found faster by their slots.
fn in_order(touched: &mut Vec<DocId>, slots: &[Slot], base: DocId) {
    if touched.len() <= MANY || touched.is_sorted() {
        touched.sort_unstable();
        return;
    }
    touched.clear();
    // Those with a score alone, too: all that were touched are to be cleared.
    let used = slots.iter().zip(base..).filter(|(slot, _)| !slot.is_empty());
    touched.extend(used.map(|(_, doc)| doc));
}

/// Clears the slots that were touched, or all of them.
fn clear(slots: &mut [Slot], touched: &[DocId], base: DocId, dirty: bool) {
    if dirty {
        slots.fill(Slot::default());
        return;
    }
    for doc in touched {
        if let Some(slot) = slots.get_mut(place(doc - base)) {
            *slot = Slot::default();
        }
    }
}

impl Need {
    fn is_met(self, covered: u64, content: u64, masses: &Masses) -> bool {
        match self {
            Self::All => covered & content == content,
            Self::Mass(least) => masses.of(covered) >= least,
        }
    }
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
