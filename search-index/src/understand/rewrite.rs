//! Unknown words of a query as known ones.
//!
//! What is rewritten depends on what the index knows at that moment, so the changes travel in the cursor: all pages of
//! an answer are of one reading.

use super::{
    attributes::reserved,
    grammar::is_syllable,
    joined,
    spelling::{meant, meant_to_the_letter},
    typing,
};
use crate::{
    SearchRequest,
    analyzer::{Analysis, Code, Syllable, analyze},
    dictionary::Dictionary,
    plan::List,
    query::Query,
    terms::pair,
    vocabulary::{Span, Vocabulary, Word},
};

/// Words of one query that are changed at most.
const MOST: usize = 8;
/// Letters of a code that may be the start of another, and how many others are looked for.
const CODE_FROM: usize = 4;
const MOST_LONGER: usize = 4;
/// Syllables of a query in which known words and syllables are doubted.
const SHORT: usize = 5;
/// Bytes of what a word is changed to; the cursor carries it.
pub(crate) const MAX_CHANGE: usize = 40;
/// Changes of one query at most, those of codes among them.
pub(crate) const MOST_CHANGES: usize = MOST + MOST_LONGER;
/// A word in so few listings may be a slip there.
const FEW: u64 = 2;
/// How many times more listings must have what it is read as instead.
const OUTWEIGHS: u64 = 10;
/// Unknown words of one query whose spelling is looked into at most.
const MOST_SPELLED: usize = 2;

/// Why a word is read as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// The keys of an input method.
    Keys,
    /// Syllables without spaces between them.
    Joined,
    /// A slip of spelling.
    Spelling,
    /// Perhaps a slip: the word is known, but was never seen beside its neighbours. It is looked for as well as what it
    /// may have been meant to be.
    Perhaps,
    /// A longer code that starts with the one that was typed.
    Longer,
}

impl Kind {
    /// Whether the word itself is another then.
    fn replaces(self) -> bool {
        matches!(self, Self::Keys | Self::Joined | Self::Spelling)
    }

