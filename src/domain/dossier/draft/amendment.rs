//! What an amendment changes, as people write it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::dossier::AmendmentKind;

draft! {
    /// A clause that changes.
    ChangeDraft {
        /// Which.
        #[schema(max_length = 200, example = "Điều 5.2")]
        clause: Option<String>,
        /// What it said.
        #[schema(max_length = 4000)]
        before: Option<String>,
        /// What it says now.
        #[schema(max_length = 4000)]
        after: Option<String>,
        /// Which member of `content` is another one by it, as a JSON pointer; a whole part such as `/transferor`, too. Members
        /// that no change names stay as they were certified.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 100, example = "/technology/name")]
        member: Option<String>,
    }
}

draft! {
    /// What an extension, amendment or supplement changes.
    AmendmentDraft {
        /// The number of the certificate that it is about.
        #[schema(max_length = 100, example = "01/2024/CNĐKCGCN-SKHCN")]
        certificate_number: Option<String>,
        /// `extension`, `amendment`, `supplement`; one or more.
        #[schema(max_items = 3, value_type = Vec<AmendmentKind>)]
        kinds: Vec<String>,
        /// What changes.
        #[schema(max_items = 50)]
        changes: Vec<ChangeDraft>,
        /// The last day of the contract from now on.
        #[schema(max_length = 10)]
        new_ends_on: Option<String>,
        /// The value of the contract from now on, in đồng.
        #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
        new_vnd_value: Option<i64>,
        /// By how much the value of the contract becomes more, in đồng; below 0 where it becomes less, 0 where it stays. Counted from the
        /// values before and after where both are known, and then the same.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(minimum = -1_000_000_000_000_000_i64, maximum = 1_000_000_000_000_000_i64, example = 500_000_000_i64)]
        vnd_delta: Option<i64>,
        /// The party whose place somebody else took (kế thừa), `transferor` or `transferee`: merged, or succeeded by law. The paper
        /// about it (`succession`) comes along.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 20, example = "transferee")]
        succeeded_party: Option<String>,
        /// Its tax code, as it is certified; needed of what comes on paper.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 20, example = "2600357502")]
        succeeded_tax_code: Option<String>,
    }
}
