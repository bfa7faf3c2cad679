//! The caller's own listings as a file, in the form in which imports take them (xuất tin), and templates of such files.

mod templates;

pub use templates::named;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::context::Caller;
use super::exports::{Row, too_many};
use super::file_imports::listings::columns::{COLUMNS, Cell, Described, TOLD};
use super::file_imports::listings::entries;
use super::file_imports::listings::guard;
use super::file_imports::listings::names::Names;
use super::file_imports::listings::values;
use super::listings::{self, OwnWanted, Seen};
use super::review::filters::lies_in;
use super::search::{present_owner, readable};
use super::{Error, Result};
use crate::domain::calendar::clock_time;
use crate::domain::drafts::ListingDraft;
use crate::domain::feed::removal;
use crate::domain::ids::ListingId;
use crate::domain::import::Format;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::currency::Currency;
use crate::domain::listing::regulation::Regulation;
use crate::domain::listing::{Listing, ListingStatus};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text_enum;
use crate::store::file_imports::listings::external_ids;
pub use crate::store::listings::Narrow;
use crate::store::listings::{OwnerCard, Place, count_public_of, public_fields, public_ids};
use crate::store::{AnyConn, revisions};

/// Listings that are read at once: few, since they are whole, and a download that nobody reads on keeps two such pages.
const PAGE: u32 = 50;
/// Of so many the fields alone are read at once.
const LOOKED_THROUGH: i64 = 5_000;

text_enum! {
    /// In which language columns and entries of lists are named (ngôn ngữ của tiêu đề cột).
    pub enum TableLanguage {
        /// Vietnamese.
        Vietnamese => "vi",
        /// English.
        English => "en",
    }
}

/// A listing, what it is to say, and what its owner's systems call it.
#[derive(Debug)]
pub struct Exported {
    seen: Seen,
    /// Of a public one that is being revised, what the revision says: an import changes that one.
    content: ListingDraft,
    external_id: Option<String>,
}

/// The caller's enterprise's own listings after a place, newest first, and the place to go on from. The right is asked
/// for with every page: a download that is read slowly ends when it is taken away.
pub fn page(
    conn: &mut AnyConn,
    caller: &Caller,
    status: Option<ListingStatus>,
    after: Option<Place>,
    now: Timestamp,
) -> Result<(Vec<Exported>, Option<Place>)> {
    let wanted = OwnWanted {
        status,
        ..OwnWanted::default()
    };
    let (found, next) = listings::mine(conn, caller, &wanted, after, PAGE, now)?;
    let ids: Vec<_> = found.iter().map(|seen| seen.listing.id).collect();
    let mut names = HashMap::new();
    if let Some(first) = found.first() {
        names.extend(external_ids(conn, first.listing.enterprise_id, &ids)?);
    }
    let public = found
        .iter()
        .filter(|seen| seen.listing.status == ListingStatus::Published);
    let public: Vec<_> = public.map(|seen| seen.listing.id).collect();
    let open = revisions::open_of(conn, &public)?.into_iter();
    let mut open: HashMap<_, _> = open.map(|revision| (revision.listing, revision.content)).collect();
    let exported = found.into_iter().map(|seen| Exported {
        content: open
            .remove(&seen.listing.id)
            .unwrap_or_else(|| ListingDraft::of(&seen.listing.content)),
        external_id: names.remove(&seen.listing.id),
        seen,
    });
    Ok((exported.collect(), next))
}

/// Which listings of the public catalogue.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// What the database sorts out.
    pub narrow: Narrow,
    /// In one of these fields, or below it.
    pub fields: Vec<String>,
}

impl Catalogue {
    /// Whether something in some fields is in one of the wanted ones.
    fn has(&self, fields: &[String]) -> bool {
        self.fields.is_empty() || self.fields.iter().any(|wanted| lies_in(fields, wanted))
    }
}

/// Refuses a catalogue of more listings than a file may have.
pub fn require_catalogue_fits(conn: &mut AnyConn, wanted: &Catalogue, most: usize) -> Result<()> {
    let narrow = present(conn, &wanted.narrow)?;
    let count = count_public_of(conn, &narrow)?;
    if usize::try_from(count).is_ok_and(|count| count <= most) {
        return Ok(());
    }
    // What a field sorts out is not counted by the database: only of so many are they looked through.
    if !wanted.fields.is_empty() && !are_more_within(conn, wanted, &narrow, most)? {
        return Ok(());
    }
    Err(too_many(most))
}

