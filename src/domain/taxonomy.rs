//! Reference lists that are compiled into the program: places, fields, kinds, scales, classifications, countries.
//!
//! The lists are data of the law or of a standard, each with an edition ([`Taxonomies::version`]); they are read once,
//! from CSV files that a person can review in a diff (`taxonomy/data/README.md` gives their origin). Codes are stable:
//! they are what the database and the API carry, while names may be corrected.
//!
//! What is deliberately absent: rules of procedure (deadlines, fees, authorities) are versioned rows in the database,
//! not lists here; and VSIC codes of 2018, which have a meaning of their own under the same digits.

mod change;
mod code;
mod country;
mod crosswalk;
mod edition;
mod former;
mod in_force;
mod legal_form;
mod load;
mod nearest;
mod places;
mod regulated;
mod succession;

pub use change::{
    BETWEEN_NAMES, Editing, EntryChange, EntryPatch, EntryText, MAX_SUCCESSORS, NewEntry, Proposal, wanted_day,
};
pub use crosswalk::{Correspondence, CrosswalkRelation, Derived, EntryCorrespondence};
pub(in crate::domain) use former::is_as_typed;
pub use former::{Asked, Former, Outcome, REORGANISED_ON, is_place_name};
pub use in_force::InForce;
pub use places::Seats;
pub use regulated::{EntryRegulation, Hint};
pub use succession::{Succession, is_within};

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The version half of the identity `(version, code)` of every item in [`TaxonomyName::Vsic`].
pub const VSIC_VERSION: &str = "2025";

/// Names one of the embedded lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxonomyName {
    /// The 34 provinces and centrally run cities of 2025-07-01.
    Provinces,
    /// The 3,321 communes, wards and special zones; the parent is the province.
    Communes,
    /// Fields of technology and activity, two levels: `food`, `food.drying`.
    Fields,
    /// Technology readiness levels 1 to 9.
    Trl,
    /// Sections and divisions of VSIC 2025.
    Vsic,
    /// Legal forms of enterprises and other organisations.
    LegalForms,
    /// Ways in which a technology changes hands.
    TransferModes,
    /// How a price is stated.
    PriceModes,
    /// Kinds of listings.
    ListingKinds,
    /// Countries by ISO 3166-1 alpha-2 code.
    Countries,
    /// Why an officer refuses something or sends it back.
    ReasonCodes,
    /// Fields of science and technology of the Ministry's classification, levels 1 and 2.
    ScienceFields,
    /// Fields of research and development of the OECD (FORD, formerly FOS), levels 1 and 2.
    Fos,
    /// Sections and classes of the International Patent Classification.
    Ipc,
    /// Technologies whose transfer is encouraged, restricted or prohibited; the parent is the class.
    RegulatedTechnologies,
    /// Which code of one classification stands for which of another.
    Correspondences,
}

/// A text that names no list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no reference list of this name")]
pub struct UnknownTaxonomy;

impl TaxonomyName {
    /// Every list, in the order in which documentation names them.
    pub const ALL: [Self; 16] = [
        Self::Provinces,
        Self::Communes,
        Self::Fields,
        Self::Trl,
        Self::Vsic,
        Self::LegalForms,
        Self::TransferModes,
        Self::PriceModes,
        Self::ListingKinds,
        Self::Countries,
        Self::ReasonCodes,
        Self::ScienceFields,
        Self::Fos,
        Self::Ipc,
        Self::RegulatedTechnologies,
        Self::Correspondences,
    ];

    /// The name in addresses and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provinces => "provinces",
            Self::Communes => "communes",
            Self::Fields => "fields",
            Self::Trl => "trl",
            Self::Vsic => "vsic",
            Self::LegalForms => "legal_forms",
            Self::TransferModes => "transfer_modes",
            Self::PriceModes => "price_modes",
            Self::ListingKinds => "listing_kinds",
            Self::Countries => "countries",
            Self::ReasonCodes => "reason_codes",
            Self::ScienceFields => "science_fields",
            Self::Fos => "fos",
            Self::Ipc => "ipc",
            Self::RegulatedTechnologies => "regulated_technologies",
            Self::Correspondences => "correspondences",
        }
    }
}

impl fmt::Display for TaxonomyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for TaxonomyName {
    type Err = UnknownTaxonomy;

    /// Accepts `legal_forms` and, because addresses are often written so, `legal-forms`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|name| name.as_str() == text)
            .ok_or(UnknownTaxonomy)
    }
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaxonomyItem {
    /// Stable code, unique in its list.
    pub code: String,
    /// Code of the entry above it: in the same list, or for a commune the province under which it is filed, whatever became of
    /// that ([`Taxonomies::parent_on`]).
    pub parent: Option<String>,
    /// Vietnamese name, NFC.
    pub name_vi: String,
    /// English name; for a place its name without diacritics.
    pub name_en: Option<String>,
    /// Whatever else the list says, such as `type`, `stage` or `basis`; never empty values.
    pub attributes: BTreeMap<String, String>,
    /// The first day on which it is valid; always, as far as is known, where absent.
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer valid.
    pub valid_to: Option<Date>,
    /// What it became, where it has ended.
    pub successors: Vec<String>,
    /// Counts what officers made of it; 1 is what it began with.
    pub version: i64,
}

