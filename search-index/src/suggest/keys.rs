//! Phrases as they are compared, and where words start in them.

use std::ops::Range;

use super::phrase::{MAX_STARTS, Phrase, starts};
use crate::columns::place;

/// A phrase as it is compared: words without diacritics with single spaces between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) entry: u32,
    start: u32,
    end: u32,
    /// Where the key is another spelling of a phrase: the word at which it starts, which is a code written together, and
    /// how many words of the phrase the code has.
    pub(super) code: Option<(u16, u16)>,
}

/// The rest of a key from the start of a word on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Suffix {
    pub(super) key: u32,
    start: u32,
}

/// All keys in one long text.
#[derive(Debug, Default)]
pub(super) struct Keys {
    list: Vec<Key>,
    text: String,
}

impl Keys {
    /// Adds the keys of a phrase, and the starts of words in them to `suffixes`.
    pub(super) fn add(&mut self, entry: u32, phrase: &Phrase, suffixes: &mut Vec<Suffix>) {
        if let Some(key) = self.push(entry, phrase.folded(), None) {
            let offset = |at: usize| u32::try_from(at).ok().and_then(|at| key.1.checked_add(at));
            let starts = starts(phrase.folded()).take(MAX_STARTS).filter_map(offset);
            suffixes.extend(starts.map(|start| Suffix { key: key.0, start }));
        }
        for (at, words, code) in &phrase.codes {
            let after = starts(phrase.folded()).nth(usize::from(*at) + usize::from(*words));
            let after = after.and_then(|after| phrase.folded().get(after..));
            let text = after.map_or_else(|| code.to_string(), |after| format!("{code} {after}"));
            if let Some((key, start)) = self.push(entry, &text, Some((*at, *words))) {
                suffixes.push(Suffix { key, start });
            }
        }
    }

    /// Adds a key; gives its number and where it starts. None where there is no room for more.
    fn push(&mut self, entry: u32, text: &str, code: Option<(u16, u16)>) -> Option<(u32, u32)> {
        let number = u32::try_from(self.list.len()).ok()?;
        let start = u32::try_from(self.text.len()).ok()?;
        let end = u32::try_from(self.text.len() + text.len()).ok()?;
        self.text.push_str(text);
        self.list.push(Key {
            entry,
            start,
            end,
            code,
        });
        Some((number, start))
    }

    /// Gives up the room that was kept for further keys.
    pub(super) fn shrink(&mut self) {
        self.list.shrink_to_fit();
        self.text.shrink_to_fit();
    }

    /// The key that a suffix belongs to.
    pub(super) fn key(&self, suffix: Suffix) -> Option<&Key> {
        self.list.get(place(suffix.key))
    }

    /// What a suffix says.
    pub(super) fn rest(&self, suffix: Suffix) -> &str {
        let end = self.key(suffix).map_or(0, |key| place(key.end));
        self.text.get(place(suffix.start)..end).unwrap_or("")
    }

    /// The word of the phrase at which a suffix starts, counted from 0.
    pub(super) fn word_of(&self, suffix: Suffix) -> usize {
        let Some(key) = self.key(suffix) else { return 0 };
        let before = self.text.get(place(key.start)..place(suffix.start)).unwrap_or("");
        let word = before.matches(' ').count();
        word + key.code.map_or(0, |(at, _)| usize::from(at))
    }

    /// Puts suffixes into their order.
    pub(super) fn sort(&self, suffixes: &mut [Suffix]) {
        suffixes.sort_unstable_by(|one, other| {
            let texts = self.rest(*one).cmp(self.rest(*other));
            texts.then_with(|| (one.key, one.start).cmp(&(other.key, other.start)))
        });
    }

    /// One order of two ordered lists.
    pub(super) fn merge(&self, one: Vec<Suffix>, other: Vec<Suffix>) -> Vec<Suffix> {
        let mut merged = Vec::with_capacity(one.len() + other.len());
        let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
        loop {
            let next = match (one.peek(), other.peek()) {
                (Some(left), Some(right)) if self.rest(*right) < self.rest(*left) => other.next(),
                (Some(_), _) => one.next(),
                (None, _) => other.next(),
            };
            match next {
                Some(next) => merged.push(next),
                None => return merged,
            }
        }
    }

    /// The stretch of ordered suffixes that start with some words; with an open end, the last word may go on.
    pub(super) fn stretch(&self, suffixes: &[Suffix], words: &str, is_open: bool) -> Range<usize> {
        let start = suffixes.partition_point(|suffix| self.rest(*suffix) < words);
        let after = suffixes.get(start..).unwrap_or(&[]);
        let length = after.partition_point(|suffix| {
            let more = self.rest(*suffix).strip_prefix(words);
            more.is_some_and(|more| is_open || more.is_empty() || more.starts_with(' '))
        });
        start..start + length
    }
}
