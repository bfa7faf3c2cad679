//! What people write in cells of tables of enterprises, and the codes behind it.

use unicode_normalization::UnicodeNormalization as _;

use crate::domain::enterprise::{OrganisationKind, SizeBand, StService};
use crate::domain::fields::{NamedValue, code_and_name, is_called, named_values, with_name};
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::fold;

/// Of what few values a cell names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Sorts of organisations.
    Kind,
    /// How many people work there.
    Size,
    /// Services in science and technology.
    Services,
}

impl Choice {
    /// Every value.
    pub fn words(self) -> Vec<NamedValue> {
        match self {
            Self::Kind => named_values(OrganisationKind::names),
            Self::Size => named_values(SizeBand::names),
            Self::Services => named_values(StService::names),
        }
    }

    /// The code behind a name or code; what is not known stays as it is, and is refused where the enterprise is read.
    pub fn code(self, text: &str) -> String {
        let (text, key) = (text.trim(), fold(text));
        let is_it = |value: &NamedValue| value.0 == text || is_called(value, &key);
        let found = self.words().into_iter().find(is_it);
        found.map_or(text, |(code, _)| code).to_owned()
    }
}

/// What registers call legal forms beside their names and what is written in short of these, folded.
const FORMS: [(&str, &str); 1] = [("truong dai hoc", "truong")];

/// The code of a legal form by its name, another name, or itself; what is not known stays as it is.
pub fn legal_form(lists: &InForce, text: &str) -> String {
    let (text, key) = (text.trim(), fold(text));
    let all = lists.lists();
    if all.contains(TaxonomyName::LegalForms, text) {
        return text.to_owned();
    }
    let mut forms = all.items(TaxonomyName::LegalForms, None);
    let named = forms.find(|form| {
        let names = [Some(form.name_vi.as_str()), form.name_en.as_deref()];
        let mut names = names.into_iter().flatten();
        let is_it = |name: &str| {
            let told = [name, &with_name(&form.code, name), &with_name(name, &form.code)];
            told.into_iter().any(|name| fold(name) == key)
        };
        names.any(is_it) || fold(&form.code) == key
    });
    let named = named.or_else(|| lists.legal_form_named(text));
    let code = named.map(|form| form.code.as_str());
    let code = code.or_else(|| FORMS.iter().find(|(name, _)| *name == key).map(|(_, code)| *code));
    code.unwrap_or(text).to_owned()
}

/// The name of a province without what it is, folded.
fn bare_province(key: &str) -> &str {
    let kinds = ["thanh pho ", "tinh ", "tp "];
    kinds.iter().find_map(|kind| key.strip_prefix(kind)).unwrap_or(key)
}

/// The code of a province by its name, or by code and name together, which leads to the present one where the enterprise is read.
/// What is not known, or agrees not with itself, stays as it is.
pub fn province(lists: &InForce, text: &str) -> String {
    let text = text.trim();
    let told = code_and_name(text).find_map(|(code, name)| {
        let code = province_code(code)?;
        (province_named(lists, name)? == code).then_some(code)
    });
    let found = told
        .or_else(|| province_code(text))
        .or_else(|| province_named(lists, text));
    found.unwrap_or_else(|| text.to_owned())
}

/// Whether a province is named by its code, which has two digits; a spreadsheet takes codes for numbers.
fn province_code(text: &str) -> Option<String> {
    (is_digits(text) && text.len() <= 2).then(|| format!("{text:0>2}"))
}

/// The code of a province by its name of today, or else by that of before.
fn province_named(lists: &InForce, text: &str) -> Option<String> {
    let key = fold(text);
    let mut provinces = lists.lists().items(TaxonomyName::Provinces, None);
    let named = provinces.find(|province| {
        let names = [Some(province.name_vi.as_str()), province.name_en.as_deref()];
        let mut names = names.into_iter().flatten().map(fold);
        province.is_valid_on(lists.today()) && names.any(|name| bare_province(&name) == bare_province(&key))
    });
    if let Some(province) = named {
        return Some(province.code.clone());
    }
    lists.lists().last_called(TaxonomyName::Provinces, text, lists.today())
}

/// A commune by its code, its name, or both together, which are held against each other where the enterprise is read.
pub fn commune(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim();
    let both = code_and_name(text).find_map(|(code, name)| commune_code(code).zip(Some(name)));
    match both {
        Some((code, name)) => (Some(code), Some(name.to_owned()).filter(|name| !name.is_empty())),
        None => {
            let code = commune_code(text);
            let name = (code.is_none() && !text.is_empty()).then(|| text.to_owned());
            (code, name)
        }
    }
}

