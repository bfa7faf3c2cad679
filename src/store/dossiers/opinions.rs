//! What was done in dossiers that counts for itself, each with its dossier: opinions, one after the other.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::Row;
use super::events::{EventRow, event};
use crate::domain::calendar::{deadline_of, midnight};
use crate::domain::dossier::letter_number::{is_same_number, letter_key};
use crate::domain::dossier::{Dossier, DossierEvent, OpinionSubject};
use crate::domain::ids::{AccountId, DossierId};
use crate::store::schema::{dossier_events, dossiers};
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Result};

/// Where a page goes on: after the event with this number of a dossier, which happened then.
pub type Place = (Timestamp, DossierId, i64);

/// Which events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of these names.
    pub events: Vec<String>,
    /// Told by a letter of this day or a later one; of what was told by none, done on it.
    pub from: Option<Date>,
    /// The same, of this day or an earlier one.
    pub to: Option<Date>,
    /// Done by this officer.
    pub officer: Option<AccountId>,
}

/// Something that was done, and the dossier as it is now.
#[derive(Clone, Debug)]
pub struct Done {
    /// The dossier.
    pub dossier: Dossier,
    /// What was done.
    pub event: DossierEvent,
}

impl Done {
    /// Where a page goes on after it.
    pub fn place(&self) -> Place {
        (self.event.at, self.dossier.id, self.event.number)
    }

    /// What it was about; of what was given before that was kept, what the dossier is about now.
    pub fn subject(&self) -> OpinionSubject {
        let kept = self.event.subject.clone();
        kept.unwrap_or_else(|| OpinionSubject::of(&self.dossier))
    }
}

/// A page, the newest first.
pub fn page(conn: &mut AnyConn, asked: &Asked, after: Option<Place>, limit: i64) -> Result<Vec<Done>> {
    let mut query = dossier_events::table
        .inner_join(dossiers::table.on(dossiers::id.eq(dossier_events::dossier_id)))
        .filter(dossier_events::event.eq_any(asked.events.clone()))
        .select((dossier_events::all_columns, dossiers::all_columns))
        .into_boxed();
    if let Some(from) = asked.from {
        let told = dossier_events::letter_on
            .is_not_null()
            .and(dossier_events::letter_on.assume_not_null().ge(from.to_string()));
        let untold = dossier_events::letter_on
            .is_null()
            .and(dossier_events::at.ge(DbTs(midnight(from))));
        query = query.filter(told.or(untold));
    }
    if let Some(to) = asked.to {
        let told = dossier_events::letter_on
            .is_not_null()
            .and(dossier_events::letter_on.assume_not_null().le(to.to_string()));
        let untold = dossier_events::letter_on
            .is_null()
            .and(dossier_events::at.lt(DbTs(deadline_of(to))));
        query = query.filter(told.or(untold));
    }
    if let Some(officer) = asked.officer {
        query = query.filter(dossier_events::account_id.eq(DbId(officer.0)));
    }
    if let Some((at, id, number)) = after {
        let (at, id) = (DbTs(at), DbId(id.0));
        let is_earlier = dossier_events::at.lt(at);
        let is_other = dossier_events::at.eq(at).and(dossier_events::dossier_id.lt(id));
        let is_same = dossier_events::at.eq(at).and(dossier_events::dossier_id.eq(id));
        query = query.filter(
            is_earlier
                .or(is_other)
                .or(is_same.and(dossier_events::number.lt(number))),
        );
    }
    let rows: Vec<(EventRow, Row)> = query
        .order((
            dossier_events::at.desc(),
            dossier_events::dossier_id.desc(),
            dossier_events::number.desc(),
        ))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(done).collect()
}

/// What was told by letters of a number, however that is [written](letter_key), the newest first, at most `limit`.
pub fn by_letter(conn: &mut AnyConn, number: &str, limit: i64) -> Result<Vec<Done>> {
    let rows: Vec<(EventRow, Row)> = dossier_events::table
        .inner_join(dossiers::table.on(dossiers::id.eq(dossier_events::dossier_id)))
        .filter(dossier_events::letter_key.is_not_null())
        .filter(dossier_events::letter_key.assume_not_null().eq(letter_key(number)))
        .order((dossier_events::at.desc(), dossier_events::dossier_id.desc()))
        .limit(limit)
        .select((dossier_events::all_columns, dossiers::all_columns))
        .load(conn)?;
    let mut told = rows.into_iter().map(done).collect::<Result<Vec<Done>>>()?;
    told.extend(by_letter_without_key(conn, number, limit)?);
    told.sort_by_key(|done| std::cmp::Reverse(done.place()));
    told.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(told)
}

/// The same of what was told before letters had keys, or by a program of before that runs beside: its numbers, in an index of their own,
/// are compared here. For each spelling at most `limit`.
fn by_letter_without_key(conn: &mut AnyConn, number: &str, limit: i64) -> Result<Vec<Done>> {
    let numbers: Vec<String> = dossier_events::table
        .filter(dossier_events::letter_key.is_null())
        .filter(dossier_events::letter_number.is_not_null())
        .select(dossier_events::letter_number.assume_not_null())
        .distinct()
        .load(conn)?;
    let mut found = Vec::new();
    for spelling in numbers.iter().filter(|told| is_same_number(told, number)) {
        let rows: Vec<(EventRow, Row)> = dossier_events::table
            .inner_join(dossiers::table.on(dossiers::id.eq(dossier_events::dossier_id)))
            .filter(dossier_events::letter_key.is_null())
            .filter(dossier_events::letter_number.is_not_null())
            .filter(dossier_events::letter_number.assume_not_null().eq(spelling))
            .order((dossier_events::at.desc(), dossier_events::dossier_id.desc()))
            .limit(limit)
            .select((dossier_events::all_columns, dossiers::all_columns))
            .load(conn)?;
        for row in rows {
            found.push(done(row)?);
        }
    }
    Ok(found)
}

fn done((happened, dossier): (EventRow, Row)) -> Result<Done> {
    Ok(Done {
        dossier: dossier.into_domain()?,
        event: event(happened)?,
    })
}
