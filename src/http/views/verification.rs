//! How long a verification holds, as it is told.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::enterprise::document::DocumentCounts;
use crate::domain::enterprise::{AmendmentStatus, Verification, VerificationState};

/// Whether the Department verified an enterprise, and until when that holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerificationView {
    /// Whether it holds now (xác minh hồ sơ gốc).
    #[schema(value_type = VerificationState, example = "verified")]
    pub state: &'static str,
    /// When an officer last approved the registration; null before, and where that was not kept.
    #[schema(required)]
    pub verified_at: Option<Timestamp>,
    /// Until when that holds; null before the first approval.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
    /// Where the request of its owner stands to look at it again; insiders only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<AmendmentStatus>, example = "submitted")]
    pub renewal: Option<&'static str>,
    /// How many documents of the profile stand where; insiders only, on the page of one enterprise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<DocumentCountsView>,
}

/// How many documents of a profile stand where.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DocumentCountsView {
    /// Wait for an officer; nothing is approved before there are none.
    pub submitted: u32,
    /// Were accepted, and hold.
    pub accepted: u32,
    /// Were refused.
    pub refused: u32,
    /// Hold no more.
    pub expired: u32,
}

impl From<DocumentCounts> for DocumentCountsView {
    fn from(counts: DocumentCounts) -> Self {
        Self {
            submitted: counts.submitted,
            accepted: counts.accepted,
            refused: counts.refused,
            expired: counts.expired,
        }
    }
}

impl VerificationView {
    /// What everybody sees at an instant.
    pub fn public(verification: &Verification, now: Timestamp) -> Self {
        Self {
            state: verification.state(now).as_str(),
            verified_at: verification.at,
            expires_at: verification.until,
            renewal: None,
            documents: None,
        }
    }

    /// What insiders see.
    pub fn full(verification: &Verification, now: Timestamp) -> Self {
        Self {
            renewal: verification.renewal.map(AmendmentStatus::as_str),
            ..Self::public(verification, now)
        }
    }
}
