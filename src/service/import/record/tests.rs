//! Records of files, and the listings that they become.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::demo;
use crate::domain::listing::{Price, Specification};
use crate::domain::taxonomy::TaxonomyName;
use crate::domain::text::{Line, Prose};

fn records() -> Vec<EvalRecord> {
    demo::catalogue().map(Result::unwrap).collect()
}

fn record(kind: RecordKind, title: &str, attributes: &[(&str, &str)]) -> EvalRecord {
    EvalRecord {
        id: "X-1".to_owned(),
        title: title.to_owned(),
        category: "Năng lượng".to_owned(),
        kind,
        summary: String::new(),
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        source_url: String::new(),
    }
}

fn squeezed(text: &str) -> String {
    clean(text).split(' ').collect()
}

/// Whether the value can be read back from the listing.
fn is_told(listing: &ImportedListing, name: &str, value: &str) -> bool {
    let value = clean(value);
    let in_own_field = match name {
        "xuất xứ" => {
            let country = Taxonomies::embedded()
                .country_named(&value)
                .map(|country| country.code.clone());
            country.is_some() && country == listing.origin_country
        }
        "hãng" | "thương hiệu" => listing.brand.as_ref() == Some(&value),
        "model" => listing.model.as_ref() == Some(&value),
        "giá" => price::parse(&value).is_some_and(|price| {
            (price.mode, price.min, price.max) == (listing.price_mode, listing.price_min, listing.price_max)
        }),
        _ => false,
    };
    let in_specification = || {
        listing.specifications.iter().any(|specification| {
            let unit = specification.unit.as_deref().unwrap_or_default();
            let own_name = specification.name.to_lowercase();
            let wanted = clean(name).to_lowercase();
            squeezed(&format!("{}{unit}", specification.value)) == squeezed(&value)
                && (own_name == wanted || wanted.is_empty() || wanted == "hs")
        })
    };
    let in_description = || {
        let description = listing.description_vi.as_deref().unwrap_or_default();
        description.contains(&value)
    };
    value.is_empty() || value == "null" || in_own_field || in_specification() || in_description()
}

#[test]
fn no_attribute_of_the_catalogue_is_lost() {
    for record in records() {
        let listing = map(&record);
        for (name, value) in &record.attributes {
            assert!(is_told(&listing, name, value), "{name} = {value} in {listing:#?}");
        }
        assert_eq!(listing.title_vi, record.title);
        assert!(record.summary.is_empty() || listing.summary_vi == record.summary);
        assert_eq!(
            Taxonomies::embedded().field_path(&listing.field_codes[0]),
            Some(record.category)
        );
        for word in record.source_url.split([' ', '(', ')']).filter(|word| !word.is_empty()) {
            let in_address = listing.source_url.as_deref().is_some_and(|url| url.contains(word));
            let in_remark = listing
                .specifications
                .iter()
                .any(|s| s.name == "Dẫn từ" && s.value.contains(word));
            assert!(in_address || in_remark, "{word} in {listing:#?}");
        }
    }
}

#[test]
fn every_record_fits_the_domain() {
    let lists = Taxonomies::embedded();
    for record in records() {
        let listing = map(&record);
        Line::<256>::parse(&listing.title_vi).unwrap();
        Prose::<500>::parse(&listing.summary_vi).unwrap();
        if let Some(description) = &listing.description_vi {
            Prose::<20_000>::parse(description).unwrap();
        }
        Line::<100>::parse(&listing.source_external_id).unwrap();
        if let Some(url) = &listing.source_url {
            WebAddress::parse(url).unwrap();
        }
        for specification in &listing.specifications {
            let parsed =
                Specification::parse(&specification.name, &specification.value, specification.unit.as_deref()).unwrap();
            assert_eq!(
                (&parsed.name, &parsed.value),
                (&specification.name, &specification.value)
            );
        }
        if let Some(brand) = &listing.brand {
            Line::<100>::parse(brand).unwrap();
        }
        if let Some(model) = &listing.model {
            Line::<200>::parse(model).unwrap();
        }
        Price::parse(
            listing.price_mode.parse().unwrap(),
            listing.price_min,
            listing.price_max,
        )
        .unwrap();
        assert!(lists.contains(TaxonomyName::ListingKinds, listing.kind));
        assert!(lists.contains(TaxonomyName::PriceModes, listing.price_mode));
        assert!(
            listing
                .field_codes
                .iter()
                .all(|code| lists.contains(TaxonomyName::Fields, code))
        );
        assert!(
            listing
                .transfer_modes
                .iter()
                .all(|code| lists.contains(TaxonomyName::TransferModes, code))
        );
        assert!(
            listing
                .origin_country
                .iter()
                .all(|code| lists.contains(TaxonomyName::Countries, code))
        );
        assert_eq!(listing.trl.is_some(), listing.kind == "technology_offer");
        assert!(
            listing
                .trl
                .is_none_or(|level| lists.contains(TaxonomyName::Trl, &level.to_string()))
        );
    }
}

