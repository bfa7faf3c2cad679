//! What the audit trail records: who did what to which thing, when and why (nhật ký).

use crate::domain::access::Actor;
use crate::domain::fields::Violation;
use crate::domain::ids::AccountId;
use crate::domain::taxonomy::TaxonomyName;
use crate::domain::text::Prose;
use crate::domain::text_enum;

text_enum! {
    /// A deed worth remembering.
    pub enum Deed {
        /// An enterprise registered.
        EnterpriseRegistered => "enterprise.registered",
        /// Its owner changed the registration.
        EnterpriseEdited => "enterprise.edited",
        /// Its owner handed it in again.
        EnterpriseSubmitted => "enterprise.submitted",
        /// An officer verified it.
        EnterpriseApproved => "enterprise.approved",
        /// An officer refused it.
        EnterpriseRejected => "enterprise.rejected",
        /// An officer sent it back.
        EnterpriseChangesRequested => "enterprise.changes_requested",
        /// A listing was started.
        ListingCreated => "listing.created",
        /// A listing was changed.
        ListingEdited => "listing.edited",
        /// A listing was handed in.
        ListingSubmitted => "listing.submitted",
        /// A listing was taken back or withdrawn.
        ListingTakenBack => "listing.taken_back",
        /// An officer approved it.
        ListingApproved => "listing.approved",
        /// An officer refused it.
        ListingRejected => "listing.rejected",
        /// An officer sent it back.
        ListingChangesRequested => "listing.changes_requested",
        /// A listing was loaded from a file.
        ListingImported => "listing.imported",
        /// A loaded listing was brought up to date by a later import.
        ListingReimported => "listing.reimported",
        /// Somebody signed in.
        SessionStarted => "session.started",
        /// Somebody signed out.
        SessionEnded => "session.ended",
        /// A refresh token was used a second time; the session was ended.
        SessionReplayed => "session.replayed",
        /// An account was made for a member of an enterprise that was there already.
        AccountCreated => "account.created",
        /// An officer was appointed.
        OfficerAppointed => "officer.appointed",
        /// A one-time password was replaced by its owner's own.
        PasswordChanged => "password.changed",
    }
}

/// Who did it, as far as the audit trail keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doer {
    /// What sort of actor: `visitor`, `member`, `officer` or `system`.
    pub kind: &'static str,
    /// The person's account, if a person did it.
    pub account: Option<AccountId>,
}

impl Doer {
    /// A person whose full standing is not known (yet): one who signs in, say.
    pub fn person(account: AccountId, is_officer: bool) -> Self {
        Self {
            kind: if is_officer { "officer" } else { "member" },
            account: Some(account),
        }
    }
}

impl From<&Actor> for Doer {
    fn from(actor: &Actor) -> Self {
        Self {
            kind: actor.kind(),
            account: actor.account(),
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
        /// Told in the text (khác).
        Other => "other",
    }
}

/// Why: a code for the figures and words for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The code.
    pub code: ReasonCode,
    /// The words, 10 to 2,000 characters: an officer's "no" helps only when it says what to do.
    pub text: Prose<2000>,
}

impl Reason {
    /// Parses a reason; the error names the field that is wrong.
    pub fn parse(code: &str, text: &str) -> Result<Self, (&'static str, Violation)> {
        let code = code.parse().map_err(|_unknown| {
            (
                "reason_code",
                Violation::UnknownCode {
                    list: TaxonomyName::ReasonCodes.as_str(),
                },
            )
        })?;
        let text = Prose::parse(text).map_err(|violation| ("reason_text", violation))?;
        if text.as_str().chars().count() < 10 {
            return Err(("reason_text", Violation::TooShort { min: 10 }));
        }
        Ok(Self { code, text })
    }
}
