//! Rows of reports of abuse.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::registers::{self, most_urgent, wanted_until_decided};
use super::schema::listing_reports::{self, dsl};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::account::Email;
use crate::domain::ids::{ListingId, ReportId};
use crate::domain::report::{Report, ReportState};
use crate::domain::text::Prose;

#[derive(Queryable)]
struct Row {
    id: DbId,
    listing_id: DbId,
    ground: String,
    details: String,
    contact: Option<String>,
    language: String,
    state: String,
    received_at: DbTs,
    due_at: DbTs,
    decided_at: Option<DbTs>,
    answer: Option<String>,
    version: i64,
}

impl Row {
    fn into_domain(self) -> Result<Report> {
        let contact = self.contact.as_deref().map(Email::parse).transpose();
        Ok(Report {
            id: ReportId(self.id.0),
            listing: ListingId(self.listing_id.0),
            ground: self.ground.parse()?,
            details: Prose::stored(self.details),
            contact: contact.map_err(|_unreadable| Error::Row("contact of a report".into()))?,
            language: self.language.parse()?,
            state: self.state.parse()?,
            received_at: self.received_at.0,
            due_at: self.due_at.0,
            decided_at: self.decided_at.map(|at| at.0),
            answer: self.answer.map(Prose::stored),
            version: self.version,
        })
    }
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: ReportId) -> Result<Report> {
    let row: Row = listing_reports::table.filter(dsl::id.eq(DbId(id.0))).first(conn)?;
    row.into_domain()
}

/// How many about a listing wait to be decided.
pub fn waiting(conn: &mut AnyConn, listing: ListingId) -> Result<i64> {
    Ok(listing_reports::table
        .filter(dsl::listing_id.eq(DbId(listing.0)))
        .filter(dsl::state.eq(ReportState::Received.as_str()))
        .count()
        .get_result(conn)?)
}

/// Where a page goes on: after this term and id.
pub type Place = (Timestamp, ReportId);

/// Which reports are wanted, and whose term is over as [`Report::is_overdue`] says.
pub type Wanted = registers::Wanted<ReportState>;

/// A page as things stand at an instant, the most urgent first.
pub fn page(
    conn: &mut AnyConn,
    wanted: Wanted,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Report>> {
    let query = wanted_until_decided!(listing_reports::table.into_boxed(), wanted, now);
    most_urgent!(conn, query, after, limit)
}

/// Those that wait, longest first.
pub fn received(conn: &mut AnyConn, after: Option<Place>, limit: i64) -> Result<Vec<Report>> {
    let mut query = listing_reports::table
        .filter(dsl::state.eq(ReportState::Received.as_str()))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = DbTs(at);
        query = query.filter(
            dsl::received_at
                .gt(at)
                .or(dsl::received_at.eq(at).and(dsl::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<Row> = query
        .order((dsl::received_at.asc(), dsl::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Those that wait, by their identifiers.
pub fn open(conn: &mut AnyConn, after: Uuid, limit: i64) -> Result<Vec<Report>> {
    let rows: Vec<Row> = listing_reports::table
        .filter(dsl::state.eq(ReportState::Received.as_str()))
        .filter(dsl::id.gt(DbId(after)))
        .order(dsl::id.asc())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Takes one in.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, report: &Report) -> Result<()> {
    demand(permit, &[Action::ReadListing])?;
    diesel::insert_into(listing_reports::table)
        .values((
            dsl::id.eq(DbId(report.id.0)),
            dsl::listing_id.eq(DbId(report.listing.0)),
            dsl::ground.eq(report.ground.as_str()),
            dsl::details.eq(report.details.as_str()),
            dsl::contact.eq(report.contact.as_ref().map(Email::as_str)),
            dsl::language.eq(report.language.as_str()),
            dsl::state.eq(report.state.as_str()),
            dsl::received_at.eq(DbTs(report.received_at)),
            dsl::due_at.eq(DbTs(report.due_at)),
            dsl::version.eq(report.version),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes what was decided or counted anew, and counts the version; [`Error::Stale`] when somebody else was faster.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, report: &mut Report) -> Result<()> {
    demand(permit, &[Action::HandleReports, Action::RecountTerms])?;
    let row = listing_reports::table
        .filter(dsl::id.eq(DbId(report.id.0)))
        .filter(dsl::version.eq(report.version));
    let count = diesel::update(row)
        .set((
            dsl::contact.eq(report.contact.as_ref().map(Email::as_str)),
            dsl::state.eq(report.state.as_str()),
            dsl::due_at.eq(DbTs(report.due_at)),
            dsl::decided_at.eq(report.decided_at.map(DbTs)),
            dsl::answer.eq(report.answer.as_ref().map(Prose::as_str)),
            dsl::version.eq(report.version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    report.version += 1;
    Ok(())
}
