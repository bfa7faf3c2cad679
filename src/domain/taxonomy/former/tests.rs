//! Places of before, and what became of them.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::drafts::EnterpriseDraft;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::taxonomy::{EntryCorrespondence, InForce};

const TODAY: Date = date(2026, 11, 28);

fn lists() -> &'static Arc<Taxonomies> {
    Taxonomies::embedded()
}

fn asked(name: &str, district: Option<&str>, province: Option<&str>) -> Vec<Former> {
    let asked = Asked {
        code: None,
        name: Some(name),
        district,
        province,
    };
    lists().former(TaxonomyName::Communes, &asked, TODAY)
}

fn codes(former: &Former) -> Vec<&str> {
    former.successors.iter().map(|one| one.code.as_str()).collect()
}

/// 479 communes of the three former provinces, three of which are divided among two; every present commune of the
/// province took the place of some.
#[test]
fn every_old_commune_leads_to_present_ones() {
    let old = &lists().old_communes;
    assert_eq!((old.rows.len(), old.by_code.len(), old.unreadable), (479, 479, 0));
    let mut reached = std::collections::BTreeSet::new();
    for commune in &old.rows {
        let former = lists()
            .former_by_code(TaxonomyName::Communes, &commune.code, TODAY)
            .unwrap();
        assert_eq!(former.name_vi, commune.name_vi);
        assert_eq!(former.successors.len(), commune.successors.len(), "{commune:?}");
        assert!(!former.successors.is_empty(), "{commune:?}");
        for successor in &former.successors {
            let present = lists().get(TaxonomyName::Communes, &successor.code).unwrap();
            assert!(present.is_valid_on(TODAY) && !present.is_valid_on(date(2025, 6, 30)));
            assert_eq!(present.parent.as_deref(), Some("25"));
            reached.insert(successor.code.clone());
        }
        assert!(former.successors.len() == 1 || former.is_split);
    }
    assert_eq!(reached.len(), 148);
    assert_eq!(old.rows.iter().filter(|commune| commune.is_split).count(), 5);
    assert_eq!(
        old.rows.iter().filter(|commune| commune.successors.len() > 1).count(),
        3
    );
}

#[test]
fn places_are_known_as_people_type_them() {
    for typed in [
        "Phường Hữu Nghị",
        "Hữu Nghị",
        "huu nghi",
        "P. HUU NGHI",
        "phuong hữu nghị",
    ] {
        for (district, province) in [
            (None, Some("Hòa Bình")),
            (Some("TP. Hòa Bình"), None),
            (Some("Thành phố Hoà Bình"), Some("tinh hoa binh")),
            (Some("148"), Some("17")),
            (None, Some("Phú Thọ")),
        ] {
            let found = asked(typed, district, province);
            assert_eq!(found.len(), 1, "{typed} {district:?} {province:?}");
            assert_eq!(codes(&found[0]), ["04795"]);
            assert_eq!(Former::outcome(&found), Outcome::One);
        }
    }
    assert_eq!(asked("Hữu Nghị", Some("Huyện Lạc Sơn"), None), []);
    let split = asked("xã vầy nưa", None, None);
    assert_eq!(codes(&split[0]), ["04828", "04891"]);
    assert_eq!(Former::outcome(&split), Outcome::Split);
    // One part is known, and there is another: still to be asked.
    let partly = asked("Thu Cúc", None, None);
    assert_eq!(
        (codes(&partly[0]), Former::outcome(&partly)),
        (vec!["08545"], Outcome::Split)
    );
    assert_eq!(Former::outcome(&asked("Xã Atlantis", None, None)), Outcome::None);
    assert_eq!(Former::outcome(&asked("", None, None)), Outcome::None);
    assert_eq!(Former::outcome(&asked("Xã", None, None)), Outcome::None);
}

#[test]
fn a_name_that_several_had_is_told_as_several() {
    let mut names = BTreeMap::<String, Vec<&OldCommune>>::new();
    for commune in &lists().old_communes.rows {
        names.entry(fold(&commune.name_vi)).or_default().push(commune);
    }
    let (name, communes) = names
        .iter()
        .find(|(_, communes)| communes.len() > 2 && communes.iter().all(|one| !one.is_split))
        .unwrap();
    let found = asked(name, None, None);
    assert_eq!(found.len(), communes.len());
    assert_eq!(Former::outcome(&found), Outcome::Several);
}

#[test]
fn old_provinces_lead_to_present_ones() {
    let ask = |code: &str| lists().former_by_code(TaxonomyName::Provinces, code, TODAY);
    for code in ["17", "25", "26"] {
        assert_eq!(codes(&ask(code).unwrap()), ["25"], "{code}");
    }
    assert_eq!(ask("99"), None);
    let all = lists().former(TaxonomyName::Provinces, &Asked::default(), TODAY);
    assert_eq!(all.len(), 63);
    assert!(all.iter().all(|former| former.successors.len() == 1));
}

