//! Words of a query that say what something is to be like: `trên 500kg/h`, `dưới 100 triệu`, `xuất xứ Nhật Bản`.
//!
//! Each becomes an [`Interpretation`]: a preference that lifts the listings it fits and hides none. The person who asked
//! sees it and can switch it off; then its words are words like the others.

use std::ops::Range;

use super::{
    grammar::is_syllable,
    names::{Names, TABLES},
    quantity::Quantity,
};
use crate::{
    analyzer::{Analysis, Code, Syllable},
    query::{Part, Query},
    request::SearchRequest,
    terms::member_term,
    vocabulary::Vocabulary,
};

/// What a stretch of the query was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpretation {
    /// Names it within this query, for [`SearchRequest::without`].
    pub id: String,
    /// What it is about.
    pub kind: InterpretationKind,
    /// Byte range in the query, on character boundaries.
    pub range: Range<usize>,
    /// What is preferred: a kind of quantity, a country code, a material, a code of a province.
    pub value: String,
    /// Least amount as it was typed, if one was.
    pub at_least: Option<String>,
    /// Greatest amount as it was typed, if one was.
    pub at_most: Option<String>,
}

/// What an [`Interpretation`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InterpretationKind {
    /// A quantity with its unit.
    Quantity,
    /// A price in đồng.
    Price,
    /// Where it was made.
    Origin,
    /// What it is made of.
    Material,
    /// In which province it is offered.
    Place,
    /// The code of an entry, which the index itself never sees.
    Code,
}

impl InterpretationKind {
    /// The code of the kind.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Price => "price",
            Self::Origin => "origin",
            Self::Material => "material",
            Self::Place => "place",
            Self::Code => "code",
        }
    }
}

/// What lifts a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Preference {
    /// A quantity within two others of one dimension.
    Quantity { from: Quantity, to: Quantity },
    /// A price in đồng.
    Price { from: u64, to: u64 },
}

impl Preference {
    /// The bounds of a wish about the price.
    pub(crate) fn prices(&self) -> Option<(u64, u64)> {
        match self {
            Self::Price { from, to } => Some((*from, *to)),
            Self::Quantity { .. } => None,
        }
    }
}

/// A query without the words that say what something is to be like, and what they say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) interpretations: Vec<Interpretation>,
    pub(crate) preferences: Vec<Preference>,
    /// Codes that were typed with the quantities.
    pub(crate) codes: Vec<String>,
    /// Names of which one is looked for and none needs to be there.
    pub(crate) names: Vec<WishedNames>,
}

/// What something that is wished for is called: a country, a material, a province.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WishedNames {
    pub(crate) names: Vec<Vec<Syllable>>,
    /// The term that listings have which tell it in a member of their own.
    pub(crate) member: Option<String>,
}

/// Interpretations of one query.
const MOST: usize = 6;
/// Whether a word of a part is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    Dropped,
}

/// Takes wishes and talk out of a query.
pub(crate) fn take(text: &str, query: &mut Query, request: &SearchRequest, vocabulary: &Vocabulary) -> Wishes {
    let mut wishes = Wishes::default();
    let mut parts = Vec::with_capacity(query.wanted.len());
    let mut something_left = false;
    for part in &query.wanted {
        let words = &part.analysis.syllables;
        let mut roles = vec![Role::Plain; words.len()];
        if !part.quoted {
            let mut reading = Reading {
                text,
                analysis: &part.analysis,
                vocabulary: request.features.vocabulary.then_some(vocabulary),
                without: &request.without,
                wishes: &mut wishes,
                roles: &mut roles,
            };
            if request.features.attributes {
                reading.attributes();
            }
            if request.features.talk {
                reading.talk();
            }
        }
        something_left |= roles.contains(&Role::Plain);
        parts.extend(kept(part, &roles));
    }
    if !something_left {
        // `380V` or `Nhật Bản` alone is what is looked for.
        return Wishes::default();
    }
    query.wanted = parts;
    wishes
}

/// Where words stand that say what something is to be like, or that are talk: they are no slips.
pub(crate) fn reserved(text: &str, query: &Query, request: &SearchRequest, vocabulary: &Vocabulary) -> Vec<usize> {
    let mut rest = query.clone();
    let wishes = take(text, &mut rest, request, vocabulary);
    let starts = |query: &Query| -> Vec<usize> {
        let words = query.wanted.iter().flat_map(|part| &part.analysis.syllables);
        words.map(|word| word.range.start).collect()
    };
    let kept = starts(&rest);
    // A wish that was switched off, or that is all there is, is reserved no less.
    let wished = |start: &usize| wishes.interpretations.iter().any(|wish| wish.range.contains(start));
    starts(query)
        .into_iter()
        .filter(|start| wished(start) || !kept.contains(start))
        .collect()
}

