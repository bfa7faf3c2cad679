//! Enterprises that were closed or merged and have listings left: still to be put away, or to follow the enterprise.
//!
//! There may be tens of thousands, more than one unit of work may hold others up for; so the deed leaves a row here, and
//! what it stands for is done in portions.

use std::collections::HashSet;

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::conn::each;
use super::schema::{enterprise_leavings, enterprises, listings, search_outbox};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::audit::Doer;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::ListingStatus;

const DEEDS: [Action; 3] = [
    Action::CloseEnterprise,
    Action::MergeEnterprises,
    Action::SettleListings,
];

/// What became of an enterprise that has listings left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was closed: they are put away.
    Closed,
    /// It became part of another one: they follow.
    Merged(EnterpriseId),
    /// Neither; a program of before may have opened it again. They stay as they are.
    Neither,
}

/// Notes that an enterprise has listings left, and by whose deed.
pub fn begin(uow: &mut Uow<'_>, permit: &Permit, id: EnterpriseId, doer: Doer, now: Timestamp) -> Result<()> {
    demand(permit, &DEEDS)?;
    let insert = diesel::insert_into(enterprise_leavings::table).values((
        enterprise_leavings::enterprise_id.eq(DbId(id.0)),
        enterprise_leavings::actor_kind.eq(doer.kind),
        enterprise_leavings::actor_id.eq(doer.id.map(DbId)),
        enterprise_leavings::since.eq(DbTs(now)),
    ));
    each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Notes that it has none any more.
pub fn end(uow: &mut Uow<'_>, permit: &Permit, id: EnterpriseId) -> Result<()> {
    demand(permit, &DEEDS)?;
    diesel::delete(enterprise_leavings::table.find(DbId(id.0))).execute(uow.conn())?;
    Ok(())
}

/// Those that have listings left, longest first.
pub fn all(conn: &mut AnyConn) -> Result<Vec<EnterpriseId>> {
    let rows: Vec<DbId> = enterprise_leavings::table
        .order((
            enterprise_leavings::since.asc(),
            enterprise_leavings::enterprise_id.asc(),
        ))
        .select(enterprise_leavings::enterprise_id)
        .load(conn)?;
    Ok(rows.into_iter().map(|id| EnterpriseId(id.0)).collect())
}

/// By whose deed an enterprise has listings left; none when it has none.
pub fn doer(conn: &mut AnyConn, id: EnterpriseId) -> Result<Option<Doer>> {
    let row: Option<(String, Option<DbId>)> = enterprise_leavings::table
        .find(DbId(id.0))
        .select((enterprise_leavings::actor_kind, enterprise_leavings::actor_id))
        .first(conn)
        .optional()?;
    let Some((kind, id)) = row else { return Ok(None) };
    let kinds = ["member", "officer", "system"];
    let kind = kinds.into_iter().find(|known| *known == kind);
    let kind = kind.ok_or_else(|| Error::Row("actor_kind of a leaving".into()))?;
    let id = id.map(|id| id.0);
    Ok(Some(Doer { kind, id }))
}

/// What became of an enterprise.
pub fn fate(conn: &mut AnyConn, id: EnterpriseId) -> Result<Fate> {
    let (into, closed_at): (Option<DbId>, Option<DbTs>) = enterprises::table
        .find(DbId(id.0))
        .select((enterprises::merged_into, enterprises::closed_at))
        .first(conn)?;
    Ok(match (into, closed_at) {
        (Some(into), _) => Fate::Merged(EnterpriseId(into.0)),
        (None, Some(_)) => Fate::Closed,
        (None, None) => Fate::Neither,
    })
}

/// Enterprises that wait for listings of those that became part of them.
pub fn awaiting(conn: &mut AnyConn) -> Result<HashSet<Uuid>> {
    let leaving = enterprise_leavings::table.select(enterprise_leavings::enterprise_id);
    let rows: Vec<Option<DbId>> = enterprises::table
        .filter(enterprises::id.eq_any(leaving))
        .select(enterprises::merged_into)
        .load(conn)?;
    Ok(rows.into_iter().flatten().map(|id| id.0).collect())
}

/// Listings of an enterprise that are not put away yet.
pub fn not_put_away(conn: &mut AnyConn, id: EnterpriseId, limit: i64) -> Result<Vec<ListingId>> {
    let rows: Vec<DbId> = listings::table
        .filter(listings::enterprise_id.eq(DbId(id.0)))
        .filter(listings::status.ne(ListingStatus::Archived.as_str()))
        .order((listings::created_at.asc(), listings::id.asc()))
        .select(listings::id)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|id| ListingId(id.0)).collect())
}

/// Listings of an enterprise, whatever became of them.
pub fn left(conn: &mut AnyConn, id: EnterpriseId, limit: i64) -> Result<Vec<ListingId>> {
    let rows: Vec<DbId> = listings::table
        .filter(listings::enterprise_id.eq(DbId(id.0)))
        .order((listings::created_at.asc(), listings::id.asc()))
        .select(listings::id)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|id| ListingId(id.0)).collect())
}

/// Tells the index of those of some listings that are published: they are seen again with the enterprise that they came to.
pub fn push_published(uow: &mut Uow<'_>, permit: &Permit, listings: &[ListingId], at: Timestamp) -> Result<()> {
    demand(permit, &DEEDS)?;
    let ids: Vec<DbId> = listings.iter().map(|id| DbId(id.0)).collect();
    let published = listings::table
        .filter(listings::id.eq_any(ids))
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .select((listings::id, DbTs(at).into_sql::<super::types::UtcTs>()));
    diesel::insert_into(search_outbox::table)
        .values(published)
        .into_columns((search_outbox::listing_id, search_outbox::created_at))
        .execute(uow.conn())?;
    uow.wake_indexer();
    Ok(())
}
