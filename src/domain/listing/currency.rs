//! Currencies in which amounts are told (đơn vị tiền tệ).

use std::fmt;
use std::str::FromStr;

use iso_currency::Currency as Iso;

use crate::domain::fields::Violation;

/// A currency that one can pay in: a code of ISO 4217, without funds, metals, codes for tests, and what was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(Iso);

impl Currency {
    /// Vietnamese đồng, in which amounts are where nothing else is said.
    pub const VND: Self = Self(Iso::VND);

    /// Its code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Whether amounts are in đồng.
    pub fn is_vnd(self) -> bool {
        self == Self::VND
    }

    /// What it is called behind an amount, in Vietnamese.
    pub fn name_vi(self) -> &'static str {
        if self.is_vnd() { "đồng" } else { self.code() }
    }

    /// About how many đồng a unit is, to the order of magnitude and for nothing but to notice amounts with too many or too
    /// few zeros; none where nobody here has put it down.
    pub fn rough_vnd(self) -> Option<i64> {
        Some(match self.code() {
            "VND" | "LAK" => 1,
            "IDR" => 2,
            "KHR" => 6,
            "KRW" => 20,
            "JPY" => 150,
            "INR" | "RUB" => 300,
            "PHP" => 450,
            "THB" | "TWD" => 800,
            "CNY" | "HKD" => 3_500,
            "MYR" => 6_000,
            "AUD" | "CAD" | "SGD" => 20_000,
            "USD" => 25_000,
            "CHF" | "EUR" | "GBP" => 30_000,
            _ => return None,
        })
    }

    /// Takes back a code that was parsed before: for rows of our own database only. One that was replaced since stays.
    pub(crate) fn stored(code: &str) -> Option<Self> {
        Iso::from_code(code).map(Self)
    }
}

impl FromStr for Currency {
    type Err = Violation;

    fn from_str(code: &str) -> Result<Self, Violation> {
        let known = Iso::from_code(code).filter(|known| known.flags().is_empty());
        known.map(Self).ok_or(Violation::Malformed { what: "currency" })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_one_pays_with_is_a_currency() {
        for code in ["VND", "USD", "EUR", "JPY", "CNY", "KRW", "THB", "LAK", "KHR"] {
            assert_eq!(code.parse::<Currency>().map(Currency::code), Ok(code));
        }
        // Small letters, none, gold, drawing rights, a code for tests, none at all, and one that the euro replaced.
        for code in ["usd", "", "XAU", "XDR", "XTS", "XXX", "HRK", "đồng", "VNDX"] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
    }
}
