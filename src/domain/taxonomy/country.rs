//! Recognises a country in the text of a goods description.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::TaxonomyItem;

/// Names shorter than this are compared with their diacritics only: without them `Mỹ` would be `my`, `Áo` would be
/// `ao`, `Bỉ` would be `bi`.
const SHORTEST_PLAIN_NAME: usize = 4;

/// What stands before the country in such texts.
const LEAD_INS: [&str; 5] = ["made in ", "sản xuất tại ", "xuất xứ ", "nước ", "hàng "];

/// Names of countries, in the form in which they are compared.
#[derive(Clone, Debug)]
pub(super) struct Names {
    codes: HashMap<String, String>,
}

impl Names {
    pub(super) fn new(countries: &[TaxonomyItem]) -> Self {
        let mut codes = HashMap::new();
        // Names as written come first, so that no name without diacritics can displace one.
        for plain in [false, true] {
            for country in countries {
                for name in names_of(country) {
                    let key = comparable(name);
                    let key = if plain { without_diacritics(&key) } else { key };
                    if !plain || key.chars().count() >= SHORTEST_PLAIN_NAME {
                        codes.entry(key).or_insert_with(|| country.code.clone());
                    }
                }
            }
        }
        Self { codes }
    }

    /// The code of the country that the whole text names.
    pub(super) fn code_of(&self, text: &str) -> Option<&str> {
        let whole = comparable(text);
        let mut name = whole.as_str();
        loop {
            if let Some(code) = self.codes.get(name) {
                return Some(code);
            }
            name = LEAD_INS.iter().find_map(|lead_in| name.strip_prefix(lead_in))?;
        }
    }
}

fn names_of(country: &TaxonomyItem) -> impl Iterator<Item = &str> {
    let aliases = country.attributes.get("aliases").map_or("", String::as_str);
    [Some(country.name_vi.as_str()), country.name_en.as_deref()]
        .into_iter()
        .flatten()
        .chain(aliases.split('|').filter(|alias| !alias.is_empty()))
}

/// Lower case, NFC, single spaces, `and` for `&`, no punctuation around it.
fn comparable(text: &str) -> String {
    let lower = text.nfc().collect::<String>().to_lowercase().replace('&', "and");
    lower
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '-' | '"' | '\''))
        .replace(": ", " ")
        .trim()
        .to_owned()
}

/// Vietnamese text in the letters of ASCII as far as it has them: `Đắk Lắk` becomes `Dak Lak`.
pub(super) fn without_diacritics(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            other => other,
        })
        .collect()
}
