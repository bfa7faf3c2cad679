//! A parsed query to the posting lists it needs.
//!
//! The words of the query are *concepts*; a listing matches by which of them it covers. A [`Leaf`] is one posting list.
//! A [`Unit`] is a stretch of the query and everything that it may be called: its own words, each worth something by
//! itself, or another name from the vocabulary, worth something as a whole; a listing is worth the better of both.

use crate::{
    Features,
    analyzer::Syllable,
    dictionary::Dictionary,
    query::{Part, Query},
    terms::pair,
    vocabulary::{Span, Vocabulary, Word, other_numbers},
    words::{is_head, is_stop_word},
};

/// Worth of a leaf, percent of a plain syllable.
const EXACT: u32 = 100;
const FOLDED: u32 = 100;
/// A syllable typed with diacritics that only matches without them.
const FOLDED_OF_MARKED: u32 = 60;
const PAIR: u32 = 35;
/// Two syllables written together on one side and apart on the other.
const JOINED: u32 = 80;
const CODE: u32 = 125;
/// A word of little meaning in a longer query.
const STOP: u32 = 25;
const STOP_FROM: usize = 5;
/// An English word in the other number.
const OTHER_NUMBER: u32 = 90;

/// Bound on the posting lists of one search, and on the size of a cursor.
const MAX_LEAVES: usize = 240;
/// Syllables typed apart that are tried as one code: `gs 1930`.
const SQUASHED_PARTS: usize = 4;
const SQUASHED_LENGTHS: std::ops::RangeInclusive<usize> = 4..=24;
/// Other names of one stretch, and of all.
const MOST_NAMES: usize = 10;
const MOST_NAMES_OF_ALL: usize = 32;

/// Which counted field a leaf's term is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum List {
    Exact,
    Folded,
    Pair,
    Code,
}

/// One posting list of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) list: List,
    pub(crate) term: String,
    /// Worth in percent, times the term's rarity.
    pub(crate) boost: u32,
    /// The leaf whose worth this one replaces: an exact syllable implies its folded form, so
    /// the sum of both is the worth of the exact one.
    pub(crate) instead_of: Option<usize>,
}

/// A stretch of the query. Leaves are given by their place in the plan, concepts as bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    /// Leaves that are summed, with the concepts that each covers.
    pub(crate) own: Vec<(usize, u64)>,
    /// What else would do.
    pub(crate) alternatives: Vec<Alternative>,
}

/// Leaves that count together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) required: Vec<usize>,
    pub(crate) optional: Vec<usize>,
    pub(crate) covers: u64,
}

/// What to look up for one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) units: Vec<Unit>,
    /// Bits of the concepts that count for matching: all but words of little meaning.
    pub(crate) content: u64,
    /// Neighbours that belong together: the bit of the pair and those of its words. They count for how much of the query
    /// a listing covers, not for whether it has all words.
    pub(crate) together: Vec<(u64, u64)>,
    pub(crate) required: Vec<Sequence>,
    pub(crate) excluded: Vec<Sequence>,
}

/// Syllables in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sequence {
    /// Whether to compare to the letter: some syllable was typed with diacritics.
    pub(crate) exact: bool,
    pub(crate) terms: Vec<String>,
}

