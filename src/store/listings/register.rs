//! Listings as officers look for them, whatever became of them.

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::Timestamp;

use super::Place;
use super::owner::{OwnerRow, owner_card};
use crate::domain::ids::{AccountId, EnterpriseId, ListingId, ListingImportId};
use crate::domain::listing::code::ListingCode;
use crate::domain::listing::hold::{Hold, HoldKind};
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::listing::{ListingKind, ListingStatus};
use crate::store::listings::OwnerCard;
use crate::store::schema::{enterprises, listing_figures, listings};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{AnyConn, MAX_IDS, Result};

/// A time from one instant on, up to before another; open where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    /// The first instant.
    pub from: Option<Timestamp>,
    /// The first instant that is too late.
    pub before: Option<Timestamp>,
}

/// What is asked of every listing; nothing of what is absent or empty, one of several values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Where it stands at the instant of asking.
    pub statuses: Vec<ListingStatus>,
    /// What holds it.
    pub holds: Vec<HoldKind>,
    /// What is posted.
    pub kinds: Vec<ListingKind>,
    /// Readiness levels.
    pub trl: Vec<u8>,
    /// Whose it is.
    pub enterprise: Option<EnterpriseId>,
    /// Who began it.
    pub creator: Option<AccountId>,
    /// The site from which it was imported.
    pub site: Option<String>,
    /// Codes of provinces of the enterprise.
    pub provinces: Vec<String>,
    /// Codes of countries of origin.
    pub origins: Vec<String>,
    /// The import that made it.
    pub import: Option<ListingImportId>,
    /// What the law on technology transfer says of it, as found or declared.
    pub classes: Vec<RegulatoryClass>,
    /// The one with this code.
    pub code: Option<ListingCode>,
    /// Beginnings of words of its title, folded; all of them are there.
    pub words: Vec<String>,
    /// When it was first saved.
    pub created: Between,
    /// When it last changed.
    pub updated: Between,
    /// When it was last approved.
    pub published: Between,
    /// Its term ends before this instant.
    pub expires_before: Option<Timestamp>,
    /// Those that were saved first come first.
    pub oldest_first: bool,
}

/// One status as the database has it, where the end of a term may not be written down yet. Each is asked for alone, by an
/// index in whose order the register is.
#[derive(Clone, Copy)]
enum Part {
    /// Whatever was handed in once: a draft is its writer's own.
    NoDraft,
    /// As it is written down.
    Stands(ListingStatus),
    /// Public, and its term goes on.
    Published,
    /// Public as it is written down, and its term is over.
    Lapsed,
}

fn parts(statuses: &[ListingStatus]) -> Vec<Part> {
    if statuses.is_empty() {
        return vec![Part::NoDraft];
    }
    let of = |status: &ListingStatus| match status {
        ListingStatus::Draft => vec![],
        ListingStatus::Published => vec![Part::Published],
        ListingStatus::Expired => vec![Part::Stands(ListingStatus::Expired), Part::Lapsed],
        other => vec![Part::Stands(*other)],
    };
    let mut all = statuses.to_vec();
    all.sort_unstable_by_key(|status| status.as_str());
    all.dedup();
    all.iter().flat_map(of).collect()
}

/// All holds in which one of some kinds is, as they are written down.
fn held_by(kinds: &[HoldKind]) -> Vec<String> {
    let mut all = vec![Hold::NONE];
    for kind in HoldKind::ALL {
        all.extend(all.clone().into_iter().map(|hold| hold.with(*kind)));
    }
    let wanted = all.into_iter().filter(|hold| kinds.iter().any(|kind| hold.has(*kind)));
    wanted.map(|hold| hold.to_string()).collect()
}

/// Leaves in a boxed query what lies in a time.
macro_rules! within {
    ($query:ident, $column:expr, $between:expr, $as:expr) => {
        if let Some(from) = $between.from {
            $query = $query.filter($column.ge($as(DbTs(from))));
        }
        if let Some(before) = $between.before {
            $query = $query.filter($column.lt($as(DbTs(before))));
        }
    };
}

