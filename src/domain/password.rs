//! What makes a password good enough (mật khẩu): NIST SP 800-63B-4 §3.1.1, or TCVN 14423:2026 where an operator must
//! follow it.
//!
//! NIST: length counts, composition does not; no rotation; nothing common, nothing made of the account's own data.
//! TCVN: four classes of characters as well, and officers change theirs every two months without using an old one again.

use jiff::SignedDuration;
use unicode_normalization::UnicodeNormalization;

use crate::domain::fields::Violation;
use crate::domain::text::fold;
use crate::domain::text_enum;

text_enum! {
    /// Whose rules passwords follow.
    pub enum PasswordPolicy {
        /// NIST SP 800-63B-4.
        Nist => "nist",
        /// TCVN 14423:2026, as summarised for levels 2 and 3.
        Tcvn => "tcvn",
    }
}

/// Most characters of a password.
pub const MAX: usize = 256;
/// Fewest characters beside a second factor (NIST SP 800-63B-4 §3.1.1.2).
pub const MIN_WITH_FACTOR: usize = 8;

/// Decimal logarithm of the guesses that a password must withstand, alone and beside a second factor. 10^10 is what an
/// offline attack on Argon2id with a thousand processors makes in about four days.
const GUESSES: (f64, f64) = (10.0, 8.0);

/// Vietnamese words and phrases that lists of leaked passwords are full of, folded. Compiled for this program.
const VIETNAMESE: &str = include_str!("vietnamese_passwords.txt");

impl PasswordPolicy {
    /// Fewest characters, with or without a second factor.
    pub fn min(self, has_factor: bool) -> usize {
        match (self, has_factor) {
            (_, true) => MIN_WITH_FACTOR,
            (Self::Nist, false) => 15,
            (Self::Tcvn, false) => 14,
        }
    }

    /// How long an officer may keep a password.
    pub fn officer_max_age(self) -> Option<SignedDuration> {
        match self {
            Self::Nist => None,
            Self::Tcvn => Some(SignedDuration::from_hours(60 * 24)),
        }
    }

    /// How many former passwords may not come back.
    pub fn remembered(self) -> i64 {
        match self {
            Self::Nist => 0,
            Self::Tcvn => 10,
        }
    }
}

/// A new password that is good enough.
pub struct NewPassword {
    text: String,
    stands_alone: bool,
}

impl NewPassword {
    /// Parses a password; `own_words` are what the account's owner is known by (address, names).
    pub fn parse(policy: PasswordPolicy, has_factor: bool, text: &str, own_words: &[&str]) -> Result<Self, Violation> {
        let password = normalise(text).ok_or(Violation::TooLong { max: MAX })?;
        judge(policy, has_factor, &password, own_words)?;
        Ok(Self {
            stands_alone: !has_factor || stands_alone(policy, &password, own_words),
            text: password,
        })
    }

    /// Whether it is good enough without a second factor, too.
    pub fn stands_alone(&self) -> bool {
        self.stands_alone
    }

