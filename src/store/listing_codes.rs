//! Numbers of listings, and the readable names that they had before.

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{code_counters, listing_slugs, listings};
use super::types::{DbId, DbTs};
use super::{AnyConn, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::ListingId;
use crate::domain::listing::ListingKind;
use crate::domain::listing::code::ListingCode;

/// Gives out the next number of a kind and year. It is taken back when the unit of work comes to nothing, so that none
/// is missing; therefore one unit after the other can have one.
pub fn next(uow: &mut Uow<'_>, permit: &Permit, kind: ListingKind, year: i16) -> Result<ListingCode> {
    demand(permit, &[Action::ReviewListing, Action::ImportListings])?;
    uow.take_turn()?;
    let first = (
        code_counters::prefix.eq(kind.prefix()),
        code_counters::year.eq(i64::from(year)),
        code_counters::last_number.eq(1),
    );
    let number: i64 = each!(uow.conn(), |c| diesel::insert_into(code_counters::table)
        .values(first)
        .on_conflict((code_counters::prefix, code_counters::year))
        .do_update()
        .set(code_counters::last_number.eq(code_counters::last_number + 1))
        .returning(code_counters::last_number)
        .get_result(c))?;
    failpoint!("store.code.given", super::Error::Storage);
    Ok(ListingCode::new(kind, year, number))
}

/// The listing of a code; [`Error::NotFound`](super::Error::NotFound) when there is none.
pub fn find(conn: &mut AnyConn, code: &ListingCode) -> Result<ListingId> {
    let id: DbId = listings::table
        .filter(listings::code.eq(code.to_string()))
        .select(listings::id)
        .first(conn)?;
    Ok(ListingId(id.0))
}

/// Keeps a readable name that a listing has no more; to keep it twice is harmless.
pub fn keep_slug(uow: &mut Uow<'_>, permit: &Permit, slug: &str, listing: ListingId, at: Timestamp) -> Result<()> {
    demand(
        permit,
        &[Action::EditListing, Action::ReviewListing, Action::ImportListings],
    )?;
    let insert = diesel::insert_into(listing_slugs::table).values((
        listing_slugs::slug.eq(slug),
        listing_slugs::listing_id.eq(DbId(listing.0)),
        listing_slugs::replaced_at.eq(DbTs(at)),
    ));
    each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Whether a listing once had this readable name.
pub fn had_slug(conn: &mut AnyConn, listing: ListingId, slug: &str) -> Result<bool> {
    let kept = listing_slugs::table
        .filter(listing_slugs::slug.eq(slug))
        .filter(listing_slugs::listing_id.eq(DbId(listing.0)));
    Ok(kept.count().get_result::<i64>(conn)? > 0)
}
