//! `Idempotency-Key`: a create that is sent twice is done once and answered twice alike. The answer is kept in the
//! same unit of work as what it tells of.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::context::{Caller, Work};
use super::{ErrorCode, Result};
use crate::store::idempotency::{self, Answer as Kept};

/// A key and what it was sent with.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub key: String,
    /// SHA-256 of operation and body.
    pub fingerprint: Vec<u8>,
    visitor: Option<String>,
}

impl Key {
    /// Ties a key to its request. `body` must not hold a secret: its hash is stored.
    pub fn new(key: String, operation: &str, body: &[u8]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(operation.as_bytes());
        context.update(&[0]);
        context.update(body);
        Self {
            key,
            fingerprint: context.finish().as_ref().to_vec(),
            visitor: None,
        }
    }

    /// Says who a visitor is: two strangers may choose the same key, so that a key is good for one of them only. What
    /// is kept is a hash, since the name may be an address.
    pub fn of_visitor(self, name: &str) -> Self {
        let name = digest::digest(&digest::SHA256, name.as_bytes());
        Self {
            visitor: Some(URL_SAFE_NO_PAD.encode(name)),
            ..self
        }
    }

    /// Whose key it is, as it is kept.
    fn scope(&self, caller: &Caller) -> String {
        match (caller.session, &self.visitor) {
            (Some((account, _)), _) => format!("account:{account}"),
            (None, Some(name)) => format!("visitor:{name}"),
            // Nobody in particular: only the same request is the same key's.
            (None, None) => format!("visitor:{}", URL_SAFE_NO_PAD.encode(&self.fingerprint)),
        }
    }
}

/// The answer to a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Path of what was made.
    pub location: String,
    /// Its version, quoted.
    pub etag: String,
    /// JSON body.
    pub body: String,
    /// True when this is the answer to an earlier request.
    pub is_replay: bool,
}

/// Makes once. Without a key it simply makes.
pub fn once(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    key: Option<&Key>,
    make: impl FnOnce(&mut Work<'_, '_>) -> Result<Answer>,
) -> Result<Answer> {
    let Some(key) = key else { return make(work) };
    let scope = key.scope(caller);
    let now = work.now;
    if !idempotency::claim(work.uow, &scope, &key.key, &key.fingerprint, now)? {
        return replay(work, caller, &scope, key);
    }
    let answer = make(work)?;
    let kept = Kept {
        fingerprint: key.fingerprint.clone(),
        status: 201,
        location: answer.location.clone(),
        etag: answer.etag.clone(),
        body: answer.body.clone(),
    };
    idempotency::keep(work.uow, &scope, &key.key, &kept)?;
    Ok(answer)
}

/// The answer to the request that came first. Only whoever may still act gets to see it.
fn replay(work: &mut Work<'_, '_>, caller: &Caller, scope: &str, key: &Key) -> Result<Answer> {
    let now = work.now;
    caller.actor(work.conn(), now)?;
    let kept = idempotency::find(work.conn(), scope, &key.key)?.ok_or(ErrorCode::Busy)?;
    if kept.fingerprint != key.fingerprint {
        return Err(ErrorCode::IdempotencyKeyReused.into());
    }
    Ok(Answer {
        location: kept.location,
        etag: kept.etag,
        body: kept.body,
        is_replay: true,
    })
}
