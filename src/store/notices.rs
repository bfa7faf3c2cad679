//! Rows of notices: what owners were told of their enterprise. What they say is sealed before it comes here.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{memberships, notices};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow};
use crate::domain::ids::{AccountId, EnterpriseId, LetterId};

/// A notice as it is kept; it has the identifier of its letter.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Identifier.
    pub id: LetterId,
    /// When it was written.
    pub created_at: Timestamp,
    /// Facts, sealed as those of a letter.
    pub sealed_content: Vec<u8>,
}

/// A place in somebody's notices.
pub type Place = (Timestamp, LetterId);

/// Keeps a notice to a member of an enterprise; nothing where the account belongs to none.
pub fn insert(
    uow: &mut Uow<'_>,
    account: AccountId,
    (id, kind, sealed_content): (LetterId, &str, &[u8]),
    now: Timestamp,
) -> Result<()> {
    let enterprise: Option<DbId> = memberships::table
        .filter(memberships::account_id.eq(DbId(account.0)))
        .select(memberships::enterprise_id)
        .first(uow.conn())
        .optional()?;
    let Some(enterprise) = enterprise else { return Ok(()) };
    diesel::insert_into(notices::table)
        .values((
            notices::id.eq(DbId(id.0)),
            notices::account_id.eq(DbId(account.0)),
            notices::enterprise_id.eq(enterprise),
            notices::kind.eq(kind),
            notices::sealed_content.eq(sealed_content),
            notices::created_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// What a member was told of the enterprise, newest first.
pub fn page(
    conn: &mut AnyConn,
    account: AccountId,
    enterprise: EnterpriseId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Notice>> {
    let (at, id) = after.map_or((Timestamp::MAX, LetterId(uuid::Uuid::max())), |place| place);
    let rows: Vec<(DbId, DbTs, Vec<u8>)> = notices::table
        .filter(notices::account_id.eq(DbId(account.0)))
        .filter(notices::enterprise_id.eq(DbId(enterprise.0)))
        .filter(
            notices::created_at
                .lt(DbTs(at))
                .or(notices::created_at.eq(DbTs(at)).and(notices::id.lt(DbId(id.0)))),
        )
        .order((notices::created_at.desc(), notices::id.desc()))
        .select((notices::id, notices::created_at, notices::sealed_content))
        .limit(limit)
        .load(conn)?;
    let notice = |(id, at, sealed_content): (DbId, DbTs, Vec<u8>)| Notice {
        id: LetterId(id.0),
        created_at: at.0,
        sealed_content,
    };
    Ok(rows.into_iter().map(notice).collect())
}

/// Forgets notices that were written before an instant, not too many at once.
pub fn forget_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let ids: Vec<DbId> = notices::table
        .filter(notices::created_at.lt(DbTs(before)))
        .order(notices::created_at.asc())
        .select(notices::id)
        .limit(limit)
        .load(uow.conn())?;
    let mut count = 0;
    for part in ids.chunks(MAX_IDS) {
        count += diesel::delete(notices::table.filter(notices::id.eq_any(part))).execute(uow.conn())?;
    }
    Ok(count)
}
