//! Words that mean the same, or nearly: regional words, spellings of loan words, abbreviations, English names. And words
//! that say little, and how units are spelled.
//!
//! A vocabulary is data: it is parsed from text, compiled once and never changed. Queries are expanded with it, the
//! index knows nothing of it: another vocabulary is in effect with the next search.

mod aligned;
mod ambiguous;
mod amended;
mod parse;
mod spans;
mod usage;

use std::{
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
    sync::{Arc, LazyLock},
};

pub use amended::{AddedGroup, BuiltInGroup, GroupFault, GroupId, NoGroupId, OtherNames};
pub use parse::{VocabularyError, VocabularyReason};
pub(crate) use spans::{Span, other_numbers};

use crate::{
    analyzer::{OtherUnits, Syllable},
    format::Hash64,
    terms::pair,
    understand::is_syllable,
};

/// The vocabulary that the program brings along, by file.
const BUILT_IN: &[(&str, &str)] = &[
    (
        "agriculture.tsv",
        include_str!("../../resources/vocabulary/agriculture.tsv"),
    ),
    (
        "bio_chem_env.tsv",
        include_str!("../../resources/vocabulary/bio_chem_env.tsv"),
    ),
    (
        "construction_transport.tsv",
        include_str!("../../resources/vocabulary/construction_transport.tsv"),
    ),
    ("digital.tsv", include_str!("../../resources/vocabulary/digital.tsv")),
    (
        "electrical.tsv",
        include_str!("../../resources/vocabulary/electrical.tsv"),
    ),
    (
        "english_trade.tsv",
        include_str!("../../resources/vocabulary/english_trade.tsv"),
    ),
    (
        "english_words.tsv",
        include_str!("../../resources/vocabulary/english_words.tsv"),
    ),
    ("food.tsv", include_str!("../../resources/vocabulary/food.tsv")),
    ("general.tsv", include_str!("../../resources/vocabulary/general.tsv")),
    ("health.tsv", include_str!("../../resources/vocabulary/health.tsv")),
    (
        "mechanical.tsv",
        include_str!("../../resources/vocabulary/mechanical.tsv"),
    ),
    ("needs.tsv", include_str!("../../resources/vocabulary/needs.tsv")),
    ("regional.tsv", include_str!("../../resources/vocabulary/regional.tsv")),
    ("science.tsv", include_str!("../../resources/vocabulary/science.tsv")),
    ("seed.tsv", include_str!("../../resources/vocabulary/seed.tsv")),
    (
        "stop_words.tsv",
        include_str!("../../resources/vocabulary/stop_words.tsv"),
    ),
    (
        "trade_names.tsv",
        include_str!("../../resources/vocabulary/trade_names.tsv"),
    ),
    ("usage.tsv", include_str!("../../resources/vocabulary/usage.tsv")),
];

/// Syllables of what is known by its initials.
const INITIALS: RangeInclusive<usize> = 3..=6;

/// Members of one group at most, and syllables of one member.
const MOST_MEMBERS: usize = 40;
/// Most syllables of a member.
pub const MAX_MEMBER_WORDS: usize = 8;

/// Letters of a word that can be half of another.
const LEAST_HALF: usize = 3;

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
    /// The first member is a unit that the program knows, the others spell it otherwise.
    Unit,
    /// Words that say little beside others.
    Stop,
}

impl Relation {
    const ALL: [(&'static str, Self); 9] = [
        ("equivalent", Self::Equivalent),
        ("regional", Self::Regional),
        ("loan", Self::Loan),
        ("abbreviation", Self::Abbreviation),
        ("english", Self::English),
        ("near", Self::Near),
        ("narrower", Self::Narrower),
        ("unit", Self::Unit),
        ("stop", Self::Stop),
    ];

    /// The relation of a code such as `regional`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, relation)| *relation)
    }

    /// Members of one group.
    fn members(self) -> RangeInclusive<usize> {
        let least = if self == Self::Stop { 1 } else { 2 };
        least..=MOST_MEMBERS
    }

    /// Syllables of one member at most.
    #[must_use]
    pub fn member_words(self) -> usize {
        if self == Self::Stop { 1 } else { MAX_MEMBER_WORDS }
    }

    /// Whether the members are names of things.
    fn names_things(self) -> bool {
        !matches!(self, Self::Unit | Self::Stop)
    }

