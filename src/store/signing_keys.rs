//! Rows of the keys that sign access tokens. Private halves are sealed before they come here.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::signing_keys;
use super::types::DbTs;
use super::{AnyConn, Error, Result, Uow};
use crate::domain::text_enum;

text_enum! {
    /// What a key is used for now.
    pub enum KeyState {
        /// Known to all nodes, signs nothing yet.
        Next => "next",
        /// Signs.
        Active => "active",
        /// Signs no more; tokens that it signed are still believed until they end.
        Retired => "retired",
    }
}

/// A key as stored.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Names it in tokens (`kid`).
    pub kid: String,
    /// What it is used for.
    pub state: KeyState,
    /// Public half, 32 bytes.
    pub public_key: Vec<u8>,
    /// Private half (PKCS#8), sealed.
    pub sealed_key: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it began to sign.
    pub activated_at: Option<Timestamp>,
    /// When it ceased to sign.
    pub retired_at: Option<Timestamp>,
}

/// All keys, oldest first.
pub fn all(conn: &mut AnyConn) -> Result<Vec<SigningKey>> {
    type Row = (String, String, Vec<u8>, Vec<u8>, DbTs, Option<DbTs>, Option<DbTs>);
    let rows: Vec<Row> = signing_keys::table
        .order((signing_keys::created_at.asc(), signing_keys::kid.asc()))
        .select((
            signing_keys::kid,
            signing_keys::state,
            signing_keys::public_key,
            signing_keys::sealed_key,
            signing_keys::created_at,
            signing_keys::activated_at,
            signing_keys::retired_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(
            |(kid, state, public_key, sealed_key, created_at, activated_at, retired_at)| {
                Ok(SigningKey {
                    kid,
                    state: state.parse()?,
                    public_key,
                    sealed_key,
                    created_at: created_at.0,
                    activated_at: activated_at.map(|at| at.0),
                    retired_at: retired_at.map(|at| at.0),
                })
            },
        )
        .collect()
}

/// Writes a new key.
pub fn insert(uow: &mut Uow<'_>, key: &SigningKey) -> Result<()> {
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(&key.kid),
            signing_keys::state.eq(key.state.as_str()),
            signing_keys::public_key.eq(&key.public_key),
            signing_keys::sealed_key.eq(&key.sealed_key),
            signing_keys::created_at.eq(DbTs(key.created_at)),
            signing_keys::activated_at.eq(key.activated_at.map(DbTs)),
            signing_keys::retired_at.eq(key.retired_at.map(DbTs)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Moves a key from one state to the next; [`Error::Stale`] when somebody else did so first.
pub fn step(uow: &mut Uow<'_>, kid: &str, from: KeyState, to: KeyState, now: Timestamp) -> Result<()> {
    let row = signing_keys::table
        .filter(signing_keys::kid.eq(kid))
        .filter(signing_keys::state.eq(from.as_str()));
    let count = match to {
        KeyState::Active => diesel::update(row)
            .set((
                signing_keys::state.eq(to.as_str()),
                signing_keys::activated_at.eq(DbTs(now)),
            ))
            .execute(uow.conn())?,
        KeyState::Next | KeyState::Retired => diesel::update(row)
            .set((
                signing_keys::state.eq(to.as_str()),
                signing_keys::retired_at.eq(DbTs(now)),
            ))
            .execute(uow.conn())?,
    };
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Forgets keys that ceased to sign before an instant; no token of theirs can still be in force.
pub fn forget_retired_before(uow: &mut Uow<'_>, before: Timestamp) -> Result<usize> {
    let rows = signing_keys::table
        .filter(signing_keys::state.eq(KeyState::Retired.as_str()))
        .filter(signing_keys::retired_at.lt(DbTs(before)));
    Ok(diesel::delete(rows).execute(uow.conn())?)
}
