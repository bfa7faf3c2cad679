//! Numbers in technical properties: what people wrote, so that programs can compare it.

mod bound;
mod measure;
mod units;

use serde::Serialize;
use utoipa::ToSchema;

use self::units::canonical;
pub use bound::{Comparison, compared};
pub use measure::{Dimension, Measure};

/// A number, or a range of numbers, and what it counts (giá trị số).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Quantity {
    /// The number, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 500)]
    pub value: Option<f64>,
    /// The lower end of a range, or the least where only that is told (`≥ 95 %`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The upper end of a range, or the most where only that is told (`≤ 20 kW`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Its unit, always spelt alike; none where only a number was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "kg/h")]
    pub unit: Option<String>,
}

/// Digits beyond which a floating-point number would not be the one that was written.
const MAX_DIGITS: usize = 15;

/// What stands between the two ends of a range. A plus and a minus at once (`±`) say how far it may be off, which is none.
const BETWEEN: &[&str] = &["-", "–", "—", "~", "÷", "…", "đến", "tới", "to"];

impl Quantity {
    /// Reads a value and the unit beside it, or behind the number in the value; none where it is not certain.
    ///
    /// A unit may be told in both places, as long as it is the same. Strictly more or less is told as at least or at most.
    pub fn read(value: &str, unit: Option<&str>) -> Option<Self> {
        let (comparison, amount) = compared(value.trim());
        let told = Self::of_amount(amount, unit)?;
        match (comparison, told.value) {
            (None, _) => Some(told),
            // `từ 10 đến 20 kW`, and nothing that is told to be above or below a range.
            (Some(_), None) => {
                let text = value.trim().to_lowercase();
                let is_from_to = text
                    .strip_prefix("từ")
                    .is_some_and(|rest| rest.trim_start() == amount.to_lowercase());
                is_from_to.then_some(told)
            }
            (Some(Comparison::AtLeast), least) => Some(Self {
                value: None,
                min: least,
                ..told
            }),
            (Some(Comparison::AtMost), most) => Some(Self {
                value: None,
                max: most,
                ..told
            }),
            (Some(Comparison::About), _) => None,
        }
    }

    /// Reads one number or two, with the unit.
    fn of_amount(text: &str, beside: Option<&str>) -> Option<Self> {
        let (first, rest) = number(text)?;
        let (lower_unit, second, rest) = match second(rest) {
            Some((unit, second, rest)) => (unit, Some(second), rest),
            None => ("", None, rest),
        };
        let unit = one_unit([lower_unit.trim(), rest.trim()], beside)?;
        match second {
            None => Some(Self {
                value: Some(first),
                min: None,
                max: None,
                unit,
            }),
            Some(second) if first <= second => Some(Self {
                value: None,
                min: Some(first),
                max: Some(second),
                unit,
            }),
            Some(_) => None,
        }
    }
}

/// The upper end of a range behind its lower one: the unit before it, the number, and what follows.
fn second(text: &str) -> Option<(&str, f64, &str)> {
    let signs = BETWEEN.iter().filter_map(|sign| {
        let (before, behind) = text.split_once(sign)?;
        let is_word = sign.starts_with(char::is_alphabetic);
        let is_apart = before.ends_with(char::is_whitespace) && behind.starts_with(char::is_whitespace);
        let (second, rest) = number(behind.trim_start()).filter(|_| !is_word || is_apart)?;
        Some((before, second, rest))
    });
    // The first one: another may be the sign of the number behind it.
    signs.min_by_key(|(before, ..)| before.len())
}

/// The unit that is told behind the numbers and beside them: what is told twice must be the same. Nothing where it is not,
/// since which one holds is not for us to say.
fn one_unit(behind: [&str; 2], beside: Option<&str>) -> Option<Option<String>> {
    let beside = beside.map(str::trim).filter(|unit| !unit.is_empty());
    let mut told = None;
    for unit in behind.into_iter().filter(|unit| !unit.is_empty()) {
        let is_beside = beside.is_some_and(|beside| beside.to_lowercase() == unit.to_lowercase());
        let unit = canonical(unit).or_else(|| is_beside.then(|| unit.to_owned()))?;
        if told.replace(unit.clone()).is_some_and(|other| other != unit) {
            return None;
        }
    }
    let beside = beside.map(|unit| canonical(unit).unwrap_or_else(|| unit.to_owned()));
    match (told, beside) {
        (Some(told), Some(beside)) if told != beside => None,
        (Some(_), Some(beside)) => Some(Some(beside)),
        (told, beside) => Some(told.or(beside)),
    }
}

