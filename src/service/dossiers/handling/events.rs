//! What happens to dossiers: one door for every event of every procedure.

use jiff::civil::Date;

use super::refusals::{check_letter, check_year, refused, refused_step, together};
use super::telling::{tell, tell_newcomer};
use super::{proposals, screening};
use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::{Calendar, day_of};
use crate::domain::dossier::{Dossier, DossierEvent, OpinionSubject, sense};
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::procedure::engine::{self, Refusal, Step};
use crate::domain::procedure::{Actor as Doer, Event, Issues, Procedure, Side};
use crate::domain::text::{Line, Prose};
use crate::service::audit::state;
use crate::service::certificates::issuing::{self, derived_step};
use crate::service::context::{Caller, Work};
use crate::service::dossiers::deadlines::{regrouping, terms};
use crate::service::dossiers::filing::handing_in;
use crate::service::dossiers::paperwork::{papers, receipt};
use crate::service::dossiers::project_opinions::opinions;
use crate::service::dossiers::{Opened, found, opened, require_seen, resource, rules_of};
use crate::service::periodic_reports::counting;
use crate::service::procedures::RuleSet;
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
use crate::store::dossiers as rows;

pub use crate::service::dossiers::filing::handing_in::{missing, missing_papers};
pub use crate::service::dossiers::filing::printing::{BASIS as PRINTING, unprintable, words as unprintable_words};

/// What comes with an event.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// A day.
    pub given_on: Option<Date>,
    /// The day on which a paper came that is entered later: terms run from it.
    pub received_on: Option<Date>,
    /// The year that a report is about.
    pub year: Option<i16>,
    /// The ground or outcome.
    pub ground: Option<String>,
    /// Words.
    pub note: Option<Prose<4_000>>,
    /// Number of the authority's own letter.
    pub letter_number: Option<Line<100>>,
    /// Its day.
    pub letter_on: Option<Date>,
    /// Whom it is told to.
    pub addressees: Vec<Line<200>>,
    /// The day to come that is promised with it.
    pub promised_on: Option<Date>,
    /// As what the signer signs, where something is signed.
    pub signed_as: Option<Line<100>>,
}

/// Most steps that the exchange does by itself one after the other.
const MOST_BY_ITSELF: i64 = 5;

/// Does a step with a dossier. `public_url` is where certificates are verified.
pub fn take(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (DossierId, i64),
    (code, given): (&str, &Given),
    public_url: &str,
) -> Result<Opened> {
    let now = work.now;
    let (actor, _, mut dossier) = found(work.conn(), caller, id, now)?;
    // What came on paper is handed in under the rules of the day on which it came.
    let filed_on = given.received_on.unwrap_or_else(|| day_of(now));
    let set = rules_of(work.conn(), &dossier, filed_on)?;
    let Some(event) = set.rules.event(code) else {
        return Err(Error::field("/event", Violation::Malformed { what: "dossier_event" }));
    };
    let side = side_of(&actor, &dossier, event);
    let action = match side {
        Side::Filer => Action::EditDossier,
        Side::Officer => Action::HandleDossier,
    };
    let permit = decide(&actor, action, &resource(&dossier))?;
    require_seen(&actor, &dossier, seen)?;
    require_somebodys(&dossier, &set.rules, event)?;
    let before = state::of_dossier(&dossier)?;
    if event.needs_two() && side == Side::Officer {
        // Where nothing can be signed nobody hears that nothing was proposed.
        if !event.from.contains(&dossier.standing.state) {
            let state = dossier.standing.state.clone();
            return Err(refused(&set.rules, code, Refusal::WrongState { state }));
        }
        let signed = sign(work, (caller, &actor), &mut dossier, (&set, event), (given, public_url))?;
        let done = with_what_follows(work, (&mut dossier, &set), signed.happened)?;
        papers::keep(work, &signed.permit, &dossier, (&set.rules, event))?;
        keep(work, &signed.permit, (&mut dossier, before), &done)?;
        tell(work, &dossier, &set.rules, event, &signed.given)?;
        return opened(work.conn(), &actor, dossier, now);
    }
    if given.signed_as.is_some() {
        return Err(Error::field(
            "/signed_as",
            Violation::Conflicts { with: "unsigned_event" },
        ));
    }
    let knew = dossier.counterparty.filter(|_| dossier.is_with_parties());
    let happened = apply(work, &permit, &mut dossier, &set, (code, side), given)?;
    let done = with_what_follows(work, (&mut dossier, &set), happened)?;
    papers::keep(work, &permit, &dossier, (&set.rules, event))?;
    if side == Side::Officer {
        dossier.handler = actor.account();
    }
    keep(work, &permit, (&mut dossier, before), &done)?;
    if side == Side::Officer {
        tell(work, &dossier, &set.rules, event, given)?;
    }
    // Who is the other party sees it from now on, and has not looked for it.
    if let Some(other) = dossier.counterparty.filter(|_| dossier.is_with_parties())
        && knew != Some(other)
    {
        tell_newcomer(work, (&dossier, other), &set.rules, event)?;
    }
    opened(work.conn(), &actor, dossier, now)
}

