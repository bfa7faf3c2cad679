//! Learns from public listings which words may mean the same: from titles in both languages, and from abbreviations in
//! parentheses behind what they stand for. What is learned is a candidate only; an officer decides.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use search_index::{Syllable, analyze};

use crate::domain::ids::ListingId;
use crate::domain::vocabulary::{Candidate, Example, Method, Relation};

/// Examples that are kept of a candidate.
const EXAMPLES: usize = 3;
/// Least log-likelihood ratio of a pair, times 100: by chance one pair in a thousand is beyond it.
const LEAST_RATIO: i64 = 1_083;
/// Percent of the titles with one term that must have the other.
const TOGETHER: u32 = 60;
/// Longest terms of titles, in syllables and in words.
const MOST_SYLLABLES: usize = 4;
const MOST_WORDS: usize = 3;
/// Titles that are looked at; more tell nothing new, and pairs need room.
const MOST_TITLES: usize = 50_000;
/// Letters of an abbreviation.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=8;
/// Bytes before a parenthesis that may be the long form.
const BEFORE: usize = 200;
/// English words that are no terms by themselves.
const SMALL: &[&str] = &[
    "a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with",
];

/// What is read of a listing.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Which listing.
    pub listing: ListingId,
    /// Its title in both languages.
    pub titles: (&'a str, Option<&'a str>),
    /// Its Vietnamese texts, the title among them.
    pub texts: &'a [&'a str],
}

/// Reads listings one by one, and then tells what it learned.
#[derive(Debug, Default)]
pub struct Learner {
    abbreviations: BTreeMap<(String, String), Vec<Example>>,
    titles: Vec<Titles>,
    seen: HashSet<(String, String)>,
}

#[derive(Debug)]
struct Titles {
    listing: ListingId,
    vietnamese: String,
    terms: (Vec<String>, Vec<String>),
}

impl Learner {
    /// Reads a listing.
    pub fn read(&mut self, written: &Written<'_>) {
        for text in written.texts {
            for (short, long) in abbreviations(text) {
                let examples = self.abbreviations.entry((short, long.to_lowercase())).or_default();
                if examples.iter().all(|known| known.listing != written.listing) {
                    examples.push(Example {
                        listing: written.listing,
                        text: Some(long.to_owned()),
                    });
                }
            }
        }
        let (vietnamese, Some(english)) = written.titles else {
            return;
        };
        // Many of one sort by one enterprise are one witness.
        let both = (vietnamese.to_lowercase(), english.to_lowercase());
        if self.titles.len() < MOST_TITLES && self.seen.insert(both) {
            self.titles.push(Titles {
                listing: written.listing,
                vietnamese: vietnamese.to_owned(),
                terms: (vietnamese_terms(vietnamese), english_terms(english)),
            });
        }
    }

    /// What was learned, each from at least so many listings; the surest first.
    pub fn candidates(&self, support: u32) -> Vec<Candidate> {
        let support = support.max(2);
        let mut all = self.short_forms(support);
        all.extend(pairs(&self.titles, support));
        all.sort_by_key(|candidate| Reverse((candidate.support, candidate.score)));
        all
    }

    fn short_forms(&self, support: u32) -> Vec<Candidate> {
        let often = self.abbreviations.iter().filter_map(|((short, long), examples)| {
            let seen = u32::try_from(examples.len()).unwrap_or(u32::MAX);
            (seen >= support).then(|| Candidate {
                relation: Relation::Abbreviation,
                members: vec![long.clone(), short.to_lowercase()],
                method: Method::Abbreviation,
                support: seen,
                score: i64::from(seen) * 100,
                examples: examples.iter().take(EXAMPLES).cloned().collect(),
            })
        });
        often.collect()
    }
}

