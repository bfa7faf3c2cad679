//! Whose a listing is, and where it came from.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::listing::Listing;
use crate::service::listings::OwnerCard;

/// Whose a listing is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnerView {
    /// Identifier of the enterprise.
    pub id: Uuid,
    /// Its legal name.
    pub legal_name: String,
    /// Code of the list `provinces`.
    pub province_code: String,
    /// Invented for demonstration.
    pub is_demo: bool,
}

impl OwnerView {
    /// The owner of this listing.
    pub(super) fn of(listing: &Listing, card: &OwnerCard) -> Self {
        Self {
            id: listing.enterprise_id.0,
            legal_name: card.legal_name.clone(),
            province_code: card.province_code.clone(),
            is_demo: card.is_demo,
        }
    }
}

/// Where an imported listing came from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceView {
    /// Short name of the site or file.
    #[schema(example = "vptex-search-eval")]
    pub site: String,
    /// Its identifier there.
    #[schema(example = "VTS-0012")]
    pub external_id: String,
    /// Its page there.
    #[schema(required)]
    pub url: Option<String>,
}
