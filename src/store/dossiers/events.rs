//! Rows of what happened to dossiers: they are added, and never altered.

use diesel::prelude::*;
use jiff::civil::Date;

use super::WRITERS;
use crate::domain::access::Permit;
use crate::domain::dossier::DossierEvent;
use crate::domain::dossier::letter_number::letter_key;
use crate::domain::ids::{AccountId, DossierId};
use crate::store::schema::dossier_events;
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, Error, Result, Uow, demand};

pub(super) type EventRow = (
    DbId,
    i64,
    String,
    String,
    String,
    String,
    Option<DbId>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    bool,
    DbTs,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<DbJson>,
    Option<String>,
    Option<DbJson>,
    Option<String>,
);

pub(super) fn event(row: EventRow) -> Result<DossierEvent> {
    let (
        _,
        number,
        event,
        from_state,
        to_state,
        side,
        account,
        ground,
        note,
        given_on,
        due_on,
        is_late,
        at,
        received_on,
        year,
        letter_number,
        letter_on,
        addressees,
        promised_on,
        subject,
        _letter_key,
    ) = row;
    let day = |day: Option<String>| -> Result<Option<Date>> {
        let day = day.map(|day| day.parse()).transpose();
        day.map_err(|_unreadable| Error::Row(format!("a day of event {number} of a dossier")))
    };
    Ok(DossierEvent {
        number,
        event,
        from_state,
        to_state,
        side: side.parse()?,
        account: account.map(|id| AccountId(id.0)),
        ground,
        note,
        given_on: day(given_on)?,
        received_on: day(received_on)?,
        year: year.and_then(|year| year.try_into().ok()),
        letter_number,
        letter_on: day(letter_on)?,
        addressees: addressees.map(|names| names.read()).transpose()?.unwrap_or_default(),
        promised_on: day(promised_on)?,
        subject: subject.map(|subject| subject.read_known()).transpose()?,
        due_on: day(due_on)?,
        is_late,
        at: at.0,
    })
}

/// What happened to a dossier, oldest first: at most `limit` events after one.
pub fn events(conn: &mut AnyConn, id: DossierId, after: i64, limit: i64) -> Result<Vec<DossierEvent>> {
    let rows: Vec<EventRow> = dossier_events::table
        .filter(dossier_events::dossier_id.eq(DbId(id.0)))
        .filter(dossier_events::number.gt(after))
        .order(dossier_events::number)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(event).collect()
}

/// How many events there are.
pub fn count_events(conn: &mut AnyConn, id: DossierId) -> Result<i64> {
    let of_dossier = dossier_events::table.filter(dossier_events::dossier_id.eq(DbId(id.0)));
    Ok(of_dossier.count().get_result(conn)?)
}

/// The events that happened to a dossier after their terms, by their codes.
pub fn late_events(conn: &mut AnyConn, id: DossierId) -> Result<Vec<String>> {
    Ok(dossier_events::table
        .filter(dossier_events::dossier_id.eq(DbId(id.0)))
        .filter(dossier_events::is_late.eq(true))
        .select(dossier_events::event)
        .load(conn)?)
}

/// The days on which papers of a dossier came that were entered later.
pub fn received_on(conn: &mut AnyConn, id: DossierId) -> Result<Vec<Date>> {
    let days: Vec<Option<String>> = dossier_events::table
        .filter(dossier_events::dossier_id.eq(DbId(id.0)))
        .filter(dossier_events::received_on.is_not_null())
        .select(dossier_events::received_on)
        .load(conn)?;
    let read = |day: String| day.parse::<Date>();
    let days: std::result::Result<Vec<Date>, _> = days.into_iter().flatten().map(read).collect();
    days.map_err(|_unreadable| Error::Row("a day on which a paper of a dossier came".into()))
}

/// Adds an event. There is nothing that alters or removes one.
pub fn add_event(uow: &mut Uow<'_>, permit: &Permit, id: DossierId, event: &DossierEvent) -> Result<()> {
    demand(permit, &WRITERS)?;
    let addressees = Some(&event.addressees).filter(|names| !names.is_empty());
    let addressees = addressees.map(DbJson::of).transpose()?;
    let subject = event.subject.as_ref().map(DbJson::of).transpose()?;
    diesel::insert_into(dossier_events::table)
        .values((
            dossier_events::dossier_id.eq(DbId(id.0)),
            dossier_events::number.eq(event.number),
            dossier_events::event.eq(&event.event),
            dossier_events::from_state.eq(&event.from_state),
            dossier_events::to_state.eq(&event.to_state),
            dossier_events::side.eq(event.side.as_str()),
            dossier_events::account_id.eq(event.account.map(|id| DbId(id.0))),
            dossier_events::ground.eq(&event.ground),
            dossier_events::note.eq(&event.note),
            dossier_events::given_on.eq(event.given_on.map(|day| day.to_string())),
            dossier_events::due_on.eq(event.due_on.map(|day| day.to_string())),
            dossier_events::is_late.eq(event.is_late),
            dossier_events::at.eq(DbTs(event.at)),
            dossier_events::received_on.eq(event.received_on.map(|day| day.to_string())),
            dossier_events::report_year.eq(event.year.map(i64::from)),
            dossier_events::letter_number.eq(&event.letter_number),
            dossier_events::letter_key.eq(event.letter_number.as_deref().map(letter_key)),
            dossier_events::letter_on.eq(event.letter_on.map(|day| day.to_string())),
            dossier_events::addressees.eq(addressees),
            dossier_events::promised_on.eq(event.promised_on.map(|day| day.to_string())),
            dossier_events::subject.eq(subject),
        ))
        .execute(uow.conn())?;
    Ok(())
}
