//! What officers are told of dossiers: that something waits for a signature, to those who may sign it; and which terms were
//! missed, once each, to who handles the dossier, all of a day in one letter.

use std::collections::BTreeMap;

use jiff::civil::Date;
use tracing::warn;
use uuid::Uuid;

use super::{resource, rules_of};
use crate::domain::access::{Action, decide};
use crate::domain::calendar::{Calendar, day_of};
use crate::domain::dossier::Dossier;
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::letter::{DossierLine, DossierNews, Letter};
use crate::domain::procedure::{Event, engine};
use crate::service::Result;
use crate::service::context::{App, Work};
use crate::service::letters::Recipient;
use crate::service::officers_at_work::{Officer, officers};
use crate::service::procedures::{RuleSet, Shelf};
use crate::store::{AnyConn, dossier_alarms, dossiers as rows};

/// Most dossiers that one letter tells of, and that are claimed at once.
const IN_A_LETTER: usize = 50;
/// Most dossiers that are looked at in one read.
const PART: i64 = 200;

/// Whether an officer may do something with a dossier.
fn may(officer: &Officer, action: Action, dossier: &Dossier) -> bool {
    decide(&officer.actor, action, &resource(dossier)).is_ok()
}

/// Tells those who may sign what another officer proposed.
pub(super) fn proposed(work: &mut Work<'_, '_>, of: (&Dossier, AccountId), set: &RuleSet, event: &Event) -> Result<()> {
    tell_signers(work, of, set, (&event.name_vi, &event.name_en))
}

/// The same of a duplicate of the certificate that came of a dossier.
pub(crate) fn duplicate_proposed(
    work: &mut Work<'_, '_>,
    of: (&Dossier, AccountId),
    set: &RuleSet,
    number: &str,
) -> Result<()> {
    let vi = format!("Cấp lại Giấy chứng nhận, Giấy phép số {number}");
    let en = format!("Duplicate of certificate or licence no. {number}");
    tell_signers(work, of, set, (&vi, &en))
}

fn tell_signers(
    work: &mut Work<'_, '_>,
    (dossier, proposer): (&Dossier, AccountId),
    set: &RuleSet,
    (event_vi, event_en): (&str, &str),
) -> Result<()> {
    let now = work.now;
    let letter = Letter::DossierProposed(DossierNews {
        number: dossier.number.clone().unwrap_or_default(),
        procedure_vi: set.rules.text.name_vi.clone(),
        procedure_en: set.rules.text.name_en.clone(),
        event_vi: event_vi.to_owned(),
        event_en: event_en.to_owned(),
        ..DossierNews::default()
    });
    for officer in officers(work.conn(), now)? {
        if officer.account.id != proposer && may(&officer, Action::SignCertificate, dossier) {
            work.send(&Recipient::of(&officer.account), &letter)?;
        }
    }
    Ok(())
}

/// What of a dossier is over and was not done, the oldest first.
fn missed<'a>(set: &'a RuleSet, dossier: &Dossier, calendar: &Calendar, today: Date) -> Vec<engine::Due<'a>> {
    let mut due = engine::due(&set.rules, &dossier.standing, dossier.group(), calendar);
    due.retain(|due| due.due_on < today);
    due
}

/// Looks through all open dossiers and tells of the terms that were missed; gives of how many dossiers. Asked to stop, it
/// ends before the next letter.
pub fn run(app: &App, is_stopped: impl Fn() -> bool) -> Result<usize> {
    let today = day_of(app.clock.now());
    let mut by_handler: BTreeMap<Option<AccountId>, Vec<DossierId>> = BTreeMap::new();
    let mut after = Uuid::nil();
    loop {
        let calendars = app.calendars.clone();
        let (late, last) = app.db.read(|conn| {
            let edition = calendars.present(conn)?;
            part(conn, after, &edition.calendar, today)
        })?;
        for (handler, id) in late {
            by_handler.entry(handler).or_default().push(id);
        }
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    let mut told = 0;
    for (handler, dossiers) in by_handler {
        for some in dossiers.chunks(IN_A_LETTER) {
            if is_stopped() {
                return Ok(told);
            }
            let some = some.to_vec();
            told += app.write_blocking(move |work| raise(work, handler, &some))?;
        }
    }
    Ok(told)
}

/// Dossiers of a part of which somebody is to be told, and the identifier where the next part begins after.
type Late = (Vec<(Option<AccountId>, DossierId)>, Option<Uuid>);

fn part(conn: &mut AnyConn, after: Uuid, calendar: &Calendar, today: Date) -> Result<Late> {
    let (open, last) = rows::open(conn, after, PART)?;
    let (mut shelf, mut late) = (Shelf::default(), Vec::new());
    for (dossier, version) in open {
        // Written by a newer program; no reason to stop at it.
        let Ok(set) = shelf.get(conn, &dossier.procedure, version) else {
            continue;
        };
        for due in missed(&set, &dossier, calendar, today) {
            if !dossier_alarms::is_raised(conn, dossier.id, &due.event.code, due.due_on)? {
                late.push((dossier.handler, dossier.id));
                break;
            }
        }
    }
    Ok((late, last))
}

/// Tells of some dossiers: their handler, or, of what nobody handles who still may, everybody who could. While there is
/// nobody, nothing counts as told.
fn raise(work: &mut Work<'_, '_>, handler: Option<AccountId>, dossiers: &[DossierId]) -> Result<usize> {
    let (now, today) = (work.now, day_of(work.now));
    let officers = officers(work.conn(), now)?;
    let calendar = work.calendar()?;
    let mut letters: BTreeMap<AccountId, Vec<DossierLine>> = BTreeMap::new();
    let mut told = 0;
    for id in dossiers {
        // Read again: somebody may have dealt with it since.
        let dossier = rows::find(work.conn(), *id)?;
        let able = || {
            officers
                .iter()
                .filter(|officer| may(officer, Action::HandleDossier, &dossier))
        };
        let own = able().find(|officer| Some(officer.account.id) == handler);
        let readers: Vec<AccountId> = match own {
            Some(officer) => vec![officer.account.id],
            None => able().map(|officer| officer.account.id).collect(),
        };
        if readers.is_empty() {
            warn!(dossier = %id.0, "a term of a dossier was missed, and no officer has the right to handle it");
            continue;
        }
        let set = rules_of(work.conn(), &dossier, today)?;
        let mut lines = Vec::new();
        for due in missed(&set, &dossier, &calendar.calendar, today) {
            let is_new = dossier_alarms::claim(work.uow, *id, (&due.event.code, due.due_on), now)?;
            // What can be done instead, by the same day, is the same term.
            let is_told = lines.iter().any(|line: &DossierLine| line.due_on == due.due_on);
            if is_new && !is_told {
                lines.push(DossierLine {
                    number: dossier.number.clone().unwrap_or_default(),
                    event_vi: due.event.name_vi.clone(),
                    event_en: due.event.name_en.clone(),
                    due_on: due.due_on,
                });
            }
        }
        if lines.is_empty() {
            continue;
        }
        told += 1;
        for reader in readers {
            letters.entry(reader).or_default().extend(lines.iter().cloned());
        }
    }
    for officer in &officers {
        if let Some(lines) = letters.remove(&officer.account.id) {
            work.send(&Recipient::of(&officer.account), &Letter::DossiersOverdue { lines })?;
        }
    }
    Ok(told)
}
