//! Listings: writing, handing in, taking back, reading.

mod names;
mod reading;

use jiff::Timestamp;
use jiff::civil::Date;

pub(super) use names::{give_code, replace_content};
pub use names::{read_by_code, read_by_slug};
pub(super) use reading::{blocked_by, gone, page, readable};
pub use reading::{read, read_page};

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::json_mistakes;
use super::listing_contacts::Contact;
use super::paging::{cut, rows_for};
use super::standing::not_active;
use super::versions::{require_version, require_version_if_named};
use super::{Error, ErrorCode, Result, acceptance, attachments, holds, listing_links, regulated, revisions, screening};
use crate::domain::access::{Action, Actor, Permit, Place as Scoped, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar;
use crate::domain::drafts::{ListingDraft, Outdated, lists_for_listing};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::{IpNoticeId, ListingId};
use crate::domain::listing::audience::{Audience, Visibility};
use crate::domain::listing::hold::Hold;
use crate::domain::listing::media::Media;
use crate::domain::listing::revision::Revision;
use crate::domain::listing::{Listing, ListingContent, ListingStatus};
use crate::store::audit::Change;
pub use crate::store::audit::Decision;
use crate::store::audit_chain::Hash;
pub use crate::store::listing_figures::Figures;
pub use crate::store::listing_terms::Renewals;
use crate::store::listings::{self, Place};
pub use crate::store::listings::{OwnWanted, OwnerCard};
use crate::store::{
    AnyConn, audit, enterprises, listing_figures, listing_terms, outbox, revisions as stored_revisions,
};

/// A listing as the caller may see it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The listing.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// True for its owner's members and the officers who review it: status history is shown to them only.
    pub is_insider: bool,
    /// True for whoever sees all that the public may see of it: of one that is shown on request, those to whom its owner
    /// granted it.
    pub sees_all: bool,
    /// The last decision that carried a reason, for insiders.
    pub decision: Option<Decision>,
    /// How often its owner renewed it, for insiders.
    pub renewals: Renewals,
    /// Notices for which it is held, which its owner can answer; for insiders who read it.
    pub notices: Vec<IpNoticeId>,
    /// To whom people turn about it, where one reads the listing itself.
    pub contact: Option<Contact>,
    /// What is to change of it while it is public, for insiders.
    pub revision: Option<Revision>,
    /// Which import made it and how often it was read, for insiders.
    pub figures: Figures,
}

impl Seen {
    /// What its owner's members and reviewing officers see, of a listing that was just written or read.
    pub(super) fn inside(conn: &mut AnyConn, actor: &Actor, listing: Listing, owner: OwnerCard) -> Result<Self> {
        Ok(Self {
            decision: audit::last_decision(conn, listing.id.0)?,
            renewals: listing_terms::renewals_of(conn, listing.id)?,
            revision: revisions::open(conn, actor, listing.id)?,
            notices: Vec::new(),
            contact: None,
            figures: figures(conn, listing.id)?,
            listing,
            owner,
            is_insider: true,
            sees_all: true,
        })
    }
}

pub(super) fn resource<'a>(listing: &'a Listing, owner: &'a OwnerCard) -> Resource<'a> {
    Resource::Listing {
        owner: listing.enterprise_id,
        status: listing.status,
        was_handed_in: listing.submitted_at.is_some(),
        hold: listing.hold,
        visibility: listing.audience.visibility,
        owner_status: owner.status,
        place: Scoped {
            commune: &owner.commune_code,
            fields: &listing.content.field_codes,
        },
    }
}

/// Starts a listing as a draft of the caller's enterprise.
pub fn create(work: &mut Work<'_, '_>, caller: &Caller, content: &ListingContent) -> Result<Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::CreateListing, &Resource::None)?;
    let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    listing_links::require(work.conn(), enterprise, content, None, &Media::default())?;
    let listing = Listing {
        id: ListingId(work.next_id()),
        enterprise_id: enterprise,
        created_by: actor.account(),
        content: content.clone(),
        status: ListingStatus::Draft,
        code: None,
        source: None,
        submitted_at: None,
        published_at: None,
        came_out: false,
        expires_at: None,
        hold: Hold::NONE,
        audience: Audience::EVERYBODY,
        finding: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    listings::insert(work.uow, &permit, &listing)?;
    work.remember(&permit, Deed::ListingCreated, "listing", listing.id.0, None)?;
    let owner = owner_card(&enterprises::find(work.conn(), enterprise)?);
    Ok(Seen {
        listing,
        owner,
        is_insider: true,
        sees_all: true,
        decision: None,
        renewals: Renewals::default(),
        notices: Vec::new(),
        contact: None,
        revision: None,
        figures: Figures::default(),
    })
}

