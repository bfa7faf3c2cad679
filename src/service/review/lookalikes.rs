//! Listings that may be there already: live or waiting ones of the same kind with the same name, whoever's they are
//! (nghi trùng tin).

use std::collections::HashMap;

use jiff::Timestamp;

use super::queue::Waiting;
use crate::domain::access::{Action, Actor, decide};
use crate::domain::ids::ListingId;
use crate::domain::listing::revision::RevisionStatus;
use crate::domain::listing::{Listing, ListingKind};
use crate::domain::text::fold;
use crate::service::Result;
use crate::service::context::Caller;
use crate::service::enterprises::hide;
use crate::service::listings::{OwnerCard, resource};
use crate::store::listings::{self, Called};
use crate::store::{self, AnyConn, revisions};

/// Most that are told of one listing.
pub const MOST: usize = 50;
/// How often so many are looked at for one title.
const MOST_BATCHES: usize = 20;

/// How many listings have the names of what waits.
pub(super) struct Alike(HashMap<Called, i64>);

impl Alike {
    /// One question for all entries.
    pub(super) fn among(conn: &mut AnyConn, waiting: &[Waiting]) -> Result<Self> {
        let mut names: Vec<String> = waiting.iter().filter_map(called).map(|(name, _)| name).collect();
        names.sort_unstable();
        names.dedup();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(Self(listings::same_names(conn, &names)?))
    }

    /// Whether another listing than the entry's is called so.
    pub(super) fn has_another(&self, waiting: &Waiting) -> bool {
        let Some(name) = called(waiting) else { return false };
        let all = self.0.get(&name).copied().unwrap_or_default();
        // A listing that waits is one of them; of a revision the live one is, as long as it is called the same.
        let own = match waiting {
            Waiting::Listing(..) => true,
            Waiting::Revision(_, live, _) => name_of(live) == name,
            _ => false,
        };
        all > i64::from(own)
    }
}

fn called(waiting: &Waiting) -> Option<Called> {
    match waiting {
        Waiting::Listing(listing, _) => Some(name_of(listing)),
        Waiting::Revision(revision, ..) => {
            let kind: ListingKind = revision.content.kind.parse().ok()?;
            Some((fold(&revision.content.title.vi), kind))
        }
        Waiting::Enterprise(_) | Waiting::Amendment(_) | Waiting::Document(..) | Waiting::Report(..) => None,
    }
}

fn name_of(listing: &Listing) -> Called {
    (fold(listing.content.title.vi.as_str()), listing.content.kind)
}

/// A listing that is called so.
#[derive(Clone, Debug)]
pub struct Lookalike {
    /// The listing.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// Whether the officer may decide on it, too, and sees all of it.
    pub is_insider: bool,
}

/// What a listing, or its revision that waits, resembles, as far as the officer may read it; the oldest first.
pub fn find(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Vec<Lookalike>> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReviewListing, &resource(&listing, &owner))?;
    let mut names = vec![name_of(&listing)];
    match revisions::find_open(conn, id) {
        Ok(open) if open.status == RevisionStatus::Submitted => {
            names.extend(called(&Waiting::Revision(Box::new(open), Box::new(listing), owner)));
        }
        Ok(_) | Err(store::Error::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    names.dedup();
    let mut found = Vec::new();
    for name in names {
        readable(conn, &actor, (&name, id), now, &mut found)?;
    }
    found.truncate(MOST);
    Ok(found)
}

/// Adds those of a name that the officer may read, until there are as many as are told. Of one title a thousand are looked at at
/// the most.
fn readable(
    conn: &mut AnyConn,
    actor: &Actor,
    (name, own): (&Called, ListingId),
    now: Timestamp,
    found: &mut Vec<Lookalike>,
) -> Result<()> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut after = None;
    for _ in 0..MOST_BATCHES {
        let batch = listings::with_same_name(conn, name, own, after, limit)?;
        let Some((last, _)) = batch.last() else { return Ok(()) };
        after = Some((last.created_at, last.id));
        for (mut listing, owner) in batch {
            // A program of before may have changed the title alone.
            if name_of(&listing) != *name {
                continue;
            }
            listing.lapse(now);
            let may = |action| decide(actor, action, &resource(&listing, &owner)).is_ok();
            let is_insider = may(Action::ReviewListing);
            if is_insider || may(Action::ReadListing) {
                found.push(Lookalike {
                    listing,
                    owner,
                    is_insider,
                });
            }
        }
        if found.len() >= MOST {
            return Ok(());
        }
    }
    Ok(())
}
