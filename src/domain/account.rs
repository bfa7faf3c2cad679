//! Accounts: the people who sign in, and what they may do.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::text::{Line, fold};
use crate::domain::text_enum;

text_enum! {
    /// Whether an account may sign in (trạng thái tài khoản).
    pub enum AccountStatus {
        /// May sign in.
        Active => "active",
        /// Was closed by an officer or its owner.
        Disabled => "disabled",
    }
}

text_enum! {
    /// What a member may do for the enterprise (vai trò).
    pub enum Role {
        /// Everything, members included (chủ tài khoản).
        Owner => "owner",
        /// Writes listings (biên tập).
        Editor => "editor",
        /// Reads only (xem).
        Viewer => "viewer",
    }
}

text_enum! {
    /// What an officer of the Department may do (quyền của cán bộ).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Permission {
        /// Decides on registrations of enterprises (duyệt doanh nghiệp).
        ReviewEnterprises => "review_enterprises",
        /// Decides on listings (duyệt tin).
        ReviewListings => "review_listings",
        /// Handles technology-transfer dossiers (xử lý hồ sơ).
        HandleDossiers => "handle_dossiers",
        /// Signs certificates (ký giấy chứng nhận).
        SignCertificates => "sign_certificates",
        /// Maintains reference data (quản lý danh mục).
        ManageReferenceData => "manage_reference_data",
        /// Appoints officers (quản lý cán bộ).
        ManageOfficers => "manage_officers",
        /// Reads the audit trail (xem nhật ký).
        ReadAudit => "read_audit",
        /// Reads the Department's reports (xem báo cáo).
        ReadReports => "read_reports",
    }
}

/// An e-mail address as its owner wrote it; two addresses that differ only in case are the same one ([`key`](Self::key)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address: at most 254 characters (RFC 5321 §4.5.3), one `@`, ASCII local part of at most 64, a domain
    /// with a dot. Whether it exists is proved by a letter, not by a grammar.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let malformed = Violation::Malformed { what: "email" };
        let line = Line::<254>::parse(text)?;
        let (local, domain) = line.as_str().rsplit_once('@').ok_or_else(|| malformed.clone())?;
        let is_local = !local.is_empty()
            && local.len() <= 64
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let is_domain = domain.contains('.')
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        if is_local && is_domain {
            Ok(Self(line.into_string()))
        } else {
            Err(malformed)
        }
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared: lower case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

/// A new password: 15 to 256 characters after NFKC (NIST SP 800-63B-4 §3.1.1.2 for a single factor; every character
/// counts, none is demanded), not made of a few repeated characters, not the account's own data.
pub struct NewPassword(String);

/// Fewest characters of a password that is the only factor.
pub const PASSWORD_MIN: usize = 15;
/// Most characters of a password.
pub const PASSWORD_MAX: usize = 256;

impl NewPassword {
    /// Parses a password; `own_words` are what the account's owner is known by (e-mail, names).
    pub fn parse(text: &str, own_words: &[&str]) -> Result<Self, Violation> {
        let password = normalise_password(text).ok_or(Violation::TooLong { max: PASSWORD_MAX })?;
        if password.chars().count() < PASSWORD_MIN {
            return Err(Violation::TooShort { min: PASSWORD_MIN });
        }
        if is_guessable(&password, own_words) {
            return Err(Violation::GuessablePassword);
        }
        Ok(Self(password))
    }

