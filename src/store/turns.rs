//! Turns on PostgreSQL: some units of work change one hot row, such as the counter of a kind's codes, and of those that
//! run at once all but one would fail, again and again. Whoever did not get its turn waits for it **before** its next
//! transaction begins, and then sees all that was written meanwhile. So does whatever has lost several times, hot row or
//! not. SQLite's one writer needs none of this.

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
