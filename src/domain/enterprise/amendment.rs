//! What an active enterprise wants to change of what an officer verified (đề nghị thay đổi thông tin đã xác minh).

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::text_enum;

/// The members of an enterprise that officers verify; every other one takes effect at once.
pub const VERIFIED: [&str; 16] = [
    "kind",
    "tax_code",
    "personal_id",
    "foreign_register",
    "legal_form",
    "legal_name",
    "registration_no",
    "registration_date",
    "st_certificate_no",
    "parent_id",
    "legal_rep_name",
    "legal_rep_title",
    "address_line",
    "address_country",
    "province_code",
    "commune_code",
];

/// What else in a patch leads to a verified member: the commune by its name.
const LEAD_TO_VERIFIED: [&str; 2] = ["commune_name", "district_name"];

/// Whether a patch says anything about what officers verify.
pub fn concerns_verified(patch: &Value) -> bool {
    let mut names = VERIFIED.iter().chain(&LEAD_TO_VERIFIED);
    names.any(|name| patch.get(*name).is_some())
}

text_enum! {
    /// Where a request to change verified data stands.
    pub enum AmendmentStatus {
        /// Waits for an officer (chờ duyệt).
        Submitted => "submitted",
        /// Sent back with what to mend (yêu cầu bổ sung).
        ChangesRequested => "changes_requested",
        /// Refused (từ chối).
        Rejected => "rejected",
    }
}

/// A request to change verified data. What it says may hold a personal number, so it is kept sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// Where it stands.
    pub status: AmendmentStatus,
    /// The verified members as they are to be, sealed.
    pub sealed: Vec<u8>,
    /// When it was last handed in.
    pub submitted_at: Timestamp,
}

/// Of an enterprise as it would be sent, the verified members.
pub fn verified_part(draft: &Map<String, Value>) -> Map<String, Value> {
    VERIFIED
        .iter()
        .filter_map(|name| draft.get(*name).map(|value| ((*name).to_owned(), value.clone())))
        .collect()
}

/// Puts verified members in the place of those that a draft has; what is absent there goes.
pub fn overlay(draft: &mut Map<String, Value>, verified: &Map<String, Value>) {
    for name in VERIFIED {
        match verified.get(name) {
            Some(value) => draft.insert(name.to_owned(), value.clone()),
            None => draft.remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_verified_members_are_taken_and_put_back() {
        let Value::Object(live) = json!({"legal_name": "A", "website": "x", "tax_code": "1"}) else {
            panic!()
        };
        let Value::Object(wanted) = json!({"legal_name": "B", "personal_id": "2", "website": "y"}) else {
            panic!()
        };
        let part = verified_part(&wanted);
        assert_eq!(
            Value::Object(part.clone()),
            json!({"legal_name": "B", "personal_id": "2"})
        );
        let mut changed = live;
        overlay(&mut changed, &part);
        assert_eq!(
            Value::Object(changed),
            json!({"legal_name": "B", "personal_id": "2", "website": "x"})
        );
    }
}
