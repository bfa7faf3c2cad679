//! The reference lists that come with the program, and how codes of them are looked up.

use std::collections::HashSet;

use unicode_normalization::is_nfc;

use super::*;

fn lists() -> &'static Arc<Taxonomies> {
    Taxonomies::embedded()
}

fn count(name: TaxonomyName, parent: Option<&str>) -> usize {
    lists().items(name, parent).count()
}

#[test]
fn every_list_is_read_completely() {
    let expected = [
        (TaxonomyName::Provinces, 34),
        (TaxonomyName::Communes, 3321),
        (TaxonomyName::Fields, 37),
        (TaxonomyName::Trl, 9),
        (TaxonomyName::Vsic, 109),
        (TaxonomyName::LegalForms, 20),
        (TaxonomyName::TransferModes, 13),
        (TaxonomyName::PriceModes, 6),
        (TaxonomyName::ListingKinds, 10),
        (TaxonomyName::Countries, 249),
        (TaxonomyName::ReasonCodes, 12),
        (TaxonomyName::ScienceFields, 52),
        (TaxonomyName::Fos, 48),
        (TaxonomyName::Ipc, 140),
        (TaxonomyName::Correspondences, 303),
    ];
    for (name, rows) in expected {
        assert_eq!(count(name, None), rows, "{name}");
        assert_eq!(lists().list(name).unreadable, 0, "{name}");
        assert_eq!(lists().list(name).positions.len(), rows, "codes of {name} are unique");
        assert!(!lists().version(name).is_empty());
    }
}

#[test]
fn names_and_codes_are_fit_for_storage() {
    for name in TaxonomyName::ALL {
        for item in lists().items(name, None) {
            assert!(item.code.is_ascii() && item.code.trim() == item.code, "{item:?}");
            assert!(is_nfc(&item.name_vi) && item.name_vi.trim() == item.name_vi, "{item:?}");
            let name_en = item.name_en.as_deref().unwrap();
            assert!(is_nfc(name_en) && !name_en.is_empty(), "{item:?}");
            assert!(item.attributes.values().all(|value| is_nfc(value) && !value.is_empty()));
        }
    }
}

#[test]
fn every_parent_exists() {
    for name in TaxonomyName::ALL {
        let above = if name == TaxonomyName::Communes {
            TaxonomyName::Provinces
        } else {
            name
        };
        for item in lists().items(name, None) {
            if let Some(parent) = &item.parent {
                assert!(lists().contains(above, parent), "{item:?}");
            }
        }
    }
}

#[test]
fn communes_agree_with_the_counts_of_their_provinces() {
    assert_eq!(count(TaxonomyName::Communes, Some("25")), 148);
    for province in lists().items(TaxonomyName::Provinces, None) {
        let communes = count(TaxonomyName::Communes, Some(&province.code));
        assert_eq!(
            province.attributes["commune_count"],
            communes.to_string(),
            "{province:?}"
        );
    }
    let of_type = |wanted: &str| {
        lists()
            .items(TaxonomyName::Communes, None)
            .filter(|commune| commune.attributes["type"] == wanted)
            .count()
    };
    assert_eq!([of_type("xa"), of_type("phuong"), of_type("dac_khu")], [2621, 687, 13]);
}

#[test]
fn a_commune_has_names_and_a_province() {
    let commune = lists().get(TaxonomyName::Communes, "04795").unwrap();
    assert_eq!(commune.name_vi, "Phường Hòa Bình");
    assert_eq!(commune.name_en.as_deref(), Some("Hoa Binh"));
    assert_eq!(lists().province_of_commune("04795", REORGANISED_ON), Some("25"));
    assert_eq!(lists().province_of_commune("99999", REORGANISED_ON), None);
    assert_eq!(lists().name_vi(TaxonomyName::Provinces, "25"), Some("Tỉnh Phú Thọ"));
    for commune in lists().items(TaxonomyName::Communes, None) {
        let name_en = commune.name_en.as_deref().unwrap();
        assert!(name_en.is_ascii(), "{commune:?}");
        assert!(commune.name_vi.starts_with(char::is_uppercase), "{commune:?}");
        assert!(
            commune.attributes["short_name"].starts_with(|c: char| !c.is_lowercase()),
            "{commune:?}"
        );
    }
}