/// Province and commune that an address leads to.
fn address(place: serde_json::Value) -> Result<(String, String), Vec<FieldError>> {
    let mut draft = serde_json::json!({
        "tax_code": "0100109106", "legal_form": "cp", "legal_name": "Công ty", "address_line": "Khu 5",
        "contact_name": "Lan", "contact_email": "lan@example.com", "contact_phone": "0912345678",
    });
    crate::domain::drafts::merge_patch(&mut draft, &place);
    let draft: EnterpriseDraft = serde_json::from_value(draft).unwrap();
    let profile = draft.parse(&InForce::on(lists().clone(), TODAY), "")?;
    Ok((profile.province_code, profile.commune_code))
}

fn coded(province: &str, commune: &str) -> Result<(String, String), Vec<FieldError>> {
    address(serde_json::json!({"province_code": province, "commune_code": commune}))
}

#[test]
fn an_old_address_leads_to_the_present_one() {
    let is = |province: &str, commune: &str| Ok((province.to_owned(), commune.to_owned()));
    assert_eq!(coded("25", "04795"), is("25", "04795"));
    // Code and province of before; the code of before in the province of today.
    assert_eq!(coded("17", "04798"), is("25", "04795"));
    assert_eq!(coded("25", "04798"), is("25", "04795"));
    let wrong = |place: Result<(String, String), Vec<FieldError>>| place.unwrap_err().remove(0);
    assert_eq!(wrong(coded("01", "04795")).violation.code(), "conflicts");
    assert_eq!(wrong(coded("25", "99999")).violation, Violation::UnknownCommune);
    assert_eq!(wrong(coded("25", "")).violation, Violation::Required);
}

#[test]
fn of_a_commune_that_was_split_the_candidates_are_told() {
    let named = |place: serde_json::Value| address(place).map_err(|mut wrong| wrong.remove(0));
    let split = named(serde_json::json!({"province_code": "17", "commune_name": "Vầy Nưa"})).unwrap_err();
    assert_eq!(
        (split.pointer.as_str(), split.violation.code()),
        ("/commune_name", "code_ended")
    );
    assert!(split.violation.vi().contains("chia tách") && split.violation.en().contains("choose one"));
    assert!(
        split
            .violation
            .vi()
            .contains("04828 (Phường Thống Nhất), 04891 (Xã Tiền Phong)")
    );
    // The old code of the same commune, in the old province, whatever the digits mean today.
    let code = &asked("Vầy Nưa", None, None)[0].code;
    let by_code = coded("17", code).unwrap_err().remove(0);
    assert_eq!(by_code.violation, split.violation);
}

#[test]
fn a_commune_of_today_is_found_by_its_name_though_it_is_the_known_part_of_what_was_divided() {
    for (name, code) in [("Xã Trung Sơn", "08311"), ("Thu Cúc", "08545")] {
        let found = address(serde_json::json!({"province_code": "25", "commune_name": name}));
        assert_eq!(found, Ok(("25".to_owned(), code.to_owned())), "{name}");
    }
    // One of then had the name, and became part of another: beside a province of today, the one of today is meant.
    for name in ["Phường Hòa Bình", "phuong hoa binh", "Hoà Bình"] {
        let found = address(serde_json::json!({"province_code": "25", "commune_name": name}));
        assert_eq!(found, Ok(("25".to_owned(), "04795".to_owned())), "{name}");
    }
    // With the kind that the one of then had, nobody knows.
    let refused = address(serde_json::json!({"province_code": "25", "commune_name": "Xã Hòa Bình"})).unwrap_err();
    let candidates: Vec<_> = refused[0]
        .violation
        .successors()
        .iter()
        .map(|one| one.code.as_str())
        .collect();
    assert_eq!(candidates, ["04792", "04795"]);
    // Whoever names the district of then lives in what was divided.
    let then = serde_json::json!({"province_code": "25", "commune_name": "Thu Cúc", "district_name": "Huyện Tân Sơn"});
    assert_eq!(address(then).unwrap_err().remove(0).violation.code(), "code_ended");
}

