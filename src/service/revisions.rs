//! Revisions of published listings: written and handed in by the owner, decided on by officers, while the live listing
//! stays as it is.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::listings::{self as posts, Own, OwnerCard, require_complete, resource};
use super::review::decisions::{self, Judged, Step, Verdict};
use super::strict_json::from_value;
use super::{Error, ErrorCode, Result, acceptance, attachments, holds, regulated, screening};
use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::{ListingDraft, lists_for_listing, merge_patch};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::Violation;
use crate::domain::ids::{ListingId, RevisionId};
use crate::domain::listing::revision::{self, Difference, Revision, RevisionStatus};
use crate::domain::listing::{Listing, ListingContent, ListingStatus};
use crate::domain::review::EntryKind;
use crate::store::audit::{Change, Decision};
use crate::store::audit_chain::Hash;
use crate::store::{AnyConn, audit, listings, outbox, review_decisions, revisions};

/// A revision, the live listing, and whose it is.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The revision.
    pub revision: Revision,
    /// The listing as it is live.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// The last decision on the revision that carried a reason.
    pub decision: Option<Decision>,
}

fn seen(conn: &mut AnyConn, revision: Revision, listing: Listing, owner: OwnerCard) -> Result<Seen> {
    Ok(Seen {
        decision: audit::last_decision(conn, revision.id.0)?,
        revision,
        listing,
        owner,
    })
}

/// Reads the open revision of a listing: for its owner's members and, once it was handed in, for the officers who review.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Seen> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReadRevision, &resource(&listing, &owner))?;
    let revision = revisions::find_open(conn, id)?;
    hide_draft(&actor, &revision)?;
    seen(conn, revision, listing, owner)
}

/// A draft is its writer's own until it is handed in.
pub(super) fn hide_draft(actor: &Actor, revision: &Revision) -> Result<()> {
    match actor {
        Actor::Officer { .. } if revision.status == RevisionStatus::Draft => Err(ErrorCode::NotFound.into()),
        _ => Ok(()),
    }
}

/// Where the open revision differs from the live listing.
pub fn differences(seen: &Seen) -> Result<Vec<Difference>> {
    let json = |draft: &ListingDraft| serde_json::to_value(draft).map_err(Error::internal);
    let live = json(&ListingDraft::of(&seen.listing.content))?;
    Ok(revision::differences(&live, &json(&seen.revision.content)?))
}

/// Changes the open revision of a published listing, or begins one. `seen_version` is that of the revision if there is
/// one, else that of the listing. A revision below which the live text changed goes no further: its version may be the
/// listing's own by now, and what was written on other text is not to replace it unseen. It is thrown away and begun anew.
pub(super) fn edit(work: &mut Work<'_, '_>, own: Own, seen_version: i64, patch: &serde_json::Value) -> Result<Seen> {
    let open = match revisions::find_open(work.conn(), own.listing.id) {
        Err(crate::store::Error::NotFound) => None,
        found => Some(found?),
    };
    let live = &own.listing;
    if open.as_ref().is_some_and(|open| open.base_version != live.version) {
        return Err(ErrorCode::RevisionOutdated.into());
    }
    if seen_version != open.as_ref().map_or(live.version, |open| open.version) {
        return Err(ErrorCode::StaleVersion.into());
    }
    if let Some(open) = &open {
        open.status.edit().map_err(|wrong| wrong_status(wrong.0))?;
    }
    let before = open
        .as_ref()
        .map_or_else(|| ListingDraft::of(&live.content), |open| open.content.clone());
    let mut draft = serde_json::to_value(before).map_err(Error::internal)?;
    merge_patch(&mut draft, patch);
    let lists = lists_for_listing(work.in_force()?, &live.content);
    let content = from_value::<ListingDraft>(&draft)?
        .parse(&lists)
        .map_err(Error::fields)?;
    // The code of what is public says its kind.
    if content.kind != live.content.kind {
        return Err(Error::field("/kind", Violation::Conflicts { with: "code" }));
    }
    let content = ListingDraft::of(&content);
    match open {
        Some(mut revision) => {
            let before = state::of_revision(&revision)?;
            revision.content = content;
            let found = Found { own, revision, before };
            kept(work, found, Deed::RevisionEdited)
        }
        None => begin(work, own, content),
    }
}

/// Lets an open revision go on from the next version of its listing, whose text is the same. Where that version is the
/// revision's own, the revision gets one above it: no tag means two texts.
pub(super) fn carry_on(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    listing: ListingId,
    versions: (i64, i64),
) -> Result<()> {
    rebase(work, permit, listing, versions, true)
}

/// The same where files or videos of the listing are others, which is no other text below the revision, but not what a first
/// officer approved.
pub(super) fn carry_on_beside_others(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    listing: ListingId,
    versions: (i64, i64),
) -> Result<()> {
    rebase(work, permit, listing, versions, false)
}

