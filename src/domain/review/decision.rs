//! What an officer decides, and what is told beside it: notes to single places of what was handed in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

use super::EntryKind;
use super::checklist::Ticks;
use crate::domain::drafts::{EnterpriseDraft, ListingDraft};
use crate::domain::enterprise::in_requests;
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::listing::ListingKind;
use crate::domain::text::Prose;
use crate::domain::text_enum;

text_enum! {
    /// What was decided (kết quả duyệt).
    pub enum ReviewOutcome {
        /// Approved (duyệt).
        Approved => "approved",
        /// Refused (từ chối).
        Rejected => "rejected",
        /// Sent back (yêu cầu sửa, bổ sung).
        ChangesRequested => "changes_requested",
        /// Approved by the first of two officers (đồng ý bước một).
        Endorsed => "endorsed",
    }
}

/// What is to be mended at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// JSON pointer into what was handed in.
    pub pointer: String,
    /// What is wrong there, and what to do.
    pub text: String,
}

/// Most notes of one decision.
pub const MOST_NOTES: usize = 50;

/// Most characters of a pointer: those of what may be handed in are far shorter.
const LONGEST_POINTER: usize = 200;

/// That a pointer leads to nothing that is handed in.
const NO_PLACE: Violation = Violation::Malformed { what: "field_pointer" };

/// A decision as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Identifier.
    pub id: Uuid,
    /// What sort of thing was decided on.
    pub kind: EntryKind,
    /// The enterprise or the listing that is named where it is decided on.
    pub subject: Uuid,
    /// Under what the audit trail has it.
    pub judged: Uuid,
    /// Whose it is.
    pub enterprise: EnterpriseId,
    /// What sort of listing.
    pub listing_kind: Option<ListingKind>,
    /// What was decided.
    pub outcome: ReviewOutcome,
    /// About which version.
    pub version: i64,
    /// Why: code and words.
    pub reason: Option<(String, String)>,
    /// What is to be mended where.
    pub notes: Vec<Note>,
    /// What the officer had ticked who approved.
    pub checklist: Option<Ticks>,
    /// By whom.
    pub officer: AccountId,
    /// Since when it had waited.
    pub waiting_since: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// Parses notes on a thing of this sort; the errors name what is wrong, below `at`. Whether a place below a member is there, is seen
/// when [what was handed in](require_places) is.
pub fn notes(sent: &[Note], kind: EntryKind, at: &str) -> Result<Vec<Note>, Vec<FieldError>> {
    if sent.len() > MOST_NOTES {
        let violation = Violation::TooMany { max: MOST_NOTES };
        return Err(vec![FieldError {
            pointer: at.to_owned(),
            violation,
        }]);
    }
    let (mut notes, mut wrong) = (Vec::new(), Vec::new());
    let members = members(kind);
    for (number, note) in sent.iter().enumerate() {
        let place = if note.pointer.chars().count() > LONGEST_POINTER {
            Some(Violation::TooLong { max: LONGEST_POINTER })
        } else {
            member_of(&members, &note.pointer).is_none().then_some(NO_PLACE)
        };
        wrong.extend(place.map(|violation| FieldError {
            pointer: format!("{at}/{number}/pointer"),
            violation,
        }));
        match Prose::<1000>::parse(&note.text) {
            Ok(text) => notes.push(Note {
                pointer: note.pointer.clone(),
                text: text.into_string(),
            }),
            Err(violation) => wrong.push(FieldError {
                pointer: format!("{at}/{number}/text"),
                violation,
            }),
        }
    }
    if wrong.is_empty() { Ok(notes) } else { Err(wrong) }
}

