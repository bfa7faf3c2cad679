//! Kinds of quantities by which listings are chosen, and what they are called (đại lượng).

/// What a kind of quantity is called, and the unit in which its amounts are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// In Vietnamese.
    pub name_vi: String,
    /// In English.
    pub name_en: String,
    /// The unit.
    pub unit: String,
}

/// Code, names and unit of what is counted.
const KINDS: &[(&str, &str, &str, &str)] = &[
    ("length", "Chiều dài", "Length", "m"),
    ("area", "Diện tích", "Area", "m²"),
    ("volume", "Thể tích", "Volume", "l"),
    ("mass", "Khối lượng", "Mass", "kg"),
    ("power", "Công suất", "Power", "kW"),
    ("peak_power", "Công suất đỉnh", "Peak power", "kWp"),
    ("apparent_power", "Công suất biểu kiến", "Apparent power", "kVA"),
    ("energy", "Điện năng", "Energy", "kWh"),
    ("charge", "Dung lượng pin", "Charge", "Ah"),
    ("voltage", "Điện áp", "Voltage", "V"),
    ("current", "Dòng điện", "Current", "A"),
    ("frequency", "Tần số", "Frequency", "Hz"),
    ("pressure", "Áp suất", "Pressure", "bar"),
    ("speed", "Tốc độ quay", "Rotational speed", "rpm"),
    ("force", "Lực", "Force", "kN"),
    ("torque", "Mô-men xoắn", "Torque", "Nm"),
    ("concentration", "Nồng độ", "Concentration", "ppm"),
    ("loudness", "Độ ồn", "Loudness", "dB"),
    ("light", "Quang thông", "Luminous flux", "lm"),
    ("memory", "Bộ nhớ", "Memory", "GB"),
    ("resolution", "Độ phân giải", "Resolution", "MP"),
    ("packs", "Số gói", "Packs", "gói"),
    ("bottles", "Số chai", "Bottles", "chai"),
    ("pieces", "Số viên", "Pieces", "viên"),
    ("boxes", "Số hộp", "Boxes", "hộp"),
    ("cans", "Số lon", "Cans", "lon"),
];

/// End of the code of a rate, what it adds to the names, and what to the unit.
const RATES: &[(&str, &str, &str, &str)] = &[
    ("_rate", " mỗi giờ", " per hour", "/h"),
    ("_per_day", " mỗi ngày", " per day", "/ngày"),
    ("_per_shift", " mỗi ca", " per shift", "/ca"),
    ("_per_batch", " mỗi mẻ", " per batch", "/mẻ"),
];

/// What a kind of quantity is called, by its code.
pub fn of(code: &str) -> Option<Named> {
    let rate = RATES
        .iter()
        .find_map(|(end, vi, en, unit)| Some((code.strip_suffix(end)?, (*vi, *en, *unit))));
    let (kind, (rate_vi, rate_en, by)) = rate.unwrap_or((code, ("", "", "")));
    let (_, vi, en, unit) = KINDS.iter().find(|(known, ..)| *known == kind)?;
    Some(Named {
        name_vi: format!("{vi}{rate_vi}"),
        name_en: format!("{en}{rate_en}"),
        unit: format!("{unit}{by}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_named_after_what_is_counted() {
        let named = of("mass_per_day").unwrap();
        assert_eq!(
            (named.name_vi.as_str(), named.name_en.as_str(), named.unit.as_str()),
            ("Khối lượng mỗi ngày", "Mass per day", "kg/ngày")
        );
        assert_eq!(of("power").unwrap().unit, "kW");
        assert_eq!(of("luck"), None);
    }
}
