//! The best of a stretch of a list, one after the other, without looking at the others.

use std::{cmp::Reverse, collections::BinaryHeap, ops::Range};

use crate::columns::place;

/// Every place of a list has a rank of its own, 0 the best. A tree tells the best rank of any stretch; after the best is
/// taken, the stretches beside it are left.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    /// The leaves are the second half; each node has the best of its two children.
    tree: Vec<u32>,
    /// Place of each rank.
    places: Vec<u32>,
}

impl Ranks {
    /// The ranks of places that are given best first.
    pub(super) fn new(best_first: Vec<u32>) -> Self {
        let count = best_first.len();
        let mut tree = vec![u32::MAX; count * 2];
        for (rank, at) in (0_u32..).zip(&best_first) {
            if let Some(leaf) = tree.get_mut(count + place(*at)) {
                *leaf = rank;
            }
        }
        for node in (1..count).rev() {
            let best = tree
                .get(node * 2..node * 2 + 2)
                .and_then(|two| two.iter().min().copied());
            if let (Some(best), Some(node)) = (best, tree.get_mut(node)) {
                *node = best;
            }
        }
        Self {
            tree,
            places: best_first,
        }
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

    fn best_of(&self, stretch: &Range<usize>) -> u32 {
        let count = self.places.len();
        let (mut low, mut high) = (count + stretch.start, count + stretch.end);
        let mut best = u32::MAX;
        let at = |node: usize| self.tree.get(node).copied().unwrap_or(u32::MAX);
        while low < high {
            if low % 2 == 1 {
                best = best.min(at(low));
                low += 1;
            }
            if high % 2 == 1 {
                high -= 1;
                best = best.min(at(high));
            }
            (low, high) = (low / 2, high / 2);
        }
        best
    }
}

/// See [`Ranks::best`].
pub(super) struct Best<'r> {
    ranks: &'r Ranks,
    left: BinaryHeap<Reverse<(u32, usize, usize)>>,
}

impl Best<'_> {
    fn push(&mut self, stretch: Range<usize>) {
        let stretch = stretch.start..stretch.end.min(self.ranks.places.len());
        if stretch.start < stretch.end {
            let best = self.ranks.best_of(&stretch);
            self.left.push(Reverse((best, stretch.start, stretch.end)));
        }
    }
}

impl Iterator for Best<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let Reverse((rank, start, end)) = self.left.pop()?;
        let at = place(*self.ranks.places.get(place(rank))?);
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
            order in (1_u32..60).prop_flat_map(|count| Just((0..count).collect::<Vec<_>>()).prop_shuffle()),
            cuts in proptest::collection::vec(0_usize..70, 4),
        ) {
            let ranks = Ranks::new(order.clone());
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
