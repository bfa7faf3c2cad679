//! The working calendar as officers keep it: years that replace those that come with the program.

pub mod recount;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use self::recount::{Place, Recounted};
use super::audit::state;
use super::context::{App, Caller, Work};
use super::slot::{Edition, Slot};
use super::versions::require_version;
use super::{Error, Result};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::{
    Calendar, CalendarDay, Counted, DayStatus, Difference, Term, YearChange, YearDraft, day_of, differences,
};
use crate::domain::ids::AccountId;
use crate::store::audit::Change;
use crate::store::{AnyConn, calendar as rows};

/// The calendar after a number of changes; never altered.
#[derive(Debug)]
pub struct CalendarEdition {
    /// Number of the last change; 0 for what is shipped.
    pub number: i64,
    /// The calendar.
    pub calendar: Calendar,
    /// Every change, in their order.
    changes: Vec<YearChange>,
}

/// A year as it stands.
#[derive(Clone, Debug)]
pub struct Year {
    /// Which.
    pub year: i16,
    /// Its version; 0 for what is shipped.
    pub version: i64,
    /// What the newest version rests on; absent for what is shipped, where the days tell.
    pub legal_basis: Option<String>,
    /// When it was made.
    pub changed_at: Option<Timestamp>,
    /// The days about which there is something to say.
    pub days: Vec<CalendarDay>,
    /// How many days people work.
    pub working_days: usize,
}

impl Year {
    /// Whether anybody ever said anything about it; without, its weeks are taken for plain ones.
    pub fn is_known(&self) -> bool {
        self.version > 0 || !self.days.is_empty()
    }

    /// Whether something of it is yet to be decided.
    pub fn is_estimated(&self) -> bool {
        !self.is_known() || self.days.iter().any(|day| day.status == DayStatus::Estimated)
    }
}

impl CalendarEdition {
    fn of(changes: Vec<YearChange>) -> Self {
        Self {
            number: changes.last().map_or(0, |last| last.edition),
            calendar: Calendar::shipped().with(&changes),
            changes,
        }
    }

    /// What comes with the program.
    pub fn shipped() -> Arc<Self> {
        Arc::default()
    }

    /// A year as it stands.
    pub fn year(&self, year: i16) -> Year {
        let newest = self.changes_of(year).last();
        Year {
            year,
            version: newest.map_or(0, |newest| newest.version),
            legal_basis: newest.map(|newest| newest.text.legal_basis.clone()),
            changed_at: newest.map(|newest| newest.changed_at),
            days: self.calendar.days_of(year).cloned().collect(),
            working_days: self.calendar.working_days_of(year),
        }
    }

    /// The changes of a year, oldest first.
    fn changes_of(&self, year: i16) -> impl DoubleEndedIterator<Item = &YearChange> {
        self.changes.iter().filter(move |change| change.year == year)
    }
}

impl Default for CalendarEdition {
    fn default() -> Self {
        Self::of(Vec::new())
    }
}

impl Edition for CalendarEdition {
    fn number(&self) -> i64 {
        self.number
    }

    fn or_present(self: &Arc<Self>, conn: &mut AnyConn) -> Result<Arc<Self>> {
        if rows::edition(conn)? == self.number {
            return Ok(self.clone());
        }
        Ok(Arc::new(Self::of(rows::changes(conn)?)))
    }
}

/// The newest calendar that this process has seen.
pub type CalendarSlot = Slot<CalendarEdition>;

impl App {
    /// The present edition of the calendar.
    pub async fn calendar(&self) -> Result<Arc<CalendarEdition>> {
        let slot = self.calendars.clone();
        self.read_by_key(move |conn, _| slot.present(conn)).await
    }
}

impl Work<'_, '_> {
    /// The calendar that this unit of work sees. It is not shown to others: the unit may yet be undone.
    pub fn calendar(&mut self) -> Result<Arc<CalendarEdition>> {
        let known = self.calendar_at_hand.clone();
        known.or_present(self.conn())
    }
}

/// A version of a year, for officers.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// What it rests on.
    pub legal_basis: String,
    /// Who made it.
    pub changed_by: Option<AccountId>,
    /// When.
    pub changed_at: Timestamp,
    /// In what it differs from the version before, or from what is shipped.
    pub differences: Vec<Difference>,
}

