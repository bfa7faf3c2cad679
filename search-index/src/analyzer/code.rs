//! Model numbers and quantities.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    Code, OtherUnits,
    normalise::{Gap, Word},
};

/// Units as written (folded) and as indexed; a change rebuilds (see `format.rs`).
pub(crate) const UNITS: &str = include_str!("../../resources/units.tsv");

/// A run of more parts than this (a table pasted without spaces) only gives sub-runs this long,
/// so that the number of codes stays linear in the text.
const MAX_PARTS: usize = 6;
/// Codes are typed by people: longer ones are noise.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=32;

/// Every contiguous sub-run with a digit of words joined by `-`, `/`, `.` or `_`, and every
/// number with a known unit.
pub(super) fn codes(words: &[Word], units: &OtherUnits) -> Vec<Code> {
    let mut codes = Vec::new();
    for (first, rest) in (0..words.len()).map(|first| (first, words.get(first..).unwrap_or(&[]))) {
        runs(first, rest, &mut codes);
        quantity(words, first, rest, units, &mut codes);
    }
    codes
}

fn runs(first: usize, rest: &[Word], codes: &mut Vec<Code>) {
    let mut text = String::new();
    let mut start = None;
    for (offset, word) in rest.iter().take(MAX_PARTS).enumerate() {
        if offset > 0 && !word.before.joins() {
            break;
        }
        text.push_str(&word.syllable.folded);
        let start = *start.get_or_insert(word.syllable.range.start);
        let length = text.chars().count();
        if length > *LENGTHS.end() {
            break;
        }
        if LENGTHS.contains(&length) && text.chars().any(|letter| letter.is_numeric()) {
            codes.push(Code {
                text: text.clone(),
                syllables: first..first + offset + 1,
                range: start..word.syllable.range.end,
            });
        }
    }
}

/// `0,8 m3`, `50kg/h`, `24VDC`: the number normalised, the unit from the table.
fn quantity(words: &[Word], first: usize, rest: &[Word], units: &OtherUnits, codes: &mut Vec<Code>) {
    let Some((head, mut tail)) = rest.split_first() else {
        return;
    };
    let Some((whole, mut letters)) = number(&head.syllable.folded) else {
        return;
    };
    // The fraction of a number, or a part of a longer code, is not a number of its own.
    let inside = matches!(head.before, Gap::Comma | Gap::Dot)
        && first
            .checked_sub(1)
            .and_then(|before| words.get(before))
            .is_some_and(|before| before.syllable.folded.ends_with(|end: char| end.is_ascii_digit()));
    if inside {
        return;
    }
    let mut end = first + 1;
    let mut value = whole.to_owned();
    if letters.is_empty()
        && let Some((next, after)) = tail.split_first()
        && let Some((fraction, rest_letters)) = number(&next.syllable.folded)
        && let Some(joined) = decimal(whole, next.before, fraction)
    {
        (value, letters, tail, end) = (joined, rest_letters, after, end + 1);
    }
    let (letters, typed) = match tail.split_first() {
        Some((next, after)) if letters.is_empty() && next.before == Gap::Space => {
            (tail, end) = (after, end + 1);
            (next.syllable.folded.as_str(), Some(&next.syllable))
        }
        _ => (letters, None),
    };
    let spaced = tail.iter().take_while(|word| word.before == Gap::Space);
    let unit = match units.find(letters, typed, spaced.map(|word| &word.syllable)) {
        Some((unit, more)) => {
            (tail, end) = (tail.get(more..).unwrap_or(&[]), end + more);
            Some(unit)
        }
        None => unit(letters),
    };
    let Some(unit) = unit else { return };
    let value = value.trim_start_matches('0');
    let zero = if value.is_empty() || value.starts_with('.') {
        "0"
    } else {
        ""
    };
    let mut text = format!("#{zero}{value}{unit}");
    if let Some(next) = tail.first()
        && next.before == Gap::Slash
        && let Some(period) = period(&next.syllable.folded)
    {
        text.push('/');
        text.push_str(period);
        end += 1;
    }
    let last = words.get(end - 1).unwrap_or(head);
    let range = head.syllable.range.start..last.syllable.range.end;
    codes.push(Code {
        text,
        syllables: first..end,
        range,
    });
}

/// Leading ASCII digits (at most nine) and the letters after them.
fn number(word: &str) -> Option<(&str, &str)> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) {
        word.split_at_checked(digits)
    } else {
        None
    }
}

/// Vietnamese writes decimals with a comma and thousands with a point; a point followed by
/// other than three digits is an English decimal.
fn decimal(whole: &str, gap: Gap, fraction: &str) -> Option<String> {
    match gap {
        Gap::Dot if fraction.len() == 3 && whole != "0" => Some(format!("{whole}{fraction}")),
        Gap::Comma | Gap::Dot => {
            let fraction = fraction.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            Some(format!("{whole}{point}{fraction}"))
        }
        _ => None,
    }
}

/// The unit of the program that some letters spell, as it is indexed.
pub(super) fn unit(letters: &str) -> Option<&'static str> {
    static INDEXED: LazyLock<HashMap<&str, &str>> =
        LazyLock::new(|| UNITS.lines().filter_map(|line| line.split_once('\t')).collect());
    INDEXED.get(letters).copied()
}

fn period(word: &str) -> Option<&'static str> {
    match word {
        "h" | "gio" | "hr" | "hour" => Some("h"),
        "phut" | "ph" | "p" | "min" => Some("min"),
        "s" | "giay" | "sec" => Some("s"),
        "ngay" | "day" | "d" => Some("ngay"),
        "ca" => Some("ca"),
        "me" => Some("me"),
        _ => None,
    }
}