#[test]
fn the_catalogue_has_the_expected_shape() {
    let mut kinds = BTreeMap::new();
    let mut levels = BTreeMap::new();
    let mut prices = BTreeMap::new();
    let (mut origin, mut brand, mut model, mut unit, mut url, mut attributed) = (0, 0, 0, 0, 0, 0);
    for record in records() {
        let listing = map(&record);
        *kinds.entry(listing.kind).or_insert(0) += 1;
        *prices.entry(listing.price_mode).or_insert(0) += 1;
        if let (RecordKind::Technology, Some(level)) = (record.kind, listing.trl) {
            *levels.entry(level).or_insert(0) += 1;
        }
        origin += usize::from(listing.origin_country.is_some());
        brand += usize::from(listing.brand.is_some());
        model += usize::from(listing.model.is_some());
        unit += listing.specifications.iter().filter(|s| s.unit.is_some()).count();
        url += usize::from(listing.source_url.is_some());
        attributed += usize::from(listing.description_vi.is_some_and(|text| text.contains("CC BY-SA 4.0")));
    }
    let kinds: Vec<_> = kinds.into_iter().collect();
    assert_eq!(
        kinds,
        [
            ("equipment_need", 5),
            ("equipment_offer", 1040),
            ("technology_offer", 207)
        ]
    );
    assert_eq!((origin, brand, model, attributed), (590, 431, 657, 598));
    let prices: Vec<_> = prices.into_iter().collect();
    assert_eq!(prices, [("contact", 1243), ("fixed", 6), ("negotiable", 3)]);
    assert_eq!((unit, url), (949, 1252 - 39));
    let levels: Vec<_> = levels.into_iter().collect();
    assert_eq!(levels, [(3, 12), (4, 25), (6, 123), (7, 25), (9, 4)]);
}

#[test]
fn what_is_doubtful_stays_text() {
    let listing = map(&record(
        RecordKind::Equipment,
        "Máy",
        &[
            ("xuất xứ", "EU"),
            ("hãng", "A"),
            ("thương hiệu", "B"),
            ("giá", "500 USD"),
            ("công suất", "null"),
            ("điện áp", "220V"),
            ("HS", "84145930"),
        ],
    ));
    assert_eq!(
        (listing.origin_country, listing.brand.as_deref(), listing.price_mode),
        (None, Some("A"), "contact")
    );
    let told: Vec<_> = listing
        .specifications
        .iter()
        .map(|s| (s.name.as_str(), s.value.as_str(), s.unit.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("Xuất xứ", "EU", None),
            ("Thương hiệu", "B", None),
            ("Giá", "500 USD", None),
            ("Điện áp", "220", Some("V")),
            ("Mã HS", "84145930", None),
        ]
    );
}

#[test]
fn a_budget_bounds_a_need_and_stays_readable() {
    let listing = map(&record(
        RecordKind::Request,
        "Cần mua máy X-quang",
        &[("ngân sách", "17,5 tỷ đồng")],
    ));
    assert_eq!(listing.kind, "equipment_need");
    assert_eq!(
        (listing.price_mode, listing.price_min, listing.price_max),
        ("negotiable", None, Some(17_500_000_000))
    );
    assert!(is_told(&listing, "ngân sách", "17,5 tỷ đồng"));
    let listing = map(&record(RecordKind::Request, "Tìm công nghệ xử lý bã thải", &[]));
    assert_eq!(listing.kind, "technology_need");
}

