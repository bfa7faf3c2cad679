//! Rows of accounts and memberships.

mod actors;

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{accounts, memberships, second_factors};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::account::{Account, AccountStatus, Email, Language, Permission, Scope, Standing};
use crate::domain::audit::Doer;
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::text::Line;

pub use actors::{actor, actor_of_key, key, member};

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
    /// Counts the passwords.
    pub password_version: i64,
    /// When the password was set, if that is known.
    pub password_set_at: Option<Timestamp>,
    /// Whether there is a second factor.
    pub has_factor: bool,
    /// Whether the password is known to be strong enough without one.
    pub password_stands_alone: bool,
    /// Language of letters.
    pub language: Language,
    /// The address as written.
    pub email: Email,
}

impl Credentials {
    /// The person, as far as the audit trail keeps it.
    pub fn owner(&self) -> Doer {
        Doer::person(self.account, self.is_officer)
    }
}

type CredentialRow = (
    (DbId, String, bool, String, Option<DbTs>, String),
    (i64, Option<DbTs>, bool, String, String, Option<DbTs>),
);

macro_rules! credential_columns {
    () => {
        (
            (
                accounts::id,
                accounts::status,
                accounts::is_officer,
                accounts::password_hash,
                accounts::one_time_until,
                accounts::display_name,
            ),
            (
                accounts::password_version,
                accounts::password_set_at,
                accounts::password_stands_alone,
                accounts::language,
                accounts::email,
                second_factors::confirmed_at.nullable(),
            ),
        )
    };
}

fn into_credentials(row: CredentialRow) -> Result<Credentials> {
    let (
        (id, status, is_officer, password_hash, one_time_until, display_name),
        (password_version, set_at, password_stands_alone, language, email, factor),
    ) = row;
    Ok(Credentials {
        account: AccountId(id.0),
        status: status.parse()?,
        is_officer,
        password_hash,
        one_time_until: one_time_until.map(|at| at.0),
        display_name,
        password_version,
        password_set_at: set_at.map(|at| at.0),
        has_factor: factor.is_some(),
        password_stands_alone,
        language: language.parse()?,
        email: Email::stored(email),
    })
}

/// Finds the credentials behind an address ([`Email::key`]).
pub fn credentials(conn: &mut AnyConn, email_key: &str) -> Result<Option<Credentials>> {
    let row: Option<CredentialRow> = each!(conn, |c| accounts::table
        .left_join(second_factors::table)
        .filter(accounts::email_key.eq(email_key))
        .select(credential_columns!())
        .first(c)
        .optional())?;
    row.map(into_credentials).transpose()
}

/// Finds the credentials of an account.
pub fn credentials_of(conn: &mut AnyConn, account: AccountId) -> Result<Credentials> {
    let row: CredentialRow = each!(conn, |c| accounts::table
        .left_join(second_factors::table)
        .filter(accounts::id.eq(DbId(account.0)))
        .select(credential_columns!())
        .first(c))?;
    into_credentials(row)
}

/// Finds an account; [`super::Error::NotFound`] when there is none.
pub fn find(conn: &mut AnyConn, id: AccountId) -> Result<Account> {
    type Row = (
        (String, String, String, bool, DbJson, DbJson),
        (Option<DbTs>, String, Option<DbTs>, i64),
        (Option<DbId>, Option<String>),
    );
    let row: Row = each!(conn, |c| accounts::table
        .left_join(memberships::table)
        .filter(accounts::id.eq(DbId(id.0)))
        .select((
            (
                accounts::email,
                accounts::display_name,
                accounts::status,
                accounts::is_officer,
                accounts::permissions,
                accounts::scope,
            ),
            (
                accounts::email_verified_at,
                accounts::language,
                accounts::restricted_at,
                accounts::version,
            ),
            (memberships::enterprise_id.nullable(), memberships::role.nullable()),
        ))
        .first(c))?;
    let (
        (email, display_name, status, is_officer, permissions, scope),
        (email_verified_at, language, restricted_at, version),
        (enterprise, role),
    ) = row;
    let standing = match (is_officer, enterprise, role) {
        (true, ..) => Standing::Officer {
            permissions: permissions.read()?,
            scope: scope.read()?,
        },
        (false, Some(enterprise), Some(role)) => Standing::Member {
            enterprise: EnterpriseId(enterprise.0),
            role: role.parse()?,
        },
        _ => Standing::Person,
    };
    Ok(Account {
        id,
        email: Email::stored(email),
        display_name: Line::stored(display_name),
        status: status.parse()?,
        standing,
        email_verified_at: email_verified_at.map(|at| at.0),
        language: language.parse()?,
        restricted_at: restricted_at.map(|at| at.0),
        version,
    })
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
    /// Whether the password is known to be strong enough without a second factor.
    pub password_stands_alone: bool,
    /// Where the person belongs.
    pub standing: &'a Standing,
    /// When the address was proved.
    pub email_verified_at: Option<Timestamp>,
    /// Language of letters.
    pub language: Language,
}

