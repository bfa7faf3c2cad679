//! Edits of what was sent before.

use super::ListingDraft;
use crate::domain::listing::ListingContent;
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// The lists for an edit of a listing, which may keep the codes that it has.
pub fn lists_for_listing(lists: InForce, content: &ListingContent) -> InForce {
    lists
        .keeping(TaxonomyName::Fields, content.field_codes.iter().map(String::as_str))
        .keeping(TaxonomyName::Countries, content.origin_country.as_deref())
        .keeping(
            TaxonomyName::TransferModes,
            content.transfer_modes.iter().map(|mode| mode.as_str()),
        )
        .keeping(
            TaxonomyName::RegulatedTechnologies,
            content.regulation.items.iter().map(String::as_str),
        )
        .keeping_year(content.details.manufacture_year)
}

/// The same for an edit of an open revision, which may keep what it has, too: that a code ended since is told when it is
/// handed in.
pub fn lists_for_revision(lists: InForce, revision: &ListingDraft) -> InForce {
    let codes = |codes: &[String]| codes.to_vec();
    let offices = revision.ip_rights.iter().filter_map(|right| right.office.clone());
    let countries: Vec<String> = revision.origin_country.clone().into_iter().chain(offices).collect();
    let mut lists = lists;
    for (list, codes) in [
        (TaxonomyName::Fields, codes(&revision.field_codes)),
        (TaxonomyName::Countries, countries),
        (TaxonomyName::TransferModes, codes(&revision.transfer_modes)),
        (TaxonomyName::RegulatedTechnologies, codes(&revision.regulated_items)),
    ] {
        lists = lists.keeping(list, codes.iter().map(String::as_str));
    }
    lists
}

/// Applies a JSON merge patch (RFC 7396): `null` removes, objects merge, everything else replaces.
pub fn merge_patch(target: &mut serde_json::Value, patch: &serde_json::Value) {
    let serde_json::Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = serde_json::Value::Object(serde_json::Map::new());
    }
    if let serde_json::Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge_patch(target.entry(name.clone()).or_insert(serde_json::Value::Null), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::drafts::EnterpriseDraft;
    use crate::domain::enterprise::VsicCode;
    use crate::domain::taxonomy::Taxonomies;
    use serde_json::json;

    fn today() -> InForce {
        InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 11, 29))
    }

    #[test]
    fn a_year_that_was_taken_before_the_rule_stays() {
        let of_year = |year: i16| -> ListingDraft {
            let draft = json!({"kind": "equipment_offer", "title": {"vi": "Máy sấy"}, "manufacture_year": year});
            serde_json::from_value(draft).unwrap()
        };
        let pointers = |refused: Vec<crate::domain::fields::FieldError>| refused[0].pointer.clone();
        let refused = of_year(2027).parse(&today()).unwrap_err();
        assert_eq!(pointers(refused), "/manufacture_year");
        let mut kept = of_year(2026).parse(&today()).unwrap();
        kept.details.manufacture_year = Some(2027);
        let lists = lists_for_listing(today(), &kept);
        assert!(of_year(2027).parse(&lists).is_ok());
        assert_eq!(pointers(of_year(2028).parse(&lists).unwrap_err()), "/manufacture_year");
    }

    #[test]
    fn activities_that_were_taken_before_the_rule_stay() {
        let code = |code: &str| VsicCode {
            version: "2018".into(),
            code: code.into(),
        };
        let mut draft: EnterpriseDraft = serde_json::from_value(json!({
            "tax_code": "0100109106", "legal_form": "tnhh_2tv", "legal_name": "Công ty", "address_line": "Khu 5",
            "province_code": "25", "commune_code": "08494", "contact_name": "Lan", "contact_email": "lan@example.com",
            "contact_phone": "0912345678", "field_codes": ["food"],
        }))
        .unwrap();
        let mut profile = draft.parse(&today(), "").unwrap();
        profile.details.vsic = vec![code("0400")];
        draft.vsic = vec![code("0400")];
        assert_eq!(draft.parse(&today(), "").unwrap_err()[0].pointer, "/vsic/0/code");
        assert!(draft.parse_onto(&today(), "", Some(&profile)).is_ok());
        draft.vsic.push(code("3400"));
        let refused = draft.parse_onto(&today(), "", Some(&profile)).unwrap_err();
        assert_eq!(refused[0].pointer, "/vsic/1/code");
    }
}
