//! By which number an enterprise is known, as sent.

use super::{EnterpriseDraft, known};
use crate::domain::enterprise::{Identity, PersonalId, register_number};
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::{InForce, TaxonomyName};

impl EnterpriseDraft {
    /// The one number that was sent; a masked personal number stands for the one that is kept.
    pub(super) fn identity(
        &self,
        errors: &mut FieldErrors,
        lists: &InForce,
        prefix: &str,
        kept: Option<&Identity>,
    ) -> Option<Identity> {
        let at = |name: &str| format!("{prefix}/{name}");
        match (&self.tax_code, &self.personal_id, &self.foreign_register) {
            (Some(code), None, None) => {
                let code = TaxCode::parse(code).map_err(Violation::TaxCode);
                errors.keep(at("tax_code"), code).map(Identity::TaxCode)
            }
            (None, Some(number), None) => match kept {
                Some(Identity::PersonalId(same)) if same.masked() == *number => {
                    Some(Identity::PersonalId(same.clone()))
                }
                _ => errors
                    .keep(at("personal_id"), PersonalId::parse(number))
                    .map(Identity::PersonalId),
            },
            (None, None, Some(foreign)) => {
                let country = match foreign.country.as_str() {
                    "VN" => Err(Violation::Malformed {
                        what: "foreign_country",
                    }),
                    code => known(lists, TaxonomyName::Countries, code),
                };
                let country = errors.keep(at("foreign_register/country"), country);
                let number = errors.keep(at("foreign_register/number"), register_number(&foreign.number));
                let (country, number) = country.zip(number)?;
                Some(Identity::ForeignRegister { country, number })
            }
            (None, None, None) => errors.keep(at("tax_code"), Err(Violation::Required)),
            (Some(_), ..) => errors.keep(at("tax_code"), Err(Violation::Conflicts { with: "identity" })),
            (None, ..) => errors.keep(at("personal_id"), Err(Violation::Conflicts { with: "identity" })),
        }
    }
}
