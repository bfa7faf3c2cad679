//! What the owner of a listing declares under the law on technology transfer, as sent.

use super::lists::{Wanted, codes};
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::listing::regulation::{MAX_ITEMS, Regulation, RegulatoryClass, class_of_code};
use crate::domain::taxonomy::{InForce, TaxonomyName};

/// Parses class and entries. The class is never less than what the entries say; without a class there are no entries.
pub fn parse_regulation(
    errors: &mut FieldErrors,
    class: Option<&str>,
    items: &[String],
    lists: &InForce,
) -> Regulation {
    let list = TaxonomyName::RegulatedTechnologies;
    let class = errors.keep_opt("/regulatory_class", class, |text| {
        text.parse::<RegulatoryClass>()
            .map_err(|_unknown| Violation::Malformed { what: "choice" })
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
            Some(told) if class.is_none_or(|class| class < told) => {
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
    Regulation { class, items }
}