/// The stretches of a part that are looked for.
fn kept(part: &Part, roles: &[Role]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0;
    for end in 0..=roles.len() {
        let stays = roles.get(end).is_some_and(|role| *role != Role::Dropped);
        if stays {
            continue;
        }
        let words = part.analysis.syllables.get(start..end).unwrap_or(&[]);
        if !words.is_empty() {
            let inside = |code: &&Code| start <= code.syllables.start && code.syllables.end <= end;
            let moved = |code: &Code| Code {
                syllables: code.syllables.start - start..code.syllables.end - start,
                ..code.clone()
            };
            parts.push(Part {
                analysis: Analysis {
                    syllables: words.to_vec(),
                    codes: part.analysis.codes.iter().filter(inside).map(moved).collect(),
                },
                quoted: part.quoted,
            });
        }
        start = end + 1;
    }
    parts
}

pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) analysis: &'a Analysis,
    vocabulary: Option<&'a Vocabulary>,
    without: &'a [String],
    pub(super) wishes: &'a mut Wishes,
    roles: &'a mut [Role],
}

impl Reading<'_> {
    pub(super) fn words(&self) -> &[Syllable] {
        &self.analysis.syllables
    }

    fn attributes(&mut self) {
        let mut at = 0;
        while at < self.words().len() {
            let end = self
                .price(at)
                .or_else(|| self.number_of(at))
                .or_else(|| self.quantity(at))
                .or_else(|| self.origin(at))
                .or_else(|| self.material(at))
                .or_else(|| self.place(at));
            at = end.unwrap_or(at + 1);
        }
    }

    /// Drops what people say around what they look for.
    fn talk(&mut self) {
        let mut at = 0;
        while at < self.words().len() {
            let talk = TABLES.talk.at(self.words(), at).map_or(0, |(length, _)| length);
            // Typed without diacritics a short phrase may be something else: `can tim` is `cân tim`, too.
            let words = self.words().get(at..at + talk).unwrap_or(&[]);
            let other = |word: &Syllable| word.marked || !is_syllable(&word.folded);
            let sure = words.iter().any(other) || words.len() > 2;
            let free = self
                .roles
                .get(at..at + talk)
                .is_some_and(|roles| roles.iter().all(|role| *role == Role::Plain));
            if talk > 0 && sure && free {
                self.set(at..at + talk, Role::Dropped);
                at += talk;
            } else {
                at += 1;
            }
        }
    }

    pub(super) fn set(&mut self, words: Range<usize>, role: Role) {
        if let Some(roles) = self.roles.get_mut(words) {
            roles.fill(role);
        }
    }

    /// Takes an interpretation unless it was switched off or there are enough.
    pub(super) fn accept(&mut self, words: Range<usize>, mut interpretation: Interpretation) -> bool {
        let (first, last) = (
            self.words().get(words.start),
            words.end.checked_sub(1).and_then(|last| self.words().get(last)),
        );
        let (Some(first), Some(last)) = (first, last) else {
            return false;
        };
        interpretation.range = first.range.start..last.range.end;
        let Range { start, end } = interpretation.range;
        interpretation.id = format!("{}:{start}-{end}", interpretation.kind.code());
        if self.wishes.interpretations.len() >= MOST || self.without.contains(&interpretation.id) {
            return false;
        }
        self.wishes.interpretations.push(interpretation);
        true
    }

    /// Takes words for a wish for what has a code and names. Switched off, they are no other wish either.
    fn wish_for(&mut self, words: Range<usize>, kind: InterpretationKind, (value, names): (String, WishedNames)) {
        let interpretation = Interpretation {
            id: String::new(),
            kind,
            range: 0..0,
            value,
            at_least: None,
            at_most: None,
        };
        if self.accept(words.clone(), interpretation) {
            self.set(words, Role::Dropped);
            self.wishes.names.push(names);
        }
    }

    /// Where names before a place start.
    pub(super) fn named(&self, names: &Names, at: usize) -> usize {
        names.before(self.words(), at).map_or(at, |(length, _)| at - length)
    }

    /// `xuất xứ Nhật Bản`, `của Đức`, `Japan`.
    fn origin(&mut self, at: usize) -> Option<usize> {
        let (length, code) = TABLES.countries.at(self.words(), at)?;
        let (code, names) = (code.to_owned(), TABLES.countries.of(code));
        let member = member_term(&code);
        let end = at + length;
        let mut start = self.named(&TABLES.origin_marks, at);
        let longer = if start < at { self.names() } else { Vec::new() };
        // `xe nâng hàng của Nhật`: what ends a longer name is none of the mark.
        while start < at && start > 0 && is_within(&longer, &(start - 1..start + 1)) {
            start += 1;
        }
        // `Ý`, `Anh`, `Mỹ` by themselves are words of many other things.
        let told = start < at
            || length > 1
            || self.words().get(at).is_some_and(|word| word.folded.len() > 4)
            || self.is_country_at_end(at);
        if self.begins_other_name(at..end)
            || !told
            || (at == 0 && end == self.words().len())
            || (start == at && self.is_in_name(at..end))
        {
            return None;
        }
        self.wish_for(
            start..end,
            InterpretationKind::Origin,
            (code, WishedNames { names, member }),
        );
        Some(end)
    }

    /// Whether what is the name of a country begins another name: `pháp luật`, `của Mỹ Hào`.
    fn begins_other_name(&self, country: Range<usize>) -> bool {
        let longer = TABLES.no_countries.at(self.words(), country.start);
        if longer.is_some_and(|(length, _)| length > country.len()) {
            return true;
        }
        // A place that is written as one: no other country, which is told of itself, and no brand.
        let is_told = TABLES.countries.at(self.words(), country.end).is_some()
            || TABLES.places.at(self.words(), country.end).is_some();
        let before = country.start.checked_sub(1).and_then(|at| self.words().get(at));
        let (Some(before), Some(name)) = (before, self.words().get(country.start)) else {
            return false;
        };
        let Some(next) = self.words().get(country.end).filter(|_| country.len() == 1 && !is_told) else {
            return false;
        };
        let between = self.text.get(name.range.end..next.range.start);
        let is_joined = between.is_some_and(|between| between.chars().all(char::is_whitespace));
        is_joined
            && !self.is_capital(before)
            && self.is_capital(name)
            && self.is_capital(next)
            && is_syllable(&next.folded)
    }

    /// Whether a short name of a country ends the query behind what is looked for, and is written as one: `máy sấy Nhật`. Of these only
    /// `nhật` is hardly another word.
    fn is_country_at_end(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.words().get(at));
        let (Some(before), Some(word)) = (before, self.words().get(at)) else {
            return false;
        };
        let rest = self.text.get(word.range.end..).unwrap_or_default();
        let is_end = at + 1 == self.words().len() && !rest.chars().any(char::is_alphanumeric);
        let is_written = (self.is_capital(word) && !self.is_capital(before)) || word.folded == "nhat";
        is_end && word.marked && is_written && TABLES.no_country_behind.before(self.words(), at).is_none()
    }

    fn is_capital(&self, word: &Syllable) -> bool {
        let letters = self.text.get(word.range.clone()).unwrap_or_default();
        letters.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether some words belong to a longer name of the vocabulary: `đậu Hà Lan` is from anywhere.
    pub(super) fn is_in_name(&self, words: Range<usize>) -> bool {
        is_within(&self.names(), &words)
    }

    /// Where names of the vocabulary stand.
    fn names(&self) -> Vec<Range<usize>> {
        let told_apart = self.words().iter().any(|word| word.marked);
        let spans = self
            .vocabulary
            .map(|vocabulary| vocabulary.spans(self.words(), told_apart, |_| true));
        spans.into_iter().flatten().map(|span| span.words).collect()
    }

    /// `ở Phú Thọ`, `tại tỉnh Vĩnh Phúc`: by itself the name of a place is as often a part of what something is called.
    fn place(&mut self, at: usize) -> Option<usize> {
        let (length, code) = TABLES.places.at(self.words(), at)?;
        let (code, names) = (code.to_owned(), TABLES.places.of(code));
        let member = member_term(&code);
        let end = at + length;
        let mut start = self.named(&TABLES.place_marks, at);
        let longer = if start < at { self.names() } else { Vec::new() };
        // `may tinh ha noi`: what a longer name goes on with is no mark.
        while start < at && longer.iter().any(|name| name.start < start && start < name.end) {
            start += 1;
        }
        if start == at {
            return None;
        }
        self.wish_for(
            start..end,
            InterpretationKind::Place,
            (code, WishedNames { names, member }),
        );
        Some(end)
    }

    /// `bằng inox`, `chất liệu nhôm`.
    fn material(&mut self, at: usize) -> Option<usize> {
        let (length, code) = TABLES.materials.at(self.words(), at)?;
        let (code, names) = (code.to_owned(), TABLES.materials.of(code));
        let end = at + length;
        let start = self.named(&TABLES.material_marks, at);
        if start == at || start == 0 {
            return None;
        }
        let names = WishedNames { names, member: None };
        self.wish_for(start..end, InterpretationKind::Material, (code, names));
        Some(end)
    }
}

/// Whether some words belong to one of some names that is longer.
fn is_within(names: &[Range<usize>], words: &Range<usize>) -> bool {
    let mut names = names.iter();
    names.any(|name| name.len() > words.len() && name.start <= words.start && words.end <= name.end)
}
