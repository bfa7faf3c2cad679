//! Listings that are like another one (tin tương tự), and what comparing two listings by their words takes.
//!
//! The index names candidates, and every one of them is read from the database again, as in a search: what is compared is
//! the listing as it is now, and what is not public there is not told of.

use std::collections::HashMap;

use search_index::{Answered, Asked, Filters, Portrait, View};

use super::context::Caller;
use super::search::{hide_withdrawn, readable, refusal};
use super::{App, ErrorCode, Result, listings};
use crate::domain::access::is_in_search;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::listing::{Listing, ListingContent, ListingKind, Specification};
use crate::store::listings::OwnerCard;

/// Listings that are compared for one answer.
pub(super) const CANDIDATES: usize = 60;
/// How near a listing comes at least, in thousandths.
const LEAST: u32 = 250;
/// Parts of the nearness, in percent, of a listing of the same field, of one of another, and of one of the same kind.
const SAME_FIELD: u32 = 110;
const OTHER_FIELD: u32 = 85;
const SAME_KIND: u32 = 105;
/// One of so many may be of the enterprise whose listing is looked at: who looks for others wants to see others.
const OWN: usize = 3;

/// A listing that is like another one.
#[derive(Clone, Debug)]
pub struct SimilarListing {
    /// The listing, as far as everybody may see it.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// How like it is, 1 to 100.
    pub score: u32,
    /// Words that both have, as the one has them that is looked at.
    pub shared: Vec<String>,
}

/// Public listings that are like one that the caller may read, the most alike first; the older one first of two that are
/// as like. Blocks.
pub fn similar(app: &App, caller: &Caller, id: ListingId, limit: usize) -> Result<Vec<SimilarListing>> {
    let view = view(app)?;
    let Subject {
        content, enterprise, ..
    } = subject(app, caller, id)?;
    let is_needed = content.kind.is_need();
    let kinds = ListingKind::ALL.iter().filter(|kind| kind.is_need() == is_needed);
    let words = Words::of(&view, &content)?;
    let candidates = words.candidates(&view, kinds)?;
    let mut found = Vec::new();
    for (listing, card) in current(app, &candidates)? {
        if listing.id == id {
            continue;
        }
        let (near, answered) = words.compared_with(&listing.content);
        let other = &listing.content;
        let is_of_field = content.field_codes.iter().any(|code| other.field_codes.contains(code));
        let near = near * if is_of_field { SAME_FIELD } else { OTHER_FIELD } / 100;
        let near = near * if other.kind == content.kind { SAME_KIND } else { 100 } / 100;
        if near >= LEAST && !answered.shared.is_empty() {
            found.push(SimilarListing {
                score: (near / 10).clamp(1, 100),
                shared: answered.shared.into_iter().map(|words| words.said).collect(),
                listing,
                owner: card,
            });
        }
    }
    found.sort_by(|a, b| b.score.cmp(&a.score).then(a.listing.id.cmp(&b.listing.id)));
    let mut left = limit.div_ceil(OWN);
    found.retain(|similar| {
        let is_own = similar.listing.enterprise_id == enterprise;
        let is_kept = !is_own || left > 0;
        left -= usize::from(is_own && is_kept);
        is_kept
    });
    found.truncate(limit);
    Ok(found)
}

/// The index as it is now, without what was withdrawn since.
pub(super) fn view(app: &App) -> Result<View> {
    let view = app.index.reader().ok_or(ErrorCode::SearchUnavailable)?.view();
    hide_withdrawn(app, &view)?;
    Ok(view)
}

/// The listing that is asked about.
pub(super) struct Subject {
    /// What it says to the caller.
    pub(super) content: ListingContent,
    /// Whose it is.
    pub(super) enterprise: EnterpriseId,
    /// Where that is.
    pub(super) province: String,
}

/// Reads the listing that is asked about for the caller.
pub(super) fn subject(app: &App, caller: &Caller, id: ListingId) -> Result<Subject> {
    let now = app.clock.now();
    let seen = app.db.read(|conn| listings::read(conn, caller, id, now))?;
    let enterprise = seen.listing.enterprise_id;
    let content = if seen.sees_all {
        seen.listing.content
    } else {
        seen.listing.shown_to_all().into_owned().content
    };
    Ok(Subject {
        content,
        enterprise,
        province: seen.owner.province_code,
    })
}

