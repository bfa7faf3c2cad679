//! Telephone numbers, however their digits are parted.

use super::numbering::{is_hotline, is_national};
use super::words::{Said, is_part_of_code, is_quantity, said_before};
use crate::domain::tax_code::TaxCode;

/// Most signs between two digits of one number.
const MOST_SIGNS: usize = 6;
/// Most digits of a number, with `0084` and a 0.
const MOST_DIGITS: usize = 15;

/// How many digits stand together where people write telephone numbers without anything that says so.
const USUAL: &[&[usize]] = &[
    &[4, 3, 3],
    &[3, 3, 4],
    &[3, 4, 3],
    &[4, 2, 2, 2],
    &[4, 2, 4],
    &[4, 4, 2],
    &[4, 6],
    &[5, 5],
    &[3, 7],
    &[7, 3],
    &[2, 4, 4],
    &[2, 3, 5],
    &[2, 8],
    &[3, 3, 2, 2],
    &[2, 2, 2, 2, 2],
    &[4, 3, 4],
    &[4, 4, 3],
    &[3, 4, 4],
    &[3, 8],
    &[4, 7],
    &[4, 3, 2, 2],
    &[3, 3, 5],
    &[4, 1, 3, 3],
    &[4, 1, 6],
    &[3, 1, 3, 4],
    &[3, 2, 2, 2, 2],
];
/// The same of numbers without the 0 before them, which are found behind a word that says so alone.
const WITHOUT_ZERO: &[&[usize]] = &[
    &[9],
    &[3, 3, 3],
    &[2, 3, 4],
    &[2, 7],
    &[3, 6],
    &[5, 4],
    &[4, 5],
    &[3, 2, 2, 2],
    &[2, 3, 2, 2],
    &[3, 4, 2],
    &[10],
    &[3, 3, 4],
    &[3, 4, 3],
    &[3, 7],
    &[2, 4, 4],
    &[2, 8],
];
/// Numbers of parts are parted so, and no telephone's: `090310-0500`.
const OF_PARTS: &[usize] = &[6, 4];

/// Digits that stand together, and the signs between them and those before.
#[derive(Clone, Copy, Debug)]
struct Group<'a> {
    gap: &'a str,
    digits: &'a str,
    behind: &'a str,
    is_of_day: bool,
}

/// Digits with nothing but signs between them: one number, several, or none.
#[derive(Debug)]
struct Run<'a> {
    before: &'a str,
    groups: Vec<Group<'a>>,
}

/// Whether a text, made plain, has one.
pub(super) fn has_phone(text: &str) -> bool {
    let mut at = 0;
    while let Some((run, ends)) = next_run(text, at) {
        if (0..run.groups.len()).any(|first| run.begins_number(first)) {
            return true;
        }
        at = ends;
    }
    false
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

fn is_sign(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '.' | '-'
                | '_'
                | ','
                | ';'
                | '/'
                | '\\'
                | '|'
                | '*'
                | '~'
                | '='
                | '\''
                | '"'
                | '`'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '«'
                | '»'
                | '<'
                | '>'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '+'
        )
}

/// The next run from somewhere on, and where it ends.
fn next_run(text: &str, from: usize) -> Option<(Run<'_>, usize)> {
    let begins = from.checked_add(text.get(from..)?.find(is_digit)?)?;
    let before = text.get(..begins)?;
    let (mut groups, mut gap, mut rest) = (Vec::new(), "", text.get(begins..)?);
    loop {
        let (digits, behind) = leading(rest, is_digit);
        groups.push(Group {
            gap,
            digits,
            behind,
            is_of_day: false,
        });
        let (signs, ahead) = leading(behind, is_sign);
        let is_parted = signs.is_empty() || signs.chars().count() > MOST_SIGNS || !ahead.starts_with(is_digit);
        if is_parted {
            mark_days(&mut groups);
            return Some((Run { before, groups }, text.len().checked_sub(behind.len())?));
        }
        (gap, rest) = (signs, ahead);
    }
}

/// What a text begins with, and the rest.
fn leading(text: &str, is_wanted: fn(char) -> bool) -> (&str, &str) {
    let ends = text.find(|letter| !is_wanted(letter)).unwrap_or(text.len());
    text.split_at_checked(ends).unwrap_or((text, ""))
}

