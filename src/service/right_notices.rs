//! What owners are told about rights that their public listings name and that end (quyền sở hữu trí tuệ hết hạn): thirty days before the
//! last day, and after it, once each, whichever node is first. Nothing else happens by itself: readers see that it is over, and the
//! listing stays as it is.

use jiff::civil::Date;

use super::Result;
use super::context::{App, Work};
use super::members::tell_owners_about;
use crate::domain::calendar::day_of;
use crate::domain::ids::ListingId;
use crate::domain::letter::{Letter, RightEnd, RightName};
use crate::domain::listing::{Listing, ListingStatus};
use crate::store::{AnyConn, listings, right_notices as rows};

/// Listings that are looked at in one read.
const AT_ONCE: i64 = 500;

/// A notice: of which last day, and how many days before it.
type Due = (Date, u16);

/// Looks through all public listings, and tells owners what is due; gives how many notices went, and nothing where it was stopped
/// before the last listing.
pub fn run(app: &App, is_stopped: impl Fn() -> bool) -> Result<Option<usize>> {
    let today = day_of(app.clock.now());
    let (mut sent, mut after) = (0, None);
    loop {
        let (due, last) = app.db.read(|conn| due(conn, after, today))?;
        for (id, notices) in due {
            if is_stopped() {
                return Ok(None);
            }
            sent += app.write_blocking(move |work| tell(work, id, &notices))?;
        }
        match last {
            Some(last) => after = Some(last),
            None => return Ok(Some(sent)),
        }
    }
}

/// What is due of the next listings and was not told yet, and the last of them that was looked at.
type Found = (Vec<(ListingId, Vec<Due>)>, Option<ListingId>);

fn due(conn: &mut AnyConn, after: Option<ListingId>, today: Date) -> Result<Found> {
    let page = listings::live_after(conn, after, AT_ONCE)?;
    let last = page.last().map(|(listing, _)| listing.id);
    let mut found = Vec::new();
    for (listing, _) in page {
        let mut notices = due_of(&listing, today);
        if !notices.is_empty() {
            let told = rows::told(conn, listing.id)?;
            notices.retain(|(last, days)| !told.contains(&(last.to_string(), i64::from(*days))));
        }
        if !notices.is_empty() {
            found.push((listing.id, notices));
        }
    }
    Ok((found, last))
}

fn due_of(listing: &Listing, today: Date) -> Vec<Due> {
    listing.content.details.right_notices_due(today).into_iter().collect()
}

/// Tells the owners of one listing what is due of it; gives how many notices that were.
fn tell(work: &mut Work<'_, '_>, id: ListingId, notices: &[Due]) -> Result<usize> {
    let now = work.now;
    // Read again: it may have been changed or put away since.
    let (listing, _) = listings::find_at(work.conn(), id, now)?;
    if listing.status != ListingStatus::Published {
        return Ok(0);
    }
    let mut sent = 0;
    for (last, days) in due_of(&listing, day_of(now))
        .into_iter()
        .filter(|due| notices.contains(due))
    {
        if !rows::claim(work.uow, id, (last, days), now)? {
            continue;
        }
        let ending = listing.content.details.ending_rights();
        let names = ending
            .filter(|(_, _, end)| *end == last)
            .map(|(_, right, _)| RightName {
                right: right.r#type.clone(),
                number: right.grant_number.clone(),
            });
        let letter = Letter::RightEnds(RightEnd {
            title: listing.content.title.vi.to_string(),
            rights: names.collect(),
            expires_on: last,
            is_over: days == 0,
        });
        tell_owners_about(work, listing.enterprise_id, Some(id), &letter)?;
        sent += 1;
    }
    Ok(sent)
}
