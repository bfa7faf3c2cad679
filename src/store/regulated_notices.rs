//! Rows about which list of regulated technologies officers were told of.

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::regulated_notices::{self, dsl};
use super::types::DbTs;
use super::{AnyConn, Result, Uow};

/// The last list that officers were told of: the number of the notice, and the hash of what was in force.
pub fn last(conn: &mut AnyConn) -> Result<Option<(i64, Vec<u8>)>> {
    let row = regulated_notices::table
        .order(dsl::number.desc())
        .select((dsl::number, dsl::signature))
        .first(conn)
        .optional()?;
    Ok(row)
}

/// Takes the next notice for this unit of work; false when another one took it.
pub fn claim(uow: &mut Uow<'_>, number: i64, signature: &[u8], now: Timestamp) -> Result<bool> {
    let row = (
        dsl::number.eq(number),
        dsl::signature.eq(signature),
        dsl::sent_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(regulated_notices::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}
