//! Videos that listings refer to. Who may see and change them is who may see and change the listing's files.

use jiff::Timestamp;

use super::attachments::changed;
use super::context::{Caller, Work};
use super::{Result, files, listings as parents, screening};
use crate::domain::audit::Deed;
use crate::domain::ids::ListingId;
use crate::domain::video::Video;
use crate::store::{AnyConn, listing_videos};

/// The videos of a listing that the caller may read.
pub fn list(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Vec<Video>> {
    // What is shown in part has none.
    if !parents::read(conn, caller, id, now)?.sees_all {
        return Ok(Vec::new());
    }
    Ok(listing_videos::of_listing(conn, id)?)
}

/// Gives a listing these videos instead of those that it has.
pub fn replace(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, videos: &[Video]) -> Result<()> {
    let now = work.now;
    let (permit, mut listing) = files::own(work.conn(), caller, id, now)?;
    screening::require_clean_videos(work.conn(), videos)?;
    listing_videos::replace(work.uow, &permit, id, videos)?;
    let change = changed(work, &permit, &mut listing)?;
    work.remember_change(&permit, Deed::VideosReplaced, ("listing", id.0), None, change)
}
