//! Rows of rule sets: as officers publish them, and as they came with programs.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::audit_chain::sha256;
use super::conn::each;
use super::schema::procedure_versions::{self, dsl};
use super::schema::shipped_procedures;
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

/// The texts of a code that came with programs, the newest first: the number of each, and its SHA-256.
pub fn shipped(conn: &mut AnyConn, code: &str) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(shipped_procedures::table
        .filter(shipped_procedures::code.eq(code))
        .order(shipped_procedures::number.asc())
        .select((shipped_procedures::number, shipped_procedures::sha256))
        .load(conn)?)
}

/// What one of them says; [`Error::Row`] of what this program cannot read, or is not what was kept.
pub fn shipped_rules(conn: &mut AnyConn, code: &str, number: i64) -> Result<Procedure> {
    let (text, hash): (String, Vec<u8>) = shipped_procedures::table
        .filter(shipped_procedures::code.eq(code))
        .filter(shipped_procedures::number.eq(number))
        .select((shipped_procedures::rules, shipped_procedures::sha256))
        .first(conn)?;
    let unreadable = |why: &str| Error::Row(format!("rules of {code}, version {number}: {why}"));
    if hash != sha256(text.as_bytes()) {
        return Err(unreadable("not the text that was kept"));
    }
    let draft: ProcedureDraft = serde_json::from_str(&text).map_err(|error| unreadable(&error.to_string()))?;
    draft.kept().ok_or_else(|| unreadable("not understood"))
}

/// Those texts that are not kept yet, each with the number that it gets: 0 for the first one of a code, and one less for each after it.
fn unkept<'a>(conn: &mut AnyConn, texts: &[(&'a str, &'a str)]) -> Result<Vec<(&'a str, i64, &'a str)>> {
    let kept: Vec<(String, i64, Vec<u8>)> = shipped_procedures::table
        .select((
            shipped_procedures::code,
            shipped_procedures::number,
            shipped_procedures::sha256,
        ))
        .load(conn)?;
    let mut unkept: Vec<(&str, i64, &str)> = Vec::new();
    for &(code, text) in texts {
        let hash = sha256(text.as_bytes());
        let of_code: Vec<_> = kept.iter().filter(|(known, _, _)| known == code).collect();
        if of_code.iter().all(|(_, _, known)| *known != hash) {
            let given = unkept.iter().filter(|(other, _, _)| *other == code);
            let given = given.map(|(_, number, _)| *number);
            let newest = of_code.iter().map(|(_, number, _)| *number).chain(given).min();
            unkept.push((code, newest.map_or(0, |number| number - 1), text));
        }
    }
    Ok(unkept)
}

/// Whether all texts of a program are kept.
pub fn are_kept(conn: &mut AnyConn, texts: &[(&str, &str)]) -> Result<bool> {
    Ok(unkept(conn, texts)?.is_empty())
}

/// Keeps the texts of a program, with their codes, each once, whichever node is first. There is nothing that alters or removes one.
pub fn keep(uow: &mut Uow<'_>, texts: &[(&str, &str)], now: Timestamp) -> Result<()> {
    uow.take_turn()?;
    for (code, number, text) in unkept(uow.conn(), texts)? {
        let insert = diesel::insert_into(shipped_procedures::table).values((
            shipped_procedures::code.eq(code),
            shipped_procedures::number.eq(number),
            shipped_procedures::sha256.eq(sha256(text.as_bytes()).to_vec()),
            shipped_procedures::rules.eq(text),
            shipped_procedures::kept_at.eq(DbTs(now)),
        ));
        // What another node kept at the same moment has lost or won before: serializable transactions do not pass over it.
        each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}
