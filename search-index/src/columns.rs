//! Flat arrays of one segment: facets, sort keys, ids. Read once when a segment appears.
//!
//! The engine's columns are bit-packed and compressed; a search that counts five facets over
//! half of the listings reads plain memory instead, about 160 bytes per listing with the id.

use std::sync::Arc;

use tantivy::{
    DocId, InvertedIndexReader, SegmentReader,
    columnar::{Column, StrColumn},
    postings::TermInfo,
};

use crate::{Error, Result, amounts::Amounts, choices::Choices, plan::List, schema::Layout, understand::Quantity};

/// Absent price.
pub(crate) const ON_REQUEST: u64 = u64::MAX;

/// Publication time and unique tie-breaker of one listing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) published: i64,
    pub(crate) tie: u64,
}

/// Everything a search reads of one segment besides postings.
pub(crate) struct Columns {
    pub(crate) choices: Choices,
    pub(crate) amounts: Amounts,
    pub(crate) order: Vec<Order>,
    /// Whether there is evidence.
    pub(crate) evidence: Vec<bool>,
    pub(crate) prices: Vec<u64>,
    pub(crate) lengths: Vec<u8>,
    pub(crate) versions: Vec<i64>,
    /// Quantities in the texts, in order.
    pub(crate) quantities: Vec<(Quantity, TermInfo)>,
    ids: Ids,
    exact: Arc<InvertedIndexReader>,
    folded: Arc<InvertedIndexReader>,
    pair: Arc<InvertedIndexReader>,
    code: Arc<InvertedIndexReader>,
}

impl Columns {
    pub(crate) fn read(layout: &Layout, segment: &SegmentReader) -> Result<Self> {
        let fast = segment.fast_fields();
        let documents = 0..segment.max_doc();
        let ids = Ids::read(segment)?;
        let price = fast.u64("price")?;
        let prices: Vec<u64> = documents
            .clone()
            .map(|doc| price.first(doc).map_or(ON_REQUEST, |price| price.min(ON_REQUEST - 1)))
            .collect();
        let (published, tie) = (fast.i64("published")?, fast.u64("tie")?);
        let evidence = fast.bool("evidence")?;
        let order = documents
            .clone()
            .map(|doc| Order {
                published: published.first(doc).unwrap_or(0),
                tie: tie.first(doc).unwrap_or(0),
            })
            .collect();
        let code = segment.inverted_index(layout.code)?;
        let (lengths, versions) = (fast.u64("lengths")?, fast.i64("version")?);
        Ok(Self {
            choices: Choices::read(segment, &prices)?,
            amounts: Amounts::read(segment)?,
            order,
            evidence: documents
                .clone()
                .map(|doc| evidence.first(doc).unwrap_or(false))
                .collect(),
            prices,
            lengths: documents
                .clone()
                .map(|doc| lengths.first(doc).and_then(|l| u8::try_from(l).ok()).unwrap_or(0))
                .collect(),
            versions: documents.map(|doc| versions.first(doc).unwrap_or(0)).collect(),
            ids,
            exact: segment.inverted_index(layout.exact)?,
            folded: segment.inverted_index(layout.folded)?,
            pair: segment.inverted_index(layout.pair)?,
            quantities: quantities(&code)?,
            code,
        })
    }

    pub(crate) fn postings(&self, list: List) -> &InvertedIndexReader {
        match list {
            List::Exact => &self.exact,
            List::Folded => &self.folded,
            List::Pair => &self.pair,
            List::Code => &self.code,
        }
    }

    pub(crate) fn id(&self, doc: DocId) -> Option<&str> {
        self.ids.get(doc)
    }

    pub(crate) fn version(&self, doc: DocId) -> i64 {
        self.versions.get(place(doc)).copied().unwrap_or(0)
    }
}

/// The quantities among the codes of a segment.
fn quantities(codes: &InvertedIndexReader) -> Result<Vec<(Quantity, TermInfo)>> {
    let mut quantities = Vec::new();
    let mut terms = codes.terms().range().ge(b"#").lt(b"$").into_stream()?;
    while terms.advance() {
        let quantity = std::str::from_utf8(terms.key()).ok().and_then(Quantity::from_code);
        quantities.extend(quantity.map(|quantity| (quantity, terms.value().clone())));
    }
    quantities.sort_unstable_by_key(|(quantity, _)| *quantity);
    Ok(quantities)
}

/// A document number or ordinal as a place in memory.
pub(crate) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Identifiers of documents, in one text.
struct Ids {
    text: String,
    /// Where each ends in the text, by ordinal.
    ends: Vec<u32>,
    /// Ordinal of each document.
    of: Vec<u32>,
}

impl Ids {
    fn read(segment: &SegmentReader) -> Result<Self> {
        let mut ids = Self {
            text: String::new(),
            ends: Vec::new(),
            of: vec![u32::MAX; place(segment.max_doc())],
        };
        let Some(column) = segment.fast_fields().str("id")? else {
            return Ok(ids);
        };
        ids.ends.reserve(column.num_terms());
        each_value(&column, "id", |value| {
            ids.text.push_str(value);
            ids.ends.push(u32::try_from(ids.text.len()).unwrap_or(u32::MAX));
        })?;
        ids.text.shrink_to_fit();
        for (doc, of) in (0..).zip(&mut ids.of) {
            let ordinal = column.ords().first(doc).and_then(|at| u32::try_from(at).ok());
            *of = ordinal.unwrap_or(u32::MAX);
        }
        Ok(ids)
    }

    fn get(&self, doc: DocId) -> Option<&str> {
        let ordinal = place(*self.of.get(place(doc))?);
        let end = place(*self.ends.get(ordinal)?);
        let before = ordinal.checked_sub(1).and_then(|before| self.ends.get(before));
        self.text.get(before.map_or(0, |start| place(*start))..end)
    }
}

/// Gives the values of a text column, in the order of their ordinals.
fn each_value(column: &StrColumn, name: &str, mut each: impl FnMut(&str)) -> Result<()> {
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        let value = std::str::from_utf8(terms.key());
        each(value.map_err(|error| Error::Corrupt(format!("column {name}: {error}")))?);
    }
    Ok(())
}

/// Dictionary of a text column and the ordinals of each document; none when no document has a value.
pub(crate) fn dictionary(segment: &SegmentReader, name: &str) -> Result<Option<(Vec<String>, Column<u64>)>> {
    let Some(column) = segment.fast_fields().str(name)? else {
        return Ok(None);
    };
    let mut values = Vec::with_capacity(column.num_terms());
    each_value(&column, name, |value| values.push(value.to_owned()))?;
    Ok(Some((values, column.ords().clone())))
}
