//! What officers changed in the lists since they were compiled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{EntryCorrespondence, EntryRegulation, InForce, List, Taxonomies, TaxonomyItem, TaxonomyName};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::sent_day;
use crate::domain::shapes::ListCode;
use crate::domain::text::Line;

/// Most successors of one code.
pub const MAX_SUCCESSORS: usize = 20;
/// Most characters of a name.
const NAME_MAX: usize = 200;
/// The same where the name is a passage of the law, or a title of a classification.
const PASSAGE_MAX: usize = 500;
/// What parts the names of entries in cells of files.
pub const BETWEEN_NAMES: [char; 2] = [';', '|'];
/// Most entries below that are named.
const MOST_TOLD: usize = 10;

/// What officers may change in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editing {
    /// Nothing: law or a standard says it, and a release follows.
    Fixed,
    /// Names and ends of the entries that there are: the program knows each by its code.
    Existing,
    /// New entries too.
    Open,
}

impl TaxonomyName {
    /// What officers may change in the list.
    pub fn editing(self) -> Editing {
        match self {
            Self::Provinces
            | Self::Communes
            | Self::Fields
            | Self::Vsic
            | Self::ScienceFields
            | Self::Fos
            | Self::Ipc
            | Self::RegulatedTechnologies
            | Self::Correspondences => Editing::Open,
            Self::TransferModes => Editing::Existing,
            Self::Trl
            | Self::LegalForms
            | Self::PriceModes
            | Self::ListingKinds
            | Self::Countries
            | Self::ReasonCodes => Editing::Fixed,
        }
    }

    /// Whether cells of files name several of its entries, by what people call them. Those of the law are long, and go by code.
    pub fn is_named_among_others(self) -> bool {
        matches!(self, Self::Fields | Self::TransferModes)
    }
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryText {
    /// Code of the entry above it.
    pub parent: Option<String>,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: Option<String>,
    /// The first day on which it is valid.
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer valid.
    pub valid_to: Option<Date>,
    /// What it became.
    pub successors: Vec<String>,
    /// Whatever else it says, where officers say it; none where that is as compiled in.
    pub attributes: Option<BTreeMap<String, String>>,
}

impl From<&TaxonomyItem> for EntryText {
    fn from(item: &TaxonomyItem) -> Self {
        Self {
            parent: item.parent.clone(),
            name_vi: item.name_vi.clone(),
            name_en: item.name_en.clone(),
            valid_from: item.valid_from,
            valid_to: item.valid_to,
            successors: item.successors.clone(),
            attributes: None,
        }
    }
}

/// Reads a day; whoever sends something else is told that a day is wanted.
pub fn wanted_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    let text = sent_day::text(from)?;
    let read = |text: String| {
        let day = text.parse::<Date>();
        day.map_err(|why| D::Error::custom(format!("{why}, expected day")))
    };
    text.map(read).transpose()
}

/// A new entry as sent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// Its code, never used before: two digits of a province, five of a commune; of a field or a regulated technology a
    /// word, after its parent and a point; of a correspondence lists and codes with hyphens between them
    /// (`fos-2.9-ipc-C12`); of a classification what it writes below the parent: `205` and `20501` of science fields,
    /// `2.12` of the OECD's, `A01` and `A01B` of patents, `04`, `041`, `0411` and `04110` of activities.
    #[schema(max_length = 64, example = "food.fermentation")]
    pub code: String,
    /// Code of the entry above it; of a commune its province, of a regulated technology its class.
    #[serde(default)]
    #[schema(max_length = 64, example = "food")]
    pub parent: Option<String>,
    /// Vietnamese name, at most 200 characters; of regulated technologies, patents and correspondences 500.
    #[schema(max_length = 500, example = "Lên men")]
    pub name_vi: String,
    /// English name; as long.
    #[serde(default)]
    #[schema(max_length = 500, example = "Fermentation")]
    pub name_en: Option<String>,
    /// The first day on which it is valid; today when absent.
    #[serde(default, deserialize_with = "wanted_day")]
    #[schema(value_type = Option<String>, format = Date, min_length = 10, max_length = 10, example = "2027-07-01")]
    pub valid_from: Option<Date>,
    /// Source and hints; of regulated technologies, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<EntryRegulation>)]
    pub regulation: Option<EntryRegulation>,
    /// Which codes correspond; of correspondences, and needed there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<EntryCorrespondence>)]
    pub correspondence: Option<EntryCorrespondence>,
}

