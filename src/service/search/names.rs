//! By which words enterprises are looked for: what a person typed, with the syntax of searches.

use search_index::{StretchKind, stretches};

use crate::domain::text::fold;
use crate::store::enterprises::Named;

/// Words of a name that are looked for, phrases of it, and what is not to be in it; more of each are ignored.
const MOST: usize = 8;

/// The words by which enterprises are found, whose names are kept without diacritics.
pub fn words_of_name(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MOST)
        .map(str::to_owned)
        .collect()
}

/// What names of enterprises are to have: `"…"` whole words behind each other, `-word` and `-"…"` none of it, and beginnings of all
/// other words. Of all provinces.
pub fn named(text: &str) -> Named {
    let mut named = Named::default();
    for stretch in stretches(text) {
        let found = match stretch.kind {
            StretchKind::Plain => {
                named.words.extend(words_of_name(stretch.text));
                continue;
            }
            StretchKind::Required => &mut named.phrases,
            StretchKind::Excluded => &mut named.excluded,
        };
        let phrase = fold(stretch.text);
        if !phrase.is_empty() && found.len() < MOST {
            found.push(phrase);
        }
    }
    named.words.truncate(MOST);
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_for_without_diacritics_and_marks() {
        assert_eq!(
            words_of_name("  Cơ-khí “Việt Trì” 100%_ "),
            ["co", "khi", "viet", "tri", "100"]
        );
        assert_eq!(words_of_name(&"a ".repeat(500)).len(), MOST);
        assert!(words_of_name("%_ …").is_empty());
    }

    #[test]
    fn the_syntax_is_that_of_searches() {
        for (text, words, phrases, excluded) in [
            ("cơ khí -demo", &["co", "khi"][..], &[][..], &["demo"][..]),
            ("\"Lâm Demo\" thép", &["thep"], &["lam demo"], &[]),
            ("A - B -“Cơ Khí” c-d", &["a", "b", "c", "d"], &[], &["co khi"]),
            ("\"…\" -x", &[], &[], &["x"]),
        ] {
            let named = named(text);
            assert_eq!(named.words, words, "{text}");
            assert_eq!(named.phrases, phrases, "{text}");
            assert_eq!(named.excluded, excluded, "{text}");
        }
    }
}