/// Most enterprises by whose listings the register is looked through; of more, each listing is asked where its enterprise is.
const FEW: i64 = 50;

/// The enterprises of some provinces, where they are few.
fn few_owners(conn: &mut AnyConn, provinces: &[String]) -> Result<Option<Vec<DbId>>> {
    let found: Vec<DbId> = enterprises::table
        .filter(enterprises::province_code.eq_any(provinces))
        .select(enterprises::id)
        .limit(FEW + 1)
        .load(conn)?;
    Ok(Some(found).filter(|found| i64::try_from(found.len()).is_ok_and(|count| count <= FEW)))
}

/// Places of listings of which this is true, in their order.
pub fn places(
    conn: &mut AnyConn,
    asked: &Asked,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Place>> {
    let owners = if asked.provinces.is_empty() {
        None
    } else {
        few_owners(conn, &asked.provinces)?
    };
    let mut found: Vec<Place> = Vec::new();
    for part in parts(&asked.statuses) {
        found.extend(places_of(conn, (asked, owners.as_deref()), part, after, limit, now)?);
    }
    found.sort_unstable();
    if !asked.oldest_first {
        found.reverse();
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

fn places_of(
    conn: &mut AnyConn,
    (asked, owners): (&Asked, Option<&[DbId]>),
    part: Part,
    after: Option<Place>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Place>> {
    let (published, at) = (ListingStatus::Published.as_str(), Some(DbTs(now)));
    let mut query = listings::table
        .select((listings::created_at, listings::id))
        .into_boxed();
    let archived = ListingStatus::Archived;
    query = match part {
        // What was put away before it was ever handed in is its writer's own, as a draft is.
        Part::NoDraft => {
            let handed_in = listings::status
                .ne(archived.as_str())
                .or(listings::submitted_at.is_not_null());
            query
                .filter(listings::status.ne(ListingStatus::Draft.as_str()))
                .filter(handed_in)
        }
        Part::Stands(status) if status == archived => query
            .filter(listings::status.eq(archived.as_str()))
            .filter(listings::submitted_at.is_not_null()),
        Part::Stands(status) => query.filter(listings::status.eq(status.as_str())),
        Part::Published => query
            .filter(listings::status.eq(published))
            .filter(listings::expires_at.is_null().or(listings::expires_at.gt(at))),
        Part::Lapsed => query
            .filter(listings::status.eq(published))
            .filter(listings::expires_at.le(at)),
    };
    if !asked.holds.is_empty() {
        query = query.filter(listings::hold.eq_any(held_by(&asked.holds)));
    }
    if !asked.kinds.is_empty() {
        let kinds: Vec<&str> = asked.kinds.iter().map(|kind| kind.as_str()).collect();
        query = query.filter(listings::kind.eq_any(kinds));
    }
    if !asked.trl.is_empty() {
        let levels: Vec<Option<i16>> = asked.trl.iter().map(|level| Some(i16::from(*level))).collect();
        query = query.filter(listings::trl.eq_any(levels));
    }
    if let Some(owner) = asked.enterprise {
        query = query.filter(listings::enterprise_id.eq(DbId(owner.0)));
    }
    if let Some(creator) = asked.creator {
        query = query.filter(listings::created_by.eq(Some(DbId(creator.0))));
    }
    if let Some(site) = &asked.site {
        query = query.filter(listings::source_site.eq(Some(site.clone())));
    }
    if let Some(owners) = owners {
        query = query.filter(listings::enterprise_id.eq_any(owners.to_vec()));
    } else if !asked.provinces.is_empty() {
        let there = enterprises::table
            .filter(enterprises::id.eq(listings::enterprise_id))
            .filter(enterprises::province_code.eq_any(asked.provinces.clone()));
        query = query.filter(exists(there));
    }
    if !asked.origins.is_empty() {
        let countries: Vec<Option<String>> = asked.origins.iter().cloned().map(Some).collect();
        query = query.filter(listings::origin_country.eq_any(countries));
    }
    if let Some(import) = asked.import {
        let made = listing_figures::table
            .filter(listing_figures::listing_id.eq(listings::id))
            .filter(listing_figures::import_id.eq(Some(DbId(import.0))));
        query = query.filter(exists(made));
    }
    if !asked.classes.is_empty() {
        let classes: Vec<Option<&str>> = asked.classes.iter().map(|class| Some(class.as_str())).collect();
        query = query.filter(listings::regulatory_class.eq_any(classes));
    }
    if let Some(code) = &asked.code {
        query = query.filter(listings::code.eq(Some(code.to_string())));
    }
    for word in &asked.words {
        // Folded words are letters and digits: nothing in them is a sign of a pattern.
        let first = listings::title_key.like(format!("{word}%"));
        query = query.filter(first.or(listings::title_key.like(format!("% {word}%"))));
    }
    within!(query, listings::created_at, asked.created, std::convert::identity);
    within!(query, listings::updated_at, asked.updated, std::convert::identity);
    within!(query, listings::published_at, asked.published, Some);
    if let Some(end) = asked.expires_before {
        query = query.filter(listings::expires_at.lt(Some(DbTs(end))));
    }
    // The first says nothing new, but is what lets the index be entered at the right place.
    query = match after {
        None => query,
        Some((at, id)) if asked.oldest_first => query
            .filter(listings::created_at.ge(DbTs(at)))
            .filter(listings::created_at.gt(DbTs(at)).or(listings::id.gt(DbId(id.0)))),
        Some((at, id)) => query
            .filter(listings::created_at.le(DbTs(at)))
            .filter(listings::created_at.lt(DbTs(at)).or(listings::id.lt(DbId(id.0)))),
    };
    query = if asked.oldest_first {
        query.order((listings::created_at.asc(), listings::id.asc()))
    } else {
        query.order((listings::created_at.desc(), listings::id.desc()))
    };
    let rows: Vec<(DbTs, DbId)> = query.limit(limit).load(conn)?;
    Ok(rows.into_iter().map(|(at, id)| (at.0, ListingId(id.0))).collect())
}

/// What decides whether an officer sees a listing: little, because many are looked through for one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: ListingId,
    /// Whose.
    pub enterprise: EnterpriseId,
    /// Where it stands, as it is written down.
    pub status: ListingStatus,
    /// Whether it was ever handed in.
    pub was_handed_in: bool,
    /// What holds it.
    pub hold: Hold,
    /// In which fields it is.
    pub fields: Vec<String>,
    /// What is told of the owner.
    pub owner: OwnerCard,
}

/// Identifier, whose, status, hold, codes of fields, and when it was handed in.
type ListedRow = (DbId, DbId, String, String, DbJson, Option<DbTs>);

/// What decides it of some listings, in no order.
pub fn candidates(conn: &mut AnyConn, ids: &[ListingId]) -> Result<Vec<Candidate>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<(ListedRow, OwnerRow)> = listings::table
            .inner_join(enterprises::table)
            .filter(listings::id.eq_any(keys))
            .select((
                (
                    listings::id,
                    listings::enterprise_id,
                    listings::status,
                    listings::hold,
                    listings::field_codes,
                    listings::submitted_at,
                ),
                (
                    enterprises::legal_name,
                    enterprises::province_code,
                    enterprises::commune_code,
                    enterprises::status,
                    enterprises::is_demo,
                ),
            ))
            .load(conn)?;
        for ((id, enterprise, status, hold, fields, submitted_at), owner) in rows {
            found.push(Candidate {
                id: ListingId(id.0),
                enterprise: EnterpriseId(enterprise.0),
                status: status.parse()?,
                was_handed_in: submitted_at.is_some(),
                hold: hold.parse()?,
                fields: fields.read()?,
                owner: owner_card(owner)?,
            });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_holds_beside_it_counts() {
        let suspended = held_by(&[HoldKind::Suspended]);
        assert_eq!(suspended.len(), 4, "{suspended:?}");
        assert!(suspended.iter().all(|hold| hold.contains("suspended")));
        assert_eq!(held_by(HoldKind::ALL).len(), 7);
        assert_eq!(held_by(&[]).len(), 0);
    }
}
