//! Requests to be admitted to an enterprise that is registered already; its owners decide. Of one that has none, because officers
//! entered it from a file, officers do, and admit its owner.
//!
//! Only active enterprises can be asked: the directory shows these anyway, and the answer about any other tax code is
//! the same, whether it is registered or not.

use jiff::{SignedDuration, Timestamp};

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::{permitted, resource, wrong_status};
use super::letters::Recipient;
use super::members::{managing, tell_owners};
use super::paging::{LOOKED_THROUGH, Register, cut, rows_for, within_scope};
use super::policies::person;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::{AccountStatus, Role, Standing};
use crate::domain::audit::Deed;
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::fields::among;
use crate::domain::ids::{AccountId, EnterpriseId, JoinRequestId};
use crate::domain::letter::Letter;
use crate::domain::tax_code::TaxCode;
use crate::domain::text::Prose;
pub use crate::store::join_requests::JoinRequest;
use crate::store::join_requests::{self, Decided, JoinState};
use crate::store::{AnyConn, accounts, enterprises, members};

/// Most requests of a person in a day: asking, taking back and asking again writes a letter each time.
const REQUESTS_A_DAY: i64 = 5;

fn asking(work: &mut Work<'_, '_>, caller: &Caller) -> Result<(Permit, AccountId)> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    if matches!(actor, Actor::Member { .. }) {
        return Err(ErrorCode::AlreadyMember.into());
    }
    let permit = decide(&actor, Action::RequestToJoin, &Resource::None)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    Ok((permit, account))
}

/// Asks to be admitted. Nothing is told about enterprises that the directory does not show.
pub fn ask(work: &mut Work<'_, '_>, caller: &Caller, tax_code: &TaxCode, message: Option<&Prose<500>>) -> Result<()> {
    let now = work.now;
    let (permit, account) = asking(work, caller)?;
    if join_requests::pending_of(work.conn(), account)?.is_some() {
        return Err(ErrorCode::AlreadyThere.into());
    }
    let since = now
        .checked_sub(SignedDuration::from_hours(24))
        .map_err(Error::internal)?;
    if join_requests::count_since(work.conn(), account, since)? >= REQUESTS_A_DAY {
        return Err(Error {
            retry_after: Some(3_600),
            ..ErrorCode::TooManyRequests.into()
        });
    }
    let found = enterprises::find_by_tax_code(work.conn(), tax_code)?;
    let Some(enterprise) = found.filter(|enterprise| enterprise.status == EnterpriseStatus::Active) else {
        return Ok(());
    };
    let id = JoinRequestId(work.next_id());
    join_requests::insert(work.uow, &permit, id, (enterprise.id, account), message, now)?;
    work.remember(&permit, Deed::JoinRequested, "join_request", id.0, None)?;
    let letter = Letter::JoinRequested {
        person: accounts::find(work.conn(), account)?.display_name.to_string(),
        enterprise: enterprise.profile.legal_name.to_string(),
    };
    tell_owners(work, enterprise.id, &letter)
}

/// The caller's newest request, whatever became of it.
pub fn mine(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<JoinRequest> {
    let (_, account) = person(conn, caller, now)?;
    join_requests::newest_of(conn, account)?.ok_or_else(|| ErrorCode::NotFound.into())
}

/// Takes the caller's request back.
pub fn withdraw(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let now = work.now;
    let (permit, account) = asking(work, caller)?;
    let request = join_requests::pending_of(work.conn(), account)?.ok_or(ErrorCode::NotFound)?;
    let decided = Decided {
        state: JoinState::Withdrawn,
        role: None,
        by: None,
    };
    join_requests::decide(work.uow, &permit, request.id, decided, now)?;
    work.remember(&permit, Deed::JoinEnded, "join_request", request.id.0, None)
}

/// A page of the requests to an enterprise, newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    enterprise: EnterpriseId,
    before: Option<JoinRequestId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<JoinRequest>, Option<JoinRequestId>)> {
    if matches!(caller.actor(conn, now)?, Actor::Officer { .. }) {
        permitted(conn, caller, enterprise, Action::AdmitOwner, now)?;
        require_ownerless(conn, enterprise)?;
    } else {
        permitted(conn, caller, enterprise, Action::ReadAdmissions, now)?;
    }
    let rows = join_requests::of_enterprise(conn, enterprise, before, rows_for(limit))?;
    Ok(cut(rows, limit, |request| request.id))
}