    const ALL: [Self; 5] = [Self::Keys, Self::Joined, Self::Spelling, Self::Perhaps, Self::Longer];

    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Keys => 0,
            Self::Joined => 1,
            Self::Spelling => 2,
            Self::Perhaps => 3,
            Self::Longer => 4,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One word of the query read as another, or as several.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Change {
    /// Place among all wanted words of the query.
    pub(crate) word: u8,
    pub(crate) kind: Kind,
    /// What it is read as.
    pub(crate) text: String,
}

/// All changes of a query.
pub(crate) type Rewriting = Vec<Change>;

/// The changes for a query: of words that neither the index nor the vocabulary knows.
pub(crate) fn rewrite(
    query: &Query,
    request: &SearchRequest,
    dictionary: &Dictionary<'_>,
    vocabulary: &Vocabulary,
) -> Rewriting {
    let (text, features) = (request.text.as_str(), request.features);
    let reserved = reserved(text, query, request, vocabulary);
    let mut changes = Rewriting::new();
    let mut number = 0_u8;
    let mut spelled = 0;
    let typing = Typing::of(query, dictionary, vocabulary);
    let length: usize = query.wanted.iter().map(|part| part.analysis.syllables.len()).sum();
    let told_apart = query
        .wanted
        .iter()
        .flat_map(|part| &part.analysis.syllables)
        .any(|word| word.marked);
    for part in &query.wanted {
        let words = &part.analysis.syllables;
        let spans = vocabulary.spans(words, told_apart, |_| true);
        // The place of a word that was read together with the one before it.
        let mut taken = None;
        for (at, word) in words.iter().enumerate() {
            let place = number;
            number = number.saturating_add(1);
            if taken == Some(at) {
                continue;
            }
            if part.quoted || changes.len() >= MOST || reserved.contains(&word.range.start) {
                continue;
            }
            let neighbours = [at.checked_sub(1).and_then(|left| words.get(left)), words.get(at + 1)];
            let listings = dictionary.frequency(List::Folded, &word.folded);
            let short = features.vocabulary && vocabulary.is_short(&word.folded) && !is_syllable(&word.folded);
            let named = is_named(&spans, at, word, vocabulary) || short;
            let known = listings > 0 || named;
            // What a listing or two have is no reason to take keys for a word.
            let (few, least) = (listings <= FEW && !named, listings * OUTWEIGHS);
            // Beside a slip everything looks odd.
            let beside_slip = changes
                .last()
                .is_some_and(|last: &Change| last.word.saturating_add(1) == place);
            // A word with a space in it is two changes.
            let room_for_two = changes.len() + 2 <= MOST;
            let mut changed = place;
            let mut change = |kind, text: String| {
                if text.len() <= MAX_CHANGE {
                    let word = changed;
                    changed = changed.saturating_add(1);
                    changes.push(Change { word, kind, text });
                }
            };
            if features.rewriting
                && few
                && !word.marked
                && let Some(text) = typing.keys(word, neighbours, least)
            {
                change(Kind::Keys, text);
                continue;
            }
            if features.rewriting
                && few
                && let Some(typed) = text.get(word.range.clone())
                && let Some(syllables) = joined::split(typed, word, least, dictionary)
            {
                let syllables: Vec<String> = syllables.iter().map(|word| typing::written(&word.exact)).collect();
                change(Kind::Joined, syllables.join(" "));
                continue;
            }
            if features.rewriting
                && room_for_two
                && let Some(next) = words.get(at + 1)
                && !reserved.contains(&next.range.start)
                && [at, at + 1]
                    .into_iter()
                    .all(|at| spans.iter().all(|span| !span.words.contains(&at)))
                && let Some(whole) = torn(
                    text,
                    [word, next],
                    words.get(..at).and_then(<[_]>::last),
                    words.get(at + 2),
                    dictionary,
                )
            {
                change(Kind::Joined, whole);
                change(Kind::Joined, String::new());
                taken = Some(at + 1);
                continue;
            }
            // With its diacritics nobody has it: what has them and stands beside its neighbours is meant.
            let strange = word.marked
                && !named
                && dictionary.frequency(List::Exact, &word.exact) == 0
                && !vocabulary.knows_exact(&word.exact);
            if features.spelling && strange && spelled < MOST_SPELLED {
                // An attempt costs as much as a success.
                spelled += 1;
                if let Some(meant) = meant_to_the_letter(word, neighbours, dictionary) {
                    change(Kind::Spelling, typing::written(&meant.exact));
                    continue;
                }
            }
            if known {
                let short = features.spelling && length <= SHORT && spelled < MOST_SPELLED;
                // What is a name by itself is doubted only between two other words.
                let longer = spans
                    .iter()
                    .any(|span| span.words.contains(&at) && span.words.len() > 1);
                let between = !longer && neighbours.iter().all(Option::is_some);
                if short && (!named || between) && !beside_slip && is_odd(neighbours, word, dictionary) {
                    spelled += 1;
                    if let Some(meant) = meant(word, neighbours, false, dictionary, vocabulary) {
                        change(Kind::Perhaps, typing::written(&meant.exact));
                    }
                }
                continue;
            }
            // `dishwasher`
            if features.rewriting
                && features.vocabulary
                && !word.marked
                && listings == 0
                && let Some((left, right)) = vocabulary.apart(&word.folded)
            {
                change(Kind::Joined, format!("{left} {right}"));
                continue;
            }
            // Two syllables written together are found as a pair.
            let pair = dictionary.frequency(List::Pair, &word.folded) > 0;
            // A syllable that could be one is missing here rather than misspelt, in a longer text.
            let doubtful = (length <= SHORT || !is_syllable(&word.folded)) && !vocabulary.knows(&word.folded);
            if features.spelling && !pair && doubtful && spelled < MOST_SPELLED {
                spelled += 1;
                if let Some(meant) = meant(word, neighbours, true, dictionary, vocabulary) {
                    change(Kind::Spelling, typing::written(&meant.exact));
                }
            }
        }
    }
    if features.codes {
        changes.extend(longer(query, dictionary));
    }
    changes
}

/// Codes of a query that no listing has, with those that they are the start of.
fn longer(query: &Query, dictionary: &Dictionary<'_>) -> Rewriting {
    let mut changes = Rewriting::new();
    let mut before = 0;
    for part in &query.wanted {
        let mut codes: Vec<_> = part
            .analysis
            .codes
            .iter()
            .filter(|code| code.text.len() >= CODE_FROM)
            .collect();
        codes.sort_by_key(|code| std::cmp::Reverse(code.text.len()));
        let mut done: Vec<&Code> = Vec::new();
        for code in codes {
            let inside = |other: &&Code| {
                other.syllables.start <= code.syllables.start && code.syllables.end <= other.syllables.end
            };
            let tried = !code.text.starts_with('#')
                && code.text.bytes().any(|letter| letter.is_ascii_alphabetic())
                && !done.iter().any(inside);
            if part.quoted || !tried || changes.len() >= MOST_LONGER || dictionary.frequency(List::Code, &code.text) > 0
            {
                continue;
            }
            let word = u8::try_from(before + code.syllables.start).unwrap_or(u8::MAX);
            let most = MOST_LONGER - changes.len();
            let mut found = alike(&code.text);
            found.retain(|other| dictionary.frequency(List::Code, other) > 0);
            found.truncate(most);
            if found.is_empty() {
                found = dictionary.codes_from(&code.text, most);
            }
            if !found.is_empty() {
                done.push(code);
            }
            changes.extend(
                found
                    .into_iter()
                    .filter(|text| text.len() <= MAX_CHANGE)
                    .map(|text| Change {
                        word,
                        kind: Kind::Longer,
                        text,
                    }),
            );
        }
        before += part.analysis.syllables.len();
    }
    changes
}

/// One word with a space in it by mistake: `kho an`. Its halves were never seen beside each other, and the whole was seen
/// beside its neighbours.
fn torn(
    text: &str,
    [left, right]: [&Syllable; 2],
    before: Option<&Syllable>,
    after: Option<&Syllable>,
    dictionary: &Dictionary<'_>,
) -> Option<String> {
    let gap = text.get(left.range.end..right.range.start)?;
    let letters = |word: &Syllable| word.folded.bytes().all(|letter| letter.is_ascii_lowercase());
    let fragment = |word: &Syllable| !is_syllable(&word.folded) || dictionary.frequency_of(word) == 0;
    if gap != " " || !letters(left) || !letters(right) || !(fragment(left) || fragment(right)) {
        return None;
    }
    let seen = |left: &str, right: &str| dictionary.frequency(List::Pair, &pair(left, right)) > 0;
    if seen(&left.folded, &right.folded) {
        return None;
    }
    let halves = [left, right].map(|word| text.get(word.range.clone()).unwrap_or_default());
    let whole = halves.concat().to_lowercase();
    let syllable = typing::first(&whole)?;
    let beside = before.is_some_and(|before| seen(&before.folded, &syllable.folded))
        || after.is_some_and(|after| seen(&syllable.folded, &after.folded));
    let fits = whole.len() <= MAX_CHANGE;
    (fits && beside && dictionary.frequency_of(&syllable) > 0).then_some(whole)
}

/// Codes that look the same on paper: `O` for `0`, `I` or `L` for `1`. Of a code with many such letters those with all of
/// one kind changed.
fn alike(code: &str) -> Vec<String> {
    const MOST: usize = 4;
    let others = |letter: char| -> &'static [char] {
        match letter {
            'o' => &['o', '0'],
            '0' => &['0', 'o'],
            'i' | 'l' => &['i', 'l', '1'],
            '1' => &['1', 'i', 'l'],
            _ => &[],
        }
    };
    if code.chars().filter(|letter| !others(*letter).is_empty()).count() > MOST {
        return vec![
            code.replace('o', "0"),
            code.replace('0', "o"),
            code.replace(['i', 'l'], "1"),
        ];
    }
    let mut all = vec![String::new()];
    for letter in code.chars() {
        let own = [letter];
        let choices = if others(letter).is_empty() {
            &own
        } else {
            others(letter)
        };
        all = all
            .iter()
            .flat_map(|start| choices.iter().map(move |choice| format!("{start}{choice}")))
            .collect();
    }
    all.retain(|other| other != code);
    all
}

