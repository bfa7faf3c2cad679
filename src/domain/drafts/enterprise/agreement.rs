//! Whether sort of organisation, legal form and number say the same of an enterprise.

use super::EnterpriseDraft;
use crate::domain::enterprise::{Identity, OrganisationKind};
use crate::domain::fields::{FieldErrors, Violation};

/// Legal form of what is registered in another country.
const FOREIGN: &str = "nuoc_ngoai";
/// Legal forms of people, who are known by their personal numbers.
const PERSONAL: [&str; 2] = ["ho_kd", "ca_nhan"];
/// Legal form of a person alone.
const PERSON: &str = "ca_nhan";
/// Legal forms of cooperatives, under the Law on Cooperatives.
const COOPERATIVE: [&str; 3] = ["htx", "lh_htx", "to_hop_tac"];
/// Legal forms of what the State founds to do its work.
const PUBLIC: [&str; 5] = ["co_quan_nn", "dvsn", "to_chuc_khcn", "vien", "truong"];
/// Legal forms of what depends on another organisation and has its tax code with three digits more.
const DEPENDENT: [&str; 2] = ["chi_nhanh", "vpdd"];

/// Whether a legal form is that of a branch or a representative office.
pub fn is_dependent(legal_form: &str) -> bool {
    DEPENDENT.contains(&legal_form)
}

/// Whether a legal form is that of a person, a household or a foreign organisation, none of whom is known by a tax code.
pub fn is_without_tax_code(legal_form: &str) -> bool {
    legal_form == FOREIGN || PERSONAL.contains(&legal_form)
}

/// Whether an organisation of this sort can have this legal form.
fn fits(kind: OrganisationKind, form: &str) -> bool {
    let (is_foreign, is_personal) = (form == FOREIGN, PERSONAL.contains(&form));
    match kind {
        OrganisationKind::Foreign => is_foreign,
        OrganisationKind::Individual => is_personal,
        // A person alone is none of the others.
        _ if form == PERSON => false,
        OrganisationKind::Cooperative => is_foreign || COOPERATIVE.contains(&form) || is_dependent(form),
        // No company of whatever owners.
        OrganisationKind::StateBody => PUBLIC.contains(&form) || is_dependent(form),
        // Vietnamese law certifies these.
        OrganisationKind::StEnterprise => !is_foreign && !is_personal,
        OrganisationKind::University | OrganisationKind::ResearchInstitute => !is_personal,
        OrganisationKind::Manufacturer
        | OrganisationKind::Trading
        | OrganisationKind::Intermediary
        | OrganisationKind::Other => true,
    }
}

impl EnterpriseDraft {
    /// Names every member that does not agree with another one. What could not be read is told elsewhere.
    pub(super) fn agree(&self, errors: &mut FieldErrors, prefix: &str, identity: Option<&Identity>) {
        let form = self.legal_form.as_str();
        let mut refuse = |member: &str, violation| errors.add(format!("{prefix}/{member}"), violation);
        let kind: Option<OrganisationKind> = self.kind.as_deref().and_then(|kind| kind.parse().ok());
        if kind.is_some_and(|kind| !fits(kind, form)) {
            refuse("kind", Violation::Conflicts { with: "legal_form" });
        }
        if form == PERSON && self.registration_no.is_some() {
            refuse("registration_no", Violation::Conflicts { with: "legal_form" });
        }
        match identity {
            Some(Identity::TaxCode(_)) if form == FOREIGN || kind == Some(OrganisationKind::Foreign) => {
                refuse("foreign_register", Violation::Required);
            }
            Some(Identity::TaxCode(_)) if PERSONAL.contains(&form) => refuse("personal_id", Violation::Required),
            Some(Identity::TaxCode(code)) if is_dependent(form) && !code.is_branch() => {
                refuse("tax_code", Violation::Conflicts { with: "dependent_form" });
            }
            Some(Identity::PersonalId(_)) if !PERSONAL.contains(&form) => {
                refuse("personal_id", Violation::Conflicts { with: "legal_form" });
            }
            Some(Identity::ForeignRegister { .. }) if form != FOREIGN => {
                refuse(
                    "legal_form",
                    Violation::Conflicts {
                        with: "foreign_register",
                    },
                );
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_of_organisation_has_the_forms_that_it_can_have() {
        for (kind, form, expected) in [
            (OrganisationKind::Foreign, "nuoc_ngoai", true),
            (OrganisationKind::Foreign, "cp", false),
            (OrganisationKind::Manufacturer, "nuoc_ngoai", true),
            (OrganisationKind::Individual, "ho_kd", true),
            (OrganisationKind::Individual, "ca_nhan", true),
            (OrganisationKind::Individual, "tnhh_1tv", false),
            (OrganisationKind::Manufacturer, "ho_kd", true),
            (OrganisationKind::Manufacturer, "ca_nhan", false),
            (OrganisationKind::University, "ho_kd", false),
            (OrganisationKind::StEnterprise, "nuoc_ngoai", false),
            (OrganisationKind::StateBody, "co_quan_nn", true),
            (OrganisationKind::StateBody, "dvsn", true),
            (OrganisationKind::StateBody, "chi_nhanh", true),
            (OrganisationKind::StateBody, "tnhh_2tv", false),
            (OrganisationKind::StateBody, "htx", false),
            (OrganisationKind::Cooperative, "htx", true),
            (OrganisationKind::Cooperative, "cp", false),
            (OrganisationKind::Cooperative, "chi_nhanh", true),
        ] {
            assert_eq!(fits(kind, form), expected, "{kind} {form}");
        }
    }
}
