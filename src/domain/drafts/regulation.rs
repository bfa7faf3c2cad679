//! What the owner of a listing declares under the law on technology transfer, as sent.

use super::lists::{Wanted, codes};
use crate::domain::fields::{FieldErrors, Violation, one_of_named};
use crate::domain::listing::regulation::{MAX_ITEMS, Regulation, RegulatoryClass, class_of_code};
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// Parses class and entries. The class is never less than what the entries say, and what they say where none is told.
pub fn parse_regulation(
    errors: &mut FieldErrors,
    class: Option<&str>,
    items: &[String],
    lists: &InForce,
) -> Regulation {
    let list = TaxonomyName::RegulatedTechnologies;
    let declared = errors.keep_opt("/regulatory_class", class, |class| {
        one_of_named(class, RegulatoryClass::names)
    });
    let wanted = Wanted { list, max: MAX_ITEMS };
    let items = codes(errors, "/regulated_items", items, lists, wanted);
    for (at, code) in items.iter().enumerate() {
        match class_of_code(code) {
            // The class itself is no entry.
            None => errors.add(
                format!("/regulated_items/{at}"),
                Violation::UnknownCode { list: list.as_str() },
            ),
            Some(told) if declared.is_some_and(|class| class < told) => {
                errors.add(
                    "/regulatory_class",
                    Violation::Conflicts {
                        with: "regulated_items",
                    },
                );
            }
            Some(_) => {}
        }
    }
    // Whoever names entries has said the class.
    let told = items.iter().filter_map(|code| class_of_code(code)).max();
    let class = declared.or(told.filter(|_| class.is_none()));
    Regulation { class, items }
}
