//! What a cell says of the entry above: a code, a name, or both together.

use jiff::civil::Date;

use crate::domain::fields::{Violation, code_and_name};
use crate::domain::taxonomy::{Taxonomies, TaxonomyItem, TaxonomyName, is_place_name};
use crate::domain::text::fold;

/// The code behind a cell. What is not known, or does not agree with itself, stays as it is, and is refused as such where the entry is
/// read; so is the code of what has ended, with what took its place.
///
/// # Errors
///
/// The same of what had the name where its code cannot be told, since it is another one's today: 15 was Yên Bái, and is Lào Cai.
pub fn code(lists: &Taxonomies, list: TaxonomyName, text: &str, today: Date) -> Result<String, Violation> {
    let above = match list {
        TaxonomyName::Communes => TaxonomyName::Provinces,
        list => list,
    };
    let text = text.trim();
    let coded = |code: &str| lists.get(above, &whole(above, code));
    if let Some(item) = coded(text) {
        return Ok(item.code.clone());
    }
    let both = code_and_name(text).find_map(|(code, name)| coded(code).filter(|item| is_called(above, item, name)));
    if let Some(item) = both.or_else(|| only(lists, above, text, today)) {
        return Ok(item.code.clone());
    }
    let Some(former) = lists.last_named(above, text, today) else {
        return Ok(text.to_owned());
    };
    let present = lists.get(above, &former.code);
    match present.filter(|item| !item.has_ended_on(today)) {
        Some(_another) => Err(Violation::CodeEnded {
            list: above.as_str(),
            successors: former.successors,
        }),
        None => Ok(former.code),
    }
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
    use crate::domain::taxonomy::InForce;

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
            assert_eq!(code(lists, list, text, today).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn the_name_of_every_province_of_before_is_refused_with_what_took_its_place() {
        let (lists, today) = (Taxonomies::embedded(), jiff::civil::date(2026, 11, 30));
        let in_force = InForce::on(lists.clone(), today);
        let (mut ended, mut with_codes_of_others) = (0, Vec::new());
        for province in lists.items(TaxonomyName::Provinces, None) {
            let before = province.attributes["merged_from_names"].split('|');
            for name in before.filter(|name| only(lists, TaxonomyName::Provinces, name, today).is_none()) {
                let refusal = match code(lists, TaxonomyName::Communes, name, today) {
                    Ok(code) => in_force.check(TaxonomyName::Provinces, &code).unwrap_err(),
                    Err(refusal) => {
                        with_codes_of_others.push(name);
                        refusal
                    }
                };
                let Violation::CodeEnded { successors, .. } = &refusal else {
                    panic!("{name}: {refusal:?}");
                };
                let codes: Vec<&str> = successors.iter().map(|successor| successor.code.as_str()).collect();
                assert_eq!(codes, [province.code.as_str()], "{name}");
                ended += 1;
            }
        }
        assert_eq!(ended, 63 - 34);
        let seven = [
            "Yên Bái",
            "Bắc Giang",
            "Quảng Bình",
            "Bình Định",
            "Long An",
            "Tiền Giang",
            "Kiên Giang",
        ];
        assert_eq!(with_codes_of_others, seven);
    }
}
