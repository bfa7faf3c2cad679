//! How much of what one listing says another one says too, and which words these are.
//!
//! A search finds candidates among all listings; here two are compared with each other. [`Asked`] is a text with its
//! words weighed and with their other names, as a search understands it; [`Portrait`] is the other listing. The result
//! depends on the two and on how rare words are in the index, not on what else was found.

mod asking;
mod portrait;

use std::ops::Range;

use portrait::Place;
pub use portrait::Portrait;

use crate::{
    Interpretation,
    analyzer::Syllable,
    evaluate::Weighing,
    plan::{Alternative, List, Plan},
    understand::is_syllable,
};

/// What the purpose counts beside the thing itself, in percent: each of its words, and all together at the most.
const PURPOSE_WORD: u64 = 60;
const PURPOSE_IN_ALL: u64 = 35;
/// Worth of a name of the same thing at least, as the plan weighs it.
const SAME: u32 = 70;
/// Shared words that are told.
const TOLD: usize = 5;
/// Parts of a thousand.
const WHOLE: u64 = 1_000;

/// A text whose words are looked for in other listings.
#[derive(Debug)]
pub struct Asked {
    text: String,
    plan: Plan,
    weighing: Weighing,
    words: Vec<Word>,
    /// Bits of what the thing is, with the parts that its words can earn, and of what it is for.
    thing: u64,
    purpose: u64,
    interpretations: Vec<Interpretation>,
}

/// A word of the text.
#[derive(Debug)]
struct Word {
    syllable: Syllable,
    bit: u64,
    /// Whether it is a stop word.
    is_stop: bool,
    /// Whether it says little by itself.
    is_little: bool,
    /// Neighbours of which one must stand beside it as well: it is a part of a longer word.
    tied: Vec<String>,
}

/// How much of a text a listing has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Share of its words by their weight, in thousandths, in the whole listing.
    pub anywhere: u32,
    /// The same in its title alone.
    pub in_title: u32,
    /// Words that both have, the weightiest first.
    pub shared: Vec<Shared>,
}

/// A stretch of words that both listings have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// As the text has it.
    pub said: String,
    /// As the other listing has it, where that is another name.
    pub found: Option<String>,
    weight: u32,
}

impl Answered {
    /// How near a listing comes to another, in thousandths: by what it is called, and by what is said of it.
    #[must_use]
    pub fn closeness(&self, rest: &Self) -> u32 {
        (self.in_title * 4 + self.anywhere * 4 + rest.anywhere * 2) / 10
    }
}

impl Asked {
    /// Amounts, prices and the like in the text, which are no words to look for.
    #[must_use]
    pub fn interpretations(&self) -> &[Interpretation] {
        &self.interpretations
    }

