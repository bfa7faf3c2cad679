//! Words of a query that say what something is to be like: `trên 500kg/h`, `dưới 100 triệu`, `xuất xứ Nhật Bản`.
//!
//! Each becomes an [`Interpretation`]: a preference that lifts the listings it fits and hides none. The person who asked
//! sees it and can switch it off; then its words are words like the others.

use std::ops::Range;

use super::{
    names::{COMPARISONS, Comparison, MONEY, Names, TABLES},
    quantity::{Quantity, millionths},
};
use crate::{
    analyzer::{Analysis, Code, Syllable},
    query::{Part, Query},
    request::SearchRequest,
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
    /// What is preferred: a kind of quantity, a country code, a material.
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
    /// Names of which one is looked for and none needs to be there: of a country, of a material.
    pub(crate) names: Vec<Vec<Vec<Syllable>>>,
}

/// Interpretations of one query.
const MOST: usize = 6;
/// Millionths that a quantity may be off where it was typed without a comparison, and where with `khoảng`.
const EXACTLY: (u64, u64) = (950_000, 1_050_000);
const ABOUT: (u64, u64) = (750_000, 1_300_000);

/// Whether a word of a part is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Dropped,
}

/// Takes wishes and talk out of a query.
pub(crate) fn take(text: &str, query: &mut Query, request: &SearchRequest) -> Wishes {
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
pub(crate) fn reserved(text: &str, query: &Query, request: &SearchRequest) -> Vec<usize> {
    let mut rest = query.clone();
    let wishes = take(text, &mut rest, request);
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

/// An amount that was typed.
struct Amount {
    /// Words of it.
    words: Range<usize>,
    text: String,
}

struct Reading<'a> {
    text: &'a str,
    analysis: &'a Analysis,
    without: &'a [String],
    wishes: &'a mut Wishes,
    roles: &'a mut [Role],
}

impl Reading<'_> {
    fn words(&self) -> &[Syllable] {
        &self.analysis.syllables
    }

    fn attributes(&mut self) {
        let mut at = 0;
        while at < self.words().len() {
            let end = self
                .price(at)
                .or_else(|| self.quantity(at))
                .or_else(|| self.origin(at))
                .or_else(|| self.material(at));
            at = end.unwrap_or(at + 1);
        }
    }

    /// Drops what people say around what they look for.
    fn talk(&mut self) {
        let mut at = 0;
        while at < self.words().len() {
            let talk = TABLES.talk.at(self.words(), at).map_or(0, |(length, _)| length);
            // Typed without diacritics a short phrase may be something else.
            let words = self.words().get(at..at + talk).unwrap_or(&[]);
            let sure = words.iter().any(|word| word.marked) || words.len() > 1;
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

    fn set(&mut self, words: Range<usize>, role: Role) {
        if let Some(roles) = self.roles.get_mut(words) {
            roles.fill(role);
        }
    }

    /// Takes an interpretation unless it was switched off or there are enough.
    fn accept(&mut self, words: Range<usize>, mut interpretation: Interpretation) -> bool {
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

    /// The comparison before a place, and where it starts.
    fn comparison(&self, at: usize) -> (usize, Option<Comparison>) {
        let Some((length, name)) = TABLES.comparisons.before(self.words(), at) else {
            return (at, None);
        };
        let known = COMPARISONS.iter().find(|(known, _)| *known == name);
        (at - length, known.map(|(_, comparison)| *comparison))
    }

    /// Where names before a place start.
    fn named(&self, names: &Names, at: usize) -> usize {
        names.before(self.words(), at).map_or(at, |(length, _)| at - length)
    }

    /// `dưới 100 triệu`, `từ 50 đến 100 triệu đồng`.
    fn price(&mut self, at: usize) -> Option<usize> {
        let (first, first_end) = self.number(at)?;
        let (start, comparison) = self.comparison(at);
        // `từ 50 đến 100 triệu`, `50 - 100 triệu`
        let second = self.range_end(at, first_end).and_then(|at| self.number(at));
        let number_end = second.as_ref().map_or(first_end, |(_, end)| *end);
        let (length, unit) = TABLES.money.at(self.words(), number_end)?;
        let scale = MONEY.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale)?;
        let mut end = number_end + length;
        end += TABLES.currency.at(self.words(), end).map_or(0, |(length, _)| length);
        let money = |number: &str| u64::try_from(millionths(number)? * u128::from(scale) / 1_000_000).ok();
        let low = money(&first)?;
        let (from, to) = match (&second, comparison) {
            (Some((second, _)), _) => (low, money(second)?),
            (None, Some(Comparison::AtLeast)) => (low, u64::MAX),
            (None, Some(Comparison::AtMost)) => (0, low),
            (None, _) => (low / 100 * 75, low / 100 * 130),
        };
        let start = self.named(&TABLES.price_names, start);
        let typed = |number: u64| number.to_string();
        let interpretation = Interpretation {
            id: String::new(),
            kind: InterpretationKind::Price,
            range: 0..0,
            value: "VND".to_owned(),
            at_least: (from > 0).then(|| typed(from)),
            at_most: (to < u64::MAX).then(|| typed(to)),
        };
        if !self.accept(start..end, interpretation) {
            // Switched off: its words are no other wish either.
            return Some(end);
        }
        self.set(start..end, Role::Dropped);
        self.wishes.preferences.push(Preference::Price { from, to });
        Some(end)
    }

    /// The number at a place as digits with a point, and where it ends.
    fn number(&self, at: usize) -> Option<(String, usize)> {
        let whole = self.words().get(at)?;
        let digits =
            |word: &Syllable| !word.folded.is_empty() && word.folded.bytes().all(|letter| letter.is_ascii_digit());
        if !digits(whole) {
            return None;
        }
        let next = self.words().get(at + 1).filter(|next| digits(next));
        let gap = next.and_then(|next| self.text.get(whole.range.end..next.range.start));
        match (next, gap) {
            (Some(next), Some(",")) => Some((format!("{}.{}", whole.folded, next.folded), at + 2)),
            (Some(next), Some(".")) if next.folded.len() == 3 => {
                Some((format!("{}{}", whole.folded, next.folded), at + 2))
            }
            (Some(next), Some(".")) => Some((format!("{}.{}", whole.folded, next.folded), at + 2)),
            _ => Some((whole.folded.clone(), at + 1)),
        }
    }

    /// Where the second number of a range starts: after `đến`, `tới`, `to` or a dash.
    fn range_end(&self, start: usize, end: usize) -> Option<usize> {
        let last = self.words().get(end.checked_sub(1)?)?;
        let next = self.words().get(end)?;
        let joined = matches!(next.exact.as_str(), "đên¹" | "tơi¹" | "den" | "toi" | "to");
        let gap = self.text.get(last.range.end..next.range.start)?.trim();
        (end > start && joined)
            .then_some(end + 1)
            .or_else(|| matches!(gap, "-" | "–" | "÷" | "~").then_some(end))
    }

    /// `trên 500kg/h`, `khoảng 2 tấn một giờ`, `380V`.
    fn quantity(&mut self, at: usize) -> Option<usize> {
        let first = self.amount(at)?;
        let (start, comparison) = self.comparison(at);
        let mut end = first.words.end;
        let mut last = None;
        if let Some(next) = self.range_end(at, end)
            && let Some(second) = self.amount(next)
        {
            end = second.words.end;
            last = Some(second);
        }
        let from = Quantity::from_code(&first.text)?;
        let to = last
            .as_ref()
            .map_or(Some(from), |last| Quantity::from_code(&last.text))?;
        if to.dimension != from.dimension {
            return None;
        }
        let scaled = |quantity: Quantity, by: u64| Quantity {
            value: u64::try_from(u128::from(quantity.value) * u128::from(by) / 1_000_000).unwrap_or(u64::MAX),
            ..quantity
        };
        let most = Quantity {
            value: u64::MAX,
            ..from
        };
        let least = Quantity { value: 0, ..from };
        let (from, to) = match (last.is_some(), comparison) {
            (true, _) => (from, to),
            (false, Some(Comparison::AtLeast)) => (from, most),
            (false, Some(Comparison::AtMost)) => (least, to),
            (false, Some(Comparison::About)) => (scaled(from, ABOUT.0), scaled(to, ABOUT.1)),
            (false, None) => (scaled(from, EXACTLY.0), scaled(to, EXACTLY.1)),
        };
        let start = self.named(&TABLES.quantity_names, start);
        let shown = |amount: &Amount| amount.text.trim_start_matches('#').to_owned();
        let upper = last.as_ref().unwrap_or(&first);
        let interpretation = Interpretation {
            id: String::new(),
            kind: InterpretationKind::Quantity,
            range: 0..0,
            value: from.dimension.name(),
            at_least: (comparison != Some(Comparison::AtMost) || last.is_some()).then(|| shown(&first)),
            at_most: (comparison != Some(Comparison::AtLeast) || last.is_some()).then(|| shown(upper)),
        };
        if !self.accept(start..end, interpretation) {
            // Switched off: its words are no other wish either.
            return Some(end);
        }
        self.set(start..end, Role::Dropped);
        if matches!(comparison, None | Some(Comparison::About)) {
            self.wishes.codes.push(first.text);
        }
        self.wishes.preferences.push(Preference::Quantity { from, to });
        Some(end)
    }

    /// The quantity that starts at a place, as a code.
    fn amount(&self, at: usize) -> Option<Amount> {
        let codes = self.analysis.codes.iter();
        let code = codes
            .filter(|code| code.syllables.start == at && code.text.starts_with('#'))
            .max_by_key(|code| code.syllables.end)?;
        let mut words = code.syllables.clone();
        let mut text = code.text.clone();
        // `2 tấn một giờ`, `2 tấn mỗi giờ`
        let every = self
            .words()
            .get(words.end)
            .is_some_and(|word| matches!(word.exact.as_str(), "môt⁵" | "môi⁴" | "mot" | "moi" | "per"));
        let period = TABLES.periods.at(self.words(), words.end + 1);
        if every
            && !text.contains('/')
            && let Some((length, name)) = period
        {
            text = format!("{text}/{name}");
            words.end += 1 + length;
        }
        Some(Amount { words, text })
    }

    /// `xuất xứ Nhật Bản`, `của Đức`, `Japan`.
    fn origin(&mut self, at: usize) -> Option<usize> {
        let (length, code) = TABLES.countries.at(self.words(), at)?;
        let (code, names) = (code.to_owned(), TABLES.countries.of(code));
        let end = at + length;
        let start = self.named(&TABLES.origin_marks, at);
        // `Ý`, `Anh`, `Mỹ` by themselves are words of many other things.
        let told = start < at || length > 1 || self.words().get(at).is_some_and(|word| word.folded.len() > 4);
        if !told || (at == 0 && end == self.words().len()) {
            return None;
        }
        let interpretation = Interpretation {
            id: String::new(),
            kind: InterpretationKind::Origin,
            range: 0..0,
            value: code,
            at_least: None,
            at_most: None,
        };
        if !self.accept(start..end, interpretation) {
            // Switched off: its words are no other wish either.
            return Some(end);
        }
        self.set(start..end, Role::Dropped);
        self.wishes.names.push(names);
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
        let interpretation = Interpretation {
            id: String::new(),
            kind: InterpretationKind::Material,
            range: 0..0,
            value: code,
            at_least: None,
            at_most: None,
        };
        if !self.accept(start..end, interpretation) {
            // Switched off: its words are no other wish either.
            return Some(end);
        }
        self.set(start..end, Role::Dropped);
        self.wishes.names.push(names);
        Some(end)
    }
}
