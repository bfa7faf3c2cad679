//! What the caller puts into the index.

use serde::{Deserialize, Serialize};

use crate::QuantityRange;

/// One listing as the index sees it. Never stored: only tokens, facets and sort keys are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexDocument {
    /// Listing id, normally a UUID in text form; the key for replacement.
    pub id: String,
    /// Version of the listing row, handed back for reconciliation.
    pub version: i64,
    /// Kind code, for instance `technology` or `equipment`.
    pub kind: String,
    /// Vietnamese title (weight highest).
    pub title_vi: String,
    /// English title, same weight.
    pub title_en: Option<String>,
    /// Vietnamese summary (middle weight).
    pub summary_vi: String,
    /// English summary.
    pub summary_en: Option<String>,
    /// Vietnamese description (low weight).
    pub description_vi: String,
    /// English description.
    pub description_en: Option<String>,
    /// Brand name, weighted like the title.
    pub brand: Option<String>,
    /// Model number, weighted like the title.
    pub model: Option<String>,
    /// Specification name and value with unit, middle weight.
    pub attributes: Vec<(String, String)>,
    /// Name of the offering organisation, low weight.
    pub organisation: String,
    /// Identifier of that organisation, by which listings are chosen.
    pub enterprise: String,
    /// Whatever else is said, low weight.
    pub passages: Vec<String>,
    /// Technology field codes; `parent.child` is also found and counted under `parent`.
    pub fields: Vec<String>,
    /// Names of those fields, low weight.
    pub field_names: Vec<String>,
    /// Province code.
    pub province: Option<String>,
    /// Technology readiness level, 1 to 9.
    pub trl: Option<u8>,
    /// Price mode code.
    pub price_mode: String,
    /// Comparable price in Vietnamese đồng; absent means on request.
    pub price_vnd: Option<u64>,
    /// Code of the stage of development.
    pub stage: Option<String>,
    /// Codes of how the technology passes over.
    pub transfer_modes: Vec<String>,
    /// Codes of where rights of intellectual property stand.
    pub ip_statuses: Vec<String>,
    /// Code of the country of origin.
    pub origin: Option<String>,
    /// Schemes of certificates.
    pub certifications: Vec<String>,
    /// Quantities that the specifications tell.
    pub quantities: Vec<QuantityRange>,
    /// Whether it tells something that others confirmed: a certificate with its number, a right that was granted.
    pub has_evidence: bool,
    /// Publication time, microseconds since 1970-01-01 UTC.
    pub published_at: i64,
}

/// One change to apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Add the listing, replacing the one of the same id.
    Put(Box<IndexDocument>),
    /// Remove the listing of this id, if present.
    Remove(String),
}

impl Change {
    /// Id of the listing that the change is about.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Put(document) => &document.id,
            Self::Remove(id) => id,
        }
    }
}

/// Position in the outbox up to which the index has followed the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Watermark {
    /// Writing transaction (PostgreSQL `xid8`); 0 on SQLite.
    pub txid: u64,
    /// Outbox sequence number.
    pub seq: i64,
    /// What the row there says, in short ([`crate::hash_of`]): another history has another row under the same numbers.
    #[serde(default)]
    pub mark: u64,
    /// When the row was written, microseconds since 1970-01-01 UTC.
    #[serde(default)]
    pub at: i64,
}
