//! Which segments of an index are merged, and when.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tantivy::{
    SegmentMeta,
    indexer::{LogMergePolicy, MergeCandidate, MergePolicy},
};

/// Listings of an index up to which all segments may become one. In a larger one the postings take so much longer than the
/// opening of their lists that it would be rewritten for nothing.
const MOST_IN_ONE: u64 = 400_000;

/// Merges segments of about the same size, or all into one where that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Merging {
    by_size: LogMergePolicy,
    /// Shared with the engine, which has a clone.
    into_one: Arc<AtomicBool>,
}

impl Default for Merging {
    fn default() -> Self {
        let mut by_size = LogMergePolicy::default();
        // The default never merges for deletions alone, and updates are deletions.
        by_size.set_del_docs_ratio_before_merge(0.3);
        // Every list of a search is opened once for each segment, so half as many of them as by default.
        by_size.set_min_num_segments(4);
        Self {
            by_size,
            into_one: Arc::default(),
        }
    }
}

impl Merging {
    /// Says whether all segments are to become one from the next commit on. The engine asks at every commit, and again
    /// after every merge.
    pub(crate) fn ask_for_one_segment(&self, yes: bool) {
        self.into_one.store(yes, Ordering::Relaxed);
    }
}

impl MergePolicy for Merging {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        if self.into_one.load(Ordering::Relaxed) && may_be_one(segments) {
            return vec![MergeCandidate(segments.iter().map(SegmentMeta::id).collect())];
        }
        self.by_size.compute_merge_candidates(segments)
    }
}

/// Whether segments are several that may become one. A lone one with deletions is left to the other rule.
pub(crate) fn may_be_one(segments: &[SegmentMeta]) -> bool {
    let listings: u64 = segments.iter().map(|segment| u64::from(segment.num_docs())).sum();
    segments.len() > 1 && listings <= MOST_IN_ONE
}
