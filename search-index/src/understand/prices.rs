//! Prices in a query: `dưới 100 triệu`, `20tr - 50tr`, `5.000.000 đồng`.

use super::{
    attributes::{Interpretation, InterpretationKind, Preference, Reading, Role},
    names::{Comparison, MONEY, TABLES},
    numbers::{ONE, Said, Told},
    quantity::{decimal, millionths},
};
use crate::analyzer::Syllable;

/// What a number may end with, without diacritics.
const SUFFIXES: [(&str, u64); 7] = [
    ("k", 1_000),
    ("tr", 1_000_000),
    ("trieu", 1_000_000),
    ("ty", 1_000_000_000),
    ("ti", 1_000_000_000),
    ("d", 1),
    ("vnd", 1),
];
/// From here on a number with `k` is a price: `4K` is a picture.
const THOUSANDS_FROM: u128 = 10_000_000;
/// From here on a number of đồng without a scale is a price: `5 đồng` is of copper.
const DONG_FROM: u64 = 1_000;
/// From here on a digit behind a scale is a part of it: `1tr5`.
const MILLION: u64 = 1_000_000;
const THOUSAND: u64 = 1_000;
/// Multipliers of numbers in words go up to this; the larger ones are scales.
const HUNDRED: u128 = 100;
/// Words in which a rate such as `/năm` is looked for.
const RATE_WITHIN: usize = 3;

/// A number of money.
struct Sum {
    number: String,
    scale: Option<u64>,
    /// Where it ends among the words.
    end: usize,
}

impl Reading<'_> {
    /// `dưới 100 triệu`, `từ 50 đến 100 triệu đồng`, `hai tỷ rưỡi trở xuống`.
    pub(super) fn price(&mut self, at: usize) -> Option<usize> {
        let first = self.sum(at)?;
        let (start, before) = self.comparison(at);
        // `từ 50 đến 100 triệu`, `50 - 100 triệu`
        let second = self.range_end(at, first.end).and_then(|at| self.sum(at));
        let mut end = second.as_ref().map_or(first.end, |second| second.end);
        let currency = TABLES.currency.at(self.words(), end).map_or(0, |(length, _)| length);
        end += currency;
        let scales = (first.scale, second.as_ref().and_then(|second| second.scale));
        let plain = (currency > 0).then_some(1);
        let (of_first, of_second) = (scales.0.or(scales.1).or(plain)?, scales.1.or(scales.0).or(plain)?);
        let money = |number: &str, scale: u64| u64::try_from(millionths(number)? * u128::from(scale) / ONE).ok();
        let low = money(&first.number, of_first)?;
        // `ba nghìn hai trăm oát`
        let goes_on = of_second == THOUSAND && self.said(end, HUNDRED).is_some_and(|rest| rest.told == Told::Words);
        let output = currency == 0 && (goes_on || self.is_output(end));
        if output || (of_second == 1 && low < DONG_FROM) {
            return None;
        }
        let (end, behind) = self.comparison_behind(end);
        let comparison = behind.or(before);
        let (from, to) = match (&second, comparison) {
            (Some(second), _) => (low, money(&second.number, of_second)?),
            (None, Some(Comparison::AtLeast)) => (low, u64::MAX),
            (None, Some(Comparison::AtMost)) => (0, low),
            (None, _) => (low / 100 * 75, (low / 100).saturating_mul(130)),
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

    /// The number of money at a place: `1,5 tỷ`, `20tr`, `5.000.000`, `hai trăm triệu`.
    fn sum(&self, at: usize) -> Option<Sum> {
        let suffixed = |at: usize, before: &str| {
            let word = self.words().get(at)?;
            let digits = word.folded.bytes().take_while(u8::is_ascii_digit).count();
            let (digits, letters) = word
                .folded
                .split_at_checked(digits)
                .filter(|(digits, _)| !digits.is_empty())?;
            // `1tr5`, `2ty250`
            let (letters, fraction) =
                letters.split_at_checked(letters.trim_end_matches(|letter: char| letter.is_ascii_digit()).len())?;
            let (_, scale) = SUFFIXES.iter().find(|(suffix, _)| *suffix == letters)?;
            if !(fraction.is_empty() || (before.is_empty() && *scale >= MILLION && fraction.len() <= 3)) {
                return None;
            }
            let number = match fraction {
                "" => format!("{before}{digits}"),
                fraction => format!("{digits}.{fraction}"),
            };
            let camera = letters == "k" && millionths(&number)? < THOUSANDS_FROM;
            (!camera).then_some(Sum {
                number,
                scale: Some(*scale),
                end: at + 1,
            })
        };
        let Some((number, end)) = self.number(at) else {
            return suffixed(at, "").or_else(|| self.scaled(at));
        };
        let gap = match (self.words().get(end.checked_sub(1)?), self.words().get(end)) {
            (Some(last), Some(next)) => self.text.get(last.range.end..next.range.start),
            _ => None,
        };
        // `1.5tr`, `5.000.000đ`
        let thousands = |word: &Syllable| word.folded.bytes().take_while(u8::is_ascii_digit).count() == 3;
        let joined = match gap {
            Some(".") if self.words().get(end).is_some_and(thousands) => suffixed(end, &number),
            Some("." | ",") if !number.contains('.') => suffixed(end, &format!("{number}.")),
            _ => None,
        };
        joined.or_else(|| self.scaled(at))
    }

    /// A number with the word for its scale, if there is one, and what stands behind it of the same sum: `hai tỷ rưỡi`,
    /// `1 tỷ 200 triệu`.
    fn scaled(&self, at: usize) -> Option<Sum> {
        let Said { value, mut end, .. } = self.said(at, HUNDRED)?;
        let unit = TABLES.money.at(self.words(), end);
        let scale = unit.and_then(|(_, unit)| MONEY.iter().find(|(name, _)| *name == unit));
        let scale = scale.map(|(_, scale)| *scale);
        end += unit.map_or(0, |(length, _)| length);
        let whole = Sum {
            number: decimal(value),
            scale,
            end,
        };
        let Some(of_whole) = scale else { return Some(whole) };
        if self.is_half(end) {
            return Some(Sum {
                number: decimal(value + ONE / 2),
                end: end + 1,
                ..whole
            });
        }
        let rest = self.scaled(end).filter(|_| self.gap(end) == Some(" "));
        match rest {
            Some(Sum {
                number,
                scale: Some(of_rest),
                end,
            }) if of_whole >= MILLION && of_rest < of_whole => Some(Sum {
                number: decimal(value * u128::from(of_whole) + millionths(&number)? * u128::from(of_rest)),
                scale: Some(1),
                end,
            }),
            _ => Some(whole),
        }
    }

    /// Whether what follows a number is made, counted or measured: `10 triệu viên/năm`, `2 nghìn oát` are no prices.
    fn is_output(&self, end: usize) -> bool {
        let counted = TABLES.things.at(self.words(), end).is_some() || self.unit(end, Told::Words).is_some();
        let rate = |at: usize| self.gap(at) == Some("/") && TABLES.periods.at(self.words(), at).is_some();
        (counted && self.gap(end).is_some_and(|gap| gap.trim().is_empty())) || (end + 1..=end + RATE_WITHIN).any(rate)
    }
}
