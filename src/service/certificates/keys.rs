//! The keys that sign certificates: the newest signs, the public halves of all are kept and told for ever, so that a
//! certificate can be verified whenever it was issued.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::signing::{self, PublicKey};
use crate::domain::access::Actor;
use crate::domain::audit::Deed;
use crate::domain::ids::CertificateId;
use crate::service::audit::key;
use crate::service::audit::note::{origin, verifier_key};
use crate::service::context::Work;
use crate::service::keyring::Jwk;
use crate::service::vault::{Purpose, Vault};
use crate::service::{App, Error, Result};
use crate::store::AnyConn;
use crate::store::audit_chain::sha256;
use crate::store::certificates::{self as rows, CertificateKey};

/// The key that signs, with its name; made the first time that it is asked for.
pub(super) fn signing(work: &mut Work<'_, '_>) -> Result<(String, Ed25519KeyPair)> {
    let present = rows::keys(work.conn())?
        .into_iter()
        .find(|key| key.retired_at.is_none());
    let key = match present {
        Some(key) => key,
        None => make(work)?,
    };
    let pair = open(work.vault, &key)?;
    Ok((key.kid, pair))
}

/// What is sealed in a row. What the row says of its public half is believed only where it is that of the same key: nobody who can
/// write rows and lacks the master key gets a key of his own in among them.
fn open(vault: &Vault, key: &CertificateKey) -> Result<Ed25519KeyPair> {
    let document = vault.open_sealed(Purpose::CertificateKey, &key.sealed_key)?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).map_err(Error::internal)?;
    if key::public_half(&pair) == key.public_key {
        Ok(pair)
    } else {
        Err(Error::internal(format!(
            "row {} of certificate_keys was changed: its public key is not that of the key that is sealed in it",
            key.kid
        )))
    }
}

/// Another key signs from now on. Tells its name.
pub fn rotate(work: &mut Work<'_, '_>) -> Result<String> {
    Ok(make(work)?.kid)
}

fn make(work: &mut Work<'_, '_>) -> Result<CertificateKey> {
    let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map_err(|_unspecified| Error::internal("a key for certificates cannot be made"))?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.as_ref()).map_err(Error::internal)?;
    let public_key = key::public_half(&pair);
    let key = CertificateKey {
        kid: URL_SAFE_NO_PAD.encode(sha256(&public_key).get(..9).unwrap_or_default()),
        sealed_key: work.vault.seal(Purpose::CertificateKey, document.as_ref())?,
        public_key,
        created_at: work.now,
        retired_at: None,
    };
    rows::replace_key(work.uow, &key)?;
    // A subject of its own: keys have names, and the trail has identifiers.
    let subject = CertificateId(work.next_id());
    work.remember_by(&Actor::System, Deed::CertificateKeyMade, "certificate_key", subject.0)?;
    Ok(key)
}

/// All public keys, the newest first, as they were opened.
pub fn public(conn: &mut AnyConn, vault: &Vault) -> Result<Vec<PublicKey>> {
    let keys = rows::keys(conn)?.into_iter().map(|key| -> Result<PublicKey> {
        let bytes = key::public_half(&open(vault, &key)?);
        Ok(PublicKey { kid: key.kid, bytes })
    });
    keys.collect()
}

/// Those that open, where nobody is to be kept from reading by a row that was changed, or by another master key: what others signed is not
/// known to be genuine.
pub(super) fn that_open(conn: &mut AnyConn, vault: &Vault) -> Result<Vec<PublicKey>> {
    let keys = rows::keys(conn)?.into_iter().filter_map(|key| {
        let bytes = key::public_half(&open(vault, &key).ok()?);
        Some(PublicKey { kid: key.kid, bytes })
    });
    Ok(keys.collect())
}

/// Whether one of them signed the file of a certificate.
pub async fn have_signed(app: &App, file: String) -> Result<bool> {
    let vault = app.vault.clone();
    app.read(move |conn, _now| Ok(signing::open(file.as_bytes(), &public(conn, &vault)?).is_ok()))
        .await
}

/// The keys that sign checkpoints of the audit trail, as C2SP signed-note writes them.
pub fn of_checkpoints(conn: &mut AnyConn, vault: &Vault, public_url: &str) -> Result<Vec<String>> {
    let keys = key::opened(conn, vault)?;
    let origin = origin(public_url);
    let public = keys.iter().map(key::public_half);
    Ok(public.map(|public| verifier_key(&origin, &public)).collect())
}

/// The same as others read them, for `/.well-known/certificate-keys.json`.
pub fn published(conn: &mut AnyConn, vault: &Vault) -> Result<Vec<Jwk>> {
    let keys = public(conn, vault)?.into_iter().map(|key| Jwk {
        kty: "OKP",
        crv: "Ed25519",
        alg: "EdDSA",
        r#use: "sig",
        x: URL_SAFE_NO_PAD.encode(&key.bytes),
        kid: key.kid,
    });
    Ok(keys.collect())
}
