//! How many per cent of something: with up to two decimals, above nothing and a hundred at most, and one way to write each.

/// The hundredths of a per cent that a text tells, with a point before its decimals; nothing of what is no such number.
pub fn hundredths(text: &str) -> Option<u32> {
    super::decimal(text).ok()?;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let told: u32 = format!("{whole}{decimals:0<2}").parse().ok()?;
    (1..=10_000).contains(&told).then_some(told)
}

/// The one way in which it is written: without zeros that say nothing.
pub fn written(hundredths: u32) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => whole.to_string(),
        _ => format!("{whole}.{rest:02}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{hundredths, written};

    #[test]
    fn each_number_is_written_in_one_way() {
        for (told, one) in [
            ("007", "7"),
            ("3.50", "3.5"),
            ("3.5", "3.5"),
            ("3.05", "3.05"),
            ("0.1", "0.1"),
            ("00.10", "0.1"),
            ("10", "10"),
            ("100.00", "100"),
        ] {
            assert_eq!(hundredths(told).map(written).as_deref(), Some(one), "{told}");
        }
        for wrong in [
            "",
            "0",
            "0.00",
            "100.01",
            "3.255",
            "3,5",
            "-1",
            "3%",
            "1e1",
            "999999999999999",
        ] {
            assert_eq!(hundredths(wrong), None, "{wrong}");
        }
    }
}
