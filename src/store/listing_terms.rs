//! Rows about the terms of listings: which end, and what their owners were told.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::conn::each;
use super::schema::{listing_digests, listing_notices, listing_renewals, listings};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::ListingStatus;

/// The end of a term: when, and of which listing.
pub type End = (Timestamp, ListingId);

/// Terms of listings in a status that end in this time, from `since` on until `until`, each with whose listing it is; the
/// earliest first.
pub fn ending(
    conn: &mut AnyConn,
    status: ListingStatus,
    (since, until): (Timestamp, Timestamp),
    after: Option<End>,
    limit: i64,
) -> Result<Vec<(End, EnterpriseId)>> {
    let mut query = listings::table
        .filter(listings::status.eq(status.as_str()))
        .filter(listings::expires_at.ge(Some(DbTs(since))))
        .filter(listings::expires_at.le(Some(DbTs(until))))
        .select((
            listings::expires_at.assume_not_null(),
            listings::id,
            listings::enterprise_id,
        ))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = Some(DbTs(at));
        query = query.filter(
            listings::expires_at
                .gt(at)
                .or(listings::expires_at.eq(at).and(listings::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<(DbTs, DbId, DbId)> = query
        .order((listings::expires_at.asc(), listings::id.asc()))
        .limit(limit)
        .load(conn)?;
    let ends = rows.into_iter();
    Ok(ends
        .map(|(at, id, enterprise)| ((at.0, ListingId(id.0)), EnterpriseId(enterprise.0)))
        .collect())
}

/// What owners of these listings were told: of which end, how many days before it.
pub fn told(conn: &mut AnyConn, listings: &[ListingId]) -> Result<BTreeSet<(End, i64)>> {
    let mut told = BTreeSet::new();
    for some in listings.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(DbTs, DbId, i64)> = listing_notices::table
            .filter(listing_notices::listing_id.eq_any(keys))
            .select((
                listing_notices::expires_at,
                listing_notices::listing_id,
                listing_notices::days,
            ))
            .load(conn)?;
        let rows = rows.into_iter();
        told.extend(rows.map(|(at, id, days)| ((at.0, ListingId(id.0)), days)));
    }
    Ok(told)
}

/// Whether an enterprise got its letter about terms on this day already, or on a later one.
pub fn has_letter_of(conn: &mut AnyConn, enterprise: EnterpriseId, day: Date) -> Result<bool> {
    let last: Option<String> = listing_digests::table
        .filter(listing_digests::enterprise_id.eq(DbId(enterprise.0)))
        .select(listing_digests::day)
        .first(conn)
        .optional()?;
    // Days are written so that their order is that of the text.
    Ok(last.is_some_and(|last| last >= day.to_string()))
}

/// Takes an enterprise's letter of a day for this unit of work; false when it was sent before.
pub fn claim_letter(uow: &mut Uow<'_>, enterprise: EnterpriseId, day: Date, now: Timestamp) -> Result<bool> {
    if has_letter_of(uow.conn(), enterprise, day)? {
        return Ok(false);
    }
    let row = listing_digests::table.filter(listing_digests::enterprise_id.eq(DbId(enterprise.0)));
    diesel::delete(row).execute(uow.conn())?;
    let row = (
        listing_digests::enterprise_id.eq(DbId(enterprise.0)),
        listing_digests::day.eq(day.to_string()),
        listing_digests::sent_at.eq(DbTs(now)),
    );
    diesel::insert_into(listing_digests::table)
        .values(row)
        .execute(uow.conn())?;
    Ok(true)
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