/// Abbreviations in parentheses with what stands before them and has their initials: `công nghệ thông tin (CNTT)`.
fn abbreviations(text: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    for (open, _) in text.match_indices('(') {
        let rest = text.get(open + 1..).unwrap_or_default();
        let Some(short) = rest.split(')').next().filter(|inside| inside.len() < rest.len()) else {
            continue;
        };
        let is_short = short.chars().all(|c| c.is_uppercase() || c == '&');
        let letters: Vec<char> = short.chars().filter(|c| *c != '&').map(plain).collect();
        if !is_short || !LETTERS.contains(&letters.len()) {
            continue;
        }
        let start = (open.saturating_sub(BEFORE)..=open).find(|at| text.is_char_boundary(*at));
        let start = start.unwrap_or(open);
        let before = text.get(start..open).unwrap_or_default();
        if let Some(long) = long_form(before, &letters) {
            found.push((short.to_owned(), long));
        }
    }
    found
}

/// A capital letter as syllables without diacritics begin with it.
fn plain(letter: char) -> char {
    let folded = analyze(letter.encode_utf8(&mut [0; 4])).syllables;
    let first = folded.first().and_then(|syllable| syllable.folded.chars().next());
    first.unwrap_or(letter)
}

/// The last words that begin with these letters; `và` needs none.
fn long_form<'t>(before: &'t str, letters: &[char]) -> Option<&'t str> {
    let syllables = analyze(before).syllables;
    let mut letters = letters.iter().rev().peekable();
    for syllable in syllables.iter().rev() {
        let letter = letters.peek()?;
        if syllable.folded.starts_with(**letter) {
            letters.next();
        } else if syllable.folded != "va" {
            return None;
        }
        if letters.peek().is_none() {
            let end = syllables.last()?.range.end;
            return before.get(syllable.range.start..end);
        }
    }
    None
}

/// Stretches of a Vietnamese title, in lower case.
fn vietnamese_terms(title: &str) -> Vec<String> {
    let syllables = analyze(title).syllables;
    let is_word = |syllable: &Syllable| syllable.exact.chars().all(|c| !c.is_ascii_digit());
    let mut terms = HashSet::new();
    for length in 1..=MOST_SYLLABLES {
        for run in syllables.windows(length).filter(|run| run.iter().all(is_word)) {
            let range = run
                .first()
                .zip(run.last())
                .map(|(first, last)| first.range.start..last.range.end);
            let text = range.and_then(|range| title.get(range)).unwrap_or_default();
            // Across a comma or a bracket nothing is one term.
            if text.chars().all(|c| c.is_alphanumeric() || c == ' ') {
                terms.insert(text.to_lowercase());
            }
        }
    }
    terms.into_iter().collect()
}

fn english_terms(title: &str) -> Vec<String> {
    let words: Vec<String> = title.split_whitespace().map(str::to_lowercase).collect();
    let is_word = |word: &String| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_small = |word: Option<&String>| word.is_none_or(|word| SMALL.contains(&word.as_str()));
    let mut terms = HashSet::new();
    for length in 1..=MOST_WORDS {
        for run in words.windows(length).filter(|run| run.iter().all(is_word)) {
            if !is_small(run.first()) && !is_small(run.last()) {
                terms.insert(run.join(" "));
            }
        }
    }
    terms.into_iter().collect()
}

/// A pair of terms, and how much more often they are together than by chance.
struct Pair<'t> {
    vietnamese: &'t str,
    english: &'t str,
    together: u32,
    ratio: i64,
}

impl Pair<'_> {
    /// Of pairs that are together alike the longer one says more.
    fn rank(&self) -> (i64, usize) {
        (self.ratio, self.vietnamese.len() + self.english.len())
    }
}

