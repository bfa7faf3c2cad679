//! Accounts of people who are no officers, as officers see them, and suspending them. It concerns the person, not the
//! enterprise: what the person wrote for it stays, and so do its keys.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::letters::Recipient;
use super::members::end_invitations;
use super::versions::require_version_if_named;
use super::{ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Place, Resource, decide};
use crate::domain::account::{Account, AccountStatus, Standing};
use crate::domain::audit::{Deed, Reason};
use crate::domain::ids::AccountId;
use crate::domain::letter::Letter;
use crate::store::sessions::{self, EndReason};
use crate::store::{AnyConn, Error, accounts, enterprises, proofs};

/// One account.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: AccountId, now: Timestamp) -> Result<Account> {
    Ok(found(conn, caller, id, Action::ReadAccount, now)?.1)
}

/// Finds an account and decides whether the caller may do this to it. Officers' accounts are not found here.
pub(super) fn found(
    conn: &mut AnyConn,
    caller: &Caller,
    id: AccountId,
    action: Action,
    now: Timestamp,
) -> Result<(Permit, Account)> {
    let actor = caller.actor(conn, now)?;
    if matches!(actor, Actor::Officer { .. }) && actor.account() == Some(id) {
        return Err(ErrorCode::SecondPersonRequired.into());
    }
    let account = accounts::find(conn, id).map_err(|error| hide(&actor, error))?;
    let permit = match account.standing {
        Standing::Officer { .. } => return Err(hide(&actor, Error::NotFound)),
        Standing::Person => decide(&actor, action, &Resource::Account { place: None })?,
        Standing::Member { enterprise, .. } => {
            let enterprise = enterprises::find(conn, enterprise)?;
            let place = Place {
                commune: &enterprise.profile.commune_code,
                fields: &enterprise.profile.field_codes,
            };
            decide(&actor, action, &Resource::Account { place: Some(place) })?
        }
    };
    Ok((permit, account))
}

/// The account and the proof that the caller, who has just shown who it is, may suspend it.
fn deciding(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: AccountId,
    seen: Option<i64>,
    expected: AccountStatus,
) -> Result<(Permit, Account)> {
    let now = work.now;
    let (permit, account) = found(work.conn(), caller, id, Action::SuspendAccount, now)?;
    caller.require_fresh(work.conn(), now)?;
    require_version_if_named(seen, account.version)?;
    if account.status != expected {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    Ok((permit, account))
}

/// Suspends an account: its sessions end, links from its letters and invitations that it sent are worthless, and nobody
/// signs in with it.
pub fn suspend(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: AccountId,
    seen: Option<i64>,
    reason: &Reason,
) -> Result<Account> {
    let now = work.now;
    let (permit, account) = deciding(work, caller, id, seen, AccountStatus::Active)?;
    let before = state::of_account(work, id)?;
    accounts::set_status(work.uow, &permit, id, AccountStatus::Disabled, now)?;
    sessions::end_all(work.uow, id, None, EndReason::AccountClosed, now)?;
    proofs::withdraw_all(work.uow, id, now)?;
    if let Standing::Member { enterprise, .. } = account.standing {
        end_invitations(work, &permit, enterprise, id)?;
    }
    work.remember_account(&permit, Deed::AccountClosed, id, Some(reason), Some(before))?;
    let letter = Letter::AccountSuspended {
        reason: reason.text.as_str().to_owned(),
    };
    work.send(&Recipient::of(&account), &letter)?;
    Ok(accounts::find(work.conn(), id)?)
}

/// Opens a suspended account again; its owner signs in anew.
pub fn reinstate(work: &mut Work<'_, '_>, caller: &Caller, id: AccountId, seen: Option<i64>) -> Result<Account> {
    let now = work.now;
    let (permit, account) = deciding(work, caller, id, seen, AccountStatus::Disabled)?;
    let before = state::of_account(work, id)?;
    accounts::set_status(work.uow, &permit, id, AccountStatus::Active, now)?;
    work.remember_account(&permit, Deed::AccountReopened, id, None, Some(before))?;
    work.send(&Recipient::of(&account), &Letter::AccountReinstated)?;
    Ok(accounts::find(work.conn(), id)?)
}
