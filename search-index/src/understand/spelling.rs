//! Slips of spelling, accepted only on evidence from the index.
//!
//! A Vietnamese syllable has so few letters that nearly every one is one letter away from many others. What tells a slip
//! is its neighbour: `gạch không lung` is never written, `không nung` is.

use super::{
    grammar::{is_syllable, one_letter_away, sound_alikes},
    typing::{exact_forms, first, written},
};
use crate::{analyzer::Syllable, dictionary::Dictionary, plan::List, terms::pair};

/// An unknown word with no neighbour must be at least as long.
const ALONE_FROM: usize = 5;

/// What a word with its neighbours may have been meant to be: the spelling without diacritics best attested. `unknown`
/// says that the index does not have the word: then words of other languages count, too.
pub(crate) fn meant(
    word: &Syllable,
    left: Option<&Syllable>,
    right: Option<&Syllable>,
    unknown: bool,
    dictionary: &Dictionary<'_>,
) -> Option<Syllable> {
    let typed = word.folded.as_str();
    if !(2..=12).contains(&typed.len()) || !typed.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return None;
    }
    let evidence = |candidate: &str| {
        let left = left.map_or(0, |left| {
            dictionary.frequency(List::Pair, &pair(&left.folded, candidate))
        });
        let right = right.map_or(0, |right| {
            dictionary.frequency(List::Pair, &pair(candidate, &right.folded))
        });
        left + right
    };
    let best = |candidates: Vec<String>| {
        let seen = candidates
            .into_iter()
            .filter(|other| dictionary.frequency(List::Folded, other) > 0);
        let seen = seen
            .map(|other| (evidence(&other), other))
            .filter(|(evidence, _)| *evidence > 0);
        seen.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
            .map(|(_, other)| other)
    };
    let near = || {
        let foreign = unknown && (!is_syllable(typed) || typed.len() >= ALONE_FROM);
        let mut all = one_letter_away(typed);
        all.retain(|other| other.len() > 1 && (foreign || is_syllable(other)));
        all
    };
    let other = best(sound_alikes(typed)).or_else(|| best(near())).or_else(|| {
        // A long word of another language speaks for itself.
        let alone = unknown && typed.len() >= ALONE_FROM && !is_syllable(typed);
        let candidates = if alone { near() } else { Vec::new() };
        let seen = candidates
            .into_iter()
            .map(|other| (dictionary.frequency(List::Folded, &other), other));
        let seen = seen.filter(|(frequency, other)| *frequency > 0 && other.len() >= ALONE_FROM);
        seen.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1)))
            .map(|(_, other)| other)
    })?;
    // Of its spellings with diacritics the most frequent one, if there is any.
    let forms = exact_forms(&other)
        .into_iter()
        .map(|exact| (dictionary.frequency(List::Exact, &exact), exact));
    let exact = forms
        .filter(|(frequency, _)| *frequency > 0)
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
    let marked = exact.filter(|(frequency, _)| frequency * 2 > dictionary.frequency(List::Folded, &other));
    let text = marked.map_or(other, |(_, exact)| written(&exact));
    let mut meant = first(&text)?;
    meant.range = word.range.clone();
    Some(meant)
}
