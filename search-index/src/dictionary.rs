//! Which terms an index has, looked up once a search.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    io,
    rc::Rc,
    sync::{Arc, PoisonError, RwLock},
};

use tantivy::{DocId, Term, postings::TermInfo, schema::IndexRecordOption};

use crate::{
    analyzer::Syllable,
    plan::List,
    schema::{Layout, field_of},
    snapshot::{Snapshot, is_hidden},
    terms::pair,
};

/// Listings of a term up to which those that are deleted or hidden are told from the others.
const COUNTED: u64 = 64;
/// Codes with the same start that are looked at in a segment.
const LOOKED_AT: usize = 64;

/// Listings of a pair in a segment in which its diacritics are looked at.
const MOST_COMPARED: usize = 512;

/// Terms by the list that they are in.
type ByList<T> = [HashMap<Box<str>, T>; List::COUNT];

/// Terms of one snapshot. Every term is looked up in the files once.
pub(crate) struct Dictionary<'a> {
    snapshot: &'a Snapshot,
    layout: &'a Layout,
    known: RefCell<ByList<Rc<Entry>>>,
    failed: Cell<Option<io::Error>>,
}

/// Terms that are kept of one snapshot.
const MOST_KEPT: usize = 16_384;

/// Dictionary entries by segment; none at all of a term that no segment has.
type Infos = Arc<[Option<TermInfo>]>;

/// What searches have looked up in the files of one snapshot, for the next ones: most queries share their words with
/// others. Nothing of it depends on what is hidden.
#[derive(Default)]
pub(crate) struct LookedUp(RwLock<ByList<Infos>>);

impl LookedUp {
    fn get(&self, list: List, term: &str) -> Option<Infos> {
        // Each entry is whole, so what is behind a poisoned lock is still good.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(list.place())?.get(term).map(Arc::clone)
    }

    fn keep(&self, list: List, term: &str, infos: Infos) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.iter().map(HashMap::len).sum::<usize>() >= MOST_KEPT {
            // What is asked often is soon there again.
            known.iter_mut().for_each(HashMap::clear);
        }
        if let Some(known) = known.get_mut(list.place()) {
            known.insert(term.into(), infos);
        }
    }
}

/// What the index has of one term.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    /// Listings with the term. Of a frequent term deleted and hidden ones count, too.
    pub(crate) frequency: u64,
    /// Dictionary entry by segment, where a listing with the term can be found.
    pub(crate) infos: Vec<Option<TermInfo>>,
}

