//! Searches.

use std::sync::{Arc, PoisonError, RwLock};

use tantivy::{
    IndexReader, TERMINATED, Term,
    postings::TermInfo,
    query::{EnableScoring, PhraseQuery, Query as _, TermQuery},
    schema::{Field, IndexRecordOption},
};

use crate::{
    Cursor, Error, Highlighter, Hit, MAX_LIMIT, Result, SearchPage, SearchRequest, Sort, Watermark,
    collector::{Collected, Collector, ENOUGH},
    columns::place,
    evaluate::{Evaluation, Scratch, Visible, browse, worths},
    format::Hash64,
    plan::{Leaf, List, Plan, Sequence},
    query::Query,
    schema::Layout,
    scoring::{displayed, rarity},
    snapshot::Snapshot,
};

/// Searches an index. Cheap to clone; every clone sees the same latest commit.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

/// An index as it was at one commit, however often it is written meanwhile: what belongs to one answer is asked of one
/// view. Cheap to clone.
#[derive(Clone)]
pub struct View {
    shared: Arc<Shared>,
    snapshot: Arc<Snapshot>,
}

struct Shared {
    engine: IndexReader,
    layout: Layout,
    snapshot: RwLock<Arc<Snapshot>>,
}

impl Reader {
    pub(crate) fn new(engine: IndexReader, layout: Layout, watermark: Option<Watermark>) -> Result<Self> {
        let snapshot = Snapshot::take(&engine, &layout, &[], watermark)?;
        let snapshot = RwLock::new(Arc::new(snapshot));
        Ok(Self {
            shared: Arc::new(Shared {
                engine,
                layout,
                snapshot,
            }),
        })
    }

    /// Makes the latest commit visible.
    pub(crate) fn refresh(&self, watermark: Option<Watermark>) -> Result<()> {
        self.shared.engine.reload()?;
        let known = self.snapshot();
        let Shared {
            engine,
            layout,
            snapshot,
        } = &*self.shared;
        let fresh = Arc::new(Snapshot::take(engine, layout, &known.segments, watermark)?);
        *snapshot.write().map_err(|_poisoned: PoisonError<_>| Error::Unusable)? = fresh;
        Ok(())
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        // A snapshot is replaced whole, so one behind a poisoned lock is still good.
        Arc::clone(&self.shared.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The index as it is now.
    #[must_use]
    pub fn view(&self) -> View {
        View {
            shared: Arc::clone(&self.shared),
            snapshot: self.snapshot(),
        }
    }

    /// Runs one search on the index as it is now; see [`View::search`].
    ///
    /// # Errors
    /// As [`View::search`].
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage> {
        self.view().search(request)
    }

    /// Number of listings in the index.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.snapshot().searcher.num_docs()
    }

    /// Whether the index has no listing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Outbox position of what is visible; none before the first commit with one.
    #[must_use]
    pub fn watermark(&self) -> Option<Watermark> {
        self.snapshot().watermark
    }

    /// Id and version of every listing, in no particular order, to reconcile with the database.
    #[must_use]
    pub fn all_ids_versions(&self) -> Vec<(String, i64)> {
        let snapshot = self.snapshot();
        let segments = snapshot.searcher.segment_readers().iter().zip(&snapshot.segments);
        let listed = segments.flat_map(|(segment, (_, columns))| {
            segment
                .doc_ids_alive()
                .filter_map(|doc| Some((columns.id(doc)?.to_owned(), columns.version(doc))))
        });
        listed.collect()
    }
}

impl View {
    /// Outbox position of what is visible here; none before the first commit with one.
    #[must_use]
    pub fn watermark(&self) -> Option<Watermark> {
        self.snapshot.watermark
    }

    /// Hides listings from every search of this commit, until the next one is visible: for what the caller knows to be
    /// no longer public although the index has not heard of it. Hits, totals, facets and the choice of the tier leave
    /// them out. Gives how many were visible until now; unknown ids are none.
    ///
    /// # Errors
    /// [`Error::Engine`] or [`Error::Io`] when the index cannot be read.
    pub fn hide<'i>(&self, ids: impl IntoIterator<Item = &'i str>) -> Result<usize> {
        self.snapshot.hide(&self.shared.layout, ids)
    }

