//! Dossiers: begun by the party that files or entered by an officer, completed, read by the parties and by officers, each
//! of whose readings is in the audit trail. What happens to them is in [`events`].
//!
//! Begun, written and read they are here; the rooms below hold the rest:
//!
//! ```text
//! filing            of what a dossier is begun, and what has to be right when it is handed in
//! handling          each step by one door, what two officers sign, why a step is refused
//! paperwork         files of papers, the day on which one came, the receipt of a dossier
//! amendment         what may be changed of what is certified, and whose the certificate is
//! deadlines         what comes of terms that are over, and who is reminded of them
//! project_opinions  whom the Department asks, and the register of its opinions
//! readers           who reads which copy, the lists, and what is told beside a dossier
//! ```

mod amendment;
mod deadlines;
mod filing;
mod handling;
mod paperwork;
mod project_opinions;
mod readers;

use jiff::Timestamp;
use jiff::civil::Date;

use self::amendment::amending;
pub use self::amendment::amending::{contradicted, would_change};
pub use self::amendment::over::over;
pub(crate) use self::amendment::{heirs, holding};
use self::deadlines::regrouping;
pub(crate) use self::deadlines::regrouping::happened;
pub use self::deadlines::{notices, reminders, terms};
use self::filing::following::followed;
pub(in crate::service) use self::filing::following::{Outcome, outcome};
use self::filing::{from_inquiry, from_listing, printing};
use self::handling::events::Given;
use self::handling::proposals::Proposal;
use self::handling::refusals;
pub use self::handling::refusals::{under_content, with_content};
pub use self::handling::{events, proposals, screening};
pub(crate) use self::paperwork::receipt;
pub use self::paperwork::{appointment, papers};
pub use self::project_opinions::{consulting, opinions};
pub use self::readers::hints;
use self::readers::latecomers;
pub use self::readers::lists::{list, mine, show_list};
use self::readers::whose::{require_seen, writes};
use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::paging::{cut, rows_for};
use super::procedures::{self, RuleSet};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, DossierStanding, Permit, Place, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::{Calendar, day_of};
use crate::domain::certificate::Certificate;
use crate::domain::dossier::{Dossier, DossierContent, DossierDraft, DossierEvent, WorkingCopy};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::{FieldError, LawFault, Violation};
use crate::domain::ids::{DossierId, EnterpriseId, InquiryId, ListingId};
use crate::domain::procedure::{Actor as Doer, ChecklistDraft, Event, ProcedureDraft, Side, engine};
use crate::domain::tax_code::TaxCode;
use crate::store::audit::Change;
use crate::store::dossiers as rows;
pub use crate::store::dossiers::{Decided, Place as PageAt, Wanted};
use crate::store::{AnyConn, certificates, enterprises};

/// A dossier with the rules that it goes by.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The dossier, with what the caller reads of it: whoever files its working copy, others what was handed in last.
    pub dossier: Dossier,
    /// What was handed in last, where the caller reads another working copy.
    pub handed_in: Option<DossierContent>,
    /// Whether the caller reads what is written and was not handed in.
    pub is_writers: bool,
    /// The version of its procedure: the one that it was handed in under, or the one of today.
    pub set: RuleSet,
    /// Whether the caller stands on the officers' side of the counter.
    pub is_for_officer: bool,
    /// Whether the caller's enterprise filed it.
    pub is_filers: bool,
    /// The caller's enterprise.
    pub reader: Option<EnterpriseId>,
    /// The caller, who is told of other dossiers as far as it reads them.
    pub actor: Actor,
    /// Whether the caller may change it.
    pub may_edit: bool,
    /// Whether the caller may do what its filer does.
    pub may_file: bool,
    /// Whether the caller may do what the authority does.
    pub may_handle: bool,
    /// Whether the caller may sign what another officer proposed.
    pub may_sign: bool,
    /// The day on which it was read.
    pub today: Date,
    /// What one officer proposed and another is to sign.
    pub proposal: Option<Proposal>,
    /// The certificate that came of it, or whose life it follows.
    pub certificate: Option<Certificate>,
    /// Whether it was handed in after the term for that.
    pub is_late: bool,
    /// What the contract is worth in đồng, as far as it is known.
    pub value: Option<i64>,
}

