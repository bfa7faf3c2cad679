//! The best of a stretch of a list, one after the other, without looking at the others.

use std::{cmp::Reverse, collections::BinaryHeap, ops::Range};

use crate::columns::place;

/// Places that are looked at one by one: the tree is over blocks of them.
const BLOCK: usize = 16;

/// Every place of a list has a rank of its own, 0 the best. A tree tells the best place of any stretch; after the best is
/// taken, the stretches beside it are left.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    /// Rank of each place.
    ranks: Vec<u32>,
    /// Best place of each block in the second half; each node before has the better of its two children.
    tree: Vec<u32>,
}

impl Ranks {
    /// The ranks of places that are given best first.
    pub(super) fn new(best_first: &[u32]) -> Self {
        let mut ranks = Self {
            ranks: vec![u32::MAX; best_first.len()],
            tree: Vec::new(),
        };
        for (rank, at) in (0_u32..).zip(best_first) {
            if let Some(own) = ranks.ranks.get_mut(place(*at)) {
                *own = rank;
            }
        }
        let blocks = best_first.len().div_ceil(BLOCK);
        ranks.tree = vec![NOWHERE; blocks];
        for block in 0..blocks {
            let best = ranks.best_among(block * BLOCK..(block + 1) * BLOCK);
            ranks.tree.push(best);
        }
        for node in (1..blocks).rev() {
            let best = ranks.better(ranks.at(node * 2), ranks.at(node * 2 + 1));
            if let Some(node) = ranks.tree.get_mut(node) {
                *node = best;
            }
        }
        ranks
    }

    /// The places of some stretches, best first. Stretches must not overlap.
    pub(super) fn best(&self, stretches: impl IntoIterator<Item = Range<usize>>) -> Best<'_> {
        let mut best = Best {
            ranks: self,
            left: BinaryHeap::new(),
        };
        stretches.into_iter().for_each(|stretch| best.push(stretch));
        best
    }

    fn rank(&self, at: u32) -> u32 {
        self.ranks.get(place(at)).copied().unwrap_or(u32::MAX)
    }

    fn at(&self, node: usize) -> u32 {
        self.tree.get(node).copied().unwrap_or(NOWHERE)
    }

    fn better(&self, one: u32, other: u32) -> u32 {
        if self.rank(other) < self.rank(one) { other } else { one }
    }

    /// The best of a few places.
    fn best_among(&self, stretch: Range<usize>) -> u32 {
        let stretch = stretch.start..stretch.end.min(self.ranks.len());
        let some = self.ranks.get(stretch.clone()).unwrap_or(&[]);
        let best = stretch.zip(some).min_by_key(|(_, rank)| **rank);
        best.and_then(|(at, _)| u32::try_from(at).ok()).unwrap_or(NOWHERE)
    }

    fn best_of(&self, stretch: &Range<usize>) -> u32 {
        let (first, last) = (stretch.start.div_ceil(BLOCK), stretch.end / BLOCK);
        if first >= last {
            return self.best_among(stretch.clone());
        }
        let before = self.best_among(stretch.start..first * BLOCK);
        let mut best = self.better(before, self.best_among(last * BLOCK..stretch.end));
        let blocks = self.ranks.len().div_ceil(BLOCK);
        let (mut low, mut high) = (blocks + first, blocks + last);
        while low < high {
            if low % 2 == 1 {
                best = self.better(best, self.at(low));
                low += 1;
            }
            if high % 2 == 1 {
                high -= 1;
                best = self.better(best, self.at(high));
            }
            (low, high) = (low / 2, high / 2);
        }
        best
    }
}

/// A place that no list has.
const NOWHERE: u32 = u32::MAX;

/// See [`Ranks::best`].
pub(super) struct Best<'r> {
    ranks: &'r Ranks,
    /// Rank and place of the best of a stretch, and the stretch.
    left: BinaryHeap<Reverse<(u32, u32, usize, usize)>>,
}

impl Best<'_> {
    fn push(&mut self, stretch: Range<usize>) {
        let stretch = stretch.start..stretch.end.min(self.ranks.ranks.len());
        if stretch.start < stretch.end {
            let best = self.ranks.best_of(&stretch);
            self.left
                .push(Reverse((self.ranks.rank(best), best, stretch.start, stretch.end)));
        }
    }
}

impl Iterator for Best<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let Reverse((_, at, start, end)) = self.left.pop()?;
        let at = place(at);
        self.push(start..at);
        self.push(at + 1..end);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_of_any_stretch_come_in_their_order(
            order in (1_u32..200).prop_flat_map(|count| Just((0..count).collect::<Vec<_>>()).prop_shuffle()),
            cuts in proptest::collection::vec(0_usize..220, 4),
        ) {
            let ranks = Ranks::new(&order);
            let mut cuts = cuts;
            cuts.sort_unstable();
            let stretches = [cuts[0]..cuts[1], cuts[2]..cuts[3]];
            let found: Vec<usize> = ranks.best(stretches.clone()).collect();
            let expected = order.iter().map(|at| place(*at));
            let expected: Vec<usize> = expected.filter(|at| stretches.iter().any(|some| some.contains(at))).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
