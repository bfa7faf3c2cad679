//! What interprets a rule set: where a dossier stands, an event, who does it and when, give where it stands then, or why
//! not. Pure: the same of everything, on every node and in every year.

mod needs;
mod time;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::needs::lacks;
pub use self::time::{comes_of_time, is_barred, needs_nobody, owed, refusal_day};

use super::{Actor, Event, Issues, Mark, MarkFrom, Procedure, Side, Until};
use crate::domain::calendar::{Calendar, Term};

/// Where a dossier stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The state; empty before the dossier is opened.
    pub state: String,
    /// Days that were written down, from which terms run.
    #[serde(default)]
    pub marks: BTreeMap<String, Date>,
    /// How often each event was done since the dossier was opened, or began anew.
    #[serde(default)]
    pub done: BTreeMap<String, u16>,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The event.
    pub event: &'a str,
    /// On which side of the counter the doer stands.
    pub side: Side,
    /// The day that comes with it.
    pub given: Option<Date>,
    /// The ground or outcome that is named.
    pub ground: Option<&'a str>,
    /// Whether words come with it.
    pub has_note: bool,
    /// The group of the project, `A`, `B` or `C`.
    pub group: Option<&'a str>,
    /// What was issued elsewhere and brings it about; nothing of what somebody does.
    pub comes_of: Option<Issues>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Where the dossier stands now.
    pub standing: Standing,
    /// The last day of the term, where the event had one.
    pub due_on: Option<Date>,
    /// Whether it was done after that day.
    pub is_late: bool,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The procedure has no such event.
    UnknownEvent,
    /// Not in this state; in these it can be done.
    WrongState {
        /// The state in which the dossier is.
        state: String,
    },
    /// Somebody else does it.
    WrongSide(Actor),
    /// It can be done as often as it was.
    TooOften(u16),
    /// Only when the term is over, which ends on this day.
    TooEarly(Date),
    /// The term ended on this day, and with it the possibility.
    TooLate(Date),
    /// Its term runs from a mark that was never set.
    NotBegun,
    /// What it is about was reported up to the end.
    Covered,
    /// It comes of what is issued, and nobody does it by hand.
    ComesOf(Issues),
    /// Something that it needs is missing or wrong.
    Needs(Need),
}

/// What an event needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Words.
    Note,
    /// A day, which is not told.
    AnyDay,
    /// A day, not after today.
    Day,
    /// A day not before this one: the earliest that can be meant.
    DayFrom(Date),
    /// One of the event's grounds.
    Ground,
    /// No ground: the event has none.
    NoGround,
    /// No day: the event takes none.
    NoDay,
}

/// Something that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due<'a> {
    /// Which event.
    pub event: &'a Event,
    /// The day on which its term began.
    pub since: Date,
    /// The last day.
    pub due_on: Date,
}

/// The last day of an event's term, with the day from which it runs, where that is known.
fn term_of(event: &Event, standing: &Standing, group: Option<&str>, calendar: &Calendar) -> Option<(Date, Date)> {
    let term = event.term.as_ref()?;
    let since = *standing.marks.get(&term.runs_from)?;
    let due = match &term.until {
        // The day itself, and no term that would end on a working day.
        Until::After(span) if span.of(group) == Term::Days(0) => since,
        Until::After(span) => calendar.due(since, span.of(group)),
        Until::DayOfYear(month, day) => Date::new(since.year() + 1, *month, *day).unwrap_or(since),
    };
    Some((since, due))
}

/// The last day of an event's term once the mark is set from which that runs, in whichever state the dossier is.
pub fn last_day(event: &Event, standing: &Standing, group: Option<&str>, calendar: &Calendar) -> Option<Date> {
    term_of(event, standing, group, calendar).map(|(_, due_on)| due_on)
}

/// The day on which the term of an event began that ends on a mark which was counted beforehand, however often it was made longer: that of
/// the event which counted it first, as that wrote it down beside.
fn began(procedure: &Procedure, event: &Event, standing: &Standing) -> Option<Date> {
    let term = event.term.as_ref()?;
    let is_end = matches!(&term.until, Until::After(span) if span.of(None) == Term::Days(0));
    let counts_it = |mark: &Mark| mark.code == term.runs_from && mark.plus.is_some() && mark.from == MarkFrom::Today;
    let counting = procedure
        .events
        .iter()
        .filter(|event| event.marks.iter().any(counts_it));
    let days = counting.flat_map(|event| &event.marks).filter(|mark| {
        let is_its_own = mark.from == MarkFrom::Today && mark.plus.is_none();
        is_end && is_its_own
    });
    days.filter_map(|mark| standing.marks.get(&mark.code)).max().copied()
}

