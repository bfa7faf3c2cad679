//! The feed of listings.

use std::collections::HashMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Change, Followed};
use crate::domain::feed::{Removal, removal};
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::service::Result;
use crate::service::error::Blocked;
use crate::service::listings::blocked_by;
use crate::service::search::readable;
use crate::store::AnyConn;
use crate::store::listings::{OwnerCard, public_versions};
use crate::store::outbox::Kind;

/// What is told of one listing.
#[derive(Clone, Debug)]
pub struct ListingEntry {
    /// The listing; of what was removed no more than its identifier and its code may be shown.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// When it came to be so.
    pub changed_at: Timestamp,
    /// Why it is not public any more.
    pub removal: Option<(Removal, Option<Blocked>)>,
}

impl Followed for ListingEntry {
    const KIND: Kind = Kind::Listing;

    fn public_after(conn: &mut AnyConn, after: Option<Uuid>, limit: i64) -> Result<Vec<Uuid>> {
        let known = public_versions(conn, after.map(ListingId), limit)?;
        Ok(known.into_iter().map(|(id, _)| id.0).collect())
    }

    fn public(conn: &mut AnyConn, ids: &[Uuid], now: Timestamp) -> Result<Vec<Self>> {
        let mut found = by_id(conn, ids.iter().copied(), now)?;
        let public = ids.iter().filter_map(|id| found.remove(&ListingId(*id)));
        let public = public.filter(|(listing, owner)| removal(listing, owner.status).is_none());
        let entry = |(listing, owner): (Listing, OwnerCard)| Self {
            changed_at: listing.updated_at,
            removal: None,
            listing,
            owner,
        };
        Ok(public.map(entry).collect())
    }

    fn told(conn: &mut AnyConn, changes: &[Change], now: Timestamp) -> Result<Vec<Self>> {
        let mut found = by_id(conn, changes.iter().map(|change| change.id), now)?;
        let mut entries = Vec::with_capacity(found.len());
        for change in changes {
            if let Some(seen) = found.remove(&ListingId(change.id)) {
                entries.extend(told(conn, seen, change.at)?);
            }
        }
        Ok(entries)
    }
}

/// What a change is told as; nothing of what never came out.
fn told(conn: &mut AnyConn, (listing, owner): (Listing, OwnerCard), at: Timestamp) -> Result<Option<ListingEntry>> {
    if !listing.came_out {
        return Ok(None);
    }
    let removal = removal(&listing, owner.status);
    let by = match removal {
        Some(Removal::TakenDown) => blocked_by(conn, listing.id)?,
        _ => None,
    };
    // The end of a term is written down a little after it, and the row may be an older one.
    let changed_at = match (removal, listing.expires_at) {
        (Some(Removal::Expired), Some(end)) => end,
        _ => at,
    };
    Ok(Some(ListingEntry {
        listing,
        owner,
        changed_at,
        removal: removal.map(|why| (why, by)),
    }))
}

/// Listings as they stand now. One whose row cannot be read is left out, as the index leaves it out: it must not stop the
/// feed for all others.
fn by_id(
    conn: &mut AnyConn,
    ids: impl Iterator<Item = Uuid>,
    now: Timestamp,
) -> Result<HashMap<ListingId, (Listing, OwnerCard)>> {
    let mut ids: Vec<ListingId> = ids.map(ListingId).collect();
    ids.sort_unstable();
    ids.dedup();
    let (rows, _broken) = readable(conn, &ids)?;
    let lapsed = rows.into_iter().map(|(mut listing, owner)| {
        listing.lapse(now);
        (listing.id, (listing, owner))
    });
    Ok(lapsed.collect())
}
