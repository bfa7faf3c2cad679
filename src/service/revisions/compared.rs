//! What a revision is to change, as whoever reads it sees it.

use jiff::Timestamp;

use super::{Seen, read};
use crate::domain::drafts::ListingDraft;
use crate::domain::ids::ListingId;
use crate::domain::listing::media::{MediaChange, media_changes};
use crate::domain::listing::revision::{self, Difference};
use crate::service::attachments;
use crate::service::context::Caller;
use crate::service::{Error, Result};
use crate::store::AnyConn;

/// Where a revision differs from what is live, and what becomes of files and videos.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The revision.
    pub seen: Seen,
    /// The places.
    pub differences: Vec<Difference>,
    /// The files and videos.
    pub media: Vec<MediaChange>,
}

/// Compares the open revision with the live listing, for whoever reads it.
pub fn compare(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Compared> {
    let seen = read(conn, caller, id, now)?;
    let live = serde_json::to_value(ListingDraft::of(&seen.listing.content)).map_err(Error::internal)?;
    let live = attachments::judged(conn, id, live)?;
    let wanted = attachments::judged_revision(conn, &seen.revision)?;
    Ok(Compared {
        differences: revision::differences(&live, &wanted),
        media: media_changes(&live, &wanted),
        seen,
    })
}
