//! Where the index stands for those who search.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use search_index::{Reader, Vocabulary, Watermark};

use crate::service::suggestions::SuggestionSlot;
use crate::service::vocabulary::edition::VocabularySlot;
use crate::store::outbox::Position;

/// The place in the outbox that an index names.
pub fn position(watermark: Watermark) -> Position {
    Position {
        txid: i64::try_from(watermark.txid).unwrap_or(i64::MAX),
        seq: watermark.seq,
    }
}

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

impl IndexState {
    /// Its name, for people and programs that watch.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Building { .. } => "building",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// Its number in the metrics: whatever is not 2 wants watching.
    fn number(&self) -> u32 {
        match self {
            Self::Opening => 0,
            Self::Building { .. } => 1,
            Self::Ready => 2,
            Self::Failed => 3,
        }
    }
}

impl IndexStatus {
    fn enter(&mut self, state: IndexState) {
        metrics::gauge!("vptex_index_state").set(f64::from(state.number()));
        self.state = state;
    }
}

/// What searches are answered from: whatever index comes is used with the vocabulary in effect.
#[derive(Default)]
struct Searched {
    reader: Option<Reader>,
    /// The built-in one where absent.
    vocabulary: Option<Arc<Vocabulary>>,
}

/// Holds the index for searchers, and tells how it fares.
#[derive(Default)]
pub struct IndexSlot {
    searched: RwLock<Searched>,
    /// What officers keep of the vocabulary, as far as it was seen.
    pub vocabulary: VocabularySlot,
    status: Mutex<IndexStatus>,
    moved: Condvar,
    suggestions: SuggestionSlot,
}

impl IndexSlot {
    /// The index, once there is one.
    pub fn reader(&self) -> Option<Reader> {
        let searched = self.searched.read().unwrap_or_else(PoisonError::into_inner);
        searched.reader.clone()
    }

    /// Puts another vocabulary into effect, for the index that is there and for every later one.
    pub fn set_vocabulary(&self, vocabulary: Arc<Vocabulary>) {
        let mut searched = self.searched.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = &searched.reader {
            reader.set_vocabulary(Arc::clone(&vocabulary));
        }
        searched.vocabulary = Some(vocabulary);
    }

    /// What is suggested while somebody types; it follows the outbox by itself.
    pub fn suggestions(&self) -> &SuggestionSlot {
        &self.suggestions
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

    /// Whether the index follows the database, as far as is known.
    pub fn is_ready(&self) -> bool {
        self.lock().state == IndexState::Ready
    }

    /// Answers searches from an index that follows the database from `applied` on.
    pub fn set_ready(&self, reader: Reader, applied: Position) {
        self.put(reader);
        let mut status = self.lock();
        status.enter(IndexState::Ready);
        status.searchable = true;
        status.last_error = None;
        status.applied = Some(applied);
        drop(status);
        self.moved.notify_all();
    }

    /// Tells how far building has come.
    pub fn set_building(&self, done: u64, total: u64) {
        let mut status = self.lock();
        status.enter(IndexState::Building { done, total });
        // What an older index heard of says nothing about the one that is coming.
        status.applied = None;
    }

    /// Tells that the index cannot be opened, built or written. An index that is there goes on answering.
    pub fn set_failed(&self, error: impl Into<String>) {
        let mut status = self.lock();
        status.enter(IndexState::Failed);
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
        failpoint!("index.committed");
        let mut status = self.lock();
        status.enter(IndexState::Ready);
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
        let mut searched = self.searched.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(vocabulary) = &searched.vocabulary {
            reader.set_vocabulary(Arc::clone(vocabulary));
        }
        searched.reader = Some(reader);
    }

    fn lock(&self) -> MutexGuard<'_, IndexStatus> {
        // Every change of the figures is a single assignment, so those behind a poisoned lock are still good.
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn every_index_that_comes_has_the_vocabulary_in_effect() {
        let slot = IndexSlot::default();
        let indexes = [(); 3].map(|()| search_index::SearchIndex::in_memory().unwrap());
        let [first, second, third] = indexes.each_ref().map(|(_, reader)| reader.clone());
        let is_empty = || slot.reader().unwrap().vocabulary().is_empty();
        slot.set_stopgap(first);
        assert!(!is_empty(), "the built-in one");
        slot.set_vocabulary(Arc::new(Vocabulary::empty()));
        assert!(is_empty());
        slot.set_ready(second, Position::default());
        assert!(is_empty(), "built anew");
        slot.set_vocabulary(Vocabulary::built_in());
        slot.set_ready(third, Position::default());
        assert!(!is_empty());
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
}
