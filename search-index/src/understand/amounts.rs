//! Amounts in a query: quantities with their units, numbers of something.

use std::ops::Range;

use super::{
    attributes::{Interpretation, InterpretationKind, Preference, Reading, Role},
    names::{COMPARISONS, Comparison, TABLES},
    quantity::Quantity,
};
use crate::analyzer::{Code, Syllable};

/// Millionths that a quantity may be off where it was typed without a comparison, and where with `khoảng`.
const EXACTLY: (u64, u64) = (950_000, 1_050_000);
const ABOUT: (u64, u64) = (750_000, 1_300_000);

/// An amount that was typed.
struct Amount {
    /// Words of it.
    words: Range<usize>,
    text: String,
}

impl Reading<'_> {
    /// The comparison before a place, and where it starts.
    pub(super) fn comparison(&self, at: usize) -> (usize, Option<Comparison>) {
        let Some((length, name)) = TABLES.comparisons.before(self.words(), at) else {
            return (at, None);
        };
        let known = COMPARISONS.iter().find(|(known, _)| *known == name);
        (at - length, known.map(|(_, comparison)| *comparison))
    }

    /// The number at a place as digits with a point, and where it ends.
    pub(super) fn number(&self, at: usize) -> Option<(String, usize)> {
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
                // `5.000.000`
                let (mut number, mut end) = (format!("{}{}", whole.folded, next.folded), at + 2);
                let mut last = next;
                while let Some(next) = self
                    .words()
                    .get(end)
                    .filter(|next| digits(next) && next.folded.len() == 3)
                    && self.text.get(last.range.end..next.range.start) == Some(".")
                {
                    number.push_str(&next.folded);
                    (last, end) = (next, end + 1);
                }
                Some((number, end))
            }
            (Some(next), Some(".")) => Some((format!("{}.{}", whole.folded, next.folded), at + 2)),
            _ => Some((whole.folded.clone(), at + 1)),
        }
    }

    /// Where the second number of a range starts: after `đến`, `tới`, `to` or a dash.
    pub(super) fn range_end(&self, start: usize, end: usize) -> Option<usize> {
        let last = self.words().get(end.checked_sub(1)?)?;
        let next = self.words().get(end)?;
        let joined = matches!(next.exact.as_str(), "đên¹" | "tơi¹" | "den" | "toi" | "to");
        let gap = self.text.get(last.range.end..next.range.start)?.trim();
        (end > start && joined)
            .then_some(end + 1)
            .or_else(|| matches!(gap, "-" | "–" | "÷" | "~").then_some(end))
    }

    /// `3 pha`, `phi 60`: a number of something, as listings write it.
    pub(super) fn number_of(&mut self, at: usize) -> Option<usize> {
        let (words, value) = match (self.number(at), TABLES.counted.at(self.words(), at)) {
            // What is counted comes after the number,
            (Some((_, end)), _) => {
                let (length, value) = TABLES
                    .counted
                    .at(self.words(), end)
                    .filter(|(_, value)| *value == "phases")?;
                (at..end + length, value)
            }
            // or what is measured before it.
            (None, Some((length, value))) if value == "diameter" => (at..self.number(at + length)?.1, value),
            _ => return None,
        };
        let value = value.to_owned();
        let typed = self.words().get(words.clone()).unwrap_or(&[]).to_vec();
        let digits = typed
            .iter()
            .find(|word| word.folded.bytes().all(|letter| letter.is_ascii_digit()));
        let amount = digits.map(|word| word.folded.clone());
        let interpretation = Interpretation {
            id: String::new(),
            kind: InterpretationKind::Quantity,
            range: 0..0,
            value,
            at_least: amount.clone(),
            at_most: amount,
        };
        let end = words.end;
        if !self.accept(words.clone(), interpretation) {
            return Some(end);
        }
        self.set(words, Role::Dropped);
        self.wishes.names.push(vec![typed]);
        Some(end)
    }

    /// `trên 500kg/h`, `khoảng 2 tấn một giờ`, `380V`.
    pub(super) fn quantity(&mut self, at: usize) -> Option<usize> {
        let first = self.amount(at).or_else(|| self.start_of_range(at))?;
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

    /// A number whose unit stands after the other end of its range: `10-15 kW`.
    fn start_of_range(&self, at: usize) -> Option<Amount> {
        let (number, end) = self.number(at)?;
        let other = self.amount(self.range_end(at, end)?)?.text;
        let unit = other.trim_start_matches(|letter: char| matches!(letter, '#' | '.') || letter.is_ascii_digit());
        Some(Amount {
            words: at..end,
            text: format!("#{number}{unit}"),
        })
    }

    /// The quantity that starts at a place, as a code.
    fn amount(&self, at: usize) -> Option<Amount> {
        let (mut words, mut text) = self.spoken(at).or_else(|| self.written(at))?;
        // `2 tấn một giờ`, `2 tấn mỗi giờ`
        let every = self
            .words()
            .get(words.end)
            .is_some_and(|word| matches!(word.exact.as_str(), "môt⁵" | "môi⁴" | "mot" | "moi" | "per"));
        // `50 khối/giờ`
        if let Some((length, name)) = TABLES.periods.at(self.words(), words.end)
            && !text.contains('/')
            && self.gap(words.end) == Some("/")
        {
            text = format!("{text}/{name}");
            words.end += length;
        }
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

    /// A number with a unit that is spelt: `110 mã lực`.
    fn spoken(&self, at: usize) -> Option<(Range<usize>, String)> {
        let (number, end) = self.number(at)?;
        let (length, unit) = TABLES.spoken_units.at(self.words(), end)?;
        Some((at..end + length, format!("#{number}{unit}")))
    }

    /// A number with a unit as it is indexed.
    fn written(&self, at: usize) -> Option<(Range<usize>, String)> {
        let codes = self.analysis.codes.iter();
        let code = codes
            .filter(|code| code.syllables.start == at && code.text.starts_with('#'))
            .max_by_key(|code| code.syllables.end)?;
        (!self.is_model(code)).then(|| (code.syllables.clone(), code.text.clone()))
    }

    /// Whether what looks like a quantity ends a model number that was typed apart: `mr j4 70a`, `gp 200 jxk`.
    fn is_model(&self, code: &Code) -> bool {
        let letters = code
            .text
            .trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
        let mixed = |word: &Syllable| {
            let digits = word.folded.bytes().filter(u8::is_ascii_digit).count();
            digits > 0 && digits < word.folded.len()
        };
        let before = code
            .syllables
            .start
            .checked_sub(1)
            .and_then(|before| self.words().get(before));
        letters.len() == 1 && code.syllables.len() == 1 && before.is_some_and(mixed)
    }

    /// What stands between a word and the one before it.
    fn gap(&self, at: usize) -> Option<&str> {
        let (before, word) = (self.words().get(at.checked_sub(1)?)?, self.words().get(at)?);
        self.text.get(before.range.end..word.range.start)
    }
}
