//! Rows of the signed checkpoints of the audit trail, of the keys that sign them, and of what is needed to go on from the
//! last one. The private halves of keys are sealed before they come here.

use diesel::prelude::*;
use jiff::Timestamp;

use super::audit_chain::Hash;
use super::schema::{audit_checkpoints, audit_frontiers, audit_keys};
use super::types::DbTs;
use super::{AnyConn, Error, Result, Uow};

/// A key that signs checkpoints, or did.
#[derive(Clone, Debug)]
pub struct AuditKey {
    /// Its name: a hash of the public half.
    pub kid: String,
    /// The public half.
    pub public_key: Vec<u8>,
    /// PKCS#8, sealed.
    pub sealed_key: Vec<u8>,
    /// When it began to sign.
    pub created_at: Timestamp,
}

/// All keys, the oldest first; the newest signs.
pub fn keys(conn: &mut AnyConn) -> Result<Vec<AuditKey>> {
    let rows: Vec<(String, Vec<u8>, Vec<u8>, DbTs)> = audit_keys::table
        .order((audit_keys::created_at, audit_keys::kid))
        .select((
            audit_keys::kid,
            audit_keys::public_key,
            audit_keys::sealed_key,
            audit_keys::created_at,
        ))
        .load(conn)?;
    let keys = rows
        .into_iter()
        .map(|(kid, public_key, sealed_key, created_at)| AuditKey {
            kid,
            public_key,
            sealed_key,
            created_at: created_at.0,
        });
    Ok(keys.collect())
}

/// Adds a key.
pub fn insert_key(uow: &mut Uow<'_>, key: &AuditKey) -> Result<()> {
    diesel::insert_into(audit_keys::table)
        .values((
            audit_keys::kid.eq(&key.kid),
            audit_keys::public_key.eq(&key.public_key),
            audit_keys::sealed_key.eq(&key.sealed_key),
            audit_keys::created_at.eq(DbTs(key.created_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// A checkpoint as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which one, from 1.
    pub seq: i64,
    /// As signed.
    pub note: String,
}

/// The last checkpoint.
pub fn last(conn: &mut AnyConn) -> Result<Option<Kept>> {
    let row: Option<(i64, String)> = audit_checkpoints::table
        .order(audit_checkpoints::seq.desc())
        .select((audit_checkpoints::seq, audit_checkpoints::note))
        .first(conn)
        .optional()?;
    Ok(row.map(|(seq, note)| Kept { seq, note }))
}

/// Checkpoints after one, in their order.
pub fn after(conn: &mut AnyConn, seq: i64, limit: i64) -> Result<Vec<Kept>> {
    let rows: Vec<(i64, String)> = audit_checkpoints::table
        .filter(audit_checkpoints::seq.gt(seq))
        .order(audit_checkpoints::seq)
        .limit(limit)
        .select((audit_checkpoints::seq, audit_checkpoints::note))
        .load(conn)?;
    Ok(rows.into_iter().map(|(seq, note)| Kept { seq, note }).collect())
}

/// Keeps a checkpoint.
pub fn insert(uow: &mut Uow<'_>, kept: &Kept, size: u64, root: &Hash, now: Timestamp) -> Result<()> {
    diesel::insert_into(audit_checkpoints::table)
        .values((
            audit_checkpoints::seq.eq(kept.seq),
            audit_checkpoints::at.eq(DbTs(now)),
            audit_checkpoints::size.eq(i64::try_from(size).map_err(|error| Error::Row(error.to_string()))?),
            audit_checkpoints::root.eq(root.as_slice()),
            audit_checkpoints::note.eq(&kept.note),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// How far a lane was covered, and what is needed to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontierRow {
    /// Which lane.
    pub lane: i64,
    /// How many rows.
    pub size: i64,
    /// Hash of the last of them.
    pub last_hash: Vec<u8>,
    /// Roots of the complete subtrees, the largest first.
    pub nodes: Vec<u8>,
}

/// All lanes that were covered.
pub fn frontiers(conn: &mut AnyConn) -> Result<Vec<FrontierRow>> {
    let rows: Vec<(i64, i64, Vec<u8>, Vec<u8>)> = audit_frontiers::table.order(audit_frontiers::lane).load(conn)?;
    let frontiers = rows.into_iter().map(|(lane, size, last_hash, nodes)| FrontierRow {
        lane,
        size,
        last_hash,
        nodes,
    });
    Ok(frontiers.collect())
}

/// Replaces what is known of a lane.
pub fn put_frontier(uow: &mut Uow<'_>, frontier: &FrontierRow) -> Result<()> {
    diesel::delete(audit_frontiers::table.filter(audit_frontiers::lane.eq(frontier.lane))).execute(uow.conn())?;
    diesel::insert_into(audit_frontiers::table)
        .values((
            audit_frontiers::lane.eq(frontier.lane),
            audit_frontiers::size.eq(frontier.size),
            audit_frontiers::last_hash.eq(&frontier.last_hash),
            audit_frontiers::nodes.eq(&frontier.nodes),
        ))
        .execute(uow.conn())?;
    Ok(())
}
