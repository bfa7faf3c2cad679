//! Rows of what listings do not tell everybody, of whom it was granted to, and of every reading.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::schema::{
    accounts, confidential_acceptances as acceptances, confidential_grants as grants, confidential_parts as parts,
    confidential_readings as readings, enterprises,
};
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::confidential::{Grant, ReaderKind, Terms};
use crate::domain::ids::{AccountId, ConfidentialGrantId, EnterpriseId, ListingId};
use crate::domain::text::Prose;

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

/// Writes the first version of a part.
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

/// Removes a part; grants and readings stay as they are.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, listing: ListingId) -> Result<()> {
    demand(permit, &[Action::EditConfidential])?;
    diesel::delete(parts::table.find(DbId(listing.0))).execute(uow.conn())?;
    Ok(())
}

type GrantRow = (
    (DbId, DbId, DbId, String, String),
    (Option<DbId>, DbTs, DbTs, Option<DbTs>),
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
            ),
        )
    };
}

fn grant(
    ((id, listing, enterprise, purpose, undertaking), (given_by, given_at, expires_at, revoked_at)): GrantRow,
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
    demand(permit, &[Action::EditConfidential])?;
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

/// Who accepted the undertaking of a grant, earliest first.
pub fn acceptances_of(conn: &mut AnyConn, id: ConfidentialGrantId) -> Result<Vec<Acceptance>> {
    let rows: Vec<(DbId, String, String, DbTs)> = acceptances::table
        .inner_join(accounts::table)
        .filter(acceptances::grant_id.eq(DbId(id.0)))
        .order((acceptances::accepted_at.asc(), acceptances::account_id.asc()))
        .select((
            acceptances::account_id,
            accounts::display_name,
            acceptances::text_sha256,
            acceptances::accepted_at,
        ))
        .load(conn)?;
    let accepted = rows.into_iter().map(|(account, name, text_sha256, at)| Acceptance {
        account: AccountId(account.0),
        name,
        text_sha256,
        accepted_at: at.0,
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
    for grant in in_force(conn, listing, Some(enterprise), now)? {
        let accepted: i64 = acceptances::table
            .filter(acceptances::grant_id.eq(DbId(grant.id.0)))
            .filter(acceptances::account_id.eq(DbId(account.0)))
            .count()
            .get_result(conn)?;
        if accepted > 0 {
            return Ok(true);
        }
    }
    Ok(false)
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

/// A reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Identifier; later ones sort after earlier ones.
    pub id: Uuid,
    /// Of which listing's part.
    pub listing: ListingId,
    /// As whom.
    pub reader: ReaderKind,
    /// Who.
    pub account: AccountId,
    /// By which grant.
    pub grant: Option<ConfidentialGrantId>,
    /// Why, of officers.
    pub reason: Option<String>,
    /// Which version.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub ip: Option<String>,
}

/// Writes that somebody read it, before it is shown.
pub fn log(uow: &mut Uow<'_>, permit: &Permit, reading: &Reading) -> Result<()> {
    demand(
        permit,
        &[
            Action::ReadConfidential,
            Action::UseConfidentialGrant,
            Action::InspectConfidential,
        ],
    )?;
    diesel::insert_into(readings::table)
        .values((
            readings::id.eq(DbId(reading.id)),
            readings::listing_id.eq(DbId(reading.listing.0)),
            readings::reader.eq(reading.reader.as_str()),
            readings::account_id.eq(DbId(reading.account.0)),
            readings::grant_id.eq(reading.grant.map(|id| DbId(id.0))),
            readings::reason.eq(reading.reason.as_deref()),
            readings::part_version.eq(reading.version),
            readings::read_at.eq(DbTs(reading.at)),
            readings::ip.eq(reading.ip.as_deref()),
        ))
        .execute(uow.conn())?;
    Ok(())
}

type ReadingRow = (
    (DbId, DbId, String, DbId, Option<DbId>),
    (Option<String>, i64, DbTs, Option<String>),
    String,
);

/// A page of the register of a listing, newest first, each with the name of who read.
pub fn readings_of(
    conn: &mut AnyConn,
    listing: ListingId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(Reading, String)>> {
    let mut query = readings::table
        .inner_join(accounts::table)
        .filter(readings::listing_id.eq(DbId(listing.0)))
        .select((
            (
                readings::id,
                readings::listing_id,
                readings::reader,
                readings::account_id,
                readings::grant_id,
            ),
            (
                readings::reason,
                readings::part_version,
                readings::read_at,
                readings::ip,
            ),
            accounts::display_name,
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(readings::id.lt(DbId(before)));
    }
    let rows: Vec<ReadingRow> = query.order(readings::id.desc()).limit(limit).load(conn)?;
    let read = |((id, listing, reader, account, grant), (reason, version, at, ip), name): ReadingRow| {
        let reading = Reading {
            id: id.0,
            listing: ListingId(listing.0),
            reader: reader.parse()?,
            account: AccountId(account.0),
            grant: grant.map(|id| ConfidentialGrantId(id.0)),
            reason,
            version,
            at: at.0,
            ip,
        };
        Ok((reading, name))
    };
    rows.into_iter().map(read).collect()
}

/// Forgets from where a person read and accepted.
pub fn forget_origin(uow: &mut Uow<'_>, _permit: &Permit, account: AccountId) -> Result<()> {
    let nowhere: Option<String> = None;
    diesel::update(acceptances::table.filter(acceptances::account_id.eq(DbId(account.0))))
        .set(acceptances::ip.eq(&nowhere))
        .execute(uow.conn())?;
    diesel::update(readings::table.filter(readings::account_id.eq(DbId(account.0))))
        .set(readings::ip.eq(&nowhere))
        .execute(uow.conn())?;
    Ok(())
}
