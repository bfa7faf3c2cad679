//! Rows about the terms of listings: which end, and what their owners were told.

use std::collections::HashMap;

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{listing_notices, listing_renewals, listings};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::ListingId;
use crate::domain::listing::ListingStatus;

/// The end of a term: when, and of which listing.
pub type End = (Timestamp, ListingId);

/// Terms of published listings that end until an instant, or ended and it was not written down yet; the earliest first.
pub fn ending(conn: &mut AnyConn, until: Timestamp, after: Option<End>, limit: i64) -> Result<Vec<End>> {
    let mut query = listings::table
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::expires_at.le(Some(DbTs(until))))
        .select((listings::expires_at.assume_not_null(), listings::id))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = Some(DbTs(at));
        query = query.filter(
            listings::expires_at
                .gt(at)
                .or(listings::expires_at.eq(at).and(listings::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<(DbTs, DbId)> = query
        .order((listings::expires_at.asc(), listings::id.asc()))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|(at, id)| (at.0, ListingId(id.0))).collect())
}

/// Whether the owner was told so many days before the end of a term.
pub fn is_told(conn: &mut AnyConn, (expires_at, listing): End, days: u16) -> Result<bool> {
    let count: i64 = listing_notices::table
        .filter(listing_notices::listing_id.eq(DbId(listing.0)))
        .filter(listing_notices::expires_at.eq(DbTs(expires_at)))
        .filter(listing_notices::days.eq(i64::from(days)))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Takes a notice for this unit of work; false when it was sent before.
pub fn claim(uow: &mut Uow<'_>, (expires_at, listing): End, days: u16, now: Timestamp) -> Result<bool> {
    let row = (
        listing_notices::listing_id.eq(DbId(listing.0)),
        listing_notices::expires_at.eq(DbTs(expires_at)),
        listing_notices::days.eq(i64::from(days)),
        listing_notices::sent_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(listing_notices::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}

/// What its owner said of a listing since it was last approved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewals {
    /// How often that it still holds.
    pub count: i64,
    /// When last.
    pub last_at: Option<Timestamp>,
}

/// Notes that the owner said that a listing still holds.
pub fn renewed(uow: &mut Uow<'_>, permit: &Permit, id: ListingId, now: Timestamp) -> Result<()> {
    demand(permit, &[Action::EditListing])?;
    let count = renewals_of(uow.conn(), id)?.count + 1;
    let told = (
        listing_renewals::count.eq(count),
        listing_renewals::last_at.eq(DbTs(now)),
    );
    if count == 1 {
        diesel::insert_into(listing_renewals::table)
            .values((listing_renewals::listing_id.eq(DbId(id.0)), told))
            .execute(uow.conn())?;
    } else {
        let row = listing_renewals::table.filter(listing_renewals::listing_id.eq(DbId(id.0)));
        diesel::update(row).set(told).execute(uow.conn())?;
    }
    Ok(())
}

/// Begins to count anew.
pub fn forget_renewals(uow: &mut Uow<'_>, permit: &Permit, id: ListingId) -> Result<()> {
    demand(permit, &[Action::ReviewListing])?;
    let row = listing_renewals::table.filter(listing_renewals::listing_id.eq(DbId(id.0)));
    diesel::delete(row).execute(uow.conn())?;
    Ok(())
}

/// What its owner said of a listing.
pub fn renewals_of(conn: &mut AnyConn, id: ListingId) -> Result<Renewals> {
    Ok(renewals(conn, &[id])?.remove(&id).unwrap_or_default())
}

/// The same of many; those of which nothing was said are left out.
pub fn renewals(conn: &mut AnyConn, ids: &[ListingId]) -> Result<HashMap<ListingId, Renewals>> {
    let mut found = HashMap::new();
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbId, i64, DbTs)> = listing_renewals::table
            .filter(listing_renewals::listing_id.eq_any(keys))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(id, count, at)| {
            let last_at = Some(at.0);
            (ListingId(id.0), Renewals { count, last_at })
        }));
    }
    Ok(found)
}
