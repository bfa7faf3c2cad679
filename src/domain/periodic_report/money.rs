//! Sums of đồng, and how millions of them are written.

/// Đồng; a sum of twenty thousand contracts is more than 64 bits hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vnd(i128);

impl Vnd {
    /// So many.
    pub fn of(amount: i64) -> Self {
        Self(i128::from(amount))
    }

    /// One more added. Twenty thousand amounts of 64 bits cannot overflow.
    pub fn add(&mut self, amount: i64) {
        self.0 = self.0.saturating_add(i128::from(amount));
    }

    /// Whether there is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whole đồng.
    pub fn exact(self) -> String {
        self.0.to_string()
    }

    /// Millions with up to three decimals, halves up; what is something is never shown as nothing.
    pub fn millions(self) -> String {
        let thousands = self.0.saturating_add(500).div_euclid(1_000);
        let shown = if self.0 > 0 { thousands.max(1) } else { thousands };
        thousandths(shown)
    }
}

/// A number of thousandths, with up to three decimals and no zeros at the end.
pub fn thousandths(amount: i128) -> String {
    let (whole, rest) = (amount.div_euclid(1_000), amount.rem_euclid(1_000));
    if rest == 0 {
        return whole.to_string();
    }
    let decimals = format!("{rest:03}");
    format!("{whole}.{}", decimals.trim_end_matches('0'))
}

/// A number as it is written in Vietnamese: `2285` is `2.285`, `17.4` is `17,4`.
pub fn in_vietnamese(number: &str) -> String {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits: Vec<char> = whole.chars().collect();
    let mut grouped = String::new();
    for (at, digit) in digits.iter().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(*digit);
    }
    if decimals.is_empty() {
        grouped
    } else {
        format!("{grouped},{decimals}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millions_have_three_decimals_and_something_is_never_nothing() {
        for (vnd, shown) in [
            (0, "0"),
            (1, "0.001"),
            (499, "0.001"),
            (1_499, "0.001"),
            (1_500, "0.002"),
            (999_999_499, "999.999"),
            (999_999_500, "1000"),
            (7_500_000_000, "7500"),
            (1_234_567_890, "1234.568"),
            (1_250_000, "1.25"),
        ] {
            assert_eq!(Vnd::of(vnd).millions(), shown, "{vnd}");
        }
        let mut many = Vnd::default();
        (0..20_000).for_each(|_| many.add(1_000_000_000_000_000));
        assert_eq!(many.exact(), "20000000000000000000");
        assert_eq!(many.millions(), "20000000000000");
    }

    #[test]
    fn numbers_are_written_as_in_vietnamese() {
        for (number, shown) in [
            ("0", "0"),
            ("999", "999"),
            ("2285", "2.285"),
            ("11000", "11.000"),
            ("17.4", "17,4"),
            ("1234567.5", "1.234.567,5"),
        ] {
            assert_eq!(in_vietnamese(number), shown);
        }
    }
}