    /// Runs one search.
    ///
    /// # Errors
    /// [`Error::QueryTooLong`], [`Error::Limit`] and [`Error::Cursor`] are the request's fault;
    /// [`Error::Engine`] and [`Error::Io`] the index's.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage> {
        if !(1..=MAX_LIMIT).contains(&request.limit) {
            return Err(Error::Limit);
        }
        let query = Query::parse(&request.text)?;
        let highlighter = Highlighter::new(&query);
        let plan = Plan::new(&query);
        let fingerprint = fingerprint(request);
        if request.after.as_ref().is_some_and(|after| after.query != fingerprint) {
            return Err(Error::Cursor);
        }
        let snapshot = &*self.snapshot;
        let search = Search::prepare(snapshot, &self.shared.layout, request, &plan)?;
        let (tier, collected) = search.run_tiers()?;
        let cursor = |key| Cursor {
            query: fingerprint,
            tier,
            key,
            rarities: Arc::clone(&search.rarities),
        };
        let mut hits = Vec::with_capacity(collected.hits.len());
        for found in &collected.hits {
            let Some((_, columns)) = snapshot.segments.get(found.segment) else {
                continue;
            };
            let Some(id) = columns.id(found.doc) else { continue };
            let relevance = request.sort == Sort::Relevance;
            hits.push(Hit {
                id: id.to_owned(),
                score: if relevance { displayed(found.key.primary) } else { 0.0 },
                cursor: cursor(found.key),
            });
        }
        let more = u64::try_from(collected.hits.len()).is_ok_and(|n| collected.remaining > n);
        let next = if more {
            hits.last().map(|hit| hit.cursor.clone())
        } else {
            None
        };
        let Collected { total, facets, .. } = collected;
        Ok(SearchPage {
            hits,
            total,
            next,
            facets,
            highlighter,
        })
    }
}

/// Hash of everything that decides the order of the hits.
fn fingerprint(request: &SearchRequest) -> u64 {
    let filters = &request.filters;
    let mut hash = Hash64::new().text(&request.text);
    for list in [
        &filters.kinds,
        &filters.fields,
        &filters.provinces,
        &filters.price_modes,
        &filters.price_buckets,
    ] {
        let mut list: Vec<&String> = list.iter().collect();
        list.sort_unstable();
        list.dedup();
        hash = list
            .into_iter()
            .fold(hash, |hash, value| hash.text(value))
            .bytes(&[0xfe]);
    }
    let level = |level: Option<u8>| [u8::from(level.is_some()), level.unwrap_or(0)];
    hash = hash.bytes(&level(filters.trl_min)).bytes(&level(filters.trl_max));
    for price in [filters.price_min, filters.price_max] {
        hash = hash.bytes(&[u8::from(price.is_some())]);
        hash = hash.bytes(&price.unwrap_or(0).to_be_bytes());
    }
    let sort = match request.sort {
        Sort::Relevance => 0,
        Sort::Newest => 1,
        Sort::PriceAscending => 2,
        Sort::PriceDescending => 3,
    };
    hash.bytes(&[sort]).finish()
}

/// One search over one snapshot.
struct Search<'a> {
    snapshot: &'a Snapshot,
    layout: &'a Layout,
    request: &'a SearchRequest,
    plan: &'a Plan,
    /// Dictionary entry of each leaf, segment by segment.
    infos: Vec<Vec<Option<TermInfo>>>,
    rarities: Arc<[u8]>,
}

impl<'a> Search<'a> {
    fn prepare(snapshot: &'a Snapshot, layout: &'a Layout, request: &'a SearchRequest, plan: &'a Plan) -> Result<Self> {
        let mut infos = Vec::with_capacity(snapshot.segments.len());
        for (_, columns) in &snapshot.segments {
            let look_up = |leaf: &Leaf| {
                let term = Term::from_field_text(field_of(layout, leaf.list), &leaf.term);
                columns.postings(leaf.list).get_term_info(&term)
            };
            infos.push(plan.leaves.iter().map(look_up).collect::<std::io::Result<Vec<_>>>()?);
        }
        let rarities = match &request.after {
            Some(after) if after.rarities.len() == plan.leaves.len() => Arc::clone(&after.rarities),
            Some(_) => return Err(Error::Cursor),
            None => {
                let mut frequencies = vec![0_u64; plan.leaves.len()];
                for infos in &infos {
                    for (info, frequency) in infos.iter().zip(&mut frequencies) {
                        *frequency += info.as_ref().map_or(0, |info| u64::from(info.doc_freq));
                    }
                }
                let documents = snapshot.searcher.num_docs();
                frequencies
                    .into_iter()
                    .map(|frequency| rarity(documents, frequency))
                    .collect()
            }
        };
        Ok(Self {
            snapshot,
            layout,
            request,
            plan,
            infos,
            rarities,
        })
    }

