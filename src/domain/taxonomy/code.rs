//! How codes of a list are built, and what stands above an entry.

use super::{Proposal, TaxonomyItem, TaxonomyName};
use crate::domain::fields::{Violation, Whereabouts};

/// Most characters of a code.
const CODE_MAX: usize = 64;

impl TaxonomyName {
    /// Whether a new code may stand below an entry, or below none: each list writes its levels into its codes.
    fn takes(self, code: &str, parent: Option<&str>) -> bool {
        match self {
            Self::Provinces => parent.is_none() && is_digits(code, 2),
            Self::Communes => is_digits(code, 5),
            // The code says under which field it stands.
            Self::Fields => match (code.split_once('.'), parent) {
                (Some((above, own)), Some(parent)) => above == parent && is_word(own),
                (None, None) => is_word(code),
                _ => false,
            },
            // It says its class.
            Self::RegulatedTechnologies => code
                .split_once('.')
                .is_some_and(|(above, own)| parent == Some(above) && is_word(own)),
            // It says what corresponds, which is held against it there.
            Self::Correspondences => code.split('-').count() == 4,
            // One digit, three, five.
            Self::ScienceFields => match parent {
                None => is_digits(code, 1),
                Some(parent) => parent.len() <= 3 && code.strip_prefix(parent).is_some_and(|own| is_digits(own, 2)),
            },
            // A major field and its fields: `2`, `2.12`.
            Self::Fos => match parent {
                None => is_digits(code, 1),
                Some(parent) => {
                    let own = code.strip_prefix(parent).and_then(|rest| rest.strip_prefix('.'));
                    is_digits(parent, 1) && own.is_some_and(is_ordinal)
                }
            },
            // Section, class, subclass: `A`, `A01`, `A01B`.
            Self::Ipc => match parent {
                None => is_letter(code),
                Some(parent) => {
                    let own = code.strip_prefix(parent);
                    own.is_some_and(|own| match parent.len() {
                        1 => is_digits(own, 2),
                        3 => is_letter(own),
                        _ => false,
                    })
                }
            },
            // A section has no part in the digits below it: `A`, `04`, `041`, `0411`, `04110`.
            Self::Vsic => match parent {
                None => is_letter(code),
                Some(section) if is_letter(section) => is_digits(code, 2),
                Some(parent) => parent.len() <= 4 && code.strip_prefix(parent).is_some_and(|own| is_digits(own, 1)),
            },
            Self::Trl
            | Self::LegalForms
            | Self::TransferModes
            | Self::PriceModes
            | Self::ListingKinds
            | Self::Countries
            | Self::ReasonCodes => false,
        }
    }
}

fn is_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of one digit or two, from 1 on.
fn is_ordinal(text: &str) -> bool {
    !text.starts_with('0') && (is_digits(text, 1) || is_digits(text, 2))
}

