//! Rows about documents that end: which do, and what owners were told.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::conn::each;
use super::schema::enterprise_documents::dsl;
use super::schema::{document_notices, enterprise_documents, enterprises};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::enterprise::document::DocumentStatus;
use crate::domain::ids::DocumentId;

/// The end of a document: its last day, and which one.
pub type End = (Date, DocumentId);

/// Accepted documents of active enterprises whose last day is one of these, the earliest first.
pub fn ending(conn: &mut AnyConn, (from, until): (Date, Date), after: Option<End>, limit: i64) -> Result<Vec<End>> {
    // Days are written so that their order is that of the text.
    let mut query = enterprise_documents::table
        .inner_join(enterprises::table)
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .filter(dsl::status.eq(DocumentStatus::Accepted.as_str()))
        .filter(dsl::valid_to.ge(from.to_string()))
        .filter(dsl::valid_to.le(until.to_string()))
        .select((dsl::valid_to.assume_not_null(), dsl::id))
        .into_boxed();
    if let Some((day, id)) = after {
        let day = day.to_string();
        query = query.filter(
            dsl::valid_to
                .gt(day.clone())
                .or(dsl::valid_to.eq(day).and(dsl::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<(String, DbId)> = query
        .order((dsl::valid_to.asc(), dsl::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter()
        .map(|(day, id)| Ok((read(&day)?, DocumentId(id.0))))
        .collect()
}

fn read(day: &str) -> Result<Date> {
    day.parse().map_err(|_no_day| Error::Row("valid_to is no day".into()))
}

/// What owners of these documents were told: of which end, how many days before it.
pub fn told(conn: &mut AnyConn, ends: &[End]) -> Result<BTreeSet<(End, i64)>> {
    let documents: Vec<DbId> = ends.iter().map(|(_, id)| DbId(id.0)).collect();
    let rows: Vec<(String, DbId, i64)> = document_notices::table
        .filter(document_notices::document_id.eq_any(documents))
        .select((
            document_notices::valid_to,
            document_notices::document_id,
            document_notices::days,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(day, id, days)| Ok(((read(&day)?, DocumentId(id.0)), days)))
        .collect()
}

/// Takes a notice for this unit of work; false when it was sent before.
pub fn claim(uow: &mut Uow<'_>, (last, document): End, days: u16, now: Timestamp) -> Result<bool> {
    let row = (
        document_notices::document_id.eq(DbId(document.0)),
        document_notices::valid_to.eq(last.to_string()),
        document_notices::days.eq(i64::from(days)),
        document_notices::sent_at.eq(DbTs(now)),
    );
    let insert = diesel::insert_into(document_notices::table).values(row);
    let count = each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(count > 0)
}

/// Forgets what was told of a document that goes.
pub(super) fn forget(uow: &mut Uow<'_>, document: DocumentId) -> Result<()> {
    let notices = document_notices::table.filter(document_notices::document_id.eq(DbId(document.0)));
    diesel::delete(notices).execute(uow.conn())?;
    Ok(())
}
