//! Tells a number from the unit behind it.

/// Units that follow a number in descriptions of goods, in lower case. A unit that is not listed stays in the value:
/// `22G` is a gauge and `3P` a number of poles, not grams and pascals.
const UNITS: &[&str] = &[
    "bar",
    "bộ",
    "cái",
    "cm",
    "cm2",
    "cm3",
    "cv",
    "db",
    "gb",
    "ha",
    "hạt",
    "hp",
    "hv",
    "hz",
    "inch",
    "ka",
    "kg",
    "khz",
    "km",
    "kn",
    "knm",
    "kpa",
    "kv",
    "kva",
    "kw",
    "kwh",
    "lít",
    "lumen",
    "m/s",
    "m2",
    "m3",
    "m²",
    "m³",
    "ma",
    "mah",
    "mesh",
    "mhz",
    "mm",
    "mm2",
    "mpa",
    "mva",
    "mvar",
    "mw",
    "ml",
    "nm",
    "năm",
    "pa",
    "phút",
    "ppm",
    "psi",
    "r/min",
    "rpm",
    "sản phẩm",
    "tấn",
    "tổ",
    "tháng",
    "tia",
    "va",
    "vac",
    "vdc",
    "vòng/phút",
    "wh",
    "wp",
    "°c",
    "độ",
    "độ c",
    "ngày",
    "giờ",
];

/// Units of one letter, where the case tells them from other marks.
const LETTERS: &[&str] = &[
    "%", "A", "g", "h", "l", "L", "m", "N", "s", "t", "v", "V", "w", "W", "Ω",
];

/// What a quantity can be counted by, behind a slash.
const PER: &[&str] = &[
    "h",
    "giờ",
    "phút",
    "giây",
    "s",
    "min",
    "ngày",
    "ngày đêm",
    "ca",
    "mẻ",
    "năm",
    "tháng",
    "vụ",
    "chu kỳ",
];

/// Splits `50 kg/h` into `50` and `kg/h`. The value has to be a number, a range or a product of numbers, and the unit
/// a known one; anything else stays whole. Both parts together are always the whole text, up to white space.
pub(super) fn split(text: &str) -> (&str, Option<&str>) {
    let start_of_unit = text.char_indices().find(|(_, c)| {
        !(c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '-' | '–' | '~' | '/' | 'x'))
    });
    let Some((number, unit)) = start_of_unit.and_then(|(at, _)| text.split_at_checked(at)) else {
        return (text, None);
    };
    let (number, unit) = (number.trim(), unit.trim());
    if is_number(number) && is_unit(unit) {
        (number, Some(unit))
    } else {
        (text, None)
    }
}

/// A number, or several joined by one sign each: `0,5`, `9.000`, `12-24`, `220/380`, `300x200x150`.
fn is_number(text: &str) -> bool {
    text.split(['-', '–', '~', '/', 'x']).map(str::trim).all(|part| {
        part.starts_with(|c: char| c.is_ascii_digit())
            && part.ends_with(|c: char| c.is_ascii_digit())
            && !part.contains(char::is_whitespace)
    })
}

fn is_unit(text: &str) -> bool {
    let is_known = |text: &str| LETTERS.contains(&text) || UNITS.contains(&text.to_lowercase().as_str());
    is_known(text)
        || text.split_once('/').is_some_and(|(quantity, per)| {
            is_known(quantity.trim()) && PER.contains(&per.trim().to_lowercase().as_str())
        })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_unit_is_split_off_only_where_it_is_certain() {
        let expected = [
            ("50 kg/h", "50", Some("kg/h")),
            ("220V", "220", Some("V")),
            ("12-24VDC", "12-24", Some("VDC")),
            ("110/220V", "110/220", Some("V")),
            ("0.05~15Mpa", "0.05~15", Some("Mpa")),
            ("300x200x150mm", "300x200x150", Some("mm")),
            ("10.000 bộ/ngày", "10.000", Some("bộ/ngày")),
            ("1000 m3/ngày đêm", "1000", Some("m3/ngày đêm")),
            ("98,1%", "98,1", Some("%")),
            ("1000 độ C", "1000", Some("độ C")),
            ("20 Lít", "20", Some("Lít")),
            ("AC220V", "AC220V", None),
            ("gần 20 tấn/ngày", "gần 20 tấn/ngày", None),
            ("9-10 tấn/8 giờ", "9-10 tấn/8 giờ", None),
            ("3m-5m", "3m-5m", None),
            ("1.5kW (2HP)", "1.5kW (2HP)", None),
            ("22G", "22G", None),
            ("3P", "3P", None),
            ("-5 A", "-5 A", None),
            ("2 pin AA", "2 pin AA", None),
            ("2K", "2K", None),
            ("500 g", "500", Some("g")),
            ("70L/phút", "70", Some("L/phút")),
            ("84145949", "84145949", None),
            ("kg", "kg", None),
            ("", "", None),
        ];
        for (text, value, unit) in expected {
            assert_eq!(split(text), (value, unit), "{text}");
        }
    }
}
