//! The register of readings.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::super::schema::{accounts, confidential_readings as readings};
use super::super::types::{DbId, DbTs};
use super::super::{AnyConn, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::confidential::ReaderKind;
use crate::domain::ids::{AccountId, ConfidentialGrantId, ListingId};

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
);

macro_rules! reading_columns {
    () => {
        (
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
        )
    };
}

fn reading(((id, listing, reader, account, grant), (reason, version, at, ip)): ReadingRow) -> Result<Reading> {
    Ok(Reading {
        id: id.0,
        listing: ListingId(listing.0),
        reader: reader.parse()?,
        account: AccountId(account.0),
        grant: grant.map(|id| ConfidentialGrantId(id.0)),
        reason,
        version,
        at: at.0,
        ip,
    })
}

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
        .select((reading_columns!(), accounts::display_name))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(readings::id.lt(DbId(before)));
    }
    let rows: Vec<(ReadingRow, String)> = query.order(readings::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(|(row, name)| Ok((reading(row)?, name))).collect()
}

/// What a person read, newest first, `limit` at most.
pub fn readings_by(conn: &mut AnyConn, account: AccountId, limit: i64) -> Result<Vec<Reading>> {
    let rows: Vec<ReadingRow> = readings::table
        .filter(readings::account_id.eq(DbId(account.0)))
        .order(readings::id.desc())
        .limit(limit)
        .select(reading_columns!())
        .load(conn)?;
    rows.into_iter().map(reading).collect()
}
