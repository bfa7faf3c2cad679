//! Officers of the Department: appointing them, changing what they may do and where, suspending them.
//!
//! Nobody changes the own rights. With it somebody who may manage officers always remains: whoever takes the right from
//! another one has it, and cannot lose it by the same deed (erasing the last one is up to the command line to mend). Nor does anybody give others, or decide about others, who have
//! more reach than the own: a scope holds for appointing too.

use jiff::{SignedDuration, Timestamp};

use super::accounts::{NewOfficer, ONE_TIME_HOURS};
use super::audit::state;
use super::context::{App, Caller, Work};
use super::credentials::random_password;
use super::letters::Recipient;
use super::paging::{cut, rows_for};
use super::review::claims;
use super::versions::require_version;
use super::{Error, ErrorCode, Result, passwords};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::{Account, AccountStatus, Language, Permission, Scope, Standing};
use crate::domain::audit::{Deed, Reason};
use crate::domain::ids::AccountId;
use crate::domain::letter::Letter;
use crate::store::sessions::{self, EndReason};
use crate::store::{AnyConn, accounts, proofs, reference};

/// An officer.
#[derive(Clone, Debug)]
pub struct Officer {
    /// The account.
    pub account: Account,
    /// What the officer may do.
    pub permissions: Vec<Permission>,
    /// Where.
    pub scope: Scope,
    /// Whether there is a second factor.
    pub has_factor: bool,
}

pub(super) fn find(conn: &mut AnyConn, id: AccountId) -> Result<Officer> {
    let account = accounts::find(conn, id)?;
    let has_factor = accounts::credentials_of(conn, id)?.has_factor;
    match account.standing.clone() {
        Standing::Officer { permissions, scope } => Ok(Officer {
            account,
            permissions,
            scope,
            has_factor,
        }),
        Standing::Member { .. } | Standing::Person => Err(ErrorCode::NotFound.into()),
    }
}

fn permitted(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Permit> {
    let actor = caller.actor(conn, now)?;
    Ok(decide(&actor, Action::ManageOfficers, &Resource::None)?)
}

/// A page of the officers, oldest account first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    after: Option<AccountId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Officer>, Option<AccountId>)> {
    permitted(conn, caller, now)?;
    let (ids, next) = cut(accounts::officers(conn, after, rows_for(limit))?, limit, |id| *id);
    let officers = ids.into_iter().map(|id| find(conn, id)).collect::<Result<_>>()?;
    Ok((officers, next))
}

/// One officer.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: AccountId, now: Timestamp) -> Result<Officer> {
    permitted(conn, caller, now)?;
    find(conn, id)
}

/// The hash of a password that nobody knows, for an officer to be appointed. Nobody without the right costs a hash; the
/// right is asked for again when the officer is [appointed](appoint).
pub async fn unusable_password(app: &App, caller: Caller) -> Result<String> {
    app.read_by_key(move |conn, now| {
        permitted(conn, &caller, now)?;
        caller.require_fresh(conn, now)
    })
    .await?;
    app.hasher.hash(random_password()?).await
}

/// Appoints an officer: opens an account with a password that nobody knows, and sends a letter with which its owner sets
/// one.
pub fn appoint(work: &mut Work<'_, '_>, caller: &Caller, new: &NewOfficer, password_hash: &str) -> Result<Officer> {
    let permit = managing(work, caller)?;
    refuse_wider(work, &permit, &new.scope)?;
    refuse_unlimited(&permit, &new.permissions)?;
    let id = AccountId(work.next_id());
    let standing = Standing::Officer {
        permissions: new.permissions.clone(),
        scope: new.scope.clone(),
    };
    let row = accounts::NewAccount {
        id,
        email: &new.email,
        display_name: &new.display_name,
        password_hash,
        one_time_until: None,
        password_stands_alone: true,
        standing: &standing,
        // Setting the first password proves it.
        email_verified_at: None,
        language: Language::Vi,
    };
    let now = work.now;
    accounts::insert(work.uow, &permit, &row, now).map_err(|error| {
        let mut refusal = Error::from(error);
        for field in &mut refusal.fields {
            field.pointer = field.pointer.trim_start_matches("/account").into();
        }
        refusal
    })?;
    work.remember_account(&permit, Deed::OfficerAppointed, id, None, None)?;
    let token = passwords::first_password(work, id, SignedDuration::from_hours(ONE_TIME_HOURS))?;
    let officer = find(work.conn(), id)?;
    work.send(&Recipient::of(&officer.account), &Letter::OfficerAppointed { token })?;
    Ok(officer)
}