/// A page of the requests that wait at active enterprises without an owner, longest first, as far as the officer looks after these.
pub fn list_ownerless(
    conn: &mut AnyConn,
    caller: &Caller,
    after: Option<JoinRequestId>,
    limit: u32,
    now: Timestamp,
) -> Result<Register<JoinRequest, JoinRequestId>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::AdmitOwner, &Resource::None)?;
    let rows = join_requests::pending_at_ownerless(conn, after, LOOKED_THROUGH)?;
    within_scope(
        rows,
        limit,
        |request| request.id,
        |request| {
            let enterprise = enterprises::find(conn, request.enterprise)?;
            decide(&actor, Action::AdmitOwner, &resource(&enterprise))?;
            Ok(request)
        },
    )
}

/// Whoever has an owner is that one's to let people into.
fn require_ownerless(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<()> {
    if members::has_owner(conn, enterprise)? {
        return Err(Error::new(
            ErrorCode::OtherOwners,
            "Doanh nghiệp đã có chủ tài khoản; chủ tài khoản quyết định ai được tham gia.",
            "The enterprise has an owner, who decides whom to admit.",
        ));
    }
    Ok(())
}

/// The proof that an officer may make who asks the owner of an enterprise that has none, or refuse.
fn admitting(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    role: Option<Role>,
) -> Result<(Permit, Enterprise)> {
    let now = work.now;
    let (permit, enterprise) = permitted(work.conn(), caller, id, Action::AdmitOwner, now)?;
    if role.is_some() {
        caller.require_fresh(work.conn(), now)?;
    }
    require_ownerless(work.conn(), id)?;
    match role {
        // Others come in by their owner.
        Some(Role::Editor | Role::Viewer) => Err(Error::field("/role", among(&[Role::Owner.as_str()]))),
        Some(Role::Owner) if enterprise.status != EnterpriseStatus::Active => Err(wrong_status(enterprise.status)),
        Some(Role::Owner) | None => Ok((permit, enterprise)),
    }
}

/// Admits who asks in a role, or refuses (`None`). Admitting is as sensitive as inviting: the role may be that of an owner.
pub fn answer(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    enterprise: EnterpriseId,
    id: JoinRequestId,
    role: Option<Role>,
) -> Result<JoinRequest> {
    let now = work.now;
    let is_officer = matches!(caller.actor(work.conn(), now)?, Actor::Officer { .. });
    let (permit, enterprise) = match role {
        _ if is_officer => admitting(work, caller, enterprise, role)?,
        Some(_) => managing(work, caller, enterprise)?,
        None => permitted(work.conn(), caller, enterprise, Action::ManageMembers, now)?,
    };
    let request = join_requests::find(work.conn(), id)?;
    // The path names both, and an owner of one enterprise decides nothing of another's (GHSA-569v).
    if request.enterprise != enterprise.id {
        return Err(ErrorCode::NotFound.into());
    }
    if request.state != JoinState::Pending {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    let person = accounts::find(work.conn(), request.account)?;
    let decided = Decided {
        state: if role.is_some() {
            JoinState::Approved
        } else {
            JoinState::Rejected
        },
        role,
        by: permit.actor().account(),
    };
    let before = state::of_account(work, person.id)?;
    let deed = match role {
        Some(role) => {
            if person.standing != Standing::Person {
                return Err(ErrorCode::AlreadyMember.into());
            }
            if person.status != AccountStatus::Active {
                return Err(ErrorCode::AlreadyDecided.into());
            }
            members::insert(work.uow, &permit, enterprise.id, person.id, role, now)?;
            Deed::MemberJoined
        }
        None => Deed::JoinEnded,
    };
    join_requests::decide(work.uow, &permit, id, decided, now)?;
    work.remember_account(&permit, deed, person.id, None, Some(before))?;
    let letter = Letter::JoinDecided {
        enterprise: enterprise.profile.legal_name.to_string(),
        approved: role.is_some(),
        by_exchange: is_officer,
    };
    work.send(&Recipient::of(&person), &letter)?;
    Ok(join_requests::find(work.conn(), id)?)
}
