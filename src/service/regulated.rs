//! Regulated technologies: what a listing declares is held against the list of now, officers find what it is, and what must
//! not be transferred does not come out (công nghệ khuyến khích, hạn chế, cấm chuyển giao).

mod watch;

use jiff::Timestamp;

use super::audit::state;
use super::context::{App, Caller, Work};
use super::enterprises::hide;
use super::listings::{OwnerCard, Seen, resource, wrong_status};
use super::members::tell_owners_about;
use super::paging::rows_for;
use super::versions::require_version_if_named;
use super::{Error, ErrorCode, Result, holds};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::audit::{Deed, Reason, ReasonCode};
use crate::domain::calendar::day_of;
use crate::domain::drafts::{ListingDraft, parse_regulation};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::ListingId;
use crate::domain::letter::Letter;
use crate::domain::listing::hold::HoldKind;
use crate::domain::listing::regulation::{Finding, RegulatedList, Regulation, RegulatoryClass, holds as stands};
use crate::domain::listing::revision::RevisionStatus;
use crate::domain::listing::{Listing, ListingContent, ListingStatus};
use crate::domain::taxonomy::{InForce, Taxonomies, TaxonomyName};
use crate::domain::text::Prose;
use crate::store::audit::Change;
use crate::store::{AnyConn, listings, outbox, reference, revisions};

pub use self::watch::Hinted;
pub(super) use self::watch::Watch;

/// Listings that are looked through at once for those that the list has overtaken.
pub(super) const LOOKED_THROUGH: i64 = 500;
/// How many times that many for one page: 10,000 listings.
const MOST_PARTS: usize = 20;

/// The list as it is now, read by itself: units of work and queues need no other one.
pub(super) fn list(conn: &mut AnyConn, now: Timestamp) -> Result<RegulatedList> {
    let name = TaxonomyName::RegulatedTechnologies;
    let changes = reference::changes_of(conn, name)?;
    Ok(RegulatedList::on(
        day_of(now),
        Taxonomies::embedded().items_with(name, &changes),
    ))
}

/// What a draft declares.
pub(super) fn declared(draft: &ListingDraft) -> Regulation {
    Regulation {
        class: draft.regulatory_class.as_deref().and_then(|class| class.parse().ok()),
        items: draft.regulated_items.clone(),
    }
}

/// Refuses what must not be transferred, by the list of now: what was allowed when it was handed in may not be any more.
pub(super) fn require_transferable(
    work: &mut Work<'_, '_>,
    finding: Option<&Finding>,
    content: &ListingContent,
) -> Result<()> {
    let now = work.now;
    let list = list(work.conn(), now)?;
    let (class, items) = stands(finding, &content.regulation);
    if list.judge((class, items)) != RegulatoryClass::Prohibited {
        return Ok(());
    }
    let mut fields: Vec<FieldError> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if list.class_today(std::slice::from_ref(item)) == Some(RegulatoryClass::Prohibited) && finding.is_none() {
            fields.push(prohibited(format!("/regulated_items/{at}")));
        }
    }
    if fields.is_empty() {
        fields.push(prohibited("/regulatory_class".into()));
    }
    Err(Error {
        fields,
        ..ErrorCode::TechnologyProhibited.into()
    })
}

fn prohibited(pointer: String) -> FieldError {
    FieldError {
        pointer,
        violation: Violation::Prohibited,
    }
}

/// What is known of a listing's technology.
#[derive(Clone, Debug)]
pub struct Classification {
    /// What its owner declares.
    pub declared: Regulation,
    /// What an officer found.
    pub finding: Option<Finding>,
    /// What the law says of it today, by the list of now.
    pub today: RegulatoryClass,
    /// What hints at entries of the list, in its text and fields.
    pub hints: Vec<Hinted>,
    /// The same of the revision that waits to be decided, where there is one.
    pub revision: Option<Revised>,
    /// Version of the listing.
    pub version: i64,
}

