//! Rows of warnings about the terms of data requests, so that each is sent once, by whichever node is first.

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::data_request_alarms;
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::ids::DataRequestId;
use crate::domain::privacy::Alarm;

/// Whether a warning was sent.
pub fn is_raised(conn: &mut AnyConn, request: DataRequestId, alarm: &Alarm) -> Result<bool> {
    let count: i64 = data_request_alarms::table
        .filter(data_request_alarms::request_id.eq(DbId(request.0)))
        .filter(data_request_alarms::step.eq(alarm.step.as_str()))
        .filter(data_request_alarms::stage.eq(alarm.stage.as_str()))
        .filter(data_request_alarms::deadline.eq(DbTs(alarm.deadline)))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Takes a warning for this unit of work; false when it was sent before. It writes without reading first, as
/// [`idempotency::claim`](super::idempotency::claim) does.
pub fn claim(uow: &mut Uow<'_>, request: DataRequestId, alarm: &Alarm, now: Timestamp) -> Result<bool> {
    let row = (
        data_request_alarms::request_id.eq(DbId(request.0)),
        data_request_alarms::step.eq(alarm.step.as_str()),
        data_request_alarms::stage.eq(alarm.stage.as_str()),
        data_request_alarms::deadline.eq(DbTs(alarm.deadline)),
        data_request_alarms::raised_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(data_request_alarms::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}
