//! Numbers of authorities' letters (số văn bản): zeros before a number, capitals, blanks, full width and signs make no other letter of it
//! (`1/SKHCN`, `01/skhcn`, `1 /SKHCN`, `１/SKHCN`, `1.SKHCN`).

use crate::domain::text::fold;

/// What is the same of all spellings of a number: folded, without blanks, without the zeros before it, and without signs but between two
/// digits, where they part two numbers.
pub fn letter_key(number: &str) -> String {
    let written: String = number.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_digit = |sign: char| sign.is_ascii_digit();
    let mut key = String::with_capacity(written.len());
    for part in fold(&written).split(' ') {
        if key.ends_with(is_digit) && part.starts_with(is_digit) {
            key.push('/');
        }
        key.push_str(part);
    }
    let mut key = key.as_str();
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
            ("41/SKHCN", "41 /SKHCN"),
            ("41/SKHCN", "４１／ＳＫＨＣＮ"),
            ("41/SKHCN", "4\u{a0}1/SK HCN"),
            ("31/SKHCN-QLCN", "31/SKHCN–QLCN"),
            ("31/SKHCN-QLCN", "31/SKHCN.QLCN"),
            ("31/SKHCN-QLCN", "31 / SKHCN / QLCN"),
            ("31/SKHCN-QLCN", "31SKHCNQLCN"),
            ("5/2026/SKHCN", "05-2026 SKHCN"),
        ] {
            assert!(is_same_number(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("1/SKHCN", "10/SKHCN"),
            ("1/SKHCN", "1/SKHCN-QLCN"),
            ("0/X", "X"),
            ("1/2026", "12026"),
            ("1/2026/SKHCN", "12/026/SKHCN"),
            ("SKHCN-1", "SKHCN-01"),
        ] {
            assert!(!is_same_number(one, other), "{one} {other}");
        }
    }
}
