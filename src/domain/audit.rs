//! What the audit trail records: who did what to which thing, when and why (nhật ký).

mod deed;

use uuid::Uuid;

use crate::domain::access::{Actor, Permit};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::AccountId;
use crate::domain::taxonomy::TaxonomyName;
use crate::domain::text::Prose;
use crate::domain::text_enum;

pub use deed::Deed;

/// Who did it, as far as the audit trail keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doer {
    /// What sort of actor: `visitor`, `person`, `member`, `officer`, `key` or `system`.
    pub kind: &'static str,
    /// The person's account, or the key with which an enterprise's system called.
    pub id: Option<Uuid>,
}

impl Doer {
    /// The exchange itself.
    pub const SYSTEM: Self = Self {
        kind: "system",
        id: None,
    };

    /// A person whose full standing is not known (yet): one who signs in, say.
    pub fn person(account: AccountId, is_officer: bool) -> Self {
        Self {
            kind: if is_officer { "officer" } else { "person" },
            id: Some(account.0),
        }
    }
}

impl From<&Permit> for Doer {
    fn from(permit: &Permit) -> Self {
        permit.actor().into()
    }
}

impl From<&Actor> for Doer {
    fn from(actor: &Actor) -> Self {
        Self {
            kind: actor.kind(),
            id: match actor {
                Actor::Key { key, .. } => Some(key.0),
                other => other.account().map(|account| account.0),
            },
        }
    }
}

text_enum! {
    /// Why an officer decided so (lý do).
    pub enum ReasonCode {
        /// Something needed is missing (thiếu thông tin).
        Incomplete => "incomplete",
        /// Stated facts are wrong or cannot be confirmed (thông tin không chính xác).
        Inaccurate => "inaccurate",
        /// Identity papers do not agree (không xác minh được tư cách pháp lý).
        IdentityUnverified => "identity_unverified",
        /// The same thing stands on the exchange already (trùng lặp).
        Duplicate => "duplicate",
        /// Not a technology, equipment or need (ngoài phạm vi).
        OutOfScope => "out_of_scope",
        /// Forbidden or restricted by law (vi phạm pháp luật).
        Unlawful => "unlawful",
        /// Somebody's intellectual property is infringed (xâm phạm sở hữu trí tuệ).
        IpInfringement => "ip_infringement",
        /// Advertisement without substance, contact data in the text, and the like (quảng cáo, spam).
        Spam => "spam",
        /// The business register has its business suspended for a time (tạm ngừng kinh doanh).
        BusinessPaused => "business_paused",
        /// The tax office does not find it at its registered address (không hoạt động tại địa chỉ đã đăng ký).
        NotAtAddress => "not_at_address",
        /// Dissolved or bankrupt, or its tax code has ended (giải thể, phá sản, chấm dứt hiệu lực mã số thuế).
        BusinessEnded => "business_ended",
        /// Told in the text (khác).
        Other => "other",
    }
}

/// Why: a code for the figures and words for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub code: ReasonCode,
    /// The words, 10 to 2,000 characters of people: an officer's "no" helps only when it says what to do. What the program
    /// writes down, such as the filters of a list, may be longer.
    pub text: Prose<{ Reason::MAX }>,
}

impl Reason {
    /// Most characters that are kept.
    pub const MAX: usize = 8000;

    /// Parses a reason; the errors name what is wrong, `/reason_code` and `/reason_text`.
    pub fn parse(code: &str, text: &str) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let reason = Self::keep(&mut errors, "", code, text);
        errors.finish(reason)
    }

    /// What is wrong where no reason was told, below a place.
    pub fn missing(at: &str) -> Vec<FieldError> {
        let members = ["reason_code", "reason_text"].into_iter();
        let wrong = members.map(|member| FieldError {
            pointer: format!("{at}/{member}"),
            violation: Violation::Required,
        });
        wrong.collect()
    }

    /// Parses one whose members stand below a place of something greater.
    pub fn keep(errors: &mut FieldErrors, at: &str, code: &str, text: &str) -> Option<Self> {
        let unknown = Violation::UnknownCode {
            list: TaxonomyName::ReasonCodes.as_str(),
        };
        let code = code.parse::<ReasonCode>().map_err(|_unknown| unknown);
        let code = errors.keep(format!("{at}/reason_code"), code);
        let text = Prose::<2000>::parse(text).and_then(|text| match text.as_str().chars().count() {
            0..10 => Err(Violation::TooShort { min: 10 }),
            _ => Ok(text),
        });
        let text = errors.keep(format!("{at}/reason_text"), text);
        let (code, text) = code.zip(text)?;
        let text = Prose::stored(text.into_string());
        Some(Self { code, text })
    }
}
