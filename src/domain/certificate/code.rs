//! Verification codes of certificates (mã tra cứu): what a paper's QR code carries beside its number.

/// What codes are made of: neither 0, 1, I nor O, which people mistake for others.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// 26 of 32 signs: 130 bits, so that nobody finds one by trying.
pub const LENGTH: usize = 26;

/// The secret of a paper, in capital letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationCode(String);

impl VerificationCode {
    /// Made of random bytes, of which each gives one sign.
    pub fn of(random: [u8; LENGTH]) -> Self {
        let signs = random
            .iter()
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)).copied().map(char::from));
        Self(signs.collect())
    }

    /// Reads what somebody typed, in letters of either case; none where it can be nobody's code.
    pub fn parse(text: &str) -> Option<Self> {
        let code = text.to_ascii_uppercase();
        let is_code = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
        is_code.then_some(Self(code))
    }

    /// As it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_either_case_and_nothing_else_is_one() {
        let code = VerificationCode::of(std::array::from_fn(|at| u8::try_from(at * 7).unwrap()));
        assert_eq!(code.as_str().len(), LENGTH);
        assert_eq!(
            VerificationCode::parse(&code.as_str().to_lowercase()),
            Some(code.clone())
        );
        let longer = format!("{}2", code.as_str());
        let shorter = code.as_str().get(1..).unwrap();
        let other_sign = format!("{shorter}\0");
        for text in [longer.as_str(), shorter, &other_sign, &format!("{shorter}0"), ""] {
            assert_eq!(VerificationCode::parse(text), None, "{text:?}");
        }
    }
}
