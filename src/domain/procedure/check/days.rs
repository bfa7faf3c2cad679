//! Days, as rule sets, dossiers and certificates write them.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::wrong;
use crate::domain::fields::Violation;

/// The years of which days are told: no contract is older, and terms are counted from them on both databases.
const YEARS: RangeInclusive<i16> = 1900..=2200;

/// A day as `YYYY-MM-DD` and nothing behind it, within the years that dossiers can be about.
pub fn day(text: &str) -> Result<Date, Violation> {
    match any_day(text)? {
        day if !YEARS.contains(&day.year()) => wrong("day_of_years"),
        day => Ok(day),
    }
}

/// The same of whatever year.
pub(super) fn any_day(text: &str) -> Result<Date, Violation> {
    let day: Option<Date> = text.parse().ok();
    day.filter(|day| day.to_string() == text)
        .map_or_else(|| wrong("day"), Ok)
}

/// `12-31`.
pub(super) fn month_and_day(text: &str) -> Result<(i8, i8), Violation> {
    let parts = text
        .split_once('-')
        .filter(|(month, day)| month.len() == 2 && day.len() == 2);
    let numbers = parts.and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
    // A day that every year has.
    let known = numbers.filter(|(month, day)| Date::new(2023, *month, *day).is_ok());
    known.map_or_else(|| wrong("month_day"), Ok)
}
