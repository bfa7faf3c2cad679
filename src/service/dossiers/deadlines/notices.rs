//! What officers are told of dossiers: that something waits for a signature, to those who may sign it; and which terms were
//! missed, once each, to who handles the dossier, all of a day in one letter. What officers missed and is to be escalated is told to
//! those who sign, too.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use tracing::warn;
use uuid::Uuid;

use crate::domain::access::{Action, decide};
use crate::domain::calendar::{Calendar, day_of};
use crate::domain::dossier::Dossier;
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::letter::{DossierLine, DossierNews, Letter};
use crate::domain::procedure::{Event, IfMissed, Side, engine};
use crate::service::Result;
use crate::service::context::{App, Work};
use crate::service::dossiers::handling::proposals::Proposal;
use crate::service::dossiers::{resource, rules_of};
use crate::service::letters::Recipient;
use crate::service::officers_at_work::{Officer, officers};
use crate::service::procedures::{RuleSet, Shelf};
use crate::store::dossier_reminders::{self, Stage};
use crate::store::{AnyConn, Uow, dossier_alarms, dossiers as rows};

/// Most dossiers that one letter tells of, and that are claimed at once.
const IN_A_LETTER: usize = 50;
/// Most dossiers that are looked at in one read.
const PART: i64 = 200;

/// Whether an officer may do something with a dossier.
fn may(officer: &Officer, action: Action, dossier: &Dossier) -> bool {
    decide(&officer.actor, action, &resource(dossier)).is_ok()
}

