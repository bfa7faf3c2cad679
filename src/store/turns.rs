//! Turns on PostgreSQL: some units of work change one hot row, such as the counter of a kind's codes, and of those that
//! run at once all but one would fail, again and again. Whoever did not get its turn waits for it **before** its next
//! transaction begins, and then sees all that was written meanwhile. So does whatever has lost several times, hot row or
//! not; and what goes on losing against those that need no turn is let do its work alone. SQLite's one writer needs none
//! of this.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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

/// After how many losses a unit of work has this process's writes to itself. Those that wait for turns still lose against
/// all that need none: where small tables are read whole, the server takes any two that overlap for a conflict, and on a
/// busy machine all overlap. A sign-in beside eight people who refreshed their tokens was told that the exchange is busy.
const LOSSES_IN_TURN: u32 = 6;

/// What a unit of work waits for before it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// Nothing: the first attempts of most.
    #[default]
    Nothing,
    /// That nobody else has the turn.
    Turn,
    /// The turn, and that nothing else is written by this process.
    Alone,
}

impl Need {
    /// What a unit of work needs that has lost so often.
    pub(super) fn after(losses: u32) -> Self {
        match losses {
            LOSSES_IN_TURN.. => Self::Alone,
            LOSSES.. => Self::Turn,
            _ => Self::Nothing,
        }
    }

    /// Whether the turn is asked for at the database, where other processes see it.
    fn has_turn(self) -> bool {
        self >= Self::Turn
    }
}

/// How long to wait before another attempt: longer each time, and never the same for two that collided, lest they
/// collide again in step.
pub(super) fn pause(attempt: u32) -> Duration {
    let step = u64::from(attempt * attempt) * 1000;
    let random = RandomState::new().build_hasher().finish();
    Duration::from_micros(step / 2 + random % step)
}

/// How long one that wants to be alone waits for the others' end, and then goes on with the turn: what takes so long may have
/// nothing to do with it.
const DRAIN: Duration = Duration::from_millis(250);
/// How long others wait for one that is alone, each holding the place of a thread that reads may need, and then go in all the same.
const DOOR: Duration = Duration::from_millis(500);

/// Where units of work of one process wait, with no connection in their hands: only whoever is in front asks the database
/// for the turn, so that many that wait leave the pool to the others.
pub(super) struct Turnstile {
    state: Mutex<State>,
    moved: Condvar,
    limit: Duration,
    drain: Duration,
}

#[derive(Default)]
struct State {
    /// Units of work that have gone in and are not over.
    under_way: usize,
    /// Whether one is in front.
    has_front: bool,
    /// Whether that one wants to be alone.
    is_closed: bool,
}

/// Leave to begin, until it is dropped.
pub(super) struct Pass<'a> {
    turnstile: &'a Turnstile,
    need: Need,
}

impl Turnstile {
    /// Nobody waits for the turn longer than that.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            state: Mutex::default(),
            moved: Condvar::new(),
            limit,
            drain: DRAIN,
        }
    }

    /// Waits for the place in front, where a turn is needed; [`Error::Busy`] where it does not come in time.
    pub(super) fn enter(&self, need: Need) -> Result<Pass<'_>> {
        let mut state = if need.has_turn() {
            let mut state = self.wait_while(self.lock(), self.limit, |state| state.has_front);
            if state.has_front {
                return Err(Error::Busy("too many wait for their turn".into()));
            }
            state.has_front = true;
            state
        } else {
            self.wait_while(self.lock(), DOOR, |state| state.is_closed)
        };
        state.under_way += 1;
        drop(state);
        Ok(Pass { turnstile: self, need })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while<'a>(
        &self,
        state: MutexGuard<'a, State>,
        limit: Duration,
        blocked: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let waited = self.moved.wait_timeout_while(state, limit, |state| blocked(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Pass<'_> {
    /// Waits for the turn at the database, outside of any transaction, where it is needed; it is held until
    /// [`give_back`](Self::give_back). Then for the others' end, where that is needed.
    pub(super) fn take(&self, conn: &mut AnyConn) -> Result<()> {
        if self.need.has_turn() {
            diesel::sql_query(format!("SELECT pg_advisory_lock({TURN})")).execute(conn)?;
        }
        if self.need == Need::Alone {
            self.be_alone();
        }
        Ok(())
    }

    /// Gives back the turn that was waited for. A connection that cannot has died, and the server does it.
    pub(super) fn give_back(&self, conn: &mut AnyConn) {
        if !self.need.has_turn() {
            return;
        }
        let given = diesel::sql_query(format!("SELECT pg_advisory_unlock({TURN})")).execute(conn);
        if let Err(cause) = given {
            warn!(error = %cause, "a turn could not be given back");
        }
    }

    /// Lets nobody else in, and waits for the others' end.
    fn be_alone(&self) {
        let turnstile = self.turnstile;
        let mut state = turnstile.lock();
        state.is_closed = true;
        state = turnstile.wait_while(state, turnstile.drain, |state| state.under_way > 1);
        if state.under_way > 1 {
            state.is_closed = false;
            turnstile.moved.notify_all();
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.turnstile.lock();
        state.under_way -= 1;
        if self.need.has_turn() {
            state.has_front = false;
            state.is_closed = false;
        }
        drop(state);
        self.turnstile.moved.notify_all();
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

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn one_is_in_front_and_nobody_waits_for_ever() {
        let turnstile = Turnstile::new(Duration::from_millis(20));
        let front = turnstile.enter(Need::Turn).unwrap();
        assert!(turnstile.enter(Need::Nothing).is_ok());
        assert!(matches!(turnstile.enter(Need::Turn), Err(Error::Busy(_))));
        assert!(matches!(turnstile.enter(Need::Alone), Err(Error::Busy(_))));
        drop(front);
        drop(turnstile.enter(Need::Turn).unwrap());
        assert!(turnstile.enter(Need::Turn).is_ok());
    }

    #[test]
    fn what_is_alone_begins_when_all_others_are_over() {
        let turnstile = Turnstile {
            drain: Duration::from_secs(60),
            ..Turnstile::new(Duration::from_secs(60))
        };
        let beside = turnstile.enter(Need::Nothing).unwrap();
        let alone = turnstile.enter(Need::Alone).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| drop(beside));
            alone.be_alone();
        });
        let state = turnstile.lock();
        assert_eq!((state.under_way, state.is_closed), (1, true));
        drop(state);
        // Others wait a while and no longer.
        let begun = Instant::now();
        drop(turnstile.enter(Need::Nothing).unwrap());
        assert!(begun.elapsed() >= DOOR);
        drop(alone);
        assert!(!turnstile.lock().is_closed);
    }

    #[test]
    fn who_cannot_be_alone_lets_others_in() {
        let turnstile = Turnstile::new(Duration::from_secs(60));
        let _beside = turnstile.enter(Need::Nothing).unwrap();
        let alone = turnstile.enter(Need::Alone).unwrap();
        alone.be_alone();
        let state = turnstile.lock();
        assert_eq!((state.under_way, state.has_front, state.is_closed), (2, true, false));
    }

    #[test]
    fn who_loses_waits_for_the_turn_and_then_for_all() {
        let needs: Vec<Need> = [0, 2, 3, 5, 6, 8].map(Need::after).to_vec();
        assert_eq!(
            needs,
            [
                Need::Nothing,
                Need::Nothing,
                Need::Turn,
                Need::Turn,
                Need::Alone,
                Need::Alone
            ]
        );
    }
}
