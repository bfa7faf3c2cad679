//! Rows of the words that listings are held against.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::screening_terms::{self, dsl};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::ScreeningTermId;
use crate::domain::screening::{NewTerm, ScreeningTerm};
use crate::domain::text::{Line, Prose};

type Row = (DbId, String, bool, String, String, DbTs, Option<DbTs>);

macro_rules! columns {
    () => {
        (
            dsl::id,
            dsl::phrase,
            dsl::ignores_diacritics,
            dsl::severity,
            dsl::ground,
            dsl::created_at,
            dsl::ended_at,
        )
    };
}

fn term((id, phrase, ignores_diacritics, severity, ground, created_at, ended_at): Row) -> Result<ScreeningTerm> {
    Ok(ScreeningTerm {
        id: ScreeningTermId(id.0),
        term: NewTerm {
            phrase: Line::stored(phrase),
            ignores_diacritics,
            severity: severity
                .parse()
                .map_err(|error| Error::Row(format!("severity {severity}: {error}")))?,
            ground: Prose::stored(ground),
        },
        created_at: created_at.0,
        ended_at: ended_at.map(|at| at.0),
    })
}

/// Every term in force; there are never more than [`MAX_TERMS`](crate::domain::screening::MAX_TERMS).
pub fn in_force(conn: &mut AnyConn) -> Result<Vec<ScreeningTerm>> {
    let rows: Vec<Row> = dsl::screening_terms
        .filter(dsl::ended_at.is_null())
        .select(columns!())
        .order(dsl::id)
        .load(conn)?;
    rows.into_iter().map(term).collect()
}

/// How many are in force.
pub fn count_in_force(conn: &mut AnyConn) -> Result<i64> {
    Ok(dsl::screening_terms
        .filter(dsl::ended_at.is_null())
        .count()
        .get_result(conn)?)
}

/// A page, newest first, ended ones too.
pub fn page(conn: &mut AnyConn, before: Option<ScreeningTermId>, limit: i64) -> Result<Vec<ScreeningTerm>> {
    let mut query = screening_terms::table.select(columns!()).into_boxed();
    if let Some(id) = before {
        query = query.filter(dsl::id.lt(DbId(id.0)));
    }
    let rows: Vec<Row> = query.order(dsl::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(term).collect()
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: ScreeningTermId) -> Result<ScreeningTerm> {
    let row: Option<Row> = dsl::screening_terms
        .find(DbId(id.0))
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map_or(Err(Error::NotFound), term)
}

/// Whether the same is in force.
pub fn is_in_force(conn: &mut AnyConn, key: &str) -> Result<bool> {
    let same = dsl::screening_terms
        .filter(dsl::phrase_key.eq(key))
        .filter(dsl::ended_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// Adds one; `key` is what another one is compared by.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, term: &ScreeningTerm, key: &str) -> Result<()> {
    demand(permit, &[Action::ManageReferenceData])?;
    diesel::insert_into(screening_terms::table)
        .values((
            dsl::id.eq(DbId(term.id.0)),
            dsl::phrase.eq(term.term.phrase.as_str()),
            dsl::phrase_key.eq(key),
            dsl::ignores_diacritics.eq(term.term.ignores_diacritics),
            dsl::severity.eq(term.term.severity.as_str()),
            dsl::ground.eq(term.term.ground.as_str()),
            dsl::created_by.eq(permit.actor().account().map(|account| DbId(account.0))),
            dsl::created_at.eq(DbTs(term.created_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Ends one that is in force; gives whether it was.
pub fn end(uow: &mut Uow<'_>, permit: &Permit, id: ScreeningTermId, now: Timestamp) -> Result<bool> {
    demand(permit, &[Action::ManageReferenceData])?;
    let ended = diesel::update(dsl::screening_terms.find(DbId(id.0)).filter(dsl::ended_at.is_null()))
        .set(dsl::ended_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    Ok(ended > 0)
}
