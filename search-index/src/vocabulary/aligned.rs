//! What single English words mean, learned from the groups that have both languages.
//!
//! `fruit preservation | bảo quản trái cây` and `wood preservation | bảo quản gỗ` tell what `preservation` is, though no
//! group has it alone. A query of words in a combination that nobody wrote down is still understood, at lower weight.

use std::collections::HashMap;

use super::{Group, Relation, Word};
use crate::words::is_head;

/// Shortest English word that is looked into.
const WORD_FROM: usize = 3;
/// Groups that must have both, and shares in percent of those of the English and of the Vietnamese word.
const GROUPS: u32 = 2;
const OF_ENGLISH: u32 = 50;
const OF_VIETNAMESE: u32 = 12;

/// The meaning of English words: one syllable or two.
pub(super) type Meanings = HashMap<Box<str>, Box<[Word]>>;

/// Words as numbers, to count them by.
#[derive(Default)]
struct Numbers<'g> {
    of: HashMap<&'g str, u32>,
}

impl<'g> Numbers<'g> {
    fn number(&mut self, word: &'g str) -> u32 {
        let next = u32::try_from(self.of.len()).unwrap_or(u32::MAX);
        *self.of.entry(word).or_insert(next)
    }
}

/// A Vietnamese term: one syllable, or two.
type Term = (u32, Option<u32>);

/// How many groups have a term, and where it stands in one of them.
struct Seen<'g> {
    groups: u32,
    words: &'g [Word],
}

/// Learns the meanings.
pub(super) fn align(groups: &[Group]) -> Meanings {
    let (mut english, mut vietnamese) = (Numbers::default(), Numbers::default());
    let mut words_seen: HashMap<u32, (u32, &str)> = HashMap::new();
    let mut terms_seen: HashMap<Term, Seen<'_>> = HashMap::new();
    let mut both: HashMap<(u32, Term), u32> = HashMap::new();
    let (mut words, mut terms) = (Vec::new(), Vec::new());
    for group in groups {
        if matches!(group.relation, Relation::Near | Relation::Narrower) {
            continue;
        }
        words.clear();
        terms.clear();
        for member in &group.members {
            if member.iter().any(|word| word.marked) {
                let numbers: Vec<u32> = member.iter().map(|word| vietnamese.number(&word.exact)).collect();
                for length in 1..=2 {
                    let numbered = member.windows(length).zip(numbers.windows(length));
                    for (term, numbers) in numbered.filter(|(term, _)| tells(term)) {
                        let first = numbers.first().copied().unwrap_or(0);
                        terms.push(((first, numbers.get(1).copied()), term));
                    }
                }
            } else {
                let spelled = member
                    .iter()
                    .map(|word| singular(&word.folded))
                    .filter(|word| is_english(word));
                words.extend(spelled.map(|word| (english.number(word), word)));
            }
        }
        words.sort_unstable();
        words.dedup();
        terms.sort_unstable_by_key(|(term, _)| *term);
        terms.dedup_by_key(|(term, _)| *term);
        for (term, words) in &terms {
            terms_seen.entry(*term).or_insert(Seen { groups: 0, words }).groups += 1;
        }
        for (word, spelled) in &words {
            words_seen.entry(*word).or_insert((0, spelled)).0 += 1;
            for (term, _) in &terms {
                *both.entry((*word, *term)).or_default() += 1;
            }
        }
    }
    let mut best: HashMap<&str, (u64, &[Word])> = HashMap::new();
    for ((word, term), count) in both {
        let (Some((of_word, spelled)), Some(seen)) = (words_seen.get(&word), terms_seen.get(&term)) else {
            continue;
        };
        if count < GROUPS || count * 100 < of_word * OF_ENGLISH || count * 100 < seen.groups * OF_VIETNAMESE {
            continue;
        }
        // How much of both is the same, that of the English word before that of the Vietnamese one; of equals the longer
        // term, then the first in the alphabet.
        let alike = 5_000 * u64::from(count) / u64::from(4 * of_word + seen.groups);
        let alike = alike * (9 + u64::try_from(seen.words.len()).unwrap_or(1));
        let found = (alike, seen.words);
        let known = best.entry(spelled).or_insert(found);
        let letters = |words: &[Word]| words.iter().map(|word| word.exact.clone()).collect::<Vec<_>>();
        if alike > known.0 || (alike == known.0 && letters(seen.words) < letters(known.1)) {
            *known = found;
        }
    }
    best.into_iter()
        .map(|(word, (_, meaning))| (word.into(), meaning.into()))
        .collect()
}

/// Whether a Vietnamese term tells something: not a word for things of any sort.
fn tells(term: &[Word]) -> bool {
    term.iter().any(|word| word.marked) && !term.iter().all(|word| is_head(&word.exact))
}

fn is_english(word: &str) -> bool {
    word.len() >= WORD_FROM && word.bytes().all(|letter| letter.is_ascii_lowercase()) && !is_head(word)
}

/// An English word without the ending of the plural.
pub(super) fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= WORD_FROM && !stem.ends_with('s') => stem,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Vocabulary;

    #[test]
    fn words_are_learned_from_their_combinations() {
        let text = "english\town\tbảo quản trái cây | fruit preservation\nenglish\town\tbảo quản gỗ | wood preservation\n\
            english\town\tmáy sấy gỗ | wood dryer\nenglish\town\tnước ép trái cây | fruit juices\n";
        let vocabulary = Vocabulary::parse([("test", text)]).unwrap_or_else(|_| Vocabulary::empty());
        let meaning = |word| {
            let meaning = vocabulary.meaning(word)?;
            Some(
                meaning
                    .iter()
                    .map(|word| word.exact.to_string())
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        };
        assert_eq!(meaning("preservation").as_deref(), Some("bao³ quan³"));
        assert_eq!(meaning("fruits").as_deref(), Some("trai¹ cây"));
        assert_eq!(meaning("wood").as_deref(), Some("gô⁴"));
        assert_eq!(meaning("dryer"), None, "seen once");
        assert_eq!(meaning("machine"), None);
    }
}
