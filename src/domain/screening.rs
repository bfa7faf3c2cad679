//! Screening of listings by words before the public sees them (kiểm duyệt theo từ khóa): Law on E-commerce 122/2025 and
//! its decree ask a platform for it, with words that authorities give.

use jiff::Timestamp;

use crate::domain::ids::ScreeningTermId;
use crate::domain::text::{Line, Prose};
use crate::domain::text_enum;

/// Most terms in force.
pub const MAX_TERMS: i64 = 2_000;
/// Most hits that are told of one listing.
pub const MAX_HITS: usize = 100;

text_enum! {
    /// What a term does (mức xử lý).
    pub enum Severity {
        /// The listing is not taken for review, and not approved (chặn).
        Block => "block",
        /// Officers are shown where it stands (cảnh báo).
        Flag => "flag",
    }
}

/// A term as an officer gives it; every value was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTerm {
    /// One or several words.
    pub phrase: Line<100>,
    /// Whether `ma tuy` and `mà túy` are hits of `ma túy`.
    pub ignores_diacritics: bool,
    /// What it does.
    pub severity: Severity,
    /// Who asked for it and why; for officers.
    pub ground: Prose<500>,
}

/// A term as kept.
#[derive(Clone, Debug)]
pub struct ScreeningTerm {
    /// Identifier.
    pub id: ScreeningTermId,
    /// What it says.
    pub term: NewTerm,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// Where a term stands in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The term.
    pub term: ScreeningTermId,
    /// Its words.
    pub phrase: String,
    /// What it does.
    pub severity: Severity,
    /// JSON pointer to the text, as of a `PATCH` of the listing.
    pub pointer: String,
    /// The words as they stand there.
    pub found: String,
}
