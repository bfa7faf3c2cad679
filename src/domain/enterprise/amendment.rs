//! What an active enterprise wants to change of what an officer verified (đề nghị thay đổi thông tin đã xác minh).

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::text_enum;

/// The members of an enterprise that officers verify; every other one takes effect at once.
const VERIFIED: [&str; 16] = [
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

/// What everybody reads of an enterprise in its own words: the words that officers keep an eye on are looked for there.
pub const TEXTS: [&str; 6] = [
    "legal_name",
    "short_name",
    "name_en",
    "website",
    "capabilities",
    "mission",
];

/// Those of [`TEXTS`] that are not there to tell how to be reached: nor does it belong into them.
pub const WITHOUT_CONTACT: [&str; 5] = ["legal_name", "short_name", "name_en", "capabilities", "mission"];

/// Those of [`TEXTS`] that take effect at once, unless an officer is to see their words first: then they are held in a request
/// beside the verified members.
const HOLDABLE: [&str; 5] = ["short_name", "name_en", "website", "capabilities", "mission"];

/// The members that a request may have.
pub fn in_requests() -> impl Iterator<Item = &'static str> {
    VERIFIED.into_iter().chain(HOLDABLE)
}

/// Whether a patch says anything about what officers verify.
fn concerns_verified(patch: &Value) -> bool {
    let mut names = VERIFIED.iter().chain(&LEAD_TO_VERIFIED);
    names.any(|name| patch.get(*name).is_some())
}

/// Whether a patch goes onto a request: it says something about what officers verify, or about a text that is held there.
pub fn concerns_request(patch: &Value, wished: Option<&Map<String, Value>>) -> bool {
    let is_held = |name: &str| wished.is_some_and(|wished| wished.contains_key(name));
    let mut held = HOLDABLE.into_iter().filter(|name| is_held(name));
    concerns_verified(patch) || held.any(|name| patch.get(name).is_some())
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
    /// The verified members as they are to be, and texts that an officer is to see first, sealed.
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

/// Of an enterprise as it would be sent, what a request is compared with: the verified members, and the texts that are held
/// in it.
pub fn compared_part(draft: &Map<String, Value>, wished: &Map<String, Value>) -> Map<String, Value> {
    let mut part = verified_part(draft);
    for name in HOLDABLE.iter().filter(|name| wished.contains_key(**name)) {
        part.extend(draft.get(*name).map(|value| ((*name).to_owned(), value.clone())));
    }
    part
}

/// Puts verified members in the place of those that a draft has; what is absent there goes. Texts that are held go there, too.
pub fn overlay(draft: &mut Map<String, Value>, wished: &Map<String, Value>) {
    for name in VERIFIED {
        put(draft, name, wished.get(name));
    }
    for name in HOLDABLE.iter().filter(|name| wished.contains_key(**name)) {
        put(draft, name, wished.get(*name));
    }
}

/// Takes a text out of what is to be live and into a request: `draft` has again what is `live`.
pub fn hold(name: &str, draft: &mut Map<String, Value>, live: &Map<String, Value>, wished: &mut Map<String, Value>) {
    put(wished, name, draft.get(name));
    // What officers verify is put back with the rest of it.
    if HOLDABLE.contains(&name) {
        put(draft, name, live.get(name));
    }
}

fn put(into: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    match value {
        Some(value) => into.insert(name.to_owned(), value.clone()),
        None => into.remove(name),
    };
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

    #[test]
    fn a_text_that_is_held_comes_with_the_request_and_not_before() {
        let Value::Object(live) = json!({"legal_name": "A", "mission": "x"}) else {
            panic!()
        };
        let Value::Object(mut wanted) = json!({"legal_name": "A", "mission": "y", "website": "z"}) else {
            panic!()
        };
        let mut wished = verified_part(&wanted);
        for name in ["mission", "website"] {
            hold(name, &mut wanted, &live, &mut wished);
        }
        assert_eq!(wanted, live);
        assert_eq!(
            Value::Object(wished.clone()),
            json!({"legal_name": "A", "mission": "y", "website": "z"})
        );
        assert_eq!(compared_part(&live, &wished), live);
        for (patch, concerns) in [
            (json!({"mission": "w"}), true),
            (json!({"short_name": "w"}), false),
            (json!({"legal_name": "B"}), true),
        ] {
            assert_eq!(concerns_request(&patch, Some(&wished)), concerns, "{patch}");
            assert_eq!(concerns_request(&patch, None), concerns_verified(&patch), "{patch}");
        }
        overlay(&mut wanted, &wished);
        assert_eq!(
            Value::Object(wanted),
            json!({"legal_name": "A", "mission": "y", "website": "z"})
        );
    }
}
