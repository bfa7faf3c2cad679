//! What is left to do of the listings of an enterprise that was closed or merged.
//!
//! The deed decides at once what is seen: nothing of an enterprise that is closed or merged is. What is to be done with each
//! listing (a row, a revision, a row of the trail) would hold everybody else's writes up when there are thousands. So the
//! deed does the first and leaves the others, and a job does those in portions. A portion looks at what is left, so that it
//! does not matter where the one before ended, or which node did it.

use std::collections::HashSet;

use tracing::error;

use super::audit::state;
use super::context::{App, Work};
use super::{Error, ErrorCode, Result, mergers, revisions};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::{Deed, Doer};
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::store::audit::Change;
use crate::store::leavings::{self as rows, Fate};
use crate::store::{AnyConn, listings};

/// Most listings of a portion, which is one unit of work: others wait for it on SQLite.
pub(super) const PORTION: usize = 200;

/// The same as the database counts.
pub(super) const PORTION_ROWS: i64 = 200;

/// What came of a round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// How many portions were done.
    pub portions: usize,
    /// Enterprises of which a portion failed: they were passed over, and are tried again with the next round.
    pub passed_over: HashSet<EnterpriseId>,
}

/// Does all that is left, a portion of each enterprise in turn, as long as it `goes_on`. An enterprise of which a portion
/// fails is passed over until the round ends, so that it keeps no other one waiting; nor does one that has very many.
pub fn run(app: &App, goes_on: &dyn Fn() -> bool) -> Result<Round> {
    let mut round = Round::default();
    loop {
        let mut left = app.db.read(|conn| Ok::<_, Error>(rows::all(conn)?))?;
        left.retain(|id| !round.passed_over.contains(id));
        if left.is_empty() {
            return Ok(round);
        }
        for id in left {
            if !goes_on() {
                return Ok(round);
            }
            match app.write_blocking(move |work| portion(work, id)) {
                Ok(_is_over) => round.portions += 1,
                Err(error) => {
                    error!(enterprise = %id.0, %error, "a portion of what an enterprise left failed; it is passed over");
                    round.passed_over.insert(id);
                }
            }
        }
    }
}

/// Does a portion of what is left of an enterprise; gives whether nothing is left.
fn portion(work: &mut Work<'_, '_>, id: EnterpriseId) -> Result<bool> {
    // Another node may have been faster.
    let Some(doer) = rows::doer(work.conn(), id)? else {
        return Ok(true);
    };
    let permit = decide(&Actor::System, Action::SettleListings, &Resource::None)?;
    let is_over = match rows::fate(work.conn(), id)? {
        Fate::Closed => put_some_away(work, &permit, id, doer)?,
        Fate::Merged(into) => bring_some(work, &permit, (id, into), doer)?,
        Fate::Neither => true,
    };
    failpoint!("leavings.portion.done", Error::busy);
    if is_over {
        rows::end(work.uow, &permit, id)?;
    }
    Ok(is_over)
}

/// Archives the listings of an enterprise that is being closed, or the first of them, and leaves the others to the job.
pub(super) fn put_away_or_leave(work: &mut Work<'_, '_>, permit: &Permit, id: EnterpriseId) -> Result<()> {
    let now = work.now;
    if !put_some_away(work, permit, id, permit.into())? {
        rows::begin(work.uow, permit, id, permit.into(), now)?;
    }
    Ok(())
}

/// Archives a portion of the listings of a closed enterprise; gives whether none is left.
fn put_some_away(work: &mut Work<'_, '_>, permit: &Permit, id: EnterpriseId, doer: Doer) -> Result<bool> {
    let mut some = rows::not_put_away(work.conn(), id, PORTION_ROWS + 1)?;
    let is_over = some.len() <= PORTION;
    some.truncate(PORTION);
    for listing in some {
        put_away(work, permit, listing, doer)?;
    }
    Ok(is_over)
}

fn put_away(work: &mut Work<'_, '_>, permit: &Permit, id: ListingId, doer: Doer) -> Result<()> {
    let now = work.now;
    let (mut listing, _) = listings::find(work.conn(), id)?;
    let Ok(next) = listing.status.close() else {
        return Ok(());
    };
    let before = state::of_listing(&listing)?;
    listing.status = next;
    listing.updated_at = now;
    let read = listing.version;
    listings::update(work.uow, permit, &mut listing)?;
    // The text is the same: what was being changed goes on from there, should the enterprise come back.
    revisions::carry_on(work, permit, id, (read, listing.version))?;
    revisions::return_to_writer(work, permit, id, doer)?;
    let change = Change::between(before, state::of_listing(&listing)?);
    work.remember_change(doer, Deed::ListingArchived, ("listing", id.0), None, change)
}

/// Lets a portion of the listings of a merged enterprise follow it; gives whether none is left.
fn bring_some(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (from, into): (EnterpriseId, EnterpriseId),
    doer: Doer,
) -> Result<bool> {
    let now = work.now;
    let mut some = rows::left(work.conn(), from, PORTION_ROWS + 1)?;
    let is_over = some.len() <= PORTION;
    some.truncate(PORTION);
    mergers::bring(work, permit, &some, (from, into), doer)?;
    if rows::fate(work.conn(), into)? == Fate::Closed {
        // It was closed meanwhile, and whatever comes to it is put away.
        rows::begin(work.uow, permit, into, doer, now)?;
    }
    Ok(is_over)
}

/// Notes that the listings of a merged enterprise are left to the job.
pub(super) fn leave(work: &mut Work<'_, '_>, permit: &Permit, id: EnterpriseId) -> Result<()> {
    let now = work.now;
    Ok(rows::begin(work.uow, permit, id, permit.into(), now)?)
}

/// Refuses to open an enterprise whose listings are still being put away, or are still to come to it: those that are left
/// would be seen again.
pub(super) fn require_none(conn: &mut AnyConn, id: EnterpriseId) -> Result<()> {
    if rows::doer(conn, id)?.is_none() && !rows::awaiting(conn)?.contains(&id.0) {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::TooEarly,
        "Các tin của doanh nghiệp đang được cất vào lưu trữ; hãy thử mở lại sau ít phút.",
        "The listings of the enterprise are still being put away; try again in some minutes.",
    ))
}