/// The proof that the caller, who has just shown who it is, may manage officers.
fn managing(work: &mut Work<'_, '_>, caller: &Caller) -> Result<Permit> {
    let now = work.now;
    let permit = permitted(work.conn(), caller, now)?;
    caller.require_fresh(work.conn(), now)?;
    Ok(permit)
}

/// The same for what nobody does to the own account.
pub(super) fn managing_other(work: &mut Work<'_, '_>, caller: &Caller, id: AccountId) -> Result<(Permit, Officer)> {
    let permit = managing(work, caller)?;
    let officer = find(work.conn(), id)?;
    if permit.actor().account() == Some(id) {
        return Err(ErrorCode::SecondPersonRequired.into());
    }
    refuse_wider(work, &permit, &officer.scope)?;
    refuse_unlimited(&permit, &officer.permissions)?;
    Ok((permit, officer))
}

/// What is given is held against the own scope as it is understood today: an older code may stand for more than its name
/// says.
fn refuse_wider(work: &mut Work<'_, '_>, permit: &Permit, wanted: &Scope) -> Result<()> {
    let now = work.now;
    let wanted = reference::scope_of_today(work.conn(), wanted, now)?;
    match permit.actor() {
        Actor::Officer { scope, .. } if scope.includes(&wanted) => Ok(()),
        _ => Err(Error {
            refused: Some(permit.action()),
            ..ErrorCode::Forbidden.into()
        }),
    }
}

/// A right that no scope limits is given by those only whom no scope limits; else a manager of one commune would appoint
/// somebody who reads the trail of the whole province.
fn refuse_unlimited(permit: &Permit, wanted: &[Permission]) -> Result<()> {
    match permit.actor() {
        Actor::Officer { scope, .. } if *scope == Scope::default() => Ok(()),
        Actor::Officer { .. } if wanted.iter().all(|permission| permission.has_place()) => Ok(()),
        _ => Err(Error {
            refused: Some(permit.action()),
            ..ErrorCode::Forbidden.into()
        }),
    }
}

/// Changes what an officer may do and where; the officer's sessions end, and what was taken up and is no business of the officer's any more
/// is free for others.
pub fn edit(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: AccountId,
    seen: i64,
    permissions: Option<&[Permission]>,
    scope: Option<&Scope>,
) -> Result<Officer> {
    let now = work.now;
    let (permit, officer) = managing_other(work, caller, id)?;
    require_version(seen, officer.account.version)?;
    let permissions = permissions.unwrap_or(&officer.permissions);
    let scope = scope.unwrap_or(&officer.scope);
    refuse_wider(work, &permit, scope)?;
    refuse_unlimited(&permit, permissions)?;
    let before = state::of_account(work, id)?;
    accounts::set_rights(work.uow, &permit, id, seen, permissions, scope, now)?;
    claims::give_back_what_is_decided_no_more(work, &permit, id)?;
    sessions::end_all(work.uow, id, None, EndReason::RoleChanged, now)?;
    work.remember_account(&permit, Deed::OfficerEdited, id, None, Some(before))?;
    work.send(&Recipient::of(&officer.account), &Letter::OfficerChanged)?;
    find(work.conn(), id)
}

/// Closes an officer's account; the officer's sessions end, and what the officer has taken up is free for others.
pub fn suspend(work: &mut Work<'_, '_>, caller: &Caller, id: AccountId, reason: &Reason) -> Result<Officer> {
    let now = work.now;
    let (permit, officer) = managing_other(work, caller, id)?;
    if officer.account.status != AccountStatus::Active {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    let before = state::of_account(work, id)?;
    accounts::set_status(work.uow, &permit, id, AccountStatus::Disabled, now)?;
    sessions::end_all(work.uow, id, None, EndReason::AccountClosed, now)?;
    proofs::withdraw_all(work.uow, id, now)?;
    claims::give_back_all(work, &permit, id)?;
    work.remember_account(&permit, Deed::AccountClosed, id, Some(reason), Some(before))?;
    find(work.conn(), id)
}

/// Opens a closed officer's account again.
pub fn reinstate(work: &mut Work<'_, '_>, caller: &Caller, id: AccountId) -> Result<Officer> {
    let now = work.now;
    let (permit, officer) = managing_other(work, caller, id)?;
    // An account that was erased belongs to nobody any more.
    if officer.account.status != AccountStatus::Disabled || officer.account.email.is_erased() {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    let before = state::of_account(work, id)?;
    accounts::set_status(work.uow, &permit, id, AccountStatus::Active, now)?;
    work.remember_account(&permit, Deed::AccountReopened, id, None, Some(before))?;
    find(work.conn(), id)
}
