//! Rows about rights that listings name and that end: what owners were told.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::conn::each;
use super::schema::right_notices::{self, dsl};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::ids::ListingId;

/// What the owners of a listing were told: of which last day, as it is written, how many days before it.
pub fn told(conn: &mut AnyConn, listing: ListingId) -> Result<BTreeSet<(String, i64)>> {
    let rows: Vec<(String, i64)> = right_notices::table
        .filter(dsl::listing_id.eq(DbId(listing.0)))
        .select((dsl::expires_on, dsl::days))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Takes a notice for this unit of work; false when it went.
pub fn claim(uow: &mut Uow<'_>, listing: ListingId, (expires_on, days): (Date, u16), now: Timestamp) -> Result<bool> {
    let row = (
        dsl::listing_id.eq(DbId(listing.0)),
        dsl::expires_on.eq(expires_on.to_string()),
        dsl::days.eq(i64::from(days)),
        dsl::sent_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(right_notices::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}
