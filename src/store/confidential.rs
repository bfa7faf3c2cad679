//! Rows of what listings do not tell everybody, of whom it was granted to, and of every reading.

mod readings;

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::{
    accounts, confidential_acceptances as acceptances, confidential_grants as grants, confidential_parts as parts,
    confidential_readings, confidential_removals as removals, enterprises, listings,
};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::confidential::{Grant, Terms};
use crate::domain::ids::{AccountId, ConfidentialGrantId, EnterpriseId, ListingId};
use crate::domain::text::Prose;
pub use readings::{Reading, log, readings_by, readings_of};

/// A part as kept: sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The seal.
    pub sealed: Vec<u8>,
    /// Row version.
    pub version: i64,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// The part of a listing.
pub fn part(conn: &mut AnyConn, listing: ListingId) -> Result<Option<Part>> {
    let row: Option<(Vec<u8>, i64, DbTs)> = parts::table
        .find(DbId(listing.0))
        .select((parts::sealed, parts::version, parts::updated_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(sealed, version, updated_at)| Part {
        sealed,
        version,
        updated_at: updated_at.0,
    }))
}

/// Listings of an enterprise that have a part, behind one of them, in the order of their identifiers.
pub fn listings_with(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    after: Option<ListingId>,
    limit: i64,
) -> Result<Vec<ListingId>> {
    let mut query = parts::table
        .inner_join(listings::table)
        .filter(listings::enterprise_id.eq(DbId(enterprise.0)))
        .select(parts::listing_id)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(parts::listing_id.gt(DbId(after.0)));
    }
    let found: Vec<DbId> = query.order(parts::listing_id.asc()).limit(limit).load(conn)?;
    Ok(found.into_iter().map(|id| ListingId(id.0)).collect())
}

/// The version at which the last part of a listing was removed; 0 where none was.
pub fn removed_at_version(conn: &mut AnyConn, listing: ListingId) -> Result<i64> {
    let version = removals::table
        .find(DbId(listing.0))
        .select(removals::version)
        .first(conn)
        .optional()?;
    Ok(version.unwrap_or_default())
}