/// What is due in a state, the most urgent first.
pub fn due<'a>(
    procedure: &'a Procedure,
    standing: &Standing,
    group: Option<&str>,
    calendar: &Calendar,
) -> Vec<Due<'a>> {
    let open = procedure
        .events
        .iter()
        .filter(|event| is_open(event, standing) && !event.only_after_term);
    let mut due: Vec<Due<'a>> = open
        .filter_map(|event| {
            let (since, due_on) = term_of(event, standing, group, calendar)?;
            let since = began(procedure, event, standing).unwrap_or(since);
            Some(Due { event, since, due_on })
        })
        .collect();
    due.sort_by_key(|due| due.due_on);
    due
}

/// What can be done in a state, by whomever.
pub fn possible<'a>(procedure: &'a Procedure, standing: &Standing) -> impl Iterator<Item = &'a Event> {
    let by_hand = procedure.events.iter().filter(|event| event.comes_of.is_none());
    by_hand.filter(|event| is_open(event, standing) && !awaits(event, standing))
}

/// Whether an event waits for the end of its term on a day, with the first day on which it can be done, as far as its term has
/// begun.
pub fn waits(
    event: &Event,
    standing: &Standing,
    group: Option<&str>,
    calendar: &Calendar,
    today: Date,
) -> (bool, Option<Date>) {
    if !event.only_after_term {
        return (false, None);
    }
    let first = term_of(event, standing, group, calendar).and_then(|(_, due_on)| due_on.tomorrow().ok());
    let waits = first.is_none_or(|first| today < first);
    (waits, first.filter(|_| waits))
}

/// What the exchange does by itself as soon as it can: what waits for no day.
pub fn by_itself<'a>(procedure: &'a Procedure, standing: &Standing) -> Option<&'a Event> {
    let is_due = |event: &&Event| event.comes_at_once() && is_open(event, standing) && !awaits(event, standing);
    procedure.events.iter().find(is_due)
}

pub(super) fn is_open(event: &Event, standing: &Standing) -> bool {
    event.from.contains(&standing.state) && !is_spent(event, standing) && !is_covered(event, standing)
}

/// Whether an event is over because the mark from which its term runs came to the one that ends it.
fn is_covered(event: &Event, standing: &Standing) -> bool {
    let mark = |code: &String| standing.marks.get(code);
    let Some(end) = event.term.as_ref().and_then(|term| term.while_before.as_ref()) else {
        return false;
    };
    let since = event.term.as_ref().and_then(|term| mark(&term.runs_from));
    since.zip(mark(end)).is_none_or(|(since, end)| since >= end)
}

/// The year that a report is about which is handed in on a day; nothing of what is not due by a day of each year. The oldest one
/// that is missing comes first; what is handed in before that one began is about the same year as the one before. Whatever names such a
/// year asks here, so that nobody is told two.
pub fn report_year(event: &Event, standing: &Standing, today: Date) -> Option<i16> {
    let term = event.term.as_ref()?;
    let since = standing.marks.get(&term.runs_from)?;
    let is_yearly = matches!(term.until, Until::DayOfYear(..));
    is_yearly.then(|| (since.year() + 1).min(today.year()).max(since.year()))
}

/// Whether a report is about the year that was reported on last, and not about the next one: what corrects it leaves the mark
/// where it is, and nothing of the next year is done by it.
pub fn is_correction(
    (procedure, event): (&Procedure, &Event),
    standing: &Standing,
    told: Option<i16>,
    today: Date,
) -> bool {
    let Some(next) = report_year(event, standing, today) else {
        return false;
    };
    let runs_from = |event: &Event| event.term.as_ref().map(|term| term.runs_from.clone());
    let since = runs_from(event).and_then(|mark| standing.marks.get(&mark));
    let last = since.map(|since| since.year()).filter(|last| *last < next);
    let of_same = procedure
        .events
        .iter()
        .filter(|other| runs_from(other) == runs_from(event));
    let mut of_same = of_same.filter(|other| report_year(other, standing, today).is_some());
    told.is_some() && told == last && of_same.any(|other| standing.done.contains_key(&other.code))
}