/// What may be changed of an entry.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryPatch {
    /// Vietnamese name, at most 200 characters; of regulated technologies, patents and correspondences 500.
    #[schema(max_length = 500, required = false, example = "Lên men")]
    pub name_vi: String,
    /// English name; as long.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub name_en: Option<String>,
    /// The first day on which it is no longer valid; `null` takes an end back.
    #[serde(default, deserialize_with = "wanted_day")]
    #[schema(value_type = Option<String>, format = Date, min_length = 10, max_length = 10, example = "2027-07-01")]
    pub valid_to: Option<Date>,
    /// Codes that take its place.
    #[serde(default)]
    #[schema(value_type = Vec<ListCode>, max_items = 20)]
    pub successors: Vec<String>,
    /// Of a commune whose province was divided, the part in which it lies, as long as the province has that part; it stands for good
    /// otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "25")]
    pub parent: Option<String>,
    /// Source and hints of a regulated technology; what is left out of it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<EntryRegulation>)]
    pub regulation: Option<EntryRegulation>,
    /// Relation, source and whether it was verified, of a correspondence; what is left out of it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<EntryCorrespondence>)]
    pub correspondence: Option<EntryCorrespondence>,
}

/// One change of one entry, which makes its next version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryChange {
    /// Counts the changes of all lists.
    pub edition: i64,
    /// Identity of the entry, the same in all its versions.
    pub entry: Uuid,
    /// The list.
    pub list: TaxonomyName,
    /// The code.
    pub code: String,
    /// Counts the versions of the entry; what is compiled in is version 1.
    pub version: i64,
    /// What it says from then on.
    pub text: EntryText,
    /// When it was changed.
    pub changed_at: Timestamp,
}

impl Taxonomies {
    /// These lists with changes, in the order in which they were made.
    pub fn with(&self, changes: &[EntryChange]) -> Self {
        let mut changed = self.clone();
        for change in changes {
            changed.take(change);
        }
        changed
    }

    /// Takes one change more.
    pub fn take(&mut self, change: &EntryChange) {
        let present = self.get(change.list, &change.code);
        let filed_under = present.and_then(|item| item.parent.clone());
        self.list_mut(change.list).take(change);
        match (change.list, filed_under) {
            (TaxonomyName::Communes, Some(province)) => self.file(&change.code, &province),
            (TaxonomyName::Provinces, _) => self.drop_filings(),
            _ => {}
        }
    }

    /// One of these lists with changes of it: much less than all of them.
    pub fn items_with(&self, name: TaxonomyName, changes: &[EntryChange]) -> Vec<TaxonomyItem> {
        let mut list = self.list(name).clone();
        for change in changes.iter().filter(|change| change.list == name) {
            list.take(change);
        }
        list.items
    }
}

impl List {
    fn take(&mut self, change: &EntryChange) {
        self.keys.take();
        let at = self.positions.get(&change.code).copied();
        let known = at.and_then(|at| self.items.get(at)).map(|item| item.attributes.clone());
        let EntryText {
            parent,
            name_vi,
            name_en,
            valid_from,
            valid_to,
            successors,
            attributes,
        } = change.text.clone();
        let item = TaxonomyItem {
            code: change.code.clone(),
            parent,
            name_vi,
            name_en,
            attributes: attributes.or(known).unwrap_or_default(),
            valid_from,
            valid_to,
            successors,
            version: change.version,
        };
        match at.and_then(|at| self.items.get_mut(at)) {
            Some(present) => *present = item,
            None => {
                self.positions.insert(item.code.clone(), self.items.len());
                self.items.push(item);
            }
        }
    }
}

/// An entry as an officer gives it, and the lists that it is to stand in.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'a> {
    /// The lists as they are.
    pub lists: &'a Arc<Taxonomies>,
    /// The list.
    pub list: TaxonomyName,
    /// The code.
    pub code: &'a str,
    /// What it says.
    pub text: &'a EntryText,
    /// Source and hints, of a regulated technology.
    pub regulation: Option<&'a EntryRegulation>,
    /// Which codes correspond, of a correspondence.
    pub correspondence: Option<&'a EntryCorrespondence>,
    /// The day on which it is given.
    pub today: Date,
}

