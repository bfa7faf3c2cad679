//! What one stretch of the query is worth in each document of a window.

use tantivy::{DocId, TERMINATED, postings::TermInfo};

use super::{Slot, WINDOW, Weighing, list::List};
use crate::{
    Result,
    columns::{Columns, place},
    plan::{self, Plan},
    scoring,
};

/// Reusable memory for the alternatives of a unit.
pub(super) struct Room {
    /// Best worth so far, by offset.
    best: Vec<u32>,
    /// Offsets with one.
    touched: Vec<usize>,
    /// One alternative: sum of its words, how many of them were met, and where.
    sums: Vec<u32>,
    met: Vec<u8>,
    docs: Vec<DocId>,
}

impl Room {
    pub(super) fn new() -> Self {
        Self {
            best: vec![0; place(WINDOW)],
            touched: Vec::with_capacity(place(WINDOW)),
            sums: vec![0; place(WINDOW)],
            met: vec![0; place(WINDOW)],
            docs: Vec::with_capacity(place(WINDOW)),
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
    own: Vec<(List<'a>, u64)>,
    alternatives: Vec<Alternative<'a>>,
}

/// A whole share, see [`plan::Alternative::share`].
const WHOLE: u32 = 256;

impl plan::Alternative {
    /// How much of the worth of its words a name has: no more than what was typed has, however many words it is.
    fn share(&self, unit: &plan::Unit, plan: &Plan, rarities: &[u8]) -> u32 {
        let rarity = |leaf: &usize| -> u32 {
            let counts = plan
                .leaves
                .get(*leaf)
                .is_some_and(|kind| kind.boost > 0 && kind.list != plan::List::Pair);
            if counts {
                rarities.get(*leaf).copied().map_or(0, u32::from)
            } else {
                0
            }
        };
        let typed: u32 = unit
            .own
            .iter()
            .filter(|(_, covers)| *covers != 0)
            .map(|(leaf, _)| rarity(leaf))
            .sum();
        let named: u32 = self.required.iter().map(rarity).sum();
        if named <= typed { WHOLE } else { typed * WHOLE / named }
    }
}

/// Words that are worth something together only.
struct Alternative<'a> {
    covers: u64,
    /// The rarest first.
    required: Vec<List<'a>>,
    optional: Vec<List<'a>>,
}

impl<'a> Unit<'a> {
    /// Opens what the segment has of a unit; none when it has nothing.
    pub(super) fn open(
        unit: &plan::Unit,
        plan: &Plan,
        columns: &'a Columns,
        infos: &[Option<TermInfo>],
        weighing: &Weighing,
    ) -> Result<Option<Self>> {
        let info = |leaf: usize| infos.get(leaf).and_then(Option::as_ref);
        let open = |leaf: usize, share: u32| -> Result<Option<List<'a>>> {
            let (Some(info), Some(worth), Some(kind)) = (info(leaf), weighing.worths.get(leaf), plan.leaves.get(leaf))
            else {
                return Ok(None);
            };
            let postings = columns.postings(kind.list);
            List::open(
                postings,
                info,
                worth * share / WHOLE,
                scoring::values(),
                &columns.lengths,
            )
            .map(Some)
        };
        let mut own = Vec::with_capacity(unit.own.len());
        for (leaf, covers) in &unit.own {
            own.extend(open(*leaf, WHOLE)?.map(|list| (list, *covers)));
        }
        let mut alternatives = Vec::with_capacity(unit.alternatives.len());
        for alternative in &unit.alternatives {
            if !alternative.required.iter().all(|leaf| info(*leaf).is_some()) {
                continue;
            }
            let share = alternative.share(unit, plan, &weighing.rarities);
            let mut required = Vec::with_capacity(alternative.required.len());
            for leaf in &alternative.required {
                required.extend(open(*leaf, share)?);
            }
            required.sort_by_key(|list| list.frequency);
            let mut optional = Vec::with_capacity(alternative.optional.len());
            for leaf in &alternative.optional {
                optional.extend(open(*leaf, share)?);
            }
            alternatives.push(Alternative {
                covers: alternative.covers,
                required,
                optional,
            });
        }
        if own.is_empty() && alternatives.is_empty() {
            return Ok(None);
        }
        let own_covers = own.iter().fold(0, |all, (_, covers)| all | covers);
        let leads = alternatives
            .iter()
            .filter_map(|alternative| alternative.required.first());
        let frequency = own
            .iter()
            .map(|(list, _)| list)
            .chain(leads)
            .map(|list| u64::from(list.frequency));
        Ok(Some(Self {
            covers: alternatives
                .iter()
                .fold(own_covers, |all, alternative| all | alternative.covers),
            frequency: frequency.sum(),
            settled: 0,
            own,
            alternatives,
        }))
    }

    /// First document that a list leads to.
    pub(super) fn doc(&self) -> DocId {
        let leads = self
            .alternatives
            .iter()
            .filter_map(|alternative| alternative.required.first());
        let lists = self.own.iter().map(|(list, _)| list).chain(leads);
        lists.map(List::doc).min().unwrap_or(TERMINATED)
    }

    /// Adds what the unit is worth to the slots of the window, or of the candidates where that is cheaper; says whether
    /// other slots may have been touched. `touched` gets the documents that nothing covered before.
    pub(super) fn add(
        &mut self,
        base: DocId,
        slots: &mut [Slot],
        among: Option<&[DocId]>,
        room: &mut Room,
        mut touched: Option<&mut Vec<DocId>>,
    ) -> bool {
        let mut note = |slot: &mut Slot, offset: usize, covers: u64| {
            if slot.covered == 0
                && covers != 0
                && let Some(touched) = &mut touched
            {
                touched.push(base + u32::try_from(offset).unwrap_or(0));
            }
            slot.covered |= covers;
        };
        let mut strayed = false;
        if self.alternatives.is_empty() {
            for (list, covers) in &mut self.own {
                strayed |= list.visit(base, among, |offset, value| {
                    if let Some(slot) = slots.get_mut(offset) {
                        note(slot, offset, *covers);
                        slot.score = slot.score.saturating_add(value);
                    }
                });
            }
            return strayed;
        }
        for (list, covers) in &mut self.own {
            strayed |= list.visit(base, among, |offset, value| {
                if let (Some(slot), Some(best)) = (slots.get_mut(offset), room.best.get_mut(offset)) {
                    note(slot, offset, *covers);
                    if *best == 0 {
                        room.touched.push(offset);
                    }
                    *best = best.saturating_add(value);
                }
            });
        }
        for alternative in &mut self.alternatives {
            strayed |= alternative.add(base, among, room);
            let needed = u8::try_from(alternative.required.len()).unwrap_or(u8::MAX);
            for doc in room.docs.drain(..) {
                let offset = place(doc - base);
                let (Some(met), Some(sum), Some(best), Some(slot)) = (
                    room.met.get_mut(offset),
                    room.sums.get_mut(offset),
                    room.best.get_mut(offset),
                    slots.get_mut(offset),
                ) else {
                    continue;
                };
                if *met == needed {
                    note(slot, offset, alternative.covers);
                    if *best == 0 {
                        room.touched.push(offset);
                    }
                    *best = (*best).max(*sum);
                }
                (*met, *sum) = (0, 0);
            }
        }
        for offset in room.touched.drain(..) {
            if let (Some(slot), Some(best)) = (slots.get_mut(offset), room.best.get_mut(offset)) {
                slot.score = slot.score.saturating_add(*best);
                *best = 0;
            }
        }
        strayed
    }
}

impl Alternative<'_> {
    /// Fills the room with the documents that have the rarest word, how many of the words each has, and their sum.
    fn add(&mut self, base: DocId, among: Option<&[DocId]>, room: &mut Room) -> bool {
        let Room { sums, met, docs, .. } = room;
        docs.clear();
        let Some((first, others)) = self.required.split_first_mut() else {
            return false;
        };
        let strayed = first.visit(base, among, |offset, value| {
            if let (Some(sum), Some(met)) = (sums.get_mut(offset), met.get_mut(offset)) {
                (*sum, *met) = (value, 1);
                docs.push(base + u32::try_from(offset).unwrap_or(0));
            }
        });
        for (before, list) in (1_u8..).zip(others) {
            if docs.is_empty() {
                return strayed;
            }
            list.visit(base, Some(docs), |offset, value| {
                if let (Some(sum), Some(met)) = (sums.get_mut(offset), met.get_mut(offset))
                    && *met == before
                {
                    *met += 1;
                    *sum = sum.saturating_add(value);
                }
            });
        }
        let needed = u8::try_from(self.required.len()).unwrap_or(u8::MAX);
        for list in &mut self.optional {
            if docs.is_empty() {
                return strayed;
            }
            list.visit(base, Some(docs), |offset, value| {
                if let (Some(sum), Some(met)) = (sums.get_mut(offset), met.get(offset))
                    && *met == needed
                {
                    *sum = sum.saturating_add(value);
                }
            });
        }
        strayed
    }
}
