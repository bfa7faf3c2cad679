//! Forgets what is no longer needed.

use jiff::{SignedDuration, Timestamp};
use tracing::info;

use crate::service::{App, Result};
use crate::store::{idempotency, outbox, sessions};

/// How long the outbox is kept: an index that was away for longer is built anew.
const OUTBOX: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long an answer is kept for a repeated request.
const IDEMPOTENCY_KEYS: SignedDuration = SignedDuration::from_hours(48);
/// How long a session that is over is kept, for questions about it.
const SESSIONS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many rows were forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows of the outbox.
    pub outbox: usize,
    /// Answers to requests with an idempotency key.
    pub idempotency_keys: usize,
    /// Sessions.
    pub sessions: usize,
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
                i64::MAX,
            )?)
        })?,
        sessions: app
            .write_blocking(|work| Ok(sessions::forget_before(work.uow, before(work.now, SESSIONS), i64::MAX)?))?,
    };
    app.db.checkpoint()?;
    let Forgotten {
        outbox,
        idempotency_keys,
        sessions,
    } = forgotten;
    info!(outbox, idempotency_keys, sessions, "cleaned up");
    Ok(forgotten)
}

fn before(now: Timestamp, age: SignedDuration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}