/// Refuses notes to places that what was handed in does not have; the errors are below `at`.
pub fn require_places(kind: EntryKind, document: &Value, notes: &[Note], at: &str) -> Result<(), Vec<FieldError>> {
    let members = members(kind);
    let strange = notes
        .iter()
        .enumerate()
        .filter(|(_, note)| !is_place(&members, document, &note.pointer));
    let wrong: Vec<FieldError> = strange
        .map(|(number, _)| FieldError {
            pointer: format!("{at}/{number}/pointer"),
            violation: NO_PLACE,
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// The members that may be handed in, whether they were or not: what is missing is worth a note, too.
pub(super) fn members(kind: EntryKind) -> Vec<String> {
    let schema = match kind {
        EntryKind::Enterprise => EnterpriseDraft::schema(),
        EntryKind::Listing | EntryKind::Revision => {
            return names(ListingDraft::schema())
                .chain(["files".to_owned(), "videos".to_owned()])
                .collect();
        }
        // Neither is text of which a place could be mended.
        EntryKind::Document | EntryKind::Report => return Vec::new(),
        EntryKind::Amendment => return in_requests().map(str::to_owned).collect(),
    };
    names(schema).collect()
}

fn names(schema: RefOr<Schema>) -> impl Iterator<Item = String> {
    let object = match schema {
        RefOr::T(Schema::Object(object)) => Some(object),
        _ => None,
    };
    object.into_iter().flat_map(|object| object.properties.into_keys())
}

/// A member, one of the two languages of a text, or whatever stands in the document below a member.
fn is_place(members: &[String], document: &Value, pointer: &str) -> bool {
    let Some((member, rest)) = member_of(members, pointer) else {
        return false;
    };
    match rest {
        None => true,
        Some("vi" | "en") if document.get(member).is_some_and(|value| value.get("vi").is_some()) => true,
        Some(_) => document.pointer(pointer).is_some(),
    }
}

/// The member that a pointer leads to or into, and the rest of it.
fn member_of<'a>(members: &[String], pointer: &'a str) -> Option<(&'a str, Option<&'a str>)> {
    let path = pointer.strip_prefix('/')?;
    let (member, rest) = path
        .split_once('/')
        .map_or((path, None), |(member, rest)| (member, Some(rest)));
    members.iter().any(|name| name == member).then_some((member, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_note_names_what_can_be_handed_in() {
        let listing = json!({
            "title": {"vi": "Máy sấy"}, "field_codes": ["food.drying"], "model": "A/B",
            "specifications": [{"name": "Năng suất", "value": "500"}],
        });
        let document = |kind| match kind {
            EntryKind::Listing | EntryKind::Revision => listing.clone(),
            _ => json!({"legal_name": "Công ty", "address_line": "Khu 5", "contact_name": "Lan"}),
        };
        for (kind, pointer, is_one) in [
            (EntryKind::Listing, "/title", true),
            (EntryKind::Listing, "/title/vi", true),
            (EntryKind::Listing, "/title/en", true),
            (EntryKind::Listing, "/title/fr", false),
            (EntryKind::Revision, "/specifications/0/value", true),
            (EntryKind::Listing, "/specifications/1", false),
            // It is missing, which is why there is a note.
            (EntryKind::Listing, "/trl", true),
            (EntryKind::Listing, "/warranty_months", true),
            (EntryKind::Listing, "/trl/en", false),
            (EntryKind::Listing, "/files", true),
            (EntryKind::Listing, "/files/0", false),
            (EntryKind::Listing, "/legal_name", false),
            (EntryKind::Listing, "title", false),
            (EntryKind::Listing, "", false),
            (EntryKind::Listing, "/", false),
            (EntryKind::Enterprise, "/legal_rep_name", true),
            (EntryKind::Enterprise, "/contact_name", true),
            (EntryKind::Amendment, "/legal_rep_name", true),
            (EntryKind::Amendment, "/contact_name", false),
        ] {
            let note = Note {
                pointer: pointer.into(),
                text: "Bổ sung.".into(),
            };
            let checked = require_places(kind, &document(kind), &[note], "/notes");
            assert_eq!(checked.is_ok(), is_one, "{kind} {pointer}");
        }
    }

    #[test]
    fn notes_are_bounded() {
        let note = |text: &str| Note {
            pointer: "/title".into(),
            text: text.into(),
        };
        assert_eq!(
            notes(&[note(" Sửa tên. ")], EntryKind::Listing, "/notes").unwrap(),
            [note("Sửa tên.")]
        );
        let strange = Note {
            pointer: "/legal_name".into(),
            ..note("Sửa")
        };
        let sent = [note("Sửa"), note(" "), note(&"a".repeat(1001)), strange];
        let wrong = notes(&sent, EntryKind::Listing, "/notes").unwrap_err();
        let told: Vec<_> = wrong.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(told, ["/notes/1/text", "/notes/2/text", "/notes/3/pointer"]);
        let many = vec![note("Sửa"); MOST_NOTES + 1];
        assert_eq!(
            notes(&many, EntryKind::Listing, "/notes").unwrap_err()[0].pointer,
            "/notes"
        );
    }
}
