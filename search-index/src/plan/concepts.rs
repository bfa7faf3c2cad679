//! The distinct words of a query and the bits that stand for them.

use crate::analyzer::Syllable;

/// What earns a part of the mass of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Earned {
    /// Standing beside one of its neighbours, as most syllables are but half of a word.
    Beside,
    /// The same of a word that is known as a half of one, where no listing has the whole: apart it is hardly anything.
    InCompound,
    /// Having the diacritics that were typed.
    ToTheLetter,
}

/// Distinct words of a query; the place of a word is its bit.
#[derive(Default)]
pub(super) struct Concepts {
    pub(super) words: Vec<Syllable>,
    /// Parts of the mass of a word that are to be earned; their bits follow those of the words.
    parts: Vec<(usize, Earned)>,
    /// Words that are halves of longer ones.
    halves: Vec<usize>,
}

impl Concepts {
    pub(super) fn add(&mut self, words: &[Syllable]) {
        for word in words {
            if self.position(word).is_none() {
                self.words.push(word.clone());
            }
        }
    }

    /// Lets a word earn a part of its mass.
    pub(super) fn set_part(&mut self, word: &Syllable, by: Earned) {
        if let Some(word) = self.position(word)
            && !self.parts.contains(&(word, by))
        {
            self.parts.push((word, by));
        }
    }

    /// Notes that a word is half of a longer one.
    pub(super) fn set_half(&mut self, word: &Syllable) {
        self.halves.extend(self.position(word));
    }

    /// The bit of a part; none if the word is worth its whole mass without.
    pub(super) fn part(&self, word: &Syllable, by: Earned) -> u64 {
        let word = self.position(word);
        // Nothing earns it: no listing has the whole.
        if by == Earned::Beside && word.is_some_and(|word| self.halves.contains(&word)) {
            return 0;
        }
        let mut parts = self.parts.iter();
        let at = parts.position(|(known, earned)| Some(*known) == word && *earned == by);
        at.map_or(0, |at| bit(self.words.len() + at))
    }

    /// The bits of all parts, with those of their words.
    pub(super) fn parts(&self) -> impl Iterator<Item = (u64, u64, Earned)> {
        let parts = (self.words.len()..).zip(&self.parts);
        let bits = parts.map(|(at, (word, by))| {
            let half = *by == Earned::Beside && self.halves.contains(word);
            (bit(at), bit(*word), if half { Earned::InCompound } else { *by })
        });
        bits.filter(|(part, _, _)| *part != 0)
    }

    /// The bits that are earned beside a neighbour.
    pub(super) fn beside(&self) -> u64 {
        let parts = self.parts().filter(|(_, _, by)| *by != Earned::ToTheLetter);
        parts.fold(0, |all, (part, _, _)| all | part)
    }

    /// What neighbours that stand together cover.
    pub(super) fn together(&self, left: &Syllable, right: &Syllable) -> u64 {
        self.part(left, Earned::Beside) | self.part(right, Earned::Beside)
    }

    fn position(&self, word: &Syllable) -> Option<usize> {
        self.words.iter().position(|known| known.exact == word.exact)
    }

    pub(super) fn bits(&self, words: &[Syllable]) -> u64 {
        let places = words.iter().filter_map(|word| self.position(word));
        places.fold(0, |bits, at| bits | bit(at))
    }

    /// The words with all of their parts.
    pub(super) fn whole(&self, words: &[Syllable]) -> u64 {
        let parts = words
            .iter()
            .map(|word| self.part(word, Earned::Beside) | self.part(word, Earned::ToTheLetter));
        parts.fold(self.bits(words), |bits, parts| bits | parts)
    }

    pub(super) fn all(&self) -> u64 {
        (0..self.words.len()).fold(0, |bits, at| bits | bit(at))
    }
}

pub(super) fn bit(concept: usize) -> u64 {
    let concept = u32::try_from(concept).ok();
    concept.and_then(|concept| 1_u64.checked_shl(concept)).unwrap_or(0)
}

/// Whether a word has a neighbour that it can be one word with.
pub(super) fn has_neighbour(words: &[Syllable], at: usize) -> bool {
    let left = at.checked_sub(1).and_then(|left| words.get(left));
    left.into_iter().chain(words.get(at + 1)).any(|word| !has_digit(word))
}

/// Whether there is a digit in a word.
pub(super) fn has_digit(word: &Syllable) -> bool {
    word.folded.bytes().any(|letter| letter.is_ascii_digit())
}
