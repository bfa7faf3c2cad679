//! Offices of industrial property that are no country's (cơ quan sở hữu công nghiệp của nhiều nước).

use crate::domain::fields::{Names, code_and_name};
use crate::domain::text::fold;
use crate::domain::text_enum;

text_enum! {
    /// Where rights are filed that are of several countries: by WIPO's standard ST.3, and the treaty by its own name.
    pub enum Office {
        /// An international application under the Patent Cooperation Treaty (đơn quốc tế).
        Pct => "PCT",
        /// The European Patent Office.
        Ep => "EP",
        /// The European Union Intellectual Property Office.
        Em => "EM",
        /// The Eurasian Patent Organization.
        Ea => "EA",
        /// The African Regional Intellectual Property Organization.
        Ap => "AP",
        /// The African Intellectual Property Organization.
        Oa => "OA",
    }
}

impl Office {
    /// What it is called.
    pub const fn names(self) -> Names {
        match self {
            Self::Pct => (
                "Đơn quốc tế theo Hiệp ước PCT",
                "International application under the PCT",
            ),
            Self::Ep => ("Cơ quan Sáng chế châu Âu", "European Patent Office"),
            Self::Em => (
                "Cơ quan Sở hữu trí tuệ Liên minh châu Âu",
                "European Union Intellectual Property Office",
            ),
            Self::Ea => ("Tổ chức Sáng chế Á - Âu", "Eurasian Patent Organization"),
            Self::Ap => (
                "Tổ chức Sở hữu trí tuệ khu vực châu Phi",
                "African Regional Intellectual Property Organization",
            ),
            Self::Oa => (
                "Tổ chức Sở hữu trí tuệ châu Phi",
                "African Intellectual Property Organization",
            ),
        }
    }

    /// What it calls itself in short; who receives international applications, of the treaty.
    const fn short(self) -> &'static str {
        match self {
            Self::Pct => "WIPO",
            Self::Ep => "EPO",
            Self::Em => "EUIPO",
            Self::Ea => "EAPO",
            Self::Ap => "ARIPO",
            Self::Oa => "OAPI",
        }
    }

    /// The office that goes by a text: by its code, a name, or both together (`EP (EPO)`), where the two agree.
    pub fn named(text: &str) -> Option<Self> {
        let called = |text: &str| Self::ALL.iter().copied().find(|office| office.is_called(text));
        called(text).or_else(|| {
            code_and_name(text).find_map(|(code, name)| {
                let office: Self = code.to_uppercase().parse().ok()?;
                office.is_called(name).then_some(office)
            })
        })
    }

    fn is_called(self, text: &str) -> bool {
        let key = fold(text);
        let (vi, en) = self.names();
        [self.as_str(), self.short(), vi, en]
            .iter()
            .any(|name| fold(name) == key)
    }
}

/// The office here, and what it is called: Vietnamese and English.
pub const OFFICE_HERE: (&str, Names) = ("VN", ("Cục Sở hữu trí tuệ", "Intellectual Property Office of Viet Nam"));
/// What people call it else, folded.
const HERE: [&str; 9] = [
    "cuc shtt",
    "cuc so huu tri tue",
    "cuc so huu tri tue viet nam",
    "cuc shtt viet nam",
    "ip viet nam",
    "ip vietnam",
    "ipvietnam",
    "noip",
    "intellectual property office of viet nam",
];

/// Whether a text is a name of the office here (Cục Sở hữu trí tuệ), alone or beside its code: `VN (Cục SHTT)`.
pub fn is_office_here(text: &str) -> bool {
    let is_name = |name: &str| HERE.contains(&fold(name).as_str());
    let mut both = code_and_name(text);
    is_name(text) || both.any(|(code, name)| code.eq_ignore_ascii_case(OFFICE_HERE.0) && is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_here_goes_by_its_names() {
        let (code, (vi, en)) = OFFICE_HERE;
        for text in [
            "Cục SHTT",
            "IP Viet Nam",
            "NOIP",
            "VN (Cục SHTT)",
            "Cục SHTT (VN)",
            vi,
            en,
        ] {
            assert!(is_office_here(text), "{text}");
        }
        for text in [code, "Việt Nam", "US (NOIP)", "Cục", ""] {
            assert!(!is_office_here(text), "{text}");
        }
    }

    #[test]
    fn an_office_goes_by_its_code_and_its_names() {
        for office in Office::ALL.iter().copied() {
            let (vi, en) = office.names();
            let code = office.as_str();
            for text in [code, vi, en, &format!("{code} ({vi})"), &format!("{en} ({code})")] {
                assert_eq!(Office::named(text), Some(office), "{text}");
            }
        }
        for (text, office) in [
            ("ep", Some(Office::Ep)),
            ("EP (EPO)", Some(Office::Ep)),
            ("PCT (WIPO)", Some(Office::Pct)),
            // The two do not agree.
            ("EP (EUIPO)", None),
            ("EP (Việt Nam)", None),
            ("VN", None),
            ("", None),
        ] {
            assert_eq!(Office::named(text), office, "{text}");
        }
    }
}
