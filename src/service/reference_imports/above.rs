//! What a cell says of the entry above: a code, a name, or both together.

use jiff::civil::Date;

use crate::domain::fields::code_and_name;
use crate::domain::taxonomy::{Taxonomies, TaxonomyItem, TaxonomyName, is_place_name};
use crate::domain::text::fold;

/// The code behind a cell. What is not known, or does not agree with itself, stays as it is, and is refused as such where the entry is
/// read.
pub fn code(lists: &Taxonomies, list: TaxonomyName, text: &str, today: Date) -> String {
    let above = match list {
        TaxonomyName::Communes => TaxonomyName::Provinces,
        list => list,
    };
    let text = text.trim();
    let coded = |code: &str| lists.get(above, &whole(above, code));
    if let Some(item) = coded(text) {
        return item.code.clone();
    }
    let both = code_and_name(text).find_map(|(code, name)| coded(code).filter(|item| is_called(above, item, name)));
    let found = both.or_else(|| only(lists, above, text, today));
    let found = found.map(|item| item.code.clone());
    found
        // Refused with what took its place.
        .or_else(|| lists.last_called(above, text, today))
        .unwrap_or_else(|| text.to_owned())
}

/// A code with the zero in front that a spreadsheet takes away from a province's.
fn whole(list: TaxonomyName, code: &str) -> String {
    let is_short = list == TaxonomyName::Provinces && code.len() == 1 && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_short { format!("0{code}") } else { code.to_owned() }
}

fn is_called(list: TaxonomyName, item: &TaxonomyItem, name: &str) -> bool {
    let mut names = [Some(&item.name_vi), item.name_en.as_ref()].into_iter().flatten();
    names.any(|own| match list {
        TaxonomyName::Provinces => is_place_name(name, own),
        _ => fold(own) == fold(name),
    })
}

/// The one entry of that name that has not ended.
fn only<'a>(lists: &'a Taxonomies, list: TaxonomyName, name: &str, today: Date) -> Option<&'a TaxonomyItem> {
    let mut named = lists
        .items(list, None)
        .filter(|item| !item.has_ended_on(today) && is_called(list, item, name));
    named.next().filter(|_| named.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_names_the_entry_above_by_code_or_name_or_both() {
        let (lists, today) = (Taxonomies::embedded(), jiff::civil::date(2026, 11, 30));
        for (list, text, expected) in [
            (TaxonomyName::Communes, "25", "25"),
            (TaxonomyName::Communes, "1", "01"),
            (TaxonomyName::Communes, " Tỉnh Phú Thọ ", "25"),
            (TaxonomyName::Communes, "phu tho", "25"),
            (TaxonomyName::Communes, "25 (Tỉnh Phú Thọ)", "25"),
            (TaxonomyName::Communes, "Phú Thọ (25)", "25"),
            // Of before July 2025: refused with what took its place.
            (TaxonomyName::Communes, "Vĩnh Phúc", "26"),
            // It does not agree with itself.
            (TaxonomyName::Communes, "01 (Tỉnh Phú Thọ)", "01 (Tỉnh Phú Thọ)"),
            (TaxonomyName::Communes, "Sao Hỏa", "Sao Hỏa"),
            (TaxonomyName::Communes, "", ""),
            (TaxonomyName::Fields, "food", "food"),
            (TaxonomyName::Fields, "Thực phẩm", "food"),
            (TaxonomyName::Fields, "food (Thực phẩm)", "food"),
        ] {
            assert_eq!(code(lists, list, text, today), expected, "{text}");
        }
    }
}