    /// The text, as far as it counts.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no word to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whole() == 0
    }

    /// Compares with a listing.
    #[must_use]
    pub fn answered_by(&self, listing: &Portrait) -> Answered {
        let share = |place| {
            let found = self.mass(self.covered(listing, place)).saturating_mul(WHOLE);
            let share = found.checked_div(self.whole()).unwrap_or(0);
            u32::try_from(share).unwrap_or(u32::MAX)
        };
        let anywhere = share(Place::Anywhere);
        Answered {
            anywhere,
            in_title: if anywhere == 0 { 0 } else { share(Place::Title) },
            shared: if anywhere == 0 {
                Vec::new()
            } else {
                self.shared(listing)
            },
        }
    }

    fn whole(&self) -> u64 {
        self.mass(u64::MAX)
    }

    fn mass(&self, covered: u64) -> u64 {
        let masses = &self.weighing.masses;
        let of = |bits: u64| u64::from(masses.of(bits)) * 100;
        let (thing, purpose) = (of(self.thing), of(self.purpose));
        let most = (purpose * PURPOSE_WORD).min(thing * PURPOSE_IN_ALL);
        let share = (of(self.purpose & covered) * most).checked_div(purpose).unwrap_or(0);
        of(self.thing & covered) * 100 + share
    }

    /// What of the text stands in a listing, as bits.
    fn covered(&self, listing: &Portrait, place: Place) -> u64 {
        let has = |leaf: &usize| self.stands(*leaf, listing, place);
        let mut covered = 0;
        for unit in self.plan.units.iter().filter(|unit| !unit.is_wish) {
            for part in &unit.parts {
                let own = part.own.iter().filter(|(leaf, _)| has(leaf));
                covered |= own.fold(0, |bits, (_, covers)| bits | covers);
            }
        }
        // The part of a longer word is not the word: cashew is `hạt điều`, and `điều` is in many others.
        for word in self.words.iter().filter(|word| !word.tied.is_empty()) {
            if !word.tied.iter().any(|pair| listing.has(List::Pair, pair, place)) {
                covered &= !self.with_parts(word.bit);
            }
        }
        let in_title = |leaf: &usize| self.stands(*leaf, listing, Place::Title);
        let named = self.names().filter(|name| {
            // One syllable is a name, as `lạc` is, or a part of one, as in `liên lạc`: in a title it is rather a name.
            if self.is_syllable(name) {
                is_there(name, in_title)
            } else {
                is_there(name, has)
            }
        });
        named.fold(covered, |bits, name| {
            let is_together = name.beside.iter().all(has);
            bits | name.covers | if is_together { name.together } else { 0 }
        })
    }

    /// Whether the term of a leaf stands in a listing.
    fn stands(&self, leaf: usize, listing: &Portrait, place: Place) -> bool {
        let leaf = self.plan.leaves.get(leaf);
        leaf.is_some_and(|leaf| listing.has(leaf.list, &leaf.term, place))
    }

    /// Whether a name is one Vietnamese syllable.
    fn is_syllable(&self, name: &Alternative) -> bool {
        let [only] = name.required.as_slice() else { return false };
        let leaf = self.plan.leaves.get(*only);
        leaf.is_some_and(|leaf| !leaf.term.is_ascii() || is_syllable(&leaf.term))
    }

    /// Everything else that stretches of the text are called.
    fn names(&self) -> impl Iterator<Item = &Alternative> {
        let units = self.plan.units.iter().filter(|unit| !unit.is_wish);
        let all = units.flat_map(|unit| {
            let inside = unit.parts.iter().flat_map(|part| &part.alternatives);
            inside.chain(&unit.alternatives)
        });
        all.filter(|name| !self.is_shorter(name) && self.is_same(name))
    }

    /// Whether a name is one of the same thing: what is nearly the same, or a sort of it, is found by a search and is no
    /// reason why one listing answers another.
    fn is_same(&self, name: &Alternative) -> bool {
        let leaves = name.required.iter().filter_map(|leaf| self.plan.leaves.get(*leaf));
        leaves.map(|leaf| leaf.boost).max().is_some_and(|boost| boost >= SAME)
    }

    /// Whether a name is a part of the stretch that it is for: `điều` for `hạt điều`.
    fn is_shorter(&self, name: &Alternative) -> bool {
        let own = self
            .words
            .iter()
            .filter(|word| word.bit & (name.covers | name.together) != 0);
        let own: Vec<&str> = own.map(|word| word.syllable.exact.as_str()).collect();
        let leaves = name.required.iter().filter_map(|leaf| self.plan.leaves.get(*leaf));
        own.len() > name.required.len() && leaves.into_iter().all(|leaf| own.contains(&leaf.term.as_str()))
    }

    fn with_parts(&self, bits: u64) -> u64 {
        let earned = self.plan.parts.iter().filter(|(_, word, _)| bits & word != 0);
        earned.fold(bits, |all, (part, _, _)| all | part)
    }

    /// The words that both have.
    fn shared(&self, listing: &Portrait) -> Vec<Shared> {
        let mut shared: Vec<Shared> = Vec::new();
        let mut told = 0_u64;
        for stretch in self.stretches(listing) {
            told |= self.bits(&stretch);
            shared.extend(self.told(&stretch, None));
        }
        for name in self.names() {
            let covers = name.covers | name.together;
            if covers & !told == 0 {
                continue;
            }
            let spelt: Option<Vec<String>> = name.required.iter().map(|leaf| self.exact(*leaf)).collect();
            let place = if self.is_syllable(name) {
                Place::Title
            } else {
                Place::Anywhere
            };
            let Some(found) = spelt.as_deref().and_then(|name| listing.written(name, place)) else {
                continue;
            };
            if let Some(stretch) = self.stretch_of(covers) {
                told |= covers;
                shared.extend(self.told(&stretch, Some(found)));
            }
        }
        shared.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.said.cmp(&b.said)));
        shared.dedup_by(|a, b| a.said.eq_ignore_ascii_case(&b.said));
        shared.truncate(TOLD);
        shared
    }

    fn exact(&self, leaf: usize) -> Option<String> {
        let leaf = self.plan.leaves.get(leaf)?;
        (leaf.list == List::Exact).then(|| leaf.term.clone())
    }

    /// The longest stretches of the text that stand in the listing word by word, places among the words.
    fn stretches(&self, listing: &Portrait) -> Vec<Range<usize>> {
        let has = |word: &Word| {
            let list = if word.syllable.marked {
                List::Exact
            } else {
                List::Folded
            };
            let spelt = if word.syllable.marked {
                &word.syllable.exact
            } else {
                &word.syllable.folded
            };
            listing.has(list, spelt, Place::Anywhere)
        };
        let mut stretches: Vec<Range<usize>> = Vec::new();
        let mut before: Option<&Word> = None;
        for (at, word) in self.words.iter().enumerate() {
            let there = has(word);
            let is_beside = before.is_some_and(|before| {
                let gap = self.text.get(before.syllable.range.end..word.syllable.range.start);
                gap.is_some_and(|gap| !gap.contains([',', '.', ';', ':', '(', ')', '\n']))
            });
            // All of it, not only each two of it: `đóng gói` here and `máy đóng đai` there is no `máy đóng gói`.
            let stands = |from: usize| {
                let run = self.words.get(from..=at).unwrap_or(&[]);
                is_beside && listing.has_run(run.iter().map(|word| &word.syllable))
            };
            let goes_on = stretches
                .last()
                .is_some_and(|last| last.end == at && stands(last.start));
            let start = at.checked_sub(1).filter(|before| stands(*before)).unwrap_or(at);
            match stretches.last_mut() {
                Some(last) if there && goes_on => last.end = at + 1,
                _ if there => stretches.push(start..at + 1),
                _ => {}
            }
            before = there.then_some(word);
        }
        stretches
            .into_iter()
            .filter_map(|stretch| self.trimmed(stretch))
            .collect()
    }

    /// A stretch without words of little meaning at its ends, where it is one that tells something.
    fn trimmed(&self, mut stretch: Range<usize>) -> Option<Range<usize>> {
        let is_stop = |at: usize| self.words.get(at).is_none_or(|word| word.is_stop);
        while !stretch.is_empty() && is_stop(stretch.start) {
            stretch.start += 1;
        }
        while !stretch.is_empty() && is_stop(stretch.end.saturating_sub(1)) {
            stretch.end -= 1;
        }
        let words = self.words.get(stretch.clone())?;
        let tells = match words {
            [] => false,
            [word] => {
                let is_foreign = !is_syllable(&word.syllable.folded) && word.syllable.folded.len() > 2;
                !word.is_little && (is_foreign || (word.tied.is_empty() && word.syllable.marked))
            }
            words => words.iter().any(|word| !word.is_little),
        };
        tells.then_some(stretch)
    }

    fn bits(&self, stretch: &Range<usize>) -> u64 {
        let words = self.words.get(stretch.clone()).unwrap_or(&[]);
        self.with_parts(words.iter().fold(0, |bits, word| bits | word.bit))
    }

    /// Where the words of some bits stand in the text.
    fn stretch_of(&self, bits: u64) -> Option<Range<usize>> {
        let first = self.words.iter().position(|word| word.bit & bits != 0)?;
        let words = self.words.get(first..).unwrap_or(&[]);
        let length = words.iter().take_while(|word| word.bit & bits != 0).count();
        Some(first..first + length)
    }

    fn told(&self, stretch: &Range<usize>, found: Option<&str>) -> Option<Shared> {
        let words = self.words.get(stretch.clone())?;
        let (first, last) = (words.first()?, words.last()?);
        let said = self.text.get(first.syllable.range.start..last.syllable.range.end)?;
        Some(Shared {
            said: said.to_owned(),
            found: found.map(str::to_owned),
            weight: self.weighing.masses.of(self.bits(stretch)),
        })
    }
}

/// Whether another name stands in a listing: all of it, and not in pieces.
fn is_there(name: &Alternative, has: impl Fn(&usize) -> bool) -> bool {
    let together = name.required.len() < 2
        || if name.beside.is_empty() {
            name.optional.iter().any(&has)
        } else {
            name.beside.iter().all(&has)
        };
    together && name.required.iter().all(has)
}
