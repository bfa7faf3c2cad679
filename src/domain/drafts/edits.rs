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
