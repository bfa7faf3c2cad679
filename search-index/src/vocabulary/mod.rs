//! Words that mean the same, or nearly: regional words, spellings of loan words, abbreviations, English names.
//!
//! A vocabulary is data: it is parsed from text, compiled once and never changed. Queries are expanded with it, the
//! index knows nothing of it: another vocabulary is in effect with the next search.

mod aligned;
mod parse;

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::{Arc, LazyLock},
};

pub use parse::{VocabularyError, VocabularyReason};

use crate::{analyzer::Syllable, format::Hash64, terms::pair};

/// The vocabulary that the program brings along, by file.
const BUILT_IN: &[(&str, &str)] = &[("seed.tsv", include_str!("../../resources/vocabulary/seed.tsv"))];

/// How the members of a group belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The same thing.
    Equivalent,
    /// The same thing in another part of the country.
    Regional,
    /// Spellings of a loan word.
    Loan,
    /// An abbreviation and what it stands for.
    Abbreviation,
    /// Vietnamese and English.
    English,
    /// Nearly the same thing: found at lower weight.
    Near,
    /// The first member comprises the others: typed, it finds them at lower weight, and they do not find it.
    Narrower,
}

impl Relation {
    const ALL: [(&'static str, Self); 7] = [
        ("equivalent", Self::Equivalent),
        ("regional", Self::Regional),
        ("loan", Self::Loan),
        ("abbreviation", Self::Abbreviation),
        ("english", Self::English),
        ("near", Self::Near),
        ("narrower", Self::Narrower),
    ];

    /// The relation of a code such as `regional`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, relation)| *relation)
    }

    /// Worth of another member, percent of what was typed.
    fn weight(self) -> u32 {
        match self {
            Self::Equivalent | Self::Regional | Self::Loan | Self::Abbreviation | Self::English => 90,
            Self::Near => 60,
            Self::Narrower => 45,
        }
    }
}

/// Where a group was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceClass {
    /// Written for this program.
    Own,
    /// Laws and decisions.
    Law,
    /// Classification of economic activities.
    Vsic,
    /// Classification of patents.
    Ipc,
    /// Tariff nomenclature.
    Hs,
    /// Usage of trade, as seen in offers.
    Trade,
}

impl SourceClass {
    const ALL: [(&'static str, Self); 6] = [
        ("own", Self::Own),
        ("law", Self::Law),
        ("vsic", Self::Vsic),
        ("ipc", Self::Ipc),
        ("hs", Self::Hs),
        ("trade", Self::Trade),
    ];

    /// The class of a code such as `law`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, class)| *class)
    }
}

/// A syllable of a member.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Word {
    pub(crate) exact: Box<str>,
    pub(crate) folded: Box<str>,
    pub(crate) marked: bool,
}

impl From<Syllable> for Word {
    fn from(syllable: Syllable) -> Self {
        Self {
            exact: syllable.exact.into(),
            folded: syllable.folded.into(),
            marked: syllable.marked,
        }
    }
}

#[derive(Debug, Clone)]
struct Group {
    relation: Relation,
    source: SourceClass,
    members: Vec<Box<[Word]>>,
}

/// A compiled, immutable vocabulary.
#[derive(Debug)]
pub struct Vocabulary {
    groups: Vec<Group>,
    /// Folded syllables as numbers.
    words: HashMap<Box<str>, u32>,
    /// Syllables to the letter.
    exact: HashSet<Box<str>>,
    /// Neighbours in members, without diacritics, written together.
    pairs: HashSet<Box<str>>,
    /// Tree of members by folded syllables: from a node by a syllable to the next node. The root is 0.
    steps: HashMap<(u32, u32), u32>,
    /// Members that end at a node: group and place in it.
    ends: Vec<Vec<(u32, u32)>>,
    /// English words and what they mean where no member says it.
    meanings: aligned::Meanings,
    id: u64,
}

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
}

impl Vocabulary {
    /// A vocabulary of the groups in some texts, each with its name.
    ///
    /// # Errors
    /// Names the first line that cannot be taken.
    pub fn parse<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, VocabularyError> {
        let mut groups = Vec::new();
        let mut hash = Hash64::new();
        for (file, text) in texts {
            for group in parse::parse(file, text) {
                groups.push(group?);
            }
            hash = hash.text(text);
        }
        Ok(Self::compile(groups, hash.finish()))
    }

    /// Every line of a text that cannot be taken.
    #[must_use]
    pub fn problems(file: &str, text: &str) -> Vec<VocabularyError> {
        parse::parse(file, text).filter_map(Result::err).collect()
    }

    /// A vocabulary without a group.
    #[must_use]
    pub fn empty() -> Self {
        Self::compile(Vec::new(), 0)
    }

