//! Rows of missed terms of dossiers of which officers were told, so that each is told of once, by whichever node is first.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::conn::each;
use super::schema::dossier_alarms;
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::ids::DossierId;

/// Whether somebody was told that an event was due on a day and did not happen.
pub fn is_raised(conn: &mut AnyConn, id: DossierId, event: &str, due_on: Date) -> Result<bool> {
    let count: i64 = dossier_alarms::table
        .filter(dossier_alarms::dossier_id.eq(DbId(id.0)))
        .filter(dossier_alarms::event.eq(event))
        .filter(dossier_alarms::due_on.eq(due_on.to_string()))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Takes a warning for this unit of work; false when it was sent before. It writes without reading first, as
/// [`idempotency::claim`](super::idempotency::claim) does.
pub fn claim(uow: &mut Uow<'_>, id: DossierId, (event, due_on): (&str, Date), now: Timestamp) -> Result<bool> {
    let row = (
        dossier_alarms::dossier_id.eq(DbId(id.0)),
        dossier_alarms::event.eq(event),
        dossier_alarms::due_on.eq(due_on.to_string()),
        dossier_alarms::raised_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(dossier_alarms::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}
