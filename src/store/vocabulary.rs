//! Rows of what officers keep beside the built-in vocabulary of searches.

use diesel::dsl::max;
use diesel::prelude::*;
use jiff::civil::Date;

use super::schema::vocabulary_changes::{self, dsl};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, VocabularyEntryId};
use crate::domain::vocabulary::{Relation, VocabularyChange, Words};

type Row = (
    (i64, DbId, i64),
    (Option<String>, DbJson, Option<String>, String, Option<i64>),
    (Option<String>, Option<String>, Option<String>),
    (bool, Option<DbId>, DbTs),
);

macro_rules! columns {
    () => {
        (
            (dsl::edition, dsl::entry_id, dsl::version),
            (dsl::relation, dsl::members, dsl::switches_off, dsl::source, dsl::weight),
            (dsl::note, dsl::valid_from, dsl::valid_to),
            (dsl::is_withdrawn, dsl::changed_by, dsl::changed_at),
        )
    };
}

/// Number of the last change; 0 while there is none.
pub fn edition(conn: &mut AnyConn) -> Result<i64> {
    let last: Option<i64> = dsl::vocabulary_changes.select(max(dsl::edition)).first(conn)?;
    Ok(last.unwrap_or(0))
}

/// A change; of one that cannot be read its number and why.
pub type Read = std::result::Result<VocabularyChange, (i64, Error)>;

/// The changes after an edition, in the order in which they were made.
pub fn changes_after(conn: &mut AnyConn, edition: i64) -> Result<Vec<Read>> {
    let rows: Vec<Row> = dsl::vocabulary_changes
        .filter(dsl::edition.gt(edition))
        .order(dsl::edition)
        .select(columns!())
        .load(conn)?;
    let read = |row: Row| {
        let edition = row.0.0;
        change(row).map_err(|error| (edition, error))
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Every version of an entry, oldest first.
pub fn history(conn: &mut AnyConn, entry: VocabularyEntryId) -> Result<Vec<VocabularyChange>> {
    let rows: Vec<Row> = dsl::vocabulary_changes
        .filter(dsl::entry_id.eq(DbId(entry.0)))
        .order(dsl::version)
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(change).collect()
}

fn change(row: Row) -> Result<VocabularyChange> {
    let (
        (edition, entry, version),
        (relation, members, switches_off, source, weight),
        (note, valid_from, valid_to),
        (is_withdrawn, changed_by, changed_at),
    ) = row;
    Ok(VocabularyChange {
        edition,
        entry: VocabularyEntryId(entry.0),
        version,
        words: Words {
            relation: relation
                .map(|code| code.parse::<Relation>())
                .transpose()
                .map_err(unreadable)?,
            members: members.read()?,
            switches_off,
            source: source.parse().map_err(unreadable)?,
            weight: weight.map(u8::try_from).transpose().map_err(unreadable)?,
            note,
            valid_from: day(valid_from)?,
            valid_to: day(valid_to)?,
        },
        is_withdrawn,
        changed_by: changed_by.map(|account| AccountId(account.0)),
        changed_at: changed_at.0,
    })
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Row(error.to_string())
}

fn day(text: Option<String>) -> Result<Option<Date>> {
    text.map(|text| text.parse()).transpose().map_err(unreadable)
}

/// Adds a change. There is nothing that alters or removes one.
pub fn add(uow: &mut Uow<'_>, permit: &Permit, change: &VocabularyChange) -> Result<()> {
    demand(permit, &[Action::ManageVocabulary])?;
    let words = &change.words;
    diesel::insert_into(vocabulary_changes::table)
        .values((
            dsl::edition.eq(change.edition),
            dsl::entry_id.eq(DbId(change.entry.0)),
            dsl::version.eq(change.version),
            dsl::relation.eq(words.relation.map(|relation| relation.as_str())),
            dsl::members.eq(DbJson::of(&words.members)?),
            dsl::switches_off.eq(&words.switches_off),
            dsl::source.eq(words.source.as_str()),
            dsl::weight.eq(words.weight.map(i64::from)),
            dsl::note.eq(&words.note),
            dsl::valid_from.eq(words.valid_from.map(|day| day.to_string())),
            dsl::valid_to.eq(words.valid_to.map(|day| day.to_string())),
            dsl::is_withdrawn.eq(change.is_withdrawn),
            dsl::changed_by.eq(change.changed_by.map(|account| DbId(account.0))),
            dsl::changed_at.eq(DbTs(change.changed_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