/// Terms of which each is the other's best translation.
fn pairs(titles: &[Titles], support: u32) -> Vec<Candidate> {
    let often = |count: &HashMap<&str, u32>, term: &str| count.get(term).copied().filter(|count| *count >= support);
    let (mut vietnamese, mut english): (HashMap<&str, u32>, HashMap<&str, u32>) = Default::default();
    for title in titles {
        title
            .terms
            .0
            .iter()
            .for_each(|term| *vietnamese.entry(term).or_default() += 1);
        title
            .terms
            .1
            .iter()
            .for_each(|term| *english.entry(term).or_default() += 1);
    }
    let mut both: HashMap<(&str, &str), u32> = HashMap::new();
    for title in titles {
        let known = |count: &HashMap<&str, u32>, term: &&String| often(count, term).is_some();
        let second: Vec<&String> = title.terms.1.iter().filter(|term| known(&english, term)).collect();
        for one in title.terms.0.iter().filter(|term| known(&vietnamese, term)) {
            for other in &second {
                *both.entry((one.as_str(), other.as_str())).or_default() += 1;
            }
        }
    }
    let all = u32::try_from(titles.len()).unwrap_or(u32::MAX);
    let pairs = both.into_iter().filter_map(|((one, other), together)| {
        let (of_one, of_other) = (often(&vietnamese, one)?, often(&english, other)?);
        let is_close = together >= support && together * 100 >= TOGETHER * of_one.max(of_other);
        let ratio = log_likelihood(together, of_one, of_other, all);
        (is_close && ratio >= LEAST_RATIO).then_some(Pair {
            vietnamese: one,
            english: other,
            together,
            ratio,
        })
    });
    let pairs: Vec<Pair<'_>> = pairs.collect();
    let (mut best_of_one, mut best_of_other): (HashMap<&str, &Pair<'_>>, HashMap<&str, &Pair<'_>>) = Default::default();
    for pair in &pairs {
        for (best, term) in [(&mut best_of_one, pair.vietnamese), (&mut best_of_other, pair.english)] {
            let known = best.entry(term).or_insert(pair);
            let order = |pair: &Pair<'_>| (pair.rank(), pair.vietnamese.to_owned(), pair.english.to_owned());
            if order(pair) > order(known) {
                *known = pair;
            }
        }
    }
    let mutual = best_of_one.values().filter(|pair| {
        let back = best_of_other.get(pair.english);
        back.is_some_and(|back| back.vietnamese == pair.vietnamese)
    });
    let candidates = mutual.map(|pair| Candidate {
        relation: Relation::English,
        members: vec![pair.vietnamese.to_owned(), pair.english.to_owned()],
        method: Method::Titles,
        support: pair.together,
        score: pair.ratio,
        examples: examples(titles, pair),
    });
    candidates.collect()
}

fn examples(titles: &[Titles], pair: &Pair<'_>) -> Vec<Example> {
    let has = |terms: &[String], term: &str| terms.iter().any(|known| known == term);
    let with = titles
        .iter()
        .filter(|title| has(&title.terms.0, pair.vietnamese) && has(&title.terms.1, pair.english));
    let told = with.take(EXAMPLES).map(|title| Example {
        listing: title.listing,
        text: Some(title.vietnamese.clone()),
    });
    told.collect()
}

