//! Words that keep a listing, or what an enterprise says of itself, from the public, and those that officers are warned of.

mod beside;
mod enterprises;
mod screen;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::attachments::{self, Titles};
use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::hide;
use super::listings::{OwnerCard, resource};
use super::paging::{cut, looked_through, part_after, rows_for};
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::ListingDraft;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::file::Label;
use crate::domain::ids::{ListingId, ScreeningTermId};
use crate::domain::listing::revision::{Revision, RevisionStatus};
use crate::domain::listing::{Listing, ListingContent, ListingStatus};
use crate::domain::screening::{Hit, MAX_TERMS, NewTerm, ScreeningTerm, Severity};
use crate::domain::video::Video;
use crate::store::audit::Change;
use crate::store::{AnyConn, listings, revisions, screening};
pub(super) use beside::{both, with_words};
pub use beside::{
    told_with_words, words_of_declining, words_of_inquiry, words_of_label, words_of_message, words_of_outcome,
    words_of_registration, words_of_videos,
};
pub use enterprises::{EnterpriseReport, FoundEnterprise, enterprise_report, public_enterprises};
pub(super) use enterprises::{
    disguised, leading_past, leads_past, new_texts, of_logo, require_clean_alt, require_clean_enterprise,
    require_clean_logo, require_clean_registration, watched,
};
pub(super) use screen::Screen;
use screen::key;
pub use screen::parse;

/// Listings that are looked through at once for a page of those that have a term.
const LOOKED_THROUGH: i64 = 500;

/// Adds a term.
pub fn add(work: &mut Work<'_, '_>, caller: &Caller, new: &NewTerm) -> Result<ScreeningTerm> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    if screening::count_in_force(work.conn())? >= MAX_TERMS {
        return Err(ErrorCode::LimitReached.into());
    }
    if screening::is_in_force(work.conn(), &key(new))? {
        return Err(Error::fields(vec![FieldError {
            pointer: "/phrase".into(),
            violation: Violation::Taken,
        }]));
    }
    let term = ScreeningTerm {
        id: ScreeningTermId(work.next_id()),
        term: new.clone(),
        created_at: now,
        ended_at: None,
    };
    screening::insert(work.uow, &permit, &term, &key(new))?;
    let made = Change::made(state::of_screening_term(&term)?);
    let subject = ("screening_term", term.id.0);
    work.remember_change(&permit, Deed::ScreeningTermAdded, subject, None, made)?;
    Ok(term)
}

/// Ends a term: nothing is held against it any more.
pub fn end(work: &mut Work<'_, '_>, caller: &Caller, id: ScreeningTermId) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let mut term = screening::find(work.conn(), id)?;
    let before = state::of_screening_term(&term)?;
    if !screening::end(work.uow, &permit, id, now)? {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    term.ended_at = Some(now);
    let change = Change::between(before, state::of_screening_term(&term)?);
    let subject = ("screening_term", id.0);
    work.remember_change(&permit, Deed::ScreeningTermEnded, subject, None, change)
}

/// A page of terms, newest first, and where the next one begins.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    before: Option<ScreeningTermId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<ScreeningTerm>, Option<ScreeningTermId>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let rows = screening::page(conn, before, rows_for(limit))?;
    Ok(cut(rows, limit, |term| term.id))
}

/// A public listing that has a term, and where.
pub type Found = (Listing, OwnerCard, Vec<Hit>);

/// What is public and has the term: what an authority asks when it gives a new word.
pub fn public_listings(
    conn: &mut AnyConn,
    caller: &Caller,
    id: ScreeningTermId,
    after: Option<ListingId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Found>, Option<ListingId>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ManageReferenceData, &Resource::None)?;
    let screen = Screen::of(vec![screening::find(conn, id)?]);
    looked_through(
        limit,
        after,
        |after| {
            let rows = listings::live_after(conn, after, LOOKED_THROUGH)?;
            let ids: Vec<ListingId> = rows.iter().map(|(listing, _)| listing.id).collect();
            let next = part_after(&ids, LOOKED_THROUGH);
            let mut titles = attachments::titles(conn, &ids)?;
            let with_titles = rows.into_iter().map(|(listing, owner)| {
                let titles = titles.remove(&listing.id);
                (listing, owner, titles)
            });
            let rows: Vec<(Listing, OwnerCard, Option<Titles>)> = with_titles.collect();
            Ok((rows, next))
        },
        |(listing, ..)| listing.id,
        |(mut listing, owner, titles)| {
            // The job that marks what ended may be behind.
            listing.lapse(now);
            if listing.status != ListingStatus::Published {
                return Ok(None);
            }
            let hits = screen.find(&written(&listing.content, titles.as_ref())?);
            Ok((!hits.is_empty()).then_some((listing, owner, hits)))
        },
    )
}

