//! The review queue: who has taken up what, and what officers should look at first. What is decided is in
//! [`moderation`](super::moderation).

pub mod backlog;
pub mod bulk;
pub mod checklists;
pub mod claims;
pub mod comparison;
pub mod conversation;
pub mod decisions;
pub mod digests;
pub mod figures;
pub mod filters;
pub mod flags;
pub mod lookalikes;
pub mod queue;
mod reading;
mod twins;

use std::sync::Arc;

use jiff::SignedDuration;

use super::Result;
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::ids::ListingId;
use crate::domain::review::{EntryKind, RiskFlag};
use crate::store::review_claims::Subject;

/// The proof that somebody reviews anything at all.
pub(in crate::service) fn reviewer(actor: &Actor) -> Result<Permit> {
    let of_enterprises = decide(actor, Action::ReviewEnterprise, &Resource::None);
    Ok(of_enterprises.or_else(|_| decide(actor, Action::ReviewListing, &Resource::None))?)
}

/// What the operator decided about reviews.
#[derive(Clone, Debug)]
pub struct ReviewRules {
    /// How long an officer has what was taken up.
    pub claim_time: SignedDuration,
    /// From when on officers are told in the morning that something waits.
    pub digest_after: SignedDuration,
    /// What needs a second officer's approval.
    pub needs_second: Arc<[RiskFlag]>,
}

/// The listing that an entry of the queue is, or is a revision of.
pub(super) fn listing_of((kind, id): Subject) -> Option<ListingId> {
    match kind {
        EntryKind::Listing | EntryKind::Revision => Some(ListingId(id)),
        EntryKind::Enterprise | EntryKind::Amendment | EntryKind::Document | EntryKind::Report => None,
    }
}
