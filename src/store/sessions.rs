//! Rows of sessions.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{accounts, sessions};
use super::types::{DbId, DbTs, UtcTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::ids::{AccountId, SessionId};

/// A session as stored.
#[derive(Clone, Debug)]
pub struct Session {
    /// Identifier, `sid` of its tokens.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Key of its refresh tokens, 32 bytes.
    pub refresh_key: Vec<u8>,
    /// How often it was refreshed.
    pub refresh_counter: i64,
    /// When it was last refreshed.
    pub rotated_at: Timestamp,
    /// Ends unless refreshed before.
    pub idle_until: Timestamp,
    /// Ends at the latest.
    pub absolute_until: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Officers have shorter sessions.
    pub is_officer: bool,
}

/// Finds a session whose account may act.
pub fn find(conn: &mut AnyConn, id: SessionId) -> Result<Option<Session>> {
    type Row = (DbId, Vec<u8>, i64, DbTs, DbTs, DbTs, Option<DbTs>, bool);
    let row: Option<Row> = sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq(DbId(id.0)))
        .filter(accounts::status.eq("active"))
        .select((
            sessions::account_id,
            sessions::refresh_key,
            sessions::refresh_counter,
            sessions::rotated_at,
            sessions::idle_until,
            sessions::absolute_until,
            sessions::ended_at,
            accounts::is_officer,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(
        |(account, refresh_key, refresh_counter, rotated_at, idle, absolute, ended_at, is_officer)| Session {
            id,
            account: AccountId(account.0),
            refresh_key,
            refresh_counter,
            rotated_at: rotated_at.0,
            idle_until: idle.0,
            absolute_until: absolute.0,
            ended_at: ended_at.map(|at| at.0),
            is_officer,
        },
    ))
}

/// Writes a new session.
pub fn insert(uow: &mut Uow<'_>, session: &Session, now: Timestamp) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(DbId(session.id.0)),
            sessions::account_id.eq(DbId(session.account.0)),
            sessions::refresh_key.eq(&session.refresh_key),
            sessions::refresh_counter.eq(session.refresh_counter),
            sessions::rotated_at.eq(DbTs(session.rotated_at)),
            sessions::idle_until.eq(DbTs(session.idle_until)),
            sessions::absolute_until.eq(DbTs(session.absolute_until)),
            sessions::created_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Counts a refresh; [`Error::Stale`] when another one came first.
pub fn rotate(uow: &mut Uow<'_>, session: &Session, now: Timestamp, idle_until: Timestamp) -> Result<()> {
    let row = sessions::table
        .filter(sessions::id.eq(DbId(session.id.0)))
        .filter(sessions::refresh_counter.eq(session.refresh_counter));
    let count = diesel::update(row)
        .set((
            sessions::refresh_counter.eq(session.refresh_counter + 1),
            sessions::rotated_at.eq(DbTs(now)),
            sessions::idle_until.eq(DbTs(idle_until)),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Ends a session. Ending an ended one changes nothing; gives whether it still ran.
pub fn end(uow: &mut Uow<'_>, id: SessionId, now: Timestamp) -> Result<bool> {
    let row = sessions::table
        .filter(sessions::id.eq(DbId(id.0)))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(row)
        .set(sessions::ended_at.eq(DbTs(now)))
        .execute(uow.conn())?
        > 0)
}

/// Ends every session of an account.
pub fn end_all(uow: &mut Uow<'_>, account: AccountId, now: Timestamp) -> Result<usize> {
    let rows = sessions::table
        .filter(sessions::account_id.eq(DbId(account.0)))
        .filter(sessions::ended_at.is_null());
    Ok(diesel::update(rows)
        .set(sessions::ended_at.eq(DbTs(now)))
        .execute(uow.conn())?)
}

/// Forgets sessions that were over before an instant, the oldest first and at most `limit`, so that other writers wait
/// little; gives how many.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let delete = diesel::sql_query(
        "DELETE FROM sessions WHERE id IN
         (SELECT id FROM sessions WHERE absolute_until < $1 ORDER BY absolute_until LIMIT $2)",
    );
    let delete = delete.bind::<UtcTs, _>(DbTs(before)).bind::<BigInt, _>(limit);
    Ok(each!(uow.conn(), |c| delete.execute(c))?)
}
