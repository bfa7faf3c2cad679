//! What the search index has still to hear of.
//!
//! Rows carry which listing changed, never its state: whoever reads them looks at the listing anew, so that replaying
//! is harmless.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;

use super::schema::{listings, search_outbox};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::ids::{EnterpriseId, ListingId};

/// A place in the outbox: `(writing transaction, sequence number)`; the transaction is 0 on SQLite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// PostgreSQL's transaction id.
    pub txid: i64,
    /// Sequence number.
    pub seq: i64,
}

/// Says that what the public may see of a listing can have changed.
pub fn push(uow: &mut Uow<'_>, listing: ListingId, at: Timestamp) -> Result<()> {
    diesel::insert_into(search_outbox::table)
        .values((
            search_outbox::listing_id.eq(DbId(listing.0)),
            search_outbox::created_at.eq(DbTs(at)),
        ))
        .execute(uow.conn())?;
    uow.wake_indexer();
    Ok(())
}

/// The same for every published listing of an enterprise, whose own standing decides whether they are seen.
pub fn push_all_of(uow: &mut Uow<'_>, enterprise: EnterpriseId, at: Timestamp) -> Result<()> {
    let published = listings::table
        .filter(listings::enterprise_id.eq(DbId(enterprise.0)))
        .filter(listings::status.eq("published"))
        .select((listings::id, DbTs(at).into_sql::<super::types::UtcTs>()));
    diesel::insert_into(search_outbox::table)
        .values(published)
        .into_columns((search_outbox::listing_id, search_outbox::created_at))
        .execute(uow.conn())?;
    uow.wake_indexer();
    Ok(())
}

/// Reads what comes after `after`, at most `limit` rows, in order.
///
/// On PostgreSQL only rows of transactions older than every running one are given: sequence numbers become visible
/// out of order, and a reader that ran ahead would never see a slow transaction's rows.
pub fn after(conn: &mut AnyConn, after: Position, limit: i64) -> Result<Vec<(Position, ListingId)>> {
    let horizon = horizon(conn)?;
    let rows: Vec<(i64, i64, DbId)> = search_outbox::table
        .filter(search_outbox::txid.ge(after.txid).and(search_outbox::txid.lt(horizon)))
        .filter(search_outbox::txid.gt(after.txid).or(search_outbox::seq.gt(after.seq)))
        .order((search_outbox::txid.asc(), search_outbox::seq.asc()))
        .select((search_outbox::txid, search_outbox::seq, search_outbox::listing_id))
        .limit(limit)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(txid, seq, id)| (Position { txid, seq }, ListingId(id.0)))
        .collect())
}

/// The first and last place that can be read now.
pub fn ends(conn: &mut AnyConn) -> Result<Option<(Position, Position)>> {
    let horizon = horizon(conn)?;
    let settled = search_outbox::table
        .filter(search_outbox::txid.lt(horizon))
        .select((search_outbox::txid, search_outbox::seq));
    let first: Option<(i64, i64)> = settled
        .order((search_outbox::txid.asc(), search_outbox::seq.asc()))
        .first(conn)
        .optional()?;
    let last: Option<(i64, i64)> = settled
        .order((search_outbox::txid.desc(), search_outbox::seq.desc()))
        .first(conn)
        .optional()?;
    let place = |(txid, seq)| Position { txid, seq };
    Ok(first.map(place).zip(last.map(place)))
}

/// How many rows come after a place: the index's lag.
pub fn lag(conn: &mut AnyConn, after: Position) -> Result<i64> {
    Ok(search_outbox::table
        .filter(
            search_outbox::txid
                .gt(after.txid)
                .or(search_outbox::txid.eq(after.txid).and(search_outbox::seq.gt(after.seq))),
        )
        .count()
        .get_result(conn)?)
}

/// Forgets rows older than an instant, but never the newest: it marks how far the numbering has come.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp) -> Result<usize> {
    let newest: Option<i64> = search_outbox::table
        .select(diesel::dsl::max(search_outbox::seq))
        .first(uow.conn())?;
    Ok(diesel::delete(
        search_outbox::table
            .filter(search_outbox::created_at.lt(DbTs(before)))
            .filter(search_outbox::seq.lt(newest.unwrap_or(0))),
    )
    .execute(uow.conn())?)
}

/// The oldest transaction that is still running: rows at or beyond it are not settled yet.
fn horizon(conn: &mut AnyConn) -> Result<i64> {
    #[derive(diesel::QueryableByName)]
    struct Horizon {
        #[diesel(sql_type = BigInt)]
        txid: i64,
    }
    match conn {
        AnyConn::Sqlite(_) => Ok(i64::MAX),
        AnyConn::Pg(pg) => {
            let row: Horizon =
                diesel::sql_query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS txid")
                    .get_result(pg)?;
            Ok(row.txid)
        }
    }
}
