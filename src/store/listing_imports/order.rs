//! Which import is next: those of one enterprise are loaded in the order in which they were sent, whatever becomes of a worker,
//! so that what was sent last stands in the end.

use std::collections::HashSet;

use diesel::prelude::*;
use jiff::Timestamp;

use super::{Import, OPEN, find};
use crate::domain::ids::ListingImportId;
use crate::domain::import::ImportStatus;
use crate::store::schema::listing_imports;
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Result, Uow};

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
    let mut begun = HashSet::new();
    let first = open.into_iter().filter(|(_, enterprise, _)| begun.insert(enterprise.0));
    let free = first.filter(|(_, _, until)| until.as_ref().is_none_or(|until| until.0 <= now));
    Ok(free.map(|(id, ..)| ListingImportId(id.0)).take(limit).collect())
}

/// Takes an import for oneself until an instant; nothing when somebody else has it, it came to its end, or an earlier one of the
/// enterprise did not.
///
/// One conditional update, which of two nodes only one does, as with letters.
pub fn claim(uow: &mut Uow<'_>, id: ListingImportId, now: Timestamp, until: Timestamp) -> Result<Option<Import>> {
    let import = find(uow.conn(), id)?;
    let sent = DbTs(import.created_at);
    let earlier: i64 = listing_imports::table
        .filter(listing_imports::enterprise_id.eq(DbId(import.enterprise.0)))
        .filter(listing_imports::status.eq_any(OPEN))
        .filter(
            listing_imports::created_at.lt(sent).or(listing_imports::created_at
                .eq(sent)
                .and(listing_imports::id.lt(DbId(id.0)))),
        )
        .count()
        .get_result(uow.conn())?;
    if earlier > 0 {
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
