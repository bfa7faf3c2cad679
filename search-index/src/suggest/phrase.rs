//! A text that can be suggested, and its words.

use crate::analyzer::{Analysis, Syllable, analyze};

/// Words of a phrase at which what is typed may start.
pub(super) const MAX_STARTS: usize = 16;

/// A text with its words, taken apart once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The text as it was written.
    pub(super) text: Box<str>,
    /// Its words without diacritics, with single spaces between.
    pub(super) folded: Box<str>,
    /// The same to the letter; as many words.
    pub(super) exact: Box<str>,
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
        let joined = |part: fn(&Syllable) -> &str| -> Box<str> {
            let parts: Vec<&str> = syllables.iter().map(part).collect();
            parts.join(" ").into()
        };
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
            text: text.into(),
            folded: joined(|word| &word.folded),
            exact: joined(|word| &word.exact),
            marked: syllables.iter().any(|word| word.marked),
            codes: codes.into(),
        })
    }

    /// Whether two phrases are the same but for punctuation, capitals, and diacritics that one of them leaves out.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.folded == other.folded && (self.exact == other.exact || !self.marked || !other.marked)
    }

    /// The words to the letter from one on, so many.
    pub(super) fn exact_words(&self, from: usize, count: usize) -> &str {
        let mut starts = starts(&self.exact);
        let Some(start) = starts.nth(from) else { return "" };
        let rest = self.exact.get(start..).unwrap_or("");
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
