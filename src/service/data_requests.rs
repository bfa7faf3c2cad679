//! What people ask about their data: the register, its terms, and what officers do with a request.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::letters::Recipient;
use super::paging::{cut, rows_for};
use super::policies::{LISTED, person};
use super::versions::require_version_if_named;
use super::{Error, ErrorCode, Result, personal_data};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, DataRequestId};
use crate::domain::letter::Letter;
use crate::domain::privacy::{DataRequest, RequestKind, RequestState, TermTable, WrongStep};
use crate::domain::text::Prose;
use crate::store::privacy::Register;
use crate::store::{AnyConn, accounts, privacy};

/// Most requests of one person that may be open at once.
const OPEN_MAX: usize = 10;

/// What officers answer.
pub type Answer = Prose<5_000>;

/// What an officer does with a request.
#[derive(Clone, Debug)]
pub enum Step {
    /// Tells the person that it is being dealt with.
    Acknowledge,
    /// Takes more time, once.
    Extend {
        /// How many days.
        days: u16,
        /// Why.
        answer: Answer,
    },
    /// Does what was asked.
    Fulfil {
        /// What was done.
        answer: Answer,
    },
    /// Refuses.
    Refuse {
        /// Why.
        answer: Answer,
    },
}

/// A request in the officers' register.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The request.
    pub request: DataRequest,
    /// Name of who asks.
    pub name: String,
    /// Address of who asks.
    pub email: String,
}

/// Enters the caller's request into the register.
pub fn ask(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    terms: &TermTable,
    kind: RequestKind,
    details: Option<Prose<5_000>>,
) -> Result<DataRequest> {
    let now = work.now;
    let (actor, account) = person(work.conn(), caller, now)?;
    // What is erased does not come back; everything else that the law lets people ask costs nobody anything.
    if kind == RequestKind::Erase {
        caller.require_fresh(work.conn(), now)?;
    }
    if kind == RequestKind::Rectify && details.is_none() {
        return Err(Error::field("/details", Violation::Required));
    }
    let open = privacy::requests_of(work.conn(), account, LISTED)?;
    let open: Vec<&DataRequest> = open.iter().filter(|request| request.state.is_open()).collect();
    if kind == RequestKind::Erase && open.iter().any(|request| request.kind == kind) {
        return Err(ErrorCode::AlreadyThere.into());
    }
    if open.len() >= OPEN_MAX {
        return Err(ErrorCode::LimitReached.into());
    }
    let (id, edition) = (DataRequestId(work.next_id()), work.calendar()?);
    let by = (terms, &edition.calendar);
    let request = DataRequest::new(id, account, kind, details, by, now);
    privacy::register(work.uow, &request)?;
    work.remember_by(&actor, Deed::DataRequested, "data_request", request.id.0)?;
    Ok(request)
}

/// The caller's requests, newest first.
pub fn mine(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Vec<DataRequest>> {
    let (_, account) = person(conn, caller, now)?;
    Ok(privacy::requests_of(conn, account, LISTED)?)
}

/// Takes one of the caller's requests back. Somebody else's does not exist here.
pub fn take_back(work: &mut Work<'_, '_>, caller: &Caller, id: DataRequestId) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::ManageSelf, &Resource::None)?;
    let mut request = privacy::request(work.conn(), id)?;
    if actor.account() != Some(request.account) {
        return Err(ErrorCode::NotFound.into());
    }
    request.close(RequestState::Withdrawn, now).map_err(wrong_step)?;
    privacy::update(work.uow, &permit, &mut request)?;
    work.remember(&permit, Deed::DataRequestTakenBack, "data_request", id.0, None)
}

/// Where a page of the register goes on: after this term and request.
pub type Place = (Timestamp, DataRequestId);

/// A page of the register, the most urgent first, and the place of the next page.
pub fn register(
    conn: &mut AnyConn,
    caller: &Caller,
    state: Option<RequestState>,
    only_overdue: bool,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Entry>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleDataRequests, &Resource::None)?;
    let which = Register {
        state,
        overdue_at: only_overdue.then_some(now),
        after,
    };
    let rows = privacy::requests(conn, which, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |(request, ..)| (request.fulfil_by, request.id));
    let entry = |(request, name, email)| Entry { request, name, email };
    Ok((rows.into_iter().map(entry).collect(), next))
}

