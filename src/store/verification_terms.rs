//! Rows about the terms of verifications: which end, and what owners were told.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{enterprise_notices, enterprises};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::EnterpriseId;

/// The end of a verification: when, and of which enterprise.
pub type End = (Timestamp, EnterpriseId);

/// Verifications of active enterprises that end between two instants, the earliest first.
pub fn ending(
    conn: &mut AnyConn,
    (from, until): (Timestamp, Timestamp),
    after: Option<End>,
    limit: i64,
) -> Result<Vec<End>> {
    let mut query = enterprises::table
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .filter(enterprises::verified_until.gt(Some(DbTs(from))))
        .filter(enterprises::verified_until.le(Some(DbTs(until))))
        .select((enterprises::verified_until.assume_not_null(), enterprises::id))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = Some(DbTs(at));
        query = query.filter(
            enterprises::verified_until
                .gt(at)
                .or(enterprises::verified_until.eq(at).and(enterprises::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<(DbTs, DbId)> = query
        .order((enterprises::verified_until.asc(), enterprises::id.asc()))
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|(at, id)| (at.0, EnterpriseId(id.0))).collect())
}

/// What owners of these enterprises were told: of which end, how many days before it.
pub fn told(conn: &mut AnyConn, ends: &[End]) -> Result<BTreeSet<(End, i64)>> {
    let enterprises: Vec<DbId> = ends.iter().map(|(_, id)| DbId(id.0)).collect();
    let rows: Vec<(DbTs, DbId, i64)> = enterprise_notices::table
        .filter(enterprise_notices::enterprise_id.eq_any(enterprises))
        .select((
            enterprise_notices::expires_at,
            enterprise_notices::enterprise_id,
            enterprise_notices::days,
        ))
        .load(conn)?;
    let read = |(at, id, days): (DbTs, DbId, i64)| ((at.0, EnterpriseId(id.0)), days);
    Ok(rows.into_iter().map(read).collect())
}

/// Takes a notice for this unit of work; false when it was sent before.
pub fn claim(uow: &mut Uow<'_>, (expires_at, enterprise): End, days: u16, now: Timestamp) -> Result<bool> {
    let row = (
        enterprise_notices::enterprise_id.eq(DbId(enterprise.0)),
        enterprise_notices::expires_at.eq(DbTs(expires_at)),
        enterprise_notices::days.eq(i64::from(days)),
        enterprise_notices::sent_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(enterprise_notices::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}
