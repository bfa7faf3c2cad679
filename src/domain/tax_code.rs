//! Vietnamese tax codes (mã số thuế), which are also enterprise codes.
//!
//! Form (Circular 105/2020/TT-BTC, art. 5): `N1..N10` for an enterprise, `N1..N10-N11N12N13` for a unit that depends
//! on it. `N1N2` is the prefix of the issuing range, `N3..N9` a sequence number from 0000001, `N10` a check digit,
//! `N11..N13` the number of the dependent unit from 001.
//!
//! What is deliberately absent: the province is not read from the prefix, because a code survives every move; and the
//! twelve-digit personal number that households and individuals use since 2025-07-01 is not a [`TaxCode`], because it
//! is personal data, has no check digit and needs other handling.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::narrow;

/// Weights of `N1..N9` in the check sum. All of them differ from zero modulo 11, so no single wrong digit goes unseen.
const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
const HEAD_LENGTH: usize = 10;
const BRANCH_LENGTH: usize = 13;
const PERSONAL_ID_LENGTH: usize = 12;

/// A tax code whose form and check digit are right; whether it was ever issued only the tax authority knows.
///
/// Kept as 10 or 13 digits ([`TaxCode::as_str`], the form to store and compare); shown, and written on the wire, with
/// a hyphen before the branch number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxCode(String);

/// Why a text is not a tax code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TaxCodeError {
    /// Neither 10 nor 13 digits.
    #[error("a tax code has 10 digits, or 13 with a branch number, not {digits}")]
    Length {
        /// Number of digits that were found.
        digits: usize,
    },
    /// Something that is neither a digit nor a separator, or a hyphen elsewhere than before the branch number.
    #[error("a tax code has no {found:?} in this place")]
    Character {
        /// The first character that does not belong.
        found: char,
    },
    /// The tenth digit contradicts the first nine.
    #[error("the check digit of the tax code is wrong")]
    CheckDigit,
    /// The sequence number is 0000000, which is never issued.
    #[error("the sequence number of a tax code starts at 0000001")]
    SequenceZero,
    /// The branch number is 000, which is never issued.
    #[error("the branch number of a tax code starts at 001")]
    BranchZero,
    /// Twelve digits: the number of a person or a household, which is not accepted here.
    #[error("12 digits are a personal identification number, not an enterprise's tax code")]
    PersonalId,
}

impl TaxCodeError {
    /// A short stable word for field errors and metrics.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Character { .. } => "characters",
            Self::CheckDigit => "check_digit",
            Self::SequenceZero => "sequence_zero",
            Self::BranchZero => "branch_zero",
            Self::PersonalId => "personal_id",
        }
    }
}

impl TaxCode {
    /// Reads a tax code as people write it: spaces and dots anywhere, a hyphen or dash before the branch number, digits of full
    /// width too.
    pub fn parse(text: &str) -> Result<Self, TaxCodeError> {
        let (digits, hyphenated) = digits_of(text)?;
        match digits.len() {
            HEAD_LENGTH | BRANCH_LENGTH => {}
            PERSONAL_ID_LENGTH if !hyphenated => return Err(TaxCodeError::PersonalId),
            other => return Err(TaxCodeError::Length { digits: other }),
        }
        let mut values = digits.chars().filter_map(|digit| digit.to_digit(10));
        let nine: Vec<u32> = values.by_ref().take(WEIGHTS.len()).collect();
        // N1N2 is a prefix; only the seven digits after it count.
        if nine.iter().skip(2).all(|digit| *digit == 0) {
            return Err(TaxCodeError::SequenceZero);
        }
        if values.next() != check_digit(&nine) {
            return Err(TaxCodeError::CheckDigit);
        }
        if digits.len() == BRANCH_LENGTH && values.all(|digit| digit == 0) {
            return Err(TaxCodeError::BranchZero);
        }
        Ok(Self(digits))
    }

    /// The stored form: 10 or 13 digits without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ten digits that a head and all that depends on it share.
    pub fn head(&self) -> &str {
        self.0.get(..HEAD_LENGTH).unwrap_or(&self.0)
    }

    /// Whether the code belongs to a branch, a representative office or another dependent unit.
    pub fn is_branch(&self) -> bool {
        self.0.len() == BRANCH_LENGTH
    }
}

/// Strips separators; says whether a hyphen stood before the branch number.
fn digits_of(text: &str) -> Result<(String, bool), TaxCodeError> {
    let mut digits = String::with_capacity(BRANCH_LENGTH);
    let mut hyphenated = false;
    for found in text.chars().map(narrow) {
        match found {
            '0'..='9' => digits.push(found),
            '.' => {}
            // Includes the no-break space that documents carry.
            _ if found.is_whitespace() => {}
            // Hyphen-minus, the dashes that word processors put in its place, and the minus sign.
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' if digits.len() == HEAD_LENGTH && !hyphenated => {
                hyphenated = true;
            }
            _ => return Err(TaxCodeError::Character { found }),
        }
    }
    if hyphenated && digits.len() == HEAD_LENGTH {
        // A hyphen with nothing behind it announces a branch number that is missing.
        return Err(TaxCodeError::Character { found: '-' });
    }
    Ok((digits, hyphenated))
}

/// The tenth digit of a code, or `None` where no digit fits and the nine digits are therefore never issued.
fn check_digit(nine: &[u32]) -> Option<u32> {
    let sum: u32 = WEIGHTS.iter().zip(nine).map(|(weight, digit)| weight * digit).sum();
    10_u32.checked_sub(sum % 11).filter(|digit| *digit < 10)
}