/// Where terms stand in a listing and in its revision.
#[derive(Clone, Debug)]
pub struct Report {
    /// In the listing as it is.
    pub listing: Vec<Hit>,
    /// In the revision that waits to be decided, where there is one.
    pub revision: Option<Vec<Hit>>,
}

/// What an officer is warned of before deciding.
pub fn report(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Report> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReviewListing, &resource(&listing, &owner))?;
    let screen = Screen::of(screening::in_force(conn)?);
    let revision = match revisions::find_open(conn, id) {
        Ok(revision) if revision.status == RevisionStatus::Submitted => Some(revision),
        Ok(_) | Err(crate::store::Error::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let revision = match revision {
        Some(revision) => {
            let text = serde_json::to_value(&revision.content).map_err(Error::internal)?;
            let titles = titles_of(conn, &revision)?;
            Some(screen.find(&attachments::called(text, titles.as_ref())))
        }
        None => None,
    };
    Ok(Report {
        listing: screen.find(&whole(conn, &listing)?),
        revision,
    })
}

/// Refuses what has a term that blocks, naming each field: of what a revision makes of its listing, with what its files and
/// videos are to be called.
pub(super) fn require_clean_revision(conn: &mut AnyConn, content: &ListingContent, revision: &Revision) -> Result<()> {
    let titles = titles_of(conn, revision)?;
    require(conn, &written(content, titles.as_ref())?)
}

fn titles_of(conn: &mut AnyConn, revision: &Revision) -> Result<Option<Titles>> {
    match &revision.media {
        Some(media) => Ok(Some(attachments::titles_of(media))),
        None => Ok(attachments::titles(conn, &[revision.listing])?.remove(&revision.listing)),
    }
}

/// The same of a listing with what its files and videos are called.
pub(super) fn require_clean_listing(conn: &mut AnyConn, listing: &Listing) -> Result<()> {
    let written = whole(conn, listing)?;
    require(conn, &written)
}

/// The same of what a file is to be called.
pub(super) fn require_clean_label(conn: &mut AnyConn, label: &Label) -> Result<()> {
    match &label.title {
        Some(title) => require(conn, &json!({"title": attachments::title(title)})),
        None => Ok(()),
    }
}

/// The same where it is said in parameters, `title_vi` and `title_en`.
pub(super) fn require_clean_parameters(conn: &mut AnyConn, label: &Label) -> Result<()> {
    require_clean_label(conn, label).map_err(|mut error| {
        for field in &mut error.fields {
            field.pointer = field.pointer.trim_start_matches('/').replace('/', "_");
        }
        error
    })
}

/// The same of what videos are to be called.
pub(super) fn require_clean_videos(conn: &mut AnyConn, videos: &[Video]) -> Result<()> {
    let titles = videos
        .iter()
        .map(|video| json!({"title": attachments::title(&video.title)}));
    require(conn, &json!({"videos": titles.collect::<Vec<_>>()}))
}

/// The same of words that no listing has: what is written in an inquiry, with its members.
pub(super) fn require_clean_words(conn: &mut AnyConn, written: &Value) -> Result<()> {
    require(conn, written)
}

fn require(conn: &mut AnyConn, written: &Value) -> Result<()> {
    let mut terms = screening::in_force(conn)?;
    terms.retain(|term| term.term.severity == Severity::Block);
    let hits = Screen::of(terms).find(written);
    if hits.is_empty() {
        return Ok(());
    }
    let fields = hits.into_iter().map(|hit| FieldError {
        pointer: hit.pointer,
        violation: Violation::Screened { found: hit.found },
    });
    Err(Error::fields(fields.collect()))
}

fn whole(conn: &mut AnyConn, listing: &Listing) -> Result<Value> {
    let titles = attachments::titles(conn, &[listing.id])?;
    written(&listing.content, titles.get(&listing.id))
}

fn written(content: &ListingContent, titles: Option<&Titles>) -> Result<Value> {
    let text = serde_json::to_value(ListingDraft::of(content)).map_err(Error::internal)?;
    Ok(attachments::called(text, titles))
}
