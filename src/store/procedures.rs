//! Rows of rule sets as officers publish them.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::schema::procedure_versions::{self, dsl};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::AccountId;
use crate::domain::procedure::{Procedure, ProcedureDraft};

/// A version of a rule set that an officer published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRules {
    /// Code of the procedure.
    pub code: String,
    /// Version, from 1.
    pub version: i64,
    /// The same in all versions of a code.
    pub id: Uuid,
    /// What it says.
    pub rules: Procedure,
    /// Who published it.
    pub changed_by: Option<AccountId>,
    /// When.
    pub changed_at: Timestamp,
}

type Row = (String, i64, DbId, DbJson, Option<DbId>, DbTs);

fn read((code, version, id, rules, changed_by, changed_at): Row) -> Result<PublishedRules> {
    let draft: ProcedureDraft = rules.read()?;
    let rules = draft.kept();
    Ok(PublishedRules {
        rules: rules.ok_or_else(|| Error::Row(format!("rules of {code}, version {version}")))?,
        code,
        version,
        id: id.0,
        changed_by: changed_by.map(|account| AccountId(account.0)),
        changed_at: changed_at.0,
    })
}

/// Codes of which there are versions.
pub fn codes(conn: &mut AnyConn) -> Result<Vec<String>> {
    Ok(procedure_versions::table
        .select(dsl::code)
        .distinct()
        .order(dsl::code)
        .load(conn)?)
}

/// The versions of a code, newest first: at most `limit` of those before one.
pub fn versions(conn: &mut AnyConn, code: &str, before: Option<i64>, limit: i64) -> Result<Vec<PublishedRules>> {
    let rows: Vec<Row> = procedure_versions::table
        .filter(dsl::code.eq(code))
        .filter(dsl::version.lt(before.unwrap_or(i64::MAX)))
        .order(dsl::version.desc())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// One version.
pub fn find(conn: &mut AnyConn, code: &str, version: i64) -> Result<PublishedRules> {
    let row: Row = procedure_versions::table
        .filter(dsl::code.eq(code))
        .filter(dsl::version.eq(version))
        .first(conn)?;
    read(row)
}

/// Adds a version. There is nothing that alters or removes one.
pub fn add(uow: &mut Uow<'_>, permit: &Permit, published: &PublishedRules) -> Result<()> {
    demand(permit, &[Action::ManageProcedures])?;
    diesel::insert_into(procedure_versions::table)
        .values((
            dsl::code.eq(&published.code),
            dsl::version.eq(published.version),
            dsl::procedure_id.eq(DbId(published.id)),
            dsl::rules.eq(DbJson::of(&published.rules.text)?),
            dsl::changed_by.eq(published.changed_by.map(|account| DbId(account.0))),
            dsl::changed_at.eq(DbTs(published.changed_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