/// What is known of a revision's technology.
#[derive(Clone, Debug)]
pub struct Revised {
    /// What its owner declares in it.
    pub declared: Regulation,
    /// What the law says of it today.
    pub today: RegulatoryClass,
    /// What hints at entries of the list.
    pub hints: Vec<Hinted>,
}

/// What an officer looks at before deciding.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: ListingId, now: Timestamp) -> Result<Classification> {
    let actor = caller.actor(conn, now)?;
    let (listing, owner) = listings::find_at(conn, id, now).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReviewListing, &resource(&listing, &owner))?;
    let watch = Watch::of(list(conn, now)?);
    let waiting = match revisions::find_open(conn, id) {
        Ok(revision) if revision.status == RevisionStatus::Submitted => Some(revision.content),
        Ok(_) | Err(crate::store::Error::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let revision = waiting.map(|draft| {
        let declared = declared(&draft);
        Ok::<_, Error>(Revised {
            today: watch.judge(listing.finding.as_ref(), &declared),
            hints: watch.hints(&draft)?,
            declared,
        })
    });
    Ok(Classification {
        today: watch.judge(listing.finding.as_ref(), &listing.content.regulation),
        hints: watch.hints(&ListingDraft::of(&listing.content))?,
        revision: revision.transpose()?,
        version: listing.version,
        declared: listing.content.regulation,
        finding: listing.finding,
    })
}

/// What an officer says that it is.
#[derive(Clone, Debug)]
pub struct Found {
    /// The class.
    pub class: String,
    /// Codes of entries.
    pub items: Vec<String>,
    /// Why.
    pub note: String,
}

impl Found {
    /// The class, the entries and the words; else all that is wrong with them.
    pub fn parse(&self, lists: &InForce) -> Result<(RegulatoryClass, Vec<String>, Prose<2000>)> {
        let mut errors = FieldErrors::default();
        let told = parse_regulation(&mut errors, Some(&self.class), &self.items, lists);
        let note = errors.keep("/note", note(&self.note));
        let (class, note) = errors.finish(told.class.zip(note)).map_err(Error::fields)?;
        Ok((class, told.items, note))
    }
}

/// Keeps what an officer found. What must not be transferred and is public is suspended in the same unit of work.
pub fn classify(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: ListingId,
    seen: Option<i64>,
    found: &Found,
) -> Result<Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let (mut listing, owner) = listings::find_at(work.conn(), id, now).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::ReviewListing, &resource(&listing, &owner))?;
    caller.require_fresh(work.conn(), now)?;
    require_version_if_named(seen, listing.version)?;
    if listing.status == ListingStatus::Archived {
        return Err(wrong_status(listing.status));
    }
    let (class, items, note) = found.parse(&work.in_force()?)?;
    let finding = Finding {
        class,
        items,
        note: note.to_string(),
        officer: actor.account().ok_or(ErrorCode::Forbidden)?,
        at: now,
        edition: reference::edition(work.conn())?,
    };
    find_so(work, &permit, &mut listing, finding)?;
    let letter = Letter::ListingClassified {
        title: listing.content.title.vi.to_string(),
        class: class.as_str().to_owned(),
        note: note.to_string(),
    };
    tell_owners_about(work, listing.enterprise_id, Some(listing.id), &letter)?;
    keep_from_public(work, &permit, &mut listing, class, &note)?;
    Seen::inside(work.conn(), &actor, listing, owner)
}