#[test]
fn fields_have_two_levels_and_codes_that_say_so() {
    let roots: HashSet<_> = lists()
        .roots(TaxonomyName::Fields)
        .map(|field| field.code.as_str())
        .collect();
    assert_eq!(roots.len(), 16);
    for field in lists().items(TaxonomyName::Fields, None) {
        match &field.parent {
            None => assert!(!field.code.contains('.'), "{field:?}"),
            Some(parent) => {
                assert!(roots.contains(parent.as_str()), "{field:?}");
                assert!(field.code.starts_with(&format!("{parent}.")), "{field:?}");
            }
        }
    }
    let drying = lists().field_of_path("Thực phẩm > Sấy, bảo quản sau thu hoạch");
    assert_eq!(drying.unwrap().code, "food.drying");
    assert_eq!(lists().field_of_path("Năng lượng").unwrap().code, "energy");
    assert_eq!(lists().field_of_path("Sấy, bảo quản sau thu hoạch"), None);
    assert_eq!(lists().field_of_path(""), None);
    for field in lists().items(TaxonomyName::Fields, None) {
        let path = lists().field_path(&field.code).unwrap();
        assert_eq!(lists().field_of_path(&path), Some(field), "{path}");
    }
}

#[test]
fn a_vsic_code_is_known_only_with_its_version() {
    assert_eq!(count(TaxonomyName::Vsic, Some("C")), 24);
    assert_eq!(lists().roots(TaxonomyName::Vsic).count(), 22);
    assert!(lists().vsic(VSIC_VERSION, "28").is_some());
    assert!(lists().vsic("2018", "28").is_none());
}

#[test]
fn list_names_are_read_in_both_spellings() {
    for name in TaxonomyName::ALL {
        assert_eq!(name.as_str().parse(), Ok(name));
        assert_eq!(name.as_str().replace('_', "-").parse(), Ok(name));
        assert_eq!(serde_json::to_string(&name).unwrap(), format!("\"{name}\""));
    }
    assert_eq!("provincess".parse::<TaxonomyName>(), Err(UnknownTaxonomy));
}

/// What came with the program is a row that an officer could have entered.
#[test]
fn every_row_of_a_crosswalk_is_sound() {
    let today = InForce::on(lists().clone(), jiff::civil::date(2026, 11, 30));
    for item in lists().items(TaxonomyName::Correspondences, None) {
        let mut errors = crate::domain::fields::FieldErrors::default();
        let told = EntryCorrespondence::of(item);
        let parsed = told.parse(&mut errors, &item.code, &today);
        assert_eq!(told.code(), item.code);
        assert!(parsed.is_some_and(|parsed| parsed == item.attributes), "{item:?}");
        assert_eq!(errors.finish(Some(())), Ok(()), "{item:?}");
    }
}

/// The codes that listings carry lead out of the exchange. What is nothing else, or a service of any science, says no more.
#[test]
fn every_field_is_something_elsewhere() {
    let today = InForce::on(lists().clone(), jiff::civil::date(2026, 11, 30));
    for field in lists().items(TaxonomyName::Fields, None) {
        let derived = today.classified(std::slice::from_ref(&field.code));
        let wanted: &[TaxonomyName] = match field.code.as_str() {
            "other" => &[],
            "services" => &[TaxonomyName::Vsic],
            _ => &[
                TaxonomyName::ScienceFields,
                TaxonomyName::Fos,
                TaxonomyName::Ipc,
                TaxonomyName::Vsic,
            ],
        };
        for list in wanted {
            assert!(derived.iter().any(|code| code.list == *list), "{} {list}", field.code);
        }
        assert!(!derived.iter().any(|code| code.is_verified), "{}", field.code);
    }
}