/// Whether one code may have been meant by another: it starts with it, or looks like it.
pub(crate) fn is_meant_by(longer: &str, typed: &str) -> bool {
    let shape = |code: &str| code.replace('o', "0").replace(['i', 'l'], "1");
    longer.starts_with(typed) || shape(longer) == shape(typed)
}

/// Whether a word was never seen beside its neighbours.
fn is_odd(neighbours: [Option<&Syllable>; 2], word: &Syllable, dictionary: &Dictionary<'_>) -> bool {
    let [left, right] = neighbours;
    let seen =
        |left: &Syllable, right: &Syllable| dictionary.frequency(List::Pair, &pair(&left.folded, &right.folded)) > 0;
    let alone = left.is_none() && right.is_none();
    !alone && !left.is_some_and(|left| seen(left, word)) && !right.is_some_and(|right| seen(word, right))
}

/// Whether the vocabulary has a word as it stands in a query; `mays` is no plural of `may`.
fn is_named(spans: &[Span], at: usize, word: &Syllable, vocabulary: &Vocabulary) -> bool {
    spans.iter().filter(|span| span.words.contains(&at)).any(|span| {
        let place = at - span.words.start;
        let mut members = vocabulary.spellings(span);
        // `sea water` is there as `seawater`.
        let whole = |member: &[Word]| member.len() != span.words.len();
        members.any(|member| whole(member) || member.get(place).is_some_and(|known| *known.folded == *word.folded))
    })
}

/// Whether the input method was off. English words are keys of Vietnamese syllables, too: `beer` is `bể`.
struct Typing<'a> {
    /// Where the words stand that can be nothing but keys.
    sure: Vec<usize>,
    dictionary: &'a Dictionary<'a>,
    vocabulary: &'a Vocabulary,
}

