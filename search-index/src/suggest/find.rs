//! What fits to what was typed so far.

use std::{ops::Range, sync::atomic::Ordering};

use super::{
    Entry, MAX_SUGGESTIONS, SuggestionKind, Suggestions,
    keys::Suffix,
    marks::{Matched, marks},
    phrase::Phrase,
};
use crate::{
    analyzer::{Syllable, analyze},
    columns::place,
    understand::decode,
};

/// Words that are looked at; of a longer text, nothing is suggested.
const MAX_WORDS: usize = 16;
/// Suffixes that are looked at for one stretch: enough to pass over what is hidden, the same, or has other diacritics.
const MOST_LOOKED_AT: usize = 400;
/// The same where words stand apart, and most suffixes do not have them all.
const MOST_LOOKED_AT_APART: usize = 2_000;

/// Something to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The text as it was written.
    pub text: String,
    /// Byte ranges of what was typed, ascending and apart, on character boundaries.
    pub marks: Vec<Range<usize>>,
    /// What it is.
    pub kind: SuggestionKind,
    /// Code of the field, of a category.
    pub code: Option<String>,
    /// How many listings stand behind it: of the field, of the organisation, with the title, with the words in the title.
    pub count: u64,
    /// Some of them.
    pub listings: Vec<u128>,
}

impl Suggestions {
    /// What can be asked for that has what was typed so far at the start of a word: best first, never the same twice, and
    /// always the same for the same text. Of the last word the beginning is enough, unless something stands behind it.
    #[must_use]
    pub fn find(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let mut found = Found {
            all: self,
            limit: limit.min(MAX_SUGGESTIONS),
            taken: Vec::new(),
            otherwise: Vec::new(),
        };
        let words = analyze(typed).syllables;
        if words.len() > MAX_WORDS {
            return Vec::new();
        }
        let Some(last) = words.last() else {
            self.popular
                .iter()
                .for_each(|entry| found.take(*entry, Matched::default()));
            return found.told();
        };
        // With one letter more, the last word grows, or another begins.
        let mut longer = analyze(&format!("{typed}z")).syllables;
        let is_open = longer.len() == words.len();
        let grown = longer.pop().map(|word| word.folded);
        let raw_last = grown
            .as_deref()
            .and_then(|grown| grown.strip_suffix('z'))
            .filter(|_| is_open);
        let mut typed = Typed {
            raw_last: raw_last.unwrap_or(&last.folded).to_owned(),
            words,
            is_open,
        };
        found.together(&typed);
        if !found.is_full() && self.decode(&mut typed) {
            found.together(&typed);
        }
        for (entry, matched) in std::mem::take(&mut found.otherwise) {
            found.take(entry, matched);
        }
        if !found.is_full() && typed.words.len() > 1 {
            found.apart(&typed);
        }
        found.told()
    }

    /// Reads words that nothing has as keys of an input method; gives whether there are any.
    fn decode(&self, typed: &mut Typed) -> bool {
        let mut changed = false;
        let last = typed.words.len().saturating_sub(1);
        for (at, word) in typed.words.iter_mut().enumerate() {
            let is_open = typed.is_open && at == last;
            if word.marked || !self.keys.stretch(&self.suffixes, &word.folded, is_open).is_empty() {
                continue;
            }
            let meant = decode(&word.folded).and_then(|text| analyze(&text).syllables.pop());
            if let Some(meant) = meant {
                if at == last {
                    typed.raw_last.clone_from(&meant.folded);
                }
                *word = meant;
                changed = true;
            }
        }
        changed
    }
}

/// What was typed.
struct Typed {
    words: Vec<Syllable>,
    /// The last word without the rule that `kỹ` is `kĩ`: `ky` may become another word.
    raw_last: String,
    /// Whether the last word may go on.
    is_open: bool,
}

impl Typed {
    fn is_begun(&self, at: usize) -> bool {
        self.is_open && at + 1 == self.words.len()
    }

    /// Stretches of suffixes that start with all words from one on.
    fn stretches(&self, all: &Suggestions, from: usize, to: usize) -> Vec<Range<usize>> {
        let words = self.words.get(from..to).unwrap_or(&[]);
        let folded: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
        let is_open = self.is_open && to == self.words.len();
        let stretch = |words: &str, is_open| all.keys.stretch(&all.suffixes, words, is_open);
        let whole = folded.join(" ");
        match folded.split_last() {
            Some((last, before)) if is_open && *last != self.raw_last => {
                let mut words = before.to_vec();
                words.push(&self.raw_last);
                vec![stretch(&whole, false), stretch(&words.join(" "), true)]
            }
            _ => vec![stretch(&whole, is_open)],
        }
    }

    /// Whether the diacritics that were typed are those of a word of a phrase.
    fn agrees(&self, at: usize, exact: &str) -> bool {
        let Some(typed) = self.words.get(at).filter(|word| word.marked) else {
            return true;
        };
        if !self.is_begun(at) {
            return typed.exact == exact;
        }
        let ((typed, typed_tone), (own, own_tone)) = (apart(&typed.exact), apart(exact));
        // On the way to `sấy` there is `sâ`, and `sá` as well.
        let letters = typed.chars().zip(own.chars());
        let same = letters.into_iter().all(|(typed, own)| typed.is_ascii() || typed == own);
        same && (typed_tone.is_empty() || typed_tone == own_tone)
    }

    fn letters(&self, at: usize) -> usize {
        self.words.get(at).map_or(0, |word| word.folded.chars().count())
    }
}

/// Letters and tone.
fn apart(exact: &str) -> (&str, &str) {
    let letters = exact.trim_end_matches(['¹', '²', '³', '⁴', '⁵']);
    (letters, exact.get(letters.len()..).unwrap_or(""))
}

