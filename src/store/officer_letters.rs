//! Rows about what officers were told: on which day of what waits, who does not want that, and which terms of requests to take
//! listings down.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::conn::each;
use super::schema::{review_digest_refusals, review_digests, takedown_alarms, takedowns};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, TakedownId};
use crate::domain::takedown::{TakedownAlarm, TakedownState};

/// Whether the letter of a day went.
pub fn has_digest_of(conn: &mut AnyConn, day: Date) -> Result<bool> {
    let count: i64 = review_digests::table
        .filter(review_digests::day.eq(day.to_string()))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Takes the letter of a day for this unit of work; false when it went. It writes without reading first, as
/// [`idempotency::claim`](super::idempotency::claim) does. Days before are of no use any more.
pub fn claim_digest(uow: &mut Uow<'_>, day: Date, now: Timestamp) -> Result<bool> {
    let row = (
        review_digests::day.eq(day.to_string()),
        review_digests::sent_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(review_digests::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    if count > 0 {
        let before = review_digests::table.filter(review_digests::day.lt(day.to_string()));
        diesel::delete(before).execute(uow.conn())?;
    }
    Ok(count > 0)
}

/// Officers who do not want the letter.
pub fn digest_refusals(conn: &mut AnyConn) -> Result<BTreeSet<AccountId>> {
    let ids: Vec<DbId> = review_digest_refusals::table
        .select(review_digest_refusals::account_id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| AccountId(id.0)).collect())
}

/// Whether an officer wants it, as everybody does who did not say otherwise.
pub fn wants_digest(conn: &mut AnyConn, account: AccountId) -> Result<bool> {
    let count: i64 = review_digest_refusals::table
        .filter(review_digest_refusals::account_id.eq(DbId(account.0)))
        .count()
        .get_result(conn)?;
    Ok(count == 0)
}

/// Writes down whether an officer wants it; gives whether that is something new.
pub fn set_digest_wanted(
    uow: &mut Uow<'_>,
    permit: &Permit,
    account: AccountId,
    is_wanted: bool,
    now: Timestamp,
) -> Result<bool> {
    demand(permit, &[Action::ReviewEnterprise, Action::ReviewListing])?;
    let own = review_digest_refusals::table.filter(review_digest_refusals::account_id.eq(DbId(account.0)));
    if is_wanted {
        return Ok(diesel::delete(own).execute(uow.conn())? > 0);
    }
    let row = (
        review_digest_refusals::account_id.eq(DbId(account.0)),
        review_digest_refusals::since.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(review_digest_refusals::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}

/// Open requests to take a listing down whose term ends until then, the most urgent first. There are few.
pub fn takedowns_due(conn: &mut AnyConn, until: Timestamp) -> Result<Vec<TakedownId>> {
    let ids: Vec<DbId> = takedowns::table
        .filter(takedowns::state.eq(TakedownState::Open.as_str()))
        .filter(takedowns::due_at.le(DbTs(until)))
        .order((takedowns::due_at.asc(), takedowns::id.asc()))
        .select(takedowns::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| TakedownId(id.0)).collect())
}

/// Whether officers were warned of it.
pub fn is_takedown_alarm_raised(conn: &mut AnyConn, id: TakedownId, alarm: TakedownAlarm) -> Result<bool> {
    let count: i64 = takedown_alarms::table
        .filter(takedown_alarms::takedown_id.eq(DbId(id.0)))
        .filter(takedown_alarms::stage.eq(alarm.as_str()))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Takes a warning for this unit of work; false when it went.
pub fn claim_takedown_alarm(uow: &mut Uow<'_>, id: TakedownId, alarm: TakedownAlarm, now: Timestamp) -> Result<bool> {
    let row = (
        takedown_alarms::takedown_id.eq(DbId(id.0)),
        takedown_alarms::stage.eq(alarm.as_str()),
        takedown_alarms::raised_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(takedown_alarms::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}
