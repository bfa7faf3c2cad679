//! The terms of listings: renewing, putting away, and what happens when a term ends.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::audit::state;
use super::context::{App, Caller, Work};
use super::listings::{Seen, kept, own, wrong_status};
use super::standing::not_active;
use super::{Result, acceptance, listing_notices, regulated, revisions, screening};
use crate::domain::access::{Action, Actor, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::ListingId;
use crate::domain::listing::ListingStatus;
use crate::store::audit::Change;
use crate::store::listing_terms::{self as rows, End};
use crate::store::{listings, outbox};

/// Says that a listing still holds: its term begins anew. After its term it comes back as it was approved, since nobody
/// can change it meanwhile.
pub fn renew(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut own = own(work, caller, id, seen)?;
    if own.listing.status == ListingStatus::Published && is_renewed_today(work, id)? {
        return Seen::inside(work.conn(), own.permit.actor(), own.listing, own.owner);
    }
    let listing = &mut own.listing;
    listing.status = listing.status.renew().map_err(|wrong| wrong_status(wrong.0))?;
    if own.owner.status != EnterpriseStatus::Active {
        return Err(not_active(own.owner.status));
    }
    acceptance::require(work, own.permit.actor())?;
    // A word may have been added since it was approved.
    screening::require_clean_listing(work.conn(), &own.listing)?;
    // The list may have changed since it was approved.
    regulated::require_transferable(work, own.listing.finding.as_ref(), &own.listing.content)?;
    let (now, term) = (work.now, work.terms.listing);
    let listing = &mut own.listing;
    listing.begin_term(now, term);
    rows::renewed(work.uow, &own.permit, id, now)?;
    outbox::push(work.uow, id, now)?;
    kept(work, own, Deed::ListingRenewed)
}

/// Whether it was renewed on this day of Việt Nam already: a second click, or a colleague's, says nothing new.
fn is_renewed_today(work: &mut Work<'_, '_>, id: ListingId) -> Result<bool> {
    let last = rows::renewals_of(work.conn(), id)?.last_at;
    Ok(last.is_some_and(|at| calendar::day_of(at) == calendar::day_of(work.now)))
}

/// Puts a listing away.
pub fn archive(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut own = own(work, caller, id, seen)?;
    let listing = &mut own.listing;
    listing.status = listing.status.archive().map_err(|wrong| wrong_status(wrong.0))?;
    // The end of its term may not have been written down yet.
    outbox::push(work.uow, id, work.now)?;
    kept(work, own, Deed::ListingArchived)
}

/// Takes a listing out again.
pub fn unarchive(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut own = own(work, caller, id, seen)?;
    let listing = &mut own.listing;
    let next = listing.status.unarchive(listing.code.is_some());
    listing.status = next.map_err(|wrong| wrong_status(wrong.0))?;
    kept(work, own, Deed::ListingUnarchived)
}

/// What the job did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Notices that were given before an end, one for each listing and number of days, however many stand in one letter.
    pub told: usize,
    /// Listings whose term ended.
    pub expired: usize,
}

/// Terms that are looked at at once.
const AT_ONCE: i64 = 500;

/// Writes down which terms ended, and tells owners of those that end and of these (`listing_notices`).
pub fn run(app: &App) -> Result<Done> {
    let mut done = Done::default();
    let now = app.clock.now();
    let (mut after, mut ended) = (None, BTreeMap::<_, Vec<_>>::new());
    loop {
        let page = app.db.read(|conn| {
            let over = (Timestamp::UNIX_EPOCH, now);
            Ok::<_, super::Error>(rows::ending(conn, ListingStatus::Published, over, after, AT_ONCE)?)
        })?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        for (end, enterprise) in page {
            if app.write_blocking(move |work| expire(work, end))? {
                ended.entry(enterprise).or_default().push(end);
                done.expired += 1;
            }
        }
    }
    done.told = listing_notices::send(app, ended)?;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    metrics::counter!("vptex_listing_notices_total").increment(count(done.told));
    metrics::counter!("vptex_listings_expired_total").increment(count(done.expired));
    Ok(done)
}

/// Writes down that the term of a listing ended, unless it was renewed or taken back since it was looked at.
fn expire(work: &mut Work<'_, '_>, (expires_at, id): End) -> Result<bool> {
    let now = work.now;
    // As it is written: whether its term is over is what is written down here.
    let (mut listing, _) = listings::find(work.conn(), id)?;
    if listing.status != ListingStatus::Published || listing.expires_at != Some(expires_at) || expires_at > now {
        return Ok(false);
    }
    let permit = decide(&Actor::System, Action::ExpireListings, &Resource::None)?;
    let before = state::of_listing(&listing)?;
    listing.status = listing.status.expire().map_err(|wrong| wrong_status(wrong.0))?;
    listing.updated_at = now;
    let read = listing.version;
    listings::update(work.uow, &permit, &mut listing)?;
    revisions::carry_on(work, &permit, id, (read, listing.version))?;
    outbox::push(work.uow, id, now)?;
    let change = Change::between(before, state::of_listing(&listing)?);
    work.remember_change(&permit, Deed::ListingExpired, ("listing", id.0), None, change)?;
    Ok(true)
}
