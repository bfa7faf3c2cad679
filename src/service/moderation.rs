//! What officers do: read the queue, approve, refuse, send back. Each decision leaves who, when and why.

use jiff::Timestamp;
use std::collections::HashMap;
use uuid::Uuid;

use super::audit::state;
use super::context::{Caller, Work};
use super::{ErrorCode, Result, enterprises as registrations, holds, listings as posts, screening};
use crate::domain::access::{Action, Actor, Refusal, Refused, Resource, decide};
use crate::domain::audit::{Deed, Reason};
use crate::domain::enterprise::Enterprise;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::Listing;
use crate::domain::listing::revision::Revision;
use crate::store::audit::Change;
use crate::store::listings::OwnerCard;
use crate::store::{AnyConn, audit, enterprises, listing_terms, listings, outbox, revisions};

/// What an officer decides.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Approve (duyệt).
    Approve,
    /// Refuse (từ chối).
    Reject(Reason),
    /// Send back (yêu cầu sửa, bổ sung).
    RequestChanges(Reason),
}

impl Verdict {
    pub(super) fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Approve => None,
            Self::Reject(reason) | Self::RequestChanges(reason) => Some(reason),
        }
    }
}

/// One entry of the queue.
#[derive(Clone, Debug)]
pub enum Waiting {
    /// A registration.
    Enterprise(Box<Enterprise>),
    /// An active enterprise whose verified data are to change.
    Amendment(Box<Enterprise>),
    /// A listing.
    Listing(Box<Listing>, OwnerCard),
    /// A revision of a listing, and the listing as it is live.
    Revision(Box<Revision>, Box<Listing>, OwnerCard),
}

impl Waiting {
    /// Since when, and its id: the order of the queue.
    pub fn place(&self) -> Place {
        match self {
            Self::Enterprise(enterprise) => (enterprise.submitted_at, enterprise.id.0),
            Self::Amendment(enterprise) => {
                let amendment = enterprise.amendment.as_ref();
                let since = amendment.map_or(enterprise.updated_at, |wish| wish.submitted_at);
                (since, enterprise.id.0)
            }
            Self::Listing(listing, _) => (listing.submitted_at.unwrap_or(listing.updated_at), listing.id.0),
            Self::Revision(revision, _, _) => (revision.submitted_at.unwrap_or(revision.updated_at), revision.id.0),
        }
    }
}

impl Waiting {
    /// Whether the officer may decide on it.
    fn is_for(&self, actor: &Actor) -> bool {
        match self {
            Self::Enterprise(enterprise) | Self::Amendment(enterprise) => {
                decide(actor, Action::ReviewEnterprise, &registrations::resource(enterprise)).is_ok()
            }
            Self::Listing(listing, owner) | Self::Revision(_, listing, owner) => {
                decide(actor, Action::ReviewListing, &posts::resource(listing, owner)).is_ok()
            }
        }
    }
}

/// A place in the queue: waiting since, and id.
pub type Place = (Timestamp, Uuid);

/// Which entries to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// All that the officer may decide.
    All,
    /// Registrations.
    Enterprises,
    /// Changes of what was verified of active enterprises.
    Amendments,
    /// Listings.
    Listings,
    /// Revisions of listings.
    Revisions,
}

/// A page of the queue, longest waiting first: what the officer may decide, nothing else.
pub fn queue(
    conn: &mut AnyConn,
    caller: &Caller,
    which: Queue,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Waiting>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    let wants = |action, queue| -> Result<bool> {
        if which != Queue::All && which != queue {
            return Ok(false);
        }
        match decide(&actor, action, &Resource::None) {
            Ok(_) => Ok(true),
            Err(Refused {
                why: Refusal::Forbidden,
                ..
            }) => Ok(false),
            Err(refused) => Err(refused.into()),
        }
    };
    let sees = Sees {
        enterprises: wants(Action::ReviewEnterprise, Queue::Enterprises)?,
        amendments: wants(Action::ReviewEnterprise, Queue::Amendments)?,
        listings: wants(Action::ReviewListing, Queue::Listings)?,
        revisions: wants(Action::ReviewListing, Queue::Revisions)?,
    };
    if sees == Sees::default() {
        return Err(ErrorCode::Forbidden.into());
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut place) = (Vec::new(), after);
    // Most officers have no scope, and find their page in what is read first.
    let mut size = limit.saturating_add(1);
    for _ in 0..MOST_BATCHES {
        let batch = batch(conn, sees, place, size)?;
        let is_last = batch.len() < size;
        size = BATCH;
        for waiting in batch {
            let seen_to = waiting.place();
            if waiting.is_for(&actor) {
                if found.len() == limit {
                    return Ok((found, place));
                }
                found.push(waiting);
            }
            place = Some(seen_to);
        }
        if is_last {
            return Ok((found, None));
        }
    }
    Ok((found, place))
}

/// How many entries are read at once where a scope leaves gaps.
const BATCH: usize = 200;
/// How often at the most for one page: an officer whose scope is narrow may get a short page and a cursor to go on with.
const MOST_BATCHES: usize = 10;