/// Dunning's log-likelihood ratio of two terms, times 100: how many titles have both, the one, the other, and how many
/// there are; 0 where they are together less often than by chance.
fn log_likelihood(both: u32, of_one: u32, of_other: u32, all: u32) -> i64 {
    let (both, one, other, all) = (f64::from(both), f64::from(of_one), f64::from(of_other), f64::from(all));
    if both * all <= one * other {
        return 0;
    }
    let part = |seen: f64, row: f64, column: f64| {
        if seen > 0.0 {
            seen * (seen * all / (row * column)).ln()
        } else {
            0.0
        }
    };
    let ratio = 2.0
        * (part(both, one, other)
            + part(one - both, one, all - other)
            + part(other - both, all - one, other)
            + part(all - one - other + both, all - one, all - other));
    // Far below what an integer holds: at most 2 · n · ln n.
    format!("{:.0}", ratio * 100.0).parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn listing(number: u128) -> ListingId {
        ListingId(Uuid::from_u128(number))
    }

    #[test]
    fn an_abbreviation_stands_behind_words_with_its_initials() {
        for (text, expected) in [
            (
                "Ứng dụng công nghệ thông tin (CNTT) trong",
                vec![("CNTT", "công nghệ thông tin")],
            ),
            (
                "Sở Khoa học và Công nghệ (KH&CN), trí tuệ nhân tạo (TTNT)",
                vec![("KH&CN", "Khoa học và Công nghệ"), ("TTNT", "trí tuệ nhân tạo")],
            ),
            ("đổi mới sáng tạo (ĐMST)", vec![("ĐMST", "đổi mới sáng tạo")]),
            ("máy sấy lúa (CNTT)", vec![]),
            ("(CNTT)", vec![]),
            ("công nghệ thông tin (cntt", vec![]),
            ("máy (M)", vec![]),
            ("công suất (10 kW)", vec![]),
        ] {
            let found = abbreviations(text);
            let found: Vec<(&str, &str)> = found.iter().map(|(short, long)| (short.as_str(), *long)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    fn learned(titles: &[(&str, &str)]) -> Vec<Vec<String>> {
        let mut learner = Learner::default();
        for ((vietnamese, english), number) in titles.iter().zip(1..) {
            learner.read(&Written {
                listing: listing(number),
                titles: (*vietnamese, Some(*english)),
                texts: &[*vietnamese],
            });
        }
        learner
            .candidates(3)
            .into_iter()
            .map(|candidate| candidate.members)
            .collect()
    }

    #[test]
    fn titles_in_both_languages_tell_what_is_what() {
        let titles = [
            ("Máy tuốt lúa đạp chân", "Pedal rice thresher"),
            ("Máy tuốt lúa mini", "Mini rice thresher"),
            ("Máy tuốt lúa liên hợp", "Combined rice thresher"),
            ("Máy tuốt lúa có mô tơ", "Motor rice thresher"),
            ("Nồi hơi đốt trấu", "Husk boiler"),
            ("Nồi hơi điện", "Electric boiler"),
            ("Nồi hơi tầng sôi", "Fluidised boiler"),
            ("Nồi hơi công nghiệp", "Industrial boiler"),
            ("Băng tải cao su", "Rubber conveyor"),
            ("Băng tải con lăn", "Roller conveyor"),
            ("Băng tải xích", "Chain conveyor"),
            ("Kho lạnh di động", "Mobile cold store"),
            ("Quạt hút bụi", "Dust fan"),
            ("Bơm chìm", "Submersible pump"),
        ];
        let mut found = learned(&titles);
        found.sort();
        assert_eq!(
            found,
            [
                ["băng tải", "conveyor"],
                ["máy tuốt lúa", "rice thresher"],
                ["nồi hơi", "boiler"]
            ]
        );
        // The same title over and over is one witness.
        assert_eq!(learned(&[titles[0]; 9]), <[Vec<String>; 0]>::default());
    }

    #[test]
    fn what_is_together_by_chance_only_is_nothing() {
        assert_eq!(log_likelihood(1, 10, 10, 100), 0);
        assert_eq!(log_likelihood(0, 10, 10, 100), 0);
        // 2 · (10 · ln 10 + 90 · ln (10/9))
        assert_eq!(log_likelihood(10, 10, 10, 100), 6_502);
    }

    #[test]
    fn several_listings_must_say_it() {
        let mut learner = Learner::default();
        let text = "công nghệ thông tin (CNTT)";
        let say = |learner: &mut Learner, number| {
            learner.read(&Written {
                listing: listing(number),
                titles: ("", None),
                texts: &[text, text],
            });
        };
        say(&mut learner, 1);
        assert_eq!(learner.candidates(0).len(), 0);
        say(&mut learner, 2);
        let found = learner.candidates(2);
        let one = found.first().unwrap();
        assert_eq!(
            (one.members.as_slice(), one.support),
            (&["công nghệ thông tin".to_owned(), "cntt".to_owned()][..], 2)
        );
        assert_eq!(one.examples.len(), 2);
    }
}
