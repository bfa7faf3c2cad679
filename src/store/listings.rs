//! Rows of listings.

mod owner;
mod public;
pub mod register;
mod row;
mod same_names;
mod several;

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;
use std::collections::HashSet;

use super::conn::{each, reading_at_once};
use super::schema::{enterprises, listings};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::hold::Hold;
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::listing::{Listing, ListingKind, ListingStatus};
use crate::domain::review::content_flags::{ContentFlags, Possible};
use crate::domain::text::{Line, Prose, WebAddress, fold};
pub use owner::{OwnWanted, OwnerCard};
use owner::{OwnerRow, owner_card};
pub use public::{
    count_public, count_public_of, for_members, live_after, public_after, public_fields, public_ids, public_versions,
};
use row::{COLUMNS, Row};
pub use same_names::{Called, fill_title_keys, same_names, with_same_name};
use several::{OneOf, SEVERAL};

macro_rules! with_owner {
    () => {
        listings::table.inner_join(enterprises::table).select((
            crate::store::listings::row::COLUMNS,
            (
                enterprises::legal_name,
                enterprises::province_code,
                enterprises::commune_code,
                enterprises::status,
                enterprises::is_demo,
            ),
        ))
    };
}
use with_owner;

fn pair((row, owner): (Row, OwnerRow)) -> Result<(Listing, OwnerCard)> {
    Ok((row.into_domain()?, owner_card(owner)?))
}

/// Finds a listing and whose it is; [`Error::NotFound`] when there is none. Whether the caller may see it is not
/// decided here.
pub fn find(conn: &mut AnyConn, id: ListingId) -> Result<(Listing, OwnerCard)> {
    // Once per database, because the connection that is either of them writes the SQL anew for every call.
    let row: (Row, OwnerRow) = each!(conn, |c| with_owner!().filter(listings::id.eq(DbId(id.0))).first(c))?;
    pair(row)
}

/// The same as it stands at an instant, whether the end of its term was written down yet or not: what answers go by.
pub fn find_at(conn: &mut AnyConn, id: ListingId, now: Timestamp) -> Result<(Listing, OwnerCard)> {
    let (mut listing, owner) = find(conn, id)?;
    listing.lapse(now);
    Ok((listing, owner))
}

/// Finds many at once, in no particular order; absent ones are left out.
pub fn find_many(conn: &mut AnyConn, ids: &[ListingId]) -> Result<Vec<(Listing, OwnerCard)>> {
    match conn {
        // A round trip for each would cost more than anything else.
        AnyConn::Pg(_) => find_listed(conn, ids),
        // No round trips here; a list of any length would have its SQL written, parsed and planned anew at every call.
        AnyConn::Sqlite(_) => reading_at_once(conn, |conn| find_in_pages(conn, ids)),
    }
}

fn find_in_pages(conn: &mut AnyConn, ids: &[ListingId]) -> Result<Vec<(Listing, OwnerCard)>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(SEVERAL) {
        if let [id] = some {
            match find(conn, *id) {
                Err(Error::NotFound) => {}
                one => found.push(one?),
            }
            continue;
        }
        let Some(some) = OneOf::new(some) else { continue };
        let rows: Vec<(Row, OwnerRow)> = each!(conn, |c| with_owner!().filter(some).load(c))?;
        for row in rows {
            found.push(pair(row)?);
        }
    }
    Ok(found)
}

fn find_listed(conn: &mut AnyConn, ids: &[ListingId]) -> Result<Vec<(Listing, OwnerCard)>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(Row, OwnerRow)> = with_owner!().filter(listings::id.eq_any(keys)).load(conn)?;
        for row in rows {
            found.push(pair(row)?);
        }
    }
    Ok(found)
}

/// Finds the listing that was imported from a place of a source.
pub fn find_by_source(conn: &mut AnyConn, site: &str, external_id: &str) -> Result<Option<Listing>> {
    let row: Option<Row> = listings::table
        .filter(listings::source_site.eq(site))
        .filter(listings::source_external_id.eq(external_id))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.map(Row::into_domain).transpose()
}

/// Where a page goes on: after this instant and id.
pub type Place = (Timestamp, ListingId);

