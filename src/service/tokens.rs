//! Access tokens (JWT, EdDSA, minutes). Their keys are in [`keyring`](super::keyring), refresh tokens in
//! [`refresh_tokens`](super::refresh_tokens).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

use super::keyring::Keyring;
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
/// Longest token that is looked at.
const MAX: usize = 2_048;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The header of an access token has these members and no others: keys and addresses of keys that a token brings along
/// (`jwk`, `jku`, `x5u`, `x5c`), and extensions that must be understood (`crit`), are not ours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    alg: Algorithm,
    typ: String,
    kid: String,
}

impl Head {
    fn read(part: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

/// Whether a part of a token holds a JSON object: its first six bits are those of `{`. Serde would take a list of the
/// members' values, too.
fn is_object(part: &str) -> bool {
    part.starts_with('e')
}

/// What came of looking at a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is in force.
    Good(AccountId, SessionId),
    /// It names a key that is not known here (yet); worth a look into the database.
    UnknownKey,
    /// It is none, or not in force.
    Bad,
}

/// Makes and checks access tokens.
pub struct Tokens {
    ring: RwLock<Arc<Keyring>>,
    looked_at: AtomicI64,
    validation: Validation,
    issuer: String,
    member: Lifetimes,
    officer: Lifetimes,
}

impl Tokens {
    /// Uses a ring of keys.
    pub fn new(ring: Keyring, issuer: &str, member: Lifetimes, officer: Lifetimes) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are checked below, against our own clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            ring: RwLock::new(Arc::new(ring)),
            looked_at: AtomicI64::new(0),
            validation,
            issuer: issuer.to_owned(),
            member,
            officer,
        }
    }

    /// The keys in use.
    pub fn ring(&self) -> Arc<Keyring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses other keys from now on.
    pub fn use_ring(&self, ring: Keyring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// Whether the keys may be read anew now: once a second, however many tokens name a key that does not exist.
    pub(super) fn may_look_again(&self, now: Timestamp) -> bool {
        let second = now.as_second();
        self.looked_at.swap(second, Ordering::Relaxed) != second
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
        let ring = self.ring();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(ring.active_kid().to_owned());
        let token = jsonwebtoken::encode(&header, &claims, ring.signing()).map_err(Error::internal)?;
        Ok((token, until))
    }

    /// Looks at an access token: algorithm, type, key, signature, times, issuer, audience. The key is chosen from a
    /// fixed list by its name.
    pub fn verify(&self, token: &str, now: Timestamp) -> Verdict {
        if token.len() > MAX {
            return Verdict::Bad;
        }
        let mut parts = token.split('.');
        let (Some(head), Some(claims)) = (parts.next(), parts.next()) else {
            return Verdict::Bad;
        };
        let head = Head::read(head).filter(|_| is_object(head) && is_object(claims));
        let Some(head) = head.filter(|head| head.alg == Algorithm::EdDSA && head.typ == TYPE) else {
            return Verdict::Bad;
        };
        let ring = self.ring();
        let Some(key) = ring.verifying(&head.kid) else {
            return if Keyring::is_kid(&head.kid) {
                Verdict::UnknownKey
            } else {
                Verdict::Bad
            };
        };
        let Ok(data) = jsonwebtoken::decode::<Claims>(token, key, &self.validation) else {
            return Verdict::Bad;
        };
        let claims = data.claims;
        let (at, leeway) = (now.as_second(), i64::try_from(LEEWAY).unwrap_or(0));
        let soon = at.saturating_add(leeway);
        let is_now = claims.nbf <= soon && claims.iat <= soon && claims.exp > at.saturating_sub(leeway);
        // No token of ours lasts longer than the longest that can be set.
        let is_short = claims.exp.saturating_sub(claims.iat) <= 60 * 60;
        if is_now && is_short {
            Verdict::Good(AccountId(claims.sub), SessionId(claims.sid))
        } else {
            Verdict::Bad
        }
    }

    /// As [`verify`](Self::verify), with one refusal for everything that is not good.
    pub fn verify_access(&self, token: &str, now: Timestamp) -> Result<(AccountId, SessionId)> {
        match self.verify(token, now) {
            Verdict::Good(account, session) => Ok((account, session)),
            Verdict::UnknownKey | Verdict::Bad => Err(ErrorCode::InvalidToken.into()),
        }
    }
}
