//! Numbers of authorities' letters (số văn bản): zeros before a number and capitals make no other letter of it (`1/SKHCN`, `01/skhcn`).

use crate::domain::text::fold;

/// Most zeros before a number with which letters are looked for.
const MOST_ZEROS: usize = 4;

/// A number without the zeros before it.
fn bare(number: &str) -> &str {
    let is_digit = |sign: char| sign.is_ascii_digit();
    let mut bare = number.trim();
    while let Some(shorter) = bare.strip_prefix('0').filter(|rest| rest.starts_with(is_digit)) {
        bare = shorter;
    }
    bare
}

/// Whether two numbers are that of one letter, of whatever day.
pub fn is_same_number(one: &str, other: &str) -> bool {
    fold(bare(one)) == fold(bare(other))
}

/// How a number is written here and there: with zeros before it and without, as it is told, in capitals and in small letters.
pub fn spellings(number: &str) -> Vec<String> {
    let bare = bare(number);
    let is_counted = bare.starts_with(|sign: char| sign.is_ascii_digit());
    let most = if is_counted { MOST_ZEROS } else { 0 };
    (0..=most)
        .flat_map(|zeros| {
            [bare.to_owned(), bare.to_uppercase(), bare.to_lowercase()].map(|told| "0".repeat(zeros) + &told)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{is_same_number, spellings};

    #[test]
    fn zeros_and_capitals_make_no_other_letter() {
        for (one, other) in [
            ("1/SKHCN", "01/SKHCN"),
            ("0009/skhcn-qlcn", " 9/SKHCN-QLCN"),
            ("0/X", "00/X"),
            ("SKHCN-01", "skhcn-01"),
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
        let known = spellings("09/Skhcn");
        for one in ["9/SKHCN", "009/skhcn", "09/Skhcn"] {
            assert!(known.iter().any(|told| told == one), "{one}");
        }
        assert_eq!(spellings("X").len(), 3);
    }
}
