//! Words that say little by themselves.

use std::{collections::HashSet, sync::LazyLock};

use crate::analyzer::{Syllable, analyze};

/// Whether a syllable belongs to a word for things of any sort: machine, device, system.
pub(crate) fn is_head(exact: &str) -> bool {
    static HEADS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let words = analyze(include_str!("../resources/heads.txt")).syllables;
        words.into_iter().map(|word| word.exact).collect()
    });
    HEADS.contains(exact)
}

/// Whether a word that was typed is one for things of any sort, in Vietnamese or in English.
pub(crate) fn is_generic(word: &Syllable) -> bool {
    static FOLDED: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let words = analyze(include_str!("../resources/heads.txt")).syllables;
        words.into_iter().map(|word| word.folded).collect()
    });
    if word.marked {
        is_head(&word.exact)
    } else {
        FOLDED.contains(&word.folded)
    }
}

/// Whether a word of an English query tells little beside others.
pub(crate) fn is_english_filler(word: &Syllable) -> bool {
    static FILLERS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        include_str!("../resources/english_fillers.txt")
            .split_ascii_whitespace()
            .collect()
    });
    !word.marked && FILLERS.contains(word.folded.as_str())
}
