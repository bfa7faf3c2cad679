//! The register of listings as officers read it (sổ tin): all of them but drafts, whatever became of them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Result;
use super::context::Caller;
use super::gaps::next_size;
use super::review::filters::lies_in;
use super::search::present_owner;
use crate::domain::access::{self, Action, Actor, Resource, decide};
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::domain::listing::audience::Visibility;
pub use crate::store::listing_figures::Figures;
use crate::store::listings::register::{self, Candidate};
pub use crate::store::listings::register::{Asked, Between};
pub use crate::store::listings::{OwnerCard, Place};
use crate::store::{AnyConn, listing_figures, listings};

/// Which listings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the database sorts out.
    pub asked: Asked,
    /// In one of these fields, or below it.
    pub fields: Vec<String>,
}

impl Wanted {
    /// Whether the officer may see one, and wants to.
    fn has(&self, candidate: &Candidate, actor: &Actor) -> bool {
        let resource = Resource::Listing {
            owner: candidate.enterprise,
            status: candidate.status,
            was_handed_in: candidate.was_handed_in,
            hold: candidate.hold,
            // An officer who reviews listings sees it whoever else does.
            visibility: Visibility::Public,
            owner_status: candidate.owner.status,
            place: access::Place {
                commune: &candidate.owner.commune_code,
                fields: &candidate.fields,
            },
        };
        (self.fields.is_empty() || self.fields.iter().any(|wanted| lies_in(&candidate.fields, wanted)))
            && decide(actor, Action::ReviewListing, &resource).is_ok()
    }
}

/// A listing of the register.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The listing, as it stands now.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// Which import made it, and how often it was read.
    pub figures: Figures,
}

/// How many are looked through at once where fields or a scope leave gaps.
const BATCH: usize = 1_000;
/// How often at the most for one page, which may then be short and have a next one.
const MOST_BATCHES: usize = 10;

/// A page of the register.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Entry>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ReviewListing, &Resource::None)?;
    let mut wanted = wanted.clone();
    if let Some(owner) = &mut wanted.asked.enterprise {
        *owner = present_owner(conn, *owner)?;
    }
    let (found, next) = look_through(conn, &actor, &wanted, after, limit, now)?;
    let mut figures = listing_figures::of(conn, &found)?;
    let rows = listings::find_many(conn, &found)?.into_iter();
    let mut rows: HashMap<ListingId, (Listing, OwnerCard)> =
        rows.map(|(listing, owner)| (listing.id, (listing, owner))).collect();
    let entries = found.iter().filter_map(|id| {
        let (mut listing, owner) = rows.remove(id)?;
        listing.lapse(now);
        Some(Entry {
            listing,
            owner,
            figures: figures.remove(id).unwrap_or_default(),
        })
    });
    Ok((entries.collect(), next))
}

fn look_through(
    conn: &mut AnyConn,
    actor: &Actor,
    wanted: &Wanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<ListingId>, Option<Place>)> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut found, mut place) = (Vec::new(), after);
    // Most officers have no scope, and find their page in what is read first.
    let mut size = limit.saturating_add(1);
    for _ in 0..MOST_BATCHES {
        let found_before = found.len();
        let most = i64::try_from(size).unwrap_or(i64::MAX);
        let batch = register::places(conn, &wanted.asked, place, most, now)?;
        let is_last = batch.len() < size;
        let ids: Vec<ListingId> = batch.iter().map(|(_, id)| *id).collect();
        let known = register::candidates(conn, &ids)?.into_iter();
        let known: HashMap<ListingId, Candidate> = known.map(|candidate| (candidate.id, candidate)).collect();
        for next in batch {
            let is_wanted = known.get(&next.1).is_some_and(|candidate| wanted.has(candidate, actor));
            if is_wanted && found.len() == limit {
                return Ok((found, place));
            }
            if is_wanted {
                found.push(next.1);
            }
            place = Some(next);
        }
        if is_last {
            return Ok((found, None));
        }
        size = next_size(limit, found.len(), (found.len() - found_before, size), BATCH);
    }
    Ok((found, place))
}
