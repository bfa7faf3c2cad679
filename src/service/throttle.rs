//! Slows down guessing at one address, wherever the guesses come from, before any password is hashed.
//!
//! Five failures in a row are free; then the address rests for a minute, and twice as long after each further failure,
//! fifteen minutes at most. So a stranger can keep nobody out for good, and gets fewer than a hundred guesses a day (NIST
//! SP 800-63B-4 §3.2.2 allows a hundred). Addresses without an account are treated alike.
//!
//! Every failure leaves a row in the audit trail, and another one when the address rests because of it. Whoever is refused
//! meanwhile leaves none: nothing was tried.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::context::{App, Origin, Work};
use super::vault::Vault;
use super::{Error, ErrorCode, Result};
use crate::domain::access::Actor;
use crate::domain::audit::{Deed, Doer};
use crate::store::sign_in_failures::{self, Failures};

/// Failures that cost nothing.
const FREE: i64 = 5;
/// Longest rest, in minutes.
const LONGEST: i64 = 15;
/// After so long without a failure the count begins anew.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

fn subject(vault: &Vault, email_key: &str) -> Vec<u8> {
    vault.hash("sign-in", email_key.as_bytes())
}

/// Refuses at once while an address rests.
pub(super) async fn check(app: &App, email_key: &str) -> Result<()> {
    let subject = subject(&app.vault, email_key);
    let failures = app
        .read_by_key(move |conn, now| Ok((sign_in_failures::find(conn, &subject)?, now)))
        .await?;
    match failures {
        (
            Some(Failures {
                blocked_until: Some(until),
                ..
            }),
            now,
        ) if until > now => Err(rests(until, now)),
        _ => Ok(()),
    }
}

fn rests(until: Timestamp, now: Timestamp) -> Error {
    let seconds = until.duration_since(now).as_secs().saturating_add(1);
    Error {
        retry_after: u32::try_from(seconds).ok(),
        ..ErrorCode::TooManyRequests.into()
    }
}

/// Notes a failure, and gives the refusal to answer it with. `owner` is the person behind the account that the address
/// has, if it has one.
pub(super) async fn failed(
    app: &App,
    origin: Origin,
    email_key: String,
    owner: Option<Doer>,
    code: ErrorCode,
) -> Error {
    let noted = app.write(origin, move |work| note(work, &email_key, owner)).await;
    match noted {
        Ok(()) => code.into(),
        // A failure that could not be counted must not be a free guess.
        Err(error) => error,
    }
}

/// The same is written whether the address has an account or not, so that the time an answer takes does not tell.
fn note(work: &mut Work<'_, '_>, email_key: &str, owner: Option<Doer>) -> Result<()> {
    let now = work.now;
    let subject = subject(work.vault, email_key);
    let before = sign_in_failures::find(work.conn(), &subject)?;
    let failures = next(before, now);
    sign_in_failures::set(work.uow, &subject, &failures)?;
    let stranger = stranger(work.vault, email_key, now);
    let (doer, kind, subject) = match owner.and_then(|owner| owner.id.map(|id| (owner, id))) {
        Some((owner, id)) => (owner, "account", id),
        None => (Doer::from(&Actor::Visitor), "address", stranger),
    };
    work.remember_by(doer, Deed::SignInFailed, kind, subject)?;
    if failures.blocked_until.is_some() {
        work.remember_by(doer, Deed::SignInPaused, kind, subject)?;
    }
    Ok(())
}

/// What the audit trail calls an address that has no account. The trail is kept for ever, so it must not tell the address,
/// not even to somebody who guesses it: a keyed hash. Nor may it gather what one person did over the years: another hash
/// each day. That is enough to see that many tried one address, or one many.
fn stranger(vault: &Vault, email_key: &str, now: Timestamp) -> Uuid {
    let day = now.to_zoned(TimeZone::UTC).date();
    let hash = vault.hash("audit-address", format!("{day} {email_key}").as_bytes());
    let mut id = [0; 16];
    id.iter_mut().zip(hash).for_each(|(id, byte)| *id = byte);
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

/// Forgets the failures of an address: its owner has signed in.
pub(super) fn forget(work: &mut Work<'_, '_>, email_key: &str) -> Result<()> {
    let subject = subject(work.vault, email_key);
    Ok(sign_in_failures::forget(work.uow, &subject)?)
}

fn next(before: Option<Failures>, now: Timestamp) -> Failures {
    let recent = before.filter(|before| now.duration_since(before.last_at) < FORGOTTEN);
    let count = recent.map_or(0, |recent| recent.count).saturating_add(1);
    let rest = (count >= FREE).then(|| {
        let doublings = u32::try_from(count - FREE).unwrap_or(u32::MAX).min(4);
        SignedDuration::from_mins((1_i64 << doublings).min(LONGEST))
    });
    Failures {
        count,
        last_at: now,
        blocked_until: rest.and_then(|rest| now.checked_add(rest).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_a_quarter_of_an_hour_and_no_further() {
        let mut now: Timestamp = "2026-03-11T07:30:00Z".parse().unwrap();
        let mut failures = None;
        let mut rests = Vec::new();
        for _ in 0..12 {
            let after = next(failures, now);
            rests.push(
                after
                    .blocked_until
                    .map_or(0, |until| until.duration_since(now).as_mins()),
            );
            now = after.blocked_until.unwrap_or(now);
            failures = Some(after);
        }
        assert_eq!(rests, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]);
        let later = now.checked_add(FORGOTTEN).unwrap();
        assert_eq!(next(failures, later).count, 1);
    }

    #[test]
    fn a_day_has_fewer_than_a_hundred_and_five_guesses() {
        let start: Timestamp = "2026-03-11T00:00:00Z".parse().unwrap();
        let end = start.checked_add(SignedDuration::from_hours(24)).unwrap();
        let (mut now, mut failures, mut guesses) = (start, None, 0);
        while now < end {
            let after = next(failures, now);
            now = after.blocked_until.unwrap_or(now);
            failures = Some(after);
            guesses += 1;
        }
        assert!(guesses < 105, "{guesses}");
    }
}