/// An enterprise's own listings as they stand at an instant, newest first.
pub fn of_enterprise(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    wanted: &OwnWanted,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Listing>> {
    let published = ListingStatus::Published.as_str();
    let at = Some(DbTs(now));
    let mut query = listings::table
        .filter(listings::enterprise_id.eq(DbId(enterprise.0)))
        .select(COLUMNS)
        .into_boxed();
    query = match wanted.status {
        None => query,
        Some(ListingStatus::Published) => query
            .filter(listings::status.eq(published))
            .filter(listings::expires_at.is_null().or(listings::expires_at.gt(at))),
        Some(ListingStatus::Expired) => {
            let lapsed = listings::status.eq(published).and(listings::expires_at.le(at));
            let marked = listings::status.eq(ListingStatus::Expired.as_str());
            query.filter(marked.or(lapsed.assume_not_null()))
        }
        Some(status) => query.filter(listings::status.eq(status.as_str())),
    };
    if let Some(code) = &wanted.code {
        query = query.filter(listings::code.eq(Some(code.to_string())));
    }
    for word in &wanted.words {
        // Folded words are letters and digits: nothing in them is a sign of a pattern.
        let first = listings::title_key.like(format!("{word}%"));
        query = query.filter(first.or(listings::title_key.like(format!("% {word}%"))));
    }
    if let Some((at, id)) = after {
        let at = DbTs(at);
        // The first says nothing new, but is what lets the index be entered at the right place.
        query = query
            .filter(listings::created_at.le(at))
            .filter(listings::created_at.lt(at).or(listings::id.lt(DbId(id.0))));
    }
    let rows: Vec<Row> = query
        .order((listings::created_at.desc(), listings::id.desc()))
        .limit(limit)
        .load(conn)?;
    let as_of = |row: Row| {
        let mut listing = row.into_domain()?;
        listing.lapse(now);
        Ok(listing)
    };
    rows.into_iter().map(as_of).collect()
}

/// Which listings are wanted; all where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrow {
    /// Of one of these kinds.
    pub kinds: Vec<ListingKind>,
    /// Of enterprises in one of these provinces.
    pub provinces: Vec<String>,
    /// Of one of these readiness levels.
    pub trl: Vec<u8>,
    /// Of one of these enterprises.
    pub enterprises: Vec<EnterpriseId>,
}

/// Leaves in a boxed query of listings with their enterprises what is wanted.
macro_rules! narrowed {
    ($query:ident, $narrow:expr) => {
        if !$narrow.kinds.is_empty() {
            let kinds: Vec<&str> = $narrow.kinds.iter().map(|kind| kind.as_str()).collect();
            $query = $query.filter(listings::kind.eq_any(kinds));
        }
        if !$narrow.provinces.is_empty() {
            $query = $query.filter(enterprises::province_code.eq_any($narrow.provinces.clone()));
        }
        if !$narrow.trl.is_empty() {
            let levels: Vec<Option<i16>> = $narrow.trl.iter().map(|level| Some(i16::from(*level))).collect();
            $query = $query.filter(listings::trl.eq_any(levels));
        }
        if !$narrow.enterprises.is_empty() {
            let owners: Vec<DbId> = $narrow.enterprises.iter().map(|id| DbId(id.0)).collect();
            $query = $query.filter(listings::enterprise_id.eq_any(owners));
        }
    };
}
use narrowed;

// Listings once more, beside those that are asked for.
diesel::alias! {
    const SIBLINGS: Alias<Siblings> = listings as siblings;
}

/// Which of the listings that wait are wanted; all where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// What they are.
    pub narrow: Narrow,
    /// Those that may show what is looked for.
    pub shows: Option<Possible>,
    /// Those of whose owner nothing was ever published.
    pub is_first: bool,
}

