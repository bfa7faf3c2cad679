//! Slows down guessing at one address, wherever the guesses come from, before any password is hashed.
//!
//! Five failures in a row are free; then the address rests for a minute, and twice as long after each further failure, half
//! an hour at most. So a stranger gets fewer than sixty guesses a day (NIST SP 800-63B-4 §3.2.2 allows a hundred in a
//! row). Addresses without an account are treated alike.
//!
//! A guess is counted before anything is compared, and given back when it was none: many at once are no more than one
//! after the other. Whom only guesses would keep out that are still compared waits for what comes of them, for seconds at the most:
//! it may be nothing, and nobody is told to come again at a time that is not so. That is known of the guesses on one node. While
//! nothing is compared, nobody waits: a flood of refusals costs one read each.
//!
//! One wrong guess after each rest keeps an address resting, which must not keep its owner out: known
//! [`devices`](super::devices) pass, a password that was reset by letter ends the rest, and whoever is signed in already
//! has a count that strangers cannot reach.
//!
//! Every failure leaves a row in the audit trail, and another one when the address rests because of it. Whoever is refused
//! meanwhile leaves none: nothing was tried.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::context::{App, Origin, Work};
use super::vault::Vault;
use super::{Error, ErrorCode, Result};
use crate::domain::access::Actor;
use crate::domain::audit::{Deed, Doer};
use crate::domain::ids::SessionId;
use crate::store::sign_in_failures::{self, Failures};

/// Failures that cost nothing.
const FREE: i64 = 5;
/// Longest rest, in minutes.
const LONGEST: i64 = 30;
/// How long somebody waits at the most for what comes of others' guesses: as long as a [hash](super::credentials) may take, and
/// with the own one after it far less than a request may.
const PATIENCE: Duration = Duration::from_secs(10);
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

/// How many guesses at one thing are compared.
type Place = watch::Sender<usize>;

/// What is guessed at on this node. Guesses share its place until they are settled.
pub struct Places {
    known: Mutex<HashMap<Vec<u8>, Weak<Place>>>,
    patience_ms: AtomicU64,
}

impl Default for Places {
    fn default() -> Self {
        let places = Self {
            known: Mutex::default(),
            patience_ms: AtomicU64::default(),
        };
        places.allow(PATIENCE);
        places
    }
}

impl Places {
    /// Has whoever is refused wait another time for what comes of others' guesses, for drills that do not wait that long.
    pub fn allow(&self, patience: Duration) {
        let patience = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        self.patience_ms.store(patience, Ordering::Relaxed);
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(self.patience_ms.load(Ordering::Relaxed))
    }

    fn of(&self, subject: Vec<u8>) -> Arc<Place> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, place| place.strong_count() > 0);
        let place = known.entry(subject).or_default();
        place.upgrade().unwrap_or_else(|| {
            let new = Arc::default();
            *place = Arc::downgrade(&new);
            new
        })
    }
}

/// A guess is being compared; others wait for what comes of it until this is dropped.
#[derive(Debug)]
struct Compared(Arc<Place>);

impl Compared {
    fn at(place: &Arc<Place>) -> Self {
        place.send_modify(|count| *count += 1);
        Self(place.clone())
    }
}

