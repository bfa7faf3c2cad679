//! The checklists, for officers who review.

use jiff::Timestamp;

use super::reviewer;
use crate::domain::listing::ListingKind;
use crate::domain::review::EntryKind;
use crate::domain::review::checklist::{self, Item};
use crate::service::context::Caller;
use crate::service::{ErrorCode, Result};
use crate::store::AnyConn;

/// A list of an edition, and what sort of thing it is for.
#[derive(Clone, Debug)]
pub struct Checklist {
    /// What sort of thing; revisions have the lists of listings.
    pub kind: EntryKind,
    /// What sort of listing.
    pub listing_kind: Option<ListingKind>,
    /// What is to be looked at.
    pub items: Vec<Item>,
}

/// The lists of an edition, or of the one in force, and which it is.
pub fn read(
    conn: &mut AnyConn,
    caller: &Caller,
    edition: Option<u32>,
    now: Timestamp,
) -> Result<(u32, Vec<Checklist>)> {
    reviewer(&caller.actor(conn, now)?)?;
    let edition = edition.unwrap_or_else(checklist::edition);
    if !checklist::is_edition(edition) {
        return Err(ErrorCode::NotFound.into());
    }
    let sorts = [EntryKind::Enterprise, EntryKind::Amendment].map(|kind| (kind, None));
    let listings = ListingKind::ALL.iter().map(|kind| (EntryKind::Listing, Some(*kind)));
    let lists = sorts.into_iter().chain(listings).map(|(kind, listing_kind)| Checklist {
        kind,
        listing_kind,
        items: checklist::items(edition, kind, listing_kind),
    });
    Ok((edition, lists.collect()))
}
