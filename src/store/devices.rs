//! Rows of devices that somebody signed in with.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{accounts, devices};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow};
use crate::domain::ids::{AccountId, DeviceId};

/// A device as stored.
#[derive(Clone, Debug)]
pub struct Device {
    /// Identifier, the public half of its token.
    pub id: DeviceId,
    /// Whose.
    pub account: AccountId,
    /// SHA-256 of the secret half of its token.
    pub secret_hash: Vec<u8>,
    /// Tries while the address rested, since the last sign-in.
    pub tries: i64,
    /// When it was last signed in with.
    pub used_at: Timestamp,
    /// Until when it is known.
    pub expires_at: Timestamp,
}

/// Finds a device and the address of its owner, as compared.
pub fn find(conn: &mut AnyConn, id: DeviceId) -> Result<Option<(Device, String)>> {
    type Row = (DbId, DbId, Vec<u8>, i64, DbTs, DbTs, String);
    let row: Option<Row> = devices::table
        .inner_join(accounts::table)
        .filter(devices::id.eq(DbId(id.0)))
        .select((
            devices::id,
            devices::account_id,
            devices::secret_hash,
            devices::tries,
            devices::used_at,
            devices::expires_at,
            accounts::email_key,
        ))
        .first(conn)
        .optional()?;
    Ok(
        row.map(|(id, account, secret_hash, tries, used_at, expires_at, email_key)| {
            let device = Device {
                id: DeviceId(id.0),
                account: AccountId(account.0),
                secret_hash,
                tries,
                used_at: used_at.0,
                expires_at: expires_at.0,
            };
            (device, email_key)
        }),
    )
}

/// Writes a new one, or what became of one.
pub fn put(uow: &mut Uow<'_>, device: &Device) -> Result<()> {
    diesel::delete(devices::table.filter(devices::id.eq(DbId(device.id.0)))).execute(uow.conn())?;
    diesel::insert_into(devices::table)
        .values((
            devices::id.eq(DbId(device.id.0)),
            devices::account_id.eq(DbId(device.account.0)),
            devices::secret_hash.eq(&device.secret_hash),
            devices::tries.eq(device.tries),
            devices::used_at.eq(DbTs(device.used_at)),
            devices::expires_at.eq(DbTs(device.expires_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Spends one of `most` tries; false when none is left.
pub fn spend(uow: &mut Uow<'_>, id: DeviceId, most: i64) -> Result<bool> {
    let row = devices::table
        .filter(devices::id.eq(DbId(id.0)))
        .filter(devices::tries.lt(most));
    let count = diesel::update(row)
        .set(devices::tries.eq(devices::tries + 1))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// Gives a try back that was none.
pub fn give_back(uow: &mut Uow<'_>, id: DeviceId) -> Result<()> {
    let row = devices::table
        .filter(devices::id.eq(DbId(id.0)))
        .filter(devices::tries.gt(0));
    diesel::update(row)
        .set(devices::tries.eq(devices::tries - 1))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets all of an account.
pub fn forget_all(uow: &mut Uow<'_>, account: AccountId) -> Result<()> {
    keep_newest(uow, account, 0)
}

/// Forgets all of an account but the `count` that were used last.
pub fn keep_newest(uow: &mut Uow<'_>, account: AccountId, count: i64) -> Result<()> {
    let older: Vec<DbId> = devices::table
        .filter(devices::account_id.eq(DbId(account.0)))
        .order((devices::used_at.desc(), devices::id.desc()))
        .select(devices::id)
        .offset(count)
        .limit(i64::MAX)
        .load(uow.conn())?;
    for part in older.chunks(MAX_IDS) {
        diesel::delete(devices::table.filter(devices::id.eq_any(part))).execute(uow.conn())?;
    }
    Ok(())
}

/// Forgets those that ended before an instant, at most `limit` of them; gives how many.
pub fn forget_ended_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let ids: Vec<DbId> = devices::table
        .filter(devices::expires_at.lt(DbTs(before)))
        .order(devices::expires_at.asc())
        .select(devices::id)
        .limit(limit)
        .load(uow.conn())?;
    let mut count = 0;
    for part in ids.chunks(MAX_IDS) {
        count += diesel::delete(devices::table.filter(devices::id.eq_any(part))).execute(uow.conn())?;
    }
    Ok(count)
}
