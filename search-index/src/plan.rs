//! A parsed query to the posting lists it needs.
//!
//! The words of the query are *concepts*; a listing matches by how many of them it covers. A
//! [`Leaf`] is one posting list: what it covers and what it is worth. Synonyms, spelling and
//! rewriting belong here, as further leaves that cover the same concepts.

use std::{collections::HashSet, sync::LazyLock};

use crate::{
    analyzer::{Analysis, Syllable, analyze},
    query::Query,
    terms::pair,
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

/// Bound on the posting lists of one search, and on the size of a cursor.
const MAX_LEAVES: usize = 240;
/// Syllables typed apart that are tried as one code: `gs 1930`.
const SQUASHED_PARTS: usize = 4;
const SQUASHED_LENGTHS: std::ops::RangeInclusive<usize> = 4..=24;

static STOP_WORDS: LazyLock<[HashSet<String>; 2]> = LazyLock::new(|| {
    let words = analyze(include_str!("../resources/stop_words.txt")).syllables;
    let folded = words.iter().map(|word| word.folded.clone()).collect();
    [words.into_iter().map(|word| word.exact).collect(), folded]
});

/// Which counted field a leaf's term is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Bits of the concepts that a listing with this term covers.
    pub(crate) covers: u64,
    /// The leaf whose worth this one replaces: an exact syllable implies its folded form, so
    /// the sum of both is the worth of the exact one.
    pub(crate) instead_of: Option<usize>,
}

/// What to look up for one query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) leaves: Vec<Leaf>,
    /// Bits of the concepts that count for matching: all but words of little meaning.
    pub(crate) content: u64,
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
    pub(crate) fn new(query: &Query) -> Self {
        let mut concepts = Concepts::default();
        for part in &query.wanted {
            concepts.add(part);
        }
        let long = concepts.words.len() >= STOP_FROM;
        let mut plan = Self::default();
        for (concept, word) in concepts.words.iter().enumerate() {
            let stop = long && is_stop_word(word);
            if !stop {
                plan.content |= bit(concept);
            }
            plan.add_word(word, bit(concept), stop);
        }
        if plan.content == 0 {
            plan.content = concepts.all();
        }
        for part in &query.wanted {
            plan.add_codes(part, &concepts);
        }
        for part in &query.wanted {
            plan.add_pairs(part, &concepts);
        }
        plan.leaves.truncate(MAX_LEAVES);
        plan.required = query.required.iter().map(|words| Sequence::new(words)).collect();
        plan.excluded = query.excluded.iter().map(|words| Sequence::new(words)).collect();
        plan
    }

    fn add_word(&mut self, word: &Syllable, covers: u64, stop: bool) {
        let scaled = |boost| if stop { boost * STOP / 100 } else { boost };
        let folded = self.leaves.len();
        self.leaves.push(Leaf {
            list: List::Folded,
            term: word.folded.clone(),
            boost: scaled(if word.marked { FOLDED_OF_MARKED } else { FOLDED }),
            covers,
            instead_of: None,
        });
        if word.marked {
            self.leaves.push(Leaf {
                list: List::Exact,
                term: word.exact.clone(),
                boost: scaled(EXACT),
                covers: 0,
                instead_of: Some(folded),
            });
        }
        if is_joined(&word.folded) {
            // `xilanh` where the listing has `xi lanh`, `gs1930` where it has `GS 1930`.
            self.add_unless_present(List::Pair, word.folded.clone(), scaled(JOINED), covers);
        }
    }

    fn add_codes(&mut self, part: &Analysis, concepts: &Concepts) {
        for code in &part.codes {
            let words = part.syllables.get(code.syllables.clone()).unwrap_or(&[]);
            self.add_unless_present(List::Code, code.text.clone(), CODE, concepts.bits(words));
        }
        for first in 0..part.syllables.len() {
            let mut squashed = String::new();
            let words = part.syllables.get(first..).unwrap_or(&[]).iter().take(SQUASHED_PARTS);
            for (count, word) in words.enumerate() {
                squashed.push_str(&word.folded);
                if word.marked || squashed.len() > *SQUASHED_LENGTHS.end() {
                    break;
                }
                let digits = squashed.bytes().filter(u8::is_ascii_digit).count();
                let mixed = digits > 0 && digits < squashed.len();
                if count > 0 && mixed && SQUASHED_LENGTHS.contains(&squashed.len()) {
                    let words = part.syllables.get(first..=first + count).unwrap_or(&[]);
                    self.add_unless_present(List::Code, squashed.clone(), CODE, concepts.bits(words));
                }
            }
        }
    }

    fn add_pairs(&mut self, part: &Analysis, concepts: &Concepts) {
        for neighbours in part.syllables.windows(2) {
            let [left, right] = neighbours else { continue };
            let pair = pair(&left.folded, &right.folded);
            if is_joined(&pair) {
                // `xi lanh` where the listing has `xilanh`.
                let covers = concepts.bits(neighbours);
                self.add_unless_present(List::Folded, pair.clone(), JOINED, covers);
            }
            self.add_unless_present(List::Pair, pair, PAIR, 0);
        }
    }

    fn add_unless_present(&mut self, list: List, term: String, boost: u32, covers: u64) {
        // The bound also keeps the comparison with all leaves cheap.
        if self.leaves.len() < MAX_LEAVES && !self.leaves.iter().any(|leaf| leaf.list == list && leaf.term == term) {
            self.leaves.push(Leaf {
                list,
                term,
                boost,
                covers,
                instead_of: None,
            });
        }
    }

    /// Whether there is no word to look for: every listing matches.
    pub(crate) fn is_browse(&self) -> bool {
        self.leaves.is_empty()
    }

    /// How many concepts a listing must cover, tier by tier: all, two thirds, any.
    pub(crate) fn tiers(&self) -> Vec<u32> {
        let all = self.content.count_ones();
        let mut tiers = vec![all, (all * 2).div_ceil(3), all.min(1)];
        tiers.dedup();
        tiers
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
}

impl Concepts {
    fn add(&mut self, part: &Analysis) {
        for word in &part.syllables {
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

pub(crate) fn is_stop_word(word: &Syllable) -> bool {
    let [exact, folded] = &*STOP_WORDS;
    // Two letters without diacritics are as likely an abbreviation or another word.
    if word.marked {
        exact.contains(&word.exact)
    } else {
        word.folded.len() > 2 && folded.contains(&word.folded)
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