impl<'a> Typing<'a> {
    fn of(query: &Query, dictionary: &'a Dictionary<'a>, vocabulary: &'a Vocabulary) -> Self {
        let words = query.wanted.iter().flat_map(|part| &part.analysis.syllables);
        let mut typing = Self {
            sure: Vec::new(),
            dictionary,
            vocabulary,
        };
        let sure = words.filter(|word| !word.marked && typing::is_keys(&word.folded) && typing.known(word).is_some());
        typing.sure = sure.map(|word| word.range.start).collect();
        typing
    }

    /// The syllable that was meant if a word is keys, when it is known.
    fn known(&self, word: &Syllable) -> Option<(String, Syllable)> {
        let text = typing::decode(&word.folded)?;
        let syllable = typing::first(&text)?;
        let known = self.dictionary.frequency_of(&syllable) > 0 || self.vocabulary.knows_exact(&syllable.exact);
        known.then_some((text, syllable))
    }

    /// A word as keys, if it or another word can be nothing else, or if the syllable was seen beside a neighbour. So many
    /// listings must have it; where some have the word as it is, only a sure one tells.
    fn keys(&self, word: &Syllable, [left, right]: [Option<&Syllable>; 2], least: u64) -> Option<String> {
        let (text, syllable) = self.known(word)?;
        if least > 0 && (self.sure.is_empty() || self.dictionary.frequency_of(&syllable) < least) {
            return None;
        }
        let seen = |left: &str, right: &str| {
            let pair = pair(left, right);
            self.dictionary.frequency(List::Pair, &pair) > 0 || self.vocabulary.knows_pair(&pair)
        };
        let forms = |neighbour: &Syllable| {
            let meant = typing::decode(&neighbour.folded).and_then(|text| typing::first(&text));
            std::iter::once(neighbour.folded.clone()).chain(meant.map(|syllable| syllable.folded))
        };
        let beside = |left: Option<&Syllable>, right: Option<&Syllable>| {
            left.is_some_and(|left| forms(left).any(|left| seen(&left, &syllable.folded)))
                || right.is_some_and(|right| forms(right).any(|right| seen(&syllable.folded, &right)))
        };
        (!self.sure.is_empty() || beside(left, right)).then_some(text)
    }
}

impl Query {
    /// What words may have been meant to be, with the place of each in the text.
    pub(crate) fn doubts(&self, changes: &[Change]) -> Vec<(usize, Syllable)> {
        let words = self.wanted.iter().flat_map(|part| &part.analysis.syllables);
        let doubts = words.enumerate().filter_map(|(number, word)| {
            let for_it = |change: &&Change| usize::from(change.word) == number && change.kind == Kind::Perhaps;
            let change = changes.iter().find(for_it)?;
            Some((word.range.start, typing::first(&change.text)?))
        });
        doubts.collect()
    }

    /// Codes that those of the query are the start of, with the place of each in the text.
    pub(crate) fn longer_codes(&self, changes: &[Change]) -> Vec<(usize, String)> {
        let words = self.wanted.iter().flat_map(|part| &part.analysis.syllables);
        let words: Vec<usize> = words.map(|word| word.range.start).collect();
        let longer = changes.iter().filter(|change| change.kind == Kind::Longer);
        longer
            .filter_map(|change| Some((*words.get(usize::from(change.word))?, change.text.clone())))
            .collect()
    }

    /// The query with its words changed. A change of a word that is not there is none.
    pub(crate) fn rewritten(&self, changes: &[Change]) -> Self {
        let mut query = self.clone();
        if changes.is_empty() {
            return query;
        }
        let mut number = 0_usize;
        for part in &mut query.wanted {
            let Analysis { syllables, codes } = &mut part.analysis;
            // New places of the old words.
            let mut places = Vec::with_capacity(syllables.len());
            let mut words = Vec::with_capacity(syllables.len());
            let mut changed = Vec::new();
            for word in std::mem::take(syllables) {
                places.push(words.len());
                let for_it = |change: &&Change| usize::from(change.word) == number && change.kind.replaces();
                let change = changes.iter().find(for_it);
                number += 1;
                let Some(change) = change else {
                    words.push(word);
                    continue;
                };
                changed.push(places.len() - 1);
                for mut other in analyze(&change.text).syllables {
                    other.range = word.range.clone();
                    words.push(other);
                }
            }
            places.push(words.len());
            codes.retain(|code| !changed.iter().any(|at| code.syllables.contains(at)));
            for code in codes {
                let place = |at: usize| places.get(at).copied().unwrap_or(words.len());
                code.syllables = place(code.syllables.start)..place(code.syllables.end);
            }
            *syllables = words;
        }
        query
    }
}
