//! Flags of the review queue, as a setting names them.

use super::value::{Literal, Value};
use crate::domain::review::RiskFlag;

/// Some of the flags, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags(Vec<RiskFlag>);

impl Flags {
    /// What is risky unless the operator says otherwise.
    #[must_use]
    pub fn risky() -> Self {
        Self(vec![
            RiskFlag::PriceExtreme,
            RiskFlag::ContactInText,
            RiskFlag::Screened,
        ])
    }

    /// The flags.
    pub fn as_slice(&self) -> &[RiskFlag] {
        &self.0
    }
}

impl Value for Flags {
    const KIND: &'static str = "flags of the review queue, separated by commas; may be empty";
    const LITERAL: Literal = Literal::Text;
    fn parse(text: &str) -> Result<Self, String> {
        let mut flags: Vec<RiskFlag> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let known: Vec<&str> = RiskFlag::ALL.iter().map(|flag| flag.as_str()).collect();
            let flag = part
                .parse()
                .map_err(|_unknown| format!("{part:?} is none of {}", known.join(", ")))?;
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
        flags.sort_unstable();
        Ok(Self(flags))
    }
    fn show(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|flag| flag.as_str()).collect();
        names.join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_as_they_are_shown() {
        for (text, shown) in [
            ("", ""),
            (" , ", ""),
            ("screened", "screened"),
            ("screened, first_publication,screened", "first_publication,screened"),
        ] {
            let flags = Flags::parse(text).unwrap();
            assert_eq!(flags.show(), shown);
            assert_eq!(Flags::parse(&flags.show()), Ok(flags));
        }
        assert!(Flags::parse("ugly").unwrap_err().contains("contact_in_text"));
        assert_eq!(Flags::parse(&Flags::risky().show()), Ok(Flags::risky()));
    }
}
