//! To whom listings are shown, and what only members see.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::listings::{Seen, kept, own, wrong_status};
use super::paging::{cut, rows_for};
use super::{ErrorCode, Result, listing_contacts};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::ids::AccountId;
use crate::domain::ids::ListingId;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::audience::Visibility;
use crate::store::listing_figures::Figures;
use crate::store::listing_terms::Renewals;
use crate::store::listings::{self, Place};
use crate::store::{AnyConn, outbox};

/// What an owner chooses; what is not said stays as it is.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// To whom it is shown.
    pub visibility: Visibility,
    /// Whether inquiries are taken.
    pub open_for_inquiry: bool,
    /// To whom people turn; none for the contact person of the enterprise.
    pub contact: Option<Option<AccountId>>,
    /// Whether it is shown without any contact data.
    pub hides_contact: Option<bool>,
}

/// Chooses to whom a listing is shown and with whose contact data: at once and without a review, because the text is the
/// same.
pub fn choose(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: Option<i64>,
    choice: Choice,
) -> Result<Seen> {
    let mut own = own(work, caller, id, seen)?;
    if own.listing.status == ListingStatus::Archived {
        return Err(wrong_status(own.listing.status));
    }
    if let Some(Some(account)) = choice.contact {
        listing_contacts::require_member(work.conn(), &own.listing, account)?;
    }
    // As it is written: that its term is over is written down, and told, by the job of the terms.
    (own.listing, _) = listings::find(work.conn(), id)?;
    own.before = state::of_listing(&own.listing)?;
    let audience = &mut own.listing.audience;
    audience.visibility = choice.visibility;
    audience.open_for_inquiry = choice.open_for_inquiry;
    audience.contact = choice.contact.unwrap_or(audience.contact);
    audience.hides_contact = choice.hides_contact.unwrap_or(audience.hides_contact);
    outbox::push(work.uow, id, work.now)?;
    let mut seen = kept(work, own, Deed::ListingAudienceChanged)?;
    seen.contact = listing_contacts::shown(work.conn(), &seen.listing)?;
    seen.listing.lapse(work.now);
    Ok(seen)
}

/// A page of what only members see, the newest publication first.
pub fn for_members(
    conn: &mut AnyConn,
    caller: &Caller,
    (after, limit): (Option<Place>, u32),
    now: Timestamp,
) -> Result<(Vec<Seen>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ReadMembersListings, &Resource::None)?;
    let rows = listings::for_members(conn, after, rows_for(limit))?;
    let (rows, next) = cut(rows, limit, |(listing, _)| {
        (listing.published_at.unwrap_or(listing.updated_at), listing.id)
    });
    let mut seen = Vec::with_capacity(rows.len());
    for (mut listing, owner) in rows {
        listing.lapse(now);
        // The job that marks what ended may be behind.
        if listing.status == ListingStatus::Published {
            seen.push(Seen {
                notices: Vec::new(),
                contact: None,
                listing,
                owner,
                is_insider: false,
                sees_all: true,
                decision: None,
                renewals: Renewals::default(),
                revision: None,
                figures: Figures::default(),
            });
        }
    }
    Ok((seen, next))
}

/// Refuses what is shown to the caller in part only.
pub(super) fn require_all(seen: &Seen) -> Result<()> {
    if seen.sees_all {
        Ok(())
    } else {
        Err(ErrorCode::NotFound.into())
    }
}
