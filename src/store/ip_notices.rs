//! Rows of notices that listings infringe intellectual property.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::registers::{self, most_urgent};
use super::schema::ip_notices::{self, dsl};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::account::Email;
use crate::domain::ids::{IpNoticeId, ListingId};
use crate::domain::ip_notice::{Claimed, IpNotice, IpNoticeState};
use crate::domain::text::{Line, Prose};

#[derive(Queryable)]
struct Row {
    id: DbId,
    listing_id: DbId,
    ip_right: String,
    right_number: Option<String>,
    claimant: String,
    contact: Option<String>,
    language: String,
    statement: String,
    state: String,
    received_at: DbTs,
    due_at: DbTs,
    accepted_at: Option<DbTs>,
    counter: Option<String>,
    countered_at: Option<DbTs>,
    closed_at: Option<DbTs>,
    version: i64,
}

impl Row {
    fn into_domain(self) -> Result<IpNotice> {
        let contact = self.contact.as_deref().map(Email::parse).transpose();
        let counter = self.counter.map(Prose::stored).zip(self.countered_at.map(|at| at.0));
        Ok(IpNotice {
            id: IpNoticeId(self.id.0),
            listing: ListingId(self.listing_id.0),
            claimed: Claimed {
                right: self.ip_right.parse()?,
                right_number: self.right_number.map(Line::stored),
                claimant: Line::stored(self.claimant),
                contact: contact.map_err(|_unreadable| Error::Row("contact of a notice".into()))?,
                language: self.language.parse()?,
                statement: Prose::stored(self.statement),
            },
            state: self.state.parse()?,
            received_at: self.received_at.0,
            due_at: self.due_at.0,
            accepted_at: self.accepted_at.map(|at| at.0),
            counter,
            closed_at: self.closed_at.map(|at| at.0),
            version: self.version,
        })
    }
}

fn states(which: impl Fn(IpNoticeState) -> bool) -> Vec<&'static str> {
    let states = IpNoticeState::ALL.iter().filter(|state| which(**state));
    states.map(|state| state.as_str()).collect()
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: IpNoticeId) -> Result<IpNotice> {
    let row: Row = ip_notices::table.filter(dsl::id.eq(DbId(id.0))).first(conn)?;
    row.into_domain()
}

/// Those about a listing that hold it, the oldest first.
pub fn holding(conn: &mut AnyConn, listing: ListingId) -> Result<Vec<IpNoticeId>> {
    let ids: Vec<DbId> = ip_notices::table
        .filter(dsl::listing_id.eq(DbId(listing.0)))
        .filter(dsl::state.eq_any(states(IpNoticeState::holds)))
        .order(dsl::id.asc())
        .select(dsl::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| IpNoticeId(id.0)).collect())
}

/// How many about a listing wait for somebody.
pub fn waiting(conn: &mut AnyConn, listing: ListingId) -> Result<i64> {
    count(conn, listing, states(IpNoticeState::waits))
}

fn count(conn: &mut AnyConn, listing: ListingId, states: Vec<&'static str>) -> Result<i64> {
    Ok(ip_notices::table
        .filter(dsl::listing_id.eq(DbId(listing.0)))
        .filter(dsl::state.eq_any(states))
        .count()
        .get_result(conn)?)
}

/// Where a page goes on: after this term and id.
pub type Place = (Timestamp, IpNoticeId);

/// Which notices are wanted, and whose term is over as [`IpNotice::is_overdue`] says.
pub type Wanted = registers::Wanted<IpNoticeState>;

/// A page as things stand at an instant, the most urgent first.
pub fn page(
    conn: &mut AnyConn,
    wanted: Wanted,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<IpNotice>> {
    let mut query = ip_notices::table.into_boxed();
    query = match wanted.state {
        Some(state) => query.filter(dsl::state.eq(state.as_str())),
        None if wanted.overdue.is_none() => query.filter(dsl::closed_at.is_null()),
        None => query,
    };
    query = match wanted.overdue {
        None => query,
        Some(true) => query.filter(
            dsl::state
                .eq_any(states(IpNoticeState::waits))
                .and(dsl::due_at.le(DbTs(now))),
        ),
        Some(false) => query.filter(
            dsl::state
                .ne_all(states(IpNoticeState::waits))
                .or(dsl::due_at.gt(DbTs(now))),
        ),
    };
    most_urgent!(conn, query, after, limit)
}

/// Those that wait for somebody, by their identifiers.
pub fn open(conn: &mut AnyConn, after: Uuid, limit: i64) -> Result<Vec<IpNotice>> {
    let rows: Vec<Row> = ip_notices::table
        .filter(dsl::state.eq_any(states(IpNoticeState::waits)))
        .filter(dsl::id.gt(DbId(after)))
        .order(dsl::id.asc())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Takes one in.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, notice: &IpNotice) -> Result<()> {
    demand(permit, &[Action::ReadListing])?;
    let claimed = &notice.claimed;
    diesel::insert_into(ip_notices::table)
        .values((
            dsl::id.eq(DbId(notice.id.0)),
            dsl::listing_id.eq(DbId(notice.listing.0)),
            dsl::ip_right.eq(claimed.right.as_str()),
            dsl::right_number.eq(claimed.right_number.as_ref().map(Line::as_str)),
            dsl::claimant.eq(claimed.claimant.as_str()),
            dsl::contact.eq(claimed.contact.as_ref().map(Email::as_str)),
            dsl::language.eq(claimed.language.as_str()),
            dsl::statement.eq(claimed.statement.as_str()),
            dsl::state.eq(notice.state.as_str()),
            dsl::received_at.eq(DbTs(notice.received_at)),
            dsl::due_at.eq(DbTs(notice.due_at)),
            dsl::version.eq(notice.version),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes where it stands, and counts the version; [`Error::Stale`] when somebody else was faster.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, notice: &mut IpNotice) -> Result<()> {
    demand(
        permit,
        &[Action::HandleIpNotices, Action::EditListing, Action::RecountTerms],
    )?;
    let row = ip_notices::table
        .filter(dsl::id.eq(DbId(notice.id.0)))
        .filter(dsl::version.eq(notice.version));
    let count = diesel::update(row)
        .set((
            dsl::contact.eq(notice.claimed.contact.as_ref().map(Email::as_str)),
            dsl::state.eq(notice.state.as_str()),
            dsl::due_at.eq(DbTs(notice.due_at)),
            dsl::accepted_at.eq(notice.accepted_at.map(DbTs)),
            dsl::counter.eq(notice.counter.as_ref().map(|(text, _)| text.as_str())),
            dsl::countered_at.eq(notice.counter.as_ref().map(|(_, at)| DbTs(*at))),
            dsl::closed_at.eq(notice.closed_at.map(DbTs)),
            dsl::version.eq(notice.version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    notice.version += 1;
    Ok(())
}
