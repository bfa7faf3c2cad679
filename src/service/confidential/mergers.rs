//! What becomes of grants when two registrations become one.

use std::collections::BTreeSet;

use super::end;
use crate::domain::access::Permit;
use crate::domain::confidential::{Grant, GrantMoved};
use crate::domain::enterprise::Enterprise;
use crate::domain::letter::Letter;
use crate::service::Result;
use crate::service::context::Work;
use crate::service::members::tell_owners_about;
use crate::store::{confidential, listings};

/// Before the grants of the one that goes are handed over: takes back those by which an enterprise would read what is its
/// own, and those of which the one that stays has as much already. Whoever granted something to the one that goes is told
/// who has it now.
pub fn merge(work: &mut Work<'_, '_>, permit: &Permit, from: &Enterprise, into: &Enterprise) -> Result<()> {
    let now = work.now;
    let (to_from, to_into) = (
        confidential::in_force_to(work.conn(), from.id, now)?,
        confidential::in_force_to(work.conn(), into.id, now)?,
    );
    let one = BTreeSet::from([from.id, into.id]);
    let (own, to_from): (Vec<_>, Vec<_>) = to_from.into_iter().partition(|(_, owner)| one.contains(owner));
    let (more, to_into): (Vec<_>, Vec<_>) = to_into.into_iter().partition(|(_, owner)| one.contains(owner));
    for (grant, _) in own.into_iter().chain(more) {
        end(work, permit, grant.id)?;
    }
    for (grant, owner) in to_from {
        let opens_as_much = |other: &Grant| other.listing == grant.listing && (other.covers_part || !grant.covers_part);
        let ended = to_into.iter().any(|(other, _)| opens_as_much(other));
        if ended {
            end(work, permit, grant.id)?;
        }
        let (listing, _) = listings::find(work.conn(), grant.listing)?;
        let letter = Letter::ConfidentialGrantMoved(GrantMoved {
            title: listing.content.title.vi.to_string(),
            from: from.profile.legal_name.to_string(),
            into: into.profile.legal_name.to_string(),
            ended,
        });
        tell_owners_about(work, owner, Some(grant.listing), &letter)?;
    }
    Ok(())
}
