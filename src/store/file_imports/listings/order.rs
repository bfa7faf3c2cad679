//! Which import is next: those of one enterprise are loaded in the order in which they were sent, whatever becomes of a worker,
//! so that what was sent last stands in the end.

use std::collections::HashSet;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::Listings;
use crate::domain::ids::ListingImportId;
use crate::store::file_imports::{Files as _, OPEN};
use crate::store::schema::listing_imports as imports;
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Result, leavings};

/// Most imports that are looked at: an enterprise has three open ones at the most.
const MOST: i64 = 1_000;

/// Imports that a worker may take now, longest first; whoever wants one claims it.
pub(super) fn due(conn: &mut AnyConn, now: Timestamp, limit: usize) -> Result<Vec<ListingImportId>> {
    let open: Vec<(DbId, DbId, Option<DbTs>)> = imports::table
        .filter(imports::status.eq_any(OPEN))
        .order((imports::created_at.asc(), imports::id.asc()))
        .select((imports::id, imports::enterprise_id, imports::leased_until))
        .limit(MOST)
        .load(conn)?;
    let is_live = |until: &Option<DbTs>| until.as_ref().is_some_and(|until| until.0 > now);
    // Of whom one is in hand none is free, be it the first or not.
    let in_hand = open.iter().filter(|(_, _, until)| is_live(until));
    let mut begun: HashSet<Uuid> = in_hand.map(|(_, enterprise, _)| enterprise.0).collect();
    // Rows may mean listings that are still to come from an enterprise that was merged.
    begun.extend(leavings::awaiting(conn)?);
    let free = open.iter().filter(|(_, enterprise, _)| begun.insert(enterprise.0));
    Ok(free.map(|(id, ..)| ListingImportId(id.0)).take(limit).collect())
}

/// Whether it is the turn of an import: not when an earlier one of the enterprise has not come to its end, or any other one of it is
/// in somebody's hands: two at once would overwrite each other in any order.
pub(super) fn is_next(conn: &mut AnyConn, id: ListingImportId, now: Timestamp) -> Result<bool> {
    let import = Listings::find(conn, id)?;
    let others: Vec<(DbId, DbTs, Option<DbTs>)> = imports::table
        .filter(imports::enterprise_id.eq(DbId(import.whose.enterprise.0)))
        .filter(imports::status.eq_any(OPEN))
        .filter(imports::id.ne(DbId(id.0)))
        .select((imports::id, imports::created_at, imports::leased_until))
        .load(conn)?;
    let is_in_the_way = |(other, sent, until): &(DbId, DbTs, Option<DbTs>)| {
        let is_in_hand = until.as_ref().is_some_and(|until| until.0 > now);
        is_in_hand || (sent.0, other.0) < (import.created_at, id.0)
    };
    Ok(!others.iter().any(is_in_the_way))
}
