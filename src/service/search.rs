//! Searching, and the place where the index stands for those who search.
//!
//! **Architecture invariant:** the index says which listings match and in what order, never whether anybody may see
//! them: every hit is read from the database again, and what is not public there is dropped.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use jiff::Timestamp;
pub use search_index::{
    Correction, Facet, FacetCount, FacetSet, Facets, Filters, Group, HitExplanation, Interpretation,
    InterpretationKind, MatchedTerm, PRICE_BUCKETS, PlanExplanation, QuantityCount, QuantityRange, Sort, Understanding,
};
use search_index::{Cursor, CursorError, Highlighter, MAX_LIMIT, MAX_QUERY_CHARS, SearchPage, SearchRequest, View};
use tracing::warn;

mod codes;
mod everything;
mod names;
mod owners;
mod places;
mod slot;

pub use everything::{Everything, EverythingQuery, FoundGroup, MOST_ENTERPRISES, everything};
pub use names::{named, words_of_name};
pub use owners::{NamedOwner, named_owners, present_owner, present_owners};
pub use slot::{IndexSlot, IndexState, IndexStatus, position};

use super::context::Caller;
use super::{App, Error, ErrorCode, Result};
use crate::domain::access::{Action, Resource, decide, is_in_search};
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::domain::listing::{Listing, ListingStatus};
use crate::store::listings::OwnerCard;
use crate::store::outbox::Position;
use crate::store::{self, AnyConn, listing_terms, listings, outbox};

/// Longest excerpt, in characters.
const MAX_SNIPPET: usize = 200;
/// How often a search is done again because of hits that nobody may see. An index that disagrees with the database in
/// more than three whole pages is being repaired; the caller gets what is left of the page, and goes on from its cursor.
const MAX_ROUNDS: usize = 4;
/// Changes that the index has still to hear of and that a search still looks at one by one.
const MAX_CHANGES: i64 = 500;

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// What the person typed; empty browses.
    pub text: String,
    /// Selections.
    pub filters: Filters,
    /// Order.
    pub sort: Sort,
    /// Listings per page.
    pub limit: usize,
    /// Where the page before ended: [`SearchAnswer::next`].
    pub after: Option<String>,
    /// Count facets too.
    pub facets: bool,
    /// Which, when facets are counted.
    pub counted: FacetSet,
    /// Fields that are counted as others.
    pub fields_counted_as: BTreeMap<String, Vec<String>>,
    /// Groups of kinds that have their own best hits each, on one page without a next one.
    pub groups: Vec<Group>,
    /// Tell why each hit is there.
    pub explain: bool,
    /// The person insists on the words as they were typed.
    pub verbatim: bool,
    /// Interpretations whose words are to be words like the others: [`Interpretation::id`].
    pub without: Vec<String>,
}

/// A text with the words that were searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Byte ranges of the words in `text`, ascending and apart, on character boundaries.
    pub marks: Vec<Range<usize>>,
}

/// A listing that was found.
#[derive(Clone, Debug)]
pub struct FoundListing {
    /// The listing as it is now.
    pub listing: Listing,
    /// Whose it is.
    pub owner: OwnerCard,
    /// Place of its group in [`SearchQuery::groups`].
    pub group: usize,
    /// Why it is there, when that was asked.
    pub why: Option<HitExplanation>,
    /// Relevance, comparable only within one search; 0 when another order was asked for.
    pub score: f32,
    /// The whole title.
    pub title: Marked,
    /// An excerpt of the summary, or of the description when only that has the words.
    pub summary: Option<Marked>,
}

/// One page of what was found.
#[derive(Clone, Debug)]
pub struct SearchAnswer {
    /// Listings in order; the page may be short although there is a next one.
    pub items: Vec<FoundListing>,
    /// Where the next page starts.
    pub next: Option<String>,
    /// How many there are over all pages, when that is known.
    pub total: Option<u64>,
    /// The same of each group.
    pub groups: Option<Vec<u64>>,
    /// Counts by facet, when asked for and known.
    pub facets: Option<Facets>,
    /// The query as it was read, when that was asked.
    pub plan: Option<PlanExplanation>,
    /// What was made of the words.
    pub understanding: Understanding,
}