impl Plan {
    pub(crate) fn new(query: &Query, dictionary: &Dictionary<'_>, vocabulary: &Vocabulary, features: Features) -> Self {
        let mut concepts = Concepts::default();
        for part in &query.wanted {
            concepts.add(&part.analysis.syllables);
        }
        let long = concepts.words.len() >= STOP_FROM;
        let mut plan = Self::default();
        let is_stop = |word: &Syllable| long && is_stop_word(word);
        for (concept, word) in concepts.words.iter().enumerate() {
            if !is_stop(word) {
                plan.content |= bit(concept);
            }
        }
        if plan.content == 0 {
            plan.content = concepts.all();
        }
        let told_apart = concepts.words.iter().any(|word| word.marked);
        let mut planned = 0;
        let mut spans: Vec<(usize, Span)> = Vec::new();
        for part in &query.wanted {
            let words = &part.analysis.syllables;
            let expand = features.vocabulary && !part.quoted;
            let found = if expand {
                vocabulary.spans(words, told_apart)
            } else {
                Vec::new()
            };
            let mut at = 0;
            let mut lone: Option<&Syllable> = None;
            let mut found = found.into_iter().peekable();
            while at < words.len() {
                let span = found.next_if(|span| span.words.start == at);
                let end = span.as_ref().map_or(at + 1, |span| span.words.end);
                let stretch = words.get(at..end).unwrap_or(&[]);
                let known = |word: &Syllable| {
                    plan.content & concepts.bits(std::slice::from_ref(word)) != 0 && dictionary.frequency_of(word) > 0
                };
                let next_lone = stretch.first().filter(|word| span.is_none() && known(word));
                if features.pairs {
                    if let (Some(left), Some(right)) = (lone, next_lone) {
                        concepts.join(left, right);
                    }
                    for neighbours in stretch.windows(2) {
                        let [left, right] = neighbours else { continue };
                        concepts.join(left, right);
                    }
                }
                lone = next_lone;
                let unit = plan.own_unit(stretch, &concepts, &mut planned, is_stop, features);
                spans.extend(span.map(|span| (unit, span)));
                at = end;
            }
        }
        if features.codes {
            for part in &query.wanted {
                plan.add_codes(part, &concepts);
            }
        }
        if features.pairs {
            for part in &query.wanted {
                plan.add_pairs(&part.analysis.syllables, &concepts);
            }
        }
        let mut names = MOST_NAMES_OF_ALL;
        for (unit, span) in spans {
            plan.add_names(unit, &span, vocabulary, dictionary, &mut names);
        }
        let pairs = (0..).zip(&concepts.pairs);
        plan.together = pairs
            .map(|(at, (left, right))| (bit(concepts.words.len() + at), bit(*left) | bit(*right)))
            .filter(|(pair, _)| *pair != 0)
            .collect();
        plan.units
            .retain(|unit| !(unit.own.is_empty() && unit.alternatives.is_empty()));
        plan.required = query.required.iter().map(|words| Sequence::new(words)).collect();
        plan.excluded = query.excluded.iter().map(|words| Sequence::new(words)).collect();
        plan
    }

    /// A unit of the words of a stretch that no unit has yet, and of their neighbourhood.
    fn own_unit(
        &mut self,
        stretch: &[Syllable],
        concepts: &Concepts,
        planned: &mut u64,
        is_stop: impl Fn(&Syllable) -> bool,
        features: Features,
    ) -> usize {
        let mut unit = Unit::default();
        for word in stretch {
            let covers = concepts.bits(std::slice::from_ref(word));
            if *planned & covers != 0 {
                continue;
            }
            *planned |= covers;
            let scaled = |boost| if is_stop(word) { boost * STOP / 100 } else { boost };
            let boost = scaled(if word.marked { FOLDED_OF_MARKED } else { FOLDED });
            let folded = self.leaf(List::Folded, &word.folded, boost, None);
            unit.own.extend(folded.map(|leaf| (leaf, covers)));
            if word.marked {
                let exact = self.leaf(List::Exact, &word.exact, scaled(EXACT), folded);
                unit.own.extend(exact.map(|leaf| (leaf, 0)));
            }
            if stretch.len() > 1 {
                continue;
            }
            if is_joined(&word.folded) {
                // `xilanh` where the listing has `xi lanh`, `gs1930` where it has `GS 1930`.
                let pair = self.leaf(List::Pair, &word.folded, scaled(JOINED), None);
                unit.alternatives.extend(pair.map(|leaf| Alternative::of(leaf, covers)));
            }
            if !word.marked && features.vocabulary {
                for other in other_numbers(&word.folded) {
                    let other = self.leaf(List::Folded, &other, OTHER_NUMBER, None);
                    unit.alternatives
                        .extend(other.map(|leaf| Alternative::of(leaf, covers)));
                }
            }
        }
        if features.pairs && stretch.len() > 1 {
            for neighbours in stretch.windows(2) {
                let [left, right] = neighbours else { continue };
                let pair = self.new_leaf(List::Pair, &pair(&left.folded, &right.folded), PAIR);
                unit.own.extend(pair.map(|leaf| (leaf, concepts.together(left, right))));
            }
        }
        self.units.push(unit);
        self.units.len() - 1
    }

