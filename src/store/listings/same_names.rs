//! Listings that are called alike: by the title without diacritics, which is kept beside it.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{OwnerCard, OwnerRow, Place, Row, pair, with_owner};
use crate::domain::ids::ListingId;
use crate::domain::listing::{Listing, ListingKind, ListingStatus};
use crate::domain::text::fold;
use crate::store::schema::{enterprises, listings};
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, MAX_IDS, Result, Uow};

/// What a listing is called without diacritics, and of which kind it is.
pub type Called = (String, ListingKind);

/// What is before the public, or waits for it.
fn is_there(status: &str) -> bool {
    [ListingStatus::Published, ListingStatus::Submitted]
        .iter()
        .any(|there| there.as_str() == status)
}

/// How many listings that are live or wait are called so, of each name that is asked about.
pub fn same_names(conn: &mut AnyConn, keys: &[&str]) -> Result<HashMap<Called, i64>> {
    let mut found = HashMap::new();
    for some in keys.chunks(MAX_IDS) {
        // The status is looked at here and not in the condition, so that no other index is chosen for it.
        let rows: Vec<(Option<String>, String, String, i64)> = listings::table
            .filter(listings::title_key.eq_any(some.iter().copied().map(Some)))
            .group_by((listings::title_key, listings::kind, listings::status))
            .select((listings::title_key, listings::kind, listings::status, count_star()))
            .load(conn)?;
        for (key, kind, status, count) in rows {
            if let Some(key) = key.filter(|_| is_there(&status)) {
                *found.entry((key, kind.parse()?)).or_default() += count;
            }
        }
    }
    Ok(found)
}

/// Listings that are live or wait and are called so, the oldest first.
pub fn with_same_name(
    conn: &mut AnyConn,
    (key, kind): &Called,
    but: ListingId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(Listing, OwnerCard)>> {
    let there = [ListingStatus::Published.as_str(), ListingStatus::Submitted.as_str()];
    let mut query = with_owner!()
        .filter(listings::title_key.eq(Some(key.as_str())))
        .filter(listings::kind.eq(kind.as_str()))
        .filter(listings::status.eq_any(there))
        .filter(listings::id.ne(DbId(but.0)))
        .into_boxed();
    if let Some((at, id)) = after {
        let later = listings::created_at.gt(DbTs(at));
        query = query.filter(later.or(listings::created_at.eq(DbTs(at)).and(listings::id.gt(DbId(id.0)))));
    }
    let rows: Vec<(Row, OwnerRow)> = query
        .order((listings::created_at.asc(), listings::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(pair).collect()
}

/// Puts the names beside titles that have none: of rows that a program of before wrote. It changes nothing that anybody
/// reads, so that it counts no version and asks for no right. Gives how many it was; none when all is done.
pub fn fill_title_keys(uow: &mut Uow<'_>, limit: i64) -> Result<usize> {
    let rows: Vec<(DbId, String)> = listings::table
        .filter(listings::title_key.is_null())
        .select((listings::id, listings::title_vi))
        .limit(limit)
        .load(uow.conn())?;
    for (id, title) in &rows {
        diesel::update(listings::table.filter(listings::id.eq(*id)))
            .set(listings::title_key.eq(fold(title)))
            .execute(uow.conn())?;
    }
    Ok(rows.len())
}
