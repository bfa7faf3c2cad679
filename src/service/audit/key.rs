//! The key that signs checkpoints: one of its own, so that its public half can be written down elsewhere and stays true
//! when the keys of access tokens are changed. Its private half is sealed with the master key.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::service::context::App;
use crate::service::vault::Purpose;
use crate::service::{Error, Result};
use crate::store::audit_chain::sha256;
use crate::store::audit_checkpoints::{self, AuditKey};

/// The key, made the first time that it is asked for.
pub fn open(app: &App) -> Result<Ed25519KeyPair> {
    let oldest = || {
        app.db
            .read(|conn| Ok::<_, Error>(audit_checkpoints::keys(conn)?.into_iter().next()))
    };
    let key = match oldest()? {
        Some(key) => key,
        None => {
            make(app)?;
            // Another node may have been faster: the oldest counts.
            oldest()?.ok_or_else(|| Error::internal("no audit key could be made"))?
        }
    };
    let document = app.vault.open_sealed(Purpose::AuditKey, &key.sealed_key)?;
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).map_err(Error::internal)
}

fn make(app: &App) -> Result<()> {
    let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
        .map_err(|_unspecified| Error::internal("an audit key cannot be made"))?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document.as_ref()).map_err(Error::internal)?;
    let public_key = pair.public_key().as_ref().to_vec();
    let key = AuditKey {
        kid: URL_SAFE_NO_PAD.encode(sha256(&public_key).get(..9).unwrap_or_default()),
        sealed_key: app.vault.seal(Purpose::AuditKey, document.as_ref())?,
        public_key,
    };
    app.write_blocking(move |work| {
        if audit_checkpoints::keys(work.conn())?.is_empty() {
            let now = work.now;
            audit_checkpoints::insert_key(work.uow, &key, now)?;
        }
        Ok(())
    })
}
