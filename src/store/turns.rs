//! Turns on PostgreSQL: some units of work change one hot row, such as the counter of a kind's codes, and of those that
//! run at once all but one would fail, again and again. Whoever did not get its turn waits for it **before** its next
//! transaction begins, and then sees all that was written meanwhile. So does whatever has lost several times, hot row or
//! not. SQLite's one writer needs none of this.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use diesel::prelude::*;
use tracing::warn;

use super::conn::AnyConn;
use super::{Error, Result};

/// The lock that whoever holds the turn holds.
const TURN: &str = "7308612345001";

/// After how many losses a unit of work waits for its turn: many that change the same rows at once, such as the newest
/// change of a list, would go on losing against each other until all but a few are told that the exchange is busy.
const LOSSES: u32 = 3;

/// Whether a unit of work that has lost so often needs its turn.
pub(super) fn is_due(losses: u32) -> bool {
    losses >= LOSSES
}

/// How long to wait before another attempt: longer each time, and never the same for two that collided, lest they
/// collide again in step.
pub(super) fn pause(attempt: u32) -> Duration {
    let step = u64::from(attempt * attempt) * 1000;
    let random = RandomState::new().build_hasher().finish();
    Duration::from_micros(step / 2 + random % step)
}

/// Where units of work of one process wait for the turn, with no connection in their hands: only whoever is in front asks
/// the database for it, so that many that wait leave the pool to the others.
pub(super) struct Turnstile {
    is_taken: Mutex<bool>,
    freed: Condvar,
    limit: Duration,
}

/// The place in front, until it is dropped.
pub(super) struct Front<'a>(&'a Turnstile);

impl Turnstile {
    /// Nobody waits longer than that.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            is_taken: Mutex::new(false),
            freed: Condvar::new(),
            limit,
        }
    }

    /// Waits for the place in front, where a turn is needed; [`Error::Busy`] where it does not come in time.
    pub(super) fn enter(&self, needs_turn: bool) -> Result<Option<Front<'_>>> {
        if !needs_turn {
            return Ok(None);
        }
        let taken = self.is_taken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_timeout_while(taken, self.limit, |taken| *taken);
        let (mut taken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && *taken {
            return Err(Error::Busy("too many wait for their turn".into()));
        }
        *taken = true;
        Ok(Some(Front(self)))
    }
}

impl Drop for Front<'_> {
    fn drop(&mut self) {
        *self.0.is_taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.freed.notify_one();
    }
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    got: bool,
}

/// Takes the turn within a transaction, until its end. [`Error::Serialization`] when somebody else has it.
pub(super) fn take(conn: &mut AnyConn) -> Result<()> {
    let AnyConn::Pg(pg) = conn else {
        return Ok(());
    };
    let got: Got = diesel::sql_query(format!("SELECT pg_try_advisory_xact_lock({TURN}) AS got")).get_result(pg)?;
    if got.got { Ok(()) } else { Err(Error::Serialization) }
}

/// Waits for the turn outside of any transaction where it is needed, and holds it until [`give_back`].
pub(super) fn wait(conn: &mut AnyConn, needs_turn: bool) -> Result<()> {
    if !needs_turn {
        return Ok(());
    }
    let waited = diesel::sql_query(format!("SELECT pg_advisory_lock({TURN})")).execute(conn);
    Ok(waited.map(drop)?)
}

/// Gives back the turn that was waited for. A connection that cannot has died, and the server does it.
pub(super) fn give_back(conn: &mut AnyConn, has_turn: bool) {
    if !has_turn {
        return;
    }
    let given = diesel::sql_query(format!("SELECT pg_advisory_unlock({TURN})")).execute(conn);
    if let Err(cause) = given {
        warn!(error = %cause, "a turn could not be given back");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_in_front_and_nobody_waits_for_ever() {
        let turnstile = Turnstile::new(Duration::from_millis(20));
        assert!(turnstile.enter(false).unwrap().is_none());
        let front = turnstile.enter(true).unwrap();
        assert!(turnstile.enter(false).unwrap().is_none());
        assert!(matches!(turnstile.enter(true), Err(Error::Busy(_))));
        drop(front);
        assert!(turnstile.enter(true).unwrap().is_some());
        assert!(turnstile.enter(true).unwrap().is_some());
    }
}