impl fmt::Display for TaxCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(HEAD_LENGTH) {
            Some((head, branch)) if !branch.is_empty() => write!(formatter, "{head}-{branch}"),
            _ => formatter.write_str(&self.0),
        }
    }
}

impl FromStr for TaxCode {
    type Err = TaxCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for TaxCode {
    type Error = TaxCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TaxCode> for String {
    fn from(code: TaxCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VECTORS: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/tax_code_test_vectors.csv"
    ));

    fn valid_head() -> impl Strategy<Value = String> {
        (0_u32..100, 1_u32..10_000_000).prop_filter_map("no check digit exists", |(prefix, sequence)| {
            let nine = format!("{prefix:02}{sequence:07}");
            let digits: Vec<u32> = nine.chars().filter_map(|c| c.to_digit(10)).collect();
            check_digit(&digits).map(|tenth| format!("{nine}{tenth}"))
        })
    }

    #[test]
    fn agrees_with_the_published_vectors() {
        let mut rows = 0;
        for row in csv::Reader::from_reader(VECTORS.as_bytes()).records() {
            let row = row.unwrap();
            let parsed = TaxCode::parse(&row[0]);
            match &row[1] {
                "valid" => assert!(parsed.is_ok(), "{row:?}: {parsed:?}"),
                "invalid" => assert!(parsed.is_err(), "{row:?}: {parsed:?}"),
                "not_mst" => assert_eq!(parsed, Err(TaxCodeError::PersonalId), "{row:?}"),
                other => panic!("unknown expectation {other}"),
            }
            rows += 1;
        }
        assert_eq!(rows, 22);
    }

    #[test]
    fn says_why_a_text_is_refused() {
        let expected = [
            ("", TaxCodeError::Length { digits: 0 }),
            ("030058856", TaxCodeError::Length { digits: 9 }),
            ("0300588569-12", TaxCodeError::Length { digits: 12 }),
            ("03O0588569", TaxCodeError::Character { found: 'O' }),
            ("03-00588569", TaxCodeError::Character { found: '-' }),
            ("0300588569-", TaxCodeError::Character { found: '-' }),
            ("0300588569--001", TaxCodeError::Character { found: '-' }),
            ("٠٣٠٠٥٨٨٥٦٩", TaxCodeError::Character { found: '٠' }),
            // What is written small or in a circle is a note, not a digit.
            ("030058856⁹", TaxCodeError::Character { found: '⁹' }),
            ("0300588569 ①", TaxCodeError::Character { found: '①' }),
            ("0100109106-00¹", TaxCodeError::Character { found: '¹' }),
            ("0300588568", TaxCodeError::CheckDigit),
            ("2600000020", TaxCodeError::CheckDigit),
            ("0000000000", TaxCodeError::SequenceZero),
            ("0100109106-000", TaxCodeError::BranchZero),
            ("025085001234", TaxCodeError::PersonalId),
        ];
        for (text, error) in expected {
            assert_eq!(TaxCode::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn reads_what_people_type_and_shows_one_form() {
        for text in [
            "0100109106-001",
            "0100109106001",
            " 01.00.109.106 – 001 ",
            "0100109106\u{a0}001",
            "０１００１０９１０６－００１",
        ] {
            let code: TaxCode = text.parse().unwrap();
            assert_eq!(code.as_str(), "0100109106001");
            assert_eq!(code.to_string(), "0100109106-001");
            assert!(code.is_branch());
        }
    }

    #[test]
    fn the_wire_form_is_the_displayed_one() {
        let code = TaxCode::parse("0100109106001").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"0100109106-001\"");
        assert_eq!(serde_json::from_str::<TaxCode>("\"0100109106-001\"").unwrap(), code);
        assert!(serde_json::from_str::<TaxCode>("\"0100109107\"").is_err());
    }

    proptest! {
        #[test]
        fn both_forms_reparse_to_the_same_code(head in valid_head(), branch in proptest::option::of(1_u32..1000)) {
            let text = branch.map_or_else(|| head.clone(), |number| format!("{head}-{number:03}"));
            let code = TaxCode::parse(&text).unwrap();
            prop_assert_eq!(&TaxCode::parse(code.as_str()).unwrap(), &code);
            prop_assert_eq!(&TaxCode::parse(&code.to_string()).unwrap(), &code);
            prop_assert_eq!(code.to_string(), text);
            prop_assert!(code.as_str().starts_with(&head));
        }

        // True for the ten digits of the head, because every weight and every difference of two digits is invertible
        // modulo 11 and the check digit is a one-to-one function of the remainder. Branch digits are outside the check
        // sum, so an error there cannot be seen.
        #[test]
        fn one_wrong_digit_in_the_head_is_always_seen(
            head in valid_head(), place in 0_usize..10, step in 1_u32..10, branch in proptest::option::of(1_u32..1000)
        ) {
            let wrong: String = head
                .chars()
                .enumerate()
                .map(|(index, digit)| {
                    let value = digit.to_digit(10).unwrap();
                    let value = if index == place { (value + step) % 10 } else { value };
                    char::from_digit(value, 10).unwrap()
                })
                .collect();
            let text = branch.map_or_else(|| wrong.clone(), |number| format!("{wrong}-{number:03}"));
            prop_assert!(TaxCode::parse(&text).is_err(), "{} from {}", text, head);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            if let Ok(code) = TaxCode::parse(&text) {
                prop_assert!(matches!(code.as_str().len(), 10 | 13));
            }
        }
    }
}
