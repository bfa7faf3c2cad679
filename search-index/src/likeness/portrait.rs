//! The words of one listing, taken apart once to be compared with what many ask for.

use std::collections::HashSet;

use crate::{
    analyzer::{Syllable, analyze},
    plan::List,
    terms::pair,
};

/// Longest part of one text that counts, in syllables: a summary and more.
const MOST_WORDS: usize = 400;

/// The words of a listing, and where they stand.
#[derive(Debug, Clone, Default)]
pub struct Portrait {
    title: Words,
    all: Words,
    texts: Vec<Text>,
}

#[derive(Debug, Clone, Default)]
struct Words {
    exact: HashSet<String>,
    folded: HashSet<String>,
    pairs: HashSet<String>,
    codes: HashSet<String>,
}

#[derive(Debug, Clone)]
struct Text {
    place: Place,
    text: String,
    words: Vec<Syllable>,
}

/// Where a word has to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Title,
    Anywhere,
}

impl Portrait {
    /// Takes a listing apart: what it is called (titles, brand, model), and what else is said of it (summaries,
    /// properties).
    #[must_use]
    pub fn new<'t>(titles: impl IntoIterator<Item = &'t str>, rest: impl IntoIterator<Item = &'t str>) -> Self {
        let mut portrait = Self::default();
        for title in titles {
            portrait.add(title, Place::Title);
        }
        for text in rest {
            portrait.add(text, Place::Anywhere);
        }
        portrait
    }

    fn add(&mut self, text: &str, place: Place) {
        let mut analysis = analyze(text);
        analysis.syllables.truncate(MOST_WORDS);
        analysis.codes.retain(|code| code.syllables.end <= MOST_WORDS);
        let codes = analysis.codes.iter().map(|code| code.text.clone());
        if place == Place::Title {
            self.title.add(&analysis.syllables, codes.clone());
        }
        self.all.add(&analysis.syllables, codes);
        self.texts.push(Text {
            place,
            text: text.to_owned(),
            words: analysis.syllables,
        });
    }

    /// Whether a term stands there.
    pub(super) fn has(&self, list: List, term: &str, place: Place) -> bool {
        let words = match place {
            Place::Title => &self.title,
            Place::Anywhere => &self.all,
        };
        let terms = match list {
            List::Exact => &words.exact,
            List::Folded => &words.folded,
            List::Pair => &words.pairs,
            List::Code => &words.codes,
        };
        terms.contains(term)
    }

    /// Whether words stand beside each other in this order: to the letter where they have diacritics.
    pub(super) fn has_run<'w>(&self, words: impl Iterator<Item = &'w Syllable> + Clone) -> bool {
        let length = words.clone().count().max(1);
        let is_same = |here: &Syllable, word: &Syllable| {
            if word.marked {
                here.exact == word.exact
            } else {
                here.folded == word.folded
            }
        };
        let mut texts = self.texts.iter();
        texts.any(|text| {
            let mut runs = text.words.windows(length);
            runs.any(|run| run.iter().zip(words.clone()).all(|(here, word)| is_same(here, word)))
        })
    }

    /// A name as it is written here: these syllables beside each other, to the letter.
    pub(super) fn written(&self, name: &[String], place: Place) -> Option<&str> {
        let texts = self.texts.iter();
        let mut texts = texts.filter(|text| place == Place::Anywhere || text.place == Place::Title);
        texts.find_map(|text| {
            let found = text.words.windows(name.len().max(1)).find(|words| {
                let spelt = words.iter().map(|word| &word.exact);
                spelt.eq(name)
            })?;
            let (first, last) = (found.first()?, found.last()?);
            text.text.get(first.range.start..last.range.end)
        })
    }
}

impl Words {
    fn add(&mut self, words: &[Syllable], codes: impl Iterator<Item = String>) {
        for word in words {
            self.exact.insert(word.exact.clone());
            self.folded.insert(word.folded.clone());
        }
        for neighbours in words.windows(2) {
            if let [left, right] = neighbours {
                self.pairs.insert(pair(&left.folded, &right.folded));
            }
        }
        self.codes.extend(codes);
    }
}
