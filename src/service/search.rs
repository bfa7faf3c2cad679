//! Searching, and the place where the index stands for those who search.
//!
//! **Architecture invariant:** the index says which listings match and in what order, never whether anybody may see
//! them: every hit is read from the database again, and what is not public there is dropped.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use search_index::{Cursor, CursorError, Highlighter, MAX_LIMIT, MAX_QUERY_CHARS, Reader, SearchRequest};
pub use search_index::{FacetCount, Facets, Filters, PRICE_BUCKETS, Sort};
use tracing::warn;

use super::{App, Error, ErrorCode, Result};
use crate::domain::access::is_public_listing;
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::domain::listing::Listing;
use crate::store::listings::OwnerCard;
use crate::store::outbox::Position;
use crate::store::{self, AnyConn, listings};

/// Longest excerpt, in characters.
const MAX_SNIPPET: usize = 200;
/// How often a page that lost hits is filled up. An index that disagrees with the database in more than two whole
/// pages is being repaired; the caller gets a short page and goes on from its cursor.
const MAX_ROUNDS: usize = 3;

/// Where the index stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IndexState {
    /// Being opened; nothing is known yet.
    #[default]
    Opening,
    /// Being built from the database. An older index may be searched meanwhile.
    Building {
        /// Listings put so far.
        done: u64,
        /// Listings to put, as counted at the start.
        total: u64,
    },
    /// Follows the database.
    Ready,
    /// Cannot be opened, built or written; [`IndexStatus::last_error`] says why. It is tried again.
    Failed,
}

/// Health figures of the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexStatus {
    /// Where it stands.
    pub state: IndexState,
    /// Whether searches are answered.
    pub searchable: bool,
    /// What went wrong last; for operators, not for the public.
    pub last_error: Option<String>,
    /// Listings that could not be indexed since the program started.
    pub poison: u64,
    /// Changes that the index has still to hear of.
    pub lag: u64,
    /// Place in the outbox up to which searches see the changes.
    pub applied: Option<Position>,
}

/// Holds the index for searchers, and tells how it fares.
#[derive(Default)]
pub struct IndexSlot {
    reader: RwLock<Option<Reader>>,
    status: Mutex<IndexStatus>,
    moved: Condvar,
}

