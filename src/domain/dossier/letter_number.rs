//! Numbers of authorities' letters (số văn bản): zeros before a number, capitals, spaces and signs make no other letter of it (`1/SKHCN`,
//! `01/skhcn`, `1 / SKHCN`).

use crate::domain::text::fold;

/// What is the same of all spellings of a number: folded, and without the zeros before it.
pub fn letter_key(number: &str) -> String {
    let folded = fold(number);
    let is_digit = |sign: char| sign.is_ascii_digit();
    let mut key = folded.as_str();
    while let Some(shorter) = key.strip_prefix('0').filter(|rest| rest.starts_with(is_digit)) {
        key = shorter;
    }
    key.to_owned()
}

/// Whether two numbers are that of one letter, of whatever day.
pub fn is_same_number(one: &str, other: &str) -> bool {
    letter_key(one) == letter_key(other)
}

#[cfg(test)]
mod tests {
    use super::is_same_number;

    #[test]
    fn zeros_capitals_and_spaces_make_no_other_letter() {
        for (one, other) in [
            ("1/SKHCN", "01/SKHCN"),
            ("0009/skhcn-qlcn", " 9/SKHCN-QLCN"),
            ("0/X", "00/X"),
            ("SKHCN-01", "skhcn-01"),
            ("12/TTr-SKHCN", "12/ttr-skhcn"),
            ("12/TTr-SKHCN", "0000000012/TTR-SKHCN"),
            ("12/TTr-SKHCN", "12 / TTr - SKHCN"),
            ("１２/TTr-SKHCN", "12/TTr–SKHCN"),
        ] {
            assert!(is_same_number(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("1/SKHCN", "10/SKHCN"),
            ("1/SKHCN", "1/SKHCN-QLCN"),
            ("0/X", "X"),
            ("SKHCN-1", "SKHCN-01"),
        ] {
            assert!(!is_same_number(one, other), "{one} {other}");
        }
    }
}
