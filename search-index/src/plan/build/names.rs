//! Other names: of what was typed, and of what is wished for.

use super::{Builder, CODE, EXACT, MEANING, MOST_NAMES, MOST_NAMES_OF_ALL, Named, PAIR, SHORT_FOR};
use crate::{
    analyzer::Syllable,
    plan::{Alternative, List, Unit},
    terms::pair,
    understand::WishedNames,
    vocabulary::Word,
    words::is_head,
};

impl Builder<'_> {
    /// What an English word that the vocabulary has in combinations only means.
    pub(super) fn meaning(&mut self, word: &Syllable, covers: u64) -> Option<Alternative> {
        let meaning = self.vocabulary.meaning(&word.folded)?;
        if self.has_all(meaning) {
            self.name(meaning, MEANING, covers)
        } else {
            None
        }
    }

    /// What initials that no listing has are short for, where listings have the whole.
    pub(super) fn written_out(&mut self, word: &Syllable, covers: u64) -> Vec<Alternative> {
        const MOST: usize = 3;
        if word.marked || self.has(List::Folded, &word.folded) {
            return Vec::new();
        }
        let vocabulary = self.vocabulary;
        let mut names = Vec::new();
        for name in vocabulary.short_for(&word.folded) {
            let mut pairs = name.windows(2).filter_map(|two| match two {
                [left, right] => Some(pair(&left.folded, &right.folded)),
                _ => None,
            });
            if names.len() < MOST && pairs.all(|pair| self.has(List::Pair, &pair)) {
                names.extend(self.name(name, SHORT_FOR, covers));
            }
        }
        names
    }

    /// A unit of names of which one would be welcome.
    pub(super) fn add_wish(&mut self, wished: &WishedNames) {
        let mut unit = Unit {
            is_wish: true,
            ..Unit::default()
        };
        for name in &wished.names {
            let words: Vec<Word> = name.iter().cloned().map(Word::from).collect();
            if self.has_all(&words) {
                unit.alternatives.extend(self.name(&words, 100, 0));
            }
        }
        let member = wished.member.as_deref();
        if let Some(leaf) = member.and_then(|term| self.new_leaf(List::Code, term, CODE)) {
            unit.alternatives.push(Alternative::of(leaf, 0));
        }
        self.plan.units.push(unit);
    }

    /// What else the stretches are called in the vocabulary, as far as the index has it.
    pub(super) fn add_names(&mut self) {
        let mut left = MOST_NAMES_OF_ALL;
        for named in std::mem::take(&mut self.named) {
            let Named {
                unit,
                part,
                covers,
                span,
            } = named;
            let (mut names, mut found) = (Vec::new(), 0);
            for name in self.vocabulary.expansions(&span) {
                if found >= MOST_NAMES || left == 0 {
                    break;
                }
                let core = self.core(name.words);
                if let Some(core) = core {
                    // `củ tỏi` where the listings say `tỏi`: it may be half of another word there.
                    names.extend(self.name(core, name.weight, covers & !self.concepts.beside()));
                    found += 1;
                    left -= 1;
                } else if self.has_all(name.words) {
                    // Half of other words, too: what it covers by itself is not all of what was typed.
                    let covers = if name.ambiguous {
                        covers & !self.concepts.beside()
                    } else {
                        covers
                    };
                    names.extend(self.name(name.words, name.weight, covers));
                    found += 1;
                    left -= 1;
                }
            }
            let unit = self.plan.units.get_mut(unit);
            match (unit, part) {
                (Some(unit), None) => unit.alternatives.extend(names),
                (Some(unit), Some(part)) => {
                    if let Some(part) = unit.parts.get_mut(part) {
                        part.alternatives.extend(names);
                    }
                }
                (None, _) => {}
            }
        }
    }

    /// What a name says without the word for its sort before it, where no listing has them beside each other.
    fn core<'n>(&self, words: &'n [Word]) -> Option<&'n [Word]> {
        const SORTS: [&str; 7] = ["cu³", "qua³", "trai¹", "hat⁵", "cây", "con", "hoa"];
        let [sort, core @ ..] = words else { return None };
        let [first, ..] = core else { return None };
        let told = first.marked && SORTS.contains(&&*sort.exact);
        let apart = |this: &Self| !this.has(List::Pair, &pair(&sort.folded, &first.folded));
        (told && apart(self) && self.has_all(core)).then_some(core)
    }

    /// A name: all of its words, but a head such as `máy` where enough is said without. What a typed word earns beside its
    /// neighbour, a name of several words earns where they stand together.
    fn name(&mut self, words: &[Word], weight: u32, covers: u64) -> Option<Alternative> {
        let telling = words.iter().filter(|word| !is_head(&word.exact)).count();
        self.plan
            .names
            .push(words.iter().map(|word| word.exact.to_string()).collect());
        let mut name = Alternative {
            covers,
            ..Alternative::default()
        };
        for word in words {
            let head = telling > 0 && is_head(&word.exact);
            if head && telling > 1 {
                continue;
            }
            // A head only tells `máy cày` from `cày`.
            let boost = if head { 0 } else { EXACT * weight / 100 };
            let leaf = self.leaf(List::Exact, &word.exact, boost, None)?;
            name.required.push(leaf);
        }
        let mut all = true;
        for neighbours in words.windows(2) {
            let [left, right] = neighbours else { continue };
            let heads = [left, right].map(|word| is_head(&word.exact));
            if telling > 0 && heads == [true; 2] {
                continue;
            }
            let pair = pair(&left.folded, &right.folded);
            let leaf = if self.has(List::Pair, &pair) {
                self.leaf(List::Pair, &pair, PAIR * weight / 100, None)
            } else {
                None
            };
            if telling < 2 || heads == [false; 2] {
                all &= leaf.is_some();
                name.beside.extend(leaf);
            } else {
                name.optional.extend(leaf);
            }
        }
        if !all {
            name.covers &= !self.concepts.beside();
        } else if !name.beside.is_empty() {
            name.together = name.covers & self.concepts.beside();
            name.covers &= !name.together;
        }
        Some(name)
    }
}
