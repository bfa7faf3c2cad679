//! Syllables typed without spaces: `maysaylua`, `bócvỏ`.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::grammar::is_syllable;
use crate::{
    analyzer::{Syllable, analyze},
    dictionary::Dictionary,
    plan::List,
    terms::pair,
};

/// Letters of a word that is tried; without diacritics shorter ones are tried as one pair only (see `plan.rs`).
const LENGTHS: Range<usize> = 4..33;
const UNMARKED_FROM: usize = 7;
/// Letters of one syllable.
const SYLLABLE: std::ops::RangeInclusive<usize> = 2..=7;
/// And of a word of another language.
const FOREIGN: std::ops::RangeInclusive<usize> = 4..=14;
const MOST_SYLLABLES: usize = 6;

/// The syllables of an unknown word, when all are known and all neighbours were seen together, in so many listings at
/// least. `typed` is the word as it stands in the query.
pub(crate) fn split(typed: &str, word: &Syllable, least: u64, dictionary: &Dictionary<'_>) -> Option<Vec<Syllable>> {
    if let Some(digit) = typed.find(|letter: char| letter.is_ascii_digit()) {
        return before_digits(typed, digit, word, least, dictionary);
    }
    let letters = word.folded.chars().count();
    let tried = LENGTHS.contains(&letters) && (word.marked || letters >= UNMARKED_FROM);
    if !tried || !word.folded.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return None;
    }
    let starts = letter_starts(typed);
    if starts.len() != letters + 1 {
        return None;
    }
    // By end of the last syllable: the best ways to come there, each with its last syllable.
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); letters + 1];
    for end in 1..=letters {
        for length in *SYLLABLE.start()..=*FOREIGN.end() {
            let Some(start) = end.checked_sub(length) else { break };
            let range = starts.get(start).copied()..starts.get(end).copied();
            let Range {
                start: Some(from),
                end: Some(to),
            } = range
            else {
                continue;
            };
            let Some(syllable) = known(typed, from..to, word, dictionary) else {
                continue;
            };
            let mut best: Option<Way> = (start == 0).then(|| Way {
                seen: 0,
                syllables: vec![syllable.clone()],
            });
            for before in ways.get(start).map(Vec::as_slice).unwrap_or_default() {
                let Some(last) = before.syllables.last() else { continue };
                let seen = dictionary.frequency(List::Pair, &pair(&last.folded, &syllable.folded));
                if seen == 0 || before.syllables.len() >= MOST_SYLLABLES {
                    continue;
                }
                let seen = if before.syllables.len() == 1 {
                    seen
                } else {
                    before.seen.min(seen)
                };
                if best.as_ref().is_none_or(|best| best.seen < seen) {
                    let mut syllables = before.syllables.clone();
                    syllables.push(syllable.clone());
                    best = Some(Way { seen, syllables });
                }
            }
            if let (Some(best), Some(ways)) = (best, ways.get_mut(end)) {
                ways.push(best);
            }
        }
    }
    let whole = ways.pop()?.into_iter().filter(|way| way.syllables.len() > 1);
    let best = whole.max_by_key(|way| way.seen);
    best.filter(|way| way.seen >= least).map(|way| way.syllables)
}

/// The same where a number or a model is at the end: `máyủi75cv`.
fn before_digits(
    typed: &str,
    digit: usize,
    word: &Syllable,
    least: u64,
    dictionary: &Dictionary<'_>,
) -> Option<Vec<Syllable>> {
    /// Letters of a model before its digits.
    const MODEL: usize = 3;
    let own = |mut syllable: Syllable| {
        syllable.range = word.range.clone();
        syllable
    };
    let starts = (digit.saturating_sub(MODEL)..=digit).rev();
    let mut splits = starts.filter_map(|start| {
        let (head, tail) = typed.split_at_checked(start)?;
        let first = own(analyze(head).syllables.into_iter().next()?);
        Some((split(head, &first, least, dictionary)?, tail))
    });
    let (mut words, tail) = splits.next()?;
    words.extend(analyze(tail).syllables.into_iter().map(own));
    Some(words)
}

#[derive(Clone)]
struct Way {
    /// Listings with the rarest pair of neighbours.
    seen: u64,
    syllables: Vec<Syllable>,
}

/// Byte places of the letters of a word, and its end.
fn letter_starts(typed: &str) -> Vec<usize> {
    let letters = typed.char_indices().filter(|(_, letter)| !is_combining_mark(*letter));
    letters.map(|(at, _)| at).chain([typed.len()]).collect()
}

/// The syllable in a part of a word, if the index knows it.
fn known(typed: &str, part: Range<usize>, word: &Syllable, dictionary: &Dictionary<'_>) -> Option<Syllable> {
    let mut words = analyze(typed.get(part)?).syllables;
    let mut syllable = words.pop()?;
    syllable.range = word.range.clone();
    let letters = syllable.folded.len();
    let vietnamese = SYLLABLE.contains(&letters) && is_syllable(&syllable.folded);
    let foreign = FOREIGN.contains(&letters) && !syllable.marked && !is_syllable(&syllable.folded);
    (words.is_empty() && (vietnamese || foreign) && dictionary.frequency_of(&syllable) > 0).then_some(syllable)
}