/// Writes a finding; the index hears of it in the same unit of work.
fn find_so(work: &mut Work<'_, '_>, permit: &Permit, listing: &mut Listing, finding: Finding) -> Result<()> {
    // As it is written: that its term is over is written down, and told, by the job of the terms.
    let (mut stored, _) = listings::find(work.conn(), listing.id)?;
    let (before, read) = (state::of_listing(&stored)?, stored.version);
    stored.finding = Some(finding);
    stored.updated_at = work.now;
    listings::update(work.uow, permit, &mut stored)?;
    // The text is the same: what the owner began to change goes on from there.
    super::revisions::carry_on(work, permit, listing.id, (read, stored.version))?;
    outbox::push(work.uow, listing.id, work.now)?;
    let change = Change::between(before, state::of_listing(&stored)?);
    listing.finding = stored.finding;
    listing.updated_at = stored.updated_at;
    listing.version = stored.version;
    work.remember_change(permit, Deed::ListingClassified, ("listing", listing.id.0), None, change)
}

/// What the owner reads helps only when it says why.
fn note(text: &str) -> std::result::Result<Prose<2000>, Violation> {
    let note = Prose::parse(text)?;
    if note.as_str().chars().count() < 10 {
        return Err(Violation::TooShort { min: 10 });
    }
    Ok(note)
}

/// What must not be transferred is not left in public; the owners are told, as of every suspension.
fn keep_from_public(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    listing: &mut Listing,
    class: RegulatoryClass,
    note: &Prose<2000>,
) -> Result<()> {
    let is_public = listing.status == ListingStatus::Published && !listing.hold.has(HoldKind::Suspended);
    if class != RegulatoryClass::Prohibited || !is_public {
        return Ok(());
    }
    let reason = Reason {
        code: ReasonCode::Unlawful,
        text: Prose::stored(note.to_string()),
    };
    let hold = listing.hold.with(HoldKind::Suspended);
    holds::put(work, permit, listing, hold, (Deed::ListingSuspended, Some(&reason)))?;
    holds::tell_suspended(work, listing, &reason)
}

/// A public listing that the list has overtaken.
#[derive(Clone, Debug)]
pub struct Overtaken {
    /// The listing.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// What the law says of it today.
    pub today: RegulatoryClass,
    /// What hints at something stricter.
    pub hints: Vec<Hinted>,
}

/// Public listings of which the list of now says something stricter than what everybody sees, or whose text hints at it:
/// what an officer asks when the list changed. Goes through the catalogue part by part until the page is full, or
/// `MOST_PARTS` were looked through; others read between the parts.
pub async fn overtaken(
    app: &App,
    caller: Caller,
    after: Option<ListingId>,
    limit: u32,
) -> Result<(Vec<Overtaken>, Option<ListingId>)> {
    filled(MOST_PARTS, after, limit, move |after, left| {
        app.read(move |conn, now| overtaken_part(conn, &caller, after, left, now))
    })
    .await
}

/// A page of what is found in parts, so many of them at most: one that is short, or empty, all the same tells where to go on,
/// unless the last part was read. `part` gets where it begins and how many are still wanted.
async fn filled<T, K: Copy, F>(
    parts: usize,
    mut after: Option<K>,
    limit: u32,
    part: impl Fn(Option<K>, u32) -> F,
) -> Result<(Vec<T>, Option<K>)>
where
    F: Future<Output = Result<(Vec<T>, Option<K>)>>,
{
    let mut found = Vec::new();
    for _ in 0..parts {
        let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
        let (some, next) = part(after, left).await?;
        let is_full = i64::try_from(some.len()).is_ok_and(|count| count >= i64::from(left));
        found.extend(some);
        after = next;
        if next.is_none() || is_full {
            break;
        }
    }
    Ok((found, after))
}

