//! The demonstration data are complete, and nobody takes them for real enterprises.

use std::collections::{BTreeMap, HashSet};

use super::*;
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::{REORGANISED_ON, TaxonomyName};

fn records() -> Vec<EvalRecord> {
    catalogue().map(Result::unwrap).collect()
}

#[test]
fn the_catalogue_is_complete() {
    let records = records();
    assert_eq!(records.len(), 1252);
    let ids: HashSet<_> = records.iter().map(|record| &record.id).collect();
    assert_eq!(ids.len(), 1252);
    let mut kinds = BTreeMap::new();
    for record in &records {
        *kinds.entry(format!("{:?}", record.kind)).or_insert(0) += 1;
        assert!(
            Taxonomies::embedded().field_of_path(&record.category).is_some(),
            "{record:?}"
        );
        assert!(!SOURCES.iter().any(|(short, _)| record.source_url.starts_with(short)));
    }
    let counted: Vec<_> = kinds.values().copied().collect();
    assert_eq!(counted, [1040, 5, 18, 189], "{kinds:?}");
}

#[test]
fn the_share_alike_part_is_a_file_of_its_own() {
    let is_theirs = |line: &str| record_of(line).unwrap().source_url.contains("ozvietnam/hs-code-api");
    assert!(!CATALOGUE[0].lines().any(is_theirs));
    assert!(CATALOGUE[1].lines().all(is_theirs));
    assert_eq!(CATALOGUE[1].lines().count(), 598);
}

#[test]
fn the_catalogue_stays_small() {
    assert!(CATALOGUE.iter().map(|file| file.len()).sum::<usize>() <= 350 * 1024);
}

#[test]
fn enterprises_are_well_formed_and_cannot_be_taken_for_real_ones() {
    let lists = Taxonomies::embedded();
    assert_eq!(enterprises().len(), 48);
    let mut seen = HashSet::new();
    for enterprise in enterprises() {
        let code = TaxCode::parse(&enterprise.tax_code).unwrap();
        assert!(code.as_str().starts_with("99"), "{enterprise:?}");
        assert_eq!(code.is_branch(), enterprise.legal_form == "chi_nhanh", "{enterprise:?}");
        assert!(seen.insert(code) && seen.len() <= 48);
        assert!(enterprise.legal_name.contains("Demo") && enterprise.name_en.contains("Demo"));
        assert!(enterprise.contact_email.ends_with("@demo.vptex.example"));
        assert!(enterprise.website.starts_with("https://") && enterprise.website.ends_with(".demo.vptex.example"));
        assert!(enterprise.contact_name.contains("demo"));
        let subscriber = enterprise.contact_phone.split_once(' ').unwrap().1;
        assert!(subscriber.starts_with("000"), "{enterprise:?}");
        assert!(lists.contains(TaxonomyName::LegalForms, &enterprise.legal_form));
        assert_eq!(
            lists.province_of_commune(&enterprise.commune_code, REORGANISED_ON),
            Some(enterprise.province_code.as_str()),
            "{enterprise:?}"
        );
        let served: HashSet<_> = [
            &enterprise.technology,
            &enterprise.equipment,
            &enterprise.services,
            &enterprise.needs,
        ]
        .into_iter()
        .flatten()
        .collect();
        assert_eq!(served, enterprise.field_codes.iter().collect(), "{enterprise:?}");
        assert!((1..=5).contains(&enterprise.field_codes.len()), "{enterprise:?}");
        assert!(
            enterprise
                .field_codes
                .iter()
                .all(|code| lists.contains(TaxonomyName::Fields, code))
        );
    }
    let local = enterprises()
        .iter()
        .filter(|enterprise| enterprise.province_code == "25");
    assert_eq!(local.count(), 33);
    let forms: HashSet<_> = enterprises().iter().map(|enterprise| &enterprise.legal_form).collect();
    assert_eq!(forms.len(), 14);
}

#[test]
fn every_record_has_an_owner_that_works_in_its_field() {
    let mut owned: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records() {
        let owner = enterprise_for(&record).unwrap();
        let field = Taxonomies::embedded().field_of_path(&record.category).unwrap();
        assert!(owner.fields_for(record.kind).contains(&field.code), "{record:?}");
        assert_eq!(enterprise_for(&record), Some(owner));
        *owned.entry(&owner.legal_name).or_default() += 1;
    }
    assert_eq!(owned.len(), 48, "an enterprise has no listing: {owned:?}");
    assert!(owned.values().all(|count| *count < 150), "{owned:?}");
}

#[test]
fn a_brand_stays_with_one_enterprise() {
    let mut owners: BTreeMap<(String, String), &str> = BTreeMap::new();
    for record in records() {
        if let Some((_, brand)) = record.attributes.iter().find(|(name, _)| name == "hãng") {
            let owner = enterprise_for(&record).unwrap().legal_name.as_str();
            let key = (format!("{}{:?}", record.category, record.kind), brand.to_lowercase());
            assert_eq!(*owners.entry(key).or_insert(owner), owner, "{record:?}");
        }
    }
}
