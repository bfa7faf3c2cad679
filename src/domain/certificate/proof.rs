//! That the hash of a certificate's signed record is in the audit trail, as it is handed out. It is checked in the service.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A row of the trail that tells who did nothing: by the exchange, about what became of a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvenRow {
    /// Identifier.
    pub id: Uuid,
    /// When, to the microsecond.
    pub at: Timestamp,
    /// `system`.
    #[schema(max_length = 20, example = "system")]
    pub actor_kind: String,
    /// `certificate.recorded`.
    #[schema(max_length = 60, example = "certificate.recorded")]
    pub deed: String,
    /// `certificate`.
    #[schema(max_length = 40, example = "certificate")]
    pub subject_kind: String,
    /// The certificate's identifier.
    pub subject_id: Uuid,
    /// SHA-256 of the certificate's signed record (`GET /certificates/{id}/record`), in base64.
    #[schema(max_length = 44)]
    pub after_hash: String,
    /// Which lane of the trail.
    pub lane: i64,
    /// Which place in it, from 1.
    pub link: i64,
    /// The hash of the row before, in base64.
    #[schema(max_length = 44)]
    pub prev_hash: String,
}

/// That a row is in the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The signed checkpoint (C2SP tlog-checkpoint), the first one that covers the row.
    #[schema(max_length = 500_000)]
    pub checkpoint: String,
    /// The row.
    pub row: ProvenRow,
    /// The way from the row to the root of its lane, in base64, the nearest first (RFC 6962, 2.1.1).
    #[schema(max_items = 64, value_type = Vec<String>)]
    pub path: Vec<String>,
}
