//! Forgets what is no longer needed.

use jiff::{SignedDuration, Timestamp};
use tracing::info;

use crate::domain::calendar::day_of;
use crate::service::{App, Result};
use crate::store::file_imports::{Enterprises, Files as _, Listings};
use crate::store::letters::LetterState;
use crate::store::{
    self, Uow, devices, idempotency, letters, notices, outbox, proofs, search_log, sessions, sign_in_failures,
};

/// How long the outbox is kept: an index that was away for longer is built anew.
pub(super) const OUTBOX: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long an answer is kept for a repeated request.
const IDEMPOTENCY_KEYS: SignedDuration = SignedDuration::from_hours(48);
/// How long a session that is over is kept, for questions about it.
const SESSIONS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long it is kept that a letter was sent.
const LETTERS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long officers can look at a letter that was given up, and send it again.
const DEAD_LETTERS: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long it is kept what owners were told.
const NOTICES: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long a proof is kept after its end.
const PROOFS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long it is kept that somebody failed to sign in: twice as long as it counts.
const SIGN_IN_FAILURES: SignedDuration = SignedDuration::from_hours(48);

/// How long words are kept that fewer people searched for than anybody is told of: a day over, nobody can add to them.
const RARE_SEARCHES: SignedDuration = SignedDuration::from_hours(24);
/// How long it is kept what became of the rows of an import.
const IMPORTS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Imports that one unit of work forgets: each may have thousands of rows.
const IMPORTS_AT_ONCE: i64 = 5;

/// Rows of the outbox that one unit of work forgets: so many that a few units keep up with any import, so few that
/// writers wait a moment only.
const OUTBOX_AT_ONCE: i64 = 5_000;
/// The same of other rows, which are found and deleted one by one.
const AT_ONCE: i64 = 1_000;

/// Names each sort of rows once: as a number of [`Forgotten`], with what that is, how old they are by then and how they are forgotten;
/// its name stands in the log.
macro_rules! forgotten {
    ($app:ident; $($(#[$doc:meta])* $name:ident: $($age:expr, $forget:expr);+,)+) => {
        /// How many rows were forgotten.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Forgotten {
            $($(#[$doc])* pub $name: usize,)+
        }

        /// Forgets old rows in many small units of work, so that writers wait little, and shortens the log of the database.
        pub fn run($app: &App) -> Result<Forgotten> {
            let forgotten = Forgotten {
                $($name: 0 $(+ in_steps($app, $age, $forget)?)+,)+
            };
            $app.db.checkpoint()?;
            info!($($name = forgotten.$name,)+ "cleaned up");
            Ok(forgotten)
        }
    };
}

forgotten! {
    app;
    /// Rows of the outbox.
    outbox: OUTBOX, |uow, before| outbox::forget_before(uow, before, OUTBOX_AT_ONCE),
    /// Answers to requests with an idempotency key.
    idempotency_keys: IDEMPOTENCY_KEYS, |uow, before| idempotency::forget_before(uow, before, AT_ONCE),
    /// Sessions.
    sessions: SESSIONS, |uow, before| sessions::forget_before(uow, before, AT_ONCE),
    /// Letters that were sent, or given up long ago.
    letters: LETTERS, |uow, before| letters::forget_ended_before(uow, LetterState::Sent, before, AT_ONCE);
        DEAD_LETTERS, |uow, before| letters::forget_ended_before(uow, LetterState::Dead, before, AT_ONCE),
    /// What owners were told long ago.
    notices: NOTICES, |uow, before| notices::forget_before(uow, before, AT_ONCE),
    /// Secrets that were sent by mail.
    proofs: PROOFS, |uow, before| proofs::forget_ended_before(uow, before, AT_ONCE),
    /// Addresses with which somebody failed to sign in.
    sign_in_failures: SIGN_IN_FAILURES, |uow, before| sign_in_failures::forget_before(uow, before, AT_ONCE),
    /// Devices that are not known any more.
    devices: SignedDuration::ZERO, |uow, before| devices::forget_ended_before(uow, before, AT_ONCE),
    /// Imports that came to their end.
    imports: IMPORTS, |uow, before| Listings::forget_ended_before(uow, before, IMPORTS_AT_ONCE),
    /// Files of enterprises that were loaded.
    enterprise_imports: IMPORTS, |uow, before| Enterprises::forget_ended_before(uow, before, IMPORTS_AT_ONCE),
    /// What was searched for: days that are long over, and what few asked for.
    searches: app.search_log.keeps(), |uow, before| search_log::forget_before(uow, day_of(before), AT_ONCE);
        RARE_SEARCHES, |uow, before| search_log::forget_rare_before(uow, day_of(before), AT_ONCE),
}

/// Forgets until there is nothing left to forget.
fn in_steps(
    app: &App,
    age: SignedDuration,
    forget: fn(&mut Uow<'_>, Timestamp) -> store::Result<usize>,
) -> Result<usize> {
    let mut all = 0;
    loop {
        match app.write_blocking(move |work| Ok(forget(work.uow, before(work.now, age))?))? {
            0 => return Ok(all),
            some => all += some,
        }
    }
}

pub(super) fn before(now: Timestamp, age: SignedDuration) -> Timestamp {
    now.checked_sub(age).unwrap_or(Timestamp::MIN)
}