/// The years whose report is missing after its last day.
pub fn missing_years(procedure: &Procedure, standing: &Standing, today: Date) -> Vec<i16> {
    let open = procedure.events.iter().filter(|event| is_open(event, standing));
    let missing = open.filter_map(|event| {
        let term = event.term.as_ref()?;
        let Until::DayOfYear(month, day) = term.until else {
            return None;
        };
        let first = standing.marks.get(&term.runs_from)?.year() + 1;
        let end = term.while_before.as_ref().and_then(|mark| standing.marks.get(mark));
        let last_day = move |year: i16| Date::new(year, month, day).ok();
        let is_over = move |year: &i16| last_day(*year).is_some_and(|last| last < today);
        // The report of the year before covers what ended by then.
        let goes_on = move |year: i16| end.zip(last_day(year - 1)).is_none_or(|(end, before)| before < *end);
        let years = (first..=today.year()).filter(is_over);
        Some(
            years
                .take_while(move |year| *year == first || goes_on(*year))
                .collect::<Vec<i16>>(),
        )
    });
    missing.flatten().collect()
}

/// Whether the mark is not set yet without which it is not done.
fn awaits(event: &Event, standing: &Standing) -> bool {
    let runs_from = event.term.as_ref().map(|term| &term.runs_from);
    event.awaits_mark && runs_from.is_none_or(|mark| !standing.marks.contains_key(mark))
}

fn is_spent(event: &Event, standing: &Standing) -> bool {
    let done = standing.done.get(&event.code).copied().unwrap_or_default();
    event.at_most.is_some_and(|most| done >= most)
}

/// Does a step on a day.
pub fn step(
    procedure: &Procedure,
    standing: &Standing,
    step: &Step<'_>,
    calendar: &Calendar,
    today: Date,
) -> Result<Taken, Refusal> {
    let event = procedure.event(step.event).ok_or(Refusal::UnknownEvent)?;
    let is_opening = event.from.is_empty() && standing.state.is_empty();
    if !is_opening && !event.from.contains(&standing.state) {
        return Err(Refusal::WrongState {
            state: standing.state.clone(),
        });
    }
    if event.actor.side() != step.side {
        return Err(Refusal::WrongSide(event.actor));
    }
    if let Some(issues) = event.comes_of.filter(|_| event.comes_of != step.comes_of) {
        return Err(Refusal::ComesOf(issues));
    }
    if let Some(most) = event.at_most
        && is_spent(event, standing)
    {
        return Err(Refusal::TooOften(most));
    }
    if is_covered(event, standing) {
        return Err(Refusal::Covered);
    }
    // The end of a contract, which comes with its certificate, is ahead.
    if step.comes_of.is_none() {
        let first = lacks(event, standing, step, today).into_iter().next();
        first.map_or(Ok(()), |need| Err(Refusal::Needs(need)))?;
    }
    let before = term_of(event, standing, step.group, calendar).map(|(_, due_on)| due_on);
    let marks = marked(event, standing, (step, before), calendar, today);
    // What opens a dossier has its term from the day that comes with it.
    let due_on = if is_opening {
        term_of(event, &marks, step.group, calendar).map(|(_, due_on)| due_on)
    } else {
        before
    };
    keeps_term(event, due_on, today)?;
    Ok(Taken {
        is_late: !event.only_after_term && due_on.is_some_and(|due_on| done_on(event, step, today) > due_on),
        due_on,
        standing: marks,
    })
}

/// The day on which something was done. What a party tells the day of, such as a payment, was done then, however late that is told; what is
/// handed in was done when it came.
fn done_on(event: &Event, step: &Step<'_>, today: Date) -> Date {
    let is_told = event.actor.side() == Side::Filer && !event.hands_in && event.takes_day();
    step.given.filter(|_| is_told).unwrap_or(today)
}

/// Whether the term lets an event through. Where it counts and nothing ever set it off, it does not.
fn keeps_term(event: &Event, due_on: Option<Date>, today: Date) -> Result<(), Refusal> {
    let missed = event.term.as_ref().and_then(|term| term.if_missed);
    let bars = missed.is_some_and(|missed| missed.bars());
    match due_on {
        None if event.only_after_term || event.awaits_mark || bars => Err(Refusal::NotBegun),
        Some(due_on) if event.only_after_term && today <= due_on => Err(Refusal::TooEarly(due_on)),
        Some(due_on) if bars && today > due_on => Err(Refusal::TooLate(due_on)),
        _ => Ok(()),
    }
}

