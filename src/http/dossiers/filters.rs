//! Which dossiers a list is of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::dossier::TransferDirection;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::Line;
use crate::http::catalogue::covered;
use crate::http::extract::page::after_in_time;
use crate::http::extract::query::{chosen, parameter, words, wrong_parameter};
use crate::http::register_params::between;
use crate::service::Result;
use crate::service::dossiers::{Decided, PageAt, Wanted};
use crate::service::listing_register::Between;

/// Which dossiers.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DossiersQuery {
    /// Of this procedure.
    #[param(max_length = 20, example = "REG")]
    pub procedure: Option<String>,
    /// In this state.
    #[param(max_length = 40, example = "under_review")]
    pub state: Option<String>,
    /// Whose term is over (true), or not (false).
    pub overdue: Option<bool>,
    /// `nobody`, or the identifier of the officer who handles them. For officers.
    #[param(max_length = 36, example = "nobody")]
    pub handler: Option<String>,
    /// Of which something is proposed and waits for a signature (true), or nothing (false). For officers.
    pub proposed: Option<bool>,
    /// Of which a superior was told that officers missed a term (true), or not (false). For officers.
    pub escalated: Option<bool>,
    /// With this number.
    #[param(max_length = 60, example = "HS-REG-2026-00007")]
    pub number: Option<String>,
    /// Words of number, parties' names, technology, project (its number, and that of its certificate of investment, too) or product, with or
    /// without diacritics: all of the first eight are in it.
    #[param(max_length = 200, example = "say lua song thao")]
    pub q: Option<String>,
    /// Of a party, or an investor, with this tax code, or with that of an enterprise that was merged into the one that has it.
    #[param(max_length = 20, example = "2600357502")]
    pub tax_code: Option<String>,
    /// From where to where.
    #[param(max_length = 20, example = "inbound")]
    pub direction: Option<String>,
    /// Of a technology in this field, or what is below it.
    #[param(max_length = 60, example = "food")]
    pub field: Option<String>,
    /// First handed in on this day or later, on paper by the day on which it came.
    #[param(max_length = 10, example = "2026-01-01")]
    pub handed_in_from: Option<String>,
    /// First handed in on this day or before.
    #[param(max_length = 10, example = "2026-03-31")]
    pub handed_in_to: Option<String>,
    /// Decided, or over without its filer, on this day or later.
    #[param(max_length = 10, example = "2026-01-01")]
    pub decided_from: Option<String>,
    /// The same on this day or before.
    #[param(max_length = 10, example = "2026-03-31")]
    pub decided_to: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl DossiersQuery {
    /// What it asks for.
    pub(super) fn wanted(&self) -> Result<Wanted> {
        let wrong = |name: &'static str, what| wrong_parameter(name, Violation::Malformed { what });
        let short = |name: &'static str, text: &Option<String>| {
            parameter(name, text.as_deref(), Line::<60>::parse).map(|line| line.map(Line::into_string))
        };
        let tax_code = |text: &str| text.parse::<TaxCode>().map_err(Violation::TaxCode);
        let tax_code = parameter("tax_code", self.tax_code.as_deref(), tax_code)?;
        let direction = chosen::<TransferDirection>("direction", self.direction.as_deref())?;
        let decided = between(("decided_from", &self.decided_from), ("decided_to", &self.decided_to))?;
        let decided = (decided != Between::default()).then(|| Decided {
            at: decided,
            ..Decided::default()
        });
        let handler = match self.handler.as_deref() {
            None => None,
            Some("nobody") => Some(None),
            Some(id) => Some(Some(AccountId(
                id.parse().map_err(|_wrong| wrong("handler", "dossier_handler"))?,
            ))),
        };
        Ok(Wanted {
            enterprise: None,
            procedure: short("procedure", &self.procedure)?,
            state: short("state", &self.state)?,
            overdue: self.overdue,
            handler,
            number: short("number", &self.number)?,
            proposed: self.proposed,
            escalated: self.escalated,
            handed_in: between(
                ("handed_in_from", &self.handed_in_from),
                ("handed_in_to", &self.handed_in_to),
            )?,
            decided,
            words: words("q", self.q.as_deref())?,
            tax_code: tax_code.map(|code| code.as_str().to_owned()),
            direction: direction.map(|direction| direction.as_str().to_owned()),
            field: short("field", &self.field)?,
        })
    }

    /// Where the page begins.
    pub(super) fn page(&self, tag: &str) -> Result<Option<PageAt>> {
        Ok(after_in_time(self.after.as_deref(), tag)?.map(|(at, id)| (at, DossierId(id))))
    }
}

/// A procedure, state or field that there is not is a slip, and no empty list.
pub(super) fn require_known(
    wanted: &Wanted,
    known: &BTreeMap<String, BTreeSet<String>>,
    lists: &InForce,
) -> Result<()> {
    covered(lists, "field", TaxonomyName::Fields, wanted.field.as_deref())?;
    let states: BTreeSet<&String> = match &wanted.procedure {
        None => known.values().flatten().collect(),
        Some(code) => {
            let no_such = || wrong_parameter("procedure", Violation::Malformed { what: "procedure" });
            known.get(code).ok_or_else(no_such)?.iter().collect()
        }
    };
    match &wanted.state {
        Some(state) if !states.contains(state) => {
            let values = states.into_iter().cloned().collect();
            Err(wrong_parameter("state", Violation::NotOneOf { values }))
        }
        _ => Ok(()),
    }
}