#[test]
fn a_service_is_a_technology_offer_by_technical_service() {
    let listing = map(&record(RecordKind::Service, "Gia công CNC theo yêu cầu", &[]));
    assert_eq!((listing.kind, listing.trl), ("technology_offer", Some(9)));
    assert_eq!(listing.transfer_modes, ["technical_service"]);
    assert_eq!(listing.summary_vi, "Gia công CNC theo yêu cầu. Lĩnh vực: Năng lượng.");
}

#[test]
fn a_source_is_an_address_or_a_remark_or_both() {
    let expected = [
        (
            "https://a.vn/b (Thông tư 38)",
            Some("https://a.vn/b"),
            Some("Thông tư 38"),
        ),
        ("https://a.vn/b#1", Some("https://a.vn/b#1"), None),
        ("github:find_string/1#2", None, Some("github:find_string/1#2")),
        ("javascript:alert(1)", None, Some("javascript:alert(1)")),
        ("", None, None),
    ];
    for (reference, url, remark) in expected {
        let mut remainder = Remainder::default();
        assert_eq!(source_of(reference, &mut remainder).as_deref(), url, "{reference}");
        assert_eq!(
            remainder.specifications.first().map(|s| s.value.as_str()),
            remark,
            "{reference}"
        );
    }
}

#[test]
fn long_texts_are_cut_and_kept_whole_in_the_description() {
    let long = "máy ".repeat(200);
    let mut input = record(RecordKind::Equipment, &long, &[("ghi chú", &long), ("model", "")]);
    input.summary = long.clone();
    input.category = "Không có > trong danh mục".to_owned();
    input.attributes.push(("model".to_owned(), format!("A-1; {long}")));
    let listing = map(&input);
    assert!(listing.title_vi.chars().count() <= 256 && listing.summary_vi.chars().count() <= 500);
    let description = listing.description_vi.unwrap();
    assert_eq!(description.matches(long.trim()).count(), 4);
    assert_eq!(listing.model.as_deref(), Some("A-1"));
    assert_eq!(listing.field_codes, ["other"]);
    assert_eq!(
        listing.specifications.last().unwrap().value,
        "Không có > trong danh mục"
    );
}

#[test]
fn lines_are_read_with_a_bound() {
    let line = r#"{"id":"1","title":"Máy","kind":"equipment","attributes":{"b":2,"a":"x","c":true},"more":[]}"#;
    let read = EvalRecord::parse(line).unwrap();
    let attributes = [("b", "2"), ("a", "x"), ("c", "true")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert_eq!(read.attributes, attributes);
    assert!(matches!(EvalRecord::parse("{}"), Err(RecordError::Malformed(_))));
    assert!(matches!(
        EvalRecord::parse(&line.replace("Máy", " ")),
        Err(RecordError::Missing(_))
    ));
    assert!(matches!(
        EvalRecord::parse(&line.replace("\"1\"", "\"\"")),
        Err(RecordError::Missing(_))
    ));
    assert!(matches!(
        EvalRecord::parse(&line.replace("Máy", &"a".repeat(MAX_LINE_BYTES))),
        Err(RecordError::TooLong)
    ));
}

proptest! {
    #[test]
    fn no_attribute_is_lost_and_every_limit_is_kept(
        title in "\\PC{1,300}",
        summary in "\\PC{0,600}",
        attributes in proptest::collection::vec(
            (prop_oneof![Just("xuất xứ".to_owned()), Just("hãng".to_owned()), Just("model".to_owned()), Just("giá".to_owned()), "[a-zđ ]{0,120}"],
             prop_oneof!["\\PC{0,40}", "[0-9]{1,3}[-x,.]?[0-9]{0,3} ?(kg|V|kW|m3/h|triệu đồng)", "[a-z]{450,600}"]),
            0..12
        ),
    ) {
        let mut input = record(RecordKind::Equipment, &title, &[]);
        input.summary = summary;
        input.attributes = attributes;
        let listing = map(&input);
        prop_assert!(listing.title_vi.chars().count() <= 256);
        prop_assert!((1..=500).contains(&listing.summary_vi.chars().count()));
        for (name, value) in &input.attributes {
            prop_assert!(is_told(&listing, name, value), "{} = {} in {:#?}", name, value, listing);
        }
        for s in &listing.specifications {
            prop_assert!(Specification::parse(&s.name, &s.value, s.unit.as_deref()).is_ok(), "{:?}", s);
        }
    }
}
