//! Suspending one listing, and letting it go on. What was live is live again, and nothing else: while a listing is held
//! nobody changes it, only its term runs on.

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::listings::{Seen, resource, wrong_status};
use super::members::tell_owners_about;
use super::versions::require_version_if_named;
use super::{ErrorCode, Result, enterprises, regulated, revisions};
use crate::domain::access::{Action, Permit, decide};
use crate::domain::audit::{Deed, Reason};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::ListingId;
use crate::domain::letter::Letter;
use crate::domain::listing::hold::Hold;
use crate::domain::listing::{Listing, ListingStatus};
use crate::store::audit::Change;
use crate::store::listings::OwnerCard;
use crate::store::{listings, outbox};

/// Refuses what would change a listing that is held.
pub(super) fn require_not_held(listing: &Listing) -> Result<()> {
    if listing.hold.is_held() {
        Err(ErrorCode::ListingHeld.into())
    } else {
        Ok(())
    }
}

/// Refuses a decision about what is held, or whose enterprise is suspended: once that is lifted, what was live is live
/// again, and nothing else.
pub(super) fn require_decidable(listing: &Listing, owner: &OwnerCard) -> Result<()> {
    require_not_held(listing)?;
    match owner.status {
        EnterpriseStatus::Active => Ok(()),
        status => Err(enterprises::wrong_status(status)),
    }
}

fn deciding(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: Option<i64>,
) -> Result<(Permit, Listing, OwnerCard)> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (listing, owner) = listings::find_at(work.conn(), id, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::SuspendListing, &resource(&listing, &owner))?;
    caller.require_fresh(work.conn(), now)?;
    require_version_if_named(seen, listing.version)?;
    Ok((permit, listing, owner))
}

/// Suspends a public listing: at once nobody finds it, and its owners are told why.
pub fn suspend(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: Option<i64>,
    reason: &Reason,
) -> Result<Seen> {
    let (permit, mut listing, owner) = deciding(work, caller, id, seen)?;
    if listing.status != ListingStatus::Published {
        return Err(wrong_status(listing.status));
    }
    let hold = listing.hold.suspend().map_err(|_held| ErrorCode::AlreadyDecided)?;
    put(
        work,
        &permit,
        &mut listing,
        hold,
        (Deed::ListingSuspended, Some(reason)),
    )?;
    tell_suspended(work, &listing, reason)?;
    Seen::inside(work.conn(), permit.actor(), listing, owner)
}

/// Tells the owners that their listing was suspended, and why.
pub(super) fn tell_suspended(work: &mut Work<'_, '_>, listing: &Listing, reason: &Reason) -> Result<()> {
    let letter = Letter::ListingSuspended {
        title: listing.content.title.vi.to_string(),
        reason: reason.text.as_str().to_owned(),
    };
    tell_owners_about(work, listing.enterprise_id, Some(listing.id), &letter)
}

/// Lifts the suspension.
pub fn reinstate(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let (permit, mut listing, owner) = deciding(work, caller, id, seen)?;
    regulated::require_transferable(work, listing.finding.as_ref(), &listing.content)?;
    let hold = listing.hold.reinstate().map_err(|_free| ErrorCode::AlreadyDecided)?;
    put(work, &permit, &mut listing, hold, (Deed::ListingReinstated, None))?;
    let letter = Letter::ListingReinstated {
        title: listing.content.title.vi.to_string(),
    };
    tell_owners_about(work, listing.enterprise_id, Some(listing.id), &letter)?;
    Seen::inside(work.conn(), permit.actor(), listing, owner)
}

/// Writes who holds a listing; the index hears of it in the same unit of work.
pub(super) fn put(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    listing: &mut Listing,
    hold: Hold,
    (deed, reason): (Deed, Option<&Reason>),
) -> Result<()> {
    // As it is written: that its term is over is written down, and told, by the job of the terms.
    let (mut stored, _) = listings::find(work.conn(), listing.id)?;
    let (before, read) = (state::of_listing(&stored)?, stored.version);
    stored.hold = hold;
    stored.updated_at = work.now;
    let next = revisions::next_beside(work.conn(), listing.id, read)?;
    listings::update_to(work.uow, permit, &mut stored, next)?;
    // The text is the same: what the owner began to change goes on from there, and whoever decides on it has it in the version that
    // was read.
    revisions::carry_on(work, permit, listing.id, (read, stored.version))?;
    outbox::push(work.uow, listing.id, work.now)?;
    let change = Change::between(before, state::of_listing(&stored)?);
    listing.hold = stored.hold;
    listing.updated_at = stored.updated_at;
    listing.version = stored.version;
    work.remember_change(permit, deed, ("listing", listing.id.0), reason, change)
}
