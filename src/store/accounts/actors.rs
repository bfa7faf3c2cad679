//! Who acts: what stands behind a session, a key, or work that goes on after the request that began it.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::domain::access::Actor;
use crate::domain::account::{AccountStatus, Role};
use crate::domain::ids::{AccountId, ApiKeyId, EnterpriseId, SessionId};
use crate::store::conn::each;
use crate::store::enterprises::read_status;
use crate::store::schema::{accounts, api_keys, enterprises, memberships, second_factors, sessions};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, Result, reference};

/// Who stands behind a session, if it still runs and its account may still act: one query, asked with every request
/// that needs to know, so that ending either takes effect at once.
pub fn actor(conn: &mut AnyConn, session: SessionId, account: AccountId, now: Timestamp) -> Result<Option<Actor>> {
    type Row = (
        (bool, DbJson, DbJson, Option<DbTs>, Option<DbTs>),
        (Option<DbId>, Option<String>, Option<String>, Option<DbTs>),
    );
    let row: Option<Row> = each!(conn, |c| sessions::table
        .inner_join(accounts::table)
        .left_join(
            memberships::table
                .inner_join(enterprises::table)
                .on(memberships::account_id.eq(accounts::id)),
        )
        .left_join(second_factors::table.on(second_factors::account_id.eq(accounts::id)))
        .filter(sessions::id.eq(DbId(session.0)))
        .filter(sessions::account_id.eq(DbId(account.0)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::absolute_until.gt(DbTs(now)))
        .filter(accounts::status.eq(AccountStatus::Active.as_str()))
        .select((
            (
                accounts::is_officer,
                accounts::permissions,
                accounts::scope,
                accounts::email_verified_at,
                second_factors::confirmed_at.nullable(),
            ),
            (
                memberships::enterprise_id.nullable(),
                memberships::role.nullable(),
                enterprises::status.nullable(),
                enterprises::closed_at.nullable(),
            ),
        ))
        .first(c)
        .optional())?;
    let Some(((is_officer, permissions, scope, verified_at, factor), (enterprise, role, status, closed_at))) = row
    else {
        return Ok(None);
    };
    let verified = verified_at.is_some();
    Ok(Some(match (is_officer, enterprise, role, status) {
        (true, ..) => Actor::Officer {
            account,
            permissions: permissions.read()?,
            scope: reference::scope_of_today(conn, &scope.read()?, now)?,
            enrolled: factor.is_some(),
        },
        (false, Some(enterprise), Some(role), Some(status)) => Actor::Member {
            account,
            enterprise: EnterpriseId(enterprise.0),
            role: role.parse::<Role>()?,
            status: read_status(&status, closed_at)?,
            verified,
        },
        _ => Actor::Person { account, verified },
    }))
}

/// What a member of an enterprise may still do, whose session need not run any more: for work that goes on after the
/// request that began it.
pub fn member(conn: &mut AnyConn, account: AccountId) -> Result<Option<Actor>> {
    type Row = (Option<DbTs>, DbId, String, String, Option<DbTs>);
    let row: Option<Row> = each!(conn, |c| accounts::table
        .inner_join(
            memberships::table
                .inner_join(enterprises::table)
                .on(memberships::account_id.eq(accounts::id)),
        )
        .filter(accounts::id.eq(DbId(account.0)))
        .filter(accounts::status.eq(AccountStatus::Active.as_str()))
        .select((
            accounts::email_verified_at,
            memberships::enterprise_id,
            memberships::role,
            enterprises::status,
            enterprises::closed_at,
        ))
        .first(c)
        .optional())?;
    let Some((verified_at, enterprise, role, status, closed_at)) = row else {
        return Ok(None);
    };
    Ok(Some(Actor::Member {
        account,
        enterprise: EnterpriseId(enterprise.0),
        role: role.parse::<Role>()?,
        status: read_status(&status, closed_at)?,
        verified: verified_at.is_some(),
    }))
}

/// Which system stands behind a key, if the key is in force. `secret_hash` is SHA-256 of the secret that was sent.
pub fn actor_of_key(conn: &mut AnyConn, key: ApiKeyId, secret_hash: &[u8], now: Timestamp) -> Result<Option<Actor>> {
    Ok(key_in_force(conn, key, now)?
        // Hashes of 256 random bits: how far two of them agree tells nothing about the secret.
        .filter(|(known, _)| known == secret_hash)
        .map(|(_, actor)| actor))
}

/// The same for work that goes on after the request that began it.
pub fn key(conn: &mut AnyConn, key: ApiKeyId, now: Timestamp) -> Result<Option<Actor>> {
    Ok(key_in_force(conn, key, now)?.map(|(_, actor)| actor))
}

fn key_in_force(conn: &mut AnyConn, key: ApiKeyId, now: Timestamp) -> Result<Option<(Vec<u8>, Actor)>> {
    type Row = (Vec<u8>, DbJson, DbId, String, Option<DbTs>);
    let row: Option<Row> = each!(conn, |c| api_keys::table
        .inner_join(enterprises::table)
        .filter(api_keys::id.eq(DbId(key.0)))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.gt(DbTs(now)))
        .select((
            api_keys::secret_hash,
            api_keys::scopes,
            api_keys::enterprise_id,
            enterprises::status,
            enterprises::closed_at,
        ))
        .first(c)
        .optional())?;
    let Some((known, scopes, enterprise, status, closed_at)) = row else {
        return Ok(None);
    };
    let actor = Actor::Key {
        key,
        enterprise: EnterpriseId(enterprise.0),
        scopes: scopes.read()?,
        status: read_status(&status, closed_at)?,
    };
    Ok(Some((known, actor)))
}
