//! Taking listings down at the request of authorities, within the term, and bringing them back.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::enterprises::hide;
use super::holds;
use super::listings::{resource, wrong_status};
use super::members::tell_owners_about;
use super::paging::{LOOKED_THROUGH, Register, within_scope};
use super::versions::require_version_if_named;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Refusal, Resource, decide};
use crate::domain::audit::{Deed, Reason};
use crate::domain::fields::Violation;
use crate::domain::ids::TakedownId;
use crate::domain::letter::Letter;
use crate::domain::listing::Listing;
use crate::domain::listing::hold::HoldKind;
use crate::domain::takedown::{Order, Takedown, TakedownState, WrongState};
use crate::store::listings::OwnerCard;
pub use crate::store::takedowns::{Place, Wanted};
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
    // Who may enter none is told so whatever is named.
    let unknown = || Error::field("/listing_id", Violation::Malformed { what: "known_listing" });
    let (listing, owner) = match listings::find_at(work.conn(), order.listing, now) {
        Err(crate::store::Error::NotFound) if is_officer(&actor) => return Err(unknown()),
        found => found.map_err(|error| hide(&actor, error))?,
    };
    let permit = decide(&actor, Action::HandleTakedowns, &resource(&listing, &owner));
    let permit = permit.map_err(|refused| match refused.why {
        Refusal::Hidden if is_officer(&actor) => unknown(),
        _ => refused.into(),
    })?;
    // What never came out has no address that could answer for it.
    if listing.code.is_none() {
        return Err(wrong_status(listing.status));
    }
    require_new(work, order)?;
    let takedown = Takedown::new(TakedownId(work.next_id()), order.clone(), now);
    takedowns::insert(work.uow, &permit, &takedown)?;
    work.remember(&permit, Deed::TakedownEntered, "takedown", takedown.id.0, None)?;
    Ok(Entry {
        takedown,
        listing,
        owner,
    })
}

/// Why a step is not taken now: what waits is carried out first.
fn over(WrongState(state): WrongState) -> Error {
    match state {
        TakedownState::Open => Error::new(
            ErrorCode::TooEarly,
            "Yêu cầu gỡ bỏ chưa được thực hiện: trước hết phải gỡ tin (`execution`), hoặc bỏ yêu cầu (`dismissal`).",
            "The request was not carried out yet: carry it out (`execution`) or dismiss it (`dismissal`) first.",
        ),
        _ => ErrorCode::AlreadyDecided.into(),
    }
}

/// One letter is entered once about a listing, as long as it waits or holds: whoever enters it again is led to what is there.
fn require_new(work: &mut Work<'_, '_>, order: &Order) -> Result<()> {
    let known = takedowns::of_listing(work.conn(), order.listing)?;
    let same = known.iter().find(|one| {
        matches!(one.state, TakedownState::Open | TakedownState::CarriedOut) && one.order.is_same_letter(order)
    });
    match same {
        Some(first) => Err(Error::existing(
            first.id.0,
            format!("Văn bản này đã được ghi nhận cho tin này: yêu cầu gỡ bỏ {}.", first.id),
            format!("This letter was entered for this listing before: request {}.", first.id),
        )),
        None => Ok(()),
    }
}

/// Whether the actor enters requests of some listings, if not of this one.
fn is_officer(actor: &Actor) -> bool {
    decide(actor, Action::HandleTakedowns, &Resource::None).is_ok()
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

/// A page of requests that are the officer's business, the most urgent first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<Register<Entry, Place>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleTakedowns, &Resource::None)?;
    let rows = takedowns::page(conn, wanted, after, LOOKED_THROUGH, now)?;
    within_scope(
        rows,
        limit,
        |row| (row.due_at, row.id),
        |row| Ok(found(conn, &actor, row, now)?.1),
    )
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
    require_version_if_named(seen, takedown.version)?;
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
    let hold = entry.listing.hold.with(HoldKind::TakenDown);
    holds::put(work, permit, &mut entry.listing, hold, (Deed::ListingTakenDown, None))?;
    let letter = Letter::ListingTakenDown {
        title: entry.listing.content.title.vi.to_string(),
        authority: entry.takedown.order.authority.to_string(),
        reference: entry.takedown.order.reference.to_string(),
    };
    tell_owners_about(work, entry.listing.enterprise_id, Some(entry.listing.id), &letter)
}

/// The listing comes back when no other request keeps it down.
fn restore(work: &mut Work<'_, '_>, permit: &Permit, entry: &mut Entry, reason: &Reason) -> Result<()> {
    if takedowns::in_force(work.conn(), entry.listing.id)?.is_none() {
        let hold = entry.listing.hold.without(HoldKind::TakenDown);
        let deed = (Deed::ListingRestored, Some(reason));
        holds::put(work, permit, &mut entry.listing, hold, deed)?;
    }
    let letter = Letter::ListingRestored {
        title: entry.listing.content.title.vi.to_string(),
        reason: reason.text.as_str().to_owned(),
        still_held: entry.listing.hold.is_held(),
    };
    tell_owners_about(work, entry.listing.enterprise_id, Some(entry.listing.id), &letter)
}
