//! A text that can be suggested, and its words.

use crate::{
    analyzer::{Analysis, Syllable, analyze},
    columns::place,
};

/// Words of a phrase at which what is typed may start.
pub(super) const MAX_STARTS: usize = 16;

/// A text with its words, taken apart once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The text as it was written, its words without diacritics, and to the letter, one after the other: there is one for
    /// nearly every listing.
    all: Box<str>,
    /// Where the second and the third start.
    parts: (u32, u32),
    /// Whether the text has a diacritic.
    pub(super) marked: bool,
    /// Model numbers that are written in several parts: at which word, how many words, and written together.
    pub(super) codes: Box<[(u16, u16, Box<str>)]>,
}

impl Phrase {
    /// None where the text has no word.
    pub(super) fn new(text: &str) -> Option<Self> {
        let Analysis { syllables, codes } = analyze(text);
        if syllables.is_empty() {
            return None;
        }
        let mut all = text.to_owned();
        let mut append = |part: fn(&Syllable) -> &str| {
            let start = u32::try_from(all.len()).ok();
            for (at, syllable) in syllables.iter().enumerate() {
                if at > 0 {
                    all.push(' ');
                }
                all.push_str(part(syllable));
            }
            start
        };
        let parts = (append(|word| &word.folded)?, append(|word| &word.exact)?);
        let parted = codes.into_iter().filter(|code| code.syllables.len() > 1);
        // Quantities are typed as they are written; only the longest run from each word is of use.
        let parted = parted.filter(|code| !code.text.starts_with('#') && code.syllables.start < MAX_STARTS);
        let mut codes: Vec<(u16, u16, Box<str>)> = Vec::new();
        for code in parted {
            let (Ok(at), Ok(words)) = (u16::try_from(code.syllables.start), u16::try_from(code.syllables.len())) else {
                continue;
            };
            match codes.last_mut() {
                Some(last) if last.0 == at && last.1 < words => *last = (at, words, code.text.into()),
                Some(last) if last.0 == at => {}
                _ => codes.push((at, words, code.text.into())),
            }
        }
        Some(Self {
            all: all.into(),
            parts,
            marked: syllables.iter().any(|word| word.marked),
            codes: codes.into(),
        })
    }

    /// The text as it was written.
    pub(super) fn text(&self) -> &str {
        self.all.get(..place(self.parts.0)).unwrap_or("")
    }

    /// Its words without diacritics, with single spaces between.
    pub(super) fn folded(&self) -> &str {
        self.all.get(place(self.parts.0)..place(self.parts.1)).unwrap_or("")
    }

    /// The same to the letter; as many words.
    pub(super) fn exact(&self) -> &str {
        self.all.get(place(self.parts.1)..).unwrap_or("")
    }

    /// Whether two phrases are the same but for punctuation, capitals, and diacritics that one of them leaves out.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.folded() == other.folded() && (self.exact() == other.exact() || !self.marked || !other.marked)
    }

    /// The words to the letter from one on, so many.
    pub(super) fn exact_words(&self, from: usize, count: usize) -> &str {
        let exact = self.exact();
        let Some(start) = starts(exact).nth(from) else {
            return "";
        };
        let rest = exact.get(start..).unwrap_or("");
        let end = rest.match_indices(' ').nth(count.saturating_sub(1)).map(|(at, _)| at);
        rest.get(..end.unwrap_or(rest.len())).unwrap_or("")
    }
}

/// Where the words of a key start.
pub(super) fn starts(key: &str) -> impl Iterator<Item = usize> + '_ {
    std::iter::once(0).chain(key.match_indices(' ').map(|(at, _)| at + 1))
}

/// The words of a text without diacritics, with single spaces between: the same for every spelling of it.
#[must_use]
pub fn folded_words(text: &str) -> String {
    let syllables = analyze(text).syllables;
    let words: Vec<&str> = syllables.iter().map(|word| word.folded.as_str()).collect();
    words.join(" ")
}

/// Whether two texts are the same but for punctuation, capitals and diacritics.
#[must_use]
pub fn has_same_words(one: &str, other: &str) -> bool {
    one == other || folded_words(one) == folded_words(other)
}
