//! A technical property, as written and as a number.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::listing::Specification;
use crate::domain::quantity::Quantity;

/// A technical property.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpecificationView {
    /// What is told.
    #[schema(example = "Năng suất")]
    pub name: String,
    /// Its value, as it was written.
    #[schema(example = "500")]
    pub value: String,
    /// Its unit, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "kg/h")]
    pub unit: Option<String>,
    /// The same as numbers, where it is certain which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
}

impl SpecificationView {
    /// As it is told.
    pub fn of(written: &Specification) -> Self {
        Self {
            quantity: Quantity::read(&written.value, written.unit.as_deref()),
            name: written.name.clone(),
            value: written.value.clone(),
            unit: written.unit.clone(),
        }
    }
}
