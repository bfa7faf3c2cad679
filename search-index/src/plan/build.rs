//! From the words of a query to the units of its plan.
//!
//! What is asked of the index decides the shape of the plan: every question goes through [`Answers`].

mod names;

use std::sync::Arc;

use super::{
    Alternative, Earned, Hints, Leaf, List, Part, Plan, Sequence, Unit,
    answers::Answers,
    concepts::{Concepts, bit, has_digit, has_neighbour},
    is_joined,
};
use crate::{
    Features,
    analyzer::Syllable,
    dictionary::Dictionary,
    query::{self, Query},
    terms::pair,
    understand::{Wishes, is_meant_by, is_syllable, other_trade},
    vocabulary::{Span, Vocabulary, Word, other_numbers},
    words::{is_english_filler, is_generic},
};

/// Worth of a leaf, percent of a plain syllable.
const EXACT: u32 = 100;
const FOLDED: u32 = 100;
/// A syllable of a query with diacritics that only matches without them.
const FOLDED_OF_TOLD_APART: u32 = 60;
const PAIR: u32 = 35;
/// Two syllables written together on one side and apart on the other.
const JOINED: u32 = 80;
const CODE: u32 = 125;
const LONGER_CODE: u32 = 100;
/// A word that tells little beside others in an English query.
const FILLER: u32 = 25;
/// A word for things of any sort there: the rest says which.
const ANY_SORT: u32 = 50;
const STOP_FROM: usize = 5;
/// What a known word may have been meant to be.
const DOUBTED: u32 = 85;
/// A meaning of an English word that was learned.
const MEANING: u32 = 70;
/// What initials may be short for.
const SHORT_FOR: u32 = 60;
/// An English word in the other number.
const OTHER_NUMBER: u32 = 90;

/// Bound on the posting lists of one search, and on the size of a cursor.
pub(crate) const MAX_LEAVES: usize = 240;
/// Syllables typed apart that are tried as one code: `gs 1930`.
const SQUASHED_PARTS: usize = 4;
const SQUASHED_LENGTHS: std::ops::RangeInclusive<usize> = 4..=24;
/// Other names of one stretch, and of all.
const MOST_NAMES: usize = 6;
const MOST_NAMES_OF_ALL: usize = 20;

/// A stretch that may have other names.
struct Named {
    unit: usize,
    /// Part of the unit, unless it is the whole of it.
    part: Option<usize>,
    /// What a name of it covers.
    covers: u64,
    span: Span,
}