fn figures(conn: &mut AnyConn, id: ListingId) -> Result<Figures> {
    Ok(listing_figures::of(conn, &[id])?.remove(&id).unwrap_or_default())
}

pub(super) fn owner_card(enterprise: &crate::domain::enterprise::Enterprise) -> OwnerCard {
    OwnerCard {
        legal_name: enterprise.profile.legal_name.to_string(),
        province_code: enterprise.profile.province_code.clone(),
        commune_code: enterprise.profile.commune_code.clone(),
        status: enterprise.status,
        is_demo: enterprise.is_demo,
    }
}

/// What strangers are told that a listing is called: its title as long as it is what everybody saw, else its code; while it is held, too,
/// as its title may be what it is held for.
pub(super) fn public_name(listing: &Listing) -> String {
    let is_known = matches!(listing.status, ListingStatus::Published | ListingStatus::Expired)
        && !listing.hold.is_held()
        && listing.audience.visibility != Visibility::Members;
    match listing.code {
        Some(code) if !is_known => code.to_string(),
        _ => listing.content.title.vi.to_string(),
    }
}

/// A page of the caller's own listings, newest first, each with the decision that its owner has to read.
pub fn mine(
    conn: &mut AnyConn,
    caller: &Caller,
    wanted: &OwnWanted,
    after: Option<Place>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Seen>, Option<Place>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ListOwnListings, &Resource::None)?;
    let (enterprise, _) = actor.enterprise().ok_or(ErrorCode::Forbidden)?;
    let owner = owner_card(&enterprises::find(conn, enterprise)?);
    let rows = listings::of_enterprise(conn, enterprise, wanted, after, rows_for(limit), now)?;
    let (rows, next) = cut(rows, limit, |last| (last.created_at, last.id));
    let ids: Vec<_> = rows.iter().map(|listing| listing.id.0).collect();
    let mut decisions = audit::last_decisions(conn, &ids)?;
    let ids: Vec<_> = rows.iter().map(|listing| listing.id).collect();
    let renewals = listing_terms::renewals(conn, &ids)?;
    let figures = listing_figures::of(conn, &ids)?;
    let open = stored_revisions::open_of(conn, &ids)?.into_iter();
    let mut open: std::collections::HashMap<_, _> = open.map(|revision| (revision.listing, revision)).collect();
    let rows = rows.into_iter().map(|listing| Seen {
        decision: decisions.remove(&listing.id.0),
        renewals: renewals.get(&listing.id).copied().unwrap_or_default(),
        revision: open.remove(&listing.id),
        figures: figures.get(&listing.id).copied().unwrap_or_default(),
        owner: owner.clone(),
        is_insider: true,
        notices: Vec::new(),
        contact: None,
        sees_all: true,
        listing,
    });
    Ok((rows.collect(), next))
}

/// A listing that the caller may change, and the hash of what it is before.
pub(super) struct Own {
    pub(super) permit: Permit,
    pub(super) listing: Listing,
    pub(super) owner: OwnerCard,
    pub(super) before: Hash,
}

pub(super) fn own(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Own> {
    let now = work.now;
    own_at(work.conn(), caller, id, seen, now)
}

/// The same where nothing is changed yet.
pub(super) fn own_at(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ListingId,
    seen: Option<i64>,
    now: Timestamp,
) -> Result<Own> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::EditListing, &resource(&listing, &owner))?;
    require_version_if_named(seen, listing.version)?;
    holds::require_not_held(&listing)?;
    Ok(Own {
        before: state::of_listing(&listing)?,
        permit,
        listing,
        owner,
    })
}

/// Writes what was changed. A revision that is open goes on from there, unless the text below it is another.
pub(super) fn kept(work: &mut Work<'_, '_>, own: Own, deed: Deed) -> Result<Seen> {
    let Own {
        permit,
        mut listing,
        owner,
        before,
    } = own;
    listing.updated_at = work.now;
    let read = listing.version;
    listings::update(work.uow, &permit, &mut listing)?;
    if deed != Deed::ListingEdited {
        revisions::carry_on(work, &permit, listing.id, (read, listing.version))?;
    }
    if matches!(deed, Deed::ListingTakenBack | Deed::ListingArchived) {
        revisions::return_to_writer(work, &permit, listing.id, (&permit).into())?;
    }
    let after = state::of_listing(&listing)?;
    let change = Change::between(before, after);
    work.remember_change(&permit, deed, ("listing", listing.id.0), None, change)?;
    Seen::inside(work.conn(), permit.actor(), listing, owner)
}

/// What came of an edit.
#[derive(Clone, Debug)]
pub enum Edited {
    /// The listing says so now.
    Listing(Box<Seen>),
    /// The listing is public and stays as it is; a revision says so.
    Revision(Box<revisions::Seen>),
}