/// Marks groups that are a day or a month: `09-12-2026`, `2026-12-09`, `12/2026`.
fn mark_days(groups: &mut [Group<'_>]) {
    for first in 0..groups.len() {
        let told = [3, 2].into_iter().find(|count| {
            let ends = first.saturating_add(*count);
            groups.get(first..ends).is_some_and(is_day)
        });
        let ends = first.saturating_add(told.unwrap_or_default());
        for group in groups.get_mut(first..ends).unwrap_or_default() {
            group.is_of_day = true;
        }
    }
}

fn is_day(groups: &[Group<'_>]) -> bool {
    let within = |group: &Group<'_>, most: u32| {
        let number: Option<u32> = group.digits.parse().ok();
        group.digits.len() <= 2 && number.is_some_and(|number| (1..=most).contains(&number))
    };
    let signs = |group: &Group<'_>| matches!(group.gap.trim(), "-" | "/" | ".");
    match groups {
        [day, month, year] if is_year(year.digits) => {
            within(day, 31) && within(month, 12) && signs(month) && month.gap.trim() == year.gap.trim()
        }
        [year, month, day] if is_year(year.digits) => {
            within(month, 12) && within(day, 31) && signs(month) && month.gap.trim() == day.gap.trim()
        }
        [month, year] => within(month, 12) && is_year(year.digits) && signs(year),
        _ => false,
    }
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

impl Run<'_> {
    /// Whether a number begins with a group, and ends with it or a later one.
    fn begins_number(&self, first: usize) -> bool {
        let groups = self.groups.get(first..).unwrap_or_default();
        let lead = groups.first().map_or("", |group| group.digits);
        let is_abroad = match first {
            0 => self.before.trim_end().ends_with('+'),
            _ => groups.first().is_some_and(|group| group.gap.trim_end().ends_with('+')),
        };
        let begins_as_one = is_abroad || ["0", "84", "18", "19"].iter().any(|start| lead.starts_with(start));
        if !(begins_as_one || (first == 0 && self.may_lack_zero())) {
            return false;
        }
        let said = match first {
            0 => said_before(self.before),
            _ => Said::Nothing,
        };
        if !(begins_as_one || said == Said::Call) {
            return false;
        }
        let mut digits = String::new();
        for (more, group) in groups.iter().enumerate() {
            digits.push_str(group.digits);
            if group.is_of_day || digits.len() > MOST_DIGITS {
                return false;
            }
            let taken = groups.get(..=more).unwrap_or_default();
            let next = groups.get(more.saturating_add(1));
            let candidate = Candidate {
                run: self,
                is_first: first == 0,
                said,
                is_abroad,
                digits: &digits,
                groups: taken,
                next,
            };
            if candidate.is_number() {
                return true;
            }
        }
        false
    }

    /// Whether it has as many digits as a number without its 0, and begins as one: what stands before it need not be read otherwise.
    fn may_lack_zero(&self) -> bool {
        let lead = self.groups.first().map_or("", |group| group.digits);
        let digits = self.groups.iter().map(|group| group.digits.len());
        lead.starts_with(['2', '3', '5', '7', '8', '9']) && digits.take(MOST_DIGITS).sum::<usize>() >= 9
    }
}

/// Groups of a run that may be a number.
struct Candidate<'r> {
    run: &'r Run<'r>,
    is_first: bool,
    said: Said,
    is_abroad: bool,
    digits: &'r str,
    groups: &'r [Group<'r>],
    next: Option<&'r Group<'r>>,
}

