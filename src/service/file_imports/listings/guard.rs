//! Cells that a spreadsheet must not take for formulas (OWASP: CSV injection), nor an import for comments: an apostrophe
//! stands before them. What is read again is what was written, whatever apostrophes were in it.

use std::borrow::Cow;

use super::intake::COMMENT;

/// Behind these a cell begins, too, for a spreadsheet that parts cells by another sign than the file, for which quotation
/// marks within a cell hold no lines together either.
const SEPARATORS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// Whether a spreadsheet would calculate a text.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'])
}

/// Whether a text is nothing but a negative number, such as `-500000000` or `-0.5`: nobody calculates anything with it.
fn is_number(text: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some(digits) = text.strip_prefix('-') else {
        return false;
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    is_digits(whole) && is_digits(fraction)
}

/// Whether a text needs an apostrophe, or has one and needs another.
fn needs_one(text: &str) -> bool {
    is_formula(text.trim_start_matches('\''))
}

/// Where cells begin for one spreadsheet or another: the text cut behind every separator.
fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.match_indices(SEPARATORS).map(|(at, sign)| at + sign.len());
    std::iter::once(0).chain(ends).filter_map(|at| text.get(at..))
}

/// The text with an apostrophe wherever it needs one, which what is a number as a whole does nowhere.
pub fn cell(text: &str) -> Cow<'_, str> {
    if is_number(text) || !beginnings(text).any(needs_one) {
        return text.into();
    }
    let mut guarded = String::new();
    for rest in beginnings(text) {
        if needs_one(rest) {
            guarded.push('\'');
        }
        guarded.push_str(part(rest));
    }
    guarded.into()
}

/// A cell as it was before [`cell`].
pub fn bare(cell: &str) -> String {
    beginnings(cell)
        .map(|rest| match rest.strip_prefix('\'') {
            Some(bare) if needs_one(bare) => part(bare),
            _ => part(rest),
        })
        .collect()
}

/// What stands before the next beginning.
fn part(rest: &str) -> &str {
    rest.split_inclusive(SEPARATORS).next().unwrap_or_default()
}

/// An identifier with an apostrophe where its row would be taken for a comment.
pub fn identifier(id: &str) -> Cow<'_, str> {
    if id.trim_start_matches('\'').starts_with(COMMENT) {
        format!("'{id}").into()
    } else {
        id.into()
    }
}

/// An identifier as it was before [`identifier`].
pub fn bare_identifier(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(bare) if bare.trim_start_matches('\'').starts_with(COMMENT) => bare,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_begins_a_formula() {
        for text in ["=1+1", "+84", "-2+3", "@SUM(A1)", "＝1", "'=1"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["Máy sấy", "'", "", "5-7", "a, b; -5", "'a", "-500000000", "-0.5"] {
            assert_eq!(cell(text), text);
        }
        for text in ["'-5", "-", "-5+1", "-5.", "-.5", "-5.5.5", "-5 ", "-1e5", "--5", "-A1"] {
            assert_eq!(cell(text), format!("'{text}"), "{text}");
        }
        assert_eq!(cell("-5;-6"), "'-5;'-6");
        assert_eq!(cell("x,=cmd|' /C calc'!A0"), "x,'=cmd|' /C calc'!A0");
        assert_eq!(cell("x;@SUM(A1)\t-2"), "x;'@SUM(A1)\t'-2");
        assert_eq!(cell("x\n=1\r\n@y"), "x\n'=1\r\n'@y");
    }

    proptest! {
        /// Whatever a spreadsheet parts cells by, no cell is a formula; and what is read is what was written.
        #[test]
        fn no_part_is_a_formula_and_all_of_it_comes_back(text in "[-a'=+@,;\t\r\n# ]{0,12}|\\PC{0,30}") {
            let written = cell(&text).into_owned();
            for sign in SEPARATORS {
                for part in written.split(sign) {
                    prop_assert!(!is_formula(part) || is_number(&written), "{written:?}");
                }
            }
            prop_assert_eq!(bare(&written), text.clone());
            let id = identifier(&text);
            prop_assert_eq!(bare_identifier(&id), text.as_str());
            prop_assert!(!id.starts_with(COMMENT));
        }
    }
}
