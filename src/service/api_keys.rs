//! Keys with which an enterprise's own systems call.
//!
//! A key is `vptex_` and base64url(id ‖ secret), 16 and 32 bytes; the prefix lets scanners find keys that were published
//! by mistake. Kept is SHA-256 of the secret: with 256 random bits nothing slower is needed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::audit::state;
use super::context::{App, Caller, Work};
use super::enterprises::permitted;
use super::members::tell_owners;
use super::paging::{cut, rows_for};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Permit};
use crate::domain::api_key::{MAX_KEYS, NewKey};
use crate::domain::audit::Deed;
use crate::domain::ids::{ApiKeyId, EnterpriseId};
use crate::domain::letter::Letter;
use crate::store::api_keys;
pub use crate::store::api_keys::ApiKey;
use crate::store::audit::Change;
use crate::store::{AnyConn, accounts};

/// What every key begins with.
pub const PREFIX: &str = "vptex_";

/// Whether a bearer token is meant to be a key.
pub fn is_key(token: &str) -> bool {
    token.starts_with(PREFIX)
}

/// Reads a key: which one it claims to be, and SHA-256 of its secret. Nothing is looked up.
pub fn read(token: &str) -> Option<(ApiKeyId, [u8; 32])> {
    let encoded = token.strip_prefix(PREFIX).filter(|encoded| encoded.len() == 64)?;
    let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let (id, secret) = bytes.split_at_checked(16)?;
    Some((ApiKeyId(Uuid::from_slice(id).ok()?), hash(secret)?))
}

/// Makes a secret; gives the whole key, to be shown once, and the secret's hash.
pub(super) fn make(id: ApiKeyId) -> Result<(String, [u8; 32])> {
    let mut secret = [0_u8; 32];
    rand::fill(&mut secret).map_err(|_unspecified| Error::internal("no random numbers"))?;
    let key = URL_SAFE_NO_PAD.encode([id.0.as_bytes().as_slice(), &secret].concat());
    let hash = hash(&secret).ok_or_else(|| Error::internal("a key cannot be hashed"))?;
    Ok((format!("{PREFIX}{key}"), hash))
}

/// Makes a key for an enterprise. The text beside it is the key itself: shown once, kept nowhere.
pub fn create(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    enterprise: EnterpriseId,
    new: &NewKey,
) -> Result<(ApiKey, String)> {
    let now = work.now;
    let (permit, enterprise) = permitted(work.conn(), caller, enterprise, Action::ManageKeys, now)?;
    caller.require_fresh(work.conn(), now)?;
    let in_force = api_keys::count_in_force(work.conn(), enterprise.id, now)?;
    if usize::try_from(in_force).unwrap_or(usize::MAX) >= MAX_KEYS {
        return Err(ErrorCode::LimitReached.into());
    }
    let id = ApiKeyId(work.next_id());
    let (text, secret_hash) = make(id)?;
    let lasts = SignedDuration::from_hours(24 * new.days);
    let key = ApiKey {
        id,
        enterprise: enterprise.id,
        name: new.name.clone(),
        scopes: new.scopes.clone(),
        created_by: permit.actor().account().ok_or(ErrorCode::Forbidden)?,
        created_at: now,
        expires_at: now.checked_add(lasts).map_err(Error::internal)?,
        last_used_at: None,
        revoked_at: None,
    };
    api_keys::insert(work.uow, &permit, &key, &secret_hash)?;
    failpoint!("api_keys.inserted", Error::busy);
    let change = Change::made(state::of_key(&key)?);
    work.remember_change(&permit, Deed::KeyMade, ("api_key", id.0), None, change)?;
    let letter = Letter::KeyMade {
        name: key.name.to_string(),
    };
    tell_owners(work, enterprise.id, &letter)?;
    Ok((key, text))
}

/// A page of an enterprise's keys, newest first; revoked and ended ones too.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    enterprise: EnterpriseId,
    before: Option<ApiKeyId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<ApiKey>, Option<ApiKeyId>)> {
    permitted(conn, caller, enterprise, Action::ReadKeys, now)?;
    let rows = api_keys::of_enterprise(conn, enterprise, before, rows_for(limit))?;
    Ok(cut(rows, limit, |key| key.id))
}

