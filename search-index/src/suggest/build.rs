//! From what can be suggested to what is asked.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    sync::atomic::{AtomicU32, AtomicU64},
};

use super::{
    Catalogue, Entry, MAX_SUGGESTIONS, NO_LISTING, SAMPLES, SuggestionKind, Suggestions,
    keys::{Keys, Suffix},
    phrase::{Phrase, starts},
    ranks::Ranks,
};
use crate::{Vocabulary, analyzer::analyze, columns::place};

/// Listings that must have a name of the vocabulary: with one alone, its title says it better.
const MIN_LISTINGS: usize = 2;
/// Places that are looked at for a query whose words stand apart.
const MOST_LOOKED_AT: usize = 5_000;
/// Letters of a word that is left in capitals: longer ones are a style, not an abbreviation.
const ABBREVIATION: usize = 5;

/// An entry to be.
struct Draft {
    phrase: Arc<Phrase>,
    kind: SuggestionKind,
    code: Option<Box<str>>,
    /// Its listings by number, ascending.
    listings: Vec<u32>,
    /// How many people asked for it.
    people: u32,
}

impl Catalogue {
    /// Makes what is asked of everything that is in the catalogue; names of the vocabulary are suggested where titles have
    /// them. The same catalogue makes the same suggestions in the same order.
    #[must_use]
    pub fn build(&self, vocabulary: &Vocabulary) -> Suggestions {
        let mut drafts = self.titles();
        let mut keys = Keys::default();
        let mut suffixes = Vec::new();
        for (entry, draft) in (0_u32..).zip(&drafts) {
            keys.add(entry, &draft.phrase, &mut suffixes);
        }
        keys.sort(&mut suffixes);
        let titles = Titles {
            drafts: &drafts,
            keys: &keys,
            suffixes: &suffixes,
        };
        let mut others = titles.terms(vocabulary);
        others.extend(
            self.queries
                .iter()
                .filter_map(|(query, people)| titles.query(query, *people)),
        );
        others.extend(self.categories());
        others.extend(self.organisations());
        let mut fresh = Vec::new();
        let first = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
        for (entry, draft) in (first..).zip(&others) {
            keys.add(entry, &draft.phrase, &mut fresh);
        }
        keys.sort(&mut fresh);
        let suffixes = keys.merge(suffixes, fresh);
        drafts.extend(others);
        self.finish(drafts, keys, suffixes)
    }

    fn titles(&self) -> Vec<Draft> {
        let members = self.listings.values();
        fold(SuggestionKind::Title, members.map(|member| &*member.titles))
    }

    fn organisations(&self) -> Vec<Draft> {
        let members = self.listings.values();
        fold(
            SuggestionKind::Organisation,
            members.map(|member| member.organisation.as_slice()),
        )
    }

    fn categories(&self) -> Vec<Draft> {
        let mut listings: HashMap<&str, Vec<u32>> = HashMap::new();
        for (number, member) in (0_u32..).zip(self.listings.values()) {
            for code in member.fields.iter() {
                let of_field = listings.entry(code).or_default();
                if of_field.last() != Some(&number) {
                    of_field.push(number);
                }
            }
        }
        let named = self.field_names.iter().filter_map(|field| {
            Some(Draft {
                phrase: Arc::clone(&field.phrase),
                kind: SuggestionKind::Category,
                code: Some(field.code.clone()),
                listings: listings.get(&*field.code)?.clone(),
                people: 0,
            })
        });
        named.collect()
    }

