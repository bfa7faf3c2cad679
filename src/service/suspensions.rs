//! Halting an enterprise and letting it go on. What it published vanishes and comes back with it.

use super::Result;
use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::{Seen, in_full, permitted, wrong_status};
use super::members::tell_owners;
use super::versions::require_version_if_named;
use crate::domain::access::{Action, Permit};
use crate::domain::audit::{Deed, Reason};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::EnterpriseId;
use crate::domain::letter::Letter;
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
use crate::store::sessions::{self, EndReason};
use crate::store::{enterprises, outbox};

fn deciding(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: Option<i64>,
) -> Result<(Permit, Enterprise, Hash)> {
    let now = work.now;
    let (permit, enterprise) = permitted(work.conn(), caller, id, Action::SuspendEnterprise, now)?;
    caller.require_fresh(work.conn(), now)?;
    require_version_if_named(seen, enterprise.version)?;
    let before = state::of_enterprise(&enterprise)?;
    Ok((permit, enterprise, before))
}

/// Halts an enterprise: its listings are hidden, the sessions of its members end, and nobody changes anything for it.
pub fn suspend(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: i64, reason: &Reason) -> Result<Seen> {
    let now = work.now;
    let (permit, mut enterprise, before) = deciding(work, caller, id, Some(seen))?;
    enterprise.status = enterprise.status.suspend().map_err(|wrong| wrong_status(wrong.0))?;
    sessions::end_all_of(work.uow, id, EndReason::EnterpriseSuspended, now)?;
    let deed = (Deed::EnterpriseSuspended, Some(reason));
    let letter = Letter::EnterpriseSuspended {
        enterprise: enterprise.profile.legal_name.to_string(),
        reason: reason.text.to_string(),
    };
    tell_owners(work, id, &letter)?;
    // It goes from the directory.
    outbox::push_enterprise(work.uow, id, now)?;
    keep(work, &permit, enterprise, before, deed)
}

/// Lets a halted enterprise go on.
pub fn reinstate(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: Option<i64>) -> Result<Seen> {
    let (permit, mut enterprise, before) = deciding(work, caller, id, seen)?;
    enterprise.status = enterprise.status.reinstate().map_err(|wrong| wrong_status(wrong.0))?;
    let letter = Letter::EnterpriseReinstated {
        enterprise: enterprise.profile.legal_name.to_string(),
    };
    tell_owners(work, id, &letter)?;
    keep(work, &permit, enterprise, before, (Deed::EnterpriseReinstated, None))
}

fn keep(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    mut enterprise: Enterprise,
    before: Hash,
    (deed, reason): (Deed, Option<&Reason>),
) -> Result<Seen> {
    let (now, id) = (work.now, enterprise.id);
    enterprise.updated_at = now;
    enterprises::update(work.uow, permit, &mut enterprise)?;
    // Its standing decides whether its listings are seen, so the index must look at all of them.
    outbox::push_all_of(work.uow, id, now)?;
    let change = Change::between(before, state::of_enterprise(&enterprise)?);
    work.remember_change(permit, deed, ("enterprise", id.0), reason, change)?;
    in_full(work, permit.actor(), enterprise)
}