/// What the exchange does by itself nobody does by hand.
fn require_somebodys(dossier: &Dossier, rules: &Procedure, event: &Event) -> Result<()> {
    let is_now = event.from.contains(&dossier.standing.state);
    if is_now && event.actor == Doer::System && engine::needs_nobody(rules, event) {
        return Err(refused(rules, &event.code, Refusal::WrongSide(event.actor)));
    }
    Ok(())
}

/// Who entered a paper filing does what its filer would.
pub(super) fn side_of(actor: &Actor, dossier: &Dossier, event: &Event) -> Side {
    match (matches!(actor, Actor::Officer { .. }), event.actor.side()) {
        (true, Side::Filer) if dossier.is_paper => Side::Filer,
        (true, _) => Side::Officer,
        (false, _) => Side::Filer,
    }
}

/// What somebody did, and behind it what the exchange does by itself, such as the publication of an annulment.
fn with_what_follows(
    work: &mut Work<'_, '_>,
    (dossier, set): (&mut Dossier, &RuleSet),
    happened: DossierEvent,
) -> Result<Vec<DossierEvent>> {
    let mut done = vec![happened];
    for mut next in following(work, (dossier, set), |rules, dossier, _| {
        engine::by_itself(rules, &dossier.standing)
    })? {
        next.number += 1;
        done.push(next);
    }
    Ok(done)
}

/// Keeps what a step made of a dossier, and what was done. What was proposed before is over with it.
fn keep(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (dossier, before): (&mut Dossier, Hash),
    done: &[DossierEvent],
) -> Result<()> {
    dossier.updated_at = work.now;
    proposals::drop_of(work.uow, permit, dossier.id)?;
    rows::update(work.uow, permit, dossier)?;
    failpoint!("dossiers.updated", Error::busy);
    for happened in done {
        rows::add_event(work.uow, permit, dossier.id, happened)?;
    }
    let change = Change::between(before, state::of_dossier(dossier)?);
    work.remember_change(permit, Deed::DossierEventTaken, ("dossier", dossier.id.0), None, change)
}

/// What came of a signature.
struct Signed {
    permit: Permit,
    happened: DossierEvent,
    given: Given,
}

