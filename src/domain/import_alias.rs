//! What else enterprises call the entries of lists in the files that they send (tên gọi khác khi nhập tin).

use jiff::Timestamp;

use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::ImportAliasId;
use crate::domain::taxonomy::{BETWEEN_NAMES, InForce, TaxonomyName};
use crate::domain::text::{Line, fold};

/// Most aliases in force.
pub const MAX_ALIASES: i64 = 5_000;

/// The lists whose entries files call by their names.
pub const LISTS: [TaxonomyName; 5] = [
    TaxonomyName::ListingKinds,
    TaxonomyName::PriceModes,
    TaxonomyName::TransferModes,
    TaxonomyName::Fields,
    TaxonomyName::Countries,
];

/// An alias as an officer gives it; every value was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlias {
    /// Of which list.
    pub list: TaxonomyName,
    /// What the entry is called.
    pub name: Line<200>,
    /// The code of the entry.
    pub code: String,
}

impl NewAlias {
    /// Parses an alias. What an entry is called anyway is none: it would be in the way when the entry ends.
    pub fn parse(lists: &InForce, list: &str, name: &str, code: &str) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let values = || LISTS.iter().map(|list| list.as_str().to_owned()).collect();
        let list = list.parse().ok().filter(|list| LISTS.contains(list));
        let list = errors.keep("/list", list.ok_or_else(|| Violation::NotOneOf { values: values() }));
        let name = errors.keep("/name", Line::<200>::parse(name));
        let code = list.and_then(|list| {
            let found = lists.check(list, code).map(|item| item.code.clone());
            errors.keep("/code", found)
        });
        if let (Some(list), Some(name)) = (list, &name) {
            if fold(name.as_str()).is_empty() {
                errors.add("/name", Violation::Malformed { what: "searchable" });
            } else if list.is_named_among_others() && name.as_str().contains(BETWEEN_NAMES) {
                errors.add("/name", Violation::Malformed { what: "name_in_cells" });
            } else if is_a_name_of(lists, list, name.as_str()) {
                errors.add("/name", Violation::Taken);
            }
        }
        errors.finish((|| {
            Some(Self {
                list: list?,
                name: name?,
                code: code?,
            })
        })())
    }

    /// The name as it is compared.
    pub fn key(&self) -> String {
        fold(self.name.as_str())
    }
}

fn is_a_name_of(lists: &InForce, list: TaxonomyName, name: &str) -> bool {
    let key = fold(name);
    lists.lists().items(list, None).any(|item| {
        let names = [Some(&item.code), Some(&item.name_vi), item.name_en.as_ref()];
        names.into_iter().flatten().any(|known| fold(known) == key)
    })
}

/// An alias as kept.
#[derive(Clone, Debug)]
pub struct ImportAlias {
    /// Identifier.
    pub id: ImportAliasId,
    /// What it says.
    pub alias: NewAlias,
    /// Whether it came with the program.
    pub is_built_in: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}