    /// Runs the strictest tier with enough hits, or the tier of the cursor.
    fn run_tiers(&self) -> Result<(u8, Collected)> {
        let tiers = self.plan.tiers();
        let segments = 0..self.snapshot.segments.len();
        let limited = !(self.plan.required.is_empty() && self.plan.excluded.is_empty());
        let allowed = segments.filter(|_| limited).map(|segment| self.allowed(segment));
        let allowed = allowed.collect::<Result<Vec<_>>>()?;
        if let Some(after) = &self.request.after {
            let need = tiers.get(usize::from(after.tier)).ok_or(Error::Cursor)?;
            return Ok((after.tier, self.run(*need, &allowed)?));
        }
        let mut best = (0, Collected::default());
        for (tier, need) in (0_u8..).zip(tiers) {
            best = (tier, self.run(need, &allowed)?);
            if best.1.matched >= ENOUGH {
                break;
            }
        }
        Ok(best)
    }

    fn run(&self, need: u32, allowed: &[Vec<u64>]) -> Result<Collected> {
        let request = self.request;
        let after = request.after.as_ref().map(|after| after.key);
        let mut all = Collector::new(&request.filters, request.sort, request.limit, after, request.facets);
        let worths = worths(&self.plan.leaves, &self.rarities);
        let mut scratch = Scratch::new();
        let segments = self.snapshot.searcher.segment_readers().iter();
        let segments = segments.zip(&self.snapshot.segments).zip(&self.infos).enumerate();
        for (ordinal, ((segment, (_, columns)), infos)) in segments {
            let allowed = allowed.get(ordinal).map(Vec::as_slice);
            let hidden = self.snapshot.hidden(ordinal);
            let visible = Visible {
                segment,
                allowed,
                hidden,
            };
            let mut into = all.segment(ordinal, columns);
            if self.plan.is_browse() {
                browse(&visible, &mut into);
            } else {
                Evaluation::open(columns, visible, self.plan, infos, &worths, need)?.run(&mut scratch, &mut into);
            }
            into.finish();
        }
        Ok(all.finish())
    }

    /// Documents of a segment with every required and no excluded phrase, one bit each.
    fn allowed(&self, segment: usize) -> Result<Vec<u64>> {
        let Plan { required, excluded, .. } = self.plan;
        let words = self
            .snapshot
            .segments
            .get(segment)
            .map_or(0, |(_, c)| c.rows.len() / 64 + 1);
        let mut allowed = vec![u64::MAX; words];
        for sequence in required {
            let having = self.having(sequence, segment, words)?;
            allowed
                .iter_mut()
                .zip(having)
                .for_each(|(allowed, having)| *allowed &= having);
        }
        for sequence in excluded {
            let having = self.having(sequence, segment, words)?;
            allowed
                .iter_mut()
                .zip(having)
                .for_each(|(allowed, having)| *allowed &= !having);
        }
        Ok(allowed)
    }

    fn having(&self, sequence: &Sequence, segment: usize, words: usize) -> Result<Vec<u64>> {
        let Layout {
            exact_run, folded_run, ..
        } = self.layout;
        let field = if sequence.exact { *exact_run } else { *folded_run };
        let terms = sequence.terms.iter().map(|term| Term::from_field_text(field, term));
        let mut terms: Vec<Term> = terms.collect();
        let mut having = vec![0; words];
        let searcher = &self.snapshot.searcher;
        let scoring = EnableScoring::disabled_from_searcher(searcher);
        let weight = match (terms.len(), terms.pop()) {
            (_, None) => return Ok(having),
            (1, Some(only)) => TermQuery::new(only, IndexRecordOption::Basic).weight(scoring)?,
            (_, Some(last)) => {
                terms.push(last);
                PhraseQuery::new(terms).weight(scoring)?
            }
        };
        let Some(reader) = searcher.segment_readers().get(segment) else {
            return Ok(having);
        };
        let mut scorer = weight.scorer(reader, 1.0)?;
        let mut doc = scorer.doc();
        while doc != TERMINATED {
            if let Some(word) = having.get_mut(place(doc / 64)) {
                *word |= 1 << (doc % 64);
            }
            doc = scorer.advance();
        }
        Ok(having)
    }
}

fn field_of(layout: &Layout, list: List) -> Field {
    match list {
        List::Exact => layout.exact,
        List::Folded => layout.folded,
        List::Pair => layout.pair,
        List::Code => layout.code,
    }
}
