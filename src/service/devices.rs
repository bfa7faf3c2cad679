//! Devices that somebody has signed in with. While an address rests because strangers guess at it
//! ([`throttle`](super::throttle)), its owner signs in from a known device all the same.
//!
//! A token is `base64url(id ‖ secret)`, 16 and 32 bytes, bound to one account; kept is SHA-256 of the secret. It opens
//! nothing: password and second factor are asked for as ever. Each sign-in gives another token and voids the one that was
//! shown. A stolen one is good for five tries, which are spent before the password is hashed, so that many at once are no
//! more; and for none after the password was changed.

use aws_lc_rs::{constant_time, digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::context::{App, Origin, Work};
use super::throttle::Attempt;
use super::{Error, Result};
use crate::domain::audit::{Deed, Doer};
use crate::domain::ids::{AccountId, DeviceId};
use crate::store::AnyConn;
use crate::store::devices::{self as rows, Device};

/// Tries while the address rests.
const TRIES: i64 = 5;
/// How long a device is known after a sign-in.
const KNOWN: SignedDuration = SignedDuration::from_hours(180 * 24);
/// Most devices of an account; the one that was away longest is forgotten.
const MOST: i64 = 20;

/// A token as it was shown; whether it is good is asked where it is used.
#[derive(Clone)]
pub(super) struct Shown {
    id: DeviceId,
    secret: Vec<u8>,
}

/// A try that was spent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Try {
    device: DeviceId,
    account: AccountId,
}

/// Reads a token. A malformed one is none: whoever has lost it signs in without it.
pub(super) fn read(token: &str) -> Option<Shown> {
    if token.len() != 64 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, secret) = bytes.split_at_checked(16)?;
    Some(Shown {
        id: DeviceId(Uuid::from_slice(id).ok()?),
        secret: secret.to_vec(),
    })
}

fn hash(secret: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret).as_ref().to_vec()
}

/// The device behind a token and its owner's address, if it is known still.
fn find(conn: &mut AnyConn, shown: &Shown, now: Timestamp) -> Result<Option<(Device, String)>> {
    let is_good = |(device, _): &(Device, String)| {
        constant_time::verify_slices_are_equal(&device.secret_hash, &hash(&shown.secret)).is_ok()
            && device.expires_at > now
    };
    Ok(rows::find(conn, shown.id)?.filter(is_good))
}

/// Spends a try on a resting address; nothing when the device is not known to its owner or has none left.
pub(super) async fn spend(app: &App, origin: Origin, shown: Shown, email_key: &str) -> Result<Option<Try>> {
    let lookup = shown.clone();
    let found = app.read_by_key(move |conn, now| find(conn, &lookup, now)).await?;
    let Some((device, _)) = found.filter(|(device, of)| of == email_key && device.tries < TRIES) else {
        return Ok(None);
    };
    let spent = Try {
        device: device.id,
        account: device.account,
    };
    let is_spent = app
        .write(origin, move |work| Ok(rows::spend(work.uow, spent.device, TRIES)?))
        .await?;
    Ok(is_spent.then_some(spent))
}

/// Settles a try by what came of it: a wrong one stays spent and is audited, one that was no guess is given back. Whoever
/// was right has all of them again.
pub(super) async fn settle<T>(app: &App, origin: Origin, spent: Try, outcome: Result<Attempt<T>>) -> Result<T> {
    match outcome {
        Ok(Attempt::Right(value)) => Ok(value),
        Ok(Attempt::Unused(value)) => {
            app.write(origin, move |work| Ok(rows::give_back(work.uow, spent.device)?))
                .await?;
            Ok(value)
        }
        Ok(Attempt::Wrong(code, owner)) => {
            let doer = owner.unwrap_or(Doer::person(spent.account, false));
            app.write(origin, move |work| {
                work.remember_by(doer, Deed::SignInFailed, "account", spent.account.0)
            })
            .await?;
            Err(code.into())
        }
        Err(error) => {
            app.write(origin, move |work| Ok(rows::give_back(work.uow, spent.device)?))
                .await?;
            Err(error)
        }
    }
}

/// Makes the device known with which the owner has just signed in; gives its new token, and voids the one shown.
pub(super) fn renew(work: &mut Work<'_, '_>, account: AccountId, shown: Option<&Shown>) -> Result<String> {
    let now = work.now;
    let before = match shown {
        Some(shown) => find(work.conn(), shown, now)?,
        None => None,
    };
    let id = before
        .filter(|(device, _)| device.account == account)
        .map_or_else(|| DeviceId(work.next_id()), |(device, _)| device.id);
    let mut secret = [0_u8; 32];
    rand::fill(&mut secret).map_err(|_unspecified| Error::internal("no random numbers"))?;
    let device = Device {
        id,
        account,
        secret_hash: hash(&secret),
        tries: 0,
        used_at: now,
        expires_at: now.checked_add(KNOWN).map_err(Error::internal)?,
    };
    rows::put(work.uow, &device)?;
    rows::keep_newest(work.uow, account, MOST)?;
    Ok(URL_SAFE_NO_PAD.encode([id.0.as_bytes().as_slice(), &secret].concat()))
}
