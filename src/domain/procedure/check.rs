//! A rule set is taken as a whole: what is wrong with it is told all at once, each mistake at its place.

mod content;
mod days;
mod office;
mod ways;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use jiff::civil::Date;

use super::draft::{ChecklistDraft, DocumentDraft, EventDraft, GroupDraft, MarkDraft, ProcedureDraft, TermDraft};
use super::{
    Actor, CountsAs, Event, EventTerm, IfMissed, Issues, Mark, MarkFrom, Procedure, Side, Span, Unit, Until,
    Verification,
};
pub use days::day;

use self::days::{any_day, month_and_day};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::text::Line;

/// Most of each sort that a rule set has.
const MOST: [(&str, usize); 5] = [
    ("/checklist", 60),
    ("/states", 40),
    ("/events", 60),
    ("/documents", 40),
    ("/authorities", 20),
];
/// The longest term, in days.
const LONGEST: u16 = 3_660;
/// The most that a fee is, in đồng.
const DEAREST: i64 = 1_000_000_000_000;

fn wrong<T>(what: &'static str) -> Result<T, Violation> {
    Err(Violation::Malformed { what })
}

/// Small letters, digits and underscores, beginning with a letter, 40 at the most.
pub(crate) fn small_code(text: &str) -> Result<(), Violation> {
    let is_code = text.len() <= 40
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_code { Ok(()) } else { wrong("rule_code") }
}

fn choice<T: FromStr>(text: &str) -> Result<T, Violation> {
    text.parse().map_err(|_unknown| Violation::Malformed { what: "choice" })
}

impl ProcedureDraft {
    /// Parses and checks it; the errors have the pointers of the wire.
    pub fn parse(self) -> Result<Procedure, Vec<FieldError>> {
        let (errors, parsed) = self.built(day);
        errors.finish(parsed)
    }

    /// Reads what was published once; nothing of what has not the form of a rule set, or says something that this program does
    /// not know: left out, it would be another rule set. It was checked then: what newer
    /// programs refuse of new versions must not close a procedure whose dossiers are under an old one.
    pub fn kept(self) -> Option<Procedure> {
        self.built(any_day).1.filter(whole::is_whole)
    }

    /// What is wrong, and the rule set as far as it has the form of one.
    fn built(self, day: Days) -> (FieldErrors, Option<Procedure>) {
        let mut check = Check::of(&self, day);
        check.head(&self);
        check.codes(&self);
        let valid_from = check.errors.keep("/valid_from", day(&self.valid_from));
        let valid_to = self.valid_to.as_deref();
        let valid_to = check.errors.keep_opt("/valid_to", valid_to, day);
        if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
            check
                .errors
                .add("/valid_to", Violation::Conflicts { with: "valid_from" });
        }
        let events: Vec<Option<Event>> = self
            .events
            .iter()
            .enumerate()
            .map(|(at, event)| check.event(at, event))
            .collect();
        check.ways(&self);
        check.authorities(&self.authorities);
        // Somebody must be able to sign what is issued.
        let issues = self.events.iter().any(|event| event.issues.is_some());
        let is_here = self.authorities.iter().any(|authority| !authority.is_elsewhere);
        if issues && is_here && self.authorities.iter().all(|authority| authority.place.is_none()) {
            check
                .errors
                .add("/authorities", Violation::Malformed { what: "rule_no_place" });
        }
        self.documents
            .iter()
            .enumerate()
            .for_each(|(at, document)| check.document(at, document));
        for (at, item) in self.checklist.iter().enumerate() {
            check.checklist(at, item);
        }
        let fee = self.fee.as_ref().and_then(|fee| check.fee(fee));
        let events: Option<Vec<Event>> = events.into_iter().collect();
        let errors = check.errors;
        let built = valid_from.zip(events).map(|(valid_from, events)| Procedure {
            valid_from,
            valid_to,
            events,
            fee,
            text: self,
        });
        (errors, built)
    }
}

/// How days are read.
type Days = fn(&str) -> Result<Date, Violation>;

struct Check<'a> {
    errors: FieldErrors,
    day: Days,
    states: BTreeSet<&'a str>,
    marks: BTreeSet<&'a str>,
    documents: BTreeSet<&'a str>,
    events: BTreeSet<&'a str>,
}

impl<'a> Check<'a> {
    fn of(draft: &'a ProcedureDraft, day: Days) -> Self {
        Self {
            errors: FieldErrors::default(),
            day,
            states: draft.states.iter().map(|state| state.code.as_str()).collect(),
            marks: draft
                .events
                .iter()
                .flat_map(|event| &event.marks)
                .map(|mark| mark.code.as_str())
                .collect(),
            documents: draft.documents.iter().map(|document| document.code.as_str()).collect(),
            events: draft.events.iter().map(|event| event.code.as_str()).collect(),
        }
    }

