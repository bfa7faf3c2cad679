//! Reading one listing: who may, what they see, and what the others are told.

use jiff::Timestamp;

use super::{Seen, figures, resource};
use crate::domain::access::{Action, Actor, Permit, Refusal, Refused, Resource, decide};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::ListingId;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::HoldKind;
use crate::domain::listing::{Listing, ListingStatus};
use crate::service::context::Caller;
use crate::service::error::Blocked;
use crate::service::{Error, ErrorCode, Result, listing_contacts, revisions};
use crate::store::listing_figures::Figures;
use crate::store::listing_terms::Renewals;
use crate::store::listings::{self, OwnerCard};
use crate::store::{AnyConn, audit, confidential, ip_notices, listing_terms, takedowns};

/// Finds a listing that the caller may read.
pub(in crate::service) fn readable(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingId,
    now: Timestamp,
) -> Result<(Permit, Listing, OwnerCard)> {
    found(conn, caller, (id, Action::ReadListing), now)
}

/// The same of its page, which stays when its term ends.
pub(in crate::service) fn page(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingId,
    now: Timestamp,
) -> Result<(Permit, Listing, OwnerCard)> {
    found(conn, caller, (id, Action::ReadListingPage), now)
}

fn found(
    conn: &mut AnyConn,
    caller: &Caller,
    (id, action): (ListingId, Action),
    now: Timestamp,
) -> Result<(Permit, Listing, OwnerCard)> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now)?;
    match decide(&actor, action, &resource(&listing, &owner)) {
        Ok(permit) => Ok((permit, listing, owner)),
        Err(refused) => Err(gone(conn, refused, &listing, &owner)?),
    }
}

/// Reads a listing for the caller.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Seen> {
    let found = readable(conn, caller, id, now)?;
    seen(conn, found, now)
}

/// Reads its page: after its term as everybody saw it, with nobody to turn to.
pub fn read_page(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Seen> {
    let found = page(conn, caller, id, now)?;
    seen(conn, found, now)
}

fn seen(conn: &mut AnyConn, (permit, listing, owner): (Permit, Listing, OwnerCard), now: Timestamp) -> Result<Seen> {
    let (id, actor) = (listing.id, permit.actor());
    let is_insider = match actor {
        Actor::Officer { .. } => decide(actor, Action::ReviewListing, &resource(&listing, &owner)).is_ok(),
        // A key without the scope to read sees what the public sees.
        Actor::Key { enterprise, .. } => {
            *enterprise == listing.enterprise_id && decide(actor, Action::ListOwnListings, &Resource::None).is_ok()
        }
        Actor::Member { enterprise, .. } => *enterprise == listing.enterprise_id,
        Actor::Visitor | Actor::Person { .. } | Actor::System => false,
    };
    // A grant opens what is public.
    let is_over = listing.status == ListingStatus::Expired && !is_insider;
    let is_in_part = is_over && listing.audience.visibility == Visibility::OnRequest;
    let sees_all = is_insider || (!is_in_part && sees_all(conn, actor, &listing, now)?);
    let mut seen = Seen {
        notices: Vec::new(),
        contact: None,
        listing,
        owner,
        is_insider,
        sees_all,
        decision: None,
        renewals: Renewals::default(),
        revision: None,
        figures: Figures::default(),
    };
    if sees_all && !is_over {
        seen.contact = listing_contacts::shown(conn, &seen.listing)?;
    }
    if is_insider {
        seen.decision = audit::last_decision(conn, id.0)?;
        seen.renewals = listing_terms::renewals_of(conn, id)?;
        seen.revision = revisions::open(conn, actor, id)?;
        seen.figures = figures(conn, id)?;
        if seen.listing.hold.has(HoldKind::IpNotice) {
            seen.notices = ip_notices::holding(conn, id)?;
        }
    }
    Ok(seen)
}

/// Whether somebody outside sees all of it: of what is shown on request, who may use a grant and accepted its undertaking.
fn sees_all(conn: &mut AnyConn, actor: &Actor, listing: &Listing, now: Timestamp) -> Result<bool> {
    if listing.audience.visibility != Visibility::OnRequest {
        return Ok(true);
    }
    let (Some((enterprise, _)), Some(account)) = (actor.enterprise(), actor.account()) else {
        return Ok(false);
    };
    // Who accepted may have become a viewer since, and whoever asks here sees the listing.
    let is_open = confidential::is_accepted(conn, listing.id, (enterprise, account), now)?;
    let grant = Resource::Grant { enterprise, is_open };
    Ok(decide(actor, Action::UseConfidentialGrant, &grant).is_ok())
}

/// What everybody could see is not said never to have been: taken down, a listing tells who wanted it (451), and after its
/// term what asks for more than its page is told so (410).
pub(in crate::service) fn gone(
    conn: &mut AnyConn,
    refused: Refused,
    listing: &Listing,
    owner: &OwnerCard,
) -> Result<Error> {
    // What only members see was never shown to everybody.
    if refused.why != Refusal::Hidden || listing.audience.visibility == Visibility::Members {
        return Ok(refused.into());
    }
    if listing.hold.has(HoldKind::TakenDown)
        && let Some(by) = blocked_by(conn, listing.id)?
    {
        return Ok(Error::blocked(by));
    }
    let was_public = listing.status == ListingStatus::Expired && owner.status == EnterpriseStatus::Active;
    if was_public && !listing.hold.is_held() {
        return Ok(ErrorCode::ListingExpired.into());
    }
    Ok(refused.into())
}

/// Who had a listing taken down.
pub(in crate::service) fn blocked_by(conn: &mut AnyConn, id: ListingId) -> Result<Option<Blocked>> {
    let takedown = takedowns::in_force(conn, id)?;
    Ok(takedown.map(|takedown| Blocked {
        authority: takedown.order.authority.into_string(),
        reference: takedown.order.reference.into_string(),
        since: takedown.carried_out_at.unwrap_or(takedown.entered_at),
    }))
}