/// The number with which a text begins, and the rest.
fn number(text: &str) -> Option<(f64, &str)> {
    let (sign, text) = match text.strip_prefix(['-', '−']) {
        Some(text) => ("-", text),
        None => ("", text),
    };
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
    let (digits, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let number = format!("{sign}{}", decimal(digits)?).parse().ok()?;
    Some((number, rest))
}

/// Vietnamese writes `1.500.000,5`, and many write as English does: `1,500,000.5`. The sign that stands once, and last, is
/// that of the decimals, unless it is a point before just three digits.
fn decimal(digits: &str) -> Option<String> {
    let last = digits.rfind(['.', ',']);
    let Some((whole, fraction)) = last.and_then(|at| digits.split_at_checked(at)) else {
        return plain(digits).map(str::to_owned);
    };
    let sign = fraction.chars().next()?;
    let fraction = fraction.strip_prefix(sign)?;
    let is_group =
        fraction.len() == 3 && (whole.contains(sign) || (sign == '.' && whole != "0" && !whole.contains(',')));
    if is_group {
        return grouped(digits, sign);
    }
    let other = if sign == '.' { ',' } else { '.' };
    let whole = grouped(whole, other)?;
    plain(&format!("{whole}{fraction}"))?;
    Some(format!("{whole}.{}", plain(fraction)?))
}

/// Digits in groups of three, without the sign between them.
fn grouped(digits: &str, sign: char) -> Option<String> {
    let mut groups = digits.split(sign);
    let first = groups.next()?;
    let mut joined = plain(first)?.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        joined.push_str(plain(group)?);
    }
    plain(&joined)?;
    Some(joined)
}

