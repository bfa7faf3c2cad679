//! How long what an officer verified is taken for true (thời hạn xác minh), and looking at it again.

use jiff::{SignedDuration, Timestamp};

use super::{AmendmentStatus, Enterprise, EnterpriseStatus, NotInThisStatus};
use crate::domain::text_enum;

/// So long before the end, and ever after, an owner may ask for it to be looked at again.
pub const RENEWABLE: SignedDuration = SignedDuration::from_hours(90 * 24);

text_enum! {
    /// Whether an enterprise was verified (xác minh hồ sơ gốc).
    pub enum VerificationState {
        /// No officer approved the registration yet (chưa xác minh).
        Unverified => "unverified",
        /// An officer did, and the term runs (đã xác minh).
        Verified => "verified",
        /// The term is over (hết hạn xác minh).
        Expired => "expired",
    }
}

impl VerificationState {
    /// What it is called in Vietnamese and in English.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Unverified => ("chưa xác minh", "not verified"),
            Self::Verified => ("đã xác minh", "verified"),
            Self::Expired => ("hết hạn xác minh", "expired"),
        }
    }
}

/// When an enterprise was verified, and until when that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// When an officer last approved it; unknown of those approved before this was kept.
    pub at: Option<Timestamp>,
    /// Until when that holds; none before the first approval.
    pub until: Option<Timestamp>,
    /// Where its owner's request stands to look at it again; the words are those of a request to change.
    pub renewal: Option<AmendmentStatus>,
}

impl Verification {
    /// An officer approves: the term begins anew, and nothing is asked for any more.
    pub fn begin(now: Timestamp, term: SignedDuration) -> Self {
        Self {
            at: Some(now),
            until: Some(now.saturating_add(term).unwrap_or(Timestamp::MAX)),
            renewal: None,
        }
    }

    /// Whether it holds at an instant: the term ends on the instant, whenever its owner is told.
    pub fn state(&self, now: Timestamp) -> VerificationState {
        match self.until {
            None => VerificationState::Unverified,
            Some(until) if until <= now => VerificationState::Expired,
            Some(_) => VerificationState::Verified,
        }
    }

    /// Whether it waits for an officer to look at it again.
    pub fn waits(&self) -> bool {
        self.renewal == Some(AmendmentStatus::Submitted)
    }
}

/// Why a registration is not handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSubmitted {
    /// Its status does not allow it.
    #[error(transparent)]
    Status(#[from] NotInThisStatus),
    /// A request to look at the verification again waits already.
    #[error("it waits already")]
    Waits,
    /// The verification holds for long.
    #[error("not before {0}")]
    NotBefore(Timestamp),
}

impl Enterprise {
    /// Whether an officer has to decide: on a registration, or on looking again at one that was verified.
    pub fn waits(&self) -> bool {
        match self.status {
            EnterpriseStatus::Submitted => true,
            EnterpriseStatus::Active => self.verification.waits(),
            _ => false,
        }
    }

    /// Its owner hands it in: a mended registration, or an active enterprise whose verification is over or soon will be.
    /// The latter stays active, and so does all that it shows.
    pub fn submit(&mut self, now: Timestamp) -> Result<(), NotSubmitted> {
        if self.status != EnterpriseStatus::Active {
            self.status = self.status.submit()?;
        } else if self.verification.waits() {
            return Err(NotSubmitted::Waits);
        } else if let Some(from) = self.renewable_from().filter(|from| *from > now) {
            return Err(NotSubmitted::NotBefore(from));
        } else {
            self.verification.renewal = Some(AmendmentStatus::Submitted);
        }
        self.submitted_at = now;
        self.updated_at = now;
        Ok(())
    }

    /// Without an end at any time: so a program of before left what it approved.
    fn renewable_from(&self) -> Option<Timestamp> {
        let until = self.verification.until?;
        Some(until.saturating_sub(RENEWABLE).unwrap_or(Timestamp::MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_ends_on_the_instant() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let begun = Verification::begin(now, SignedDuration::from_hours(24));
        let at = |hours: i64| begun.state(now + SignedDuration::from_hours(hours));
        assert_eq!(
            [at(0), at(23), at(24), at(25)],
            [
                VerificationState::Verified,
                VerificationState::Verified,
                VerificationState::Expired,
                VerificationState::Expired,
            ]
        );
        assert_eq!(Verification::default().state(now), VerificationState::Unverified);
        assert_eq!(
            Verification::begin(now, SignedDuration::MAX).state(now),
            VerificationState::Verified
        );
    }
}
