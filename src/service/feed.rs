//! The public feed (nguồn tin mở): everything that anybody may see, then every change of it in order, so that other
//! exchanges can mirror.
//!
//! It follows the outbox, as the index does: a place there never overtakes a transaction that is still running, and each
//! listing is looked at anew, so that what stands in the feed is true when it is read, whatever the row was written for.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::error::Blocked;
use super::listings::blocked_by;
use super::search::readable;
use super::{ErrorCode, Result};
use crate::domain::feed::{Removal, removal};
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::store::listings::{OwnerCard, public_versions};
pub use crate::store::outbox::Position;
use crate::store::{AnyConn, outbox};

/// Longer than any unit of work takes from its instant to its commit.
const SLACK: SignedDuration = SignedDuration::from_mins(10);

/// A place in the outbox, and when its row was written in microseconds since 1970; 0 where no row stands. Numbers alone
/// do not say which history they are of: a restored database gives them again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The place.
    pub position: Position,
    /// When its row was written.
    pub at: i64,
}

/// Where a page of the feed begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the beginning of the pass over everything.
    Start,
    /// At the first change after an instant.
    Since(Timestamp),
    /// In the pass, behind a listing; the changes since it began come after it.
    Pass(Mark, ListingId),
    /// Behind a change.
    Changes(Mark),
}

/// What is told of one listing.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The listing; of what was removed no more than its identifier and its code may be shown.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// When it came to be so.
    pub changed_at: Timestamp,
    /// Why it is not public any more.
    pub removal: Option<(Removal, Option<Blocked>)>,
}

/// A page of the feed.
#[derive(Clone, Debug)]
pub struct Page {
    /// What it tells.
    pub entries: Vec<Entry>,
    /// Where the next one begins: there always is one, if only later.
    pub next: Place,
    /// There is more to read at once.
    pub has_more: bool,
}

/// Reads a page: at most `limit` listings of the pass, or what became of `limit` changes.
pub fn page(conn: &mut AnyConn, place: Place, limit: u32, now: Timestamp) -> Result<Page> {
    match place {
        // Before anything is read: what changes during the pass is then told twice, not never.
        Place::Start => {
            let mark = newest(conn)?;
            pass(conn, mark, None, limit, now)
        }
        Place::Pass(mark, after) => {
            require_reached(conn, mark)?;
            pass(conn, mark, Some(after), limit, now)
        }
        Place::Since(at) => {
            let place = outbox::place_before(conn, at, SLACK)?.ok_or(ErrorCode::FeedExpired)?;
            let mark = mark_at(conn, place)?;
            changes(conn, mark, limit, now)
        }
        Place::Changes(mark) => {
            require_reached(conn, mark)?;
            changes(conn, mark, limit, now)
        }
    }
}

/// Everything that is public, in the order of identifiers.
fn pass(conn: &mut AnyConn, mark: Mark, after: Option<ListingId>, limit: u32, now: Timestamp) -> Result<Page> {
    let known = public_versions(conn, after, i64::from(limit))?;
    let ids: Vec<ListingId> = known.into_iter().map(|(id, _)| id).collect();
    let is_full = is_full(ids.len(), limit);
    let mut found = by_id(conn, &ids, now)?;
    let next = match ids.last() {
        Some(last) if is_full => Place::Pass(mark, *last),
        _ => Place::Changes(mark),
    };
    let public = ids.iter().filter_map(|id| found.remove(id));
    let public = public.filter(|(listing, owner)| removal(listing, owner.status).is_none());
    let entry = |(listing, owner): (Listing, OwnerCard)| Entry {
        changed_at: listing.updated_at,
        removal: None,
        listing,
        owner,
    };
    Ok(Page {
        entries: public.map(entry).collect(),
        next,
        // What changed meanwhile is still to come.
        has_more: is_full || !outbox::rows_after(conn, mark.position, 1)?.is_empty(),
    })
}

/// What changed, in order; a listing that changed several times on one page is told once, at its last change.
fn changes(conn: &mut AnyConn, mark: Mark, limit: u32, now: Timestamp) -> Result<Page> {
    let rows = outbox::rows_after(conn, mark.position, i64::from(limit))?;
    let next = rows.last().map_or(mark, |(position, row)| Mark {
        position: *position,
        at: row.at.as_microsecond(),
    });
    let ids: Vec<ListingId> = rows.iter().map(|(_, row)| row.listing).collect();
    let mut found = by_id(conn, &ids, now)?;
    let mut entries = Vec::with_capacity(found.len());
    for (_, row) in rows.iter().rev() {
        if let Some(seen) = found.remove(&row.listing) {
            entries.extend(told(conn, seen, row.at)?);
        }
    }
    entries.reverse();
    Ok(Page {
        entries,
        next: Place::Changes(next),
        has_more: is_full(rows.len(), limit),
    })
}

/// What a change is told as; nothing of what never came out.
fn told(conn: &mut AnyConn, (listing, owner): (Listing, OwnerCard), at: Timestamp) -> Result<Option<Entry>> {
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
    Ok(Some(Entry {
        listing,
        owner,
        changed_at,
        removal: removal.map(|why| (why, by)),
    }))
}

fn is_full(count: usize, limit: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| count >= limit)
}

/// Listings as they stand now. One whose row cannot be read is left out, as the index leaves it out: it must not stop the
/// feed for all others.
fn by_id(conn: &mut AnyConn, ids: &[ListingId], now: Timestamp) -> Result<HashMap<ListingId, (Listing, OwnerCard)>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let (rows, _broken) = readable(conn, &ids)?;
    let lapsed = rows.into_iter().map(|(mut listing, owner)| {
        listing.lapse(now);
        (listing.id, (listing, owner))
    });
    Ok(lapsed.collect())
}

/// The newest place that can be followed.
fn newest(conn: &mut AnyConn) -> Result<Mark> {
    let last = match outbox::ends(conn)? {
        Some((_, last)) => last,
        None => outbox::forgotten(conn)?.map_or_else(Position::default, |(place, _)| place),
    };
    mark_at(conn, last)
}

fn mark_at(conn: &mut AnyConn, position: Position) -> Result<Mark> {
    let row = outbox::row_at(conn, position)?;
    Ok(Mark {
        position,
        at: row.map_or(0, |row| row.at.as_microsecond()),
    })
}

/// Refuses a place from which the outbox does not lead to the present: rows behind it were forgotten, or it is one of
/// another history, that of a database before it was restored.
fn require_reached(conn: &mut AnyConn, mark: Mark) -> Result<()> {
    let is_reached = match outbox::row_at(conn, mark.position)? {
        Some(row) => row.at.as_microsecond() == mark.at,
        // The row is gone, and nothing behind it is; or nothing ever was.
        None => match outbox::forgotten(conn)? {
            Some((last, _)) => mark.position == last,
            None => mark == Mark::default(),
        },
    };
    if is_reached {
        Ok(())
    } else {
        Err(ErrorCode::FeedExpired.into())
    }
}
