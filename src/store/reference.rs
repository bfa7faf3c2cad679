//! Rows of what officers changed in the reference lists.

use std::sync::Arc;

use diesel::dsl::max;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::schema::reference_changes::{self, dsl};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::account::Scope;
use crate::domain::calendar::day_of;
use crate::domain::taxonomy::{EntryChange, EntryText, Succession, Taxonomies, TaxonomyName};

type Row = (
    (i64, DbId, String, String, i64),
    (Option<String>, String, Option<String>),
    (Option<String>, Option<String>, DbJson, Option<DbJson>, DbTs),
);

/// Number of the last change; 0 while there is none.
pub fn edition(conn: &mut AnyConn) -> Result<i64> {
    let last: Option<i64> = dsl::reference_changes.select(max(dsl::edition)).first(conn)?;
    Ok(last.unwrap_or(0))
}

/// Every change, in the order in which they were made.
pub fn changes(conn: &mut AnyConn) -> Result<Vec<EntryChange>> {
    some(conn, None)
}

/// Every change of one list, in the order in which they were made.
pub fn changes_of(conn: &mut AnyConn, list: TaxonomyName) -> Result<Vec<EntryChange>> {
    some(conn, Some(list))
}

fn some(conn: &mut AnyConn, list: Option<TaxonomyName>) -> Result<Vec<EntryChange>> {
    let mut query = reference_changes::table.into_boxed();
    if let Some(list) = list {
        query = query.filter(dsl::list.eq(list.as_str()));
    }
    let rows: Vec<Row> = query
        .order(dsl::edition)
        .select((
            (dsl::edition, dsl::entry_id, dsl::list, dsl::code, dsl::version),
            (dsl::parent, dsl::name_vi, dsl::name_en),
            (
                dsl::valid_from,
                dsl::valid_to,
                dsl::successors,
                dsl::attributes,
                dsl::changed_at,
            ),
        ))
        .load(conn)?;
    let known = rows.into_iter().filter_map(|row| change(row).transpose());
    known.collect()
}

/// Nothing of a list that a newer program keeps, and this one does not know.
fn change(row: Row) -> Result<Option<EntryChange>> {
    let (
        (edition, entry, list, code, version),
        (parent, name_vi, name_en),
        (from, to, successors, attributes, changed_at),
    ) = row;
    let Ok(list) = list.parse::<TaxonomyName>() else {
        return Ok(None);
    };
    Ok(Some(EntryChange {
        edition,
        entry: entry.0,
        list,
        code,
        version,
        text: EntryText {
            parent,
            name_vi,
            name_en,
            valid_from: day(from)?,
            valid_to: day(to)?,
            successors: serde_json::from_str(&successors.0).map_err(unreadable)?,
            attributes: attributes.map(|attributes| attributes.read()).transpose()?,
        },
        changed_at: changed_at.0,
    }))
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::Row(error.to_string())
}

fn day(text: Option<String>) -> Result<Option<Date>> {
    text.map(|text| text.parse()).transpose().map_err(unreadable)
}

/// The lists as they are now: what is compiled in, with the changes.
pub fn lists(conn: &mut AnyConn) -> Result<Arc<Taxonomies>> {
    let (compiled, changes) = (Taxonomies::embedded(), changes(conn)?);
    Ok(if changes.is_empty() {
        compiled.clone()
    } else {
        Arc::new(compiled.with(&changes))
    })
}

/// An officer's scope with the codes that lead into it by now. Most officers have none, which costs nothing.
pub fn scope_of_today(conn: &mut AnyConn, scope: &Scope, now: Timestamp) -> Result<Scope> {
    let mut ended = |list, codes: &[String]| -> Result<Succession> {
        if codes.is_empty() {
            return Ok(Succession::default());
        }
        Ok(Succession::of_changes(&changes_of(conn, list)?, day_of(now)))
    };
    let fields = ended(TaxonomyName::Fields, &scope.fields)?;
    let communes = ended(TaxonomyName::Communes, &scope.communes)?;
    Ok(scope.widened(&fields, &communes))
}

/// Adds a change. There is nothing that alters or removes one.
pub fn add(uow: &mut Uow<'_>, permit: &Permit, change: &EntryChange) -> Result<()> {
    demand(permit, &[Action::ManageReferenceData])?;
    let text = &change.text;
    let successors = serde_json::to_string(&text.successors).map_err(unreadable)?;
    diesel::insert_into(reference_changes::table)
        .values((
            dsl::edition.eq(change.edition),
            dsl::entry_id.eq(DbId(change.entry)),
            dsl::list.eq(change.list.as_str()),
            dsl::code.eq(&change.code),
            dsl::version.eq(change.version),
            dsl::parent.eq(&text.parent),
            dsl::name_vi.eq(&text.name_vi),
            dsl::name_en.eq(&text.name_en),
            dsl::valid_from.eq(text.valid_from.map(|day| day.to_string())),
            dsl::valid_to.eq(text.valid_to.map(|day| day.to_string())),
            dsl::successors.eq(DbJson(successors)),
            dsl::attributes.eq(text.attributes.as_ref().map(DbJson::of).transpose()?),
            dsl::changed_by.eq(permit.actor().account().map(|account| DbId(account.0))),
            dsl::changed_at.eq(DbTs(change.changed_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
