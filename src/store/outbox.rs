//! What the search index, and whoever follows the public feeds, has still to hear of.
//!
//! Rows carry which listing or enterprise changed, never its state: whoever reads them looks at it anew, so that replaying
//! is harmless. To the index the row of an enterprise is one of a listing that is not there.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::schema::{enterprises, listings, outbox_forgotten, outbox_kinds, search_outbox};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::ListingStatus;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::Hold;
use crate::domain::text_enum;

/// A place in the outbox: `(writing transaction, sequence number)`; the transaction is 0 on SQLite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// PostgreSQL's transaction id.
    pub txid: i64,
    /// Sequence number.
    pub seq: i64,
}

text_enum! {
    /// Of what a row tells.
    pub enum Kind {
        /// Of a listing.
        Listing => "listing",
        /// Of an enterprise.
        Enterprise => "enterprise",
    }
}

/// Says that what the public may see of an enterprise can have changed: of one that was public once, since whoever follows is
/// told of its end.
pub fn push_enterprise(uow: &mut Uow<'_>, enterprise: EnterpriseId, at: Timestamp) -> Result<()> {
    diesel::insert_into(search_outbox::table)
        .values((
            search_outbox::listing_id.eq(DbId(enterprise.0)),
            search_outbox::created_at.eq(DbTs(at)),
            search_outbox::kind.eq(Kind::Enterprise.as_str()),
        ))
        .execute(uow.conn())?;
    uow.wake_indexer();
    Ok(())
}

/// Says that what the public may see of a listing can have changed.
pub fn push(uow: &mut Uow<'_>, listing: ListingId, at: Timestamp) -> Result<()> {
    diesel::insert_into(search_outbox::table)
        .values((
            search_outbox::listing_id.eq(DbId(listing.0)),
            search_outbox::created_at.eq(DbTs(at)),
        ))
        .execute(uow.conn())?;
    failpoint!("store.outbox.pushed", super::Error::Storage);
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

/// A row of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which listing changed, or which enterprise.
    pub subject: Uuid,
    /// When.
    pub at: Timestamp,
}

/// The row at a place, unless it was forgotten.
pub fn row_at(conn: &mut AnyConn, place: Position) -> Result<Option<Row>> {
    let row: Option<(DbId, DbTs)> = search_outbox::table
        .filter(search_outbox::seq.eq(place.seq).and(search_outbox::txid.eq(place.txid)))
        .select((search_outbox::listing_id, search_outbox::created_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, at)| Row {
        subject: id.0,
        at: at.0,
    }))
}

/// What comes after a place on SQLite, where one transaction follows the other and the number alone is the order. With
/// the transaction in the condition, every look would read the whole outbox: it is 0 in all rows.
macro_rules! after_on_sqlite {
    ($after:expr, $limit:expr $(, $kind:expr)?) => {
        search_outbox::table
            .filter(search_outbox::seq.gt($after.seq))
            // The index of kinds is that of PostgreSQL, with the transaction before the number.
            $(.filter(search_outbox::kind.eq($kind).and(search_outbox::txid.eq(0_i64))))?
            .order(search_outbox::seq.asc())
            .select((
                search_outbox::txid,
                search_outbox::seq,
                search_outbox::listing_id,
                search_outbox::created_at,
            ))
            .limit($limit)
    };
}

/// The same on PostgreSQL, up to a transaction that has not ended.
macro_rules! after_on_pg {
    ($after:expr, $horizon:expr, $limit:expr $(, $kind:expr)?) => {
        search_outbox::table
            .filter(search_outbox::txid.ge($after.txid).and(search_outbox::txid.lt($horizon)))
            .filter(search_outbox::txid.gt($after.txid).or(search_outbox::seq.gt($after.seq)))
            $(.filter(search_outbox::kind.eq($kind)))?
            .order((search_outbox::txid.asc(), search_outbox::seq.asc()))
            .select((
                search_outbox::txid,
                search_outbox::seq,
                search_outbox::listing_id,
                search_outbox::created_at,
            ))
            .limit($limit)
    };
}

