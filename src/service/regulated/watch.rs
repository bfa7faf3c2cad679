//! What hints at entries of the list of regulated technologies, in any text.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::domain::canonical::canonical;
use crate::domain::drafts::ListingDraft;
use crate::domain::listing::regulation::{Finding, RegulatedList, Regulation, RegulatoryClass, holds as stands};
use crate::domain::taxonomy::Hint;
use crate::service::phrases::{Phrase, Phrases};
use crate::service::{Error, Result};
use crate::store::audit_chain::{Hash, sha256};

/// Most hints of one text.
const MOST_HINTS: usize = 50;

/// Something in a listing that hints at an entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hinted {
    /// Code of the entry.
    pub item: String,
    /// Its class.
    pub class: RegulatoryClass,
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// The words as they stand there; none where the field alone hints at it.
    pub found: Option<String>,
}

/// The list with what hints at its entries made ready.
#[derive(Debug)]
pub(in crate::service) struct Watch {
    list: RegulatedList,
    words: Phrases<(String, RegulatoryClass, Hint)>,
    by_field: Vec<(String, RegulatoryClass, Hint)>,
    entries_sha256: Hash,
}

impl Watch {
    pub(in crate::service) fn of(list: RegulatedList) -> Self {
        let (mut words, mut by_field, mut entries) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (item, class) in list.in_force() {
            let hint = Hint::of(item);
            if hint.keywords.is_empty() && !hint.field_codes.is_empty() {
                by_field.push((item.code.clone(), class, hint.clone()));
            }
            words.extend(hint.keywords.iter().map(|keyword| Phrase {
                text: keyword.clone(),
                ignores_diacritics: false,
                means: (item.code.clone(), class, hint.clone()),
            }));
            entries.insert(item.code.clone(), json!([class, hint.keywords, hint.field_codes]));
        }
        by_field.sort_by(|one, other| one.0.cmp(&other.0));
        Self {
            entries_sha256: sha256(canonical(&json!(entries)).as_bytes()),
            words: Phrases::of(words),
            by_field,
            list,
        }
    }

    /// The list itself.
    pub(in crate::service) fn list(&self) -> &RegulatedList {
        &self.list
    }

    /// Hash of the entries in force, with their classes and what hints at them: by the same ones the same is found.
    pub(in crate::service) fn entries_sha256(&self) -> &Hash {
        &self.entries_sha256
    }

    /// What hints at entries in a listing as it is written on the wire.
    pub(in crate::service) fn hints(&self, draft: &ListingDraft) -> Result<Vec<Hinted>> {
        let text: Value = serde_json::to_value(draft).map_err(Error::internal)?;
        Ok(self.hints_in(&text, (draft.field_codes.as_slice(), "/field_codes")))
    }

    /// The same of any text, whose fields stand at a pointer.
    pub(in crate::service) fn hints_in(&self, text: &Value, (fields, fields_at): (&[String], &str)) -> Vec<Hinted> {
        let places = self.words.find(text, MOST_HINTS).into_iter();
        let mut hints: Vec<Hinted> = places
            .filter(|place| place.means.2.means_fields(fields))
            .map(|place| Hinted {
                item: place.means.0.clone(),
                class: place.means.1,
                pointer: place.pointer,
                found: Some(place.found),
            })
            .collect();
        let meant = self.by_field.iter();
        hints.extend(
            meant
                .filter(|(_, _, hint)| hint.means_fields(fields))
                .map(|(item, class, _)| Hinted {
                    item: item.clone(),
                    class: *class,
                    pointer: fields_at.to_owned(),
                    found: None,
                }),
        );
        hints
    }

    /// What the law says today of what is declared or found.
    pub(in crate::service) fn judge(&self, finding: Option<&Finding>, declared: &Regulation) -> RegulatoryClass {
        self.list.judge(stands(finding, declared))
    }

    /// Hints that officers look at: at something stricter than what is declared or found.
    pub(in crate::service) fn stricter(&self, judged: RegulatoryClass, draft: &ListingDraft) -> Result<Vec<Hinted>> {
        let mut hints = self.hints(draft)?;
        hints.retain(|hint| hint.class.is_watched() && hint.class > judged);
        Ok(hints)
    }
}
