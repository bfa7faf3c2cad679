//! Answers to creates that carried an `Idempotency-Key`, kept so that a repeated request is answered, not done, again.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use super::conn::each;
use super::schema::idempotency_keys;
use super::types::{DbTs, UtcTs};
use super::{AnyConn, Error, Result, Uow};

/// A kept answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// SHA-256 of operation and body.
    pub fingerprint: Vec<u8>,
    /// HTTP status.
    pub status: i16,
    /// `Location` header.
    pub location: String,
    /// `ETag` header.
    pub etag: String,
    /// JSON body.
    pub body: String,
}

/// Finds the answer that was given to a key.
pub fn find(conn: &mut AnyConn, scope: &str, key: &str) -> Result<Option<Answer>> {
    let row: Option<(Vec<u8>, i16, String, String, String)> = idempotency_keys::table
        .find((scope, key))
        .select((
            idempotency_keys::fingerprint,
            idempotency_keys::status,
            idempotency_keys::location,
            idempotency_keys::etag,
            idempotency_keys::body,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(fingerprint, status, location, etag, body)| Answer {
        fingerprint,
        status,
        location,
        etag,
        body,
    }))
}

/// Takes a key for this unit of work; gives false when it was taken before, and [`find`] has the answer.
///
/// It writes without reading first: on PostgreSQL a read would be remembered for a whole page of the index, and
/// creates with neighbouring keys, which have nothing to do with each other, would fail as not serialisable.
pub fn claim(uow: &mut Uow<'_>, scope: &str, key: &str, fingerprint: &[u8], now: Timestamp) -> Result<bool> {
    let row = (
        idempotency_keys::scope.eq(scope),
        idempotency_keys::key.eq(key),
        idempotency_keys::fingerprint.eq(fingerprint),
        idempotency_keys::status.eq(0),
        idempotency_keys::location.eq(""),
        idempotency_keys::etag.eq(""),
        idempotency_keys::body.eq(""),
        idempotency_keys::created_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(idempotency_keys::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}

/// Keeps the answer of the unit of work that has [claimed](claim) the key.
pub fn keep(uow: &mut Uow<'_>, scope: &str, key: &str, answer: &Answer) -> Result<()> {
    let count = diesel::update(idempotency_keys::table.find((scope, key)))
        .set((
            idempotency_keys::status.eq(answer.status),
            idempotency_keys::location.eq(&answer.location),
            idempotency_keys::etag.eq(&answer.etag),
            idempotency_keys::body.eq(&answer.body),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Forgets answers older than an instant, the oldest first and at most `limit`, so that other writers wait little;
/// gives how many.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let delete = diesel::sql_query(
        "DELETE FROM idempotency_keys WHERE (scope, key) IN
         (SELECT scope, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
    );
    let delete = delete.bind::<UtcTs, _>(DbTs(before)).bind::<BigInt, _>(limit);
    Ok(each!(uow.conn(), |c| delete.execute(c))?)
}