impl Proposal<'_> {
    /// What it says, parsed; or everything that is wrong, with the pointers of the wire.
    pub fn parse(&self, is_new: bool) -> Result<EntryText, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        if is_new {
            errors.keep("/code", self.code_fits());
            errors.keep("/parent", self.parent_fits());
        } else {
            errors.keep("/parent", self.may_move());
        }
        let text = self.text;
        let name_vi = errors.keep("/name_vi", self.name(&text.name_vi));
        let name_en = errors.keep_opt("/name_en", text.name_en.as_deref(), |name| self.name(name));
        errors.keep("/name_vi", self.name_is_free());
        errors.keep("/valid_to", self.can_end());
        self.successors_fit(&mut errors);
        let attributes = self.attributes(&mut errors);
        errors.finish(name_vi.map(|name_vi| EntryText {
            name_vi,
            name_en,
            attributes,
            ..text.clone()
        }))
    }

    /// An entry is valid for a day at least, and does not end before what is below it. Communes go with their province to
    /// what takes its place, so that only a province that nothing follows waits for them.
    fn can_end(&self) -> Result<(), Violation> {
        let Some(end) = self.text.valid_to else { return Ok(()) };
        if let Some(day) = self.text.valid_from.filter(|from| end <= *from) {
            return Err(Violation::NotAfter { day });
        }
        let is_province = self.list == TaxonomyName::Provinces;
        let present = self.lists.get(self.list, self.code);
        let ends_so_already = present.is_some_and(|item| item.valid_to == Some(end));
        if (is_province && !self.text.successors.is_empty()) || (!is_province && ends_so_already) {
            return Ok(());
        }
        let below: Vec<&TaxonomyItem> = if is_province {
            self.lists.communes_of(self.code, end).collect()
        } else {
            self.lists.items(self.list, Some(self.code)).collect()
        };
        let remaining = below
            .into_iter()
            .filter(|item| item.valid_to.is_none_or(|until| until > end));
        let mut codes: Vec<String> = remaining.map(|item| item.code.clone()).collect();
        if codes.is_empty() {
            return Ok(());
        }
        let count = codes.len();
        codes.truncate(MOST_TOLD);
        Err(Violation::EntriesBelow {
            count,
            codes,
            go_along: is_province,
        })
    }

    /// No two entries of the same place have one name while both are valid. What stands in the list already may stay.
    fn name_is_free(&self) -> Result<(), Violation> {
        let text = self.text;
        let called = |name: &str| name.trim().to_lowercase();
        let name = called(&text.name_vi);
        let (from, to) = (text.valid_from.unwrap_or(Date::MIN), text.valid_to.unwrap_or(Date::MAX));
        let present = self.lists.get(self.list, self.code);
        let is_no_longer = |item: &TaxonomyItem| to <= item.valid_to.unwrap_or(Date::MAX);
        if present.is_some_and(|item| called(&item.name_vi) == name && is_no_longer(item)) {
            return Ok(());
        }
        let overlaps = |item: &TaxonomyItem| {
            item.valid_from.is_none_or(|begin| begin < to) && item.valid_to.is_none_or(|end| from < end)
        };
        // As of the first day on which both are there.
        let day = from.max(self.today);
        let above = self.above_on(day);
        let mut beside = self.lists.below_on(self.list, above.as_deref(), day);
        match beside.find(|item| item.code != self.code && called(&item.name_vi) == name && overlaps(item)) {
            Some(other) => Err(Violation::SameName {
                code: other.code.clone(),
            }),
            None => Ok(()),
        }
    }

    /// What is to stand above it on a day: of a commune that stays where it is the province in which it lies then.
    fn above_on(&self, day: Date) -> Option<String> {
        let (lists, wanted) = (self.lists, self.text.parent.as_deref());
        match lists.get(self.list, self.code) {
            Some(present) if present.parent.as_deref() == wanted => lists.parent_on(self.list, present, day),
            _ if self.list == TaxonomyName::Communes => {
                wanted.map(|province| lists.province_then(province, day).to_owned())
            }
            _ => wanted.map(str::to_owned),
        }
    }

    fn name(&self, text: &str) -> Result<String, Violation> {
        // What stands in the list already may stay.
        let present = self.lists.get(self.list, self.code);
        let is_present = present.is_some_and(|item| item.name_vi == text || item.name_en.as_deref() == Some(text));
        if self.list.is_named_among_others() && !is_present && text.contains(BETWEEN_NAMES) {
            return Err(Violation::Malformed { what: "name_in_cells" });
        }
        match self.list {
            TaxonomyName::RegulatedTechnologies | TaxonomyName::Ipc | TaxonomyName::Correspondences => {
                Line::<PASSAGE_MAX>::parse(text).map(Line::into_string)
            }
            _ => Line::<NAME_MAX>::parse(text).map(Line::into_string),
        }
    }

    /// What the entry says beside its text: of regulated technologies, where nothing is listed without its source.
    fn attributes(&self, errors: &mut FieldErrors) -> Option<BTreeMap<String, String>> {
        let is_regulated = self.list == TaxonomyName::RegulatedTechnologies;
        let corresponds = self.list == TaxonomyName::Correspondences;
        for (pointer, is_given, belongs) in [
            ("/regulation", self.regulation.is_some(), is_regulated),
            ("/correspondence", self.correspondence.is_some(), corresponds),
        ] {
            if belongs && !is_given {
                errors.add(pointer, Violation::Required);
            } else if is_given && !belongs {
                errors.add(pointer, Violation::Conflicts { with: "list_name" });
            }
        }
        match (self.regulation, self.correspondence) {
            (Some(told), None) if is_regulated => told.parse(errors, &self.on(None)),
            (None, Some(told)) if corresponds => told.parse(errors, self.code, &self.kept()),
            _ => None,
        }
    }

    /// The lists for a row whose codes may have ended since it was made.
    fn kept(&self) -> InForce {
        let lists = self.on(None);
        let Some(present) = self.lists.get(self.list, self.code).map(EntryCorrespondence::of) else {
            return lists;
        };
        [
            (present.from_list, present.from_code),
            (present.to_list, present.to_code),
        ]
        .into_iter()
        .fold(lists, |lists, (list, code)| match list.parse() {
            Ok(list) => lists.keeping(list, [code.as_str()]),
            Err(_) => lists,
        })
    }

    pub(super) fn on(&self, day: Option<Date>) -> InForce {
        InForce::on(self.lists.clone(), day.unwrap_or(Date::MAX))
    }

    /// Why a code does not take the place of this one: in words that are true today, and that do not lead back here.
    fn no_successor(&self, code: &str, why: Violation) -> Violation {
        let Violation::CodeEnded { successors, .. } = &why else {
            return why;
        };
        let leads_back = successors.iter().any(|one| one.code == self.code);
        match self.on(Some(self.today)).check(self.list, code) {
            Ok(_) if leads_back => Violation::Conflicts { with: "will_lead_back" },
            Err(_) if leads_back => Violation::Conflicts { with: "leads_back" },
            Ok(_) => Violation::Conflicts { with: "ends_before" },
            Err(_) => why,
        }
    }

    fn successors_fit(&self, errors: &mut FieldErrors) {
        let successors = &self.text.successors;
        if successors.len() > MAX_SUCCESSORS {
            return errors.add("/successors", Violation::TooMany { max: MAX_SUCCESSORS });
        }
        // From some day on something takes its place.
        if !successors.is_empty() && self.text.valid_to.is_none() {
            let present = self.lists.get(self.list, self.code);
            // Who takes the day away is told what goes with it.
            let had_end = present.is_some_and(|item| item.valid_to.is_some());
            let wrong = if had_end {
                Violation::Conflicts { with: "successors" }
            } else {
                Violation::Required
            };
            errors.add("/valid_to", wrong);
        }
        let then = self.on(Some(self.text.valid_to.unwrap_or(self.today)));
        for (at, code) in successors.iter().enumerate() {
            let pointer = format!("/successors/{at}");
            if code == self.code {
                errors.add(pointer, Violation::Conflicts { with: "own_code" });
            } else if successors.iter().take(at).any(|other| other == code) {
                errors.add(pointer, Violation::Duplicate);
            } else {
                let fits = then.check(self.list, code);
                errors.keep(pointer, fits.map_err(|why| self.no_successor(code, why)));
            }
        }
    }
}
