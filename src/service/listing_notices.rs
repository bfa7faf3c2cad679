//! What owners are told about listings that end (thư báo tin sắp hết hạn): one letter an enterprise and day, however many of its
//! listings it tells of.
//!
//! What is due until midnight is told with the first look of the day, so that nothing of it is left for a second letter. What
//! becomes due all the same after that letter went (a suspension is lifted, say) stands in the next day's.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::context::{App, Work};
use super::members::tell_owners_about;
use super::{Error, Result};
use crate::domain::calendar;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::letter::{Letter, ListingEnd};
use crate::domain::listing::term::{FIRST_NOTICE, LATE_NOTICE, notice_due};
use crate::domain::listing::{Listing, ListingStatus};
use crate::store::listing_terms::{self as rows, End};
use crate::store::{AnyConn, listings};

/// Terms that are looked at at once.
const AT_ONCE: i64 = 500;
/// Listings that one letter tells of at the most; more wait for the next day's.
const MOST: usize = 5_000;
/// Listings that a letter names; of the others it says how many they are.
const NAMED: usize = 50;

/// Sends the letters of this day that were not sent yet, and tells how many notices before an end were given in them. Which was given is kept
/// in the unit of work that puts the letter into the queue, so each goes out once, whichever node is first.
pub(super) fn send(app: &App, ended: BTreeMap<EnterpriseId, Vec<End>>) -> Result<usize> {
    let now = app.clock.now();
    let mut due = ended;
    for (status, since) in [
        (ListingStatus::Published, Timestamp::UNIX_EPOCH),
        // Which ended since the day's letter went.
        (ListingStatus::Expired, now.saturating_sub(LATE_NOTICE).unwrap_or(now)),
    ] {
        collect(app, status, since, &mut due)?;
    }
    let mut told = 0;
    let today = calendar::day_of(now);
    for (enterprise, mut ends) in due {
        if app
            .db
            .read(|conn| Ok::<_, Error>(rows::has_letter_of(conn, enterprise, today)?))?
        {
            continue;
        }
        ends.sort_unstable();
        ends.dedup();
        ends.truncate(MOST);
        told += app.write_blocking(move |work| write(work, enterprise, &ends))?;
    }
    Ok(told)
}

/// When this day ends: what is due before is told with the day's letter.
fn end_of_day(now: Timestamp) -> Timestamp {
    calendar::deadline_of(calendar::day_of(now))
}

/// Adds what is due and was not told, by enterprise.
fn collect(
    app: &App,
    status: ListingStatus,
    since: Timestamp,
    due: &mut BTreeMap<EnterpriseId, Vec<End>>,
) -> Result<()> {
    let midnight = end_of_day(app.clock.now());
    let until = midnight.saturating_add(FIRST_NOTICE).unwrap_or(Timestamp::MAX);
    let mut after = None;
    loop {
        let (page, untold) = app.db.read(|conn| {
            let page = rows::ending(conn, status, (since, until), after, AT_ONCE)?;
            let untold = untold(conn, &page, midnight)?;
            Ok::<_, Error>((page, untold))
        })?;
        for (end, enterprise) in untold {
            due.entry(enterprise).or_default().push(end);
        }
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = Some(*last);
    }
}

/// Those of which something is due to be told that was not told yet.
fn untold(conn: &mut AnyConn, page: &[(End, EnterpriseId)], midnight: Timestamp) -> Result<Vec<(End, EnterpriseId)>> {
    let ids: Vec<ListingId> = page.iter().map(|((_, id), _)| *id).collect();
    let told = rows::told(conn, &ids)?;
    let is_untold = |(end, _): &&(End, EnterpriseId)| {
        notice_due(end.0, midnight).is_some_and(|days| !told.contains(&(*end, i64::from(days))))
    };
    Ok(page.iter().filter(is_untold).copied().collect())
}

/// Writes one enterprise's letter of the day.
fn write(work: &mut Work<'_, '_>, enterprise: EnterpriseId, ends: &[End]) -> Result<usize> {
    let now = work.now;
    let today = calendar::day_of(now);
    if rows::has_letter_of(work.conn(), enterprise, today)? {
        return Ok(0);
    }
    let ids: Vec<ListingId> = ends.iter().map(|(_, id)| *id).collect();
    // Of an enterprise that closed or was merged, and whose listings are not put away yet, nobody is there to be told.
    let mut found: Vec<Listing> = listings::find_many(work.conn(), &ids)?
        .into_iter()
        .filter(|(listing, owner)| listing.enterprise_id == enterprise && owner.status == EnterpriseStatus::Active)
        .map(|(listing, _)| listing)
        .collect();
    found.sort_by_key(|listing| (listing.expires_at, listing.id));
    let (mut lines, mut told, mut soon) = (Vec::new(), 0, 0);
    for listing in found {
        let Some(line) = claimed(work, &listing, now)? else {
            continue;
        };
        told += 1;
        soon += usize::from(!line.is_over);
        if lines.len() < NAMED {
            lines.push((listing.id, line));
        }
    }
    if lines.is_empty() || !rows::claim_letter(work.uow, enterprise, today, now)? {
        return Ok(0);
    }
    let (about, letter) = letter(lines, told, now);
    tell_owners_about(work, enterprise, about, &letter)?;
    Ok(soon)
}

/// What is told of one listing, if anything is: it may have been renewed or taken back since it was looked at.
fn claimed(work: &mut Work<'_, '_>, listing: &Listing, now: Timestamp) -> Result<Option<ListingEnd>> {
    let Some(expires_at) = listing.expires_at else {
        return Ok(None);
    };
    let Some(days) = notice_due(expires_at, end_of_day(now)) else {
        return Ok(None);
    };
    let is_over = expires_at <= now;
    let is_live = match listing.status {
        ListingStatus::Published => true,
        ListingStatus::Expired => is_over,
        _ => false,
    };
    // Nobody can renew what is held; when it is lifted, what is due is told.
    if !is_live || (!is_over && listing.hold.is_held()) {
        return Ok(None);
    }
    if !rows::claim(work.uow, (expires_at, listing.id), days, now)? {
        return Ok(None);
    }
    Ok(Some(ListingEnd {
        title: listing.content.title.vi.to_string(),
        code: listing.code.map(|code| code.to_string()),
        expires_at,
        is_over,
    }))
}

/// A letter about one listing leads to it; about several, to the list of them.
fn letter(mut lines: Vec<(ListingId, ListingEnd)>, told: usize, now: Timestamp) -> (Option<ListingId>, Letter) {
    if lines.len() == 1
        && told == 1
        && let Some((id, line)) = lines.pop()
    {
        let (title, expires_at) = (line.title, line.expires_at);
        let letter = if expires_at <= now {
            Letter::ListingExpired { title, expires_at }
        } else {
            Letter::ListingEnds { title, expires_at }
        };
        return (Some(id), letter);
    }
    let more = u32::try_from(told.saturating_sub(lines.len())).unwrap_or(u32::MAX);
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    (None, Letter::ListingsEnd { lines, more })
}