impl Opened {
    /// What is due, the most urgent first, with the apology that is owed for what was missed.
    pub fn due(&self, calendar: &Calendar) -> Vec<engine::Due<'_>> {
        let (rules, standing, group) = (&self.set.rules, &self.dossier.standing, self.dossier.group());
        let mut due = engine::due(rules, standing, group, calendar);
        due.extend(engine::owed(rules, standing, group, calendar, self.today));
        due.sort_by_key(|due| due.due_on);
        due
    }

    /// Its version, as the caller knows it.
    pub fn version(&self) -> i64 {
        self.dossier.version_for(self.is_writers)
    }

    /// Whether the caller may do an event; of what two officers do, sign what another one proposed.
    pub fn may_do(&self, event: &Event) -> bool {
        let is_anothers = |one: &Proposal| one.event == event.code && self.actor.account() != Some(one.proposed_by);
        match event.actor.side() {
            // What the exchange does by itself nobody does by hand.
            _ if event.actor == Doer::System && engine::needs_nobody(&self.set.rules, event) => false,
            Side::Filer => self.may_file,
            Side::Officer if event.needs_two() => self.may_sign && self.proposal.as_ref().is_some_and(is_anothers),
            Side::Officer => self.may_handle,
        }
    }

    /// The fee, as far as the value is known.
    pub fn fee(&self) -> Option<i64> {
        self.set.rules.fee?.of(self.value)
    }
}

/// What begins a dossier.
#[derive(Clone, Debug)]
pub struct NewDossier {
    /// Code of the procedure.
    pub procedure: String,
    /// The event that opens it; the procedure's first one when absent.
    pub event: Option<String>,
    /// What comes with the event.
    pub given: Given,
    /// The dossier that it follows.
    pub follows: Option<DossierId>,
    /// The listing from which it is begun.
    pub listing: Option<ListingId>,
    /// The inquiry of which it comes.
    pub inquiry: Option<InquiryId>,
    /// What it says.
    pub content: DossierDraft,
}

pub(super) fn resource(dossier: &Dossier) -> Resource<'_> {
    Resource::Dossier(DossierStanding {
        filer: dossier.enterprise,
        counterparty: dossier.counterparty,
        is_paper: dossier.is_paper,
        is_with_officers: dossier.is_with_officers(),
        is_with_parties: dossier.is_with_parties(),
        place: Place {
            commune: dossier.commune(),
            fields: &dossier.content.draft().technology.fields,
        },
    })
}

/// The rules that a dossier is under: those of its handing in; of a draft those of a day.
pub(crate) fn rules_of(conn: &mut AnyConn, dossier: &Dossier, today: Date) -> Result<RuleSet> {
    match dossier.rule_version {
        Some(version) => procedures::version(conn, &dossier.procedure, version),
        None => {
            let today = procedures::in_force(conn, &dossier.procedure, today)?;
            let stands = |set: &RuleSet| set.rules.state(&dossier.standing.state).is_some();
            match today {
                Some(set) if stands(&set) || dossier.standing.state.is_empty() => Ok(set),
                // A draft in a state that newer rules do not have goes on by the newest ones that do.
                _ => procedures::newest_where(conn, &dossier.procedure, stands),
            }
        }
    }
}

