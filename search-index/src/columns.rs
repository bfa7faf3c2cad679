//! Flat arrays of one segment: facets, sort keys, ids. Read once when a segment appears.
//!
//! The engine's columns are bit-packed and compressed; a search that counts five facets over
//! half of the listings reads plain memory instead, about 129 bytes per listing with the id.

use std::{collections::HashMap, sync::Arc};

use tantivy::{DocId, InvertedIndexReader, SegmentReader, columnar::Column, postings::TermInfo};

use crate::{Error, Result, facets::price_bucket, plan::List, schema::Layout, understand::Quantity};

/// Absent price.
pub(crate) const ON_REQUEST: u64 = u64::MAX;

/// Facet values of one listing. Ordinals are places in the dictionaries of [`Columns`];
/// `u32::MAX` is absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) kind: u32,
    pub(crate) province: u32,
    pub(crate) price_mode: u32,
    /// Place in [`Columns::field_sets`].
    pub(crate) field_set: u32,
    /// 0 is absent.
    pub(crate) trl: u8,
    pub(crate) price_bucket: u8,
}

/// Publication time and unique tie-breaker of one listing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) published: i64,
    pub(crate) tie: u64,
}

/// Everything a search reads of one segment besides postings.
pub(crate) struct Columns {
    pub(crate) rows: Vec<Row>,
    pub(crate) order: Vec<Order>,
    pub(crate) prices: Vec<u64>,
    pub(crate) lengths: Vec<u8>,
    pub(crate) versions: Vec<i64>,
    pub(crate) kinds: Vec<String>,
    pub(crate) provinces: Vec<String>,
    pub(crate) price_modes: Vec<String>,
    pub(crate) fields: Vec<String>,
    /// Distinct sets of field ordinals: counting a listing's fields is one addition.
    pub(crate) field_sets: Vec<Box<[u32]>>,
    /// Quantities in the texts, in order.
    pub(crate) quantities: Vec<(Quantity, TermInfo)>,
    ids: Vec<String>,
    id_of: Vec<u32>,
    exact: Arc<InvertedIndexReader>,
    folded: Arc<InvertedIndexReader>,
    pair: Arc<InvertedIndexReader>,
    code: Arc<InvertedIndexReader>,
}

impl Columns {
    pub(crate) fn read(layout: &Layout, segment: &SegmentReader) -> Result<Self> {
        let fast = segment.fast_fields();
        let documents = 0..segment.max_doc();
        let (kinds, kind_of) = strings(segment, "kind")?;
        let (provinces, province_of) = strings(segment, "province")?;
        let (price_modes, price_mode_of) = strings(segment, "price_mode")?;
        let (ids, id_of) = strings(segment, "id")?;
        let (fields, field_sets, field_set_of) = field_sets(segment)?;
        let price = fast.u64("price")?;
        let prices: Vec<u64> = documents
            .clone()
            .map(|doc| price.first(doc).map_or(ON_REQUEST, |price| price.min(ON_REQUEST - 1)))
            .collect();
        let trl = fast.u64("trl")?;
        let rows = documents
            .clone()
            .zip(&prices)
            .zip(
                kind_of
                    .iter()
                    .zip(&province_of)
                    .zip(price_mode_of.iter().zip(&field_set_of)),
            )
            .map(|((doc, price), ((kind, province), (price_mode, field_set)))| Row {
                kind: *kind,
                province: *province,
                price_mode: *price_mode,
                field_set: *field_set,
                trl: trl.first(doc).and_then(|trl| u8::try_from(trl).ok()).unwrap_or(0),
                price_bucket: price_bucket((*price != ON_REQUEST).then_some(*price)),
            })
            .collect();
        let (published, tie) = (fast.i64("published")?, fast.u64("tie")?);
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
            rows,
            order,
            prices,
            lengths: documents
                .clone()
                .map(|doc| lengths.first(doc).and_then(|l| u8::try_from(l).ok()).unwrap_or(0))
                .collect(),
            versions: documents.map(|doc| versions.first(doc).unwrap_or(0)).collect(),
            kinds,
            provinces,
            price_modes,
            fields,
            field_sets,
            ids,
            id_of,
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
        let ordinal = self.id_of.get(place(doc))?;
        self.ids.get(place(*ordinal)).map(String::as_str)
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

/// Dictionary of a single-valued text column and the ordinal of each document.
fn strings(segment: &SegmentReader, name: &str) -> Result<(Vec<String>, Vec<u32>)> {
    let Some((dictionary, ordinals)) = dictionary(segment, name)? else {
        return Ok((Vec::new(), vec![u32::MAX; place(segment.max_doc())]));
    };
    let of = (0..segment.max_doc())
        .map(|doc| {
            ordinals
                .first(doc)
                .and_then(|at| u32::try_from(at).ok())
                .unwrap_or(u32::MAX)
        })
        .collect();
    Ok((dictionary, of))
}

type FieldSets = (Vec<String>, Vec<Box<[u32]>>, Vec<u32>);

fn field_sets(segment: &SegmentReader) -> Result<FieldSets> {
    let mut sets: Vec<Box<[u32]>> = vec![Box::from([])];
    let Some((dictionary, ordinals)) = dictionary(segment, "field")? else {
        return Ok((Vec::new(), sets, vec![0; place(segment.max_doc())]));
    };
    let mut known: HashMap<Box<[u32]>, u32> = HashMap::from([(Box::from([]), 0)]);
    let mut of = Vec::with_capacity(place(segment.max_doc()));
    for doc in 0..segment.max_doc() {
        let mut set: Vec<u32> = ordinals
            .values_for_doc(doc)
            .filter_map(|at| u32::try_from(at).ok())
            .collect();
        set.sort_unstable();
        set.dedup();
        let set = set.into_boxed_slice();
        let next = u32::try_from(sets.len()).unwrap_or(0);
        let at = *known.entry(set).or_insert_with_key(|set| {
            sets.push(set.clone());
            next
        });
        of.push(at);
    }
    Ok((dictionary, sets, of))
}

fn dictionary(segment: &SegmentReader, name: &str) -> Result<Option<(Vec<String>, Column<u64>)>> {
    let Some(column) = segment.fast_fields().str(name)? else {
        return Ok(None);
    };
    let mut values = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        let value = std::str::from_utf8(terms.key());
        let value = value.map_err(|error| Error::Corrupt(format!("column {name}: {error}")))?;
        values.push(value.to_owned());
    }
    Ok(Some((values, column.ords().clone())))
}
