//! Amounts in a query: quantities with their units, numbers of something.

use std::ops::Range;

use super::{
    attributes::{Interpretation, InterpretationKind, Preference, Reading, Role, WishedNames},
    grammar::is_syllable,
    names::{Comparison, TABLES},
    numbers::{ONE, Told},
    quantity::{Quantity, decimal, millionths},
};
use crate::analyzer::{Code, Syllable, analyze};

/// Millionths that a quantity may be off where it was typed without a comparison, and where with `khoảng`.
const EXACTLY: (u64, u64) = (950_000, 1_050_000);
const ABOUT: (u64, u64) = (750_000, 1_300_000);

/// Multipliers of numbers in words go up to this.
const THOUSAND: u128 = 1_000;
/// Units that are other words without their diacritics: a can, a part.
const UNCLEAR: [&str; 5] = ["can", "phan", "ta", "tac", "lang"];
/// Phases as listings spell them otherwise.
const PHASES: [(&str, &str); 3] = [("1", "một"), ("2", "hai"), ("3", "ba")];

/// An amount that was typed.
struct Amount {
    /// Words of it.
    words: Range<usize>,
    /// Its code, such as `#500kg/h`.
    text: String,
    /// By what its number was multiplied: by 100 in `5 tạ`, by 1,000 in `5 nghìn lít`.
    times: u128,
}

impl Amount {
    /// The number in millionths and the unit.
    fn apart(&self) -> Option<(u128, &str)> {
        let text = self.text.strip_prefix('#')?;
        let (number, unit) = text.split_at_checked(digits(text))?;
        Some((millionths(number)?, unit))
    }

    /// Whether it is something that comes out in a time.
    fn flows(&self) -> bool {
        Quantity::from_code(&self.text).is_some_and(Quantity::flows)
    }

    fn in_time(&mut self, period: &str) {
        self.text = format!("{}/{period}", self.text);
    }
}

/// How long the number is with which a text starts.
fn digits(text: &str) -> usize {
    let digits = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.');
    digits.count()
}