    /// The vocabulary that the program brings along. A test parses it; were it broken, the result would be empty.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        static COMPILED: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| {
            Arc::new(Vocabulary::parse(BUILT_IN.iter().copied()).unwrap_or_else(|_| Vocabulary::empty()))
        });
        Arc::clone(&COMPILED)
    }

    /// The texts of [`Vocabulary::built_in`], each with its name.
    #[must_use]
    pub fn built_in_texts() -> &'static [(&'static str, &'static str)] {
        BUILT_IN
    }

    /// Number of groups.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there is no group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Number of groups taken from a class of sources.
    #[must_use]
    pub fn groups_of(&self, source: SourceClass) -> usize {
        self.groups.iter().filter(|group| group.source == source).count()
    }

    /// Names the content.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    fn compile(groups: Vec<Group>, id: u64) -> Self {
        let mut vocabulary = Self {
            groups: Vec::new(),
            words: HashMap::new(),
            exact: HashSet::new(),
            pairs: HashSet::new(),
            steps: HashMap::new(),
            ends: vec![Vec::new()],
            meanings: aligned::align(&groups),
            id,
        };
        for (number, group) in (0_u32..).zip(&groups) {
            for (place, member) in (0_u32..).zip(&group.members) {
                let end = vocabulary.plant(member);
                if let Some(end) = vocabulary.ends.get_mut(position(end)) {
                    end.push((number, place));
                }
            }
        }
        vocabulary.groups = groups;
        vocabulary
    }

    /// The node of a member.
    fn plant(&mut self, member: &[Word]) -> u32 {
        let mut node = 0;
        for neighbours in member.windows(2) {
            if let [left, right] = neighbours {
                self.pairs.insert(pair(&left.folded, &right.folded).into());
            }
        }
        for word in member {
            self.exact.insert(word.exact.clone());
            let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let word = *self.words.entry(word.folded.clone()).or_insert(next);
            let fresh = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
            let ends = &mut self.ends;
            node = *self.steps.entry((node, word)).or_insert_with(|| {
                ends.push(Vec::new());
                fresh
            });
        }
        node
    }

    /// What an English word means, as far as the groups tell.
    pub(crate) fn meaning(&self, word: &str) -> Option<&[Word]> {
        self.meanings.get(aligned::singular(word)).map(AsRef::as_ref)
    }

    /// Whether some member has this syllable.
    pub(crate) fn knows(&self, folded: &str) -> bool {
        self.words.contains_key(folded)
    }

    /// Whether some member has two syllables beside each other, without diacritics and written together.
    pub(crate) fn knows_pair(&self, pair: &str) -> bool {
        self.pairs.contains(pair)
    }

    /// Whether some member has this syllable to the letter.
    pub(crate) fn knows_exact(&self, exact: &str) -> bool {
        self.exact.contains(exact)
    }

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
        for first in 0..words.len() {
            let rest = words.get(first..).unwrap_or(&[]);
            self.walk(0, rest, 0, &mut |length, end| {
                let typed = rest.get(..length).unwrap_or(&[]);
                let span = first..first + length;
                if let Some(members) = self.members(end, typed, told_apart)
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
        for mut span in self.spans(words, told_apart, |_| true) {
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

    fn walk(&self, node: u32, rest: &[Syllable], length: usize, found: &mut impl FnMut(usize, u32)) {
        let Some((word, rest)) = rest.split_first() else { return };
        for form in forms(word) {
            let Some(step) = self.words.get(form.as_ref()) else {
                continue;
            };
            let Some(next) = self.steps.get(&(node, *step)) else {
                continue;
            };
            if self.ends.get(position(*next)).is_some_and(|ends| !ends.is_empty()) {
                found(length + 1, *next);
            }
            self.walk(*next, rest, length + 1, found);
        }
    }

    /// The members at a node that the typed syllables can be, those to the letter before those without diacritics, as
    /// far as they are called anything else.
    fn members(&self, node: u32, typed: &[Syllable], told_apart: bool) -> Option<Vec<(u32, u32)>> {
        let ends = self.ends.get(position(node))?;
        let (mut exact, mut folded) = (Vec::new(), Vec::new());
        for end in ends {
            let Some(member) = self.member(*end) else { continue };
            let fits = |(typed, word): (&Syllable, &Word)| !typed.marked || *typed.exact == *word.exact;
            if !typed.iter().zip(member).all(fits) {
                continue;
            }
            let same = |(typed, word): (&Syllable, &Word)| typed.marked == word.marked;
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

    fn member(&self, (group, place): (u32, u32)) -> Option<&[Word]> {
        let group = self.groups.get(position(group))?;
        group.members.get(position(place)).map(AsRef::as_ref)
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
            let weight = group.relation.weight();
            for (other, words) in (0_u32..).zip(&group.members) {
                if other == *place {
                    continue;
                }
                match all.iter_mut().find(|known| *known.words == **words) {
                    Some(known) => known.weight = known.weight.max(weight),
                    None => all.push(Expansion { words, weight }),
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

fn position(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
