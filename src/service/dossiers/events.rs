//! What happens to dossiers: one door for every event of every procedure.

use jiff::civil::Date;

use super::super::audit::state;
use super::super::context::{Caller, Work};
use super::super::members::tell_owners;
use super::super::procedures::RuleSet;
use super::super::{Error, ErrorCode, Result};
use super::{Opened, found, handing_in, opened, resource, rules_of};
use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::{day_of, deadline_of};
use crate::domain::dossier::{Dossier, DossierEvent};
use crate::domain::fields::Violation;
use crate::domain::ids::DossierId;
use crate::domain::letter::{DossierNews, Letter};
use crate::domain::procedure::engine::{self, Need, Refusal, Step};
use crate::domain::procedure::{Event, Procedure, Side};
use crate::domain::text::Prose;
use crate::store::audit::Change;
use crate::store::dossiers as rows;

pub use super::handing_in::{missing, missing_papers};

/// What comes with an event.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// A day.
    pub given_on: Option<Date>,
    /// The ground or outcome.
    pub ground: Option<String>,
    /// Words.
    pub note: Option<Prose<4_000>>,
}

/// Does a step with a dossier.
pub fn take(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (DossierId, i64),
    code: &str,
    given: &Given,
) -> Result<Opened> {
    let now = work.now;
    let (actor, _, mut dossier) = found(work.conn(), caller, id, now)?;
    let set = rules_of(work.conn(), &dossier, day_of(now))?;
    let Some(event) = set.rules.event(code) else {
        return Err(Error::field("/event", Violation::Malformed { what: "dossier_event" }));
    };
    let is_officer = matches!(actor, Actor::Officer { .. });
    let side = match (is_officer, event.actor.side()) {
        // Who entered a paper filing does what its filer would.
        (true, Side::Filer) if dossier.is_paper => Side::Filer,
        (true, _) => Side::Officer,
        (false, _) => Side::Filer,
    };
    let action = match side {
        Side::Filer => Action::EditDossier,
        Side::Officer => Action::HandleDossier,
    };
    let permit = decide(&actor, action, &resource(&dossier))?;
    if seen != dossier.version {
        return Err(ErrorCode::StaleVersion.into());
    }
    let before = state::of_dossier(&dossier)?;
    let happened = apply(work, &permit, &mut dossier, &set, (code, side), given)?;
    if side == Side::Officer {
        dossier.handler = actor.account();
    }
    dossier.updated_at = now;
    rows::update(work.uow, &permit, &mut dossier)?;
    rows::add_event(work.uow, &permit, id, &happened)?;
    let change = Change::between(before, state::of_dossier(&dossier)?);
    work.remember_change(&permit, Deed::DossierEventTaken, ("dossier", id.0), None, change)?;
    if side == Side::Officer {
        tell(work, &dossier, &set.rules, event, given)?;
    }
    opened(work.conn(), &actor, dossier, now)
}

/// What an event makes of a dossier, which is not kept yet.
pub(super) fn apply(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    dossier: &mut Dossier,
    set: &RuleSet,
    (code, side): (&str, Side),
    given: &Given,
) -> Result<DossierEvent> {
    let (now, today) = (work.now, day_of(work.now));
    let calendar = work.calendar()?;
    let group = dossier.group().map(str::to_owned);
    let step = Step {
        event: code,
        side,
        given: given.given_on,
        ground: given.ground.as_deref(),
        has_note: given.note.is_some(),
        group: group.as_deref(),
    };
    let taken = engine::step(&set.rules, &dossier.standing, &step, &calendar.calendar, today)
        .map_err(|refusal| refused(&set.rules, code, refusal))?;
    if let Some(event) = set.rules.event(code).filter(|event| event.hands_in) {
        handing_in::hand_in(work, permit, dossier, (set, event), today)?;
    }
    let from_state = std::mem::replace(&mut dossier.standing, taken.standing).state;
    dossier.due_at = dossier.due_by(&set.rules, &calendar.calendar);
    dossier.closed_at = set.rules.is_final(&dossier.standing.state).then_some(now);
    Ok(DossierEvent {
        number: rows::count_events(work.conn(), dossier.id)? + 1,
        event: code.to_owned(),
        from_state,
        to_state: dossier.standing.state.clone(),
        side,
        account: permit.actor().account(),
        ground: given.ground.clone(),
        note: given.note.as_ref().map(|note| note.as_str().to_owned()),
        given_on: given.given_on,
        due_on: taken.due_on,
        is_late: taken.is_late,
        at: now,
    })
}

