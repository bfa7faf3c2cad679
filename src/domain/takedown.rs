//! Requests of authorities to take a listing down (yêu cầu gỡ bỏ): within 24 hours of their receipt (Law on
//! art. 4.1.c).

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::day_of;
use crate::domain::dossier::letter_number::is_same_number;
use crate::domain::fields::Violation;
use crate::domain::ids::{ListingId, TakedownId};
use crate::domain::text::{Line, fold};
use crate::domain::text_enum;

/// How long it may take.
pub const TERM: SignedDuration = SignedDuration::from_hours(24);

/// So long before the end of the term officers are warned.
pub const WARNING: SignedDuration = SignedDuration::from_hours(4);

/// When an authority's letter came: not after now. One from before 1970 is a mistake, and no database need hold it.
pub fn received(at: Timestamp, now: Timestamp) -> Result<Timestamp, Violation> {
    if at > now || at < Timestamp::UNIX_EPOCH {
        return Err(Violation::Malformed { what: "past_time" });
    }
    Ok(at)
}

text_enum! {
    /// What the authority holds against the listing (căn cứ gỡ bỏ).
    pub enum TakedownGround {
        /// It breaks the law (vi phạm pháp luật).
        Illegal => "illegal",
        /// It infringes intellectual property (xâm phạm sở hữu trí tuệ).
        IpInfringement => "ip_infringement",
        /// Told in the authority's letter (khác).
        Other => "other",
    }
}

text_enum! {
    /// Where such a request stands.
    pub enum TakedownState {
        /// It was not carried out yet (chờ thực hiện).
        Open => "open",
        /// The listing is down (đã gỡ).
        CarriedOut => "carried_out",
        /// The authority took it back before it was carried out, or it was entered by mistake (đã bỏ).
        Dismissed => "dismissed",
        /// It does not hold any more (đã khôi phục).
        Restored => "restored",
    }
}

text_enum! {
    /// What officers are warned of.
    pub enum TakedownAlarm {
        /// Its term ends within hours (sắp hết hạn).
        Near => "near",
        /// Its term is over, and it was not carried out (đã quá hạn).
        Missed => "missed",
    }
}

/// A step that its state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible for what is {0}")]
pub struct WrongState(pub TakedownState);

impl TakedownState {
    /// The listing is taken down.
    pub fn carry_out(self) -> Result<Self, WrongState> {
        self.from(Self::Open, Self::CarriedOut)
    }

    /// The request is dropped.
    pub fn dismiss(self) -> Result<Self, WrongState> {
        self.from(Self::Open, Self::Dismissed)
    }

    /// It does not hold any more.
    pub fn restore(self) -> Result<Self, WrongState> {
        self.from(Self::CarriedOut, Self::Restored)
    }

    fn from(self, needed: Self, next: Self) -> Result<Self, WrongState> {
        if self == needed {
            Ok(next)
        } else {
            Err(WrongState(self))
        }
    }
}

/// Who wants it, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The listing.
    pub listing: ListingId,
    /// Which authority.
    pub authority: Line<256>,
    /// Number of its letter.
    pub reference: Line<128>,
    /// What it holds against the listing.
    pub ground: TakedownGround,
    /// When the letter came.
    pub received_at: Timestamp,
}

impl Order {
    /// Whether two are of one letter: of one authority, with one number however it is written, that came on one day. Numbers
    /// begin anew each year.
    pub fn is_same_letter(&self, other: &Self) -> bool {
        is_same_number(self.reference.as_str(), other.reference.as_str())
            && fold(self.authority.as_str()) == fold(other.authority.as_str())
            && day_of(self.received_at) == day_of(other.received_at)
    }
}

/// A request as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Takedown {
    /// Identifier.
    pub id: TakedownId,
    /// Who wants it, and why.
    pub order: Order,
    /// Where it stands.
    pub state: TakedownState,
    /// Until when it must be carried out.
    pub due_at: Timestamp,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// When it was carried out.
    pub carried_out_at: Option<Timestamp>,
    /// When it was dismissed or restored.
    pub closed_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
}

impl Takedown {
    /// A new one.
    pub fn new(id: TakedownId, order: Order, now: Timestamp) -> Self {
        Self {
            due_at: order.received_at.saturating_add(TERM).unwrap_or(Timestamp::MAX),
            id,
            order,
            state: TakedownState::Open,
            entered_at: now,
            carried_out_at: None,
            closed_at: None,
            version: 1,
        }
    }

    /// What is due to be told of its term; one that nobody could tell in its time is not told beside the next.
    pub fn alarm(&self, now: Timestamp) -> Option<TakedownAlarm> {
        let warned_from = self.due_at.saturating_sub(WARNING).unwrap_or(Timestamp::MIN);
        match self.state {
            TakedownState::Open if self.due_at <= now => Some(TakedownAlarm::Missed),
            TakedownState::Open if warned_from <= now => Some(TakedownAlarm::Near),
            _ => None,
        }
    }

