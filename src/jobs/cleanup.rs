//! Forgets what is no longer needed.

use jiff::{SignedDuration, Timestamp};
use tracing::info;

use crate::service::{App, Result, Work};
use crate::store::{idempotency, letters, outbox, proofs, sessions};

/// How long the outbox is kept: an index that was away for longer is built anew.
const OUTBOX: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long an answer is kept for a repeated request.
const IDEMPOTENCY_KEYS: SignedDuration = SignedDuration::from_hours(48);
/// How long a session that is over is kept, for questions about it.
const SESSIONS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long it is kept that a letter was sent.
const LETTERS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a proof is kept after its end.
const PROOFS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Most rows that one unit of work forgets.
const STEP: i64 = 1_000;

/// How many rows were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows of the outbox.
    pub outbox: usize,
    /// Answers to requests with an idempotency key.
    pub idempotency_keys: usize,
    /// Sessions.
    pub sessions: usize,
    /// Letters that were sent.
    pub letters: usize,
    /// Secrets that were sent by mail.
    pub proofs: usize,
}

/// Forgets old rows, each kind in a unit of work of its own so that writers wait little, and shortens the log of the
/// database.
pub fn run(app: &App) -> Result<Forgotten> {
    let forgotten = Forgotten {
        outbox: app.write_blocking(|work| Ok(outbox::forget_before(work.uow, before(work.now, OUTBOX))?))?,
        idempotency_keys: app.write_blocking(|work| {
            Ok(idempotency::forget_before(
                work.uow,
                before(work.now, IDEMPOTENCY_KEYS),
            )?)
        })?,
        sessions: app.write_blocking(|work| Ok(sessions::forget_before(work.uow, before(work.now, SESSIONS))?))?,
        letters: in_steps(app, |work| {
            Ok(letters::forget_sent_before(work.uow, before(work.now, LETTERS), STEP)?)
        })?,
        proofs: in_steps(app, |work| {
            Ok(proofs::forget_ended_before(work.uow, before(work.now, PROOFS), STEP)?)
        })?,
    };
    app.db.checkpoint()?;
    let Forgotten {
        outbox,
        idempotency_keys,
        sessions,
        letters,
        proofs,
    } = forgotten;
    info!(outbox, idempotency_keys, sessions, letters, proofs, "cleaned up");
    Ok(forgotten)
}

/// Does a step until it finds less than a full one: other writers come between.
fn in_steps(app: &App, step: fn(&mut Work<'_, '_>) -> Result<usize>) -> Result<usize> {
    let full = usize::try_from(STEP).unwrap_or(usize::MAX);
    let mut count = 0;
    loop {
        let forgotten = app.write_blocking(step)?;
        count += forgotten;
        if forgotten < full {
            return Ok(count);
        }
    }
}

fn before(now: Timestamp, age: SignedDuration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}
