//! The keys that sign access tokens: one is active, one stands ready and is known to every node before it signs, and
//! former ones are believed until the last token that they signed has ended. So a rotation refuses no good token.
//!
//! The keys are rows of the database, their private halves sealed with the master key; every node reads them anew now
//! and then, and when a token names one that it does not know.

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

use super::context::{App, Work};
use super::vault::{Purpose, Vault};
use super::{Error, ErrorCode, Result};
use crate::domain::access::Actor;
use crate::domain::audit::Deed;
use crate::domain::clock::Clock;
use crate::domain::ids::Ids;
use crate::store::signing_keys::{self, KeyState, SigningKey};
use crate::store::{AnyConn, Database, audit_checkpoints};

/// How long a retired key is believed: the longest access token that can be set, and five minutes.
pub const BELIEVED: SignedDuration = SignedDuration::from_mins(65);
/// Characters of a key's name: 9 bytes in base64url.
const KID_LENGTH: usize = 12;

/// A public key as others read it (RFC 7517, RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    /// Always `OKP`.
    pub kty: &'static str,
    /// Always `Ed25519`.
    pub crv: &'static str,
    /// Always `EdDSA`.
    pub alg: &'static str,
    /// Always `sig`.
    pub r#use: &'static str,
    /// Name.
    pub kid: String,
    /// The key.
    pub x: String,
}

/// Whether a master key opens what a database has sealed; nothing when it has sealed none of the keys that are asked for.
pub fn fits(conn: &mut AnyConn, vault: &Vault) -> Result<Option<bool>> {
    if let Some(key) = audit_checkpoints::keys(conn)?.first() {
        return Ok(Some(vault.open_sealed(Purpose::AuditKey, &key.sealed_key).is_ok()));
    }
    let keys = signing_keys::all(conn)?;
    let newest = keys.last();
    Ok(newest.map(|key| vault.open_sealed(Purpose::SigningKey, &key.sealed_key).is_ok()))
}

/// The keys in use.
pub struct Keyring {
    active: (String, EncodingKey),
    believed: HashMap<String, DecodingKey>,
    published: Vec<Jwk>,
}

impl Keyring {
    /// Reads the keys; `None` when none is active yet.
    pub fn load(conn: &mut AnyConn, vault: &Vault, now: Timestamp) -> Result<Option<Self>> {
        let (mut active, mut believed, mut published) = (None, HashMap::new(), Vec::new());
        for key in signing_keys::all(conn)? {
            let is_over = key
                .retired_at
                .is_some_and(|retired| now.duration_since(retired) > BELIEVED);
            if is_over {
                continue;
            }
            if key.state == KeyState::Active {
                let der = vault.open_sealed(Purpose::SigningKey, &key.sealed_key)?;
                active = Some((key.kid.clone(), EncodingKey::from_ed_der(&der)));
            }
            published.push(Jwk {
                kty: "OKP",
                crv: "Ed25519",
                alg: "EdDSA",
                r#use: "sig",
                kid: key.kid.clone(),
                x: URL_SAFE_NO_PAD.encode(&key.public_key),
            });
            believed.insert(key.kid, DecodingKey::from_ed_der(&key.public_key));
        }
        Ok(active.map(|active| Self {
            active,
            believed,
            published,
        }))
    }

    /// Name of the key that signs.
    pub fn active_kid(&self) -> &str {
        &self.active.0
    }

    /// The key that signs.
    pub(super) fn signing(&self) -> &EncodingKey {
        &self.active.1
    }

    /// The key of a name, if it is one of ours.
    pub(super) fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.believed.get(kid)
    }

    /// The public halves, for `/.well-known/jwks.json`.
    pub fn published(&self) -> &[Jwk] {
        &self.published
    }

    /// Whether a text has the form of a key's name; nothing else is worth a look into the database.
    pub(super) fn is_kid(kid: &str) -> bool {
        kid.len() == KID_LENGTH
            && kid
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    }
}

/// Makes the first keys, unless they are there: one that signs and one that stands ready.
pub fn found(work: &mut Work<'_, '_>) -> Result<()> {
    let known = signing_keys::all(work.conn())?;
    if !known.iter().any(|key| key.state == KeyState::Active) {
        let key = new_key(work, KeyState::Active)?;
        signing_keys::insert(work.uow, &key)?;
    }
    if !known.iter().any(|key| key.state == KeyState::Next) {
        let key = new_key(work, KeyState::Next)?;
        signing_keys::insert(work.uow, &key)?;
    }
    Ok(())
}

