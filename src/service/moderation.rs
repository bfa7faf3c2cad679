//! What officers do: approve, refuse, send back. Each decision leaves who, when and why.

use serde_json::Value;

use super::audit::state;
use super::context::{Caller, Work};
use super::review::decisions::{self, Judged, Renewal, Step, Verdict};
use super::versions::require_version;
use super::{
    Error, Result, amendments, attachments, documents, enterprises as registrations, holds, listings as posts,
    regulated, screening,
};
use crate::domain::access::{Action, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::ListingDraft;
use crate::domain::enterprise::{AmendmentStatus, Enterprise, EnterpriseStatus, NotInThisStatus, Verification};
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::review::EntryKind;
use crate::store::audit::Change;
use crate::store::{enterprises, listing_terms, listings, outbox};

/// Decides on the version of a registration that the officer has `seen`: nobody vouches for a text unread.
pub fn decide_enterprise(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: i64,
    verdict: &Verdict,
) -> Result<registrations::Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let mut enterprise = enterprises::find(work.conn(), id).map_err(|error| registrations::hide(&actor, error))?;
    let permit = decide(&actor, Action::ReviewEnterprise, &registrations::resource(&enterprise))?;
    require_version(seen, enterprise.version)?;
    let anew = Verification::begin(now, work.terms.verification);
    let is_renewal = enterprise.status == EnterpriseStatus::Active && enterprise.verification.waits();
    let judged = Judged {
        renewal: anew.until.filter(|_| is_renewal).map(|until| Renewal {
            until,
            is_first: enterprise.verification.until.is_none(),
        }),
        subject: (EntryKind::Enterprise, id.0),
        id: id.0,
        enterprise: id,
        listing_kind: None,
        name: enterprise.profile.legal_name.to_string(),
        version: seen,
        since: enterprise.submitted_at,
        document: Value::Object(amendments::live(work.vault, &enterprise)?),
        state: state::of_enterprise(&enterprise)?,
    };
    if matches!(verdict, Verdict::Approve(_)) {
        // A word may have been added since it was handed in.
        let texts = amendments::members(&enterprise.profile)?;
        screening::require_clean_enterprise(work.conn(), &texts, &serde_json::Map::new())?;
        // The first of two vouches, too.
        documents::require_decided(work.conn(), id)?;
    }
    if decisions::settle(work, &permit, &judged, verdict)? == Step::Endorsed {
        return registrations::in_full(work, permit.actor(), enterprise);
    }
    let before = state::of_enterprise(&enterprise)?;
    let deed = judge(&mut enterprise, verdict, anew).map_err(|wrong| registrations::wrong_status(wrong.0))?;
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    // Its standing decides whether its listings are seen, so the index must look at all of them.
    outbox::push_all_of(work.uow, id, now)?;
    let after = state::of_enterprise(&enterprise)?;
    let change = (seen, Change::between(before, after));
    work.remember_decision(&permit, deed, ("enterprise", id.0), verdict.reason(), change)?;
    decisions::keep(work, &permit, &judged, verdict)?;
    registrations::in_full(work, permit.actor(), enterprise)
}

/// What becomes of a registration, or of an enterprise whose verification is looked at again: the latter stays active,
/// whatever the verdict is.
fn judge(
    enterprise: &mut Enterprise,
    verdict: &Verdict,
    anew: Verification,
) -> std::result::Result<Deed, NotInThisStatus> {
    let status = enterprise.status;
    let is_renewal = status == EnterpriseStatus::Active && enterprise.verification.waits();
    let (next, renewal, deeds) = match verdict {
        Verdict::Approve(_) => (
            status.approve(),
            None,
            (Deed::EnterpriseApproved, Deed::RenewalApproved),
        ),
        Verdict::Reject(_) => (
            status.reject(),
            Some(AmendmentStatus::Rejected),
            (Deed::EnterpriseRejected, Deed::RenewalRejected),
        ),
        Verdict::RequestChanges(_) => (
            status.request_changes(),
            Some(AmendmentStatus::ChangesRequested),
            (Deed::EnterpriseChangesRequested, Deed::RenewalReturned),
        ),
    };
    if is_renewal {
        enterprise.verification.renewal = renewal;
    } else {
        enterprise.status = next?;
    }
    if matches!(verdict, Verdict::Approve(_)) {
        enterprise.verification = anew;
    }
    Ok(if is_renewal { deeds.1 } else { deeds.0 })
}

/// Decides on the version of a listing that the officer has `seen`.
pub fn decide_listing(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: i64,
    verdict: &Verdict,
) -> Result<posts::Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (mut listing, owner) =
        listings::find_at(work.conn(), id, now).map_err(|error| registrations::hide(&actor, error))?;
    let permit = decide(&actor, Action::ReviewListing, &posts::resource(&listing, &owner))?;
    holds::require_decidable(&listing, &owner)?;
    require_version(seen, listing.version)?;
    let text = serde_json::to_value(ListingDraft::of(&listing.content)).map_err(Error::internal)?;
    let judged = Judged {
        renewal: None,
        subject: (EntryKind::Listing, id.0),
        id: id.0,
        enterprise: listing.enterprise_id,
        listing_kind: Some(listing.content.kind),
        name: listing.content.title.vi.to_string(),
        version: seen,
        since: listing.submitted_at.unwrap_or(listing.updated_at),
        document: attachments::judged(work.conn(), id, text)?,
        state: state::of_listing(&listing)?,
    };
    let (next, deed) = match verdict {
        Verdict::Approve(_) => (listing.status.approve(), Deed::ListingApproved),
        Verdict::Reject(_) => (listing.status.reject(), Deed::ListingRejected),
        Verdict::RequestChanges(_) => (listing.status.request_changes(), Deed::ListingChangesRequested),
    };
    let next = next.map_err(|wrong| posts::wrong_status(wrong.0))?;
    if matches!(verdict, Verdict::Approve(_)) {
        // A word may have been added since it was handed in.
        screening::require_clean_listing(work.conn(), &listing)?;
        regulated::require_transferable(work, listing.finding.as_ref(), &listing.content)?;
    }
    if decisions::settle(work, &permit, &judged, verdict)? == Step::Endorsed {
        return posts::Seen::inside(work.conn(), &actor, listing, owner);
    }
    let before = state::of_listing(&listing)?;
    listing.status = next;
    if matches!(verdict, Verdict::Approve(_)) {
        listing.published_at = Some(now);
        listing.begin_term(now, work.terms.listing);
        listing_terms::forget_renewals(work.uow, &permit, id)?;
        posts::give_code(work, &permit, &mut listing)?;
        outbox::push(work.uow, id, now)?;
    }
    listing.updated_at = now;
    listings::update(work.uow, &permit, &mut listing)?;
    super::revisions::carry_on(work, &permit, id, (seen, listing.version))?;
    let after = state::of_listing(&listing)?;
    let change = (seen, Change::between(before, after));
    work.remember_decision(&permit, deed, ("listing", id.0), verdict.reason(), change)?;
    decisions::keep(work, &permit, &judged, verdict)?;
    posts::Seen::inside(work.conn(), &actor, listing, owner)
}