impl Candidate<'_> {
    fn is_number(&self) -> bool {
        let is_called = self.said == Said::Call;
        if self.is_abroad {
            let home = self.digits.strip_prefix("84").map(without_trunk);
            // Also the area codes of before 2017, which no plan has any more.
            let is_home = home.is_some_and(|rest| (9..=10).contains(&rest.len()));
            let is_foreign =
                is_called && (10..=MOST_DIGITS).contains(&self.digits.len()) && !self.digits.starts_with('0');
            return (is_home || is_foreign) && !self.is_quantity();
        }
        if let Some(rest) = self.digits.strip_prefix("0084") {
            return is_national(without_trunk(rest));
        }
        if let Some(rest) = self.digits.strip_prefix("84")
            && is_national(without_trunk(rest))
        {
            return self.is_with_country();
        }
        match self.digits.strip_prefix('0') {
            Some(_) if is_called && (10..=11).contains(&self.digits.len()) => true,
            Some(rest) => is_national(rest) && !self.is_code() && self.is_told_apart() && !self.is_row(),
            None => {
                let is_one = (is_hotline(self.digits) && !self.is_span()) || self.lacks_zero();
                is_called && is_one && !self.is_quantity()
            }
        }
    }

    /// Without the 0 before it: `912 345 678`. Sums may look the same.
    fn lacks_zero(&self) -> bool {
        let lengths: Vec<usize> = self.groups.iter().map(|group| group.digits.len()).collect();
        let is_sum = self.digits.ends_with("00000");
        !self.digits.starts_with('1')
            && is_national(self.digits)
            && WITHOUT_ZERO.contains(&lengths.as_slice())
            && has_even_gaps(self.groups, true)
            && !is_sum
    }

    /// Sizes that rise and go on behind it, or have a unit: `08 10 12 14 16 18 mm`.
    fn is_row(&self) -> bool {
        let is_of_pairs = self.groups.iter().all(|group| group.digits.len() == 2);
        let all = self.groups.iter().chain(self.next);
        let numbers: Vec<u64> = all.filter_map(|group| group.digits.parse().ok()).collect();
        is_of_pairs && numbers.is_sorted_by(|one, other| one < other) && (self.next.is_some() || self.is_quantity())
    }

    /// `84` without a `+` may also begin a sum or a code: it stands apart, or all digits together.
    fn is_with_country(&self) -> bool {
        let is_apart = self.groups.len() == 1 || self.groups.first().is_some_and(|group| group.digits == "84");
        let is_sum = self.said == Said::Sum
            || self.is_quantity()
            || self.digits.ends_with("00000")
            || (self.groups.len() > 1 && self.groups.iter().skip(1).all(|group| matches!(group.gap, "." | ",")));
        let is_called = self.said == Said::Call;
        is_apart && (is_called || !is_sum) && !self.is_code() && self.is_told_apart()
    }

    fn is_quantity(&self) -> bool {
        self.next.is_none() && self.groups.last().is_some_and(|group| is_quantity(group.behind))
    }

    /// Years from and until, not a hotline: `1900 - 2000`.
    fn is_span(&self) -> bool {
        let is_of_years = self.groups.iter().all(|group| group.digits.len() == 4);
        is_of_years
            && self
                .groups
                .iter()
                .skip(1)
                .any(|group| group.gap.contains('-') && is_year(group.digits))
    }

    /// Whether what stands before says that it is the code of something, it hangs on a code, or it is a tax code at its place.
    fn is_code(&self) -> bool {
        let is_said = self.said == Said::Code || (self.is_first && is_part_of_code(self.run.before));
        let branch = self.next.filter(|next| next.gap == "-" && next.digits.len() == 3);
        let is_tax_code = match (self.groups, branch) {
            ([head], Some(branch)) => TaxCode::parse(&format!("{}-{}", head.digits, branch.digits)).is_ok(),
            ([head], None) => TaxCode::parse(head.digits).is_ok() && said_before(self.run.before) == Said::Code,
            _ => false,
        };
        is_said || is_tax_code
    }

    /// Whether the groups are those of one telephone number, and not part of a row of other numbers.
    fn is_told_apart(&self) -> bool {
        let lengths: Vec<usize> = self.groups.iter().map(|group| group.digits.len()).collect();
        let is_usual = USUAL.contains(&lengths.as_slice());
        match self.groups {
            // Not the part of a decimal number behind its sign.
            [only] => self.is_first || !matches!(only.gap, "." | ","),
            _ if lengths == OF_PARTS => false,
            _ => (is_usual || (is_possible(self.groups) && self.is_bounded())) && has_even_gaps(self.groups, is_usual),
        }
    }

    /// Whether other signs stand before and behind it than within it, where the run has more.
    fn is_bounded(&self) -> bool {
        let within: Vec<&str> = self.groups.iter().skip(1).map(|group| sign_of(group.gap)).collect();
        let before = self.groups.first().filter(|_| !self.is_first);
        !before
            .into_iter()
            .chain(self.next)
            .any(|group| within.contains(&sign_of(group.gap)))
    }
}

/// A number that was written after that of the country: some write the 0 as well, `+84 (0)912…`.
fn without_trunk(rest: &str) -> &str {
    rest.strip_prefix('0').unwrap_or(rest)
}

/// Whether digits may have been parted so: each by itself, a 0 by itself and others together, or none by itself. Numbers that rise from
/// 0 on are a row of figures, and so is what has a decimal sign.
fn is_possible(groups: &[Group<'_>]) -> bool {
    let mut later = groups.iter().skip(1);
    let starts_apart = groups.first().is_some_and(|group| group.digits.len() == 1);
    if starts_apart && later.clone().all(|group| group.digits.len() == 1) {
        return true;
    }
    let numbers: Vec<u64> = groups.iter().filter_map(|group| group.digits.parse().ok()).collect();
    let rises = numbers.is_sorted_by(|one, other| one < other);
    let is_figure = starts_apart && (rises || groups.len() < 3 || !has_one_gap(groups));
    !is_figure && later.all(|group| group.digits.len() > 1)
}

/// Whether the signs are those of one number: of two kinds at the most, no decimal comma among others, and with slashes or brackets
/// neither unusual groups nor a year, as contracts and licences have.
fn has_even_gaps(groups: &[Group<'_>], is_usual: bool) -> bool {
    let gaps = || groups.iter().skip(1).map(|group| group.gap);
    let mut kinds: Vec<&str> = gaps().map(sign_of).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let has_decimal = gaps().any(|gap| gap == ",") && !has_one_gap(groups);
    let has_slash = gaps().any(|gap| gap.contains('/'));
    let has_bracket = gaps().any(|gap| gap.contains(['(', '[']));
    let has_year = groups.iter().skip(1).any(|group| is_year(group.digits));
    kinds.len() <= 2 && !has_decimal && (is_usual || !has_slash) && !((has_slash || has_bracket) && has_year)
}

fn has_one_gap(groups: &[Group<'_>]) -> bool {
    let mut gaps = groups.iter().skip(1).map(|group| sign_of(group.gap));
    let first = gaps.next();
    gaps.all(|gap| Some(gap) == first)
}

/// What parts two groups, without space and brackets.
fn sign_of(gap: &str) -> &str {
    gap.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '[' | ']' | '{' | '}'))
}