    /// The normalised text, for hashing only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// NFKC of a password as it is hashed and compared; `None` when it is longer than any password may be.
pub fn normalise_password(text: &str) -> Option<String> {
    if text.len() > 8 * PASSWORD_MAX {
        return None;
    }
    let password: String = text.nfkc().collect();
    (password.chars().count() <= PASSWORD_MAX).then_some(password)
}

/// Few different characters, a run along the alphabet or the number row, or one's own name and little else.
///
/// Letters are compared as they were typed but for case, and symbols count: only one's own words are looked for without
/// diacritics, because that is how people vary them.
fn is_guessable(password: &str, own_words: &[&str]) -> bool {
    let mut letters: Vec<char> = password
        .to_lowercase()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let steps = letters.windows(2).filter(|pair| match pair {
        [a, b] => u32::from(*b).abs_diff(u32::from(*a)) <= 1,
        _ => false,
    });
    let is_run = !letters.is_empty() && steps.count() + 1 >= letters.len();
    letters.sort_unstable();
    letters.dedup();
    letters.len() < 5 || is_run || is_own_words(password, &letters, own_words)
}

/// Whether little is left when one's own words are taken away; `letters` are the different ones of the password.
fn is_own_words(password: &str, letters: &[char], own_words: &[&str]) -> bool {
    let folded: String = fold(password).replace(' ', "");
    let rest = own_words
        .iter()
        .map(|word| fold(word).replace(' ', ""))
        .filter(|word| word.len() >= 4)
        .fold(folded.clone(), |rest, word| rest.replace(&word, ""));
    // What folding leaves out, which a name has few of and a random password many.
    let symbols = letters.iter().filter(|letter| !letter.is_alphanumeric()).count();
    rest.len() < folded.len() && rest.chars().count() + symbols < 5
}

/// An account as stored.
#[derive(Clone, Debug)]
pub struct Account {
    /// Identifier.
    pub id: AccountId,
    /// Address with which the person signs in.
    pub email: Email,
    /// Name shown to others (họ tên).
    pub display_name: Line<100>,
    /// Whether it may sign in.
    pub status: AccountStatus,
    /// Where the person belongs.
    pub standing: Standing,
}

/// Where an account belongs: to an enterprise or to the Department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A member of an enterprise.
    Member {
        /// The enterprise.
        enterprise: EnterpriseId,
        /// What the member may do there.
        role: Role,
    },
    /// An officer of the Department.
    Officer {
        /// What the officer may do.
        permissions: Vec<Permission>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["lan@coop.vn", "a.b+c@x-y.example", "O'Neil@co.uk"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "lan",
            "@coop.vn",
            "lan@coop",
            "lan@@coop.vn",
            "lan@coop..vn",
            "lan\r\nBcc: x@y.vn",
            "a b@c.vn",
            ".a@b.vn",
            "lan@-coop.vn",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Email::parse("Lan@Coop.VN").unwrap().key(), "lan@coop.vn");
    }

    #[test]
    fn passwords() {
        let own = ["lan@coop.vn", "Hợp tác xã Lâm Thao"];
        let parse = |text: &str| NewPassword::parse(text, &own).map(|_| ());
        assert_eq!(parse("trời hôm nay xanh quá"), Ok(()));
        assert_eq!(parse("ngắn quá thôi"), Err(Violation::TooShort { min: 15 }));
        assert_eq!(parse("aaaaaaaaaaaaaaaaaaaa"), Err(Violation::GuessablePassword));
        assert_eq!(parse("abcdefghijklmnopqr"), Err(Violation::GuessablePassword));
        assert_eq!(parse("HợpTácXãLâmThao123"), Err(Violation::GuessablePassword));
        // Symbols are as good as letters, and a letter with a tone mark is another letter.
        for good in [
            "!@#$%^&*()_+|~{}:<>?",
            "🌾🚜🐓🌧🪴🍚🥬🐟🌊🏞🎋🧺🐃🌱🍵",
            "lan@coop.vn #$%^&*!?",
            "ạảãàáâấầẩẫậăắằẳẵặ",
        ] {
            assert_eq!(parse(good), Ok(()), "{good}");
        }
        for bad in [
            "!!!!!!!!!!!!!!!!!!!!",
            "🌾🌾🌾🌾🚜🚜🚜🚜🌾🌾🌾🌾🚜🚜🚜",
            "Lan@Coop.VN lan@coop.vn",
            "ABCDEFGHIJKLMNOP",
        ] {
            assert_eq!(parse(bad), Err(Violation::GuessablePassword), "{bad}");
        }
        assert_eq!(parse(&"x1y2z3w4".repeat(40)), Err(Violation::TooLong { max: 256 }));
    }
}
