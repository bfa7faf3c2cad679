//! Turns on PostgreSQL: some units of work change one hot row, such as the counter of a kind's codes, and of those that
//! run at once all but one would fail, again and again. Whoever did not get its turn waits for it **before** its next
//! transaction begins, and then sees all that was written meanwhile. So does whatever has lost several times, hot row or
//! not; and what goes on losing against those that need no turn is let do its work alone. SQLite's one writer needs none
//! of this.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
/// busy machine, whose transactions all overlap, one in a hundred lost nine times and was told that the exchange is busy.
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
    pub(super) fn has_turn(self) -> bool {
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

/// Where units of work of one process wait, with no connection in their hands: only whoever is in front asks the database
/// for the turn, so that many that wait leave the pool to the others.
pub(super) struct Turnstile {
    state: Mutex<State>,
    moved: Condvar,
    limit: Duration,
}

#[derive(Default)]
struct State {
    /// Units of work that have gone in and are not over.
    under_way: usize,
    /// Whether one is in front.
    has_front: bool,
    /// Whether that one wants to be alone: nobody else goes in meanwhile.
    is_closed: bool,
}

/// Leave to begin, until it is dropped.
pub(super) struct Pass<'a> {
    turnstile: &'a Turnstile,
    is_front: bool,
}

impl Turnstile {
    /// Nobody waits longer than that.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            state: Mutex::default(),
            moved: Condvar::new(),
            limit,
        }
    }

    /// Waits for what is needed; [`Error::Busy`] where it does not come in time. Who cannot be alone in time goes on with
    /// the turn: what is under way that long may have nothing to do with it.
    pub(super) fn enter(&self, need: Need) -> Result<Pass<'_>> {
        let until = Instant::now() + self.limit;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_front = need.has_turn();
        let is_taken = |state: &State| if is_front { state.has_front } else { state.is_closed };
        state = self.wait_while(state, until, is_taken);
        if is_taken(&state) {
            return Err(Error::Busy("too many wait for their turn".into()));
        }
        state.has_front |= is_front;
        if need == Need::Alone {
            state.is_closed = true;
            state = self.wait_while(state, until, |state| state.under_way > 0);
        }
        state.under_way += 1;
        drop(state);
        Ok(Pass {
            turnstile: self,
            is_front,
        })
    }

    fn wait_while<'a>(
        &self,
        state: MutexGuard<'a, State>,
        until: Instant,
        blocked: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let left = until.saturating_duration_since(Instant::now());
        let waited = self.moved.wait_timeout_while(state, left, |state| blocked(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.turnstile.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.under_way -= 1;
        if self.is_front {
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
        let beside = turnstile.enter(Need::Nothing).unwrap();
        let front = turnstile.enter(Need::Turn).unwrap();
        assert!(turnstile.enter(Need::Nothing).is_ok());
        assert!(matches!(turnstile.enter(Need::Turn), Err(Error::Busy(_))));
        drop(front);
        drop(turnstile.enter(Need::Turn).unwrap());
        // What is under way does not end in time: on with the turn, and nobody goes in meanwhile.
        let alone = turnstile.enter(Need::Alone).unwrap();
        assert!(matches!(turnstile.enter(Need::Nothing), Err(Error::Busy(_))));
        assert!(matches!(turnstile.enter(Need::Alone), Err(Error::Busy(_))));
        drop((beside, alone));
        assert!(turnstile.enter(Need::Nothing).is_ok());
        assert!(turnstile.enter(Need::Alone).is_ok());
    }

    #[test]
    fn what_is_alone_begins_when_all_others_are_over() {
        let turnstile = Turnstile::new(Duration::from_secs(60));
        let beside = turnstile.enter(Need::Nothing).unwrap();
        std::thread::scope(|scope| {
            let alone = scope.spawn(|| {
                let pass = turnstile.enter(Need::Alone).unwrap();
                assert_eq!(turnstile.state.lock().unwrap().under_way, 1);
                drop(pass);
            });
            while !turnstile.state.lock().unwrap().is_closed {
                std::thread::yield_now();
            }
            let late = scope.spawn(|| drop(turnstile.enter(Need::Nothing).unwrap()));
            assert!(!alone.is_finished() && !late.is_finished());
            drop(beside);
        });
        assert_eq!(turnstile.state.lock().unwrap().under_way, 0);
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