impl TaxonomyItem {
    /// Whether something new may have this code on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && !self.has_ended_on(day)
    }

    /// Whether it is over on a day.
    pub fn has_ended_on(&self, day: Date) -> bool {
        self.valid_to.is_some_and(|to| to <= day)
    }
}

/// One list with an index by code.
#[derive(Clone, Debug)]
struct List {
    items: Vec<TaxonomyItem>,
    positions: HashMap<String, usize>,
    /// Lines that could not be read; a unit test holds it at zero.
    unreadable: usize,
    /// Codes and names as they are compared with what is in no list; put down when that is first asked for.
    keys: OnceLock<Vec<Vec<nearest::Key>>>,
}

impl List {
    fn get(&self, code: &str) -> Option<&TaxonomyItem> {
        self.positions.get(code).and_then(|position| self.items.get(*position))
    }

    /// Each entry with its code and names as they are compared.
    fn keyed(&self) -> impl Iterator<Item = (&TaxonomyItem, &[nearest::Key])> {
        let keys = self.keys.get_or_init(|| self.items.iter().map(nearest::keys).collect());
        self.items.iter().zip(keys.iter().map(Vec::as_slice))
    }
}

/// All reference lists.
#[derive(Clone, Debug)]
pub struct Taxonomies {
    provinces: List,
    communes: List,
    fields: List,
    trl: List,
    vsic: List,
    legal_forms: List,
    transfer_modes: List,
    price_modes: List,
    listing_kinds: List,
    reason_codes: List,
    science_fields: List,
    fos: List,
    ipc: List,
    regulated_technologies: List,
    old_communes: former::OldCommunes,
    correspondences: List,
    countries: List,
    country_names: country::Names,
    filings: places::Filings,
}

