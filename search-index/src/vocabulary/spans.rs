//! Members of a vocabulary in the words of a query, and what else they are called.

use std::{cmp::Reverse, ops::Range};

use super::{Relation, Vocabulary, Word, position};
use crate::{analyzer::Syllable, terms::pair};

/// A stretch of a query that is a member of some groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// Places among the syllables.
    pub(crate) words: Range<usize>,
    /// Group and place of each member it can be.
    members: Vec<(u32, u32)>,
    /// Shorter members inside, none overlapping another.
    pub(crate) inner: Vec<Span>,
}

impl Span {
    /// Whether no part of it is a name of several syllables.
    pub(crate) fn is_simple(&self) -> bool {
        self.inner.iter().all(|span| span.words.len() == 1)
    }

    /// The span and all that are inside of it.
    pub(super) fn flattened(&self) -> Vec<Self> {
        let inner = self.inner.iter().flat_map(Self::flattened);
        std::iter::once(self.clone()).chain(inner).collect()
    }

    /// Takes in the shorter spans inside, and so on.
    fn nest(&mut self, found: &[Self]) {
        let shorter: Vec<Self> = found
            .iter()
            .filter(|other| other.words.len() < self.words.len())
            .cloned()
            .collect();
        self.inner = apart(&shorter, self.words.clone());
        self.inner.iter_mut().for_each(|span| span.nest(&shorter));
    }
}

/// What a span may be called otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expansion<'v> {
    pub(crate) words: &'v [Word],
    /// Percent of what was typed.
    pub(crate) weight: u32,
    /// Whether it is one syllable that other things have, too.
    pub(crate) ambiguous: bool,
}

/// Worth of a name that is a part of other things, too, in percent of another one.
const AMBIGUOUS: u32 = 70;

impl Vocabulary {
    /// The longest members among the syllables of a query, none overlapping another, in order. `told_apart` says whether
    /// the person types diacritics: then a lone syllable without any is meant so. `of_use` says whether another name of a
    /// span would be found: a longer span that is of none does not stand in the way of shorter ones.
    pub(crate) fn spans(
        &self,
        words: &[Syllable],
        told_apart: bool,
        mut of_use: impl FnMut(&Expansion<'_>) -> bool,
    ) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let joined = words.windows(2).map(|two| match two {
            [word, next] => self.joined(word, next),
            _ => None,
        });
        let query = Typed {
            words,
            joined: joined.collect(),
        };
        for first in 0..words.len() {
            self.walk(0, first, &query, &mut Way::default(), &mut |way, end| {
                let span = first..way.end;
                if let Some(members) = self.members(end, &way.words, told_apart)
                    && !found.iter().any(|known| known.words == span)
                {
                    found.push(Span {
                        words: span,
                        members,
                        inner: Vec::new(),
                    });
                }
            });
        }
        found.retain(|span| span.words.len() == 1 || self.expansions(span).iter().any(&mut of_use));
        found.sort_by_key(|span| (Reverse(span.words.len()), span.words.start));
        let mut outer = apart(&found, 0..words.len());
        outer.iter_mut().for_each(|span| span.nest(&found));
        outer
    }

    /// A phrase with its loan words spelt otherwise: `xy lanh điện` for `xi lanh điện`.
    pub(crate) fn respelt(&self, words: &[Syllable]) -> Vec<Vec<Word>> {
        const MOST: usize = 6;
        let told_apart = words.iter().any(|word| word.marked);
        let own: Vec<Word> = words.iter().cloned().map(Word::from).collect();
        let mut phrases = Vec::new();
        let spans = self.spans(words, told_apart, |_| true);
        for mut span in spans.iter().flat_map(Span::flattened) {
            let loan =
                |number: &u32| self.groups.get(position(*number)).map(|group| group.relation) == Some(Relation::Loan);
            span.members.retain(|(group, _)| loan(group));
            for other in self.expansions(&span) {
                let before = own.get(..span.words.start).unwrap_or(&[]);
                let after = own.get(span.words.end..).unwrap_or(&[]);
                phrases.push([before, other.words, after].concat());
            }
        }
        phrases.truncate(MOST);
        phrases
    }

    /// Two words that others write as one: `sea water`, `green house`.
    fn joined(&self, word: &Syllable, next: &Syllable) -> Option<Syllable> {
        let plain = |word: &Syllable| !word.marked && word.folded.bytes().all(|letter| letter.is_ascii_lowercase());
        if !(plain(word) && plain(next)) {
            return None;
        }
        let folded = pair(&word.folded, &next.folded);
        self.knows(&folded).then(|| Syllable {
            exact: folded.clone(),
            folded,
            marked: false,
            range: word.range.start..next.range.end,
        })
    }

    fn walk<'q>(
        &self,
        node: u32,
        at: usize,
        query: &'q Typed<'q>,
        way: &mut Way<'q>,
        found: &mut impl FnMut(&Way<'q>, u32),
    ) {
        let Some(word) = query.words.get(at) else { return };
        for form in forms(word) {
            self.step(node, (&form, word, at + 1), query, way, found);
        }
        if let Some(word) = query.joined.get(at).and_then(Option::as_ref) {
            self.step(node, (&word.folded, word, at + 2), query, way, found);
        }
    }

