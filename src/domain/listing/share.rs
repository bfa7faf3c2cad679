//! Shares of the whole in per cent (tỷ lệ sở hữu), to the hundredth: three owners of the same part have 33.33 each.

use std::fmt;

use serde_json::Number;

use crate::domain::fields::Violation;

/// A share, as a whole number of hundredths of a per cent: sums of fractions would not be exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u16);

impl Share {
    /// The whole.
    pub const WHOLE: Self = Self(10_000);

    /// Reads it from its decimal digits, never from the fraction that a computer makes of them.
    pub fn parse(number: &Number) -> Result<Self, Violation> {
        let text = number.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole.strip_prefix('-').unwrap_or(whole)) || !is_digits(fraction) || fraction.len() > 2 {
            return Err(Violation::Malformed { what: "share" });
        }
        let hundredths: i64 = format!("{whole}{fraction:0<2}").parse().unwrap_or(i64::MAX);
        match u16::try_from(hundredths).map(Self) {
            Ok(share) if share <= Self::WHOLE => Ok(share),
            _ => Err(Violation::BeyondShare { left: Self::WHOLE }),
        }
    }

    /// What is left of this after the other was taken; nothing where the other is more.
    pub fn less(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The number as it is told.
    pub fn number(self) -> Number {
        let (whole, fraction) = (self.0 / 100, self.0 % 100);
        let plain = Number::from(whole);
        if fraction == 0 {
            return plain;
        }
        format!("{whole}.{fraction:02}").parse().unwrap_or(plain)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Share, &'static str> {
        let number: Number = serde_json::from_str(text).unwrap();
        Share::parse(&number).map_err(|violation| violation.code())
    }

    #[test]
    fn shares_are_read_to_the_hundredth() {
        for (text, hundredths) in [
            ("0", 0),
            ("60", 6_000),
            ("33.33", 33_33),
            ("33.3", 33_30),
            ("100.00", 10_000),
            ("1e2", 10_000),
            ("0.01", 1),
            ("0.29", 29),
        ] {
            assert_eq!(read(text), Ok(Share(hundredths)), "{text}");
        }
        for (text, code) in [
            ("33.333", "malformed"),
            ("1e-7", "malformed"),
            ("100.01", "out_of_range"),
            ("-0.01", "out_of_range"),
            ("-1", "out_of_range"),
            ("1e300", "malformed"),
            ("18446744073709551615", "out_of_range"),
        ] {
            assert_eq!(read(text), Err(code), "{text}");
        }
    }

    #[test]
    fn a_third_three_times_leaves_a_hundredth() {
        let third = Share(33_33);
        let left = Share::WHOLE.less(third).and_then(|left| left.less(third));
        let left = left.and_then(|left| left.less(third)).unwrap();
        assert_eq!(left.to_string(), "0.01");
        assert_eq!(left.less(Share(2)), None);
    }

    proptest! {
        #[test]
        fn what_is_told_is_read_again(hundredths in 0..=10_000_u16) {
            prop_assert_eq!(Share::parse(&Share(hundredths).number()), Ok(Share(hundredths)));
        }
    }
}