impl<'a> Dictionary<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot, layout: &'a Layout) -> Self {
        Self {
            snapshot,
            layout,
            known: RefCell::default(),
            failed: Cell::default(),
        }
    }

    /// Listings with a term.
    pub(crate) fn frequency(&self, list: List, term: &str) -> u64 {
        self.entry(list, term).frequency
    }

    /// Listings with a syllable: to the letter if it carries a diacritic.
    pub(crate) fn frequency_of(&self, word: &Syllable) -> u64 {
        if word.marked {
            self.frequency(List::Exact, &word.exact)
        } else {
            self.frequency(List::Folded, &word.folded)
        }
    }

    pub(crate) fn entry(&self, list: List, term: &str) -> Rc<Entry> {
        let known = |known: &ByList<Rc<Entry>>| known.get(list.place())?.get(term).map(Rc::clone);
        if let Some(entry) = known(&self.known.borrow()) {
            return entry;
        }
        let entry = Rc::new(self.look_up(list, term).unwrap_or_else(|error| {
            self.failed.set(Some(error));
            Entry::default()
        }));
        if let Some(known) = self.known.borrow_mut().get_mut(list.place()) {
            known.insert(term.into(), Rc::clone(&entry));
        }
        entry
    }

    fn look_up(&self, list: List, term: &str) -> io::Result<Entry> {
        let mut infos = self.infos(list, term)?.to_vec();
        let documents =
            |infos: &[Option<TermInfo>]| -> u64 { infos.iter().flatten().map(|info| u64::from(info.doc_freq)).sum() };
        if documents(&infos) > COUNTED {
            let frequency = documents(&infos);
            return Ok(Entry { frequency, infos });
        }
        // What only a withdrawn listing has is what none has: it shows in no correction and in no rarity.
        let mut frequency = 0;
        for (segment, info) in infos.iter_mut().enumerate() {
            let Some(known) = info else { continue };
            let visible = self.visible(segment, list, known)?;
            frequency += visible;
            if visible == 0 {
                *info = None;
            }
        }
        Ok(Entry { frequency, infos })
    }

    /// Dictionary entries by segment.
    fn infos(&self, list: List, term: &str) -> io::Result<Infos> {
        if let Some(infos) = self.snapshot.looked_up.get(list, term) {
            return Ok(infos);
        }
        let in_field = Term::from_field_text(field_of(self.layout, list), term);
        let segments = self.snapshot.segments.iter();
        let infos = segments.map(|(_, columns)| columns.postings(list).get_term_info(&in_field));
        let infos = infos.collect::<io::Result<Vec<_>>>()?;
        let is_there = infos.iter().any(Option::is_some);
        let infos: Infos = if is_there { infos.into() } else { Arc::new([]) };
        self.snapshot.looked_up.keep(list, term, Arc::clone(&infos));
        Ok(infos)
    }

    /// How many documents of a term can be found in a segment.
    fn visible(&self, segment: usize, list: List, info: &TermInfo) -> io::Result<u64> {
        let Some((_, columns)) = self.snapshot.segments.get(segment) else {
            return Ok(0);
        };
        let reader = self.snapshot.searcher.segment_readers().get(segment);
        let deleted = reader.and_then(|reader| reader.alive_bitset());
        let hidden = self.snapshot.hidden(segment);
        if deleted.is_none() && hidden.is_none() {
            return Ok(u64::from(info.doc_freq));
        }
        let mut postings = columns
            .postings(list)
            .read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        let mut count = 0;
        while !postings.docs().is_empty() {
            let seen = postings.docs().iter().filter(|doc| {
                deleted.is_none_or(|alive| alive.is_alive(**doc)) && !hidden.is_some_and(|bits| is_hidden(bits, **doc))
            });
            count += u64::try_from(seen.count()).unwrap_or(0);
            postings.advance();
        }
        Ok(count)
    }

    /// Whether a listing has two syllables beside each other, those with diacritics to the letter. Of frequent pairs the
    /// first listings are looked at.
    pub(crate) fn stand_together(&self, left: &Syllable, right: &Syllable) -> bool {
        let pair = self.entry(List::Pair, &pair(&left.folded, &right.folded));
        let marked = [left, right].into_iter().filter(|word| word.marked);
        let words: Vec<_> = marked.map(|word| self.entry(List::Exact, &word.exact)).collect();
        let has = |segment: usize| -> io::Result<bool> {
            let Some(first) = pair.infos.get(segment).and_then(Option::as_ref) else {
                return Ok(false);
            };
            let mut listings = self.first_documents(segment, List::Pair, first)?;
            for word in &words {
                let Some(info) = word.infos.get(segment).and_then(Option::as_ref) else {
                    return Ok(false);
                };
                self.keep(&mut listings, segment, List::Exact, info)?;
            }
            Ok(!listings.is_empty())
        };
        (0..self.snapshot.segments.len()).any(|segment| {
            has(segment).unwrap_or_else(|error| {
                self.failed.set(Some(error));
                false
            })
        })
    }

    /// The first listings of a term in a segment.
    fn first_documents(&self, segment: usize, list: List, info: &TermInfo) -> io::Result<Vec<DocId>> {
        let mut documents = Vec::new();
        if let Some((_, columns)) = self.snapshot.segments.get(segment) {
            let postings = columns.postings(list);
            let mut postings = postings.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            while !postings.docs().is_empty() && documents.len() < MOST_COMPARED {
                documents.extend_from_slice(postings.docs());
                postings.advance();
            }
        }
        Ok(documents)
    }

    /// Leaves those of some listings, in order, that have a term.
    fn keep(&self, listings: &mut Vec<DocId>, segment: usize, list: List, info: &TermInfo) -> io::Result<()> {
        let Some((_, columns)) = self.snapshot.segments.get(segment) else {
            return Ok(());
        };
        let postings = columns.postings(list);
        let mut postings = postings.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        listings.retain(|doc| {
            let at = postings.seek(*doc);
            postings.docs().get(at) == Some(doc)
        });
        Ok(())
    }

    /// Codes that start with some letters, the most frequent first.
    pub(crate) fn codes_from(&self, start: &str, most: usize) -> Vec<String> {
        let mut found: HashMap<String, u64> = HashMap::new();
        for (_, columns) in &self.snapshot.segments {
            let terms = columns.postings(List::Code).terms();
            let stream = terms.range().ge(start).into_stream();
            let Ok(mut terms) = stream.map_err(|error| self.failed.set(Some(error))) else {
                return Vec::new();
            };
            for _ in 0..LOOKED_AT {
                if !terms.advance() {
                    break;
                }
                let Some(term) = std::str::from_utf8(terms.key())
                    .ok()
                    .filter(|term| term.starts_with(start))
                else {
                    break;
                };
                if let Some(frequency) = Some(self.frequency(List::Code, term)).filter(|frequency| *frequency > 0) {
                    found.insert(term.to_owned(), frequency);
                }
            }
        }
        let mut found: Vec<(String, u64)> = found.into_iter().collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.into_iter().map(|(term, _)| term).take(most).collect()
    }

    /// Fails if a look-up failed.
    pub(crate) fn check(&self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}