fn permitted(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Permit> {
    let actor = caller.actor(conn, now)?;
    Ok(decide(&actor, Action::ManageReferenceData, &Resource::None)?)
}

/// The versions of a year, newest first: at most `limit` of those before one.
pub fn versions(
    conn: &mut AnyConn,
    slot: &CalendarSlot,
    caller: &Caller,
    (year, before, limit): (i16, Option<i64>, u32),
    now: Timestamp,
) -> Result<(Vec<Version>, bool)> {
    permitted(conn, caller, now)?;
    let edition = slot.present(conn)?;
    let mut former: Vec<CalendarDay> = Calendar::shipped().days_of(year).cloned().collect();
    let mut versions = Vec::new();
    for change in edition.changes_of(year) {
        if before.is_some_and(|before| change.version >= before) {
            break;
        }
        versions.push(Version {
            version: change.version,
            legal_basis: change.text.legal_basis.clone(),
            changed_by: change.changed_by,
            changed_at: change.changed_at,
            differences: differences(&former, &change.text.days),
        });
        former.clone_from(&change.text.days);
    }
    versions.reverse();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = versions.len() > limit;
    versions.truncate(limit);
    Ok((versions, has_more))
}

/// Writes a year. Open terms are counted anew: here as far as they are few, by the job else. What changes nothing makes no
/// version.
pub fn put(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (year, seen): (i16, i64),
    draft: &YearDraft,
) -> Result<(Year, Recounted)> {
    let now = work.now;
    let permit = permitted(work.conn(), caller, now)?;
    let edition = work.calendar()?;
    let present = edition.year(year);
    require_version(seen, present.version)?;
    let text = draft.parse(year).map_err(Error::fields)?;
    if present.legal_basis.as_ref() == Some(&text.legal_basis) && present.days == text.days {
        return Ok((present, Recounted::NOTHING));
    }
    let first = edition.changes_of(year).next().map(|first| first.id);
    let change = YearChange {
        edition: edition.number + 1,
        id: first.unwrap_or_else(|| work.next_id()),
        year,
        version: seen + 1,
        text,
        changed_by: permit.actor().account(),
        changed_at: now,
    };
    rows::add(work.uow, &permit, &change)?;
    let legal_basis = present.legal_basis.as_deref();
    let hashes = Change::between(
        state::of_calendar_year((year, seen), legal_basis, &present.days)?,
        state::of_calendar_year(
            (year, change.version),
            Some(&change.text.legal_basis),
            &change.text.days,
        )?,
    );
    let subject = ("calendar_year", change.id);
    work.remember_change(&permit, Deed::CalendarYearChanged, subject, None, hashes)?;
    let edition = work.calendar()?;
    let part = recount::part(work, &edition, Place::default())?;
    Ok((edition.year(year), part.recounted))
}

/// What writing a year would do to open terms.
pub fn preview(
    conn: &mut AnyConn,
    slot: &CalendarSlot,
    caller: &Caller,
    year: i16,
    draft: &YearDraft,
    now: Timestamp,
) -> Result<(Vec<Difference>, recount::Forecast)> {
    permitted(conn, caller, now)?;
    let edition = slot.present(conn)?;
    let text = draft.parse(year).map_err(Error::fields)?;
    let present: Vec<CalendarDay> = edition.calendar.days_of(year).cloned().collect();
    let days = differences(&present, &text.days);
    let change = YearChange {
        edition: edition.number + 1,
        id: Uuid::nil(),
        year,
        version: 0,
        text,
        changed_by: None,
        changed_at: now,
    };
    let forecast = recount::forecast(conn, &edition.calendar.with([&change]), day_of(now))?;
    Ok((days, forecast))
}

/// Counts a term, and gives the years that it touches.
pub fn due(edition: &CalendarEdition, event: Date, term: Term) -> (Counted, Vec<Year>) {
    let counted = edition.calendar.counted(event, term);
    let years = (event.year()..=counted.due.year()).map(|year| edition.year(year));
    let years = years.collect();
    (counted, years)
}
