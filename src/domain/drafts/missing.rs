//! What a draft still lacks.

use super::ListingDraft;
use crate::domain::listing::ListingKind;

impl ListingDraft {
    /// What is still missing before an officer can be asked to read it, as of
    /// [content](crate::domain::listing::ListingContent::missing_for_submission).
    pub fn missing_for_submission(&self) -> Vec<&'static str> {
        let Ok(kind) = self.kind.parse::<ListingKind>() else {
            return Vec::new();
        };
        kind.missing(|member| match member {
            "/summary/vi" => self.summary.is_some(),
            "/description/vi" => self.description.is_some(),
            "/field_codes" => !self.field_codes.is_empty(),
            "/trl" => self.trl.is_some(),
            "/origin_country" => self.origin_country.is_some(),
            "/transfer_modes" => !self.transfer_modes.is_empty(),
            "/ip_rights" => !self.ip_rights.is_empty(),
            _ => true,
        })
    }
}
