//! Quantities of any unit as numbers that can be compared.

use std::{collections::HashMap, sync::LazyLock};

/// Kind of quantity, the place in the table of dimensions, and whether it is per time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Dimension {
    kind: u16,
    per: Per,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Per {
    Nothing,
    Time,
    Day,
    Shift,
    Batch,
}

/// A quantity: its dimension and its value in millionths of the base unit (per hour).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Quantity {
    pub(crate) dimension: Dimension,
    pub(crate) value: u64,
}

struct Unit {
    kind: u16,
    up: u128,
    down: u128,
}

struct Units {
    by_name: HashMap<&'static str, Unit>,
    kinds: Vec<&'static str>,
    /// The unit by which a kind is told: the first whose factor is one.
    bases: Vec<&'static str>,
}

static UNITS: LazyLock<Units> = LazyLock::new(|| {
    let mut units = Units {
        by_name: HashMap::new(),
        kinds: Vec::new(),
        bases: Vec::new(),
    };
    for line in include_str!("../../resources/dimensions.tsv").lines() {
        let mut columns = line.split('\t');
        let (Some(name), Some(kind)) = (columns.next(), columns.next()) else {
            continue;
        };
        let mut factor = || columns.next().and_then(|factor| factor.parse().ok()).unwrap_or(1);
        let (up, down) = (factor(), factor());
        let known = units.kinds.iter().position(|known| *known == kind);
        let place = known.unwrap_or_else(|| {
            units.kinds.push(kind);
            units.bases.push("");
            units.kinds.len() - 1
        });
        if let Some(base) = units.bases.get_mut(place)
            && base.is_empty()
            && up == down
        {
            *base = name;
        }
        let kind = u16::try_from(place).unwrap_or(u16::MAX);
        units.by_name.insert(name, Unit { kind, up, down });
    }
    units
});

impl Dimension {
    /// Name of the kind of quantity, such as `power`; of one per time `mass_rate`.
    pub(crate) fn name(self) -> String {
        let kind = UNITS.kinds.get(usize::from(self.kind)).copied().unwrap_or_default();
        let rate = if self.per == Per::Nothing { "" } else { "_rate" };
        format!("{kind}{rate}")
    }

    /// The same, but no two have one: `mass_rate` is by the hour, `mass_per_day` by the day.
    pub(crate) fn code(self) -> String {
        let kind = UNITS.kinds.get(usize::from(self.kind)).copied().unwrap_or_default();
        format!("{kind}{}", self.per.suffix())
    }

    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let kinds = (0_u16..).zip(&UNITS.kinds).map(|(kind, _)| kind);
        kinds.flat_map(|kind| Per::ALL.map(|per| Self { kind, per }))
    }

    /// Reads what [`Self::code`] wrote.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let read = |per: &Per| {
            let kind = code.strip_suffix(per.suffix())?;
            let kind = UNITS.kinds.iter().position(|known| *known == kind)?;
            Some(Self {
                kind: u16::try_from(kind).ok()?,
                per: *per,
            })
        };
        Per::ALL.iter().find_map(read)
    }

    /// The unit in which values are millionths.
    pub(crate) fn unit(self) -> String {
        let base = UNITS.bases.get(usize::from(self.kind)).copied().unwrap_or_default();
        let by = match self.per {
            Per::Nothing => "",
            Per::Time => "/h",
            Per::Day => "/ngay",
            Per::Shift => "/ca",
            Per::Batch => "/me",
        };
        format!("{base}{by}")
    }
}

impl Per {
    const ALL: [Self; 5] = [Self::Nothing, Self::Time, Self::Day, Self::Shift, Self::Batch];

    fn suffix(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Time => "_rate",
            Self::Day => "_per_day",
            Self::Shift => "_per_shift",
            Self::Batch => "_per_batch",
        }
    }
}

impl Quantity {
    /// Whether it is something that comes out in a time: kilograms, litres, pieces; no volts.
    pub(crate) fn flows(self) -> bool {
        const FLOWING: [&str; 9] = [
            "mass", "volume", "area", "length", "packs", "bottles", "pieces", "boxes", "cans",
        ];
        self.dimension.per == Per::Nothing && FLOWING.contains(&self.dimension.code().as_str())
    }

