//! Marks the query's words in original texts.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use crate::{
    analyzer::{Analysis, Syllable, analyze, analyze_words_in},
    plan::{Hints, Plan, is_joined},
    query::Query,
    understand::Wishes,
    vocabulary::Vocabulary,
};

/// Marks the words of one query in original texts, in whatever spelling they stand there.
#[derive(Debug, Clone, Default)]
pub struct Highlighter {
    words: Arc<Words>,
}

#[derive(Debug, Default)]
struct Words {
    folded: HashSet<String>,
    codes: HashSet<String>,
    /// Names of several syllables or one, to the letter, by the first syllable.
    names: HashMap<String, Vec<Vec<String>>>,
    /// Whether a word of `folded` may stand apart in a text, as `xi lanh` for `xilanh`.
    any_joined: bool,
    /// Traits of the words of `folded` and of the first ones of `names`: most words of a text have none of these.
    traits: [u64; 2],
}

/// A bit that the same words have in common.
fn trait_of(word: &str) -> u64 {
    let first = word.bytes().next().map_or(0, usize::from);
    1 << ((word.len() * 26 + first) % 64)
}

/// Part of a text around the query's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The excerpt, with `…` where it was cut.
    pub text: String,
    /// Byte ranges in `text` to mark, ascending and apart, on character boundaries.
    pub marks: Vec<Range<usize>>,
}

const CUT: char = '…';

/// Syllables whose memory a thread keeps for the next text.
const MOST_SPARE: usize = 512;

thread_local! {
    /// Syllables of the texts before: a page of hits has a thousand words of two spellings, each a piece of memory.
    static SPARE: Cell<Vec<Syllable>> = const { Cell::new(Vec::new()) };
}

impl Highlighter {
    pub(crate) fn new(query: &Query, plan: &Plan, hints: &Hints, wishes: &Wishes, vocabulary: &Vocabulary) -> Self {
        let syllables = || query.wanted.iter().flat_map(|part| &part.analysis.syllables);
        let telling: HashSet<String> = syllables()
            .filter(|word| vocabulary.worth_of_stop_word(word).is_none())
            .map(|word| word.folded.clone())
            .collect();
        let folded = if telling.is_empty() {
            syllables().map(|word| word.folded.clone()).collect()
        } else {
            telling
        };
        let mut codes: HashSet<String> = query
            .wanted
            .iter()
            .flat_map(|part| &part.analysis.codes)
            .map(|code| code.text.clone())
            .collect();
        codes.extend(hints.longer_codes.iter().map(|(_, code)| code.clone()));
        codes.extend(wishes.codes.iter().cloned());
        let mut names: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        let doubts = hints.doubts.iter().map(|(_, word)| vec![word.exact.clone()]);
        for name in plan.names.iter().cloned().chain(doubts) {
            if let Some(first) = name.first() {
                names.entry(first.clone()).or_default().push(name);
            }
        }
        // `gs 1930` also marks `GS1930`, `xi lanh` also `xilanh`.
        let mut joined = HashSet::new();
        for part in &query.wanted {
            for neighbours in part.analysis.syllables.windows(2) {
                joined.insert(together(neighbours));
            }
        }
        joined.retain(|word| is_joined(word));
        codes.extend(joined.iter().cloned());
        codes.retain(|code| can_be_code(code));
        let mut folded = folded;
        folded.extend(joined);
        let any_joined = folded.iter().any(|word| is_joined(word));
        let of_folded = folded.iter().fold(0, |all, word| all | trait_of(word));
        let of_names = names.keys().fold(0, |all, word| all | trait_of(word));
        Self {
            words: Arc::new(Words {
                folded,
                codes,
                names,
                any_joined,
                traits: [of_folded, of_names],
            }),
        }
    }

    /// Whether there is anything to mark at all.
    #[must_use]
    pub fn has_words(&self) -> bool {
        !(self.words.folded.is_empty() && self.words.codes.is_empty() && self.words.names.is_empty())
    }

