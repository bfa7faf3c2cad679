//! The number by which an enterprise is known (số định danh): tax code, personal number, or number in a foreign register.

use std::fmt;

use crate::domain::fields::Violation;
use crate::domain::tax_code::TaxCode;
use crate::domain::text::{Line, narrow};

/// Digits of a personal number.
const LENGTH: usize = 12;
/// How many of them are shown to those who may not see all.
const SHOWN: usize = 3;
const PERSONAL: &str = "personal_id:";
const FOREIGN: &str = "foreign:";

/// By which number an enterprise is known; no two have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Tax code, which is the enterprise code too (mã số thuế, mã số doanh nghiệp).
    TaxCode(TaxCode),
    /// Personal number, which is the tax code of households and individuals (số định danh cá nhân).
    PersonalId(PersonalId),
    /// Number in the register of another country (số đăng ký ở nước ngoài).
    ForeignRegister {
        /// ISO 3166-1 alpha-2 code.
        country: String,
        /// Number there, as it was written.
        number: Line<50>,
    },
}

/// Reads a number of a foreign register: every country writes them in its own way, with spaces, dots, hyphens and slashes,
/// but none without a letter or a digit.
pub fn register_number(text: &str) -> Result<Line<50>, Violation> {
    let number = Line::parse(text)?;
    if compared(&number).is_empty() {
        return Err(Violation::Malformed {
            what: "register_number",
        });
    }
    Ok(number)
}

/// What of a number of a foreign register is compared: `HRB 12345`, `hrb-12345` and `HRB12345` are one number.
fn compared(number: &Line<50>) -> String {
    let signs = number.as_str().chars().filter(|sign| sign.is_alphanumeric());
    signs.flat_map(char::to_uppercase).collect()
}

/// A personal number: personal data, so that only its seal and a keyed fingerprint are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum PersonalId {
    /// As given, before it is sealed.
    Given(String),
    /// As kept.
    Kept {
        /// Keyed hash, to find equal ones.
        fingerprint: String,
        /// Its last digits; empty when it was erased.
        hint: String,
        /// The sealed number; empty when it was erased.
        sealed: Vec<u8>,
    },
}

impl fmt::Debug for PersonalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl PersonalId {
    /// Reads twelve digits, of full width too; spaces and dots are ignored. There is no check digit.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let line = Line::<40>::parse(text)?;
        let digits = line.as_str().chars().map(narrow);
        let digits: String = digits.filter(|c| !matches!(c, ' ' | '.')).collect();
        let is_number = digits.len() == LENGTH && digits.bytes().all(|b| b.is_ascii_digit());
        // The first three name the place of birth, and begin with 001.
        if is_number && !digits.starts_with("000") {
            Ok(Self::Given(digits))
        } else {
            Err(Violation::Malformed { what: "personal_id" })
        }
    }

    /// What people see who may not see the number: its last three digits.
    pub fn masked(&self) -> String {
        let hint = match self {
            Self::Given(digits) => digits.get(LENGTH.saturating_sub(SHOWN)..).unwrap_or_default(),
            Self::Kept { hint, .. } => hint,
        };
        format!("{hint:*>LENGTH$}")
    }

    /// The same with its seal and fingerprint.
    pub fn kept(digits: &str, fingerprint: String, sealed: Vec<u8>) -> Self {
        Self::Kept {
            fingerprint,
            hint: digits
                .get(LENGTH.saturating_sub(SHOWN)..)
                .unwrap_or_default()
                .to_owned(),
            sealed,
        }
    }
}

impl Identity {
    /// The tax code, for those that have one.
    pub fn tax_code(&self) -> Option<&TaxCode> {
        match self {
            Self::TaxCode(code) => Some(code),
            Self::PersonalId(_) | Self::ForeignRegister { .. } => None,
        }
    }