/// Tells those who may sign what another officer proposed.
pub(in crate::service::dossiers) fn proposed(
    work: &mut Work<'_, '_>,
    of: (&Dossier, AccountId),
    set: &RuleSet,
    event: &Event,
) -> Result<()> {
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

/// The same of a certificate whose record is to be put back as it was signed.
pub(crate) fn restoration_proposed(
    work: &mut Work<'_, '_>,
    of: (&Dossier, AccountId),
    set: &RuleSet,
    number: &str,
) -> Result<()> {
    let vi = format!("Khôi phục bản ghi Giấy chứng nhận, Giấy phép số {number}");
    let en = format!("Restoration of the record of certificate or licence no. {number}");
    tell_signers(work, of, set, (&vi, &en))
}

fn tell_signers(
    work: &mut Work<'_, '_>,
    (dossier, proposer): (&Dossier, AccountId),
    set: &RuleSet,
    (event_vi, event_en): (&str, &str),
) -> Result<()> {
    let now = work.now;
    let letter = Letter::DossierProposed(news(dossier, set, (event_vi, event_en)));
    for officer in officers(work.conn(), now)? {
        if officer.account.id != proposer && may(&officer, Action::SignCertificate, dossier) {
            work.send(&Recipient::of(&officer.account), &letter)?;
        }
    }
    Ok(())
}

/// What a letter tells of a proposal.
fn news(dossier: &Dossier, set: &RuleSet, (event_vi, event_en): (&str, &str)) -> DossierNews {
    DossierNews {
        number: dossier.number.clone().unwrap_or_default(),
        procedure_vi: set.rules.text.name_vi.clone(),
        procedure_en: set.rules.text.name_en.clone(),
        event_vi: event_vi.to_owned(),
        event_en: event_en.to_owned(),
        ..DossierNews::default()
    }
}

/// Tells who proposed something that another officer took it back, or does not sign it.
pub(in crate::service::dossiers) fn taken_back(
    work: &mut Work<'_, '_>,
    dossier: &Dossier,
    set: &RuleSet,
    taken: &Proposal,
) -> Result<()> {
    let letter = Letter::DossierProposalWithdrawn(news(dossier, set, taken.name(set)));
    let now = work.now;
    for officer in officers(work.conn(), now)? {
        if officer.account.id == taken.proposed_by && may(&officer, Action::HandleDossier, dossier) {
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
            let (code, term) = (&due.event.code, (due.event.code.as_str(), due.due_on));
            let is_known = dossier_alarms::is_raised(conn, dossier.id, code, due.due_on)?
                && (!escalates(&due) || dossier_reminders::is_told(conn, dossier.id, term, Stage::Escalated)?);
            if !is_known {
                late.push((dossier.handler, dossier.id));
                break;
            }
        }
    }
    Ok((late, last))
}

/// Whether superiors are told that a term was missed: one of the authority's, where the rules say so (báo cáo cấp trên).
fn escalates(due: &engine::Due<'_>) -> bool {
    let if_missed = due.event.term.as_ref().and_then(|term| term.if_missed);
    if_missed == Some(IfMissed::Escalate) && due.event.actor.side() == Side::Officer
}

fn line(dossier: &Dossier, due: &engine::Due<'_>, owed: Option<&engine::Due<'_>>) -> DossierLine {
    let (by_vi, by_en) = due.event.actor.name();
    let owed = owed.filter(|owed| owed.due_on == due.due_on);
    DossierLine {
        number: dossier.number.clone().unwrap_or_default(),
        event_vi: due.event.name_vi.clone(),
        event_en: due.event.name_en.clone(),
        by_vi: Some(by_vi.to_owned()),
        by_en: Some(by_en.to_owned()),
        owes_vi: owed.map(|owed| owed.event.name_vi.clone()),
        owes_en: owed.map(|owed| owed.event.name_en.clone()),
        due_on: due.due_on,
    }
}

/// What can be done instead, by the same ones and by the same day, is the same term.
fn add(lines: &mut Vec<DossierLine>, more: DossierLine) {
    if !lines.iter().any(|line| is_same_term(line, &more)) {
        lines.push(more);
    }
}

/// Whether two lines about one dossier are about the same term.
fn is_same_term(one: &DossierLine, other: &DossierLine) -> bool {
    one.due_on == other.due_on && one.by_en == other.by_en
}

/// The terms of a dossier of which superiors were not told yet.
fn escalated(
    uow: &mut Uow<'_>,
    dossier: &Dossier,
    missed: &[engine::Due<'_>],
    now: Timestamp,
) -> Result<Vec<DossierLine>> {
    let mut lines = Vec::new();
    for due in missed.iter().filter(|due| escalates(due)) {
        let term = (due.event.code.as_str(), due.due_on);
        if dossier_reminders::claim(uow, dossier.id, term, Stage::Escalated, now)? {
            add(&mut lines, line(dossier, due, None));
        }
    }
    Ok(lines)
}

/// Tells of some dossiers: their handler, or, of what nobody handles who still may, everybody who could; and of what is escalated
/// those who sign, but for the handler. While there is nobody, nothing counts as told.
fn raise(work: &mut Work<'_, '_>, handler: Option<AccountId>, dossiers: &[DossierId]) -> Result<usize> {
    let (now, today) = (work.now, day_of(work.now));
    let officers = officers(work.conn(), now)?;
    let calendar = work.calendar()?;
    let mut letters: BTreeMap<AccountId, Vec<DossierLine>> = BTreeMap::new();
    let mut reports: BTreeMap<AccountId, Vec<DossierLine>> = BTreeMap::new();
    let mut told = 0;
    for id in dossiers {
        // Read again: somebody may have dealt with it since.
        let dossier = rows::find(work.conn(), *id)?;
        let seen = &dossier;
        let able = |action| officers.iter().filter(move |officer| may(officer, action, seen));
        let own = able(Action::HandleDossier).find(|officer| Some(officer.account.id) == handler);
        let readers: Vec<AccountId> = match own {
            Some(officer) => vec![officer.account.id],
            None => able(Action::HandleDossier).map(|officer| officer.account.id).collect(),
        };
        let signers = able(Action::SignCertificate).map(|officer| officer.account.id);
        let signers: Vec<AccountId> = signers.collect();
        let own = own.map(|officer| officer.account.id);
        let superiors: Vec<AccountId> = signers.iter().copied().filter(|signer| Some(*signer) != own).collect();
        if readers.is_empty() {
            warn!(dossier = %id.0, "a term of a dossier was missed, and no officer has the right to handle it");
            continue;
        }
        let set = rules_of(work.conn(), &dossier, today)?;
        let missed = missed(&set, &dossier, &calendar.calendar, today);
        let owed = engine::owed(
            &set.rules,
            &dossier.standing,
            dossier.group(),
            &calendar.calendar,
            today,
        );
        let mut lines = Vec::new();
        for due in &missed {
            if dossier_alarms::claim(work.uow, *id, (&due.event.code, due.due_on), now)? {
                add(&mut lines, line(&dossier, due, owed.as_ref()));
            }
        }
        // A handler who alone signs knows of it.
        let reported = if signers.is_empty() {
            Vec::new()
        } else {
            escalated(work.uow, &dossier, &missed, now)?
        };
        let is_untold = signers.is_empty() && missed.iter().any(escalates);
        if is_untold || superiors.is_empty() && !reported.is_empty() {
            warn!(dossier = %id.0, "an officer missed a term of a dossier, and there is no other one who signs, to be told");
        }
        for superior in superiors {
            // Of one term there is one letter: where nobody handles it, who signs is told of it as all who could.
            let is_told = |report: &DossierLine| {
                readers.contains(&superior) && lines.iter().any(|line| is_same_term(line, report))
            };
            let untold = reported.iter().filter(|report| !is_told(report)).cloned();
            reports.entry(superior).or_default().extend(untold);
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
        let to = Recipient::of(&officer.account);
        if let Some(lines) = letters.remove(&officer.account.id) {
            work.send(&to, &Letter::DossiersOverdue { lines })?;
        }
        let report = reports.remove(&officer.account.id).filter(|lines| !lines.is_empty());
        if let Some(lines) = report {
            work.send(&to, &Letter::DossiersEscalated { lines })?;
        }
    }
    Ok(told)
}