impl Drop for Compared {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// A guess that was counted.
#[derive(Debug)]
struct Guess {
    guessed: Guessed,
    before: Option<Failures>,
    counted: Failures,
}

/// A guess that is to be settled.
#[derive(Debug)]
pub(super) struct Spent {
    guess: Guess,
    compared: Compared,
}

/// What came of comparing.
pub(super) enum Attempt<T> {
    /// It was right.
    Right(T),
    /// It was right as far as it was looked at, and is used for nothing: as good as not tried.
    Unused(T),
    /// It was wrong; the refusal, and whose it was, if it is anybody's.
    Wrong(ErrorCode, Option<Doer>),
}

/// Counts a guess before anything is compared; refuses while what is guessed at rests.
pub(super) async fn spend(app: &App, origin: Origin, guessed: Guessed) -> Result<Spent> {
    let place = app.guesses.of(guessed.subject(&app.vault));
    let began = Instant::now();
    loop {
        let mut others = place.subscribe();
        let were_compared = *others.borrow() > 0;
        let refused = match count(app, origin, &place, guessed.clone()).await {
            Err(rest) if rest.code == ErrorCode::TooManyRequests => rest,
            counted => return counted,
        };
        // All that was counted then is settled: so it is.
        if !were_compared && !others.has_changed().unwrap_or(true) {
            return Err(refused);
        }
        let left = app.guesses.patience().saturating_sub(began.elapsed());
        let settled = timeout(left, others.wait_for(|compared| *compared == 0)).await.is_ok();
        if left.is_zero() || !settled {
            return Err(refused);
        }
    }
}

/// The same without waiting for anybody: for somebody who has another way in.
pub(super) async fn spend_at_once(app: &App, origin: Origin, guessed: Guessed) -> Result<Spent> {
    let place = app.guesses.of(guessed.subject(&app.vault));
    count(app, origin, &place, guessed).await
}

async fn count(app: &App, origin: Origin, place: &Arc<Place>, guessed: Guessed) -> Result<Spent> {
    // Looked at first, so that a flood of refusals neither queues for the writer nor looks like guesses that are compared.
    let subject = guessed.subject(&app.vault);
    app.read_by_key(move |conn, now| refuse_resting(sign_in_failures::find(conn, &subject)?, now))
        .await?;
    // Before it is counted: whoever sees the count sees this, too.
    let compared = Compared::at(place);
    let counted = app.write(origin, move |work| {
        let now = work.now;
        let subject = guessed.subject(work.vault);
        let before = sign_in_failures::find(work.conn(), &subject)?;
        refuse_resting(before, now)?;
        let counted = next(before, now);
        sign_in_failures::set(work.uow, &subject, &counted)?;
        Ok(Guess {
            guessed: guessed.clone(),
            before,
            counted,
        })
    });
    let guess = counted.await?;
    Ok(Spent { guess, compared })
}

fn refuse_resting(failures: Option<Failures>, now: Timestamp) -> Result<()> {
    match failures.and_then(|failures| failures.blocked_until) {
        Some(until) if until > now => Err(rests(until, now)),
        _ => Ok(()),
    }
}

fn rests(until: Timestamp, now: Timestamp) -> Error {
    Error {
        retry_after: seconds(until.duration_since(now)),
        ..ErrorCode::TooManyRequests.into()
    }
}

/// Rounded up: whoever comes back then is let in.
pub(super) fn seconds(left: SignedDuration) -> Option<u32> {
    let begun = i64::from(left.subsec_nanos() > 0);
    u32::try_from(left.as_secs().saturating_add(begun)).ok()
}

/// Settles a guess by what came of it: a wrong one stays counted and is audited, one that was none, or unused, is given back. Whoever
/// was right has [forgotten](forget) the failures already.
pub(super) async fn settle<T>(app: &App, origin: Origin, spent: Spent, outcome: Result<Attempt<T>>) -> Result<T> {
    // Others hear of it when it is written.
    let Spent {
        guess,
        compared: _compared,
    } = spent;
    match outcome {
        Ok(Attempt::Right(value)) => Ok(value),
        Ok(Attempt::Unused(value)) => {
            app.write(origin, move |work| give_back(work, &guess)).await?;
            Ok(value)
        }
        Ok(Attempt::Wrong(code, owner)) => {
            app.write(origin, move |work| note(work, &guess, owner)).await?;
            Err(code.into())
        }
        Err(error) => {
            app.write(origin, move |work| give_back(work, &guess)).await?;
            Err(error)
        }
    }
}

fn give_back(work: &mut Work<'_, '_>, guess: &Guess) -> Result<()> {
    let subject = guess.guessed.subject(work.vault);
    match (sign_in_failures::find(work.conn(), &subject)?, guess.before) {
        // Somebody was right meanwhile.
        (None, _) => Ok(()),
        (Some(now), None) if now == guess.counted => Ok(sign_in_failures::forget(work.uow, &subject)?),
        (Some(now), Some(before)) if now == guess.counted => Ok(sign_in_failures::set(work.uow, &subject, &before)?),
        // Others have guessed since; what they have counted stays.
        (Some(now), _) => {
            let count = now.count.saturating_sub(1);
            let less = Failures {
                count,
                blocked_until: now.blocked_until.filter(|_| count >= FREE),
                ..now
            };
            Ok(sign_in_failures::set(work.uow, &subject, &less)?)
        }
    }
}

/// The same is written whether the address has an account or not, so that the time an answer takes does not tell.
fn note(work: &mut Work<'_, '_>, guess: &Guess, owner: Option<Doer>) -> Result<()> {
    let (now, vault) = (work.now, work.vault);
    let (doer, kind, subject) = match (owner.and_then(|owner| owner.id.map(|id| (owner, id))), &guess.guessed) {
        (Some((owner, id)), _) => (owner, "account", id),
        (None, Guessed::Address(email_key)) => {
            (Doer::from(&Actor::Visitor), "address", stranger(vault, email_key, now))
        }
        (None, Guessed::Session(session)) => (Doer::from(&Actor::Visitor), "session", session.0),
    };
    work.remember_by(doer, Deed::SignInFailed, kind, subject)?;
    if guess.counted.blocked_until.is_some() {
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

/// Forgets the failures: the right password was shown.
pub(super) fn forget(work: &mut Work<'_, '_>, guessed: &Guessed) -> Result<()> {
    let subject = guessed.subject(work.vault);
    Ok(sign_in_failures::forget(work.uow, &subject)?)
}

fn next(before: Option<Failures>, now: Timestamp) -> Failures {
    let recent = before.filter(|before| now.duration_since(before.last_at) < FORGOTTEN);
    let count = recent.map_or(0, |recent| recent.count).saturating_add(1);
    let rest = (count >= FREE).then(|| {
        let doublings = u32::try_from(count - FREE).unwrap_or(u32::MAX).min(5);
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
    fn rests_grow_to_half_an_hour_and_no_further() {
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
        assert_eq!(rests, [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
        let later = now.checked_add(FORGOTTEN).unwrap();
        assert_eq!(next(failures, later).count, 1);
    }

    #[test]
    fn a_day_has_fewer_than_sixty_guesses() {
        let start: Timestamp = "2026-03-11T00:00:00Z".parse().unwrap();
        let end = start.checked_add(SignedDuration::from_hours(24)).unwrap();
        let (mut now, mut failures, mut guesses) = (start, None, 0);
        while now < end {
            let after = next(failures, now);
            now = after.blocked_until.unwrap_or(now);
            failures = Some(after);
            guesses += 1;
        }
        assert!(guesses < 60, "{guesses}");
    }
}
