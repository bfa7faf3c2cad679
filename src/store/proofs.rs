//! Rows of secrets that were sent by mail.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::proofs;
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow};
use crate::domain::ids::{AccountId, ProofId};

/// A secret that was sent, and what it is good for.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Identifier, the public half of the token.
    pub id: ProofId,
    /// What it is good for.
    pub purpose: String,
    /// SHA-256 of the secret half of the token.
    pub secret_hash: Vec<u8>,
    /// Whose, if it is an account's.
    pub account: Option<AccountId>,
    /// The address that it was sent to, as compared.
    pub email_key: String,
    /// The password that was in force when it was made.
    pub password_version: Option<i64>,
    /// What is to be done, sealed.
    pub sealed_payload: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// Writes a new one.
pub fn insert(uow: &mut Uow<'_>, proof: &Proof) -> Result<()> {
    diesel::insert_into(proofs::table)
        .values((
            proofs::id.eq(DbId(proof.id.0)),
            proofs::purpose.eq(&proof.purpose),
            proofs::secret_hash.eq(&proof.secret_hash),
            proofs::account_id.eq(proof.account.map(|account| DbId(account.0))),
            proofs::email_key.eq(&proof.email_key),
            proofs::password_version.eq(proof.password_version),
            proofs::sealed_payload.eq(&proof.sealed_payload),
            proofs::created_at.eq(DbTs(proof.created_at)),
            proofs::expires_at.eq(DbTs(proof.expires_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

type Row = (
    DbId,
    String,
    Vec<u8>,
    Option<DbId>,
    String,
    Option<i64>,
    Option<Vec<u8>>,
    DbTs,
    DbTs,
    Option<DbTs>,
);

fn into_proof(row: Row) -> Proof {
    let (id, purpose, secret_hash, account, email_key, password_version, sealed_payload, created, expires, used) = row;
    Proof {
        id: ProofId(id.0),
        purpose,
        secret_hash,
        account: account.map(|account| AccountId(account.0)),
        email_key,
        password_version,
        sealed_payload,
        created_at: created.0,
        expires_at: expires.0,
        used_at: used.map(|at| at.0),
    }
}

macro_rules! proof_columns {
    () => {
        (
            proofs::id,
            proofs::purpose,
            proofs::secret_hash,
            proofs::account_id,
            proofs::email_key,
            proofs::password_version,
            proofs::sealed_payload,
            proofs::created_at,
            proofs::expires_at,
            proofs::used_at,
        )
    };
}

/// Finds one; whether it is still good is for the caller to see.
pub fn find(conn: &mut AnyConn, id: ProofId) -> Result<Option<Proof>> {
    let row: Option<Row> = proofs::table
        .filter(proofs::id.eq(DbId(id.0)))
        .select(proof_columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(into_proof))
}

/// Finds the one of another purpose that was made for an account in the same unit of work as another, whose instant
/// tells so.
pub fn find_twin(
    conn: &mut AnyConn,
    account: AccountId,
    purpose: &str,
    created_at: Timestamp,
) -> Result<Option<Proof>> {
    let row: Option<Row> = proofs::table
        .filter(proofs::account_id.eq(DbId(account.0)))
        .filter(proofs::purpose.eq(purpose))
        .filter(proofs::created_at.eq(DbTs(created_at)))
        .order(proofs::id.desc())
        .select(proof_columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(into_proof))
}

/// Uses one up; false when somebody else was faster. What was sealed in it is forgotten.
pub fn use_up(uow: &mut Uow<'_>, id: ProofId, now: Timestamp) -> Result<bool> {
    let row = proofs::table
        .filter(proofs::id.eq(DbId(id.0)))
        .filter(proofs::used_at.is_null());
    let count = diesel::update(row)
        .set((
            proofs::used_at.eq(DbTs(now)),
            proofs::sealed_payload.eq(None::<Vec<u8>>),
        ))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// How many of a purpose were made for an address since an instant: bounds how many letters it gets.
pub fn count_since(conn: &mut AnyConn, email_key: &str, purpose: &str, since: Timestamp) -> Result<i64> {
    Ok(proofs::table
        .filter(proofs::email_key.eq(email_key))
        .filter(proofs::purpose.eq(purpose))
        .filter(proofs::created_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?)
}

/// The same for an account, whatever the address.
pub fn count_of_account_since(conn: &mut AnyConn, account: AccountId, purpose: &str, since: Timestamp) -> Result<i64> {
    Ok(proofs::table
        .filter(proofs::account_id.eq(DbId(account.0)))
        .filter(proofs::purpose.eq(purpose))
        .filter(proofs::created_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?)
}

/// Ends every unused one of an account and purpose: the newest letter is the one that counts.
pub fn withdraw(uow: &mut Uow<'_>, account: AccountId, purpose: &str, now: Timestamp) -> Result<usize> {
    let rows = proofs::table
        .filter(proofs::account_id.eq(DbId(account.0)))
        .filter(proofs::purpose.eq(purpose))
        .filter(proofs::used_at.is_null());
    Ok(diesel::update(rows)
        .set((
            proofs::used_at.eq(DbTs(now)),
            proofs::sealed_payload.eq(None::<Vec<u8>>),
        ))
        .execute(uow.conn())?)
}

/// Ends every unused one of an account, whatever it is good for.
pub fn withdraw_all(uow: &mut Uow<'_>, account: AccountId, now: Timestamp) -> Result<usize> {
    let rows = proofs::table
        .filter(proofs::account_id.eq(DbId(account.0)))
        .filter(proofs::used_at.is_null());
    Ok(diesel::update(rows)
        .set((
            proofs::used_at.eq(DbTs(now)),
            proofs::sealed_payload.eq(None::<Vec<u8>>),
        ))
        .execute(uow.conn())?)
}

/// Forgets those that ended before an instant, at most `limit` of them; gives how many.
pub fn forget_ended_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let ids: Vec<DbId> = proofs::table
        .filter(proofs::expires_at.lt(DbTs(before)))
        .order(proofs::expires_at.asc())
        .select(proofs::id)
        .limit(limit)
        .load(uow.conn())?;
    let mut count = 0;
    for part in ids.chunks(MAX_IDS) {
        count += diesel::delete(proofs::table.filter(proofs::id.eq_any(part))).execute(uow.conn())?;
    }
    Ok(count)
}
