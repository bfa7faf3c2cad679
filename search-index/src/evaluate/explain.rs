//! What one listing is worth, step by step: the same sums as over whole windows, with what went into them.

use tantivy::DocId;

use super::{
    Evaluation, Need,
    list::List,
    unit::{Alternative, Unit, WISH},
};

/// A term of the plan that a listing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Place of the leaf.
    pub(crate) leaf: usize,
    /// How often it stands where, packed as `scoring::Section` says.
    pub(crate) counts: u32,
    pub(crate) worth: u32,
    /// For the words of another name, the leaves of the name.
    pub(crate) name: Option<Vec<usize>>,
    /// Concepts that the name covers.
    pub(crate) covers: u64,
    /// Whether its worth is in the sum: where there are several names the best one counts.
    pub(crate) counts_in: bool,
    /// Whether it fulfils a wish, which adds to the whole and not to the sum.
    pub(crate) wished: bool,
}

/// What a listing is worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Worth {
    pub(crate) found: Vec<Found>,
    pub(crate) covered: u64,
    /// Sum over the terms.
    pub(crate) terms: u32,
    /// What remains of it when less than the whole query is covered.
    pub(crate) scaled: u64,
    /// What fulfilled wishes add, in percent.
    pub(crate) wishes: u32,
    /// With the wishes.
    pub(crate) wished: u64,
    /// With the wish about the price too: the score.
    pub(crate) score: u64,
}

impl Evaluation<'_> {
    /// What a listing is worth that this evaluation finds.
    pub(crate) fn worth_of(mut self, doc: DocId) -> Worth {
        let mut worth = Worth::default();
        for unit in &mut self.units {
            let start = worth.found.len();
            let sum = unit.explain(doc, &mut worth);
            if !unit.is_wish {
                worth.terms = worth.terms.saturating_add(sum);
            } else if let Some(own) = worth.found.get_mut(start..) {
                own.iter_mut()
                    .for_each(|found| (found.wished, found.counts_in) = (true, false));
            }
        }
        worth.scaled = match self.need {
            Need::All => u64::from(worth.terms),
            Need::Mass(_) => self.masses.scaled(worth.terms, worth.covered),
        };
        let slot = super::Slot {
            wishes: worth.wishes,
            ..super::Slot::default()
        };
        worth.wished = slot.wished(worth.scaled);
        worth.score = self.lift.of(doc, worth.wished);
        worth
    }
}

impl Unit<'_> {
    fn explain(&mut self, doc: DocId, worth: &mut Worth) -> u32 {
        let whole = !self.alternatives.is_empty();
        let start = worth.found.len();
        let mut all = 0_u32;
        for part in &mut self.parts {
            let before = worth.found.len();
            let mut own = 0_u32;
            for (list, covers) in &mut part.own {
                let Some(value) = note(list, doc, None, *covers, worth) else {
                    continue;
                };
                worth.covered |= *covers;
                own = own.saturating_add(value);
                if self.is_wish && !whole && part.alternatives.is_empty() {
                    worth.wishes = worth.wishes.saturating_add(if value > 0 { WISH } else { 0 });
                }
            }
            let best = best_of(&mut part.alternatives, doc, before, own, worth);
            if self.is_wish && !whole && !part.alternatives.is_empty() {
                worth.wishes = worth.wishes.saturating_add(if best > 0 { WISH } else { 0 });
            }
            all = all.saturating_add(best);
        }
        let best = best_of(&mut self.alternatives, doc, start, all, worth);
        if self.is_wish && whole {
            worth.wishes = worth.wishes.saturating_add(if best > 0 { WISH } else { 0 });
        }
        best
    }
}

/// The best of what was noted from `start` on, worth so much together, and of some names; what is not the best does not
/// count in.
fn best_of(names: &mut [Alternative<'_>], doc: DocId, start: usize, own: u32, worth: &mut Worth) -> u32 {
    let mut best = (own, start..worth.found.len());
    for name in names {
        let before = worth.found.len();
        let Some((value, covers)) = name.explain(doc, worth) else {
            worth.found.truncate(before);
            continue;
        };
        worth.covered |= covers;
        let mut lesser = (value, before..worth.found.len());
        if value > best.0 {
            std::mem::swap(&mut best, &mut lesser);
        }
        if let Some(lesser) = worth.found.get_mut(lesser.1) {
            lesser.iter_mut().for_each(|found| found.counts_in = false);
        }
    }
    best.0
}

impl Alternative<'_> {
    /// What the name is worth where all of its words are, and what it covers.
    fn explain(&mut self, doc: DocId, worth: &mut Worth) -> Option<(u32, u64)> {
        // As the name is written: the lists themselves stand in order of rarity, which is another in each segment.
        let mut leaves: Vec<usize> = self.required.iter().filter_map(|list| list.leaf).collect();
        leaves.sort_unstable();
        let start = worth.found.len();
        let mut sum = 0_u32;
        for list in &mut self.required {
            sum = sum.saturating_add(note(list, doc, Some(&leaves), self.covers, worth)?);
        }
        let mut covers = self.whole;
        for list in &mut self.beside {
            match note(list, doc, Some(&leaves), self.covers, worth) {
                Some(value) => sum = sum.saturating_add(value),
                // Words of the name stand apart.
                None => covers = self.covers,
            }
        }
        for list in &mut self.optional {
            let value = note(list, doc, Some(&leaves), self.covers, worth);
            sum = sum.saturating_add(value.unwrap_or(0));
        }
        let found = worth.found.get_mut(start..).unwrap_or_default();
        found.iter_mut().for_each(|found| found.covers = covers);
        Some((sum, covers))
    }
}

/// What a term is worth, if the document has it.
fn note(list: &mut List<'_>, doc: DocId, name: Option<&[usize]>, covers: u64, worth: &mut Worth) -> Option<u32> {
    let (counts, value) = list.in_document(doc)?;
    if let Some(leaf) = list.leaf {
        worth.found.push(Found {
            leaf,
            counts,
            worth: value,
            name: name.map(<[usize]>::to_vec),
            covers,
            counts_in: true,
            wished: false,
        });
    }
    Some(value)
}
