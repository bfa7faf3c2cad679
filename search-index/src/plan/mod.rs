//! A parsed query to the posting lists it needs.
//!
//! The words of the query are *concepts*; a listing matches by which of them it covers. A [`Leaf`] is one posting list.
//! A [`Unit`] is a stretch of the query and everything that it may be called: its own words, each worth something by
//! itself, or another name from the vocabulary, worth something as a whole; a listing is worth the better of both.

mod answers;
mod build;
mod concepts;

pub(crate) use answers::MOST_BYTES;
pub(crate) use build::MAX_LEAVES;
pub(crate) use concepts::Earned;

use std::sync::Arc;

use crate::{
    Features,
    analyzer::Syllable,
    dictionary::Dictionary,
    query::Query,
    understand::{Preference, Wishes},
    vocabulary::{Vocabulary, Word},
};

/// What else to look for, by the place in the text of the word that it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hints {
    /// What known words may have been meant to be.
    pub(crate) doubts: Vec<(usize, Syllable)>,
    /// Codes that start with one of the query.
    pub(crate) longer_codes: Vec<(usize, String)>,
}

/// Which counted field a leaf's term is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum List {
    Exact,
    Folded,
    Pair,
    Code,
}

impl List {
    /// How many there are.
    pub(crate) const COUNT: usize = 4;

    pub(crate) fn place(self) -> usize {
        match self {
            Self::Exact => 0,
            Self::Folded => 1,
            Self::Pair => 2,
            Self::Code => 3,
        }
    }
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

/// A stretch of the query: the sum of its parts, or something else that it is called. Leaves are given by their place in
/// the plan, concepts as bits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) parts: Vec<Part>,
    pub(crate) alternatives: Vec<Alternative>,
    /// Whether it lifts what matches without it.
    pub(crate) is_wish: bool,
}

/// A part of a stretch: the sum of its own leaves, or something else that it is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// Leaves with the concepts that each covers.
    pub(crate) own: Vec<(usize, u64)>,
    pub(crate) alternatives: Vec<Alternative>,
}

/// Leaves that count together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) required: Vec<usize>,
    /// Those that tell, all there, that its words stand together.
    pub(crate) beside: Vec<usize>,
    pub(crate) optional: Vec<usize>,
    pub(crate) covers: u64,
    /// What it covers besides where its words stand together.
    pub(crate) together: u64,
}

/// What to look up for one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) units: Vec<Unit>,
    /// Bits of the concepts that count for matching: all but words of little meaning.
    pub(crate) content: u64,
    /// Bits of the words for things of any sort: machine, device.
    pub(crate) heads: u64,
    /// Parts of the mass of words: the bit of the part, that of the word, and what earns it. They count for how much of
    /// the query a listing covers, not for whether it has all words.
    pub(crate) parts: Vec<(u64, u64, Earned)>,
    /// Other names that are looked for, by exact syllables.
    pub(crate) names: Vec<Vec<String>>,
    /// What lifts a listing.
    pub(crate) preferences: Vec<Preference>,
    /// Phrases of which a listing must have one, for each that was quoted.
    pub(crate) required: Vec<Vec<Sequence>>,
    pub(crate) excluded: Vec<Sequence>,
    /// What the index was asked for the plan.
    pub(crate) answers: Arc<[u8]>,
}

/// Syllables in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sequence {
    /// Whether to compare to the letter: some syllable was typed with diacritics.
    pub(crate) exact: bool,
    pub(crate) terms: Vec<String>,
}

impl Plan {
    /// `answers` are those of the first page, on the others.
    pub(crate) fn new(
        query: &Query,
        wishes: &Wishes,
        hints: &Hints,
        dictionary: &Dictionary<'_>,
        vocabulary: &Vocabulary,
        features: Features,
        answers: Option<Arc<[u8]>>,
    ) -> Self {
        build::Builder::new(query, hints, dictionary, vocabulary, features, answers).build(query, wishes)
    }

    /// Whether there is no word to look for: every listing matches.
    pub(crate) fn is_browse(&self) -> bool {
        self.leaves.is_empty()
    }
}

impl Unit {
    fn of(leaf: usize, covers: u64) -> Self {
        let part = Part {
            own: vec![(leaf, covers)],
            alternatives: Vec::new(),
        };
        Self {
            parts: vec![part],
            ..Self::default()
        }
    }

    /// Sets of leaves and what each covers when a listing has all of it.
    pub(crate) fn coverings(&self) -> impl Iterator<Item = (&[usize], u64)> {
        let own = self.parts.iter().flat_map(|part| &part.own);
        let own = own.map(|(leaf, covers)| (std::slice::from_ref(leaf), *covers));
        let names = self
            .parts
            .iter()
            .flat_map(|part| &part.alternatives)
            .chain(&self.alternatives);
        own.chain(names.flat_map(|name| {
            let together = (name.together != 0).then_some((name.beside.as_slice(), name.together));
            std::iter::once((name.required.as_slice(), name.covers)).chain(together)
        }))
    }

    /// The same in as few layers as it needs: parts without a common name are units of their own.
    fn simplified(self) -> Vec<Self> {
        let Self {
            parts,
            alternatives,
            is_wish,
        } = self;
        let mut parts: Vec<Part> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if alternatives.is_empty() {
            let unit = |part| Self {
                parts: vec![part],
                alternatives: Vec::new(),
                is_wish,
            };
            return parts.into_iter().map(unit).collect();
        }
        let mut plain = Part::default();
        parts.retain_mut(|part| {
            let stays = !part.alternatives.is_empty();
            if !stays {
                plain.own.append(&mut part.own);
            }
            stays
        });
        if !plain.is_empty() {
            parts.push(plain);
        }
        vec![Self {
            parts,
            alternatives,
            is_wish,
        }]
    }
}

impl Part {
    fn is_empty(&self) -> bool {
        self.own.is_empty() && self.alternatives.is_empty()
    }
}

impl Alternative {
    fn of(leaf: usize, covers: u64) -> Self {
        Self {
            required: vec![leaf],
            covers,
            ..Self::default()
        }
    }
}

impl Sequence {
    fn new(words: &[Word]) -> Self {
        let exact = words.iter().any(|word| word.marked);
        let spell = |word: &Word| if exact { &word.exact } else { &word.folded }.to_string();
        Self {
            exact,
            terms: words.iter().map(spell).collect(),
        }
    }

    fn typed(words: &[Syllable]) -> Self {
        let words: Vec<Word> = words.iter().cloned().map(Word::from).collect();
        Self::new(&words)
    }
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
