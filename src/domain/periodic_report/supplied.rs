//! Values of contracts that certificates do not tell and whoever publishes knows: nothing is invented, and nothing that is
//! told is overwritten.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Wanted;
use super::facts::{Class, Facts};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::CertificateId;

/// The most that a contract is worth, in đồng.
pub const MOST: i64 = 1_000_000_000_000_000;
/// Most values of one report.
pub const MOST_VALUES: usize = 1_000;

/// A value that somebody supplies.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppliedDraft {
    /// The certificate, which tells none.
    #[schema(max_length = 36, example = "0199a3c4-7d1e-7c52-b6a0-3f1de9b0c001")]
    pub certificate_id: String,
    /// The value of its contract, in đồng.
    #[schema(minimum = 1, maximum = 1_000_000_000_000_000_i64, example = 7_500_000_000_i64)]
    pub vnd_value: i64,
}

/// Values in đồng, above nothing, by certificate, with their places in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuppliedValues(BTreeMap<CertificateId, (usize, i64)>);

fn place(at: usize, member: &str) -> String {
    format!("/supplied_values/{at}/{member}")
}

impl SuppliedValues {
    /// Reads them; pointers are under `/supplied_values`.
    pub fn parse(given: &[SuppliedDraft]) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let mut values = BTreeMap::new();
        if given.len() > MOST_VALUES {
            errors.add("/supplied_values", Violation::TooMany { max: MOST_VALUES });
        }
        for (at, draft) in given.iter().take(MOST_VALUES).enumerate() {
            if !(1..=MOST).contains(&draft.vnd_value) {
                errors.add(place(at, "vnd_value"), Violation::OutOfRange { min: 1, max: MOST });
            }
            let id = draft.certificate_id.parse::<CertificateId>();
            let id = id.map_err(|_wrong| Violation::Malformed { what: "identifier" });
            let id = errors.keep(place(at, "certificate_id"), id);
            if id.is_some_and(|id| values.insert(id, (at, draft.vnd_value)).is_some()) {
                errors.add(place(at, "certificate_id"), Violation::Duplicate);
            }
        }
        errors.finish(Some(Self(values)))
    }

    /// Puts them where no value is told. What has a value, or is not counted, gets none.
    pub fn fill(&self, wanted: &Wanted, facts: &mut Facts) -> Result<(), Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let mut left = self.0.clone();
        for one in &mut facts.certificates {
            let is_counted = wanted.has(one) && wanted.window.has(one.issued_on) && wanted.counts_value_of(one.class());
            if !is_counted {
                continue;
            }
            let Some((at, value)) = left.remove(&one.id) else {
                continue;
            };
            if one.vnd_value.is_some() {
                errors.add(place(at, "certificate_id"), Violation::Conflicts { with: "figures" });
            } else {
                (one.vnd_value, one.is_value_supplied) = (Some(value), true);
            }
        }
        for (at, _) in left.into_values() {
            let unknown = Violation::Malformed {
                what: "counted_certificate",
            };
            errors.add(place(at, "certificate_id"), unknown);
        }
        errors.finish(Some(()))
    }
}

impl Wanted {
    /// Whether the value of such certificates counts.
    fn counts_value_of(&self, class: Class) -> bool {
        use super::ReportForm::{Appraisals, Briefing, ByProvince, Enterprises, Registrations};
        match self.form {
            ByProvince => !matches!(class, Class::Licence | Class::Relicensed),
            Registrations => true,
            Appraisals => matches!(class, Class::New | Class::Licence),
            Briefing | Enterprises => false,
        }
    }
}