/// Reads what comes after `after`, at most `limit` rows, in order: where, and which listing.
///
/// On PostgreSQL only rows of transactions older than every running one are given: sequence numbers become visible
/// out of order, and a reader that ran ahead would never see a slow transaction's rows.
pub fn after(conn: &mut AnyConn, after: Position, limit: i64) -> Result<Vec<(Position, ListingId)>> {
    failpoint!("store.outbox.read", super::Error::Storage);
    let horizon = horizon(conn)?;
    let rows: Vec<(i64, i64, DbId, DbTs)> = match conn {
        AnyConn::Sqlite(conn) => after_on_sqlite!(after, limit).load(conn)?,
        AnyConn::Pg(conn) => after_on_pg!(after, horizon, limit).load(conn)?,
    };
    let row = |(txid, seq, id, _): (i64, i64, DbId, DbTs)| (Position { txid, seq }, ListingId(id.0));
    Ok(rows.into_iter().map(row).collect())
}

/// The same of rows of one kind, with when each was written.
pub fn rows_after(conn: &mut AnyConn, kind: Kind, after: Position, limit: i64) -> Result<Vec<(Position, Row)>> {
    let horizon = horizon(conn)?;
    let rows: Vec<(i64, i64, DbId, DbTs)> = match conn {
        AnyConn::Sqlite(conn) => after_on_sqlite!(after, limit, kind.as_str()).load(conn)?,
        AnyConn::Pg(conn) => after_on_pg!(after, horizon, limit, kind.as_str()).load(conn)?,
    };
    let row = |(txid, seq, id, at): (i64, i64, DbId, DbTs)| {
        let (subject, at) = (id.0, at.0);
        (Position { txid, seq }, Row { subject, at })
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Listings that changed after a place and that nobody may see any more: what an index that stands there must hide.
/// None when more than `limit` changes came after it.
///
/// Rows that are not settled yet count too, as what they tell is true already.
pub fn withdrawn_since(conn: &mut AnyConn, after: Position, limit: i64) -> Result<Option<Vec<ListingId>>> {
    let rows: Vec<DbId> = match conn {
        AnyConn::Sqlite(conn) => {
            let rows: Vec<(i64, i64, DbId, DbTs)> = after_on_sqlite!(after, limit + 1).load(conn)?;
            rows.into_iter().map(|(_, _, id, _)| id).collect()
        }
        AnyConn::Pg(conn) => search_outbox::table
            .filter(search_outbox::txid.ge(after.txid))
            .filter(search_outbox::txid.gt(after.txid).or(search_outbox::seq.gt(after.seq)))
            // Asked for in the order of the index, or the server may think that reading the table is as good.
            .order((search_outbox::txid.asc(), search_outbox::seq.asc()))
            .select(search_outbox::listing_id)
            .limit(limit + 1)
            .load(conn)?,
    };
    if rows.is_empty() {
        return Ok(Some(Vec::new()));
    }
    if i64::try_from(rows.len()).map_or(true, |count| count > limit) {
        return Ok(None);
    }
    let mut changed: HashSet<Uuid> = rows.into_iter().map(|id| id.0).collect();
    let keys: Vec<DbId> = changed.iter().copied().map(DbId).collect();
    for some in keys.chunks(MAX_IDS) {
        let public: Vec<DbId> = listings::table
            .inner_join(enterprises::table)
            .filter(listings::id.eq_any(some))
            .filter(listings::status.eq(ListingStatus::Published.as_str()))
            .filter(listings::hold.eq(Hold::NONE.to_string()))
            .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
            // Of what is shown on request the index may know more than it should until it has the change.
            .filter(listings::visibility.eq(Visibility::Public.as_str()))
            .select(listings::id)
            .load(conn)?;
        for id in public {
            changed.remove(&id.0);
        }
    }
    Ok(Some(changed.into_iter().map(ListingId).collect()))
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
    Ok(match conn {
        AnyConn::Sqlite(conn) => search_outbox::table
            .filter(search_outbox::seq.gt(after.seq))
            .count()
            .get_result(conn)?,
        AnyConn::Pg(conn) => search_outbox::table
            .filter(search_outbox::txid.ge(after.txid))
            .filter(search_outbox::txid.gt(after.txid).or(search_outbox::seq.gt(after.seq)))
            .count()
            .get_result(conn)?,
    })
}

/// Forgets rows older than an instant, at most `limit`, from the oldest place on and without a gap; gives how many.
/// Never the newest: it marks how far the numbering has come.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let rows: Vec<(i64, i64, DbTs)> = search_outbox::table
        .order((search_outbox::txid.asc(), search_outbox::seq.asc()))
        .select((search_outbox::txid, search_outbox::seq, search_outbox::created_at))
        .limit(limit.saturating_add(1))
        .load(uow.conn())?;
    let others = rows.len().saturating_sub(1);
    let old: Vec<_> = rows
        .into_iter()
        .take(others)
        .take_while(|(_, _, at)| at.0 < before)
        .collect();
    let Some((txid, seq, _)) = old.last().copied() else {
        return Ok(0);
    };
    let newest = old.iter().map(|(_, _, at)| at.0).max().unwrap_or(before);
    mark_forgotten(uow, Position { txid, seq }, newest)?;
    Ok(diesel::delete(
        search_outbox::table.filter(
            search_outbox::txid
                .lt(txid)
                .or(search_outbox::txid.eq(txid).and(search_outbox::seq.le(seq))),
        ),
    )
    .execute(uow.conn())?)
}

fn mark_forgotten(uow: &mut Uow<'_>, last: Position, newest: Timestamp) -> Result<()> {
    let before = forgotten(uow.conn())?;
    let newest = before.map_or(newest, |(_, at)| at.max(newest));
    diesel::delete(outbox_forgotten::table).execute(uow.conn())?;
    diesel::insert_into(outbox_forgotten::table)
        .values((
            outbox_forgotten::seq.eq(last.seq),
            outbox_forgotten::txid.eq(last.txid),
            outbox_forgotten::newest_at.eq(DbTs(newest)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// The last place that was forgotten, and the newest instant that a forgotten row had; none when all rows are there.
pub fn forgotten(conn: &mut AnyConn) -> Result<Option<(Position, Timestamp)>> {
    let row: Option<(i64, i64, DbTs)> = outbox_forgotten::table
        .select((
            outbox_forgotten::txid,
            outbox_forgotten::seq,
            outbox_forgotten::newest_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(txid, seq, at)| (Position { txid, seq }, at.0)))
}

/// The newest instant at which something of a kind was written of which no row was, by a program that did not tell of that kind;
/// none where all was told.
pub fn untold_until(conn: &mut AnyConn, kind: Kind) -> Result<Option<Timestamp>> {
    let at: Option<DbTs> = outbox_kinds::table
        .filter(outbox_kinds::kind.eq(kind.as_str()))
        .select(outbox_kinds::untold_until)
        .first(conn)
        .optional()?;
    Ok(at.map(|at| at.0))
}

/// The place after which every settled row lies that was written at an instant or later, give or take `slack` between
/// when a unit of work began and when its rows became visible. None where such rows may have been forgotten.
pub fn place_before(conn: &mut AnyConn, at: Timestamp, slack: SignedDuration) -> Result<Option<Position>> {
    let gone = forgotten(conn)?;
    let from = at.checked_sub(slack).unwrap_or(Timestamp::MIN);
    if gone.is_some_and(|(_, newest)| newest >= from) {
        return Ok(None);
    }
    let start = gone.map_or_else(Position::default, |(place, _)| place);
    let horizon = horizon(conn)?;
    let settled = || search_outbox::table.filter(search_outbox::txid.lt(horizon));
    let oldest: Option<DbTs> = settled()
        .filter(search_outbox::created_at.ge(DbTs(from)))
        .order(search_outbox::created_at.asc())
        .select(search_outbox::created_at)
        .first(conn)
        .optional()?;
    let place = (search_outbox::txid, search_outbox::seq);
    let Some(oldest) = oldest else {
        let last: Option<(i64, i64)> = settled()
            .order((search_outbox::txid.desc(), search_outbox::seq.desc()))
            .select(place)
            .first(conn)
            .optional()?;
        return Ok(Some(last.map_or(start, |(txid, seq)| Position { txid, seq })));
    };
    // Rows are nearly in the order of their instants: what was written a little later may stand before.
    let until = oldest.0.checked_add(slack).unwrap_or(Timestamp::MAX);
    let (txid, seq): (i64, i64) = settled()
        .filter(search_outbox::created_at.between(oldest, DbTs(until)))
        .order((search_outbox::txid.asc(), search_outbox::seq.asc()))
        .select(place)
        .first(conn)?;
    let before: Option<(i64, i64)> = search_outbox::table
        .filter(
            search_outbox::txid
                .lt(txid)
                .or(search_outbox::txid.eq(txid).and(search_outbox::seq.lt(seq))),
        )
        .order((search_outbox::txid.desc(), search_outbox::seq.desc()))
        .select(place)
        .first(conn)
        .optional()?;
    Ok(Some(before.map_or(start, |(txid, seq)| Position { txid, seq })))
}

/// Gives rows that came from another server, by a dump that was restored here, places before all of this server's own:
/// transactions are counted anew here, and until they had been counted that far nothing would follow such rows. No row
/// that can be seen is of a transaction to come; where one is, all are moved, in the order of their numbers, so that no
/// place that anybody knows of them is a place any more.
pub(super) fn settle_restored(pg: &mut PgConnection) -> Result<()> {
    // One statement, so that both tables are of one history whatever happens.
    diesel::sql_query(
        "WITH elsewhere AS (
             SELECT EXISTS (
                 SELECT 1 FROM (SELECT txid FROM search_outbox UNION ALL SELECT txid FROM outbox_forgotten) AS places
                 WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
             ) AS is_so
         ), forgotten AS (
             UPDATE outbox_forgotten SET txid = 0 WHERE (SELECT is_so FROM elsewhere)
         )
         UPDATE search_outbox SET txid = 0 WHERE (SELECT is_so FROM elsewhere)",
    )
    .execute(pg)?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conn::Target;
    use crate::store::migrate;

    #[derive(diesel::QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }

    #[test]
    fn what_is_new_is_found_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("db.sqlite"));
        migrate::run(&target).unwrap();
        let AnyConn::Sqlite(mut conn) = migrate::connect(&target).unwrap() else {
            panic!("a target on SQLite leads to SQLite");
        };
        let query = after_on_sqlite!(Position { txid: 0, seq: 7 }, 500_i64);
        let query = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&query).to_string();
        let (sql, _binds) = query.split_once("--").unwrap();
        let mut plan = |sql: &str| -> Vec<String> {
            let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                .load(&mut conn)
                .unwrap();
            steps.into_iter().map(|step| step.detail).collect()
        };
        assert_eq!(plan(sql), ["SEARCH search_outbox USING INTEGER PRIMARY KEY (rowid>?)"]);
        // Of one kind, which may be rare, no others are looked at.
        let query = after_on_sqlite!(Position { txid: 0, seq: 7 }, 500_i64, "enterprise");
        let query = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&query).to_string();
        let (sql, _binds) = query.split_once("--").unwrap();
        assert_eq!(
            plan(sql),
            ["SEARCH search_outbox USING INDEX search_outbox_by_kind (kind=? AND txid=? AND seq>?)"]
        );
    }
}
