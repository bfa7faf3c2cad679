//! Complaints about enterprises and their listings (khiếu nại): acknowledged and answered within terms, and opened again
//! when whoever complained is not content.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::account::{Email, Language};
use crate::domain::calendar::{Calendar, Term};
use crate::domain::ids::{ComplaintId, EnterpriseId, ListingId};
use crate::domain::text::Prose;
use crate::domain::text_enum;

/// Within what a complaint is acknowledged, as the exchange's rules promise.
pub const ACKNOWLEDGE: Term = Term::WorkingDays(7);
/// Within what it is answered, from its receipt, or from when it was opened again.
pub const ANSWER: Term = Term::WorkingDays(30);
/// Most complaints about one enterprise that wait.
pub const MAX_WAITING: i64 = 200;

text_enum! {
    /// What is complained about (nội dung khiếu nại).
    pub enum ComplaintGround {
        /// What it says of itself or offers is not true (thông tin không đúng).
        Information => "information",
        /// How it deals with others (cách ứng xử, giao dịch).
        Conduct => "conduct",
        /// What it delivered (chất lượng công nghệ, thiết bị, dịch vụ).
        Quality => "quality",
        /// How it treats personal data (dữ liệu cá nhân).
        PersonalData => "personal_data",
        /// Told in the text (khác).
        Other => "other",
    }
}

text_enum! {
    /// Where a complaint stands.
    pub enum ComplaintState {
        /// Nobody has acknowledged it (đã tiếp nhận).
        Received => "received",
        /// It is looked into (đang giải quyết).
        Acknowledged => "acknowledged",
        /// It was right, and something was done (đã giải quyết).
        Resolved => "resolved",
        /// It was not (không chấp nhận).
        Rejected => "rejected",
        /// It is looked into once more (mở lại).
        Reopened => "reopened",
    }
}

text_enum! {
    /// What is done with a complaint.
    pub enum ComplaintStep {
        /// An officer takes it up.
        Acknowledge => "acknowledge",
        /// An officer finds it right.
        Resolve => "resolve",
        /// An officer finds it wrong.
        Reject => "reject",
        /// An officer looks once more.
        Reopen => "reopen",
    }
}

/// A step that its state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible for what is {0}")]
pub struct WrongState(pub ComplaintState);

impl ComplaintState {
    /// Where a step leads.
    pub fn after(self, step: ComplaintStep) -> Result<Self, WrongState> {
        use ComplaintStep::*;
        match (self, step) {
            (Self::Received, Acknowledge) => Ok(Self::Acknowledged),
            (Self::Acknowledged | Self::Reopened, Resolve) => Ok(Self::Resolved),
            (Self::Acknowledged | Self::Reopened, Reject) => Ok(Self::Rejected),
            (Self::Resolved | Self::Rejected, Reopen) => Ok(Self::Reopened),
            _ => Err(WrongState(self)),
        }
    }
}

/// What was answered before whoever complained asked for another look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerAnswer {
    /// How it was decided.
    pub outcome: String,
    /// What both sides were told.
    pub answer: String,
    /// When.
    pub decided_at: Timestamp,
}

/// A complaint as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Identifier.
    pub id: ComplaintId,
    /// About whom.
    pub enterprise: EnterpriseId,
    /// About which of its listings.
    pub listing: Option<ListingId>,
    /// What is complained about.
    pub ground: ComplaintGround,
    /// In the words of whoever complains.
    pub details: Prose<4_000>,
    /// Where letters go; forgotten when it is decided.
    pub contact: Option<Email>,
    /// In which language.
    pub language: Language,
    /// Where it stands.
    pub state: ComplaintState,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when the next step is due, or was.
    pub due_at: Timestamp,
    /// When it was acknowledged.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was reopened last.
    pub reopened_at: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// What was answered.
    pub answer: Option<Prose<4_000>>,
    /// What was answered before it was reopened, oldest first.
    pub former: Vec<FormerAnswer>,
    /// Row version.
    pub version: i64,
}

impl Complaint {
    /// Until when what comes at an instant is acknowledged.
    pub fn acknowledge_by(calendar: &Calendar, received_at: Timestamp) -> Timestamp {
        calendar.deadline(received_at, ACKNOWLEDGE)
    }

    /// Until when its next step is due by a calendar, if there is one; of what was reopened before that was kept, nobody
    /// can tell.
    pub fn due_by(&self, calendar: &Calendar) -> Option<Timestamp> {
        match self.state {
            ComplaintState::Received => Some(Self::acknowledge_by(calendar, self.received_at)),
            ComplaintState::Acknowledged => Some(calendar.deadline(self.received_at, ANSWER)),
            ComplaintState::Reopened => self.reopened_at.map(|at| calendar.deadline(at, ANSWER)),
            ComplaintState::Resolved | ComplaintState::Rejected => None,
        }
    }

