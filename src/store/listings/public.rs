//! What is public: published, held by nobody, of an active enterprise; and what of it searches may find, which is what is
//! shown to everybody.

use diesel::prelude::*;

use super::{Narrow, OwnerCard, OwnerRow, Place, Row, narrowed, pair, with_owner};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::ListingId;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::Hold;
use crate::domain::listing::{Listing, ListingStatus};
use crate::store::schema::{enterprises, listings};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, Result};

/// Whatever is public, to whomever it is shown, in the order of ids.
pub fn live_after(conn: &mut AnyConn, after: Option<ListingId>, limit: i64) -> Result<Vec<(Listing, OwnerCard)>> {
    let mut query = with_owner!()
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .into_boxed();
    if let Some(id) = after {
        query = query.filter(listings::id.gt(DbId(id.0)));
    }
    let rows: Vec<(Row, OwnerRow)> = query.order(listings::id.asc()).limit(limit).load(conn)?;
    rows.into_iter().map(pair).collect()
}

/// What only members see, the newest publication first.
pub fn for_members(conn: &mut AnyConn, after: Option<Place>, limit: i64) -> Result<Vec<(Listing, OwnerCard)>> {
    let mut query = with_owner!()
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .filter(listings::visibility.eq(Visibility::Members.as_str()))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = Some(DbTs(at));
        query = query.filter(
            listings::published_at
                .lt(at)
                .or(listings::published_at.eq(at).and(listings::id.lt(DbId(id.0)))),
        );
    }
    let rows: Vec<(Row, OwnerRow)> = query
        .order((listings::published_at.desc(), listings::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(pair).collect()
}

/// All listings that anybody may see, in the order of their ids, for building the index from nothing.
pub fn public_after(conn: &mut AnyConn, after: Option<ListingId>, limit: i64) -> Result<Vec<(Listing, OwnerCard)>> {
    let mut query = with_owner!()
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .filter(listings::visibility.ne(Visibility::Members.as_str()))
        .into_boxed();
    if let Some(id) = after {
        query = query.filter(listings::id.gt(DbId(id.0)));
    }
    let rows: Vec<(Row, OwnerRow)> = query.order(listings::id.asc()).limit(limit).load(conn)?;
    rows.into_iter().map(pair).collect()
}

/// Ids and versions of what anybody may see, in the order of ids: what the index should hold.
pub fn public_versions(conn: &mut AnyConn, after: Option<ListingId>, limit: i64) -> Result<Vec<(ListingId, i64)>> {
    let mut query = listings::table
        .inner_join(enterprises::table)
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .filter(listings::visibility.ne(Visibility::Members.as_str()))
        .select((listings::id, listings::version))
        .into_boxed();
    if let Some(id) = after {
        query = query.filter(listings::id.gt(DbId(id.0)));
    }
    let rows: Vec<(DbId, i64)> = query.order(listings::id.asc()).limit(limit).load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, version)| (ListingId(id.0), version))
        .collect())
}

macro_rules! public {
    () => {
        listings::table
            .inner_join(enterprises::table)
            .filter(listings::status.eq(ListingStatus::Published.as_str()))
            .filter(listings::hold.eq(Hold::NONE.to_string()))
            .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
            // Filters would tell what is only shown on request.
            .filter(listings::visibility.eq(Visibility::Public.as_str()))
    };
}

/// The same without versions, of what is wanted.
pub fn public_ids(conn: &mut AnyConn, narrow: &Narrow, after: Option<ListingId>, limit: i64) -> Result<Vec<ListingId>> {
    let mut query = public!().select(listings::id).into_boxed();
    narrowed!(query, narrow);
    if let Some(id) = after {
        query = query.filter(listings::id.gt(DbId(id.0)));
    }
    let rows: Vec<DbId> = query.order(listings::id.asc()).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|id| ListingId(id.0)).collect())
}

/// The same with the fields of each; what cannot be read is in none.
pub fn public_fields(
    conn: &mut AnyConn,
    narrow: &Narrow,
    after: Option<ListingId>,
    limit: i64,
) -> Result<Vec<(ListingId, Vec<String>)>> {
    let mut query = public!().select((listings::id, listings::field_codes)).into_boxed();
    narrowed!(query, narrow);
    if let Some(id) = after {
        query = query.filter(listings::id.gt(DbId(id.0)));
    }
    let rows: Vec<(DbId, DbJson)> = query.order(listings::id.asc()).limit(limit).load(conn)?;
    let read = |(id, fields): (DbId, DbJson)| (ListingId(id.0), fields.read::<Vec<String>>().unwrap_or_default());
    Ok(rows.into_iter().map(read).collect())
}

/// How many there are of what is wanted.
pub fn count_public_of(conn: &mut AnyConn, narrow: &Narrow) -> Result<i64> {
    let mut query = public!().select(diesel::dsl::count_star()).into_boxed();
    narrowed!(query, narrow);
    Ok(query.first(conn)?)
}

/// How many listings anybody may see.
pub fn count_public(conn: &mut AnyConn) -> Result<i64> {
    Ok(listings::table
        .inner_join(enterprises::table)
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .filter(listings::visibility.ne(Visibility::Members.as_str()))
        .count()
        .get_result(conn)?)
}