    /// Worth of another member, percent of what was typed; of a stop word, its own beside others.
    fn weight(self) -> u32 {
        match self {
            Self::Unit => 100,
            Self::Stop => 25,
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
    /// Worth of another member, percent of what was typed.
    weight: u32,
}

/// A compiled, immutable vocabulary.
#[derive(Debug)]
pub struct Vocabulary {
    /// Groups of names of things.
    groups: Vec<Group>,
    /// The other groups, and what they say.
    asides: Vec<Group>,
    stop_words: HashMap<Box<str>, u32>,
    units: OtherUnits,
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
    /// Members of one syllable that is a part of other things, too, by group and place: they find and are not found.
    ambiguous: HashSet<(u32, u32)>,
    /// Members of several syllables by the first letters of these.
    initials: HashMap<Box<str>, Vec<(u32, u32)>>,
    /// English words and what they mean where no member says it.
    meanings: aligned::Meanings,
    id: u64,
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
        self.groups.len() + self.asides.len()
    }

    /// Whether there is no group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names the content.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    fn compile(groups: Vec<Group>, id: u64) -> Self {
        let (groups, asides): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.relation.names_things());
        let mut vocabulary = Self {
            groups: Vec::new(),
            asides: Vec::new(),
            stop_words: usage::stop_words(&asides),
            units: usage::units(&asides),
            words: HashMap::new(),
            exact: HashSet::new(),
            pairs: HashSet::new(),
            steps: HashMap::new(),
            ends: vec![Vec::new()],
            ambiguous: ambiguous::ambiguous(&groups),
            initials: HashMap::new(),
            meanings: aligned::align(&groups),
            id,
        };
        for (number, group) in (0_u32..).zip(&groups) {
            for (place, member) in (0_u32..).zip(&group.members) {
                if let Some(initials) = initials(member) {
                    vocabulary.initials.entry(initials).or_default().push((number, place));
                }
                let end = vocabulary.plant(member);
                if let Some(end) = vocabulary.ends.get_mut(position(end)) {
                    end.push((number, place));
                }
            }
        }
        // A spelling of a unit is no slip.
        for word in asides
            .iter()
            .filter(|group| group.relation == Relation::Unit)
            .flat_map(|group| &group.members)
            .flatten()
        {
            vocabulary.note(word);
        }
        (vocabulary.groups, vocabulary.asides) = (groups, asides);
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
            let word = self.note(word);
            let fresh = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
            let ends = &mut self.ends;
            node = *self.steps.entry((node, word)).or_insert_with(|| {
                ends.push(Vec::new());
                fresh
            });
        }
        node
    }

    /// Notes a syllable as known; its number.
    fn note(&mut self, word: &Word) -> u32 {
        self.exact.insert(word.exact.clone());
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        *self.words.entry(word.folded.clone()).or_insert(next)
    }

    /// What some letters may be short for: members of which they are the initials, each once.
    pub(crate) fn short_for(&self, letters: &str) -> Vec<&[Word]> {
        let ends = self.initials.get(letters).map(Vec::as_slice).unwrap_or_default();
        let mut members: Vec<&[Word]> = Vec::new();
        for member in ends.iter().filter_map(|end| self.member(*end)) {
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    /// Whether some letters are the initials of a member.
    pub(crate) fn is_short(&self, letters: &str) -> bool {
        self.initials.contains_key(letters)
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

    /// Two words that some member has beside each other, when they were written together.
    pub(crate) fn apart<'t>(&self, word: &'t str) -> Option<(&'t str, &'t str)> {
        if !self.knows_pair(word) {
            return None;
        }
        let places = (LEAST_HALF..word.len()).filter_map(|at| word.split_at_checked(at));
        let mut halves =
            places.filter(|(left, right)| right.len() >= LEAST_HALF && self.knows(left) && self.knows(right));
        halves.next()
    }

    /// Whether some member has this syllable to the letter.
    pub(crate) fn knows_exact(&self, exact: &str) -> bool {
        self.exact.contains(exact)
    }

    /// All members, group by group.
    pub(crate) fn all_members(&self) -> impl Iterator<Item = &[Word]> {
        self.groups.iter().flat_map(|group| &group.members).map(AsRef::as_ref)
    }

    fn member(&self, (group, place): (u32, u32)) -> Option<&[Word]> {
        let group = self.groups.get(position(group))?;
        group.members.get(position(place)).map(AsRef::as_ref)
    }
}

/// The first letters of a Vietnamese name of several syllables: `cntt` of `công nghệ thông tin`.
fn initials(member: &[Word]) -> Option<Box<str>> {
    let vietnamese = |word: &Word| word.marked || is_syllable(&word.folded);
    let short = INITIALS.contains(&member.len()) && member.iter().all(vietnamese);
    let first = |word: &Word| word.folded.chars().next();
    short.then(|| member.iter().filter_map(first).collect::<String>().into())
}

fn position(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