    /// Whether its term was not kept: it is over and nothing was done, or it was carried out or dismissed too late.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        match self.state {
            TakedownState::Open => self.due_at <= now,
            TakedownState::Dismissed => self.closed_at.is_some_and(|at| self.due_at <= at),
            TakedownState::CarriedOut | TakedownState::Restored => {
                self.carried_out_at.is_some_and(|at| self.due_at <= at)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use TakedownState::*;

    #[test]
    fn the_life_of_a_request() {
        let table = [
            (Open, Some(CarriedOut), Some(Dismissed), None),
            (CarriedOut, None, None, Some(Restored)),
            (Dismissed, None, None, None),
            (Restored, None, None, None),
        ];
        assert_eq!(table.len(), TakedownState::ALL.len());
        for (from, carried_out, dismissed, restored) in table {
            assert_eq!(from.carry_out().ok(), carried_out, "{from}");
            assert_eq!(from.dismiss().ok(), dismissed, "{from}");
            assert_eq!(from.restore().ok(), restored, "{from}");
        }
    }

    #[test]
    fn a_day_from_its_receipt_whenever_it_was_entered() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let order = Order {
            listing: ListingId(Uuid::from_u128(1)),
            authority: Line::parse("Thanh tra Sở").unwrap(),
            reference: Line::parse("12/TTr").unwrap(),
            ground: TakedownGround::Illegal,
            received_at: at("2026-03-09T03:00:00Z"),
        };
        let mut request = Takedown::new(TakedownId(Uuid::from_u128(2)), order, at("2026-03-09T20:00:00Z"));
        let due = at("2026-03-10T03:00:00Z");
        assert_eq!(request.due_at, due);
        assert!(!request.is_overdue(at("2026-03-10T02:59:59Z")) && request.is_overdue(due));
        for (time, alarm) in [
            ("2026-03-09T22:59:59Z", None),
            ("2026-03-09T23:00:00Z", Some(TakedownAlarm::Near)),
            ("2026-03-10T02:59:59Z", Some(TakedownAlarm::Near)),
            ("2026-03-10T03:00:00Z", Some(TakedownAlarm::Missed)),
        ] {
            assert_eq!(request.alarm(at(time)), alarm, "{time}");
        }
        request.state = Dismissed;
        request.closed_at = Some(at("2026-03-10T02:59:59Z"));
        assert!(!request.is_overdue(due) && request.alarm(due).is_none());
        request.closed_at = Some(due);
        assert!(request.is_overdue(due) && request.alarm(due).is_none());
        request.state = CarriedOut;
        request.carried_out_at = Some(at("2026-03-10T02:59:59Z"));
        assert!(!request.is_overdue(at("2027-01-01T00:00:00Z")));
        request.carried_out_at = Some(due);
        assert!(request.is_overdue(due));
    }

    #[test]
    fn one_letter_is_one_however_its_number_is_written() {
        let order = |authority: &str, reference: &str, at: &str| Order {
            listing: ListingId(Uuid::from_u128(1)),
            authority: Line::parse(authority).unwrap(),
            reference: Line::parse(reference).unwrap(),
            ground: TakedownGround::Illegal,
            received_at: at.parse().unwrap(),
        };
        let first = order("Thanh tra Sở", "12/TTr-SKHCN", "2026-03-09T03:00:00Z");
        for (authority, reference, at, is_same) in [
            ("Thanh tra Sở", "12/TTr-SKHCN", "2026-03-09T03:00:00Z", true),
            ("thanh tra sở", "12 / TTR - SKHCN", "2026-03-09T08:00:00Z", true),
            ("Thanh tra Sở", "012/ttr-skhcn", "2026-03-09T03:00:00Z", true),
            ("Thanh tra Sở", "120/TTr-SKHCN", "2026-03-09T03:00:00Z", false),
            ("Thanh tra Sở", "12/TTr-SKHCN", "2027-03-09T03:00:00Z", false),
            ("Thanh tra Sở", "1/2TTr-SKHCN", "2026-03-09T03:00:00Z", false),
            ("Công an tỉnh", "12/TTr-SKHCN", "2026-03-09T03:00:00Z", false),
        ] {
            let other = order(authority, reference, at);
            assert_eq!(first.is_same_letter(&other), is_same, "{authority} {reference} {at}");
        }
    }

    proptest! {
        /// Whatever is tried in whatever order: what ends has ended, and only what was carried out is restored.
        #[test]
        fn what_is_over_stays_over(steps in proptest::collection::vec(0..3_u8, 0..20)) {
            let (mut state, mut was_down) = (Open, false);
            for step in steps {
                let next = match step {
                    0 => state.carry_out(),
                    1 => state.dismiss(),
                    _ => state.restore(),
                };
                let Ok(next) = next else { continue };
                prop_assert!(!matches!(state, Dismissed | Restored));
                was_down |= next == CarriedOut;
                prop_assert_eq!(next == Restored, was_down && next != CarriedOut);
                state = next;
            }
        }
    }
}
