//! Quantities of one kind in one unit, so that they can be compared.

use super::Quantity;

/// What is measured, and per what: quantities of one dimension can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dimension {
    of: &'static str,
    per: Option<&'static str>,
}

impl Dimension {
    /// Whether it is so much in a time.
    pub fn is_rate(self) -> bool {
        self.per.is_some()
    }
}

/// A quantity in the base unit of its dimension; one number is a range of one, and an end that is not told is infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// What is measured.
    pub dimension: Dimension,
    /// The number, or the lower end.
    pub low: f64,
    /// The number, or the upper end.
    pub high: f64,
}

/// Units as [`Quantity`] spells them, what they measure, and how many base units one is.
const UNITS: &[(&str, &str, f64)] = &[
    ("mm", "length", 0.001),
    ("cm", "length", 0.01),
    ("dm", "length", 0.1),
    ("m", "length", 1.0),
    ("km", "length", 1_000.0),
    ("µm", "length", 0.000_001),
    ("inch", "length", 0.025_4),
    ("mm²", "area", 0.000_001),
    ("cm²", "area", 0.000_1),
    ("m²", "area", 1.0),
    ("ha", "area", 10_000.0),
    ("ml", "volume", 0.001),
    ("cm³", "volume", 0.001),
    ("l", "volume", 1.0),
    ("m³", "volume", 1_000.0),
    ("mg", "mass", 0.000_001),
    ("g", "mass", 0.001),
    ("kg", "mass", 1.0),
    ("yến", "mass", 10.0),
    ("t", "mass", 1_000.0),
    ("mW", "power", 0.000_001),
    ("W", "power", 0.001),
    ("kW", "power", 1.0),
    ("MW", "power", 1_000.0),
    ("GW", "power", 1_000_000.0),
    ("HP", "power", 0.746),
    ("Wp", "peak power", 0.001),
    ("kWp", "peak power", 1.0),
    ("Wh", "energy", 0.001),
    ("kWh", "energy", 1.0),
    ("MWh", "energy", 1_000.0),
    ("Ah", "charge", 1.0),
    ("mAh", "charge", 0.001),
    ("VA", "apparent power", 0.001),
    ("kVA", "apparent power", 1.0),
    ("MVA", "apparent power", 1_000.0),
    ("V", "voltage", 1.0),
    ("kV", "voltage", 1_000.0),
    ("A", "current", 1.0),
    ("mA", "current", 0.001),
    ("Hz", "frequency", 1.0),
    ("kHz", "frequency", 1_000.0),
    ("MHz", "frequency", 1_000_000.0),
    ("GHz", "frequency", 1_000_000_000.0),
    ("mbar", "pressure", 0.001),
    ("bar", "pressure", 1.0),
    ("Pa", "pressure", 0.000_01),
    ("mPa", "pressure", 0.000_000_01),
    ("kPa", "pressure", 0.01),
    ("MPa", "pressure", 10.0),
    ("psi", "pressure", 0.068_947_6),
    ("s", "time", 1.0 / 3_600.0),
    ("phút", "time", 1.0 / 60.0),
    ("h", "time", 1.0),
    ("GB", "memory", 1.0),
    ("TB", "memory", 1_000.0),
];

/// What is counted or told by itself: comparable only in the same unit.
const ALONE: &[&str] = &[
    "pha",
    "gói",
    "chai",
    "viên",
    "hộp",
    "lon",
    "vòng/phút",
    "kN",
    "N·m",
    "nm",
    "ppm",
    "%",
    "°C",
    "dB",
    "lm",
    "MP",
    "ngày",
    "tháng",
    "năm",
    "vụ",
    "ca",
    "mẻ",
    "cái",
    "bộ",
    "sản phẩm",
];

/// Periods of an hour or less, in hours; a day, a shift or a batch is no number of hours that everybody agrees on.
const PERIODS: [(&str, f64); 3] = [("h", 1.0), ("phút", 1.0 / 60.0), ("s", 1.0 / 3_600.0)];

impl Quantity {
    /// The same in the base unit of its dimension; none where the unit is none that is known.
    pub fn measure(&self) -> Option<Measure> {
        let (dimension, factor) = dimension(self.unit.as_deref()?)?;
        let (low, high) = match (self.value, self.min, self.max) {
            (Some(one), ..) => (one, one),
            (None, None, None) => return None,
            (None, low, high) => (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)),
        };
        Some(Measure {
            dimension,
            low: low * factor,
            high: high * factor,
        })
    }
}

