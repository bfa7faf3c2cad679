//! Refresh tokens: opaque, rotating.
//!
//! A token is `sid ‖ counter ‖ HMAC-SHA-256(session key, sid ‖ counter)`: it needs no table of its own, and the successor
//! of a token can be computed again, so that two refreshes that cross on the wire get the same answer. The session key is
//! derived from a seed in the database and the master key: whoever reads a backup cannot make tokens.

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::vault::Vault;
use super::{Error, Result};
use crate::domain::ids::SessionId;

/// Makes a new seed of 32 random bytes for a session's refresh tokens.
pub fn new_seed() -> Result<Vec<u8>> {
    let mut seed = vec![0; 32];
    rand::fill(&mut seed).map_err(|_unspecified| Error::internal("no random numbers"))?;
    Ok(seed)
}

fn key(vault: &Vault, seed: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &vault.hash("refresh-token", seed))
}

/// The refresh token of a session after `counter` refreshes.
pub fn make(vault: &Vault, seed: &[u8], session: SessionId, counter: i64) -> String {
    let mut message = session.0.as_bytes().to_vec();
    message.extend(counter.to_be_bytes());
    let tag = hmac::sign(&key(vault, seed), &message);
    message.extend(tag.as_ref());
    URL_SAFE_NO_PAD.encode(message)
}

/// Which session and which refresh a token claims to be of; nothing is verified yet.
pub fn read(token: &str) -> Option<(SessionId, i64)> {
    if token.len() != 75 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let session = Uuid::from_slice(bytes.get(..16)?).ok()?;
    let counter = i64::from_be_bytes(bytes.get(16..24)?.try_into().ok()?);
    (counter >= 0).then_some((SessionId(session), counter))
}

/// Whether a token was made with the session's key; compared in constant time.
pub fn is_of(vault: &Vault, seed: &[u8], token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    match (bytes.get(..24), bytes.get(24..)) {
        (Some(message), Some(tag)) => hmac::verify(&key(vault, seed), message, tag).is_ok(),
        _ => false,
    }
}
