//! Rows of second factors, of recovery codes, and of two officers' request to remove a third one's factor.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{factor_resets, recovery_codes, second_factors};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::ids::{AccountId, FactorResetId};

/// A second factor as stored.
#[derive(Clone, Debug)]
pub struct SecondFactor {
    /// TOTP secret, sealed.
    pub sealed_secret: Vec<u8>,
    /// When its owner showed the first code; until then it protects nothing.
    pub confirmed_at: Option<Timestamp>,
    /// The last time step whose code was used.
    pub last_step: i64,
}

/// Finds an account's second factor, confirmed or not.
pub fn find(conn: &mut AnyConn, account: AccountId) -> Result<Option<SecondFactor>> {
    let row: Option<(Vec<u8>, Option<DbTs>, i64)> = second_factors::table
        .filter(second_factors::account_id.eq(DbId(account.0)))
        .select((
            second_factors::sealed_secret,
            second_factors::confirmed_at,
            second_factors::last_step,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(sealed_secret, confirmed_at, last_step)| SecondFactor {
        sealed_secret,
        confirmed_at: confirmed_at.map(|at| at.0),
        last_step,
    }))
}

/// Begins an enrolment; one that was begun before and not confirmed is replaced.
pub fn begin(uow: &mut Uow<'_>, account: AccountId, sealed_secret: &[u8], now: Timestamp) -> Result<()> {
    let unconfirmed = second_factors::table
        .filter(second_factors::account_id.eq(DbId(account.0)))
        .filter(second_factors::confirmed_at.is_null());
    diesel::delete(unconfirmed).execute(uow.conn())?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::account_id.eq(DbId(account.0)),
            second_factors::sealed_secret.eq(sealed_secret),
            second_factors::last_step.eq(0),
            second_factors::created_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Confirms an enrolment.
pub fn confirm(uow: &mut Uow<'_>, account: AccountId, now: Timestamp) -> Result<()> {
    let row = second_factors::table.filter(second_factors::account_id.eq(DbId(account.0)));
    let count = diesel::update(row)
        .set(second_factors::confirmed_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Uses a time step up; false when it or a later one was used before.
pub fn use_step(uow: &mut Uow<'_>, account: AccountId, step: i64) -> Result<bool> {
    let row = second_factors::table
        .filter(second_factors::account_id.eq(DbId(account.0)))
        .filter(second_factors::last_step.lt(step));
    Ok(diesel::update(row)
        .set(second_factors::last_step.eq(step))
        .execute(uow.conn())?
        > 0)
}

/// Removes the second factor and its recovery codes; gives whether there was one.
pub fn remove(uow: &mut Uow<'_>, account: AccountId) -> Result<bool> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(DbId(account.0)))).execute(uow.conn())?;
    let row = second_factors::table.filter(second_factors::account_id.eq(DbId(account.0)));
    Ok(diesel::delete(row).execute(uow.conn())? > 0)
}

/// Replaces an account's recovery codes.
pub fn set_recovery_codes(uow: &mut Uow<'_>, account: AccountId, hashes: &[Vec<u8>]) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(DbId(account.0)))).execute(uow.conn())?;
    for (position, hash) in (0_i64..).zip(hashes) {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::account_id.eq(DbId(account.0)),
                recovery_codes::position.eq(position),
                recovery_codes::code_hash.eq(hash),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// Uses a recovery code up; `None` when there is no such code, or it was used; else how many are left.
pub fn use_recovery_code(
    uow: &mut Uow<'_>,
    account: AccountId,
    code_hash: &[u8],
    now: Timestamp,
) -> Result<Option<i64>> {
    let row = recovery_codes::table
        .filter(recovery_codes::account_id.eq(DbId(account.0)))
        .filter(recovery_codes::code_hash.eq(code_hash))
        .filter(recovery_codes::used_at.is_null());
    let count = diesel::update(row)
        .set(recovery_codes::used_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    if count == 0 {
        return Ok(None);
    }
    recovery_codes_left(uow.conn(), account).map(Some)
}

/// How many recovery codes an account has left.
pub fn recovery_codes_left(conn: &mut AnyConn, account: AccountId) -> Result<i64> {
    Ok(recovery_codes::table
        .filter(recovery_codes::account_id.eq(DbId(account.0)))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(conn)?)
}

/// An officer's request that another one's second factor be removed.
#[derive(Clone, Debug)]
pub struct FactorReset {
    /// Identifier.
    pub id: FactorResetId,
    /// Whose factor.
    pub account: AccountId,
    /// Who asked.
    pub asked_by: AccountId,
    /// When.
    pub asked_at: Timestamp,
    /// Until when a second officer may agree.
    pub expires_at: Timestamp,
    /// Who agreed, and when.
    pub approved: Option<(AccountId, Timestamp)>,
}

/// Writes a new request.
pub fn ask_reset(uow: &mut Uow<'_>, reset: &FactorReset) -> Result<()> {
    diesel::insert_into(factor_resets::table)
        .values((
            factor_resets::id.eq(DbId(reset.id.0)),
            factor_resets::account_id.eq(DbId(reset.account.0)),
            factor_resets::asked_by.eq(DbId(reset.asked_by.0)),
            factor_resets::asked_at.eq(DbTs(reset.asked_at)),
            factor_resets::expires_at.eq(DbTs(reset.expires_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Finds a request.
pub fn find_reset(conn: &mut AnyConn, id: FactorResetId) -> Result<FactorReset> {
    type Row = (DbId, DbId, DbTs, DbTs, Option<DbId>, Option<DbTs>);
    let (account, asked_by, asked_at, expires_at, approved_by, approved_at): Row = factor_resets::table
        .filter(factor_resets::id.eq(DbId(id.0)))
        .select((
            factor_resets::account_id,
            factor_resets::asked_by,
            factor_resets::asked_at,
            factor_resets::expires_at,
            factor_resets::approved_by,
            factor_resets::approved_at,
        ))
        .first(conn)?;
    Ok(FactorReset {
        id,
        account: AccountId(account.0),
        asked_by: AccountId(asked_by.0),
        asked_at: asked_at.0,
        expires_at: expires_at.0,
        approved: approved_by.zip(approved_at).map(|(by, at)| (AccountId(by.0), at.0)),
    })
}

/// Notes who agreed; [`Error::Stale`] when somebody else did so first.
pub fn approve_reset(uow: &mut Uow<'_>, id: FactorResetId, by: AccountId, now: Timestamp) -> Result<()> {
    let row = factor_resets::table
        .filter(factor_resets::id.eq(DbId(id.0)))
        .filter(factor_resets::approved_at.is_null());
    let count = diesel::update(row)
        .set((
            factor_resets::approved_by.eq(DbId(by.0)),
            factor_resets::approved_at.eq(DbTs(now)),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}
