//! What the law asks of the exchange about one listing and its enterprise: notices of rights holders and what the owner answers,
//! requests of authorities, reports, complaints. Written from docs/duties.md, with terms counted day by day.

use std::collections::BTreeMap;

use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    DECIDED, EARLY, ENTERPRISE_STATUS, FORBIDDEN, HELD, LISTING_STATUS, NOT_ACTIVE, NOT_FOUND, Outcome, STALE,
    UNAUTHENTICATED, refuse,
};
use crate::dossiers::last_day;

/// Who tries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Visitor,
    /// The owner of another enterprise.
    Stranger,
    Owner,
    Editor,
    /// Reviews enterprises and listings.
    Officer,
    /// Reviews enterprises only.
    Registrar,
    /// Reviews listings only.
    Clerk,
}

static ACTORS: [Actor; 7] = [
    Actor::Visitor,
    Actor::Stranger,
    Actor::Owner,
    Actor::Editor,
    Actor::Officer,
    Actor::Registrar,
    Actor::Clerk,
];

/// Which register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    Notice,
    Takedown,
    Report,
    Complaint,
}

pub const DUTIES: [Duty; 4] = [Duty::Notice, Duty::Takedown, Duty::Report, Duty::Complaint];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// One of those that are possible, by whom it is for.
    GoOn(usize),
    /// Something comes in; a complaint is about the enterprise or about the listing.
    Begin(Duty, bool),
    /// A step with one of a register.
    On(Duty, usize, &'static str),
    SuspendListing,
    ReinstateListing,
    SuspendEnterprise,
    LiftEnterprise,
    /// Days pass.
    Wait(i64),
}

#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub deed: Deed,
    pub by: Actor,
    /// On a version that nothing has.
    pub is_stale: bool,
}

/// The steps of a register; those that lead on stand twice.
fn steps_of(duty: Duty) -> &'static [&'static str] {
    match duty {
        Duty::Notice => &[
            "acceptance",
            "acceptance",
            "rejection",
            "counter-notice",
            "counter-notice",
            "upholding",
            "restoration",
            "restoration",
        ],
        Duty::Takedown => &["execution", "execution", "dismissal", "restoration"],
        Duty::Report => &["upheld", "dismissed"],
        Duty::Complaint => &["acknowledgement", "acknowledgement", "upheld", "dismissed", "reopening"],
    }
}

/// Steps, mostly by whom they are for.
pub fn steps() -> impl Strategy<Value = Step> {
    let by_mostly = |deed: BoxedStrategy<Deed>, by: Actor| {
        let actor = prop_oneof![5 => Just(by), 1 => proptest::sample::select(&ACTORS[..])];
        let step = (deed, actor, prop::bool::weighted(0.06));
        step.prop_map(|(deed, by, is_stale)| Step { deed, by, is_stale })
            .boxed()
    };
    let fixed = |deed: Deed, by: Actor| by_mostly(Just(deed).boxed(), by);
    let begin = |duty: Duty, by: Actor| {
        let about = any::<bool>().prop_map(move |is_about_listing| Deed::Begin(duty, is_about_listing));
        by_mostly(about.boxed(), by)
    };
    let on = |duty: Duty, by: Actor| {
        let step = (any::<usize>(), proptest::sample::select(steps_of(duty)));
        by_mostly(
            step.prop_map(move |(which, step)| Deed::On(duty, which, step)).boxed(),
            by,
        )
    };
    let counter = any::<usize>().prop_map(|which| Deed::On(Duty::Notice, which, "counter-notice"));
    let going_on = any::<usize>().prop_map(|which| Step {
        deed: Deed::GoOn(which),
        by: Actor::Visitor,
        is_stale: false,
    });
    prop_oneof![
        25 => going_on.boxed(),
        3 => begin(Duty::Notice, Actor::Visitor),
        3 => begin(Duty::Takedown, Actor::Clerk),
        2 => begin(Duty::Report, Actor::Stranger),
        3 => begin(Duty::Complaint, Actor::Visitor),
        11 => on(Duty::Notice, Actor::Clerk),
        3 => by_mostly(counter.boxed(), Actor::Owner),
        7 => on(Duty::Takedown, Actor::Officer),
        3 => on(Duty::Report, Actor::Clerk),
        8 => on(Duty::Complaint, Actor::Registrar),
        1 => fixed(Deed::SuspendListing, Actor::Clerk),
        2 => fixed(Deed::ReinstateListing, Actor::Officer),
        1 => fixed(Deed::SuspendEnterprise, Actor::Registrar),
        3 => fixed(Deed::LiftEnterprise, Actor::Officer),
        2 => (1..14_i64).prop_map(|days| Step { deed: Deed::Wait(days), by: Actor::Visitor, is_stale: false }).boxed(),
    ]
}