/// The key that stands ready begins to sign, the one that signed retires, and a new one stands ready. Gives the name of
/// the key that signs now.
pub fn rotate(work: &mut Work<'_, '_>) -> Result<String> {
    let known = signing_keys::all(work.conn())?;
    let of = |state| known.iter().find(|key| key.state == state).map(|key| key.kid.clone());
    let (active, next) = of(KeyState::Active)
        .zip(of(KeyState::Next))
        .ok_or_else(|| Error::internal("no signing keys yet: start the server once"))?;
    let stood_ready = known
        .iter()
        .find(|key| key.kid == next)
        .map(|key| work.now.duration_since(key.created_at));
    if stood_ready.is_some_and(|span| span < MIN_READY) {
        return Err(Error::new(
            ErrorCode::Busy,
            "Khóa kế tiếp vừa được tạo; các nút và dịch vụ khác chưa kịp biết. Hãy thử lại sau sáu phút.",
            "The next key was made a moment ago; other nodes and services may not know it yet. Try again in six minutes.",
        ));
    }
    signing_keys::step(work.uow, &active, KeyState::Active, KeyState::Retired, work.now)?;
    failpoint!("keys.retired", Error::busy);
    signing_keys::step(work.uow, &next, KeyState::Next, KeyState::Active, work.now)?;
    let key = new_key(work, KeyState::Next)?;
    signing_keys::insert(work.uow, &key)?;
    failpoint!("keys.inserted", Error::busy);
    let forgotten = work.now.checked_sub(BELIEVED + BELIEVED).map_err(Error::internal)?;
    signing_keys::forget_retired_before(work.uow, forgotten)?;
    let subject = work.next_id();
    work.remember_by(&Actor::System, Deed::SigningKeyRotated, "signing_key", subject)?;
    Ok(next)
}

/// Reads the keys anew, once a second at most: a token names one that is not known here.
pub async fn look_again(app: &App) -> Result<()> {
    let now = app.clock.now();
    if !app.tokens.may_look_again(now) {
        return Ok(());
    }
    let vault = app.vault.clone();
    if let Some(ring) = app.read(move |conn, now| Keyring::load(conn, &vault, now)).await? {
        app.tokens.use_ring(ring);
    }
    Ok(())
}

/// The same for the thread that keeps up: keys that another node or the command line rotated are taken over.
pub fn follow(app: &App) -> Result<()> {
    let ring = app.db.read(|conn| Keyring::load(conn, &app.vault, app.clock.now()))?;
    if let Some(ring) = ring {
        app.tokens.use_ring(ring);
    }
    Ok(())
}

/// Reads the keys, making the first ones when there are none: at start.
pub fn open(db: &Database, clock: &dyn Clock, ids: &Arc<dyn Ids>, vault: &Arc<Vault>) -> Result<Keyring> {
    let load = || db.read(|conn| Keyring::load(conn, vault, clock.now()));
    if let Some(ring) = load()? {
        return Ok(ring);
    }
    let (now, ids, vault_too) = (clock.now(), ids.clone(), vault.clone());
    db.write(move |uow| found(&mut Work::plain(uow, now, &vault_too, &*ids)))?;
    load()?.ok_or_else(|| Error::internal("no signing key could be made"))
}

/// How long others may keep the public halves (`Cache-Control` of `/.well-known/jwks.json`).
pub const KEPT_BY_OTHERS: SignedDuration = SignedDuration::from_mins(5);
/// How long a key must have stood ready before it signs: whoever keeps the public halves as long as that is allowed has
/// seen it by then, and so has every node, which look for new keys three times a minute.
const MIN_READY: SignedDuration = SignedDuration::from_mins(6);

fn new_key(work: &Work<'_, '_>, state: KeyState) -> Result<SigningKey> {
    // Version 1 of PKCS#8, which is what jsonwebtoken reads.
    let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map_err(|_unspecified| Error::internal("a signing key cannot be made"))?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.as_ref()).map_err(Error::internal)?;
    let public = pair.public_key().as_ref().to_vec();
    let thumbprint = digest::digest(&digest::SHA256, &public);
    let kid = URL_SAFE_NO_PAD.encode(thumbprint.as_ref().get(..9).unwrap_or_default());
    Ok(SigningKey {
        kid,
        state,
        sealed_key: work.vault.seal(Purpose::SigningKey, document.as_ref())?,
        public_key: public,
        created_at: work.now,
        activated_at: (state == KeyState::Active).then_some(work.now),
        retired_at: None,
    })
}
