//! Taking listings down at the request of authorities, within the term, and bringing them back.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::enterprises::hide;
use super::holds;
use super::listings::{resource, wrong_status};
use super::members::tell_owners;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::{Deed, Reason};
use crate::domain::fields::Violation;
use crate::domain::ids::TakedownId;
use crate::domain::letter::Letter;
use crate::domain::listing::Listing;
use crate::domain::takedown::{Order, Takedown, TakedownState, WrongState};
use crate::store::listings::OwnerCard;
use crate::store::{AnyConn, listings, takedowns};

/// What an officer does with a request.
#[derive(Clone, Debug)]
pub enum Step {
    /// Takes the listing down.
    CarryOut,
    /// Drops the request.
    Dismiss(Reason),
    /// Brings the listing back.
    Restore(Reason),
}

/// A request as officers see it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The request.
    pub takedown: Takedown,
    /// The listing.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
}

/// Enters a request.
pub fn enter(work: &mut Work<'_, '_>, caller: &Caller, order: &Order) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (listing, owner) = listings::find_at(work.conn(), order.listing, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::HandleTakedowns, &resource(&listing, &owner))?;
    if order.received_at > now {
        return Err(Error::field("/received_at", Violation::Malformed { what: "past_time" }));
    }
    // What never came out has no address that could answer for it.
    if listing.code.is_none() {
        return Err(wrong_status(listing.status));
    }
    let takedown = Takedown::new(TakedownId(work.next_id()), order.clone(), now);
    takedowns::insert(work.uow, &permit, &takedown)?;
    work.remember(&permit, Deed::TakedownEntered, "takedown", takedown.id.0, None)?;
    Ok(Entry {
        takedown,
        listing,
        owner,
    })
}

fn found(conn: &mut AnyConn, actor: &Actor, takedown: Takedown, now: Timestamp) -> Result<(Permit, Entry)> {
    let (listing, owner) = listings::find_at(conn, takedown.order.listing, now)?;
    let permit = decide(actor, Action::HandleTakedowns, &resource(&listing, &owner))?;
    Ok((
        permit,
        Entry {
            takedown,
            listing,
            owner,
        },
    ))
}

/// Looked at for one page at the most, where a scope leaves gaps.
const LOOKED_THROUGH: i64 = 1_000;

/// A page of requests that are the officer's business, the most urgent first, and where the next one begins. It may be
/// short and have a next one.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    state: Option<TakedownState>,
    after: Option<(Timestamp, TakedownId)>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Entry>, Option<(Timestamp, TakedownId)>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleTakedowns, &Resource::None)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let rows = takedowns::page(conn, state, after, LOOKED_THROUGH)?;
    let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < LOOKED_THROUGH);
    let (mut entries, mut place) = (Vec::new(), None);
    for takedown in rows {
        let seen_to = (takedown.due_at, takedown.id);
        match found(conn, &actor, takedown, now) {
            Ok(_) if entries.len() == limit => return Ok((entries, place)),
            Ok((_, entry)) => entries.push(entry),
            Err(error) if error.refused.is_some() => {}
            Err(error) => return Err(error),
        }
        place = Some(seen_to);
    }
    Ok((entries, place.filter(|_| !is_last)))
}

/// One request.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: TakedownId, now: Timestamp) -> Result<Entry> {
    let actor = caller.actor(conn, now)?;
    let takedown = takedowns::find(conn, id).map_err(|error| hide(&actor, error))?;
    Ok(found(conn, &actor, takedown, now)?.1)
}

/// Does a step with a request.
pub fn handle(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: TakedownId,
    seen: Option<i64>,
    step: &Step,
) -> Result<Entry> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let takedown = takedowns::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let (permit, mut entry) = found(work.conn(), &actor, takedown, now)?;
    caller.require_fresh(work.conn(), now)?;
    let takedown = &mut entry.takedown;
    if seen.is_some_and(|seen| seen != takedown.version) {
        return Err(ErrorCode::StaleVersion.into());
    }
    let over = |_: WrongState| ErrorCode::AlreadyDecided;
    let (deed, reason) = match step {
        Step::CarryOut => {
            takedown.state = takedown.state.carry_out().map_err(over)?;
            takedown.carried_out_at = Some(now);
            (Deed::TakedownCarriedOut, None)
        }
        Step::Dismiss(reason) => {
            takedown.state = takedown.state.dismiss().map_err(over)?;
            takedown.closed_at = Some(now);
            (Deed::TakedownDismissed, Some(reason))
        }
        Step::Restore(reason) => {
            takedown.state = takedown.state.restore().map_err(over)?;
            takedown.closed_at = Some(now);
            (Deed::TakedownRestored, Some(reason))
        }
    };
    takedowns::update(work.uow, &permit, takedown)?;
    work.remember(&permit, deed, "takedown", id.0, reason)?;
    match step {
        Step::CarryOut => take_down(work, &permit, &mut entry)?,
        Step::Restore(reason) => restore(work, &permit, &mut entry, reason)?,
        Step::Dismiss(_) => {}
    }
    Ok(entry)
}

fn take_down(work: &mut Work<'_, '_>, permit: &Permit, entry: &mut Entry) -> Result<()> {
    let hold = entry.listing.hold.take_down();
    holds::put(work, permit, &mut entry.listing, hold, (Deed::ListingTakenDown, None))?;
    let letter = Letter::ListingTakenDown {
        title: entry.listing.content.title.vi.to_string(),
        authority: entry.takedown.order.authority.to_string(),
        reference: entry.takedown.order.reference.to_string(),
    };
    tell_owners(work, entry.listing.enterprise_id, &letter)
}

/// The listing comes back when no other request keeps it down.
fn restore(work: &mut Work<'_, '_>, permit: &Permit, entry: &mut Entry, reason: &Reason) -> Result<()> {
    if takedowns::in_force(work.conn(), entry.listing.id)?.is_some() {
        return Ok(());
    }
    let hold = entry.listing.hold.restore();
    holds::put(
        work,
        permit,
        &mut entry.listing,
        hold,
        (Deed::ListingRestored, Some(reason)),
    )?;
    let letter = Letter::ListingRestored {
        title: entry.listing.content.title.vi.to_string(),
        reason: reason.text.as_str().to_owned(),
    };
    tell_owners(work, entry.listing.enterprise_id, &letter)
}