/// The end of a term of working days.
fn deadline(event: Timestamp, days: i64) -> Timestamp {
    let vietnam = TimeZone::fixed(offset(7));
    let day = event.to_zoned(vietnam.clone()).date();
    let next = last_day(day, days, "working_day").tomorrow().unwrap();
    next.to_zoned(vietnam).unwrap().timestamp()
}

/// An entry of a register.
#[derive(Clone, Debug)]
pub struct Entry {
    pub duty: Duty,
    pub state: &'static str,
    pub version: i64,
    received_at: Timestamp,
    pub due_at: Timestamp,
    /// When it was carried out, or decided.
    acted_at: Option<Timestamp>,
    /// Of a notice: the owner knows of it.
    pub was_accepted: bool,
    /// Whether an address is kept.
    pub has_contact: bool,
    /// Answers before it was opened again.
    pub former: usize,
}

impl Entry {
    /// An authority's letter came an hour before it is entered.
    fn new(duty: Duty, now: Timestamp) -> Self {
        let (state, due_at) = match duty {
            Duty::Notice => ("received", deadline(now, 2)),
            Duty::Takedown => ("open", now + SignedDuration::from_hours(23)),
            Duty::Report => ("received", deadline(now, 15)),
            Duty::Complaint => ("received", deadline(now, 7)),
        };
        Self {
            duty,
            state,
            version: 1,
            received_at: now,
            due_at,
            acted_at: None,
            was_accepted: false,
            has_contact: duty != Duty::Takedown,
            former: 0,
        }
    }

    /// Where a step leads.
    fn next(&self, step: &str) -> Result<&'static str, (u16, &'static str)> {
        match (self.duty, self.state, step) {
            (Duty::Notice, "received", "acceptance") => Ok("accepted"),
            (Duty::Notice, "received", "rejection") => Ok("rejected"),
            (Duty::Notice, "received", _) => Err(EARLY),
            (Duty::Notice, "accepted", "counter-notice") => Ok("countered"),
            (Duty::Notice, "accepted" | "countered", "upholding") => Ok("upheld"),
            (Duty::Notice, "accepted" | "countered" | "upheld", "restoration") => Ok("restored"),
            (Duty::Takedown, "open", "execution") => Ok("carried_out"),
            (Duty::Takedown, "open", "dismissal") => Ok("dismissed"),
            (Duty::Takedown, "open", _) => Err(EARLY),
            (Duty::Takedown, "carried_out", "restoration") => Ok("restored"),
            (Duty::Report, "received", "upheld") => Ok("upheld"),
            (Duty::Report, "received", _) => Ok("dismissed"),
            (Duty::Complaint, "received", "acknowledgement") => Ok("acknowledged"),
            (Duty::Complaint, "received", _) => Err(EARLY),
            (Duty::Complaint, "acknowledged" | "reopened", "upheld") => Ok("resolved"),
            (Duty::Complaint, "acknowledged" | "reopened", "dismissed") => Ok("rejected"),
            (Duty::Complaint, "acknowledged" | "reopened", "reopening") => Err(EARLY),
            (Duty::Complaint, "resolved" | "rejected", "reopening") => Ok("reopened"),
            _ => Err(DECIDED),
        }
    }

    /// Whether the listing is hidden because of it.
    fn holds(&self) -> bool {
        match self.duty {
            Duty::Notice => ["accepted", "countered", "upheld"].contains(&self.state),
            Duty::Takedown => self.state == "carried_out",
            _ => false,
        }
    }

    /// Whether something is still to be done about it.
    pub fn waits(&self) -> bool {
        let waiting: &[&str] = match self.duty {
            Duty::Notice => &["received", "accepted", "countered"],
            Duty::Takedown => &["open"],
            Duty::Report => &["received"],
            Duty::Complaint => &["received", "acknowledged", "reopened"],
        };
        waiting.contains(&self.state)
    }

    /// Whether its term was not kept; of a notice, whether it is not kept now.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        match self.acted_at {
            Some(at) => self.due_at <= at,
            None => self.waits() && self.due_at <= now,
        }
    }

    /// Does a step; gives the kind of the notice that the owner has of it.
    fn step(&mut self, step: &str, now: Timestamp) -> Result<Option<&'static str>, (u16, &'static str)> {
        // Its owner is heard first, or has let the term go by.
        let is_owners_turn = self.duty == Duty::Notice && self.state == "accepted" && now < self.due_at;
        refuse(step == "upholding" && is_owners_turn, EARLY)?;
        self.state = self.next(step)?;
        self.version += 1;
        match (self.duty, step) {
            (Duty::Notice, "acceptance") => (self.was_accepted, self.due_at) = (true, deadline(now, 10)),
            (Duty::Notice, "counter-notice") => self.due_at = deadline(now, 10),
            (Duty::Notice, "rejection" | "restoration") => self.has_contact = false,
            (Duty::Takedown, "execution" | "dismissal") => self.acted_at = Some(now),
            (Duty::Complaint, "acknowledgement") => self.due_at = deadline(self.received_at, 30),
            (Duty::Complaint, "reopening") => {
                (self.acted_at, self.has_contact, self.due_at) = (None, true, deadline(now, 30));
                self.former += 1;
            }
            (Duty::Report | Duty::Complaint, _) => (self.acted_at, self.has_contact) = (Some(now), false),
            _ => {}
        }
        Ok(match (self.duty, step) {
            (Duty::Notice, "rejection" | "counter-notice") | (Duty::Takedown, "dismissal") | (Duty::Report, _) => None,
            (Duty::Notice, _) => Some("ip_notice"),
            (Duty::Takedown, "execution") => Some("listing_taken_down"),
            (Duty::Takedown, _) => Some("listing_restored"),
            (Duty::Complaint, _) => Some("complaint"),
        })
    }
}

