//! The queue of letters as officers see it: which were given up, and have them tried again.

use jiff::Timestamp;

use crate::domain::access::{Action, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::ids::LetterId;
use crate::service::context::{Caller, Work};
use crate::service::paging::{cut, rows_for};
use crate::service::{ErrorCode, Result};
pub use crate::store::letters::{LetterState, Outline};
use crate::store::{AnyConn, Error as StoreError, letters};

/// A place in the queue.
pub type Place = (Timestamp, LetterId);

/// A page of the letters in a state, oldest first, and the place of the next page.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    state: LetterState,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Outline>, Option<Place>)> {
    let permit = decide(&caller.actor(conn, now)?, Action::ManageLetters, &Resource::None)?;
    let rows = letters::page(conn, &permit, state, after, rows_for(limit))?;
    Ok(cut(rows, limit, |row| (row.created_at, row.id)))
}

/// Has a letter that was given up tried again, at once and from the first attempt.
pub fn retry(work: &mut Work<'_, '_>, caller: &Caller, id: LetterId) -> Result<Outline> {
    let now = work.now;
    let permit = decide(&caller.actor(work.conn(), now)?, Action::ManageLetters, &Resource::None)?;
    letters::outline(work.conn(), &permit, id)?;
    letters::retry(work.uow, &permit, id, now).map_err(|error| match error {
        StoreError::Stale => ErrorCode::AlreadyDecided.into(),
        other => crate::service::Error::from(other),
    })?;
    work.remember(&permit, Deed::LetterRetried, "letter", id.0, None)?;
    Ok(letters::outline(work.conn(), &permit, id)?)
}
