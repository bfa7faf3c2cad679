//! What somebody says who does something with a dossier.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::procedure::day;
use crate::domain::shapes::AddresseeText;
use crate::domain::text::{Line, Prose};
use crate::service::dossiers::events::Given;
use crate::service::{Error, Result};

/// Most addressees of one letter.
const MOST_ADDRESSEES: usize = 20;

/// An event.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DossierEventBody {
    /// Its code, as in `possible`.
    #[schema(max_length = 40, example = "request_completion")]
    pub event: String,
    /// The day that comes with it, where it takes one; not after today.
    #[schema(max_length = 10, example = "2026-03-02")]
    pub given_on: Option<String>,
    /// Of what is handed in on paper, the day on which it came: not after today, and not long before. Terms run from it.
    #[schema(max_length = 10, example = "2026-03-02")]
    pub received_on: Option<String>,
    /// The year that a report is about, as in `possible`.
    #[schema(minimum = 1990, maximum = 9999, example = 2026)]
    pub year: Option<i16>,
    /// The ground or outcome, where the event has some.
    #[schema(max_length = 40, example = "ILLEGAL_CONTENT")]
    pub ground: Option<String>,
    /// Words, where they are needed or help; the other side reads them.
    #[schema(max_length = 4000, example = "Thiếu bản dịch hợp đồng có chứng thực.")]
    pub note: Option<String>,
    /// Number of the authority's own letter, where one comes with it: that of the opinion.
    #[schema(max_length = 100, example = "512/SKHCN-QLCN")]
    pub letter_number: Option<String>,
    /// The day of that letter: not before what it answers, not after today.
    #[schema(max_length = 10, example = "2026-03-16")]
    pub letter_on: Option<String>,
    /// Whom it is told to in writing, where the event has addressees: parties, finance agency, incentive agencies.
    #[schema(max_items = 20, value_type = Option<Vec<AddresseeText>>)]
    pub addressees: Option<Vec<String>>,
    /// The day that is promised in an apology for a term that was missed: after today, within a year.
    #[schema(max_length = 10, example = "2026-03-20")]
    pub promised_on: Option<String>,
    /// As what the signer signs, where a certificate is issued; as the head of the authority when absent.
    #[schema(max_length = 100, example = "KT. Giám đốc, Phó Giám đốc")]
    pub signed_as: Option<String>,
}

impl DossierEventBody {
    /// Whoever only proposes it does not sign.
    pub(in crate::http) fn parse(self, is_proposal: bool) -> Result<(String, Given)> {
        let mut errors = FieldErrors::default();
        let event = errors.keep("/event", Line::<40>::parse(&self.event));
        let given_on: Option<Date> = errors.keep_opt("/given_on", self.given_on.as_deref(), day);
        let received_on = errors.keep_opt("/received_on", self.received_on.as_deref(), day);
        let ground = errors.keep_opt("/ground", self.ground.as_deref(), Line::<40>::parse);
        let note = errors.keep_opt("/note", self.note.as_deref(), Prose::parse);
        let letter_number = errors.keep_opt("/letter_number", self.letter_number.as_deref(), Line::parse);
        let letter_on = errors.keep_opt("/letter_on", self.letter_on.as_deref(), day);
        let promised_on = errors.keep_opt("/promised_on", self.promised_on.as_deref(), day);
        let addressees = addressees(&mut errors, self.addressees.as_deref().unwrap_or_default());
        let signed_as = errors.keep_opt("/signed_as", self.signed_as.as_deref(), |text| match is_proposal {
            true => Err(Violation::Conflicts { with: "unsigned_event" }),
            false => Line::parse(text),
        });
        let given = Given {
            given_on,
            received_on,
            year: self.year,
            ground: ground.map(Line::into_string),
            note,
            letter_number,
            letter_on,
            addressees,
            promised_on,
            signed_as,
        };
        errors
            .finish(event.map(|event| (event.into_string(), given)))
            .map_err(Error::fields)
    }
}

/// Names, each of which is told once.
fn addressees(errors: &mut FieldErrors, told: &[String]) -> Vec<Line<200>> {
    if told.len() > MOST_ADDRESSEES {
        errors.add("/addressees", Violation::TooMany { max: MOST_ADDRESSEES });
        return Vec::new();
    }
    let mut names: Vec<Line<200>> = Vec::new();
    for (at, name) in told.iter().enumerate() {
        let place = format!("/addressees/{at}");
        let Some(name) = errors.keep(place.as_str(), Line::parse(name)) else {
            continue;
        };
        if names.iter().any(|known| known.as_str() == name.as_str()) {
            errors.add(place, Violation::Duplicate);
        } else {
            names.push(name);
        }
    }
    names
}
