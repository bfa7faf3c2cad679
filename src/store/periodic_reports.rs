//! Rows of published reports. There is nothing that alters or removes one.

pub mod facts;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::schema::periodic_reports::{self, dsl};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, PeriodicReportId};
use crate::domain::periodic_report::ReportForm;
use crate::domain::periodic_report::content::{Content, Source};
use crate::domain::periodic_report::window::Window;

/// A report as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Identifier.
    pub id: PeriodicReportId,
    /// Of what: the same in all its versions.
    pub subject: Subject,
    /// Version, from 1.
    pub version: i64,
    /// Why it was corrected.
    pub reason: Option<String>,
    /// What it says.
    pub content: Content,
    /// What it counted.
    pub sources: Vec<Source>,
    /// Of the canonical JSON of what was published.
    pub sha256: Vec<u8>,
    /// By which officer.
    pub published_by: AccountId,
    /// What that officer was called.
    pub publisher: String,
    /// When.
    pub published_at: Timestamp,
}

/// What a report is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The form.
    pub form: ReportForm,
    /// The days.
    pub window: Window,
    /// What it is limited to; empty of the whole.
    pub filter: String,
}

#[derive(Queryable)]
struct Row {
    id: DbId,
    form: String,
    from_day: String,
    to_day: String,
    filter: String,
    version: i64,
    reason: Option<String>,
    content: DbJson,
    sources: DbJson,
    sha256: Vec<u8>,
    published_by: DbId,
    publisher: String,
    published_at: DbTs,
}

impl Row {
    fn into_domain(self) -> Result<Published> {
        let day = |text: &str| -> Result<Date> {
            text.parse()
                .map_err(|_unreadable| Error::Row(format!("a day of report {}", self.id.0)))
        };
        Ok(Published {
            subject: Subject {
                form: self.form.parse()?,
                window: Window {
                    from: day(&self.from_day)?,
                    to: day(&self.to_day)?,
                },
                filter: self.filter,
            },
            id: PeriodicReportId(self.id.0),
            version: self.version,
            reason: self.reason,
            content: self.content.read()?,
            sources: self.sources.read()?,
            sha256: self.sha256,
            published_by: AccountId(self.published_by.0),
            publisher: self.publisher,
            published_at: self.published_at.0,
        })
    }
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: PeriodicReportId) -> Result<Published> {
    let row: Row = periodic_reports::table.filter(dsl::id.eq(DbId(id.0))).first(conn)?;
    row.into_domain()
}

/// The newest version of what a report is of.
pub fn newest(conn: &mut AnyConn, subject: &Subject) -> Result<Option<Published>> {
    let row: Option<Row> = periodic_reports::table
        .filter(dsl::form.eq(subject.form.as_str()))
        .filter(dsl::from_day.eq(subject.window.from.to_string()))
        .filter(dsl::to_day.eq(subject.window.to.to_string()))
        .filter(dsl::filter.eq(subject.filter.as_str()))
        .order(dsl::version.desc())
        .first(conn)
        .optional()?;
    row.map(Row::into_domain).transpose()
}

/// Where a page goes on: after the report that was published then.
pub type Place = (Timestamp, PeriodicReportId);

/// A page of them, the newest first; of a form, of those whose last day is in a year.
pub fn page(
    conn: &mut AnyConn,
    (form, year): (Option<ReportForm>, Option<i16>),
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Published>> {
    let mut query = periodic_reports::table.into_boxed();
    if let Some(form) = form {
        query = query.filter(dsl::form.eq(form.as_str()));
    }
    if let Some(year) = year {
        let days = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
        query = query.filter(dsl::to_day.ge(days.0)).filter(dsl::to_day.le(days.1));
    }
    if let Some((at, id)) = after {
        let at = DbTs(at);
        let is_older = dsl::published_at.lt(at);
        query = query.filter(is_older.or(dsl::published_at.eq(at).and(dsl::id.lt(DbId(id.0)))));
    }
    let rows: Vec<Row> = query
        .order((dsl::published_at.desc(), dsl::id.desc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Adds one.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, report: &Published) -> Result<()> {
    demand(permit, &[Action::PublishReports])?;
    diesel::insert_into(periodic_reports::table)
        .values((
            dsl::id.eq(DbId(report.id.0)),
            dsl::form.eq(report.subject.form.as_str()),
            dsl::from_day.eq(report.subject.window.from.to_string()),
            dsl::to_day.eq(report.subject.window.to.to_string()),
            dsl::filter.eq(&report.subject.filter),
            dsl::version.eq(report.version),
            dsl::reason.eq(&report.reason),
            dsl::content.eq(DbJson::of(&report.content)?),
            dsl::sources.eq(DbJson::of(&report.sources)?),
            dsl::sha256.eq(&report.sha256),
            dsl::published_by.eq(DbId(report.published_by.0)),
            dsl::publisher.eq(&report.publisher),
            dsl::published_at.eq(DbTs(report.published_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
