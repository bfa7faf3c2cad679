//! Access tokens (JWT, EdDSA, minutes) and refresh tokens (opaque, rotating).
//!
//! A refresh token is `sid ‖ counter ‖ HMAC-SHA-256(session key, sid ‖ counter)`: it needs no table of its own, and the
//! successor of a token can be computed again, so that two refreshes that cross on the wire get the same answer.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::path::Path;
use uuid::Uuid;

use super::{Error, ErrorCode, Result};
use crate::domain::ids::{AccountId, SessionId};

/// How long tokens and sessions last.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// An access token.
    pub access: SignedDuration,
    /// A session that is not refreshed.
    pub idle: SignedDuration,
    /// A session in all.
    pub absolute: SignedDuration,
}

/// Who is meant by `aud`.
const AUDIENCE: &str = "vptex-api";
/// `typ` of an access token (RFC 9068).
const TYPE: &str = "at+jwt";
/// Clocks of several nodes may differ by so many seconds.
const LEEWAY: u64 = 5;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Makes and checks tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    header: Header,
    issuer: String,
    member: Lifetimes,
    officer: Lifetimes,
}

impl Tokens {
    /// Uses the Ed25519 key (PKCS#8, PEM) in a file; makes one, readable by its owner only, when there is none.
    pub fn open(path: &Path, issuer: &str, member: Lifetimes, officer: Lifetimes) -> Result<Self> {
        let pem = match std::fs::read_to_string(path) {
            Ok(pem) => pem,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => create_key(path)?,
            Err(error) => {
                return Err(Error::internal(format!(
                    "cannot read the signing key {}: {error}",
                    path.display()
                )));
            }
        };
        let bad = |cause: &dyn std::fmt::Display| {
            Error::internal(format!(
                "{} is not an Ed25519 key in PKCS#8 PEM form: {cause}",
                path.display()
            ))
        };
        let der = pem_body(&pem).ok_or_else(|| bad(&"no PRIVATE KEY block"))?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|error| bad(&error))?;
        let public = pair.public_key().as_ref();
        if SAMPLE_PUBLIC_KEYS.contains(&URL_SAFE_NO_PAD.encode(public).as_str()) {
            return Err(bad(
                &"this is a published sample key; delete the file to have a new one made",
            ));
        }
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        let thumbprint = digest::digest(&digest::SHA256, public);
        header.kid = thumbprint.as_ref().get(..9).map(|id| URL_SAFE_NO_PAD.encode(id));
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are checked below, against our own clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Ok(Self {
            encoding: EncodingKey::from_ed_der(&der),
            decoding: DecodingKey::from_ed_der(public),
            validation,
            header,
            issuer: issuer.to_owned(),
            member,
            officer,
        })
    }

    /// How long things last for this kind of account.
    pub fn lifetimes(&self, is_officer: bool) -> Lifetimes {
        if is_officer { self.officer } else { self.member }
    }

    /// Makes an access token; gives it and when it ends.
    pub fn access(
        &self,
        account: AccountId,
        session: SessionId,
        is_officer: bool,
        now: Timestamp,
    ) -> Result<(String, Timestamp)> {
        let until = now
            .checked_add(self.lifetimes(is_officer).access)
            .map_err(Error::internal)?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: account.0,
            sid: session.0,
            iat: now.as_second(),
            nbf: now.as_second(),
            exp: until.as_second(),
        };
        let token = jsonwebtoken::encode(&self.header, &claims, &self.encoding).map_err(Error::internal)?;
        Ok((token, until))
    }

    /// Checks an access token: signature, algorithm, type, key, times, issuer, audience. One refusal for everything.
    pub fn verify_access(&self, token: &str, now: Timestamp) -> Result<(AccountId, SessionId)> {
        let refused = || Error::from(ErrorCode::InvalidToken);
        if token.len() > 2048 {
            return Err(refused());
        }
        let data = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(|_why| refused())?;
        let claims = data.claims;
        let (at, leeway) = (now.as_second(), i64::try_from(LEEWAY).unwrap_or(0));
        let is_ours = data.header.typ.as_deref() == Some(TYPE) && data.header.kid == self.header.kid;
        let is_now = claims.nbf <= at.saturating_add(leeway) && claims.exp > at.saturating_sub(leeway);
        if is_ours && is_now {
            Ok((AccountId(claims.sub), SessionId(claims.sid)))
        } else {
            Err(refused())
        }
    }
}

/// Public keys that stand in RFC 8032, 8037 and 8410 as examples: everybody has the private half.
const SAMPLE_PUBLIC_KEYS: [&str; 2] = [
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE",
];

/// Makes a new key of 32 random bytes for a session's refresh tokens.
pub fn refresh_key() -> Result<Vec<u8>> {
    let mut key = vec![0; 32];
    rand::fill(&mut key).map_err(|_unspecified| Error::internal("no random numbers"))?;
    Ok(key)
}

/// The refresh token of a session after `counter` refreshes.
pub fn refresh_token(key: &[u8], session: SessionId, counter: i64) -> String {
    let mut message = session.0.as_bytes().to_vec();
    message.extend(counter.to_be_bytes());
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &message);
    message.extend(tag.as_ref());
    URL_SAFE_NO_PAD.encode(message)
}

/// Which session and which refresh a token claims to be of; nothing is verified yet.
pub fn read_refresh_token(token: &str) -> Option<(SessionId, i64)> {
    if token.len() != 75 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let session = Uuid::from_slice(bytes.get(..16)?).ok()?;
    let counter = i64::from_be_bytes(bytes.get(16..24)?.try_into().ok()?);
    (counter >= 0).then_some((SessionId(session), counter))
}

/// Whether a token was made with the session's key; compared in constant time.
pub fn is_refresh_token_of(key: &[u8], token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    match (bytes.get(..24), bytes.get(24..)) {
        (Some(message), Some(tag)) => hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message, tag).is_ok(),
        _ => false,
    }
}

/// Writes a new key where none is; another process that is faster wins, and its key is used. The file gets its name
/// only when the key is on the disk: a crash in between must not leave half a key that stops every later start.
fn create_key(path: &Path) -> Result<String> {
    let failed = |cause: &dyn std::fmt::Display| {
        Error::internal(format!("cannot make the signing key {}: {cause}", path.display()))
    };
    let document = Ed25519KeyPair::generate_pkcs8v1(&rand::SystemRandom::new()).map_err(|error| failed(&error))?;
    let body = base64::engine::general_purpose::STANDARD.encode(document.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let mut suffix = [0_u8; 9];
    rand::fill(&mut suffix).map_err(|error| failed(&error))?;
    let mut unfinished = path.to_owned().into_os_string();
    unfinished.push(format!(".{}.unfinished", URL_SAFE_NO_PAD.encode(suffix)));
    let unfinished = Path::new(&unfinished);
    let placed = write_private(unfinished, &pem).and_then(|()| std::fs::hard_link(unfinished, path));
    // Also when nothing was written, in which case there is nothing to remove.
    drop(std::fs::remove_file(unfinished));
    match placed {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return std::fs::read_to_string(path).map_err(|error| failed(&error));
        }
        Err(error) => return Err(failed(&error)),
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| failed(&error))?;
    Ok(pem)
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn pem_body(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let compact: String = body.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(compact).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn whoever_comes_at_once_gets_one_key_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signing-key.pem");
        let keys: Vec<String> = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..8).map(|_| scope.spawn(|| create_key(&path).unwrap())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect()
        });
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(pem_body(&kept).is_some());
        assert!(keys.iter().all(|key| *key == kept));
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["signing-key.pem"]);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