/// Searches. Blocks: callers in async code go through [`App::run_blocking`].
///
/// Totals and facets count listings that nobody looks at one by one, so a listing that was withdrawn a moment ago would
/// still be told of by numbers. Whatever changed after the commit that is searched is therefore looked up, and what is
/// no longer public is hidden from that commit before anything is answered. Where that cannot be done, or not in time,
/// the answer has neither.
///
/// A code in the place of words leads to its listing, and needs no index.
pub fn search(app: &App, query: SearchQuery) -> Result<SearchAnswer> {
    if let Some(code) = codes::named(&query) {
        return codes::answer(app, &query, code);
    }
    let follows = app.index.is_ready();
    // One commit for the whole answer: another would put its hits elsewhere.
    let view = app.index.reader().ok_or(ErrorCode::SearchUnavailable)?.view();
    let after = query.after.as_deref().map(str::parse::<Cursor>).transpose();
    let after = after.map_err(|_malformed: CursorError| ErrorCode::InvalidCursor)?;
    let request = SearchRequest {
        verbatim: query.verbatim,
        without: query.without,
        text: query.text,
        filters: query.filters,
        sort: query.sort,
        limit: query.limit,
        after,
        facets: query.facets,
        counted: query.counted,
        fields_counted_as: query.fields_counted_as,
        // Within a day nothing grows older.
        as_of: Some(whole_days(app.clock.now())),
        groups: query.groups,
        explain: query.explain,
        ..SearchRequest::default()
    };
    let known = hide_withdrawn(app, &view)?;
    let mut rounds = 0;
    loop {
        rounds += 1;
        let page = view.search(&request).map_err(refusal)?;
        let (items, gone) = read_again(app, &page)?;
        let clean = gone.is_empty();
        metrics::counter!("vptex_search_dropped_hits_total").increment(u64::try_from(gone.len()).unwrap_or(0));
        if clean || rounds == MAX_ROUNDS {
            let exact = clean && known && follows;
            return Ok(SearchAnswer {
                items,
                next: page.next.as_ref().map(Cursor::to_string),
                total: exact.then_some(page.total),
                groups: exact.then_some(page.groups),
                plan: page.explanation.map(|explanation| explanation.plan),
                facets: page.facets.filter(|_| exact),
                understanding: places::of_today(&app.in_force_at_hand(), page.understanding),
            });
        }
        view.hide(gone).map_err(refusal)?;
    }
}

/// The beginning of a day (UTC), in microseconds.
fn whole_days(now: Timestamp) -> i64 {
    const DAY: i64 = 86_400_000_000;
    now.as_microsecond().div_euclid(DAY) * DAY
}

/// Refuses who may not be told why hits are there: that is for those who look after the vocabulary.
pub fn may_explain(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<()> {
    decide(&caller.actor(conn, now)?, Action::ManageReferenceData, &Resource::None)?;
    Ok(())
}

/// Hides what was withdrawn after the commit that is searched; gives whether all of it is known.
pub(super) fn hide_withdrawn(app: &App, view: &View) -> Result<bool> {
    let place = view.watermark().map(position).unwrap_or_default();
    let Some(ids) = withdrawn(app, place)? else {
        return Ok(false);
    };
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    view.hide(ids.iter().map(String::as_str)).map_err(refusal)?;
    Ok(true)
}

/// Listings that changed after a place of the outbox and that nobody may see any more. None when more changed than can be
/// looked at.
pub(super) fn withdrawn(app: &App, place: Position) -> Result<Option<Vec<ListingId>>> {
    let withdrawn = app.db.read(|conn| outbox::withdrawn_since(conn, place, MAX_CHANGES))?;
    let Some(mut withdrawn) = withdrawn else {
        return Ok(None);
    };
    // The end of a term is true before it is written down.
    let lapsed = app.db.read(|conn| {
        let over = (Timestamp::UNIX_EPOCH, app.clock.now());
        listing_terms::ending(conn, ListingStatus::Published, over, None, MAX_CHANGES)
    })?;
    if i64::try_from(lapsed.len()).map_or(true, |count| count == MAX_CHANGES) {
        return Ok(None);
    }
    withdrawn.extend(lapsed.into_iter().map(|((_, id), _)| id));
    Ok(Some(withdrawn))
}

pub(super) fn refusal(error: search_index::Error) -> Error {
    match error {
        search_index::Error::QueryTooLong => Error::field("q", Violation::TooLong { max: MAX_QUERY_CHARS }),
        search_index::Error::Limit => {
            let max = i64::try_from(MAX_LIMIT).unwrap_or(i64::MAX);
            Error::field("limit", Violation::OutOfRange { min: 1, max })
        }
        search_index::Error::Cursor => ErrorCode::InvalidCursor.into(),
        other => Error::internal(in_full(&other)),
    }
}

/// An error with what caused it, for the log: errors of the index tell the engine's own words only as their source.
pub fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// The hits of a page that anybody may see, as they are now, and the ids of the others.
fn read_again<'p>(app: &App, page: &'p SearchPage) -> Result<(Vec<FoundListing>, Vec<&'p str>)> {
    let ids: Vec<ListingId> = page.hits.iter().filter_map(|hit| hit.id.parse().ok()).collect();
    let (rows, _broken) = app.db.read(|conn| readable(conn, &ids))?;
    let public = |(listing, owner): &(Listing, OwnerCard)| is_in_search(listing, owner.status);
    let now = app.clock.now();
    let rows = rows.into_iter().map(|(mut listing, owner)| {
        listing.lapse(now);
        (listing, owner)
    });
    let rows = rows.filter(public).map(|row| (row.0.id, row));
    let mut rows: HashMap<ListingId, (Listing, OwnerCard)> = rows.collect();
    let (mut items, mut gone) = (Vec::with_capacity(page.hits.len()), Vec::new());
    let mut reasons = page.explanation.iter().flat_map(|explanation| &explanation.hits);
    for hit in &page.hits {
        let why = reasons.next();
        match hit.id.parse::<ListingId>().ok().and_then(|id| rows.remove(&id)) {
            Some((listing, owner)) => {
                let cut = match listing.shown_to_all() {
                    Cow::Owned(cut) => Some(cut),
                    Cow::Borrowed(_) => None,
                };
                let shown = cut.unwrap_or(listing);
                items.push(FoundListing {
                    group: hit.group,
                    why: why.cloned(),
                    ..found(shown, owner, hit.score, &page.highlighter)
                });
            }
            None => gone.push(hit.id.as_str()),
        }
    }
    Ok((items, gone))
}