/// Owners are told what an officer did, in words of the rule set.
fn tell(work: &mut Work<'_, '_>, dossier: &Dossier, rules: &Procedure, event: &Event, given: &Given) -> Result<()> {
    let Some(enterprise) = dossier.enterprise else {
        return Ok(());
    };
    let calendar = work.calendar()?;
    let due = engine::due(rules, &dossier.standing, dossier.group(), &calendar.calendar);
    let own = due.iter().find(|due| due.event.actor.side() == Side::Filer);
    let letter = Letter::Dossier(DossierNews {
        number: dossier.number.clone().unwrap_or_default(),
        procedure_vi: rules.text.name_vi.clone(),
        procedure_en: rules.text.name_en.clone(),
        event_vi: event.name_vi.clone(),
        event_en: event.name_en.clone(),
        note: given.note.as_ref().map(|note| note.as_str().to_owned()),
        due_at: own.map(|due| deadline_of(due.due_on)),
    });
    tell_owners(work, enterprise, &letter)
}

fn names(rules: &Procedure, states: &[String]) -> (String, String) {
    let known = || states.iter().filter_map(|code| rules.state(code));
    let vi: Vec<String> = known().map(|state| format!("“{}”", state.name_vi)).collect();
    let en: Vec<String> = known().map(|state| format!("“{}”", state.name_en)).collect();
    (vi.join(", "), en.join(", "))
}

/// Why not, in words of the rule set and with its article.
fn refused(rules: &Procedure, code: &str, refusal: Refusal) -> Error {
    let unknown = || Error::field("/event", Violation::Malformed { what: "dossier_event" });
    let Some(event) = rules.event(code) else {
        return unknown();
    };
    let basis = &event.legal_basis;
    let (vi, en) = (&event.name_vi, &event.name_en);
    match refusal {
        Refusal::UnknownEvent => unknown(),
        Refusal::WrongState { state } => {
            let (from_vi, from_en) = names(rules, &event.from);
            let (now_vi, now_en) = names(rules, &[state]);
            Error::new(
                ErrorCode::DossierWrongState,
                format!("“{vi}” chỉ thực hiện được ở trạng thái {from_vi}; hồ sơ đang ở {now_vi} ({basis})."),
                format!("“{en}” is possible in {from_en} only; the dossier is in {now_en} ({basis})."),
            )
        }
        Refusal::WrongSide(actor) => {
            let (who_vi, who_en) = actor.name();
            Error::new(
                ErrorCode::Forbidden,
                format!("“{vi}” do {who_vi} thực hiện ({basis})."),
                format!("“{en}” is done by {who_en} ({basis})."),
            )
        }
        Refusal::TooOften(most) => Error::new(
            ErrorCode::LimitReached,
            format!("“{vi}” chỉ được thực hiện {most} lần ({basis})."),
            format!("“{en}” is possible {most} time(s) only ({basis})."),
        ),
        Refusal::TooEarly(day) => Error::new(
            ErrorCode::TooEarly,
            format!(
                "“{vi}” chỉ thực hiện được sau ngày {} ({basis}).",
                day.strftime("%d/%m/%Y")
            ),
            format!("“{en}” is possible after {day} only ({basis})."),
        ),
        Refusal::TooLate(day) => Error::new(
            ErrorCode::DossierTermOver,
            format!(
                "Đã hết thời hạn ngày {} để thực hiện “{vi}” ({basis}).",
                day.strftime("%d/%m/%Y")
            ),
            format!("The term for “{en}” ended on {day} ({basis})."),
        ),
        Refusal::Needs(need) => match need {
            Need::Note => Error::field("/note", Violation::Required),
            Need::Day => Error::field("/given_on", Violation::Malformed { what: "past_day" }),
            Need::Ground => Error::field("/ground", Violation::Malformed { what: "ground" }),
            Need::NoGround => Error::field("/ground", Violation::Conflicts { with: "event" }),
            Need::NoDay => Error::field("/given_on", Violation::Conflicts { with: "event" }),
        },
    }
}
