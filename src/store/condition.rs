//! In what condition the database is: what is asked by whoever looks after it, and by nobody else.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use jiff::{SignedDuration, Timestamp};

use super::file_imports::{Files as _, Listings};
use super::letters::LetterState;
use super::schema::{asks, audit_checkpoints, audit_log, enterprise_leavings, letters, listing_imports, search_outbox};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result};

/// Work of the background that is looked for at once.
const MOST: usize = 500;

/// Work that waits although its time came before some instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overdue {
    /// Letters to be sent.
    pub letters: i64,
    /// What was asked by an address and is to be decided.
    pub asks: i64,
    /// Files of listings to be loaded.
    pub imports: i64,
    /// Enterprises that closed or merged and whose listings are to follow.
    pub leavings: i64,
}

/// Looks for work whose time came before an instant, and that nobody has in hand.
pub fn overdue(conn: &mut AnyConn, before: Timestamp) -> Result<Overdue> {
    let at = DbTs(before);
    let due = Listings::due(conn, before, MOST)?;
    let due: Vec<DbId> = due.into_iter().map(|id| DbId(id.0)).collect();
    Ok(Overdue {
        letters: letters::table
            .filter(letters::state.eq(LetterState::Waiting.as_str()))
            .filter(letters::next_try_at.le(at))
            .filter(letters::leased_until.is_null().or(letters::leased_until.le(at)))
            .count()
            .get_result(conn)?,
        asks: asks::table.filter(asks::created_at.le(at)).count().get_result(conn)?,
        imports: listing_imports::table
            .filter(listing_imports::id.eq_any(due))
            .filter(listing_imports::created_at.le(at))
            .count()
            .get_result(conn)?,
        leavings: enterprise_leavings::table
            .filter(enterprise_leavings::since.le(at))
            .count()
            .get_result(conn)?,
    })
}

/// How many letters were given up.
pub fn dead_letters(conn: &mut AnyConn) -> Result<i64> {
    Ok(letters::table
        .filter(letters::state.eq(LetterState::Dead.as_str()))
        .count()
        .get_result(conn)?)
}

/// How many rows of the outbox were written before an instant, the newest row left out, which always stays.
pub fn old_outbox(conn: &mut AnyConn, before: Timestamp) -> Result<i64> {
    let newest: Option<i64> = search_outbox::table
        .select(diesel::dsl::max(search_outbox::seq))
        .first(conn)?;
    Ok(search_outbox::table
        .filter(search_outbox::created_at.lt(DbTs(before)))
        .filter(search_outbox::seq.lt(newest.unwrap_or(0)))
        .count()
        .get_result(conn)?)
}

/// When the last deed happened, by the clock of the server that wrote it down.
pub fn last_deed_at(conn: &mut AnyConn) -> Result<Option<Timestamp>> {
    let at: Option<DbTs> = audit_log::table
        .order(audit_log::at.desc())
        .select(audit_log::at)
        .first(conn)
        .optional()?;
    Ok(at.map(|at| at.0))
}

/// When the oldest deed happened that came after the last checkpoint of the audit trail; nothing when all are covered.
pub fn uncovered_since(conn: &mut AnyConn) -> Result<Option<Timestamp>> {
    let checkpoint: Option<DbTs> = audit_checkpoints::table
        .order(audit_checkpoints::seq.desc())
        .select(audit_checkpoints::at)
        .first(conn)
        .optional()?;
    let mut rows = audit_log::table
        .filter(audit_log::hash.is_not_null())
        .order(audit_log::at.asc())
        .select(audit_log::at)
        .into_boxed();
    if let Some(at) = checkpoint {
        rows = rows.filter(audit_log::at.gt(at));
    }
    let at: Option<DbTs> = rows.first(conn).optional()?;
    Ok(at.map(|at| at.0))
}

/// The last place of a lane of the audit trail that is taken; 0 in an empty one.
pub fn lane_end(conn: &mut AnyConn, lane: i64) -> Result<i64> {
    let end: Option<i64> = audit_log::table
        .filter(audit_log::lane.eq(lane))
        .select(diesel::dsl::max(audit_log::link))
        .first(conn)?;
    Ok(end.unwrap_or(0))
}

/// How far the clock of a PostgreSQL server is ahead of an instant; nothing on SQLite, which has no clock of its own.
pub fn clock_ahead(conn: &mut AnyConn, now: impl Fn() -> Timestamp) -> Result<Option<SignedDuration>> {
    #[derive(QueryableByName)]
    struct Told {
        #[diesel(sql_type = BigInt)]
        micros: i64,
    }
    let AnyConn::Pg(pg) = conn else { return Ok(None) };
    let before = now();
    let told: Told =
        sql_query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros").get_result(pg)?;
    let after = now();
    let told = Timestamp::from_microsecond(told.micros).map_err(|error| Error::Row(error.to_string()))?;
    // It told its time at some instant between the two.
    let ahead = told.duration_since(after);
    let behind = told.duration_since(before);
    Ok(Some(if ahead > SignedDuration::ZERO {
        ahead
    } else if behind < SignedDuration::ZERO {
        behind
    } else {
        SignedDuration::ZERO
    }))
}
