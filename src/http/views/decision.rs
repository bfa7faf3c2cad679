//! What is shown of decisions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::audit::ReasonCode;
use crate::domain::review::decision::Note;
use crate::service::listings::Decision;

/// The last decision that its owner has to read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// What was decided, such as `listing.changes_requested`.
    pub deed: String,
    /// When.
    pub at: Timestamp,
    /// Why, as a code.
    #[schema(value_type = ReasonCode)]
    pub reason_code: String,
    /// Why, in words.
    pub reason_text: String,
    /// What is to be mended where.
    #[schema(max_items = 50)]
    pub notes: Vec<NoteView>,
}

/// What is to be mended at one place.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteView {
    /// JSON pointer (RFC 6901) into what was handed in, as `POST /listings` or `POST /registrations` takes it.
    #[schema(max_length = 200, example = "/title/en")]
    pub pointer: String,
    /// What is wrong there, and what to do.
    #[schema(min_length = 1, max_length = 1000, example = "Bổ sung tên tiếng Anh.")]
    pub text: String,
}

impl From<&Note> for NoteView {
    fn from(note: &Note) -> Self {
        Self {
            pointer: note.pointer.clone(),
            text: note.text.clone(),
        }
    }
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> Self {
        Self {
            deed: decision.deed.clone(),
            at: decision.at,
            reason_code: decision.reason_code.clone(),
            reason_text: decision.reason_text.clone(),
            notes: decision.notes.iter().map(NoteView::from).collect(),
        }
    }
}