/// Writes a part where there is none.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, listing: ListingId, part: &Part) -> Result<()> {
    demand(permit, &[Action::EditConfidential])?;
    diesel::insert_into(parts::table)
        .values((
            parts::listing_id.eq(DbId(listing.0)),
            parts::sealed.eq(&part.sealed),
            parts::version.eq(part.version),
            parts::updated_by.eq(permit.actor().account().map(|id| DbId(id.0))),
            parts::updated_at.eq(DbTs(part.updated_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes the next version of a part over the one that was read.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, listing: ListingId, part: &Part) -> Result<()> {
    demand(permit, &[Action::EditConfidential])?;
    let row = parts::table
        .filter(parts::listing_id.eq(DbId(listing.0)))
        .filter(parts::version.eq(part.version - 1));
    let count = diesel::update(row)
        .set((
            parts::sealed.eq(&part.sealed),
            parts::version.eq(part.version),
            parts::updated_by.eq(permit.actor().account().map(|id| DbId(id.0))),
            parts::updated_at.eq(DbTs(part.updated_at)),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Removes a part that was read, and keeps its version; grants and readings stay as they are.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, listing: ListingId, version: i64) -> Result<()> {
    demand(permit, &[Action::EditConfidential])?;
    let row = parts::table
        .filter(parts::listing_id.eq(DbId(listing.0)))
        .filter(parts::version.eq(version));
    if diesel::delete(row).execute(uow.conn())? == 0 {
        return Err(Error::Stale);
    }
    diesel::delete(removals::table.find(DbId(listing.0))).execute(uow.conn())?;
    diesel::insert_into(removals::table)
        .values((removals::listing_id.eq(DbId(listing.0)), removals::version.eq(version)))
        .execute(uow.conn())?;
    Ok(())
}

type GrantRow = (
    (DbId, DbId, DbId, String, String),
    (Option<DbId>, DbTs, DbTs, Option<DbTs>, bool),
);

macro_rules! grant_columns {
    () => {
        (
            (
                grants::id,
                grants::listing_id,
                grants::enterprise_id,
                grants::purpose,
                grants::undertaking,
            ),
            (
                grants::given_by,
                grants::given_at,
                grants::expires_at,
                grants::revoked_at,
                grants::covers_part,
            ),
        )
    };
}

fn grant(
    ((id, listing, enterprise, purpose, undertaking), (given_by, given_at, expires_at, revoked_at, covers_part)): GrantRow,
) -> Grant {
    Grant {
        id: ConfidentialGrantId(id.0),
        listing: ListingId(listing.0),
        terms: Terms {
            enterprise: EnterpriseId(enterprise.0),
            purpose: Prose::stored(purpose),
            undertaking: Prose::stored(undertaking),
            expires_at: expires_at.0,
        },
        covers_part,
        given_by: given_by.map(|id| AccountId(id.0)),
        given_at: given_at.0,
        revoked_at: revoked_at.map(|at| at.0),
    }
}

/// Writes a grant.
pub fn give(uow: &mut Uow<'_>, permit: &Permit, grant: &Grant) -> Result<()> {
    demand(permit, &[Action::EditConfidential])?;
    let terms = &grant.terms;
    diesel::insert_into(grants::table)
        .values((
            grants::id.eq(DbId(grant.id.0)),
            grants::listing_id.eq(DbId(grant.listing.0)),
            grants::enterprise_id.eq(DbId(terms.enterprise.0)),
            grants::purpose.eq(terms.purpose.as_str()),
            grants::undertaking.eq(terms.undertaking.as_str()),
            grants::given_by.eq(grant.given_by.map(|id| DbId(id.0))),
            grants::given_at.eq(DbTs(grant.given_at)),
            grants::expires_at.eq(DbTs(terms.expires_at)),
            grants::covers_part.eq(grant.covers_part),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// One grant.
pub fn find_grant(conn: &mut AnyConn, id: ConfidentialGrantId) -> Result<Grant> {
    let row: GrantRow = grants::table.find(DbId(id.0)).select(grant_columns!()).first(conn)?;
    Ok(grant(row))
}

/// The grants of a listing that are in force, or those of one enterprise among them.
pub fn in_force(
    conn: &mut AnyConn,
    listing: ListingId,
    enterprise: Option<EnterpriseId>,
    now: Timestamp,
) -> Result<Vec<Grant>> {
    let mut query = grants::table
        .filter(grants::listing_id.eq(DbId(listing.0)))
        .filter(grants::revoked_at.is_null())
        .filter(grants::expires_at.gt(DbTs(now)))
        .select(grant_columns!())
        .into_boxed();
    if let Some(enterprise) = enterprise {
        query = query.filter(grants::enterprise_id.eq(DbId(enterprise.0)));
    }
    let rows: Vec<GrantRow> = query.order(grants::id.desc()).load(conn)?;
    Ok(rows.into_iter().map(grant).collect())
}

/// The grants to an enterprise that are in force, each with whose the listing is.
pub fn in_force_to(conn: &mut AnyConn, enterprise: EnterpriseId, now: Timestamp) -> Result<Vec<(Grant, EnterpriseId)>> {
    let rows: Vec<(GrantRow, DbId)> = grants::table
        .inner_join(listings::table)
        .filter(grants::enterprise_id.eq(DbId(enterprise.0)))
        .filter(grants::revoked_at.is_null())
        .filter(grants::expires_at.gt(DbTs(now)))
        .order(grants::id.asc())
        .select((grant_columns!(), listings::enterprise_id))
        .load(conn)?;
    let owned = |(row, owner): (GrantRow, DbId)| (grant(row), EnterpriseId(owner.0));
    Ok(rows.into_iter().map(owned).collect())
}

/// How many grants of its listings an enterprise gave since an instant, those that were taken back among them.
pub fn given_since(conn: &mut AnyConn, owner: EnterpriseId, since: Timestamp) -> Result<i64> {
    Ok(grants::table
        .inner_join(listings::table)
        .filter(listings::enterprise_id.eq(DbId(owner.0)))
        .filter(grants::given_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?)
}

/// Whose grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Those of a listing.
    Listing(ListingId),
    /// Those to an enterprise.
    Enterprise(EnterpriseId),
}

/// A page of grants, newest first, with the name of the enterprise that each was given to.
pub fn grants_of(
    conn: &mut AnyConn,
    side: Side,
    before: Option<ConfidentialGrantId>,
    limit: i64,
) -> Result<Vec<(Grant, String)>> {
    let mut query = grants::table
        .inner_join(enterprises::table)
        .select((grant_columns!(), enterprises::legal_name))
        .into_boxed();
    query = match side {
        Side::Listing(id) => query.filter(grants::listing_id.eq(DbId(id.0))),
        Side::Enterprise(id) => query.filter(grants::enterprise_id.eq(DbId(id.0))),
    };
    if let Some(before) = before {
        query = query.filter(grants::id.lt(DbId(before.0)));
    }
    let rows: Vec<(GrantRow, String)> = query.order(grants::id.desc()).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|(row, name)| (grant(row), name)).collect())
}

/// Takes a grant back; gives whether it was not before.
pub fn revoke(uow: &mut Uow<'_>, permit: &Permit, id: ConfidentialGrantId, now: Timestamp) -> Result<bool> {
    demand(permit, &[Action::EditConfidential, Action::MergeEnterprises])?;
    let open = grants::table
        .filter(grants::id.eq(DbId(id.0)))
        .filter(grants::revoked_at.is_null());
    let count = diesel::update(open)
        .set(grants::revoked_at.eq(DbTs(now)))
        .execute(uow.conn())?;
    Ok(count > 0)
}

/// That a person accepted the undertaking of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// Who.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// SHA-256 of the text.
    pub text_sha256: String,
    /// When.
    pub accepted_at: Timestamp,
}

/// Who accepted the undertakings of grants, or what one person accepted of them, earliest first.
pub fn acceptances_of(
    conn: &mut AnyConn,
    ids: &[ConfidentialGrantId],
    account: Option<AccountId>,
) -> Result<Vec<(ConfidentialGrantId, Acceptance)>> {
    let ids: Vec<DbId> = ids.iter().map(|id| DbId(id.0)).collect();
    let mut query = acceptances::table
        .inner_join(accounts::table)
        .filter(acceptances::grant_id.eq_any(ids))
        .select((
            acceptances::grant_id,
            acceptances::account_id,
            accounts::display_name,
            acceptances::text_sha256,
            acceptances::accepted_at,
        ))
        .into_boxed();
    if let Some(account) = account {
        query = query.filter(acceptances::account_id.eq(DbId(account.0)));
    }
    let rows: Vec<(DbId, DbId, String, String, DbTs)> = query
        .order((acceptances::accepted_at.asc(), acceptances::account_id.asc()))
        .load(conn)?;
    let accepted = rows.into_iter().map(|(grant, account, name, text_sha256, at)| {
        let accepted = Acceptance {
            account: AccountId(account.0),
            name,
            text_sha256,
            accepted_at: at.0,
        };
        (ConfidentialGrantId(grant.0), accepted)
    });
    Ok(accepted.collect())
}

/// Whether a person of an enterprise accepted the undertaking of a grant that is in force.
pub fn is_accepted(
    conn: &mut AnyConn,
    listing: ListingId,
    (enterprise, account): (EnterpriseId, AccountId),
    now: Timestamp,
) -> Result<bool> {
    let accepted: i64 = acceptances::table
        .inner_join(grants::table)
        .filter(grants::listing_id.eq(DbId(listing.0)))
        .filter(grants::enterprise_id.eq(DbId(enterprise.0)))
        .filter(grants::revoked_at.is_null())
        .filter(grants::expires_at.gt(DbTs(now)))
        .filter(acceptances::account_id.eq(DbId(account.0)))
        .count()
        .get_result(conn)?;
    Ok(accepted > 0)
}

/// Writes that somebody accepted the undertaking of a grant.
pub fn accept(
    uow: &mut Uow<'_>,
    permit: &Permit,
    id: ConfidentialGrantId,
    (account, text_sha256, ip): (AccountId, &str, Option<String>),
    now: Timestamp,
) -> Result<()> {
    demand(permit, &[Action::UseConfidentialGrant])?;
    diesel::insert_into(acceptances::table)
        .values((
            acceptances::grant_id.eq(DbId(id.0)),
            acceptances::account_id.eq(DbId(account.0)),
            acceptances::text_sha256.eq(text_sha256),
            acceptances::accepted_at.eq(DbTs(now)),
            acceptances::ip.eq(ip),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets from where a person read and accepted.
pub fn forget_origin(uow: &mut Uow<'_>, _permit: &Permit, account: AccountId) -> Result<()> {
    let nowhere: Option<String> = None;
    diesel::update(acceptances::table.filter(acceptances::account_id.eq(DbId(account.0))))
        .set(acceptances::ip.eq(&nowhere))
        .execute(uow.conn())?;
    diesel::update(confidential_readings::table.filter(confidential_readings::account_id.eq(DbId(account.0))))
        .set(confidential_readings::ip.eq(&nowhere))
        .execute(uow.conn())?;
    Ok(())
}