    /// Does a step; the terms follow.
    pub fn step(&mut self, step: ComplaintStep, calendar: &Calendar, now: Timestamp) -> Result<(), WrongState> {
        let before = self.state;
        self.state = before.after(step)?;
        match step {
            ComplaintStep::Acknowledge => {
                self.acknowledged_at = Some(now);
                self.due_at = calendar.deadline(self.received_at, ANSWER);
            }
            ComplaintStep::Resolve | ComplaintStep::Reject => self.decided_at = Some(now),
            ComplaintStep::Reopen => {
                let decided = self.answer.take().zip(self.decided_at.take());
                self.former.extend(decided.map(|(answer, decided_at)| FormerAnswer {
                    outcome: before.to_string(),
                    answer: answer.into_string(),
                    decided_at,
                }));
                self.reopened_at = Some(now);
                self.due_at = calendar.deadline(now, ANSWER);
            }
        }
        Ok(())
    }

    /// Whether its present term was not kept: it is over and nothing was done, or it was answered too late.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.due_at <= self.decided_at.unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use ComplaintState::*;

    #[test]
    fn the_life_of_a_complaint() {
        let table = [
            // from, acknowledge, resolve, reject, reopen
            (Received, [Some(Acknowledged), None, None, None]),
            (Acknowledged, [None, Some(Resolved), Some(Rejected), None]),
            (Resolved, [None, None, None, Some(Reopened)]),
            (Rejected, [None, None, None, Some(Reopened)]),
            (Reopened, [None, Some(Resolved), Some(Rejected), None]),
        ];
        assert_eq!(table.len(), ComplaintState::ALL.len());
        for (from, ends) in table {
            for (step, end) in ComplaintStep::ALL.iter().zip(ends) {
                assert_eq!(from.after(*step).ok(), end, "{from} {step}");
            }
        }
    }

    fn complaint(now: Timestamp) -> Complaint {
        Complaint {
            id: ComplaintId(Uuid::from_u128(1)),
            enterprise: EnterpriseId(Uuid::from_u128(2)),
            listing: None,
            ground: ComplaintGround::Conduct,
            details: Prose::parse("Không trả lời.").unwrap(),
            contact: None,
            language: Language::Vi,
            state: Received,
            received_at: now,
            due_at: Complaint::acknowledge_by(Calendar::shipped(), now),
            acknowledged_at: None,
            reopened_at: None,
            decided_at: None,
            answer: None,
            former: Vec::new(),
            version: 1,
        }
    }

    #[test]
    fn terms_by_the_working_calendar() {
        // A Monday; seven working days later is the Wednesday after the next weekend.
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut complaint = complaint(at("2026-03-09T03:00:00Z"));
        assert_eq!(complaint.due_at, at("2026-03-18T17:00:00Z"));
        assert!(complaint.is_overdue(complaint.due_at) && !complaint.is_overdue(at("2026-03-18T16:59:59Z")));
        let calendar = Calendar::shipped();
        let step = |complaint: &mut Complaint, step, now| {
            complaint.step(step, calendar, now).unwrap();
            let is_open = complaint.decided_at.is_none();
            assert_eq!(complaint.due_by(calendar), is_open.then_some(complaint.due_at));
        };
        step(&mut complaint, ComplaintStep::Acknowledge, at("2026-03-10T03:00:00Z"));
        let answer_by = complaint.due_at;
        assert!(answer_by > at("2026-04-20T00:00:00Z"));
        step(&mut complaint, ComplaintStep::Reject, answer_by);
        assert!(complaint.is_overdue(answer_by), "answered too late");
        step(&mut complaint, ComplaintStep::Reopen, answer_by);
        assert!(!complaint.is_overdue(answer_by) && complaint.decided_at.is_none());
    }

    proptest! {
        /// Whatever is tried in whatever order: what is decided has its time, and nothing is decided unacknowledged.
        #[test]
        fn nothing_is_decided_unacknowledged(steps in proptest::collection::vec(0..4_usize, 0..20)) {
            let now: Timestamp = "2026-03-09T03:00:00Z".parse().unwrap();
            let mut complaint = complaint(now);
            for step in steps {
                let _ = complaint.step(ComplaintStep::ALL[step], Calendar::shipped(), now);
                let is_decided = matches!(complaint.state, Resolved | Rejected);
                prop_assert_eq!(complaint.decided_at.is_some(), is_decided);
                prop_assert!(!is_decided || complaint.acknowledged_at.is_some());
            }
        }
    }
}
