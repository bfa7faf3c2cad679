//! What one officer proposes and another signs: what makes a certificate or ends one (two persons, OWASP ASVS 2.3.5).

use super::events::{self, Given};
use crate::domain::access::{Action, Permit, decide};
use crate::domain::audit::{Deed, Reason, ReasonCode};
use crate::domain::calendar::day_of;
use crate::domain::certificate::difference::RecordDifference;
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::procedure::{Issues, Side};
use crate::domain::text::{Line, Prose};
use crate::service::audit::state;
use crate::service::certificates::issuing;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::amendment::amending;
use crate::service::dossiers::deadlines::notices;
use crate::service::dossiers::{Opened, found, opened, remember_reading, require_seen, resource, rules_of};
use crate::service::procedures::RuleSet;
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::dossier_proposals as rows;
use crate::store::dossiers as dossier_rows;
use crate::store::{AnyConn, Uow};

pub use rows::Proposal;

impl Proposal {
    /// What the event is called, in Vietnamese and English.
    pub(in crate::service::dossiers) fn name<'a>(&'a self, set: &'a RuleSet) -> (&'a str, &'a str) {
        set.rules.event(&self.event).map_or_else(
            || (self.event.as_str(), self.event.as_str()),
            |event| (event.name_vi.as_str(), event.name_en.as_str()),
        )
    }

    /// What the trail keeps of one that is there no more.
    fn told(&self) -> Result<Reason> {
        let ground = self.ground.as_ref().map(|ground| format!(" ground={ground}"));
        let text = format!(
            "event={}{} proposed_by={} proposed_at={}",
            self.event,
            ground.unwrap_or_default(),
            self.proposed_by.0,
            self.proposed_at
        );
        Ok(Reason {
            code: ReasonCode::Other,
            text: Prose::parse(&text).map_err(|_wrong| Error::internal("a proposal that cannot be told"))?,
        })
    }

    /// What comes with the event.
    pub(super) fn given(&self) -> Result<Given> {
        let note = self.note.as_deref().map(Prose::parse).transpose();
        let number = self.letter_number.as_deref().map(Line::parse).transpose();
        Ok(Given {
            given_on: self.given_on,
            received_on: None,
            year: None,
            ground: self.ground.clone(),
            note: note.map_err(|_wrong| Error::internal("a kept note is none"))?,
            addressees: Vec::new(),
            promised_on: None,
            letter_number: number.map_err(|_wrong| Error::internal("a kept number of a letter is none"))?,
            letter_on: self.letter_on,
            signed_as: None,
        })
    }
}

/// The proposal of a dossier.
pub fn find(conn: &mut AnyConn, id: DossierId) -> Result<Option<Proposal>> {
    Ok(rows::find(conn, id)?)
}

/// Forgets it: something else happened to the dossier.
pub(in crate::service::dossiers) fn drop_of(uow: &mut Uow<'_>, permit: &Permit, id: DossierId) -> Result<bool> {
    Ok(rows::delete(uow, permit, id)?)
}

/// Refuses to put something in the place of what another officer proposed: that is signed, or taken back, of which who proposed it
/// is told. One's own is replaced.
fn require_nobody_elses(conn: &mut AnyConn, id: DossierId, own: AccountId, set: &RuleSet) -> Result<()> {
    let Some(other) = find(conn, id)?.filter(|other| other.proposed_by != own) else {
        return Ok(());
    };
    let (vi, en) = other.name(set);
    let day = day_of(other.proposed_at);
    Err(Error::new(
        ErrorCode::AlreadyThere,
        format!(
            "Cán bộ khác đã trình “{vi}” ngày {}; hãy ký, hoặc rút lại trước khi trình.",
            day.strftime("%d/%m/%Y")
        ),
        format!("Another officer proposed “{en}” on {day}; sign it, or take it back before you propose."),
    ))
}