#[test]
fn a_name_beside_a_code_is_not_another_communes() {
    let both = |code: &str, name: &str| {
        address(serde_json::json!({"province_code": "25", "commune_code": code, "commune_name": name}))
    };
    for (code, name) in [
        ("04795", "Phường Hòa Bình"),
        ("04795", "hoa binh"),
        ("04795", "Hữu Nghị"),
        // The code of then with the name of then.
        ("04798", "Phường Hữu Nghị"),
        // Nobody knows of it: of most provinces no commune of before is known.
        ("04795", "Sao Hỏa"),
        ("04795", " "),
    ] {
        assert_eq!(
            both(code, name),
            Ok(("25".to_owned(), "04795".to_owned())),
            "{code} {name}"
        );
    }
    // One of before, with the kind that another one of that name had.
    for (code, name) in [("05392", "Phường Đồng Tâm"), ("08707", "Xã Đồng Tâm")] {
        assert_eq!(
            both(code, name),
            Ok(("25".to_owned(), code.to_owned())),
            "{code} {name}"
        );
    }
    for name in ["Phường Ba Đình", "Xã Lâm Thao", "Vầy Nưa"] {
        let wrong = both("04795", name).unwrap_err().remove(0);
        assert_eq!(wrong.pointer, "/commune_name", "{name}");
        assert_eq!(wrong.violation, Violation::Conflicts { with: "commune_code" });
    }
}

/// Every commune of before is found by its name, or refused with candidates; never led elsewhere than its data say.
#[test]
fn every_old_commune_resolves_by_its_name_as_its_data_say() {
    let mut resolved = 0;
    for old in &lists().old_communes.rows {
        let place = serde_json::json!({
            "province_code": old.province.0, "commune_name": old.name_vi, "district_name": old.district.1,
        });
        match address(place) {
            Ok((province, commune)) => {
                assert!(
                    !old.is_split && old.successors.contains(&commune),
                    "{} {commune}",
                    old.name_vi
                );
                assert_eq!(province, "25");
                resolved += 1;
            }
            Err(wrong) => assert!(
                old.is_split || wrong[0].violation.code() == "code_ended",
                "{} {wrong:?}",
                old.name_vi
            ),
        }
    }
    assert!(resolved > 400, "{resolved}");
}

#[test]
fn crosswalks_name_codes_of_their_lists_and_read_both_ways() {
    let today = InForce::on(lists().clone(), TODAY);
    for item in lists().items(TaxonomyName::Correspondences, None) {
        let said = EntryCorrespondence::of(item);
        let parsed = said.parse(&mut FieldErrors::default(), &item.code, &today);
        assert_eq!(parsed.as_ref(), Some(&item.attributes), "{}", item.code);
        let mut errors = FieldErrors::default();
        said.parse(&mut errors, &item.code, &today);
        assert_eq!(errors.finish(Some(())), Ok(()), "{}", item.code);
    }
    for (from, to, count) in [
        (TaxonomyName::ScienceFields, TaxonomyName::Fos, 52),
        (TaxonomyName::Fos, TaxonomyName::Ipc, 5),
        (TaxonomyName::Ipc, TaxonomyName::Vsic, 23),
    ] {
        let there = lists().crosswalk(from, to, TODAY).unwrap();
        let back = lists().crosswalk(to, from, TODAY).unwrap();
        assert_eq!((there.len(), back.len()), (count, count));
        assert!(
            there
                .iter()
                .all(|row| back.iter().any(|other| (other.from, other.to) == (row.to, row.from)))
        );
    }
    assert_eq!(
        lists().crosswalk(TaxonomyName::ScienceFields, TaxonomyName::Vsic, TODAY),
        None
    );
}

proptest! {
    /// However somebody types an old address, the commune is among the answers, and with the district it is the only one
    /// of its name there.
    #[test]
    fn an_old_commune_is_found_however_it_is_typed(
        at in 0..479_usize, plain: bool, upper: bool, with_kind: bool, spaces in 1..3_usize,
    ) {
        let old = &lists().old_communes.rows[at];
        let typed = |text: &str| {
            let text = if plain { fold(text) } else { text.to_owned() };
            let text = if upper { text.to_uppercase() } else { text };
            text.replace(' ', &" ".repeat(spaces))
        };
        let name = if with_kind {
            old.name_vi.clone()
        } else {
            old.name_vi.trim_start_matches("Xã ").trim_start_matches("Phường ").trim_start_matches("Thị trấn ").to_owned()
        };
        let (name, district, province) = (typed(&name), typed(&old.district.1), typed(&old.province.1));
        let found = asked(&name, Some(&district), Some(&province));
        prop_assert!(found.iter().any(|former| former.code == old.code), "{name}, {district}, {province}: {found:?}");
        prop_assert!(found.iter().all(|former| !former.successors.is_empty()));
    }

    /// Nothing that is typed is too much.
    #[test]
    fn any_text_may_be_asked_for(name in ".{0,100}", district in proptest::option::of(".{0,100}")) {
        asked(&name, district.as_deref(), None);
    }
}
