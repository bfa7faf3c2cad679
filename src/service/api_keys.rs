//! Keys with which an enterprise's own systems call.
//!
//! A key is `vptex_` and base64url(id ‖ secret), 16 and 32 bytes; the prefix lets scanners find keys that were published
//! by mistake. Kept is SHA-256 of the secret: with 256 random bits nothing slower is needed.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::{Error, Result};
use crate::domain::ids::ApiKeyId;

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

fn hash(secret: &[u8]) -> Option<[u8; 32]> {
    digest::digest(&digest::SHA256, secret).as_ref().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back() {
        let id = ApiKeyId(Uuid::from_u128(7));
        let (key, hash) = make(id).unwrap();
        assert_eq!(read(&key), Some((id, hash)));
        assert!(is_key(&key));
        for broken in [
            &key[..69],
            &key.replace("vptex_", "vptex-"),
            &format!("{key}A"),
            "vptex_",
            "",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