#[test]
fn countries_are_recognised_as_goods_descriptions_write_them() {
    let expected = [
        ("Trung Quốc", "CN"),
        ("CHINA", "CN"),
        ("trung quoc", "CN"),
        ("Made in China", "CN"),
        ("Xuất xứ: Trung Quốc.", "CN"),
        ("Đức", "DE"),
        ("Germany", "DE"),
        ("Nhật Bản", "JP"),
        ("Nhật", "JP"),
        ("Mỹ", "US"),
        ("USA", "US"),
        ("Đài Loan (Trung Quốc)", "TW"),
        ("Việt Nam", "VN"),
        ("Viet Nam", "VN"),
        ("Ý", "IT"),
        ("Áo", "AT"),
        ("Lào", "LA"),
        ("Nga", "RU"),
        ("Thuỵ Điển", "SE"),
        ("Thụy Sỹ", "CH"),
        ("Thổ Nhĩ Kỳ", "TR"),
        ("Han\u{0300}n Quo\u{0302}\u{0301}c", ""),
        ("Ha\u{0300}n Quo\u{0302}\u{0301}c", "KR"),
        ("EU", ""),
        ("MY", ""),
        ("Thép Nhật", ""),
        ("Trung Quốc, Đài Loan", ""),
        ("", ""),
    ];
    for (text, code) in expected {
        let found = lists().country_named(text).map_or("", |country| country.code.as_str());
        assert_eq!(found, code, "{text}");
    }
}

#[test]
fn no_two_countries_share_a_name() {
    for country in lists().items(TaxonomyName::Countries, None) {
        for name in [&country.name_vi, country.name_en.as_ref().unwrap()] {
            let found = lists().country_named(name).unwrap();
            assert_eq!(found.code, country.code, "{name}");
        }
    }
}

#[test]
fn the_codes_of_an_enum_are_those_of_its_list() {
    use crate::domain::audit::ReasonCode;
    let listed: Vec<_> = lists()
        .items(TaxonomyName::ReasonCodes, None)
        .map(|item| item.code.as_str())
        .collect();
    assert_eq!(
        listed,
        ReasonCode::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>()
    );
}

/// Who is told to look a code up in a list finds that list.
#[test]
fn every_list_that_a_refusal_names_exists() {
    use crate::domain::audit::Reason;
    use crate::domain::drafts::{EnterpriseDraft, ListingDraft};
    use crate::domain::fields::Violation;
    let listing: ListingDraft = serde_json::from_value(serde_json::json!({
        "kind": "?", "title": {"vi": "Máy"}, "field_codes": ["?"], "origin_country": "?", "price_mode": "?",
        "transfer_modes": ["?"],
    }))
    .unwrap();
    let enterprise: EnterpriseDraft = serde_json::from_value(serde_json::json!({
        "tax_code": "0100109106", "legal_form": "?", "legal_name": "Công ty", "address_line": "Khu 5",
        "province_code": "?", "commune_code": "?", "contact_name": "Lan", "contact_email": "lan@example.com",
        "contact_phone": "0912345678", "field_codes": ["?"],
    }))
    .unwrap();
    let today = InForce::on(lists().clone(), jiff::civil::date(2026, 1, 1));
    let refused = listing.parse(&today).unwrap_err().into_iter();
    let refused = refused.chain(enterprise.parse(&today, "").unwrap_err());
    let reason = Reason::parse("?", "mười chữ cái trở lên").unwrap_err();
    let named: std::collections::BTreeSet<_> = refused
        .chain(reason)
        .map(|error| error.violation)
        .filter_map(|violation| match violation {
            Violation::UnknownCode { list } | Violation::NotInList { list, .. } => Some(list),
            Violation::UnknownCommune => Some("communes"),
            _ => None,
        })
        .collect();
    for list in &named {
        assert!(list.parse::<TaxonomyName>().is_ok(), "{list}");
    }
    assert_eq!(named.len(), 9, "{named:?}");
}