    /// Byte ranges of `original` to mark: ascending, not overlapping, on character boundaries.
    #[must_use]
    pub fn highlight(&self, original: &str) -> Vec<Range<usize>> {
        if !self.has_words() {
            return Vec::new();
        }
        // Codes are a second look at all words, and few queries have one.
        let mut spare = SPARE.take();
        let Analysis { syllables, codes } = if self.words.codes.is_empty() {
            Analysis {
                syllables: analyze_words_in(original, &mut spare),
                codes: Vec::new(),
            }
        } else {
            analyze(original)
        };
        let [of_folded, _] = self.words.traits;
        let words = syllables
            .iter()
            .filter(|word| of_folded & trait_of(&word.folded) != 0 && self.words.folded.contains(&word.folded))
            .map(|word| word.range.clone());
        // `xilanh` also marks `xi lanh`.
        let apart = syllables.windows(2).filter(|pair| {
            if !self.words.any_joined {
                return false;
            }
            let together = together(pair);
            is_joined(&together) && self.words.folded.contains(&together)
        });
        let apart = apart.flatten().map(|word| word.range.clone());
        let named = (0..syllables.len()).flat_map(|at| {
            let length = self.name_at(syllables.get(at..).unwrap_or(&[]));
            syllables.get(at..at + length).unwrap_or(&[])
        });
        let named = named.map(|word| word.range.clone());
        let codes = codes
            .iter()
            .filter(|code| self.words.codes.contains(&code.text))
            .map(|code| code.range.clone());
        let mut marks: Vec<Range<usize>> = words.chain(apart).chain(named).chain(codes).collect();
        marks.sort_unstable_by_key(|mark| (mark.start, mark.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(marks.len());
        for mark in marks {
            match merged.last_mut() {
                Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
                _ => merged.push(mark),
            }
        }
        spare.extend(syllables);
        spare.truncate(MOST_SPARE);
        SPARE.set(spare);
        merged
    }

    /// Syllables of the longest name that some syllables start with.
    fn name_at(&self, syllables: &[Syllable]) -> usize {
        let [_, of_names] = self.words.traits;
        let first = syllables.first().filter(|first| of_names & trait_of(&first.exact) != 0);
        let names = first.and_then(|first| self.words.names.get(&first.exact));
        let fits = |name: &&Vec<String>| {
            name.len() <= syllables.len() && name.iter().zip(syllables).all(|(name, word)| *name == word.exact)
        };
        let fitting = names.into_iter().flatten().filter(fits);
        fitting.map(Vec::len).max().unwrap_or(0)
    }

    /// The stretch of `original` of at most `max_chars` characters (the `…` not counted) that
    /// has the most of the query's words; the beginning if it has none.
    #[must_use]
    pub fn snippet(&self, original: &str, max_chars: usize) -> Snippet {
        let marks = self.highlight(original);
        let range = self.best_stretch(original, &marks, max_chars);
        let mut text = String::with_capacity(range.len() + 6);
        if range.start > 0 {
            text.push(CUT);
        }
        let shift = text.len();
        text.push_str(original.get(range.clone()).unwrap_or(""));
        if range.end < original.len() {
            text.push(CUT);
        }
        let inside = |mark: &Range<usize>| range.start <= mark.start && mark.end <= range.end;
        let shifted = |mark: Range<usize>| mark.start - range.start + shift..mark.end - range.start + shift;
        Snippet {
            text,
            marks: marks.into_iter().filter(inside).map(shifted).collect(),
        }
    }

    fn best_stretch(&self, original: &str, marks: &[Range<usize>], max_chars: usize) -> Range<usize> {
        // Byte position of every character and of the end.
        let places: Vec<usize> = original
            .char_indices()
            .map(|(at, _)| at)
            .chain([original.len()])
            .collect();
        let chars = places.len() - 1;
        let byte = |at: usize| places.get(at).copied().unwrap_or(original.len());
        if chars <= max_chars {
            return 0..original.len();
        }
        let char_of = |at: usize| places.partition_point(|place| *place < at);
        // Start a little before a mark, at a word, so that the mark is read in context.
        let lead_in = max_chars / 5;
        let mut best = (0, 0);
        for mark in marks.iter().take(MAX_STARTS) {
            let start = char_of(mark.start).saturating_sub(lead_in).min(chars - max_chars);
            let end = byte(start + max_chars);
            let inside = marks.iter().filter(|m| byte(start) <= m.start && m.end <= end);
            let distinct: HashSet<String> = inside
                .filter_map(|mark| original.get(mark.clone()))
                .map(str::to_lowercase)
                .collect();
            if distinct.len() > best.0 {
                best = (distinct.len(), start);
            }
        }
        let (start, end) = (best.1, best.1 + max_chars);
        let space = |at: usize| {
            original
                .get(byte(at)..)
                .and_then(|rest| rest.chars().next())
                .is_some_and(char::is_whitespace)
        };
        // Cut at white space where there is some close by.
        let start_cut = (start..start + lead_in)
            .find(|at| *at == 0 || space(at - 1))
            .unwrap_or(start);
        let end_cut = (end - lead_in..=end)
            .rev()
            .find(|at| *at == chars || space(*at))
            .unwrap_or(end);
        byte(start_cut)..byte(end_cut.max(start_cut))
    }
}

/// Marks tried as the start of an excerpt.
const MAX_STARTS: usize = 64;

/// Whether the analyser can find this among the codes of a text: for any other a second look at all words is in vain.
fn can_be_code(text: &str) -> bool {
    text.starts_with('#') || text.chars().any(char::is_numeric)
}

fn together(syllables: &[Syllable]) -> String {
    syllables.iter().map(|word| word.folded.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn codes_of_any_text_can_be_codes(text in "(máy|GS-1930|½|²|12|kW|[ ./,-]|.){0,40}") {
            for code in analyze(&text).codes {
                prop_assert!(can_be_code(&code.text), "{}", code.text);
            }
        }
    }
}