fn opened(conn: &mut AnyConn, actor: &Actor, mut dossier: Dossier, now: Timestamp) -> Result<Opened> {
    let today = day_of(now);
    let set = rules_of(conn, &dossier, today)?;
    // Who may do what is asked of what was handed in: nobody writes himself rights.
    let may = |action| decide(actor, action, &resource(&dossier)).is_ok();
    let (may_file, may_handle) = (may(Action::EditDossier), may(Action::HandleDossier));
    let may_sign = may(Action::SignCertificate);
    let may_edit = may_file && dossier.is_editable(&set.rules);
    let is_writers = writes(actor, &dossier);
    let written = dossier.working.content.take().filter(|_| is_writers);
    let handed_in = written.map(|written| std::mem::replace(&mut dossier.content, written));
    let proposal = match actor {
        Actor::Officer { .. } => proposals::find(conn, dossier.id)?,
        // What officers prepare among themselves is not told.
        _ => None,
    };
    let is_settled = set.rules.text.is_derived || set.rules.events.iter().any(|event| event.issues.is_some());
    let certificate = match (is_settled, set.rules.text.is_derived) {
        (false, _) => None,
        (true, true) => certificates::find_by_case(conn, dossier.id)?,
        (true, false) => certificates::find_by_dossier(conn, dossier.id)?,
    };
    let is_late = dossier.handed_in_at.is_some() && was_late(conn, dossier.id, &set)?;
    let is_for_officer = matches!(actor, Actor::Officer { .. });
    let is_in_work = set.rules.is_entered() && dossier.is_editable(&set.rules);
    if is_in_work && !is_for_officer {
        // What the Department says of a project is its own until the opinion is given.
        dossier.content = dossier.content.without_appraisal();
    }
    let reader = actor.enterprise().map(|(own, _)| own);
    let value = if amending::amends(&set.rules) {
        amending::value(conn, &dossier, (is_for_officer, reader), certificate.as_ref())?
    } else {
        dossier.content.draft().money.vnd_value
    };
    Ok(Opened {
        set,
        handed_in,
        is_writers,
        is_late,
        value,
        is_for_officer,
        is_filers: reader.is_some() && dossier.enterprise == reader,
        reader,
        actor: actor.clone(),
        may_edit,
        may_file,
        may_handle,
        may_sign,
        today,
        proposal,
        certificate,
        dossier,
    })
}

/// Whether a dossier was ever handed in after the term for that.
fn was_late(conn: &mut AnyConn, id: DossierId, set: &RuleSet) -> Result<bool> {
    let late = rows::late_events(conn, id)?;
    let hands_in = |code: &String| set.rules.event(code).is_some_and(|event| event.hands_in);
    Ok(late.iter().any(hands_in))
}

/// A dossier that the caller may read.
fn found(conn: &mut AnyConn, caller: &Caller, id: DossierId, now: Timestamp) -> Result<(Actor, Permit, Dossier)> {
    let actor = caller.actor(conn, now)?;
    let dossier = rows::find(conn, id).map_err(|error| hide(&actor, error))?;
    let permit = latecomers::readable(conn, &actor, &dossier)?;
    Ok((actor, permit, dossier))
}

/// Finds the parties of the contract that are on the exchange: of what an officer enters the filer, too.
pub(super) fn find_parties(conn: &mut AnyConn, dossier: &mut Dossier) -> Result<()> {
    let transferor = active(conn, dossier.content.draft().transferor.tax_code.as_ref())?;
    let transferee = active(conn, dossier.content.draft().transferee.tax_code.as_ref())?;
    let (filer, other) = match amending::files_as(conn, dossier)? {
        "transferor" => (transferor, transferee),
        _ => (transferee, transferor),
    };
    if dossier.is_paper {
        dossier.enterprise = filer;
    }
    let others = [other, filer].into_iter().flatten();
    dossier.counterparty = others.into_iter().find(|party| dossier.enterprise != Some(*party));
    Ok(())
}

/// The active enterprise with a tax code.
pub(super) fn active(conn: &mut AnyConn, code: Option<&String>) -> Result<Option<EnterpriseId>> {
    let Some(code) = code.and_then(|code| code.parse::<TaxCode>().ok()) else {
        return Ok(None);
    };
    let known = enterprises::find_by_tax_code(conn, &code)?;
    let active = known.filter(|enterprise| enterprise.status == EnterpriseStatus::Active);
    Ok(active.map(|enterprise| enterprise.id))
}

