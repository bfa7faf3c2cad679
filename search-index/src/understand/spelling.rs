//! Slips of spelling, accepted only on evidence from the index.
//!
//! A Vietnamese syllable has so few letters that nearly every one is one letter away from many others. What tells a slip
//! is its neighbour: `gạch không lung` is never written, `không nung` is.

use super::{
    grammar::{is_syllable, one_letter_away, sound_alikes, sounding_alike},
    typing::{exact_forms, first, written},
};
use crate::{analyzer::Syllable, dictionary::Dictionary, plan::List, terms::pair, vocabulary::Vocabulary};

/// Tones as an exact syllable ends with them.
const TONES: [char; 5] = ['¹', '²', '³', '⁴', '⁵'];
/// An unknown word with no neighbour must be at least as long.
const ALONE_FROM: usize = 7;
/// Letters of a known word that is doubted as soon as a few listings have another.
const DOUBTED_FROM: usize = 4;
/// Letters of a word of another language of which one may be wrong.
const FOREIGN_FROM: usize = 5;

/// The same of a word of three letters, from which nearly every other syllable is one away.
const OF_SHORT: u64 = 12;
/// How much more a word counts that was seen beside all of its neighbours.
const BOTH: u64 = 1_000;

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
    // What is right on both sides before what is right on one; then what the hand slips to easily.
    let evidence = |candidate: &str| {
        let left = left.map(|left| together(&left.folded, candidate));
        let right = right.map(|right| together(candidate, &right.folded));
        attested([left, right]) * ease(typed, candidate)
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
        seen.reduce(most)
    };
    // A known word is doubted for a letter only if the other is well attested.
    let listings = if typed.len() < DOUBTED_FROM { OF_SHORT } else { LISTINGS };
    let least = if unknown { 1 } else { listings * BOTH };
    let near = || {
        let foreign = !is_syllable(typed) || (unknown && typed.len() >= FOREIGN_FROM);
        let mut all = one_letter_away(typed);
        all.retain(|other| other.len() > 1 && (foreign || is_syllable(other)));
        all
    };
    let (by_ear, by_hand) = (best(sound_alikes(typed), 1), best(near(), least));
    // The ear errs more often, but not where only the hand's is right on both sides.
    let is_whole = |found: &Option<(u64, String)>| found.as_ref().is_some_and(|(evidence, _)| *evidence >= BOTH);
    let slip = if is_whole(&by_hand) && !is_whole(&by_ear) {
        by_hand
    } else {
        by_ear.or(by_hand)
    };
    let other = slip.map(|(_, other)| other).or_else(|| {
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

/// What a word with diacritics may have been meant to be: one with the same diacritics that sounds alike, or is a letter
/// away, and stands beside the neighbours to the letter.
pub(crate) fn meant_to_the_letter(
    word: &Syllable,
    [left, right]: [Option<&Syllable>; 2],
    dictionary: &Dictionary<'_>,
) -> Option<Syllable> {
    let letters = word.exact.trim_end_matches(TONES);
    let tone = word.exact.strip_prefix(letters).unwrap_or_default();
    if !(2..=8).contains(&letters.chars().count()) || letters.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let best = |candidates: Vec<String>| {
        let known = candidates.into_iter().filter_map(|other| {
            let exact = format!("{other}{tone}");
            if dictionary.frequency(List::Exact, &exact) == 0 {
                return None;
            }
            let mut other = first(&written(&exact))?;
            other.range = word.range.clone();
            let beside = |left: &Syllable, right: &Syllable| {
                let together = dictionary.stand_together(left, right);
                let seen = || dictionary.frequency(List::Pair, &pair(&left.folded, &right.folded));
                if together { seen() } else { 0 }
            };
            let sides = [
                left.map(|left| beside(left, &other)),
                right.map(|right| beside(&other, right)),
            ];
            let evidence = attested(sides) * ease(&word.folded, &other.folded);
            (evidence > 0).then_some((evidence, other))
        });
        known.max_by(|one, other| one.0.cmp(&other.0).then_with(|| other.1.exact.cmp(&one.1.exact)))
    };
    best(sounding_alike(letters))
        .or_else(|| best(one_letter_away(letters)))
        .map(|(_, other)| other)
}

/// In how many listings a word stands beside each of its neighbours, where it has one: beside all of them counts more.
fn attested(sides: [Option<u64>; 2]) -> u64 {
    let sum: u64 = sides.into_iter().flatten().sum();
    let all = sides.into_iter().flatten().all(|side| side > 0);
    if all { sum * BOTH } else { sum }
}

/// How easily a hand types one word for another that is a letter away: what it leaves out, doubles or exchanges, and keys
/// beside each other, before other letters.
fn ease(typed: &str, meant: &str) -> u64 {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    const OFTEN: u64 = 4;
    const SELDOM: u64 = 1;
    if typed.len() != meant.len() {
        return OFTEN;
    }
    let mut wrong = typed.chars().zip(meant.chars()).filter(|(typed, meant)| typed != meant);
    let (first, second) = (wrong.next(), wrong.next());
    let beside = |(typed, meant): (char, char)| {
        let places = ROWS.iter().filter_map(|row| row.find(typed).zip(row.find(meant)));
        places.into_iter().any(|(typed, meant)| typed.abs_diff(meant) == 1)
    };
    match (first, second) {
        (Some(first), None) if !beside(first) => SELDOM,
        _ => OFTEN,
    }
}

/// Letters with the diacritics that they have most often, of those with the tone that was typed if there are any; without
/// diacritics if they mostly have none.
fn spelled(folded: &str, typed: &Syllable, dictionary: &Dictionary<'_>) -> String {
    let tone = |exact: &str| {
        exact
            .chars()
            .next_back()
            .filter(|last| !last.is_alphanumeric() || TONES.contains(last))
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
