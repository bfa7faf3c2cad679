//! Choices that no reference list has, as people write them into cells: by their names in Vietnamese or English, or by code.

use crate::domain::enterprise::OrganisationKind;
use crate::domain::fields::{NamedValue, is_called, named_values};
use crate::domain::listing::details::{
    CertificationScheme, Condition, IpRightStatus, IpRightType, OwnerType, PriceKind, Stage,
};
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::text::fold;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// How far a technology has come.
    Stage,
    /// How worn equipment is.
    Condition,
    /// How binding a price is.
    PriceKind,
    /// What the law on technology transfer says.
    RegulatoryClass,
    /// Sorts of partners.
    PartnerKind,
    /// Kinds of rights.
    RightType,
    /// Where rights stand.
    RightStatus,
    /// Who owns.
    OwnerType,
    /// What certificates are about.
    Scheme,
}

impl Choice {
    /// Every value.
    pub fn words(self) -> Vec<NamedValue> {
        match self {
            Self::Stage => named_values(Stage::names),
            Self::Condition => named_values(Condition::names),
            Self::PriceKind => named_values(PriceKind::names),
            Self::RegulatoryClass => named_values(RegulatoryClass::names),
            Self::PartnerKind => named_values(OrganisationKind::names),
            Self::RightType => named_values(IpRightType::names),
            Self::RightStatus => named_values(IpRightStatus::names),
            Self::OwnerType => named_values(OwnerType::names),
            Self::Scheme => named_values(CertificationScheme::names),
        }
    }

    /// The code behind a name or code; what is not known stays as it is, and is refused as such where the listing is read.
    pub fn code(self, text: &str) -> String {
        let (text, key) = (text.trim(), fold(text));
        let is_it = |value: &NamedValue| value.0 == text || is_called(value, &key);
        let found = self.words().into_iter().find(is_it);
        found.map_or(text, |(code, _)| code).to_owned()
    }

    /// What people call a code, in Vietnamese or in English; one that is not known stays as it is.
    pub fn name(self, code: &str, is_english: bool) -> String {
        let found = self.words().into_iter().find(|(known, _)| *known == code);
        let name = found.map(|(_, (vi, en))| if is_english { en } else { vi });
        name.unwrap_or(code).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_name_leads_back_to_its_code() {
        for choice in [
            Choice::Stage,
            Choice::Condition,
            Choice::PriceKind,
            Choice::RegulatoryClass,
            Choice::PartnerKind,
            Choice::RightType,
            Choice::RightStatus,
            Choice::OwnerType,
            Choice::Scheme,
        ] {
            let mut keys: BTreeMap<String, &str> = BTreeMap::new();
            for (code, (vi, en)) in choice.words() {
                for name in [code, vi, en] {
                    assert_eq!(choice.code(name), code, "{choice:?}: {name}");
                    assert!(!name.contains([';', '|', '\n', '"']), "{name}");
                    assert!(
                        keys.insert(fold(name), code).is_none_or(|other| other == code),
                        "{name}"
                    );
                }
                for is_english in [false, true] {
                    assert_eq!(choice.code(&choice.name(code, is_english)), code);
                }
            }
        }
        assert_eq!(Choice::Stage.code(" thuong mai hoa "), "commercial");
        assert_eq!(Choice::Stage.code("nửa chừng"), "nửa chừng");
    }
}
