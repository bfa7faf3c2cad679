//! What is visible at one commit, and what was found out since to be hidden.

use std::{
    collections::HashMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tantivy::{DocId, IndexReader, Searcher, Term, index::SegmentId, schema::IndexRecordOption};

use crate::{
    Result, Watermark,
    columns::{Columns, place},
    dictionary::LookedUp,
    schema::Layout,
};

/// What is visible at one commit.
pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) segments: Vec<(SegmentId, Arc<Columns>)>,
    pub(crate) watermark: Option<Watermark>,
    pub(crate) looked_up: LookedUp,
    hidden: Vec<Hidden>,
    /// How many are hidden.
    withdrawn: AtomicU64,
}

/// Tombstones of one segment, one bit per document; most segments never get one.
#[derive(Default)]
pub(crate) struct Hidden(OnceLock<Box<[AtomicU64]>>);

impl Hidden {
    /// The words of the bits, when there is any.
    pub(crate) fn bits(&self) -> Option<&[AtomicU64]> {
        self.0.get().map(AsRef::as_ref)
    }

    /// Sets a bit; gives whether it was not set before.
    fn set(&self, doc: DocId, documents: u32) -> bool {
        let words = || (0..=documents / 64).map(|_| AtomicU64::new(0)).collect();
        let bit = 1 << (doc % 64);
        self.0
            .get_or_init(words)
            .get(place(doc / 64))
            .is_some_and(|word| word.fetch_or(bit, Ordering::Relaxed) & bit == 0)
    }
}

/// Whether a document is among the bits.
pub(crate) fn is_hidden(bits: &[AtomicU64], doc: DocId) -> bool {
    bits.get(place(doc / 64))
        .is_some_and(|word| word.load(Ordering::Relaxed) >> (doc % 64) & 1 == 1)
}

impl Snapshot {
    /// Reads the columns of new segments; those of known ones stay valid, as deletions do not
    /// change them.
    pub(crate) fn take(
        engine: &IndexReader,
        layout: &Layout,
        known: &[(SegmentId, Arc<Columns>)],
        watermark: Option<Watermark>,
    ) -> Result<Self> {
        let searcher = engine.searcher();
        let known: HashMap<_, _> = known.iter().map(|(id, columns)| (*id, columns)).collect();
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for segment in searcher.segment_readers() {
            let id = segment.segment_id();
            let columns = match known.get(&id) {
                Some(columns) => Arc::clone(columns),
                None => Arc::new(Columns::read(layout, segment)?),
            };
            segments.push((id, columns));
        }
        Ok(Self {
            hidden: segments.iter().map(|_| Hidden::default()).collect(),
            withdrawn: AtomicU64::new(0),
            looked_up: LookedUp::default(),
            searcher,
            segments,
            watermark,
        })
    }

    /// Whether it has these segments and no others.
    pub(crate) fn has_segments(&self, ids: &[SegmentId]) -> bool {
        self.segments.len() == ids.len() && self.segments.iter().all(|(id, _)| ids.contains(id))
    }

    /// Listings that can be found.
    pub(crate) fn documents(&self) -> u64 {
        let all = self.searcher.num_docs();
        all.saturating_sub(self.withdrawn.load(Ordering::Relaxed))
    }

    /// Tombstones of a segment.
    pub(crate) fn hidden(&self, segment: usize) -> Option<&[AtomicU64]> {
        self.hidden.get(segment).and_then(Hidden::bits)
    }

    /// Hides listings; gives how many of them were visible until now.
    pub(crate) fn hide<'i>(&self, layout: &Layout, ids: impl IntoIterator<Item = &'i str>) -> Result<usize> {
        let mut count = 0;
        for id in ids {
            let term = Term::from_field_text(layout.id, id);
            for (segment, hidden) in self.searcher.segment_readers().iter().zip(&self.hidden) {
                let postings = segment.inverted_index(layout.id)?;
                let Some(mut postings) = postings.read_block_postings(&term, IndexRecordOption::Basic)? else {
                    continue;
                };
                while !postings.docs().is_empty() {
                    let alive = postings.docs().iter().filter(|doc| !segment.is_deleted(**doc));
                    count += alive.filter(|doc| hidden.set(**doc, segment.max_doc())).count();
                    postings.advance();
                }
            }
        }
        let withdrawn = u64::try_from(count).unwrap_or(0);
        self.withdrawn.fetch_add(withdrawn, Ordering::Relaxed);
        Ok(count)
    }
}
