//! One posting list being read forward, window by window.

use tantivy::{
    DocId, InvertedIndexReader, TERMINATED,
    postings::{BlockSegmentPostings, TermInfo},
    schema::IndexRecordOption,
};

use super::WINDOW;
use crate::{Result, columns::place, scoring};

/// A probe costs about as much as reading this many postings.
const PROBE_COST: usize = 12;

/// One posting list being read forward.
pub(super) struct List<'a> {
    /// Place of the leaf in the plan; none of a quantity that a wish led to.
    pub(super) leaf: Option<usize>,
    postings: BlockSegmentPostings,
    at: usize,
    pub(super) frequency: u32,
    pub(super) worth: u32,
    lengths: &'a [u8],
    values: &'static [u32; 4096],
}

impl<'a> List<'a> {
    pub(super) fn open(
        reader: &InvertedIndexReader,
        leaf: Option<usize>,
        info: &TermInfo,
        worth: u32,
        values: &'static [u32; 4096],
        lengths: &'a [u8],
    ) -> Result<Self> {
        let postings = reader.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
        Ok(Self {
            leaf,
            postings,
            at: 0,
            frequency: info.doc_freq,
            worth,
            lengths,
            values,
        })
    }

    /// Current document.
    pub(super) fn doc(&self) -> DocId {
        self.postings.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// Gives the documents of the window with their values, in order, as offsets from `base`. With candidates only
    /// these are needed: the list is probed at them when that is cheaper than reading it; says whether it was read.
    pub(super) fn visit(&mut self, base: DocId, among: Option<&[DocId]>, mut each: impl FnMut(usize, u32)) -> bool {
        if let Some(candidates) = among {
            let documents = self.lengths.len().max(1);
            let expected = place(self.frequency) * place(WINDOW) / documents;
            if candidates.len() * PROBE_COST <= expected {
                self.probe(base, candidates, each);
                return false;
            }
        }
        if self.doc() < base {
            self.at = self.postings.seek(base);
        }
        let end = base.saturating_add(WINDOW);
        let lengths = self.lengths.get(place(base)..).unwrap_or(&[]);
        loop {
            let docs = self.postings.docs();
            if docs.is_empty() {
                return true;
            }
            let rest = docs.get(self.at..).unwrap_or(&[]);
            let freqs = self.postings.freqs().get(self.at..).unwrap_or(&[]);
            for (read, (doc, freq)) in rest.iter().zip(freqs).enumerate() {
                if *doc >= end {
                    self.at += read;
                    return true;
                }
                let offset = place(doc - base);
                let Some(length) = lengths.get(offset) else { continue };
                let value = self.values.get(scoring::place(*freq, *length)).copied().unwrap_or(0);
                each(offset, (self.worth * value) >> 8);
            }
            self.postings.advance();
            self.at = 0;
        }
    }

    /// How often the term stands in a document, packed as [`scoring::Section`] says, and its worth there.
    pub(super) fn in_document(&mut self, doc: DocId) -> Option<(u32, u32)> {
        if self.doc() < doc {
            self.at = self.postings.seek(doc);
        }
        if self.doc() != doc {
            return None;
        }
        let frequency = self.postings.freqs().get(self.at).copied().unwrap_or(0);
        let length = self.lengths.get(place(doc)).copied().unwrap_or(0);
        let value = self.values.get(scoring::place(frequency, length)).copied().unwrap_or(0);
        Some((frequency, (self.worth * value) >> 8))
    }

    fn probe(&mut self, base: DocId, candidates: &[DocId], mut each: impl FnMut(usize, u32)) {
        for doc in candidates {
            if self.doc() < *doc {
                self.at = self.postings.seek(*doc);
            }
            if self.doc() != *doc {
                continue;
            }
            let frequency = self.postings.freqs().get(self.at).copied().unwrap_or(0);
            let length = self.lengths.get(place(*doc)).copied().unwrap_or(0);
            let value = self.values.get(scoring::place(frequency, length)).copied().unwrap_or(0);
            each(place(doc - base), (self.worth * value) >> 8);
        }
    }
}