    /// Goes on from a node by a word of the query, or by two that are one in the vocabulary.
    fn step<'q>(
        &self,
        node: u32,
        (form, word, next): (&str, &'q Syllable, usize),
        query: &'q Typed<'q>,
        way: &mut Way<'q>,
        found: &mut impl FnMut(&Way<'q>, u32),
    ) {
        let to = self.words.get(form).and_then(|step| self.steps.get(&(node, *step)));
        let Some(to) = to else { return };
        way.words.push(word);
        way.end = next;
        if self.ends.get(position(*to)).is_some_and(|ends| !ends.is_empty()) {
            found(way, *to);
        }
        self.walk(*to, next, query, way, found);
        way.words.pop();
    }

    /// The members at a node that the typed syllables can be, those to the letter before those without diacritics, as
    /// far as they are called anything else.
    fn members(&self, node: u32, typed: &[&Syllable], told_apart: bool) -> Option<Vec<(u32, u32)>> {
        let ends = self.ends.get(position(node))?;
        let (mut exact, mut folded) = (Vec::new(), Vec::new());
        for end in ends {
            let Some(member) = self.member(*end) else { continue };
            // The other number of an English word is no word with diacritics.
            let fits = |(typed, word): (&&Syllable, &Word)| {
                *typed.exact == *word.exact || (!typed.marked && (*typed.folded == *word.folded || !word.marked))
            };
            if !typed.iter().zip(member).all(fits) {
                continue;
            }
            let same = |(typed, word): (&&Syllable, &Word)| typed.marked == word.marked;
            if typed.iter().zip(member).all(same) {
                exact.push(*end);
            } else {
                folded.push(*end);
            }
        }
        let lone = typed.len() == 1 && told_apart;
        let mut members = if !exact.is_empty() || lone { exact } else { folded };
        members.retain(|(group, place)| {
            let group = self.groups.get(position(*group));
            // The comprising word is not another name of what it comprises.
            typed.len() == 1 || *place == 0 || group.is_some_and(|group| group.relation != Relation::Narrower)
        });
        (!members.is_empty()).then_some(members)
    }

    /// What a span can be to the letter.
    pub(crate) fn spellings(&self, span: &Span) -> impl Iterator<Item = &[Word]> {
        span.members.iter().filter_map(|end| self.member(*end))
    }

    /// What a span may be called otherwise, the closest first, each once.
    pub(crate) fn expansions(&self, span: &Span) -> Vec<Expansion<'_>> {
        let mut all: Vec<Expansion<'_>> = Vec::new();
        for (number, place) in &span.members {
            let Some(group) = self.groups.get(position(*number)) else {
                continue;
            };
            if group.relation == Relation::Narrower && *place != 0 {
                continue;
            }
            let weight = group.weight;
            for (other, words) in (0_u32..).zip(&group.members) {
                if other == *place {
                    continue;
                }
                let ambiguous = self.ambiguous.contains(&(*number, other));
                let weight = if ambiguous { weight * AMBIGUOUS / 100 } else { weight };
                match all.iter_mut().find(|known| *known.words == **words) {
                    Some(known) if known.weight < weight => (known.weight, known.ambiguous) = (weight, ambiguous),
                    Some(_) => {}
                    None => all.push(Expansion {
                        words,
                        weight,
                        ambiguous,
                    }),
                }
            }
        }
        all.retain(|expansion| !self.spellings(span).any(|own| own == expansion.words));
        all.sort_by_key(|expansion| Reverse(expansion.weight));
        all
    }
}

/// The first of the spans inside a range, those that overlap none before them, in order of place.
fn apart(spans: &[Span], range: Range<usize>) -> Vec<Span> {
    let mut chosen: Vec<Span> = Vec::new();
    let inside = |span: &&Span| range.start <= span.words.start && span.words.end <= range.end;
    for span in spans.iter().filter(inside) {
        let free = |other: &Span| other.words.end <= span.words.start || span.words.end <= other.words.start;
        if chosen.iter().all(free) {
            chosen.push(span.clone());
        }
    }
    chosen.sort_by_key(|span| span.words.start);
    chosen
}

/// The words of a query, and those that make one of the vocabulary with the next.
struct Typed<'q> {
    words: &'q [Syllable],
    joined: Vec<Option<Syllable>>,
}

/// Words of a query as the vocabulary has them, and where they end among those that were typed.
#[derive(Default)]
struct Way<'q> {
    words: Vec<&'q Syllable>,
    end: usize,
}

/// The word, and what an English word is in the other number.
fn forms(word: &Syllable) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
    let plain = (!word.marked).then_some(word.folded.as_str());
    let others = plain.into_iter().flat_map(other_numbers);
    std::iter::once(word.folded.as_str().into()).chain(others.map(Into::into))
}

/// Singulars and plurals that an English word may have.
pub(crate) fn other_numbers(word: &str) -> Vec<String> {
    let mut others = Vec::new();
    if word.len() < 4 || !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return others;
    }
    if let Some(stem) = word.strip_suffix("ies") {
        others.push(format!("{stem}y"));
    }
    for ending in ["es", "s"] {
        if let Some(stem) = word.strip_suffix(ending)
            && !stem.ends_with('s')
        {
            others.push(stem.to_owned());
        }
    }
    if others.is_empty() && !word.ends_with('s') {
        others.push(format!("{word}s"));
        if let Some(stem) = word.strip_suffix('y') {
            others.push(format!("{stem}ies"));
        }
    }
    others
}