/// A listing that was published, and all that was said about it.
#[derive(Clone, Debug, Default)]
pub struct Matter {
    pub entries: Vec<Entry>,
    is_suspended: bool,
    is_halted: bool,
    /// What its owner was told, by kind.
    pub notices: BTreeMap<String, usize>,
}

impl Matter {
    /// The number, of all entries, of one of a register.
    pub fn find(&self, duty: Duty, which: usize) -> Option<usize> {
        let all = self.entries.iter().enumerate().filter(|(_, entry)| entry.duty == duty);
        let numbers: Vec<usize> = all.map(|(number, _)| number).collect();
        (!numbers.is_empty()).then(|| numbers[which % numbers.len()])
    }

    /// One of the steps that are possible now, with what there is.
    pub fn possible(&self, which: usize, now: Timestamp) -> Option<Step> {
        let mut deeds = vec![
            (Deed::ReinstateListing, Actor::Officer),
            (Deed::LiftEnterprise, Actor::Officer),
        ];
        for (number, entry) in self.entries.iter().enumerate() {
            let by = |what: &str| match (entry.duty, what) {
                (_, "counter-notice") => Actor::Owner,
                (Duty::Complaint, _) => Actor::Registrar,
                _ => Actor::Clerk,
            };
            let steps = steps_of(entry.duty).iter();
            deeds.extend(steps.map(|what| (Deed::On(entry.duty, number, what), by(what))));
        }
        let steps = deeds.into_iter().map(|(deed, by)| Step {
            deed,
            by,
            is_stale: false,
        });
        let possible: Vec<Step> = steps.filter(|step| self.clone().step(*step, now).is_ok()).collect();
        (!possible.is_empty()).then(|| possible[which % possible.len()])
    }

    fn is_held_by(&self, duty: Duty) -> bool {
        self.entries.iter().any(|entry| entry.duty == duty && entry.holds())
    }

    fn is_held(&self) -> bool {
        self.is_suspended || self.is_held_by(Duty::Notice) || self.is_held_by(Duty::Takedown)
    }

    /// What hides it, in the order of the alphabet.
    pub fn holds(&self) -> Vec<String> {
        let holds = [
            ("enterprise", self.is_halted),
            ("ip_notice", self.is_held_by(Duty::Notice)),
            ("suspended", self.is_suspended),
            ("taken_down", self.is_held_by(Duty::Takedown)),
        ];
        let held = holds.into_iter().filter(|(_, holds)| *holds);
        held.map(|(name, _)| name.to_owned()).collect()
    }

    /// The number of the request that everybody is told of: the first that was carried out.
    pub fn blocked_by(&self) -> Option<usize> {
        let all = self.entries.iter().enumerate();
        let down = all.filter(|(_, entry)| entry.duty == Duty::Takedown && entry.holds());
        down.min_by_key(|(number, entry)| (entry.acted_at, *number))
            .map(|(number, _)| number)
    }