    fn finish(&self, drafts: Vec<Draft>, mut keys: Keys, suffixes: Vec<Suffix>) -> Suggestions {
        let (owned, starts) = self.owned(&drafts);
        let merits: Vec<u32> = suffixes.iter().map(|suffix| merit(&drafts, &keys, *suffix)).collect();
        let mut best_first: Vec<u32> = (0..u32::try_from(suffixes.len()).unwrap_or(u32::MAX)).collect();
        best_first.sort_by_key(|at| std::cmp::Reverse(merits.get(place(*at)).copied().unwrap_or(0)));
        let popular = popular(&drafts);
        // What is collected here is kept until the next making, in the memory of the drafts and with their room for more.
        let mut entries: Vec<Entry> = drafts.into_iter().map(Draft::into_entry).collect();
        entries.shrink_to_fit();
        keys.shrink();
        Suggestions {
            popular,
            ranks: Ranks::new(&best_first),
            entries,
            keys,
            suffixes,
            listings: self.listings.keys().copied().collect(),
            hidden: (0..=self.listings.len() / 64).map(|_| AtomicU64::new(0)).collect(),
            owned,
            starts,
        }
    }
}

impl Catalogue {
    /// Entries of each listing, one listing after the other, and where those of each start.
    fn owned(&self, drafts: &[Draft]) -> (Vec<u32>, Vec<u32>) {
        // First how many each has, one place further on; then where the next one goes.
        let mut starts = vec![0_u32; self.listings.len() + 1];
        for listing in drafts.iter().flat_map(|draft| &draft.listings) {
            if let Some(count) = starts.get_mut(place(*listing) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut owned = vec![0; place(sum)];
        for (entry, draft) in (0_u32..).zip(drafts) {
            for listing in &draft.listings {
                let Some(next) = next.get_mut(place(*listing)) else {
                    continue;
                };
                if let Some(owned) = owned.get_mut(place(*next)) {
                    *owned = entry;
                }
                *next += 1;
            }
        }
        (owned, starts)
    }
}

impl Draft {
    fn into_entry(self) -> Entry {
        let count = self.listings.len();
        // The first and the last: of neighbours, one enterprise's listings go together.
        let (first, last) = (SAMPLES / 2, count.saturating_sub(SAMPLES / 2));
        let is_sample = |at: &usize| *at < first || *at >= last;
        let mut chosen = self.listings.iter().enumerate().filter(|(at, _)| is_sample(at));
        Entry {
            samples: [(); SAMPLES].map(|()| chosen.next().map_or(NO_LISTING, |(_, listing)| *listing)),
            alive: AtomicU32::new(u32::try_from(count).unwrap_or(u32::MAX)),
            phrase: self.phrase,
            kind: self.kind,
            code: self.code,
        }
    }
}

/// One draft for all phrases that are the same but for punctuation, capitals and diacritics that are left out.
fn fold<'m>(kind: SuggestionKind, members: impl Iterator<Item = &'m [Arc<Phrase>]>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, phrases) in (0_u32..).zip(members) {
        for phrase in phrases {
            let same = known.entry(phrase.folded()).or_default();
            let like = same.iter().copied().find(|at| {
                let draft = drafts.get(*at);
                draft.is_some_and(|draft| draft.phrase.is_like(phrase))
            });
            let Some(draft) = like.and_then(|at| drafts.get_mut(at)) else {
                same.push(drafts.len());
                drafts.push(Draft {
                    phrase: Arc::clone(phrase),
                    kind,
                    code: None,
                    listings: vec![number],
                    people: 0,
                });
                continue;
            };
            if phrase.marked && !draft.phrase.marked {
                draft.phrase = Arc::clone(phrase);
            }
            if draft.listings.last() != Some(&number) {
                draft.listings.push(number);
            }
        }
    }
    drafts
}

/// Titles, ready to be asked what they have.
struct Titles<'b> {
    drafts: &'b [Draft],
    keys: &'b Keys,
    suffixes: &'b [Suffix],
}

