//! What a person wrote, read and did, as the copy of the own data tells it.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::confidential::ReaderKind;
use crate::domain::inquiry::{Inquiry, InquiryMessage};
use crate::domain::review::EntryKind;
use crate::service::confidential::Reading;
use crate::service::review::conversation::Message;

/// What the person wrote in an inquiry about a listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedInquiry {
    /// The inquiry.
    pub inquiry_id: Uuid,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub written_at: Timestamp,
}

impl From<Inquiry> for ExportedInquiry {
    fn from(inquiry: Inquiry) -> Self {
        Self {
            inquiry_id: inquiry.id.0,
            text: inquiry.content.message.into_string(),
            written_at: inquiry.created_at,
        }
    }
}

impl From<InquiryMessage> for ExportedInquiry {
    fn from(message: InquiryMessage) -> Self {
        Self {
            inquiry_id: message.inquiry.0,
            text: message.body.into_string(),
            written_at: message.at,
        }
    }
}

/// A message about what was handed in for review.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedMessage {
    /// Identifier.
    pub id: Uuid,
    /// What sort of thing it is about.
    #[schema(value_type = EntryKind)]
    pub r#type: &'static str,
    /// The enterprise, or the listing.
    pub subject_id: Uuid,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub written_at: Timestamp,
}

impl From<Message> for ExportedMessage {
    fn from(message: Message) -> Self {
        let (kind, subject) = message.subject;
        Self {
            id: message.id,
            r#type: kind.as_str(),
            subject_id: subject,
            text: message.body.into_string(),
            written_at: message.at,
        }
    }
}

/// That the person read the confidential part of a listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedReading {
    /// Identifier.
    pub id: Uuid,
    /// The listing.
    pub listing_id: Uuid,
    /// As whom.
    #[schema(value_type = ReaderKind, example = "owner")]
    pub reader: &'static str,
    /// Why; of officers.
    pub reason: Option<String>,
    /// Which version of the part.
    pub version: i64,
    /// When.
    pub read_at: Timestamp,
    /// From which address.
    pub ip: Option<String>,
}

impl From<Reading> for ExportedReading {
    fn from(reading: Reading) -> Self {
        Self {
            id: reading.id,
            listing_id: reading.listing.0,
            reader: reading.reader.as_str(),
            reason: reading.reason,
            version: reading.version,
            read_at: reading.at,
            ip: reading.ip,
        }
    }
}

/// What the person did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExportedDeed {
    /// When.
    pub at: Timestamp,
    /// What.
    pub deed: String,
    /// To what sort of thing.
    pub subject_kind: String,
    /// To which; null when it is somebody else's account.
    pub subject_id: Option<Uuid>,
    /// From which address.
    pub ip: Option<String>,
}
