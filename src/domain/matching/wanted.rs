//! Amounts that a need names, and whether an offer has them.

use crate::domain::listing::Specification;
use crate::domain::quantity::{Comparison, Dimension, Measure, Quantity, compared};
use crate::domain::text::fold;

/// How far an amount may be off that was told as it is, and one that was told with `khoảng`.
const EXACTLY: f64 = 0.05;
const ABOUT: f64 = 0.25;

/// Names of how much comes out, goes through or is done in a time, as listings use one for another.
const OUTPUT: &[&str] = &[
    "nang suat",
    "cong suat",
    "san luong",
    "luu luong",
    "luu luong nang suat",
    "capacity",
    "output",
];

/// An amount that a need names.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// What it is an amount of, where that is told.
    pub name: Option<String>,
    /// As the need has it.
    pub written: String,
    dimension: Dimension,
    low: Option<f64>,
    high: Option<f64>,
}

impl Wanted {
    /// Reads a property of a need: `≥ 500 kg/h`, `từ 10 kW trở lên`, `220V`; none where it is not certain.
    pub fn read(property: &Specification) -> Option<Self> {
        let written = written(property);
        let (comparison, rest) = compared(property.value.trim());
        let measure = Quantity::read(rest, property.unit.as_deref())?.measure()?;
        // `từ 10 đến 20 kW` is a range, and no least amount.
        let comparison = comparison.filter(|_| measure.low.total_cmp(&measure.high).is_eq());
        Some(Self::of(Some(property.name.clone()), written, measure, comparison))
    }

    /// An amount in a text, of which a search made out the ends: at least one is told.
    pub fn told(written: &str, at_least: Option<&str>, at_most: Option<&str>) -> Option<Self> {
        let measure = |code: &str| Quantity::read(&spelt(code), None)?.measure();
        let (low, high) = (at_least.map(measure), at_most.map(measure));
        let (low, high) = (
            low.map_or(Some(None), |low| low.map(Some))?,
            high.map_or(Some(None), |high| high.map(Some))?,
        );
        let dimension = low.or(high)?.dimension;
        let is_exact = at_least == at_most;
        if is_exact {
            return Some(Self::of(None, written.to_owned(), low?, None));
        }
        Some(Self {
            name: None,
            written: written.to_owned(),
            dimension,
            low: low.map(|low| low.low),
            high: high.map(|high| high.high),
        })
    }

    fn of(name: Option<String>, written: String, measure: Measure, comparison: Option<Comparison>) -> Self {
        let (low, high) = match comparison {
            Some(Comparison::AtLeast) => (Some(measure.low), None),
            Some(Comparison::AtMost) => (None, Some(measure.high)),
            Some(Comparison::About) => (Some(measure.low * (1.0 - ABOUT)), Some(measure.high * (1.0 + ABOUT))),
            None => (
                Some(measure.low * (1.0 - EXACTLY)),
                Some(measure.high * (1.0 + EXACTLY)),
            ),
        };
        Self {
            name,
            written,
            dimension: measure.dimension,
            low,
            high,
        }
    }

    /// The property of an offer that tells of the same amount, and whether it is as wanted; none where the offer does not
    /// tell, or it is not certain that it is the same.
    pub fn offered<'o>(&self, offer: &'o [Specification]) -> Option<(&'o Specification, bool)> {
        let mut told = offer.iter().filter_map(|property| {
            let measure = Quantity::read(&property.value, property.unit.as_deref())?.measure()?;
            (measure.dimension == self.dimension && self.is_about(property)).then_some((property, measure))
        });
        let (property, measure) = told.next()?;
        if told.next().is_some() {
            return None;
        }
        // A machine that does from 30 to 50 does 40.
        let is_enough = self.low.is_none_or(|low| measure.high >= low);
        let is_not_more = self.high.is_none_or(|high| measure.low <= high);
        let fits = is_enough && is_not_more;
        // `xe nâng 3 tấn` does not say that the truck weighs so much: what has no name speaks against nobody.
        (fits || self.name.is_some() || self.dimension.is_rate()).then_some((property, fits))
    }

    /// Whether a property has the name of what is wanted.
    fn is_about(&self, property: &Specification) -> bool {
        let name = self.name.as_ref();
        name.is_none_or(|name| is_same_amount(name, &property.name, self.dimension))
    }

    /// Whether both are amounts of the same kind.
    pub fn is_like(&self, other: &Self) -> bool {
        self.dimension == other.dimension
    }
}

