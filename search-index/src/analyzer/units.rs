//! Other spellings of the units that the analyser knows.

use std::collections::HashMap;

use super::{Syllable, analyze_words, code};

/// Spellings of units beside those of the program, such as `ký` for `kg`. Queries are read with them; what is indexed is not.
#[derive(Debug, Clone, Default)]
pub(crate) struct OtherUnits {
    /// By the letters of the first syllable, the longest first.
    by_first: HashMap<Box<str>, Vec<Spelling>>,
}

#[derive(Debug, Clone)]
struct Spelling {
    syllables: Box<[Syllable]>,
    unit: &'static str,
}

impl OtherUnits {
    /// Adds a spelling of a unit that the program knows. Of two units that are spelled alike the first one stays.
    pub(crate) fn add(&mut self, syllables: Vec<Syllable>, unit: &'static str) {
        let Some(first) = syllables.first() else { return };
        let known = self.by_first.entry(first.folded.as_str().into()).or_default();
        known.push(Spelling {
            syllables: syllables.into(),
            unit,
        });
        known.sort_by_key(|spelling| std::cmp::Reverse(spelling.syllables.len()));
    }

    /// The unit that some letters and the syllables after them spell, and how many of these.
    pub(super) fn find<'w>(
        &self,
        letters: &str,
        typed: Option<&Syllable>,
        after: impl Iterator<Item = &'w Syllable> + Clone,
    ) -> Option<(&'static str, usize)> {
        if self.by_first.is_empty() {
            return None;
        }
        // Letters behind digits are spelled as syllables are: `50ky` like `ký`.
        let own = typed
            .is_none()
            .then(|| analyze_words(letters).syllables.pop())
            .flatten();
        let letters = own.as_ref().map_or(letters, |own| own.folded.as_str());
        let fits = |spelling: &&Spelling| {
            let Some((first, others)) = spelling.syllables.split_first() else {
                return false;
            };
            let mut after = after.clone();
            typed.is_none_or(|typed| is_spelled(first, typed))
                && others
                    .iter()
                    .all(|other| after.next().is_some_and(|typed| is_spelled(other, typed)))
        };
        let spelling = self.by_first.get(letters)?.iter().find(fits)?;
        Some((spelling.unit, spelling.syllables.len() - 1))
    }

    /// Whether these syllables, or the letters behind the digits of the first, spell a unit.
    pub(crate) fn spells(&self, words: &[Syllable]) -> bool {
        let Some((first, others)) = words.split_first() else {
            return false;
        };
        let letters = first.folded.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let typed = (letters.len() == first.folded.len()).then_some(first);
        let found = self.find(letters, typed, others.iter());
        found.is_some_and(|(_, count)| count == others.len())
    }
}

/// Typed with diacritics, they tell.
fn is_spelled(known: &Syllable, typed: &Syllable) -> bool {
    if typed.marked && known.marked {
        typed.exact == known.exact
    } else {
        typed.folded == known.folded
    }
}

/// The unit of the program that a word spells, as it is indexed.
pub(crate) fn known_unit(folded: &str) -> Option<&'static str> {
    code::unit(folded)
}
