//! Lists as sent: how many at most, and none twice. Of one that is too long what may be of it is looked at all the same.

use super::SpecificationDraft;
use super::values::known;
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::listing::{self, Specification, TransferMode};
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// Which codes, and how many at most.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) list: TaxonomyName,
    pub(super) max: usize,
}

pub(super) fn codes(
    errors: &mut FieldErrors,
    pointer: &str,
    given: &[String],
    lists: &InForce,
    Wanted { list, max }: Wanted,
) -> Vec<String> {
    errors.keep_distinct(pointer, given, max, |code| known(lists, list, code))
}

pub(super) fn specifications(errors: &mut FieldErrors, given: &[SpecificationDraft]) -> Vec<Specification> {
    let max = listing::MAX_SPECIFICATIONS;
    if given.len() > max {
        errors.add("/specifications", Violation::TooMany { max });
    }
    let mut kept = Vec::new();
    for (i, draft) in given.iter().enumerate().take(max) {
        match Specification::parse(&draft.name, &draft.value, draft.unit.as_deref()) {
            Ok(specification) => kept.push(specification),
            Err((part, violation)) => errors.add(format!("/specifications/{i}/{part}"), violation),
        }
    }
    kept
}

pub(super) fn transfer_modes(errors: &mut FieldErrors, given: &[String], lists: &InForce) -> Vec<TransferMode> {
    let max = TransferMode::ALL.len();
    if given.len() > max {
        errors.add("/transfer_modes", Violation::TooMany { max });
    }
    let mut kept: Vec<TransferMode> = Vec::new();
    for (i, code) in given.iter().enumerate().take(max) {
        let parsed = match code.parse::<TransferMode>() {
            Ok(mode) if kept.contains(&mode) => Err(Violation::Duplicate),
            Ok(mode) => known(lists, TaxonomyName::TransferModes, code).map(|_known| mode),
            Err(_) => Err(lists.unknown(TaxonomyName::TransferModes, code)),
        };
        kept.extend(errors.keep(format!("/transfer_modes/{i}"), parsed));
    }
    kept
}
