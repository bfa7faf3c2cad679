//! The part of a suggestion that was typed already.

use std::ops::Range;

use crate::analyzer::{Syllable, analyze};

/// Words of a phrase that were typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Matched {
    /// Which words, ascending.
    pub(super) words: Vec<usize>,
    /// The word that may go on after what was typed, and how many letters of it were.
    pub(super) begun: Option<(usize, usize)>,
}

/// Byte ranges of the words in the text, ascending and apart, on character boundaries.
pub(super) fn marks(text: &str, matched: &Matched) -> Vec<Range<usize>> {
    let syllables = analyze(text).syllables;
    let mark = |word: &usize| {
        let syllable = syllables.get(*word)?;
        match matched.begun {
            Some((begun, letters)) if begun == *word => Some(beginning(text, syllable, letters)),
            _ => Some(syllable.range.clone()),
        }
    };
    let mut marks: Vec<Range<usize>> = Vec::with_capacity(matched.words.len());
    for mark in matched.words.iter().filter_map(mark) {
        match marks.last_mut() {
            // Two syllables share a character, such as `½`.
            Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
            _ => marks.push(mark),
        }
    }
    marks
}

/// The start of a word that has so many letters without diacritics: marks that follow a letter belong to it.
fn beginning(text: &str, syllable: &Syllable, letters: usize) -> Range<usize> {
    let Range { start, end } = syllable.range;
    if letters >= syllable.folded.chars().count() {
        return start..end;
    }
    let word = text.get(start..end).unwrap_or("");
    let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let fits = |length: &usize| {
        let part = analyze(word.get(..*length).unwrap_or("")).syllables;
        part.iter().map(|part| part.folded.chars().count()).sum::<usize>() <= letters
    };
    // A character of several letters is marked as a whole.
    let first = word.chars().next().map_or(0, char::len_utf8);
    let length = ends.take_while(fits).last().unwrap_or(first);
    start..start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_was_begun_is_marked_as_far_as_it_was_typed() {
        for (text, letters, expected) in [
            ("sấy", 1, "s"),
            ("sấy", 2, "sấ"),
            ("sa\u{302}\u{301}y", 2, "sa\u{302}\u{301}"),
            ("sấy", 9, "sấy"),
            ("ﬁlter", 1, "ﬁ"),
            ("ﬁlter", 3, "ﬁl"),
        ] {
            let matched = Matched {
                words: vec![0],
                begun: Some((0, letters)),
            };
            let found: Vec<&str> = marks(text, &matched)
                .into_iter()
                .filter_map(|mark| text.get(mark))
                .collect();
            assert_eq!(found, [expected], "{text} {letters}");
        }
    }
}
