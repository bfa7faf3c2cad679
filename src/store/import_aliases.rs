//! Rows of what else entries of lists are called in files.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::import_aliases::{self, dsl};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::ImportAliasId;
use crate::domain::import_alias::{ImportAlias, NewAlias};
use crate::domain::taxonomy::TaxonomyName;
use crate::domain::text::Line;

type Row = (DbId, String, String, String, Option<DbId>, DbTs, Option<DbTs>);

macro_rules! columns {
    () => {
        (
            dsl::id,
            dsl::list,
            dsl::name,
            dsl::code,
            dsl::created_by,
            dsl::created_at,
            dsl::ended_at,
        )
    };
}

fn alias((id, list, name, code, created_by, created_at, ended_at): Row) -> Result<ImportAlias> {
    Ok(ImportAlias {
        id: ImportAliasId(id.0),
        alias: NewAlias {
            list: list
                .parse()
                .map_err(|error| Error::Row(format!("list {list}: {error}")))?,
            name: Line::stored(name),
            code,
        },
        is_built_in: created_by.is_none(),
        created_at: created_at.0,
        ended_at: ended_at.map(|at| at.0),
    })
}

/// Every alias in force; there are never more than [`MAX_ALIASES`](crate::domain::import_alias::MAX_ALIASES).
pub fn in_force(conn: &mut AnyConn) -> Result<Vec<ImportAlias>> {
    let rows: Vec<Row> = dsl::import_aliases
        .filter(dsl::ended_at.is_null())
        .select(columns!())
        .order(dsl::id)
        .load(conn)?;
    rows.into_iter().map(alias).collect()
}

/// How many are in force.
pub fn count_in_force(conn: &mut AnyConn) -> Result<i64> {
    Ok(dsl::import_aliases
        .filter(dsl::ended_at.is_null())
        .count()
        .get_result(conn)?)
}

/// A page, newest first, ended ones too; of one list or of all.
pub fn page(
    conn: &mut AnyConn,
    list: Option<TaxonomyName>,
    before: Option<ImportAliasId>,
    limit: i64,
) -> Result<Vec<ImportAlias>> {
    let mut query = import_aliases::table.select(columns!()).into_boxed();
    if let Some(list) = list {
        query = query.filter(dsl::list.eq(list.as_str()));
    }
    if let Some(id) = before {
        query = query.filter(dsl::id.lt(DbId(id.0)));
    }
    let rows: Vec<Row> = query.order(dsl::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(alias).collect()
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: ImportAliasId) -> Result<ImportAlias> {
    let row: Option<Row> = dsl::import_aliases
        .find(DbId(id.0))
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map_or(Err(Error::NotFound), alias)
}

/// Whether a name is an alias in its list already.
pub fn is_in_force(conn: &mut AnyConn, list: TaxonomyName, key: &str) -> Result<bool> {
    let same = dsl::import_aliases
        .filter(dsl::list.eq(list.as_str()))
        .filter(dsl::name_key.eq(key))
        .filter(dsl::ended_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// Adds one.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, kept: &ImportAlias) -> Result<()> {
    demand(permit, &[Action::ManageReferenceData])?;
    diesel::insert_into(import_aliases::table)
        .values((
            dsl::id.eq(DbId(kept.id.0)),
            dsl::list.eq(kept.alias.list.as_str()),
            dsl::name.eq(kept.alias.name.as_str()),
            dsl::name_key.eq(kept.alias.key()),
            dsl::code.eq(&kept.alias.code),
            dsl::created_by.eq(permit.actor().account().map(|account| DbId(account.0))),
            dsl::created_at.eq(DbTs(kept.created_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Ends one that is in force; gives whether it was.
pub fn end(uow: &mut Uow<'_>, permit: &Permit, id: ImportAliasId, now: Timestamp) -> Result<bool> {
    demand(permit, &[Action::ManageReferenceData])?;
    let ended = diesel::update(dsl::import_aliases.find(DbId(id.0)).filter(dsl::ended_at.is_null()))
        .set(dsl::ended_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    Ok(ended > 0)
}