/// Revokes a key: it opens nothing from now on. Another enterprise's does not exist here.
pub fn revoke(work: &mut Work<'_, '_>, caller: &Caller, enterprise: EnterpriseId, id: ApiKeyId) -> Result<()> {
    let now = work.now;
    // Reading is enough of a right: an owner whose enterprise is suspended must still be able to end a key that leaked.
    let (permit, enterprise) = permitted(work.conn(), caller, enterprise, Action::ReadKeys, now)?;
    let mut key = api_keys::find(work.conn(), enterprise.id, id)?;
    if key.revoked_at.is_some() {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    let before = state::of_key(&key)?;
    api_keys::revoke(work.uow, &permit, id, now)?;
    key.revoked_at = Some(now);
    let change = Change::between(before, state::of_key(&key)?);
    work.remember_change(&permit, Deed::KeyRevoked, ("api_key", id.0), None, change)
}

/// Ends a key with its enterprise; one that was revoked before stays as it is.
pub(super) fn end(work: &mut Work<'_, '_>, permit: &Permit, enterprise: EnterpriseId, id: ApiKeyId) -> Result<()> {
    let now = work.now;
    let mut key = api_keys::find(work.conn(), enterprise, id)?;
    if key.revoked_at.is_some() {
        return Ok(());
    }
    let before = state::of_key(&key)?;
    api_keys::revoke(work.uow, permit, id, now)?;
    key.revoked_at = Some(now);
    let change = Change::between(before, state::of_key(&key)?);
    work.remember_change(permit, Deed::KeyRevoked, ("api_key", id.0), None, change)
}

/// When keys were last used, until somebody writes it down: a read must not become a write.
#[derive(Debug, Default)]
pub struct Uses(Mutex<HashMap<ApiKeyId, Timestamp>>);

impl Uses {
    fn note(&self, key: ApiKeyId, at: Timestamp) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = uses.entry(key).or_insert(at);
        *known = at.max(*known);
    }

    fn take(&self) -> HashMap<ApiKeyId, Timestamp> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Refuses a key that is unknown, over or revoked, and notes the use of any other. Only keys that are in force are noted,
/// so the notes are bounded by their number. Every use case asks again in its own unit of work.
pub async fn admit(app: &App, key: ApiKeyId, secret_hash: [u8; 32]) -> Result<()> {
    let (known, now) = app
        .read_by_key(move |conn, now| Ok((accounts::actor_of_key(conn, key, &secret_hash, now)?, now)))
        .await?;
    if known.is_none() {
        return Err(ErrorCode::InvalidToken.into());
    }
    app.key_uses.note(key, now);
    Ok(())
}

/// Writes down when keys were last used; gives how many were. Called once a minute, and when the program ends.
pub fn keep_uses(app: &App) -> Result<usize> {
    let uses = app.key_uses.take();
    if uses.is_empty() {
        return Ok(0);
    }
    let rows: Vec<(ApiKeyId, Timestamp)> = uses.into_iter().collect();
    let written = rows.clone();
    let kept = app.write_blocking(move |work| {
        for (key, at) in &written {
            api_keys::set_last_used(work.uow, *key, *at)?;
        }
        Ok(written.len())
    });
    if kept.is_err() {
        // Another time.
        rows.into_iter().for_each(|(key, at)| app.key_uses.note(key, at));
    }
    kept
}

fn hash(secret: &[u8]) -> Option<[u8; 32]> {
    digest::digest(&digest::SHA256, secret).as_ref().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_use_counts_and_is_taken_once() {
        let (key, uses) = (ApiKeyId(Uuid::from_u128(7)), Uses::default());
        let at = |second| Timestamp::from_second(second).unwrap();
        uses.note(key, at(2));
        uses.note(key, at(1));
        assert_eq!(uses.take().into_iter().collect::<Vec<_>>(), [(key, at(2))]);
        assert!(uses.take().is_empty());
    }

    #[test]
    fn a_key_reads_back() {
        let id = ApiKeyId(Uuid::from_u128(7));
        let (key, hash) = make(id).unwrap();
        assert_eq!(read(&key), Some((id, hash)));
        assert!(is_key(&key));
        let short: String = key.chars().take(69).collect();
        for broken in [
            &short,
            &key.replace("vptex_", "vptex-"),
            &format!("{key}A"),
            "vptex_",
            "",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
