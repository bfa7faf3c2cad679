//! How often somebody failed to sign in with an address, known or not: kept under a keyed hash of the address.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::sign_in_failures;
use super::types::DbTs;
use super::{AnyConn, Result, Uow};

/// Failures in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: i64,
    /// When the last one was.
    pub last_at: Timestamp,
    /// Until when nobody may try.
    pub blocked_until: Option<Timestamp>,
}

/// Finds the failures of a subject.
pub fn find(conn: &mut AnyConn, subject: &[u8]) -> Result<Option<Failures>> {
    let row: Option<(i64, DbTs, Option<DbTs>)> = sign_in_failures::table
        .filter(sign_in_failures::subject.eq(subject))
        .select((
            sign_in_failures::failures,
            sign_in_failures::last_at,
            sign_in_failures::blocked_until,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(count, last_at, blocked_until)| Failures {
        count,
        last_at: last_at.0,
        blocked_until: blocked_until.map(|at| at.0),
    }))
}

/// Writes the failures of a subject.
pub fn set(uow: &mut Uow<'_>, subject: &[u8], failures: &Failures) -> Result<()> {
    let values = (
        sign_in_failures::failures.eq(failures.count),
        sign_in_failures::last_at.eq(DbTs(failures.last_at)),
        sign_in_failures::blocked_until.eq(failures.blocked_until.map(DbTs)),
    );
    let count = diesel::update(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject)))
        .set(values)
        .execute(uow.conn())?;
    if count == 0 {
        diesel::insert_into(sign_in_failures::table)
            .values((sign_in_failures::subject.eq(subject), values))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// Forgets the failures of a subject.
pub fn forget(uow: &mut Uow<'_>, subject: &[u8]) -> Result<()> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject))).execute(uow.conn())?;
    Ok(())
}

/// Forgets at most `limit` subjects that did not fail since an instant.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<Vec<u8>> = sign_in_failures::table
        .filter(sign_in_failures::last_at.lt(DbTs(before)))
        .order(sign_in_failures::last_at.asc())
        .select(sign_in_failures::subject)
        .limit(limit)
        .load(uow.conn())?;
    let mut count = 0;
    for part in old.chunks(super::MAX_IDS) {
        count += diesel::delete(sign_in_failures::table.filter(sign_in_failures::subject.eq_any(part)))
            .execute(uow.conn())?;
    }
    Ok(count)
}
