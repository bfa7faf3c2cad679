//! Rows of memberships: who belongs to which enterprise, and as what.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{accounts, memberships};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::account::{AccountStatus, Email, Role};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::text::Line;

/// A member of an enterprise.
#[derive(Clone, Debug)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// Address with which the person signs in.
    pub email: Email,
    /// Name.
    pub display_name: Line<100>,
    /// What the member may do.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
    /// Whether nothing but keeping shall be done with the person's data.
    pub is_restricted: bool,
}

type Row = (DbId, String, String, String, DbTs, Option<DbTs>);

macro_rules! columns {
    () => {
        (
            accounts::id,
            accounts::email,
            accounts::display_name,
            memberships::role,
            memberships::created_at,
            accounts::restricted_at,
        )
    };
}

fn into_member((account, email, display_name, role, joined_at, restricted_at): Row) -> Result<Member> {
    Ok(Member {
        account: AccountId(account.0),
        email: Email::stored(email),
        display_name: Line::stored(display_name),
        role: role.parse()?,
        joined_at: joined_at.0,
        is_restricted: restricted_at.is_some(),
    })
}

/// Members of an enterprise, oldest account first, after one of them.
pub fn of_enterprise(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    after: Option<AccountId>,
    limit: i64,
) -> Result<Vec<Member>> {
    let after = DbId(after.map_or(uuid::Uuid::nil(), |after| after.0));
    let rows: Vec<Row> = memberships::table
        .inner_join(accounts::table)
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::account_id.gt(after))
        .order(memberships::account_id.asc())
        .select(columns!())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_member).collect()
}

/// Finds a member of an enterprise; [`Error::NotFound`] when the account belongs to another one or to none.
pub fn find(conn: &mut AnyConn, enterprise: EnterpriseId, account: AccountId) -> Result<Member> {
    let row: Row = memberships::table
        .inner_join(accounts::table)
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::account_id.eq(DbId(account.0)))
        .select(columns!())
        .first(conn)?;
    into_member(row)
}

/// Whether an address is that of a member. One question whether it has an account or not, so that the time of the answer
/// does not tell.
pub fn has_address(conn: &mut AnyConn, enterprise: EnterpriseId, email_key: &str) -> Result<bool> {
    let found: Option<DbId> = memberships::table
        .inner_join(accounts::table)
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(accounts::email_key.eq(email_key))
        .select(memberships::account_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The owners of an enterprise who can act: whoever is suspended owns nothing meanwhile.
pub fn owners(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Vec<AccountId>> {
    let rows: Vec<DbId> = memberships::table
        .inner_join(accounts::table)
        .filter(accounts::status.eq(AccountStatus::Active.as_str()))
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::role.eq(Role::Owner.as_str()))
        .order(memberships::account_id.asc())
        .select(memberships::account_id)
        .load(conn)?;
    Ok(rows.into_iter().map(|id| AccountId(id.0)).collect())
}

/// Whether an enterprise has an owner, one who is suspended among them: nobody else is to be made one meanwhile.
pub fn has_owner(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<bool> {
    let found: Option<DbId> = memberships::table
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::role.eq(Role::Owner.as_str()))
        .select(memberships::account_id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Makes an account a member; it belongs to no other enterprise.
pub fn insert(
    uow: &mut Uow<'_>,
    _permit: &Permit,
    enterprise: EnterpriseId,
    account: AccountId,
    role: Role,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::account_id.eq(DbId(account.0)),
            memberships::enterprise_id.eq(DbId(enterprise.0)),
            memberships::role.eq(role.as_str()),
            memberships::created_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Gives a member another role.
pub fn set_role(
    uow: &mut Uow<'_>,
    _permit: &Permit,
    enterprise: EnterpriseId,
    account: AccountId,
    role: Role,
) -> Result<()> {
    let row = memberships::table
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::account_id.eq(DbId(account.0)));
    let count = diesel::update(row)
        .set(memberships::role.eq(role.as_str()))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Ends a membership.
pub fn delete(uow: &mut Uow<'_>, _permit: &Permit, enterprise: EnterpriseId, account: AccountId) -> Result<()> {
    let row = memberships::table
        .filter(memberships::enterprise_id.eq(DbId(enterprise.0)))
        .filter(memberships::account_id.eq(DbId(account.0)));
    let count = diesel::delete(row).execute(uow.conn())?;
    if count == 0 { Err(Error::NotFound) } else { Ok(()) }
}