/// Proposes what another officer signs. What would be refused then is refused now.
pub fn propose(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (DossierId, i64),
    code: &str,
    given: &Given,
) -> Result<Opened> {
    let now = work.now;
    let (actor, _, mut dossier) = found(work.conn(), caller, id, now)?;
    let permit = decide(&actor, Action::HandleDossier, &resource(&dossier))?;
    let set = rules_of(work.conn(), &dossier, day_of(now))?;
    let event = set.rules.event(code).filter(|event| event.needs_two());
    let event = event.ok_or_else(|| Error::field("/event", Violation::Malformed { what: "proposed_event" }))?;
    require_seen(&actor, &dossier, seen)?;
    let own = actor.account().ok_or_else(|| Error::internal("nobody proposes"))?;
    require_nobody_elses(work.conn(), id, own, &set)?;
    let mut tried = dossier.clone();
    events::apply(work, &permit, &mut tried, &set, (code, Side::Officer), given)?;
    let record = match event.issues {
        Some(issues) => Some(issuing::draft(work, &dossier, &set, issues)?),
        None => None,
    };
    if event.issues == Some(Issues::Amendment) {
        // What holds may be another certificate by now than when it was handed in.
        let mut errors = FieldErrors::default();
        amending::check(work, &dossier, &mut errors)?;
        errors.finish(Some(())).map_err(Error::fields)?;
    }
    if event.annuls {
        issuing::annulled(work, &dossier, &set)?;
    }
    let before = state::of_dossier(&dossier)?;
    let proposal = Proposal {
        event: code.to_owned(),
        given_on: given.given_on,
        ground: given.ground.clone(),
        note: given.note.as_ref().map(|note| note.as_str().to_owned()),
        letter_number: given.letter_number.as_ref().map(|number| number.as_str().to_owned()),
        letter_on: given.letter_on,
        record_sha256: record.as_ref().map(issuing::fingerprint).transpose()?,
        proposed_by: own,
        proposed_at: now,
    };
    rows::delete(work.uow, &permit, id)?;
    rows::insert(work.uow, &permit, id, &proposal)?;
    failpoint!("dossiers.proposed", Error::busy);
    dossier.updated_at = now;
    dossier_rows::update(work.uow, &permit, &mut dossier)?;
    let change = Change::between(before, state::of_dossier(&dossier)?);
    work.remember_change(&permit, Deed::DossierProposed, ("dossier", id.0), None, change)?;
    notices::proposed(work, (&dossier, proposal.proposed_by), &set, event)?;
    opened(work.conn(), &actor, dossier, now)
}

/// Takes a proposal back, or refuses to sign it. Who proposed it is told where that is another officer, and the trail keeps what it was.
pub fn withdraw(work: &mut Work<'_, '_>, caller: &Caller, id: DossierId, seen: i64) -> Result<Opened> {
    let now = work.now;
    let (actor, _, mut dossier) = found(work.conn(), caller, id, now)?;
    let permit = decide(&actor, Action::HandleDossier, &resource(&dossier))?;
    require_seen(&actor, &dossier, seen)?;
    let before = state::of_dossier(&dossier)?;
    let taken = find(work.conn(), id)?.ok_or_else(|| Error::from(ErrorCode::NotProposed))?;
    drop_of(work.uow, &permit, id)?;
    dossier.updated_at = now;
    dossier_rows::update(work.uow, &permit, &mut dossier)?;
    let (change, what) = (Change::between(before, state::of_dossier(&dossier)?), taken.told()?);
    work.remember_change(
        &permit,
        Deed::DossierProposalWithdrawn,
        ("dossier", id.0),
        Some(&what),
        change,
    )?;
    if actor.account() != Some(taken.proposed_by) {
        let set = rules_of(work.conn(), &dossier, day_of(now))?;
        notices::taken_back(work, &dossier, &set, &taken)?;
    }
    opened(work.conn(), &actor, dossier, now)
}

/// What is proposed, by whom and when, and what would be issued, as it would read.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The proposal.
    pub proposal: Proposal,
    /// What would be issued; nothing of an annulment.
    pub record: Option<CertificateRecord>,
    /// What an amendment makes different from what holds, old beside new.
    pub differences: Vec<RecordDifference>,
}

/// That there is none to be read.
fn nothing_proposed() -> Error {
    Error::new(
        ErrorCode::NotFound,
        "Hồ sơ này chưa có gì được trình ký.",
        "Nothing is proposed in this dossier.",
    )
}

/// Reads the proposal of a dossier: for officers. A reading, as of the dossier itself.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: DossierId) -> Result<Prepared> {
    let now = work.now;
    let (actor, permit, dossier) = found(work.conn(), caller, id, now)?;
    decide(&actor, Action::HandleDossier, &resource(&dossier))?;
    remember_reading(work, &actor, &permit, &dossier)?;
    let proposal = find(work.conn(), id)?.ok_or_else(nothing_proposed)?;
    let set = rules_of(work.conn(), &dossier, day_of(now))?;
    let issues = set.rules.event(&proposal.event).and_then(|event| event.issues);
    // Where it could not be issued any more, the signature tells why.
    let record = issues.and_then(|issues| issuing::draft(work, &dossier, &set, issues).ok());
    let differences = match &record {
        Some(record) => amending::compared(work.conn(), &dossier, record)?,
        None => Vec::new(),
    };
    Ok(Prepared {
        record,
        proposal,
        differences,
    })
}