/// The state to which an event leads, with an outcome.
fn led_to<'a>(event: &'a Event, ground: Option<&str>) -> &'a str {
    let mut leads = event.to_on_ground.iter();
    let own = leads.find(|lead| Some(lead.ground.as_str()) == ground);
    own.map_or(event.to.as_str(), |lead| lead.to.as_str())
}

/// Where the dossier stands after an event that is possible.
fn marked(
    event: &Event,
    before: &Standing,
    (step, due_on): (&Step<'_>, Option<Date>),
    calendar: &Calendar,
    today: Date,
) -> Standing {
    let mut after = Standing {
        state: led_to(event, step.ground).to_owned(),
        marks: before.marks.clone(),
        done: if event.starts_over {
            BTreeMap::new()
        } else {
            before.done.clone()
        },
    };
    for mark in &event.marks {
        let from = match &mark.from {
            MarkFrom::Today => Some(today),
            MarkFrom::Given => step.given,
            MarkFrom::Due => Some(due_on.map_or(today, |due_on| due_on.min(today))),
            MarkFrom::Mark(other) => before.marks.get(other).copied(),
            // Here nobody knows what a dossier tells: [`told`].
            MarkFrom::Member(_) => None,
        };
        // A mark that was never set leaves this one as it is.
        if let Some(from) = from {
            let day = mark
                .plus
                .as_ref()
                .map_or(from, |span| calendar.due(from, span.of(step.group)));
            after.marks.insert(mark.code.clone(), day);
        }
    }
    let done = after.done.entry(event.code.clone()).or_default();
    *done = done.saturating_add(1);
    after
}

/// The marks of an event that are days which the dossier tells; `day` reads one of its members.
pub fn told<'a>(
    event: &'a Event,
    day: impl Fn(&str) -> Option<Date>,
    group: Option<&str>,
    calendar: &Calendar,
) -> Vec<(&'a str, Date)> {
    let told = event.marks.iter().filter_map(|mark| {
        let MarkFrom::Member(pointer) = &mark.from else {
            return None;
        };
        let day = day(pointer)?;
        let span = mark.plus.as_ref().map(|span| span.of(group));
        Some((mark.code.as_str(), span.map_or(day, |span| calendar.due(day, span))))
    });
    told.collect()
}

/// Something that happened to a dossier.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Which event.
    pub event: String,
    /// On which day.
    pub day: Date,
    /// The day that came with it.
    pub given: Option<Date>,
}

fn is_grouped(mark: &Mark) -> bool {
    mark.plus.as_ref().is_some_and(|span| !span.by_group.is_empty())
}

/// Whether marks are counted by the group of the project.
pub fn has_groups(procedure: &Procedure) -> bool {
    procedure.events.iter().flat_map(|event| &event.marks).any(is_grouped)
}

/// The marks that are counted by the group of the project, as what happened would have set them were it this one.
pub fn grouped(
    procedure: &Procedure,
    happened: &[Happened],
    group: Option<&str>,
    calendar: &Calendar,
) -> BTreeMap<String, Date> {
    let mut standing = replayed(procedure, happened, group, calendar);
    let marks = procedure.events.iter().flat_map(|event| &event.marks);
    let codes: Vec<&String> = marks.filter(|mark| is_grouped(mark)).map(|mark| &mark.code).collect();
    standing.marks.retain(|code, _| codes.contains(&code));
    standing.marks
}

/// Where what happened leads, by a calendar; without the days that the dossier tells.
pub(super) fn replayed(
    procedure: &Procedure,
    happened: &[Happened],
    group: Option<&str>,
    calendar: &Calendar,
) -> Standing {
    let mut standing = Standing::default();
    for past in happened {
        let Some(event) = procedure.event(&past.event) else {
            continue;
        };
        let step = Step {
            event: &past.event,
            side: event.actor.side(),
            given: past.given,
            ground: None,
            has_note: false,
            group,
            comes_of: event.comes_of,
        };
        let due_on = term_of(event, &standing, group, calendar).map(|(_, due_on)| due_on);
        standing = marked(event, &standing, (&step, due_on), calendar, past.day);
    }
    standing
}
