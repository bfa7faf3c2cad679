//! Answers to creates that carried an `Idempotency-Key`, kept so that a repeated request is answered, not done, again.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::idempotency_keys;
use super::types::DbTs;
use super::{AnyConn, Result, Uow};

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

/// Keeps an answer. Breaks `Constraint::IdempotencyKey` when a concurrent request with the same key came first.
pub fn insert(uow: &mut Uow<'_>, scope: &str, key: &str, answer: &Answer, now: Timestamp) -> Result<()> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::scope.eq(scope),
            idempotency_keys::key.eq(key),
            idempotency_keys::fingerprint.eq(&answer.fingerprint),
            idempotency_keys::status.eq(answer.status),
            idempotency_keys::location.eq(&answer.location),
            idempotency_keys::etag.eq(&answer.etag),
            idempotency_keys::body.eq(&answer.body),
            idempotency_keys::created_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets answers older than an instant.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp) -> Result<usize> {
    Ok(
        diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.lt(DbTs(before))))
            .execute(uow.conn())?,
    )
}
