//! What the law on technology transfer says of a listing.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::listing::Listing;
use crate::domain::listing::regulation::{Finding, Regulation, RegulatoryClass};
use crate::domain::shapes::ListCode;

/// A warning that goes with the listing wherever it is shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegulatoryWarning {
    /// Vietnamese.
    #[schema(
        example = "Công nghệ hạn chế chuyển giao: chỉ được chuyển giao sau khi có Giấy phép chuyển giao công nghệ."
    )]
    pub vi: &'static str,
    /// English.
    #[schema(example = "Technology whose transfer is restricted: it needs a technology transfer licence.")]
    pub en: &'static str,
}

impl RegulatoryWarning {
    /// What goes with a class.
    pub(super) fn of(class: RegulatoryClass) -> Option<Self> {
        class.warning().map(|(vi, en)| Self { vi, en })
    }
}

/// What an officer found, and what the owner declares.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegulatoryFindingView {
    /// The class that was found.
    #[schema(value_type = RegulatoryClass, example = "restricted")]
    pub regulatory_class: &'static str,
    /// The entries that it rests on.
    #[schema(value_type = Vec<ListCode>, max_items = 10)]
    pub regulated_items: Vec<String>,
    /// Why.
    #[schema(example = "Thuộc Phụ lục II; hồ sơ nêu hoạt chất chứa asen.")]
    pub note: String,
    /// When it was found.
    pub found_at: Timestamp,
    /// The class that the owner declares; null where nothing is declared.
    #[schema(value_type = Option<RegulatoryClass>, required)]
    pub declared_class: Option<&'static str>,
    /// The entries that the owner declares.
    #[schema(value_type = Vec<ListCode>, max_items = 10)]
    pub declared_items: Vec<String>,
}

impl RegulatoryFindingView {
    /// What was found of a listing.
    pub(super) fn of_listing(listing: &Listing) -> Option<Self> {
        let finding = listing.finding.as_ref()?;
        Some(Self::of(finding, &listing.content.regulation))
    }

    /// A finding beside what is declared.
    pub fn of(finding: &Finding, declared: &Regulation) -> Self {
        Self {
            regulatory_class: finding.class.as_str(),
            regulated_items: finding.items.clone(),
            note: finding.note.clone(),
            found_at: finding.at,
            declared_class: declared.class.map(RegulatoryClass::as_str),
            declared_items: declared.items.clone(),
        }
    }
}
