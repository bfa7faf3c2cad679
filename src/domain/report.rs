//! Reports of abuse: anybody tells the exchange what is wrong with a public listing (phản ánh vi phạm).

use jiff::Timestamp;

use crate::domain::account::{Email, Language};
use crate::domain::calendar::{Calendar, Term};
use crate::domain::ids::{ListingId, ReportId};
use crate::domain::text::Prose;
use crate::domain::text_enum;

/// Within what it is decided, as the exchange's rules promise.
pub const TERM: Term = Term::WorkingDays(15);

/// Most reports about one listing that wait to be decided.
pub const MAX_WAITING: i64 = 100;

text_enum! {
    /// What is wrong (lý do phản ánh).
    pub enum ReportGround {
        /// It breaks the law (vi phạm pháp luật).
        Illegal => "illegal",
        /// It infringes intellectual property (xâm phạm sở hữu trí tuệ).
        IpInfringement => "ip_infringement",
        /// What it says is not true (thông tin sai).
        Inaccurate => "inaccurate",
        /// Somebody is cheated (lừa đảo).
        Fraud => "fraud",
        /// The same thing stands on the exchange already (trùng lặp).
        Duplicate => "duplicate",
        /// Advertisement without substance (quảng cáo, spam).
        Spam => "spam",
        /// Somebody's personal data are in it (lộ dữ liệu cá nhân).
        PersonalData => "personal_data",
        /// Told in the text (khác).
        Other => "other",
    }
}

text_enum! {
    /// Where a report stands.
    pub enum ReportState {
        /// Nobody has decided (chờ xử lý).
        Received => "received",
        /// It is right (có căn cứ).
        Upheld => "upheld",
        /// It is not, or tells too little (không có căn cứ).
        Dismissed => "dismissed",
    }
}

/// A step that its state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("decided before: {0}")]
pub struct Decided(pub ReportState);

impl ReportState {
    /// An officer decides, once.
    pub fn decide(self, is_right: bool) -> Result<Self, Decided> {
        match self {
            Self::Received if is_right => Ok(Self::Upheld),
            Self::Received => Ok(Self::Dismissed),
            _ => Err(Decided(self)),
        }
    }
}

/// What somebody tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Identifier.
    pub id: ReportId,
    /// The listing.
    pub listing: ListingId,
    /// What is wrong.
    pub ground: ReportGround,
    /// In the reader's words.
    pub details: Prose<2_000>,
    /// Where the answer goes; forgotten when the report is decided.
    pub contact: Option<Email>,
    /// In which language.
    pub language: Language,
    /// Where it stands.
    pub state: ReportState,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when it must be decided.
    pub due_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// What the officer answered.
    pub answer: Option<Prose<2_000>>,
    /// Row version.
    pub version: i64,
}

impl Report {
    /// The end of the term of what comes at an instant.
    pub fn due(calendar: &Calendar, received_at: Timestamp) -> Timestamp {
        calendar.deadline(received_at, TERM)
    }

    /// Until when it is due by a calendar, if it is still to be decided.
    pub fn due_by(&self, calendar: &Calendar) -> Option<Timestamp> {
        (self.state == ReportState::Received).then(|| Self::due(calendar, self.received_at))
    }

    /// Whether its term was not kept: it is over and nothing was decided, or it was decided too late.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.due_at <= self.decided_at.unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use ReportState::*;

    #[test]
    fn a_report_is_decided_once() {
        let table = [
            (Received, Some(Upheld), Some(Dismissed)),
            (Upheld, None, None),
            (Dismissed, None, None),
        ];
        assert_eq!(table.len(), ReportState::ALL.len());
        for (from, right, wrong) in table {
            assert_eq!(
                (from.decide(true).ok(), from.decide(false).ok()),
                (right, wrong),
                "{from}"
            );
        }
    }

    proptest! {
        /// The first decision stands, whatever comes after it.
        #[test]
        fn the_first_decision_stands(decisions in proptest::collection::vec(any::<bool>(), 1..20)) {
            let end = decisions.iter().fold(Received, |state, right| state.decide(*right).unwrap_or(state));
            prop_assert_eq!(end, if decisions[0] { Upheld } else { Dismissed });
        }
    }
}