/// Digits only, and not too many.
fn plain(digits: &str) -> Option<&str> {
    let is_plain = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_plain.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::units::{UNITS, known};
    use super::*;
    use proptest::prelude::*;

    /// Value, lower end, upper end, unit.
    type Told = (Option<f64>, Option<f64>, Option<f64>, Option<String>);

    fn told(value: &str, unit: Option<&str>) -> Option<Told> {
        Quantity::read(value, unit).map(|found| (found.value, found.min, found.max, found.unit))
    }

    #[test]
    fn numbers_are_read_as_they_are_meant() {
        let one = |value, unit: &str| Some((Some(value), None, None, Some(unit.to_owned())));
        assert_eq!(told("50", Some("kg/h")), one(50.0, "kg/h"));
        assert_eq!(told("50 kg/giờ", None), one(50.0, "kg/h"));
        assert_eq!(told("220V", None), one(220.0, "V"));
        assert_eq!(told("3 pha", None), one(3.0, "pha"));
        assert_eq!(told("0,8", Some("m3")), one(0.8, "m³"));
        assert_eq!(told("-18 °C", None), one(-18.0, "°C"));
        assert_eq!(told("12 mW", None), one(12.0, "mW"));
        assert_eq!(told("12 mw", None), one(12.0, "MW"));
        assert_eq!(told("12", Some("cây")), one(12.0, "cây"));
        let range = |min, max| Some((None, Some(min), Some(max), Some("kW".to_owned())));
        assert_eq!(told("2.2–3,7 kW", None), range(2.2, 3.7));
        assert_eq!(told("-25 ~ -18", Some("kw")), range(-25.0, -18.0));
        for same in [
            "10-20 kW",
            "10 – 20 kW",
            "10÷20kW",
            "10 kW - 20 kW",
            "từ 10 đến 20 kW",
            "10 đến 20 kW",
            "10 to 20 kW",
        ] {
            assert_eq!(told(same, None), range(10.0, 20.0), "{same}");
        }
        assert_eq!(told("10 – 20", Some("kW")), range(10.0, 20.0));
        assert_eq!(told("10 kW – 20 kW", Some("kW")), range(10.0, 20.0));
        assert_eq!(
            told("50 kg/giờ", Some("kg/h")),
            one(50.0, "kg/h"),
            "the same unit twice"
        );
        assert_eq!(told("12 cây", Some("cây")), one(12.0, "cây"));
        let ends = |min, max, unit: &str| Some((None, min, max, Some(unit.to_owned())));
        for least in [
            "≥ 95%",
            ">=95 %",
            "> 95%",
            "tối thiểu 95%",
            "từ 95% trở lên",
            "không dưới 95 %",
        ] {
            assert_eq!(told(least, None), ends(Some(95.0), None, "%"), "{least}");
        }
        for most in ["≤ 20 kW", "<20kW", "tối đa 20 kW", "không quá 20 kW", "dưới 20 kW"] {
            assert_eq!(told(most, None), ends(None, Some(20.0), "kW"), "{most}");
        }
        assert_eq!(told("≥ 500", Some("kg/h")), ends(Some(500.0), None, "kg/h"));
        for (text, value) in [
            ("1.500.000", 1_500_000.0),
            ("1,500,000", 1_500_000.0),
            ("1.500,5", 1500.5),
            ("1,500.5", 1500.5),
            ("0.500", 0.5),
            ("1.500", 1500.0),
            ("1,500", 1.5),
            ("12,500", 12.5),
            ("1,234", 1.234),
            ("1.234", 1234.0),
        ] {
            assert_eq!(told(text, None), Some((Some(value), None, None, None)), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_no_quantity() {
        for text in [
            "",
            "kg",
            "inox 304",
            "AC220V",
            "22G",
            "10M",
            "300x200",
            "5-3",
            "1.50.000",
            "1..5",
            "1500.000",
            ".5",
            "5.",
            "1.5kW (2HP)",
            "9-10 tấn/8 giờ",
            "9999999999999999",
            "2 pin AA",
            "khoảng 50 kg",
            "≥ 10-20 kW",
            "10 kW - 20 HP",
            "10 ± 2 kg",
            "10 kg, 20 kg",
            "≥",
            "tối đa",
        ] {
            assert_eq!(told(text, None), None, "{text}");
        }
        assert_eq!(told("50 kg", Some("g")), None, "two units");
        assert_eq!(told("50 kg/h", Some("tấn/h")), None, "two units");
    }

    #[test]
    fn every_unit_is_listed_once_and_told_as_itself() {
        for (at, (spelt, name)) in UNITS.iter().enumerate() {
            assert_eq!(*spelt, spelt.to_lowercase());
            assert!(UNITS[..at].iter().all(|(other, _)| other != spelt), "{spelt}");
            assert_eq!(canonical(name).as_deref(), Some(*name), "{spelt}");
        }
    }

    /// What one finds when searching for a quantity is read as one: the index's table of units is known here.
    #[test]
    fn the_units_of_the_search_are_known() {
        let table = include_str!("../../search-index/resources/units.tsv");
        let spelt = table.lines().filter_map(|line| line.split_once('\t'));
        let unknown: Vec<_> = spelt.filter(|(spelt, _)| known(spelt).is_none()).collect();
        assert_eq!(unknown, Vec::new());
    }

    proptest! {
        /// Whatever is written: what is read is a finite number or a range in order, and never both.
        #[test]
        fn anything_is_read_or_left(
            value in "[≥≤<>]?[-–0-9., x]{0,12}( ?[a-zA-Z/%°]{0,4})?",
            unit in proptest::option::of("[a-zA-Z/]{1,5}"),
        ) {
            if let Some(found) = Quantity::read(&value, unit.as_deref()) {
                prop_assert_ne!(found.value.is_some(), found.min.is_some() || found.max.is_some());
                prop_assert!(found.min.zip(found.max).is_none_or(|(min, max)| min <= max));
                prop_assert!([found.value, found.min, found.max].into_iter().flatten().all(f64::is_finite));
            }
        }

        /// A number is the same in Vietnamese and English signs, with and without groups, its unit beside or behind.
        #[test]
        fn one_number_however_it_is_written(whole in 0_u64..10_000_000, cents in 1_u64..100, at in 0..UNITS.len()) {
            let mut groups = Vec::new();
            let mut rest = whole;
            while rest >= 1000 {
                groups.insert(0, format!("{:03}", rest % 1000));
                rest /= 1000;
            }
            groups.insert(0, rest.to_string());
            let expected: f64 = format!("{whole}.{cents:02}").parse().unwrap();
            let (spelt, name) = UNITS[at];
            for written in [
                format!("{whole},{cents:02}"),
                format!("{},{cents:02}", groups.join(".")),
                format!("{}.{cents:02}", groups.join(",")),
            ] {
                let one = Some((Some(expected), None, None, Some(name.to_owned())));
                prop_assert_eq!(&told(&written, Some(spelt)), &one);
                prop_assert_eq!(&told(&format!("{written} {spelt}"), None), &one);
            }
        }
    }
}
