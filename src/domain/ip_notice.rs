//! Notices of rights holders that a listing infringes intellectual property (thông báo xâm phạm quyền sở hữu trí tuệ), and
//! what its owner answers (phản thông báo). The listing is held from the public meanwhile.

use jiff::Timestamp;

use crate::domain::account::{Email, Language};
use crate::domain::calendar::{Calendar, Term};
use crate::domain::ids::{IpNoticeId, ListingId};
use crate::domain::listing::details::IpRightType;
use crate::domain::text::{Line, Prose};
use crate::domain::text_enum;

/// Within what an officer looks at a notice.
pub const EXAMINE: Term = Term::WorkingDays(2);
/// Within what the owner may answer, and what then waits for a decision.
pub const ANSWER: Term = Term::WorkingDays(10);
/// Most notices about one listing that are not over.
pub const MAX_OPEN: i64 = 50;

text_enum! {
    /// Where a notice stands.
    pub enum IpNoticeState {
        /// Nobody has looked at it (chờ xem xét).
        Received => "received",
        /// The listing is held; its owner may answer (đã gỡ tạm thời).
        Accepted => "accepted",
        /// The owner answered; it waits to be decided (đã có phản thông báo).
        Countered => "countered",
        /// It tells too little, or is unfounded (bị từ chối).
        Rejected => "rejected",
        /// It holds for good (giữ nguyên việc gỡ).
        Upheld => "upheld",
        /// It does not hold any more (đã khôi phục).
        Restored => "restored",
    }
}

text_enum! {
    /// What is done with a notice.
    pub enum IpNoticeStep {
        /// An officer holds the listing.
        Accept => "accept",
        /// An officer refuses the notice.
        Reject => "reject",
        /// The owner answers.
        Counter => "counter",
        /// An officer lets it hold for good.
        Uphold => "uphold",
        /// An officer lets the listing go on.
        Restore => "restore",
    }
}

/// A step that its state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible for what is {0}")]
pub struct WrongState(pub IpNoticeState);

/// A step that is not possible now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// Its state does not allow it.
    #[error(transparent)]
    State(#[from] WrongState),
    /// The owner may still answer, until then.
    #[error("the owner may answer until {0}")]
    OwnersTurn(Timestamp),
}

impl IpNoticeState {
    /// Where a step leads.
    pub fn after(self, step: IpNoticeStep) -> Result<Self, WrongState> {
        use IpNoticeStep::*;
        match (self, step) {
            (Self::Received, Accept) => Ok(Self::Accepted),
            (Self::Received, Reject) => Ok(Self::Rejected),
            (Self::Accepted, Counter) => Ok(Self::Countered),
            (Self::Accepted | Self::Countered, Uphold) => Ok(Self::Upheld),
            // A court or the rights holder may say so even later.
            (Self::Accepted | Self::Countered | Self::Upheld, Restore) => Ok(Self::Restored),
            _ => Err(WrongState(self)),
        }
    }

    /// Whether the listing is held because of it.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Accepted | Self::Countered | Self::Upheld)
    }

    /// Whether something is still to be done about it.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Received | Self::Accepted | Self::Countered)
    }
}

/// What a rights holder tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// What kind of right.
    pub right: IpRightType,
    /// Number of the patent, certificate or application.
    pub right_number: Option<Line<128>>,
    /// Who holds it.
    pub claimant: Line<256>,
    /// Where letters go; forgotten when the notice is refused or the listing restored.
    pub contact: Option<Email>,
    /// In which language.
    pub language: Language,
    /// What infringes it, in the holder's words.
    pub statement: Prose<4_000>,
}

/// A notice as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpNotice {
    /// Identifier.
    pub id: IpNoticeId,
    /// The listing.
    pub listing: ListingId,
    /// What is claimed.
    pub claimed: Claimed,
    /// Where it stands.
    pub state: IpNoticeState,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when the next step is due.
    pub due_at: Timestamp,
    /// When the listing was held.
    pub accepted_at: Option<Timestamp>,
    /// What the owner answered, and when.
    pub counter: Option<(Prose<4_000>, Timestamp)>,
    /// When it was refused, upheld or lifted.
    pub closed_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
}

impl IpNotice {
    /// A new one.
    pub fn new(id: IpNoticeId, listing: ListingId, claimed: Claimed, calendar: &Calendar, now: Timestamp) -> Self {
        Self {
            id,
            listing,
            claimed,
            state: IpNoticeState::Received,
            received_at: now,
            due_at: calendar.deadline(now, EXAMINE),
            accepted_at: None,
            counter: None,
            closed_at: None,
            version: 1,
        }
    }

