//! Members of an enterprise: who they are, what they may do, leaving, and handing the ownership over.
//!
//! An enterprise always has an owner: whoever is the last one cannot go before handing over.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::permitted;
use super::letters::Recipient;
use super::paging::{cut, rows_for};
use super::{ErrorCode, Result, listing_contacts};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::{AccountStatus, Role};
use crate::domain::audit::Deed;
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::ids::{AccountId, EnterpriseId, ListingId};
use crate::domain::letter::Letter;
use crate::store::invitations::{self, InvitationState};
use crate::store::members;
pub use crate::store::members::Member;
use crate::store::sessions::{self, EndReason};
use crate::store::{AnyConn, accounts, enterprises};

/// A member as the caller may see it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The member.
    pub member: Member,
    /// Whether name and address are kept from the caller: the person had processing restricted, and the caller is
    /// neither an owner, who has to manage members, nor an officer, who supervises the enterprise.
    pub is_masked: bool,
}

impl From<Member> for Seen {
    fn from(member: Member) -> Self {
        Self {
            member,
            is_masked: false,
        }
    }
}

/// A page of an enterprise's members, oldest account first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    enterprise: EnterpriseId,
    after: Option<AccountId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Seen>, Option<AccountId>)> {
    let (permit, _) = permitted(conn, caller, enterprise, Action::ReadMembers, now)?;
    let rows = members::of_enterprise(conn, enterprise, after, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |member| member.account);
    let is_colleague = matches!(
        permit.actor(),
        Actor::Member {
            role: Role::Editor | Role::Viewer,
            ..
        }
    );
    let own = permit.actor().account();
    let seen = |member: Member| Seen {
        is_masked: member.is_restricted && is_colleague && own != Some(member.account),
        member,
    };
    Ok((rows.into_iter().map(seen).collect(), next))
}

/// Gives a member another role; the member's sessions end.
pub fn set_role(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    enterprise: EnterpriseId,
    account: AccountId,
    role: Role,
) -> Result<Member> {
    let (permit, enterprise) = managing(work, caller, enterprise)?;
    let mut member = members::find(work.conn(), enterprise.id, account)?;
    if member.role == role {
        return Ok(member);
    }
    if role == Role::Owner {
        refuse_suspended(work, account)?;
    } else {
        refuse_last_owner(work, &member, enterprise.id)?;
    }
    change(work, &permit, &enterprise, account, role)?;
    member.role = role;
    Ok(member)
}

/// Makes another member the owner and the caller an editor, both or neither.
pub fn transfer(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    enterprise: EnterpriseId,
    account: AccountId,
) -> Result<Member> {
    let (permit, enterprise) = managing(work, caller, enterprise)?;
    let mut member = members::find(work.conn(), enterprise.id, account)?;
    let own = permit.actor().account().ok_or(ErrorCode::Forbidden)?;
    if own == account {
        return Err(ErrorCode::AlreadyThere.into());
    }
    refuse_suspended(work, account)?;
    if member.role != Role::Owner {
        change(work, &permit, &enterprise, account, Role::Owner)?;
    }
    change(work, &permit, &enterprise, own, Role::Editor)?;
    member.role = Role::Owner;
    Ok(member)
}

/// Removes a member; the member's sessions end.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller, enterprise: EnterpriseId, account: AccountId) -> Result<()> {
    let now = work.now;
    let (permit, enterprise) = managing(work, caller, enterprise)?;
    let member = members::find(work.conn(), enterprise.id, account)?;
    refuse_last_owner(work, &member, enterprise.id)?;
    let before = state::of_account(work, account)?;
    members::delete(work.uow, &permit, enterprise.id, account)?;
    end_invitations(work, &permit, enterprise.id, account)?;
    listing_contacts::forget(work, &permit, account)?;
    sessions::end_all(work.uow, account, None, EndReason::RoleChanged, now)?;
    work.remember_account(&permit, Deed::MemberLeft, account, None, Some(before))?;
    let letter = Letter::Removed {
        enterprise: enterprise.profile.legal_name.to_string(),
    };
    let former = accounts::find(work.conn(), account)?;
    work.send(&Recipient::of(&former), &letter)
}