/// Does a step with a request.
pub fn handle(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: DataRequestId,
    seen: Option<i64>,
    terms: &TermTable,
    step: &Step,
) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::HandleDataRequests, &Resource::None)?;
    if matches!(step, Step::Fulfil { .. }) {
        // An erasure cannot be undone.
        caller.require_fresh(work.conn(), now)?;
    }
    let mut request = privacy::request(work.conn(), id)?;
    require_version_if_named(seen, request.version)?;
    // Nobody judges in his or her own matter.
    if actor.account() == Some(request.account) {
        return Err(ErrorCode::SecondPersonRequired.into());
    }
    let edition = work.calendar()?;
    let by = (terms, &edition.calendar);
    let answer = match step {
        Step::Acknowledge => request.acknowledge(now).map(|()| None),
        Step::Extend { days, answer } => request.extend(*days, by, now).map(|()| Some(answer)),
        Step::Fulfil { answer } => request.close(RequestState::Fulfilled, now).map(|()| Some(answer)),
        Step::Refuse { answer } => request.close(RequestState::Refused, now).map(|()| Some(answer)),
    }
    .map_err(wrong_step)?;
    request.handled_by = actor.account();
    if let Some(answer) = answer {
        request.answer = Some(answer.clone());
    }
    privacy::update(work.uow, &permit, &mut request)?;
    work.remember(&permit, Deed::DataRequestHandled, "data_request", id.0, None)?;
    let person = accounts::find(work.conn(), request.account)?;
    if matches!(step, Step::Fulfil { .. }) {
        carry_out(work, &permit, &request)?;
    }
    if matches!(step, Step::Acknowledge) {
        let receipt = Letter::DataRequestAcknowledged {
            request: request.kind.as_str().to_owned(),
            received_at: request.received_at,
            fulfil_by: request.fulfil_by,
        };
        work.send(&Recipient::of(&person), &receipt)?;
    }
    if let Some(answer) = answer {
        // After an erasure the letter belongs to no account, so that it is the one thing that still goes there.
        let is_erased = request.kind == RequestKind::Erase && request.state == RequestState::Fulfilled;
        let recipient = Recipient {
            account: (!is_erased).then_some(person.id),
            ..Recipient::of(&person)
        };
        let letter = Letter::DataRequestAnswered {
            answer: answer.as_str().to_owned(),
        };
        work.send(&recipient, &letter)?;
    }
    let person = accounts::find(work.conn(), request.account)?;
    Ok(Entry {
        request: privacy::request(work.conn(), id)?,
        name: person.display_name.to_string(),
        email: person.email.as_str().to_owned(),
    })
}

fn wrong_step(wrong: WrongStep) -> Error {
    match wrong {
        WrongStep::TooLate => ErrorCode::AlreadyDecided.into(),
        WrongStep::TooLong { max } => Error::field(
            "/days",
            Violation::OutOfRange {
                min: 1,
                max: i64::from(max),
            },
        ),
    }
}

/// What the program does by itself when a request is fulfilled. Access, rectification and objections are dealt with by
/// people: the answer says how.
fn carry_out(work: &mut Work<'_, '_>, permit: &Permit, request: &DataRequest) -> Result<()> {
    let account = request.account;
    match request.kind {
        RequestKind::Erase => personal_data::erase(work, permit, account),
        RequestKind::Restrict => personal_data::restrict(work, permit, account),
        RequestKind::Withdraw => withdraw_all(work, permit, account),
        RequestKind::Access | RequestKind::Rectify | RequestKind::Object => Ok(()),
    }
}

fn withdraw_all(work: &mut Work<'_, '_>, permit: &Permit, account: AccountId) -> Result<()> {
    let now = work.now;
    let standing = privacy::consents_of(work.conn(), account, LISTED)?;
    for consent in standing.iter().filter(|consent| consent.withdrawn_at.is_none()) {
        privacy::withdraw(work.uow, account, consent.id, now)?;
        work.remember(permit, Deed::ConsentWithdrawn, "consent", consent.id.0, None)?;
    }
    Ok(())
}
