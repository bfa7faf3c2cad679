//! What one stretch of the query is worth in each document of a window.

use tantivy::{DocId, TERMINATED, postings::TermInfo};

use super::{Slot, WINDOW, Weighing, list::List};
use crate::{
    Result,
    columns::{Columns, place},
    plan::{self, Plan},
    scoring,
    understand::Quantity,
};

/// Reusable memory for the alternatives of a unit.
pub(super) struct Room {
    part: Layer,
    unit: Layer,
    sums: Sums,
}

/// Best worth so far, by offset, and the offsets with one.
struct Layer {
    best: Vec<u32>,
    touched: Vec<usize>,
}

/// One alternative: sum of its words, how many of them were met, and in which documents.
struct Sums {
    sums: Vec<u32>,
    met: Vec<u8>,
    docs: Vec<DocId>,
}

impl Room {
    pub(super) fn new() -> Self {
        Self {
            part: Layer::new(),
            unit: Layer::new(),
            sums: Sums {
                sums: vec![0; place(WINDOW)],
                met: vec![0; place(WINDOW)],
                docs: Vec::with_capacity(place(WINDOW)),
            },
        }
    }
}

impl Layer {
    fn new() -> Self {
        Self {
            best: vec![0; place(WINDOW)],
            touched: Vec::with_capacity(place(WINDOW)),
        }
    }

    fn change(&mut self, offset: usize, change: impl FnOnce(u32) -> u32) {
        if let Some(best) = self.best.get_mut(offset) {
            if *best == 0 {
                self.touched.push(offset);
            }
            *best = change(*best);
        }
    }

    /// Gives what there is, and forgets it.
    fn drain(&mut self, mut each: impl FnMut(usize, u32)) {
        for offset in self.touched.drain(..) {
            if let Some(best) = self.best.get_mut(offset) {
                each(offset, *best);
                *best = 0;
            }
        }
    }
}

/// The lists of one unit of the plan in one segment.
pub(super) struct Unit<'a> {
    /// Concepts that it can cover.
    pub(super) covers: u64,
    /// Postings that lead to documents.
    pub(super) frequency: u64,
    /// Concepts whose units all come before this one; all concepts for a unit that only scores.
    pub(super) settled: u64,
    /// Whether it lifts what matches without it.
    pub(super) is_wish: bool,
    pub(super) parts: Vec<Part<'a>>,
    pub(super) alternatives: Vec<Alternative<'a>>,
}

pub(super) struct Part<'a> {
    pub(super) own: Vec<(List<'a>, u64)>,
    pub(super) alternatives: Vec<Alternative<'a>>,
}

/// Words that are worth something together only.
pub(super) struct Alternative<'a> {
    pub(super) covers: u64,
    /// What it covers where all of `beside` are there, too.
    pub(super) whole: u64,
    /// The rarest first.
    pub(super) required: Vec<List<'a>>,
    pub(super) beside: Vec<List<'a>>,
    pub(super) optional: Vec<List<'a>>,
}

/// What is needed to open the lists of a segment.
#[derive(Clone, Copy)]
pub(super) struct Opening<'a, 'p> {
    pub(super) columns: &'a Columns,
    pub(super) plan: &'p Plan,
    pub(super) infos: &'p [Option<TermInfo>],
    pub(super) weighing: &'p Weighing,
}

/// What a wish that is fulfilled adds to a score, in percent.
pub(super) const WISH: u32 = 30;
/// Distinct quantities that are looked up for one wish in a segment.
const MOST_QUANTITIES: usize = 64;
/// A whole share, see [`Opening::share`].
const WHOLE: u32 = 256;

impl<'a> Opening<'a, '_> {
    fn has(&self, leaf: &usize) -> bool {
        self.infos.get(*leaf).is_some_and(Option::is_some)
    }

    fn list(&self, leaf: usize, share: u32) -> Result<Option<List<'a>>> {
        let info = self.infos.get(leaf).and_then(Option::as_ref);
        let worth = self.weighing.worths.get(leaf);
        let (Some(info), Some(worth), Some(kind)) = (info, worth, self.plan.leaves.get(leaf)) else {
            return Ok(None);
        };
        let (postings, lengths) = (self.columns.postings(kind.list), &self.columns.lengths);
        List::open(
            postings,
            Some(leaf),
            info,
            worth * share / WHOLE,
            scoring::values(),
            lengths,
        )
        .map(Some)
    }

    /// Rarity of the words among some leaves.
    fn rarity<'l>(&self, leaves: impl Iterator<Item = &'l usize>) -> u32 {
        leaves.filter_map(|leaf| self.weighing.words.get(*leaf)).sum()
    }

    /// The alternatives that the segment has. A name is worth no more than what was typed, of however many words it is:
    /// its words get that share.
    fn alternatives(&self, all: &[plan::Alternative], typed: u32) -> Result<Vec<Alternative<'a>>> {
        let mut open = Vec::with_capacity(all.len());
        for alternative in all {
            if !alternative.required.iter().all(|leaf| self.has(leaf)) {
                continue;
            }
            let named = self.rarity(alternative.required.iter());
            // A wish has no words of its own.
            let share = if named <= typed || typed == 0 {
                WHOLE
            } else {
                typed * WHOLE / named
            };
            let lists = |leaves: &[usize]| -> Result<Vec<List<'a>>> {
                let mut lists = Vec::with_capacity(leaves.len());
                for leaf in leaves {
                    lists.extend(self.list(*leaf, share)?);
                }
                lists.sort_by_key(|list| list.frequency);
                Ok(lists)
            };
            let beside = lists(&alternative.beside)?;
            let together = beside.len() == alternative.beside.len();
            open.push(Alternative {
                covers: alternative.covers,
                whole: alternative.covers | if together { alternative.together } else { 0 },
                required: lists(&alternative.required)?,
                beside,
                optional: lists(&alternative.optional)?,
            });
        }
        Ok(open)
    }
}