impl Taxonomies {
    /// The lists that are compiled in, read at the first call.
    ///
    /// Reading is lenient, so that this cannot fail while serving; unit tests hold that no line is unreadable.
    pub fn embedded() -> &'static Arc<Self> {
        static EMBEDDED: OnceLock<Arc<Taxonomies>> = OnceLock::new();
        EMBEDDED.get_or_init(|| Arc::new(Self::load()))
    }

    fn load() -> Self {
        let countries = load::list(include_str!("taxonomy/data/countries.csv"));
        Self {
            provinces: load::provinces(include_str!("taxonomy/data/provinces.csv")),
            communes: load::communes(include_str!("taxonomy/data/communes.csv")),
            fields: load::list(include_str!("taxonomy/data/fields.csv")),
            trl: load::list(include_str!("taxonomy/data/trl.csv")),
            vsic: load::list(include_str!("taxonomy/data/vsic2025.csv")),
            legal_forms: load::list(include_str!("taxonomy/data/legal_forms.csv")),
            transfer_modes: load::list(include_str!("taxonomy/data/transfer_modes.csv")),
            price_modes: load::list(include_str!("taxonomy/data/price_modes.csv")),
            listing_kinds: load::list(include_str!("taxonomy/data/listing_kinds.csv")),
            reason_codes: load::list(include_str!("taxonomy/data/reason_codes.csv")),
            science_fields: load::list(include_str!("taxonomy/data/science_fields.csv")),
            fos: load::list(include_str!("taxonomy/data/fos.csv")),
            ipc: load::list(include_str!("taxonomy/data/ipc.csv")),
            regulated_technologies: load::regulated(include_str!("taxonomy/data/regulated_technologies.csv")),
            old_communes: former::OldCommunes::read(include_str!("taxonomy/data/old_communes.csv")),
            correspondences: load::list(include_str!("taxonomy/data/crosswalks.csv")),
            country_names: country::Names::new(&countries.items),
            countries,
            filings: places::Filings::new(),
        }
    }

    fn list(&self, name: TaxonomyName) -> &List {
        match name {
            TaxonomyName::Provinces => &self.provinces,
            TaxonomyName::Communes => &self.communes,
            TaxonomyName::Fields => &self.fields,
            TaxonomyName::Trl => &self.trl,
            TaxonomyName::Vsic => &self.vsic,
            TaxonomyName::LegalForms => &self.legal_forms,
            TaxonomyName::TransferModes => &self.transfer_modes,
            TaxonomyName::PriceModes => &self.price_modes,
            TaxonomyName::ListingKinds => &self.listing_kinds,
            TaxonomyName::Countries => &self.countries,
            TaxonomyName::ReasonCodes => &self.reason_codes,
            TaxonomyName::ScienceFields => &self.science_fields,
            TaxonomyName::Fos => &self.fos,
            TaxonomyName::Ipc => &self.ipc,
            TaxonomyName::RegulatedTechnologies => &self.regulated_technologies,
            TaxonomyName::Correspondences => &self.correspondences,
        }
    }

    fn list_mut(&mut self, name: TaxonomyName) -> &mut List {
        match name {
            TaxonomyName::Provinces => &mut self.provinces,
            TaxonomyName::Communes => &mut self.communes,
            TaxonomyName::Fields => &mut self.fields,
            TaxonomyName::Trl => &mut self.trl,
            TaxonomyName::Vsic => &mut self.vsic,
            TaxonomyName::LegalForms => &mut self.legal_forms,
            TaxonomyName::TransferModes => &mut self.transfer_modes,
            TaxonomyName::PriceModes => &mut self.price_modes,
            TaxonomyName::ListingKinds => &mut self.listing_kinds,
            TaxonomyName::Countries => &mut self.countries,
            TaxonomyName::ReasonCodes => &mut self.reason_codes,
            TaxonomyName::ScienceFields => &mut self.science_fields,
            TaxonomyName::Fos => &mut self.fos,
            TaxonomyName::Ipc => &mut self.ipc,
            TaxonomyName::RegulatedTechnologies => &mut self.regulated_technologies,
            TaxonomyName::Correspondences => &mut self.correspondences,
        }
    }

    /// The entries of a list in its own order: all of them, or those that are filed directly under `parent`. Where a commune lies on
    /// a day [`Taxonomies::below_on`] tells.
    pub fn items<'a>(&'a self, name: TaxonomyName, parent: Option<&str>) -> impl Iterator<Item = &'a TaxonomyItem> {
        self.list(name)
            .items
            .iter()
            .filter(move |item| parent.is_none_or(|code| item.parent.as_deref() == Some(code)))
    }

    /// The entries of a list that have nothing above them.
    pub fn roots(&self, name: TaxonomyName) -> impl Iterator<Item = &TaxonomyItem> {
        self.list(name).items.iter().filter(|item| item.parent.is_none())
    }

    /// The entry with this code.
    pub fn get(&self, name: TaxonomyName, code: &str) -> Option<&TaxonomyItem> {
        self.list(name).get(code)
    }

    /// Whether the list has this code.
    pub fn contains(&self, name: TaxonomyName, code: &str) -> bool {
        self.get(name, code).is_some()
    }

    /// The Vietnamese name behind a code.
    pub fn name_vi(&self, name: TaxonomyName, code: &str) -> Option<&str> {
        self.get(name, code).map(|item| item.name_vi.as_str())
    }

    /// The English name behind a code.
    pub fn name_en(&self, name: TaxonomyName, code: &str) -> Option<&str> {
        self.get(name, code).and_then(|item| item.name_en.as_deref())
    }

    /// Edition and source of a list.
    pub fn version(&self, name: TaxonomyName) -> &'static str {
        edition::of(name)
    }

    /// The VSIC entry of this version and code; only [`VSIC_VERSION`] is known.
    pub fn vsic(&self, version: &str, code: &str) -> Option<&TaxonomyItem> {
        self.vsic.get(code).filter(|_| version == VSIC_VERSION)
    }

    /// The field that a path of Vietnamese names leads to: `Thực phẩm > Sấy, bảo quản sau thu hoạch`.
    pub fn field_of_path(&self, path: &str) -> Option<&TaxonomyItem> {
        let mut found: Option<&TaxonomyItem> = None;
        for step in path.split('>').map(str::trim) {
            let above = found.map(|item| item.code.as_str());
            found = Some(
                self.fields
                    .items
                    .iter()
                    .find(|item| item.parent.as_deref() == above && item.name_vi == step)?,
            );
        }
        found
    }

    /// The path of Vietnamese names to a field, as [`Taxonomies::field_of_path`] reads it.
    pub fn field_path(&self, code: &str) -> Option<String> {
        let field = self.fields.get(code)?;
        let above = field.parent.as_deref().and_then(|parent| self.field_path(parent));
        Some(above.map_or_else(|| field.name_vi.clone(), |above| format!("{above} > {}", field.name_vi)))
    }

    /// The country that a description of goods names, in Vietnamese, in English or by a usual short form.
    ///
    /// The whole text has to be a name, apart from lead-ins such as `Made in`: `Thép Nhật` states no origin.
    pub fn country_named(&self, text: &str) -> Option<&TaxonomyItem> {
        self.countries.get(self.country_names.code_of(text)?)
    }
}

#[cfg(test)]
mod tests;
