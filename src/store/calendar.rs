//! Rows of the working calendar as officers keep it.

use diesel::dsl::max;
use diesel::prelude::*;
use jiff::Timestamp;
use tracing::warn;

use super::conn::each;
use super::schema::{calendar_recounts, calendar_years};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::calendar::{DayDraft, YearChange, YearDraft};
use crate::domain::ids::AccountId;

type Row = (i64, DbId, i64, i64, DbJson, String, Option<DbId>, DbTs);

/// Number of the last change; 0 while there is none.
pub fn edition(conn: &mut AnyConn) -> Result<i64> {
    let last: Option<i64> = calendar_years::table.select(max(calendar_years::edition)).first(conn)?;
    Ok(last.unwrap_or(0))
}

/// Every change, in the order in which they were made. One that this program cannot read, as a later one may have written
/// it, is left out and told in the log: nobody's terms stop being counted for it.
pub fn changes(conn: &mut AnyConn) -> Result<Vec<YearChange>> {
    let rows: Vec<Row> = calendar_years::table.order(calendar_years::edition).load(conn)?;
    let read = |row: Row| {
        let edition = row.0;
        change(row).inspect_err(|error| warn!(edition, %error, "a change of the calendar cannot be read"))
    };
    Ok(rows.into_iter().filter_map(|row| read(row).ok()).collect())
}

fn change((edition, id, year, version, days, legal_basis, changed_by, changed_at): Row) -> Result<YearChange> {
    let unreadable = |what: &str| Error::Row(format!("{what} of edition {edition} of the calendar"));
    let year = i16::try_from(year).map_err(|_too_large| unreadable("year"))?;
    let days: Vec<DayDraft> = days.read()?;
    let text = YearDraft { legal_basis, days };
    Ok(YearChange {
        edition,
        id: id.0,
        year,
        version,
        text: text.parse(year).map_err(|_errors| unreadable("days"))?,
        changed_by: changed_by.map(|account| AccountId(account.0)),
        changed_at: changed_at.0,
    })
}

/// Adds a change. There is nothing that alters or removes one.
pub fn add(uow: &mut Uow<'_>, permit: &Permit, change: &YearChange) -> Result<()> {
    demand(permit, &[Action::ManageReferenceData])?;
    let days: Vec<DayDraft> = change.text.days.iter().map(DayDraft::from).collect();
    diesel::insert_into(calendar_years::table)
        .values((
            calendar_years::edition.eq(change.edition),
            calendar_years::year_id.eq(DbId(change.id)),
            calendar_years::year.eq(i64::from(change.year)),
            calendar_years::version.eq(change.version),
            calendar_years::days.eq(DbJson::of(&days)?),
            calendar_years::legal_basis.eq(&change.text.legal_basis),
            calendar_years::changed_by.eq(change.changed_by.map(|account| DbId(account.0))),
            calendar_years::changed_at.eq(DbTs(change.changed_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// The last edition after which every open term was counted anew; 0 while there is none.
pub fn recounted(conn: &mut AnyConn) -> Result<i64> {
    let last: Option<i64> = calendar_recounts::table
        .select(max(calendar_recounts::edition))
        .first(conn)?;
    Ok(last.unwrap_or(0))
}

/// Notes that every open term was counted anew after an edition, by whichever node was first.
pub fn mark_recounted(uow: &mut Uow<'_>, permit: &Permit, edition: i64, now: Timestamp) -> Result<()> {
    demand(permit, &[Action::RecountTerms])?;
    let insert = diesel::insert_into(calendar_recounts::table).values((
        calendar_recounts::edition.eq(edition),
        calendar_recounts::finished_at.eq(DbTs(now)),
    ));
    each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(())
}
