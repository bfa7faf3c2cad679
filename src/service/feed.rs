//! The public feeds (nguồn tin mở): everything that anybody may see, then every change of it in order, so that other
//! exchanges can mirror. There is one of listings and one of enterprises.
//!
//! They follow the outbox, as the index does: a place there never overtakes a transaction that is still running, and each
//! thing is looked at anew, so that what stands in a feed is true when it is read, whatever the row was written for.

mod enterprises;
mod listings;

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{ErrorCode, Result};
use crate::store::outbox::Kind;
pub use crate::store::outbox::Position;
use crate::store::{AnyConn, outbox};
pub use enterprises::EnterpriseEntry;
pub use listings::ListingEntry;

/// Longer than any unit of work takes from its instant to its commit.
const SLACK: SignedDuration = SignedDuration::from_mins(10);

/// How old a place becomes before another one is given for it, where nothing was to be told since: long before its row is
/// forgotten, and so seldom that whoever has everything is nearly always told so by 304.
const STANDING: SignedDuration = SignedDuration::from_hours(24);

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
    /// In the pass, behind what has this identifier; the changes since it began come after it.
    Pass(Mark, Uuid),
    /// Behind a change.
    Changes(Mark),
}

/// A change, and when it was.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// What changed.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
}

/// What a feed tells of one thing.
pub trait Followed: Sized {
    /// Rows of the outbox that tell of such things.
    const KIND: Kind;

    /// Public ones behind an identifier, in their order; some may not be public any more by the clock.
    fn public_after(conn: &mut AnyConn, after: Option<Uuid>, limit: i64) -> Result<Vec<Uuid>>;

    /// Those of them that are public now, in the order of `ids`.
    fn public(conn: &mut AnyConn, ids: &[Uuid], now: Timestamp) -> Result<Vec<Self>>;

    /// What changes are told as, in their order; nothing of what never came out.
    fn told(conn: &mut AnyConn, changes: &[Change], now: Timestamp) -> Result<Vec<Self>>;
}

/// A page of the feed.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What it tells.
    pub entries: Vec<T>,
    /// Where the next one begins: there always is one, if only later.
    pub next: Place,
    /// There is more to read at once.
    pub has_more: bool,
}

/// Reads a page: at most `limit` entries of the pass, or what became of `limit` changes.
pub fn page<T: Followed>(conn: &mut AnyConn, place: Place, limit: u32, now: Timestamp) -> Result<Page<T>> {
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
            require_told(conn, T::KIND, at)?;
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
fn pass<T: Followed>(
    conn: &mut AnyConn,
    mark: Mark,
    after: Option<Uuid>,
    limit: u32,
    now: Timestamp,
) -> Result<Page<T>> {
    let ids = T::public_after(conn, after, i64::from(limit))?;
    let is_full = is_full(ids.len(), limit);
    let next = match ids.last() {
        Some(last) if is_full => Place::Pass(mark, *last),
        _ => Place::Changes(mark),
    };
    Ok(Page {
        entries: T::public(conn, &ids, now)?,
        next,
        // What changed meanwhile is still to come.
        has_more: is_full || !outbox::rows_after(conn, T::KIND, mark.position, 1)?.is_empty(),
    })
}

/// What changed, in order; what changed several times on one page is told once, at its last change.
fn changes<T: Followed>(conn: &mut AnyConn, mark: Mark, limit: u32, now: Timestamp) -> Result<Page<T>> {
    // Before the rows are read, so that none of them lies between.
    let newest = newest(conn)?;
    let rows = outbox::rows_after(conn, T::KIND, mark.position, i64::from(limit))?;
    let has_more = is_full(rows.len(), limit);
    let mut next = rows.last().map_or(mark, |(position, row)| Mark {
        position: *position,
        at: row.at.as_microsecond(),
    });
    // Rows of the other kind go by, and the one at this place with those of its time, though nothing was missed.
    let is_old = |at: i64| now.checked_sub(STANDING).is_ok_and(|then| at < then.as_microsecond());
    if !has_more && is_old(next.at) {
        next = newest;
    }
    let mut seen = HashSet::new();
    let last = rows.iter().rev().filter(|(_, row)| seen.insert(row.subject));
    let mut changes: Vec<Change> = last
        .map(|(_, row)| Change {
            id: row.subject,
            at: row.at,
        })
        .collect();
    changes.reverse();
    Ok(Page {
        entries: T::told(conn, &changes, now)?,
        next: Place::Changes(next),
        has_more,
    })
}

fn is_full(count: usize, limit: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| count >= limit)
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

/// Refuses an instant after which something of a kind may have changed without a row.
fn require_told(conn: &mut AnyConn, kind: Kind, since: Timestamp) -> Result<()> {
    let from = since.checked_sub(SLACK).unwrap_or(Timestamp::MIN);
    match outbox::untold_until(conn, kind)? {
        Some(until) if until >= from => Err(ErrorCode::FeedExpired.into()),
        _ => Ok(()),
    }
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