fn is_letter(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl Proposal<'_> {
    /// That the code is of the form that codes of the list have, and was never given.
    pub(super) fn code_fits(&self) -> Result<(), Violation> {
        let code = self.code;
        if code.len() > CODE_MAX {
            Err(Violation::TooLong { max: CODE_MAX })
        } else if !self.list.takes(code, self.text.parent.as_deref()) {
            Err(Violation::Malformed { what: "list_code" })
        } else if self.lists.contains(self.list, code) || self.was_given(code) {
            Err(Violation::Taken)
        } else {
            Ok(())
        }
    }

    /// Whether something that ended before the lists began had the code: it would not lead to its successors any more.
    /// Provinces are few, and one that is restored gets the digits back that it had; then they mean what they mean today, as
    /// those of communes that were given again in 2025 do.
    fn was_given(&self, code: &str) -> bool {
        self.list != TaxonomyName::Provinces
            && self
                .lists
                .former_by_code(self.list, code, jiff::civil::Date::MAX)
                .is_some()
    }

    /// That what is to stand above a new entry is valid when the entry begins.
    pub(super) fn parent_fits(&self) -> Result<(), Violation> {
        let above = match self.list {
            TaxonomyName::Communes => TaxonomyName::Provinces,
            list => list,
        };
        match self.text.parent.as_deref() {
            Some(parent) => self.on(self.text.valid_from).check(above, parent).map(drop),
            None if matches!(self.list, TaxonomyName::Communes | TaxonomyName::RegulatedTechnologies) => {
                Err(Violation::Required)
            }
            None => Ok(()),
        }
    }

    /// What stands above an entry stands for good. Only a commune whose province was divided is put into the part in which
    /// it lies, or into another one where that was a mistake: whoever has both codes on record is led there.
    pub(super) fn may_move(&self) -> Result<(), Violation> {
        let Some(present) = self.lists.get(self.list, self.code) else {
            return Ok(());
        };
        let wanted = self.text.parent.as_deref();
        if present.parent.as_deref() == wanted {
            return Ok(());
        }
        match wanted {
            Some(province) if self.list == TaxonomyName::Communes => self.may_lie_in(present, province),
            _ => Err(Violation::Conflicts { with: "entry_for_good" }),
        }
    }

    /// That a commune may be put into a province; or what that is, or where the commune may be put.
    fn may_lie_in(&self, commune: &TaxonomyItem, province: &str) -> Result<(), Violation> {
        let open = self.lists.provinces_open_to(commune, self.today);
        if open.contains(&province) {
            return Ok(());
        }
        if !self.lists.contains(TaxonomyName::Provinces, province) {
            return self
                .on(Some(self.today))
                .check(TaxonomyName::Provinces, province)
                .map(drop);
        }
        let named = |code: &str| {
            let name = self.lists.name_vi(TaxonomyName::Provinces, code);
            (code.to_owned(), name.unwrap_or_default().to_owned())
        };
        Err(Violation::LiesElsewhere(Whereabouts {
            lies_in: self.lists.province_on(commune, self.today).map(named),
            parts: open.into_iter().map(named).collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_came_with_the_program_is_of_the_form_of_its_list() {
        let lists = super::super::Taxonomies::embedded();
        for list in [
            TaxonomyName::Provinces,
            TaxonomyName::Communes,
            TaxonomyName::Fields,
            TaxonomyName::Vsic,
            TaxonomyName::ScienceFields,
            TaxonomyName::Fos,
            TaxonomyName::Ipc,
            TaxonomyName::Correspondences,
        ] {
            for item in lists.items(list, None) {
                assert!(list.takes(&item.code, item.parent.as_deref()), "{list} {item:?}");
            }
        }
    }

    #[test]
    fn a_code_says_its_level() {
        for (list, code, parent, fits) in [
            (TaxonomyName::ScienceFields, "20501", Some("205"), true),
            (TaxonomyName::ScienceFields, "2050101", Some("20501"), false),
            (TaxonomyName::ScienceFields, "305", Some("2"), false),
            (TaxonomyName::Fos, "2.12", Some("2"), true),
            (TaxonomyName::Fos, "2.012", Some("2"), false),
            (TaxonomyName::Fos, "2.12.1", Some("2.12"), false),
            (TaxonomyName::Ipc, "A01B", Some("A01"), true),
            (TaxonomyName::Ipc, "A01B1", Some("A01B"), false),
            (TaxonomyName::Ipc, "B02", Some("A"), false),
            (TaxonomyName::Vsic, "04", Some("A"), true),
            (TaxonomyName::Vsic, "04110", Some("0411"), true),
            (TaxonomyName::Vsic, "041100", Some("04110"), false),
            (TaxonomyName::Vsic, "051", Some("04"), false),
            (TaxonomyName::Provinces, "97", None, true),
            (TaxonomyName::Provinces, "97", Some("01"), false),
            (TaxonomyName::Trl, "10", None, false),
        ] {
            assert_eq!(list.takes(code, parent), fits, "{list} {code} below {parent:?}");
        }
    }
}
