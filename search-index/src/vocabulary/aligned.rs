//! What single English words mean, learned from the groups that have both languages.
//!
//! `fruit preservation | bảo quản trái cây` and `wood preservation | bảo quản gỗ` tell what `preservation` is, though no
//! group has it alone. A query of words in a combination that nobody wrote down is still understood, at lower weight.

use std::collections::{HashMap, HashSet};

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

/// Learns the meanings.
pub(super) fn align(groups: &[Group]) -> Meanings {
    let mut english: HashMap<&str, u32> = HashMap::new();
    let mut vietnamese: HashMap<&[Word], u32> = HashMap::new();
    let mut both: HashMap<&str, HashMap<&[Word], u32>> = HashMap::new();
    for group in groups
        .iter()
        .filter(|group| !matches!(group.relation, Relation::Near | Relation::Narrower))
    {
        let (mut words, mut terms): (HashSet<&str>, HashSet<&[Word]>) = Default::default();
        for member in &group.members {
            if member.iter().any(|word| word.marked) {
                for length in 1..=2 {
                    terms.extend(member.windows(length).filter(|term| tells(term)));
                }
            } else {
                words.extend(
                    member
                        .iter()
                        .map(|word| singular(&word.folded))
                        .filter(|word| is_english(word)),
                );
            }
        }
        for term in &terms {
            *vietnamese.entry(term).or_default() += 1;
        }
        for word in &words {
            *english.entry(word).or_default() += 1;
            let of_word = both.entry(word).or_default();
            for term in &terms {
                *of_word.entry(term).or_default() += 1;
            }
        }
    }
    let mut meanings = Meanings::new();
    for (word, terms) in both {
        let groups = english.get(word).copied().unwrap_or(1);
        let meaning = terms
            .into_iter()
            .filter(|(term, count)| {
                let of_term = vietnamese.get(term).copied().unwrap_or(1);
                *count >= GROUPS && count * 100 >= groups * OF_ENGLISH && count * 100 >= of_term * OF_VIETNAMESE
            })
            // How much of both is the same, that of the English word before that of the Vietnamese one; of equals the longer one, then the first in the alphabet.
            .max_by_key(|(term, count)| {
                let of_term = vietnamese.get(term).copied().unwrap_or(1);
                let alike = 5_000 * u64::from(*count) / u64::from(4 * groups + of_term);
                let letters = term
                    .iter()
                    .map(|word| std::cmp::Reverse(word.exact.clone()))
                    .collect::<Vec<_>>();
                (alike * (9 + u64::try_from(term.len()).unwrap_or(1)), letters)
            });
        if let Some((term, _)) = meaning {
            meanings.insert(word.into(), term.into());
        }
    }
    meanings
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