/// Signs what another officer proposed: a certificate comes of it, or ends.
fn sign(
    work: &mut Work<'_, '_>,
    (caller, actor): (&Caller, &Actor),
    dossier: &mut Dossier,
    (set, event): (&RuleSet, &Event),
    (given, public_url): (&Given, &str),
) -> Result<Signed> {
    let now = work.now;
    let permit = decide(actor, Action::SignCertificate, &resource(dossier))?;
    // A signature stands for ever: nobody gives it at a screen that somebody left.
    caller.require_fresh(work.conn(), now)?;
    let proposal = proposals::find(work.conn(), dossier.id)?.filter(|proposal| proposal.event == event.code);
    let proposal = proposal.ok_or_else(|| Error::from(ErrorCode::NotProposed))?;
    if actor.account() == Some(proposal.proposed_by) {
        return Err(ErrorCode::SecondPersonRequired.into());
    }
    // An annulment makes no paper on which it would stand.
    if given.signed_as.is_some() && event.issues.is_none() {
        let with = "unsigned_event";
        return Err(Error::field("/signed_as", Violation::Conflicts { with }));
    }
    // What is signed is what was proposed.
    for (place, said) in [
        ("/given_on", given.given_on.is_some()),
        ("/received_on", given.received_on.is_some()),
        ("/year", given.year.is_some()),
        ("/ground", given.ground.is_some()),
        ("/note", given.note.is_some()),
        ("/letter_number", given.letter_number.is_some()),
        ("/letter_on", given.letter_on.is_some()),
        ("/addressees", !given.addressees.is_empty()),
        ("/promised_on", given.promised_on.is_some()),
    ] {
        if said {
            return Err(Error::field(place, Violation::Conflicts { with: "proposal" }));
        }
    }
    if let Some(issues) = event.issues {
        let record = issuing::draft(work, dossier, set, issues)?;
        if Some(issuing::fingerprint(&record)?) != proposal.record_sha256 {
            return Err(ErrorCode::ProposalOutdated.into());
        }
    }
    let proposed = proposal.given()?;
    let happened = apply(work, &permit, dossier, set, (&event.code, Side::Officer), &proposed)?;
    if let Some(issues) = event.issues {
        let signing = issuing::Signing {
            prepared_by: proposal.proposed_by,
            signed_as: given.signed_as.as_ref().map(|title| title.as_str()),
            public_url,
        };
        issuing::issue(work, &permit, dossier, (set, issues), signing)?;
    }
    if event.annuls {
        issuing::annul(work, &permit, dossier, set)?;
    }
    Ok(Signed {
        permit,
        happened,
        given: proposed,
    })
}

/// Does what a certificate brings about, and then what the exchange does by itself; each is an event of its own.
pub(crate) fn settle(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    dossier: &mut Dossier,
    set: &RuleSet,
    brought: Option<(&str, Option<Date>, Issues)>,
) -> Result<()> {
    let group = dossier.group().map(str::to_owned);
    if let Some((code, given, issues)) = brought {
        let step = derived_step(&set.rules, code, given, Some(issues), group.as_deref());
        let happened = happen(
            work,
            (None, dossier),
            set,
            &step,
            &Given {
                given_on: given,
                ..Given::default()
            },
        )?;
        rows::add_event(work.uow, permit, dossier.id, &happened)?;
    }
    // What is entered of years ago may be over by now.
    for happened in following(work, (dossier, set), terms::next_of)? {
        rows::add_event(work.uow, permit, dossier.id, &happened)?;
    }
    dossier.updated_at = work.now;
    Ok(())
}

/// Does with a dossier, in memory, what comes next without anybody, one after the other; each is an event of its own.
fn following(
    work: &mut Work<'_, '_>,
    (dossier, set): (&mut Dossier, &RuleSet),
    next: impl for<'a> Fn(&'a Procedure, &Dossier, (&Calendar, Date)) -> Option<&'a Event>,
) -> Result<Vec<DossierEvent>> {
    let group = dossier.group().map(str::to_owned);
    let (edition, today) = (work.calendar()?, day_of(work.now));
    let mut done = Vec::new();
    for unwritten in 0..MOST_BY_ITSELF {
        let Some(event) = next(&set.rules, dossier, (&edition.calendar, today)) else {
            break;
        };
        let step = derived_step(&set.rules, &event.code, None, None, group.as_deref());
        let mut happened = happen(work, (None, dossier), set, &step, &Given::default())?;
        happened.number += unwritten;
        done.push(happened);
    }
    Ok(done)
}

