//! What a code that ended became, told beside the words so that a program can offer it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Violation;
use crate::domain::taxonomy::TaxonomyItem;

/// What a code that ended became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SuccessorView)]
pub struct Successor {
    /// Its code in the same list.
    #[schema(example = "04795")]
    pub code: String,
    /// Its name.
    #[schema(example = "Phường Hòa Bình")]
    pub name_vi: String,
    /// The entry above it: of a commune its province.
    #[schema(required, example = "25")]
    pub parent: Option<String>,
}

impl Successor {
    pub(in crate::domain) fn of(item: &TaxonomyItem) -> Self {
        Self {
            code: item.code.clone(),
            name_vi: item.name_vi.clone(),
            parent: item.parent.clone(),
        }
    }
}

impl Violation {
    /// What may be chosen instead, where the value was a code that ended or a name that several entries have.
    pub fn successors(&self) -> &[Successor] {
        match self {
            Self::CodeEnded { successors, .. } | Self::SeveralMeant { successors, .. } => successors,
            _ => &[],
        }
    }
}
