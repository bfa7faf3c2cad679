//! The master key, and what is derived from it: sealing of secrets that the database keeps (TOTP secrets, the keys of
//! access tokens, of checkpoints and of certificates, letters that are still to be sent, what links from letters do, asks that wait, personal
//! numbers), and keyed hashes of what must be found again or shown, but not read (recovery codes, refresh tokens, addresses,
//! personal numbers).
//!
//! Whoever has the database without the master key file has none of these. Losing the file costs every second factor and
//! recovery code, all sessions, letters, links and asks under way, and the keys that sign, but no password: those are
//! argon2id hashes of their own.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

use super::secret_file;
use super::{Error, Result};

/// Bytes of the master key.
const LENGTH: usize = 32;

/// What a sealed secret is for; bound into it, so that one kind cannot be passed off as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A second factor's secret.
    SecondFactor,
    /// A key that signs access tokens.
    SigningKey,
    /// A letter that waits to be sent.
    Letter,
    /// What is to be done once an address was proved.
    Proof,
    /// What was asked by an address and waits to be decided.
    Ask,
    /// The key that signs checkpoints of the audit trail.
    AuditKey,
    /// The personal number of a household or an individual.
    PersonalId,
    /// What is to change of an enterprise's verified data.
    Amendment,
    /// What an officer saw who decided.
    Review,
    /// What a listing does not tell everybody.
    Confidential,
    /// A key that signs certificates.
    CertificateKey,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::SecondFactor => b"vptex:second-factor:1",
            Self::SigningKey => b"vptex:signing-key:1",
            Self::Letter => b"vptex:letter:1",
            Self::Proof => b"vptex:proof:1",
            Self::Ask => b"vptex:ask:1",
            Self::AuditKey => b"vptex:audit-key:1",
            Self::PersonalId => b"vptex:personal-id:1",
            Self::Amendment => b"vptex:amendment:1",
            Self::Review => b"vptex:review:1",
            Self::Confidential => b"vptex:confidential:1",
            Self::CertificateKey => b"vptex:certificate-key:1",
        }
    }
}

/// Seals, opens and hashes with keys that are derived from the master key.
pub struct Vault {
    sealing: LessSafeKey,
    hashing: hmac::Key,
}

impl Vault {
    /// Uses the key in a file (32 bytes in base64); makes one, readable by its owner only, when there is none.
    pub fn open(path: &Path) -> Result<Self> {
        let text = secret_file::read_or_make(path, || {
            let mut key = [0_u8; LENGTH];
            rand::fill(&mut key).map_err(|_unspecified| Error::internal("no random numbers"))?;
            Ok(format!("{}\n", STANDARD.encode(key)))
        })?;
        Self::of_text(&text, path)
    }

    /// Uses the key in a text that was read from a file.
    pub fn of_text(text: &str, path: &Path) -> Result<Self> {
        let key = STANDARD.decode(text.trim()).ok().filter(|key| key.len() == LENGTH);
        let key = key.ok_or_else(|| {
            Error::internal(format!(
                "{} is not a master key: {LENGTH} bytes in base64 are expected",
                path.display()
            ))
        })?;
        if key.windows(2).all(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Error::internal(format!(
                "{} holds a sample key; delete the file to have a new one made",
                path.display()
            )));
        }
        Self::new(&key)
    }

    fn new(master: &[u8]) -> Result<Self> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"vptex master key");
        let extracted = salt.extract(master);
        let derive = |info: &'static [u8]| -> Result<[u8; LENGTH]> {
            let mut key = [0_u8; LENGTH];
            let infos = [info];
            extracted
                .expand(&infos, hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut key))
                .map_err(|_unspecified| Error::internal("a key cannot be derived"))?;
            Ok(key)
        };
        let sealing = UnboundKey::new(&AES_256_GCM, &derive(b"seal")?)
            .map_err(|_unspecified| Error::internal("a sealing key cannot be made"))?;
        Ok(Self {
            sealing: LessSafeKey::new(sealing),
            hashing: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"hash")?),
        })
    }

    /// Seals (AES-256-GCM, a random nonce of 96 bits in front).
    pub fn seal(&self, purpose: Purpose, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_unspecified| Error::internal("no random numbers"))?;
        let mut sealed = plain.to_vec();
        self.sealing
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.label()),
                &mut sealed,
            )
            .map_err(|_unspecified| Error::internal("a secret cannot be sealed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) made for the same purpose.
    pub fn open_sealed(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal("a sealed secret does not open: another master key, or damage");
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_unspecified| broken())?;
        let mut body = body.to_vec();
        let plain = self
            .sealing
            .open_in_place(nonce, Aad::from(purpose.label()), &mut body)
            .map_err(|_unspecified| broken())?;
        Ok(plain.to_vec())
    }

    /// A keyed hash (HMAC-SHA-256): equal for equal texts, and of no use to whoever lacks the master key.
    pub fn hash(&self, context: &'static str, text: &[u8]) -> Vec<u8> {
        let mut keyed = hmac::Context::with_key(&self.hashing);
        keyed.update(context.as_bytes());
        keyed.update(&[0]);
        keyed.update(text);
        keyed.sign().as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&[byte; LENGTH]).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_for_its_purpose_only() {
        let (vault, other) = (vault(7), vault(8));
        let sealed = vault.seal(Purpose::SecondFactor, b"JBSWY3DPEHPK3PXP").unwrap();
        assert_eq!(
            vault.open_sealed(Purpose::SecondFactor, &sealed).unwrap(),
            b"JBSWY3DPEHPK3PXP"
        );
        assert!(vault.open_sealed(Purpose::Letter, &sealed).is_err());
        assert!(other.open_sealed(Purpose::SecondFactor, &sealed).is_err());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(vault.open_sealed(Purpose::SecondFactor, &damaged).is_err());
        }
        assert!(vault.open_sealed(Purpose::SecondFactor, b"short").is_err());
        assert_ne!(sealed, vault.seal(Purpose::SecondFactor, b"JBSWY3DPEHPK3PXP").unwrap());
    }

    #[test]
    fn hashes_depend_on_key_context_and_text() {
        let one = vault(1).hash("address", b"lan@coop.vn");
        assert_eq!(one, vault(1).hash("address", b"lan@coop.vn"));
        assert_ne!(one, vault(2).hash("address", b"lan@coop.vn"));
        assert_ne!(one, vault(1).hash("code", b"lan@coop.vn"));
        assert_ne!(one, vault(1).hash("address", b"lan@coop.v"));
    }

    #[test]
    fn a_file_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = Vault::open(&path).unwrap();
        let sealed = first.seal(Purpose::Letter, b"x").unwrap();
        assert_eq!(
            Vault::open(&path)
                .unwrap()
                .open_sealed(Purpose::Letter, &sealed)
                .unwrap(),
            b"x"
        );
        for bad in [
            "",
            "short",
            &STANDARD.encode([0_u8; LENGTH]),
            &STANDARD.encode([1_u8; 31]),
        ] {
            std::fs::write(&path, bad).unwrap();
            assert!(Vault::open(&path).is_err(), "{bad}");
        }
    }
}
