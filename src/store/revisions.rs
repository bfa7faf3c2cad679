//! Rows of revisions of published listings.

use diesel::prelude::*;

use super::listings::Place;
use super::schema::{enterprises, listing_revisions, listings};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{ListingId, RevisionId};
use crate::domain::listing::ListingStatus;
use crate::domain::listing::hold::Hold;
use crate::domain::listing::revision::{Revision, RevisionStatus};

#[derive(Queryable)]
struct Row {
    id: DbId,
    listing_id: DbId,
    content: DbJson,
    status: String,
    base_version: i64,
    version: i64,
    submitted_at: Option<DbTs>,
    created_at: DbTs,
    updated_at: DbTs,
    media: Option<DbJson>,
}

impl Row {
    fn into_domain(self) -> Result<Revision> {
        Ok(Revision {
            id: RevisionId(self.id.0),
            listing: ListingId(self.listing_id.0),
            content: self.content.read_known()?,
            media: self.media.map(|media| media.read()).transpose()?,
            status: self.status.parse()?,
            base_version: self.base_version,
            version: self.version,
            submitted_at: self.submitted_at.map(|at| at.0),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

fn open_statuses() -> Vec<&'static str> {
    let open = RevisionStatus::ALL.iter().filter(|status| status.is_open());
    open.map(|status| status.as_str()).collect()
}

fn media(revision: &Revision) -> Result<Option<DbJson>> {
    revision.media.as_ref().map(DbJson::of).transpose()
}

/// Finds a revision, whatever became of it; [`Error::NotFound`] when there is none.
pub fn find(conn: &mut AnyConn, id: RevisionId) -> Result<Revision> {
    let row: Row = listing_revisions::table
        .filter(listing_revisions::id.eq(DbId(id.0)))
        .first(conn)?;
    row.into_domain()
}

/// The revision of a listing that is still to become something; [`Error::NotFound`] when there is none.
pub fn find_open(conn: &mut AnyConn, listing: ListingId) -> Result<Revision> {
    let row: Row = listing_revisions::table
        .filter(listing_revisions::listing_id.eq(DbId(listing.0)))
        .filter(listing_revisions::status.eq_any(open_statuses()))
        .first(conn)?;
    row.into_domain()
}

/// The open revisions of several listings, in no particular order.
pub fn open_of(conn: &mut AnyConn, listings: &[ListingId]) -> Result<Vec<Revision>> {
    let keys: Vec<DbId> = listings.iter().map(|id| DbId(id.0)).collect();
    let rows: Vec<Row> = listing_revisions::table
        .filter(listing_revisions::listing_id.eq_any(keys))
        .filter(listing_revisions::status.eq_any(open_statuses()))
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Revisions of published listings that wait for an officer, longest first.
pub fn submitted(conn: &mut AnyConn, after: Option<Place>, limit: i64) -> Result<Vec<Revision>> {
    let mut query = listing_revisions::table
        .inner_join(listings::table.inner_join(enterprises::table))
        .filter(listing_revisions::status.eq(RevisionStatus::Submitted.as_str()))
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .select(listing_revisions::all_columns)
        .into_boxed();
    if let Some((at, id)) = after {
        let at = Some(DbTs(at));
        query = query.filter(
            listing_revisions::submitted_at
                .gt(at)
                .or(listing_revisions::submitted_at
                    .eq(at)
                    .and(listing_revisions::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<Row> = query
        .order((listing_revisions::submitted_at.asc(), listing_revisions::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Writes a new revision.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, revision: &Revision) -> Result<()> {
    demand(permit, &[Action::EditListing])?;
    diesel::insert_into(listing_revisions::table)
        .values((
            listing_revisions::id.eq(DbId(revision.id.0)),
            listing_revisions::listing_id.eq(DbId(revision.listing.0)),
            listing_revisions::content.eq(DbJson::of(&revision.content)?),
            listing_revisions::media.eq(media(revision)?),
            listing_revisions::status.eq(revision.status.as_str()),
            listing_revisions::base_version.eq(revision.base_version),
            listing_revisions::version.eq(revision.version),
            listing_revisions::submitted_at.eq(revision.submitted_at.map(DbTs)),
            listing_revisions::created_at.eq(DbTs(revision.created_at)),
            listing_revisions::updated_at.eq(DbTs(revision.updated_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes below which version of its listing an open revision goes on, and its own version.
pub fn rebase(uow: &mut Uow<'_>, permit: &Permit, revision: &Revision) -> Result<()> {
    demand(
        permit,
        &[
            Action::EditListing,
            Action::ReviewListing,
            Action::SuspendListing,
            Action::HandleTakedowns,
            Action::HandleIpNotices,
            Action::CloseEnterprise,
            Action::ExpireListings,
            Action::SettleListings,
            // Whoever leaves is named for a listing no more.
            Action::ManageMembers,
            Action::LeaveEnterprise,
            Action::MergeEnterprises,
            Action::HandleDataRequests,
        ],
    )?;
    diesel::update(listing_revisions::table.filter(listing_revisions::id.eq(DbId(revision.id.0))))
        .set((
            listing_revisions::base_version.eq(revision.base_version),
            listing_revisions::version.eq(revision.version),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// The highest version that a revision of a listing ever had.
pub fn highest_version(conn: &mut AnyConn, listing: ListingId) -> Result<Option<i64>> {
    Ok(listing_revisions::table
        .filter(listing_revisions::listing_id.eq(DbId(listing.0)))
        .select(diesel::dsl::max(listing_revisions::version))
        .first(conn)?)
}

/// Whether a revision that was handed in with this version, or a later one, is open no more. Every step counts it on.
pub fn is_over(conn: &mut AnyConn, listing: ListingId, version: i64) -> Result<bool> {
    let decided = listing_revisions::table
        .filter(listing_revisions::listing_id.eq(DbId(listing.0)))
        .filter(listing_revisions::submitted_at.is_not_null())
        .filter(listing_revisions::version.gt(version));
    Ok(diesel::select(diesel::dsl::exists(decided)).get_result(conn)?)
}

/// Writes what changed; `revision.version` is the version that was read and becomes the next one, above that of the listing below it:
/// no tag means two texts.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, revision: &mut Revision) -> Result<()> {
    // Whoever closes an enterprise, and what puts the rest of its listings away, gives back what waited.
    let allowed = [
        Action::EditListing,
        Action::ReviewListing,
        Action::CloseEnterprise,
        Action::SettleListings,
    ];
    demand(permit, &allowed)?;
    let next = revision.version.max(revision.base_version) + 1;
    let row = listing_revisions::table
        .filter(listing_revisions::id.eq(DbId(revision.id.0)))
        .filter(listing_revisions::version.eq(revision.version));
    let count = diesel::update(row)
        .set((
            listing_revisions::content.eq(DbJson::of(&revision.content)?),
            listing_revisions::media.eq(media(revision)?),
            listing_revisions::status.eq(revision.status.as_str()),
            listing_revisions::base_version.eq(revision.base_version),
            listing_revisions::version.eq(next),
            listing_revisions::submitted_at.eq(revision.submitted_at.map(DbTs)),
            listing_revisions::updated_at.eq(DbTs(revision.updated_at)),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    revision.version = next;
    Ok(())
}
