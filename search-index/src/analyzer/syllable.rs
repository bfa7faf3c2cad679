//! Spelling of one syllable: letters with their own marks, the tone apart.

use std::ops::Range;

use super::Syllable;

/// Longer words are cut; a model number or a word of any language stays far below.
const MAX_LETTERS: usize = 40;

/// Room for nearly every syllable, tone included.
const ROOM: usize = 16;

/// A syllable being read.
#[derive(Debug)]
pub(super) struct Spelling {
    exact: String,
    folded: String,
    letters: usize,
    tone: Option<char>,
    marked: bool,
}

impl Spelling {
    /// Starts a syllable, in the memory of one that is not needed any more where there is one.
    pub(super) fn new(spare: Option<Syllable>) -> Self {
        let (mut exact, mut folded) = spare.map_or_else(
            || (String::with_capacity(ROOM), String::with_capacity(ROOM)),
            |spare| (spare.exact, spare.folded),
        );
        exact.clear();
        folded.clear();
        Self {
            exact,
            folded,
            letters: 0,
            tone: None,
            marked: false,
        }
    }

    /// Appends a lower-case, decomposed letter or digit.
    pub(super) fn letter(&mut self, letter: char) {
        self.letters += 1;
        if self.letters > MAX_LETTERS {
            return;
        }
        // đ and eth look alike and do not decompose; ƣ (U+01A3) is a frequent wrong ư.
        let (exact, folded) = match letter {
            'đ' | 'ð' => ('đ', 'd'),
            'ƣ' => ('ư', 'u'),
            plain => (plain, plain),
        };
        self.marked |= exact != folded;
        self.exact.push(exact);
        self.folded.push(folded);
    }

    /// Applies a combining mark to the last letter, or to the syllable if it is a tone.
    pub(super) fn mark(&mut self, mark: char) {
        let tone = match mark {
            '\u{301}' => '¹',
            '\u{300}' => '²',
            '\u{309}' => '³',
            '\u{303}' => '⁴',
            '\u{323}' => '⁵',
            quality => return self.quality(quality),
        };
        self.tone = Some(tone);
        self.marked = true;
    }

    fn quality(&mut self, mark: char) {
        if self.letters > MAX_LETTERS {
            return;
        }
        let composed = match (self.exact.chars().next_back(), mark) {
            (Some('a'), '\u{306}') => 'ă',
            (Some('a'), '\u{302}') => 'â',
            (Some('e'), '\u{302}') => 'ê',
            (Some('o'), '\u{302}') => 'ô',
            (Some('o'), '\u{31b}') => 'ơ',
            (Some('u'), '\u{31b}') => 'ư',
            _ => return,
        };
        self.exact.pop();
        self.exact.push(composed);
        self.marked = true;
    }

    /// Ends the syllable.
    pub(super) fn finish(mut self, range: Range<usize>) -> Syllable {
        // kỹ/kĩ, lý/lí, quy/qui: the same syllable in both schools of spelling.
        if matches!(
            self.exact.as_str(),
            "hy" | "ky" | "ly" | "my" | "sy" | "ty" | "vy" | "quy"
        ) {
            for spelling in [&mut self.exact, &mut self.folded] {
                spelling.pop();
                spelling.push('i');
            }
        }
        self.exact.extend(self.tone);
        Syllable {
            exact: self.exact,
            folded: self.folded,
            marked: self.marked,
            range,
        }
    }
}