/// Listings that wait for an officer, longest first; what is held, or whose enterprise is suspended, waits for nobody.
pub fn submitted(
    conn: &mut AnyConn,
    waits: &Waits,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<(Listing, OwnerCard)>> {
    let mut query = with_owner!()
        .filter(listings::status.eq(ListingStatus::Submitted.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .into_boxed();
    let narrow = &waits.narrow;
    narrowed!(query, narrow);
    if let Some(possible) = &waits.shows {
        let flags = listings::content_flags;
        let values: Vec<Option<i16>> = possible.values.iter().copied().map(Some).collect();
        // What no rule, or another version of the rules, has judged may show anything; so may what a program that knows of no
        // flags wrote since: it raised the version of the row alone.
        let unknown = flags
            .is_null()
            .or(flags.lt(possible.known_from))
            .or(flags.ge(possible.known_before))
            .or(listings::flags_version.is_null())
            .or(listings::flags_version.ne(listings::version.nullable()));
        query = query.filter(unknown.or(flags.eq_any(values)));
    }
    if waits.is_first {
        let published = SIBLINGS
            .filter(SIBLINGS.field(listings::enterprise_id).eq(listings::enterprise_id))
            .filter(SIBLINGS.field(listings::published_at).is_not_null());
        query = query.filter(not(exists(published)));
    }
    if let Some((at, id)) = after {
        let at = Some(DbTs(at));
        // The first of these by itself, for the index: it begins there, whatever stands in the other two.
        query = query.filter(listings::submitted_at.ge(at)).filter(
            listings::submitted_at
                .gt(at)
                .or(listings::submitted_at.eq(at).and(listings::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<(Row, OwnerRow)> = query
        .order((listings::submitted_at.asc(), listings::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(pair).collect()
}

/// Which of some enterprises ever had something published.
pub fn owners_with_published(conn: &mut AnyConn, owners: &[EnterpriseId]) -> Result<HashSet<EnterpriseId>> {
    let mut found = HashSet::new();
    for some in owners.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        // One listing of each is enough to know: an enterprise may have thousands.
        let published = listings::table
            .filter(listings::enterprise_id.eq(enterprises::id))
            .filter(listings::published_at.is_not_null());
        let rows: Vec<DbId> = enterprises::table
            .filter(enterprises::id.eq_any(keys))
            .filter(exists(published))
            .select(enterprises::id)
            .load(conn)?;
        found.extend(rows.into_iter().map(|id| EnterpriseId(id.0)));
    }
    Ok(found)
}

/// The columns that an edit may change, as one expression for insert and update alike.
macro_rules! content_values {
    ($content:expr) => {
        (
            (
                listings::kind.eq($content.kind.as_str()),
                listings::title_vi.eq($content.title.vi.as_str()),
                listings::title_key.eq(fold($content.title.vi.as_str())),
                listings::title_en.eq($content.title.en.as_ref().map(Line::as_str)),
                listings::summary_vi.eq($content.summary.as_ref().map(|text| text.vi.as_str())),
                listings::summary_en.eq($content
                    .summary
                    .as_ref()
                    .and_then(|text| text.en.as_ref())
                    .map(Prose::as_str)),
                listings::description_vi.eq($content.description.as_ref().map(|text| text.vi.as_str())),
                listings::description_en.eq($content
                    .description
                    .as_ref()
                    .and_then(|text| text.en.as_ref())
                    .map(Prose::as_str)),
            ),
            (
                listings::field_codes.eq(DbJson::of(&$content.field_codes)?),
                listings::trl.eq($content.trl.map(i16::from)),
                listings::origin_country.eq($content.origin_country.as_deref()),
                listings::brand.eq($content.brand.as_ref().map(Line::as_str)),
                listings::model.eq($content.model.as_ref().map(Line::as_str)),
                listings::specifications.eq(DbJson::of(&$content.specifications)?),
            ),
            (
                listings::price_mode.eq($content.price.mode.as_str()),
                listings::price_min.eq($content.price.min),
                listings::price_max.eq($content.price.max),
                listings::currency.eq($content.price.currency.code()),
                listings::transfer_modes.eq(DbJson::of(&$content.transfer_modes)?),
                listings::details.eq(DbJson::of(&$content.details)?),
                listings::regulation.eq(DbJson::of(&$content.regulation)?),
                listings::content_flags.eq(ContentFlags::of($content).stored()),
            ),
        )
    };
}

/// To whom it is shown, the same for both.
macro_rules! audience_values {
    ($audience:expr) => {
        (
            listings::visibility.eq($audience.visibility.as_str()),
            listings::open_for_inquiry.eq($audience.open_for_inquiry),
            listings::contact_account_id.eq($audience.contact.map(|id| DbId(id.0))),
            listings::hide_contact.eq($audience.hides_contact),
        )
    };
}

/// Writes a new listing.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, listing: &Listing) -> Result<()> {
    demand(permit, &[Action::CreateListing, Action::ImportListings])?;
    let content = &listing.content;
    diesel::insert_into(listings::table)
        .values((
            content_values!(content),
            (
                listings::id.eq(DbId(listing.id.0)),
                listings::enterprise_id.eq(DbId(listing.enterprise_id.0)),
                listings::created_by.eq(listing.created_by.map(|id| DbId(id.0))),
                listings::created_at.eq(DbTs(listing.created_at)),
                listings::source_site.eq(listing.source.as_ref().map(|source| source.site.as_str())),
                listings::source_external_id.eq(listing.source.as_ref().map(|source| source.external_id.as_str())),
                listings::source_url.eq(listing
                    .source
                    .as_ref()
                    .and_then(|source| source.url.as_ref())
                    .map(WebAddress::as_str)),
            ),
            (
                listings::status.eq(listing.status.as_str()),
                listings::submitted_at.eq(listing.submitted_at.map(DbTs)),
                listings::published_at.eq(listing.published_at.map(DbTs)),
                listings::came_out.eq(listing.came_out || listing.is_out()),
                listings::version.eq(listing.version),
                listings::flags_version.eq(listing.version),
                listings::updated_at.eq(DbTs(listing.updated_at)),
                listings::code.eq(listing.code.map(|code| code.to_string())),
                listings::expires_at.eq(listing.expires_at.map(DbTs)),
                listings::hold.eq(listing.hold.to_string()),
                audience_values!(listing.audience),
                listings::regulatory_finding.eq(listing.finding.as_ref().map(DbJson::of).transpose()?),
                listings::regulatory_class.eq(listing.regulation().0.map(RegulatoryClass::as_str)),
            ),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes what changed; `listing.version` is the version that was read and becomes the next one.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, listing: &mut Listing) -> Result<()> {
    let next = listing.version + 1;
    update_to(uow, permit, listing, next)
}

/// The same, with the version that comes next.
pub fn update_to(uow: &mut Uow<'_>, permit: &Permit, listing: &mut Listing, next: i64) -> Result<()> {
    demand(
        permit,
        &[
            Action::EditListing,
            Action::ReviewListing,
            Action::SuspendListing,
            Action::HandleTakedowns,
            Action::HandleIpNotices,
            Action::ImportListings,
            Action::ExpireListings,
            Action::CloseEnterprise,
            Action::SettleListings,
        ],
    )?;
    let content = &listing.content;
    let row = listings::table
        .filter(listings::id.eq(DbId(listing.id.0)))
        .filter(listings::version.eq(listing.version));
    let count = diesel::update(row)
        .set((
            content_values!(content),
            (
                listings::source_url.eq(listing
                    .source
                    .as_ref()
                    .and_then(|source| source.url.as_ref())
                    .map(WebAddress::as_str)),
                listings::status.eq(listing.status.as_str()),
                listings::submitted_at.eq(listing.submitted_at.map(DbTs)),
                listings::published_at.eq(listing.published_at.map(DbTs)),
                listings::came_out.eq(listing.came_out || listing.is_out()),
                listings::version.eq(next),
                listings::flags_version.eq(next),
                listings::updated_at.eq(DbTs(listing.updated_at)),
                listings::code.eq(listing.code.map(|code| code.to_string())),
                listings::expires_at.eq(listing.expires_at.map(DbTs)),
                listings::hold.eq(listing.hold.to_string()),
                audience_values!(listing.audience),
                listings::regulatory_finding.eq(listing.finding.as_ref().map(DbJson::of).transpose()?),
                listings::regulatory_class.eq(listing.regulation().0.map(RegulatoryClass::as_str)),
            ),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    listing.version = next;
    Ok(())
}
