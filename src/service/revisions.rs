//! Revisions of published listings: written and handed in by the owner, decided on by officers, while the live listing
//! stays as it is.

mod compared;
mod decided;

pub use compared::{Compared, compare};
pub use decided::decide_on;

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::json_mistakes;
use super::listings::{self as posts, Edited, Own, OwnerCard, require_complete, resource};
use super::standing::not_active;
use super::versions::require_version_if_named;
use super::{Error, ErrorCode, Result, acceptance, attachments, listing_links, regulated, screening};
use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::audit::{Deed, Doer};
use crate::domain::calendar;
use crate::domain::drafts::{ListingDraft, lists_for_listing, lists_for_revision};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::Violation;
use crate::domain::file::File;
use crate::domain::ids::{EnterpriseId, ListingId, RevisionId};
use crate::domain::listing::media::Media;
use crate::domain::listing::revision::{Revision, RevisionStatus};
use crate::domain::listing::{Listing, ListingStatus};
use crate::domain::video::Video;
use crate::store::audit::{Change, Decision};
use crate::store::audit_chain::Hash;
use crate::store::{AnyConn, audit, listings, review_decisions, revisions};

/// A revision, the live listing, and whose it is.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The revision.
    pub revision: Revision,
    /// The listing as it is live.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// The files that the listing is to have.
    pub files: Vec<File>,
    /// The videos likewise.
    pub videos: Vec<Video>,
    /// The last decision on the revision that carried a reason.
    pub decision: Option<Decision>,
}