/// Leaves the caller's enterprise; the caller's other sessions end.
pub fn leave(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::LeaveEnterprise, &Resource::None)?;
    let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    let account = actor.account().ok_or(ErrorCode::Forbidden)?;
    let member = members::find(work.conn(), enterprise, account)?;
    // One that takes part no more needs nobody, and there is nobody to hand it to.
    if enterprises::find(work.conn(), enterprise)?.status != EnterpriseStatus::Closed {
        refuse_last_owner(work, &member, enterprise)?;
    }
    let before = state::of_account(work, account)?;
    members::delete(work.uow, &permit, enterprise, account)?;
    end_invitations(work, &permit, enterprise, account)?;
    listing_contacts::forget(work, &permit, account)?;
    let kept = caller.session().map(|(_, session)| session);
    sessions::end_all(work.uow, account, kept, EndReason::RoleChanged, now)?;
    work.remember_account(&permit, Deed::MemberLeft, account, None, Some(before))
}

/// The enterprise and the proof that the caller, who has just shown who it is, may manage its members.
pub(super) fn managing(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId) -> Result<(Permit, Enterprise)> {
    let now = work.now;
    let found = permitted(work.conn(), caller, id, Action::ManageMembers, now)?;
    caller.require_fresh(work.conn(), now)?;
    Ok(found)
}

/// Ends the invitations that somebody sent: they last no longer than the right to invite.
pub(super) fn end_invitations(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    enterprise: EnterpriseId,
    sender: AccountId,
) -> Result<()> {
    let now = work.now;
    for id in invitations::pending_by(work.conn(), enterprise, sender)? {
        invitations::decide(work.uow, id, InvitationState::Revoked, now)?;
        work.remember(permit, Deed::InvitationEnded, "invitation", id.0, None)?;
    }
    Ok(())
}

/// Nothing is handed over to somebody who cannot act.
fn refuse_suspended(work: &mut Work<'_, '_>, account: AccountId) -> Result<()> {
    if accounts::find(work.conn(), account)?.status == AccountStatus::Active {
        Ok(())
    } else {
        Err(ErrorCode::AlreadyDecided.into())
    }
}

fn refuse_last_owner(work: &mut Work<'_, '_>, member: &Member, enterprise: EnterpriseId) -> Result<()> {
    if member.role == Role::Owner && members::owners(work.conn(), enterprise)? == [member.account] {
        return Err(ErrorCode::LastOwner.into());
    }
    Ok(())
}

fn change(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    enterprise: &Enterprise,
    account: AccountId,
    role: Role,
) -> Result<()> {
    let now = work.now;
    let before = state::of_account(work, account)?;
    members::set_role(work.uow, permit, enterprise.id, account, role)?;
    if role != Role::Owner {
        end_invitations(work, permit, enterprise.id, account)?;
    }
    sessions::end_all(work.uow, account, None, EndReason::RoleChanged, now)?;
    work.remember_account(permit, Deed::MemberRoleChanged, account, None, Some(before))?;
    let letter = Letter::RoleChanged {
        enterprise: enterprise.profile.legal_name.to_string(),
        role: role.to_string(),
    };
    let member = accounts::find(work.conn(), account)?;
    work.send(&Recipient::of(&member), &letter)
}

/// Sends a letter to every owner of an enterprise.
pub(super) fn tell_owners(work: &mut Work<'_, '_>, enterprise: EnterpriseId, letter: &Letter) -> Result<()> {
    tell_owners_about(work, enterprise, None, letter)
}

/// The same about a listing, to which the letter leads.
pub(super) fn tell_owners_about(
    work: &mut Work<'_, '_>,
    enterprise: EnterpriseId,
    listing: Option<ListingId>,
    letter: &Letter,
) -> Result<()> {
    for owner in members::owners(work.conn(), enterprise)? {
        let owner = accounts::find(work.conn(), owner)?;
        work.send_about(&Recipient::of(&owner), listing, letter)?;
    }
    Ok(())
}