/// A plan being made.
pub(super) struct Builder<'a> {
    hints: &'a Hints,
    dictionary: &'a Dictionary<'a>,
    answers: Answers,
    vocabulary: &'a Vocabulary,
    features: Features,
    concepts: Concepts,
    /// Whether the person types diacritics.
    told_apart: bool,
    /// Whether a word is of no Vietnamese syllable.
    english: bool,
    plan: Plan,
    /// Words that a unit has.
    planned: u64,
    /// Stretches that may have other names.
    named: Vec<Named>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        query: &Query,
        hints: &'a Hints,
        dictionary: &'a Dictionary<'a>,
        vocabulary: &'a Vocabulary,
        features: Features,
        answers: Option<Arc<[u8]>>,
    ) -> Self {
        let mut concepts = Concepts::default();
        for part in &query.wanted {
            concepts.add(&part.analysis.syllables);
        }
        let told_apart = concepts.words.iter().any(|word| word.marked);
        let letters = |word: &Syllable| word.folded.bytes().all(|letter| letter.is_ascii_lowercase());
        let english = |word: &Syllable| !word.marked && letters(word) && !is_syllable(&word.folded);
        let english = concepts.words.iter().any(english);
        Self {
            hints,
            dictionary,
            answers: Answers::new(answers),
            vocabulary,
            features,
            concepts,
            told_apart,
            english,
            plan: Plan::default(),
            planned: 0,
            named: Vec::new(),
        }
    }

    pub(super) fn build(mut self, query: &Query, wishes: &Wishes) -> Plan {
        let words = self.concepts.words.iter().enumerate();
        let telling = words.filter(|(_, word)| self.worth_of_little(word).is_none());
        self.plan.content = telling.fold(0, |content, (concept, _)| content | bit(concept));
        if self.plan.content == 0 {
            self.plan.content = self.concepts.all();
        }
        let heads = self.concepts.words.iter().filter(|word| is_generic(word));
        self.plan.heads = heads.fold(0, |heads, word| heads | self.concepts.bits(std::slice::from_ref(word)));
        for part in &query.wanted {
            self.add_words(part);
        }
        for part in &query.wanted {
            if self.features.codes {
                self.add_codes(part);
            }
        }
        for wished in &wishes.names {
            self.add_wish(wished);
        }
        for code in &wishes.codes {
            if let Some(leaf) = self.new_leaf(List::Code, code, CODE) {
                self.plan.units.push(Unit {
                    is_wish: true,
                    ..Unit::of(leaf, 0)
                });
            }
        }
        for part in &query.wanted {
            if self.features.pairs {
                self.add_pairs(&part.analysis.syllables);
            }
        }
        self.add_names();
        let Self {
            concepts,
            answers,
            mut plan,
            vocabulary,
            features,
            ..
        } = self;
        let content = plan.content;
        plan.parts = concepts.parts().filter(|(_, word, _)| content & word != 0).collect();
        plan.units = plan.units.into_iter().flat_map(Unit::simplified).collect();
        plan.preferences.clone_from(&wishes.preferences);
        let spellings = |words: &[Syllable]| {
            if features.vocabulary {
                vocabulary.respelt(words)
            } else {
                Vec::new()
            }
        };
        let spelt = |words: Vec<Word>| words.iter().map(|word| word.exact.to_string()).collect();
        for words in &query.required {
            let others = spellings(words);
            let phrases = others.iter().map(|words| Sequence::new(words));
            plan.required
                .push(std::iter::once(Sequence::typed(words)).chain(phrases).collect());
            plan.names.extend(others.into_iter().map(spelt));
        }
        for words in &query.excluded {
            plan.excluded.push(Sequence::typed(words));
            plan.excluded
                .extend(spellings(words).iter().map(|words| Sequence::new(words)));
        }
        plan.answers = answers.finish();
        plan
    }

    /// Worth of a word of little meaning in a longer query, in percent; none for one that tells something.
    fn worth_of_little(&self, word: &Syllable) -> Option<u32> {
        let words = self.concepts.words.len();
        let stop = (words >= STOP_FROM)
            .then(|| self.vocabulary.worth_of_stop_word(word))
            .flatten();
        stop.or_else(|| (words > 1 && self.english && is_english_filler(word)).then_some(FILLER))
    }

    /// Units of the words of a part: of those with other names together, of the others one by one.
    fn add_words(&mut self, part: &query::Part) {
        let words = &part.analysis.syllables;
        let expand = self.features.vocabulary && !part.quoted;
        let found = if expand {
            self.vocabulary
                .spans(words, self.told_apart, |name| self.has_all(name.words))
        } else {
            Vec::new()
        };
        if !part.quoted && self.features.cut_off {
            self.note_halves(words);
        }
        let mut found = found.into_iter().peekable();
        let mut at = 0;
        while at < words.len() {
            let span = found.next_if(|span| span.words.start == at);
            let stretch = at..span.as_ref().map_or(at + 1, |span| span.words.end);
            let alone = stretch.len() == 1 && (span.is_some() || !has_neighbour(words, at));
            let typed = words.get(stretch.clone()).unwrap_or(&[]);
            for word in typed.iter().filter(|word| !has_digit(word)) {
                if self.told_apart {
                    self.concepts.set_part(word, Earned::ToTheLetter);
                }
                // A name of several words earns beside itself what a lone word has anyway.
                if self.features.pairs && (!alone || span.is_some()) {
                    self.concepts.set_part(word, Earned::Beside);
                }
            }
            // `đậu phộng` is neither `đầu` nor `phòng`, and apart it is nothing of what it means.
            let is_one_name = typed.len() > 1 && span.as_ref().is_some_and(Span::is_simple);
            let in_name = self.told_apart && self.features.pairs && is_one_name;
            let number = self.plan.units.len();
            let mut unit = Unit::default();
            let mut inner = span.iter().flat_map(|span| span.inner.clone()).peekable();
            while at < stretch.end {
                let inside = inner.next_if(|span| span.words.start == at);
                let named =
                    inside.as_ref().is_some_and(|span| span.words.len() == 1) || (span.is_some() && stretch.len() == 1);
                let end = inside.as_ref().map_or(at + 1, |span| span.words.end);
                if let Some(span) = inside {
                    self.add_named(number, Some(unit.parts.len()), words, span);
                }
                let own = words.get(at..end).unwrap_or(&[]);
                unit.parts.push(self.own_words(own, named, alone, in_name));
                at = end;
            }
            if self.features.pairs && typed.len() > 1 {
                unit.parts.push(self.own_pairs(typed, in_name));
            }
            if let Some(span) = span {
                self.add_named(number, None, words, span);
            }
            self.plan.units.push(unit);
        }
    }

    /// Notes the words of what is looked for elsewhere, as far as no listing has them beside each other: `bảo hiểm` is
    /// not `bảo` and `hiểm`.
    fn note_halves(&mut self, words: &[Syllable]) {
        let mut at = 0;
        while at < words.len() {
            let length = other_trade(words, at).unwrap_or(0);
            let phrase = words.get(at..at + length).unwrap_or(&[]);
            let pairs = phrase.windows(2).filter_map(|two| match two {
                [left, right] => Some(pair(&left.folded, &right.folded)),
                _ => None,
            });
            let outside = words
                .iter()
                .enumerate()
                .filter(|(place, _)| !(at..at + length).contains(place));
            // `máy giặt đồ chơi` is no toy.
            let of_things = outside.into_iter().any(|(_, word)| is_generic(word));
            if length > 1 && !of_things && !pairs.into_iter().all(|pair| self.has(List::Pair, &pair)) {
                phrase.iter().for_each(|word| self.concepts.set_half(word));
            }
            at += length.max(1);
        }
    }

    /// Notes a stretch that may have other names; what is inside of a part has them, too.
    fn add_named(&mut self, unit: usize, part: Option<usize>, words: &[Syllable], span: Span) {
        if part.is_some() {
            for inner in span.inner.clone() {
                self.add_named(unit, part, words, inner);
            }
        }
        let covers = self.concepts.whole(words.get(span.words.clone()).unwrap_or(&[]));
        self.named.push(Named {
            unit,
            part,
            covers,
            span,
        });
    }

    /// What some words are worth by themselves, as far as no unit has them yet.
    fn own_words(&mut self, words: &[Syllable], named: bool, alone: bool, in_name: bool) -> Part {
        let mut part = Part::default();
        for word in words {
            let covers = self.concepts.bits(std::slice::from_ref(word));
            if self.planned & covers != 0 {
                continue;
            }
            self.planned |= covers;
            let covers = if alone {
                covers | self.concepts.part(word, Earned::Beside)
            } else {
                covers
            };
            let of_any_sort = self.concepts.words.len() >= STOP_FROM && is_generic(word);
            let of_its_sort = if of_any_sort { ANY_SORT } else { 100 };
            let share = self.worth_of_little(word).unwrap_or(of_its_sort);
            let scaled = |boost| boost * share / 100;
            let boost = scaled(if self.told_apart { FOLDED_OF_TOLD_APART } else { FOLDED });
            let folded = self.leaf(List::Folded, &word.folded, boost, None);
            let of_letters = if in_name { 0 } else { covers };
            part.own.extend(folded.map(|leaf| (leaf, of_letters)));
            if self.told_apart {
                let exact = self.leaf(List::Exact, &word.exact, scaled(EXACT), folded);
                let letters = self.concepts.part(word, Earned::ToTheLetter);
                part.own.extend(exact.map(|leaf| (leaf, covers | letters)));
            }
            let whole = self.concepts.whole(std::slice::from_ref(word));
            if !named && self.features.vocabulary && !is_syllable(&word.folded) {
                if !self.told_apart {
                    part.alternatives.extend(self.meaning(word, whole));
                }
                part.alternatives.extend(self.written_out(word, whole));
            }
            if words.len() > 1 {
                continue;
            }
            if let Some((_, meant)) = self.hints.doubts.iter().find(|(start, _)| *start == word.range.start) {
                let (list, term) = if meant.marked {
                    (List::Exact, &meant.exact)
                } else {
                    (List::Folded, &meant.folded)
                };
                let meant = self.leaf(list, term, DOUBTED, None);
                part.alternatives.extend(meant.map(|leaf| Alternative::of(leaf, whole)));
            }
            if is_joined(&word.folded) {
                // `xilanh` where the listing has `xi lanh`, `gs1930` where it has `GS 1930`.
                let pair = self.leaf(List::Pair, &word.folded, scaled(JOINED), None);
                part.alternatives.extend(pair.map(|leaf| Alternative::of(leaf, whole)));
            }
            if !word.marked && self.features.vocabulary {
                for other in other_numbers(&word.folded) {
                    // To the letter: `cans` are no `cân`.
                    if self.has(List::Exact, &other) {
                        let other = self.leaf(List::Exact, &other, OTHER_NUMBER, None);
                        part.alternatives.extend(other.map(|leaf| Alternative::of(leaf, whole)));
                    }
                }
            }
        }
        part
    }

    fn own_pairs(&mut self, words: &[Syllable], in_name: bool) -> Part {
        let mut part = Part::default();
        for neighbours in words.windows(2) {
            let [left, right] = neighbours else { continue };
            let leaf = self.new_leaf(List::Pair, &pair(&left.folded, &right.folded), PAIR);
            let mut together = self.concepts.together(left, right);
            if in_name {
                together |= self.concepts.bits(neighbours);
            }
            part.own.extend(leaf.map(|leaf| (leaf, together)));
        }
        part
    }

    fn add_codes(&mut self, part: &query::Part) {
        let analysis = &part.analysis;
        for code in &analysis.codes {
            let words = analysis.syllables.get(code.syllables.clone()).unwrap_or(&[]);
            let covers = self.concepts.whole(words);
            self.add_loose(List::Code, &code.text, CODE, covers);
            let start = words.first().map(|word| word.range.start);
            for (at, longer) in &self.hints.longer_codes {
                if Some(*at) == start && is_meant_by(longer, &code.text) {
                    self.add_loose(List::Code, longer, LONGER_CODE, covers);
                }
            }
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
                    self.add_loose(List::Code, &squashed, CODE, self.concepts.whole(words));
                }
            }
        }
    }

    fn add_pairs(&mut self, words: &[Syllable]) {
        for neighbours in words.windows(2) {
            let [left, right] = neighbours else { continue };
            let pair = pair(&left.folded, &right.folded);
            if is_joined(&pair) {
                // `xi lanh` where the listing has `xilanh`.
                self.add_loose(List::Folded, &pair, JOINED, self.concepts.whole(neighbours));
            }
            self.add_loose(List::Pair, &pair, PAIR, self.concepts.together(left, right));
        }
        for together in words.windows(3) {
            // `áp tô mát` where the listing has `aptomat`.
            if !together
                .iter()
                .all(|word| word.folded.len() < 5 && is_syllable(&word.folded))
            {
                continue;
            }
            let joined: String = together.iter().map(|word| word.folded.as_str()).collect();
            if self.has(List::Folded, &joined) {
                self.add_loose(List::Folded, &joined, 2 * JOINED, self.concepts.whole(together));
            }
        }
    }

    /// A unit of one leaf, unless there is such a leaf.
    fn add_loose(&mut self, list: List, term: &str, boost: u32, covers: u64) {
        if let Some(leaf) = self.new_leaf(list, term, boost) {
            self.plan.units.push(Unit::of(leaf, covers));
        }
    }

    /// Whether the index has a term, or had it at the first page.
    fn has(&self, list: List, term: &str) -> bool {
        self.answers.to(|| self.dictionary.frequency(list, term) > 0)
    }

    /// Whether the index has every word of a name, or had them at the first page.
    fn has_all(&self, words: &[Word]) -> bool {
        let known = |word: &Word| self.dictionary.frequency(List::Exact, &word.exact) > 0;
        self.answers.to(|| words.iter().all(known))
    }

    /// The place of a leaf; none when there are too many.
    fn leaf(&mut self, list: List, term: &str, boost: u32, instead_of: Option<usize>) -> Option<usize> {
        let leaves = &mut self.plan.leaves;
        // The bound also keeps the comparison with all leaves cheap.
        let same = |leaf: &Leaf| {
            leaf.list == list && leaf.boost == boost && leaf.instead_of == instead_of && leaf.term == term
        };
        if let Some(known) = leaves.iter().position(same) {
            return Some(known);
        }
        if leaves.len() >= MAX_LEAVES {
            return None;
        }
        leaves.push(Leaf {
            list,
            term: term.to_owned(),
            boost,
            instead_of,
        });
        Some(leaves.len() - 1)
    }

    /// A leaf of a term that no leaf has.
    fn new_leaf(&mut self, list: List, term: &str, boost: u32) -> Option<usize> {
        let mut leaves = self.plan.leaves.iter();
        if leaves.any(|leaf| leaf.list == list && leaf.term == term) {
            return None;
        }
        self.leaf(list, term, boost, None)
    }
}