    fn names(&mut self, place: &str, (vi, en): (&str, &str), legal_basis: Option<&str>) {
        self.errors.keep(format!("{place}/name_vi"), Line::<300>::parse(vi));
        self.errors.keep(format!("{place}/name_en"), Line::<300>::parse(en));
        if let Some(basis) = legal_basis {
            self.errors
                .keep(format!("{place}/legal_basis"), Line::<300>::parse(basis));
        }
    }

    fn verification(&mut self, place: &str, given: Option<&str>) -> Verification {
        let known = self.errors.keep_opt(format!("{place}/verification"), given, choice);
        known.unwrap_or(Verification::Unverified)
    }

    fn head(&mut self, draft: &ProcedureDraft) {
        self.names("", (&draft.name_vi, &draft.name_en), Some(&draft.legal_basis));
        let national = draft.national_code.as_deref();
        self.errors.keep_opt("/national_code", national, Line::<40>::parse);
        if draft.printed_bases.len() > 10 {
            self.errors.add("/printed_bases", Violation::TooMany { max: 10 });
        }
        for (at, basis) in draft.printed_bases.iter().take(10).enumerate() {
            self.errors
                .keep(format!("/printed_bases/{at}"), Line::<300>::parse(basis));
        }
        let lengths = [
            draft.checklist.len(),
            draft.states.len(),
            draft.events.len(),
            draft.documents.len(),
            draft.authorities.len(),
        ];
        for ((pointer, max), length) in MOST.into_iter().zip(lengths) {
            if length > max {
                self.errors.add(pointer, Violation::TooMany { max });
            }
        }
        for (pointer, is_empty) in [
            ("/states", draft.states.is_empty()),
            ("/events", draft.events.is_empty()),
            ("/authorities", draft.authorities.is_empty()),
        ] {
            if is_empty {
                self.errors.add(pointer, Violation::Required);
            }
        }
    }

    /// Every code is well formed and stands once.
    fn codes(&mut self, draft: &ProcedureDraft) {
        let states = draft.states.iter().map(|state| state.code.as_str());
        let events = draft.events.iter().map(|event| event.code.as_str());
        let documents = draft.documents.iter().map(|document| document.code.as_str());
        let lists: [(&str, Vec<&str>); 3] = [
            ("/states", states.collect()),
            ("/events", events.collect()),
            ("/documents", documents.collect()),
        ];
        for (list, codes) in lists {
            let mut seen = BTreeSet::new();
            for (at, code) in codes.into_iter().enumerate() {
                let place = format!("{list}/{at}/code");
                self.errors.keep(place.as_str(), small_code(code));
                if !seen.insert(code) {
                    self.errors.add(place, Violation::Duplicate);
                }
            }
        }
        for (at, state) in draft.states.iter().enumerate() {
            self.names(&format!("/states/{at}"), (&state.name_vi, &state.name_en), None);
        }
    }