impl Titles<'_> {
    fn draft(&self, suffix: Suffix) -> Option<(u32, &Draft)> {
        let key = self.keys.key(suffix)?;
        Some((key.entry, self.drafts.get(place(key.entry))?))
    }

    /// Names of the vocabulary that titles have to the letter.
    fn terms(&self, vocabulary: &Vocabulary) -> Vec<Draft> {
        let mut known = HashSet::new();
        let mut terms = Vec::new();
        for member in vocabulary.all_members() {
            let folded: Vec<&str> = member.iter().map(|word| &*word.folded).collect();
            let exact: Vec<&str> = member.iter().map(|word| &*word.exact).collect();
            let (words, folded, exact) = (folded.len(), folded.join(" "), exact.join(" "));
            if folded.len() > 2 && known.insert(exact.clone()) {
                terms.extend(self.term(&folded, &exact, words));
            }
        }
        terms
    }

    fn term(&self, folded: &str, exact: &str, words: usize) -> Option<Draft> {
        let stretch = self.keys.stretch(self.suffixes, folded, false);
        let mut listings = Vec::new();
        // The title that shows how it is written.
        let mut shown: Option<(u32, Suffix)> = None;
        for suffix in self.suffixes.get(stretch)? {
            let Some((entry, draft)) = self.draft(*suffix) else {
                continue;
            };
            if draft.phrase.exact_words(self.keys.word_of(*suffix), words) != exact {
                continue;
            }
            listings.extend(&draft.listings);
            if shown.is_none_or(|(first, _)| entry < first) {
                shown = Some((entry, *suffix));
            }
        }
        listings.sort_unstable();
        listings.dedup();
        if listings.len() < MIN_LISTINGS {
            return None;
        }
        let (_, suffix) = shown?;
        let (_, title) = self.draft(suffix)?;
        let text = term_text(title.phrase.text(), self.keys.word_of(suffix), words)?;
        Some(Draft {
            phrase: Arc::new(Phrase::new(&text)?),
            kind: SuggestionKind::Term,
            code: None,
            listings,
            people: 0,
        })
    }

    /// A query, with the listings whose titles have all its words.
    fn query(&self, query: &Arc<Phrase>, people: u32) -> Option<Draft> {
        let together = self.keys.stretch(self.suffixes, query.folded(), false);
        let mut listings = self.having(query, together);
        if listings.is_empty() {
            let each = query
                .folded()
                .split(' ')
                .map(|word| self.keys.stretch(self.suffixes, word, false));
            let rarest = each.min_by_key(ExactSizeIterator::len)?;
            listings = self.having(query, rarest);
        }
        (!listings.is_empty()).then(|| Draft {
            phrase: Arc::clone(query),
            kind: SuggestionKind::Query,
            code: None,
            listings,
            people,
        })
    }

    /// Listings of a stretch whose titles have all words of a query.
    fn having(&self, query: &Phrase, stretch: std::ops::Range<usize>) -> Vec<u32> {
        let words: Vec<(&str, &str)> = query.folded().split(' ').zip(query.exact().split(' ')).collect();
        let mut listings = Vec::new();
        for suffix in self.suffixes.get(stretch).unwrap_or(&[]).iter().take(MOST_LOOKED_AT) {
            let Some((_, draft)) = self.draft(*suffix) else {
                continue;
            };
            let has = |(folded, exact): &(&str, &str)| {
                // What was typed with diacritics is only itself.
                let (own, typed) = if folded == exact {
                    (draft.phrase.folded(), folded)
                } else {
                    (draft.phrase.exact(), exact)
                };
                own.split(' ').any(|word| word == *typed)
            };
            if words.iter().all(has) {
                listings.extend(&draft.listings);
            }
        }
        listings.sort_unstable();
        listings.dedup();
        listings
    }
}

/// Words of a title as they stand in the middle of a text: small, but for abbreviations.
fn term_text(title: &str, from: usize, words: usize) -> Option<String> {
    let syllables = analyze(title).syllables;
    let some = syllables.get(from..from + words)?;
    let text = title.get(some.first()?.range.start..some.last()?.range.end)?;
    let shouts = !title.chars().any(char::is_lowercase);
    let word = |word: &str| {
        let is_abbreviation = !shouts
            && word.chars().all(|letter| !letter.is_lowercase())
            && word.is_ascii()
            && word.len() <= ABBREVIATION;
        if is_abbreviation {
            word.to_owned()
        } else {
            word.to_lowercase()
        }
    };
    let texts: Vec<String> = text.split_whitespace().map(word).collect();
    Some(texts.join(" "))
}