/// Those of one part of the catalogue, and where the next part begins.
fn overtaken_part(
    conn: &mut AnyConn,
    caller: &Caller,
    after: Option<ListingId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Overtaken>, Option<ListingId>)> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::ReviewListing, &Resource::None)?;
    let watch = Watch::of(list(conn, now)?);
    let rows = listings::live_after(conn, after, LOOKED_THROUGH)?;
    let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < LOOKED_THROUGH);
    let (mut found, mut seen_to) = (Vec::new(), None);
    for (mut listing, owner) in rows {
        if i64::try_from(found.len()).is_ok_and(|count| count + 1 >= rows_for(limit)) {
            return Ok((found, seen_to));
        }
        seen_to = Some(listing.id);
        // The job that marks what ended may be behind.
        listing.lapse(now);
        let is_for = decide(&actor, Action::ReviewListing, &resource(&listing, &owner)).is_ok();
        if listing.status != ListingStatus::Published || !is_for {
            continue;
        }
        if let Some((today, hints)) = is_overtaken(&watch, &listing)? {
            found.push(Overtaken {
                listing,
                owner,
                today,
                hints,
            });
        }
    }
    Ok((found, seen_to.filter(|_| !is_last)))
}

/// What the list of now says of a public listing, and what hints at something stricter, where it is more than everybody sees.
pub(super) fn is_overtaken(watch: &Watch, listing: &Listing) -> Result<Option<(RegulatoryClass, Vec<Hinted>)>> {
    if listing.status != ListingStatus::Published {
        return Ok(None);
    }
    let shown = listing.regulation().0.unwrap_or(RegulatoryClass::Unrestricted);
    let today = watch.judge(listing.finding.as_ref(), &listing.content.regulation);
    // What an officer looked at is not hinted at again, unless the list says more of what was found.
    let hints = match listing.finding {
        Some(_) => Vec::new(),
        None => watch.stricter(today, &ListingDraft::of(&listing.content))?,
    };
    Ok((today > shown || !hints.is_empty()).then_some((today, hints)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{ErrorCode, filled};

    /// Ten numbers to a part, of which those that end in 7 are found, and nothing after 99.
    async fn page(parts: usize, after: Option<u32>, limit: u32) -> (Vec<u32>, Option<u32>, usize) {
        let asked = Cell::new(0);
        let part = |after: Option<u32>, left: u32| {
            asked.set(asked.get() + 1);
            let first = after.map_or(0, |last| last + 1);
            let found: Vec<u32> = (first..first + 10)
                .filter(|number| number % 10 == 7)
                .take(usize::try_from(left).unwrap())
                .collect();
            let next = Some(first + 9).filter(|last| *last < 99);
            async move { Ok((found, next)) }
        };
        let (found, next) = filled(parts, after, limit, part).await.unwrap();
        (found, next, asked.get())
    }

    #[tokio::test]
    async fn a_page_is_filled_from_so_many_parts_and_no_more() {
        assert_eq!(page(20, None, 2).await, (vec![7, 17], Some(19), 2));
        // Cut off before it is full it tells where to go on, and what follows lacks nothing.
        assert_eq!(page(3, None, 50).await, (vec![7, 17, 27], Some(29), 3));
        assert_eq!(page(3, Some(29), 50).await, (vec![37, 47, 57], Some(59), 3));
        assert_eq!(page(20, Some(59), 50).await, (vec![67, 77, 87, 97], None, 4));
        assert_eq!(page(20, None, 50).await.2, 10);
    }

    #[tokio::test]
    async fn an_empty_page_tells_where_to_go_on_too() {
        let nothing = async |parts: usize| {
            let part = |after: Option<u32>, _left| {
                let next = after.map_or(0, |last| last + 1);
                async move { Ok((Vec::<u32>::new(), Some(next))) }
            };
            filled(parts, None, 50, part).await.unwrap()
        };
        assert_eq!(nothing(1).await, (vec![], Some(0)));
        assert_eq!(nothing(20).await, (vec![], Some(19)));
    }

    #[tokio::test]
    async fn a_part_that_fails_ends_the_page() {
        let part =
            |_after: Option<u32>, _left| async { Err::<(Vec<u32>, Option<u32>), _>(ErrorCode::Forbidden.into()) };
        assert_eq!(filled(20, None, 50, part).await.unwrap_err().code, ErrorCode::Forbidden);
    }
}