    fn event(&mut self, at: usize, draft: &EventDraft) -> Option<Event> {
        let place = format!("/events/{at}");
        self.names(&place, (&draft.name_vi, &draft.name_en), Some(&draft.legal_basis));
        for (number, state) in draft.from.iter().enumerate() {
            self.known_state(format!("{place}/from/{number}"), state);
        }
        self.known_state(format!("{place}/to"), &draft.to);
        let actor = match draft.actor.as_deref() {
            None => Err(Violation::Required),
            Some(actor) => choice::<Actor>(actor),
        };
        let actor = self.errors.keep(format!("{place}/actor"), actor);
        let term = draft
            .term
            .as_ref()
            .map(|term| self.term(&format!("{place}/term"), term));
        let marks: Option<Vec<Mark>> = draft
            .marks
            .iter()
            .enumerate()
            .map(|(number, mark)| self.mark(&format!("{place}/marks/{number}"), mark))
            .collect();
        for (number, document) in draft.documents.iter().enumerate() {
            if !self.documents.contains(document.as_str()) {
                let unknown = Violation::Malformed { what: "rule_document" };
                self.errors.add(format!("{place}/documents/{number}"), unknown);
            }
        }
        for (number, ground) in draft.grounds.iter().enumerate() {
            let ground =
                super::code(&ground.chars().take(20).collect::<String>()).and_then(|_| Line::<40>::parse(ground));
            self.errors.keep(format!("{place}/grounds/{number}"), ground);
        }
        if draft.at_most.is_some_and(|most| !(1..=100).contains(&most)) {
            self.errors
                .add(format!("{place}/at_most"), Violation::OutOfRange { min: 1, max: 100 });
        }
        // It would never be spent.
        if draft.at_most.is_some() && draft.starts_over {
            self.errors
                .add(format!("{place}/starts_over"), Violation::Conflicts { with: "at_most" });
        }
        // What makes or ends a certificate is signed by officers.
        let seals = draft.issues.is_some() || draft.annuls;
        if seals && actor.is_some_and(|actor| actor.side() == Side::Filer) {
            self.errors
                .add(format!("{place}/actor"), Violation::Conflicts { with: "issues" });
        }
        let opens = draft.from.is_empty();
        if opens && seals {
            self.errors
                .add(format!("{place}/from"), Violation::Conflicts { with: "issues" });
        }
        if (draft.only_after_term || draft.awaits_mark) && draft.term.is_none() {
            self.errors.add(format!("{place}/term"), Violation::Required);
        }
        let mut issued = |name: &str, code: &Option<String>| {
            let code = code.as_deref();
            self.errors.keep_opt(format!("{place}/{name}"), code, choice::<Issues>)
        };
        let (issues, comes_of) = (issued("issues", &draft.issues), issued("comes_of", &draft.comes_of));
        if issues.is_some() && draft.comes_of.is_some() {
            self.errors
                .add(format!("{place}/comes_of"), Violation::Conflicts { with: "issues" });
        }
        self.leads(&place, draft);
        self.letter(&place, draft, actor);
        self.screening(&place, draft, actor);
        let counts_as = self.counts_as(&place, draft, actor);
        if let Some(follows) = &draft.follows {
            self.errors
                .keep(format!("{place}/follows/procedure"), super::code(&follows.procedure));
            self.errors
                .keep(format!("{place}/follows/state"), small_code(&follows.state));
            self.alike(&format!("{place}/follows"), follows);
            if !opens {
                self.errors
                    .add(format!("{place}/follows"), Violation::Conflicts { with: "from_states" });
            }
        }
        let verification = self.verification(&place, draft.verification.as_deref());
        let event = Event {
            code: draft.code.clone(),
            name_vi: draft.name_vi.clone(),
            name_en: draft.name_en.clone(),
            from: draft.from.clone(),
            to: draft.to.clone(),
            actor: actor?,
            term: term.map_or(Some(None), |term| term.map(Some))?,
            marks: marks?,
            documents: draft.documents.clone(),
            grounds: draft.grounds.clone(),
            to_on_ground: draft.to_on_ground.clone(),
            needs_note: draft.needs_note,
            needs_letter: draft.needs_letter,
            needs_addressees: draft.needs_addressees,
            promises_day: draft.promises_day,
            takes_letter: draft.takes_letter || draft.needs_letter,
            needs_screening: draft.needs_screening,
            at_most: draft.at_most,
            starts_over: draft.starts_over,
            only_after_term: draft.only_after_term,
            awaits_mark: draft.awaits_mark,
            without_papers: draft.without_papers,
            hands_in: draft.hands_in,
            issues,
            annuls: draft.annuls,
            comes_of,
            counts_as,
            follows: draft.follows.clone(),
            legal_basis: draft.legal_basis.clone(),
            verification,
        };
        // Nobody is there who could say, sign or hand in anything.
        if event.is_for_time() && !event.comes_of_time() {
            let member = if event.only_after_term {
                "only_after_term"
            } else {
                "term/if_missed"
            };
            self.errors
                .add(format!("{place}/{member}"), Violation::Conflicts { with: "event" });
        }
        // What leaves all as it is would be done again every day.
        if event.comes_at_once() && event.from.contains(&event.to) && event.at_most.is_none() {
            self.errors.add(format!("{place}/at_most"), Violation::Required);
        }
        Some(event)
    }

    /// What reports count is done by officers.
    fn counts_as(&mut self, place: &str, draft: &EventDraft, actor: Option<Actor>) -> Option<CountsAs> {
        let pointer = format!("{place}/counts_as");
        let given = draft.counts_as.as_deref();
        let counts_as = self.errors.keep_opt(pointer.as_str(), given, choice::<CountsAs>)?;
        if actor.is_some_and(|actor| actor.side() == Side::Filer) {
            self.errors.add(pointer, Violation::Conflicts { with: "actor" });
        }
        Some(counts_as)
    }

    fn known_state(&mut self, pointer: String, state: &str) {
        if !self.states.contains(state) {
            self.errors.add(pointer, Violation::Malformed { what: "rule_state" });
        }
    }

