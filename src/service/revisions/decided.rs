//! What officers decide on revisions. Approval makes one the live listing.

use super::{Seen, hide_draft, require_live, seen, wrong_status};
use crate::domain::access::{Action, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::lists_for_listing;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::ListingId;
use crate::domain::listing::revision::Revision;
use crate::domain::listing::{Listing, ListingContent};
use crate::domain::review::EntryKind;
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::enterprises::hide;
use crate::service::listings::{self as posts, resource};
use crate::service::review::decisions::{self, Judged, Step, Verdict};
use crate::service::versions::require_version;
use crate::service::{Error, ErrorCode, Result, attachments, holds, regulated, screening};
use crate::store::audit::Change;
use crate::store::{listings, outbox, revisions};

/// Decides on the version of a revision that the officer has `seen_version`. Approval makes it the live listing.
pub fn decide_on(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen_version: i64,
    verdict: &Verdict,
) -> Result<Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (mut listing, owner) = listings::find_at(work.conn(), id, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::ReviewListing, &resource(&listing, &owner))?;
    holds::require_decidable(&listing, &owner)?;
    let mut revision = match revisions::find_open(work.conn(), id) {
        Err(crate::store::Error::NotFound) if revisions::is_over(work.conn(), id, seen_version)? => {
            return Err(ErrorCode::AlreadyDecided.into());
        }
        found => found?,
    };
    hide_draft(&actor, &revision)?;
    require_version(seen_version, revision.version)?;
    let judged = Judged {
        renewal: None,
        subject: (EntryKind::Revision, id.0),
        id: revision.id.0,
        enterprise: listing.enterprise_id,
        listing_kind: Some(listing.content.kind),
        name: listing.content.title.vi.to_string(),
        version: seen_version,
        since: revision.submitted_at.unwrap_or(revision.updated_at),
        document: attachments::judged_revision(work.conn(), &revision)?,
        state: state::of_revision(&revision)?,
    };
    let (next, deed) = match verdict {
        Verdict::Approve(_) => (revision.status.approve(), Deed::RevisionApproved),
        Verdict::Reject(_) => (revision.status.reject(), Deed::RevisionRejected),
        Verdict::RequestChanges(_) => (revision.status.request_changes(), Deed::RevisionChangesRequested),
    };
    let next = next.map_err(|wrong| wrong_status(wrong.0))?;
    let approved = match verdict {
        Verdict::Approve(_) => Some(publishable(work, &listing, &revision)?),
        Verdict::Reject(_) | Verdict::RequestChanges(_) => None,
    };
    if decisions::settle(work, &permit, &judged, verdict)? == Step::Endorsed {
        return seen(work.conn(), revision, listing, owner);
    }
    let before = state::of_revision(&revision)?;
    revision.status = next;
    revision.updated_at = now;
    revisions::update(work.uow, &permit, &mut revision)?;
    let change = Change::between(before, state::of_revision(&revision)?);
    let subject = ("revision", revision.id.0);
    work.remember_decision(&permit, deed, subject, verdict.reason(), (seen_version, change))?;
    if let Some(content) = approved {
        let before = state::of_listing(&listing)?;
        posts::replace_content(work, &permit, &mut listing, content)?;
        failpoint!("revisions.replaced", Error::busy);
        attachments::put_in_place(work, &permit, &revision)?;
        listing.updated_at = now;
        // Above every version that anybody saw of the revision.
        listings::update_to(work.uow, &permit, &mut listing, revision.version)?;
        outbox::push(work.uow, id, now)?;
        let change = Change::between(before, state::of_listing(&listing)?);
        work.remember_change(&permit, Deed::ListingRevised, ("listing", id.0), None, change)?;
    }
    decisions::keep(work, &permit, &judged, verdict)?;
    seen(work.conn(), revision, listing, owner)
}

/// What the revision makes of the live listing, if it may come out as it is.
fn publishable(work: &mut Work<'_, '_>, listing: &Listing, revision: &Revision) -> Result<ListingContent> {
    require_live(listing, revision)?;
    let lists = lists_for_listing(work.in_force()?, &listing.content);
    let content = revision.content.parse(&lists).map_err(no_longer)?;
    // A word may have been added since it was handed in.
    screening::require_clean_revision(work.conn(), &content, revision)?;
    regulated::require_transferable(work, listing.finding.as_ref(), &content)?;
    Ok(content)
}

/// Why what was handed in is not taken any more: where lists were reorganised meanwhile, the officer sends it back, and is told what
/// to ask for.
fn no_longer(fields: Vec<FieldError>) -> Error {
    let has_ended = |field: &FieldError| matches!(field.violation, Violation::CodeEnded { .. });
    if fields.iter().any(has_ended) {
        return Error {
            fields,
            ..ErrorCode::RevisionCodesEnded.into()
        };
    }
    Error::fields(fields)
}
