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
/// Listings of one unit of work: others wait for it on SQLite.
const PORTION: usize = 200;
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
    for (enterprise, ends) in due {
        let ends = app.db.read(|conn| to_tell(conn, enterprise, ends, now))?;
        let mut portions = ends.chunks(PORTION).map(<[End]>::to_vec);
        // Nothing is written where nothing is to be told, as of what is held.
        let Some(first) = portions.next() else { continue };
        let more = ends.len().saturating_sub(first.len());
        let Some(soon) = app.write_blocking(move |work| write(work, enterprise, &first, more))? else {
            continue;
        };
        told += soon;
        for portion in portions {
            told += app.write_blocking(move |work| note(work, enterprise, &portion))?;
        }
    }
    Ok(told)
}

/// What an enterprise is to be told of today, the earliest first; nothing when its letter went.
fn to_tell(conn: &mut AnyConn, enterprise: EnterpriseId, mut ends: Vec<End>, now: Timestamp) -> Result<Vec<End>> {
    if rows::has_letter_of(conn, enterprise, calendar::day_of(now))? {
        return Ok(Vec::new());
    }
    ends.sort_unstable();
    ends.dedup();
    let mut due = Vec::new();
    for some in ends.chunks(PORTION) {
        let ids: Vec<ListingId> = some.iter().map(|(_, id)| *id).collect();
        let told = rows::told(conn, &ids)?;
        let found = live(conn, enterprise, some)?;
        due.extend(
            found
                .iter()
                .filter_map(|listing| due_of(listing, now))
                .filter(|(end, days)| !told.contains(&(*end, i64::from(*days))))
                .map(|(end, _)| end),
        );
        if due.len() >= MOST {
            break;
        }
    }
    due.sort_unstable();
    due.truncate(MOST);
    Ok(due)
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

/// Writes one enterprise's letter of the day, about the first portion and how many `more` there are; gives how many notices
/// before an end that portion was, or nothing when no letter went.
fn write(work: &mut Work<'_, '_>, enterprise: EnterpriseId, ends: &[End], more: usize) -> Result<Option<usize>> {
    let now = work.now;
    let today = calendar::day_of(now);
    if rows::has_letter_of(work.conn(), enterprise, today)? {
        return Ok(None);
    }
    let claimed = claim(work, enterprise, ends)?;
    if claimed.is_empty() || !rows::claim_letter(work.uow, enterprise, today, now)? {
        return Ok(None);
    }
    let (told, soon) = (claimed.len().saturating_add(more), soon(&claimed));
    let lines = claimed.into_iter().take(NAMED).collect();
    let (about, letter) = letter(lines, told, now);
    tell_owners_about(work, enterprise, about, &letter)?;
    Ok(Some(soon))
}

/// Notes of a further portion that the letter told of it; gives how many notices before an end it was. Should this not come
/// to pass, they stand in the next day's letter once more.
fn note(work: &mut Work<'_, '_>, enterprise: EnterpriseId, ends: &[End]) -> Result<usize> {
    Ok(soon(&claim(work, enterprise, ends)?))
}

fn soon(claimed: &[(ListingId, ListingEnd)]) -> usize {
    claimed.iter().filter(|(_, line)| !line.is_over).count()
}

/// Takes the notices of some listings for this unit of work: what is told of each, the earliest first.
fn claim(work: &mut Work<'_, '_>, enterprise: EnterpriseId, ends: &[End]) -> Result<Vec<(ListingId, ListingEnd)>> {
    let now = work.now;
    let mut found = live(work.conn(), enterprise, ends)?;
    found.sort_by_key(|listing| (listing.expires_at, listing.id));
    let mut lines = Vec::new();
    for listing in found {
        if let Some(line) = claimed(work, &listing, now)? {
            lines.push((listing.id, line));
        }
    }
    Ok(lines)
}

/// Listings of an active enterprise. Of one that closed or was merged, and whose listings are not put away yet, nobody is there
/// to be told.
fn live(conn: &mut AnyConn, enterprise: EnterpriseId, ends: &[End]) -> Result<Vec<Listing>> {
    let ids: Vec<ListingId> = ends.iter().map(|(_, id)| *id).collect();
    let found = listings::find_many(conn, &ids)?.into_iter();
    Ok(found
        .filter(|(listing, owner)| listing.enterprise_id == enterprise && owner.status == EnterpriseStatus::Active)
        .map(|(listing, _)| listing)
        .collect())
}

/// What is told of one listing, if anything is: it may have been renewed or taken back since it was looked at.
fn claimed(work: &mut Work<'_, '_>, listing: &Listing, now: Timestamp) -> Result<Option<ListingEnd>> {
    let Some((end, days)) = due_of(listing, now) else {
        return Ok(None);
    };
    if !rows::claim(work.uow, end, days, now)? {
        return Ok(None);
    }
    Ok(Some(ListingEnd {
        title: listing.content.title.vi.to_string(),
        code: listing.code.map(|code| code.to_string()),
        expires_at: end.0,
        is_over: end.0 <= now,
    }))
}

/// Which end of a listing is due to be told, and how many days before it.
fn due_of(listing: &Listing, now: Timestamp) -> Option<(End, u16)> {
    let expires_at = listing.expires_at?;
    let days = notice_due(expires_at, end_of_day(now))?;
    let is_over = expires_at <= now;
    let is_live = match listing.status {
        ListingStatus::Published => true,
        ListingStatus::Expired => is_over,
        _ => false,
    };
    // Nobody can renew what is held; when it is lifted, what is due is told.
    let is_told = is_live && (is_over || !listing.hold.is_held());
    is_told.then_some(((expires_at, listing.id), days))
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
