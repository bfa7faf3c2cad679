//! Procedures that the law lays down (thủ tục hành chính) as data: states, events, who does them, within which terms, with
//! which papers, before which authority and for which fee. A rule set is a [`ProcedureDraft`] that was parsed and checked as
//! a whole; [`engine`] interprets it. The first versions come with the program, officers publish others, and a dossier
//! keeps the one that it was handed in under.
//!
//! **Architecture invariant:** no figure of a law stands in code. What the sources leave open is marked `unverified` in the
//! data.

mod check;
pub mod counted;
mod draft;
pub mod engine;
mod lawful;
mod texts;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use check::day;
pub(crate) use check::small_code;
pub use draft::{
    AuthorityDraft, ChecklistDraft, ConditionDraft, DocumentDraft, EventDraft, FeeDraft, FollowsDraft, GroupDraft,
    LeadDraft, MarkDraft, ProcedureDraft, SinceDraft, SpanDraft, StateDraft, SuccessionDraft, TermDraft,
};
pub use lawful::{AnnulmentGround, CASES, RefusalGround, ground_name};
pub use texts::{Shipped, shipped, shipped_texts, shipped_versions};
pub use words::{Actor, CountsAs, IfMissed, Issues, Side, Unit, Verification};

use crate::domain::calendar::Term;
use crate::domain::fields::Violation;

/// How long, in days; perhaps by the group of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    unit: Unit,
    amount: u16,
    by_group: BTreeMap<String, u16>,
}

impl Span {
    /// The term, for a project of a group; of the shortest where the group is not known.
    pub fn of(&self, group: Option<&str>) -> Term {
        let by_group = match group {
            Some(group) => self.by_group.get(group),
            None => self.by_group.values().min(),
        };
        let amount = by_group.copied().unwrap_or(self.amount);
        match self.unit {
            Unit::WorkingDay => Term::WorkingDays(amount),
            Unit::CalendarDay | Unit::DayOfYear => Term::Days(amount),
        }
    }
}

/// Until when something is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// So long after the mark.
    After(Span),
    /// On this day (month, day) of the year after the mark's.
    DayOfYear(i8, i8),
}

/// A term of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventTerm {
    /// Until when.
    pub until: Until,
    /// The mark from which it runs.
    pub runs_from: String,
    /// The mark before which that one is, while the event is possible.
    pub while_before: Option<String>,
    /// What comes of missing it.
    pub if_missed: Option<IfMissed>,
}

/// From what a mark is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkFrom {
    /// The day of the event.
    Today,
    /// A day that is given with the event.
    Given,
    /// The last day of the event's own term; the day of the event where that is earlier, or the event has none. What is done
    /// years before its term leaves that term where it is.
    Due,
    /// Another mark.
    Mark(String),
    /// A day that the dossier tells, at a JSON pointer into its content; none where it tells none.
    Member(String),
}

/// A day that an event writes down, from which terms run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it is called.
    pub code: String,
    /// From what.
    pub from: MarkFrom,
    /// So long after that.
    pub plus: Option<Span>,
    /// The first day that can be meant, of one that is given.
    pub earliest: Option<Date>,
    /// Not after the day that the dossier tells here.
    pub not_after: Option<String>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Code.
    pub code: String,
    /// What people call it.
    pub name_vi: String,
    /// The same in English.
    pub name_en: String,
    /// States in which it can happen; none for what opens a dossier.
    pub from: Vec<String>,
    /// The state after it.
    pub to: String,
    /// Who does it.
    pub actor: Actor,
    /// Until when.
    pub term: Option<EventTerm>,
    /// Days that it writes down.
    pub marks: Vec<Mark>,
    /// Papers that come with it.
    pub documents: Vec<String>,
    /// The grounds or outcomes of which one must be named.
    pub grounds: Vec<String>,
    /// Where some of them lead instead.
    pub to_on_ground: Vec<LeadDraft>,
    /// Whether words must come with it.
    pub needs_note: bool,
    /// Whether number and day of the authority's own letter must come with it.
    pub needs_letter: bool,
    /// Whether they may come with it.
    pub takes_letter: bool,
    /// Whether it is told to addressees who are named with it.
    pub needs_addressees: bool,
    /// Whether a day to come is promised with it: a letter of apology for a term that was missed (thư xin lỗi).
    pub promises_day: bool,
    /// Whether the technology is held against the list of regulated technologies before.
    pub needs_screening: bool,
    /// How often it can be done in the life of a dossier.
    pub at_most: Option<u16>,
    /// Whether the dossier begins anew with it, so that what was done before counts no more.
    pub starts_over: bool,
    /// Whether it can be done only when its term is over.
    pub only_after_term: bool,
    /// Whether it can be done only once the mark is set from which its term runs.
    pub awaits_mark: bool,
    /// Whether it is handed in without the papers of an ordinary handing in.
    pub without_papers: bool,
    /// Whether the dossier is handed in with it.
    pub hands_in: bool,
    /// What it issues.
    pub issues: Option<Issues>,
    /// Whether it annuls what was issued.
    pub annuls: bool,
    /// What is issued elsewhere and brings it about.
    pub comes_of: Option<Issues>,
    /// What it is counted as in periodic reports.
    pub counts_as: Option<CountsAs>,
    /// Another procedure that must have come to a state before.
    pub follows: Option<FollowsDraft>,
    /// What says so.
    pub legal_basis: String,
    /// How sure that is.
    pub verification: Verification,
}