fn seen(conn: &mut AnyConn, revision: Revision, listing: Listing, owner: OwnerCard) -> Result<Seen> {
    let (files, videos) = attachments::of_revision(conn, &revision)?;
    Ok(Seen {
        decision: audit::last_decision(conn, revision.id.0)?,
        files,
        videos,
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

/// What is open of a listing, as far as the caller may know of it.
pub(super) fn open(conn: &mut AnyConn, actor: &Actor, id: ListingId) -> Result<Option<Revision>> {
    match revisions::find_open(conn, id) {
        Ok(revision) => Ok(Some(revision).filter(|revision| hide_draft(actor, revision).is_ok())),
        Err(crate::store::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A draft is its writer's own until it is handed in.
pub(super) fn hide_draft(actor: &Actor, revision: &Revision) -> Result<()> {
    match actor {
        Actor::Officer { .. } if revision.status == RevisionStatus::Draft => Err(ErrorCode::NotFound.into()),
        _ => Ok(()),
    }
}

/// What an officer may see of what only a revision has, the owner's members, too; to everybody else it is absent.
pub(super) fn reader(conn: &mut AnyConn, actor: &Actor, id: RevisionId, now: Timestamp) -> Result<Permit> {
    let revision = revisions::find(conn, id)?;
    let (listing, owner) = listings::find_at(conn, revision.listing, now)?;
    let permit = decide(actor, Action::ReadRevision, &resource(&listing, &owner));
    let permit = permit.map_err(|_refused| ErrorCode::NotFound)?;
    hide_draft(actor, &revision)?;
    Ok(permit)
}

/// What is to become of a public listing: its open revision, or the one that a first change begins.
pub(super) struct Pending {
    own: Own,
    open: Option<Revision>,
}

impl Pending {
    /// Finds it, to be changed. `seen_version` is that of the revision if there is one, else that of the listing. A
    /// revision below which the live text changed goes no further: its version may be the listing's own by now, and what
    /// was written on other text is not to replace it unseen. It is thrown away and begun anew.
    pub(super) fn of(conn: &mut AnyConn, own: Own, seen_version: Option<i64>) -> Result<Self> {
        let open = match revisions::find_open(conn, own.listing.id) {
            Err(crate::store::Error::NotFound) => None,
            found => Some(found?),
        };
        let live = &own.listing;
        if open.as_ref().is_some_and(|open| open.base_version != live.version) {
            return Err(ErrorCode::RevisionOutdated.into());
        }
        let present = open.as_ref().map_or(live.version, |open| open.version);
        if seen_version.is_some_and(|seen| seen != present) {
            return Err(open.as_ref().map_or_else(|| ErrorCode::StaleVersion.into(), elsewhere));
        }
        if let Some(open) = &open {
            open.status.edit().map_err(|wrong| wrong_status(wrong.0))?;
        }
        Ok(Self { own, open })
    }

    /// Whose it is.
    pub(super) fn enterprise(&self) -> EnterpriseId {
        self.own.listing.enterprise_id
    }

    /// Which files and videos the listing is to have as it stands.
    pub(super) fn media(&self, conn: &mut AnyConn) -> Result<Media> {
        match self.open.as_ref().and_then(|open| open.media.clone()) {
            Some(media) => Ok(media),
            None => attachments::of_listing(conn, self.own.listing.id),
        }
    }

    /// What the listing is to say as it stands.
    pub(super) fn content(&self) -> ListingDraft {
        let live = || ListingDraft::of(&self.own.listing.content);
        self.open.as_ref().map_or_else(live, |open| open.content.clone())
    }

    /// Writes which files and videos the listing is to have. The revision is there then, so that a file may refer to it.
    pub(super) fn give(self, work: &mut Work<'_, '_>, media: Media) -> Result<Kept> {
        let content = self.content();
        self.write(work, content, Some(media))
    }

    fn write(self, work: &mut Work<'_, '_>, content: ListingDraft, media: Option<Media>) -> Result<Kept> {
        match self.open {
            Some(mut revision) => {
                let before = state::of_revision(&revision)?;
                revision.content = content;
                revision.media = media;
                let own = self.own;
                kept(work, Found { own, revision, before }, Deed::RevisionEdited)
            }
            None => begin(work, self.own, content, media),
        }
    }
}

/// Changes what a published listing is to say, by its revision.
pub(super) fn edit(work: &mut Work<'_, '_>, own: Own, seen_version: i64, patch: &serde_json::Value) -> Result<Edited> {
    let pending = Pending::of(work.conn(), own, Some(seen_version))?;
    let live = &pending.own.listing;
    let draft = serde_json::to_value(pending.content()).map_err(Error::internal)?;
    let mut lists = lists_for_listing(work.in_force()?, &live.content);
    if let Some(open) = &pending.open {
        lists = lists_for_revision(lists, &open.content);
    }
    let content = json_mistakes::edited(&draft, patch, |draft: ListingDraft| draft.parse(&lists))?;
    // The code of what is public says its kind.
    if content.kind != live.content.kind {
        return Err(Error::field("/kind", Violation::Conflicts { with: "code" }));
    }
    let media = pending.media(work.conn())?;
    let live = &pending.own.listing;
    listing_links::require(work.conn(), live.enterprise_id, &content, Some(&live.content), &media)?;
    let content = ListingDraft::of(&content);
    let Pending { own, open } = pending;
    let revised = match (open, content) {
        (Some(revision), content) if content == revision.content => {
            seen(work.conn(), revision, own.listing, own.owner)?
        }
        (None, content) if content == ListingDraft::of(&own.listing.content) => return posts::unchanged(work, own),
        (open, content) => {
            let media = open.as_ref().and_then(|open| open.media.clone());
            Pending { own, open }.write(work, content, media)?.told(work.conn())?
        }
    };
    Ok(Edited::Revision(Box::new(revised)))
}

/// Whoever read the listing is told where to read on: loading it again would give the same version for ever.
fn elsewhere(open: &Revision) -> Error {
    let (id, version, status) = (open.listing, open.version, open.status);
    Error::new(
        ErrorCode::StaleVersion,
        format!(
            "Tin đang có bản sửa đổi ({}), phiên bản {version}: hãy đọc /listings/{id}/revision rồi sửa tiếp từ đó.",
            status.name_vi()
        ),
        format!(
            "A revision of the listing is open ({}), version {version}: read /listings/{id}/revision and go on from there.",
            status.name_en()
        ),
    )
}

/// The listing is out no more: what waited to change it is its writer's again. Nobody could approve it, and when the listing
/// comes out anew, its text may be another.
pub(super) fn return_to_writer(work: &mut Work<'_, '_>, permit: &Permit, listing: ListingId, doer: Doer) -> Result<()> {
    let mut revision = match revisions::find_open(work.conn(), listing) {
        Ok(revision) if revision.status == RevisionStatus::Submitted => revision,
        Ok(_) | Err(crate::store::Error::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let before = state::of_revision(&revision)?;
    revision.status = revision.status.take_back().map_err(|wrong| wrong_status(wrong.0))?;
    revision.updated_at = work.now;
    revisions::update(work.uow, permit, &mut revision)?;
    let change = Change::between(before, state::of_revision(&revision)?);
    let subject = ("revision", revision.id.0);
    work.remember_change(doer, Deed::RevisionTakenBack, subject, None, change)
}

/// The version that comes next of a listing whose text stays. It passes over the one of an open revision, which keeps it so for
/// whoever decides: no tag means two texts.
pub(super) fn next_beside(conn: &mut AnyConn, listing: ListingId, version: i64) -> Result<i64> {
    let next = version + 1;
    match revisions::find_open(conn, listing) {
        Ok(open) if open.version == next => Ok(next + 1),
        Ok(_) | Err(crate::store::Error::NotFound) => Ok(next),
        Err(error) => Err(error.into()),
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
/// officer approved. A revision that says which files and videos the listing is to have says so of what there was before: it
/// goes no further.
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
    if !is_same && revision.media.is_some() {
        return Ok(());
    }
    let (before, own) = (state::of_revision(&revision)?, revision.version);
    revision.base_version = to;
    revision.version = if !is_same {
        own.max(to) + 1
    } else if own == to {
        to + 1
    } else {
        // The listing never had this version: it was passed over, or the revision was counted on.
        own
    };
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
fn begin(work: &mut Work<'_, '_>, own: Own, content: ListingDraft, media: Option<Media>) -> Result<Kept> {
    let former = revisions::highest_version(work.conn(), own.listing.id)?;
    let revision = Revision {
        id: RevisionId(work.next_id()),
        listing: own.listing.id,
        content,
        media,
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
    Ok(Kept { own, revision })
}

/// A revision as it was written.
pub(super) struct Kept {
    own: Own,
    revision: Revision,
}

impl Kept {
    /// The revision.
    pub(super) fn id(&self) -> RevisionId {
        self.revision.id
    }

    /// The proof by which it was written.
    pub(super) fn permit(&self) -> &Permit {
        &self.own.permit
    }

    /// As its owner reads it.
    pub(super) fn told(self, conn: &mut AnyConn) -> Result<Seen> {
        seen(conn, self.revision, self.own.listing, self.own.owner)
    }
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
    require_version_if_named(seen_version, revision.version)?;
    Ok(Found {
        before: state::of_revision(&revision)?,
        own,
        revision,
    })
}

fn kept(work: &mut Work<'_, '_>, found: Found, deed: Deed) -> Result<Kept> {
    let Found {
        own,
        mut revision,
        before,
    } = found;
    revision.updated_at = work.now;
    revisions::update(work.uow, &own.permit, &mut revision)?;
    let change = Change::between(before, state::of_revision(&revision)?);
    work.remember_change(&own.permit, deed, ("revision", revision.id.0), None, change)?;
    Ok(Kept { own, revision })
}

/// Hands the revision in for review.
pub fn submit(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut found = found(work, caller, id, seen)?;
    let next = found.revision.status.submit();
    let next = next.map_err(|wrong| wrong_status(wrong.0))?;
    require_live(&found.own.listing, &found.revision)?;
    if found.own.owner.status != EnterpriseStatus::Active {
        return Err(not_active(found.own.owner.status));
    }
    acceptance::require(work, found.own.permit.actor())?;
    require_changed(work.conn(), &found)?;
    let lists = lists_for_listing(work.in_force()?, &found.own.listing.content);
    let content = found.revision.content.parse(&lists).map_err(Error::fields)?;
    let complete = require_complete(&content, calendar::day_of(work.now), Vec::new());
    let clean = screening::require_clean_revision(work.conn(), &content, &found.revision);
    screening::both(complete, clean)?;
    regulated::require_transferable(work, found.own.listing.finding.as_ref(), &content)?;
    found.revision.status = next;
    found.revision.submitted_at = Some(work.now);
    kept(work, found, Deed::RevisionSubmitted)?.told(work.conn())
}

/// An officer is not asked to compare two texts that are the same.
fn require_changed(conn: &mut AnyConn, found: &Found) -> Result<()> {
    let listing = &found.own.listing;
    let has_other_media = match &found.revision.media {
        Some(media) => *media != attachments::of_listing(conn, listing.id)?,
        None => false,
    };
    if !has_other_media && found.revision.content == ListingDraft::of(&listing.content) {
        return Err(ErrorCode::RevisionUnchanged.into());
    }
    Ok(())
}

/// Takes the revision back from review.
pub fn take_back(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut found = found(work, caller, id, seen)?;
    let next = found.revision.status.take_back();
    found.revision.status = next.map_err(|wrong| wrong_status(wrong.0))?;
    kept(work, found, Deed::RevisionTakenBack)?.told(work.conn())
}

/// Throws the revision away, and the files that only it has. One that waits is taken back first, unless the text below it is
/// another by now: nobody can approve that one.
pub fn discard(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut found = found(work, caller, id, seen)?;
    let status = found.revision.status;
    let is_outdated = found.revision.base_version != found.own.listing.version;
    let next = if is_outdated {
        status.discard_outdated()
    } else {
        status.discard()
    };
    found.revision.status = next.map_err(|wrong| wrong_status(wrong.0))?;
    let kept = kept(work, found, Deed::RevisionDiscarded)?;
    attachments::forget(work, kept.permit(), kept.id())?;
    kept.told(work.conn())
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
