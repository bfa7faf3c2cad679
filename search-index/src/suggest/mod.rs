//! Suggestions while somebody types: titles, names and queries that have what was typed so far at the start of a word.
//!
//! A [`Catalogue`] knows what can be suggested and is kept by whoever follows the outbox; from time to time it is made a
//! [`Suggestions`], which never changes but for what is hidden in it. There, every word of every phrase starts an entry of
//! one sorted list; what was typed is a stretch of it, found by halving, and the best of a stretch are found without
//! looking at the others (see `ranks.rs`). Phrases are compared without diacritics; what was typed with them decides
//! between those that are found.
//!
//! The list says what fits, never what may be seen: [`Suggestion::listings`] names listings that stand behind a
//! suggestion, for the caller to look at, and [`Suggestions::hide`] takes out what is not public any more at once.

mod build;
mod catalogue;
mod find;
mod keys;
mod marks;
mod phrase;
mod ranks;

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

pub use catalogue::{Catalogue, SuggestedListing};
pub use find::Suggestion;
pub use phrase::{folded_words, has_same_words};

use crate::columns::place;
use keys::{Keys, Suffix};
use phrase::Phrase;
use ranks::Ranks;

/// Most suggestions of one answer.
pub const MAX_SUGGESTIONS: usize = 20;
/// Listings of one suggestion that are named.
const SAMPLES: usize = 4;
/// Stands where there is no further sample.
const NO_LISTING: u32 = u32::MAX;

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuggestionKind {
    /// A field of the taxonomy.
    Category,
    /// What several people asked for and found.
    Query,
    /// A name of the vocabulary that titles have.
    Term,
    /// Title of a listing.
    Title,
    /// Name of an organisation.
    Organisation,
}

/// One thing that can be suggested.
#[derive(Debug)]
struct Entry {
    phrase: Arc<Phrase>,
    kind: SuggestionKind,
    /// Code of a field.
    code: Option<Box<str>>,
    /// How many of its listings are not hidden.
    alive: AtomicU32,
    /// Some of its listings, by their number.
    samples: [u32; SAMPLES],
}

/// What can be suggested, as it was at one place of the outbox.
#[derive(Debug, Default)]
pub struct Suggestions {
    entries: Vec<Entry>,
    keys: Keys,
    suffixes: Vec<Suffix>,
    ranks: Ranks,
    /// Ids of listings, ascending: the place is the number of the listing.
    listings: Vec<u128>,
    /// Entries of each listing, one listing after the other.
    owned: Vec<u32>,
    /// Where those of each listing start in `owned`, and the end.
    starts: Vec<u32>,
    hidden: Vec<AtomicU64>,
    /// Entries for whoever has typed nothing yet, best first.
    popular: Vec<u32>,
}

impl Suggestions {
    /// How many things can be suggested.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing to suggest.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes listings out, whoever looks at the moment: what only they stand for is suggested no longer, and no number
    /// counts them.
    pub fn hide(&self, ids: impl IntoIterator<Item = u128>) {
        for id in ids {
            let Ok(listing) = self.listings.binary_search(&id) else {
                continue;
            };
            let Some(word) = self.hidden.get(listing / 64) else {
                continue;
            };
            let bit = 1 << (listing % 64);
            if word.fetch_or(bit, Ordering::Relaxed) & bit != 0 {
                continue;
            }
            for entry in self.entries_of(listing) {
                if let Some(entry) = self.entries.get(place(*entry)) {
                    entry.alive.fetch_sub(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// Whether a listing that these suggestions know is hidden in them.
    #[must_use]
    pub fn is_away(&self, id: u128) -> bool {
        let listing = self.listings.binary_search(&id).ok();
        let listing = listing.and_then(|listing| u32::try_from(listing).ok());
        listing.is_some_and(|listing| self.is_hidden(listing))
    }

    fn is_hidden(&self, listing: u32) -> bool {
        let listing = place(listing);
        let word = self.hidden.get(listing / 64);
        word.is_none_or(|word| word.load(Ordering::Relaxed) >> (listing % 64) & 1 == 1)
    }

    fn entries_of(&self, listing: usize) -> &[u32] {
        let start = self.starts.get(listing).copied().map_or(0, place);
        let end = self.starts.get(listing + 1).copied().map_or(0, place);
        self.owned.get(start..end).unwrap_or(&[])
    }
}
