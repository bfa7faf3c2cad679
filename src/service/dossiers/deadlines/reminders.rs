//! Whoever files is reminded of its own terms (nhắc hạn): some days before their end, on the last ones, and once they are over. Each is
//! told of once, whichever node is first and however often it starts.

use jiff::civil::Date;
use tracing::warn;
use uuid::Uuid;

use crate::domain::calendar::{Calendar, Term, day_of};
use crate::domain::dossier::Dossier;
use crate::domain::ids::DossierId;
use crate::domain::letter::{Letter, TermNews};
use crate::domain::procedure::{IfMissed, Side, engine};
use crate::service::Result;
use crate::service::context::{App, Work};
use crate::service::dossiers::handling::telling::certificate_of;
use crate::service::dossiers::rules_of;
use crate::service::members::tell_owners;
use crate::service::procedures::RuleSet;
use crate::store::dossier_reminders::{self as told, Stage};
use crate::store::{AnyConn, dossiers as rows};

/// Working days before the end of a term on which whoever files is reminded first, and once more. Rules of the house: no law asks for it.
const EARLY: u16 = 5;
const LAST: u16 = 1;
/// Most dossiers that are looked at in one read.
const PART: i64 = 200;

/// At which stage a term is on a day; nothing while its end is far.
fn stage(due_on: Date, calendar: &Calendar, today: Date) -> Option<Stage> {
    let within = |days| calendar.due(today, Term::WorkingDays(days)) >= due_on;
    if due_on < today {
        Some(Stage::Over)
    } else if within(LAST) {
        Some(Stage::Last)
    } else if within(EARLY) {
        Some(Stage::Early)
    } else {
        None
    }
}

/// The terms of whoever files of which it is time to tell, with their stages. What can be done instead by the same day is the same term.
fn own<'a>(set: &'a RuleSet, dossier: &Dossier, (calendar, today): (&Calendar, Date)) -> Vec<(engine::Due<'a>, Stage)> {
    // What officers enter is nobody's before it is handed in.
    if dossier.enterprise.is_none() || dossier.is_paper && dossier.handed_in_at.is_none() {
        return Vec::new();
    }
    let mut own: Vec<(engine::Due<'a>, Stage)> = Vec::new();
    for due in engine::due(&set.rules, &dossier.standing, dossier.group(), calendar) {
        let is_same = own.iter().any(|(known, _)| known.due_on == due.due_on);
        if due.event.actor.side() != Side::Filer || is_same {
            continue;
        }
        if let Some(stage) = stage(due.due_on, calendar, today) {
            own.push((due, stage));
        }
    }
    own
}

/// Looks through all dossiers with terms, drafts too, and reminds whoever files; gives of how many dossiers. Asked to stop, it ends
/// before the next. One that cannot be told of stops no other.
pub fn run(app: &App, is_stopped: impl Fn() -> bool) -> Result<usize> {
    let today = day_of(app.clock.now());
    let (mut after, mut reminded) = (Uuid::nil(), 0);
    loop {
        let calendars = app.calendars.clone();
        let (due, last) = app.db.read(|conn| {
            let edition = calendars.present(conn)?;
            part(conn, after, &edition.calendar, today)
        })?;
        for id in due {
            if is_stopped() {
                return Ok(reminded);
            }
            match app.write_blocking(move |work| remind(work, id)) {
                Ok(is_told) => reminded += usize::from(is_told),
                Err(error) => warn!(dossier = %id.0, %error, "nobody could be reminded of a term"),
            }
        }
        match last {
            Some(last) => after = last,
            None => return Ok(reminded),
        }
    }
}

/// The dossiers of a part of whose terms somebody is to be told, and the identifier where the next part begins after.
fn part(conn: &mut AnyConn, after: Uuid, calendar: &Calendar, today: Date) -> Result<(Vec<DossierId>, Option<Uuid>)> {
    let (open, last) = rows::with_terms(conn, after, PART)?;
    let mut due = Vec::new();
    for dossier in open {
        // Written by a newer program; no reason to stop at it.
        let Ok(set) = rules_of(conn, &dossier, today) else {
            continue;
        };
        for (term, stage) in own(&set, &dossier, (calendar, today)) {
            if !told::is_told(conn, dossier.id, (&term.event.code, term.due_on), stage)? {
                due.push(dossier.id);
                break;
            }
        }
    }
    Ok((due, last))
}

/// Reminds of the terms of a dossier as it is now: somebody may have dealt with it since.
fn remind(work: &mut Work<'_, '_>, id: DossierId) -> Result<bool> {
    let (now, today) = (work.now, day_of(work.now));
    let dossier = rows::find(work.conn(), id)?;
    let Some(filer) = dossier.enterprise.filter(|_| dossier.closed_at.is_none()) else {
        return Ok(false);
    };
    let set = rules_of(work.conn(), &dossier, today)?;
    let edition = work.calendar()?;
    let certificate = certificate_of(work.conn(), &dossier, &set.rules)?;
    let mut is_told = false;
    for (due, stage) in own(&set, &dossier, (&edition.calendar, today)) {
        if !told::claim(work.uow, id, (&due.event.code, due.due_on), stage, now)? {
            continue;
        }
        let if_missed = due.event.term.as_ref().and_then(|term| term.if_missed);
        let letter = Letter::DossierTerm(TermNews {
            number: dossier.number.clone(),
            certificate: certificate.as_ref().map(|known| known.record.number.clone()),
            procedure_vi: set.rules.text.name_vi.clone(),
            procedure_en: set.rules.text.name_en.clone(),
            event_vi: due.event.name_vi.clone(),
            event_en: due.event.name_en.clone(),
            legal_basis: due.event.legal_basis.clone(),
            due_on: due.due_on,
            is_over: stage == Stage::Over,
            bars: if_missed.is_some_and(IfMissed::bars),
        });
        tell_owners(work, filer, &letter)?;
        is_told = true;
    }
    Ok(is_told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_near_within_working_days() {
        // A Friday.
        let due_on: Date = "2026-05-22".parse().unwrap();
        for (today, expected) in [
            ("2026-05-14", None),
            ("2026-05-15", Some(Stage::Early)),
            ("2026-05-20", Some(Stage::Early)),
            ("2026-05-21", Some(Stage::Last)),
            ("2026-05-22", Some(Stage::Last)),
            ("2026-05-23", Some(Stage::Over)),
        ] {
            let today: Date = today.parse().unwrap();
            assert_eq!(stage(due_on, Calendar::shipped(), today), expected, "{today}");
        }
    }
}