/// The next entries of the queue, whosever business they are.
fn batch(conn: &mut AnyConn, sees: Sees, after: Option<Place>, size: usize) -> Result<Vec<Waiting>> {
    let limit = i64::try_from(size).unwrap_or(i64::MAX);
    let mut waiting = Vec::new();
    if sees.enterprises {
        let place = after.map(|(at, id)| (at, EnterpriseId(id)));
        let rows = enterprises::submitted(conn, place, limit)?;
        waiting.extend(rows.into_iter().map(|row| Waiting::Enterprise(Box::new(row))));
    }
    if sees.amendments {
        let place = after.map(|(at, id)| (at, EnterpriseId(id)));
        let rows = enterprises::amended(conn, place, limit)?;
        waiting.extend(rows.into_iter().map(|row| Waiting::Amendment(Box::new(row))));
    }
    if sees.listings {
        let place = after.map(|(at, id)| (at, ListingId(id)));
        let rows = listings::submitted(conn, place, limit)?;
        waiting.extend(
            rows.into_iter()
                .map(|(listing, owner)| Waiting::Listing(Box::new(listing), owner)),
        );
    }
    if sees.revisions {
        let place = after.map(|(at, id)| (at, ListingId(id)));
        waiting.extend(waiting_revisions(conn, place, limit)?);
    }
    waiting.sort_by_key(Waiting::place);
    // Beyond this, one of the kinds was not read far enough.
    waiting.truncate(size);
    Ok(waiting)
}

/// Which kinds of entries an officer sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sees {
    enterprises: bool,
    amendments: bool,
    listings: bool,
    revisions: bool,
}

fn waiting_revisions(conn: &mut AnyConn, after: Option<listings::Place>, limit: i64) -> Result<Vec<Waiting>> {
    let rows = revisions::submitted(conn, after, limit)?;
    let ids: Vec<ListingId> = rows.iter().map(|revision| revision.listing).collect();
    let live = listings::find_many(conn, &ids)?.into_iter();
    let mut live: HashMap<ListingId, _> = live.map(|(listing, owner)| (listing.id, (listing, owner))).collect();
    let waiting = rows.into_iter().filter_map(|revision| {
        let (listing, owner) = live.remove(&revision.listing)?;
        Some(Waiting::Revision(Box::new(revision), Box::new(listing), owner))
    });
    Ok(waiting.collect())
}

/// Decides on the version of a registration that the officer has `seen`: nobody vouches for a text unread.
pub fn decide_enterprise(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: i64,
    verdict: &Verdict,
) -> Result<registrations::Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let mut enterprise = enterprises::find(work.conn(), id).map_err(|error| registrations::hide(&actor, error))?;
    let permit = decide(&actor, Action::ReviewEnterprise, &registrations::resource(&enterprise))?;
    if seen != enterprise.version {
        return Err(ErrorCode::StaleVersion.into());
    }
    let (next, deed) = match verdict {
        Verdict::Approve => (enterprise.status.approve(), Deed::EnterpriseApproved),
        Verdict::Reject(_) => (enterprise.status.reject(), Deed::EnterpriseRejected),
        Verdict::RequestChanges(_) => (enterprise.status.request_changes(), Deed::EnterpriseChangesRequested),
    };
    let before = state::of_enterprise(&enterprise)?;
    enterprise.status = next.map_err(|wrong| registrations::wrong_status(wrong.0))?;
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    // Its standing decides whether its listings are seen, so the index must look at all of them.
    outbox::push_all_of(work.uow, id, now)?;
    let after = state::of_enterprise(&enterprise)?;
    let judged = (seen, Change::between(before, after));
    work.remember_decision(&permit, deed, ("enterprise", id.0), verdict.reason(), judged)?;
    registrations::in_full(work, permit.actor(), enterprise)
}

/// Decides on the version of a listing that the officer has `seen`.
pub fn decide_listing(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: i64,
    verdict: &Verdict,
) -> Result<posts::Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (mut listing, owner) =
        listings::find_at(work.conn(), id, now).map_err(|error| registrations::hide(&actor, error))?;
    let permit = decide(&actor, Action::ReviewListing, &posts::resource(&listing, &owner))?;
    holds::require_not_held(&listing)?;
    if seen != listing.version {
        return Err(ErrorCode::StaleVersion.into());
    }
    let (next, deed) = match verdict {
        Verdict::Approve => (listing.status.approve(), Deed::ListingApproved),
        Verdict::Reject(_) => (listing.status.reject(), Deed::ListingRejected),
        Verdict::RequestChanges(_) => (listing.status.request_changes(), Deed::ListingChangesRequested),
    };
    let before = state::of_listing(&listing)?;
    listing.status = next.map_err(|wrong| posts::wrong_status(wrong.0))?;
    if matches!(verdict, Verdict::Approve) {
        // A word may have been added since it was handed in.
        screening::require_clean(work.conn(), &listing.content)?;
        listing.published_at = Some(now);
        listing.begin_term(now, work.listing_term);
        listing_terms::forget_renewals(work.uow, &permit, id)?;
        posts::give_code(work, &permit, &mut listing)?;
        outbox::push(work.uow, id, now)?;
    }
    listing.updated_at = now;
    listings::update(work.uow, &permit, &mut listing)?;
    let after = state::of_listing(&listing)?;
    let judged = (seen, Change::between(before, after));
    work.remember_decision(&permit, deed, ("listing", id.0), verdict.reason(), judged)?;
    let decision = audit::last_decision(work.conn(), id.0)?;
    Ok(posts::Seen {
        listing,
        owner,
        is_insider: true,
        decision,
        renewals: listing_terms::renewals_of(work.conn(), id)?,
    })
}
