//! Reports about what was searched for, for officers who read reports.

use jiff::Timestamp;

use crate::domain::access::{Action, Resource, decide};
use crate::service::Result;
use crate::service::context::Caller;
use crate::service::paging::{cut, rows_for};
use crate::store::AnyConn;
use crate::store::search_log;
pub use crate::store::search_log::{Asked, Line, Place, Tally};

/// A page of a report.
#[derive(Clone, Debug)]
pub struct Page {
    /// What was searched for.
    pub lines: Vec<Line>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
    /// All searches of the time.
    pub sum: Tally,
}

/// A page of a report. What fewer than [`MIN_ASKERS`](crate::domain::search_log::MIN_ASKERS) people asked for on every day is
/// in none.
pub fn read(
    conn: &mut AnyConn,
    caller: &Caller,
    asked: &Asked,
    (after, limit): (Option<Place>, u32),
    now: Timestamp,
) -> Result<Page> {
    decide(&caller.actor(conn, now)?, Action::ReadReports, &Resource::None)?;
    let lines = search_log::report(conn, asked, after.as_ref(), rows_for(limit))?;
    let (lines, next) = cut(lines, limit, |line| (line.weight, line.words.clone()));
    let sum = search_log::sum(conn, (asked.from, asked.to))?;
    Ok(Page { lines, next, sum })
}
