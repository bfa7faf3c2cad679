//! Searches.

use std::sync::{Arc, PoisonError, RwLock};

use tantivy::{
    IndexReader, TERMINATED, Term,
    postings::TermInfo,
    query::{EnableScoring, PhraseQuery, Query as _, TermQuery},
    schema::IndexRecordOption,
};

use crate::{
    Cursor, Error, Explanation, Highlighter, Hit, MAX_LIMIT, Result, SearchPage, SearchRequest, Sort, Understanding,
    Watermark,
    collector::{Collected, Collector, ENOUGH},
    columns::place,
    dictionary::Dictionary,
    evaluate::{Answer, Evaluation, Need, Scratch, TIERS, Visible, Weighing, browse},
    explain::Explainer,
    fingerprint::fingerprint,
    plan::{Hints, Leaf, Plan, Sequence},
    query::Query,
    schema::Layout,
    scoring::{displayed, rarity},
    snapshot::Snapshot,
    understand::{rewrite, take, understood},
    vocabulary::Vocabulary,
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
    vocabulary: Arc<Vocabulary>,
}

struct Shared {
    engine: IndexReader,
    layout: Layout,
    snapshot: RwLock<Arc<Snapshot>>,
    vocabulary: RwLock<Arc<Vocabulary>>,
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
                vocabulary: RwLock::new(Vocabulary::built_in()),
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
            ..
        } = &*self.shared;
        let fresh = Arc::new(Snapshot::take(engine, layout, &known.segments, watermark)?);
        *snapshot.write().map_err(|_poisoned: PoisonError<_>| Error::Unusable)? = fresh;
        Ok(())
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        // A snapshot is replaced whole, so one behind a poisoned lock is still good.
        Arc::clone(&self.shared.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The index as it is now.
    #[must_use]
    pub fn view(&self) -> View {
        View {
            shared: Arc::clone(&self.shared),
            snapshot: self.snapshot(),
            vocabulary: self.vocabulary(),
        }
    }

    /// The vocabulary in effect.
    #[must_use]
    pub fn vocabulary(&self) -> Arc<Vocabulary> {
        Arc::clone(&self.shared.vocabulary.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another vocabulary into effect, for every view taken from now on and every clone of this reader.
    pub fn set_vocabulary(&self, vocabulary: Arc<Vocabulary>) {
        *self.shared.vocabulary.write().unwrap_or_else(PoisonError::into_inner) = vocabulary;
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

    /// Parts that every search goes through one by one.
    #[must_use]
    pub fn segments(&self) -> usize {
        self.snapshot().segments.len()
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
    /// The same index with another vocabulary, for whoever wants to see what would be found.
    #[must_use]
    pub fn with_vocabulary(&self, vocabulary: Arc<Vocabulary>) -> Self {
        Self {
            vocabulary,
            ..self.clone()
        }
    }

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

    /// The words of the index.
    pub(crate) fn dictionary(&self) -> Dictionary<'_> {
        Dictionary::new(&self.snapshot, &self.shared.layout)
    }

    pub(crate) fn words(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Listings that can be found.
    pub(crate) fn documents(&self) -> u64 {
        self.snapshot.documents()
    }

    /// Runs one search.
    ///
    /// # Errors
    /// [`Error::QueryTooLong`], [`Error::Limit`] and [`Error::Cursor`] are the request's fault;
    /// [`Error::Engine`] and [`Error::Io`] the index's.
    pub fn search(&self, request: &SearchRequest) -> Result<SearchPage> {
        let limits = request.groups.iter().map(|group| group.limit);
        let mut limits = limits.chain(request.groups.is_empty().then_some(request.limit));
        if !limits.all(|limit| (1..=MAX_LIMIT).contains(&limit)) {
            return Err(Error::Limit);
        }
        // Groups end on different hits: there is no place to go on from.
        if !request.groups.is_empty() && request.after.is_some() {
            return Err(Error::Cursor);
        }
        let vocabulary = &*self.vocabulary;
        let typed = Query::parse(&request.text, vocabulary.units())?;
        let snapshot = &*self.snapshot;
        let fingerprint = fingerprint(request, vocabulary);
        if request.after.as_ref().is_some_and(|after| after.query != fingerprint) {
            return Err(Error::Cursor);
        }
        let dictionary = Dictionary::new(snapshot, &self.shared.layout);
        let rewriting = match &request.after {
            Some(after) => Arc::clone(&after.rewriting),
            None if request.verbatim => Arc::default(),
            None => Arc::new(rewrite(&typed, request, &dictionary, vocabulary)),
        };
        let mut query = typed.rewritten(&rewriting);
        let wishes = take(&request.text, &mut query, request, vocabulary);
        let hints = Hints {
            doubts: typed.doubts(&rewriting),
            longer_codes: typed.longer_codes(&rewriting),
        };
        let answers = request.after.as_ref().map(|after| Arc::clone(&after.answers));
        let plan = Plan::new(
            &query,
            &wishes,
            &hints,
            &dictionary,
            vocabulary,
            request.features,
            answers,
        );
        let highlighter = Highlighter::new(&query, &plan, &hints, &wishes, vocabulary);
        let search = Search::prepare(snapshot, &self.shared.layout, request, &plan, &dictionary)?;
        let (need, collected) = Scratch::lend(|scratch| search.run_tiers(scratch))?;
        let cursor = |key| Cursor {
            query: fingerprint,
            need,
            unknown: search.unknown,
            key,
            as_of: request.factors().as_of,
            rarities: Arc::clone(&search.weighing.rarities),
            answers: Arc::clone(&plan.answers),
            rewriting: Arc::clone(&rewriting),
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
                group: found.group,
                score: if relevance { displayed(found.key.primary) } else { 0.0 },
                cursor: cursor(found.key),
            });
        }
        let more = request.groups.is_empty()
            && u64::try_from(collected.hits.len()).is_ok_and(|shown| collected.remaining > shown);
        let next = if more {
            hits.last().map(|hit| hit.cursor.clone())
        } else {
            None
        };
        let explanation = if request.explain {
            Some(explain(&search, &query, need, &collected)?)
        } else {
            None
        };
        let Collected {
            total, groups, facets, ..
        } = collected;
        Ok(SearchPage {
            explanation,
            hits,
            total,
            groups,
            next,
            facets,
            highlighter,
            understanding: Understanding {
                interpretations: wishes.interpretations,
                ..understood(&request.text, &typed, &rewriting)
            },
        })
    }
}

/// Why the hits of a page are there.
fn explain(search: &Search<'_>, query: &Query, need: u8, collected: &Collected) -> Result<Explanation> {
    let explainer = Explainer::new(search, query, search.weighing.masses.need(need));
    let hits = collected.hits.iter();
    Ok(Explanation {
        plan: explainer.explain_plan((need <= 100).then_some(need)),
        hits: hits
            .map(|found| explainer.explain_hit(found.segment, found.doc))
            .collect::<Result<_>>()?,
    })
}

/// Listings that show where none answers a query, but some come near.
const FEW: u64 = 3;

/// One search over one snapshot.
pub(crate) struct Search<'a> {
    pub(crate) snapshot: &'a Snapshot,
    layout: &'a Layout,
    pub(crate) request: &'a SearchRequest,
    pub(crate) plan: &'a Plan,
    /// Dictionary entry of each leaf, segment by segment.
    pub(crate) infos: Vec<Vec<Option<TermInfo>>>,
    pub(crate) weighing: Weighing,
    /// Rarity of a word that no listing has.
    unknown: u8,
}

impl<'a> Search<'a> {
    fn prepare(
        snapshot: &'a Snapshot,
        layout: &'a Layout,
        request: &'a SearchRequest,
        plan: &'a Plan,
        dictionary: &Dictionary<'_>,
    ) -> Result<Self> {
        let look_up = |leaf: &Leaf| dictionary.entry(leaf.list, &leaf.term);
        let entries: Vec<_> = plan.leaves.iter().map(look_up).collect();
        dictionary.check()?;
        let segments = 0..snapshot.segments.len();
        let in_segment = |segment: usize| {
            let info = entries.iter().map(|entry| entry.infos.get(segment).cloned().flatten());
            info.collect()
        };
        let infos = segments.map(in_segment).collect();
        let rarities: Arc<[u8]> = match &request.after {
            Some(after) if after.rarities.len() == plan.leaves.len() => Arc::clone(&after.rarities),
            Some(_) => return Err(Error::Cursor),
            None => {
                let documents = snapshot.documents();
                entries.iter().map(|entry| rarity(documents, entry.frequency)).collect()
            }
        };
        let now = || rarity(snapshot.documents(), 0);
        let unknown = request.after.as_ref().map_or_else(now, |after| after.unknown);
        let weighing = Weighing::new(plan, rarities, unknown);
        Ok(Self {
            snapshot,
            layout,
            request,
            plan,
            infos,
            weighing,
            unknown,
        })
    }

    /// Runs the strictest tier with enough hits, or what the cursor tells; gives the share that a listing must cover.
    fn run_tiers(&self, scratch: &mut Scratch) -> Result<(u8, Collected)> {
        let masses = &self.weighing.masses;
        let segments = 0..self.snapshot.segments.len();
        let limited = !(self.plan.required.is_empty() && self.plan.excluded.is_empty());
        let allowed = segments.filter(|_| limited).map(|segment| self.allowed(segment));
        let allowed = allowed.collect::<Result<Vec<_>>>()?;
        if let Some(after) = &self.request.after {
            if after.need > 100 && !TIERS.contains(&after.need) {
                return Err(Error::Cursor);
            }
            return Ok((after.need, self.run(masses.need(after.need), &allowed, scratch)?));
        }
        let mut best = (0, Collected::default());
        for share in TIERS {
            best = (share, self.run(masses.need(share), &allowed, scratch)?);
            let enough = best.1.matched >= ENOUGH;
            // With the last tier comes what has little to do with the query: it stands beside an answer, not for one.
            if enough && TIERS.last() != Some(&share) {
                return Ok(best);
            }
        }
        // Without a vocabulary a word that no listing has may be another name for what is there.
        let features = self.request.features;
        if self.plan.is_browse() || !features.cut_off || !features.vocabulary {
            return Ok(best);
        }
        match masses.answer(best.1.covered, best.1.understood) {
            Answer::None => best.1 = self.collector().finish(),
            Answer::Few(share) => {
                best = (share, self.run(masses.need(share), &allowed, scratch)?);
                if best.1.matched > FEW {
                    best.1 = self.collector().finish();
                }
            }
            Answer::Weak(share) => best = (share, self.run(masses.need(share), &allowed, scratch)?),
            Answer::Good => {}
        }
        Ok(best)
    }

    fn collector(&self) -> Collector<'a> {
        Collector::new(self.request)
    }

    fn run(&self, need: Need, allowed: &[Vec<u64>], scratch: &mut Scratch) -> Result<Collected> {
        let mut all = self.collector();
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
                Evaluation::open(columns, visible, self.plan, infos, &self.weighing, need)?.run(scratch, &mut into);
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
            .map_or(0, |(_, c)| c.order.len() / 64 + 1);
        let mut allowed = vec![u64::MAX; words];
        for phrases in required {
            let mut having = vec![0; words];
            for sequence in phrases {
                let one = self.having(sequence, segment, words)?;
                having.iter_mut().zip(one).for_each(|(having, one)| *having |= one);
            }
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
