//! Characters to words with their original byte ranges.
//!
//! Each original character is decomposed (compatibility) and lower-cased by itself: composed
//! and decomposed spellings then give the same letters and marks in the same order of
//! letters, and no offset map is needed because letters never leave their character.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::{Syllable, syllable::Spelling};

/// A word with what stood before it.
pub(super) struct Word {
    pub(super) syllable: Syllable,
    pub(super) before: Gap,
}

/// What separates a word from the word before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// White space only.
    Space,
    /// Exactly one hyphen or underscore.
    Hyphen,
    /// Exactly one `/`.
    Slash,
    /// Exactly one `.`.
    Dot,
    /// Exactly one `,`.
    Comma,
    /// The start of the text or anything else.
    Other,
}

impl Gap {
    /// Whether the two words are written as one code.
    pub(super) fn joins(self) -> bool {
        matches!(self, Self::Hyphen | Self::Slash | Self::Dot)
    }

    fn after(self, separator: char, seen: bool) -> Self {
        let own = match separator {
            '-' | '_' | '\u{2010}' | '\u{2011}' => Self::Hyphen,
            '/' => Self::Slash,
            '.' => Self::Dot,
            ',' => Self::Comma,
            space if space.is_whitespace() => Self::Space,
            _ => Self::Other,
        };
        if !seen || (self == Self::Space && own == Self::Space) {
            own
        } else {
            Self::Other
        }
    }
}

/// Splits a text into words at everything that is neither letter, digit nor combining mark.
pub(super) fn words(text: &str) -> Vec<Word> {
    words_in(text, &mut Vec::new())
}

/// The same in the memory of syllables that are not needed any more, as far as there are some.
pub(super) fn words_in(text: &str, spare: &mut Vec<Syllable>) -> Vec<Word> {
    let mut reading = Reading {
        words: Vec::with_capacity(text.len() / 5 + 1),
        spare,
        open: None,
        gap: Gap::Other,
        gap_seen: true,
    };
    for (start, original) in text.char_indices() {
        let end = start + original.len_utf8();
        if original.is_ascii() {
            reading.read(original.to_ascii_lowercase(), start, end);
            continue;
        }
        decompose_compatible(original, |decomposed| {
            for lower in decomposed.to_lowercase() {
                reading.read(lower, start, end);
            }
        });
    }
    reading.close();
    reading.words
}

struct Reading<'s> {
    words: Vec<Word>,
    spare: &'s mut Vec<Syllable>,
    open: Option<(Spelling, usize, usize)>,
    gap: Gap,
    gap_seen: bool,
}

impl Reading<'_> {
    fn read(&mut self, letter: char, start: usize, end: usize) {
        match letter {
            // Most letters by far, spared the look into the tables of marks.
            letter if letter.is_ascii_alphanumeric() => self.letter(letter, start, end),
            // Soft hyphen, joiners, byte order mark: invisible, part of whatever surrounds them.
            '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            mark if is_combining_mark(mark) => {
                if let Some((spelling, _, close)) = &mut self.open {
                    spelling.mark(mark);
                    *close = end;
                }
            }
            letter if letter.is_alphanumeric() => self.letter(letter, start, end),
            separator => {
                self.close();
                self.gap = self.gap.after(separator, self.gap_seen);
                self.gap_seen = true;
            }
        }
    }

    fn letter(&mut self, letter: char, start: usize, end: usize) {
        let spare = &mut *self.spare;
        let (spelling, _, close) = self
            .open
            .get_or_insert_with(|| (Spelling::new(spare.pop()), start, end));
        spelling.letter(letter);
        *close = end;
    }

    fn close(&mut self) {
        let Some((spelling, start, end)) = self.open.take() else {
            return;
        };
        self.words.push(Word {
            syllable: spelling.finish(start..end),
            before: self.gap,
        });
        self.gap = Gap::Other;
        self.gap_seen = false;
    }
}