    /// The normalised text, for hashing only.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

/// Whether a normalised password is good enough without a second factor.
pub fn stands_alone(policy: PasswordPolicy, password: &str, own_words: &[&str]) -> bool {
    judge(policy, false, password, own_words).is_ok()
}

fn judge(policy: PasswordPolicy, has_factor: bool, password: &str, own_words: &[&str]) -> Result<(), Violation> {
    let min = policy.min(has_factor);
    if password.chars().count() < min {
        return Err(Violation::TooShort { min });
    }
    if policy == PasswordPolicy::Tcvn && !has_four_classes(password) {
        return Err(Violation::PasswordClasses);
    }
    if is_guessable(password, has_factor, own_words) {
        return Err(Violation::GuessablePassword);
    }
    Ok(())
}

/// NFKC of a password as it is hashed and compared; `None` when it is longer than any password may be.
pub fn normalise(text: &str) -> Option<String> {
    if text.len() > 8 * MAX {
        return None;
    }
    let password: String = text.nfkc().collect();
    (password.chars().count() <= MAX).then_some(password)
}

fn has_four_classes(password: &str) -> bool {
    let has = |class: fn(char) -> bool| password.chars().any(class);
    has(char::is_lowercase) && has(char::is_uppercase) && has(|c| c.is_ascii_digit()) && has(|c| !c.is_alphanumeric())
}

/// Estimates how many guesses it takes (zxcvbn), as written and without diacritics, whichever is fewer.
fn is_guessable(password: &str, has_factor: bool, own_words: &[&str]) -> bool {
    let own: Vec<String> = own_words.iter().flat_map(|word| parts(word)).collect();
    let mut known: Vec<&str> = own.iter().map(String::as_str).collect();
    known.extend(VIETNAMESE.lines());
    let folded = fold(password);
    let joined = folded.replace(' ', "");
    let withstands = |text: &str| zxcvbn::zxcvbn(text, &known).guesses_log10();
    let needed = if has_factor { GUESSES.1 } else { GUESSES.0 };
    let mut forms = vec![password];
    // Signs are dropped by folding; what is mostly signs is judged as it is.
    if joined.chars().count() * 2 > password.chars().count() {
        forms.extend([folded.as_str(), joined.as_str()]);
    }
    forms.into_iter().any(|form| withstands(form) < needed)
}

/// A name or address as a whole without its spaces, and word by word.
fn parts(word: &str) -> Vec<String> {
    let folded = fold(word);
    let mut parts: Vec<String> = folded
        .split(' ')
        .filter(|part| part.len() >= 3)
        .map(str::to_owned)
        .collect();
    parts.push(folded.replace(' ', ""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [&str; 3] = ["lan@coop.vn", "Hợp tác xã Lâm Thao", "Nguyễn Thị Lan"];

    fn parse(policy: PasswordPolicy, has_factor: bool, text: &str) -> Result<(), Violation> {
        NewPassword::parse(policy, has_factor, text, &OWN).map(|_| ())
    }

    fn nist(text: &str) -> Result<(), Violation> {
        parse(PasswordPolicy::Nist, false, text)
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        for good in [
            "trời hôm nay xanh quá",
            "mưa rơi trên mái ngói cũ",
            "🐃🌾🚜🌧️🏞️🎋🐟🛶🍚🥢🌶️🐓🌙⭐🔥",
            "}=&[(;%!^~|?<_@-",
            "correct horse battery staple",
            "   khoảng trắng cũng tính   ",
        ] {
            assert_eq!(nist(good), Ok(()), "{good}");
        }
        assert_eq!(nist("ngắn quá thôi"), Err(Violation::TooShort { min: 15 }));
        assert_eq!(nist(&"x1y2z3w4".repeat(40)), Err(Violation::TooLong { max: 256 }));
        assert_eq!(nist(&format!("{} lúa", "ruộng sâu ".repeat(25))), Ok(()));
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for bad in [
            "aaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqr",
            "123456789012345678",
            "qwertyuiopasdfgh",
            "passwordpassword",
            "MậtKhẩuMậtKhẩu1",
            "Matkhau@1234567",
            "congnghe2026congnghe",
            "anhyeuem anhyeuem",
            "HợpTácXãLâmThao123",
            "lan@coop.vn lan@coop.vn",
            "Nguyễn Thị Lan 1990",
        ] {
            assert_eq!(nist(bad), Err(Violation::GuessablePassword), "{bad}");
        }
    }

    #[test]
    fn beside_a_second_factor_eight_will_do() {
        let with = |text| parse(PasswordPolicy::Nist, true, text);
        assert_eq!(with("bò7gặmCỏ"), Ok(()));
        assert_eq!(with("bò7gặmC"), Err(Violation::TooShort { min: 8 }));
        assert_eq!(with("12345678"), Err(Violation::GuessablePassword));
        let alone =
            |text| NewPassword::parse(PasswordPolicy::Nist, true, text, &OWN).map(|password| password.stands_alone());
        assert_eq!(alone("bò7gặmCỏ"), Ok(false));
        assert_eq!(alone("trời hôm nay xanh quá"), Ok(true));
        // Long, and still the first that is tried.
        assert!(!stands_alone(PasswordPolicy::Nist, "passwordpassword", &OWN));
    }

    #[test]
    fn tcvn_wants_four_classes() {
        let tcvn = |text| parse(PasswordPolicy::Tcvn, false, text);
        assert_eq!(tcvn("trời hôm nay xanh quá"), Err(Violation::PasswordClasses));
        assert_eq!(tcvn("Trời hôm nay 7 nắng!"), Ok(()));
        assert_eq!(tcvn("Trời7!"), Err(Violation::TooShort { min: 14 }));
    }

    #[test]
    fn spellings_of_one_text_are_one_password() {
        assert_eq!(normalise("Ma\u{301}y"), normalise("Máy"));
        assert_eq!(normalise("ﬁ"), Some("fi".into()));
        assert_eq!(normalise(" a "), Some(" a ".into()));
        assert_eq!(normalise(&"a".repeat(257)), None);
    }
}
