//! How far a listing can come with what only scores.
//!
//! Where every concept is required and a listing has them all, it matches whatever else it has. Other lists, of neighbours and of
//! wishes, only lift it: where even their greatest worth would not make it a hit of the page, they are not read for it.

use tantivy::DocId;

use super::{
    Slot,
    unit::{Alternative, Unit},
};
use crate::{columns::place, scoring};

/// The most that some units add to any listing.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    /// Worth of their lists, as far as they count together.
    worth: u64,
    /// Whether one of them is a wish.
    wishes: bool,
    lengths: &'a [u8],
}

impl<'a> Reach<'a> {
    pub(super) fn new(units: &[Unit<'_>], lengths: &'a [u8]) -> Self {
        let scoring = units.iter().filter(|unit| !unit.is_wish);
        Self {
            worth: scoring.map(worth).sum(),
            wishes: units.iter().any(|unit| unit.is_wish),
            lengths,
        }
    }

    /// The most that a listing can be worth, of which this is known so far.
    pub(super) fn most(self, doc: DocId, known: Slot) -> u64 {
        let length = self.lengths.get(place(doc)).copied().unwrap_or(0);
        let greatest = scoring::greatest().get(usize::from(length & 63)).copied().unwrap_or(0);
        let score = u64::from(known.score) + ((self.worth * u64::from(greatest)) >> 8);
        let wished = Slot {
            wishes: if self.wishes { u32::MAX } else { known.wishes },
            ..known
        };
        wished.wished(score)
    }
}

/// Worth of the lists of a unit: of each part the best name or its own words, or the best name of the whole.
fn worth(unit: &Unit<'_>) -> u64 {
    let parts = unit.parts.iter().map(|part| {
        let own: u64 = part.own.iter().map(|(list, _)| u64::from(list.worth)).sum();
        own.max(best(&part.alternatives))
    });
    parts.sum::<u64>().max(best(&unit.alternatives))
}

fn best(names: &[Alternative<'_>]) -> u64 {
    let worths = names.iter().map(|name| {
        let lists = name.required.iter().chain(&name.beside).chain(&name.optional);
        lists.map(|list| u64::from(list.worth)).sum::<u64>()
    });
    worths.max().unwrap_or(0)
}
