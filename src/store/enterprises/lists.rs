//! Enterprises page by page: those of the directory, and those that wait for an officer.

use diesel::dsl::not;
use diesel::prelude::*;
use jiff::Timestamp;

use super::Row;
use crate::domain::enterprise::{AmendmentStatus, Enterprise, EnterpriseStatus};
use crate::domain::ids::EnterpriseId;
use crate::domain::taxonomy::Seats;
use crate::store::schema::enterprises;
use crate::store::types::{DbId, DbTs};
use crate::store::{AnyConn, Result};

/// Where a page of the directory goes on: after this name and id.
pub type NameKey = (String, EnterpriseId);

/// Which enterprises of the directory.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Beginnings of words of the name, as [`fold`](crate::domain::text::fold) leaves them; all of them are there.
    pub words: Vec<String>,
    /// Whole words, one behind the other, of the name, folded likewise; all of these are there.
    pub phrases: Vec<String>,
    /// The same, of which none is there.
    pub excluded: Vec<String>,
    /// Where it is.
    pub seats: Seats,
}

/// Whether an enterprise lies where it is looked for: by its commune where officers filed that, else by the province of its
/// address.
macro_rules! seated {
    ($seats:expr) => {{
        let written = enterprises::province_code.eq_any($seats.provinces.clone());
        let filed_elsewhere = enterprises::commune_code.ne_all($seats.filed_elsewhere.clone());
        let filed_here = enterprises::commune_code.eq_any($seats.filed_here.clone());
        written.and(filed_elsewhere).or(filed_here)
    }};
}

pub(super) use seated;

/// Whether some whole words are in the name, one behind the other.
macro_rules! has_phrase {
    ($phrase:expr) => {{
        let phrase: &String = $phrase;
        let (alone, first) = (phrase.clone(), format!("{phrase} %"));
        let (last, within) = (format!("% {phrase}"), format!("% {phrase} %"));
        enterprises::name_key
            .eq(alone)
            .or(enterprises::name_key.like(first))
            .or(enterprises::name_key.like(last))
            .or(enterprises::name_key.like(within))
    }};
}

macro_rules! named {
    ($named:expr) => {{
        let mut query = enterprises::table
            .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
            .into_boxed();
        if !$named.seats.provinces.is_empty() {
            query = query.filter(seated!($named.seats));
        }
        for word in &$named.words {
            // Folded words are letters and digits: nothing in them is a sign of a pattern.
            let first = enterprises::name_key.like(format!("{word}%"));
            query = query.filter(first.or(enterprises::name_key.like(format!("% {word}%"))));
        }
        for phrase in &$named.phrases {
            query = query.filter(has_phrase!(phrase));
        }
        for phrase in &$named.excluded {
            query = query.filter(not(has_phrase!(phrase)));
        }
        query
    }};
}

/// How many active enterprises there are of a name, up to a bound.
pub fn count_named(conn: &mut AnyConn, named: &Named, most: i64) -> Result<i64> {
    let ids: Vec<DbId> = named!(named).select(enterprises::id).limit(most).load(conn)?;
    Ok(i64::try_from(ids.len()).unwrap_or(most))
}

/// Active enterprises in the order of their names.
pub fn directory(
    conn: &mut AnyConn,
    named: &Named,
    after: Option<&NameKey>,
    limit: i64,
) -> Result<Vec<(NameKey, Enterprise)>> {
    let mut query = named!(named);
    if let Some((key, id)) = after {
        // The first says nothing new, but is what lets the index be entered at the right place.
        query = query.filter(enterprises::name_key.ge(key)).filter(
            enterprises::name_key
                .gt(key)
                .or(enterprises::name_key.eq(key).and(enterprises::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<(Row, String)> = query
        .select((enterprises::all_columns, enterprises::name_key))
        .order((enterprises::name_key.asc(), enterprises::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter()
        .map(|(row, key)| row.into_domain().map(|enterprise| ((key, enterprise.id), enterprise)))
        .collect()
}

macro_rules! handed_in {
    ($conn:expr, $which:expr, $after:expr, $limit:expr) => {{
        let mut query = enterprises::table.filter($which).into_boxed();
        if let Some((at, id)) = $after {
            let at = DbTs(at);
            query = query.filter(
                enterprises::submitted_at
                    .gt(at)
                    .or(enterprises::submitted_at.eq(at).and(enterprises::id.gt(DbId(id.0)))),
            );
        }
        let rows: Vec<Row> = query
            .order((enterprises::submitted_at.asc(), enterprises::id.asc()))
            .limit($limit)
            .load($conn)?;
        rows
    }};
}

/// Registrations that wait for an officer, and enterprises whose verification does, longest first.
pub fn submitted(conn: &mut AnyConn, after: Option<(Timestamp, EnterpriseId)>, limit: i64) -> Result<Vec<Enterprise>> {
    // Each by its own index, which one question for both could not use.
    let first = enterprises::status.eq(EnterpriseStatus::Submitted.as_str());
    let again = enterprises::status.eq(EnterpriseStatus::Active.as_str()).and(
        enterprises::renewal_status
            .eq(AmendmentStatus::Submitted.as_str())
            .assume_not_null(),
    );
    let mut rows = handed_in!(conn, first, after, limit);
    rows.extend(handed_in!(conn, again, after, limit));
    let mut all = rows.into_iter().map(Row::into_domain).collect::<Result<Vec<_>>>()?;
    all.sort_by_key(|enterprise| (enterprise.submitted_at, enterprise.id));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// Active enterprises whose verified data are to change, longest waiting first.
pub fn amended(conn: &mut AnyConn, after: Option<(Timestamp, EnterpriseId)>, limit: i64) -> Result<Vec<Enterprise>> {
    let mut query = enterprises::table
        .filter(enterprises::amendment_status.eq(AmendmentStatus::Submitted.as_str()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = Some(DbTs(at));
        query = query.filter(
            enterprises::amendment_submitted_at
                .gt(at)
                .or(enterprises::amendment_submitted_at
                    .eq(at)
                    .and(enterprises::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<Row> = query
        .order((enterprises::amendment_submitted_at.asc(), enterprises::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}
