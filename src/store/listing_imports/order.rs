//! Which import is next: those of one enterprise are loaded in the order in which they were sent, whatever becomes of a worker,
//! so that what was sent last stands in the end.

use std::collections::HashSet;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Import, OPEN, find};
use crate::domain::ids::{EnterpriseId, ListingImportId};
use crate::domain::import::ImportStatus;
use crate::store::schema::listing_imports;
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Result, Uow, leavings};

/// Most imports that are looked at: an enterprise has three open ones at the most.
const MOST: i64 = 1_000;

/// Imports that a worker may take now, longest first; whoever wants one [claims](claim) it.
pub fn due(conn: &mut AnyConn, now: Timestamp, limit: usize) -> Result<Vec<ListingImportId>> {
    let open: Vec<(DbId, DbId, Option<DbTs>)> = listing_imports::table
        .filter(listing_imports::status.eq_any(OPEN))
        .order((listing_imports::created_at.asc(), listing_imports::id.asc()))
        .select((
            listing_imports::id,
            listing_imports::enterprise_id,
            listing_imports::leased_until,
        ))
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

/// When the last import of an enterprise was sent.
pub fn last_sent(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Option<Timestamp>> {
    let last: Option<DbTs> = listing_imports::table
        .filter(listing_imports::enterprise_id.eq(DbId(enterprise.0)))
        .order(listing_imports::created_at.desc())
        .select(listing_imports::created_at)
        .first(conn)
        .optional()?;
    Ok(last.map(|at| at.0))
}

/// Takes an import for oneself until an instant; nothing when somebody else has it, it came to its end, or an earlier one of the
/// enterprise did not, or any other one of it is in somebody's hands: two at once would overwrite each other in any order.
///
/// One conditional update, which of two nodes only one does, as with letters.
pub fn claim(uow: &mut Uow<'_>, id: ListingImportId, now: Timestamp, until: Timestamp) -> Result<Option<Import>> {
    let import = find(uow.conn(), id)?;
    let others: Vec<(DbId, DbTs, Option<DbTs>)> = listing_imports::table
        .filter(listing_imports::enterprise_id.eq(DbId(import.enterprise.0)))
        .filter(listing_imports::status.eq_any(OPEN))
        .filter(listing_imports::id.ne(DbId(id.0)))
        .select((
            listing_imports::id,
            listing_imports::created_at,
            listing_imports::leased_until,
        ))
        .load(uow.conn())?;
    let is_in_the_way = |(other, sent, until): &(DbId, DbTs, Option<DbTs>)| {
        let is_in_hand = until.as_ref().is_some_and(|until| until.0 > now);
        is_in_hand || (sent.0, other.0) < (import.created_at, id.0)
    };
    if others.iter().any(is_in_the_way) {
        return Ok(None);
    }
    let row = listing_imports::table
        .filter(listing_imports::id.eq(DbId(id.0)))
        .filter(listing_imports::status.eq_any(OPEN))
        .filter(
            listing_imports::leased_until
                .is_null()
                .or(listing_imports::leased_until.le(DbTs(now))),
        );
    let count = diesel::update(row)
        .set((
            listing_imports::leased_until.eq(DbTs(until)),
            listing_imports::status.eq(ImportStatus::Running.as_str()),
            listing_imports::attempts.eq(listing_imports::attempts + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Ok(None);
    }
    find(uow.conn(), id).map(Some)
}