    fn add_codes(&mut self, part: &Part, concepts: &Concepts) {
        let analysis = &part.analysis;
        for code in &analysis.codes {
            let words = analysis.syllables.get(code.syllables.clone()).unwrap_or(&[]);
            self.add_loose(List::Code, &code.text, CODE, concepts.bits(words));
        }
        for first in 0..analysis.syllables.len() {
            let mut squashed = String::new();
            let words = analysis
                .syllables
                .get(first..)
                .unwrap_or(&[])
                .iter()
                .take(SQUASHED_PARTS);
            for (count, word) in words.enumerate() {
                squashed.push_str(&word.folded);
                if word.marked || squashed.len() > *SQUASHED_LENGTHS.end() {
                    break;
                }
                let digits = squashed.bytes().filter(u8::is_ascii_digit).count();
                let mixed = digits > 0 && digits < squashed.len();
                if count > 0 && mixed && SQUASHED_LENGTHS.contains(&squashed.len()) {
                    let words = analysis.syllables.get(first..=first + count).unwrap_or(&[]);
                    self.add_loose(List::Code, &squashed, CODE, concepts.bits(words));
                }
            }
        }
    }

    fn add_pairs(&mut self, words: &[Syllable], concepts: &Concepts) {
        for neighbours in words.windows(2) {
            let [left, right] = neighbours else { continue };
            let pair = pair(&left.folded, &right.folded);
            if is_joined(&pair) {
                // `xi lanh` where the listing has `xilanh`.
                self.add_loose(List::Folded, &pair, JOINED, concepts.bits(neighbours));
            }
            self.add_loose(List::Pair, &pair, PAIR, concepts.together(left, right));
        }
    }

    /// A unit of one leaf, unless there is such a leaf.
    fn add_loose(&mut self, list: List, term: &str, boost: u32, covers: u64) {
        if let Some(leaf) = self.new_leaf(list, term, boost) {
            self.units.push(Unit {
                own: vec![(leaf, covers)],
                alternatives: Vec::new(),
            });
        }
    }

    /// What else a stretch is called in the vocabulary, as far as the index has it.
    fn add_names(
        &mut self,
        unit: usize,
        span: &Span,
        vocabulary: &Vocabulary,
        dictionary: &Dictionary<'_>,
        left: &mut usize,
    ) {
        let covers = self
            .units
            .get(unit)
            .map_or(0, |unit| unit.own.iter().fold(0, |all, (_, covers)| all | covers));
        let mut names = 0;
        for name in vocabulary.expansions(span) {
            if names >= MOST_NAMES || *left == 0 {
                return;
            }
            if !name.words.iter().all(|word| has(dictionary, word)) {
                continue;
            }
            let Some(alternative) = self.name(name.words, name.weight, covers, dictionary) else {
                return;
            };
            if let Some(unit) = self.units.get_mut(unit) {
                unit.alternatives.push(alternative);
                names += 1;
                *left -= 1;
            }
        }
    }

    /// A name: all of its words, but a head such as `máy` where enough is said without.
    fn name(&mut self, words: &[Word], weight: u32, covers: u64, dictionary: &Dictionary<'_>) -> Option<Alternative> {
        let telling = words.iter().filter(|word| !is_head(&word.exact)).count();
        let mut alternative = Alternative {
            covers,
            ..Alternative::default()
        };
        for word in words {
            let (list, term) = if word.marked {
                (List::Exact, &word.exact)
            } else {
                (List::Folded, &word.folded)
            };
            let head = telling > 0 && is_head(&word.exact);
            if head && telling > 1 {
                continue;
            }
            // A head only tells `máy cày` from `cày`.
            let boost = if head { 0 } else { EXACT * weight / 100 };
            alternative.required.push(self.leaf(list, term, boost, None)?);
        }
        for neighbours in words.windows(2) {
            let [left, right] = neighbours else { continue };
            if telling > 0 && is_head(&left.exact) && is_head(&right.exact) {
                continue;
            }
            let pair = pair(&left.folded, &right.folded);
            if dictionary.frequency(List::Pair, &pair) > 0 {
                alternative
                    .optional
                    .extend(self.leaf(List::Pair, &pair, PAIR * weight / 100, None));
            }
        }
        Some(alternative)
    }

