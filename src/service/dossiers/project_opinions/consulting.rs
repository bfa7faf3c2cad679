//! Whom the Department asks before it gives an opinion on a project, and what they answered (lấy ý kiến, Luật CGCN Đ.20). It is for officers
//! only, and stops no term: the law gives the Department its days for all of it (Đ.17.7, 18.1.d).

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::access::{Action, decide};
use crate::domain::audit::{Deed, Reason, ReasonCode};
use crate::domain::calendar::day_of;
use crate::domain::canonical::canonical;
use crate::domain::dossier::{Consultation, ConsultationDraft, Consulted, Dossier, DossierEvent, consultations};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::file::Digest;
use crate::domain::ids::{DossierFileId, DossierId};
use crate::domain::procedure::{CountsAs, Procedure};
use crate::domain::text::Prose;
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::handling::refusals;
use crate::service::dossiers::paperwork::receipt;
use crate::service::dossiers::{found, remember_reading, require_seen, resource, rules_of, writes};
use crate::service::{Error, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
use crate::store::{AnyConn, dossier_consultations as rows, dossier_files, dossiers as dossier_rows};

/// Most events that are looked through.
const MOST: i64 = 1_000;

/// The consultations of a dossier.
#[derive(Clone, Debug)]
pub struct Consultations {
    /// All of them, in their order.
    pub all: Vec<Consulted>,
    /// The dossier's version.
    pub version: i64,
    /// The day on which they were read.
    pub today: Date,
}

/// Reads them: for officers, and a reading of the dossier.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: DossierId) -> Result<Consultations> {
    let (now, today) = (work.now, day_of(work.now));
    let (actor, permit, dossier) = found(work.conn(), caller, id, now)?;
    decide(&actor, Action::HandleDossier, &resource(&dossier))?;
    remember_reading(work, &actor, &permit, &dossier)?;
    Ok(Consultations {
        all: rows::of_dossier(work.conn(), id)?,
        version: dossier.version_for(writes(&actor, &dossier)),
        today,
    })
}

/// Writes them down in the place of what there was, until the opinion is given; what stays as it was keeps its officer and its time, and
/// what an earlier opinion was given on stays, but for an answer that comes late.
pub fn write(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (DossierId, i64),
    drafts: &[ConsultationDraft],
) -> Result<Consultations> {
    let (now, today) = (work.now, day_of(work.now));
    let (actor, _, mut dossier) = found(work.conn(), caller, id, now)?;
    let permit = decide(&actor, Action::HandleDossier, &resource(&dossier))?;
    require_seen(&actor, &dossier, seen)?;
    let set = rules_of(work.conn(), &dossier, today)?;
    // What parties file is decided by what they hand in.
    if set.rules.is_filed() || !dossier.is_editable(&set.rules) {
        return Err(refusals::not_consulted(&set.rules, &dossier.standing.state));
    }
    let told = consultations(drafts, today).map_err(Error::fields)?;
    let files = dossier_files::of_dossier(work.conn(), id)?;
    let known = rows::of_dossier(work.conn(), id)?;
    require_after_receipt(work.conn(), &dossier, (&known, &told), today)?;
    for (at, one) in told.iter().enumerate() {
        let Some(named) = one.file else { continue };
        let wrong = match files.iter().find(|file| file.id == named) {
            None => Some(Violation::Malformed { what: "dossier_file" }),
            Some(file) => file.no_answer(&dossier.content),
        };
        if let Some(wrong) = wrong {
            return Err(Error::field(format!("/consultations/{at}/file"), wrong));
        }
    }
    let officer = permit.actor().account();
    let officer = officer.ok_or_else(|| Error::internal("nobody consults"))?;
    let before = state::of_dossier(&dossier)?;
    let given_at = last_opinion(work.conn(), id, &set.rules)?;
    let held: Vec<&Consulted> = known.iter().filter(|one| Some(one.written_at) <= given_at).collect();
    require_kept(&held, &told)?;
    let all: Vec<Consulted> = told
        .into_iter()
        .map(|consultation| {
            let same = known.iter().find(|known| known.consultation == consultation);
            // An answer that came late makes no question of now of it.
            let late = held.iter().find(|known| known.consultation.is_kept_in(&consultation));
            let written_at = late.map_or(now, |known| known.written_at);
            same.cloned().unwrap_or(Consulted {
                consultation,
                officer,
                written_at,
            })
        })
        .collect();
    rows::replace(work.uow, &permit, id, &all)?;
    // Their answers are confidential, also once they are named no more.
    let answers: Vec<DossierFileId> = all.iter().filter_map(|one| one.consultation.file).collect();
    dossier_files::keep_confidential(work.uow, &permit, &answers)?;
    dossier.updated_at = now;
    dossier_rows::update(work.uow, &permit, &mut dossier)?;
    let (change, what) = (Change::between(before, state::of_dossier(&dossier)?), vouched(&all)?);
    let subject = ("dossier", id.0);
    work.remember_change(&permit, Deed::DossierConsulted, subject, Some(&what), change)?;
    Ok(Consultations {
        all,
        version: dossier.version_for(writes(&actor, &dossier)),
        today,
    })
}

