//! Closing an enterprise, and opening it again (chấm dứt tham gia Sàn). What it published is put away, and nobody acts for
//! it any more; its people can still sign in, read and export what is theirs.

use super::api_keys::end;
use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::{Seen, in_full, permitted, wrong_status};
use super::letters::Recipient;
use super::members::tell_owners;
use super::versions::{require_version, require_version_if_named};
use super::{Error, ErrorCode, Result, leavings};
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::audit::{Deed, Reason};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::EnterpriseId;
use crate::domain::letter::Letter;
use crate::domain::review::EntryKind;
use crate::store::audit::Change;
use crate::store::invitations::InvitationState;
use crate::store::join_requests::{Decided, JoinState};
use crate::store::{
    accounts, documents, enterprises, invitations, join_requests, members, merges, outbox, review_claims,
};

/// Closes an enterprise: its last owner, or an officer with a reason.
pub fn close(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: i64,
    reason: Option<&Reason>,
) -> Result<Seen> {
    let now = work.now;
    let (permit, mut enterprise) = permitted(work.conn(), caller, id, Action::CloseEnterprise, now)?;
    caller.require_fresh(work.conn(), now)?;
    require_version(seen, enterprise.version)?;
    let by_officer = matches!(permit.actor(), Actor::Officer { .. });
    if by_officer && reason.is_none() {
        return Err(Error::fields(Reason::missing("/reason")));
    }
    let before = state::of_enterprise(&enterprise)?;
    let next = enterprise.status.close(by_officer);
    enterprise.status = next.map_err(|wrong| wrong_status(wrong.0))?;
    if !by_officer && members::owners(work.conn(), id)?.len() > 1 {
        return Err(ErrorCode::OtherOwners.into());
    }
    enterprise.closed_at = Some(now);
    enterprise.updated_at = now;
    // What it asked for is over.
    let had_amendment = enterprise.amendment.take().is_some();
    enterprise.verification.renewal = None;
    // It goes from the directory, and what is out now from index and feed; a moment later that is in the archive.
    outbox::push_enterprise(work.uow, id, now)?;
    outbox::push_all_of(work.uow, id, now)?;
    put_away(work, &permit, id)?;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    let change = Change::between(before, state::of_enterprise(&enterprise)?);
    let subject = ("enterprise", id.0);
    work.remember_change(&permit, Deed::EnterpriseClosed, subject, reason, change)?;
    if had_amendment {
        work.remember(&permit, Deed::AmendmentTakenBack, subject.0, subject.1, None)?;
    }
    let letter = Letter::EnterpriseClosed {
        enterprise: name(&enterprise),
        reason: reason.map(|reason| reason.text.to_string()),
    };
    tell_owners(work, id, &letter)?;
    in_full(work, permit.actor(), enterprise)
}

/// Opens it again, as an active one; what was put away stays so until its owner takes it out.
pub fn reopen(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: Option<i64>) -> Result<Seen> {
    let now = work.now;
    let (permit, mut enterprise) = permitted(work.conn(), caller, id, Action::SuspendEnterprise, now)?;
    caller.require_fresh(work.conn(), now)?;
    require_version_if_named(seen, enterprise.version)?;
    let before = state::of_enterprise(&enterprise)?;
    let next = enterprise.status.reopen().map_err(|wrong| wrong_status(wrong.0))?;
    leavings::require_none(work.conn(), id)?;
    enterprise.status = next;
    enterprise.closed_at = None;
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    let change = Change::between(before, state::of_enterprise(&enterprise)?);
    work.remember_change(&permit, Deed::EnterpriseReopened, ("enterprise", id.0), None, change)?;
    let letter = Letter::EnterpriseReopened {
        enterprise: name(&enterprise),
    };
    tell_owners(work, id, &letter)?;
    in_full(work, permit.actor(), enterprise)
}

fn name(enterprise: &Enterprise) -> String {
    enterprise.profile.legal_name.to_string()
}

/// Archives its listings, ends its keys, invitations and requests to be admitted, and takes what waits from officers. Of
/// many listings only the first are archived here: no other one is seen either, and the job archives it ([`leavings`]).
fn put_away(work: &mut Work<'_, '_>, permit: &Permit, id: EnterpriseId) -> Result<()> {
    review_claims::remove_listings_of(work.uow, permit, id)?;
    leavings::put_away_or_leave(work, permit, id)?;
    let own = merges::movers(work.conn(), id)?;
    for key in own.keys {
        end(work, permit, id, key)?;
    }
    for kind in [EntryKind::Enterprise, EntryKind::Amendment] {
        review_claims::remove(work.uow, permit, (kind, id.0))?;
    }
    for document in documents::of_enterprise(work.conn(), id)? {
        review_claims::remove(work.uow, permit, (EntryKind::Document, document.id.0))?;
    }
    end_admissions(work, permit, id)
}

/// Ends what waits at the door; whoever asked to be admitted is told.
fn end_admissions(work: &mut Work<'_, '_>, permit: &Permit, id: EnterpriseId) -> Result<()> {
    let now = work.now;
    for invitation in invitations::pending_at(work.conn(), id)? {
        invitations::decide(work.uow, invitation.id, InvitationState::Revoked, now)?;
        work.remember(permit, Deed::InvitationEnded, "invitation", invitation.id.0, None)?;
    }
    for request in join_requests::pending_at(work.conn(), id)? {
        let decided = Decided {
            state: JoinState::Rejected,
            role: None,
            by: permit.actor().account(),
        };
        join_requests::decide(work.uow, permit, request.id, decided, now)?;
        work.remember(permit, Deed::JoinEnded, "join_request", request.id.0, None)?;
        let person = accounts::find(work.conn(), request.account)?;
        let letter = Letter::JoinDecided {
            enterprise: request.enterprise_name,
            approved: false,
            by_exchange: false,
        };
        work.send(&Recipient::of(&person), &letter)?;
    }
    Ok(())
}