    /// Reads a code of the analyser such as `#3.7kw` or `#500kg/h`.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let text = code.strip_prefix('#')?;
        let digits = text
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
            .count();
        let (number, unit) = text.split_at_checked(digits)?;
        let (unit, period) = unit
            .split_once('/')
            .map_or((unit, None), |(unit, period)| (unit, Some(period)));
        Self::new(number, unit, period)
    }

    /// A number in a unit, per time if there is one.
    pub(crate) fn new(number: &str, unit: &str, period: Option<&str>) -> Option<Self> {
        let Unit { kind, up, down } = UNITS.by_name.get(unit)?;
        let (per, times) = match period {
            None => (Per::Nothing, 1),
            Some("h") => (Per::Time, 1),
            Some("min") => (Per::Time, 60),
            Some("s") => (Per::Time, 3_600),
            Some("ngay") => (Per::Day, 1),
            Some("ca") => (Per::Shift, 1),
            Some("me") => (Per::Batch, 1),
            Some(_) => return None,
        };
        let value = millionths(number)? * up * times / down;
        Some(Self {
            dimension: Dimension { kind: *kind, per },
            value: u64::try_from(value).ok()?,
        })
    }
}

/// A decimal number of at most nine digits before and six after the point.
pub(crate) fn millionths(number: &str) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || whole.len() > 12 || fraction.len() > 6 {
        return None;
    }
    let digits = format!("{whole}{fraction:0<6}");
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}

/// Millionths as a decimal number: what [`millionths`] reads, in its shortest form.
pub(crate) fn decimal(millionths: u128) -> String {
    let (whole, fraction) = (millionths / 1_000_000, millionths % 1_000_000);
    let fraction = format!("{fraction:06}");
    match fraction.trim_end_matches('0') {
        "" => whole.to_string(),
        fraction => format!("{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_quantity_in_many_units() {
        for (one, other) in [
            ("#2t/h", "#2000kg/h"),
            ("#0.8m3", "#800l"),
            ("#1500w", "#1.5kw"),
            ("#24vdc", "#24v"),
            ("#10l/min", "#600l/h"),
            ("#1mpa", "#10bar"),
        ] {
            assert!(Quantity::from_code(one).is_some(), "{one}");
            assert_eq!(Quantity::from_code(one), Quantity::from_code(other), "{one} {other}");
        }
        let dimension = |code| Quantity::from_code(code).map(|quantity| quantity.dimension);
        assert_ne!(dimension("#2t"), dimension("#2t/h"));
        assert_ne!(dimension("#2t/me"), dimension("#2t/h"));
        assert_eq!(dimension("#2t/h").map(Dimension::name).as_deref(), Some("mass_rate"));
    }

    #[test]
    fn every_unit_of_the_analyser_has_a_dimension() {
        let indexed = crate::analyzer::UNITS.lines().filter_map(|line| line.split_once('\t'));
        for (_, unit) in indexed.filter(|(_, unit)| !["h", "min"].contains(unit)) {
            assert!(UNITS.by_name.contains_key(unit), "{unit}");
        }
    }

    #[test]
    fn every_dimension_is_told_and_read_again() {
        for dimension in Dimension::all() {
            assert_eq!(Dimension::from_code(&dimension.code()), Some(dimension));
            let one = Quantity::from_code(&format!("#1{}", dimension.unit()));
            let value = 1_000_000;
            assert_eq!(one, Some(Quantity { dimension, value }), "{}", dimension.unit());
        }
    }

    #[test]
    fn decimals_are_short() {
        for (number, shortest) in [
            ("007", "7"),
            ("1.50", "1.5"),
            ("0.000001", "0.000001"),
            ("20", "20"),
            ("0", "0"),
        ] {
            assert_eq!(millionths(number).map(decimal).as_deref(), Some(shortest), "{number}");
        }
    }

    proptest! {
        #[test]
        fn any_code(code in "#[0-9.]{0,15}[a-z0-9]{0,4}(/[a-z]{0,4})?|.{0,12}") {
            let _ = Quantity::from_code(&code);
        }
    }
}