/// Whether a commune is named by its code, which has five digits; a spreadsheet takes zeros in front away.
pub fn commune_code(text: &str) -> Option<String> {
    let text = text.trim();
    (is_digits(text) && text.len() <= 5).then(|| format!("{text:0>5}"))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A tax code of ten digits with the zero in front that a spreadsheet takes away from a number, where its check digit says so. Twelve digits
/// are left alone: they are a personal number's.
pub fn tax_code(text: &str) -> String {
    let text: String = text.trim().nfkc().collect();
    let whole = format!("0{text}");
    let has_lost_one = is_digits(&text) && text.len() == 9 && TaxCode::parse(&whole).is_ok();
    if has_lost_one { whole } else { text }
}

/// The same of a telephone number: of nine digits, or of ten that begin with a 2, none is dialled as it stands.
pub fn phone(text: &str) -> String {
    let text = text.trim();
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let has_lost_one = is_digits(&bare)
        && (bare.len() == 9 && bare.starts_with(['3', '5', '7', '8', '9'])
            || bare.len() == 10 && bare.starts_with('2'));
    if has_lost_one {
        format!("0{bare}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TextEnum;
    use crate::domain::taxonomy::Taxonomies;

    fn lists() -> InForce {
        InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1))
    }

    #[test]
    fn every_value_has_a_name_that_leads_back() {
        fn codes(choice: Choice) -> Vec<&'static str> {
            choice.words().into_iter().map(|(code, _)| code).collect()
        }
        assert_eq!(codes(Choice::Size), SizeBand::texts());
        assert_eq!(codes(Choice::Services), StService::texts());
        for choice in [Choice::Kind, Choice::Size, Choice::Services] {
            for (code, (vi, en)) in choice.words() {
                for name in [code, vi, en] {
                    assert_eq!(choice.code(name), code, "{name}");
                }
            }
        }
        assert_eq!(Choice::Size.code("khổng lồ"), "khổng lồ");
    }

    #[test]
    fn forms_and_places_are_found_by_what_registers_call_them() {
        let lists = lists();
        for (_, code) in FORMS {
            assert!(lists.lists().contains(TaxonomyName::LegalForms, code), "{code}");
        }
        for (text, code) in [
            ("Công ty cổ phần", "cp"),
            ("CÔNG TY CP", "cp"),
            ("TNHH MTV", "tnhh_1tv"),
            ("dntn", "dntn"),
            ("Cty TNHH MTV", "tnhh_1tv"),
            ("HKD", "ho_kd"),
            ("Tổ hợp tác", "to_hop_tac"),
            ("THT", "to_hop_tac"),
            ("Trường Đại học", "truong"),
            ("Công ty TNHH", "Công ty TNHH"),
            ("Cty TNHH", "Cty TNHH"),
        ] {
            assert_eq!(legal_form(&lists, text), code, "{text}");
        }
        for (text, code) in [
            ("Phú Thọ", "25"),
            ("tỉnh Phú Thọ", "25"),
            ("TP. Hà Nội", "01"),
            ("1", "01"),
            ("25", "25"),
            ("25 (Tỉnh Phú Thọ)", "25"),
            ("Thành phố Hà Nội (01)", "01"),
            ("17 (Hòa Bình)", "17"),
            ("01 (Tỉnh Phú Thọ)", "01 (Tỉnh Phú Thọ)"),
            ("Sao Hỏa", "Sao Hỏa"),
        ] {
            assert_eq!(province(&lists, text), code, "{text}");
        }
        assert_eq!(commune_code("8494").as_deref(), Some("08494"));
        assert_eq!(commune_code("Lâm Thao"), None);
        let some = |text: &str| Some(text.to_owned());
        for (text, read) in [
            ("8494", (some("08494"), None)),
            ("Lâm Thao", (None, some("Lâm Thao"))),
            ("08494 (Xã Lâm Thao)", (some("08494"), some("Xã Lâm Thao"))),
            ("Xã Lâm Thao (08494)", (some("08494"), some("Xã Lâm Thao"))),
            ("Xã Lâm Thao (huyện cũ)", (None, some("Xã Lâm Thao (huyện cũ)"))),
            (" ", (None, None)),
        ] {
            assert_eq!(commune(text), read, "{text}");
        }
        assert_eq!(legal_form(&lists, "Công ty cổ phần (cp)"), "cp");
    }

    #[test]
    fn a_zero_that_a_spreadsheet_took_away_comes_back_where_nothing_else_is_meant() {
        for (text, code) in [
            ("300588569", "0300588569"),
            ("３００５８８５６９", "0300588569"),
            ("300588568", "300588568"),
            ("2600357502", "2600357502"),
            ("0300588569", "0300588569"),
        ] {
            assert_eq!(tax_code(text), code);
        }
        for (text, number) in [
            ("912345678", "0912345678"),
            ("2103846555", "02103846555"),
            ("0912 345 678", "0912 345 678"),
            ("84912345678", "84912345678"),
            ("19001234", "19001234"),
        ] {
            assert_eq!(phone(text), number);
        }
    }
}
