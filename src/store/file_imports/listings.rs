//! Files of listings, which a member of an enterprise or a key of its systems sent; and what enterprises call their listings.

mod order;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use jiff::Timestamp;
use uuid::Uuid;

use super::statements::statements;
use super::{Files, Import, ImportOf, Lease, OPEN, PlaceOf, RowOf, StoredRow, row_of};
use crate::domain::access::{Action, Permit};
use crate::domain::file::Digest;
use crate::domain::ids::{AccountId, ApiKeyId, EnterpriseId, ListingId, ListingImportId};
use crate::domain::import::{Counts, Format, IDENTIFIER_GIVEN, ImportStatus, RowResult, Sender};
use crate::store::schema::{listing_external_ids, listing_import_rows as kept, listing_imports as imports};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, Error, Result, Uow, demand};
use order::{due, is_next};

/// Files of listings.
#[derive(Clone, Copy, Debug)]
pub struct Listings;

/// Whose listings rows become.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Who sent it.
    pub sender: Sender,
}

statements! {
    Listings of ListingImportId, of whom Whose, owner enterprise_id: EnterpriseId, rows external_id and listing_id: ListingId;
    front { enterprise_id: DbId, actor_kind: String, actor_id: DbId } back { is_workbook: bool }
    insert by Action::CreateListing, |import| {
        let (kind, actor): (&str, Uuid) = match import.whose.sender {
            Sender::Member(account) => ("member", account.0),
            Sender::Key(key) => ("key", key.0),
            Sender::Officer(_) => return Err(Error::Row("an officer sends no listings".into())),
        };
        // A workbook is a table, too, to whoever does not know workbooks.
        let form = match import.format {
            Format::Xlsx => Format::Csv,
            format => format,
        };
        (
            imports::enterprise_id.eq(DbId(import.whose.enterprise.0)),
            imports::actor_kind.eq(kind),
            imports::actor_id.eq(DbId(actor)),
            imports::format.eq(form.as_str()),
            imports::is_workbook.eq(import.format == Format::Xlsx),
        )
    }
}

fn whose(stored: &Stored) -> Result<Whose> {
    let sender = match stored.actor_kind.as_str() {
        "member" => Sender::Member(AccountId(stored.actor_id.0)),
        "key" => Sender::Key(ApiKeyId(stored.actor_id.0)),
        other => return Err(Error::Row(format!("actor_kind: {other}"))),
    };
    Ok(Whose {
        enterprise: EnterpriseId(stored.enterprise_id.0),
        sender,
    })
}

fn format(stored: &Stored) -> Result<Format> {
    if stored.is_workbook {
        Ok(Format::Xlsx)
    } else {
        Ok(stored.format.parse()?)
    }
}

/// Imports of one content that are looked at for what they named: the first ones do.
const SENT_BEFORE: i64 = 100;

/// The listings to which an import of the same rows gave an identifier before, as long as it is kept. Only these are read of what may be
/// a hundred times as many rows as a file has, and the rows name no more listings than there are of them.
pub fn named_when_sent_before(conn: &mut AnyConn, import: &ImportOf<Listings>) -> Result<Vec<ListingId>> {
    let before: Vec<DbId> = imports::table
        .filter(imports::sha256.eq(import.digest.0.to_vec()))
        .filter(imports::enterprise_id.eq(DbId(import.whose.enterprise.0)))
        .filter(imports::is_dry_run.eq(false))
        // Who gives an identifier changes the listing by it.
        .filter(imports::updated_count.gt(0))
        .filter(imports::id.ne(DbId(import.id.0)))
        .order((imports::created_at.asc(), imports::id.asc()))
        .select(imports::id)
        .limit(SENT_BEFORE)
        .load(conn)?;
    // Either database writes the document in its own way: with a space behind colons, or without. Quotes within texts are escaped, so
    // that no text is taken for the code.
    let is_told = format!(
        "REPLACE(CAST(listing_import_rows.problems AS TEXT), ': ', ':') LIKE '%\"code\":\"{IDENTIFIER_GIVEN}\"%'"
    );
    let named: Vec<Option<DbId>> = kept::table
        .filter(kept::import_id.eq_any(before))
        .filter(kept::result.eq(RowResult::Updated.as_str()))
        .filter(kept::listing_id.is_not_null())
        .filter(sql::<Bool>(&is_told))
        .select(kept::listing_id)
        .distinct()
        .load(conn)?;
    Ok(named.into_iter().flatten().map(|id| ListingId(id.0)).collect())
}

/// The listing that an enterprise calls so.
pub fn find_external(conn: &mut AnyConn, enterprise: EnterpriseId, external_id: &str) -> Result<Option<ListingId>> {
    let id: Option<DbId> = listing_external_ids::table
        .find((DbId(enterprise.0), external_id))
        .select(listing_external_ids::listing_id)
        .first(conn)
        .optional()?;
    Ok(id.map(|id| ListingId(id.0)))
}

/// Notes what an enterprise calls a listing of its own.
pub fn name_listing(
    uow: &mut Uow<'_>,
    permit: &Permit,
    enterprise: EnterpriseId,
    external_id: &str,
    listing: ListingId,
) -> Result<()> {
    demand(permit, &[Action::CreateListing])?;
    diesel::insert_into(listing_external_ids::table)
        .values((
            listing_external_ids::enterprise_id.eq(DbId(enterprise.0)),
            listing_external_ids::external_id.eq(external_id),
            listing_external_ids::listing_id.eq(DbId(listing.0)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// What listings are called by their enterprise, in no particular order. What another one called them, which became part
/// of it, is not found by [`find_external`] either.
pub fn external_ids(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    listings: &[ListingId],
) -> Result<Vec<(ListingId, String)>> {
    let keys: Vec<DbId> = listings.iter().map(|id| DbId(id.0)).collect();
    // A listing has one name at the most. Whose it is is not asked of the database, which would read all names of an enterprise
    // for a page of its listings.
    let rows: Vec<(DbId, DbId, String)> = listing_external_ids::table
        .filter(listing_external_ids::listing_id.eq_any(keys))
        .select((
            listing_external_ids::enterprise_id,
            listing_external_ids::listing_id,
            listing_external_ids::external_id,
        ))
        .load(conn)?;
    let own = rows.into_iter().filter(|(owner, ..)| owner.0 == enterprise.0);
    Ok(own.map(|(_, id, name)| (ListingId(id.0), name)).collect())
}
