//! What is kept of passwords: their hashes, when they were set, and how much they are worth.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{accounts, old_passwords};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow, devices};
use crate::domain::ids::AccountId;

/// A password as it is kept.
#[derive(Clone, Copy, Debug)]
pub struct NewPasswordRow<'a> {
    /// PHC string of argon2id.
    pub hash: &'a str,
    /// Whether it is known to be strong enough without a second factor.
    pub stands_alone: bool,
}

/// Replaces the password; the new one is no one-time password, and no device is known any more.
pub fn set(uow: &mut Uow<'_>, account: AccountId, new: NewPasswordRow<'_>, now: Timestamp) -> Result<()> {
    diesel::update(accounts::table.find(DbId(account.0)))
        .set((
            accounts::password_hash.eq(new.hash),
            accounts::password_stands_alone.eq(new.stands_alone),
            accounts::one_time_until.eq(None::<DbTs>),
            accounts::password_version.eq(accounts::password_version + 1),
            accounts::password_set_at.eq(DbTs(now)),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    devices::forget_all(uow, account)
}

/// Keeps the same password under another hash.
pub fn rehash(uow: &mut Uow<'_>, account: AccountId, hash: &str) -> Result<()> {
    diesel::update(accounts::table.find(DbId(account.0)))
        .set(accounts::password_hash.eq(hash))
        .execute(uow.conn())?;
    Ok(())
}

/// Notes that the present password was seen to be strong enough without a second factor.
pub fn note_stands_alone(uow: &mut Uow<'_>, account: AccountId) -> Result<()> {
    diesel::update(accounts::table.find(DbId(account.0)))
        .set(accounts::password_stands_alone.eq(true))
        .execute(uow.conn())?;
    Ok(())
}

/// From now on the present password opens nothing; a letter leads to a new one.
pub fn expire(uow: &mut Uow<'_>, account: AccountId, now: Timestamp) -> Result<()> {
    diesel::update(accounts::table.find(DbId(account.0)))
        .set((
            accounts::one_time_until.eq(DbTs(now)),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Keeps the present password among the former ones, `count` of which are remembered.
pub fn remember(uow: &mut Uow<'_>, account: AccountId, count: i64, now: Timestamp) -> Result<()> {
    let (version, hash): (i64, String) = accounts::table
        .filter(accounts::id.eq(DbId(account.0)))
        .select((accounts::password_version, accounts::password_hash))
        .first(uow.conn())?;
    diesel::insert_into(old_passwords::table)
        .values((
            old_passwords::account_id.eq(DbId(account.0)),
            old_passwords::version.eq(version),
            old_passwords::password_hash.eq(hash),
            old_passwords::replaced_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    let forgotten = old_passwords::table
        .filter(old_passwords::account_id.eq(DbId(account.0)))
        .filter(old_passwords::version.le(version - count));
    diesel::delete(forgotten).execute(uow.conn())?;
    Ok(())
}

/// Hashes of an account's former passwords, newest first.
pub fn former(conn: &mut AnyConn, account: AccountId, count: i64) -> Result<Vec<String>> {
    Ok(old_passwords::table
        .filter(old_passwords::account_id.eq(DbId(account.0)))
        .order(old_passwords::version.desc())
        .select(old_passwords::password_hash)
        .limit(count)
        .load(conn)?)
}
