//! The keys that sign checkpoints: of their own, so that their public halves can be written down elsewhere and stay true when
//! the keys of access tokens are changed. The newest signs; those of before are kept, so that what they signed can be verified.
//! Private halves are sealed with the master key.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use crate::domain::audit::Deed;
use crate::service::context::{App, Work};
use crate::service::vault::{Purpose, Vault};
use crate::service::{Error, Result};
use crate::store::AnyConn;
use crate::store::audit_chain::sha256;
use crate::store::audit_checkpoints::{self, AuditKey};

/// All keys, the oldest first; the newest signs. The first one is made the first time that they are asked for.
pub fn all(app: &App) -> Result<Vec<Ed25519KeyPair>> {
    let known = || app.db.read(|conn| opened(conn, &app.vault));
    let keys = known()?;
    if !keys.is_empty() {
        return Ok(keys);
    }
    let first = make(&app.vault, app.clock.now())?;
    // Another node may have been faster.
    app.write_blocking(move |work| {
        if audit_checkpoints::keys(work.conn())?.is_empty() {
            audit_checkpoints::insert_key(work.uow, &first)?;
        }
        Ok(())
    })?;
    known()
}

/// The keys that there are, the oldest first. What a row says is believed of none: nobody who can write rows and lacks the master
/// key gets a key of his own in among them.
pub fn opened(conn: &mut AnyConn, vault: &Vault) -> Result<Vec<Ed25519KeyPair>> {
    let keys = audit_checkpoints::keys(conn)?;
    keys.iter().map(|key| open(vault, key)).collect()
}

fn open(vault: &Vault, key: &AuditKey) -> Result<Ed25519KeyPair> {
    let document = vault.open_sealed(Purpose::AuditKey, &key.sealed_key)?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).map_err(Error::internal)?;
    if public_half(&pair) == key.public_key {
        Ok(pair)
    } else {
        Err(Error::internal(format!(
            "row {} of audit_keys was changed: its public key is not that of the key that is sealed in it",
            key.kid
        )))
    }
}

/// What others verify with.
pub fn public_half(key: &Ed25519KeyPair) -> Vec<u8> {
    key.public_key().as_ref().to_vec()
}

/// Another key signs from the next checkpoint on; gives its public half. The trail has the hash of that, so that the checkpoint
/// which the former key signs, too, leads whoever believes the former key to the new one.
pub fn rotate(work: &mut Work<'_, '_>) -> Result<Vec<u8>> {
    let last = audit_checkpoints::keys(work.conn())?.last().map(|key| key.created_at);
    // Whatever the clock of this machine says, it is the newest.
    let after = last.and_then(|last| last.checked_add(SignedDuration::from_micros(1)).ok());
    let key = make(work.vault, after.map_or(work.now, |after| after.max(work.now)))?;
    audit_checkpoints::insert_key(work.uow, &key)?;
    let subject = ("audit_key", work.next_id());
    work.remember_openly(Deed::AuditKeyMade, subject, sha256(&key.public_key))?;
    Ok(key.public_key)
}

fn make(vault: &Vault, created_at: Timestamp) -> Result<AuditKey> {
    let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map_err(|_unspecified| Error::internal("an audit key cannot be made"))?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.as_ref()).map_err(Error::internal)?;
    let public_key = public_half(&pair);
    Ok(AuditKey {
        kid: URL_SAFE_NO_PAD.encode(sha256(&public_key).get(..9).unwrap_or_default()),
        sealed_key: vault.seal(Purpose::AuditKey, document.as_ref())?,
        public_key,
        created_at,
    })
}