impl<'a> Unit<'a> {
    /// Opens what the segment has of a unit; none when it has nothing.
    pub(super) fn open(unit: &plan::Unit, opening: Opening<'a, '_>) -> Result<Option<Self>> {
        let mut parts = Vec::with_capacity(unit.parts.len());
        let mut typed_in_all = 0;
        for part in &unit.parts {
            let typed = opening.rarity(part.own.iter().map(|(leaf, _)| leaf));
            typed_in_all += typed;
            let mut own = Vec::with_capacity(part.own.len());
            for (leaf, covers) in &part.own {
                own.extend(opening.list(*leaf, WHOLE)?.map(|list| (list, *covers)));
            }
            let alternatives = opening.alternatives(&part.alternatives, typed)?;
            if !(own.is_empty() && alternatives.is_empty()) {
                parts.push(Part { own, alternatives });
            }
        }
        let alternatives = opening.alternatives(&unit.alternatives, typed_in_all)?;
        let mut open = Self {
            covers: 0,
            frequency: 0,
            settled: 0,
            is_wish: unit.is_wish,
            parts,
            alternatives,
        };
        let of_parts = open.parts.iter().flat_map(|part| &part.alternatives);
        let names = of_parts.chain(&open.alternatives).map(|name| name.whole);
        let own = open.parts.iter().flat_map(|part| &part.own).map(|(_, covers)| *covers);
        (open.covers, open.frequency) = (
            own.chain(names).fold(0, |all, covers| all | covers),
            open.leads().map(|list| u64::from(list.frequency)).sum(),
        );
        Ok((!(open.parts.is_empty() && open.alternatives.is_empty())).then_some(open))
    }

    /// What a wish about a quantity is worth: the same in every listing that has one within its bounds. The nearest
    /// quantities count, if there are very many.
    pub(super) fn wish(from: Quantity, to: Quantity, columns: &'a Columns) -> Result<Option<Self>> {
        let start = columns.quantities.partition_point(|(quantity, _)| *quantity < from);
        let end = columns.quantities.partition_point(|(quantity, _)| *quantity <= to);
        let fitting = columns.quantities.get(start..end).unwrap_or(&[]);
        // Of `dưới 5kw` those close to 5, of `trên 5kw` those close to 5.
        let skipped = if from.value == 0 {
            fitting.len().saturating_sub(MOST_QUANTITIES)
        } else {
            0
        };
        let mut alternatives = Vec::new();
        for (_, info) in fitting.iter().skip(skipped).take(MOST_QUANTITIES) {
            let postings = columns.postings(plan::List::Code);
            let list = List::open(postings, None, info, 256, scoring::flat(), &columns.lengths)?;
            alternatives.push(Alternative {
                covers: 0,
                whole: 0,
                required: vec![list],
                beside: Vec::new(),
                optional: Vec::new(),
            });
        }
        Ok((!alternatives.is_empty()).then_some(Self {
            covers: 0,
            frequency: 0,
            settled: 0,
            is_wish: true,
            parts: Vec::new(),
            alternatives,
        }))
    }