    /// The form to keep and compare; none of a personal number that is not sealed yet.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::TaxCode(code) => Some(code.as_str().to_owned()),
            Self::PersonalId(PersonalId::Kept { fingerprint, .. }) => Some(format!("{PERSONAL}{fingerprint}")),
            Self::PersonalId(PersonalId::Given(_)) => None,
            Self::ForeignRegister { country, number } => Some(format!("{FOREIGN}{country}:{}", compared(number))),
        }
    }

    /// A number of a foreign register as it was written.
    pub(crate) fn written(&self) -> Option<&str> {
        match self {
            Self::ForeignRegister { number, .. } => Some(number.as_str()),
            Self::TaxCode(_) | Self::PersonalId(_) => None,
        }
    }

    /// Reads what [`key`](Self::key) wrote, with what else is kept of a personal number and of one of a foreign register.
    pub(crate) fn stored(
        key: &str,
        written: Option<String>,
        hint: Option<String>,
        sealed: Option<Vec<u8>>,
    ) -> Result<Self, String> {
        if let Some(fingerprint) = key.strip_prefix(PERSONAL) {
            return Ok(Self::PersonalId(PersonalId::Kept {
                fingerprint: fingerprint.to_owned(),
                hint: hint.unwrap_or_default(),
                sealed: sealed.unwrap_or_default(),
            }));
        }
        if let Some((country, number)) = key.strip_prefix(FOREIGN).and_then(|rest| rest.split_once(':')) {
            return Ok(Self::ForeignRegister {
                country: country.to_owned(),
                number: Line::stored(written.unwrap_or_else(|| number.to_owned())),
            });
        }
        TaxCode::parse(key)
            .map(Self::TaxCode)
            .map_err(|error| format!("tax_code: {error}"))
    }

    /// Forgets a personal number but for its fingerprint. Whether there was one to forget.
    pub fn forget(&mut self) -> bool {
        match self {
            Self::PersonalId(PersonalId::Kept { hint, sealed, .. }) if !sealed.is_empty() => {
                hint.clear();
                sealed.clear();
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_number_has_twelve_digits_and_shows_three() {
        for (given, digits) in [
            ("025190000123", "025190000123"),
            ("025 190.000 123", "025190000123"),
            ("025\u{a0}190\u{2007}000\u{a0}123", "025190000123"),
            ("０２５１９００００１２３", "025190000123"),
        ] {
            let number = PersonalId::parse(given).unwrap();
            assert_eq!(number, PersonalId::Given(digits.into()));
            assert_eq!(number.masked(), "*********123");
            assert_eq!(format!("{number:?}"), "*********123");
        }
        for bad in [
            "",
            "02519000012",
            "0251900001234",
            "000190000123",
            "02519000012x",
            "02519000012³",
            "02519000012③",
            "*********123",
        ] {
            assert!(PersonalId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn spellings_of_a_foreign_number_are_one_number() {
        let key = |number: &str| Identity::ForeignRegister {
            country: "DE".into(),
            number: register_number(number).unwrap(),
        };
        for spelling in ["HRB 12345", "hrb-12345", "HRB.12345", "HRB/123 45"] {
            assert_eq!(key(spelling).key().unwrap(), "foreign:DE:HRB12345", "{spelling}");
        }
        assert_ne!(key("HRA 12345").key(), key("HRB 12345").key());
        for bad in ["", " ", "-/.", &"1".repeat(51)] {
            assert!(register_number(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let foreign = Identity::ForeignRegister {
            country: "DE".into(),
            number: Line::parse("HRB 12:345").unwrap(),
        };
        let personal = PersonalId::kept("025190000123", "abc".into(), vec![1]);
        for (identity, hint, sealed) in [
            (Identity::TaxCode(TaxCode::parse("0300588569").unwrap()), None, None),
            (foreign, None, None),
            (Identity::PersonalId(personal), Some("123".into()), Some(vec![1])),
        ] {
            let (key, written) = (identity.key().unwrap(), identity.written().map(str::to_owned));
            assert_eq!(Identity::stored(&key, written, hint, sealed), Ok(identity));
        }
        assert!(Identity::stored("personal", None, None, None).is_err());
    }

    #[test]
    fn a_number_that_was_forgotten_still_keeps_its_place() {
        let mut identity = Identity::PersonalId(PersonalId::kept("025190000123", "abc".into(), vec![1]));
        let key = identity.key();
        assert!(identity.forget());
        assert!(!identity.forget());
        assert_eq!(identity.key(), key);
        let Identity::PersonalId(number) = identity else {
            panic!()
        };
        assert_eq!(number.masked(), "************");
    }
}
