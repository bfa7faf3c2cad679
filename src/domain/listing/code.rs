//! The number under which a listing comes out, `CN-2026-000123` (mã số tin), and the readable name made of title and
//! number.

use std::fmt;

use super::ListingKind;
use crate::domain::text::fold;

impl ListingKind {
    /// What codes of this kind begin with: the initials by which Vietnamese exchanges file them.
    pub const fn prefix(self) -> &'static str {
        match self {
            // Công nghệ.
            Self::TechnologyOffer => "CN",
            // Thiết bị.
            Self::EquipmentOffer => "TB",
            // Nhu cầu (công nghệ).
            Self::TechnologyNeed => "NC",
            // Nhu cầu thiết bị.
            Self::EquipmentNeed => "NT",
            // Tài sản trí tuệ.
            Self::IpAsset => "TT",
            // Tư vấn.
            Self::ConsultingService => "TV",
            // Chuyên gia.
            Self::Expert => "CG",
            // Đối tác.
            Self::PartnerSearch => "DT",
            // Kết quả nghiên cứu.
            Self::RdProject => "KQ",
            // OCOP.
            Self::OcopProduct => "OC",
        }
    }
}

/// The number of a listing: prefix of its kind, year in which it first came out, number within both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListingCode {
    prefix: &'static str,
    year: i16,
    number: i64,
}

impl ListingCode {
    /// The code of a number that a counter gave out.
    pub const fn new(kind: ListingKind, year: i16, number: i64) -> Self {
        Self {
            prefix: kind.prefix(),
            year,
            number,
        }
    }

    /// The kind's prefix.
    pub const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// The year.
    pub const fn year(&self) -> i16 {
        self.year
    }

    /// The number within prefix and year.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Reads a code in capital or small letters; every code has one written form, so nothing else is one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (prefix, year, number) = (parts.next()?, parts.next()?, parts.next()?);
        let kind = ListingKind::ALL
            .iter()
            .find(|kind| kind.prefix().eq_ignore_ascii_case(prefix))?;
        let code = Self::new(*kind, year.parse().ok()?, number.parse().ok()?);
        code.to_string().eq_ignore_ascii_case(text).then_some(code)
    }

    /// The code that a whole text is, as people type one: in capital or small letters, with hyphens, spaces or nothing between its
    /// parts, and whatever signs around it.
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim_matches(|sign: char| !sign.is_alphanumeric());
        // Most of what is typed is none, and is seen at once not to be.
        if !(SHORTEST..=LONGEST).contains(&text.len()) || !text.ends_with(|last: char| last.is_ascii_digit()) {
            return None;
        }
        // Texts that are typeset have other hyphens and dashes: U+2010 to U+2015, and the minus sign.
        let is_between = |sign: char| matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '.' | ' ');
        let plain: String = text.chars().filter(|sign| !is_between(*sign)).collect();
        let (prefix, rest) = plain.split_at_checked(2)?;
        let (year, number) = rest.split_at_checked(4)?;
        Self::parse(&format!("{prefix}-{year}-{number}"))
    }
}

/// So many bytes a code has at least where nothing stands between its parts, and at most with what people put there.
const SHORTEST: usize = 12;
const LONGEST: usize = 40;

impl fmt::Display for ListingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:06}", self.prefix, self.year, self.number)
    }
}

/// Most characters of a title that a readable name has.
const MAX_WORDS: usize = 80;

/// The readable name of a listing: its title without diacritics, then its code, so that no two listings have the same
/// and nobody has to look. `may-say-lua-tang-soi-tb-2026-000123`.
pub fn slug(title: &str, code: &ListingCode) -> String {
    let mut slug = String::with_capacity(MAX_WORDS + 32);
    for word in fold(title).split(' ') {
        let before = slug.len();
        slug.extend(word.chars().filter(char::is_ascii_alphanumeric));
        if slug.len() > MAX_WORDS {
            slug.truncate(before);
            break;
        }
        if slug.len() > before {
            slug.push('-');
        }
    }
    slug.push_str(&code.to_string().to_ascii_lowercase());
    slug
}

/// The code at the end of a readable name.
pub fn code_of_slug(slug: &str) -> Option<ListingCode> {
    let parts: Vec<&str> = slug.rsplitn(4, '-').take(3).collect();
    let [number, year, prefix] = parts.as_slice() else {
        return None;
    };
    ListingCode::parse(&format!("{prefix}-{year}-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_kind_has_a_prefix_of_its_own() {
        let mut prefixes: Vec<_> = ListingKind::ALL.iter().map(|kind| kind.prefix()).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), ListingKind::ALL.len());
    }

    #[test]
    fn only_the_written_form_is_a_code() {
        let code = ListingCode::new(ListingKind::TechnologyOffer, 2026, 123);
        assert_eq!(code.to_string(), "CN-2026-000123");
        assert_eq!(ListingCode::parse("cn-2026-000123"), Some(code));
        let large = ListingCode::new(ListingKind::EquipmentNeed, 2026, 1_234_567);
        assert_eq!(ListingCode::parse("NT-2026-1234567"), Some(large));
        for wrong in [
            "",
            "CN",
            "CN-2026",
            "CN-2026-123",
            "CN-2026-0000123",
            "CN-2026-+00123",
            "CN-26-000123",
            "XX-2026-000123",
            "CN-2026-000123-1",
            "CN 2026 000123",
        ] {
            assert_eq!(ListingCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_is_known_as_people_type_it() {
        let code = ListingCode::new(ListingKind::EquipmentOffer, 2026, 1);
        for typed in [
            "TB-2026-000001",
            "tb-2026-000001",
            "  TB 2026 000001 ",
            "TB2026000001",
            "TB - 2026 - 000001",
            "“TB–2026–000001”.",
            "#tb_2026_000001",
            "TB\u{2011}2026\u{2011}000001",
            "TB—2026—000001",
            "TB\u{2212}2026\u{2212}000001",
        ] {
            assert_eq!(ListingCode::typed(typed), Some(code), "{typed}");
        }
        for other in [
            "",
            "TB-2026",
            "TB-2026-1",
            "TB-2026-0000001",
            "XX-2026-000001",
            "máy sấy TB-2026-000001",
            "ở TB-2026-000001",
            "TB-2026-000001 ở",
            "TB-2026-000001 và TB-2026-000002",
            "TB/2026/000001",
            "tấ-2026-000001",
            "động cơ 2026 000001",
        ] {
            assert_eq!(ListingCode::typed(other), None, "{other}");
        }
    }

    #[test]
    fn a_slug_is_the_title_and_the_code() {
        let code = ListingCode::new(ListingKind::EquipmentOffer, 2026, 7);
        assert_eq!(
            slug("Máy sấy lúa — Đại Việt (SL-2)", &code),
            "may-say-lua-dai-viet-sl-2-tb-2026-000007"
        );
        assert_eq!(slug("水稻烘干机 🌾", &code), "tb-2026-000007");
        assert!(slug(&"dài ".repeat(64), &code).len() < 110);
    }

    proptest! {
        #[test]
        fn a_slug_leads_back_to_its_code(title in any::<String>(), year in 2000_i16..9999, number in 1_i64..i64::MAX) {
            let code = ListingCode::new(ListingKind::TechnologyNeed, year, number);
            let slug = slug(&title, &code);
            prop_assert_eq!(code_of_slug(&slug), Some(code));
            prop_assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", slug);
        }
    }
}