fn rebase(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    listing: ListingId,
    (from, to): (i64, i64),
    is_same: bool,
) -> Result<()> {
    let mut revision = match revisions::find_open(work.conn(), listing) {
        Ok(revision) if revision.base_version == from => revision,
        Ok(_) | Err(crate::store::Error::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let (before, own) = (state::of_revision(&revision)?, revision.version);
    revision.base_version = to;
    revision.version = if is_same { own.max(to + 1) } else { own.max(to) + 1 };
    revisions::rebase(work.uow, permit, &revision)?;
    if is_same {
        // What a first officer approved is the same text.
        let ids = (listing.0, revision.id.0);
        review_decisions::carry_endorsements(work.uow, permit, ids, (own, revision.version))?;
    }
    let change = Change::between(before, state::of_revision(&revision)?);
    let subject = ("revision", revision.id.0);
    work.remember_change(permit, Deed::RevisionRebased, subject, None, change)
}

/// Its version is above every one that anybody saw of this listing or of what was to change of it: what an officer saw,
/// or endorsed, is never taken for this.
fn begin(work: &mut Work<'_, '_>, own: Own, content: ListingDraft) -> Result<Seen> {
    let former = revisions::highest_version(work.conn(), own.listing.id)?;
    let revision = Revision {
        id: RevisionId(work.next_id()),
        listing: own.listing.id,
        content,
        status: RevisionStatus::Draft,
        base_version: own.listing.version,
        version: former.unwrap_or_default().max(own.listing.version) + 1,
        submitted_at: None,
        created_at: work.now,
        updated_at: work.now,
    };
    revisions::insert(work.uow, &own.permit, &revision)?;
    let change = Change {
        before: None,
        after: state::of_revision(&revision)?,
    };
    let subject = ("revision", revision.id.0);
    work.remember_change(&own.permit, Deed::RevisionBegun, subject, None, change)?;
    seen(work.conn(), revision, own.listing, own.owner)
}

/// The open revision of a listing that the caller may change.
struct Found {
    own: Own,
    revision: Revision,
    before: Hash,
}

fn found(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen_version: Option<i64>) -> Result<Found> {
    let own = posts::own(work, caller, id, None)?;
    let revision = revisions::find_open(work.conn(), id)?;
    if seen_version.is_some_and(|seen| seen != revision.version) {
        return Err(ErrorCode::StaleVersion.into());
    }
    Ok(Found {
        before: state::of_revision(&revision)?,
        own,
        revision,
    })
}

fn kept(work: &mut Work<'_, '_>, found: Found, deed: Deed) -> Result<Seen> {
    let Found {
        own,
        mut revision,
        before,
    } = found;
    revision.updated_at = work.now;
    revisions::update(work.uow, &own.permit, &mut revision)?;
    let change = Change::between(before, state::of_revision(&revision)?);
    work.remember_change(&own.permit, deed, ("revision", revision.id.0), None, change)?;
    seen(work.conn(), revision, own.listing, own.owner)
}

/// Hands the revision in for review.
pub fn submit(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut found = found(work, caller, id, seen)?;
    let next = found.revision.status.submit();
    let next = next.map_err(|wrong| wrong_status(wrong.0))?;
    require_live(&found.own.listing, &found.revision)?;
    if found.own.owner.status != EnterpriseStatus::Active {
        return Err(ErrorCode::EnterpriseNotActive.into());
    }
    acceptance::require(work, found.own.permit.actor())?;
    let lists = lists_for_listing(work.in_force()?, &found.own.listing.content);
    let content = found.revision.content.parse(&lists).map_err(Error::fields)?;
    require_complete(&content)?;
    screening::require_clean(work.conn(), &content)?;
    regulated::require_transferable(work, found.own.listing.finding.as_ref(), &content)?;
    found.revision.status = next;
    found.revision.submitted_at = Some(work.now);
    kept(work, found, Deed::RevisionSubmitted)
}

/// Takes the revision back from review.
pub fn take_back(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut found = found(work, caller, id, seen)?;
    let next = found.revision.status.take_back();
    found.revision.status = next.map_err(|wrong| wrong_status(wrong.0))?;
    kept(work, found, Deed::RevisionTakenBack)
}

/// Throws the revision away.
pub fn discard(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut found = found(work, caller, id, seen)?;
    let next = found.revision.status.discard();
    found.revision.status = next.map_err(|wrong| wrong_status(wrong.0))?;
    kept(work, found, Deed::RevisionDiscarded)
}

/// Only what is public is revised, and only what its owner saw: an import, for one, may have changed the live listing.
fn require_live(listing: &Listing, revision: &Revision) -> Result<()> {
    if listing.status != ListingStatus::Published {
        return Err(posts::wrong_status(listing.status));
    }
    if listing.version != revision.base_version {
        return Err(ErrorCode::RevisionOutdated.into());
    }
    Ok(())
}

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
    let mut revision = revisions::find_open(work.conn(), id)?;
    hide_draft(&actor, &revision)?;
    if seen_version != revision.version {
        return Err(ErrorCode::StaleVersion.into());
    }
    let text = serde_json::to_value(&revision.content).map_err(Error::internal)?;
    let judged = Judged {
        renewal: None,
        subject: (EntryKind::Revision, id.0),
        id: revision.id.0,
        enterprise: listing.enterprise_id,
        listing_kind: Some(listing.content.kind),
        name: listing.content.title.vi.to_string(),
        version: seen_version,
        since: revision.submitted_at.unwrap_or(revision.updated_at),
        document: attachments::judged(work.conn(), id, text)?,
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
    let content = revision.content.parse(&lists).map_err(Error::fields)?;
    // A word may have been added since it was handed in.
    screening::require_clean(work.conn(), &content)?;
    regulated::require_transferable(work, listing.finding.as_ref(), &content)?;
    Ok(content)
}

pub(super) fn wrong_status(status: RevisionStatus) -> Error {
    Error::new(
        ErrorCode::RevisionWrongStatus,
        format!(
            "Bản sửa đổi đang ở trạng thái “{}”, không làm được bước này.",
            status.name_vi()
        ),
        format!("The revision is {}; this step is not possible.", status.name_en()),
    )
}
