//! Rows of terms of dossiers of which somebody was reminded, or a superior told, so that each is told of once at each stage, by whichever
//! node is first.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::conn::each;
use super::schema::dossier_reminders;
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow};
use crate::domain::ids::DossierId;
use crate::domain::text_enum;

text_enum! {
    /// When somebody is told of a term.
    pub enum Stage {
        /// Whoever files, some days before its end (nhắc trước hạn).
        Early => "early",
        /// Whoever files, on the last days (nhắc sát hạn).
        Last => "last",
        /// Whoever files, after it (báo quá hạn).
        Over => "over",
        /// Superiors of the officers who missed it (báo cáo cấp trên).
        Escalated => "escalated",
    }
}

/// Whether somebody was told at a stage that an event is due on a day.
pub fn is_told(conn: &mut AnyConn, id: DossierId, (event, due_on): (&str, Date), stage: Stage) -> Result<bool> {
    let count: i64 = dossier_reminders::table
        .filter(dossier_reminders::dossier_id.eq(DbId(id.0)))
        .filter(dossier_reminders::event.eq(event))
        .filter(dossier_reminders::due_on.eq(due_on.to_string()))
        .filter(dossier_reminders::stage.eq(stage.as_str()))
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// Takes a reminder for this unit of work; false when it was sent before. It writes without reading first, as
/// [`idempotency::claim`](super::idempotency::claim) does.
pub fn claim(
    uow: &mut Uow<'_>,
    id: DossierId,
    (event, due_on): (&str, Date),
    stage: Stage,
    now: Timestamp,
) -> Result<bool> {
    let row = (
        dossier_reminders::dossier_id.eq(DbId(id.0)),
        dossier_reminders::event.eq(event),
        dossier_reminders::due_on.eq(due_on.to_string()),
        dossier_reminders::stage.eq(stage.as_str()),
        dossier_reminders::told_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(dossier_reminders::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}