    /// The place of a leaf; none when there are too many.
    fn leaf(&mut self, list: List, term: &str, boost: u32, instead_of: Option<usize>) -> Option<usize> {
        // The bound also keeps the comparison with all leaves cheap.
        let same = |leaf: &Leaf| {
            leaf.list == list && leaf.boost == boost && leaf.instead_of == instead_of && leaf.term == term
        };
        if let Some(known) = self.leaves.iter().position(same) {
            return Some(known);
        }
        if self.leaves.len() >= MAX_LEAVES {
            return None;
        }
        self.leaves.push(Leaf {
            list,
            term: term.to_owned(),
            boost,
            instead_of,
        });
        Some(self.leaves.len() - 1)
    }

    /// A leaf of a term that no leaf has.
    fn new_leaf(&mut self, list: List, term: &str, boost: u32) -> Option<usize> {
        if self.leaves.iter().any(|leaf| leaf.list == list && leaf.term == term) {
            return None;
        }
        self.leaf(list, term, boost, None)
    }

    /// Whether there is no word to look for: every listing matches.
    pub(crate) fn is_browse(&self) -> bool {
        self.leaves.is_empty()
    }
}

fn has(dictionary: &Dictionary<'_>, word: &Word) -> bool {
    let (list, term) = if word.marked {
        (List::Exact, &word.exact)
    } else {
        (List::Folded, &word.folded)
    };
    dictionary.frequency(list, term) > 0
}

impl Alternative {
    fn of(leaf: usize, covers: u64) -> Self {
        Self {
            required: vec![leaf],
            optional: Vec::new(),
            covers,
        }
    }
}

impl Sequence {
    fn new(words: &[Syllable]) -> Self {
        let exact = words.iter().any(|word| word.marked);
        let spell = |word: &Syllable| if exact { &word.exact } else { &word.folded }.clone();
        Self {
            exact,
            terms: words.iter().map(spell).collect(),
        }
    }
}

/// Distinct words of a query; the index is the concept's bit.
#[derive(Default)]
struct Concepts {
    words: Vec<Syllable>,
    /// Places of neighbours that belong together; their bits follow those of the words.
    pairs: Vec<(usize, usize)>,
}

impl Concepts {
    /// Gives neighbours a bit of their own, as far as there are bits.
    fn join(&mut self, left: &Syllable, right: &Syllable) {
        if let (Some(left), Some(right)) = (self.position(left), self.position(right))
            && left != right
            && !self.pairs.contains(&(left, right))
        {
            self.pairs.push((left, right));
        }
    }

    /// The bit of neighbours that belong together.
    fn together(&self, left: &Syllable, right: &Syllable) -> u64 {
        let (Some(left), Some(right)) = (self.position(left), self.position(right)) else {
            return 0;
        };
        let pair = self.pairs.iter().position(|pair| *pair == (left, right));
        pair.map_or(0, |at| bit(self.words.len() + at))
    }

    fn add(&mut self, words: &[Syllable]) {
        for word in words {
            if self.position(word).is_none() {
                self.words.push(word.clone());
            }
        }
    }

    fn position(&self, word: &Syllable) -> Option<usize> {
        self.words.iter().position(|known| known.exact == word.exact)
    }

    fn bits(&self, words: &[Syllable]) -> u64 {
        words
            .iter()
            .filter_map(|word| self.position(word))
            .fold(0, |bits, at| bits | bit(at))
    }

    fn all(&self) -> u64 {
        (0..self.words.len()).fold(0, |bits, at| bits | bit(at))
    }
}

fn bit(concept: usize) -> u64 {
    u32::try_from(concept)
        .ok()
        .and_then(|concept| 1_u64.checked_shl(concept))
        .unwrap_or(0)
}

/// Whether a word can be two syllables written together: letters beside digits, or vowels on
/// both sides of a consonant, which no single Vietnamese syllable has. Without this check
/// `khoan` would find `kho an`.
pub(crate) fn is_joined(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits > 0 {
        return digits < word.len();
    }
    let vowels = word.split(|letter| !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y'));
    vowels.filter(|group| !group.is_empty()).count() > 1
}
