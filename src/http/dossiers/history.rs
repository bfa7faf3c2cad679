//! What happened to dossiers, as it is told.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::screening::DossierScreening;
use crate::domain::dossier::{DossierEvent, Screening};
use crate::domain::procedure::Side;

/// An event that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierEventView {
    /// Which in the order.
    pub number: i64,
    /// The event's code.
    #[schema(max_length = 40, example = "request_completion")]
    pub event: String,
    /// State before; empty for what opened the dossier.
    pub from_state: String,
    /// State after.
    pub to_state: String,
    /// On which side of the counter it was done.
    #[schema(value_type = Side, example = "officer")]
    pub side: &'static str,
    /// The ground or outcome.
    #[schema(required)]
    pub ground: Option<String>,
    /// The words.
    #[schema(required)]
    pub note: Option<String>,
    /// The day that came with it.
    #[schema(required)]
    pub given_on: Option<Date>,
    /// The day on which a paper came, where it was entered later.
    #[schema(required)]
    pub received_on: Option<Date>,
    /// The year that a report is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2026)]
    pub year: Option<i16>,
    /// Number of the authority's own letter by which it was told: of an opinion, a refusal, a notice, an apology.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "512/SKHCN-QLCN")]
    pub letter_number: Option<String>,
    /// The day of that letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter_on: Option<Date>,
    /// Whom it was told to in writing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub addressees: Vec<String>,
    /// The day that was promised, where a term was missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_on: Option<Date>,
    /// The last day of its term.
    #[schema(required)]
    pub due_on: Option<Date>,
    /// Whether it was late.
    pub is_late: bool,
    /// Whether nobody did it: it came of a certificate or of time.
    pub is_automatic: bool,
    /// When.
    pub at: Timestamp,
    /// What officers found after it, and before the next one, when they held the technology against the list of regulated technologies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub screenings: Vec<DossierScreening>,
}

impl DossierEventView {
    /// An event, with those of the dossier's screenings that came after it.
    pub(super) fn of(event: DossierEvent, screenings: &[Screening]) -> Self {
        let after = screenings.iter().filter(|made| made.after_event == event.number);
        Self {
            screenings: after.map(|made| DossierScreening::of(made, false)).collect(),
            number: event.number,
            event: event.event,
            from_state: event.from_state,
            to_state: event.to_state,
            side: event.side.as_str(),
            ground: event.ground,
            note: event.note,
            given_on: event.given_on,
            received_on: event.received_on,
            year: event.year,
            letter_number: event.letter_number,
            letter_on: event.letter_on,
            addressees: event.addressees,
            promised_on: event.promised_on,
            due_on: event.due_on,
            is_late: event.is_late,
            is_automatic: event.account.is_none(),
            at: event.at,
        }
    }
}
