//! Documents of an enterprise's profile: written from docs/enterprises.md#documents.

use proptest::prelude::*;

use super::enterprise::{Actor, Deed, Step, by_mostly, going_on};
use super::listing::Verdict;

/// What is done with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperDeed {
    HandIn(&'static str, LastDay),
    Decide(Finding, LastDay),
    Remove,
    /// Its last day goes by.
    Ends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    Accepted,
    Refused,
    Expired,
}

impl Finding {
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }
}

/// What is said of its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastDay {
    /// Nothing.
    Unsaid,
    /// There is none.
    Never,
    /// In so many days.
    In(i64),
}

/// Last days that are said; beyond those of which owners are told by letter.
const SOON: i64 = 40;
const LATER: i64 = 60;
pub const PAST: i64 = -1;

fn last_days() -> impl Strategy<Value = LastDay> {
    use LastDay::*;
    prop_oneof![
        3 => Just(Unsaid),
        2 => Just(Never),
        3 => Just(In(SOON)),
        3 => Just(In(LATER)),
        1 => Just(In(PAST)),
    ]
}

/// Steps, those that lead on more often than the others.
pub fn steps() -> impl Strategy<Value = Step> {
    let kinds = prop_oneof![4 => Just("iso"), 2 => Just("id_card"), 1 => Just("other")];
    let findings = prop_oneof![4 => Just(Finding::Accepted), 1 => Just(Finding::Refused), 1 => Just(Finding::Expired)];
    let hand_in = (kinds, last_days()).prop_map(|(kind, last)| PaperDeed::HandIn(kind, last));
    let decide = (findings, last_days()).prop_map(|(finding, last)| PaperDeed::Decide(finding, last));
    let paper = |deed: BoxedStrategy<PaperDeed>, by: Actor| {
        let one = (any::<usize>(), deed).prop_map(|(which, deed)| Deed::Paper(which, deed));
        by_mostly(one.boxed(), by)
    };
    let deed = |deed: Deed, by: Actor| by_mostly(Just(deed).boxed(), by);
    prop_oneof![
        8 => going_on(),
        6 => paper(hand_in.boxed(), Actor::Owner),
        9 => paper(decide.boxed(), Actor::Officer),
        6 => paper(Just(PaperDeed::Remove).boxed(), Actor::Owner),
        1 => paper(Just(PaperDeed::Ends).boxed(), Actor::Visitor),
        6 => deed(Deed::Decide(Verdict::Approve), Actor::Officer),
        1 => deed(Deed::Decide(Verdict::SendBack), Actor::Officer),
        3 => deed(Deed::Submit, Actor::Owner),
        1 => deed(Deed::TermComesNear, Actor::Visitor),
        1 => deed(Deed::Suspend, Actor::Officer),
        2 => deed(Deed::Lift, Actor::Officer),
        1 => deed(Deed::Close, Actor::Officer),
        2 => deed(Deed::Reopen, Actor::Officer),
    ]
}

#[derive(Clone, Debug)]
pub struct Paper {
    pub kind: &'static str,
    decided: &'static str,
    /// In how many days it ends, if it does.
    pub last: Option<i64>,
    pub version: i64,
    pub is_removed: bool,
}

impl Paper {
    pub fn new(kind: &'static str, last: LastDay) -> Self {
        Self {
            kind,
            decided: "submitted",
            last: match last {
                LastDay::In(days) => Some(days),
                _ => None,
            },
            version: 1,
            is_removed: false,
        }
    }

    /// Where it stands: what was accepted expires with its last day.
    pub fn status(&self) -> &'static str {
        match (self.decided, self.last) {
            ("accepted", Some(last)) if last < 0 => "expired",
            (decided, _) => decided,
        }
    }

    pub fn waits(&self) -> bool {
        !self.is_removed && self.decided == "submitted"
    }

    /// An officer finds something; false where it holds no more on that last day.
    pub fn decide(&mut self, finding: Finding, said: LastDay) -> bool {
        let last = match said {
            LastDay::Unsaid => self.last,
            LastDay::Never => None,
            LastDay::In(days) => Some(days),
        };
        if finding == Finding::Accepted && last.is_some_and(|last| last < 0) {
            return false;
        }
        self.decided = finding.name();
        self.last = last;
        self.version += 1;
        true
    }

    pub fn end(&mut self) {
        if self.last.is_some() {
            self.last = Some(PAST);
        }
    }

    /// Whether it may go, beside these.
    pub fn may_go(&self, all: &[Self], own: usize) -> bool {
        if self.kind == "id_card" || self.status() != "accepted" {
            return true;
        }
        let of_its_kind = all
            .iter()
            .enumerate()
            .filter(|(number, other)| *number != own && !other.is_removed && other.status() == "accepted")
            .filter(|(_, other)| self.kind != "other" && other.kind == self.kind);
        let mut lets_go = of_its_kind.map(|(_, other)| {
            let case = BESIDE
                .iter()
                .find(|(last, others, _)| (*last, *others) == (self.last, other.last));
            case.unwrap().2
        });
        lets_go.any(|lets_go| lets_go)
    }
}

/// Of two accepted ones of a kind: the last day of the one, that of the other, and whether the one may go because of the other: all
/// that can be. As written: where the other one holds for longer; where neither has an end, one of them may.
const BESIDE: [(Option<i64>, Option<i64>, bool); 9] = [
    (Some(SOON), Some(LATER), true),
    (Some(SOON), None, true),
    (Some(LATER), None, true),
    (None, None, true),
    (Some(SOON), Some(SOON), false),
    (Some(LATER), Some(LATER), false),
    (Some(LATER), Some(SOON), false),
    (None, Some(SOON), false),
    (None, Some(LATER), false),
];