    /// How everybody is answered who asks for the listing.
    pub fn public(&self) -> u16 {
        match (self.is_held_by(Duty::Takedown), self.is_held() || self.is_halted) {
            (true, _) => 451,
            (false, true) => 404,
            _ => 200,
        }
    }

    fn sees_listing(&self, by: Actor) -> bool {
        matches!(by, Actor::Owner | Actor::Editor | Actor::Officer | Actor::Clerk) || self.public() == 200
    }

    fn sees_enterprise(&self, by: Actor) -> bool {
        matches!(by, Actor::Owner | Actor::Editor | Actor::Officer | Actor::Registrar) || !self.is_halted
    }

    fn may(&self, by: Actor, is_for: &[Actor], sees: bool) -> Result<(), (u16, &'static str)> {
        match by {
            Actor::Visitor => Err(UNAUTHENTICATED),
            _ if is_for.contains(&by) => Ok(()),
            _ if sees => Err(FORBIDDEN),
            _ => Err(NOT_FOUND),
        }
    }

    fn reviews_listing(&self, by: Actor) -> Result<(), (u16, &'static str)> {
        self.may(by, &[Actor::Officer, Actor::Clerk], self.sees_listing(by))
    }

    fn reviews_enterprise(&self, by: Actor) -> Result<(), (u16, &'static str)> {
        self.may(by, &[Actor::Officer, Actor::Registrar], self.sees_enterprise(by))
    }

    /// Does a step. A refused step changes nothing.
    pub fn step(&mut self, step: Step, now: Timestamp) -> Outcome {
        let (is_listings, to, kind) = match step.deed {
            Deed::GoOn(_) => panic!("it is not said what is done"),
            Deed::Wait(_) => return Ok(200),
            Deed::Begin(duty, is_about_listing) => return self.begin(duty, is_about_listing, step.by, now),
            Deed::On(_, number, what) => return self.on(number, what, step, now),
            Deed::SuspendListing => (true, true, "listing_suspended"),
            Deed::ReinstateListing => (true, false, "listing_reinstated"),
            Deed::SuspendEnterprise => (false, true, "enterprise_suspended"),
            Deed::LiftEnterprise => (false, false, "enterprise_reinstated"),
        };
        let was = if is_listings {
            self.reviews_listing(step.by)?;
            self.is_suspended
        } else {
            self.reviews_enterprise(step.by)?;
            self.is_halted
        };
        refuse(step.is_stale, STALE)?;
        refuse(was == to, if is_listings { DECIDED } else { ENTERPRISE_STATUS })?;
        if is_listings {
            self.is_suspended = to;
        } else {
            self.is_halted = to;
        }
        self.tell(kind);
        Ok(200)
    }

    fn tell(&mut self, kind: &str) {
        *self.notices.entry(kind.to_owned()).or_default() += 1;
    }

    fn begin(&mut self, duty: Duty, is_about_listing: bool, by: Actor, now: Timestamp) -> Outcome {
        let hidden = if self.public() == 451 {
            (451, "listing_taken_down")
        } else {
            NOT_FOUND
        };
        match duty {
            Duty::Takedown => self.reviews_listing(by)?,
            Duty::Complaint if !is_about_listing => {
                refuse(!self.sees_enterprise(by), NOT_FOUND)?;
                refuse(self.is_halted, ENTERPRISE_STATUS)?;
            }
            Duty::Complaint => refuse(!self.sees_listing(by), hidden)?,
            Duty::Notice | Duty::Report => {
                refuse(!self.sees_listing(by), hidden)?;
                // What only its owner and officers see needs neither.
                refuse(self.is_held(), HELD)?;
                refuse(self.is_halted, LISTING_STATUS)?;
            }
        }
        self.entries.push(Entry::new(duty, now));
        Ok(if duty == Duty::Takedown { 201 } else { 202 })
    }

    fn on(&mut self, number: usize, what: &str, step: Step, now: Timestamp) -> Outcome {
        let duty = self.entries[number].duty;
        if what == "counter-notice" {
            self.may(step.by, &[Actor::Owner, Actor::Editor], self.sees_listing(step.by))?;
            refuse(self.is_halted, NOT_ACTIVE)?;
            refuse(!self.entries[number].was_accepted, NOT_FOUND)?;
        } else if duty == Duty::Complaint {
            self.reviews_enterprise(step.by)?;
        } else {
            self.reviews_listing(step.by)?;
        }
        refuse(step.is_stale, STALE)?;
        let told = self.entries[number].step(what, now)?;
        told.into_iter().for_each(|kind| self.tell(kind));
        Ok(200)
    }
}
