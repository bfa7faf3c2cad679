//! Slows down guessing at one address, wherever the guesses come from, before any password is hashed.
//!
//! Five failures in a row are free; then the address rests for a minute, and twice as long after each further failure,
//! fifteen minutes at most. So a stranger gets fewer than a hundred guesses a day (NIST SP 800-63B-4 §3.2.2 allows a
//! hundred). Addresses without an account are treated alike.
//!
//! One wrong guess after each rest keeps an address resting, which must not keep its owner out: known
//! [`devices`](super::devices) pass, a password that was reset by letter ends the rest, and whoever is signed in already
//! has a count that strangers cannot reach.

use jiff::{SignedDuration, Timestamp};

use super::context::{App, Origin, Work};
use super::vault::Vault;
use super::{Error, ErrorCode, Result};
use crate::domain::audit::Deed;
use crate::domain::ids::{AccountId, SessionId};
use crate::store::sign_in_failures::{self, Failures};

/// Failures that cost nothing.
const FREE: i64 = 5;
/// Longest rest, in minutes.
const LONGEST: i64 = 15;
/// After so long without a failure the count begins anew.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// At what somebody guesses.
#[derive(Clone, Debug)]
pub(super) enum Guessed {
    /// At the password of an address ([`Email::key`](crate::domain::account::Email::key)), as anybody can.
    Address(String),
    /// At the password or code of whoever is signed in, as nobody can without the session.
    Session(SessionId),
}

impl Guessed {
    fn subject(&self, vault: &Vault) -> Vec<u8> {
        match self {
            Self::Address(email_key) => vault.hash("sign-in", email_key.as_bytes()),
            Self::Session(session) => vault.hash("step-up", session.0.as_bytes()),
        }
    }
}

/// Refuses at once while what is guessed at rests.
pub(super) async fn check(app: &App, guessed: &Guessed) -> Result<()> {
    let subject = guessed.subject(&app.vault);
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

/// Notes a failure, and gives the refusal to answer it with.
pub(super) async fn failed(
    app: &App,
    origin: Origin,
    guessed: Guessed,
    account: Option<AccountId>,
    code: ErrorCode,
) -> Error {
    let noted = app.write(origin, move |work| note(work, &guessed, account)).await;
    match noted {
        Ok(()) => code.into(),
        // A failure that could not be counted must not be a free guess.
        Err(error) => error,
    }
}

fn note(work: &mut Work<'_, '_>, guessed: &Guessed, account: Option<AccountId>) -> Result<()> {
    let now = work.now;
    let subject = guessed.subject(work.vault);
    let before = sign_in_failures::find(work.conn(), &subject)?;
    let failures = next(before, now);
    sign_in_failures::set(work.uow, &subject, &failures)?;
    if let Some(account) = account {
        work.remember_of(account, false, Deed::SignInFailed, "account", account.0)?;
    }
    Ok(())
}

/// Forgets the failures: the right password was shown.
pub(super) fn forget(work: &mut Work<'_, '_>, guessed: &Guessed) -> Result<()> {
    let subject = guessed.subject(work.vault);
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
