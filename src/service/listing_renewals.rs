//! Several listings renewed at once: each as if it were the only one, in a unit of work of its own, so that one that is refused
//! keeps no other back.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::{App, Caller};
use super::idempotency::{self, Key};
use super::{Error, Result, listing_terms};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::ids::ListingId;
use crate::store::AnyConn;

/// Most listings at once.
pub const MOST: usize = 100;

/// One listing that still holds.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which.
    pub listing: ListingId,
    /// The version that was read.
    pub version: i64,
    /// With this it is done once, however often it is asked.
    pub key: Option<Key>,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Where the listing stands now.
    pub state: String,
    /// Its version now.
    pub version: i64,
    /// Until when it is public.
    pub expires_at: Option<Timestamp>,
}

/// Refuses whoever writes no listings; what may be renewed is asked of each.
pub fn require_writer(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<()> {
    decide(&caller.actor(conn, now)?, Action::CreateListing, &Resource::None)?;
    Ok(())
}

/// Renews one. What was done under its key before is told again; what was refused is tried again.
pub async fn renew(app: &App, caller: Caller, item: Item) -> Result<Done> {
    idempotency::part(app, caller, item.key.clone(), move |work| {
        let seen = listing_terms::renew(work, &caller, item.listing, Some(item.version))?;
        Ok(Done {
            state: seen.listing.status.as_str().to_owned(),
            version: seen.listing.version,
            expires_at: seen.listing.expires_at,
        })
    })
    .await
    .map_err(Error::of_write)
}
