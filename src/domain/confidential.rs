//! What a listing does not tell everybody (phần bảo mật): its owner's side reads it, and enterprises to which the owner
//! grants it, once the person who reads has accepted the undertaking.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::{AccountId, ConfidentialGrantId, EnterpriseId, ListingId};
use crate::domain::text::Prose;
use crate::domain::text_enum;

/// Most grants of one listing that are in force.
pub const MAX_GRANTS: i64 = 200;
/// Longest term of a grant: two years.
pub const MAX_TERM: SignedDuration = SignedDuration::from_hours(730 * 24);

/// The text of a confidential part.
pub type ConfidentialText = Prose<20_000>;

text_enum! {
    /// As whom somebody read it.
    pub enum ReaderKind {
        /// Of the enterprise whose it is.
        Owner => "owner",
        /// By a grant.
        Grantee => "grantee",
        /// By office.
        Officer => "officer",
    }
}

/// What an owner grants to an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// To which enterprise.
    pub enterprise: EnterpriseId,
    /// For what.
    pub purpose: Prose<500>,
    /// What whoever reads undertakes (cam kết bảo mật).
    pub undertaking: Prose<10_000>,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Terms {
    /// Parses terms; the errors have the pointers of the wire.
    pub fn parse(
        enterprise: EnterpriseId,
        (purpose, undertaking): (&str, &str),
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let purpose = errors.keep("/purpose", Prose::parse(purpose));
        let undertaking = errors.keep("/undertaking", Prose::parse(undertaking));
        let latest = now.saturating_add(MAX_TERM).unwrap_or(Timestamp::MAX);
        if expires_at <= now || expires_at > latest {
            errors.add("/expires_at", Violation::Malformed { what: "grant_term" });
        }
        errors.finish((|| {
            Some(Self {
                enterprise,
                purpose: purpose?,
                undertaking: undertaking?,
                expires_at,
            })
        })())
    }
}

/// A grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Identifier.
    pub id: ConfidentialGrantId,
    /// Of which listing.
    pub listing: ListingId,
    /// What is granted.
    pub terms: Terms,
    /// Whether it opens the confidential part too, or only the listing that is shown on request.
    pub covers_part: bool,
    /// Who gave it.
    pub given_by: Option<AccountId>,
    /// When.
    pub given_at: Timestamp,
    /// When the owner took it back.
    pub revoked_at: Option<Timestamp>,
}

impl Grant {
    /// Whether it opens anything at an instant.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.terms.expires_at
    }
}

/// What the owners of an enterprise are told that something was granted to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantNews {
    /// What the listing is called.
    pub title: String,
    /// Whose it is.
    pub owner: String,
    /// For what.
    pub purpose: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// Whether it opens the confidential part too.
    #[serde(default = "always")]
    pub covers_part: bool,
}

/// Letters of before did not tell, and spoke of the part.
fn always() -> bool {
    true
}

/// What became of a grant when the enterprise that had it was merged into another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantMoved {
    /// What the listing is called.
    pub title: String,
    /// Name of the enterprise that had it.
    pub from: String,
    /// Name of the one that stays.
    pub into: String,
    /// Whether it ended, because that one has as much already.
    pub ended: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_grant_has_an_end() {
        let now = Timestamp::UNIX_EPOCH;
        let enterprise = EnterpriseId(Uuid::nil());
        let terms = |hours| {
            let end = now + SignedDuration::from_hours(hours);
            Terms::parse(enterprise, ("Thẩm định", "Không tiết lộ."), end, now)
        };
        for (hours, fits) in [
            (-1, false),
            (0, false),
            (1, true),
            (730 * 24, true),
            (730 * 24 + 1, false),
        ] {
            assert_eq!(terms(hours).is_ok(), fits, "{hours}");
        }
        let grant = Grant {
            id: ConfidentialGrantId(Uuid::nil()),
            listing: ListingId(Uuid::nil()),
            terms: terms(2).unwrap(),
            covers_part: true,
            given_by: None,
            given_at: now,
            revoked_at: None,
        };
        let at = |hours| now + SignedDuration::from_hours(hours);
        assert!(grant.is_in_force(at(1)) && !grant.is_in_force(at(2)));
        let revoked = Grant {
            revoked_at: Some(now),
            ..grant
        };
        assert!(!revoked.is_in_force(at(1)));
        let errors = Terms::parse(enterprise, ("", " "), now, now).unwrap_err();
        let pointers: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/purpose", "/undertaking", "/expires_at"]);
    }
}
