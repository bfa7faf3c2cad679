//! What an enterprise does, by a code of the classification of activities (ngành kinh tế).

use std::ops::RangeInclusive;

use super::{known, vsic_2025};
use crate::domain::enterprise::{VsicCode, VsicVersion};
use crate::domain::fields::{Violation, code_and_name, one_of, with_name};
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// The 88 divisions of VSIC 2018 (Decision 27/2018/QĐ-TTg), which are those of ISIC Rev. 4.
const DIVISIONS_2018: [RangeInclusive<u8>; 12] = [
    1..=3,
    5..=33,
    35..=39,
    41..=43,
    45..=47,
    49..=53,
    55..=56,
    58..=66,
    68..=75,
    77..=82,
    84..=88,
    90..=99,
];

/// Whether a code can be one of its edition, so far as its division tells. The error names the member.
pub(in crate::domain) fn check(lists: &InForce, given: &VsicCode) -> Result<(), (&'static str, Violation)> {
    let version: VsicVersion = one_of(&given.version).map_err(|violation| ("version", violation))?;
    let found = if is_code(&given.code) {
        check_code(lists, version, &given.code)
    } else {
        Err(of_no_code(lists, version, &given.code))
    };
    found.map_err(|violation| ("code", violation))
}

fn is_code(text: &str) -> bool {
    (2..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn check_code(lists: &InForce, version: VsicVersion, code: &str) -> Result<(), Violation> {
    match version {
        VsicVersion::V2018 if is_of_2018(code.get(..2).unwrap_or_default()) => Ok(()),
        VsicVersion::V2018 => Err(Violation::Malformed { what: "vsic_2018" }),
        VsicVersion::V2025 => known(lists, TaxonomyName::Vsic, entry_of(lists, code)).map(drop),
    }
}

/// What is wrong with a text that is no code: of one beside its name (`28210 (Sản xuất máy …)`) the code alone is told. Where the list has
/// only what is above it, that.
fn of_no_code(lists: &InForce, version: VsicVersion, said: &str) -> Violation {
    let mut both = code_and_name(said).map(|(code, _)| code);
    let Some(code) = both.find(|code| is_code(code) && check_code(lists, version, code).is_ok()) else {
        return Violation::Malformed { what: "vsic_code" };
    };
    let entry = entry_of(lists, code);
    let listed = lists.lists().name_vi(TaxonomyName::Vsic, entry);
    let listed = listed.filter(|_| version == VsicVersion::V2025);
    let name = match listed {
        Some(name) if entry == code => (name.to_owned(), name.to_owned()),
        Some(name) => {
            let above = with_name(entry, name);
            (format!("mã ngành thuộc {above}"), format!("a code below {above}"))
        }
        None => ("mã ngành VSIC 2018".to_owned(), "a code of VSIC 2018".to_owned()),
    };
    Violation::CodeAlone {
        list: Some(TaxonomyName::Vsic.as_str()),
        code: code.to_owned(),
        name,
    }
}

/// The same of what an enterprise does: where the list has of 2025 only what is above a code, the Decision must have the code. Of
/// dossiers the division is enough: what was certified by another code is amended all the same.
pub(super) fn check_whole(lists: &InForce, given: &VsicCode) -> Result<(), (&'static str, Violation)> {
    check(lists, given)?;
    let entry = entry_of(lists, &given.code);
    // Below what officers added since, nobody knows which there are.
    let is_of_decision = given.version == VsicVersion::V2025.as_str() && vsic_2025::has(entry);
    if is_of_decision && entry != given.code && !vsic_2025::has(&given.code) {
        return Err(("code", Violation::Malformed { what: "vsic_2025" }));
    }
    Ok(())
}

/// What the list has of an activity: the code itself or the nearest one above it, its division at the least.
pub(in crate::domain::drafts) fn entry_of<'a>(lists: &InForce, code: &'a str) -> &'a str {
    let levels = (2..=code.len()).rev().filter_map(|length| code.get(..length));
    let mut listed = levels.filter(|level| lists.lists().contains(TaxonomyName::Vsic, level));
    listed.next().or_else(|| code.get(..2)).unwrap_or_default()
}

fn is_of_2018(division: &str) -> bool {
    let number = division.parse::<u8>();
    number.is_ok_and(|number| DIVISIONS_2018.iter().any(|range| range.contains(&number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomies;

    #[test]
    fn enterprises_name_codes_that_there_are() {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        for (version, code, fits, exists) in [
            ("2025", "10", true, true),
            ("2025", "106", true, true),
            ("2025", "10612", true, true),
            ("2025", "10999", true, false),
            ("2025", "02100", true, false),
            ("2025", "04", false, false),
            // Of 2018 no more than the divisions is known.
            ("2018", "10999", true, true),
            ("2018", "0400", false, false),
        ] {
            let given = VsicCode {
                version: version.into(),
                code: code.into(),
            };
            assert_eq!(check(&lists, &given).is_ok(), fits, "{code}");
            assert_eq!(check_whole(&lists, &given).is_ok(), exists, "{code}");
        }
    }

    #[test]
    fn the_edition_of_2018_has_88_divisions() {
        let divisions = (0..=99_u8).filter(|number| is_of_2018(&format!("{number:02}")));
        assert_eq!(divisions.count(), 88);
        for absent in ["00", "04", "34", "40", "44", "48", "54", "57", "67", "76", "83", "89"] {
            assert!(!is_of_2018(absent), "{absent}");
        }
    }
}