    fn known_mark(&mut self, pointer: String, mark: &str) {
        if !self.marks.contains(mark) {
            self.errors.add(pointer, Violation::Malformed { what: "rule_mark" });
        }
    }

    fn span(&mut self, place: &str, amount: Option<u16>, by_group: Option<GroupDraft>, unit: Unit) -> Option<Span> {
        let groups = by_group.map(|days| [("A", days.a), ("B", days.b), ("C", days.c)]);
        let groups = groups
            .into_iter()
            .flatten()
            .map(|(group, days)| (group.to_owned(), days));
        let by_group: BTreeMap<String, u16> = groups.collect();
        let longest = by_group.values().copied().chain(amount).max();
        let days = match longest {
            None => Err(Violation::Required),
            Some(longest) if longest > LONGEST => Err(Violation::OutOfRange {
                min: 0,
                max: i64::from(LONGEST),
            }),
            Some(longest) => Ok(longest),
        };
        let longest = self.errors.keep(format!("{place}/amount"), days)?;
        Some(Span {
            unit,
            amount: amount.unwrap_or(longest),
            by_group,
        })
    }

    fn unit(&mut self, place: &str, unit: Option<&str>) -> Option<Unit> {
        let unit = unit.ok_or(Violation::Required).and_then(choice);
        self.errors.keep(format!("{place}/unit"), unit)
    }

    fn term(&mut self, place: &str, draft: &TermDraft) -> Option<EventTerm> {
        self.known_mark(format!("{place}/runs_from"), &draft.runs_from);
        if let Some(mark) = &draft.while_before {
            self.known_mark(format!("{place}/while_before"), mark);
        }
        let unit = self.unit(place, draft.unit.as_deref());
        let if_missed = draft.if_missed.as_deref();
        let if_missed = self
            .errors
            .keep_opt(format!("{place}/if_missed"), if_missed, choice::<IfMissed>);
        let until = match unit? {
            Unit::DayOfYear => {
                let on = draft.on.as_deref().ok_or(Violation::Required).and_then(month_and_day);
                let (month, day) = self.errors.keep(format!("{place}/on"), on)?;
                Until::DayOfYear(month, day)
            }
            unit => Until::After(self.span(place, draft.amount, draft.by_group, unit)?),
        };
        Some(EventTerm {
            until,
            runs_from: draft.runs_from.clone(),
            while_before: draft.while_before.clone(),
            if_missed,
        })
    }

    fn mark(&mut self, place: &str, draft: &MarkDraft) -> Option<Mark> {
        self.errors.keep(format!("{place}/code"), small_code(&draft.code))?;
        let from = self.mark_from(place, &draft.from);
        let plus = match &draft.plus {
            None => None,
            Some(plus) => {
                let place = format!("{place}/plus");
                let unit = self.unit(&place, plus.unit.as_deref())?;
                if unit == Unit::DayOfYear {
                    self.errors
                        .add(format!("{place}/unit"), Violation::Malformed { what: "choice" });
                }
                Some(self.span(&place, plus.amount, plus.by_group, unit)?)
            }
        };
        Some(Mark {
            code: draft.code.clone(),
            earliest: self.earliest(place, draft, &from),
            not_after: self.not_after(place, draft),
            from,
            plus,
        })
    }

    fn document(&mut self, at: usize, draft: &DocumentDraft) {
        let place = format!("/documents/{at}");
        self.names(&place, (&draft.name_vi, &draft.name_en), Some(&draft.legal_basis));
        self.errors
            .keep_opt(format!("{place}/form"), draft.form.as_deref(), Line::<100>::parse);
        self.member(format!("{place}/only_if"), draft.only_if.as_ref());
        let of = draft.translates.as_deref();
        let is_another = |of: &str| of != draft.code && self.documents.contains(of);
        if of.is_some_and(|of| !is_another(of)) {
            let unknown = Violation::Malformed { what: "rule_document" };
            self.errors.add(format!("{place}/translates"), unknown);
        }
        self.forms(&format!("{place}/taken_as"), &draft.taken_as);
    }

    fn checklist(&mut self, at: usize, draft: &ChecklistDraft) {
        let place = format!("/checklist/{at}");
        self.names(&place, (&draft.name_vi, &draft.name_en), Some(&draft.legal_basis));
        self.member(format!("{place}/member"), Some(&draft.member));
        self.member(format!("{place}/only_if"), draft.only_if.as_ref());
        if draft
            .only_with
            .as_deref()
            .is_some_and(|event| !self.events.contains(event))
        {
            let what = "rule_event";
            self.errors
                .add(format!("{place}/only_with"), Violation::Malformed { what });
        }
        self.values(&place, draft);
    }
}
