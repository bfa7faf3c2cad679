//! Whom a listing is shown to.

use super::{Actor, Resource};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::Hold;
use crate::domain::listing::{Listing, ListingStatus};

/// Whether what is public is shown to the actor, at least in part.
pub(super) fn admits(visibility: Visibility, actor: &Actor) -> bool {
    match visibility {
        Visibility::Public | Visibility::OnRequest => true,
        Visibility::Members => match actor {
            Actor::Member { status, verified, .. } => *verified && *status == EnterpriseStatus::Active,
            Actor::Key { status, .. } => *status == EnterpriseStatus::Active,
            Actor::Officer { enrolled, .. } => *enrolled,
            Actor::System => true,
            Actor::Visitor | Actor::Person { .. } => false,
        },
    }
}

/// Whether searches may find it: what only members see is not in the index, so that no number tells of it.
pub fn is_in_search(listing: &Listing, owner_status: EnterpriseStatus) -> bool {
    let is_for_all = listing.audience.visibility != Visibility::Members;
    is_for_all && is_public_listing(listing.status, listing.hold, owner_status)
}

/// Whether the listing is public, to whomever it is shown: published, held by nobody, and its enterprise active.
pub fn is_public_listing(status: ListingStatus, hold: Hold, owner_status: EnterpriseStatus) -> bool {
    status == ListingStatus::Published && !hold.is_held() && owner_status == EnterpriseStatus::Active
}

/// Whether it was shown to everybody until its term ended: the page stays for whoever has its address, and says so.
pub(super) fn has_page(resource: &Resource<'_>) -> bool {
    match resource {
        Resource::Listing {
            status: ListingStatus::Expired,
            hold,
            visibility,
            owner_status,
            ..
        } => *visibility != Visibility::Members && is_public_listing(ListingStatus::Published, *hold, *owner_status),
        _ => false,
    }
}