/// Begins a dossier.
pub fn create(work: &mut Work<'_, '_>, caller: &Caller, new: &NewDossier) -> Result<Opened> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::FileDossier, &Resource::None)?;
    let today = day_of(now);
    // What came on paper is under the rules of the day on which it came.
    let filed_on = new.given.received_on.unwrap_or(today);
    let set = match procedures::of_day(work.conn(), &new.procedure, (filed_on, today)) {
        Ok(Some(set)) if !set.rules.text.is_derived => set,
        Ok(_) => return Err(Error::field("/procedure", Violation::Malformed { what: "procedure" })),
        Err(error) if error.code == ErrorCode::NotFound => {
            return Err(Error::field("/procedure", Violation::Malformed { what: "procedure" }));
        }
        Err(error) => return Err(error),
    };
    let is_paper = matches!(actor, Actor::Officer { .. });
    let opening = match &new.event {
        Some(code) => set.rules.openings().find(|event| event.code == *code),
        None => set.rules.openings().next(),
    };
    let opening = opening.ok_or_else(|| Error::field("/event", Violation::Malformed { what: "dossier_event" }))?;
    let lists = work.in_force()?;
    let asked = new
        .inquiry
        .map(|id| from_inquiry::settled(work.conn(), caller, id, now));
    let asked = asked.transpose()?;
    let told = from_listing::filled(work.conn(), caller, (new, asked.as_ref(), &lists), now)?;
    let cited = |fields| under_content(cited(fields, &set.rules.text));
    let content = told.parse(&lists).map_err(cited)?;
    let id = DossierId(work.next_id());
    let content = papers::agreed(work.conn(), (id, is_paper), content)?.map_err(under_content)?;
    let follows = followed(work.conn(), caller, new, opening, now)?;
    let mut dossier = Dossier {
        id,
        procedure: set.code.clone(),
        rule_version: None,
        enterprise: actor.enterprise().map(|(enterprise, _)| enterprise),
        counterparty: None,
        is_paper,
        number: None,
        follows,
        certificate: None,
        listing: new.listing.or(asked.as_ref().map(|inquiry| inquiry.listing)),
        inquiry: asked.map(|inquiry| inquiry.id),
        content,
        working: WorkingCopy::default(),
        standing: engine::Standing::default(),
        handler: None,
        handed_in_at: None,
        due_at: None,
        closed_at: None,
        created_by: actor.account(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    find_parties(work.conn(), &mut dossier)?;
    let side = if is_paper { opening.actor.side() } else { Side::Filer };
    let event = events::apply(
        work,
        &permit,
        &mut dossier,
        &set,
        (&opening.code.clone(), side),
        &new.given,
    )?;
    if amending::amends(&set.rules) {
        amending::require_later(work.conn(), &dossier)?;
    }
    rows::insert(work.uow, &permit, &dossier)?;
    failpoint!("dossiers.inserted", Error::busy);
    rows::add_event(work.uow, &permit, dossier.id, &event)?;
    let change = Change::made(state::of_dossier(&dossier)?);
    work.remember_change(&permit, Deed::DossierOpened, ("dossier", dossier.id.0), None, change)?;
    opened(work.conn(), &actor, dossier, now)
}

/// With the articles that ask for what is wrong, as far as the checklist knows them.
fn cited(mut fields: Vec<FieldError>, rules: &ProcedureDraft) -> Vec<FieldError> {
    for field in &mut fields {
        let asks = |item: &&ChecklistDraft| {
            let rest = field.pointer.strip_prefix(item.member.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(item) = rules.checklist.iter().find(asks) {
            field.violation = LawFault::citing(&field.violation, &item.legal_basis);
        }
    }
    fields
}

/// Writes what a dossier says, in the place of what it said: of what was handed in already, the working copy.
pub fn edit(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: DossierId,
    seen: i64,
    draft: &DossierDraft,
) -> Result<Opened> {
    let now = work.now;
    let (actor, _, mut dossier) = found(work.conn(), caller, id, now)?;
    let permit = decide(&actor, Action::EditDossier, &resource(&dossier))?;
    require_seen(&actor, &dossier, seen)?;
    let set = rules_of(work.conn(), &dossier, day_of(now))?;
    if !dossier.is_editable(&set.rules) {
        return Err(refusals::not_editable(&set.rules, &dossier.standing.state));
    }
    let lists = work.in_force()?;
    let cited = |fields| Error::fields(cited(fields, &set.rules.text));
    let content = draft.clone().parse(&lists).map_err(cited)?;
    let content = papers::agreed(work.conn(), (id, dossier.is_paper), content)?.map_err(Error::fields)?;
    if content == *dossier.written() {
        return opened(work.conn(), &actor, dossier, now);
    }
    let before = state::of_dossier(&dossier)?;
    if dossier.handed_in_at.is_some() && set.rules.is_filed() {
        // What was handed in stays what all others read, and what everything is counted by.
        dossier.set_aside(content, now);
        rows::write_working(work.uow, &permit, &mut dossier)?;
    } else {
        dossier.content = content;
        if dossier.handed_in_at.is_some() {
            printing::require(&dossier, &set.rules)?;
        }
        regrouping::regroup(work, &mut dossier, &set)?;
        find_parties(work.conn(), &mut dossier)?;
        dossier.due_at = dossier.due_by(&set.rules, &work.calendar()?.calendar);
        dossier.updated_at = now;
        proposals::drop_of(work.uow, &permit, id)?;
        rows::update(work.uow, &permit, &mut dossier)?;
    }
    let change = Change::between(before, state::of_dossier(&dossier)?);
    work.remember_change(&permit, Deed::DossierEdited, ("dossier", id.0), None, change)?;
    opened(work.conn(), &actor, dossier, now)
}

/// Reads a dossier. Readings by officers are remembered, and told apart by whether the officer handles it; so are those by
/// the other party.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: DossierId) -> Result<Opened> {
    let now = work.now;
    let (actor, permit, dossier) = found(work.conn(), caller, id, now)?;
    remember_reading(work, &actor, &permit, &dossier)?;
    opened(work.conn(), &actor, dossier, now).map(latecomers::shown)
}

fn remember_reading(work: &mut Work<'_, '_>, actor: &Actor, permit: &Permit, dossier: &Dossier) -> Result<()> {
    match reading(actor, dossier) {
        Some(deed) => work.remember(permit, deed, "dossier", dossier.id.0, None),
        None => Ok(()),
    }
}

/// What the trail calls somebody's reading of a dossier; nothing where that is not remembered.
fn reading(actor: &Actor, dossier: &Dossier) -> Option<Deed> {
    match actor {
        Actor::Officer { account, .. } if dossier.handler == Some(*account) => Some(Deed::DossierRead),
        Actor::Officer { .. } => Some(Deed::DossierInspected),
        // Who files reads its own. That the other side of the contract does, its filer may want to know one day.
        _ if actor.enterprise().map(|(enterprise, _)| enterprise) != dossier.enterprise => {
            Some(Deed::DossierReadByParty)
        }
        _ => None,
    }
}

/// What happened to a dossier, oldest first. A reading, too.
pub fn history(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: DossierId,
    (after, limit): (i64, u32),
) -> Result<(Vec<DossierEvent>, Option<i64>)> {
    let now = work.now;
    let (actor, permit, dossier) = found(work.conn(), caller, id, now)?;
    remember_reading(work, &actor, &permit, &dossier)?;
    let events = rows::events(work.conn(), id, after, rows_for(limit))?;
    Ok(cut(events, limit, |event| event.number))
}