/// How good a suggestion is for who types the words from a suffix on: popular and general ones first, those that start
/// with the words before those that have them later, short ones before long ones.
fn merit(drafts: &[Draft], keys: &Keys, suffix: Suffix) -> u32 {
    let Some(draft) = keys.key(suffix).and_then(|key| drafts.get(place(key.entry))) else {
        return 0;
    };
    let start = match keys.word_of(suffix) {
        0 => 400,
        later => 240 - 30 * u32::try_from(later.min(8)).unwrap_or(8),
    };
    standing(draft) + start
}

/// The part of the merit that a suggestion has whatever is typed.
fn standing(draft: &Draft) -> u32 {
    let kind = match draft.kind {
        SuggestionKind::Category => 500,
        SuggestionKind::Query => 300,
        SuggestionKind::Term => 200,
        SuggestionKind::Title | SuggestionKind::Organisation => 0,
    };
    let length = u32::try_from(starts(draft.phrase.folded()).count().min(20)).unwrap_or(20);
    let listings = u32::try_from(draft.listings.len()).unwrap_or(u32::MAX);
    500 + kind + hundredfold_log2(listings) + 2 * hundredfold_log2(draft.people) - 12 * length
}

/// A hundred times the binary logarithm of one more than a number, with straight lines between the powers of two.
fn hundredfold_log2(number: u32) -> u32 {
    let number = u64::from(number) + 1;
    let whole = number.ilog2();
    let power = 1_u64 << whole;
    let rest = u32::try_from((number - power) * 100 / power).unwrap_or(0);
    whole * 100 + rest
}

/// Queries, then fields by their first names, for whoever has typed nothing; each best first.
fn popular(drafts: &[Draft]) -> Vec<u32> {
    let mut named = HashSet::new();
    let mut some: Vec<(u32, &Draft)> = Vec::new();
    for (entry, draft) in (0_u32..).zip(drafts) {
        let is_wanted = match draft.kind {
            SuggestionKind::Query => true,
            SuggestionKind::Category => named.insert(&draft.code),
            SuggestionKind::Term | SuggestionKind::Title | SuggestionKind::Organisation => false,
        };
        if is_wanted {
            some.push((entry, draft));
        }
    }
    some.sort_by_key(|(entry, draft)| {
        let is_field = draft.kind == SuggestionKind::Category;
        (is_field, std::cmp::Reverse(standing(draft)), *entry)
    });
    // Some may be hidden, or the same.
    some.truncate(MAX_SUGGESTIONS * 4);
    some.into_iter().map(|(entry, _)| entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_written_as_in_a_text() {
        for (title, from, words, expected) in [
            ("Máy sấy lúa", 0, 2, "máy sấy"),
            ("Máy phay CNC 3 trục", 0, 3, "máy phay CNC"),
            ("MÁY PHAY CNC", 1, 2, "phay cnc"),
            ("Bơm  chìm", 0, 2, "bơm chìm"),
        ] {
            assert_eq!(term_text(title, from, words).as_deref(), Some(expected));
        }
        assert_eq!(term_text("Máy", 0, 2), None);
    }

    #[test]
    fn the_logarithm_never_falls() {
        let values = [
            (0, 0),
            (1, 100),
            (2, 150),
            (3, 200),
            (7, 300),
            (1_000, 995),
            (u32::MAX, 3200),
        ];
        for (number, expected) in values {
            assert_eq!(hundredfold_log2(number), expected);
        }
        assert!((0..5_000).all(|number| hundredfold_log2(number) <= hundredfold_log2(number + 1)));
    }
}
