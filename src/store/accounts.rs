//! Rows of accounts and memberships.

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{accounts, enterprises, memberships, sessions};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Result, Uow, demand};
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::account::{Account, AccountStatus, Email, Permission, Role, Standing};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{AccountId, EnterpriseId, SessionId};
use crate::domain::text::Line;

/// What signing in needs to know.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Whose.
    pub account: AccountId,
    /// Whether it may sign in.
    pub status: AccountStatus,
    /// Officers have shorter sessions.
    pub is_officer: bool,
    /// PHC string of argon2id.
    pub password_hash: String,
    /// Until when the password is a one-time one that must be replaced.
    pub one_time_until: Option<Timestamp>,
    /// Name, for the checks of a new password.
    pub display_name: String,
}

/// Finds the credentials behind an address ([`Email::key`]).
pub fn credentials(conn: &mut AnyConn, email_key: &str) -> Result<Option<Credentials>> {
    let row: Option<(DbId, String, bool, String, Option<DbTs>, String)> = accounts::table
        .filter(accounts::email_key.eq(email_key))
        .select((
            accounts::id,
            accounts::status,
            accounts::is_officer,
            accounts::password_hash,
            accounts::one_time_until,
            accounts::display_name,
        ))
        .first(conn)
        .optional()?;
    row.map(
        |(id, status, is_officer, password_hash, one_time_until, display_name)| {
            Ok(Credentials {
                account: AccountId(id.0),
                status: status.parse()?,
                is_officer,
                password_hash,
                one_time_until: one_time_until.map(|at| at.0),
                display_name,
            })
        },
    )
    .transpose()
}

/// Finds an account; [`super::Error::NotFound`] when there is none.
pub fn find(conn: &mut AnyConn, id: AccountId) -> Result<Account> {
    type Row = (String, String, String, bool, DbJson, Option<DbId>, Option<String>);
    let (email, display_name, status, is_officer, permissions, enterprise, role): Row = accounts::table
        .left_join(memberships::table)
        .filter(accounts::id.eq(DbId(id.0)))
        .select((
            accounts::email,
            accounts::display_name,
            accounts::status,
            accounts::is_officer,
            accounts::permissions,
            memberships::enterprise_id.nullable(),
            memberships::role.nullable(),
        ))
        .first(conn)?;
    let standing = match (is_officer, enterprise, role) {
        (true, ..) => Standing::Officer {
            permissions: permissions.read()?,
        },
        (false, Some(enterprise), Some(role)) => Standing::Member {
            enterprise: EnterpriseId(enterprise.0),
            role: role.parse()?,
        },
        _ => return Err(super::Error::Row("an account that belongs nowhere".into())),
    };
    Ok(Account {
        id,
        email: Email::stored(email),
        display_name: Line::stored(display_name),
        status: status.parse()?,
        standing,
    })
}

/// Who stands behind a session, if it still runs and its account may still act: one query, asked with every request
/// that needs to know, so that ending either takes effect at once.
pub fn actor(conn: &mut AnyConn, session: SessionId, account: AccountId, now: Timestamp) -> Result<Option<Actor>> {
    type Row = (bool, DbJson, Option<DbId>, Option<String>, Option<String>);
    let row: Option<Row> = each!(conn, |c| sessions::table
        .inner_join(accounts::table)
        .left_join(
            memberships::table
                .inner_join(enterprises::table)
                .on(memberships::account_id.eq(accounts::id)),
        )
        .filter(sessions::id.eq(DbId(session.0)))
        .filter(sessions::account_id.eq(DbId(account.0)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::absolute_until.gt(DbTs(now)))
        .filter(accounts::status.eq(AccountStatus::Active.as_str()))
        .select((
            accounts::is_officer,
            accounts::permissions,
            memberships::enterprise_id.nullable(),
            memberships::role.nullable(),
            enterprises::status.nullable(),
        ))
        .first(c)
        .optional())?;
    row.map(
        |(is_officer, permissions, enterprise, role, status)| match (is_officer, enterprise, role, status) {
            (true, ..) => Ok(Actor::Officer {
                account,
                permissions: permissions.read()?,
            }),
            (false, Some(enterprise), Some(role), Some(status)) => Ok(Actor::Member {
                account,
                enterprise: EnterpriseId(enterprise.0),
                role: role.parse::<Role>()?,
                status: status.parse::<EnterpriseStatus>()?,
            }),
            _ => Err(super::Error::Row("an account that belongs nowhere".into())),
        },
    )
    .transpose()
}

/// A new account.
pub struct NewAccount<'a> {
    /// Identifier.
    pub id: AccountId,
    /// Address with which the person signs in.
    pub email: &'a Email,
    /// Name.
    pub display_name: &'a Line<100>,
    /// PHC string of argon2id.
    pub password_hash: &'a str,
    /// Until when the password is a one-time one that must be replaced.
    pub one_time_until: Option<Timestamp>,
    /// Where the person belongs.
    pub standing: &'a Standing,
}

/// Writes a new account and its membership.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, account: &NewAccount<'_>, now: Timestamp) -> Result<()> {
    demand(permit, &[Action::RegisterEnterprise, Action::AppointOfficer])?;
    let no_permissions: &[Permission] = &[];
    let (is_officer, permissions) = match account.standing {
        Standing::Officer { permissions } => (true, permissions.as_slice()),
        Standing::Member { .. } => (false, no_permissions),
    };
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(DbId(account.id.0)),
            accounts::email.eq(account.email.as_str()),
            accounts::email_key.eq(account.email.key()),
            accounts::display_name.eq(account.display_name.as_str()),
            accounts::password_hash.eq(account.password_hash),
            accounts::one_time_until.eq(account.one_time_until.map(DbTs)),
            accounts::status.eq(AccountStatus::Active.as_str()),
            accounts::is_officer.eq(is_officer),
            accounts::permissions.eq(DbJson::of(permissions)?),
            accounts::version.eq(1),
            accounts::created_at.eq(DbTs(now)),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if let Standing::Member { enterprise, role } = account.standing {
        diesel::insert_into(memberships::table)
            .values((
                memberships::account_id.eq(DbId(account.id.0)),
                memberships::enterprise_id.eq(DbId(enterprise.0)),
                memberships::role.eq(role.as_str()),
                memberships::created_at.eq(DbTs(now)),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// Replaces the password. `one_time_until` as in [`NewAccount`].
pub fn set_password(
    uow: &mut Uow<'_>,
    account: AccountId,
    password_hash: &str,
    one_time_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    diesel::update(accounts::table.find(DbId(account.0)))
        .set((
            accounts::password_hash.eq(password_hash),
            accounts::one_time_until.eq(one_time_until.map(DbTs)),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
