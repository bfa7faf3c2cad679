//! Codes of a record that ended since it was written. Nothing is rewritten by itself: whoever keeps the record is told what
//! took their place.

use jiff::civil::Date;

use super::details::is_of_no_country;
use super::enterprise::activity_entry;
use super::{EnterpriseDraft, ListingDraft};
use crate::domain::fields::{FieldError, Successor, Violation};
use crate::domain::taxonomy::{InForce, TaxonomyName, VSIC_VERSION};

/// A code that ended, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outdated {
    /// JSON pointer to it.
    pub pointer: String,
    /// Its list.
    pub list: TaxonomyName,
    /// The code.
    pub code: String,
    /// The first day on which it was no longer valid, where the list has it.
    pub valid_to: Option<Date>,
    /// What to choose from instead; several when it was split, none when nothing took its place.
    pub successors: Vec<Successor>,
}

impl From<Outdated> for FieldError {
    fn from(outdated: Outdated) -> Self {
        Self {
            pointer: outdated.pointer,
            violation: Violation::CodeEnded {
                list: outdated.list.as_str(),
                successors: outdated.successors,
            },
        }
    }
}

/// Those of some codes that ended; `lists` keeps none.
fn ended<'a>(lists: &InForce, codes: impl Iterator<Item = (String, TaxonomyName, &'a str)>) -> Vec<Outdated> {
    let ended = codes.filter_map(|(pointer, list, code)| match lists.check(list, code) {
        Err(Violation::CodeEnded { successors, .. }) => Some(Outdated {
            pointer,
            list,
            code: code.to_owned(),
            valid_to: lists.lists().get(list, code).and_then(|item| item.valid_to),
            successors,
        }),
        // What is in no list at all is not judged anew.
        Ok(_) | Err(_) => None,
    });
    ended.collect()
}

/// The codes of a member that has several.
fn each<'a>(
    member: &'static str,
    list: TaxonomyName,
    codes: &'a [String],
) -> impl Iterator<Item = (String, TaxonomyName, &'a str)> {
    let codes = codes.iter().enumerate();
    codes.map(move |(at, code)| (format!("/{member}/{at}"), list, code.as_str()))
}

impl ListingDraft {
    /// Its codes that ended by the day of `lists`.
    pub fn outdated(&self, lists: &InForce) -> Vec<Outdated> {
        let origin = self.origin_country.as_deref();
        let offices = self.ip_rights.iter().enumerate().filter_map(|(at, right)| {
            let office = right.office.as_deref().filter(|code| !is_of_no_country(code))?;
            Some((format!("/ip_rights/{at}/office"), TaxonomyName::Countries, office))
        });
        ended(
            lists,
            each("field_codes", TaxonomyName::Fields, &self.field_codes)
                .chain(origin.map(|code| ("/origin_country".to_owned(), TaxonomyName::Countries, code)))
                .chain(each(
                    "transfer_modes",
                    TaxonomyName::TransferModes,
                    &self.transfer_modes,
                ))
                .chain(each(
                    "regulated_items",
                    TaxonomyName::RegulatedTechnologies,
                    &self.regulated_items,
                ))
                .chain(offices),
        )
    }
}

impl EnterpriseDraft {
    /// Its codes that ended by the day of `lists`, places among them. Of an activity that is what the list has of it: often
    /// no more than its division.
    pub fn outdated(&self, lists: &InForce) -> Vec<Outdated> {
        let single = [
            ("/legal_form", TaxonomyName::LegalForms, &self.legal_form),
            ("/province_code", TaxonomyName::Provinces, &self.province_code),
            ("/commune_code", TaxonomyName::Communes, &self.commune_code),
        ];
        // An address abroad has no places.
        let single = single.into_iter().filter(|(_, _, code)| !code.is_empty());
        let activities = self.vsic.iter().enumerate();
        let activities = activities.filter(|(_, given)| given.version == VSIC_VERSION);
        let activities = activities.map(|(at, given)| {
            let entry = activity_entry(lists, &given.code);
            (format!("/vsic/{at}/code"), TaxonomyName::Vsic, entry)
        });
        let mut ended = ended(
            lists,
            single
                .map(|(pointer, list, code)| (pointer.to_owned(), list, code.as_str()))
                .chain(each("field_codes", TaxonomyName::Fields, &self.field_codes))
                .chain(activities),
        );
        for part in ended.iter_mut().filter(|one| one.list == TaxonomyName::Provinces) {
            self.keep_its_part(lists, &mut part.successors);
        }
        ended
    }

    /// Of the parts of a divided province the one in which the commune lies, once officers said it.
    fn keep_its_part(&self, lists: &InForce, parts: &mut Vec<Successor>) {
        let commune = lists.lists().get(TaxonomyName::Communes, &self.commune_code);
        let lies_in = commune.map_or_else(Vec::new, |commune| lists.lists().provinces_on(commune, lists.today()));
        if let [one] = lies_in.as_slice()
            && parts.iter().any(|part| part.code == *one)
        {
            parts.retain(|part| part.code == *one);
        }
    }
}
