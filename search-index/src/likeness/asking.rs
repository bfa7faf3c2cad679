//! A text made ready to be looked for in others, and the listings that are worth comparing.

use std::{collections::HashSet, ops::Range};

use super::{Asked, Word};
use crate::{
    Features, Filters, MAX_LIMIT, MAX_QUERY_CHARS, Result, SearchRequest, View,
    analyzer::Syllable,
    evaluate::Weighing,
    plan::{Hints, Plan},
    query::Query,
    scoring::rarity,
    terms::pair,
    understand::take,
    vocabulary::Vocabulary,
    words::{is_english_filler, is_generic},
};

/// Words behind which stands what something is for, and not what it is.
const PURPOSE: [&[&str]; 5] = [&["cho"], &["đê³"], &["nhăm²"], &["phuc⁵", "vu⁵"], &["for"]];
/// Words that say that something is asked for, and nothing of what it is.
const ASKING: [[&str; 2]; 5] = [
    ["cung", "câp¹"],
    ["mua", "săm¹"],
    ["mơi²", "thâu²"],
    ["nhu", "câu²"],
    ["chao²", "gia¹"],
];
/// Words before such a mark, at least: `Cho thuê xe nâng` names what it is.
const BEFORE_PURPOSE: usize = 2;
impl View {
    /// Weighs the words of a text: its first 512 characters.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the index cannot be read.
    pub fn asked(&self, text: &str) -> Result<Asked> {
        let text: String = text.chars().take(MAX_QUERY_CHARS).collect();
        let request = SearchRequest::default();
        let vocabulary = self.words();
        let mut query = Query::plain(&text, vocabulary.units());
        let wishes = take(&text, &mut query, &request, vocabulary);
        let dictionary = self.dictionary();
        let plan = Plan::new(
            &query,
            &wishes,
            &Hints::default(),
            &dictionary,
            vocabulary,
            Features::default(),
            None,
        );
        let documents = self.documents();
        let frequencies = plan
            .leaves
            .iter()
            .map(|leaf| dictionary.frequency(leaf.list, &leaf.term));
        let rarities = frequencies.map(|frequency| rarity(documents, frequency)).collect();
        dictionary.check()?;
        let weighing = Weighing::new(&plan, rarities, rarity(documents, 0));
        let words = words_of(&query, vocabulary);
        let purpose = purpose_of(&words);
        let with_parts = |bits: u64| {
            let earned = plan.parts.iter().filter(|(_, word, _)| bits & word != 0);
            earned.fold(bits, |all, (part, _, _)| all | part)
        };
        let is_thing = |at: &usize| purpose.as_ref().is_none_or(|purpose| !purpose.contains(at));
        let thing = (0..words.len()).filter(is_thing).filter_map(|at| words.get(at));
        let thing = thing.fold(0, |bits, word| bits | word.bit);
        let all = words.iter().fold(0, |bits, word| bits | word.bit);
        let (thing, purpose) = (with_parts(thing), with_parts(all & !thing));
        Ok(Asked {
            text,
            thing,
            purpose,
            words,
            weighing,
            plan,
            interpretations: wishes.interpretations,
        })
    }
}

impl View {
    /// Ids of listings that may have to do with some texts, the nearest to each of them first: what is worth comparing.
    ///
    /// # Errors
    /// As [`View::search`].
    pub fn candidates(&self, texts: &[&str], filters: &Filters, most: usize) -> Result<Vec<String>> {
        let mut lists = Vec::with_capacity(texts.len());
        for text in texts {
            let request = SearchRequest {
                text: without_syntax(text),
                filters: filters.clone(),
                limit: most.clamp(1, MAX_LIMIT),
                verbatim: true,
                // Whether anything answers is told by the comparison.
                features: Features {
                    cut_off: false,
                    ..Features::default()
                },
                ..SearchRequest::default()
            };
            let hits = self.search(&request)?.hits;
            lists.push(hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>());
        }
        let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
        let mut seen = HashSet::new();
        let in_turn = (0..longest).flat_map(|at| lists.iter().filter_map(move |list| list.get(at)));
        let candidates = in_turn.filter(|id| seen.insert(id.as_str())).take(most);
        Ok(candidates.cloned().collect())
    }
}

/// A text as words to search for, without what a query would take for quotation or exclusion.
fn without_syntax(text: &str) -> String {
    let mut before = ' ';
    let plain = text.chars().take(MAX_QUERY_CHARS).map(|letter| {
        let is_syntax =
            matches!(letter, '"' | '“' | '”' | '„' | '«' | '»') || (letter == '-' && before.is_whitespace());
        before = letter;
        if is_syntax { ' ' } else { letter }
    });
    plain.collect()
}

/// The words of a query in the order of the text. Bits are given as the plan gives them: to distinct words, in order.
fn words_of(query: &Query, vocabulary: &Vocabulary) -> Vec<Word> {
    let mut known: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for part in &query.wanted {
        let syllables = &part.analysis.syllables;
        let told_apart = syllables.iter().any(|word| word.marked);
        let spans = vocabulary.spans(syllables, told_apart, |_| true);
        let spans: Vec<Range<usize>> = spans.into_iter().map(|span| span.words).collect();
        for (at, syllable) in syllables.iter().enumerate() {
            let place = known
                .iter()
                .position(|word| *word == syllable.exact)
                .unwrap_or_else(|| {
                    known.push(syllable.exact.clone());
                    known.len() - 1
                });
            let bit = u32::try_from(place)
                .ok()
                .and_then(|place| 1_u64.checked_shl(place))
                .unwrap_or(0);
            let is_stop = vocabulary.worth_of_stop_word(syllable).is_some();
            let is_little = is_stop || is_generic(syllable) || is_english_filler(syllable) || asks(syllables, at);
            let span = spans.iter().find(|span| span.contains(&at) && span.len() > 1);
            let beside = |other: usize| {
                let inside = span.is_some_and(|span| span.contains(&other));
                inside.then(|| syllables.get(other)).flatten()
            };
            let left = at
                .checked_sub(1)
                .and_then(beside)
                .map(|left| pair(&left.folded, &syllable.folded));
            let right = beside(at + 1).map(|right| pair(&syllable.folded, &right.folded));
            all.push(Word {
                syllable: syllable.clone(),
                bit,
                is_stop,
                is_little,
                tied: if is_generic(syllable) {
                    Vec::new()
                } else {
                    left.into_iter().chain(right).collect()
                },
            });
        }
    }
    all
}

/// Whether a syllable belongs to a word that only asks.
fn asks(syllables: &[Syllable], at: usize) -> bool {
    let exact = |at: usize| syllables.get(at).map(|syllable| syllable.exact.as_str());
    let [before, own, behind] = [at.checked_sub(1).and_then(exact), exact(at), exact(at + 1)];
    ASKING.iter().any(|[first, second]| {
        (own == Some(first) && behind == Some(second)) || (before == Some(first) && own == Some(second))
    })
}

/// Where the words stand that say what something is for.
fn purpose_of(words: &[Word]) -> Option<Range<usize>> {
    let telling = |at: usize| words.iter().take(at).filter(|word| !word.is_little).count();
    let starts = |at: &usize| {
        let rest = words.get(*at..).unwrap_or(&[]);
        PURPOSE.iter().any(|mark| {
            rest.len() > mark.len() && rest.iter().zip(*mark).all(|(word, mark)| word.syllable.exact == **mark)
        })
    };
    let start = (0..words.len())
        .filter(|at| telling(*at) >= BEFORE_PURPOSE)
        .find(starts)?;
    Some(start..words.len())
}
