//! Officers read the trail and take copies of it. Reading leaves no row, taking a copy does.

use jiff::Timestamp;

use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::audit::{Deed, Reason, ReasonCode};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::text::Prose;
use crate::service::context::{App, Caller, Work};
use crate::service::paging::{cut, rows_for};
use crate::service::{Error, ErrorCode, Result};
use crate::store::AnyConn;
use crate::store::audit;

pub use crate::store::audit::{Filter, Place, Row};

/// Most rows in one copy.
pub const MOST_EXPORTED: usize = 100_000;
/// Rows that are read at once for a copy.
const PAGE: i64 = 1_000;

fn permit(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Permit> {
    let actor = caller.actor(conn, now)?;
    Ok(decide(&actor, Action::ReadAudit, &Resource::None)?)
}

/// A page of the trail, newest first, and the number to go on from.
pub fn read(
    conn: &mut AnyConn,
    caller: &Caller,
    filter: &Filter,
    before: Option<i64>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Row>, Option<i64>)> {
    permit(conn, caller, now)?;
    let rows = audit::page(conn, filter, before, rows_for(limit))?;
    Ok(cut(rows, limit, |last| last.seq))
}

/// Permits and records a copy of what happened from an instant on and before another. The rows are then read page by
/// page with [`copy_page`]. Gives the end of the span, which is never in the future: what was counted is what is copied.
pub async fn begin_copy(app: &App, caller: Caller, from: Timestamp, to: Timestamp) -> Result<Timestamp> {
    if from >= to {
        return Err(wrong_end(Violation::Conflicts { with: "from" }));
    }
    let to = to.min(app.clock.now());
    let most = i64::try_from(MOST_EXPORTED).map_err(Error::internal)?;
    // Counted outside of the unit of work: within it, on PostgreSQL, whoever writes meanwhile would be in its way.
    let count = app
        .read(move |conn, now| {
            permit(conn, &caller, now)?;
            Ok(audit::count_between(conn, from, to, most + 1)?)
        })
        .await?;
    if count > most {
        return Err(wrong_end(Violation::TooMany { max: MOST_EXPORTED }));
    }
    let reason = Reason {
        code: ReasonCode::Other,
        text: Prose::parse(&format!("from={from} to={to}")).map_err(|violation| Error::internal(violation.en()))?,
    };
    app.write(caller.origin, move |work| record_copy(work, &caller, &reason))
        .await?;
    Ok(to)
}

fn record_copy(work: &mut Work<'_, '_>, caller: &Caller, reason: &Reason) -> Result<()> {
    let now = work.now;
    let permit = permit(work.conn(), caller, now)?;
    let copy = work.next_id();
    work.remember(&permit, Deed::AuditExported, "audit_log", copy, Some(reason))
}

fn wrong_end(violation: Violation) -> Error {
    let vi = format!("Tham số “to”: {} Hãy chọn khoảng thời gian ngắn hơn.", violation.vi());
    let en = format!("Parameter “to”: {} Choose a shorter span.", violation.en());
    Error {
        fields: vec![FieldError {
            pointer: "to".into(),
            violation,
        }],
        ..Error::new(ErrorCode::InvalidQuery, vi, en)
    }
}

/// Rows of a copy, oldest first, those after a place; and the place to go on from. The right is asked for again: a copy
/// that is read slowly ends when it is taken away.
pub fn copy_page(
    conn: &mut AnyConn,
    caller: &Caller,
    after: Place,
    to: Timestamp,
    now: Timestamp,
) -> Result<(Vec<Row>, Option<Place>)> {
    permit(conn, caller, now)?;
    let rows = audit::between(conn, after, to, PAGE)?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
    let next = rows.last().filter(|_| is_full).map(|last| (last.at.0, last.seq));
    Ok((rows, next))
}