impl IndexSlot {
    /// The index, once there is one.
    pub fn reader(&self) -> Option<Reader> {
        self.reader.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Health figures.
    pub fn status(&self) -> IndexStatus {
        self.lock().clone()
    }

    /// Answers searches from an index that is behind, while a better one is built.
    pub fn set_stopgap(&self, reader: Reader) {
        self.put(reader);
        self.lock().searchable = true;
    }

    /// Answers searches from an index that follows the database from `applied` on.
    pub fn set_ready(&self, reader: Reader, applied: Position) {
        self.put(reader);
        let mut status = self.lock();
        status.state = IndexState::Ready;
        status.searchable = true;
        status.last_error = None;
        status.applied = Some(applied);
        drop(status);
        self.moved.notify_all();
    }

    /// Tells how far building has come.
    pub fn set_building(&self, done: u64, total: u64) {
        let mut status = self.lock();
        status.state = IndexState::Building { done, total };
        // What an older index heard of says nothing about the one that is coming.
        status.applied = None;
    }

    /// Tells that the index cannot be opened, built or written. An index that is there goes on answering.
    pub fn set_failed(&self, error: impl Into<String>) {
        let mut status = self.lock();
        status.state = IndexState::Failed;
        status.last_error = Some(error.into());
    }

    /// Tells of a passing trouble that changes nothing about what can be searched.
    pub fn set_trouble(&self, error: impl Into<String>) {
        self.lock().last_error = Some(error.into());
    }

    /// Counts listings that could not be indexed.
    pub fn add_poison(&self, count: u64) {
        self.lock().poison += count;
        metrics::counter!("vptex_index_poison_total").increment(count);
    }

    /// Tells how many changes are still to come.
    pub fn set_lag(&self, rows: u64) {
        self.lock().lag = rows;
        metrics::gauge!("vptex_index_lag_rows").set(f64::from(u32::try_from(rows).unwrap_or(u32::MAX)));
    }

    /// Tells that searches see everything up to a place in the outbox.
    pub fn set_applied(&self, applied: Position) {
        let mut status = self.lock();
        status.state = IndexState::Ready;
        status.last_error = None;
        status.applied = Some(applied);
        drop(status);
        self.moved.notify_all();
    }

    /// Waits until searches see everything up to `position`, at most `limit`; gives whether they do. Not for async
    /// threads.
    pub fn wait_for(&self, position: Position, limit: Duration) -> bool {
        let behind = |status: &mut IndexStatus| status.applied.is_none_or(|applied| applied < position);
        let waited = self.moved.wait_timeout_while(self.lock(), limit, behind);
        let (mut status, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !behind(&mut status)
    }

    fn put(&self, reader: Reader) {
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = Some(reader);
    }

    fn lock(&self) -> MutexGuard<'_, IndexStatus> {
        // Every change of the figures is a single assignment, so those behind a poisoned lock are still good.
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
    /// How many there are over all pages.
    pub total: u64,
    /// Counts by facet, when asked for.
    pub facets: Option<Facets>,
}

/// Searches. Blocks: callers in async code go through [`App::run_blocking`].
pub fn search(app: &App, query: SearchQuery) -> Result<SearchAnswer> {
    let reader = app.index.reader().ok_or(ErrorCode::SearchUnavailable)?;
    let after = query.after.as_deref().map(str::parse::<Cursor>).transpose();
    let after = after.map_err(|_malformed: CursorError| ErrorCode::InvalidCursor)?;
    let mut request = SearchRequest {
        text: query.text,
        filters: query.filters,
        sort: query.sort,
        limit: query.limit,
        after,
        facets: query.facets,
    };
    let mut answer = SearchAnswer {
        items: Vec::new(),
        next: None,
        total: 0,
        facets: None,
    };
    let mut dropped = 0;
    for round in 0..MAX_ROUNDS {
        let page = reader.search(&request).map_err(refusal)?;
        if round == 0 {
            answer.total = page.total;
            answer.facets = page.facets;
        }
        let mut rows = read_again(app, page.hits.iter().filter_map(|hit| hit.id.parse().ok()).collect())?;
        let mut next = page.next;
        let mut hits = page.hits.into_iter().peekable();
        while let Some(hit) = hits.next() {
            let row = hit.id.parse::<ListingId>().ok().and_then(|id| rows.remove(&id));
            match row.filter(|(listing, owner)| is_public_listing(listing.status, owner.status)) {
                Some((listing, owner)) => answer.items.push(found(listing, owner, hit.score, &page.highlighter)),
                None => dropped += 1,
            }
            if answer.items.len() == query.limit {
                // Hits of a later round that are left over belong to the next page.
                if hits.peek().is_some() {
                    next = Some(hit.cursor);
                }
                break;
            }
        }
        answer.next = next.as_ref().map(Cursor::to_string);
        if answer.items.len() == query.limit || next.is_none() {
            break;
        }
        request.after = next;
        request.facets = false;
    }
    if dropped > 0 {
        metrics::counter!("vptex_search_dropped_hits_total").increment(dropped);
    }
    answer.total = answer.total.saturating_sub(dropped);
    Ok(answer)
}

fn refusal(error: search_index::Error) -> Error {
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

fn read_again(app: &App, ids: Vec<ListingId>) -> Result<HashMap<ListingId, (Listing, OwnerCard)>> {
    let rows = app.db.read(|conn| match listings::find_many(conn, &ids) {
        Err(store::Error::Row(_)) => readable_of(conn, &ids).map(|(rows, _broken)| rows),
        other => other,
    })?;
    Ok(rows.into_iter().map(|row| (row.0.id, row)).collect())
}

/// One by one, leaving out and counting those whose row is broken: one of them must not hide all.
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

    #[test]
    fn waits_for_a_place_and_no_longer() {
        let slot = IndexSlot::default();
        let place = |seq| Position { txid: 0, seq };
        assert!(!slot.wait_for(place(0), Duration::ZERO));
        let (_writer, reader) = search_index::SearchIndex::in_memory().unwrap();
        slot.set_ready(reader, place(3));
        assert!(slot.wait_for(place(3), Duration::ZERO));
        assert!(!slot.wait_for(place(4), Duration::ZERO));
        std::thread::scope(|scope| {
            scope.spawn(|| slot.set_applied(place(4)));
            assert!(slot.wait_for(place(4), Duration::from_secs(60)));
        });
    }

    #[test]
    fn an_index_that_answers_goes_on_while_another_is_built() {
        let slot = IndexSlot::default();
        let (_writer, reader) = search_index::SearchIndex::in_memory().unwrap();
        slot.set_stopgap(reader);
        slot.set_building(1, 2);
        slot.set_failed("no room");
        assert!(slot.reader().is_some());
        let status = slot.status();
        assert!(status.searchable && status.applied.is_none());
        assert_eq!(
            (status.state, status.last_error.as_deref()),
            (IndexState::Failed, Some("no room"))
        );
    }

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
}
