//! Text to tokens, the same code for documents, queries and highlighting.
//!
//! [`normalise`] reads letters one original character at a time, so that every token keeps
//! its byte range in the original; [`syllable`] spells a token exact and folded; [`code`]
//! finds model numbers and quantities. Change anything that alters a token: raise
//! [`VERSION`], so that existing indexes are rebuilt.

mod code;
mod normalise;
mod syllable;
mod units;

use std::ops::Range;

pub(crate) use code::UNITS;
pub(crate) use units::{OtherUnits, known_unit};

/// Version of the token rules, part of [`crate::format_id`].
pub(crate) const VERSION: u32 = 1;

/// Tokens of one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Syllables in text order.
    pub syllables: Vec<Syllable>,
    /// Model numbers and quantities, ordered by first syllable.
    pub codes: Vec<Code>,
}

/// One syllable (or number, or foreign word: a run of letters and digits).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syllable {
    /// Lower-case letters with ă â ê ô ơ ư đ kept and the tone appended as ¹ sắc, ² huyền,
    /// ³ hỏi, ⁴ ngã, ⁵ nặng, wherever it was written: `hòa` and `hoà` are both `hoa²`.
    pub exact: String,
    /// Letters without any diacritic, đ as d.
    pub folded: String,
    /// Whether the text had a diacritic or đ, that is whether `exact` is evidence.
    pub marked: bool,
    /// Byte range in the original text, on character boundaries. Two syllables
    /// overlap when one character, such as `½`, ends the first and starts the second.
    pub range: Range<usize>,
}

/// One code token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Squashed run such as `fre740`, or quantity such as `#3.7kw`.
    pub text: String,
    /// Indices into [`Analysis::syllables`] that the code covers.
    pub syllables: Range<usize>,
    /// Byte range in the original text, on character boundaries.
    pub range: Range<usize>,
}

/// Splits `text` into syllables and codes.
#[must_use]
pub fn analyze(text: &str) -> Analysis {
    analyze_with(text, &OtherUnits::default())
}

/// The same, reading other spellings of units, too.
pub(crate) fn analyze_with(text: &str, units: &OtherUnits) -> Analysis {
    let words = normalise::words(text);
    let codes = code::codes(&words, units);
    Analysis {
        syllables: words.into_iter().map(|word| word.syllable).collect(),
        codes,
    }
}

/// Splits `text` into syllables, without looking for codes.
pub(crate) fn analyze_words(text: &str) -> Analysis {
    let words = normalise::words(text).into_iter();
    Analysis {
        syllables: words.map(|word| word.syllable).collect(),
        codes: Vec::new(),
    }
}

/// The syllables of `text`, in the memory of others that are not needed any more: taken from the end of `spare` as far as
/// there are some.
pub(crate) fn analyze_words_in(text: &str, spare: &mut Vec<Syllable>) -> Vec<Syllable> {
    let words = normalise::words_in(text, spare).into_iter();
    words.map(|word| word.syllable).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn memory_of_other_texts_leaves_no_trace(
            before in "(máy|Đường|GS-1930|kỹ|.){0,20}",
            text in "(sấy|quý|FR-E740|½|.|\u{301}){0,20}",
        ) {
            let mut spare = analyze(&before).syllables;
            prop_assert_eq!(analyze_words_in(&text, &mut spare), analyze(&text).syllables);
        }
    }
}