/// Refuses what was sent before the dossier was received; what was written down before that was held stays.
fn require_after_receipt(
    conn: &mut AnyConn,
    dossier: &Dossier,
    (known, told): (&[Consulted], &[Consultation]),
    today: Date,
) -> Result<()> {
    let Some(first) = receipt::first_day(conn, dossier)? else {
        return Ok(());
    };
    let is_new = |one: &Consultation| known.iter().all(|known| !known.consultation.is_question_of(one));
    let all = told.iter().enumerate();
    let too_early = all.filter(|(_, one)| one.sent_on < first && is_new(one));
    let wrong = too_early.map(|(at, _)| FieldError {
        pointer: format!("/consultations/{at}/sent_on"),
        violation: Violation::DayOutside { first, last: today },
    });
    let wrong: Vec<FieldError> = wrong.collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Error::fields(wrong))
}

/// When the last opinion was given: where the technology changed after one, there are those who were asked for that.
fn last_opinion(conn: &mut AnyConn, id: DossierId, rules: &Procedure) -> Result<Option<Timestamp>> {
    let is_opinion = |event: &DossierEvent| {
        let known = rules.event(&event.event);
        known.is_some_and(|known| known.counts_as == Some(CountsAs::Opinion))
    };
    let events = dossier_rows::events(conn, id, 0, MOST)?;
    let given = events.into_iter().rev().find(is_opinion);
    Ok(given.map(|event| event.at))
}

/// Refuses to drop or to change what an opinion was given on: each of it is there once more, perhaps with the answer that was missing.
fn require_kept(before: &[&Consulted], told: &[Consultation]) -> Result<()> {
    let mut rest: Vec<&Consultation> = told.iter().collect();
    let mut open: Vec<&Consultation> = Vec::new();
    // What is there as it was is no answer to another one.
    for one in before {
        match rest.iter().position(|told| **told == one.consultation) {
            Some(at) => {
                rest.swap_remove(at);
            }
            None => open.push(&one.consultation),
        }
    }
    for one in open {
        let answered = rest.iter().position(|told| one.is_kept_in(told));
        let at = answered.ok_or_else(|| refusals::consulted_before(one))?;
        rest.swap_remove(at);
    }
    Ok(())
}

/// What the trail keeps of them: how many, how many of these answered, and the hash of what they say.
fn vouched(all: &[Consulted]) -> Result<Reason> {
    let told: Vec<ConsultationDraft> = all.iter().map(|one| (&one.consultation).into()).collect();
    let text = canonical(&serde_json::to_value(&told).map_err(Error::internal)?);
    let answered = told.iter().filter(|one| one.answered_on.is_some()).count();
    let digest = Digest(sha256(text.as_bytes()));
    let text = format!("consultations={} answered={answered} sha256={digest}", told.len());
    Ok(Reason {
        code: ReasonCode::Other,
        text: Prose::parse(&text).map_err(|_wrong| Error::internal("consultations that cannot be told"))?,
    })
}
