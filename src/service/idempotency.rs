//! `Idempotency-Key`: a create that is sent twice is done once and answered twice alike. The answer is kept in the
//! same unit of work as what it tells of.

use aws_lc_rs::digest;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::context::{App, Caller, Credential, Work};
use super::{Error, ErrorCode, Result};
use crate::store::idempotency::{self, Answer as Kept};

/// How it is written down that something was only begun.
const BEGUN: i16 = 202;

/// A key and what it was sent with.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub key: String,
    /// SHA-256 of operation and body.
    pub fingerprint: Vec<u8>,
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
        }
    }
}

/// The answer to a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Path of what was made.
    pub location: String,
    /// Its version, quoted; empty where what was made has none.
    pub etag: String,
    /// JSON body.
    pub body: String,
    /// JSON body without what is told only once, for whoever asks again; absent where nothing is.
    pub kept_body: Option<String>,
    /// True when it was only begun, where others are done at once.
    pub is_begun: bool,
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
    let scope = match caller.credential {
        Credential::Session { account, .. } => format!("account:{account}"),
        Credential::Key { key, .. } => format!("key:{key}"),
        // Visitors have no name of their own, and two strangers may choose the same key.
        Credential::None | Credential::Begun(_) => return make(work),
    };
    let now = work.now;
    if !idempotency::claim(work.uow, &scope, &key.key, &key.fingerprint, now)? {
        return replay(work, caller, &scope, key);
    }
    let answer = make(work)?;
    failpoint!("service.once.made", Error::busy);
    let kept = Kept {
        fingerprint: key.fingerprint.clone(),
        status: if answer.is_begun { BEGUN } else { 201 },
        location: answer.location.clone(),
        etag: answer.etag.clone(),
        body: answer.kept_body.as_ref().unwrap_or(&answer.body).clone(),
    };
    idempotency::keep(work.uow, &scope, &key.key, &kept)?;
    Ok(answer)
}

/// Notes that a request of several parts was begun, each of which has a key of its own; tells whether it was begun before.
/// Another request with the same key is refused.
pub fn begin(work: &mut Work<'_, '_>, caller: &Caller, key: &Key) -> Result<bool> {
    let answer = once(work, caller, Some(key), |_| {
        Ok(Answer {
            location: String::new(),
            etag: String::new(),
            body: String::new(),
            kept_body: None,
            is_begun: true,
            is_replay: false,
        })
    })?;
    Ok(answer.is_replay)
}

/// Does one part of a request of several, in a unit of work of its own. What was done under its key before is told again; what
/// was refused is tried again.
pub async fn part<T: Serialize + DeserializeOwned>(
    app: &App,
    caller: Caller,
    key: Option<Key>,
    make: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + Sync + 'static,
) -> Result<T> {
    let kept = app
        .write(caller.origin, move |work| {
            once(work, &caller, key.as_ref(), |work| {
                Ok(Answer {
                    location: String::new(),
                    etag: String::new(),
                    body: serde_json::to_string(&make(work)?).map_err(Error::internal)?,
                    kept_body: None,
                    is_begun: false,
                    is_replay: false,
                })
            })
        })
        .await?;
    serde_json::from_str(&kept.body).map_err(Error::internal)
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
        kept_body: None,
        is_begun: kept.status == BEGUN,
        is_replay: true,
    })
}
