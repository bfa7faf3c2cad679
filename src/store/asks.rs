//! Rows of what was asked by an address and waits to be decided. What they say is sealed before it comes here.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::asks;
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::ids::AskId;

/// Something that was asked.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Identifier; those asked later sort after those asked before.
    pub id: AskId,
    /// What and from where, sealed.
    pub sealed_content: Vec<u8>,
}

/// Keeps what was asked.
pub fn push(uow: &mut Uow<'_>, ask: &Waiting, now: Timestamp) -> Result<()> {
    diesel::insert_into(asks::table)
        .values((
            asks::id.eq(DbId(ask.id.0)),
            asks::sealed_content.eq(&ask.sealed_content),
            asks::created_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// How much waits.
pub fn count(conn: &mut AnyConn) -> Result<i64> {
    Ok(asks::table.count().get_result(conn)?)
}

/// What waits, longest first.
pub fn waiting(conn: &mut AnyConn, limit: i64) -> Result<Vec<Waiting>> {
    let rows: Vec<(DbId, Vec<u8>)> = asks::table
        .order(asks::id.asc())
        .select((asks::id, asks::sealed_content))
        .limit(limit)
        .load(conn)?;
    let read = |(id, sealed_content): (DbId, Vec<u8>)| Waiting {
        id: AskId(id.0),
        sealed_content,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Takes one away to decide it; false when another node was faster.
pub fn take(uow: &mut Uow<'_>, id: AskId) -> Result<bool> {
    let row = asks::table.filter(asks::id.eq(DbId(id.0)));
    Ok(diesel::delete(row).execute(uow.conn())? > 0)
}