/// Writes a new account and its membership.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, account: &NewAccount<'_>, now: Timestamp) -> Result<()> {
    demand(permit, &[Action::Register, Action::ManageOfficers])?;
    let no_permissions: &[Permission] = &[];
    let (is_officer, permissions, scope) = match account.standing {
        Standing::Officer { permissions, scope } => (true, permissions.as_slice(), scope.clone()),
        Standing::Member { .. } | Standing::Person => (false, no_permissions, Scope::default()),
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
            accounts::scope.eq(DbJson::of(&scope)?),
            accounts::email_verified_at.eq(account.email_verified_at.map(DbTs)),
            accounts::language.eq(account.language.as_str()),
            accounts::password_set_at.eq(DbTs(now)),
            accounts::password_stands_alone.eq(account.password_stands_alone),
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

/// Notes that the address was proved, unless it was before.
pub fn set_email_verified(uow: &mut Uow<'_>, account: AccountId, now: Timestamp) -> Result<()> {
    let row = accounts::table
        .filter(accounts::id.eq(DbId(account.0)))
        .filter(accounts::email_verified_at.is_null());
    diesel::update(row)
        .set((
            accounts::email_verified_at.eq(DbTs(now)),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Replaces the address by one that was proved.
pub fn set_email(uow: &mut Uow<'_>, account: AccountId, email: &Email, now: Timestamp) -> Result<()> {
    diesel::update(accounts::table.find(DbId(account.0)))
        .set((
            accounts::email.eq(email.as_str()),
            accounts::email_key.eq(email.key()),
            accounts::email_verified_at.eq(DbTs(now)),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes name and language; [`super::Error::Stale`] when the account has another version.
pub fn set_profile(
    uow: &mut Uow<'_>,
    account: AccountId,
    version: i64,
    display_name: &Line<100>,
    language: Language,
    now: Timestamp,
) -> Result<()> {
    let row = accounts::table
        .filter(accounts::id.eq(DbId(account.0)))
        .filter(accounts::version.eq(version));
    let count = diesel::update(row)
        .set((
            accounts::display_name.eq(display_name.as_str()),
            accounts::language.eq(language.as_str()),
            accounts::version.eq(version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(super::Error::Stale) } else { Ok(()) }
}

/// Closes or opens an account; [`super::Error::NotFound`] when its data were erased.
pub fn set_status(
    uow: &mut Uow<'_>,
    permit: &Permit,
    account: AccountId,
    status: AccountStatus,
    now: Timestamp,
) -> Result<()> {
    demand(permit, &[Action::ManageOfficers, Action::SuspendAccount])?;
    let row = accounts::table
        .filter(accounts::id.eq(DbId(account.0)))
        .filter(accounts::erased_at.is_null());
    let count = diesel::update(row)
        .set((
            accounts::status.eq(status.as_str()),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(super::Error::NotFound);
    }
    Ok(())
}

/// Writes what an officer may do and where; [`super::Error::Stale`] when the account has another version.
pub fn set_rights(
    uow: &mut Uow<'_>,
    permit: &Permit,
    account: AccountId,
    version: i64,
    permissions: &[Permission],
    scope: &Scope,
    now: Timestamp,
) -> Result<()> {
    demand(permit, &[Action::ManageOfficers])?;
    let row = accounts::table
        .filter(accounts::id.eq(DbId(account.0)))
        .filter(accounts::version.eq(version));
    let count = diesel::update(row)
        .set((
            accounts::permissions.eq(DbJson::of(permissions)?),
            accounts::scope.eq(DbJson::of(scope)?),
            accounts::version.eq(version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(super::Error::Stale) } else { Ok(()) }
}

/// Officers, oldest account first, after one of them.
pub fn officers(conn: &mut AnyConn, after: Option<AccountId>, limit: i64) -> Result<Vec<AccountId>> {
    let after = DbId(after.map_or(uuid::Uuid::nil(), |after| after.0));
    let ids: Vec<DbId> = accounts::table
        .filter(accounts::is_officer.eq(true))
        .filter(accounts::id.gt(after))
        .order(accounts::id.asc())
        .select(accounts::id)
        .limit(limit)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| AccountId(id.0)).collect())
}
