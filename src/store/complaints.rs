//! Rows of complaints.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::registers::{self, most_urgent, wanted_until_decided};
use super::schema::complaints::{self, dsl};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::account::Email;
use crate::domain::complaint::{Complaint, ComplaintState};
use crate::domain::ids::{ComplaintId, EnterpriseId, ListingId};
use crate::domain::text::Prose;

#[derive(Queryable)]
struct Row {
    id: DbId,
    enterprise_id: DbId,
    listing_id: Option<DbId>,
    ground: String,
    details: String,
    contact: Option<String>,
    language: String,
    state: String,
    received_at: DbTs,
    due_at: DbTs,
    acknowledged_at: Option<DbTs>,
    decided_at: Option<DbTs>,
    answer: Option<String>,
    version: i64,
    former: DbJson,
    reopened_at: Option<DbTs>,
}

impl Row {
    fn into_domain(self) -> Result<Complaint> {
        let contact = self.contact.as_deref().map(Email::parse).transpose();
        Ok(Complaint {
            id: ComplaintId(self.id.0),
            enterprise: EnterpriseId(self.enterprise_id.0),
            listing: self.listing_id.map(|id| ListingId(id.0)),
            ground: self.ground.parse()?,
            details: Prose::stored(self.details),
            contact: contact.map_err(|_unreadable| Error::Row("contact of a complaint".into()))?,
            language: self.language.parse()?,
            state: self.state.parse()?,
            received_at: self.received_at.0,
            due_at: self.due_at.0,
            acknowledged_at: self.acknowledged_at.map(|at| at.0),
            reopened_at: self.reopened_at.map(|at| at.0),
            decided_at: self.decided_at.map(|at| at.0),
            answer: self.answer.map(Prose::stored),
            former: self.former.read()?,
            version: self.version,
        })
    }
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: ComplaintId) -> Result<Complaint> {
    let row: Row = complaints::table.filter(dsl::id.eq(DbId(id.0))).first(conn)?;
    row.into_domain()
}

/// How many about an enterprise wait to be decided.
pub fn waiting(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<i64> {
    Ok(complaints::table
        .filter(dsl::enterprise_id.eq(DbId(enterprise.0)))
        .filter(dsl::decided_at.is_null())
        .count()
        .get_result(conn)?)
}

/// Where a page goes on: after this term and id.
pub type Place = (Timestamp, ComplaintId);

/// Which complaints are wanted, and whose term is over as [`Complaint::is_overdue`] says.
pub type Wanted = registers::Wanted<ComplaintState>;

/// A page as things stand at an instant, the most urgent first.
pub fn page(
    conn: &mut AnyConn,
    wanted: Wanted,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Complaint>> {
    let query = wanted_until_decided!(complaints::table.into_boxed(), wanted, now);
    most_urgent!(conn, query, after, limit)
}

/// Those that are not decided, by their identifiers.
pub fn open(conn: &mut AnyConn, after: Uuid, limit: i64) -> Result<Vec<Complaint>> {
    let rows: Vec<Row> = complaints::table
        .filter(dsl::decided_at.is_null())
        .filter(dsl::id.gt(DbId(after)))
        .order(dsl::id.asc())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Takes one in.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, complaint: &Complaint) -> Result<()> {
    demand(permit, &[Action::ReadListing, Action::ReadEnterprise])?;
    diesel::insert_into(complaints::table)
        .values((
            dsl::id.eq(DbId(complaint.id.0)),
            dsl::enterprise_id.eq(DbId(complaint.enterprise.0)),
            dsl::listing_id.eq(complaint.listing.map(|id| DbId(id.0))),
            dsl::ground.eq(complaint.ground.as_str()),
            dsl::details.eq(complaint.details.as_str()),
            dsl::contact.eq(complaint.contact.as_ref().map(Email::as_str)),
            dsl::language.eq(complaint.language.as_str()),
            dsl::state.eq(complaint.state.as_str()),
            dsl::received_at.eq(DbTs(complaint.received_at)),
            dsl::due_at.eq(DbTs(complaint.due_at)),
            dsl::version.eq(complaint.version),
            dsl::former.eq(DbJson::of(&complaint.former)?),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes where it stands, and counts the version; [`Error::Stale`] when somebody else was faster.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, complaint: &mut Complaint) -> Result<()> {
    demand(permit, &[Action::HandleComplaints, Action::RecountTerms])?;
    let row = complaints::table
        .filter(dsl::id.eq(DbId(complaint.id.0)))
        .filter(dsl::version.eq(complaint.version));
    let count = diesel::update(row)
        .set((
            dsl::contact.eq(complaint.contact.as_ref().map(Email::as_str)),
            dsl::state.eq(complaint.state.as_str()),
            dsl::due_at.eq(DbTs(complaint.due_at)),
            dsl::acknowledged_at.eq(complaint.acknowledged_at.map(DbTs)),
            dsl::reopened_at.eq(complaint.reopened_at.map(DbTs)),
            dsl::decided_at.eq(complaint.decided_at.map(DbTs)),
            dsl::answer.eq(complaint.answer.as_ref().map(Prose::as_str)),
            dsl::former.eq(DbJson::of(&complaint.former)?),
            dsl::version.eq(complaint.version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    complaint.version += 1;
    Ok(())
}