    /// The lists that lead to documents.
    fn leads(&self) -> impl Iterator<Item = &List<'a>> {
        let own = self.parts.iter().flat_map(|part| &part.own).map(|(list, _)| list);
        let of_parts = self.parts.iter().flat_map(|part| &part.alternatives);
        own.chain(
            of_parts
                .chain(&self.alternatives)
                .filter_map(|name| name.required.first()),
        )
    }

    /// First document that a list leads to.
    pub(super) fn doc(&self) -> DocId {
        self.leads().map(List::doc).min().unwrap_or(TERMINATED)
    }

    /// Adds what the unit is worth to the slots of the window, or of the candidates where that is cheaper; says whether
    /// other slots may have been touched. `touched` gets the documents whose slot was empty.
    pub(super) fn add(
        &mut self,
        base: DocId,
        slots: &mut [Slot],
        among: Option<&[DocId]>,
        room: &mut Room,
        mut touched: Option<&mut Vec<DocId>>,
    ) -> bool {
        let is_wish = self.is_wish;
        let mut note = |slots: &mut [Slot], offset: usize, covers: u64, score: u32| {
            let Some(slot) = slots.get_mut(offset) else { return };
            if slot.is_empty()
                && (covers != 0 || score != 0)
                && let Some(touched) = &mut touched
            {
                touched.push(base + u32::try_from(offset).unwrap_or(0));
            }
            slot.covered |= covers;
            if is_wish {
                slot.wishes = slot.wishes.saturating_add(if score > 0 { WISH } else { 0 });
            } else {
                slot.score = slot.score.saturating_add(score);
            }
        };
        let mut strayed = false;
        let Room {
            part: inner,
            unit: outer,
            sums,
        } = room;
        let whole = !self.alternatives.is_empty();
        for part in &mut self.parts {
            if !whole && part.alternatives.is_empty() {
                for (list, covers) in &mut part.own {
                    strayed |= list.visit(base, among, |offset, value| note(slots, offset, *covers, value));
                }
                continue;
            }
            // Nothing else is a name for the part: its words add to the whole at once.
            let layer = if part.alternatives.is_empty() {
                &mut *outer
            } else {
                &mut *inner
            };
            for (list, covers) in &mut part.own {
                strayed |= list.visit(base, among, |offset, value| {
                    note(slots, offset, *covers, 0);
                    layer.change(offset, |best| best.saturating_add(value));
                });
            }
            if part.alternatives.is_empty() {
                continue;
            }
            for alternative in &mut part.alternatives {
                strayed |= alternative.visit(base, among, sums, |offset, value, covers| {
                    note(slots, offset, covers, 0);
                    inner.change(offset, |best| best.max(value));
                });
            }
            if whole {
                inner.drain(|offset, value| outer.change(offset, |best| best.saturating_add(value)));
            } else {
                inner.drain(|offset, value| note(slots, offset, 0, value));
            }
        }
        for alternative in &mut self.alternatives {
            strayed |= alternative.visit(base, among, sums, |offset, value, covers| {
                note(slots, offset, covers, 0);
                outer.change(offset, |best| best.max(value));
            });
        }
        outer.drain(|offset, value| note(slots, offset, 0, value));
        strayed
    }
}

impl Alternative<'_> {
    /// Gives the documents that have all words, with what they are worth there.
    fn visit(
        &mut self,
        base: DocId,
        among: Option<&[DocId]>,
        room: &mut Sums,
        mut each: impl FnMut(usize, u32, u64),
    ) -> bool {
        let (covers, whole) = (self.covers, self.whole);
        let Sums { sums, met, docs } = room;
        docs.clear();
        let Some((first, others)) = self.required.split_first_mut() else {
            return false;
        };
        if others.is_empty() && self.beside.is_empty() && self.optional.is_empty() {
            return first.visit(base, among, |offset, value| each(offset, value, whole));
        }
        let strayed = first.visit(base, among, |offset, value| {
            if let (Some(sum), Some(met)) = (sums.get_mut(offset), met.get_mut(offset)) {
                (*sum, *met) = (value, 1);
                docs.push(base + u32::try_from(offset).unwrap_or(0));
            }
        });
        for (before, list) in (1_u8..).zip(others) {
            list.visit(base, Some(docs), |offset, value| {
                if let (Some(sum), Some(met)) = (sums.get_mut(offset), met.get_mut(offset))
                    && *met == before
                {
                    *met += 1;
                    *sum = sum.saturating_add(value);
                }
            });
            let all = before + 1;
            docs.retain(|doc| {
                let met = met.get_mut(place(doc - base));
                let stays = met.as_deref() == Some(&all);
                if let Some(met) = met
                    && !stays
                {
                    *met = 0;
                }
                stays
            });
            if docs.is_empty() {
                return strayed;
            }
        }
        let needed = u8::try_from(self.required.len()).unwrap_or(u8::MAX);
        let mut all = needed;
        for list in &mut self.beside {
            all = all.saturating_add(1);
            list.visit(base, Some(docs), |offset, value| {
                if let (Some(sum), Some(met)) = (sums.get_mut(offset), met.get_mut(offset))
                    && *met >= needed
                {
                    *met = met.saturating_add(1);
                    *sum = sum.saturating_add(value);
                }
            });
        }
        for list in &mut self.optional {
            list.visit(base, Some(docs), |offset, value| {
                if let (Some(sum), Some(met)) = (sums.get_mut(offset), met.get(offset))
                    && *met >= needed
                {
                    *sum = sum.saturating_add(value);
                }
            });
        }
        for doc in docs.iter() {
            let offset = place(doc - base);
            if let (Some(sum), Some(met)) = (sums.get(offset), met.get_mut(offset)) {
                each(offset, *sum, if *met == all { whole } else { covers });
                *met = 0;
            }
        }
        strayed
    }
}
