//! Rows of the keys with which enterprises' own systems call. Who stands behind one is asked in
//! [`accounts`](super::accounts).

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::api_keys;
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::api_key::KeyScope;
use crate::domain::ids::{AccountId, ApiKeyId, EnterpriseId};
use crate::domain::text::Line;

/// A key as people see it: without its secret, which is kept nowhere.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Identifier, the public half.
    pub id: ApiKeyId,
    /// For whom it acts.
    pub enterprise: EnterpriseId,
    /// What people call it.
    pub name: Line<100>,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

type Row = (
    (DbId, DbId, String, DbJson, DbId),
    (DbTs, DbTs, Option<DbTs>, Option<DbTs>),
);

macro_rules! columns {
    () => {
        (
            (
                api_keys::id,
                api_keys::enterprise_id,
                api_keys::name,
                api_keys::scopes,
                api_keys::created_by,
            ),
            (
                api_keys::created_at,
                api_keys::expires_at,
                api_keys::last_used_at,
                api_keys::revoked_at,
            ),
        )
    };
}

fn into_key(row: Row) -> Result<ApiKey> {
    let ((id, enterprise, name, scopes, created_by), (created_at, expires_at, last_used_at, revoked_at)) = row;
    Ok(ApiKey {
        id: ApiKeyId(id.0),
        enterprise: EnterpriseId(enterprise.0),
        name: Line::stored(name),
        scopes: scopes.read()?,
        created_by: AccountId(created_by.0),
        created_at: created_at.0,
        expires_at: expires_at.0,
        last_used_at: last_used_at.map(|at| at.0),
        revoked_at: revoked_at.map(|at| at.0),
    })
}

/// Writes a new one. `secret_hash` is SHA-256 of its secret.
pub fn insert(uow: &mut Uow<'_>, _permit: &Permit, key: &ApiKey, secret_hash: &[u8]) -> Result<()> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(DbId(key.id.0)),
            api_keys::enterprise_id.eq(DbId(key.enterprise.0)),
            api_keys::name.eq(key.name.as_str()),
            api_keys::secret_hash.eq(secret_hash),
            api_keys::scopes.eq(DbJson::of(&key.scopes)?),
            api_keys::created_by.eq(DbId(key.created_by.0)),
            api_keys::created_at.eq(DbTs(key.created_at)),
            api_keys::expires_at.eq(DbTs(key.expires_at)),
            api_keys::version.eq(1),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Finds a key of an enterprise; [`Error::NotFound`] when it is another one's.
pub fn find(conn: &mut AnyConn, enterprise: EnterpriseId, id: ApiKeyId) -> Result<ApiKey> {
    let row: Row = api_keys::table
        .filter(api_keys::id.eq(DbId(id.0)))
        .filter(api_keys::enterprise_id.eq(DbId(enterprise.0)))
        .select(columns!())
        .first(conn)?;
    into_key(row)
}

/// Keys of an enterprise, newest first, before one of them.
pub fn of_enterprise(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    before: Option<ApiKeyId>,
    limit: i64,
) -> Result<Vec<ApiKey>> {
    let before = DbId(before.map_or(uuid::Uuid::max(), |before| before.0));
    let rows: Vec<Row> = api_keys::table
        .filter(api_keys::enterprise_id.eq(DbId(enterprise.0)))
        .filter(api_keys::id.lt(before))
        .order(api_keys::id.desc())
        .select(columns!())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_key).collect()
}

/// How many keys of an enterprise are in force.
pub fn count_in_force(conn: &mut AnyConn, enterprise: EnterpriseId, now: Timestamp) -> Result<i64> {
    Ok(api_keys::table
        .filter(api_keys::enterprise_id.eq(DbId(enterprise.0)))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(DbTs(now)))
        .count()
        .get_result(conn)?)
}

/// Revokes a key; [`Error::Stale`] when somebody else was faster.
pub fn revoke(uow: &mut Uow<'_>, _permit: &Permit, id: ApiKeyId, now: Timestamp) -> Result<()> {
    let row = api_keys::table
        .filter(api_keys::id.eq(DbId(id.0)))
        .filter(api_keys::revoked_at.is_null());
    let count = diesel::update(row)
        .set((
            api_keys::revoked_at.eq(DbTs(now)),
            api_keys::version.eq(api_keys::version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Notes when a key was last used; another node may know of a later time.
pub fn set_last_used(uow: &mut Uow<'_>, id: ApiKeyId, at: Timestamp) -> Result<()> {
    let row = api_keys::table.filter(api_keys::id.eq(DbId(id.0))).filter(
        api_keys::last_used_at
            .is_null()
            .or(api_keys::last_used_at.lt(Some(DbTs(at)))),
    );
    diesel::update(row)
        .set(api_keys::last_used_at.eq(DbTs(at)))
        .execute(uow.conn())?;
    Ok(())
}
