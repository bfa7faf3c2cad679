//! Slips of spelling, accepted only on evidence from the index.
//!
//! A Vietnamese syllable has so few letters that nearly every one is one letter away from many others. What tells a slip
//! is its neighbour: `gạch không lung` is never written, `không nung` is.

use super::{
    grammar::{is_syllable, one_letter_away, sound_alikes},
    typing::{exact_forms, first, written},
};
use crate::{analyzer::Syllable, dictionary::Dictionary, plan::List, terms::pair, vocabulary::Vocabulary};

/// An unknown word with no neighbour must be at least as long.
const ALONE_FROM: usize = 7;
/// Letters of a known word that may be a slip of one of them.
const DOUBTED_FROM: usize = 4;
/// Letters of a word of another language of which one may be wrong.
const FOREIGN_FROM: usize = 5;

/// Listings in which a word one letter away from a known one must stand beside its neighbours.
const LISTINGS: u64 = 3;

/// What a word with its neighbours may have been meant to be: the spelling without diacritics best attested. `unknown`
/// says that the index does not have the word: then words of other languages count, too.
pub(crate) fn meant(
    word: &Syllable,
    [left, right]: [Option<&Syllable>; 2],
    unknown: bool,
    dictionary: &Dictionary<'_>,
    vocabulary: &Vocabulary,
) -> Option<Syllable> {
    let typed = word.folded.as_str();
    if !(2..=12).contains(&typed.len()) || !typed.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return None;
    }
    // A pair of the vocabulary counts like one listing.
    let together = |left: &str, right: &str| {
        let pair = pair(left, right);
        dictionary.frequency(List::Pair, &pair) + u64::from(vocabulary.knows_pair(&pair))
    };
    let evidence = |candidate: &str| {
        let left = left.map_or(0, |left| together(&left.folded, candidate));
        left + right.map_or(0, |right| together(candidate, &right.folded))
    };
    let known = |other: &str| dictionary.frequency(List::Folded, other) + u64::from(vocabulary.knows(other));
    let most = |found: (u64, String), other: (u64, String)| {
        // Of equals the first in the alphabet, so that it is the same one everywhere.
        if (other.0, &found.1) > (found.0, &other.1) {
            other
        } else {
            found
        }
    };
    let best = |candidates: Vec<String>, least: u64| {
        let seen = candidates.into_iter().filter(|other| known(other) > 0);
        let seen = seen
            .map(|other| (evidence(&other), other))
            .filter(|(evidence, _)| *evidence >= least);
        seen.reduce(most).map(|(_, other)| other)
    };
    // A known word is doubted for a letter only if the other is well attested.
    let least = if unknown { 1 } else { LISTINGS };
    let near = || {
        let foreign = !is_syllable(typed) || (unknown && typed.len() >= FOREIGN_FROM);
        let mut all = one_letter_away(typed);
        // Of three letters nearly every other syllable is one away.
        let long = unknown || typed.len() >= DOUBTED_FROM;
        all.retain(|other| long && other.len() > 1 && (foreign || is_syllable(other)));
        all
    };
    let other = best(sound_alikes(typed), 1)
        .or_else(|| best(near(), least))
        .or_else(|| {
            // A long word of another language speaks for itself.
            let alone = unknown && typed.len() >= ALONE_FROM && !is_syllable(typed);
            let candidates = if alone { near() } else { Vec::new() };
            let seen = candidates.into_iter().map(|other| (known(&other), other));
            let seen = seen.filter(|(known, other)| *known > 0 && other.len() >= ALONE_FROM);
            seen.reduce(most).map(|(_, other)| other)
        })?;
    let text = spelled(&other, word, dictionary);
    let mut meant = first(&text)?;
    meant.range = word.range.clone();
    let beside = |left: &Syllable, right: &Syllable| {
        dictionary.stand_together(left, right) || vocabulary.knows_pair(&pair(&left.folded, &right.folded))
    };
    // A known word is doubted only where the other would be right on both sides: `vũ trụ` is no `dự trữ`.
    let fits = || left.is_none_or(|left| beside(left, &meant)) && right.is_none_or(|right| beside(&meant, right));
    (unknown || fits()).then_some(meant)
}

/// Letters with the diacritics that they have most often, of those with the tone that was typed if there are any; without
/// diacritics if they mostly have none.
fn spelled(folded: &str, typed: &Syllable, dictionary: &Dictionary<'_>) -> String {
    let tone = |exact: &str| {
        exact
            .chars()
            .next_back()
            .filter(|last| !last.is_alphanumeric() || "¹²³⁴⁵".contains(*last))
    };
    let forms = exact_forms(folded).into_iter().map(|exact| {
        let frequency = dictionary.frequency(List::Exact, &exact);
        (typed.marked && tone(&exact) == tone(&typed.exact), frequency, exact)
    });
    let best = forms
        .filter(|(_, frequency, _)| *frequency > 0)
        .max_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| b.2.cmp(&a.2)));
    match best {
        Some((same_tone, frequency, exact))
            if same_tone || frequency * 2 > dictionary.frequency(List::Folded, folded) =>
        {
            written(&exact)
        }
        _ => folded.to_owned(),
    }
}