/// The candidates that anybody may see, as they are now and as everybody sees them, in their order.
pub(super) fn current(app: &App, ids: &[ListingId]) -> Result<Vec<(Listing, OwnerCard)>> {
    let (rows, _broken) = app.db.read(|conn| readable(conn, ids))?;
    let now = app.clock.now();
    let mut rows: HashMap<ListingId, (Listing, OwnerCard)> = rows
        .into_iter()
        .map(|(mut listing, owner)| {
            listing.lapse(now);
            (listing, owner)
        })
        .filter(|(listing, owner)| is_in_search(listing, owner.status))
        .map(|(listing, owner)| (listing.id, (listing.shown_to_all().into_owned(), owner)))
        .collect();
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
}

/// A listing whose words are looked for in others.
pub(super) struct Words {
    title: Asked,
    rest: Asked,
}

impl Words {
    pub(super) fn of(view: &View, content: &ListingContent) -> Result<Self> {
        Ok(Self {
            title: view.asked(&title(content)).map_err(refusal)?,
            rest: view.asked(&rest(content)).map_err(refusal)?,
        })
    }

    /// Listings of some kinds that may have to do with it, in no order that matters.
    pub(super) fn candidates<'k>(
        &self,
        view: &View,
        kinds: impl Iterator<Item = &'k ListingKind>,
    ) -> Result<Vec<ListingId>> {
        let filters = Filters {
            kinds: kinds.map(|kind| kind.as_str().to_owned()).collect(),
            ..Filters::default()
        };
        let whole = format!("{}. {}", self.title.text(), self.rest.text());
        let ids = view.candidates(&[self.title.text(), &whole], &filters, CANDIDATES);
        let ids = ids.map_err(refusal)?;
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// How near another listing comes, in thousandths, and the words that both have.
    pub(super) fn compared_with(&self, other: &ListingContent) -> (u32, Answered) {
        let portrait = portrait(other);
        let answered = self.title.answered_by(&portrait);
        let rest = self.rest.answered_by(&portrait);
        (answered.closeness(&rest), answered)
    }
}

/// What a listing is called, in one language: the other one says the same again.
fn title(content: &ListingContent) -> String {
    let more = [
        content.brand.as_ref().map(|brand| brand.as_str()),
        content.model.as_ref().map(|model| model.as_str()),
    ];
    let title = content.title.vi.as_str();
    let more = more.into_iter().flatten().filter(|more| !title.contains(more));
    std::iter::once(title).chain(more).collect::<Vec<_>>().join(" ")
}

/// What else it says of itself in short.
fn rest(content: &ListingContent) -> String {
    let summary = content.summary.as_ref().map(|text| text.vi.as_str());
    let requirements = content.details.requirements.as_ref().map(|text| text.vi.as_str());
    summary.into_iter().chain(requirements).collect::<Vec<_>>().join(". ")
}

/// Everything that others are looked for in.
fn portrait(content: &ListingContent) -> Portrait {
    let details = &content.details;
    let titles = [
        Some(content.title.vi.as_str()),
        content.title.en.as_ref().map(|text| text.as_str()),
    ];
    let names = [
        content.brand.as_ref().map(|brand| brand.as_str()),
        content.model.as_ref().map(|model| model.as_str()),
    ];
    let summary = content.summary.iter();
    let summary = summary.flat_map(|text| [Some(text.vi.as_str()), text.en.as_ref().map(|text| text.as_str())]);
    let passages = [&details.requirements, &details.applications].into_iter().flatten();
    let passages = passages.flat_map(|text| [Some(text.vi.as_str()), text.en.as_deref()]);
    let properties = content.specifications.iter().flat_map(property);
    let rest = summary.chain(passages).flatten().map(str::to_owned).chain(properties);
    let rest: Vec<String> = rest.collect();
    Portrait::new(
        titles.into_iter().chain(names).flatten(),
        rest.iter().map(String::as_str),
    )
}

fn property(property: &Specification) -> [String; 2] {
    [property.name.clone(), crate::domain::matching::written(property)]
}
