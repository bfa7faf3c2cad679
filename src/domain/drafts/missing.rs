//! What a listing still lacks before it can be handed in.

use super::ListingDraft;
use crate::domain::listing::{ListingContent, ListingKind};

impl ListingDraft {
    /// What is still missing before an officer can be asked to read it: JSON pointers, each
    /// [`Violation::Required`](crate::domain::fields::Violation::Required).
    pub fn missing_for_submission(&self) -> Vec<&'static str> {
        let Ok(kind) = self.kind.parse::<ListingKind>() else {
            return Vec::new();
        };
        let needed = kind.needed_for_submission().iter();
        let missing = needed.filter_map(|member| {
            let (pointer, is_said) = match *member {
                "summary" => ("/summary/vi", self.summary.is_some()),
                "description" => ("/description/vi", self.description.is_some()),
                "field_codes" => ("/field_codes", !self.field_codes.is_empty()),
                "trl" => ("/trl", self.trl.is_some()),
                "origin_country" => ("/origin_country", self.origin_country.is_some()),
                "transfer_modes" => ("/transfer_modes", !self.transfer_modes.is_empty()),
                "ip_rights" => ("/ip_rights", !self.ip_rights.is_empty()),
                "stars" => ("/stars", self.stars.is_some()),
                "ocop_decision_no" => ("/ocop_decision_no", self.ocop_decision_no.is_some()),
                _ => return None,
            };
            (!is_said).then_some(pointer)
        });
        missing.collect()
    }
}

impl ListingContent {
    /// The same of what was parsed.
    pub fn missing_for_submission(&self) -> Vec<&'static str> {
        ListingDraft::of(self).missing_for_submission()
    }
}