/// Whether there are more in the wanted fields; no further than that tells it.
fn are_more_within(conn: &mut AnyConn, wanted: &Catalogue, narrow: &Narrow, most: usize) -> Result<bool> {
    let (mut found, mut after) = (0_usize, None);
    loop {
        let some = public_fields(conn, narrow, after, LOOKED_THROUGH)?;
        let Some((last, _)) = some.last() else {
            return Ok(false);
        };
        after = Some(*last);
        found = found.saturating_add(some.iter().filter(|(_, fields)| wanted.has(fields)).count());
        if found > most {
            return Ok(true);
        }
    }
}

/// The same with those enterprises of which others became a part: they have the listings.
fn present(conn: &mut AnyConn, narrow: &Narrow) -> Result<Narrow> {
    let mut present = narrow.clone();
    for owner in &mut present.enterprises {
        *owner = present_owner(conn, *owner)?;
    }
    Ok(present)
}

/// Listings, each with whose it is.
pub type Listed = Vec<(Listing, OwnerCard)>;

/// Public listings after a place, in the order of their identifiers, and the place to go on from.
pub fn catalogue_page(
    conn: &mut AnyConn,
    wanted: &Catalogue,
    after: Option<ListingId>,
    now: Timestamp,
) -> Result<(Listed, Option<ListingId>)> {
    let narrow = present(conn, &wanted.narrow)?;
    let ids = public_ids(conn, &narrow, after, i64::from(PAGE))?;
    let is_full = u32::try_from(ids.len()).is_ok_and(|count| count == PAGE);
    let next = ids.last().copied().filter(|_| is_full);
    let (mut rows, _broken) = readable(conn, &ids)?;
    rows.retain_mut(|(listing, owner)| {
        listing.lapse(now);
        removal(listing, owner.status).is_none()
            && listing.audience.visibility == Visibility::Public
            && wanted.has(&listing.content.field_codes)
    });
    rows.sort_unstable_by_key(|(listing, _)| listing.id);
    Ok((rows, next))
}

/// Makes rows of listings.
pub struct Writer {
    format: Format,
    language: TableLanguage,
    names: Names,
    lists: InForce,
}

impl Writer {
    /// One that names entries of lists as they are named today.
    pub fn new(format: Format, language: TableLanguage, lists: InForce) -> Self {
        let names = Names::of(&lists, &[]);
        Self {
            format,
            language,
            names,
            lists,
        }
    }

    /// The names of the columns of one's own listings.
    pub fn head(&self) -> Vec<String> {
        self.own_head().chain(self.told_head()).collect()
    }

    /// The same of the public catalogue, where nobody's own identifiers are.
    pub fn public_head(&self) -> Vec<String> {
        self.own_head().skip(1).chain(self.told_head()).collect()
    }

    fn own_head(&self) -> impl Iterator<Item = String> {
        let names = COLUMNS.iter().map(|column| self.in_language((column.vi, column.en)));
        names.map(str::to_owned)
    }

    fn told_head(&self) -> impl Iterator<Item = String> {
        TOLD.iter().map(|names| self.in_language(*names).to_owned())
    }

    /// One of the caller's own listings.
    pub fn row(&self, exported: &Exported) -> Result<Row> {
        if self.format == Format::Jsonl {
            return line(exported).map(Row::Line);
        }
        let draft = serde_json::to_value(&exported.content).map_err(Error::internal)?;
        let own = self.own_cells(exported.external_id.as_deref().unwrap_or_default(), &draft);
        let told = self.told_cells(&exported.seen.listing, &exported.seen.owner);
        Ok(Row::Cells(own.into_iter().chain(told).collect()))
    }

    /// What the table of the public catalogue says of a listing.
    pub fn cells(&self, listing: &Listing, owner: &OwnerCard) -> Result<Vec<String>> {
        let draft = serde_json::to_value(shown(listing)).map_err(Error::internal)?;
        Ok(self
            .content_cells(&draft)
            .chain(self.told_cells(listing, owner))
            .collect())
    }

    /// The cells that an import reads.
    fn own_cells(&self, external_id: &str, draft: &Value) -> Vec<String> {
        let id = guard::identifier(external_id).into_owned();
        [id].into_iter().chain(self.content_cells(draft)).collect()
    }

    fn content_cells<'a>(&'a self, draft: &'a Value) -> impl Iterator<Item = String> + 'a {
        let own = COLUMNS.iter().filter(|column| column.cell != Cell::Identifier);
        own.map(|column| self.cell(column, draft))
    }