impl Reading<'_> {
    /// The comparison before a place, and where it starts.
    pub(super) fn comparison(&self, at: usize) -> (usize, Option<Comparison>) {
        let Some((length, code)) = TABLES.comparisons.before(self.words(), at) else {
            return (at, self.sign(at));
        };
        (at - length, Comparison::from_code(code))
    }

    /// The comparison that is a sign: `> 5 kW`.
    fn sign(&self, at: usize) -> Option<Comparison> {
        match self.gap(at)?.trim() {
            ">" | ">=" | "≥" => Some(Comparison::AtLeast),
            "<" | "<=" | "≤" => Some(Comparison::AtMost),
            "~" | "≈" => Some(Comparison::About),
            _ => None,
        }
    }

    /// Where the comparison at a place ends, if there is one: `100 lít trở lên`.
    pub(super) fn comparison_behind(&self, at: usize) -> (usize, Option<Comparison>) {
        let found = TABLES.comparisons_behind.at(self.words(), at);
        let Some((length, code)) = found else { return (at, None) };
        // `5 kW tối đa 50 triệu`: it is said of what comes next.
        let digit = |word: &Syllable| word.folded.starts_with(|letter: char| letter.is_ascii_digit());
        let next = self.words().get(at + length).is_some_and(digit) || self.said(at + length, THOUSAND).is_some();
        if next && TABLES.comparisons.at(self.words(), at).is_some() {
            return (at, None);
        }
        (at + length, Comparison::from_code(code))
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

    /// Where the second number of a range starts: after `đến`, `tới`, `to` or a dash, or after `and` of one that is between
    /// two.
    pub(super) fn range_end(&self, start: usize, end: usize) -> Option<usize> {
        let last = self.words().get(end.checked_sub(1)?)?;
        let next = self.words().get(end)?;
        let before = start.checked_sub(1).and_then(|before| self.words().get(before));
        let joined = match next.exact.as_str() {
            "đên¹" | "tơi¹" | "den" | "toi" | "to" => true,
            "and" => before.is_some_and(|before| before.exact == "between"),
            _ => false,
        };
        let gap = self.text.get(last.range.end..next.range.start)?.trim();
        (end > start && joined)
            .then_some(end + 1)
            .or_else(|| matches!(gap, "-" | "–" | "÷" | "~").then_some(end))
    }

    /// `3 pha`, `phi 60`: a number of something, as listings write it.
    pub(super) fn number_of(&mut self, at: usize) -> Option<usize> {
        let phases = self.phases(at);
        let (words, value, amount) = match (phases, TABLES.counted.at(self.words(), at)) {
            // What is counted comes after the number,
            (Some((end, amount)), _) => (at..end, "phases", amount),
            // or what is measured before it.
            (None, Some((length, value))) if value == "diameter" => {
                let (number, end) = self.number(at + length)?;
                (at..end, value, number)
            }
            _ => return None,
        };
        let mut names = vec![self.words().get(words.clone()).unwrap_or(&[]).to_vec()];
        if value == "phases" {
            let spelled = PHASES.iter().filter(|(digits, _)| *digits == amount);
            let others = spelled.flat_map(|(digits, word)| [digits, word].map(|number| format!("{number} pha")));
            for other in others.map(|other| analyze(&other).syllables) {
                let same = |name: &Vec<Syllable>| {
                    name.iter()
                        .map(|word| &word.exact)
                        .eq(other.iter().map(|word| &word.exact))
                };
                if !names.iter().any(same) {
                    names.push(other);
                }
            }
        }
        let interpretation = Interpretation {
            id: String::new(),
            kind: InterpretationKind::Quantity,
            range: 0..0,
            value: value.to_owned(),
            at_least: Some(amount.clone()),
            at_most: Some(amount),
        };
        let end = words.end;
        if !self.accept(words.clone(), interpretation) {
            return Some(end);
        }
        self.set(words, Role::Dropped);
        self.wishes.names.push(WishedNames { names, member: None });
        Some(end)
    }

    /// Where a number of phases ends, and the number: `3 pha`, `ba pha`.
    fn phases(&self, at: usize) -> Option<(usize, String)> {
        let said = self.said(at, 1).filter(|said| said.value % ONE == 0)?;
        let (length, value) = TABLES.counted.at(self.words(), said.end)?;
        (value == "phases").then(|| (said.end + length, decimal(said.value)))
    }

    /// `trên 500kg/h`, `khoảng 2 tấn một giờ`, `380V`, `nửa tấn trở lên`.
    pub(super) fn quantity(&mut self, at: usize) -> Option<usize> {
        let mut first = self.amount(at).or_else(|| self.start_of_range(at))?;
        let mut last = self.range_end(at, first.words.end).and_then(|next| self.amount(next));
        let end = last.as_ref().unwrap_or(&first).words.end;
        // `2 tấn đến 3 tấn một giờ`: the time is told of both.
        if let Some((_, period)) = last.as_ref().and_then(|last| last.text.split_once('/'))
            && !first.text.contains('/')
        {
            first.in_time(period);
        }
        let (start, before) = self.comparison(at);
        let (end, behind) = self.comparison_behind(end);
        let comparison = behind.or(before);
        let start = self.in_time_before(start, &mut first, last.as_mut());
        let from = Quantity::from_code(&first.text)?;
        let to = last
            .as_ref()
            .map_or(Some(from), |last| Quantity::from_code(&last.text))?;
        if to.dimension != from.dimension {
            return None;
        }
        let scaled = |quantity: Quantity, by: u64| Quantity {
            value: u64::try_from(u128::from(quantity.value) * u128::from(by) / ONE).unwrap_or(u64::MAX),
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

    /// A number whose unit stands after the other end of its range: `10-15 kW`, `hai đến ba tạ`.
    fn start_of_range(&self, at: usize) -> Option<Amount> {
        let said = self.said(at, THOUSAND)?;
        let other = self.amount(self.range_end(at, said.end)?)?;
        let (most, unit) = other.apart()?;
        // `1 đến 2 nghìn lít` is from a thousand, `500 đến 2 nghìn lít` is not from half a million.
        let shared = said.value * other.times;
        let value = if said.times == 1 && shared <= most {
            shared
        } else {
            said.value
        };
        Some(Amount {
            words: at..said.end,
            text: format!("#{}{unit}", decimal(value)),
            times: 1,
        })
    }

    /// The quantity that starts at a place, as a code.
    fn amount(&self, at: usize) -> Option<Amount> {
        let mut amount = self.spoken(at).or_else(|| self.written(at))?;
        // `2 tấn một giờ`, `50 khối/giờ`; `5 kW một năm` is of something else.
        let told = self.gap(amount.words.end) == Some("/") || amount.flows();
        if told
            && !amount.text.contains('/')
            && let Some((end, period)) = self.period(amount.words.end)
        {
            amount.in_time(period);
            amount.words.end = end;
        }
        Some(amount)
    }

    /// Where the time after an amount ends, and its name: `/giờ`, `mỗi mẻ`, `trong 1 ngày`.
    fn period(&self, at: usize) -> Option<(usize, &'static str)> {
        let slash = self.gap(at) == Some("/");
        let mark = TABLES.rate_marks.at(self.words(), at).map_or(0, |(length, _)| length);
        let (length, name) = TABLES.periods.at(self.words(), at + mark)?;
        (slash || mark > 0).then_some((at + mark + length, name))
    }

    /// Takes the time that stands before amounts into them: `mỗi giờ 500 kg`, `một ngày được 2 tấn`. Where it starts.
    fn in_time_before(&self, start: usize, first: &mut Amount, last: Option<&mut Amount>) -> usize {
        let at = self.named(&TABLES.yields, start);
        let Some((length, period)) = TABLES.periods.before(self.words(), at) else {
            return start;
        };
        let Some((mark, _)) = TABLES.every.before(self.words(), at - length) else {
            return start;
        };
        let timed = format!("{}/{period}", first.text);
        if !first.flows() || Quantity::from_code(&timed).is_none() {
            return start;
        }
        first.in_time(period);
        if let Some(last) = last {
            last.in_time(period);
        }
        at - length - mark
    }

    /// A number with a unit that is said: `110 mã lực`, `nửa tấn`, `hai tạ rưỡi`.
    fn spoken(&self, at: usize) -> Option<Amount> {
        let said = self.said(at, THOUSAND)?;
        let (length, unit) = self.unit(said.end, said.told)?;
        let (times, unit) = unit.split_at_checked(digits(unit))?;
        let times = times.parse::<u128>().unwrap_or(1);
        let (mut value, mut end) = (said.value * times, said.end + length);
        if self.is_half(end) {
            (value, end) = (value + times * ONE / 2, end + 1);
        }
        Some(Amount {
            words: at..end,
            text: format!("#{}{unit}", decimal(value)),
            times: said.times * times,
        })
    }

    /// How many words at a place behind a number are a unit, and what it is, such as `kg`, `100kg`. After digits those that
    /// listings write are left to the analyser.
    pub(super) fn unit(&self, at: usize, number: Told) -> Option<(usize, &'static str)> {
        let in_words = number != Told::Digits;
        let spoken = TABLES.spoken_units.at(self.words(), at);
        let (length, unit) = spoken.or_else(|| TABLES.units_of_words.at(self.words(), at).filter(|_| in_words))?;
        let first = self.words().get(at)?;
        if length > 1 || self.period(at + length).is_some() {
            return Some((length, unit));
        }
        let alone = number == Told::Word && is_syllable(&first.folded);
        let unclear = alone || UNCLEAR.contains(&first.folded.as_str());
        // `16 ký tự`, `hai cân điện tử`
        let other = TABLES.no_units.at(self.words(), at).is_some() || self.is_in_name(at..at + 1);
        ((first.marked || !unclear) && !other).then_some((length, unit))
    }

    /// A number with a unit as it is indexed, and a half more: `2 tấn rưỡi`.
    fn written(&self, at: usize) -> Option<Amount> {
        let codes = self.analysis.codes.iter();
        let code = codes
            .filter(|code| code.syllables.start == at && code.text.starts_with('#'))
            .max_by_key(|code| code.syllables.end)?;
        if self.is_model(code) {
            return None;
        }
        let mut amount = Amount {
            words: code.syllables.clone(),
            text: code.text.clone(),
            times: 1,
        };
        if self.is_half(amount.words.end)
            && let Some((value, unit)) = amount.apart()
            && !unit.contains('/')
        {
            amount.text = format!("#{}{unit}", decimal(value + ONE / 2));
            amount.words.end += 1;
        }
        Some(amount)
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
    pub(super) fn gap(&self, at: usize) -> Option<&str> {
        let (before, word) = (self.words().get(at.checked_sub(1)?)?, self.words().get(at)?);
        self.text.get(before.range.end..word.range.start)
    }
}
