//! Videos that listings refer to. Who may see and change them is who may see and change the listing's files.

use jiff::Timestamp;

use super::attachments::changed;
use super::context::{Caller, Work};
use super::files::{Outcome, Target, target};
use super::{Result, listings as parents, screening};
use crate::domain::audit::Deed;
use crate::domain::ids::ListingId;
use crate::domain::video::Video;
use crate::store::{AnyConn, listing_videos};

/// The videos of a listing that the caller may read.
pub fn list(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Vec<Video>> {
    // What is shown in part has none.
    if !parents::read_page(conn, caller, id, now)?.sees_all {
        return Ok(Vec::new());
    }
    Ok(listing_videos::of_listing(conn, id)?)
}

/// Gives a listing, or what it is to become while it is public, these videos instead of those that it has.
pub fn replace(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (id, seen): (ListingId, Option<i64>),
    videos: &[Video],
) -> Result<Outcome<()>> {
    let now = work.now;
    let target = target(work.conn(), caller, (id, seen), now)?;
    screening::require_clean_videos(work.conn(), videos)?;
    let (permit, mut listing) = match target {
        Target::Listing(permit, listing) => (permit, listing),
        Target::Revision(pending) => {
            let mut media = pending.media(work.conn())?;
            media.videos = videos.to_vec();
            let kept = pending.give(work, media)?;
            return Ok(Outcome::Revision(Box::new(kept.told(work.conn())?)));
        }
    };
    listing_videos::replace(work.uow, &permit, id, videos)?;
    let change = changed(work, &permit, &mut listing)?;
    work.remember_change(&permit, Deed::VideosReplaced, ("listing", id.0), None, change)?;
    Ok(Outcome::Listing(()))
}
