//! Quantities that only look like one, because codes are read without diacritics and from parts of longer runs.

use std::sync::LazyLock;

use crate::analyzer::{Analysis, Code, OtherUnits, Syllable, analyze};

/// Units and periods with their diacritics.
static SPELLINGS: LazyLock<Vec<Syllable>> =
    LazyLock::new(|| analyze("lít tấn yến giờ phút giây ngày mẻ mét gói viên hộp").syllables);

/// Whether a code of a text is meant: `500 lợn` are no cans, `YS-712W` has no watts, `5G` is no mass.
pub(crate) fn is_meant(text: &str, analysis: &Analysis, code: &Code, units: &OtherUnits) -> bool {
    if !code.text.starts_with('#') {
        return true;
    }
    let words = analysis.syllables.get(code.syllables.clone()).unwrap_or(&[]);
    let network = matches!(code.text.as_str(), "#2g" | "#3g" | "#4g" | "#5g" | "#6g") && words.len() == 1;
    let spelled = |word: &Syllable| {
        let letters = word.folded.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let mut of_letters = SPELLINGS.iter().filter(|known| known.folded == letters).peekable();
        // What has no spelling of its own, such as `µm`, cannot be misread.
        let other = of_letters.peek().is_none() && !letters.bytes().all(|letter| letter.is_ascii_alphabetic());
        other || of_letters.any(|known| word.exact.ends_with(&known.exact))
    };
    let misspelt = words.iter().enumerate().any(|(at, word)| {
        // `ký` of `50 ký/giờ`; the longest stretch that is a unit starts here or before.
        let mut ends = (at + 1..=words.len()).rev();
        let other = |end| (0..=at).any(|start| words.get(start..end).is_some_and(|words| units.spells(words)));
        word.marked && !spelled(word) && !ends.any(other)
    });
    !network && !misspelt && !is_inside(text, analysis, code)
}

/// Whether a quantity is a part of a longer code: joined to something with letters that is no quantity.
fn is_inside(text: &str, analysis: &Analysis, code: &Code) -> bool {
    let words = &analysis.syllables;
    let joined = |at: usize| {
        let (left, right) = (words.get(at.checked_sub(1)?)?, words.get(at)?);
        let gap = text.get(left.range.end..right.range.start)?;
        matches!(gap, "-" | "_" | ".").then_some(())
    };
    let quantity = |at: usize| {
        let mut codes = analysis.codes.iter().filter(|code| code.text.starts_with('#'));
        codes.any(|code| code.syllables.contains(&at))
    };
    let strange = |at: usize| {
        let letters = words
            .get(at)
            .is_some_and(|word| word.folded.bytes().any(|letter| letter.is_ascii_alphabetic()));
        let current = words
            .get(at)
            .is_some_and(|word| word.folded.starts_with("ac") || word.folded.starts_with("dc"));
        letters && !current && !quantity(at)
    };
    let before = (1..=code.syllables.start).rev().take_while(|at| joined(*at).is_some());
    let after = (code.syllables.end..words.len()).take_while(|at| joined(*at).is_some());
    before.map(|at| at - 1).any(strange) || after.into_iter().any(strange)
}
