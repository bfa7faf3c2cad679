//! Contents that the collector is taking out of the file store, or has just taken out: what a row must not be added for.

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};

use super::schema::content_removals;
use super::types::DbTs;
use super::{AnyConn, Result, Uow};
use crate::domain::file::Digest;

/// How far the clocks of two nodes may be apart, with room to spare.
const CLOCKS: SignedDuration = SignedDuration::from_secs(10);

/// Announces a removal. False when another is under way, and has the content.
pub fn announce(uow: &mut Uow<'_>, digest: &Digest, now: Timestamp) -> Result<bool> {
    let bytes = digest.0.to_vec();
    let is_under_way: i64 = content_removals::table
        .filter(content_removals::sha256.eq(&bytes))
        .filter(content_removals::removed_at.is_null())
        .count()
        .get_result(uow.conn())?;
    if is_under_way > 0 {
        return Ok(false);
    }
    diesel::delete(content_removals::table.filter(content_removals::sha256.eq(&bytes))).execute(uow.conn())?;
    diesel::insert_into(content_removals::table)
        .values((
            content_removals::sha256.eq(&bytes),
            content_removals::marked_at.eq(DbTs(now)),
            content_removals::removed_at.eq(None::<DbTs>),
        ))
        .execute(uow.conn())?;
    Ok(true)
}

/// Notes that it is done.
pub fn end(uow: &mut Uow<'_>, digest: &Digest, now: Timestamp) -> Result<()> {
    diesel::update(content_removals::table.filter(content_removals::sha256.eq(digest.0.to_vec())))
        .set(content_removals::removed_at.eq(Some(DbTs(now))))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets those that were announced before an instant.
pub fn forget(uow: &mut Uow<'_>, before: Timestamp) -> Result<()> {
    diesel::delete(content_removals::table.filter(content_removals::marked_at.lt(DbTs(before)))).execute(uow.conn())?;
    Ok(())
}

/// Whether a removal may have taken, or may yet take, a content that was put at an instant.
pub fn may_concern(conn: &mut AnyConn, digest: &Digest, put_at: Timestamp) -> Result<bool> {
    let from = put_at.checked_sub(CLOCKS).unwrap_or(Timestamp::MIN);
    let count: i64 = content_removals::table
        .filter(content_removals::sha256.eq(digest.0.to_vec()))
        .filter(
            content_removals::removed_at
                .is_null()
                .or(content_removals::removed_at.ge(DbTs(from))),
        )
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}