/// What was found so far.
struct Found<'s> {
    all: &'s Suggestions,
    limit: usize,
    taken: Vec<(&'s Entry, Matched)>,
    /// What has the words with other diacritics than were typed.
    otherwise: Vec<(u32, Matched)>,
}

impl Found<'_> {
    fn is_full(&self) -> bool {
        self.taken.len() >= self.limit
    }

    fn take(&mut self, entry: u32, matched: Matched) {
        let Some(entry) = self.all.entries.get(place(entry)) else {
            return;
        };
        let is_alive = entry.alive.load(Ordering::Relaxed) > 0;
        let is_same = |taken: &Entry| {
            // A field has two names, and one filter.
            let is_one_field = taken.code.is_some() && taken.code == entry.code;
            is_one_field || taken.phrase.is_like(&entry.phrase)
        };
        let is_new = || !self.taken.iter().any(|(taken, _)| is_same(taken));
        if !self.is_full() && is_alive && is_new() {
            self.taken.push((entry, matched));
        }
    }

    /// Takes what has the words one after the other.
    fn together(&mut self, typed: &Typed) {
        let all = self.all;
        let stretches = typed.stretches(all, 0, typed.words.len());
        for at in all.ranks.best(stretches).take(MOST_LOOKED_AT) {
            if self.is_full() {
                return;
            }
            let Some(suffix) = all.suffixes.get(at) else { continue };
            let Some((entry, matched, agrees)) = all.run(*suffix, typed) else {
                continue;
            };
            if agrees {
                self.take(entry, matched);
            } else if self.otherwise.len() < self.limit {
                self.otherwise.push((entry, matched));
            }
        }
    }

    /// Takes what has the words anywhere.
    fn apart(&mut self, typed: &Typed) {
        let all = self.all;
        let each = (0..typed.words.len()).map(|at| typed.stretches(all, at, at + 1));
        let Some(rarest) = each.min_by_key(|stretches| stretches.iter().map(ExactSizeIterator::len).sum::<usize>())
        else {
            return;
        };
        for at in all.ranks.best(rarest).take(MOST_LOOKED_AT_APART) {
            if self.is_full() {
                return;
            }
            let key = all.suffixes.get(at).and_then(|suffix| all.keys.key(*suffix));
            let Some(key) = key.filter(|key| key.code.is_none()) else {
                continue;
            };
            let Some(entry) = all.entries.get(place(key.entry)) else {
                continue;
            };
            if let Some(matched) = scattered(&entry.phrase, typed) {
                self.take(key.entry, matched);
            }
        }
    }

    fn told(self) -> Vec<Suggestion> {
        let tell = |(entry, matched): &(&Entry, Matched)| {
            let samples = entry.samples.iter().filter(|listing| !self.all.is_hidden(**listing));
            let ids = samples.filter_map(|listing| self.all.listings.get(place(*listing)));
            Suggestion {
                text: entry.phrase.text().to_string(),
                marks: marks(entry.phrase.text(), matched),
                kind: entry.kind,
                code: entry.code.as_ref().map(ToString::to_string),
                count: entry.alive.load(Ordering::Relaxed).into(),
                listings: ids.copied().collect(),
            }
        };
        self.taken.iter().map(tell).collect()
    }
}

impl Suggestions {
    /// The entry of a suffix that starts with what was typed, the words of it that were, and whether their diacritics agree.
    fn run(&self, suffix: Suffix, typed: &Typed) -> Option<(u32, Matched, bool)> {
        let key = self.keys.key(suffix)?;
        let phrase = &*self.entries.get(place(key.entry))?.phrase;
        let first = self.keys.word_of(suffix);
        let count = typed.words.len();
        // A code that is written together stands for several words of the phrase.
        let code_words = key.code.map_or(1, |(_, words)| usize::from(words));
        let last = first + code_words + count - 1;
        let matched = Matched {
            words: (first..last).collect(),
            begun: (typed.is_begun(count - 1) && (count > 1 || key.code.is_none()))
                .then(|| (last - 1, typed.letters(count - 1))),
        };
        let own = phrase.exact().split(' ').skip(first + code_words - 1);
        let pairs = own.take(count).enumerate();
        let skipped = usize::from(key.code.is_some());
        let agrees = pairs.skip(skipped).all(|(at, exact)| typed.agrees(at, exact));
        Some((key.entry, matched, agrees))
    }
}

/// The words of a phrase that were typed, wherever they stand; none unless all are there.
fn scattered(phrase: &Phrase, typed: &Typed) -> Option<Matched> {
    let may_have = |(at, word): (usize, &Syllable)| {
        let begun = typed.is_begun(at) && phrase.folded().contains(&typed.raw_last);
        begun || phrase.folded().contains(&word.folded)
    };
    // Most phrases have not, and are not taken apart.
    if !typed.words.iter().enumerate().all(may_have) {
        return None;
    }
    let own: Vec<(&str, &str)> = phrase.folded().split(' ').zip(phrase.exact().split(' ')).collect();
    let mut matched = Matched::default();
    for (at, word) in typed.words.iter().enumerate() {
        let is_begun = typed.is_begun(at);
        let fits = |(place, (folded, exact)): &(usize, &(&str, &str))| {
            let same = *folded == word.folded || (is_begun && folded.starts_with(&typed.raw_last));
            same && typed.agrees(at, exact) && !matched.words.contains(place)
        };
        let (place, _) = own.iter().enumerate().find(fits)?;
        if is_begun {
            matched.begun = Some((place, typed.letters(at)));
        }
        matched.words.push(place);
    }
    matched.words.sort_unstable();
    Some(matched)
}