/// What an event makes of a dossier, which is not kept yet.
pub(in crate::service::dossiers) fn apply(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    dossier: &mut Dossier,
    set: &RuleSet,
    (code, side): (&str, Side),
    given: &Given,
) -> Result<DossierEvent> {
    let today = day_of(work.now);
    let hands_in = set.rules.event(code).is_some_and(|event| event.hands_in);
    let before = dossier
        .handed_in_at
        .filter(|_| hands_in)
        .map(|_| dossier.content.clone());
    // Only who wrote it hands it in.
    if hands_in && side == Side::Filer && dossier.hand_over() {
        regrouping::regroup(work, dossier, set)?;
    }
    let group = dossier.group().map(str::to_owned);
    let step = Step {
        event: code,
        side,
        given: given.given_on,
        ground: given.ground.as_deref(),
        has_note: given.note.is_some(),
        group: group.as_deref(),
        comes_of: None,
    };
    if let Some((day, event)) = given.received_on.zip(set.rules.event(code)) {
        receipt::check(work.conn(), dossier, (&set.rules, event), (day, today))?;
    }
    let came = receipt::last_step(dossier, &set.rules, today);
    let happened = happen(work, (permit.actor().account(), dossier), set, &step, given);
    let edition = work.calendar()?;
    let letter = set
        .rules
        .event(code)
        .map(|event| check_letter(event, given, &edition.calendar, (came, today)));
    let happened = together(happened, letter.unwrap_or(Ok(())))?;
    if let Some(event) = set.rules.event(code) {
        opinions::require_new_letter(work.conn(), dossier.id, set, (code, given))?;
        check_year(event, given.year, happened.year, given.received_on.unwrap_or(today))?;
        screening::require(work, dossier, event)?;
    }
    let wrong = set
        .rules
        .event(code)
        .and_then(|event| sense::given_day(&dossier.content, &set.rules, event, given.given_on));
    if let Some(wrong) = wrong {
        return Err(Error::field("/given_on", wrong));
    }
    match set.rules.event(code) {
        Some(event) if event.hands_in => {
            let told = (dossier, before.as_ref());
            handing_in::hand_in(work, permit, told, (set, event), (today, given.received_on))?;
        }
        Some(event) => handing_in::require_papers(work, dossier, (set, event), given.ground.as_deref())?,
        None => {}
    }
    Ok(happened)
}

/// Does a step, in memory.
pub(in crate::service::dossiers) fn happen(
    work: &mut Work<'_, '_>,
    (account, dossier): (Option<AccountId>, &mut Dossier),
    set: &RuleSet,
    step: &Step<'_>,
    given: &Given,
) -> Result<DossierEvent> {
    let (now, today) = (work.now, day_of(work.now));
    let calendar = work.calendar()?;
    // What came on paper happened when it came.
    let day = given.received_on.unwrap_or(today);
    let event = set.rules.event(step.event);
    let next = event.and_then(|event| engine::report_year(event, &dossier.standing, day));
    let corrects =
        event.is_some_and(|event| engine::is_correction((&set.rules, event), &dossier.standing, given.year, day));
    let year = if corrects { given.year } else { next };
    let taken = engine::step(&set.rules, &dossier.standing, step, &calendar.calendar, day);
    let mut taken = taken.map_err(|refusal| {
        let stands = (&set.rules, &dossier.standing);
        refused_step(stands, step, refusal, (given.received_on, today))
    })?;
    if corrects {
        taken.standing.marks.clone_from(&dossier.standing.marks);
        (taken.due_on, taken.is_late) = (None, false);
    }
    let from_state = std::mem::replace(&mut dossier.standing, taken.standing).state;
    if let Some(event) = event {
        let content = &dossier.content;
        for (mark, day) in engine::told(event, |member| content.day(member), step.group, &calendar.calendar) {
            dossier.standing.marks.insert(mark.to_owned(), day);
        }
    }
    dossier.due_at = dossier.due_by(&set.rules, &calendar.calendar);
    dossier.closed_at = set.rules.is_final(&dossier.standing.state).then_some(now);
    if dossier.closed_at.is_some() {
        // What was never handed in is nothing any more.
        dossier.working.content = None;
    }
    Ok(DossierEvent {
        number: rows::count_events(work.conn(), dossier.id)? + 1,
        event: step.event.to_owned(),
        from_state,
        to_state: dossier.standing.state.clone(),
        side: step.side,
        account,
        ground: given.ground.clone(),
        note: given.note.as_ref().map(|note| note.as_str().to_owned()),
        given_on: given.given_on,
        received_on: given.received_on,
        year,
        letter_number: given.letter_number.as_ref().map(|number| number.as_str().to_owned()),
        letter_on: given.letter_on,
        addressees: given.addressees.iter().map(|name| name.as_str().to_owned()).collect(),
        promised_on: given.promised_on,
        subject: counting::is_opinion(set, step.event).then(|| OpinionSubject::of(dossier)),
        due_on: taken.due_on,
        is_late: taken.is_late,
        at: now,
    })
}