/// Changes what a listing says, or what it is to say when it is public. `patch` is a JSON merge patch onto
/// [`ListingDraft`]. One that changes nothing, as forms that save by themselves send it, leaves no trace.
pub fn edit(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: i64,
    patch: &serde_json::Value,
) -> Result<Edited> {
    let mut own = own(work, caller, id, None)?;
    let listing = &mut own.listing;
    if listing.status == ListingStatus::Published {
        return revisions::edit(work, own, seen, patch);
    }
    require_version(seen, listing.version)?;
    listing.status.edit().map_err(|wrong| wrong_status(wrong.0))?;
    let draft = serde_json::to_value(ListingDraft::of(&listing.content)).map_err(Error::internal)?;
    let lists = lists_for_listing(work.in_force()?, &own.listing.content);
    let content = json_mistakes::edited(&draft, patch, |draft: ListingDraft| draft.parse(&lists))?;
    if content == own.listing.content {
        return unchanged(work, own);
    }
    let media = attachments::of_listing(work.conn(), id)?;
    let before = &own.listing;
    listing_links::require(
        work.conn(),
        before.enterprise_id,
        &content,
        Some(&before.content),
        &media,
    )?;
    replace_content(work, &own.permit, &mut own.listing, content)?;
    Ok(Edited::Listing(Box::new(kept(work, own, Deed::ListingEdited)?)))
}

/// The listing as it is, of which nothing was to change.
pub(super) fn unchanged(work: &mut Work<'_, '_>, own: Own) -> Result<Edited> {
    let seen = Seen::inside(work.conn(), own.permit.actor(), own.listing, own.owner)?;
    Ok(Edited::Listing(Box::new(seen)))
}

/// Hands a listing in for review.
pub fn submit(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut own = own(work, caller, id, seen)?;
    let listing = &mut own.listing;
    listing.status = listing.status.submit().map_err(|wrong| wrong_status(wrong.0))?;
    if own.owner.status != EnterpriseStatus::Active {
        return Err(not_active(own.owner.status));
    }
    acceptance::require(work, own.permit.actor())?;
    let outdated = outdated(work, &own.listing)?;
    let complete = require_complete(&own.listing.content, calendar::day_of(work.now), outdated);
    let clean = screening::require_clean_listing(work.conn(), &own.listing);
    screening::both(complete, clean)?;
    regulated::require_transferable(work, own.listing.finding.as_ref(), &own.listing.content)?;
    own.listing.submitted_at = Some(work.now);
    kept(work, own, Deed::ListingSubmitted)
}

/// An officer is not asked to read what is not complete, nor what is over already: what is missing, untimely and `outdated` is
/// told at once.
pub(super) fn require_complete(content: &ListingContent, today: Date, outdated: Vec<Outdated>) -> Result<()> {
    let mut errors = FieldErrors::default();
    let missing = content.missing_for_submission();
    let code = if missing.is_empty() {
        ErrorCode::ValidationFailed
    } else {
        ErrorCode::ListingIncomplete
    };
    for pointer in missing {
        errors.add(pointer, Violation::Required);
    }
    content.note_untimely(today, &mut errors);
    for FieldError { pointer, violation } in outdated.into_iter().map(FieldError::from) {
        errors.add(pointer, violation);
    }
    errors
        .finish(Some(()))
        .map_err(|fields| Error { fields, ..code.into() })
}

/// The codes that ended, of what comes out anew; one that was out before may keep those that it came out with.
fn outdated(work: &mut Work<'_, '_>, listing: &Listing) -> Result<Vec<Outdated>> {
    if listing.was_out() {
        return Ok(Vec::new());
    }
    Ok(ListingDraft::of(&listing.content).outdated(&work.in_force()?))
}

/// Takes a listing back: one under review becomes a draft, one that came out is withdrawn.
pub fn take_back(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, seen: Option<i64>) -> Result<Seen> {
    let mut own = own(work, caller, id, seen)?;
    let listing = &mut own.listing;
    let had_come_out = listing.code.is_some();
    let next = listing.status.take_back(had_come_out);
    listing.status = next.map_err(|wrong| wrong_status(wrong.0))?;
    // Also after its term, which the index and the feed may not have heard of yet.
    if had_come_out {
        outbox::push(work.uow, id, work.now)?;
    }
    kept(work, own, Deed::ListingTakenBack)
}

pub(super) fn wrong_status(status: ListingStatus) -> Error {
    Error::new(
        ErrorCode::ListingWrongStatus,
        format!("Tin đang ở trạng thái “{}”, không làm được bước này.", status.name_vi()),
        format!("The listing is {}; this step is not possible.", status.name_en()),
    )
}
