//! Rows of requests of authorities to take listings down.

use diesel::prelude::*;
use jiff::Timestamp;

use super::registers::{self, most_urgent};
use super::schema::takedowns::{self, dsl};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{ListingId, TakedownId};
use crate::domain::takedown::{Order, Takedown, TakedownState};
use crate::domain::text::Line;

#[derive(Queryable)]
struct Row {
    id: DbId,
    listing_id: DbId,
    authority: String,
    reference: String,
    ground: String,
    state: String,
    received_at: DbTs,
    due_at: DbTs,
    entered_at: DbTs,
    carried_out_at: Option<DbTs>,
    closed_at: Option<DbTs>,
    version: i64,
}

impl Row {
    fn into_domain(self) -> Result<Takedown> {
        Ok(Takedown {
            id: TakedownId(self.id.0),
            order: Order {
                listing: ListingId(self.listing_id.0),
                authority: Line::stored(self.authority),
                reference: Line::stored(self.reference),
                ground: self.ground.parse()?,
                received_at: self.received_at.0,
            },
            state: self.state.parse()?,
            due_at: self.due_at.0,
            entered_at: self.entered_at.0,
            carried_out_at: self.carried_out_at.map(|at| at.0),
            closed_at: self.closed_at.map(|at| at.0),
            version: self.version,
        })
    }
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: TakedownId) -> Result<Takedown> {
    let row: Row = takedowns::table.filter(dsl::id.eq(DbId(id.0))).first(conn)?;
    row.into_domain()
}

/// The one that keeps a listing down: of several the one that was carried out first.
pub fn in_force(conn: &mut AnyConn, listing: ListingId) -> Result<Option<Takedown>> {
    let row: Option<Row> = takedowns::table
        .filter(dsl::listing_id.eq(DbId(listing.0)))
        .filter(dsl::state.eq(TakedownState::CarriedOut.as_str()))
        .order((dsl::carried_out_at.asc(), dsl::id.asc()))
        .first(conn)
        .optional()?;
    row.map(Row::into_domain).transpose()
}

/// All about a listing, as they were entered.
pub fn of_listing(conn: &mut AnyConn, listing: ListingId) -> Result<Vec<Takedown>> {
    let rows: Vec<Row> = takedowns::table
        .filter(dsl::listing_id.eq(DbId(listing.0)))
        .order((dsl::entered_at.asc(), dsl::id.asc()))
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Where a page goes on: after this term and id.
pub type Place = (Timestamp, TakedownId);

/// Which requests are wanted, and whose term is over as [`Takedown::is_overdue`] says.
pub type Wanted = registers::Wanted<TakedownState>;

/// A page as things stand at an instant, the most urgent first.
pub fn page(
    conn: &mut AnyConn,
    wanted: Wanted,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Takedown>> {
    let mut query = takedowns::table.into_boxed();
    query = match wanted.state {
        Some(state) => query.filter(dsl::state.eq(state.as_str())),
        None if wanted.overdue.is_none() => query.filter(dsl::state.eq(TakedownState::Open.as_str())),
        None => query,
    };
    let (open, dismissed) = (TakedownState::Open.as_str(), TakedownState::Dismissed.as_str());
    query = match wanted.overdue {
        None => query,
        Some(true) => {
            let waits = dsl::state.eq(open).and(dsl::due_at.le(DbTs(now)));
            let was_late = dsl::carried_out_at.assume_not_null().ge(dsl::due_at);
            let was_down = dsl::carried_out_at.is_not_null().and(was_late);
            let went_late = dsl::closed_at.assume_not_null().ge(dsl::due_at);
            let was_dropped = dsl::state
                .eq(dismissed)
                .and(dsl::closed_at.is_not_null())
                .and(went_late);
            query.filter(waits.or(was_down).or(was_dropped))
        }
        Some(false) => {
            let has_time = dsl::state.ne(open).or(dsl::due_at.gt(DbTs(now)));
            let was_early = dsl::carried_out_at.assume_not_null().lt(dsl::due_at);
            let went_early = dsl::closed_at.assume_not_null().lt(dsl::due_at);
            let was_dropped = dsl::state.ne(dismissed).or(dsl::closed_at.is_null()).or(went_early);
            let was_down = dsl::carried_out_at.is_null().or(was_early);
            query.filter(has_time.and(was_down).and(was_dropped))
        }
    };
    most_urgent!(conn, query, after, limit)
}

/// Enters one.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, takedown: &Takedown) -> Result<()> {
    demand(permit, &[Action::HandleTakedowns])?;
    let order = &takedown.order;
    diesel::insert_into(takedowns::table)
        .values((
            dsl::id.eq(DbId(takedown.id.0)),
            dsl::listing_id.eq(DbId(order.listing.0)),
            dsl::authority.eq(order.authority.as_str()),
            dsl::reference.eq(order.reference.as_str()),
            dsl::ground.eq(order.ground.as_str()),
            dsl::state.eq(takedown.state.as_str()),
            dsl::received_at.eq(DbTs(order.received_at)),
            dsl::due_at.eq(DbTs(takedown.due_at)),
            dsl::entered_at.eq(DbTs(takedown.entered_at)),
            dsl::version.eq(takedown.version),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes where it stands, and counts the version; [`Error::Stale`] when somebody else was faster.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, takedown: &mut Takedown) -> Result<()> {
    demand(permit, &[Action::HandleTakedowns])?;
    let row = takedowns::table
        .filter(dsl::id.eq(DbId(takedown.id.0)))
        .filter(dsl::version.eq(takedown.version));
    let count = diesel::update(row)
        .set((
            dsl::state.eq(takedown.state.as_str()),
            dsl::carried_out_at.eq(takedown.carried_out_at.map(DbTs)),
            dsl::closed_at.eq(takedown.closed_at.map(DbTs)),
            dsl::version.eq(takedown.version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    takedown.version += 1;
    Ok(())
}