    /// What a draft says in a column, as [`row`](super::file_imports::listings::row) reads it.
    fn cell(&self, column: &Described, draft: &Value) -> String {
        let value = draft.pointer(column.pointer).unwrap_or(&Value::Null);
        let is_english = self.language == TableLanguage::English;
        match (column.cell, value) {
            // Drafts leave out what goes without saying; people want to read it.
            (Cell::Currency, Value::Null) => Currency::VND.code().to_owned(),
            (_, Value::Null) => String::new(),
            (Cell::Code(list), Value::String(code)) => self.name(list, code),
            (Cell::Choice(choice), Value::String(code)) => choice.name(code, is_english),
            (Cell::YesNo, Value::Bool(is_so)) => {
                let (yes, no) = (("Có", "Yes"), ("Không", "No"));
                self.in_language(if *is_so { yes } else { no }).to_owned()
            }
            (_, Value::String(text)) => text.clone(),
            (cell, Value::Array(values)) => self.several(cell, values),
            (_, other) => other.to_string(),
        }
    }

    /// The values of a cell that holds several.
    fn several(&self, cell: Cell, values: &[Value]) -> String {
        let is_english = self.language == TableLanguage::English;
        let joined = |name: &dyn Fn(&str) -> String| {
            let names = values.iter().filter_map(Value::as_str).map(name);
            names.collect::<Vec<_>>().join("; ")
        };
        match cell {
            Cell::Codes(list) => joined(&|code| self.name(list, code)),
            Cell::Choices(choice) => joined(&|code| choice.name(code, is_english)),
            Cell::Entries(of) => of.written(values, is_english),
            Cell::Texts => entries::written(values),
            _ => specifications(values),
        }
    }

    /// What stands behind the columns that an import reads: for people, in words and by the clock of Việt Nam.
    fn told_cells(&self, listing: &Listing, owner: &OwnerCard) -> impl Iterator<Item = String> + use<> {
        let status = (listing.status.name_vi(), listing.status.name_en());
        let told = [
            listing.code.as_ref().map(ToString::to_string),
            Some(self.in_language(status).to_owned()),
            Some(owner.legal_name.clone()),
            listing.published_at.map(clock_time),
            Some(clock_time(listing.updated_at)),
            Some(listing.id.to_string()),
        ];
        told.into_iter().map(Option::unwrap_or_default)
    }

    /// What people call an entry, where that leads back to it; else its code.
    fn name(&self, list: TaxonomyName, code: &str) -> String {
        let item = self.lists.lists().get(list, code);
        let name = item.and_then(|item| match self.language {
            TableLanguage::Vietnamese => Some(item.name_vi.as_str()),
            TableLanguage::English => item.name_en.as_deref(),
        });
        name.filter(|name| !name.contains([';', '|', '\n']) && self.names.code(list, name) == code)
            .unwrap_or(code)
            .to_owned()
    }

    fn in_language<'a>(&self, (vi, en): (&'a str, &'a str)) -> &'a str {
        match self.language {
            TableLanguage::Vietnamese => vi,
            TableLanguage::English => en,
        }
    }
}

/// What everybody may see of a listing, as it would be sent.
fn shown(listing: &Listing) -> ListingDraft {
    let listing = listing.shown_to_all();
    let mut content = listing.content.clone();
    content.details = content.details.public();
    let (class, items) = listing.regulation();
    content.regulation = Regulation {
        class,
        items: items.to_vec(),
    };
    ListingDraft::of(&content)
}

/// One a line. Where there is a semicolon, the last line ends, too: a single property would be taken for two.
fn specifications(properties: &[Value]) -> String {
    let lines = properties.iter().map(values::written).collect::<Vec<_>>().join("\n");
    if lines.contains(';') { lines + "\n" } else { lines }
}

fn line(exported: &Exported) -> Result<Value> {
    let listing = &exported.seen.listing;
    let mut line = json!({
        "listing": exported.content,
        "id": listing.id.to_string(),
        "code": listing.code.as_ref().map(ToString::to_string),
        "status": listing.status.as_str(),
        "enterprise": exported.seen.owner.legal_name.clone(),
        "published_at": listing.published_at,
        "updated_at": listing.updated_at,
    });
    if let (Value::Object(line), Some(external_id)) = (&mut line, &exported.external_id) {
        line.insert("external_id".into(), json!(external_id));
    }
    Ok(line)
}

#[cfg(test)]
mod tests;
