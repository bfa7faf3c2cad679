//! What an edit of a province does to its communes.

use crate::domain::taxonomy::{Taxonomies, TaxonomyItem};

/// What became of communes when their province was divided, divided otherwise, or made whole again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Those that wait to be put into a part since.
    pub to_file: Vec<MovedCommune>,
    /// Those that lay in a part, of which nothing is left, and need not be put into another one.
    pub returned: Vec<MovedCommune>,
}

/// A commune whose province was divided, divided otherwise, or made whole again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedCommune {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name_vi: String,
    /// Code of the part in which it lay, if it lay in one.
    pub former_part: Option<String>,
}

impl MovedCommune {
    fn of(commune: &TaxonomyItem, part: Option<&str>) -> Self {
        Self {
            code: commune.code.clone(),
            name_vi: commune.name_vi.clone(),
            former_part: part.map(str::to_owned),
        }
    }
}

impl Moved {
    /// What came of another end of a province.
    pub(in crate::service) fn between(before: &Taxonomies, after: &Taxonomies, province: &str) -> Self {
        let waiting = after.to_file_anew(before, province).into_iter();
        let returned = after.returned(before, province).into_iter();
        Self {
            to_file: waiting.map(|(commune, part)| MovedCommune::of(commune, part)).collect(),
            returned: returned
                .map(|(commune, part)| MovedCommune::of(commune, Some(part)))
                .collect(),
        }
    }
}