impl Event {
    /// Whether a day must be given with it.
    pub fn takes_day(&self) -> bool {
        self.marks.iter().any(|mark| mark.from == MarkFrom::Given)
    }

    /// Whether one officer proposes it and another signs: what makes or ends a certificate.
    pub fn needs_two(&self) -> bool {
        self.issues.is_some() || self.annuls
    }

    /// Whether the rules want it done by the exchange when its term is over: the end of what lasts until a day, and that
    /// silence is taken for consent.
    pub fn is_for_time(&self) -> bool {
        self.is_end() || self.missed() == Some(IfMissed::TreatAsComplete)
    }

    /// Whether the exchange can do it then by itself: nothing that leaves all as it is and would be done every day, and no
    /// official's consent in the name of a filer.
    pub fn comes_of_time(&self) -> bool {
        let bars = self.missed().is_some_and(IfMissed::bars);
        let is_officials = self.actor.side() == Side::Officer;
        self.is_for_time() && self.is_silent() && is_officials && !bars && !self.from.contains(&self.to)
    }

    /// Whether the exchange does it by itself as soon as it can: what waits for no day.
    pub fn comes_at_once(&self) -> bool {
        self.actor == Actor::System && !self.only_after_term && self.is_silent()
    }

    /// Nothing that somebody has to say, to sign or to hand in.
    fn is_silent(&self) -> bool {
        let tells = self.needs_letter || self.needs_addressees || self.promises_day;
        let says = self.needs_note || tells || !self.grounds.is_empty() || self.takes_day();
        let seals = self.needs_two() || self.comes_of.is_some();
        !says && !seals && !self.hands_in
    }

    fn is_end(&self) -> bool {
        self.actor == Actor::System && self.only_after_term
    }

    fn missed(&self) -> Option<IfMissed> {
        self.term.as_ref().and_then(|term| term.if_missed)
    }
}

/// A fee, in đồng.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fee {
    /// Always the same.
    Flat(i64),
    /// A share of the contract's value, within bounds.
    Share {
        /// Thousandths.
        per_mille: i64,
        /// At least.
        minimum: i64,
        /// At most.
        maximum: i64,
    },
}

impl Fee {
    /// The fee for a value; nothing where the value is needed and not known. Rounded to whole đồng, halves up.
    pub fn of(self, value: Option<i64>) -> Option<i64> {
        match self {
            Self::Flat(fee) => Some(fee),
            Self::Share {
                per_mille,
                minimum,
                maximum,
            } => {
                let share = (i128::from(value?) * i128::from(per_mille) + 500) / 1000;
                let fee = share.clamp(i128::from(minimum), i128::from(maximum));
                i64::try_from(fee).ok()
            }
        }
    }
}

/// A rule set: right in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// As it is written.
    pub text: ProcedureDraft,
    /// The first day on which dossiers are handed in under it.
    pub valid_from: Date,
    /// The last one.
    pub valid_to: Option<Date>,
    /// The events, in their order.
    pub events: Vec<Event>,
    /// The fee.
    pub fee: Option<Fee>,
}

impl Procedure {
    /// An event.
    pub fn event(&self, code: &str) -> Option<&Event> {
        self.events.iter().find(|event| event.code == code)
    }

    /// The codes of the states.
    pub fn states(&self) -> impl Iterator<Item = &str> {
        self.text.states.iter().map(|state| state.code.as_str())
    }

    /// A state.
    pub fn state(&self, code: &str) -> Option<&StateDraft> {
        self.text.states.iter().find(|state| state.code == code)
    }

    /// Whether dossiers are handed in by whoever files. What is not, officers enter as it comes to them.
    pub fn is_filed(&self) -> bool {
        let by_filer = |event: &Event| event.hands_in && event.actor.side() == Side::Filer;
        self.events.iter().any(by_filer)
    }

    /// Whether officers enter its dossiers as they come to them, and nobody files.
    pub fn is_entered(&self) -> bool {
        !self.text.is_derived && !self.is_filed()
    }

    /// Whether nothing can follow a state.
    pub fn is_final(&self, state: &str) -> bool {
        self.state(state).is_none_or(|state| state.is_final)
    }

    /// The events that can open a dossier.
    pub fn openings(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| event.from.is_empty())
    }

    /// The event of another procedure's certificate, if its cases come of those.
    pub fn coming_of(&self, issues: Issues) -> Option<&Event> {
        self.events.iter().find(|event| event.comes_of == Some(issues))
    }

    /// Since when another authority has the place of one, if the rules know of that.
    pub fn succeeded_since(&self, code: &str) -> Option<Date> {
        let rows = self.text.authorities.iter().flat_map(|authority| &authority.succeeds);
        let since = rows.filter(|before| before.code == code);
        since.filter_map(|before| before.from.parse().ok()).min()
    }

    /// Whether what comes before an authority is handed in here. Who issues without telling where it signs does so elsewhere.
    pub fn takes(&self, authority: &AuthorityDraft) -> bool {
        let issues = self.events.iter().any(|event| event.issues.is_some());
        !authority.is_elsewhere && (authority.place.is_some() || !issues)
    }

    /// Whether dossiers are handed in under it on a day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// The code of a procedure: capital letters, digits and underscores, beginning with a letter, 20 at the most.
pub fn code(text: &str) -> Result<String, Violation> {
    let is_code = text.len() <= 20
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if is_code {
        Ok(text.to_owned())
    } else {
        Err(Violation::Malformed { what: "procedure_code" })
    }
}

#[cfg(test)]
mod tests;