/// Listings by their ids, leaving out and counting those whose row is broken: one of them must not hide all.
pub(crate) fn readable(conn: &mut AnyConn, ids: &[ListingId]) -> store::Result<(Vec<(Listing, OwnerCard)>, u64)> {
    match listings::find_many(conn, ids) {
        Err(store::Error::Row(_)) => readable_of(conn, ids),
        other => other.map(|rows| (rows, 0)),
    }
}

/// The same one by one.
pub(crate) fn readable_of(conn: &mut AnyConn, ids: &[ListingId]) -> store::Result<(Vec<(Listing, OwnerCard)>, u64)> {
    let mut rows = Vec::with_capacity(ids.len());
    let mut broken = 0;
    for id in ids {
        match listings::find_many(conn, &[*id]) {
            Ok(row) => rows.extend(row),
            Err(store::Error::Row(error)) => {
                warn!(listing.id = %id, error, "a listing's row cannot be read");
                broken += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok((rows, broken))
}

fn found(listing: Listing, owner: OwnerCard, score: f32, highlighter: &Highlighter) -> FoundListing {
    let title = listing.content.title.vi.as_str();
    let title = Marked {
        text: title.to_owned(),
        marks: highlighter.highlight(title),
    };
    let summary = excerpt(&listing, highlighter);
    FoundListing {
        listing,
        owner,
        group: 0,
        why: None,
        score,
        title,
        summary,
    }
}

fn excerpt(listing: &Listing, highlighter: &Highlighter) -> Option<Marked> {
    let content = &listing.content;
    let cut = |text: &str| {
        let snippet = highlighter.snippet(text, MAX_SNIPPET);
        Marked {
            text: snippet.text,
            marks: snippet.marks,
        }
    };
    let summary = content.summary.as_ref().map(|text| cut(text.vi.as_str()));
    if summary.as_ref().is_some_and(|summary| !summary.marks.is_empty()) {
        return summary;
    }
    if summary.is_some() && !highlighter.has_words() {
        return summary;
    }
    let description = content.description.as_ref().map(|text| cut(text.vi.as_str()));
    match (summary, description) {
        (Some(summary), Some(description)) if description.marks.is_empty() => Some(summary),
        (summary, description) => description.or(summary),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::{Taxonomies, TaxonomyName};

    #[test]
    fn what_the_person_can_mend_is_told_so() {
        assert_eq!(
            refusal(search_index::Error::QueryTooLong)
                .fields
                .first()
                .unwrap()
                .pointer,
            "q"
        );
        assert_eq!(
            refusal(search_index::Error::Limit).fields.first().unwrap().pointer,
            "limit"
        );
        assert_eq!(refusal(search_index::Error::Cursor).code, ErrorCode::InvalidCursor);
        assert_eq!(refusal(search_index::Error::Unusable).code, ErrorCode::Internal);
    }

    #[test]
    fn every_province_is_understood_by_its_name() {
        let (_writer, reader) = search_index::SearchIndex::in_memory().unwrap();
        for province in Taxonomies::embedded().items(TaxonomyName::Provinces, None) {
            let request = SearchRequest {
                text: format!("máy sấy ở {}", province.name_vi),
                limit: 1,
                ..SearchRequest::default()
            };
            let told = reader.search(&request).unwrap().understanding.interpretations;
            let told: Vec<&str> = told.iter().map(|wish| wish.value.as_str()).collect();
            assert_eq!(told, [province.code.as_str()], "{}", province.name_vi);
        }
    }
}