impl Measure {
    /// The same in a unit of its dimension.
    pub fn in_unit(&self, unit: &str) -> Option<Quantity> {
        let (dimension, factor) = dimension(unit)?;
        if dimension != self.dimension {
            return None;
        }
        let (low, high) = (rounded(self.low / factor)?, rounded(self.high / factor)?);
        let is_one = low.total_cmp(&high).is_eq();
        let end = |end: f64| (!is_one && end.is_finite()).then_some(end);
        Some(Quantity {
            value: is_one.then_some(low),
            min: end(low),
            max: end(high),
            unit: Some(unit.to_owned()),
        })
    }

    /// Whether both say the same but for rounding.
    pub fn equals(&self, other: &Self) -> bool {
        let near = |one: f64, other: f64| {
            let is_told = one.is_finite() && other.is_finite();
            one.total_cmp(&other).is_eq() || is_told && (one - other).abs() <= 1e-6 * one.abs().max(other.abs())
        };
        self.dimension == other.dimension && near(self.low, other.low) && near(self.high, other.high)
    }
}

/// A number without the noise of conversion: nine digits are more than anybody measures.
fn rounded(number: f64) -> Option<f64> {
    if number.is_infinite() {
        return Some(number);
    }
    format!("{number:.8e}").parse().ok()
}

fn dimension(unit: &str) -> Option<(Dimension, f64)> {
    if let Some((_, of, factor)) = UNITS.iter().find(|(known, ..)| *known == unit) {
        return Some((Dimension { of, per: None }, *factor));
    }
    if let Some(of) = ALONE.iter().find(|known| **known == unit) {
        return Some((Dimension { of, per: None }, 1.0));
    }
    let (of, per) = unit.split_once('/')?;
    let (Dimension { of, per: None }, factor) = dimension(of)? else {
        return None;
    };
    if let Some((_, hours)) = PERIODS.iter().find(|(known, _)| *known == per) {
        return Some((Dimension { of, per: Some("h") }, factor / hours));
    }
    let alone = ALONE.iter().copied();
    let all = alone.chain(UNITS.iter().map(|(known, ..)| *known));
    let per = all.into_iter().find(|known| *known == per)?;
    Some((Dimension { of, per: Some(per) }, factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(text: &str) -> Measure {
        Quantity::read(text, None).unwrap().measure().unwrap()
    }

    #[test]
    fn one_quantity_in_many_units() {
        for (one, other) in [
            ("2 tấn/h", "2000 kg/giờ"),
            ("0,8 m3", "800 lít"),
            ("1500 W", "1,5 kW"),
            ("10 l/phút", "600 l/h"),
            ("1 MPa", "10 bar"),
            ("0,35-0,45 tấn/h", "350-450 kg/h"),
            ("≥ 0,5 tấn/h", "từ 500 kg/h trở lên"),
            ("≤ 1500 W", "tối đa 1,5 kW"),
        ] {
            assert!(measure(one).equals(&measure(other)), "{one} {other}");
        }
        for (one, other) in [
            ("2 tấn/h", "2 tấn"),
            ("2 tấn/ngày", "2 tấn/h"),
            ("5 kVA", "5 kW"),
            ("5 kW", "6 kW"),
            ("≥ 5 kW", "5 kW"),
            ("≥ 5 kW", "≤ 5 kW"),
            ("≥ 5 kW", "≥ 6 kW"),
        ] {
            assert!(!measure(one).equals(&measure(other)), "{one} {other}");
        }
    }

    #[test]
    fn conversion_leaves_no_noise() {
        let told = measure("0,35-0,45 tấn/h").in_unit("kg/h").unwrap();
        assert_eq!((told.min, told.max, told.value), (Some(350.0), Some(450.0), None));
        assert_eq!(measure("45 phút").in_unit("h").unwrap().value, Some(0.75));
        assert_eq!(measure("45 phút").in_unit("kg"), None);
        let least = measure("≥ 0,35 tấn/h").in_unit("kg/h").unwrap();
        assert_eq!((least.min, least.max, least.value), (Some(350.0), None, None));
    }

    /// A unit that is read and has no dimension would never be compared.
    #[test]
    fn every_unit_that_is_read_has_a_dimension() {
        for (spelt, name) in super::super::units::UNITS {
            assert!(dimension(name).is_some(), "{spelt}");
            assert!(
                name.contains('/') || dimension(&format!("{name}/h")).is_some(),
                "{spelt}"
            );
        }
    }
}