/// Whether two names of amounts of one dimension mean the same: `điện áp` and `điện áp vào` do, `tải trọng` and `trọng lượng`
/// do not; what comes out in a time has many names.
pub fn is_same_amount(one: &str, other: &str, dimension: Dimension) -> bool {
    let (one, other) = (fold(one), fold(other));
    let is_output = |name: &str| OUTPUT.contains(&name);
    let has_words = |longer: &str, shorter: &str| {
        let words: Vec<&str> = longer.split(' ').collect();
        shorter.split(' ').all(|word| words.contains(&word))
    };
    has_words(&one, &other) || has_words(&other, &one) || (dimension.is_rate() && is_output(&one) && is_output(&other))
}

/// A property as it stands in a listing.
pub fn written(property: &Specification) -> String {
    match &property.unit {
        Some(unit) => format!("{} {unit}", property.value),
        None => property.value.clone(),
    }
}

/// A quantity as the search writes it (`0.8m3`, `500kg/ngay`), as people do.
fn spelt(code: &str) -> String {
    // With a point three digits behind it would be thousands.
    let code = code.replace('.', ",");
    match code.split_once('/') {
        Some((amount, "ngay")) => format!("{amount}/ngày"),
        Some((amount, "me")) => format!("{amount}/mẻ"),
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(name: &str, value: &str, unit: Option<&str>) -> Specification {
        Specification::parse(name, value, unit).unwrap()
    }

    fn answer(wanted: (&str, &str), offered: &[(&str, &str)]) -> Option<bool> {
        let wanted = Wanted::read(&property(wanted.0, wanted.1, None)).unwrap();
        let offered: Vec<_> = offered
            .iter()
            .map(|(name, value)| property(name, value, None))
            .collect();
        wanted.offered(&offered).map(|(_, fits)| fits)
    }

    #[test]
    fn amounts_are_held_against_each_other_in_any_unit() {
        for (wanted, offered, fits) in [
            (("năng suất", "≥ 500 kg/h"), ("Năng suất", "0,8 tấn/giờ"), Some(true)),
            (("năng suất", "≥ 500 kg/h"), ("Năng suất", "300 kg/h"), Some(false)),
            (
                ("năng suất", "từ 500 kg/h trở lên"),
                ("công suất", "400-600 kg/h"),
                Some(true),
            ),
            (
                ("năng suất", ">500 kg/h"),
                ("lưu lượng/năng suất", "450kg/h"),
                Some(false),
            ),
            (("công suất", "1,5 kW"), ("Công suất", "1500W"), Some(true)),
            (("công suất", "dưới 2 kW"), ("công suất", "2,2 kW"), Some(false)),
            (("công suất", "từ 10 đến 20 kW"), ("công suất", "30 kW"), Some(false)),
            (("năng suất", "≥ 500 kg/h"), ("năng suất", "từ 400 kg/h"), Some(true)),
            (("năng suất", "≥ 500 kg/h"), ("năng suất", "≤ 400 kg/h"), Some(false)),
            (("điện áp vào", "220V"), ("điện áp", "380 V"), Some(false)),
            (("dung tích", "khoảng 200 lít"), ("dung tích", "0,25 m3"), Some(true)),
            (("tải trọng", "≥ 3 tấn"), ("trọng lượng búa", "10 tấn"), None),
            (("công suất", "≥ 30 kVA"), ("công suất", "37,5 kW"), None),
            (("công suất", "≥ 30 kW"), ("năng suất", "37,5 kW"), None),
        ] {
            assert_eq!(answer(wanted, &[offered]), fits, "{wanted:?} {offered:?}");
        }
    }

    #[test]
    fn what_is_told_twice_is_not_certain() {
        let twice = [("năng suất", "300 kg/h"), ("năng suất tối đa", "600 kg/h")];
        assert_eq!(answer(("năng suất", "≥ 500 kg/h"), &twice), None);
    }

    #[test]
    fn amounts_of_a_search_are_amounts() {
        let offer = [property("dung tích gầu", "0,8 m3", None)];
        for (at_least, at_most, fits) in [
            (Some("0.8m3"), None, Some(true)),
            (Some("800l"), Some("800l"), Some(true)),
            // What has no name may be of something else.
            (Some("1.125m3"), None, None),
            (None, Some("700l"), None),
            (Some("0.8t"), None, None),
        ] {
            let wanted = Wanted::told("", at_least, at_most).unwrap();
            assert_eq!(
                wanted.offered(&offer).map(|(_, fits)| fits),
                fits,
                "{at_least:?} {at_most:?}"
            );
        }
        assert_eq!(Wanted::told("", Some("5 con"), None), None);
        assert_eq!(Wanted::told("", None, None), None);
    }

    #[test]
    fn any_text() {
        for text in ["", "≥", "từ", "trở lên", "từ trở lên", "ừ", "≥ ố", "từng 5 kg"] {
            assert_eq!(
                Wanted::read(&property("x", if text.is_empty() { "-" } else { text }, None)),
                None,
                "{text}"
            );
        }
    }
}