    /// Does a step; the terms follow. A notice holds for good only after its owner answered or let the term go by: whoever could not
    /// be heard would have lost. To let the listing go on nobody need wait.
    pub fn step(&mut self, step: IpNoticeStep, calendar: &Calendar, now: Timestamp) -> Result<(), NotNow> {
        let next = self.state.after(step)?;
        if self.state == IpNoticeState::Accepted && step == IpNoticeStep::Uphold && now < self.due_at {
            return Err(NotNow::OwnersTurn(self.due_at));
        }
        self.state = next;
        match step {
            IpNoticeStep::Accept => {
                self.accepted_at = Some(now);
                self.due_at = calendar.deadline(now, ANSWER);
            }
            IpNoticeStep::Counter => self.due_at = calendar.deadline(now, ANSWER),
            IpNoticeStep::Reject | IpNoticeStep::Uphold | IpNoticeStep::Restore => self.closed_at = Some(now),
        }
        Ok(())
    }

    /// Until when its next step is due by a calendar, if there is one.
    pub fn due_by(&self, calendar: &Calendar) -> Option<Timestamp> {
        match self.state {
            IpNoticeState::Received => Some(calendar.deadline(self.received_at, EXAMINE)),
            IpNoticeState::Accepted => self.accepted_at.map(|at| calendar.deadline(at, ANSWER)),
            IpNoticeState::Countered => self.counter.as_ref().map(|(_, at)| calendar.deadline(*at, ANSWER)),
            IpNoticeState::Rejected | IpNoticeState::Upheld | IpNoticeState::Restored => None,
        }
    }

    /// Whether the term of its next step is over.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state.waits() && self.due_at <= now
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use IpNoticeState::*;

    #[test]
    fn the_life_of_a_notice() {
        let table = [
            // from, accept, reject, counter, uphold, restore
            (Received, [Some(Accepted), Some(Rejected), None, None, None]),
            (Accepted, [None, None, Some(Countered), Some(Upheld), Some(Restored)]),
            (Countered, [None, None, None, Some(Upheld), Some(Restored)]),
            (Rejected, [None; 5]),
            (Upheld, [None, None, None, None, Some(Restored)]),
            (Restored, [None; 5]),
        ];
        assert_eq!(table.len(), IpNoticeState::ALL.len());
        for (from, ends) in table {
            for (step, end) in IpNoticeStep::ALL.iter().zip(ends) {
                assert_eq!(from.after(*step).ok(), end, "{from} {step}");
            }
        }
    }

    fn notice(now: Timestamp) -> IpNotice {
        let claimed = Claimed {
            right: IpRightType::Patent,
            right_number: None,
            claimant: Line::parse("Viện Cơ điện").unwrap(),
            contact: None,
            language: Language::Vi,
            statement: Prose::parse("Buồng sấy theo yêu cầu bảo hộ số 1.").unwrap(),
        };
        IpNotice::new(
            IpNoticeId(Uuid::from_u128(1)),
            ListingId(Uuid::from_u128(2)),
            claimed,
            Calendar::shipped(),
            now,
        )
    }

    #[test]
    fn terms_by_the_working_calendar() {
        // A Monday: two working days end with Wednesday.
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut notice = notice(at("2026-03-09T03:00:00Z"));
        assert_eq!(notice.due_at, at("2026-03-11T17:00:00Z"));
        assert!(notice.is_overdue(notice.due_at) && !notice.is_overdue(at("2026-03-11T16:59:59Z")));
        let calendar = Calendar::shipped();
        assert_eq!(notice.due_by(calendar), Some(notice.due_at));
        let accepted = at("2026-03-10T03:00:00Z");
        notice.step(IpNoticeStep::Accept, calendar, accepted).unwrap();
        assert_eq!(notice.due_at, at("2026-03-24T17:00:00Z"));
        assert_eq!(notice.due_by(calendar), Some(notice.due_at));
        let early = notice.step(IpNoticeStep::Uphold, calendar, at("2026-03-24T16:59:59Z"));
        assert_eq!(early, Err(NotNow::OwnersTurn(notice.due_at)));
        for (step, at) in [(None, notice.due_at), (Some(IpNoticeStep::Counter), accepted)] {
            let mut heard = notice.clone();
            if let Some(step) = step {
                heard.step(step, calendar, at).unwrap();
            }
            assert_eq!(heard.step(IpNoticeStep::Uphold, calendar, at), Ok(()), "{step:?}");
        }
        let restored = at("2026-03-11T03:00:00Z");
        notice.step(IpNoticeStep::Restore, calendar, restored).unwrap();
        assert_eq!(notice.due_by(calendar), None);
        assert!(!notice.is_overdue(at("2027-01-01T00:00:00Z")));
    }

    proptest! {
        /// Whatever is tried in whatever order: a listing is held only by what was accepted, and what is over holds nothing
        /// but what was upheld.
        #[test]
        fn only_what_was_accepted_holds(steps in proptest::collection::vec(0..5_usize, 0..20)) {
            let now: Timestamp = "2026-03-09T03:00:00Z".parse().unwrap();
            let mut notice = notice(now);
            for step in steps {
                let _ = notice.step(IpNoticeStep::ALL[step], Calendar::shipped(), now);
                prop_assert!(!notice.state.holds() || notice.accepted_at.is_some());
                prop_assert_eq!(notice.closed_at.is_none(), notice.state.waits());
            }
        }
    }
}
